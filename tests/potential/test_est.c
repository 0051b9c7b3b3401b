// SPDX-License-Identifier: GPL-3.0-or-later
/* The expansion of Ernst, Shakin and Thaler in the radial box, without noise: columns mix the four
 * lowest states of the truth, R of the first vanishes at r = 1. Phase shifts modulo 180 degrees. */
#include "radial_box.h"

#include "hadpot/est.h"

static radial_box box;
static double U[SITES * SITES];

static double yamaguchi(double r) {
    return exp(-1.5 * r);
}

static void make_yamaguchi(void) {
    box_fill_product(&box, -9.0, yamaguchi);
    box_solve(&box);
}

static void make_local(void) {
    memset(box.K, 0, sizeof box.K);
    for (int i = 0; i < SITES; i++)
        box.K[i * (SITES + 1)] = -4.0 * exp(-pow(site(i) / 1.5, 2)) / STEP;
    box_solve(&box);
}

static void make_columns(int ncolumn, hp_fit_data *data) {
    const double part[MOST_COLUMNS][4] = {{1.0, -box_mixture(&box, 1.0, 0.15), 0.15, 0.0},
                                          {0.4, 0.8, -0.3, 0.1},
                                          {0.2, -0.3, 1.0, 0.4},
                                          {0.1, 0.1, -0.3, 1.0}};
    box_columns(&box, ncolumn, part, site(SITES), 0.0, data);
    assert_close(data->R[9], 0, 0, 1e-14); /* r = 1: by construction, to rounding */
}

/* Errors of the phases of the first `rank` columns. */
static void expand(int rank, double error[MOMENTA]) {
    hp_error err = HP_ERROR_INIT;
    hp_fit_data data;
    double delta[MOMENTA];
    make_columns(rank, &data);
    const hp_est_columns columns = {SITES, rank, data.quadrature, data.R, data.S};
    assert_ok(hp_est_expand(&columns, U, &err), &err);
    for (int i = 0; i < SITES * SITES; i++) assert_true(U[i] == U[i % SITES * SITES + i / SITES]);
    for (int i = 0; i < SITES * SITES; i++) U[i] *= 4.0 * M_PI * site(i / SITES) * site(i % SITES);
    box_phases(U, delta);
    for (int k = 0; k < MOMENTA; k++) error[k] = box_difference(delta[k], box.delta[k]);
    hp_fit_data_destroy(&data);
}

/* Phases of the local potential S/R of the first column. */
static void divide(double error[MOMENTA]) {
    hp_fit_data data;
    double delta[MOMENTA];
    make_columns(1, &data);
    memset(U, 0, sizeof U);
    for (int i = 0; i < SITES; i++) U[i * (SITES + 1)] = data.S[i] / data.R[i] / STEP;
    box_phases(U, delta);
    for (int k = 0; k < MOMENTA; k++) error[k] = box_difference(delta[k], box.delta[k]);
    hp_fit_data_destroy(&data);
}

static void one_column_is_enough_for_rank_one(void **state) {
    (void)state;
    static const double level[] = {-.05134197, .04115580, .14680488};
    static const double delta[] = {150.340557, 109.762854, 86.319522,
                                   63.585458,  43.748086,  25.890041};
    double error[MOMENTA], least = 180.0, most = 0.0;
    make_yamaguchi();
    for (int n = 0; n < 3; n++) assert_close(box.level[n], level[n], 0, 5e-9); /* digits printed */
    for (int k = 0; k < MOMENTA; k++) assert_close(box.delta[k], delta[k], 0, 5e-7);
    expand(1, error);
    for (int k = 0; k < MOMENTA; k++) assert_close(error[k], 0, 0, 1e-6); /* as stated; 2e-12 */
    divide(error);
    for (int k = 0; k < MOMENTA; k++) {
        least = fmin(least, fabs(error[k]));
        most = fmax(most, fabs(error[k]));
    }
    assert_close(least, 25, 0, 0.5); /* S/R has a pole: off by 25 to 74 degrees */
    assert_close(most, 74, 0, 0.5);
}

/* Errors as printed, with half of their last digit. */
static void check_errors(int rank, const double expected[MOMENTA], const double half[MOMENTA]) {
    double error[MOMENTA];
    expand(rank, error);
    for (int k = 0; k < MOMENTA; k++) assert_close(error[k], expected[k], 0, half[k]);
}

static void more_columns_reach_higher_levels(void **state) {
    (void)state;
    static const double delta[] = {169.880116, 150.492997, 133.319676,
                                   112.735414, 92.936635,  72.004763};
    double error[MOMENTA], least = 180.0, most = 0.0;
    make_local();
    for (int k = 0; k < MOMENTA; k++) assert_close(box.delta[k], delta[k], 0, 5e-7);
    check_errors(2, (double[]){-.0001, -.0024, -.058, -.75, -4.9, -19},
                 (double[]){5e-5, 5e-5, 5e-4, 5e-3, .05, .5});
    /* "0": below what a solution by LU with an M of 1e-5 to 1 keeps, 4e-8 */
    check_errors(3, (double[]){0, -1e-6, -7e-6, -.0061, -.31, -5.6},
                 (double[]){1e-7, 5e-7, 5e-7, 5e-5, 5e-3, .05});
    check_errors(4, (double[]){0, 0, 0, -2.5e-5, -.010, -1.03},
                 (double[]){1e-6, 1e-6, 1e-6, 5e-7, 5e-4, 5e-3});
    expand(1, error); /* one column of a truth that is not separable is not enough */
    for (int k = 0; k < MOMENTA; k++) {
        least = fmin(least, fabs(error[k]));
        most = fmax(most, fabs(error[k]));
    }
    assert_close(least, 41, 0, 0.5);
    assert_close(most, 89, 0, 0.5);
}

static void matrix_and_cosines_are_those_of_the_columns(void **state) {
    (void)state;
    static const double weight[] = {1, 2, 0}, R[] = {1, 2, 7, -1, 0.5, 7};
    static const double S[] = {3, -1, 9, 2, 4, 9};
    const hp_est_columns columns = {3, 2, weight, R, S};
    double M[4], cosine[2];
    hp_est_matrix(&columns, M);
    static const double expected[] = {3 - 4, 2 + 16, -3 - 1, -2 + 4};
    for (int i = 0; i < 4; i++) assert_close(M[i], expected[i], 1e-15, 0);
    hp_est_cosines(&columns, cosine);
    assert_close(cosine[0], -1 / sqrt(9.0 * 11.0), 1e-15, 0);
    assert_close(cosine[1], 2 / sqrt(1.5 * 36.0), 1e-15, 0);
}

static void columns_that_are_one_are_refused(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    static const double weight[] = {1, 1}, R[] = {1, 2, 2, 4}, S[] = {3, 1, 6, 2};
    double V[4];
    const hp_est_columns columns = {2, 2, weight, R, S};
    assert_status(hp_est_expand(&columns, V, &err), HP_ERR_NUMERIC, &err);
    assert_contains(err.message, "2 columns has no inverse");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_column_is_enough_for_rank_one),
        cmocka_unit_test(more_columns_reach_higher_levels),
        cmocka_unit_test(matrix_and_cosines_are_those_of_the_columns),
        cmocka_unit_test(columns_that_are_one_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
