// SPDX-License-Identifier: GPL-3.0-or-later
/* Checks between keys that several kinds of job files need and no column of a table says. key: out,
 * the one to blame. Errors: HP_ERR_INPUT. */
#ifndef HADPOT_CONFIG_CHECK_H
#define HADPOT_CONFIG_CHECK_H

#include "hadpot/config.h"

/* Whether a potential of known form has terms of these kinds. */
bool hp_check_has_local(const hp_form_keys *keys);
bool hp_check_has_nonlocal(const hp_form_keys *keys);

/* There is a potential at all, and kernels of one component are symmetric. */
hp_status hp_check_forms(const hp_form_keys *keys, const char **key, hp_error *err);

/* Layers and activations of networks go together; those that are not symmetrised end in one
 * number; a regulator has a weight. */
hp_status hp_check_networks(const hp_potential_kind *kind, const hp_potential_keys *potential,
                            const char **key, hp_error *err);

#endif
