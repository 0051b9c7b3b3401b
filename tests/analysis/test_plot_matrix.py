# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of plot.py of fits of several components: what is drawn is what results.h5 holds, for two
pairs and for an S and a D wave, with and without samples."""

import os
import sys
import tempfile
import unittest
from contextlib import closing

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "analysis"))

import matplotlib.pyplot as plt  # noqa: E402
import plot  # noqa: E402
import plot_matrix  # noqa: E402
import program  # noqa: E402
from results import Results  # noqa: E402

N, NT, NS, NR = 5, 2, 2, 20  # samples, times, sources, radii


class MatrixTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(plt.close, "all")
        self.path = os.path.join(folder.name, "results.h5")
        self.r = 0.1 * np.arange(1, NR + 1)
        rng = np.random.default_rng(1)
        self.spread = 1 + 0.02 * rng.standard_normal((1 + N, 1))
        self.spread[0] = 1

    def write(self, tensor, samples=N):
        """A core with a pocket on the diagonal, a coupling without a sign; D does not fit r_1."""
        names = ["XX:3S1", "XX:3D1"] if tensor else ["A:1S0", "B:1S0"]
        core = 900 * np.exp(-(self.r / 0.3)**2) - 40 * np.exp(-(self.r / 0.9)**2)
        coupling = 50 * np.exp(-(self.r / 0.6)**2)
        rows = self.spread[:1 + samples]
        matrix = np.stack([rows * core, rows * coupling, rows * coupling, rows * core])
        matrix = np.moveaxis(matrix.reshape(2, 2, 1 + samples, NR), 2, 0)[:, None]
        matrix = np.repeat(matrix, NT, axis=1)
        fitted = np.ones((2, NR))
        fitted[1, 0] = 0
        pull = np.ones((1 + samples, NS, NT, 2, NR))
        pull[..., 1, 0] = np.nan
        with h5py.File(self.path, "w") as file:
            file.attrs.update({"format": "hadpot-results", "version": 1, "channel": "two waves",
                               "nsample": samples, "components": names, "source": ["a", "b"],
                               "t": [9, 10], "inverse_spacing_mev": 2000.0,
                               "fit_describes_data": 1, "potential_ends_in_range": 1})
            file["grid/r_fm"], file["grid/fitted"] = self.r, fitted
            file["correlator/R"] = np.ones((1 + samples, NS, NT, 2, NR)) * self.r
            file["correlator/dt"] = file["correlator/R"][:]
            file["potential/localised_matrix_mev"] = matrix
            file["potential/lo_matrix_mev"] = 1.01 * matrix
            if tensor:
                for name in ("localised", "lo"):
                    file[f"potential/{name}_vc_mev"] = matrix[:, :, 0, 0]
                    file[f"potential/{name}_vt_mev"] = matrix[:, :, 0, 1]
            u = np.arange(8) * 0.1
            file["potential/u_r_fm"] = u
            file["potential/u_mev_fm3"] = np.ones((1 + samples, 2, 2, 8, 8)) * u
            file["training/pull"] = pull
            file["training/chi2_per_effective_point_by_region"] = np.ones((1 + samples, NS, 2, 1))
            file["grid/chi2_region_edges_fm"] = np.array([])
        return core, coupling

    def draw(self, function):
        with closing(Results(self.path)) as results:
            return function(results)

    def test_elements_and_their_ranges(self):
        core, coupling = self.write(tensor=False)
        figure = self.draw(plot_matrix.figure_matrix_potential)
        axes = figure.axes
        self.assertEqual(len(axes), 6)
        titles = [one.get_title(loc="left") for one in axes[::2]]
        self.assertEqual(titles, ["A:1S0", "A:1S0 - B:1S0", "B:1S0"])
        for panel, expected in ((axes[0], core), (axes[3], coupling)):
            line = max(panel.lines, key=lambda one: len(one.get_xdata()) == NR - 1)
            np.testing.assert_allclose(line.get_ydata(), expected[1:], rtol=1e-12)
        self.assertLess(axes[1].get_ylim()[1], 100)  # the pocket
        self.assertGreater(axes[3].get_ylim()[1], 45)  # no pocket: all of it

    def test_an_s_and_a_d_wave_have_vc_and_vt(self):
        self.write(tensor=True)
        figure = self.draw(plot_matrix.figure_matrix_potential)
        self.assertEqual([one.get_title(loc="left") for one in figure.axes[::2]],
                         ["$V_C$", "$V_T$"])

    def test_pulls_of_fitted_points_alone(self):
        self.write(tensor=True)
        figure = self.draw(plot_matrix.figure_matrix_pulls)
        self.assertEqual(len(figure.axes), 2 * NS * NT)
        lower = figure.axes[NS * NT]
        dots = [one for one in lower.lines if one.get_marker() == "o"]
        self.assertEqual([len(one.get_xdata()) for one in dots], [NR - 1])

    def test_of_many_pulls_the_worst_are_shown_and_it_is_said(self):
        self.write(tensor=True)
        with h5py.File(self.path, "r+") as file:
            pull = np.ones((1 + N, 4, NT, 2, NR))
            pull[:, 0] = 0.5
            del file["training/pull"]
            file["training/pull"] = pull
            file.attrs["source"] = ["a", "b", "c", "d"]
        axes = self.draw(plot_matrix.figure_matrix_pulls).axes
        self.assertEqual([one.get_title(loc="left") for one in axes[:6]],
                         [f"{s}, $t = {t}$" for s in "bcd" for t in (9, 10)])
        self.assertIn("the worst 6 of 8", axes[5].get_title(loc="right"))

    def test_maps_and_correlators(self):
        self.write(tensor=False)
        self.assertEqual(sum(bool(one.collections) for one in
                             self.draw(plot_matrix.figure_matrix_nonlocal).axes[:4]), 4)
        self.assertEqual(len(self.draw(plot_matrix.figure_matrix_correlator).axes), 4)

    def test_plot_draws_them_in_place_of_those_of_one_wave(self):
        for samples in (0, N):
            self.write(tensor=True, samples=samples)
            with program.drawn_once():
                code, out, err = program.run(plot, os.path.dirname(self.path))
            self.assertEqual((code, err), (0, ""))
            drawn = {os.path.basename(line) for line in out.splitlines() if line.endswith(".png")}
            self.assertEqual(drawn, {"correlator.png", "potential_matrix.png",
                                     "nonlocal_potential.png", "pulls.png"})


if __name__ == "__main__":
    unittest.main()
