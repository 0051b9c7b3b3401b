#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Some calls of small runs fail, one in each run (all of them: run_all.py)."""
import contextlib
import io
import os
import unittest
from pathlib import Path

import run_all

PROGRAM = os.environ.get("HADPOT_PROGRAM", "build/release/hadpot")
LIBRARY = str(Path(PROGRAM).resolve().parent / "libhadpot_inject.so")


@unittest.skipUnless(Path(LIBRARY).is_file(), "no library to let calls fail: sanitizers have none")
class CallsTest(unittest.TestCase):
    def try_some(self, *arguments):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            code = run_all.main([PROGRAM, LIBRARY, "--once", "--jobs", "2", *arguments])
        print(said.getvalue())
        self.assertEqual(code, 0, said.getvalue())
        self.assertRegex(said.getvalue(), r"all: [1-9]\d* failures tried, 0 wrong")

    def test_one_rank(self):
        self.try_some("--scenes", "run", "--most", "2")

    def test_two_ranks(self):
        self.try_some("--scenes", "run2", "--kinds", "mpi", "--most", "2")

    def test_imports_do_not_take_a_lack_of_memory_for_wrong_files(self):
        # so often that some are among them that read attributes, and some of zlib
        self.try_some("--scenes", "hadrons", "--kinds", "memory", "--every", "4")
        self.try_some("--scenes", "halqcd", "--kinds", "memory", "--every", "5")


if __name__ == "__main__":
    unittest.main()
