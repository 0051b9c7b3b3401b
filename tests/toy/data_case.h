// SPDX-License-Identifier: GPL-3.0-or-later
/* Data of the systems of the source paper, for the tests of toys. */
#ifndef HADPOT_TEST_DATA_CASE_H
#define HADPOT_TEST_DATA_CASE_H

#include "support.h"

#include <math.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include "hadpot/toy_data.h"
#include "hadpot/units.h"
#include "toy_run.h"

/* The systems of Wang et al. and the talks: m = 3.3 mu, mu = 1/fm. */
static const double H = HP_HBARC_MEV_FM / (2 * TOY_MASS);
static const double ALPHA = 2;

static inline hp_forms *create(hp_form_kind kind, double a, double b) {
    hp_error err = HP_ERROR_INIT;
    hp_forms *forms;
    assert_ok(hp_forms_create(H, &forms, &err), &err);
    assert_ok(hp_forms_add(forms, kind, (double[]){a, b, 0}, &err), &err);
    return forms;
}

static inline hp_forms *create_separable(void) {
    return create(HP_FORM_EXPONENTIAL, TOY_OMEGA * HP_HBARC_MEV_FM, TOY_MU);
}

static inline hp_forms *create_yukawa(void) {
    return create(HP_FORM_YUKAWA, -ALPHA * HP_HBARC_MEV_FM, 1);
}

static inline hp_toy_data make(const hp_forms *forms, hp_toy_data_options options) {
    hp_error err = HP_ERROR_INIT;
    hp_toy_data data;
    assert_ok(hp_toy_data_create(forms, &options, &data, &err), &err);
    assert_int_equal(data.n, options.points);
    assert_int_equal(data.nk, options.momenta);
    assert_close(data.mass, TOY_MASS, 1e-15, 0); /* two roundings */
    return data;
}

/* The toy of the paper: N_k = 10, N_r points up to 12.5 fm. */
static inline hp_toy_data_options paper(int points) {
    return (hp_toy_data_options){
        .points = points, .momenta = 10, .r_min = 0.01, .r_max = 12.5, .k_min = 0.01, .k_max = 1};
}

#endif
