# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of `hadpot run`, `hadpot toy` and `hadpot scatter`, as PDF and PNG in OUTDIR/figures/.
See analysis/README.md."""

import argparse
import os
import sys
from contextlib import closing

try:
    import h5py  # noqa: F401  results.py needs it; better said here
    import matplotlib
    import numpy as np
except ImportError as error:
    sys.exit(f"plot.py: {error}; install python3-h5py, python3-matplotlib and python3-numpy, or "
             "start it with the system's python (/usr/bin/python3 on Debian)")

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D

from curves import even, refined, smooth
from plot_bands import band_handles, draw_total
from plot_channels import (figure_channel_femtoscopy, figure_channel_kcot, figure_channel_phases,
                           figure_channel_potential)
from plot_correlator import figure_correlator, figure_terms
from plot_covariance import figure_correlation
from plot_kcot import UNIT_NAMES, figure_kcot
from plot_matrix import (figure_matrix_correlator, figure_matrix_nonlocal, figure_matrix_potential,
                         figure_matrix_pulls)
from plot_mixing import figure_mixing
from plot_nonlocal import (figure_exact_potential, figure_momentum_space,
                           figure_nonlocal_potential, figure_nonlocal_surface)
from plot_poles import figure_poles
from plot_scattering import (figure_femtoscopy, figure_finite_volume, figure_phase_shift,
                             figure_row)
from plot_smatrix import figure_smatrix
from plot_spectrum import figure_energies, figure_masses, figure_pair_masses
from plot_toy import (figure_data, figure_local, figure_matrix_data, figure_matrix_local,
                      figure_matrix_phases, figure_partial, figure_two_parameter)
from plot_variations import figure_variations
from results import (InputError, Results, Truth, read_reference, read_trace, read_truth,
                     read_truth_potential)
from style import (BLUE, COLOURS, GREEN, GREY, NARROW, RED, STYLE, WIDE, draw_band, fit_range,
                   from_zero, label_panel, legend_below, list_figures, new_figure, pocket_range, save,
                   where_seen)


def figure_potential(results, truth_potential=None):
    """V(r), localised (bands) and direct leading order (points): the core, and the pocket; with the
    truth where it is known, localised like the fit, and its local part."""
    order, r, fitted, r_max = fit_range(results)
    model, model_error = results.band("potential/v_localised_mev")
    nsource = len(results.source)
    handles = potential_legend(results, truth_potential)
    lines = -(-len(handles) // 5)
    figure, axes = new_figure(WIDE, 0.55 + 2.3 * nsource + 0.17 * lines, results.note(),
                              nrows=nsource, ncols=2, gridspec_kw={"width_ratios": (1, 1.6)})
    low, high = pocket_range(model[..., order[fitted]] if fitted.any() else model)
    for s, source in enumerate(results.source):
        for panel in axes[s]:
            draw_potentials(panel, results, s, truth_potential)
            panel.axhline(0, color=GREY, lw=0.4)
            panel.set(xlabel="$r$ [fm]", ylabel="$V(r)$ [MeV]")
        axes[s, 0].set(xlim=(0, min(1.0, r_max)))
        axes[s, 1].set(xlim=(0, r_max), ylim=(low, high))
        label_panel(axes[s, 0], f"{source} source", "")
        label_panel(axes[s, 1], "", results.channel)
    legend_below(figure, handles, lines, ncol=5, columnspacing=1.2)
    return figure


def potential_legend(results, truth_potential):
    """Colours tell the time, lines and points the kind."""
    handles = [Line2D([], [], color=COLOURS[t % len(COLOURS)], lw=3, label=f"$t = {time}$")
               for t, time in enumerate(results.t)]
    handles += [Line2D([], [], color=GREY, label="localised"),
                Line2D([], [], color=GREY, marker="o", ls="", label="leading order")]
    if results.has("potential/v_local_mev", "training/parameters"):
        handles.append(Line2D([], [], color="black", ls="--", lw=0.8, label="local part"))
    if truth_potential is not None:
        local = not truth_potential.nonlocal_part
        handles.append(Line2D([], [], color="black", ls=":", lw=1.2,
                              label="truth" if local else "truth, localised"))
        if truth_potential.local and not local:
            handles.append(Line2D([], [], color=GREY, ls="-.", lw=1.0, label="truth, local part"))
    return handles + (band_handles() if results.has("total/potential/v_localised_mev") else [])


def draw_potentials(axes, results, s, truth_potential):
    """Points in the light, lines in the dark shade of the colour of the time."""
    order, r, _, _ = fit_range(results)
    model, model_error = results.band("potential/v_localised_mev")
    direct, direct_error = results.band("potential/v_lo_mev")
    total = results.total("potential/v_localised_mev")
    for t in range(len(results.t)):
        colour = COLOURS[t % len(COLOURS)]
        error = None if direct_error is None else direct_error[s, t, order]
        axes.errorbar(r, direct[s, t, order], error, color=colour, fmt="o", ms=2.2, mew=0, lw=0.4,
                      alpha=0.35, rasterized=True)
        error = None if model_error is None else model_error[s, t, order]
        dark = np.array(to_rgb(colour)) * 0.6
        draw_band(axes, *between_shells(r, model[s, t, order], error), dark, zorder=3)
        light = None if total is None else total[:, s, t, order]
        at, median, *spread = between_shells(r, *((None,) * 3 if light is None else light))
        draw_total(axes, at, None if light is None else np.stack([median, *spread]), colour, None)
        if truth_potential is not None and truth_potential.nonlocal_part:
            axes.plot(*between_shells(r, results.localise(truth_potential, s, t)[order]),
                      color="black", ls=":", lw=1.2, zorder=4)
    if truth_potential is not None and truth_potential.local:  # alone it is localised already
        part = truth_potential.nonlocal_part
        fine = np.linspace(max(r[0], 1e-3), r[-1], 400)
        axes.plot(fine, truth_potential.V(fine), color=GREY if part else "black",
                  ls="-." if part else ":", lw=1.0 if part else 1.2, zorder=4)
    if results.has("potential/v_local_mev", "training/parameters"):  # else it is the curve itself
        local, _ = results.band("potential/v_local_mev")
        axes.plot(*between_shells(r, local[order]), color="black", ls="--", lw=0.8,
                  label="local part", zorder=4)


def between_shells(r, value, *errors):
    """Radii of a smooth curve, and a function of the grid with its errors there: cubic pieces in
    r^2, in which regular functions start like lines and shells of a lattice are evenly spaced, that
    do not overshoot. Of shells of one radius the mean."""
    known, shell, count = np.unique(r, return_inverse=True, return_counts=True)
    at = refined(known)
    return at, *(None if y is None else smooth(known**2, np.bincount(shell, y) / count, at**2, even)
                 for y in (value, *errors))


def figure_given_potential(results):
    """V(r) of `hadpot scatter`."""
    r, v = results.array("potential/r_fm"), results.array("potential/v_mev")
    figure, ((axes,),) = new_figure(NARROW, 2.6)
    axes.plot(r, v, color=BLUE)
    axes.axhline(0, color=GREY, lw=0.4)
    ylim = pocket_range(v) if v.max() > 0 else (1.15 * v.min(), -0.1 * v.min())
    axes.set(xlabel="$r$ [fm]", ylabel="$V(r)$ [MeV]", xlim=where_seen(r, v, ylim), ylim=ylim)
    label_panel(axes, "", results.channel)
    return figure


def figure_expansion(results, truth_potential=None):
    """V0 and V2 of the derivative expansion: points with errors, and what was fitted to them; V0
    beside a local truth."""
    order, r, _, _ = fit_range(results)
    figure, axes = new_figure(WIDE, 2.6, results.note(), ncols=2)
    for panel, label, key, fit_key, core in (
            (axes[0, 0], "$V_0(r)$ [MeV]", "potential/v0_mev", "potential/v_local_mev", 0.5),
            (axes[0, 1], "$V_2(r)$ [MeV fm$^2$]", "potential/v2_mev_fm2",
             "potential/v2_fit_mev_fm2", 0)):
        data, error = results.band(key)
        fit, fit_error = results.band(fit_key)
        panel.errorbar(r, data[order], None if error is None else error[order], color=BLUE,
                       fmt="o", ms=2.2, mew=0, lw=0.4, alpha=0.35, rasterized=True,
                       label="at each radius")
        draw_band(panel, r, fit[order], None if fit_error is None else fit_error[order],
                  "black", "fit", zorder=3)
        panel.axhline(0, color=GREY, lw=0.4)
        beyond = np.abs(fit[order])[r > core]  # fm
        size = np.nanmax(beyond) if beyond.size else np.nanmax(np.abs(fit))
        panel.set(xlabel="$r$ [fm]", ylabel=label, xlim=(0, min(2.5, r.max())),
                  ylim=(-1.5 * size, 2.0 * size))
    if truth_potential is not None and not truth_potential.nonlocal_part:
        axes[0, 0].plot(r, truth_potential.V(r), color="black", ls=":", lw=1.2, label="truth")
    for panel in axes[0]:
        panel.legend()
    label_panel(axes[0, 1], "", results.channel)
    return figure


def figure_pulls(results):
    """(S - prediction)/error of every fitted point, for each source and time, with chi2 per point
    of each region of r. The axis is that of sqrt(r), so that the core is seen."""
    r = results.array("grid/r_fm")
    fitted = results.array("grid/fitted") > 0
    pull = results.array("training/pull")[0][..., fitted]
    chi2 = results.array("training/chi2_per_point_by_region")[0]
    effective = results.array("training/chi2_per_effective_point_by_region")[0]
    fails = effective > results.array("training/max_chi2_per_effective_point_by_region")
    edges = results.array("grid/chi2_region_edges_fm")
    end = 1.02 * r[fitted].max()
    limits = np.concatenate([[0], edges[edges < end], [end]])
    nsource, nt = len(results.source), len(results.t)
    width = 4.6 if nt == 1 else max(WIDE, 2.4 * nt)
    figure, axes = new_figure(width, 0.5 + 2.1 * nsource, results.note(), nrows=nsource, ncols=nt,
                              sharex=True, sharey=True)
    largest = np.nanmax(np.abs(pull))
    for s, t in np.ndindex(nsource, nt):
        panel = axes[s, t]
        panel.set_xscale("function", functions=(lambda x: np.sqrt(np.maximum(x, 0)), np.square))
        panel.set_yscale("symlog", linthresh=3)
        panel.axhspan(-1, 1, color=GREY, alpha=0.15, lw=0)
        panel.axhline(0, color=GREY, lw=0.4)
        panel.plot(r[fitted], pull[s, t], "o", ms=1.8, mew=0, color=BLUE, rasterized=True,
                   clip_on=False, zorder=3)
        print_regions(panel, limits, chi2[s, t], np.where(fails[s], effective[s], np.nan))
        panel.set(xlim=(0, end), ylim=np.array([-1, 2.5]) * max(4, 1.2 * largest))
        panel.set_xticks(limits[:-1], [f"{x:g}" for x in limits[:-1]])
        panel.set_yticks([sign * x for x in (1, 3, 10, 30, 100) if x <= max(4, largest)
                          for sign in (-1, 1)] + [0])
        panel.yaxis.set_major_formatter("{x:g}")
        panel.yaxis.set_minor_locator(plt.NullLocator())
        mean = results.array("training/chi2_per_point_by_source")[0, s, t]
        label_panel(panel, rf"{results.source[s]}, $t = {results.t[t]}$: $\chi^2$/point {mean:.3g}; by region:",
                    "" if nt > 1 else results.channel)
        if s == nsource - 1:
            panel.set_xlabel("$r$ [fm]")
    for s in range(nsource):
        axes[s, 0].set_ylabel("(data - fit) / error")
    if fails.any():
        figure.supxlabel(WORSE, fontsize=7.5, color=RED)
    return figure


# Why a region is red though its chi2 per point looks fine.
WORSE = (r"red: the region is not described, its $\chi^2$/effective point (in brackets, of all times) is "
         "above the limit;\npoints that fluctuate together count there as many as are independent")


def print_regions(axes, limits, chi2, effective):
    """chi2 per point of each region at its top; where the fit of its source does not describe it
    also that per effective point, else NaN, in red."""
    for low, high, value, worse in zip(limits[:-1], limits[1:], chi2, effective):
        bad = np.isfinite(worse)
        if low > 0:
            axes.axvline(low, color=GREY, lw=0.4, ls=":")
        if np.isfinite(value):
            axes.annotate(short(value) + (f"\n({short(worse)})" if bad else ""),
                          (((np.sqrt(low) + np.sqrt(high)) / 2)**2, 0.97),
                          xycoords=("data", "axes fraction"), ha="center", va="top", fontsize=6.5,
                          color=RED if bad else "black")


def short(value):
    """Two digits, or an integer."""
    return f"{value:.2g}" if value < 99.5 else f"{value:.0f}"


def figure_loss(results):
    """Loss of the average (thick) and of the samples (thin) against the epoch or step."""
    curves = results.array("training/loss_curve")
    epoch = (results.array("training/loss_epoch") if results.has("training/loss_epoch")
             else np.broadcast_to(np.arange(curves.shape[1]), curves.shape))
    converged = (results.array("training/converged") > 0 if results.has("training/converged")
                 else np.ones(len(curves), dtype=bool))
    figure, ((axes,),) = new_figure(NARROW, 2.4, results.note())
    axes.set_yscale("log")
    for good, colour, label in ((True, GREY, "samples"), (False, RED, "samples, not converged")):
        chosen = converged[1:] == good
        lines = axes.plot(epoch[1:][chosen].T, curves[1:][chosen].T, color=colour, lw=0.4)
        if lines:
            lines[0].set_label(label)
    axes.plot(epoch[0], curves[0], color=BLUE, lw=1.4,
              label=("average" if results.nsample > 0 else "fit")
              + ("" if converged[0] else ", not converged"))
    axes.set(xlabel="epoch or step", ylabel="loss", xlim=from_zero(epoch))
    axes.legend()
    label_panel(axes, "", results.channel)
    return figure


# Name of the figure, its function, the datasets without which it is left out.
FIGURES = (
    ("correlator", figure_correlator, ("correlator/R", "correlator/dt")),
    ("potential_terms", figure_terms, ("correlator/R", "correlator/S", "correlator/laplacian")),
    ("potential", figure_potential, ("potential/v_lo_mev", "potential/v_localised_mev")),
    ("potential_matrix", figure_matrix_potential, ("potential/localised_matrix_mev",)),
    ("nonlocal_potential", figure_nonlocal_potential, ("potential/u_mev_fm3",)),
    ("nonlocal_surface", figure_nonlocal_surface, ("potential/u_mev_fm3",)),
    ("momentum_space", figure_momentum_space, ("potential/u_momentum_mev_fm3",
                                               "potential/u_p_mev")),
    ("exact_potential", figure_exact_potential, ("potential/u_mev_fm3", "exact/u_mev_fm3")),
    ("local_potential", figure_local, ("potential/v_local_mev", "exact/v_local_mev")),
    ("local_matrix", figure_matrix_local, ("exact/v_elements_mev",)),
    ("exact_phases", figure_matrix_phases, ("exact/delta_deg", "data/energy_mev")),
    ("partial", figure_partial, ("potential/f", "exact/f")),
    ("two_parameter", figure_two_parameter, ()),
    ("data", figure_data, ("data/wave", "data/source", "data/prediction")),
    ("given_potential", figure_given_potential, ("potential/r_fm", "potential/v_mev")),
    ("pulls", figure_pulls, ("training/pull", "training/chi2_per_effective_point_by_region",
                             "grid/chi2_region_edges_fm")),
    ("derivative_expansion", figure_expansion, ("potential/v0_mev", "potential/v2_mev_fm2")),
    ("phase_shift", figure_phase_shift, ("scattering/delta_deg",)),
    ("kcot", figure_kcot, ("scattering/kcot_mev",)),
    ("mixing", figure_mixing, ("mixing",)),
    ("smatrix", figure_smatrix, ("smatrix",)),
    ("poles", figure_poles, ("poles",)),
    ("correlation", figure_correlation, ("scattering/delta_deg", "scattering/e_cm_mev")),
    ("variations", figure_variations, ("variations/syst_plus/delta_deg",)),
    ("femtoscopy", figure_femtoscopy, ("femtoscopy/correlation",)),
    ("finite_volume", figure_finite_volume, ("finite_volume/level_lo_mev",)),
    ("effective_masses", figure_masses, ("masses/t", "masses/effective_mass_1_mev",
                                         "masses/mass_1_mev")),
    ("effective_masses_of_pairs", figure_pair_masses, ("masses",)),
    ("effective_energies", figure_energies, ("direct/t", "direct/delta_e_mev")),
    ("loss", figure_loss, ("training/loss_curve",)),
)
# Of results with channels these stand for figures of one S wave; None: there is none.
OF_CHANNELS = {"phase_shift": figure_channel_phases, "kcot": figure_channel_kcot,
               "femtoscopy": figure_channel_femtoscopy,
               "given_potential": figure_channel_potential, "correlation": None, "variations": None,
               "finite_volume": None, "correlator": figure_matrix_correlator,
               "data": figure_matrix_data, "potential_terms": None, "nonlocal_potential": figure_matrix_nonlocal,
               "nonlocal_surface": None, "momentum_space": None, "pulls": figure_matrix_pulls}
# Rows along k that these show; all others have a figure of their own. Momenta and energies are such
# rows where masses vary from sample to sample.
DRAWN = ("scattering/delta_deg", "scattering/kcot_mev", "scattering/delta_numerical_error",
         "scattering/k2_lat", "scattering/k_mev", "scattering/e_cm_mev", "scattering/w_mev")
# What of the command line a figure shows beside the results.
COMPARED = {**{name: ("truth_potential",) for name in
               ("potential", "potential_terms", "nonlocal_potential", "derivative_expansion")},
            "phase_shift": ("truth", "reference", "name"), "poles": ("truth",),
            **{name: ("truth",) for name in
               ("effective_masses", "effective_energies", "finite_volume")},
            "kcot": ("truth", "reference", "name", "kcot_units", "m_pi_mev"),
            "two_parameter": ("trace",)}


def draw_all(results, folder, comparison):
    """Write every figure the file has data for, remove those of an earlier run that it has not;
    returns the paths."""
    written = []
    for name, function, needed in FIGURES:
        chosen = {key: comparison[key] for key in COMPARED.get(name, ()) if key in comparison}
        if results.coupled and name in OF_CHANNELS:
            function = OF_CHANNELS[name] or (lambda _: None)
            chosen = {key: chosen[key] for key in chosen if (name, key) == ("phase_shift", "truth")}
        figure = function(results, **chosen) if results.has(*needed) else None
        if figure is None:
            for extension in ("pdf", "png"):
                old = os.path.join(folder, f"{name}.{extension}")
                if os.path.exists(old):
                    os.remove(old)
            continue
        written += save(figure, folder, name)
    for path in [] if results.coupled else results.rows_along("k"):
        figure = None
        if path not in DRAWN and not path.endswith("_by_sample"):
            figure = figure_row(results, path)
        if figure is not None:
            written += save(figure, folder, path.rsplit("/", 1)[-1])
    return written


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(prog="plot.py", description=__doc__)
    parser.add_argument("outdir", metavar="OUTDIR", 
                        help="output folder of `hadpot run`, `hadpot toy` or `hadpot scatter`")
    parser.add_argument("--truth", metavar="FILE", help="YAML file written by `hadpot synth`")
    parser.add_argument("--reference", metavar="FILE", help="CSV file with published phase shifts, "
                        "or with a published training log (two-parameter toy)")
    parser.add_argument("--reference-column", metavar="NAME", default="lo_wall",
                        help="columns NAME_delta, NAME_delta_err of it (default: lo_wall)")
    parser.add_argument("--reference-label", metavar="TEXT", help="its name in the legend")
    parser.add_argument("--kcot-units", choices=UNIT_NAMES,
                        help="units of k and k cot delta in the figure kcot (default: mev)")
    parser.add_argument("--m-pi-mev", metavar="X", type=positive,
                        help="pion mass of the ensemble: k cot delta/m_pi against (k/m_pi)^2")
    return parser.parse_args(arguments)


def positive(value):
    number = float(value)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a number above 0, found {value}")
    return number


def read_comparison(options):
    """What is drawn beside the results; a reference with a column epoch is a training log."""
    comparison = {"kcot_units": options.kcot_units, "m_pi_mev": options.m_pi_mev}
    if options.truth:
        comparison["truth"] = read_truth(options.truth)
        comparison["truth_potential"] = read_truth_potential(options.truth)
    if options.reference:
        comparison["trace"] = read_trace(options.reference)
        if comparison["trace"] is None:
            del comparison["trace"]
            comparison["reference"] = read_reference(options.reference, options.reference_column)
            comparison["name"] = options.reference_label or options.reference_column
    return comparison


def main(arguments=None):
    options = parse_arguments(arguments)
    plt.rcParams.update(STYLE)
    try:
        if not os.path.isdir(options.outdir):
            raise InputError(f"{options.outdir}: no such folder; expected the output of a run")
        comparison = read_comparison(options)
        with closing(Results(os.path.join(options.outdir, "results.h5"))) as results:
            written = draw_all(results, os.path.join(options.outdir, "figures"), comparison)
        list_figures(written)
        if not written:
            raise InputError(f"{options.outdir}/results.h5: no dataset to draw")
    except InputError as error:
        print(f"plot.py: {error}", file=sys.stderr)
        return 2
    print("\n".join(written))
    return 0


if __name__ == "__main__":
    sys.exit(main())
