# SPDX-License-Identifier: GPL-3.0-or-later
"""analysis/plot.py on results of invented numbers: files, bands, ranges, notes and error paths."""

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
import results as results_module  # noqa: E402
import style  # noqa: E402
import synthetic  # noqa: E402

ALL = ("correlator", "potential_terms", "potential", "nonlocal_potential", "nonlocal_surface", "pulls",
       "phase_shift", "kcot", "correlation", "loss")


class PlotTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.file = os.path.join(self.folder, "results.h5")
        self.addCleanup(plot.plt.close, "all")

    def write(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(content)
        return path

    def run_plot(self, *arguments):
        """Exit code, output, errors."""
        return program.run(plot, *arguments)

    def assert_refused(self, expected, *arguments):
        code, out, err = self.run_plot(*arguments)
        self.assertEqual((code, out), (2, ""))
        self.assertIn(expected, err)
        self.assertEqual(err.count("\n"), 1, "one clear message")

    def open(self, **options):
        synthetic.write_results(self.file, **options)
        results = plot.Results(self.file)
        self.addCleanup(results.close)
        return results

    def test_writes_every_figure_and_lists_it(self):
        synthetic.write_results(self.file, n=3)
        truth = self.write("truth.yaml", "channel: x\nphase_shifts:\n  e_cm_mev: [1.0, 30.0]\n"
                           "  delta_deg: [153.1, 72.4]\n")
        reference = self.write("reference.csv", "# published\n# twice\nk2,a_delta,a_delta_err\n"
                               "0.01,-60.1,1.5\n0.02,-85.2,1.3\n")
        code, out, err = self.run_plot(self.folder, "--truth", truth, "--reference", reference,
                                       "--reference-column", "a", "--reference-label", "A 2019")
        self.assertEqual((code, err), (0, ""))
        expected = [os.path.join(self.folder, "figures", f"{name}.{extension}")
                    for name in ALL for extension in ("pdf", "png")]
        self.assertEqual(out.split(), expected)
        for path in expected:
            with open(path, "rb") as stream:
                start = stream.read(4)
            self.assertEqual(start, b"%PDF" if path.endswith("pdf") else b"\x89PNG", path)
        with open(os.path.join(self.folder, "figures", ".manifest"), encoding="utf-8") as stream:
            self.assertEqual(stream.read().split(), sorted(map(os.path.basename, expected)))

    def test_follows_no_link_and_forgets_no_figure(self):
        victim = self.write("victim", "precious")
        folder = os.path.join(self.folder, "figures")
        os.mkdir(folder)
        os.symlink(victim, os.path.join(folder, "one.png"))
        figure = plot.new_figure(1, 1)[0]
        with program.drawn_once():
            plot.list_figures(plot.save(figure, folder, "one"))
        plot.list_figures([os.path.join(folder, "another.pdf")])
        with open(victim, encoding="utf-8") as stream:
            self.assertEqual(stream.read(), "precious")
        self.assertFalse(os.path.islink(os.path.join(folder, "one.png")))
        with open(os.path.join(folder, ".manifest"), encoding="utf-8") as stream:
            self.assertEqual(stream.read(), "another.pdf\none.pdf\none.png\n")
        os.remove(os.path.join(folder, ".manifest"))
        os.symlink(victim, os.path.join(folder, ".manifest"))
        with self.assertRaises(plot.InputError):
            plot.list_figures([os.path.join(folder, "another.pdf")])

    def test_leaves_out_what_the_file_has_not(self):
        results = self.open(n=0, sources=("wall",), times=(13,), kind="gaussians")
        with program.drawn_once():
            written = plot.draw_all(results, os.path.join(self.folder, "figures"), {})
        names = [os.path.basename(path) for path in written]
        self.assertNotIn("nonlocal_potential.pdf", names)
        self.assertNotIn("correlation.pdf", names)
        self.assertEqual(len(names), 2 * (len(ALL) - 3))

    def test_draws_what_a_job_may_ask_for(self):
        results = self.open(n=4, further=True)
        with program.drawn_once():
            written = plot.draw_all(results, os.path.join(self.folder, "figures"), {})
        names = {os.path.basename(path) for path in written}
        for name in ("femtoscopy.png", "finite_volume.png", "momentum_space.png",
                     "derivative_expansion.png"):
            self.assertIn(name, names)
        lines = plot.figure_kcot(results).axes[0].get_lines()
        labels = [line.get_label() for line in lines]
        self.assertIn("effective-range fit", labels)
        drawn = lines[labels.index("effective-range fit")]
        a0, r_eff = (results.array(f"scattering/fit_{name}_fm")[0]
                     for name in ("scattering_length", "effective_range"))
        k2 = drawn.get_xdata()[5]  # MeV^2
        expected = synthetic.HBARC * (-1 / a0 + 0.5 * r_eff * k2 / synthetic.HBARC**2)
        self.assertAlmostEqual(drawn.get_ydata()[5], expected, places=6)
        truth = plot.Truth(np.ones(1), np.ones(1), box_level_mev=(-1.4, 28.0, 60.0, 93.0, 130.0))
        levels = plot.figure_finite_volume(results, truth).axes[0]
        dashed = [line.get_ydata()[0] for line in levels.lines if line.get_linestyle() == "--"]
        self.assertEqual(dashed, [-1.4, 28, 60, 93])  # as many as results have
        self.assertEqual([tick.get_text() for tick in levels.get_xticklabels()][-1], "fit")

    def test_draws_a_given_potential(self):
        synthetic.write_given(self.file)
        code, out, err = self.run_plot(self.folder)
        self.assertEqual((code, err), (0, ""))
        names = [os.path.basename(path) for path in out.split() if path.endswith("png")]
        self.assertEqual(names, ["given_potential.png", "phase_shift.png", "kcot.png"])
        results = plot.Results(self.file)
        self.addCleanup(results.close)
        self.assertIn("eta", plot.figure_kcot(results).axes[0].get_ylabel())  # a charged pair

    def test_band_is_the_jackknife_error(self):
        random = np.random.default_rng(1)
        data = random.standard_normal((17, 4))
        total = data.sum(axis=0)
        rows = np.concatenate([[total / 17], (total - data) / 16])
        central, error = results_module.band(rows, 17, "jackknife")
        # The jackknife error of a mean is the standard error; only rounding differs.
        np.testing.assert_allclose(error, data.std(axis=0, ddof=1) / np.sqrt(17), rtol=1e-12)
        np.testing.assert_array_equal(central, rows[0])

    def test_band_from_a_part_of_the_samples(self):
        rows = np.array([[7.0], [1.0], [2.0], [4.5]])  # 3 of 20 samples, mean 2.5
        _, error = results_module.band(rows, 20, "jackknife")
        # sum of squares 2.25 + 0.25 + 4, by hand; rounding only.
        self.assertAlmostEqual(error[0], 19 * np.sqrt(6.5 / 2 / 20), delta=1e-14)

    def test_no_band_without_samples(self):
        self.assertIsNone(results_module.band(np.ones((1, 3)), 20, "jackknife")[1])
        self.assertIsNone(results_module.band(np.ones((2, 3)), 20, "jackknife")[1])
        figure = plot.figure_phase_shift(self.open(n=0))
        self.assertEqual(len(figure.axes[0].collections), 0)

    def test_correlation_is_drawn_from_the_rows(self):
        results = self.open()
        drawn = plot.figure_correlation(results).axes[0].collections[0].get_array()
        expected = np.corrcoef(results.array("scattering/delta_deg")[1:], rowvar=False)
        # rounding of samples of a phase shift near 100 against their spread of 1
        np.testing.assert_allclose(np.reshape(drawn, expected.shape), expected, atol=1e-10)

    def test_phase_shift_draws_band_truth_and_reference(self):
        results = self.open()
        delta, error = results.band("scattering/delta_deg")
        k2 = results.array("scattering/k2_lat")
        # Published on another branch: moved back by 180 degrees onto the curve.
        reference = (k2[[5, 9]], delta[[5, 9]] - 180, np.array([1.0, 2.0]))
        figure = plot.figure_phase_shift(results, plot.Truth(np.array([1.0, 2]), np.array([150.0, 140])),
                                         reference, "published")
        axes = figure.axes[0]
        band = axes.collections[0].get_paths()[0].vertices
        e_cm = results.array("scattering/e_cm_mev")
        self.assertAlmostEqual(band[band[:, 0] >= 0.999 * e_cm[0], 1].max(), (delta + error).max(),
                               delta=1e-9)  # rounding
        points = axes.containers[0].lines[0].get_xydata()
        # E is linear in k2, so interpolation is exact up to rounding.
        np.testing.assert_allclose(points, np.stack([e_cm[[5, 9]], delta[[5, 9]]], 1), rtol=1e-9)
        legend = [entry.get_text() for entry in axes.get_legend().get_texts()]
        self.assertEqual(sorted(legend), ["hadpot", "published", "truth"])
        self.assertIn("MeV", axes.get_xlabel())
        self.assertIn("deg", axes.get_ylabel())

    def test_note_on_a_fit_that_does_not_describe_its_data(self):
        expected = r"fit does not describe its data: $\chi^2$/effective point = 38.2"
        bad = self.open(describes=False)
        for function in (plot.figure_potential, plot.figure_phase_shift, plot.figure_kcot):
            self.assertEqual([note.get_text() for note in function(bad).texts], [expected])

    def test_note_on_a_potential_that_is_cut_off(self):
        expected = "potential is cut off at the end of its range"
        self.assertEqual([note.get_text() for note in
                          plot.figure_phase_shift(self.open(ends=False)).texts], [expected])

    def test_note_on_fits_that_did_not_converge(self):
        synthetic.write_results(self.file, n=3)
        with h5py.File(self.file, "r+") as file:
            file["training/converged"][...] = [0, 1, 0, 0]
        results = plot.Results(self.file)
        self.addCleanup(results.close)
        expected = "the fit of the average and 2 of 3 samples did not converge"
        for function in (plot.figure_phase_shift, plot.figure_pulls, plot.figure_loss,
                         plot.figure_nonlocal_potential):
            self.assertEqual([note.get_text() for note in function(results).texts], [expected])

    def test_pulls_show_fitted_points_and_chi2_by_region(self):
        results = self.open(n=3)
        figure = plot.figure_pulls(results)
        self.assertEqual(len(figure.axes), 4)  # two sources at two times
        fitted = results.array("grid/fitted") > 0
        for axes, pull in zip(figure.axes, results.array("training/pull")[0].reshape(4, -1)):
            points = [line for line in axes.get_lines() if line.get_marker() == "o"][0]
            np.testing.assert_array_equal(points.get_ydata(), pull[fitted])
            # pulls of 2 in the first region, of 1 in the next three, the fit ends at 2 fm
            self.assertEqual([text.get_text() for text in axes.texts], ["4", "1", "1", "1"])
            self.assertEqual([text.get_color() for text in axes.texts], ["black"] * 4)
        figure, axes = plot.plt.subplots()
        plot.print_regions(axes, [0, 1, 2], [1.0, 4.0], [120.4, np.nan])
        self.assertEqual([text.get_color() for text in axes.texts], [plot.RED, "black"])
        self.assertEqual([text.get_text() for text in axes.texts], ["1\n(120)", "4"])
        self.assertEqual(figure.texts, [])

    def test_pulls_say_why_a_region_is_red(self):
        self.open(n=3).close()
        with h5py.File(self.file, "r+") as file:
            file["training/max_chi2_per_effective_point_by_region"][0, 1] = 0
        figure = plot.figure_pulls(self.open_again())
        self.assertEqual([text.get_text() for text in figure.texts], [plot.WORSE])
        red = [text.get_text() for axes in figure.axes for text in axes.texts
               if text.get_color() == plot.RED]
        self.assertEqual(len(red), 2)  # of the first source at two times
        self.assertTrue(all("\n(" in one for one in red))

    def test_no_note_on_a_good_fit(self):
        good = self.open()
        for function in (plot.figure_potential, plot.figure_phase_shift, plot.figure_kcot):
            self.assertEqual(function(good).texts, [])

    def test_kcot_of_reference(self):
        value, error = style.kcot(np.array([385.0]), np.array([31.7]), np.array([1e-3]))
        self.assertAlmostEqual(value[0], 385.0 / np.tan(np.radians(31.7)), delta=1e-10)  # rounding
        step = 385.0 / np.tan(np.radians([31.7 - 1e-3, 31.7 + 1e-3]))
        # Linear error against a central difference, second order in a step of 1e-3 degrees.
        self.assertAlmostEqual(error[0], (step[0] - step[1]) / 2, delta=1e-8)

    def test_kcot_is_cut_at_poles(self):
        value = np.array([100.0, 300.0, 900.0, -700.0, -50.0, -1001.0])
        cut = style.break_at_poles(value, 1000.0)
        np.testing.assert_array_equal(np.isnan(cut), [False, False, False, True, False, True])
        np.testing.assert_array_equal(cut[[0, 1, 2, 4]], value[[0, 1, 2, 4]])

    def test_sample_at_a_pole_does_not_set_the_range(self):
        synthetic.write_results(self.file, n=3)
        with h5py.File(self.file, "r+") as file:
            file["scattering/kcot_mev"][2, 20] = 1e9
        low, high = plot.figure_kcot(self.open_again()).axes[0].get_ylim()
        self.assertTrue(-250 < low < -150 and 450 < high < 600)

    def test_kcot_and_its_expansion_start_at_threshold(self):
        results = self.open(n=0)
        axes = plot.figure_kcot(results).axes[0]
        curve, expansion = (line.get_xydata() for line in axes.lines
                            if line.get_label() in ("hadpot", r"$-1/a_0 + r_\mathrm{eff}\,k^2/2$"))
        # -1/a0 both, rounding of a cotangent
        self.assertAlmostEqual(curve[0, 1], results.array("scattering/kcot_threshold_mev")[0],
                               delta=1e-9)
        np.testing.assert_allclose(expansion[0], curve[0], atol=1e-9)
        # At E = 0.5 MeV the next order of the expansion is below 0.01 MeV.
        k2 = results.array("scattering/k_mev")[0]**2
        self.assertAlmostEqual(np.interp(k2, *expansion.T), np.interp(k2, *curve.T), delta=0.05)

    def test_kcot_is_in_the_units_that_are_chosen(self):
        results = self.open()
        k, kcot = results.array("scattering/k_mev"), results.array("scattering/kcot_mev")[0]
        _, error = results.band("scattering/kcot_mev")
        for options, mev, labels in (
                ({}, 1, ("$k^2$ [MeV$^2$]", r"$k\,\cot\delta$ [MeV]")),
                ({"kcot_units": "fm"}, synthetic.HBARC,
                 ("$k^2$ [fm$^{-2}$]", r"$k\,\cot\delta$ [fm$^{-1}$]")),
                ({"kcot_units": "lattice"}, synthetic.INVERSE_SPACING,
                 ("$k^2$ [$a^{-2}$]", r"$k\,\cot\delta$ [$a^{-1}$]")),
                ({"m_pi_mev": 510.0}, 510, (r"$(k/m_\pi)^2$", r"$k\,\cot\delta/m_\pi$"))):
            truth = plot.Truth(results.array("scattering/e_cm_mev"),
                               results.array("scattering/delta_deg")[0])
            axes = plot.figure_kcot(results, truth, **options).axes[0]
            self.assertEqual((axes.get_xlabel(), axes.get_ylabel()), labels)
            marks = next(line for line in axes.lines if line.get_marker() == "o").get_xydata()
            seen = np.isfinite(marks[:, 1])
            self.assertGreater(seen.sum(), 30)
            np.testing.assert_allclose(marks[seen], np.stack([(k / mev)**2, kcot / mev], 1)[seen],
                                       rtol=1e-12)
            drawn = {line.get_label(): line.get_xydata() for line in axes.lines}
            band = axes.collections[0].get_paths()[0].vertices
            i = 7  # every curve passes through the same points: momenta are points of curves
            for name in ("hadpot", "truth"):
                at = np.argmin(np.abs(drawn[name][:, 0] - marks[i, 0]))
                np.testing.assert_allclose(drawn[name][at], marks[i], rtol=1e-9)
            edges = band[np.abs(band[:, 0] / marks[i, 0] - 1) < 1e-9, 1]
            self.assertAlmostEqual(edges.max(), (kcot[i] + error[i]) / mev, delta=1e-9 * 510)
            self.assertAlmostEqual(edges.min(), (kcot[i] - error[i]) / mev, delta=1e-9 * 510)

    def test_units_that_do_not_go_together_are_refused(self):
        synthetic.write_results(self.file, n=2)
        self.assert_refused("expected with --kcot-units m_pi", self.folder, "--kcot-units", "m_pi")
        self.assert_refused("expected with --kcot-units m_pi", self.folder, "--kcot-units", "fm",
                            "--m-pi-mev", "510")
        for bad in ("0", "nan", "-3"):
            code, _, err = self.run_plot(self.folder, f"--m-pi-mev={bad}")
            self.assertEqual(code, 2)
            self.assertIn("expected a number above 0", err)
        synthetic.write_given(self.file)
        self.assert_refused("have no lattice", self.folder, "--kcot-units", "lattice")

    def test_pocket_is_seen_and_core_is_not(self):
        self.assertEqual(style.pocket_range(np.array([3000.0, -30.0, -1.0])), (-42.0, 42.0))
        self.assertEqual(style.pocket_range(np.array([-30.0, -1.0])), (-42.0, 15.0))  # no core
        low, high = style.pocket_range(np.linspace(0.5, 100.5, 101))  # repulsive everywhere
        self.assertLess(low, 0)
        self.assertTrue(50 < high < 100)
        low, high = plot.figure_potential(self.open()).axes[1].get_ylim()
        self.assertTrue(-110 < low < -60 and 60 < high < 110)

    def open_again(self):
        results = plot.Results(self.file)
        self.addCleanup(results.close)
        return results

    def test_momentum_space_is_centred_and_ends_at_the_cutoff(self):
        results = self.open(n=4, further=True)
        left, right = plot.figure_momentum_space(results).axes[:2]
        p = results.array("potential/u_p_mev")
        u = results.array("potential/u_momentum_mev_fm3")
        shown = np.sort(p[np.abs(p) <= np.pi * synthetic.INVERSE_SPACING]) / 1e3
        size = len(shown)
        self.assertTrue(size % 2 == 1 and size < len(p))
        mesh = left.collections[0]
        drawn = mesh.get_array().reshape(size, size)
        middle = size // 2  # p = p' = 0, the sum of U(r,r')
        total = results.array("potential/u_mev_fm3")[0].sum()
        self.assertAlmostEqual(drawn[middle, middle] / abs(total), 1, places=12)
        # p = 2 steps, p' = -1 step, which is row 2 and the last column of the dataset
        self.assertAlmostEqual(drawn[middle + 2, middle - 1], np.hypot(*u[0, 2, -1]), places=9)
        self.assertAlmostEqual(right.get_xlim()[1], 1.02 * shown[-1], places=12)
        for part, line in enumerate(right.get_lines()[:2]):
            np.testing.assert_allclose(line.get_xdata(), np.sort(p[p >= 0]) / 1e3)
            np.testing.assert_array_equal(line.get_ydata(), u[0, p >= 0, 0, part])
        self.assertEqual(len(right.collections), 2)  # bands

    def test_momentum_space_of_few_points_and_no_samples(self):
        synthetic.write_results(self.file, n=0)
        with h5py.File(self.file, "r+") as file:
            synthetic.put(file, "potential/u_p_mev", np.array([0, 9e4]), "MeV", False)
            synthetic.put(file, "potential/u_momentum_mev_fm3", np.zeros((1, 2, 2, 2)), "MeV fm^-3")
        left, right = plot.figure_momentum_space(self.open_again()).axes[:2]
        self.assertEqual(left.collections[0].get_array().size, 4)
        self.assertEqual(len(right.collections), 0)

    def test_loss_marks_samples_that_did_not_converge(self):
        synthetic.write_results(self.file, n=4)
        with h5py.File(self.file, "r+") as file:
            file["training/converged"][2] = 0
            del file["training/loss_epoch"]
        axes = plot.figure_loss(self.open_again()).axes[0]
        colours = [line.get_color() for line in axes.lines]
        self.assertEqual(colours, [plot.GREY] * 3 + [plot.RED, plot.BLUE])
        self.assertEqual(axes.lines[-1].get_label(), "average")

    def test_same_results_make_the_same_pdf(self):
        results = self.open(n=2, sources=("wall",))
        content = []
        for name in ("one", "two"):
            path, _ = plot.save(plot.figure_kcot(results), os.path.join(self.folder, name), "kcot")
            with open(path, "rb") as stream:
                content.append(stream.read())
        self.assertEqual(*content)

    def test_missing_or_foreign_results(self):
        self.assert_refused("no such folder", os.path.join(self.folder, "nothing"))
        self.assert_refused("results.h5: no such file", self.folder)
        self.write("results.h5", "not HDF5")
        self.assert_refused("not a readable HDF5 file", self.folder)
        with h5py.File(self.file, "w") as file:
            file.attrs["format"] = "hadpot-ensemble"
        self.assert_refused("expected hadpot-results, found hadpot-ensemble", self.folder)

    def test_damaged_results(self):
        synthetic.write_results(self.file, n=2)
        with h5py.File(self.file, "r+") as file:
            file.attrs["version"] = 2
        self.assert_refused("attribute version: expected 1, found 2", self.folder)
        with h5py.File(self.file, "r+") as file:
            file.attrs["version"] = 1
            del file.attrs["nsample"]
        self.assert_refused("attribute nsample is missing", self.folder)
        with h5py.File(self.file, "r+") as file:
            file.attrs["nsample"] = 20
            del file["grid/fitted"]
        self.assert_refused("dataset grid/fitted is missing", self.folder)

    def test_nothing_to_draw(self):
        synthetic.write_results(self.file, n=0)
        with h5py.File(self.file, "r+") as file:
            for name in list(file):
                del file[name]
        self.assert_refused("no dataset to draw", self.folder)

    def test_bad_truth(self):
        for content, expected in (("phase_shifts: 3", "expected YAML"), ("a: [", "expected YAML"),
                                  ("b: 1", "phase_shifts"), ("", "expected YAML"),
                                  ("phase_shifts: {e_cm_mev: [1], delta_deg: [1, 2]}", "length")):
            path = self.write("truth.yaml", content)
            with self.assertRaisesRegex(plot.InputError, expected):
                plot.read_truth(path)
        with self.assertRaisesRegex(plot.InputError, "No such file"):
            plot.read_truth(path + "x")

    def test_bad_reference(self):
        for content, expected in (("k2,b_delta,b_delta_err\n1,2,3\n", "expected a column a_delta"),
                                  ("# only\n", "found none"),
                                  ("k2,a_delta,a_delta_err\n1,2\n", "not a number"),
                                  ("k2,a_delta,a_delta_err\n1,2,x\n", "not a number")):
            path = self.write("reference.csv", content)
            with self.assertRaisesRegex(plot.InputError, expected):
                plot.read_reference(path, "a")
        with self.assertRaisesRegex(plot.InputError, "No such file"):
            plot.read_reference(path + "x", "a")


if __name__ == "__main__":
    unittest.main()
