#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command in README.md and the other .md files is run, in a copy of this tree, in the order in
which a reader meets it; the exceptions are listed below with their reasons and printed. Every
command of hadpot, every option and every file that is named there is there."""
import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("HADPOT_PROGRAM", ROOT / "build/release/hadpot")).resolve()

# What a command line in a block of text begins with.
PROGRAMS = re.compile(r"(?:\.|mpirun|hadpot|python3|cmake|ctest|sh|git|cc|cd|cp|mv|mkdir|export) "
                      r"|\$PYTHON |(?:build/|\./)\S+( |$)")

# Published data, beside the project or where the file HADPOT_XIXI is; not part of this tree: what
# in a command asks for it, where it stands in the copy and how it is called.
XIXI = "data/xixi_1s0_l64.h5"
TREE = "hal_pot_code/data/sample_data"
PUBLISHED = {"hal_pot_code": TREE, "FOLDER": TREE, "halqcd_xixi_l48": TREE, "xixi": XIXI}
NAMES = {XIXI: "xixi_1s0_l64.h5", TREE: "halqcd_xixi_l48"}
SHARED = Path(os.environ.get("HADPOT_XIXI", ROOT.parent / "shared" / XIXI)).parent
STUDY = "a study of minutes to hours"
BUILT = "builds what is being tested"

# Commands that are not run, and why: the first pattern that is found in one.
EXCEPTIONS = [
    (r"^sh (jobs/demo|tests/run)\.sh", "installs packages, and builds what is being tested"),
    (r"^cmake --preset|^cmake -S|^cc |^\./|^build/fit_arrays", BUILT + " (library.test_install)"),
    (r"^git clone|import_halqcd\.py --", "takes data from the network"),
    (r"(study|poles)\.sh|mutate\.py( --(survivors|known))?$", STUDY),
    (r"pulls\.py|compare\.py|pole_coverage\.py|coverage_table\.py", "compares what such studies leave"),
    (r"tests/(faults|fuzz|endurance|batch)/|jobs/scaling/|bench_parallel|\.ci/nightly", STUDY),
    (r"\b(qsub|sbatch|pjsub)\b", "needs a batch system (tests/batch)"),
    (r"cli_test_(benchmarks|channel_jobs)", "is a test of its own"),
    (r"plot\.py results/(xixi|import)_", "draws runs like those of README.md and docs/first-hour.md, "
                                         "seconds each (analysis.test_plot)"),
    (r"\b(FILE\.h5|JOB\.yaml)\b", "says how to call it, of no file"),
    (r"published\.csv", "draws a file of the reader"),
]

# Commands of many seconds that do what a shorter one or another test does: .ci/nightly runs them.
LONG = [
    (r"plot\.py results/(av18_learned|bb|lambda_like|coupled|n_omega|benchmarks|models)",
     "draws like plot.py results/demo; others are drawn by analysis.test_plot and its like"),
    (r"plot\.py results/demo", "is drawn by jobs/demo.sh"),
    (r"scatter jobs/channels/av18", "is run by cli.test_channel_jobs"),
    (r"toy jobs/av18_learned", "is learned by physics.test_av18_learned"),
]

# What makes long commands short, and nothing else of them.
SHORTER = [
    (r"run jobs/demo/job\.yaml", "--set total_band.draws=100"),
    (r"run jobs/xixi/lo\.yaml", "--set total_band.draws=100 --set resampling.max_samples=2 "
                                "--set finite_volume.levels=0"),
    (r"run jobs/(xixi/(n2lo|joint)|n_omega/fit|lambda_like/job)\.yaml",
     "--set total_band.draws=100 --set resampling.max_samples=2"),
    (r"run jobs/xixi/budget\.yaml", "--check --set variations.ansatz=[] --set variations.range=[] "
                                    "--set variations.other=[] --set variations.seed=[] "
                                    "--set 'variations.times=[\"fit.times=[12]\"]'"),
    (r"run jobs/xixi/joint_times\.yaml", "--check --set fit.times=[12]"),
    (r"run jobs/xixi/\w+\.yaml", "--check"),
    (r"toy (mlp|jobs/av18_learned/\w+\.yaml)", "--set training.steps=20"),
    (r"run jobs/omega_ccc/\w+\.yaml", "--check --set total_band.draws=0"),
    (r"hadpot coverage", "--set ensembles=2 --set run.total_band.draws=100 "
                         "--set run.resampling.max_samples=2"),
]


def tracked(suffix=""):
    """Names of the project's files; of a copy without history, or where git is not installed, of
    all that lies there but what was built."""
    listed = ""
    if shutil.which("git"):
        listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True,
                                text=True).stdout
    names = listed.split() or [str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if p.is_file()]
    return [n for n in names if n.endswith(suffix) and n.split("/")[0] not in ("build", "results")]


def documents():
    names = tracked(".md")
    first = ["README.md", "docs/first-hour.md", "jobs/demo/README.md"]
    rest = sorted(n for n in names if n not in first and n != "CHANGELOG.md")
    return [n for n in first if (ROOT / n).exists()] + rest


TEXT = {name: (ROOT / name).read_text() for name in documents()}


def blocks_of(text):
    """What a reader writes and does, in order: (name, text) of a fenced block that begins with
    "# NAME.yaml", and (None, command) of command lines of blocks, indented by four or fenced,
    without comments."""
    found, fence, continued = [], None, False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            name = re.match(r"# (\S+\.yaml)\n", "\n".join(fence)) if fence else None
            if name:
                found.append((name[1], "\n".join(fence) + "\n"))
            fence = [] if fence is None else None
            continue
        if fence is not None:
            fence.append(line)
        elif not line.startswith("    "):
            continued = False
            continue
        words = line.strip() if continued else re.sub(r"\s+# .*|\s{3,}\S.*$", "", line.strip())
        if continued:
            found[-1] = (None, found[-1][1] + " " + words.rstrip("\\").strip())
        elif PROGRAMS.match(words):
            found.append((None, words.rstrip("\\").strip()))
        else:
            continue
        continued = line.rstrip().endswith("\\")
    return found


def commands_of(text):
    return [command for name, command in blocks_of(text) if name is None]


def exception(command):
    listed = EXCEPTIONS + ([] if "HADPOT_NIGHTLY" in os.environ else LONG)
    return next((why for pattern, why in listed if re.search(pattern, command)), None)


class Static(unittest.TestCase):
    """What is named is there."""

    @classmethod
    def setUpClass(cls):
        text = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True).stdout
        names = re.findall(r"^  ([a-z-]+) +[A-Z]", text, re.M)
        cls.help = {n: subprocess.run([PROGRAM, n, "--help"], capture_output=True, text=True,
                                      check=True).stdout for n in names}

    def test_commands_and_options_are_known(self):
        self.assertGreater(len(self.help), 6)
        for name, text in TEXT.items():
            for command, rest in re.findall(r"\bhadpot ([a-z][a-z-]+)\b(?!/)([^`|#\n]*)",
                                            "\n".join(re.findall(r"`([^`\n]+)`", text) + commands_of(text))):
                with self.subTest(document=name, command=command):
                    self.assertIn(command, list(self.help))
                    for option in re.findall(r"(?<!\S)--[a-z][a-z-]*", rest):
                        self.assertTrue(option in self.help[command] + " --help", option)

    def test_every_command_stands_in_readme(self):
        table = re.findall(r"^\| `hadpot ([a-z-]+)", TEXT["README.md"], re.M)
        self.assertEqual(sorted(table), sorted(self.help))

    def test_every_folder_stands_in_readme(self):
        for top in "src", "jobs":
            folders = sorted(p.name for p in (ROOT / top).iterdir() if p.is_dir())
            self.assertEqual([f for f in folders if f"{top}/{f}" not in TEXT["README.md"]], [])

    def test_files_that_are_named_are_there(self):
        listed = "\n".join(tracked())
        tops = "analysis|docs|include|jobs|src|tests"
        for name, text in TEXT.items():
            links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text)
            missing = [link for link in links if not (ROOT / name).parent.joinpath(link).exists()]
            self.assertEqual(missing, [], f"links of {name}")
            named = re.findall(rf"(?<![\w/.])(?:{tops})/[\w./-]*[\w/]", text)
            missing = [path for path in named if not (ROOT / path).exists() and
                       not (ROOT / name).parent.joinpath(path).exists() and "NAME" not in path and
                       not re.search(rf"^{re.escape(path)}[\w.-]*$", listed, re.M)]
            self.assertEqual(missing, [], f"files named in {name}")


class Run(unittest.TestCase):
    """A copy of the tree in which commands may write."""

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="hadpot"))
        for entry in ROOT.iterdir():
            if entry.name not in ("build", "results", "data", ".git"):
                (cls.folder / entry.name).symlink_to(entry)
        shutil.copytree(ROOT / "data", cls.folder / "data", ignore=shutil.ignore_patterns("xixi*"))
        (cls.folder / "build").mkdir()
        (cls.folder / "build/release").symlink_to(PROGRAM.parent)
        (cls.folder / "hal_pot_code/data").mkdir(parents=True)
        found = subprocess.run(["sh", "-c", ". jobs/environment.sh && echo $PYTHON"], cwd=ROOT,
                               capture_output=True, text=True, check=True)
        cls.python = found.stdout.strip()
        for data in set(PUBLISHED.values()):
            if (SHARED / NAMES[data]).exists():
                (cls.folder / data).symlink_to((SHARED / NAMES[data]).resolve())

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def run_one(self, command):
        options = (options for pattern, options in SHORTER if re.search(pattern, command))
        command = f"{command.replace('FOLDER', TREE)} {next(options, '')}"
        path = f"{PROGRAM.parent}:/usr/bin:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "PYTHON": self.python,
                       "OMPI_MCA_rmaps_base_oversubscribe": "1"}
        return subprocess.run(command, shell=True, cwd=self.folder, env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)

    def lacks_data(self, command):
        data = next((data for word, data in PUBLISHED.items() if word in command), None)
        if data is None or (self.folder / data).exists():
            return None
        return f"needs {data}, which is not part of this tree"

    def test_every_command_runs(self):
        done, left, start = set(), {}, time.monotonic()
        for name, text in TEXT.items():
            for file, command in blocks_of(text):
                if file is not None:
                    (self.folder / file).parent.mkdir(parents=True, exist_ok=True)
                    (self.folder / file).write_text(command)
                    continue
                why = exception(command) or self.lacks_data(command)
                if why is not None:
                    left.setdefault(why, []).append(command)
                    continue
                same = re.sub(r"mpirun -n \d |build/release/", "", command)
                if same in done:
                    continue
                done.add(same)
                with self.subTest(document=name, command=command):
                    began = time.monotonic()
                    found = self.run_one(command)
                    self.assertEqual(found.returncode, 0, found.stdout[-2000:] + found.stderr[-2000:])
                    print(f"{time.monotonic() - began:5.1f} s  {command}")
        for why, commands in left.items():
            print(f"SKIPPED: {why}:", *commands, sep="\n           ")
        print(f"{len(done)} commands ran in {time.monotonic() - start:.0f} s")
        self.assertGreater(len(done), 15)


if __name__ == "__main__":
    unittest.main()
