#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Disks of 12 sizes, from too small for anything to large enough, for every command that writes:
#   tests/endurance/disk_full.sh HADPOT [MPIEXEC [COMMAND ...]] >tests/endurance/disk_full.log
# COMMAND: of these alone: synth, run, variations, coverage, import, toy, scatter.
# A line for each case: what is said and the exit code, 0 or 74. Then there is room, and with --resume
# (where the command has it) the same bytes come as on a large disk. Never a signal, nothing
# half-written. Mounts file systems in memory (tmpfs), which takes the rights of root.
hadpot=$(realpath "$1")
mpiexec=${2:-mpiexec}
shift $(($# < 2 ? $# : 2))
wanted=" ${*:-synth run variations coverage import toy scatter} "
export OPENBLAS_NUM_THREADS=1 OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
work=$(mktemp -d)
disk=$work/disk
mkdir "$disk"
trap 'cd /; umount "$disk" 2>/dev/null; rm -rf "$work"' EXIT
if ! mount -t tmpfs -o size=64k tmpfs "$disk" 2>/dev/null; then
    echo "disk_full.sh: skipped, file systems cannot be mounted here" >&2
    exit 77
fi
umount "$disk"
cd "$work" || exit 1

cat >synth.yaml <<'END'
output: disk/made.h5
mass_1_mev: 4796.0
inverse_spacing_mev: 2333.0
gaussians: {amplitudes_mev: [60.0, -110.0], ranges_fm: [0.25, 0.60]}
grid: {spacing_lat: 1.0, points: 64}
times: {first: 25, count: 3}
states: {count: 8}
noise: {configurations: 48, four_point: 0.002, radial_correlation_fm: 0.5}
END
cat >run.yaml <<'END'
ensemble: made.h5
output: disk/out
resampling: {bin: 2}
fit: {r_max_fm: 1.9}
potential: {kind: gaussians, gaussians: 2}
scattering: {energies_mev: [2, 10.5], solver: nystroem, panels: 6, order: 8}
total_band: {draws: 100}
END
sed 's/^output.*/output: disk\/out/' >coverage.yaml <<'END'
output:
synth: synth.yaml
run: run.yaml
ensembles: 4
first_seed: 11
END
cat >import.yaml <<'END'
format: ascii
tree: files
output: disk/made.h5
channel: "synthetic BB"
inverse_spacing_mev: 2000
mass_1: 0.85
ascii: {four_point: "{source}/nbs.{configuration}.dat", two_point_1: "{source}/baryon.{configuration}.dat"}
END
cat >toy.yaml <<'END'
output: disk/out
channel: separable toy
reduced_mass_per_fm: 3.3
separable_exponential: {amplitudes_per_fm4: [-0.017], masses_per_fm: [1]}
data: {points: 60, r_min_fm: 0.01, r_max_fm: 12.5, momenta: 10, k_min_per_fm: 0.01, k_max_per_fm: 1}
potential: {kind: sdnn, scale: -0.017, input: linear, f_layers: [8, 4], g_layers: [1], envelope_fm: 0, local_part: false}
training: {optimiser: adam, epochs: 20, learning_rate: 0.001, schedule: constant, penalty: 0, print_every: 100}
scattering: {panels: 8, k_per_fm: [0.1, 0.5, 1]}
END
cat >scatter.yaml <<'END'
output: disk/out
channel: two square wells
channels: {pairs: [A, B], hbar2_over_2mu_mev_fm2: [1, 0.5], thresholds_mev: [0, 3], components: ["A:1S0", "B:1S0"]}
square_well: {depths_mev: [1, 0.5, 2], radii_fm: [1, 1, 1], elements: [A, A/B, B]}
scattering: {energies_mev: [0.5, 2, 2.8, 2.9, 4, 5, 7, 9]}
END

python3 - <<'END'
import os
os.makedirs("files/wall")
for c in range(100, 124):
    with open(f"files/wall/nbs.{c}.dat", "w") as wave, open(f"files/wall/baryon.{c}.dat", "w") as two:
        for t in range(4):
            print(t, 0.3 * 0.4 ** t * (1 + 1e-3 * ((7 * c + t) % 11)), file=two)
            for i in range(200):
                print(t, 0.5 * (i + 1), 0.09 * 0.15 ** t * (1 + 0.1 / (i + 1) + 1e-3 * ((c * i) % 13)), file=wave)
END

# What is on the disk but for the lock and the times of the manifest.
sums() { (cd disk && find . -type f ! -name .hadpot.lock -exec sha256sum {} + | sort -k 2); }

unlimited() { mount -t tmpfs -o "size=$1" tmpfs "$disk"; }

failures=0
bad() { echo "    WRONG: $*"; failures=$((failures + 1)); }

# case NAME RESUMES COMMAND ...
study() {
    local name=$1 resumes=$2 code ranks size used
    shift 2
    [[ $wanted == *" $name "* ]] || return 0
    unlimited 64m
    "$hadpot" "$@" >out.txt 2>err.txt || { cat err.txt; exit 1; }
    sums >whole.txt
    used=$(du -sk disk | cut -f 1)
    umount "$disk"
    echo "== $name: hadpot $*, $used kB are left on a large disk"
    for ranks in 1 2; do
        for part in 2 8 15 25 40 55 70 85 95 105 120 300; do
            size=$((part * used / 100 / 4 * 4))
            [ $size -lt 4 ] && size=4
            unlimited "${size}k"
            if [ $ranks = 1 ]; then
                timeout 120 "$hadpot" "$@" >out.txt 2>err.txt
            else
                timeout 120 "$mpiexec" --oversubscribe -n $ranks "$hadpot" "$@" >out.txt 2>err.txt
            fi
            code=$?
            printf '%d rank%s, %5d kB: exit %3d  %s\n' $ranks "$([ $ranks = 2 ] && echo s)" $size $code \
                "$(grep -a -m 1 'error:' err.txt | sed "s,$work/,,g" | cut -c 1-330)"
            [ $code = 0 ] || [ $code = 74 ] || bad "exit code $code: $(tail -n 3 err.txt)"
            [ $code = 0 ] || [ "$(grep -a -c 'hadpot: error:' err.txt)" = 1 ] || bad "not one message"
            [ $code = 0 ] || grep -aq 'No space left on device' err.txt || bad "no reason"
            find disk -name '.*.tmp' | grep -q . && bad "temporary files: $(find disk -name '.*.tmp')"
            mount -o remount,size=64m "$disk"
            if [ $code = 74 ]; then
                # shellcheck disable=SC2086 # no word or one
                "$hadpot" "$@" $resumes >out.txt 2>err.txt || bad "with room: $(cat err.txt)"
            fi
            sums >now.txt
            cmp -s whole.txt now.txt || bad "other bytes: $(diff whole.txt now.txt)"
            umount "$disk"
        done
    done
}

study synth "" synth synth.yaml
unlimited 64m && "$hadpot" synth synth.yaml --set output=made.h5 2>/dev/null && umount "$disk"
study run --resume run run.yaml
study variations --resume run run.yaml --set 'variations.ansatz=["potential.gaussians=1"]' \
    --set 'variations.range=["fit.r_max_fm=1.7"]'
study coverage --resume coverage coverage.yaml
study import --resume import import.yaml
study toy "" toy toy.yaml
study scatter "" scatter scatter.yaml
echo "$failures wrong"
[ $failures = 0 ]
