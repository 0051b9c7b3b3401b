# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of what correlators say by themselves: effective masses of the hadrons, and effective
energies of two of them in the box."""

import re

import numpy as np
from matplotlib.ticker import MaxNLocator

from results import text
from style import (BLUE, COLOURS, GREEN, GREY, NARROW, RED, WIDE, label_panel, new_figure,
                   quoted)

MARKERS = ("o", "s", "^", "D", "v", "P")
# Effective masses whose errors are larger than this part of the mass set no range of an axis.
NOISE = 0.1
SAME = 1e-9  # masses that differ by no more than rounding, relative
NOISY = 8  # the same of effective energies, in units of a typical error of the better half


def draw_measured(axes, t, value, error, colour, marker, label, shift=0.0):
    """Points with errors that are larger than the lines of curves."""
    known = np.isfinite(value)
    error = None if error is None else np.where(np.isfinite(error), error, 0)[known]
    axes.errorbar(t[known] + shift, value[known], error, fmt=marker, ms=3, mfc="white", mew=0.7,
                  color=colour, lw=0.7, capsize=1.5, label=label, zorder=3)


def draw_plateau(axes, low, high, value, error, colour, label):
    """A constant with its band from one time to another, each seen whole."""
    ends = np.array([low - 0.4, high + 0.4])
    axes.plot(ends, [value, value], color=colour, label=label, zorder=2)
    if error is not None and np.isfinite(error):
        axes.fill_between(ends, value - error, value + error, color=colour, alpha=0.25, lw=0,
                          zorder=1)


def figure_masses(results, truth=None):
    """Effective masses against t, with the mass that is used and, in its window, the fit; of equal
    hadrons once."""
    hadrons = [i for i in (1, 2) if results.has(f"masses/effective_mass_{i}_mev")]
    rows = [results.array(f"masses/effective_mass_{i}_mev") for i in hadrons]
    if len(rows) == 2 and np.array_equal(*rows, equal_nan=True):
        hadrons = hadrons[:1]
    figure, axes = new_figure(NARROW if len(hadrons) == 1 else WIDE, 2.6, results.note(),
                              ncols=len(hadrons))
    for panel, i in zip(axes[0], hadrons):
        draw_mass(panel, results, i, np.nan if truth is None else truth.masses_mev[i - 1])
        label_panel(panel, "" if len(hadrons) == 1 else f"hadron {i}",
                    results.channel if i == hadrons[-1] else "")
        panel.set(xlabel="$t$ [$a$]", ylabel=r"$m_\mathrm{eff}(t)$ [MeV]")
        panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    return figure


def figure_pair_masses(results):
    """The same of coupled channels: a row for each pair, a column for each hadron."""
    pairs = [name for name in results.file["masses"] if results.coupled
             and results.has(f"masses/{name}/t", f"masses/{name}/effective_mass_1_mev")]
    if not pairs:
        return None
    figure, axes = new_figure(WIDE, 0.4 + 2.2 * len(pairs), results.note(), nrows=len(pairs),
                              ncols=2)
    for panels, pair in zip(axes, pairs):
        for panel, i in zip(panels, (1, 2)):
            draw_mass(panel, results, i, np.nan, f"masses/{pair}")
            label_panel(panel, f"{pair}, hadron {i}",
                        results.channel if (pair, i) == (pairs[0], 2) else "")
            panel.set(xlabel="$t$ [$a$]", ylabel=r"$m_\mathrm{eff}(t)$ [MeV]")
            panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    return figure


def draw_mass(axes, results, i, true, group="masses"):
    t = results.array(f"{group}/t")
    value, error = results.band(f"{group}/effective_mass_{i}_mev")
    used = tuple(None if one is None else float(one)
                 for one in results.band(f"{group}/mass_{i}_mev"))
    about = results.file[f"{group}/mass_{i}_mev"].attrs
    source = f", {text(about['source'])}" if "source" in about else ""
    draw_measured(axes, t, value, error, BLUE, "o", f"two-point function{source}")
    window, masses = None, [used[0]]
    if "t_min" in about:  # a fit of the points t_min to t_max, effective masses between them
        window = [int(np.ravel(about[end])[0]) - last for end, last in (("t_min", 0), ("t_max", 1))]
        fit = fit_of(results, about, used)
        masses.append(fit[0])
        draw_plateau(axes, *window, *fit, RED, f"fit, $m = {quoted(*fit)}$ MeV")
        draw_fitted(axes, results, f"{group}/fitted_mass_{i}_mev", t, fit[0])
    if window is None or fit != used:
        draw_plateau(axes, t[0], t[-1], *used, GREEN, f"given, $m = {quoted(*used)}$ MeV")
    if np.isfinite(true):
        axes.axhline(true, color="black", ls="--", lw=0.9, label="truth", zorder=2)
    frame_masses(axes, t, value, error, masses, window)
    axes.legend()


def fit_of(results, about, used):
    """Mass and error of the fit in MeV: what is used, unless another mass was given."""
    if "mass_lat" not in about:
        return used
    fit = tuple(results.inverse_spacing_mev * float(np.ravel(about[name])[0])
                for name in ("mass_lat", "mass_lat_stat") if name in about)
    return used if abs(fit[0] - used[0]) <= SAME * used[0] else (*fit, None)[:2]


def draw_fitted(axes, results, name, t, mass):
    """What the fit says of each time of its window, where that is not a constant."""
    if not results.has(name):
        return
    fitted = results.array(name)[0]
    if np.nanmax(np.abs(fitted - mass), initial=0) > 1e-6 * mass:
        axes.plot(t, fitted, color=RED, ls=":", label="fit, by time")


def frame_masses(axes, t, value, error, masses, window=None):
    """Times with signal and those of the fit, and a range that shows the approach to the plateau."""
    mass = masses[-1]
    error = np.zeros_like(value) if error is None else error
    signal = np.isfinite(value) & (np.abs(value - mass) < NOISE * mass) & (error < NOISE * mass)
    inside = np.zeros(len(t), dtype=bool) if window is None else (t >= window[0]) & (t <= window[1])
    if signal.any():
        runs = np.split(np.arange(len(t)), 1 + np.flatnonzero(np.diff(signal.astype(int))))
        signal = np.isin(np.arange(len(t)), max((run for run in runs if signal[run[0]]), key=len))
    shown = signal | inside & np.isfinite(value)
    if not shown.any():
        return
    edges = np.concatenate([(value - error)[signal], (value + error)[signal], value[shown], masses])
    span = max(edges.max() - mass, mass - edges.min(), 0.005 * mass)
    low, high = t[shown | inside].min(), t[shown | inside].max()
    axes.set(xlim=(low - 1, high + 1),
             ylim=(max(mass - 1.15 * span, edges.min() - 0.1 * span),
                   min(mass + 1.15 * span, edges.max() + 0.6 * span)))


def figure_energies(results, truth=None):
    """Effective energies of two hadrons in the box relative to threshold against t, of every source,
    with plateaus and with the lowest level of the potential, where results have it."""
    kinds = [prefix for prefix in ("", "two_baryon_")
             if results.has(f"direct/{prefix}delta_e_mev")]
    figure, axes = new_figure(NARROW if len(kinds) == 1 else WIDE, 2.7, results.note(),
                              ncols=len(kinds))
    for panel, prefix in zip(axes[0], kinds):
        draw_energies(panel, results, prefix)
        draw_level(panel, results, truth)
        panel.axhline(0, color=GREY, lw=0.4)
        panel.set(xlabel="$t$ [$a$]", ylabel=r"$\Delta E(t) = \ln R(t)/R(t+1)$ [MeV]")
        panel.xaxis.set_major_locator(MaxNLocator(integer=True))
        panel.margins(x=0.1, y=0.15)
        frame_energies(panel, results, prefix)
        panel.legend()
        label_panel(panel, two_words(results, prefix, len(kinds)),
                    results.channel if prefix == kinds[-1] else "")
    return figure


def two_words(results, prefix, nkind):
    """Of which correlator, and the time in which excited states decay."""
    decay = results.file.attrs.get("direct_decay_time")
    words = [] if nkind == 1 and not prefix else [
        "two baryons" if prefix else "$R$ summed over $r$"]
    if decay is not None:
        words.append(rf"$1/\mathrm{{gap}} = {float(np.ravel(decay)[0]):.0f}\,a$")
    return ", ".join(words)


def names_of(results, prefix):
    """Sources of a kind of correlator."""
    key = "direct_two_baryon_source"
    if prefix and key in results.file.attrs:
        return [text(name) for name in np.atleast_1d(results.file.attrs[key])]
    return results.source


def draw_energies(axes, results, prefix):
    """Points, and plateaus over their windows."""
    t = results.array(f"direct/{prefix}t")
    value, error = results.band(f"direct/{prefix}delta_e_mev")
    plateau = f"direct/{prefix}plateau_delta_e_mev"
    names = names_of(results, prefix)
    for s, name in zip(range(len(value)), names):
        colour = COLOURS[s % len(COLOURS)]
        draw_measured(axes, t, value[s], None if error is None else error[s], colour,
                      MARKERS[s % len(MARKERS)], name, 0.12 * (s - (len(value) - 1) / 2))
        if results.has(plateau):
            constant, spread = results.band(plateau)
            spread = None if spread is None else spread[s]
            draw_plateau(axes, *window_of(results, t), constant[s], spread, colour,
                         f"${quoted(constant[s], spread)}$ MeV")


def frame_energies(axes, results, prefix):
    """A range of what is measured, where later points are noise, with 0 and all lines."""
    value, error = results.band(f"direct/{prefix}delta_e_mev")
    if error is None:
        return
    typical = np.nanmedian(np.sort(error[np.isfinite(error)])[:max(1, error.size // 2)])
    good = np.isfinite(value) & (error < NOISY * typical)
    share = 10 if good.sum() > 8 else 0  # in per cent: first times are far off
    low, high = (np.nanpercentile(side[good], at) if good.any() else 0.0 for side, at in
                 ((value - error, share), (value + error, 100 - share)))
    ends = [low, high, 0.0,
            *(y for line in axes.lines for y in line.get_ydata() if len(line.get_ydata()) == 2)]
    low, high = np.nanmin(ends), np.nanmax(ends)
    axes.set_ylim(low - 0.15 * (high - low), high + 0.35 * (high - low))


def window_of(results, t):
    """First and last time of plateaus, from the job that is kept with the results."""
    job = text(results.file.attrs.get("job", ""))
    found = [re.search(rf"plateau_t_{end}: *(\d+)", job) for end in ("min", "max")]
    if not all(found):
        return t[0], t[-1]
    return tuple(np.clip([int(one[1]) for one in found], t[0], t[-1]))


def draw_level(axes, results, truth):
    """The lowest level of the fitted potential in the same box, and that of the truth."""
    if results.has("finite_volume/level_mev"):
        level, error = results.band("finite_volume/level_mev")
        spread = None if error is None else error[0]
        axes.axhline(level[0], color="black", lw=0.9,
                     label=f"box, of the potential: ${quoted(level[0], spread)}$ MeV")
        if spread is not None and np.isfinite(spread):
            axes.axhspan(level[0] - spread, level[0] + spread, color="black", alpha=0.12, lw=0)
    if truth is not None and truth.box_level_mev:
        axes.axhline(truth.box_level_mev[0], color="black", ls="--", lw=0.9, label="truth")
