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
# as in a shell, without counting comments; without a study `run` and the job HADPOT_JOB. From here on
# a warning of the batch system does not end this shell.
hadpot_begin() {
    hadpot_id=$1
    hadpot_child=
    hadpot_heard=0
    trap hadpot_warn USR1 TERM
    hadpot_arguments=(run "${HADPOT_JOB:-job.yaml}")
    if [ -z "${HADPOT_STUDY:-}" ]; then return; fi
    eval "hadpot_arguments=($(grep -Ev '^[[:space:]]*(#|$)' "$HADPOT_STUDY" | sed -n "$2p"))"
    if [ "${#hadpot_arguments[@]}" -eq 0 ]; then
        hadpot_say "\"$HADPOT_STUDY\" has no line $2"
        exit 2
    fi
}

# hadpot_pass: hands a warning on to hadpot. mpirun hands on SIGUSR1; at SIGTERM it would end the ranks
# itself. Twice, since the first may be lost while this shell still makes the process; hadpot takes
# two signals within two seconds for one.
hadpot_pass() {
    kill -USR1 "$hadpot_child"
    (sleep 1; kill -USR1 "$hadpot_child") >/dev/null 2>&1 &
}

# hadpot_warn: a warning of the batch system, before hadpot is there or later.
hadpot_warn() {
    hadpot_heard=1
    hadpot_warned=1
    hadpot_say "warned by the batch system"
    if [ -n "$hadpot_child" ]; then hadpot_pass; fi
}

# hadpot_wait: waits for the end of hadpot, as often as warnings interrupt that. Sets `hadpot_code`.
hadpot_wait() {
    local before
    hadpot_code=0
    while :; do
        before=$hadpot_code
        hadpot_code=0
        hadpot_warned=0
        wait "$hadpot_child" 2>/dev/null || hadpot_code=$?
        # 127: the end was told before, together with a warning.
        if [ "$hadpot_code" -eq 127 ] && [ "$before" -gt 128 ]; then hadpot_code=$before; fi
        # Above 128 after a warning: it may be the warning that ended the wait, not hadpot.
        if [ "$hadpot_code" -le 128 ] || [ "$hadpot_warned" -eq 0 ]; then return; fi
    done
}

# hadpot_continue SECONDS LAUNCHER...: runs `LAUNCHER... ARGUMENTS --resume`, which saves and ends
# HADPOT_MARGIN seconds before SECONDS are over (empty: not known), or when the batch system warns this
# script by SIGUSR1 or SIGTERM. Sets `hadpot_code` to its exit code, and says what that means.
hadpot_continue() {
    local left=$1 margin=${HADPOT_MARGIN:-120}
    local limit=()
    shift
    if [ -n "$left" ]; then
        # At least what saving takes, 10 s, or half of what is left.
        limit=(--time-limit $((left - margin > 10 ? left - margin : (left + 1) / 2)))
    fi
    hadpot_code=75 # of a warning that came before
    if [ "$hadpot_heard" -eq 0 ]; then
        hadpot_say "hadpot" "${hadpot_arguments[@]}" --resume ${limit[@]+"${limit[@]}"}
        # In the background, so that this shell hears warnings.
        "$@" "${hadpot_arguments[@]}" --resume ${limit[@]+"${limit[@]}"} </dev/null &
        hadpot_child=$!
        # A warning that came in between did not know of it.
        if [ "$hadpot_heard" -eq 1 ]; then hadpot_pass; fi
        hadpot_wait
    fi
    trap '' USR1 TERM
    # 128 + SIGUSR1, SIGTERM: it did not listen to signals yet; what was finished before is kept.
    if [ "$hadpot_heard" -eq 1 ] && [[ $hadpot_code =~ ^(138|143)$ ]]; then hadpot_code=75; fi
    case $hadpot_code in
    0) hadpot_say "finished" ;;
    2) hadpot_say "exit code 2: wrong input, see above; stopped" ;;
    71) hadpot_say "exit code 71: out of memory, take fewer ranks on a node; stopped" ;;
    74) hadpot_say "exit code 74: disk full, make room and submit it again; stopped" ;;
    75) hadpot_say "exit code 75: saved, to be continued" ;;
    *) hadpot_say "exit code $hadpot_code: failed, see above, what is finished is kept; stopped" ;;
    esac
}
