#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets every call of small runs fail, one in each run, and looks at how the program ends:

    run_all.py PROGRAM LIBRARY [--scenes run,run2] [--kinds write,fsync] [--every 10] [--jobs 2]

PROGRAM: hadpot; LIBRARY: libhadpot_inject.so (inject.h). Right is an end within the time limit,
without a signal, with one message and the exit code of the kind of failure; no file under a final
name that is not what an undisturbed run writes; samples that were there before still there; and the
same command again, or --resume, gives the bytes of an undisturbed run. Also right is exit code 0
with these bytes (what failed did not matter). Prints the number of n that were tried."""
import argparse
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scenes import scenes

LIMIT = 10.0  # seconds from the start to the end of a run in which something fails
REPORTED = 250  # failures between two lines of a log
TRIES = 2     # on a machine that others use, too, one run may wait longer for a core
MEMORY = ("memory", "memory-gsl", "memory-yaml", "memory-hdf5", "memory-hash")
FILES = ("open", "read", "write", "fsync", "close", "rename", "mkdir", "opendir", "unlink",
         "ftruncate", "stat", "lock", "spawn")
# What fails, and how: the n-th call alone; all calls from the n-th on; another error.
VARIANTS = {**{kind: ["", "+"] for kind in MEMORY + FILES + ("mpi", "mpi-hdf5")},
            "write": ["", "+", ":EIO", ":SHORT", ":EINTR"], "read": ["", "+", ":SHORT"]}
# Libraries that do not bear it: their end may be any, as that by kill -9.
# OpenSSL does not where it starts; hadpot lets it do so before there is anything to lose.
UNBEARABLE = ("memory-hdf5", "memory-gsl", "memory-hash")
FULL = ("ENOSPC", "EDQUOT", "EFBIG")
DEFAULT = {"write": "ENOSPC", "mkdir": "ENOSPC", "ftruncate": "ENOSPC", "close": "EDQUOT"}
MPIRUN = os.environ.get("HADPOT_MPIEXEC", "mpirun")

ENVIRONMENT = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",
               "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
               "OMPI_MCA_hwloc_base_binding_policy": "none", "OMPI_MCA_pml": "ob1",
               # mpirun waits so many seconds for ranks that it ends; they may die at any time
               "OMPI_MCA_odls_base_sigkill_timeout": "0",
               "OMPI_MCA_mpi_yield_when_idle": "1", "OMPI_MCA_sharedfp": "individual"}


def codes_of(kind, variant):
    """Exit codes that a failure may have (0: it did not matter)."""
    if kind in MEMORY:  # HDF5 says in words that it has none, and its file seems to be wrong
        return (0, 2, 71) if kind in UNBEARABLE else (0, 71)
    error = variant.strip("+:") or DEFAULT.get(kind, "")
    if kind in ("open", "read", "stat", "opendir"):  # 2: a file of the user that cannot be read
        return (0, 1, 2)
    return (0, 74) if error in FULL or (error == "SHORT" and kind == "write") else (0, 1)


class Outcome:
    def __init__(self, code, out, err, seconds, failed):
        self.code, self.out, self.err, self.seconds, self.failed = code, out, err, seconds, failed


def stop(process):
    """mpirun ends its ranks itself when it is told to."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(3)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            pass


class Place:
    """A folder in which runs are made, one after the other."""

    def __init__(self, options, top):
        self.options, self.top = options, Path(tempfile.mkdtemp(dir=top))
        self.folder, self.session = self.top / "run", self.top / "mpi"
        self.session.mkdir()

    def run(self, arguments, ranks=1, fault=None):
        report = self.top / "report"
        extra = {"OMPI_MCA_orte_tmpdir_base": str(self.session)}
        command = [self.options.program, *arguments]
        if fault is not None:
            extra["HADPOT_FAULT_REPORT"] = str(report)
            if fault:
                extra["HADPOT_FAULT"] = fault
            extra["LD_PRELOAD" if ranks == 1 else "HADPOT_LIBRARY"] = self.options.library
        if ranks > 1:
            load = ["-x", f"LD_PRELOAD={self.options.library}"] if fault is not None else []
            command = [MPIRUN, "--oversubscribe", "-n", str(ranks), *load, *command]
        else:
            extra["OMPI_MCA_ess_singleton_isolated"] = "1"
        return self.start(command, extra)

    def start(self, command, extra):
        for old in self.top.glob("report.*"):
            old.unlink()
        began = time.monotonic()
        process = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   errors="replace", env={**os.environ, **ENVIRONMENT, **extra},
                                   start_new_session=True)
        try:
            out, err = process.communicate(timeout=LIMIT)
            code = process.returncode
        except subprocess.TimeoutExpired:
            stop(process)
            out, err = process.communicate()
            code = None
        reports = {int(p.suffix[1:]): p.read_text() for p in self.top.glob("report.*")}
        return Outcome(code, out, err, time.monotonic() - began, reports)

    def reset(self, template):
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(template, self.folder)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def tree(folder, what):
    """Digests of all files of a run by name; what is no file says so."""
    found = {}
    for name in what:
        top = folder / name
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.name == ".hadpot.lock":
                continue
            found[str(path.relative_to(folder))] = digest(path) if path.is_file() else "folder"
    return found


def is_final(name):
    """A name that promises a complete file: neither temporary, nor kept for the way."""
    last = name.rsplit("/", 1)[-1]
    return not (last.startswith(".") or "manifest" in last or "/checkpoint" in name
                or "/work/" in name or ".import/" in name)


class Trial:
    """All failures of one scene."""

    def __init__(self, options, scene, top):
        self.options, self.scene = options, scene
        self.crashes = 0  # of mpirun itself, by a signal: tried again
        self.again = {}  # digest of what a failure left: what is wrong with it, or ""
        self.template = Path(tempfile.mkdtemp(dir=top)) / "template"
        place = Place(options, top)
        place.folder.mkdir()
        for name, text in scene.files.items():
            (place.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (place.folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        for arguments in scene.start:
            done = place.run(arguments)
            assert done.code == 0, f"{scene.name}: {arguments}: {done.err}"
        if scene.prepare:
            scene.prepare(place.folder)
        shutil.copytree(place.folder, self.template)
        self.before = tree(self.template, scene.what)
        done = place.run(scene.arguments, scene.ranks, "")
        assert done.code == 0, f"{scene.name}: {done.err}"
        self.right, self.said = tree(place.folder, scene.what), done.out
        self.bytes = {name: (place.folder / name).read_bytes() for name in self.right
                      if (place.folder / name).is_file()}
        self.count = {(rank, line.split()[1]): int(line.split()[2])
                      for rank, text in done.failed.items() for line in text.splitlines()
                      if line.startswith("count")}

    def plan(self):
        """(kind, rank, n, variant) of all failures; --every k: each k-th, from a place that
        differs from kind to kind."""
        for (rank, kind), most in sorted(self.count.items()):
            if kind not in (self.options.kinds or VARIANTS):
                continue
            for i, variant in enumerate(VARIANTS[kind]):
                if self.options.once and i > 0:
                    continue
                step = max(self.options.every, -(-most // (self.options.most or most or 1)))
                for n in range(1 + (7 * i + 3 * rank) % step, most + 1, step):
                    yield kind, rank, n, variant

    def slice(self):
        """Its part of the plan; the failures of a kind are spread over all parts."""
        part, parts = self.options.slice
        return list(self.plan())[part - 1::parts]

    def left_over(self, place, found):
        """What is wrong with what a failure left; the same left-overs are tried once."""
        key = hashlib.sha256(repr(sorted(found.items())).encode()).hexdigest()
        if key in self.again:
            return self.again[key]
        wrong = ""
        for name, value in found.items():
            if is_final(name) and value != "folder" and value not in (self.right.get(name),
                                                                      self.before.get(name)):
                wrong = f"{name} is not what an undisturbed run writes"
        if not wrong and self.scene.again is not None:
            done = place.run(self.scene.again)
            if done.code != 0:
                wrong = f"again: exit code {done.code}: {last(done.err)}"
            elif (after := tree(place.folder, self.scene.what)) != self.right and \
                    not self.is_kept(after):
                wrong = "again: other bytes: " + ", ".join(
                    sorted(n for n in {*after, *self.right} if after.get(n) != self.right.get(n)))
        self.again[key] = wrong
        return wrong

    def judge(self, place, kind, rank, n, variant):
        """What is wrong, or "" ; and whether the call was there."""
        plus, error = variant[:1] == "+", variant.lstrip("+")
        for _ in range(TRIES):
            place.reset(self.template)
            done = place.run(self.scene.arguments, self.scene.ranks,
                             f"{kind}:{n}{'+' if plus else ''}{error}@{rank}")
            crashed = done.code is not None and done.code < 0 and self.scene.ranks > 1
            self.crashes += crashed
            if done.code is not None and not crashed:
                break
        where = [line for line in done.failed.get(rank, "").splitlines()
                 if line.startswith("failed")]
        where = where[0] if where else "not reached"
        if kind in UNBEARABLE and (done.code is None or done.code not in (0, 2, 71)):
            wrong = self.left_over(place, tree(place.folder, self.scene.what))
            return f"{wrong} (after exit code {done.code})" if wrong else "", where
        if done.code is None:
            return f"no end within {LIMIT:g} s", where
        if done.code < 0 or done.code >= 128:
            return f"signal, exit code {done.code}: {last(done.err)}", where
        found = tree(place.folder, self.scene.what)
        if done.code == 0:
            same = found == self.right or self.is_kept(found) or \
                kind in UNBEARABLE and self.is_longer(place, found)
            wrong = "" if same else \
                "exit code 0 with other bytes: " + ", ".join(
                    sorted(k for k in {*found, *self.right} if found.get(k) != self.right.get(k)))
            return wrong or ("" if done.out == self.said else "exit code 0 with other words"), where
        messages = done.err.count("hadpot: error: ")
        if messages != 1:
            return f"{messages} messages, exit code {done.code}: {done.err[-300:]!r}", where
        message = done.err[done.err.index("hadpot: error: "):].splitlines()[0]
        if done.code not in codes_of(kind, variant):
            return f"exit code {done.code}: {message}", where
        for name, value in self.before.items():
            if "checkpoint/" in name and found.get(name) not in (value, self.right.get(name)) \
                    and "out/results.h5" not in found:
                return f"{name} is lost: {message}", where
        wrong = self.left_over(place, found)
        return f"{wrong} (after: {message})" if wrong else "", where

    def is_longer(self, place, found):
        """Some file has room behind its end, which HDF5 had no memory to give back."""
        return found.keys() == self.right.keys() and all(
            found[name] == self.right[name] or name.endswith(".h5") and
            (place.folder / name).read_bytes().startswith(self.bytes[name]) for name in found)

    def is_kept(self, found):
        """All is there, and samples of it, an empty folder, or what is temporary, that could not be
        removed."""
        return all(found.get(name) == value for name, value in self.right.items()) and \
            not any(is_final(name) and value != "folder" for name, value in found.items()
                    if name not in self.right)


def last(text):
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else ""


def run_scene(options, scene, top):
    trial = Trial(options, scene, top)
    places, tried, wrong = threading.local(), Counter(), []
    made = []

    def one(item):
        if not hasattr(places, "mine"):
            places.mine = Place(options, top)
            made.append(places.mine)
        return item, trial.judge(places.mine, *item)

    with ThreadPoolExecutor(options.jobs) as pool:
        plan = trial.slice()
        for (kind, rank, n, variant), (fault, where) in pool.map(one, plan):
            tried[kind] += 1
            done = sum(v for k, v in tried.items() if k != "not reached")
            if done % REPORTED == 0:
                print(f"{scene.name}: {done} of {len(plan)} failures tried, {len(wrong)} wrong",
                      flush=True)
            if where == "not reached":
                tried["not reached"] += 1
            if fault:
                wrong.append((kind, fault))
                print(f"WRONG {scene.name} {kind}:{n}{variant}@{rank} [{where}]: {fault}",
                      flush=True)
    for place in made:
        shutil.rmtree(place.top, ignore_errors=True)
    print(f"{scene.name}, {scene.ranks} rank{'s' if scene.ranks > 1 else ''}: "
          f"{sum(v for k, v in tried.items() if k != 'not reached')} failures tried, "
          f"{len(wrong)} wrong; {len(trial.again)} different left-overs gone on from; "
          + (f"mpirun itself crashed {trial.crashes} times; " if trial.crashes else "")
          + ", ".join(f"{kind} {number}" for kind, number in tried.items()), flush=True)
    return tried, wrong


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("library", type=os.path.abspath)
    parser.add_argument("--scenes", type=lambda text: text.split(","))
    parser.add_argument("--kinds", type=lambda text: text.split(","))
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--most", type=int, default=0, help="at most about so many n of a kind")
    parser.add_argument("--slice", type=lambda text: tuple(map(int, text.split("/"))), default=(1, 1),
                        help="i/k: the i-th of k parts of all failures")
    parser.add_argument("--once", action="store_true", help="the n-th call alone, default error")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args(arguments)
    total, wrong, began = Counter(), [], time.monotonic()
    with tempfile.TemporaryDirectory() as top:
        for scene in scenes():
            if options.scenes and scene.name not in options.scenes:
                continue
            tried, bad = run_scene(options, scene, top)
            total += tried
            wrong += bad
    number = sum(v for k, v in total.items() if k != "not reached")
    print(f"all: {number} failures tried, {len(wrong)} wrong, "
          f"{time.monotonic() - began:.0f} s; "
          + ", ".join(f"{kind} {n}" for kind, n in total.items()))
    return 1 if wrong or number == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
