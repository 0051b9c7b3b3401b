// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/variations.h"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"
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

/* HP_TRY for alternative number i. */
#define TRY_ONE(call, i)                                                                           \
    HP_TRY_IN(call, "variations.%s entry %d",                                                      \
              hp_variation_group(all->alternatives.entry[i].group),                                \
              all->alternatives.entry[i].number)

hp_status hp_variations_open(const hp_comm *comm, const char *effective_job,
                             const hp_pipeline_options *options, hp_variations *all,
                             hp_error *err) {
    hp_job *job = NULL;
    *all = (hp_variations){.comm = comm, .options = *options};
    hp_status status = hp_alternatives_create(effective_job, &all->alternatives, err);
    if (status == HP_OK) status = hp_job_parse(effective_job, &job, err);
    HP_TRY(hp_parallel_agree(comm, status, err));
    HP_CHECK(job != NULL, HP_ERR_INTERNAL, "no job where all ranks have one");
    HP_TRY(hp_job_open_ensemble(comm, job, &all->ensemble, err));
    HP_TRY(hp_job_create_ingest(job, &all->ensemble, job->resampling.bin, &all->ingest, err));
    HP_TRY(hp_job_create_resampling(job, &all->ingest, &all->resampling, err));
    HP_NEW_TOGETHER(comm, all->alternative, all->alternatives.count);
    /* Pipelines say which sources and times are to be read. */
    HP_TRY(hp_pipeline_create(&all->resampling, effective_job, options, &all->central, err));
    for (int i = 0; i < all->alternatives.count; i++) {
        TRY_ONE(hp_pipeline_create(&all->resampling, all->alternatives.entry[i].effective_job,
                                   options, &all->alternative[i], err),
                i);
        if (options->averages_only) all->alternative[i].ncomputed = 0;
    }
cleanup:
    hp_job_free(&job);
    if (status != HP_OK) hp_variations_destroy(all);
    return status;
}

static bool speaks(const hp_variations *all) {
    return all->comm->rank == 0 && !all->options.quiet;
}

hp_status hp_variations_read(hp_variations *all, hp_error *err) {
    const hp_ensemble *ensemble = &all->ensemble;
    const hp_ingest *ingest = &all->ingest;
    char streams[48] = "";
    HP_CALL(hp_ingest_read(&all->ingest, err));
    if (!speaks(all)) return HP_OK;
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
    if (ingest->ndropped > 0)
        hp_log_warning("rows at the end of a stream that fill no bin of %d are left out: %d",
                       ingest->bin, ingest->ndropped);
    if (ensemble->ngap > 0)
        hp_log_warning("trajectory numbers have %d gap%s, which bins and autocorrelation times "
                       "pass over",
                       ensemble->ngap, ensemble->ngap == 1 ? "" : "s");
    return HP_OK;
}

static hp_status for_alternatives(hp_variations *all, hp_status (*stage)(hp_pipeline *, hp_error *),
                                  hp_error *err) {
    hp_status status = HP_OK;
    for (int i = 0; i < all->alternatives.count; i++) TRY_ONE(stage(&all->alternative[i], err), i);
cleanup:
    return status;
}

hp_status hp_variations_estimate(hp_variations *all, hp_error *err) {
    hp_status status = HP_OK;
    int count = all->alternatives.count;
    char text[HP_CHAIN_TEXT];
    hp_chain **chain = NULL; /* of all analyses, in one pass over the rows */
    HP_TRY(hp_pipeline_estimate(&all->central, err));
    HP_TRY(for_alternatives(all, hp_pipeline_estimate, err));
    if (all->ensemble.sampling != HP_SAMPLING_CONFIGURATION) return HP_OK;
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

/* All that can be wrong before a fit; the work space, which is large, is not kept. */
static hp_status check(hp_pipeline *pipeline, hp_error *err) {
    HP_CALL(hp_pipeline_prepare(pipeline, err));
    hp_pipeline_release(pipeline);
    return HP_OK;
}

hp_status hp_variations_prepare(hp_variations *all, hp_error *err) {
    hp_status status = HP_OK;
    bool resume = all->options.resume;
    HP_CALL(hp_pipeline_prepare(&all->central, err));
    HP_CALL(for_alternatives(all, check, err));
    if (all->comm->rank == 0 && !all->options.no_checkpoints) {
        status = hp_checkpoint_prepare(&all->central.checkpoint, resume, err);
        for (int i = 0; status == HP_OK && i < all->alternatives.count; i++)
            status = hp_checkpoint_prepare(&all->alternative[i].checkpoint, resume, err);
    }
    return hp_parallel_agree(all->comm, status, err);
}

/* Checkpoints stay until the whole job is written. */
static hp_status write_keeping(hp_pipeline *pipeline, hp_error *err) {
    pipeline->options.no_checkpoints = true;
    return hp_pipeline_write(pipeline, err);
}

static hp_status compute_alternative(hp_variations *all, int i, hp_error *err) {
    hp_status status = HP_OK;
    hp_pipeline *pipeline = &all->alternative[i];
    if (speaks(all))
        hp_log("variation %d of %d, %s: %s", i + 1, all->alternatives.count,
               all->alternatives.entry[i].name, all->alternatives.entry[i].assignments);
    HP_TRY(hp_pipeline_prepare(pipeline, err));
    HP_TRY(hp_pipeline_compute(pipeline, err));
    if (all->comm->rank == 0)
        status = hp_budget_add(&all->budget, i, hp_pipeline_record(pipeline), err);
    HP_TRY(hp_parallel_agree(all->comm, status, err));
    pipeline->options.quiet = true; /* the table says what matters */
    if (!all->options.no_checkpoints) HP_TRY(write_keeping(pipeline, err));
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
            .averages_only = all->options.averages_only,
            .include_failing =
                strcmp(all->central.job->results.variations_that_fail, "include") == 0};
        status = hp_budget_create(&setup, &all->budget, err);
    }
    HP_TRY(hp_parallel_agree(all->comm, status, err));
    for (int i = 0; i < count; i++) TRY_ONE(compute_alternative(all, i, err), i);
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

hp_status hp_variations_write(hp_variations *all, hp_error *err) {
    hp_status status = HP_OK;
    const hp_record *record = hp_variations_record(all);
    bool root = all->comm->rank == 0;
    bool kept = all->options.no_checkpoints || all->central.job->results.keep_checkpoints;
    HP_CALL(write_keeping(&all->central, err));
    hp_checkpoint_unwatch();
    /* The central ones last: without them a run does not know that it has been interrupted. */
    for (int i = 0; root && !kept && status == HP_OK && i < all->alternatives.count; i++)
        status = hp_checkpoint_remove(&all->alternative[i].checkpoint, err);
    if (root && !kept && status == HP_OK)
        status = hp_checkpoint_remove(&all->central.checkpoint, err);
    for (int i = 0; root && status == HP_OK && i < record->nnote; i++)
        if (record->note[i].severity == HP_FAILURE) /* what is written is no result */
            status = HP_FAIL(HP_ERR_NO_RESULT, "%s", record->note[i].text);
    return hp_parallel_agree(all->comm, status, err);
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
