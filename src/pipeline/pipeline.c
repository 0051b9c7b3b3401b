// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/pipeline.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/options.h"
#include "hadpot/stage_times.h"
#include "hadpot/stop.h"
#include "hadpot/units.h"
#include "ensemble_record.h"
#include "fits.h"
#include "leading_order.h"
#include "samples.h"
#include "total_band.h"

/* The one fit that needs all samples first: its weights are errors of k cot delta. */
static hp_status fit_effective_range(hp_pipeline *run, hp_error *err) {
    hp_status status = HP_OK;
    const hp_record *record = hp_pipeline_record(run);
    const hp_observables *observables = &run->analysis.study.observables;
    double *error = NULL;
    if (hp_study_has_channels(&run->analysis.study)) return HP_OK;
    HP_NEW(error, observables->nk);
    for (int k = 0; k < observables->nk; k++)
        error[k] = hp_record_band_of(record, HP_ROW_KCOT, (size_t)k).error;
    HP_TRY(hp_observables_fit_window(observables, record, run->ncomputed > 1 ? error : NULL,
                                     run->ncomputed + 1, run->rows, err));
cleanup:
    hp_free(error);
    return status;
}

static void describe_input(const hp_pipeline *run, hp_record *record) {
    hp_record_put_text(record, hp_attribute("input"), run->ensemble->path);
    hp_record_put_text(record, hp_attribute("input_crc32"),
                       hp_record_copy(record, "%08x", run->input_checksum));
    hp_record_put_text(record, hp_attribute("input_provenance"), run->ensemble->provenance);
    hp_record_put_integer(record, hp_attribute("seed"), run->job->training.seed);
}

/* What needs all samples, on rank 0. */
static hp_status describe(hp_pipeline *run, hp_error *err) {
    hp_record *record = hp_pipeline_record(run);
    const hp_rows samples = {.n = run->ncomputed,
                             .value = run->rows,
                             .rule = hp_resampling_rule(run->resampling),
                             .has_rule = true};
    for (size_t k = 1; k <= (size_t)run->ncomputed; k++)
        hp_analysis_judge(&run->analysis, run->rows + k * record->length);
    hp_record_set_samples(record, &samples);
    (void)hp_record_join_branches(record); /* noted with the samples */
    HP_CALL(fit_effective_range(run, err));
    HP_CALL(hp_analysis_finish(&run->analysis, hp_resampling_freedom(run->resampling), err));
    HP_CALL(hp_total_band_describe(run, err));
    hp_results_describe(record, run->ensemble->channel, run->job->potential.kind,
                        run->effective_job);
    describe_input(run, record);
    if (!hp_study_has_channels(&run->analysis.study))
        hp_observables_describe_varied(&run->analysis.study.observables, record);
    hp_all_masses_describe(&run->masses, run->ensemble, record);
    hp_run_describe_ensemble(run, record);
    HP_CALL(hp_analysis_note(&run->analysis, err));
    if (hp_samples_are_hopeless(run))
        hp_record_add_note(
            record, (hp_note){.severity = HP_FAILURE},
            "no sample was fitted: chi2 of the average is more than %g times what it may be",
            HP_HOPELESS);
    hp_run_note_samples(run, record);
    if (run->job->results.covariance) hp_record_add_covariances(record, hp_run_largest_rank(run));
    record->corrects_bias = run->job->results.bias_correction;
    return hp_record_check(record, err);
}

static void free_samples(hp_pipeline *run) {
    hp_free(run->errors.sample);
    run->errors.sample = NULL;
}

hp_status hp_pipeline_compute(hp_pipeline *run, hp_error *err) {
    free_samples(run);
    if (!run->options.no_checkpoints)
        hp_checkpoint_watch(run->job->output, "samples", run->ncomputed, run->options.part);
    hp_stage_enter(HP_STAGE_AVERAGE);
    HP_CALL(hp_fits_compute(run, err));
    hp_stage_enter(HP_STAGE_DRAWS);
    HP_CALL(hp_total_band_compute(run, err));
    hp_stage_enter(HP_STAGE_DESCRIBE);
    return hp_parallel_agree(run->comm, run->comm->rank == 0 ? describe(run, err) : HP_OK, err);
}

/* One vector of which nothing is known, in place of fits. */
static hp_status describe_band(hp_pipeline *run, hp_error *err) {
    hp_record *record = hp_pipeline_record(run);
    HP_ALLOCATE(run->rows, record->length);
    for (size_t i = 0; i < record->length; i++) run->rows[i] = NAN;
    hp_record_set_samples(record, &(hp_rows){.value = run->rows});
    return hp_total_band_describe(run, err);
}

hp_status hp_pipeline_compute_band(hp_pipeline *run, hp_error *err) {
    free_samples(run);
    hp_stage_enter(HP_STAGE_ERRORS);
    HP_CALL(hp_fits_of_band(run, err));
    hp_stage_enter(HP_STAGE_DRAWS);
    HP_CALL(hp_total_band_compute(run, err));
    hp_stage_enter(HP_STAGE_DESCRIBE);
    return hp_parallel_agree(run->comm, run->comm->rank == 0 ? describe_band(run, err) : HP_OK,
                             err);
}

hp_record *hp_pipeline_record(hp_pipeline *run) {
    return &run->analysis.study.record;
}

static void report(hp_pipeline *run) {
    const hp_record *record = hp_pipeline_record(run);
    hp_goodness_log(&run->analysis.goodness, &run->analysis.study.data, record);
    hp_results_report(record, run->job->output);
}

hp_status hp_pipeline_write(hp_pipeline *run, hp_error *err) {
    hp_status status = HP_OK;
    hp_stop_hold(); /* results are written to their end */
    if (run->comm->rank == 0) {
        status = hp_results_save(hp_pipeline_record(run), &run->folder, err);
        if (status == HP_OK && !run->options.quiet) report(run);
    }
    status = hp_parallel_agree(run->comm, status, err);
    hp_stop_release();
    return status;
}

static hp_status read_job(hp_pipeline *run, const char *effective_job, hp_error *err) {
    run->effective_job = hp_copy_string(effective_job);
    HP_REQUIRE(run->effective_job != NULL, HP_ERR_MEMORY, "no memory for the job");
    HP_CALL(hp_job_parse(effective_job, &run->job, err));
    return hp_options_of_run(run->job, hp_spacing_fm(run->ensemble->inverse_spacing_mev),
                             &run->settings, err);
}

/* What effective energies take of a row. */
static hp_status mark_direct(hp_pipeline *run, hp_error *err) {
    hp_direct direct;
    HP_CALL(hp_direct_create(&run->settings.direct, &run->plan, &direct, err));
    hp_direct_mark(&direct, run->part);
    hp_direct_destroy(&direct);
    return HP_OK;
}

/* Sources, times, and the points of the Markov chain. */
static hp_status plan(hp_ingest *ingest, hp_pipeline *run, hp_error *err) {
    const hp_ensemble *ensemble = run->ensemble;
    HP_ALLOCATE(run->part, hp_ensemble_part_count(ensemble));
    HP_CALL(hp_run_plan(run->job, ensemble, &run->plan, err));
    run->settings.potential.of_operators &= hp_plan_has_tensor(&run->plan);
    hp_correlator_plan_mark(&run->plan, run->part);
    if (ensemble->field == NULL) HP_CALL(mark_direct(run, err));
    hp_ingest_need(ingest, run->part); /* of times of masses their window alone */
    HP_CALL(hp_all_masses_plan(run->job, &run->plan, run->part, &run->masses, err));
    if (ensemble->sampling != HP_SAMPLING_CONFIGURATION) return HP_OK;
    HP_CALL(hp_chain_create(run->job, run->ingest, &run->plan, &run->chain, err));
    return hp_chain_watch(&run->chain, ingest, err);
}

static hp_status open_folder(hp_pipeline *run, hp_error *err) {
    const hp_pipeline_options *options = &run->options;
    if (run->comm->rank != 0 || options->no_checkpoints) return HP_OK;
    if (options->look && !options->part) HP_CALL(hp_folder_can_create(run->job->output, err));
    run->folder = (hp_folder){run->job->output,
                              "run",
                              run->effective_job,
                              .resume = options->resume,
                              .overwrite = options->overwrite,
                              .part = options->part,
                              .look = options->look};
    HP_CALL(hp_folder_open(&run->folder, err));
    if (!options->part && !options->look)
        hp_checkpoint_watch(run->job->output, "samples", run->ncomputed, false);
    return HP_OK;
}

hp_status hp_pipeline_create(hp_resampling *resampling, const char *effective_job,
                             const hp_pipeline_options *options, hp_pipeline *run, hp_error *err) {
    hp_status status = HP_OK;
    hp_ingest *ingest = resampling->ingest;
    *run = (hp_pipeline){.comm = ingest->ensemble->comm,
                         .options = *options,
                         .resampling = resampling,
                         .ingest = ingest,
                         .ensemble = ingest->ensemble,
                         .ncomputed = resampling->ncomputed};
    status = read_job(run, effective_job, err);
    if (status == HP_OK) status = plan(ingest, run, err);
    if (status == HP_OK) status = open_folder(run, err);
    HP_TRY(hp_parallel_agree(run->comm, status, err));
    hp_ingest_select(ingest, run->part);
cleanup:
    if (status != HP_OK) hp_pipeline_destroy(run);
    return status;
}

/* Samples belong to a job, to what it takes of the ensemble, and to a version. */
static hp_status describe_checkpoint(hp_pipeline *run, uint64_t description, hp_error *err) {
    char *counted = NULL;
    HP_CALL(hp_config_select_counted(&hp_job_schema, run->effective_job, &counted, err));
    uint64_t job = hp_checksum_text(counted);
    hp_free(counted);
    run->checkpoint =
        (hp_checkpoint){.folder = run->job->output,
                        .fingerprint = ((job ^ description) << 32 | run->input_checksum) ^
                                       hp_checksum_text(HADPOT_VERSION)};
    return HP_OK;
}

hp_status hp_pipeline_identify(hp_pipeline *run, bool *finished, hp_error *err) {
    uint64_t description = hp_ensemble_checksum_description(run->ensemble);
    run->input_checksum = hp_ingest_checksum(run->ingest, run->part);
    hp_status status = describe_checkpoint(run, description, err);
    if (status == HP_OK && run->comm->rank == 0 && !run->options.no_checkpoints)
        status = hp_folder_judge(&run->folder, description << 32 | run->input_checksum,
                                 &run->checkpoint, err);
    HP_CALL(hp_parallel_agree(run->comm, status, err));
    *finished = run->folder.finished;
    return hp_parallel_broadcast(run->comm, finished, sizeof *finished, err);
}

/* Effective masses at the times of waves. */
static hp_status compare_masses(hp_pipeline *run, hp_error *err) {
    const hp_lo_errors *errors = &run->errors;
    if (errors->mass == NULL) return HP_OK;
    const hp_band found[2] = {{errors->mass[0], errors->mass_error[0]},
                              {errors->mass[1], errors->mass_error[1]}};
    return hp_masses_compare_effective(&run->masses.of[0], run->ensemble, found, err);
}

hp_status hp_pipeline_estimate(hp_pipeline *run, hp_error *err) {
    HP_CALL(hp_all_masses_find(run->job, run->resampling, &run->plan, &run->masses, err));
    run->settings.observables.masses_vary = hp_all_masses_vary(&run->masses);
    HP_CALL(
        hp_leading_order_estimate(&run->settings, run->resampling, &run->plan, &run->errors, err));
    return hp_parallel_agree(run->comm, compare_masses(run, err), err);
}

/* A separable potential of a single column, which may not determine it. */
static bool must_check_column(const hp_pipeline *run) {
    return (run->settings.potential.kind->flags & HP_KIND_SEPARABLE) != 0 &&
           run->plan.nsource * run->plan.nt == 1;
}

static hp_status check_column(const hp_pipeline *run, hp_error *err) {
    const hp_ensemble *ensemble = run->ensemble;
    if (!must_check_column(run)) return HP_OK;
    return hp_analysis_check_column(&run->analysis.study.data, &run->errors,
                                    hp_ensemble_wave_name(ensemble, run->plan.source[0]),
                                    ensemble->t[run->plan.time[0]], err);
}

/* Numbers of a sample without which there would have been an error. */
static void describe_samples(const hp_record *record, hp_checkpoint *checkpoint) {
    static const char *const finite[] = {HP_ROW_LOSS, HP_ROW_CONVERGED, HP_ROW_CHI2};
    checkpoint->length = record->length;
    for (checkpoint->nfinite = 0; checkpoint->nfinite < 3; checkpoint->nfinite++)
        checkpoint->finite[checkpoint->nfinite] =
            hp_record_find(record, finite[checkpoint->nfinite])->start;
}

hp_status hp_pipeline_prepare(hp_pipeline *run, hp_error *err) {
    hp_status status = HP_OK;
    if (run->settings.covariance != HP_COVARIANCE_NONE || must_check_column(run))
        HP_TRY(hp_leading_order_gather(&run->settings, run->resampling, &run->plan, &run->errors,
                                       err));
    if (hp_plan_has_channels(&run->plan)) {
        status = hp_run_channels_find(run->job, &run->plan, &run->channels, err);
        run->settings.channels = &run->channels.study;
        run->settings.flavour = run->channels.flavour;
        run->settings.flavour_name = run->channels.flavour_name;
    }
    if (status == HP_OK)
        status = hp_analysis_create(&run->settings, &run->plan, &run->errors, &run->analysis, err);
    if (status == HP_OK) status = check_column(run, err);
    HP_TRY(hp_parallel_agree(run->comm, status, err));
    hp_all_masses_add_rows(&run->masses, hp_pipeline_record(run));
    HP_TRY(hp_parallel_agree(run->comm, hp_record_check(hp_pipeline_record(run), err), err));
    describe_samples(&run->analysis.study.record, &run->checkpoint);
cleanup:
    return status;
}

void hp_pipeline_release(hp_pipeline *run) {
    free_samples(run);
    hp_free(run->rows);
    run->rows = NULL;
    hp_total_band_destroy(&run->total);
    hp_analysis_destroy(&run->analysis);
}

void hp_pipeline_destroy(hp_pipeline *run) {
    if (run == NULL) return;
    hp_folder_close(&run->folder);
    hp_pipeline_release(run);
    hp_chain_destroy(&run->chain);
    hp_lo_errors_destroy(&run->errors);
    hp_free(run->part);
    hp_all_masses_destroy(&run->masses);
    hp_correlator_plan_destroy(&run->plan);
    hp_run_channels_destroy(&run->channels);
    hp_job_free(&run->job);
    hp_free(run->effective_job);
    *run = (hp_pipeline){0};
}
