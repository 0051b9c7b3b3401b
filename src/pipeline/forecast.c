// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/forecast.h"
#include <sys/resource.h>
#include "forecast_parts.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "shared_job.h"

/* Of ru_maxrss, in Linux. */
enum { KILOBYTE = 1024 };

/* Bytes that this process has had at most. */
static double largest_memory(void) {
    struct rusage usage = {0};
    getrusage(RUSAGE_SELF, &usage);
    return (double)KILOBYTE * (double)usage.ru_maxrss;
}

/* The job first, then its alternatives, one in memory at a time. */
static hp_status measure(hp_variations *all, hp_cost *cost, hp_error *err) {
    hp_status status = HP_OK;
    hp_pipeline_release(&all->central);
    HP_TRY(hp_forecast_measure(&all->central, NULL, cost, err));
    for (int i = 0; i < all->alternatives.count; i++)
        HP_TRY_IN(hp_forecast_measure(&all->alternative[i], cost, cost + 1 + i, err),
                  "variations.%s entry %d", hp_variation_group(all->alternatives.entry[i].group),
                  all->alternatives.entry[i].number);
cleanup:
    return status;
}

/* All stages before the first fit, which find all that is wrong. */
static hp_status look(const hp_comm *comm, const hp_run_options *options, const char *effective_job,
                      hp_variations *all, hp_error *err) {
    const hp_pipeline_options how = {
        .resume = options->resume, .overwrite = options->overwrite, .look = true, .quiet = true};
    HP_CALL(hp_variations_open(comm, effective_job, &how, all, err));
    HP_CALL(hp_variations_read(all, err));
    if (all->finished) return HP_OK;
    HP_CALL(hp_variations_estimate(all, err));
    return hp_variations_prepare(all, err);
}

/* Samples that need not be computed again, on rank 0. */
static hp_status count_kept(const hp_variations *all, int *kept, hp_error *err) {
    const hp_folder *folder = &all->central.folder;
    *kept = 0;
    if (all->comm->rank != 0 || folder->use != HP_FOLDER_GO_ON) return HP_OK;
    HP_CALL(hp_checkpoint_count(folder->path, kept, err));
    if (*kept > 0) --*kept; /* the average */
    return HP_OK;
}

hp_status hp_forecast(const hp_comm *comm, const hp_run_options *options, hp_error *err) {
    hp_status status = HP_OK;
    char *effective_job = NULL;
    hp_variations all = {0};
    hp_cost *cost = NULL;
    hp_forecast_facts facts = {.all = &all};
    double start = hp_clock_seconds();
    HP_TRY(hp_job_merge(comm, &hp_job_schema, options, &effective_job, err));
    status = look(comm, options, effective_job, &all, err);
    if (status != HP_OK || all.finished) goto cleanup;
    facts.wall = hp_clock_seconds() - start;
    status = count_kept(&all, &facts.kept, err);
    HP_TRY(hp_parallel_agree(comm, status, err));
    HP_NEW_TOGETHER(comm, cost, 1 + all.alternatives.count);
    HP_TRY(measure(&all, cost, err));
    facts.cost = cost;
    facts.memory = largest_memory();
    if (comm->rank == 0) hp_forecast_print(&facts);
cleanup:
    hp_free(cost);
    hp_variations_destroy(&all);
    hp_free(effective_job);
    return status;
}
