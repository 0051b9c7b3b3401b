// SPDX-License-Identifier: GPL-3.0-or-later
/* YAML text to and from libyaml's document tree, where every node knows its line. */
#ifndef HADPOT_CONFIG_DOCUMENT_H
#define HADPOT_CONFIG_DOCUMENT_H

#include <stdbool.h>
#include <yaml.h>
#include "hadpot/error.h"

/* Parse text holding at most one document. document: zeroed before, released by the caller with
 * yaml_document_delete (which takes a zeroed one too). line: out, line of an error, or 0.
 * Errors: HP_ERR_INPUT saying what is malformed, HP_ERR_MEMORY. */
hp_status hp_document_load(const char *text, yaml_document_t *document, int *line, hp_error *err);

/* The line where a node starts, from 1. */
int hp_node_line(const yaml_node_t *node);

/* Write a document as YAML text; its nodes are used up, yaml_document_delete is still allowed.
 * text: out, released by the caller with hp_free. Errors: HP_ERR_MEMORY. */
hp_status hp_document_emit(yaml_document_t *document, char **text, hp_error *err);

#endif
