// SPDX-License-Identifier: GPL-3.0-or-later
/* The error model of noise that is known. */
#include "support.h"

#include <gsl/gsl_linalg.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/error_model.h"
#include "hadpot/features.h"
#include "hadpot/memory.h"
#include "hadpot/random.h"

/* 1 L = 0.5 fm. One row is the average, the others fluctuate independently. */
enum { RADII = 60, COLUMNS = 2, POINTS = COLUMNS * RADII, SAMPLES = 200, ROWS = 1 + SAMPLES };
static const double LENGTH_FM = 0.5, CORRELATION = 0.6; /* L_c in L */
static const double AMPLITUDE = 100.0; /* so large that the prior of the pilot counts nothing */
static const double LOCAL[] = {0.5, 1.5}, SEPARABLE[] = {0.6};
static const hp_features_options OPTIONS = {.local = {2, LOCAL}, .separable = {1, SEPARABLE}};

typedef struct {
    gsl_rng *rng;
    hp_features features;
    double r[RADII], quadrature[RADII], fitted[RADII];
    double R[ROWS * POINTS], S[ROWS * POINTS], *A;
    hp_error_data data;
} fixture;

/* Errors fall by two decades within the radii. */
static double error_of(const fixture *of, int i) {
    return 0.01 * exp(-0.8 * of->r[i]);
}

/* What is correlated as exp(-x^2/(2 L_c^2)), of variance 1: white noise under a Gaussian. */
static void draw_noise(const fixture *of, double *noise) {
    enum { WHITE = 200 };
    const double step = 0.1, range = CORRELATION;
    memset(noise, 0, RADII * sizeof *noise);
    for (int j = 0; j < WHITE; j++) {
        double white = gsl_ran_gaussian(of->rng, 1.0), at = step * (j - WHITE / 4);
        for (int i = 0; i < RADII; i++) noise[i] += white * exp(-pow((of->r[i] - at) / range, 2));
    }
    double norm = sqrt(step / (range * sqrt(M_PI / 2.0))); /* int exp(-2 x^2/L_c^2) dx */
    for (int i = 0; i < RADII; i++) noise[i] *= norm;
}

/* S = A theta + noise + common R; common (COLUMNS): the standard deviation of S/R. */
static void fill(fixture *of, const double *common) {
    static const double theta[] = {-0.3, 0.2, 0.5};
    double noise[RADII];
    hp_error err = HP_ERROR_INIT;
    const hp_feature_grid grid = {RADII, of->r, of->quadrature};
    for (int row = 0; row < ROWS; row++)
        for (int c = 0; c < COLUMNS; c++)
            for (int i = 0; i < RADII; i++)
                of->R[(row * COLUMNS + c) * RADII + i] =
                    1.0 + exp(-of->r[i]) * (0.5 + 0.3 * c + 0.01 * sin(row + of->r[i]));
    assert_ok(hp_features_apply(&of->features, &grid, ROWS * COLUMNS, of->R, of->A, &err), &err);
    for (int row = 0; row < ROWS; row++)
        for (int c = 0; c < COLUMNS; c++) {
            double moved = row > 0 && common != NULL ? gsl_ran_gaussian(of->rng, common[c]) : 0.0;
            memset(noise, 0, sizeof noise);
            if (row > 0) draw_noise(of, noise);
            for (int i = 0; i < RADII; i++) {
                int point = (row * COLUMNS + c) * RADII + i;
                of->S[point] = error_of(of, i) * noise[i] + moved * of->R[point];
                for (int f = 0; f < of->features.n; f++)
                    of->S[point] += theta[f] * of->A[point * of->features.n + f];
            }
        }
}

static void set_up(fixture *of, const double *r, const double *common) {
    hp_error err = HP_ERROR_INIT;
    memset(of, 0, sizeof *of);
    assert_ok(hp_random_create(&of->rng, 31, 0, HP_PURPOSE_TEST, &err), &err);
    assert_ok(hp_features_create(&OPTIONS, &hp_feature_s_wave, 1.0, &of->features, &err), &err);
    of->A = hp_alloc((size_t)(ROWS * POINTS * of->features.n), sizeof *of->A);
    for (int i = 0; i < RADII; i++) {
        of->r[i] = r[i];
        of->fitted[i] = i > 0; /* not the first */
        of->quadrature[i] = 4.0 * M_PI * r[i] * r[i] * 0.1;
    }
    fill(of, common);
    of->data = (hp_error_data){.features = &of->features,
                               .grid = {RADII, of->r, of->quadrature},
                               .fitted = of->fitted,
                               .ncolumn = COLUMNS,
                               .nsample = SAMPLES,
                               .R = of->R,
                               .S = of->S,
                               .sample_weight = 1.0 / (SAMPLES - 1),
                               .length_fm = LENGTH_FM,
                               .amplitude = AMPLITUDE};
}

static void tear_down(fixture *of) {
    gsl_rng_free(of->rng);
    hp_features_destroy(&of->features);
    hp_free(of->A);
}

static void radial_grid(double *r) {
    for (int i = 0; i < RADII; i++) r[i] = 0.1 * (i + 1);
}

/* Shells of a cubic lattice of spacing 0.5: distances from 0.002 on. */
static void cubic_grid(double *r) {
    int count = 0;
    for (int square = 0; count < RADII; square++) {
        bool found = false;
        for (int x = 0; x * x <= square; x++)
            for (int y = 0; x * x + y * y <= square; y++) {
                int z = (int)(sqrt(square - x * x - y * y) + 0.5);
                found = found || x * x + y * y + z * z == square;
            }
        if (found) r[count++] = 0.5 * sqrt(square);
    }
}

static void create_model(const fixture *of, hp_error_model *model) {
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_error_model_create(&of->data, model, &err), &err);
}

/* T of a fitted point, from its definition: points that say what this one says. */
static double temperature(const hp_error_model *model, size_t point) {
    double columns = 0.0, radii = 0.0, L = model->length;
    for (size_t e = 0; e < COLUMNS; e++)
        columns += pow(model->correlation[point / RADII * COLUMNS + e], 2);
    for (size_t i = 0; i < RADII; i++) {
        double x = model->r[i] - model->r[point % RADII];
        double sign = model->changes_sign ? 1.0 - x * x / (3.0 * L * L) : 1.0;
        double s = x == 0.0 ? 1.0 : model->amplitude * sign * exp(-0.5 * x * x / (L * L));
        radii += model->fitted[i] * s * s;
    }
    return columns * radii;
}

/* C of the fitted points, from its definition; 1 at the others. */
static gsl_matrix *dense(const hp_error_model *model) {
    gsl_matrix *C = gsl_matrix_alloc(POINTS, POINTS);
    gsl_matrix_set_identity(C);
    for (size_t i = 0; i < POINTS; i++)
        for (size_t j = 0; j < POINTS; j++) {
            size_t c = i / RADII, e = j / RADII;
            if (model->fitted[i % RADII] == 0.0 || model->fitted[j % RADII] == 0.0) continue;
            double value = model->gamma[c * COLUMNS + e] * model->R[i] * model->R[j];
            if (i == j) value += model->diagonal[i] * temperature(model, i);
            gsl_matrix_set(C, i, j, value);
        }
    return C;
}

static double dense_chi2(const hp_error_model *model, const double *residual) {
    gsl_matrix *C = dense(model);
    gsl_vector *x = gsl_vector_alloc(POINTS), *y = gsl_vector_alloc(POINTS);
    double chi2 = 0.0;
    for (size_t i = 0; i < POINTS; i++)
        gsl_vector_set(x, i, model->fitted[i % RADII] * residual[i]);
    assert_int_equal(gsl_linalg_cholesky_decomp1(C), 0);
    assert_int_equal(gsl_linalg_cholesky_solve(C, x, y), 0);
    for (size_t i = 0; i < POINTS; i++) chi2 += gsl_vector_get(x, i) * gsl_vector_get(y, i);
    gsl_matrix_free(C);
    gsl_vector_free(x);
    gsl_vector_free(y);
    return chi2;
}

/* Weights, and whitening of two columns of a matrix, against the dense C; 1e-9: it has a condition
 * of 1e6. */
static void test_weights_are_those_of_the_covariance(void **state) {
    (void)state;
    static fixture of;
    static const double common[COLUMNS] = {0.004, 0.006}, none[POINTS] = {0};
    double r[RADII], residual[POINTS], both[2 * POINTS], found[2] = {0};
    hp_error err = HP_ERROR_INIT;
    hp_error_model model;
    radial_grid(r);
    set_up(&of, r, common);
    create_model(&of, &model);
    for (int i = 0; i < POINTS; i++) {
        residual[i] = 0.01 * sin(0.7 * i) + 0.003;
        both[2 * i] = residual[i];
        both[2 * i + 1] = 2.0 * residual[i];
    }
    assert_ok(hp_error_model_whiten(&model, 2, both, &err), &err);
    for (int i = 0; i < 2 * POINTS; i++) found[i % 2] += both[i] * both[i];
    double expected = dense_chi2(&model, residual);
    assert_close(found[0], expected, 1e-9, 0);
    assert_close(found[1], 4.0 * expected, 1e-9, 0);
    assert_close(hp_fit_weights_chi2(&model.weights, residual, none), expected, 1e-9, 0);
    assert_close(both[0], 0.0, 0, 0); /* not fitted */
    hp_error_model_destroy(&model);
    tear_down(&of);
}

/* S/R moved by a constant is free as gamma grows; 1e-6: 1/(gamma |R/e|^2) is left. */
static void test_a_constant_is_free_with_a_large_common_mode(void **state) {
    (void)state;
    static fixture of;
    static const double none[POINTS] = {0}, moved[COLUMNS] = {0.3, -0.2};
    double r[RADII], residual[POINTS], shifted[POINTS];
    hp_error err = HP_ERROR_INIT;
    hp_error_model model;
    hp_error_part all;
    radial_grid(r);
    set_up(&of, r, NULL);
    create_model(&of, &model);
    for (int c = 0; c < COLUMNS; c++) model.gamma[c * COLUMNS + c] = 1e6;
    assert_ok(hp_error_model_restrict(&model, (hp_error_columns){0, COLUMNS, 1}, NULL, &all, &err),
              &err);
    for (int i = 0; i < POINTS; i++) {
        residual[i] = 0.01 * sin(0.7 * i);
        shifted[i] = residual[i] + moved[i / RADII] * model.R[i];
    }
    double chi2 = hp_fit_weights_chi2(&all.weights, residual, none);
    assert_close(hp_fit_weights_chi2(&all.weights, shifted, none), chi2, 1e-6, 0);
    assert_true(hp_fit_weights_chi2(&model.weights, shifted, none) > 2.0 * chi2);
    hp_error_part_destroy(&all);
    hp_error_model_destroy(&model);
    tear_down(&of);
}

/* What the pilot can describe is no noise; 1e-6: the prior of the pilot. */
static void test_variances_ignore_the_potential(void **state) {
    (void)state;
    static fixture of;
    double r[RADII];
    hp_error_model model, other;
    radial_grid(r);
    set_up(&of, r, NULL);
    create_model(&of, &model);
    for (int i = 0; i < ROWS * POINTS; i++)
        for (int f = 0; f < of.features.n; f++)
            of.S[i] += (0.2 - 0.1 * f) * of.A[i * of.features.n + f];
    create_model(&of, &other);
    for (int i = 0; i < POINTS; i++) assert_close(other.variance[i], model.variance[i], 1e-6, 0);
    assert_close(other.effective_points, model.effective_points, 1e-6, 0);
    hp_error_model_destroy(&model);
    hp_error_model_destroy(&other);
    tear_down(&of);
}

/* chi2 of noise that is known, 400 times: its mean and its variance are those of m_eff independent
 * points. The mean of chi2/m_eff is known to sqrt(2/(400 m_eff)) = 0.017 and to what 200 samples
 * say of variances in m_eff points, 0.03; its variance to 10 %. */
static void check_chi2(const fixture *of, const hp_error_model *model) {
    enum { TRIALS = 400 };
    static const double none[POINTS] = {0};
    double residual[POINTS], mean = 0.0, square = 0.0;
    for (int trial = 0; trial < TRIALS; trial++) {
        for (int c = 0; c < COLUMNS; c++) {
            draw_noise(of, residual + c * RADII);
            for (int i = 0; i < RADII; i++) residual[c * RADII + i] *= error_of(of, i);
        }
        double chi2 = hp_fit_weights_chi2(&model->weights, residual, none);
        mean += chi2 / TRIALS;
        square += chi2 * chi2 / TRIALS;
    }
    assert_close(mean / model->effective_points, 1.0, 0, 0.1);
    assert_close((square - mean * mean) / (2.0 * model->effective_points), 1.0, 0, 0.35);
}

static void check_grid(void (*grid)(double *)) {
    static fixture of;
    double r[RADII];
    hp_error_model model;
    grid(r);
    set_up(&of, r, NULL);
    create_model(&of, &model);
    /* known to a few steps of the ladder, 0.01 fm */
    assert_close(model.length * LENGTH_FM, CORRELATION * LENGTH_FM, 0, 0.025);
    assert_false(model.changes_sign);
    assert_close(model.amplitude, 1.0, 0, 0.05);
    assert_close(model.correlation[1], 0.0, 0, 0.1);
    for (int i = 1; i < RADII; i++) /* of three correlated points, 200 samples each */
        assert_close(sqrt(model.variance[i]), error_of(&of, i), 0.25, 0);
    check_chi2(&of, &model);
    hp_error_model_destroy(&model);
    tear_down(&of);
}

static void test_stationary_noise_on_a_radial_grid(void **state) {
    (void)state;
    check_grid(radial_grid);
}

static void test_stationary_noise_on_shells_of_a_lattice(void **state) {
    (void)state;
    check_grid(cubic_grid);
}

/* Two-point functions that fluctuate, of one column only. 20 %: 200 samples, and what else is
 * correlated beyond 0.9 fm. */
static void test_common_mode_is_found(void **state) {
    (void)state;
    static fixture of;
    static const double common[COLUMNS] = {0.0, 0.006};
    double r[RADII];
    hp_error_model model;
    radial_grid(r);
    set_up(&of, r, common);
    create_model(&of, &model);
    assert_close(sqrt(model.gamma[3]), common[1], 0.2, 0);
    assert_close(sqrt(model.gamma[0]), 0.0, 0, 0.1 * common[1]);
    for (int i = 1; i < RADII; i++) /* of the column without it, and not below a tenth */
        assert_true(model.diagonal[i] <= model.variance[i] &&
                    model.diagonal[RADII + i] >= 0.1 * model.variance[RADII + i] * (1.0 - 1e-15));
    hp_error_model_destroy(&model);
    tear_down(&of);
}

/* A part is the same block of C with an effective number of its own. */
static void test_part_of_the_points(void **state) {
    (void)state;
    static fixture of;
    double r[RADII], chosen[RADII] = {0}, sum = 0.0;
    hp_error err = HP_ERROR_INIT;
    hp_error_model model;
    hp_error_part part, none, column;
    radial_grid(r);
    set_up(&of, r, NULL);
    create_model(&of, &model);
    assert_ok(hp_error_model_restrict(&model, (hp_error_columns){1, 2, 1}, chosen, &none, &err),
              &err);
    assert_int_equal(none.points, 0);
    for (int i = 0; i < 6; i++) chosen[i] = 1.0; /* 0.1 to 0.6, the first is not fitted */
    assert_ok(hp_error_model_restrict(&model, (hp_error_columns){1, 2, 1}, chosen, &part, &err),
              &err);
    assert_ok(hp_error_model_restrict(&model, (hp_error_columns){1, 2, 1}, NULL, &column, &err),
              &err);
    assert_int_equal(part.points, 5);
    assert_true(part.effective_points > 1.0 && part.effective_points < 2.0);
    assert_close(column.effective_points, model.effective_points / COLUMNS, 0.05, 0);
    for (int i = 0; i < POINTS; i++) {
        bool inside = i > RADII && i < RADII + 6;
        assert_true(inside ? part.weights.weight[i] > model.weights.weight[i]
                           : part.weights.weight[i] == 0.0);
        sum += part.weights.weight[i] * model.diagonal[i];
    }
    assert_close(sum, part.effective_points, 1e-14, 0); /* sum of 1/T */
    hp_error_part_destroy(&part);
    hp_error_part_destroy(&column);
    hp_error_part_destroy(&none);
    hp_error_model_destroy(&model);
    tear_down(&of);
}

static void test_samples_that_say_nothing_are_refused(void **state) {
    (void)state;
    static fixture of;
    double r[RADII];
    hp_error err = HP_ERROR_INIT;
    hp_error_model model;
    radial_grid(r);
    set_up(&of, r, NULL);
    for (int row = 1; row < ROWS; row++) of.S[row * POINTS + 5] = 1.0;
    assert_status(hp_error_model_create(&of.data, &model, &err), HP_ERR_NUMERIC, &err);
    of.data.nsample = 1;
    err = (hp_error)HP_ERROR_INIT;
    assert_status(hp_error_model_create(&of.data, &model, &err), HP_ERR_INTERNAL, &err);
    tear_down(&of);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weights_are_those_of_the_covariance),
        cmocka_unit_test(test_a_constant_is_free_with_a_large_common_mode),
        cmocka_unit_test(test_variances_ignore_the_potential),
        cmocka_unit_test(test_stationary_noise_on_a_radial_grid),
        cmocka_unit_test(test_stationary_noise_on_shells_of_a_lattice),
        cmocka_unit_test(test_common_mode_is_found),
        cmocka_unit_test(test_part_of_the_points),
        cmocka_unit_test(test_samples_that_say_nothing_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
