# SPDX-License-Identifier: GPL-3.0-or-later
"""analysis/pole_coverage.py on poles of invented fits: shares, pulls and marks."""

import contextlib
import io
import os
import sys
import tempfile
import unittest

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "analysis"))

import pole_coverage  # noqa: E402

NSAMPLE = 4


def write(folder, poles, samples=NSAMPLE):
    """poles: (re k, im k, shift of Im k in the first sample, change in k R) of each."""
    os.makedirs(folder)
    rows = {name: np.full((1 + samples, 3), np.nan) for name in
            ("re_k_mev", "im_k_mev", "re_e_mev", "im_w_mev", "change_mev", "change_k_r")}
    for i, (re, im, shift, tail) in enumerate(poles):
        for s in range(1 + samples):
            k = complex(re, im + (shift if s == 1 else 0.0))
            values = (k.real, k.imag, (k * k).real, (k * k).imag, 1e-6, tail)
            for row, value in zip(rows.values(), values):
                row[s, i] = value
    with h5py.File(os.path.join(folder, "results.h5"), "w") as file:
        for name, row in rows.items():
            file["poles/" + name] = row
        if samples:
            file["poles/share"] = np.ones(3)
    with open(os.path.join(folder, "poles.csv"), "w", encoding="utf-8") as file:
        file.write("# warning: a pole is refused: no\n")


class PoleCoverageTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        write(os.path.join(self.folder, "known", "truth"), [(0.0, -10.0, 0.0, 0.0)], samples=0)
        # errors are 3/4 of the shift: 0.3 off by 0.75, 3 off by 0.75, and one that the tail makes
        write(os.path.join(self.folder, "known", "1"), [(0.0, -10.3, 1.0, 0.01)])
        write(os.path.join(self.folder, "known", "2"),
              [(2.0, -3.0, 1.0, 0.06), (0.0, -13.0, 1.0, 0.01)])
        write(os.path.join(self.folder, "known", "3"), [(9.0, -8.0, 1.0, 0.02)])

    def said(self, as_list):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            pole_coverage.main(self.folder, as_list)
        return out.getvalue()

    def test_report(self):
        text = self.said(False)
        self.assertIn("k 0.0 -10.0 i MeV", text)
        self.assertIn("fits 3 with a pole 3 of the kind of the truth (real or not) 2/3", text)
        self.assertIn("refused on a sheet 3", text)
        self.assertIn("of this kind im_k  within 1/2 ", text)
        self.assertIn("pull mean -2.20 rms 2.84 median error 0.75", text)
        self.assertIn("others, marked 1/1", text)
        self.assertIn("of another kind without any mark: 1", text)

    def test_list(self):
        lines = self.said(True).splitlines()
        self.assertEqual(len(lines), 5)
        self.assertTrue(lines[1].startswith("known,1,0,0,-10.3,0.75,"))

    def test_limits(self):
        """C. J. Clopper, E. S. Pearson: 7 of 10."""
        low, high = pole_coverage.limits(7, 10)
        self.assertAlmostEqual(low, 0.347547, places=6)
        self.assertAlmostEqual(high, 0.933260, places=6)


if __name__ == "__main__":
    unittest.main()
