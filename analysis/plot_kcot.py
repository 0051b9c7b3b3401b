# SPDX-License-Identifier: GPL-3.0-or-later
"""The figure of k cot delta against k^2, in the units that are chosen."""

from typing import NamedTuple

import numpy as np

from curves import Curves, Phases
from plot_bands import ALL, draw_marks, draw_total, within
from plot_direct import draw_direct
from plot_variations import draw_systematic, systematic
from results import InputError
from style import (BLUE, GREEN, GREY, HBARC_MEV_FM, ORANGE, PURPLE, RED, around, break_at_poles,
                   draw_band, draw_exact, draw_momenta, from_zero, kcot, label_panel, new_panels,
                   place_legend)

UNIT_NAMES = ("mev", "fm", "lattice", "m_pi")


class Units(NamedTuple):
    """Of k and k cot delta alike: their size in MeV and what stands on the axes."""

    mev: float = 1.0
    k2: str = r"$k^2$ [MeV$^2$]"
    suffix: str = " [MeV]"

    def kcot_label(self, results):
        """Of charged pairs it is the effective-range function."""
        name = (r"C^2 k\cot\delta + 2k\eta h(\eta)" if results.charged else r"k\,\cot\delta")
        if self.suffix == "m_pi":
            return rf"$({name})/m_\pi$" if results.charged else rf"${name}/m_\pi$"
        return f"${name}${self.suffix}"


def units(name, m_pi_mev, results):
    """Units of a name; of m_pi with its mass, which alone chooses it as well."""
    if name is None:
        name = "mev" if m_pi_mev is None else "m_pi"
    if (name == "m_pi") != (m_pi_mev is not None):
        raise InputError("--m-pi-mev: expected with --kcot-units m_pi, or alone")
    if name == "m_pi":
        return Units(m_pi_mev, r"$(k/m_\pi)^2$", "m_pi")
    if name == "fm":
        return Units(HBARC_MEV_FM, r"$k^2$ [fm$^{-2}$]", " [fm$^{-1}$]")
    if name == "lattice":
        if not results.fitted:
            raise InputError("--kcot-units lattice: results of a given potential have no lattice")
        return Units(results.inverse_spacing_mev, r"$k^2$ [$a^{-2}$]", " [$a^{-1}$]")
    return Units()


def figure_kcot(results, truth=None, reference=None, name="", kcot_units=None, m_pi_mev=None):
    """k cot delta against k^2, cut off around poles (delta = 0 or 180 degrees)."""
    unit = units(kcot_units, m_pi_mev, results)
    known, _ = results.band("scattering/kcot_mev")
    if not np.isfinite(known).any():
        return None
    curves = Curves(results)
    limit = kcot_limit(known, curves.known_k)
    figure, axes, lower = new_panels(results, "exact/kcot_mev")
    shown, total = draw_fit(axes, results, curves, unit, limit)
    draw_expansion(axes, results, curves.known_k, unit, limit)
    if reference is not None and results.fitted:
        draw_reference(axes, results, reference, name, curves.known_k[-1], unit, limit)
    if truth is not None and not results.charged:
        draw_truth(axes, truth, curves, unit, limit)
    if lower is not axes:
        exact = break_at_poles(curves.exact()[1], limit)
        draw_exact(axes, lower, square(curves.k, unit), shown / unit.mev, exact / unit.mev,
                   "difference" + ("" if unit.suffix == "m_pi" else unit.suffix))
    axes.axhline(0, color=GREY, lw=0.4)
    axes.set(ylabel=unit.kcot_label(results),
             xlim=from_zero(square(curves.k[np.isfinite(shown)], unit)),
             ylim=around(np.concatenate([shown, within(total, limit)]) / unit.mev))
    draw_direct(axes, results, limit, unit.mev)
    left, right = axes.get_xlim()
    axes.set_xlim(left - (0.02 * (right - left) if left < -0.03 * right else 0), right)  # a mark
    lower.set(xlabel=unit.k2)
    lower.ticklabel_format(axis="x", style="sci", scilimits=(-2, 4), useMathText=True)
    inside = lower is not axes or not results.has("direct/curve_k2_lat")
    place_legend(figure, axes, *(() if inside else (0,)))  # levels stand where there is room
    label_panel(axes, "", results.channel)
    return figure


def square(k, unit):
    return (np.asarray(k) / unit.mev)**2


def kcot_limit(known, k):
    """Beyond this k cot delta is cut off."""
    return 3 * max(abs(known[0]), k.max())


def draw_fit(axes, results, curves, unit, limit):
    """The curve with its bands, and a mark at each momentum that was computed; returns the curve in
    MeV, and the total band at those momenta: near a pole it has any size."""
    k2 = square(curves.k, unit)
    central, error = curves.band("kcot_mev")
    shown = break_at_poles(central, limit)
    scaled = shown / unit.mev, None if error is None else error / unit.mev
    draw_band(axes, k2, *scaled, BLUE, results.curve_label)
    known = results.band("scattering/kcot_mev")[0]
    draw_momenta(axes, square(curves.known_k, unit), break_at_poles(known, limit) / unit.mev, BLUE)
    syst = systematic(results, "kcot_mev")
    if syst is not None:
        draw_systematic(axes, k2, *scaled, curves.between(syst) / unit.mev, ORANGE)
    k, total = curves.total("kcot_mev") or (curves.k, None)
    draw_total(axes, square(k, unit), None if total is None else total / unit.mev, BLUE,
               band_label(k, total), limit=limit / unit.mev)
    median = results.total("scattering/kcot_mev")
    if median is not None:  # a mark is one of what is drawn
        where = (np.abs(known) <= limit) & ~np.isnan(median[0])
        draw_marks(axes, square(curves.known_k, unit), results, where)
    return shown, median


def band_label(k, total):
    """Where potentials that bind and others are among the draws, the band has no limits below the
    first momentum, and it begins there."""
    known = np.array([]) if total is None else k[np.isfinite(total[0])]
    return f"{ALL}, from the first $k$ on" if len(known) and known[0] > k[0] else ALL


def draw_reference(axes, results, reference, name, k_max, unit, limit):
    """Published phase shifts, where the run has momenta."""
    k = np.sqrt(reference[0]) * results.inverse_spacing_mev
    value, spread = kcot(k, reference[1], reference[2])
    value[(np.abs(value) > limit) | (k > k_max)] = np.nan
    axes.errorbar(square(k, unit), value / unit.mev, spread / unit.mev, fmt="s", ms=2.5, mfc="none",
                  color=RED, lw=0.8, label=name)


def truth_curve(truth, curves):
    """Smooth (k, delta, k cot delta) of a truth."""
    k = curves.known_k[-1] * np.sqrt(truth.e_cm / curves.known_e[-1])
    phases = Phases(k, truth.delta, kcot(k, truth.delta)[0], truth.kcot_threshold)
    return phases.k, *phases.at(phases.k)


def draw_truth(axes, truth, curves, unit, limit):
    k, _, value = truth_curve(truth, curves)
    axes.plot(square(k, unit), break_at_poles(value, limit) / unit.mev, color="black", ls="--",
              label="truth", zorder=4)


def draw_expansion(axes, results, k, unit, limit):
    """The effective-range expansion at threshold, and where there is one the fit to a window; the
    label tells the sign convention of a0."""
    for prefix, colour, label in (("", GREEN, r"$-1/a_0 + r_\mathrm{eff}\,k^2/2$"),
                                  ("fit_", PURPLE, "effective-range fit")):
        names = [f"scattering/{prefix}{name}_fm" for name in ("scattering_length",
                                                              "effective_range")]
        if not results.has(*names):
            continue
        a0, r_eff = (results.array(name)[0] for name in names)
        k_fm = np.linspace(0, k.max(), 100) / HBARC_MEV_FM
        value = -1 / a0 + 0.5 * r_eff * k_fm**2
        if prefix and results.has("scattering/fit_shape"):
            value -= results.array("scattering/fit_shape")[0] * r_eff**3 * k_fm**4
        axes.plot(square(k_fm * HBARC_MEV_FM, unit),
                  break_at_poles(HBARC_MEV_FM * value, limit) / unit.mev, color=colour,
                  ls="--" if prefix else ":", label=label)
