// SPDX-License-Identifier: GPL-3.0-or-later
/* SPEC 5.2 on the published Xi Xi (1S0) data of Iritani et al.: the leading-order potential at
 * single sites with its jackknife error. Skipped, and said so, where the file is not present. */
#include "mpi_support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "hadpot/correlator.h"
#include "hadpot/memory.h"
#include "hadpot/resampled.h"

static const char *data_path(void) {
    const char *path = getenv("HADPOT_XIXI");
    return path != NULL ? path : HADPOT_SOURCE_DIR "/../shared/data/xixi_1s0_l64.h5";
}

typedef struct potential_context {
    hp_correlator_plan plan;
    hp_correlator correlator;
    double inverse_spacing_mev;
} potential_context;

/* V = S/R in MeV at r = 0, sqrt(2), 2: shells of one orbit each. */
static hp_status potential_of_row(const double *row, double *values, void *context, hp_error *err) {
    static const int r2[3] = {0, 2, 4};
    potential_context *c = context;
    hp_pair pair = hp_pair_of_row(c->plan.masses, 0);
    hp_status status = hp_correlator_compute(&c->plan, &pair, row, &c->correlator, err);
    const double *r = c->plan.ensemble->geometry.r;
    for (int k = 0; k < 3 && status == HP_OK; k++)
        for (int shell = 0; shell < c->plan.nshell; shell++)
            if (lround(r[shell] * r[shell]) == r2[k])
                values[k] =
                    c->correlator.S[shell] / c->correlator.R[shell] * c->inverse_spacing_mev;
    return status;
}

static void leading_order_potential_is_the_published_one(void **state) {
    (void)state;
    if (access(data_path(), R_OK) != 0) {
        print_message("SKIPPED: no real data at %s (or set HADPOT_XIXI)\n", data_path());
        skip();
    }
    hp_error err = HP_ERROR_INIT;
    hp_comm comm;
    hp_ensemble ensemble;
    hp_ingest ingest;
    hp_resampling resampling;
    potential_context context;
    char wall[] = "wall", *source[] = {wall};
    int time = 13;
    double value[3], error[3];
    assert_ok(hp_parallel_wrap(MPI_COMM_WORLD, &comm, &err), &err);
    assert_ok(hp_ensemble_open(&comm, data_path(), &ensemble, &err), &err);
    assert_ok(hp_ingest_create(&ensemble, 1, 0, &ingest, &err), &err);
    assert_ok(
        hp_ingest_resample(&ingest, &(hp_resampling_setup){.max_samples = -1}, &resampling, &err),
        &err);
    hp_ingest_select(&ingest, NULL);
    assert_ok(hp_ingest_read(&ingest, &err), &err);
    assert_ok(hp_correlator_plan_create(&ensemble, source, 1, &time, 1, &context.plan, &err), &err);
    assert_ok(hp_correlator_create(&context.plan, &context.correlator, &err), &err);
    context.inverse_spacing_mev = ensemble.inverse_spacing_mev;
    assert_ok(hp_ingest_errors(&resampling, 3, potential_of_row, &context, value, error, &err),
              &err);
    static const double expected[3] = {3239.77, 1020.20, 540.38};
    static const double expected_error[3] = {3.70, 2.06, 1.56};
    for (int k = 0; k < 3; k++) { /* half a unit of the last digit printed */
        assert_close(value[k], expected[k], 0, 0.00501);
        assert_close(error[k], expected_error[k], 0, 0.00501);
    }
    hp_correlator_destroy(&context.correlator);
    hp_correlator_plan_destroy(&context.plan);
    hp_resampling_destroy(&resampling);
    hp_ingest_destroy(&ingest);
    hp_ensemble_close(&ensemble);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leading_order_potential_is_the_published_one),
    };
    hp_comm comm;
    char folder[64];
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, folder);
}
