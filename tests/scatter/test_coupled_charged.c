// SPDX-License-Identifier: GPL-3.0-or-later
/* Charged components: Coulomb functions of any l, one wave against the solver of the S wave, and a
 * charged pair coupled to another one. */
#include "coupled_case.h"

#include <stdio.h>
#include "hadpot/nystroem.h"
#include "hadpot/riccati.h"

/* phi, phi', theta, theta', C_l^2 k^(2l+1), g_l and -W'/W from hypergeometric functions with 50
 * digits (by differences of F and G where theta needs them). */
static void functions_have_their_digits(void **state) {
    (void)state;
    static const struct {
        int l;
        double strength, k2, r, f[6];
    } row[] = {{1,
                0.5,
                0.25,
                4,
                {5.8745418965967192, 2.4843298761572667, -0.082023797691925341,
                 -0.20491370941780302, 0.022170663775742365, 0.056915753645388431}},
               {2,
                -0.75,
                1.5,
                6,
                {-0.31188037471419568, 0.18004289342683639, 0.60629368411503853, 2.8563552024133316,
                 6.9492707036462268, -1.3424576236757131}},
               {3,
                1.25,
                0.0625,
                5,
                {11.642995075590015, 10.639679845538856, 0.050676665238561229,
                 -0.039578862932638356, 4.5482826820089086e-9, 0.00013033664146123144}},
               {1,
                -0.25,
                0.01,
                2.5,
                {1.7659760281139931, 1.2894240900177163, 0.58529573904770013, -0.13890651423459648,
                 0.020133643882121373, -0.00037253160233422971}},
               {4,
                2,
                2,
                9,
                {-0.13566786455997959, 0.73348547203395251, 2.856458419282608, -8.0724404085293161,
                 2.1978982746633188, 11.487011012089641}}};
    hp_error err = HP_ERROR_INIT;
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        double f[4], P, g;
        assert_ok(hp_coulomb_partial(row[i].l, row[i].strength, row[i].k2, row[i].r, f, &err),
                  &err);
        hp_coulomb_barrier(row[i].l, row[i].strength, row[i].k2, &P, &g);
        for (int j = 0; j < 4; j++) assert_close(f[j], row[i].f[j], 1e-13, 0.0); /* twenty steps */
        assert_close(P, row[i].f[4], 1e-14, 0.0);
        assert_close(g, row[i].f[5], 1e-10, 0.0); /* GSL's psi next to ln eta */
    }
    static const struct {
        int l;
        double strength, kappa, r, decay;
    } tail[] = {{1, 0.5, 0.75, 4.0, 0.87877778874167422},
                {2, -0.75, 0.5, 6.0, 0.51931536906871796},
                {0, 0.25, 1.25, 3.0, 1.2794710837771879},
                {1, -1.0, 0.09, 4.0, 0.48975907755751278}}; /* with two nodes */
    for (size_t i = 0; i < sizeof tail / sizeof tail[0]; i++) {
        double decay;
        assert_ok(hp_coulomb_partial_decay(tail[i].l, tail[i].strength, tail[i].kappa, tail[i].r,
                                           &decay, &err),
                  &err);
        assert_close(decay, tail[i].decay, 1e-14, 0.0); /* errors fall on the way inwards */
    }
    double decay;
    assert_status(hp_coulomb_partial_decay(1, -1.0, 1e-5, 4.0, &decay, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "too many nodes");
}

static void without_charge_they_are_riccati_bessel_functions(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    for (int l = 0; l < 5; l++) {
        double f[4], weak[4], riccati[4], P, g;
        hp_riccati(l, 0.49, 3.0, riccati);
        assert_ok(hp_coulomb_partial(l, 0.0, 0.49, 3.0, f, &err), &err);
        assert_ok(hp_coulomb_partial(l, 1e-9, 0.49, 3.0, weak, &err), &err);
        hp_coulomb_barrier(l, 0.0, 0.49, &P, &g);
        for (int i = 0; i < 4; i++) {
            assert_close(f[i], riccati[i], 0.0, 0.0);
            assert_close(weak[i], riccati[i], 0.0, 1e-7 * (1.0 + fabs(riccati[i]))); /* beta r */
        }
        assert_close(P, pow(0.7, 2 * l + 1), 1e-14, 0.0);
        assert_close(g, 0.0, 0.0, 0.0);
    }
}

static void gaussians(double r, double *w, void *context) {
    const double *v = context; /* W11, W12, W22 */
    double shape = exp(-r * r);
    w[0] = v[0] * shape;
    w[1] = w[2] = v[1] * shape;
    w[3] = v[2] * shape;
}

static void gaussian(double r, double *w, void *context) {
    w[0] = *(const double *)context * exp(-r * r);
}

static const double two[3] = {-1.0, -1.0, -5.0}, one[1] = {-3.0};

static coupled_case open_two(double beta_1, double beta_2, int l_1, int l_2, double range) {
    static const double two_mu[2] = {1.0, 1.0}, threshold[2] = {0.0, 2.0};
    hp_channels channels = case_channels(2, two_mu, threshold);
    channels.coulomb[0].strength = beta_1;
    channels.coulomb[1].strength = beta_2;
    channels.component[0].l = l_1;
    channels.component[1].l = l_2;
    coupled_case c = case_open(&channels, range, (int)range, 16);
    case_set(&c, gaussians, (void *)(uintptr_t)two, false);
    return c;
}

static coupled_case open_one(double beta, int l, double dipole, double range) {
    hp_channels channels = case_waves(1, &l);
    channels.coulomb[0] = (hp_coulomb){.strength = beta, .dipole = dipole};
    coupled_case c = case_open(&channels, range, (int)range, 16);
    case_set(&c, gaussian, (void *)(uintptr_t)one, false);
    return c;
}

static void k_of(coupled_case *c, double energy, double *K) {
    hp_tmatrix T = case_solve(c, energy);
    assert_ok(hp_coupled_kmatrix(&c->channels, &T, K, &c->err), &c->err);
}

/* K11, K12, K22 against Coulomb functions in the first pair; 12 decimals. */
static void coupled_pair_has_its_k_matrix(void **state) {
    (void)state;
    static const struct {
        double beta, low[2], high[3];
    } row[] = {
        {-0.5, {.61863030431, 1.477000105347}, {.294504876811, .547128424531, 2.649077450857}},
        {0.5, {.10816568814, 3.093254369243}, {.299643911827, .575149189303, 2.779690686349}},
        {0.0, {.407071865395, 2.207993220519}, {.303097003224, .571718999786, 2.715526587340}}};
    static const double low[2] = {0.3, 1.5};
    for (size_t i = 0; i < 3; i++) {
        coupled_case c = open_two(row[i].beta, 0.0, 0, 0, 7.0);
        double K[4], worst = 0.0;
        for (int j = 0; j < 2; j++) {
            k_of(&c, low[j], K);
            worst = fmax(worst, fabs(K[0] - row[i].low[j]));
            assert_close(K[0], row[i].low[j], 0.0, 3e-12); /* the second method to 1e-12 */
        }
        k_of(&c, 4.0, K);
        assert_close(K[0], row[i].high[0], 0.0, 3e-12);
        assert_close(K[1], row[i].high[1], 0.0, 3e-12);
        assert_close(K[3], row[i].high[2], 0.0, 3e-12);
        worst = fmax(worst, fabs(K[3] - row[i].high[2]));
        printf("beta = %+.1f: K differs by up to %.1e\n", row[i].beta, worst);
        if (i == 0) {
            double complex S[4];
            case_s_of_k(2, K, S);
            assert_close(cabs(S[0]), .9305784922, 0.0, 1e-10); /* 10 decimals */
        }
        case_close(&c);
    }
}

/* What is matched at 7 and at 12 is the same: the force beyond is that of point charges. l up to 2,
 * charges in one or both pairs, open or closed. */
static void place_of_matching_does_not_matter(void **state) {
    (void)state;
    static const double beta[4][2] = {{0.4, 0.0}, {-0.3, 0.2}, {0.0, -0.5}, {0.7, 0.3}};
    static const int l[3][2] = {{0, 0}, {1, 1}, {2, 0}};
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 3; j++) {
            coupled_case near = open_two(beta[i][0], beta[i][1], l[j][0], l[j][1], 7.0);
            coupled_case far = open_two(beta[i][0], beta[i][1], l[j][0], l[j][1], 12.0);
            for (double E = 0.1; E < 5.0; E += 0.63) {
                hp_tmatrix T = case_solve(&near, E), same = case_solve(&far, E);
                assert_int_equal(T.nopen, same.nopen);
                for (int m = 0; m < T.nopen * T.nopen; m++)
                    /* free T of l = 2 is 1e5 times larger: its rounding */
                    assert_close(T.T[m], same.T[m], 1e-11, 1e-11);
                assert_close(T.sign, same.sign, 0.0, 0.0);
            }
            case_close(&near);
            case_close(&far);
        }
}

/* One S wave: tan(delta)/k and threshold parameters of its own solver. */
static void s_wave_is_that_of_its_own_solver(void **state) {
    (void)state;
    static const double beta[2] = {0.6, -0.4}, dipole[2] = {0.0, 6.0};
    for (int i = 0; i < 4; i++) {
        coupled_case c = open_one(beta[i / 2], 0, dipole[i % 2], 8.0);
        hp_nystroem *alone = NULL;
        hp_interaction interaction = {.local = c.local, .coulomb = c.channels.coulomb[0]};
        assert_ok(hp_nystroem_create(&c.grid, &alone, &c.err), &c.err);
        assert_ok(hp_nystroem_set_interaction(alone, &interaction, &c.err), &c.err);
        for (double k2 = 0.05; k2 < 5.0; k2 *= 2.1) {
            double effective, tan_over_k, K;
            assert_ok(hp_nystroem_kcot(alone, k2, &effective, &tan_over_k, &c.err), &c.err);
            assert_close(-1.0 / case_solve(&c, k2).T[0], effective, 1e-12, 1e-13);
            k_of(&c, k2, &K);
            assert_close(K, sqrt(k2) * tan_over_k, 1e-11, 1e-13); /* psi - ln eta of GSL */
        }
        double a, r_eff, same[2];
        assert_ok(hp_nystroem_threshold(alone, &same[0], &same[1], &c.err), &c.err);
        assert_ok(hp_coupled_threshold(c.solver, &a, &r_eff, &c.err), &c.err);
        assert_close(a, same[0], 1e-12, 0.0);
        assert_close(r_eff, same[1], 1e-9, 0.0); /* extrapolated in both */
        hp_nystroem_destroy(&alone);
        case_close(&c);
    }
}

/* P cot delta + g = -1/a + r k^2/2 + ... for l = 1 and 2, and -1/T = that. */
static void effective_ranges_of_charged_waves(void **state) {
    (void)state;
    for (int l = 0; l < 3; l++) {
        double a, r_eff, K, h = 1e-3, f[5], P, g;
        coupled_case c = open_one(0.5, l, 0.0, 8.0);
        assert_ok(hp_coupled_threshold(c.solver, &a, &r_eff, &c.err), &c.err);
        for (int i = 0; i < 5; i++) f[i] = -1.0 / case_solve(&c, h * i).T[0];
        double slope = (-25.0 * f[0] + 48.0 * f[1] - 36.0 * f[2] + 16.0 * f[3] - 3.0 * f[4]) / 12.0;
        printf("l = %d: a = %.10g, r = %.10g, by differences %.10g\n", l, a, r_eff,
               2.0 * slope / h);
        assert_close(-1.0 / a, f[0], 1e-11, 0.0);        /* free T of l = 2 is 1e5 times larger */
        assert_close(r_eff, 2.0 * slope / h, 1e-7, 0.0); /* rounding 1e-14 f/h of the difference */
        k_of(&c, 0.8, &K);
        hp_coulomb_barrier(l, 0.5, 0.8, &P, &g);
        assert_close(P / K + g, -1.0 / case_solve(&c, 0.8).T[0], 1e-13, 0.0);
        case_close(&c);
    }
}

/* Nothing but the Coulomb force: K = 0, T = 0. */
static void coulomb_force_alone_gives_nothing(void **state) {
    (void)state;
    double none = 0.0, f[4];
    for (int l = 0; l < 4; l++) {
        hp_channels channels = case_waves(1, &l);
        channels.coulomb[0].strength = -0.8;
        coupled_case c = case_open(&channels, 6.0, 12, 16);
        double wave[12 * 16];
        hp_tmatrix T;
        case_set(&c, gaussian, &none, false);
        for (double k2 = 0.0; k2 < 4.0; k2 += 0.7) {
            assert_ok(hp_coupled_solve(c.solver, k2, &T, wave, &c.err), &c.err);
            /* cancellation of free T (beta R) against phi/theta at the end of the range */
            assert_close(T.T[0], 0.0, 0.0, 1e-12);
            assert_close(T.sign, 1.0, 0.0, 0.0);
            for (int i = 0; i < c.grid.n; i += 37) { /* the column is phi */
                assert_ok(hp_coulomb_partial(l, -0.8, k2, c.grid.r[i], f, &c.err), &c.err);
                assert_close(wave[i], f[0], 1e-11, 1e-11);
            }
        }
        case_close(&c);
    }
}

/* Columns are phi - theta T and decaying tails where nothing acts but charges. */
static void waves_have_their_tails(void **state) {
    (void)state;
    enum { R = 8, NODES = 16 * R };
    coupled_case c = open_two(0.5, -0.3, 0, 1, R);
    double wave[2 * 2 * NODES], f[4];
    hp_tmatrix T;
    assert_ok(hp_coupled_solve(c.solver, 4.0, &T, wave, &c.err), &c.err);
    assert_int_equal(T.nopen, 2);
    for (int b = 0; b < 2; b++)
        for (int a = 0; a < 2; a++)
            for (int i = NODES - 16; i < NODES; i++) {
                assert_ok(
                    hp_coulomb_partial(a, a == 0 ? 0.5 : -0.3, T.k2[a], c.grid.r[i], f, &c.err),
                    &c.err);
                double expected = (a == b ? f[0] : 0.0) - f[2] * T.T[a * 2 + b];
                assert_close(wave[(b * 2 + a) * NODES + i], expected, 1e-11, 1e-12); /* panels */
            }
    case_close(&c);
}

static void bad_input_is_refused(void **state) {
    (void)state;
    coupled_case c = open_two(0.5, 0.0, 0, 0, 4.0);
    double complex phase;
    double size;
    assert_status(hp_coupled_determinant(c.solver, 1.0, 0, &phase, &size, &c.err), HP_ERR_INPUT,
                  &c.err);
    assert_contains(c.err.message, "without a Coulomb force");
    hp_error_clear(&c.err);
    c.channels.coulomb[0].dipole = 1.0; /* not that of point charges at r = 4 */
    hp_matrix_interaction interaction = {.ncomponent = 2, .local = c.local};
    assert_status(hp_coupled_set(c.solver, &c.channels, &interaction, &c.err), HP_ERR_INPUT,
                  &c.err);
    assert_contains(c.err.message, "the grid must be longer");
    case_close(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_have_their_digits),
        cmocka_unit_test(without_charge_they_are_riccati_bessel_functions),
        cmocka_unit_test(coupled_pair_has_its_k_matrix),
        cmocka_unit_test(place_of_matching_does_not_matter),
        cmocka_unit_test(s_wave_is_that_of_its_own_solver),
        cmocka_unit_test(effective_ranges_of_charged_waves),
        cmocka_unit_test(coulomb_force_alone_gives_nothing),
        cmocka_unit_test(waves_have_their_tails),
        cmocka_unit_test(bad_input_is_refused),
    };
    return cmocka_run_group_tests_name("charged components", tests, NULL, NULL);
}
