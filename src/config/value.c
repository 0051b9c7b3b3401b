// SPDX-License-Identifier: GPL-3.0-or-later
#include "value.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "hadpot/format.h"

enum { NUMBER_SIZE = 40 };

bool hp_value_is_one_of(const char *text, const char *choices) {
    size_t length = strlen(text);
    for (const char *choice = choices; choice != NULL; choice = strchr(choice, '|')) {
        choice += *choice == '|';
        if (strcspn(choice, "|") == length && strncmp(choice, text, length) == 0) return true;
    }
    return false;
}

void hp_value_describe(yaml_document_t *document, const yaml_node_t *value,
                       char text[HP_VALUE_TEXT]) {
    size_t used = 1;
    *text = '\0';
    if (value == NULL) return;
    if (value->type == YAML_SCALAR_NODE) {
        snprintf(text, HP_VALUE_TEXT, "%s", (const char *)value->data.scalar.value);
        return;
    }
    snprintf(text, HP_VALUE_TEXT, "[]");
    const yaml_node_item_t *start = value->data.sequence.items.start;
    for (const yaml_node_item_t *item = start; item < value->data.sequence.items.top; item++) {
        const yaml_node_t *entry = yaml_document_get_node(document, *item);
        int added = snprintf(text + used, HP_VALUE_TEXT - used, "%s%s]", item > start ? ", " : "",
                             (const char *)entry->data.scalar.value);
        used += (size_t)added - 1; /* the next entry is written over the bracket */
        if (used >= HP_VALUE_TEXT) return;
    }
}

static bool is_list(const hp_key *key) {
    return key->type == HP_KEY_INT_LIST || key->type == HP_KEY_DOUBLE_LIST ||
           key->type == HP_KEY_STRING_LIST;
}

static bool may_be_empty(const hp_key *key) {
    const char *empty = is_list(key) ? "[]" : "\"\"";
    return key->fallback != NULL && strcmp(key->fallback, empty) == 0;
}

static const char *const wanted[] = {[HP_KEY_SECTION] = "a section, that is keys on indented lines",
                                     [HP_KEY_INT] = "an integer",
                                     [HP_KEY_DOUBLE] = "a finite number",
                                     [HP_KEY_BOOL] = "true or false",
                                     [HP_KEY_STRING] = "a string",
                                     [HP_KEY_INT_LIST] = "a list of integers like [12, 13]",
                                     [HP_KEY_DOUBLE_LIST] =
                                         "a list of finite numbers like [0.5, 1]",
                                     [HP_KEY_STRING_LIST] = "a list of strings like [a, b]"};

static bool is_null(const yaml_node_t *scalar) {
    const char *text = (const char *)scalar->data.scalar.value;
    return scalar->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (*text == '\0' || strcmp(text, "~") == 0 || strcasecmp(text, "null") == 0);
}

/* Decimal only: YAML 1.1 takes 010 for 8, YAML 1.2 for 10, so leading zeros are refused. */
static bool canonical_int(const char *text, char number[NUMBER_SIZE]) {
    const char *digits = text + (*text == '-' || *text == '+');
    size_t count = strspn(digits, "0123456789");
    if (count == 0 || digits[count] != '\0' || (digits[0] == '0' && count > 1)) return false;
    errno = 0;
    long value = strtol(text, NULL, 10);
    if (errno != 0 || value < INT_MIN || value > INT_MAX) return false;
    snprintf(number, NUMBER_SIZE, "%ld", value);
    return true;
}

static bool canonical_double(const char *text, char number[NUMBER_SIZE]) {
    char *end;
    if (text[strspn(text, "+-.0123456789eE")] != '\0') return false; /* inf, nan, 0x10 */
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || !isfinite(value)) return false;
    hp_format_yaml(value, number, NUMBER_SIZE);
    return true;
}

/* number: the value of `found`; nan of a string. */
static hp_status check_allowed(const hp_key *key, double number, const char *found, hp_error *err) {
    const hp_allowed *allowed = &key->allowed;
    const char *choices = allowed->choices;
    char range[128];
    hp_allowed_describe(allowed, range, sizeof range);
    HP_REQUIRE(!(number < allowed->min) && !(number > allowed->max) &&
                   !(allowed->min_excluded && number == allowed->min) &&
                   !(allowed->max_excluded && number == allowed->max),
               HP_ERR_INPUT, "must be %s, found %.40s", range, found);
    if (!isnan(number)) return HP_OK;
    HP_REQUIRE(*found != '\0' || may_be_empty(key), HP_ERR_INPUT, "must not be empty");
    HP_REQUIRE(choices == NULL || hp_value_is_one_of(found, choices), HP_ERR_INPUT,
               "must be one of %s, found %.60s", choices, found);
    return HP_OK;
}

/* Strings that a reader without our schema might take for something else. The emitter itself
 * quotes where the syntax asks for it. */
static bool needs_quotes(const char *text) {
    static const char *const words[] = {"null", "true", "false", "yes", "no",
                                        "on",   "off",  "y",     "n"};
    for (size_t w = 0; w < sizeof words / sizeof *words; w++)
        if (strcasecmp(text, words[w]) == 0) return true;
    if (strpbrk(text, "\r\n") != NULL) return true; /* each key stays on its line */
    bool letter = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z');
    return !letter && *text != '/' && strncmp(text, "./", 2) != 0 && strncmp(text, "../", 3) != 0;
}

static hp_status copy_scalar(const hp_key *key, const yaml_node_t *scalar, yaml_document_t *to,
                             int *copy, hp_error *err) {
    const char *text = (const char *)scalar->data.scalar.value;
    char number[NUMBER_SIZE] = "";
    bool yes = strcasecmp(text, "true") == 0, is_bool = key->type == HP_KEY_BOOL;
    bool is_string = key->type == HP_KEY_STRING || key->type == HP_KEY_STRING_LIST, good;
    bool plain = scalar->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (is_string)
        good = !is_null(scalar) && strlen(text) == scalar->data.scalar.length;
    else if (key->type == HP_KEY_INT || key->type == HP_KEY_INT_LIST)
        good = plain && canonical_int(text, number);
    else if (is_bool)
        good = plain && (yes || strcasecmp(text, "false") == 0);
    else
        good = plain && canonical_double(text, number);
    if (!good) HP_CALL(hp_value_reject(key, scalar, err));
    if (!is_bool) HP_CALL(check_allowed(key, is_string ? NAN : strtod(number, NULL), text, err));
    const char *written = is_string ? text : number;
    if (is_bool) written = yes ? "true" : "false";
    *copy =
        yaml_document_add_scalar(to, NULL, (const unsigned char *)written, -1,
                                 is_string && needs_quotes(text) ? YAML_DOUBLE_QUOTED_SCALAR_STYLE
                                                                 : YAML_PLAIN_SCALAR_STYLE);
    HP_REQUIRE(*copy != 0, HP_ERR_MEMORY, "no memory for a value");
    return HP_OK;
}

hp_status hp_value_copy(const hp_key *key, yaml_document_t *from, const yaml_node_t *value,
                        yaml_document_t *to, int *copy, hp_error *err) {
    yaml_node_type_t expected = is_list(key) ? YAML_SEQUENCE_NODE : YAML_SCALAR_NODE;
    if (value == NULL || value->type != expected) return hp_value_reject(key, value, err);
    if (!is_list(key)) return copy_scalar(key, value, to, copy, err);
    const yaml_node_item_t *first = value->data.sequence.items.start;
    const yaml_node_item_t *end = value->data.sequence.items.top;
    HP_REQUIRE(first != end || may_be_empty(key), HP_ERR_INPUT, "expected %s, found an empty list",
               wanted[key->type]);
    *copy = yaml_document_add_sequence(to, NULL, YAML_FLOW_SEQUENCE_STYLE);
    HP_REQUIRE(*copy != 0, HP_ERR_MEMORY, "no memory for a list");
    for (const yaml_node_item_t *item = first; item < end; item++) {
        const yaml_node_t *entry = yaml_document_get_node(from, *item);
        int number;
        if (entry->type != YAML_SCALAR_NODE) HP_CALL(hp_value_reject(key, entry, err));
        HP_CALL(copy_scalar(key, entry, to, &number, err));
        HP_REQUIRE(yaml_document_append_sequence_item(to, *copy, number) == 1, HP_ERR_MEMORY,
                   "no memory for a list");
    }
    return HP_OK;
}

hp_status hp_value_reject(const hp_key *key, const yaml_node_t *value, hp_error *err) {
    const char *found = "nothing", *before = "", *after = "";
    if (value != NULL && value->type == YAML_SEQUENCE_NODE) found = "a list";
    if (value != NULL && value->type == YAML_MAPPING_NODE) found = "a section (key: value)";
    if (value != NULL && value->type == YAML_SCALAR_NODE) {
        bool plain = value->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
        const char *text = (const char *)value->data.scalar.value;
        if (!plain) before = "the string \"", after = "\"";
        if (!plain || *text != '\0') found = text;
        if (strlen(text) != value->data.scalar.length)
            found = "a string with a NUL byte", before = after = "";
    }
    return HP_FAIL(HP_ERR_INPUT, "expected %s, found %s%.60s%s", wanted[key->type], before, found,
                   after);
}
