# SPDX-License-Identifier: GPL-3.0-or-later
"""compare.py must notice every kind of difference, and nothing else."""

import contextlib
import io
import os
import sys
import tempfile
import unittest

import h5py
import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import compare  # noqa: E402

CSV = "# hadpot\nk,delta_deg,delta_deg_err\n1,10,0.5\n2,nan,0.25\n"
YAML = "a0:\n  value: -0.5\n  stat: 0.1\nnames: [wall]\nconverged: true\n"
DELTA = np.array([[10.0, 20.0], [11.0, 21.0], [9.0, 19.5]])


def write_hdf5(path, change=None):
    """change: what is done to the open file at the end."""
    with h5py.File(path, "w") as file:
        file.attrs["nsample"] = 2
        file.attrs["source"] = ["wall", "smeared"]
        file.attrs["hadpot_version"] = "1"
        file.attrs["job"] = "fit:\n  times: [11]\n"
        file["scattering/delta_deg"] = DELTA
        file["scattering/delta_deg"].attrs["error_function"] = "jackknife"
        file["scattering/delta_numerical_error"] = np.full((3, 2), 0.001)
        file["training/epochs"] = np.array([np.nan, 0.0, 1.0])
        file["configuration"] = np.array([1, 2], dtype="i4")
        if change is not None:
            change(file)


def replaced(name, value):
    def change(file):
        attributes = dict(file[name].attrs)
        del file[name]
        file[name] = value
        file[name].attrs.update(attributes)
    return change


class CompareTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.old, self.new = (os.path.join(folder.name, side) for side in ("old", "new"))
        for side in (self.old, self.new):
            os.makedirs(os.path.join(side, "demo", "deep"))
            write_hdf5(os.path.join(side, "demo", "results.h5"))
            self.write(side, "demo/deep/x.csv", CSV)
            self.write(side, "demo/summary.yaml", YAML)
            self.write(side, "demo/info.txt", "one\ntwo\n")

    @staticmethod
    def write(side, name, text):
        with open(os.path.join(side, name), "w", encoding="utf-8") as stream:
            stream.write(text)

    def compare(self, *options):
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            code = compare.main([self.old, self.new, *options])
        return code, out.getvalue()

    def assert_equal(self, *options):
        code, out = self.compare(*options)
        self.assertEqual(code, 0, out)
        self.assertRegex(out, r"^demo: equal \(\d+ compared\)\n$")

    def assert_found(self, *lines, code=1):
        """These lines and a verdict, nothing else."""
        found, out = self.compare()
        self.assertEqual(found, code, out)
        self.assertEqual(out.splitlines()[:-1], list(lines))
        self.assertTrue(out.splitlines()[-1].startswith("demo: "), out)

    def change(self, change):
        write_hdf5(os.path.join(self.new, "demo", "results.h5"), change)

    def test_the_same_again_is_equal(self):
        self.assert_equal()

    def test_order_and_notation_do_not_count(self):
        self.write(self.new, "demo/deep/x.csv",
                   "# hadpot\ndelta_deg_err,k,delta_deg\n5e-1,1.0,10\n.25,2,nan\n")
        self.write(self.new, "demo/summary.yaml",
                   "converged: true\nnames:\n- wall\na0: {stat: 1.0e-1, value: -5.0e-1}\n")

        def change(file):
            file.attrs["job"] = "fit: {times: [11]}"
            replaced("training/epochs", np.array([-np.nan, 0.0, 1.0]))(file)
        self.change(change)
        self.assert_equal()

    def test_links_and_logs_do_not_count(self):
        os.makedirs(os.path.join(self.new, "logs"))
        self.write(self.new, "logs/demo.log", "3 s")
        os.symlink("/", os.path.join(self.new, "data"))
        os.symlink("demo/info.txt", os.path.join(self.new, "link.txt"))
        self.assert_equal()

    def test_last_bit_of_a_number_and_its_size_in_errors(self):
        delta = DELTA.copy()
        delta[0, 1] += 0.002
        self.change(replaced("scattering/delta_deg", delta))
        # jackknife of two samples: (2 - 1)^2/(2 (2 - 1)) times squares of 21 and 19.5 from 20.25
        error = np.sqrt(0.5 * 2 * 0.75**2)
        self.assert_found("different demo/results.h5:/scattering/delta_deg: 1 of 6 numbers, "
                          "largest 0.002, relative 0.0001, 2 of the numerical error, "
                          f"{0.002 / error:.3g} of the statistical error")
        delta[0, 1] = np.nextafter(20.0, 21.0)
        self.change(replaced("scattering/delta_deg", delta))
        self.assertEqual(self.compare()[0], 1)

    def test_sign_of_zero_and_nan(self):
        self.change(replaced("training/epochs", np.array([np.nan, -0.0, 1.0])))
        self.assert_found("different demo/results.h5:/training/epochs: 1 of 3 numbers, largest 0, "
                          "relative 0")
        self.change(replaced("training/epochs", np.array([np.nan, np.nan, 1.0])))
        self.assert_found("different demo/results.h5:/training/epochs: 1 of 3 numbers, 1 of them "
                          "between nan, infinite and finite")
        self.change(replaced("training/epochs", np.array([np.nan, 0.5, 1.0])))
        self.assert_found("different demo/results.h5:/training/epochs: 1 of 3 numbers, largest "
                          "0.5, relative inf")

    def test_shape_and_type_of_datasets(self):
        self.change(replaced("training/epochs", np.array([[np.nan, 0.0, 1.0]])))
        self.assert_found("different demo/results.h5:/training/epochs: shape (3,) became (1, 3)")
        self.change(replaced("configuration", np.array([1, 2], dtype="i8")))
        self.assert_found("different demo/results.h5:/configuration: type int32 became int64")

    def test_datasets_and_groups_that_come_and_go(self):
        def change(file):
            del file["configuration"]
            file.create_group("empty")
        self.change(change)
        self.assert_found("gone      demo/results.h5:/configuration",
                          "new       demo/results.h5:/empty/")

    def test_what_is_only_new_is_no_failure(self):
        self.write(self.new, "demo/more.txt", "")
        self.change(lambda file: file.attrs.update(more=1))
        self.assert_found("new       demo/more.txt", "new       demo/results.h5:/@more", code=0)

    def test_attributes(self):
        self.change(lambda file: file.attrs.update(nsample=3))
        self.assert_found("different demo/results.h5:/@nsample: 1 of 1 numbers, largest 1, "
                          "relative 0.5")
        self.change(lambda file: file.attrs.update(source=["wall", "other"]))
        self.assert_found("different demo/results.h5:/@source: 'smeared' became 'other'")
        self.change(lambda file: file.attrs.update(job="fit:\n  times: [12]\n"))
        self.assert_found("different demo/results.h5:/@job.fit.times: 1 of 1 numbers, largest 1, "
                          "relative 0.0909")
        self.change(lambda file: file["scattering/delta_deg"].attrs.update(error_function="none"))
        self.assert_found("different demo/results.h5:/scattering/delta_deg@error_function: "
                          "'jackknife' became 'none'")

    def test_columns_of_csv(self):
        def written(old, new, *lines):
            self.write(self.new, "demo/deep/x.csv", CSV.replace(old, new))
            self.assert_found(*lines)
        written("1,10,", "1,10.25,", "different demo/deep/x.csv:delta_deg: 1 of 2 numbers, largest "
                "0.25, relative 0.025, 0.5 of the statistical error")
        written("# hadpot", "# other", "different demo/deep/x.csv:#1: '# hadpot' became '# other'")
        written("k,", "q,", "gone      demo/deep/x.csv:k", "new       demo/deep/x.csv:q")
        written("1,10,", "one,10,", "different demo/deep/x.csv:k: type float64 became object")
        written("1,10,0.5\n", "", *(f"different demo/deep/x.csv:{name}: shape (2,) became (1,)"
                                    for name in ("delta_deg", "delta_deg_err", "k")))

    def test_order_of_rows_counts(self):
        self.write(self.new, "demo/deep/x.csv",
                   "# hadpot\nk,delta_deg,delta_deg_err\n2,nan,0.25\n1,10,0.5\n")
        self.assertEqual(self.compare()[1].count("different demo/deep/x.csv:"), 3)

    def test_keys_of_yaml(self):
        def written(old, new, *lines):
            self.write(self.new, "demo/summary.yaml", YAML.replace(old, new))
            self.assert_found(*lines)
        written("-0.5", "-0.525", "different demo/summary.yaml:a0.value: 1 of 1 numbers, largest "
                "0.025, relative 0.05, 0.25 of the statistical error")
        written("[wall]", "[wall, x]", "different demo/summary.yaml:names: shape (1,) became (2,)")
        written("true", "false", "different demo/summary.yaml:converged: 'True' became 'False'")
        written("true", "1", "different demo/summary.yaml:converged: type object became float64")
        written("  stat", "  error", "gone      demo/summary.yaml:a0.stat",
                "new       demo/summary.yaml:a0.error")

    def test_other_files(self):
        self.write(self.new, "demo/info.txt", "one\nthree\n")
        self.assert_found("different demo/info.txt:lines: 'two' became 'three'")
        os.remove(os.path.join(self.new, "demo/info.txt"))
        self.assert_found("gone      demo/info.txt")

    def test_names_to_ignore(self):
        self.change(lambda file: file.attrs.update(hadpot_version="2"))
        self.assertEqual(self.compare()[0], 1)
        self.assert_equal("--ignore", "hadpot_version")
        os.remove(os.path.join(self.new, "demo/info.txt"))
        self.assertEqual(self.compare("--ignore", "hadpot_version")[0], 1)
        self.assert_equal("--ignore", "hadpot_version", "--ignore", r"\.txt$")

    def test_one_verdict_for_each_job_that_is_asked_for(self):
        os.makedirs(os.path.join(self.old, "toys"))
        self.write(self.old, "toys/x.txt", "")
        code, out = self.compare()
        self.assertEqual(code, 1)
        self.assertIn("demo: equal (", out)
        self.assertIn("toys: 1 gone (0 compared)", out)
        self.assert_equal("demo")
        self.assertEqual(self.compare("nothing")[0], 1)

    def test_table_of_the_largest_changes(self):
        delta = DELTA.copy()
        delta[0] += [0.001, 0.002]
        self.change(replaced("scattering/delta_deg", delta))
        code, out = self.compare("--tolerance-table")
        self.assertEqual(code, 1)
        self.assertEqual(out.splitlines(), [
            "name,differ,absolute,relative,over_numerical_error,over_statistical_error,where",
            f"/scattering/delta_deg,1,0.002,0.0001,2,{0.002 / 0.75:.3g},demo/results.h5"])


if __name__ == "__main__":
    unittest.main()
