// SPDX-License-Identifier: GPL-3.0-or-later
/* The channels of a run, when masses are known. */
#include "hadpot/run_channels.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/leading_matrix.h"
#include "hadpot/memory.h"
#include "hadpot/options.h"

static hp_status take_pairs(const hp_job *job, const hp_correlator_plan *plan, hp_run_channels *of,
                            hp_error *err) {
    const struct hp_job_scattering *keys = &job->scattering;
    hp_channels *channels = &of->channels;
    bool dipole = strcmp(keys->coulomb, "dipole") == 0, none = strcmp(keys->coulomb, "none") == 0;
    double spacing_fm = hp_spacing_fm(plan->ensemble->inverse_spacing_mev);
    double radius = keys->charge_radius_fm / spacing_fm;
    bool charged = false;
    HP_REQUIRE(
        !dipole || radius > 0.0, HP_ERR_INPUT,
        "scattering.charge_radius_fm: must be > 0 for scattering.coulomb: dipole, found %.15g",
        keys->charge_radius_fm);
    hp_pairs_of_row(plan->masses, plan->npair, 0, channels->pair);
    for (int a = 0; a < plan->npair; a++) {
        const hp_ensemble_pair *pair = &plan->ensemble->pair[plan->pair[a]];
        of->pair_name[a] = pair->name;
        channels->pair[a].charges = none ? 0.0 : (double)pair->charge[0] * pair->charge[1];
        channels->coulomb[a] =
            (hp_coulomb){.strength = hp_pair_coulomb_strength(&channels->pair[a]),
                         .dipole = dipole ? sqrt(12.0) / radius : 0.0};
        charged |= channels->pair[a].charges != 0.0;
    }
    HP_REQUIRE(none || charged, HP_ERR_INPUT,
               "scattering.coulomb: expected none, since no pair has two charged hadrons in %s "
               "(charge_1, charge_2), found %s",
               plan->ensemble->path, keys->coulomb);
    return hp_channels_set_thresholds(channels, err);
}

static void name_components(const hp_correlator_plan *plan, hp_run_channels *of) {
    const hp_ensemble *ensemble = plan->ensemble;
    for (int c = 0; c < plan->ncomponent; c++) {
        int field = plan->field[(ptrdiff_t)2 * c]; /* of the first source */
        of->component_name[c] = ensemble->component[ensemble->field[field].component].name;
    }
}

/* Entry i of the list that is given, above the lowest threshold of the average, 1/a. */
static double energy_of(const hp_job *job, double mev, const hp_channels *channels, int i) {
    const struct hp_job_scattering *keys = &job->scattering;
    int lowest = 0;
    while (channels->threshold[lowest] > 0.0) lowest++;
    if (keys->total_energies_mev.count > 0)
        return keys->total_energies_mev.values[i] / mev - channels->lowest;
    if (keys->energies_mev.count > 0) return keys->energies_mev.values[i] / mev;
    double k2 =
        keys->k2_lat.count > 0 ? keys->k2_lat.values[i] : pow(keys->momenta_mev.values[i] / mev, 2);
    return hp_channels_energy(channels, lowest, k2);
}

static hp_status choose_energies(const hp_job *job, double mev, hp_run_channels *of,
                                 hp_error *err) {
    const struct hp_job_scattering *keys = &job->scattering;
    const hp_double_list *total = &keys->total_energies_mev;
    int n = total->count + keys->energies_mev.count + keys->k2_lat.count + keys->momenta_mev.count;
    HP_REQUIRE(
        total->count == 0 || total->values[0] > of->channels.lowest * mev, HP_ERR_INPUT,
        "scattering.total_energies_mev: must be above the lowest threshold, %.10g MeV, found "
        "%.15g",
        of->channels.lowest * mev, total->values[0]);
    hp_free(of->energy);
    HP_ALLOCATE(of->energy, n > 0 ? n : 1);
    for (int i = 0; i < n; i++) of->energy[i] = energy_of(job, mev, &of->channels, i);
    of->options.nenergy = n;
    of->options.energy = of->energy;
    return HP_OK;
}

/* "27: 0.6325 0.7746" into a row of n coefficients, and its name. */
static hp_status read_state(const char *text, int n, double *row, const char **name,
                            hp_error *err) {
    const char *colon = strchr(text, ':'), *at = colon != NULL ? colon + 1 : "";
    char *end;
    int count = 0;
    for (double value = strtod(at, &end); end != at; value = strtod(at, &end)) {
        if (count < n) row[count] = value;
        count++;
        at = end;
    }
    HP_REQUIRE(colon != NULL && colon > text && count == n && strspn(at, " ") == strlen(at),
               HP_ERR_INPUT,
               "channels.flavour_basis: expected a name and %d coefficients, as \"27: 0.6325 "
               "0.7746\", found \"%.60s\"",
               n, text);
    char *copy = hp_copy_string(text);
    HP_REQUIRE(copy != NULL, HP_ERR_MEMORY, "no memory for a name");
    copy[colon - text] = '\0';
    *name = copy;
    return HP_OK;
}

/* Coefficients come with a few digits: rows are made of length 1 and orthogonal to those before. */
static void orthonormalise(int n, double *O) {
    for (int i = 0; i < n; i++) {
        double *row = O + (ptrdiff_t)i * n, square = 0.0;
        for (int j = 0; j < i; j++) {
            double product = 0.0;
            for (int c = 0; c < n; c++) product += row[c] * O[j * n + c];
            for (int c = 0; c < n; c++) row[c] -= product * O[j * n + c];
        }
        for (int c = 0; c < n; c++) square += row[c] * row[c];
        for (int c = 0; c < n; c++) row[c] /= sqrt(square);
    }
}

/* The digits that coefficients may lack. */
static const double DIGITS = 5e-3;

static hp_status check_rows(int n, const double *O, hp_error *err) {
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= i; j++) {
            double product = 0.0;
            for (int c = 0; c < n; c++) product += O[i * n + c] * O[j * n + c];
            HP_REQUIRE(fabs(product - (i == j)) < DIGITS, HP_ERR_INPUT,
                       "channels.flavour_basis: states must be orthonormal, found %.6g for the "
                       "product of states %d and %d",
                       product, j + 1, i + 1);
        }
    return HP_OK;
}

static hp_status read_flavour(const hp_job *job, hp_run_channels *of, hp_error *err) {
    const hp_string_list *list = &job->channels.flavour_basis;
    int n = of->channels.ncomponent;
    if (list->count == 0 || of->flavour != NULL) return HP_OK;
    HP_REQUIRE(list->count == n, HP_ERR_INPUT,
               "channels.flavour_basis: expected as many states as components, %d, found %d", n,
               list->count);
    HP_ALLOCATE(of->flavour, (size_t)n * (size_t)n);
    HP_ALLOCATE(of->flavour_name, n);
    for (int i = 0; i < n; i++)
        HP_CALL(read_state(list->values[i], n, of->flavour + (ptrdiff_t)i * n, &of->flavour_name[i],
                           err));
    HP_CALL(check_rows(n, of->flavour, err));
    orthonormalise(n, of->flavour);
    return HP_OK;
}

static hp_status check_keys(const hp_job *job, const hp_run_channels *of, hp_error *err) {
    HP_REQUIRE(job->femtoscopy.source_radii_fm.count == 0 ||
                   strcmp(job->femtoscopy.statistics, "distinct") == 0,
               HP_ERR_INPUT,
               "femtoscopy.statistics: correlation functions of identical particles are those of "
               "one S wave, expected distinct with %s, found %s",
               of->component_name[of->channels.ncomponent - 1], job->femtoscopy.statistics);
    HP_REQUIRE(
        job->scattering.fit_e_max_mev == 0.0, HP_ERR_INPUT,
        "scattering.fit_e_max_mev: the effective-range fit is that of one S wave, expected 0 "
        "with %s, found %g",
        of->component_name[of->channels.ncomponent - 1], job->scattering.fit_e_max_mev);
    return HP_OK;
}

hp_status hp_run_channels_find(const hp_job *job, const hp_correlator_plan *plan,
                               hp_run_channels *of, hp_error *err) {
    double mev = plan->ensemble->inverse_spacing_mev;
    of->channels = (hp_channels){
        .kinematics = strcmp(job->scattering.kinematics, "relativistic") == 0 ? HP_RELATIVISTIC
                                                                              : HP_NONRELATIVISTIC,
        .npair = plan->npair,
        .ncomponent = plan->ncomponent};
    memcpy(of->channels.component, plan->component, sizeof of->channels.component);
    name_components(plan, of);
    HP_CALL(check_keys(job, of, err));
    HP_CALL(take_pairs(job, plan, of, err));
    of->options = hp_options_of_run_channels(job);
    if (job->femtoscopy.weights.count > 0) of->options.weight = job->femtoscopy.weights.values;
    for (int a = 0; a < plan->npair; a++) of->options.masses_vary |= plan->masses[a].nrow > 1;
    HP_CALL(choose_energies(job, mev, of, err));
    HP_CALL(read_flavour(job, of, err));
    of->study = (hp_study_channels){.channels = &of->channels,
                                    .pair_name = of->pair_name,
                                    .component_name = of->component_name,
                                    .spin = plan->spin,
                                    .options = &of->options};
    return HP_OK;
}

void hp_run_channels_destroy(hp_run_channels *of) {
    if (of == NULL) return;
    for (int i = 0; i < of->channels.ncomponent && of->flavour_name != NULL; i++)
        hp_free((void *)of->flavour_name[i]);
    hp_free(of->flavour_name);
    hp_free(of->flavour);
    hp_free(of->energy);
    *of = (hp_run_channels){0};
}
