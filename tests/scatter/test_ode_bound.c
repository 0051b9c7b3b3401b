// SPDX-License-Identifier: GPL-3.0-or-later
/* The second solver on local potentials of the literature: threshold and bound states; charges. */
#include "ode_case.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>

static const double HBARC = 197.3269804; /* MeV fm */

/* q = {repulsion, attraction} in MeV fm; 2 mu V in fm^-2. */
static double malfliet_tjon(double r, const double *q) {
    return (q[0] * exp(-3.11 * r) - q[1] * exp(-1.55 * r)) / (41.47 * r);
}

/* SPEC 5.7. The 1/r at the origin is met by u ~ r; exp(-1.55 * 24) = 1e-16. */
static void malfliet_tjon_III_and_I(void **state) {
    (void)state;
    static const double triplet[2] = {1438.72, 626.885}, singlet[2] = {1438.72, 513.968};
    double a0, r_eff, kappa2, square;
    ode_case c = {.w = malfliet_tjon, .q = triplet};
    ode_case_open_equal(&c, 24.0, 16, 12, 1e-12);
    ode_case_set(&c);
    ode_case_threshold(&c, &a0, &r_eff);
    assert_close(a0, 5.513202, 0.0, 5e-7); /* half of the last digit printed, here and below */
    assert_close(r_eff, 1.892989, 0.0, 5e-7);
    ode_case_bound(&c, 1e-6, 1.0, &kappa2, &square);
    assert_close(41.47 * kappa2, 2.230688, 0.0, 5e-7);
    c.q = singlet;
    ode_case_set(&c);
    ode_case_threshold(&c, &a0, &r_eff);
    assert_close(a0, -23.582345, 0.0, 5e-7);
    assert_close(r_eff, 2.878596, 0.0, 5e-7);
    assert_status(hp_ode_bound_state(c.solver, 0.0, 1.0, &kappa2, &square, &c.err), HP_ERR_NUMERIC,
                  &c.err);
    assert_contains(c.err.message, "bound state");
    ode_case_close(&c);
}

/* Omega-Omega of SPEC 5.7 in fm^-2; q = {2 mu in MeV^-1 fm^-2}. */
static double omega_omega(double r, const double *q) {
    return q[0] * (914.0 * exp(-gsl_pow_2(r / 0.143)) + 305.0 * exp(-gsl_pow_2(r / 0.305)) -
                   112.0 * exp(-gsl_pow_2(r / 0.949)));
}

static void omega_omega_gaussians(void **state) {
    (void)state;
    const double two_mu[1] = {1711.53 / (HBARC * HBARC)};
    double a0, r_eff, kappa2, square;
    for (int at_nodes_only = 0; at_nodes_only < 2; at_nodes_only++) {
        ode_case c = {.w = omega_omega, .q = two_mu, .at_nodes_only = at_nodes_only};
        ode_case_open_equal(&c, 7.0, 20, 14, 1e-12);
        ode_case_set(&c);
        ode_case_threshold(&c, &a0, &r_eff);
        assert_close(a0, 4.4896, 0.0, 5e-5); /* half of the last digit printed, all four */
        assert_close(r_eff, 1.2671, 0.0, 5e-5);
        ode_case_bound(&c, 0.0, 1.0, &kappa2, &square);
        assert_close(kappa2 / two_mu[0], 1.6327, 0.0, 5e-5);
        assert_close(sqrt(square), 3.2143, 0.0, 5e-5);
        ode_case_close(&c);
    }
}

/* N-Omega of SPEC 5.7, masses 954.69 and 1711.53 MeV: a Gaussian and a squared Yukawa with a form
 * factor; q = {2 mu in MeV^-1 fm^-2}. Its 1/r^2 is finite at the origin. */
static double n_omega(double r, const double *q) {
    double yukawa = exp(-146.0 / HBARC * r) / r;
    return q[0] * (-313.0 * exp(-81.7 * r * r) + 252.0 * expm1(-0.85 * r * r) * yukawa * yukawa);
}

static void n_omega_with_unequal_masses(void **state) {
    (void)state;
    const double two_mu[1] = {2.0 * 954.69 * 1711.53 / (954.69 + 1711.53) / (HBARC * HBARC)};
    double a0, r_eff, kappa2, square;
    ode_case c = {.w = n_omega, .q = two_mu};
    ode_case_open_equal(&c, 24.0, 30, 14, 1e-12); /* exp(-2 * 0.74 * 24) = 4e-16 */
    ode_case_set(&c);
    ode_case_threshold(&c, &a0, &r_eff);
    assert_close(a0, 5.1849, 0.0, 5e-5); /* half of the last digit printed, all four */
    assert_close(r_eff, 1.2711, 0.0, 5e-5);
    ode_case_bound(&c, 0.0, 1.0, &kappa2, &square);
    assert_close(kappa2 / two_mu[0], 1.6114, 0.0, 5e-5);
    assert_close(sqrt(square), 3.6994, 0.0, 5e-5);
    ode_case_close(&c);
}

/* Two singly charged Omegas, point-like: SPEC 5.7. More digits from a Runge-Kutta integration in
 * both directions, from 0 and from r = 100 fm where only exp(-kappa r) is left, matched at 2 fm. */
static void omega_omega_with_charges(void **state) {
    (void)state;
    const double two_mu[1] = {1711.53 / (HBARC * HBARC)};
    double kappa2, square, shorter = 0.0;
    ode_case c = {
        .w = omega_omega, .q = two_mu, .coulomb = {.strength = two_mu[0] * HBARC / 137.036}};
    for (int longer = 0; longer < 2; longer++) { /* beyond the force the range does not matter */
        ode_case_open_equal(&c, longer ? 9.0 : 6.0, 20, 14, 1e-12);
        ode_case_set(&c);
        ode_case_bound(&c, 0.0, 1.0, &kappa2, &square);
        double B = kappa2 / two_mu[0];
        assert_close(B, 0.7787, 0.0, 1e-4);         /* SPEC 5.7: four digits */
        assert_close(B, 0.77864718360, 1e-10, 0.0); /* an independent integration, see above */
        if (longer) assert_close(square, shorter, 1e-10, 0.0); /* tolerance times steps */
        shorter = square;
        ode_case_close(&c);
    }
}

/* K(k^2) of the same charged pair against 15 digits by a Runge-Kutta integration to 6 fm and
 * Coulomb functions of arbitrary precision there; a0 and r_eff from a polynomial through six such
 * values at k^2 up to 0.0012. */
static void charged_scattering(void **state) {
    (void)state;
    static const double k2[3] = {0.003, 0.17, 1.31};
    static const double K[3] = {-0.071483587368621, 0.03104708753485, 0.81992382828384};
    static const double tangent[3] = {-1.1039728686751, -8.1613243768764, 1.4550431859851};
    const double two_mu[1] = {1711.53 / (HBARC * HBARC)};
    double kcot, tan_over_k, a0, r_eff;
    ode_case c = {
        .w = omega_omega, .q = two_mu, .coulomb = {.strength = two_mu[0] * HBARC / 137.036}};
    ode_case_open_equal(&c, 6.0, 20, 14, 1e-12);
    ode_case_set(&c);
    for (int i = 0; i < 3; i++) {
        assert_ok(hp_ode_kcot(c.solver, k2[i], &kcot, &tan_over_k, &c.err), &c.err);
        assert_close(kcot, K[i], 1e-10, 1e-11);          /* tolerance times a hundred steps */
        assert_close(tan_over_k, tangent[i], 1e-9, 0.0); /* the same next to its pole */
    }
    ode_case_threshold(&c, &a0, &r_eff);
    assert_close(a0, 13.6433336, 1e-8, 0.0); /* digits of the polynomial */
    assert_close(r_eff, 1.2078417, 1e-7, 0.0);
    assert_ok(hp_ode_kcot(c.solver, 0.0, &kcot, &tan_over_k, &c.err), &c.err);
    assert_close(kcot, -1.0 / a0, 1e-9, 0.0); /* extrapolation */
    assert_true(tan_over_k == 0.0);
    ode_case_close(&c);
}

/* -6/cosh^2 r: u = sinh(r)/cosh^2(r), kappa = 1, <r^2> = 1 + pi^2/12. */
static double six_over_cosh(double r, const double *q) {
    return -q[0] / gsl_pow_2(cosh(r));
}

/* Ranges up to 60: u is e^-60 there, rounding has grown to e^+60 times itself on the way. */
static void bound_state_in_closed_form(void **state) {
    (void)state;
    static const double q[1] = {6.0}, range[3] = {17.0, 30.0, 60.0};
    double kappa2, square;
    for (int i = 0; i < 3; i++) {
        ode_case c = {.w = six_over_cosh, .q = q};
        ode_case_open_equal(&c, range[i], 8 << i, 16, 1e-13);
        ode_case_set(&c);
        ode_case_bound(&c, 0.01, 9.0, &kappa2, &square);
        assert_close(kappa2, 1.0, 1e-11, 0.0);                          /* a hundred steps */
        assert_close(square, 1.0 + gsl_pow_2(M_PI) / 12.0, 1e-10, 0.0); /* the same */
        ode_case_close(&c);
    }
}

/* Both states of a square well, q^2 + kappa^2 = depth, -q cot(qR) = kappa. */
static void all_states_of_a_square_well(void **state) {
    (void)state;
    static const double well[2] = {-31.7, 1.45}, edge[4] = {0.0, 0.8, 1.45, 3.0};
    double kappa2, square;
    for (int panels = 2; panels <= 3; panels++) {
        ode_case c = {.w = square_well, .q = well};
        ode_case_open(&c, edge, panels, 16, 1e-13);
        ode_case_set(&c);
        for (int n = 1; n <= 2; n++) { /* qR between (n - 1/2) pi and n pi */
            double high = -well[0] - gsl_pow_2((n - 0.5) * M_PI / well[1]);
            double low = fmax(0.0, -well[0] - gsl_pow_2(n * M_PI / well[1]));
            ode_case_bound(&c, low, high, &kappa2, &square);
            double q = sqrt(-well[0] - kappa2), kappa = sqrt(kappa2), R = well[1];
            assert_close(-q / tan(q * R), kappa, 1e-10, 0.0); /* tolerance times steps */
            /* int_0^R r^2 sin^2 qr, int_0^R sin^2 qr, and the tail */
            double s = sin(q * R), in = 0.5 * R - sin(2.0 * q * R) / (4.0 * q);
            double moment = R * R * R / 6.0 -
                            (R * R / (4.0 * q) - 0.125 / (q * q * q)) * sin(2.0 * q * R) -
                            R * cos(2.0 * q * R) / (4.0 * q * q);
            double tail = s * s / (2.0 * kappa);
            double expected = (moment + tail * (R * R + R / kappa + 0.5 / kappa2)) / (in + tail);
            assert_close(square, expected, 1e-9, 0.0); /* the same, and the rule on sin^2 */
        }
        ode_case_close(&c);
    }
}

/* A weak state of a Yamaguchi term (1 keV at m = 1 GeV is kappa = 0.005 fm^-1), and a deep one. */
static void weak_and_deep_yamaguchi_states(void **state) {
    (void)state;
    static const double kappa[3] = {0.005, 0.31, 2.7};
    const double b = 1.6180;
    for (int i = 0; i < 3; i++) {
        double a = kappa[i], kappa2, square;
        ode_case c = {
            .terms = 1, .strength = {-2.0 * b * gsl_pow_2(a + b)}, .p = {b}, .g = g_yamaguchi};
        ode_case_open_equal(&c, 23.0, 12, 16, 1e-13);
        ode_case_set(&c);
        ode_case_bound(&c, 0.0, 20.0, &kappa2, &square);
        assert_close(sqrt(kappa2), a, 1e-10, 1e-12); /* near threshold 1/a0 has the error */
        double norm = 0.5 / a + 0.5 / b - 2.0 / (a + b);
        double moment = 0.25 / gsl_pow_3(a) + 0.25 / gsl_pow_3(b) - 4.0 / gsl_pow_3(a + b);
        assert_close(square, moment / norm, 1e-8, 0.0); /* goes like 1/a^2 */
        ode_case_close(&c);
    }
}

/* The determinant of the three equations of ode_mixed_kcot with exp(-kappa r) outside and
 * A sinh(qr)/q + F (e^{-br} - cosh qr)/(b^2 - q^2) inside: real, without poles. */
static double mixed_determinant(const double p[4], double kappa2) {
    double h = p[0], a = p[1], L = p[2], b = p[3], kappa = sqrt(kappa2), e = exp(-b * a);
    double P = 1.0 / (b * b - kappa2);
    double complex q = csqrt(h + kappa2), Q = 1.0 / (b * b - q * q);
    double complex up = ode_mixed_integral(b - q, a), down = ode_mixed_integral(b + q, a);
    double complex M[3][3] = {{csinh(q * a) / q, -1.0, Q * (e - ccosh(q * a)) - P * e},
                              {ccosh(q * a), kappa, Q * (-b * e - q * csinh(q * a)) + P * b * e},
                              {-L * (up - down) / (2.0 * q), -L * e / (b + kappa),
                               1.0 - L * Q * (ode_mixed_integral(2.0 * b, a) - 0.5 * (up + down)) -
                                   L * P * e * e / (2.0 * b)}};
    return creal(M[0][0] * (M[1][1] * M[2][2] - M[1][2] * M[2][1]) -
                 M[0][1] * (M[1][0] * M[2][2] - M[1][2] * M[2][0]) +
                 M[0][2] * (M[1][0] * M[2][1] - M[1][1] * M[2][0]));
}

/* Wells with two or three states of their own and a separable term: in each of many windows the
 * solver finds a state if and only if the determinant changes sign, and finds its zero. The
 * coupling int g w_0 vanishes between the states: no pole and no sign change may come from it. */
static void all_states_of_mixed_potentials(void **state) {
    (void)state;
    static const double edge[] = {0.0, 0.45, 0.9, 1.45, 2.2, 3.5, 5.5, 8.0, 11.0, 14.0};
    static const double cases[3][4] = {
        {-61.7, 1.45, 13.1, 1.31}, {-61.7, 1.45, -89.0, 2.31}, {-17.3, 1.45, -9.1, 0.83}};
    enum { WINDOWS = 60 };
    int found = 0;
    for (int i = 0; i < 3; i++) {
        const double *p = cases[i];
        ode_case c = {.terms = 1,
                      .strength = {p[2]},
                      .p = {p[3]},
                      .g = g_yamaguchi,
                      .w = square_well,
                      .q = p};
        ode_case_open(&c, edge, 9, 16, 1e-12);
        ode_case_set(&c);
        for (int j = 0; j < WINDOWS; j++) {
            double low = 1.0317 * j + 0.01, high = 1.0317 * (j + 1) + 0.01, kappa2, square;
            int expected = (mixed_determinant(p, low) < 0) != (mixed_determinant(p, high) < 0);
            hp_status status = hp_ode_bound_state(c.solver, low, high, &kappa2, &square, &c.err);
            hp_error_clear(&c.err);
            assert_int_equal(status, expected ? HP_OK : HP_ERR_NUMERIC);
            if (!expected) continue;
            double sides = mixed_determinant(p, kappa2 * (1.0 - 1e-9)) *
                           mixed_determinant(p, kappa2 * (1.0 + 1e-9));
            assert_true(sides < 0.0); /* the zero is met to 1e-9: tolerance times steps */
            found++;
        }
        ode_case_close(&c);
    }
    assert_true(found >= 6);
}

int main(void) {
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malfliet_tjon_III_and_I),
        cmocka_unit_test(omega_omega_gaussians),
        cmocka_unit_test(n_omega_with_unequal_masses),
        cmocka_unit_test(omega_omega_with_charges),
        cmocka_unit_test(charged_scattering),
        cmocka_unit_test(bound_state_in_closed_form),
        cmocka_unit_test(all_states_of_a_square_well),
        cmocka_unit_test(all_states_of_mixed_potentials),
        cmocka_unit_test(weak_and_deep_yamaguchi_states),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
