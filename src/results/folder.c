// SPDX-License-Identifier: GPL-3.0-or-later
/* Names of files are a text, a line or an entry of a list [a, b] for each, relative to the folder.
 */
#include "hadpot/folder.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include "hadpot/job_keys.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/text_stream.h"

enum { NAME_SIZE = 256, PATH_SIZE = 4096 + NAME_SIZE, KEYS_SIZE = 900 };

/* hadpot scan-bins looks at the ensemble of a run, in the folder of that run, and leaves its
 * results and samples alone: its file belongs to a manifest of its own. */
static bool is_guest(const hp_folder *folder) {
    return strcmp(folder->command, "scan-bins") == 0;
}

static const char *manifest_name(const hp_folder *folder) {
    return is_guest(folder) ? "manifest_scan_bins.yaml" : "manifest.yaml";
}

static void join(const char *folder, const char *name, char path[PATH_SIZE]) {
    snprintf(path, PATH_SIZE, "%.4000s/%s", folder, name);
}

/* The next one, and go on behind it; false: there is none. */
static bool next_name(const char **names, char name[NAME_SIZE]) {
    static const char separators[] = "[], \n";
    if (*names == NULL) return false;
    *names += strspn(*names, separators);
    size_t length = strcspn(*names, separators);
    snprintf(name, NAME_SIZE, "%.*s", (int)length, *names);
    *names += length;
    return length > 0;
}

static bool has_name(const char *names, const char *name) {
    char other[NAME_SIZE];
    while (next_name(&names, other))
        if (strcmp(other, name) == 0) return true;
    return false;
}

/* A file or folder inside of `folder`; what a link stands for is somebody else's. */
static bool is_inside(const char *folder, const char *name, struct stat *there) {
    char path[PATH_SIZE];
    if (*name == '/' || strcmp(name, ".") == 0 || strstr(name, "..") != NULL) return false;
    for (const char *end = name;; end++) {
        end += strcspn(end, "/");
        snprintf(path, sizeof path, "%.4000s/%.*s", folder, (int)(end - name), name);
        if (lstat(path, there) != 0) return false;
        if (*end == '\0') return S_ISREG(there->st_mode) || S_ISDIR(there->st_mode);
        if (!S_ISDIR(there->st_mode)) return false;
    }
}

static hp_status compose(const hp_folder *folder, const char *state, char **text, hp_error *err) {
    char name[NAME_SIZE];
    const char *lists[] = {folder->now, strcmp(state, "unfinished") == 0 ? folder->before : NULL};
    FILE *out = NULL;
    HP_CALL(hp_text_open(text, NULL, &out, err));
    fprintf(out,
            "# Whose results these are, and which files hadpot may replace; the others are never "
            "touched.\ncommand: %s\nversion: %s\nstate: %s\ninput_checksum: %s\nfiles:\n",
            folder->command, HADPOT_VERSION, state, folder->input);
    for (int i = 0; i < 2; i++)
        while (next_name(&lists[i], name)) fprintf(out, "- %s\n", name);
    hp_keys_put_section("job", folder->job, out);
    return hp_text_close(&out, text, err);
}

static hp_status write_manifest(const hp_folder *folder, const char *state, hp_error *err) {
    char *text = NULL;
    hp_status status = compose(folder, state, &text, err);
    const hp_file file = {manifest_name(folder), hp_file_write_text, text};
    if (status == HP_OK) status = hp_files_replace(folder->path, &file, 1, err);
    free(text);
    return status;
}

/* The value of a key, or "". */
static const char *text_of(const char *keys, const char *path) {
    const char *found = hp_keys_find(keys, path);
    return found != NULL ? found : "";
}

/* What the one in the folder says: theirs, NULL where there is none, and the names before, then all
 * that such commands write. */
static hp_status read_manifest(hp_folder *folder, hp_error *err) {
    static const char known[] = "results.h5 toy.h5 summary.yaml job.yaml potential.csv "
                                "training.csv phase_shift.csv finite_volume.csv observables.csv "
                                "found.txt femtoscopy.csv variations.csv";
    static const char of_study[] = "coverage.h5 coverage.csv summary.yaml job.yaml synth.yaml "
                                   "run.yaml";
    char path[PATH_SIZE], *text = NULL;
    size_t length;
    folder->before = is_guest(folder) ? "scan_bins.csv" : known;
    if (strcmp(folder->command, "coverage") == 0) folder->before = of_study;
    join(folder->path, manifest_name(folder), path);
    HP_CALL(hp_file_read(path, &text, &length, err));
    if (text == NULL) return HP_OK;
    hp_status status = hp_keys_read(text, &folder->theirs, err);
    hp_free(text);
    if (status == HP_ERR_INPUT) hp_error_add_context(err, "%s", path);
    HP_CALL(status);
    folder->before = text_of(folder->theirs, "files");
    return HP_OK;
}

static hp_status remove_run(const char *path, hp_error *err);

/* Files, and folders of runs with all that is theirs, unless they are in `kept`. */
static hp_status remove_names(const char *folder, const char *names, const char *kept,
                              hp_error *err) {
    char name[NAME_SIZE], path[PATH_SIZE];
    struct stat there;
    while (next_name(&names, name)) {
        if (has_name(kept, name) || !is_inside(folder, name, &there)) continue;
        join(folder, name, path);
        if (S_ISDIR(there.st_mode))
            HP_CALL(remove_run(path, err));
        else
            HP_REQUIRE(unlink(path) == 0 || errno == ENOENT, HP_ERR_IO, "cannot remove \"%s\": %s",
                       path, strerror(errno));
        *strrchr(path, '/') = '\0';
        if (strchr(name, '/') != NULL) rmdir(path); /* the last one of variations/ */
    }
    return HP_OK;
}

/* What the run before wrote, and figures that the scripts of analysis/ drew of it. */
static hp_status remove_before(const hp_folder *folder, const char *kept, hp_error *err) {
    const char *list = is_guest(folder) ? ".manifest_scan_bins" : ".manifest";
    char figures[PATH_SIZE], path[PATH_SIZE + NAME_SIZE], *names = NULL;
    struct stat there;
    size_t size;
    HP_CALL(remove_names(folder->path, folder->before, kept, err));
    join(folder->path, "figures", figures);
    if (!is_inside(folder->path, "figures", &there) || !is_inside(figures, list, &there))
        return HP_OK;
    snprintf(path, sizeof path, "%s/%s", figures, list);
    HP_CALL(hp_file_read(path, &names, &size, err));
    hp_status status = remove_names(figures, names, NULL, err);
    hp_free(names);
    if (status == HP_OK) status = remove_names(figures, list, NULL, err);
    rmdir(figures); /* unless something else lies there */
    return status;
}

/* All of a run, and its folder if empty then; without a readable manifest it is nobody's. */
static hp_status remove_run(const char *path, hp_error *err) {
    hp_folder run = {.path = path, .command = "run"};
    hp_status status = read_manifest(&run, err);
    if (status == HP_ERR_INPUT) {
        hp_error_clear(err);
        status = HP_OK;
    }
    if (status == HP_OK && run.theirs != NULL) {
        status = remove_before(&run, NULL, err);
        if (status == HP_OK) status = hp_checkpoint_remove(path, err);
        if (status == HP_OK) status = remove_names(path, manifest_name(&run), NULL, err);
        rmdir(path);
    }
    hp_folder_close(&run);
    return status;
}

typedef struct findings {
    bool anything;             /* files or samples */
    bool complete;             /* finished, and all files are there */
    bool same_job, same_input; /* command and keys; checksums, where known */
    bool same_version;
    int nfile, nsample;                    /* fits that go on are samples, too */
    const char *command, *version, *input; /* of the folder, borrowed */
    char keys[KEYS_SIZE];                  /* those that differ */
} findings;

static hp_status look(const hp_folder *folder, findings *found, hp_error *err) {
    char name[NAME_SIZE];
    struct stat info;
    int all = 0;
    *found = (findings){.same_version = true};
    if (!is_guest(folder)) HP_CALL(hp_checkpoint_count_all(folder->path, &found->nsample, err));
    for (const char *names = folder->before; next_name(&names, name); all++) {
        char results[NAME_SIZE + 16]; /* of a folder, which is a run of its own */
        snprintf(results, sizeof results, "%s/results.h5", name);
        found->nfile += is_inside(folder->path, name, &info) &&
                        (!S_ISDIR(info.st_mode) || is_inside(folder->path, results, &info));
    }
    found->anything = found->nfile > 0 || found->nsample > 0;
    if (folder->theirs == NULL) return HP_OK;
    found->command = text_of(folder->theirs, "command");
    found->version = text_of(folder->theirs, "version");
    found->input = text_of(folder->theirs, "input_checksum");
    found->complete =
        strcmp(text_of(folder->theirs, "state"), "finished") == 0 && found->nfile == all;
    found->same_version = strcmp(found->version, HADPOT_VERSION) == 0;
    found->same_input = *folder->input == '\0' || strcmp(found->input, folder->input) == 0;
    found->same_job =
        strcmp(found->command, folder->command) == 0 &&
        hp_keys_compare(folder->theirs, folder->mine, "job", found->keys, sizeof found->keys) == 0;
    return HP_OK;
}

/* Files that enter; the numbers of the first have a checksum already. */
static const char *const inputs[] = {"job.ensemble", "job.tables.local", "job.tables.nonlocal",
                                     "job.synth.tables.local", "job.synth.tables.nonlocal"};
enum { NINPUT = sizeof inputs / sizeof *inputs };

/* The first of them, for messages. */
static const char *name_input(const char *keys) {
    const char *name = "";
    for (int i = 0; i < NINPUT && *name == '\0'; i++) name = text_of(keys, inputs[i]);
    return name;
}

static hp_status add_tables(hp_folder *folder, uint64_t input, hp_error *err) {
    for (int i = 1; i < NINPUT; i++) {
        char *bytes = NULL;
        size_t length = 0;
        const char *path = text_of(folder->mine, inputs[i]);
        if (*path == '\0') continue;
        HP_CALL(hp_file_read(path, &bytes, &length, err));
        input = (input << 13 | input >> 51) ^ crc32(0, (unsigned char *)bytes, (uInt)length);
        hp_free(bytes);
    }
    snprintf(folder->input, sizeof folder->input, "%016llx", (unsigned long long)input);
    return HP_OK;
}

static const char *const CHOICE = "--overwrite replaces them, another output keeps them";

/* Unless what lies there is of the same job and input, and, when that is known (not early), of no
 * use or finished. */
static hp_status refuse(const hp_folder *folder, const findings *found, bool early, hp_error *err) {
    const char *names = folder->before, *path = folder->path;
    const char *what = found->nsample > 0 && !found->complete ? "unfinished samples" : "results";
    char first[NAME_SIZE] = "checkpoint";
    struct stat there;
    if (!found->anything) return HP_OK;
    while (found->nfile > 0 && next_name(&names, first) && !is_inside(path, first, &there))
        continue;
    HP_REQUIRE(folder->theirs != NULL, HP_ERR_INPUT,
               "\"%s/%s\" is there, and no manifest says which job it is of: %s%s", path, first,
               found->nsample > 0 ? "--resume goes on with samples of this job, " : "", CHOICE);
    HP_REQUIRE(strcmp(found->command, folder->command) == 0, HP_ERR_INPUT,
               "\"%s\" holds %s of hadpot %s: %s", path, what, found->command, CHOICE);
    HP_REQUIRE(found->same_job, HP_ERR_INPUT, "\"%s\" holds %s of another job: %s; %s", path, what,
               found->keys, CHOICE);
    HP_REQUIRE(found->same_input, HP_ERR_INPUT,
               "\"%s\" holds %s of another input: checksum %s of %s, now %s of %s; %s", path, what,
               found->input, name_input(folder->theirs), folder->input, name_input(folder->mine),
               CHOICE);
    if (early) return HP_OK;
    HP_REQUIRE(found->same_version || !(folder->resume || (found->nsample > 0 && !found->complete)),
               HP_ERR_INPUT,
               "\"%s\" holds a run of version %s, which version %s does not go on with: %s", path,
               found->version, HADPOT_VERSION,
               found->complete ? "without --resume it is replaced"
                               : "--overwrite starts it anew, another output keeps it");
    HP_REQUIRE(found->nsample == 0 || found->complete, HP_ERR_INPUT,
               "\"%s/checkpoint\" holds what an earlier run has finished (%d file%s): continue it "
               "with --resume, or start anew with --overwrite",
               path, found->nsample, found->nsample == 1 ? "" : "s");
    return HP_OK;
}

/* With --overwrite a manifest that cannot be read is as good as none. */
static hp_status forgive(const hp_folder *folder, hp_status status, hp_error *err) {
    if (status != HP_ERR_INPUT || !folder->overwrite) return status;
    hp_error_clear(err);
    return HP_OK;
}

/* Whether samples of this job lie there; each one is judged when it is read. */
static hp_status can_go_on(const hp_folder *folder, const findings *found,
                           const hp_checkpoint *checkpoint, bool *can, hp_error *err) {
    *can = false;
    if (!folder->resume || checkpoint == NULL || found->nsample == 0) return HP_OK;
    HP_CALL(hp_checkpoint_is_ours(checkpoint, can, err));
    *can |= found->same_job && found->same_input && found->same_version;
    return HP_OK;
}

static void announce(const hp_folder *folder, const findings *found) {
    const char *path = folder->path, *by = folder->look ? " by a run" : "";
    if (folder->part) return;
    if (folder->finished)
        hp_log("\"%s\" holds the finished results of this job: nothing is left to do", path);
    else if (folder->use == HP_FOLDER_CLEAR && found->anything)
        hp_log("what another run wrote to \"%s\" is overwritten%s", path, by);
    else if (folder->resume && found->nsample == 0)
        hp_log("nothing to resume in \"%s\": all is computed", path);
    else if (found->anything && folder->use == HP_FOLDER_REPLACE)
        hp_log("results of the same job and input in \"%s\"%s%s%s are replaced%s", path,
               found->same_version ? "" : ", of version ",
               found->same_version ? "" : found->version, found->same_version ? "" : ",", by);
}

hp_status hp_folder_open(hp_folder *folder, hp_error *err) {
    hp_status status = HP_OK;
    findings found;
    struct stat there;
    char path[PATH_SIZE], *text = NULL;
    if (!folder->part && !folder->look) {
        folder->created = stat(folder->path, &there) != 0;
        HP_TRY(hp_folder_create(folder->path, err));
        join(folder->path, ".hadpot.lock", path);
        HP_TRY(hp_lock_take(path, folder->path, folder->command, &folder->lock, err));
    }
    HP_TRY(compose(folder, "unfinished", &text, err));
    HP_TRY(hp_keys_read(text, &folder->mine, err));
    HP_TRY(forgive(folder, read_manifest(folder, err), err));
    HP_TRY(look(folder, &found, err));
    if (folder->theirs == NULL && found.nfile == 0) folder->before = NULL;
    if (!folder->overwrite && !folder->resume) HP_TRY(refuse(folder, &found, true, err));
cleanup:
    free(text);
    if (status != HP_OK) hp_folder_close(folder);
    return status;
}

hp_status hp_folder_judge(hp_folder *folder, uint64_t input, const hp_checkpoint *checkpoint,
                          hp_error *err) {
    findings found;
    bool can = false;
    folder->keeps_samples = checkpoint != NULL;
    HP_CALL(add_tables(folder, input, err));
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
        HP_CALL(refuse(folder, &found, false, err));
    }
    announce(folder, &found);
    return HP_OK;
}

hp_status hp_folder_add(hp_folder *folder, const char *name, hp_error *err) {
    char *longer = NULL;
    const char *others = folder->now != NULL ? folder->now : "";
    if (has_name(others, name)) return HP_OK;
    size_t size = strlen(others) + strlen(name) + 2;
    HP_ALLOCATE(longer, size);
    snprintf(longer, size, "%s\n%s", others, name);
    hp_free(folder->now);
    folder->now = longer;
    return HP_OK;
}

hp_status hp_folder_claim(hp_folder *folder, hp_error *err) {
    char path[PATH_SIZE];
    HP_CALL(hp_folder_create(folder->path, err));
    folder->created = false; /* it stays */
    if (folder->use != HP_FOLDER_GO_ON && !is_guest(folder))
        HP_CALL(hp_checkpoint_remove(folder->path, err));
    if (folder->use == HP_FOLDER_CLEAR) {
        HP_CALL(remove_before(folder, NULL, err));
        folder->before = NULL;
    }
    HP_CALL(write_manifest(folder, "unfinished", err));
    join(folder->path, "checkpoint", path);
    return folder->keeps_samples ? hp_folder_create(path, err) : HP_OK;
}

hp_status hp_folder_finish(hp_folder *folder, const hp_file *file, int n, hp_error *err) {
    for (int i = 0; i < n; i++) HP_CALL(hp_folder_add(folder, file[i].name, err));
    HP_CALL(write_manifest(folder, "unfinished", err)); /* should it end before the next lines */
    HP_CALL(hp_files_replace(folder->path, file, n, err));
    HP_CALL(remove_before(folder, folder->now, err));
    return write_manifest(folder, folder->no_result ? "no result" : "finished", err);
}

void hp_folder_close(hp_folder *folder) {
    hp_lock_release(&folder->lock);
    if (folder->created) rmdir(folder->path);
    free(folder->theirs);
    free(folder->mine);
    hp_free(folder->now);
    *folder = (hp_folder){.path = folder->path};
}
