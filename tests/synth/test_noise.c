// SPDX-License-Identifier: GPL-3.0-or-later
#include "support.h"

#include <math.h>
#include "hadpot/units.h"
#include "synth_case.h"

enum { NCONF = 3000, NT = 3, NPOINT = 5, NVALUE = NT * NPOINT };

/* What a case gives on all configurations, relative to the same case without noise. */
typedef struct sample {
    double *four;   /* (NCONF, NT, NPOINT) four_point / true value - 1 */
    double *two[2]; /* (NCONF, NT) */
} sample;

static void relative_deviations(const char *path, const char *noiseless, const char *name,
                                double **values) {
    dataset noisy = read_dataset(path, name), truth = read_dataset(noiseless, name);
    size_t length = noisy.rank == 3 ? NVALUE : NT;
    for (size_t i = 0; i < NCONF * length; i++)
        noisy.values[i] = noisy.values[i] / truth.values[i % length] - 1;
    free(truth.values);
    *values = noisy.values;
}

/* noise: its sizes, growth and kind; all else is that of the case. */
static sample draw_noise(double mass_2_mev, const struct hp_synth_job_noise *noise) {
    synth_case one;
    synth_case_create(&one);
    char noiseless[128];
    snprintf(noiseless, sizeof noiseless, "%s/noiseless.h5", one.folder);
    one.job.mass_2_mev = mass_2_mev;
    one.job.grid.spacing_lat = 1.31;
    one.job.grid.points = NPOINT;
    one.job.times.count = NT;
    one.nsource = 1;
    hp_error err = HP_ERROR_INIT;
    one.job.output = noiseless;
    assert_ok(hp_synth_write_ensemble(synth_case_link(&one), NULL, &err), &err);
    one.job.output = one.path;
    one.job.noise.configurations = NCONF;
    one.job.noise.four_point = noise->four_point;
    one.job.noise.two_point = noise->two_point;
    one.job.noise.growth = noise->growth;
    one.job.noise.two_point_alone = noise->two_point_alone;
    one.job.noise.common_in_time = noise->common_in_time;
    one.job.noise.log_normal = noise->log_normal;
    assert_ok(hp_synth_write_ensemble(synth_case_link(&one), NULL, &err), &err);
    sample result;
    relative_deviations(one.path, noiseless, "/source/wall/four_point", &result.four);
    relative_deviations(one.path, noiseless, "/source/wall/two_point_1", &result.two[0]);
    relative_deviations(one.path, noiseless, "/source/wall/two_point_2", &result.two[1]);
    synth_case_destroy(&one);
    return result;
}

static sample draw(double mass_2_mev, double four_point, double two_point, double growth) {
    return draw_noise(mass_2_mev, &(struct hp_synth_job_noise){.four_point = four_point,
                                                               .two_point = two_point,
                                                               .growth = growth});
}

static void release(sample *drawn) {
    free(drawn->four);
    free(drawn->two[0]);
    free(drawn->two[1]);
}

/* Mean of x_i y_i over configurations, stored `stride` apart. */
static double mean_product(const double *x, const double *y, int stride) {
    double sum = 0;
    for (int i = 0; i < NCONF; i++) sum += x[i * stride] * y[i * stride];
    return sum / NCONF;
}

/* For unit normal x, y of correlation rho the mean of x y has the standard deviation
 * sqrt((1 + rho^2)/N); five of them are exceeded once in two million. */
static void assert_correlation(double found, double rho) {
    assert_close(found, rho, 0, 5 * sqrt((1 + rho * rho) / NCONF));
}

static void four_point_noise_has_the_stated_correlations(void **state) {
    (void)state;
    const double size = 0.013, growth = 0.17, c = 0.6;
    sample drawn = draw(0, size, 0, growth);
    double length = 0.23 / hp_spacing_fm(2173.9); /* 2.53: two steps of the grid */
    for (int t = 0; t < NT; t++)
        for (int i = 0; i < NPOINT; i++)
            for (int u = 0; u < NT; u++)
                for (int j = 0; j < NPOINT; j++) {
                    double x = (i - j) * 1.31 / length;
                    double scale = size * size * exp(growth * (t + u));
                    double product = mean_product(drawn.four + t * NPOINT + i,
                                                  drawn.four + u * NPOINT + j, NVALUE);
                    assert_correlation(product / scale, pow(c, abs(t - u)) * exp(-x * x / 2));
                }
    /* no noise of the two-point functions was asked for: one rounding */
    for (int i = 0; i < NCONF * NT; i++) assert_close(drawn.two[0][i], 0, 0, 1e-15);
    release(&drawn);
}

static void two_point_noise_of_different_hadrons_is_independent(void **state) {
    (void)state;
    const double size = 0.021, growth = -0.11, c = 0.6;
    sample drawn = draw(2011.9, 0, size, growth);
    for (int t = 0; t < NT; t++)
        for (int u = 0; u < NT; u++)
            for (int a = 0; a < 2; a++)
                for (int b = 0; b < 2; b++) {
                    double scale = size * size * exp(growth * (t + u));
                    double product = mean_product(drawn.two[a] + t, drawn.two[b] + u, NT);
                    assert_correlation(product / scale, a == b ? pow(c, abs(t - u)) : 0);
                }
    /* the four-point function feels the sum of both at every r: a few roundings */
    for (int i = 0; i < NCONF * NVALUE; i++) {
        double sum = drawn.two[0][i / NPOINT] + drawn.two[1][i / NPOINT];
        assert_close(drawn.four[i], sum, 0, 2e-15);
    }
    release(&drawn);
}

/* With x the deviation of C2 the ratio is (1 + 2x)/(1 + x)^2 = 1 - x^2/(1 + x)^2: no first order.
 */
static void two_point_noise_of_identical_hadrons_cancels_to_first_order(void **state) {
    (void)state;
    sample drawn = draw(0, 0, 0.04, 0);
    double largest = 0;
    for (int i = 0; i < NCONF * NVALUE; i++) {
        double x = drawn.two[0][i / NPOINT];
        assert_true(drawn.two[1][i / NPOINT] == x); /* the same hadron: the same numbers */
        double ratio = (1 + drawn.four[i]) / ((1 + x) * (1 + x));
        /* a few roundings */
        assert_close(ratio - 1, -x * x / ((1 + x) * (1 + x)), 0, 5e-15);
        largest = fmax(largest, fabs(x));
    }
    assert_true(largest > 0.1); /* there was noise to cancel */
    release(&drawn);
}

/* C2 fluctuates alone: R moves by a factor that is common to all r. */
static void two_point_noise_alone_leaves_the_four_point_function(void **state) {
    (void)state;
    const double size = 0.017, growth = 0.13, c = 0.6;
    sample drawn =
        draw_noise(0, &(struct hp_synth_job_noise){.two_point_alone = size, .growth = growth});
    for (int t = 0; t < NT; t++)
        for (int u = 0; u < NT; u++) {
            double scale = size * size * exp(growth * (t + u));
            double product = mean_product(drawn.two[0] + t, drawn.two[0] + u, NT);
            assert_correlation(product / scale, pow(c, abs(t - u)));
        }
    for (int i = 0; i < NCONF * NT; i++) assert_true(drawn.two[0][i] == drawn.two[1][i]);
    for (int i = 0; i < NCONF * NVALUE; i++) assert_close(drawn.four[i], 0, 0, 1e-15);
    release(&drawn);
    drawn = draw_noise(2011.9, &(struct hp_synth_job_noise){.two_point_alone = size});
    for (int t = 0; t < NT; t++) /* of two hadrons it is independent */
        assert_correlation(mean_product(drawn.two[0] + t, drawn.two[1] + t, NT) / (size * size), 0);
    release(&drawn);
}

static void a_part_of_the_noise_may_be_common_to_all_times(void **state) {
    (void)state;
    const double size = 0.013, c = 0.6, part = 0.45;
    sample drawn =
        draw_noise(0, &(struct hp_synth_job_noise){
                          .four_point = size, .two_point_alone = size, .common_in_time = part});
    double length = 0.23 / hp_spacing_fm(2173.9);
    for (int t = 0; t < NT; t++)
        for (int u = 0; u < NT; u++) {
            double in_time = (1 - part) * pow(c, abs(t - u)) + part, x = 1.31 / length;
            double four =
                mean_product(drawn.four + t * NPOINT, drawn.four + u * NPOINT + 1, NVALUE);
            double two = mean_product(drawn.two[0] + t, drawn.two[0] + u, NT);
            assert_correlation(four / (size * size), in_time * exp(-x * x / 2));
            assert_correlation(two / (size * size), in_time);
        }
    release(&drawn);
}

/* All that is drawn for a configuration is multiplied by one number f, ln f of mean -s^2 and width
 * s, and what is drawn stays as without it. */
static void noise_may_have_a_log_normal_amplitude(void **state) {
    (void)state;
    const double s = 0.5;
    struct hp_synth_job_noise noise = {.four_point = 0.011, .two_point_alone = 0.007};
    sample normal = draw_noise(0, &noise);
    noise.log_normal = s;
    sample drawn = draw_noise(0, &noise);
    double sum = 0, squares = 0;
    for (int m = 0; m < NCONF; m++) {
        double f = drawn.two[0][m * NT] / normal.two[0][m * NT];
        /* roundings of 1 + x, of which x is taken again: 1e-16/x, and few x are below 1e-4 size */
        for (int i = 0; i < NVALUE; i++)
            assert_close(drawn.four[m * NVALUE + i], f * normal.four[m * NVALUE + i], 1e-8, 1e-12);
        sum += log(f);
        squares += log(f) * log(f);
    }
    double mean = sum / NCONF;
    assert_close(mean, -s * s, 0, 5 * s / sqrt(NCONF)); /* as assert_correlation */
    assert_close(squares / NCONF - mean * mean, s * s, 0, 5 * s * s * sqrt(2.0 / NCONF));
    release(&normal);
    release(&drawn);
}

/* Correlated over the whole grid of many points: only the jitter keeps the matrix positive. */
static void long_correlation_on_a_fine_grid_is_possible(void **state) {
    (void)state;
    synth_case one;
    synth_case_create(&one);
    hp_error err = HP_ERROR_INIT;
    one.job.grid.spacing_lat = 0.05;
    one.job.grid.points = 600;
    one.job.noise.radial_correlation_fm = 5;
    one.job.noise.four_point = 0.01;
    assert_ok(hp_synth_write_ensemble(synth_case_link(&one), NULL, &err), &err);
    synth_case_destroy(&one);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_point_noise_has_the_stated_correlations),
        cmocka_unit_test(two_point_noise_of_different_hadrons_is_independent),
        cmocka_unit_test(two_point_noise_of_identical_hadrons_cancels_to_first_order),
        cmocka_unit_test(two_point_noise_alone_leaves_the_four_point_function),
        cmocka_unit_test(a_part_of_the_noise_may_be_common_to_all_times),
        cmocka_unit_test(noise_may_have_a_log_normal_amplitude),
        cmocka_unit_test(long_correlation_on_a_fine_grid_is_possible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
