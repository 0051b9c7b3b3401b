// SPDX-License-Identifier: GPL-3.0-or-later
/* One term of each kind, shared by the tests of forms. */
#ifndef HADPOT_TEST_ONE_OF_EACH_FORM_H
#define HADPOT_TEST_ONE_OF_EACH_FORM_H

#include "support.h"
#include "hadpot/forms.h"

static const double H = 41.472; /* hbar^2/(2 mu) of two nucleons, MeV fm^2 */

/* One of each kind, with the scales of hadron potentials. */
static const double parameter[HP_NFORM][HP_FORM_PARAMETERS] = {
    [HP_FORM_GAUSSIAN] = {-87.3, 1.17},
    [HP_FORM_YUKAWA] = {-626.885, 1.55},
    [HP_FORM_SQUARED_YUKAWA] = {-252.0, 0.85, 0.7399},
    [HP_FORM_WOODS_SAXON] = {49.7, 2.385, 0.613},
    [HP_FORM_SQUARE_WELL] = {20.0, 2.1},
    [HP_FORM_REGULAR_YUKAWA] = {-73.1, 3.3, 1.41},
    [HP_FORM_OSCILLATING_GAUSSIAN] = {21.7, 1.53, 4.9},
    [HP_FORM_TENSOR_YUKAWA] = {-10.463, 4.0, 0.7},
    [HP_FORM_EXPONENTIAL] = {-31.4, 1.93},
    [HP_FORM_EXPONENTIAL_KERNEL] = {-2.2, 1.07},
    [HP_FORM_YAMAGUCHI] = {0.2316053, 1.3918324},
    [HP_FORM_NONLOCAL_GAUSSIAN] = {-13.7, 1.31, 0.72},
    [HP_FORM_PEREY_BUCK] = {-33.1, 0.83, 0.41},
    [HP_FORM_PEREY_BUCK_EXPONENTIAL] = {-61.3, 0.57, 0.37},
    [HP_FORM_SEPARABLE_KERNEL] = {-3.7, 1, 1, 1.83, 1.83},
    [HP_FORM_SEPARABLE_GAUSSIAN] = {-7.3, 1.27, 1.27},
    [HP_FORM_MOMENTUM_GAUSSIAN] = {7.3, 0.97},
};

static inline hp_forms *create_one(hp_form_kind kind) {
    hp_error err = HP_ERROR_INIT;
    hp_forms *forms;
    assert_ok(hp_forms_create(H, &forms, &err), &err);
    assert_ok(hp_forms_add(forms, kind, parameter[kind], &err), &err);
    return forms;
}

#endif
