# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of what a potential does: phase shifts, C(k), levels in the box."""

import re

import numpy as np

from curves import Curves, momenta, smooth_bands
from plot_bands import band_handles, draw_marks, draw_total
from plot_kcot import truth_curve
from plot_variations import draw_systematic, systematic
from style import (BLUE, COLOURS, E_LABEL, GREY, LEVEL_LABEL, NARROW, ORANGE, RED, draw_band,
                   draw_exact, draw_momenta, from_zero, label_panel, nearest_branch, new_figure,
                   new_panels, place_legend)


def figure_phase_shift(results, truth=None, reference=None, name=""):
    """delta against the energy, beside the truth and published values."""
    known, _ = results.band("scattering/delta_deg")
    if not np.isfinite(known).any():
        return None
    curves = Curves(results)
    e_cm, known_e = curves.e_cm, curves.known_e
    delta, error = curves.band("delta_deg")
    figure, axes, lower = new_panels(results, "exact/delta_deg")
    draw_band(axes, e_cm, delta, error, BLUE, results.curve_label)
    draw_momenta(axes, known_e, known, BLUE)
    syst = systematic(results, "delta_deg")
    if syst is not None:
        draw_systematic(axes, e_cm, delta, error, curves.between(syst), ORANGE)
    k, total = curves.total("delta_deg") or (curves.k, None)
    draw_total(axes, curves.energy(k), total, BLUE)
    draw_marks(axes, known_e, results)
    if reference is not None and results.fitted:
        k2, value, spread = reference
        x = np.interp(k2, results.array("scattering/k2_lat"), known_e, left=np.nan, right=np.nan)
        value = nearest_branch(value, np.interp(x, known_e, known))
        axes.errorbar(x, value, spread, fmt="s", ms=2.5, mfc="none", color=RED, lw=0.8, label=name)
    if truth is not None:
        k, value, _ = truth_curve(truth, curves)
        axes.plot(curves.energy(k), value, color="black", ls="--",
                  label="truth", zorder=4)
    if lower is not axes:
        exact = curves.exact()[0]
        # Potentials with one bound state more or less differ by 180 degrees and scatter alike.
        draw_exact(axes, lower, e_cm, nearest_branch(delta, exact), exact,
                   r"$\delta - \delta_\mathrm{exact}$ [deg]", wrap=90)
    axes.axhline(0, color=GREY, lw=0.4)
    axes.set(ylabel=r"$\delta$ [deg]", xlim=from_zero(e_cm))
    lower.set(xlabel=E_LABEL)
    place_legend(figure, axes)
    label_panel(axes, "", results.channel)
    return figure


def figure_row(results, name):
    """Any quantity against the energy, with its band."""
    _, e_cm = momenta(results)
    value, error = results.band(name)
    if not np.isfinite(value).any():
        return None
    short, unit = name.rsplit("/", 1)[-1], results.unit(name)
    words = short.split("_")
    if words[-1] == unit.strip(" []").replace("^", ""):
        words.pop()
    figure, ((axes,),) = new_figure(NARROW, 2.6, results.note())
    x, curve, spread, syst, total = smooth_bands(e_cm, value, error, systematic(results, short),
                                                 results.total(name))
    draw_band(axes, x, curve, spread, BLUE, results.curve_label)
    draw_momenta(axes, e_cm, value, BLUE)
    draw_systematic(axes, x, curve, spread, syst, ORANGE)
    draw_total(axes, x, total, BLUE)
    if total is not None:
        draw_marks(axes, e_cm, results)
    axes.set(xlabel=E_LABEL, xlim=from_zero(e_cm),
             ylabel=" ".join(words) + re.sub(r"\^(-?\d+)", r"$^{\1}$", unit))
    axes.legend()
    label_panel(axes, "", results.channel)
    return figure


def figure_femtoscopy(results):
    """C(k) for every source radius, and in dots the Lednicky-Lyuboshitz formula."""
    k, _ = momenta(results)
    radii = results.array("femtoscopy/source_radius_fm")
    central, error = results.band("femtoscopy/correlation")
    lednicky = results.array("femtoscopy/lednicky")[0]
    total = results.total("femtoscopy/correlation")
    figure, ((axes,),) = new_figure(NARROW, 2.6, results.note())
    at, curve, spread, formula, light = smooth_bands(k, central, error, lednicky, total)
    for i, radius in enumerate(radii):
        colour = COLOURS[i % len(COLOURS)]
        draw_band(axes, at, curve[i], None if spread is None else spread[i], colour,
                  f"$R = {radius:g}$ fm")
        draw_momenta(axes, k, central[i], colour)
        axes.plot(at, formula[i], color=colour, ls=":")
        draw_total(axes, at, None if light is None else light[:, i], colour, None)
    if np.isfinite(lednicky).any():
        axes.plot([], [], color=GREY, ls=":", label="Lednický-Lyuboshitz")
    axes.axhline(1, color=GREY, lw=0.4)
    axes.set(xlabel="$k$ [MeV]", ylabel="$C(k)$", xlim=from_zero(k))
    if total is not None:
        draw_marks(axes, k, results)
    handles = axes.get_legend_handles_labels()[0]
    axes.legend(handles=handles + (band_handles() if total is not None else []))
    label_panel(axes, "", results.channel)
    return figure


def figure_finite_volume(results, truth=None):
    """The lowest A1 levels in the box of the ensemble: of S/R for every source and time, and of the
    fitted potential; with those of the truth."""
    central, error = results.band("finite_volume/level_lo_mev")
    nsource, nt, nlevel = central.shape
    figure, ((axes,),) = new_figure(NARROW, 2.6, results.note())
    labels = [f"{source}\n$t = {t}$" for source in results.source for t in results.t]
    columns = [(central[s, t], None if error is None else error[s, t], BLUE)
               for s in range(nsource) for t in range(nt)]
    if results.has("finite_volume/level_mev"):
        labels.append("fit")
        columns.append((*results.band("finite_volume/level_mev"), RED))
    for x, (levels, spread, colour) in enumerate(columns):
        axes.errorbar(np.full(nlevel, x), levels, spread, fmt="_", ms=22, color=colour, capsize=2,
                      lw=0.8)
        for i, level in enumerate(levels):  # errors are often thinner than the lines
            text = f"{level:.2f}" + ("" if spread is None else f" ± {spread[i]:.2f}")
            axes.annotate(text, (x, level), (0, 3), textcoords="offset points", ha="center",
                          fontsize=6.5, color=colour)
    axes.axhline(0, color=GREY, lw=0.4)
    known = truth.box_level_mev[:nlevel] if truth is not None else ()
    for level in known:
        axes.axhline(level, color="black", ls="--", lw=0.7, zorder=1)
    axes.margins(y=0.12)
    axes.set(xlim=(-0.6, len(labels) - 0.4), ylabel=LEVEL_LABEL)
    axes.set_xticks(range(len(labels)), labels)
    label_panel(axes, "$A_1^+$" + ("; dashed: truth" if known else ""), results.channel)
    return figure
