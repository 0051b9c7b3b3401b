# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# What the job scripts of this folder share; they source it inside of a job.

# hadpot_say WORDS: a line of the log.
hadpot_say() { printf '== %s, job %s: %s\n' "$(date '+%Y-%m-%d %H:%M:%S')" "$hadpot_id" "$*"; }

# hadpot_seconds TIME: seconds of [[days-]hours:]minutes:seconds; nothing of "UNLIMITED" and the like.
hadpot_seconds() {
    awk -F'[-:]' -v time="$1" 'BEGIN {
        if (time !~ /^[0-9]+([-:][0-9]+)+$/) exit
        unit[0] = 1; unit[1] = 60; unit[2] = 3600; unit[3] = 86400
        n = split(time, part)
        for (i = n; i > 0; i--) seconds += part[i] * unit[n - i]
        print seconds }'
}

# hadpot_begin ID LINE: chooses what stands behind "hadpot": line LINE of the file HADPOT_STUDY, quoted
# as in a shell, without counting comments; without a study `run` and the job HADPOT_JOB.
hadpot_begin() {
    hadpot_id=$1
    hadpot_arguments=(run "${HADPOT_JOB:-job.yaml}")
    if [ -z "${HADPOT_STUDY:-}" ]; then return; fi
    eval "hadpot_arguments=($(grep -Ev '^[[:space:]]*(#|$)' "$HADPOT_STUDY" | sed -n "$2p"))"
    if [ "${#hadpot_arguments[@]}" -eq 0 ]; then
        hadpot_say "\"$HADPOT_STUDY\" has no line $2"
        exit 2
    fi
}

# hadpot_continue SECONDS LAUNCHER...: runs `LAUNCHER... ARGUMENTS --resume`, which saves and ends
# HADPOT_MARGIN seconds before SECONDS are over (empty: not known), or when the batch system warns this
# script by SIGUSR1 or SIGTERM. Sets `hadpot_code` to its exit code, and says what that means.
hadpot_continue() {
    local left=$1 margin=${HADPOT_MARGIN:-120} child
    local limit=()
    shift
    if [ -n "$left" ]; then
        # At least what saving takes, 10 s, or half of what is left.
        limit=(--time-limit $((left - margin > 10 ? left - margin : (left + 1) / 2)))
    fi
    hadpot_say "hadpot" "${hadpot_arguments[@]}" --resume ${limit[@]+"${limit[@]}"}
    # In the background, so that this shell hears the warning, and hands it on. mpirun hands on
    # SIGUSR1; at SIGTERM it would end the ranks itself.
    "$@" "${hadpot_arguments[@]}" --resume ${limit[@]+"${limit[@]}"} </dev/null &
    child=$!
    hadpot_warned=0
    trap 'hadpot_warned=1; hadpot_say "warned by the batch system"; kill -USR1 '"$child" USR1 TERM
    while :; do
        hadpot_code=0
        wait "$child" || hadpot_code=$?
        # Above 128 after a warning: it was the warning that ended the wait, not hadpot.
        if [ "$hadpot_code" -le 128 ] || [ "$hadpot_warned" -eq 0 ]; then break; fi
        hadpot_warned=0
    done
    trap '' USR1 TERM
    case $hadpot_code in
    0) hadpot_say "finished" ;;
    2) hadpot_say "exit code 2: wrong input, see above; stopped" ;;
    71) hadpot_say "exit code 71: out of memory, take fewer ranks on a node; stopped" ;;
    74) hadpot_say "exit code 74: disk full, make room and submit it again; stopped" ;;
    75) hadpot_say "exit code 75: saved, to be continued" ;;
    *) hadpot_say "exit code $hadpot_code: failed, see above, what is finished is kept; stopped" ;;
    esac
}
