#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the correlators of an ensemble of hadpot as texts: python3 write_sample.py FILE.h5 FOLDER"""
import sys
from pathlib import Path

try:
    import h5py
except ImportError as error:
    sys.exit(f"write_sample.py: {error}; install python3-h5py, or start it with the system's "
             "python (/usr/bin/python3 on Debian)")


def write_columns(path, head, rows):
    with open(path, "w") as out:
        out.write(f"# {head}\n")
        for *place, value in rows:
            out.write(" ".join(map(str, place)) + f" {float(value)!r}\n")


def main(ensemble, folder):
    with h5py.File(ensemble) as file:
        t, r = file["t"][:], file["r"][:]
        for name, source in file["source"].items():
            below = Path(folder) / name
            below.mkdir(parents=True, exist_ok=True)
            for row, number in enumerate(file["configuration"][:]):
                four, two = source["four_point"][row], source["two_point_1"][row]
                write_columns(below / f"nbs.{number:04d}.dat", "t  r/a  re",
                              [(t[i], float(r[k]), four[i, k])
                               for i in range(len(t)) for k in range(len(r))])
                write_columns(below / f"baryon.{number:04d}.dat", "t  re", list(zip(t, two)))


if __name__ == "__main__":
    main(*sys.argv[1:])
