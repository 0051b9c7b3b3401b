#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs jobs of every kind with a given program and keeps their outputs for compare.py (README.md):
#     tests/outputs/make.sh BINARY FOLDER [NAME...]
# Outputs of the job NAME go to FOLDER/NAME, what it said to FOLDER/logs. Without names every job is
# run; --list prints the names. HADPOT_XIXI is the lattice data of xixi_* (by default
# ../shared/data/xixi_1s0_l64.h5 beside the project).
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
names="demo demo_one_rank resumed solvers charged optimiser samples bootstrap covariance
    fit_covariance momentum_space femtoscopy box streams scan_bins synth variations truths
    n_omega omega_ccc toys benchmarks models channels coverage coverage_linear
    xixi_lo xixi_n2lo xixi_joint xixi_joint_times xixi_budget"

usage() {
    echo "usage: $0 BINARY FOLDER [NAME...], or $0 --list" >&2
    exit 2
}

if [ "${1:-}" = --list ]; then
    for name in $names; do echo "$name"; done
    exit
fi
if [ $# -lt 2 ] || [ ! -x "$1" ]; then usage; fi
binary=$(CDPATH='' cd -- "$(dirname -- "$1")" && pwd)/$(basename -- "$1")
folder=$2
shift 2
names=${*:-$names}
lattice_data=${HADPOT_XIXI:-$here/../shared/data/xixi_1s0_l64.h5}

# hadpot RANKS ARGUMENTS...
hadpot() {
    ranks=$1
    shift
    if [ "$ranks" -eq 1 ]; then
        "$binary" "$@"
    else
        $mpirun -n "$ranks" "$binary" "$@"
    fi </dev/null
}

# synth OUTPUT JOB ARGUMENTS...: with the truth beside the ensemble
synth() {
    output=$1 job=$2
    shift 2
    hadpot 1 synth "$job" --set output="$output.h5" --set truth="${output}_truth.yaml" "$@"
}

# run OUTPUT JOB ARGUMENTS...: on two ranks
run() {
    output=$1 job=$2
    shift 2
    hadpot 2 run "$job" --set output="$output" "$@"
}

demo() {
    output=$1
    shift
    run "$output" jobs/demo/job.yaml --set 'scattering.energies_mev=[1,5,20,50]' "$@"
}

job_demo() {
    run demo jobs/demo/job.yaml
}

job_demo_one_rank() {
    hadpot 1 run jobs/demo/job.yaml --set output=demo_one_rank
}

# All samples but the average come from checkpoints of a run that is told to keep them.
job_resumed() {
    demo resumed/run --set results.keep_checkpoints=true
    rm -f resumed/run/*.csv resumed/run/results.h5
    demo resumed/run --set results.keep_checkpoints=true --resume
}

job_solvers() {
    demo solvers/ode --set scattering.solver=ode
    demo solvers/nystroem --set scattering.solver=nystroem --set scattering.panels=4
    demo solvers/coarse --set scattering.panels=2 --set scattering.order=8 \
        --set scattering.fit_e_max_mev=20
}

job_charged() {
    demo charged/point --set scattering.coulomb=point
    demo charged/dipole --set scattering.coulomb=dipole --set scattering.charge_radius_fm=0.3
}

job_optimiser() {
    demo optimiser/adam --set training.optimiser=adam --set training.epochs=150 \
        --set training.sample_epochs=50 --set training.restarts=2
    demo optimiser/regulator --set potential.kind=sdnn --set potential.local_part=false \
        --set potential.cutoff_fm=2 --set potential.cutoff_weight=1e4 --set potential.envelope_fm=0 \
        --set 'potential.f_layers=[8,6]' --set 'potential.g_layers=[4,1]' \
        --set potential.input=log1p --set potential.output_activation=elu \
        --set training.warm_up_epochs=50 --set training.steps=30 --set training.warm_start=false ||
        [ $? -eq 1 ] # so small a network fits nothing: results without samples, exit code 1
    demo optimiser/local --set potential.kind=local --set fit.weighting=none
    demo optimiser/gaussians --set potential.kind=gaussians --set potential.gaussians=2
    demo optimiser/n2lo --set potential.kind=n2lo --set 'fit.times=[11]' \
        --set potential.gaussians=2 --set fit.relative_floor=0.01
}

job_samples() {
    demo samples/first_five --set resampling.max_samples=5
    demo samples/average --set resampling.max_samples=0
    demo samples/dropped --set resampling.bin=3
}

job_bootstrap() {
    demo bootstrap/kept --set resampling.method=bootstrap --set resampling.bootstrap_samples=12 \
        --set resampling.seed=3
    demo bootstrap/read --set resampling.method=bootstrap --set resampling.bootstrap_samples=12 \
        --set resampling.memory_mb=0 --set potential.kind=gaussians
}

job_covariance() {
    demo covariance --set results.covariance=true --set results.bias_correction=true
}

job_fit_covariance() {
    demo fit_covariance/shrinkage --set fit.covariance=shrinkage
    demo fit_covariance/eigenvalue_cut --set fit.covariance=eigenvalue_cut
}

job_momentum_space() {
    demo momentum_space --set results.momentum_space=true --set results.u_points=32
}

job_femtoscopy() {
    demo femtoscopy --set 'femtoscopy.source_radii_fm=[1.2,2.5]' \
        --set femtoscopy.statistics=fermions --set femtoscopy.weight=0.25
}

job_box() {
    synth box/ensemble jobs/demo/synth.yaml --set grid.geometry=cubic --set grid.extent=16 \
        --set noise.configurations=12
    for kind in gaussians local; do
        demo box/$kind --set ensemble=box/ensemble.h5 --set potential.kind=$kind \
            --set finite_volume.levels=3
    done
}

job_streams() {
    synth streams/ensemble jobs/demo/synth.yaml --set noise.streams=3 --set noise.tau_int=2 \
        --set noise.configuration_step=4 --set noise.configurations=100
    hadpot 1 info streams/ensemble.h5 >streams/info.txt
    demo streams/run --set ensemble=streams/ensemble.h5 --set resampling.bin=4
    demo streams/bootstrap --set ensemble=streams/ensemble.h5 --set resampling.bin=4 \
        --set resampling.method=bootstrap --set resampling.bootstrap_samples=10
    hadpot 2 scan-bins jobs/demo/job.yaml --set ensemble=streams/ensemble.h5 \
        --set output=streams/bins
}

job_scan_bins() {
    hadpot 1 info data/demo.h5 >scan_bins/info.txt
    hadpot 2 scan-bins jobs/demo/job.yaml --set output=scan_bins/demo
}

job_synth() {
    synth synth/demo jobs/demo/synth.yaml
    synth synth/inelastic jobs/demo/synth.yaml --set 'inelastic.amplitudes=[0.1,-0.2]' \
        --set noise.pion_mass_mev=140
    for truth in local gaussian_nonlocal separable; do
        synth synth/$truth jobs/truths/$truth.yaml
    done
}

# Of every group one; one that fails to describe its data, excluded and included.
job_variations() {
    for fail in exclude include; do
        demo variations/$fail --set results.variations_that_fail=$fail \
            --set 'variations.times=["fit.times=[11]"]' \
            --set 'variations.sources=["fit.sources=[wall]"]' \
            --set 'variations.ansatz=["potential.kind=gaussians potential.gaussians=1"]' \
            --set 'variations.envelope=["potential.envelope_fm=0.7"]' \
            --set 'variations.range=["fit.r_max_fm=2.5"]' \
            --set 'variations.seed=["training.seed=2","training.seed=3"]' \
            --set 'variations.other=["training.penalty=10"]'
    done
}

job_truths() {
    for truth in local gaussian_nonlocal separable; do
        synth truths/$truth jobs/truths/$truth.yaml
        run truths/$truth jobs/truths/fit.yaml --set ensemble=truths/$truth.h5 \
            --set resampling.bin=3
    done
}

job_n_omega() {
    synth n_omega/ensemble jobs/n_omega/synth.yaml
    run n_omega/run jobs/n_omega/fit.yaml --set ensemble=n_omega/ensemble.h5
    run n_omega/yukawa jobs/n_omega/fit.yaml --set ensemble=n_omega/ensemble.h5 \
        --set potential.tail=yukawa --set potential.tail_power=2
}

job_omega_ccc() {
    synth omega_ccc/ensemble jobs/omega_ccc/synth.yaml
    run omega_ccc/paper jobs/omega_ccc/job.yaml --set ensemble=omega_ccc/ensemble.h5 \
        --set training.epochs=60 --set resampling.max_samples=3
    for job in default local; do
        run omega_ccc/$job jobs/omega_ccc/$job.yaml --set ensemble=omega_ccc/ensemble.h5
    done
}

job_toys() {
    hadpot 1 toy jobs/toys/two_parameter.yaml --set output=toys/two_parameter \
        --set training.epochs=400
    for toy in mlp separable separable_regulated; do
        hadpot 1 toy jobs/toys/$toy.yaml --set output=toys/$toy --set training.epochs=200
    done
    for toy in partial separable_converged yukawa; do
        hadpot 1 toy jobs/toys/$toy.yaml --set output=toys/$toy --set training.steps=25
    done
}

job_benchmarks() {
    for job in jobs/benchmarks/*.yaml; do
        hadpot 1 scatter "$job" --set output="benchmarks/$(basename "$job" .yaml)"
    done
}

job_channels() {
    for job in jobs/channels/*.yaml; do
        hadpot 1 scatter "$job" --set output="channels/$(basename "$job" .yaml)"
    done
}

job_models() {
    for job in proton_proton table; do
        hadpot 1 scatter jobs/models/$job.yaml --set output=models/$job
    done
}

job_coverage() {
    hadpot 2 coverage jobs/coverage/separable.yaml --set output=coverage --set ensembles=5
}

job_coverage_linear() {
    hadpot 2 coverage jobs/coverage/linear.yaml --set output=coverage_linear --set ensembles=10
}

# xixi JOB
xixi() {
    ln -sfn "$lattice_data" xixi.h5
    run "xixi_$1" "jobs/xixi/$1.yaml" --set ensemble=xixi.h5
}

make_job() {
    rm -rf "${1:?}"
    mkdir "$1"
    case $1 in
    xixi_*) xixi "${1#xixi_}" ;;
    *) "job_$1" ;;
    esac
}

# The sum of what `times` says of the children of a shell: user and system.
cpu_seconds() {
    awk 'NR == 2 { split($1, u, /[ms]/); split($2, s, /[ms]/)
                   printf "%.1f\n", 60 * (u[1] + s[1]) + u[2] + s[2] }' "$1"
}

known=" $(sh "$0" --list | tr '\n' ' ')"
for name in $names; do
    case $known in *" $name "*) continue ;; esac
    echo "$0: no job $name; --list prints their names" >&2
    exit 2
done

cd "$here"
# shellcheck source=jobs/environment.sh disable=SC1091
. ./jobs/environment.sh
mpirun=mpirun
# shellcheck disable=SC2153 # which environment.sh sets
case $MPIRUN in *--oversubscribe*) mpirun="mpirun --oversubscribe" ;; esac

# Jobs run inside the folder, where all paths are the same for every program and place.
# Of data/ they see what jobs read: what a job would write there stays in the folder.
mkdir -p "$folder/logs"
cd "$folder"
ln -sfn "$here/jobs" jobs
[ ! -L data ] || rm data # a link would lead back into the project
mkdir -p data
for name in demo.h5 av18_np.csv av18_np_strong.csv; do
    ln -sfn "$here/data/$name" "data/$name"
done
failed=
for name in $names; do
    set +e # a shell heeds -e only where nobody asks for its exit code
    (
        set -e
        make_job "$name" >"logs/$name.log" 2>&1
        times >"logs/$name.times"
    )
    code=$?
    set -e
    if [ $code -eq 0 ]; then
        echo "$name: $(cpu_seconds "logs/$name.times") s of CPU"
    else
        echo "$name: FAILED with exit code $code, see $folder/logs/$name.log" >&2
        failed="$failed $name"
    fi
done
[ -z "$failed" ] || { echo "$0: failed:$failed" >&2; exit 1; }
