#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Install what hadpot needs and this machine lacks:   sh jobs/install-dependencies.sh
# On Debian and Ubuntu through apt-get, as root or with a sudo that asks for no password;
# elsewhere it names the packages. It asks for what the build will ask for, not for package names,
# so modules and Spack environments count. HADPOT_WITH_SLURM=1: a Slurm too, for its test. Exit
# code 0: all is there; 1: something is missing.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."
# shellcheck source=jobs/environment.sh
. ./jobs/environment.sh

# One line per requirement:  name | Debian packages | Spack spec | command that succeeds if present
requirements() {
    cat <<'TABLE'
C compiler|build-essential|gcc|has_compiler
make|build-essential|gmake|has_command make
Ninja|ninja-build|ninja|has_command ninja
CMake 3.21 or newer|cmake|cmake@3.21:|has_cmake
pkg-config|pkg-config|pkgconf|has_command pkg-config
MPI|openmpi-bin libopenmpi-dev|openmpi|has_command mpicc && has_command mpirun
parallel HDF5|libhdf5-openmpi-dev|hdf5+mpi+hl|has_parallel_hdf5
GSL|libgsl-dev|gsl|has_library gsl
OpenBLAS|libopenblas-dev|openblas|has_library openblas
LAPACKE|liblapacke-dev|openblas|has_library lapacke || has_lapacke_in_openblas
ARPACK-NG|libarpack2-dev|arpack-ng|has_library arpack
FFTW 3|libfftw3-dev|fftw|has_library fftw3
libcyaml|libcyaml-dev|libcyaml|has_library libcyaml
libyaml|libyaml-dev|libyaml|has_library yaml-0.1
zlib|zlib1g-dev|zlib|has_library zlib
OpenSSL|libssl-dev|openssl|has_library libcrypto
cmocka|libcmocka-dev|cmocka|has_library cmocka
Python 3|python3|python|has_command "$PYTHON"
h5py|python3-h5py|py-h5py|has_module h5py
matplotlib|python3-matplotlib|py-matplotlib|has_module matplotlib
NumPy|python3-numpy|py-numpy|has_module numpy
PyYAML|python3-yaml|py-pyyaml|has_module yaml
TABLE
    # For tests/batch/slurm.sh, where it is asked for; its daemons are not started.
    [ "${HADPOT_WITH_SLURM:-0}" = 0 ] || cat <<'TABLE'
Slurm|slurm-wlm|slurm|PATH=$PATH:/usr/sbin has_command slurmctld
munge|munge|munge|PATH=$PATH:/usr/sbin has_command munged
TABLE
}

has_command() {
    command -v "$1" >/dev/null
}

has_library() {
    has_command pkg-config && pkg-config --exists "$1"
}

has_module() {
    "$PYTHON" -c "import $1" >/dev/null 2>&1
}

# A compiler without the headers of the C library is not enough.
has_compiler() {
    for compiler in "${CC:-cc}" gcc; do
        if echo '#include <stdio.h>' | "$compiler" -x c -fsyntax-only - 2>/dev/null; then return; fi
    done
    return 1
}

has_cmake() {
    version=$(cmake --version 2>/dev/null |
        sed -n '1s/^cmake version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p')
    # shellcheck disable=SC2086 # two words: major and minor
    set -- $version
    [ $# -eq 2 ] && { [ "$1" -gt 3 ] || { [ "$1" -eq 3 ] && [ "$2" -ge 21 ]; }; }
}

has_lapacke_in_openblas() {
    # shellcheck disable=SC2046 # a list of words
    has_library openblas && has_compiler && printf '%s\n' '#include <lapacke.h>' \
        'int main(void) { return LAPACKE_dsyev == 0; }' | "$compiler" -x c - -o /dev/null \
        $(pkg-config --cflags --libs openblas) 2>/dev/null
}

has_parallel_hdf5() {
    has_command h5pcc || has_library hdf5-openmpi || has_library hdf5-mpich
}

# Sets missing (names), packages and specs (without repetition).
find_missing() {
    PYTHON=$(hadpot_find_python)
    missing='' packages='' specs=''
    while IFS='|' read -r name debian spack probe; do
        if eval "$probe"; then continue; fi
        missing="$missing${missing:+, }$name"
        for package in $debian; do
            case " $packages " in
            *" $package "*) ;;
            *) packages="$packages${packages:+ }$package" ;;
            esac
        done
        case " $specs " in *" $spack "*) ;; *) specs="$specs${specs:+ }$spack" ;; esac
    done <<REQUIREMENTS
$(requirements)
REQUIREMENTS
}

# Sets as_root to what must stand before a command that needs root; fails if there is no way.
find_root() {
    as_root=''
    if [ "$(id -u)" -eq 0 ]; then return 0; fi
    as_root='sudo -n'
    has_command sudo && sudo -n true 2>/dev/null
}

apt_get() {
    # shellcheck disable=SC2086 # nothing, or sudo with its option
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q \
        -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 "$@"
}

give_up() {
    {
        echo "hadpot: missing: $missing"
        echo "  $1"
        echo "  Debian and Ubuntu:  apt-get install --no-install-recommends $packages"
        echo "  Spack environment:  spack install --add $specs"
    } >&2
    exit 1
}

find_missing
if [ -z "$missing" ]; then
    echo "== Dependencies: all present"
    exit 0
fi
if ! has_command apt-get || ! has_command dpkg; then
    give_up "This is not a Debian-like system; please install what is missing in its way."
fi
find_root || give_up "Neither root nor a sudo without password is available; please install:"

echo "== Dependencies: installing $packages"
# The log is not in the source folder, where root would leave a folder nobody else can write.
log=$(mktemp "${TMPDIR:-/tmp}/hadpot-dependencies.XXXXXX")
hadpot_step "Package lists (apt-get update)" "$log" apt_get update ||
    echo "hadpot: trying with the package lists at hand" >&2
# shellcheck disable=SC2086 # a list of words
hadpot_step "Packages (apt-get install)" "$log" \
    apt_get install -y --no-install-recommends $packages || give_up "apt-get failed; see above."
find_missing
[ -z "$missing" ] || give_up "Still not found after the installation; is the release too old?"
echo "== Dependencies: all present now"
