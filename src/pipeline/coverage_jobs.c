// SPDX-License-Identifier: GPL-3.0-or-later
/* The jobs of a coverage study: its own, that of the ensembles, that of the runs. */
#include "coverage_parts.h"
#include <stdio.h>
#include <string.h>
#include "hadpot/memory.h"
#include "shared_job.h"

enum { PATH_SIZE = 4096 };

/* A job inside the study: where assignments come from, and which keys are not free. */
typedef struct {
    const char *name; /* "synth": --set synth.key.path=value */
    const hp_schema *schema;
    const char *path;
    const hp_string_list *set; /* assignments of the job file */
    const char *const *fixed;  /* assignments of the study itself, NULL at the end */
} part;

/* What comes after "name." in "name.key.path=value", else NULL. */
static const char *inside(const char *name, const char *assignment) {
    size_t length = strlen(name);
    bool matches = strncmp(assignment, name, length) == 0 && assignment[length] == '.';
    return matches ? assignment + length + 1 : NULL;
}

/* Assignments to the keys of the study. */
static hp_status select_own(const hp_run_options *options, hp_run_options *own, hp_error *err) {
    char **kept = NULL;
    *own = (hp_run_options){.job_path = options->job_path};
    HP_ALLOCATE(kept, options->noverrides);
    own->overrides = kept;
    for (int i = 0; i < options->noverrides; i++)
        if (inside("synth", options->overrides[i]) == NULL &&
            inside("run", options->overrides[i]) == NULL)
            kept[own->noverrides++] = options->overrides[i];
    return HP_OK;
}

/* The keys that the study sets cannot be set by others: that would be without effect. */
static hp_status check_free(const part *of, const char *assignment, hp_error *err) {
    size_t length = strcspn(assignment, "=");
    for (const char *const *fixed = of->fixed; *fixed != NULL; fixed++)
        HP_REQUIRE(length != strcspn(*fixed, "=") || strncmp(assignment, *fixed, length) != 0,
                   HP_ERR_INPUT, "%s: hadpot coverage sets this key itself", assignment);
    HP_REQUIRE(of->schema != &hp_synth_job_schema ||
                   strncmp(assignment, "phase_shifts.energies_mev=", 26) != 0,
               HP_ERR_INPUT, "%s: hadpot coverage takes the energies of the run", assignment);
    return HP_OK;
}

/* Later assignments win: those of the job file, of the command line, of the study. */
static hp_status collect(const part *of, const hp_run_options *options, hp_run_options *inner,
                         hp_error *err) {
    int nfixed = 0;
    char **all = NULL;
    while (of->fixed[nfixed] != NULL) nfixed++;
    HP_ALLOCATE(all, of->set->count + options->noverrides + nfixed);
    inner->overrides = all;
    for (int i = 0; i < of->set->count; i++) all[inner->noverrides++] = of->set->values[i];
    for (int i = 0; i < options->noverrides; i++) {
        const char *assignment = inside(of->name, options->overrides[i]);
        if (assignment != NULL) all[inner->noverrides++] = (char *)assignment;
    }
    for (int i = 0; i < inner->noverrides; i++) HP_CALL(check_free(of, all[i], err));
    for (int i = 0; i < nfixed; i++) all[inner->noverrides++] = (char *)of->fixed[i];
    return HP_OK;
}

static hp_status merge_part(const hp_comm *comm, const part *of, const hp_run_options *options,
                            char **text, hp_error *err) {
    hp_run_options inner = {.job_path = of->path};
    hp_status status = hp_parallel_agree(comm, collect(of, options, &inner, err), err);
    if (status == HP_OK) status = hp_job_merge(comm, of->schema, &inner, text, err);
    if (status != HP_OK) hp_error_add_context(err, "%s", of->name);
    hp_free((void *)inner.overrides);
    return status;
}

hp_status hp_coverage_jobs_create(const hp_comm *comm, const hp_run_options *options,
                                  hp_coverage_jobs *jobs, hp_error *err) {
    hp_status status = HP_OK;
    hp_run_options own = {0};
    char seed[32];
    *jobs = (hp_coverage_jobs){0};
    HP_TRY(hp_parallel_agree(comm, select_own(options, &own, err), err));
    HP_TRY(hp_job_merge(comm, &hp_coverage_job_schema, &own, &jobs->effective, err));
    HP_TRY(hp_parallel_agree(comm, hp_coverage_job_parse(jobs->effective, &jobs->job, err), err));
    snprintf(seed, sizeof seed, "noise.seed=%d", jobs->job->first_seed);
    const char *const synth_fixed[] = {"output=ensembles/ensemble_00001.h5", "truth=", seed, NULL};
    const char *const run_fixed[] = {"ensemble=ensembles/ensemble_00001.h5", "output=run", NULL};
    const part synth = {"synth", &hp_synth_job_schema, jobs->job->synth, &jobs->job->synth_set,
                        synth_fixed};
    const part run = {"run", &hp_job_schema, jobs->job->run, &jobs->job->run_set, run_fixed};
    HP_TRY(merge_part(comm, &synth, options, &jobs->synth_text, err));
    HP_TRY(merge_part(comm, &run, options, &jobs->run_text, err));
    HP_TRY(hp_parallel_agree(comm, hp_synth_job_parse(jobs->synth_text, &jobs->synth, err), err));
cleanup:
    hp_free((void *)own.overrides);
    if (status != HP_OK) hp_coverage_jobs_destroy(jobs);
    return status;
}

void hp_coverage_jobs_destroy(hp_coverage_jobs *jobs) {
    hp_coverage_job_free(&jobs->job);
    hp_synth_job_free(&jobs->synth);
    hp_free(jobs->effective);
    hp_free(jobs->synth_text);
    hp_free(jobs->run_text);
    *jobs = (hp_coverage_jobs){0};
}

hp_status hp_coverage_jobs_run_text(const hp_coverage_jobs *jobs, const char *ensemble, char **text,
                                    hp_error *err) {
    char assignment[2 * PATH_SIZE + 16] = "ensemble='", *override = assignment;
    size_t used = strlen(assignment);
    HP_REQUIRE(strlen(ensemble) < PATH_SIZE, HP_ERR_INPUT, "output: \"%s\" is too long a name",
               ensemble);
    for (const char *c = ensemble; *c != '\0'; c++) { /* in YAML '' is a quote inside quotes */
        if (*c == '\'') assignment[used++] = '\'';
        assignment[used++] = *c;
    }
    assignment[used++] = '\'';
    assignment[used] = '\0';
    return hp_config_merge_text(&hp_job_schema, "run", jobs->run_text, &override, 1, text, err);
}
