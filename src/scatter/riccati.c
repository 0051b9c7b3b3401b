// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/riccati.h"
#include <math.h>
#include <stdbool.h>

/* S_l = r^(l+1)/(2l+1)!! s_l(z^2), z = kr, and s_(l-1) = s_l - z^2/((2l+1)(2l+3)) s_(l+1).
 * Downwards this holds its digits for every z (S is the smallest solution at large l), upwards it
 * does where |z| is larger than l (real k) or than l^2 (imaginary k, where j_l grows and h_l falls
 * with l). */

/* sum_m (-z^2/2)^m / (m! (2l+3)(2l+5)...): no digit is lost where |z|^2 < 2l + 3. */
enum { SERIES_TERMS = 24 }; /* (1/2)^m/m! < 1e-30 */

static double complex series(int l, double complex z2) {
    double complex sum = 1.0, term = 1.0;
    for (int m = 1; m < SERIES_TERMS; m++) {
        term *= -z2 / (2.0 * m * (2 * (l + m) + 1));
        sum += term;
    }
    return sum;
}

static double series_real(int l, double z2) {
    double sum = 1.0, term = 1.0;
    for (int m = 1; m < SERIES_TERMS; m++) {
        term *= -z2 / (2.0 * m * (2 * (l + m) + 1));
        sum += term;
    }
    return sum;
}

/* Where the series is good: the lowest l with |z|^2 <= 2l + 3, from `l` on. */
static int series_start(int l, double z2) {
    return z2 > 2.0 * l + 3.0 ? (int)ceil(0.5 * (z2 - 3.0)) : l;
}

/* r^(l+1)/(2l+1)!! */
static double power(int l, double r) {
    double value = r;
    for (int m = 1; m <= l; m++) value *= r / (2 * m + 1);
    return value;
}

/* S_l and S_(l+1) downwards. */
static void regular_down(int l, double k2, double r, double S[2]) {
    double z2 = k2 * r * r;
    int top = series_start(l, z2);
    double s = series_real(top, z2), above = series_real(top + 1, z2);
    for (int m = top; m > l; m--) {
        double below = s - z2 / ((2.0 * m + 1.0) * (2.0 * m + 3.0)) * above;
        above = s;
        s = below;
    }
    S[0] = power(l, r) * s;
    S[1] = power(l + 1, r) * above;
}

static void regular_down_complex(int l, double complex k2, double r, double complex S[2]) {
    double complex z2 = k2 * r * r;
    int top = series_start(l, cabs(z2));
    double complex s = series(top, z2), above = series(top + 1, z2);
    for (int m = top; m > l; m--) {
        double complex below = s - z2 / ((2.0 * m + 1.0) * (2.0 * m + 3.0)) * above;
        above = s;
        s = below;
    }
    S[0] = power(l, r) * s;
    S[1] = power(l + 1, r) * above;
}

void hp_riccati(int l, double k2, double r, double f[4]) {
    double k = sqrt(k2), z = k * r, cosine = cos(z);
    double S = k > 0.0 ? sin(z) / k : r, S_before = cosine; /* l = 0 and -1 */
    double C = cosine, C_before = -S;
    bool down = l > 0 && z < l + 1.0;
    for (int m = 0; m < l; m++) {
        double C_next = (2 * m + 1) / r * C - k2 * C_before;
        C_before = C;
        C = C_next;
        double S_next = down ? 0.0 : ((2 * m + 1) / r * S - S_before) / k2;
        S_before = S;
        S = S_next;
    }
    f[0] = S;
    f[1] = S_before - l / r * S;
    if (down) {
        double both[2];
        regular_down(l, k2, r, both);
        f[0] = both[0];
        f[1] = (l + 1) / r * both[0] - k2 * both[1];
    }
    f[2] = C;
    f[3] = k2 * C_before - l / r * C;
}

void hp_riccati_decaying(int l, double kappa, double r, double edge, double h[2]) {
    double H = exp(-kappa * (r - edge)), before = H / kappa;
    for (int m = 0; m < l; m++) {
        double next = (2 * m + 1) / r * H + kappa * kappa * before;
        before = H;
        H = next;
    }
    h[0] = H;
    h[1] = -kappa * kappa * before - l / r * H;
}

/* Upwards from l = 0 and -1. */
static void regular_up_complex(int l, double complex k, double r, double complex f[2]) {
    double complex S = csin(k * r) / k, before = ccos(k * r);
    for (int m = 0; m < l; m++) {
        double complex next = ((2 * m + 1) / r * S - before) / (k * k);
        before = S;
        S = next;
    }
    f[0] = S;
    f[1] = before - l / r * S;
}

void hp_riccati_complex(int l, double complex k, double r, double complex f[4]) {
    double complex H = cexp(I * k * r), before = 0.0; /* k^2 H_(-1) = i k H_0, without 1/k */
    if (cabs(k) * r < l * l + 2.0) {
        double complex both[2];
        regular_down_complex(l, k * k, r, both);
        f[0] = both[0];
        f[1] = (l + 1) / r * both[0] - k * k * both[1];
    } else {
        regular_up_complex(l, k, r, f);
    }
    double complex below = I * k * H; /* k^2 H_(l-1) */
    for (int m = 0; m < l; m++) {
        double complex next = (2 * m + 1) / r * H - below;
        before = H;
        H = next;
        below = k * k * before;
    }
    f[2] = H;
    f[3] = below - l / r * H;
}
