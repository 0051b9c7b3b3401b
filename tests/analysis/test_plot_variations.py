# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of runs with variations: total bands around statistical ones, and shifts."""

import os
import sys
import tempfile
import unittest

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "analysis")]

import plot  # noqa: E402
import plot_variations  # noqa: E402
import program  # noqa: E402
import synthetic  # noqa: E402


class VariationsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(plot.plt.close, "all")
        path = os.path.join(folder.name, "results.h5")
        synthetic.write_results(path, n=4)
        with h5py.File(path, "r+") as file:
            rows = file["scattering/delta_deg"].shape
            k2 = file["scattering/k2_lat"][...]
            for number, (name, group, enters) in enumerate((("seed_1", "seed", 1),
                                                            ("times_1", "times", 1),
                                                            ("times_10", "times", 1),
                                                            ("times_2", "times", 0))):
                shift = np.outer(1 + 0.1 * np.arange(rows[0]), (number + 1) * 100 * k2)
                file[f"variations/{name}/delta_deg"] = shift
                entry = file[f"variations/{name}"]
                entry.attrs["group"] = group
                entry.attrs["enters"] = enters
                entry.attrs["assignments"] = f"fit.{group}=[{number}]; potential.kind=local"
            for side, size in (("plus", 3.0), ("minus", 4.0)):
                file[f"variations/syst_{side}/delta_deg"] = np.full(rows[1], size)
                kcot = np.full(rows[1], size)
                kcot[-1] = np.inf
                file[f"variations/syst_{side}/kcot_mev"] = kcot
        self.results = plot.Results(path)
        self.addCleanup(self.results.close)

    def test_total_band_is_the_quadrature(self):
        delta, error = self.results.band("scattering/delta_deg")
        axes = plot.figure_phase_shift(self.results).axes[0]
        stat, total = (band.get_paths()[0].vertices for band in axes.collections)
        first = 0.999 * self.results.array("scattering/e_cm_mev")[0]
        stat, total = stat[stat[:, 0] >= first], total[total[:, 0] >= first]  # without threshold
        # rounding of sums and roots
        self.assertAlmostEqual(stat[:, 1].max(), (delta + error).max(), delta=1e-9)
        self.assertAlmostEqual(total[:, 1].max(), (delta + np.hypot(error, 3)).max(), delta=1e-9)
        self.assertAlmostEqual(total[:, 1].min(), (delta - np.hypot(error, 4)).min(), delta=1e-9)
        labels = axes.get_legend_handles_labels()[1]
        self.assertIn("stat. and syst.", labels)

    def test_what_has_no_bound_is_left_out(self):
        both = plot_variations.systematic(self.results, "kcot_mev")
        self.assertTrue(np.isnan(both[:, -1]).all())
        self.assertEqual(both[:, 0].tolist(), [4.0, 3.0])
        plot.figure_kcot(self.results)

    def test_a_panel_for_each_group(self):
        figure = plot.figure_variations(self.results)
        panels = [axes for axes in figure.axes if axes.axison]
        self.assertEqual([axes.get_title(loc="left") for axes in panels], ["times", "seed"])
        curves = [line for line in panels[0].get_lines() if not line.get_label().startswith("_")]
        self.assertEqual([line.get_label() for line in curves],
                         ["times=[1] kind=local", "times=[3] kind=local (does not enter)",
                          "times=[2] kind=local"])
        self.assertEqual([line.get_linestyle() for line in curves], ["-", "--", "-"])
        k2, e_cm = (self.results.array(f"scattering/{name}") for name in ("k2_lat", "e_cm_mev"))
        x, shift = curves[0].get_data()
        known = [np.argmin(np.abs(x - one)) for one in e_cm]
        np.testing.assert_allclose(shift[known], 200 * k2, rtol=1e-12)  # the mean, row 0

    def test_bands_of_shifts_are_those_of_the_method(self):
        rows = self.results.file["variations/seed_1/delta_deg"][1:]
        deviations = ((rows - rows.mean(axis=0))**2).sum(axis=0)
        # 4 jackknife samples of 20: (N-1)^2/(N (n-1)); bootstrap: 1/(n-1)
        for method, weight in (("jackknife", 19**2 / (20 * 3)), ("bootstrap", 1 / 3)):
            self.results.method = method
            shifts = {one[5]: one[4] for one in plot_variations.read_alternatives(self.results)}
            np.testing.assert_allclose(shifts["seed_1"], np.sqrt(weight * deviations), rtol=1e-12)

    def test_runs_without_variations_have_one_band(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = os.path.join(folder.name, "results.h5")
        synthetic.write_results(path, n=4)
        results = plot.Results(path)
        self.addCleanup(results.close)
        self.assertEqual(len(plot.figure_phase_shift(results).axes[0].collections), 1)
        with program.drawn_once():
            written = plot.draw_all(results, os.path.join(folder.name, "figures"), {})
        self.assertNotIn("variations.png", [os.path.basename(path) for path in written])


if __name__ == "__main__":
    unittest.main()
