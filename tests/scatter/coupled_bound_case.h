// SPDX-License-Identifier: GPL-3.0-or-later
/* What tests of bound states of coupled components share. */
#ifndef HADPOT_TEST_COUPLED_BOUND_CASE_H
#define HADPOT_TEST_COUPLED_BOUND_CASE_H

#include "coupled_case.h"

/* The only state. */
static inline hp_bound_state single(coupled_case *c) {
    hp_bound_state state[4];
    int found, count;
    bool in_doubt;
    assert_ok(hp_coupled_count_bound(c->solver, &count, &in_doubt, &c->err), &c->err);
    assert_int_equal(count, 1);
    assert_false(in_doubt);
    assert_ok(hp_coupled_bound_states(c->solver, 4, state, NULL, &found, &c->err), &c->err);
    assert_int_equal(found, 1);
    return state[0];
}

/* K = lambda F_c(r) F_d(r') of (c, d) with F of the components. */
static inline void set_separable(coupled_case *c, const double *lambda,
                                 double (*F)(int component, double r)) {
    int n = c->grid.n, size = c->N * n;
    for (int i = 0; i < size; i++)
        for (int j = 0; j < size; j++)
            c->kernel[(ptrdiff_t)i * size + j] = lambda[i / n * c->N + j / n] *
                                                 F(i / n, c->grid.r[i % n]) *
                                                 F(j / n, c->grid.r[j % n]);
    case_set(c, NULL, NULL, true);
}

#endif
