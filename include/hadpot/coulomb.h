// SPDX-License-Identifier: GPL-3.0-or-later
/* The Coulomb force in the S wave: potential, wave functions beyond the strong interaction, phase
 * shifts against them and the modified effective-range function. Units as in interaction.h.
 *
 * With beta = 2 mu alpha Z1 Z2 (1/L; positive: repulsion) the equation beyond the strong force is
 * u'' + k^2 u = beta/r u; eta = beta/(2k), C^2 = 2 pi eta/(exp(2 pi eta) - 1), and
 *
 *     K(k^2) = C^2 k cot delta + beta h(eta) = -1/a0 + r_eff k^2/2 + ...,
 *     h(eta) = Re psi(1 + i eta) - ln|eta|,
 *
 * delta relative to F_0(eta, kr) and G_0 (Bethe, Phys. Rev. 76 (1949) 38; Haeringen, Kok, PRA 26
 * (1982) 1218). K is analytic in k^2 around threshold, and k cot delta when beta = 0. */
#ifndef HADPOT_COULOMB_H
#define HADPOT_COULOMB_H

#include "hadpot/error.h"

/* Two charges; each hadron with the form factor (1 + q^2/Lambda^2)^-2, whose r.m.s. charge radius
 * is sqrt(12)/Lambda, or point-like. */
typedef struct hp_coulomb {
    double strength; /* beta; 0: no Coulomb force */
    double dipole;   /* Lambda; 0: point charges */
} hp_coulomb;

/* v_C(r) = beta/r [1 - exp(-x) (1 + 11x/16 + 3x^2/16 + x^3/48)], x = Lambda r; beta/r for point
 * charges (r > 0). */
double hp_coulomb_value(const hp_coulomb *coulomb, double r);

/* C^2 (at k2 = 0: 0, or infinite for attraction) and beta h(eta), k2 >= 0. */
double hp_coulomb_penetration(double strength, double k2);
double hp_coulomb_shift(double strength, double k2);

/* The functions that K refers to, real and regular in k^2 (also at k2 = 0):
 *     phi = F_0/(C k) -> r for r -> 0,     theta = C G_0 - beta h(eta) phi,
 * so that u proportional to theta + K phi has the phase shift of K. f = {phi, phi', theta, theta'},
 * primes d/dr, at r > 0, k2 >= 0; strength 0: sin(kr)/k and cos kr. K has an error of about 1e-15
 * beta from their rounding. Errors: HP_ERR_NUMERIC. */
hp_status hp_coulomb_functions(double strength, double k2, double r, double f[4], hp_error *err);

/* The same for l >= 0, from l = 0 by recurrences that hold digits:
 *     phi_l = F_l/(C_l k^(l+1)) -> r^(l+1)/(2l+1)!!,     theta_l = C_l k^l G_l - g_l phi_l,
 *     C_l^2 = C^2 prod_(m=1..l) (1 + (eta/m)^2),
 *     g_l = beta h(eta) prod_(m=1..l) (k^2 + (beta/2m)^2),
 * regular in k^2, theta_l phi_l' - theta_l' phi_l = 1; strength 0: S and C of riccati.h. barrier:
 * penetration = C_l^2 k^(2l+1), finite at k = 0, and shift = g_l, so that penetration cot delta +
 * shift is regular in k^2. partial_decay: -W'/W at r of the solution that decays like exp(-kappa
 * r), kappa > 0, for attraction at least 1e-4 |beta| (below |beta|/(2l+2) W has nodes). Errors:
 * HP_ERR_NUMERIC; INPUT for that kappa. */
hp_status hp_coulomb_partial(int l, double strength, double k2, double r, double f[4],
                             hp_error *err);
void hp_coulomb_barrier(int l, double strength, double k2, double *penetration, double *shift);
hp_status hp_coulomb_partial_decay(int l, double strength, double kappa, double r, double *decay,
                                   hp_error *err);

/* The solution inside has value u and slope d_u at r, beyond which only the point-like Coulomb
 * force acts (dipole: r must be so large that exp(-Lambda r) is nothing). effective: K(k2)
 * (infinite where u is proportional to phi); cot: k cot delta = (K - beta h)/C^2. With strength 0
 * both are the ordinary k cot delta. k2 >= 0; at k2 = 0 cot is infinite for repulsion and 0 for
 * attraction, where delta -> arccot(K/(pi |beta|)). Errors: HP_ERR_NUMERIC. */
hp_status hp_coulomb_match(double strength, double k2, double r, double u, double d_u,
                           double *effective, double *cot, hp_error *err);

/* The tail of a bound state at k^2 = -kappa^2: the decaying solution, exp(-kappa r) or Whittaker's
 * W(r) = W_{-beta/(2 kappa), 1/2}(2 kappa r). decay: -W'/W at r; norm, square: int_r^inf W^2 /
 * W(r)^2 and the same with a factor r'^2 (for rms distances); NULL when not wanted. kappa >= 0
 * (decay only at kappa = 0) and r > 0. For an attractive force kappa must be at least |beta|/2, the
 * ground state of the Coulomb force alone, so that W has no node. Errors: HP_ERR_INPUT,
 * HP_ERR_NUMERIC. */
hp_status hp_coulomb_tail(double strength, double kappa, double r, double *decay, double *norm,
                          double *square, hp_error *err);

/* a0 and r_eff of K(k2) = -1/a0 + r_eff k2/2 for the Coulomb problem (without charges solvers
 * differentiate exactly): K at k2 = 0, and its derivative there by polynomial extrapolation from
 * momenta with k range <= 1/2, closer to threshold where K varies faster. function gives u and u'
 * at `range` for a k2 >= 0, with any normalisation at each. a0 or r_eff are infinite where K is 0
 * or has a pole. Errors: those of function; HP_ERR_NUMERIC when nothing converges. */
typedef hp_status (*hp_edge_function)(double k2, double *u, double *d_u, void *context,
                                      hp_error *err);
hp_status hp_coulomb_threshold(double strength, double range, hp_edge_function function,
                               void *context, double *scattering_length, double *effective_range,
                               hp_error *err);

/* delta in radians of the Coulomb problem, k2 > 0, on the branch that is continuous in k and, for
 * repulsion, n pi at threshold with n bound states (attraction: arccot(K/(pi |beta|)) + m pi):
 * delta_cut is the phase of the same interaction with the Coulomb force cut off at r (absolute,
 * continuous, against sin kr), and cot = k cot delta at r. It uses that delta lies in (m pi, (m+1)
 * pi] exactly when delta_cut + k r minus the Prufer angle of F_0 at r (angle of (F_0, F_0'/k),
 * which counts the nodes of F_0) does. Errors: HP_ERR_NUMERIC. */
hp_status hp_coulomb_phase(double strength, double k2, double r, double delta_cut, double cot,
                           double *delta, hp_error *err);

#endif
