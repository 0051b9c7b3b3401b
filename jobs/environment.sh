# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# What the scripts of this project share; they source it from the top folder. Afterwards these
# are set (a value set before is kept):
#   HADPOT_CORES  cores that this process may use       HADPOT_RANKS  MPI ranks: cores, at most 4
#   MPIRUN        launcher with its options             PYTHON        a python3 for analysis/
# and the environment suits many small MPI programs on one machine, also in a container.

# Cores of the affinity mask, or fewer when a container has a processor quota (cgroup v2, v1).
hadpot_count_cores() {
    cores=$(OMP_NUM_THREADS='' OMP_THREAD_LIMIT='' nproc 2>/dev/null ||
        getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
    quota=max period=100000
    if [ -r /sys/fs/cgroup/cpu.max ]; then
        read -r quota period </sys/fs/cgroup/cpu.max || quota=max
    elif [ -r /sys/fs/cgroup/cpu/cpu.cfs_quota_us ]; then
        quota=$(cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us)
        period=$(cat /sys/fs/cgroup/cpu/cpu.cfs_period_us)
    fi
    case $quota in
    '' | *[!0-9]*) ;; # "max" or -1: no quota
    *)
        allowed=$(((quota + period - 1) / period))
        if [ "$allowed" -lt "$cores" ]; then cores=$allowed; fi
        ;;
    esac
    if [ "$cores" -lt 1 ]; then cores=1; fi
    echo "$cores"
}

# The first python3 that has what analysis/ imports. The one of the system comes before the PATH,
# where a pyenv or conda python without these modules may stand first.
hadpot_find_python() {
    for candidate in "${PYTHON:-}" /usr/bin/python3 python3; do
        if [ -n "$candidate" ] && command -v "$candidate" >/dev/null &&
            "$candidate" -c 'import h5py, matplotlib, numpy, yaml' >/dev/null 2>&1; then
            command -v "$candidate"
            return
        fi
    done
    command -v /usr/bin/python3 || echo python3
}

# hadpot_follow TITLE LOG: what a build has done so far, "[ 37%]" (make) or "[37/100]" (ninja) in its
# log, while the script runs: on a terminal in one place, else a word now and then.
hadpot_follow() {
    seconds=0
    while sleep 1 && kill -0 $$ 2>/dev/null; do
        seconds=$((seconds + 1))
        percent=$(tail -n 20 "$2" | awk -F '[][/% ]+' '
            /^\[ *[0-9]+%\]/ { done = $2 }
            /^\[[0-9]+\/[0-9]+\]/ { done = int(100 * $2 / $3) }
            END { if (done != "") print done " %" }')
        if [ -t 1 ]; then
            printf '\r== %s: %s ' "$1" "$percent"
        elif [ $((seconds % 20)) -eq 0 ]; then
            printf '%s ... ' "${percent:-$seconds s}"
        fi
    done
}

# hadpot_step TITLE LOG COMMAND...: run a command with its output in LOG, and say how far it is; fails
# as the command does, after showing the end of LOG. In a subshell, so that its variables stay its
# own.
hadpot_step() (
    title=$1 step_log=$2 code=0
    shift 2
    printf '== %s: ' "$title"
    began=$(date +%s)
    : >"$step_log"
    hadpot_follow "$title" "$step_log" 2>/dev/null &
    follower=$!
    "$@" >"$step_log" 2>&1 </dev/null || code=$?
    kill "$follower" 2>/dev/null || :
    wait "$follower" 2>/dev/null || :
    if [ "$code" -eq 0 ]; then
        echo "done in $(($(date +%s) - began)) s, log in $step_log"
    else
        echo "FAILED with exit code $code; the end of $step_log:"
        tail -n 80 "$step_log"
        echo "$title failed: $*" >&2
    fi
    exit "$code"
)

: "${HADPOT_CORES:=$(hadpot_count_cores)}"
: "${HADPOT_RANKS:=$((HADPOT_CORES < 4 ? HADPOT_CORES : 4))}"
PYTHON=$(hadpot_find_python)
export HADPOT_CORES HADPOT_RANKS PYTHON

# Ninja builds in three quarters of the time of make; a folder that make has begun stays make's.
if command -v ninja >/dev/null; then
    export CMAKE_GENERATOR="${CMAKE_GENERATOR:-Ninja}"
fi

# One thread per rank: the ranks already fill the cores.
export OPENBLAS_NUM_THREADS="${OPENBLAS_NUM_THREADS:-1}"
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
export MPLBACKEND=Agg

# Open MPI keeps its session files in TMPDIR, which must exist and have a short path.
if [ -n "${TMPDIR:-}" ] &&
    { [ ! -d "$TMPDIR" ] || [ ! -w "$TMPDIR" ] || [ "${#TMPDIR}" -gt 60 ]; }; then
    export TMPDIR=/tmp
fi
if [ "$(id -u)" -eq 0 ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
# Containers forbid copying between processes (CMA); several MPI programs at once must not be
# bound to the same first cores; the second names are those of Open MPI 5.
export OMPI_MCA_btl_vader_single_copy_mechanism="${OMPI_MCA_btl_vader_single_copy_mechanism:-none}"
export OMPI_MCA_btl_base_warn_component_unused="${OMPI_MCA_btl_base_warn_component_unused:-0}"
export OMPI_MCA_hwloc_base_binding_policy="${OMPI_MCA_hwloc_base_binding_policy:-none}"
export PRTE_MCA_hwloc_default_binding_policy="${PRTE_MCA_hwloc_default_binding_policy:-none}"
# No search for cards: 0.04 s of each mpirun on a virtual machine.
export HWLOC_COMPONENTS="${HWLOC_COMPONENTS:--linuxio,-pci,-gl,-opencl}"
export PMIX_MCA_gds="${PMIX_MCA_gds:-hash}"
# mpirun refuses to start without a remote shell, even on one machine: name one that is there.
if ! command -v ssh >/dev/null && ! command -v rsh >/dev/null; then
    export OMPI_MCA_plm_rsh_agent="${OMPI_MCA_plm_rsh_agent:-false}"
fi

# Open MPI counts physical cores as slots and refuses more ranks unless told; others never do.
if [ -z "${MPIRUN:-}" ]; then
    MPIRUN="mpirun -n $HADPOT_RANKS"
    case $(mpirun --version 2>/dev/null || :) in
    *"Open MPI"* | *OpenRTE* | *PRTE*) MPIRUN="mpirun --oversubscribe -n $HADPOT_RANKS" ;;
    esac
fi
