// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>

enum { PATH_SIZE = 4096 + 320 };

static void temporary_name(const char *folder, const hp_file *file, char path[PATH_SIZE]) {
    snprintf(path, PATH_SIZE, "%s/.%s.tmp", folder, file->name);
}

static hp_status rename_all(const char *folder, const hp_file *file, int n, hp_error *err) {
    char temporary[PATH_SIZE], path[PATH_SIZE];
    for (int i = 0; i < n; i++) {
        temporary_name(folder, &file[i], temporary);
        snprintf(path, sizeof path, "%s/%s", folder, file[i].name);
        HP_REQUIRE(rename(temporary, path) == 0, HP_ERR_IO, "cannot rename \"%s\" to \"%s\": %s",
                   temporary, path, strerror(errno));
    }
    return HP_OK;
}

hp_status hp_files_replace(const char *folder, const hp_file *file, int n, hp_error *err) {
    hp_status status = HP_OK;
    char temporary[PATH_SIZE];
    for (int i = 0; i < n; i++) {
        temporary_name(folder, &file[i], temporary);
        HP_TRY(file[i].write(file[i].content, temporary, err));
        HP_TRY(hp_file_synchronise(temporary, err));
    }
    HP_TRY(rename_all(folder, file, n, err));
    HP_TRY(hp_file_synchronise(folder, err));
cleanup:
    for (int i = 0; status != HP_OK && i < n; i++) {
        temporary_name(folder, &file[i], temporary);
        unlink(temporary); /* what was never written is not there: no error */
    }
    return status;
}

hp_status hp_file_commit(const char *temporary, const char *path, hp_error *err) {
    char folder[PATH_SIZE] = ".";
    const char *slash = strrchr(path, '/');
    if (slash != NULL) snprintf(folder, sizeof folder, "%.*s", (int)(slash - path + 1), path);
    HP_CALL(hp_file_synchronise(temporary, err));
    HP_REQUIRE(rename(temporary, path) == 0, HP_ERR_IO, "cannot rename \"%s\" to \"%s\": %s",
               temporary, path, strerror(errno));
    return hp_file_synchronise(folder, err);
}

hp_status hp_file_write_text(const void *text, const char *path, hp_error *err) {
    FILE *out = fopen(path, "w");
    HP_REQUIRE(out != NULL, HP_ERR_IO, "cannot create \"%s\": %s", path, strerror(errno));
    int written = fputs(text, out), closed = fclose(out);
    HP_REQUIRE(written >= 0 && closed == 0, HP_ERR_IO, "cannot write \"%s\"", path);
    return HP_OK;
}

hp_status hp_folder_create(const char *folder, hp_error *err) {
    char path[4096];
    HP_REQUIRE(folder[0] != '\0' && strlen(folder) < sizeof path - 64, HP_ERR_INPUT,
               "output: \"%s\" is no usable folder name", folder);
    snprintf(path, sizeof path, "%s", folder);
    for (char *end = path + 1;; end++) {
        if (*end != '/' && *end != '\0') continue;
        char kept = *end;
        struct stat there;
        *end = '\0';
        if (mkdir(path, 0777) != 0) {
            HP_REQUIRE(errno == EEXIST, HP_ERR_IO, "output: cannot create the folder \"%s\": %s",
                       path, strerror(errno));
            HP_REQUIRE(stat(path, &there) == 0 && S_ISDIR(there.st_mode), HP_ERR_INPUT,
                       "output: \"%s\" exists and is not a folder", path);
        }
        *end = kept;
        if (kept == '\0') break;
    }
    HP_REQUIRE(access(folder, W_OK | X_OK) == 0, HP_ERR_IO,
               "output: cannot write to the folder \"%s\": %s", folder, strerror(errno));
    return HP_OK;
}

bool hp_text_is_writable(const char *text) {
    yaml_event_t event; /* libyaml refuses what is not UTF-8 */
    if (!yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text, -1, 1, 1,
                                      YAML_ANY_SCALAR_STYLE))
        return false;
    yaml_event_delete(&event);
    while ((unsigned char)*text >= ' ' && *text != 0x7f) text++;
    return *text == '\0';
}

/* Bring a file or folder to the disk. */
hp_status hp_file_synchronise(const char *path, hp_error *err) {
    hp_status status = HP_OK;
    int descriptor = open(path, O_RDONLY);
    HP_CHECK(descriptor >= 0, HP_ERR_IO, "cannot open \"%s\": %s", path, strerror(errno));
    HP_CHECK(fsync(descriptor) == 0, HP_ERR_IO, "cannot write \"%s\" to disk: %s", path,
             strerror(errno));
cleanup:
    if (descriptor >= 0) close(descriptor);
    return status;
}
