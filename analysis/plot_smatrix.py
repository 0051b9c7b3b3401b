# SPDX-License-Identifier: GPL-3.0-or-later
"""The figure of the S-matrix of coupled channels: S_aa in the complex plane, |S_ab| and eta against
the energy."""

import re

import matplotlib.pyplot as plt
import numpy as np

from style import COLOURS, GREY, WIDE, draw_band, label_panel, new_figure, place_legend

# A line where S_aa turns by more between two energies would be a chord through the plane.
LARGEST_TURN = np.radians(60)
# Room for markers at the ends of an axis of energies, as part of it.
MARKERS = 0.02
# A threshold nearer to the left end has its name at the right.
LABEL = 0.05


def energies(table):
    """W, or E where masses are not known and both are the same, and its name."""
    if "w_mev" not in table or np.array_equal(table["w_mev"], table["e_mev"]):
        return table["e_mev"], "$E$ [MeV]"
    return table["w_mev"], "$W$ [MeV]"


def draw_thresholds(axes, results, shift=0.0, height=0.985):
    """Vertical lines with the names of pairs, inside of the panel alone, below a height of it."""
    low, high = axes.get_xlim()
    for name, value in results.thresholds().items():
        if not low < value + shift < high:
            continue
        axes.axvline(value + shift, color=GREY, lw=0.5, ls=":")
        side = "right" if value + shift - low > LABEL * (high - low) else "left"
        axes.annotate(name, (value + shift, height), xycoords=("data", "axes fraction"),
                      rotation=90, ha=side, va="top", fontsize=6.5, color=GREY)


def shift_of(table, results):
    """What is added to a threshold, total energies, on the axis of a table."""
    values = results.thresholds().values()
    _, label = energies(table)
    return -min(values, default=0.0) if label.startswith("$E") else 0.0


def energy_range(x, results, shift=0.0):
    """An axis from the lowest threshold, or from the first energy where that is far above it, to
    the last, with room for the markers at both ends."""
    low, high = np.nanmin(x), np.nanmax(x)
    lowest = min(results.thresholds().values(), default=0.0) + shift
    if 0 <= low - lowest <= high - low or low == high:
        low = lowest
    room = MARKERS * (high - low)
    return low - room, high + room


def finish_phases(figure, panels, x, table, results, label, more=()):
    """Axes, thresholds and legend, with more handles, of phases above what goes with them, against
    one energy."""
    upper, lower = panels
    upper.axhline(0, color=GREY, lw=0.4)
    shift = shift_of(table, results)
    upper.set(ylabel=r"$\delta$ [deg]", xlim=energy_range(x, results, shift))
    lower.set_xlabel(label)
    draw_thresholds(upper, results, shift)
    place_legend(figure, upper, more=more)
    label_panel(upper, "", results.channel)
    return figure


def elements(table):
    """{(c, d): (S, error)} of the columns re_S_cd, im_S_cd, c <= d numbers from 1 on; error None
    where there is none, else (of Re, of Im)."""
    found = {}
    for column in table:
        match = re.fullmatch(r"re_S_(\d)(\d)", column)
        if match is None:
            continue
        other = column.replace("re_", "im_")
        value = table[column] + 1j * table[other]
        error = None
        if np.isfinite(table.get(column + "_err", np.nan)).any():  # of a given potential: none
            error = table[column + "_err"], table[other + "_err"]
        found[int(match[1]), int(match[2])] = value, error
    return found


def size(results, element, value):
    """|S| and its error from those of all samples: Re and Im are correlated, where one component
    alone is open so far that nothing is left; None: there are no samples."""
    parts = [f"smatrix/{part}_S_{element[0]}{element[1]}" for part in ("re", "im")]
    if not results.has(*parts) or results.array(parts[0]).ndim < 2:
        return np.abs(value), None
    return results.band_of(np.hypot(*(results.array(part) for part in parts)))


def draw_argand(axes, found, names):
    """A point at each energy, from the open circle on; the line breaks where S turns too far from
    one to the next."""
    angle = np.linspace(0, 2 * np.pi, 200)
    axes.plot(np.cos(angle), np.sin(angle), color=GREY, lw=0.5)
    axes.axhline(0, color=GREY, lw=0.3)
    axes.axvline(0, color=GREY, lw=0.3)
    for (c, d), (value, error) in found.items():
        open_at = np.flatnonzero(np.isfinite(value))
        if c != d or not open_at.size:
            continue
        colour = COLOURS[(c - 1) % len(COLOURS)]
        if error is not None:
            axes.errorbar(value.real, value.imag, error[1], error[0], fmt="none", ecolor=colour,
                          elinewidth=0.5, alpha=0.5)
        axes.plot(*broken(value), color=colour, marker="o", ms=1.8, mew=0,
                  label=rf"$S_{{{c}{d}}}$ {names[c - 1]}")
        first = value[open_at[0]]
        axes.plot(first.real, first.imag, "o", ms=4.5, mfc="none", color=colour)
    axes.set(xlabel=r"Re $S_{cc}$", ylabel=r"Im $S_{cc}$", xlim=(-1.1, 1.1), ylim=(-1.1, 1.1),
             aspect="equal")


def broken(value):
    """Re and Im with a gap where the direction turns by more than LARGEST_TURN."""
    turn = np.abs(np.angle(value[1:] * np.conj(value[:-1])))
    gap = 1 + np.flatnonzero((turn > LARGEST_TURN) & (np.abs(value[1:] - value[:-1]) > 0.5))
    value = np.insert(value, gap, np.nan)
    return value.real, value.imag


def draw_sizes(axes, x, found, names, results):
    """eta of each component, and |S_cd| of each pair of them, dashed."""
    coupled = [cd for cd in found if cd[0] != cd[1]]
    for (c, d), (value, _) in found.items():
        if not np.isfinite(value).any():
            continue
        if c == d:
            colour, line = COLOURS[(c - 1) % len(COLOURS)], "-"
            label = rf"$\eta$ {names[c - 1]}"
        else:
            colour, line = plt.get_cmap("Greys")(0.45 + 0.5 * coupled.index((c, d)) /
                                                 max(1, len(coupled) - 1)), "--"
            label = rf"$|S_{{{c}{d}}}|$"
        length, spread = size(results, (c, d), value)
        draw_band(axes, x, length, spread, colour, label, ls=line)
    axes.set(ylabel=r"$|S_{cd}|$", ylim=(0, 1.05))


def figure_smatrix(results):
    table = results.table("smatrix")
    found = elements(table) if table else {}
    if not any(np.isfinite(value).any() for value, _ in found.values()):
        return None
    names = results.components(max(d for _, d in found))
    x, label = energies(table)
    figure, ((left, right),) = new_figure(WIDE, 3.3, results.note(), ncols=2,
                                          gridspec_kw={"width_ratios": (1, 1.3)})
    draw_argand(left, found, names)
    left.legend(loc="center")
    draw_sizes(right, x, found, names, results)
    shift = shift_of(table, results)
    right.set(xlabel=label, xlim=energy_range(x, results, shift))
    draw_thresholds(right, results, shift, 0.65)
    place_legend(figure, right, 6)
    label_panel(left, "open circles: lowest energies", "")
    label_panel(right, "", results.channel)
    return figure
