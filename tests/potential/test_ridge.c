// SPDX-License-Identifier: GPL-3.0-or-later
/* Gaussians of given ranges with a prior: against normal equations solved by hand, its limits, and
 * the bound. */
#include "support.h"

#include <math.h>
#include "hadpot/ridge.h"

enum { N = 40, COUNT = 3 };

typedef struct scene {
    double r[N], weight[N], f[N], range[COUNT];
    hp_ridge_options options;
    hp_ridge *ridge;
    hp_error err;
} scene;

/* A sum with amplitudes {-0.31, 0.17, 0.05} and a wave that no sum has. Two points have no weight,
 * one of them no value. */
static void open_scene(scene *s, double deviation, double wave) {
    *s = (scene){.range = {0.7, 1.9, 4.4}, .err = HP_ERROR_INIT};
    for (int i = 0; i < N; i++) {
        double r = s->r[i] = 0.2 * i;
        s->weight[i] = i == 7 || i == 11 ? 0.0 : 400.0 / (1.0 + r);
        s->f[i] = -0.31 * exp(-r * r / 0.49) + 0.17 * exp(-r * r / 3.61) +
                  0.05 * exp(-r * r / 19.36) + wave * sin(2.385 * i);
    }
    s->f[7] = NAN;
    s->options = (hp_ridge_options){.n = N,
                                    .count = COUNT,
                                    .r = s->r,
                                    .weight = s->weight,
                                    .range = s->range,
                                    .deviation = deviation,
                                    .most = 0.9};
}

static double value(const scene *s, const double *amplitude, double r) {
    double sum = 0.0;
    for (int i = 0; i < COUNT; i++) sum += amplitude[i] * exp(-pow(r / s->range[i], 2.0));
    return sum;
}

static void fit(scene *s, double *amplitude) {
    assert_ok(hp_ridge_create(&s->options, &s->ridge, &s->err), &s->err);
    hp_ridge_fit(s->ridge, s->f, amplitude);
    hp_ridge_destroy(&s->ridge);
    assert_null(s->ridge);
}

/* The gradient of what is minimised vanishes: sum_r w (f - fit) g_i = a_i/deviation^2. */
static void the_sum_is_minimal(void **state) {
    (void)state;
    scene s;
    double a[COUNT];
    open_scene(&s, 0.2, 0.1);
    fit(&s, a);
    for (int i = 0; i < COUNT; i++) {
        double gradient = 0.0;
        for (int r = 0; r < N; r++)
            if (s.weight[r] > 0.0)
                gradient += s.weight[r] * (s.f[r] - value(&s, a, s.r[r])) *
                            exp(-pow(s.r[r] / s.range[i], 2.0));
        assert_close(gradient, a[i] / 0.04, 1e-10, 1e-11); /* sums of 40 terms of some 10 */
    }
}

static void a_wide_prior_leaves_data_alone(void **state) {
    (void)state;
    static const double truth[COUNT] = {-0.31, 0.17, 0.05};
    scene s;
    double a[COUNT];
    open_scene(&s, 1e8, 0.0);
    fit(&s, a);
    for (int i = 0; i < COUNT; i++) assert_close(a[i], truth[i], 1e-9, 0); /* condition 1e3 */
    open_scene(&s, 1e-8, 0.0);
    fit(&s, a);
    for (int i = 0; i < COUNT; i++) assert_close(a[i], 0.0, 0, 1e-11);
}

/* More Gaussians than points, and some of one range: still one solution, and equal ones share. */
static void anything_can_be_fitted(void **state) {
    (void)state;
    scene s;
    double a[COUNT];
    open_scene(&s, 1.0, 0.0);
    s.range[1] = s.range[2];
    s.options.n = 2;
    fit(&s, a);
    assert_close(a[1], a[2], 1e-9, 0);
    for (int i = 0; i < COUNT; i++) assert_true(isfinite(a[i]));
}

/* Data above the bound: the fit touches it, at the same place and from below, and follows the data
 * continuously. */
static void the_bound_is_kept(void **state) {
    (void)state;
    scene s;
    double a[COUNT], before[COUNT], largest = 0.0;
    open_scene(&s, 1.0, 0.0);
    for (int i = 0; i < N; i++) s.f[i] = 1.7 * exp(-pow(s.r[i] / 1.9, 2.0));
    fit(&s, before);
    for (double r = 0.0; r < 13.2; r += 0.01) largest = fmax(largest, value(&s, before, r));
    assert_close(largest, 0.9, 1e-3, 0); /* between two radii of the bound, 0.07 apart */
    for (int i = 0; i < N; i++) s.f[i] *= 1.0 + 1e-6;
    fit(&s, a);
    for (int i = 0; i < COUNT; i++) assert_close(a[i], before[i], 0, 1e-4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sum_is_minimal),
        cmocka_unit_test(a_wide_prior_leaves_data_alone),
        cmocka_unit_test(anything_can_be_fitted),
        cmocka_unit_test(the_bound_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
