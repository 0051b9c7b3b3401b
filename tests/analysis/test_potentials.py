# SPDX-License-Identifier: GPL-3.0-or-later
"""U and V evaluated from results.h5 alone against what the program itself wrote, for every kind."""

import os
import re
import subprocess
import tempfile
import unittest

import h5py
import numpy as np

import potentials
import results

PROGRAM = os.environ.get("HADPOT_PROGRAM", "build/release/hadpot")

# Both sides do the same sums in another order, with functions of another library: rounding,
# enhanced by cancellations between the neurons of a layer.
ROUNDING = 1e-12

QUICK = ["scattering.panels=2", "scattering.order=8"]
STEPS = "training.steps=30"
MAP = "results.u_points=7"

RUNS = {
    "sdnn": [STEPS, MAP, "potential.kind=sdnn"],
    "deep": [STEPS, MAP, "potential.kind=sdnn", "potential.input=log1p",
             "potential.input_length_fm=0.2",
             "potential.f_layers=[5,4]", "potential.f_activations=[leaky_relu,tanh]",
             "potential.g_layers=[3,1]", "potential.g_activations=[softplus]",
             "potential.output_activation=elu", "potential.envelope_fm=0.8",
             "potential.envelope_shape=exponential",
             "potential.local_output_activation=tanh", "potential.local_envelope_fm=0"],
    "without_local": [STEPS, MAP, "potential.kind=sdnn", "potential.local_part=false",
                      "potential.input=linear", "potential.f_layers=[6,4]",
                      "potential.envelope_fm=0", "potential.scale=1e-4"],
    "local": [STEPS, "potential.kind=local"],
    "gaussians": ["potential.kind=gaussians"],
    "n2lo": ["potential.kind=n2lo", "fit.times=[11]", "potential.gaussians=2",
             "potential.n2lo_gaussians=2", "fit.relative_floor=0.01"],
    "tail": ["potential.kind=gaussians", "potential.gaussians=2",
             "potential.tail=squared_yukawa", "potential.tail_mass_mev=300"],
    "yukawa_tail": ["potential.kind=gaussians", "potential.gaussians=2",
                    "potential.tail=yukawa", "potential.tail_mass_mev=300",
                    "potential.tail_power=2"],
}

TOYS = {
    "separable": [MAP, "potential.envelope_fm=3"],
    "yukawa": [STEPS],
    "mlp": [MAP, "potential.f_layers=[6,5,1]"],
    "partial": [STEPS, MAP],
    "two_parameter": [MAP, "training.epochs=20"],
}

# Every form of HP_FORM_LIST, and both tables.
GIVEN = """
gaussians: {amplitudes_mev: [-30, 50], ranges_fm: [1.1, 0.4]}
yukawas: {strengths: [-0.01, 0.02], masses_mev: [300, 700]}
squared_yukawas: {strengths_mev_fm2: [-2], cutoffs_per_fm2: [3], masses_per_fm: [0.7]}
woods_saxon: {depths_mev: [5], radii_fm: [1.3], diffuseness_fm: [0.3]}
square_well: {depths_mev: [4], radii_fm: [0.9]}
"""
FURTHER = """
regular_yukawas: {strengths_mev_fm: [-20], cutoffs_per_fm2: [3], masses_mev: [140]}
oscillating_gaussians: {amplitudes_mev: [7], ranges_fm: [0.8], wave_numbers_per_fm: [3]}
tensor_yukawas: {strengths_mev: [-3], cutoffs: [4], masses_mev: [140]}
"""
GIVEN_NONLOCAL = """
separable_exponential: {amplitudes_mev_per_fm3: [-4], masses_per_fm: [2]}
yamaguchi: {a_per_fm: [0.3], b_per_fm: [1.7]}
gaussian_nonlocal: {amplitudes_mev_per_fm3: [-6], ranges_fm: [1.2], widths_fm: [0.6]}
perey_buck: {amplitudes_mev: [-9], ranges_fm: [0.8], widths_fm: [0.4]}
perey_buck_exponential: {amplitudes_mev: [-5], ranges_fm: [0.7], widths_fm: [0.5]}
separable_kernel: {strengths: [-2], powers_1: [1], powers_2: [1], masses_1_per_fm: [2],
                   masses_2_per_fm: [2]}
separable_gaussians: {amplitudes_mev_per_fm3: [-3], ranges_1_fm: [0.9], ranges_2_fm: [0.9]}
"""


class TestPotentials(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def hadpot(self, command, job, name, settings):
        """The results of a job in a folder of this name."""
        keys = [f"--set={key}" for key in [f"output={self.path(name)}", *settings]]
        keys = [part for key in keys for part in key.split("=", 1)]
        done = subprocess.run([PROGRAM, command, job, *keys], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return results.Results(os.path.join(self.path(name), "results.h5"))

    def assert_same(self, found, expected):
        self.assertEqual(found.shape, expected.shape)
        scale = np.abs(expected).max()
        self.assertGreater(scale, 0)
        self.assertLessEqual(np.abs(found - expected).max() / scale, ROUNDING)

    def check_rows(self, found, has_V, has_U):
        """Every row, the average first."""
        self.assertEqual((found.has("potential/v_local_mev"), found.has("potential/u_mev_fm3")),
                         (has_V, has_U))
        rows = len(found.array("training/converged"))
        self.assertEqual(rows, 1 + (2 if found.nsample else 0))
        r = found.array("grid/r_fm")
        parameters = found.array("potential/gaussians" if found.has("potential/gaussians")
                                 else "training/parameters")
        self.assertEqual(len(np.unique(parameters, axis=0)), rows)
        for row in range(rows):
            if has_V:
                self.assert_same(found.potential(row).V(r),
                                 found.array("potential/v_local_mev")[row])
            else:
                self.assertFalse(found.potential(row).V(r).any())
            if has_U:
                self.assert_same(found.potential(row).U(found.array("potential/u_r_fm")),
                                 found.array("potential/u_mev_fm3")[row])
            else:
                self.assertFalse(found.potential(row).U(r).any())

    def test_runs(self):
        for name, settings in RUNS.items():
            with self.subTest(name):
                found = self.hadpot("run", "jobs/demo/job.yaml", name,
                                    ["resampling.max_samples=2", "scattering.energies_mev=[5]",
                                     "results.min_fit_probability=0",
                                     *QUICK, *settings])
                self.check_rows(found, name != "without_local",
                                name in ("sdnn", "deep", "without_local"))
                if name == "n2lo":
                    V2 = [found.potential(row).V2(found.array("grid/r_fm")) for row in range(3)]
                    self.assert_same(np.array(V2), found.array("potential/v2_fit_mev_fm2"))
                found.close()

    def test_toys(self):
        for name, settings in TOYS.items():
            with self.subTest(name):
                found = self.hadpot("toy", name, name,
                                    ["scattering.k_per_fm=[0.3]", *QUICK, *settings])
                self.check_rows(found, name == "yukawa", name != "yukawa")
                found.close()

    def test_two_radii(self):
        found = self.hadpot("toy", "mlp", "two", [*QUICK, *TOYS["mlp"]])
        r = found.array("potential/u_r_fm")
        self.assert_same(found.potential().U(r[1:3], r[2:]),
                         found.array("potential/u_mev_fm3")[0, 1:3, 2:])
        found.close()

    def test_truths_of_synthetic_ensembles(self):
        """An ensemble holds V and U of its truth at its points."""
        for i, text in enumerate((
                GIVEN + FURTHER + GIVEN_NONLOCAL,
                GIVEN.replace("strengths:", "strengths_mev_fm:").replace(
                    "masses_mev: [300", "masses_per_fm: [2").replace("700]}", "4]}"),
                "separable_exponential: {strengths_per_fm5: [-0.3], masses_per_fm: [2]}\n",
                "separable_exponential: {amplitudes_per_fm4: [-0.02], masses_per_fm: [2]}\n")):
            with self.subTest(i):
                self.check_truth(text, f"synth{i}")
        with self.assertRaisesRegex(KeyError, "gaussians: depth"):
            potentials.of_truth({"gaussians": {"depth": [1]}})
        self.assertIsNone(potentials.of_truth({"momentum_dependent": {}}))

    def check_truth(self, text, name):
        job = self.path(f"{name}.yaml")
        with open(job, "w", encoding="utf-8") as stream:
            stream.write(f"output: {self.path(name)}.h5\nmass_1_mev: 940\nmass_2_mev: 1100\n"
                         "inverse_spacing_mev: 1000\n"
                         "grid: {points: 40, spacing_lat: 0.9}\nnoise: {configurations: 2}\n"
                         "phase_shifts: {energies_mev: [5]}\n" + text)
        subprocess.run([PROGRAM, "synth", job], capture_output=True, check=True)
        potential = results.read_truth_potential(self.path(f"{name}_truth.yaml"))
        with h5py.File(f"{self.path(name)}.h5") as file:
            r = file["r"][:] * potentials.HBARC_MEV_FM / 1000
            truth = file["truth"]
            self.assertEqual(potential.local, "potential_mev" in truth)
            self.assertEqual(potential.nonlocal_part, "u_mev_fm3" in truth)
            if potential.local:
                self.assert_same(potential.V(r), truth["potential_mev"][:])
            if potential.nonlocal_part:
                self.assert_same(potential.U(r), truth["u_mev_fm3"][:])

    def given_job(self, text):
        """The job of a potential with tables, for both commands."""
        r = np.linspace(0.1, 2.4, 9)
        with open(self.path("v.csv"), "w", encoding="utf-8") as stream:
            stream.writelines(f"{one!r}, {-9 * np.exp(-one**2)!r}\n" for one in r.tolist())
        with h5py.File(self.path("u.h5"), "w") as file:
            file["r_fm"] = r
            file["u_mev_fm3"] = -5 * np.exp(-(r[:, None] - r)**2 - r[:, None] * r)
        with open(self.path("given.yaml"), "w", encoding="utf-8") as stream:
            stream.write(f"output: none\nhbar2_over_2mu_mev_fm2: 41.47\n{text}tables:\n"
                         f"  local: {self.path('v.csv')}\n  nonlocal: {self.path('u.h5')}\n")
        return self.path("given.yaml")

    def test_given(self):
        for i, strengths in enumerate(("", "strengths_per_fm5: [-0.3], ")):
            # amplitudes and strengths of separable terms exclude each other
            text = GIVEN_NONLOCAL
            if strengths:
                text = re.sub("amplitudes_mev_per_fm3: .-4., ", strengths, text)
            with self.subTest(strengths):
                self.check_given(self.given_job(GIVEN + FURTHER + text), str(i))

    def check_given(self, job, name):
        """A toy states U and V of its truth on grids."""
        given = self.hadpot("scatter", job, f"given{name}", ["scattering.energies_mev=[5]"])
        toy = self.hadpot("toy", job, f"truth{name}",
                          [*QUICK, STEPS, MAP, "data.points=12", "data.r_max_fm=2.4",
                           "data.r_min_fm=0.05", "potential.kind=sdnn"])
        self.assert_same(given.potential().U(toy.array("potential/u_r_fm")),
                         toy.array("exact/u_mev_fm3"))
        self.assert_same(given.potential().V(toy.array("grid/r_fm")),
                         toy.array("exact/v_local_mev"))
        self.assert_same(given.potential().V(given.array("potential/r_fm")),
                         given.array("potential/v_mev"))
        given.close()
        toy.close()

    def test_values_in_use(self):
        """job.yaml tells them, and is the same job when read again."""
        found = self.hadpot("run", "jobs/demo/job.yaml", "used",
                            ["resampling.max_samples=0", "fit.times=[]", "training.steps=3",
                             "scattering.energies_mev=[]", "potential.local_envelope_fm=0"])
        number = r"([0-9.]+(?:e[+-][0-9]+)?)"
        with open(self.path("used/job.yaml"), encoding="utf-8") as stream:
            text = stream.read()
        for key, name in (("scale: 0", "network/scale"),
                          ("local_scale: 0", "network/local_scale"),
                          ("range_fm: 0", "scattering/range_fm"),
                          ("u_max_fm: 0", "potential/u_max_fm"),
                          ("r_max_fm: 0", "grid/r_max_fm"),
                          ("order: 0", "scattering/panel_order"),
                          ("panels: 0", "scattering/panels")):
            with self.subTest(key):
                unit = found.unit(name).strip(" []")
                line = re.search(rf"^  {key} # in use: {number}(.*)$", text, re.MULTILINE)
                self.assertIsNotNone(line)
                self.assertEqual(line[2], f" {unit}" if unit else "")
                self.assertAlmostEqual(float(line[1]) / found.array(name).ravel()[0], 1, 11)
        self.assertEqual(found.array("scattering/panels")[0] + 1,
                         len(np.unique(found.array("scattering/panel_edges_fm")[0])))
        self.assertIn("\n  times: [] # in use: [11, 12]\n", text)
        self.assertIn("\n  energies_mev: [] # in use: [1, 2, ..., 99, 100]\n", text)
        self.assertIn("\n  sources: [smeared, wall]\n", text)
        self.assertIn("\n  r_min_fm: 0\n", text)
        self.assertIn("\n  local_envelope_fm: 0\n", text)
        again = self.hadpot("run", self.path("used/job.yaml"), "again", [])
        with open(self.path("again/job.yaml"), encoding="utf-8") as stream:
            self.assertEqual(stream.read(), text.replace(self.path("used"), self.path("again")))
        self.assertEqual(again.array("training/loss")[0], found.array("training/loss")[0])

    def test_nothing_to_evaluate(self):
        with h5py.File(self.path("old.h5"), "w") as file:
            file.attrs.update({"format": "hadpot-results", "version": 1, "channel": "x",
                               "nsample": 0})
        with self.assertRaisesRegex(results.InputError, "holds no parameters"):
            results.Results(self.path("old.h5")).potential()


if __name__ == "__main__":
    unittest.main()
