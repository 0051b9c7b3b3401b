// SPDX-License-Identifier: GPL-3.0-or-later
/* SPEC 5.2: the job jobs/xixi/lo.yaml on the published Xi Xi (1S0) data of Iritani et al. gives the
 * published leading-order threshold and phase shifts with their errors. Skipped, and said so, where
 * the data are not present. */
#include <math.h>
#include <unistd.h>
#include "output.h"

enum { NMOMENTUM = 34 };
static const double PION_MEV = 510.0;

/* Path of a file beside the data: HADPOT_XIXI, or the folder shared/ next to the project. */
static const char *data_path(void) {
    const char *path = getenv("HADPOT_XIXI");
    return path != NULL ? path : HADPOT_SOURCE_DIR "/../shared/data/xixi_1s0_l64.h5";
}

static void reference_path(char path[1024]) {
    const char *data = data_path(), *slash = strrchr(data, '/');
    snprintf(path, 1024, "%.*s/../reference/xixi_1s0_l64_t13.csv",
             slash != NULL ? (int)(slash - data) : 1, slash != NULL ? data : ".");
}

/* The first five columns of the reference: k2, delta, its error, k cot delta, its error. */
static void read_reference(double reference[NMOMENTUM][5]) {
    char path[1024], line[1024];
    int rows = 0;
    reference_path(path);
    FILE *in = fopen(path, "r");
    if (in == NULL) fail_msg("%s cannot be read", path);
    while (fgets(line, sizeof line, in) != NULL) {
        if (line[0] == '#' || line[0] == 'k') continue;
        assert_true(rows < NMOMENTUM);
        double *row = reference[rows++];
        assert_int_equal(
            sscanf(line, "%lf,%lf,%lf,%lf,%lf", &row[0], &row[1], &row[2], &row[3], &row[4]), 5);
    }
    fclose(in);
    assert_int_equal(rows, NMOMENTUM);
}

static void leading_order_is_the_published_one(void **state) {
    scene *place = *state;
    double reference[NMOMENTUM][5], found[NMOMENTUM][7];
    read_reference(reference);
    char *data = realpath(data_path(), NULL); /* the program runs in another folder */
    assert_non_null(data);
    assert_exit(place,
                run_hadpot(place, 2,
                           "run '%s/jobs/xixi/lo.yaml' --set output=out "
                           "--set 'ensemble=\"%s\"'",
                           HADPOT_SOURCE_DIR, data),
                0);
    free(data);
    assert_int_equal(read_csv(place, "out/phase_shift.csv",
                              "k2_lat,k_mev,e_cm_mev,delta_deg,delta_deg_err,kcot_mev,kcot_mev_err",
                              7, found[0], NMOMENTUM),
                     NMOMENTUM);
    /* The published errors have two digits; another 4-Gaussian minimum or range moves phases by a
     * small part of the error, another definition of it by more than 10 %. */
    assert_close(found[0][0], 1e-10, 1e-15, 0);
    assert_close(found[0][5] / PION_MEV, 0.3413, 0, 0.1 * 0.0368);
    assert_close(found[0][6] / PION_MEV, 0.0368, 0.1, 0);
    for (int k = 0; k < NMOMENTUM; k++) {
        assert_close(found[k][0], reference[k][0], 1e-5, 0); /* six digits in the table */
        assert_close(found[k][3], reference[k][1], 0, 0.1 * reference[k][2]);
        assert_close(found[k][4], reference[k][2], 0.1, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(leading_order_is_the_published_one),
    };
    if (access(data_path(), R_OK) != 0) {
        printf("SKIPPED: no real data at %s (or set HADPOT_XIXI)\n", data_path());
        return 0;
    }
    return cmocka_run_group_tests_name("cli/xixi", tests, NULL, NULL);
}
