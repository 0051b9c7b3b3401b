# SPDX-License-Identifier: GPL-3.0-or-later
"""The figure of the poles of S in the complex plane of energy, a colour for each sheet."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from plot_smatrix import draw_thresholds
from style import COLOURS, GREY, NARROW, label_panel, legend_below, new_figure

MARKERS = {"bound": "s", "virtual": "D", "resonance": "o"}
# The plane around the poles, in parts of what they span, and never less than this, MeV.
MARGIN, SMALLEST = 0.15, 1.0


def errors(table, name, chosen):
    error = table.get(f"{name}_err")
    return None if error is None else np.nan_to_num(error[chosen], posinf=0.0)


def place(table):
    """Names of the columns of the real part, of the imaginary one, and the letter of the axes:
    without masses total energies are energies above the lowest threshold."""
    same = "re_e_mev" in table and np.array_equal(table["re_w_mev"], table["re_e_mev"],
                                                  equal_nan=True)
    return "re_w_mev", "im_w_mev", "E" if same else "W"


def spread(values, *more):
    """Limits that hold all, with a margin."""
    every = np.concatenate([values, *more])
    low, high = np.nanmin(every), np.nanmax(every)
    margin = max(MARGIN * (high - low), SMALLEST)
    return low - margin, high + margin


def draw_sheet(axes, table, sheet, colour):
    """Poles of a sheet with statistical errors."""
    re, im, _ = place(table)
    for kind, marker in MARKERS.items():
        chosen = (table["sheet"] == sheet) & (table["kind"] == kind)
        if not chosen.any():
            continue
        axes.errorbar(table[re][chosen], table[im][chosen], errors(table, im, chosen),
                      errors(table, re, chosen), fmt=marker, ms=4, color=colour, elinewidth=0.8,
                      capsize=1.5, zorder=3)


def legend(table, sheets):
    handles = [Line2D([], [], color=COLOURS[i % len(COLOURS)], marker="o", ls="",
                      label=f"sheet ({', '.join(sheet.strip('()').replace(',', ''))})")
               for i, sheet in enumerate(sheets)]
    return handles + [Line2D([], [], color=GREY, marker=marker, ls="", label=kind)
                      for kind, marker in MARKERS.items() if kind in table["kind"]]


def figure_poles(results, truth=None):
    """Poles with their errors. Crosses: the truth."""
    table = results.table("poles")
    if not table or not np.isfinite(table[place(table)[0]]).any():
        return None
    re, im, letter = place(table)
    sheets = list(dict.fromkeys(table["sheet"]))
    handles = legend(table, sheets)
    true = truth.channels.get("poles", {}) if truth is not None else {}
    if any(sheet.strip("()").replace(",", "") in true for sheet in sheets):
        handles.append(Line2D([], [], color="black", ls="", marker="+", mew=0.8, label="truth"))
    lines = -(-len(handles) // 3)
    figure, ((axes,),) = new_figure(NARROW, 2.6 + 0.17 * lines, results.note())
    axes.axhline(0, color="black", lw=0.6)
    for i, sheet in enumerate(sheets):
        draw_sheet(axes, table, sheet, COLOURS[i % len(COLOURS)])
        for pole in true.get(sheet.strip("()").replace(",", ""), []):
            axes.plot(*pole, "+", color="black", ms=6, mew=0.8, zorder=4)
    near = np.array(list(results.thresholds().values()), dtype=float)
    low, high = spread(table[re])
    reach = 0.5 * (high - low)  # thresholds farther than this from all poles would squeeze them
    axes.set(xlabel=f"Re ${letter}$ [MeV]", ylabel=f"Im ${letter}$ [MeV]",
             ylim=spread(table[im], [0.0]),
             xlim=spread(table[re], near[(near > low - reach) & (near < high + reach)]))
    axes.xaxis.set_major_locator(MaxNLocator(5))
    draw_thresholds(axes, results)
    legend_below(figure, handles, lines, ncol=3, columnspacing=1.0)
    label_panel(axes, "", results.channel)
    return figure
