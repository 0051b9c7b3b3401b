// SPDX-License-Identifier: GPL-3.0-or-later
/* The numbers by which rows are compared, of a cubic and a radial block, by hand. */
#include "support.h"

#include <math.h>
#include "hadpot/row_features.h"

/* R(r) = 2 + r^2 on the 10 orbits of L = 4: weights 1 6 3 12 24 12 8 ... of the sites. */
static void a_cubic_block_by_hand(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_geometry box;
    double block[10], feature[HP_NROW_FEATURES], squares = 0, steps = 0, sum = 0;
    assert_ok(hp_geometry_create_cubic(4, &box, &err), &err);
    for (int p = 0; p < 10; p++) {
        const int *x = box.site[p];
        block[p] = 2.0 + x[0] * x[0] + x[1] * x[1] + x[2] * x[2];
        squares += block[p] * block[p];
        if (p > 0) steps += (block[p] - block[p - 1]) * (block[p] - block[p - 1]);
        sum += box.multiplicity[p] * block[p];
    }
    assert_int_equal(hp_row_features(&box, block, feature), 0);
    /* sums of small integers, divided */
    assert_close(feature[HP_FEATURE_AVERAGE], sum / 64.0, 1e-15, 0);
    assert_close(feature[HP_FEATURE_INNER], 2.0, 0, 0); /* r <= sqrt(12)/4 < 1: the origin */
    assert_close(feature[HP_FEATURE_NEAREST], 2.0, 0, 0);
    /* two logarithms in place of one */
    assert_close(feature[HP_FEATURE_SIZE], 0.5 * log(squares / 10.0), 1e-14, 0);
    assert_close(feature[HP_FEATURE_ROUGHNESS], 0.5 * log(steps / 10.0), 1e-14, 0);
    hp_geometry_destroy(&box);
}

/* Average with the weights 4 pi r^2 dr; sizes whose squares underflow have a logarithm. */
static void a_radial_block_by_hand(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    static const double r[] = {0.5, 1.0, 2.0, 3.0, 4.5};
    const double block[] = {3e-200, 1e-200, 0.0, -2e-200, 5e-200};
    double feature[HP_NROW_FEATURES], sum = 0, total = 0, inner = 0, near = 0;
    hp_geometry grid;
    assert_ok(hp_geometry_create_radial(r, 5, &grid, &err), &err);
    for (int p = 0; p < 5; p++) {
        sum += grid.weight[p] * block[p] * 1e200;
        total += grid.weight[p];
        if (r[p] <= 4.5 / 4) inner += grid.weight[p] * block[p] * 1e200, near += grid.weight[p];
    }
    assert_int_equal(hp_row_features(&grid, block, feature), 1); /* number of zeros */
    /* five products, rounding */
    assert_close(feature[HP_FEATURE_AVERAGE] * 1e200, sum / total, 1e-14, 0);
    assert_close(feature[HP_FEATURE_INNER] * 1e200, inner / near, 1e-14, 0);
    assert_close(feature[HP_FEATURE_SIZE], log(1e-200) + 0.5 * log(39.0 / 5.0), 1e-14, 0);
    assert_close(feature[HP_FEATURE_ROUGHNESS], log(1e-200) + 0.5 * log(58.0 / 5.0), 1e-14, 0);
    hp_geometry_destroy(&grid);
}

static void a_block_of_zeros_has_finite_features(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    static const double r[] = {0.5, 1.0, 2.0, 3.0};
    const double block[] = {0, 0, 0, 0};
    double feature[HP_NROW_FEATURES];
    hp_geometry grid;
    assert_ok(hp_geometry_create_radial(r, 4, &grid, &err), &err);
    assert_int_equal(hp_row_features(&grid, block, feature), 4);
    for (int i = 0; i < HP_NROW_FEATURES; i++) assert_true(isfinite(feature[i]));
    hp_geometry_destroy(&grid);
}

/* Bit for bit, though the largest number comes last, or first, or in the middle. */
static void pieces_give_the_same_bits(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_geometry box;
    static const int piece[] = {1, 3, 7, 10, 84};
    double block[84], whole[HP_NROW_FEATURES], feature[HP_NROW_FEATURES];
    assert_ok(hp_geometry_create_cubic(12, &box, &err), &err);
    assert_int_equal(box.npoint, 84);
    for (int largest = 0; largest < 84; largest += 41) {
        for (int p = 0; p < 84; p++) block[p] = p == 5 ? 0.0 : 1e-3 * sin(1.0 + p * p);
        block[largest] = -3e7;
        assert_int_equal(hp_row_features(&box, block, whole), 1);
        for (int i = 0; i < 5; i++) {
            hp_row_feature_sums sums = {.count = 0};
            for (int p = 0; p < 84; p += piece[i])
                hp_row_feature_add(&box, block + p, 84 - p < piece[i] ? 84 - p : piece[i], &sums);
            assert_int_equal(hp_row_feature_finish(&sums, feature), 1);
            assert_memory_equal(feature, whole, sizeof whole);
        }
    }
    hp_geometry_destroy(&box);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cubic_block_by_hand),
        cmocka_unit_test(a_radial_block_by_hand),
        cmocka_unit_test(a_block_of_zeros_has_finite_features),
        cmocka_unit_test(pieces_give_the_same_bits),
    };
    return cmocka_run_group_tests_name("correlator/row_features", tests, NULL, NULL);
}
