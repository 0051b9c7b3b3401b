#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What static analysers say of all of src:   sh tests/analyse.sh
# Needs clang-tidy and cppcheck (Debian packages of these names). The exit code is 0 when both are
# silent.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."
for tool in clang-tidy cppcheck; do
    command -v "$tool" >/dev/null || { echo "analyse.sh: $tool is not installed" >&2; exit 2; }
done
found=$(mktemp)
trap 'rm -f "$found"' EXIT

cppcheck --enable=warning,portability,performance --std=c11 --inline-suppr -Iinclude -q src 2>"$found"
cmake --preset release -DCMAKE_EXPORT_COMPILE_COMMANDS=ON >/dev/null
# One file at a time: of several, clang-tidy 14 takes va_list of all but the first for uninitialised.
find src -name '*.c' -print0 | xargs -0 -n 1 -P "$(nproc)" clang-tidy -p build/release --quiet 2>/dev/null |
    grep -E '(warning|error):' | sort -u >>"$found" || true
cat "$found"
[ ! -s "$found" ] || exit 1
echo "analyse.sh: clang-tidy and cppcheck are silent on $(find src -name '*.c' | wc -l) files"
