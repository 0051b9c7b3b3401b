# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of plot.py of effective masses and energies: points, plateaus, levels and truths are what
results.h5 and the truth hold."""

import os
import sys
import tempfile
import unittest

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "analysis"))

import plot  # noqa: E402
import program  # noqa: E402
import style  # noqa: E402
import synthetic  # noqa: E402

N = 6
T = np.arange(3, 21)


def write_masses(file, masses=(1700.0, 1350.0), fits=True):
    """Effective masses that come down to a plateau, noisier with t, none at the last one."""
    random = np.random.default_rng(4)
    for i, mass in enumerate(masses, 1):
        effective = mass + 300 * np.exp(-0.4 * T)
        error = 0.5 * np.exp(0.15 * T)
        rows = effective + error * random.standard_normal((1 + N, len(T))) / np.sqrt(N - 1)
        rows[:, -1] = np.nan
        synthetic.put(file, f"masses/effective_mass_{i}_mev", rows, "MeV")
        synthetic.put(file, f"masses/mass_{i}_mev",
                      synthetic.rows(random, mass, 1e-3, N), "MeV")
        fitted = np.full((1 + N, len(T)), np.nan)
        fitted[:, 8:12] = mass + 5 * np.exp(-0.4 * (T[8:12] - T[8]))
        synthetic.put(file, f"masses/fitted_mass_{i}_mev", fitted, "MeV")
        if fits:
            file[f"masses/mass_{i}_mev"].attrs.update({"source": "wall", "t_min": 11, "t_max": 16})
    synthetic.put(file, "masses/t", T, "a", False)


def write_energies(file, prefix="", plateau=True):
    random = np.random.default_rng(5)
    energies = np.array([[-1.0, -1.3, -1.5], [-3.0, -2.5, -2.0]])
    synthetic.put(file, f"direct/{prefix}delta_e_mev", synthetic.rows(random, energies, 0.1, N),
                  "MeV")
    synthetic.put(file, f"direct/{prefix}t", np.array([11, 12, 13]), "a", False)
    if plateau:
        synthetic.put(file, f"direct/{prefix}plateau_delta_e_mev",
                      synthetic.rows(random, np.array([-1.4, -2.2]), 0.1, N), "MeV")
    file.attrs["direct_decay_time"] = 22.4
    file.attrs["job"] = "direct:\n  plateau_t_min: 12 # in use\n  plateau_t_max: 13\n"


class SpectrumTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(plot.plt.close, "all")
        plot.plt.rcParams.update(plot.STYLE)
        self.folder, self.path = folder.name, os.path.join(folder.name, "results.h5")

    def open(self, *changes, **options):
        synthetic.write_results(self.path, n=N, **options)
        with h5py.File(self.path, "r+") as file:
            for change in changes:
                change(file)
        results = plot.Results(self.path)
        self.addCleanup(results.close)
        return results

    @staticmethod
    def labelled(axes):
        handles, labels = axes.get_legend_handles_labels()
        return dict(zip(labels, handles))

    def test_effective_masses_have_errors_windows_and_truth(self):
        results = self.open(write_masses)
        truth = plot.Truth(np.ones(1), np.ones(1), masses_mev=(1699.0, 1351.0))
        figure = plot.figure_masses(results, truth)
        self.assertEqual([axes.get_title(loc="left") for axes in figure.axes],
                         ["hadron 1", "hadron 2"])
        for i, axes in enumerate(figure.axes, 1):
            drawn = self.labelled(axes)
            value, error = results.band(f"masses/effective_mass_{i}_mev")
            points = drawn["two-point function, wall"]
            np.testing.assert_array_equal(points.lines[0].get_xdata(), T[:-1])
            np.testing.assert_array_equal(points.lines[0].get_ydata(), value[:-1])
            bars = np.array([one.vertices[:, 1] for one in points.lines[2][0].get_paths()])
            np.testing.assert_allclose(np.ptp(bars, axis=1), 2 * error[:-1], rtol=1e-9)
            mass, mass_error = results.band(f"masses/mass_{i}_mev")
            name = f"fit, $m = {style.quoted(mass, mass_error)}$ MeV"
            np.testing.assert_allclose(drawn[name].get_xdata(), [10.6, 15.4])  # 11 to 15 and 16
            np.testing.assert_allclose(drawn[name].get_ydata(), [mass] * 2)
            band = axes.collections[-1].get_paths()[0].vertices[:, 1]
            self.assertAlmostEqual(np.ptp(band), 2 * mass_error, delta=1e-6)
            np.testing.assert_array_equal(drawn["truth"].get_ydata(), [truth.masses_mev[i - 1]] * 2)
            np.testing.assert_array_equal(drawn["fit, by time"].get_ydata(),
                                          results.array(f"masses/fitted_mass_{i}_mev")[0])
            low, high = axes.get_ylim()
            self.assertTrue(low < mass - mass_error and mass + mass_error < high)
            self.assertLess(high - low, 0.3 * mass)
            self.assertIn("[MeV]", axes.get_ylabel())

    def test_equal_hadrons_have_one_panel_and_given_masses_a_line(self):
        def same(file):
            write_masses(file, fits=False)
            file["masses/effective_mass_2_mev"][...] = file["masses/effective_mass_1_mev"][...]
        figure = plot.figure_masses(self.open(same))
        self.assertEqual(len(figure.axes), 1)
        labels = list(self.labelled(figure.axes[0]))
        self.assertTrue(any(label.startswith("given, ") for label in labels), labels)
        self.assertIn("two-point function", labels)
        self.assertNotIn("truth", labels)

    def test_a_given_mass_stands_beside_the_fit_and_its_window_is_seen(self):
        def given(file):
            write_masses(file)
            for i, mass in enumerate((1500.0, 1200.0), 1):  # 200 MeV below the plateau
                rows = file[f"masses/mass_{i}_mev"]
                rows.attrs.update({"mass_lat": rows[0] / synthetic.INVERSE_SPACING,
                                   "mass_lat_stat": 1e-3, "t_min": 17, "t_max": 20})
                rows[...] = mass
        results = self.open(given)
        axes = plot.figure_masses(results).axes[0]
        drawn = self.labelled(axes)
        fit, = (line for name, line in drawn.items() if name.startswith("fit, $m"))
        line, = (line for name, line in drawn.items() if name.startswith("given, $m = 1500"))
        self.assertAlmostEqual(fit.get_ydata()[0], 1700, delta=5)
        np.testing.assert_allclose(line.get_ydata(), [1500, 1500])
        low, high = axes.get_xlim()
        self.assertTrue(low < 16.6 and 19.4 < high, (low, high))
        low, high = axes.get_ylim()
        value = results.band("masses/effective_mass_1_mev")[0][T >= 17][:-1]
        self.assertTrue(low < min(1500, *value) and max(1700, *value) < high)

    def test_effective_energies_have_plateaus_and_levels(self):
        def level(file):
            synthetic.put(file, "finite_volume/level_mev",
                          synthetic.rows(np.random.default_rng(1), np.array([-1.6, 30]), 0.05, N),
                          "MeV")
        results = self.open(write_energies, level)
        truth = plot.Truth(np.ones(1), np.ones(1), box_level_mev=(-1.55, 30.0))
        (axes,) = plot.figure_energies(results, truth).axes
        drawn = self.labelled(axes)
        value, error = results.band("direct/delta_e_mev")
        for s, name in enumerate(("wall", "smeared")):
            line, _, (bars,) = drawn[name].lines
            np.testing.assert_array_equal(line.get_ydata(), value[s])
            np.testing.assert_allclose(line.get_xdata(), [11, 12, 13], atol=0.1)
            spans = np.array([one.vertices[:, 1] for one in bars.get_paths()])
            np.testing.assert_allclose(np.ptp(spans, axis=1), 2 * error[s], rtol=1e-9)
            constant, spread = (one[s] for one in results.band("direct/plateau_delta_e_mev"))
            plateau = drawn[f"${style.quoted(constant, spread)}$ MeV"]
            np.testing.assert_allclose(plateau.get_xdata(), [11.6, 13.4])
            np.testing.assert_allclose(plateau.get_ydata(), [constant] * 2)
        levels = [name for name in drawn if name.startswith("box, of the potential")]
        self.assertEqual(len(levels), 1)
        self.assertEqual(drawn[levels[0]].get_ydata()[0],
                         results.array("finite_volume/level_mev")[0, 0])
        self.assertEqual(drawn["truth"].get_ydata()[0], -1.55)
        self.assertIn("22", axes.get_title(loc="left"))

    def test_two_baryon_correlators_have_a_panel_of_their_own(self):
        def both(file):
            write_energies(file, plateau=False)
            write_energies(file, "two_baryon_", plateau=False)
            file.attrs["direct_two_baryon_source"] = ["smeared", "wall"]
        results = self.open(both)
        figure = plot.figure_energies(results)
        self.assertEqual(len(figure.axes), 2)
        self.assertIn("two baryons", figure.axes[1].get_title(loc="left"))
        drawn = self.labelled(figure.axes[1])
        np.testing.assert_array_equal(drawn["smeared"].lines[0].get_ydata(),
                                      results.array("direct/two_baryon_delta_e_mev")[0, 0])

    def test_figures_are_there_with_their_rows_alone(self):
        for changes, expected in (((), set()),
                                  ((write_masses, write_energies),
                                   {"effective_masses.png", "effective_energies.png"})):
            results = self.open(*changes)
            with program.drawn_once():
                written = plot.draw_all(results, os.path.join(self.folder, "figures"), {})
            names = {os.path.basename(path) for path in written}
            self.assertEqual({name for name in names if "effective" in name and "png" in name},
                             expected)
            results.close()

    def test_no_errors_without_samples(self):
        def first(file):
            write_energies(file)
            write_masses(file)
            for name in ("direct/delta_e_mev", "direct/plateau_delta_e_mev",
                         *(f"masses/{part}_{i}_mev" for i in (1, 2)
                           for part in ("effective_mass", "mass", "fitted_mass"))):
                values, attributes = file[name][:1], dict(file[name].attrs)
                del file[name]
                file[name] = values
                file[name].attrs.update(attributes)
        results = self.open(first)
        self.assertEqual(len(plot.figure_energies(results).axes), 1)
        self.assertEqual(len(plot.figure_masses(results).axes), 2)

    def test_numbers_with_two_digits_of_their_errors(self):
        for value, error, expected in ((-1.44798, 0.1691, "-1.45(17)"), (1700.82, 1.34, "1700.8(1.3)"),
                                       (1700.82, 12.4, "1701(12)"), (0.66512, 0.000871, "0.66512(87)"),
                                       (3.5, None, "3.5"), (3.5, np.inf, "3.5"), (3.5, 0, "3.5")):
            self.assertEqual(style.quoted(value, error), expected)

    def test_truth_tells_masses_and_levels(self):
        path = os.path.join(self.folder, "truth.yaml")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write("mass_1_mev: 1700\nmass_2_mev: 1600\nbox_level_mev: [-1.5, 3]\n"
                         "scattering_length_fm: -2\n"
                         "phase_shifts: {e_cm_mev: [1], delta_deg: [2]}\n")
        truth = plot.read_truth(path)
        self.assertEqual((truth.masses_mev, truth.box_level_mev), ((1700, 1600), (-1.5, 3)))
        self.assertAlmostEqual(truth.kcot_threshold, synthetic.HBARC / 2)


if __name__ == "__main__":
    unittest.main()
