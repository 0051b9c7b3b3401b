// SPDX-License-Identifier: GPL-3.0-or-later
/* Riccati-Bessel functions, regular in k^2, for any l and real or complex k (DLMF 10.49, 10.51):
 *
 *     j_l ~ sin(kr - l pi/2), c_l ~ cos(kr - l pi/2), h_l = c_l + i j_l ~ exp(i(kr - l pi/2)),
 *     S = j_l(kr)/k^(l+1),   C = k^l c_l(kr),   H = k^l h_l(kr) = C + i k^(2l+1) S,
 *     S C' - S' C = -1;      k = 0: S = r^(l+1)/(2l+1)!!,  C = (2l-1)!!/r^l.
 *
 * S and C depend on k^2 alone. Units: r in L, k in 1/L. */
#ifndef HADPOT_RICCATI_H
#define HADPOT_RICCATI_H

#include <complex.h>

/* f = {S, S', C, C'} at k2 >= 0, r > 0, primes d/dr. Errors of a few 1e-15 of sqrt(S^2 +
 * (C/k^(2l+1))^2) where S oscillates, of S itself before, and the same for the others. */
void hp_riccati(int l, double k2, double r, double f[4]);

/* The decaying one at k = i kappa, kappa > 0: h = {H, H'}, real,
 *     H = kappa^l exp(-kappa r) sum_m (l+m)!/(m!(l-m)!) (1/(2 kappa r))^m
 * times exp(kappa edge) with an edge of the caller, which keeps numbers in range: a sum of positive
 * terms, relative errors of a few 1e-15. */
void hp_riccati_decaying(int l, double kappa, double r, double edge, double h[2]);

/* f = {S, S', H, H'} at complex k, H the outgoing one. Relative errors of a few 1e-15, for l > 4
 * up to 1e-12 of H next to its zeros in the lower half plane. S grows like exp(|Im k| r), H falls
 * or grows like exp(-Im k r). */
void hp_riccati_complex(int l, double complex k, double r, double complex f[4]);

#endif
