# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of toys on results of invented numbers: what is drawn beside what, and ranges."""

import os
import sys
import tempfile
import unittest

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ANALYSIS = os.path.join(HERE, "..", "..", "analysis")
sys.path.insert(0, ANALYSIS)

import plot  # noqa: E402
import program  # noqa: E402
import plot_nonlocal  # noqa: E402
import plot_scattering  # noqa: E402
import plot_toy  # noqa: E402
import synthetic  # noqa: E402

TRACE = "# published\nepoch,loss,theta1,theta2\n0,4.4,0.51,0.49\n200,0.14,0.95,0.40\n"
OF_ALL = {"data", "phase_shift", "kcot", "loss"}
OF_NONLOCAL = OF_ALL | {"nonlocal_potential", "nonlocal_surface", "exact_potential"}


class PlotToyTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.file = os.path.join(self.folder, "results.h5")
        self.addCleanup(plot.plt.close, "all")

    def open(self, kind):
        folder = os.path.join(self.folder, kind)
        os.makedirs(folder, exist_ok=True)
        synthetic.write_toy(os.path.join(folder, "results.h5"), kind)
        results = plot.Results(os.path.join(folder, "results.h5"))
        self.addCleanup(results.close)
        return results

    def drawn(self, kind):
        with program.drawn_once():
            paths = plot.draw_all(self.open(kind), os.path.join(self.folder, kind, "figures"), {})
        return {os.path.basename(path)[:-4] for path in paths}

    def write(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(content)
        return path

    def run_plot(self, *arguments):
        return program.run(plot, *arguments)

    def test_every_kind_has_its_figures(self):
        self.assertEqual(self.drawn("sdnn"), OF_NONLOCAL)
        self.assertEqual(self.drawn("local"), OF_ALL | {"local_potential"})
        self.assertEqual(self.drawn("partial"), OF_NONLOCAL | {"partial"})

    def test_two_parameter_beside_a_published_log(self):
        synthetic.write_toy(self.file, "two_parameter")
        trace = self.write("trace.csv", TRACE)
        with program.drawn_once():
            code, out, err = self.run_plot(self.folder, "--reference", trace)
        self.assertEqual((code, err), (0, ""))
        self.assertIn("two_parameter.png", out)
        results = self.open("two_parameter")
        left, right = plot_toy.figure_two_parameter(results, plot.read_trace(trace)).axes
        np.testing.assert_array_equal(left.lines[2].get_xydata(), [[0, 0.51], [200, 0.95]])
        np.testing.assert_array_equal(left.lines[3].get_xydata(), [[0, 0.49], [200, 0.40]])
        np.testing.assert_array_equal(right.lines[1].get_xydata(), [[0, 4.4], [200, 0.14]])
        log = results.training_log("epoch", "theta2")
        np.testing.assert_array_equal(left.lines[1].get_xydata(), np.stack(log, 1))
        self.assertEqual(left.lines[1].get_label(), r"$\theta_2$")

    def test_bad_training_logs(self):
        synthetic.write_toy(self.file, "two_parameter")
        for content, expected in (("epoch,loss\n1,2\n", "expected a column theta1"),
                                  ("epoch,loss,theta1,theta2\n1,2,x,3\n", "not a number")):
            code, out, err = self.run_plot(self.folder, "--reference",
                                           self.write("trace.csv", content))
            self.assertEqual((code, out, err.count("\n")), (2, "", 1))
            self.assertIn(expected, err)

    def test_learned_and_exact_share_a_scale_and_the_difference_has_its_own(self):
        results = self.open("sdnn")
        maps = plot_nonlocal.figure_exact_potential(results).axes[:3]
        learned, exact, difference = (panel.collections[0] for panel in maps)
        self.assertEqual(learned.norm.vmax, exact.norm.vmax)
        self.assertLess(difference.norm.vmax, 0.05 * exact.norm.vmax)  # it is 2 % at most
        self.assertEqual([panel.get_title(loc="left") for panel in maps],
                         ["learned", "exact", "learned - exact"])
        shown = np.sqrt(np.asarray(exact.get_array()).size)
        expected = results.array("exact/u_mev_fm3")[:int(shown), :int(shown)]
        np.testing.assert_array_equal(np.asarray(exact.get_array()).ravel(), expected.ravel())

    def test_unsymmetric_potential_shows_what_is_unsymmetric(self):
        titles = [panel.get_title(loc="left")
                  for panel in plot_nonlocal.figure_exact_potential(self.open("mlp")).axes]
        self.assertIn("learned: $U - U^T$", titles)
        titles = [panel.get_title(loc="left")
                  for panel in plot_nonlocal.figure_exact_potential(self.open("sdnn")).axes]
        self.assertNotIn("learned: $U - U^T$", titles)

    def test_cuts_of_an_unsymmetric_potential_are_at_fixed_rp_and_at_fixed_r(self):
        results = self.open("mlp")
        r, u = results.array("potential/u_r_fm"), results.array("potential/u_mev_fm3")[0]
        axes = plot_nonlocal.figure_exact_potential(results).axes[4:6]
        j = plot_nonlocal.cut_positions(r, results.array("exact/u_mev_fm3"))[0]
        for panel, cut, label in zip(axes, (u[:, j], u[j]), ("$r$ [fm]", "$r'$ [fm]")):
            drawn = panel.lines[0].get_ydata()
            np.testing.assert_array_equal(drawn, cut[:len(drawn)])
            self.assertEqual(panel.get_xlabel(), label)

    def test_range_holds_nearly_all_of_u(self):
        r = np.linspace(0.01, 30, 3000)
        end = plot_nonlocal.range_end(r, np.exp(-r[:, None] - r))
        # (1 + r) exp(-r) = 1e-3 at r = 9.233, and r grows by 0.01.
        self.assertAlmostEqual(r[end - 1], 9.24, delta=0.03)
        # The weight r exp(-r): half of it is below r = 1.678.
        half = plot_nonlocal.cut_positions(r, np.exp(-r[:, None] - r))[1]
        self.assertAlmostEqual(r[half], 1.678, delta=0.02)

    def test_relative_difference_is_in_per_cent(self):
        for kind, function in (("local", plot_toy.figure_local),
                               ("partial", plot_toy.figure_partial)):
            results = self.open(kind)
            curve = function(results).axes[1].lines[-1].get_xydata()
            # learned = (1 + cos(3 r)/100) exact; the sign is that of learned/exact - 1 for f > 0
            # and of learned - exact for the negative V.
            sign = -1 if kind == "local" else 1
            np.testing.assert_allclose(curve[:, 1], sign * np.cos(3 * curve[:, 0]), atol=1e-10)

    def test_shade_shows_where_data_determine_f(self):
        results = self.open("partial")
        axes = plot_toy.figure_partial(results).axes
        r, weight = results.array("grid/r_fm"), results.array("exact/contribution")
        shade = axes[2].collections[0].get_paths()[0].vertices
        peak = shade[np.argmax(shade[:, 1])]
        np.testing.assert_allclose(peak, [r[np.argmax(weight)], 1], rtol=1e-12)

    def test_difference_of_phases_breaks_where_its_branch_changes(self):
        figure, ((upper, lower),) = plot_nonlocal.new_figure(3, 3, ncols=2)
        plot_scattering.draw_exact(upper, lower, np.arange(4.0), np.array([80, 88, -89, -85.0]),
                                   np.zeros(4), "", wrap=90)
        np.testing.assert_array_equal(lower.lines[-1].get_ydata(), [80, 88, np.nan, -89, -85])

    def test_phases_that_were_not_found_have_no_figure(self):
        results = self.open("sdnn")
        results.close()
        with h5py.File(results.path, "a") as file:
            for name in ("delta_deg", "kcot_mev"):
                file[f"scattering/{name}"][...] = np.nan
        results = plot.Results(results.path)
        self.addCleanup(results.close)
        self.assertIsNone(plot.figure_phase_shift(results))
        self.assertIsNone(plot.figure_kcot(results))

    def test_phases_beside_exact_ones(self):
        results = self.open("sdnn")
        for function, name in ((plot.figure_phase_shift, "delta_deg"),
                               (plot.figure_kcot, "kcot_mev")):
            upper, lower = function(results).axes
            labels = [line.get_label() for line in upper.lines]
            self.assertIn("exact", labels)
            exact = results.array(f"exact/{name}")
            drawn = upper.lines[labels.index("exact")]
            x = next(line for line in upper.lines if line.get_marker() == "o").get_xdata()
            known = [np.argmin(np.abs(drawn.get_xdata() - one)) for one in x]
            # curves pass through what was computed, to rounding of a cotangent
            np.testing.assert_allclose(drawn.get_ydata()[known], exact, rtol=1e-10)
            expected = results.array(f"scattering/{name}")[0] - exact
            np.testing.assert_allclose(lower.lines[-1].get_ydata()[known], expected, atol=1e-9)

    def test_data_show_prediction_and_source_of_four_momenta(self):
        results = self.open("sdnn")
        left, right = plot_toy.figure_data(results).axes
        r = results.array("grid/r_fm")
        self.assertEqual(left.get_legend().get_texts()[0].get_text(), "$k = 0.01$ fm$^{-1}$")
        self.assertEqual(sum(len(line.get_xdata()) == len(r) for line in left.lines), 4)
        source, prediction = (line.get_ydata() for line in right.lines[:2])
        np.testing.assert_allclose(prediction, 1.02 * source, rtol=1e-12)
        np.testing.assert_allclose(source, r * results.array("data/source")[0], rtol=1e-12)
        fitted = [line for line in right.lines if "fitted" in line.get_label()]
        self.assertEqual([line.get_xdata()[0] for line in fitted], [r[40]])

    def test_scale_of_values_that_span_decades(self):
        axes = plot_toy.figure_local(self.open("local")).axes[0]
        self.assertEqual(axes.get_yscale(), "symlog")  # negative everywhere
        axes = plot_toy.figure_partial(self.open("partial")).axes[0]
        self.assertEqual(axes.get_yscale(), "log")

    def test_damaged_file(self):
        synthetic.write_toy(self.file, "sdnn")
        with h5py.File(self.file, "r+") as file:
            del file["potential/u_r_fm"]
        code, out, err = self.run_plot(self.folder)
        self.assertEqual((code, out, err.count("\n")), (2, "", 1))
        self.assertIn("dataset potential/u_r_fm is missing", err)


if __name__ == "__main__":
    unittest.main()
