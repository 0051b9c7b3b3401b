// SPDX-License-Identifier: GPL-3.0-or-later
/* The section `variations` of a job: every entry as a job of its own. */
#ifndef HADPOT_ALTERNATIVES_H
#define HADPOT_ALTERNATIVES_H

#include "hadpot/config.h"

/* Groups of the error budget, in the order of the table of keys. */
#define HP_GROUP_OF_KEY(section, name, ...) HP_GROUP_##name,
enum { HP_VARIATION_KEYS(HP_GROUP_OF_KEY) HP_NGROUP, HP_ALTERNATIVE_NAME = 32 };
const char *hp_variation_group(int group);

/* Why alternatives of a group are listed without entering systematic errors: "is ...". NULL: they
 * enter, being a choice about data. */
const char *hp_variation_listed(int group);

typedef struct hp_alternative {
    int group, number;              /* of the entry in its group, from 1 */
    char name[HP_ALTERNATIVE_NAME]; /* "times_1": group and number */
    char *assignments;              /* the entry */
    char *effective_job; /* the job with these, without variations, output: OUTPUT/variations/name
                          */
} hp_alternative;

typedef struct hp_alternatives {
    int count;
    hp_alternative *entry; /* (count) by group, in the order of the job */
} hp_alternatives;

/* Merge and check every alternative of an effective job (hp_config_merge). Not collective, reads no
 * file. alternatives: out, owned by the caller. An entry is a list of assignments KEY=VALUE,
 * separated by spaces or semicolons outside of brackets and quotes, of different keys, and changes
 * the job. Keys that say what is compared instead of how it is found (ensemble, output, resampling,
 * results, momenta, ...) may not be varied. Errors: HP_ERR_INPUT, HP_ERR_USAGE "variations.GROUP
 * entry N: what is wrong", HP_ERR_MEMORY. */
hp_status hp_alternatives_create(const char *effective_job, hp_alternatives *alternatives,
                                 hp_error *err);
void hp_alternatives_destroy(hp_alternatives *alternatives);

#endif
