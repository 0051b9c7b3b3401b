// SPDX-License-Identifier: GPL-3.0-or-later
/* Effective jobs compared key by key, whatever kind of job they are. Keys are strings
 * "section.key: value" one behind the other, then an empty one; a list is [a, b]. */
#ifndef HADPOT_JOB_KEYS_H
#define HADPOT_JOB_KEYS_H

#include <stdio.h>
#include "hadpot/error.h"

/* Those of a YAML mapping. keys: out, free. Errors: HP_ERR_INPUT, HP_ERR_MEMORY. */
hp_status hp_keys_read(const char *yaml, char **keys, hp_error *err);

/* The value of a key, or NULL. */
const char *hp_keys_find(const char *keys, const char *path);

/* How many keys of a section (without a dot in its end: "job") differ;
 * those that change no result, such as output, do not count. text: out, "fit.times: [11], now
 * [12]; ..." as far as it fits, then how many more there are. */
int hp_keys_compare(const char *before, const char *now, const char *section, char *text,
                    size_t size);

/* Put a YAML mapping into another one, below the key `name`. */
void hp_keys_put_section(const char *name, const char *yaml, FILE *out);

#endif
