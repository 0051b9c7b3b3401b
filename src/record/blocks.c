// SPDX-License-Identifier: GPL-3.0-or-later
#include "blocks.h"
#include <stdio.h>
#include <string.h>
#include "hadpot/memory.h"

enum { FIRST_ROOM = 8 };

/* Arrays have room for 8, 16, 32, ... elements. */
static bool is_full(int count) {
    return count == 0 || (count >= FIRST_ROOM && (count & (count - 1)) == 0);
}

void *hp_record_room(hp_record *record, size_t count, size_t size) {
    void *block = NULL;
    if (is_full(record->nblock)) {
        size_t room = record->nblock > 0 ? 2 * (size_t)record->nblock : FIRST_ROOM;
        void **larger = hp_alloc(room, sizeof *larger);
        record->failed |= larger == NULL;
        if (larger == NULL) return NULL;
        if (record->nblock > 0)
            memcpy(larger, record->block, (size_t)record->nblock * sizeof *larger);
        hp_free(record->block);
        record->block = larger;
    }
    block = hp_alloc(count, size);
    record->failed |= block == NULL;
    if (block != NULL) record->block[record->nblock++] = block;
    return block;
}

void *hp_record_keep(hp_record *record, const void *values, size_t count, size_t size) {
    void *block = hp_record_room(record, count, size);
    if (block != NULL && count > 0) memcpy(block, values, count * size);
    return block;
}

const char *hp_record_keep_text(hp_record *record, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    char *text = length >= 0 ? hp_record_room(record, (size_t)length + 1, 1) : NULL;
    if (text != NULL) vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text != NULL ? text : "";
}

void hp_record_refuse(hp_record *record, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    if (record->wrong == NULL) record->wrong = hp_record_keep_text(record, format, arguments);
    va_end(arguments);
}

const char *const *hp_record_keep_texts(hp_record *record, const char *const *texts, size_t count) {
    const char **kept = hp_record_room(record, count, sizeof *kept);
    for (size_t i = 0; kept != NULL && i < count; i++)
        kept[i] = hp_record_copy(record, "%s", texts[i]);
    return kept;
}

/* Room doubles, so that all that was added is copied less than once more in the mean. What is left
 * behind stays in the list. */
void *hp_record_grow(hp_record *record, void **array, int *count, size_t size) {
    if (is_full(*count)) {
        size_t room = *count > 0 ? 2 * (size_t)*count : FIRST_ROOM;
        void *larger = hp_record_room(record, room, size);
        if (larger == NULL) return NULL;
        if (*count > 0) memcpy(larger, *array, (size_t)*count * size);
        *array = larger;
    }
    return (char *)*array + (size_t)(*count)++ * size;
}
