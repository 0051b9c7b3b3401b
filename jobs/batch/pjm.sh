#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A job of hadpot under Fujitsu's PJM (pjsub, as on Fugaku): a chain of steps, of which each goes on
# where the one before has saved; what is left of the chain is deleted when a step ends in another way.
# Started by hand on a login node, this script submits the chain:
#     HADPOT_JOB=job.yaml bash jobs/batch/pjm.sh
#     HADPOT_STUDY=jobs/batch/study.txt bash jobs/batch/pjm.sh    # a chain for each line
#PJM -L "node=2"
#PJM -L "rscgrp=small"
#PJM --mpi "max-proc-per-node=48"
#PJM -N hadpot
#PJM -j
#PJM -S
set -u

# To be adapted: hadpot's folder, how ranks are started, group, limit and length of a chain.
tree=${HADPOT_TREE:-.}
read -ra launch <<<"${HADPOT_LAUNCH:-mpiexec}"
group=()                            # (-g GROUP), where the system wants it
elapse=${HADPOT_ELAPSE:-24:00:00}   # of each step
steps=${HADPOT_STEPS:-5}
# . /vol0004/apps/oss/spack/share/spack/setup-env.sh && spack load hdf5 gsl openblas
export OPENBLAS_NUM_THREADS=1

# A chain: the first step, and others that are deleted unless the one before ended with 75.
submit() {
    local pass="HADPOT_LINE=$1,HADPOT_ELAPSE=$elapse,HADPOT_TREE=$tree" id step
    pass=$pass,HADPOT_LOG=${HADPOT_LOG:-hadpot-$(date +%Y%m%d-%H%M%S)_$1.log}
    local name
    for name in HADPOT_JOB HADPOT_STUDY HADPOT_LAUNCH HADPOT_MARGIN; do
        if [ -n "${!name:-}" ]; then pass=$pass,$name=${!name}; fi
    done
    local common=(--step -L "elapse=$elapse" ${group[@]+"${group[@]}"} -x "$pass")
    id=$(pjsub -z jid "${common[@]}" --sparam "sn=0" "$0") || return
    id=${id%%_*}
    for ((step = 1; step < steps; step++)); do
        pjsub "${common[@]}" --sparam "jid=$id,sn=$step,sd=ec!=75:all:$((step - 1))" "$0" || return
    done
    echo "job $id: up to $steps steps of $elapse for line $1"
}

if [ -z "${PJM_JOBID:-}" ]; then
    lines=1
    if [ -n "${HADPOT_STUDY:-}" ]; then
        lines=$(grep -Evc '^[[:space:]]*(#|$)' "$HADPOT_STUDY")
    fi
    for ((line = 1; line <= lines; line++)); do submit "$line" || exit; done
    exit 0
fi

exec >>"$HADPOT_LOG" 2>&1
# shellcheck source=jobs/batch/functions.sh
. "$tree/jobs/batch/functions.sh"
hadpot_begin "${PJM_SUBJOBID:-$PJM_JOBID}" "$HADPOT_LINE"
hadpot_say "start on ${PJM_NODE:-?} nodes"
hadpot_continue "$(hadpot_seconds "$elapse")" "${launch[@]}" "$tree/build/release/hadpot"
exit "$hadpot_code"
