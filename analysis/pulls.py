# SPDX-License-Identifier: GPL-3.0-or-later
"""Phase shifts of runs on synthetic ensembles against the truth, or of runs against another one.

    pulls.py RESULTS ...              deviation(error), in degrees, and pull = deviation/error
    pulls.py --against RUN RESULTS ...    (delta - delta of RUN)/error of RUN, and error/error of RUN

--energies takes some of the energies only. The truth is read from the YAML file that `hadpot synth`
wrote beside the ensemble.
"""

import argparse
import os
import sys
from contextlib import closing

import numpy as np
from results import InputError, Results, read_truth, text


class Run:
    """Phase shifts and quality of one run."""

    def __init__(self, folder, energies=None):
        with closing(Results(os.path.join(folder, "results.h5"))) as results:
            self.name = os.path.basename(os.path.normpath(folder))
            self.e_cm = results.array("scattering/e_cm_mev")
            self.delta, self.error = results.band("scattering/delta_deg")
            if self.error is None:
                raise InputError(f"{folder}: no samples, no errors")
            if energies is not None:
                self.select(folder, energies)
            self.chi2 = float(results.attribute("chi2_per_point"))
            self.ensemble = text(results.attribute("input"))
            self.converged = results.array("training/converged")
            self.steps = results.array("training/epochs")

    def select(self, folder, energies):
        chosen = [int(np.argmin(abs(self.e_cm - e))) for e in energies]
        if not np.allclose(self.e_cm[chosen], energies, rtol=1e-6):
            found = " ".join(f"{e:g}" for e in self.e_cm)
            raise InputError(f"{folder}: energies {energies} MeV are not among {found}")
        self.e_cm, self.delta, self.error = (x[chosen] for x in (self.e_cm, self.delta, self.error))

    def quality(self):
        return (f"{self.name:24} chi2/point {self.chi2:6.3f}  converged {self.converged.sum():.0f} "
                f"of {len(self.converged)}  steps {self.steps[0]:.0f}, {self.steps[1:].mean():.1f}")


def numbers(argument):
    """Numbers with commas between them."""
    return [float(value) for value in argument.split(",")]


def against_truth(run):
    e_true, delta_true = read_truth(os.path.splitext(run.ensemble)[0] + "_truth.yaml")
    index = [int(np.argmin(abs(e_true - e))) for e in run.e_cm]
    if not np.allclose(e_true[index], run.e_cm, rtol=1e-6):
        raise InputError(f"{run.name}: energies {run.e_cm} MeV are not among the true {e_true}")
    return run.delta - delta_true[index]


def print_pulls(runs):
    print("e_cm = k^2/(2 mu) [MeV]: " + " ".join(f"{e:g}" for e in runs[0].e_cm))
    pulls = []
    for run in runs:
        deviation = against_truth(run)
        pulls.append(deviation / run.error)
        columns = zip(deviation, run.error, pulls[-1])
        print(run.quality() + "  " + "  ".join(f"{d:+.2f}({e:.2f}) {p:+.2f}" for d, e, p in columns))
    pulls = np.array(pulls)
    rms = np.sqrt((pulls**2).mean(axis=0))
    print("rms pull " + " ".join(f"{value:.2f}" for value in rms)
          + f", all {np.sqrt((pulls**2).mean()):.2f}, largest {abs(pulls).max():.2f}")


def print_comparison(runs, reference):
    print(reference.quality())
    for run in runs:
        shift = (run.delta - reference.delta) / reference.error
        ratio = run.error / reference.error
        print(run.quality() + "  shift " + " ".join(f"{s:+.2f}" for s in shift)
              + "  error ratio " + " ".join(f"{x:.3f}" for x in ratio))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", nargs="+", help="output folder of hadpot run")
    parser.add_argument("--against", metavar="RUN", help="compare with this run, not the truth")
    parser.add_argument("--energies", metavar="E,E,...", type=numbers,
                        help="some e_cm = k^2/(2 mu) of the runs, in MeV")
    arguments = parser.parse_args()
    try:
        runs = [Run(folder, arguments.energies) for folder in arguments.results]
        if arguments.against:
            print_comparison(runs, Run(arguments.against, arguments.energies))
        else:
            print_pulls(runs)
    except InputError as error:
        sys.stderr.write(f"pulls.py: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
