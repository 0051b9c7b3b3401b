// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared_job.h"
#include <string.h>
#include "hadpot/options.h"
#include "hadpot/results.h"

/* Of resampling.memory_mb. */
enum { MEGABYTE = 1000000 };

hp_status hp_job_merge(const hp_comm *comm, const hp_schema *schema, const hp_run_options *options,
                       char **effective_job, hp_error *err) {
    hp_status status = HP_OK;
    if (comm->rank == 0)
        status = hp_config_merge(schema, options->job_path, options->overrides, options->noverrides,
                                 effective_job, err);
    HP_CALL(hp_parallel_agree(comm, status, err));
    return hp_parallel_broadcast_string(comm, effective_job, err);
}

/* Names that stand in the CSV and YAML files; better refused now than after all fits. */
static hp_status check_names(const hp_ensemble *ensemble, hp_error *err) {
    HP_REQUIRE(hp_text_is_writable(ensemble->channel), HP_ERR_INPUT,
               "%s: attribute channel must be one line of UTF-8 text", ensemble->path);
    for (int source = 0; source < ensemble->nsource; source++) {
        const char *name = ensemble->source[source];
        HP_REQUIRE(hp_text_is_writable(name) && strpbrk(name, ",\"") == NULL, HP_ERR_INPUT,
                   "%s: the name of source %d, '%s', must be one line of UTF-8 text without commas "
                   "and quotes",
                   ensemble->path, source, name);
    }
    return HP_OK;
}

hp_status hp_job_open_ensemble(const hp_comm *comm, const hp_job *job, hp_ensemble *ensemble,
                               hp_error *err) {
    HP_CALL(hp_ensemble_open(comm, job->ensemble, ensemble, err));
    return hp_parallel_agree(comm, check_names(ensemble, err), err);
}

hp_status hp_job_create_ingest(const hp_job *job, const hp_ensemble *ensemble, int bin,
                               hp_ingest *ingest, hp_error *err) {
    size_t memory = (size_t)job->resampling.memory_mb * MEGABYTE;
    return hp_ingest_create(ensemble, bin, memory, ingest, err);
}

hp_status hp_job_create_resampling(const hp_job *job, hp_ingest *ingest, hp_resampling *resampling,
                                   hp_error *err) {
    const hp_resampling_setup setup = hp_options_of_resampling(job);
    return hp_ingest_resample(ingest, &setup, resampling, err);
}
