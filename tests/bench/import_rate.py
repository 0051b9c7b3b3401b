#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rate of hadpot import on a synthetic tree of 2 000 files, 1.5 GB, in the layout of HAL QCD trees,
against that of `cat FILES | openssl dgst -sha256`; memory of a rank; kill and resume.

    import_rate.py make FOLDER            20 configurations x 2 rotations x 16 sources x 3 times
    import_rate.py measure FOLDER [N]     N pairs, one after the other, cold caches
    import_rate.py warm FOLDER [N]        the same, all files in the page cache
    import_rate.py resume FOLDER          killed and resumed: same bytes

Environment: HADPOT (build/release/hadpot), MPIRUN. Remove FOLDER afterwards."""

import hashlib
import os
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

L, T, RANKS = 48, 48, 2
CONFIGURATIONS, ROTATIONS, SOURCES, TIMES = 20, ("xyzt", "tyzx"), 16, (9, 10, 11)
HADPOT = os.environ.get("HADPOT", "build/release/hadpot")
MPIRUN = os.environ.get("MPIRUN", f"mpirun --oversubscribe -n {RANKS}").split()


def sites():
    half = L // 2
    return [x + L * (y + L * z) for z in range(half + 1) for x in range(z + 1) for y in range(x + 1)]


def wave(rng, rep):
    """a(r) 1S0 + b(r) 3S1, the same at every image of a site, with noise of a and b."""
    n = len(rep)
    singlet, triplet = np.zeros((4, 4)), np.diag([1.0, 0, 0, 1])
    singlet[1:3, 1:3] = [[0.5, -0.5], [-0.5, 0.5]]
    triplet[1:3, 1:3] = 0.5
    a, b = rng.standard_normal((2, n)) + 1j * rng.standard_normal((2, n))
    data = a[:, None, None] * singlet + b[:, None, None] * triplet
    record = [struct.pack("<4i", L, L, L, n), np.asarray(rep, "<i4").tobytes(),
              struct.pack("<5i", 0, 0, 0, n, 256), (1e-8 * data).astype("<c16").tobytes()]
    return b"".join(struct.pack("<i", len(r)) + r + struct.pack("<i", len(r)) for r in record)


def correlator(rng, mass):
    lines = []
    for t in range(T):
        value = np.exp(-mass * t) * (1 + 0.01 * rng.standard_normal(10))
        lines.append(" ".join(f"{v:.18e}" for v in (t, *value)) + "\n")
    return "".join(lines)


def make(folder):
    rng, rep = np.random.default_rng(1), sites()
    for c in range(CONFIGURATIONS):
        for rotation in ROTATIONS:
            conf = f"synthetic_{100 + 10 * c:06d}.rot_{rotation}"
            waves = folder / "BBwave.dir.S4.00" / conf
            two = folder / "correlator.PS.dir" / conf
            waves.mkdir(parents=True)
            two.mkdir(parents=True)
            for source in range(SOURCES):
                for t in TIMES:
                    name = f"NBSwave.+{t:03d}+A{source:02d}.000.000.000.{conf}.NUC_CG05.NUC_CG05"
                    (waves / name).write_bytes(wave(rng, rep))
            for hadron in ("Xi", "antiXi"):
                (two / f"{hadron}_CG05_CG05_correlator.{conf}").write_text(correlator(rng, 0.66))


def forget(files):
    """Out of the page cache."""
    os.sync()
    for file in files:
        descriptor = os.open(file, os.O_RDONLY)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def remember(files):
    """Into the page cache."""
    for file in files:
        Path(file).read_bytes()


def command(folder, output, *options):
    sets = {"tree": folder, "output": output, "inverse_spacing_mev": 2194, "mass_1": 0.66,
            "halqcd.two_point_1": "Xi_CG05_CG05"}
    job = folder.parent / "import_rate.yaml"
    job.write_text("".join(f"{k}: {v}\n" for k, v in sets.items() if "." not in k) +
                   "halqcd:\n  two_point_1: Xi_CG05_CG05\n")
    return MPIRUN + [HADPOT, "import", str(job), *options]


def clock(run):
    begin = time.monotonic()
    run()
    return time.monotonic() - begin


def measure(folder, pairs, prepare):
    files = sorted(f for f in folder.rglob("*") if f.is_file())
    size, listing = sum(f.stat().st_size for f in files), folder.parent / "import_rate.list"
    listing.write_bytes(b"\0".join(str(f).encode() for f in files) + b"\0")
    output = folder.parent / "import_rate.h5"
    pipe = f"xargs -0 cat < '{listing}' | openssl dgst -sha256"
    timed = ["/usr/bin/env", "python3", "-c",
             "import resource, subprocess, sys; c = subprocess.call(sys.argv[1:]); "
             "print('rss', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(c)"]
    print(f"{len(files)} files, {size / 1e9:.3f} GB, load {os.getloadavg()[0]:.2f}")
    ratios = []
    for pair in range(pairs):
        prepare(files)
        digest = clock(lambda: subprocess.run(pipe, shell=True, check=True, capture_output=True))
        prepare(files)
        output.unlink(missing_ok=True)
        run = command(folder, output)
        at = run.index(HADPOT)
        done = {}
        taken = clock(lambda: done.setdefault("it", subprocess.run(
            run[:at] + timed + run[at:], check=True, capture_output=True, text=True)))
        rss = [int(line.split()[1]) / 1024 for line in done["it"].stdout.splitlines()
               if line.startswith("rss")]
        ratios.append(digest / taken)
        print(f"pair {pair + 1}: cat | openssl {size / digest / 1e6:.0f} MB/s, hadpot import "
              f"{size / taken / 1e6:.0f} MB/s, ratio {ratios[-1]:.2f}, "
              f"memory {max(rss):.0f} MB a rank", flush=True)
    print(f"ratio: lowest {min(ratios):.2f}, median {float(np.median(ratios)):.2f}")


def sum_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def resume(folder):
    whole, cut = folder.parent / "import_rate.h5", folder.parent / "import_rate_resumed.h5"
    for path in (whole, cut):
        path.unlink(missing_ok=True)
    taken = clock(lambda: subprocess.run(command(folder, whole), check=True, capture_output=True))
    process = subprocess.Popen(command(folder, cut), stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, start_new_session=True)
    time.sleep(0.6 * taken)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for _ in range(20):  # ranks end a moment after mpirun
        again = subprocess.run(command(folder, cut, "--resume"), capture_output=True, text=True)
        if "is in use by" not in again.stderr:
            break
        time.sleep(0.5)
    again.check_returncode()
    print(*[line for line in again.stderr.splitlines() if "there already" in line])
    print("killed and resumed:", "same bytes" if sum_of(whole) == sum_of(cut) else "OTHER BYTES")


if __name__ == "__main__":
    action, place = sys.argv[1], Path(sys.argv[2])
    if action == "make":
        make(place)
    elif action in ("measure", "warm"):
        measure(place, int(sys.argv[3]) if len(sys.argv) > 3 else 5,
                forget if action == "measure" else remember)
    elif action == "resume":
        resume(place)
