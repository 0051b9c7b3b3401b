#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Closure test: makes ensembles of the three truths with independent noise, fits each with fit.yaml
# and prints deviations from the truth in units of the error:
#     sh jobs/truths/study.sh "101 102 103" [options of hadpot run]
# TRUTHS names the truths and OUTPUT the folder (results/truths). A variant of the fit, into a folder
# of its own:
#     OUTPUT=results/deep sh jobs/truths/study.sh 101 --set 'potential.g_layers=[8,1]'
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/../.."
# shellcheck source=jobs/environment.sh disable=SC1091
. ./jobs/environment.sh

[ $# -gt 0 ] || { echo "usage: $0 \"SEEDS\" [options of hadpot run]" >&2; exit 2; }
seeds=$1
shift
hadpot=${HADPOT:-build/release/hadpot}
output=${OUTPUT:-results/truths}
ensembles=${ENSEMBLES:-data/truths}
mkdir -p "$ensembles" "$output"

for truth in ${TRUTHS:-local gaussian_nonlocal separable}; do
    folders=
    for seed in $seeds; do
        ensemble=$ensembles/${truth}_$seed.h5
        folder=$output/${truth}_$seed
        [ -f "$ensemble" ] || "$hadpot" synth "jobs/truths/$truth.yaml" \
            --set noise.seed="$seed" --set output="$ensemble" >"$ensemble.log" 2>&1
        # shellcheck disable=SC2086 # MPIRUN is a command with its options
        $MPIRUN "$hadpot" run jobs/truths/fit.yaml "$@" --set ensemble="$ensemble" \
            --set output="$folder" </dev/null >"$folder.log" 2>&1 ||
            { tail -n 5 "$folder.log" >&2; continue; }
        folders="$folders $folder"
    done
    # shellcheck disable=SC2086 # a list of folders without blanks
    [ -z "$folders" ] || "$PYTHON" analysis/pulls.py $folders
done
