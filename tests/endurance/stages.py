#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A signal to one of two ranks in every stage of every command that takes long.

    python3 tests/endurance/stages.py [--commands run,import] [--signals SIGSTOP] [--slice I/K] [--jobs 3]

The library of tests/faults raises the signal on the rank itself, at its n-th call of a kind (inject.h),
so that the stage is reached for certain: when the rank enters it, some time later within a fit, or in
the middle of its calls that read or write. SIGKILL and SIGSTOP end the run within 10 s, by words of the
launcher or of the program (SIGSTOP: after --stall-limit 2), other signals by a sentence and exit code
75, or 0 where results are written already. Then it goes on, on 1 to 4 ranks in turn, and all files are
those of a run that was left alone. Exit code 0: all of that is so; a line is printed for each case."""

import argparse
import copy
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / "tests" / "faults"), str(TOP / "tests" / "endurance")]
from kills import differences  # noqa: E402
from scenes import COVERAGE, IMPORT, NETWORK, RUN, SYNTH, columns  # noqa: E402

PROGRAM = os.environ.get("HADPOT_PROGRAM", str(TOP / "build" / "release" / "hadpot"))
LIBRARY = str(Path(PROGRAM).resolve().parent / "libhadpot_inject.so")
MPIRUN = os.environ.get("HADPOT_MPIEXEC", "mpirun")
LIMIT = 10.0  # seconds from the signal, or the stall limit, to the end
STALL = 2     # seconds
LATER = 150   # milliseconds after a stage was entered: within the fit
TRIES = 6     # how many rows of an import a rank gets depends on how fast it is
HANGS = 60.0  # it does not end: nothing is waited for any longer
SIGNALS = ("SIGKILL", "SIGSTOP", "SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1")

QUICK = NETWORK.replace("steps: 20", "optimiser: adam, epochs: 300, sample_epochs: 300")
# Fits and draws that last some tenths of a second each, on one core.
SLOW = NETWORK.replace("steps: 20", "optimiser: adam, epochs: 20000, sample_epochs: 8000").replace(
    "draws: 100", "draws: 700")
STUDY = COVERAGE.replace("ensembles: 2", "ensembles: 3")  # one each, the third one by both together


class Command:
    """files: texts by name; start: what runs before; what: names of what it writes; on: how it is gone
    on with; aims: (stage, kind of call, which: its number, or the part of all such calls); stages: how
    many are entered by a rank (HADPOT_TIMES), which the numbers of aims rely on."""

    def __init__(self, name, files, arguments, what, on, aims, start=(), stages=2):
        self.name, self.files, self.arguments, self.what = name, files, arguments, what
        self.on, self.aims, self.start, self.stages = on, aims, start, stages


# The stages of a run as each rank enters them (include/hadpot/stage_times.h).
ENTER = {name: n for n, name in enumerate(
    ("start", "open", "read", "estimate", "prepare", "average", "samples", "draws", "describe", "write"), 1)}


def entered(*names, after=0):
    return [(name, "stage", ENTER[name] + after) for name in names]


def commands():
    made = {"synth.yaml": SYNTH.replace("configurations: 6", "configurations: 12")}
    raw = [["synth", "synth.yaml"]]
    run = ["run", "run.yaml"]
    yield Command("run", {**made, "run.yaml": SLOW}, run, ["out"], [*run, "--resume"],
                  entered(*ENTER) + [("reading", "read", 0.6), ("fit of the average", "stage~", 6),
                                     ("fits of samples", "stage~", 7), ("band", "stage~", 8),
                                     ("writing", "write", 0.8), ("renaming", "rename", 0.8)], raw, 10)
    # 10 to 15: prepare, average, ..., write of the alternative; 16: write of the whole
    varied = QUICK + 'variations: {seed: ["training.seed=7"]}\n'
    yield Command("variations", {**made, "run.yaml": varied}, run, ["out"], [*run, "--resume"],
                  [("reading", "read", 0.6), ("prepare", "stage", 10), *entered("average", "samples", "draws", after=5),
                   ("write", "stage", 15), ("write all", "stage", 16)], raw, 16)
    study = ["coverage", "job.yaml"]
    # 3 to 6: truth; 7 to 17 of the ensemble of each rank, 18 to 28 of that of both, 29: write
    yield Command("coverage", {**made, "run.yaml": QUICK, "job.yaml": STUDY}, study, ["out"],
                  [*study, "--resume"],
                  [("truth", "stage", 3), ("make", "stage", 7), ("read", "stage", 9),
                   ("average", "stage", 12), ("samples", "stage", 13), ("draws", "stage", 14),
                   ("measure", "stage", 16), ("wait", "stage", 17),
                   ("together: make", "stage", 18), ("together: average", "stage", 23),
                   ("together: samples", "stage", 24), ("together: draws", "stage", 25),
                   ("write", "stage", 29), ("writing", "write", 0.9)], stages=29)
    scan = ["scan-bins", "run.yaml"]
    yield Command("scan-bins", {**made, "run.yaml": RUN}, scan, ["out"], scan,
                  [("open", "stage", 2), ("reading", "read", 0.6), ("late", "mpi", 0.8),
                   ("writing", "write", 0.6)], raw)
    load = ["import", "job.yaml"]
    # So many and long that no rank has read all rows before another one gets its first. Rank 0 looks
    # at the first files, reads rows of 2 files, and then much of what it assembles; rank 1 reads rows.
    rows = columns(range(1000, 1400, 10), points=600)
    yield Command("import", {"job.yaml": IMPORT, **rows}, load, ["made.h5"],
                  [*load, "--resume"],
                  [("open", "stage", 2), ("looking", "read", 4), ("reading", "read", 12),
                   ("assembling", "read", 0.8), ("writing", "write", 0.2),
                   ("writing late", "write", 0.8), ("waiting", "mpi", 0.7)])


class Study:
    def __init__(self, command, top):
        self.command = command
        self.template, self.folder, self.whole = (top / command.name / name
                                                  for name in ("template", "run", "whole"))
        self.report = top / command.name / "report"
        self.template.mkdir(parents=True)
        for name, text in command.files.items():
            (self.template / name).parent.mkdir(parents=True, exist_ok=True)
            (self.template / name).write_text(text)
        for arguments in command.start:
            subprocess.run([PROGRAM, *arguments], cwd=self.template, check=True, capture_output=True)
        self.count = {}
        self.reset()
        self.must(self.run(command.arguments, 2, ""))
        for rank in range(2):
            for line in Path(f"{self.report}.{rank}").read_text().splitlines():
                word, kind, number = line.split()[:3]
                if word == "count":
                    self.count[rank, kind] = int(number)
        for rank in range(2):
            if self.count[rank, "stage"] != command.stages:
                raise SystemExit(f"stages.py: {command.name}: {command.stages} stages expected, found "
                                 f"{self.count[rank, 'stage']}")
        shutil.copytree(self.folder, self.whole)

    def place(self, number):
        """Another folder for the same."""
        other = copy.copy(self)
        other.folder, other.report = (path.with_name(f"{path.name}{number}")
                                      for path in (self.folder, self.report))
        return other

    def reset(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.template, self.folder)

    def must(self, done):
        if done[0] != 0:
            raise SystemExit(f"stages.py: {self.command.name}: exit code {done[0]}: {done[1]}")

    def run(self, arguments, ranks, fault=None):
        """Exit code (None: it hangs), what was said, when it ended, when the signal came (0: never)."""
        for rank in range(2):
            Path(f"{self.report}.{rank}").unlink(missing_ok=True)
        extra, load = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                       "OPENBLAS_NUM_THREADS": "1"}, []
        if fault is not None:
            extra.update(HADPOT_FAULT_REPORT=str(self.report), **({"HADPOT_FAULT": fault} if fault else {}))
            load = ["-x", f"LD_PRELOAD={LIBRARY}"]
        process = subprocess.Popen([MPIRUN, "--oversubscribe", "-n", str(ranks), *load, PROGRAM, *arguments],
                                   cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True, errors="replace",
                                   env={**os.environ, **extra}, start_new_session=True)
        try:
            said = process.communicate(timeout=HANGS)[0]
            code = process.returncode
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            said, code = process.communicate()[0], None
        return code, said, time.time(), self.when()

    def when(self):
        for rank in range(2):
            path = Path(f"{self.report}.{rank}")
            for line in path.read_text().splitlines() if path.exists() else ():
                if line.startswith("failed"):
                    return float(line.split()[-1])
        return 0.0

    def case(self, aim, signal, rank, again):
        """(line, whether all is right)"""
        stage, kind, number = aim
        later = kind.endswith("~")
        kind = kind.rstrip("~")
        if isinstance(number, float):
            number = round(number * self.count[rank, kind])
        if number < 1 or stage == "start" and signal not in ("SIGKILL", "SIGSTOP"):
            return None, True  # this rank makes no such call; nobody listens to signals yet
        stall = ["--stall-limit", str(STALL)] if signal == "SIGSTOP" else []
        for _ in range(TRIES):
            fault = f"{kind}:{number}:{signal}{f'~{LATER}' if later else ''}@{rank}"
            self.reset()
            code, said, end, began = self.run([*self.command.arguments, *stall], 2, fault)
            if began > 0.0:
                break
            if kind != "stage":
                number = max(1, number // 2)  # of a rank that had fewer rows than at first
        began += LATER / 1000 if later and began > 0.0 else 0.0
        wrong = self.judge(signal, code, said, end, began)
        resumed = self.run(self.command.on, again)
        if resumed[0] != 0:
            wrong.append(f"goes on with exit code {resumed[0]}: {resumed[1][-300:]}")
        for name in self.command.what:
            one, other = self.whole / name, self.folder / name
            differ = differences(one, other) if one.is_dir() else \
                [name][:not other.is_file() or one.read_bytes() != other.read_bytes()]
            if differ:
                wrong.append("other bytes: " + ", ".join(differ))
        line = (f"{self.command.name:<11}{stage:<19}{signal:<8} rank {rank}: exit {code}, "
                f"{end - began:4.1f} s: {sentence(said)}; on {again}: "
                + ("the same bytes" if not wrong else "WRONG: " + "; ".join(wrong)))
        return line, not wrong

    @staticmethod
    def judge(signal, code, said, end, began):
        limit = LIMIT + (STALL if signal == "SIGSTOP" else 0.0)
        if began == 0.0:
            return ["the stage was not reached"]
        if code is None or end - began > limit:
            return ["no end in time"]
        if signal == "SIGKILL":
            return [] if code == 137 else ["exit code"]
        if signal == "SIGSTOP":
            return [] if code == 1 and said.count("hadpot: error: ") >= 1 and "no sign of life" in said \
                else ["exit code or words"]
        return [] if code == 0 or code == 75 and said.count("hadpot: stopped by ") == 1 \
            else ["exit code or words"]


def sentence(said):
    for word in ("hadpot: error: ", "hadpot: stopped by ", "exited on signal"):
        for line in said.splitlines():
            if word in line:
                return line.strip()
    return "(ends as without)"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--commands", type=lambda text: text.split(","))
    parser.add_argument("--signals", type=lambda text: text.split(","), default=SIGNALS)
    parser.add_argument("--slice", type=lambda text: tuple(map(int, text.split("/"))), default=(1, 1))
    parser.add_argument("--jobs", type=int, default=3, help="at a time: most of the time nothing works")
    options = parser.parse_args()
    top = Path(tempfile.mkdtemp(prefix="hadpot-stages."))
    tried = wrong = 0
    began = time.monotonic()
    for command in commands():
        if options.commands and command.name not in options.commands:
            continue
        study = Study(command, top)
        cases = [(aim, signal, rank) for signal in options.signals for aim in command.aims
                 for rank in range(2)]
        places = [study.place(i) for i in range(options.jobs)]

        def one(numbered):
            place = places.pop()
            try:
                return place.case(*numbered[1], again=1 + numbered[0] % 4)
            finally:
                places.append(place)

        mine = list(enumerate(cases))[options.slice[0] - 1::options.slice[1]]
        with ThreadPoolExecutor(options.jobs) as pool:
            for line, right in pool.map(one, mine):
                tried += line is not None
                wrong += not right
                if line is not None:
                    print(line, flush=True)
    shutil.rmtree(top, ignore_errors=True)
    print(f"== stages: {tried} cases, {wrong} wrong, {time.monotonic() - began:.0f} s")
    return 1 if wrong or tried == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
