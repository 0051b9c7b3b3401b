# SPDX-License-Identifier: GPL-3.0-or-later
"""analysis/import_halqcd.py: pickles of random data come back equal; bad and evil ones do not."""

import collections
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
import pickle_layouts  # noqa: E402
import pickles  # noqa: E402

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
            self.assertEqual(file.attrs["provenance"],
                             "pickles R_L6_t{t:03d}_wall.pkl, R_L6_t{t:03d}_exp.pkl")

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
                    np.testing.assert_array_equal(pickles.load(self.path("a.pkl")), data)

    def test_plain_values_are_read(self):
        value = {"t": [10, 2.5, "text", None, (1, True)]}
        self.dump(value, "a.pkl")
        self.assertEqual(pickles.load(self.path("a.pkl")), value)

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
                 (np.ones((2, NPOINT)), "at least 3"), ({"R": 1}, "expected a key 12"),
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
        self.assert_refused("has no {t} and is no dictionary of times", "--source",
                            f"other={self.path('R_L6_t010_wall.pkl')}")
        self.assert_refused("cannot be written", "--output", self.path("no/such/e.h5"))

    def times_of(self, source, times, nsample=NSAMPLE):
        return {t: self.random.standard_normal((nsample, NPOINT)) for t in times}

    def run_plain(self, *options, output=None):
        """Without the pickles of run_main."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = import_halqcd.main(["--output", output or self.output, "--extent",
                                           str(EXTENT), "--inverse-spacing-mev", "2333",
                                           "--channel", "N Omega (5S2)", *options])
            except SystemExit as stop:
                code = stop.code
        return code, out.getvalue(), err.getvalue()

    def test_dictionary_of_times(self):
        R = self.times_of("wall", range(10, 16))
        for i, keys in enumerate((int, str)):
            self.dump({keys(t): value for t, value in R.items()}, "n_omega_spin2_Rcorr_jk.pkl")
            output = self.path(f"{i}.h5")
            code, _, err = self.run_plain(
                "--source", f"wall={self.path('n_omega_spin2_Rcorr_jk.pkl')}", "--times", "11-14",
                "--mass", "0.41", "--mass-2", "0.73", output=output)
            self.assertEqual((code, err), (0, ""))
            with h5py.File(output) as file:
                expected = np.stack([R[t] for t in range(11, 15)], axis=1)
                np.testing.assert_array_equal(file["source/wall/R"], expected)
                self.assertIn("PLB 792 (2019) 284", file.attrs["provenance"])

    def test_words_distances_and_dictionary_of_sources(self):
        R = {source: self.times_of(source, range(10, 15)) for source in ("wall", "exp")}
        sites = np.array(SITES, dtype=float)
        r = np.sqrt((sites**2).sum(axis=1))
        path = self.path("Rcorr_jk_1s0_xixi_L6.pkl")
        options = ["--source", f"wall={path}::wall", "--source", f"smeared={path}::exp", "--times",
                   "10-12", "--mass", "0.665"]
        for i, distances in enumerate((r, r**2)):
            self.dump(("jack-knife samples\n of R", distances, R), os.path.basename(path), 3)
            output = self.path(f"{i}.h5")
            code, _, err = self.run_plain(*options, output=output)
            self.assertEqual((code, err), (0, ""))
            with h5py.File(output) as file:
                np.testing.assert_array_equal(file["source/smeared/R"][:, 2], R["exp"][12])
                np.testing.assert_array_equal(file["source/wall/R"][:, 0], R["wall"][10])
                self.assertIn("jack-knife samples of R", file.attrs["provenance"])
        self.dump(("", r[::-1], R), os.path.basename(path))
        code, _, err = self.run_plain(*options)
        self.assertEqual(code, 2)
        self.assertIn("the points are in another order: point 0 is at r = 5.19615", err)
        for place, expected in (("::smeared", "expected a key smeared, found a dict with keys: "
                                 "wall, exp"), ("", "expected a key 10, found a dict with keys"),
                                ("::wall::10::3", "expected a key 3, found a ndarray with keys: none")):
            code, _, err = self.run_plain("--source", f"a={path}{place}", *options[4:])
            self.assertEqual(code, 2)
            self.assertIn(expected, err)
            self.assertIn("--describe", err)

    def two_points(self, nsample=NSAMPLE, nt=32):
        t = np.broadcast_to(np.arange(nt), (nsample, nt))
        C = np.exp(-0.4 * t) * (1 + 0.01 * self.random.standard_normal((nsample, nt)))
        return {name: np.stack([t, C**power, 0.01 * C], axis=-1)
                for name, power in (("proton", 1), ("OMEGA", 2))}

    def test_two_point_functions_of_all_times(self):
        self.dump(self.times_of("wall", (10, 11, 12)), "R.pkl")
        C = self.two_points()
        self.dump(C, "C.pkl")
        self.dump(C["OMEGA"][..., 1], "plain.pkl")
        R = ["--source", f"wall={self.path('R.pkl')}", "--source", f"exp={self.path('R.pkl')}",
             "--times", "10-12"]
        code, out, err = self.run_plain(
            *R, "--two-point", f"{self.path('C.pkl')}::proton", "--two-point-2",
            f"wall={self.path('plain.pkl')}", "--temporal-extent", "32")
        self.assertEqual((code, err), (0, ""))
        self.assertIn("two-point functions at 32 times", out)
        with h5py.File(self.output) as file:
            np.testing.assert_array_equal(file["two_point_t"], np.arange(32))
            for source in ("wall", "exp"):
                np.testing.assert_array_equal(file[f"source/{source}/two_point_full_1"],
                                              C["proton"][..., 1])
            np.testing.assert_array_equal(file["source/wall/two_point_full_2"],
                                          C["OMEGA"][..., 1])
            self.assertNotIn("two_point_full_2", file["source/exp"])
            self.assertEqual(file.attrs["temporal_extent"], 32)
            self.assertNotIn("mass_1", file.attrs)
        os.remove(self.output)
        code, _, err = self.run_plain(*R, "--two-point", f"{self.path('C.pkl')}::proton")
        self.assertEqual((code, err), (0, ""))
        with h5py.File(self.output) as file:  # one hadron twice
            np.testing.assert_array_equal(file["source/exp/two_point_full_2"],
                                          C["proton"][..., 1])

    def test_wrong_two_point_functions_are_told(self):
        self.dump(self.times_of("wall", (10, 11, 12)), "R.pkl")
        shifted, broken = self.two_points(), self.two_points()
        shifted["OMEGA"][..., 0] += 1
        shifted["proton"][1, :, 0] += 1
        broken["proton"][3, 4, 1] = np.inf
        for name, value in (("C", self.two_points()), ("few", self.two_points(4)),
                            ("shifted", shifted), ("broken", broken)):
            self.dump(value, f"{name}.pkl")
        C = f"{self.path('C.pkl')}::proton"
        for options, expected in (
                (["--two-point", f"{self.path('few.pkl')}::proton"], "expected 5 jackknife samples"),
                (["--two-point", C, "--two-point-2", f"{self.path('shifted.pkl')}::OMEGA"],
                 "expected times 0 to 31"),
                (["--two-point", f"{self.path('shifted.pkl')}::proton"], "first column"),
                (["--two-point", f"{self.path('broken.pkl')}::proton"], "sample 3, time 4"),
                (["--two-point", f"{self.path('R.pkl')}"], "found a dict"),
                (["--two-point", f"other={C}"], "expected a source of --source, found other"),
                (["--two-point-2", C], "expected beside --two-point"),
                ([], "--mass: expected, unless --two-point"),
                (["--mass-2", "0.7", "--two-point", C], "--mass: expected")):
            with self.subTest(expected):
                code, _, err = self.run_plain("--source", f"wall={self.path('R.pkl')}", "--times",
                                              "10-12", *options)
                self.assertEqual(code, 2)
                self.assertIn(expected, err)
                self.assertFalse(os.path.exists(self.output))

    def describe(self, value):
        """Lines, from a pickle of it."""
        self.dump(value, "a.pkl", 3)
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = import_halqcd.main(["--describe", self.path("a.pkl")])
        self.assertEqual((code, err.getvalue()), (0, ""))
        return out.getvalue().replace(self.path("a.pkl"), "a.pkl").splitlines()

    def test_what_is_described_can_be_imported_as_it_says(self):
        self.assertEqual([pickle_layouts.extent_of(n) for n in (6545, 20825, 2925, 6546, 20)],
                         [64, 96, 48, None, None])
        R = {t: np.ones((4, 165)) for t in range(10, 13)}
        for value, options in (
                (R[10], "--source NAME='a.pkl' --times T --extent 16"),
                (R, "--source NAME='a.pkl' --times 10-12 --extent 16"),
                ({"wall": R, "exp": R}, "--source exp='a.pkl::exp' --source wall='a.pkl::wall' "
                 "--times 10-12 --extent 16"),
                (("words", np.ones(165), {"wall": R}),
                 "--source wall='a.pkl::wall' --times 10-12 --extent 16")):
            lines = self.describe(value)
            self.assertEqual(lines[-2:], ["R of jackknife samples, L = 16: import it with",
                                          "  " + options])
        lines = self.describe(self.two_points())
        self.assertIn("    proton: array (5, 32, 3) of float64", lines)
        self.assertEqual(lines[-2:], ["two-point functions of proton, OMEGA: beside R with",
                                      "  --two-point 'a.pkl::proton' [--two-point-2 'FILE::KEY']"])

    def test_what_is_not_understood_is_described(self):
        lines = self.describe({(40, "wall"): np.ones((23, 5)), "z": np.ones(3, dtype=complex),
                               "objects": np.array([{}], dtype=object), "n": np.float64(0.5),
                               "long": list(range(50)), "deep": [[[[[[1]]]]]]})
        for expected in ("  dict of 6", "    40,wall: array (23, 5) of float64",
                         "    z: array (3,) of complex128",
                         "    objects: array of type O8 (1,), not read", "    n: float 0.5",
                         "    long: list of 50", "    ... and 47 more: 3, 4, 5, 6, 7, 8, 9, 10, ..."):
            self.assertIn(expected, [line.replace("      ...", "    ...") for line in lines])
        self.assertIn("no R is in it", lines[-1])
        self.assertIn("potentials", self.describe({"wall": {13: np.ones((165, 9))}})[-1])
        many = self.describe({f"key{i}": i for i in range(30)})
        self.assertEqual(len(many), 1 + 1 + 8 + 1 + 1)

    def test_description_runs_nothing(self):
        target = self.path("owned")

        class Hidden(dict):
            """Pickled with its class, state and entries."""

        for evil, name in ((Evil(os.system, f"touch {target}"), "posix.system"),
                           (Evil(eval, f"open({target!r}, 'w')"), "builtins.eval"),
                           (Evil(np.save, target, 1), "numpy.save")):
            self.assertIn(f"it calls {name}, which is not run", self.describe(evil)[-1])
            self.assertIn(f"    deep: {name}, not read", self.describe({"deep": evil}))
            self.assertFalse(os.path.exists(target) or os.path.exists(target + ".npy"))
        globals()["Hidden"] = Hidden
        Hidden.__qualname__ = "Hidden"
        hidden = Hidden(a=1)
        hidden.more = [1]
        self.assertIn("Hidden, not read", self.describe([hidden])[2])

    def test_ordered_dictionaries_and_numbers_of_numpy_are_plain(self):
        value = collections.OrderedDict([(np.int64(10), 1), ("m", np.float32(0.5))])
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            self.dump(value, "a.pkl", protocol)
            self.assertEqual(pickles.load(self.path("a.pkl")), {10: 1, "m": 0.5})

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
