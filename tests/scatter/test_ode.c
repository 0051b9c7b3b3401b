// SPDX-License-Identifier: GPL-3.0-or-later
/* The second solver against closed forms: separable, local, mixed, energy-dependent potentials. */
#include "ode_case.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>

static const double DEGREE = 180.0 / M_PI;

/* K = L r r' exp(-m(r+r')); docs/method-scatter.md, "Separable potentials". */
static double exponential_kcot(double L, double m, double k2) {
    double D = m * m + k2;
    return -gsl_pow_4(D) / (4.0 * m * m * L) + gsl_pow_3(D) / (16.0 * gsl_pow_5(m)) +
           D * D / (8.0 * gsl_pow_3(m)) - (m * m - k2) / (2.0 * m);
}

/* SPEC 5.6: ten digits are printed. The tail beyond r = 32 is exp(-32) = 1e-14. */
static void phases_of_spec_exponential(void **state) {
    (void)state;
    static const double k[3] = {0.2, 0.5, 1.0};
    static const double expected[3] = {122.67279979, 63.65919730, 18.43494882};
    ode_case c = {.terms = 1, .strength = {-2.0}, .p = {1.0}, .g = g_exponential};
    ode_case_open_equal(&c, 32.0, 12, 16, 1e-12);
    ode_case_set(&c);
    assert_int_equal(hp_ode_rank(c.solver), 1);
    for (int i = 0; i < 3; i++) {
        double delta = ode_case_delta(&c, k[i]);
        assert_close(delta, expected[i], 0.0, 6e-9);
        double exact = atan2(k[i], exponential_kcot(-2.0, 1.0, k[i] * k[i])) * DEGREE;
        assert_close(delta, exact, 0.0, 1e-9); /* tolerance times some 200 steps, in degrees */
    }
    ode_case_close(&c);
}

/* SPEC 5.4 and odd values, attractive and repulsive; a0 and r_eff from the polynomial. */
static void exponentials_and_their_threshold(void **state) {
    (void)state;
    const double cases[4][2] = {
        {2.0 * 3.30 * 4.0 * M_PI * -0.017, 1.0}, {-0.613, 1.037}, {-3.17, 1.283}, {5.9, 1.117}};
    for (int i = 0; i < 4; i++) {
        double L = cases[i][0], m = cases[i][1], a0, r_eff;
        ode_case c = {.terms = 1, .strength = {L}, .p = {m}, .g = g_exponential};
        ode_case_open_equal(&c, 36.0, 14, 16, 1e-12);
        ode_case_set(&c);
        for (int step = 0; step < 5; step++) {
            double k = 0.0513 + 0.4371 * step;
            double exact = atan2(k, exponential_kcot(L, m, k * k)) * DEGREE;
            assert_close(ode_case_delta(&c, k), exact, 0.0, 1e-9);
        }
        ode_case_threshold(&c, &a0, &r_eff);
        assert_close(a0, -1.0 / exponential_kcot(L, m, 0.0), 1e-10, 0.0); /* 1 - L I is 0.3 at
                                                                             least */
        assert_close(r_eff, -2.0 * gsl_pow_4(m) / L + 15.0 / (8.0 * m), 1e-9, 0.0);
        assert_close(ode_case_kcot(&c, 0.0), -1.0 / a0, 1e-11, 0.0);
        ode_case_close(&c);
    }
}

/* Any number of Yamaguchi terms: w_n = (exp(-b_n r) - cos kr)/D_n, f = sigma + C Lambda f. */
static double yamaguchi_terms_kcot(const ode_case *c, double k2) {
    double matrix[ODE_CASE_TERMS * ODE_CASE_TERMS], f[ODE_CASE_TERMS], tangent = 0.0;
    lapack_int pivot[ODE_CASE_TERMS];
    for (int m = 0; m < c->terms; m++) {
        double Dm = c->p[m] * c->p[m] + k2;
        for (int n = 0; n < c->terms; n++) {
            double Dn = c->p[n] * c->p[n] + k2;
            double C = (1.0 / (c->p[m] + c->p[n]) - c->p[m] / Dm) / Dn;
            matrix[m * c->terms + n] = (m == n) - C * c->strength[n];
        }
        f[m] = 1.0 / Dm;
    }
    assert_int_equal(LAPACKE_dgesv(LAPACK_ROW_MAJOR, c->terms, 1, matrix, c->terms, pivot, f, 1),
                     0);
    for (int n = 0; n < c->terms; n++) tangent -= c->strength[n] * f[n] / (c->p[n] * c->p[n] + k2);
    return 1.0 / tangent;
}

/* SPEC 5.5 (fm): five digits are printed, the closed form is met far better. */
static void yamaguchi_potential(void **state) {
    (void)state;
    const double a = 0.2316053, b = 1.3918324, hbar2_over_2mu = 41.472;
    static const double energy[4] = {0.1, 1.0, 10.0, 50.0};
    static const double expected[4] = {164.92131, 136.37573, 85.63456, 45.38037};
    double a0, r_eff, kappa2, square;
    ode_case c = {
        .terms = 1, .strength = {-2.0 * b * gsl_pow_2(a + b)}, .p = {b}, .g = g_yamaguchi};
    ode_case_open_equal(&c, 26.0, 12, 16, 1e-12);
    ode_case_set(&c);
    ode_case_threshold(&c, &a0, &r_eff);
    assert_close(a0, 5.42300, 0.0, 5e-6); /* half of the last digit printed */
    assert_close(r_eff, 1.77468, 0.0, 5e-6);
    assert_close(a0, -1.0 / yamaguchi_terms_kcot(&c, 0.0), 1e-10, 0.0); /* steps times tolerance */
    assert_close(r_eff, 2.0 * b / gsl_pow_2(a + b) + 1.0 / b, 1e-10, 0.0);
    for (int i = 0; i < 4; i++) {
        double k = sqrt(energy[i] / hbar2_over_2mu);
        assert_close(ode_case_delta(&c, k), expected[i], 0.0, 5e-6);
    }
    ode_case_bound(&c, 0.0, 1.0, &kappa2, &square);
    assert_close(hbar2_over_2mu * kappa2, 2.22460, 0.0, 5e-6);
    assert_close(kappa2, a * a, 1e-10, 0.0); /* bound at k = ia */
    /* u = exp(-ar) - exp(-br): int r^2 exp(-cr) = 2/c^3 */
    double norm = 0.5 / a + 0.5 / b - 2.0 / (a + b);
    double moment = 0.25 / gsl_pow_3(a) + 0.25 / gsl_pow_3(b) - 4.0 / gsl_pow_3(a + b);
    assert_close(square, moment / norm, 1e-9, 0.0); /* <r^2> goes like 1/a^2 */
    ode_case_close(&c);
}

/* Three terms of both signs, one a thousand times smaller: the eigenvectors mix them. */
static void several_separable_terms(void **state) {
    (void)state;
    ode_case c = {
        .terms = 3, .strength = {-7.13, 4.9, 0.0083}, .p = {1.39, 2.21, 0.93}, .g = g_yamaguchi};
    ode_case_open_equal(&c, 34.0, 15, 16, 1e-12);
    ode_case_set(&c);
    assert_int_equal(hp_ode_rank(c.solver), 3);
    for (int step = 0; step < 6; step++) {
        double k = 0.031 + 0.377 * step, exact = atan2(k, yamaguchi_terms_kcot(&c, k * k)) * DEGREE;
        assert_close(ode_case_delta(&c, k), exact, 0.0, 1e-9); /* steps times tolerance */
    }
    double a0, r_eff, h = 1e-3;
    double slope = (8.0 * (yamaguchi_terms_kcot(&c, h) - yamaguchi_terms_kcot(&c, -h)) -
                    (yamaguchi_terms_kcot(&c, 2.0 * h) - yamaguchi_terms_kcot(&c, -2.0 * h))) /
                   (12.0 * h);
    ode_case_threshold(&c, &a0, &r_eff);
    assert_close(a0, -1.0 / yamaguchi_terms_kcot(&c, 0.0), 1e-10, 0.0);
    assert_close(r_eff, 2.0 * slope, 1e-9, 0.0); /* difference formula: h^4 and rounding / h */
    ode_case_close(&c);
}

/* delta = arctan(k/q tan qR) - kR; SPEC 5.8. The range ends at the edge, or beyond it. */
static void square_well_in_closed_form(void **state) {
    (void)state;
    static const double well[2] = {-20.0 / 41.47, 2.0};
    static const double edge[5] = {0.0, 0.9, 2.0, 3.3, 4.1};
    double q0 = sqrt(-well[0]), exact_a0 = 2.0 - tan(2.0 * q0) / q0, a0, r_eff;
    for (int panels = 2; panels <= 4; panels += 2) {
        for (int at_nodes_only = 0; at_nodes_only < 2; at_nodes_only++) {
            ode_case c = {.w = square_well, .q = well, .at_nodes_only = at_nodes_only};
            ode_case_open(&c, edge, panels, 8, 1e-12);
            ode_case_set(&c);
            assert_int_equal(hp_ode_rank(c.solver), 0);
            ode_case_threshold(&c, &a0, &r_eff);
            assert_close(a0, -5.82989020, 0.0, 5e-9); /* half of the last digit printed */
            assert_close(r_eff, 2.27720713, 0.0, 5e-9);
            assert_close(a0, exact_a0, 1e-11, 0.0); /* tolerance times a0/R of the pole */
            for (int step = 0; step < 5; step++) {
                double k = 0.05317 + 0.617 * step, q = sqrt(k * k - well[0]);
                double exact = atan2(k * sin(2.0 * q), q * cos(2.0 * q)) - 2.0 * k;
                double delta = ode_case_delta(&c, k) / DEGREE;
                assert_close(remainder(delta - exact, M_PI), 0.0, 0.0, 1e-11); /* tolerance */
            }
            ode_case_close(&c);
        }
    }
}

/* q = {2 mu V0, radius, 2 mu V2}, constant inside. */
static double expansion_w(double r, const double *q) {
    return r < q[1] ? q[0] / (1.0 - q[2]) : 0.0;
}

static double expansion_s(double r, const double *q) {
    return r < q[1] ? -q[2] / (1.0 - q[2]) : 0.0;
}

/* u'' = -(k^2 - 2 mu V0)/(1 - 2 mu V2) u in a well; r_eff by differences of the closed form. */
static double expansion_kcot(const double *q, double k2) {
    double k = sqrt(k2), inside = sqrt((k2 - q[0]) / (1.0 - q[2])), R = q[1];
    double log_slope = inside / tan(inside * R); /* u'/u at R */
    double s = k > 0.0 ? sin(k * R) / k : R, cosine = cos(k * R);
    return (log_slope * cosine + k2 * s) / (cosine - log_slope * s);
}

static void derivative_expansion_in_a_well(void **state) {
    (void)state;
    static const double edge[4] = {0.0, 1.1, 1.7, 2.9};
    static const double wells[2][3] = {{-0.83, 1.7, 0.37}, {-0.41, 1.7, -0.59}};
    for (int i = 0; i < 2; i++) {
        const double *q = wells[i], h = 1e-3;
        double a0, r_eff;
        ode_case c = {.w = expansion_w, .s = expansion_s, .q = q};
        ode_case_open(&c, edge, 3, 8, 1e-12);
        ode_case_set(&c);
        for (int step = 0; step < 5; step++) {
            double k = 0.05317 + 0.417 * step;
            double exact = atan2(k, expansion_kcot(q, k * k)) * DEGREE;
            assert_close(ode_case_delta(&c, k), exact, 0.0, 1e-9); /* tolerance in degrees */
        }
        ode_case_threshold(&c, &a0, &r_eff);
        assert_close(a0, -1.0 / expansion_kcot(q, 0.0), 1e-10, 0.0);
        /* one-sided derivative, error h^4 */
        double slope = 0.0;
        static const double weight[5] = {-25.0 / 12.0, 4.0, -3.0, 4.0 / 3.0, -0.25};
        for (int j = 0; j < 5; j++) slope += weight[j] * expansion_kcot(q, j * h) / h;
        assert_close(r_eff, 2.0 * slope, 1e-8, 0.0);
        ode_case_close(&c);
    }
}

/* Wells and cores with a non-local part: 2 mu V = 440 fm^-2 is 10 GeV at m = 1.7 GeV, where all
 * solutions grow by exp(11); in the last core by exp(45). */
static void local_and_separable(void **state) {
    (void)state;
    static const double edge[] = {0.0, 0.25, 0.5,  0.75, 1.0,  2.0, 4.0,
                                  6.5, 9.5,  13.0, 17.0, 22.0, 27.0};
    static const double cases[5][4] = {{-0.83, 2.0, -2.9, 1.31},
                                       {1.7, 1.0, -4.3, 1.17},
                                       {440.0, 0.5, -31.0, 1.73},
                                       {440.0, 0.5, 57.0, 2.19},
                                       {2000.0, 1.0, -44.0, 1.27}};
    for (int i = 0; i < 5; i++) {
        const double *p = cases[i];
        ode_case c = {.terms = 1,
                      .strength = {p[2]},
                      .p = {p[3]},
                      .g = g_yamaguchi,
                      .w = square_well,
                      .q = p};
        ode_case_open(&c, edge, 12, 16, 1e-12);
        ode_case_set(&c);
        for (int step = 0; step < 5; step++) {
            double k = 0.0317 + 0.517 * step;
            double exact = atan2(k, ode_mixed_kcot(p, k * k)) * DEGREE;
            double delta = ode_case_delta(&c, k);
            assert_close(remainder(delta - exact, 180.0), 0.0, 0.0, 1e-9); /* steps x tolerance */
        }
        double a0, r_eff, h = 1e-3;
        double slope = (8.0 * (ode_mixed_kcot(p, h) - ode_mixed_kcot(p, -h)) -
                        (ode_mixed_kcot(p, 2.0 * h) - ode_mixed_kcot(p, -2.0 * h))) /
                       (12.0 * h);
        ode_case_threshold(&c, &a0, &r_eff);
        assert_close(-1.0 / a0, ode_case_kcot(&c, 0.0), 1e-10, 0.0); /* the same equations */
        assert_close(r_eff, 2.0 * slope, 1e-8, 0.0); /* difference formula: h^4, rounding / h */
        ode_case_close(&c);
    }
}

/* -2/cosh^2 r: u = sin kr + cos kr tanh(r)/k, k cot delta = k^2 exactly; at threshold a0 is
 * infinite and r_eff = 2. */
static double one_over_cosh(double r, const double *q) {
    return -q[0] / gsl_pow_2(cosh(r));
}

static void unitarity_limit(void **state) {
    (void)state;
    static const double q[1] = {2.0};
    double a0, r_eff;
    ode_case c = {.w = one_over_cosh, .q = q};
    ode_case_open_equal(&c, 19.0, 8, 16, 1e-13);
    ode_case_set(&c);
    for (int step = 0; step < 5; step++) {
        double k = 0.0213 + 0.417 * step;
        assert_close(ode_case_delta(&c, k), atan2(k, k * k) * DEGREE, 0.0, 1e-9);
    }
    ode_case_threshold(&c, &a0, &r_eff);
    assert_true(fabs(a0) > 1e10); /* 1/a0 is the error of the steps */
    assert_close(r_eff, 2.0, 1e-10, 0.0);
    ode_case_close(&c);
}

/* The error of delta follows the tolerance: rk8pd estimates its error per step in the seventh
 * order, so over five decades it falls at least by a factor 3e4. Two panels, no nodes to stop at.
 */
static void error_follows_tolerance(void **state) {
    (void)state;
    static const double q[1] = {2.0}, tolerance[3] = {1e-4, 1e-7, 1e-10};
    double error[3];
    for (int i = 0; i < 3; i++) {
        ode_case c = {.w = one_over_cosh, .q = q};
        ode_case_open_equal(&c, 19.0, 2, 16, tolerance[i]);
        ode_case_set(&c);
        error[i] = 0.0;
        for (int step = 0; step < 20; step++) {
            double k = 0.4 + 0.05 * step;
            double exact = atan2(k, k * k) * DEGREE;
            error[i] = fmax(error[i], fabs(ode_case_delta(&c, k) - exact) / DEGREE);
        }
        print_message("tolerance %g: error of delta %.2e\n", tolerance[i], error[i]);
        assert_true(error[i] < 100.0 * tolerance[i]); /* some ten steps, each within it */
        ode_case_close(&c);
    }
    assert_true(error[0] / error[1] > 100.0 && error[0] / error[1] < 3e4);
    assert_true(error[1] / error[2] > 100.0 && error[1] / error[2] < 3e4);
}

/* At 1e-14 the rounding of interpolated terms (27 or 87 of them, like r at the origin) must not
 * stop the steps. */
static void strictest_tolerance(void **state) {
    (void)state;
    static const double width[2] = {1.0, 0.3}, k[2] = {0.05, 0.45}, tolerance[2] = {1e-12, 1e-14};
    double delta[2], K[256 * 256], w[256];
    for (int i = 0; i < 8; i++) {
        ode_case c = {.terms = 0};
        ode_case_open_equal(&c, 9.0, 16, 16, tolerance[i % 2]);
        const double *r = c.grid.r;
        for (int j = 0; j < 256 * 256; j++) {
            double one = r[j / 256], other = r[j % 256], apart = (one - other) / width[i / 4];
            w[j % 256] = -3.42 * exp(-gsl_pow_2(other / 1.21));
            K[j] = -3.0 * one * other * exp(-apart * apart - gsl_pow_2(one + other) / 9.0);
        }
        hp_interaction interaction = {.kernel = K, .local = w};
        assert_ok(hp_ode_set_interaction(c.solver, &interaction, &c.err), &c.err);
        delta[i % 2] = ode_case_delta(&c, k[i / 2 % 2]);
        ode_case_close(&c);
        /* 1e-12 is met where steps end on nodes */
        if (i % 2 == 1) assert_close(delta[1], delta[0], 0.0, 1e-10);
    }
}

/* Without interaction tan delta = 0. */
static void free_motion(void **state) {
    (void)state;
    double kcot, tan_over_k, a0, r_eff;
    ode_case c = {.terms = 0};
    ode_case_open_equal(&c, 5.0, 3, 8, 1e-12);
    assert_ok(hp_ode_kcot(c.solver, 0.3, &kcot, &tan_over_k, &c.err), &c.err);
    assert_close(tan_over_k, 0.0, 0.0, 1e-11); /* tolerance times the size of r */
    assert_ok(hp_ode_threshold(c.solver, &a0, &r_eff, &c.err), &c.err);
    assert_close(a0, 0.0, 0.0, 1e-11);
    ode_case_close(&c);
}

/* The interaction before a refused one is still there. */
static void bad_input_is_refused(void **state) {
    (void)state;
    double kcot, tan_over_k, K[64] = {0}, w[8] = {0};
    hp_ode *solver = NULL;
    ode_case c = {.terms = 0};
    ode_case_open_equal(&c, 5.0, 1, 8, 1e-10);
    assert_status(hp_ode_create(&c.grid, 0.1, &solver, &c.err), HP_ERR_INPUT, &c.err);
    assert_null(solver);
    hp_error_clear(&c.err);
    assert_status(hp_ode_kcot(c.solver, -0.1, &kcot, &tan_over_k, &c.err), HP_ERR_INPUT, &c.err);
    hp_error_clear(&c.err);
    assert_status(hp_ode_kcot(c.solver, 100.0, &kcot, &tan_over_k, &c.err), HP_ERR_INPUT, &c.err);
    assert_contains(c.err.message, "momentum");
    hp_error_clear(&c.err);
    K[1] = 1.0;
    assert_status(hp_ode_set_interaction(c.solver, &(hp_interaction){.kernel = K}, &c.err),
                  HP_ERR_INPUT, &c.err);
    assert_contains(c.err.message, "symmetric");
    hp_error_clear(&c.err);
    K[1] = K[8] = NAN;
    assert_status(hp_ode_set_interaction(c.solver, &(hp_interaction){.kernel = K}, &c.err),
                  HP_ERR_NUMERIC, &c.err);
    hp_error_clear(&c.err);
    w[3] = INFINITY;
    assert_status(hp_ode_set_interaction(c.solver, &(hp_interaction){.local = w}, &c.err),
                  HP_ERR_NUMERIC, &c.err);
    hp_error_clear(&c.err);
    hp_interaction dipole = {.coulomb = {0.1, 0.5}}; /* exp(-2.5) of it is missing at the end */
    assert_status(hp_ode_set_interaction(c.solver, &dipole, &c.err), HP_ERR_INPUT, &c.err);
    assert_contains(c.err.message, "the grid must be longer");
    hp_error_clear(&c.err);
    assert_ok(hp_ode_kcot(c.solver, 0.3, &kcot, &tan_over_k, &c.err), &c.err);
    ode_case_close(&c);
}

static double not_finite_inside(double r, const double *q) {
    return r > q[0] ? NAN : 0.0;
}

static void potential_that_is_not_finite_between_nodes(void **state) {
    (void)state;
    static const double q[1] = {4.999};
    double kcot, tan_over_k;
    ode_case c = {.w = not_finite_inside, .q = q};
    ode_case_open_equal(&c, 5.0, 1, 8, 1e-10);
    ode_case_set(&c);
    assert_status(hp_ode_kcot(c.solver, 0.3, &kcot, &tan_over_k, &c.err), HP_ERR_NUMERIC, &c.err);
    ode_case_close(&c);
}

int main(void) {
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phases_of_spec_exponential),
        cmocka_unit_test(exponentials_and_their_threshold),
        cmocka_unit_test(yamaguchi_potential),
        cmocka_unit_test(several_separable_terms),
        cmocka_unit_test(square_well_in_closed_form),
        cmocka_unit_test(derivative_expansion_in_a_well),
        cmocka_unit_test(local_and_separable),
        cmocka_unit_test(unitarity_limit),
        cmocka_unit_test(error_follows_tolerance),
        cmocka_unit_test(strictest_tolerance),
        cmocka_unit_test(free_motion),
        cmocka_unit_test(bad_input_is_refused),
        cmocka_unit_test(potential_that_is_not_finite_between_nodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
