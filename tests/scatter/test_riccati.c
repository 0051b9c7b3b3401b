// SPDX-License-Identifier: GPL-3.0-or-later
/* Riccati-Bessel functions against closed forms, numbers of many digits, their Wronskians and
 * limits. */
#include "support.h"

#include <complex.h>
#include <math.h>
#include "hadpot/riccati.h"

enum { MOST_L = 8 };

/* Closed forms of l = 1 and 2 where they do not cancel (kr > 1). */
static void low_l_have_their_closed_forms(void **state) {
    (void)state;
    double k = 1.7, f[4];
    for (double r = 0.8; r < 20.0; r *= 1.37) {
        double z = k * r, s = sin(z), c = cos(z);
        hp_riccati(0, k * k, r, f); /* few operations each: rounding, and that of kr */
        assert_close(f[0], s / k, 4e-15, 1e-15);
        assert_close(f[1], c, 4e-15, 4e-15);
        assert_close(f[2], c, 4e-15, 4e-15);
        assert_close(f[3], -k * s, 4e-15, 4e-15);
        hp_riccati(1, k * k, r, f);
        assert_close(f[0], (s / z - c) / (k * k), 0.0, 1e-14);
        assert_close(f[2], k * (c / z + s), 0.0, 1e-14);
        hp_riccati(2, k * k, r, f);
        assert_close(f[0], ((3.0 / (z * z) - 1.0) * s - 3.0 / z * c) / (k * k * k), 0.0, 2e-14);
        assert_close(f[2], k * k * ((3.0 / (z * z) - 1.0) * c + 3.0 / z * s), 0.0, 5e-14);
    }
}

/* j_l(z) and c_l(z) with 80 digits from the finite sums of DLMF 10.49. */
static void high_l_have_their_digits(void **state) {
    (void)state;
    static const struct {
        int l;
        double z, j, c;
    } row[] = {{3, 0.01, 9.523756613946608e-11, 14999999.4999625028},
#include "riccati_numbers.inc"
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        double f[4];
        hp_riccati(row[i].l, 1.0, row[i].z, f);
        assert_close(f[0], row[i].j, 2e-14, 0.0); /* rounding of ten steps of a recurrence */
        assert_close(f[2], row[i].c, 2e-14, 0.0);
    }
}
