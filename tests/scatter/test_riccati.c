// SPDX-License-Identifier: GPL-3.0-or-later
/* Riccati-Bessel functions against closed forms, numbers of many digits, their Wronskians and
 * limits. */
#include "support.h"

#include <complex.h>
#include <math.h>
#include "hadpot/riccati.h"

enum { MOST_L = 8 };

/* l = 1 and 2 where their closed forms do not cancel (kr > 1): few operations, and that kr. */
static void low_l_have_their_closed_forms(void **state) {
    (void)state;
    double k = 1.7, f[4];
    for (double r = 0.8; r < 20.0; r *= 1.37) {
        double z = k * r, s = sin(z), c = cos(z);
        hp_riccati(0, k * k, r, f);
        assert_close(f[0], s / k, 1e-14, 1e-14);
        assert_close(f[1], c, 1e-14, 1e-14);
        assert_close(f[2], c, 1e-14, 1e-14);
        assert_close(f[3], -k * s, 1e-14, 1e-14);
        hp_riccati(1, k * k, r, f);
        assert_close(f[0], (s / z - c) / (k * k), 0.0, 2e-14);
        assert_close(f[2], k * (c / z + s), 0.0, 4e-14);
        hp_riccati(2, k * k, r, f);
        assert_close(f[0], ((3.0 / (z * z) - 1.0) * s - 3.0 / z * c) / (k * k * k), 0.0, 2e-14);
        assert_close(f[2], k * k * ((3.0 / (z * z) - 1.0) * c + 3.0 / z * s), 0.0, 1e-13);
    }
}

/* From the finite sums of DLMF 10.49 with 80 digits. 2e-14: rounding of a recurrence of ten steps,
 * all entries are away from zeros. */
static void high_l_have_their_digits(void **state) {
    (void)state;
    static const struct {
        int l;
        double z, j, c;
    } row[] = {{3, 0.0078125, 3.54788349200817e-11, 31457472.000976572},
               {1, 0.5, 0.081268515318033284, 2.2345906623849484},
               {2, 2.5, 0.65016682372226308, 1.1347612530091533},
               {3, 3.75, 0.80662462536812074, 1.0413873332949992},
               {3, 4.25, 1.0129992928304144, 0.69435069715636797},
               {4, 1.5, 0.0072485655446902813, 24.506345912483628},
               {5, 6.5, 1.118391692084188, 0.63403506273653517},
               {8, 0.5, 5.6307198010606444e-11, 523263589.02441816},
               {8, 8.5, 0.80022877911022452, 1.3881330302515799},
               {8, 9.5, 1.1519770806234967, 0.77133672926122512},
               {8, 30.0, -0.21131731664677591, 0.99891425414206002}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        double f[4], k = 1.5, scale = pow(k, row[i].l); /* kr = z exactly */
        hp_riccati(row[i].l, k * k, row[i].z / k, f);
        assert_close(f[0] * scale * k, row[i].j, 2e-14, 0.0);
        assert_close(f[2] / scale, row[i].c, 2e-14, 0.0);
    }
}

static void complex_momenta_have_their_digits(void **state) {
    (void)state;
    static const struct {
        int l;
        double complex k, S, H; /* at r = 1 */
    } row[] = {{0, 1.5 + 0.75 * I, 0.70427961490989759 - 0.31336088445383466 * I,
                0.03341388810231878 + 0.47118326819860184 * I},
               {1, 0.25 - 0.5 * I, 0.33955014950723368 + 0.0084451760067595148 * I,
                0.90070830207954629 - 0.19541654474079829 * I},
               {2, 1.5 - 1.25 * I, 0.061655700536004049 + 0.017082830342416104 * I,
                2.2562851290450431 - 5.1899722475491917 * I},
               {2, -2.0 + 3.0 * I, 0.070698352871471017 + 0.070789591779919574 * I,
                0.46266412977154461 - 1.1425484616939524 * I},
               {3, 0.125 + 2.5 * I, 0.013323224882440653 - 0.00043640242810095195 * I,
                8.6669318714683466 + 0.42994750331678909 * I},
               {3, 4.0 - 6.0 * I, -0.019894800751376468 + 0.030358557493685779 * I,
                -73596.971371901516 + 1195.849668951011 * I},
               {4, -20.0 * I, 45.48660604034855, 46578284585316.916},
               {5, -0.5 + 0.25 * I, 9.5504676544138781e-5 + 9.1922618402199814e-7 * I,
                954.79067432329465 - 13.301438583500593 * I}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        double complex f[4], wronskian;
        hp_riccati_complex(row[i].l, row[i].k, 1.0, f);
        assert_close(cabs(f[0] - row[i].S), 0.0, 0.0, 2e-14 * cabs(row[i].S)); /* as above */
        assert_close(cabs(f[2] - row[i].H), 0.0, 0.0, 2e-14 * cabs(row[i].H));
        wronskian = f[0] * f[3] - f[1] * f[2];
        assert_close(cabs(wronskian + 1.0), 0.0, 0.0, 2e-14 * (1.0 + cabs(f[0] * f[3])));
    }
}

/* S C' - S' C = -1, whatever the scale of S and C. */
static void wronskian_is_minus_one(void **state) {
    (void)state;
    for (int l = 0; l <= MOST_L; l++)
        for (double z = 1e-3; z < 60.0; z *= 1.6) {
            double f[4], r = 0.9;
            hp_riccati(l, (z / r) * (z / r), r, f);
            /* rounding of f, and of kr = 60 (7e-15) */
            assert_close(f[0] * f[3] - f[1] * f[2], -1.0, 0.0, 1e-13);
        }
}

/* k = 0: S = r^(l+1)/(2l+1)!!, C = (2l-1)!!/r^l; and what is next to it. */
static void threshold_is_a_regular_point(void **state) {
    (void)state;
    double factorial = 1.0, r = 1.3; /* (2l-1)!! */
    for (int l = 0; l <= MOST_L; factorial *= 2 * l + 1, l++) {
        double f[4], near[4], S = pow(r, l + 1) / (factorial * (2 * l + 1)),
                              C = factorial / pow(r, l);
        hp_riccati(l, 0.0, r, f);
        assert_close(f[0], S, 4e-15, 0.0); /* l multiplications */
        assert_close(f[1], (l + 1) * S / r, 4e-15, 0.0);
        assert_close(f[2], C, 4e-15, 0.0);
        assert_close(f[3], -l * C / r, 4e-15, 0.0);
        hp_riccati(l, 1e-12, r, near); /* moves by k^2 r^2 at most */
        for (int i = 0; i < 4; i++) assert_close(near[i], f[i], 3e-12, 3e-12);
    }
}

/* At k = i kappa, edge = 0: H of complex momenta, and C + i k^(2l+1) S of the real ones. */
static void three_ways_agree(void **state) {
    (void)state;
    for (int l = 0; l <= MOST_L; l++)
        for (double r = 0.05; r < 10.0; r *= 1.9) {
            double h[2], edge[2], f[4], k = 1.1;
            double complex g[4];
            hp_riccati_decaying(l, k, r, 0.0, h);
            hp_riccati_decaying(l, k, r, 2.0, edge);
            hp_riccati_complex(l, I * k, r, g);
            for (int i = 0; i < 2; i++) { /* sums of positive terms in both: rounding */
                assert_close(cabs(g[2 + i] - h[i]), 0.0, 0.0, 2e-14 * fabs(h[i]));
                assert_close(edge[i], h[i] * exp(2.0 * k), 4e-15, 0.0);
            }
            hp_riccati_complex(l, k, r, g);
            hp_riccati(l, k * k, r, f);
            double complex H = f[2] + I * pow(k, 2 * l + 1) * f[0];
            assert_close(cabs(g[2] - H), 0.0, 0.0, 4e-14 * cabs(H));
            assert_close(creal(g[0]), f[0], 1e-13, 1e-15); /* other recurrences next to zeros */
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(low_l_have_their_closed_forms),
        cmocka_unit_test(high_l_have_their_digits),
        cmocka_unit_test(complex_momenta_have_their_digits),
        cmocka_unit_test(wronskian_is_minus_one),
        cmocka_unit_test(threshold_is_a_regular_point),
        cmocka_unit_test(three_ways_agree),
    };
    return cmocka_run_group_tests_name("Riccati-Bessel functions", tests, NULL, NULL);
}
