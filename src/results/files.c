// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/results.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>
#include <zlib.h>
#include "hadpot/memory.h"

hp_status hp_folder_create(const char *folder, hp_error *err) {
    hp_status status = HP_OK;
    char path[4096];
    HP_CHECK(folder[0] != '\0' && strlen(folder) < sizeof path - 64, HP_ERR_INPUT,
             "output: \"%s\" is no usable folder name", folder);
    snprintf(path, sizeof path, "%s", folder);
    for (char *end = path + 1;; end++) {
        if (*end != '/' && *end != '\0') continue;
        char kept = *end;
        struct stat there;
        *end = '\0';
        if (mkdir(path, 0777) != 0) {
            HP_CHECK(errno == EEXIST, HP_ERR_IO, "output: cannot create the folder \"%s\": %s",
                     path, strerror(errno));
            HP_CHECK(stat(path, &there) == 0 && S_ISDIR(there.st_mode), HP_ERR_INPUT,
                     "output: \"%s\" exists and is not a folder", path);
        }
        *end = kept;
        if (kept == '\0') break;
    }
    HP_CHECK(access(folder, W_OK | X_OK) == 0, HP_ERR_IO,
             "output: cannot write to the folder \"%s\": %s", folder, strerror(errno));
cleanup:
    return status;
}

uint32_t hp_checksum_text(const char *text) {
    return (uint32_t)crc32(crc32(0L, Z_NULL, 0), (const unsigned char *)text, (uInt)strlen(text));
}

uint32_t hp_checksum_job(const char *effective_job) {
    static const char *const left_out[] = {"output: ",
                                           "  max_samples: ",
                                           "  memory_mb: ",
                                           "  bias_correction: ",
                                           "  keep_checkpoints: ",
                                           "  variations_that_fail: "};
    bool varies = false; /* inside of the section variations, which says nothing of this fit */
    uLong crc = crc32(0L, Z_NULL, 0);
    for (const char *line = effective_job; *line != '\0';) {
        size_t length = strcspn(line, "\n"), counts = 1;
        if (*line != ' ') varies = strncmp(line, "variations:", 11) == 0;
        if (varies) counts = 0;
        for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
            if (strncmp(line, left_out[i], strlen(left_out[i])) == 0) counts = 0;
        if (counts) crc = crc32(crc, (const unsigned char *)line, (uInt)length + 1);
        line += length + (line[length] == '\n');
    }
    return (uint32_t)crc;
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
