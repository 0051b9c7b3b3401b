// SPDX-License-Identifier: GPL-3.0-or-later
/* Whether the file of an import may be written: what lies there. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "hadpot/file.h"
#include "hadpot/hdf5_read.h"
#include "hadpot/job_keys.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/probe.h"
#include "hadpot/text_stream.h"
#include "import_parts.h"

/* The fingerprint in a file of hadpot import, empty for anything else; and its job (hp_free), NULL:
 * not known. */
static void read_fingerprint(const char *path, char hex[2 * HP_SHA256 + 1], char **job) {
    hp_file_identity identity;
    char *text = NULL;
    *hex = '\0';
    *job = NULL;
    if (hp_probe_file(path, &identity, NULL) != HP_OK) return;
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT), group;
    if (file < 0) return;
    group = hp_hdf5_has_link(file, "/import") ? H5Gopen2(file, "/import", H5P_DEFAULT) : -1;
    if (group >= 0 && hp_hdf5_has_attribute(group, "fingerprint") &&
        hp_hdf5_read_text(group, "fingerprint", &text, NULL) == HP_OK)
        snprintf(hex, 2 * HP_SHA256 + 1, "%s", text);
    /* Without it a refusal says less. */
    if (*hex != '\0' && hp_hdf5_has_attribute(group, "job"))
        (void)hp_hdf5_read_text(group, "job", job, NULL);
    hp_free(text);
    if (group >= 0) H5Gclose(group);
    H5Fclose(file);
}

static void describe_differences(const char *job, const hp_import_stage *stage,
                                 char text[HP_IMPORT_DIFFERENCES]) {
    char *before = NULL;
    FILE *out = NULL;
    snprintf(text, HP_IMPORT_DIFFERENCES, "what differs is not known");
    if (job == NULL || hp_text_open(&before, NULL, &out, NULL) != HP_OK) return;
    hp_keys_put_section("job", job, out);
    if (hp_text_close(&out, &before, NULL) == HP_OK) /* or the text stays */
        (void)hp_import_compare_jobs(before, stage->job, text, HP_IMPORT_DIFFERENCES, NULL);
    free(before);
}

static hp_status refuse(const char *output, const char *job, const hp_import_stage *stage,
                        hp_error *err) {
    char differences[HP_IMPORT_DIFFERENCES];
    describe_differences(job, stage, differences);
    return HP_FAIL(
        HP_ERR_INPUT,
        "output: \"%s\" is an ensemble of another job or of other files: %s; --overwrite "
        "replaces it",
        output, differences);
}

static hp_status check_folder(const char *output, hp_error *err) {
    char folder[HP_IMPORT_PATH] = ".";
    const char *slash = strrchr(output, '/');
    if (slash != NULL) snprintf(folder, sizeof folder, "%.*s", (int)(slash - output) + 1, output);
    HP_REQUIRE(slash == NULL || slash[1] != '\0', HP_ERR_INPUT,
               "output: \"%s\" is a folder, expected the name of a file", output);
    if (access(folder, F_OK) != 0) HP_CALL(hp_folder_create(folder, err));
    HP_REQUIRE(access(folder, W_OK | X_OK) == 0, HP_ERR_INPUT,
               "output: cannot write to the folder of \"%s\": %s", output, strerror(errno));
    return HP_OK;
}

/* Later than all files. */
static bool is_newer(const hp_import_plan *plan, const struct stat *there) {
    for (int i = 0; i < plan->nfile; i++)
        if (plan->file[i].changed >= hp_import_time(&there->st_mtim)) return false;
    return true;
}

hp_status hp_import_check_output(const hp_import_plan *plan, const hp_run_options *options,
                                 hp_import_stage *stage, hp_error *err) {
    struct stat there;
    char before[2 * HP_SHA256 + 1], now[2 * HP_SHA256 + 1], *job;
    const char *output = plan->job->output;
    HP_CALL(check_folder(output, err));
    if (lstat(output, &there) != 0) return HP_OK;
    HP_REQUIRE(S_ISREG(there.st_mode), HP_ERR_INPUT,
               "output: \"%s\" exists and is not a regular file", output);
    read_fingerprint(output, before, &job);
    hp_import_hex(stage->fingerprint, now);
    HP_REQUIRE(*before != '\0', HP_ERR_INPUT,
               "output: \"%s\" is there, and hadpot import has not made it: choose another name",
               output);
    bool same = strcmp(before, now) == 0;
    hp_status status = same || options->overwrite ? HP_OK : refuse(output, job, stage, err);
    hp_free(job);
    HP_CALL(status);
    stage->complete = same && options->resume && is_newer(plan, &there);
    hp_log(stage->complete ? "\"%s\" is complete, nothing is left to do"
           : same          ? "the same ensemble in \"%s\" will be replaced"
                           : "the ensemble of another import in \"%s\" will be overwritten",
           output);
    return HP_OK;
}
