#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# jobs/batch/slurm.sh under a slurmctld and a slurmd of its own, on this machine:
#     bash tests/batch/slurm.sh [LOG]
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
log=${1:-}
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

folder=$(mktemp -d /tmp/hadpot-slurm.XXXXXX)
daemons=()
stop() {
    local code=$? pid
    scancel --quiet --user=root 2>/dev/null
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
    --log-file="$folder/munged.log" --pid-file="$folder/munged.pid" --seed-file="$folder/seed" &
daemons+=($!)
for _ in $(seq 50); do [ -S "$folder/munge.socket" ] && break; sleep 0.1; done
slurmctld -D -f "$SLURM_CONF" >/dev/null 2>&1 &
daemons+=($!)
slurmd -D -f "$SLURM_CONF" -N "$node" >/dev/null 2>&1 &
daemons+=($!)
for _ in $(seq 100); do [ "$(sinfo -h -o %T 2>/dev/null)" = idle ] && break; sleep 0.2; done
[ "$(sinfo -h -o %T)" = idle ] || fail "the node does not come up"
