# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of plot.py of coupled channels, from the CSV files of hadpot: what is drawn is what these
hold, in both forms of mixing.csv, with and without errors."""

import os
import sys
import tempfile
import unittest
from contextlib import closing
from types import SimpleNamespace

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "analysis"))

import plot  # noqa: E402
import plot_channels  # noqa: E402
import plot_mixing  # noqa: E402
import plot_poles  # noqa: E402
import plot_smatrix  # noqa: E402
import program  # noqa: E402
import style  # noqa: E402
from results import Results, band  # noqa: E402

THRESHOLDS = {"LL": 2231.4, "NX": 2291.4}


def wells(energy, threshold=6.0):
    """S of the wells c1 of tests/scatter/closed_forms.h, closed channel eliminated; NaN: closed."""
    S = np.full((len(energy), 2, 2), np.nan + 0j)
    for i, e in enumerate(energy):
        k = np.sqrt(np.array([e, e - threshold], dtype=complex))
        values, vectors = np.linalg.eigh(np.array([[e + 1, 1], [1, e - threshold + 5]]))
        root = np.sqrt(values.astype(complex))
        Y = (vectors * (root / np.tan(root))) @ vectors.T
        one = np.diag(np.exp(1j * k) / np.sqrt(k))
        two = np.diag(np.exp(-1j * k) / np.sqrt(k))
        found = np.linalg.solve(Y @ one - 1j * one @ np.diag(k), Y @ two + 1j * two @ np.diag(k))
        if e > threshold:
            S[i] = found
        else:
            S[i, 0, 0] = found[0, 0]
    return S


def write_csv(path, columns, error=0.0):
    """A column behind each number with its error, where there is one, as hadpot writes them."""
    names, values = [], []
    for name, value in columns.items():
        names.append(name)
        values.append(value)
        if error > 0 and not isinstance(value[0], str) and name not in ("e_mev", "w_mev"):
            names.append(name + "_err")
            values.append(error * np.ones(len(value)))
    with open(path, "w", encoding="utf-8") as stream:
        stream.write("# invented\n" + ",".join(names) + "\n")
        for row in zip(*values):
            stream.write(",".join(cell if isinstance(cell, str) else f"{cell:.10g}"
                                  for cell in row) + "\n")


class ChannelsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.energy = np.linspace(0.27, 15, 60)

    def open_results(self, *groups, thresholds=None):
        path = os.path.join(self.folder, "results.h5")
        with h5py.File(path, "w") as file:
            file.attrs.update({"format": "hadpot-results", "version": 1, "channel": "L L - N Xi",
                               "nsample": 0, "components": ["LL:1S0", "NX:1S0"]})
            for name, value in (thresholds or {}).items():
                file.attrs[f"threshold_{name}_mev"] = value
            for group in groups:
                file.create_group(group)
        return path

    def write_smatrix(self, error=0.0):
        S = wells(self.energy)
        columns = {"e_mev": 10 * self.energy, "w_mev": 2231.4 + 10 * self.energy}
        for c, d in ((0, 0), (0, 1), (1, 1)):
            columns[f"re_S_{c + 1}{d + 1}"] = S[:, c, d].real
            columns[f"im_S_{c + 1}{d + 1}"] = S[:, c, d].imag
        write_csv(os.path.join(self.folder, "smatrix.csv"), columns, error)
        return S

    def write_mixing(self, long, error=0.0):
        e = np.linspace(5.0, 175.0, 18)
        s, d, epsilon = 160 - 9 * np.sqrt(e), -0.15 * e, 0.02 * e
        columns = {"e_mev": e, "w_mev": e, "eigenphase_1_deg": s, "eigenphase_2_deg": d,
                   "eigenphase_sum_deg": s + d}
        if long:
            columns = {name: np.tile(value, 2) for name, value in columns.items()}
            names = ["stapp"] * len(e) + ["blatt"] * len(e)
            columns = {"parametrisation": names, **columns,
                       "delta_1_deg": np.concatenate([s, s + 0.1]),
                       "delta_2_deg": np.concatenate([d, d - 0.1]),
                       "epsilon_deg": np.concatenate([epsilon, 1.4 * epsilon])}
        else:
            columns |= {"stapp_1_deg": s, "stapp_2_deg": d, "stapp_epsilon_deg": epsilon,
                        "blatt_1_deg": s + 0.1, "blatt_2_deg": d - 0.1,
                        "blatt_epsilon_deg": 1.4 * epsilon}
        write_csv(os.path.join(self.folder, "mixing.csv"), columns, error)
        return e, s, epsilon

    def write_poles(self, error=0.0):
        columns = {"sheet": ["-+", "-+", "--", "+-"], "re_w_mev": [2280.3, 2229.1, 2226.0, 2312.0],
                   "im_w_mev": [-4.2, 0.0, 0.0, -9.5],
                   "kind": ["resonance", "virtual", "virtual", "resonance"]}
        write_csv(os.path.join(self.folder, "poles.csv"), columns, error)

    def write_phases(self, error=0.0):
        """Three components of two pairs, one of them closed at first, another a D wave."""
        names = ["NN:3S1", "NN:3D1", "ND:5D0"]
        e = np.linspace(2.0, 300.0, 25)
        columns = {"component": [], "w_mev": [], "k_mev": [], "delta_deg": [],
                   "kcot_mev": [], "eta": []}
        for c, name in enumerate(names):
            closed = (e < 100) & (c == 2)
            delta = [160 - 9 * np.sqrt(e), -0.1 * e, 0.05 * (e - 100)][c]
            k = np.sqrt(938.9 * e)
            cot = k**(1 if c == 0 else 5) / np.tan(np.radians(delta))
            columns["component"] += [name] * len(e)
            for key, value in (("w_mev", e + 1877.8), ("k_mev", k),
                               ("delta_deg", np.where(closed, np.nan, delta)),
                               ("kcot_mev", np.where(closed, np.nan, cot)),
                               ("eta", np.where(closed, np.nan, 1 - 5e-4 * np.maximum(e - 100, 0)))):
                columns[key] = np.concatenate([columns[key], value])
        write_csv(os.path.join(self.folder, "phase_shift.csv"), columns, error)
        return names, e

    def write_potential(self):
        r = np.linspace(0.1, 4.0, 40)
        pairs = [("NN:3S1", "NN:3S1", -60.0), ("NN:3S1", "NN:3D1", -30.0), ("NN:3D1", "NN:3D1", 0.0)]
        write_csv(os.path.join(self.folder, "potential.csv"),
                  {"row": [a for a, _, _ in pairs for _ in r],
                   "column": [b for _, b, _ in pairs for _ in r], "r_fm": np.tile(r, 3),
                   "v_mev": np.concatenate([depth * np.exp(-r**2) for _, _, depth in pairs])})

    def read_truth(self, component):
        """Of an ensemble with channels, as hadpot synth writes it."""
        path = os.path.join(self.folder, "truth.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write("channel: x\npotential: {gaussians: {amplitudes_mev: [1], ranges_fm: [1]}}\n"
                       "pairs: {NN: {mass_1_mev: 939, mass_2_mev: 939}}\nw_mev: [110, 130]\n"
                       f"delta_deg_{component}: [20.5, -30.25]\neta_{component}: [1, .nan]\n"
                       "pole_1_on_-+: {kind: resonance, re_w_mev: 120.5, im_w_mev: -3.25}\n")
        self.assertIsNone(plot.read_truth_potential(path))
        return plot.read_truth(path)

    def test_phases_of_every_component(self):
        names, e = self.write_phases(0.01)
        self.write_potential()
        path = self.open_results("smatrix")
        with h5py.File(path, "r+") as file:
            file.attrs["components"] = names
            file["scattering/e_mev"] = e
            file["scattering/delta_deg"] = np.zeros((1, 3, 25))
            file["scattering/kcot_mev"] = np.zeros((1, 3, 25))
            file["potential/r_fm"], file["potential/v_mev"] = np.zeros(40), np.zeros((3, 40))
            file["femtoscopy/k_mev"] = np.linspace(10, 200, 25)
            file["femtoscopy/source_radius_fm"] = [0.8, 1.2]
            file["femtoscopy/correlation"] = np.ones((1, 2, 25))
            file["scattering/w_mev"] = np.ones((1, 25))  # masses vary: W of every sample
            file["scattering/w_mev"].attrs["axes"] = ["sample", "k"]
        with closing(Results(path)) as results:
            figure = plot_channels.figure_channel_phases(results)
            labels = [line.get_label() for line in figure.axes[0].lines]
            self.assertTrue(set(names) <= set(labels))
            self.assertEqual(len(figure.axes), 2)
            plot.plt.close(figure)
            truth = self.read_truth(names[0])
            figure = plot_channels.figure_channel_phases(results, truth)
            crosses = [line for line in figure.axes[0].lines if line.get_marker() == "+"]
            self.assertEqual([list(line.get_xdata()) for line in crosses], [[110.0, 130.0]])
            self.assertEqual(list(crosses[0].get_ydata()), [20.5, -30.25])
            self.assertEqual(truth.channels["poles"], {"-+": [(120.5, -3.25)]})
            plot.plt.close(figure)
            figure = plot_channels.figure_channel_potential(results)
            labels = figure.axes[0].get_legend_handles_labels()[1]
            self.assertEqual(labels, ["NN:3S1", "NN:3S1 - NN:3D1"])
            plot.plt.close(figure)
            figure = plot_channels.figure_channel_kcot(results)
            self.assertEqual([axes.get_ylabel() for axes in figure.axes],
                             [r"$k\,\cot\delta$ [MeV]", r"$k^{5}\cot\delta$ [MeV$^{5}$]"])
            plot.plt.close(figure)
        code, out, err = program.run(plot, self.folder)
        self.assertEqual((code, err), (0, ""))
        found = {os.path.basename(path).split(".")[0] for path in out.split()}
        self.assertEqual(found, {"given_potential", "phase_shift", "kcot", "femtoscopy"})

    def test_a_truth_of_one_pair_may_name_components_without_it(self):
        figure, axes = plot.plt.subplots()
        truth = SimpleNamespace(channels={"w_mev": [110.0], "delta_deg": {"3S1": [20.5]}})
        for name in ("NN:3S1", "NN:3D1"):
            plot_channels.draw_truth(axes, truth, "delta_deg", name)
        self.assertEqual([list(line.get_ydata()) for line in axes.lines], [[20.5]])
        self.assertEqual(axes.get_legend_handles_labels()[1], ["truth"])
        plot.plt.close(figure)

    def test_total_bands_are_drawn_on_the_branch_of_the_fit(self):
        lines = {"delta_deg": np.array([150.0, 170.0]), "delta_total_deg": np.array([-25.0, -5.0]),
                 "delta_total_minus_deg": np.array([1.0, 2.0]),
                 "delta_total_plus_deg": np.array([3.0, 4.0])}
        figure, axes = plot.plt.subplots()
        plot_channels.draw_totals(axes, axes, np.array([1.0, 2.0]), lines, "black")
        low, high = axes.lines[0].get_ydata(), axes.lines[1].get_ydata()
        np.testing.assert_allclose([low, high], [[154, 173], [158, 179]])
        self.assertIsNone(plot_channels.total_of({"eta": np.ones(2)}, "eta"))
        plot.plt.close(figure)

    def test_systematic_errors_are_bars(self):
        lines = {"delta_deg": np.array([10.0, 20.0]), "delta_deg_err": np.array([3.0, 3.0]),
                 "delta_deg_syst_minus": np.array([4.0, np.nan]),
                 "delta_deg_syst_plus": np.array([0.0, 4.0])}
        figure, axes = plot.plt.subplots()
        for _ in range(2):
            plot_channels.draw_systematics(axes, np.array([1.0, 2.0]), lines, "black")
        ends = np.array(axes.collections[0].get_segments()[0])[:, 1]
        np.testing.assert_allclose(ends, [5, 13])
        self.assertEqual(axes.get_legend_handles_labels()[1], ["stat. and syst."])
        plot_channels.draw_systematics(axes, np.ones(2), {"delta_deg": np.ones(2)}, "black")
        plot.plt.close(figure)

    def test_energies_of_samples_with_masses_of_their_own_are_no_figure(self):
        """W of each sample is a row along k, and e_cm has a component in front."""
        path = self.open_results("smatrix")
        self.write_smatrix(0.01)
        with h5py.File(path, "r+") as file:
            file.attrs["nsample"] = 2
            file["scattering/w_mev"] = np.linspace(110, 130, 5) * np.ones((3, 1))
            file["scattering/w_mev"].attrs["axes"] = ["sample", "k"]
            file["scattering/e_cm_mev"] = np.ones((3, 2, 5))
        code, out, err = program.run(plot, self.folder)
        self.assertEqual((code, err), (0, ""))
        self.assertNotIn("w_mev", out)

    def test_all_figures_are_written(self):
        for error in (0.0, 0.02):
            self.open_results("smatrix", "mixing", "poles", thresholds=THRESHOLDS)
            self.write_smatrix(error)
            self.write_mixing(True, 50 * error)
            self.write_poles(20 * error)
            code, out, err = program.run(plot, self.folder)
            self.assertEqual((code, err), (0, ""))
            names = sorted({os.path.basename(path).split(".")[0] for path in out.split()})
            self.assertEqual(names, ["mixing", "poles", "smatrix"])
            for path in out.split():
                self.assertGreater(os.path.getsize(path), 5000)  # more than empty axes

    def test_axes_show_what_there_is(self):
        r = np.linspace(0.02, 10, 500)
        self.assertAlmostEqual(style.where_seen(r, [-50 * np.exp(-r**2)], (-70, 25))[1],
                               1.25 * np.sqrt(np.log(50 / (0.005 * 95))), delta=0.03)
        self.assertEqual(style.where_seen(r, [np.ones(500)], (0, 1)), (0, 10))
        with closing(Results(self.open_results(thresholds=THRESHOLDS))) as results:
            low, high = plot_smatrix.energy_range(np.array([2240.0, 2331.4]), results)
            self.assertAlmostEqual(low, 2231.4 - 2, places=9)
            self.assertAlmostEqual(high, 2331.4 + 2, places=9)
            low, _ = plot_smatrix.energy_range(np.array([2290.0, 2300.0]), results)
            self.assertAlmostEqual(low, 2290 - 0.2, places=9)  # far above the threshold

    def test_elements_are_those_of_the_file(self):
        S = self.write_smatrix(0.01)
        with closing(Results(self.open_results("smatrix"))) as results:
            table = results.table("smatrix")
            found = plot_smatrix.elements(table)
            self.assertEqual(list(found), [(1, 1), (1, 2), (2, 2)])
            value, error = found[1, 2]
            np.testing.assert_allclose(value[30:], S[30:, 0, 1], rtol=1e-9)
            self.assertTrue(np.isnan(value[:10]).all())
            np.testing.assert_allclose(error[0][40:], 0.01, rtol=1e-9)
            length, spread = plot_smatrix.size(results, (1, 2), value)
            np.testing.assert_allclose(length[40:]**2 + np.abs(S[40:, 0, 0])**2, 1, rtol=1e-8)
            self.assertIsNone(spread)  # the file has no samples
            self.assertEqual(plot_smatrix.energies(table)[1], "$W$ [MeV]")

    def test_size_of_s_has_the_error_of_its_samples(self):
        """Where one component is open |S| is 1 in every sample, however Re and Im vary."""
        S = np.exp(2j * np.radians([[20.0, 40.0], [18.0, 43.0], [22.0, 37.0]]))
        S[:, 1] *= 0.9, 0.88, 0.92
        rows = {"smatrix/re_S_11": S.real, "smatrix/im_S_11": S.imag}
        results = SimpleNamespace(has=lambda *names: set(names) <= set(rows), array=rows.get,
                                  band_of=lambda rows: band(rows, 2, "jackknife"))
        length, spread = plot_smatrix.size(results, (1, 1), S[0])
        np.testing.assert_allclose(length, [1, 0.9], rtol=1e-12)
        np.testing.assert_allclose(spread, [0, 0.02], atol=1e-12)  # sqrt((N-1)/N sum of squares)

    def test_lines_break_where_s_turns_far(self):
        re, _ = plot_smatrix.broken(np.exp(2j * np.radians([0.0, 20.0, 100.0, 110.0])))
        self.assertEqual(list(np.isnan(re)), [False, False, True, False, False])

    def test_both_forms_of_mixing_are_read(self):
        for long in (True, False):
            e, s, epsilon = self.write_mixing(long, 0.5)
            with closing(Results(self.open_results("mixing"))) as results:
                table = results.table("mixing")
                found = plot_mixing.parts(table)
                self.assertEqual(list(found), ["stapp", "blatt"])
                np.testing.assert_allclose(found["stapp"][1][0], s, rtol=1e-9)
                np.testing.assert_allclose(found["blatt"]["epsilon"][0], 1.4 * epsilon, rtol=1e-9)
                np.testing.assert_allclose(found["blatt"]["epsilon"][1], 0.5)
                chosen = plot_mixing.once(table)
                np.testing.assert_allclose(table["e_mev"][chosen], e)
                self.assertEqual(plot_mixing.eigenphases(table)[0],
                                 ["eigenphase_1_deg", "eigenphase_2_deg"])

    def test_the_total_band_of_epsilon_is_that_of_stapp(self):
        four = np.array([1.0, 2.0, 1.0, 2.0])
        table = {"parametrisation": np.array(["stapp", "stapp", "blatt", "blatt"]), "e_mev": four,
                 "delta_1_deg": four, "delta_2_deg": four, "epsilon_deg": four,
                 "epsilon_total_deg": np.array([5.0, 6.0, 50.0, 60.0]),
                 "epsilon_total_minus_deg": four, "epsilon_total_plus_deg": four}
        results = SimpleNamespace(table=lambda _: table, note=lambda: None, channel="",
                                  thresholds=lambda: {})
        figure = plot_mixing.figure_mixing(results)
        lines = [list(line.get_ydata()) for line in figure.axes[1].lines]
        for edge in ([4, 4], [6, 8]):
            self.assertIn(edge, lines)
        plot.plt.close(figure)

    def test_eigenphases_stand_alone_where_nothing_mixes(self):
        e = np.linspace(1.0, 30.0, 7)
        write_csv(os.path.join(self.folder, "mixing.csv"),
                  {"e_mev": e, "w_mev": e + 2231, "eigenphase_1_deg": 3 * e,
                   "eigenphase_2_deg": np.where(e < 10, np.nan, -e), "eigenphase_sum_deg": 2 * e})
        with closing(Results(self.open_results("mixing"))) as results:
            figure = plot_mixing.figure_mixing(results)
            labels = [line.get_label() for line in figure.axes[0].lines]
            for name in ("eigenphase 1", "eigenphase 2", "sum"):
                self.assertIn(name, labels)
            self.assertEqual(len(figure.axes), 1)
            plot.plt.close(figure)

    def test_poles_have_their_places(self):
        self.write_poles(0.4)
        path = self.open_results("poles", thresholds=THRESHOLDS)
        with closing(Results(path)) as results:
            self.assertEqual(results.thresholds(), THRESHOLDS)
            figure = plot_poles.figure_poles(results)
            low, high = figure.axes[0].get_xlim()
            self.assertTrue(low < 2226 and high > 2312)
            self.assertLess(figure.axes[0].get_ylim()[0], -9.5)
            texts = [one.get_text() for one in figure.axes[0].texts]
            self.assertEqual(texts, ["LL", "NX"])
            plot.plt.close(figure)

    def test_nothing_is_drawn_of_nothing(self):
        path = self.open_results("smatrix", "mixing", "poles")
        with closing(Results(path)) as results:  # no CSV files
            for figure in (plot_smatrix.figure_smatrix, plot_mixing.figure_mixing,
                           plot_poles.figure_poles):
                self.assertIsNone(figure(results))
        write_csv(os.path.join(self.folder, "poles.csv"),
                  {"sheet": ["-"], "re_w_mev": [np.nan], "im_w_mev": [np.nan], "kind": ["bound"]})
        with closing(Results(path)) as results:
            self.assertIsNone(plot_poles.figure_poles(results))


if __name__ == "__main__":
    unittest.main()
