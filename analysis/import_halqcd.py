# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn the public R-correlator pickles of consistency_fv_and_hal into a hadpot ensemble file.

One pickle holds one source and one time: an array (jackknife samples, points) of R, the points
being the sites L/2 >= x >= y >= z >= 0, x outermost. See analysis/README.md."""

import argparse
import os
import pickle
import re
import sys

import h5py
import numpy as np

from results import InputError

PROVENANCE = ("Iritani et al. (HAL QCD), JHEP03(2019)007, data repository consistency_fv_and_hal "
              "(MIT, (c) 2019 Takumi Iritani)")


class PickledType:
    """Stands for numpy.dtype: only the plain number types, only their byte order may be set."""

    def __init__(self, code, align=False, copy=False):
        if not isinstance(code, str) or not re.fullmatch(r"[fiu][1248]", code):
            raise pickle.UnpicklingError(f"numbers of type {code!r}")
        self.dtype = np.dtype(code)

    def __setstate__(self, state):
        self.dtype = self.dtype.newbyteorder(state[1])


class PickledArray:
    """Stands for numpy.ndarray: shape, type and bytes, checked before numpy sees them."""

    def __init__(self, *_):
        self.value = None

    def __setstate__(self, state):
        _, shape, kind, column_major, data = state
        self.value = build_array(data, kind, shape, "F" if column_major else "C")


class RestrictedUnpickler(pickle.Unpickler):
    """Unpickles arrays of numbers, dicts, lists, strings and numbers. A pickle names the functions
    to be called when it is read; every name but those by which numpy stores an array is refused,
    and those call the stand-ins of this file, not numpy."""

    def find_class(self, module, name):
        module = module.replace("numpy._core", "numpy.core")
        try:
            return ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"a call of {module}.{name}") from None


def build_array(data, kind, shape, order="C"):
    if not isinstance(kind, PickledType):
        raise pickle.UnpicklingError("an array without a type of numbers")
    return np.frombuffer(data, kind.dtype).reshape(shape, order=order)


def build_from_buffer(data, kind, shape, order):
    """The form of pickle protocol 5."""
    array = PickledArray()
    array.value = build_array(data, kind, shape, order)
    return array


def encode_latin1(value, encoding):
    """The form in which protocols 0 to 2 hold bytes."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"text encoded as {encoding!r}")
    return value.encode("latin1")


ALLOWED = {
    ("numpy", "ndarray"): PickledArray,
    ("numpy", "dtype"): PickledType,
    ("numpy.core.multiarray", "_reconstruct"): PickledArray,
    ("numpy.core.numeric", "_frombuffer"): build_from_buffer,
    ("_codecs", "encode"): encode_latin1,
}


def load_pickle(path):
    """What a pickle holds; an array comes as a numpy array."""
    try:
        with open(path, "rb") as stream:
            value = RestrictedUnpickler(stream).load()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except pickle.UnpicklingError as error:
        raise InputError(f"{path}: refused: expected a pickled array of numbers, found {error}"
                         ) from error
    except Exception as error:  # a broken pickle can raise anything
        raise InputError(f"{path}: not a pickled array of numbers ({error!r})") from error
    return value.value if isinstance(value, PickledArray) else value


def load_correlator(path, npoint):
    """R of one source and time: double (samples, npoint)."""
    value = load_pickle(path)
    if not isinstance(value, np.ndarray):
        raise InputError(f"{path}: expected a pickled array, found a {type(value).__name__}")
    if value.ndim != 2 or value.shape[1] != npoint or value.shape[0] < 3:
        raise InputError(f"{path}: expected an array of shape (at least 3 jackknife samples, "
                         f"{npoint} points of --extent), found {value.shape}")
    if not np.isfinite(value).all():
        where = np.argwhere(~np.isfinite(value))[0]
        raise InputError(f"{path}: sample {where[0]}, point {where[1]}: not a finite number")
    return value.astype(float)


def representative_sites(extent):
    """int (npoint, 3): L/2 >= x >= y >= z >= 0, x outermost, z innermost."""
    return np.array([(x, y, z) for x in range(extent // 2 + 1)
                     for y in range(x + 1) for z in range(y + 1)], dtype=np.int32)


def load_source(template, times, npoint):
    """R of one source: double (samples, times, npoint)."""
    paths = [expand(template, t) for t in times]
    correlators = [load_correlator(path, npoint) for path in paths]
    for path, correlator in zip(paths, correlators):
        if len(correlator) != len(correlators[0]):
            raise InputError(f"{path}: expected {len(correlators[0])} jackknife samples as in "
                             f"{paths[0]}, found {len(correlator)}")
    return np.stack(correlators, axis=1)


def expand(template, t):
    """The file of time t: {t} or {t:03d} in the template is replaced."""
    return re.sub(r"\{t(?::0?(\d+)d)?\}", lambda match: f"{t:0{match[1] or 1}d}", template)


def write_ensemble(options, sources):
    """The file appears under its name when it is complete."""
    part = options.output + ".part"
    try:
        with h5py.File(part, "w") as file:
            fill_ensemble(file, options, sources)
        os.replace(part, options.output)
    except OSError as error:
        raise InputError(f"{options.output}: cannot be written ({error})") from error
    finally:
        if os.path.exists(part):
            os.remove(part)


def fill_ensemble(file, options, sources):
    file.attrs.update({
        "format": "hadpot-ensemble", "version": 1, "sampling": "jackknife", "geometry": "cubic",
        "extent": options.extent, "inverse_spacing_mev": options.inverse_spacing_mev,
        "mass_1": options.mass, "mass_2": options.mass_2 or options.mass,
        "channel": options.channel, "provenance": options.provenance})
    file["t"] = np.array(options.times, dtype=np.int32)
    file["site"] = representative_sites(options.extent)
    for name, value in sources.items():
        file.create_dataset(f"source/{name}/R", data=value, chunks=(1, 1, value.shape[2]),
                            compression="gzip", compression_opts=4, shuffle=True)


def positive(convert):
    def parse(value):
        number = convert(value)
        if not 0 < number < float("inf"):
            raise argparse.ArgumentTypeError(f"expected a number above 0, found {value}")
        return number
    parse.__name__ = convert.__name__
    return parse


def time_range(value):
    match = re.fullmatch(r"(\d+)(?:-(\d+))?", value)
    times = range(int(match[1]), int(match[2] or match[1]) + 1) if match else ()
    if len(times) < 1:
        raise argparse.ArgumentTypeError(f"expected FIRST-LAST such as 10-14, found {value}")
    return list(times)


def source_template(value):
    match = re.fullmatch(r"([A-Za-z0-9_]+)=(.+)", value)
    if not match:
        raise argparse.ArgumentTypeError(f"expected NAME=FILE, found {value}")
    return match.groups()


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(prog="import_halqcd.py", description=__doc__)
    parser.add_argument("--output", required=True, metavar="FILE.h5", help="must not exist yet")
    parser.add_argument("--source", required=True, action="append", type=source_template,
                        metavar="NAME=FILE", help="pickles of a source; {t:03d} in FILE stands for "
                        "the time in three digits. Once per source")
    parser.add_argument("--times", required=True, type=time_range, metavar="FIRST-LAST",
                        help="consecutive Euclidean times, one pickle each")
    parser.add_argument("--extent", required=True, type=positive(int), metavar="L")
    parser.add_argument("--inverse-spacing-mev", required=True, type=positive(float), metavar="X")
    parser.add_argument("--mass", required=True, type=positive(float), metavar="M",
                        help="hadron mass in lattice units")
    parser.add_argument("--mass-2", type=positive(float), metavar="M",
                        help="mass of the second hadron (default: --mass)")
    parser.add_argument("--channel", required=True, metavar="TEXT", help="such as 'Xi Xi (1S0)'")
    parser.add_argument("--provenance", metavar="TEXT", default=PROVENANCE,
                        help="where the data are from (default: the public repository)")
    return parser.parse_args(arguments)


def check_options(options):
    names = [name for name, _ in options.source]
    if len(set(names)) != len(names):
        raise InputError(f"--source: expected different names, found {', '.join(names)}")
    for _, template in options.source:
        if len(options.times) > 1 and expand(template, 0) == expand(template, 1):
            raise InputError(f"--source: {template} has no {{t}} but --times asks for "
                             f"{len(options.times)} times")
    if options.extent % 2:
        raise InputError(f"--extent: expected an even number of sites, found {options.extent}")
    if os.path.exists(options.output):
        raise InputError(f"{options.output}: exists already; remove it or choose another --output")


def main(arguments=None):
    options = parse_arguments(arguments)
    try:
        check_options(options)
        npoint = len(representative_sites(options.extent))
        sources = {name: load_source(template, options.times, npoint)
                   for name, template in options.source}
        counts = {name: len(value) for name, value in sources.items()}
        if len(set(counts.values())) > 1:
            raise InputError(f"--source: expected one number of jackknife samples, found {counts}")
        write_ensemble(options, sources)
    except InputError as error:
        print(f"import_halqcd.py: {error}", file=sys.stderr)
        return 2
    shape = next(iter(sources.values())).shape
    print(f"{options.output}: {', '.join(sources)}: {shape[0]} samples, {shape[1]} times, "
          f"{shape[2]} points")
    return 0


if __name__ == "__main__":
    sys.exit(main())
