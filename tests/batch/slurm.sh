#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# jobs/batch/slurm.sh under a slurmctld and a slurmd of its own, on this machine:
#     bash tests/batch/slurm.sh
# A job that its limit of time stops twice at least, once by the warning signal and once by
# --time-limit, and that ends with the bytes of a run without interruptions; wrong input is not
# queued again; two tasks of an array. It takes about six minutes, most of which Slurm waits before it
# starts a job again. Needs the packages slurm-wlm and munge (HADPOT_WITH_SLURM=1 sh
# jobs/install-dependencies.sh) and root; exit code 77: not there, nothing was tested. A Slurm of the
# system is neither used nor touched: all daemons, ports, keys and folders are its own.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
# shellcheck source=jobs/environment.sh
. jobs/environment.sh
tree=$PWD
program=$tree/build/release/hadpot

for command in slurmctld slurmd munged sbatch scontrol squeue mpirun; do
    PATH=$PATH:/usr/sbin command -v "$command" >/dev/null && continue
    echo "SKIPPED: $command is not installed (HADPOT_WITH_SLURM=1 sh jobs/install-dependencies.sh)"
    exit 77
done
if [ "$(id -u)" -ne 0 ]; then
    echo "SKIPPED: the daemons of Slurm need root"
    exit 77
fi
PATH=$PATH:/usr/sbin
[ -x "$program" ] || { echo "slurm.sh: $program is not built" >&2; exit 1; }

folder=$(mktemp -d /tmp/hadpot-slurm.XXXXXX)
daemons=()
stop() {
    local code=$? pid
    trap - EXIT
    scancel --quiet --user="$(id -un)" 2>/dev/null && sleep 2
    for pid in ${daemons[@]+"${daemons[@]}"}; do kill "$pid" 2>/dev/null; done
    for pid in ${daemons[@]+"${daemons[@]}"}; do
        for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$pid" 2>/dev/null && sleep 0.5; done
        kill -9 "$pid" 2>/dev/null
    done
    rm -rf "$folder"
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM
fail() {
    echo "slurm.sh: FAILED: $*"
    tail -n 20 "$folder"/*.log
    exit 1
}

# Ports that nobody uses: 0 lets the kernel choose.
ports=$("$PYTHON" -c '
import socket
held = [socket.socket() for _ in range(2)]
for one in held: one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in held))')
node=$(hostname -s)
mkdir -p "$folder"/{state,spool}
head -c 1024 /dev/urandom >"$folder/munge.key"
chmod 400 "$folder/munge.key"
cat >"$folder/slurm.conf" <<CONF
ClusterName=hadpot
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CredType=cred/munge
SlurmctldHost=$node(127.0.0.1)
SlurmctldPort=${ports% *}
SlurmdPort=${ports#* }
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
JobRequeue=1
KillWait=30
SlurmdParameters=config_overrides
NodeName=$node NodeAddr=127.0.0.1 CPUs=2 Boards=1 SocketsPerBoard=1 CoresPerSocket=2 ThreadsPerCore=1 RealMemory=4000
PartitionName=all Nodes=$node Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$folder/slurm.conf

munged --force --foreground --socket="$folder/munge.socket" --key-file="$folder/munge.key" \
    --log-file="$folder/munged.log" --pid-file="$folder/munged.pid" --seed-file="$folder/seed" \
    2>"$folder/munged.err" &
daemons+=($!)
for _ in $(seq 50); do [ -S "$folder/munge.socket" ] && break; sleep 0.1; done
slurmctld -D -f "$SLURM_CONF" >/dev/null 2>&1 &
daemons+=($!)
slurmd -D -f "$SLURM_CONF" -N "$node" >/dev/null 2>&1 &
daemons+=($!)
for _ in $(seq 100); do [ "$(sinfo -h -o %T 2>/dev/null)" = idle ] && break; sleep 0.2; done
[ "$(sinfo -h -o %T)" = idle ] || fail "the node does not come up"

# Jobs of the shipped ensemble with fits that are slow; spaces in all names.
place="$folder/a place"
mkdir -p "$place"
cd "$place" || exit 1
# job FOLDER EPOCHS: the same job and names in each folder, as results hold them.
job() {
    mkdir "$1"
    ln -s "$tree/data" "$1/data"
    sed -e "s/output: .*/output: my results/" "$tree/jobs/demo/job.yaml" >"$1/my job.yaml"
    printf 'training:\n  optimiser: adam\n  epochs: %s\ntotal_band:\n  draws: 100\n' "$2" \
        >>"$1/my job.yaml"
}
undisturbed() { (cd "$1" && exec $MPIRUN "$program" run "my job.yaml" >"../$1.out" 2>&1); }
# As many epochs as 70 s take on two ranks, by the time of 2000 of them.
if [ -z "${HADPOT_SLOW:-}" ]; then
    job pilot 2000
    began=$(date +%s%N)
    undisturbed pilot || fail "the pilot run"
    HADPOT_SLOW=$((2000 * 70 * 1000 / (($(date +%s%N) - began) / 1000000)))
fi
for name in signals limits whole; do job "$name" "$HADPOT_SLOW"; done
export HADPOT_TREE=$tree HADPOT_LAUNCH="mpirun --oversubscribe -n 2"
options=(--ntasks-per-node=2 --time=1 --parsable --output="$place/%x.log")

# Signals: the warning comes some 20 s before the minute is over, sometimes earlier. Limits: the program
# ends by itself 40 s before.
export HADPOT_JOB="my job.yaml"
first=$(HADPOT_MARGIN=0 sbatch "${options[@]}" -J signals --chdir="$place/signals" \
    --signal=B:USR1@20 "$tree/jobs/batch/slurm.sh") || fail "sbatch"
second=$(HADPOT_MARGIN=40 sbatch "${options[@]}" -J limits --chdir="$place/limits" \
    --signal=B:USR1@1 "$tree/jobs/batch/slurm.sh") || fail "sbatch"
# Wrong input, and an array of a good and a wrong line, which each have a log.
wrong=$(HADPOT_JOB="nothing here.yaml" sbatch "${options[@]}" -J wrong "$tree/jobs/batch/slurm.sh")
cat >whole/study.txt <<STUDY
# what stands behind "hadpot"
run "my job.yaml" --set training.epochs=10 --set "output=../task 1"

run "my job.yaml" --set training.epochs=10 --set "output=../task 2" --set fit.times=[11]
STUDY
array=$(HADPOT_STUDY=study.txt sbatch "${options[@]}" -J array --output="$place/%x_%a.log" \
    --chdir="$place/whole" --array=1-3 "$tree/jobs/batch/slurm.sh")
echo "== jobs $first, $second, $wrong, $array; $(sbatch --version)"

# The undisturbed run, on one rank, while Slurm holds the jobs back.
began=$SECONDS
undisturbed whole || fail "the undisturbed run"
echo "== undisturbed, outside of Slurm, $HADPOT_SLOW epochs: $((SECONDS - began)) s"
while [ -n "$(squeue --noheader)" ] && [ "$SECONDS" -lt "${HADPOT_PATIENCE:-3000}" ]; do sleep 3; done
[ -z "$(squeue --noheader)" ] || fail "jobs are still there: $(squeue)"

for name in signals limits wrong array_1 array_2 array_3; do
    echo "== $name.log:"
    grep -Ev '^-+$|^(Primary job|a non-zero exit|mpirun (detected|has)|the job to be)|^ *(Process name|Exit code)|^$' \
        "$name.log"
done
for name in signals limits; do
    saved=$(grep -c 'exit code 75: saved' "$name.log")
    [ "$saved" -ge 2 ] || fail "$name was stopped $saved times"
    grep -q 'finished$' "$name.log" || fail "$name did not finish"
    diff -r "whole/my results" "$name/my results" || fail "$name: other bytes"
    echo "== $name: stopped $saved times, finished, the bytes of the undisturbed run"
done
grep -q 'warned by the batch system' signals.log || fail "no warning came"
grep -q 'exit code 2: wrong input' wrong.log || fail "wrong input"
[ "$(grep -c ' start ' wrong.log)" -eq 1 ] || fail "wrong input was queued again"
for task in 1 2; do [ -s "task $task/results.h5" ] || fail "task $task of the array"; done
grep -q 'has no line 3' array_3.log || fail "the third task of the array"
echo "== slurm.sh: PASSED in $SECONDS s"
