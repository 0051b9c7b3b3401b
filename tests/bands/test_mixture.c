// SPDX-License-Identifier: GPL-3.0-or-later
/* The estimator of a mixture against least squares, and the covariance of its draws. */
#include "hadpot/mixture.h"
#include <gsl/gsl_rng.h>
#include <gsl/gsl_randist.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "support.h"

enum { N = 40, COLUMNS = 2, M = N * COLUMNS, SAMPLES = 12, P = 2 + 3 + 2, DRAWS = 40000 };
static const double LOCAL[] = {0.3, 0.7}, SEPARABLE[] = {0.3, 0.6}, BAND[] = {0.3},
                    ENVELOPE[] = {0.5, 1.0};

typedef struct {
    hp_features features;
    hp_error_model model;
    hp_mixture mixture;
    double r[N], weight[N], fitted[N], R[(1 + SAMPLES) * M], S[(1 + SAMPLES) * M];
    hp_mixture_data data;
} scene;

/* Two sources under V = -exp(-(r/0.7)^2), with noise that falls with r, in some samples more. */
static void set_up(scene *s, double amplitude, unsigned forms, int ndraw) {
    hp_error err = HP_ERROR_INIT;
    const hp_features_options options = {{2, LOCAL}, {2, SEPARABLE}, {1, BAND}, {2, ENVELOPE}};
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    assert_ok(hp_features_create(&options, &hp_feature_s_wave, 1.0, &s->features, &err), &err);
    assert_int_equal(s->features.n, P);
    for (int i = 0; i < N; i++) {
        s->r[i] = 0.1 * (i + 1);
        s->weight[i] = 4.0 * M_PI * s->r[i] * s->r[i] * 0.1;
        s->fitted[i] = 1.0;
    }
    for (int row = 0; row <= SAMPLES; row++)
        for (int i = 0; i < M; i++) {
            double r = s->r[i % N], R = i < N ? 1.0 + exp(-r * r) : exp(-0.3 * r);
            double noise = row > 0 ? 0.01 * gsl_ran_gaussian(rng, exp(-r)) : 0.0;
            s->R[row * M + i] = R;
            s->S[row * M + i] = -exp(-r * r / 0.49) * R + noise;
        }
    gsl_rng_free(rng);
    const hp_error_data error = {.features = &s->features,
                                 .grid = {N, s->r, s->weight},
                                 .fitted = s->fitted,
                                 .ncolumn = COLUMNS,
                                 .nsample = SAMPLES,
                                 .R = s->R,
                                 .S = s->S,
                                 .sample_weight = (SAMPLES - 1.0) / SAMPLES,
                                 .length_fm = 1.0,
                                 .amplitude = 1.0};
    assert_ok(hp_error_model_create(&error, &s->model, &err), &err);
    s->data = (hp_mixture_data){.features = &s->features,
                                .model = &s->model,
                                .grid = error.grid,
                                .nsample = SAMPLES,
                                .sample_weight = error.sample_weight,
                                .freedom = SAMPLES - 1,
                                .R = s->R,
                                .S = s->S};
    const hp_mixture_options wanted = {
        .amplitude = amplitude, .core_above = 1e9, .forms = forms, .ndraw = ndraw, .seed = 7};
    assert_ok(hp_mixture_create(&s->data, &wanted, &s->mixture, &err), &err);
}

static void tear_down(scene *s) {
    hp_mixture_destroy(&s->mixture);
    hp_error_model_destroy(&s->model);
    hp_features_destroy(&s->features);
}

/* Without a prior the estimator is weighted least squares, here by QR of the whitened data. The
 * prior of 1e6 still counts as 1e-12 of the smallest singular value squared, about 1e-3. */
static void test_wide_prior_is_least_squares(void **state) {
    (void)state;
    static scene s;
    static double A[M * P], b[M];
    hp_error err = HP_ERROR_INIT;
    set_up(&s, 1e6, HP_FORM_ALL, 10);
    for (int row = 0; row <= SAMPLES; row++) {
        assert_ok(hp_features_apply(&s.features, &s.data.grid, COLUMNS, s.R + row * M, A, &err),
                  &err);
        memcpy(b, s.S + row * M, sizeof b);
        assert_ok(hp_error_model_whiten(&s.model, P, A, &err), &err);
        assert_ok(hp_error_model_whiten(&s.model, 1, b, &err), &err);
        assert_int_equal(LAPACKE_dgels(LAPACK_ROW_MAJOR, 'N', M, P, 1, A, P, b, 1), 0);
        for (int i = 0; i < P; i++) assert_close(s.mixture.theta[row * P + i], b[i], 1e-6, 1e-6);
    }
    tear_down(&s);
}

/* Forms stand in their order, with their shares of the draws. */
static void test_shares(void **state) {
    (void)state;
    static scene s;
    int count[4] = {0};
    set_up(&s, 1.0, HP_FORM_LOCAL | HP_FORM_SEPARABLE | HP_FORM_BAND | HP_FORM_ALL, 1000);
    assert_int_equal(s.mixture.nform, 4);
    for (int d = 0; d < 1000; d++) count[hp_mixture_form(&s.mixture, d)]++;
    for (int f = 0; f < 4; f++) assert_int_equal(count[f], f == 1 ? 400 : 200);
    assert_close(s.mixture.prior[0], 1.0, 1e-15, 0.0);               /* local: its own */
    assert_close(s.mixture.prior[2], exp(-3.0), 1e-15, 0.0);         /* separable features in it */
    assert_close(s.mixture.prior[3 * P + 2], exp(-0.5), 1e-15, 0.0); /* all */
    tear_down(&s);
}

/* Forms that do not describe the average share nothing, the others what they leave; where none does
 * all stay. */
static void test_forms_that_data_reject(void **state) {
    (void)state;
    static scene s;
    hp_error err = HP_ERROR_INIT;
    hp_mixture other;
    hp_mixture_options wanted = {.amplitude = 1.0,
                                 .forms = HP_FORM_LOCAL | HP_FORM_SEPARABLE | HP_FORM_ALL,
                                 .ndraw = 1000,
                                 .seed = 7};
    set_up(&s, 1.0, wanted.forms, 1000);
    double points = s.model.effective_points, *chi2 = s.mixture.chi2;
    int worst = chi2[1] > chi2[0] ? 1 : 0;
    if (chi2[2] > chi2[worst]) worst = 2;
    wanted.most_chi2 = 0.999 * chi2[worst] / points;
    assert_ok(hp_mixture_create(&s.data, &wanted, &other, &err), &err);
    double left = 1.0 - s.mixture.weight[worst], sum = 0.0;
    for (int f = 0; f < 3; f++) {
        double expected = f == worst ? 0.0 : s.mixture.weight[f] / left;
        assert_close(other.weight[f], expected, 1e-14, 0.0);
        sum += other.weight[f];
    }
    assert_close(sum, 1.0, 1e-14, 0.0);
    for (int d = 0; d < 1000; d++) assert_int_not_equal(hp_mixture_form(&other, d), worst);
    hp_mixture_destroy(&other);
    wanted.most_chi2 = 1e-9;
    assert_ok(hp_mixture_create(&s.data, &wanted, &other, &err), &err);
    for (int f = 0; f < 3; f++) assert_close(other.weight[f], s.mixture.weight[f], 0.0, 0.0);
    hp_mixture_destroy(&other);
    tear_down(&s);
}

/* Student's t of 11 degrees of freedom at 84.1345 %, from a table. */
static const double T_11 = 1.04757;

/* Covariance of the draws: t^2 times that of the samples and l H^-2 l = spread spread^T. Of DRAWS
 * draws a variance is known to sqrt(2/DRAWS) = 0.7 %, a correlation to 0.5 %: 4 of these. */
static void test_covariance_of_draws(void **state) {
    (void)state;
    static scene s;
    static double theta[DRAWS * P];
    hp_error err = HP_ERROR_INIT;
    double mean[P] = {0.0};
    set_up(&s, 1.0, HP_FORM_ALL, DRAWS);
    for (int d = 0; d < DRAWS; d++) {
        assert_ok(hp_mixture_draw(&s.mixture, d, theta + d * P, &err), &err);
        for (int i = 0; i < P; i++) mean[i] += theta[d * P + i] / DRAWS;
    }
    double expected[P][P] = {{0.0}}, found[P][P] = {{0.0}}, average[P] = {0.0};
    for (int k = 1; k <= SAMPLES; k++)
        for (int i = 0; i < P; i++) average[i] += s.mixture.theta[k * P + i] / SAMPLES;
    for (int i = 0; i < P; i++)
        for (int j = 0; j < P; j++) {
            for (int k = 1; k <= SAMPLES; k++)
                expected[i][j] += T_11 * T_11 * s.mixture.sample_weight *
                                  (s.mixture.theta[k * P + i] - average[i]) *
                                  (s.mixture.theta[k * P + j] - average[j]);
            for (int k = 0; k < P; k++)
                expected[i][j] += s.mixture.spread[i * P + k] * s.mixture.spread[j * P + k];
            for (int d = 0; d < DRAWS; d++)
                found[i][j] += (theta[d * P + i] - mean[i]) * (theta[d * P + j] - mean[j]) / DRAWS;
        }
    for (int i = 0; i < P; i++)
        for (int j = 0; j < P; j++) {
            double unit = sqrt(expected[i][i] * expected[j][j]);
            assert_close(found[i][j] / unit, expected[i][j] / unit, 0.0, i == j ? 0.028 : 0.02);
            assert_close(mean[i], s.mixture.theta[i], 0.0, 0.02 * sqrt(expected[i][i]));
        }
    tear_down(&s);
}

/* A draw does not depend on the draws before it. */
static void test_draws_are_keyed(void **state) {
    (void)state;
    static scene s;
    double first[P], again[P];
    hp_error err = HP_ERROR_INIT;
    set_up(&s, 1.0, HP_FORM_ALL, 10);
    assert_ok(hp_mixture_draw(&s.mixture, 7, first, &err), &err);
    assert_ok(hp_mixture_draw(&s.mixture, 3, again, &err), &err);
    assert_memory_not_equal(first, again, sizeof first);
    assert_ok(hp_mixture_draw(&s.mixture, 7, again, &err), &err);
    assert_memory_equal(first, again, sizeof first);
    tear_down(&s);
}

/* What follows a draw has its random numbers: coefficients themselves follow as they were drawn,
 * without what the data leave open. */
static void test_rows_follow_their_draw(void **state) {
    (void)state;
    static scene s;
    double theta[P], value;
    hp_error err = HP_ERROR_INIT;
    set_up(&s, 1.0, HP_FORM_ALL, 10);
    hp_mixture *mixture = &s.mixture;
    size_t p = (size_t)mixture->p, nrow = 1 + (size_t)mixture->nsample;
    for (size_t i = 0; i < (size_t)mixture->nform * p * p; i++) mixture->spread[i] = 0.0;
    double *rows = test_malloc(nrow * sizeof *rows);
    for (int draw = 0; draw < 10; draw++) {
        size_t form = (size_t)hp_mixture_form(mixture, draw);
        assert_ok(hp_mixture_draw(mixture, draw, theta, &err), &err);
        for (size_t k = 0; k < nrow; k++) rows[k] = mixture->theta[(form * nrow + k) * p + 1];
        assert_ok(hp_mixture_follow(mixture, draw, rows, &value, &err), &err);
        assert_close(value, theta[1], 1e-10, 1e-12); /* two orders of one sum */
    }
    test_free(rows);
    tear_down(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows_follow_their_draw),
                                       cmocka_unit_test(test_wide_prior_is_least_squares),
                                       cmocka_unit_test(test_shares),
                                       cmocka_unit_test(test_forms_that_data_reject),
                                       cmocka_unit_test(test_covariance_of_draws),
                                       cmocka_unit_test(test_draws_are_keyed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
