// SPDX-License-Identifier: GPL-3.0-or-later
/* The jobs of a coverage study: its own, that of the ensembles, that of the runs. */
#include "coverage_parts.h"
#include <stdio.h>
#include <string.h>
#include "hadpot/memory.h"
#include "shared_job.h"

enum { PATH_SIZE = 4096 };

/* One of the jobs: where assignments come from, and which keys are not free. */
typedef struct {
    const char *name; /* "synth.": --set synth.key.path=value; "": the study itself */
    const hp_schema *schema;
    const char *path;
    hp_string_list set;       /* assignments of the job file */
    const char *const *fixed; /* assignments of the study itself, NULL at the end */
} part;

/* An assignment as the part sees it; NULL: it belongs to another one. */
static const char *inside(const char *name, const char *assignment) {
    static const char *const others[] = {"synth.", "run."};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        size_t length = strlen(others[i]);
        if (strncmp(assignment, others[i], length) == 0)
            return strcmp(name, others[i]) == 0 ? assignment + length : NULL;
    }
    return *name == '\0' ? assignment : NULL;
}

/* Later assignments win: those of the job file, of the command line, of the study. The keys that
 * the study sets cannot be set by others: that would be without effect. */
static hp_status collect(const part *of, const hp_run_options *options, hp_run_options *inner,
                         hp_error *err) {
    int nfixed = 0;
    char **all = NULL;
    while (of->fixed[nfixed] != NULL) nfixed++;
    HP_ALLOCATE(all, of->set.count + options->noverrides + nfixed);
    inner->overrides = all;
    for (int i = 0; i < of->set.count; i++) all[inner->noverrides++] = of->set.values[i];
    for (int i = 0; i < options->noverrides; i++) {
        const char *assignment = inside(of->name, options->overrides[i]);
        if (assignment != NULL) all[inner->noverrides++] = (char *)assignment;
    }
    for (int i = 0; i < inner->noverrides; i++) {
        size_t length = strcspn(all[i], "=");
        for (int f = 0; f < nfixed; f++)
            HP_REQUIRE(length != strcspn(of->fixed[f], "=") ||
                           strncmp(all[i], of->fixed[f], length) != 0,
                       HP_ERR_INPUT, "%s: hadpot coverage sets this key itself", all[i]);
        HP_REQUIRE(of->schema != &hp_synth_job_schema ||
                       strncmp(all[i], "phase_shifts.energies_mev=", 26) != 0,
                   HP_ERR_INPUT, "%s: hadpot coverage takes the energies of the run", all[i]);
    }
    for (int i = 0; i < nfixed; i++) all[inner->noverrides++] = (char *)of->fixed[i];
    return HP_OK;
}

static hp_status merge(const hp_comm *comm, const part *of, const hp_run_options *options,
                       char **text, hp_error *err) {
    hp_run_options inner = {.job_path = of->path};
    int name = (int)strcspn(of->name, ".");
    hp_status status = hp_parallel_agree(comm, collect(of, options, &inner, err), err);
    if (status == HP_OK) status = hp_job_merge(comm, of->schema, &inner, text, err);
    if (status != HP_OK && name > 0) hp_error_add_context(err, "%.*s", name, of->name);
    hp_free((void *)inner.overrides);
    return status;
}

hp_status hp_coverage_read_jobs(const hp_comm *comm, const hp_run_options *options,
                                hp_coverage *coverage, hp_error *err) {
    static const char *const nothing[] = {NULL};
    char seed[32];
    const part own = {"", &hp_coverage_job_schema, options->job_path, {0}, nothing};
    HP_CALL(merge(comm, &own, options, &coverage->effective, err));
    HP_CALL(hp_parallel_agree(comm, hp_coverage_job_parse(coverage->effective, &coverage->job, err),
                              err));
    const hp_coverage_job *keys = coverage->job;
    snprintf(seed, sizeof seed, "noise.seed=%d", keys->first_seed);
    const char *const of_synth[] = {"output=ensembles/ensemble_00001.h5", "truth=", seed, NULL};
    const char *const of_run[] = {"ensemble=ensembles/ensemble_00001.h5", "output=run", NULL};
    const part synth = {"synth.", &hp_synth_job_schema, keys->synth, keys->synth_set, of_synth};
    const part run = {"run.", &hp_job_schema, keys->run, keys->run_set, of_run};
    HP_CALL(merge(comm, &synth, options, &coverage->synth_text, err));
    HP_CALL(merge(comm, &run, options, &coverage->run_text, err));
    HP_CALL(hp_parallel_agree(comm, hp_synth_job_parse(coverage->synth_text, &coverage->synth, err),
                              err));
    return HP_OK;
}

void hp_coverage_destroy(hp_coverage *coverage) {
    hp_coverage_job_free(&coverage->job);
    hp_synth_job_free(&coverage->synth);
    hp_synth_truth_destroy(&coverage->truth);
    hp_free(coverage->effective);
    hp_free(coverage->synth_text);
    hp_free(coverage->run_text);
    hp_free(coverage->observable);
    hp_free(coverage->rows);
    hp_free(coverage->work);
    *coverage = (hp_coverage){0};
}

/* "ensemble='...'", in YAML, where '' is a quote inside quotes. */
static hp_status assign_ensemble(const char *path, char assignment[2 * PATH_SIZE + 16],
                                 hp_error *err) {
    char *end = stpcpy(assignment, "ensemble='");
    HP_REQUIRE(strlen(path) < PATH_SIZE, HP_ERR_INPUT, "output: \"%s\" is too long a name", path);
    for (const char *c = path; *c != '\0'; c++) {
        if (*c == '\'') *end++ = '\'';
        *end++ = *c;
    }
    stpcpy(end, "'");
    return HP_OK;
}

hp_status hp_coverage_open_run(const hp_comm *self, const hp_coverage *coverage,
                               const char *ensemble, hp_variations *analysis, hp_error *err) {
    hp_status status = HP_OK;
    const hp_pipeline_options alone = {.no_checkpoints = true, .quiet = true};
    char assignment[2 * PATH_SIZE + 16], *override = assignment, *text = NULL;
    HP_TRY(assign_ensemble(ensemble, assignment, err));
    HP_TRY(
        hp_config_merge_text(&hp_job_schema, "run", coverage->run_text, &override, 1, &text, err));
    HP_TRY(hp_variations_create(self, text, &alone, analysis, err));
cleanup:
    hp_free(text);
    return status;
}
