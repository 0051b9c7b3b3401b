// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/channels.h"
#include <math.h>

static double sum_of_masses(const hp_pair *pair) {
    return pair->mass[0] + pair->mass[1];
}

static hp_status check_numbers(const hp_channels *channels, hp_error *err) {
    HP_REQUIRE(channels->npair >= 1 && channels->npair <= HP_MOST_PAIRS, HP_ERR_INPUT,
               "coupled channels: there must be 1 to %d pairs, found %d", HP_MOST_PAIRS,
               channels->npair);
    HP_REQUIRE(channels->ncomponent >= 1 && channels->ncomponent <= HP_MOST_COMPONENTS,
               HP_ERR_INPUT, "coupled channels: there must be 1 to %d components, found %d",
               HP_MOST_COMPONENTS, channels->ncomponent);
    for (int a = 0; a < channels->npair; a++) {
        const hp_pair *pair = &channels->pair[a];
        HP_REQUIRE(isfinite(pair->mu) && pair->mu > 0.0, HP_ERR_INPUT,
                   "coupled channels: the reduced mass of pair %d must be positive, found %g",
                   a + 1, pair->mu);
        HP_REQUIRE(channels->kinematics == HP_NONRELATIVISTIC ||
                       (pair->mass[0] > 0.0 && pair->mass[1] > 0.0),
                   HP_ERR_INPUT,
                   "coupled channels: relativistic kinematics needs the masses of pair %d", a + 1);
    }
    return HP_OK;
}

static hp_status check_components(const hp_channels *channels, hp_error *err) {
    for (int c = 0; c < channels->ncomponent; c++) {
        hp_component of = channels->component[c];
        HP_REQUIRE(of.pair >= 0 && of.pair < channels->npair, HP_ERR_INPUT,
                   "coupled channels: component %d belongs to pair %d, but there are %d", c + 1,
                   of.pair + 1, channels->npair);
        HP_REQUIRE(of.l >= 0 && of.l <= HP_MOST_L, HP_ERR_INPUT,
                   "coupled channels: component %d must have l from 0 to %d, found %d", c + 1,
                   HP_MOST_L, of.l);
    }
    return HP_OK;
}

hp_status hp_channels_check(const hp_channels *channels, hp_error *err) {
    double lowest = INFINITY;
    HP_CALL(check_numbers(channels, err));
    HP_CALL(check_components(channels, err));
    for (int a = 0; a < channels->npair; a++) lowest = fmin(lowest, channels->threshold[a]);
    HP_REQUIRE(lowest == 0.0, HP_ERR_INPUT,
               "coupled channels: thresholds must be given above the lowest one, which has 0, "
               "found a lowest of %g",
               lowest);
    return HP_OK;
}

hp_status hp_channels_set_thresholds(hp_channels *channels, hp_error *err) {
    HP_CALL(check_numbers(channels, err));
    channels->lowest = INFINITY;
    for (int a = 0; a < channels->npair; a++) {
        const hp_pair *pair = &channels->pair[a];
        HP_REQUIRE(pair->mass[0] > 0.0 && pair->mass[1] > 0.0, HP_ERR_INPUT,
                   "coupled channels: thresholds need the masses of pair %d", a + 1);
        channels->lowest = fmin(channels->lowest, sum_of_masses(pair));
    }
    for (int a = 0; a < channels->npair; a++)
        channels->threshold[a] = sum_of_masses(&channels->pair[a]) - channels->lowest;
    return hp_channels_check(channels, err);
}

hp_status hp_channels_take_pairs(const hp_channels *from, const hp_pair *pair,
                                 hp_channels *channels, hp_error *err) {
    bool masses = true;
    *channels = *from;
    for (int a = 0; a < channels->npair; a++) {
        double charges = channels->pair[a].charges;
        channels->pair[a] = pair[a];
        channels->pair[a].charges = charges;
        channels->coulomb[a].strength = hp_pair_coulomb_strength(&channels->pair[a]);
        masses &= pair[a].mass[0] > 0.0;
    }
    return masses ? hp_channels_set_thresholds(channels, err) : HP_OK;
}

/* (W^2 - s^2)(W^2 - d^2)/(4 W^2) with the difference W - s = E - threshold, s = m1 + m2, not taken
 * of large numbers. */
double complex hp_channels_k2_at(const hp_channels *channels, int a, double complex energy) {
    const hp_pair *pair = &channels->pair[a];
    double complex above = energy - channels->threshold[a];
    if (channels->kinematics == HP_NONRELATIVISTIC) return 2.0 * pair->mu * above;
    double s = sum_of_masses(pair), d = pair->mass[0] - pair->mass[1];
    double complex W = s + above;
    return above * (W + s) * (W * W - d * d) / (4.0 * W * W);
}

double hp_channels_k2(const hp_channels *channels, int a, double energy) {
    return creal(hp_channels_k2_at(channels, a, energy));
}

double complex hp_channels_k2_slope(const hp_channels *channels, int a, double complex energy) {
    const hp_pair *pair = &channels->pair[a];
    if (channels->kinematics == HP_NONRELATIVISTIC) return 2.0 * pair->mu;
    double s = sum_of_masses(pair), d = pair->mass[0] - pair->mass[1];
    double complex W = s + energy - channels->threshold[a];
    return (W - s * s * d * d / (W * W * W)) / 2.0;
}

/* Relativistic: sqrt(m1^2 + k^2) - m1 + sqrt(m2^2 + k^2) - m2, without cancellation. */
double hp_channels_energy(const hp_channels *channels, int a, double k2) {
    const hp_pair *pair = &channels->pair[a];
    if (channels->kinematics == HP_NONRELATIVISTIC)
        return channels->threshold[a] + hp_pair_energy(pair, k2);
    double energy = channels->threshold[a];
    for (int h = 0; h < 2; h++)
        energy += k2 / (sqrt(pair->mass[h] * pair->mass[h] + k2) + pair->mass[h]);
    return energy;
}

int hp_channels_open(const hp_channels *channels, double energy, int open[HP_MOST_COMPONENTS]) {
    int n = 0;
    for (int c = 0; c < channels->ncomponent; c++)
        if (hp_channels_k2(channels, channels->component[c].pair, energy) >= 0.0) open[n++] = c;
    return n;
}

void hp_channels_momenta(const hp_channels *channels, double complex energy, hp_sheet sheet,
                         double complex k[HP_MOST_PAIRS]) {
    for (int a = 0; a < channels->npair; a++) {
        double complex k2 = hp_channels_k2_at(channels, a, energy);
        double complex root = csqrt(k2); /* Re >= 0 */
        if (cimag(root) < 0.0 || (cimag(root) == 0.0 && creal(root) < 0.0)) root = -root;
        k[a] = (sheet >> a) & 1U ? -root : root;
    }
}
