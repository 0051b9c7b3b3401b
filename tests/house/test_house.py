#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the sources that no compiler checks."""
import re
import shutil
import statistics
import subprocess
import unittest
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LISTED = b""  # of a copy without history, or where git is not installed, all that lies there
if shutil.which("git"):
    LISTED = subprocess.run(["git", "ls-files", "-z", "*.c", "*.h"], cwd=ROOT,
                            capture_output=True).stdout
FILES = [ROOT / name for name in LISTED.decode().split("\0") if name] or \
    [f for d in ("src", "include", "tests", "docs") for f in (ROOT / d).rglob("*.[ch]")]
TEXT = {f.relative_to(ROOT): f.read_text() for f in FILES if f.is_file()}
SOURCES = {f: t for f, t in TEXT.items() if f.parts[0] in ("src", "include")}
FUNCTION = re.compile(r"^(?!typedef|struct|enum|static const|const)[a-z][^;={}]*?\b(\w+)\("
                      r"[^;{}]*\) \{\n(.*?)^\}\n", re.MULTILINE | re.DOTALL)


def functions():
    for file, text in SOURCES.items():
        for found in FUNCTION.finditer(text):
            yield file, found.group(1), found.group(0)


def folder_of_headers():
    """include/hadpot/NAME.h belongs to the folder which defines its functions."""
    defined = {name: file.parts[1] for file, name, _ in functions() if file.parts[0] == "src"}
    owner = {}
    for file, text in SOURCES.items():
        if file.parts[0] == "include":
            where = Counter(defined[n] for n in re.findall(r"\b(hp_\w+)\(", text) if n in defined)
            owner[file.name] = where.most_common(1)[0][0] if where else None
    return owner


class HouseTest(unittest.TestCase):
    def test_file_names_occur_once(self):
        count = Counter(file.name for file in TEXT)
        self.assertEqual([name for name, n in count.items() if n > 1], [])

    def test_functions_are_short(self):
        lines = {(str(f), name): body.count("\n") for f, name, body in functions()}
        self.assertGreater(len(lines), 1000)
        self.assertEqual({f: n for f, n in lines.items() if n > 45}, {})
        self.assertLessEqual(statistics.median(lines.values()), 12)
        self.assertEqual([str(f) for f, t in SOURCES.items() if t.count("\n") > 400], [])
        print("lines of src and include:", sum(t.count("\n") for t in SOURCES.values()))

    def test_macros_that_return_leave_nothing_behind(self):
        """HP_REQUIRE, HP_CALL, HP_ALLOCATE would pass by the clean-up of the others."""
        mixed = [name for _, name, body in functions() if "\ncleanup:" in body and
                 re.search(r"\bHP_(REQUIRE|CALL|CALL_IN|ALLOCATE|MPI_CALL|MPI_COMPLETE)\(", body)]
        self.assertEqual(mixed, [])

    def test_folders_include_in_one_direction(self):
        owner, below = folder_of_headers(), defaultdict(set)
        for file, text in SOURCES.items():
            of = file.parts[1] if file.parts[0] == "src" else owner[file.name]
            for header in re.findall(r'#include "hadpot/(\w+\.h)"', text):
                if of and owner.get(header) and owner[header] != of:
                    below[of].add(owner[header])
        reach = {a: set(b) for a, b in below.items()}
        for _ in reach:
            for seen in reach.values():
                seen |= {c for b in list(seen) for c in below[b]}
        self.assertEqual([a for a, seen in reach.items() if a in seen], [])


if __name__ == "__main__":
    unittest.main()
