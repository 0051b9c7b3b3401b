// SPDX-License-Identifier: GPL-3.0-or-later
/* Patterns of file names: {configuration}, {source}, {t} and * stand for parts of a name. */
#ifndef HADPOT_IMPORT_PATTERN_H
#define HADPOT_IMPORT_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include "hadpot/error.h"

enum { HP_MATCH_WORD = 128, HP_MATCH_PATH = 4096 };

/* What stands in a name for the parts of its pattern; empty and -1: not in the pattern so far. */
typedef struct hp_match {
    char configuration[HP_MATCH_WORD]; /* any text that ends in a digit */
    char source[HP_MATCH_WORD];        /* letters, digits, '_' and '-' */
    int t;                             /* digits */
} hp_match;

#define HP_MATCH_NOTHING                                                                           \
    { "", "", -1 }

/* Whether a pattern is well-formed; and whether it holds "{configuration}" or another part. */
hp_status hp_pattern_check(const char *pattern, hp_error *err);
bool hp_pattern_has(const char *pattern, const char *part);

/* Whether a name without '/' fits a pattern without '/'. match: in, what parts must be that have
 * been found before; out, what they are. Each part takes as few characters as it can; '*', which
 * stands for any, none included, as many. False, too, where too many ways had to be tried. */
bool hp_pattern_match(const char *pattern, const char *name, hp_match *match);

/* Called for each file, in the order of names. folder: below `tree`, "" for tree itself. */
typedef hp_status (*hp_pattern_found)(const char *folder, const char *name, const hp_match *match,
                                      void *context, hp_error *err);

/* Every file below the folder `tree` that fits a pattern with folders. *nfound goes up by one for
 * each. Errors: HP_ERR_INPUT for folders that cannot be read and for names that a pattern may fit
 * in too many ways, those of `found`. */
hp_status hp_pattern_find(const char *tree, const char *pattern, hp_pattern_found found,
                          void *context, int *nfound, hp_error *err);

/* Records that no file fits the pattern of a key, with the first files that are there, and returns
 * HP_ERR_INPUT. */
hp_status hp_pattern_reject(const char *key, const char *tree, const char *pattern, hp_error *err);

#endif
