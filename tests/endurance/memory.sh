#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A small run within ten limits of memory (ulimit -v, in steps of 100 MB), on 1 and 2 ranks: each has
# to end within 10 s, with success or with a message and exit code 71. Prints the table that is kept
# in memory.log. usage: memory.sh [PROGRAM [FOLDER]]
program=$(realpath "${1:-build/release/hadpot}") work=${2:-$(mktemp -d)}
root=$(realpath "$(dirname "$0")/../..")
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
unset OPENBLAS_NUM_THREADS # the program sees to it
cd "$root" || exit 1
bad=0
printf '%-6s %-10s %-5s %-8s %s\n' ranks 'limit (MB)' exit seconds 'what was said'
for ranks in 1 2; do
    for limit in 100 200 300 400 500 600 700 800 900 1000; do
        rm -rf "$work/out"
        begin=$(date +%s.%N)
        timeout 60 mpirun --oversubscribe -n $ranks sh -c "ulimit -v $((limit * 1000))
            exec '$program' run jobs/demo/job.yaml --set output='$work/out' \
                --set training.steps=10" >"$work/log" 2>&1
        code=$?
        seconds=$(echo "$(date +%s.%N) - $begin" | bc)
        said=$(grep -m 1 'hadpot: error:' "$work/log")
        verdict=
        case $code in
        0) [ -f "$work/out/results.h5" ] || verdict=' NO RESULT' ;;
        71) [ -n "$said" ] || verdict=' NO MESSAGE' ;;
        *) verdict=' UNEXPECTED' ;;
        esac
        [ "$(echo "$seconds > 10" | bc)" = 0 ] || verdict="$verdict TOO LATE"
        [ -z "$verdict" ] || bad=$((bad + 1))
        printf '%-6s %-10s %-5s %-8.1f %s\n' $ranks $limit $code "$seconds" "$said$verdict"
    done
done
echo "limits without an answer: $bad of 20"
rm -rf "$work"
[ $bad = 0 ]
