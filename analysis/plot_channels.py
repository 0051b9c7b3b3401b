# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of results with channels: potentials, phases and eta of every component, k^(2l+1) cot
delta, and C(k)."""

import numpy as np

from plot_bands import band_handles, continuous, draw_total, total_of
from plot_smatrix import energies, finish_phases
from style import (COLOURS, GREY, NARROW, around, break_at_poles, draw_band, draw_momenta,
                   from_zero, label_panel, new_figure, place_legend, pocket_range, where_seen)

# Below this part of 1 eta is drawn: rounding of a single open component is not.
ELASTIC = 1e-6

SYSTEMATIC = "stat. and syst."

# Potentials further inside do not set the height of their panel.
CORE_FM = 0.15


def by_component(table, results):
    """{component: its lines of phase_shift.csv}, one without a name where there is one alone; with
    E, which is the same in all."""
    names = table.get("component", np.full(len(table["w_mev"]), "")).astype(str)
    parts = {name: {key: value[names == name] for key, value in table.items()}
             for name in dict.fromkeys(names)}
    for lines in parts.values():
        if "e_mev" not in lines:
            lines["e_mev"] = results.array("scattering/e_mev")
    return parts


def column(lines, name):
    """A column and its error, or None."""
    return lines[name], lines.get(f"{name}_err")


def figure_channel_potential(results):
    """V_cd(r) of every pair of components; those that are 0 everywhere are left out."""
    table = results.table("potential")
    if not table or not {"r_fm", "v_mev"} <= set(table):
        return None
    rows, columns = (table.get(key, np.full(len(table["r_fm"]), "")).astype(str)
                     for key in ("row", "column"))
    figure, ((axes,),) = new_figure(NARROW, 2.6, results.note())
    shown = []
    for row, other in dict.fromkeys(zip(rows, columns)):
        chosen = (rows == row) & (columns == other)
        r, v = table["r_fm"][chosen], table["v_mev"][chosen]
        if np.any(v != 0):
            label = row if row == other else f"{row} - {other}"
            axes.plot(r, v, color=COLOURS[len(shown) % len(COLOURS)],
                      ls="-" if row == other else "--", label=label or results.channel)
            shown.append(v)
    outside = r > min(CORE_FM, 0.05 * r[-1])  # couplings like 1/r have no height at 0
    if not shown:
        return None
    axes.axhline(0, color=GREY, lw=0.4)
    ylim = pocket_range(np.concatenate([v[outside] for v in shown]))
    axes.set(xlabel="$r$ [fm]", ylabel="$V(r)$ [MeV]", xlim=where_seen(r, shown, ylim), ylim=ylim)
    place_legend(figure, axes)
    label_panel(axes, "", results.channel)
    return figure


def draw_totals(upper, lower, x, lines, colour):
    """The total bands of delta, on the branch of the fit, and of eta, where there is a panel."""
    delta, eta = total_of(lines, "delta_deg"), total_of(lines, "eta")
    if delta is not None:
        draw_total(upper, x, continuous(delta, lines["delta_deg"]), colour, None)
    if eta is not None and lower is not upper:
        draw_total(lower, x, eta, colour, None)


def draw_systematics(axes, x, lines, colour):
    """Bars of the statistical and systematic error in quadrature, where there are alternatives."""
    keys = [f"delta_deg_syst_{side}" for side in ("minus", "plus")]
    if not set(keys) <= set(lines):
        return
    bars = [np.hypot(lines["delta_deg_err"], lines[key]) for key in keys]
    bars = np.where(np.isfinite(bars), bars, np.nan)
    label = None if SYSTEMATIC in axes.get_legend_handles_labels()[1] else SYSTEMATIC
    axes.errorbar(x, lines["delta_deg"], bars, fmt="none", ecolor=colour, elinewidth=0.6, capsize=1.5,
                  label=label)


def draw_truth(axes, truth, name, component):
    """delta_deg or eta of a component of a synthetic ensemble, delta on the branch of the truth."""
    known = truth.channels.get(name, {})
    if component not in known:  # of one pair alone it may stand without the name of that
        component = component.split(":")[-1]
    if component in known:
        label = None if "truth" in axes.get_legend_handles_labels()[1] else "truth"
        axes.plot(truth.channels["w_mev"], known[component], "+", color="black", ms=4, mew=0.7,
                  zorder=4, label=label)


def figure_channel_phases(results, truth=None):
    """delta of every component against the energy; below it eta where there is inelasticity. Light:
    total bands; bars: with systematic errors; crosses: the truth."""
    table = results.table("phase_shift")
    if not table or not np.isfinite(table["delta_deg"]).any():
        return None
    parts = by_component(table, results)
    inelastic = "eta" in table and np.nanmin(table["eta"]) < 1 - ELASTIC
    rows = 2 if inelastic else 1
    figure, panels = new_figure(NARROW, 3.6 if inelastic else 2.6, results.note(), nrows=rows,
                                sharex=True, gridspec_kw={"height_ratios": (1.8, 1)[:rows]})
    upper, lower = panels[0, 0], panels[-1, 0]
    for i, (name, lines) in enumerate(parts.items()):
        x, label = energies(lines)
        colour = COLOURS[i % len(COLOURS)]
        draw_band(upper, x, *column(lines, "delta_deg"), colour, name or results.channel)
        draw_momenta(upper, x, lines["delta_deg"], colour)
        draw_totals(upper, lower, x, lines, colour)
        draw_systematics(upper, x, lines, colour)
        if truth is not None and "$W$" in label:
            draw_truth(upper, truth, "delta_deg", name)
            draw_truth(lower if inelastic else upper, truth, "eta" if inelastic else "", name)
        if inelastic:
            draw_band(lower, x, *column(lines, "eta"), colour)
            lower.set(ylabel=r"$\eta$", ylim=(0, 1.05))
    more = band_handles() if any("delta_total_deg" in lines for lines in parts.values()) else []
    return finish_phases(figure, (upper, lower), x, lines, results, label, more)


def power_of(name):
    """2l + 1 of a component "NN:3D1" or "3S1"; 1 where the wave is not named."""
    letter = name[-2:-1]
    return 2 * "SPDFGHIKL".index(letter) + 1 if letter and letter in "SPDFGHIKL" else 1


def figure_channel_kcot(results):
    """k^(2l+1) cot delta of the components that are elastic from the lowest threshold on, a panel
    for each power."""
    table = results.table("phase_shift")
    if not table or "kcot_mev" not in table or not np.isfinite(table["kcot_mev"]).any():
        return None
    parts = by_component(table, results)
    names = results.components(len(parts))
    parts = {name: lines for name, lines in zip(names, parts.values())
             if np.isfinite(lines["kcot_mev"]).any()}
    powers = sorted({power_of(name) for name in parts})
    figure, panels = new_figure(NARROW, 0.6 + 1.9 * len(powers), results.note(), nrows=len(powers),
                                sharex=True)
    for axes, power in zip(panels[:, 0], powers):
        chosen = {name: lines for name, lines in parts.items() if power_of(name) == power}
        size = [np.abs(lines["kcot_mev"]) for lines in chosen.values()]
        limit = 3 * max(np.nanpercentile(one, 50) for one in size)
        shown = []
        for name, lines in chosen.items():
            colour = COLOURS[list(parts).index(name) % len(COLOURS)]
            value, error = column(lines, "kcot_mev")
            k2 = np.where(np.isfinite(value), lines["k_mev"]**2, np.nan)
            shown.append(break_at_poles(value, limit))
            draw_band(axes, k2, shown[-1], error, colour, name)
            draw_momenta(axes, k2, shown[-1], colour)
        axes.axhline(0, color=GREY, lw=0.4)
        title = r"k\,\cot\delta" if power == 1 else rf"k^{{{power}}}\cot\delta"
        unit = "MeV" if power == 1 else f"MeV$^{{{power}}}$"
        axes.set(ylabel=f"${title}$ [{unit}]", ylim=around(np.concatenate(shown)))
        axes.legend()
    panels[-1, 0].set_xlabel(r"$k^2$ [MeV$^2$]")
    panels[-1, 0].ticklabel_format(axis="x", style="sci", scilimits=(-2, 4), useMathText=True)
    label_panel(panels[0, 0], "", results.channel)
    return figure


def figure_channel_femtoscopy(results):
    """C(k) of the pair of the first component for every source radius."""
    if not results.has("femtoscopy/k_mev", "femtoscopy/source_radius_fm"):
        return None
    k = results.array("femtoscopy/k_mev")
    k = k[0] if k.ndim > 1 else k
    central, error = results.band("femtoscopy/correlation")
    if not np.isfinite(central).any():
        return None
    figure, ((axes,),) = new_figure(NARROW, 2.6, results.note())
    for i, radius in enumerate(results.array("femtoscopy/source_radius_fm")):
        colour = COLOURS[i % len(COLOURS)]
        draw_band(axes, k, central[i], None if error is None else error[i], colour,
                  f"$R = {radius:g}$ fm")
        draw_momenta(axes, k, central[i], colour)
    axes.axhline(1, color=GREY, lw=0.4)
    axes.set(xlabel="$k$ [MeV]", ylabel="$C(k)$", xlim=from_zero(k))
    axes.legend()
    label_panel(axes, "", results.channel)
    return figure
