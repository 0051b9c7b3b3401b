# SPDX-License-Identifier: GPL-3.0-or-later
"""analysis/compare.py on results of invented numbers: curves, ranges, marks and error paths."""

import os
import sys
import tempfile
import unittest

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ANALYSIS = os.path.join(HERE, "..", "..", "analysis")
sys.path.insert(0, ANALYSIS)

import compare  # noqa: E402
import potentials  # noqa: E402
import program  # noqa: E402
import synthetic  # noqa: E402
from results import Truth  # noqa: E402


class CompareTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.addCleanup(compare.plt.close, "all")
        compare.plt.rcParams.update(compare.STYLE)

    def write(self, name, **options):
        folder = os.path.join(self.folder, name)
        os.makedirs(folder)
        synthetic.write_results(os.path.join(folder, "results.h5"), **options)
        return folder

    def open(self, *folders):
        stack = compare.ExitStack()
        self.addCleanup(stack.close)
        return compare.open_runs(stack, [f"{path}={os.path.basename(path)}" for path in folders])

    def run_compare(self, *arguments):
        return program.run(compare, "--output", os.path.join(self.folder, "new", "figures"), *arguments)

    def test_writes_both_figures_and_lists_them(self):
        one, two = self.write("one", n=3), self.write("two", n=0, kind="gaussians", times=(13,))
        truth = os.path.join(self.folder, "truth.yaml")
        with open(truth, "w", encoding="utf-8") as stream:
            stream.write("phase_shifts:\n  e_cm_mev: [1.0, 30.0]\n  delta_deg: [153.1, 72.4]\n")
        reference = os.path.join(self.folder, "reference.csv")
        with open(reference, "w", encoding="utf-8") as stream:
            stream.write("k2,a_delta,a_delta_err\n0.01,-60.1,1.5\n0.02,-85.2,1.3\n")
        code, out, err = self.run_compare(f"{one}=network", f"{two}=local", "--truth", truth,
                                          "--reference", reference, "--reference-column", "a")
        self.assertEqual((code, err), (0, ""))
        expected = [os.path.join(self.folder, "new", "figures", f"{name}.{extension}")
                    for name in ("scattering", "potential") for extension in ("pdf", "png")]
        self.assertEqual(out.split(), expected)
        for path in expected:
            with open(path, "rb") as stream:
                start = stream.read(4)
            self.assertEqual(start, b"%PDF" if path.endswith("pdf") else b"\x89PNG", path)

    def test_every_run_has_its_curve_band_and_look(self):
        runs = self.open(self.write("one", n=3), self.write("two", n=4))
        left, right = compare.figure_scattering(runs).axes
        texts = [text.get_text() for text in left.get_legend().get_texts()]
        self.assertEqual(texts, ["one", "two"])
        for run in runs:
            for axes, name in ((left, "delta_deg"), (right, "kcot_mev")):
                curve = next(line for line in axes.lines if line.get_label() == run.label)
                central, error = run.results.band(f"scattering/{name}")
                known = [np.argmin(np.abs(run.curves.k - k)) for k in run.curves.known_k]
                # curves pass through what was computed, to rounding; errors are differences
                np.testing.assert_allclose(curve.get_ydata()[known], central, rtol=1e-9)
                edges = [line.get_ydata() for line in axes.lines
                         if line.get_color() == curve.get_color() and line is not curve]
                np.testing.assert_allclose(np.array(edges)[:, known],
                                           [central - error, central + error], rtol=1e-9)
                self.assertTrue(set(curve.get_markevery()) <= set(known))
        looks = [(line.get_linestyle(), line.get_marker()) for line in left.lines
                 if line.get_label() in texts]
        self.assertEqual(len(set(looks)), 2)

    def test_total_bands_lie_behind_in_the_colour_of_their_run(self):
        folders = [self.write(name, n=3) for name in ("one", "two", "three")]
        for folder in folders[:2]:
            synthetic.add_total(os.path.join(folder, "results.h5"))
        runs = self.open(*folders)
        left, right = compare.figure_scattering(runs).axes
        for axes in (left, right):
            light = [band.get_facecolor()[0][:3] for band in axes.collections
                     if band.get_zorder() == 0.5]
            np.testing.assert_allclose(light, [compare.matplotlib.colors.to_rgb(run.look["color"])
                                               for run in runs[:2]])
        delta = runs[0].results.band("scattering/delta_deg")[0]
        median = next(line for line in left.lines if line.get_zorder() == 1.5)
        x = runs[0].curves.known_e
        known = [np.argmin(np.abs(median.get_xdata() - one)) for one in x]
        np.testing.assert_allclose(median.get_ydata()[known], delta, rtol=1e-12)  # on one branch
        texts = [text.get_text() for text in left.get_legend().get_texts()]
        self.assertEqual(texts[-2:], ["fit, statistical error", "all forms, total"])
        panels = compare.figure_potential(runs).axes
        self.assertEqual([sum(band.get_zorder() == 0.5 for band in axes.collections)
                          for axes in panels[:3]], [2, 2, 0])

    def test_the_true_potential_stands_beside_the_others(self):
        folder = self.write("one", n=2)
        with h5py.File(os.path.join(folder, "results.h5"), "r+") as file:
            file["grid/weight"] = np.ones(len(file["grid/r_fm"]))
        runs = self.open(folder)
        truth = potentials.of_truth({"gaussians": {"amplitudes_mev": [1500, -110],
                                                   "ranges_fm": [0.2, 0.6]}})
        axes = compare.figure_potential(runs, truth).axes
        direct = compare.localised(runs[0], "wall", 12, "potential/v_lo_mev")[0]
        core, _, difference = ([line for line in panel.lines if line.get_label() == "truth"][0]
                               for panel in axes[:3])
        expected = synthetic.potential(core.get_xdata())
        np.testing.assert_allclose(core.get_ydata(), expected, rtol=1e-12)
        np.testing.assert_allclose(difference.get_ydata(), expected - direct, rtol=1e-9)

    def test_colours_differ_in_grey(self):
        luminance = [0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in
                     (compare.matplotlib.colors.to_rgb(look["color"])
                      for look in compare.LOOKS[:3])]
        self.assertGreater(np.diff(luminance).min(), 0.1)

    def test_truth_reaches_the_last_energy(self):
        (run,) = runs = self.open(self.write("one"))
        e_cm, k = (run.results.array(f"scattering/{name}") for name in ("e_cm_mev", "k_mev"))
        # As a file tells it: energies rounded differently from those of the run.
        truth = Truth(e_cm * (1 + 1e-9), np.full(len(e_cm), 45.0))
        right = compare.figure_scattering(runs, truth).axes[1]
        curve = next(line for line in right.lines if line.get_label() == "truth")
        known = [np.argmin(np.abs(curve.get_xdata() - one)) for one in k**2]
        # delta = 45 degrees: k cot delta = k; rounding of the energies only.
        np.testing.assert_allclose(curve.get_ydata()[known], k, rtol=1e-8)
        np.testing.assert_allclose(curve.get_xdata()[known], k**2, rtol=1e-8)

    def test_reference_is_moved_to_the_branch_of_the_first_run(self):
        (run,) = runs = self.open(self.write("one"))
        k2 = run.results.array("scattering/k2_lat")[[5, 9]]
        delta = run.results.band("scattering/delta_deg")[0][[5, 9]]
        reference = (k2, delta - 180, np.array([1.0, 2.0]))
        left = compare.figure_scattering(runs, None, reference, "published").axes[0]
        np.testing.assert_allclose(left.containers[0].lines[0].get_ydata(), delta, rtol=1e-9)

    def test_a_marked_run_does_not_set_the_range(self):
        good, bad = self.write("good"), self.write("bad", describes=False)
        with h5py.File(os.path.join(bad, "results.h5"), "r+") as file:
            file["scattering/kcot_mev"][...] = -1000
        alone = compare.figure_scattering(self.open(good)).axes[1].get_ylim()
        figure = compare.figure_scattering(self.open(good, bad))
        self.assertEqual(figure.axes[1].get_ylim(), alone)
        self.assertEqual([text.get_text() for text in figure.texts],
                         [r"bad: fit does not describe its data: $\chi^2$/effective point = 38.2"])
        texts = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
        self.assertEqual(texts, ["good", "bad (marked)"])

    def test_potentials_of_runs_that_share_source_and_time(self):
        runs = self.open(self.write("one", n=2, sources=("wall",)),
                         self.write("two", n=2, sources=("smeared", "wall"), times=(13,)))
        figure = compare.figure_potential(runs)
        axes = figure.axes
        texts = {text.get_text() for text in figure.legends[0].get_texts()}
        self.assertEqual(texts, {"one", "two", "leading order $S/R$"})
        self.assertEqual(len(axes), 6)  # core, pocket, difference at t = 12 and 13
        curves = [{line.get_label() for line in panel.lines} & {"one", "two"} for panel in axes]
        self.assertEqual(curves, [{"one"}] * 3 + [{"one", "two"}] * 3)
        results = runs[1].results
        _, r, _, _ = compare.fit_range(results)
        value = results.band("potential/v_localised_mev")[0][1, 0]
        direct = runs[0].results.band("potential/v_lo_mev")[0][0, 1]
        curve = next(line for line in axes[5].lines if line.get_label() == "two")
        np.testing.assert_allclose(curve.get_ydata(), value - direct, rtol=1e-12)
        np.testing.assert_array_equal(curve.get_xdata(), r)

    def test_no_potentials_of_given_ones(self):
        folder = os.path.join(self.folder, "given")
        os.makedirs(folder)
        synthetic.write_given(os.path.join(folder, "results.h5"))
        self.assertIsNone(compare.figure_potential(self.open(folder)))
        charged = self.write("run")
        code, out, err = self.run_compare(f"{folder}=a", f"{charged}=b")
        self.assertEqual((code, out, err.count("\n")), (2, "", 1))
        self.assertIn("charged", err)

    def test_refuses_coupled_channels(self):
        one = self.write("one", n=0)
        with h5py.File(os.path.join(one, "results.h5"), "r+") as file:
            delta = file["scattering/delta_deg"][:]
            del file["scattering/delta_deg"]
            file["scattering/delta_deg"] = np.stack([delta, delta], axis=1)
        code, out, err = self.run_compare(one + "=a")
        self.assertEqual((code, out, err.count("\n")), (2, "", 1), err)
        self.assertIn("that of a has several", err)

    def test_refuses_what_is_wrong(self):
        one = self.write("one", n=0)
        for arguments, expected in (
                ((one,), "expected OUTDIR=LABEL"), ((one + "=",), "expected OUTDIR=LABEL"),
                ((os.path.join(self.folder, "nothing") + "=a",), "no such file"),
                ((one + "=a",) * 6, "at most 5 runs"),
                ((one + "=a", "--truth", "nothing.yaml"), "No such file"),
                ((one + "=a", "--reference", "nothing.csv"), "No such file")):
            code, out, err = self.run_compare(*arguments)
            self.assertEqual((code, out, err.count("\n")), (2, "", 1), err)
            self.assertIn(expected, err)
        with h5py.File(os.path.join(one, "results.h5"), "r+") as file:
            del file["scattering/kcot_mev"]
        code, _, err = self.run_compare(one + "=a")
        self.assertEqual(code, 2)
        self.assertIn("dataset scattering/kcot_mev is missing", err)


if __name__ == "__main__":
    unittest.main()
