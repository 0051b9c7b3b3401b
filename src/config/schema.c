// SPDX-License-Identifier: GPL-3.0-or-later
#include "schema.h"
#include <stdio.h>
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

const hp_key *hp_schema_find(const hp_schema *schema, const char *path) {
    char found[HP_KEY_PATH_SIZE];
    for (int k = 0; k < schema->nkeys; k++)
        if (strcmp(hp_key_path(&schema->keys[k], found), path) == 0) return &schema->keys[k];
    return NULL;
}

/* The key of this name in whatever section, if there is exactly one. */
static const hp_key *find_by_name(const hp_schema *schema, const char *name) {
    const hp_key *found = NULL;
    for (int k = 0; k < schema->nkeys; k++) {
        if (strcmp(schema->keys[k].name, name) != 0) continue;
        if (found != NULL) return NULL;
        found = &schema->keys[k];
    }
    return found;
}

/* Levenshtein distance of a text to the path of a key. */
static int edit_distance(const char *a, const char b[HP_KEY_PATH_SIZE]) {
    int na = (int)strlen(a), nb = (int)strlen(b);
    int row[HP_KEY_PATH_SIZE];
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

static const hp_key *find_nearest(const hp_schema *schema, const char *path) {
    const hp_key *nearest = NULL;
    int least = MISSPELLING_MAX + 1;
    for (int k = 0; k < schema->nkeys; k++) {
        char known[HP_KEY_PATH_SIZE];
        int distance = edit_distance(path, hp_key_path(&schema->keys[k], known));
        if (distance >= least) continue;
        least = distance;
        nearest = &schema->keys[k];
    }
    return nearest;
}

/* "a, b, c": the keys of a section, or those of no section and all sections. */
static void list_keys(const hp_schema *schema, const char *section, char *text, size_t size) {
    size_t used = 0;
    text[0] = '\0';
    for (int k = 0; k < schema->nkeys && used < size; k++) {
        if (strcmp(schema->keys[k].section, section) != 0) continue;
        int added =
            snprintf(text + used, size - used, "%s%s", used > 0 ? ", " : "", schema->keys[k].name);
        used += (size_t)(added > 0 ? added : 0);
    }
}

hp_status hp_schema_reject_key(const hp_schema *schema, const char *path, hp_error *err) {
    const char *dot = strrchr(path, '.');
    const hp_key *meant = find_by_name(schema, dot != NULL ? dot + 1 : path);
    if (meant == NULL) meant = find_nearest(schema, path);
    char known[HP_KEY_PATH_SIZE];
    HP_REQUIRE(meant == NULL, HP_ERR_INPUT, "unknown key, did you mean %s?",
               hp_key_path(meant, known));
    char section[HP_KEY_PATH_SIZE], list[1024];
    snprintf(section, sizeof section, "%.*s", dot != NULL ? (int)(dot - path) : 0, path);
    if (hp_schema_find(schema, section) == NULL) section[0] = '\0';
    list_keys(schema, section, list, sizeof list);
    HP_REQUIRE(false, HP_ERR_INPUT, "unknown key, expected one of %s", list);
    return HP_OK;
}

const char *hp_key_type_name(const hp_key *key) {
    bool choice = key->allowed.choices != NULL;
    switch (key->type) {
    case HP_KEY_SECTION:
        return "section";
    case HP_KEY_INT:
        return "integer";
    case HP_KEY_DOUBLE:
        return "number";
    case HP_KEY_BOOL:
        return "true or false";
    case HP_KEY_STRING:
        return choice ? "choice" : "string";
    case HP_KEY_INT_LIST:
        return "list of integers";
    case HP_KEY_DOUBLE_LIST:
        return "list of numbers";
    case HP_KEY_STRING_LIST:
        return choice ? "list of choices" : "list of strings";
    }
    return "";
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
