# SPDX-License-Identifier: GPL-3.0-or-later
"""Small runs of every command: what lies in the folder before, what is called, what goes on after
a failure. Each takes some hundredths of a second of one core."""
import gzip
import struct
from pathlib import Path

SYNTH = """output: raw.h5
mass_1_mev: 4796.0
inverse_spacing_mev: 2333.0
gaussians: {amplitudes_mev: [60.0, -110.0], ranges_fm: [0.25, 0.60]}
grid: {spacing_lat: 1.0, points: 16}
times: {first: 25, count: 3}
states: {count: 4}
noise: {configurations: 6, four_point: 0.002, radial_correlation_fm: 0.5}
"""

RUN = """ensemble: raw.h5
output: out
resampling: {bin: 2}
fit: {r_max_fm: 1.2}
potential: {kind: gaussians, gaussians: 2}
scattering: {energies_mev: [2, 10.5], solver: nystroem, panels: 6, order: 8}
total_band: {draws: 0}
"""

VARIED = RUN + 'variations: {ansatz: ["potential.gaussians=1"]}\n'

NETWORK = """ensemble: raw.h5
output: out
resampling: {bin: 2}
fit: {r_max_fm: 1.2}
potential: {kind: sdnn, f_layers: [4, 3], envelope_fm: 0.5, local_part: true, local_layers: [3, 1], local_envelope_fm: 0.6}
training: {steps: 20}
scattering: {energies_mev: [2, 10.5], solver: nystroem, panels: 6, order: 8}
total_band: {draws: 100}
results: {u_points: 3}
"""

COUPLED_SYNTH = """output: raw.h5
channels:
  pairs: [A, B]
  masses_1_mev: [98.6634902, 102.610029808]
  masses_2_mev: [108.52983922, 118.39618824]
  components: ["A:1S0", "B:1S0"]
inverse_spacing_mev: 197.3269804
gaussians:
  amplitudes_mev: [-19.73269804, 11.839618824, -39.46539608]
  ranges_fm: [3, 3.5, 3]
  elements: [A, A/B, B]
grid: {spacing_lat: 1, points: 16, box_fm: 40}
times: {first: 8, count: 4}
states: {count: 5}
sources:
  names: [a, b]
  components: ["A:1S0", "B:1S0"]
  amplitudes: [1, 0.6, 0.4, 0.25, 0.15, -0.5, 0.9, 0.5, 0.7, -0.3]
noise: {configurations: 8, four_point: 0.01, two_point: 0.01, radial_correlation_fm: 3}
scattering: {total_energies_mev: [212, 227]}
"""

COUPLED = """ensemble: raw.h5
output: out
resampling: {bin: 2}
fit: {times: [9, 10], r_max_fm: 12, error_smoothing_fm: 2}
potential: {kind: matrix_gaussians, gaussians: 2, shortest_fm: 1.5, longest_fm: 4, nonlocal_gaussians: 1}
scattering: {energies_mev: [5, 20], bound_states: 1}
total_band: {draws: 100}
"""

COVERAGE = """output: out
synth: synth.yaml
run: run.yaml
ensembles: 2
first_seed: 11
"""

SCATTER = """output: out
mass_1_mev: 4796.0
gaussians: {amplitudes_mev: [60.0, -110.0], ranges_fm: [0.25, 0.60]}
scattering: {energies_mev: [2, 10.5], solver: nystroem, panels: 6, order: 8}
"""

IMPORT = """format: ascii
tree: files
output: made.h5
inverse_spacing_mev: 2000
mass_1: 0.85
ascii:
  four_point: "{source}/nbs.{configuration}.dat"
  two_point_1: "{source}/baryon.{configuration}.dat"
"""

HADRONS = """format: hadrons
tree: files
output: made.h5
inverse_spacing_mev: 2000
mass_1: 0.85
hadrons:
  four_point: "nbs.{configuration}.h5"
  dataset: nbs/corr
  first_t: 2
  two_point_1: "two.{configuration}.h5"
  two_point_1_dataset: meson/[gamma_snk=Gamma5,gamma_src=Gamma5]/corr
"""

HALQCD = """tree: files
output: made.h5
inverse_spacing_mev: 2000
mass_1: 0.6
halqcd: {two_point_1: Xi_CG05, fold: none, components: [1S0], correlator_suffix: .c}
"""

EXTENT = 4  # of boxes

TOY_SET = "training.epochs=20"


def columns(configurations=(1000, 1010, 1020), points=8):
    """Correlators of configurations in columns of text."""
    files = {}
    for configuration in configurations:
        four = "".join(f"{t} {r + 0.5} {1e-9 * 0.2 ** (t - 10) * (1 + 0.1 / (1 + r)) * (1 + 1e-4 * (configuration % 7) * t):.12e}\n"
                       for t in range(10, 14) for r in range(points))
        two = "".join(f"{t} {3e-5 * 0.43 ** (t - 10) * (1 + 1e-4 * (configuration % 5)):.12e}\n"
                      for t in range(10, 14))
        files[f"files/wall/nbs.{configuration}.dat"] = four
        files[f"files/wall/baryon.{configuration}.dat"] = two
    return files


def box_sites():
    return [(x, y, z) for z in range(EXTENT) for y in range(EXTENT) for x in range(EXTENT)]


def box_value(configuration, t, site):
    """The same at all sites of a cubic orbit."""
    square = sum(min(c, EXTENT - c) ** 2 for c in site)
    return 1e-9 * 0.2 ** t * (1 + 0.1 / (1 + square)) * (1 + 1e-4 * (configuration % 7) * t)


def two_point(configuration, t):
    return 3e-5 * 0.43 ** t * (1 + 1e-4 * (configuration % 5))


def boxes():
    """All sites in packed columns."""
    files = {}
    for configuration in (1000, 1010, 1020):
        four = "".join(f"{t} {x} {y} {z} {box_value(configuration, t, (x, y, z)):.12e}\n"
                       for t in range(2, 4) for x, y, z in box_sites())
        two = "".join(f"{t} {two_point(configuration, t):.12e}\n" for t in range(2, 4))
        files[f"files/wall/nbs.{configuration}.dat"] = gzip.compress(four.encode(), mtime=0)
        files[f"files/wall/baryon.{configuration}.dat"] = two
    return files


def halqcd_wave(configuration, t):
    """Singlets, 1/48-compressed."""
    half = EXTENT // 2
    sites = [(x, y, z) for z in range(half + 1) for x in range(z + 1) for y in range(x + 1)]
    singlet = {5: 1, 6: -1, 9: -1, 10: 1}

    def record(values):
        return struct.pack(f"<{len(values) + 2}i", 4 * len(values), *values, 4 * len(values))

    wave = b"".join(struct.pack("<2d", singlet.get(i, 0) * box_value(configuration, t, site), 0)
                    for site in sites for i in range(16))
    length = struct.pack("<i", len(wave))
    numbers = [x + EXTENT * (y + EXTENT * z) for x, y, z in sites]
    return (record([EXTENT] * 3 + [len(sites)]) + record(numbers) + record([0, 0, 0, len(sites), 256])
            + length + wave + length)


def halqcd():
    files = {}
    for configuration in (1000, 1010, 1020):
        two = "".join(f"{t}" + f" {two_point(configuration, t):.12e}" * 10 + "\n" for t in range(6))
        files[f"files/correlator.PS.dir/b_{configuration}/Xi_CG05_correlator.c"] = two
        for t in range(2, 4):
            name = f"NBSwave.+{t:03d}+A00.000.000.000.b_{configuration}.A.B.gz"
            files[f"files/BBwave.dir.S4.00/b_{configuration}/{name}"] = \
                gzip.compress(halqcd_wave(configuration, t), mtime=0)
    return files


def make_hadrons(folder):
    """Waves with one axis of sites; two-point functions with attributes by which they are found."""
    import h5py
    for configuration in (1000, 1010, 1020):
        for name, path in (("nbs", "nbs/corr"), ("two", "meson/meson_0/corr")):
            values = [[complex(box_value(configuration, t, site), 0) for site in box_sites()]
                      for t in range(2, 4)] if name == "nbs" else \
                [complex(two_point(configuration, t), 0) for t in range(6)]
            Path(folder, "files").mkdir(exist_ok=True)
            with h5py.File(Path(folder, "files", f"{name}.{configuration}.h5"), "w") as file:
                group = file.create_dataset(path, data=values).parent
                group.attrs["gamma_snk"] = group.attrs["gamma_src"] = "Gamma5"


class Scene:
    """files: texts or bytes by name. start: commands that run without failures before, in the same folder.
    what: names of what is written. again: arguments after a failure (None: nothing is left)."""

    def __init__(self, name, files, arguments, what, again, start=(), ranks=1, prepare=None):
        self.name, self.files, self.arguments = name, files, arguments
        self.what, self.again, self.start, self.ranks = what, again, start, ranks
        self.prepare = prepare  # of the folder, after start


def make_contiguous(folder):
    """Data without chunks and checksums: nothing in the file tells what was not read."""
    import h5py  # the only scene that needs it
    path = Path(folder) / "raw.h5"
    with h5py.File(path, "r+") as file:
        names = []
        file.visititems(lambda name, item: names.append(name)
                        if isinstance(item, h5py.Dataset) else None)
        for name in names:
            values, attributes = file[name][()], dict(file[name].attrs)
            del file[name]
            file.create_dataset(name, data=values).attrs.update(attributes)


def forget_end(folder):
    """What a run leaves that was killed before its last sample: results go, one sample too."""
    out = Path(folder) / "out"
    manifest = (out / "manifest.yaml").read_text()
    for place in [out, *out.glob("variations/*")]:
        for path in place.iterdir():
            if path.is_file() and path.name not in ("manifest.yaml", ".hadpot.lock"):
                path.unlink()
    (out / "manifest.yaml").write_text(manifest.replace("state: finished", "state: unfinished"))
    samples = sorted(out.glob("checkpoint/sample_*"))
    samples[-1].unlink()


def scenes():
    raw = [["synth", "synth.yaml"]]
    make = {"synth.yaml": SYNTH}
    resume = ["run", "run.yaml", "--resume"]
    keep = ["--set", "results.keep_checkpoints=true"]
    yield Scene("run", {**make, "run.yaml": RUN}, ["run", "run.yaml"], ["out"], resume, raw)
    yield Scene("varied", {**make, "run.yaml": VARIED}, ["run", "run.yaml"], ["out"], resume, raw)
    yield Scene("resumed", {**make, "run.yaml": RUN}, resume, ["out"], resume,
                [*raw, ["run", "run.yaml", *keep]], prepare=forget_end)
    yield Scene("plain", {**make, "run.yaml": RUN}, ["run", "run.yaml"], ["out"], resume, raw,
                prepare=make_contiguous)
    yield Scene("network", {**make, "run.yaml": NETWORK}, ["run", "run.yaml"], ["out"], resume, raw)
    yield Scene("coupled", {"synth.yaml": COUPLED_SYNTH, "run.yaml": COUPLED}, ["run", "run.yaml"],
                ["out"], resume, raw)
    yield Scene("run2", {**make, "run.yaml": RUN}, ["run", "run.yaml"], ["out"], resume, raw, 2)
    yield Scene("resumed2", {**make, "run.yaml": RUN}, resume, ["out"], resume,
                [*raw, ["run", "run.yaml", *keep]], 2, forget_end)
    yield Scene("coverage", {**make, "run.yaml": RUN, "job.yaml": COVERAGE},
                ["coverage", "job.yaml"], ["out"], ["coverage", "job.yaml", "--resume"])
    yield Scene("import", {"job.yaml": IMPORT, **columns()}, ["import", "job.yaml"],
                ["made.h5", ".made.h5.import"], ["import", "job.yaml", "--resume"])
    load, made = ["import", "job.yaml"], ["made.h5", ".made.h5.import"]
    columns_of_boxes = IMPORT + "  extent: 4\n"
    yield Scene("boxes", {"job.yaml": columns_of_boxes, **boxes()}, load, made, [*load, "--resume"])
    yield Scene("halqcd", {"job.yaml": HALQCD, **halqcd()}, load, made, [*load, "--resume"])
    yield Scene("hadrons", {"job.yaml": HADRONS}, load, made, [*load, "--resume"],
                prepare=make_hadrons)
    yield Scene("synth", make, ["synth", "synth.yaml"], ["raw.h5", "raw_truth.yaml"],
                ["synth", "synth.yaml"])
    yield Scene("scatter", {"job.yaml": SCATTER}, ["scatter", "job.yaml"], ["out"],
                ["scatter", "job.yaml"])
    yield Scene("toy", {}, ["toy", "two_parameter", "--set", "output=out", "--set", TOY_SET],
                ["out"], ["toy", "two_parameter", "--set", "output=out", "--set", TOY_SET])
    yield Scene("info", make, ["info", "raw.h5"], [], None, raw)
    yield Scene("init", make, ["init", "raw.h5", "--output", "made.yaml"], ["made.yaml"],
                ["init", "raw.h5", "--output", "made.yaml", "--overwrite"], raw)
    yield Scene("scan", {**make, "run.yaml": RUN}, ["scan-bins", "run.yaml"], ["out"],
                ["scan-bins", "run.yaml"], raw)
