// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/error.h"
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* __FILE__ holds whatever path the compiler was given; keep it from "src/" on. */
static const char *below_project_top(const char *file) {
    const char *found = strstr(file, "src/");
    for (const char *next = found; next != NULL; next = strstr(next + 1, "/src/")) found = next;
    if (found == NULL) return file;
    return *found == '/' ? found + 1 : found;
}

hp_status hp_error_set(hp_error *err, hp_status status, const char *file, int line,
                       const char *format, ...) {
    if (err == NULL || err->status != HP_OK) return status;
    err->status = status;
    err->line = line;
    snprintf(err->file, sizeof err->file, "%s", below_project_top(file));
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(err->message, sizeof err->message, format, arguments);
    va_end(arguments);
    return status;
}

void hp_error_add_context(hp_error *err, const char *format, ...) {
    if (err == NULL || err->status == HP_OK) return;
    if (err->status == HP_STOPPED) return; /* where it was stopped is no reason */
    char tail[sizeof err->message];
    memcpy(tail, err->message, sizeof tail);
    va_list arguments;
    va_start(arguments, format);
    int used = vsnprintf(err->message, sizeof err->message, format, arguments);
    va_end(arguments);
    int room = (int)sizeof err->message - used - 3; /* ": " and the end */
    if (used >= 0 && room > 0)
        snprintf(err->message + used, sizeof err->message - (size_t)used, ": %.*s", room, tail);
}

void hp_error_add_advice(hp_error *err, const char *format, ...) {
    if (err == NULL || err->status == HP_OK) return;
    size_t used = strlen(err->message);
    int room = snprintf(err->message + used, sizeof err->message - used, "; ");
    if (room < 0 || used + (size_t)room >= sizeof err->message) return;
    used += (size_t)room;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(err->message + used, sizeof err->message - used, format, arguments);
    va_end(arguments);
}

void hp_error_clear(hp_error *err) {
    if (err != NULL) *err = (hp_error)HP_ERROR_INIT;
}

static const struct {
    int exit_code;
    const char *text;
} statuses[] = {
#define X(name, exit_code, text) [name] = {exit_code, text},
    HP_STATUS_LIST(X)
#undef X
};

static bool is_known(hp_status status) {
    return (size_t)status < sizeof statuses / sizeof *statuses;
}

int hp_status_exit_code(hp_status status) {
    return is_known(status) ? statuses[status].exit_code : 1;
}

const char *hp_status_text(hp_status status) {
    return is_known(status) ? statuses[status].text : "unknown status";
}
