# SPDX-License-Identifier: GPL-3.0-or-later
"""Several runs in one figure: phase shifts and k cot delta with their bands, and localised
potentials beside the leading-order one. PDF and PNG in FOLDER. See analysis/README.md."""

import argparse
import os
import sys
from contextlib import ExitStack, closing

try:
    import h5py  # noqa: F401  results.py needs it; better said here
    import matplotlib
    import numpy as np
except ImportError as error:
    sys.exit(f"compare.py: {error}; install python3-h5py, python3-matplotlib and python3-numpy, or "
             "start it with the system's python (/usr/bin/python3 on Debian)")

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from curves import Curves
from plot_bands import band_handles, draw_total, within
from plot_kcot import Units, truth_curve
from results import InputError, Results, read_reference, read_truth, read_truth_potential
from style import (E_LABEL, GREY, STYLE, WIDE, around, break_at_poles, fit_range, from_zero, kcot,
                   label_panel, nearest_branch, new_figure, pocket_range, save)

# Dark to light, so that runs are told apart in grey print as well, where dashes help too.
LOOKS = ({"color": "#08306B", "ls": "-", "marker": "o"},
         {"color": "#D55E00", "ls": (0, (5, 1.5)), "marker": "s"},
         {"color": "#56B4E9", "ls": "-.", "marker": "^"},
         {"color": "#9C6ADE", "ls": (0, (3, 1, 1, 1, 1, 1)), "marker": "D"},
         {"color": "#E69F00", "ls": ":", "marker": "v"})


class Run:
    """An open run with its name and look."""

    def __init__(self, results, label, look):
        self.results = results
        self.note = results.note()
        self.name, self.label = label, label if self.note is None else f"{label} (marked)"
        self.look = look
        for name in ("scattering/e_cm_mev", "scattering/k_mev", "scattering/delta_deg",
                     "scattering/kcot_mev"):
            results.array(name)  # an error that names it where it is missing
        if results.band("scattering/delta_deg")[0].ndim > 1:
            raise InputError(f"{results.path}: runs are compared by one phase shift, that of {label} has "
                             "several components: compare their phase_shift.csv")
        self.curves = Curves(results)

    def draw(self, axes, x, value, error, known=None, **line):
        """A curve with its band; marks at a few of the places known."""
        look = {**self.look, **line}
        if known is not None:
            known = known[::max(1, len(known) // 10)]
            look["markevery"] = [int(np.argmin(np.abs(x - one))) for one in known]
        axes.plot(x, value, label=self.label, mfc="none", ms=3, mew=0.6, **look)
        if error is not None:
            axes.fill_between(x, value - error, value + error, color=look["color"], alpha=0.2, lw=0)
            for edge in (value - error, value + error):
                axes.plot(x, edge, color=look["color"], lw=0.3)

    def draw_light(self, axes, x, total, limit=np.inf):
        draw_total(axes, x, total, self.look["color"], None, limit, edges=False)


def figure_scattering(runs, truth=None, reference=None, name=""):
    """delta(E) on the left, k cot delta against k^2 on the right."""
    figure, axes = new_figure(WIDE, 2.9, notes(runs), ncols=2)
    left, right = axes[0]
    energies, k = ([getattr(run.curves, name) for run in runs] for name in ("known_e", "known_k"))
    limit = kcot_limit(runs, k, truth)
    shown, unmarked = [], [run for run in runs if run.note is None] or runs
    for run in runs:
        draw_phases(left, run)
        drawn = draw_kcot(right, run, limit)
        if run in unmarked:  # the others would set the range where they are wrong
            shown += drawn
    if truth is not None:
        shown.append(draw_truth(axes[0], truth, runs[0].curves, limit))
    if reference is not None:
        draw_reference(axes[0], runs[0].results, reference, name, limit)
    for panel in (left, right):
        panel.axhline(0, color=GREY, lw=0.4)
    left.set(xlabel=E_LABEL, ylabel=r"$\delta$ [deg]",
             xlim=from_zero(np.concatenate(energies)))
    right.set(xlabel=Units().k2, ylabel=Units().kcot_label(runs[0].results),
              xlim=from_zero(np.concatenate(k)**2), ylim=around(np.concatenate(shown)))
    right.ticklabel_format(axis="x", style="sci", scilimits=(-2, 4), useMathText=True)
    left.legend(handles=left.get_legend_handles_labels()[0] + bands_of(runs), handlelength=3)
    label_panel(right, "", runs[0].results.channel)
    return figure


def draw_phases(axes, run):
    curves = run.curves
    k, total = curves.total("delta_deg") or (curves.k, None)
    run.draw_light(axes, curves.energy(k), total)
    run.draw(axes, curves.e_cm, *curves.band("delta_deg"), curves.known_e)


def draw_kcot(axes, run, limit):
    """Returns what sets the range of the axis."""
    curves = run.curves
    k, total = curves.total("kcot_mev") or (curves.k, None)
    run.draw_light(axes, k**2, total, limit)
    central, error = curves.band("kcot_mev")
    central = break_at_poles(central, limit)
    run.draw(axes, curves.k**2, central, error, curves.known_k**2)
    return [central, within(run.results.total("scattering/kcot_mev"), limit)]


def bands_of(runs):
    """Of the legend: dark and light bands, where a run has both."""
    return band_handles() if any(run.results.has("total") for run in runs) else []


def notes(runs):
    """Warnings of the runs, a line each, with their labels."""
    lines = [f"{run.name}: {run.note}".replace("\n", "; ") for run in runs if run.note]
    return "\n".join(lines) or None


def kcot_limit(runs, k, truth):
    """Beyond this |k cot delta| is cut off: three times its size at threshold or the largest
    momentum; of the truth where it is known, for a run may be far off."""
    if truth is not None:
        first = [kcot(k[0][-1] * np.sqrt(truth.e_cm[0] / runs[0].curves.known_e[-1]),
                      truth.delta[0])[0]]
    else:
        first = [run.results.array("scattering/kcot_mev")[0, 0] for run in runs]
    return 3 * max(np.nanmax(np.abs(first)), *(momentum.max() for momentum in k))


def draw_truth(panels, truth, curves, limit):
    """delta and k cot delta of the truth; returns the latter."""
    style = {"color": "black", "ls": "--", "lw": 1.4, "label": "truth", "zorder": 4}
    k, delta, value = truth_curve(truth, curves)
    value = np.where(k > 1.001 * curves.known_k[-1], np.nan, break_at_poles(value, limit))
    panels[0].plot(curves.energy(k), delta, **style)
    panels[1].plot(k**2, value, **style)
    return value


def draw_reference(panels, results, reference, name, limit):
    """Published phase shifts, on the branch of the first run."""
    if not results.fitted:
        raise InputError(f"{results.path}: momenta of --reference are in lattice units, which "
                         "results of a given potential do not know")
    e_cm, k = (results.array(f"scattering/{x}") for x in ("e_cm_mev", "k_mev"))
    k_ref = np.sqrt(reference[0]) * results.inverse_spacing_mev
    e_ref = np.interp(reference[0], results.array("scattering/k2_lat"), e_cm, np.nan, np.nan)
    inside = np.isfinite(e_ref)
    delta = nearest_branch(reference[1], np.interp(e_ref, e_cm,
                                                   results.band("scattering/delta_deg")[0]))
    value, spread = kcot(k_ref, delta, reference[2])
    value[(np.abs(value) > limit) | ~inside] = np.nan
    style = {"fmt": "x", "ms": 3.5, "color": "black", "lw": 0.8, "label": name, "zorder": 5}
    panels[0].errorbar(e_ref, delta, reference[2], **style)
    panels[1].errorbar(k_ref**2, value, spread, **style)


def figure_potential(runs, truth_potential=None):
    """Localised V(r) of every run, and of the truth, beside LO V(r) = S/R of the first one: the
    core, the pocket and the difference V - S/R. One row for each source and time of the first run; None where no run
    has them."""
    runs = [run for run in runs if run.results.has("potential/v_localised_mev",
                                                   "potential/v_lo_mev")]
    if not runs:
        return None
    first = runs[0].results
    rows = [(source, t) for source in first.source for t in first.t]
    figure, axes = new_figure(WIDE, 0.7 + 2.1 * len(rows), notes(runs), nrows=len(rows), ncols=3)
    _, r, fitted, r_max = fit_range(first)
    for (source, t), panels in zip(rows, axes):
        direct, error = localised(runs[0], source, t, "potential/v_lo_mev")
        draw_direct(panels, r, direct, error)
        curves = [(run, localised(run, source, t)) for run in runs]
        for run, (value, spread) in ((run, band) for run, band in curves if band is not None):
            x = fit_range(run.results)[1]
            for panel in panels[:2]:
                run.draw_light(panel, x, localised_total(run, source, t))
                run.draw(panel, x, value, spread, marker=None, zorder=3)
            if len(x) == len(r) and np.allclose(x, r):
                run.draw(panels[2], x, value - direct, None, marker=None, zorder=3)
        if truth_potential is not None:
            draw_true_potential(panels, first, truth_potential, source, t, direct)
        for panel in panels:
            panel.axhline(0, color=GREY, lw=0.4)
            panel.set(xlabel="$r$ [fm]", xlim=(0, r_max))
        set_ranges(panels, r, curves[0][1][0], error, fitted)
        label_panel(panels[0], f"{source} source, $t = {t}$", "")
        panels[2].set_ylabel("$V - S/R$ [MeV]")
        label_panel(panels[2], "", first.channel)
    height = 0.22 / figure.get_figheight()  # of a line of text, free below the panels
    figure.get_layout_engine().set(rect=(0, height, 1, 1 - height))
    entries = {label: handle for panel in axes[:, 0]
               for handle, label in zip(*panel.get_legend_handles_labels())}
    handles = [*entries.values(), *bands_of(runs)]
    figure.legend(handles, [*entries, *(one.get_label() for one in bands_of(runs))],
                  loc="lower center", ncol=min(6, len(handles)), handlelength=3)
    axes[0, 2].legend(handlelength=3, loc="lower left", handles=axes[0, 2].collections[:1])
    return figure


def place_of(run, source, t):
    """Indices of a source and a time of a run, or None."""
    results = run.results
    if source not in results.source or t not in results.t:
        return None
    return results.source.index(source), results.t.index(t)


def localised_total(run, source, t):
    """The total band of the localised potential against ascending r, or None."""
    total, s = run.results.total("potential/v_localised_mev"), place_of(run, source, t)
    return None if total is None else total[(slice(None), *s)][:, fit_range(run.results)[0]]


def draw_true_potential(panels, results, potential, source, t, direct):
    """The truth localised with R of the first run."""
    order, r, _, _ = fit_range(results)
    truth = results.localise(potential, results.source.index(source), results.t.index(t))[order]
    for panel, value in zip(panels, (truth, truth, truth - direct)):
        panel.plot(r, value, color="black", ls="--", lw=1.4, label="truth", zorder=4)


def localised(run, source, t, name="potential/v_localised_mev"):
    """Central value and error against ascending r, or None where the run has not this source and
    time."""
    s = place_of(run, source, t)
    if s is None:
        return None
    order = fit_range(run.results)[0]
    value, error = run.results.band(name)
    return value[s][order], None if error is None else error[s][order]


def draw_direct(panels, r, value, error):
    """S/R with its errors; around zero in the panel of differences."""
    for panel in panels[:2]:
        panel.errorbar(r, value, error, fmt="o", ms=2.4, mew=0, lw=0.5, color=GREY, alpha=0.6,
                       rasterized=True, label="leading order $S/R$")
    if error is not None:
        panels[2].fill_between(r, -error, error, color=GREY, alpha=0.25, lw=0,
                               label="error of $S/R$")


def set_ranges(panels, r, value, error, fitted):
    """The core, the pocket, and four typical errors."""
    fitted = fitted if fitted.any() else np.ones(len(r), dtype=bool)
    panels[0].set(xlim=(0, min(1.0, r[-1])), ylabel="$V(r)$ [MeV]")
    panels[1].set_ylim(*pocket_range(value[fitted]))
    if error is not None:
        panels[2].set_ylim(np.array([-4, 4]) * np.nanmedian(error[fitted]))


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(prog="compare.py", description=__doc__)
    parser.add_argument("runs", metavar="OUTDIR=LABEL", nargs="+",
                        help="output folder of a run, and its name in the legend")
    parser.add_argument("--output", metavar="FOLDER", required=True, help="where figures go")
    parser.add_argument("--truth", metavar="FILE", help="YAML file written by `hadpot synth`")
    parser.add_argument("--reference", metavar="FILE", help="CSV file with published phase shifts")
    parser.add_argument("--reference-column", metavar="NAME", default="lo_wall",
                        help="columns NAME_delta, NAME_delta_err of it (default: lo_wall)")
    parser.add_argument("--reference-label", metavar="TEXT", help="its name in the legend")
    return parser.parse_args(arguments)


def open_runs(stack, arguments):
    """Runs of the arguments OUTDIR=LABEL, closed by the stack."""
    if len(arguments) > len(LOOKS):
        raise InputError(f"expected at most {len(LOOKS)} runs, found {len(arguments)}")
    runs = []
    for argument, look in zip(arguments, LOOKS):
        folder, equals, label = argument.partition("=")
        if not equals or not folder or not label:
            raise InputError(f"expected OUTDIR=LABEL, found {argument}")
        results = stack.enter_context(closing(Results(os.path.join(folder, "results.h5"))))
        runs.append(Run(results, label, look))
    if len({run.results.charged for run in runs}) > 1:
        raise InputError("k cot delta of charged and of uncharged pairs are not the same quantity")
    return runs


def main(arguments=None):
    options = parse_arguments(arguments)
    plt.rcParams.update(STYLE)
    comparison, potential = {}, None
    try:
        if options.truth:
            comparison["truth"] = read_truth(options.truth)
            potential = read_truth_potential(options.truth)
        if options.reference:
            comparison["reference"] = read_reference(options.reference, options.reference_column)
            comparison["name"] = options.reference_label or options.reference_column
        with ExitStack() as stack:
            runs = open_runs(stack, options.runs)
            figures = (("scattering", figure_scattering(runs, **comparison)),
                       ("potential", figure_potential(runs, potential)))
            written = [path for name, figure in figures if figure is not None
                       for path in save(figure, options.output, name)]
    except InputError as error:
        print(f"compare.py: {error}", file=sys.stderr)
        return 2
    print("\n".join(written))
    return 0


if __name__ == "__main__":
    sys.exit(main())
