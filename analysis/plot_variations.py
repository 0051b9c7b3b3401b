# SPDX-License-Identifier: GPL-3.0-or-later
"""What the alternatives of a run with `variations` do: total bands, and their shifts."""

import numpy as np

from curves import momenta, smooth_bands
from results import text
from style import COLOURS, E_LABEL, GREY, WIDE, from_zero, label_panel, new_figure

# As in the job file.
GROUPS = ("times", "sources", "ansatz", "envelope", "range", "seed", "other")


def systematic(results, observable):
    """Systematic error downwards and upwards, two rows, NaN where it has no bound; None without
    variations."""
    names = [f"variations/{side}/{observable}" for side in ("syst_minus", "syst_plus")]
    if not results.has(*names):
        return None
    both = np.stack([results.array(name) for name in names])
    return np.where(np.isfinite(both), both, np.nan)


def draw_systematic(axes, x, central, error, syst, colour):
    """The band of the statistical and systematic error in quadrature, behind that of the statistical
    one, which lies inside of it, and in front of the total band."""
    if syst is None or not np.isfinite(syst).any():
        return
    total = syst if error is None else np.hypot(syst, error)
    axes.fill_between(x, central - total[0], central + total[1], color=colour, alpha=0.3, lw=0, zorder=0.8,
                      label="stat. and syst.")


def read_alternatives(results):
    """Group, assignments, whether it enters, and shift of delta with its error, of each."""
    found = []
    for name, entry in results.file["variations"].items():
        if "assignments" not in entry.attrs:
            continue
        shift, error = results.band_of(np.asarray(entry["delta_deg"], dtype=float))
        found.append((text(entry.attrs["group"]), text(entry.attrs["assignments"]),
                      bool(entry.attrs["enters"]), shift, error, name))
    return sorted(found, key=lambda one: (GROUPS.index(one[0]), len(one[5]), one[5]))


def figure_variations(results):
    """Shift of delta by every alternative against the energy, a panel for each group, in front of
    the statistical error (dark) and the total one (light). Dashed: does not enter."""
    _, known = momenta(results)
    alternatives = read_alternatives(results)
    e_cm, error, syst, *shifts = smooth_bands(
        known, results.band("scattering/delta_deg")[1], systematic(results, "delta_deg"),
        *(one for shift in alternatives for one in shift[3:5]))
    alternatives = [(*one[:3], *shifts[2 * i:2 * i + 2], one[5])
                    for i, one in enumerate(alternatives)]
    groups = [group for group in GROUPS if group in {one[0] for one in alternatives}]
    rows = (len(groups) + 1) // 2
    figure, axes = new_figure(WIDE, 0.4 + 2.0 * rows, results.note(), nrows=rows, ncols=2,
                              sharex=True)
    for panel, group in zip(axes.flat, groups):
        chosen = [one for one in alternatives if one[0] == group]
        draw_group(panel, e_cm, error, syst, chosen)
        add_legend(panel, with_bands=panel is axes[0, 0])
        panel.set(xlim=from_zero(e_cm))
        label_panel(panel, group, results.channel if panel is axes[0, 1] else "")
    for panel in axes.flat[len(groups):]:
        panel.set_axis_off()
    for column in range(2):
        last = [panel for panel in axes[:, column] if panel.axison]
        if last:
            last[-1].set_xlabel(E_LABEL)
            last[-1].tick_params(labelbottom=True)
    for panel in axes[:, 0]:
        panel.set_ylabel(r"shift of $\delta$ [deg]")
    return figure


def draw_group(axes, e_cm, error, syst, alternatives):
    """The alternatives of one group."""
    draw_systematic(axes, e_cm, np.zeros_like(e_cm), error, syst, GREY)
    size = np.nanmax(syst) if np.isfinite(syst).any() else 0.0
    if error is not None:
        axes.fill_between(e_cm, -error, error, color=GREY, alpha=0.3, lw=0, label="stat.")
        size = max(size, np.nanmax(np.hypot(np.nan_to_num(syst), error)))
    axes.axhline(0, color=GREY, lw=0.4)
    for i, (_, assignments, enters, shift, spread, _) in enumerate(alternatives):
        colour = COLOURS[i % len(COLOURS)]
        axes.plot(e_cm, shift, color=colour, ls="-" if enters else "--",
                  label=brief(assignments) + ("" if enters else " (does not enter)"))
        if spread is not None and enters:
            axes.fill_between(e_cm, shift - spread, shift + spread, color=colour, alpha=0.2, lw=0)
    size = size or 1.0
    axes.set_ylim(-1.15 * size, 1.9 * size)  # room for the legend above


def add_legend(axes, with_bands):
    """The alternatives, and in one panel what the grey bands are."""
    handles, labels = axes.get_legend_handles_labels()
    bands = [(h, one) for h, one in zip(handles, labels) if one.startswith("stat.")]
    curves = [(h, one) for h, one in zip(handles, labels) if not one.startswith("stat.")]
    axes.legend(*zip(*(curves + bands if with_bands else curves)), fontsize=6, loc="upper left")


def brief(assignments, width=62):
    """Assignments without the names of sections, cut off where they are long."""
    words = [word.split("=", 1) for word in assignments.replace(";", " ").split()]
    line = " ".join("=".join([word[0].split(".")[-1], *word[1:]]) for word in words)
    return line if len(line) <= width else line[:width - 3] + "..."
