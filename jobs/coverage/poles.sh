#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Poles of fitted potentials against those of the truths, 100 ensembles each:
#     sh jobs/coverage/poles.sh [FOLDER]
# Seeds FIRST to LAST: 51001 to 51100, fixed before any of them was looked at; or 52001 to 52100,
# fixed after all choices and before any of these; 0.6 CPU seconds an ensemble. TRUTHS names some of
# the truths, FIT has options of hadpot run without blanks, ENSEMBLES is a folder where ensembles are
# kept. A run that is there already is not made again. analysis/pole_coverage.py FOLDER makes tables.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/../.."
# shellcheck source=jobs/environment.sh disable=SC1091
. ./jobs/environment.sh

folder=${1:-results/coverage/poles}
hadpot=${HADPOT:-build/release/hadpot}
first=${FIRST:-51001}
last=${LAST:-51100}
ensembles=${ENSEMBLES:-$folder/ensembles}
mkdir -p "$folder" "$ensembles"

# case NAME NOISE FORM...: the poles of the truth, then of its ensembles. NOISE: of four-point
# functions; FORM: assignments that make the potential.
case_of() {
    name=$1
    noise=$2
    shift 2
    [ -f "$folder/$name/truth/results.h5" ] ||
        "$hadpot" scatter jobs/coverage/poles_truth.yaml "$@" \
            --set output="$folder/$name/truth" >"$folder/$name.log" 2>&1
    seed=$first
    while [ "$seed" -le "$last" ]; do
        run=$folder/$name/$seed
        if [ ! -f "$run/results.h5" ]; then
            [ -f "$ensembles/${name}_$seed.h5" ] ||
                "$hadpot" synth jobs/classes/unitary.yaml "$@" --set noise.seed="$seed" \
                    --set noise.four_point="$noise" \
                    --set output="$ensembles/${name}_$seed.h5" >"$run.log" 2>&1
            # shellcheck disable=SC2086 # FIT: options without blanks inside
            "$hadpot" run jobs/coverage/fit.yaml ${FIT:-} --set output="$run" \
                --set ensemble="$ensembles/${name}_$seed.h5" --set total_band.draws=0 \
                --set 'scattering.poles=["-","+"]' \
                --set 'scattering.pole_region_mev=[-20,20,20]' </dev/null >>"$run.log" 2>&1 ||
                tail -n 3 "$run.log" >&2
            [ -n "${ENSEMBLES:-}" ] || rm -f "$ensembles/${name}_$seed.h5"
        fi
        seed=$((seed + 1))
    done
}

gaussians='gaussians.ranges_fm=[0.25, 0.60]'
none='gaussians.ranges_fm=[]'
for name in ${TRUTHS:-virtual bound unitary virtual_precise bound_precise perey_buck core_separable \
    weak_separable resonance}; do
    case $name in
    virtual) set -- 0.005 --set "$gaussians" --set 'gaussians.amplitudes_mev=[60.0, -50.0]' ;;
    bound) set -- 0.005 --set "$gaussians" --set 'gaussians.amplitudes_mev=[60.0, -80.0]' ;;
    unitary) set -- 0.005 --set "$gaussians" --set 'gaussians.amplitudes_mev=[60.0, -67.7]' ;;
    virtual_precise)
        set -- 0.001 --set "$gaussians" --set 'gaussians.amplitudes_mev=[60.0, -50.0]' ;;
    bound_precise)
        set -- 0.001 --set "$gaussians" --set 'gaussians.amplitudes_mev=[60.0, -80.0]' ;;
    resonance)
        set -- 0.005 --set 'gaussians.ranges_fm=[0.60, 1.00]' \
            --set 'gaussians.amplitudes_mev=[-120.0, 40.0]' ;;
    perey_buck)
        set -- 0.005 --set "$gaussians" --set 'gaussians.amplitudes_mev=[60.0, -45.0]' \
            --set 'perey_buck.amplitudes_mev=[-20.0]' --set 'perey_buck.ranges_fm=[0.50]' \
            --set 'perey_buck.widths_fm=[0.30]' ;;
    core_separable)
        set -- 0.005 --set "$gaussians" --set 'gaussians.amplitudes_mev=[60.0, -80.0]' \
            --set 'separable_exponential.amplitudes_mev_per_fm3=[-60.0]' \
            --set 'separable_exponential.masses_per_fm=[3.0]' ;;
    weak_separable)
        set -- 0.005 --set "$none" --set 'gaussians.amplitudes_mev=[]' \
            --set 'separable_exponential.amplitudes_mev_per_fm3=[-45.0]' \
            --set 'separable_exponential.masses_per_fm=[2.5]' ;;
    esac
    case_of "$name" "$@"
done
