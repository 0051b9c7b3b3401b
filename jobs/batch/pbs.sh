#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A job of hadpot under PBS Pro or OpenPBS, which goes on in as many jobs as it takes. From the folder
# in which the paths of the job file hold:
#     qsub -v HADPOT_JOB=job.yaml jobs/batch/pbs.sh
#     qsub -v HADPOT_STUDY=jobs/batch/study.txt -J 1-4 jobs/batch/pbs.sh
#PBS -N hadpot
#PBS -l select=1:ncpus=48:mpiprocs=48
#PBS -l walltime=24:00:00
#PBS -r y
#PBS -j oe
#PBS -S /bin/bash
set -u
cd "$PBS_O_WORKDIR" || exit 1

# To be adapted: hadpot's folder, this file, how ranks are started, modules.
tree=${HADPOT_TREE:-.}
script=${HADPOT_SCRIPT:-$tree/jobs/batch/pbs.sh}
read -ra launch <<<"${HADPOT_LAUNCH:-mpirun}"
most=${HADPOT_MOST:-50} # starts after which a job is given up
# module purge && module load gcc openmpi hdf5 gsl openblas
export OPENBLAS_NUM_THREADS=1

line=${HADPOT_LINE:-${PBS_ARRAY_INDEX:-1}}
start=${HADPOT_START:-1}
log=${HADPOT_LOG:-hadpot-${PBS_JOBID%%[.[]*}_$line.log}
exec >>"$log" 2>&1
# shellcheck source=jobs/batch/functions.sh
. "$tree/jobs/batch/functions.sh"
hadpot_begin "$PBS_JOBID" "$line"
hadpot_say "start $start on $(sort -u "$PBS_NODEFILE" | tr '\n' ' ')"
# Walltime that was asked for, less what this job has used of it.
told=$(qstat -f "$PBS_JOBID")
left=$(hadpot_seconds "$(sed -n 's/^ *Resource_List.walltime = //p' <<<"$told")")
used=$(hadpot_seconds "$(sed -n 's/^ *resources_used.walltime = //p' <<<"$told")")
hadpot_continue "${left:+$((left - ${used:-0}))}" "${launch[@]}" "$tree/build/release/hadpot"

# qrerun is for operators; a user submits the same script again, which goes on in the same log.
if [ "$hadpot_code" -eq 75 ] && [ "$start" -lt "$most" ]; then
    export HADPOT_LINE=$line HADPOT_START=$((start + 1)) HADPOT_LOG=$log HADPOT_MOST=$most
    names=HADPOT_LINE,HADPOT_START,HADPOT_LOG,HADPOT_MOST
    for name in HADPOT_TREE HADPOT_SCRIPT HADPOT_LAUNCH HADPOT_JOB HADPOT_STUDY HADPOT_MARGIN; do
        if [ -n "${!name:-}" ]; then names=$names,$name; fi
    done
    qsub -v "$names" "$script" || hadpot_say "not submitted again; do so by hand"
fi
exit "$hadpot_code"
