#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw small faults (mutants) of the sources and see whether the tests notice them:

    python3 tests/mutation/mutate.py                 the study of results.csv
    python3 tests/mutation/mutate.py --known         the faults of known.csv alone
    python3 tests/mutation/mutate.py --survivors     those of results.csv that survived
    python3 tests/mutation/mutate.py --list          what can be drawn, and quit

See README.md for what is drawn and how a verdict is made.
"""
import argparse
import csv
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# Sources, and the folders of tests which are theirs.
FOLDERS = {"correlator": "correlator", "resample": "resample", "results": "results",
           "observables": "observables"}
SECONDS = 60  # a mutant whose tests run longer is killed: they take some seconds
FIELDS = ["file", "line", "kind", "before", "after", "verdict", "reason"]

SWAPS = {"+": "-", "-": "+", "*": "/", "/": "*", "<": "<=", "<=": "<", ">": ">=", ">=": ">",
         "==": "!=", "!=": "==", "&&": "||", "||": "&&", "+=": "-=", "-=": "+=", "*=": "/=",
         "/=": "*=", "%": "*", "<<": ">>", ">>": "<<", "&": "|", "|": "&"}
OPERATOR = re.compile(r"(?<= )(" + "|".join(re.escape(o) for o in sorted(SWAPS, key=len)[::-1]) +
                      r")(?= )")
NEGATION = re.compile(r"(?<=[( ])!(?=[\w(])")
NUMBER = re.compile(r"(?<![\w.])(\d+\.\d*(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|\d+)(?![\w.])")
STATEMENT = re.compile(r"^\s+(?!return\b|goto\b|break\b|continue\b|case\b|default\b|typedef\b)"
                       r"[A-Za-z_*(][^{}]*;$")
DECLARATION = re.compile(r"^\s+(?:const |static |unsigned |struct |enum )*\w+ \**\w+(?:\[[^=]*\])*"
                         r"(?: =|;|,)")
LEAVING = re.compile(r"^(\s+)if \((.*)\) (return\b.*;|continue;|break;|goto .*;)$")


def blank(text):
    """Text of the same length with comments, strings and characters as spaces."""
    pattern = r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
    return re.sub(pattern, lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.DOTALL)


def statements(lines):
    """(first line, last line) of the statements inside functions that can be taken out."""
    inside, start = False, None
    for i, line in enumerate(lines):
        if line.endswith("{") and not line.startswith((" ", "static const", "const", "typedef",
                                                       "enum", "struct")):
            inside = True
        elif line.startswith("}"):
            inside = False
        elif inside and line.strip():
            start = i if start is None else start
            text = " ".join(lines[start:i + 1]).rstrip()
            if text.endswith((";", "{", "}", ":")):
                if STATEMENT.match(text) and not DECLARATION.match(text) \
                        and not LEAVING.match(text) \
                        and text.count(";") == (3 if text.lstrip().startswith("for (") else 1):
                    yield start, i
                start = None


def other_number(text):
    if re.fullmatch(r"\d+", text):
        return str(int(text) + 1)
    return "1.0" if float(text) == 0.0 else repr(float(text) * 2.0)


def mutants(path, text):
    """All faults of one file: dicts with line, kind, before, after and the span [begin, end)."""
    bare = blank(text)
    offset, found = 0, []

    def add(begin, end, kind, after):
        line = text.count("\n", 0, begin) + 1
        found.append({"file": str(path), "line": line, "kind": kind, "begin": begin, "end": end,
                      "replacement": after})

    starts, lines = [], bare.split("\n")
    for line in lines:
        starts.append(offset)
        if not line.startswith("#") and not line.endswith("\\"):
            for m in OPERATOR.finditer(line):
                add(offset + m.start(), offset + m.end(), "operator", SWAPS[m.group()])
            for m in NEGATION.finditer(line):
                add(offset + m.start(), offset + m.end(), "operator", "")
            for m in NUMBER.finditer(line):
                add(offset + m.start(), offset + m.end(), "constant", other_number(m.group()))
            m = LEAVING.match(line)
            if m:
                add(offset + m.start(2), offset + m.end(2), "condition", "0")
        offset += len(line) + 1
    for first, last in statements(lines):
        begin = starts[first] + len(lines[first]) - len(lines[first].lstrip())
        add(begin, starts[last] + len(lines[last].rstrip()), "deleted", ";")
    for m in found:
        m["before"] = " ".join(text[line_begin(text, m["begin"]):line_end(text, m["end"])].split())
        changed = text[:m["begin"]] + m["replacement"] + text[m["end"]:]
        end = m["begin"] + len(m["replacement"])
        m["after"] = " ".join(changed[line_begin(text, m["begin"]):line_end(changed, end)].split())
    return found


def line_begin(text, at):
    return text.rfind("\n", 0, at) + 1


def line_end(text, at):
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def all_mutants():
    out = []
    for folder in FOLDERS:
        for path in sorted((ROOT / "src" / folder).glob("*.c")):
            out += mutants(path.relative_to(ROOT), path.read_text())
    return out


def known_mutants():
    """Rows file, before, after, tests of known.csv: `before` occurs once in the file."""
    out = []
    for row in csv.DictReader((HERE / "known.csv").read_text().splitlines()):
        text = (ROOT / row["file"]).read_text()
        if text.count(row["before"]) != 1:
            sys.exit(f"known.csv: \"{row['before']}\" is not once in {row['file']}")
        begin = text.index(row["before"])
        out.append({**row, "line": text.count("\n", 0, begin) + 1, "kind": "known", "begin": begin,
                    "end": begin + len(row["before"]), "replacement": row["after"]})
    return out


class Tree:
    """A copy of the project in which faults are made."""

    def __init__(self, folder):
        self.path = folder
        shutil.rmtree(folder, ignore_errors=True)
        files = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT).decode().split("\0")
        for name in filter(None, files):
            if not (ROOT / name).is_file():
                continue
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
        self.build = folder / "build"
        self.call("cmake", "-S", ".", "-B", "build", "-DCMAKE_BUILD_TYPE=Debug",
                  "-DCMAKE_C_FLAGS=-O1 -w", "-DHADPOT_WERROR=OFF")
        names = self.call("ctest", "--test-dir", "build", "-N")
        self.tests = re.findall(r"Test +#\d+: (\S+)", names)

    def call(self, *command):
        return subprocess.check_output(command, cwd=self.path, stderr=subprocess.STDOUT,
                                       text=True)

    def make(self, folders):
        names = {re.sub(r"\.\d$", "", t) for t in self.tests if t.split(".")[0] in folders}
        sources = {t.replace(".", "_") for t in names
                   if list((ROOT / "tests" / t.split(".")[0]).glob(t.split(".")[1] + ".c"))}
        return subprocess.run(["cmake", "--build", "build", "--target", *sorted(sources)],
                              cwd=self.path, capture_output=True, text=True).returncode == 0

    def test(self, folders):
        """Name of a test that fails, or None. Of MPI, one and two ranks."""
        pattern = "^(" + "|".join(folders) + r")\."
        job = subprocess.Popen(["ctest", "--test-dir", "build", "-R", pattern, "-E", r"\.[34]$",
                                "--stop-on-failure"], cwd=self.path, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, start_new_session=True)
        try:
            out = job.communicate(timeout=SECONDS)[0]
        except subprocess.TimeoutExpired:
            os.killpg(job.pid, signal.SIGKILL)
            job.wait()
            return "time limit"
        failed = re.search(r"(\S+) \.+\s*\**(?:Failed|Timeout|Exception|Not Run|SEGFAULT)", out)
        return failed.group(1) if failed else None if job.returncode == 0 else "ctest"

    def judge(self, mutant):
        path, text = self.path / mutant["file"], (ROOT / mutant["file"]).read_text()
        folders = mutant.get("tests", FOLDERS.get(mutant["file"].split("/")[1], "")).split()
        path.write_text(text[:mutant["begin"]] + mutant["replacement"] + text[mutant["end"]:])
        try:
            if not self.make(folders):
                return "does not compile", ""
            killer = self.test(folders)
            return ("survived", "") if killer is None else ("killed", killer)
        finally:
            path.write_text(text)


def key(row):
    """Of a mutant, wherever its line has moved to."""
    return row["file"], row["kind"], row["before"], row["after"]


def last_results():
    """The header line and the rows of results.csv."""
    if not (HERE / "results.csv").exists():
        return "", []
    lines = (HERE / "results.csv").read_text().splitlines()
    return lines[0], list(csv.DictReader(lines[1:]))


def study(queue, wanted, jobs):
    """Judge mutants of the queue, in its order, until `wanted` of them compile."""
    lock, done, start = threading.Lock(), {}, time.time()

    def work(number):
        tree = Tree(ROOT / "build" / "mutation" / str(number))
        folders = sorted({t for m in queue for t in m.get("tests", "").split()} |
                         set(FOLDERS.values()))
        if not tree.make(folders) or tree.test(folders):
            sys.exit("the tests fail without any fault")
        while True:
            with lock:
                valid = sum(v[0] != "does not compile" for v in done.values())
                i = len(done)
                if i >= len(queue) or valid >= wanted:
                    return
                done[i] = ("running", "")
            verdict = tree.judge(queue[i])
            with lock:
                done[i] = verdict
                m = queue[i]
                print(f"{len(done):4d} {time.time() - start:6.0f} s {verdict[0]:9s} "
                      f"{m['file']}:{m['line']}: {m['after']}  {verdict[1]}", flush=True)

    threads = [threading.Thread(target=work, args=(j,)) for j in range(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    judged = [{**queue[i], "verdict": v[0], "reason": v[1]} for i, v in sorted(done.items())]
    return [m for m in judged if m["verdict"] not in ("does not compile", "running")]


def write(rows, seed):
    """Reasons of survivors are written into results.csv by hand: they are kept."""
    old = {(r["file"], r["before"], r["after"]): r["reason"] for r in last_results()[1]
           if r["verdict"] == "survived"}
    with open(HERE / "results.csv", "w", newline="") as out:
        killed = sum(r["verdict"] == "killed" for r in rows)
        print(f"# seed {seed}: {killed} of {len(rows)} killed", file=out)
        table = csv.DictWriter(out, FIELDS, extrasaction="ignore", lineterminator="\n")
        table.writeheader()
        for row in sorted(rows, key=lambda r: (r["file"], int(r["line"]), r["after"])):
            if row["verdict"] == "survived":
                row["reason"] = old.get((row["file"], row["before"], row["after"]), "")
            table.writerow(row)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=300, help="mutants that compile (300)")
    parser.add_argument("--seed", type=int, default=20261130)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--known", action="store_true")
    parser.add_argument("--survivors", action="store_true")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    queue = known_mutants() if options.known else all_mutants()
    kept = []
    if options.survivors:
        wanted = {key(r) for r in last_results()[1] if r["verdict"] == "survived"}
        kept = [r for r in last_results()[1] if key(r) not in wanted]
        queue = [m for m in queue if key(m) in wanted]
        options.seed = last_results()[0].split()[2].rstrip(":")
    if options.list:
        for m in queue:
            print(f"{m['file']}:{m['line']}: {m['kind']}: {m['after']}")
        return
    if not options.known and not options.survivors:
        random.Random(options.seed).shuffle(queue)
    for name in ("OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"):
        os.environ[name] = "1"
    every = options.known or options.survivors
    rows = kept + study(queue, len(queue) if every else options.count, options.jobs)
    killed = sum(r["verdict"] == "killed" for r in rows)
    print(f"{killed} of {len(rows)} killed ({100.0 * killed / max(1, len(rows)):.1f} %)")
    if options.known:
        sys.exit(killed < len(rows))
    write(rows, options.seed)


if __name__ == "__main__":
    main()
