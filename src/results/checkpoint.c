// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/checkpoint.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "hadpot/file.h"
#include "hadpot/hdf5_write.h"
#include "hadpot/memory.h"

enum { PATH_SIZE = 4096, NAME_SIZE = 32 };

/* What stands in the file of a sample. */
typedef struct {
    const hp_checkpoint *checkpoint;
    const double *vector;
} sample_content;

/* Files of this module, finished or (".NAME.tmp") cut off in the middle. */
static bool is_sample_file(const char *name) {
    int sample, length = 0;
    name += *name == '.';
    if (strncmp(name, "average.h5", 10) == 0) length = 10;
    if (length == 0 && sscanf(name, "sample_%d.h5%n", &sample, &length) != 1)
        (void)sscanf(name, "fit_%d.h5%n", &sample, &length);
    return length > 0 && (name[length] == '\0' || strcmp(name + length, ".tmp") == 0);
}

hp_status hp_checkpoint_count(const char *folder, int *count, hp_error *err) {
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/checkpoint", folder);
    DIR *directory = opendir(path);
    *count = 0;
    if (directory == NULL && errno == ENOENT) return HP_OK;
    HP_REQUIRE(directory != NULL, HP_ERR_IO, "cannot open \"%s\": %s", path, strerror(errno));
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        *count += is_sample_file(entry->d_name) && strstr(entry->d_name, ".tmp") == NULL &&
                  strncmp(entry->d_name, "fit_", 4) != 0;
    closedir(directory);
    return HP_OK;
}

static void sample_name(int sample, char name[NAME_SIZE]) {
    if (sample < 0)
        snprintf(name, NAME_SIZE, "average.h5");
    else
        snprintf(name, NAME_SIZE, "sample_%05d.h5", sample + 1);
}

/* The average is number 0. */
static void fit_name(int sample, char name[NAME_SIZE]) {
    snprintf(name, NAME_SIZE, "fit_%05d.h5", sample + 1);
}

static void join(const hp_checkpoint *checkpoint, const char *name, char *path) {
    snprintf(path, PATH_SIZE, "%.4000s/checkpoint/%s", checkpoint->folder, name);
}

static void sample_path(const hp_checkpoint *checkpoint, int sample, char *path) {
    char name[NAME_SIZE];
    sample_name(sample, name);
    join(checkpoint, name, path);
}

/* Open the file of a finished sample (*file, closed by the caller, also after an error); ours: its
 * fingerprint is that of this run. */
static hp_status open_sample(const hp_checkpoint *checkpoint, const char *path, hid_t *file,
                             bool *ours, hp_error *err) {
    uint64_t fingerprint = 0;
    *file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    HP_REQUIRE(*file >= 0, HP_ERR_INPUT, "\"%s\" is not a finished sample; remove it and resume",
               path);
    hid_t attribute = H5Aopen(*file, "fingerprint", H5P_DEFAULT);
    herr_t got = attribute >= 0 ? H5Aread(attribute, H5T_NATIVE_UINT64, &fingerprint) : -1;
    if (attribute >= 0) H5Aclose(attribute);
    HP_REQUIRE(got >= 0, HP_ERR_INPUT, "\"%s\" has no readable attribute \"fingerprint\"", path);
    *ours = fingerprint == checkpoint->fingerprint;
    return HP_OK;
}

hp_status hp_checkpoint_is_ours(const hp_checkpoint *checkpoint, bool *found, bool *ours,
                                hp_error *err) {
    hid_t file = H5I_INVALID_HID;
    char path[PATH_SIZE];
    sample_path(checkpoint, -1, path);
    *found = access(path, F_OK) == 0;
    *ours = false;
    if (!*found) return HP_OK;
    hp_status status = open_sample(checkpoint, path, &file, ours, err);
    if (file >= 0) H5Fclose(file);
    return status;
}

/* content: a sample_content (hp_file_writer). */
static hp_status write_sample(const void *content, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    hid_t file = H5I_INVALID_HID;
    const sample_content *it = content;
    HP_TRY(hp_h5_create_file(path, &file, err));
    HP_TRY(hp_h5_write_doubles(file, "values", 1, &it->checkpoint->length, it->vector, "1",
                               "all datasets of one sample, one after the other", err));
    HP_TRY(hp_h5_attribute(file, "/", "fingerprint", H5T_NATIVE_UINT64, 0,
                           &it->checkpoint->fingerprint, err));
    HP_TRY(hp_h5_close_file(path, &file, err));
cleanup:
    if (file >= 0) H5Fclose(file);
    return status;
}

static hp_status write_values(const hp_checkpoint *checkpoint, const char *name,
                              const double *vector, hp_error *err) {
    char folder[PATH_SIZE];
    const sample_content content = {checkpoint, vector};
    snprintf(folder, sizeof folder, "%s/checkpoint", checkpoint->folder);
    return hp_files_replace(folder, &(hp_file){name, write_sample, &content}, 1, err);
}

hp_status hp_checkpoint_write(const hp_checkpoint *checkpoint, int sample, const double *vector,
                              hp_error *err) {
    char name[NAME_SIZE], path[PATH_SIZE];
    sample_name(sample, name);
    HP_CALL(write_values(checkpoint, name, vector, err));
    fit_name(sample, name);
    join(checkpoint, name, path);
    unlink(path);
    return HP_OK;
}

hp_status hp_checkpoint_keep_fit(const hp_checkpoint *checkpoint, int sample, const double *state,
                                 size_t length, hp_error *err) {
    char name[NAME_SIZE];
    hp_checkpoint of_fit = *checkpoint;
    of_fit.length = length;
    fit_name(sample, name);
    return write_values(&of_fit, name, state, err);
}

static hp_status read_values(const hp_checkpoint *checkpoint, const char *path, double **values,
                             size_t *length, hp_error *err) {
    hp_status status = HP_OK;
    hid_t file = H5I_INVALID_HID, set = H5I_INVALID_HID, space = H5I_INVALID_HID;
    bool ours = false;
    HP_TRY(open_sample(checkpoint, path, &file, &ours, err));
    HP_CHECK(ours, HP_ERR_INPUT, "\"%s\" belongs to another job, input file or version of hadpot",
             path);
    set = H5Dopen2(file, "values", H5P_DEFAULT);
    space = set >= 0 ? H5Dget_space(set) : H5I_INVALID_HID;
    hssize_t n = space >= 0 ? H5Sget_simple_extent_npoints(space) : 0;
    HP_CHECK(n > 0, HP_ERR_INPUT, "\"%s\" holds no values", path);
    *length = (size_t)n;
    HP_NEW(*values, n);
    HP_CHECK(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, *values) >= 0,
             HP_ERR_INPUT, "\"%s\" cannot be read", path);
cleanup:
    if (space >= 0) H5Sclose(space);
    if (set >= 0) H5Dclose(set);
    if (file >= 0) H5Fclose(file);
    return status;
}

hp_status hp_checkpoint_read_fit(const hp_checkpoint *checkpoint, int sample, double **state,
                                 size_t *length, bool *found, hp_error *err) {
    char name[NAME_SIZE], path[PATH_SIZE];
    *state = NULL;
    *length = 0;
    fit_name(sample, name);
    join(checkpoint, name, path);
    *found = access(path, F_OK) == 0;
    return *found ? read_values(checkpoint, path, state, length, err) : HP_OK;
}

hp_status hp_checkpoint_read(const hp_checkpoint *checkpoint, int sample, double *vector,
                             bool *found, hp_error *err) {
    hp_status status = HP_OK;
    hid_t file = H5I_INVALID_HID, set = H5I_INVALID_HID, space = H5I_INVALID_HID;
    char path[PATH_SIZE];
    bool ours = false;
    sample_path(checkpoint, sample, path);
    *found = access(path, F_OK) == 0;
    if (!*found) return HP_OK;
    HP_TRY(open_sample(checkpoint, path, &file, &ours, err));
    HP_CHECK(ours, HP_ERR_INPUT, "\"%s\" belongs to another job, input file or version of hadpot",
             path);
    set = H5Dopen2(file, "values", H5P_DEFAULT);
    space = set >= 0 ? H5Dget_space(set) : H5I_INVALID_HID;
    HP_CHECK(space >= 0 && H5Sget_simple_extent_npoints(space) == (hssize_t)checkpoint->length &&
                 H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, vector) >= 0,
             HP_ERR_INPUT, "\"%s\" does not hold the %zu values of a sample", path,
             checkpoint->length);
cleanup:
    if (space >= 0) H5Sclose(space);
    if (set >= 0) H5Dclose(set);
    if (file >= 0) H5Fclose(file);
    return status;
}

hp_status hp_checkpoint_remove(const char *output, hp_error *err) {
    hp_status status = HP_OK;
    char folder[PATH_SIZE], path[PATH_SIZE + 300];
    snprintf(folder, sizeof folder, "%s/checkpoint", output);
    DIR *directory = opendir(folder);
    if (directory == NULL && errno == ENOENT) return HP_OK;
    HP_CHECK(directory != NULL, HP_ERR_IO, "cannot open \"%s\": %s", folder, strerror(errno));
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (!is_sample_file(entry->d_name)) continue;
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
