# SPDX-License-Identifier: GPL-3.0-or-later
"""analysis/plot_bins.py on invented numbers: files, curves, error paths."""

import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ANALYSIS = os.path.join(HERE, "..", "..", "analysis")
sys.path.insert(0, ANALYSIS)

import plot_bins  # noqa: E402
import program  # noqa: E402

HEADER = ("# hadpot 0, invented\nquantity,source,t,r_fm,value,bin,bins,error,error_err,gamma_error,"
          "gamma_error_err,tau_int,tau_int_err,window\n")


def line(quantity, source, r, size, error):
    return f"{quantity},{source},12,{r},1.5,{size},{96 // size},{error},0.01,0.2,0.02,2.5,0.3,7\n"


class PlotBinsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, content):
        with open(os.path.join(self.folder, "scan_bins.csv"), "w", encoding="utf-8") as stream:
            stream.write(content)

    def start_plot(self):
        """As a user does, in a process of its own."""
        done = subprocess.run([sys.executable, os.path.join(ANALYSIS, "plot_bins.py"), self.folder],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def test_figures_are_written(self):
        self.write(HEADER + "".join(line(quantity, source, r, size, 0.1 * size)
                                    for quantity in ("R", "v_lo_mev") for source in ("wall", "new")
                                    for r in (0.2, 0.9) for size in (1, 2, 3)))
        comments, curves = plot_bins.read_scan(os.path.join(self.folder, "scan_bins.csv"))
        self.assertEqual(comments, ["hadpot 0, invented"])
        self.assertEqual(len(curves), 8)
        self.assertEqual([row["error"] for row in curves["R", "new", 12.0, 0.9]],
                         [0.1, 0.2, 0.1 * 3])
        code, out, err = self.start_plot()
        self.assertEqual((code, err), (0, ""))
        for path in out.split():
            self.assertGreater(os.path.getsize(path), 5000)  # more than empty axes
        self.assertEqual(len(out.split()), 2)
        listed = os.path.join(self.folder, "figures", ".manifest_scan_bins")
        with open(listed, encoding="utf-8") as stream:
            self.assertEqual(stream.read(), "scan_bins.pdf\nscan_bins.png\n")

    def test_bad_files_are_told(self):
        cases = ((None, "No such file"), ("", "column quantity is missing"),
                 (HEADER.replace("tau_int,", ""), "column tau_int is missing"),
                 (HEADER, "no line of numbers"),
                 (HEADER + line("R", "wall", "x", 1, 0.1), "line 2 of the table"),
                 (HEADER + "R,wall\n", "line 2 of the table"))
        for content, expected in cases:
            with self.subTest(expected):
                if content is not None:
                    self.write(content)
                code, out, err = program.run(plot_bins, self.folder)
                self.assertEqual((code, out), (2, ""))
                self.assertIn(expected, err)
                self.assertEqual(err.count("\n"), 1, "one clear message")
                self.assertFalse(os.path.exists(os.path.join(self.folder, "figures")))


if __name__ == "__main__":
    unittest.main()
