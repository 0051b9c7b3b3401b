// SPDX-License-Identifier: GPL-3.0-or-later
/* The non-local potential in momentum space: discrete Fourier transform of a map U(r,r') (FFTW).
 *
 *     U(p,p') = sum_{r,r'} U(r,r') exp(-2 pi i (r p + r' p')/n),     r, r', p, p' = 0 ... n-1
 *
 * [backup of the 2024 talks that go with Wang, Doi, Hatsuda, Lyu, PoS LATTICE2024]. n is N_r there,
 * the number of radii of the map, and r and p are indices. On equidistant radii r dr, the first one
 * 0, index p stands for the momentum of hp_momentum_axis, and dr^2 U(p,p') is the integral of
 * U(r,r') exp(-i (p r + p' r')) over the map by the rectangle rule, of a U that is repeated with
 * the period n dr. Radii that start at r_0 instead are counted from it: the integral has a further
 * factor exp(-i (p + p') r_0), of modulus 1. On unequal steps the indices have no momenta.
 *
 * It is the one-dimensional transform in each of the two radii, as in the talks: a way to look at
 * the map. It is not the matrix element <p|U|p'> of an S wave, which has r r' sin(p r) sin(p' r')
 * in place of the exponentials.
 *
 * U is real: U(-p,-p') is the complex conjugate of U(p,p') (index -p is n-p). Symmetric U(r,r')
 * gives U(p,p') = U(p',p), both to rounding. Parseval: sum |U(p,p')|^2 = n^2 sum |U(r,r')|^2. */
#ifndef HADPOT_MOMENTUM_H
#define HADPOT_MOMENTUM_H

#include "hadpot/error.h"

/* Plan and memory for maps of one size; two of them can be used at the same time. Plans are
 * estimated, not measured: on one machine the same input gives the same bits in every run. */
typedef struct hp_momentum hp_momentum;

/* n: radii of the map, at least 1. momentum: out, owned by the caller.
 * Errors: HP_ERR_INTERNAL for another n, HP_ERR_MEMORY, HP_ERR_LIBRARY. */
hp_status hp_momentum_create(int n, hp_momentum **momentum, hp_error *err);
void hp_momentum_destroy(hp_momentum **momentum);

/* U (n, n): in, index r before r'. transformed (n, n, 2): out, index p before p', real and
 * imaginary part, in the unit of U. */
void hp_momentum_transform(hp_momentum *momentum, const double *U, double *transformed);

/* Momenta p (n) of the indices m, in the unit 1/dr:  2 pi m/(n dr) for m <= n/2, so that the
 * largest one of even n counts as positive, and 2 pi (m - n)/(n dr) beyond. */
void hp_momentum_axis(int n, double dr, double *p);

#endif
