# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of fits of several components: correlators, potentials between them, V_C and V_T, maps of
U, pulls."""

import numpy as np
from matplotlib.lines import Line2D

from plot_bands import band_handles, draw_total
from style import (COLOURS, GREY, RED, WIDE, draw_band, draw_points, label_above, label_panel,
                   legend_below, new_figure, pocket_range, shades)

# Sources times times of the panels of pulls at most.
MOST_COLUMNS = 6
# The panel of the core shows as many radii at least; a pocket has this part of the height at least.
CORE_RADII, LEAST_POCKET = 8, 2e-3
# Shells of a lattice that are nearer than this are drawn as one line, in fm.
SAME_FM = 1e-9


def several(results):
    """The results have more than one component on the radii of the data."""
    return results.coupled and results.has("correlator/R") and results.array(
        "correlator/R").ndim == 5


def radii(results):
    """Radii of the data in order, and the fitted ones of each component."""
    r = results.array("grid/r_fm")
    order = np.argsort(r, kind="stable")
    return order, r[order], results.array("grid/fitted")[:, order] > 0


def figure_matrix_correlator(results):
    """R of each component of the sink, for each source, at all times; in units of the source."""
    if not several(results):
        return None
    order, r, _ = radii(results)
    rows = results.array("correlator/R")[..., order]
    n, nsource = rows.shape[3], len(results.source)
    names = results.components(n)
    figure, axes = new_figure(WIDE, 0.6 + 1.7 * n, nrows=n, ncols=nsource, sharex=True)
    for (c, s), panel in np.ndenumerate(axes):
        for t, colour in enumerate(shades(len(results.t))):
            draw_points(panel, r, *results.band_of(rows[:, s, t, c]), colour,
                        f"$t = {results.t[t]}$")
        panel.axhline(0, color=GREY, lw=0.4)
        label_above(panel, f"{results.source[s]}: {names[c]}",
                    results.channel if (c, s) == (0, nsource - 1) else "")
        if s == 0:
            panel.set_ylabel("$R(t,r)$, normalised")
        if c == n - 1:
            panel.set(xlabel="$r$ [fm]", xlim=(0, r[-1]))
    axes[0, 0].legend(markerscale=1.5)
    return figure


def of_shells(r, *values):
    """Means over points of the same radius, for lines."""
    good = np.isfinite(values[0])
    known, shell, count = np.unique(np.round(r[good] / SAME_FM) * SAME_FM, return_inverse=True,
                                    return_counts=True)
    return known, *(None if y is None else np.bincount(shell, y[good]) / count for y in values)


def draw_element(panels, r, fitted, chosen, total, times):
    """Bands of what is localised, with the total ones where they are known, and points at leading
    order of one element, in both panels."""
    shown, deep = [], False
    for t, colour in zip(times, COLOURS):
        for panel in panels:
            value, error, direct, direct_error = (None if y is None else np.where(fitted, y, np.nan)
                                                  for y in chosen(t))
            if direct is not None:
                with np.errstate(invalid="ignore"):
                    panel.errorbar(r, direct, direct_error, color=colour, fmt="o", ms=2.0, mew=0,
                                   lw=0.4, alpha=0.3, rasterized=True)
            draw_band(panel, *of_shells(r, value, error), colour, zorder=3)
            if total(t) is not None:
                at, *band = of_shells(r, *np.where(fitted, total(t), np.nan))
                draw_total(panel, at, np.stack(band), colour, None)
            panel.axhline(0, color=GREY, lw=0.4)
            panel.set(xlabel="$r$ [fm]", ylabel="$V(r)$ [MeV]")
        shown.append(value[fitted & np.isfinite(value)])
        deep = deep or is_pocket(value[fitted], None if error is None else error[fitted])
    values = np.concatenate(shown)
    panels[0].set(xlim=(0, min(max(1.0, r[min(CORE_RADII, len(r) - 1)]), r[fitted].max())))
    panels[1].set(xlim=(0, r[fitted].max()))
    if values.size and np.ptp(values) > 0:
        span = np.ptp(values)
        full = values.min() - 0.15 * span, values.max() + 0.15 * span
        panels[0].set_ylim(*full)
        panels[1].set_ylim(*(pocket_range(values) if deep else full))


def is_pocket(value, error):
    """The lowest value is below 0 by more than twice its error, and no wiggle of the end."""
    if not np.isfinite(value).any():
        return False
    at = int(np.nanargmin(value))
    known = error is None or value[at] + 2 * error[at] < 0
    return known and value[at] < -LEAST_POCKET * np.nanmax(np.abs(value))


def take(results, name, index):
    """value, error of a row (sample, set, ...) at an index behind the samples, in order of r."""
    if not results.has(name):
        return None, None
    order = radii(results)[0]
    value, error = results.band(name)
    return value[index][..., order], None if error is None else error[index][..., order]


def figure_matrix_potential(results):
    """Elements of the matrix of local potentials: what the fit makes of the waves (bands) and S R^-1
    (points), the core and the pocket; of an S and a D wave V_C and V_T."""
    if not several(results):
        return None
    order, r, fitted = radii(results)
    n = fitted.shape[0]
    names = results.components(n)
    tensor = results.has("potential/localised_vc_mev")
    matrix = results.has("potential/localised_matrix_mev")
    if not tensor and not matrix:
        return None
    what = ([("$V_C$", "vc", ()), ("$V_T$", "vt", ())] if tensor else
            [(names[c] if c == d else f"{names[c]} - {names[d]}", "matrix", (c, d))
             for c in range(n) for d in range(c, n)])
    first = results.array(f"potential/localised_{what[0][1]}_mev")
    nset = first.shape[1]
    times = range(min(nset, len(COLOURS)))
    figure, axes = new_figure(WIDE, 0.7 + 1.9 * len(what), results.note(), nrows=len(what), ncols=2,
                              gridspec_kw={"width_ratios": (1, 1.6)})
    for panels, (label, kind, element) in zip(axes, what):
        def chosen(t, kind=kind, element=element):
            return (*take(results, f"potential/localised_{kind}_mev", (t, *element)),
                    *take(results, f"potential/lo_{kind}_mev", (t, *element)))

        def total(t, kind=kind, element=element):
            band = results.total(f"potential/localised_{kind}_mev")
            return None if band is None else band[(slice(None), t, *element)][..., order]
        draw_element(panels, r, fitted.all(axis=0), chosen, total, times)
        label_panel(panels[0], label, "")
    label_panel(axes[0, 1], "", results.channel)
    named = nset == len(results.t)
    handles = [Line2D([], [], color=COLOURS[t], lw=3,
                      label=f"$t = {results.t[t]}$" if named else "all times") for t in times]
    handles += [Line2D([], [], color=GREY, label="localised"),
                Line2D([], [], color=GREY, marker="o", ls="", label="leading order")]
    if results.has(f"total/potential/localised_{what[0][1]}_mev"):
        handles += band_handles()
    legend_below(figure, handles, -(-len(handles) // 5), ncol=5, columnspacing=1.2)
    return figure


def figure_matrix_nonlocal(results):
    """Maps of U_cd(r,r') of the average."""
    u = results.array("potential/u_mev_fm3")[0]
    if u.ndim != 4:
        return None
    n, r = len(u), results.array("potential/u_r_fm")
    names = results.components(n)
    figure, axes = new_figure(WIDE, 1.0 + 2.3 * n, results.note(), nrows=n, ncols=n, sharex=True,
                              sharey=True)
    for (c, d), panel in np.ndenumerate(axes):
        top = np.nanmax(np.abs(u[c, d])) or 1.0
        image = panel.pcolormesh(r, r, u[c, d], cmap="RdBu_r", vmin=-top, vmax=top,
                                 shading="nearest", rasterized=True)
        figure.colorbar(image, ax=panel, shrink=0.8, pad=0.03, label=r"$U$ [MeV fm$^{-3}$]")
        panel.set_aspect("equal")
        label_above(panel, names[c] if c == d else f"{names[c]} - {names[d]}",
                    results.channel if (c, d) == (0, n - 1) else "")
        if c == n - 1:
            panel.set_xlabel("$r'$ [fm]")
        if d == 0:
            panel.set_ylabel("$r$ [fm]")
    return figure


def figure_matrix_pulls(results):
    """(S - prediction)/error of every fitted point: rows are components of the sink, columns sources
    and times, of many those with the largest chi2; chi2 per point of each."""
    if not several(results):
        return None
    _, r, fitted = radii(results)
    pull = results.array("training/pull")[0][..., radii(results)[0]]
    nsource, nt, n = pull.shape[:3]
    names = results.components(n)
    columns = [(s, t) for s in range(nsource) for t in range(nt)]
    left_out = len(columns) - MOST_COLUMNS
    if left_out > 0:  # those that are worst described
        chi2 = {(s, t): np.mean(pull[s, t][fitted]**2) for s, t in columns}
        columns = sorted(sorted(columns, key=chi2.get)[left_out:])
    largest = np.nanmax(np.abs(np.where(fitted, pull, 0)))
    figure, axes = new_figure(WIDE, 0.7 + 1.6 * n, results.note(), nrows=n, ncols=len(columns),
                              sharex=True, sharey=True)
    for c, i in np.ndindex(n, len(columns)):
        s, t = columns[i]
        one, panel = pull[s, t, c][fitted[c]], axes[c, i]
        panel.axhspan(-1, 1, color=GREY, alpha=0.15, lw=0)
        panel.axhline(0, color=GREY, lw=0.4)
        panel.plot(r[fitted[c]], one, "o", ms=1.8, mew=0, color=COLOURS[c], rasterized=True)
        panel.set_yscale("symlog", linthresh=3)
        panel.yaxis.set_major_formatter("{x:g}")
        panel.set(xlim=(0, 1.02 * r[fitted.any(axis=0)].max()),
                  ylim=np.array([-1, 1.5]) * max(4, 1.2 * largest))
        chi2 = np.mean(one**2)
        panel.annotate(rf"$\chi^2$/point {chi2:.3g}", (0.97, 0.95), xycoords="axes fraction",
                       ha="right", va="top", fontsize=6.5, color=RED if chi2 > 3 else "black")
        label_above(panel, f"{results.source[s]}, $t = {results.t[t]}$" if c == 0 else "",
                    f"the worst {MOST_COLUMNS} of {nsource * nt} sources and times"
                    if left_out > 0 and (c, i) == (0, MOST_COLUMNS - 1) else "")
        if i == 0:
            panel.set_ylabel(f"{names[c]}\n(data - fit) / error")
        if c == n - 1:
            panel.set_xlabel("$r$ [fm]")
    return figure
