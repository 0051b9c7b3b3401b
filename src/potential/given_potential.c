// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/given_potential.h"

#include <stdio.h>
#include <string.h>
#include "hadpot/units.h"

static hp_status add_local(const hp_form_keys *keys, hp_forms *forms, hp_error *err);
static hp_status add_nonlocal(const hp_form_keys *keys, hp_forms *forms, hp_error *err);
static hp_status add_tables(const hp_form_keys *keys, hp_forms *forms, hp_error *err);
static hp_status add(hp_forms *forms, hp_form_kind kind, const hp_double_list *first,
                     const hp_double_list *second, const hp_double_list *third, hp_error *err);
static hp_status add_with_mass(hp_forms *forms, hp_form_kind kind,
                               const hp_double_list *const *lists, const hp_double_list *mass_mev,
                               hp_error *err);

double hp_given_hbar2_over_2mu(double mass_1_mev, double mass_2_mev) {
    double second = mass_2_mev > 0 ? mass_2_mev : mass_1_mev;
    double mu = mass_1_mev * second / (mass_1_mev + second);
    return HP_HBARC_MEV_FM * HP_HBARC_MEV_FM / (2 * mu);
}

hp_status hp_given_potential(const hp_form_keys *keys, double h, hp_forms **forms, hp_error *err) {
    hp_status status = HP_OK;
    HP_TRY(hp_forms_create(h, forms, err));
    HP_TRY(add_local(keys, *forms, err));
    HP_TRY(add_nonlocal(keys, *forms, err));
    HP_TRY(add_tables(keys, *forms, err));
cleanup:
    if (status != HP_OK) hp_forms_destroy(forms);
    return status;
}

void hp_given_describe(const hp_form_keys *keys, char text[HP_GIVEN_TEXT]) {
    const struct {
        const char *name;
        int terms;
    } sections[] = {{"gaussians", keys->gaussians.ranges_fm.count},
                    {"yukawas", keys->yukawas.strengths_mev_fm.count},
                    {"squared_yukawas", keys->squared_yukawas.cutoffs_per_fm2.count},
                    {"woods_saxon", keys->woods_saxon.radii_fm.count},
                    {"square_well", keys->square_well.radii_fm.count},
                    {"separable_exponential", keys->separable_exponential.masses_per_fm.count},
                    {"yamaguchi", keys->yamaguchi.a_per_fm.count},
                    {"gaussian_nonlocal", keys->gaussian_nonlocal.ranges_fm.count},
                    {"tables.local", *keys->tables.local != '\0'},
                    {"tables.nonlocal", *keys->tables.nonlocal != '\0'}};
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < sizeof sections / sizeof *sections && used < HP_GIVEN_TEXT; i++)
        if (sections[i].terms > 0)
            used += (size_t)snprintf(text + used, HP_GIVEN_TEXT - used, "%s%s",
                                     used > 0 ? ", " : "", sections[i].name);
}

static hp_status add_local(const hp_form_keys *keys, hp_forms *forms, hp_error *err) {
    hp_status status = HP_OK;
    const struct hp_form_keys_yukawas *yukawas = &keys->yukawas;
    const struct hp_form_keys_squared_yukawas *squared = &keys->squared_yukawas;
    const hp_double_list *yukawa[] = {&yukawas->strengths_mev_fm, &yukawas->masses_per_fm, NULL};
    const hp_double_list *square[] = {&squared->strengths_mev_fm2, &squared->cutoffs_per_fm2,
                                      &squared->masses_per_fm};
    HP_TRY(add(forms, HP_FORM_GAUSSIAN, &keys->gaussians.amplitudes_mev, &keys->gaussians.ranges_fm,
               NULL, err));
    HP_TRY(add_with_mass(forms, HP_FORM_YUKAWA, yukawa, &yukawas->masses_mev, err));
    HP_TRY(add_with_mass(forms, HP_FORM_SQUARED_YUKAWA, square, &squared->masses_mev, err));
    HP_TRY(add(forms, HP_FORM_WOODS_SAXON, &keys->woods_saxon.depths_mev,
               &keys->woods_saxon.radii_fm, &keys->woods_saxon.diffuseness_fm, err));
    HP_TRY(add(forms, HP_FORM_SQUARE_WELL, &keys->square_well.depths_mev,
               &keys->square_well.radii_fm, NULL, err));
cleanup:
    return status;
}

static hp_status add_nonlocal(const hp_form_keys *keys, hp_forms *forms, hp_error *err) {
    hp_status status = HP_OK;
    const struct hp_form_keys_separable_exponential *exponentials = &keys->separable_exponential;
    const struct hp_form_keys_gaussian_nonlocal *gaussians = &keys->gaussian_nonlocal;
    HP_TRY(add(forms, HP_FORM_EXPONENTIAL, &exponentials->amplitudes_mev_per_fm3,
               &exponentials->masses_per_fm, NULL, err));
    HP_TRY(add(forms, HP_FORM_EXPONENTIAL_KERNEL, &exponentials->strengths_per_fm5,
               &exponentials->masses_per_fm, NULL, err));
    HP_TRY(add(forms, HP_FORM_YAMAGUCHI, &keys->yamaguchi.a_per_fm, &keys->yamaguchi.b_per_fm, NULL,
               err));
    HP_TRY(add(forms, HP_FORM_NONLOCAL_GAUSSIAN, &gaussians->amplitudes_mev_per_fm3,
               &gaussians->ranges_fm, &gaussians->widths_fm, err));
cleanup:
    return status;
}

static hp_status add_tables(const hp_form_keys *keys, hp_forms *forms, hp_error *err) {
    hp_status status = HP_OK;
    if (*keys->tables.local != '\0')
        status = hp_forms_add_local_table(forms, keys->tables.local, err);
    if (status != HP_OK) hp_error_add_context(err, "tables.local");
    HP_TRY(status);
    if (*keys->tables.nonlocal != '\0')
        status = hp_forms_add_nonlocal_table(forms, keys->tables.nonlocal, err);
    if (status != HP_OK) hp_error_add_context(err, "tables.nonlocal");
cleanup:
    return status;
}

/* One term for each entry of the first list, which may be empty while the others are not. */
static hp_status add(hp_forms *forms, hp_form_kind kind, const hp_double_list *first,
                     const hp_double_list *second, const hp_double_list *third, hp_error *err) {
    hp_status status = HP_OK;
    for (int i = 0; i < first->count; i++) {
        double parameter[HP_FORM_PARAMETERS] = {first->values[i], second->values[i],
                                                third != NULL ? third->values[i] : 0};
        HP_TRY(hp_forms_add(forms, kind, parameter, err));
    }
cleanup:
    return status;
}

/* The last of the lists is a mass in 1/fm, and empty where it is given in MeV. */
static hp_status add_with_mass(hp_forms *forms, hp_form_kind kind,
                               const hp_double_list *const *lists, const hp_double_list *mass_mev,
                               hp_error *err) {
    hp_status status = HP_OK;
    int last = lists[2] != NULL ? 2 : 1;
    for (int i = 0; i < lists[0]->count; i++) {
        double parameter[HP_FORM_PARAMETERS] = {0};
        for (int p = 0; p < last; p++) parameter[p] = lists[p]->values[i];
        parameter[last] =
            mass_mev->count > 0 ? mass_mev->values[i] / HP_HBARC_MEV_FM : lists[last]->values[i];
        HP_TRY(hp_forms_add(forms, kind, parameter, err));
    }
cleanup:
    return status;
}
