// SPDX-License-Identifier: GPL-3.0-or-later
/* Checksums that say whose checkpoint something is. */
#include "hadpot/results.h"

#include <string.h>
#include <zlib.h>

uint32_t hp_checksum_text(const char *text) {
    return (uint32_t)crc32(crc32(0L, Z_NULL, 0), (const unsigned char *)text, (uInt)strlen(text));
}

uint32_t hp_checksum_job(const char *effective_job) {
    static const char *const left_out[] = {"output: ",
                                           "ensemble: ", /* its numbers count */
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
