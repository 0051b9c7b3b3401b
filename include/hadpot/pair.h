// SPDX-License-Identifier: GPL-3.0-or-later
/* The two hadrons that scatter: their masses, what follows from them, and their charges. These
 * belong to a pair and to nobody else; whoever needs them is handed the pair with each call, so
 * that every sample may have masses of its own. Unit of length L as in interaction.h: masses are in
 * 1/L. */
#ifndef HADPOT_PAIR_H
#define HADPOT_PAIR_H

#include <stdbool.h>

/* mass 0, 0: only the reduced mass is known, and the hadrons count as equally heavy. */
typedef struct hp_pair {
    double mass[2]; /* 1/L */
    double mu;      /* reduced mass m1 m2/(m1 + m2), 1/L */
    double charges; /* Z1 Z2; 0: no Coulomb force */
    double sqrt_z;  /* sqrt(Z_1 Z_2) of the operators at the sink; 0: not stated */
} hp_pair;

/* One component of the wave function: a pair of hadrons in a partial wave. One S wave is component
 * 0 of pair 0 with l = 0. */
enum { HP_MOST_PAIRS = 8, HP_MOST_COMPONENTS = 8 };
typedef struct hp_component {
    int pair, l;
} hp_component;
enum { HP_NCOMPONENT = 1 }; /* of what knows one S wave alone */

/* Spin and total angular momentum of a component: 2S + 1 and 2J. */
typedef struct hp_spin_state {
    int two_s_plus_1, two_j;
} hp_spin_state;

/* Masses by sample, borrowed: mass[hadron][nrow]. nrow 1: given numbers, the same for all samples.
 * Likewise sqrt_z[nz]. */
typedef struct hp_pair_masses {
    const double *mass[2];
    int nrow;
    const double *sqrt_z; /* NULL: not stated */
    int nz;
} hp_pair_masses;

/* The pair of these masses, or of a reduced mass alone, without charges. */
hp_pair hp_pair_of_masses(double mass_1, double mass_2);
hp_pair hp_pair_of_reduced_mass(double mu);

/* The pair of row 0 (the average) or 1 .. nrow-1 (a sample); with one row that one. */
hp_pair hp_pair_of_row(const hp_pair_masses *masses, int row);

/* Those of npair pairs of hadrons, masses and pair (npair). */
void hp_pairs_of_row(const hp_pair_masses *masses, int npair, int row, hp_pair *pair);

/* 2 sqrt(mu_c mu_d) in 1/L of the pairs of components c and d, which V_cd has in the radial
 * equation of u_c/sqrt(mu_c) (coupled.h); the same bits in both orders. */
double hp_components_twice_mu(const hp_component *component, const hp_pair *pair, int c, int d);

/* delta = (m1 - m2)/(m1 + m2); 0 where the masses are not known. */
double hp_pair_asymmetry(const hp_pair *pair);

/* The hadrons differ in mass. */
bool hp_pair_is_unequal(const hp_pair *pair);

/* beta = 2 mu alpha Z1 Z2 in 1/L (coulomb.h). */
double hp_pair_coulomb_strength(const hp_pair *pair);

/* e_cm = k^2/(2 mu), non-relativistic kinetic energy in the centre of mass, of k2 in 1/L^2,
 * and back, energies in 1/L. */
double hp_pair_energy(const hp_pair *pair, double k2);
double hp_pair_k2(const hp_pair *pair, double energy);

#endif
