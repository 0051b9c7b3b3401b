// SPDX-License-Identifier: GPL-3.0-or-later
/* Local potentials: published cases, the square well in closed form, Levinson's theorem. */
#include "models.h"

static const double DEGREE = 180.0 / M_PI;

/* p = {repulsion, attraction}: Malfliet-Tjon in fm^-2, 2 mu V = V / 41.47. */
static double malfliet_tjon(double r, const double *p) {
    return (p[0] * exp(-3.11 * r) - p[1] * exp(-1.55 * r)) / (41.47 * r);
}

/* Omega-Omega of SPEC 5.7, 2 mu V in fm^-2; p = {2 mu in fm^-2 / MeV}. */
static double omega_omega(double r, const double *p) {
    static const double core[4] = {914.0, 0.143, 305.0, 0.305}, tail[4] = {-112.0, 0.949, 0.0, 1.0};
    return p[0] * (two_gaussians(r, core) + two_gaussians(r, tail));
}

/* p = {well, its width, barrier, its place, its width}: a shell that holds a resonance. */
static double barrier(double r, const double *p) {
    double x = r / p[1], y = (r - p[3]) / p[4];
    return p[0] * exp(-x * x) + p[2] * exp(-y * y);
}

/* SPEC 5.7. The 1/r of the potential is cancelled by u ~ r; exp(-1.55 * 24) = 1e-16. */
static void malfliet_tjon_III_and_I(void **state) {
    (void)state;
    static const double III[2] = {1438.72, 626.885}, I[2] = {1438.72, 513.968};
    double a0, r_eff;
    model m = model_open(24.0, 16, 12);
    model_set_local(&m, malfliet_tjon, III);
    model_threshold(&m, &a0, &r_eff);
    assert_close(a0, 5.513202, 0.0, 5e-7); /* half of the last digit printed, here and below */
    assert_close(r_eff, 1.892989, 0.0, 5e-7);
    assert_int_equal(model_count(&m), 1);
    model_set_local(&m, malfliet_tjon, I);
    model_threshold(&m, &a0, &r_eff);
    assert_close(a0, -23.582345, 0.0, 5e-7);
    assert_close(r_eff, 2.878596, 0.0, 5e-7);
    assert_int_equal(model_count(&m), 0);
    model_close(&m);
}

static void omega_omega_gaussians(void **state) {
    (void)state;
    const double two_mu[1] = {1711.53 / (197.3269804 * 197.3269804)};
    double a0, r_eff;
    model m = model_open(6.0, 12, 12);
    model_set_local(&m, omega_omega, two_mu);
    model_threshold(&m, &a0, &r_eff);
    assert_close(a0, 4.4896, 0.0, 5e-5); /* four digits are printed */
    assert_close(r_eff, 1.2671, 0.0, 5e-5);
    assert_int_equal(model_count(&m), 1);
    model_close(&m);
}

/* delta = arctan(k/q tan qR) - kR with q^2 = k^2 - V0; SPEC 5.8. The edge is a panel boundary, so
 * the rule sees two smooth pieces and errors are rounding. */
static void square_well_in_closed_form(void **state) {
    (void)state;
    const double well[2] = {-20.0 / 41.47, 2.0};
    double a0, r_eff, q0 = sqrt(-well[0]);
    model m = model_open(4.0, 4, 16);
    model_set_local(&m, square_well, well);
    model_threshold(&m, &a0, &r_eff);
    assert_close(a0, -5.82989020, 0.0, 5e-9); /* half of the last digit printed */
    assert_close(r_eff, 2.27720713, 0.0, 5e-9);
    double exact_a0 = 2.0 - tan(2.0 * q0) / q0;
    assert_close(a0, exact_a0, 1e-12, 0.0); /* rounding times the factor a0/R of the pole */
    assert_close(r_eff, 2.0 - 1.0 / (q0 * q0 * exact_a0) - 8.0 / (3.0 * exact_a0 * exact_a0), 1e-12,
                 0.0);
    for (int step = 0; step < 14; step++) {
        double k = 0.05317 + 0.217 * step;
        double q = sqrt(k * k - well[0]);
        double expected = atan2(k * sin(2.0 * q), q * cos(2.0 * q)) - 2.0 * k;
        double delta = model_delta_deg(&m, k) / DEGREE;
        assert_close(remainder(delta - expected, M_PI), 0.0, 0.0, 1e-12); /* rounding */
        assert_close(delta, calogero_phase(square_well, well, k, 2.0, 400), 0.0, 1e-6); /* RK4 */
    }
    model_close(&m);
}

/* q R / pi + 1/2, rounded down, states in a square well. */
static void bound_states_of_square_wells(void **state) {
    (void)state;
    static const double turns[7] = {0.35, 0.49, 0.51, 1.49, 1.51, 2.7, 3.4}; /* q R / pi */
    static const int expected[7] = {0, 0, 1, 1, 2, 3, 3};
    model m = model_open(3.0, 6, 14);
    for (int i = 0; i < 7; i++) {
        const double well[2] = {-gsl_pow_2(turns[i] * M_PI / 1.5), 1.5};
        model_set_local(&m, square_well, well);
        assert_int_equal(model_count(&m), expected[i]);
    }
    model_close(&m);
}

/* Nodes of the zero-energy solution, the one beyond the range included, by a fine RK4. */
static int count_nodes(model_function V, const double *p, double range, int steps) {
    double h = range / steps, u = 0.0, du = 1.0;
    int nodes = 0;
    for (int step = 0; step < steps; step++) {
        double before = u, r = step * h, middle = V(r + 0.5 * h, p);
        double k1 = du, l1 = V(r, p) * u;
        double k2 = du + 0.5 * h * l1, l2 = middle * (u + 0.5 * h * k1);
        double k3 = du + 0.5 * h * l2, l3 = middle * (u + 0.5 * h * k2);
        double k4 = du + h * l3, l4 = V(r + h, p) * (u + h * k3);
        u += h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4);
        du += h / 6.0 * (l1 + 2.0 * l2 + 2.0 * l3 + l4);
        if (u * before < 0.0) nodes++;
    }
    return nodes + (u * du < 0.0);
}

static void bound_states_of_gaussians(void **state) {
    (void)state;
    static const double depth[5] = {-1.3, -4.1, -22.7, -38.9, -121.3};
    int found = 0;
    model m = model_open(9.0, 9, 14);
    for (int i = 0; i < 5; i++) {
        const double p[4] = {depth[i], 1.31, 6.7, 0.41};
        model_set_local(&m, two_gaussians, p);
        int count = model_count(&m);
        assert_int_equal(count, count_nodes(two_gaussians, p, 9.0, 4000));
        found |= 1 << count;
    }
    assert_int_equal(found & 0xf, 0xf); /* 0, 1, 2 and 3 states were all there */
    model_close(&m);
}

/* From n pi at threshold to zero at high momentum, against the absolute phase of Calogero; a few
 * momenta far apart give the same as many. */
static void phases_obey_levinson(void **state) {
    (void)state;
    static const double depth[4] = {-1.3, -4.1, -22.7, -38.9}, k[5] = {1e-4, 0.7, 2.9, 7.1, 27.3};
    model m = model_open(9.0, 28, 16); /* kr advances by 9 per panel at the highest momentum */
    for (int i = 0; i < 4; i++) {
        const double p[4] = {depth[i], 1.31, 6.7, 0.41};
        double k2[5], delta[5], kcot[5];
        for (int j = 0; j < 5; j++) k2[j] = k[j] * k[j];
        model_set_local(&m, two_gaussians, p);
        int n = model_count(&m);
        assert_ok(hp_nystroem_phase_shifts(m.solver, k2, 5, delta, kcot, &m.err), &m.err);
        for (int j = 1; j < 5; j++) {
            double expected = calogero_phase(two_gaussians, p, k[j], 9.0, 24000);
            assert_close(delta[j], expected, 0.0, 1e-8); /* RK4 with h = 0.0004; grid 1e-10 */
            assert_close(kcot[j], k[j] / tan(delta[j]), 1e-9, 0.0); /* tan steep near its pole */
        }
        assert_close(delta[0], n * M_PI, 0.0, 5e-3); /* k a0 = 1e-4 times at most 50 */
        assert_true(fabs(delta[4]) < 1.0);           /* Born: -int V / 2k */
        assert_close(model_delta_deg(&m, 27.3) / DEGREE, delta[4], 0.0, 1e-12); /* no way points */
    }
    model_close(&m);
}

/* A resonance of width 1e-5 between two momenta: the jump by pi is seen because the Jost function
 * knows the phase modulo 2 pi; tan delta alone would miss it. */
static void narrow_resonance_is_not_lost(void **state) {
    (void)state;
    const double p[5] = {0.0, 1.0, 30.0, 3.3, 0.7};
    const double k[4] = {0.6, 1.6, 2.0, 2.7};
    double k2[4], delta[4], kcot[4];
    for (int j = 0; j < 4; j++) k2[j] = k[j] * k[j];
    model m = model_open(8.0, 16, 12);
    model_set_local(&m, barrier, p);
    assert_int_equal(model_count(&m), 0);
    assert_ok(hp_nystroem_phase_shifts(m.solver, k2, 4, delta, kcot, &m.err), &m.err);
    for (int j = 0; j < 4; j++) {
        double expected = calogero_phase(barrier, p, k[j], 8.0, 20000);
        assert_close(delta[j], expected, 0.0, 1e-6); /* RK4, stiff inside the barrier */
    }
    model_close(&m);
}

/* Behind a barrier of 600 the resonances are narrower than rounding: the phase falls by the small
 * steps of a hard sphere (about -4 in radians per unit of k) and jumps by pi at two of them, which
 * no phase modulo pi shows. At the end it is on the branch of the phase equation. */
static void invisible_resonance_is_counted(void **state) {
    (void)state;
    const double p[5] = {0.0, 1.0, 600.0, 3.3, 0.7};
    double k2[60], delta[60], kcot[60];
    for (int j = 0; j < 60; j++) k2[j] = gsl_pow_2(0.4 + 0.05 * j);
    model m = model_open(8.0, 24, 12);
    model_set_local(&m, barrier, p);
    assert_ok(hp_nystroem_phase_shifts(m.solver, k2, 60, delta, kcot, &m.err), &m.err);
    int jumps = 0;
    for (int j = 1; j < 60; j++) {
        double step = delta[j] - delta[j - 1];
        jumps += step > M_PI_2;
        assert_close(step - (step > M_PI_2 ? M_PI : 0.0), -0.22, 0.0, 0.05);
    }
    assert_int_equal(jumps, 2);
    double last = 0.4 + 0.05 * 59; /* RK4, stiff inside the barrier */
    assert_close(delta[59], calogero_phase(barrier, p, last, 8.0, 100000), 0.0, 1e-6);
    model_close(&m);
}

/* q R = pi/2: a0 is infinite, everything else stays finite; and q R = tan(q R): a0 = 0. */
static void unitarity_and_vanishing_scattering_length(void **state) {
    (void)state;
    const double unitary[2] = {-gsl_pow_2(M_PI_2 / 1.7), 1.7};
    const double transparent[2] = {-gsl_pow_2(4.493409457909064 / 1.7), 1.7};
    double a0, r_eff, kcot, tan_over_k;
    model m = model_open(3.4, 4, 16);
    model_set_local(&m, square_well, unitary);
    model_threshold(&m, &a0, &r_eff);
    assert_true(fabs(a0) > 1e12);
    assert_close(r_eff, 1.7, 1e-10, 0.0); /* exact: R at unitarity; 1/a0 is rounding */
    assert_close(model_kcot(&m, 0.0), 0.0, 0.0, 1e-12);
    double k = 0.43, q = sqrt(k * k - unitary[0]);
    double exact = atan2(k * sin(1.7 * q), q * cos(1.7 * q)) - 1.7 * k;
    assert_close(remainder(model_delta_deg(&m, k) / DEGREE - exact, M_PI), 0.0, 0.0, 1e-11);
    model_set_local(&m, square_well, transparent);
    assert_ok(hp_nystroem_kcot(m.solver, 0.0, &kcot, &tan_over_k, &m.err), &m.err);
    assert_close(tan_over_k, 0.0, 0.0, 1e-13); /* rounding of a solution of size one */
    assert_true(fabs(kcot) > 1e13);
    model_close(&m);
}

/* A delta shell at a single node, with the strengths around which its row of the system cancels:
 * to a few units of rounding, or exactly to zero (some of the grids here). a0 is infinite to all
 * digits, r_eff = 4 R / 3 all the same. */
static void exactly_singular_system(void **state) {
    (void)state;
    for (int grid = 0; grid < 6; grid++) {
        model m = model_open(5.0 + 0.31 * grid, 2, 8);
        double R = m.grid.r[0], a0, r_eff, V = -1.0 / (R * m.grid.weight[0]);
        for (int i = 0; i < 4; i++) V = nextafter(V, -INFINITY);
        for (int i = 0; i < 8; i++) {
            m.local[0] = V = nextafter(V, 0.0);
            assert_ok(
                hp_nystroem_set_interaction(m.solver, &(hp_interaction){.local = m.local}, &m.err),
                &m.err);
            model_threshold(&m, &a0, &r_eff);
            assert_true(isfinite(a0) && fabs(a0) > 1e10);
            assert_close(r_eff, 4.0 * R / 3.0, 1e-10, 0.0); /* 1/a0 is rounding */
        }
        model_close(&m);
    }
}

/* No potential: T = 0 exactly. k cot delta and r_eff are infinite, delta is zero. */
static void free_motion(void **state) {
    (void)state;
    double a0, r_eff, kcot, tan_over_k;
    model m = model_open(5.0, 3, 8);
    assert_ok(hp_nystroem_kcot(m.solver, 0.3, &kcot, &tan_over_k, &m.err), &m.err);
    assert_true(isinf(kcot) && tan_over_k == 0.0);
    assert_ok(hp_nystroem_set_interaction(m.solver, &(hp_interaction){0}, &m.err), &m.err);
    model_threshold(&m, &a0, &r_eff);
    assert_true(a0 == 0.0 && isinf(r_eff));
    assert_int_equal(model_count(&m), 0);
    assert_true(model_delta_deg(&m, 0.9) == 0.0);
    model_close(&m);
}

/* A core of 10 GeV (250 fm^-2, almost hard) under an attraction: absolute phases by Calogero. */
static void hard_core(void **state) {
    (void)state;
    const double p[4] = {10000.0 / 41.47, 0.52, -142.0 / 41.47, 1.21};
    model m = model_open(8.0, 16, 16);
    model_set_local(&m, two_gaussians, p);
    for (int step = 0; step < 5; step++) {
        double k = 0.21 + 0.83 * step;
        double expected = calogero_phase(two_gaussians, p, k, 8.0, 16000);
        assert_close(model_delta_deg(&m, k) / DEGREE, expected, 0.0, 1e-8); /* RK4, h = 0.0005 */
    }
    model_close(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malfliet_tjon_III_and_I),
        cmocka_unit_test(omega_omega_gaussians),
        cmocka_unit_test(square_well_in_closed_form),
        cmocka_unit_test(bound_states_of_square_wells),
        cmocka_unit_test(bound_states_of_gaussians),
        cmocka_unit_test(phases_obey_levinson),
        cmocka_unit_test(narrow_resonance_is_not_lost),
        cmocka_unit_test(invisible_resonance_is_counted),
        cmocka_unit_test(unitarity_and_vanishing_scattering_length),
        cmocka_unit_test(exactly_singular_system),
        cmocka_unit_test(free_motion),
        cmocka_unit_test(hard_core),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
