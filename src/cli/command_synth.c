// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <string.h>
#include "cli.h"
#include "hadpot/config.h"
#include "hadpot/lock.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/synth.h"

enum { PATH_SIZE = 4096 + 64 };

static void print_help(void) {
    puts("usage: hadpot synth JOB.yaml [--set key.path=value ...] [--overwrite]\n\n"
         "Makes a synthetic ensemble of raw configurations from a stated potential, local and\n"
         "non-local terms and tables like those of hadpot scatter, and beside it a YAML file with\n"
         "the potential, its exact phase shifts and bound states.\n\n" HP_CLI_OVERWRITE);
    hp_config_print_reference(stdout, &hp_synth_job_schema);
}

/* Two that make the same file would mix their temporary ones. */
static hp_status lock_output(const char *output, hp_lock *lock, hp_error *err) {
    char path[PATH_SIZE];
    const char *slash = strrchr(output, '/');
    int folder = slash != NULL ? (int)(slash - output) + 1 : 0;
    snprintf(path, sizeof path, "%.*s.%s.lock", folder, output, output + folder);
    return hp_lock_take(path, output, "synth", lock, err);
}

static void report(const hp_synth_spec *spec, const hp_synth_truth *truth, const char *path) {
    if (truth->cut_off > HP_SYNTH_CUT_OFF)
        hp_log_warning("the potential is cut off: it has %.2g of its maximum where the grid ends, "
                       "and an analysis does not see what is beyond",
                       truth->cut_off);
    hp_log("%s: %d configurations of %s: a0 = %.6g fm, r_eff = %.6g fm, bound states: %d; truth in "
           "%s",
           spec->output, spec->configurations, spec->channel, truth->scattering_length_fm,
           truth->effective_range_fm, truth->bound_states, path);
}

static hp_status make_ensemble(const hp_cli_arguments *arguments, hp_error *err) {
    hp_status status = HP_OK;
    char *text = NULL, *truth_path = NULL;
    hp_synth_job *job = NULL;
    hp_synth_truth truth = {0};
    hp_lock lock = {0};
    HP_TRY(hp_config_merge(&hp_synth_job_schema, arguments->path, arguments->overrides,
                           arguments->noverrides, &text, err));
    HP_TRY(hp_synth_job_parse(text, &job, err));
    hp_form_keys potential = {HP_FORM_SECTIONS(HP_TAKE_SECTION, HP_TAKE_KEY, HP_TAKE_END)};
    hp_synth_spec spec = hp_synth_read_spec(job, &potential);
    HP_TRY(hp_synth_truth_path(&spec, &truth_path, err));
    HP_TRY(hp_synth_check_place(&spec, truth_path, arguments->overwrite != 0, err));
    HP_TRY(lock_output(spec.output, &lock, err));
    HP_TRY(hp_synth_truth_create(&spec, &truth, err));
    HP_TRY(hp_synth_write_ensemble(&spec, &truth, err)); /* finds all that is wrong with the job */
    HP_TRY(hp_synth_write_truth(&spec, &truth, err));
    report(&spec, &truth, truth_path);
cleanup:
    hp_lock_release(&lock);
    hp_synth_truth_destroy(&truth);
    hp_free(truth_path);
    hp_synth_job_free(&job);
    hp_free(text);
    return status;
}

hp_status hp_cli_synth(int argc, char **argv, hp_error *err) {
    return hp_cli_run_alone(argc, argv, print_help, make_ensemble, err);
}
