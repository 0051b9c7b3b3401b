#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A job of hadpot under Slurm, which goes on in as many allocations as it takes. From the folder in
# which the paths of the job file hold:
#     HADPOT_JOB=job.yaml sbatch jobs/batch/slurm.sh
#     HADPOT_STUDY=jobs/batch/study.txt sbatch --array=1-4 jobs/batch/slurm.sh
#SBATCH --job-name=hadpot
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=48
#SBATCH --time=24:00:00
#SBATCH --requeue
#SBATCH --signal=B:USR1@120
#SBATCH --open-mode=append
#SBATCH --output=hadpot-%A_%a.log
set -u

# To be adapted: hadpot's folder, how ranks are started, modules.
tree=${HADPOT_TREE:-.}
read -ra launch <<<"${HADPOT_LAUNCH:-mpirun}"
most=${HADPOT_MOST:-50} # starts after which a job is given up
# module purge && module load gcc openmpi hdf5 gsl openblas
export OPENBLAS_NUM_THREADS=1

# shellcheck source=jobs/batch/functions.sh
. "$tree/jobs/batch/functions.sh"
hadpot_begin "$SLURM_JOB_ID" "${SLURM_ARRAY_TASK_ID:-1}"
start=$((${SLURM_RESTART_COUNT:-0} + 1))
hadpot_say "start $start on $SLURM_JOB_NODELIST"
left=$(hadpot_seconds "$(squeue --noheader --jobs="$SLURM_JOB_ID" --format=%L)")
hadpot_continue "$left" "${launch[@]}" "$tree/build/release/hadpot"
if [ "$hadpot_code" -eq 75 ] && [ "$start" -lt "$most" ]; then
    scontrol requeue "$SLURM_JOB_ID" || hadpot_say "not queued again; do so by hand"
fi
exit "$hadpot_code"
