#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Time and error of phase shifts: this library, an older one and numpy in turn, one thread each:
#     tests/bench/compare_phases.sh FOLDER OF AN OLDER TREE, BUILT IN build/release [ROUNDS]
# The older tree is one without include/hadpot/nodes.h. PYTHON names another python3.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
old=$1
rounds=${2:-2}
python=${PYTHON:-/usr/bin/python3}
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
libraries=$(sed 's/.*libhadpot_core.a//' "$old/build/release/CMakeFiles/hadpot.dir/link.txt")
# shellcheck disable=SC2086 # a list of libraries
cc -O3 -DFIXED_NODES -I"$old/include" "$here/bench_phases.c" -o "$folder/old" \
    "$old/build/release/libhadpot_core.a" $libraries
round=0
while [ "$round" -lt "$rounds" ]; do
    echo "older: LU factors at each momentum"
    "$folder/old"
    echo "this one: nodes and one decomposition"
    "$here/../../build/release/tests/bench_phases"
    echo "numpy: R-matrix on Lagrange polynomials"
    "$python" "$here/phases_numpy.py"
    round=$((round + 1))
done
