// SPDX-License-Identifier: GPL-3.0-or-later
#include "gaussians_parts.h"
#include <gsl/gsl_errno.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/stop.h"

/* Steps until the tests below hold: a well-posed fit takes some ten, a degenerate one some 100. */
enum { MAX_ITERATIONS = 2000 };
static const double STEP_TOLERANCE = 1e-10, GRADIENT_TOLERANCE = 1e-12;

double hp_gaussians_value(const double *param, int count, double r) {
    double sum = 0.0;
    for (int i = 0; i < count; i++, param += 2) {
        double x = r / param[1];
        sum += param[0] * exp(-x * x);
    }
    return sum;
}

int hp_gaussian_form_terms(const hp_gaussian_form *form) {
    return form->count + (form->tail.kind != HP_TAIL_NONE);
}

double hp_gaussian_form_value(const hp_gaussian_form *form, const double *param, double r) {
    double sum = hp_gaussians_value(param, form->count, r);
    if (form->tail.kind == HP_TAIL_NONE) return sum;
    param += 2 * (size_t)form->count;
    return sum + param[0] * hp_tail_shape(&form->tail, param[1], r, NULL);
}

static int residual_function(const gsl_vector *param, void *context, gsl_vector *residual) {
    const hp_gaussian_fit *fit = context;
    for (size_t r = 0; r < fit->npoint; r++)
        gsl_vector_set(residual, r,
                       hp_gaussian_form_value(&fit->form, param->data, fit->r[r]) - fit->V[r]);
    return GSL_SUCCESS;
}

static int jacobian_function(const gsl_vector *param, void *context, gsl_matrix *jacobian) {
    const hp_gaussian_fit *fit = context;
    size_t count = (size_t)fit->form.count;
    for (size_t r = 0; r < fit->npoint; r++) {
        const double *term = param->data;
        for (size_t i = 0; i < count; i++, term += 2) {
            double x = fit->r[r] / term[1], gaussian = exp(-x * x);
            gsl_matrix_set(jacobian, r, 2 * i, gaussian);
            gsl_matrix_set(jacobian, r, 2 * i + 1, term[0] * gaussian * 2.0 * x / term[1] * x);
        }
        if (fit->count == count) continue;
        double slope, tail = hp_tail_shape(&fit->form.tail, term[1], fit->r[r], &slope);
        gsl_matrix_set(jacobian, r, 2 * count, tail);
        gsl_matrix_set(jacobian, r, 2 * count + 1, term[0] * slope);
    }
    return GSL_SUCCESS;
}

const char *hp_gaussian_fit_and_tail(const hp_gaussian_fit *fit) {
    return fit->form.tail.kind == HP_TAIL_NONE ? "" : " and a tail";
}

void hp_gaussian_fit_take(hp_gaussian_fit *fit, const double *V) {
    for (size_t i = 0; i < fit->npoint; i++) fit->V[i] = V[fit->index[i]];
}

double hp_gaussian_fit_shortest(const hp_gaussian_fit *fit) {
    return 0.5 * (fit->r[0] > 0.0 ? fit->r[0] : fit->r[1]);
}

static hp_tail_role role_of_tail(const hp_gaussian_fit *fit, const double *param) {
    double range = param[2 * fit->count - 1], longest = range;
    if (fit->form.tail.kind == HP_TAIL_NONE) return HP_TAIL_LONGEST;
    for (int i = 0; i < fit->form.count; i++) longest = fmax(longest, param[2 * i + 1]);
    if (range < hp_gaussian_fit_shortest(fit) || longest > fit->r[fit->npoint - 1])
        return HP_TAIL_OUTSIDE;
    return longest > range ? HP_TAIL_INSIDE : HP_TAIL_LONGEST;
}

static hp_status minimise(hp_gaussian_fit *fit, const double *V, double *param,
                          hp_gaussian_report *report, hp_error *err) {
    size_t nparam = 2 * fit->count;
    gsl_multifit_nlinear_fdf problem = {.f = residual_function,
                                        .df = jacobian_function,
                                        .n = fit->npoint,
                                        .p = nparam,
                                        .params = fit};
    gsl_vector_const_view start = gsl_vector_const_view_array(param, nparam);
    hp_gaussian_fit_take(fit, V);
    int code =
        gsl_multifit_nlinear_winit(&start.vector, &fit->weight.vector, &problem, fit->nonlinear);
    HP_REQUIRE(code == GSL_SUCCESS, HP_ERR_LIBRARY, "gsl_multifit_nlinear_winit: %s",
               gsl_strerror(code));
    int reason = 0;
    code = gsl_multifit_nlinear_driver(MAX_ITERATIONS, STEP_TOLERANCE, GRADIENT_TOLERANCE, 0.0,
                                       NULL, NULL, &reason, fit->nonlinear);
    /* No progress from the very start, which GSL calls too many iterations, is how a fit goes that
     * starts at its minimum to rounding: converged as well. */
    report->converged = code == GSL_SUCCESS || reason == GSL_ENOPROG;
    report->iterations = (int)gsl_multifit_nlinear_niter(fit->nonlinear);
    const gsl_vector *found = gsl_multifit_nlinear_position(fit->nonlinear);
    const gsl_vector *residual = gsl_multifit_nlinear_residual(fit->nonlinear);
    report->chi2 = 0.0;
    for (size_t i = 0; i < fit->npoint; i++)
        report->chi2 += gsl_vector_get(residual, i) * gsl_vector_get(residual, i);
    HP_REQUIRE(isfinite(report->chi2), HP_ERR_NUMERIC, "the fit of %d Gaussians%s diverged",
               fit->form.count, hp_gaussian_fit_and_tail(fit));
    for (size_t i = 0; i < nparam; i++) { /* only b^2 matters: the fit may end at -b */
        double value = gsl_vector_get(found, i);
        param[i] = i % 2 == 1 ? fabs(value) : value;
    }
    report->role = role_of_tail(fit, param);
    report->converged = report->converged && report->role != HP_TAIL_OUTSIDE;
    return HP_OK;
}

/* What a course has of a minimisation: this, then its start, then param. */
enum { FOUND, CHI2, ITERATIONS, CONVERGED, ROLE, HEAD };

/* Whether a course has it, from this start. */
static bool is_ours(const hp_gaussian_fit *fit, const hp_course_entry *entry, const double *start) {
    size_t nparam = 2 * fit->count;
    bool same = entry->length == HEAD + 2 * nparam && entry->finished;
    double role = same ? entry->values[ROLE] : 0.0;
    for (size_t i = 0; same && i < nparam; i++)
        same = hp_course_is_same(start[i], entry->values[HEAD + i]);
    return same && role >= 0.0 && role < HP_TAIL_ROLES;
}

/* What the minimisation gave; false: it must be done. */
static bool repeat(hp_gaussian_fit *fit, double *param, hp_gaussian_report *report) {
    hp_course_entry entry = hp_course_begin(fit->course, HP_COURSE_GAUSSIANS);
    if (entry.values == NULL) return false;
    if (!is_ours(fit, &entry, param)) {
        hp_course_refuse(fit->course);
        return false;
    }
    const double *head = entry.values;
    hp_course_accept(fit->course, &entry, 0);
    if (head[FOUND] == 0.0) return false; /* it fails again */
    *report = (hp_gaussian_report){.chi2 = head[CHI2],
                                   .iterations = (int)head[ITERATIONS],
                                   .converged = head[CONVERGED] != 0.0,
                                   .role = (hp_tail_role)head[ROLE]};
    memcpy(param, head + HEAD + 2 * fit->count, 2 * fit->count * sizeof *param);
    return true;
}

hp_status hp_gaussian_fit_minimise(hp_gaussian_fit *fit, const double *V, double *param,
                                   hp_gaussian_report *report, hp_error *err) {
    size_t nparam = 2 * fit->count;
    if (repeat(fit, param, report)) return HP_OK;
    HP_CALL(hp_stop_check(err));
    memcpy(fit->first, param, nparam * sizeof *param);
    *report = (hp_gaussian_report){.role = HP_TAIL_OUTSIDE};
    hp_status status = minimise(fit, V, param, report, err);
    const double head[HEAD] = {[FOUND] = status == HP_OK,
                               [CHI2] = status == HP_OK ? report->chi2 : 0.0,
                               [ITERATIONS] = report->iterations,
                               [CONVERGED] = report->converged,
                               [ROLE] = report->role};
    const hp_course_part parts[] = {{head, HEAD}, {fit->first, nparam}, {param, nparam}};
    hp_error *trouble = status == HP_OK ? err : NULL; /* the first one counts */
    hp_status kept = hp_course_put(fit->course, HP_COURSE_GAUSSIANS, true, parts, 3, trouble);
    if (kept == HP_OK && hp_course_is_due(fit->course)) kept = hp_course_save(fit->course, trouble);
    return status != HP_OK ? status : kept;
}

void hp_gaussian_fit_follow(hp_gaussian_fit *fit, hp_course *course) {
    fit->course = course;
}

static hp_status allocate(hp_gaussian_fit *fit, hp_error *err) {
    size_t n = fit->npoint, count = fit->count, p = 2 * count;
    HP_ALLOCATE(fit->index, n + count);
    HP_ALLOCATE(fit->block, (3 + count) * n + (1 + count) * count + (1 + p) * GAUSSIAN_STARTS +
                                (3 + HP_TAIL_ROLES) * p);
    fit->chosen = fit->index + n;
    fit->r = fit->block;
    fit->V = fit->r + n;
    fit->chi2 = fit->V + n;
    fit->start = fit->chi2 + GAUSSIAN_STARTS;
    fit->trial = fit->start + p * GAUSSIAN_STARTS;
    fit->best = fit->trial + p;
    fit->found = fit->best + p;
    fit->first = fit->found + HP_TAIL_ROLES * p;
    double *rest = fit->first + p;
    fit->value = gsl_vector_view_array(fit->V, n);
    fit->weight = gsl_vector_view_array(rest, n);
    fit->amplitude = gsl_vector_view_array(rest += n, count);
    fit->covariance = gsl_matrix_view_array(rest += count, count, count);
    fit->design = gsl_matrix_view_array(rest + count * count, n, count);
    gsl_multifit_nlinear_parameters parameters = gsl_multifit_nlinear_default_parameters();
    fit->nonlinear = gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &parameters, n, p);
    fit->linear = gsl_multifit_linear_alloc(n, count);
    HP_REQUIRE(fit->nonlinear != NULL && fit->linear != NULL, HP_ERR_MEMORY,
               "no memory for a fit of %d Gaussians%s to %zu points", fit->form.count,
               hp_gaussian_fit_and_tail(fit), n);
    return HP_OK;
}

hp_status hp_gaussian_fit_create(const hp_gaussian_form *form, const double *r,
                                 const double *weight, int npoint, hp_gaussian_fit **out,
                                 hp_error *err) {
    hp_status status = HP_OK;
    hp_gaussian_fit *fit = NULL;
    HP_NEW(fit, 1);
    *fit = (hp_gaussian_fit){.form = *form, .count = (size_t)hp_gaussian_form_terms(form)};
    for (int i = 0; i < npoint; i++) fit->npoint += weight[i] > 0.0;
    HP_CHECK(form->count >= 1 && fit->npoint > 2 * fit->count, HP_ERR_INPUT,
             "%d Gaussians%s have %zu parameters, but there are %zu points to fit", form->count,
             hp_gaussian_fit_and_tail(fit), 2 * fit->count, fit->npoint);
    HP_TRY(allocate(fit, err));
    for (int i = 0, used = 0; i < npoint; i++) {
        if (!(weight[i] > 0.0)) continue;
        fit->index[used] = i;
        fit->r[used] = r[i];
        gsl_vector_set(&fit->weight.vector, (size_t)used++, weight[i]);
    }
    *out = fit;
cleanup:
    if (status != HP_OK) hp_gaussian_fit_destroy(&fit);
    return status;
}

void hp_gaussian_fit_destroy(hp_gaussian_fit **fit) {
    if (fit == NULL || *fit == NULL) return;
    if ((*fit)->nonlinear != NULL) gsl_multifit_nlinear_free((*fit)->nonlinear);
    if ((*fit)->linear != NULL) gsl_multifit_linear_free((*fit)->linear);
    hp_free((*fit)->index);
    hp_free((*fit)->block);
    hp_free(*fit);
    *fit = NULL;
}
