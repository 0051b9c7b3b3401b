// SPDX-License-Identifier: GPL-3.0-or-later
/* Bound states of coupled components and of any l against closed forms and reference numbers. */
#include "coupled_bound_case.h"
#include "hadpot/nystroem.h"

static void gaussian(double r, double *w, void *context) {
    *w = -*(const double *)context * exp(-r * r);
}

/* -v exp(-r^2), three determinants agree to 12 digits. */
static void test_gaussian_wells(void **test_state) {
    (void)test_state;
    const struct {
        int l;
        double v, kappa;
    } known[] = {{1, 14.0, 0.656444838341}, {2, 30.0, 0.936932642339}};
    for (int i = 0; i < 2; i++) {
        double v = known[i].v;
        hp_channels channels = case_waves(1, &known[i].l);
        coupled_case c = case_open(&channels, 7.0, 14, 16);
        case_set(&c, gaussian, &v, false);
        hp_bound_state state = single(&c);
        assert_close(state.kappa[0], known[i].kappa, 0.0, 1e-12); /* the printed digits */
        assert_close(state.energy, -known[i].kappa * known[i].kappa, 0.0, 3e-12);
        assert_close(state.probability[0], 1.0, 0.0, 1e-14);
        case_close(&c);
    }
}

/* Two channels of masses, K = lambda_cd exp(-beta (r + r')), relativistic momenta. */
static double yamaguchi_factor(int component, double r) {
    (void)component;
    return exp(-3.5 * r);
}

static hp_channels kaonic(void) {
    const double hbarc = 197.3269804;
    hp_channels channels = {.kinematics = HP_RELATIVISTIC, .npair = 2, .ncomponent = 2};
    hp_error err = HP_ERROR_INIT;
    channels.pair[0] = hp_pair_of_masses(138.04 / hbarc, 1193.15 / hbarc);
    channels.pair[1] = hp_pair_of_masses(495.65 / hbarc, 938.92 / hbarc);
    for (int a = 0; a < 2; a++) channels.component[a] = (hp_component){.pair = a, .l = 0};
    assert_ok(hp_channels_set_thresholds(&channels, &err), &err);
    return channels;
}

/* det(1 - g lambda) on the physical sheet below both thresholds, g = -1/(2 beta (beta +
 * kappa)^2). */
static double yamaguchi_determinant(const hp_channels *channels, const double *lambda,
                                    double energy) {
    double g[2];
    for (int a = 0; a < 2; a++) {
        double kappa = sqrt(-hp_channels_k2(channels, a, energy));
        g[a] = -1.0 / (7.0 * (3.5 + kappa) * (3.5 + kappa));
    }
    return (1.0 - g[0] * lambda[0]) * (1.0 - g[1] * lambda[3]) -
           g[0] * g[1] * lambda[1] * lambda[2];
}

/* Both orders of components; stronger in the second channel than
 * in channels.md, which binds. Found: energies to 2e-13 fm^-1. */
static void test_relativistic_yamaguchi(void **test_state) {
    (void)test_state;
    const double lambda[4] = {-60.0, -30.0, -30.0, -150.0},
                 permuted[4] = {-150.0, -30.0, -30.0, -60.0};
    hp_channels channels = kaonic();
    double low = -0.5, high = -1e-6; /* fm^-1 */
    assert_true(yamaguchi_determinant(&channels, lambda, low) > 0.0);
    assert_true(yamaguchi_determinant(&channels, lambda, high) < 0.0);
    for (int i = 0; i < 100; i++) {
        double middle = 0.5 * (low + high);
        if (yamaguchi_determinant(&channels, lambda, middle) > 0.0)
            low = middle;
        else
            high = middle;
    }
    double probability[2];
    for (int order = 0; order < 2; order++) {
        if (order == 1) {
            channels.component[0].pair = 1;
            channels.component[1].pair = 0;
        }
        coupled_case c = case_open(&channels, 11.0, 12, 16);
        set_separable(&c, order == 0 ? lambda : permuted, yamaguchi_factor);
        hp_bound_state state = single(&c);
        assert_close(state.energy, low, 0.0, 1e-12);
        for (int a = 0; a < 2; a++) {
            int pair = channels.component[a].pair;
            assert_close(state.kappa[a], sqrt(-hp_channels_k2(&channels, pair, low)), 0.0, 1e-11);
            if (order == 0) probability[pair] = state.probability[a];
            assert_close(state.probability[a], probability[pair], 0.0, 1e-12);
        }
        case_close(&c);
    }
}

/* Relativistic momenta end at W^2 = |m1^2 - m2^2|, here at kappa_1 = m_pi = 0.7 fm^-1: a state
 * below is counted, the one above it is described. */
static void test_too_deep(void **test_state) {
    (void)test_state;
    const double lambda[4] = {-60.0, -30.0, -30.0, -190.0}, x = 0.3;
    hp_channels channels = kaonic();
    coupled_case c = case_open(&channels, 11.0, 12, 16);
    hp_bound_state state[3];
    int found;
    set_separable(&c, lambda, yamaguchi_factor);
    assert_ok(hp_coupled_bound_states(c.solver, 1, state, NULL, &found, &c.err), &c.err);
    assert_int_equal(found, 1);
    assert_true(isnan(state[0].energy));
    /* uncoupled: in pi Sigma at kappa_1 = 1, in anti-K N where kappa_1 is x */
    double energy = hp_channels_energy(&channels, 0, -x * x);
    double kappa = sqrt(-hp_channels_k2(&channels, 1, energy));
    const double two[4] = {-7.0 * 4.5 * 4.5, 0.0, 0.0, -7.0 * (3.5 + kappa) * (3.5 + kappa)};
    set_separable(&c, two, yamaguchi_factor);
    for (int most = 1; most <= 3; most++) {
        assert_ok(hp_coupled_bound_states(c.solver, most, state, NULL, &found, &c.err), &c.err);
        assert_int_equal(found, 2);
        assert_true(isnan(state[0].energy));
        if (most == 1) continue;
        assert_close(state[1].energy, energy, 1e-11, 0.0);
        assert_close(state[1].probability[1], 1.0, 0.0, 1e-12);
        if (most == 3) assert_true(isnan(state[2].energy));
    }
    case_close(&c);
}

/* Two equal uncoupled components: each state comes twice, and the second is another one. */
static void two_wells(double r, double *w, void *context) {
    w[0] = w[3] = -*(const double *)context * exp(-r * r);
    w[1] = w[2] = 0.0;
}

static void test_degenerate_states(void **test_state) {
    (void)test_state;
    const double two_mu[2] = {1.0, 1.0}, threshold[2] = {0.0, 0.0};
    double v = 4.0, sum[2] = {0.0, 0.0};
    hp_channels channels = case_channels(2, two_mu, threshold),
                one = case_channels(1, two_mu, threshold);
    coupled_case c = case_open(&channels, 7.0, 14, 16), alone = case_open(&one, 7.0, 14, 16);
    hp_bound_state state[3];
    int found;
    case_set(&c, two_wells, &v, false);
    case_set(&alone, gaussian, &v, false);
    assert_ok(hp_coupled_bound_states(c.solver, 3, state, NULL, &found, &c.err), &c.err);
    assert_int_equal(found, 2);
    hp_bound_state expected = single(&alone);
    for (int i = 0; i < 2; i++) {
        assert_close(state[i].kappa[0], expected.kappa[0], 1e-12, 0.0);
        assert_close(state[i].r2[0] + state[i].r2[3], expected.r2[0], 1e-11, 0.0);
        for (int a = 0; a < 2; a++) sum[a] += state[i].probability[a];
    }
    for (int a = 0; a < 2; a++) assert_close(sum[a], 1.0, 0.0, 1e-10); /* orthogonal */
    case_close(&c);
    case_close(&alone);
}

/* A closed component whose tail is exp(-kappa R), kappa R = 700, leaves the other alone. */
static void test_far_threshold(void **test_state) {
    (void)test_state;
    const double two_mu[2] = {1.0, 1.0}, threshold[2] = {0.0, 1e4};
    double v = 4.0;
    hp_channels channels = case_channels(2, two_mu, threshold),
                one = case_channels(1, two_mu, threshold);
    coupled_case c = case_open(&channels, 7.0, 14, 16), alone = case_open(&one, 7.0, 14, 16);
    case_set(&c, two_wells, &v, false);
    case_set(&alone, gaussian, &v, false);
    hp_bound_state state = single(&c), expected = single(&alone);
    assert_close(state.kappa[0], expected.kappa[0], 1e-12, 0.0);
    assert_close(state.r2[0], expected.r2[0], 1e-11, 0.0);
    assert_close(state.asymptotic[0], expected.asymptotic[0], 1e-11, 0.0);
    assert_close(state.probability[1], 0.0, 0.0, 1e-20);
    case_close(&c);
    case_close(&alone);
}

/* Charges: the range where the tail takes over does not matter, for l = 0 as hp_nystroem has it
 * (coulomb.h), for l > 0 by itself. */
static void test_charged(void **test_state) {
    (void)test_state;
    const double beta[3] = {0.3, -0.3, 0.0};
    for (int i = 0; i < 9; i++) {
        int l = i % 3;
        double v = l == 0 ? 5.0 : l == 1 ? 14.0 : 30.0;
        hp_bound_state state[2];
        for (int far = 0; far < 2; far++) {
            hp_channels channels = case_waves(1, &l);
            channels.coulomb[0].strength = beta[i / 3];
            coupled_case c =
                far ? case_open(&channels, 10.0, 20, 16) : case_open(&channels, 7.0, 14, 16);
            case_set(&c, gaussian, &v, false);
            state[far] = single(&c);
            case_close(&c);
        }
        assert_close(state[1].kappa[0], state[0].kappa[0], 1e-12, 0.0);
        assert_close(state[1].r2[0], state[0].r2[0], 1e-11, 0.0);
        assert_close(state[1].asymptotic[0], state[0].asymptotic[0], 1e-10, 0.0);
    }
}

static void test_as_one_s_wave(void **test_state) {
    (void)test_state;
    const int l = 0;
    for (int i = 0; i < 3; i++) {
        double v = 30.0, kappa2[4], square[4];
        int found, number;
        hp_bound_state state[4];
        hp_nystroem *other = NULL;
        hp_channels channels = case_waves(1, &l);
        channels.coulomb[0].strength = 0.4 * (i - 1);
        coupled_case c = case_open(&channels, 8.0, 12, 16);
        case_set(&c, gaussian, &v, false);
        assert_ok(hp_nystroem_create(&c.grid, &other, &c.err), &c.err);
        hp_interaction interaction = {.local = c.local, .coulomb = channels.coulomb[0]};
        assert_ok(hp_nystroem_set_interaction(other, &interaction, &c.err), &c.err);
        assert_ok(hp_nystroem_bound_states(other, 4, kappa2, square, NULL, &number, &c.err),
                  &c.err);
        assert_ok(hp_coupled_bound_states(c.solver, 4, state, NULL, &found, &c.err), &c.err);
        assert_int_equal(found, number);
        assert_true(found >= 2);
        for (int s = 0; s < found; s++) { /* two rules, both resolved */
            assert_close(state[s].kappa[0], sqrt(kappa2[s]), 1e-12, 0.0);
            assert_close(state[s].r2[0], square[s], 1e-11, 0.0);
        }
        hp_nystroem_destroy(&other);
        case_close(&c);
    }
}

static void square_well(double r, double *w, void *context) {
    (void)r;
    *w = -*(const double *)context;
}

/* A square well up to the range has a state when its depth is above pi^2/4; a millionth more or
 * less is told apart, the depth itself is marked. One panel of 16 nodes cannot follow a well with q
 * R = 40, which has 13 states (sin(qR)/cos(qR) < 0 adds one): the finer grid counts. */
static void test_count_in_doubt(void **test_state) {
    (void)test_state;
    const struct {
        double depth;
        int count;
        bool in_doubt;
    } known[] = {{M_PI * M_PI / 4.0 * (1.0 - 1e-6), 0, false},
                 {M_PI * M_PI / 4.0 * (1.0 + 1e-6), 1, false},
                 {M_PI * M_PI / 4.0, -1, true},
                 {1600.0, 13, true}};
    const int l = 0;
    hp_channels channels = case_waves(1, &l);
    coupled_case c = case_open(&channels, 1.0, 1, 16);
    for (int i = 0; i < 4; i++) {
        double depth = known[i].depth;
        int count;
        bool in_doubt;
        case_set(&c, square_well, &depth, false);
        assert_ok(hp_coupled_count_bound(c.solver, &count, &in_doubt, &c.err), &c.err);
        if (known[i].count >= 0) assert_int_equal(count, known[i].count);
        assert_int_equal(in_doubt, known[i].in_doubt);
    }
    case_close(&c);
}

/* Orders of convergence of kappa, the rule as in docs/method-channels-bound.md. */
static void test_order(void **test_state) {
    (void)test_state;
    for (int i = 0; i < 12; i++) {
        int l = i % 4, p = 2 + i / 4;
        const double depth[4] = {5.0, 14.0, 30.0, 50.0};
        double v = depth[l], kappa[3];
        hp_channels channels = case_waves(1, &l);
        for (int grid = 0; grid < 3; grid++) {
            coupled_case c = grid < 2 ? case_open(&channels, 6.0, 20 << grid, p)
                                      : case_open(&channels, 6.0, 16, 16);
            hp_bound_state state;
            int found;
            case_set(&c, gaussian, &v, false);
            assert_ok(hp_coupled_bound_states(c.solver, 1, &state, NULL, &found, &c.err), &c.err);
            kappa[grid] = state.kappa[0];
            case_close(&c);
        }
        double order = log2(fabs((kappa[0] - kappa[2]) / (kappa[1] - kappa[2])));
        assert_true(order > 2.0 * p - 0.4);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gaussian_wells), cmocka_unit_test(test_relativistic_yamaguchi),
        cmocka_unit_test(test_too_deep),       cmocka_unit_test(test_degenerate_states),
        cmocka_unit_test(test_far_threshold),  cmocka_unit_test(test_charged),
        cmocka_unit_test(test_as_one_s_wave),  cmocka_unit_test(test_count_in_doubt),
        cmocka_unit_test(test_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
