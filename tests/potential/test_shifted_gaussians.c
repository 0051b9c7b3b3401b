// SPDX-License-Identifier: GPL-3.0-or-later
/* Fits of shifted Gaussians: exact data come back from nothing, minima are stationary, terms that
 * the data do not determine are not taken. */
#include "support.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include "hadpot/gaussians.h"
#include "hadpot/random.h"

enum { N = 96, MAX_PARAM = 9 };

/* amplitude, range, centre: 2 mu V2 as two hadrons may have it, in lattice units */
static const double one[] = {-0.385, 4.3, 1.9};
static const double two[] = {-0.127, 2.1, 6.4, -0.51, 3.7, 1.3};

typedef struct {
    double r[N], weight[N], V[N];
    hp_gaussian_fit *fit;
    hp_error err;
} problem;

/* Shells of a cubic box up to r = 12; weights 1/error^2 that fall with r. */
static void make_problem(const double *truth, int nterm, int count, double error, problem *p) {
    *p = (problem){.err = HP_ERROR_INIT};
    for (int i = 0; i < N; i++) {
        p->r[i] = sqrt(1.5 * i);
        p->weight[i] = 1.0 / (error * error * (1.0 + 0.02 * i));
        p->V[i] = hp_gaussians_value(HP_GAUSSIANS_SHIFTED, truth, nterm, p->r[i]);
    }
    assert_ok(
        hp_gaussian_fit_create(HP_GAUSSIANS_SHIFTED, count, p->r, p->weight, N, &p->fit, &p->err),
        &p->err);
}

static void add_noise(problem *p, double error) {
    gsl_rng *rng;
    assert_ok(hp_random_create(&rng, 43, 0, HP_PURPOSE_TEST, &p->err), &p->err);
    for (int i = 0; i < N; i++) p->V[i] += gsl_ran_gaussian(rng, error * sqrt(1.0 + 0.02 * i));
    gsl_rng_free(rng);
}

static double chi2_of(const problem *p, const double *param, int count) {
    double chi2 = 0.0;
    for (int i = 0; i < N; i++)
        chi2 += p->weight[i] *
                pow(p->V[i] - hp_gaussians_value(HP_GAUSSIANS_SHIFTED, param, count, p->r[i]), 2);
    return chi2;
}

static void value_is_the_sum(void **state) {
    (void)state;
    double r = 2.385, x = (r - 6.4) / 2.1, y = (r - 1.3) / 3.7;
    double expected = -0.127 * exp(-x * x) - 0.51 * exp(-y * y);
    assert_close(hp_gaussians_value(HP_GAUSSIANS_SHIFTED, two, 2, r), expected, 1e-14,
                 0.0); /* roundings */
    assert_close(hp_gaussians_value(HP_GAUSSIANS_SHIFTED, two, 1, 6.4), -0.127, 0.0, 0.0);
}

static void exact_data_are_recovered_from_nothing(void **state) {
    (void)state;
    for (int count = 1; count <= 2; count++) {
        const double *truth = count == 1 ? one : two;
        problem p;
        hp_gaussian_report report;
        double param[MAX_PARAM];
        make_problem(truth, count, count, 1e-3, &p);
        assert_ok(hp_gaussian_fit_search(p.fit, p.V, param, &report, &p.err), &p.err);
        assert_true(report.converged);
        /* the fit stops at steps of 1e-10 of the parameters; its last one is quadratic */
        for (int i = 0; i < 3 * count; i++) assert_close(param[i], truth[i], 1e-8, 0.0);
        assert_close(report.chi2, 0.0, 0.0, 1e-12);
        hp_gaussian_fit_destroy(&p.fit);
    }
}

/* Differences of chi2 know nothing of the derivatives by which the minimum was found. */
static void minimum_of_noisy_data_is_stationary(void **state) {
    (void)state;
    problem p;
    hp_gaussian_report report;
    double param[MAX_PARAM], error = 0.01;
    make_problem(two, 2, 2, error, &p);
    add_noise(&p, error);
    assert_ok(hp_gaussian_fit_search(p.fit, p.V, param, &report, &p.err), &p.err);
    assert_true(report.converged);
    assert_close(report.chi2, chi2_of(&p, param, 2), 1e-12, 0.0); /* sums in another order */
    assert_true(report.chi2 <= chi2_of(&p, two, 2));
    for (int i = 0; i < 6; i++) {
        double up[6], down[6], h = 1e-4;
        for (int j = 0; j < 6; j++) up[j] = down[j] = param[j];
        up[i] += h;
        down[i] -= h;
        double rise = chi2_of(&p, up, 2) - report.chi2, fall = chi2_of(&p, down, 2) - report.chi2;
        assert_true(rise > 0.0 && fall > 0.0);
        /* the two differ by the third derivative only, h times the second */
        assert_close(rise / fall, 1.0, 0.0, 1e-2);
    }
    hp_gaussian_fit_destroy(&p.fit);
}

/* The sign of a range has no meaning; fits of samples start where the average ended. */
static void minimise_goes_on_and_ranges_come_out_positive(void **state) {
    (void)state;
    problem p;
    hp_gaussian_report report;
    double param[] = {-0.12, -2.2, 6.3, -0.5, 3.6, 1.4};
    make_problem(two, 2, 2, 1e-3, &p);
    assert_ok(hp_gaussian_fit_minimise(p.fit, p.V, param, &report, &p.err), &p.err);
    for (int i = 0; i < 6; i++) assert_close(param[i], two[i], 1e-8, 0.0); /* as above */
    hp_gaussian_fit_destroy(&p.fit);
}

static void check_within_data(problem *p) {
    hp_gaussian_report report;
    double param[MAX_PARAM];
    assert_ok(hp_gaussian_fit_search(p->fit, p->V, param, &report, &p->err), &p->err);
    for (int i = 0; i < 2; i++) {
        assert_true(fabs(param[3 * i + 2]) <= p->r[N - 1]);
        assert_true(param[3 * i + 1] <= p->r[N - 1] && param[3 * i + 1] >= 0.5 * p->r[1]);
    }
    assert_true(param[4] > param[1]); /* ordered by range */
    hp_gaussian_fit_destroy(&p->fit);
}

/* The best fit, exact, has a term that stands beyond the last point and is large there. */
static void no_term_beyond_the_data(void **state) {
    (void)state;
    problem p;
    make_problem(one, 1, 2, 1e-3, &p);
    for (int i = 0; i < N; i++) p.V[i] += 0.4 * exp(-pow((p.r[i] - 16.0) / 3.0, 2));
    check_within_data(&p);
}

/* A single point that is off is described best by a term between its neighbours. */
static void no_term_between_two_points(void **state) {
    (void)state;
    problem p;
    make_problem(one, 1, 2, 1e-3, &p);
    p.V[1] += 0.02;
    check_within_data(&p);
}

static void too_few_points_are_refused(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_gaussian_fit *fit = NULL;
    double r[] = {1, 2, 3, 4}, weight[] = {1, 1, 0, 1};
    assert_status(hp_gaussian_fit_create(HP_GAUSSIANS_SHIFTED, 1, r, weight, 4, &fit, &err),
                  HP_ERR_INPUT, &err);
    assert_contains(err.message, "1 Gaussians have 3 parameters, but there are 3 points to fit");
    hp_error_clear(&err);
    weight[2] = 1; /* one degree of freedom is enough */
    assert_ok(hp_gaussian_fit_create(HP_GAUSSIANS_SHIFTED, 1, r, weight, 4, &fit, &err), &err);
    hp_gaussian_fit_destroy(&fit);
}

int main(void) {
    gsl_set_error_handler_off(); /* as in the program: codes are checked */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(value_is_the_sum),
        cmocka_unit_test(exact_data_are_recovered_from_nothing),
        cmocka_unit_test(minimum_of_noisy_data_is_stationary),
        cmocka_unit_test(minimise_goes_on_and_ranges_come_out_positive),
        cmocka_unit_test(no_term_beyond_the_data),
        cmocka_unit_test(no_term_between_two_points),
        cmocka_unit_test(too_few_points_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
