// SPDX-License-Identifier: GPL-3.0-or-later
/* Checksums that say whose checkpoint something is. */
#include "hadpot/results.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>
#include "hadpot/memory.h"

hp_status hp_checksum_file(const char *path, uint32_t *checksum, hp_error *err) {
    hp_status status = HP_OK;
    enum { CHUNK = 1 << 20 };
    unsigned char *chunk = NULL;
    FILE *in = fopen(path, "rb");
    HP_CHECK(in != NULL, HP_ERR_INPUT, "cannot open \"%s\": %s", path, strerror(errno));
    HP_NEW(chunk, CHUNK);
    uLong crc = crc32(0L, Z_NULL, 0);
    size_t got;
    while ((got = fread(chunk, 1, CHUNK, in)) > 0) crc = crc32(crc, chunk, (uInt)got);
    HP_CHECK(!ferror(in), HP_ERR_INPUT, "cannot read \"%s\"", path);
    *checksum = (uint32_t)crc;
cleanup:
    hp_free(chunk);
    if (in != NULL) fclose(in);
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
