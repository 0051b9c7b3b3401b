#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Total bands of phase shifts of many studies in one table.

    python3 analysis/coverage_table.py results/coverage/*_two > total_bands.csv

Each folder is the output of a `hadpot coverage`. A line for each study and energy: the share of truths
in the total band with its 95 % limits, median half-width, pulls, the same of the statistical error,
and of the marks. Folders without results are left out and named."""

import csv
import os
import sys

COLUMNS = ("total_ensembles", "total_within", "total_within_low_0.95", "total_within_high_0.95",
           "total_median_half_width", "total_mean_half_width", "total_mean_pull", "total_rms_pull",
           "stat_within", "stat_median_half_width", "stat_rms_pull", "determined", "marked",
           "marked_of_held", "marked_of_missed")


def rows(folder):
    with open(os.path.join(folder, "coverage.csv"), encoding="utf-8") as file:
        lines = [line for line in file if not line.startswith("#")]
    for row in csv.DictReader(lines):
        if row["quantity"] == "delta_deg":
            yield row


def main(folders):
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("study", "e_cm_mev", "truth_deg") + COLUMNS)
    for folder in folders:
        if not os.path.isfile(os.path.join(folder, "coverage.csv")):
            print(f"{folder}: no coverage.csv", file=sys.stderr)
            continue
        name = os.path.basename(os.path.normpath(folder))
        for row in rows(folder):
            values = [f"{float(row[column]):.4g}" for column in COLUMNS]
            out.writerow([name, f"{float(row['e_cm_mev']):.4g}",
                          f"{float(row['truth']):.6g}"] + values)
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
