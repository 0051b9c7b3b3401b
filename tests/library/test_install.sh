#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs a build into an empty folder and builds docs/examples with what lies there, by pkg-config
# and by CMake:     tests/library/test_install.sh BUILD COMPILER
set -eu
build=$1 compiler=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

cmake --install "$build" --prefix "$prefix" >"$work/log"
library=$(find "$prefix" -name 'libhadpot.*' -type f)
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name hadpot.pc)")
export PKG_CONFIG_PATH
flags=$(pkg-config --cflags --libs hadpot)

# Numerics alone: nothing of MPI, HDF5 and YAML, nothing of the program, no names but hp_...
symbols() {
    case $library in *.a) nm -P "$library" ;; *) nm -DP "$library" ;; esac |
        awk -v "kind=$1" '$2 ~ kind && $2 != "w" { print $1 }' | sort -u
}
symbols '^U$' >"$work/wanted"
symbols '^[A-TV-Z]$' >"$work/defined"
! grep -E '^(MPI_|H5|yaml_|cyaml_)' "$work/wanted" || fail "libhadpot calls these"
grep '^hp_' "$work/wanted" | comm -23 - "$work/defined" >"$work/missing"
[ ! -s "$work/missing" ] || fail "libhadpot lacks $(cat "$work/missing")"
! grep -Ev '^(hp_|_init$|_fini$)' "$work/defined" || fail "libhadpot defines these"

# All headers at once, with no others of this project.
(cd "$prefix/include" && ls hadpot/*.h) | sed 's/.*/#include <&>/' >"$work/all.c"
# shellcheck disable=SC2086 # flags are several words
"$compiler" -std=c11 -Wall -Wextra -Werror -fsyntax-only "$work/all.c" $flags

# The exact phase shifts to 0.05 degrees, as the README says: what 0.1 % of S leaves of them.
check() {
    LD_LIBRARY_PATH=$(dirname "$library") "$1" >"$1.csv"
    awk -F, 'NR == 1 { next } { n++; d = $2 - $3; if (d < 0) d = -d; if (!(d < 0.05)) bad = 1 }
             END { exit !(n == 6 && !bad) }' "$1.csv" || fail "$(cat "$1.csv")"
}
# shellcheck disable=SC2086
"$compiler" -std=c11 -Wall -Wextra -Werror docs/examples/fit_arrays.c $flags -o "$work/by_pkg_config"
check "$work/by_pkg_config"
cmake -S docs/examples -B "$work/build" -DCMAKE_PREFIX_PATH="$prefix" \
    -DCMAKE_C_COMPILER="$compiler" >"$work/log"
cmake --build "$work/build" >>"$work/log"
check "$work/build/fit_arrays"
cmp "$work/by_pkg_config.csv" "$work/build/fit_arrays.csv"
"$prefix/bin/hadpot" --version >"$work/log" || fail "the program does not start"
cat "$work/by_pkg_config.csv"
