#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rank gets a signal while it reads, writes, fits one ensemble of many, imports (all stages and
signals: tests/endurance/stages.py)."""
import os
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "endurance"))
import stages  # noqa: E402

# command: stage, signal, rank, and on how many ranks it goes on
CASES = {"variations": [("write all", "SIGSTOP", 1, 1), ("reading", "SIGKILL", 0, 2)],
         "coverage": [("samples", "SIGUSR1", 1, 2)],
         "import": [("reading", "SIGSTOP", 0, 1)]}


@unittest.skipUnless(Path(stages.LIBRARY).is_file(), "no library to raise signals: sanitizers have none")
class StagesTest(unittest.TestCase):
    def test_each_ends_by_a_message_and_goes_on_to_the_same_bytes(self):
        with tempfile.TemporaryDirectory() as top:
            def try_cases(command):
                study = stages.Study(command, Path(top))
                aims = {aim[0]: aim for aim in command.aims}
                cases = CASES[command.name]
                with ThreadPoolExecutor(len(cases)) as pool:
                    return list(pool.map(lambda i: study.place(i).case(aims[cases[i][0]], *cases[i][1:]),
                                         range(len(cases))))

            commands = [command for command in stages.commands() if command.name in CASES]
            with ThreadPoolExecutor(len(commands)) as pool:
                found = [case for some in pool.map(try_cases, commands) for case in some]
        self.assertEqual(len(found), 4)
        for line, right in found:
            print(line)
            self.assertTrue(right, line)


if __name__ == "__main__":
    os.environ.setdefault("HADPOT_PROGRAM", "build/release/hadpot")
    unittest.main()
