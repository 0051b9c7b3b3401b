// SPDX-License-Identifier: GPL-3.0-or-later
#include "coulomb_series.h"

#include <math.h>
#include <gsl/gsl_math.h>

void hp_coulomb_origin(double strength, double k2, double r, double f[4]) {
    /* Terms a_n r^n of phi and b_n r^n of theta - beta phi (ln|beta| r + 2 gamma - 1), with their
     * predecessors. */
    double a = r, a_before = 0.0, b = 0.0, b_before = 1.0;
    double phi = r, slope = r, psi = 1.0, psi_slope = 0.0;
    for (int n = 1; n < HP_COULOMB_TERMS; n++) {
        double a_next = (strength * r * a - k2 * r * r * a_before) / (n * (n + 1.0));
        double b_next =
            (strength * r * b - k2 * r * r * b_before - strength * (2.0 * n + 1.0) * a_next) /
            (n * (n + 1.0));
        a_before = a;
        b_before = b;
        a = a_next;
        b = b_next;
        phi += a;
        slope += (n + 1.0) * a;
        psi += b;
        psi_slope += (n + 1.0) * b;
    }
    double L = log(fabs(strength) * r) + 2.0 * M_EULER - 1.0;
    f[0] = phi;
    f[1] = slope / r;
    f[2] = strength * phi * L + psi;
    f[3] = strength * (f[1] * L + phi / r) + psi_slope / r;
}

double hp_coulomb_origin_reach(double strength, double k2, double r) {
    return fmin(r, 1.0 / fmax(sqrt(fabs(k2)), fabs(strength)));
}

double hp_coulomb_step(double strength, double k2, double r) {
    return fmin(r / 3.0, 1.0 / sqrt(fabs(k2) + fabs(strength) / r));
}

void hp_coulomb_taylor(double strength, double k2, double r, double h, double u, double d_u,
                       double c[HP_COULOMB_TERMS]) {
    double x = h / r, value = (strength / r - k2) * h * h, slope = -k2 * h * h * x;
    c[0] = u;
    c[1] = h * d_u;
    for (int n = 0; n < HP_COULOMB_TERMS - 2; n++) {
        double before = n > 0 ? c[n - 1] : 0.0;
        c[n + 2] = (value * c[n] + slope * before - (n + 1.0) * n * x * c[n + 1]) /
                   ((n + 2.0) * (n + 1.0));
    }
}

double hp_coulomb_sum(const double c[HP_COULOMB_TERMS], double t, double *h_slope) {
    double value = 0.0, slope = 0.0;
    for (int n = HP_COULOMB_TERMS - 1; n >= 0; n--) {
        slope = slope * t + value;
        value = value * t + c[n];
    }
    *h_slope = slope;
    return value;
}
