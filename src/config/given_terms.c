// SPDX-License-Identifier: GPL-3.0-or-later
#include "given_terms.h"
#include <string.h>
#include "hadpot/units.h"

/* clang-format off */
#define TERMS(section, kind) #section, #section ".elements", HP_FORM_##kind
#define LIST(section, name) (&keys->section.name)
#define ELEMENTS(section) (&keys->section.elements)

/* Terms are summed in this order. */
enum { FIRST_LISTS = 10 };
static void list_first(const hp_form_keys *keys, hp_term_lists lists[FIRST_LISTS]) {
    const struct hp_form_keys_separable_exponential *exponential = &keys->separable_exponential;
    const hp_double_list *mass = &exponential->masses_per_fm;
    const hp_term_lists all[FIRST_LISTS] = {
        {TERMS(gaussians, GAUSSIAN),
         {LIST(gaussians, amplitudes_mev), LIST(gaussians, ranges_fm)},
         .elements = ELEMENTS(gaussians)},
        {TERMS(yukawas, YUKAWA),
         {LIST(yukawas, strengths_mev_fm), LIST(yukawas, masses_per_fm)},
         0, LIST(yukawas, masses_mev), .elements = ELEMENTS(yukawas)},
        {TERMS(yukawas, YUKAWA), {LIST(yukawas, strengths), LIST(yukawas, masses_per_fm)},
         HP_HBARC_MEV_FM, LIST(yukawas, masses_mev), .elements = ELEMENTS(yukawas)},
        {TERMS(squared_yukawas, SQUARED_YUKAWA),
         {LIST(squared_yukawas, strengths_mev_fm2), LIST(squared_yukawas, cutoffs_per_fm2),
          LIST(squared_yukawas, masses_per_fm)},
         0, LIST(squared_yukawas, masses_mev), .elements = ELEMENTS(squared_yukawas)},
        {TERMS(woods_saxon, WOODS_SAXON),
         {LIST(woods_saxon, depths_mev), LIST(woods_saxon, radii_fm),
          LIST(woods_saxon, diffuseness_fm)}, .elements = ELEMENTS(woods_saxon)},
        {TERMS(square_well, SQUARE_WELL),
         {LIST(square_well, depths_mev), LIST(square_well, radii_fm)},
         .elements = ELEMENTS(square_well)},
        {TERMS(separable_exponential, EXPONENTIAL),
         {&exponential->amplitudes_mev_per_fm3, mass}, .elements = ELEMENTS(separable_exponential)},
        {TERMS(separable_exponential, EXPONENTIAL), {&exponential->amplitudes_per_fm4, mass},
         HP_HBARC_MEV_FM, .elements = ELEMENTS(separable_exponential)},
        {TERMS(separable_exponential, EXPONENTIAL_KERNEL),
         {&exponential->strengths_per_fm5, mass}, .elements = ELEMENTS(separable_exponential)},
        {TERMS(yamaguchi, YAMAGUCHI), {LIST(yamaguchi, a_per_fm), LIST(yamaguchi, b_per_fm)},
         .elements = ELEMENTS(yamaguchi)}};
    memcpy(lists, all, sizeof all);
}

static void list_others(const hp_form_keys *keys,
                        hp_term_lists lists[HP_TERM_LISTS - FIRST_LISTS]) {
    const hp_term_lists all[HP_TERM_LISTS - FIRST_LISTS] = {
        {TERMS(gaussian_nonlocal, NONLOCAL_GAUSSIAN),
         {LIST(gaussian_nonlocal, amplitudes_mev_per_fm3), LIST(gaussian_nonlocal, ranges_fm),
          LIST(gaussian_nonlocal, widths_fm)}, .elements = ELEMENTS(gaussian_nonlocal)},
        {TERMS(regular_yukawas, REGULAR_YUKAWA),
         {LIST(regular_yukawas, strengths_mev_fm), LIST(regular_yukawas, cutoffs_per_fm2),
          LIST(regular_yukawas, masses_per_fm)},
         0, LIST(regular_yukawas, masses_mev), .elements = ELEMENTS(regular_yukawas)},
        {TERMS(tensor_yukawas, TENSOR_YUKAWA),
         {LIST(tensor_yukawas, strengths_mev), LIST(tensor_yukawas, cutoffs),
          LIST(tensor_yukawas, masses_per_fm)},
         0, LIST(tensor_yukawas, masses_mev), .elements = ELEMENTS(tensor_yukawas)},
        {TERMS(oscillating_gaussians, OSCILLATING_GAUSSIAN),
         {LIST(oscillating_gaussians, amplitudes_mev), LIST(oscillating_gaussians, ranges_fm),
          LIST(oscillating_gaussians, wave_numbers_per_fm)},
         .elements = ELEMENTS(oscillating_gaussians)},
        {TERMS(perey_buck, PEREY_BUCK),
         {LIST(perey_buck, amplitudes_mev), LIST(perey_buck, ranges_fm),
          LIST(perey_buck, widths_fm)}, .elements = ELEMENTS(perey_buck)},
        {TERMS(perey_buck_exponential, PEREY_BUCK_EXPONENTIAL),
         {LIST(perey_buck_exponential, amplitudes_mev), LIST(perey_buck_exponential, ranges_fm),
          LIST(perey_buck_exponential, widths_fm)}, .elements = ELEMENTS(perey_buck_exponential)},
        {TERMS(separable_kernel, SEPARABLE_KERNEL),
         {LIST(separable_kernel, strengths), LIST(separable_kernel, powers_1),
          LIST(separable_kernel, powers_2), LIST(separable_kernel, masses_1_per_fm),
          LIST(separable_kernel, masses_2_per_fm)}, .elements = ELEMENTS(separable_kernel)},
        {TERMS(separable_gaussians, SEPARABLE_GAUSSIAN),
         {LIST(separable_gaussians, amplitudes_mev_per_fm3), LIST(separable_gaussians, ranges_1_fm),
          LIST(separable_gaussians, ranges_2_fm)}, .elements = ELEMENTS(separable_gaussians)},
        {"momentum_dependent", NULL, HP_FORM_MOMENTUM_GAUSSIAN,
         {LIST(momentum_dependent, amplitudes_mev_fm2), LIST(momentum_dependent, ranges_fm)},
         .elements = NULL}};
    memcpy(lists, all, sizeof all);
}
#undef TERMS
#undef LIST
#undef ELEMENTS
/* clang-format on */

void hp_given_list_terms(const hp_form_keys *keys, hp_term_lists lists[HP_TERM_LISTS]) {
    list_first(keys, lists);
    list_others(keys, lists + FIRST_LISTS);
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
