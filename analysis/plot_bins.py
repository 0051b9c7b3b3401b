# SPDX-License-Identifier: GPL-3.0-or-later
"""Statistical errors against the size of bins, from the scan_bins.csv of `hadpot scan-bins`.

    plot_bins.py FOLDER        writes FOLDER/figures/scan_bins.pdf and .png
"""

import argparse
import csv
import os
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
from results import InputError  # noqa: E402
from style import list_figures, prepare_files  # noqa: E402

QUANTITIES = {"R": "R(t,r)", "v_lo_mev": "S/R"}
COLUMNS = ("quantity", "source", "t", "r_fm", "bin", "bins", "error", "error_err", "gamma_error",
           "gamma_error_err", "tau_int", "tau_int_err")
TEXTS = ("quantity", "source")


def read_scan(path):
    """The comment lines, and a list of curves: quantity, source, ..., lists of bin and errors."""
    try:
        with open(path, encoding="utf-8") as stream:
            lines = stream.read().splitlines()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; expected what hadpot scan-bins wrote") from error
    comments = [line[1:].strip() for line in lines if line.startswith("#")]
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise InputError(f"{path}: column {missing[0]} is missing")
    curves = {}
    for row in rows:
        try:
            numbers = {name: float(row[name]) for name in COLUMNS if name not in TEXTS}
        except (TypeError, ValueError) as error:
            raise InputError(f"{path}: line {rows.line_num} of the table: {error}") from error
        key = (row["quantity"], row["source"], numbers["t"], numbers["r_fm"])
        curves.setdefault(key, []).append(numbers)
    if not curves:
        raise InputError(f"{path}: no line of numbers")
    return comments, curves


def draw_quantity(axes, curves, quantity):
    """error/gamma_error of every point; points of one bin stand beside each other."""
    chosen = [(key, rows) for key, rows in curves.items() if key[0] == quantity]
    radii = sorted({key[3] for key, _ in chosen})
    sources = sorted({key[1] for key, _ in chosen})
    for i, (key, rows) in enumerate(chosen):
        colour = plt.get_cmap("viridis")(0.85 * radii.index(key[3]) / max(len(radii) - 1, 1))
        shift = 1.0 + 0.03 * (i - 0.5 * (len(chosen) - 1))
        tau, tau_err = rows[0]["tau_int"], rows[0]["tau_int_err"]
        axes.errorbar([shift * row["bin"] for row in rows],
                      [row["error"] / row["gamma_error"] for row in rows],
                      [row["error_err"] / row["gamma_error"] for row in rows],
                      color=colour, marker="os^Dv"[sources.index(key[1]) % 5], markersize=4,
                      linewidth=0.8, capsize=2,
                      label=rf"{key[1]}, r = {key[3]:.2f} fm: $\tau_{{int}}$ = {tau:.2f} ± {tau_err:.2f}")
    axes.axhspan(0.95, 1.05, color="0.85", zorder=0)
    axes.axhline(1.0, color="0.4", linewidth=0.8, zorder=1)
    bins = sorted({int(row["bin"]) for _, rows in chosen for row in rows})
    axes.set_xscale("log")
    axes.set_xticks(bins, [str(size) if i % 2 == 1 or i == 0 else "" for i, size in enumerate(bins)])
    axes.set_xticks([], minor=True)
    axes.set_ylim(bottom=0.0)
    axes.set_xlabel("configurations per bin")
    axes.set_title(f"{QUANTITIES.get(quantity, quantity)}, t = {chosen[0][0][2]:.0f}")
    axes.legend(fontsize=7, loc="lower right")


def draw(folder):
    """Writes both files and returns their names."""
    comments, curves = read_scan(os.path.join(folder, "scan_bins.csv"))
    quantities = list(dict.fromkeys(key[0] for key in curves))
    figure, panels = plt.subplots(1, len(quantities), figsize=(5.2 * len(quantities), 4.2),
                                  sharey=True, squeeze=False, constrained_layout=True)
    for axes, quantity in zip(panels[0], quantities):
        draw_quantity(axes, curves, quantity)
    panels[0][0].set_ylabel("error from bins / error of the Gamma method")
    figure.suptitle(comments[0] if comments else "", fontsize=9)
    paths = prepare_files(os.path.join(folder, "figures"), "scan_bins")
    figure.savefig(paths[0], metadata={"CreationDate": None})
    figure.savefig(paths[1], dpi=200)
    plt.close(figure)
    list_figures(paths, ".manifest_scan_bins")
    return paths


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="output folder of hadpot scan-bins")
    try:
        for path in draw(parser.parse_args(arguments).folder):
            print(path)
    except InputError as error:
        print(f"plot_bins.py: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
