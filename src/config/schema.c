// SPDX-License-Identifier: GPL-3.0-or-later
#include "schema.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MISSPELLING_MAX = 2 };

const cyaml_schema_value_t hp_cyaml_int = {CYAML_VALUE_INT(CYAML_FLAG_DEFAULT, int)};
const cyaml_schema_value_t hp_cyaml_double = {CYAML_VALUE_FLOAT(CYAML_FLAG_DEFAULT, double)};
const cyaml_schema_value_t hp_cyaml_string = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, CYAML_UNLIMITED)};

const char *hp_key_path(const hp_key *key, char path[HP_KEY_PATH_SIZE]) {
    snprintf(path, HP_KEY_PATH_SIZE, "%s%s%s", key->section, *key->section != '\0' ? "." : "",
             key->name);
    return path;
}

/* Where a text goes on behind a word that it begins with; NULL: it does not. */
static const char *skip_word(const char *text, const char *word) {
    while (*word != '\0')
        if (*text++ != *word++) return NULL;
    return text;
}

const hp_key *hp_schema_find(const hp_schema *schema, const char *path) {
    for (const hp_key *key = schema->keys; key < schema->keys + schema->nkeys; key++) {
        const char *rest = skip_word(path, key->section);
        if (rest != NULL && rest != path && *rest++ != '.') continue;
        if (rest != NULL) rest = skip_word(rest, key->name);
        if (rest != NULL && *rest == '\0') return key;
    }
    return NULL;
}

const hp_key *hp_schema_find_beside(const hp_schema *schema, const hp_key *key, const char *name) {
    char path[HP_KEY_PATH_SIZE];
    snprintf(path, sizeof path, "%s.%s", key->section, name);
    const hp_key *beside = hp_schema_find(schema, path);
    return beside != NULL ? beside : hp_schema_find(schema, name);
}

unsigned hp_schema_rules(const hp_schema *schema, const hp_key *key) {
    const hp_key *section = hp_schema_find(schema, key->section);
    return key->rules | (section != NULL ? section->rules : 0);
}

bool hp_schema_is_quiet(const hp_schema *schema, const hp_key *key) {
    const hp_key *section = hp_schema_find(schema, key->section);
    return key->quiet || (section != NULL && section->quiet);
}

/* Levenshtein distance of a text to the path of a key, or something above MISSPELLING_MAX. */
static int edit_distance(const char *a, const char b[HP_KEY_PATH_SIZE]) {
    int na = (int)strlen(a), nb = (int)strlen(b);
    int row[HP_KEY_PATH_SIZE] = {0};
    if (abs(na - nb) > MISSPELLING_MAX) return abs(na - nb);
    for (int j = 0; j <= nb; j++) row[j] = j;
    for (int i = 1; i <= na; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= nb; j++) {
            int best = diagonal + (a[i - 1] != b[j - 1]);
            if (row[j] + 1 < best) best = row[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[nb];
}

void hp_schema_list(const hp_schema *schema, const char *section, unsigned rules,
                    char list[HP_KEY_LIST_SIZE]) {
    size_t used = 0;
    list[0] = '\0';
    for (int k = 0; k < schema->nkeys && used < HP_KEY_LIST_SIZE; k++) {
        const hp_key *key = &schema->keys[k];
        char path[HP_KEY_PATH_SIZE];
        if (section != NULL && strcmp(key->section, section) != 0) continue;
        if ((key->rules & rules) != rules) continue;
        int added = snprintf(list + used, HP_KEY_LIST_SIZE - used, "%s%s", used > 0 ? ", " : "",
                             section != NULL ? key->name : hp_key_path(key, path));
        used += (size_t)(added > 0 ? added : 0);
    }
}

hp_status hp_schema_reject_key(const hp_schema *schema, const char *path, hp_error *err) {
    const char *dot = strrchr(path, '.'), *name = dot != NULL ? dot + 1 : path;
    const hp_key *named = NULL, *nearest = NULL;
    char known[HP_KEY_PATH_SIZE];
    int nnamed = 0, least = MISSPELLING_MAX + 1;
    for (const hp_key *key = schema->keys; key < schema->keys + schema->nkeys; key++) {
        int distance = edit_distance(path, hp_key_path(key, known));
        if (distance < least) least = distance, nearest = key;
        if (strcmp(key->name, name) == 0) nnamed++, named = key;
    }
    /* The key of this name in whatever section, if there is exactly one, else the nearest path. */
    const hp_key *meant = nnamed == 1 ? named : nearest;
    HP_REQUIRE(meant == NULL, HP_ERR_INPUT, "unknown key, did you mean %s?",
               hp_key_path(meant, known));
    char section[HP_KEY_PATH_SIZE], list[HP_KEY_LIST_SIZE];
    snprintf(section, sizeof section, "%.*s", dot != NULL ? (int)(dot - path) : 0, path);
    if (hp_schema_find(schema, section) == NULL) section[0] = '\0';
    hp_schema_list(schema, section, 0, list);
    HP_REQUIRE(false, HP_ERR_INPUT, "unknown key, expected one of %s", list);
    return HP_OK;
}

const char *hp_key_type_name(const hp_key *key) {
    static const char *const names[] = {[HP_KEY_SECTION] = "section",
                                        [HP_KEY_INT] = "integer",
                                        [HP_KEY_DOUBLE] = "number",
                                        [HP_KEY_BOOL] = "true or false",
                                        [HP_KEY_STRING] = "string",
                                        [HP_KEY_INT_LIST] = "list of integers",
                                        [HP_KEY_DOUBLE_LIST] = "list of numbers",
                                        [HP_KEY_STRING_LIST] = "list of strings"};
    if (key->allowed.choices == NULL) return names[key->type];
    return key->type == HP_KEY_STRING ? "choice" : "list of choices";
}

void hp_allowed_describe(const hp_allowed *allowed, char *text, size_t size) {
    bool above = isfinite(allowed->min), below = isfinite(allowed->max);
    const char *more = allowed->min_excluded ? ">" : ">=";
    const char *less = allowed->max_excluded ? "<" : "<=";
    if (allowed->choices != NULL)
        snprintf(text, size, "%s", allowed->choices);
    else if (above && below && !allowed->min_excluded && !allowed->max_excluded)
        snprintf(text, size, "from %.15g to %.15g", allowed->min, allowed->max);
    else if (above && below)
        snprintf(text, size, "%s %.15g and %s %.15g", more, allowed->min, less, allowed->max);
    else if (above)
        snprintf(text, size, "%s %.15g", more, allowed->min);
    else
        text[0] = '\0';
}

hp_status hp_schema_load(const hp_schema *schema, const char *text, void **job, hp_error *err) {
    static const cyaml_config_t config = {.mem_fn = cyaml_mem, .log_level = CYAML_LOG_ERROR};
    *job = NULL;
    cyaml_err_t code =
        cyaml_load_data((const uint8_t *)text, strlen(text), &config, schema->structure, job, NULL);
    /* The text was written by libyaml from a job that was read: what its parser does not take is
     * what it has no memory for. */
    HP_REQUIRE(code != CYAML_ERR_OOM && code != CYAML_ERR_LIBYAML_PARSER &&
                   code != CYAML_ERR_LIBYAML_PARSER_INIT && code != CYAML_ERR_LIBYAML_EVENT_INIT,
               HP_ERR_MEMORY, "no memory for a job");
    HP_REQUIRE(code == CYAML_OK && *job != NULL, HP_ERR_INTERNAL,
               "an effective job was refused by libcyaml (%s)", cyaml_strerror(code));
    return HP_OK;
}

void hp_schema_free(const hp_schema *schema, void **job) {
    static const cyaml_config_t config = {.mem_fn = cyaml_mem, .log_level = CYAML_LOG_ERROR};
    if (*job != NULL) cyaml_free(&config, schema->structure, *job, 0);
    *job = NULL;
}
