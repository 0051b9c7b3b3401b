// SPDX-License-Identifier: GPL-3.0-or-later
/* Solutions from one decomposition against LU factors at each momentum, on grids that resolve
 * both. */
#include "models.h"

enum { MOMENTA = 40 };

/* Both methods solve equations of n = 300 unknowns whose numbers are of order one: n eps = 7e-14,
 * times 10 for what is lost close to a state of the condition at the end of the range
 * (LARGEST_EDGE), a few times that for the repeated use of factors. Found: up to 6e-13,
 * waves 2.5e-12, for a0 = -580. */
static const double ROUNDING = 2e-12;

typedef struct both {
    hp_quadrature grid;
    hp_nystroem *lu, *reduced;
    double *kernel, *local, *slope, *u[2];
    hp_error err;
} both;

static both both_open(double range, int panels, int order) {
    both b = {.err = HP_ERROR_INIT};
    assert_ok(hp_quadrature_create(range, panels, order, &b.grid, &b.err), &b.err);
    size_t n = (size_t)b.grid.n;
    assert_ok(hp_nystroem_create(&b.grid, &b.lu, &b.err), &b.err);
    assert_ok(hp_nystroem_create(&b.grid, &b.reduced, &b.err), &b.err);
    assert_ok(hp_nystroem_reduce(b.reduced, &b.err), &b.err);
    b.kernel = hp_alloc(n * n, sizeof(double));
    b.local = hp_alloc(n, sizeof(double));
    b.slope = hp_alloc(n, sizeof(double));
    for (int i = 0; i < 2; i++) b.u[i] = hp_alloc(n, sizeof(double));
    assert_true(b.kernel && b.local && b.slope && b.u[0] && b.u[1]);
    return b;
}

static void both_close(both *b) {
    hp_nystroem_destroy(&b->lu);
    hp_nystroem_destroy(&b->reduced);
    hp_quadrature_destroy(&b->grid);
    hp_free(b->kernel);
    hp_free(b->local);
    hp_free(b->slope);
    for (int i = 0; i < 2; i++) hp_free(b->u[i]);
}

static void both_set(both *b, const hp_interaction *interaction) {
    assert_ok(hp_nystroem_set_interaction(b->lu, interaction, &b->err), &b->err);
    assert_ok(hp_nystroem_set_interaction(b->reduced, interaction, &b->err), &b->err);
}

/* Phases with their branch, k cot delta where tan delta is not next to zero, and waves. */
static void assert_agree(both *b, double highest, double tolerance) {
    double k2[MOMENTA], delta[2][MOMENTA], kcot[2][MOMENTA], tangent[2];
    for (int i = 0; i < MOMENTA; i++) k2[i] = pow(highest * (i + 1) / MOMENTA, 2);
    assert_ok(hp_nystroem_phase_shifts(b->lu, k2, MOMENTA, delta[0], kcot[0], &b->err), &b->err);
    assert_ok(hp_nystroem_phase_shifts(b->reduced, k2, MOMENTA, delta[1], kcot[1], &b->err),
              &b->err);
    for (int i = 0; i < MOMENTA; i++) {
        assert_close(delta[1][i], delta[0][i], tolerance, tolerance);
        double k = sqrt(k2[i]); /* d kcot/d delta = (k^2 + kcot^2)/k */
        assert_close(kcot[1][i], kcot[0][i], 0.0,
                     tolerance * (fabs(kcot[0][i]) + (k2[i] + pow(kcot[0][i], 2)) / k));
    }
    for (int i = 0; i < MOMENTA; i += MOMENTA / 4) {
        assert_ok(hp_nystroem_wave(b->lu, k2[i], b->u[0], &tangent[0], &b->err), &b->err);
        assert_ok(hp_nystroem_wave(b->reduced, k2[i], b->u[1], &tangent[1], &b->err), &b->err);
        double sign = copysign(1.0, b->u[0][0] * b->u[1][0]); /* cos delta > 0 is nothing at 90 */
        for (int r = 0; r < b->grid.n; r++)
            assert_close(b->u[1][r], sign * b->u[0][r], 0.0, 3.0 * tolerance);
    }
}

static void local_potentials(void **state) {
    (void)state;
    both b = both_open(10.0, 12, 24);
    static const double depth[] = {1e-3, 0.5, 1.342, 2.385, 20.3, -3.7}; /* 1.342: a0 = -580 */
    for (size_t d = 0; d < sizeof depth / sizeof *depth; d++) {
        for (int i = 0; i < b.grid.n; i++)
            b.local[i] = -depth[d] * exp(-0.5 * b.grid.r[i] * b.grid.r[i]);
        both_set(&b, &(hp_interaction){.local = b.local});
        assert_agree(&b, 3.0, ROUNDING);
    }
    both_close(&b);
}

/* A weak potential over a long range: k cot delta keeps its digits, since tan delta is an integral
 * over the force and not a difference of waves. */
static void weak_potentials_keep_their_digits(void **state) {
    (void)state;
    both b = both_open(20.0, 12, 24);
    double kcot[2], tangent[2];
    for (int i = 0; i < b.grid.n; i++) b.local[i] = -1e-9 * exp(-b.grid.r[i]);
    both_set(&b, &(hp_interaction){.local = b.local});
    for (double k2 = 0.01; k2 < 2.0; k2 *= 3.0) {
        assert_ok(hp_nystroem_kcot(b.lu, k2, &kcot[0], &tangent[0], &b.err), &b.err);
        assert_ok(hp_nystroem_kcot(b.reduced, k2, &kcot[1], &tangent[1], &b.err), &b.err);
        assert_close(kcot[1], kcot[0], ROUNDING, 0.0);
        assert_close(tangent[1], tangent[0], ROUNDING, 0.0);
    }
    both_close(&b);
}

static void non_local_potentials(void **state) {
    (void)state;
    both b = both_open(12.0, 10, 24);
    for (int asymmetric = 0; asymmetric < 2; asymmetric++) {
        for (int i = 0; i < b.grid.n; i++) {
            double r = b.grid.r[i];
            b.local[i] = 1.1 * exp(-r);
            for (int j = 0; j < b.grid.n; j++) {
                double rp = b.grid.r[j];
                b.kernel[i * b.grid.n + j] = -2.3 * r * rp *
                                             exp(-0.7 * (r * r + rp * rp) + 0.3 * r * rp) *
                                             (1.0 + 0.4 * asymmetric * tanh(r - 1.0));
            }
        }
        both_set(&b, &(hp_interaction){.kernel = b.kernel, .local = b.local});
        assert_agree(&b, 3.0, ROUNDING);
    }
    both_close(&b);
}

static void energy_dependent_potentials(void **state) {
    (void)state;
    both b = both_open(10.0, 12, 24);
    for (int i = 0; i < b.grid.n; i++) {
        double r = b.grid.r[i];
        b.local[i] = -1.7 * exp(-0.5 * r * r);
        b.slope[i] = 0.35 * exp(-r * r) - 0.2 * exp(-pow(r - 1.5, 2));
    }
    both_set(&b, &(hp_interaction){.local = b.local, .slope = b.slope});
    assert_agree(&b, 3.0, ROUNDING);
    both_close(&b);
}

static void charged_pairs(void **state) {
    (void)state;
    both b = both_open(12.0, 10, 24);
    for (int i = 0; i < b.grid.n; i++) b.local[i] = -2.385 * exp(-0.5 * b.grid.r[i] * b.grid.r[i]);
    static const double strength[] = {0.07, -0.07, 0.9};
    for (int i = 0; i < 3; i++) {
        both_set(&b, &(hp_interaction){.local = b.local, .coulomb = {.strength = strength[i]}});
        assert_agree(&b, 2.0, 10.0 * ROUNDING); /* Coulomb functions are good to 1e-13 of theirs */
    }
    both_close(&b);
}

/* Twenty momenta times pi over the range: several centres, and branches carried across them. */
static void many_wave_lengths(void **state) {
    (void)state;
    both b = both_open(60.0, 20, 24);
    for (int i = 0; i < b.grid.n; i++) b.local[i] = -1.9 * exp(-0.1 * b.grid.r[i]);
    both_set(&b, &(hp_interaction){.local = b.local});
    assert_agree(&b, 3.0, 20.0 * ROUNDING); /* k range = 180: phases of 1e3 rad in all columns */
    both_close(&b);
}

/* A state behind a barrier, of width 1e-4 of its energy and less. */
static void narrow_resonances(void **state) {
    (void)state;
    both b = both_open(10.0, 16, 24);
    for (double height = 10.0; height < 60.0; height *= 2.0) {
        for (int i = 0; i < b.grid.n; i++) {
            double r = b.grid.r[i];
            b.local[i] = height * exp(-4.0 * pow(r - 2.0, 2)) - 3.0 * exp(-r * r);
        }
        both_set(&b, &(hp_interaction){.local = b.local});
        assert_agree(&b, 2.5, 100.0 * ROUNDING); /* d delta/dk up to 1e4 at the resonance */
    }
    both_close(&b);
}

static double tangent_at(int panels, int order) {
    both b = both_open(10.0, panels, order);
    double kcot, tangent;
    for (int i = 0; i < b.grid.n; i++) b.local[i] = -1.7 * exp(-0.5 * b.grid.r[i] * b.grid.r[i]);
    both_set(&b, &(hp_interaction){.local = b.local});
    assert_ok(hp_nystroem_kcot(b.reduced, 0.49, &kcot, &tangent, &b.err), &b.err);
    both_close(&b);
    return tangent;
}

static void error_falls_with_twice_the_order(void **state) {
    (void)state;
    double exact = tangent_at(16, 24);
    static const int panels[3] = {48, 40, 32};
    for (int order = 2; order <= 4; order++) {
        double coarse = fabs(tangent_at(panels[order - 2], order) - exact);
        double fine = fabs(tangent_at(2 * panels[order - 2], order) - exact);
        print_message("order %d: %.3f\n", order, log2(coarse / fine));
        assert_close(log2(coarse / fine), 2.0 * order, 0.0, 0.25); /* h^2 corrections at this h */
    }
}

static void momenta_beyond_the_nodes_are_refused(void **state) {
    (void)state;
    both b = both_open(10.0, 1, 8);
    double kcot, tangent;
    assert_status(hp_nystroem_kcot(b.reduced, 0.65, &kcot, &tangent, &b.err), HP_ERR_INPUT, &b.err);
    assert_contains(b.err.message, "too high");
    both_close(&b);
}

/* A wall that grows with energy until the numbers do not fit: the momentum before keeps its phase,
 * those after it have none, and the reason is there. The wall itself is that of a hard sphere. */
static void a_momentum_that_fails_ends_no_other(void **state) {
    (void)state;
    both b = both_open(10.0, 10, 16);
    const double k2[] = {1e-6, 1e-2, 1.0};
    double delta[3], kcot[3];
    for (int i = 0; i < b.grid.n; i++) b.slope[i] = b.grid.r[i] < 1.0 ? 1e155 : 0.0;
    both_set(&b, &(hp_interaction){.slope = b.slope});
    hp_nystroem *solvers[] = {b.lu, b.reduced};
    for (int i = 0; i < 2; i++) {
        assert_ok(hp_nystroem_phase_shifts(solvers[i], k2, 3, delta, kcot, &b.err), &b.err);
        assert_close(delta[0], -1e-3, 0.02, 0.0); /* the first node of the wall is what counts */
        assert_true(isnan(delta[1]) && isnan(kcot[1]) && isnan(delta[2]) && isnan(kcot[2]));
        assert_contains(hp_nystroem_trouble(solvers[i]), "too large");
    }
    assert_status(hp_nystroem_phase_shifts(b.lu, k2 + 1, 2, delta, kcot, &b.err), HP_ERR_NUMERIC,
                  &b.err);
    for (int i = 0; i < b.grid.n; i++) b.slope[i] = 0.0;
    hp_error_clear(&b.err);
    both_set(&b, &(hp_interaction){.slope = b.slope});
    assert_ok(hp_nystroem_phase_shifts(b.lu, k2, 3, delta, kcot, &b.err), &b.err);
    assert_string_equal(hp_nystroem_trouble(b.lu), "");
    both_close(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(local_potentials),
        cmocka_unit_test(weak_potentials_keep_their_digits),
        cmocka_unit_test(non_local_potentials),
        cmocka_unit_test(energy_dependent_potentials),
        cmocka_unit_test(charged_pairs),
        cmocka_unit_test(many_wave_lengths),
        cmocka_unit_test(narrow_resonances),
        cmocka_unit_test(error_falls_with_twice_the_order),
        cmocka_unit_test(a_momentum_that_fails_ends_no_other),
        cmocka_unit_test(momenta_beyond_the_nodes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
