// SPDX-License-Identifier: GPL-3.0-or-later
/* Correlation functions against reference numbers, closed forms and direct averages. */
#include "support.h"

#include <complex.h>
#include <math.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_coulomb.h>
#include "hadpot/coulomb.h"
#include "hadpot/femtoscopy.h"
#include "hadpot/memory.h"
#include "hadpot/units.h"

/* Square well (depth, range) with point charges, its exact wave on the nodes of a grid that may
 * reach further than the well. */
typedef struct well {
    double strength, depth, range;
} well;

static double well_excess(const well *w, double k2, double radius, double reach, int panels,
                          int order) {
    hp_error err = HP_ERROR_INIT;
    hp_quadrature grid;
    double f[4], g[4], K, cot, X, k = sqrt(k2);
    assert_ok(hp_coulomb_functions(w->strength, k2 + w->depth, w->range, f, &err), &err);
    assert_ok(hp_coulomb_match(w->strength, k2, w->range, f[0], f[1], &K, &cot, &err), &err);
    /* beyond: sin(delta)/C (theta + K phi) = F_0 cos delta + G_0 sin delta */
    double C = sqrt(hp_coulomb_penetration(w->strength, k2)), outer = sin(atan2(k, cot)) / C;
    assert_ok(hp_coulomb_functions(w->strength, k2, w->range, g, &err), &err);
    double inner = outer * (g[2] + K * g[0]) / f[0];
    assert_ok(hp_quadrature_create(reach, panels, order, &grid, &err), &err);
    double *u = hp_alloc((size_t)grid.n, sizeof *u);
    assert_non_null(u);
    for (int i = 0; i < grid.n; i++) {
        int in = grid.r[i] < w->range;
        double at = in ? k2 + w->depth : k2;
        assert_ok(hp_coulomb_functions(w->strength, at, grid.r[i], f, &err), &err);
        u[i] = in ? inner * f[0] : outer * (f[2] + K * f[0]);
    }
    assert_ok(hp_femto_excess(&grid, u, k / cot, k2, w->strength, radius, &X, &err), &err);
    hp_free(u);
    hp_quadrature_destroy(&grid);
    return X;
}

static void square_well_has_its_reference_values(void **state) {
    (void)state;
    const well w = {0.0, 20.0 / 41.47, 2.0};
    static const double k_mev[3] = {10.0, 50.0, 100.0};
    static const double expected[3] = {11.14361200, 2.97306248, 1.14722983};
    for (int i = 0; i < 3; i++) {
        double k = k_mev[i] / HP_HBARC_MEV_FM;
        /* the digits of the reference */
        assert_close(1.0 + well_excess(&w, k * k, 1.2, 2.0, 2, 16), expected[i], 0.0, 6e-9);
        assert_close(1.0 + well_excess(&w, k * k, 1.2, 6.0, 6, 16), expected[i], 0.0, 6e-9);
    }
}

static void grids_do_not_matter(void **state) {
    (void)state;
    /* a source much smaller than a panel; charges of both signs; the seam between grid and
     * continuation in two places. Only roundings and interpolation of 1e-13 differ. */
    static const well wells[] = {{0.0, 0.48, 2.0}, {0.31, 0.48, 2.0}, {-0.31, 0.48, 2.0}};
    static const double radii[] = {0.07, 0.9, 4.4};
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            double fine = well_excess(&wells[i], 0.21, radii[j], 2.0, 20, 16);
            assert_close(well_excess(&wells[i], 0.21, radii[j], 2.0, 1, 24), fine, 1e-11, 1e-13);
            assert_close(well_excess(&wells[i], 0.21, radii[j], 7.0, 7, 20), fine, 1e-11, 1e-13);
        }
}

static void no_interaction_no_excess(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_quadrature grid;
    double u[24], f[4], X, k2 = 0.3;
    assert_ok(hp_quadrature_create(2.0, 2, 12, &grid, &err), &err);
    for (int charged = 0; charged < 2; charged++) {
        double strength = 0.27 * charged;
        for (int i = 0; i < grid.n; i++) {
            assert_ok(hp_coulomb_functions(strength, k2, grid.r[i], f, &err), &err);
            u[i] = sqrt(hp_coulomb_penetration(strength, k2) * k2) * f[0];
        }
        assert_ok(hp_femto_excess(&grid, u, 0.0, k2, strength, 1.1, &X, &err), &err);
        assert_close(X, 0.0, 0.0, 1e-15); /* the difference of equal squares: rounding */
    }
    hp_quadrature_destroy(&grid);
}

/* k -> 0: u/k = r - d outside d, nothing inside; Gaussian moments. */
static void hard_sphere_at_low_momentum(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_quadrature grid;
    double d = 0.83, R = 1.37, k = 1e-5, u[16] = {0.0}, X, x = 0.5 * d / R;
    assert_ok(hp_quadrature_create(d, 1, 16, &grid, &err), &err);
    assert_ok(hp_femto_excess(&grid, u, -tan(k * d), k * k, 0.0, R, &X, &err), &err);
    double outside = -2.0 * d * exp(-x * x) / (sqrt(M_PI) * R) + 0.5 * d * d * erfc(x) / (R * R);
    double inside = 2.0 * x * exp(-x * x) / sqrt(M_PI) - erf(x);
    /* k^2 R^2 = 2e-10, times what is left of it */
    assert_close(X, outside + inside, 1e-9, 0.0);
    hp_quadrature_destroy(&grid);
}

/* delta = 90 degrees: tan delta is infinite. */
static void phase_of_ninety_degrees(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_quadrature grid;
    double u[8] = {0.0}, X, large;
    assert_ok(hp_quadrature_create(0.5, 1, 8, &grid, &err), &err);
    assert_ok(hp_femto_excess(&grid, u, HUGE_VAL, 0.1, 0.0, 1.0, &X, &err), &err);
    assert_ok(hp_femto_excess(&grid, u, -1e15, 0.1, 0.0, 1.0, &large, &err), &err);
    assert_close(X, large, 1e-13, 0.0); /* delta differs by 1e-15 */
    hp_quadrature_destroy(&grid);
}

/* The formula leaves out the third order in range / R. */
static void lednicky_lyuboshitz_is_the_limit_of_large_sources(void **state) {
    (void)state;
    const well w = {0.0, 20.0 / 41.47, 2.0};
    double k2 = 0.01, last = 0.0, f[4], K, cot;
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_coulomb_functions(0.0, k2 + w.depth, w.range, f, &err), &err);
    assert_ok(hp_coulomb_match(0.0, k2, w.range, f[0], f[1], &K, &cot, &err), &err);
    for (double R = 12.0; R < 50.0; R *= 2.0) {
        double X = well_excess(&w, k2, R, 2.0, 2, 16);
        double difference = fabs(hp_femto_lednicky(cot, 2.27720713, k2, R) - X);
        /* 8 times less from one R to the next, and some more orders */
        if (last > 0.0) assert_true(difference < 0.16 * last);
        last = difference;
    }
    assert_true(last < 1e-6);
    /* closed values: unitarity at threshold, f = 0 */
    assert_close(hp_femto_lednicky(-1.0 / 1.7, 0.0, 0.0, 3.0),
                 0.5 * 1.7 * 1.7 / 9.0 - 2.0 * 1.7 / (3.0 * sqrt(M_PI)), 1e-14, 0.0);
    assert_true(hp_femto_lednicky(HUGE_VAL, 0.0, 0.1, 3.0) == 0.0);
}

static void quantum_statistics(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_femto_pair pair = {HP_STATISTICS_FERMIONS, 0.5, 0.25, 0.0};
    double k2 = 0.0169, R = 1.9, C, e = exp(-4.0 * k2 * R * R);
    assert_ok(hp_femto_background(&pair, k2, R, &C, &err), &err);
    assert_close(C, 1.0 - 0.5 * e, 1e-15, 0.0); /* two Lambdas; a rounding */
    assert_close(hp_femto_factor(&pair), 0.5, 0.0, 0.0);
    pair = (hp_femto_pair){HP_STATISTICS_BOSONS, 0.0, 1.0, 0.0};
    assert_ok(hp_femto_background(&pair, k2, R, &C, &err), &err);
    assert_close(C, 1.0 + e, 1e-15, 0.0);
    pair = (hp_femto_pair){HP_STATISTICS_DISTINCT, 0.5, 0.75, 0.0};
    assert_ok(hp_femto_background(&pair, k2, R, &C, &err), &err);
    assert_close(C, 1.0, 1e-15, 0.0);
    assert_close(hp_femto_factor(&pair), 0.75, 0.0, 0.0);
    assert_status(hp_femto_background(&pair, k2, 0.0, &C, &err), HP_ERR_INPUT, &err);
    hp_error_clear(&err);
    assert_status(hp_femto_background(&pair, 0.0, R, &C, &err), HP_ERR_NUMERIC, &err);
}

/* Full Coulomb wave over C, exp(ikz) 1F1(-i eta, 1, i k (r - z)), by its power series. */
static double complex full_wave(double eta, double rho, double cosine) {
    double complex term = 1.0, sum = 1.0, x = I * rho * (1.0 - cosine);
    for (int n = 1; n < 400 && cabs(term) > 1e-18; n++) {
        term *= (n - 1.0 - I * eta) * x / ((double)n * n);
        sum += term;
    }
    return cexp(I * rho * cosine) * sum;
}

/* Average over the source of |wave|^2, or of the symmetric and antisymmetric waves' squares. */
static void direct_average(double strength, double k2, double R, double average[3]) {
    hp_error err = HP_ERROR_INIT;
    hp_quadrature radial, angular;
    double k = sqrt(k2), eta = 0.5 * strength / k;
    assert_ok(hp_quadrature_create(13.0 * R, 13, 16, &radial, &err), &err);
    assert_ok(hp_quadrature_create(2.0, 4, 16, &angular, &err), &err);
    average[0] = average[1] = average[2] = 0.0;
    for (int i = 0; i < radial.n; i++)
        for (int j = 0; j < angular.n; j++) {
            double r = radial.r[i], c = angular.r[j] - 1.0, x = 0.5 * r / R;
            double weight = radial.weight[i] * angular.weight[j] * 0.5 * r * r * exp(-x * x) /
                            (2.0 * sqrt(M_PI) * R * R * R);
            double complex a = full_wave(eta, k * r, c), b = full_wave(eta, k * r, -c);
            average[0] += weight * creal(a * conj(a));
            average[1] += weight * 0.5 * creal((a + b) * conj(a + b));
            average[2] += weight * 0.5 * creal((a - b) * conj(a - b));
        }
    for (int i = 0; i < 3; i++) average[i] *= hp_coulomb_penetration(strength, k2);
    hp_quadrature_destroy(&radial);
    hp_quadrature_destroy(&angular);
}

static void charged_background_is_the_average_of_the_full_wave(void **state) {
    (void)state;
    static const double rows[4][3] = {/* strength, k2, R; kR below 0.7 for the power series */
                                      {0.0347, 0.0025, 1.2},
                                      {0.41, 0.04, 2.3},
                                      {-0.41, 0.04, 2.3},
                                      {1.9, 0.09, 1.4}};
    hp_error err = HP_ERROR_INIT;
    for (int i = 0; i < 4; i++) {
        const double *p = rows[i];
        double average[3], C;
        direct_average(p[0], p[1], p[2], average);
        hp_femto_pair pair = {HP_STATISTICS_DISTINCT, 0.5, 1.0, p[0]};
        assert_ok(hp_femto_background(&pair, p[1], p[2], &C, &err), &err);
        assert_close(C, average[0], 1e-10,
                     0.0); /* e^(-13^2/4) = 1e-18 of the source left out, C^2 of 1e-5 */
        pair.statistics = HP_STATISTICS_FERMIONS;
        assert_ok(hp_femto_background(&pair, p[1], p[2], &C, &err), &err);
        assert_close(C, 0.25 * average[1] + 0.75 * average[2], 1e-10, 0.0);
        pair = (hp_femto_pair){HP_STATISTICS_BOSONS, 0.0, 1.0, p[0]};
        assert_ok(hp_femto_background(&pair, p[1], p[2], &C, &err), &err);
        assert_close(C, average[1], 1e-10, 0.0);
    }
}

static void charged_background_has_its_limits(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_femto_pair pair = {HP_STATISTICS_DISTINCT, 0.0, 1.0, 0.23};
    double C, other;
    /* a small source sees C^2 (1 + beta <r>/..): 1e-7 */
    assert_ok(hp_femto_background(&pair, 0.05, 1e-7, &C, &err), &err);
    assert_close(C, hp_coulomb_penetration(0.23, 0.05), 1e-6, 0.0);
    /* hardly any charge: 1 and quantum statistics, also at kR = 20, many waves */
    pair = (hp_femto_pair){HP_STATISTICS_BOSONS, 1.0, 1.0, 1e-13};
    for (double R = 0.3; R < 25.0; R *= 4.0) {
        assert_ok(hp_femto_background(&pair, 1.0, R, &C, &err), &err);
        pair.coulomb_strength = 0.0;
        assert_ok(hp_femto_background(&pair, 1.0, R, &other, &err), &err);
        pair.coulomb_strength = 1e-13;
        assert_close(C, other, 1e-11, 0.0); /* beta R, and some hundred roundings */
    }
}

/* X of a hard sphere with charges, integrated with GSL's Coulomb functions where they are good. */
typedef struct sphere {
    double strength, k, R, range, tangent;
} sphere;

static double sphere_integrand(double r, void *context) {
    const sphere *s = context;
    gsl_sf_result F, dF, G, dG;
    double of, og, delta = atan(s->tangent), x = 0.5 * r / s->R;
    (void)gsl_sf_coulomb_wave_FG_e(0.5 * s->strength / s->k, s->k * r, 0.0, 0, &F, &dF, &G, &dG,
                                   &of, &og);
    double u = r < s->range ? 0.0 : F.val * cos(delta) + G.val * sin(delta);
    return exp(-x * x) / (2.0 * sqrt(M_PI) * s->R * s->R * s->R * s->k * s->k) *
           (u * u - F.val * F.val);
}

static void charged_excess_agrees_with_library_functions(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_quadrature grid;
    gsl_integration_workspace *space = gsl_integration_workspace_alloc(500);
    assert_non_null(space);
    assert_ok(hp_quadrature_create(1.3, 1, 16, &grid, &err), &err);
    for (int sign = -1; sign <= 1; sign += 2) {
        sphere s = {0.6 * sign, 1.1, 1.6, 1.3, -1.9};
        gsl_function function = {sphere_integrand, &s};
        double in, out, error, u[16] = {0.0}, X;
        assert_int_equal(gsl_integration_qag(&function, 0.0, 1.3, 0.0, 1e-10, 500,
                                             GSL_INTEG_GAUSS31, space, &in, &error),
                         GSL_SUCCESS);
        assert_int_equal(gsl_integration_qag(&function, 1.3, 20.0, 0.0, 1e-10, 500,
                                             GSL_INTEG_GAUSS31, space, &out, &error),
                         GSL_SUCCESS);
        assert_ok(hp_femto_excess(&grid, u, s.tangent, s.k * s.k, s.strength, s.R, &X, &err), &err);
        assert_close(X, in + out, 1e-9, 0.0); /* error asked of the integration */
    }
    assert_status(hp_femto_excess(&grid, grid.r, 1.0, 1.0, 0.1, -1.0, &(double){0.0}, &err),
                  HP_ERR_INPUT, &err);
    hp_error_clear(&err);
    assert_status(hp_femto_excess(&grid, grid.r, 1.0, 1e-8, 1.0, 1.0, &(double){0.0}, &err),
                  HP_ERR_NUMERIC, &err);
    gsl_integration_workspace_free(space);
    hp_quadrature_destroy(&grid);
}

int main(void) {
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(square_well_has_its_reference_values),
        cmocka_unit_test(grids_do_not_matter),
        cmocka_unit_test(no_interaction_no_excess),
        cmocka_unit_test(hard_sphere_at_low_momentum),
        cmocka_unit_test(phase_of_ninety_degrees),
        cmocka_unit_test(lednicky_lyuboshitz_is_the_limit_of_large_sources),
        cmocka_unit_test(quantum_statistics),
        cmocka_unit_test(charged_background_is_the_average_of_the_full_wave),
        cmocka_unit_test(charged_background_has_its_limits),
        cmocka_unit_test(charged_excess_agrees_with_library_functions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
