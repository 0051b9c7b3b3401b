// SPDX-License-Identifier: GPL-3.0-or-later
/* Jobs of all commands, for the harnesses of job files and of --set. */
#ifndef HADPOT_TEST_FUZZ_JOBS_H
#define HADPOT_TEST_FUZZ_JOBS_H

#include "fuzz.h"
#include "hadpot/config.h"
#include "hadpot/given_channels.h"
#include "hadpot/given_potential.h"
#include "hadpot/memory.h"
#include "hadpot/options.h"

/* What becomes of an effective job; not the error. */
typedef struct fuzz_command {
    const hp_schema *schema;
    const char *job; /* the shortest */
    void (*use)(const char *effective);
} fuzz_command;

static inline void fuzz_use_run(const char *effective) {
    hp_error err = HP_ERROR_INIT;
    hp_job *job = NULL;
    hp_analysis_options options;
    FUZZ_EXPECT(hp_job_parse(effective, &job, &err) == HP_OK);
    if (hp_options_of_run(job, 0.1, &options, &err) == HP_OK) {
        (void)hp_options_of_resampling(job);
        (void)hp_options_of_run_channels(job);
    }
    hp_job_free(&job);
}

static inline void fuzz_use_toy(const char *effective) {
    hp_error err = HP_ERROR_INIT;
    hp_toy_job *job = NULL;
    hp_potential_setup potential;
    hp_observables_options observables;
    FUZZ_EXPECT(hp_toy_job_parse(effective, &job, &err) == HP_OK);
    (void)hp_options_of_toy(job, &potential, &observables, &err);
    hp_toy_job_free(&job);
}

/* Channels and energies; tables would be read from files of any name. */
static inline void fuzz_use_given(const hp_scatter_job *job) {
    hp_error err = HP_ERROR_INIT;
    hp_given_channels given;
    const char *key = NULL;
    double *energy = NULL;
    int n = 0;
    if (hp_given_channels_read(job, &given, &key, &err) != HP_OK) return;
    if (hp_given_energies(job, &given, &energy, &n, &key, &err) == HP_OK && n > 0)
        (void)hp_options_of_channels(job, &given, energy, n);
    hp_free(energy);
}

static inline void fuzz_use_scatter(const char *effective) {
    hp_error err = HP_ERROR_INIT;
    hp_scatter_job *job = NULL;
    FUZZ_EXPECT(hp_scatter_job_parse(effective, &job, &err) == HP_OK);
    (void)hp_options_of_scatter(job);
    fuzz_use_given(job);
    hp_scatter_job_free(&job);
}

static inline void fuzz_use_synth(const char *effective) {
    hp_error err = HP_ERROR_INIT;
    hp_synth_job *job = NULL;
    FUZZ_EXPECT(hp_synth_job_parse(effective, &job, &err) == HP_OK);
    const hp_scatter_job scatter = hp_given_scatter_of_synth(job);
    fuzz_use_given(&scatter);
    hp_synth_job_free(&job);
}

static inline void fuzz_use_coverage(const char *effective) {
    hp_error err = HP_ERROR_INIT;
    hp_coverage_job *job = NULL;
    FUZZ_EXPECT(hp_coverage_job_parse(effective, &job, &err) == HP_OK);
    hp_coverage_job_free(&job);
}

static inline void fuzz_use_import(const char *effective) {
    hp_error err = HP_ERROR_INIT;
    hp_import_job *job = NULL;
    FUZZ_EXPECT(hp_import_job_parse(effective, &job, &err) == HP_OK);
    hp_import_job_free(&job);
}

enum { FUZZ_COMMANDS = 6 };
static const fuzz_command fuzz_commands[FUZZ_COMMANDS] = {
    {&hp_job_schema, "ensemble: a.h5\noutput: out\nfit:\n  times: [11, 12]\n", fuzz_use_run},
    {&hp_scatter_job_schema, "output: out\n", fuzz_use_scatter},
    {&hp_synth_job_schema, "output: a.h5\ninverse_spacing_mev: 2000\n", fuzz_use_synth},
    {&hp_toy_job_schema, "output: out\n", fuzz_use_toy},
    {&hp_coverage_job_schema, "output: out\nsynth: s.yaml\nrun: r.yaml\n", fuzz_use_coverage},
    {&hp_import_job_schema,
     "tree: t\noutput: a.h5\ninverse_spacing_mev: 2000\nformat: ascii\nascii:\n"
     "  four_point: \"f.{configuration}\"\n",
     fuzz_use_import}};

/* A job must be taken as it is echoed, with the same echo, and become options. */
static inline void fuzz_use(const fuzz_command *command, const char *effective) {
    hp_error err = HP_ERROR_INIT;
    char *echo = NULL;
    FUZZ_EXPECT(hp_config_merge_text(command->schema, "echo", effective, NULL, 0, &echo, &err) ==
                HP_OK);
    FUZZ_EXPECT(strcmp(echo, effective) == 0);
    command->use(effective);
    hp_free(echo);
}

/* What a merge has left: a message, or a job. `use`: what takes more time than merging. */
static inline void fuzz_take(const fuzz_command *command, hp_status status, char *effective,
                             bool use, const hp_error *err) {
    FUZZ_EXPECT((status == HP_OK) == (effective != NULL));
    FUZZ_EXPECT(status == HP_OK || status == HP_ERR_INPUT || status == HP_ERR_USAGE);
    FUZZ_EXPECT(status == HP_OK || *err->message != '\0');
    if (status == HP_OK && use) fuzz_use(command, effective);
    hp_free(effective);
}

#endif
