// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/gaussians.h"
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/memory.h"

/* Steps until the tests below hold: a well-posed fit takes some ten, a degenerate one some 100. */
enum { MAX_ITERATIONS = 2000 };
static const double STEP_TOLERANCE = 1e-10, GRADIENT_TOLERANCE = 1e-12;

/* Where a search starts: all choices out of RANGES ranges, of which the STARTS best are refined. */
enum { RANGES = 12, STARTS = 10 };

/* The tail may be the longest part at this price in chi2. Points are correlated, so that chi2
 * itself says little; of some ten independent ones this is about 2 errors. */
static const double LIKELY = 1.5;

struct hp_gaussian_fit {
    hp_gaussian_form form;
    size_t count, npoint; /* terms, the tail last; points with weight > 0 */
    int *index, *chosen;  /* (npoint) places in the caller's arrays; (count) ascending candidates */
    double *block, *r, *V;         /* (npoint) */
    double *start, *chi2;          /* (nstart, count, 2), (nstart) ordered by chi2 */
    double *trial;                 /* (count, 2) */
    double *best;                  /* (count, 2) of all d of the current choice */
    double *found;                 /* (HP_TAIL_ROLES, count, 2) */
    int nstart;                    /* found so far */
    gsl_vector_view weight, value; /* value: V */
    gsl_vector_view amplitude;
    gsl_matrix_view design, covariance;
    gsl_multifit_nlinear_workspace *nonlinear;
    gsl_multifit_linear_workspace *linear;
};

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

/* Term i at r for amplitude 1. */
static double shape(const hp_gaussian_fit *fit, size_t i, double range, double r) {
    double x = r / range;
    if (i < (size_t)fit->form.count) return exp(-x * x);
    return hp_tail_shape(&fit->form.tail, range, r, NULL);
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

/* For messages. */
static const char *and_tail(const hp_gaussian_fit *fit) {
    return fit->form.tail.kind == HP_TAIL_NONE ? "" : " and a tail";
}

static void take_values(hp_gaussian_fit *fit, const double *V) {
    for (size_t i = 0; i < fit->npoint; i++) fit->V[i] = V[fit->index[i]];
}

/* Half the shortest distance from r = 0: a term narrower than that stands between two points. */
static double shortest_range(const hp_gaussian_fit *fit) {
    return 0.5 * (fit->r[0] > 0.0 ? fit->r[0] : fit->r[1]);
}

static hp_tail_role role_of_tail(const hp_gaussian_fit *fit, const double *param) {
    double range = param[2 * fit->count - 1], longest = range;
    if (fit->form.tail.kind == HP_TAIL_NONE) return HP_TAIL_LONGEST;
    for (int i = 0; i < fit->form.count; i++) longest = fmax(longest, param[2 * i + 1]);
    if (range < shortest_range(fit) || longest > fit->r[fit->npoint - 1]) return HP_TAIL_OUTSIDE;
    return longest > range ? HP_TAIL_INSIDE : HP_TAIL_LONGEST;
}

hp_status hp_gaussian_fit_minimise(hp_gaussian_fit *fit, const double *V, double *param,
                                   hp_gaussian_report *report, hp_error *err) {
    size_t nparam = 2 * fit->count;
    gsl_multifit_nlinear_fdf problem = {.f = residual_function,
                                        .df = jacobian_function,
                                        .n = fit->npoint,
                                        .p = nparam,
                                        .params = fit};
    gsl_vector_const_view start = gsl_vector_const_view_array(param, nparam);
    take_values(fit, V);
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
               fit->form.count, and_tail(fit));
    for (size_t i = 0; i < nparam; i++) { /* only b^2 matters: the fit may end at -b */
        double value = gsl_vector_get(found, i);
        param[i] = i % 2 == 1 ? fabs(value) : value;
    }
    report->role = role_of_tail(fit, param);
    report->converged = report->converged && report->role != HP_TAIL_OUTSIDE;
    return HP_OK;
}

static hp_status allocate(hp_gaussian_fit *fit, hp_error *err) {
    size_t n = fit->npoint, count = fit->count, p = 2 * count;
    HP_ALLOCATE(fit->index, n + count);
    HP_ALLOCATE(fit->block,
                (3 + count) * n + (1 + count) * count + (1 + p) * STARTS + (2 + HP_TAIL_ROLES) * p);
    fit->chosen = fit->index + n;
    fit->r = fit->block;
    fit->V = fit->r + n;
    fit->chi2 = fit->V + n;
    fit->start = fit->chi2 + STARTS;
    fit->trial = fit->start + p * STARTS;
    fit->best = fit->trial + p;
    fit->found = fit->best + p;
    double *rest = fit->found + HP_TAIL_ROLES * p;
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
               and_tail(fit), n);
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
             and_tail(fit), 2 * fit->count, fit->npoint);
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

/* Candidate i for a range: spaced geometrically between half the shortest distance and 0.6 of the
 * longest. */
static double choose_range(const hp_gaussian_fit *fit, int i) {
    double low = shortest_range(fit), ratio = 0.6 * fit->r[fit->npoint - 1] / low;
    return low * pow(ratio, (double)i / (RANGES - 1));
}

/* GSL's SVD takes vectors of these lengths and does not look whether it gets them: whether there is
 * memory for all of them is seen before. */
static hp_status see_room(const hp_gaussian_fit *fit, hp_error *err) {
    enum { VECTORS = 4 };
    double *room = NULL;
    HP_ALLOCATE(room, VECTORS * (fit->npoint + fit->count));
    hp_free(room);
    return HP_OK;
}

/* Amplitudes of the weighted linear fit at the ranges of the trial. */
static hp_status best_amplitudes(hp_gaussian_fit *fit, double *chi2, hp_error *err) {
    HP_CALL(see_room(fit, err));
    for (size_t r = 0; r < fit->npoint; r++)
        for (size_t i = 0; i < fit->count; i++)
            gsl_matrix_set(&fit->design.matrix, r, i,
                           shape(fit, i, fit->trial[2 * i + 1], fit->r[r]));
    int code =
        gsl_multifit_wlinear(&fit->design.matrix, &fit->weight.vector, &fit->value.vector,
                             &fit->amplitude.vector, &fit->covariance.matrix, chi2, fit->linear);
    HP_REQUIRE(code == GSL_SUCCESS, HP_ERR_LIBRARY, "gsl_multifit_wlinear: %s", gsl_strerror(code));
    for (size_t i = 0; i < fit->count; i++)
        fit->trial[2 * i] = gsl_vector_get(&fit->amplitude.vector, i);
    return HP_OK;
}

/* Insert the best into the list of starts. */
static void keep_if_better(hp_gaussian_fit *fit, double chi2) {
    size_t nparam = 2 * fit->count, size = nparam * sizeof(double);
    if (fit->nstart == STARTS && !(chi2 < fit->chi2[STARTS - 1])) return;
    int at = fit->nstart < STARTS ? fit->nstart++ : STARTS - 1;
    for (; at > 0 && chi2 < fit->chi2[at - 1]; at--) {
        double *to = fit->start + (size_t)at * nparam;
        fit->chi2[at] = fit->chi2[at - 1];
        memcpy(to, to - nparam, size);
    }
    fit->chi2[at] = chi2;
    memcpy(fit->start + (size_t)at * nparam, fit->best, size);
}

/* The best amplitudes at the Gaussian ranges of the trial; of a tail at the best candidate for d,
 * from number `first` on. */
static hp_status find_best(hp_gaussian_fit *fit, int first, double *least, hp_error *err) {
    bool tail = fit->form.tail.kind != HP_TAIL_NONE;
    *least = INFINITY;
    for (int i = first; i < (tail ? RANGES : 1); i++) {
        double chi2;
        if (tail) fit->trial[2 * fit->count - 1] = choose_range(fit, i);
        HP_CALL(best_amplitudes(fit, &chi2, err));
        if (i > first && !(chi2 < *least)) continue;
        *least = chi2;
        memcpy(fit->best, fit->trial, 2 * fit->count * sizeof *fit->best);
    }
    return HP_OK;
}

/* The next ascending choice of `count` numbers below `total`; false after the last. */
static bool next_choice(int *chosen, int count, int total) {
    int i = count - 1;
    while (i >= 0 && chosen[i] == total - count + i) i--;
    if (i < 0) return false;
    chosen[i]++;
    for (int j = i + 1; j < count; j++) chosen[j] = chosen[j - 1] + 1;
    return true;
}

/* The best of all choices of `count` different candidates, each choice with its best amplitudes;
 * with `longest` d is larger than all of them. */
static hp_status collect_starts(hp_gaussian_fit *fit, bool longest, hp_error *err) {
    int count = fit->form.count;
    double chi2;
    fit->nstart = 0;
    for (int i = 0; i < count; i++) fit->chosen[i] = i;
    do {
        int first = longest ? fit->chosen[count - 1] + 1 : 0;
        if (first == RANGES) continue;
        for (int i = 0; i < count; i++) fit->trial[2 * i + 1] = choose_range(fit, fit->chosen[i]);
        HP_CALL(find_best(fit, first, &chi2, err));
        keep_if_better(fit, chi2);
    } while (next_choice(fit->chosen, count, RANGES));
    return HP_OK;
}

/* The best outcomes so far, one for each role of the tail. */
typedef struct {
    hp_gaussian_report report[HP_TAIL_ROLES];
    double *param; /* (HP_TAIL_ROLES, count, 2) */
} outcomes;

static void refine_starts(hp_gaussian_fit *fit, const double *V, outcomes *best) {
    size_t nparam = 2 * fit->count;
    for (int i = 0; i < fit->nstart; i++) {
        hp_gaussian_report outcome;
        double *trial = fit->start + (size_t)i * nparam;
        if (hp_gaussian_fit_minimise(fit, V, trial, &outcome, NULL) != HP_OK) continue;
        if (!(outcome.chi2 < best->report[outcome.role].chi2)) continue;
        best->report[outcome.role] = outcome;
        memcpy(best->param + (size_t)outcome.role * nparam, trial, nparam * sizeof *trial);
    }
}

/* Which of them is taken. */
static int choose_role(const outcomes *best) {
    double longest = best->report[HP_TAIL_LONGEST].chi2;
    double inside = best->report[HP_TAIL_INSIDE].chi2;
    if (isfinite(longest) && longest <= LIKELY * inside) return HP_TAIL_LONGEST;
    return isfinite(inside) ? HP_TAIL_INSIDE : HP_TAIL_OUTSIDE;
}

static int compare_ranges(const void *one, const void *other) {
    double b = ((const double *)one)[1], d = ((const double *)other)[1];
    return (b > d) - (b < d);
}

hp_status hp_gaussian_fit_search(hp_gaussian_fit *fit, const double *V, double *param,
                                 hp_gaussian_report *report, hp_error *err) {
    size_t nparam = 2 * fit->count;
    outcomes best = {.param = fit->found};
    for (int i = 0; i < HP_TAIL_ROLES; i++) best.report[i].chi2 = INFINITY;
    take_values(fit, V);
    if (fit->form.tail.kind != HP_TAIL_NONE) {
        HP_CALL(collect_starts(fit, true, err));
        refine_starts(fit, V, &best);
    }
    HP_CALL(collect_starts(fit, false, err));
    refine_starts(fit, V, &best);
    int role = choose_role(&best);
    *report = best.report[role];
    HP_REQUIRE(isfinite(report->chi2), HP_ERR_NUMERIC,
               "no fit of %d Gaussians%s to the potential succeeded", fit->form.count,
               and_tail(fit));
    memcpy(param, best.param + (size_t)role * nparam, nparam * sizeof *param);
    qsort(param, (size_t)fit->form.count, 2 * sizeof *param, compare_ranges);
    return HP_OK;
}
