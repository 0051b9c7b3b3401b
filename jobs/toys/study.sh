#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# All toys of the source paper and talks, and their figures. From the top folder, after a release
# build; two to three minutes on 2 cores:
#     sh jobs/toys/study.sh [options of hadpot toy]
# TOYS names some of them, OUTPUT the folder (results/toys), HADPOT the program, TRACE a published log
# of two_parameter (epoch,loss,theta1,theta2) to draw beside ours.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/../.."
# shellcheck source=jobs/environment.sh disable=SC1091
. ./jobs/environment.sh

hadpot=${HADPOT:-build/release/hadpot}
output=${OUTPUT:-results/toys}
mkdir -p "$output"

for toy in ${TOYS:-two_parameter partial mlp separable separable_regulated separable_converged yukawa}; do
    folder=$output/$toy
    hadpot_step "$toy" "$folder.log" "$hadpot" toy "jobs/toys/$toy.yaml" "$@" \
        --set output="$folder"
    hadpot_step "figures" "$folder.figures.log" "$PYTHON" analysis/plot.py "$folder" \
        ${TRACE:+--reference "$TRACE"}
done
echo "== errors against the exact potential"
grep -E '^(converged|u_relative_l2_error|u_asymmetry|v_largest|f_largest|delta_largest)' \
    "$output"/*/summary.yaml
