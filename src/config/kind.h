// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef HADPOT_CONFIG_KIND_H
#define HADPOT_CONFIG_KIND_H

#include "document.h"
#include "schema.h"

/* The command whose job a document is by the names of its keys; NULL: none, or that of `schema`,
 * which may be NULL. */
const char *hp_document_command(const hp_schema *schema, yaml_document_t *file);

#endif
