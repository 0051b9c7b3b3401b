// SPDX-License-Identifier: GPL-3.0-or-later
/* The Coulomb force against closed forms, against numbers computed with 50 digits (sums of 400
 * terms and, independently, hypergeometric functions) and against identities. */
#include "support.h"

#include <math.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_bessel.h>
#include <gsl/gsl_sf_coulomb.h>
#include "hadpot/coulomb.h"

/* A square well, w = -depth up to `range`, and point charges: inside, u is the regular Coulomb
 * function with k^2 + depth in place of k^2. */
typedef struct well {
    double strength, range, depth;
} well;

static hp_status well_edge(double k2, double *u, double *d_u, void *context, hp_error *err) {
    const well *w = context;
    double f[4];
    hp_status status = hp_coulomb_functions(w->strength, k2 + w->depth, w->range, f, err);
    *u = f[0];
    *d_u = f[1];
    return status;
}

static void functions_have_the_values_of_the_exact_ones(void **state) {
    (void)state;
    static const double point[4][7] = {
        /* strength, k2, r, phi, phi', theta, theta' */
        {0.0347, 0.0121, 2.6, 2.6826879836713264, 1.0500000168655152, 0.74405482509513236,
         -0.081538524954321559},
        {0.713, 0.04, 9.3, 71.869012618343621, 17.64736860731206, -1.3594019870478408,
         -0.3477140848400548},
        {-0.713, 0.04, 9.3, -1.1363989619391883, 0.036918631528926853, 0.34989562127109162,
         0.86860545067756668},
        {0.35, 2.7, 5.1, 0.72082063060091767, -0.19591825104540201, -0.56155588263217458,
         -1.2346774160286004}};
    hp_error err = HP_ERROR_INIT;
    for (int i = 0; i < 4; i++) {
        const double *p = point[i];
        double f[4];
        assert_ok(hp_coulomb_functions(p[0], p[1], p[2], f, &err), &err);
        /* some tens of roundings; oscillating functions lose a digit near a node */
        for (int j = 0; j < 4; j++) assert_close(f[j], p[3 + j], 1e-13, 1e-15);
    }
}

static void threshold_functions_are_bessel_functions(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    for (double r = 0.03; r < 40.0; r *= 2.3) {
        double beta = 0.173, x = 2.0 * sqrt(beta * r), f[4];
        assert_ok(hp_coulomb_functions(beta, 0.0, r, f, &err), &err);
        /* Bessel functions of GSL are good to 1e-15; theta falls like exp(-x), x < 5, and its
         * error is 1e-16 of phi, which grows like exp(x) */
        assert_close(f[0], sqrt(r / beta) * gsl_sf_bessel_I1(x), 2e-14, 0.0);
        assert_close(f[2], x * gsl_sf_bessel_K1(x), 1e-12, 0.0);
        assert_close(f[3], -2.0 * beta * gsl_sf_bessel_K0(x), 1e-12, 0.0);
        assert_ok(hp_coulomb_functions(-beta, 0.0, r, f, &err), &err);
        /* relative to the amplitude, since these oscillate */
        assert_close(f[0], sqrt(r / beta) * gsl_sf_bessel_J1(x), 0.0, 1e-13 * r);
        assert_close(f[2], -0.5 * M_PI * x * gsl_sf_bessel_Y1(x), 0.0, 1e-13 * (1.0 + x));
    }
}

/* Where GSL's Coulomb functions are good. */
static void functions_are_scaled_coulomb_functions(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    for (int i = 0; i < 24; i++) {
        double eta = i % 2 == 0 ? 0.37 : -0.83, k = 0.7 + 0.11 * i, r = 7.3 + 0.9 * i;
        double beta = 2.0 * eta * k, f[4], overflow_f, overflow_g;
        gsl_sf_result F, dF, G, dG;
        assert_int_equal(gsl_sf_coulomb_wave_FG_e(eta, k * r, 0.0, 0, &F, &dF, &G, &dG, &overflow_f,
                                                  &overflow_g),
                         GSL_SUCCESS);
        assert_ok(hp_coulomb_functions(beta, k * k, r, f, &err), &err);
        double C = sqrt(hp_coulomb_penetration(beta, k * k));
        double shift = hp_coulomb_shift(beta, k * k);
        /* GSL's own accuracy, measured against 40 digits: 1e-12 here */
        assert_close(C * k * f[0], F.val, 0.0, 1e-11);
        assert_close(C * f[1], dF.val, 0.0, 1e-11);
        assert_close((f[2] + shift * f[0]) / C, G.val, 0.0, 1e-11);
        assert_close((f[3] + shift * f[1]) / (C * k), dG.val, 0.0, 1e-11);
    }
}

static void wronskian_is_one(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    for (double beta = -1.37; beta < 1.5; beta += 0.274)
        for (double k2 = 0.0; k2 < 9.0; k2 = 3.0 * k2 + 1e-5)
            for (double r = 0.011; r < 30.0; r *= 3.7) {
                double f[4];
                assert_ok(hp_coulomb_functions(beta, k2, r, f, &err), &err);
                /* products of up to 1e4 cancel to 1 */
                double size = fabs(f[2] * f[1]) + fabs(f[3] * f[0]);
                assert_close(f[2] * f[1] - f[3] * f[0], 1.0, 0.0, 1e-14 * (1.0 + 20.0 * size));
            }
}

/* A function that is not entire in k^2 (C_0 G_0 alone, say) fails this by orders of magnitude. */
static void functions_are_smooth_through_threshold(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    for (int sign = -1; sign <= 1; sign += 2) {
        double f[5][4], h = 1e-3;
        for (int i = 0; i < 5; i++)
            assert_ok(hp_coulomb_functions(0.4 * sign, h * i, 3.1, f[i], &err), &err);
        for (int j = 0; j < 4; j++) {
            double fourth = f[0][j] - 4.0 * f[1][j] + 6.0 * f[2][j] - 4.0 * f[3][j] + f[4][j];
            /* h^4 d^4 theta'/d(k^2)^4, without charge 4! h^4 r^7/7! = 1.3e-11, and rounding */
            assert_close(fourth, 0.0, 0.0, 3e-11);
        }
    }
}

static void penetration_and_shift(void **state) {
    (void)state;
    /* 50-digit numbers; GSL's psi(1 + iy) loses three digits against ln y */
    assert_close(hp_coulomb_penetration(0.0347, 0.0121), 0.58502100214804361, 1e-14, 0.0);
    assert_close(hp_coulomb_shift(0.0347, 0.0121), 0.045073572762899538, 1e-12, 0.0);
    assert_close(hp_coulomb_shift(0.713, 0.04), 0.019425552487251555, 1e-11, 0.0);
    /* attraction: C^2 -> 2 pi |eta|; the asymptotic series joins psi - ln */
    assert_close(hp_coulomb_penetration(-3.0, 1e-4), M_PI * 3.0 / 1e-2, 1e-14, 0.0);
    assert_close(hp_coulomb_shift(40.0 - 1e-9, 1.0), hp_coulomb_shift(40.0 + 1e-9, 1.0), 1e-9, 0.0);
    assert_true(hp_coulomb_penetration(1.0, 0.0) == 0.0);
    assert_true(isinf(hp_coulomb_penetration(-1.0, 0.0)));
    assert_true(hp_coulomb_penetration(0.0, 0.3) == 1.0);
}

/* strength, range, depth, a0, r_eff, K(0.05), k cot delta(0.05) */
static const double wells[][7] = {
    /* 13.4 MeV and 2.6 fm with the hbar^2/2mu and beta of two protons: a0 = -7.6, r_eff = 2.6 fm */
    {0.0347, 2.6, 13.4 / 41.47, -7.583543720923379, 2.621057731200024, 0.1989031971232322,
     0.167506087501313},
    {-0.31, 1.7, 0.91, 77.28661199347258, 2.271538101763577, 0.04440840992983555,
     0.02434222617123656},
    {0.713, 2.3, 4.7, -9.63230507458534, 0.5636997394411241, 0.1190012772283557, 211.271918844153},
    {0.0347, 2.0, 0.2, -0.7745055141695283, 3.852388496578725, 1.389115423012186,
     1.701349171403269},
    {0.05, 2.0, 4.84, 0.8102959852443699, -3.680998216222778, -1.335458506705995,
     -2.054811303270033},
    {-0.31, 1.7, 9.61, 1.694860686943413, 1.882426729557954, -0.542274067239535,
     -0.1086313057634937}};
enum { WELLS = sizeof wells / sizeof wells[0] };

static void charged_square_well_is_matched(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    for (int i = 0; i < WELLS; i++) {
        const double *p = wells[i];
        well w = {p[0], p[1], p[2]};
        double u, d_u, K, cot, other, f[4];
        assert_ok(well_edge(0.05, &u, &d_u, &w, &err), &err);
        assert_ok(hp_coulomb_match(w.strength, 0.05, w.range, u, d_u, &K, &cot, &err), &err);
        assert_close(K, p[5], 1e-12, 0.0);   /* roundings of u, phi, theta, cancelling in part */
        assert_close(cot, p[6], 1e-11, 0.0); /* the same, and beta h is taken away from K */
        /* further out the phase is the same */
        double out = 3.3 * w.range;
        assert_ok(hp_coulomb_functions(w.strength, 0.05, out, f, &err), &err);
        u = f[2] + K * f[0];
        d_u = f[3] + K * f[1];
        assert_ok(hp_coulomb_match(w.strength, 0.05, out, u, d_u, &other, &cot, &err), &err);
        assert_close(other, K, 1e-12, 1e-12);
    }
}

static void special_matches(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    double K, cot, f[4];
    /* without charges, the ordinary k cot delta of sin(kr + delta): a few roundings */
    double k = 0.43, r = 2.2, delta = 0.71;
    assert_ok(
        hp_coulomb_match(0.0, k * k, r, sin(k * r + delta), k * cos(k * r + delta), &K, &cot, &err),
        &err);
    assert_close(K, k / tan(delta), 1e-14, 0.0);
    assert_close(cot, K, 0.0, 0.0);
    assert_ok(hp_coulomb_match(0.0, 0.0, r, r - 1.3, 1.0, &K, &cot, &err), &err);
    assert_close(K, -1.0 / 1.3, 1e-14, 0.0);
    /* no strong interaction: infinite */
    assert_ok(hp_coulomb_functions(0.2, 0.3, r, f, &err), &err);
    assert_ok(hp_coulomb_match(0.2, 0.3, r, f[0], f[1], &K, &cot, &err), &err);
    assert_true(isinf(K) && isinf(cot));
    /* threshold: delta = 0 for repulsion, finite for attraction */
    assert_ok(hp_coulomb_match(0.2, 0.0, r, 1.0, 0.1, &K, &cot, &err), &err);
    assert_true(isfinite(K) && isinf(cot));
    assert_ok(hp_coulomb_match(-0.2, 0.0, r, 1.0, 0.1, &K, &cot, &err), &err);
    assert_true(isfinite(K) && cot == 0.0);
    assert_status(hp_coulomb_match(0.2, 0.3, r, 0.0, 0.0, &K, &cot, &err), HP_ERR_NUMERIC, &err);
    hp_error_clear(&err);
    assert_status(hp_coulomb_functions(1e6, 0.1, 10.0, f, &err), HP_ERR_NUMERIC, &err);
    hp_error_clear(&err);
    assert_status(hp_coulomb_functions(0.1, 0.1, HUGE_VAL, f, &err), HP_ERR_NUMERIC, &err);
}

static void threshold_of_charged_square_wells(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    for (int i = 0; i < WELLS; i++) {
        const double *p = wells[i];
        well w = {p[0], p[1], p[2]};
        double length, range;
        assert_ok(hp_coulomb_threshold(w.strength, w.range, well_edge, &w, &length, &range, &err),
                  &err);
        assert_close(length, p[3], 1e-12, 0.0); /* no extrapolation: K at threshold itself */
        assert_close(range, p[4], 1e-9, 0.0);   /* 5 points agree with 9 to 1e-6; asked for: 1e-8 */
    }
}

/* Behind high barriers K is small, and its poles narrow: the window of extrapolation shrinks. */
static void threshold_below_a_high_barrier(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    well w = {3.1, 5.3, 2.2}, near_pole = {2.9, 2.0, 8.1};
    double length, range;
    assert_ok(hp_coulomb_threshold(2.9, 2.0, well_edge, &near_pole, &length, &range, &err), &err);
    assert_close(length, -2.9148257279194838, 1e-12, 0.0); /* as in the wells above */
    assert_close(range, -61.344776553389177, 1e-9, 0.0);
    assert_ok(hp_coulomb_threshold(w.strength, w.range, well_edge, &w, &length, &range, &err),
              &err);
    /* K = 1e-6 loses digits to its error of 1e-15 beta (coulomb.h) */
    assert_close(1.0 / length, -1.0 / 699158.5553618015, 0.0, 3e-15 * w.strength);
    assert_close(range, 0.2150449962173606, 1e-8, 0.0); /* asked for */
}

/* a0 passes through 0 and K has a pole near threshold. */
static void threshold_where_a0_is_small(void **state) {
    (void)state;
    static const double rows[][3] = {{5.095, -0.002967707176708924, -354986.6940143631},
                                     {5.0946, -0.001190090000935164, -2208181.770478385}};
    hp_error err = HP_ERROR_INIT;
    for (int i = 0; i < (int)(sizeof rows / sizeof rows[0]); i++) {
        well w = {0.05, 2.0, rows[i][0]};
        double length, range;
        assert_ok(hp_coulomb_threshold(w.strength, w.range, well_edge, &w, &length, &range, &err),
                  &err);
        assert_close(length, rows[i][1], 0.0, 1e-12); /* absolute: a0 is a difference */
        assert_close(range * length * length, rows[i][2] * rows[i][1] * rows[i][1], 1e-9, 0.0);
    }
}

/* Phases modulo pi, made continuous from high momenta, where they are small, downwards. */
typedef struct tracked {
    double coulomb, cut;
} tracked;

static double nearest(double phase, double to) {
    return phase + M_PI * round((to - phase) / M_PI);
}

static double track_phases(well *w, tracked *at, double k, double *cot) {
    hp_error err = HP_ERROR_INIT;
    double u, d_u, K, delta;
    assert_ok(well_edge(k * k, &u, &d_u, w, &err), &err);
    assert_ok(hp_coulomb_match(w->strength, k * k, w->range, u, d_u, &K, cot, &err), &err);
    at->coulomb = nearest(atan2(k, *cot), at->coulomb);
    at->cut = nearest(atan2(k * u, d_u) - k * w->range, at->cut);
    assert_ok(hp_coulomb_phase(w->strength, k * k, w->range, at->cut, *cot, &delta, &err), &err);
    return delta;
}

static void phase_is_on_the_continuous_branch(void **state) {
    (void)state;
    /* Bound states: one for each half-integer below sqrt(depth - mean repulsion) range/pi;
     * attraction has no such number. The last case has a resonance above a bound state. */
    static const well cases[] = {{0.0347, 2.6, 0.323},  {0.713, 2.3, 4.7},   {0.05, 2.0, 4.84},
                                 {-0.31, 1.7, 9.61},    {-1.3, 1.7, 0.2},    {0.4, 3.1, 9.0},
                                 {-0.0347, 2.6, 0.323}, {-0.31, 1.7, 0.001}, {2.9, 2.0, 4.6}};
    static const int bound[] = {0, 1, 1, -1, -1, 3, -1, -1, 1};
    for (int i = 0; i < (int)(sizeof cases / sizeof cases[0]); i++) {
        well w = cases[i];
        tracked at = {0.0, 0.0};
        double cot, found = 0.0;
        for (double k = 60.0; k > 0.004; k *= k > 10.0 ? 0.99 : 0.9985) {
            found = track_phases(&w, &at, k, &cot);
            /* both come from the same cot: equal up to multiples of pi, and a rounding */
            assert_close(found, at.coulomb, 0.0, 1e-9);
        }
        /* Levinson's theorem at k = 0.004; delta/k is below 10 */
        if (bound[i] >= 0) assert_close(found, M_PI * bound[i], 0.0, 0.04);
    }
}

static void phase_refuses_threshold(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    double delta;
    assert_status(hp_coulomb_phase(0.3, 0.0, 2.0, 0.1, 1.0, &delta, &err), HP_ERR_NUMERIC, &err);
    hp_error_clear(&err);
    assert_ok(hp_coulomb_phase(0.0, 0.1, 2.0, 4.31, 1.0, &delta, &err), &err);
    assert_true(delta == 4.31);
}

int main(void) {
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_have_the_values_of_the_exact_ones),
        cmocka_unit_test(threshold_functions_are_bessel_functions),
        cmocka_unit_test(functions_are_scaled_coulomb_functions),
        cmocka_unit_test(wronskian_is_one),
        cmocka_unit_test(functions_are_smooth_through_threshold),
        cmocka_unit_test(penetration_and_shift),
        cmocka_unit_test(charged_square_well_is_matched),
        cmocka_unit_test(special_matches),
        cmocka_unit_test(threshold_of_charged_square_wells),
        cmocka_unit_test(threshold_below_a_high_barrier),
        cmocka_unit_test(threshold_where_a0_is_small),
        cmocka_unit_test(phase_is_on_the_continuous_branch),
        cmocka_unit_test(phase_refuses_threshold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
