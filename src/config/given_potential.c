// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/given_potential.h"
#include <string.h>
#include "hadpot/format.h"
#include "hadpot/forms_read.h"
#include "hadpot/units.h"

/* Terms of one kind: a list of each of its parameters. */
typedef struct form_lists {
    hp_form_kind kind;
    const hp_double_list *list[HP_FORM_PARAMETERS]; /* NULL: no such parameter */
    double unit;                    /* of the first list, in that of the kind; 0 stands for 1 */
    const hp_double_list *mass_mev; /* instead of the last list, where it has entries */
} form_lists;

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

/* One term for each entry of the first list, which may be empty while the others are not. */
static hp_status add_each(hp_forms *forms, const form_lists *row, hp_error *err) {
    const hp_double_list *const *list = row->list;
    bool in_mev = row->mass_mev != NULL && row->mass_mev->count > 0;
    int last = list[2] != NULL ? 2 : 1;
    for (int i = 0; i < list[0]->count; i++) {
        double parameter[HP_FORM_PARAMETERS] = {list[0]->values[i]};
        if (row->unit != 0) parameter[0] *= row->unit;
        for (int p = 1; p < last; p++) parameter[p] = list[p]->values[i];
        parameter[last] =
            in_mev ? row->mass_mev->values[i] / HP_HBARC_MEV_FM : list[last]->values[i];
        HP_CALL(hp_forms_add(forms, row->kind, parameter, err));
    }
    return HP_OK;
}

static hp_status add_terms(const hp_form_keys *keys, hp_forms *forms, hp_error *err) {
    const struct hp_form_keys_yukawas *yukawa = &keys->yukawas;
    const struct hp_form_keys_squared_yukawas *squared = &keys->squared_yukawas;
    const struct hp_form_keys_woods_saxon *saxon = &keys->woods_saxon;
    const struct hp_form_keys_square_well *well = &keys->square_well;
    const struct hp_form_keys_regular_yukawas *regular = &keys->regular_yukawas;
    const struct hp_form_keys_oscillating_gaussians *wave = &keys->oscillating_gaussians;
    const struct hp_form_keys_separable_exponential *exponential = &keys->separable_exponential;
    const struct hp_form_keys_gaussian_nonlocal *nonlocal = &keys->gaussian_nonlocal;
    const struct hp_form_keys_perey_buck *band = &keys->perey_buck;
    const struct hp_form_keys_perey_buck_exponential *tail = &keys->perey_buck_exponential;
    const struct hp_form_keys_momentum_dependent *momentum = &keys->momentum_dependent;
    const hp_double_list *mass = &exponential->masses_per_fm;
    /* clang-format off */
    const form_lists terms[] = {
        {HP_FORM_GAUSSIAN, {&keys->gaussians.amplitudes_mev, &keys->gaussians.ranges_fm}, 0, NULL},
        {HP_FORM_YUKAWA, {&yukawa->strengths_mev_fm, &yukawa->masses_per_fm}, 0,
         &yukawa->masses_mev},
        {HP_FORM_YUKAWA, {&yukawa->strengths, &yukawa->masses_per_fm}, HP_HBARC_MEV_FM,
         &yukawa->masses_mev},
        {HP_FORM_SQUARED_YUKAWA, {&squared->strengths_mev_fm2, &squared->cutoffs_per_fm2,
                                  &squared->masses_per_fm}, 0, &squared->masses_mev},
        {HP_FORM_WOODS_SAXON, {&saxon->depths_mev, &saxon->radii_fm, &saxon->diffuseness_fm}, 0,
         NULL},
        {HP_FORM_SQUARE_WELL, {&well->depths_mev, &well->radii_fm}, 0, NULL},
        {HP_FORM_EXPONENTIAL, {&exponential->amplitudes_mev_per_fm3, mass}, 0, NULL},
        {HP_FORM_EXPONENTIAL, {&exponential->amplitudes_per_fm4, mass}, HP_HBARC_MEV_FM, NULL},
        {HP_FORM_EXPONENTIAL_KERNEL, {&exponential->strengths_per_fm5, mass}, 0, NULL},
        {HP_FORM_YAMAGUCHI, {&keys->yamaguchi.a_per_fm, &keys->yamaguchi.b_per_fm}, 0, NULL},
        {HP_FORM_NONLOCAL_GAUSSIAN, {&nonlocal->amplitudes_mev_per_fm3, &nonlocal->ranges_fm,
                                     &nonlocal->widths_fm}, 0, NULL},
        {HP_FORM_REGULAR_YUKAWA, {&regular->strengths_mev_fm, &regular->cutoffs_per_fm2,
                                  &regular->masses_per_fm}, 0, &regular->masses_mev},
        {HP_FORM_OSCILLATING_GAUSSIAN, {&wave->amplitudes_mev, &wave->ranges_fm,
                                        &wave->wave_numbers_per_fm}, 0, NULL},
        {HP_FORM_PEREY_BUCK, {&band->amplitudes_mev, &band->ranges_fm, &band->widths_fm}, 0, NULL},
        {HP_FORM_PEREY_BUCK_EXPONENTIAL, {&tail->amplitudes_mev, &tail->ranges_fm,
                                          &tail->widths_fm}, 0, NULL},
        {HP_FORM_MOMENTUM_GAUSSIAN, {&momentum->amplitudes_mev_fm2, &momentum->ranges_fm}, 0,
         NULL}};
    /* clang-format on */
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
        HP_CALL(add_each(forms, &terms[i], err));
    return HP_OK;
}

hp_status hp_given_potential(const hp_form_keys *keys, double h, hp_forms **forms, hp_error *err) {
    hp_status status = HP_OK;
    HP_TRY(hp_forms_create(h, forms, err));
    HP_TRY(add_terms(keys, *forms, err));
    HP_TRY_IN(hp_forms_check_mass(*forms, err), "momentum_dependent.amplitudes_mev_fm2");
    if (*keys->tables.local != '\0')
        HP_TRY_IN(hp_forms_read_local(*forms, keys->tables.local, err), "tables.local");
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
        {"oscillating_gaussians", keys->oscillating_gaussians.ranges_fm.count},
        {"momentum_dependent", keys->momentum_dependent.ranges_fm.count},
        {"separable_exponential", keys->separable_exponential.masses_per_fm.count},
        {"yamaguchi", keys->yamaguchi.a_per_fm.count},
        {"gaussian_nonlocal", keys->gaussian_nonlocal.ranges_fm.count},
        {"perey_buck", keys->perey_buck.ranges_fm.count},
        {"perey_buck_exponential", keys->perey_buck_exponential.ranges_fm.count},
        {"tables.local", *keys->tables.local != '\0'},
        {"tables.nonlocal", *keys->tables.nonlocal != '\0'}};
    text[0] = '\0';
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (sections[i].terms > 0)
            hp_format_append(text, HP_GIVEN_TEXT, "%s%s", text[0] != '\0' ? ", " : "",
                             sections[i].name);
}
