# SPDX-License-Identifier: GPL-3.0-or-later
"""The direct method in the figure of k cot delta: energies of the box and Luescher's curves."""

from typing import NamedTuple

import numpy as np

from results import text
from style import COLOURS, GREY


class Level(NamedTuple):
    """A level in the box: k^2 with its error, k cot delta, MeV^2 and MeV."""

    label: str
    k2: float
    error: float
    kcot: float


def read_levels(results):
    """One level of each source: the plateau, or else that of the last time at which its error is not
    infinite. Two-baryon correlators have times at which there is only noise: of them plateaus."""
    levels = []
    for prefix, kind in (("", ""), ("two_baryon_", "two baryons, ")):
        if not results.has(f"direct/{prefix}{'plateau_' if prefix else ''}k2_lat"):
            continue
        names = results.source
        if prefix:
            names = [text(name) for name in
                     np.atleast_1d(results.file.attrs["direct_two_baryon_source"])]
        t = results.array(f"direct/{prefix}t").astype(int)
        for s, name in enumerate(names):
            found = read_level(results, prefix, s, t)
            if found is not None:
                levels.append(Level(f"direct, {kind}{name}, {found[0]}", *found[1:]))
    return levels


def read_level(results, prefix, s, t):
    """Its time in words, k^2, error, k cot delta, or None where there is none."""
    plateau = results.has(f"direct/{prefix}plateau_k2_lat")
    path = f"direct/{prefix}{'plateau_' if plateau else ''}"
    (k2, error), (kcot, kcot_error) = (results.band(path + name) for name in ("k2_lat", "kcot_mev"))
    if error is None:
        error, kcot_error = np.full_like(k2, np.nan), np.zeros_like(kcot)
    k2, error, kcot, kcot_error = (np.atleast_1d(value[s])
                                   for value in (k2, error, kcot, kcot_error))
    known = np.flatnonzero(np.isfinite(kcot) & np.isfinite(kcot_error))
    if len(known) == 0:
        return None
    i, unit = known[-1], results.inverse_spacing_mev**2
    return ("plateau" if plateau else f"$t = {t[i]}$", unit * k2[i], unit * error[i], kcot[i])


def along_curve(results, low, high):
    """Luescher's curve (k^2, k cot delta), MeV^2 and MeV, from low to high; nan between branches."""
    k2, value = [], []
    for x, y in zip(results.array("direct/curve_k2_lat") * results.inverse_spacing_mev**2,
                    results.array("direct/curve_kcot_mev")):
        ends = np.clip([low, high], x[0], x[-1])
        if ends[0] == ends[1]:
            continue
        inside = x[(x > ends[0]) & (x < ends[1])]
        branch = np.concatenate([ends[:1], inside, ends[1:], [np.nan]])
        k2.append(branch)
        value.append(np.interp(branch, x, y))
        value[-1][-1] = np.nan
    return (np.concatenate(k2), np.concatenate(value)) if k2 else (np.array([]), np.array([]))


def draw_direct(axes, results, limit, unit=1.0, unit_k2=None):
    """Levels as marks on the curves of Luescher's formula, on which their errors lie, within |k cot
    delta| < limit (MeV); the axes, in these units of MeV and MeV^2, grow to hold them."""
    if not results.fitted or not results.has("direct/curve_k2_lat"):
        return
    unit_k2 = unit**2 if unit_k2 is None else unit_k2
    shown = [level for level in read_levels(results) if abs(level.kcot) < limit]
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    for i, level in enumerate(shown):
        colour = COLOURS[(i + 1) % len(COLOURS)]
        if np.isfinite(level.error):
            x, y = along_curve(results, level.k2 - level.error, level.k2 + level.error)
            y[np.abs(y) > limit] = np.nan
            axes.plot(x / unit_k2, y / unit, color=colour, lw=2.2, alpha=0.5, zorder=4)
            left = min(left, 1.1 * (level.k2 - level.error) / unit_k2)
        axes.plot(level.k2 / unit_k2, level.kcot / unit, "D", color=colour, ms=3.5, zorder=5,
                  label=level.label)
        left, right = min(left, 1.1 * level.k2 / unit_k2), max(right, 1.05 * level.k2 / unit_k2)
        bottom = min(bottom, level.kcot / unit - 0.05 * (top - bottom))
        top = max(top, level.kcot / unit + 0.05 * (top - bottom))
    x, y = along_curve(results, left * unit_k2, right * unit_k2)
    y[np.abs(y) > limit] = np.nan
    axes.plot(x / unit_k2, y / unit, color=GREY, ls=(0, (1, 1)), lw=0.7, zorder=1,
              label="Lüscher" if len(shown) > 0 else None)
    axes.set(xlim=(left, right), ylim=(bottom, top))
