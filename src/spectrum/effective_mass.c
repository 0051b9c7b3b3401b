// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include "spectrum_private.h"

/* Steps that halve an interval of any sensible masses to its rounding. */
enum { BISECTIONS = 200 };

/* ln f(m,t)/f(m,t+1) of the cosh, tau = T/2 - t: rises with m from 0 on, and is m for large m. */
static double log_ratio(double m, double tau) {
    return m + log1p(exp(-2.0 * m * tau)) - log1p(exp(-2.0 * m * (tau - 1.0)));
}

/* The ratio is below m, and above m - ln 2 where t+1 is T/2, the last that there is. */
static double solve_cosh(double ratio, double tau) {
    double low = 0.0, high = ratio + 1.0;
    if (!(ratio > 0.0) || tau < 1.0) return NAN;
    for (int i = 0; i < BISECTIONS && high - low > 1e-15 * high; i++) {
        double middle = 0.5 * (low + high);
        *(log_ratio(middle, tau) < ratio ? &low : &high) = middle;
    }
    return 0.5 * (low + high);
}

void hp_effective_masses(const hp_two_point *two_point, hp_mass_form form, double *mass) {
    for (int row = 0; row < two_point->nrow; row++) {
        const double *C = two_point->value + (size_t)row * two_point->stride;
        for (int i = 0; i + 1 < two_point->nt; i++, mass++) {
            double ratio = C[i] / C[i + 1] > 0.0 ? log(C[i] / C[i + 1]) : NAN;
            double tau = 0.5 * two_point->extent - (two_point->first + i);
            *mass = form == HP_MASS_COSH ? solve_cosh(ratio, tau) : ratio;
        }
    }
}

double hp_mass_error(const hp_two_point *two_point, const double *rows) {
    return hp_sample_error(two_point->rule, rows + 1, two_point->nrow - 1, 1);
}
