// SPDX-License-Identifier: GPL-3.0-or-later
/* What is compared with the truth, and how it is taken from an ensemble. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "coverage_parts.h"
#include "hadpot/memory.h"
#include "hadpot/units.h"

/* One point of the data: first source, middle time, half of the largest distance. */
typedef struct {
    hp_correlator_plan *plan;
    hp_correlator correlator;
    size_t four_point; /* its place in a row of the ensemble */
    int place;         /* in R and S of the correlator */
    double unit;       /* four_point is divided by it */
} data_point;

/* Numbers that every ensemble has in common. */
static hp_status prepare(const hp_variations *analysis, hp_coverage *coverage, hp_error *err) {
    const hp_pipeline *pipeline = &analysis->central;
    const hp_resampling *resampling = pipeline->resampling;
    bool fits = coverage->job->fits;
    coverage->nsample = resampling->nsample;
    coverage->ncomputed = pipeline->ncomputed;
    coverage->dof = resampling->method == HP_METHOD_BOOTSTRAP ? hp_resampling_freedom(resampling)
                                                              : pipeline->ncomputed - 1;
    coverage->nvariation = fits ? analysis->alternatives.count : 0;
    coverage->nk = pipeline->analysis.study.observables.nk;
    HP_REQUIRE(!fits || coverage->ncomputed >= 2, HP_ERR_INPUT,
               "%s: resampling.max_samples: errors need at least 2 samples, found %d",
               coverage->job->run, coverage->ncomputed);
    HP_ALLOCATE(coverage->observable, HP_COVERAGE_NDATA + coverage->nk + 2);
    return HP_OK;
}

static hp_status choose_point(hp_pipeline *pipeline, data_point *point, hp_error *err) {
    hp_correlator_plan *plan = &pipeline->plan;
    const hp_ensemble *ensemble = pipeline->ensemble;
    const hp_geometry *geometry = &ensemble->geometry;
    int n, shell = 0, site = 0, t = plan->nt / 2;
    HP_CALL(hp_analysis_count_radii(pipeline->settings.r_max_fm, plan, &n, err));
    while (geometry->r[shell] < 0.5 * geometry->r[n - 1]) shell++;
    while (geometry->shell[site] != shell) site++;
    point->plan = plan;
    point->place = t * plan->nshell + shell;
    point->four_point = hp_ensemble_row_offset(ensemble, plan->source[0]) +
                        (size_t)plan->time[t] * (size_t)geometry->npoint + (size_t)site;
    return hp_correlator_create(plan, &point->correlator, err);
}

static hp_status read_exact_row(const hp_comm *self, const char *path, double *row, hp_error *err) {
    hp_status status = HP_OK;
    hp_ensemble ensemble = {0};
    HP_TRY(hp_ensemble_open(self, path, &ensemble, err));
    HP_TRY(hp_ensemble_read_row(&ensemble, 0, row, err));
cleanup:
    hp_ensemble_close(&ensemble);
    return status;
}

/* values (HP_COVERAGE_NDATA) of an averaged row (hp_row_function). */
static hp_status evaluate_point(const double *row, double *values, void *context, hp_error *err) {
    data_point *point = context;
    const hp_correlator *correlator = &point->correlator;
    hp_pair pair = hp_pair_of_row(&point->plan->masses, 0);
    HP_CALL(hp_correlator_compute(point->plan, &pair, row, &point->correlator, err));
    double R = correlator->R[point->place], S = correlator->S[point->place];
    values[HP_COVERAGE_FOUR_POINT] = row[point->four_point] / point->unit;
    values[HP_COVERAGE_R] = R;
    values[HP_COVERAGE_V] = S / R * point->plan->ensemble->inverse_spacing_mev;
    return HP_OK;
}

static hp_coverage_observable *add(hp_coverage *coverage, const char *quantity, double value) {
    hp_coverage_observable *observable = &coverage->observable[coverage->nobservable++];
    *observable = (hp_coverage_observable){.quantity = quantity, .e_cm_mev = NAN, .truth = value};
    snprintf(observable->name, sizeof observable->name, "%s", quantity);
    return observable;
}

/* The same numbers from an ensemble without noise, all of whose configurations are equal. */
static hp_status find_data_truth(hp_pipeline *pipeline, const hp_synth_job *job,
                                 hp_coverage *coverage, hp_error *err) {
    static const char *const quantity[HP_COVERAGE_NDATA] = {"four_point", "R", "v_lo_mev"};
    hp_status status = HP_OK;
    hp_synth_job exact = *job;
    data_point point = {.unit = 1.0};
    double *row = NULL, values[HP_COVERAGE_NDATA];
    exact.noise.four_point = exact.noise.two_point = 0.0;
    exact.noise.configurations = exact.noise.streams = 1;
    HP_NEW(row, hp_ensemble_row_length(pipeline->ensemble));
    HP_TRY(choose_point(pipeline, &point, err));
    HP_TRY(hp_synth_write_ensemble(&exact, NULL, err));
    HP_TRY(read_exact_row(pipeline->comm, exact.output, row, err));
    HP_TRY(evaluate_point(row, values, &point, err));
    coverage->four_point = values[HP_COVERAGE_FOUR_POINT];
    values[HP_COVERAGE_FOUR_POINT] = 1.0;
    for (int i = 0; i < HP_COVERAGE_NDATA; i++) add(coverage, quantity[i], values[i]);
cleanup:
    hp_correlator_destroy(&point.correlator);
    hp_free(row);
    return status;
}

/* At the energies of the run. */
static hp_status find_phase_truth(const hp_pipeline *pipeline, hp_synth_job *job,
                                  hp_coverage *coverage, hp_error *err) {
    hp_status status = HP_OK;
    const hp_observables *observables = &pipeline->analysis.study.observables;
    const hp_synth_truth *truth = &coverage->truth;
    double *energy = NULL;
    HP_NEW(energy, coverage->nk);
    for (int k = 0; k < coverage->nk; k++)
        energy[k] = hp_observables_energy_mev(observables, observables->k2[k]);
    job->phase_shifts.energies_mev = (hp_double_list){energy, coverage->nk};
    HP_TRY(hp_synth_truth_create(job, &coverage->truth, err));
    if (!coverage->job->fits) goto cleanup;
    for (int k = 0; k < coverage->nk; k++) {
        hp_coverage_observable *delta = add(coverage, "delta_deg", truth->delta_deg[k]);
        delta->e_cm_mev = energy[k];
        snprintf(delta->name, sizeof delta->name, "delta_deg_at_%.6g_mev", energy[k]);
    }
    add(coverage, "kcot_threshold_mev", -HP_HBARC_MEV_FM / truth->scattering_length_fm);
    if (truth->nbound > 0 && observables->nbound > 0) /* the run gives its energy */
        add(coverage, "binding_energy_mev", truth->binding_energy_mev[0]);
cleanup:
    hp_free(energy);
    return status;
}

hp_status hp_coverage_find_truth(const hp_comm *self, char *path, hp_coverage *coverage,
                                 hp_error *err) {
    hp_status status = HP_OK;
    hp_variations analysis = {0};
    hp_pipeline *pipeline = &analysis.central;
    hp_synth_job job = *coverage->synth; /* its lists are borrowed */
    job.output = path;
    status = hp_synth_write_ensemble(&job, NULL, err);
    if (status != HP_OK) hp_error_add_context(err, "%s", coverage->job->synth);
    HP_TRY(status);
    status = hp_coverage_open_run(self, coverage, path, &analysis, err);
    if (status != HP_OK) hp_error_add_context(err, "%s", coverage->job->run);
    HP_TRY(status);
    HP_TRY(prepare(&analysis, coverage, err));
    HP_TRY(find_data_truth(pipeline, &job, coverage, err));
    HP_TRY(find_phase_truth(pipeline, &job, coverage, err));
    coverage->length = HP_COVERAGE_NPART * (size_t)coverage->nobservable + HP_COVERAGE_NQUALITY;
cleanup:
    hp_variations_destroy(&analysis);
    unlink(path); /* no error if it has never been there */
    return status;
}

/* Row and element of an observable of the fits. */
static const hp_entry *find_entry(const hp_coverage *coverage, const hp_record *record, int i,
                                  size_t *element) {
    int k = i - HP_COVERAGE_NDATA;
    *element = k < coverage->nk ? (size_t)k : 0;
    return hp_record_find(record, k < coverage->nk    ? HP_ROW_DELTA
                                  : k == coverage->nk ? HP_ROW_KCOT0
                                                      : HP_ROW_BINDING);
}

static void take_observables(const hp_coverage *coverage, const hp_record *record, double *row) {
    int n = coverage->nobservable;
    bool other_branch = hp_record_value(record, HP_ROW_NBOUND, 0) != coverage->truth.bound_states;
    for (int i = HP_COVERAGE_NDATA; i < n; i++) {
        size_t element;
        const hp_entry *entry = find_entry(coverage, record, i, &element);
        hp_band band = hp_record_band(record, entry, element);
        hp_systematic systematic = hp_record_systematic(record, entry, element);
        row[i] = band.value;
        if (other_branch && entry->row.compare == HP_MODULO_180)
            row[i] = hp_row_nearest(&entry->row, band.value, coverage->observable[i].truth);
        row[n + i] = band.error;
        row[2 * n + i] = systematic.plus;
        row[3 * n + i] = systematic.minus;
    }
}

static void take_quality(const hp_record *record, const struct hp_job_results *keys,
                         double *quality) {
    double chi2 = hp_record_value(record, HP_ROW_CHI2, 0);
    quality[HP_COVERAGE_CHI2] = chi2;
    quality[HP_COVERAGE_DESCRIBED] = chi2 <= keys->max_chi2_per_point;
    quality[HP_COVERAGE_IN_RANGE] = hp_record_value(record, HP_ROW_EDGE, 0) <= keys->max_edge_ratio;
    quality[HP_COVERAGE_CONVERGED] = hp_record_value(record, HP_ROW_CONVERGED, 0) > 0.0;
    quality[HP_COVERAGE_SAMPLES_CONVERGED] = hp_goodness_count_converged(record);
    quality[HP_COVERAGE_BOUND_STATES] = hp_record_value(record, HP_ROW_NBOUND, 0);
    quality[HP_COVERAGE_SAMPLES_MOVED] = hp_record_count_moved(record);
}

hp_status hp_coverage_measure(const hp_coverage *coverage, hp_variations *analysis, double *row,
                              hp_error *err) {
    hp_status status = HP_OK;
    hp_pipeline *pipeline = &analysis->central;
    data_point point = {.unit = coverage->four_point};
    int n = coverage->nobservable, start = HP_COVERAGE_NPART * n; /* of the quality */
    for (int i = 0; i < start + HP_COVERAGE_NQUALITY; i++) row[i] = NAN;
    for (int i = 2 * n; i < start; i++) row[i] = 0.0;
    row[start + HP_COVERAGE_FAILED] = 0.0;
    HP_TRY(choose_point(pipeline, &point, err));
    HP_TRY(hp_ingest_errors(pipeline->resampling, HP_COVERAGE_NDATA, evaluate_point, &point, row,
                            row + n, err));
    if (!coverage->job->fits) goto cleanup;
    take_observables(coverage, hp_variations_record(analysis), row);
    take_quality(hp_variations_record(analysis), &pipeline->job->results, row + start);
cleanup:
    hp_correlator_destroy(&point.correlator);
    return status;
}
