# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of `hadpot toy`: what was learned beside what is exact, and the data it was learned
from."""

import numpy as np

from plot_channels import by_component
from plot_mixing import once
from results import TRACE
from style import (BLUE, COLOURS, GREEN, GREY, NARROW, RED, WIDE, draw_band, few, from_zero,
                   label_panel, nearest_branch, new_figure, pocket_range)

# Of S12 between an S and a D wave of J = 1.
SQRT8 = np.sqrt(8)


def figure_local(results):
    """V(r), learned and exact, and the relative difference."""
    r = results.array("grid/r_fm")
    figure, axes, lower = learned_and_exact(results, r, "potential/v_local_mev",
                                            "exact/v_local_mev")
    axes.set_ylabel("$V(r)$ [MeV]")
    axes.legend()
    lower.set_xlabel("$r$ [fm]")
    return figure


def figure_partial(results):
    """f(r'), learned and exact, the relative difference, and as a shade the largest contribution
    r'^2 f max_k |k phi_k| to the integral: where there is none the data do not determine f."""
    r = results.array("grid/r_fm")
    figure, axes, lower = learned_and_exact(results, r, "potential/f", "exact/f")
    if results.has("exact/contribution"):
        contribution = results.array("exact/contribution")
        for panel in (axes, lower):
            shade = panel.twinx()
            shade.fill_between(r, contribution, color=GREEN, alpha=0.2, lw=0)
            shade.set(ylim=(0, 1.1), yticks=[])
            panel.set_zorder(shade.get_zorder() + 1)
            panel.patch.set_visible(False)
        axes.fill_between([], [], color=GREEN, alpha=0.2, lw=0,
                          label=r"$r'^2 f\, \max_k |k\varphi_k|$, largest 1")
    axes.set_ylabel("$f(r')$" + results.unit("potential/f"))
    axes.legend()
    lower.set_xlabel("$r'$ [fm]")
    return figure


def learned_and_exact(results, r, name, exact_name):
    """Panels of a function of r, learned and exact, and of their relative difference."""
    learned, error = results.band(name)
    exact = results.array(exact_name)
    figure, panels = new_figure(NARROW, 3.5, results.note(), nrows=2, sharex=True,
                                gridspec_kw={"height_ratios": (2.2, 1)})
    axes, lower = panels[:, 0]
    draw_band(axes, r, learned, error, BLUE, "learned", marker="o" if len(r) <= 40 else None)
    axes.plot(r, exact, color="black", ls="--", label="exact", zorder=4)
    axes.axhline(0, color=GREY, lw=0.4)
    scale_to(axes, exact)
    axes.set_xlim(0, 1.01 * r[-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        difference = 100 * (learned - exact) / np.abs(exact)
    draw_relative(lower, r, difference)
    label_panel(axes, "", results.channel)
    return figure, axes, lower


def scale_to(axes, exact):
    """Logarithmic where the values span decades, of one sign or of both."""
    size = np.abs(exact[exact != 0])
    if not size.size or size.max() < 100 * size.min():
        return
    floor = max(size.min(), 1e-6 * size.max())
    if exact.min() >= 0:
        axes.set_yscale("log")
        axes.set_ylim(0.3 * floor, 3 * size.max())
    else:
        axes.set_yscale("symlog", linthresh=floor, linscale=0.5)
        axes.set_ylim(-3 * size.max(), 3 * size.max() if exact.max() > 0 else -0.3 * floor)


def draw_relative(axes, x, difference):
    """Difference in per cent, linear within 1 %, which is shaded."""
    axes.axhspan(-1, 1, color=GREY, alpha=0.15, lw=0)
    axes.axhline(0, color=GREY, lw=0.4)
    axes.plot(x, difference, color=BLUE)
    largest = np.nanmax(np.abs(difference[np.isfinite(difference)]), initial=0)
    axes.set_ylabel("difference [%]")
    if largest > 10:
        limit = min(200.0, 1.2 * largest)
        axes.set_yscale("symlog", linthresh=1)
        axes.set_yticks([sign * x for x in (0, 1, 10, 100) if x < limit for sign in (-1, 1)])
        axes.yaxis.set_major_formatter("{x:g}")
        axes.set_ylim(-limit, limit)
    else:
        axes.set_ylim(*np.array([-1.2, 1.2]) * max(1.2, largest))


def figure_two_parameter(results, trace=None):
    """theta1, theta2 and the loss against the epoch, beside a published log; None where
    training.csv has no thetas."""
    log = results.training_log(*TRACE)
    if log is None:
        return None
    figure, axes = new_figure(WIDE, 2.8, ncols=2)
    left, right = axes[0]
    for i, label, colour in ((2, r"$\theta_1$", BLUE), (3, r"$\theta_2$", RED)):
        left.plot(log[0], log[i], color=colour, label=label)
    right.plot(log[0], log[1], color=BLUE, label="learned")
    if trace is not None:
        points = {"marker": "o", "ms": 3.5, "mfc": "none", "mew": 0.7, "ls": "", "color": "black"}
        left.plot(trace[0], trace[2], **points, label="published")
        left.plot(trace[0], trace[3], **points)
        right.plot(trace[0], trace[1], **points, label="published")
    left.axhline(1, color=GREY, lw=0.4, ls="--")
    left.set(xlabel="epoch", ylabel=r"$\theta_1$, $\theta_2$")
    right.set(xlabel="epoch", ylabel="loss", yscale="log")
    left.legend()
    right.legend()
    label_panel(right, "", results.channel)
    return figure


def figure_data(results):
    """r k phi_k(r) and r S_k(r) of a few momenta, with the prediction; times r, as in the radial
    equation, for S may grow as 1/r."""
    r, k = results.array("grid/r_fm"), results.array("data/k_per_fm")
    chosen = np.unique(np.linspace(0, len(k) - 1, min(len(k), 4)).round().astype(int))
    wave, source, prediction = (results.array(f"data/{name}")
                                for name in ("wave", "source", "prediction"))
    figure, axes = new_figure(WIDE, 2.8, ncols=2)
    for i, colour in zip(chosen, COLOURS):
        axes[0, 0].plot(r, r * wave[i], color=colour, label=f"$k = {k[i]:.3g}$ fm$^{{-1}}$")
        axes[0, 1].plot(r, r * source[i], color=colour, lw=2.2, alpha=0.5)
        axes[0, 1].plot(r, r * prediction[i], color="black", ls="--", lw=0.8)
    fitted = r[results.array("grid/fitted") > 0] if results.has("grid/fitted") else r
    if len(fitted) <= 3:
        for x in fitted:
            axes[0, 1].axvline(x, color=GREY, lw=0.6, ls=":", label=f"fitted: $r = {x:g}$ fm")
    axes[0, 1].plot([], [], color=GREY, lw=2.2, alpha=0.5,
                    label=r"$S_k = (E_k - H_0)\, k\varphi_k$")
    axes[0, 1].plot([], [], color="black", ls="--", lw=0.8, label="learned")
    for panel, name in zip(axes[0], (r"$r\, k\varphi_k(r)$", r"$r\, S_k(r)$ [fm$^{-1}$]")):
        panel.axhline(0, color=GREY, lw=0.4)
        panel.set(xlabel="$r$ [fm]", ylabel=name, xlim=(0, 1.01 * r[-1]))
        low, high = panel.get_ylim()
        panel.set_ylim(low, high + 0.3 * (high - low))  # room for the legend
        panel.legend(loc="upper right", ncol=2)
    label_panel(axes[0, 1], "", results.channel)
    return figure


def elements(table):
    """{name: (r, learned, exact)} of potential.csv, of the pairs of components that have a V; of
    3S1-3D1 V_C = V_SS and V_T = V_SD/sqrt 8."""
    rows, columns = (table.get(key, np.full(len(table["r_fm"]), "")).astype(str)
                     for key in ("row", "column"))
    found = {}
    for row, other in dict.fromkeys(zip(rows, columns)):
        chosen = (rows == row) & (columns == other)
        r, v, exact = (table[key][chosen] for key in ("r_fm", "v_mev", "v_exact_mev"))
        triplet = (row[-3:], other[-3:])
        if triplet == ("3S1", "3D1"):
            found[r"$V_T = V_{SD}/\sqrt{8}$"] = r, v / SQRT8, exact / SQRT8
        elif np.any(v != 0) or np.any(exact != 0):
            name = row if row == other else f"{row} - {other}"
            found["$V_C = V_{SS}$" if triplet == ("3S1", "3S1") else name] = r, v, exact
    return found


def figure_matrix_local(results):
    """V_cd(r), learned and exact, the pocket; below it the difference. With a non-local part the
    two describe the waves together, and V alone need not be the exact one."""
    table = results.table("potential")
    if not table or "v_exact_mev" not in table:
        return None
    found = elements(table)
    figure, panels = new_figure(WIDE if len(found) > 1 else NARROW, 3.2, results.note(), nrows=2,
                                ncols=len(found), sharex=True,
                                gridspec_kw={"height_ratios": (2, 1)})
    for (upper, lower), (name, (r, v, exact)) in zip(panels.T, found.items()):
        upper.plot(r, v, color=BLUE, label="learned")
        upper.plot(r, exact, color="black", ls="--", label="exact")
        upper.axhline(0, color=GREY, lw=0.4)
        upper.set(ylim=pocket_range(exact), xlim=(0, min(5, r[-1])))
        lower.axhline(0, color=GREY, lw=0.4)
        lower.plot(r, v - exact, color=BLUE)
        lower.set_yscale("symlog", linthresh=0.1, linscale=0.5)
        lower.set_yticks([-100, -10, -1, 0, 1, 10, 100])
        lower.yaxis.set_major_formatter("{x:g}")
        lower.set(xlabel="$r$ [fm]", ylim=np.array([-3, 3]) * max(1, np.abs(v - exact).max()))
        label_panel(upper, name, results.channel if upper is panels[0, -1] else "")
    panels[0, 0].set_ylabel("$V(r)$ [MeV]")
    panels[1, 0].set_ylabel("difference [MeV]")
    panels[0, 0].legend()
    return figure


def figure_matrix_phases(results):
    """Phases of every component, learned and exact, the mixing parameter of two of a pair, and the
    differences; dotted lines are the energies of the data. None where nothing is exact."""
    table = results.table("phase_shift")
    if not table or "delta_exact_deg" not in table:
        return None
    curves = [(name, lines["e_mev"], lines["delta_deg"], lines["delta_exact_deg"])
              for name, lines in by_component(table, results).items()]
    mixing = results.table("mixing")
    if mixing:
        one = once(mixing)
        curves.append((r"$\epsilon$", *(mixing[key][one] for key in
                                        ("e_mev", "epsilon_deg", "epsilon_exact_deg"))))
    figure, panels = new_figure(NARROW, 3.8, results.note(), nrows=2, sharex=True,
                                gridspec_kw={"height_ratios": (2, 1)})
    (upper,), (lower,) = panels
    for (name, e, learned, exact), colour in zip(curves, COLOURS):
        upper.plot(e, learned, color=colour, marker=few(e), label=name or "learned")
        upper.plot(e, nearest_branch(exact, learned), color="black", ls="--", zorder=4)
        lower.plot(e, learned - nearest_branch(exact, learned), color=colour, marker=few(e))
    upper.plot([], [], color="black", ls="--", label="exact")
    for axes in (upper, lower):
        axes.axhline(0, color=GREY, lw=0.4)
        for energy in np.unique(results.array("data/energy_mev")):
            axes.axvline(energy, color=GREY, lw=0.4, ls=":")
    upper.set(ylabel=r"$\delta$, $\epsilon$ [deg]" if mixing else r"$\delta$ [deg]")
    lower.set(xlabel="$E$ [MeV]", ylabel="difference [deg]", xlim=from_zero(curves[0][1]))
    upper.legend()
    label_panel(upper, "", results.channel)
    return figure


def figure_matrix_data(results):
    """r R(r) and r S(r) of each component, waves that come in as the first one, with the
    prediction."""
    r = results.array("grid/r_fm")
    wave, source, prediction = (results.array(f"data/{name}").reshape(
        len(results.array("data/incoming")), -1, len(r)) for name in
        ("wave", "source", "prediction"))
    first = np.flatnonzero(results.array("data/incoming") == 0)
    chosen = first[np.unique(np.linspace(0, len(first) - 1, min(len(first), 4)).round().astype(int))]
    names = results.components(wave.shape[1])
    figure, axes = new_figure(WIDE, 0.6 + 2.0 * len(names), nrows=len(names), ncols=2, sharex=True)
    for c, panels in enumerate(axes):
        for i, colour in zip(chosen, COLOURS):
            energy = results.array("data/energy_mev")[i]
            panels[0].plot(r, r * wave[i, c], color=colour, label=f"$E = {energy:.3g}$ MeV")
            panels[1].plot(r, r * source[i, c], color=colour, lw=2.2, alpha=0.5)
            panels[1].plot(r, r * prediction[i, c], color="black", ls="--", lw=0.8)
        for panel, name in zip(panels, (r"$r\, R(r)$", r"$r\, S(r)$ [fm$^{-1}$]")):
            panel.axhline(0, color=GREY, lw=0.4)
            panel.set(ylabel=name, xlim=(0, 1.01 * r[-1]))
        label_panel(panels[0], names[c], "")
    axes[0, 0].legend()
    axes[0, 1].plot([], [], color=GREY, lw=2.2, alpha=0.5, label=r"$S = (E - H_0)\, R$")
    axes[0, 1].plot([], [], color="black", ls="--", lw=0.8, label="learned")
    axes[0, 1].legend()
    for panel in axes[-1]:
        panel.set_xlabel("$r$ [fm]")
    label_panel(axes[0, 1], "", results.channel)
    return figure
