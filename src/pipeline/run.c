// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/run.h"

#include "hadpot/memory.h"
#include "hadpot/pipeline.h"
#include "job.h"

hp_status hp_run(const hp_comm *comm, const hp_run_options *options, hp_error *err) {
    hp_status status = HP_OK;
    char *effective_job = NULL;
    hp_pipeline pipeline = {0};
    const hp_pipeline_options how = {.resume = options->resume};
    HP_TRY(hp_job_merge(comm, &hp_job_schema, options, &effective_job, err));
    HP_TRY(hp_pipeline_create(comm, effective_job, &how, &pipeline, err));
    HP_TRY(hp_pipeline_compute(&pipeline, err));
    HP_TRY(hp_pipeline_write(&pipeline, err));
cleanup:
    hp_pipeline_destroy(&pipeline);
    hp_free(effective_job);
    return status;
}
