// SPDX-License-Identifier: GPL-3.0-or-later
#include "check.h"

#include <string.h>

hp_status hp_check_distinct_ints(const hp_int_list *list, hp_error *err) {
    for (int i = 0; i < list->count; i++)
        for (int j = 0; j < i; j++)
            HP_REQUIRE(list->values[i] != list->values[j], HP_ERR_INPUT,
                       "expected different entries, found %d twice", list->values[i]);
    return HP_OK;
}

hp_status hp_check_distinct_strings(const hp_string_list *list, hp_error *err) {
    for (int i = 0; i < list->count; i++)
        for (int j = 0; j < i; j++)
            HP_REQUIRE(strcmp(list->values[i], list->values[j]) != 0, HP_ERR_INPUT,
                       "expected different entries, found %.60s twice", list->values[i]);
    return HP_OK;
}

hp_status hp_check_ascending(const hp_double_list *list, hp_error *err) {
    for (int i = 1; i < list->count; i++)
        HP_REQUIRE(list->values[i] > list->values[i - 1], HP_ERR_INPUT,
                   "expected ascending entries, found %.15g after %.15g", list->values[i],
                   list->values[i - 1]);
    return HP_OK;
}

hp_status hp_check_momenta(const hp_named_list *lists, int nlist, const char **key, hp_error *err) {
    const char *given = NULL;
    for (int i = 0; i < nlist; i++) {
        *key = lists[i].path;
        HP_CALL(hp_check_ascending(lists[i].list, err));
        if (lists[i].list->count == 0) continue;
        HP_REQUIRE(given == NULL, HP_ERR_INPUT,
                   "expected one list of momenta, found %s as well (--set %s=[] takes it away)",
                   given, given);
        given = lists[i].path;
    }
    return HP_OK;
}

hp_status hp_check_masses(const hp_given_masses *given, const char **key, hp_error *err) {
    bool masses = given->mass_1_mev > 0, h = given->h > 0, reduced = given->reduced_mass_per_fm > 0;
    const char *others = given->has_reduced_mass ? "hbar2_over_2mu_mev_fm2 or reduced_mass_per_fm"
                                                 : "hbar2_over_2mu_mev_fm2";
    *key = "mass_1_mev";
    HP_REQUIRE(masses || h || reduced, HP_ERR_INPUT, "must be > 0, or %s be given", others);
    *key = given->mass_2_mev > 0 && !masses ? "mass_2_mev" : "mass_1_mev";
    HP_REQUIRE(!(h || reduced) || (!masses && given->mass_2_mev == 0), HP_ERR_INPUT,
               "expected masses or %s, found both",
               h ? "hbar2_over_2mu_mev_fm2" : "reduced_mass_per_fm");
    *key = "reduced_mass_per_fm";
    HP_REQUIRE(!h || !reduced, HP_ERR_INPUT,
               "expected hbar2_over_2mu_mev_fm2 or reduced_mass_per_fm, found both");
    return HP_OK;
}
