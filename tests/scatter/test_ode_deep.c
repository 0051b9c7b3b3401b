// SPDX-License-Identifier: GPL-3.0-or-later
/* rms distances of states of the second solver in wells of 1 to 1e5 MeV: square wells in closed
 * form, Gaussian wells against the first solver on a grid of its own. */
#include "ode_case.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include "hadpot/nystroem.h"

static const double H = 41.47; /* hbar^2/(2 mu), MeV fm^2 */

/* <r^2> of sin(qr) for r < R, exp(-kappa r) beyond. */
static double square_well_mean_square(double q, double kappa, double R) {
    double sine = sin(2.0 * q * R), cosine = cos(2.0 * q * R), edge = gsl_pow_2(sin(q * R));
    double norm = R / 2.0 - sine / (4.0 * q) + edge / (2.0 * kappa);
    double inside = gsl_pow_3(R) / 6.0 - (R * R / (4.0 * q) - 1.0 / (8.0 * gsl_pow_3(q))) * sine -
                    R * cosine / (4.0 * q * q);
    double y = 2.0 * kappa;
    return (inside + edge * (R * R / y + 2.0 * R / (y * y) + 2.0 / gsl_pow_3(y))) / norm;
}

/* q of state n = 0, 1, ...: q cos(qR) + kappa sin(qR) = 0 between (n + 1/2) pi and (n + 1) pi. */
static double square_well_momentum(double depth, double R, int n) {
    double low = (n + 0.5) * M_PI / R, high = fmin((n + 1.0) * M_PI / R, sqrt(depth));
    double sign = n % 2 == 0 ? 1.0 : -1.0;
    for (int i = 0; i < 200; i++) {
        double q = 0.5 * (low + high), kappa = sqrt(depth - q * q);
        if (sign * (q * cos(q * R) + kappa * sin(q * R)) > 0.0)
            low = q;
        else
            high = q;
    }
    return 0.5 * (low + high);
}

/* The state of the second solver between 0.999 kappa^2 and half way to the bottom. */
static void find_state(ode_case *c, double kappa2, double depth, double *square) {
    double found, high = fmin(1.001 * kappa2, 0.5 * (kappa2 + depth));
    ode_case_bound(c, 0.999 * kappa2, high, &found, square);
    assert_close(found, kappa2, 1e-9, 0.0); /* a hundred times the tolerance */
}

/* Some of its states; the grid goes on behind it, in one panel. */
static void check_square_well(double depth_mev, double R, double range) {
    enum { INSIDE = 4, SOME = 4 };
    double depth = depth_mev / H, q[2] = {-depth, R}, edge[INSIDE + 2] = {0.0}, square;
    int states = (int)floor(sqrt(depth) * R / M_PI + 0.5);
    for (int i = 1; i <= INSIDE; i++) edge[i] = R * i / INSIDE;
    edge[INSIDE + 1] = range;
    ode_case c = {.w = square_well, .q = q};
    ode_case_open(&c, edge, INSIDE + 1, 20, 1e-11);
    ode_case_set(&c);
    for (int n = 0; n < states; n += 1 + states / SOME) {
        double inside = square_well_momentum(depth, R, n), kappa2 = depth - inside * inside;
        find_state(&c, kappa2, depth, &square);
        double exact = square_well_mean_square(inside, sqrt(kappa2), R);
        assert_close(sqrt(square), sqrt(exact), 1e-10, 0.0); /* ten times the tolerance */
    }
    ode_case_close(&c);
}

/* From a grid that ends at the well to one that leaves kappa times the range at 1250, where waves
 * span more than doubles have room for. */
static void square_wells_in_closed_form(void **state) {
    (void)state;
    for (double depth = 3.0; depth <= 1e5; depth *= 3.0)
        for (double range = 1.717; range < 34.0; range *= 2.1) check_square_well(depth, 1.7, range);
}

/* q = {depth in momentum squared, range}. */
static double gaussian(double r, const double *q) {
    return -q[0] * exp(-gsl_pow_2(r / q[1]));
}

enum { MOST_STATES = 64 };

/* By the first solver on a grid that resolves all of it, kappa h < 5 with 16 nodes. */
static int reference(const double *q, double range, double *kappa2, double *square) {
    hp_error err = HP_ERROR_INIT;
    hp_quadrature grid;
    hp_nystroem *solver;
    int found, panels = 4 + (int)ceil(sqrt(q[0]) * range / 5.0);
    assert_ok(hp_quadrature_create(range, panels, 16, &grid, &err), &err);
    double *w = hp_alloc((size_t)grid.n, sizeof *w);
    for (int i = 0; i < grid.n; i++) w[i] = gaussian(grid.r[i], q);
    assert_ok(hp_nystroem_create(&grid, &solver, &err), &err);
    assert_ok(hp_nystroem_set_interaction(solver, &(hp_interaction){.local = w}, &err), &err);
    assert_ok(hp_nystroem_bound_states(solver, MOST_STATES, kappa2, square, NULL, &found, &err),
              &err);
    hp_nystroem_destroy(&solver);
    hp_quadrature_destroy(&grid);
    hp_free(w);
    return found;
}

/* Deep Gaussian wells are oscillators of width^4 = range^2/depth, far from where the force ends. */
static void gaussian_wells_by_the_other_solver(void **state) {
    (void)state;
    double kappa2[MOST_STATES], square[MOST_STATES], other;
    for (double depth = 400.0; depth <= 1e5; depth *= 6.0) {
        double q[2] = {depth / H, 0.45};
        int found = reference(q, 3.0, kappa2, square);
        ode_case c = {.w = gaussian, .q = q};
        ode_case_open_equal(&c, 3.0, 3, 20, 1e-11);
        ode_case_set(&c);
        for (int i = 0; i < found; i += 1 + found / 4) {
            find_state(&c, kappa2[i], q[0], &other);
            /* both follow their tolerances; next to threshold kappa^2 amplifies them */
            assert_close(sqrt(other), sqrt(square[i]), 1e-9, 0.0);
        }
        if (depth > 8e4) { /* 3/2 width^2 to the next order, (width/range)^2 */
            double width2 = q[1] / sqrt(q[0]);
            assert_close(square[0], 1.5 * width2, 3.0 * width2 / gsl_pow_2(q[1]), 0.0);
        }
        ode_case_close(&c);
    }
}

int main(void) {
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {cmocka_unit_test(square_wells_in_closed_form),
                                       cmocka_unit_test(gaussian_wells_by_the_other_solver)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
