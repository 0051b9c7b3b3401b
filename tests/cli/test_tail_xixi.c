// SPDX-License-Identifier: GPL-3.0-or-later
/* The published Xi Xi (1S0) data of Iritani et al.: three Gaussians and a squared Yukawa of the
 * pion mass, jobs/xixi/tail.yaml, beside the four Gaussians of the paper. Skipped, and said so,
 * where the data are not present. */
#include <math.h>
#include <unistd.h>
#include "output.h"

enum { N = 7 };

static const char *data_path(void) {
    const char *path = getenv("HADPOT_XIXI");
    return path != NULL ? path : HADPOT_SOURCE_DIR "/../shared/data/xixi_1s0_l64.h5";
}

/* Phase shifts and chi2 over degrees of freedom of the average. */
static double run_job(scene *place, const char *options, double found[N][PHASE_SHIFT_COLUMNS]) {
    char *data = realpath(data_path(), NULL); /* the program runs in another folder */
    assert_non_null(data);
    assert_exit(place,
                run_hadpot(place, 1,
                           "run '%s/jobs/xixi/tail.yaml' --overwrite --set total_band.draws=0 "
                           "--set output=out --set 'ensemble=\"%s\"' %s",
                           HADPOT_SOURCE_DIR, data, options),
                0);
    free(data);
    assert_int_equal(read_csv(place, "out/phase_shift.csv", PHASE_SHIFT_HEADER, PHASE_SHIFT_COLUMNS,
                              found[0], N),
                     N);
    table loss = read_result(place, "out", "training/loss");
    table pull = read_result(place, "out", "training/pull");
    double chi2 = loss.values[0] / ((double)(pull.count / pull.shape[0]) - 8);
    test_free(loss.values);
    test_free(pull.values);
    print_message("%s: chi2/dof %.4f, delta", options, chi2);
    for (int k = 1; k < N; k++) print_message(" %.2f(%.2f)", found[k][3], found[k][4]);
    print_message(" deg\n");
    return chi2;
}

/* All have eight parameters. Within one error of each other, and of about one size: what the form
 * of the long-range part decides is small beside statistics. */
static void tails_agree_with_four_gaussians(void **state) {
    scene *place = *state;
    double four[N][PHASE_SHIFT_COLUMNS], tail[N][PHASE_SHIFT_COLUMNS];
    double chi2 = run_job(place, "--set potential.tail=none --set potential.gaussians=4", four);
    assert_close(chi2, 1.82, 0, 0.005); /* jobs/xixi/README.md; orbits one by one: 1.738 */
    for (int power = 1; power <= 2; power++) {
        char options[64];
        snprintf(options, sizeof options, "--set potential.tail_power=%d", power);
        double other = run_job(place, options, tail);
        /* power 2 is the longest part, power 1 stands for the core: see the notes of both */
        assert_int_equal(strstr(place->err, "takes the tail of the potential for its core") != NULL,
                         power == 1);
        assert_true(power == 1 ? other < chi2 : other < 1.5 * chi2);
        for (int k = 0; k < N; k++) {
            assert_close(tail[k][3], four[k][3], 0, four[k][4]);
            assert_close(tail[k][4], four[k][4], 0.2, 0);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {scene_test(tails_agree_with_four_gaussians)};
    if (access(data_path(), R_OK) != 0) {
        printf("SKIPPED: no real data at %s (or set HADPOT_XIXI)\n", data_path());
        return 0;
    }
    return cmocka_run_group_tests_name("cli/tail_xixi", tests, NULL, NULL);
}
