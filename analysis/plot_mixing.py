# SPDX-License-Identifier: GPL-3.0-or-later
"""The figure of eigenphases and, where two waves of a pair mix, of their phases and angles."""

import numpy as np

from plot_bands import ALL, draw_total, total_of
from plot_smatrix import energies, finish_phases
from style import BLUE, COLOURS, GREEN, GREY, NARROW, RED, draw_band, draw_momenta, new_figure

PICTURES = {"stapp": ("Stapp", BLUE, RED, "-"), "blatt": ("Blatt-Biedenharn", BLUE, RED, "--")}


def parts(table):
    """{parametrisation: {1, 2, epsilon: (value, error)}}, from a line for each parametrisation and
    energy, or from columns with its name in front."""
    found = {}
    for name in PICTURES:
        chosen, columns = slice(None), [f"{name}_1_deg", f"{name}_2_deg", f"{name}_epsilon_deg"]
        if "parametrisation" in table:
            chosen = table["parametrisation"] == name
            columns = ["delta_1_deg", "delta_2_deg", "epsilon_deg"]
        if not set(columns) <= set(table):
            continue
        values = [column(table, one, chosen) for one in columns]
        if any(np.isfinite(value).any() for value, _ in values):
            found[name] = dict(zip((1, 2, "epsilon"), values))
    return found


def column(table, name, chosen=slice(None)):
    """A column and its error, or None."""
    error = table.get(f"{name}_err")
    return table[name][chosen], None if error is None else error[chosen]


def once(table):
    """The lines of one parametrisation: what is the same in all."""
    if "parametrisation" not in table:
        return slice(None)
    return table["parametrisation"] == table["parametrisation"][0]


def eigenphases(table):
    """Names of the columns eigenphase_1_deg, ..., and of their sum."""
    names = [f"eigenphase_{e}_deg" for e in range(1, 10)]
    return [name for name in names if name in table], "eigenphase_sum_deg" in table


def draw_pictures(axes, x, found):
    for name, values in found.items():
        title, first, second, line = PICTURES[name]
        for i, colour in ((1, first), (2, second)):
            draw_band(axes, x, *values[i], colour, rf"$\delta_{i}$ {title}", ls=line)
            draw_momenta(axes, x, values[i][0], colour)


def draw_eigenphases(axes, x, table, chosen):
    names, has_sum = eigenphases(table)
    for e, name in enumerate(names):
        value, error = column(table, name, chosen)
        if np.isfinite(value).any():
            colour = COLOURS[e % len(COLOURS)]
            draw_band(axes, x, value, error, colour, f"eigenphase {e + 1}")
            draw_momenta(axes, x, value, colour)
    if has_sum and len(names) > 1:
        value, error = column(table, "eigenphase_sum_deg", chosen)
        draw_band(axes, x, value, error, "black", "sum", ls=":")


def figure_mixing(results):
    """Phases above, mixing angles below them; without a pair that mixes the eigenphases alone."""
    table = results.table("mixing")
    if not table:
        return None
    found, chosen = parts(table), once(table)
    x, label = energies({key: table[key][chosen] for key in ("e_mev", "w_mev") if key in table})
    rows = 2 if found else 1
    figure, panels = new_figure(NARROW, 3.6 if found else 2.6, results.note(), nrows=rows,
                                sharex=True, gridspec_kw={"height_ratios": (1.8, 1)[:rows]})
    upper, lower = panels[0, 0], panels[-1, 0]
    if found:
        draw_pictures(upper, x, found)
        for name, values in found.items():
            title, *_, line = PICTURES[name]
            draw_band(lower, x, *values["epsilon"], GREEN, rf"$\epsilon$ {title}", ls=line)
            draw_momenta(lower, x, values["epsilon"][0], GREEN)
        if "stapp" in found and "parametrisation" in table:  # the other angle has none near 45 deg
            total = total_of(table, "epsilon_deg")
            draw_total(lower, x, None if total is None else
                       total[:, table["parametrisation"] == "stapp"], GREEN, f"{ALL}, Stapp")
        lower.axhline(0, color=GREY, lw=0.4)
        lower.set_ylabel(r"$\epsilon$ [deg]")
        lower.legend()
    else:
        draw_eigenphases(upper, x, table, chosen)
    if not upper.lines:
        return None
    return finish_phases(figure, (upper, lower), x, table, results, label)
