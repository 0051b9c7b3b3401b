// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "cli.h"
#include "hadpot/config.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/synth.h"

static void print_help(void) {
    puts("usage: hadpot synth JOB.yaml [--set key.path=value ...] [--overwrite]\n\n"
         "Makes a synthetic ensemble of raw configurations from a stated potential, local and\n"
         "non-local terms and tables like those of hadpot scatter, and beside it a YAML file with\n"
         "the potential, its exact phase shifts and bound states.\n\n" HP_CLI_OVERWRITE);
    hp_config_print_reference(stdout, &hp_synth_job_schema);
}

/* The files are renamed into place, which would put them where a device or a pipe has been. */
static hp_status check_place(const char *key, const char *path, hp_error *err) {
    struct stat there;
    HP_REQUIRE(stat(path, &there) != 0 || S_ISREG(there.st_mode), HP_ERR_INPUT,
               "%s: \"%s\" exists and is not a regular file", key, path);
    return HP_OK;
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
    HP_TRY(hp_config_merge(&hp_synth_job_schema, arguments->path, arguments->overrides,
                           arguments->noverrides, &text, err));
    HP_TRY(hp_synth_job_parse(text, &job, err));
    hp_form_keys potential = {HP_FORM_SECTIONS(HP_TAKE_SECTION, HP_TAKE_KEY, HP_TAKE_END)};
    hp_synth_spec spec = hp_synth_read_spec(job, &potential);
    HP_TRY(hp_synth_truth_path(&spec, &truth_path, err));
    HP_TRY(check_place("output", spec.output, err));
    HP_TRY(check_place("truth", truth_path, err));
    HP_CHECK(strcmp(spec.output, truth_path) != 0, HP_ERR_INPUT,
             "truth: must be another file than output, both are \"%s\"", truth_path);
    HP_TRY(hp_synth_truth_create(&spec, &truth, err));
    HP_TRY(hp_synth_write_ensemble(&spec, &truth, err)); /* finds all that is wrong with the job */
    HP_TRY(hp_synth_write_truth(&spec, &truth, err));
    report(&spec, &truth, truth_path);
cleanup:
    hp_synth_truth_destroy(&truth);
    hp_free(truth_path);
    hp_synth_job_free(&job);
    hp_free(text);
    return status;
}

hp_status hp_cli_synth(int argc, char **argv, hp_error *err) {
    return hp_cli_run_alone(argc, argv, print_help, make_ensemble, err);
}
