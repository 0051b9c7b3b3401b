# SPDX-License-Identifier: GPL-3.0-or-later
"""analysis/import_halqcd.py: pickles of random data come back equal; bad and evil ones do not."""

import contextlib
import io
import os
import pickle
import sys
import tempfile
import unittest

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "analysis"))

import import_halqcd  # noqa: E402

EXTENT, NPOINT, NSAMPLE = 6, 20, 5
# Every site of the 6^3 box, written out: the order is the contract with the C reader.
SITES = [(0, 0, 0), (1, 0, 0), (1, 1, 0), (1, 1, 1), (2, 0, 0), (2, 1, 0), (2, 1, 1), (2, 2, 0),
         (2, 2, 1), (2, 2, 2), (3, 0, 0), (3, 1, 0), (3, 1, 1), (3, 2, 0), (3, 2, 1), (3, 2, 2),
         (3, 3, 0), (3, 3, 1), (3, 3, 2), (3, 3, 3)]


class Evil:
    """Unpickling it calls a function of the attacker's choice."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


class ImportTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.random = np.random.default_rng(2385)
        self.output = self.path("ensemble.h5")

    def path(self, name):
        return os.path.join(self.folder, name)

    def dump(self, value, name, protocol=None):
        with open(self.path(name), "wb") as stream:
            pickle.dump(value, stream, protocol=protocol)

    def dump_source(self, source, times, nsample=NSAMPLE):
        data = self.random.standard_normal((nsample, len(times), NPOINT))
        for i, t in enumerate(times):
            self.dump(data[:, i], f"R_L6_t{t:03d}_{source}.pkl")
        return data

    def run_main(self, *changes, sources=("wall",), times="10-12"):
        arguments = ["--output", self.output, "--times", times, "--extent", str(EXTENT),
                     "--inverse-spacing-mev", "2194", "--mass", "0.665", "--channel", "Xi Xi (1S0)"]
        for source in sources:
            name = "smeared" if source == "exp" else source
            arguments += ["--source", f"{name}={self.path('R_L6_t{t:03d}_')}{source}.pkl"]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = import_halqcd.main(arguments + list(changes))
            except SystemExit as stop:  # argparse
                code = stop.code
        return code, out.getvalue(), err.getvalue()

    def assert_refused(self, expected, *changes, **options):
        code, _, err = self.run_main(*changes, **options)
        self.assertEqual(code, 2)
        self.assertIn(expected, err)
        self.assertNotIn("Traceback", err)
        self.assertFalse(os.path.exists(self.output))

    def test_ensemble_holds_what_the_pickles_hold(self):
        wall = self.dump_source("wall", (10, 11, 12))
        smeared = self.dump_source("exp", (10, 11, 12))
        code, out, err = self.run_main(sources=("wall", "exp"))
        self.assertEqual((code, err), (0, ""))
        self.assertIn("5 samples, 3 times, 20 points", out)
        with h5py.File(self.output, "r") as file:
            # Numbers are stored, not computed: equal to the last bit.
            np.testing.assert_array_equal(file["source/wall/R"], wall)
            np.testing.assert_array_equal(file["source/smeared/R"], smeared)
            np.testing.assert_array_equal(file["t"], [10, 11, 12])
            np.testing.assert_array_equal(file["site"], SITES)
            self.assertEqual(file["source/wall/R"].dtype, np.dtype("<f8"))
            self.assertEqual(file["source/wall/R"].chunks, (1, 1, NPOINT))
            self.assertEqual(file["source/wall/R"].compression, "gzip")
            expected = {"format": "hadpot-ensemble", "version": 1, "sampling": "jackknife",
                        "geometry": "cubic", "extent": EXTENT, "inverse_spacing_mev": 2194.0,
                        "mass_1": 0.665, "mass_2": 0.665, "channel": "Xi Xi (1S0)"}
            for name, value in expected.items():
                self.assertEqual(file.attrs[name], value, name)
            self.assertIn("JHEP03(2019)007", file.attrs["provenance"])

    def test_second_mass_and_provenance(self):
        self.dump_source("wall", (10, 11, 12))
        self.assertEqual(self.run_main("--mass-2", "0.7", "--provenance", "mine")[0], 0)
        with h5py.File(self.output, "r") as file:
            self.assertEqual((file.attrs["mass_1"], file.attrs["mass_2"]), (0.665, 0.7))
            self.assertEqual(file.attrs["provenance"], "mine")

    def test_every_pickle_protocol_and_memory_layout(self):
        data = self.random.standard_normal((NSAMPLE, NPOINT))
        layouts = {"C": data, "Fortran": np.asfortranarray(data), "big-endian": data.astype(">f8")}
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            for name, value in layouts.items():
                with self.subTest(protocol=protocol, layout=name):
                    self.dump(value, "a.pkl", protocol)
                    loaded = import_halqcd.load_correlator(self.path("a.pkl"), NPOINT)
                    np.testing.assert_array_equal(loaded, data)

    def test_plain_values_are_read(self):
        value = {"t": [10, 2.5, "text", None, (1, True)]}
        self.dump(value, "a.pkl")
        self.assertEqual(import_halqcd.load_pickle(self.path("a.pkl")), value)

    def test_malicious_pickle_is_refused_and_not_run(self):
        target = self.path("owned")
        self.dump_source("wall", (10, 11))
        evils = {"posix.system": Evil(os.system, f"touch {target}"),
                 "builtins.eval": Evil(eval, f"open({target!r}, 'w')"),
                 "builtins.getattr": [1, {"deep": Evil(getattr, "text", "upper")}],
                 "numpy.save": Evil(np.save, target, 1)}
        for name, evil in evils.items():
            with self.subTest(name):
                self.dump(evil, "R_L6_t012_wall.pkl")
                self.assert_refused(f"a call of {name}")
                self.assertFalse(os.path.exists(target) or os.path.exists(target + ".npy"))

    def test_arrays_of_objects_are_refused(self):
        self.dump_source("wall", (10, 11))
        self.dump(np.array([[{}, "a"]], dtype=object), "R_L6_t012_wall.pkl")
        self.assert_refused("numbers of type 'O8'")

    def test_complex_numbers_are_refused(self):
        self.dump_source("wall", (10, 11))
        self.dump(np.ones((NSAMPLE, NPOINT), dtype=complex), "R_L6_t012_wall.pkl")
        self.assert_refused("numbers of type 'c16'")

    def test_wrong_content_is_told(self):
        bad = np.ones((NSAMPLE, NPOINT))
        bad[3, 7] = np.nan
        cases = ((np.ones((NSAMPLE, NPOINT + 1)), "(5, 21)"), (np.ones(NPOINT), "(20,)"),
                 (np.ones((2, NPOINT)), "at least 3"), ({"R": 1}, "found a dict"),
                 (bad, "sample 3, point 7"), (np.ones((NSAMPLE - 1, NPOINT)), "found 4"))
        self.dump_source("wall", (10, 11))
        for value, expected in cases:
            with self.subTest(expected):
                self.dump(value, "R_L6_t012_wall.pkl")
                self.assert_refused(expected)
                self.assert_refused("R_L6_t012_wall.pkl")

    def test_damaged_and_missing_files_are_told(self):
        self.dump_source("wall", (10, 11))
        self.assert_refused("R_L6_t012_wall.pkl: No such file")
        for content in (b"", b"not a pickle", pickle.dumps(np.ones((5, 20)))[:-40]):
            with self.subTest(content[:9]):
                with open(self.path("R_L6_t012_wall.pkl"), "wb") as stream:
                    stream.write(content)
                self.assert_refused("R_L6_t012_wall.pkl")

    def test_options_are_checked(self):
        self.dump_source("wall", (10, 11, 12))
        self.dump_source("exp", (10, 11, 12), nsample=4)
        self.assert_refused("expected one number of jackknife samples", sources=("wall", "exp"))
        self.assert_refused("different names", sources=("wall", "wall"))
        self.assert_refused("even number", "--extent", "7")
        self.assert_refused("--extent", "--extent", "0")
        self.assert_refused("--mass", "--mass", "nan")
        self.assert_refused("expected FIRST-LAST", times="12-10")
        self.assert_refused("expected NAME=FILE", "--source", "wall")
        self.assert_refused("has no {t}", "--source", "other=a.pkl")
        self.assert_refused("cannot be written", "--output", self.path("no/such/e.h5"))

    def test_existing_output_is_kept(self):
        self.dump_source("wall", (10, 11, 12))
        with open(self.output, "w", encoding="ascii") as stream:
            stream.write("precious")
        code, _, err = self.run_main()
        self.assertEqual(code, 2)
        self.assertIn("exists already", err)
        with open(self.output, encoding="ascii") as stream:
            self.assertEqual(stream.read(), "precious")


if __name__ == "__main__":
    unittest.main()
