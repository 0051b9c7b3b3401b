// SPDX-License-Identifier: GPL-3.0-or-later
#include "manifest.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "hadpot/job_keys.h"
#include "hadpot/memory.h"

enum { PATH_SIZE = 4096 + HP_NAME };

/* Of names: those of a text of ours, and of a list as keys have it. */
#define SEPARATORS "[], \n"

bool hp_command_is_guest(const char *command) {
    return strcmp(command, "scan-bins") == 0;
}

static const char *manifest_name(const char *command) {
    return hp_command_is_guest(command) ? "manifest_scan_bins.yaml" : "manifest.yaml";
}

bool hp_names_next(const char **names, char name[HP_NAME]) {
    if (*names == NULL) return false;
    *names += strspn(*names, SEPARATORS);
    size_t length = strcspn(*names, SEPARATORS);
    snprintf(name, HP_NAME, "%.*s", (int)length, *names);
    *names += length;
    return length > 0;
}

static bool has_name(const char *names, const char *name) {
    char other[HP_NAME];
    while (hp_names_next(&names, other))
        if (strcmp(other, name) == 0) return true;
    return false;
}

hp_status hp_names_add(char **names, const char *name, hp_error *err) {
    char *longer = NULL;
    const char *before = *names != NULL ? *names : "";
    if (has_name(*names, name)) return HP_OK;
    size_t size = strlen(before) + strlen(name) + 2;
    HP_ALLOCATE(longer, size);
    snprintf(longer, size, "%s\n%s", before, name);
    hp_free(*names);
    *names = longer;
    return HP_OK;
}

hp_status hp_manifest_read(const char *folder, const char *command, char **keys, char **names,
                           hp_error *err) {
    hp_status status = HP_OK;
    char path[PATH_SIZE], *text = NULL;
    size_t length;
    snprintf(path, sizeof path, "%s/%s", folder, manifest_name(command));
    HP_TRY(hp_file_read(path, &text, &length, err));
    if (text == NULL) goto cleanup;
    status = hp_keys_read(text, keys, err);
    if (status == HP_ERR_INPUT) hp_error_add_context(err, "%s", path);
    HP_TRY(status);
    const char *files = hp_keys_find(*keys, "files", &length);
    if (files == NULL) goto cleanup;
    HP_NEW(*names, length + 1);
    memcpy(*names, files, length);
cleanup:
    hp_free(text);
    return status;
}

hp_status hp_manifest_compose(const hp_folder *folder, const char *state, char **text,
                              hp_error *err) {
    size_t size = 0;
    char name[HP_NAME];
    const char *lists[] = {folder->now, strcmp(state, "unfinished") == 0 ? folder->before : NULL};
    FILE *out = open_memstream(text, &size);
    HP_REQUIRE(out != NULL, HP_ERR_MEMORY, "no memory for a manifest");
    fprintf(out,
            "# Whose results these are, and which files hadpot may replace; the others are never "
            "touched.\ncommand: %s\nversion: %s\nstate: %s\ninput_checksum: %s\nfiles:\n",
            folder->command, HADPOT_VERSION, state, folder->input);
    for (int i = 0; i < 2; i++)
        while (hp_names_next(&lists[i], name)) fprintf(out, "- %s\n", name);
    hp_keys_put_section("job", folder->job, out);
    HP_REQUIRE(fclose(out) == 0, HP_ERR_MEMORY, "no memory for a manifest");
    return HP_OK;
}

hp_status hp_manifest_write(const hp_folder *folder, const char *state, hp_error *err) {
    hp_status status = HP_OK;
    char *text = NULL;
    HP_TRY(hp_manifest_compose(folder, state, &text, err));
    const hp_file file = {manifest_name(folder->command), hp_file_write_text, text};
    HP_TRY(hp_files_replace(folder->path, &file, 1, err));
cleanup:
    free(text);
    return status;
}

/* A file or folder inside of `folder`; what a link stands for is somebody else's. */
static bool is_inside(const char *folder, const char *name, struct stat *there) {
    char path[PATH_SIZE];
    if (*name == '/' || strstr(name, "..") != NULL) return false;
    for (const char *end = name;; end++) {
        end += strcspn(end, "/");
        snprintf(path, sizeof path, "%.4000s/%.*s", folder, (int)(end - name), name);
        if (lstat(path, there) != 0) return false;
        if (*end == '\0') return S_ISREG(there->st_mode) || S_ISDIR(there->st_mode);
        if (!S_ISDIR(there->st_mode)) return false;
    }
}

void hp_manifest_count(const char *folder, const char *names, int *there, int *all) {
    char name[HP_NAME];
    struct stat info;
    for (*there = *all = 0; hp_names_next(&names, name); ++*all)
        *there += is_inside(folder, name, &info);
}

hp_status hp_manifest_find_known(const char *folder, const char *command, char **names,
                                 hp_error *err) {
    static const char *const known[] = {
        "results.h5",        "toy.h5",          "coverage.h5",   "summary.yaml", "job.yaml",
        "synth.yaml",        "run.yaml",        "potential.csv", "training.csv", "phase_shift.csv",
        "finite_volume.csv", "observables.csv", "found.txt",     "coverage.csv", "femtoscopy.csv",
        "variations.csv",    "scan_bins.csv"};
    const int n = sizeof known / sizeof *known;
    struct stat there;
    for (int i = hp_command_is_guest(command) ? n - 1 : 0;
         i < (hp_command_is_guest(command) ? n : n - 1); i++)
        if (is_inside(folder, known[i], &there)) HP_CALL(hp_names_add(names, known[i], err));
    return HP_OK;
}

/* A file that is gone already is no error. */
static hp_status remove_file(const char *path, hp_error *err) {
    HP_REQUIRE(unlink(path) == 0 || errno == ENOENT, HP_ERR_IO, "cannot remove \"%s\": %s", path,
               strerror(errno));
    return HP_OK;
}

hp_status hp_manifest_remove_figures(const char *folder, const char *command, hp_error *err) {
    hp_status status = HP_OK;
    const char *list =
        hp_command_is_guest(command) ? "figures/.manifest_scan_bins" : "figures/.manifest";
    char path[PATH_SIZE], name[HP_NAME], *names = NULL;
    struct stat there;
    size_t size;
    if (!is_inside(folder, list, &there)) return HP_OK;
    snprintf(path, sizeof path, "%.4000s/%s", folder, list);
    HP_TRY(hp_file_read(path, &names, &size, err));
    for (const char *rest = names; hp_names_next(&rest, name);) {
        char figure[HP_NAME + 16];
        snprintf(figure, sizeof figure, "figures/%s", name);
        if (!is_inside(folder, figure, &there) || !S_ISREG(there.st_mode)) continue;
        snprintf(path, sizeof path, "%.4000s/%s", folder, figure);
        HP_TRY(remove_file(path, err));
    }
    snprintf(path, sizeof path, "%.4000s/%s", folder, list);
    HP_TRY(remove_file(path, err));
    snprintf(path, sizeof path, "%.4000s/figures", folder);
    rmdir(path); /* unless something else lies there */
cleanup:
    hp_free(names);
    return status;
}

/* All that a run wrote to its folder; the folder goes with it when it is empty then. */
static hp_status remove_run(const char *folder, hp_error *err) {
    hp_status status = HP_OK;
    char path[PATH_SIZE], *keys = NULL, *names = NULL;
    HP_TRY(hp_manifest_read(folder, "run", &keys, &names, err));
    if (keys == NULL) goto cleanup;
    HP_TRY(hp_manifest_remove(folder, names, NULL, err));
    HP_TRY(hp_manifest_remove_figures(folder, "run", err));
    HP_TRY(hp_checkpoint_remove(folder, err));
    snprintf(path, sizeof path, "%.4000s/%s", folder, manifest_name("run"));
    HP_TRY(remove_file(path, err));
    rmdir(folder);
cleanup:
    free(keys);
    hp_free(names);
    return status;
}

hp_status hp_manifest_remove(const char *folder, const char *names, const char *kept,
                             hp_error *err) {
    char name[HP_NAME], path[PATH_SIZE];
    struct stat there;
    while (hp_names_next(&names, name)) {
        if (has_name(kept, name) || !is_inside(folder, name, &there)) continue;
        snprintf(path, sizeof path, "%.4000s/%s", folder, name);
        HP_CALL(S_ISREG(there.st_mode) ? remove_file(path, err) : remove_run(path, err));
        *strrchr(path, '/') = '\0';
        if (strchr(name, '/') != NULL) rmdir(path); /* the last one of variations/ */
    }
    return HP_OK;
}
