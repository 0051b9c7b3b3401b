// SPDX-License-Identifier: GPL-3.0-or-later
/* Fits of sums of Gaussians: exact data come back, the minimum of noisy data is one. */
#include "support.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include "hadpot/gaussians.h"
#include "hadpot/random.h"

enum { N = 90, MAX_COUNT = 4 };

/* A core, an attraction, a tail: the scales of a baryon-baryon potential in lattice units. */
static const double two[] = {1.37, 1.9, -0.083, 6.1};
static const double four[] = {1.12, 0.81, 0.57, 1.93, 0.081, 4.35, -0.043, 9.6};

typedef struct {
    double r[N], weight[N], V[N];
    hp_gaussian_fit *fit;
    hp_error err;
} problem;

/* Shells sqrt(i) of a cubic box; weights 1/error^2 that fall with r. */
static void make_problem(const double *truth, int count, double error, problem *p) {
    *p = (problem){.err = HP_ERROR_INIT};
    for (int i = 0; i < N; i++) {
        p->r[i] = sqrt(3.1 * i);
        p->weight[i] = 1.0 / (error * error * (1.0 + 0.05 * i));
        p->V[i] = hp_gaussians_value(truth, count, p->r[i]);
    }
    assert_ok(hp_gaussian_fit_create(&(hp_gaussian_form){.count = count}, p->r, p->weight, N,
                                     &p->fit, &p->err),
              &p->err);
}

static void add_noise(problem *p, double error) {
    gsl_rng *rng;
    assert_ok(hp_random_create(&rng, 41, 0, HP_PURPOSE_TEST, &p->err), &p->err);
    for (int i = 0; i < N; i++) p->V[i] += gsl_ran_gaussian(rng, error * sqrt(1.0 + 0.05 * i));
    gsl_rng_free(rng);
}

static double chi2_of(const problem *p, const double *param, int count) {
    double chi2 = 0.0;
    for (int i = 0; i < N; i++)
        chi2 += p->weight[i] * pow(p->V[i] - hp_gaussians_value(param, count, p->r[i]), 2);
    return chi2;
}

/* Ratio of the largest to the smallest singular value of d V(r_i)/d (log of each parameter), each
 * over its error. */
static double condition_number(const problem *p, const double *param, int count) {
    size_t n = 2 * (size_t)count;
    gsl_matrix *jacobian = gsl_matrix_alloc(N, n);
    gsl_multifit_linear_workspace *work = gsl_multifit_linear_alloc(N, n);
    for (size_t i = 0; i < N; i++)
        for (int k = 0; k < count; k++) {
            double x = p->r[i] / param[2 * k + 1], w = sqrt(p->weight[i]);
            double term = w * param[2 * k] * exp(-x * x);
            gsl_matrix_set(jacobian, i, 2 * (size_t)k, term);
            gsl_matrix_set(jacobian, i, 2 * (size_t)k + 1, 2.0 * x * x * term);
        }
    assert_int_equal(gsl_multifit_linear_svd(jacobian, work), 0);
    double condition = 1.0 / gsl_multifit_linear_rcond(work);
    gsl_multifit_linear_free(work);
    gsl_matrix_free(jacobian);
    return condition;
}

static void value_is_the_sum(void **state) {
    (void)state;
    double r = 2.385;
    double expected = 1.37 * exp(-r * r / (1.9 * 1.9)) - 0.083 * exp(-r * r / (6.1 * 6.1));
    assert_close(hp_gaussians_value(two, 2, r), expected, 1e-14, 0.0); /* a few roundings */
    assert_close(hp_gaussians_value(two, 1, 0.0), 1.37, 0.0, 0.0);
}

static void check_recovery(const double *truth, int count) {
    problem p;
    hp_gaussian_report report;
    double param[2 * MAX_COUNT];
    make_problem(truth, count, 1e-3, &p);
    assert_ok(hp_gaussian_fit_search(p.fit, p.V, param, &report, &p.err), &p.err);
    double condition = condition_number(&p, truth, count);
    print_message("%d Gaussians: chi2 %.3g, %d steps, condition %.3g\n", count, report.chi2,
                  report.iterations, condition);
    assert_true(report.converged);
    /* Rounding of V, 1e-16 of the largest term, grows by the condition number, and the fit stops
     * when a step falls below 1e-10 of the parameters, which leaves as much again: 1e-10 or
     * 10 * 2e-16 * condition, whatever is larger. */
    double tolerance = fmax(1e-9, 2e-15 * condition);
    for (int i = 0; i < 2 * count; i++) assert_close(param[i], truth[i], tolerance, 0.0);
    assert_close(report.chi2, chi2_of(&p, param, count), 1e-6, 1e-18); /* rounding of residuals */
    hp_gaussian_fit_destroy(&p.fit);
    assert_null(p.fit);
}

static void exact_data_are_recovered_from_nothing(void **state) {
    (void)state;
    check_recovery(two, 2);
    check_recovery(four, 4);
}

/* The derivative of chi2 with respect to the logarithm of each parameter, against the size of the
 * terms that cancel in it. */
static void check_stationary(const problem *p, const double *param, int count, double tolerance) {
    for (int k = 0; k < 2 * count; k++) {
        double slope = 0.0, size = 0.0;
        for (int i = 0; i < N; i++) {
            double b = param[k | 1], x = p->r[i] / b;
            double term = param[k & ~1] * exp(-x * x) * (k % 2 == 0 ? 1.0 : 2.0 * x * x);
            double residual = hp_gaussians_value(param, count, p->r[i]) - p->V[i];
            slope += 2.0 * p->weight[i] * residual * term;
            size += 2.0 * p->weight[i] * fabs(residual * term);
        }
        assert_close(slope / size, 0.0, 0.0, tolerance);
    }
}

static void minimum_of_noisy_data_is_one(void **state) {
    (void)state;
    for (int count = 2; count <= 4; count += 2) {
        const double *truth = count == 2 ? two : four, error = 2e-3;
        problem p;
        hp_gaussian_report report;
        double param[2 * MAX_COUNT];
        make_problem(truth, count, error, &p);
        add_noise(&p, error);
        assert_ok(hp_gaussian_fit_search(p.fit, p.V, param, &report, &p.err), &p.err);
        assert_true(report.converged);
        print_message("%d Gaussians: chi2 %g, of the truth %g, of %d points\n", count, report.chi2,
                      chi2_of(&p, truth, count), N);
        assert_close(report.chi2, chi2_of(&p, param, count), 1e-12, 0.0); /* sums in other order */
        assert_true(report.chi2 <= chi2_of(&p, truth, count));
        assert_true(report.chi2 < N + 4.0 * sqrt(2.0 * N)); /* 4 sigma of its distribution */
        /* The fit ends with a step below 1e-10 of the parameters; the slope changes by its
         * curvature, about (V/error)^2 = 1e5, per relative step, and is compared with 1e3. */
        check_stationary(&p, param, count, 1e-6);
        hp_gaussian_fit_destroy(&p.fit);
    }
}

/* A fit goes on from a given start, and stays where a fit has ended. */
static void minimise_starts_where_it_is_told(void **state) {
    (void)state;
    problem p;
    hp_gaussian_report report;
    double param[2 * MAX_COUNT], again[2 * MAX_COUNT];
    make_problem(two, 2, 2e-3, &p);
    add_noise(&p, 2e-3);
    assert_ok(hp_gaussian_fit_search(p.fit, p.V, param, &report, &p.err), &p.err);
    double chi2 = report.chi2;
    for (int i = 0; i < 4; i++) again[i] = param[i] * (i % 2 == 0 ? 1.02 : 0.98);
    assert_ok(hp_gaussian_fit_minimise(p.fit, p.V, again, &report, &p.err), &p.err);
    assert_true(report.converged);
    /* both end with a relative step below 1e-10; some hundred of them could follow */
    for (int i = 0; i < 4; i++) assert_close(again[i], param[i], 1e-8, 0.0);
    assert_ok(hp_gaussian_fit_minimise(p.fit, p.V, again, &report, &p.err), &p.err);
    assert_true(report.converged);
    assert_close(report.chi2, chi2, 1e-12, 0.0); /* flat at the minimum: (1e-8)^2 */
    hp_gaussian_fit_destroy(&p.fit);
}

/* b enters squared; a fit that is led to -b says b, or errors over samples would make no sense. */
static void ranges_come_out_positive(void **state) {
    (void)state;
    problem p;
    hp_gaussian_report report;
    double param[] = {1.3, -2.0, -0.08, 6.0};
    make_problem(two, 2, 1e-3, &p);
    assert_ok(hp_gaussian_fit_minimise(p.fit, p.V, param, &report, &p.err), &p.err);
    for (int i = 0; i < 4; i++) assert_close(param[i], two[i], 1e-9, 0.0); /* as above */
    hp_gaussian_fit_destroy(&p.fit);
}

/* A point of weight 0 may hold anything and stand anywhere, also first and last. */
static void points_of_weight_zero_are_ignored(void **state) {
    (void)state;
    problem p, q;
    hp_gaussian_report report;
    double with[4], without[4], r[N + 3], weight[N + 3], V[N + 3];
    make_problem(two, 2, 2e-3, &p);
    add_noise(&p, 2e-3);
    assert_ok(hp_gaussian_fit_search(p.fit, p.V, without, &report, &p.err), &p.err);
    double chi2 = report.chi2;
    for (int i = 0, from = 0; i < N + 3; i++) {
        bool junk = i == 0 || i == 17 || i == N + 2;
        r[i] = junk ? 0.4 * i : p.r[from];
        V[i] = junk ? 1e9 : p.V[from];
        weight[i] = junk ? 0.0 : p.weight[from];
        from += !junk;
    }
    q = (problem){.err = HP_ERROR_INIT};
    assert_ok(
        hp_gaussian_fit_create(&(hp_gaussian_form){.count = 2}, r, weight, N + 3, &q.fit, &q.err),
        &q.err);
    assert_ok(hp_gaussian_fit_search(q.fit, V, with, &report, &q.err), &q.err);
    assert_memory_equal(with, without, sizeof with); /* the same numbers in the same order */
    assert_close(report.chi2, chi2, 0.0, 0.0);
    hp_gaussian_fit_destroy(&q.fit);
    hp_gaussian_fit_destroy(&p.fit);
}

/* A weight of 4 counts like four equal points: the minimum moves accordingly. */
static void weights_count_like_repeated_points(void **state) {
    (void)state;
    problem p;
    hp_gaussian_report report;
    double heavy[4], repeated[4], r[N + 30], weight[N + 30], V[N + 30];
    make_problem(two, 2, 2e-3, &p);
    add_noise(&p, 2e-3);
    hp_gaussian_fit_destroy(&p.fit);
    for (int i = 0; i < N; i++) {
        r[i] = p.r[i];
        V[i] = p.V[i];
        weight[i] = p.weight[i];
        if (i < 30) { /* the first 30 are there twice */
            r[N + i] = p.r[i];
            V[N + i] = p.V[i];
            weight[N + i] = 3.0 * p.weight[i];
            p.weight[i] *= 4.0;
        }
    }
    assert_ok(
        hp_gaussian_fit_create(&(hp_gaussian_form){.count = 2}, p.r, p.weight, N, &p.fit, &p.err),
        &p.err);
    assert_ok(hp_gaussian_fit_search(p.fit, p.V, heavy, &report, &p.err), &p.err);
    double chi2 = report.chi2;
    hp_gaussian_fit_destroy(&p.fit);
    assert_ok(
        hp_gaussian_fit_create(&(hp_gaussian_form){.count = 2}, r, weight, N + 30, &p.fit, &p.err),
        &p.err);
    for (int i = 0; i < 4; i++) repeated[i] = two[i];
    assert_ok(hp_gaussian_fit_minimise(p.fit, V, repeated, &report, &p.err), &p.err);
    assert_close(report.chi2, chi2, 1e-12, 0.0); /* sums in another order */
    for (int i = 0; i < 4; i++) assert_close(repeated[i], heavy[i], 1e-8, 0.0); /* see above */
    hp_gaussian_fit_destroy(&p.fit);
}

/* MeV or lattice units: the same fit, amplitudes in proportion. */
static void units_do_not_matter(void **state) {
    (void)state;
    problem p;
    hp_gaussian_report report;
    double param[8], scaled[8], error = 2e-3;
    make_problem(four, 4, error, &p);
    add_noise(&p, error);
    assert_ok(hp_gaussian_fit_search(p.fit, p.V, param, &report, &p.err), &p.err);
    double chi2 = report.chi2;
    for (int sign = -1; sign <= 1; sign += 2) {
        double unit = pow(10.0, 6.0 * sign);
        problem q = p;
        for (int i = 0; i < N; i++) {
            q.V[i] = unit * p.V[i];
            q.weight[i] = p.weight[i] / (unit * unit);
        }
        assert_ok(hp_gaussian_fit_create(&(hp_gaussian_form){.count = 4}, q.r, q.weight, N, &q.fit,
                                         &q.err),
                  &q.err);
        assert_ok(hp_gaussian_fit_search(q.fit, q.V, scaled, &report, &q.err), &q.err);
        assert_true(report.converged);
        assert_close(report.chi2, chi2, 1e-10, 0.0); /* flat at the minimum */
        /* steps below 1e-10, times the condition number of 237 printed above */
        for (int i = 0; i < 8; i++)
            assert_close(scaled[i], param[i] * (i % 2 == 0 ? unit : 1.0), 1e-7, 0.0);
        hp_gaussian_fit_destroy(&q.fit);
    }
    hp_gaussian_fit_destroy(&p.fit);
}

static void terms_come_ordered_by_range(void **state) {
    (void)state;
    problem p;
    hp_gaussian_report report;
    double param[2 * MAX_COUNT], error = 2e-3;
    for (int count = 1; count <= MAX_COUNT; count++) {
        make_problem(four, count, error, &p);
        add_noise(&p, error);
        assert_ok(hp_gaussian_fit_search(p.fit, p.V, param, &report, &p.err), &p.err);
        for (int i = 0; i < count; i++)
            assert_true(param[2 * i + 1] > (i > 0 ? param[2 * i - 1] : 0.0));
        hp_gaussian_fit_destroy(&p.fit);
    }
}

static void too_few_points_are_refused(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_gaussian_fit *fit = NULL;
    double r[] = {1, 2, 3, 4, 5, 6}, weight[] = {1, 0, 1, 1, 0, 1};
    assert_status(hp_gaussian_fit_create(&(hp_gaussian_form){.count = 2}, r, weight, 6, &fit, &err),
                  HP_ERR_INPUT, &err);
    assert_contains(err.message, "2 Gaussians have 4 parameters, but there are 4 points to fit");
    assert_null(fit);
    hp_error_clear(&err);
    assert_status(hp_gaussian_fit_create(&(hp_gaussian_form){.count = 0}, r, weight, 6, &fit, &err),
                  HP_ERR_INPUT, &err);
    hp_error_clear(&err);
    weight[1] = 1; /* one degree of freedom is enough */
    assert_ok(hp_gaussian_fit_create(&(hp_gaussian_form){.count = 2}, r, weight, 6, &fit, &err),
              &err);
    hp_gaussian_fit_destroy(&fit);
    hp_gaussian_fit_destroy(&fit);
    hp_gaussian_fit_destroy(NULL);
}

static void data_that_are_not_finite_are_an_error(void **state) {
    (void)state;
    problem p;
    hp_gaussian_report report;
    double param[4] = {1.0, 2.0, -0.1, 6.0};
    make_problem(two, 2, 1e-3, &p);
    p.V[11] = NAN;
    assert_status(hp_gaussian_fit_minimise(p.fit, p.V, param, &report, &p.err), HP_ERR_NUMERIC,
                  &p.err);
    assert_contains(p.err.message, "2 Gaussians diverged");
    assert_close(param[0], 1.0, 0.0, 0.0); /* untouched */
    hp_error_clear(&p.err);
    assert_int_not_equal(hp_gaussian_fit_search(p.fit, p.V, param, &report, &p.err), HP_OK);
    hp_gaussian_fit_destroy(&p.fit);
}

int main(void) {
    gsl_set_error_handler_off(); /* as in the program: codes are checked */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(value_is_the_sum),
        cmocka_unit_test(exact_data_are_recovered_from_nothing),
        cmocka_unit_test(minimum_of_noisy_data_is_one),
        cmocka_unit_test(minimise_starts_where_it_is_told),
        cmocka_unit_test(ranges_come_out_positive),
        cmocka_unit_test(points_of_weight_zero_are_ignored),
        cmocka_unit_test(weights_count_like_repeated_points),
        cmocka_unit_test(units_do_not_matter),
        cmocka_unit_test(terms_come_ordered_by_range),
        cmocka_unit_test(too_few_points_are_refused),
        cmocka_unit_test(data_that_are_not_finite_are_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
