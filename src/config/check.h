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

/* Exactly one of the masses, h = hbar^2/(2 mu) and, where a job has that key, the reduced mass
 * (else 0) is given. */
typedef struct hp_given_masses {
    double mass_1_mev, mass_2_mev, h, reduced_mass_per_fm;
    bool has_reduced_mass; /* the job has the key reduced_mass_per_fm */
} hp_given_masses;
hp_status hp_check_masses(const hp_given_masses *given, const char **key, hp_error *err);

/* Layers and activations of the networks that a kind has go together; those that are not
 * symmetrised end in one number. */
hp_status hp_check_kind(const hp_potential_kind *kind, const hp_potential_keys *potential,
                        const char **key, hp_error *err);

/* The same of a local part. */
hp_status hp_check_local_network(const hp_potential_keys *potential, const char **key,
                                 hp_error *err);

/* Rcut and weight of the regulator: both or neither. */
hp_status hp_check_regulator(const hp_potential_keys *potential, const char **key, hp_error *err);

#endif
