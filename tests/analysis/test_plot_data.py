# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of plot.py of R(t,r), of the terms of V(r), of U(r,r') with its errors, and of truths: what
is drawn is what results.h5 holds."""

import os
import sys
import tempfile
import unittest

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "analysis"))

import plot  # noqa: E402
import plot_correlator  # noqa: E402
import plot_nonlocal  # noqa: E402
import style  # noqa: E402
import potentials  # noqa: E402
import synthetic  # noqa: E402

LOCAL = {"gaussians": {"amplitudes_mev": [1500, -110], "ranges_fm": [0.2, 0.6]}}
NONLOCAL = {"gaussian_nonlocal": {"amplitudes_mev_per_fm3": [-195], "ranges_fm": [0.6],
                                  "widths_fm": [0.3]}}


class DataTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(plot.plt.close, "all")
        plot.plt.rcParams.update(plot.STYLE)
        self.path = os.path.join(folder.name, "results.h5")

    def open(self, change=None, **options):
        synthetic.write_results(self.path, **options)
        if change is not None:
            with h5py.File(self.path, "r+") as file:
                change(file)
        results = plot.Results(self.path)
        self.addCleanup(results.close)
        return results

    def test_outer_times_come_from_the_derivative(self):
        results = self.open(n=3, times=(11, 12, 13))
        times, rows = plot_correlator.all_times(results)
        self.assertEqual(times, [10, 11, 12, 13, 14])
        scale = results.array("correlator/normalisation")[:, :, None]
        # the relation of -d_t R to both neighbours holds at every fitted time; rounding
        slope = (rows[:, :, :-2] - rows[:, :, 2:]) / 2
        np.testing.assert_allclose(slope, results.array("correlator/dt") * scale, atol=1e-14)
        np.testing.assert_allclose(rows[:, :, 1:-1], results.array("correlator/R") * scale)
        curvature = (rows[:, :, :-2] - 2 * rows[:, :, 1:-1] + rows[:, :, 2:])
        np.testing.assert_allclose(curvature / (4 * synthetic.MASS),
                                   results.array("correlator/dt2") * scale, atol=1e-14)

    def test_times_that_are_no_neighbours_stand_alone(self):
        for times in ((13,), (11, 14)):
            results = self.open(n=2, times=times)
            self.assertEqual(plot_correlator.all_times(results)[0], list(times))
            results.close()
        figure = plot.figure_correlator(self.open(n=2, times=(13,)))
        self.assertEqual(len(figure.axes), 2)  # of two sources; no difference to another time

    def test_correlator_is_one_at_the_radius_of_its_label(self):
        results = self.open(n=5)
        figure = plot.figure_correlator(results)
        order, r, _, r_max = plot.fit_range(results)
        upper, lower = figure.axes[0], figure.axes[2]
        self.assertEqual([line.get_label() for line in upper.lines],
                         [f"$t = {t}$" for t in (11, 12, 13, 14)])
        at = np.argmin(np.abs(r[r <= r_max] - 1.0))
        self.assertIn(f"{r[at]:.2f}", upper.get_ylabel())
        rows = results.array("correlator/R")[..., order]
        rows = rows / rows[..., at:at + 1]
        value, error = results.band_of(rows[:, 0, 1])  # t = 13, where normalisations cancel
        drawn = upper.lines[2]
        np.testing.assert_allclose(drawn.get_ydata(), value[r <= r_max], rtol=1e-12)
        self.assertAlmostEqual(drawn.get_ydata()[at], 1.0)
        bars = np.array([path.vertices[:, 1] for path in upper.collections[2].get_paths()])
        np.testing.assert_allclose(np.ptp(bars, axis=1), 2 * error[r <= r_max], atol=1e-14)
        middle = results.band_of(100 * (rows[:, 0, 0] / rows[:, 0, 1] - 1))[0]  # 12 to 13
        difference = next(line for line in lower.lines if line.get_label() == "$t = 12$")
        np.testing.assert_allclose(difference.get_ydata(), middle[r <= r_max], atol=1e-10)
        self.assertNotIn("$t = 13$", [line.get_label() for line in lower.lines])
        self.assertEqual(upper.get_legend().get_title().get_text(), "times that the fit reads")

    def test_sources_have_panels(self):
        figure = plot.figure_correlator(self.open(sources=("wall", "smeared", "exp"), n=2))
        self.assertEqual(len(figure.axes), 6)
        self.assertEqual(figure.axes[2].get_title(loc="left"), "exp source")
        self.assertEqual(figure.axes[2].get_title(loc="right"), "Synthetic dibaryon (1S0)")

    def test_unsorted_grid_is_drawn_in_order(self):
        def reverse(file):
            file["grid/r_fm"][:] = file["grid/r_fm"][:][::-1]
        figure = plot.figure_correlator(self.open(reverse, n=0))
        self.assertTrue((np.diff(figure.axes[0].lines[0].get_xdata()) >= 0).all())
        self.assertEqual(len(figure.axes[0].collections), 0)  # no errors without samples

    def test_terms_add_up_to_the_potential_in_mev(self):
        results = self.open(n=4)
        figure = plot.figure_terms(results, potentials.of_truth(LOCAL))
        panels = [axes for axes in figure.axes if axes.get_title(loc="left")]
        self.assertEqual([axes.get_title(loc="left") for axes in panels],
                         ["wall, $t = 12$", "wall, $t = 13$", "smeared, $t = 12$",
                          "smeared, $t = 13$"])
        order, r, _, r_max = plot.fit_range(results)
        ratio, S = (results.array(f"correlator/{name}")[:, 1, 0][:, order] for name in "RS")
        value, error = results.band_of(synthetic.INVERSE_SPACING * S / ratio)
        pockets = figure.axes[2:4] + figure.axes[6:8]  # below the cores
        for axes, end in (panels[2], min(1.0, r_max)), (pockets[2], r_max):
            self.assertAlmostEqual(axes.get_xlim()[1], end)
            drawn = {line.get_label(): line.get_xydata() for line in axes.lines}
            terms = sum(drawn[name][:, 1] for name in ("laplacian", "dt", "dt2"))
            np.testing.assert_allclose(terms, drawn["S"][:, 1], atol=1e-9)  # of GeV
            np.testing.assert_allclose(drawn["S"][:, 1], value[r <= r_max], rtol=1e-12)
            bars = np.array([path.vertices[:, 1] for path in axes.collections[-1].get_paths()])
            np.testing.assert_allclose(np.ptp(bars, axis=1), 2 * error[r <= r_max], rtol=1e-9)
            x, truth = drawn["truth"].T
            np.testing.assert_allclose(truth, synthetic.potential(x), rtol=1e-12)
        self.assertIn("[MeV]", panels[0].get_ylabel())
        low, high = pockets[0].get_ylim()
        self.assertLess(high - low, np.ptp(panels[0].get_ylim()))  # a zoom
        texts = [text.get_text() for text in figure.legends[0].get_texts()]
        self.assertEqual(len(texts), 5)

    def test_at_most_four_times_have_panels_of_terms(self):
        figure = plot.figure_terms(self.open(n=2, sources=("wall",), times=tuple(range(8, 15))))
        titles = [axes.get_title(loc="left") for axes in figure.axes if axes.get_title(loc="left")]
        self.assertEqual(titles, [f"wall, $t = {t}$" for t in (8, 10, 12, 14)])

    def test_core_and_pocket_of_one_time_stand_side_by_side(self):
        figure = plot.figure_terms(self.open(n=2, sources=("wall",), times=(12,)))
        core, pocket = figure.axes
        figure.canvas.draw()
        self.assertLess(core.get_window_extent().x1, pocket.get_window_extent().x0)
        self.assertEqual(pocket.get_title(loc="right"), "Synthetic dibaryon (1S0)")

    def test_sum_is_not_compared_with_a_non_local_truth(self):
        figure = plot.figure_terms(self.open(n=2), potentials.of_truth(NONLOCAL))
        self.assertEqual(len(figure.legends[0].get_texts()), 4)

    def test_map_is_centred_at_zero_and_has_its_error_beside_it(self):
        def positive(file):
            file["potential/u_mev_fm3"][:] = np.abs(file["potential/u_mev_fm3"][:])
        results = self.open(positive, n=4)
        u, error = results.band("potential/u_mev_fm3")
        figure = plot.figure_nonlocal_potential(results)
        meshes = [axes.collections[0] for axes in figure.axes[:2]]
        self.assertEqual((meshes[0].norm.vmin, meshes[0].norm.vmax), (-u.max(), u.max()))
        np.testing.assert_array_equal(meshes[0].get_array().reshape(u.shape), u)
        drawn = meshes[1].get_array().reshape(u.shape)
        np.testing.assert_allclose(drawn, np.maximum(error, 1e-3 * error.max()), rtol=1e-12)

    def test_cuts_have_bands_and_the_truth(self):
        def add(file):
            u = file["potential/u_mev_fm3"][0]
            synthetic.put(file, "total/potential/u_mev_fm3",
                          np.stack([u, *[0.3 * np.abs(u)] * 2]), "MeV fm^-3", False)
        results = self.open(add, n=6)
        truth = potentials.of_truth(NONLOCAL)
        figure = plot.figure_nonlocal_potential(results, truth)
        r = results.array("potential/u_r_fm")
        u, error = results.band("potential/u_mev_fm3")
        cuts = [axes for axes in figure.axes if axes.get_title(loc="left").startswith("$r'")]
        self.assertEqual(len(cuts), 3)
        for axes in cuts:
            place = float(axes.get_title(loc="left").split("=")[1].split("$")[0])
            j = np.argmin(np.abs(r - place))
            drawn = {line.get_label(): line.get_ydata() for line in axes.lines}
            np.testing.assert_allclose(drawn["fit, statistical error"], r * r[j] * u[:, j])
            expected = -195 * np.exp(-(r**2 + r[j]**2) / 0.36 - (r - r[j])**2 / 0.09)
            np.testing.assert_allclose(drawn["truth"], r * r[j] * expected, atol=1e-12)
            dark, = (one.get_paths()[0].vertices for one in axes.collections
                     if one.get_zorder() == 1)
            self.assertAlmostEqual(dark[:, 1].max(), (r * r[j] * (u + error)[:, j]).max())
            light, = (one.get_paths()[0].vertices for one in axes.collections
                      if one.get_zorder() == 0.5)
            self.assertAlmostEqual(light[:, 1].max(),
                                   (r * r[j] * (u + 0.3 * np.abs(u))[:, j]).max())

    def test_no_error_map_without_samples(self):
        figure = plot.figure_nonlocal_potential(self.open(n=0), potentials.of_truth(LOCAL))
        self.assertFalse(figure.axes[1].axison)
        labels = [line.get_label() for axes in figure.axes for line in axes.lines]
        self.assertNotIn("truth", labels)  # U of a local truth is no function

    def test_cuts_show_the_statistical_band_and_a_truth(self):
        for central, most in ((3.0, 6.8), (10.0, 22.0), (0.0, 0.8)):  # 2 (|fit| + 0.4)
            _, ((axes,),) = style.new_figure(3, 3)
            axes.set_ylim(-100, 50)
            plot_nonlocal.show_fit(axes, np.array([0, -central]), np.array([0.4, 0.4]) if central < 9
                                   else np.array([1.0, 1.0]))
            np.testing.assert_allclose(axes.get_ylim(), (-most, most))
        axes.plot([0, 1], [0, 30], label="truth")
        axes.set_ylim(-100, 50)
        plot_nonlocal.show_fit(axes, np.array([0, -3]), None)
        np.testing.assert_allclose(axes.get_ylim(), (-33, 33))

    def test_both_parts_of_a_truth_are_drawn(self):
        def weights(file):
            synthetic.put(file, "grid/weight", np.ones(len(file["grid/r_fm"])), "a^3", False)
        results = self.open(weights, n=2)
        both = potentials.of_truth({**LOCAL, **NONLOCAL})
        figure = plot.figure_potential(results, both)
        order = plot.fit_range(results)[0]
        lines = {line.get_linestyle(): line for line in figure.axes[0].lines
                 if line.get_linestyle() in (":", "-.")}
        x, local = lines["-."].get_data()
        np.testing.assert_allclose(local, synthetic.potential(x), rtol=1e-12)
        x, y = lines[":"].get_data()
        r = results.array("grid/r_fm")[order]  # where it passes, others lie between two of them
        np.testing.assert_allclose(y[np.searchsorted(x, r)], results.localise(both, 0, 1)[order],
                                   rtol=1e-6)  # means of shells of one radius
        self.assertGreater(len(x), 200)
        texts = [text.get_text() for text in figure.legends[0].get_texts()]
        self.assertTrue({"truth, localised", "truth, local part"} <= set(texts))

    def test_curves_between_shells_are_flat_at_the_origin_and_take_the_mean_of_equal_radii(self):
        r = 0.1 * np.sqrt([0, 1, 2, 3, 4, 5, 6, 8, 9, 9, 10, 11, 12])
        value = 100 * np.exp(-(r / 0.15)**2)
        value[8:10] += -1, 1
        x, y, error = plot.between_shells(r, value, 0.1 * np.abs(value))
        np.testing.assert_allclose(y, 100 * np.exp(-(x / 0.15)**2), atol=1.5)
        self.assertLess(abs(y[1] - y[0]) / x[1], 0.1 * (y[0] - value[1]) / 0.1)
        self.assertTrue((np.diff(y) < 0).all())
        self.assertTrue((error >= 0).all())
        self.assertIsNone(plot.between_shells(r, value, None)[2])

    def test_v0_of_an_expansion_stands_beside_a_local_truth(self):
        results = self.open(n=3, further=True)
        for sections, count in ((LOCAL, 1), (NONLOCAL, 0)):
            figure = plot.figure_expansion(results, potentials.of_truth(sections))
            truths = [line for axes in figure.axes for line in axes.lines
                      if line.get_label() == "truth"]
            self.assertEqual(len(truths), count)
            for line in truths:
                np.testing.assert_allclose(line.get_ydata(), synthetic.potential(line.get_xdata()))


if __name__ == "__main__":
    unittest.main()
