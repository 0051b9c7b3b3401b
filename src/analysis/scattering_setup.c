// SPDX-License-Identifier: GPL-3.0-or-later
/* What observables depend on besides the interaction: momenta, grid, charges, source radii. */
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/scattering.h"
#include "hadpot/units.h"

/* Nodes of the ODE solver beyond those of Nystroem in each panel. */
enum { MORE_NODES = 4 };

static hp_status create_solvers(const hp_scattering_setup *setup, hp_scattering *scattering,
                                hp_error *err);
static hp_status choose_momenta(const hp_scattering_setup *setup, hp_scattering *scattering,
                                hp_error *err);
static hp_status check_momenta(const hp_scattering_setup *setup, const hp_scattering *scattering,
                               hp_error *err);
static hp_status choose_coulomb(const hp_scattering_setup *setup, hp_scattering *scattering,
                                hp_error *err);
static hp_status choose_window(const hp_scattering_setup *setup, hp_scattering *scattering,
                               hp_error *err);
static hp_status choose_sources(const hp_scattering_setup *setup, hp_scattering *scattering,
                                hp_error *err);
static hp_statistics statistics_from_name(const char *name);

hp_status hp_scattering_create(const hp_scattering_setup *setup, hp_scattering *scattering,
                               hp_error *err) {
    hp_status status = HP_OK;
    const hp_scattering_keys *keys = setup->keys;
    *scattering = (hp_scattering){.mu = setup->mu,
                                  .length_fm = setup->length_fm,
                                  .momentum_mev = HP_HBARC_MEV_FM / setup->length_fm,
                                  .both = strcmp(keys->solver, "nystroem") != 0,
                                  .report_ode = strcmp(keys->solver, "ode") == 0,
                                  .nbound = keys->bound_states};
    HP_TRY(hp_quadrature_create_panels(setup->edge, setup->panels, keys->order, &scattering->nodes,
                                       err));
    HP_TRY(choose_momenta(setup, scattering, err));
    HP_TRY(check_momenta(setup, scattering, err));
    HP_TRY(choose_coulomb(setup, scattering, err));
    HP_TRY(choose_window(setup, scattering, err));
    HP_NEW(scattering->wave, scattering->nodes.n);
    HP_NEW(scattering->kappa2, scattering->nbound);
    HP_NEW(scattering->mean_square, scattering->nbound);
    HP_TRY(choose_sources(setup, scattering, err));
    HP_TRY(create_solvers(setup, scattering, err));
cleanup:
    if (status != HP_OK) hp_scattering_destroy(scattering);
    return status;
}

void hp_scattering_destroy(hp_scattering *scattering) {
    if (scattering == NULL) return;
    hp_ode_destroy(&scattering->ode);
    hp_nystroem_destroy(&scattering->nystroem);
    hp_quadrature_destroy(&scattering->nodes);
    hp_quadrature_destroy(&scattering->ode_nodes);
    hp_free(scattering->k2);
    hp_free(scattering->radius);
    hp_free(scattering->background);
    hp_free(scattering->wave);
    hp_free(scattering->kappa2);
    hp_free(scattering->mean_square);
    *scattering = (hp_scattering){0};
}

void hp_scattering_extents(const hp_scattering *scattering, size_t extent[HP_NAXIS]) {
    extent[HP_AXIS_K] = (size_t)scattering->nk;
    extent[HP_AXIS_BOUND] = (size_t)scattering->nbound;
    extent[HP_AXIS_RADIUS] = (size_t)scattering->nradius;
    extent[HP_AXIS_WINDOW] = scattering->window_high > 0.0;
    extent[HP_AXIS_SHAPE] = scattering->window_high > 0.0 && scattering->shape;
}

double hp_scattering_energy_mev(const hp_scattering *scattering, double k2) {
    return k2 / (2.0 * scattering->mu) * scattering->momentum_mev;
}

double hp_scattering_k2(const hp_scattering *scattering, double energy_mev) {
    return 2.0 * scattering->mu * energy_mev / scattering->momentum_mev;
}

static hp_status create_solvers(const hp_scattering_setup *setup, hp_scattering *scattering,
                                hp_error *err) {
    hp_status status = HP_OK;
    int order = setup->keys->order;
    HP_TRY(hp_nystroem_create(&scattering->nodes, &scattering->nystroem, err));
    if (!scattering->both) goto cleanup;
    order += order + MORE_NODES <= HP_MAX_ORDER ? MORE_NODES : -MORE_NODES;
    HP_TRY(hp_quadrature_create_panels(setup->edge, setup->panels, order, &scattering->ode_nodes,
                                       err));
    HP_TRY(
        hp_ode_create(&scattering->ode_nodes, setup->keys->ode_tolerance, &scattering->ode, err));
cleanup:
    return status;
}

static hp_status choose_momenta(const hp_scattering_setup *setup, hp_scattering *scattering,
                                hp_error *err) {
    hp_status status = HP_OK;
    enum { DEFAULT_ENERGIES = 100 }; /* 1, 2, ..., 100 MeV */
    const hp_double_list *momenta = &setup->keys->momenta_mev;
    const hp_double_list *energies = &setup->keys->energies_mev;
    int lists = (setup->nk > 0) + (momenta->count > 0) + (energies->count > 0);
    HP_CHECK(lists <= 1, HP_ERR_INPUT, "scattering: expected one list of momenta, found %d", lists);
    scattering->nk = setup->nk > 0 ? setup->nk : momenta->count + energies->count;
    if (scattering->nk == 0) scattering->nk = DEFAULT_ENERGIES;
    HP_NEW(scattering->k2, scattering->nk);
    for (int k = 0; k < scattering->nk; k++) {
        double momentum = momenta->count > 0 ? momenta->values[k] / scattering->momentum_mev : 0.0;
        if (setup->nk > 0)
            scattering->k2[k] = setup->k2[k];
        else if (momenta->count > 0)
            scattering->k2[k] = momentum * momentum;
        else
            scattering->k2[k] =
                hp_scattering_k2(scattering, energies->count > 0 ? energies->values[k] : k + 1.0);
    }
cleanup:
    return status;
}

/* The solver refuses momenta that its nodes cannot resolve; that must not show after a fit. */
static hp_status check_momenta(const hp_scattering_setup *setup, const hp_scattering *scattering,
                               hp_error *err) {
    hp_status status = HP_OK;
    const hp_quadrature *nodes = &scattering->nodes;
    double unit = scattering->momentum_mev, limit = nodes->n / nodes->range;
    double highest = sqrt(scattering->k2[scattering->nk - 1]);
    HP_CHECK(setup->cutoff == 0.0 || highest < setup->cutoff, HP_ERR_INPUT,
             "scattering: momentum %g MeV is beyond the lattice cutoff pi/a = %g MeV",
             highest * unit, setup->cutoff * unit);
    HP_CHECK(highest <= limit, HP_ERR_INPUT,
             "scattering: the highest momentum is %g MeV, but %d panels of order %d up to %g fm "
             "resolve at most %g MeV; raise scattering.panels",
             highest * unit, nodes->panels, nodes->order, nodes->range * scattering->length_fm,
             limit * unit);
cleanup:
    return status;
}

static hp_status choose_coulomb(const hp_scattering_setup *setup, hp_scattering *scattering,
                                hp_error *err) {
    hp_status status = HP_OK;
    const hp_scattering_keys *keys = setup->keys;
    if (strcmp(keys->coulomb, "none") == 0) goto cleanup;
    double charges = keys->charge_1 * keys->charge_2;
    HP_CHECK(charges != 0.0, HP_ERR_INPUT,
             "scattering.coulomb: %s, but scattering.charge_1 = %g and scattering.charge_2 = %g",
             keys->coulomb, keys->charge_1, keys->charge_2);
    scattering->coulomb.strength = 2.0 * scattering->mu * HP_FINE_STRUCTURE * charges;
    if (strcmp(keys->coulomb, "point") == 0) goto cleanup;
    HP_CHECK(keys->charge_radius_fm > 0.0, HP_ERR_INPUT,
             "scattering.charge_radius_fm: must be > 0 for scattering.coulomb: dipole, found %g",
             keys->charge_radius_fm);
    scattering->coulomb.dipole = sqrt(12.0) / keys->charge_radius_fm * scattering->length_fm;
cleanup:
    return status;
}

static hp_status choose_window(const hp_scattering_setup *setup, hp_scattering *scattering,
                               hp_error *err) {
    hp_status status = HP_OK;
    const hp_scattering_keys *keys = setup->keys;
    if (keys->fit_e_max_mev == 0.0) goto cleanup;
    scattering->window_low = hp_scattering_k2(scattering, keys->fit_e_min_mev);
    scattering->window_high = hp_scattering_k2(scattering, keys->fit_e_max_mev);
    scattering->shape = keys->fit_shape;
    int inside = 0, needed = 2 + scattering->shape;
    for (int k = 0; k < scattering->nk; k++)
        inside += scattering->k2[k] >= scattering->window_low &&
                  scattering->k2[k] <= scattering->window_high;
    HP_CHECK(inside >= needed, HP_ERR_INPUT,
             "scattering.fit_e_max_mev: the window from %g to %g MeV holds %d momenta, an "
             "effective-range fit of %d parameters needs as many",
             keys->fit_e_min_mev, keys->fit_e_max_mev, inside, needed);
cleanup:
    return status;
}

static hp_status choose_sources(const hp_scattering_setup *setup, hp_scattering *scattering,
                                hp_error *err) {
    hp_status status = HP_OK;
    const hp_femtoscopy_keys *keys = setup->femtoscopy;
    scattering->nradius = keys->source_radii_fm.count;
    scattering->pair = (hp_femto_pair){.statistics = statistics_from_name(keys->statistics),
                                       .spin = keys->spin,
                                       .weight = keys->weight,
                                       .coulomb_strength = scattering->coulomb.strength};
    HP_NEW(scattering->radius, scattering->nradius);
    HP_NEW(scattering->background, scattering->nradius * scattering->nk);
    for (int i = 0; i < scattering->nradius; i++) {
        scattering->radius[i] = keys->source_radii_fm.values[i] / scattering->length_fm;
        for (int k = 0; k < scattering->nk; k++)
            HP_TRY(hp_femto_background(&scattering->pair, scattering->k2[k], scattering->radius[i],
                                       &scattering->background[i * scattering->nk + k], err));
    }
cleanup:
    return status;
}

static hp_statistics statistics_from_name(const char *name) {
    if (strcmp(name, "bosons") == 0) return HP_STATISTICS_BOSONS;
    return strcmp(name, "fermions") == 0 ? HP_STATISTICS_FERMIONS : HP_STATISTICS_DISTINCT;
}
