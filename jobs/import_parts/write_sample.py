#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Splits an ensemble of hadpot, with complex numbers: python3 write_sample.py FILE.h5 FOLDER"""
import sys
from pathlib import Path

try:
    import h5py
except ImportError as error:
    sys.exit(f"write_sample.py: {error}; install python3-h5py, or start it with the system's "
             "python (/usr/bin/python3 on Debian)")


def main(ensemble, folder):
    Path(folder).mkdir(parents=True, exist_ok=True)
    with h5py.File(ensemble) as file:
        for row, number in enumerate(file["configuration"][:]):
            with h5py.File(f"{folder}/demo.{number:04d}.h5", "w") as out:
                out.attrs.update(file.attrs)
                out["t"], out["r"] = file["t"][:], file["r"][:]
                for name, source in file["source"].items():
                    for key, values in source.items():
                        # an imaginary part that is small
                        out[f"source/{name}/{key}"] = values[row:row + 1] * (1 + 1e-4j)


if __name__ == "__main__":
    main(*sys.argv[1:])
