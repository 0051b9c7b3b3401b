// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/run.h"

#include "hadpot/memory.h"
#include "hadpot/variations.h"
#include "job.h"

hp_status hp_run(const hp_comm *comm, const hp_run_options *options, hp_error *err) {
    hp_status status = HP_OK;
    char *effective_job = NULL;
    hp_variations all = {0};
    const hp_pipeline_options how = {.resume = options->resume};
    HP_TRY(hp_job_merge(comm, &hp_job_schema, options, &effective_job, err));
    HP_TRY(hp_variations_create(comm, effective_job, &how, &all, err));
    HP_TRY(hp_variations_compute(&all, err));
    HP_TRY(hp_variations_write(&all, err));
cleanup:
    hp_variations_destroy(&all);
    hp_free(effective_job);
    return status;
}
