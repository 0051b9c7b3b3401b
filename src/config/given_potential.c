// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/given_potential.h"
#include "given_terms.h"
#include "hadpot/format.h"
#include "hadpot/forms_read.h"
#include "hadpot/units.h"

double hp_given_hbar2_over_2mu(double mass_1_mev, double mass_2_mev) {
    double second = mass_2_mev > 0 ? mass_2_mev : mass_1_mev;
    double mu = mass_1_mev * second / (mass_1_mev + second);
    return HP_HBARC_MEV_FM * HP_HBARC_MEV_FM / (2 * mu);
}

hp_pair hp_given_pair(double mass_1_mev, double mass_2_mev, double h) {
    double second = mass_2_mev > 0 ? mass_2_mev : mass_1_mev;
    return (hp_pair){.mass = {mass_1_mev / HP_HBARC_MEV_FM, second / HP_HBARC_MEV_FM},
                     .mu = HP_HBARC_MEV_FM / (2 * h)};
}

static hp_status add_terms(const hp_form_keys *keys, hp_forms *forms, hp_error *err) {
    hp_term_lists lists[HP_TERM_LISTS];
    double parameter[HP_FORM_PARAMETERS];
    hp_given_list_terms(keys, lists);
    for (int l = 0; l < HP_TERM_LISTS; l++)
        for (int i = 0; i < lists[l].list[0]->count; i++) {
            hp_given_term(&lists[l], i, parameter);
            HP_CALL(hp_forms_add(forms, lists[l].kind, parameter, err));
        }
    return HP_OK;
}

/* Of one file all columns that are named, else v_mev. */
static hp_status add_columns(const hp_form_keys *keys, hp_forms *forms, hp_error *err) {
    const hp_string_list *columns = &keys->tables.columns;
    if (columns->count == 0) return hp_forms_read_local(forms, keys->tables.local, NULL, err);
    for (int i = 0; i < columns->count; i++)
        HP_CALL(hp_forms_read_local(forms, keys->tables.local, columns->values[i], err));
    return HP_OK;
}

hp_status hp_given_potential(const hp_form_keys *keys, double h, hp_forms **forms, hp_error *err) {
    hp_status status = HP_OK;
    HP_TRY(hp_forms_create(h, forms, err));
    HP_TRY(add_terms(keys, *forms, err));
    HP_TRY_IN(hp_forms_check_mass(*forms, err), "momentum_dependent.amplitudes_mev_fm2");
    if (*keys->tables.local != '\0') HP_TRY_IN(add_columns(keys, *forms, err), "tables.local");
    if (*keys->tables.nonlocal != '\0')
        HP_TRY_IN(hp_forms_read_nonlocal(*forms, keys->tables.nonlocal, err), "tables.nonlocal");
cleanup:
    if (status != HP_OK) hp_forms_destroy(forms);
    return status;
}

void hp_given_describe(const hp_form_keys *keys, char text[HP_GIVEN_TEXT]) {
    const struct {
        const char *name;
        int terms;
    } sections[] = {
        {"gaussians", keys->gaussians.ranges_fm.count},
        {"yukawas", keys->yukawas.strengths_mev_fm.count + keys->yukawas.strengths.count},
        {"squared_yukawas", keys->squared_yukawas.cutoffs_per_fm2.count},
        {"woods_saxon", keys->woods_saxon.radii_fm.count},
        {"square_well", keys->square_well.radii_fm.count},
        {"regular_yukawas", keys->regular_yukawas.cutoffs_per_fm2.count},
        {"tensor_yukawas", keys->tensor_yukawas.strengths_mev.count},
        {"oscillating_gaussians", keys->oscillating_gaussians.ranges_fm.count},
        {"momentum_dependent", keys->momentum_dependent.ranges_fm.count},
        {"separable_exponential", keys->separable_exponential.masses_per_fm.count},
        {"yamaguchi", keys->yamaguchi.a_per_fm.count},
        {"gaussian_nonlocal", keys->gaussian_nonlocal.ranges_fm.count},
        {"perey_buck", keys->perey_buck.ranges_fm.count},
        {"perey_buck_exponential", keys->perey_buck_exponential.ranges_fm.count},
        {"separable_kernel", keys->separable_kernel.strengths.count},
        {"separable_gaussians", keys->separable_gaussians.ranges_1_fm.count},
        {"tables.local", *keys->tables.local != '\0'},
        {"tables.nonlocal", *keys->tables.nonlocal != '\0'}};
    text[0] = '\0';
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (sections[i].terms > 0)
            hp_format_append(text, HP_GIVEN_TEXT, "%s%s", text[0] != '\0' ? ", " : "",
                             sections[i].name);
}
