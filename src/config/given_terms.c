// SPDX-License-Identifier: GPL-3.0-or-later
#include "given_terms.h"
#include <string.h>
#include "hadpot/units.h"

void hp_given_list_terms(const hp_form_keys *keys, hp_term_lists lists[HP_TERM_LISTS]) {
    const struct hp_form_keys_yukawas *yukawa = &keys->yukawas;
    const struct hp_form_keys_squared_yukawas *squared = &keys->squared_yukawas;
    const struct hp_form_keys_woods_saxon *saxon = &keys->woods_saxon;
    const struct hp_form_keys_regular_yukawas *regular = &keys->regular_yukawas;
    const struct hp_form_keys_oscillating_gaussians *wave = &keys->oscillating_gaussians;
    const struct hp_form_keys_separable_exponential *exponential = &keys->separable_exponential;
    const struct hp_form_keys_gaussian_nonlocal *nonlocal = &keys->gaussian_nonlocal;
    const struct hp_form_keys_perey_buck *band = &keys->perey_buck;
    const struct hp_form_keys_perey_buck_exponential *tail = &keys->perey_buck_exponential;
    const struct hp_form_keys_separable_kernel *kernel = &keys->separable_kernel;
    const struct hp_form_keys_momentum_dependent *momentum = &keys->momentum_dependent;
    const hp_double_list *mass = &exponential->masses_per_fm;
/* clang-format off */
#define TERMS(section) #section, #section ".elements"
#define ELEMENTS(section) .elements = &keys->section.elements
    const hp_term_lists all[HP_TERM_LISTS] = {
        {TERMS(gaussians), HP_FORM_GAUSSIAN,
         {&keys->gaussians.amplitudes_mev, &keys->gaussians.ranges_fm}, ELEMENTS(gaussians)},
        {TERMS(yukawas), HP_FORM_YUKAWA, {&yukawa->strengths_mev_fm, &yukawa->masses_per_fm},
         .mass_mev = &yukawa->masses_mev, ELEMENTS(yukawas)},
        {TERMS(yukawas), HP_FORM_YUKAWA, {&yukawa->strengths, &yukawa->masses_per_fm},
         HP_HBARC_MEV_FM, &yukawa->masses_mev, ELEMENTS(yukawas)},
        {TERMS(squared_yukawas), HP_FORM_SQUARED_YUKAWA,
         {&squared->strengths_mev_fm2, &squared->cutoffs_per_fm2, &squared->masses_per_fm},
         .mass_mev = &squared->masses_mev, ELEMENTS(squared_yukawas)},
        {TERMS(woods_saxon), HP_FORM_WOODS_SAXON,
         {&saxon->depths_mev, &saxon->radii_fm, &saxon->diffuseness_fm}, ELEMENTS(woods_saxon)},
        {TERMS(square_well), HP_FORM_SQUARE_WELL,
         {&keys->square_well.depths_mev, &keys->square_well.radii_fm}, ELEMENTS(square_well)},
        {TERMS(separable_exponential), HP_FORM_EXPONENTIAL,
         {&exponential->amplitudes_mev_per_fm3, mass}, ELEMENTS(separable_exponential)},
        {TERMS(separable_exponential), HP_FORM_EXPONENTIAL, {&exponential->amplitudes_per_fm4, mass},
         HP_HBARC_MEV_FM, ELEMENTS(separable_exponential)},
        {TERMS(separable_exponential), HP_FORM_EXPONENTIAL_KERNEL,
         {&exponential->strengths_per_fm5, mass}, ELEMENTS(separable_exponential)},
        {TERMS(yamaguchi), HP_FORM_YAMAGUCHI, {&keys->yamaguchi.a_per_fm, &keys->yamaguchi.b_per_fm},
         ELEMENTS(yamaguchi)},
        {TERMS(gaussian_nonlocal), HP_FORM_NONLOCAL_GAUSSIAN,
         {&nonlocal->amplitudes_mev_per_fm3, &nonlocal->ranges_fm, &nonlocal->widths_fm},
         ELEMENTS(gaussian_nonlocal)},
        {TERMS(regular_yukawas), HP_FORM_REGULAR_YUKAWA,
         {&regular->strengths_mev_fm, &regular->cutoffs_per_fm2, &regular->masses_per_fm},
         .mass_mev = &regular->masses_mev, ELEMENTS(regular_yukawas)},
        {TERMS(oscillating_gaussians), HP_FORM_OSCILLATING_GAUSSIAN,
         {&wave->amplitudes_mev, &wave->ranges_fm, &wave->wave_numbers_per_fm},
         ELEMENTS(oscillating_gaussians)},
        {TERMS(perey_buck), HP_FORM_PEREY_BUCK,
         {&band->amplitudes_mev, &band->ranges_fm, &band->widths_fm}, ELEMENTS(perey_buck)},
        {TERMS(perey_buck_exponential), HP_FORM_PEREY_BUCK_EXPONENTIAL,
         {&tail->amplitudes_mev, &tail->ranges_fm, &tail->widths_fm},
         ELEMENTS(perey_buck_exponential)},
        {TERMS(separable_kernel), HP_FORM_SEPARABLE_KERNEL,
         {&kernel->strengths, &kernel->powers_1, &kernel->powers_2, &kernel->masses_1_per_fm,
          &kernel->masses_2_per_fm}, ELEMENTS(separable_kernel)},
        {"momentum_dependent", NULL, HP_FORM_MOMENTUM_GAUSSIAN,
         {&momentum->amplitudes_mev_fm2, &momentum->ranges_fm}, .elements = NULL}};
#undef TERMS
#undef ELEMENTS
    /* clang-format on */
    memcpy(lists, all, sizeof all);
}

/* Lists of one section may be empty while the others are not. */
void hp_given_term(const hp_term_lists *lists, int i, double parameter[HP_FORM_PARAMETERS]) {
    bool in_mev = lists->mass_mev != NULL && lists->mass_mev->count > 0;
    int last = 0;
    memset(parameter, 0, HP_FORM_PARAMETERS * sizeof *parameter);
    while (last + 1 < HP_FORM_PARAMETERS && lists->list[last + 1] != NULL) last++;
    for (int p = 0; p < last; p++) parameter[p] = lists->list[p]->values[i];
    if (lists->unit != 0) parameter[0] *= lists->unit;
    parameter[last] =
        in_mev ? lists->mass_mev->values[i] / HP_HBARC_MEV_FM : lists->list[last]->values[i];
}
