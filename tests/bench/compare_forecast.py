#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `hadpot run JOB --check` says of time, memory and disk, and what the run takes.

    python3 tests/bench/compare_forecast.py RANKS JOB.yaml [--set key=value ...] [+ JOB.yaml ...]

from the folder of the project; results go to a temporary folder. Lines for each job: predicted, found,
found over predicted. On a busy machine the CPU time of one rank is what can be compared. Kept: tests/bench/results/forecast.txt."""
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAM = os.environ.get("HADPOT_PROGRAM", "build/release/hadpot")
UNITS = {"s": 1, "min": 60, "h": 3600, "kB": 1e3, "MB": 1e6, "GB": 1e9}


def number(text, pattern):
    found = re.search(pattern, text)
    return float(found[1]) * UNITS[found[2]] if found else 0.0


def run(ranks, arguments):
    """Seconds, CPU seconds of all ranks, output, and bytes of the largest rank."""
    start = time.monotonic()
    command = ["mpirun", "--oversubscribe", "-n", str(ranks), PROGRAM, "run", *arguments]
    with tempfile.TemporaryFile("w+") as out:
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - start
        out.seek(0)
        text = out.read()
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(text)
    return seconds, usage.ru_utime + usage.ru_stime, text, 1024 * usage.ru_maxrss


def compare(ranks, arguments):
    with tempfile.TemporaryDirectory() as folder:
        arguments = [*arguments, "--set", f"output={folder}/out"]
        check, _, text, _ = run(ranks, [*arguments, "--check"])
        wall, cpu, _, memory = run(ranks, arguments)
        size = sum(f.stat().st_size for f in Path(folder).rglob("*") if f.is_file())
    predicted = number(text, r"time +about ([\d.e+]+) (\w+)")
    room = number(text, r"memory +about ([\d.e+]+) (\w+)") + number(text, r"and ([\d.e+]+) (\w+) more")
    pairs = {"s": (predicted, wall), "s of CPU": (predicted * ranks, cpu),
             "MB": (room / 1e6, memory / 1e6),
             "MB on disk": (number(text, r"disk +([\d.e+]+) (\w+)") / 1e6, size / 1e6)}
    print(f"{' '.join(arguments[:-2])}, {ranks} ranks: check takes {check:.2g} s")
    for unit, (predicted, is_) in pairs.items():
        print(f"    {predicted:8.3g} {is_:8.3g} {unit:12} ratio {is_ / predicted:.2f}", flush=True)


def main():
    jobs = [[]]
    for argument in sys.argv[2:]:
        if argument == "+":
            jobs.append([])
        else:
            jobs[-1].append(argument)
    for job in jobs:
        compare(int(sys.argv[1]), job)


if __name__ == "__main__":
    main()
