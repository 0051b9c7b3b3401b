// SPDX-License-Identifier: GPL-3.0-or-later
/* Energy levels of two hadrons in the periodic L^3 box of a cubic ensemble, in the A1
 * representation:
 *
 *     H = -nabla^2/(2 mu) + V(r) + U,    (U psi)(r) = sum_r' U(|r|,|r'|) psi(r'),
 *
 * with the 6-neighbour Laplacian of the source term, so that it is the Hamiltonian of which the
 * correlators are made (Iritani et al., JHEP 03 (2019) 007). Lattice units; docs/method-box.md. */
#ifndef HADPOT_BOX_H
#define HADPOT_BOX_H

#include "hadpot/geometry.h"

/* Levels that anybody may ask for. */
enum { HP_MAX_LEVELS = 100 };

/* A workspace for one box: H acts on A1-symmetric functions, one number per orbit, as a sparse
 * symmetric matrix (plus U on shells); its lowest eigenvalues come from ARPACK. geometry: cubic,
 * not owned, must outlive it at its address. nlevel: levels wanted, 1 <= nlevel < npoint and at
 * most 10000. box: out, owned by the caller. Errors: HP_ERR_INPUT, HP_ERR_MEMORY. */
typedef struct hp_box hp_box;
hp_status hp_box_create(const hp_geometry *geometry, double mu, int nlevel, hp_box **box,
                        hp_error *err);
void hp_box_destroy(hp_box **box);

/* Another reduced mass, above 0, from the next call on: that of a sample. */
void hp_box_set_mass(hp_box *box, double mu);

/* level[nlevel]: the lowest eigenvalues of H, ascending, to 1e-11 of the width of its spectrum or
 * better. V (npoint) on the orbits, or NULL; U (nu, nu) on the first nu shells, zero beyond, or
 * NULL; U is symmetric, its upper triangle is read. The same input gives the same bits. A level
 * that is degenerate within A1 to all digits (as some of the free box are, high up) may be found
 * fewer times than it occurs. Errors: HP_ERR_INPUT for a wrong nu; HP_ERR_NUMERIC when not finite
 * or when the iteration does not converge; HP_ERR_LIBRARY. */
hp_status hp_box_levels(hp_box *box, const double *V, const double *U, int nu, double *level,
                        hp_error *err);

/* The same with the eigenvectors psi (nlevel, npoint), or NULL: values at the sites of each orbit,
 * with sum_r psi_m(r) psi_n(r) = delta_mn over the whole box; signs are fixed by the input alone.
 * Their (H - level) psi is below 1e-11 of the width of the spectrum. */
hp_status hp_box_states(hp_box *box, const double *V, const double *U, int nu, double *level,
                        double *psi, hp_error *err);

/* Energy relative to threshold of a level of H, E = sqrt(m1^2 + k^2) + sqrt(m2^2 + k^2) - m1 - m2
 * with k^2 = 2 mu level: levels of H are e_cm = k^2/(2 mu), non-relativistic as the potential is
 * defined; the levels of lattice QCD, and those of all output, have this E. Exact for small levels
 * too. NaN when k^2 < -min(m1, m2)^2. */
double hp_box_energy(double mass_1, double mass_2, double level);

/* k^2 of such an energy, its exact inverse: with W = E + m1 + m2
 *     k^2 = E (E + 2 m1) (E + 2 m2) (W + m1 + m2)/(4 W^2),
 * in which nothing cancels. NaN for an energy below that of k^2 = -min(m1, m2)^2, of which there is
 * none. */
double hp_box_k2(double mass_1, double mass_2, double energy);

#endif
