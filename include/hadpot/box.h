// SPDX-License-Identifier: GPL-3.0-or-later
/* Energy levels of two hadrons in the periodic L^3 box of a cubic ensemble, in the A1
 * representation:
 *
 *     H = -nabla^2/(2 mu) + V(r) + U,    (U psi)(r) = sum_r' U(|r|,|r'|) psi(r'),
 *
 * with the 6-neighbour Laplacian of the source term, so that it is the Hamiltonian of which the
 * correlators are made (Iritani et al., JHEP 03 (2019) 007). Lattice units. */
#ifndef HADPOT_BOX_H
#define HADPOT_BOX_H

#include "hadpot/ensemble.h"

/* A workspace for one box: H acts on A1-symmetric functions, one number per orbit, as a sparse
 * symmetric matrix (plus U on shells); its lowest eigenvalues come from ARPACK. geometry: cubic,
 * not owned, must outlive it. nlevel: levels wanted, 1 <= nlevel < npoint. box: out, owned by the
 * caller. Errors: HP_ERR_INPUT, HP_ERR_MEMORY. */
typedef struct hp_box hp_box;
hp_status hp_box_create(const hp_geometry *geometry, double mu, int nlevel, hp_box **box,
                        hp_error *err);
void hp_box_destroy(hp_box **box);

/* level[nlevel] ascending. V (npoint) on the orbits; U (nu, nu) symmetric on the first nu shells,
 * zero beyond, or NULL. The same input gives the same bits.
 * Errors: HP_ERR_NUMERIC when not finite or ARPACK does not converge. */
hp_status hp_box_levels(hp_box *box, const double *V, const double *U, int nu, double *level,
                        hp_error *err);

#endif
