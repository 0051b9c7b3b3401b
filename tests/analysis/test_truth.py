# SPDX-License-Identifier: GPL-3.0-or-later
"""analysis/truth.py: found.txt beside the truth, and mistakes of the user."""

import math
import os
import sys
import tempfile
import unittest

import h5py

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "analysis"))

import program  # noqa: E402
import truth  # noqa: E402

TABLE = """
made up: value(stat)

  scattering length a0                 1.50(50) fm
  inverse scattering length 1/a0       0.67(22) fm^-1
  bound states                         1
  binding energy B_1                   2.0(1.0) MeV
  binding energy B_2                   undetermined: bound in 1 of 2 samples
  level E_1 in the box                -1.00(50) MeV
  phase shift delta at e_cm = 1 MeV  170.0(2.0) deg
  phase shift delta at e_cm = 3 MeV    0.0(2.0) deg

  fit         describes its data
"""
TRUTH = """
scattering_length_fm: 2
effective_range_fm: 1
bound_states: 1
binding_energy_mev: [1.5]
phase_shifts: {e_cm_mev: [1, 2], delta_deg: [-6, 5]}
"""
# Value and error of each dataset; samples value - error and value + error of a jackknife of two.
ROWS = {"scattering_length_fm": (1.5, 0.5), "inverse_scattering_length_per_fm": (2 / 3, 0.25),
        "effective_range_fm": (1, 0.5), "bound_states": (1, 0), "binding_energy_mev": (2, 1)}


class TruthTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.truth = self.write("truth.yaml", TRUTH)
        self.write("found.txt", TABLE)
        with h5py.File(os.path.join(self.folder, "results.h5"), "w") as file:
            file.attrs.update({"format": "hadpot-results", "version": 1, "channel": "made up",
                               "nsample": 2})
            for name, (value, error) in ROWS.items():
                row = [value, value - error, value + error]
                file[f"scattering/{name}"] = [[x] for x in row] if "binding" in name else row
            file["scattering/e_cm_mev"] = [1.0, 3.0]
            file["scattering/delta_deg"] = [[170, 0], [168, -2], [172, 2]]

    def add_totals(self, **bands):
        with h5py.File(os.path.join(self.folder, "results.h5"), "r+") as file:
            for name, band in bands.items():
                file[f"total/scattering/{name}"] = band

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)
        return path

    def test_every_line_has_its_truth_where_it_is_known(self):
        code, out, err = program.run(truth, self.folder, self.truth)
        self.assertEqual((code, err), (0, ""))
        lines = out.splitlines()
        self.assertEqual(lines[1], "made up: value(stat)")
        self.assertEqual(lines[3].split(), ["truth", "found", "-", "truth"])
        for line, before in zip(lines[4:], TABLE.splitlines()[3:]):
            self.assertTrue(line.startswith(before), line)
        ends = [line[len(max(TABLE.splitlines(), key=len)):].split() for line in lines[4:]]
        self.assertEqual(ends, [["2", "-1.00", "errors"], ["0.5", "+0.67", "errors"], ["1"],
                                ["1.5", "+0.50", "errors"], [], [],
                                ["-6", "-2.00", "errors"],  # 170 is -10, on another branch
                                [], []])  # 3 MeV is not among the energies of the truth

    def test_total_bands_hold_the_truth_or_miss_it(self):
        self.add_totals(scattering_length_fm=[1.5, 0.4, 0.5],  # up to 2, the truth
                        inverse_scattering_length_per_fm=[0.7, math.inf, math.inf],
                        binding_energy_mev=[[2.0], [0.4], [9.0]],  # from 1.6 on
                        delta_deg=[[171.0, 0.0], [0.5, 1.0], [3.5, 1.0]])  # -9.5 to -5.5
        head = "                               value(stat)   total band"
        self.write("found.txt", TABLE.replace("made up: value(stat)\n", f"made up\n\n{head}")
                   .replace("\n\n  scat", "\n  scat"))
        code, out, err = program.run(truth, self.folder, self.truth)
        self.assertEqual((code, err), (0, ""))
        lines = out.splitlines()
        self.assertEqual(lines[1], "made up")
        self.assertTrue(lines[3].startswith(head))
        self.assertEqual(lines[3].split()[-6:], ["truth", "found", "-", "truth", "total", "band"])
        words = {line.split("  ")[1].strip(): line.split("  ")[-1].strip() for line in lines[4:12]}
        self.assertEqual(words["scattering length a0"], "holds it")
        self.assertEqual(words["inverse scattering length 1/a0"], "+0.67 errors")  # no bounds
        self.assertEqual(words["binding energy B_1"], "misses it, 1.2 widths away")  # 0.5/0.4
        self.assertEqual(words["phase shift delta at e_cm = 1 MeV"], "holds it")
        self.assertEqual(lines[-2:], ["total bands, of 68 %, hold 2 of 3 values, which go together",
                                      ""])

    def test_mistakes_are_one_sentence(self):
        missing = os.path.join(self.folder, "none")
        for arguments, part in (((missing, self.truth), "found.txt: No such file"),
                                ((self.folder, missing), "none: No such file"),
                                ((self.folder, os.path.join(self.folder, "found.txt")),
                                 "expected a truth of hadpot synth"),
                                ((self.folder, os.path.join(self.folder, "results.h5")),
                                 "expected a truth of hadpot synth")):
            code, out, err = program.run(truth, *arguments)
            self.assertEqual((code, out), (2, ""))
            self.assertIn(part, err)
            self.assertEqual(err.count("\n"), 1)
        self.write("found.txt", "nothing")
        self.assertIn("expected a table of hadpot run", program.run(truth, self.folder,
                                                                    self.truth)[2])

    def test_usage(self):
        self.assertEqual(program.run(truth)[0], 2)
        self.assertEqual(program.run(truth, "--help")[0], 0)


if __name__ == "__main__":
    unittest.main()
