// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/variations.h"

#include "hadpot/log.h"
#include "hadpot/memory.h"

static hp_status create_one(hp_variations *all, int i, const char *effective_job, hp_error *err);
static hp_status prepare_checkpoints(hp_variations *all, hp_error *err);
static hp_status remove_checkpoints(hp_variations *all, hp_error *err);
static hp_status estimate_budget(hp_variations *all, hp_error *err);
static void name_error(const hp_variations *all, int i, hp_error *err);
static void announce(const hp_variations *all, int i);

hp_status hp_variations_compute(hp_variations *all, hp_error *err) {
    hp_status status = HP_OK;
    for (int i = 0; i < all->count; i++) {
        announce(all, i);
        status = hp_pipeline_compute(&all->pipeline[i], err);
        if (status != HP_OK) name_error(all, i, err);
        HP_TRY(status);
    }
    if (all->comm->rank == 0 && all->count > 1) status = estimate_budget(all, err);
    HP_TRY(hp_parallel_agree(all->comm, status, err));
cleanup:
    return status;
}

hp_results hp_variations_results(const hp_variations *all) {
    hp_results results = hp_pipeline_results(&all->pipeline[0]);
    if (all->count > 1) results.budget = &all->budget;
    return results;
}

hp_status hp_variations_write(hp_variations *all, hp_error *err) {
    hp_status status = HP_OK;
    for (int i = all->count - 1; i >= 0; i--) { /* what has the budget last */
        hp_pipeline *one = &all->pipeline[i];
        one->options.no_checkpoints = true; /* they go when everything is written */
        one->options.quiet = all->options.quiet || i > 0;
        one->budget = i == 0 && all->count > 1 ? &all->budget : NULL;
        status = hp_pipeline_write(one, err);
        if (status != HP_OK) name_error(all, i, err);
        HP_TRY(status);
    }
    HP_TRY(remove_checkpoints(all, err));
cleanup:
    return status;
}

hp_status hp_variations_create(const hp_comm *comm, const char *effective_job,
                               const hp_pipeline_options *options, hp_variations *all,
                               hp_error *err) {
    hp_status status = HP_OK;
    *all = (hp_variations){.comm = comm, .options = *options};
    status = hp_alternatives_create(effective_job, &all->alternatives, err);
    HP_TRY(hp_parallel_agree(comm, status, err));
    all->pipeline = hp_alloc((size_t)all->alternatives.count + 1, sizeof *all->pipeline);
    if (all->pipeline == NULL)
        status = hp_error_set(err, HP_ERR_MEMORY, __FILE__, __LINE__, "no memory for %d analyses",
                              all->alternatives.count + 1);
    HP_TRY(hp_parallel_agree(comm, status, err));
    for (int i = 0; i <= all->alternatives.count; i++) {
        const char *job = i > 0 ? all->alternatives.entry[i - 1].effective_job : effective_job;
        HP_TRY(create_one(all, i, job, err));
        all->count++;
    }
    HP_TRY(prepare_checkpoints(all, err));
cleanup:
    if (status != HP_OK) hp_variations_destroy(all);
    return status;
}

void hp_variations_destroy(hp_variations *all) {
    if (all == NULL) return;
    hp_budget_destroy(&all->budget);
    for (int i = 0; i < all->count; i++) hp_pipeline_destroy(&all->pipeline[i]);
    hp_free(all->pipeline);
    hp_alternatives_destroy(&all->alternatives);
    *all = (hp_variations){0};
}

/* Up to the first fit, and nothing on the disk. What is said of the ensemble is said once. */
static hp_status create_one(hp_variations *all, int i, const char *effective_job, hp_error *err) {
    hp_pipeline_options options = all->options;
    options.no_checkpoints = true;
    options.quiet = all->options.quiet || i > 0;
    hp_status status =
        hp_pipeline_create(all->comm, effective_job, &options, &all->pipeline[i], err);
    if (status != HP_OK) name_error(all, i, err);
    return status;
}

static hp_status prepare_checkpoints(hp_variations *all, hp_error *err) {
    hp_status status = HP_OK;
    for (int i = 0; i < all->count; i++) {
        hp_pipeline *one = &all->pipeline[i];
        one->options = all->options;
        if (all->options.no_checkpoints) continue;
        if (all->comm->rank == 0)
            status = hp_checkpoint_prepare(&one->checkpoint, all->options.resume, err);
        HP_TRY(hp_parallel_agree(all->comm, status, err));
    }
cleanup:
    return status;
}

static hp_status remove_checkpoints(hp_variations *all, hp_error *err) {
    hp_status status = HP_OK;
    bool kept = all->options.no_checkpoints || all->pipeline[0].job->results.keep_checkpoints;
    for (int i = 0; all->comm->rank == 0 && !kept && status == HP_OK && i < all->count; i++)
        status = hp_checkpoint_remove(&all->pipeline[i].checkpoint, err);
    return hp_parallel_agree(all->comm, status, err);
}

static hp_status estimate_budget(hp_variations *all, hp_error *err) {
    hp_status status = HP_OK;
    hp_results central = hp_pipeline_results(&all->pipeline[0]), *varied = NULL;
    int count = all->alternatives.count;
    HP_NEW(varied, count);
    for (int i = 0; i < count; i++) varied[i] = hp_pipeline_results(&all->pipeline[i + 1]);
    HP_TRY(hp_budget_create(&central, all->alternatives.entry, varied, count, &all->budget, err));
    if (!all->options.quiet) hp_budget_log(&all->budget);
cleanup:
    hp_free(varied);
    return status;
}

/* The central analysis needs no name. */
static void name_error(const hp_variations *all, int i, hp_error *err) {
    if (i == 0) return;
    const hp_alternative *one = &all->alternatives.entry[i - 1];
    hp_error_add_context(err, "variations.%s entry %d", hp_variation_group(one->group),
                         one->number);
}

static void announce(const hp_variations *all, int i) {
    if (all->comm->rank != 0 || all->options.quiet || i == 0) return;
    hp_log("variation %d of %d, %s: %s", i, all->alternatives.count,
           all->alternatives.entry[i - 1].name, all->alternatives.entry[i - 1].assignments);
}
