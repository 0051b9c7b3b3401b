#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# An epoch of Adam of the Omega_ccc network, ours and PyTorch's in turn, one thread each:
#     tests/bench/compare_epoch.sh [FOLDER OF bench_epoch] [ROUNDS]
# Exit code 77: PyTorch is missing. PYTHON names another python3.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bench=${1:-$here/../../build/release/tests}/bench_epoch
rounds=${2:-5}
python=${PYTHON:-/usr/bin/python3}
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$bench" dump "$folder/problem"
"$python" "$here/epoch_pytorch.py" "$folder/problem" check
round=0
while [ "$round" -lt "$rounds" ]; do
    "$bench" omega >>"$folder/ours"
    "$python" "$here/epoch_pytorch.py" "$folder/problem" >>"$folder/theirs"
    round=$((round + 1))
done
column() { # FILE KEY: values, ascending
    awk -v key="$2" '$1 == key { print $2 }' "$folder/$1" | sort -g
}
middle() { awk '{ x[NR] = $1 } END { print x[int((NR + 1) / 2)] }'; }
awk -v our_min="$(column ours epoch_ms | head -n 1)" -v our_mid="$(column ours epoch_ms | middle)" \
    -v their_min="$(column theirs epoch_ms | head -n 1)" \
    -v their_mid="$(column theirs epoch_ms | middle)" \
    -v count="$(column ours operations | head -n 1)" \
    -v square="$(column ours dgemm_512 | tail -n 1)" \
    -v layers="$(column ours dgemm_layers | tail -n 1)" 'BEGIN {
    rate = 1e-6 * count / our_min
    printf "hadpot   min %.3f  median %.3f ms per epoch, %.1f GFLOP/s\n", our_min, our_mid, rate
    printf "PyTorch  min %.3f  median %.3f ms per epoch\n", their_min, their_mid
    printf "ratio    min %.1f  median %.1f\n", their_min / our_min, their_mid / our_mid
    printf "dgemm of 512 %.1f GFLOP/s (our share %.0f %%), ", square, 100 * rate / square
    printf "of the layers %.1f GFLOP/s (our share %.0f %%)\n", layers, 100 * rate / layers
}'
