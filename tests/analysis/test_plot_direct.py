# SPDX-License-Identifier: GPL-3.0-or-later
"""analysis/plot_direct.py on invented levels: which are shown, where, and how axes grow."""

import os
import sys
import tempfile
import unittest

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "analysis"))

import plot  # noqa: E402
import plot_direct  # noqa: E402
import style  # noqa: E402
import synthetic  # noqa: E402

UNIT = synthetic.INVERSE_SPACING**2


def branch(low, high):
    """A curve that rises from -inf to inf between two k^2."""
    x = np.linspace(low, high, 73)[1:-1]
    return x, -1e3 / np.tan(np.pi * (x - low) / (high - low))


def write_levels(path, k2, error, kcot, kcot_error, plateau=False):
    """k2, ... (source, t) of a run of synthetic.py; jackknife samples with these errors."""
    pieces = [branch(-8e-3, 0), branch(0, 8e-3)]
    with h5py.File(path, "a") as file:
        synthetic.put(file, "direct/t", np.array([11, 12]), "a", resampled=False)
        synthetic.put(file, "direct/curve_k2_lat", [x for x, _ in pieces], "1/a^2", False)
        synthetic.put(file, "direct/curve_kcot_mev", [y for _, y in pieces], "MeV", False)
        n = len(file["scattering/delta_deg"]) - 1
        sign = np.where(np.arange(n) % 2 == 0, 1.0, -1.0) / np.sqrt(n - 1)
        for name, value, spread in (("k2_lat", k2, error), ("kcot_mev", kcot, kcot_error)):
            value, spread = np.array(value), np.array(spread)
            rows = value + sign[(...,) + (None,) * value.ndim] * spread
            path = f"direct/{'plateau_' if plateau else ''}{name}"
            synthetic.put(file, path, np.concatenate([value[None], rows]), "1")
        if plateau:
            synthetic.put(file, "direct/k2_lat", np.zeros((n + 1, len(k2), 2)), "1/a^2")


class PlotDirectTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = os.path.join(folder.name, "results.h5")
        self.addCleanup(style.plt.close, "all")
        synthetic.write_results(self.file, n=20)

    def open(self):
        results = plot.Results(self.file)
        self.addCleanup(results.close)
        return results

    def write(self, *values, **options):
        with h5py.File(self.file) as file:
            nsource = len(np.atleast_1d(file.attrs["source"]))
        write_levels(self.file, *([value] * nsource for value in values), **options)
        return self.open()

    def test_the_last_known_time_of_each_source_is_a_level(self):
        results = self.write([-1e-3, -2e-3], [1e-4, 3e-4], [5.0, 7.0], [1.0, 2.0])
        levels = plot_direct.read_levels(results)
        self.assertEqual(len(levels), len(results.source))
        self.assertEqual(levels[0].label, f"direct, {results.source[0]}, $t = 12$")
        self.assertAlmostEqual(levels[0].k2, -2e-3 * UNIT)
        self.assertAlmostEqual(levels[0].error, 3e-4 * UNIT)
        self.assertAlmostEqual(levels[0].kcot, 7.0)

    def test_times_without_energy_are_left_out(self):
        results = self.write([-1e-3, np.nan], [1e-4, 1e-4], [5.0, np.nan], [1.0, 1.0])
        self.assertIn("$t = 11$", plot_direct.read_levels(results)[0].label)

    def test_a_plateau_comes_first(self):
        results = self.write(-3e-3, 1e-4, 11.0, 1.0, plateau=True)
        level = plot_direct.read_levels(results)[0]
        self.assertIn("plateau", level.label)
        self.assertAlmostEqual(level.kcot, 11.0)

    def test_curves_have_a_gap_at_each_pole(self):
        results = self.write([-1e-3, -2e-3], [1e-4, 3e-4], [5.0, 7.0], [1.0, 2.0])
        x, y = plot_direct.along_curve(results, -6e-3 * UNIT, 6e-3 * UNIT)
        self.assertEqual(np.isnan(y).sum(), 2)
        for piece in np.split(y, 1 + np.flatnonzero(np.isnan(y))):
            self.assertTrue(np.all(np.diff(piece[:-1]) > 0))
        self.assertAlmostEqual(x[0], -6e-3 * UNIT)
        x, y = plot_direct.along_curve(results, 50 * UNIT, 60 * UNIT)
        self.assertEqual(len(x), 0)

    def test_axes_grow_to_hold_the_levels(self):
        results = self.write([-1e-3, -2e-3], [1e-4, 3e-4], [5.0, -900.0], [1.0, 2.0])
        _, ((axes,),) = style.new_figure(2, 2)
        axes.set(xlim=(-1e-3, 2e4), ylim=(-100, 400))
        plot_direct.draw_direct(axes, results, 1000)
        self.assertLess(axes.get_xlim()[0], -2.3e-3 * UNIT)
        self.assertLess(axes.get_ylim()[0], -900)
        self.assertEqual(axes.get_xlim()[1], 2e4)
        labels = axes.get_legend_handles_labels()[1]
        self.assertEqual(len(labels), len(results.source) + 1)
        _, ((other,),) = style.new_figure(2, 2)
        other.set(xlim=(-1, 1), ylim=(-100, 400))
        plot_direct.draw_direct(other, results, 800)  # beyond what is shown
        self.assertEqual(other.get_ylim(), (-100, 400))

    def test_errors_near_poles_are_those_of_the_distance(self):
        """As tests/record/test_branches.c, places_among_free_levels_have_poles_there."""
        with h5py.File(self.file, "a") as file:
            n = len(file["scattering/delta_deg"]) - 1
            place = np.where(np.arange(n + 1) == 7, 359.0, 410.0)
            synthetic.put(file, "direct/place_deg", place, "deg")
            synthetic.put(file, "direct/kcot_mev", np.where(place > 360, -5.0, 50.0), "MeV")
            file["direct/place_deg"].attrs["compare"] = "free_levels"
            file["direct/kcot_mev"].attrs["compare"] = "pole"
            file["direct/kcot_mev"].attrs["guide"] = "direct/place_deg"
        results = self.open()
        spread = results.band("direct/place_deg")[1]
        self.assertLess(spread, 50)
        self.assertAlmostEqual(float(results.band("direct/kcot_mev")[1]), 5 * spread / 50)

    def test_below_the_first_level_there_is_no_pole(self):
        with h5py.File(self.file, "a") as file:
            n = len(file["scattering/delta_deg"]) - 1
            place = np.where(np.arange(n + 1) % 2, -178.0, -182.0)
            place[0] = -180.0
            synthetic.put(file, "direct/place_deg", place, "deg")
            synthetic.put(file, "direct/kcot_mev", -350.0 + place / 10, "MeV")
            file["direct/place_deg"].attrs["compare"] = "free_levels"
            file["direct/kcot_mev"].attrs["compare"] = "pole"
            file["direct/kcot_mev"].attrs["guide"] = "direct/place_deg"
        results = self.open()
        spread = results.band("direct/place_deg")[1]
        self.assertAlmostEqual(float(results.band("direct/kcot_mev")[1]), float(spread) / 10)

    def test_units_are_those_of_the_axes(self):
        results = self.write([-1e-3, -2e-3], [1e-4, 3e-4], [5.0, 7.0], [1.0, 2.0])
        _, ((axes,),) = style.new_figure(2, 2)
        plot_direct.draw_direct(axes, results, 1000, unit=100.0)
        mark = [line for line in axes.lines if line.get_marker() == "D"][0]
        self.assertAlmostEqual(np.atleast_1d(mark.get_xdata())[0], -2e-3 * UNIT / 1e4)

    def test_runs_without_levels_are_as_before(self):
        results = self.open()
        _, ((axes,),) = style.new_figure(2, 2)
        plot_direct.draw_direct(axes, results, 1000)
        self.assertEqual(len(axes.lines), 0)


if __name__ == "__main__":
    unittest.main()
