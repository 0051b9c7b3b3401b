// SPDX-License-Identifier: GPL-3.0-or-later
/* The data of a fit from the correlators of an ensemble. */
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/units.h"
#include "study_parts.h"

size_t hp_analysis_place(const hp_analysis *analysis, int i) {
    int nradius = analysis->study.data.nradius;
    return (size_t)(i / nradius) * (size_t)analysis->plan->nradius + (size_t)(i % nradius);
}

/* Waves of l > 0 vanish at r = 0. */
static void leave_out_origin(hp_fit_data *data) {
    for (int i = 0; i < data->n; i++) {
        if (data->r[i] > 0.0 || data->component[i / data->nradius].l == 0) continue;
        if (data->fitted[i] > 0.0) data->nfitted -= data->ncolumn;
        data->fitted[i] = 0.0;
    }
}

static hp_status choose_radii(hp_analysis *analysis, hp_error *err) {
    const hp_correlator_plan *plan = analysis->plan;
    const hp_analysis_options *options = analysis->options;
    hp_fit_data *data = &analysis->study.data;
    int n = data->nradius;
    for (int c = 0; c < data->ncomponent; c++) {
        double *r = data->r + (ptrdiff_t)c * n, *quadrature = data->quadrature + (ptrdiff_t)c * n;
        memcpy(r, plan->r, (size_t)n * sizeof *r);
        memcpy(quadrature, plan->weight, (size_t)n * sizeof *quadrature);
        if (plan->ensemble->geometry.kind == HP_GEOMETRY_RADIAL) /* the trapezoidal rule ends here,
                                                                    maybe early */
            quadrature[n - 1] = 4.0 * M_PI * r[n - 1] * r[n - 1] * 0.5 * (r[n - 1] - r[n - 2]);
    }
    hp_fit_data_choose(data, options->r_min_fm / data->length_fm, INFINITY);
    leave_out_origin(data);
    HP_REQUIRE(data->nfitted > 0, HP_ERR_INPUT,
               "fit.r_min_fm = %g fm leaves no radius to fit, the last is %g fm", options->r_min_fm,
               data->r[n - 1] * data->length_fm);
    return HP_OK;
}

static const char *source_name(const hp_analysis *analysis, int column) {
    return hp_ensemble_wave_name(analysis->plan->ensemble,
                                 analysis->plan->source[column / analysis->nt]);
}

static int time_of(const hp_analysis *analysis, int column) {
    return analysis->plan->ensemble->t[analysis->plan->time[column % analysis->nt]];
}

/* Normalise a column by the mean of |R|, of all components, over radii up to 1 fm, which longer
 * data do not change, so that R is of order 1. */
static hp_status normalise(hp_analysis *analysis, const hp_lo_errors *errors, int column,
                           hp_error *err) {
    hp_fit_data *data = &analysis->study.data;
    const double *R = errors->R + (size_t)column * (size_t)analysis->plan->nshell;
    int near = 1;
    while (near < data->nradius && data->r[near] * data->length_fm <= 1.0) near++;
    for (int c = 0; c < data->ncomponent; c++)
        for (int r = 0; r < near; r++)
            data->normalisation[column] += fabs(R[c * analysis->plan->nradius + r]) / near;
    HP_REQUIRE(data->normalisation[column] > 0.0, HP_ERR_INPUT,
               "\"%s\": R of source \"%s\" vanishes at t = %d", data->label,
               source_name(analysis, column), time_of(analysis, column));
    return HP_OK;
}

/* Errors (nsource, nt, n), those of all times of a source and component together. */
static hp_status smooth_errors(const hp_analysis *analysis, double *error, hp_error *err) {
    const hp_fit_data *data = &analysis->study.data;
    const hp_correlator_plan *plan = analysis->plan;
    bool cubic = plan->ensemble->geometry.kind == HP_GEOMETRY_CUBIC;
    hp_smoothing along = {.n = data->nradius,
                          .ncolumn = analysis->nt,
                          .length = analysis->options->error_smoothing_fm / data->length_fm,
                          .r = data->r,
                          .sites = cubic ? plan->weight : NULL};
    int nt = analysis->nt, k = data->nradius, block = nt * k;
    double *variance;
    HP_ALLOCATE(variance, 2 * block);
    double *smooth = variance + block;
    for (int s = 0; s < analysis->nsource * data->ncomponent; s++) {
        double *first = error + (ptrdiff_t)(s / data->ncomponent) * nt * data->n +
                        (ptrdiff_t)(s % data->ncomponent) * k;
        for (int i = 0; i < block; i++) {
            double one = first[(ptrdiff_t)(i / k) * data->n + i % k];
            variance[i] = smooth[i] = one * one;
        }
        hp_smooth_variances(&along, variance, smooth);
        for (int i = 0; i < block; i++)
            first[(ptrdiff_t)(i / k) * data->n + i % k] = sqrt(smooth[i]);
    }
    hp_free(variance);
    return HP_OK;
}

/* error (nsource, nt, nshell) of the samples -> taken (nsource, nt, n) as weights and chi2 have it.
 * A covariance needs the errors of its own samples. */
static hp_status take_errors(const hp_analysis *analysis, const double *error, double *taken,
                             hp_error *err) {
    const hp_fit_data *data = &analysis->study.data;
    const hp_analysis_options *options = analysis->options;
    bool smooth = options->error_smoothing_fm > 0 && options->covariance == HP_COVARIANCE_NONE;
    for (int i = 0; i < data->n * data->ncolumn; i++)
        taken[i] = error[(size_t)(i / data->n) * (size_t)analysis->plan->nshell +
                         hp_analysis_place(analysis, i % data->n)];
    return smooth ? smooth_errors(analysis, taken, err) : HP_OK;
}

/* The average and its errors, with their floor, in this normalisation. */
static hp_status take_column(hp_analysis *analysis, const hp_lo_errors *errors, int column,
                             hp_error *err) {
    hp_fit_data *data = &analysis->study.data;
    double unit = data->normalisation[column], floor = analysis->options->relative_floor;
    for (int r = 0; r < data->n; r++) {
        size_t to = (size_t)column * (size_t)data->n + (size_t)r;
        size_t from =
            (size_t)column * (size_t)analysis->plan->nshell + hp_analysis_place(analysis, r);
        data->R[to] = errors->R[from] / unit;
        data->S[to] = errors->S[from] / unit;
        data->S_error[to] = hp_effective_error(data->S_error[to] / unit, data->S[to], floor);
        data->V[to] = errors->V[from];
        data->V_error[to] = hp_effective_error(data->V_error[to], data->V[to], floor);
        HP_REQUIRE(data->fitted[r] == 0.0 || data->S_error[to] > 0.0, HP_ERR_INPUT,
                   "\"%s\": all samples agree to the last bit at source \"%s\", t = %d, r = %g a; "
                   "without errors nothing can be weighted",
                   data->label, source_name(analysis, column), time_of(analysis, column),
                   data->r[r]);
    }
    return HP_OK;
}

/* (nsample, ncolumn, n) S of samples, with the masses of the average, less that of the average. */
static hp_status take_deviations(const hp_analysis *analysis, const hp_lo_errors *errors,
                                 double **deviation, hp_error *err) {
    const hp_fit_data *data = &analysis->study.data;
    int n = data->n, ncolumn = data->ncolumn, nset = errors->nset;
    HP_REQUIRE(errors->sample != NULL && errors->nkept == n, HP_ERR_INTERNAL,
               "samples of S at %d radii for a fit to %d", errors->nkept, n);
    HP_ALLOCATE(*deviation, (size_t)errors->nsample * (size_t)ncolumn * (size_t)n);
    double *to = *deviation;
    for (int k = 0; k < errors->nsample; k++)
        for (int c = 0; c < ncolumn; c++)
            for (int r = 0; r < n; r++)
                *to++ = errors->sample[((ptrdiff_t)(nset * (k + 1) - 1) * ncolumn + c) * n + r] -
                        errors->S[(size_t)c * (size_t)analysis->plan->nshell +
                                  hp_analysis_place(analysis, r)];
    return HP_OK;
}

static hp_status create_weights(hp_analysis *analysis, const hp_lo_errors *errors, hp_error *err) {
    hp_status status = HP_OK;
    const hp_analysis_options *options = analysis->options;
    double *deviation = NULL;
    if (options->covariance != HP_COVARIANCE_NONE)
        HP_TRY(take_deviations(analysis, errors, &deviation, err));
    const hp_fit_points with = {.covariance = options->covariance,
                                .parameter = options->covariance_parameter,
                                .nsample = errors->nsample,
                                .sample_weight = errors->sample_weight,
                                .sample = deviation};
    HP_TRY(hp_fit_data_weigh(&analysis->study.data, &with, err));
cleanup:
    hp_free(deviation);
    return status;
}

/* Penalties count in units of chi2, whatever the weights are. */
static double mean_weighted_variance(const hp_fit_data *data) {
    double sum = 0.0;
    for (int i = 0; i < data->n * data->ncolumn; i++)
        sum += data->fitted[i % data->n] * data->S_error[i] * data->S_error[i];
    return sum / data->nfitted;
}

hp_status hp_analysis_create_data(hp_analysis *analysis, const hp_lo_errors *errors,
                                  hp_error *err) {
    const hp_correlator_plan *plan = analysis->plan;
    const hp_ensemble *ensemble = plan->ensemble;
    hp_fit_data *data = &analysis->study.data;
    int n;
    HP_CALL(hp_analysis_count_radii(analysis->options->r_max_fm, plan, &n, err));
    HP_CALL(hp_fit_data_create_components(plan->ncomponent, n, analysis->nsource * analysis->nt,
                                          data, err));
    memcpy(data->component, plan->component, sizeof data->component);
    memcpy(data->spin, plan->spin, sizeof data->spin);
    data->npair = plan->npair;
    data->label = ensemble->path;
    data->energy_mev = ensemble->inverse_spacing_mev;
    data->length_fm = hp_spacing_fm(data->energy_mev);
    data->of_potential = (analysis->options->potential.kind->flags & HP_KIND_OF_V) != 0;
    data->inverse_variance = analysis->options->inverse_variance;
    hp_pairs_of_row(analysis->plan->masses, data->npair, 0, data->pair);
    data->x_error = errors->x_error;
    HP_CALL(choose_radii(analysis, err));
    HP_CALL(take_errors(analysis, errors->S_error, data->S_error, err));
    HP_CALL(take_errors(analysis, errors->V_error, data->V_error, err));
    for (int c = 0; c < data->ncolumn; c++) {
        HP_CALL(normalise(analysis, errors, c, err));
        HP_CALL(take_column(analysis, errors, c, err));
    }
    if (!data->of_potential) HP_CALL(create_weights(analysis, errors, err));
    if (!data->inverse_variance) data->penalty_unit = mean_weighted_variance(data);
    return HP_OK;
}

void hp_analysis_take_sample(hp_analysis *analysis, const hp_pair *pair, double *vector) {
    hp_fit_data *data = &analysis->study.data;
    const hp_record *record = &analysis->study.record;
    const hp_correlator *correlator = &analysis->correlator;
    const double *const term[] = {correlator->R, correlator->laplacian, correlator->dt,
                                  correlator->dt2, correlator->S};
    static const char *const path[] = {HP_ROW_R, HP_ROW_LAPLACIAN, HP_ROW_DT, HP_ROW_DT2, HP_ROW_S};
    double *const kept[] = {data->R, data->K, NULL, NULL, data->S};
    size_t n = (size_t)data->n, nshell = (size_t)correlator->nshell;
    size_t ncolumn = (size_t)data->ncolumn;
    memcpy(data->pair, pair, (size_t)data->npair * sizeof *pair);
    for (int i = 0; i < 5; i++) {
        double *stored = hp_record_at(record, vector, path[i]);
        for (size_t c = 0; c < ncolumn; c++)
            for (size_t r = 0; r < n; r++)
                stored[c * n + r] = term[i][c * nshell + hp_analysis_place(analysis, (int)r)] /
                                    data->normalisation[c];
        if (kept[i] != NULL) memcpy(kept[i], stored, ncolumn * n * sizeof *stored);
    }
    double *V_lo = hp_record_at(record, vector, HP_ROW_V_LO);
    for (size_t i = 0; i < ncolumn * n && V_lo != NULL; i++) { /* of one component */
        data->V[i] = data->S[i] / data->R[i];
        V_lo[i] = data->energy_mev * data->V[i];
    }
}
