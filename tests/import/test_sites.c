// SPDX-License-Identifier: GPL-3.0-or-later
/* Sites of files and points of ensembles; folding of full boxes to cubic orbits. */
#include <math.h>
#include <stdio.h>
#include "../../src/import/sites.h"
#include "support.h"

enum { L = 8 };

/* A smooth function of the distance to the origin of the periodic box, and a number in (-1, 1) of
 * each site that has nothing to do with its neighbours'. */
static double wave(int x, int y, int z) {
    double square = 0;
    const int site[3] = {x, y, z};
    for (int axis = 0; axis < 3; axis++) {
        int c = ((site[axis] % L) + L) % L;
        square += c > L / 2 ? (L - c) * (L - c) : c * c;
    }
    return 1.0 + 0.7 * exp(-square / 6.0);
}

static double noise(int x, int y, int z) {
    double number = sin(12.9898 * x + 78.233 * y + 37.719 * z + 1.0) * 43758.5;
    return 2.0 * (number - floor(number)) - 1.0;
}

/* Put a box whose coordinates start at `first`, x moved by `shift` before the function is taken. */
static void put_box(hp_fold *fold, int first, int shift, double size) {
    hp_error err = HP_ERROR_INIT;
    for (int z = first; z < first + L; z++)
        for (int y = first; y < first + L; y++)
            for (int x = first; x < first + L; x++) {
                double value = wave(x + shift, y, z) + size * noise(x, y, z);
                assert_ok(hp_fold_put(fold, (double[]){x, y, z}, (double[]){value, -value}, &err),
                          &err);
            }
}

static void a_box_is_folded_to_the_last_bit(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_sites sites;
    hp_fold fold;
    hp_orbit_spread spread;
    assert_ok(hp_sites_create_cubic(L * L * L, 0, &sites, &err), &err);
    assert_int_equal(sites.kind, HP_SITES_BOX);
    assert_int_equal(sites.geometry.extent, L);
    assert_ok(hp_fold_create(&sites, &fold, &err), &err);
    for (int first = -L / 2 + 1; first <= 0; first += L / 2 - 1) { /* both ways to count sites */
        hp_fold_clear(&fold);
        put_box(&fold, first, 0, 0.0);
        assert_ok(hp_fold_finish(&fold, &spread, &err), &err);
        for (int p = 0; p < sites.geometry.npoint; p++) {
            const int *site = sites.geometry.site[p];
            double expected = wave(site[0], site[1], site[2]);
            /* all sites of an orbit hold the same bits: no tolerance */
            assert_close(fold.mean[p], expected, 0, 0);
            assert_close(fold.mean[sites.geometry.npoint + p], -expected, 0, 0);
            assert_int_equal(fold.count[p], (int)sites.geometry.multiplicity[p]);
        }
        assert_close(spread.within, 0.0, 0, 0);
        assert_true(spread.between > 0.1);
    }
    hp_fold_destroy(&fold);
    hp_sites_destroy(&sites);
}

/* Both sums by a second method: all deviations at once, from the means. */
static void spread_is_the_sum_of_squares(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_sites sites;
    hp_fold fold;
    hp_orbit_spread spread;
    assert_ok(hp_sites_create_cubic(L * L * L, L, &sites, &err), &err);
    assert_ok(hp_fold_create(&sites, &fold, &err), &err);
    put_box(&fold, 0, 0, 0.3);
    assert_ok(hp_fold_finish(&fold, &spread, &err), &err);
    double within = 0, total = 0, mean = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < L * L * L; i++) {
            const int site[3] = {i % L, i / L % L, i / L / L};
            double value = wave(site[0], site[1], site[2]) + 0.3 * noise(site[0], site[1], site[2]);
            if (pass == 0) mean += value / (L * L * L);
            double of_orbit = fold.mean[hp_geometry_find_point(L, site)];
            if (pass == 1) within += pow(value - of_orbit, 2), total += pow(value - mean, 2);
        }
    assert_close(spread.within, within, 1e-12, 0); /* rounding of 512 terms */
    assert_close(spread.within + spread.between, total, 1e-12, 0);
    hp_fold_destroy(&fold);
    hp_sites_destroy(&sites);
}

/* Two boxes of one wave about another origin in x, with noise of their own. */
static double asymmetry_of(int shift, double size, double *share) {
    hp_error err = HP_ERROR_INIT;
    hp_sites sites;
    hp_fold fold;
    hp_orbit_spread spread;
    double box[2][L * L * L], asymmetry = NAN;
    assert_ok(hp_sites_create_cubic(L * L * L, L, &sites, &err), &err);
    assert_ok(hp_fold_create(&sites, &fold, &err), &err);
    put_box(&fold, 0, shift, size);
    assert_ok(hp_fold_finish(&fold, &spread, &err), &err);
    *share = spread.within / (spread.within + spread.between);
    for (int i = 0; i < 2 * L * L * L; i++) {
        int n = i % (L * L * L), x = n % L, y = n / L % L, z = n / L / L;
        box[i / (L * L * L)][n] = wave(x + shift, y, z) + size * noise(x + i / (L * L * L), y, z);
    }
    assert_ok(hp_box_asymmetry(&sites, box[0], box[1], &asymmetry, &err), &err);
    hp_fold_destroy(&fold);
    hp_sites_destroy(&sites);
    return asymmetry;
}

static void a_box_about_another_origin_is_told_from_noise(void **state) {
    (void)state;
    double share;
    assert_true(asymmetry_of(0, 0.02, &share) < 0.05);
    assert_true(share < 0.1);
    double asymmetry = asymmetry_of(L / 2, 0.0, &share);
    assert_close(asymmetry, share, 1e-12, 0); /* rounding of 512 terms */
    assert_true(share > 0.5);
    /* noise alone: uncorrelated, so 1/sqrt(512) = 0.044; three times of that */
    assert_close(asymmetry_of(0, 1e6, &share), 0.0, 0, 0.14);
    assert_true(share > 0.8);
}

static void orbits_are_recognised_in_any_order(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_sites sites;
    hp_fold fold;
    hp_orbit_spread spread;
    assert_ok(hp_sites_create_cubic(35, 0, &sites, &err), &err); /* 5 x 6 x 7/6 */
    assert_int_equal(sites.kind, HP_SITES_ORBITS);
    assert_int_equal(sites.geometry.extent, L);
    assert_ok(hp_fold_create(&sites, &fold, &err), &err);
    for (int x = 0; x <= L / 2; x++) /* another representative: x <= y <= z */
        for (int y = x; y <= L / 2; y++)
            for (int z = y; z <= L / 2; z++) {
                const double place[] = {x, y, -z}, value[] = {100 * z + 10 * y + x, 0};
                assert_ok(hp_fold_put(&fold, place, value, &err), &err);
            }
    assert_ok(hp_fold_finish(&fold, &spread, &err), &err);
    for (int p = 0; p < sites.geometry.npoint; p++) {
        const int *site = sites.geometry.site[p];
        assert_close(fold.mean[p], 100 * site[0] + 10 * site[1] + site[2], 0, 0); /* integers */
    }
    hp_fold_destroy(&fold);
    hp_sites_destroy(&sites);
}

static void distances_are_found_in_any_order(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_sites sites;
    hp_fold fold;
    hp_orbit_spread spread;
    const double r[] = {1.5, 0.5, 1.0, 2.0, 3.0};
    assert_ok(hp_sites_create_radial(r, 5, &sites, &err), &err);
    assert_ok(hp_fold_create(&sites, &fold, &err), &err);
    for (int i = 0; i < 5; i++) {
        double written = r[i] * (1.0 + 1e-9); /* digits that a text leaves off */
        assert_ok(hp_fold_put(&fold, &written, (double[]){2 * r[i], 0}, &err), &err);
    }
    assert_ok(hp_fold_finish(&fold, &spread, &err), &err);
    for (int p = 0; p < 5; p++) assert_close(fold.mean[p], 2 * sites.geometry.r[p], 0, 0);
    hp_fold_clear(&fold);
    const double other = 2.25;
    assert_status(hp_fold_put(&fold, &other, (double[]){1, 0}, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "r = 2.25 is none of the 5 distances of the first file (the "
                                 "nearest: 3)");
    hp_fold_destroy(&fold);
    hp_sites_destroy(&sites);
}

static void wrong_numbers_of_sites_are_refused(void **state) {
    (void)state;
    static const struct {
        size_t n;
        int extent;
        const char *words;
    } bad[] = {
        {511, 0, "511 sites, expected all L^3 sites of a box or one of each"},
        {343, 0, "343 sites: a box of L = 7, expected an even L"},
        {34, 8, "34 sites, expected 512 (all of a box of L = 8) or 35 (one of each orbit)"},
        {1000, 8, "1000 sites, expected 512 (all of a box of L = 8) or 35"},
        {343, 7, "extent is 7, expected an even number"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        hp_error err = HP_ERROR_INIT;
        hp_sites sites;
        assert_status(hp_sites_create_cubic(bad[i].n, bad[i].extent, &sites, &err), HP_ERR_INPUT,
                      &err);
        assert_contains(err.message, bad[i].words);
    }
    hp_error err = HP_ERROR_INIT;
    hp_sites sites;
    const double twice[] = {1, 2, 3, 2, 5};
    assert_status(hp_sites_create_radial(twice, 5, &sites, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "r = 2 occurs twice at one time");
}

static void wrong_sites_are_refused(void **state) {
    (void)state;
    static const struct {
        double place[3];
        const char *words;
    } bad[] = {
        {{8, 0, 0}, "x = 8, expected an integer from -4 to 7 (L = 8)"},
        {{0, -5, 0}, "y = -5, expected an integer from -4 to 7"},
        {{0, 0, 1.5}, "z = 1.5, expected an integer"},
        {{-3, 2, 1}, "the site (-3, 2, 1) occurs twice at one time"},
    };
    hp_error err = HP_ERROR_INIT;
    hp_sites sites;
    hp_fold fold;
    hp_orbit_spread spread;
    assert_ok(hp_sites_create_cubic(L * L * L, 0, &sites, &err), &err);
    assert_ok(hp_fold_create(&sites, &fold, &err), &err);
    assert_ok(hp_fold_put(&fold, (double[]){5, 2, 1}, (double[]){1, 0}, &err), &err);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        hp_error_clear(&err);
        assert_status(hp_fold_put(&fold, bad[i].place, (double[]){1, 0}, &err), HP_ERR_INPUT, &err);
        assert_contains(err.message, bad[i].words);
    }
    hp_error_clear(&err);
    assert_status(hp_fold_finish(&fold, &spread, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "has 1 sites, expected 512 as before");
    hp_fold_destroy(&fold);
    hp_sites_destroy(&sites);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_box_is_folded_to_the_last_bit),
        cmocka_unit_test(spread_is_the_sum_of_squares),
        cmocka_unit_test(a_box_about_another_origin_is_told_from_noise),
        cmocka_unit_test(orbits_are_recognised_in_any_order),
        cmocka_unit_test(distances_are_found_in_any_order),
        cmocka_unit_test(wrong_numbers_of_sites_are_refused),
        cmocka_unit_test(wrong_sites_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
