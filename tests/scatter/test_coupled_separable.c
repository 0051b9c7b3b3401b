// SPDX-License-Identifier: GPL-3.0-or-later
/* Non-local potentials that are separable, with closed forms: two relativistic channels of
 * Yamaguchi type (like Lambda(1405)), l = 1 and 2, and a coupled S and D wave. */
#include "coupled_case.h"

#include <stdio.h>

static const double hbar_c = 197.3269804; /* MeV fm, of the reference numbers */

/* Up to 12 for exp(-3.5 r) and to 30 for exp(-1.4 r). */
enum { SHORT = 11, LONG = 18, ORDER = 16 };
static const double edge[LONG + 1] = {0.0, 0.3,  0.7,  1.2,  1.8,  2.5,  3.4,  4.5,  6.0, 7.5,
                                      9.5, 12.0, 14.5, 17.0, 19.5, 22.0, 24.5, 27.0, 30.0};

/* K_cd(r,r') = strength_cd f_c(r) f_d(r'), f_c = factor_c r^power_c exp(-range_c r). */
typedef struct separable {
    double strength[4], factor[2], range[2];
    int power[2];
} separable;

static coupled_case open_separable(const hp_channels *channels, const separable *of, int panels) {
    coupled_case c = case_open_panels(channels, edge, panels, ORDER);
    int n = c.grid.n, size = c.N * n;
    double f[2 * LONG * ORDER];
    for (int i = 0; i < size; i++) {
        double r = c.grid.r[i % n];
        f[i] = of->factor[i / n] * gsl_pow_int(r, of->power[i / n]) * exp(-of->range[i / n] * r);
    }
    for (int i = 0; i < size; i++)
        for (int j = 0; j < size; j++) /* products in one order: symmetric bit by bit */
            c.kernel[i * size + j] = of->strength[(i / n) * c.N + j / n] * (f[i] * f[j]);
    case_set(&c, NULL, NULL, true);
    return c;
}

/* pi Sigma and anti-K N. */
static coupled_case open_yamaguchi(void) {
    static const double mass[2][2] = {{138.04, 1193.15}, {495.65, 938.92}};
    static const separable of = {{-60.0, -30.0, -30.0, -108.0}, {1.0, 1.0}, {3.5, 3.5}, {0, 0}};
    hp_error err = HP_ERROR_INIT;
    hp_channels channels = {.kinematics = HP_RELATIVISTIC, .npair = 2, .ncomponent = 2};
    for (int a = 0; a < 2; a++) {
        channels.pair[a] = hp_pair_of_masses(mass[a][0] / hbar_c, mass[a][1] / hbar_c);
        channels.component[a] = (hp_component){.pair = a, .l = 0};
    }
    assert_ok(hp_channels_set_thresholds(&channels, &err), &err);
    return open_separable(&channels, &of, SHORT);
}

static double energy_of(const coupled_case *c, double w_mev) {
    return w_mev / hbar_c - c->channels.lowest;
}

/* Printed with 13 decimals; 176 nodes have the kernel to 1e-14. */
static void relativistic_s_matrix(void **state) {
    (void)state;
    static const struct {
        double w, k2[2], delta, eta;
        double complex S11, S12, S22;
    } row[] = {{1340,
                {.057417043941, -1.500325012527},
                52.4437113985,
                1.0,
                -.2569206542652 + .9664325001840 * I,
                0.0,
                0.0},
               {1380,
                {.352965766091, -.884382864274},
                83.6926548003,
                1.0,
                -.9758607988423 + .2183934552198 * I,
                0.0,
                0.0},
               {1410,
                {.610350598759, -.404384514794},
                120.0834629768,
                1.0,
                -.4974747966812 - .8674784300874 * I,
                0.0,
                0.0},
               {1433,
                {.827309464474, -.026139690273},
                178.9316678026,
                1.0,
                .9993047403355 - .0372831857956 * I,
                0.0,
                0.0},
               {1437,
                {.866725623612, .040538514581},
                189.5900710894,
                .765407950121,
                .7229203794978 + .2514666081525 * I,
                -.1276860864286 - .6307510865814 * I,
                .5681991238940 - .5128343647953 * I},
               {1450,
                {.998200207021, .259061953631},
                198.5852652270,
                .618719020827,
                .4930205487194 + .3738234413108 * I,
                -.4276459439579 - .6590187553350 * I,
                -.1405560337673 - .6025423039958 * I},
               {1500,
                {1.550293697680, 1.125131094482},
                209.9045789359,
                .685947382816,
                .3449504537719 + .5929021811684 * I,
                -.6278867070103 - .3677423978387 * I,
                -.6858619334850 - .0108268272330 * I}};
    coupled_case c = open_yamaguchi();
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        double complex S[4];
        double E = energy_of(&c, row[i].w);
        for (int a = 0; a < 2; a++) /* printed with 12 decimals */
            assert_close(hp_channels_k2(&c.channels, a, E), row[i].k2[a], 0.0, 6e-13);
        case_s(&c, E, S);
        printf("W = %.0f: S11 differs by %.1e\n", row[i].w, cabs(S[0] - row[i].S11));
        assert_complex(S[0], row[i].S11, 3e-13);
        double phase = degrees(0.5 * carg(S[0]));
        assert_close(remainder(phase - row[i].delta, 180.0), 0.0, 0.0, 1e-10); /* 10 decimals */
        assert_close(cabs(S[0]), row[i].eta, 0.0, 1e-12);
        if (row[i].k2[1] < 0.0) continue;
        assert_complex(S[1], row[i].S12, 3e-13);
        assert_complex(S[3], row[i].S22, 3e-13);
    }
    case_close(&c);
}

static void relativistic_poles(void **state) {
    (void)state;
    static const struct {
        hp_sheet sheet;
        double complex w;
        double atol;
    } row[] = {
        {CASE_LOWER_FIRST, 1422.71268233567 - 23.95165969676581 * I, 1e-11},
        {CASE_LOWER_FIRST, 1325.370055812033, 1e-11},
        /* waves grow like exp(1.7 r) in both channels against exp(-3.5 r) of the potential */
        {CASE_LOWER_BOTH, 1176.226350763746 - 84.43757117260457 * I, 1e-5}};
    coupled_case c = open_yamaguchi();
    double complex k[HP_MOST_PAIRS], E = 0.0;
    for (int i = 2; i >= 0; i--) {
        E = case_pole(&c, row[i].sheet, 1.001 * (row[i].w / hbar_c - c.channels.lowest));
        double complex w = (E + c.channels.lowest) * hbar_c;
        printf("sheet %u: W = %.12f %+.12f i, differs by %.1e\n", row[i].sheet, creal(w), cimag(w),
               cabs(w - row[i].w));
        assert_complex(w, row[i].w, row[i].atol);
    }
    hp_channels_momenta(&c.channels, E, CASE_LOWER_FIRST, k); /* printed with 10 decimals */
    assert_complex(k[0], .8583111861 - .1322338418 * I, 1e-10);
    assert_complex(k[1], -.3475443421 + .5674225785 * I, 1e-10);
    E = row[1].w / hbar_c - c.channels.lowest;
    hp_channels_momenta(&c.channels, E, CASE_LOWER_FIRST, k);
    assert_complex(k[0], -.1906728305 * I, 1e-10);
    case_close(&c);
}

static void length_of_the_upper_channel(void **state) {
    (void)state;
    coupled_case c = open_yamaguchi();
    double complex length;
    assert_ok(hp_coupled_threshold_of(c.solver, 1, &length, &c.err), &c.err);
    printf("anti-K N: a = %.13f %+.13f i\n", creal(length), cimag(length));
    assert_complex(length, 1.824558811173 - 0.7080073673465 * I, 1e-12); /* 12 decimals */
    case_close(&c);
}

/* l = 1 and 2, f = r^l exp(-beta r). */
static void higher_waves(void **state) {
    (void)state;
    static const double k[4] = {0.2, 0.6, 1.0, 2.0};
    static const struct {
        double strength, delta[4];
    } row[2] = {{-40.0, {.4090963285662, 8.83071304625, 21.25890911216, 17.35402463626}},
                {-20.0, {.1645608238066, 3.387745703804, 8.777321026553, 8.88065915052}}};
    int l = 1;
    hp_channels channels = case_waves(1, &l);
    for (int i = 0; i < 2; i++) {
        separable of = {{row[i].strength}, {1.0}, {2.0}, {1}};
        coupled_case c = open_separable(&channels, &of, LONG);
        for (int j = 0; j < 4; j++) /* printed with 12 digits */
            assert_close(case_delta(&c, k[j] * k[j]), row[i].delta[j], 2e-12, 0.0);
        if (i == 0) {
            double complex at = .6608538705669 - .6015755541096 * I;
            double complex found = case_pole(&c, CASE_LOWER_FIRST, 1.001 * at * at);
            assert_complex(csqrt(found), at, 1e-12); /* 13 decimals */
        }
        case_close(&c);
    }
}

/* The closed form of l = 2: T = s^2 lambda/(1 - lambda g), s = 8/(k^2 + b^2)^3. */
static void d_wave(void **state) {
    (void)state;
    int l = 2;
    double b = 2.2, strength = -50.0;
    hp_channels channels = case_waves(1, &l);
    separable of = {{strength}, {1.0}, {b}, {2}};
    coupled_case c = open_separable(&channels, &of, LONG);
    for (double k = 0.1; k < 3.0; k += 0.37) {
        double complex q = -I * k; /* kappa */
        double complex g = -(.75 * gsl_pow_4(b) + 4.5 * gsl_pow_3(b) * q + 9.5 * b * b * q * q +
                             4.5 * b * q * q * q + .75 * q * q * q * q) /
                           (gsl_pow_5(b) * cpow(b + q, 6.0));
        double s = 8.0 / gsl_pow_3(k * k + b * b);
        double complex S, T = s * s * strength / (1.0 - strength * g);
        case_s(&c, k * k, &S);
        assert_complex(S, 1.0 - 2.0 * I * gsl_pow_5(k) * T, 2e-13); /* rounding of cpow and nodes */
    }
    case_close(&c);
}

static void coupled_s_and_d_wave(void **state) {
    (void)state;
    static const double k[4] = {0.2, 0.5, 1.0, 2.0},
                        bar[4][3] = {{126.88535396673, -.00209888633, .40030964012},
                                     {85.46971994466, .01211461031, 2.95716654917},
                                     {50.83242622156, .81567342696, 7.53079328920},
                                     {19.44228122757, 2.02292706662, 6.37125127215}};
    const int l[2] = {0, 2};
    static const separable of = {{-7.206, -7.206, -7.206, -7.206}, {1.0, 0.9}, {1.4, 2.0}, {0, 2}};
    hp_channels channels = case_waves(2, l);
    coupled_case c = open_separable(&channels, &of, LONG);
    for (int i = 0; i < 4; i++) {
        double complex S[4];
        double phase[3], K[4];
        hp_tmatrix T = case_solve(&c, k[i] * k[i]);
        case_k(&c, &T, K);
        /* rank one: the second eigenphase is zero */
        assert_close(K[0] * K[3] - K[1] * K[2], 0.0, 0.0, 1e-13 * fabs(K[0] + K[3]));
        case_s_of_k(2, K, S);
        stapp_phases(S, bar[i], phase);
        printf("k = %g: %.11f %.11f %.11f\n", k[i], phase[0], phase[1], phase[2]);
        for (int j = 0; j < 3; j++) assert_close(phase[j], bar[i][j], 0.0, 1e-11); /* 11 decimals */
    }
    double kappa =
        .2315595975618; /* the bound state, by the determinant; printed with 13 decimals */
    double complex found = case_pole(&c, 0, -1.001 * kappa * kappa);
    assert_complex(csqrt(-found), kappa, 1e-13);
    case_close(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(relativistic_s_matrix),
        cmocka_unit_test(relativistic_poles),
        cmocka_unit_test(length_of_the_upper_channel),
        cmocka_unit_test(higher_waves),
        cmocka_unit_test(d_wave),
        cmocka_unit_test(coupled_s_and_d_wave),
    };
    return cmocka_run_group_tests_name("coupled separable potentials", tests, NULL, NULL);
}
