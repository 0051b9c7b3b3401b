# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of toys with channels on invented numbers: V_C, V_T and phases beside what is exact."""

import os
import sys
import tempfile
import unittest

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "analysis"))

import plot  # noqa: E402
import plot_toy  # noqa: E402
import program  # noqa: E402

R = np.linspace(0.1, 10, 40)
ENERGY = np.array([1.0, 5, 20, 60])
LEARNED_BY = 0.25  # what every learned number is above the exact one
ELEMENTS = {("3S1", "3S1"): 500 * np.exp(-R**2 / 0.2) - 60 * np.exp(-R / 0.7),
            ("3S1", "3D1"): -80 * np.exp(-R), ("3D1", "3D1"): 30 * np.exp(-R)}
PHASES = {"3S1": 150 - 15 * np.sqrt(ENERGY), "3D1": -0.2 * ENERGY}


def write_table(path, columns):
    with open(path, "w", encoding="utf-8") as stream:
        stream.write("# invented\n" + ",".join(columns) + "\n")
        for row in zip(*columns.values()):
            stream.write(",".join(cell if isinstance(cell, str) else f"{cell:.12g}"
                                  for cell in row) + "\n")


class PlotToyMatrixTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.addCleanup(plot.plt.close, "all")

    def write_potential(self, elements):
        exact = np.concatenate(list(elements.values()))
        columns = {"r_fm": np.tile(R, len(elements)), "v_mev": exact + LEARNED_BY,
                   "v_exact_mev": exact}
        if len(elements) > 1:
            row, column = ([name[i] for name in elements for _ in R] for i in (0, 1))
            columns = {"row": row, "column": column, **columns}
        write_table(os.path.join(self.folder, "potential.csv"), columns)

    def write_phases(self, phases, mixing):
        exact, n = np.concatenate(list(phases.values())), len(phases)
        columns = {"e_mev": np.tile(ENERGY, n), "w_mev": np.tile(ENERGY, n),
                   "delta_deg": exact + LEARNED_BY, "delta_exact_deg": exact}
        if n > 1:
            columns = {"component": [name for name in phases for _ in ENERGY], **columns}
        write_table(os.path.join(self.folder, "phase_shift.csv"), columns)
        if mixing:
            epsilon = np.tile(0.1 * ENERGY, 2)
            write_table(os.path.join(self.folder, "mixing.csv"), {
                "parametrisation": ["stapp"] * len(ENERGY) + ["blatt"] * len(ENERGY),
                "e_mev": np.tile(ENERGY, 2), "epsilon_deg": epsilon + LEARNED_BY,
                "epsilon_exact_deg": epsilon})

    def open(self, components):
        path = os.path.join(self.folder, "results.h5")
        n, ncolumn = len(components), 2 * len(components)
        wave = np.ones((ncolumn, n, len(R))).squeeze(axis=1 if n == 1 else ())
        with h5py.File(path, "w") as file:
            file.attrs.update({"format": "hadpot-results", "version": 1, "channel": "toy",
                               "nsample": 0, "components": components})
            for name, value in (("grid/r_fm", R), ("data/wave", wave), ("data/source", 2 * wave),
                                ("data/prediction", 2 * wave),
                                ("data/energy_mev", np.repeat([1.0, 20], n)),
                                ("data/incoming", np.tile(np.arange(n), 2)),
                                ("exact/v_elements_mev", [0.0]), ("exact/delta_deg", [0.0])):
                file[name] = value
        results = plot.Results(path)
        self.addCleanup(results.close)
        return results

    def triplet(self):
        self.write_potential(ELEMENTS)
        self.write_phases(PHASES, True)
        return self.open(list(PHASES))

    def test_figures_are_drawn(self):
        with program.drawn_once():
            paths = plot.draw_all(self.triplet(), os.path.join(self.folder, "figures"), {})
        drawn = {os.path.basename(path)[:-4] for path in paths}
        self.assertLessEqual({"local_matrix", "exact_phases", "data"}, drawn)

    def test_tensor_force_of_s_and_d_waves(self):
        figure = plot_toy.figure_matrix_local(self.triplet())
        upper, lower = figure.axes[:3], figure.axes[3:]
        self.assertEqual([axes.get_title(loc="left") for axes in upper],
                         ["$V_C = V_{SS}$", r"$V_T = V_{SD}/\sqrt{8}$", "3D1"])
        learned, exact = (line.get_ydata() for line in upper[1].lines[:2])
        np.testing.assert_allclose(exact, ELEMENTS["3S1", "3D1"] / np.sqrt(8), rtol=1e-10)
        np.testing.assert_allclose(learned - exact, LEARNED_BY / np.sqrt(8), rtol=1e-8)
        np.testing.assert_allclose(lower[0].lines[1].get_ydata(), LEARNED_BY, rtol=1e-8)

    def test_phases_and_mixing_parameter(self):
        upper, lower = plot_toy.figure_matrix_phases(self.triplet()).axes
        named = [line for line in upper.lines if not line.get_label().startswith("_")]
        self.assertEqual([line.get_label() for line in named],
                         ["3S1", "3D1", r"$\epsilon$", "exact"])
        np.testing.assert_allclose(named[2].get_ydata(), 0.1 * ENERGY + LEARNED_BY, rtol=1e-10)
        for line in lower.lines[:3]:
            np.testing.assert_allclose(line.get_ydata(), LEARNED_BY, rtol=1e-8)

    def test_branches_of_phases_do_not_count(self):
        self.write_phases({name: phase - 180 for name, phase in PHASES.items()}, False)
        table = os.path.join(self.folder, "phase_shift.csv")
        columns = np.genfromtxt(table, delimiter=",", names=True, skip_header=1, dtype=None,
                                encoding="utf-8")
        columns["delta_deg"] += 180  # one bound state more
        write_table(table, {name: [str(x) if name == "component" else float(x)
                                   for x in columns[name]] for name in columns.dtype.names})
        _, lower = plot_toy.figure_matrix_phases(self.open(list(PHASES))).axes
        np.testing.assert_allclose(lower.lines[0].get_ydata(), LEARNED_BY, rtol=1e-8)

    def test_one_component(self):
        self.write_potential({("1S0", "1S0"): ELEMENTS["3S1", "3S1"]})
        self.write_phases({"1S0": PHASES["3S1"]}, False)
        results = self.open(["1S0"])
        self.assertEqual(len(plot_toy.figure_matrix_local(results).axes), 2)
        upper, _ = plot_toy.figure_matrix_phases(results).axes
        self.assertEqual(upper.lines[0].get_label(), "learned")
        self.assertEqual(len(plot_toy.figure_matrix_data(results).axes), 2)

    def test_without_truth_there_is_none(self):
        write_table(os.path.join(self.folder, "potential.csv"), {"r_fm": R, "v_mev": R})
        write_table(os.path.join(self.folder, "phase_shift.csv"),
                    {"e_mev": ENERGY, "w_mev": ENERGY, "delta_deg": ENERGY})
        results = self.open(["1S0"])
        self.assertIsNone(plot_toy.figure_matrix_local(results))
        self.assertIsNone(plot_toy.figure_matrix_phases(results))


if __name__ == "__main__":
    unittest.main()
