// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/run.h"

#include "hadpot/forecast.h"
#include "hadpot/memory.h"
#include "hadpot/variations.h"
#include "shared_job.h"

hp_status hp_run(const hp_comm *comm, const hp_run_options *options, hp_error *err) {
    if (options->check) return hp_forecast(comm, options, err);
    hp_status status = HP_OK;
    char *effective_job = NULL;
    hp_variations all = {0};
    const hp_pipeline_options how = {.resume = options->resume, .overwrite = options->overwrite};
    HP_TRY(hp_job_merge(comm, &hp_job_schema, options, &effective_job, err));
    /* An ensemble, its jackknife or bootstrap samples, and the analyses that are asked for, */
    HP_TRY(hp_variations_open(comm, effective_job, &how, &all, err));
    /* correlators R(t,r) in sums of bins, */
    HP_TRY(hp_variations_read(&all, err));
    if (all.finished) { /* by a run that may have been killed while it removed its samples */
        HP_TRY(hp_variations_remove_checkpoints(&all, err));
        goto cleanup;
    }
    /* the source S(t,r) of each sample, whose spread weights the fits, and autocorrelation, */
    HP_TRY(hp_variations_estimate(&all, err));
    HP_TRY(hp_variations_prepare(&all, err));
    /* of each sample U(r,r') with S = U R, V(r), and from these phase shifts and bound states
     * (hp_analysis_compute); then errors from the spread of samples and of alternatives, */
    HP_TRY(hp_variations_compute(&all, err));
    /* in results.h5, summary.yaml, CSV files. */
    HP_TRY(hp_variations_write(&all, err));
cleanup:
    hp_variations_destroy(&all);
    hp_free(effective_job);
    return status;
}
