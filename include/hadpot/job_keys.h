// SPDX-License-Identifier: GPL-3.0-or-later
/* Effective jobs compared key by key, whatever kind of job they are. A text of keys has a line
 * "section.key: value" for each; a list is [a, b]. */
#ifndef HADPOT_JOB_KEYS_H
#define HADPOT_JOB_KEYS_H

#include <stdio.h>
#include "hadpot/error.h"

/* The text of keys of a YAML mapping. keys: out, hp_free. Errors: HP_ERR_INPUT, HP_ERR_MEMORY. */
hp_status hp_keys_read(const char *yaml, char **keys, hp_error *err);

/* The value of a key, up to the end of its line, which is `length` bytes away; NULL: there is
 * none. */
const char *hp_keys_find(const char *keys, const char *path, size_t *length);

/* How many keys of a section (without a dot in its end: "job") differ between two texts of keys;
 * those that change no result, such as output, do not count. text: out, "fit.times: [11], now
 * [12]; ..." as far as it fits, then how many more there are. */
int hp_keys_compare(const char *before, const char *now, const char *section, char *text,
                    size_t size);

/* Put a YAML mapping into another one, below the key `name`. */
void hp_keys_put_section(const char *name, const char *yaml, FILE *out);

#endif
