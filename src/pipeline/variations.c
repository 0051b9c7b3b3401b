// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/variations.h"

#include <stdbool.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"

static hp_status check_alternative(hp_variations *all, int i, hp_error *err);
static hp_status create_pipeline(const hp_variations *all, int i, hp_pipeline *pipeline,
                                 hp_error *err);
static hp_status prepare_checkpoints(hp_variations *all, hp_error *err);
static hp_status compute_alternative(hp_variations *all, int i, hp_error *err);
static hp_status write_keeping(hp_pipeline *pipeline, hp_error *err);
static hp_status remove_checkpoints(hp_variations *all, hp_error *err);
static void name_error(const hp_variations *all, int i, hp_error *err);
static bool speaks(const hp_variations *all);

hp_status hp_variations_compute(hp_variations *all, hp_error *err) {
    hp_status status = HP_OK;
    int count = all->alternatives.count;
    HP_TRY(hp_pipeline_compute(&all->central, err));
    if (count == 0) goto cleanup;
    if (all->comm->rank == 0) {
        hp_results central = hp_pipeline_results(&all->central);
        if (all->options.averages_only) central.ncomputed = 0;
        status = hp_budget_create(&central, all->alternatives.entry, count, &all->budget, err);
    }
    HP_TRY(hp_parallel_agree(all->comm, status, err));
    for (int i = 0; i < count; i++) {
        status = compute_alternative(all, i, err);
        if (status != HP_OK) name_error(all, i, err);
        HP_TRY(status);
    }
    if (all->comm->rank == 0) status = hp_budget_finish(&all->budget, err);
    HP_TRY(hp_parallel_agree(all->comm, status, err));
    if (speaks(all)) hp_budget_log(&all->budget);
cleanup:
    return status;
}

hp_results hp_variations_results(const hp_variations *all) {
    hp_results results = hp_pipeline_results(&all->central);
    if (all->alternatives.count > 0) results.budget = &all->budget;
    return results;
}

hp_status hp_variations_write(hp_variations *all, hp_error *err) {
    hp_status status = HP_OK;
    all->central.budget = all->alternatives.count > 0 ? &all->budget : NULL;
    HP_TRY(write_keeping(&all->central, err));
    HP_TRY(remove_checkpoints(all, err));
cleanup:
    return status;
}

hp_status hp_variations_create(const hp_comm *comm, const char *effective_job,
                               const hp_pipeline_options *options, hp_variations *all,
                               hp_error *err) {
    hp_status status = HP_OK;
    hp_pipeline_options no_files = *options;
    no_files.no_checkpoints = true;
    *all = (hp_variations){.comm = comm, .options = *options};
    status = hp_alternatives_create(effective_job, &all->alternatives, err);
    HP_TRY(hp_parallel_agree(comm, status, err));
    all->checkpoint = hp_alloc((size_t)all->alternatives.count, sizeof *all->checkpoint);
    if (all->checkpoint == NULL)
        status = hp_error_set(err, HP_ERR_MEMORY, __FILE__, __LINE__, "no memory for %d analyses",
                              all->alternatives.count);
    HP_TRY(hp_parallel_agree(comm, status, err));
    HP_TRY(hp_pipeline_create(comm, effective_job, &no_files, &all->central, err));
    all->central.options = *options;
    for (int i = 0; i < all->alternatives.count; i++) {
        status = check_alternative(all, i, err);
        if (status != HP_OK) name_error(all, i, err);
        HP_TRY(status);
    }
    if (!options->no_checkpoints) HP_TRY(prepare_checkpoints(all, err));
cleanup:
    if (status != HP_OK) hp_variations_destroy(all);
    return status;
}

void hp_variations_destroy(hp_variations *all) {
    if (all == NULL) return;
    hp_budget_destroy(&all->budget);
    hp_pipeline_destroy(&all->central);
    for (int i = 0; all->checkpoint != NULL && i < all->alternatives.count; i++)
        hp_free((char *)all->checkpoint[i].folder);
    hp_free(all->checkpoint);
    hp_alternatives_destroy(&all->alternatives);
    *all = (hp_variations){0};
}

/* All that can be wrong before a fit, and what its checkpoint will be; nothing else is kept, since
 * the work space of a network is large. */
static hp_status check_alternative(hp_variations *all, int i, hp_error *err) {
    hp_status status = HP_OK;
    hp_pipeline pipeline = {0};
    HP_TRY(create_pipeline(all, i, &pipeline, err));
    all->checkpoint[i].fingerprint = pipeline.checkpoint.fingerprint;
    all->checkpoint[i].folder = hp_copy_string(pipeline.checkpoint.folder);
    if (all->checkpoint[i].folder == NULL)
        status = hp_error_set(err, HP_ERR_MEMORY, __FILE__, __LINE__, "no memory for a folder");
    HP_TRY(hp_parallel_agree(all->comm, status, err));
cleanup:
    hp_pipeline_destroy(&pipeline);
    return status;
}

/* Nothing on the disk. What is said of the ensemble is said once, by the central analysis. */
static hp_status create_pipeline(const hp_variations *all, int i, hp_pipeline *pipeline,
                                 hp_error *err) {
    hp_status status = HP_OK;
    const hp_pipeline_options options = {.no_checkpoints = true, .quiet = true};
    HP_TRY(hp_pipeline_create(all->comm, all->alternatives.entry[i].effective_job, &options,
                              pipeline, err));
    if (all->options.averages_only) pipeline->resampling.ncomputed = 0;
cleanup:
    return status;
}

static hp_status prepare_checkpoints(hp_variations *all, hp_error *err) {
    hp_status status = HP_OK;
    bool resume = all->options.resume;
    if (all->comm->rank == 0) {
        status = hp_checkpoint_prepare(&all->central.checkpoint, resume, err);
        for (int i = 0; status == HP_OK && i < all->alternatives.count; i++)
            status = hp_checkpoint_prepare(&all->checkpoint[i], resume, err);
    }
    return hp_parallel_agree(all->comm, status, err);
}

static hp_status compute_alternative(hp_variations *all, int i, hp_error *err) {
    hp_status status = HP_OK;
    hp_pipeline pipeline = {0};
    if (speaks(all))
        hp_log("variation %d of %d, %s: %s", i + 1, all->alternatives.count,
               all->alternatives.entry[i].name, all->alternatives.entry[i].assignments);
    HP_TRY(create_pipeline(all, i, &pipeline, err));
    pipeline.options = all->options;
    HP_TRY(hp_pipeline_compute(&pipeline, err));
    if (all->comm->rank == 0) {
        hp_results results = hp_pipeline_results(&pipeline);
        status = hp_budget_add(&all->budget, i, &results, err);
    }
    HP_TRY(hp_parallel_agree(all->comm, status, err));
    pipeline.options.quiet = true; /* the table says what matters */
    if (!all->options.no_checkpoints) HP_TRY(write_keeping(&pipeline, err));
cleanup:
    hp_pipeline_destroy(&pipeline);
    return status;
}

/* Checkpoints stay until the whole job is written. */
static hp_status write_keeping(hp_pipeline *pipeline, hp_error *err) {
    pipeline->options.no_checkpoints = true;
    return hp_pipeline_write(pipeline, err);
}

/* The central ones last: without them a run does not know that it has been interrupted. */
static hp_status remove_checkpoints(hp_variations *all, hp_error *err) {
    hp_status status = HP_OK;
    bool kept = all->options.no_checkpoints || all->central.job->results.keep_checkpoints;
    if (all->comm->rank == 0 && !kept) {
        for (int i = 0; status == HP_OK && i < all->alternatives.count; i++)
            status = hp_checkpoint_remove(&all->checkpoint[i], err);
        if (status == HP_OK) status = hp_checkpoint_remove(&all->central.checkpoint, err);
    }
    return hp_parallel_agree(all->comm, status, err);
}

static void name_error(const hp_variations *all, int i, hp_error *err) {
    const hp_alternative *one = &all->alternatives.entry[i];
    hp_error_add_context(err, "variations.%s entry %d", hp_variation_group(one->group),
                         one->number);
}

static bool speaks(const hp_variations *all) {
    return all->comm->rank == 0 && !all->options.quiet;
}
