// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/parallel.h"

/* What launchers tell their processes; a process without any of them is alone. */
static const char *const launched[] = {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "PMI_SIZE"};

/* With these the user or the site chooses drivers (OMPI_MCA_btl is of ob1 itself). */
static const char *const chosen[] = {"OMPI_MCA_pml", "OMPI_MCA_mtl"};

static bool any_is_set(const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (getenv(names[i]) != NULL) return true;
    return false;
}

static bool is_launched(void) {
    return any_is_set(launched, sizeof launched / sizeof *launched);
}

static bool all_are_here(void) {
    const char *all = getenv("OMPI_COMM_WORLD_SIZE"), *here = getenv("OMPI_COMM_WORLD_LOCAL_SIZE");
    if (all != NULL && here != NULL) return strcmp(all, here) == 0;
    return !is_launched();
}

/* Without it MPI starts as well, only later. */
static void suggest(const char *name, const char *value) {
    (void)setenv(name, value, 0);
}

void hp_parallel_spare_start(void) {
    if (all_are_here() && !any_is_set(chosen, sizeof chosen / sizeof *chosen))
        suggest("OMPI_MCA_pml", "ob1");
    if (is_launched()) return;
    suggest("OMPI_MCA_ess_singleton_isolated", "1");
    suggest("OMPI_MCA_orte_create_session_dirs", "0");
    suggest("HWLOC_COMPONENTS", "-linuxio,-pci,-gl,-opencl");
}
