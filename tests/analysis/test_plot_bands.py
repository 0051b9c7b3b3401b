# SPDX-License-Identifier: GPL-3.0-or-later
"""Total bands in figures: edges, branches, poles, marks, and what is told apart from them."""

import os
import sys
import tempfile
import unittest

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "analysis"))

import plot  # noqa: E402
import plot_bands  # noqa: E402
import plot_kcot  # noqa: E402
import potentials  # noqa: E402
import program  # noqa: E402
import synthetic  # noqa: E402

TRUTH = """
potential: {gaussians: {amplitudes_mev: [1500, -110], ranges_fm: [0.2, 0.6]}}
phase_shifts: {e_cm_mev: [1, 30], delta_deg: [153, 72]}
"""


class BandsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.close = lambda: None
        self.addCleanup(lambda: self.close())
        self.addCleanup(plot.plt.close, "all")
        plot.plt.rcParams.update(plot.STYLE)
        self.folder, self.path = folder.name, os.path.join(folder.name, "results.h5")
        synthetic.write_results(self.path, n=4, further=True)
        synthetic.add_total(self.path)

    def open(self):
        """The results, open until they are opened again."""
        self.close()
        results = plot.Results(self.path)
        self.close = results.close
        return results

    def change(self, name, index, value):
        self.close()
        with h5py.File(self.path, "r+") as file:
            file[name][index] = value

    @staticmethod
    def light(axes):
        """Bands that are total ones, as arrays of corners."""
        return [band.get_paths()[0].vertices for band in axes.collections
                if band.get_zorder() == 0.5]

    @staticmethod
    def dashed(axes):
        return [line for line in axes.lines if line.get_zorder() == 1.5]

    def test_the_fit_lies_inside_a_light_band_with_its_own_median(self):
        results = self.open()
        delta, error = results.band("scattering/delta_deg")
        axes = plot.figure_phase_shift(results).axes[0]
        x = results.array("scattering/e_cm_mev")
        (band,), (median,) = self.light(axes), self.dashed(axes)
        band = band[band[:, 0] >= 0.999 * x[0]]  # without what is nearer to threshold
        # rounding of sums; medians on other branches are back on that of the fit
        self.assertAlmostEqual(band[:, 1].max(), (delta + 6.8).max(), delta=1e-9)
        self.assertAlmostEqual(band[:, 1].min(), (delta - 6.8).min(), delta=1e-9)
        known = [np.argmin(np.abs(median.get_xdata() - one)) for one in x]
        np.testing.assert_allclose(median.get_xdata()[known], x, rtol=1e-12)
        np.testing.assert_allclose(median.get_ydata()[known], delta, rtol=1e-12)
        dark = [one.get_paths()[0].vertices for one in axes.collections if one.get_zorder() == 1]
        dark = dark[0][dark[0][:, 0] >= 0.999 * x[0]]
        self.assertAlmostEqual(dark[:, 1].max(), (delta + error).max(), delta=1e-9)
        self.assertEqual(axes.get_legend_handles_labels()[1],
                         ["fit, statistical error", "all forms, total", "form, not data, decides",
                          "fit outside of the total band"])

    def test_marks_are_of_what_is_drawn(self):
        self.change("total/mark", (), 2)
        hatched = [one for one in plot.figure_kcot(self.open()).axes[0].patches
                   if one.get_hatch() is not None]
        self.assertEqual(len(hatched), 1)
        for row in range(3):  # no band
            self.change("total/scattering/kcot_mev", row, np.nan)
        axes = plot.figure_kcot(self.open()).axes[0]
        self.assertNotIn("fit outside of the total band", axes.get_legend_handles_labels()[1])
        self.assertEqual(plot.plt.rcParams["legend.framealpha"], 1)  # nothing is seen through

    def test_the_legend_says_where_the_band_begins(self):
        k, band = np.array([0.0, 1, 2]), np.ones((3, 3))
        self.assertEqual(plot_kcot.band_label(k, band), plot_bands.ALL)
        band[:, 0] = np.nan
        self.assertIn("from the first", plot_kcot.band_label(k, band))

    def test_medians_do_not_jump_where_the_nearest_branch_does(self):
        delta = np.array([150.0, 140, 130, 120, 110, np.nan])
        # moves away from the fit by up to 120 degrees, which modulo 180 is -60
        total = np.stack([delta - [0, 30, 60, -60, -180, 0], np.ones(6), np.ones(6)])
        found = plot_bands.continuous(total, delta)
        np.testing.assert_allclose(found[0, :5], delta[:5] - [0, 30, 60, 120, 180], rtol=1e-12)
        self.assertTrue(np.isnan(found[0, 5]))
        np.testing.assert_array_equal(found[1:], total[1:])
        self.assertTrue(np.isnan(plot_bands.continuous(total * np.nan, delta)).all())

    def test_a_pole_within_the_band_fills_the_panel_and_sets_no_range(self):
        alone = plot.figure_kcot(self.open()).axes[0].get_ylim()
        delta = self.open().array("scattering/delta_deg")[0]
        up = 190 - delta[5:8]  # the upper edge passes 180 degrees between energies 4, 5 and 7, 8
        self.change("total/scattering/delta_deg", (2, slice(5, 8)), up)
        self.change("total/scattering/kcot_mev", (slice(1, 3), slice(5, 8)), np.inf)
        figure = plot.figure_kcot(self.open())
        axes = figure.axes[0]
        k2 = self.open().array("scattering/k_mev")**2
        spans = [patch for patch in axes.patches if patch.get_zorder() == 0.5]
        self.assertEqual(len(spans), 1)
        corners = spans[0].get_extents().transformed(axes.transData.inverted())
        self.assertTrue(k2[4] < corners.x0 < k2[5] and k2[7] < corners.x1 < k2[8])
        bottom, top = axes.transAxes.transform([(0, 0), (0, 1)])[:, 1]
        self.assertLessEqual(spans[0].get_extents().y0, bottom + 1)
        self.assertGreaterEqual(spans[0].get_extents().y1, top - 1)
        self.assertEqual(len(self.light(axes)), 2)  # before and behind
        self.assertEqual(axes.get_ylim(), alone)

    def test_bands_are_not_drawn_across_a_pole(self):
        x, value = np.arange(4.0), np.array([500.0, 900, -900, -500])
        axes = plot.new_figure(3, 3)[1][0, 0]
        plot_bands.draw_total(axes, x, np.stack([value, *[np.full(4, 50.0)] * 2]), "blue",
                              limit=1000)
        left, right = self.light(axes)
        self.assertTrue((left[:, 1] >= 450).all() and (right[:, 1] <= -450).all())
        axes = plot.new_figure(3, 3)[1][0, 0]
        plot_bands.draw_total(axes, x, np.stack([value, *[np.full(4, 1e9)] * 2]), "blue",
                              limit=1000)
        self.assertLessEqual(max(np.abs(band[:, 1]).max() for band in self.light(axes)), 1e5)
        self.assertEqual(plot_bands.within(None).size, 0)

    def test_marked_energies_are_hatched(self):
        results = self.open()
        e_cm = results.array("scattering/e_cm_mev")
        for figure, x in ((plot.figure_phase_shift(results), e_cm),
                          (plot.figure_kcot(results), results.array("scattering/k_mev")**2)):
            axes = figure.axes[0]
            hatched = {patch.get_hatch(): patch for patch in axes.patches if patch.get_hatch()}
            self.assertEqual(set(hatched), {"////", r"\\\\"})
            where = {key: patch.get_extents().transformed(axes.transData.inverted())
                     for key, patch in hatched.items()}
            # in pixels
            self.assertAlmostEqual(where["////"].x0, (x[-11] + x[-10]) / 2, delta=1e-5 * x[-1])
            self.assertGreater(where["////"].x1, x[-1])
            self.assertAlmostEqual(where[r"\\\\"].x0, (x[-13] + x[-12]) / 2, delta=1e-5 * x[-1])
            self.assertAlmostEqual(where[r"\\\\"].x1, where["////"].x0, delta=1e-5 * x[-1])

    def test_every_quantity_has_its_band(self):
        with h5py.File(self.path, "r+") as file:
            synthetic.put(file, "scattering/cross_section_mb",
                          30 + 0 * file["scattering/delta_deg"][:], "mb")
            file["scattering/cross_section_mb"].attrs["axes"] = ["sample", "k"]
            del file["total"], file["draws"]
        synthetic.add_total(self.path)
        results = self.open()
        sections = plot.figure_row(results, "scattering/cross_section_mb").axes[0]
        (band,) = self.light(sections)
        self.assertAlmostEqual(np.ptp(band[:, 1]), 12, delta=1e-12)
        correlation = plot.figure_femtoscopy(results).axes[0]
        self.assertEqual(len(self.light(correlation)), 2)  # one for each radius
        self.assertEqual(len({line.get_color() for line in self.dashed(correlation)}), 2)
        texts = [text.get_text() for text in correlation.get_legend().get_texts()]
        self.assertEqual(texts[-2:], ["fit, statistical error", "all forms, total"])
        potential = plot.figure_potential(results)
        self.assertEqual([len(self.light(axes)) for axes in potential.axes], [2] * 4)  # two times
        order, r, _, _ = plot.fit_range(results)
        band = self.light(potential.axes[0])[0]
        value = results.array("potential/v_localised_mev")[0, 0, 0]
        self.assertAlmostEqual(band[:, 1].max(), 1.2 * value.max(), delta=1e-9)

    def test_the_truth_is_localised_beside_the_potential(self):
        with h5py.File(self.path, "r+") as file:
            synthetic.put(file, "grid/weight", np.ones(len(file["grid/r_fm"])), "a^3", False)
        path = os.path.join(self.folder, "truth.yaml")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(TRUTH)
        results, truth = self.open(), plot.read_truth_potential(path)
        figure = plot.figure_potential(results, truth)
        line = next(line for line in figure.axes[0].lines if line.get_linestyle() == ":")
        np.testing.assert_allclose(line.get_ydata(), synthetic.potential(line.get_xdata()),
                                   rtol=1e-12)  # a local truth is the same of every R
        self.assertIn("truth", [text.get_text() for text in
                                figure.legends[0].get_texts()])
        self.assertIsNone(potentials.of_truth({"another": {}}))
        with program.drawn_once():
            code, _, err = program.run(plot, self.folder, "--truth", path)
        self.assertEqual((code, err), (0, ""))

    def test_a_non_local_truth_is_summed_over_the_grid_of_the_fit(self):
        with h5py.File(self.path, "r+") as file:
            n = len(file["grid/r_fm"])
            synthetic.put(file, "grid/weight", np.arange(n) + 0.5, "a^3", False)
        results = self.open()
        r, R = results.array("grid/r_fm"), results.array("correlator/R")[0, 1, 0]
        volume = (synthetic.HBARC / synthetic.INVERSE_SPACING)**3 * (np.arange(n) + 0.5)
        for section, kernel in (
                ({"separable_exponential": {"amplitudes_mev_per_fm3": [-7], "masses_per_fm": [3]}},
                 -7 * np.exp(-3 * (r[:, None] + r))),
                ({"gaussian_nonlocal": {"amplitudes_mev_per_fm3": [5], "ranges_fm": [0.7],
                                        "widths_fm": [0.3]}},
                 5 * np.exp(-(r[:, None]**2 + r**2) / 0.49 - (r[:, None] - r)**2 / 0.09))):
            found = results.localise(potentials.of_truth(section), 1, 0)
            np.testing.assert_allclose(found, kernel @ (volume * R) / R, rtol=1e-12)  # rounding

    def test_systematic_and_total_bands_are_told_apart(self):
        with h5py.File(self.path, "r+") as file:
            for side in ("plus", "minus"):
                file[f"variations/syst_{side}/delta_deg"] = np.full(40, 3.0)
        axes = plot.figure_phase_shift(self.open()).axes[0]
        colours = {band.get_label(): tuple(band.get_facecolor()[0][:3]) for band in axes.collections
                   if not band.get_label().startswith("_")}
        self.assertEqual(set(colours), {"stat. and syst.", "all forms, total"})
        self.assertEqual(len(set(colours.values())), 2)

    def test_draws_have_the_percentiles_of_the_band(self):
        results = self.open()
        total = results.total("scattering/delta_deg")
        low, middle, high = np.percentile(results.draws("scattering/delta_deg"), [16, 50, 84],
                                          axis=0)
        # rounding of phases of 100 degrees; the draws are on three branches, the medians on others
        np.testing.assert_allclose([middle, middle - low, high - middle], total, rtol=1e-10)
        self.close()
        with h5py.File(self.path, "r+") as file:
            synthetic.put(file, "draws/scattering/b", np.array([[1.0], [np.nan], [3.0]]), "MeV",
                          False)
            file["draws/scattering/b"].attrs["compare"] = "unbound"
        results = self.open()
        self.assertEqual(results.draws("scattering/b").tolist(), [[1], [0], [3]])
        self.assertIsNone(results.total("scattering/nothing"))

    def test_a_long_legend_stands_below_the_panel(self):
        figure = plot.figure_kcot(self.open())
        axes = figure.axes[0]
        labels = axes.get_legend_handles_labels()[1]
        self.assertGreater(len(labels), 4)
        self.assertIsNone(axes.get_legend())
        (legend,) = figure.legends
        self.assertEqual([text.get_text() for text in legend.get_texts()], labels)
        figure.canvas.draw()
        self.assertLess(legend.get_window_extent().y1, axes.get_window_extent().y0)
        short = plot.figure_phase_shift(self.open()).axes[0]
        self.assertEqual(len(short.get_legend().get_texts()), 4)

    def test_runs_without_draws_look_as_before(self):
        with h5py.File(self.path, "r+") as file:
            del file["total"], file["draws"]
        results = self.open()
        axes = plot.figure_phase_shift(results).axes[0]
        self.assertEqual(axes.get_legend_handles_labels()[1], ["hadpot"])
        for figure in (plot.figure_kcot(results), plot.figure_femtoscopy(results),
                       plot.figure_potential(results)):
            for axes in figure.axes:
                self.assertEqual((self.light(axes), list(axes.patches)), ([], []))


if __name__ == "__main__":
    unittest.main()
