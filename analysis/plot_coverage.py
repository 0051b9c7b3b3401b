# SPDX-License-Identifier: GPL-3.0-or-later
"""Pulls and shares within error bands, from the coverage.h5 of `hadpot coverage`.

    plot_coverage.py FOLDER        writes FOLDER/figures/pulls.pdf, coverage.pdf and .png of both
"""

import argparse
import os
import sys

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
from results import InputError, text  # noqa: E402
from style import BLUE, E_LABEL, GREEN, GREY, RED, STYLE, list_figures, save  # noqa: E402

LABELS = {"four_point": r"$C_4$ (linear)", "R": r"$R$", "v_lo_mev": r"$S/R$",
          "delta_deg": r"$\delta$", "kcot_threshold_mev": r"$-1/a_0$",
          "binding_energy_mev": r"$B$"}
SIDES = ("syst_plus", "syst_minus", "total", "total_plus", "total_minus")
COLOURS = {"with systematic errors": (GREY, "v"), "within the total band": (RED, "^")}
MAX_PANELS = 12


class Coverage:
    """Pulls of all ensembles; NaN where an ensemble has no value."""

    def __init__(self, path):
        try:
            with h5py.File(path, "r") as file:
                if text(file.attrs.get("format", "none")) != "hadpot-coverage":
                    raise InputError(f"{path}: attribute format: expected hadpot-coverage")
                self.channel = text(file.attrs["channel"])
                self.samples = int(file.attrs["samples_computed"])
                self.dof = int(file.attrs["degrees_of_freedom"])
                self.quantity = [text(name) for name in file["truth"].attrs["quantity"]]
                self.energy, self.levels, truth, value, error = (
                    np.asarray(file[name]) for name in ("e_cm_mev", "levels", "truth", "value", "error"))
                sides = {name: np.asarray(file[name]) for name in SIDES if name in file}
        except (OSError, KeyError) as problem:
            raise InputError(f"{path}: not what hadpot coverage writes ({problem})") from problem
        with np.errstate(divide="ignore", invalid="ignore"):
            pulls = (value - truth) / error
        self.pulls = np.where(np.isfinite(pulls), pulls, np.nan)
        self.value, self.error, self.truth = value, error, truth
        self.inside = {}  # whether other bands hold the truth; NaN where there is none
        if "syst_plus" in sides:
            self.add_band("with systematic errors", value, np.hypot(error, sides["syst_minus"]),
                          np.hypot(error, sides["syst_plus"]))
        if "total" in sides:
            self.add_band("within the total band", sides["total"], sides["total_minus"],
                          sides["total_plus"])

    def add_band(self, name, value, minus, plus):
        inside = (self.truth <= value + plus) & (self.truth >= value - minus)
        known = np.isfinite(value) & ~np.isnan(plus + minus) & (plus + minus > 0)
        self.inside[name] = np.where(known, inside, np.nan)

    def label(self, i):
        at = f"({self.energy[i]:.4g} MeV)" if np.isfinite(self.energy[i]) else ""
        return LABELS.get(self.quantity[i], self.quantity[i]) + at

    def of(self, i):
        return self.pulls[np.isfinite(self.pulls[:, i]), i]

    def share(self, i, limit):
        """Share of |pull| <= limit and its binomial uncertainty, as in coverage.csv."""
        pulls = self.of(i)
        return binomial((abs(pulls) <= limit).sum(), len(pulls))

    def share_of(self, band, i):
        inside = self.inside[band][np.isfinite(self.inside[band][:, i]), i]
        return binomial(inside.sum(), len(inside))

    def chosen(self):
        """At most MAX_PANELS observables: all without an energy, and energies evenly among all."""
        flat = [i for i in range(len(self.energy)) if not np.isfinite(self.energy[i])]
        phases = [i for i in range(len(self.energy)) if np.isfinite(self.energy[i])]
        if phases:
            count = min(len(phases), MAX_PANELS - len(flat))
            places = np.linspace(0, len(phases) - 1, count).round().astype(int)
            phases = [phases[place] for place in np.unique(places)]
        return sorted(flat + phases)


def binomial(within, n):
    p = (within + 1) / (n + 2)
    return (within / n, np.sqrt(p * (1 - p) / (n + 2))) if n > 0 else (np.nan, np.nan)


def density(x, dof):
    """Student's t; the constant by summation over a wide grid, which needs no special functions."""
    grid = np.linspace(-50, 50, 20001)
    norm = ((1 + grid**2 / dof)**(-(dof + 1) / 2)).sum() * (grid[1] - grid[0])
    return (1 + x**2 / dof)**(-(dof + 1) / 2) / norm


def expected(limit, dof):
    """Share of |t| <= limit."""
    x = np.linspace(-limit, limit, 4001)
    return ((density(x[1:], dof) + density(x[:-1], dof)) / 2).sum() * (x[1] - x[0])


def draw_pulls(coverage, folder):
    chosen = coverage.chosen()
    columns = min(len(chosen), 3)
    rows = -(-len(chosen) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(2.35 * columns, 1.75 * rows + 0.3),
                                sharex=True, sharey=True, squeeze=False)
    x = np.linspace(-4, 4, 201)
    for panel, i in zip(axes.flat, chosen):
        pulls = coverage.of(i)
        panel.hist(np.clip(pulls, -3.99, 3.99), bins=np.linspace(-4, 4, 17), density=True,
                   color=BLUE, alpha=0.35)
        panel.plot(x, density(x, coverage.dof), color=RED)
        panel.set_title(coverage.label(i), loc="left", pad=3)
        mean, rms = (pulls.mean(), np.sqrt((pulls**2).mean())) if len(pulls) else (np.nan, np.nan)
        panel.text(0.97, 0.95, f"mean {mean:+.2f}\nrms {rms:.2f}\n{100 * coverage.share(i, 1)[0]:.1f} %",
                   transform=panel.transAxes, ha="right", va="top", fontsize=7)
    for panel in axes.flat[len(chosen):]:
        panel.set_visible(False)
    for panel in axes[-1]:
        panel.set_xlabel("(value - truth)/error")
    figure.suptitle(f"{coverage.channel}: {len(coverage.pulls)} ensembles, {coverage.samples} samples; "
                    f"line: Student's t", fontsize=8.5, color=GREY)
    return save(figure, folder, "pulls")


def draw_coverage(coverage, folder):
    """Shares within one and two errors against the energy; left of it, what has no energy."""
    flat = [i for i in range(len(coverage.energy)) if not np.isfinite(coverage.energy[i])]
    phases = [i for i in range(len(coverage.energy)) if np.isfinite(coverage.energy[i])]
    figure, axes = plt.subplots(1, 2 if phases else 1, figsize=(6.2 if phases else 3.4, 2.9),
                                sharey=True, squeeze=False,
                                width_ratios=(1, 1.3) if phases else (1,))
    for panel in axes[0]:
        for limit, level in ((1, 0.68), (2, 0.95)):
            panel.axhline(100 * level, color=GREY, ls="--")
            panel.axhline(100 * expected(limit, coverage.dof), color=RED, ls=":")
    groups = [(axes[0][0], flat, np.arange(len(flat)))]
    if phases:
        groups.append((axes[0][1], phases, coverage.energy[phases]))
    for panel, which, x in groups:
        for limit, colour, marker in ((1, BLUE, "o"), (2, GREEN, "s")):
            share, error = np.array([coverage.share(i, limit) for i in which]).T
            panel.errorbar(x, 100 * share, 100 * error, color=colour, marker=marker, ls="none",
                           markersize=4, capsize=2, label=f"within {limit} error{'s' * (limit > 1)}")
        for name in coverage.inside:
            share, error = np.array([coverage.share_of(name, i) for i in which]).T
            colour, marker = COLOURS[name]
            panel.errorbar(x, 100 * share, 100 * error, color=colour, marker=marker, mfc="none",
                           ls="none", markersize=4, capsize=2, label=name)
    axes[0][0].set_xticks(np.arange(len(flat)), [coverage.label(i) for i in flat], rotation=30)
    axes[0][0].set_xlim(-0.6, len(flat) - 0.4)
    axes[0][0].set_ylabel("share that holds the truth [%]")
    shares = [coverage.share(i, 1)[0] for i in flat + phases]
    shares += [coverage.share_of(name, i)[0] for name in coverage.inside for i in flat + phases]
    lowest = np.nanmin(shares)
    axes[0][0].set_ylim(min(40, 100 * lowest - 8), 102)
    axes[0][0].legend(loc="lower left")
    if phases:
        axes[0][1].set_xlabel(E_LABEL)
        axes[0][1].set_xlim(0, 1.06 * coverage.energy[phases].max())
        axes[0][1].set_title(r"$\delta(E_\mathrm{cm})$", loc="left", pad=3)
    figure.suptitle(f"{coverage.channel}: {len(coverage.pulls)} ensembles; dashed: 68 and 95 %, "
                    f"dotted: Student's t",
                    fontsize=8.5, color=GREY)
    return save(figure, folder, "coverage")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="output folder of hadpot coverage")
    folder = parser.parse_args(arguments).folder
    plt.rcParams.update(STYLE)
    try:
        coverage = Coverage(os.path.join(folder, "coverage.h5"))
        figures = os.path.join(folder, "figures")
        written = draw_pulls(coverage, figures) + draw_coverage(coverage, figures)
        list_figures(written)
        print("\n".join(written))
    except InputError as error:
        print(f"plot_coverage.py: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
