// SPDX-License-Identifier: GPL-3.0-or-later
/* Whether what hp_correlator_plan_mark_numbers marks is what a point of R and S takes: none less,
 * and none more but for two points of four whose weight in a radial Laplacian is 0. */
#ifndef HADPOT_TEST_MARKED_NUMBERS_H
#define HADPOT_TEST_MARKED_NUMBERS_H

#include <string.h>
#include "hadpot/correlator.h"
#include "support.h"

/* R and S of a row at one point. */
static inline void marked_values(hp_correlator_plan *plan, hp_plan_point at, const double *row,
                                 double value[2]) {
    hp_error err = HP_ERROR_INIT;
    hp_correlator correlator;
    hp_pair pair[HP_MOST_PAIRS];
    hp_pairs_of_row(plan->masses, plan->npair, 0, pair);
    assert_ok(hp_correlator_create(plan, &correlator, &err), &err);
    assert_ok(hp_correlator_compute(plan, pair, row, &correlator, &err), &err);
    int i = (at.source * plan->nt + at.t) * plan->nshell + at.component * plan->nradius + at.radius;
    value[0] = correlator.R[i];
    value[1] = correlator.S[i];
    hp_correlator_destroy(&correlator);
}

static inline void assert_marks(hp_correlator_plan *plan, const double *row, hp_plan_point at) {
    size_t length = hp_ensemble_row_length(plan->ensemble);
    bool *number = test_calloc(length, sizeof *number);
    double *other = test_calloc(length, sizeof *other), value[2], changed[2];
    int idle = 0;
    hp_correlator_plan_mark_numbers(plan, at, number);
    marked_values(plan, at, row, value);
    for (size_t i = 0; i < length; i++) other[i] = number[i] ? row[i] : 1.375 * row[i] + 0.25;
    marked_values(plan, at, other, changed);
    assert_memory_equal(changed, value, sizeof value);
    memcpy(other, row, length * sizeof *row);
    for (size_t i = 0; i < length; i++) {
        if (!number[i]) continue;
        other[i] = 1.375 * row[i] + 0.25;
        marked_values(plan, at, other, changed);
        idle += changed[0] == value[0] && changed[1] == value[1];
        other[i] = row[i];
    }
    assert_true(idle <= (plan->stencil != NULL ? 2 : 0));
    test_free(number);
    test_free(other);
}

#endif
