// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/given_channels.h"
#include <math.h>
#include <string.h>
#include "channel_text.h"
#include "hadpot/given_potential.h"
#include "hadpot/memory.h"
#include "hadpot/units.h"

/* The search for poles goes beyond its region by up to this part of its width. */
static const double REGION_MARGIN = 0.0531;

enum { DEFAULT_ENERGIES = 100 }; /* of 1, 2, ..., MeV, as for one S wave */

/* The pair that stands at the top level of the job. */
static void take_only_pair(const hp_scatter_job *job, hp_given_channels *given) {
    hp_channels *channels = &given->channels;
    channels->npair = 1;
    given->h[0] = job->hbar2_over_2mu_mev_fm2 > 0
                      ? job->hbar2_over_2mu_mev_fm2
                      : hp_given_hbar2_over_2mu(job->mass_1_mev, job->mass_2_mev);
    channels->pair[0] = hp_given_pair(job->mass_1_mev, job->mass_2_mev, given->h[0]);
    channels->lowest = channels->pair[0].mass[0] + channels->pair[0].mass[1];
}

static hp_status take_pairs(const hp_scatter_job *job, hp_given_channels *given, const char **key,
                            hp_error *err) {
    const struct hp_scatter_job_channels *keys = &job->channels;
    hp_channels *channels = &given->channels;
    channels->npair = keys->pairs.count;
    *key = "channels.pairs";
    HP_REQUIRE(channels->npair <= HP_MOST_PAIRS, HP_ERR_INPUT,
               "expected at most %d pairs, found %d", HP_MOST_PAIRS, channels->npair);
    for (int a = 0; a < channels->npair; a++) {
        HP_CALL(hp_channel_check_pair_name(keys->pairs.values[a], err));
        memcpy(given->pair[a], keys->pairs.values[a], strlen(keys->pairs.values[a]) + 1);
        bool masses = keys->masses_1_mev.count > 0;
        double m1 = masses ? keys->masses_1_mev.values[a] : 0;
        double m2 = masses ? keys->masses_2_mev.values[a] : 0;
        given->h[a] =
            masses ? hp_given_hbar2_over_2mu(m1, m2) : keys->hbar2_over_2mu_mev_fm2.values[a];
        channels->pair[a] = hp_given_pair(m1, m2, given->h[a]);
        if (!masses) channels->threshold[a] = keys->thresholds_mev.values[a] / HP_HBARC_MEV_FM;
    }
    if (keys->masses_1_mev.count > 0) return HP_OK; /* thresholds follow */
    double lowest = INFINITY;
    for (int a = 0; a < channels->npair; a++) lowest = fmin(lowest, channels->threshold[a]);
    *key = "channels.thresholds_mev";
    HP_REQUIRE(lowest == 0, HP_ERR_INPUT,
               "expected thresholds above the lowest one, which has 0, found a lowest of %.15g",
               lowest * HP_HBARC_MEV_FM);
    return HP_OK;
}

static hp_status take_components(const hp_scatter_job *job, hp_given_channels *given,
                                 const char **key, hp_error *err) {
    const hp_string_list *list = &job->channels.components;
    given->channels.ncomponent = list->count > 0 ? list->count : 1;
    given->spin[0] = (hp_spin_state){1, 0};
    *key = "channels.components";
    HP_REQUIRE(list->count <= HP_MOST_COMPONENTS, HP_ERR_INPUT,
               "expected at most %d components, found %d", HP_MOST_COMPONENTS, list->count);
    for (int c = 0; c < list->count; c++)
        HP_CALL(hp_channel_parse_component(list->values[c], given, c, err));
    *key = "channels.pairs";
    if (job->channels.masses_1_mev.count > 0)
        HP_CALL(hp_channels_set_thresholds(&given->channels, err));
    for (int a = 0; a < given->channels.npair; a++) {
        bool used = false;
        for (int c = 0; c < given->channels.ncomponent; c++)
            used |= given->channels.component[c].pair == a;
        HP_REQUIRE(used, HP_ERR_INPUT,
                   "expected a component of each pair in channels.components, found none of %s",
                   given->pair[a]);
    }
    return HP_OK;
}

static hp_status take_charges(const hp_scatter_job *job, hp_given_channels *given, const char **key,
                              hp_error *err) {
    const struct hp_scatter_job_scattering *keys = &job->scattering;
    hp_channels *channels = &given->channels;
    bool listed = job->channels.pairs.count > 0, charged = false;
    double radius = keys->charge_radius_fm;
    if (strcmp(keys->coulomb, "none") == 0) return HP_OK;
    bool checked = job->channels.components.count > 0; /* others: hp_observables_create */
    bool dipole = strcmp(keys->coulomb, "dipole") == 0;
    for (int a = 0; a < channels->npair; a++) {
        hp_pair *pair = &channels->pair[a];
        pair->charges = listed
                            ? job->channels.charges_1.values[a] * job->channels.charges_2.values[a]
                            : keys->charge_1 * keys->charge_2;
        charged |= pair->charges != 0;
        channels->coulomb[a] =
            (hp_coulomb){.strength = hp_pair_coulomb_strength(pair),
                         .dipole = dipole && radius > 0 ? sqrt(12.0) / radius : 0};
    }
    *key = "scattering.coulomb";
    HP_REQUIRE(charged || !checked, HP_ERR_INPUT, "expected a pair with two charges, found none");
    *key = "scattering.charge_radius_fm";
    HP_REQUIRE(!dipole || radius > 0 || !checked, HP_ERR_INPUT,
               "must be > 0 for scattering.coulomb: dipole, found %.15g", radius);
    *key = "scattering.poles";
    HP_REQUIRE(keys->poles.count == 0, HP_ERR_INPUT,
               "poles are not computed with a Coulomb force, expected scattering.coulomb: none, "
               "found %s",
               keys->coulomb);
    return HP_OK;
}

/* k^2 of a pair has a pole at W = 0 and zeros at W = +-(m1 - m2), where sheets are others. */
static hp_status check_branch_point(const hp_channels *channels, const double region[3],
                                    hp_error *err) {
    if (channels->kinematics != HP_RELATIVISTIC) return HP_OK;
    double difference = 0;
    for (int a = 0; a < channels->npair; a++)
        difference = fmax(difference, fabs(channels->pair[a].mass[0] - channels->pair[a].mass[1]));
    double least = (difference - channels->lowest) * HP_HBARC_MEV_FM;
    double low = region[0] - REGION_MARGIN * (region[1] - region[0]);
    HP_REQUIRE(
        low > least, HP_ERR_INPUT,
        "with relativistic kinematics W must stay above the difference of the masses of each "
        "pair, E above %.15g MeV, found %.15g and a margin of %.3g",
        least, region[0], region[0] - low);
    return HP_OK;
}

static hp_status take_poles(const hp_scatter_job *job, hp_given_channels *given, const char **key,
                            hp_error *err) {
    const struct hp_scatter_job_scattering *keys = &job->scattering;
    const hp_double_list *region = &keys->pole_region_mev;
    int n = given->nsheet = keys->poles.count;
    given->most_poles = keys->most_poles;
    *key = "scattering.poles";
    HP_REQUIRE(n <= HP_GIVEN_SHEETS, HP_ERR_INPUT, "expected at most %d sheets, found %d",
               HP_GIVEN_SHEETS, n);
    for (int s = 0; s < n; s++) {
        HP_CALL(hp_channel_parse_sheet(keys->poles.values[s], given->channels.npair,
                                       &given->sheet[s], err));
        for (int t = 0; t < s; t++)
            HP_REQUIRE(given->sheet[t] != given->sheet[s], HP_ERR_INPUT,
                       "expected different sheets, found \"%.40s\" and \"%.40s\"",
                       keys->poles.values[t], keys->poles.values[s]);
    }
    if (n == 0) return HP_OK;
    *key = "scattering.pole_region_mev";
    HP_REQUIRE(region->count == 3, HP_ERR_INPUT, "expected 3 entries, found %d", region->count);
    const double *at = region->values;
    HP_REQUIRE(at[1] > at[0], HP_ERR_INPUT,
               "expected the second entry above the first, found %.15g and %.15g", at[0], at[1]);
    HP_REQUIRE(at[2] > 0, HP_ERR_INPUT, "expected a third entry > 0, found %.15g", at[2]);
    HP_CALL(check_branch_point(&given->channels, at, err));
    given->region =
        (hp_pole_region){at[0] / HP_HBARC_MEV_FM, at[1] / HP_HBARC_MEV_FM, at[2] / HP_HBARC_MEV_FM};
    return HP_OK;
}

static hp_status take_kinematics(const hp_scatter_job *job, hp_given_channels *given,
                                 const char **key, hp_error *err) {
    bool relativistic = strcmp(job->scattering.kinematics, "relativistic") == 0;
    *key = "scattering.kinematics";
    HP_REQUIRE(!relativistic || given->channels.lowest > 0, HP_ERR_INPUT,
               "relativistic needs the masses of all pairs, found hbar2_over_2mu_mev_fm2");
    given->channels.kinematics = relativistic ? HP_RELATIVISTIC : HP_NONRELATIVISTIC;
    return HP_OK;
}

hp_status hp_given_channels_read(const hp_scatter_job *job, hp_given_channels *given,
                                 const char **key, hp_error *err) {
    const struct hp_scatter_job_channels *keys = &job->channels;
    const hp_double_list *weights = &job->femtoscopy.weights;
    *given = (hp_given_channels){.weight = {1}};
    *key = "channels.pairs";
    HP_REQUIRE(keys->pairs.count == 0 || keys->components.count > 0, HP_ERR_INPUT,
               "has effect only with channels.components, found none");
    if (keys->pairs.count > 0)
        HP_CALL(take_pairs(job, given, key, err));
    else
        take_only_pair(job, given);
    HP_CALL(take_components(job, given, key, err));
    HP_CALL(take_kinematics(job, given, key, err));
    HP_CALL(take_charges(job, given, key, err));
    HP_CALL(take_poles(job, given, key, err));
    for (int c = 0; c < weights->count; c++) given->weight[c] = weights->values[c];
    given->one_s_wave = given->channels.ncomponent == 1 && given->channels.component[0].l == 0 &&
                        given->channels.kinematics == HP_NONRELATIVISTIC;
    return HP_OK;
}

/* E of each entry of the list that is given, in units of 1/fm of its own. */
static double energy_of(const hp_scatter_job *job, const hp_given_channels *given, int lowest,
                        int i) {
    const struct hp_scatter_job_scattering *keys = &job->scattering;
    const hp_channels *channels = &given->channels;
    if (keys->total_energies_mev.count > 0)
        return keys->total_energies_mev.values[i] / HP_HBARC_MEV_FM - channels->lowest;
    if (keys->energies_mev.count > 0) return keys->energies_mev.values[i] / HP_HBARC_MEV_FM;
    double k = keys->k_per_fm.count > 0      ? keys->k_per_fm.values[i]
               : keys->momenta_mev.count > 0 ? keys->momenta_mev.values[i] / HP_HBARC_MEV_FM
                                             : 0;
    return k > 0 ? hp_channels_energy(channels, lowest, k * k) : (i + 1) / HP_HBARC_MEV_FM;
}

hp_status hp_given_energies(const hp_scatter_job *job, const hp_given_channels *given,
                            double **energy, int *n, const char **key, hp_error *err) {
    const struct hp_scatter_job_scattering *keys = &job->scattering;
    const hp_channels *channels = &given->channels;
    const hp_double_list *total = &keys->total_energies_mev;
    int lowest = 0;
    while (channels->threshold[lowest] > 0) lowest++;
    *energy = NULL;
    *key = "scattering.total_energies_mev";
    HP_REQUIRE(total->count == 0 || channels->lowest > 0, HP_ERR_INPUT,
               "total energies need the masses of all pairs, found hbar2_over_2mu_mev_fm2");
    double least = total->count > 0 ? total->values[0] / HP_HBARC_MEV_FM : INFINITY;
    HP_REQUIRE(least > channels->lowest, HP_ERR_INPUT,
               "must be above the lowest threshold, %.15g MeV, found %.15g",
               channels->lowest * HP_HBARC_MEV_FM, total->values[0]);
    int given_counts[] = {total->count, keys->energies_mev.count, keys->k_per_fm.count,
                          keys->momenta_mev.count};
    *n = 0;
    for (int i = 0; i < 4; i++) *n += given_counts[i]; /* at most one is given */
    if (*n == 0) *n = DEFAULT_ENERGIES;
    HP_ALLOCATE(*energy, *n);
    for (int i = 0; i < *n; i++) (*energy)[i] = energy_of(job, given, lowest, i);
    return HP_OK;
}
