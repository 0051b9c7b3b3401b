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

static bool all_are_here(void) {
    const char *all = getenv("OMPI_COMM_WORLD_SIZE"), *here = getenv("OMPI_COMM_WORLD_LOCAL_SIZE");
    if (all != NULL && here != NULL) return strcmp(all, here) == 0;
    return !any_is_set(launched, sizeof launched / sizeof *launched);
}

void hp_parallel_spare_networks(void) {
    if (all_are_here() && !any_is_set(chosen, sizeof chosen / sizeof *chosen))
        (void)setenv("OMPI_MCA_pml", "ob1", 0); /* without it MPI starts as well, only later */
}
