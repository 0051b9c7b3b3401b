# SPDX-License-Identifier: GPL-3.0-or-later
"""Total bands of a run, of all forms of the potential that the data allow, behind the fit."""

import numpy as np
from matplotlib.patches import Patch

from results import FIT_LABEL
from style import GREY, RED, from_zero

ALL = "all forms, total"
# Of total/mark: hatching, its colour, and what it says.
MARKS = {1: ("////", "0.7", "form, not data, decides"),
         2: (r"\\\\", RED, "fit outside of the total band")}


def continuous(total, delta):
    """The total band of a phase with the branch of its median next to that of the fit where the two
    are closest, and from there on without a jump: modulo 180 degrees each energy knows no other."""
    value, known = total[0].copy(), np.isfinite(total[0]) & np.isfinite(delta)
    if not known.any():
        return total
    apart = np.unwrap(value[known] - delta[known], period=180)
    closest = np.argmin(np.abs((apart + 90) % 180 - 90))
    value[known] = delta[known] + apart - 180 * np.round(apart[closest] / 180)
    return np.stack([value, *total[1:]])


def total_of(lines, name):
    """The total band of a column of a CSV file, [median, error downwards, error upwards]; None:
    there is none."""
    names = name.split("_", 1)
    keys = ["_".join([names[0], part, *names[1:]])
            for part in ("total", "total_minus", "total_plus")]
    return np.stack([lines[key] for key in keys]) if keys[0] in lines else None


def split(x, value, bounded, limit):
    """Runs of points that a band is drawn through: without a pole inside, of k cot delta beyond the
    limit on both sides, and not from a point with a bound to one without."""
    jump = (value[1:] * value[:-1] < 0) & (np.abs(value[1:] - value[:-1]) > limit)
    return np.split(np.arange(len(x)), 1 + np.flatnonzero(jump | (bounded[1:] != bounded[:-1])))


def middles(x):
    """Where the part of the axis begins and ends that each point stands for."""
    return np.concatenate([x[:1], (x[1:] + x[:-1]) / 2, x[-1:]])


def draw_total(axes, x, total, colour, label=ALL, limit=np.inf, edges=True):
    """A light band with thin edges, its median dashed; from the bottom to the top of the panel
    where a pole within it leaves no bound. limit: of k cot delta, beyond which it is cut off."""
    if total is None:
        return
    value, low, high = total[0], total[0] - total[1], total[0] + total[2]
    bounded = np.isfinite(low) & np.isfinite(high)
    ends, fill = middles(x), {"color": colour, "alpha": 0.16, "lw": 0, "zorder": 0.5}
    for run in split(x, value, bounded, limit):
        i, j = run[0], run[-1]
        if bounded[i]:
            before, after = int(i > 0), int(j < len(x) - 1)  # as far as half-way to neighbours
            places = np.concatenate([[i] * before, run, [j] * after]).astype(int)
            at = np.concatenate([ends[i:i + before], x[run], ends[j + 1:j + 1 + after]])
            below, above = (np.clip(edge[places], -1e2 * limit, 1e2 * limit)
                            for edge in (low, high))
            axes.fill_between(at, below, above, label=label, **fill)
            for edge in (below, above) if edges else ():
                axes.plot(at, edge, color=colour, lw=0.4, alpha=0.6, zorder=0.6)
            shown = np.where(np.abs(value[places]) > limit, np.nan, value[places])
            axes.plot(at, shown, color=colour, ls=(0, (4, 2)), lw=0.7, zorder=1.5)
        elif np.isfinite(value[i]):
            axes.axvspan(ends[i], ends[j + 1], label=label, **fill)
        else:
            continue
        label = None


def within(total, limit=np.inf):
    """Edges of a total band that the range of an axis should hold."""
    if total is None:
        return np.array([])
    edges = np.concatenate([total[0] - total[1], total[0] + total[2]])
    return edges[np.abs(edges) < limit]


def draw_marks(axes, x, results, where=True):
    """Hatched energies: where the list of forms and not the data makes the total band, and where
    the fit lies outside of it. x: of the momenta, in any unit; where: those that are drawn."""
    if not results.has("total/mark"):
        return
    mark, ends = np.where(where, results.array("total/mark"), 0), middles(x)
    ends[0], ends[-1] = from_zero(x)
    for number, (hatch, colour, label) in MARKS.items():
        for run in np.split(np.arange(len(x)), 1 + np.flatnonzero(np.diff(mark) != 0)):
            if mark[run[0]] == number:
                axes.axvspan(ends[run[0]], ends[run[-1] + 1], facecolor="none", edgecolor=colour,
                             hatch=hatch, lw=0, alpha=0.5, zorder=0.1,
                             label=label)
                label = None


def band_handles():
    """Of a legend: what dark and light bands are, for figures with several colours."""
    return [Patch(color=GREY, alpha=0.45, lw=0, label=FIT_LABEL),
            Patch(color=GREY, alpha=0.16, lw=0, label=ALL)]
