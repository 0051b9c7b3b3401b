#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Seconds of the stages of hadpot on several numbers of ranks, and how efficient they are.

Runs each case on one rank and on others, a few times in turn, and takes the quickest time of each
stage; results must be the same bytes. Writes stages.csv and efficiency.csv, and prints the latter.
For numbers that mean something the machine has to be free, with a core for each rank; ranks beyond
that (--oversubscribed) are for the bytes alone.
"""
import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WEAK = (25, 50, 100, 200)  # samples of a bootstrap


def cases(ensemble):
    """Name: command line, and how many samples or ensembles there are."""
    found = {}
    if ensemble:
        found["joint"] = (["run", "jobs/xixi/joint.yaml", "--set", f"ensemble={ensemble}"], 20)
    found["coverage"] = (["coverage", "jobs/coverage/local.yaml", "--set", "ensembles=25"], 25)
    return found


def weak_cases(folder):
    """More and more samples of one synthetic ensemble."""
    data = folder / "weak.h5"
    subprocess.run([BINARY, "synth", "jobs/truths/local.yaml", "--set", f"output={data}"],
                   cwd=ROOT, check=True, capture_output=True)
    return {f"bootstrap_{n}": (["run", "jobs/coverage/fit.yaml", "--set", f"ensemble={data}",
                                "--set", "resampling.method=bootstrap",
                                "--set", f"resampling.bootstrap_samples={n}"], n) for n in WEAK}


def run(arguments, ranks, output):
    """Wall seconds of the program with its start, bytes of results, and rows of its stages."""
    times = output.with_suffix(".times.csv")
    launch = MPIRUN.split() + ["-n", str(ranks)]
    environment = dict(os.environ, OPENBLAS_NUM_THREADS="1", HADPOT_TIMES=str(times),
                       OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    start = time.monotonic()
    done = subprocess.run(launch + [BINARY, *arguments, "--set", f"output={output}", "--overwrite"],
                          cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    wall = time.monotonic() - start
    if done.returncode:
        sys.exit(f"{' '.join(arguments)} on {ranks} ranks: exit code {done.returncode}\n"
                 + done.stderr)
    size = sum(path.stat().st_size for path in output.glob("*.h5"))
    return wall, size, list(csv.DictReader(times.open()))


def tables(output):
    """The bytes of all tables."""
    return {path.name: path.read_bytes() for path in sorted(output.glob("*.csv"))}


def quickest(results):
    """The smallest number of each stage: {(stage, column): value}."""
    least = {}
    for wall, size, rows in results:
        entries = [("whole", "wall_most_s", wall), ("results", "bytes", size)]
        entries += [(row["stage"], column, float(row[column])) for row in rows
                    for column in ("times", "wall_most_s", "wall_mean_s", "processor_mean_s")
                    if row[column]]
        # Ranks go from stage to stage at times of their own: seconds of all ranks count.
        inside = sum(value for _, column, value in entries if column == "wall_mean_s")
        entries.append(("program", "wall_mean_s", inside))
        entries.append(("whole", "wall_mean_s", wall))
        for stage, column, value in entries:
            least[stage, column] = min(value, least.get((stage, column), value))
    return least


def measure(name, arguments, options, folder):
    """All numbers of ranks in turn, so that a slow minute hits all of them."""
    results = {ranks: [] for ranks in options.ranks}
    first = None
    for turn in range(options.repeat):
        extra = options.oversubscribed if turn == 0 else []
        for ranks in options.ranks + extra:
            output = folder / f"{name}_{ranks}"
            found = run(arguments, ranks, output)
            first = first or tables(output)
            if tables(output) != first:
                sys.exit(f"{name}: {ranks} ranks give other bytes")
            if ranks in results:
                results[ranks].append(found)
    print(f"{name}: same bytes on {', '.join(map(str, options.ranks + options.oversubscribed))} "
          "ranks", flush=True)
    return {ranks: quickest(found) for ranks, found in results.items()}


def main():
    """Measure, write, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default="build/release/hadpot")
    parser.add_argument("--mpirun", default=os.environ.get("MPIRUN", "mpirun --oversubscribe"))
    parser.add_argument("--ensemble", default=os.environ.get("HADPOT_XIXI"),
                        help="that of jobs/xixi (HADPOT_XIXI)")
    parser.add_argument("--ranks", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--oversubscribed", type=int, nargs="*", default=[])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--weak", action="store_true", help="more and more samples, too, which jobs/scaling/model.py needs")
    parser.add_argument("--only", help="one of the cases")
    parser.add_argument("--output", type=Path, default=ROOT / "jobs/scaling/results")
    options = parser.parse_args()
    global BINARY, MPIRUN
    BINARY, MPIRUN = str(ROOT / options.binary), options.mpirun
    options.output.mkdir(parents=True, exist_ok=True)
    stages, efficiency = [], []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        wanted = [(name, case, options) for name, case in cases(options.ensemble).items()
                  if options.only in (None, name)]
        if options.weak:
            two = argparse.Namespace(**{**vars(options), "ranks": [1, 2], "oversubscribed": []})
            wanted += [(name, case, two) for name, case in weak_cases(folder).items()]
        for name, (arguments, items), how in wanted:
            found = measure(name, arguments, how, folder)
            stages += [(name, items, ranks, stage, column, value)
                       for ranks, least in found.items() for (stage, column), value in least.items()]
            for stage in ("samples", "program", "whole"):
                for ranks in how.ranks[1:]:
                    one = found[how.ranks[0]][stage, "wall_mean_s"]
                    many = found[ranks][stage, "wall_mean_s"]
                    efficiency.append((name, stage, ranks, one, many,
                                       100.0 * one * how.ranks[0] / (ranks * many)))
    for file, head, rows in (("stages.csv", "case,items,ranks,stage,column,value", stages),
                             ("efficiency.csv", "case,stage,ranks,one_s,many_s,percent",
                              efficiency)):
        with (options.output / file).open("w") as out:
            out.write(head + "\n")
            for row in rows:
                out.write(",".join(f"{x:.6g}" if isinstance(x, float) else str(x)
                                   for x in row) + "\n")
    for name, stage, ranks, one, many, percent in efficiency:
        print(f"{name:10} {stage:8} {ranks:3} ranks: {one:7.3f} s / {many:7.3f} s, "
              f"efficiency {percent:5.1f} %")


if __name__ == "__main__":
    main()
