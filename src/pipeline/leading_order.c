// SPDX-License-Identifier: GPL-3.0-or-later
#include "leading_order.h"
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/n2lo.h"

typedef struct {
    hp_correlator_plan *plan;
    hp_correlator correlator;
    bool n2lo;
    int nkept;     /* points of equation in a column */
    size_t length; /* numbers of leading_order */
} lo_context;

/* Effective masses ln C(t)/C(t+1) of both hadrons, t the last time of the plan, at the end. */
static void fill_masses(const lo_context *lo, const double *row, double *values) {
    const hp_correlator_plan *plan = lo->plan;
    const hp_ensemble *ensemble = plan->ensemble;
    int source = hp_correlator_plan_two_point(plan), t = 0;
    if (source < 0) return;
    for (int i = 0; i < plan->nt; i++) t = plan->time[i] > t ? plan->time[i] : t;
    for (int hadron = 0; hadron < 2; hadron++) {
        const double *C = row + hp_ensemble_row_offset(ensemble, source) +
                          (ptrdiff_t)ensemble->nt * (ensemble->geometry.npoint + hadron) + t;
        values[lo->length - 2 + (size_t)hadron] = C[0] / C[1] > 0.0 ? log(C[0] / C[1]) : NAN;
    }
}

/* R, S and V = S/R of an averaged row, and x = 2 mu V2 of two sources. */
static hp_status leading_order(const double *row, double *values, void *context, hp_error *err) {
    lo_context *lo = context;
    size_t n = lo->correlator.n;
    hp_pair pair[HP_MOST_PAIRS];
    hp_pairs_of_row(lo->plan->masses, lo->plan->npair, 0, pair);
    HP_CALL(hp_correlator_compute(lo->plan, pair, row, &lo->correlator, err));
    const double *R = lo->correlator.R, *K = lo->correlator.laplacian, *S = lo->correlator.S;
    memcpy(values, R, n * sizeof *values);
    memcpy(values + n, S, n * sizeof *values);
    for (size_t i = 0; i < n; i++) values[2 * n + i] = S[i] / R[i];
    if (lo->n2lo) {
        int nshell = lo->correlator.nshell;
        hp_n2lo_columns columns = {{R, R + nshell}, {K, K + nshell}, {S, S + nshell}};
        hp_n2lo_solve(&columns, nshell, NULL, values + 3 * n);
    }
    fill_masses(lo, row, values);
    return HP_OK;
}

hp_status hp_leading_order_estimate(const hp_analysis_options *options, hp_resampling *resampling,
                                    hp_correlator_plan *plan, hp_lo_errors *errors, hp_error *err) {
    hp_status status = HP_OK;
    const hp_comm *comm = resampling->ingest->ensemble->comm;
    lo_context context = {.plan = plan,
                          .n2lo = (options->potential.kind->flags & HP_KIND_TWO_SOURCES) != 0};
    status = hp_correlator_create(plan, &context.correlator, err);
    if (status == HP_OK) status = hp_lo_errors_create(plan, context.n2lo, errors, err);
    HP_TRY(hp_parallel_agree(comm, status, err));
    context.length = errors->length;
    HP_TRY(hp_ingest_errors(resampling, errors->length, leading_order, &context, errors->R,
                            errors->R_error, err));
cleanup:
    hp_correlator_destroy(&context.correlator);
    return status;
}

/* kept (nsource, nt, nkept) of all (nsource, nt, nshell): of each component the first radii. */
static void keep_radii(const lo_context *context, const double *all, double *kept) {
    size_t ncomponent = (size_t)context->plan->ncomponent, nradius = (size_t)context->plan->nradius;
    size_t nkept = (size_t)context->nkept / ncomponent;
    for (size_t c = 0; c < context->correlator.n / nradius; c++)
        memcpy(kept + c * nkept, all + c * nradius, nkept * sizeof *kept);
}

/* R and S of a sample, and S with the masses of the average where it has others. */
static hp_status equation(int sample, const double *row, double *values, void *context,
                          hp_error *err) {
    lo_context *lo = context;
    hp_pair pair[HP_MOST_PAIRS];
    hp_pairs_of_row(lo->plan->masses, lo->plan->npair, sample + 1, pair);
    size_t length = lo->correlator.n / (size_t)lo->plan->nshell * (size_t)lo->nkept;
    HP_CALL(hp_correlator_compute(lo->plan, pair, row, &lo->correlator, err));
    keep_radii(lo, lo->correlator.R, values);
    keep_radii(lo, lo->correlator.S, values + length);
    if (lo->plan->masses[0].nrow == 1) return HP_OK;
    hp_pairs_of_row(lo->plan->masses, lo->plan->npair, 0, pair);
    HP_CALL(hp_correlator_compute(lo->plan, pair, row, &lo->correlator, err));
    keep_radii(lo, lo->correlator.S, values + 2 * length);
    return HP_OK;
}

/* How many radii and samples there are, and what is kept of each. */
static hp_status take_shape(const hp_analysis_options *options, const hp_resampling *resampling,
                            const hp_correlator_plan *plan, hp_lo_errors *errors, hp_error *err) {
    HP_CALL(hp_analysis_count_radii(options->r_max_fm, plan, &errors->nkept, err));
    errors->nkept *= plan->ncomponent;
    errors->nsample = resampling->nsample;
    errors->freedom = hp_resampling_freedom(resampling);
    errors->sample_weight = hp_sample_weight(hp_resampling_rule(resampling), resampling->nsample);
    errors->nset = plan->masses[0].nrow > 1 ? 3 : 2;
    return HP_OK;
}

/* Numbers of one of R, S at the radii of the fit. */
static size_t kept_length(const hp_correlator_plan *plan, const hp_lo_errors *errors) {
    return (size_t)errors->nkept * errors->n / (size_t)plan->nshell;
}

hp_status hp_leading_order_gather(const hp_analysis_options *options, hp_resampling *resampling,
                                  hp_correlator_plan *plan, hp_lo_errors *errors, hp_error *err) {
    hp_status status = HP_OK;
    const hp_comm *comm = resampling->ingest->ensemble->comm;
    lo_context context = {.plan = plan};
    if (errors->sample != NULL) return HP_OK;
    status = hp_correlator_create(plan, &context.correlator, err);
    if (status == HP_OK) status = take_shape(options, resampling, plan, errors, err);
    HP_TRY(hp_parallel_agree(comm, status, err));
    context.nkept = errors->nkept;
    size_t length = (size_t)errors->nset * kept_length(plan, errors);
    HP_NEW_TOGETHER(comm, errors->sample, (size_t)errors->nsample * length);
    HP_TRY(hp_ingest_gather_by_sample(resampling, length, equation, &context, errors->sample, err));
cleanup:
    hp_correlator_destroy(&context.correlator);
    return status;
}

hp_status hp_lo_samples_create(const hp_analysis_options *options, hp_resampling *resampling,
                               hp_correlator_plan *plan, hp_lo_errors *errors,
                               hp_lo_samples *samples, hp_error *err) {
    hp_status status = HP_OK;
    lo_context *lo = NULL;
    *samples = (hp_lo_samples){.resampling = resampling};
    HP_TRY(take_shape(options, resampling, plan, errors, err));
    samples->length = kept_length(plan, errors);
    samples->nset = errors->nset;
    HP_NEW(samples->row, hp_ensemble_row_length(resampling->ingest->ensemble));
    HP_NEW(samples->values, (size_t)errors->nset * samples->length);
    HP_NEW(lo, 1);
    *lo = (lo_context){.plan = plan, .nkept = errors->nkept};
    samples->context = lo;
    HP_TRY(hp_correlator_create(plan, &lo->correlator, err));
cleanup:
    if (status != HP_OK) hp_lo_samples_destroy(samples);
    return status;
}

void hp_lo_samples_destroy(hp_lo_samples *samples) {
    lo_context *lo = samples->context;
    if (lo != NULL) hp_correlator_destroy(&lo->correlator);
    hp_free(lo);
    hp_free(samples->row);
    hp_free(samples->values);
    *samples = (hp_lo_samples){0};
}

hp_status hp_lo_samples_take(hp_lo_samples *samples, int sample, hp_lo_sample *of, hp_error *err) {
    HP_CALL(hp_ingest_sample(samples->resampling, sample, samples->row, err));
    HP_CALL(equation(sample, samples->row, samples->values, samples->context, err));
    of->R = samples->values;
    of->S = samples->values + samples->length;
    of->S_noise = samples->values + (size_t)(samples->nset - 1) * samples->length;
    return HP_OK;
}
