// SPDX-License-Identifier: GPL-3.0-or-later
/* Luescher's zeta function against sums over images and subtracted poles, its poles, its inverse.
 */
#include "support.h"

#include <math.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_bessel.h>
#include <gsl/gsl_sf_gamma.h>
#include "hadpot/luescher.h"

/* ---- a second method, without heat kernels (docs/method-luescher.md) ---- */

/* Sites of Z^3 by n^2, up to all of them. */
enum { MOST = 2600 };
static int shell[MOST + 1];

static int count_shells(void **state) {
    (void)state;
    const int edge = (int)sqrt(MOST);
    for (int x = -edge; x <= edge; x++)
        for (int y = -edge; y <= edge; y++)
            for (int z = -edge; z <= edge; z++) {
                int n2 = x * x + y * y + z * z;
                if (n2 <= MOST) shell[n2]++;
            }
    return 0;
}

/* sum_n (n^2 + kappa^2)^-(k+1), continued where it diverges, by Poisson's sum over images. */
static double sum_images(int k, double kappa) {
    double sum = gsl_pow_3(sqrt(M_PI)) * gsl_sf_gamma(k - 0.5) * pow(kappa, 1 - 2 * k);
    for (int n2 = 1; n2 <= MOST; n2++) {
        double p = 2.0 * M_PI * sqrt(n2);
        if (shell[n2] == 0 || p * kappa > 60.0) continue;
        sum += shell[n2] * 2.0 * gsl_pow_3(sqrt(M_PI)) * pow(p / (2.0 * kappa), k - 0.5) *
               gsl_sf_bessel_Knu(fabs(k - 0.5), p * kappa);
    }
    return sum / gsl_sf_fact((unsigned)k);
}

/* With e = q^2 + kappa^2: sum_n 1/(n^2 - q^2) = sum_(k < K) e^k sum_n (n^2 + kappa^2)^-(k+1)
 *                                              + e^K sum_n (n^2 + kappa^2)^-K/(n^2 - q^2). */
static double subtracted_zeta(double q2, double kappa) {
    enum { K = 10 };
    const double e = q2 + kappa * kappa;
    double sum = 0.0;
    for (int k = 0; k < K; k++) sum += pow(e, k) * sum_images(k, kappa);
    for (int n2 = MOST; n2 >= 0; n2--)
        sum += shell[n2] * pow(e / (n2 + kappa * kappa), K) / (n2 - q2);
    return sum / sqrt(4.0 * M_PI);
}

static void zeta_is_that_of_images_and_poles(void **state) {
    (void)state;
    static const double q2[] = {0.1,    -0.1,  0.5,   1.5,   -3.417, -0.531, 0.013, 0.7731,
                                1.0831, 2.347, 3.119, 4.871, 5.533,  6.617,  7.213, 8.519};
    for (size_t i = 0; i < sizeof q2 / sizeof *q2; i++) {
        double zeta = hp_luescher_zeta(q2[i]);
        /* two places of subtraction: the second method agrees with itself, too; its terms are up
         * to 30 times larger than the result */
        for (int c = 0; c < 2; c++) {
            double kappa = sqrt(fmax(2.0, 1.5 * q2[i]) + 1.31 * c);
            assert_close(zeta, subtracted_zeta(q2[i], kappa), 1e-12, 1e-13);
        }
    }
    assert_close(subtracted_zeta(0.5, 1.9), subtracted_zeta(0.5, 2.3), 1e-13, 0.0); /* rounding */
}

/* Far below threshold: Poisson's formula at kappa^2 = -q^2 itself. */
static void zeta_below_threshold_is_a_sum_of_images(void **state) {
    (void)state;
    for (double kappa = 0.217; kappa < 3000.0; kappa *= 1.731) {
        double images = sum_images(0, kappa) / sqrt(4.0 * M_PI);
        assert_close(hp_luescher_zeta(-kappa * kappa), images, 2e-14, 2e-15); /* rounding */
    }
    /* k cot delta = -kappa + (6/L) exp(-kappa L) + ..., 8 images further, of sqrt 2 L */
    const double L = 7.3, kappa = 2.17;
    assert_close(hp_luescher_kcot(-kappa * kappa, L), -kappa + 6.0 / L * exp(-kappa * L), 0.0,
                 2.0 * 12.0 / L * exp(-sqrt(2.0) * kappa * L));
    assert_close(hp_luescher_kcot(-1e6, L), -1e3, 1e-15, 0.0);
}

/* Luescher's constants of the expansion about threshold, Commun. Math. Phys. 105 (1986) 153: c1 =
 * -2.837297, c2 = 6.375183, in sum' 1/n^2 = pi c1 and sum' 1/n^4 = pi^2 (c1^2 - c2). */
static void zeta_at_threshold_has_the_known_constants(void **state) {
    (void)state;
    const double c1 = -2.837297, c2 = 6.375183, q2 = 1e-4, next = 8.401924; /* sum' 1/n^6 */
    double rest = sqrt(4.0 * M_PI) * hp_luescher_zeta(q2) + 1.0 / q2;
    /* seven digits of c1; what cancels is 1e4 */
    assert_close(rest, M_PI * c1 + q2 * M_PI * M_PI * (c1 * c1 - c2) + q2 * q2 * next, 0.0, 2e-6);
}

static void zeta_at_a_pole_is_its_residue(void **state) {
    (void)state;
    static const int pole[] = {0, 1, 2, 3, 4, 5, 6, 8, 9, 41, 201};
    for (size_t i = 0; i < sizeof pole / sizeof *pole; i++) {
        assert_true(hp_luescher_zeta(pole[i]) == INFINITY);
        for (double d = 1.0 / 1024.0; d > 1e-12; d /= 1024.0) { /* pole + d is exact to d^2 */
            double above = pole[i] + d, below = pole[i] - d;
            double steps = 1.0 / (above - pole[i]) + 1.0 / (pole[i] - below);
            double jump = hp_luescher_zeta(below) - hp_luescher_zeta(above);
            /* what is regular there cancels up to 2 d times its slope, some 1e2 in units of Z */
            assert_close(jump, shell[pole[i]] * steps / sqrt(4.0 * M_PI), 1e-14, 200.0 * d + 1e-12);
        }
    }
    assert_true(isfinite(hp_luescher_zeta(7.0))); /* no sum of three squares */
    assert_true(isfinite(hp_luescher_zeta(28.0)));
    assert_true(isfinite(hp_luescher_zeta(999.7)));
    assert_true(isnan(hp_luescher_zeta(1000.5)));
    assert_true(isnan(hp_luescher_zeta(NAN)));
    assert_true(isnan(hp_luescher_zeta(-INFINITY)));
}

static void zeta_rises_between_its_poles(void **state) {
    (void)state;
    for (double q2 = -1.713; q2 < 90.0; q2 += 0.0973)
        if (hp_luescher_branch(q2) == hp_luescher_branch(q2 + 1e-3))
            assert_true(hp_luescher_zeta(q2 + 1e-3) > hp_luescher_zeta(q2));
}

static void branches_are_counted_by_their_poles(void **state) {
    (void)state;
    int count = 0;
    for (int n2 = 0; n2 <= 1000; n2++) {
        assert_int_equal(hp_luescher_branch(n2 - 1e-9), count);
        count += shell[n2] > 0;
        assert_int_equal(hp_luescher_branch(n2), count);
    }
}

static void inverse_gives_levels_back(void **state) {
    (void)state;
    const double L = 5.31, unit = 2.0 * M_PI / L;
    static const double kcot[] = {-31.7, -2.31, -0.113, 0.0, 0.0371, 1.93, 417.1};
    static const int pole[] = {0, 1, 2, 3, 4, 5, 6, 8};
    for (int branch = 0; branch < 8; branch++)
        for (size_t i = 0; i < sizeof kcot / sizeof *kcot; i++) {
            double k2 = hp_luescher_k2(kcot[i], L, branch), q2 = k2 / (unit * unit);
            assert_true(q2 < pole[branch]);
            assert_true(branch == 0 || q2 > pole[branch - 1]);
            /* the rounding of q^2 < 8 times the slope, 1e-15 (1 + (pi kcot L/2)^2) at most */
            assert_close(hp_luescher_kcot(k2, L), kcot[i], 1e-13,
                         1e-14 * (1.0 + 10.0 * gsl_pow_2(kcot[i] * L)));
        }
    assert_true(isnan(hp_luescher_k2(0.3, L, -1)));
    assert_true(isnan(hp_luescher_k2(NAN, L, 1)));
    assert_true(isnan(hp_luescher_k2(0.3, L, 1000000)));
}

static void places_are_continuous_and_have_their_multiples_at_poles(void **state) {
    (void)state;
    const double L = 3.7, unit = 2.0 * M_PI / L;
    static const int pole[] = {0, 1, 2, 3, 4, 5, 6, 8, 9, 10};
    for (int n = 0; n < 10; n++) /* rounding of q^2 */
        assert_close(hp_luescher_place_deg(pole[n] * unit * unit, L), 180.0 * n, 0.0, 1e-11);
    for (double q2 = -3.0; q2 < 9.9; q2 += 1e-2) {
        double step = hp_luescher_place_deg((q2 + 1e-2) * unit * unit, L) -
                      hp_luescher_place_deg(q2 * unit * unit, L);
        assert_in_range(lround(1e6 * step), 899999, 1800001); /* 1 to 1/2 between 6 and 8 */
    }
    assert_close(hp_luescher_place_deg(-3.0 * unit * unit, L), -540.0, 1e-14, 0.0);
    assert_close(hp_luescher_place_deg(7.0 * unit * unit, L), 180.0 * 6.5, 1e-13, 0.0);
    assert_true(isnan(hp_luescher_place_deg(NAN, L)));
    assert_true(isnan(hp_luescher_place_deg(INFINITY, L)));
    assert_true(isnan(hp_luescher_place_deg(1001.0 * unit * unit, L)));
}

int main(void) {
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zeta_is_that_of_images_and_poles),
        cmocka_unit_test(zeta_below_threshold_is_a_sum_of_images),
        cmocka_unit_test(zeta_at_threshold_has_the_known_constants),
        cmocka_unit_test(zeta_at_a_pole_is_its_residue),
        cmocka_unit_test(zeta_rises_between_its_poles),
        cmocka_unit_test(branches_are_counted_by_their_poles),
        cmocka_unit_test(inverse_gives_levels_back),
        cmocka_unit_test(places_are_continuous_and_have_their_multiples_at_poles),
    };
    return cmocka_run_group_tests(tests, count_shells, NULL);
}
