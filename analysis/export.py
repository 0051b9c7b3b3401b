# SPDX-License-Identifier: GPL-3.0-or-later
"""Samples of a results.h5 for pyerrors and gvar, and the draws of its total bands. See
analysis/README.md."""

import argparse
import os
import sys
from contextlib import closing

try:
    import h5py
    import numpy as np
except ImportError as error:
    sys.exit(f"export.py: {error}; install python3-h5py and python3-numpy, or start it with the "
             "system's python (/usr/bin/python3 on Debian)")

from results import InputError, Results, sample_weight

BINS = "resampling/bins"  # the random numbers of pyerrors' import_bootstrap


def pyerrors_rows(results, name):
    """Rows [mean, jk_1 .. jk_N] (1 + N, ...), an element of which pyerrors.import_jackknife takes,
    or [mean, bootstrap_1 .. bootstrap_N] for pyerrors.import_bootstrap with the bins."""
    rows = resampled(results, name)
    if results.method == "jackknife" and len(rows) - 1 != results.nsample:
        raise InputError(f"{results.path}: {name}: pyerrors needs all {results.nsample} jackknife "
                         f"samples, found {len(rows) - 1}")
    return rows


def gvar_samples(results, name):
    """Numbers (n, ...) of which gvar.dataset.avg_data makes our value, errors and covariances.

    avg_data takes the mean and, of n numbers y, the covariance sum_i dy_i dy_i^T / n^2. That is
    w sum_i dx_i dx_i^T of our samples x for dy = n sqrt(w) dx around our value."""
    rows = resampled(results, name)
    samples = rows[1:]
    n = len(samples)
    if n < 2:
        raise InputError(f"{results.path}: {name}: expected at least 2 samples, found {n}")
    factor = n * np.sqrt(sample_weight(n, results.nsample, results.method))
    return rows[0] + factor * (samples - samples.mean(axis=0))


def draws(results, name):
    """Numbers (n, ...), the percentiles 16, 50 and 84 of which are the total band."""
    name = name.removeprefix("draws/")
    if not results.has(f"draws/{name}"):
        raise InputError(f"{results.path}: {name} has no draws; total_band.draws of the job was 0, "
                         "or it is no observable")
    return results.draws(name)


def bins(results):
    """The bins of each bootstrap sample, (N, bins)."""
    if not results.has(BINS):
        raise InputError(f"{results.path}: dataset {BINS} is missing: no bootstrap samples")
    return results.file[BINS][:]


def resampled(results, name):
    rows = results.array(name)
    if name.startswith(("draws/", "total/")):
        raise InputError(f"{results.path}: {name} is no set of samples: its error is by "
                         "percentiles, which neither pyerrors nor gvar knows; expected --for draws")
    if "error_function" not in results.file[name].attrs or not results.fitted:
        raise InputError(f"{results.path}: {name} has no samples")
    return rows


def write(path, key, values, comment):
    """One array as .npy or .txt: a line for each row, numbers of further axes one after another."""
    if path.endswith(".npy"):
        np.save(path, values)
        return
    shape = " x ".join(str(extent) for extent in values.shape)
    number = "%d" if values.dtype.kind == "i" else "%.17g"
    np.savetxt(path, values.reshape(len(values), -1), fmt=number,
               header=f"{key}: {comment}\nshape {shape}")


def write_gvar(path, samples):
    """A dictionary of samples as .h5 or .txt, as gvar.dataset.Dataset reads them."""
    if path.endswith(".h5"):
        with h5py.File(path, "w") as file:
            for key, values in samples.items():
                file.create_dataset(key, data=values)
        return
    for key, values in samples.items():
        if not np.isfinite(values).all():
            raise InputError(f"{key}: what is not a number cannot stand in a text file for gvar")
    with open(path, "w", encoding="utf-8") as stream:
        stream.write("# samples for gvar.dataset.avg_data(gvar.dataset.Dataset(FILE))\n")
        for i in range(min(len(values) for values in samples.values())):
            for key, values in samples.items():
                stream.write(f"{key} {values[i].tolist()!r}\n")


def export(results, names, target, path):
    if target == "gvar" and not path.endswith(".npy"):
        keys = [os.path.basename(name) for name in names]
        if len(set(keys)) < len(keys):
            raise InputError(f"expected names that differ after the last /, found {keys}")
        write_gvar(path, {key: gvar_samples(results, name) for key, name in zip(keys, names)})
    elif len(names) > 1:
        raise InputError(f"{path} can hold one dataset, found {len(names)}; gvar reads several "
                         "from .h5 or .txt")
    elif names[0] == BINS:
        write(path, BINS, bins(results), "bins of each bootstrap sample, from 0 on")
    elif target == "draws":
        write(path, names[0], draws(results, names[0]),
              "draws of the total band; error: percentiles 16, 50, 84 of each column")
    elif target == "gvar":
        write(path, names[0], gvar_samples(results, names[0]), "samples for gvar")
    else:
        write(path, names[0], pyerrors_rows(results, names[0]), f"mean, {results.method} samples")


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(prog="export.py", description=__doc__)
    parser.add_argument("outdir", metavar="OUTDIR", help="output folder of `hadpot run`")
    parser.add_argument("dataset", metavar="DATASET", nargs="+",
                        help=f"for instance scattering/delta_deg; {BINS}: those of a bootstrap")
    parser.add_argument("--for", dest="target", choices=("pyerrors", "gvar", "draws"),
                        required=True,
                        help="draws: of the total band, whose error is by percentiles")
    parser.add_argument("--output", metavar="FILE", required=True,
                        help="FILE.npy or FILE.txt; for gvar also FILE.h5")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    endings = (".npy", ".txt", ".h5") if options.target == "gvar" else (".npy", ".txt")
    try:
        if not options.output.endswith(endings):
            raise InputError(f"--output {options.output}: expected a name ending in "
                             f"{', '.join(endings)}")
        with closing(Results(os.path.join(options.outdir, "results.h5"))) as results:
            export(results, options.dataset, options.target, options.output)
    except InputError as error:
        print(f"export.py: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"export.py: {options.output}: {error.strerror or error}", file=sys.stderr)
        return 2
    print(options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
