# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn public R-correlator pickles of HAL QCD into a hadpot ensemble file.

R of jackknife samples is an array (samples, points), the points being the sites
L/2 >= x >= y >= z >= 0, x outermost: one file for each time, or a dictionary of times, or of sources
and times. `--describe FILE` says what is in a file and how it is imported. See analysis/README.md."""

import argparse
import os
import re
import sys

import h5py
import numpy as np

import pickles
from pickle_layouts import FEWEST_SAMPLES, describe
from results import InputError

# Published data by the names of their files.
ORIGINS = ((r"Rcorr_xixi_1s0_L\d+_t\d+_\w+_20jkbins",
            "Iritani et al. (HAL QCD), JHEP03(2019)007, data repository consistency_fv_and_hal "
            "(MIT, (c) 2019 Takumi Iritani)"),
           (r"Rcorr_jk_1s0_xixi_L\d+",
            "Iritani et al. (HAL QCD), PRD 99 (2019) 014514, data repository "
            "systematics_of_hal_qcd_pot (MIT, (c) 2019 Takumi Iritani)"),
           (r"n_omega_spin\d_Rcorr_jk",
            "Iritani et al. (HAL QCD), PLB 792 (2019) 284, data repository n_omega_near_phys_pt "
            "(MIT, (c) 2019 Takumi Iritani)"))
REQUIRED = ("output", "source", "times", "extent", "inverse_spacing_mev", "channel")


class Pickles:
    """Pickles by their paths, each read once."""

    def __init__(self):
        self.known, self.texts = {}, []

    def load(self, path):
        if path not in self.known:
            self.known[path] = pickles.load(path)
            if isinstance(self.known[path], tuple):  # some say in words what they hold
                self.texts += [f"{os.path.basename(path)}: {' '.join(one.split())}"
                               for one in self.known[path] if isinstance(one, str)]
        return self.known[path]

    def find(self, place, t=None):
        """The array of FILE::KEY::KEY, and of the time t, if it is in a dictionary of times; with
        the arrays that stand beside it in tuples."""
        path, *keys = place.split("::")
        value, beside = self.load(path), []
        while True:
            if isinstance(value, (tuple, list)) and not (keys and keys[0].isdigit()):
                beside += [one for one in value if isinstance(one, np.ndarray)]
                value = only_dictionary(value, path)
            elif keys:
                value = entry(value, keys.pop(0), path)
            elif isinstance(value, dict) and t is not None:
                value, t = entry(value, str(t), path), None
            else:
                break
        if not isinstance(value, np.ndarray):
            raise InputError(f"{place}: expected an array, found a {type(value).__name__}; "
                             f"{what_to_do(path)}")
        return value, beside, t is None


def what_to_do(path):
    return f"import_halqcd.py --describe {path} says what is in it"


def only_dictionary(value, path):
    found = [one for one in value if isinstance(one, dict)]
    if len(found) != 1:
        raise InputError(f"{path}: a {type(value).__name__} of {len(value)}, of which "
                         f"{len(found)} are dictionaries; choose one with FILE::NUMBER (from 0), "
                         f"{what_to_do(path)}")
    return found[0]


def entry(value, key, path):
    """value[key] by the text of the key."""
    inside = dict(pickles.entries(value))
    if key not in inside:
        keys = ", ".join(list(inside)[:pickles.MOST_KEYS]) or "none"
        raise InputError(f"{path}: expected a key {key}, found a {type(value).__name__} with keys: "
                         f"{keys}; {what_to_do(path)}")
    return inside[key]


def load_correlator(files, place, t, sites, several=False):
    """R of one source and time: double (samples, points)."""
    value, beside, of_time = files.find(place, t)
    npoint = len(sites)
    if several and not of_time:
        raise InputError(f"--source: {place} has no {{t}} and is no dictionary of times, but "
                         "--times asks for several")
    if value.ndim != 2 or value.shape[1] != npoint or value.shape[0] < FEWEST_SAMPLES:
        raise InputError(f"{place}: expected an array of shape (at least {FEWEST_SAMPLES} jackknife "
                         f"samples, {npoint} points of --extent), found {value.shape}; "
                         f"{what_to_do(place.split('::')[0])}")
    check_finite(place, value, "point")
    for r in beside:
        if r.shape == (npoint,):
            check_radii(place, r, sites)
    return value.astype(float)


def check_finite(place, value, axis):
    if not np.isfinite(value).all():
        where = np.argwhere(~np.isfinite(value))[0]
        raise InputError(f"{place}: sample {where[0]}, {axis} {where[1]}: not a finite number")


def check_radii(place, r, sites):
    """Distances beside R are those of the sites in our order, or their squares."""
    squares = (sites.astype(float)**2).sum(axis=1)
    ours = squares if np.allclose(r, squares, rtol=1e-6) else np.sqrt(squares)
    if not np.allclose(r, ours, rtol=1e-6):
        i = np.argmin(np.isclose(r, ours, rtol=1e-6))
        raise InputError(f"{place}: the points are in another order: point {i} is at r = {r[i]:g} "
                         f"in the file, at {ours[i]:g} for L/2 >= x >= y >= z >= 0")


def representative_sites(extent):
    """int (npoint, 3): L/2 >= x >= y >= z >= 0, x outermost, z innermost."""
    return np.array([(x, y, z) for x in range(extent // 2 + 1)
                     for y in range(x + 1) for z in range(y + 1)], dtype=np.int32)


def load_source(files, template, times, sites):
    """R of one source: double (samples, times, npoint)."""
    places = [expand(template, t) for t in times]
    several = len(set(places)) < len(times)
    correlators = [load_correlator(files, place, t, sites, several)
                   for place, t in zip(places, times)]
    for place, t, correlator in zip(places, times, correlators):
        if len(correlator) != len(correlators[0]):
            raise InputError(f"{place}: t = {t}: expected {len(correlators[0])} jackknife samples "
                             f"as in {places[0]}, found {len(correlator)}")
    return np.stack(correlators, axis=1)


def expand(template, t):
    """The file of time t: {t} or {t:03d} in the template is replaced."""
    return re.sub(r"\{t(?::0?(\d+)d)?\}", lambda match: f"{t:0{match[1] or 1}d}", template)


def load_two_point(files, place, nsample):
    """Times and jackknife samples of a two-point function: an array (samples, times), or with
    columns t, value and maybe its error."""
    value, _, _ = files.find(place)
    if value.ndim == 3 and value.shape[2] in (2, 3):
        t, value = value[..., 0], value[..., 1]
        if (t != t[0]).any() or (np.diff(t[0]) != 1).any() or t[0, 0] != round(t[0, 0]):
            raise InputError(f"{place}: expected consecutive times in the first column, the same of "
                             f"every sample, found {t[0, :4]} ...")
        t = t[0].astype(np.int32)
    elif value.ndim == 2:
        t = np.arange(value.shape[1], dtype=np.int32)
    else:
        raise InputError(f"{place}: expected a two-point function, an array (samples, times) or "
                         f"(samples, times, columns t, value and maybe error), found {value.shape}")
    if len(value) != nsample:
        raise InputError(f"{place}: expected {nsample} jackknife samples as R has, found "
                         f"{len(value)}")
    check_finite(place, value, "time")
    return t, value.astype(float)


def load_two_points(files, options, nsample):
    """{"two_point_t": times, (source, hadron): samples} of the options; empty: there are none."""
    found = {}
    for hadron, places in ((1, options.two_point), (2, options.two_point_2 or options.two_point)):
        for name, place in places:
            t, value = load_two_point(files, place, nsample)
            if not np.array_equal(found.setdefault("two_point_t", t), t):
                raise InputError(f"{place}: expected times {found['two_point_t'][0]} to "
                                 f"{found['two_point_t'][-1]} as of the others, found {t[0]} to "
                                 f"{t[-1]}")
            for source, _ in options.source:
                if name in (None, source):
                    found[source, hadron] = value
    return found


def write_ensemble(options, sources, two_points, texts):
    """The file appears under its name when it is complete."""
    part = options.output + ".part"
    try:
        with h5py.File(part, "w") as file:
            fill_ensemble(file, options, sources, two_points, texts)
        os.replace(part, options.output)
    except OSError as error:
        raise InputError(f"{options.output}: cannot be written ({error})") from error
    finally:
        if os.path.exists(part):
            os.remove(part)


def fill_ensemble(file, options, sources, two_points, texts):
    file.attrs.update({
        "format": "hadpot-ensemble", "version": 1, "sampling": "jackknife", "geometry": "cubic",
        "extent": options.extent, "inverse_spacing_mev": options.inverse_spacing_mev,
        "channel": options.channel, "provenance": provenance(options, texts)})
    if options.mass is not None:
        file.attrs["mass_1"] = options.mass
        file.attrs["mass_2"] = options.mass_2 or options.mass
    if options.temporal_extent is not None:
        file.attrs["temporal_extent"] = options.temporal_extent
    file["t"] = np.array(options.times, dtype=np.int32)
    file["site"] = representative_sites(options.extent)
    for name, value in sources.items():
        file.create_dataset(f"source/{name}/R", data=value, chunks=(1, 1, value.shape[2]),
                            compression="gzip", compression_opts=4, shuffle=True)
    for key, value in two_points.items():
        file["two_point_t" if key == "two_point_t" else
             f"source/{key[0]}/two_point_full_{key[1]}"] = value


def provenance(options, texts):
    """What the user says, else where files of these names are from; and what the files say."""
    if options.provenance is not None:
        return options.provenance
    names = [os.path.basename(place.split("::")[0]) for _, place in options.source]
    origins = {origin for pattern, origin in ORIGINS
               for name in names if re.match(pattern, expand(name, options.times[0]))}
    return "; ".join([*(sorted(origins) or [f"pickles {', '.join(names)}"]), *texts])


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


def of_any_source(value):
    """NAME=FILE, or FILE of all sources."""
    match = re.fullmatch(r"([A-Za-z0-9_]+)=(.+)", value)
    return match.groups() if match else (None, value)


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(prog="import_halqcd.py", description=__doc__)
    parser.add_argument("--describe", nargs="+", metavar="FILE",
                        help="say what is in pickles and what to do with them; nothing is imported")
    parser.add_argument("--output", metavar="FILE.h5", help="must not exist yet")
    parser.add_argument("--source", action="append", type=source_template, default=[],
                        metavar="NAME=FILE[::KEY]", help="pickles of a source; {t:03d} stands for "
                        "the time in three digits, ::KEY for an entry of a dictionary. Once per "
                        "source")
    parser.add_argument("--times", type=time_range, metavar="FIRST-LAST",
                        help="consecutive Euclidean times")
    parser.add_argument("--extent", type=positive(int), metavar="L")
    parser.add_argument("--inverse-spacing-mev", type=positive(float), metavar="X")
    parser.add_argument("--mass", type=positive(float), metavar="M",
                        help="hadron mass in lattice units (may be absent with --two-point)")
    parser.add_argument("--mass-2", type=positive(float), metavar="M",
                        help="mass of the second hadron (default: --mass)")
    for name, hadron in (("--two-point", "first"), ("--two-point-2", "second")):
        parser.add_argument(name, action="append", type=of_any_source, default=[],
                            metavar="[NAME=]FILE[::KEY]", help=f"two-point function of the {hadron} "
                            "hadron at all its times, of one source or of all")
    parser.add_argument("--temporal-extent", type=positive(int), metavar="T")
    parser.add_argument("--channel", metavar="TEXT", help="such as 'Xi Xi (1S0)'")
    parser.add_argument("--provenance", metavar="TEXT", help="where the data are from (default: "
                        "the public repository that has files of such names)")
    options = parser.parse_args(arguments)
    missing = [f"--{name.replace('_', '-')}" for name in REQUIRED if not getattr(options, name)]
    if not options.describe and missing:
        parser.error(f"the following arguments are required: {', '.join(missing)}")
    return options


def check_options(options):
    names = [name for name, _ in options.source]
    if len(set(names)) != len(names):
        raise InputError(f"--source: expected different names, found {', '.join(names)}")
    for name, _ in options.two_point + options.two_point_2:
        if name not in (None, *names):
            raise InputError(f"--two-point: expected a source of --source, found {name}")
    if options.two_point_2 and not options.two_point:
        raise InputError("--two-point-2: expected beside --two-point")
    if options.mass is None and (options.mass_2 is not None or not options.two_point):
        raise InputError("--mass: expected, unless --two-point gives what masses follow from")
    if options.extent % 2:
        raise InputError(f"--extent: expected an even number of sites, found {options.extent}")
    if os.path.exists(options.output):
        raise InputError(f"{options.output}: exists already; remove it or choose another --output")


def import_ensemble(options):
    """The line that says what was written."""
    check_options(options)
    sites, files = representative_sites(options.extent), Pickles()
    sources = {name: load_source(files, template, options.times, sites)
               for name, template in options.source}
    counts = {name: len(value) for name, value in sources.items()}
    if len(set(counts.values())) > 1:
        raise InputError(f"--source: expected one number of jackknife samples, found {counts}")
    shape = next(iter(sources.values())).shape
    two_points = load_two_points(files, options, shape[0])
    write_ensemble(options, sources, two_points, files.texts)
    more = (f", two-point functions at {len(two_points['two_point_t'])} times" if two_points else "")
    return (f"{options.output}: {', '.join(sources)}: {shape[0]} samples, {shape[1]} times, "
            f"{shape[2]} points{more}")


def main(arguments=None):
    options = parse_arguments(arguments)
    try:
        if options.describe:
            print("\n".join(line for path in options.describe for line in describe(path)))
        else:
            print(import_ensemble(options))
    except InputError as error:
        print(f"import_halqcd.py: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
