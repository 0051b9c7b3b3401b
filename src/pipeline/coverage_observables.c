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

/* Names and numbers that every ensemble has in common. */
static hp_status prepare(const hp_pipeline *pipeline, const hp_coverage_jobs *jobs,
                         hp_coverage_truth *truth, hp_error *err) {
    truth->nsample = pipeline->resampling->nsample;
    truth->ncomputed = pipeline->ncomputed;
    bool bootstrap = pipeline->resampling->method == HP_METHOD_BOOTSTRAP;
    truth->dof = bootstrap ? hp_resampling_freedom(pipeline->resampling) : truth->ncomputed - 1;
    truth->nk = pipeline->analysis.study.observables.nk;
    HP_REQUIRE(!jobs->job->fits || truth->ncomputed >= 2, HP_ERR_INPUT,
               "%s: resampling.max_samples: errors need at least 2 samples, found %d",
               jobs->job->run, truth->ncomputed);
    HP_ALLOCATE(truth->observable, HP_COVERAGE_NDATA + truth->nk + 2);
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

static hp_coverage_observable *add(hp_coverage_truth *truth, const char *quantity, double value) {
    hp_coverage_observable *observable = &truth->observable[truth->nobservable++];
    *observable = (hp_coverage_observable){.quantity = quantity, .e_cm_mev = NAN, .truth = value};
    snprintf(observable->name, sizeof observable->name, "%s", quantity);
    return observable;
}

/* The same numbers from an ensemble without noise, all of whose configurations are equal. */
static hp_status find_data_truth(hp_pipeline *pipeline, const hp_synth_spec *spec,
                                 hp_coverage_truth *truth, hp_error *err) {
    static const char *const quantity[HP_COVERAGE_NDATA] = {"four_point", "R", "v_lo_mev"};
    hp_status status = HP_OK;
    hp_synth_spec exact = *spec;
    data_point point = {.unit = 1.0};
    double *row = NULL, values[HP_COVERAGE_NDATA];
    exact.four_point = exact.two_point = 0.0;
    exact.configurations = exact.streams = 1;
    HP_NEW(row, hp_ensemble_row_length(pipeline->ensemble));
    HP_TRY(choose_point(pipeline, &point, err));
    HP_TRY(hp_synth_write_ensemble(&exact, NULL, err));
    HP_TRY(read_exact_row(pipeline->comm, exact.output, row, err));
    HP_TRY(evaluate_point(row, values, &point, err));
    truth->four_point = values[HP_COVERAGE_FOUR_POINT];
    values[HP_COVERAGE_FOUR_POINT] = 1.0;
    for (int i = 0; i < HP_COVERAGE_NDATA; i++) add(truth, quantity[i], values[i]);
cleanup:
    hp_correlator_destroy(&point.correlator);
    hp_free(row);
    return status;
}

/* At the energies of the run. */
static hp_status find_phase_truth(const hp_pipeline *pipeline, hp_synth_spec *spec, bool fits,
                                  hp_coverage_truth *truth, hp_error *err) {
    hp_status status = HP_OK;
    const hp_observables *observables = &pipeline->analysis.study.observables;
    double *energy = NULL;
    HP_NEW(energy, truth->nk);
    for (int k = 0; k < truth->nk; k++)
        energy[k] = hp_observables_energy_mev(observables, observables->k2[k]);
    spec->energies_mev = energy;
    spec->nenergy = truth->nk;
    HP_TRY(hp_synth_truth_create(spec, &truth->synth, err));
    truth->binding = truth->synth.nbound > 0 && observables->nbound > 0;
    for (int k = 0; fits && k < truth->nk; k++) {
        hp_coverage_observable *delta = add(truth, "delta_deg", truth->synth.delta_deg[k]);
        delta->e_cm_mev = energy[k];
        snprintf(delta->name, sizeof delta->name, "delta_deg_at_%.6g_mev", energy[k]);
    }
    if (fits)
        add(truth, "kcot_threshold_mev", -HP_HBARC_MEV_FM / truth->synth.scattering_length_fm);
    if (fits && truth->binding)
        add(truth, "binding_energy_mev", truth->synth.binding_energy_mev[0]);
cleanup:
    hp_free(energy);
    return status;
}

hp_status hp_coverage_truth_create(const hp_comm *self, const hp_coverage_jobs *jobs,
                                   const char *path, hp_coverage_truth *truth, hp_error *err) {
    hp_status status = HP_OK;
    char *run_text = NULL;
    hp_variations analysis = {0};
    hp_pipeline *pipeline = &analysis.central;
    const hp_pipeline_options alone = {
        .no_checkpoints = true, .quiet = true, .averages_only = true};
    hp_synth_spec spec = hp_synth_read_spec(jobs->synth, &jobs->potential);
    *truth = (hp_coverage_truth){0};
    spec.output = path;
    status = hp_synth_write_ensemble(&spec, NULL, err);
    if (status != HP_OK) hp_error_add_context(err, "%s", jobs->job->synth);
    HP_TRY(status);
    HP_TRY(hp_coverage_jobs_run_text(jobs, path, &run_text, err));
    status = hp_variations_create(self, run_text, &alone, &analysis, err);
    if (status != HP_OK) hp_error_add_context(err, "%s", jobs->job->run);
    HP_TRY(status);
    truth->nvariation = jobs->job->fits ? analysis.alternatives.count : 0;
    HP_TRY(prepare(pipeline, jobs, truth, err));
    HP_TRY(find_data_truth(pipeline, &spec, truth, err));
    HP_TRY(find_phase_truth(pipeline, &spec, jobs->job->fits, truth, err));
cleanup:
    hp_variations_destroy(&analysis);
    hp_free(run_text);
    unlink(path); /* no error if it has never been there */
    if (status != HP_OK) hp_coverage_truth_destroy(truth);
    return status;
}

void hp_coverage_truth_destroy(hp_coverage_truth *truth) {
    hp_synth_truth_destroy(&truth->synth);
    hp_free(truth->observable);
    *truth = (hp_coverage_truth){0};
}

static void take_fits(const hp_coverage_truth *truth, hp_variations *analysis, double *row) {
    const hp_record *record = hp_variations_record(analysis);
    const struct hp_job_results *keys = &analysis->central.job->results;
    int n = truth->nobservable;
    double *error = row + n, *plus = error + n, *minus = plus + n, *quality = minus + n;
    double bound = hp_record_value(record, HP_ROW_NBOUND, 0);
    for (int i = HP_COVERAGE_NDATA; i < truth->nobservable; i++) {
        int k = i - HP_COVERAGE_NDATA;
        const hp_entry *entry = hp_record_find(record, k < truth->nk    ? HP_ROW_DELTA
                                                       : k == truth->nk ? HP_ROW_KCOT0
                                                                        : HP_ROW_BINDING);
        size_t element = k < truth->nk ? (size_t)k : 0;
        hp_band band = hp_record_band(record, entry, element);
        hp_systematic systematic = hp_record_systematic(record, entry, element);
        bool other_branch = k < truth->nk && bound != truth->synth.bound_states;
        row[i] = band.value;
        if (other_branch)
            row[i] = hp_row_nearest(&entry->row, band.value, truth->observable[i].truth);
        error[i] = band.error;
        plus[i] = systematic.plus;
        minus[i] = systematic.minus;
    }
    quality[HP_COVERAGE_CHI2] = hp_record_value(record, HP_ROW_CHI2, 0);
    quality[HP_COVERAGE_DESCRIBED] =
        hp_record_value(record, HP_ROW_CHI2, 0) <= keys->max_chi2_per_point;
    quality[HP_COVERAGE_IN_RANGE] = hp_record_value(record, HP_ROW_EDGE, 0) <= keys->max_edge_ratio;
    quality[HP_COVERAGE_CONVERGED] = hp_record_value(record, HP_ROW_CONVERGED, 0) > 0.0;
    quality[HP_COVERAGE_SAMPLES_CONVERGED] = hp_goodness_count_converged(record);
    quality[HP_COVERAGE_BOUND_STATES] = bound;
    quality[HP_COVERAGE_SAMPLES_MOVED] = hp_record_count_moved(record);
}

hp_status hp_coverage_measure(const hp_coverage_truth *truth, hp_variations *analysis, bool fits,
                              double *row, hp_error *err) {
    hp_status status = HP_OK;
    hp_pipeline *pipeline = &analysis->central;
    data_point point = {.unit = truth->four_point};
    int n = truth->nobservable, start = HP_COVERAGE_NPART * n; /* of the quality */
    for (int i = 0; i < start + HP_COVERAGE_NQUALITY; i++) row[i] = NAN;
    for (int i = 2 * n; i < start; i++) row[i] = 0.0;
    row[start + HP_COVERAGE_FAILED] = 0.0;
    HP_TRY(choose_point(pipeline, &point, err));
    HP_TRY(hp_ingest_errors(pipeline->resampling, HP_COVERAGE_NDATA, evaluate_point, &point, row,
                            row + n, err));
    if (fits) take_fits(truth, analysis, row);
cleanup:
    hp_correlator_destroy(&point.correlator);
    return status;
}
