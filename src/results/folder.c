// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/folder.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include "hadpot/job_keys.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "manifest.h"

enum { PATH_SIZE = 4096 + 64, KEYS_SIZE = 900, VALUE_SIZE = 128 };

/* What lies in the folder, against this run. */
typedef struct findings {
    bool anything;             /* files or samples */
    bool complete;             /* finished, and all files are there */
    bool same_job, same_input; /* command and keys; checksums, where known */
    bool same_version;
    int nsample;
    char command[VALUE_SIZE], version[VALUE_SIZE], input[VALUE_SIZE];
    char keys[KEYS_SIZE]; /* those that differ */
} findings;

static void take_value(const char *keys, const char *path, char value[VALUE_SIZE]) {
    size_t length = 0;
    const char *found = hp_keys_find(keys, path, &length);
    snprintf(value, VALUE_SIZE, "%.*s", (int)length, found != NULL ? found : "");
}

static hp_status look(const hp_folder *folder, findings *found, hp_error *err) {
    char state[VALUE_SIZE];
    int there, all;
    *found = (findings){.same_version = true};
    if (!hp_command_is_guest(folder->command))
        HP_CALL(hp_checkpoint_count(folder->path, &found->nsample, err));
    hp_manifest_count(folder->path, folder->before, &there, &all);
    found->anything = there > 0 || found->nsample > 0;
    if (folder->theirs == NULL) return HP_OK;
    take_value(folder->theirs, "command", found->command);
    take_value(folder->theirs, "version", found->version);
    take_value(folder->theirs, "input_checksum", found->input);
    take_value(folder->theirs, "state", state);
    found->complete = strcmp(state, "finished") == 0 && there == all;
    found->same_version = strcmp(found->version, HADPOT_VERSION) == 0;
    found->same_input = *folder->input == '\0' || strcmp(found->input, folder->input) == 0;
    found->same_job =
        strcmp(found->command, folder->command) == 0 &&
        hp_keys_compare(folder->theirs, folder->mine, "job", found->keys, sizeof found->keys) == 0;
    return HP_OK;
}

/* The file that enters, for messages. */
static void name_input(const char *keys, char value[VALUE_SIZE]) {
    static const char *const files[] = {"job.ensemble", "job.tables.local", "job.tables.nonlocal"};
    *value = '\0';
    for (int i = 0; i < 3 && *value == '\0'; i++) take_value(keys, files[i], value);
}

static const char *const CHOICE = "--overwrite replaces them, another output keeps them";

/* Unless what lies there is of the same job and input. */
static hp_status refuse_others(const hp_folder *folder, const findings *found, hp_error *err) {
    const char *names = folder->before, *path = folder->path;
    const char *what = found->nsample > 0 && !found->complete ? "unfinished samples" : "results";
    char first[HP_NAME] = "checkpoint", now[VALUE_SIZE], before[VALUE_SIZE];
    if (!found->anything) return HP_OK;
    (void)hp_names_next(&names, first);
    HP_REQUIRE(folder->theirs != NULL, HP_ERR_INPUT,
               "\"%s/%s\" is there, and no manifest says which job it is of: %s%s", path, first,
               found->nsample > 0 ? "--resume goes on with samples of this job, " : "", CHOICE);
    HP_REQUIRE(strcmp(found->command, folder->command) == 0, HP_ERR_INPUT,
               "\"%s\" holds %s of hadpot %s: %s", path, what, found->command, CHOICE);
    HP_REQUIRE(found->same_job, HP_ERR_INPUT, "\"%s\" holds %s of another job: %s; %s", path, what,
               found->keys, CHOICE);
    name_input(folder->theirs, before);
    name_input(folder->mine, now);
    HP_REQUIRE(found->same_input, HP_ERR_INPUT,
               "\"%s\" holds %s of another input: checksum %s%s%s, now %s%s%s; %s", path, what,
               found->input, *before != '\0' ? " of " : "", before, folder->input,
               *now != '\0' ? " of " : "", now, CHOICE);
    return HP_OK;
}

static hp_status read_manifests(hp_folder *folder, hp_error *err) {
    char *text = NULL;
    hp_status status = hp_manifest_compose(folder, "unfinished", &text, err);
    if (status == HP_OK) status = hp_keys_read(text, &folder->mine, err);
    free(text);
    HP_CALL(status);
    status = hp_manifest_read(folder->path, folder->command, &folder->theirs, &folder->before, err);
    if (status == HP_ERR_INPUT && folder->overwrite) {
        hp_error_clear(err);
        status = HP_OK;
    }
    HP_CALL(status);
    if (folder->theirs == NULL)
        HP_CALL(hp_manifest_find_known(folder->path, folder->command, &folder->before, err));
    return HP_OK;
}

hp_status hp_folder_open(hp_folder *folder, hp_error *err) {
    hp_status status = HP_OK;
    findings found;
    struct stat there;
    char lock[PATH_SIZE];
    if (!folder->part) {
        folder->created = stat(folder->path, &there) != 0;
        HP_TRY(hp_folder_create(folder->path, err));
        snprintf(lock, sizeof lock, "%s/.hadpot.lock", folder->path);
        HP_TRY(hp_lock_take(lock, folder->path, folder->command, &folder->lock, err));
    }
    HP_TRY(read_manifests(folder, err));
    HP_TRY(look(folder, &found, err));
    if (!folder->overwrite && !folder->resume) HP_TRY(refuse_others(folder, &found, err));
cleanup:
    if (status != HP_OK) hp_folder_close(folder);
    return status;
}

/* Tables of potentials are input too. */
static hp_status find_input(hp_folder *folder, uint64_t input, hp_error *err) {
    static const char *const table[] = {"job.tables.local", "job.tables.nonlocal",
                                        "job.synth.tables.local", "job.synth.tables.nonlocal"};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char path[PATH_SIZE], *bytes = NULL;
        size_t length = 0;
        const char *value = hp_keys_find(folder->mine, table[i], &length);
        if (value == NULL || length == 0) continue;
        snprintf(path, sizeof path, "%.*s", (int)length, value);
        HP_CALL(hp_file_read(path, &bytes, &length, err));
        input = (input << 13 | input >> 51) ^ crc32(0, (unsigned char *)bytes, (uInt)length);
        hp_free(bytes);
    }
    snprintf(folder->input, sizeof folder->input, "%016llx", (unsigned long long)input);
    return HP_OK;
}

/* Whether samples that lie there are finished ones of this job. */
static hp_status can_go_on(const hp_folder *folder, const findings *found,
                           const hp_checkpoint *checkpoint, bool *can, hp_error *err) {
    bool average = false;
    *can = false;
    if (!folder->resume || checkpoint == NULL || found->nsample == 0) return HP_OK;
    hp_status status = hp_checkpoint_is_ours(checkpoint, &average, can, err);
    if (status != HP_OK && folder->overwrite) {
        hp_error_clear(err);
        return HP_OK;
    }
    if (!average) *can = found->same_job && found->same_input && found->same_version;
    return status;
}

static hp_status refuse_samples(const hp_folder *folder, const findings *found, hp_error *err) {
    const char *path = folder->path;
    HP_REQUIRE(found->same_version || !(folder->resume || (found->nsample > 0 && !found->complete)),
               HP_ERR_INPUT,
               "\"%s\" holds a run of version %s, which version %s does not go on with: %s", path,
               found->version, HADPOT_VERSION,
               found->complete ? "without --resume it is replaced"
                               : "--overwrite starts it anew, another output keeps it");
    HP_REQUIRE(!folder->resume || found->nsample == 0, HP_ERR_INPUT,
               "the samples in \"%s/checkpoint\" belong to another job, input file or version of "
               "hadpot; --overwrite starts anew",
               path);
    HP_REQUIRE(found->nsample == 0 || found->complete, HP_ERR_INPUT,
               "\"%s/checkpoint\" holds what an earlier run has finished (%d file%s): continue it "
               "with --resume, or start anew with --overwrite",
               path, found->nsample, found->nsample == 1 ? "" : "s");
    return HP_OK;
}

/* What becomes of it, in one line. */
static void announce(const hp_folder *folder, const findings *found) {
    const char *path = folder->path;
    if (folder->part) return;
    if (folder->finished)
        hp_log("\"%s\" holds the finished results of this job: nothing is left to do", path);
    else if (folder->use == HP_FOLDER_CLEAR && found->anything)
        hp_log("what another run wrote to \"%s\" is overwritten", path);
    else if (folder->resume && found->nsample == 0)
        hp_log("nothing to resume in \"%s\": all is computed", path);
    else if (found->anything && folder->use == HP_FOLDER_REPLACE)
        hp_log("results of the same job and input in \"%s\"%s%s%s are replaced", path,
               found->same_version ? "" : ", of version ",
               found->same_version ? "" : found->version, found->same_version ? "" : ",");
}

hp_status hp_folder_judge(hp_folder *folder, uint64_t input, const hp_checkpoint *checkpoint,
                          hp_error *err) {
    findings found;
    bool can = false;
    folder->keeps_samples = checkpoint != NULL;
    HP_CALL(find_input(folder, input, err));
    HP_CALL(look(folder, &found, err));
    bool same = found.same_job && found.same_input;
    folder->finished =
        folder->resume && !folder->part && same && found.same_version && found.complete;
    if (!folder->finished) HP_CALL(can_go_on(folder, &found, checkpoint, &can, err));
    if (can)
        folder->use = HP_FOLDER_GO_ON;
    else if (folder->overwrite)
        folder->use = same ? HP_FOLDER_REPLACE : HP_FOLDER_CLEAR;
    else if (!folder->finished && found.anything) {
        HP_CALL(refuse_others(folder, &found, err));
        HP_CALL(refuse_samples(folder, &found, err));
    }
    announce(folder, &found);
    return HP_OK;
}

hp_status hp_folder_add(hp_folder *folder, const char *name, hp_error *err) {
    return hp_names_add(&folder->now, name, err);
}

hp_status hp_folder_claim(hp_folder *folder, hp_error *err) {
    char path[PATH_SIZE];
    HP_CALL(hp_folder_create(folder->path, err));
    folder->created = false; /* it stays */
    if (folder->use != HP_FOLDER_GO_ON && !hp_command_is_guest(folder->command))
        HP_CALL(hp_checkpoint_remove(folder->path, err));
    if (folder->use == HP_FOLDER_CLEAR) {
        HP_CALL(hp_manifest_remove(folder->path, folder->before, NULL, err));
        HP_CALL(hp_manifest_remove_figures(folder->path, folder->command, err));
        hp_free(folder->before);
        folder->before = NULL;
    }
    HP_CALL(hp_manifest_write(folder, "unfinished", err));
    snprintf(path, sizeof path, "%s/checkpoint", folder->path);
    return folder->keeps_samples ? hp_folder_create(path, err) : HP_OK;
}

hp_status hp_folder_finish(hp_folder *folder, const hp_file *file, int n, hp_error *err) {
    for (int i = 0; i < n; i++) HP_CALL(hp_folder_add(folder, file[i].name, err));
    HP_CALL(hp_manifest_write(folder, "unfinished", err)); /* should it end before the next lines */
    HP_CALL(hp_files_replace(folder->path, file, n, err));
    HP_CALL(hp_manifest_remove(folder->path, folder->before, folder->now, err));
    HP_CALL(hp_manifest_remove_figures(folder->path, folder->command, err));
    return hp_manifest_write(folder, folder->no_result ? "no result" : "finished", err);
}

void hp_folder_close(hp_folder *folder) {
    hp_lock_release(&folder->lock);
    if (folder->created) rmdir(folder->path);
    free(folder->theirs);
    free(folder->mine);
    hp_free(folder->before);
    hp_free(folder->now);
    folder->theirs = folder->mine = folder->before = folder->now = NULL;
    folder->created = false;
}
