#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Poles of many fits against the pole of their truth.

    python3 analysis/pole_coverage.py results/coverage/poles
    python3 analysis/pole_coverage.py results/coverage/poles --list > poles.csv

The folder is that of jobs/coverage/poles.sh: a folder for each truth, with its own poles in `truth` and
a run for each seed. The pole of a fit that is compared is the one with the smallest |k| on both sheets,
of those that the tail does not decide where there are any, whatever the truth is. A line for each truth: in how many fits it is there, how often its errors hold
Im k, E, Re k of the truth (shares with 95 % limits by Clopper and Pearson), pulls, and of how many the
marks say that the sheet is not determined or that the tail decides. Others are poles that the truth
does not have."""

import glob
import math
import os
import sys

import h5py
import numpy as np

SAME_SIDE, OF_TAIL = 2.0, 0.05  # src/observables/pole_rows.c


def limits(count, n):
    """95 % limits of a share, by bisection of the binomial distribution."""
    def below(p, most):
        return sum(math.comb(n, i) * p**i * (1 - p)**(n - i) for i in range(most + 1))

    def solve(f):
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if f(middle) else (low, middle)
        return low
    low = 0.0 if count == 0 else solve(lambda p: 1 - below(p, count - 1) < 0.025)
    high = 1.0 if count == n else solve(lambda p: below(p, count) > 0.025)
    return low, high


def share(count, n):
    if n == 0:
        return "none"
    return "%d/%d [%.2f; %.2f]" % ((count, n) + limits(count, n))


def read(path):
    with h5py.File(path) as file:
        get = {name: file["poles/" + name][...] for name in file["poles"]}
    value = {name: (v[0] if v.ndim == 2 else v) for name, v in get.items()}
    samples = {name: v[1:] for name, v in get.items() if v.ndim == 2 and len(v) > 1}
    return value, samples


def error(samples, i):
    """Jackknife error of the samples that have it (docs/method-poles.md)."""
    of = samples[:, i][~np.isnan(samples[:, i])]
    n, all_of = len(of), samples.shape[0]
    if n < 2:
        return math.nan
    return math.sqrt((all_of - 1)**2 / all_of / (n - 1) * np.sum((of - of.mean())**2))


def poles_of(path):
    value, samples = read(path)
    found = []
    for i in np.flatnonzero(~np.isnan(value["re_e_mev"])):
        pole = {"re_k": value["re_k_mev"][i], "im_k": value["im_k_mev"][i],
                "e": value["re_e_mev"][i], "im_e": value["im_w_mev"][i],
                "change": value["change_mev"][i]}
        if samples:
            tail = value.get("change_k_r")
            pole["tail"] = math.nan if tail is None else tail[i]
            pole["share"] = value["share"][i]
            kinds = samples["re_k_mev"][:, i]
            pole["missing"] = np.isnan(kinds).any()
            pole["other_kind"] = bool(np.any((kinds[~np.isnan(kinds)] != 0) != (pole["re_k"] != 0)))
            for name, row in (("re_k", "re_k_mev"), ("im_k", "im_k_mev"), ("e", "re_e_mev"),
                              ("im_e", "im_w_mev")):
                pole[name + "_err"] = error(samples[row], i)
        found.append(pole)
    return found


def pulls(poles, truth, name):
    return np.array([(p[name] - truth[name]) / p[name + "_err"] for p in poles
                     if p[name + "_err"] > 0.0])


def report(folder, name):
    truth = min(poles_of(os.path.join(folder, name, "truth", "results.h5")),
                key=lambda p: math.hypot(p["re_k"], p["im_k"]))
    chosen, others, refused = [], [], 0
    paths = sorted(glob.glob(os.path.join(folder, name, "[0-9]*", "results.h5")))
    for path in paths:
        with open(path.replace("results.h5", "poles.csv"), encoding="utf-8") as file:
            refused += file.read().count(" is refused: ")
        found = poles_of(path)
        found.sort(key=lambda p: (p["tail"] > OF_TAIL, math.hypot(p["re_k"], p["im_k"])))
        chosen += found[:1]
        others += found[1:]
    real = truth["im_e"] == 0.0
    same = [p for p in chosen if (p["im_e"] == 0.0) == real]
    rest = [p for p in chosen if (p["im_e"] == 0.0) != real]
    print("%s: truth E %.4f %+.4f i MeV, k %.1f %+.1f i MeV" % (
        name, truth["e"], truth["im_e"], truth["re_k"], truth["im_k"]))
    print("  fits %d with a pole %d of the kind of the truth (real or not) %s, refused on a sheet %d" % (
        len(paths), len(chosen), share(len(same), len(chosen)), refused))
    for label, of in (("all", chosen), ("of this kind", same)):
        for row in ("im_k", "e") + (() if real else ("re_k", "im_e")):
            pull = pulls(of, truth, row)
            pull = pull[np.isfinite(pull)]
            if len(pull) > 1:
                print("  %-12s %-5s within %s two %s pull mean %+.2f rms %.2f median error %.3g" % (
                    label, row, share(int(np.sum(abs(pull) <= 1)), len(pull)),
                    share(int(np.sum(abs(pull) <= 2)), len(pull)), pull.mean(),
                    math.sqrt(np.mean(pull**2)), np.median([p[row + "_err"] for p in of])))
    print("  missing in a sample %d, on the other sheet in one %d, other kind in one %d" % (
        sum(p["missing"] for p in chosen),
        sum(p["share"] < 1 and not p["missing"] for p in chosen),
        sum(p["other_kind"] for p in chosen)))
    if real:
        near = [abs(p["im_k"]) < SAME_SIDE * p["im_k_err"] for p in same]
        wrong = [p["im_k"] * truth["im_k"] < 0 for p in same]
        print("  sheet: marked %d, wrong %d, wrong and silent %d" % (
            sum(near), sum(wrong), sum(w and not m for w, m in zip(wrong, near))))
    for label, of in (("of this kind", same), ("of another kind", rest), ("others", others)):
        print("  tail: %s, marked %s; change above the error of E %d" % (
            label, share(sum(p["tail"] > OF_TAIL for p in of), len(of)),
            sum(p["change"] > math.hypot(p["e_err"], p["im_e_err"]) for p in of)))
    off = [p for p in same if p["tail"] > OF_TAIL and
           abs(p["im_k"] - truth["im_k"]) > p["im_k_err"]]
    print("  of this kind and marked, Im k off by more than its error: %d" % len(off))
    silent = [p for p in rest if not (p["tail"] > OF_TAIL or p["other_kind"] or p["missing"])]
    print("  of another kind without any mark: %d" % len(silent))


COLUMNS = ("re_k", "re_k_err", "im_k", "im_k_err", "e", "e_err", "im_e", "im_e_err", "change", "tail",
           "share", "missing", "other_kind")


def list_all(folder, name):
    for path in sorted(glob.glob(os.path.join(folder, name, "[0-9]*", "results.h5"))):
        seed = os.path.basename(os.path.dirname(path))
        for pole in poles_of(path):
            print(",".join([name, seed] + ["%.6g" % pole[column] for column in COLUMNS]))


def main(folder, as_list):
    if as_list:
        print("truth,seed," + ",".join(COLUMNS))
    for path in sorted(glob.glob(os.path.join(folder, "*", "truth"))):
        (list_all if as_list else report)(folder, os.path.basename(os.path.dirname(path)))
    return 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or sys.argv[2:] not in ([], ["--list"]):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], len(sys.argv) == 3))
