// SPDX-License-Identifier: GPL-3.0-or-later
/* What is compared with the truth, and how it is taken from an ensemble. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "coverage_parts.h"
#include "total_band.h"
#include "hadpot/memory.h"
#include "hadpot/units.h"
#include "hadpot/totals.h"

/* One point of the data: first source, middle time, half of the largest distance. */
typedef struct {
    hp_correlator_plan *plan;
    hp_correlator correlator;
    size_t four_point;                    /* its place in a row of the ensemble */
    int place;                            /* in R and S of the correlator */
    hp_pair_masses masses[HP_MOST_PAIRS]; /* of the run, or the true ones */
    double unit;                          /* four_point is divided by it */
} data_point;

static hp_status choose_point(hp_pipeline *pipeline, data_point *point, hp_error *err) {
    hp_correlator_plan *plan = &pipeline->plan;
    const hp_ensemble *ensemble = pipeline->ensemble;
    const hp_geometry *geometry = &ensemble->geometry;
    int n, radius = 0, site = 0, t = plan->nt / 2;
    HP_CALL(hp_analysis_count_radii(pipeline->settings.r_max_fm, plan, &n, err));
    while (plan->r[radius] < 0.5 * plan->r[n - 1]) radius++;
    while (geometry->r[geometry->shell[site]] != plan->r[radius]) site++;
    point->plan = plan;
    memcpy(point->masses, plan->masses, sizeof point->masses);
    point->place = t * plan->nshell + radius; /* of the first component */
    point->four_point = hp_ensemble_row_offset(ensemble, plan->field[0]) +
                        (size_t)plan->time[t] * (size_t)geometry->npoint + (size_t)site;
    return hp_correlator_create(plan, &point->correlator, err);
}

/* values (HP_COVERAGE_NDATA) of an averaged row (hp_sample_function). */
static hp_status evaluate_point(int sample, const double *row, double *values, void *context,
                                hp_error *err) {
    data_point *point = context;
    const hp_correlator *correlator = &point->correlator;
    hp_pair pair[HP_MOST_PAIRS];
    hp_pairs_of_row(point->masses, point->plan->npair, sample + 1, pair);
    HP_CALL(hp_correlator_compute(point->plan, pair, row, &point->correlator, err));
    double R = correlator->R[point->place], S = correlator->S[point->place];
    values[HP_COVERAGE_FOUR_POINT] = row[point->four_point] / point->unit;
    values[HP_COVERAGE_R] = R;
    values[HP_COVERAGE_V] = S / R * point->plan->ensemble->inverse_spacing_mev;
    return HP_OK;
}

/* Observables of the potential: a row of the record of a run, at each energy or its first element.
 */
enum { DELTA, KCOT0, BINDING, NROW };
static const struct {
    const char *quantity, *path;
} rows[NROW] = {[DELTA] = {"delta_deg", HP_ROW_DELTA},
                [KCOT0] = {"kcot_threshold_mev", HP_ROW_KCOT0},
                [BINDING] = {"binding_energy_mev", HP_ROW_BINDING}};

hp_coverage_observable *hp_coverage_add(hp_coverage *coverage, const char *quantity,
                                        const char *path, double truth) {
    hp_coverage_observable *observable = &coverage->observable[coverage->nobservable++];
    *observable = (hp_coverage_observable){.path = path, .e_cm_mev = NAN, .truth = truth};
    snprintf(observable->quantity, sizeof observable->quantity, "%s", quantity);
    snprintf(observable->name, sizeof observable->name, "%s", quantity);
    return observable;
}

static hp_coverage_observable *add_row(hp_coverage *coverage, int row, double value) {
    return hp_coverage_add(coverage, rows[row].quantity, rows[row].path, value);
}

/* At energy k of the run. */
static void add_phase(hp_coverage *coverage, int k) {
    hp_coverage_observable *delta = add_row(coverage, DELTA, coverage->truth.delta_deg[k]);
    delta->element = (size_t)k;
    delta->e_cm_mev = coverage->truth.e_cm_mev[k];
    snprintf(delta->name, sizeof delta->name, "delta_deg_at_%.6g_mev", delta->e_cm_mev);
}

/* Those that a file states. */
static hp_pair_masses true_masses(const hp_ensemble *ensemble, int pair) {
    if (ensemble->pair == NULL)
        return (hp_pair_masses){.mass = {&ensemble->mass[0], &ensemble->mass[1]}, .nrow = 1};
    const hp_ensemble_pair *of = &ensemble->pair[pair];
    return (hp_pair_masses){
        .mass = {&of->mass[0], &of->mass[1]}, .nrow = 1, .sqrt_z = &of->sqrt_z, .nz = 1};
}

/* The same numbers from an ensemble without noise, all of whose configurations are equal. */
static hp_status find_data_truth(hp_pipeline *pipeline, const hp_synth_job *job,
                                 hp_coverage *coverage, hp_error *err) {
    static const char *const quantity[HP_COVERAGE_NDATA] = {"four_point", "R", "v_lo_mev"};
    hp_status status = HP_OK;
    hp_synth_job exact = *job;
    hp_ensemble ensemble = {0};
    data_point point = {.unit = 1.0};
    double *row = NULL, values[HP_COVERAGE_NDATA];
    exact.noise.four_point = exact.noise.two_point = exact.noise.two_point_alone = 0.0;
    exact.noise.configurations = exact.noise.streams = 1;
    HP_NEW(row, hp_ensemble_row_length(pipeline->ensemble));
    HP_TRY(choose_point(pipeline, &point, err));
    HP_TRY(hp_synth_write_ensemble(&exact, NULL, err));
    HP_TRY(hp_ensemble_open(pipeline->comm, exact.output, &ensemble, err));
    HP_TRY(hp_ensemble_read_row(&ensemble, 0, row, err));
    for (int a = 0; a < point.plan->npair; a++)
        point.masses[a] = true_masses(&ensemble, point.plan->pair[a]);
    HP_TRY(evaluate_point(-1, row, values, &point, err));
    coverage->four_point = values[HP_COVERAGE_FOUR_POINT];
    values[HP_COVERAGE_FOUR_POINT] = 1.0;
    for (int i = 0; i < HP_COVERAGE_NDATA; i++)
        hp_coverage_add(coverage, quantity[i], NULL, values[i]);
cleanup:
    hp_ensemble_close(&ensemble);
    hp_correlator_destroy(&point.correlator);
    hp_free(row);
    return status;
}

/* e_cm of momentum k of the run with the true masses, where k^2 is what all ensembles share. */
static double true_energy(const hp_observables *observables, const hp_synth_job *job, int k) {
    double second = job->mass_2_mev > 0.0 ? job->mass_2_mev : job->mass_1_mev;
    if (!observables->masses_vary || observables->by_energy)
        return hp_observables_energy_mev(observables, observables->k2[k]);
    hp_pair pair = hp_pair_of_masses(job->mass_1_mev / job->inverse_spacing_mev,
                                     second / job->inverse_spacing_mev);
    return hp_pair_energy(&pair, observables->k2[k]) * observables->momentum_mev;
}

/* At the energies of the run. */
static hp_status find_phase_truth(const hp_pipeline *pipeline, hp_synth_job *job,
                                  hp_coverage *coverage, hp_error *err) {
    hp_status status = HP_OK;
    const hp_observables *observables = &pipeline->analysis.study.observables;
    const hp_synth_truth *truth = &coverage->truth;
    double *energy = NULL;
    HP_NEW(energy, coverage->nk);
    for (int k = 0; k < coverage->nk; k++) energy[k] = true_energy(observables, job, k);
    job->phase_shifts.energies_mev = (hp_double_list){energy, coverage->nk};
    HP_TRY(hp_synth_truth_create(job, &coverage->truth, err));
    if (!coverage->has_kind[HP_COVERAGE_STAT] && !coverage->has_kind[HP_COVERAGE_TOTAL])
        goto cleanup;
    for (int k = 0; k < coverage->nk; k++) add_phase(coverage, k);
    add_row(coverage, KCOT0, -HP_HBARC_MEV_FM / truth->scattering_length_fm);
    if (truth->nbound > 0 && observables->nbound > 0) /* the run gives its energy */
        add_row(coverage, BINDING, truth->binding_energy_mev[0]);
cleanup:
    hp_free(energy);
    return status;
}

/* Room for them: delta, k cot delta(0) and B; delta and eta of all components, and all poles. */
static int count_rows(const hp_pipeline *pipeline, const hp_coverage *coverage) {
    const hp_channel_observables *of = &pipeline->analysis.study.channel_observables;
    if (!hp_study_has_channels(&pipeline->analysis.study)) return coverage->nk + 2;
    return 2 * of->nenergy * of->channels.ncomponent + 2 * of->poles.nsheet * of->poles.most +
           coverage->job->observables.count;
}

hp_status hp_coverage_find_truth(const hp_comm *self, char *path, hp_coverage *coverage,
                                 hp_error *err) {
    hp_status status = HP_OK;
    hp_variations analysis = {0};
    hp_pipeline *pipeline = &analysis.central;
    hp_synth_job job = *coverage->synth; /* its lists are borrowed */
    job.output = path;
    HP_TRY_IN(hp_synth_write_ensemble(&job, NULL, err), "%s", coverage->job->synth);
    HP_TRY_IN(hp_coverage_open_run(self, coverage, path, &analysis, err), "%s", coverage->job->run);
    const hp_resampling *resampling = &analysis.resampling; /* numbers that all have in common: */
    coverage->nsample = resampling->nsample;
    coverage->ncomputed = pipeline->ncomputed;
    coverage->dof = resampling->method == HP_METHOD_BOOTSTRAP ? hp_resampling_freedom(resampling)
                                                              : pipeline->ncomputed - 1;
    coverage->nvariation = coverage->job->fits ? analysis.alternatives.count : 0;
    coverage->has_kind[HP_COVERAGE_STAT] = coverage->job->fits;
    coverage->has_kind[HP_COVERAGE_SYST] = coverage->nvariation > 0;
    coverage->has_kind[HP_COVERAGE_TOTAL] = pipeline->settings.mixture.ndraw > 0;
    bool channels = hp_study_has_channels(&pipeline->analysis.study);
    coverage->nk = channels ? 0 : pipeline->analysis.study.observables.nk;
    HP_CHECK(!coverage->job->fits || coverage->ncomputed >= 2, HP_ERR_INPUT,
             "%s: resampling.max_samples: errors need at least 2 samples, found %d",
             coverage->job->run, coverage->ncomputed);
    HP_CHECK(
        channels || coverage->job->observables.count == 0, HP_ERR_INPUT,
        "observables: has effect only for ensembles with channels.components, whose list it is");
    HP_NEW(coverage->observable, HP_COVERAGE_NDATA + (size_t)count_rows(pipeline, coverage));
    HP_TRY(find_data_truth(pipeline, &job, coverage, err));
    HP_TRY(channels ? hp_coverage_find_channels(pipeline, &job, coverage, err)
                    : find_phase_truth(pipeline, &job, coverage, err));
    coverage->length = HP_COVERAGE_NPART * (size_t)coverage->nobservable + HP_COVERAGE_NQUALITY;
cleanup:
    hp_variations_destroy(&analysis);
    unlink(path); /* no error if it has never been there */
    return status;
}

/* A phase next to the truth, modulo 180 degrees; all else as it is. */
static double next_to(const hp_entry *entry, double value, double truth) {
    return entry->row.compare == HP_MODULO_180 ? hp_row_nearest(&entry->row, value, truth) : value;
}

/* Without samples the value and its errors are not known. */
static void take_fit(const hp_record *record, const hp_entry *entry, size_t element, bool moved,
                     double truth, double part[HP_COVERAGE_NPART]) {
    hp_band band = hp_record_band(record, entry, element);
    hp_systematic systematic = hp_record_systematic(record, entry, element);
    part[HP_COVERAGE_VALUE] = moved ? next_to(entry, band.value, truth) : band.value;
    part[HP_COVERAGE_ERROR] = band.error;
    part[HP_COVERAGE_SYST_PLUS] = systematic.plus;
    part[HP_COVERAGE_SYST_MINUS] = systematic.minus;
}

/* The total band, what it says of itself at an energy, and where its middle is next to the truth.
 */
static void take_total(const hp_record *record, const hp_entry *entry, size_t element,
                       const hp_coverage_observable *observable, double part[HP_COVERAGE_NPART]) {
    hp_interval total = hp_record_total(entry, element);
    part[HP_COVERAGE_CENTRE] = next_to(entry, total.value, observable->truth);
    part[HP_COVERAGE_TOTAL_PLUS] = total.plus;
    part[HP_COVERAGE_TOTAL_MINUS] = total.minus;
    part[HP_COVERAGE_MARK] = part[HP_COVERAGE_DETERMINED] = NAN;
    if (strcmp(observable->path, HP_ROW_DELTA) != 0 || hp_record_find(record, HP_ROW_MARK) == NULL)
        return;
    part[HP_COVERAGE_MARK] = hp_record_value(record, HP_ROW_MARK, element);
    part[HP_COVERAGE_DETERMINED] = hp_record_value(record, HP_ROW_DETERMINED, element);
}

static void take_observables(const hp_coverage *coverage, const hp_record *record, double *row) {
    bool fits = coverage->job->fits;
    bool moved =
        fits && (coverage->truth.coupled != NULL ||
                 hp_record_value(record, HP_ROW_NBOUND, 0) != coverage->truth.bound_states);
    for (int i = 0; i < coverage->nobservable; i++) {
        const hp_coverage_observable *observable = &coverage->observable[i];
        double part[HP_COVERAGE_NPART] = {NAN, NAN};
        if (observable->path == NULL) continue;
        const hp_entry *entry = hp_record_find(record, observable->path);
        size_t element = hp_coverage_element(record, observable);
        if (fits) take_fit(record, entry, element, moved, observable->truth, part);
        take_total(record, entry, element, observable, part);
        for (int p = 0; p < HP_COVERAGE_NPART; p++) row[p * coverage->nobservable + i] = part[p];
    }
}

/* How good the fits are. */
static void take_quality(const hp_pipeline *pipeline, const hp_record *record, double *quality) {
    const struct hp_job_results *keys = &pipeline->job->results;
    double chi2 = hp_record_value(record, HP_ROW_EFFECTIVE, 0);
    quality[HP_COVERAGE_CHI2] = chi2;
    quality[HP_COVERAGE_DESCRIBED] =
        chi2 <= hp_goodness_limit(pipeline->analysis.goodness.part, 1, keys->min_fit_probability);
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
    const hp_record *record = hp_variations_record(analysis);
    size_t n = (size_t)coverage->nobservable, start = HP_COVERAGE_NPART * n;
    for (size_t i = 0; i < coverage->length; i++) row[i] = NAN;
    for (size_t i = HP_COVERAGE_SYST_PLUS * n; i < HP_COVERAGE_CENTRE * n; i++) row[i] = 0.0;
    row[start + HP_COVERAGE_FAILED] = 0.0;
    HP_TRY(choose_point(pipeline, &point, err));
    HP_TRY(hp_ingest_errors_by_sample(pipeline->resampling, HP_COVERAGE_NDATA, evaluate_point,
                                      &point, row, row + n, err));
    if (pipeline->comm->rank != 0) goto cleanup; /* which has no more */
    take_observables(coverage, record, row);
    if (coverage->job->fits) take_quality(pipeline, record, row + start);
cleanup:
    hp_correlator_destroy(&point.correlator);
    return status;
}
