// SPDX-License-Identifier: GPL-3.0-or-later
/* Fits of Gaussians from nothing: many starts with their best amplitudes, the best ones refined. */
#include <gsl/gsl_errno.h>
#include <math.h>
#include <string.h>
#include "gaussians_private.h"
#include "hadpot/memory.h"

/* Where a search starts: all choices out of RANGES ranges (centred), or out of SHIFTED_RANGES
 * ranges times CENTRES centres, of which the STARTS best are refined. Shifted ones get more starts,
 * since many of theirs lead out of the data. */
enum { RANGES = 12, SHIFTED_RANGES = 6, CENTRES = 8, STARTS = 10, SHIFTED_STARTS = 40 };

/* The candidates for a term, and the best starts so far, ordered by chi2. */
typedef struct search {
    hp_gaussian_fit *fit;
    int ncandidate, capacity, nstart;
    double *candidate; /* (ncandidate, form) terms; amplitudes unused */
    double *start;     /* (capacity, count, form) */
    double *chi2;      /* (capacity) */
    double *trial;     /* (count, form) */
    int *chosen;       /* (count) ascending candidates */
} search;

/* Half the shortest distance from r = 0: a term narrower than that stands between two points. */
static double shortest_range(const hp_gaussian_fit *fit) {
    return 0.5 * (fit->r[0] > 0.0 ? fit->r[0] : fit->r[1]);
}

/* Ranges spaced geometrically between half the shortest and 0.6 of the longest distance; centres
 * spaced equally between 0 and the longest one. */
static void fill_candidates(search *work) {
    const hp_gaussian_fit *fit = work->fit;
    double low = shortest_range(fit), end = fit->r[fit->npoint - 1], ratio = 0.6 * end / low;
    bool shifted = fit->form == HP_GAUSSIANS_SHIFTED;
    int ranges = shifted ? SHIFTED_RANGES : RANGES;
    for (int i = 0; i < work->ncandidate; i++) {
        double *term = work->candidate + (ptrdiff_t)i * fit->form;
        term[1] = low * pow(ratio, (double)(i % ranges) / (ranges - 1));
        if (shifted) term[2] = end * (double)(i / ranges) / (CENTRES - 1);
    }
}

static hp_status create_search(hp_gaussian_fit *fit, search *work, hp_error *err) {
    bool shifted = fit->form == HP_GAUSSIANS_SHIFTED;
    size_t form = (size_t)fit->form, count = (size_t)fit->count;
    *work = (search){.fit = fit,
                     .ncandidate = shifted ? SHIFTED_RANGES * CENTRES : RANGES,
                     .capacity = shifted ? SHIFTED_STARTS : STARTS};
    HP_ALLOCATE(work->candidate, (size_t)work->ncandidate * form);
    HP_ALLOCATE(work->start, (size_t)work->capacity * count * form);
    HP_ALLOCATE(work->chi2, work->capacity);
    HP_ALLOCATE(work->trial, count * form);
    HP_ALLOCATE(work->chosen, count);
    fill_candidates(work);
    return HP_OK;
}

/* Amplitudes of the weighted linear fit at the ranges and centres given in param. */
static hp_status best_amplitudes(hp_gaussian_fit *fit, double *param, double *chi2, hp_error *err) {
    for (int r = 0; r < fit->npoint; r++) {
        gsl_vector_set(fit->value, (size_t)r, fit->V[r]);
        for (int i = 0; i < fit->count; i++)
            gsl_matrix_set(fit->design, (size_t)r, (size_t)i,
                           hp_gaussian_fit_basis(fit, param + (ptrdiff_t)i * fit->form, fit->r[r]));
    }
    int code = gsl_multifit_wlinear(fit->design, fit->weight, fit->value, fit->amplitude,
                                    fit->covariance, chi2, fit->linear);
    HP_REQUIRE(code == GSL_SUCCESS, HP_ERR_LIBRARY, "gsl_multifit_wlinear: %s", gsl_strerror(code));
    for (int i = 0; i < fit->count; i++)
        param[i * fit->form] = gsl_vector_get(fit->amplitude, (size_t)i);
    return HP_OK;
}

/* Insert the trial into the list of starts. */
static void keep_if_better(search *work, double trial_chi2) {
    size_t nparam = (size_t)work->fit->form * (size_t)work->fit->count;
    int last = work->capacity - 1;
    if (work->nstart == work->capacity && !(trial_chi2 < work->chi2[last])) return;
    int at = work->nstart < work->capacity ? work->nstart++ : last;
    for (; at > 0 && trial_chi2 < work->chi2[at - 1]; at--) {
        work->chi2[at] = work->chi2[at - 1];
        memcpy(work->start + (size_t)at * nparam, work->start + (size_t)(at - 1) * nparam,
               nparam * sizeof(double));
    }
    work->chi2[at] = trial_chi2;
    memcpy(work->start + (size_t)at * nparam, work->trial, nparam * sizeof(double));
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

/* The best of all choices of `count` different candidates, each choice with its best amplitudes. */
static hp_status collect_starts(search *work, hp_error *err) {
    int form = work->fit->form, count = work->fit->count;
    double chi2;
    for (int i = 0; i < count; i++) work->chosen[i] = i;
    do {
        for (int i = 0; i < count; i++)
            memcpy(work->trial + (ptrdiff_t)i * form,
                   work->candidate + (ptrdiff_t)work->chosen[i] * form,
                   (size_t)form * sizeof(double));
        HP_CALL(best_amplitudes(work->fit, work->trial, &chi2, err));
        keep_if_better(work, chi2);
    } while (next_choice(work->chosen, count, work->ncandidate));
    return HP_OK;
}

/* Centred terms always; shifted ones when centre and range do not exceed the longest distance, nor
 * is the range below the shortest. */
static bool within_data(const hp_gaussian_fit *fit, const double *param) {
    double low = shortest_range(fit), end = fit->r[fit->npoint - 1];
    bool within = true;
    for (int i = 0; i < fit->count && fit->form == HP_GAUSSIANS_SHIFTED; i++) {
        double b = param[3 * i + 1], c = param[3 * i + 2];
        within &= b >= low && b <= end && fabs(c) <= end;
    }
    return within;
}

static void order_by_range(const hp_gaussian_fit *fit, double *param) {
    int form = fit->form;
    for (int i = 1; i < fit->count; i++)
        for (int j = i; j > 0 && param[form * j + 1] < param[form * (j - 1) + 1]; j--)
            for (int k = 0; k < form; k++) {
                double swap = param[form * j + k];
                param[form * j + k] = param[form * (j - 1) + k];
                param[form * (j - 1) + k] = swap;
            }
}

static void destroy_search(search *work) {
    hp_free(work->candidate);
    hp_free(work->start);
    hp_free(work->chi2);
    hp_free(work->trial);
    hp_free(work->chosen);
}

hp_status hp_gaussian_fit_search(hp_gaussian_fit *fit, const double *V, double *param,
                                 hp_gaussian_report *report, hp_error *err) {
    hp_status status = HP_OK;
    size_t nparam = (size_t)fit->form * (size_t)fit->count;
    search work;
    HP_TRY(create_search(fit, &work, err));
    hp_gaussian_fit_take_values(fit, V);
    HP_TRY(collect_starts(&work, err));
    report->chi2 = INFINITY;
    for (int i = 0; i < work.nstart; i++) {
        hp_gaussian_report outcome;
        double *trial = work.start + (size_t)i * nparam;
        if (hp_gaussian_fit_minimise(fit, V, trial, &outcome, NULL) != HP_OK) continue;
        if (outcome.chi2 >= report->chi2 || !within_data(fit, trial)) continue;
        *report = outcome;
        memcpy(param, trial, nparam * sizeof *param);
    }
    HP_CHECK(isfinite(report->chi2), HP_ERR_NUMERIC,
             "no fit of %d Gaussians to the potential succeeded%s", fit->count,
             fit->form == HP_GAUSSIANS_SHIFTED
                 ? " with all terms within the data; fewer terms or another range may help"
                 : "");
    order_by_range(fit, param);
cleanup:
    destroy_search(&work);
    return status;
}
