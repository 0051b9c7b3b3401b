// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot toy: a known potential, waves from it, a potential learned from the waves, and how the two
 * compare. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "cli.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/results.h"
#include "hadpot/toy.h"

enum { NAME_SIZE = 512 };

static void print_help(void) {
    puts(
        "usage: hadpot toy NAME|JOB.yaml [--set key.path=value ...] [--overwrite]\n\n"
        "Makes waves of a known potential, learns a potential from them with the networks and the\n"
        "training of hadpot run, and compares potentials and phase shifts of both. The training\n"
        "log goes to the terminal, results to the folder `output` of the job. NAME is one of\n");
    for (int i = 0; i < hp_toy_npreset; i++) {
        const char *text = hp_toy_presets[i].text;
        int comment = *text == '#' ? (int)strcspn(text, "\n") : 0;
        printf("  %-20s %.*s\n", hp_toy_presets[i].name, comment > 2 ? comment - 2 : 0, text + 2);
    }
    puts("\nA name that contains / or ends in .yaml or .yml is a job file.\n\n" HP_CLI_OVERWRITE
         "\n"
         "Examples:\n"
         "  hadpot toy yukawa                                      results in results/toys/yukawa\n"
         "  python3 analysis/plot.py results/toys/yukawa           figures of them, in figures/\n"
         "  hadpot toy separable --set training.epochs=10000 --set output=longer\n"
         "  hadpot toy mlp --set 'potential.f_layers=[64, 64, 1]'  lists in quotes\n"
         "  hadpot toy longer/job.yaml --set training.seed=2       the job a toy leaves, again\n");
    hp_config_print_reference(stdout, &hp_toy_job_schema);
}

static const hp_toy_preset *find_preset(const char *name) {
    for (int i = 0; i < hp_toy_npreset; i++)
        if (strcmp(hp_toy_presets[i].name, name) == 0) return &hp_toy_presets[i];
    return NULL;
}

static bool is_file(const char *path) {
    const char *end = strrchr(path, '.');
    return strchr(path, '/') != NULL ||
           (end != NULL && (strcmp(end, ".yaml") == 0 || strcmp(end, ".yml") == 0));
}

/* What messages call a job: its file, or "toy NAME". */
static const char *label_of(const char *path, char label[NAME_SIZE]) {
    snprintf(label, NAME_SIZE, "%s%s", is_file(path) ? "" : "toy ", path);
    return label;
}

/* A file, or one of the jobs that are part of the program. */
static hp_status merge(const hp_cli_arguments *arguments, char **effective, hp_error *err) {
    char label[NAME_SIZE];
    const hp_toy_preset *preset = find_preset(arguments->path);
    if (is_file(arguments->path))
        return hp_config_merge(&hp_toy_job_schema, arguments->path, arguments->overrides,
                               arguments->noverrides, effective, err);
    HP_REQUIRE(preset != NULL, HP_ERR_USAGE,
               "toy: unknown name \"%s\"; hadpot toy --help lists them (a job file ends in .yaml)",
               arguments->path);
    return hp_config_merge_text(&hp_toy_job_schema, label_of(arguments->path, label), preset->text,
                                arguments->overrides, arguments->noverrides, effective, err);
}

static hp_status read_job(const hp_cli_arguments *arguments, char **effective, hp_toy_job **job,
                          hp_error *err) {
    char label[NAME_SIZE];
    HP_CALL(merge(arguments, effective, err));
    HP_CALL(hp_toy_job_parse(*effective, job, err));
    HP_REQUIRE(hp_text_is_writable((*job)->channel), HP_ERR_INPUT,
               "%s: channel: must be one line of UTF-8", label_of(arguments->path, label));
    return HP_OK;
}

static hp_status write_results(hp_toy *toy, hp_folder *folder, hp_error *err) {
    hp_record *record = &toy->learned.record;
    hp_results_describe(record, toy->job->channel, toy->job->potential.kind, folder->job);
    HP_CALL(hp_toy_describe(toy, err));
    HP_CALL(hp_results_save(record, folder, err));
    hp_results_log_notes(record);
    return HP_OK;
}

static void report(const hp_toy *toy) {
    const hp_toy_comparison *found = &toy->comparison;
    const char *channel = toy->job->channel, *output = toy->job->output;
    bool adam = strcmp(toy->training.optimiser, "adam") == 0;
    hp_log("%s: loss %.4g after %g %s", channel,
           *hp_record_read(&toy->learned.record, toy->vector, HP_ROW_LOSS),
           *hp_record_read(&toy->learned.record, toy->vector, HP_ROW_EPOCHS),
           adam ? "epochs" : "steps");
    if (!isnan(found->u_error))
        hp_log("%s: relative error of U (L2, r and r' > %g fm): %.3g; asymmetry %.3g", channel,
               toy->job->results.u_error_r_min_fm, found->u_error, found->asymmetry);
    if (!isnan(found->v_error))
        hp_log("%s: largest relative error of V: %.3g", channel, found->v_error);
    if (!isnan(found->f_error))
        hp_log("%s: largest relative error of f, weighted by its contribution: %.3g", channel,
               found->f_error);
    if (!isnan(found->delta_error_deg))
        hp_log("%s: largest error of the phase shifts: %.3g degrees (modulo 180)", channel,
               found->delta_error_deg);
    hp_log("%s: results in %s; figures: python3 analysis/plot.py %s", channel, output, output);
}

static hp_status run_toy(const hp_cli_arguments *arguments, hp_error *err) {
    hp_status status = HP_OK;
    char *effective = NULL, label[NAME_SIZE];
    hp_toy_job *job = NULL;
    hp_toy toy = {0};
    hp_folder folder = {0};
    HP_TRY(read_job(arguments, &effective, &job, err));
    status = hp_toy_create(job, &toy, err);
    if (status != HP_OK) hp_error_add_context(err, "%s", label_of(arguments->path, label));
    HP_TRY(status);
    folder = (hp_folder){.path = job->output,
                         .command = "toy",
                         .job = effective,
                         .overwrite = arguments->overwrite != 0};
    HP_TRY(hp_folder_open(&folder, err)); /* before hours of training, not after */
    HP_TRY(hp_folder_judge(&folder, 0, NULL, err));
    HP_TRY(hp_folder_claim(&folder, err));
    HP_TRY(hp_toy_learn(&toy, stdout, err));
    HP_TRY(hp_toy_observe(&toy, err));
    HP_TRY(hp_toy_compare(&toy, err));
    HP_TRY(write_results(&toy, &folder, err));
    report(&toy);
cleanup:
    hp_folder_close(&folder);
    hp_toy_destroy(&toy);
    hp_toy_job_free(&job);
    hp_free(effective);
    return status;
}

hp_status hp_cli_toy(int argc, char **argv, hp_error *err) {
    return hp_cli_run_alone(argc, argv, print_help, run_toy, err);
}
