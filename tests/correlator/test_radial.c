// SPDX-License-Identifier: GPL-3.0-or-later
/* Radial source term: order of the Laplacian, exact time derivatives, unequal masses. */
#include "hand_ensemble.h"

#include <math.h>
#include "hadpot/correlator.h"
#include "hadpot/memory.h"

enum { NMODE = 2, MAX_POINTS = 600 };
static const double MASS[2] = {1.385, 0.617};
static const double RATE[NMODE] = {0.173, 0.0421}; /* R = sum_n c_n exp(-w_n t) g_n(r) */
static const double SIZE[NMODE] = {1.385, 2.617};  /* g_n = exp(-(r/b_n)^2) */
static const double AMPLITUDE[NMODE] = {-0.731, 1.429};

static double mode(int n, double t, double r) {
    return AMPLITUDE[n] * exp(-RATE[n] * t - r * r / (SIZE[n] * SIZE[n]));
}

/* (1/r) d^2(r g)/dr^2 / g */
static double laplacian_factor(int n, double r) {
    double b2 = SIZE[n] * SIZE[n];
    return (4 * r * r / b2 - 6) / b2;
}

static double manufactured(double t, double r) {
    double sum = 0;
    for (int n = 0; n < NMODE; n++) sum += mode(n, t, r);
    return sum;
}

/* Reduced mass and coefficient of d_t^2, written out anew. */
static double reduced_mass(void) {
    return 1 / (1 / MASS[0] + 1 / MASS[1]);
}

/* (mu^2/2) (1/m1^3 + 1/m2^3), what (1 + 3 delta^2)/(8 mu) stands for. */
static double dt2_coefficient(void) {
    double mu = reduced_mass();
    return mu * mu / 2 * (1 / pow(MASS[0], 3) + 1 / pow(MASS[1], 3));
}

/* Grids of spacing about h, from `first` h on; `sway` > 0 alternates narrow and wide steps. */
typedef struct grid_form {
    double first, sway;
} grid_form;

static int make_grid(grid_form form, double h, int steps, double *r) {
    for (int i = 0; i <= steps; i++) r[i] = h * (form.first + i + (i % 2 == 1 ? form.sway : 0.0));
    return steps + 1;
}

static hp_ensemble fill_row(hand_parts *parts, const double *r, int npoint, double **row) {
    hp_ensemble ensemble = hand_ensemble(parts, r, npoint, true, MASS);
    *row = hp_alloc(hp_ensemble_row_length(&ensemble), sizeof **row);
    assert_non_null(*row);
    double *next = *row;
    for (int s = 0; s < 2; s++)
        for (int t = 0; t < HAND_NT; t++)
            for (int p = 0; p < npoint; p++)
                *next++ = (s == 0 ? 1 : -0.37) * manufactured(HAND_FIRST_TIME + t, r[p]);
    return ensemble;
}

/* Error of the Laplacian term at the first point, the last, and the largest between. */
typedef struct grid_error {
    double first, last, inside;
} grid_error;

static grid_error laplacian_error(grid_form form, double h, int steps) {
    double r[MAX_POINTS], *row;
    hp_error err = HP_ERROR_INIT;
    hand_parts parts;
    int npoint = make_grid(form, h, steps, r), time = 9;
    hp_ensemble ensemble = fill_row(&parts, r, npoint, &row);
    hp_correlator_plan plan;
    hp_correlator correlator;
    char *source[] = {parts.source[0]};
    assert_ok(hp_correlator_plan_create(&ensemble, source, 1, &time, 1, &plan, &err), &err);
    assert_ok(hp_correlator_create(&plan, &correlator, &err), &err);
    hp_pair pair = hp_pair_of_row(plan.masses, 0);
    assert_ok(hp_correlator_compute(&plan, &pair, row, &correlator, &err), &err);
    grid_error error = {0};
    for (int i = 0; i < npoint; i++) {
        double exact = 0;
        for (int n = 0; n < NMODE; n++) exact += laplacian_factor(n, r[i]) * mode(n, time, r[i]);
        double found = fabs(correlator.laplacian[i] * 2 * reduced_mass() - exact);
        if (i == 0)
            error.first = found;
        else if (i == npoint - 1)
            error.last = found;
        else
            error.inside = fmax(error.inside, found);
    }
    hp_correlator_destroy(&correlator);
    hp_correlator_plan_destroy(&plan);
    hp_geometry_destroy(&ensemble.geometry);
    hp_free(row);
    return error;
}

/* Halving the spacing divides a second-order error by 4. The allowed 5 % is the next order: h/b is
 * below 0.01 here, and the constants in front of it a few. */
static void assert_second_order(grid_form form) {
    grid_error coarse = laplacian_error(form, 0.01, 280), fine = laplacian_error(form, 0.005, 560);
    assert_close(coarse.first / fine.first, 4, 0.05, 0);
    assert_close(coarse.inside / fine.inside, 4, 0.05, 0);
    assert_close(coarse.last / fine.last, 4, 0.05, 0);
    assert_true(coarse.first < 1e-4 && coarse.inside < 1e-4 && coarse.last < 1e-4);
}

static void laplacian_is_second_order_from_zero(void **state) {
    (void)state;
    assert_second_order((grid_form){0, 0});
}

static void laplacian_is_second_order_from_one_step(void **state) {
    (void)state;
    assert_second_order((grid_form){1, 0});
}

static void laplacian_is_second_order_with_offset(void **state) {
    (void)state;
    assert_second_order((grid_form){0.3, 0});
}

/* Neighbouring steps differ by a factor 1.3/0.7 at every refinement: three points would be of first
 * order only. */
static void laplacian_is_second_order_on_uneven_grids(void **state) {
    (void)state;
    assert_second_order((grid_form){0, 0.3});
    assert_second_order((grid_form){0.85, -0.3});
}

/* u = r R of third degree is what a cubic reproduces: R = 3 - 0.7 r^2 gives nabla^2 R = -4.2 at
 * every point of every grid, the ends included. */
static void laplacian_of_a_parabola_is_exact(void **state) {
    (void)state;
    static const double grids[3][6] = {{0, 0.3, 0.7, 1.8, 2.1, 2.6},
                                       {0.3, 0.7, 1.8, 2.1, 2.9, 3.0},
                                       {0.25, 0.5, 0.75, 1.0, 1.25, 1.5}};
    hp_error err = HP_ERROR_INIT;
    for (int g = 0; g < 3; g++) {
        for (int npoint = 4; npoint <= 6; npoint++) {
            hand_parts parts;
            hp_ensemble ensemble = hand_ensemble(&parts, grids[g], npoint, true, MASS);
            hp_correlator_plan plan;
            assert_ok(hp_correlator_plan_create(&ensemble, NULL, 0, NULL, 0, &plan, &err), &err);
            for (int i = 0; i < npoint; i++) {
                double sum = 0;
                /* the points i-1 ... i+2, moved where there are none */
                int start = i < 1 ? 0 : i - 1 < npoint - 4 ? i - 1 : npoint - 4;
                assert_int_equal(plan.stencil_start[i], start);
                for (int j = 0; j < 4; j++) {
                    double r = grids[g][plan.stencil_start[i] + j];
                    sum += plan.stencil[4 * i + j] * (3 - 0.7 * r * r);
                }
                assert_close(sum, -4.2, 1e-12, 0); /* weights up to 100 times rounding */
            }
            hp_correlator_plan_destroy(&plan);
            hp_geometry_destroy(&ensemble.geometry);
        }
    }
}

/* On exp(-w t) the central differences are exactly -sinh(w) and 2 cosh(w) - 2. */
static void time_derivatives_and_masses_are_exact(void **state) {
    (void)state;
    double r[MAX_POINTS], *row;
    hp_error err = HP_ERROR_INIT;
    hand_parts parts;
    int npoint = make_grid((grid_form){1, 0}, 0.2, 20, r);
    hp_ensemble ensemble = fill_row(&parts, r, npoint, &row);
    hp_correlator_plan plan;
    hp_correlator correlator;
    assert_ok(hp_correlator_plan_create(&ensemble, NULL, 0, NULL, 0, &plan, &err), &err);
    assert_ok(hp_correlator_create(&plan, &correlator, &err), &err);
    hp_pair pair = hp_pair_of_row(plan.masses, 0);
    assert_ok(hp_correlator_compute(&plan, &pair, row, &correlator, &err), &err);
    assert_int_equal(correlator.nsource, 2);
    assert_int_equal(correlator.nt, HAND_NT - 2);
    assert_int_equal(correlator.nshell, npoint);
    assert_close(pair.mu, reduced_mass(), 1e-15, 0); /* rounding of three operations */
    double coefficient = dt2_coefficient();
    for (size_t i = 0; i < correlator.n; i++) {
        double scale = i < correlator.n / 2 ? 1 : -0.37, R = 0, dt = 0, dt2 = 0;
        double t = HAND_FIRST_TIME + 1 + (double)(i / (size_t)npoint % (HAND_NT - 2));
        for (int n = 0; n < NMODE; n++) {
            double value = scale * mode(n, t, r[i % (size_t)npoint]);
            R += value;
            dt += sinh(RATE[n]) * value;
            dt2 += coefficient * (2 * cosh(RATE[n]) - 2) * value;
        }
        /* All numbers are below 2; the differences cancel, which leaves rounding of R itself. */
        assert_close(correlator.R[i], R, 0, 1e-15);
        assert_close(correlator.dt[i], dt, 0, 2e-15);
        assert_close(correlator.dt2[i], dt2, 0, 4e-15);
        assert_close(correlator.S[i], correlator.laplacian[i] + dt + dt2, 0, 1e-14);
    }
    hp_correlator_destroy(&correlator);
    hp_correlator_plan_destroy(&plan);
    hp_geometry_destroy(&ensemble.geometry);
    hp_free(row);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(laplacian_is_second_order_from_zero),
        cmocka_unit_test(laplacian_is_second_order_from_one_step),
        cmocka_unit_test(laplacian_is_second_order_with_offset),
        cmocka_unit_test(laplacian_is_second_order_on_uneven_grids),
        cmocka_unit_test(laplacian_of_a_parabola_is_exact),
        cmocka_unit_test(time_derivatives_and_masses_are_exact),
    };
    return cmocka_run_group_tests_name("correlator/radial", tests, NULL, NULL);
}
