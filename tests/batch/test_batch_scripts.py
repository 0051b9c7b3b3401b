#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The job scripts of jobs/batch with stand-ins for hadpot and for the commands of batch systems."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BATCH = os.path.join(TOP, "jobs", "batch")

# Notes its arguments, and ends with the code of the file `code`; 75 at SIGUSR1 while `wait` is there,
# to which it does not listen while `deaf` is there.
PROGRAM = """#!/bin/bash
printf '[%s]' "$@" >>ran; echo >>ran
[ -e deaf ] || trap 'exit 75' USR1
touch started
while [ -e wait ]; do sleep 0.05; done
exit "$(cat code)"
"""

# Stand-ins note how they were called; what they print is made of documented formats.
STAND_INS = {
    "mpirun": 'exec "$@"',
    "mpiexec": 'exec "$@"',
    "squeue": 'touch asked; while [ -e hold ]; do sleep 0.01; done; echo "1-00:10:00"',
    "scontrol": 'printf "[%s]" scontrol "$@" >>called; echo >>called',
    "qstat": 'printf "Job Id: 7\\n    resources_used.walltime = 00:00:30\\n'
             '    Resource_List.walltime = 01:00:00\\n"',
    "qsub": 'printf "[%s]" qsub "$@" >>called; echo " $HADPOT_START $HADPOT_LOG" >>called',
    "pjsub": 'printf "[%s]" pjsub "$@" >>called; echo >>called; echo 123_0',
}


class BatchScripts(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="hadpot batch ")
        self.bin = os.path.join(self.folder, "bin")
        self.tree = os.path.join(self.folder, "a tree")
        os.makedirs(self.bin)
        os.makedirs(os.path.join(self.tree, "build", "release"))
        os.makedirs(os.path.join(self.tree, "jobs"))
        os.symlink(BATCH, os.path.join(self.tree, "jobs", "batch"))
        for name, text in STAND_INS.items():
            self.write(os.path.join("bin", name), "#!/bin/bash\n" + text + "\n", 0o755)
        self.write("a tree/build/release/hadpot", PROGRAM, 0o755)
        self.write("nodes", "n1\nn1\nn2\n")

    def tearDown(self):
        shutil.rmtree(self.folder)

    def write(self, name, text, mode=0o644):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(path, mode)

    def read(self, name):
        try:
            with open(os.path.join(self.folder, name), encoding="ascii") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def start(self, script, **variables):
        environment = {"PATH": self.bin + os.pathsep + os.environ["PATH"],
                       "HADPOT_TREE": self.tree, "HADPOT_JOB": "my job.yaml"}
        environment.update(variables)
        return subprocess.Popen(["bash", os.path.join(BATCH, script)], cwd=self.folder,
                                env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                text=True)

    @staticmethod
    def catches(pid, number):
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            mask = next(line for line in file if line.startswith("SigCgt:")).split()[1]
        return int(mask, 16) >> (number - 1) & 1 == 1

    def run_script(self, script, code, **variables):
        self.write("code", str(code))
        for name in ("called", "ran"):
            if os.path.exists(os.path.join(self.folder, name)):
                os.remove(os.path.join(self.folder, name))
        process = self.start(script, **variables)
        text = process.communicate(timeout=60)[0]
        return process.returncode, text

    SLURM = {"SLURM_JOB_ID": "12", "SLURM_JOB_NODELIST": "n[1-2]"}
    CODES = {0: "finished", 1: "failed", 2: "wrong input", 71: "out of memory", 74: "disk full",
             137: "failed"}

    def test_slurm_starts_again_after_75_alone(self):
        for code, word in self.CODES.items():
            found, text = self.run_script("slurm.sh", code, **self.SLURM)
            self.assertEqual(found, code)
            self.assertIn(word, text)
            self.assertEqual(self.read("called"), "")
        found, text = self.run_script("slurm.sh", 75, **self.SLURM)
        self.assertIn("saved", text)
        self.assertEqual(self.read("called"), "[scontrol][requeue][12]\n")
        # a day and ten minutes are left, less two
        self.assertEqual(self.read("ran"),
                         f"[run][my job.yaml][--resume][--time-limit][{86400 + 600 - 120}]\n")
        self.run_script("slurm.sh", 75, SLURM_RESTART_COUNT="49", **self.SLURM)
        self.assertEqual(self.read("called"), "")

    def test_a_warning_is_handed_on(self):
        for number in (signal.SIGUSR1, signal.SIGTERM):
            self.write("code", "0")
            self.write("wait", "")
            process = self.start("slurm.sh", **self.SLURM)
            while not (os.path.exists(os.path.join(self.folder, "started")) and
                       self.catches(process.pid, number)):
                time.sleep(0.02)
            process.send_signal(number)
            text = process.communicate(timeout=60)[0]
            self.assertEqual(process.returncode, 75, text)
            self.assertIn("warned by the batch system", text)
            self.assertIn("[scontrol][requeue][12]", self.read("called"))
            os.remove(os.path.join(self.folder, "started"))

    def warn(self, number, file, later=0.0):
        """A warning so many seconds after `file` is there: exit code, what was said."""
        for name in ("asked", "started", "called", "ran"):
            if os.path.exists(os.path.join(self.folder, name)):
                os.remove(os.path.join(self.folder, name))
        process = self.start("slurm.sh", **self.SLURM)
        while not os.path.exists(os.path.join(self.folder, file)):
            time.sleep(0.002)
        if later > 0.0:
            os.remove(os.path.join(self.folder, "hold"))
            time.sleep(later)
        process.send_signal(number)
        if later == 0.0 and file == "asked":
            os.remove(os.path.join(self.folder, "hold"))
        return process.communicate(timeout=60)[0], process.returncode

    def test_a_warning_that_comes_early_is_kept(self):
        for number in (signal.SIGUSR1, signal.SIGTERM):
            self.write("hold", "")
            self.write("wait", "")
            text, code = self.warn(number, "asked")
            self.assertEqual((code, self.read("ran")), (75, ""), text)
            self.assertIn("[scontrol][requeue][12]", self.read("called"))

    def test_a_warning_at_any_time_of_the_start_leads_to_another_one(self):
        self.write("wait", "")
        for milliseconds in (1, 2, 4, 6, 8, 10, 12, 15, 20, 30, 60):
            self.write("hold", "")
            text, code = self.warn(signal.SIGUSR1, "asked", milliseconds / 1000)
            self.assertEqual(code, 75, f"{milliseconds} ms: {text}")
            self.assertIn("[scontrol][requeue][12]", self.read("called"))

    def test_a_warning_before_the_program_listens(self):
        self.write("wait", "")
        self.write("deaf", "")
        text, code = self.warn(signal.SIGUSR1, "started")
        self.assertEqual(code, 75, text)
        self.assertIn("[scontrol][requeue][12]", self.read("called"))

    def test_an_array_takes_its_lines(self):
        self.write("study.txt", '# comment\nrun "one job.yaml" --set "fit.times=[11, 12]"\n\n'
                                'coverage two.yaml\n')
        study = {"HADPOT_STUDY": "study.txt", **self.SLURM}
        self.run_script("slurm.sh", 0, SLURM_ARRAY_TASK_ID="1", **study)
        self.assertIn("[run][one job.yaml][--set][fit.times=[11, 12]][--resume]", self.read("ran"))
        self.run_script("slurm.sh", 0, SLURM_ARRAY_TASK_ID="2", **study)
        self.assertIn("[coverage][two.yaml][--resume]", self.read("ran"))
        found, text = self.run_script("slurm.sh", 0, SLURM_ARRAY_TASK_ID="3", **study)
        self.assertEqual((found, self.read("ran")), (2, ""))
        self.assertIn("has no line 3", text)

    def test_pbs_submits_itself_with_the_same_log(self):
        pbs = {"PBS_JOBID": "7[2].server", "PBS_ARRAY_INDEX": "1", "PBS_O_WORKDIR": self.folder,
               "PBS_NODEFILE": os.path.join(self.folder, "nodes")}
        for code, word in self.CODES.items():
            self.assertEqual(self.run_script("pbs.sh", code, **pbs)[0], code)
            self.assertIn(word, self.read("hadpot-7_1.log"))
            self.assertEqual(self.read("called"), "")
        self.run_script("pbs.sh", 75, **pbs)
        self.assertIn(f"[--time-limit][{3600 - 30 - 120}]", self.read("ran"))
        self.assertRegex(self.read("called"),
                         r"^\[qsub\]\[-v\]\[HADPOT_LINE,HADPOT_START,HADPOT_LOG,.*HADPOT_JOB\]"
                         r"\[.*/jobs/batch/pbs.sh\] 2 hadpot-7_1.log\n$")
        self.run_script("pbs.sh", 75, HADPOT_START="50", HADPOT_LOG="kept.log", **pbs)
        self.assertEqual(self.read("called"), "")
        self.assertIn("start 50 on n1 n2", self.read("kept.log"))

    def test_pjm_submits_a_chain_and_runs_a_step(self):
        self.run_script("pjm.sh", 0, HADPOT_STEPS="3", HADPOT_ELAPSE="02:00:00", HADPOT_LOG="p.log")
        calls = self.read("called").splitlines()
        self.assertEqual(len(calls), 3)
        self.assertIn("[--sparam][sn=0]", calls[0])
        self.assertIn("[--sparam][jid=123,sn=2,sd=ec!=75:all:1]", calls[2])
        self.assertIn("[-L][elapse=02:00:00]", calls[2])
        self.assertIn("HADPOT_JOB=my job.yaml", calls[2])
        found, _ = self.run_script("pjm.sh", 75, PJM_JOBID="123", HADPOT_LINE="1",
                                   HADPOT_ELAPSE="02:00:00", HADPOT_LOG="p.log")
        self.assertEqual(found, 75)
        self.assertIn(f"[--time-limit][{7200 - 120}]", self.read("ran"))
        self.assertIn("saved, to be continued", self.read("p.log"))

    @unittest.skipUnless(shutil.which("shellcheck"), "shellcheck is not installed")
    def test_shellcheck_is_silent(self):
        scripts = [os.path.join(BATCH, name) for name in sorted(os.listdir(BATCH))
                   if name.endswith(".sh")] + [os.path.join(TOP, "tests", "batch", "slurm.sh")]
        found = subprocess.run(["shellcheck", "-x", *scripts], cwd=TOP, text=True, check=False,
                               stdout=subprocess.PIPE)
        self.assertEqual(found.stdout, "")


if __name__ == "__main__":
    unittest.main()
