# SPDX-License-Identifier: GPL-3.0-or-later
"""What all figures share: style, sizes, colours, ranges, bands, files."""

import os

import matplotlib.pyplot as plt
import numpy as np

from results import InputError

HBARC_MEV_FM = 197.3269804
# Energies are non-relativistic kinetic ones in the centre of mass, levels in a box relativistic.
E_LABEL = r"$E_\mathrm{cm} = k^2/2\mu$ [MeV]"
LEVEL_LABEL = r"$\sqrt{m_1^2+k^2}+\sqrt{m_2^2+k^2}-m_1-m_2$ [MeV]"
# A curve below this part of the height of a panel lies on the line of 0; how far an axis goes on.
SEEN, FURTHER = 0.005, 1.25
# Of a repulsion, what is less than this part of its core belongs to the tail.
VISIBLE = 1e-3
NARROW, WIDE = 3.4, 7.0  # inches: one column and the full width of a paper
# Okabe-Ito colours, told apart with any colour vision.
BLUE, RED, GREEN, PURPLE, ORANGE = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00"
COLOURS = (BLUE, RED, GREEN, PURPLE, ORANGE, "#56B4E9")
GREY = "0.45"
STYLE = {
    "font.family": "STIXGeneral", "mathtext.fontset": "stix", "font.size": 9,
    "axes.labelsize": 9, "axes.titlesize": 8, "axes.titley": 1.0, "legend.fontsize": 7.5,
    "xtick.labelsize": 8, "ytick.labelsize": 8, "xtick.direction": "in", "ytick.direction": "in",
    "xtick.top": True, "ytick.right": True, "axes.linewidth": 0.6, "lines.linewidth": 1.0,
    "lines.markersize": 2.5, "legend.frameon": True, "legend.edgecolor": "none",
    "legend.framealpha": 1.0, "legend.handlelength": 1.6,
    "hatch.linewidth": 0.4, "grid.color": "0.8", "grid.linewidth": 0.4,
    "figure.constrained_layout.use": True, "pdf.fonttype": 42, "savefig.dpi": 300,
}


def nearest_branch(delta, target):
    """Phase shifts moved by multiples of 180 degrees to lie nearest to target."""
    return delta + 180 * np.round((target - delta) / 180)


def kcot(k, delta_deg, delta_err_deg=0):
    """k cot delta and its linear error."""
    delta = np.radians(delta_deg)
    with np.errstate(divide="ignore", invalid="ignore"):
        return k / np.tan(delta), k / np.sin(delta)**2 * np.radians(delta_err_deg)


def break_at_poles(value, limit):
    """A copy with NaN where |value| > limit and at the first point behind a jump across a pole."""
    cut = np.where(np.abs(value) > limit, np.nan, value)
    jump = (value[1:] * value[:-1] < 0) & (np.abs(value[1:] - value[:-1]) > limit)
    cut[1:][jump] = np.nan
    return cut


def from_zero(x):
    """An axis from just below 0, so that a point at 0 is seen whole, to the largest x."""
    return -0.02 * np.nanmax(x), 1.02 * np.nanmax(x)


def where_seen(r, values, limits):
    """An axis from 0 to where none of the curves is seen beside 0 any more within the limits of y,
    and a little further; curves that never come to that are shown to their end."""
    seen = np.any(np.abs(np.atleast_2d(values)) > SEEN * (limits[1] - limits[0]), axis=0)
    last = r[seen].max() if seen.any() else r[-1]
    return 0, min(r[-1], FURTHER * last)


def around(y):
    """A range that holds 0 and y, so that errors at poles, which have no bound, do not set it."""
    low, high = min(0.0, np.nanmin(y)), max(0.0, np.nanmax(y))
    return low - 0.1 * (high - low), high + 0.1 * (high - low)


def few(x):
    """The marker of a curve of so few points that it would look smoother than it is."""
    return "o" if len(x) <= 40 else None


def draw_momenta(axes, x, value, colour):
    """A mark at each momentum that was computed, where there are few; the curve goes through."""
    if few(x):
        axes.plot(x, value, color=colour, marker=few(x), ls="")


def draw_band(axes, x, central, error, colour, label=None, **line):
    axes.plot(x, central, color=colour, label=label, **line)
    if error is not None:
        # a band without bound reaches beyond the panel
        error = np.where(np.isinf(error), 1e3 * np.nanmax(np.abs(central)), error)
        axes.fill_between(x, central - error, central + error, color=colour, alpha=0.3, lw=0)


def draw_points(axes, x, value, error, colour, label=None, marker="o"):
    """Measured values with errors, small, for there are hundreds; in a raster, for files to stay
    small."""
    axes.plot(x, value, marker=marker, ls="", ms=1.8, mew=0, color=colour, label=label,
              rasterized=len(x) > 100)
    if error is not None:
        axes.vlines(x, value - error, value + error, color=colour, lw=0.5, alpha=0.6,
                    rasterized=len(x) > 100)


def shades(n):
    """Colours of times, dark to light, told apart with any colour vision and in grey."""
    return [plt.get_cmap("viridis")(i) for i in np.linspace(0.0, 0.85, n)]


def label_panel(axes, left, channel):
    axes.set_title(left, loc="left", pad=3)
    axes.set_title(channel, loc="right", pad=3, color=GREY)


def label_above(axes, left, channel):
    """The same of a narrow panel: the channel stands a line above, where it has room."""
    label_panel(axes, left, channel and f"{channel}\n")


def new_figure(width, height, note=None, **grid):
    figure, axes = plt.subplots(figsize=(width, height), squeeze=False, **grid)
    if note:
        figure.suptitle(note, fontsize=8.5, color=RED)
    return figure, axes


def legend_below(figure, handles, lines=1, **options):
    """One legend for all panels, in lines of text that stay free below them."""
    height, engine = (0.05 + 0.17 * lines) / figure.get_figheight(), figure.get_layout_engine()
    if engine is not None:
        engine.set(rect=(0, height, 1, 1 - height))
    figure.legend(handles=handles, loc="lower center", **options)


def place_legend(figure, axes, most=4, more=()):
    """Inside of the panel; of many entries, which would cover it, below, where the figure grows.
    more: handles behind those of the panel, which stand below, too."""
    handles = [*axes.get_legend_handles_labels()[0], *more]
    if len(handles) <= most and not more:
        axes.legend(handles=handles)
        return
    lines = (len(handles) + 1) // 2
    figure.set_figheight(figure.get_figheight() + 0.17 * lines)
    legend_below(figure, handles, lines, ncol=2, columnspacing=1.0)


def quoted(value, error):
    """value(error) with two digits of the error, as in the tables of hadpot."""
    if error is None or not np.isfinite(error) or error <= 0:
        return f"{value:.6g}"
    digits = max(0, 1 - int(np.floor(np.log10(error))))
    shown = f"{error:.{digits}f}"
    if error < 1:  # of the last digits
        shown = shown.replace(".", "").lstrip("0")
    return f"{value:.{digits}f}({shown})"


def pocket_range(v):
    """A range of V that shows the attraction and hides the core."""
    deepest = np.nanmin(v)
    if deepest < 0:
        return 1.4 * deepest, min(-1.4 * deepest, max(-0.5 * deepest, 1.2 * np.nanmax(v)))
    height = np.nanpercentile(v[v > VISIBLE * np.nanmax(v)], 70)  # without a long tail
    return -0.2 * height, height


def fit_range(results):
    """Order of the grid by r, r in that order, and the largest r to show: just beyond the fit."""
    r = results.array("grid/r_fm")
    order = np.argsort(r, kind="stable")
    fitted = results.array("grid/fitted")[order] > 0
    r = r[order]
    return order, r, fitted, min(r[-1], 1.1 * r[fitted].max()) if fitted.any() else r[-1]


def new_panels(results, exact):
    """A figure, its panel and, where exact values are known, another below it for the difference;
    else the same panel again."""
    if not results.has(exact):
        figure, ((axes,),) = new_figure(NARROW, 2.6, results.note())
        return figure, axes, axes
    figure, panels = new_figure(NARROW, 3.3, results.note(), nrows=2, sharex=True,
                                gridspec_kw={"height_ratios": (2.6, 1)})
    return figure, *panels[:, 0]


def draw_exact(axes, lower, x, learned, exact, label, wrap=np.inf):
    """The exact curve on top of the learned one, and their difference, without a line where it
    jumps by more than wrap: there it changes its branch."""
    axes.plot(x, exact, color="black", ls="--", label="exact", zorder=4)
    lower.axhline(0, color=GREY, lw=0.4)
    difference = learned - exact
    jump = 1 + np.flatnonzero(np.abs(np.diff(difference)) > wrap)
    lower.plot(np.insert(x, jump, np.nan), np.insert(difference, jump, np.nan), color=BLUE)
    lower.set_ylabel(label)


def prepare_files(folder, name):
    """Paths of the PDF and the PNG file of a figure; a link in their place goes, no file does."""
    paths = [os.path.join(folder, f"{name}.{extension}") for extension in ("pdf", "png")]
    os.makedirs(folder, exist_ok=True)
    for path in paths:
        if os.path.islink(path):
            os.remove(path)
    return paths


def list_figures(paths, manifest=".manifest"):
    """Note these files in their folder, so that hadpot may remove them with the results they show."""
    folders = {os.path.dirname(path) for path in paths}
    try:
        for folder in folders:
            descriptor = os.open(os.path.join(folder, manifest),
                                 os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
            with open(descriptor, "r+", encoding="utf-8") as file:
                names = {os.path.basename(path) for path in paths} | set(file.read().split("\n"))
                file.seek(0)
                file.write("\n".join(sorted(names - {""})) + "\n")
    except OSError as error:
        raise InputError(f"{error.filename or folders}: {error.strerror}") from error


def save(figure, folder, name):
    """Write and close a figure; returns the paths of the PDF and the PNG file."""
    try:
        paths = prepare_files(folder, name)
        # No date, so that the same results make the same file.
        figure.savefig(paths[0], metadata={"CreationDate": None})
        figure.set_layout_engine("none")  # panels are in place; to find it again takes long
        figure.savefig(paths[1])
    except OSError as error:
        raise InputError(f"{error.filename or folder}: {error.strerror}") from error
    plt.close(figure)
    return paths
