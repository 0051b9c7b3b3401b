// SPDX-License-Identifier: GPL-3.0-or-later
/* Separable potentials K = L g(r) g(r'), solved in closed form in docs/method.md, "Scattering". */
#include "models.h"

static const double DEGREE = 180.0 / M_PI;

/* p = {m}: g of the exponential model U = omega exp(-m r) exp(-m r'). */
static double g_exponential(double r, const double *p) {
    return r * exp(-p[0] * r);
}

/* p = {b}: g of the Yamaguchi potential. */
static double g_yamaguchi(double r, const double *p) {
    return exp(-p[0] * r);
}

/* tan delta = -(1/k) L (2mk/D^2)^2 / (1 - L I). */
static double exponential_kcot(double L, double m, double k2) {
    double D = m * m + k2, A = 1.0 / D, B = 2.0 * m / (D * D);
    double I = A * 2.0 / gsl_pow_3(2.0 * m) + B / (4.0 * m * m) - B * (m * m - k2) / (D * D);
    return -(1.0 - L * I) / (L * gsl_pow_2(2.0 * m / (D * D)));
}

static double yamaguchi_kcot(double a, double b, double k2) {
    double D = b * b + k2;
    return D * D / (2.0 * b * gsl_pow_2(a + b)) + D / (2.0 * b) - b;
}

/* delta in degrees between 0 and 180, where the phases of this file lie. */
static double degrees(double kcot, double k) {
    return atan2(k, kcot) * DEGREE;
}

/* SPEC 5.6. The tail beyond r = 32 is exp(-32) = 1e-14, twelve panels of order 16 leave
 * quadrature errors of 1e-13: what is compared is the 1e-6 degrees asked for. */
static void phases_of_spec_exponential(void **state) {
    (void)state;
    static const double k[3] = {0.2, 0.5, 1.0};
    static const double expected[3] = {122.67279979, 63.65919730, 18.43494882};
    const double mass[1] = {1.0};
    model m = model_open(32.0, 12, 16);
    model_set(&m, -2.0, g_exponential, mass, NULL, NULL);
    for (int i = 0; i < 3; i++) assert_close(model_delta_deg(&m, k[i]), expected[i], 0.0, 1e-8);
    model_close(&m);
}

/* SPEC 5.4: K = 2 m 4 pi r r' omega exp(-mu (r + r')); and odd values, attractive with and without
 * a bound state, and repulsive. One bound state if L I(0) = -5 L / (4 m^5) > 1. */
static void phases_of_odd_exponentials(void **state) {
    (void)state;
    const double spec_strength = 2.0 * 3.30 * 4.0 * M_PI * -0.017;
    const struct {
        double L, mass;
        int bound;
    } cases[4] = {{spec_strength, 1.0, 1}, {-0.613, 1.037, 0}, {-3.17, 1.283, 1}, {5.9, 1.117, 0}};
    for (int i = 0; i < 4; i++) {
        model m = model_open(36.0, 14, 16);
        model_set(&m, cases[i].L, g_exponential, &cases[i].mass, NULL, NULL);
        assert_int_equal(model_count(&m), cases[i].bound);
        for (int step = 0; step < 15; step++) {
            double k = 0.0513 + 0.1371 * step;
            double expected = degrees(exponential_kcot(cases[i].L, cases[i].mass, k * k), k);
            if (cases[i].L > 0.0) expected -= 180.0; /* repulsion: between -180 and 0 */
            assert_close(model_delta_deg(&m, k), expected, 0.0, 1e-8); /* tail exp(-36 * 1.037) */
        }
        model_close(&m);
    }
}

/* a0 and r_eff from the polynomial k cot delta of docs/method.md. */
static void threshold_of_exponential(void **state) {
    (void)state;
    const double L = -1.731, mass[1] = {1.083};
    const double mu = mass[0];
    double a0, r_eff;
    model m = model_open(34.0, 12, 16);
    model_set(&m, L, g_exponential, mass, NULL, NULL);
    model_threshold(&m, &a0, &r_eff);
    double expected_a0 = 1.0 / (gsl_pow_6(mu) / (4.0 * L) + 5.0 * mu / 16.0);
    assert_close(a0, expected_a0, 1e-11, 0.0); /* quadrature 1e-13, amplified by 1 - L I = 0.5 */
    assert_close(r_eff, -2.0 * gsl_pow_4(mu) / L + 15.0 / (8.0 * mu), 1e-10, 0.0);
    assert_close(model_kcot(&m, 0.0), -1.0 / expected_a0, 1e-11, 0.0);
    model_close(&m);
}

/* SPEC 5.5 (fm): five digits are printed there, the closed form is met far better. */
static void yamaguchi_potential(void **state) {
    (void)state;
    const double a = 0.2316053, b = 1.3918324, hbar2_over_2mu = 41.472;
    static const double energy[4] = {0.1, 1.0, 10.0, 50.0};
    static const double expected[4] = {164.92131, 136.37573, 85.63456, 45.38037};
    double a0, r_eff;
    model m = model_open(26.0, 12, 16);
    model_set(&m, -2.0 * b * gsl_pow_2(a + b), g_yamaguchi, &b, NULL, NULL);
    model_threshold(&m, &a0, &r_eff);
    assert_close(a0, 5.42300, 0.0, 5e-6); /* half of the last digit printed */
    assert_close(r_eff, 1.77468, 0.0, 5e-6);
    assert_close(a0, -1.0 / yamaguchi_kcot(a, b, 0.0), 1e-11, 0.0);
    assert_close(r_eff, 2.0 * b / gsl_pow_2(a + b) + 1.0 / b, 1e-11, 0.0); /* tail exp(-36) */
    for (int i = 0; i < 4; i++) {
        double k = sqrt(energy[i] / hbar2_over_2mu), delta = model_delta_deg(&m, k);
        assert_close(delta, expected[i], 0.0, 5e-6);
        assert_close(delta, degrees(yamaguchi_kcot(a, b, k * k), k), 0.0, 1e-9);
    }
    model_close(&m);
}

/* Both numbers of one call, and their relation. */
static void kcot_and_tangent_are_inverse(void **state) {
    (void)state;
    const double L = -1.37, mass[1] = {1.083};
    double kcot, tan_over_k;
    model m = model_open(34.0, 12, 16);
    model_set(&m, L, g_exponential, mass, NULL, NULL);
    assert_ok(hp_nystroem_kcot(m.solver, 0.31, &kcot, &tan_over_k, &m.err), &m.err);
    assert_close(kcot, exponential_kcot(L, mass[0], 0.31), 1e-11, 0.0); /* quadrature 1e-13 */
    assert_close(kcot * tan_over_k, 1.0, 1e-15, 0.0);                   /* one division */
    model_close(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phases_of_spec_exponential),
        cmocka_unit_test(phases_of_odd_exponentials),
        cmocka_unit_test(threshold_of_exponential),
        cmocka_unit_test(yamaguchi_potential),
        cmocka_unit_test(kcot_and_tangent_are_inverse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
