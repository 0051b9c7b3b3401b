// SPDX-License-Identifier: GPL-3.0-or-later
/* Bound states: closed forms, published potentials on two grids and two ranges, order of
 * convergence, nearly degenerate states, limits. */
#include "models.h"

static const double hbar_c = 197.3269804; /* MeV fm */

/* p = {repulsion, attraction}: Malfliet-Tjon in fm^-2. */
static double malfliet_tjon(double r, const double *p) {
    return (p[0] * exp(-3.11 * r) - p[1] * exp(-1.55 * r)) / (41.47 * r);
}

/* N-Omega of SPEC 5.7; p = {2 mu in fm^-2 / MeV}. */
static double n_omega(double r, const double *p) {
    double pion = exp(-146.0 / hbar_c * r) / r;
    return p[0] * (-313.0 * exp(-81.7 * r * r) + 252.0 * expm1(-0.85 * r * r) * pion * pion);
}

/* A published potential on four grids: the digits of SPEC 5.7, and more, which box and grid do not
 * change. Longest panel and order differ, ranges by a factor 1.25. */
static void check_published(model_function V, const double *p, double range, double MeV,
                            const double expected[2]) {
    static const double grids[4][3] = {
        {0.1, 1.5, 12}, {0.1, 1.5, 16}, {0.05, 1.2, 14}, {0.1, 1, 12}};
    for (int i = 0; i < 4; i++) {
        double kappa, rms;
        model m = model_open_graded(i % 2 == 0 ? range : 1.25 * range, grids[i][0], grids[i][1],
                                    (int)grids[i][2]);
        model_set_local(&m, V, p);
        model_bound(&m, 1, &kappa, &rms);
        assert_close(kappa * kappa * MeV, expected[0], 1e-9, 0.0); /* found: 1e-11 */
        assert_close(rms, expected[1], 1e-9, 0.0);
        model_close(&m);
    }
}

static void published_potentials(void **state) {
    (void)state;
    static const double III[2] = {1438.72, 626.885}, I[2] = {1438.72, 513.968};
    const double two_mu[1] = {2.0 * 954.69 * 1711.53 / (954.69 + 1711.53) / (hbar_c * hbar_c)};
    double unused;
    check_published(malfliet_tjon, III, 24.0, 41.47, (double[]){2.23068774505, 3.97942700256});
    check_published(n_omega, two_mu, 24.0, 1.0 / two_mu[0],
                    (double[]){1.61144263836, 3.69938630882});
    model m = model_open(24.0, 16, 12);
    model_set_local(&m, malfliet_tjon, I);
    model_bound(&m, 0, &unused, &unused);
    model_close(&m);
}

/* SPEC 5.5: u = exp(-ar) - exp(-br). */
static double g_yamaguchi(double r, const double *p) {
    return exp(-p[0] * r);
}

static void yamaguchi(void **state) {
    (void)state;
    const double a = 0.2316053, b = 1.3918324;
    double norm = 0.5 / a + 0.5 / b - 2.0 / (a + b), kappa, rms;
    double square = 0.25 / gsl_pow_3(a) + 0.25 / gsl_pow_3(b) - 4.0 / gsl_pow_3(a + b);
    for (int i = 0; i < 2; i++) {
        model m = model_open(26.0 + 6.0 * i, 12 + 4 * i, 16);
        model_set(&m, -2.0 * b * gsl_pow_2(a + b), g_yamaguchi, &b, NULL, NULL);
        model_bound(&m, 1, &kappa, &rms);
        assert_close(kappa * kappa * 41.472, 2.22460, 0.0, 5e-6); /* half the last digit printed */
        assert_close(kappa, a, 1e-12, 0.0);                       /* rounding; tail exp(-36) */
        assert_close(rms, sqrt(square / norm), 1e-11, 0.0);
        model_close(&m);
    }
}

/* p = {depth, radius}: q cot(q R) + kappa times sin(q R), which has no poles. */
static double well_condition(double kappa, const double *p) {
    double q = sqrt(p[0] - kappa * kappa);
    return q * cos(q * p[1]) + kappa * sin(q * p[1]);
}

/* Several states of square wells, each between the kappa where q R is a multiple of pi/2. */
static void states_of_square_wells(void **state) {
    (void)state;
    static const double turns[4] = {0.83, 1.51, 2.7, 3.4}; /* q R / pi at threshold */
    for (int i = 0; i < 8; i++) {
        double R = 1.5, depth = gsl_pow_2(turns[i % 4] * M_PI / R), kappa[3], rms[3];
        const double well[2] = {-depth, R}, p[2] = {depth, R};
        int expected = (int)(turns[i % 4] + 0.5);
        model m = i < 4 ? model_open(R, 4, 16) : model_open(3.0 * R, 9, 18);
        model_set_local(&m, square_well, well);
        model_bound(&m, expected, kappa, rms);
        for (int j = 0; j < expected; j++) {
            double top = sqrt(depth - gsl_pow_2((j + 0.5) * M_PI / R));
            double least = sqrt(fmax(0.0, depth - gsl_pow_2((j + 1) * M_PI / R)));
            double exact = bisect(well_condition, p, least, top);
            double q = sqrt(depth - exact * exact);
            assert_close(kappa[j], exact, 1e-12, 0.0); /* rounding */
            assert_close(rms[j], sqrt(square_well_mean_square(q, exact, R)), 1e-10, 0.0);
        }
        model_close(&m);
    }
}

/* p = {kappa, radius}; the argument is q. */
static double depth_condition(double q, const double *p) {
    return q * cos(q * p[1]) + p[0] * sin(q * p[1]);
}

/* A binding energy of 1 keV, in boxes of the size of the force and twenty times larger. */
static void one_kilo_electron_volt(void **state) {
    (void)state;
    static const double ranges[3] = {1.3, 2.6, 26.0};
    const double p[2] = {sqrt(0.001 / 41.47), 1.3};
    double q = bisect(depth_condition, p, M_PI_2 / p[1], M_PI / p[1]), kappa, rms;
    const double well[2] = {-(q * q + p[0] * p[0]), p[1]};
    for (int i = 0; i < 3; i++) {
        model m = model_open(ranges[i], i < 2 ? 4 : 20, 16);
        model_set_local(&m, square_well, well);
        model_bound(&m, 1, &kappa, &rms);
        /* rounding of det M over its slope, R kappa = 0.006: 1e-15 / 0.006, and the depth's own */
        assert_close(kappa, p[0], 2e-12, 0.0);
        assert_close(rms, sqrt(square_well_mean_square(q, p[0], p[1])), 2e-12, 0.0);
        model_close(&m);
    }
}

/* At unitarity to rounding: counted or not, but reported as at threshold, never an error. */
static void state_at_threshold(void **state) {
    (void)state;
    double V = gsl_pow_2(M_PI_2 / 1.7);
    model m = model_open(3.4, 4, 16);
    for (int i = -4; i <= 4; i++) {
        const double well[2] = {-V * (1.0 + i * 2e-16), 1.7};
        double kappa2 = 0.0, square = 0.0;
        int found;
        model_set_local(&m, square_well, well);
        assert_ok(hp_nystroem_bound_states(m.solver, 1, &kappa2, &square, NULL, &found, &m.err),
                  &m.err);
        assert_true(found == 0 || found == 1);
        assert_true(found == 0 ? isnan(kappa2) : kappa2 >= 0.0 && kappa2 < 1e-20);
        assert_true(found == 0 ? isnan(square) : square > 1e20);
    }
    model_close(&m);
}

/* K = L_1 g_1 g_1 + L_2 g_2 g_2 with g_i = exp(-b_i r): I_ij = int g_i G g_j is
 * -1/((b_i + b_j)(b_i + kappa)(b_j + kappa)); p = {L_1, b_1, L_2, b_2}: det(1 - I L). */
static double two_term_determinant(double kappa, const double *p) {
    double x = p[1] + kappa, y = p[3] + kappa, both = -1.0 / ((p[1] + p[3]) * x * y);
    double first = 1.0 + p[0] / (2.0 * p[1] * x * x), second = 1.0 + p[2] / (2.0 * p[3] * y * y);
    return first * second - p[0] * p[2] * both * both;
}

static void two_separable_terms(void **state) {
    (void)state;
    static const double p[4] = {-200.0, 2.71, -30.0, 0.73};
    double deepest = bisect(two_term_determinant, p, 2.0, 9.0), kappa[2], rms[2];
    double highest = bisect(two_term_determinant, p, 0.1, 1.0);
    for (int grid = 0; grid < 2; grid++) {
        model m = model_open_graded(48.0 + 8.0 * grid, 0.3, 3.0 - 0.5 * grid, 16);
        for (int i = 0; i < m.grid.n; i++) {
            for (int j = 0; j < m.grid.n; j++) {
                double sum = m.grid.r[i] + m.grid.r[j];
                m.kernel[i * m.grid.n + j] = p[0] * exp(-p[1] * sum) + p[2] * exp(-p[3] * sum);
            }
        }
        hp_interaction interaction = {.kernel = m.kernel};
        assert_ok(hp_nystroem_set_interaction(m.solver, &interaction, &m.err), &m.err);
        model_bound(&m, 2, kappa, rms);
        assert_close(kappa[0], deepest, 1e-11, 0.0); /* quadrature 1e-12 at this panel length */
        assert_close(kappa[1], highest, 1e-11, 0.0);
        model_close(&m);
    }
}

/* A kernel made to have the states u_1 = e^(-a r) - e^(-b r) and, orthogonal to it, u_2 = e^(-A r)
 * - (1 + c) e^(-b r) + c e^(-d r): with f_i = u_i'' - kappa_i^2 u_i and the
 * symmetric M_ij = <f_i, u_j>, K = sum_ij f_i (M^-1)_ij f_j. x = {a, A, b, d} */
static double overlap(const double *f, const double *u, const double *x) {
    double sum = 0.0;
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 4; j++) sum += f[i] * u[j] / (x[i] + x[j]);
    }
    return sum;
}

/* f at r; the two slowest exponentials have no part in it. */
static double force(const double *f, const double *x, double r) {
    return f[2] * exp(-x[2] * r) + f[3] * exp(-x[3] * r);
}

static void set_two_states(model *m, const double *x) {
    const double u1[4] = {1.0, 0.0, -1.0, 0.0}, v[4] = {0.0, 1.0, -1.0, 0.0};
    const double w[4] = {0.0, 0.0, -1.0, 1.0};
    double c = -overlap(u1, v, x) / overlap(u1, w, x), u2[4], f1[4], f2[4];
    for (int i = 0; i < 4; i++) {
        u2[i] = v[i] + c * w[i];
        f1[i] = (x[i] * x[i] - x[0] * x[0]) * u1[i];
        f2[i] = (x[i] * x[i] - x[1] * x[1]) * u2[i];
    }
    double M11 = overlap(f1, u1, x), M12 = overlap(f1, u2, x), M22 = overlap(f2, u2, x);
    double det = M11 * M22 - M12 * M12;
    for (int i = 0; i < m->grid.n; i++) {
        double g1 = force(f1, x, m->grid.r[i]), g2 = force(f2, x, m->grid.r[i]);
        for (int j = 0; j < m->grid.n; j++) {
            double h1 = force(f1, x, m->grid.r[j]), h2 = force(f2, x, m->grid.r[j]);
            m->kernel[i * m->grid.n + j] =
                (M22 * g1 * h1 - M12 * (g1 * h2 + g2 * h1) + M11 * g2 * h2) / det;
        }
    }
    hp_interaction interaction = {.kernel = m->kernel};
    assert_ok(hp_nystroem_set_interaction(m->solver, &interaction, &m->err), &m->err);
}

static void nearly_degenerate_states(void **state) {
    (void)state;
    static const double splitting[4] = {1e-2, 1e-4, 1e-6, 1e-9};
    model m = model_open(26.0, 20, 16);
    for (int i = 0; i < 4; i++) {
        const double x[4] = {0.71, 0.71 * (1.0 + splitting[i]), 1.93, 1.37};
        double kappa[2], rms[2];
        set_two_states(&m, x);
        model_bound(&m, 2, kappa, rms);
        double sum = x[0] + x[2], norm = 0.5 / x[0] + 0.5 / x[2] - 2.0 / sum;
        double square = 0.25 / gsl_pow_3(x[0]) + 0.25 / gsl_pow_3(x[2]) - 4.0 / gsl_pow_3(sum);
        assert_close(kappa[0], x[1], 1e-12, 0.0); /* found: 5e-14 */
        assert_close(kappa[1], x[0], 1e-12, 0.0);
        /* states mix by rounding over splitting */
        assert_close(rms[1], sqrt(square / norm), 1e-11, 1e-13 / splitting[i]);
    }
    model_close(&m);
}

static const double smooth[4] = {9.7, 0.63, -4.13, 1.71};

static double smooth_binding(int panels, int order) {
    double kappa, rms;
    const double width[1] = {0.9};
    model m = model_open(10.0, panels, order);
    model_set(&m, -1.1, g_yamaguchi, width, two_gaussians, smooth);
    model_bound(&m, 1, &kappa, &rms);
    model_close(&m);
    return kappa * kappa;
}

/* Docs: the error of B falls like h^(2 order). */
static void error_falls_with_twice_the_order(void **state) {
    (void)state;
    static const int panels[3][2] = {{32, 64}, {24, 48}, {28, 56}};
    double exact = smooth_binding(16, 20);
    for (int order = 2; order <= 4; order++) {
        double coarse = fabs(smooth_binding(panels[order - 2][0], order) - exact);
        double fine = fabs(smooth_binding(panels[order - 2][1], order) - exact);
        assert_close(log2(coarse / fine), 2.0 * order, 0.0, 0.3); /* h^2 corrections at this h */
    }
}

/* u'(R) + kappa u(R) by RK4 from the origin, relative to its terms. */
static double shoot(model_function V, const double *p, double kappa, double range, int steps) {
    double h = range / steps, u = 0.0, du = 1.0;
    for (int step = 0; step < steps; step++) {
        double r = step * h, k2 = kappa * kappa, a = V(r, p) + k2, m = V(r + 0.5 * h, p) + k2;
        double b = V(r + h, p) + k2;
        double k1 = du, l1 = a * u, kb = du + 0.5 * h * l1, l2 = m * (u + 0.5 * h * k1);
        double kc = du + 0.5 * h * l2, l3 = m * (u + 0.5 * h * kb);
        double kd = du + h * l3, l4 = b * (u + h * kc);
        u += h / 6.0 * (k1 + 2.0 * kb + 2.0 * kc + kd);
        du += h / 6.0 * (l1 + 2.0 * l2 + 2.0 * l3 + l4);
    }
    return (du + kappa * u) / (fabs(du) + fabs(kappa * u));
}

/* A core of 10 GeV inside an attraction that binds deeply: independent shooting changes sign within
 * 1e-8 of each binding momentum; states are orthogonal and normalised. */
static void hard_core_and_orthogonality(void **state) {
    (void)state;
    const double p[4] = {10000.0 / 41.47, 0.52, -47.3, 1.47};
    double kappa2[4], square[4];
    int found;
    model m = model_open(8.0, 20, 16);
    double *u = hp_alloc(4 * (size_t)m.grid.n, sizeof *u);
    assert_non_null(u);
    model_set_local(&m, two_gaussians, p);
    assert_ok(hp_nystroem_bound_states(m.solver, 4, kappa2, square, u, &found, &m.err), &m.err);
    assert_int_equal(found, 2);
    for (int i = 0; i < found; i++) {
        double kappa = sqrt(kappa2[i]);
        double below = shoot(two_gaussians, p, kappa * (1.0 - 1e-8), 8.0, 16000);
        double above = shoot(two_gaussians, p, kappa * (1.0 + 1e-8), 8.0, 16000);
        assert_true(below * above < 0.0);
        for (int j = 0; j <= i; j++) {
            double product = 0.0; /* of tails: exp(-8) or less, the force is exp(-29) there */
            const double *v = u + j * m.grid.n, *w = u + i * m.grid.n;
            for (int r = 0; r < m.grid.n; r++) product += m.grid.weight[r] * v[r] * w[r];
            double y = v[m.grid.n - 1] * w[m.grid.n - 1]; /* the last node is not quite the end */
            double sum = kappa + sqrt(kappa2[j]), gap = 8.0 - m.grid.r[m.grid.n - 1];
            product += y * exp(-sum * gap) / sum;
            assert_close(product, i == j ? 1.0 : 0.0, 0.0, 1e-10); /* nodes: h^(order + 1) */
        }
    }
    hp_free(u);
    model_close(&m);
}

static void limits_are_reported(void **state) {
    (void)state;
    double kappa2[2] = {-1.0, -1.0}, square[2];
    int found;
    hp_error err = HP_ERROR_INIT;
    const double well[2] = {-gsl_pow_2(2.7 * M_PI / 1.5), 1.5}, deep[2] = {-1e6, 1.5};
    model m = model_open(3.0, 6, 14);
    model_set_local(&m, square_well, well);
    assert_ok(hp_nystroem_bound_states(m.solver, 1, kappa2, square, NULL, &found, &err), &err);
    assert_int_equal(found, 3);
    assert_true(kappa2[0] > 0.0 && kappa2[1] == -1.0); /* no more than asked for */
    model_set_local(&m, square_well, deep);
    assert_status(hp_nystroem_bound_states(m.solver, 1, kappa2, square, NULL, &found, &err),
                  HP_ERR_NUMERIC, &err);
    assert_contains(err.message, "bound too deeply for a radial grid of 84 nodes");
    hp_error_clear(&err);
    for (int i = 0; i < m.grid.n * m.grid.n; i++) m.kernel[i] = exp(-m.grid.r[i / m.grid.n]);
    hp_interaction interaction = {.kernel = m.kernel};
    assert_ok(hp_nystroem_set_interaction(m.solver, &interaction, &m.err), &m.err);
    assert_status(hp_nystroem_bound_states(m.solver, 1, kappa2, square, NULL, &found, &err),
                  HP_ERR_INPUT, &err);
    assert_contains(err.message, "symmetric");
    model_close(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_potentials),
        cmocka_unit_test(yamaguchi),
        cmocka_unit_test(states_of_square_wells),
        cmocka_unit_test(one_kilo_electron_volt),
        cmocka_unit_test(state_at_threshold),
        cmocka_unit_test(two_separable_terms),
        cmocka_unit_test(nearly_degenerate_states),
        cmocka_unit_test(error_falls_with_twice_the_order),
        cmocka_unit_test(hard_core_and_orthogonality),
        cmocka_unit_test(limits_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
