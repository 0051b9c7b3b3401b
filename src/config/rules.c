// SPDX-License-Identifier: GPL-3.0-or-later
#include "rules.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DESCRIPTION_SIZE = 256 };

static yaml_node_t *node_of(hp_values *values, const hp_key *key) {
    return yaml_document_get_node(&values->nodes, values->node[key - values->schema->keys]);
}

static void get_text(hp_values *values, const hp_key *key, char text[HP_VALUE_TEXT]) {
    hp_value_describe(&values->nodes, node_of(values, key), text);
}

static double get_number(hp_values *values, const hp_key *key) {
    char text[HP_VALUE_TEXT];
    get_text(values, key, text);
    return strtod(text, NULL);
}

bool hp_rules_is_given(hp_values *values, const hp_key *key) {
    char text[HP_VALUE_TEXT], fallback[HP_VALUE_TEXT];
    int number = values->fallback[key - values->schema->keys];
    get_text(values, key, text);
    hp_value_describe(&values->nodes, yaml_document_get_node(&values->nodes, number), fallback);
    return strcmp(text, fallback) != 0;
}

static bool holds(hp_values *values, const hp_key *key, const hp_condition *condition) {
    char text[HP_VALUE_TEXT] = "none";
    const hp_key *guard = hp_schema_find_beside(values->schema, key, condition->key);
    if (guard == NULL) return true;
    if (!hp_rules_allow(values, guard)) return false;
    if (guard->type == HP_KEY_SECTION) {
        const hp_key *end = values->schema->keys + values->schema->nkeys, *at = guard + 1;
        while (at < end && *at->section != '\0' && !hp_rules_is_given(values, at)) at++;
        return (at < end && *at->section != '\0') == condition->other;
    }
    get_text(values, guard, text);
    if (condition->kinds != 0) return (hp_potential_kind_find(text)->flags & condition->kinds) != 0;
    return hp_value_is_one_of(text, condition->values) != condition->other;
}

static bool is_end(const hp_condition *condition) {
    return condition->key == NULL && !condition->or_else;
}

bool hp_rules_allow(hp_values *values, const hp_key *key) {
    bool all = true;
    for (const hp_condition *at = key->when; !is_end(at); at++) {
        if (at->or_else && all) return true;
        all = at->or_else || (all && holds(values, key, at));
    }
    return all;
}

/* Jobs of this schema cannot break it. */
static bool is_empty(const hp_key *guard, const hp_condition *condition) {
    if (guard == NULL || condition->kinds == 0) return guard == NULL;
    for (int kind = 0; kind < HP_NKIND; kind++)
        if (hp_value_is_one_of(hp_potential_kinds[kind].name, guard->allowed.choices) &&
            (hp_potential_kinds[kind].flags & condition->kinds) == 0)
            return false;
    return true;
}

static void print_condition(FILE *out, const hp_key *guard, const hp_condition *condition) {
    const char *between = "", *value = condition->values;
    char path[HP_KEY_PATH_SIZE];
    fprintf(out, "%s: %s", hp_key_path(guard, path), condition->other ? "other than " : "");
    if (value != NULL && *value == '\0') fputs("\"\"", out);
    for (; value != NULL; value = strchr(value, '|'), between = " or ") {
        value += *value == '|';
        fprintf(out, "%s%.*s", between, (int)strcspn(value, "|"), value);
    }
    for (int kind = 0; kind < HP_NKIND; kind++) {
        const hp_potential_kind *row = &hp_potential_kinds[kind];
        if ((row->flags & condition->kinds) == 0) continue;
        if (!hp_value_is_one_of(row->name, guard->allowed.choices)) continue;
        fprintf(out, "%s%s", between, row->name);
        between = " or ";
    }
}

void hp_rules_describe(const hp_schema *schema, const hp_key *key, char *text, size_t size) {
    const char *between = "";
    *text = '\0';
    FILE *out = fmemopen(text, size, "w");
    for (const hp_condition *at = key->when; out != NULL && !is_end(at); at++) {
        if (at->or_else) between = ", or ";
        const hp_key *guard = at->or_else ? NULL : hp_schema_find_beside(schema, key, at->key);
        if (at->or_else || is_empty(guard, at)) continue;
        fputs(between, out);
        print_condition(out, guard, at);
        between = " and ";
    }
    if (out != NULL) fclose(out);
}

/* Conditions on keys that jobs of this schema have. */
static int count_conditions(const hp_schema *schema, const hp_key *key) {
    int count = 0;
    for (const hp_condition *at = key->when; !is_end(at); at++)
        count += !at->or_else && !is_empty(hp_schema_find_beside(schema, key, at->key), at);
    return count;
}

/* Values of the keys that are in the way, with their names where there are several conditions. */
static void describe_found(hp_values *values, const hp_key *key, char found[DESCRIPTION_SIZE]) {
    const char *between = "";
    *found = '\0';
    FILE *out = fmemopen(found, DESCRIPTION_SIZE, "w");
    for (const hp_condition *at = key->when; out != NULL && !is_end(at); at++) {
        const hp_key *guard =
            at->or_else ? NULL : hp_schema_find_beside(values->schema, key, at->key);
        char text[HP_VALUE_TEXT] = "none", path[HP_KEY_PATH_SIZE];
        for (const hp_condition *before = key->when; before < at && guard != NULL; before++)
            if (before->key != NULL && strcmp(before->key, at->key) == 0) guard = NULL; /* said */
        if (guard == NULL || holds(values, key, at) || !hp_rules_allow(values, guard)) continue;
        if (guard->type != HP_KEY_SECTION) get_text(values, guard, text);
        fputs(between, out);
        if (count_conditions(values->schema, key) > 1)
            fprintf(out, "%s: ", hp_key_path(guard, path));
        fputs(*text != '\0' ? text : "\"\"", out);
        between = ", ";
    }
    if (out != NULL) fclose(out);
}

hp_status hp_rules_check_effect(hp_values *values, const hp_key *key, hp_error *err) {
    char needed[DESCRIPTION_SIZE], found[DESCRIPTION_SIZE];
    if (hp_rules_allow(values, key)) return HP_OK;
    const hp_key *guard = hp_schema_find_beside(values->schema, key, key->when[0].key);
    if (!key->when[1].or_else && guard != NULL && !hp_rules_allow(values, guard))
        return hp_rules_check_effect(values, guard, err);
    hp_rules_describe(values->schema, key, needed, sizeof needed);
    describe_found(values, key, found);
    const hp_origin *origin = guard != NULL ? &values->origin[guard - values->schema->keys] : NULL;
    bool left_out = origin != NULL && origin->line == 0 && origin->set == NULL;
    HP_REQUIRE(false, HP_ERR_INPUT, "has effect only for %s, found %s%s", needed, found,
               left_out && count_conditions(values->schema, key) == 1
                   ? " (the default: it is not given)"
                   : "");
    return HP_OK;
}

static int count_entries(hp_values *values, const hp_key *key) {
    const yaml_node_t *list = node_of(values, key);
    return (int)(list->data.sequence.items.top - list->data.sequence.items.start);
}

static const char *get_entry(hp_values *values, const hp_key *key, int i) {
    int number = node_of(values, key)->data.sequence.items.start[i];
    return (const char *)yaml_document_get_node(&values->nodes, number)->data.scalar.value;
}

static hp_status check_entries(hp_values *values, const hp_key *key, hp_error *err) {
    unsigned rules = key->rules;
    if ((rules & (HP_RULE_ASCENDING | HP_RULE_DISTINCT)) == 0) return HP_OK;
    for (int i = 1; i < count_entries(values, key); i++) {
        const char *entry = get_entry(values, key, i), *before = get_entry(values, key, i - 1);
        HP_REQUIRE((rules & HP_RULE_ASCENDING) == 0 || strtod(entry, NULL) > strtod(before, NULL),
                   HP_ERR_INPUT, "expected ascending entries, found %.15g after %.15g",
                   strtod(entry, NULL), strtod(before, NULL));
        for (int j = 0; j < i; j++)
            HP_REQUIRE(strcmp(entry, get_entry(values, key, j)) != 0, HP_ERR_INPUT,
                       "expected different entries, found %.60s twice", entry);
    }
    return HP_OK;
}

/* What was written later, in --set or at all, is to blame. */
static bool is_later(const hp_values *values, const hp_key *key, const hp_key *other) {
    const hp_origin *mine = &values->origin[key - values->schema->keys];
    const hp_origin *its = &values->origin[other - values->schema->keys];
    if ((mine->set != NULL) != (its->set != NULL)) return mine->set != NULL;
    return mine->line > 0 && its->line == 0;
}

/* The key that this one may stand instead of, or itself. */
static const hp_key *leader_of(const hp_schema *schema, const hp_key *key) {
    return key->instead_of != NULL ? hp_schema_find_beside(schema, key, key->instead_of) : key;
}

/* Of a key and those instead of it: the one that is given; the key itself when none is. */
static const hp_key *find_given(hp_values *values, const hp_key *leader) {
    const hp_schema *schema = values->schema;
    for (const hp_key *key = schema->keys; key < schema->keys + schema->nkeys; key++)
        if (leader_of(schema, key) == leader && hp_rules_is_given(values, key)) return key;
    return leader;
}

static hp_status check_instead(hp_values *values, const hp_key *key, const hp_key **blamed,
                               hp_error *err) {
    char path[HP_KEY_PATH_SIZE];
    const hp_key *other = find_given(values, leader_of(values->schema, key));
    if (other == key || !hp_rules_is_given(values, key)) return HP_OK;
    bool later = !is_later(values, other, key);
    const hp_key *extra = later ? other : key;
    *blamed = later ? key : other;
    hp_key_path(extra, path);
    HP_REQUIRE(false, HP_ERR_INPUT, "expected this or %s, found both (--set %s=%s takes that away)",
               path, path, extra->fallback);
    return HP_OK;
}

static hp_status check_needed(hp_values *values, const hp_key *key, hp_error *err) {
    char others[DESCRIPTION_SIZE] = "";
    const hp_schema *schema = values->schema;
    if ((key->rules & HP_RULE_NEEDED) == 0 || hp_rules_is_given(values, find_given(values, key)))
        return HP_OK;
    for (const hp_key *other = schema->keys; other < schema->keys + schema->nkeys; other++) {
        size_t used = strlen(others);
        if (other != key && leader_of(schema, other) == key)
            snprintf(others + used, sizeof others - used, "%s%s", used > 0 ? " or " : "",
                     other->name);
    }
    HP_REQUIRE(false, HP_ERR_INPUT, "must be > 0, or %s be given", others);
    return HP_OK;
}

static hp_status check_count(hp_values *values, const hp_key *key, const hp_key **blamed,
                             hp_error *err) {
    char path[HP_KEY_PATH_SIZE];
    if (key->as_many_as == NULL) return HP_OK;
    const hp_key *first =
        find_given(values, hp_schema_find_beside(values->schema, key, key->as_many_as));
    *blamed = find_given(values, key);
    int expected = count_entries(values, first), found = count_entries(values, *blamed);
    HP_REQUIRE(found == expected || ((key->rules & HP_RULE_OR_EMPTY) != 0 && found == 0),
               HP_ERR_INPUT, "expected %d entries like %s, found %d", expected,
               hp_key_path(first, path), found);
    return HP_OK;
}

/* The limit may miss its value by rounding where it is allowed. */
static hp_status check_limit(hp_values *values, const hp_key *key, const char *limit, bool equal,
                             const hp_key **blamed, hp_error *err) {
    char path[HP_KEY_PATH_SIZE];
    const hp_key *other = limit != NULL ? hp_schema_find_beside(values->schema, key, limit) : NULL;
    if (other == NULL || !hp_rules_allow(values, other)) return HP_OK;
    double mine = get_number(values, key), its = get_number(values, other);
    if (its == 0 && !hp_rules_is_given(values, other)) return HP_OK;
    bool later = is_later(values, other, key);
    if (equal ? mine <= its * (1 + 1e-9) : mine < its) return HP_OK;
    *blamed = later ? other : key;
    HP_REQUIRE(false, HP_ERR_INPUT, "must be %s%s %s = %.15g, found %.15g", later ? ">" : "<",
               equal ? "=" : "", hp_key_path(later ? key : other, path), later ? mine : its,
               later ? its : mine);
    return HP_OK;
}

hp_status hp_rules_check(hp_values *values, const hp_key **blamed, hp_error *err) {
    const hp_schema *schema = values->schema;
    for (const hp_key *key = schema->keys; key < schema->keys + schema->nkeys; key++) {
        if (key->type == HP_KEY_SECTION || !hp_rules_allow(values, key)) continue;
        *blamed = key;
        HP_CALL(check_entries(values, key, err));
        HP_CALL(check_needed(values, key, err));
        HP_CALL(check_instead(values, key, blamed, err));
        HP_CALL(check_count(values, key, blamed, err));
        for (int i = 0; i < 2; i++)
            HP_CALL(check_limit(values, key, key->below[i], false, blamed, err));
        HP_CALL(check_limit(values, key, key->at_most, true, blamed, err));
    }
    return HP_OK;
}
