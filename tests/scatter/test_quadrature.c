// SPDX-License-Identifier: GPL-3.0-or-later
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <gsl/gsl_sf_legendre.h>
#include "hadpot/nystroem.h"

/* `left` integrates every polynomial of degree below the order exactly; Legendre polynomials of
 * the panel are the well-conditioned basis to say so in, int P_m = (P_m+1 - P_m-1) / (2m + 1). */
static void left_is_exact_for_polynomials(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    for (int order = 2; order <= 64; order++) {
        hp_quadrature grid;
        assert_ok(hp_quadrature_create(1.0, 1, order, &grid, &err), &err);
        for (int i = 0; i < order; i++) {
            double x = 2.0 * grid.r[i] - 1.0;
            for (int m = 0; m < order; m++) {
                double sum = 0.0;
                for (int j = 0; j < order; j++) {
                    sum += grid.left[i * order + j] * gsl_sf_legendre_Pl(m, 2.0 * grid.r[j] - 1.0);
                }
                double exact =
                    m == 0 ? 0.5 * (x + 1.0)
                           : 0.5 * (gsl_sf_legendre_Pl(m + 1, x) - gsl_sf_legendre_Pl(m - 1, x)) /
                                 (2 * m + 1);
                assert_close(sum, exact, 0.0,
                             1e-14); /* nodes rounded by 1e-16; sums of up to 64 terms */
            }
        }
        hp_quadrature_destroy(&grid);
    }
}

/* w_i left_ij + w_j left_ji = w_i w_j on a panel of length 1: integration by parts survives, the
 * discrete Green function stays symmetric. */
static void left_keeps_integration_by_parts(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_quadrature grid;
    assert_ok(hp_quadrature_create(1.0, 1, 17, &grid, &err), &err);
    for (int i = 0; i < 17; i++) {
        for (int j = 0; j < 17; j++) {
            const double *w = grid.weight;
            double sum = w[i] * grid.left[i * 17 + j] + w[j] * grid.left[j * 17 + i];
            assert_close(sum, w[i] * w[j], 0.0, 1e-16); /* both sides are of size 1e-3 */
        }
    }
    hp_quadrature_destroy(&grid);
}

/* Every order integrates x^2 to rounding: weights too are good to all digits (GSL's are not). */
static void weights_are_exact_at_every_order(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    for (int order = 2; order <= 64; order++) {
        hp_quadrature grid;
        assert_ok(hp_quadrature_create(1.9, 1, order, &grid, &err), &err);
        double sum = 0.0;
        for (int i = 0; i < order; i++) sum += grid.weight[i] * grid.r[i] * grid.r[i];
        assert_close(sum, 1.9 * 1.9 * 1.9 / 3.0, 2e-15, 0.0); /* rounding of at most 64 terms */
        hp_quadrature_destroy(&grid);
    }
}

static void panels_cover_the_range(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_quadrature grid;
    assert_ok(hp_quadrature_create(7.31, 5, 6, &grid, &err), &err);
    assert_int_equal(grid.n, 30);
    double sum = 0.0;
    for (int i = 0; i < grid.n; i++) {
        assert_true(grid.r[i] > (i == 0 ? 0.0 : grid.r[i - 1]) && grid.r[i] < 7.31);
        assert_int_equal((int)(grid.r[i] / (7.31 / 5)), i / 6);
        sum += grid.weight[i] * pow(grid.r[i], 11.0);
    }
    assert_close(sum, pow(7.31, 12.0) / 12.0, 1e-14, 0.0); /* exact to degree 11, so rounding */
    hp_quadrature_destroy(&grid);
}

static void bad_grids_are_refused(void **state) {
    (void)state;
    static const struct {
        double range;
        int panels, order;
        const char *words;
    } bad[] = {
        {0.0, 4, 8, "range"},        {-2.5, 4, 8, "found -2.5"},
        {NAN, 4, 8, "range"},        {INFINITY, 4, 8, "range"},
        {3.0, 0, 8, "found 0"},      {3.0, -7, 8, "found -7"},
        {3.0, 4, 1, "order"},        {3.0, 4, 65, "found 65"},
        {3.0, 1 << 30, 8, "panels"}, {3.0, 4, 0, "between 2 and 64"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        hp_error err = HP_ERROR_INIT;
        hp_quadrature grid;
        hp_status status =
            hp_quadrature_create(bad[i].range, bad[i].panels, bad[i].order, &grid, &err);
        assert_status(status, HP_ERR_INPUT, &err);
        assert_contains(err.message, bad[i].words);
        assert_null(grid.r);
        hp_quadrature_destroy(&grid);
    }
    hp_quadrature_destroy(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(left_is_exact_for_polynomials),
        cmocka_unit_test(left_keeps_integration_by_parts),
        cmocka_unit_test(weights_are_exact_at_every_order),
        cmocka_unit_test(panels_cover_the_range),
        cmocka_unit_test(bad_grids_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
