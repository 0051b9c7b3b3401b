// SPDX-License-Identifier: GPL-3.0-or-later
/* T and waves of coupled components from few factors against LU factors at each energy. */
#include "coupled_bound_case.h"

/* Two solvers of one interaction on the same nodes. */
typedef struct both {
    coupled_case lu, reduced;
    double *wave[2], waves; /* the largest difference of waves */
    hp_tmatrix T;           /* the latest reduced one */
} both;

static both both_open(const hp_channels *channels, double range, int panels, int order) {
    both b = {.lu = case_open(channels, range, panels, order),
              .reduced = case_open(channels, range, panels, order)};
    size_t size = (size_t)b.lu.N * (size_t)b.lu.grid.n;
    assert_ok(hp_coupled_reduce(b.reduced.solver, &b.reduced.err), &b.reduced.err);
    for (int i = 0; i < 2; i++) {
        b.wave[i] = hp_alloc(size * (size_t)b.lu.N, sizeof(double));
        assert_non_null(b.wave[i]);
    }
    return b;
}

static void both_close(both *b) {
    case_close(&b->lu);
    case_close(&b->reduced);
    for (int i = 0; i < 2; i++) hp_free(b->wave[i]);
}

/* Waves of both agree to errors of interpolation on a panel, not to those of T; for l > 1 those of
 * LU factors, which take products of r^(l+1) and r^-l, lose digits at the first nodes (2e-4 of
 * themselves, 1e-11 of the largest, at r = 0.004). */
static const double WAVES = 1e-6;

/* Tolerances below are for the rounding of one of OpenBLAS' kernels; others, for other processors,
 * have errors up to twice as large at one energy or another (five kernels were tried). */
static const double KERNELS = 4.0;

/* Elements of T are compared with themselves, (T_aa T_bb)^1/2 or `least`, where T goes through
 * zero, waves with the largest of the column. Returns the worst of T, in units of that. */
static double compare(both *b, double energy, double least, double tolerance) {
    hp_tmatrix T[2];
    double worst = 0.0;
    assert_ok(hp_coupled_solve(b->lu.solver, energy, &T[0], b->wave[0], &b->lu.err), &b->lu.err);
    assert_ok(hp_coupled_solve(b->reduced.solver, energy, &T[1], b->wave[1], &b->reduced.err),
              &b->reduced.err);
    int m = T[0].nopen;
    assert_int_equal(T[1].nopen, m);
    assert_close(T[1].sign, T[0].sign, 0.0, 0.0);
    b->T = T[1];
    for (int i = 0; i < m * m; i++) {
        double diagonal = sqrt(fabs(T[0].T[i / m * (m + 1)] * T[0].T[i % m * (m + 1)]));
        double scale = fmax(least, fmax(fabs(T[0].T[i]), diagonal));
        assert_close(T[1].T[i], T[0].T[i], 0.0, KERNELS * tolerance * scale);
        worst = fmax(worst, fabs(T[1].T[i] - T[0].T[i]) / scale);
    }
    int size = b->lu.N * b->lu.grid.n;
    for (int a = 0; a < m; a++) {
        double largest = 0.0;
        for (int i = 0; i < size; i++) largest = fmax(largest, fabs(b->wave[0][a * size + i]));
        for (int i = 0; i < size; i++)
            b->waves =
                fmax(b->waves, fabs(b->wave[1][a * size + i] - b->wave[0][a * size + i]) / largest);
    }
    assert_true(b->waves < WAVES);
    return worst;
}

static void gaussian_pair(double r, double *w, void *context) {
    double strength = *(const double *)context, g = exp(-r * r);
    w[0] = -1.0 * strength * g;
    w[1] = w[2] = -1.0 * strength * g;
    w[3] = -5.0 * strength * g;
}

/* Two pairs with a threshold in between, order of energies up and down. */
static void test_two_channels(void **state) {
    (void)state;
    const double two_mu[2] = {1.0, 1.3}, threshold[2] = {0.0, 3.0};
    hp_channels channels = case_channels(2, two_mu, threshold);
    both b = both_open(&channels, 7.0, 10, 16);
    double worst = 0.0;
    for (int strength = 1; strength < 4; strength++) {
        double depth = strength;
        case_set(&b.lu, gaussian_pair, &depth, false);
        case_set(&b.reduced, gaussian_pair, &depth, false);
        for (int i = 0; i <= 20; i++)
            worst = fmax(worst, compare(&b, 0.45 * (i * 13 % 21), 0.05, 1e-12));
    }
    both_close(&b);
}

/* Reid's deuteron waves have l = 0 and 2; here a separable force in l = 0, 2 with local tensor
 * parts that vanish like r^2. */
static void tensor(double r, double *w, void *context) {
    (void)context;
    double g = exp(-r * r / 2.0), t = r * r * exp(-r * r / 2.0);
    w[0] = -2.2 * g;
    w[1] = w[2] = -0.9 * t;
    w[3] = 1.1 * g + 0.4 * t;
}

static double factor(int component, double r) {
    return component == 0 ? r * exp(-1.4 * r * r) : r * r * r * exp(-1.1 * r * r);
}

static void test_tensor_and_kernel(void **state) {
    (void)state;
    const int waves[2] = {0, 2};
    const double lambda[4] = {-9.0, 4.0, 4.0, -7.0};
    hp_channels channels = case_waves(2, waves);
    both b = both_open(&channels, 8.0, 8, 16);
    double worst = 0.0;
    set_separable(&b.lu, lambda, factor);
    set_separable(&b.reduced, lambda, factor);
    case_set(&b.lu, tensor, NULL, true);
    case_set(&b.reduced, tensor, NULL, true);
    for (int i = 0; i <= 25; i++) worst = fmax(worst, compare(&b, 0.2 * (25 - i), 1e-8, 1e-12));
    assert_true(worst > 0.0); /* it is another way */
    both_close(&b);
}

/* l = 3 near threshold, where T is 1e-9 of its size at k = 1: nothing cancels. */
static void attractive(double r, double *w, void *context) {
    *w = -*(const double *)context * exp(-r * r);
}

/* delta modulo 2 pi: -arg D. */
static double phase_of(both *b) {
    double K;
    case_k(&b->reduced, &b->T, &K);
    return atan2(b->T.sign * K, b->T.sign);
}

static void test_high_waves(void **state) {
    (void)state;
    double worst = 0.0;
    for (int l = 0; l <= 4; l++) {
        double v = 4.0 + 12.0 * l;
        int count;
        bool in_doubt;
        hp_channels channels = case_waves(1, &l);
        both b = both_open(&channels, 7.0, 14, 16);
        case_set(&b.lu, attractive, &v, false);
        case_set(&b.reduced, attractive, &v, false);
        assert_ok(hp_coupled_count_bound(b.reduced.solver, &count, &in_doubt, &b.reduced.err),
                  &b.reduced.err);
        assert_false(in_doubt);
        double delta = count * M_PI;
        for (int i = 0; i < 100; i++) {
            double E = 1e-4 * pow(1.15, i);
            b.T = case_solve(&b.reduced, E);
            if (i % 5 == 0) worst = fmax(worst, compare(&b, E, 1e-6, 1e-12));
            double step = remainder(phase_of(&b) - delta, 2.0 * M_PI);
            assert_true(fabs(step) < 1.5); /* found: 1.3, l = 3; another sign would make it pi */
            delta += step;
        }
        assert_true(fabs(delta) < 2.0); /* found: 1.8, l = 4; Levinson: to 0 */
        both_close(&b);
    }
    assert_true(worst > 0.0);
}

/* Masses of pi Sigma and Kbar N: k^2 of the pairs are different functions of W. */
static double yamaguchi_factor(int component, double r) {
    return (1.0 + 0.2 * component) * exp(-3.5 * r);
}

static void test_relativistic_pairs(void **state) {
    (void)state;
    const double hbarc = 197.3269804, lambda[4] = {-60.0, -30.0, -30.0, -108.0};
    hp_channels channels = {.kinematics = HP_RELATIVISTIC, .npair = 2, .ncomponent = 2};
    hp_error err = HP_ERROR_INIT;
    double worst = 0.0;
    channels.pair[0] = hp_pair_of_masses(138.04 / hbarc, 1193.15 / hbarc);
    channels.pair[1] = hp_pair_of_masses(495.65 / hbarc, 938.92 / hbarc);
    channels.component[1].pair = 1;
    assert_ok(hp_channels_set_thresholds(&channels, &err), &err);
    both b = both_open(&channels, 9.0, 9, 16);
    set_separable(&b.lu, lambda, yamaguchi_factor);
    set_separable(&b.reduced, lambda, yamaguchi_factor);
    for (int i = 0; i <= 20; i++)
        worst = fmax(worst, compare(&b, 0.09 * (i * 13 % 21), 0.01, 1e-12));
    assert_true(worst > 0.0);
    both_close(&b);
}

/* Three pairs, one of them in two waves, relativistic; and two waves of one pair. */
static void several(double r, double *w, void *context) {
    int N = *(const int *)context;
    for (int c = 0; c < N; c++)
        for (int d = 0; d < N; d++)
            w[c * N + d] =
                (c == d ? -1.5 - 0.3 * c : -0.4) * (c == 3 || d == 3 ? r * r : 1.0) * exp(-r * r);
}

static void test_many_components(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    for (int i = 0; i < 2; i++) {
        hp_channels channels = {.kinematics = HP_RELATIVISTIC, .npair = 3, .ncomponent = 4};
        int N = 4;
        double worst = 0.0;
        for (int a = 0; a < 3; a++) {
            channels.pair[a] = hp_pair_of_masses(2.0 + 0.5 * a, 3.0 + 0.1 * a);
            channels.component[a].pair = a;
        }
        channels.component[3] = (hp_component){.pair = 0, .l = 2};
        if (i == 1) {
            channels.npair = channels.component[1].pair = 0;
            channels.npair = 1;
            channels.ncomponent = N = 2;
            channels.component[1] = (hp_component){.pair = 0, .l = 1};
        }
        assert_ok(hp_channels_set_thresholds(&channels, &err), &err);
        both b = both_open(&channels, 6.0, 8, 12);
        case_set(&b.lu, several, &N, false);
        case_set(&b.reduced, several, &N, false);
        for (int j = 0; j <= 30; j++)
            worst = fmax(worst, compare(&b, 0.06 * (j * 7 % 31), 0.003, 1e-11));
        assert_true(worst > 0.0);
        both_close(&b);
    }
}

/* T of zero and of infinity, and energies at and next to a threshold. */
static void test_thresholds(void **state) {
    (void)state;
    const double two_mu[2] = {1.0, 1.0}, threshold[2] = {0.0, 6.0};
    const double energy[6] = {0.0, 1e-14, 6.0 - 1e-12, 6.0, 6.0 + 1e-12, 6.0 + 1e-8};
    double strength = 1.7;
    hp_channels channels = case_channels(2, two_mu, threshold);
    both b = both_open(&channels, 7.0, 10, 16);
    case_set(&b.lu, gaussian_pair, &strength, false);
    case_set(&b.reduced, gaussian_pair, &strength, false);
    for (int i = 0; i < 6; i++) (void)compare(&b, energy[i], 0.05, 1e-12);
    /* LU factors and bound states in between, a basis that must grow, and another interaction */
    case_set(&b.reduced, gaussian_pair, &strength, false);
    for (int i = 0; i < 4; i++) {
        double a0, r_eff;
        hp_tmatrix T = case_solve(&b.reduced, 0.2 * (i + 1));
        assert_int_equal(T.nopen, 1);
        assert_ok(hp_coupled_threshold(b.reduced.solver, &a0, &r_eff, &b.reduced.err),
                  &b.reduced.err);
        (void)compare(&b, 3.0 * (i + 1), 0.05, 1e-12);
    }
    strength = 0.0;
    case_set(&b.lu, gaussian_pair, &strength, false);
    case_set(&b.reduced, gaussian_pair, &strength, false);
    for (int i = 0; i < 6; i++) assert_true(compare(&b, energy[i], 1.0, 0.0) == 0.0);
    both_close(&b);
}

/* a_l and r_eff of both, a closed component beside the open ones; the second threshold. */
static void compare_thresholds(both *b, int upper) {
    double value[2][2];
    double complex length[2];
    for (int i = 0; i < 2; i++) {
        coupled_case *c = i == 0 ? &b->lu : &b->reduced;
        assert_ok(hp_coupled_threshold(c->solver, &value[i][0], &value[i][1], &c->err), &c->err);
        length[i] = 0.0;
        if (upper > 0)
            assert_ok(hp_coupled_threshold_of(c->solver, upper, &length[i], &c->err), &c->err);
    }
    print_message("a_l: %.12g, apart %.1e; r_eff: %.12g, apart %.1e\n", value[0][0],
                  value[1][0] / value[0][0] - 1.0, value[0][1], value[1][1] / value[0][1] - 1.0);
    assert_close(value[1][0], value[0][0], 1e-12, 0.0); /* small denominators of T */
    assert_close(value[1][1], value[0][1], 1e-11, 0.0); /* errors of the rule */
    assert_close(creal(length[1]), creal(length[0]), 1e-11, 0.0);
    assert_close(cimag(length[1]), cimag(length[0]), 1e-11, 1e-14);
}

static void thresholds_agree(void **state) {
    (void)state;
    const double two_mu[2] = {1.0, 1.0}, threshold[2] = {0.0, 0.05}; /* it leaves the range */
    double strength = 1.7;
    for (int l = 0; l < 4; l++) {
        hp_channels channels = case_channels(2, two_mu, threshold);
        channels.component[0].l = l;
        channels.component[1].l = l; /* the coupling does not vanish at the origin */
        both b = both_open(&channels, 7.0, 10, 16);
        case_set(&b.lu, gaussian_pair, &strength, false);
        case_set(&b.reduced, gaussian_pair, &strength, false);
        compare_thresholds(&b, 1);
        both_close(&b);
    }
}

/* Charges inside and beyond the range, both components of one pair or one of two pairs; below, at
 * and above the second threshold. */
static void test_charges(void **state) {
    (void)state;
    const double two_mu[2] = {1.0, 1.0}, threshold[2] = {0.0, 2.0};
    double strength = 1.0, worst = 0.0;
    for (int i = 0; i < 8; i++) {
        hp_channels channels = case_channels(2, two_mu, threshold);
        channels.coulomb[i % 2].strength = i / 2 % 2 == 0 ? 0.5 : -0.5;
        channels.component[1].l = i / 4;
        both b = both_open(&channels, 7.0, 10, 16);
        case_set(&b.lu, gaussian_pair, &strength, false);
        case_set(&b.reduced, gaussian_pair, &strength, false);
        for (int k = 0; k < 12; k++)
            worst = fmax(worst, compare(&b, 0.1 + 0.37 * (11 - k), 0.05, 2e-12));
        both_close(&b);
    }
    assert_true(worst > 0.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_channels),    cmocka_unit_test(test_tensor_and_kernel),
        cmocka_unit_test(test_high_waves),      cmocka_unit_test(test_relativistic_pairs),
        cmocka_unit_test(test_many_components), cmocka_unit_test(test_thresholds),
        cmocka_unit_test(thresholds_agree),     cmocka_unit_test(test_charges)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
