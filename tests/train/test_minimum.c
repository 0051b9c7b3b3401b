// SPDX-License-Identifier: GPL-3.0-or-later
/* The minimum that Levenberg-Marquardt finds is one that GSL's trust region finds as well, and the
 * gradient of the loss vanishes there. */
#include "fit_case.h"

#include <gsl/gsl_multifit_nlinear.h>
#include "hadpot/train.h"

enum { MAX_STEPS = 400, MAX_ROWS = 64, MAX_PARAM = 96 };

/* GSL's view of the problem: residuals, then sqrt(kappa) theta_hat. */
static int residuals_for_gsl(const gsl_vector *theta, void *context, gsl_vector *rho) {
    fit_case *p = context;
    size_t count = hp_loss_count_residuals(&p->loss);
    double residual[MAX_ROWS], param[MAX_PARAM]; /* rho may be a column of a matrix */
    assert_true(count <= MAX_ROWS && p->model.nparam <= MAX_PARAM);
    for (size_t i = 0; i < p->model.nparam; i++) param[i] = gsl_vector_get(theta, i);
    hp_loss_value(&p->loss, param);
    hp_loss_residuals(&p->loss, residual);
    for (size_t i = 0; i < count; i++) gsl_vector_set(rho, i, residual[i]);
    for (size_t i = 0; i < p->model.nparam; i++)
        gsl_vector_set(rho, count + i,
                       sqrt(p->loss.penalty) * (gsl_vector_get(theta, i) - p->loss.mean[i]) /
                           p->loss.deviation[i]);
    return GSL_SUCCESS;
}

/* Minimise with GSL's trust region and its own central differences from param; the loss there. */
static double minimise_with_gsl(fit_case *p, const double *start, double *found) {
    size_t nparam = p->model.nparam;
    gsl_multifit_nlinear_parameters parameters = gsl_multifit_nlinear_default_parameters();
    parameters.fdtype = GSL_MULTIFIT_NLINEAR_CTRDIFF;
    gsl_multifit_nlinear_fdf problem = {.f = residuals_for_gsl,
                                        .n = hp_loss_count_residuals(&p->loss) + nparam,
                                        .p = nparam,
                                        .params = p};
    gsl_multifit_nlinear_workspace *space =
        gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &parameters, problem.n, problem.p);
    assert_non_null(space);
    gsl_vector_const_view from = gsl_vector_const_view_array(start, nparam);
    int info;
    assert_int_equal(gsl_multifit_nlinear_init(&from.vector, &problem, space), GSL_SUCCESS);
    assert_int_equal(gsl_multifit_nlinear_driver(2000, 1e-12, 1e-12, 0.0, NULL, NULL, &info, space),
                     GSL_SUCCESS);
    memcpy(found, gsl_multifit_nlinear_position(space)->data, nparam * sizeof *found);
    gsl_multifit_nlinear_free(space);
    return hp_loss_value(&p->loss, found);
}

/* |g|/2 in units of theta_hat, all of it. */
static double gradient_in_prior_units(fit_case *p) {
    double sum = 0.0, g[MAX_PARAM];
    hp_loss_gradient(&p->loss, p->param, g);
    for (size_t i = 0; i < p->model.nparam; i++) sum += pow(0.5 * g[i] * p->loss.deviation[i], 2);
    return sqrt(sum);
}

/* The curvature is J^T J + kappa, its largest eigenvalue below the trace. */
static double bound_of_curvature(const hp_lm *lm, double penalty) {
    double trace = penalty;
    for (size_t i = 0; i < lm->normal.order; i++)
        trace += lm->normal.product[i * (lm->normal.order + 1)];
    return trace;
}

/* GSL from the same start, and from near what was found. It stops at steps of 1e-12 of the weights,
 * in valleys where kappa alone bends the loss somewhat early: 7e-9 of the loss above the minimum at
 * most was seen, and never below. */
static void compare_with_gsl(fit_case *p, const double *start, double least) {
    double other[MAX_PARAM], near[MAX_PARAM];
    for (size_t i = 0; i < p->model.nparam; i++)
        near[i] = p->param[i] + 0.05 * p->loss.deviation[i] * sin(3.0 * (double)i);
    const double found[] = {minimise_with_gsl(p, start, other), minimise_with_gsl(p, near, other)};
    for (int i = 0; i < 2; i++) {
        assert_close(found[i], least, 1e-7, 0.0);
        assert_true(found[i] > least * (1.0 - 1e-12)); /* twice the decrement, and rounding */
    }
}

static void check_minimum(const fit_variant *v, bool dual) {
    fit_case p;
    hp_lm lm;
    hp_train_report report = {0};
    hp_lm_options options = {.steps = MAX_STEPS, .tolerance = 1e-14};
    double start[MAX_PARAM];
    fit_case_make(v, &p);
    assert_true(p.model.nparam <= MAX_PARAM);
    memcpy(start, p.param, p.model.nparam * sizeof *start);
    assert_ok(hp_lm_create(&p.loss, MAX_STEPS, &lm, &p.err), &p.err);
    double first = gradient_in_prior_units(&p), value = hp_loss_value(&p.loss, p.param);
    assert_ok(hp_lm_minimise(&lm, &p.loss, &options, p.param, &report, &p.err), &p.err);
    double last = gradient_in_prior_units(&p);
    print_message("%zu weights: %d steps, loss %.6g to %.6g, gradient %.2g to %.2g\n",
                  p.model.nparam, report.epochs, value, report.loss, first, last);
    assert_int_equal(lm.normal.dual, dual);
    assert_true(report.converged && report.decrement <= 1e-14);
    assert_close(hp_loss_value(&p.loss, p.param), report.loss, 0.0, 0.0); /* the same bits */
    /* the decrement g^T H^-1 g is below 1e-14 L, so g^2 below that times the largest curvature */
    assert_true(last <= sqrt(1e-14 * report.loss * bound_of_curvature(&lm, v->penalty)));
    assert_close(lm.history[0], value, 0.0, 0.0);
    for (int step = 0; step < report.epochs; step++)
        assert_true(lm.history[step + 1] <= lm.history[step]);
    compare_with_gsl(&p, start, report.loss);
    hp_lm_destroy(&lm);
    fit_case_destroy(&p);
}

static void minimum_with_linear_g_is_that_of_gsl(void **state) {
    (void)state;
    for (int bits = 0; bits < 8; bits++) {
        fit_variant v = fit_variant_of(false, bits);
        check_minimum(&v, false);
    }
}

/* 53 or 66 weights and at most 43 residuals. */
static void minimum_with_deep_g_and_few_data_is_that_of_gsl(void **state) {
    (void)state;
    for (int bits = 0; bits < 8; bits++) {
        fit_variant v = fit_variant_of(true, bits);
        check_minimum(&v, true);
    }
}

/* 13 weights and at least 22 residuals. */
static void minimum_with_deep_g_and_many_data_is_that_of_gsl(void **state) {
    (void)state;
    for (int bits = 0; bits < 8; bits += 2) {
        fit_variant v = fit_variant_of(true, bits);
        v.narrow = true;
        check_minimum(&v, false);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(minimum_with_linear_g_is_that_of_gsl),
        cmocka_unit_test(minimum_with_deep_g_and_few_data_is_that_of_gsl),
        cmocka_unit_test(minimum_with_deep_g_and_many_data_is_that_of_gsl),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
