// SPDX-License-Identifier: GPL-3.0-or-later
/* Values of keys: strict reading, checks against the table, one way of writing each value. */
#ifndef HADPOT_CONFIG_VALUE_H
#define HADPOT_CONFIG_VALUE_H

#include "document.h"
#include "schema.h"

/* Check the value of a key and copy it to another document in its one canonical form.
 * value: node of `from`, or NULL for nothing; copy: out, number of the new node of `to`.
 * Errors: HP_ERR_INPUT "expected ..., found ..." or "must be ..., found ..."; HP_ERR_MEMORY. */
hp_status hp_value_copy(const hp_key *key, yaml_document_t *from, const yaml_node_t *value,
                        yaml_document_t *to, int *copy, hp_error *err);

/* Room for the beginning of a value as text. */
enum { HP_VALUE_TEXT = 96 };

/* A canonical value as text, "0.5", "adam", "[8, 1]", cut off where it is long. */
void hp_value_describe(yaml_document_t *document, const yaml_node_t *value,
                       char text[HP_VALUE_TEXT]);

/* Whether a text is one of choices "a|b|c" (NULL: none). */
bool hp_value_is_one_of(const char *text, const char *choices);

/* Records that something else than the value of a key, or than a section, was found. */
hp_status hp_value_reject(const hp_key *key, const yaml_node_t *value, hp_error *err);

#endif
