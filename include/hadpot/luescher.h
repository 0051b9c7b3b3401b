// SPDX-License-Identifier: GPL-3.0-or-later
/* Luescher's finite-volume method for two hadrons at rest in a periodic box of edge L, A1
 * (Luescher, Nucl. Phys. B 354 (1991) 531), with the S wave alone:
 *
 *     k cot delta(k) = 2/(sqrt(pi) L) Z_00(1; q^2),    q = k L/(2 pi),
 *     Z_00(s; q^2) = 1/sqrt(4 pi) sum_(n in Z^3) (n^2 - q^2)^(-s), continued to s = 1,
 *
 * at each level k^2 of the box; lengths in any one unit. Z rises from -inf to inf between
 * neighbouring poles, which are the levels of free hadrons: q^2 = 0, 1, 2, 3, 4, 5, 6, 8, ...,
 * sums of three squares. Branch 0 is that below 0, branch b lies above b poles. Formulas and
 * precision: docs/method-luescher.md. */
#ifndef HADPOT_LUESCHER_H
#define HADPOT_LUESCHER_H

/* Beyond it (momenta of 30 units of 2 pi/L) nothing is computed. */
#define HP_LUESCHER_MOST_Q2 1000.0

/* Z_00(1; q2), to 1e-14 of the larger of itself and 1 + sqrt(|q2|), and within 1e-2 of a pole to
 * 1e-14 of itself. inf at a pole; nan for q2 that is not finite or above HP_LUESCHER_MOST_Q2. */
double hp_luescher_zeta(double q2);

/* Poles of Z at or below q2; 0 for q2 < 0. */
int hp_luescher_branch(double q2);

/* k cot delta, in 1/L of `extent`, of a level k2 of a box of this extent. nan, inf as Z. */
double hp_luescher_kcot(double k2, double extent);

/* The level k2 on a branch at which k cot delta has this value; to rounding of q^2. nan for a
 * branch below 0 or beyond HP_LUESCHER_MOST_Q2, and for a kcot that is not finite. */
double hp_luescher_k2(double kcot, double extent, int branch);

/* Where a level is among those of free hadrons: 180 degrees times the number of free levels below,
 * less one, linear in k2 between them and below the first. k cot delta has poles where this is
 * 0, 180, 360, ... (and none below 0): what decides about the error there. nan as Z. */
double hp_luescher_place_deg(double k2, double extent);

#endif
