# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of samples in analysis/results.py, and analysis/export.py: what pyerrors and gvar make of
its files, by their published formulas everywhere and by themselves where they are installed.

pyerrors (2.9, obs.py): import_jackknife(rows, name) takes rows[0] as the value, and reconstructs
data d_i = sum_j jk_j - (N-1) jk_i; import_bootstrap(rows, name, bins) solves for them from the mean
of each sample; with S = 0 the error is sqrt(Gamma(0)/(N-1)), Gamma(0) the mean of (d - dbar)^2.
gvar (11, dataset.pyx): avg_data(y) has the mean of y and, of n numbers, the covariance
numpy.cov(y, bias=True)/n; Dataset reads lines "key number" or "key [numbers]", and .h5 files of
datasets whose first axis counts the samples."""

import os
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ANALYSIS = os.path.join(HERE, "..", "..", "analysis")
sys.path.insert(0, ANALYSIS)

import export  # noqa: E402
import program  # noqa: E402
from results import InputError, Results  # noqa: E402

try:
    import pyerrors
except ImportError:
    pyerrors = None
try:
    import gvar
except ImportError:
    gvar = None

N, BOOTSTRAP, NAME = 12, 30, "scattering/delta_deg"
INSTALLED = "not installed: only its published formulas are tested"


class ExportTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.results = None
        random = np.random.default_rng(3)
        mixing = np.array([[1, 0.5, 0.2], [0, 0.3, 0.1], [0, 0, 0.7]])
        self.data = 40 + random.standard_normal((N, 3)) @ mixing  # one row per bin
        self.bins = random.integers(0, N, (BOOTSTRAP, N))

    def write(self, method="jackknife", computed=None, fitted=True):
        """Means of `data` and their samples as hadpot stores them; the results, open, of the
        latest call."""
        if self.results is not None:
            self.results.close()
        total = self.data.sum(axis=0)
        samples = ((total - self.data) / (N - 1) if method == "jackknife"
                   else self.data[self.bins].mean(axis=1))
        rows = np.concatenate([[total / N], samples[:computed]])
        with h5py.File(os.path.join(self.folder, "results.h5"), "w") as file:
            file.attrs.update({"format": "hadpot-results", "version": 1, "channel": "linear",
                               "nsample": len(samples),
                               "error_function": f"{method}: sqrt(...)"})
            if fitted:
                file.attrs.update({"inverse_spacing_mev": 2000.0, "t": [12]})
                file.attrs["source"] = ["wall"]
            for name, value in ((NAME, rows), ("potential/v", rows[:, None, :2]),
                                ("scattering/length", rows[:, 0])):
                file[name] = value
                file[name].attrs["error_function"] = method
            file["grid/r_fm"] = np.arange(3.0)
            if method == "bootstrap":
                file["resampling/bins"] = self.bins
        self.results = Results(os.path.join(self.folder, "results.h5"))
        self.addCleanup(self.results.close)
        return self.results

    def run_export(self, *arguments):
        return program.run(export, self.folder, *arguments)

    def start_export(self, *arguments):
        """As a user does, in a process of its own."""
        done = subprocess.run([sys.executable, os.path.join(ANALYSIS, "export.py"), self.folder,
                               *arguments], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def exported(self, name, *arguments):
        """The path of a file that the program wrote."""
        path = os.path.join(self.folder, name)
        code, out, err = self.run_export(*arguments, "--output", path)
        self.assertEqual((code, out, err), (0, path + "\n", ""))
        return path

    def standard_covariance(self):
        return np.cov(self.data, rowvar=False) / N

    def test_covariance_of_means_is_that_of_the_data(self):
        results = self.write()
        # Rounding of 40 against deviations of 0.03 in the samples.
        np.testing.assert_allclose(results.covariance(NAME), self.standard_covariance(),
                                   rtol=1e-11)
        np.testing.assert_allclose(results.correlation(NAME),
                                   np.corrcoef(self.data, rowvar=False), rtol=1e-11)
        np.testing.assert_allclose(results.band(NAME)[1]**2, np.diag(self.standard_covariance()),
                                   rtol=1e-11)
        np.testing.assert_array_equal(results.covariance("potential/v", 0),
                                      results.covariance(NAME)[:2, :2])
        with self.assertRaisesRegex(InputError, "expected 1 indices, found 0"):
            results.covariance("potential/v")
        with self.assertRaisesRegex(InputError, "have no percentiles"):
            results.percentiles(NAME)
        self.assertIsNone(self.write(computed=1).correlation(NAME))

    def test_bootstrap_has_its_own_rule(self):
        results = self.write("bootstrap")
        samples = results.array(NAME)[1:]
        np.testing.assert_allclose(results.band(NAME)[1], samples.std(axis=0, ddof=1), rtol=1e-11)
        np.testing.assert_allclose(results.covariance(NAME), np.cov(samples, rowvar=False),
                                   rtol=1e-11)
        low, high = results.percentiles(NAME)
        inside = (samples > low) & (samples < high)
        # 68 % of 30 samples, within one of them at each end.
        np.testing.assert_allclose(inside.sum(axis=0), 0.68 * BOOTSTRAP, atol=2)

    def test_pyerrors_reconstructs_the_data_of_a_jackknife(self):
        self.write()
        path = self.exported("rows.npy", NAME, "--for", "pyerrors")
        rows = np.load(path)
        data = rows[1:].sum(axis=0) - (N - 1) * rows[1:]
        np.testing.assert_allclose(data, self.data, rtol=1e-12)  # 1e-16 (N-1)
        gamma_0 = ((data - data.mean(axis=0))**2).mean(axis=0)
        np.testing.assert_allclose(np.sqrt(gamma_0 / (N - 1)),
                                   np.sqrt(np.diag(self.standard_covariance())), rtol=1e-11)
        text = self.exported("rows.txt", NAME, "--for", "pyerrors")
        np.testing.assert_array_equal(np.loadtxt(text), rows)  # 17 digits are exact
        text = self.exported("v.txt", "potential/v", "--for", "pyerrors")
        with open(text, encoding="utf-8") as stream:
            self.assertIn("# shape 13 x 1 x 2\n", stream.read())

    def test_pyerrors_reconstructs_the_data_of_a_bootstrap(self):
        self.write("bootstrap")
        rows = np.load(self.exported("rows.npy", NAME, "--for", "pyerrors"))
        bins = np.load(self.exported("bins.npy", "resampling/bins", "--for", "pyerrors"))
        part = np.array([np.bincount(drawn, minlength=N) for drawn in bins]) / N
        data = np.linalg.lstsq(part, rows[1:], rcond=None)[0]
        np.testing.assert_allclose(data, self.data, rtol=1e-11)  # condition of some 10
        text = self.exported("bins.txt", "resampling/bins", "--for", "pyerrors")
        np.testing.assert_array_equal(np.loadtxt(text, dtype=int), self.bins)

    def check_gvar(self, samples, results):
        value, error = results.band(NAME)
        covariance = np.cov(samples, rowvar=False, bias=True) / len(samples)
        # Rounding of 40 against deviations of 0.03.
        np.testing.assert_allclose(samples.mean(axis=0), value, rtol=1e-14)
        np.testing.assert_allclose(covariance, results.covariance(NAME), rtol=1e-11)
        np.testing.assert_allclose(np.sqrt(np.diag(covariance)), error, rtol=1e-11)

    def test_gvar_averages_to_our_values_and_covariances(self):
        for method in ("jackknife", "bootstrap"):
            results = self.write(method)
            names = (NAME, "scattering/length")
            with h5py.File(self.exported("samples.h5", *names, "--for", "gvar"), "r") as file:
                self.assertEqual(list(file), ["delta_deg", "length"])
                samples = file["delta_deg"][:]
                length = file["length"][:]  # its mean may be summed in another order
                np.testing.assert_allclose(length, samples[:, 0], rtol=1e-14)
            self.check_gvar(samples, results)
            np.testing.assert_array_equal(
                np.load(self.exported("samples.npy", NAME, "--for", "gvar")), samples)
            found = {"delta_deg": [], "length": []}
            with open(self.exported("samples.txt", *names, "--for", "gvar"),
                      encoding="utf-8") as stream:
                for line in stream:
                    if not line.startswith("#"):
                        key, numbers = line.split(maxsplit=1)
                        found[key].append(np.array(eval(numbers, {}, {})))  # as gvar does
            np.testing.assert_array_equal(found["delta_deg"], samples)
            np.testing.assert_array_equal(found["length"], length)

    def test_part_of_the_samples(self):
        results = self.write(computed=5)
        self.check_gvar(export.gvar_samples(results, NAME), results)
        code, _, err = self.start_export(NAME, "--for", "pyerrors", "--output", "rows.npy")
        self.assertEqual(code, 2)
        self.assertIn("needs all 12 jackknife samples, found 5", err)

    def test_mistakes_are_told(self):
        def refuse(expected, *arguments):
            code, out, err = self.run_export(*arguments)
            self.assertEqual((code, out, err.count("\n")), (2, "", 1), err)
            self.assertIn(expected, err)
        output = ("--output", os.path.join(self.folder, "x.npy"))
        refuse("no such file", NAME, "--for", "gvar", *output)
        self.write()
        refuse("ending in .npy, .txt", NAME, "--for", "pyerrors", "--output", "x.h5")
        refuse("dataset nothing is missing", "nothing", "--for", "gvar", *output)
        refuse("grid/r_fm has no samples", "grid/r_fm", "--for", "gvar", *output)
        refuse("no bootstrap samples", "resampling/bins", "--for", "pyerrors", *output)
        refuse("can hold one dataset, found 2", NAME, "potential/v", "--for", "gvar", *output)
        refuse("expected names that differ", NAME, NAME, "--for", "gvar", "--output", "x.h5")
        refuse("No such file or directory", NAME, "--for", "pyerrors", "--output", "/none/x.npy")
        self.write(fitted=False)
        refuse("has no samples", NAME, "--for", "gvar", *output)
        self.data[:] = np.nan
        self.write()
        refuse("what is not a number", NAME, "--for", "gvar", "--output",
               os.path.join(self.folder, "x.txt"))

    def test_draws_are_their_percentiles(self):
        self.write()
        draws = np.linspace(30, 50, 101)[:, None] * np.array([1.0, 2.0, 0.5])
        self.results.close()
        with h5py.File(os.path.join(self.folder, "results.h5"), "r+") as file:
            file[f"draws/{NAME}"] = draws + 180 * (np.arange(101) % 2)[:, None]
            file[f"draws/{NAME}"].attrs["compare"] = "modulo_180"
            file[f"total/{NAME}"] = np.stack([40 * np.array([1.0, 2.0, 0.5]), *np.ones((2, 3))])
        for name in (NAME, f"draws/{NAME}"):
            found = np.load(self.exported("draws.npy", name, "--for", "draws"))
            np.testing.assert_allclose(found, draws, rtol=1e-12)  # on one branch, that of the band
        text = self.exported("draws.txt", NAME, "--for", "draws")
        with open(text, encoding="utf-8") as stream:
            self.assertIn("percentiles 16, 50, 84", stream.readline())
        np.testing.assert_allclose(np.loadtxt(text), draws, rtol=1e-12)
        for arguments, expected in (((f"draws/{NAME}", "--for", "gvar"), "expected --for draws"),
                                    ((f"total/{NAME}", "--for", "pyerrors"), "by percentiles"),
                                    (("potential/v", "--for", "draws"), "has no draws")):
            code, _, err = self.run_export(*arguments, "--output", text)
            self.assertEqual((code, err.count("\n")), (2, 1))
            self.assertIn(expected, err)

    @unittest.skipIf(pyerrors is None, f"pyerrors {INSTALLED}")
    def test_pyerrors_itself(self):
        results = self.write()
        rows = np.load(self.exported("rows.npy", NAME, "--for", "pyerrors"))
        for i, (value, error) in enumerate(zip(*results.band(NAME))):
            found = pyerrors.import_jackknife(rows[:, i], "ensemble")
            found.gamma_method(S=0)
            self.assertEqual(found.value, value)
            np.testing.assert_allclose(found.dvalue, error, rtol=1e-11)
        self.write("bootstrap")
        rows = np.load(self.exported("rows.npy", NAME, "--for", "pyerrors"))
        found = pyerrors.import_bootstrap(rows[:, 0], "ensemble", self.bins)
        found.gamma_method(S=0)
        np.testing.assert_allclose(found.dvalue**2, self.standard_covariance()[0, 0], rtol=1e-10)

    @unittest.skipIf(gvar is None, f"gvar {INSTALLED}")
    def test_gvar_itself(self):
        results = self.write()
        for name in ("samples.h5", "samples.txt"):
            path = self.exported(name, NAME, "--for", "gvar")
            found = gvar.dataset.avg_data(gvar.dataset.Dataset(path))["delta_deg"]
            np.testing.assert_allclose(gvar.mean(found), results.array(NAME)[0], rtol=1e-14)
            np.testing.assert_allclose(gvar.evalcov(found), results.covariance(NAME), rtol=1e-11)


if __name__ == "__main__":
    unittest.main()
