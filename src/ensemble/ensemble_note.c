// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/memory.h"
#include "ensemble_private.h"

enum { TEXT = 512 };

hp_status hp_ensemble_note(hp_ensemble *ensemble, hp_error *err, const char *format, ...) {
    char text[TEXT];
    size_t before = strlen(ensemble->notes), bytes;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    bytes = before + strlen(text) + 2;
    char *notes = hp_alloc(bytes, 1);
    HP_REQUIRE(notes != NULL, HP_ERR_MEMORY, "no memory for a string");
    snprintf(notes, bytes, "%s%s%s", ensemble->notes, before > 0 ? "\n" : "", text);
    hp_free(ensemble->notes);
    ensemble->notes = notes;
    return HP_OK;
}
