// SPDX-License-Identifier: GPL-3.0-or-later
/* What an import was of, beside its finished rows, so that another one can be told what differs:
 * program and keys as YAML, a line "---", names and sizes of files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/file.h"
#include "hadpot/job_keys.h"
#include "hadpot/memory.h"
#include "hadpot/text_stream.h"
#include "import_parts.h"

static const char end_of_keys[] = "---\n";

enum { PATH_SIZE = HP_IMPORT_PATH + 64 };

hp_status hp_import_compose_job(const hp_import_plan *plan, const char *effective_job, char **text,
                                hp_error *err) {
    hp_status status = HP_OK;
    char *counted = NULL;
    FILE *out = NULL;
    HP_TRY(hp_text_open(text, NULL, &out, err));
    HP_TRY(hp_config_select_counted(&hp_import_job_schema, effective_job, &counted, err));
    fprintf(out, "version: %s\n", HADPOT_VERSION);
    hp_keys_put_section("job", counted, out);
    fputs(end_of_keys, out);
    for (int i = 0; i < plan->nfile; i++)
        fprintf(out, "%s/%s %llu\n", hp_import_text(plan, plan->file[i].folder),
                hp_import_text(plan, plan->file[i].name), (unsigned long long)plan->file[i].size);
    status = hp_text_close(&out, text, err);
cleanup:
    (void)hp_text_close(&out, text, err); /* after an error that is told */
    hp_free(counted);
    return status;
}

/* Of the list of files, "" without. */
static const char *files_of(const char *text) {
    const char *found = strstr(text, end_of_keys);
    return found != NULL ? found + sizeof end_of_keys - 1 : "";
}

static int count_lines(const char *text) {
    int n = 0;
    for (; (text = strchr(text, '\n')) != NULL; text++) n++;
    return n;
}

/* "tree/wall/a 120" of a line, for messages. */
static void name_line(const char *line, char *name, size_t size) {
    int length = (int)strcspn(line, "\n");
    snprintf(name, size, "%.*s", length, line);
    if (length == 0) snprintf(name, size, "none");
}

static void compare_files(const char *before, const char *now, char *text, size_t size) {
    char had[160], has[160];
    if (*before == '\0') {
        snprintf(text, size, "its files are others");
        return;
    }
    const char *was = before, *is = now;
    while (*was != '\0' && *is != '\0') {
        size_t length = strcspn(was, "\n") + 1;
        if (strncmp(was, is, length) != 0) break;
        was += length;
        is += length;
    }
    name_line(was, had, sizeof had);
    name_line(is, has, sizeof has);
    snprintf(text, size, "%d files, now %d; the first that differs (with its bytes): %s, now %s",
             count_lines(before), count_lines(now), had, has);
}

hp_status hp_import_compare_jobs(const char *before, const char *now, char *text, size_t size,
                                 hp_error *err) {
    hp_status status = HP_OK;
    char *job[2] = {NULL, NULL}, *keys[2] = {NULL, NULL};
    const char *const both[2] = {before, now};
    for (int i = 0; i < 2; i++) {
        HP_NEW(job[i], strlen(both[i]) + 1);
        const char *end = strstr(both[i], end_of_keys);
        memcpy(job[i], both[i], end != NULL ? (size_t)(end - both[i]) : strlen(both[i]));
        HP_TRY(hp_keys_read(job[i], &keys[i], err));
    }
    const char *had = hp_keys_find(keys[0], "version"), *has = hp_keys_find(keys[1], "version");
    if (hp_keys_compare(keys[0], keys[1], "job", text, size) == 0) {
        if (had != NULL && strcmp(had, has) != 0)
            snprintf(text, size, "version of hadpot: %s, now %s", had, has);
        else
            compare_files(files_of(before), files_of(now), text, size);
    }
cleanup:
    for (int i = 0; i < 2; i++) {
        hp_free(job[i]);
        free(keys[i]);
    }
    return status;
}

static void path_of(const hp_import_stage *stage, char path[PATH_SIZE]) {
    snprintf(path, PATH_SIZE, "%s/job", stage->folder);
}

hp_status hp_import_keep_job(const hp_import_stage *stage, hp_error *err) {
    char path[PATH_SIZE];
    path_of(stage, path);
    return hp_file_replace(path, hp_file_write_text, stage->job, err);
}

void hp_import_kept_job_compare(const hp_import_stage *stage, char *text, size_t size) {
    char path[PATH_SIZE], *before = NULL;
    size_t length;
    path_of(stage, path);
    snprintf(text, size, "what differs is not known");
    if (hp_file_read(path, &before, &length, NULL) == HP_OK && before != NULL) /* or it stays */
        (void)hp_import_compare_jobs(before, stage->job, text, size, NULL);
    hp_free(before);
}

void hp_import_kept_job_remove(const hp_import_stage *stage) {
    char path[PATH_SIZE];
    path_of(stage, path);
    remove(path);
    snprintf(path, sizeof path, "%s/.job.tmp", stage->folder);
    remove(path);
}
