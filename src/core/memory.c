// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CACHE_LINE = 64 };

static size_t round_up(size_t bytes) { /* aligned_alloc wants a multiple */
    return (bytes / CACHE_LINE + 1) * CACHE_LINE;
}

void *hp_alloc_unset(size_t count, size_t size) {
    if (size != 0 && count > (SIZE_MAX - CACHE_LINE) / size) return NULL;
    return aligned_alloc(CACHE_LINE, round_up(count * size));
}

void *hp_alloc(size_t count, size_t size) {
    void *block = hp_alloc_unset(count, size);
    if (block != NULL) memset(block, 0, round_up(count * size));
    return block;
}

void hp_free(void *block) {
    free(block);
}

hp_status hp_alloc_parts(double **block, const hp_part *part, size_t nparts, hp_error *err) {
    const size_t line = CACHE_LINE / sizeof **block;
    size_t total = 0;
    for (size_t i = 0; i < nparts; i++) total += (part[i].count / line + 1) * line;
    HP_ALLOCATE(*block, total);
    double *next = *block;
    for (size_t i = 0; i < nparts; i++) {
        *part[i].array = next;
        next += (part[i].count / line + 1) * line;
    }
    return HP_OK;
}

char *hp_copy_string(const char *text) {
    if (text == NULL) return NULL;
    size_t bytes = strlen(text) + 1;
    char *copy = hp_alloc(bytes, 1);
    if (copy != NULL) memcpy(copy, text, bytes);
    return copy;
}
