# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of the data: R(t,r) at all times, and the three terms of V(r) = S/R."""

import numpy as np
from matplotlib.lines import Line2D

from style import (BLUE, GREEN, GREY, NARROW, RED, WIDE, draw_points, fit_range, label_panel,
                   legend_below, new_figure, pocket_range, shades)

REFERENCE_FM = 1.0  # R(t,r) is divided by its value about there, where cores have ended
CORE_FM = 1.0  # of the panels that show the core
MOST_TIMES = 4  # panels of terms of V(r) side by side
TERMS = (("laplacian", r"$\nabla^2 R\,/\,2\mu R$", BLUE, "s"),
         ("dt", r"$-\partial_t R\,/R$", GREEN, "^"),
         ("dt2", r"$(1+3\delta^2)\,\partial_t^2 R\,/\,8\mu R$", RED, "D"),
         ("S", "sum", "black", "o"))


def all_times(results):
    """R (sample, source, t, r), with one normalisation for all times, and its times: those that were
    fitted and, where two of them are neighbours, the outer ones too, which -d_t R tells:
    R(t-1) = R(t+1) + 2 (-d_t R)(t)."""
    times = list(results.t)
    scale = (results.array("correlator/normalisation") if results.has("correlator/normalisation")
             else np.ones((len(results.source), len(times))))[:, :, None]
    known = dict(zip(times, np.moveaxis(results.array("correlator/R") * scale, 2, 0)))
    slope = dict(zip(times, np.moveaxis(results.array("correlator/dt") * scale, 2, 0)))
    for t in times:
        for step in (-1, 1):
            if t + step not in known and t - step in times:
                known[t + step] = known[t - step] - 2 * step * slope[t]
    times = sorted(known)
    return times, np.stack([known[t] for t in times], axis=2)


def reference_point(r):
    """Index of the radius nearest to REFERENCE_FM, or to the middle of a shorter range."""
    return int(np.argmin(np.abs(r - min(REFERENCE_FM, r[-1] / 2))))


def figure_correlator(results):
    """R(t,r) of each source at all times, 1 at one radius; below it, divided by that of the middle
    time, where the differences between times and the errors are seen."""
    order, r, _, r_max = fit_range(results)
    times, rows = all_times(results)
    rows = rows[..., order]
    at = reference_point(r[r <= r_max])
    rows = rows / rows[..., at:at + 1]
    middle, nsource = len(times) // 2, len(results.source)
    several = len(times) > 1
    figure, axes = new_figure(WIDE if nsource > 1 else NARROW, 4.2 if several else 2.6,
                              nrows=1 + several, ncols=nsource, sharex=True)
    shown = r <= r_max
    for s, source in enumerate(results.source):
        for t, colour in zip(range(len(times)), shades(len(times))):
            label = f"$t = {times[t]}$"
            value, error = results.band_of(rows[:, s, t])
            draw_points(axes[0, s], r[shown], value[shown], take(error, shown), colour, label)
            if several and t != middle:
                value, error = results.band_of(100 * (rows[:, s, t] / rows[:, s, middle] - 1))
                draw_points(axes[1, s], r[shown], value[shown], take(error, shown), colour, label)
        label_panel(axes[0, s], f"{source} source", results.channel if s == nsource - 1 else "")
        axes[-1, s].set(xlabel="$r$ [fm]", xlim=(-0.015 * r_max, r_max))
        axes[0, s].set_ylabel(rf"$R(t,r)\,/\,R(t, {r[at]:.2f}\,\mathrm{{fm}})$")
        axes[0, s].legend(ncol=1 + len(times) // 4, markerscale=1.5, title_fontsize=7.5,
                          title="times that the fit reads")
        if several:
            axes[1, s].axhline(0, color=GREY, lw=0.4)
            axes[1, s].set_ylim(*typical(axes[1, s]))
            axes[1, s].set_ylabel(f"difference to $t = {times[middle]}$ [%]")
    return figure


def take(error, shown):
    return None if error is None else error[shown]


def typical(axes, share=2):
    """A range of y that holds nearly all points: noise of the last radii would hide the rest."""
    values = np.concatenate([line.get_ydata() for line in axes.lines if len(line.get_xdata()) > 2])
    low, high = np.nanpercentile(values, [share, 100 - share])
    return 1.3 * min(low, -0.02 * high) - 0.02, 1.3 * max(high, -0.02 * low) + 0.02


def figure_terms(results, truth_potential=None):
    """V(r) = S/R at single radii with the three terms that it is the sum of, in MeV, for each source
    and several times: the core, and in a panel of its own the pocket."""
    order, r, fitted, r_max = fit_range(results)
    chosen = np.unique(np.linspace(0, len(results.t) - 1,
                                   min(len(results.t), MOST_TIMES)).round().astype(int))
    nsource, nt = len(results.source), len(chosen)
    figure, cores, pockets = panels_of_terms(nsource, nt)
    ratio = results.array("correlator/R")
    terms = {name: results.array(f"correlator/{name}") for name, *_ in TERMS}
    truth = truth_of(truth_potential, r)
    for s, source in enumerate(results.source):
        drawn = []
        for core, pocket, t in zip(cores[s], pockets[s], chosen):
            with np.errstate(divide="ignore", invalid="ignore"):
                bands = {name: results.band_of(results.inverse_spacing_mev *
                                               (rows[:, s, t] / ratio[:, s, t])[:, order])
                         for name, rows in terms.items()}
            drawn.append(bands)
            for panel in (core, pocket):
                draw_terms(panel, r, bands, r_max, truth)
            core.set_xlim(-0.015 * min(CORE_FM, r_max), min(CORE_FM, r_max))
            pocket.set_xlim(0, r_max)
            label_panel(core, f"{source}, $t = {results.t[t]}$", "")
        frame_core(cores[s], r, drawn)
        frame_pocket(pockets[s], r, fitted, drawn)
        for panel in (cores[s][0], pockets[s][0]):
            panel.set_ylabel("$V(r)$ [MeV]")
        for panel in pockets[s] if nt > 1 else (*cores[s], *pockets[s]):
            panel.set_xlabel("$r$ [fm]")
    first = pockets[0][-1] if nt == 1 else cores[0][-1]
    first.set_title(results.channel if nt <= 2 else "", loc="right", pad=3, color=GREY)
    legend_below(figure, legend_of_terms(truth), ncol=5, columnspacing=1.2)
    return figure


def panels_of_terms(nsource, nt):
    """A figure, and its panels [source][time] of cores and of pockets: of one time side by side, of
    several below each other."""
    if nt == 1:
        figure, axes = new_figure(WIDE, 0.6 + 2.4 * nsource, nrows=nsource, ncols=2,
                                  gridspec_kw={"width_ratios": (1, 1.6)})
        return figure, axes[:, :1], axes[:, 1:]
    figure, axes = new_figure(WIDE, 0.6 + 3.7 * nsource, nrows=2 * nsource, ncols=nt, sharey="row",
                              gridspec_kw={"height_ratios": (1, 1.4) * nsource})
    return figure, axes[::2], axes[1::2]


def truth_of(potential, r):
    """V(r) of a truth that is local, on a fine grid: elsewhere the sum is not to be V."""
    if potential is None or potential.nonlocal_part:
        return None
    fine = np.linspace(max(r[0], 1e-3), r[-1], 400)
    return fine, potential.V(fine)


def draw_terms(axes, r, bands, r_max, truth):
    shown = r <= r_max
    axes.axhline(0, color=GREY, lw=0.4)
    for name, _, colour, marker in TERMS:
        value, error = bands[name]
        draw_points(axes, r[shown], value[shown], take(error, shown), colour, name, marker)
    if truth is not None:
        axes.plot(*truth, color="black", ls=":", lw=1.0, label="truth", zorder=4)


def frame_core(panels, r, drawn):
    """One range of a row: from below the lowest value to the top of the core."""
    values = np.concatenate([value[r <= CORE_FM] for bands in drawn for value, _ in bands.values()])
    low, high = np.nanmin(values), np.nanmax(values)
    for panel in panels:
        panel.set_ylim(low - 0.08 * (high - low), high + 0.08 * (high - low))


def frame_pocket(panels, r, fitted, drawn):
    """One range of a row: that of the sum, with room for the other terms up to twice as far."""
    inside = fitted if fitted.any() else np.ones(len(r), dtype=bool)
    low, high = pocket_range(np.concatenate([bands["S"][0][inside] for bands in drawn]))
    for name in ("dt", "dt2"):
        values = np.concatenate([bands[name][0][inside] for bands in drawn])
        low = max(2 * low, min(low, 1.2 * np.nanmin(values)))
        high = min(2 * high, max(high, 1.2 * np.nanmax(values)))
    for panel in panels:
        panel.set_ylim(low, high)


def legend_of_terms(truth):
    handles = [Line2D([], [], color=colour, marker=marker, ls="", ms=3, label=label)
               for _, label, colour, marker in TERMS]
    if truth is not None:
        handles.append(Line2D([], [], color="black", ls=":", lw=1.0, label="truth"))
    return handles
