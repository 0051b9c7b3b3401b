#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Total bands of all classes of truth, with both sources and with each alone, with four times the
# configurations, with the truth's own form taken out of the list, and with noise of other kinds:
#     sh jobs/coverage/study.sh [FOLDER]
# 100 ensembles each, seeds 31001 to 31100, fixed before any of them was looked at; about two CPU
# minutes for a line of the table. A study that is there already is not made again.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/../.."
# shellcheck source=jobs/environment.sh disable=SC1091
. ./jobs/environment.sh

folder=${1:-results/coverage}
known='local gaussian_nonlocal separable perey_buck momentum_dependent long_separable unitary'
other='two_term_separable oscillating_tail perey_buck_exponential yukawa_tail'
unseen='core_separable weak_separable core_nonlocal'

# study CLASS VARIANT [options]
study() {
    class=$1
    output=$folder/${1}_$2
    shift 2
    [ ! -f "$output/coverage.csv" ] || return 0
    # shellcheck disable=SC2086 # MPIRUN is a command with its options
    $MPIRUN "${HADPOT:-build/release/hadpot}" coverage "jobs/coverage/$class.yaml" --resume \
        --set ensembles=100 --set first_seed=31001 --set output="$output" "$@" </dev/null
}

for class in $known $other $unseen; do study "$class" two; done
for class in local gaussian_nonlocal separable unitary; do
    study "$class" 240 --set synth.noise.configurations=240 --set run.resampling.bin=12
done
for class in local unitary; do
    study "$class" without_local --set 'run.total_band.forms=[separable,band,all]'
done
for class in separable long_separable; do
    study "$class" without_separable --set 'run.total_band.forms=[local,band,all]'
done
for class in gaussian_nonlocal perey_buck; do
    study "$class" without_band --set 'run.total_band.forms=[local,separable,all]'
done
for class in local separable perey_buck; do
    study "$class" two_point_alone --set synth.noise.two_point_alone=0.002
    study "$class" common_in_time --set synth.noise.common_in_time=0.5 \
        --set synth.noise.time_correlation=0.95
    study "$class" log_normal --set synth.noise.log_normal=0.5
done
for source in smeared wall; do
    for class in $known $other $unseen; do
        study "$class" "$source" --set "run.fit.sources=[$source]"
    done
done
"$PYTHON" analysis/coverage_table.py "$folder"/*_*
