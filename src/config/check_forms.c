// SPDX-License-Identifier: GPL-3.0-or-later
/* Checks of the sections that state a potential of known form. */
#include "check.h"

/* Lists that must have as many entries as another one. */
typedef struct pair {
    hp_named_list first, other;
} pair;

/* The list that has entries, or the first one. */
static hp_named_list chosen(const hp_named_list *lists, int nlist) {
    for (int i = 1; i < nlist; i++)
        if (lists[i].list->count > 0) return lists[i];
    return lists[0];
}

/* No more than one of these lists has entries. */
static hp_status check_choice(const hp_named_list *lists, int nlist, const char **key,
                              hp_error *err) {
    for (int i = 1; i < nlist; i++) {
        hp_named_list before = chosen(lists, i);
        *key = lists[i].path;
        HP_REQUIRE(lists[i].list->count == 0 || before.list->count == 0, HP_ERR_INPUT,
                   "expected this or %s, found both", before.path);
    }
    return HP_OK;
}

static hp_status check_pairs(const pair *pairs, int npair, const char **key, hp_error *err) {
    for (int i = 0; i < npair; i++) {
        *key = pairs[i].other.path;
        HP_REQUIRE(pairs[i].other.list->count == pairs[i].first.list->count, HP_ERR_INPUT,
                   "expected %d entries like %s, found %d", pairs[i].first.list->count,
                   pairs[i].first.path, pairs[i].other.list->count);
    }
    return HP_OK;
}

static hp_status check_local(const hp_form_keys *keys, const char **key, hp_error *err) {
    const struct hp_form_keys_yukawas *yukawas = &keys->yukawas;
    const struct hp_form_keys_squared_yukawas *squared = &keys->squared_yukawas;
    const hp_named_list masses[] = {{"yukawas.masses_per_fm", &yukawas->masses_per_fm},
                                    {"yukawas.masses_mev", &yukawas->masses_mev}};
    const hp_named_list squared_masses[] = {
        {"squared_yukawas.masses_per_fm", &squared->masses_per_fm},
        {"squared_yukawas.masses_mev", &squared->masses_mev}};
    const hp_named_list strengths[] = {{"yukawas.strengths_mev_fm", &yukawas->strengths_mev_fm},
                                       {"yukawas.strengths", &yukawas->strengths}};
    const hp_named_list amplitudes = {"gaussians.amplitudes_mev", &keys->gaussians.amplitudes_mev},
                        squares = {"squared_yukawas.strengths_mev_fm2",
                                   &squared->strengths_mev_fm2},
                        depths = {"woods_saxon.depths_mev", &keys->woods_saxon.depths_mev},
                        wells = {"square_well.depths_mev", &keys->square_well.depths_mev};
    const pair pairs[] = {
        {amplitudes, {"gaussians.ranges_fm", &keys->gaussians.ranges_fm}},
        {chosen(strengths, 2), chosen(masses, 2)},
        {squares, {"squared_yukawas.cutoffs_per_fm2", &squared->cutoffs_per_fm2}},
        {squares, chosen(squared_masses, 2)},
        {depths, {"woods_saxon.radii_fm", &keys->woods_saxon.radii_fm}},
        {depths, {"woods_saxon.diffuseness_fm", &keys->woods_saxon.diffuseness_fm}},
        {wells, {"square_well.radii_fm", &keys->square_well.radii_fm}}};
    HP_CALL(check_choice(strengths, 2, key, err));
    HP_CALL(check_choice(masses, 2, key, err));
    HP_CALL(check_choice(squared_masses, 2, key, err));
    return check_pairs(pairs, sizeof pairs / sizeof *pairs, key, err);
}

static hp_status check_nonlocal(const hp_form_keys *keys, const char **key, hp_error *err) {
    const struct hp_form_keys_separable_exponential *exponentials = &keys->separable_exponential;
    const struct hp_form_keys_gaussian_nonlocal *gaussians = &keys->gaussian_nonlocal;
    const hp_named_list strengths[] =
        {{"separable_exponential.amplitudes_mev_per_fm3", &exponentials->amplitudes_mev_per_fm3},
         {"separable_exponential.strengths_per_fm5", &exponentials->strengths_per_fm5},
         {"separable_exponential.amplitudes_per_fm4", &exponentials->amplitudes_per_fm4}},
                        amplitudes = {"gaussian_nonlocal.amplitudes_mev_per_fm3",
                                      &gaussians->amplitudes_mev_per_fm3};
    const pair pairs[] = {{chosen(strengths, 3),
                           {"separable_exponential.masses_per_fm", &exponentials->masses_per_fm}},
                          {{"yamaguchi.a_per_fm", &keys->yamaguchi.a_per_fm},
                           {"yamaguchi.b_per_fm", &keys->yamaguchi.b_per_fm}},
                          {amplitudes, {"gaussian_nonlocal.ranges_fm", &gaussians->ranges_fm}},
                          {amplitudes, {"gaussian_nonlocal.widths_fm", &gaussians->widths_fm}}};
    HP_CALL(check_choice(strengths, 3, key, err));
    return check_pairs(pairs, sizeof pairs / sizeof *pairs, key, err);
}

static hp_status check_any(const hp_form_keys *keys, const char **key, hp_error *err) {
    int terms = keys->gaussians.ranges_fm.count + keys->yukawas.strengths_mev_fm.count +
                keys->yukawas.strengths.count + keys->squared_yukawas.cutoffs_per_fm2.count +
                keys->woods_saxon.radii_fm.count + keys->square_well.radii_fm.count +
                keys->separable_exponential.masses_per_fm.count + keys->yamaguchi.a_per_fm.count +
                keys->gaussian_nonlocal.ranges_fm.count;
    *key = "gaussians";
    HP_REQUIRE(terms > 0 || *keys->tables.local != '\0' || *keys->tables.nonlocal != '\0',
               HP_ERR_INPUT,
               "expected a potential: terms in this section or another one, or tables");
    return HP_OK;
}

hp_status hp_check_forms(const hp_form_keys *keys, const char **key, hp_error *err) {
    HP_CALL(check_local(keys, key, err));
    HP_CALL(check_nonlocal(keys, key, err));
    return check_any(keys, key, err);
}
