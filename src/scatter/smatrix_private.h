// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to scatter: one energy of smatrix.h on the branches of another; docs/method-smatrix.md.
 */
#ifndef HADPOT_SCATTER_SMATRIX_PRIVATE_H
#define HADPOT_SCATTER_SMATRIX_PRIVATE_H

#include "hadpot/smatrix.h"

/* phase + a multiple of period, next to reference. */
double hp_phases_branch(double phase, double reference, double period);

/* S and eigenphases, modulo pi, from T. vector (nopen, nopen): on entry an orthonormal basis,
 * vector[e*nopen + a], on return eigenvectors of K, number e the one next to number e of that basis
 * and of its sign. Errors: HP_ERR_NUMERIC. */
hp_status hp_phases_diagonalise(const hp_channels *channels, const hp_tmatrix *T, hp_phases *phases,
                                hp_error *err);

/* T->sign for standing waves F_l and G_l: times that of det(1 + g T) (coupled.h). */
double hp_phases_sign(const hp_channels *channels, const hp_tmatrix *T);

/* delta, eta, Stapp and Blatt-Biedenharn phases from these, each on the branch next to the value
 * that it holds; where two components are open delta_1 + delta_2 = sum settles the second. */
void hp_phases_parametrise(const hp_channels *channels, hp_phases *phases);

#endif
