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

/* Records that something else than the value of a key, or than a section, was found. */
hp_status hp_value_reject(const hp_key *key, const yaml_node_t *value, hp_error *err);

#endif
