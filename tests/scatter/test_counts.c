// SPDX-License-Identifier: GPL-3.0-or-later
/* Two ways to count bound states, of both solvers: kernels, charges, states at threshold, and
 * grids that do not resolve them. Wells are in tests/observables/test_wells.c. */
#include "models.h"

#include <gsl/gsl_errno.h>
#include "hadpot/ode.h"

/* What both solvers say of one interaction. */
typedef struct verdict {
    int first, second;
    bool first_doubts, second_doubts;
} verdict;

static verdict count_both(model *m, const hp_interaction *interaction) {
    verdict v;
    hp_ode *ode = NULL;
    assert_ok(hp_nystroem_set_interaction(m->solver, interaction, &m->err), &m->err);
    v.first = model_count(m);
    assert_ok(hp_nystroem_bound_in_doubt(m->solver, &v.first_doubts, &m->err), &m->err);
    assert_ok(hp_ode_create(&m->grid, 1e-11, &ode, &m->err), &m->err);
    assert_ok(hp_ode_set_interaction(ode, interaction, &m->err), &m->err);
    assert_ok(hp_ode_count_bound(ode, &v.second, &v.second_doubts, &m->err), &m->err);
    hp_ode_destroy(&ode);
    return v;
}

static void assert_count(verdict v, int expected) {
    assert_int_equal(v.first, expected);
    assert_int_equal(v.second, expected);
    assert_false(v.first_doubts);
    assert_false(v.second_doubts);
}

/* K = L r r' e^{-m(r+r')} binds one state if -5 L/(4 m^5) > 1 (docs/method-scatter.md). */
static void separable_terms_around_threshold(void **state) {
    (void)state;
    static const double nearness[] = {-0.3, -1e-3, -1e-6, 0.0, 1e-6, 1e-3, 0.3};
    const double mass = 1.37;
    model m = model_open(26.0, 12, 16);
    for (int i = 0; i < 7; i++) {
        double L = -0.8 * pow(mass, 5.0) * (1.0 + nearness[i]);
        for (int a = 0; a < m.grid.n; a++)
            for (int b = 0; b < m.grid.n; b++)
                m.kernel[a * m.grid.n + b] =
                    L * m.grid.r[a] * m.grid.r[b] * exp(-mass * (m.grid.r[a] + m.grid.r[b]));
        verdict v = count_both(&m, &(hp_interaction){.kernel = m.kernel});
        if (nearness[i] != 0.0) assert_count(v, nearness[i] > 0.0);
        if (nearness[i] == 0.0) assert_true(v.first_doubts && v.second_doubts);
    }
    model_close(&m);
}

/* A non-local Gaussian of strength p[0], range p[1], width p[2]. */
static void fill_gaussian(model *m, const double *p) {
    for (int a = 0; a < m->grid.n; a++)
        for (int b = 0; b < m->grid.n; b++) {
            double r = m->grid.r[a], rp = m->grid.r[b];
            m->kernel[a * m->grid.n + b] =
                p[0] * r * rp *
                exp(-(r * r + rp * rp) / (p[1] * p[1]) - gsl_pow_2((r - rp) / p[2]));
        }
}

/* Attraction of many strengths beside a local core: the same from four ways, and no more than one
 * new state at a time. */
static void kernels_with_many_states(void **state) {
    (void)state;
    const double core[2] = {200.0, 0.4};
    int last = 0;
    model m = model_open(7.0, 10, 16);
    for (int i = 0; i < m.grid.n; i++)
        m.local[i] = core[0] * exp(-gsl_pow_2(m.grid.r[i] / core[1]));
    for (double strength = 10.0; strength < 1e5; strength *= 1.7) {
        fill_gaussian(&m, (double[]){-strength, 1.6, 0.3});
        verdict v = count_both(&m, &(hp_interaction){.kernel = m.kernel, .local = m.local});
        assert_count(v, v.first);
        assert_true(v.first >= last && v.first <= last + 2);
        last = v.first;
    }
    assert_true(last >= 4);
    model_close(&m);
}

/* On coarse grids, the second solver on nodes of its own as in observables: right or in doubt. */
static void coarse_grids_of_kernels(void **state) {
    (void)state;
    int wrong = 0, right = 0, marked = 0;
    model fine = model_open(7.0, 14, 16);
    for (double strength = 30.0; strength < 1e5; strength *= 1.6) {
        const double p[3] = {-strength, 1.6, 0.5};
        fill_gaussian(&fine, p);
        verdict exact = count_both(&fine, &(hp_interaction){.kernel = fine.kernel});
        assert_count(exact, exact.first);
        for (int panels = 1; panels <= 6; panels++) {
            model m = model_open(7.0, panels, 12), other = model_open(7.0, panels, 16);
            fill_gaussian(&m, p);
            fill_gaussian(&other, p);
            verdict v = count_both(&m, &(hp_interaction){.kernel = m.kernel});
            verdict w = count_both(&other, &(hp_interaction){.kernel = other.kernel});
            bool doubt = v.first_doubts || w.second_doubts || v.first != w.second;
            assert_true(doubt || v.first == exact.first);
            wrong += v.first != exact.first;
            right += v.first == exact.first;
            marked += doubt && v.first == exact.first;
            model_close(&m);
            model_close(&other);
        }
    }
    print_message("%d right, %d of them marked; %d wrong, all marked\n", right, marked, wrong);
    assert_true(wrong > 0);
    model_close(&fine);
}

/* q R at (n + 1/2) pi: rounding decides, which is said; a millionth away it does not. */
static void wells_at_threshold(void **state) {
    (void)state;
    model m = model_open(1.7, 3, 16);
    for (int n = 0; n < 4; n++)
        for (int side = -1; side <= 1; side++) {
            double q = (n + 0.5) * M_PI / 1.7 * (1.0 + 1e-6 * side);
            for (int i = 0; i < m.grid.n; i++) m.local[i] = -q * q;
            verdict v = count_both(&m, &(hp_interaction){.local = m.local});
            if (side != 0) assert_count(v, n + (side > 0));
            if (side == 0) assert_true(v.first_doubts && v.second_doubts);
        }
    model_close(&m);
}

/* Charges: repulsion counts all states, attraction those below its own. */
static void charged_wells(void **state) {
    (void)state;
    for (double strength = -1.0; strength <= 1.0; strength += 0.5)
        for (double depth = 1.0; depth < 3000.0; depth *= 3.7) {
            model m = model_open(9.0, 24, 16);
            for (int i = 0; i < m.grid.n; i++)
                m.local[i] = -depth * exp(-gsl_pow_2(m.grid.r[i] / 1.1));
            verdict v = count_both(
                &m, &(hp_interaction){.local = m.local, .coulomb = {.strength = strength}});
            assert_count(v, v.first);
            fill_gaussian(&m, (double[]){-depth, 1.6, 0.5});
            v = count_both(
                &m, &(hp_interaction){.kernel = m.kernel, .coulomb = {.strength = strength}});
            assert_count(v, v.first);
            model_close(&m);
        }
}

/* D K D^-1 has the states of K for any diagonal D, and only dgeev counts them. */
static void kernels_that_are_not_symmetric(void **state) {
    (void)state;
    for (double strength = 10.0; strength < 1e4; strength *= 3.1) {
        model m = model_open(7.0, 10, 16);
        bool in_doubt = true;
        fill_gaussian(&m, (double[]){-strength, 1.6, 0.5});
        verdict v = count_both(&m, &(hp_interaction){.kernel = m.kernel});
        assert_count(v, v.first);
        for (int a = 0; a < m.grid.n; a++)
            for (int b = 0; b < m.grid.n; b++)
                m.kernel[a * m.grid.n + b] *=
                    (1.0 + 0.3 * sin(m.grid.r[a])) / (1.0 + 0.3 * sin(m.grid.r[b]));
        assert_ok(
            hp_nystroem_set_interaction(m.solver, &(hp_interaction){.kernel = m.kernel}, &m.err),
            &m.err);
        assert_ok(hp_nystroem_bound_in_doubt(m.solver, &in_doubt, &m.err), &m.err);
        assert_int_equal(model_count(&m), v.first);
        assert_false(in_doubt);
        model_close(&m);
    }
}

int main(void) {
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {cmocka_unit_test(separable_terms_around_threshold),
                                       cmocka_unit_test(kernels_with_many_states),
                                       cmocka_unit_test(coarse_grids_of_kernels),
                                       cmocka_unit_test(wells_at_threshold),
                                       cmocka_unit_test(charged_wells),
                                       cmocka_unit_test(kernels_that_are_not_symmetric)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
