// SPDX-License-Identifier: GPL-3.0-or-later
#include "check.h"

bool hp_check_has_local(const hp_form_keys *keys) {
    return keys->gaussians.ranges_fm.count > 0 || keys->yukawas.strengths_mev_fm.count > 0 ||
           keys->yukawas.strengths.count > 0 || keys->squared_yukawas.cutoffs_per_fm2.count > 0 ||
           keys->woods_saxon.radii_fm.count > 0 || keys->square_well.radii_fm.count > 0 ||
           *keys->tables.local != '\0';
}

bool hp_check_has_nonlocal(const hp_form_keys *keys) {
    return keys->separable_exponential.masses_per_fm.count > 0 ||
           keys->yamaguchi.a_per_fm.count > 0 || keys->gaussian_nonlocal.ranges_fm.count > 0 ||
           *keys->tables.nonlocal != '\0';
}

hp_status hp_check_forms(const hp_form_keys *keys, const char **key, hp_error *err) {
    *key = "gaussians";
    HP_REQUIRE(hp_check_has_local(keys) || hp_check_has_nonlocal(keys), HP_ERR_INPUT,
               "expected a potential: terms in this section or another one, or tables");
    return HP_OK;
}
