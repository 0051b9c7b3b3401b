// SPDX-License-Identifier: GPL-3.0-or-later
/* libcyaml: the structure of a job file, and loading a job. */
#ifndef HADPOT_CONFIG_STRUCTURE_H
#define HADPOT_CONFIG_STRUCTURE_H

#include "schema.h"

/* What libcyaml found wrong with a text. */
typedef struct hp_structure_fault {
    enum { HP_FAULT_NONE, HP_FAULT_UNKNOWN_KEY, HP_FAULT_REPEATED_KEY, HP_FAULT_OTHER } kind;
    char section[HP_KEY_PATH_SIZE]; /* "" for none */
    char name[HP_KEY_PATH_SIZE];    /* of the key */
    char message[256];              /* libcyaml's own words */
} hp_structure_fault;

/* Check keys and nesting of a YAML text. Errors: HP_ERR_MEMORY alone; faults of the text are a
 * result. libcyaml's lines are those of the value in front of a fault, so they are not used. */
hp_status hp_structure_check(const hp_schema *schema, const char *text, hp_structure_fault *fault,
                             hp_error *err);

/* Load a complete and valid text into a new job, released with hp_schema_free. */
hp_status hp_structure_load(const hp_schema *schema, const char *text, void **job, hp_error *err);

#endif
