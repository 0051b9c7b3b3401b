// SPDX-License-Identifier: GPL-3.0-or-later
/* The solver itself: an independent second solution, orders of convergence, limits, symmetries,
 * error paths. */
#include "models.h"

#include <stdio.h>

/* p = {width}: a form factor that vanishes like r at the origin. */
static double form_factor(double r, const double *p) {
    return r * exp(-(r / p[0]) * (r / p[0]));
}

static const double local_part[4] = {9.7, 0.63, -3.13, 1.71};
static const double width[1] = {1.37};
static const double strength = -1.93;

/* Second solution of u'' + k^2 u = V u + L g int g u by superposition: u = y + beta w with
 * y'' = (V - k^2) y and w'' = (V - k^2) w + g, so beta = L int g y / (1 - L int g w). RK4 carries
 * x = {y, y', w, w', int g y, int g w}. */
static void superposition_slope(double r, double k2, const double x[6], double slope[6]) {
    double potential = two_gaussians(r, local_part) - k2, g = form_factor(r, width);
    slope[0] = x[1];
    slope[1] = potential * x[0];
    slope[2] = x[3];
    slope[3] = potential * x[2] + g;
    slope[4] = g * x[0];
    slope[5] = g * x[2];
}

static double superposition_kcot(double k, double range, int steps) {
    double h = range / steps, x[6] = {0.0, 1.0, 0.0, 0.0, 0.0, 0.0};
    for (int step = 0; step < steps; step++) {
        static const double shift[4] = {0.0, 0.5, 0.5, 1.0}, part[4] = {1.0, 2.0, 2.0, 1.0};
        double slope[6] = {0.0}, total[6] = {0.0};
        for (int stage = 0; stage < 4; stage++) {
            double at[6];
            for (int i = 0; i < 6; i++) at[i] = x[i] + shift[stage] * h * slope[i];
            superposition_slope((step + shift[stage]) * h, k * k, at, slope);
            for (int i = 0; i < 6; i++) total[i] += part[stage] * slope[i];
        }
        for (int i = 0; i < 6; i++) x[i] += h / 6.0 * total[i];
    }
    double beta = strength * x[4] / (1.0 - strength * x[5]);
    double u = x[0] + beta * x[2], du = x[1] + beta * x[3];
    double sine = u * sin(k * range) + du * cos(k * range) / k;
    double cosine = u * cos(k * range) - du * sin(k * range) / k;
    return k * sine / cosine;
}

static void mixed_potential_agrees_with_superposition(void **state) {
    (void)state;
    model m = model_open(10.0, 12, 16);
    model_set(&m, strength, form_factor, width, two_gaussians, local_part);
    for (int step = 0; step < 10; step++) {
        double k = 0.037 + 0.311 * step;
        double coarse = superposition_kcot(k, 10.0, 2000);
        double fine = superposition_kcot(k, 10.0, 4000);
        double expected = fine + (fine - coarse) / 15.0; /* Richardson: RK4 errors fall by 16 */
        double found = model_kcot(&m, k * k);
        /* 1e-10 rad, and Richardson's remainder of 1e-11; the task is 1e-6 degrees = 2e-8 rad */
        assert_close(atan2(k, found), atan2(k, expected), 0.0, 1e-10);
    }
    model_close(&m);
}

static void set_mixed(model *m) {
    model_set(m, strength, form_factor, width, two_gaussians, local_part);
}

static double mixed_tangent(int panels, int order) {
    double kcot, tan_over_k;
    model m = model_open(10.0, panels, order);
    set_mixed(&m);
    assert_ok(hp_nystroem_kcot(m.solver, 0.7 * 0.7, &kcot, &tan_over_k, &m.err), &m.err);
    model_close(&m);
    return tan_over_k;
}

/* Docs: the error of tan delta falls like h^(2 order), the pointwise one only like h^(order+1). */
static void error_falls_with_twice_the_order(void **state) {
    (void)state;
    double exact = mixed_tangent(16, 24);
    static const int panels[3][2] = {{48, 96}, {40, 80}, {32, 64}};
    for (int order = 2; order <= 4; order++) {
        double coarse = fabs(mixed_tangent(panels[order - 2][0], order) - exact);
        double fine = fabs(mixed_tangent(panels[order - 2][1], order) - exact);
        assert_close(log2(coarse / fine), 2.0 * order, 0.0, 0.25); /* h^2 corrections at this h */
    }
}

static void error_falls_spectrally_with_order(void **state) {
    (void)state;
    double exact = mixed_tangent(24, 20), before = 1.0;
    for (int order = 4; order <= 12; order += 2) { /* found: 6e-4, ..., 2e-15 */
        double error = fabs(mixed_tangent(16, order) - exact);
        assert_true(error < 0.03 * before || error < 1e-13);
        before = error;
    }
    assert_true(before < 1e-13);
}

/* k cot delta = -1/a0 + r_eff k^2/2 + O(k^4): differences over shrinking steps, extrapolated. */
static void check_effective_range(model *m) {
    double a0, r_eff, slope[2];
    model_threshold(m, &a0, &r_eff);
    double at_zero = model_kcot(m, 0.0);
    for (int i = 0; i < 2; i++) {
        double k2 = 4e-4 / (1 << i);
        slope[i] = (model_kcot(m, k2) - at_zero) / k2;
    }
    assert_close(at_zero, -1.0 / a0, 1e-15, 0.0);
    /* rounding 1e-15 / 4e-4, remainder of the extrapolation k^4 = 2e-7 times curvature */
    assert_close(r_eff, 2.0 * (2.0 * slope[1] - slope[0]), 0.0, 2e-6);
}

static void effective_range_is_the_derivative(void **state) {
    (void)state;
    model m = model_open(10.0, 10, 16);
    set_mixed(&m);
    check_effective_range(&m);
    for (int i = 0; i < m.grid.n; i++) { /* not symmetric: needs the adjoint solution */
        for (int j = 0; j < m.grid.n; j++) {
            m.kernel[i * m.grid.n + j] *= 1.0 + 0.3 * tanh(m.grid.r[i] - 1.0);
        }
    }
    assert_ok(hp_nystroem_set_interaction(
                  m.solver, &(hp_interaction){.kernel = m.kernel, .local = m.local}, &m.err),
              &m.err);
    check_effective_range(&m);
    model_close(&m);
}

/* tan(delta)/k -> -int s K s at small strength, with a relative error linear in the strength. */
static void weak_potential_is_born(void **state) {
    (void)state;
    const double k = 0.83;
    double deviation[2];
    model m = model_open(10.0, 10, 16);
    for (int i = 0; i < 2; i++) {
        double small = i == 0 ? 2e-5 : 1e-5, overlap = 0.0, local = 0.0, kcot, tan_over_k;
        const double V[4] = {9.7 * small, 0.63, -3.13 * small, 1.71};
        model_set(&m, strength * small, form_factor, width, two_gaussians, V);
        for (int r = 0; r < m.grid.n; r++) {
            double s = sin(k * m.grid.r[r]) / k;
            overlap += m.grid.weight[r] * form_factor(m.grid.r[r], width) * s;
            local += m.grid.weight[r] * two_gaussians(m.grid.r[r], V) * s * s;
        }
        assert_ok(hp_nystroem_kcot(m.solver, k * k, &kcot, &tan_over_k, &m.err), &m.err);
        deviation[i] = tan_over_k / -(strength * small * overlap * overlap + local) - 1.0;
        assert_true(fabs(deviation[i]) < 10.0 * small);
    }
    assert_close(deviation[0] / deviation[1], 2.0, 1e-3, 0.0); /* next order of the Born series */
    model_close(&m);
}

/* Lengths times c, kernel / c^3, local / c^2, momenta / c: the same phases, the same algebra. */
static void lengths_scale(void **state) {
    (void)state;
    const double c = 2.385, k = 0.61;
    double a0, r_eff, scaled_a0, scaled_r_eff;
    model m = model_open(10.0, 10, 12), scaled = model_open(10.0 * c, 10, 12);
    set_mixed(&m);
    for (int i = 0; i < m.grid.n * m.grid.n; i++) scaled.kernel[i] = m.kernel[i] / (c * c * c);
    for (int i = 0; i < m.grid.n; i++) scaled.local[i] = m.local[i] / (c * c);
    assert_ok(hp_nystroem_set_interaction(
                  scaled.solver, &(hp_interaction){.kernel = scaled.kernel, .local = scaled.local},
                  &scaled.err),
              &scaled.err);
    model_threshold(&m, &a0, &r_eff);
    model_threshold(&scaled, &scaled_a0, &scaled_r_eff);
    assert_close(scaled_a0, c * a0, 1e-12, 0.0); /* the same numbers but for rounding */
    assert_close(scaled_r_eff, c * r_eff, 1e-12, 0.0);
    assert_close(model_delta_deg(&scaled, k / c), model_delta_deg(&m, k), 0.0, 1e-10);
    assert_int_equal(model_count(&scaled), model_count(&m));
    model_close(&m);
    model_close(&scaled);
}

/* K = -5 (g g + f f) + 40 (g f - f g), not symmetric: a pair of complex eigenvalues with real part
 * above 1. A complex energy is no bound state. */
static void complex_eigenvalues_are_not_counted(void **state) {
    (void)state;
    static const double other[1] = {2.9};
    model m = model_open(10.0, 8, 12);
    for (int i = 0; i < m.grid.n; i++) {
        for (int j = 0; j < m.grid.n; j++) {
            double g_i = form_factor(m.grid.r[i], width), g_j = form_factor(m.grid.r[j], width);
            double f_i = form_factor(m.grid.r[i], other), f_j = form_factor(m.grid.r[j], other);
            m.kernel[i * m.grid.n + j] =
                -5.0 * (g_i * g_j + f_i * f_j) + 40.0 * (g_i * f_j - f_i * g_j);
        }
    }
    assert_ok(hp_nystroem_set_interaction(m.solver, &(hp_interaction){.kernel = m.kernel}, &m.err),
              &m.err);
    assert_int_equal(model_count(&m), 0);
    model_close(&m);
}

/* A potential that was set before leaves nothing behind; the caller's arrays are copied. */
static void solver_is_reusable(void **state) {
    (void)state;
    model m = model_open(10.0, 10, 12);
    set_mixed(&m);
    double first = model_kcot(&m, 0.3);
    assert_int_equal(model_count(&m), model_count(&m));
    model_set_local(&m, two_gaussians, local_part);
    assert_true(fabs(model_kcot(&m, 0.3) - first) > 1e-2);
    set_mixed(&m);
    for (int i = 0; i < m.grid.n; i++) m.local[i] = m.kernel[i] = NAN;
    assert_true(model_kcot(&m, 0.3) == first);
    assert_true(hp_nystroem_grid(m.solver)->r != m.grid.r);
    model_close(&m);
}

static void bad_potentials_are_refused(void **state) {
    (void)state;
    model m = model_open(10.0, 5, 8);
    set_mixed(&m);
    double before = model_kcot(&m, 0.3);
    for (int i = 0; i < 2; i++) {
        hp_error err = HP_ERROR_INIT;
        double *poisoned = i == 0 ? &m.kernel[3 * m.grid.n + 17] : &m.local[11], good = *poisoned;
        *poisoned = i == 0 ? NAN : INFINITY;
        hp_status status = hp_nystroem_set_interaction(
            m.solver, &(hp_interaction){.kernel = m.kernel, .local = m.local}, &err);
        assert_status(status, HP_ERR_NUMERIC, &err);
        assert_contains(err.message, i == 0 ? "non-local potential" : "local potential at r = ");
        char place[64];
        snprintf(place, sizeof place, "r = %g", m.grid.r[i == 0 ? 3 : 11]);
        assert_contains(err.message, place);
        *poisoned = good;
    }
    assert_true(model_kcot(&m, 0.3) == before);
    model_close(&m);
}

/* Finite numbers whose products are not: reported, not returned. */
static void overflow_is_reported(void **state) {
    (void)state;
    double kcot, tan_over_k, a0, r_eff;
    hp_error err = HP_ERROR_INIT;
    model m = model_open(10.0, 5, 8);
    for (int i = 0; i < m.grid.n * m.grid.n; i++) m.kernel[i] = 1e308;
    assert_ok(hp_nystroem_set_interaction(m.solver, &(hp_interaction){.kernel = m.kernel}, &m.err),
              &m.err);
    assert_status(hp_nystroem_kcot(m.solver, 0.3, &kcot, &tan_over_k, &err), HP_ERR_NUMERIC, &err);
    assert_contains(err.message, "potential is too large");
    assert_status(hp_nystroem_threshold(m.solver, &a0, &r_eff, &m.err), HP_ERR_NUMERIC, &m.err);
    int count;
    assert_status(hp_nystroem_count_bound(m.solver, &count, &m.err), HP_ERR_NUMERIC, &m.err);
    model_close(&m);
}

static void expect_bad_momenta(model *m, const double *k2, int n, const char *words) {
    hp_error err = HP_ERROR_INIT;
    double delta[3], kcot[3];
    hp_status status = hp_nystroem_phase_shifts(m->solver, k2, n, delta, kcot, &err);
    assert_status(status, HP_ERR_INPUT, &err);
    assert_contains(err.message, words);
}

static void bad_momenta_are_refused(void **state) {
    (void)state;
    double kcot, tan_over_k;
    static const double bad[3] = {-0.1, NAN, INFINITY};
    model m = model_open(10.0, 5, 8);
    set_mixed(&m);
    for (int i = 0; i < 3; i++) {
        hp_error err = HP_ERROR_INIT;
        hp_status status = hp_nystroem_kcot(m.solver, bad[i], &kcot, &tan_over_k, &err);
        assert_status(status, HP_ERR_INPUT, &err);
        assert_contains(err.message, "k^2 must not be negative");
        expect_bad_momenta(&m, &bad[i], 1, "positive, ascending");
    }
    expect_bad_momenta(&m, (double[]){0.0, 0.1}, 2, "positive, ascending");
    expect_bad_momenta(&m, (double[]){0.1, 0.3, 0.2}, 3, "number 2 is 0.2 after 0.3");
    expect_bad_momenta(&m, (double[]){0.1, 17.0}, 2, "highest it can resolve is 4");
    assert_ok(hp_nystroem_phase_shifts(m.solver, NULL, 0, NULL, NULL, &m.err), &m.err);
    model_close(&m);
}

static void bad_grids_make_no_solver(void **state) {
    (void)state;
    hp_nystroem *solver = NULL;
    hp_error err = HP_ERROR_INIT;
    hp_quadrature grid = {.panels = 5, .order = 8, .n = 41, .range = 10.0};
    assert_status(hp_nystroem_create(&grid, &solver, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "must have 40 nodes, found 41");
    assert_null(solver);
    grid = (hp_quadrature){.panels = 5, .order = 8, .n = 40, .range = 10.0}; /* no edges */
    assert_status(hp_nystroem_create(&grid, &solver, NULL), HP_ERR_INPUT, NULL);
    grid = (hp_quadrature){.panels = 1000000000, .order = 2, .n = 2000000000, .range = 10.0};
    assert_status(hp_nystroem_create(&grid, &solver, NULL), HP_ERR_MEMORY, NULL); /* n^2 */
    assert_null(solver);
    hp_nystroem_destroy(&solver);
    hp_nystroem_destroy(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mixed_potential_agrees_with_superposition),
        cmocka_unit_test(error_falls_with_twice_the_order),
        cmocka_unit_test(error_falls_spectrally_with_order),
        cmocka_unit_test(effective_range_is_the_derivative),
        cmocka_unit_test(weak_potential_is_born),
        cmocka_unit_test(lengths_scale),
        cmocka_unit_test(complex_eigenvalues_are_not_counted),
        cmocka_unit_test(solver_is_reusable),
        cmocka_unit_test(bad_potentials_are_refused),
        cmocka_unit_test(overflow_is_reported),
        cmocka_unit_test(bad_momenta_are_refused),
        cmocka_unit_test(bad_grids_make_no_solver),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
