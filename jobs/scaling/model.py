#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run takes on up to 1000 ranks, from costs that measure.py and bench_parallel have measured.

Processor seconds of each stage on one rank are a + b N for N samples. What ranks share out is divided
by their number, what one rank does is not, and messages that all go through rank 0 are counted there
(docs/scaling.md has the equations). Prints the strong and the weak table, and what is the largest
part that does not get shorter; --csv writes them.
"""
import argparse
import csv
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
RANKS = (1, 2, 4, 8, 16, 100, 1000)
AVERAGE = 6.6  # the fit of the average over that of a sample, Xi Xi joint


def read_stages(path):
    """{case: (items, {(stage, ranks, column): value})}."""
    found = {}
    for row in csv.DictReader(path.open()):
        items, values = found.setdefault(row["case"], (int(row["items"]), {}))
        values[row["stage"], int(row["ranks"]), row["column"]] = float(row["value"])
    return found


def line(cases, stage, ranks, column):
    """a and b of a + b N, neither below 0."""
    points = [(items, values[stage, ranks, column]) for items, values in cases.values()
              if (stage, ranks, column) in values]
    n, y = np.array(points).T
    b, a = np.polyfit(n, y, 1)
    return (max(a, 0.0), b) if b > 0.0 else (float(y.mean()), 0.0)


class Model:
    """Seconds and memory of a job whose cost is linear in its samples."""

    def __init__(self, cases, messages, spread):
        stages = ("start", "open", "read", "estimate", "prepare", "average", "samples", "draws",
                  "describe", "write")
        self.cost = {s: line(cases, s, 1, "processor_mean_s") for s in stages}
        self.cost["start"] = line(cases, "start", 1, "wall_most_s")
        self.memory = {who: line(cases, f"memory_kb_{who}", 2, "wall_most_s")
                       for who in ("rank_0", "others")}
        self.bytes = line(cases, "results", 1, "bytes")
        self.messages, self.spread = messages, spread

    def with_samples_of(self, seconds):
        """The same job whose samples, and its average, take longer."""
        other = Model.__new__(Model)
        other.__dict__.update(self.__dict__)
        other.cost = dict(self.cost)
        other.cost["samples"] = (self.cost["samples"][0], seconds)
        other.cost["average"] = (AVERAGE * seconds, self.cost["average"][1])
        return other

    def stages(self, samples, ranks):
        """Wall seconds by what takes them."""
        def of(stage):
            a, b = self.cost[stage]
            return a + b * samples
        parts = {s: of(s) for s in ("start", "open", "read", "prepare", "describe", "write")}
        one = self.cost["samples"][1]
        parts["estimate"] = of("estimate") / ranks
        average = self.cost["average"][0]
        parts["average, one rank"] = average
        parts["average, shared"] = max(0.0, of("average") - average * ranks) / ranks
        parts["samples"] = of("samples") / ranks
        # the last samples: on average half of one, and of the longest of the ranks
        parts["samples, last ones"] = 0.5 * one * (1.0 + self.spread * np.sqrt(
            2.0 * np.log(max(ranks, 1)))) if ranks > 1 else 0.0
        parts["draws"] = of("draws") / ranks
        if ranks > 1:
            numbers = (self.bytes[0] + self.bytes[1] * samples) / 8
            parts["gather on rank 0"] = (numbers * self.messages["gather_number"]
                                         + samples * self.messages["gather_row"])
            parts["counter"] = samples * self.messages["counter_number"]
            parts["agreements"] = 100 * self.messages["agreement"] * np.log2(ranks)
        return parts

    def seconds(self, samples, ranks):
        """All of them."""
        return sum(self.stages(samples, ranks).values())


def table(model, title, rows):
    """One line for each (samples, ranks)."""
    print(f"{title}\n samples  ranks   seconds  efficiency  largest parts")
    out = []
    for samples, ranks in rows:
        parts, total = model.stages(samples, ranks), model.seconds(samples, ranks)
        efficiency = model.seconds(samples, 1) / ranks / total
        largest = sorted(parts, key=parts.get)[:-4:-1]
        text = ", ".join(f"{name} {parts[name]:.3g} s" for name in largest)
        print(f"{samples:8d} {ranks:6d} {total:9.3g} {100 * efficiency:9.1f} %  {text}")
        out.append((samples, ranks, total, 100 * efficiency, largest[0]))
    return out


def weakest(model, samples):
    """Of what ranks do not share out, the largest part."""
    last = model.stages(samples, RANKS[-1])
    rest = {name: seconds for name, seconds in last.items()
            if name not in ("samples", "draws", "estimate", "average, shared")}
    worst = max(rest, key=rest.get)
    print(f"weakest link on {RANKS[-1]} ranks: {worst}, {rest[worst]:.3g} of "
          f"{sum(last.values()):.3g} s")


def main():
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--input", type=Path, default=HERE / "results",
                        help="folder with stages.csv and parallel.csv (bench_parallel on 2 ranks)")
    parser.add_argument("--samples", type=int, default=10000)
    parser.add_argument("--spread", type=float, default=0.3,
                        help="standard deviation over mean of the time of a sample")
    parser.add_argument("--seconds", type=float, nargs="*", default=[0.05, 1.0, 10.0],
                        help="tables for samples that take so long, too")
    parser.add_argument("--csv", type=Path)
    options = parser.parse_args()
    cases = {name: case for name, case in read_stages(options.input / "stages.csv").items()
             if name.startswith("bootstrap_")}
    messages = {row["name"]: float(row["seconds"])
                for row in csv.DictReader((options.input / "parallel.csv").open())}
    model = Model(cases, messages, options.spread)
    print("stage      fixed s   per sample s")
    for stage, (a, b) in model.cost.items():
        print(f"{stage:9} {a:8.4f} {b:13.3g}")
    many = options.samples
    rows = table(model, f"\nstrong: {many} samples", [(many, r) for r in RANKS])
    rows += table(model, "\nweak: 10 samples a rank", [(10 * r, r) for r in RANKS])
    weakest(model, many)
    for seconds in options.seconds:
        longer = model.with_samples_of(seconds)
        rows += table(longer, f"\nstrong: {many} samples of {seconds:g} s",
                      [(many, r) for r in RANKS])
        weakest(longer, many)
    for who, (a, b) in model.memory.items():
        print(f"memory of {who}: {a / 1e3:.0f} MB and {b:.3g} kB a sample, "
              f"{(a + b * many) / 1e3:.0f} MB for {many}")
    if options.csv:
        with options.csv.open("w") as out:
            out.write("samples,ranks,seconds,efficiency_percent,largest\n")
            for samples, ranks, seconds, efficiency, name in rows:
                out.write(f"{samples},{ranks},{seconds:.4g},{efficiency:.4g},\"{name}\"\n")


if __name__ == "__main__":
    main()
