// SPDX-License-Identifier: GPL-3.0-or-later
/* Checks of whole lists that several kinds of job files need. Errors: HP_ERR_INPUT. */
#ifndef HADPOT_CONFIG_CHECK_H
#define HADPOT_CONFIG_CHECK_H

#include "hadpot/config.h"

/* No entry occurs twice. */
hp_status hp_check_distinct_ints(const hp_int_list *list, hp_error *err);
hp_status hp_check_distinct_strings(const hp_string_list *list, hp_error *err);

/* Every entry is larger than the one before. */
hp_status hp_check_ascending(const hp_double_list *list, hp_error *err);

/* A list and the path of its key. */
typedef struct hp_named_list {
    const char *path;
    const hp_double_list *list;
} hp_named_list;

/* At most one of the lists has entries, and these ascend. key: the one to blame. */
hp_status hp_check_momenta(const hp_named_list *lists, int nlist, const char **key, hp_error *err);

/* Lists of one form have as many entries as each other, and there is a potential at all. key: the
 * one to blame. */
hp_status hp_check_forms(const hp_form_keys *keys, const char **key, hp_error *err);

#endif
