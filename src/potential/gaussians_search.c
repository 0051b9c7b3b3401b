// SPDX-License-Identifier: GPL-3.0-or-later
/* Fits of Gaussians from nothing. */
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "gaussians_parts.h"
#include "hadpot/memory.h"
#include "hadpot/stop.h"

/* Where a search starts: all choices out of RANGES ranges, of which the best are refined. */
enum { RANGES = 12 };

/* The tail may be the longest part at this price in chi2. Points are correlated, so that chi2
 * itself says little; of some ten independent ones this is about 2 errors. */
static const double LIKELY = 1.5;

/* Term i at r for amplitude 1. */
static double shape(const hp_gaussian_fit *fit, size_t i, double range, double r) {
    double x = r / range;
    if (i < (size_t)fit->form.count) return exp(-x * x);
    return hp_tail_shape(&fit->form.tail, range, r, NULL);
}

/* Candidate i for a range: spaced geometrically between half the shortest distance and 0.6 of the
 * longest. */
static double choose_range(const hp_gaussian_fit *fit, int i) {
    double low = hp_gaussian_fit_shortest(fit), ratio = 0.6 * fit->r[fit->npoint - 1] / low;
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
    if (fit->nstart == GAUSSIAN_STARTS && !(chi2 < fit->chi2[GAUSSIAN_STARTS - 1])) return;
    int at = fit->nstart < GAUSSIAN_STARTS ? fit->nstart++ : GAUSSIAN_STARTS - 1;
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
        HP_CALL(hp_stop_check(err));
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

static hp_status refine_starts(hp_gaussian_fit *fit, const double *V, outcomes *best,
                               hp_error *err) {
    size_t nparam = 2 * fit->count;
    for (int i = 0; i < fit->nstart; i++) {
        hp_gaussian_report outcome;
        hp_error trouble = HP_ERROR_INIT;
        double *trial = fit->start + (size_t)i * nparam;
        hp_status status = hp_gaussian_fit_minimise(fit, V, trial, &outcome, &trouble);
        if (status == HP_ERR_NUMERIC || status == HP_ERR_LIBRARY) continue; /* others may do */
        if (status != HP_OK && err != NULL) *err = trouble;
        HP_CALL(status);
        if (!(outcome.chi2 < best->report[outcome.role].chi2)) continue;
        best->report[outcome.role] = outcome;
        memcpy(best->param + (size_t)outcome.role * nparam, trial, nparam * sizeof *trial);
    }
    return HP_OK;
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
    hp_gaussian_fit_take(fit, V);
    if (fit->form.tail.kind != HP_TAIL_NONE) {
        HP_CALL(collect_starts(fit, true, err));
        HP_CALL(refine_starts(fit, V, &best, err));
    }
    HP_CALL(collect_starts(fit, false, err));
    HP_CALL(refine_starts(fit, V, &best, err));
    int role = choose_role(&best);
    *report = best.report[role];
    HP_REQUIRE(isfinite(report->chi2), HP_ERR_NUMERIC,
               "no fit of %d Gaussians%s to the potential succeeded", fit->form.count,
               hp_gaussian_fit_and_tail(fit));
    memcpy(param, best.param + (size_t)role * nparam, nparam * sizeof *param);
    qsort(param, (size_t)fit->form.count, 2 * sizeof *param, compare_ranges);
    return HP_OK;
}
