# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between two folders of outputs, by name and value.

Numbers are compared bit by bit, with nan equal to nan. The order of datasets, columns and keys does
not count, nor do the bytes of HDF5 files. Exit code 1 if anything differs or is gone; what is new
is only listed."""

import argparse
import csv
import os
import re
import sys

import h5py
import numpy as np
import yaml

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "analysis"))

import results  # noqa: E402

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def main(arguments):
    options = parse(arguments)
    jobs = compare(options.old, options.new, [re.compile(text) for text in options.ignore])
    jobs = {name: job for name, job in jobs.items() if not options.name or name in options.name}
    if not jobs:
        print("compare.py: nothing to compare", file=sys.stderr)
        return 1
    if options.tolerance_table:
        print_table(jobs)
    else:
        print_jobs(jobs)
    return 1 if any(job.differ or job.gone for job in jobs.values()) else 0


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old", help="folder of make.sh, or one file")
    parser.add_argument("new")
    parser.add_argument("name", nargs="*", help="jobs to compare, as for make.sh (default: all)")
    parser.add_argument("--ignore", metavar="PATTERN", action="append", default=[],
                        help="regular expression of names that may differ, as they are printed")
    parser.add_argument("--tolerance-table", action="store_true",
                        help="for each name that differs the largest change, and over the errors")
    options = parser.parse_args(arguments)
    for path in (options.old, options.new):
        if not os.path.exists(path):
            parser.error(f"{path}: no such file or folder")
    return options


# --- comparing ------------------------------------------------------------------------------------

class Job:
    """What was found in one folder: names of each kind, and how many values there are."""

    def __init__(self):
        self.count = 0
        self.differ, self.gone, self.new = [], [], []  # differ: Change

    def verdict(self):
        found = [f"{len(names)} {kind}" for kind, names in
                 (("different", self.differ), ("gone", self.gone), ("new", self.new)) if names]
        return f"{', '.join(found) or 'equal'} ({self.count} compared)"


class Change:
    """How one value differs: in words, and as numbers where both are numbers of one shape."""

    def __init__(self, name, old, new, companions):
        self.name = name
        self.absolute = self.relative = self.numerical = self.statistical = np.nan
        if old.dtype != new.dtype:
            self.words = f"type {old.dtype} became {new.dtype}"
        elif old.shape != new.shape:
            self.words = f"shape {old.shape} became {new.shape}"
        elif old.dtype.kind in "fiub":
            self.measure(old, new, companions)
        else:
            self.words = text_change(old, new)

    def measure(self, old, new, companions):
        same = same_bits(old, new)
        with np.errstate(all="ignore"):
            change = np.abs(np.asarray(new, dtype=float) - np.asarray(old, dtype=float))
        finite = np.isfinite(change) & ~same
        self.words = f"{np.sum(~same)} of {old.size} numbers"
        if np.any(~same & ~finite):
            self.words += f", {np.sum(~same & ~finite)} of them between nan, infinite and finite"
        if not finite.any():
            return
        change = np.where(finite, change, 0)
        self.absolute = change.max()
        self.relative = largest_ratio(change, old)
        self.words += f", largest {self.absolute:.3g}, relative {self.relative:.3g}"
        for kind, error in companions.items():
            setattr(self, kind, largest_ratio(change, error))
            self.words += f", {getattr(self, kind):.3g} of the {kind} error"


def largest_ratio(change, scale):
    """The largest change/|scale|, infinite where something of scale 0 changed; scales of nan do not
    count. nan if there is none."""
    change, scale = np.broadcast_arrays(change, np.abs(np.asarray(scale, dtype=float)))
    known = ~np.isnan(scale)
    if not known.any():
        return np.nan
    with np.errstate(all="ignore"):
        return np.where(change > 0, change / scale, 0)[known].max()


def same_bits(old, new):
    """Elementwise, of arrays of one type and shape: the same bits, or both nan."""
    if old.dtype.kind != "f":
        return old == new
    unsigned = f"u{old.dtype.itemsize}"
    bits = np.ascontiguousarray(old).view(unsigned) == np.ascontiguousarray(new).view(unsigned)
    return (bits.reshape(old.shape)) | (np.isnan(old) & np.isnan(new))


def equal(old, new):
    return (old.dtype == new.dtype and old.shape == new.shape
            and bool(np.all(same_bits(old, new))))


def text_change(old, new):
    at = np.flatnonzero(np.ravel(old != new))[0]
    return f"{np.ravel(old)[at]!r} became {np.ravel(new)[at]!r}"


def compare(old, new, ignored):
    """Job by name, of two folders or files."""
    jobs = {}
    old_files, new_files = list_files(old), list_files(new)
    for name in sorted(old_files | new_files):
        job = jobs.setdefault(name.split(os.sep)[0] if name else os.path.basename(old), Job())
        sides = [read(os.path.join(top, name) if name else top) if name in files else None
                 for top, files in ((old, old_files), (new, new_files))]
        compare_files(job, name, *sides, ignored)
    return jobs


def compare_files(job, file, old, new, ignored):
    if old is None or new is None:
        if not any(pattern.search(file) for pattern in ignored):
            (job.gone if new is None else job.new).append(file)
        return
    for key in sorted(old.keys() | new.keys()):
        name = f"{file}:{key}"
        if any(pattern.search(name) for pattern in ignored):
            continue
        job.count += 1
        if key not in new:
            job.gone.append(name)
        elif key not in old:
            job.new.append(name)
        elif not equal(old[key], new[key]):
            job.differ.append(Change(name, old[key], new[key], companions(old, key)))


def list_files(top):
    """Paths below a folder, "" for a file. Links and logs are left out: logs hold times."""
    if not os.path.isdir(top):
        return {""}
    found = set()
    for folder, folders, files in os.walk(top):
        if os.path.samefile(folder, top) and "logs" in folders:
            folders.remove("logs")
        paths = [os.path.join(folder, file) for file in files]
        found |= {os.path.relpath(path, top) for path in paths if not os.path.islink(path)}
    return found


# --- errors that stand beside a value -------------------------------------------------------------

def companions(values, key):
    """Errors of values[key] of the same shape, or that of a row, by kind."""
    number = values[key]
    found = {"numerical": numerical_error(values, key),
             "statistical": statistical_error(values, key)}
    return {kind: error for kind, error in found.items() if error is not None
            and error.dtype.kind == "f" and error.shape in (number.shape, number.shape[1:])}


def numerical_error(values, key):
    base, unit = re.fullmatch(r"(.*?)((?:_deg|_mev|_fm)?)", key).groups()
    for name in (f"{base}_numerical_error{unit}", f"{base}_numerical_error"):
        if name in values:
            return values[name]
    return values.get("numerical_error") if key == "value" else None  # observables.csv


def statistical_error(values, key):
    for name in (f"{key}_err", re.sub(r"(^|\.)value$", r"\1stat", key)):
        if name in values and name != key:
            return values[name]
    if key == "value" and "error" in values:  # observables.csv
        return values["error"]
    rule = values.get(f"{key}@error_function")
    if rule is None or len(values[key]) < 3 or "/@nsample" not in values:
        return None
    return results.band(values[key], int(values["/@nsample"]), str(rule))[1]


# --- reading: a dictionary of arrays by name ------------------------------------------------------

def read(path):
    readers = {".h5": read_hdf5, ".csv": read_csv, ".yaml": read_yaml}
    return readers.get(os.path.splitext(path)[1], read_text)(path)


def read_hdf5(path):
    values = {}
    with h5py.File(path, "r") as file:
        def visit(name, item):
            if isinstance(item, h5py.Dataset):
                values[f"/{name}"] = plain(item[()])
            else:
                values[f"/{name}/"] = np.array("group")
            add_attributes(values, f"/{name}", item)
        add_attributes(values, "/", file)
        file.visititems(visit)
    return values


def add_attributes(values, name, item):
    """The job, a YAML text, as its keys."""
    for key, value in item.attrs.items():
        value = plain(value)
        if key == "job" and value.ndim == 0:
            flatten(values, f"{name}@job", yaml.load(str(value), LOADER))
        else:
            values[f"{name}@{key}"] = value


def plain(value):
    """As an array; texts as texts of whatever length, not as objects or bytes."""
    value = np.asarray(value)
    if value.dtype.kind in "SUO":
        return texts([x.decode("utf-8", "replace") if isinstance(x, bytes) else str(x)
                      for x in value.ravel()]).reshape(value.shape)
    return value


def texts(strings):
    """Two texts of other lengths have the same type here, unlike in numpy's fixed lengths."""
    array = np.empty(len(strings), dtype=object)
    array[:] = strings
    return array


def read_csv(path):
    """Columns by their header; comments, the lines before it, by their number."""
    with open(path, newline="", encoding="utf-8") as stream:
        lines = stream.read().splitlines()
    comments = [line for line in lines if line.startswith("#")]
    rows = list(csv.reader(line for line in lines if not line.startswith("#")))
    values = {f"#{i}": texts([line]) for i, line in enumerate(comments, start=1)}
    header, rows = (rows[0], rows[1:]) if rows else ([], [])
    ragged = [i for i, row in enumerate(rows, start=1) if len(row) != len(header)]
    if ragged or len(set(header)) < len(header):
        raise SystemExit(f"{path}: columns of one name, or row {ragged[:1]} of another length")
    for i, name in enumerate(header):
        values[name] = column([row[i] for row in rows])
    return values


def column(cells):
    try:
        return np.array([float(cell) for cell in cells], dtype=float)
    except ValueError:
        return texts(cells)


def read_yaml(path):
    values = {}
    with open(path, encoding="utf-8") as stream:
        flatten(values, "", yaml.load(stream, LOADER))
    return values


def flatten(values, name, node):
    """Leaves by path; a list of scalars is one leaf."""
    if isinstance(node, dict) and node:
        for key, child in node.items():
            flatten(values, f"{name}.{key}" if name else str(key), child)
    elif isinstance(node, list) and any(isinstance(x, (dict, list)) for x in node):
        for i, child in enumerate(node):
            flatten(values, f"{name}[{i}]", child)
    else:
        values[name] = scalars(node)


def scalars(node):
    """Numbers as doubles, all else as text: 1 and 1.0 are the same, 1 and true are not."""
    entries = node if isinstance(node, list) else [node]
    if entries and all(type(x) in (int, float) for x in entries):
        array = np.array([float(x) for x in entries])
    else:
        array = texts([x if isinstance(x, str) else repr(x) for x in entries])
    return array if isinstance(node, list) else array.reshape(())


def read_text(path):
    with open(path, "rb") as stream:
        lines = stream.read().decode("utf-8", "backslashreplace").split("\n")
    return {"lines": texts(lines)}


# --- printing -------------------------------------------------------------------------------------

def print_jobs(jobs):
    for job in jobs.values():
        for kind, names in (("gone", job.gone), ("new", job.new)):
            for name in names:
                print(f"{kind:9} {name}")
        for change in job.differ:
            print(f"different {change.name}: {change.words}")
    for name, job in jobs.items():
        print(f"{name}: {job.verdict()}")


def print_table(jobs):
    """One line for each name inside a file, of all jobs together."""
    rows = {}
    for change in (change for job in jobs.values() for change in job.differ):
        rows.setdefault(change.name.split(":", 1)[1], []).append(change)
    print("name,differ,absolute,relative,over_numerical_error,over_statistical_error,where")
    for name, changes in sorted(rows.items()):
        kinds = [[getattr(change, kind) for change in changes]
                 for kind in ("absolute", "relative", "numerical", "statistical")]
        largest = [max((x for x in kind if not np.isnan(x)), default=np.nan) for kind in kinds]
        worst = max(changes, key=lambda change: np.nan_to_num(change.relative, nan=np.inf))
        print(f"{name},{len(changes)}," + ",".join(f"{x:.3g}" for x in largest)
              + f",{worst.name.split(':')[0]}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
