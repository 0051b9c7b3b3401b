#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The Omega_ccc case of the source paper on a synthetic ensemble: makes it, fits the paper's network,
# the default potential and the local one, draws each and all together with the truth. From the top
# folder, after a release build; about two minutes on 2 cores:
#     sh jobs/omega_ccc/study.sh [options of hadpot run]
# OUTPUT names the folder (results/omega_ccc_study), HADPOT the program.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/../.."
# shellcheck source=jobs/environment.sh disable=SC1091
. ./jobs/environment.sh

hadpot=${HADPOT:-build/release/hadpot}
output=${OUTPUT:-results/omega_ccc_study}
ensemble=data/omega_ccc.h5
truth=data/omega_ccc_truth.yaml
mkdir -p "$output"

hadpot_step "Ensemble" "$output/synth.log" "$hadpot" synth jobs/omega_ccc/synth.yaml \
    --set output="$ensemble" --set truth="$truth"
for job in job default local; do
    # shellcheck disable=SC2086 # MPIRUN is a command with its options
    hadpot_step "Fit of $job.yaml" "$output/$job.log" \
        $MPIRUN "$hadpot" run "jobs/omega_ccc/$job.yaml" "$@" --set ensemble="$ensemble" \
        --set output="$output/$job"
    hadpot_step "Figures" "$output/$job.figures.log" \
        "$PYTHON" analysis/plot.py "$output/$job" --truth "$truth"
done
echo "== delta - truth in degrees, its error, and in errors"
"$PYTHON" analysis/pulls.py --energies 1,5,10,20,50 "$output/job" "$output/default" "$output/local"
"$PYTHON" analysis/compare.py "$output/job=paper's form, non-local" \
    "$output/default=default, V + U" "$output/local=local (LO)" --truth "$truth" \
    --output "$output/figures"
