// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/checkpoint.h"
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "hadpot/file.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "kept_sample.h"

enum { PATH_SIZE = 4096 + 300, NAME_SIZE = 32 };

typedef enum { NOT_OURS, LEFT_OVER, SAMPLE, FIT } file_kind;

/* Files of this module, finished or (".NAME.tmp") cut off in the middle. Those of earlier versions
 * of hadpot, HDF5 files, are counted and removed, and not read. */
static file_kind kind_of(const char *name) {
    static const char *const stem[] = {"average%n", "sample_%*d%n", "fit_%*d%n"};
    static const char *const suffix[] = {HP_CHECKPOINT_SUFFIX, ".h5"};
    static const file_kind kind[] = {SAMPLE, SAMPLE, FIT};
    const bool hidden = *name == '.';
    for (int i = 0; i < 3; i++) {
        int length = 0;
        (void)sscanf(name + hidden, stem[i], &length);
        for (int k = 0; length > 0 && k < 2; k++) {
            const char *end = name + hidden + length;
            if (strncmp(end, suffix[k], strlen(suffix[k])) != 0) continue;
            end += strlen(suffix[k]);
            if (*end == '\0') return hidden ? LEFT_OVER : kind[i];
            if (strcmp(end, ".tmp") == 0) return LEFT_OVER;
        }
    }
    return NOT_OURS;
}

static hp_status open_folder(const char *output, char path[PATH_SIZE], DIR **directory,
                             hp_error *err) {
    snprintf(path, PATH_SIZE, "%.4000s/checkpoint", output);
    *directory = opendir(path);
    HP_REQUIRE(*directory != NULL || errno == ENOENT, hp_file_status(errno),
               "cannot open \"%s\": %s", path, strerror(errno));
    return HP_OK;
}

static hp_status count_files(const char *folder, file_kind most, int *count, hp_error *err) {
    char path[PATH_SIZE];
    DIR *directory;
    *count = 0;
    HP_CALL(open_folder(folder, path, &directory, err));
    if (directory == NULL) return HP_OK;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        file_kind kind = kind_of(entry->d_name);
        *count += kind >= SAMPLE && kind <= most;
    }
    closedir(directory);
    return HP_OK;
}

hp_status hp_checkpoint_count(const char *folder, int *count, hp_error *err) {
    return count_files(folder, SAMPLE, count, err);
}

hp_status hp_checkpoint_count_all(const char *folder, int *count, hp_error *err) {
    return count_files(folder, FIT, count, err);
}

hp_status hp_checkpoint_size(const hp_checkpoint *checkpoint, int count, double *bytes,
                             hp_error *err) {
    int kept;
    HP_CALL(hp_checkpoint_count(checkpoint->folder, &kept, err));
    double missing = kept <= count ? count + 1 - kept : 0;
    *bytes = (missing + count + 1) * (double)(checkpoint->length * sizeof(double));
    return HP_OK;
}

/* The average is number 0 of the fits. */
static void name_file(file_kind kind, int sample, char name[NAME_SIZE]) {
    if (kind == FIT)
        snprintf(name, NAME_SIZE, "fit_%05d%s", sample + 1, HP_CHECKPOINT_SUFFIX);
    else if (sample < 0)
        snprintf(name, NAME_SIZE, "average%s", HP_CHECKPOINT_SUFFIX);
    else
        snprintf(name, NAME_SIZE, "sample_%05d%s", sample + 1, HP_CHECKPOINT_SUFFIX);
}

static void join(const hp_checkpoint *checkpoint, const char *name, char path[PATH_SIZE]) {
    snprintf(path, PATH_SIZE, "%.4000s/checkpoint/%s", checkpoint->folder, name);
}

hp_status hp_checkpoint_is_ours(const hp_checkpoint *checkpoint, bool *ours, hp_error *err) {
    char path[PATH_SIZE], name[NAME_SIZE];
    DIR *directory;
    name_file(SAMPLE, -1, name); /* most often that is enough */
    join(checkpoint, name, path);
    *ours = hp_sample_file_is_of(checkpoint->fingerprint, path);
    if (*ours) return HP_OK;
    HP_CALL(open_folder(checkpoint->folder, path, &directory, err));
    if (directory == NULL) return HP_OK;
    for (struct dirent *entry; !*ours && (entry = readdir(directory)) != NULL;) {
        if (kind_of(entry->d_name) < SAMPLE) continue;
        join(checkpoint, entry->d_name, path);
        *ours = hp_sample_file_is_of(checkpoint->fingerprint, path);
    }
    closedir(directory);
    return HP_OK;
}

/* Where a folder of somebody stands in the place of a file, what is computed is not kept. */
static hp_status write_file(const hp_checkpoint *checkpoint, file_kind kind,
                            const hp_sample_content *content, hp_error *err) {
    char folder[PATH_SIZE], path[PATH_SIZE], name[NAME_SIZE];
    struct stat there;
    name_file(kind, content->sample, name);
    join(checkpoint, name, path);
    if (lstat(path, &there) == 0 && S_ISDIR(there.st_mode)) return HP_OK;
    snprintf(folder, sizeof folder, "%.4000s/checkpoint", checkpoint->folder);
    return hp_files_replace(folder, &(hp_file){name, hp_sample_file_write, content}, 1, err);
}

hp_status hp_checkpoint_write(const hp_checkpoint *checkpoint, int sample, const double *vector,
                              hp_error *err) {
    char path[PATH_SIZE], name[NAME_SIZE];
    const hp_sample_content content = {HP_SAMPLE_FINISHED, sample, checkpoint->fingerprint, vector,
                                       checkpoint->length};
    HP_CALL(write_file(checkpoint, SAMPLE, &content, err));
    name_file(FIT, sample, name);
    join(checkpoint, name, path);
    unlink(path);
    return HP_OK;
}

hp_status hp_checkpoint_keep_fit(const hp_checkpoint *checkpoint, int sample, const double *state,
                                 size_t length, hp_error *err) {
    const hp_sample_content content = {HP_SAMPLE_IN_PROGRESS, sample, checkpoint->fingerprint,
                                       state, length};
    return write_file(checkpoint, FIT, &content, err);
}

/* NULL: not there, or of no use, which is said. */
static double *read_file(const hp_checkpoint *checkpoint, file_kind kind, int sample,
                         size_t *length) {
    char path[PATH_SIZE], name[NAME_SIZE], reason[HP_SAMPLE_REASON];
    const hp_sample_content wanted = {kind == FIT ? HP_SAMPLE_IN_PROGRESS : HP_SAMPLE_FINISHED,
                                      sample, checkpoint->fingerprint, NULL, 0};
    name_file(kind, sample, name);
    join(checkpoint, name, path);
    double *values = hp_sample_file_read(&wanted, path, length, reason);
    if (values != NULL && kind == SAMPLE && *length != checkpoint->length)
        snprintf(reason, sizeof reason, "holds %zu values, expected %zu", *length,
                 checkpoint->length);
    for (int i = 0; values != NULL && kind == SAMPLE && *reason == '\0' && i < checkpoint->nfinite;
         i++)
        if (!isfinite(values[checkpoint->finite[i]]))
            snprintf(reason, sizeof reason, "holds numbers that are not finite");
    if (*reason == '\0') return values;
    hp_log_warning("\"%s\" %s: it is not used, and computed again", path, reason);
    hp_free(values);
    return NULL;
}

hp_status hp_checkpoint_read_fit(const hp_checkpoint *checkpoint, int sample, double **state,
                                 size_t *length, bool *found, hp_error *err) {
    (void)err;
    *state = read_file(checkpoint, FIT, sample, length);
    *found = *state != NULL;
    return HP_OK;
}

hp_status hp_checkpoint_read(const hp_checkpoint *checkpoint, int sample, double *vector,
                             bool *found, hp_error *err) {
    (void)err;
    size_t length;
    double *values = read_file(checkpoint, SAMPLE, sample, &length);
    *found = values != NULL;
    if (*found) memcpy(vector, values, length * sizeof *vector);
    hp_free(values);
    return HP_OK;
}

hp_status hp_checkpoint_remove(const char *output, hp_error *err) {
    hp_status status = HP_OK;
    char folder[PATH_SIZE], path[PATH_SIZE + 300];
    DIR *directory = NULL;
    HP_TRY(open_folder(output, folder, &directory, err));
    if (directory == NULL) return HP_OK;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (kind_of(entry->d_name) == NOT_OURS) continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        HP_CHECK(unlink(path) == 0 || errno == EISDIR, HP_ERR_IO, "cannot remove \"%s\": %s", path,
                 strerror(errno));
    }
    HP_CHECK(rmdir(folder) == 0 || errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR,
             HP_ERR_IO, "cannot remove \"%s\": %s", folder, strerror(errno));
cleanup:
    if (directory != NULL) closedir(directory);
    return status;
}
