#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Install what is missing, build with warnings as errors and run every test:   sh tests/run.sh
# The build is that of preset release, so that jobs/demo.sh finds the program made.
# The exit code is 0 only when tests were run and all passed.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."
build=build/release
log=$build/Testing/Temporary/LastTest.log

# The verdict, whichever step fails.
trap 'code=$?; [ $code -eq 0 ] || echo "== hadpot tests: FAILED (exit code $code)"' EXIT

sh jobs/install-dependencies.sh
# shellcheck source=jobs/environment.sh
. ./jobs/environment.sh

# What tests left out, with the reason they print: lines of cmocka, "SKIPPED: why", unittest.
list_skipped() {
    awk '/^[0-9]+\/[0-9]+ Testing: / { test = $3 }
         /^\[ *SKIPPED *\] [A-Za-z_]/ || /^SKIPPED: / || / \.\.\. skipped / {
             sub(/^\[ *SKIPPED *\] /, ""); print "   " test ": " $0 }' "$log" | sort -u
}

mkdir -p "$build"
hadpot_step "Configure (preset ci)" "$build/configure.log" \
    cmake --preset ci -DHADPOT_PYTHON:FILEPATH="$PYTHON"
hadpot_step "Build (preset ci)" "$build/build.log" cmake --build --preset ci -j "$HADPOT_CORES"

# One more than there are cores: many wait for a process that starts, a disk or a clock.
tests=$((HADPOT_CORES + 1))
echo "== Tests: $tests at a time on $HADPOT_CORES core(s), log in $log"
rm -f "$log"
code=0
ctest --preset ci --no-tests=error -j "$tests" </dev/null || code=$?

skipped=$([ ! -f "$log" ] || list_skipped)
if [ -n "$skipped" ]; then
    echo "== Skipped (tests of real lattice data need its file):"
    echo "$skipped"
fi
[ "$code" -eq 0 ] || exit "$code"
echo "== hadpot tests: PASSED"
