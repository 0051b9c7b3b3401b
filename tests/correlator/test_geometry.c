// SPDX-License-Identifier: GPL-3.0-or-later
#include "support.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <gsl/gsl_math.h>
#include "hadpot/geometry.h"
#include "hadpot/memory.h"

/* ---- cubic: everything against loops over the full box ---- */

/* Point whose stored site is the image of (x, y, z) with L/2 >= x >= y >= z >= 0, by search. */
static int search_point(const hp_geometry *g, int x, int y, int z) {
    int c[3] = {x, y, z};
    for (int axis = 0; axis < 3; axis++) {
        c[axis] = ((c[axis] % g->extent) + g->extent) % g->extent;
        if (2 * c[axis] > g->extent) c[axis] = g->extent - c[axis];
    }
    for (int a = 0; a < 3; a++)
        for (int b = a + 1; b < 3; b++)
            if (c[b] > c[a]) {
                int swap = c[a];
                c[a] = c[b];
                c[b] = swap;
            }
    for (int point = 0; point < g->npoint; point++)
        if (memcmp(g->site[point], c, sizeof c) == 0) return point;
    return -1;
}

static void cubic_sites_have_the_stated_order(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_geometry g;
    const int expected[10][3] = {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {1, 1, 1}, {2, 0, 0},
                                 {2, 1, 0}, {2, 1, 1}, {2, 2, 0}, {2, 2, 1}, {2, 2, 2}};
    assert_ok(hp_geometry_create_cubic(4, &g, &err), &err);
    assert_int_equal(g.kind, HP_GEOMETRY_CUBIC);
    assert_int_equal(g.extent, 4);
    assert_int_equal(g.npoint, 10);
    assert_memory_equal(g.site, expected, sizeof expected);
    hp_geometry_destroy(&g);
    assert_ok(hp_geometry_create_cubic(64, &g, &err), &err);
    assert_int_equal(g.npoint, 6545); /* the published Xi Xi data */
    hp_geometry_destroy(&g);
}

static void cubic_multiplicities_count_the_sites_of_orbits(void **state) {
    (void)state;
    const int extents[] = {2, 4, 6, 10, 64};
    for (size_t n = 0; n < sizeof extents / sizeof *extents; n++) {
        hp_error err = HP_ERROR_INIT;
        hp_geometry g;
        const int L = extents[n];
        assert_ok(hp_geometry_create_cubic(L, &g, &err), &err);
        double sum = 0.0;
        for (int point = 0; point < g.npoint; point++) sum += g.multiplicity[point];
        assert_close(sum, (double)L * L * L, 0.0, 0.0); /* whole numbers: exact */
        if (L <= 10) {
            double *count = hp_alloc((size_t)g.npoint, sizeof *count);
            for (int x = 0; x < L; x++)
                for (int y = 0; y < L; y++)
                    for (int z = 0; z < L; z++) count[search_point(&g, x, y, z)] += 1.0;
            for (int point = 0; point < g.npoint; point++)
                assert_close(g.multiplicity[point], count[point], 0.0, 0.0);
            hp_free(count);
        }
        hp_geometry_destroy(&g);
    }
}

/* At every site of the box, the neighbours of its representative carry the values that its own
 * neighbours carry, for a field that is invariant under the cubic group. */
static void check_neighbours(int L) {
    hp_error err = HP_ERROR_INIT;
    hp_geometry g;
    static const int step[6][3] = {{1, 0, 0},  {-1, 0, 0}, {0, 1, 0},
                                   {0, -1, 0}, {0, 0, 1},  {0, 0, -1}};
    assert_ok(hp_geometry_create_cubic(L, &g, &err), &err);
    for (int x = 0; x < L; x++)
        for (int y = 0; y < L; y++)
            for (int z = 0; z < L; z++) {
                int point = search_point(&g, x, y, z), difference[128] = {0};
                assert_in_range(g.npoint, 1, 127);
                for (int d = 0; d < 6; d++) {
                    const int *s = step[d];
                    difference[search_point(&g, x + s[0], y + s[1], z + s[2])]++;
                    assert_in_range(g.neighbour[point][d], 0, g.npoint - 1);
                    difference[g.neighbour[point][d]]--;
                }
                for (int p = 0; p < g.npoint; p++) assert_int_equal(difference[p], 0);
            }
    hp_geometry_destroy(&g);
}

static void cubic_neighbours_are_those_of_the_full_box(void **state) {
    (void)state;
    check_neighbours(2);
    check_neighbours(6);
    check_neighbours(8);
}

static void cubic_shells_collect_equal_distances(void **state) {
    (void)state;
    enum { L = 6, LARGEST = 3 * (L / 2) * (L / 2) };
    hp_error err = HP_ERROR_INIT;
    hp_geometry g;
    assert_ok(hp_geometry_create_cubic(L, &g, &err), &err);
    int sites[LARGEST + 1] = {0}, shell = 0;
    for (int x = -L / 2; x < L / 2; x++)
        for (int y = -L / 2; y < L / 2; y++)
            for (int z = -L / 2; z < L / 2; z++) sites[x * x + y * y + z * z]++;
    for (int square = 0; square <= LARGEST; square++) {
        if (sites[square] == 0) continue;
        assert_true(shell < g.nshell);
        assert_close(g.r[shell], sqrt(square), 1e-15, 0.0); /* one square root */
        assert_close(g.weight[shell], sites[square], 0.0, 0.0);
        shell++;
    }
    assert_int_equal(g.nshell, shell);
    for (int p = 0; p < g.npoint; p++) {
        const int *s = g.site[p];
        double square = s[0] * s[0] + s[1] * s[1] + s[2] * s[2];
        assert_close(g.r[g.shell[p]], sqrt(square), 1e-15, 0.0); /* one square root */
    }
    hp_geometry_destroy(&g);
}

static void cubic_shell_average_weights_orbits(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_geometry g;
    assert_ok(hp_geometry_create_cubic(6, &g, &err), &err);
    /* |r|^2 = 9: (2,2,1) has 24 sites and (3,0,0), on the border, has 3. */
    int a = search_point(&g, 2, 2, 1), b = search_point(&g, 3, 0, 0);
    assert_int_equal(g.shell[a], g.shell[b]);
    double *value = hp_alloc((size_t)g.npoint, sizeof *value);
    double *mean = hp_alloc((size_t)g.nshell, sizeof *mean);
    value[a] = 2.385;
    value[b] = -1.7;
    mean[0] = 99.5; /* must be overwritten */
    hp_geometry_shell_average(&g, value, mean);
    for (int shell = 0; shell < g.nshell; shell++) {
        double expected = shell == g.shell[a] ? (24 * 2.385 - 3 * 1.7) / 27 : 0.0;
        assert_close(mean[shell], expected, 1e-14, 0.0); /* a few roundings */
    }
    hp_free(value);
    hp_free(mean);
    hp_geometry_destroy(&g);
}

static void cubic_refuses_bad_extents(void **state) {
    (void)state;
    const int extents[] = {-2, 0, 1, 7, 2050, 2000000000};
    for (size_t n = 0; n < sizeof extents / sizeof *extents; n++) {
        hp_error err = HP_ERROR_INIT;
        hp_geometry g;
        assert_status(hp_geometry_create_cubic(extents[n], &g, &err), HP_ERR_INPUT, &err);
        assert_contains(err.message, "expected an even number from 2 to 2048");
        assert_null(g.site);
    }
}

/* ---- radial ---- */

static void radial_points_are_shells_with_trapezoid_weights(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_geometry g;
    const double r[] = {0.7, 1.1, 1.6, 2.4, 2.5};
    /* Half the distance between neighbours, the first one's being the node at r = 0. */
    const double dr[] = {0.55, 0.45, 0.65, 0.45, 0.05};
    double mean[5];
    assert_ok(hp_geometry_create_radial(r, 5, &g, &err), &err);
    assert_int_equal(g.kind, HP_GEOMETRY_RADIAL);
    assert_int_equal(g.extent, 0);
    assert_int_equal(g.npoint, 5);
    assert_int_equal(g.nshell, 5);
    assert_null(g.site);
    assert_null(g.neighbour);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(g.shell[i], i);
        assert_close(g.r[i], r[i], 0.0, 0.0); /* a copy */
        assert_close(g.multiplicity[i], 1.0, 0.0, 0.0);
        /* differences of the r cost a few bits of the smallest interval, 0.05 out of 2.5 */
        assert_close(g.weight[i], 4.0 * M_PI * r[i] * r[i] * dr[i], 1e-14, 0.0);
    }
    hp_geometry_shell_average(&g, r, mean);
    for (int i = 0; i < 5; i++) assert_close(mean[i], r[i], 0.0, 0.0);
    hp_geometry_destroy(&g);
}

/* Relative error of int d^3r exp(-r^2) over r < range, i.e. of 4 pi int r^2 exp(-r^2) dr, on n
 * points range (i/n)^power; with_origin adds the point r = 0. */
static double integral_error(double range, int n, double power, bool with_origin) {
    hp_error err = HP_ERROR_INIT;
    hp_geometry g;
    double *r = hp_alloc((size_t)n + 1, sizeof *r), sum = 0.0;
    for (int i = 0; i <= n; i++) r[i] = range * pow((double)i / n, power);
    hp_status status = with_origin ? hp_geometry_create_radial(r, n + 1, &g, &err)
                                   : hp_geometry_create_radial(r + 1, n, &g, &err);
    assert_ok(status, &err);
    for (int i = 0; i < g.nshell; i++) sum += g.weight[i] * exp(-g.r[i] * g.r[i]);
    double exact = pow(M_PI, 1.5) * erf(range) - 2.0 * M_PI * range * exp(-range * range);
    hp_geometry_destroy(&g);
    hp_free(r);
    return (sum - exact) / exact;
}

static void radial_quadrature_is_of_second_order(void **state) {
    (void)state;
    const double powers[] = {1.0, 1.5};
    for (int p = 0; p < 2; p++)
        for (int with_origin = 0; with_origin < 2; with_origin++) {
            double coarse = integral_error(1.37, 40, powers[p], with_origin);
            double fine = integral_error(1.37, 80, powers[p], with_origin);
            assert_true(fabs(coarse) > 1e-5);
            /* the next term of the error is of relative order h^2 (1/1600), h^(2/3) smaller */
            assert_close(log2(coarse / fine), 2.0, 0.0, 0.02);
        }
}

static void radial_quadrature_is_spectral_for_a_decayed_function(void **state) {
    (void)state;
    /* No odd derivative at either end: the trapezoidal rule has no error of finite order. With
     * h = 0.25 it is exp(-(pi/h)^2), far below the rounding of 40 terms. */
    assert_close(integral_error(10.0, 40, 1.0, false), 0.0, 0.0, 1e-14);
    assert_close(integral_error(10.0, 40, 1.0, true), 0.0, 0.0, 1e-14);
}

static void check_radial_error(const double *r, int npoint, const char *part) {
    hp_error err = HP_ERROR_INIT;
    hp_geometry g;
    assert_status(hp_geometry_create_radial(r, npoint, &g, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, part);
    assert_null(g.r);
}

static void radial_refuses_bad_grids(void **state) {
    (void)state;
    check_radial_error((double[]){0.5, 1.0, 1.5}, 3, "at least 4 points, found 3");
    check_radial_error((double[]){-0.5, 1.0, 1.5, 2.0}, 4, "r[0] = -0.5, expected a distance");
    check_radial_error((double[]){0.5, 1.0, NAN, 2.0}, 4, "r[2] = nan");
    check_radial_error((double[]){0.5, 1.0, 2.0, INFINITY}, 4, "r[3] = inf");
    check_radial_error((double[]){0.5, 1.0, 1.0, 2.0}, 4, "r[2] = 1 after r[1] = 1");
    check_radial_error((double[]){0.5, 1.5, 1.0, 2.0}, 4, "r[2] = 1 after r[1] = 1.5");
}

static void destroy_takes_null_and_empty(void **state) {
    (void)state;
    hp_geometry g = {0};
    hp_geometry_destroy(&g);
    hp_geometry_destroy(NULL);
    assert_int_equal(g.npoint, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cubic_sites_have_the_stated_order),
        cmocka_unit_test(cubic_multiplicities_count_the_sites_of_orbits),
        cmocka_unit_test(cubic_neighbours_are_those_of_the_full_box),
        cmocka_unit_test(cubic_shells_collect_equal_distances),
        cmocka_unit_test(cubic_shell_average_weights_orbits),
        cmocka_unit_test(cubic_refuses_bad_extents),
        cmocka_unit_test(radial_points_are_shells_with_trapezoid_weights),
        cmocka_unit_test(radial_quadrature_is_of_second_order),
        cmocka_unit_test(radial_quadrature_is_spectral_for_a_decayed_function),
        cmocka_unit_test(radial_refuses_bad_grids),
        cmocka_unit_test(destroy_takes_null_and_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
