#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes an ensemble of hadpot as Hadrons would: python3 write_sample.py FILE.h5 FOLDER"""
import sys
from pathlib import Path

try:
    import h5py
    import numpy as np
except ImportError as error:
    sys.exit(f"write_sample.py: {error}; install python3-h5py and python3-numpy, or start it with the system's "
             "python (/usr/bin/python3 on Debian)")

T = 64
COMPLEX = np.dtype([("re", "<f8"), ("im", "<f8")])


def put(file, name, values):
    numbers = np.zeros(values.shape, COMPLEX)
    numbers["re"] = values
    file[name] = numbers


def put_text(group, name, text):
    """A list of one string, as Grid writes it."""
    group.attrs.create(name, [text], dtype=h5py.string_dtype())


def write_two_point(path, t, values, mass):
    """An exponential where the ensemble has no times; the second result has the other parity."""
    whole = values[0] * np.exp(-mass * (np.arange(T) - t[0]))
    whole[t] = values
    with h5py.File(path, "w") as file:
        for i, parity in enumerate((1, -1)):
            put(file, f"baryon/baryon_{i}/corr", parity * whole)
            info = file.create_group(f"baryon/baryon_{i}/info")
            for side in "left", "right":
                put_text(info, f"gammaA_{side}", "Identity")
                put_text(info, f"gammaB_{side}", "SigmaXZ")
            info.attrs["parity"] = np.array([parity], "i4")


def main(ensemble, folder):
    Path(folder).mkdir(parents=True, exist_ok=True)
    with h5py.File(ensemble) as file:
        t, r = file["t"][:], file["r"][:]
        for name, source in file["source"].items():
            for row, number in enumerate(file["configuration"][:]):
                with h5py.File(f"{folder}/nbs_{name}.{number}.h5", "w") as out:
                    put(out, "nbs/corr", source["four_point"][row])
                    out["nbs/r"] = r
                write_two_point(f"{folder}/baryon_{name}.{number}.h5", t,
                                source["two_point_1"][row], file.attrs["mass_1"])


if __name__ == "__main__":
    main(*sys.argv[1:])
