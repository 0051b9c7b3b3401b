#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# One harness: run.sh BUILD NAME RUNS [FOLDER]. What is found, and the corpus that grows, go to
# FOLDER/NAME; ends with 1 where anything was found. Seeds of `ensemble` that HDF5 does not survive
# (crash_*, hang_*, memory_*) are left out, since most of their offspring hang it, two seconds each;
# FUZZ_HANGING=1 in the environment takes them, too.
set -eu
build=$1 name=$2 runs=$3 folder=${4:-fuzz_results}
options=malloc_context_size=2:quarantine_size_mb=1:max_malloc_fill_size=0
longest=500 dictionary=job.dict
case $name in
tables | columns) longest=512 dictionary=columns.dict ;;
raw) longest=2060 dictionary=columns.dict ;;
set) longest=256 ;;
ensemble) longest=20000 dictionary='' options=suppressions=tests/fuzz/ensemble.supp:symbolize=1 ;;
esac
mkdir -p "$folder/$name/corpus" "$folder/$name/found"
export OPENBLAS_NUM_THREADS=1 OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
[ -z "$options" ] || export ASAN_OPTIONS=$options
seeds=tests/fuzz/corpus/$name
if [ "$name" = ensemble ] && [ -z "${FUZZ_HANGING:-}" ]; then
    # Copied into the corpus that grows, since libFuzzer takes all of a folder that is named.
    for seed in "$seeds"/*; do
        case ${seed##*/} in
        crash_* | hang_* | memory_*) ;;
        *) cp "$seed" "$folder/$name/corpus" ;;
        esac
    done
    seeds=
fi
status=0
nice -n 19 "$build/tests/fuzz/fuzz_$name" "$folder/$name/corpus" ${seeds:+"$seeds"} \
    -runs="$runs" -seed=18 -max_len=$longest -timeout=60 -print_final_stats=1 \
    ${dictionary:+-dict=tests/fuzz/$dictionary} -artifact_prefix="$folder/$name/found/" \
    >"$folder/$name/log" 2>&1 || status=1
grep "^Done\|^stat::number\|^SUMMARY" "$folder/$name/log"
exit $status
