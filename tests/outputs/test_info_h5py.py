#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""hadpot info on ensembles of version 2 as h5py writes them: S and D waves of a cubic box."""
import os
import subprocess
import tempfile
import unittest

import h5py
import numpy as np

EXTENT, NROW, MASS = 12, 40, 0.6
TIMES = np.arange(8, 12)
SITES = np.array([(x, y, z) for x in range(EXTENT // 2 + 1) for y in range(x + 1)
                  for z in range(y + 1)])
R = np.sqrt((SITES ** 2).sum(1))


class InfoTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "waves.h5")
        self.random = np.random.default_rng(2385)

    def noise(self, size, shape):
        return 1 + size * self.random.normal(size=shape)

    def write(self, **options):
        """The D wave has nodes, vanishes at the origin and is noisier than its size at places."""
        with h5py.File(self.path, "w") as file:
            file.attrs.update(format="hadpot-ensemble", version=2, pairs=1, geometry="cubic",
                              sampling="configuration", extent=EXTENT, inverse_spacing_mev=2000.0)
            file["t"] = TIMES
            file["site"] = SITES
            file["component"] = options.get("component", ["XX:3S1", "XX:3D1"])
            file.create_group("pair/XX").attrs.update(mass_1=MASS, mass_2=MASS, identical=1,
                                                      charge_1=0, charge_2=0, sqrt_z=1.5)
            for name, depth in (("wall", 0.3), ("smeared", 0.1)):
                self.write_source(file.create_group("source/" + name), depth, options)

    def write_source(self, group, depth, options):
        C = np.exp(-MASS * TIMES) * self.noise(0.05, (NROW, len(TIMES)))
        two, shape = (C ** 2)[:, :, None], (NROW, len(TIMES), len(R))
        D = -0.03 * R ** 2 * np.exp(-R / 2) * np.sin(R) * self.noise(0.5, shape)
        D = two * (D + 0.001 * (R > 0) * self.random.normal(size=shape))
        S = two * (1 - depth * np.exp(-R / 3)) * self.noise(0.02, shape)
        for path, values in (("3S1/four_point", S), ("3D1/four_point", D),
                             ("3D1/laplacian", 0.3 * D)):
            group.create_dataset("XX/" + path, data=values.astype("f4"), compression="gzip",
                                 shuffle=True)
        group["XX/two_point_1"] = C
        group["XX/two_point_2"] = C
        if "source_pair" in options:
            group.attrs["pair"] = options["source_pair"]

    def info(self):
        done = subprocess.run([os.environ["HADPOT_PROGRAM"], "info", self.path],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def test_waves_of_a_tensor_force_are_good(self):
        self.write()
        code, out, err = self.info()
        self.assertEqual((code, err), (0, ""))
        self.assertIn("pair        XX: identical hadrons of masses 0.6, 0.6 (1200.00, 1200.00 MeV), "
                      "charges 0, 0, sqrt_z 1.5\n", out)
        self.assertIn("components  XX:3S1, XX:3D1\n", out)
        self.assertIn("source      wall: all components, of pair XX: four-point", out)
        self.assertIn("rows        all read, nothing doubtful found\n", out)

    def test_strings_may_be_of_fixed_length(self):
        self.write(component=np.array(["XX:3S1", "XX:3D1"], dtype="S20"),
                   source_pair=np.bytes_("XX"))
        code, out, _ = self.info()
        self.assertEqual(code, 0)
        self.assertIn("components  XX:3S1, XX:3D1\n", out)

    def test_an_unknown_component_is_named(self):
        self.write(component=["XX:3S1", "XX:3E1"])
        code, out, err = self.info()
        self.assertEqual((code, out), (2, ""))
        self.assertIn('waves.h5: dataset /component: "XX:3E1", expected PAIR:2S+1LJ', err)
        self.assertEqual(err.count("hadpot: error: "), 1)


if __name__ == "__main__":
    unittest.main()
