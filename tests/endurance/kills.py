#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kill runs with SIGKILL at random moments, resume them, and compare every byte.

    python3 tests/endurance/kills.py [--kills 300] [--single 50] [--other 20] [--seed 18]

--kills of both ranks of `hadpot run` on the shipped ensemble, aimed at its phases; --single of one
rank of the two, after which the launcher has to end the other; --other of each of a run with
alternatives and a coverage study. Each is resumed on 1 to 4 ranks, every fourth killed once more, until
it ends with exit code 0; then all files must be those of a run that was left alone. What was hit is
told from what the run had written when it died. Exit code 0: all the same bytes."""

import argparse
import collections
import filecmp
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from watch_folder import FolderWatch  # noqa: E402

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
PROGRAM = os.environ.get("HADPOT_PROGRAM", os.path.join(TOP, "build", "release", "hadpot"))
PHASES = ("start", "reading", "average", "samples", "band", "writing", "after")
# Where the kills of both ranks are aimed: most at samples and at writing.
AIMS = ("samples",) * 10 + ("writing",) * 7 + ("average", "band", "start")
# Samples that take as long as all the rest together, so that a moment in them can be hit.
SLOW = ["--set", "training.optimiser=adam", "--set", "training.epochs=300"]
DEADLINE = 300  # s for whatever a run does on a machine that is shared


class Job:
    """A command, its undisturbed results, and how long its phases take."""

    def __init__(self, name, arguments, top, without=()):
        self.name = name
        self.without = without  # phases that it has not
        self.arguments = arguments
        self.top = os.path.join(top, name)
        self.whole = None
        self.nsample = 0
        self.length = {}  # seconds of each phase
        os.makedirs(self.top)
        for link in ("data", "jobs"):
            os.symlink(os.path.join(TOP, link), os.path.join(self.top, link))


class Run:
    """One start of a job in the folder `out` beside it."""

    def __init__(self, job, ranks, *options):
        self.job = job
        self.folder = os.path.join(job.top, "out")
        self.pids_path = os.path.join(job.top, "pids")
        log = os.path.join(job.top, "log")
        os.makedirs(self.folder, exist_ok=True)
        open(self.pids_path, "w", encoding="ascii").close()
        with open(log, "w", encoding="ascii") as out:
            self.watch = FolderWatch(self.folder, log)
            self.process = subprocess.Popen(
                ["mpirun", "--oversubscribe", "-n", str(ranks), "sh", "-c",
                 'echo $$ >>pids; exec "$0" "$@"', PROGRAM, *job.arguments, *options],
                cwd=job.top, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)

    def is_over(self):
        return self.process.poll() is not None

    def pids(self):
        with open(self.pids_path, encoding="ascii") as file:
            return [int(line) for line in file.read().split()]

    def wait_for(self, phase):
        """Until a phase has begun; false when the run is over before."""
        words = {"reading": "hadpot: ", "average": "ensemble average: "}
        if phase == "start":
            return True
        if phase in words:
            happened = lambda name: words[phase] in self.watch.text()
        elif phase == "writing":
            happened = is_result
        elif phase == "after":  # the manifest says that all is there
            happened = lambda name: name == "manifest.yaml"
        else:
            # The average is the first file there, samples follow.
            count = {"samples": 0, "band": self.job.nsample}[phase]
            happened = lambda name: (name.startswith("checkpoint/") and
                                     len(self.watch.samples()) >= count)
        return self.watch.wait(happened, DEADLINE, self.is_over)

    def phase(self):
        """What the run was doing when it died."""
        text, names = self.watch.text(), os.listdir(self.folder)
        if "state: finished" in read(os.path.join(self.folder, "manifest.yaml")):
            return "after"
        if any(map(is_result, names)) or "results.h5" in names or "summary.yaml" in names:
            return "writing"
        if len(self.watch.samples()) >= self.job.nsample > 0:
            return "band"
        if os.path.isdir(os.path.join(self.folder, "checkpoint")) and \
                ("samples 0 of" in text or self.watch.samples() or "going on" in text):
            return "samples"
        if "ensemble average: " in text:
            return "average"
        return "reading" if "hadpot: " in text else "start"

    def kill(self, which):
        """SIGKILL to these of the ranks; true unless the run had ended by itself."""
        while len(self.pids()) < 1 and not self.is_over():
            time.sleep(0.001)
        pids = self.pids()
        for number in which:
            if number < len(pids):
                try:
                    os.kill(pids[number], signal.SIGKILL)
                except ProcessLookupError:
                    pass
        began = time.monotonic()
        code = self.process.wait(timeout=DEADLINE)
        self.watch.close()
        return code != 0, time.monotonic() - began

    def finish(self):
        code = self.process.wait(timeout=DEADLINE)
        text = self.watch.text()
        self.watch.close()
        if code != 0:
            raise SystemExit(f"kills.py: {self.job.name}: exit code {code}:\n{text}")


def is_result(name):
    """A temporary file of results: neither that of a sample, nor the manifest, which comes first."""
    return name.startswith(".") and ".tmp" in name and "manifest" not in name


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def differences(one, other):
    """Names of files that are not the same in both folders."""
    found = filecmp.dircmp(one, other, ignore=[])
    names = found.left_only + found.right_only
    names += [name for name in found.common_files
              if not filecmp.cmp(os.path.join(one, name), os.path.join(other, name), shallow=False)]
    for name in found.common_dirs:
        names += [os.path.join(name, inner) for inner in
                  differences(os.path.join(one, name), os.path.join(other, name))]
    return [name for name in names if name != ".hadpot.lock"]


def measure(job):
    """The undisturbed run, and how long its phases take on two ranks."""
    for _ in range(2):  # the first one warms up, and counts samples
        shutil.rmtree(os.path.join(job.top, "out"), ignore_errors=True)
        run, began, times = Run(job, 2), time.monotonic(), {"start": 0.0}
        for phase in PHASES[1:]:
            if phase in job.without or phase == "band" and job.nsample == 0:
                continue
            if not run.wait_for(phase):
                break
            times[phase] = time.monotonic() - began
            if phase == "writing":
                job.nsample = len(run.watch.samples())
        run.finish()
    marks = [phase for phase in PHASES if phase in times]
    job.length = {phase: 0.01 for phase in PHASES}
    for phase, after in zip(marks, marks[1:]):
        job.length[phase] = max(times[after] - times[phase], 0.005)
    job.whole = os.path.join(job.top, "whole")
    shutil.rmtree(job.whole, ignore_errors=True)
    os.rename(os.path.join(job.top, "out"), job.whole)


def kill_at(run, aim, which, chance):
    """Kill within a phase; (phase that was hit, seconds until the launcher ended), or None."""
    begun = run.wait_for(aim)
    if begun and aim == "samples" and run.job.nsample > 0:
        count = chance.randrange(run.job.nsample)
        begun = run.watch.wait(lambda name: len(run.watch.samples()) >= count or
                               name.startswith("."), DEADLINE, run.is_over)
        length = 2.0 * run.job.length["samples"] / run.job.nsample
    else:
        length = run.job.length[aim]
    if begun:
        time.sleep(chance.uniform(0.0, length))
    killed, seconds = run.kill(which)
    return (run.phase(), seconds) if killed else None


def study(job, kills, aims, single, chance, counts):
    """Kill, resume, compare, `kills` times; False at the first difference."""
    done = again = missed = 0
    slowest = 0.0
    while done < kills:
        shutil.rmtree(os.path.join(job.top, "out"), ignore_errors=True)
        hit = kill_at(Run(job, 2), chance.choice(aims),
                      [chance.randrange(2)] if single else [0, 1], chance)
        if hit is None:
            missed += 1
            continue
        counts[hit[0]] += 1
        slowest = max(slowest, hit[1])
        done += 1
        ranks = chance.randint(1, 4)
        if chance.random() < 0.25:
            hit = kill_at(Run(job, ranks, "--resume"), chance.choice(aims), range(ranks), chance)
            again += hit is not None
            ranks = chance.randint(1, 4)
        Run(job, ranks, "--resume").finish()
        wrong = differences(job.whole, os.path.join(job.top, "out"))
        if wrong:
            print(f"kills.py: {job.name}, kill {done}: not the same: {', '.join(wrong)}; "
                  f"kept in {job.top}")
            return False
    what = "one rank of two" if single else "both ranks"
    print(f"{job.name}, {what}: {done} kills; "
          + ", ".join(f"{phase} {counts[phase]}" for phase in PHASES)
          + f"; {again} killed once more while they went on; {missed} had ended before; the launcher "
          f"ended within {slowest:.1f} s; all files the same bytes", flush=True)
    return True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--single", type=int, default=50)
    parser.add_argument("--other", type=int, default=20)
    parser.add_argument("--seed", type=int, default=18)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    top = tempfile.mkdtemp(prefix="hadpot-kills.", dir="/tmp")
    base = ["run", "jobs/demo/job.yaml", "--set", "output=out", "--set", "total_band.draws=100"]
    jobs = [(Job("run", base + SLOW, top), options.kills, AIMS, False),
            (Job("run_single", base + SLOW, top), options.single, AIMS, True),
            (Job("alternatives", base + ["--set", 'variations.times=["fit.times=[11]", "fit.times=[12]"]'],
                 top), options.other, ("samples", "writing", "start"), False),
            (Job("coverage", ["coverage", "jobs/coverage/linear.yaml", "--set", "ensembles=40",
                              "--set", "output=out"], top, ("average", "band")),
             options.other, ("samples", "writing", "start"), False)]
    began = time.monotonic()
    for job, kills, aims, single in jobs:
        if kills == 0:
            continue
        measure(job)
        print(f"{job.name}: " + ", ".join(f"{name} {seconds:.2f} s"
                                          for name, seconds in job.length.items()), flush=True)
        if not study(job, kills, aims, single, chance, collections.Counter()):
            return 1
    shutil.rmtree(top)
    used = os.times()
    print(f"== kills: PASSED, seed {options.seed}, {time.monotonic() - began:.0f} s of wall time, "
          f"{used.children_user + used.children_system:.0f} s of CPU")
    return 0


if __name__ == "__main__":
    sys.exit(main())
