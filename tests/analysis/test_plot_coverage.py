# SPDX-License-Identifier: GPL-3.0-or-later
"""analysis/plot_coverage.py on invented pulls: files, shares, error paths."""

import os
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ANALYSIS = os.path.join(HERE, "..", "..", "analysis")
sys.path.insert(0, ANALYSIS)

import plot_coverage  # noqa: E402
import program  # noqa: E402


class PlotCoverageTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.path = os.path.join(self.folder, "coverage.h5")

    def write(self, energies, pulls, without=None):
        """Truth 2 and error 1/2 for every observable."""
        with h5py.File(self.path, "w") as file:
            file.attrs.update(format="hadpot-coverage", channel="invented", samples_computed=20,
                              degrees_of_freedom=19)
            data = {"truth": np.full(len(energies), 2.0), "e_cm_mev": np.array(energies),
                    "levels": np.array([0.68]), "value": 2 + pulls / 2,
                    "error": np.full(pulls.shape, 0.5)}
            for name in data:
                if name != without:
                    file[name] = data[name]
            file["truth"].attrs["quantity"] = [
                "delta_deg" if np.isfinite(energy) else "four_point" for energy in energies]

    def start_plot(self):
        """As a user does, in a process of its own."""
        done = subprocess.run([sys.executable, os.path.join(ANALYSIS, "plot_coverage.py"),
                               self.folder], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def run_plot(self):
        return program.run(plot_coverage, self.folder)

    def test_figures_are_written(self):
        pulls = np.random.default_rng(7).normal(size=(50, 31))
        for energies in ([np.nan] + list(range(1, 31)), [np.nan]):
            self.write(energies, pulls[:, :len(energies)])
            code, out, err = self.start_plot()
            self.assertEqual((code, err), (0, ""))
            self.assertEqual(len(out.split()), 4)
            for path in out.split():
                self.assertGreater(os.path.getsize(path), 5000)  # more than empty axes

    def test_shares_leave_out_what_is_not_there(self):
        self.write([np.nan, 4.0], np.array([[0.5, 0.5], [1.5, np.nan], [-0.25, -3.0], [-1.0, 1.0]]))
        coverage = plot_coverage.Coverage(self.path)
        self.assertEqual(coverage.share(0, 1)[0], 3 / 4)
        self.assertEqual(coverage.share(1, 1)[0], 2 / 3)
        self.assertAlmostEqual(coverage.share(1, 1)[1], np.sqrt(0.6 * 0.4 / 5), 12)
        self.assertEqual(coverage.label(1), r"$\delta$(4 MeV)")
        self.assertEqual(coverage.chosen(), [0, 1])

    def test_total_bands_have_two_sides(self):
        self.write([np.nan, 4.0], np.full((3, 2), np.nan))  # a study without fits
        with h5py.File(self.path, "a") as file:
            file["total"] = np.array([[np.nan, 3.0], [np.nan, 1.5], [np.nan, 1.0]])
            file["total_minus"] = np.array([[np.nan, 1.0], [np.nan, 0.1], [np.nan, np.inf]])
            file["total_plus"] = np.array([[np.nan, 0.1], [np.nan, 0.4], [np.nan, 1.5]])
        coverage = plot_coverage.Coverage(self.path)
        self.assertEqual(coverage.share_of("within the total band", 1)[0], 2 / 3)
        self.assertTrue(np.isnan(coverage.share_of("within the total band", 0)[0]))
        self.assertTrue(np.isnan(coverage.share(1, 1)[0]))
        self.assertEqual(self.start_plot()[0], 0)

    def test_expected_share(self):
        # tables of Student's t: 19 degrees of freedom keep 2.093 with 95 %, four digits
        self.assertAlmostEqual(plot_coverage.expected(2.093, 19), 0.95, 4)

    def test_bad_files_are_told(self):
        self.assertEqual(self.run_plot()[0], 2)
        self.write([1.0], np.zeros((3, 1)), without="error")
        code, _, err = self.run_plot()
        self.assertEqual(code, 2)
        self.assertIn("not what hadpot coverage writes", err)
        with h5py.File(self.path, "w") as file:
            file.attrs["format"] = "other"
        self.assertIn("expected hadpot-coverage", self.run_plot()[2])


if __name__ == "__main__":
    unittest.main()
