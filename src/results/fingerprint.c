// SPDX-License-Identifier: GPL-3.0-or-later
/* Checksums that say whose checkpoint something is. */
#include "hadpot/results.h"

#include <string.h>
#include <zlib.h>

uint32_t hp_checksum_text(const char *text) {
    return (uint32_t)crc32(crc32(0L, Z_NULL, 0), (const unsigned char *)text, (uInt)strlen(text));
}
