// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/variations.h"
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/stage_times.h"
#include "shared_job.h"

hp_status hp_variations_create(const hp_comm *comm, const char *effective_job,
                               const hp_pipeline_options *options, hp_variations *all,
                               hp_error *err) {
    hp_status status = HP_OK;
    HP_TRY(hp_variations_open(comm, effective_job, options, all, err));
    HP_TRY(hp_variations_read(all, err));
    HP_TRY(hp_variations_estimate(all, err));
    HP_TRY(hp_variations_prepare(all, err));
cleanup:
    if (status != HP_OK) hp_variations_destroy(all);
    return status;
}

/* Merge the alternatives, open the file, find its bins and what samples there are of them. */
static hp_status open_ensemble(hp_variations *all, const char *effective_job, hp_error *err) {
    hp_status status = HP_OK;
    hp_job *job = NULL;
    status = hp_alternatives_create(effective_job, &all->alternatives, err);
    if (status == HP_OK) status = hp_job_parse(effective_job, &job, err);
    status = hp_parallel_agree(all->comm, status, err);
    if (status != HP_OK || job == NULL) goto cleanup;
    HP_TRY(hp_job_open_ensemble(all->comm, job, &all->ensemble, err));
    HP_TRY(hp_job_create_ingest(job, &all->ensemble, job->resampling.bin, &all->ingest, err));
    HP_TRY(hp_job_create_resampling(job, &all->ingest, &all->resampling, err));
cleanup:
    hp_job_free(&job);
    return status;
}

static void name_error(const hp_variations *all, int i, hp_error *err) {
    const hp_alternative *one = &all->alternatives.entry[i];
    hp_error_add_context(err, "variations.%s entry %d", hp_variation_group(one->group),
                         one->number);
}

/* This finds which sources and times are to be read. */
static hp_status create_pipelines(hp_variations *all, const char *effective_job, hp_error *err) {
    hp_status status = HP_OK;
    int count = all->alternatives.count;
    HP_NEW_TOGETHER(all->comm, all->alternative, count);
    HP_TRY(hp_pipeline_create(&all->resampling, effective_job, &all->options, &all->central, err));
    hp_pipeline_options part = all->options;
    part.part = true;
    for (int i = 0; i < count; i++) {
        status = hp_pipeline_create(&all->resampling, all->alternatives.entry[i].effective_job,
                                    &part, &all->alternative[i], err);
        if (status != HP_OK) name_error(all, i, err);
        HP_TRY(status);
    }
cleanup:
    return status;
}

hp_status hp_variations_open(const hp_comm *comm, const char *effective_job,
                             const hp_pipeline_options *options, hp_variations *all,
                             hp_error *err) {
    hp_status status = HP_OK;
    *all = (hp_variations){.comm = comm, .options = *options};
    HP_TRY(open_ensemble(all, effective_job, err));
    HP_TRY(create_pipelines(all, effective_job, err));
cleanup:
    if (status != HP_OK) hp_variations_destroy(all);
    return status;
}

static bool speaks(const hp_variations *all) {
    return all->comm->rank == 0 && !all->options.quiet;
}

static void log_ensemble(const hp_variations *all) {
    const hp_ensemble *ensemble = &all->ensemble;
    const hp_ingest *ingest = &all->ingest;
    char streams[48] = "";
    if (ensemble->nstream > 1)
        snprintf(streams, sizeof streams, " in %d streams", ensemble->nstream);
    hp_log("%s: %s, %d %s samples from %d rows%s, bin %d", ensemble->path, ensemble->channel,
           all->resampling.nsample, hp_method_name(all->resampling.method), ensemble->nsample,
           streams, ingest->bin);
    if (ingest->nkept < ingest->nbin)
        hp_log("%d of %d sums of bins, %.3g of %.3g MB, fit into resampling.memory_mb: the others "
               "are read again for every sample",
               ingest->nkept, ingest->nbin,
               1e-6 * hp_ingest_bytes(ingest) * ingest->nkept / ingest->nbin,
               1e-6 * hp_ingest_bytes(ingest));
    if (ingest->nkept < ingest->nbin && ingest->by_columns)
        hp_log(
            "each of them from chunks of several rows, which are read in full: "
            "resampling.memory_mb=%.0f keeps all bins, h5repack -f NONE -l CONTI stores rows one "
            "by one",
            ceil(1e-6 * hp_ingest_bytes(ingest)));
    if (ingest->ndropped > 0)
        hp_log_warning("rows at the end of a stream that fill no bin of %d are left out: %d",
                       ingest->bin, ingest->ndropped);
    if (ensemble->ngap > 0)
        hp_log_warning("trajectory numbers have %d gap%s, which bins and autocorrelation times "
                       "pass over",
                       ensemble->ngap, ensemble->ngap == 1 ? "" : "s");
    for (int i = 0; i < ingest->findings.count; i++)
        hp_log_warning("%s", ingest->findings.list[i].text);
}

hp_status hp_variations_read(hp_variations *all, hp_error *err) {
    bool part;
    hp_stage_enter(HP_STAGE_READ);
    HP_CALL(hp_ingest_read(&all->ingest, err));
    HP_CALL(hp_ingest_judge(&all->ingest, err));
    HP_CALL(hp_pipeline_identify(&all->central, &all->finished, err));
    if (all->finished) return HP_OK;
    for (int i = 0; i < all->alternatives.count; i++) {
        hp_status status = hp_pipeline_identify(&all->alternative[i], &part, err);
        if (status != HP_OK) name_error(all, i, err);
        HP_CALL(status);
    }
    if (speaks(all)) log_ensemble(all);
    return HP_OK;
}

static hp_status for_alternatives(hp_variations *all, hp_status (*stage)(hp_pipeline *, hp_error *),
                                  hp_error *err) {
    hp_status status = HP_OK;
    for (int i = 0; i < all->alternatives.count; i++) {
        status = stage(&all->alternative[i], err);
        if (status != HP_OK) name_error(all, i, err);
        HP_TRY(status);
    }
cleanup:
    return status;
}

/* Of all analyses in one pass over the rows. */
static hp_status estimate_chains(hp_variations *all, hp_error *err) {
    hp_status status = HP_OK;
    int count = all->alternatives.count;
    char text[HP_CHAIN_TEXT];
    hp_chain **chain = NULL;
    HP_NEW_TOGETHER(all->comm, chain, count + 1);
    chain[0] = &all->central.chain;
    for (int i = 0; i < count; i++) chain[i + 1] = &all->alternative[i].chain;
    HP_TRY(hp_chain_estimate(&all->ingest, count + 1, chain, err));
    hp_chain_describe(chain[0], all->ingest.bin, text);
    if (speaks(all)) hp_log("%s", text);
cleanup:
    hp_free(chain);
    return status;
}

hp_status hp_variations_estimate(hp_variations *all, hp_error *err) {
    hp_stage_enter(HP_STAGE_ESTIMATE);
    HP_CALL(hp_pipeline_estimate(&all->central, err));
    HP_CALL(for_alternatives(all, hp_pipeline_estimate, err));
    if (all->ensemble.sampling == HP_SAMPLING_CONFIGURATION) HP_CALL(estimate_chains(all, err));
    return HP_OK;
}

/* All that can be wrong before a fit; the work space, which is large, is not kept. */
static hp_status check(hp_pipeline *pipeline, hp_error *err) {
    HP_CALL(hp_pipeline_prepare(pipeline, err));
    hp_pipeline_release(pipeline);
    return HP_OK;
}

/* For the samples and results of all analyses. */
static hp_status check_room(const hp_variations *all, hp_error *err) {
    double bytes, total = 0;
    for (int i = -1; i < all->alternatives.count; i++) {
        const hp_pipeline *one = i < 0 ? &all->central : &all->alternative[i];
        HP_CALL(hp_checkpoint_size(&one->checkpoint, one->ncomputed, &bytes, err));
        total += bytes;
    }
    return hp_folder_check_room(all->central.job->output, "samples and results", total, err);
}

/* That of the job first: it may hold folders of another run, which go. */
static hp_status claim_folders(hp_variations *all, hp_error *err) {
    hp_folder *folder = &all->central.folder;
    HP_CALL(check_room(all, err));
    for (int i = 0; i < all->alternatives.count; i++) {
        char name[HP_ALTERNATIVE_NAME + 16];
        snprintf(name, sizeof name, "variations/%s", all->alternatives.entry[i].name);
        HP_CALL(hp_folder_add(folder, name, err));
    }
    HP_CALL(hp_folder_claim(folder, err));
    for (int i = 0; i < all->alternatives.count; i++)
        HP_CALL(hp_folder_claim(&all->alternative[i].folder, err));
    return HP_OK;
}

hp_status hp_variations_prepare(hp_variations *all, hp_error *err) {
    hp_stage_enter(HP_STAGE_PREPARE);
    HP_CALL(hp_pipeline_prepare(&all->central, err));
    HP_CALL(for_alternatives(all, check, err));
    hp_status status = HP_OK;
    bool claims = !all->options.no_checkpoints && !all->options.look;
    if (claims && all->comm->rank == 0) status = claim_folders(all, err);
    return hp_parallel_agree(all->comm, status, err);
}

static hp_status compute_alternative(hp_variations *all, int i, hp_error *err) {
    hp_status status = HP_OK;
    hp_pipeline *pipeline = &all->alternative[i];
    if (speaks(all))
        hp_log("variation %d of %d, %s: %s", i + 1, all->alternatives.count,
               all->alternatives.entry[i].name, all->alternatives.entry[i].assignments);
    hp_stage_enter(HP_STAGE_PREPARE);
    HP_TRY(hp_pipeline_prepare(pipeline, err));
    HP_TRY(hp_pipeline_compute(pipeline, err));
    if (all->comm->rank == 0)
        status = hp_budget_add(&all->budget, i, hp_pipeline_record(pipeline), err);
    HP_TRY(hp_parallel_agree(all->comm, status, err));
    pipeline->options.quiet = true; /* the table says what matters */
    hp_stage_enter(HP_STAGE_WRITE);
    if (!all->options.no_checkpoints) HP_TRY(hp_pipeline_write(pipeline, err));
cleanup:
    hp_pipeline_release(pipeline);
    return status;
}

hp_status hp_variations_compute(hp_variations *all, hp_error *err) {
    hp_status status = HP_OK;
    int count = all->alternatives.count;
    HP_TRY(hp_pipeline_compute(&all->central, err));
    if (count == 0) return HP_OK;
    if (all->comm->rank == 0) {
        const hp_budget_setup setup = {
            .central = hp_pipeline_record(&all->central),
            .alternatives = &all->alternatives,
            .include_failing =
                strcmp(all->central.job->results.variations_that_fail, "include") == 0};
        status = hp_budget_create(&setup, &all->budget, err);
    }
    HP_TRY(hp_parallel_agree(all->comm, status, err));
    for (int i = 0; i < count; i++) {
        status = compute_alternative(all, i, err);
        if (status != HP_OK) name_error(all, i, err);
        HP_TRY(status);
    }
    if (all->comm->rank == 0) {
        hp_budget_finish(&all->budget);
        status = hp_budget_describe(&all->budget, hp_pipeline_record(&all->central), err);
    }
    HP_TRY(hp_parallel_agree(all->comm, status, err));
    if (speaks(all)) hp_budget_log(&all->budget);
cleanup:
    return status;
}

hp_record *hp_variations_record(hp_variations *all) {
    return hp_pipeline_record(&all->central);
}

/* The central ones last: without them a run does not know that it has been interrupted. */
hp_status hp_variations_remove_checkpoints(hp_variations *all, hp_error *err) {
    hp_status status = HP_OK;
    bool kept = all->options.no_checkpoints || all->central.job->results.keep_checkpoints;
    hp_checkpoint_unwatch();
    if (all->comm->rank == 0 && !kept) {
        for (int i = 0; status == HP_OK && i < all->alternatives.count; i++)
            status = hp_checkpoint_remove(all->alternative[i].job->output, err);
        if (status == HP_OK) status = hp_checkpoint_remove(all->central.job->output, err);
    }
    return hp_parallel_agree(all->comm, status, err);
}

/* What is written may be no result. */
static hp_status check_notes(const hp_record *record, hp_error *err) {
    for (int i = 0; i < record->nnote; i++)
        HP_REQUIRE(record->note[i].severity != HP_FAILURE, HP_ERR_NO_RESULT, "%s",
                   record->note[i].text);
    return HP_OK;
}

hp_status hp_variations_write(hp_variations *all, hp_error *err) {
    hp_status status = HP_OK;
    hp_stage_enter(HP_STAGE_WRITE);
    HP_TRY(hp_pipeline_write(&all->central, err));
    HP_TRY(hp_variations_remove_checkpoints(all, err));
    if (all->comm->rank == 0) status = check_notes(hp_variations_record(all), err);
    HP_TRY(hp_parallel_agree(all->comm, status, err));
cleanup:
    return status;
}

void hp_variations_destroy(hp_variations *all) {
    if (all == NULL) return;
    hp_budget_destroy(&all->budget);
    hp_pipeline_destroy(&all->central);
    for (int i = 0; all->alternative != NULL && i < all->alternatives.count; i++)
        hp_pipeline_destroy(&all->alternative[i]);
    hp_free(all->alternative);
    hp_resampling_destroy(&all->resampling);
    hp_ingest_destroy(&all->ingest);
    hp_ensemble_close(&all->ensemble);
    hp_alternatives_destroy(&all->alternatives);
    *all = (hp_variations){0};
}
