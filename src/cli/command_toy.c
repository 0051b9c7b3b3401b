// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot toy: a known potential, waves from it, a potential learned from the waves, and how the two
 * compare. */
#include <stdio.h>
#include <string.h>
#include "cli.h"
#include "hadpot/memory.h"
#include "hadpot/results.h"
#include "hadpot/toy.h"

enum { NAME_SIZE = 512 };

void hp_cli_list_toys(void) {
    for (int i = 0; i < hp_toy_npreset; i++) {
        const char *text = hp_toy_presets[i].text;
        int comment = *text == '#' ? (int)strcspn(text, "\n") : 0;
        printf("  %-20s %.*s\n", hp_toy_presets[i].name, comment > 2 ? comment - 2 : 0, text + 2);
    }
    puts("\nA name that contains / or ends in .yaml or .yml is a job file.\n\n"
         "\n"
         "Examples:\n"
         "  hadpot toy yukawa                                      results in results/toys/yukawa\n"
         "  python3 analysis/plot.py results/toys/yukawa           figures of them, in figures/\n"
         "  hadpot toy separable --set training.epochs=10000 --set output=longer\n"
         "  hadpot toy mlp --set 'potential.f_layers=[64, 64, 1]'  lists in quotes\n"
         "  hadpot toy longer/job.yaml --set training.seed=2       the job a toy leaves, again\n");
}

static bool is_file(const char *path) {
    const char *end = strrchr(path, '.');
    return strchr(path, '/') != NULL ||
           (end != NULL && (strcmp(end, ".yaml") == 0 || strcmp(end, ".yml") == 0));
}

/* A file, or one of the jobs that are part of the program. label: what messages call it. */
static hp_status read_job(const hp_run_options *options, const char *label, char **effective,
                          hp_toy_job **job, hp_error *err) {
    const char *path = options->job_path, *text = NULL;
    for (int i = 0; i < hp_toy_npreset; i++)
        if (strcmp(hp_toy_presets[i].name, path) == 0) text = hp_toy_presets[i].text;
    HP_REQUIRE(is_file(path) || text != NULL, HP_ERR_USAGE,
               "toy: unknown name \"%s\"; hadpot toy --help lists them (a job file ends in .yaml)",
               path);
    if (is_file(path))
        HP_CALL(hp_config_merge(&hp_toy_job_schema, path, options->overrides, options->noverrides,
                                effective, err));
    else
        HP_CALL(hp_config_merge_text(&hp_toy_job_schema, label, text, options->overrides,
                                     options->noverrides, effective, err));
    HP_CALL(hp_toy_job_parse(*effective, job, err));
    HP_REQUIRE(hp_text_is_writable((*job)->channel), HP_ERR_INPUT,
               "%s: channel: must be one line of UTF-8", label);
    return HP_OK;
}

static hp_status write_results(hp_toy *toy, hp_folder *folder, hp_error *err) {
    hp_record *record = &toy->learned.record;
    hp_results_describe(record, toy->job->channel, toy->job->potential.kind, folder->job);
    HP_CALL(hp_toy_describe(toy, err));
    HP_CALL(hp_results_save(record, folder, err));
    hp_results_report(record, folder->path);
    return HP_OK;
}

hp_status hp_cli_toy(const hp_run_options *options, hp_error *err) {
    hp_status status = HP_OK;
    char *effective = NULL, label[NAME_SIZE];
    hp_toy_job *job = NULL;
    hp_toy toy = {0};
    hp_folder folder = {0};
    snprintf(label, sizeof label, "%s%s", is_file(options->job_path) ? "" : "toy ",
             options->job_path);
    HP_TRY(read_job(options, label, &effective, &job, err));
    status = hp_toy_create(job, &toy, err);
    if (status != HP_OK) hp_error_add_context(err, "%s", label);
    HP_TRY(status);
    folder = (hp_folder){job->output, "toy", effective, .overwrite = options->overwrite};
    HP_TRY(hp_folder_open(&folder, err)); /* before hours of training, not after */
    HP_TRY(hp_folder_judge(&folder, 0, NULL, err));
    HP_TRY(hp_folder_claim(&folder, err));
    HP_TRY(hp_toy_learn(&toy, stdout, err));
    HP_TRY(hp_toy_observe(&toy, err));
    HP_TRY(hp_toy_compare(&toy, err));
    HP_TRY(write_results(&toy, &folder, err));
cleanup:
    hp_folder_close(&folder);
    hp_toy_destroy(&toy);
    hp_toy_job_free(&job);
    hp_free(effective);
    return status;
}
