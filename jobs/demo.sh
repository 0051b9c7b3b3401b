#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# From nothing to figures: install what is missing, build, run the demonstration job on the shipped
# synthetic ensemble, draw it and print it beside the known truth:
#     sh jobs/demo.sh [options of hadpot run]
# Results go to results/demo; those of an earlier run are replaced.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."
build=build/release
output=results/demo
start=$(date +%s)

# Said whichever step fails, after its own message.
trap 'code=$?; [ $code -eq 0 ] || echo "== hadpot demo: FAILED (exit code $code)" >&2' EXIT

sh jobs/install-dependencies.sh
# shellcheck source=jobs/environment.sh
. ./jobs/environment.sh

mkdir -p "$build"
hadpot_step "Configure (preset release)" "$build/configure.log" cmake --preset release
hadpot_step "Build hadpot" "$build/build.log" \
    cmake --build --preset release --target hadpot -j "$HADPOT_CORES"

rm -rf "$output" # also what an interrupted demonstration left
echo "== Run: $MPIRUN $build/hadpot run jobs/demo/job.yaml $*"
run_start=$(date +%s)
# shellcheck disable=SC2086 # MPIRUN is a command with its options
$MPIRUN "$build/hadpot" run jobs/demo/job.yaml "$@" </dev/null
run_seconds=$(($(date +%s) - run_start))

echo "== Figures"
"$PYTHON" analysis/plot.py "$output" --truth data/demo_truth.yaml </dev/null

echo "== Found against the truth"
"$PYTHON" analysis/truth.py "$output" data/demo_truth.yaml </dev/null
echo "== hadpot demo: done in $(($(date +%s) - start)) s; the job took $run_seconds s" \
    "on $HADPOT_RANKS rank(s). Results and figures are in $output."
