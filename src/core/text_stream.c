// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE /* fopencookie */
#include "hadpot/text_stream.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST_SIZE = 512 };

typedef struct {
    char *text, **result;
    size_t used, room, *size;
} buffer;

/* Returns what is taken; fewer than `count` bytes are an error of the stream. */
static ssize_t write_buffer(void *cookie, const char *bytes, size_t count) {
    buffer *to = cookie;
    if (count >= to->room - to->used) {
        size_t room = 2 * (to->used + count + 1);
        char *longer = realloc(to->text, room);
        if (longer == NULL) return 0;
        to->text = longer;
        to->room = room;
    }
    memcpy(to->text + to->used, bytes, count);
    to->used += count;
    return (ssize_t)count;
}

/* The text goes to the caller. */
static int close_buffer(void *cookie) {
    buffer *of = cookie;
    of->text[of->used] = '\0';
    *of->result = of->text;
    if (of->size != NULL) *of->size = of->used;
    free(of);
    return 0;
}

hp_status hp_text_open(char **text, size_t *size, FILE **out, hp_error *err) {
    static const cookie_io_functions_t functions = {.write = write_buffer, .close = close_buffer};
    buffer *to = malloc(sizeof *to);
    char *first = malloc(FIRST_SIZE);
    *text = NULL;
    *out = NULL;
    if (to != NULL && first != NULL) {
        *to = (buffer){.text = first, .result = text, .room = FIRST_SIZE, .size = size};
        *out = fopencookie(to, "w", functions);
    }
    if (*out != NULL) return HP_OK;
    free(first);
    free(to);
    return HP_FAIL(HP_ERR_MEMORY, "no memory for a text");
}

hp_status hp_text_close(FILE **out, char **text, hp_error *err) {
    if (*out == NULL) return HP_OK;
    int failed = fflush(*out) | ferror(*out), closed = fclose(*out);
    *out = NULL;
    if (failed == 0 && closed == 0) return HP_OK;
    free(*text);
    *text = NULL;
    return HP_FAIL(HP_ERR_MEMORY, "no memory for a text");
}
