# SPDX-License-Identifier: GPL-3.0-or-later
"""analysis/curves.py: curves through computed momenta against functions that are known between
them, from threshold on and through poles; and what plot.py draws of them."""

import os
import sys
import tempfile
import unittest

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "analysis"))

import curves  # noqa: E402
import plot  # noqa: E402
import program  # noqa: E402
import synthetic  # noqa: E402

def hard_core(k, radius=1.3):
    """delta = -k R: poles of k cot delta wherever k R is a multiple of pi."""
    return k / np.tan(-k * radius), np.degrees(-k * radius)


class CurvesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(plot.plt.close, "all")
        self.path = os.path.join(folder.name, "results.h5")

    def open(self, **options):
        synthetic.write_results(self.path, **options)
        return self.open_again()

    def open_again(self):
        results = plot.Results(self.path)
        self.addCleanup(results.close)
        return results

    def test_parabolas_of_k2_come_back_exactly(self):
        k = np.array([2.0, 9.0, 60.0, 140.0, 310.0])
        y = lambda k: -36.4 + 4.4e-3 * k**2 + 3e-8 * k**4  # noqa: E731
        delta = np.degrees(np.arctan2(k, y(k)))
        phases = curves.Phases(k, delta, y(k), y(0.0))
        self.assertEqual(phases.k[0], 0)
        found, kcot = phases.at(phases.k)
        # slopes of parabolas are exact for them; rounding of angles
        np.testing.assert_allclose(kcot, y(phases.k), rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(found, np.degrees(np.arctan2(phases.k, y(phases.k))), atol=1e-9)
        self.assertAlmostEqual(found[0], 180.0)  # one bound state

    def test_delta_starts_like_k_and_not_like_a_line(self):
        k = np.array([30.0, 60.0, 90.0, 120.0])
        y = 200 + 1e-2 * k**2
        phases = curves.Phases(k, np.degrees(np.arctan2(k, y)), y, 200.0)
        small = np.array([0.0, 1.0, 2.0])
        np.testing.assert_allclose(phases.at(small)[0], np.degrees(np.arctan(small / 200)),
                                   rtol=1e-3, atol=1e-12)

    def test_poles_are_passed_with_delta_continuous(self):
        error = []
        for step in (0.4, 0.2):
            k = np.arange(step, 6.9, step)
            phases = curves.Phases(k, hard_core(k)[1], hard_core(k)[0], -1 / 1.3)
            at = np.linspace(0, k[-1], 400)
            found, y = phases.at(at)
            error.append(np.abs(found + np.degrees(1.3 * at)).max())
            self.assertEqual(np.sum(np.isnan(found)), 0)
        # steps of 30 degrees, and no jump of 180; second order at least, of slopes of
        # parabolas
        self.assertLess(error[0], 2.5)
        self.assertLess(error[1], error[0] / 3.5)
        exact = hard_core(at[1:])[0]
        near = np.abs(exact) < 3
        np.testing.assert_allclose(y[1:][near], exact[near], atol=0.03)

    def test_curves_pass_through_what_was_computed(self):
        random = np.random.default_rng(3)
        k = np.array([10.0, 20.0, 40.0, 41.0, 90.0, 200.0])
        kcot, delta = hard_core(k / 60)
        delta = delta + 180 * random.integers(0, 3, (4, 1))
        kcot = np.broadcast_to(60 * kcot, delta.shape)
        phases = curves.Phases(k, delta, kcot, np.array([-46.0, np.nan, -46.0, -46.0]))
        found, y = phases.at(k)
        np.testing.assert_allclose(found, delta, rtol=1e-12)
        np.testing.assert_allclose(y, kcot, rtol=1e-11)
        missing = np.isnan(phases.at(np.array([5.0]))[0])[:, 0]
        self.assertEqual(missing.tolist(), [False, True, False, False])
        self.assertTrue(np.isnan(phases.at(np.array([201.0]))[0]).all())

    def test_without_threshold_curves_start_at_the_first_momentum(self):
        for threshold in (None, np.nan):
            phases = curves.Phases(np.array([50.0, 100.0]), np.array([30.0, 20.0]),
                                   np.array([86.0, 274.0]), threshold)
            self.assertEqual(phases.k[0], 50)
        close = curves.Phases(np.array([1e-4, 100.0]), np.array([1e-4, 20.0]),
                              np.array([70.0, 274.0]), 70.00001)
        self.assertEqual(close.k[0], 1e-4)  # it is threshold

    def test_one_momentum_and_missing_values(self):
        phases = curves.Phases(np.array([50.0]), np.array([30.0]), np.array([86.6]))
        # k cot delta has three digits, and delta is computed from it
        np.testing.assert_allclose(phases.at(phases.k)[0], [30.0], rtol=1e-5)
        y = curves.smooth([0, 1, 2, 3], [0.0, 1.0, np.nan, 9.0], np.array([0.5, 1.5, 3.0]))
        np.testing.assert_allclose(y, [0.5, np.nan, 9.0])

    def test_bands_of_other_quantities_do_not_leave_the_range_of_their_ends(self):
        x = np.array([0.1, 1, 10, 50])
        at, y, none = curves.smooth_bands(x, np.array([3500.0, 2500, 500, 40]), None)
        self.assertIsNone(none)
        self.assertTrue((np.diff(y) < 0).all())
        self.assertEqual((at[0], at[-1], y[0], y[-1]), (0.1, 50, 3500, 40))

    def test_band_at_the_momenta_is_that_of_the_file(self):
        results = self.open(n=6)
        found = curves.Curves(results)
        known = [np.argmin(np.abs(found.k - k)) for k in found.known_k]
        for name in ("delta_deg", "kcot_mev"):
            value, error = results.band(f"scattering/{name}")
            curve, spread = found.band(name)
            np.testing.assert_allclose(curve[known], value, rtol=1e-9)
            np.testing.assert_allclose(spread[known], error, rtol=1e-6)  # differences of samples
            self.assertFalse(np.isnan(spread[1:]).any())

    def test_samples_may_have_momenta_of_their_own(self):
        synthetic.write_results(self.path, n=4)
        with h5py.File(self.path, "r+") as file:
            factor = np.array([1, 0.98, 0.99, 1.01, 1.02])[:, None]  # of masses
            k = file["scattering/k_mev"][:] * factor
            kcot = 250 + k**2 / 400
            file["scattering/delta_deg"][...] = np.degrees(np.arctan2(k, kcot))
            file["scattering/kcot_mev"][...] = kcot
            file["scattering/kcot_threshold_mev"][...] = 250
            synthetic.put(file, "scattering/k_mev_by_sample", k, "MeV")
            file["scattering/k_mev_by_sample"].attrs["axes"] = ["sample", "k"]
        results = self.open_again()
        found = curves.Curves(results)
        delta, kcot = found.phases.at(found.k)
        k = found.k * factor
        # parabolas of k^2 come back exactly, to rounding
        np.testing.assert_allclose(kcot, 250 + k**2 / 400, rtol=1e-9)
        np.testing.assert_allclose(delta, np.degrees(np.arctan2(k, 250 + k**2 / 400)), atol=1e-8)
        known = [np.argmin(np.abs(found.k - one)) for one in found.known_k]
        np.testing.assert_allclose(found.band("delta_deg")[1][known],
                                   results.band("scattering/delta_deg")[1], rtol=1e-6)
        with program.drawn_once():
            written = plot.draw_all(results, os.path.dirname(self.path), {})
        self.assertFalse([path for path in written if "by_sample" in path])

    def test_total_band_at_the_momenta_is_that_of_the_file(self):
        self.open(n=4).close()
        synthetic.add_total(self.path)
        results = self.open_again()
        found = curves.Curves(results)
        known = [np.argmin(np.abs(found.k - k)) for k in found.known_k]
        k, total = found.total("kcot_mev")
        expected = results.total("scattering/kcot_mev")
        bounded = np.isfinite(total[1, known])
        np.testing.assert_allclose(total[:, known][:, bounded], expected[:, bounded], rtol=1e-9)

    def test_total_band_goes_on_to_threshold_where_it_has_a_limit(self):
        self.open(n=4).close()
        with h5py.File(self.path, "r+") as file:
            k = file["scattering/k_mev"][:]
            middle, low, high = (np.degrees(np.arctan2(k, y + k**2 / 400)) for y in (250, 230, 290))
            file["scattering/delta_deg"][...] = middle
            synthetic.put(file, "total/scattering/delta_deg",
                          np.stack([middle, middle - high, low - middle]), "deg", False)
            synthetic.put(file, "total/scattering/kcot_threshold_mev",
                          np.array([250.0, 20.0, 40.0]), "MeV", False)
        results = self.open_again()
        k, band = curves.Curves(results).total("kcot_mev")
        self.assertEqual(k[0], 0)
        # parabolas of k^2 in the middle and at both edges
        np.testing.assert_allclose(band[0], 250 + k**2 / 400, rtol=1e-9)
        np.testing.assert_allclose(band[1:].T, np.full((len(k), 2), [20, 40]), rtol=1e-6)
        k, band = curves.Curves(results).total("delta_deg")
        np.testing.assert_allclose(band[0] - band[1], np.degrees(np.arctan2(k, 290 + k**2 / 400)),
                                   atol=1e-8)
        results.close()
        with h5py.File(self.path, "r+") as file:  # some potentials bind
            file["total/scattering/kcot_threshold_mev"][1] = 270
        found = curves.Curves(self.open_again())
        k, band = found.total("delta_deg")
        self.assertTrue(np.isnan(band[:, k < 0.999 * found.known_k[0]]).all())

    def test_the_figure_has_no_line_from_zero_to_the_first_momentum(self):
        results = self.open(n=4)
        axes = plot.figure_phase_shift(results).axes[0]
        curve = next(line for line in axes.lines if line.get_label() == "hadpot").get_xydata()
        first = results.array("scattering/e_cm_mev")[0]
        inside = curve[curve[:, 0] < 0.999 * first]
        self.assertGreater(len(inside), 3)
        exact = synthetic.phase_shift(np.sqrt(4796 * inside[1:, 0]), 55.0)
        # of a well: delta is known; the average of the samples is off it by half a percent of depth
        np.testing.assert_allclose(inside[1:, 1], exact, atol=0.7)
        results.close()
        with h5py.File(self.path, "r+") as file:
            del file["scattering/kcot_threshold_mev"]
        axes = plot.figure_phase_shift(self.open_again()).axes[0]
        curve = next(line for line in axes.lines if line.get_label() == "hadpot")
        self.assertAlmostEqual(curve.get_xdata()[0], first)


if __name__ == "__main__":
    unittest.main()
