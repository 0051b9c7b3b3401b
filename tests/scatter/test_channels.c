// SPDX-License-Identifier: GPL-3.0-or-later
/* Thresholds, momenta and sheets of coupled pairs, and what is refused. */
#include "support.h"

#include <math.h>
#include "hadpot/channels.h"

/* pi Sigma and anti-K N in fm^-1: the second one has the higher threshold. */
static hp_channels two_pairs(hp_kinematics kinematics) {
    static const double mass[2][2] = {{0.69954, 6.04656}, {2.51182, 4.75819}};
    hp_channels channels = {.kinematics = kinematics, .npair = 2, .ncomponent = 2};
    hp_error err = HP_ERROR_INIT;
    for (int a = 0; a < 2; a++) {
        channels.pair[a] = hp_pair_of_masses(mass[a][0], mass[a][1]);
        channels.component[a] = (hp_component){.pair = a, .l = a};
    }
    assert_ok(hp_channels_set_thresholds(&channels, &err), &err);
    return channels;
}

static void thresholds_follow_from_masses(void **state) {
    (void)state;
    hp_channels channels = two_pairs(HP_RELATIVISTIC);
    assert_close(channels.threshold[0], 0.0, 0.0, 0.0);
    assert_close(channels.threshold[1], 7.27001 - 6.7461, 0.0, 1e-14); /* rounding of the sums */
    assert_close(channels.lowest, 6.7461, 0.0, 1e-14);
    channels.pair[0] = hp_pair_of_masses(3.0, 5.0); /* a sample in which the order changes */
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_channels_set_thresholds(&channels, &err), &err);
    assert_close(channels.threshold[1], 0.0, 0.0, 0.0);
    assert_close(channels.threshold[0], 8.0 - 7.27001, 0.0, 1e-14);
    channels.pair[0] = channels.pair[1]; /* degenerate ones are allowed */
    assert_ok(hp_channels_set_thresholds(&channels, &err), &err);
    assert_close(channels.threshold[0] + channels.threshold[1], 0.0, 0.0, 0.0);
}

static void relativistic_momenta(void **state) {
    (void)state;
    hp_channels channels = two_pairs(HP_RELATIVISTIC);
    for (int a = 0; a < 2; a++)
        for (double E = -1.3; E < 9.0; E += 0.61) {
            double m1 = channels.pair[a].mass[0], m2 = channels.pair[a].mass[1];
            double W = E + channels.lowest, s = m1 + m2, d = m1 - m2;
            double expected = (W * W - s * s) * (W * W - d * d) / (4.0 * W * W);
            double k2 = hp_channels_k2(&channels, a, E);
            assert_close(k2, expected, 1e-13, 1e-13); /* rounding of W^2 - s^2 */
            if (W * W > fabs(s * d)) {                /* sqrt(m1^2 + k^2) + sqrt(m2^2 + k^2) = W */
                assert_close(sqrt(m1 * m1 + k2) + sqrt(m2 * m2 + k2), W, 1e-14, 0.0);
                assert_close(hp_channels_energy(&channels, a, k2), E, 0.0, 1e-14);
            }
            double h = 1e-5; /* h^2 of the difference, 1e-16/h of rounding */
            double slope =
                (hp_channels_k2(&channels, a, E + h) - hp_channels_k2(&channels, a, E - h)) /
                (2.0 * h);
            double complex exact = hp_channels_k2_slope(&channels, a, E);
            assert_close(creal(exact), slope, 1e-9, 1e-9);
            assert_close(cimag(exact), 0.0, 0.0, 0.0);
        }
    /* next to threshold k^2 = 2 mu E, nothing cancels */
    double E = 1e-13, near = hp_channels_k2(&channels, 0, E);
    assert_close(near, 2.0 * channels.pair[0].mu * E, 1e-12, 0.0);
    assert_close(hp_channels_k2(&channels, 1, channels.threshold[1]), 0.0, 0.0, 0.0);
}

static void non_relativistic_momenta(void **state) {
    (void)state;
    hp_channels channels = two_pairs(HP_NONRELATIVISTIC);
    for (int a = 0; a < 2; a++)
        for (double E = -1.0; E < 3.0; E += 0.37) {
            double k2 = 2.0 * channels.pair[a].mu * (E - channels.threshold[a]);
            assert_close(hp_channels_k2(&channels, a, E), k2, 1e-15, 0.0);
            assert_close(hp_channels_energy(&channels, a, k2), E, 0.0, 1e-15); /* one rounding */
            assert_close(creal(hp_channels_k2_slope(&channels, a, E)), 2.0 * channels.pair[a].mu,
                         0.0, 0.0);
        }
}

static void thresholds_count_as_open(void **state) {
    (void)state;
    hp_channels channels = two_pairs(HP_NONRELATIVISTIC);
    int open[HP_MOST_COMPONENTS];
    assert_int_equal(hp_channels_open(&channels, -1e-12, open), 0);
    assert_int_equal(hp_channels_open(&channels, 0.0, open), 1);
    assert_int_equal(open[0], 0);
    assert_int_equal(hp_channels_open(&channels, channels.threshold[1], open), 2);
    assert_int_equal(open[1], 1);
}

/* k^2 is that of E on all sheets; Im k has the sign of the sheet; k is continuous across the cut
 * from the physical sheet to the next one. */
static void momenta_on_sheets(void **state) {
    (void)state;
    hp_channels channels = two_pairs(HP_RELATIVISTIC);
    double complex k[HP_MOST_PAIRS], other[HP_MOST_PAIRS], E = 0.8 - 0.1 * I;
    for (hp_sheet sheet = 0; sheet < 4; sheet++) {
        hp_channels_momenta(&channels, E, sheet, k);
        for (int a = 0; a < 2; a++) {
            double complex k2 = hp_channels_k2_at(&channels, a, E);
            assert_close(cabs(k[a] * k[a] - k2), 0.0, 0.0, 1e-15 * cabs(k2));
            assert_true((cimag(k[a]) < 0.0) == ((sheet >> a & 1U) == 1U));
        }
    }
    double E_real = 0.8; /* above both thresholds: the limit from above is positive */
    hp_channels_momenta(&channels, E_real, 0, k);
    assert_true(creal(k[0]) > 0.0 && creal(k[1]) > 0.0);
    hp_channels_momenta(&channels, E_real + 1e-9 * I, 0, other);
    for (int a = 0; a < 2; a++) assert_close(cabs(k[a] - other[a]), 0.0, 0.0, 1e-8);
    hp_channels_momenta(&channels, E_real - 1e-9 * I, 3, other);
    for (int a = 0; a < 2; a++) assert_close(cabs(k[a] - other[a]), 0.0, 0.0, 1e-8);
    hp_channels_momenta(&channels, 0.3, 0, k); /* below the second threshold */
    assert_close(creal(k[1]), 0.0, 0.0, 0.0);
    assert_close(cimag(k[1]), sqrt(-hp_channels_k2(&channels, 1, 0.3)), 1e-15, 0.0);
}

static void refused(hp_channels channels, const char *part) {
    hp_error err = HP_ERROR_INIT;
    assert_status(hp_channels_check(&channels, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, part);
}

static void bad_channels_are_refused(void **state) {
    (void)state;
    hp_channels good = two_pairs(HP_RELATIVISTIC), bad = good;
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_channels_check(&good, &err), &err);
    bad.npair = 0;
    refused(bad, "1 to 8 pairs");
    bad = good;
    bad.ncomponent = HP_MOST_COMPONENTS + 1;
    refused(bad, "1 to 8 components");
    bad = good;
    bad.component[1].pair = 2;
    refused(bad, "component 2 belongs to pair 3");
    bad = good;
    bad.component[1].l = -1;
    refused(bad, "must have l from 0 to 8");
    bad = good;
    bad.threshold[0] = 0.1;
    refused(bad, "above the lowest one");
    bad = good;
    bad.pair[1] = hp_pair_of_reduced_mass(1.0);
    refused(bad, "needs the masses of pair 2");
    assert_status(hp_channels_set_thresholds(&bad, &err), HP_ERR_INPUT, &err);
    hp_error_clear(&err);
    bad.kinematics = HP_NONRELATIVISTIC;
    assert_status(hp_channels_set_thresholds(&bad, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "thresholds need the masses");
    bad = good;
    bad.pair[0].mu = -1.0;
    refused(bad, "must be positive");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thresholds_follow_from_masses),
        cmocka_unit_test(relativistic_momenta),
        cmocka_unit_test(non_relativistic_momenta),
        cmocka_unit_test(thresholds_count_as_open),
        cmocka_unit_test(momenta_on_sheets),
        cmocka_unit_test(bad_channels_are_refused),
    };
    return cmocka_run_group_tests_name("coupled channels", tests, NULL, NULL);
}
