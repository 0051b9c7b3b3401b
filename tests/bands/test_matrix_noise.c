// SPDX-License-Identifier: GPL-3.0-or-later
/* The error model of two components: noise that is known, shared by both at the same radius. */
#include "support.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>
#include "hadpot/error_model.h"
#include "hadpot/memory.h"
#include "hadpot/random.h"

enum { RADII = 40, POINTS = 2 * RADII, COLUMNS = 2, VALUES = COLUMNS * POINTS, SAMPLES = 200 };
static const double SHARED = 0.8; /* correlation of both components */
static const double LOCAL[] = {0.5, 1.5};
static const hp_features_options OPTIONS = {.local = {2, LOCAL}};

typedef struct {
    hp_features features;
    double r[POINTS], quadrature[POINTS], fitted[POINTS];
    double R[(1 + SAMPLES) * VALUES], S[(1 + SAMPLES) * VALUES], *A;
    hp_error_data data;
} fixture;

/* Noise of points without correlation in r, 0.01 in the first component and 0.0001 in the second,
 * whose R is as small. */
static void draw(gsl_rng *rng, double *noise) {
    for (int i = 0; i < RADII; i++) {
        double common = gsl_ran_gaussian(rng, sqrt(SHARED));
        noise[i] = 0.01 * (common + gsl_ran_gaussian(rng, sqrt(1.0 - SHARED)));
        noise[RADII + i] = 0.0001 * (common + gsl_ran_gaussian(rng, sqrt(1.0 - SHARED)));
    }
}

static void set_up(fixture *of) {
    static const double theta[] = {-0.3, 0.2, 0.1, 0.5, 0.4, -0.2};
    hp_error err = HP_ERROR_INIT;
    const hp_component component[] = {{0, 0}, {0, 2}};
    hp_feature_space space;
    gsl_rng *rng = NULL;
    double noise[POINTS];
    hp_feature_space_take(2, component, NULL, false, &space);
    assert_ok(hp_random_create(&rng, 5, 0, HP_PURPOSE_TEST, &err), &err);
    assert_ok(hp_features_create(&OPTIONS, &space, 1.0, &of->features, &err), &err);
    of->A = hp_alloc((size_t)(COLUMNS * POINTS * of->features.n), sizeof *of->A);
    for (int i = 0; i < POINTS; i++) {
        of->r[i] = 0.1 * (i % RADII);
        of->quadrature[i] = 4.0 * M_PI * of->r[i] * of->r[i] * 0.1;
        of->fitted[i] = i != RADII; /* not r = 0 of the second, where nothing is */
    }
    const hp_feature_grid grid = {POINTS, of->r, of->quadrature};
    for (int row = 0; row <= SAMPLES; row++) {
        double *R = of->R + row * VALUES, *S = of->S + row * VALUES;
        for (int i = 0; i < VALUES; i++) {
            double r = of->r[i % POINTS];
            R[i] = i % POINTS < RADII ? 1.0 + exp(-r) * (i < POINTS ? 0.5 : -0.3)
                                      : 0.01 * r * r * exp(-r);
        }
        assert_ok(hp_features_apply(&of->features, &grid, COLUMNS, R, of->A, &err), &err);
        for (int c = 0; c < COLUMNS; c++) {
            memset(noise, 0, sizeof noise);
            if (row > 0) draw(rng, noise);
            noise[RADII] = 0.0;
            for (int i = 0; i < POINTS; i++) {
                S[c * POINTS + i] = noise[i];
                for (int f = 0; f < of->features.n; f++)
                    S[c * POINTS + i] += theta[f] * of->A[(c * POINTS + i) * of->features.n + f];
            }
        }
    }
    gsl_rng_free(rng);
    of->data = (hp_error_data){.features = &of->features,
                               .grid = grid,
                               .fitted = of->fitted,
                               .ncolumn = COLUMNS,
                               .nsample = SAMPLES,
                               .R = of->R,
                               .S = of->S,
                               .sample_weight = 1.0 / (SAMPLES - 1),
                               .length_fm = 0.5,
                               .amplitude = 100.0};
}

static void tear_down(fixture *of) {
    hp_features_destroy(&of->features);
    hp_free(of->A);
}

static void components_are_columns(void **state) {
    (void)state;
    static fixture of;
    hp_error err = HP_ERROR_INIT;
    hp_error_model model;
    set_up(&of);
    assert_ok(hp_error_model_create(&of.data, &model, &err), &err);
    assert_int_equal(model.n, RADII);
    assert_int_equal(model.ncolumn, 2 * COLUMNS);
    assert_int_equal(model.nfitted, COLUMNS * (POINTS - 1));
    for (int c = 0; c < 4; c++)
        for (int e = 0; e < 4; e++) { /* 200 samples at 39 radii: 0.01 */
            double expected = c == e ? 1.0 : c / 2 == e / 2 ? SHARED : 0.0;
            assert_close(model.correlation[c * 4 + e], expected, 0.0, 0.06);
        }
    for (int c = 0; c < COLUMNS; c++)
        for (int i = 1; i < RADII; i++) { /* three points of 200 samples each: 3 % */
            assert_close(sqrt(model.variance[c * POINTS + i]), 0.01, 0.15, 0.0);
            assert_close(sqrt(model.variance[c * POINTS + RADII + i]), 0.0001, 0.15, 0.0);
        }
    assert_close(model.weights.weight[RADII], 0.0, 0.0, 0.0); /* not fitted */
    /* no correlation in r: T = 1 + c^2, but alone at r = 0 of the first component; the sums over 39
     * radii of what is found of it count too: 10 % */
    assert_close(model.effective_points,
                 COLUMNS * (2.0 * (RADII - 1) / (1.0 + SHARED * SHARED) + 1.0), 0.1, 0.0);
    hp_error_model_destroy(&model);
    tear_down(&of);
}

/* chi2 of noise that is known has m_eff as its mean and 2 m_eff as its variance: of 400 trials the
 * mean is known to 0.01 and to what 200 samples say of variances, the variance to 10 %. */
static void chi2_is_that_of_effective_points(void **state) {
    (void)state;
    enum { TRIALS = 400 };
    static fixture of;
    static const double none[VALUES] = {0};
    double residual[VALUES], mean = 0.0, square = 0.0;
    hp_error err = HP_ERROR_INIT;
    hp_error_model model;
    gsl_rng *rng = NULL;
    set_up(&of);
    assert_ok(hp_error_model_create(&of.data, &model, &err), &err);
    assert_ok(hp_random_create(&rng, 6, 0, HP_PURPOSE_TEST, &err), &err);
    for (int trial = 0; trial < TRIALS; trial++) {
        for (int c = 0; c < COLUMNS; c++) draw(rng, residual + c * POINTS);
        double chi2 = hp_fit_weights_chi2(&model.weights, residual, none);
        mean += chi2 / TRIALS;
        square += chi2 * chi2 / TRIALS;
    }
    assert_close(mean / model.effective_points, 1.0, 0.0, 0.1);
    assert_close((square - mean * mean) / (2.0 * model.effective_points), 1.0, 0.0, 0.35);
    gsl_rng_free(rng);
    hp_error_model_destroy(&model);
    tear_down(&of);
}

/* A component at all times of a source: columns 1 and 3 are the second one. */
static void part_of_one_component(void **state) {
    (void)state;
    static fixture of;
    hp_error err = HP_ERROR_INIT;
    hp_error_model model;
    hp_error_part part;
    set_up(&of);
    assert_ok(hp_error_model_create(&of.data, &model, &err), &err);
    const hp_error_columns second = {1, 4, 2};
    assert_ok(hp_error_model_restrict(&model, second, NULL, &part, &err), &err);
    assert_int_equal(part.points, COLUMNS * (RADII - 1));
    for (int i = 0; i < VALUES; i++) {
        bool inside = i % POINTS > RADII;
        assert_true((part.weights.weight[i] > 0.0) == inside);
        /* without the other component there is one less that says the same */
        if (inside) assert_true(part.weights.weight[i] > 1.3 * model.weights.weight[i]);
    }
    hp_error_part_destroy(&part);
    hp_error_model_destroy(&model);
    tear_down(&of);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(components_are_columns),
                                       cmocka_unit_test(chi2_is_that_of_effective_points),
                                       cmocka_unit_test(part_of_one_component)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
