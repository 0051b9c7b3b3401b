# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of what a potential does: phase shifts, k cot delta, C(k), levels in the box."""

import re

import numpy as np

from plot_bands import band_handles, continuous, draw_marks, draw_total, within
from plot_variations import draw_systematic, systematic
from style import (BLUE, COLOURS, E_LABEL, GREEN, GREY, HBARC_MEV_FM, LEVEL_LABEL, NARROW, ORANGE,
                   PURPLE, RED, around, break_at_poles, draw_band, few, from_zero, kcot,
                   label_panel, nearest_branch, new_figure)


def figure_phase_shift(results, truth=None, reference=None, name=""):
    """delta against the energy, beside the truth and published values."""
    e_cm = results.array("scattering/e_cm_mev")
    delta, error = results.band("scattering/delta_deg")
    if not np.isfinite(delta).any():
        return None
    figure, axes, lower = new_panels(results, "exact/delta_deg")
    draw_band(axes, e_cm, delta, error, BLUE, results.curve_label, marker=few(e_cm))
    draw_systematic(axes, e_cm, delta, error, systematic(results, "delta_deg"), ORANGE)
    total = results.total("scattering/delta_deg")
    draw_total(axes, e_cm, None if total is None else continuous(total, delta), BLUE)
    draw_marks(axes, e_cm, results)
    if reference is not None and results.fitted:
        k2, value, spread = reference
        x = np.interp(k2, results.array("scattering/k2_lat"), e_cm, left=np.nan, right=np.nan)
        value = nearest_branch(value, np.interp(x, e_cm, delta))
        axes.errorbar(x, value, spread, fmt="s", ms=2.5, mfc="none", color=RED, lw=0.8, label=name)
    if truth is not None:
        axes.plot(*truth, color="black", ls="--", label="truth", zorder=4)
    if lower is not axes:
        exact = results.array("exact/delta_deg")
        # Potentials with one bound state more or less differ by 180 degrees and scatter alike.
        draw_exact(axes, lower, e_cm, nearest_branch(delta, exact), exact,
                   r"$\delta - \delta_\mathrm{exact}$ [deg]", wrap=90)
    axes.axhline(0, color=GREY, lw=0.4)
    axes.set(ylabel=r"$\delta$ [deg]", xlim=from_zero(e_cm))
    lower.set(xlabel=E_LABEL)
    axes.legend()
    label_panel(axes, "", results.channel)
    return figure


def figure_kcot(results, truth=None, reference=None, name=""):
    """k cot delta against k^2, cut off around poles (delta = 0 or 180 degrees)."""
    k = results.array("scattering/k_mev")
    k2 = k**2 / 1e6
    central, error = results.band("scattering/kcot_mev")
    if not np.isfinite(central).any():
        return None
    limit = 3 * max(abs(central[0]), k.max())
    figure, axes, lower = new_panels(results, "exact/kcot_mev")
    shown = break_at_poles(central, limit)
    draw_band(axes, k2, shown, error, BLUE, results.curve_label, marker=few(k2))
    draw_systematic(axes, k2, shown, error, systematic(results, "kcot_mev"), ORANGE)
    total = results.total("scattering/kcot_mev")
    draw_total(axes, k2, total, BLUE, limit=limit)
    draw_marks(axes, k2, results)
    draw_expansion(axes, results, k2, limit)
    if reference is not None and results.fitted:
        k_ref = np.sqrt(reference[0]) * results.inverse_spacing_mev
        value, spread = kcot(k_ref, reference[1], reference[2])
        value[(np.abs(value) > limit) | (k_ref > k.max())] = np.nan
        axes.errorbar(k_ref**2 / 1e6, value, spread, fmt="s", ms=2.5, mfc="none", color=RED, lw=0.8,
                      label=name)
    if truth is not None and not results.charged:
        k2_true = np.asarray(truth[0]) * k2[-1] / results.array("scattering/e_cm_mev")[-1]
        value, _ = kcot(1e3 * np.sqrt(k2_true), truth[1])
        axes.plot(k2_true, break_at_poles(value, limit), color="black", ls="--", label="truth")
    if lower is not axes:
        exact = break_at_poles(results.array("exact/kcot_mev"), limit)
        draw_exact(axes, lower, k2, shown, exact, "difference [MeV]")
    axes.axhline(0, color=GREY, lw=0.4)
    axes.set(ylabel=results.kcot_label, xlim=from_zero(k2[np.isfinite(shown)]),
             ylim=around(np.concatenate([shown, within(total, limit)])))
    lower.set(xlabel=r"$k^2$ [GeV$^2$]")
    axes.legend()
    label_panel(axes, "", results.channel)
    return figure


def figure_row(results, name):
    """Any quantity against the energy, with its band."""
    e_cm = results.array("scattering/e_cm_mev")
    value, error = results.band(name)
    if not np.isfinite(value).any():
        return None
    short, unit = name.rsplit("/", 1)[-1], results.unit(name)
    words = short.split("_")
    if words[-1] == unit.strip(" []").replace("^", ""):
        words.pop()
    figure, ((axes,),) = new_figure(NARROW, 2.6, results.note())
    draw_band(axes, e_cm, value, error, BLUE, results.curve_label, marker=few(e_cm))
    draw_systematic(axes, e_cm, value, error, systematic(results, short), ORANGE)
    total = results.total(name)
    draw_total(axes, e_cm, total, BLUE)
    if total is not None:
        draw_marks(axes, e_cm, results)
    axes.set(xlabel=r"$E_\mathrm{cm} = k^2/2\mu$ [MeV]", xlim=from_zero(e_cm),
             ylabel=" ".join(words) + re.sub(r"\^(-?\d+)", r"$^{\1}$", unit))
    axes.legend()
    label_panel(axes, "", results.channel)
    return figure


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
    lower.plot(np.insert(x, jump, np.nan), np.insert(difference, jump, np.nan), color=BLUE,
               marker=few(x))
    lower.set_ylabel(label)


def draw_expansion(axes, results, k2, limit):
    """The effective-range expansion at threshold, and where there is one the fit to a window; the
    label tells the sign convention of a0."""
    for prefix, colour, label in (("", GREEN, r"$-1/a_0 + r_\mathrm{eff}\,k^2/2$"),
                                  ("fit_", PURPLE, "effective-range fit")):
        names = [f"scattering/{prefix}{name}_fm" for name in ("scattering_length",
                                                              "effective_range")]
        if not results.has(*names):
            continue
        a0, r_eff = (results.array(name)[0] for name in names)
        x = np.concatenate([[0], k2])
        value = -HBARC_MEV_FM / a0 + 0.5e6 * r_eff / HBARC_MEV_FM * x
        if prefix and results.has("scattering/fit_shape"):
            shape = results.array("scattering/fit_shape")[0]
            value -= shape * r_eff**3 * (1e6 * x)**2 / HBARC_MEV_FM**3
        axes.plot(x, break_at_poles(value, limit), color=colour, ls="--" if prefix else ":",
                  label=label)


def figure_femtoscopy(results):
    """C(k) for every source radius, and in dots the Lednicky-Lyuboshitz formula."""
    k = results.array("scattering/k_mev")
    radii = results.array("femtoscopy/source_radius_fm")
    central, error = results.band("femtoscopy/correlation")
    lednicky = results.array("femtoscopy/lednicky")[0]
    total = results.total("femtoscopy/correlation")
    figure, ((axes,),) = new_figure(NARROW, 2.6, results.note())
    for i, radius in enumerate(radii):
        colour = COLOURS[i % len(COLOURS)]
        draw_band(axes, k, central[i], None if error is None else error[i], colour,
                  f"$R = {radius:g}$ fm", marker=few(k))
        axes.plot(k, lednicky[i], color=colour, ls=":")
        draw_total(axes, k, None if total is None else total[:, i], colour, None)
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


def figure_finite_volume(results):
    """The lowest A1 levels in the box of the ensemble: of S/R for every source and time, and of the
    fitted potential."""
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
    axes.margins(y=0.12)
    axes.set(xlim=(-0.6, len(labels) - 0.4), ylabel=LEVEL_LABEL)
    axes.set_xticks(range(len(labels)), labels)
    label_panel(axes, "$A_1^+$", results.channel)
    return figure
