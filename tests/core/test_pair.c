// SPDX-License-Identifier: GPL-3.0-or-later
/* What follows from two masses, and masses by sample. */
#include "support.h"

#include "hadpot/pair.h"

static void masses_give_mu_asymmetry_and_energies(void **state) {
    (void)state;
    hp_pair pair = hp_pair_of_masses(0.3, 0.7);
    assert_close(pair.mu, 0.21, 1e-15, 0); /* rounding of three operations */
    assert_close(hp_pair_asymmetry(&pair), -0.4, 1e-15, 0);
    assert_true(hp_pair_is_unequal(&pair));
    assert_close(hp_pair_energy(&pair, 0.0714), 0.17, 1e-15, 0);
    assert_close(hp_pair_k2(&pair, 0.17), 0.0714, 1e-15, 0);
    assert_close(hp_pair_coulomb_strength(&pair), 0, 0, 0);
    pair.charges = -2.0;
    assert_close(hp_pair_coulomb_strength(&pair), -0.84 / 137.036, 1e-15, 0);
}

static void a_reduced_mass_alone_is_that_of_equal_masses(void **state) {
    (void)state;
    hp_pair pair = hp_pair_of_reduced_mass(1.7);
    assert_close(pair.mu, 1.7, 0, 0);
    assert_close(hp_pair_asymmetry(&pair), 0, 0, 0);
    assert_false(hp_pair_is_unequal(&pair));
}

/* One row stands for all samples; else each has its own. */
static void samples_have_the_masses_of_their_rows(void **state) {
    (void)state;
    const double first[] = {0.5, 0.6, 0.7}, second[] = {1.5, 1.2, 0.7};
    hp_pair_masses masses = {.mass = {first, second}, .nrow = 3};
    for (int row = 0; row < 3; row++) {
        hp_pair pair = hp_pair_of_row(&masses, row);
        assert_close(pair.mass[0], first[row], 0, 0);
        assert_close(pair.mass[1], second[row], 0, 0);
    }
    masses.nrow = 1;
    assert_close(hp_pair_of_row(&masses, 2).mu, 0.375, 1e-15, 0); /* three operations */
}

static void components_have_the_mean_of_their_masses(void **state) {
    (void)state;
    const hp_pair pair[] = {hp_pair_of_reduced_mass(0.5), hp_pair_of_reduced_mass(0.72)};
    const hp_component component[] = {{0, 0}, {1, 2}};
    /* 2 sqrt(0.5 0.72) = 1.2; one rounding of each operation */
    assert_close(hp_components_twice_mu(component, pair, 0, 1), 1.2, 1e-15, 0);
    assert_close(hp_components_twice_mu(component, pair, 1, 1), 1.44, 1e-15, 0);
    assert_true(hp_components_twice_mu(component, pair, 0, 1) ==
                hp_components_twice_mu(component, pair, 1, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masses_give_mu_asymmetry_and_energies),
        cmocka_unit_test(a_reduced_mass_alone_is_that_of_equal_masses),
        cmocka_unit_test(samples_have_the_masses_of_their_rows),
        cmocka_unit_test(components_have_the_mean_of_their_masses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
