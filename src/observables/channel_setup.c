// SPDX-License-Identifier: GPL-3.0-or-later
/* What observables of coupled channels depend on besides the interaction. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "channel_parts.h"
#include "hadpot/memory.h"
#include "hadpot/units.h"

static int lowest_pair(const hp_channels *channels) {
    int lowest = 0;
    for (int a = 1; a < channels->npair; a++)
        if (channels->threshold[a] < channels->threshold[lowest]) lowest = a;
    return lowest;
}

static hp_status choose_energies(const hp_channel_options *options, hp_channel_observables *of,
                                 hp_error *err) {
    bool given = options->nenergy > 0;
    of->nenergy = given ? options->nenergy : HP_DEFAULT_ENERGIES;
    of->total = options->total;
    of->masses_vary = options->masses_vary;
    HP_ALLOCATE(of->energy, of->nenergy);
    HP_ALLOCATE(of->energy_now, of->nenergy);
    HP_ALLOCATE(of->phases, of->nenergy);
    HP_ALLOCATE(of->T, of->nenergy);
    for (int e = 0; e < of->nenergy; e++) {
        double low = e > 0 ? of->energy[e - 1] : 0.0, mev = of->momentum_mev;
        of->energy[e] = of->energy_now[e] = given ? options->energy[e] : (e + 1.0) / mev;
        HP_REQUIRE(of->energy[e] > low, HP_ERR_INPUT,
                   "scattering.energies_mev: energies must be above the lowest threshold and "
                   "ascending, found E = %.10g MeV after %.10g",
                   of->energy[e] * mev, low * mev);
    }
    return HP_OK;
}

/* ":" and "/" are no parts of names of rows. */
static hp_status copy_names(const hp_channel_setup *setup, hp_channel_observables *of,
                            hp_error *err) {
    char part[64];
    for (int a = 0; a < of->channels.npair; a++) {
        of->pair_name[a] = hp_copy_string(setup->pair_name[a]);
        HP_REQUIRE(of->pair_name[a] != NULL, HP_ERR_MEMORY, "no memory for a name");
    }
    for (int c = 0; c < of->channels.ncomponent; c++) {
        snprintf(part, sizeof part, "_%s", setup->component_name[c]);
        for (char *at = part; *at != '\0'; at++)
            if (*at == ':' || *at == '/') *at = '_';
        of->name[c] = hp_copy_string(setup->component_name[c]);
        of->part[c] = hp_copy_string(of->channels.ncomponent > 1 ? part : "");
        HP_REQUIRE(of->name[c] != NULL && of->part[c] != NULL, HP_ERR_MEMORY,
                   "no memory for a name");
    }
    return HP_OK;
}

/* The component of the lowest l at the lowest threshold; two components of a pair; a pair of 3S1
 * and 3D1, of the pair with the lowest threshold. */
static void find_roles(const hp_channel_setup *setup, hp_channel_observables *of) {
    const hp_channels *channels = &of->channels;
    int lowest = lowest_pair(channels), count = 0;
    of->first = of->mixed[0] = of->mixed[1] = of->deuteron[0] = of->deuteron[1] = -1;
    of->first_of_pair = lowest;
    for (int c = 0; c < channels->ncomponent; c++) {
        hp_component one = channels->component[c];
        bool first = of->first < 0 || one.l < channels->component[of->first].l;
        if (one.pair == lowest && first) of->first = c;
        for (int d = 0; d < channels->ncomponent && setup->spin != NULL; d++) {
            hp_component two = channels->component[d];
            const hp_spin_state *s = setup->spin;
            if (one.pair == two.pair && one.l == 0 && two.l == 2 && s[c].two_j == 2 &&
                s[d].two_j == 2)
                of->deuteron[0] = c, of->deuteron[1] = d;
        }
    }
    for (int c = 0; c < channels->ncomponent; c++)
        for (int d = c + 1; d < channels->ncomponent; d++)
            if (channels->component[c].pair == channels->component[d].pair) {
                bool ascending = channels->component[c].l < channels->component[d].l;
                of->mixed[0] = ascending ? c : d;
                of->mixed[1] = ascending ? d : c;
                count++;
            }
    if (count != 1) of->mixed[0] = of->mixed[1] = -1;
}

static hp_status choose_sources(const hp_channel_setup *setup, hp_channel_observables *of,
                                hp_error *err) {
    const hp_channel_options *options = setup->options;
    of->nradius = options->nsource;
    HP_REQUIRE(
        of->nradius == 0 || !of->charged, HP_ERR_INPUT,
        "femtoscopy.source_radii_fm: correlation functions with a Coulomb force are those of "
        "one S wave, expected [] for these charged channels, found %d radii",
        of->nradius);
    HP_ALLOCATE(of->radius, of->nradius);
    for (int i = 0; i < of->nradius; i++)
        of->radius[i] = options->source_radius_fm[i] / of->length_fm;
    for (int c = 0; c < of->channels.ncomponent; c++)
        of->weight[c] = options->weight != NULL ? options->weight[c] : c == 0;
    return HP_OK;
}

static hp_status choose_poles(const hp_channel_setup *setup, hp_channel_observables *of,
                              hp_error *err) {
    int l[HP_MOST_COMPONENTS];
    const char *part[HP_MOST_COMPONENTS];
    bool several = of->channels.ncomponent > 1;
    for (int c = 0; c < of->channels.ncomponent; c++) {
        l[c] = of->channels.component[c].l;
        part[c] = several ? of->part[c] + 1 : NULL;
    }
    const hp_pole_setup poles = {.options = &setup->options->poles,
                                 .npair = of->channels.npair,
                                 .ncomponent = of->channels.ncomponent,
                                 .pair_name = of->channels.npair > 1 ? setup->pair_name : NULL,
                                 .component_name = several ? part : NULL,
                                 .l = l,
                                 .length_fm = of->length_fm,
                                 .charged = of->charged};
    return hp_pole_observables_create(&poles, &of->poles, err);
}

static hp_status choose_nodes(const hp_channel_setup *setup, hp_channel_observables *of,
                              hp_error *err) {
    const hp_channel_options *options = setup->options;
    of->range = setup->grid != NULL ? setup->grid->range : setup->range;
    of->tolerance_deg = options->tolerance_deg;
    of->panels = options->panels;
    of->order = options->order;
    of->most_panels = setup->most_panels;
    of->nedge = setup->nedge;
    of->nodes_error_deg = NAN;
    HP_REQUIRE(of->nsolver == 1 || of->ode_tolerance >= 1e-14, HP_ERR_INPUT,
               "scattering.ode_tolerance: must be 0 or from 1e-14 to 1e-3, found %g",
               of->ode_tolerance);
    HP_ALLOCATE(of->edge, of->nedge);
    for (int i = 0; i < of->nedge; i++) of->edge[i] = setup->edge[i];
    of->given = setup->grid != NULL;
    return of->given ? hp_channel_observables_set_nodes(of, setup->grid, err) : HP_OK;
}

hp_status hp_channel_observables_create(const hp_channel_setup *setup,
                                        hp_channel_observables *observables, hp_error *err) {
    hp_status status = HP_OK;
    const hp_channel_options *options = setup->options;
    *observables = (hp_channel_observables){
        .channels = *setup->channels,
        .length_fm = setup->length_fm,
        .momentum_mev = HP_HBARC_MEV_FM / setup->length_fm,
        .lattice = options->lattice,
        .report_ode = options->solver == HP_SOLVER_ODE,
        .nsolver = options->solver == HP_SOLVER_NYSTROEM ? 1 : 2,
        .stapp = options->stapp,
        .blatt = options->blatt,
        .draws = setup->draws,
        .ode_tolerance = options->ode_tolerance > 0.0
                             ? options->ode_tolerance
                             : fmax(0.01 * M_PI / 180.0 * options->tolerance_deg, 1e-13),
        .nbound = options->bound_states};
    HP_TRY(hp_channels_check(setup->channels, err));
    for (int a = 0; a < setup->channels->npair; a++)
        observables->charged |= setup->channels->coulomb[a].strength != 0.0;
    find_roles(setup, observables);
    HP_CHECK(observables->first >= 0, HP_ERR_INPUT,
             "channels.components: the pair with the lowest threshold, %s, has no component",
             setup->pair_name[observables->first_of_pair]);
    HP_TRY(copy_names(setup, observables, err));
    HP_TRY(choose_energies(options, observables, err));
    HP_TRY(choose_sources(setup, observables, err));
    HP_TRY(choose_poles(setup, observables, err));
    HP_NEW(observables->state, observables->nbound);
    HP_TRY(choose_nodes(setup, observables, err));
cleanup:
    if (status != HP_OK) hp_channel_observables_destroy(observables);
    return status;
}

void hp_channel_observables_destroy(hp_channel_observables *observables) {
    if (observables == NULL) return;
    hp_coupled_destroy(&observables->coupled);
    hp_coupled_ode_destroy(&observables->ode);
    for (int i = 0; i < 2; i++) hp_quadrature_destroy(&observables->nodes[i]);
    for (int c = 0; c < HP_MOST_COMPONENTS; c++) {
        hp_free(observables->name[c]);
        hp_free(observables->part[c]);
    }
    for (int a = 0; a < HP_MOST_PAIRS; a++) hp_free(observables->pair_name[a]);
    hp_pole_observables_destroy(&observables->poles);
    hp_free(observables->edge);
    hp_free(observables->energy);
    hp_free(observables->energy_now);
    hp_free(observables->radius);
    hp_free(observables->phases);
    hp_free(observables->T);
    hp_free(observables->state);
    hp_free(observables->average);
    *observables = (hp_channel_observables){0};
}
