// SPDX-License-Identifier: GPL-3.0-or-later
/* Solutions of u'' = (beta/r - k^2) u, k^2 of any sign, by power series: around the origin, and
 * around any r in steps short enough that a fixed number of terms reaches rounding. Where kr
 * is about eta the library functions (gsl_sf_coulomb_wave_FG_e) are good to 4e-3 only, and they
 * have no limit k -> 0; see docs/method-observables.md. */
#ifndef HADPOT_SCATTER_COULOMB_SERIES_H
#define HADPOT_SCATTER_COULOMB_SERIES_H

/* With steps of r/3 at most the last term is about 3^-40 = 1e-19 of the first. */
enum { HP_COULOMB_TERMS = 40 };

/* {phi, phi', theta, theta'} of coulomb.h, for k r and |beta| r up to about 1; strength != 0. */
void hp_coulomb_origin(double strength, double k2, double r, double f[4]);

/* Where the series around the origin is good: the smaller of r, 1/k and 1/|beta|. */
double hp_coulomb_origin_reach(double strength, double k2, double r);

/* Length of a step from r, in either direction. */
double hp_coulomb_step(double strength, double k2, double r);

/* Taylor coefficients of the solution with value u and slope d_u at r: at r + t h it is the sum
 * over n of c[n] t^n, 0 <= t <= 1. */
void hp_coulomb_taylor(double strength, double k2, double r, double h, double u, double d_u,
                       double c[HP_COULOMB_TERMS]);

/* Value at t of these coefficients, and h times its derivative with respect to r. */
double hp_coulomb_sum(const double c[HP_COULOMB_TERMS], double t, double *h_slope);

#endif
