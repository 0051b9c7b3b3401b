// SPDX-License-Identifier: GPL-3.0-or-later
#include "structure.h"
#include <stdio.h>
#include <string.h>

/* libcyaml's messages for one call. */
typedef struct message_log {
    char text[2048];
    size_t used;
} message_log;

static void keep_message(cyaml_log_t level, void *context, const char *format, va_list arguments) {
    (void)level;
    message_log *log = context;
    size_t room = sizeof log->text - log->used;
    int length = vsnprintf(log->text + log->used, room, format, arguments);
    if (length > 0) log->used += (size_t)length < room ? (size_t)length : room - 1;
}

static cyaml_err_t load(const hp_schema *schema, const char *text, void **job, message_log *log) {
    cyaml_config_t config = {
        .log_fn = keep_message, .log_ctx = log, .mem_fn = cyaml_mem, .log_level = CYAML_LOG_ERROR};
    *job = NULL;
    return cyaml_load_data((const uint8_t *)text, strlen(text), &config, schema->structure, job,
                           NULL);
}

/* What stands between a mark and the next `end`. */
static void copy_after(const char *text, const char *mark, char end, char copy[HP_KEY_PATH_SIZE]) {
    const char *start = strstr(text, mark);
    if (start == NULL) return;
    start += strlen(mark);
    const char *stop = strchr(start, end);
    int length = stop != NULL ? (int)(stop - start) : (int)strlen(start);
    snprintf(copy, HP_KEY_PATH_SIZE, "%.*s", length, start);
}

hp_status hp_structure_check(const hp_schema *schema, const char *text, hp_structure_fault *fault,
                             hp_error *err) {
    message_log log = {.used = 0};
    void *job = NULL;
    *fault = (hp_structure_fault){.kind = HP_FAULT_NONE};
    cyaml_err_t code = load(schema, text, &job, &log);
    hp_schema_free(schema, &job);
    HP_REQUIRE(code != CYAML_ERR_OOM, HP_ERR_MEMORY, "no memory for a job");
    if (code == CYAML_OK) return HP_OK;
    const char *unknown = strstr(log.text, "Unexpected key: ");
    const char *repeated = strstr(log.text, "Mapping field already seen: ");
    const char *field = strstr(log.text, "in mapping field '"); /* innermost first */
    fault->kind = HP_FAULT_OTHER;
    snprintf(fault->message, sizeof fault->message, "%s", cyaml_strerror(code));
    if (unknown != NULL) {
        fault->kind = HP_FAULT_UNKNOWN_KEY;
        copy_after(unknown, "key: ", '\n', fault->name);
    } else if (repeated != NULL) {
        fault->kind = HP_FAULT_REPEATED_KEY;
        copy_after(repeated, "seen: ", '\n', fault->name);
        field = field != NULL ? strstr(field + 1, "in mapping field '") : NULL;
    }
    if (field != NULL) copy_after(field, "'", '\'', fault->section);
    return HP_OK;
}

hp_status hp_structure_load(const hp_schema *schema, const char *text, void **job, hp_error *err) {
    message_log log = {.used = 0};
    cyaml_err_t code = load(schema, text, job, &log);
    HP_REQUIRE(code != CYAML_ERR_OOM, HP_ERR_MEMORY, "no memory for a job");
    HP_REQUIRE(code == CYAML_OK && *job != NULL, HP_ERR_INTERNAL,
               "an effective job was refused by libcyaml (%s): %s", cyaml_strerror(code), log.text);
    return HP_OK;
}

void hp_schema_free(const hp_schema *schema, void **job) {
    static const cyaml_config_t config = {.mem_fn = cyaml_mem, .log_level = CYAML_LOG_ERROR};
    if (*job != NULL) cyaml_free(&config, schema->structure, *job, 0);
    *job = NULL;
}
