// SPDX-License-Identifier: GPL-3.0-or-later
/* Reduced solutions: order of convergence, permuted components, far thresholds. */
#include "coupled_case.h"

static void attractive(double r, double *w, void *context) {
    *w = -*(const double *)context * exp(-r * r);
}

/* S-D waves with a tensor force that vanishes like r^2. */
static void tensor(double r, double *w, void *context) {
    double v = *(const double *)context, g = exp(-r * r / 2.0);
    w[0] = -v * g;
    w[1] = w[2] = -0.4 * v * r * r * g;
    w[3] = 0.5 * v * g;
}

/* Elements of T at E = 1. */
static void find_t(const hp_channels *channels, hp_matrix_function W, double v, int panels, int p,
                   double *T) {
    coupled_case c = case_open(channels, 6.0, panels, p);
    assert_ok(hp_coupled_reduce(c.solver, &c.err), &c.err);
    case_set(&c, W, &v, false);
    hp_tmatrix found = case_solve(&c, 1.0);
    memcpy(T, found.T, (size_t)(found.nopen * found.nopen) * sizeof *T);
    case_close(&c);
}

/* 2p for every element of T, l = 0 to 3 and S-D waves. Found: 3.8 to 4.2, 5.6 to 6.5 and 7.6
 * to 8.9, where the error is not yet of one order. */
static void test_order(void **state) {
    (void)state;
    const int waves[2] = {0, 2};
    for (int i = 0; i < 15; i++) {
        int l = i % 5, p = 2 + i / 5;
        double T[3][4];
        hp_channels channels = l < 4 ? case_waves(1, &l) : case_waves(2, waves);
        for (int grid = 0; grid < 3; grid++)
            find_t(&channels, l < 4 ? attractive : tensor, l < 4 ? 5.0 : 2.0,
                   grid < 2 ? (p == 2 ? 40 : 20) << grid : 16, grid < 2 ? p : 16, T[grid]);
        for (int e = 0; e < (l < 4 ? 1 : 4); e++) {
            double order = log2(fabs((T[0][e] - T[2][e]) / (T[1][e] - T[2][e])));
            assert_true(order > 2.0 * p - 0.2);
        }
    }
}

static void two_wells(double r, double *w, void *context) {
    double g = exp(-r * r);
    (void)context;
    w[0] = -1.2 * g;
    w[1] = w[2] = -0.9 * g;
    w[3] = -4.0 * g;
}

static void two_swapped(double r, double *w, void *context) {
    double v[4];
    two_wells(r, v, context);
    for (int i = 0; i < 4; i++) w[i] = v[3 - i];
}

/* Components in the other order, with non-relativistic and relativistic momenta: S is permuted. */
static void test_permuted(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    for (int kinematics = 0; kinematics < 2; kinematics++) {
        hp_channels channels = {.npair = 2, .ncomponent = 2}, swapped;
        channels.kinematics = kinematics == 0 ? HP_NONRELATIVISTIC : HP_RELATIVISTIC;
        channels.pair[0] = hp_pair_of_masses(2.0, 3.1);
        channels.pair[1] = hp_pair_of_masses(2.9, 2.8);
        channels.component[1].pair = 1;
        assert_ok(hp_channels_set_thresholds(&channels, &err), &err);
        swapped = channels;
        swapped.component[0].pair = 1;
        swapped.component[1].pair = 0;
        coupled_case a = case_open(&channels, 7.0, 9, 16), b = case_open(&swapped, 7.0, 9, 16);
        assert_ok(hp_coupled_reduce(a.solver, &err), &err);
        assert_ok(hp_coupled_reduce(b.solver, &err), &err);
        case_set(&a, two_wells, NULL, false);
        case_set(&b, two_swapped, NULL, false);
        for (int i = 20; i > 0; i--) {
            double complex S[4], P[4];
            hp_tmatrix T = case_solve(&a, 0.1 * i);
            case_s(&a, 0.1 * i, S);
            case_s(&b, 0.1 * i, P);
            for (int e = 0; e < T.nopen * T.nopen; e++)
                assert_complex(P[T.nopen * T.nopen - 1 - e], S[e], 1e-12);
        }
        case_close(&a);
        case_close(&b);
    }
}

/* A second component whose kappa R is 350 and 700: of little effect, as LU factors have it. */
static void test_far_threshold(void **state) {
    (void)state;
    for (int i = 0; i < 2; i++) {
        const double two_mu[2] = {1.0, 1.0}, threshold[2] = {0.0, i == 0 ? 2500.0 : 1e4};
        hp_channels channels = case_channels(2, two_mu, threshold);
        coupled_case a = case_open(&channels, 7.0, 9, 16), b = case_open(&channels, 7.0, 9, 16);
        hp_error err = HP_ERROR_INIT;
        assert_ok(hp_coupled_reduce(a.solver, &err), &err);
        case_set(&a, two_wells, NULL, false);
        case_set(&b, two_wells, NULL, false);
        for (int k = 1; k < 5; k++) {
            hp_tmatrix T = case_solve(&a, 0.8 * k), L = case_solve(&b, 0.8 * k);
            assert_int_equal(T.nopen, 1);
            assert_close(T.T[0], L.T[0], 1e-11, 0.0); /* kappa^2 h^2 = 6000 rounding errors */
        }
        case_close(&a);
        case_close(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_order),
                                       cmocka_unit_test(test_permuted),
                                       cmocka_unit_test(test_far_threshold)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
