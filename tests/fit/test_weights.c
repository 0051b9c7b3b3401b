// SPDX-License-Identifier: GPL-3.0-or-later
/* Weights and whitening against the dense covariance matrix of a few points. */
#include "support.h"

#include <gsl/gsl_eigen.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include "hadpot/weights.h"

/* 2 columns of 4 radii, the first of which is not fitted: 6 points from 4 samples. */
enum { RADII = 4, COLUMNS = 2, VALUES = RADII * COLUMNS, SAMPLES = 4, POINTS = 6 };

static const double fitted[RADII] = {0, 1, 1, 1};
static const double unit[COLUMNS] = {3.7, 0.21};
static const double none[VALUES] = {0}; /* a prediction */

typedef struct problem {
    double sample[SAMPLES][VALUES], S[VALUES], error_eff[VALUES], residual[VALUES];
    double statistical[POINTS][POINTS], floor[POINTS]; /* covariance, in units of unit[] */
    int place[POINTS];                                 /* of the fitted points in the arrays */
    hp_fit_points points;
} problem;

/* Smooth deviations, so that points are correlated, and their covariance from its definition. */
static void make_problem(double floor, hp_covariance covariance, double b, problem *p) {
    for (int i = 0; i < VALUES; i++) {
        p->S[i] = 0.3 - 0.17 * i;
        p->residual[i] = 0.02 * sin(2.385 * i + 0.4) - 0.003;
        for (int k = 0; k < SAMPLES; k++)
            p->sample[k][i] =
                unit[i / RADII] * 0.01 * (sin(1.7 * k + 0.35 * i) + 0.4 * cos(2.9 * k * i));
    }
    for (int a = 0; a < POINTS; a++) p->place[a] = a / 3 * RADII + 1 + a % 3;
    for (int a = 0; a < POINTS; a++)
        for (int c = 0; c < POINTS; c++) {
            int i = p->place[a], j = p->place[c];
            double mean_i = 0, mean_j = 0, sum = 0;
            for (int k = 0; k < SAMPLES; k++) mean_i += p->sample[k][i] / SAMPLES;
            for (int k = 0; k < SAMPLES; k++) mean_j += p->sample[k][j] / SAMPLES;
            for (int k = 0; k < SAMPLES; k++)
                sum += (p->sample[k][i] - mean_i) * (p->sample[k][j] - mean_j);
            p->statistical[a][c] =
                (SAMPLES - 1.0) / SAMPLES * sum / unit[i / RADII] / unit[j / RADII];
        }
    for (int i = 0; i < VALUES; i++) p->error_eff[i] = NAN; /* must not matter where not fitted */
    for (int a = 0; a < POINTS; a++) {
        int i = p->place[a];
        p->floor[a] = floor * fabs(p->S[i]);
        p->error_eff[i] = hp_effective_error(sqrt(p->statistical[a][a]), p->S[i], floor);
    }
    p->points = (hp_fit_points){.n = RADII,
                                .ncolumn = COLUMNS,
                                .fitted = fitted,
                                .error_eff = p->error_eff,
                                .inverse_variance = true,
                                .covariance = covariance,
                                .parameter = b,
                                .nsample = SAMPLES,
                                .sample_weight = (SAMPLES - 1.0) / SAMPLES,
                                .sample = &p->sample[0][0],
                                .unit = unit};
}

/* power(Corr'), Corr' the regularised correlation matrix, from all its eigenvectors. */
static gsl_matrix *dense_correlation(const problem *p, double power) {
    gsl_matrix *corr = gsl_matrix_alloc(POINTS, POINTS), *vector = gsl_matrix_alloc(POINTS, POINTS);
    gsl_vector *value = gsl_vector_alloc(POINTS);
    gsl_eigen_symmv_workspace *work = gsl_eigen_symmv_alloc(POINTS);
    double b = p->points.parameter;
    for (size_t a = 0; a < POINTS; a++)
        for (size_t c = 0; c < POINTS; c++)
            gsl_matrix_set(corr, a, c,
                           p->statistical[a][c] /
                               sqrt(p->statistical[a][a] * p->statistical[c][c]));
    assert_int_equal(gsl_eigen_symmv(corr, value, vector, work), 0);
    gsl_matrix_set_zero(corr);
    for (size_t m = 0; m < POINTS; m++) {
        double lambda = gsl_vector_get(value, m);
        lambda = p->points.covariance == HP_COVARIANCE_SHRINKAGE ? (1 - b) * lambda + b
                                                                 : fmax(lambda, b);
        for (size_t a = 0; a < POINTS; a++)
            for (size_t c = 0; c < POINTS; c++)
                *gsl_matrix_ptr(corr, a, c) += pow(lambda, power) * gsl_matrix_get(vector, a, m) *
                                               gsl_matrix_get(vector, c, m);
    }
    gsl_eigen_symmv_free(work);
    gsl_vector_free(value);
    gsl_matrix_free(vector);
    return corr;
}

/* residual^T C'^-1 residual with C' = error Corr' error + floor^2, by Cholesky. */
static double dense_chi2(const problem *p) {
    gsl_matrix *C = dense_correlation(p, 1.0);
    gsl_vector *x = gsl_vector_alloc(POINTS);
    double chi2 = 0;
    for (size_t a = 0; a < POINTS; a++) {
        gsl_vector_set(x, a, p->residual[p->place[a]]);
        for (size_t c = 0; c < POINTS; c++)
            *gsl_matrix_ptr(C, a, c) *= sqrt(p->statistical[a][a] * p->statistical[c][c]);
        *gsl_matrix_ptr(C, a, a) += p->floor[a] * p->floor[a];
    }
    assert_int_equal(gsl_linalg_cholesky_decomp1(C), 0);
    assert_int_equal(gsl_linalg_cholesky_svx(C, x), 0);
    for (size_t a = 0; a < POINTS; a++) chi2 += gsl_vector_get(x, a) * p->residual[p->place[a]];
    gsl_matrix_free(C);
    gsl_vector_free(x);
    return chi2;
}

/* y of the contract, written out. */
static void whiten(const hp_fit_weights *weights, const double *residual, double y[VALUES]) {
    double x[VALUES];
    for (int i = 0; i < VALUES; i++) y[i] = x[i] = sqrt(weights->weight[i]) * residual[i];
    for (int m = 0; m < weights->nmode; m++) {
        const double *q = weights->mode + m * VALUES;
        double dot = 0;
        for (int i = 0; i < VALUES; i++) dot += q[i] * x[i];
        for (int i = 0; i < VALUES; i++) y[i] -= weights->mode_factor[m] * q[i] * dot;
    }
}

static void chi2_is_that_of_the_dense_matrix(void **state) {
    (void)state;
    static const struct {
        hp_covariance covariance;
        double b, floor;
    } cases[] = {
        {HP_COVARIANCE_SHRINKAGE, 0.1, 0},        {HP_COVARIANCE_SHRINKAGE, 0.013, 0.07},
        {HP_COVARIANCE_SHRINKAGE, 1, 0.07},       {HP_COVARIANCE_EIGENVALUE_CUT, 0.1, 0},
        {HP_COVARIANCE_EIGENVALUE_CUT, 0.7, 0},   {HP_COVARIANCE_EIGENVALUE_CUT, 0.1, 0.07},
        {HP_COVARIANCE_EIGENVALUE_CUT, 1, 0.013},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hp_error err = HP_ERROR_INIT;
        hp_fit_weights weights;
        problem p;
        double y[VALUES], sum = 0;
        make_problem(cases[i].floor, cases[i].covariance, cases[i].b, &p);
        assert_ok(hp_fit_weights_create(&p.points, &weights, &err), &err);
        /* condition number at most some 300, times rounding */
        assert_close(hp_fit_weights_chi2(&weights, p.residual, none), dense_chi2(&p), 1e-12, 0);
        whiten(&weights, p.residual, y);
        for (int j = 0; j < VALUES; j++) sum += y[j] * y[j];
        assert_close(sum, dense_chi2(&p), 1e-12, 0);
        hp_fit_weights_destroy(&weights);
    }
}

/* Without floor the whitening is Corr'^-1/2 itself, and the modes are eigenvectors of Corr. */
static void whitening_is_the_inverse_square_root(void **state) {
    (void)state;
    for (int kind = HP_COVARIANCE_SHRINKAGE; kind <= HP_COVARIANCE_EIGENVALUE_CUT; kind++) {
        hp_error err = HP_ERROR_INIT;
        hp_fit_weights weights;
        problem p;
        double y[VALUES];
        make_problem(0, (hp_covariance)kind, 0.1, &p);
        assert_ok(hp_fit_weights_create(&p.points, &weights, &err), &err);
        gsl_matrix *root = dense_correlation(&p, -0.5);
        whiten(&weights, p.residual, y);
        for (size_t a = 0; a < POINTS; a++) {
            double expected = 0;
            for (size_t c = 0; c < POINTS; c++)
                expected +=
                    gsl_matrix_get(root, a, c) * p.residual[p.place[c]] / p.error_eff[p.place[c]];
            /* rounding times the condition number; |y| is of order 1 */
            assert_close(y[p.place[a]], expected, 1e-12, 1e-12);
        }
        assert_true(weights.nmode >= 2 && weights.nmode <= SAMPLES - 1);
        for (int m = 0; m < weights.nmode; m++)
            for (int l = 0; l <= m; l++) {
                double dot = 0;
                for (int i = 0; i < VALUES; i++)
                    dot += weights.mode[m * VALUES + i] * weights.mode[l * VALUES + i];
                /* rounding times the ratio of the eigenvalues of W^T W, below 1e3 */
                assert_close(dot, m == l, 0, 1e-12);
            }
        gsl_matrix_free(root);
        hp_fit_weights_destroy(&weights);
    }
}

static void points_outside_the_fit_have_no_weight(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_fit_weights weights;
    problem p;
    make_problem(0.05, HP_COVARIANCE_SHRINKAGE, 0.2, &p);
    assert_ok(hp_fit_weights_create(&p.points, &weights, &err), &err);
    for (int c = 0; c < COLUMNS; c++) {
        assert_true(weights.weight[c * RADII] == 0.0);
        for (int m = 0; m < weights.nmode; m++)
            assert_true(weights.mode[m * VALUES + c * RADII] == 0.0);
    }
    hp_fit_weights_destroy(&weights);
}

static void without_covariance_errors_alone_count(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_fit_weights weights;
    problem p;
    make_problem(0.05, HP_COVARIANCE_NONE, 0.1, &p);
    p.points.sample = NULL;
    assert_ok(hp_fit_weights_create(&p.points, &weights, &err), &err);
    assert_int_equal(weights.nmode, 0);
    double chi2 = 0;
    for (int a = 0; a < POINTS; a++) {
        double variance = p.statistical[a][a] + p.floor[a] * p.floor[a];
        /* two roundings of sqrt and a division */
        assert_close(weights.weight[p.place[a]], 1 / variance, 1e-14, 0);
        chi2 += pow(p.residual[p.place[a]], 2) / variance;
    }
    assert_close(hp_fit_weights_chi2(&weights, p.residual, none), chi2, 1e-14, 0);
    hp_fit_weights_destroy(&weights);
    p.points.inverse_variance = false;
    assert_ok(hp_fit_weights_create(&p.points, &weights, &err), &err);
    assert_true(weights.weight[1] == 1.0 && weights.weight[0] == 0.0);
    hp_fit_weights_destroy(&weights);
}

/* error 0.3 and floor 0.1 of -4: the 3-4-5 triangle. */
static void the_floor_adds_in_quadrature(void **state) {
    (void)state;
    assert_close(hp_effective_error(0.3, -4.0, 0.1), 0.5, 1e-15, 0); /* one rounding */
    assert_true(hp_effective_error(0.3, -4.0, 0.0) == 0.3);
}

/* Radii 2 apart: the window of 2 takes in one neighbour on either side, and none at an end. */
static void variances_are_smoothed_in_their_logarithm(void **state) {
    (void)state;
    const double r[] = {1, 3, 5, 7, 9, 11};
    const double variance[] = {1, 4, 16, 0, 256, 7}, line[] = {9, 3, 1, 1 / 3.0, 1 / 9.0, 1 / 27.0};
    /* before the mean of logarithms is set back to that of the variances */
    const double neighbours[] = {1, 4, 8, 0, sqrt(256 * 7), 7};
    double smooth[6], level = pow(4.0 * 16 * 256 / (4 * 8 * sqrt(256 * 7)), 0.2);
    hp_smoothing along = {.n = 6, .ncolumn = 1, .length = 2, .r = r};
    hp_smooth_variances(&along, variance, smooth);
    /* roundings of a few logarithms of order 5 */
    for (int i = 0; i < 6; i++) assert_close(smooth[i], level * neighbours[i], 1e-14, 0);
    along.length = 4; /* what is exponential in r stays, also at the ends */
    hp_smooth_variances(&along, line, smooth);
    for (int i = 0; i < 6; i++) assert_close(smooth[i], line[i], 1e-14, 0);
    along.length = 0;
    hp_smooth_variances(&along, variance, smooth);
    for (int i = 0; i < 6; i++) assert_close(smooth[i], variance[i], 1e-14, 0);
}

/* Shells: a power of the number of sites times an exponential of r stays. */
static void variances_keep_a_power_of_the_sites(void **state) {
    (void)state;
    const double r[] = {0, 1, 2, 3, 4, 5}, sites[] = {1, 12, 8, 6, 24, 30};
    double variance[6], smooth[6];
    hp_smoothing along = {.n = 6, .ncolumn = 1, .length = 2, .r = r, .sites = sites};
    for (int i = 0; i < 6; i++) variance[i] = 2.385 * exp(-0.3 * r[i]) / pow(sites[i], 0.37);
    hp_smooth_variances(&along, variance, smooth);
    /* roundings of logarithms, and of a power found from differences of them */
    for (int i = 0; i < 6; i++) assert_close(smooth[i], variance[i], 1e-13, 0);
}

/* Two times: the geometric mean of what they are beside their levels, at both levels. */
static void times_share_their_variances(void **state) {
    (void)state;
    const double r[] = {0, 1, 2, 3};
    const double variance[] = {1, 2, 4, 0.125, /* second time */ 5, 5, 5, 5};
    double smooth[8];
    hp_smoothing along = {.n = 4, .ncolumn = 2, .length = 0, .r = r};
    hp_smooth_variances(&along, variance, smooth);
    for (int i = 0; i < 4; i++) { /* roundings of a few logarithms; the first has level 1 */
        assert_close(smooth[i], sqrt(variance[i]), 1e-14, 0);
        assert_close(smooth[4 + i], 5 * sqrt(variance[i]), 1e-14, 0);
    }
}

/* Samples with sqrt(2.385) times the deviations and 1/2.385 of the weight have the same covariance,
 * which is not that of the errors alone where there is a floor. */
static void samples_count_with_their_weight(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_fit_weights weights, expected;
    problem p;
    make_problem(0.07, HP_COVARIANCE_EIGENVALUE_CUT, 0.1, &p);
    assert_ok(hp_fit_weights_create(&p.points, &expected, &err), &err);
    for (int k = 0; k < SAMPLES; k++)
        for (int i = 0; i < VALUES; i++) p.sample[k][i] *= sqrt(2.385);
    p.points.sample_weight /= 2.385;
    assert_ok(hp_fit_weights_create(&p.points, &weights, &err), &err);
    /* rounding */
    assert_close(hp_fit_weights_chi2(&weights, p.residual, none),
                 hp_fit_weights_chi2(&expected, p.residual, none), 1e-12, 0);
    for (int a = 0; a < POINTS; a++)
        assert_close(weights.weight[p.place[a]], expected.weight[p.place[a]], 1e-12, 0);
    hp_fit_weights_destroy(&weights);
    hp_fit_weights_destroy(&expected);
}

static void what_cannot_be_is_refused(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_fit_weights weights;
    problem p;
    make_problem(0, HP_COVARIANCE_SHRINKAGE, 0.1, &p);
    p.sample[2][5] = NAN;
    assert_status(hp_fit_weights_create(&p.points, &weights, &err), HP_ERR_NUMERIC, &err);
    assert_contains(err.message, "S of a sample is not finite");
    assert_null(weights.weight);
    p.points.sample = NULL;
    assert_status(hp_fit_weights_create(&p.points, &weights, &err), HP_ERR_INTERNAL, &err);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chi2_is_that_of_the_dense_matrix),
        cmocka_unit_test(whitening_is_the_inverse_square_root),
        cmocka_unit_test(points_outside_the_fit_have_no_weight),
        cmocka_unit_test(without_covariance_errors_alone_count),
        cmocka_unit_test(the_floor_adds_in_quadrature),
        cmocka_unit_test(variances_are_smoothed_in_their_logarithm),
        cmocka_unit_test(variances_keep_a_power_of_the_sites),
        cmocka_unit_test(times_share_their_variances),
        cmocka_unit_test(samples_count_with_their_weight),
        cmocka_unit_test(what_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
