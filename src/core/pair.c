// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/pair.h"
#include <math.h>
#include "hadpot/units.h"

hp_pair hp_pair_of_masses(double mass_1, double mass_2) {
    return (hp_pair){.mass = {mass_1, mass_2}, .mu = mass_1 * mass_2 / (mass_1 + mass_2)};
}

hp_pair hp_pair_of_reduced_mass(double mu) {
    return (hp_pair){.mu = mu};
}

hp_pair hp_pair_of_row(const hp_pair_masses *masses, int row) {
    int i = masses->nrow > 1 ? row : 0;
    hp_pair pair = hp_pair_of_masses(masses->mass[0][i], masses->mass[1][i]);
    if (masses->nz > 0) pair.sqrt_z = masses->sqrt_z[masses->nz > 1 ? row : 0];
    return pair;
}

void hp_pairs_of_row(const hp_pair_masses *masses, int npair, int row, hp_pair *pair) {
    for (int i = 0; i < npair; i++) pair[i] = hp_pair_of_row(&masses[i], row);
}

double hp_components_twice_mu(const hp_component *component, const hp_pair *pair, int c, int d) {
    return 2.0 * sqrt(pair[component[c].pair].mu * pair[component[d].pair].mu);
}

double hp_pair_asymmetry(const hp_pair *pair) {
    double sum = pair->mass[0] + pair->mass[1];
    return sum > 0.0 ? (pair->mass[0] - pair->mass[1]) / sum : 0.0;
}

bool hp_pair_is_unequal(const hp_pair *pair) {
    return pair->mass[0] != pair->mass[1];
}

double hp_pair_coulomb_strength(const hp_pair *pair) {
    return 2.0 * pair->mu * HP_FINE_STRUCTURE * pair->charges;
}

double hp_pair_energy(const hp_pair *pair, double k2) {
    return k2 / (2.0 * pair->mu);
}

double hp_pair_k2(const hp_pair *pair, double energy) {
    return 2.0 * pair->mu * energy;
}
