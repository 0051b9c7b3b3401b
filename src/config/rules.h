// SPDX-License-Identifier: GPL-3.0-or-later
/* The rules between keys that stand in the tables. */
#ifndef HADPOT_CONFIG_RULES_H
#define HADPOT_CONFIG_RULES_H

#include "schema.h"
#include "value.h"

/* Where a value was written: a --set (its text), else a line of the file, else nowhere. */
typedef struct hp_origin {
    const char *set;
    int line;
} hp_origin;

/* Values of all keys of a schema, each by the number of its canonical node. */
typedef struct hp_values {
    const hp_schema *schema;
    yaml_document_t nodes;
    int *node, *fallback; /* (nkeys) chosen, and default; 0: none */
    hp_origin *origin;    /* (nkeys) */
} hp_values;

/* Whether a key has effect with these values, and whether it has another one than its default. */
bool hp_rules_allow(hp_values *values, const hp_key *key);
bool hp_rules_is_given(hp_values *values, const hp_key *key);

/* The same as an error HP_ERR_INPUT "has effect only for ..., found ...". */
hp_status hp_rules_check_effect(hp_values *values, const hp_key *key, hp_error *err);

/* What a key has effect for, "potential.kind: sdnn or mlp"; empty: always. */
void hp_rules_describe(const hp_schema *schema, const hp_key *key, char *text, size_t size);

/* Check every rule of keys that have effect. blamed: out, the key that breaks one. Errors:
 * HP_ERR_INPUT. */
hp_status hp_rules_check(hp_values *values, const hp_key **blamed, hp_error *err);

#endif
