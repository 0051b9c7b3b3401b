# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of U(r,r'): maps with errors and cuts, the surface, momentum space, and learned beside
exact potentials of toys."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LogNorm, Normalize, SymLogNorm
from matplotlib.ticker import MaxNLocator

from plot_bands import draw_total
from results import FIT_LABEL
from style import (BLUE, COLOURS, GREY, NARROW, RED, WIDE, draw_band, few, from_zero, label_panel,
                   new_figure)

MOST_OF_FIT = 2  # how far panels of cuts reach, in units of the largest value of the fit
U_LABEL = r"$U(r,r')$ [MeV fm$^{-3}$]"


def figure_nonlocal_potential(results, truth_potential=None):
    """U(r,r') of the average with its statistical error: maps of both, dotted where they are of one
    size, and cuts at three r' with the bands of statistical and total errors, beside a non-local
    truth."""
    r = results.array("potential/u_r_fm")
    u, error = results.band("potential/u_mev_fm3")
    end = range_end(r, np.abs(u))
    figure = plt.figure(figsize=(WIDE, 4.8))
    above, below = figure.subfigures(2, 1, height_ratios=(1.15, 1))
    maps = above.subplots(1, 2)
    if results.note():
        figure.suptitle(results.note(), fontsize=8.5, color=RED)
    draw_map(above, maps[0], r, u, label=U_LABEL)
    if error is None:
        maps[1].set_axis_off()
        label_panel(maps[0], "", results.channel)
    else:
        draw_error(above, maps[1], r, u, error)
        draw_contour(maps[0], r, np.abs(u) - error, "black")
        label_panel(maps[0], "average", "")
        label_panel(maps[1], "", results.channel)
    total = results.total("potential/u_mev_fm3")
    cuts = below.subplots(1, 3)
    for panel, j in zip(cuts, cut_positions(r, u)):
        draw_measured_cut(panel, r, j, (u, error), total, truth_potential)
        panel.set_xlim(0, r[end - 1])
        show_fit(panel, r * r[j] * u[:, j], None if error is None else r * r[j] * error[:, j])
    cuts[0].set_ylabel(r"$r\,r'\,U(r,r')$ [MeV fm$^{-1}$]")
    cuts[0].legend()
    return figure


def draw_error(figure, axes, r, u, error):
    """Three decades of the error; below they are of the lowest colour."""
    top = np.nanmax(error) or 1.0
    image = axes.pcolormesh(r, r, np.clip(error, 1e-3 * top, None), cmap="cividis",
                            shading="nearest", rasterized=True, norm=LogNorm(1e-3 * top, top))
    draw_contour(axes, r, np.abs(u) - error, "white")
    axes.set(aspect="equal", xlabel="$r'$ [fm]", ylabel="$r$ [fm]")
    axes.yaxis.set_major_locator(axes.xaxis.get_major_locator())
    figure.colorbar(image, ax=axes, shrink=0.8, pad=0.03, label=r"error [MeV fm$^{-3}$]")


def draw_contour(axes, r, difference, colour):
    """Where U is as large as its error."""
    if np.nanmin(difference) < 0 < np.nanmax(difference):
        axes.contour(r, r, difference, levels=[0], colors=colour, linewidths=0.6,
                     linestyles="dotted")


def show_fit(axes, central, error):
    """No more of a total band than lets the statistical one be seen: the rest is off the panel."""
    edge = np.abs(central) + (0 if error is None else error)
    truths = [np.abs(line.get_ydata()) for line in axes.lines if line.get_label() == "truth"]
    most = max(MOST_OF_FIT * np.nanmax(edge), *(1.1 * np.max(one) for one in truths), 0)
    low, high = axes.get_ylim()
    if most > 0:
        axes.set_ylim(max(low, -most), min(high, most))


def draw_measured_cut(axes, r, j, band, total, truth_potential):
    """r r' U(r,r'), as it enters integrals, at the radius r' of index j."""
    weight = r * r[j]
    central, error = (None if one is None else weight * one[:, j] for one in band)
    draw_total(axes, r, None if total is None else weight * total[:, :, j], BLUE)
    draw_band(axes, r, central, error, BLUE, FIT_LABEL if error is not None else "fit")
    if truth_potential is not None and truth_potential.nonlocal_part:
        axes.plot(r, weight * truth_potential.U(r, r[j])[:, 0], color="black", ls="--",
                  label="truth", zorder=4)
    axes.axhline(0, color=GREY, lw=0.4)
    axes.set_xlabel("$r$ [fm]")
    label_panel(axes, rf"$r' = {r[j]:.2f}$ fm", "")


def figure_nonlocal_surface(results):
    """U(r,r') as a surface."""
    r = results.array("potential/u_r_fm")
    u = results.array("potential/u_mev_fm3")[0]
    end = range_end(r, u)
    r, u = r[:end], u[:end, :end]
    figure, ((axes,),) = new_figure(NARROW, 2.9, results.note(), subplot_kw={"projection": "3d"})
    top = np.nanmax(np.abs(u)) or 1.0
    x, y = np.meshgrid(r, r, indexing="ij")
    axes.plot_surface(x, y, u, cmap="RdBu_r", norm=Normalize(-top, top), rcount=40, ccount=40,
                      edgecolor="0.35", linewidth=0.15, antialiased=True)
    axes.set(xlabel="$r$ [fm]", ylabel="$r'$ [fm]", xlim=(0, r[-1]), ylim=(0, r[-1]))
    axes.set_zlabel(U_LABEL, labelpad=1)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.set_major_locator(MaxNLocator(5, steps=(1, 2, 5, 10)))
        axis.set_tick_params(pad=0, labelsize=7)
        axis.set_pane_color((1, 1, 1, 0))
    axes.view_init(elev=26, azim=-135)
    axes.set_box_aspect((1, 1, 0.8), zoom=0.88)
    label_panel(axes, "", results.channel)
    return figure


def figure_exact_potential(results):
    """Maps of the learned and the exact U(r,r') on one scale, their difference on its own, and cuts
    U(r,r') at three r'; of a U that is not symmetric also U - U^T, and cuts at three r."""
    r = results.array("potential/u_r_fm")
    learned, error = results.band("potential/u_mev_fm3")
    exact = results.array("exact/u_mev_fm3")
    end = range_end(r, np.maximum(np.abs(learned), np.abs(exact)))
    r, learned, exact = r[:end], learned[:end, :end], exact[:end, :end]
    error = None if error is None else error[:end, :end]
    symmetric = np.abs(learned - learned.T).max() <= 1e-6 * np.abs(learned).max()
    figure, axes = new_figure(WIDE, 4.2, results.note(), nrows=2, ncols=3)
    top = max(np.abs(learned).max(), np.abs(exact).max())
    for panel, title, u, size in zip(axes[0], ("learned", "exact", "learned - exact"),
                                     (learned, exact, learned - exact), (top, top, None)):
        draw_map(figure, panel, r, u, size)
        label_panel(panel, title, "")
    chosen = cut_positions(r, exact)
    if symmetric:
        for panel, j in zip(axes[1], chosen):
            draw_cut(panel, r, learned[:, j], None if error is None else error[:, j], exact[:, j])
            label_panel(panel, rf"$r' = {r[j]:.2f}$ fm", "")
            panel.set_xlabel("$r$ [fm]")
        axes[1, 0].set_ylabel(U_LABEL)
        axes[1, 0].legend()
    else:
        draw_map(figure, axes[1, 0], r, learned - learned.T)
        label_panel(axes[1, 0], "learned: $U - U^T$", "")
        draw_cuts(axes[1, 1], r, learned, exact, chosen, "r'")
        draw_cuts(axes[1, 2], r, learned.T, exact.T, chosen, "r")
    axes[0, 1].set_title(results.channel, loc="right", pad=3, color=GREY)  # beside a short title
    return figure


def draw_map(figure, axes, r, u, top=None, label=None):
    """U(r,r') in colours, linear within 1 % of top, logarithmic beyond."""
    top = top or np.nanmax(np.abs(u)) or 1.0
    image = axes.pcolormesh(r, r, u, cmap="RdBu_r", shading="nearest", rasterized=True,
                            norm=SymLogNorm(1e-2 * top, vmin=-top, vmax=top))
    axes.set(aspect="equal", xlabel="$r'$ [fm]", ylabel="$r$ [fm]")
    axes.yaxis.set_major_locator(axes.xaxis.get_major_locator())
    decades = 10**np.floor(np.log10(top)) * np.array([0.1, 1])
    figure.colorbar(image, ax=axes, ticks=[*-decades[::-1], 0, *decades], shrink=0.8, pad=0.03,
                    label=label)


def range_end(r, u):
    """The number of radii within which 99.9 % of |r r' U(r,r')| lie."""
    weight = np.cumsum(r * (r @ np.abs(u)))
    return min(len(r), int(np.searchsorted(weight, 0.999 * weight[-1])) + 2)


def cut_positions(r, u):
    """Where a tenth, a half and nine tenths of |r r' U(r,r')| lie below."""
    weight = np.cumsum(r * (r @ np.abs(u)))
    return [int(np.searchsorted(weight, part * weight[-1])) for part in (0.1, 0.5, 0.9)]


def draw_cut(axes, r, learned, error, exact):
    draw_band(axes, r, learned, error, BLUE, "learned")
    axes.plot(r, exact, color="black", ls="--", label="exact")
    axes.axhline(0, color=GREY, lw=0.4)
    axes.set(xlim=(0, r[-1]), box_aspect=1)


def draw_cuts(axes, r, learned, exact, chosen, fixed):
    """Columns of U, every one in its colour, the exact ones in black."""
    for j, colour in zip(chosen, COLOURS):
        axes.plot(r, learned[:, j], color=colour, label=f"${fixed} = {r[j]:.2f}$ fm")
        axes.plot(r, exact[:, j], color="black", ls="--", lw=0.7)
    axes.axhline(0, color=GREY, lw=0.4)
    axes.set(xlabel="$r'$ [fm]" if fixed == "r" else "$r$ [fm]", ylabel=U_LABEL, xlim=(0, r[-1]),
             box_aspect=1)
    axes.plot([], [], color="black", ls="--", lw=0.7, label="exact")
    axes.legend()


def figure_momentum_space(results):
    """U(p,p'): the map of |U| of the average, and beside it U(p,0) with bands; U(-p,0) is its
    complex conjugate. Both end at the cutoff pi/a of the lattice, where data end."""
    order = np.argsort(results.array("potential/u_p_mev"))
    p = results.array("potential/u_p_mev")[order] / 1e3
    u = results.array("potential/u_momentum_mev_fm3")[:, order][:, :, order]
    size = np.hypot(u[0, ..., 0], u[0, ..., 1])
    end = np.pi * results.inverse_spacing_mev / 1e3 if results.fitted else p[-1]
    figure, ((left, right),) = new_figure(WIDE, 2.7, results.note(), ncols=2,
                                          gridspec_kw={"width_ratios": (1, 1.35)})
    zero = np.flatnonzero(p == 0)[0]
    shown = np.abs(p) <= max(end, p[zero + 1])
    top = np.nanmax(size) or 1.0
    low = max(np.nanmin(size[np.ix_(shown, shown)]), 1e-3 * top)
    image = left.pcolormesh(p[shown], p[shown], size[np.ix_(shown, shown)].clip(low), cmap="magma",
                            shading="nearest", rasterized=True, norm=LogNorm(low, top))
    figure.colorbar(image, ax=left, label=r"$|U(p,p')|$ [MeV fm$^{-3}$]")
    left.set(aspect="equal", xlabel="$p'$ [GeV]", ylabel="$p$ [GeV]")
    left.yaxis.set_major_locator(left.xaxis.get_major_locator())
    half = p >= 0
    central, error = results.band_of(u[:, half, zero])
    for part, (colour, label) in enumerate(((BLUE, "real part"), (RED, "imaginary part"))):
        draw_band(right, p[half], central[:, part], None if error is None else error[:, part],
                  colour, label, marker=few(p[shown & half]))
    right.axhline(0, color=GREY, lw=0.4)
    right.set(xlim=from_zero(p[shown]), xlabel="$p$ [GeV]", ylabel="$U(p,0)$ [MeV fm$^{-3}$]")
    right.legend()
    label_panel(left, "average" if results.nsample > 0 else "", "")
    label_panel(right, "", results.channel)
    return figure
