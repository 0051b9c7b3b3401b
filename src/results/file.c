// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>
#include "hadpot/memory.h"

enum { PATH_SIZE = 4096 + 320, MAX_TRIES = 100 };

/* A name of the folder that nobody has. Temporary files that a killed run has left go: whoever
 * replaces files holds the lock of their folder. Links and all else that is no file stay. */
static hp_status find_free_name(const char *folder, const char *name, char path[PATH_SIZE],
                                hp_error *err) {
    struct stat there;
    for (int i = 0; i < MAX_TRIES; i++) {
        char number[16] = "";
        if (i > 0) snprintf(number, sizeof number, ".%d", i);
        snprintf(path, PATH_SIZE, "%s/.%s%s.tmp", folder, name, number);
        if (lstat(path, &there) != 0) return HP_OK; /* if it cannot be made, its writer says why */
        if (S_ISREG(there.st_mode) && unlink(path) == 0) return HP_OK;
    }
    HP_REQUIRE(false, HP_ERR_IO, "\"%s\" and %d names like it are taken", path, MAX_TRIES - 1);
    return HP_OK;
}

/* Bring a file or folder to the disk. */
static hp_status synchronise(const char *path, hp_error *err) {
    hp_status status = HP_OK;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    HP_CHECK(descriptor >= 0, HP_ERR_IO, "cannot open \"%s\": %s", path, strerror(errno));
    HP_CHECK(fsync(descriptor) == 0, hp_file_status(errno), "cannot write \"%s\" to disk: %s", path,
             strerror(errno));
cleanup:
    if (descriptor >= 0) close(descriptor);
    return status;
}

hp_status hp_files_replace(const char *folder, const hp_file *file, int n, hp_error *err) {
    hp_status status = HP_OK;
    char(*temporary)[PATH_SIZE] = NULL, path[PATH_SIZE];
    int nwritten = 0;
    HP_NEW(temporary, n);
    while (nwritten < n) {
        const hp_file *one = &file[nwritten];
        HP_TRY(find_free_name(folder, one->name, temporary[nwritten], err));
        status = one->write(one->content, temporary[nwritten++], err);
        if (status == HP_ERR_IO || status == HP_ERR_DISK_FULL)
            hp_error_add_context(err, "%s/%s", folder, one->name);
        HP_TRY(status);
        HP_TRY(synchronise(temporary[nwritten - 1], err));
    }
    for (int i = 0; i < n; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, file[i].name);
        HP_CHECK(rename(temporary[i], path) == 0, hp_file_status(errno),
                 "cannot rename \"%s\" to \"%s\": %s", temporary[i], path, strerror(errno));
    }
    HP_TRY(synchronise(folder, err));
cleanup:
    for (int i = 0; status != HP_OK && i < nwritten; i++) unlink(temporary[i]);
    hp_free(temporary);
    return status;
}

hp_status hp_file_replace(const char *path, hp_file_writer write, const void *content,
                          hp_error *err) {
    char folder[PATH_SIZE] = ".";
    const char *slash = strrchr(path, '/');
    if (slash != NULL) snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
    if (slash == path) snprintf(folder, sizeof folder, "/.");
    const hp_file file = {slash != NULL ? slash + 1 : path, write, content};
    return hp_files_replace(folder, &file, 1, err);
}

hp_status hp_file_read(const char *path, char **bytes, size_t *size, hp_error *err) {
    hp_status status = HP_OK;
    struct stat there;
    FILE *in = NULL;
    *bytes = NULL;
    *size = 0;
    if (stat(path, &there) != 0 || !S_ISREG(there.st_mode)) return HP_OK;
    in = fopen(path, "rb");
    HP_CHECK(in != NULL, hp_file_status(errno), "cannot open \"%s\": %s", path, strerror(errno));
    HP_NEW(*bytes, there.st_size + 1);
    *size = fread(*bytes, 1, (size_t)there.st_size, in);
    HP_CHECK(!ferror(in), HP_ERR_IO, "cannot read \"%s\"", path);
cleanup:
    if (in != NULL) fclose(in);
    return status;
}

hp_status hp_file_write_text(const void *text, const char *path, hp_error *err) {
    return hp_file_write_blocks(path, &(hp_block){text, strlen(text)}, 1, err);
}

/* mkdir where the folder is not to be made: would it be? 0, or -1 with errno. */
static int try_folder(const char *path, mode_t mode) {
    char parent[4096];
    struct stat there;
    (void)mode;
    if (lstat(path, &there) == 0) {
        errno = EEXIST;
        return -1;
    }
    snprintf(parent, sizeof parent, "%s", path);
    char *slash = strrchr(parent, '/');
    if (slash == NULL) return access(".", W_OK | X_OK);
    *(slash == parent ? slash + 1 : slash) = '\0';
    /* a parent that is to be made as well can be written to */
    return lstat(parent, &there) == 0 ? access(parent, W_OK | X_OK) : 0;
}

static hp_status make_folders(const char *folder, int (*make)(const char *, mode_t),
                              hp_error *err) {
    char path[4096];
    HP_REQUIRE(folder[0] != '\0' && strlen(folder) < sizeof path - 64, HP_ERR_INPUT,
               "output: \"%s\" is no usable folder name", folder);
    snprintf(path, sizeof path, "%s", folder);
    for (char *end = path + 1;; end++) {
        if (*end != '/' && *end != '\0') continue;
        char kept = *end;
        struct stat there;
        *end = '\0';
        if (make(path, 0777) != 0) {
            HP_REQUIRE(errno == EEXIST, hp_file_status(errno),
                       "output: cannot create the folder \"%s\": %s", path, strerror(errno));
            HP_REQUIRE(stat(path, &there) == 0 && S_ISDIR(there.st_mode), HP_ERR_INPUT,
                       "output: \"%s\" exists and is not a folder", path);
        }
        *end = kept;
        if (kept == '\0') return HP_OK;
    }
}

static hp_status check_folder(const char *folder, hp_error *err) {
    HP_REQUIRE(access(folder, W_OK | X_OK) == 0, HP_ERR_IO,
               "output: cannot write to the folder \"%s\": %s", folder, strerror(errno));
    return HP_OK;
}

hp_status hp_folder_create(const char *folder, hp_error *err) {
    HP_CALL(make_folders(folder, mkdir, err));
    return check_folder(folder, err);
}

hp_status hp_folder_can_create(const char *folder, hp_error *err) {
    struct stat there;
    HP_CALL(make_folders(folder, try_folder, err));
    return stat(folder, &there) == 0 ? check_folder(folder, err) : HP_OK;
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
