#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The tests that start neither MPI nor another program, under valgrind:
#     bash tests/sanitizers/valgrind.sh BUILD [REGULAR-EXPRESSION]
# BUILD: a build with -DHADPOT_NATIVE=OFF (valgrind knows no AVX-512). A test fails where memory is read
# that nothing has written, or outside of what was allocated, and where anything is lost at the end.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
build=$(realpath "$1")
only=${2:-.}
export OPENBLAS_NUM_THREADS=1 OPENBLAS_CORETYPE=Haswell CMOCKA_TEST_ABORT=0
failed=0 count=0
modules='analysis bands core correlator fit network observables record resample scatter spectrum train'
for module in $modules; do
    for source in tests/"$module"/test_*.c; do
        name=${source##*/}
        name=${module}_${name%.c}
        case $name in *_test_mpi_* | *_xixi | *_av18_reference | *two_parameter*) continue ;; esac
        if [[ ! $name =~ $only ]] || [ ! -x "$build/tests/$name" ]; then continue; fi
        count=$((count + 1))
        began=$SECONDS
        valgrind --quiet --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite \
            --suppressions=tests/sanitizers/valgrind.supp "$build/tests/$name" >"$build/valgrind.log" 2>&1
        code=$?
        # What is rounded otherwise than in double, as in the 80 bits of valgrind, may fail its test.
        if [ "$code" -eq 9 ] || grep -q '^==[0-9]*== ' "$build/valgrind.log"; then
            echo "$name: FAILED"
            cat "$build/valgrind.log"
            failed=1
        else
            echo "$name: nothing found, $((SECONDS - began)) s"
        fi
    done
done
[ "$count" -gt 0 ] || { echo "valgrind.sh: no test in $build/tests" >&2; exit 1; }
exit "$failed"
