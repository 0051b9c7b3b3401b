// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>
#include "cli.h"
#include "hadpot/lock.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/synth.h"

enum { PATH_SIZE = 4096 + 64 };

/* Two that make the same file would mix their temporary ones. */
static hp_status lock_output(const char *output, hp_lock *lock, hp_error *err) {
    char path[PATH_SIZE];
    const char *slash = strrchr(output, '/');
    int folder = slash != NULL ? (int)(slash - output) + 1 : 0;
    snprintf(path, sizeof path, "%.*s.%s.lock", folder, output, output + folder);
    return hp_lock_take(path, output, "synth", lock, err);
}

static void report(const hp_synth_job *job, const hp_synth_truth *truth, const char *path) {
    if (truth->cut_off > HP_SYNTH_CUT_OFF)
        hp_log_warning("the potential is cut off: it has %.2g of its maximum where the grid ends, "
                       "and an analysis does not see what is beyond",
                       truth->cut_off);
    if (job->channels.components.count > 0)
        hp_log("%s: %d configurations of %s: %d components, bound states: %d; truth in %s",
               job->output, job->noise.configurations, job->channel, job->channels.components.count,
               truth->bound_states, path);
    else
        hp_log("%s: %d configurations of %s: a0 = %.6g fm, r_eff = %.6g fm, bound states: %d; "
               "truth in "
               "%s",
               job->output, job->noise.configurations, job->channel, truth->scattering_length_fm,
               truth->effective_range_fm, truth->bound_states, path);
}

hp_status hp_cli_synth(const hp_run_options *options, hp_error *err) {
    hp_status status = HP_OK;
    char *text = NULL, *truth_path = NULL;
    hp_synth_job *job = NULL;
    hp_synth_truth truth = {0};
    hp_lock lock = {0};
    HP_TRY(hp_config_merge(&hp_synth_job_schema, options->job_path, options->overrides,
                           options->noverrides, &text, err));
    HP_TRY(hp_synth_job_parse(text, &job, err));
    HP_TRY(hp_synth_truth_path(job, &truth_path, err));
    HP_TRY(hp_synth_check_place(job, truth_path, options->overwrite, err));
    HP_TRY(lock_output(job->output, &lock, err));
    HP_TRY(hp_synth_truth_create(job, &truth, err));
    HP_TRY(hp_synth_write_ensemble(job, &truth, err)); /* finds all that is wrong with the job */
    HP_TRY(hp_synth_write_truth(job, &truth, err));
    report(job, &truth, truth_path);
cleanup:
    hp_lock_release(&lock);
    hp_synth_truth_destroy(&truth);
    hp_free(truth_path);
    hp_synth_job_free(&job);
    hp_free(text);
    return status;
}
