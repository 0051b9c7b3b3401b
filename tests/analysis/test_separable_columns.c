// SPDX-License-Identifier: GPL-3.0-or-later
/* A single column that does not determine a separable potential, and one that does: two points,
 * samples whose S moves cos by a given amount. */
#include "support.h"

#include <math.h>
#include "hadpot/analysis.h"

enum { SAMPLES = 4 };

/* cos of the average is 0.3/sqrt(2 1.49); samples add +-spread to S at the first point. weight 3/4:
 * that of a jackknife of 4. */
static hp_status check(double spread, hp_error *err) {
    hp_fit_data data;
    double sample[SAMPLES][2][2];
    assert_ok(hp_fit_data_create(2, 1, &data, err), err);
    data.label = "lambda.h5";
    for (int i = 0; i < 2; i++) {
        data.r[i] = i + 1;
        data.quadrature[i] = data.fitted[i] = data.R[i] = 1.0;
    }
    data.S[0] = 1.0;
    data.S[1] = -0.7;
    for (int k = 0; k < SAMPLES; k++) {
        sample[k][0][0] = sample[k][0][1] = 1.0;
        sample[k][1][0] = 1.0 + (k % 2 == 0 ? spread : -spread);
        sample[k][1][1] = -0.7;
    }
    const hp_lo_errors errors = {
        .nsample = SAMPLES, .nkept = 2, .sample_weight = 0.75, .nset = 2, .sample = sample[0][0]};
    hp_status status = hp_analysis_check_column(&data, &errors, "wall", 12, err);
    hp_fit_data_destroy(&data);
    return status;
}

static void orthogonal_columns_are_refused(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    /* d cos/dS_1 = [1 - 0.3/1.49]/sqrt(2 1.49) = 0.4627, error sqrt(0.75 4) 0.4627 spread; cos =
     * 0.17379: 3 errors at spread = 0.0723 */
    assert_status(check(0.08, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message,
                    "\"lambda.h5\": R and S of source \"wall\" at t = 12, the only column, are "
                    "orthogonal within 3 errors: cos = 0.17 with error 0.064. By itself it does "
                    "not determine a separable potential; fit more columns jointly");
}

static void columns_that_determine_their_strength_pass(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    assert_ok(check(0.065, &err), &err);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orthogonal_columns_are_refused),
        cmocka_unit_test(columns_that_determine_their_strength_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
