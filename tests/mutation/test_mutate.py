#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What mutate.py draws from a source, and that its list of known faults fits the sources."""
import unittest
from pathlib import Path

import mutate

SOURCE = """/* a + b */
static const double scale = 0.0;

int f(int a, double *b) {
    const char *text = "a + b";
    if (!a || *b < 2.5) return -1;
    b[0] = a * scale; /* a * b */
    g(a,
      b);
    for (int i = 3; i <= a; i++) g(i, b);
    return a + 7;
}
"""


class MutateTest(unittest.TestCase):
    def test_draws_each_kind(self):
        drawn = [(m["line"], m["kind"], m["replacement"])
                 for m in mutate.mutants(Path("f.c"), SOURCE)]
        self.assertEqual(sorted(drawn), [
            (2, "constant", "1.0"), (6, "condition", "0"), (6, "constant", "2"),
            (6, "constant", "5.0"), (6, "operator", ""), (6, "operator", "&&"),
            (6, "operator", "<="), (7, "constant", "1"), (7, "deleted", ";"),
            (7, "operator", "/"), (8, "deleted", ";"), (10, "constant", "4"),
            (10, "deleted", ";"), (10, "operator", "<"), (11, "constant", "8"),
            (11, "operator", "-")])

    def test_says_the_line_before_and_after(self):
        last = max(mutate.mutants(Path("f.c"), SOURCE), key=lambda m: m["begin"])
        self.assertEqual((last["before"], last["after"]), ("return a + 7;", "return a + 8;"))

    def test_known_faults_fit_the_sources(self):
        for m in mutate.known_mutants():
            for folder in m["tests"].split():
                self.assertTrue((mutate.ROOT / "tests" / folder).is_dir(), folder)


if __name__ == "__main__":
    unittest.main()
