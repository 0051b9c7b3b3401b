// SPDX-License-Identifier: GPL-3.0-or-later
/* What thick shells cost: bench_thick_shells [extent]. One source and time of R on an L^3 box, with
 * shell averages and with thick shells; products of the map beside those of the Laplacian. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "hadpot/correlator.h"
#include "hadpot/memory.h"

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Seconds of a column, of at least 0.2 s of them, and of making the plan. */
static hp_status measure(const hp_ensemble *ensemble, const hp_misner_options *misner,
                         const double *row, hp_error *err) {
    hp_correlator_plan plan;
    hp_correlator correlator;
    const hp_correlator_choice choice = {.misner = misner};
    const hp_pair pair = hp_pair_of_masses(0.665, 0.665);
    double start = now();
    HP_CALL(hp_correlator_plan_create_from(ensemble, &choice, &plan, err));
    double made = now() - start;
    HP_CALL(hp_correlator_create(&plan, &correlator, err));
    int count = 0;
    for (start = now(); now() - start < 0.2; count++)
        HP_CALL(hp_correlator_compute(&plan, &pair, row, &correlator, err));
    double column = (now() - start) / count;
    int products = plan.misner.nradius > 0 ? 4 * plan.misner.start[plan.misner.nradius] : 0;
    printf(
        "%-28s plan %8.3f ms, column %8.3f ms, products of the map %.2g, of the Laplacian %.2g\n",
        misner == NULL ? "shells" : "thick shells", 1e3 * made, 1e3 * column, (double)products,
        6.0 * ensemble->geometry.npoint);
    hp_correlator_destroy(&correlator);
    hp_correlator_plan_destroy(&plan);
    return HP_OK;
}

static hp_status run(int extent, hp_error *err) {
    char name[] = "wall", path[] = "bench", *source[] = {name};
    bool has_ratio[] = {true};
    int t[] = {9, 10, 11};
    hp_ensemble ensemble = {.path = path,
                            .mass = {0.665, 0.665},
                            .nt = 3,
                            .t = t,
                            .nsource = 1,
                            .source = source,
                            .has_ratio = has_ratio,
                            .nsample = 1};
    HP_CALL(hp_geometry_create_cubic(extent, &ensemble.geometry, err));
    size_t length = hp_ensemble_row_length(&ensemble);
    double *row = hp_alloc(length, sizeof *row);
    HP_REQUIRE(row != NULL, HP_ERR_MEMORY, "no memory");
    for (size_t i = 0; i < length; i++) row[i] = 1.0 / (1.0 + (double)(i % 1000));
    const hp_misner_options misner = {1.0, 2, 4};
    HP_CALL(measure(&ensemble, NULL, row, err));
    HP_CALL(measure(&ensemble, &misner, row, err));
    hp_free(row);
    hp_geometry_destroy(&ensemble.geometry);
    return HP_OK;
}

int main(int argc, char **argv) {
    hp_error err = HP_ERROR_INIT;
    if (run(argc > 1 ? atoi(argv[1]) : 64, &err) == HP_OK) return 0;
    fprintf(stderr, "%s\n", err.message);
    return 1;
}
