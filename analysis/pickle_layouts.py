# SPDX-License-Identifier: GPL-3.0-or-later
"""What a pickle is likely to hold, by keys and shapes, and how it is imported: for
`import_halqcd.py --describe`."""

import re

import numpy as np

import pickles

FEWEST_SAMPLES = 3
SMALLEST_EXTENT = 12  # in a description: arrays of anything have few columns


def describe(path):
    """Lines: what a pickle holds, and what to do with it."""
    value = pickles.load(path, describe=True)
    found = {}
    collect(value, (), found)
    return [f"{path}:", *pickles.outline(value, "  "), *advice(path, found, value)]


def extent_of(npoint):
    """L whose orbits are so many, or None."""
    half = round((6 * npoint)**(1 / 3)) - 2
    return 2 * half if 2 * half >= SMALLEST_EXTENT and (half + 1) * (half + 2) * (half + 3) == 6 * npoint else None


def kind_of(value):
    """What an array may be, by its shape: R of L, a two-point function, a potential; or None."""
    if value.dtype.kind not in "fiu" or value.ndim not in (2, 3):
        return None
    if value.ndim == 2 and len(value) >= FEWEST_SAMPLES and extent_of(value.shape[1]):
        return "R", extent_of(value.shape[1])
    if value.ndim == 3 and value.shape[2] in (2, 3) and (np.diff(value[..., 0]) == 1).all():
        return "two_point", value.shape[1]
    if value.ndim == 2 and extent_of(len(value)) and value.shape[1] in (2, 3, 5, 7, 9):
        return "table", extent_of(len(value))
    return None


def collect(value, keys, found):
    """found: {kind: [(keys, size)]} of all arrays inside."""
    if isinstance(value, np.ndarray):
        kind = kind_of(value)
        found.setdefault(kind[0] if kind else "other", []).append((keys, kind and kind[1]))
    elif len(keys) < pickles.DEEPEST:
        for key, one in pickles.entries(value):
            collect(one, (*keys, key), found)


def advice(path, found, value):
    if "R" in found:
        return advise_correlator(path, found["R"])
    if "two_point" in found:
        names = [keys[-1] for keys, _ in found["two_point"] if keys]
        return [f"two-point functions{' of ' + ', '.join(names) if names else ''}: beside R with",
                f"  --two-point '{place_of(path, found['two_point'][0][0])}' "
                "[--two-point-2 'FILE::KEY']"]
    if "table" in found:
        return ["tables of potentials at every site, averages with errors: hadpot starts from R of "
                "the samples, of which V follows; these are for comparison"]
    if isinstance(value, pickles.Foreign):
        return [f"it calls {value.name}, which is not run: do not load it elsewhere unless you "
                "trust it"]
    return ["no R is in it: expected arrays (jackknife samples, sites L/2 >= x >= y >= z >= 0); of "
            "other data write R in this layout, or an ensemble file (README.md)"]


def advise_correlator(path, arrays):
    """Options that import it: its last keys are times where all of them are numbers."""
    extent = arrays[0][1]
    times = sorted({int(keys[-1]) for keys, _ in arrays if keys and keys[-1].isdigit()})
    groups = sorted({keys[:-1] if times else keys for keys, _ in arrays})
    if all(keys and not keys[-1].isdigit() for keys in groups):
        options = [f"--source {re.sub('[^A-Za-z0-9_]', '_', keys[-1])}='{place_of(path, keys)}'"
                   for keys in groups]
    else:
        options = [f"--source NAME='{place_of(path, keys)}'" for keys in groups]
    span = f"{times[0]}-{times[-1]}" if times else "T"
    return [f"R of jackknife samples, L = {extent}: import it with",
            f"  {' '.join(options)} --times {span} --extent {extent}"]


def place_of(path, keys):
    """FILE::KEY of what is inside; the place in a tuple is found without."""
    return "::".join([path, *keys[1:]] if len(keys) > 1 and keys[0].isdigit() else [path, *keys])
