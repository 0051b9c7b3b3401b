// SPDX-License-Identifier: GPL-3.0-or-later
/* What observables depend on besides the interaction: momenta, grid, charges, source radii. */
#include <math.h>
#include "hadpot/memory.h"
#include "hadpot/observables.h"
#include "hadpot/units.h"

const hp_observables_options hp_observables_defaults = {.tolerance_deg = 1e-6,
                                                        .bound_states = 2,
                                                        .charge_1 = 1.0,
                                                        .charge_2 = 1.0,
                                                        .spin = 0.5,
                                                        .weight = 1.0};

static double k2_of(const hp_observables *observables, hp_momentum_kind kind, double value) {
    double momentum = kind == HP_MOMENTA_MEV ? value / observables->momentum_mev : value;
    if (kind == HP_ENERGIES_MEV) return hp_observables_k2(observables, value);
    return kind == HP_MOMENTA_SQUARED ? value : momentum * momentum;
}

static hp_status choose_momenta(const hp_observables_options *options, hp_observables *observables,
                                hp_error *err) {
    int given = options->nmomentum;
    observables->nk = given > 0 ? given : HP_DEFAULT_ENERGIES;
    HP_ALLOCATE(observables->k2, observables->nk);
    HP_ALLOCATE(observables->k2_now, observables->nk);
    for (int k = 0; k < observables->nk; k++)
        observables->k2[k] = given > 0
                                 ? k2_of(observables, options->momentum_kind, options->momentum[k])
                                 : hp_observables_k2(observables, k + 1.0);
    for (int k = 0; k < observables->nk; k++) observables->k2_now[k] = observables->k2[k];
    observables->masses_vary = options->masses_vary;
    observables->by_energy = given == 0 || options->momentum_kind == HP_ENERGIES_MEV;
    return HP_OK;
}

static hp_status check_momenta(const hp_observables_setup *setup, const hp_observables *observables,
                               hp_error *err) {
    double unit = observables->momentum_mev, highest = sqrt(observables->k2[observables->nk - 1]);
    HP_REQUIRE(setup->options->cutoff == 0.0 || highest < setup->options->cutoff, HP_ERR_INPUT,
               "scattering: momentum %g MeV is beyond the lattice cutoff pi/a = %g MeV",
               highest * unit, setup->options->cutoff * unit);
    return HP_OK;
}

static hp_status choose_coulomb(const hp_observables_setup *setup, hp_observables *observables,
                                hp_error *err) {
    const hp_observables_options *options = setup->options;
    if (options->coulomb == HP_CHARGE_NONE) return HP_OK;
    double charges = options->charge_1 * options->charge_2;
    HP_REQUIRE(charges != 0.0, HP_ERR_INPUT,
               "scattering.coulomb: %s, but scattering.charge_1 = %g and scattering.charge_2 = %g",
               options->coulomb == HP_CHARGE_POINT ? "point" : "dipole", options->charge_1,
               options->charge_2);
    observables->pair.charges = charges;
    observables->coulomb.strength = hp_pair_coulomb_strength(&observables->pair);
    if (options->coulomb == HP_CHARGE_POINT) return HP_OK;
    HP_REQUIRE(options->charge_radius_fm > 0.0, HP_ERR_INPUT,
               "scattering.charge_radius_fm: must be > 0 for scattering.coulomb: dipole, found %g",
               options->charge_radius_fm);
    observables->coulomb.dipole = sqrt(12.0) / options->charge_radius_fm * observables->length_fm;
    return HP_OK;
}

static hp_status choose_window(const hp_observables_setup *setup, hp_observables *observables,
                               hp_error *err) {
    const hp_observables_options *options = setup->options;
    if (options->fit_e_max_mev == 0.0) return HP_OK;
    observables->window_low = hp_observables_k2(observables, options->fit_e_min_mev);
    observables->window_high = hp_observables_k2(observables, options->fit_e_max_mev);
    observables->shape = options->fit_shape;
    int inside = 0, needed = 2 + observables->shape;
    for (int k = 0; k < observables->nk; k++)
        inside += observables->k2[k] >= observables->window_low &&
                  observables->k2[k] <= observables->window_high;
    HP_REQUIRE(inside >= needed, HP_ERR_INPUT,
               "scattering.fit_e_max_mev: the window from %g to %g MeV holds %d of the momenta, an "
               "effective-range fit needs at least %d",
               options->fit_e_min_mev, options->fit_e_max_mev, inside, needed);
    return HP_OK;
}

/* Two bosons of spin j are in an S wave in (j+1)/(2j+1) of their spin states, the symmetric ones,
 * fermions in j/(2j+1), the antisymmetric ones (docs/method-observables.md). */
static hp_status check_identical(const hp_observables_setup *setup, const hp_femto_pair *pair,
                                 hp_error *err) {
    const hp_observables_options *options = setup->options;
    bool bosons = pair->statistics == HP_STATISTICS_BOSONS;
    double twice = 2.0 * pair->spin, most = (pair->spin + bosons) / (twice + 1.0);
    if (pair->statistics == HP_STATISTICS_DISTINCT) return HP_OK;
    HP_REQUIRE(!hp_pair_is_unequal(&setup->pair), HP_ERR_INPUT,
               "femtoscopy.statistics: identical particles, but their masses differ");
    HP_REQUIRE(options->coulomb == HP_CHARGE_NONE || options->charge_1 == options->charge_2,
               HP_ERR_INPUT,
               "femtoscopy.statistics: identical particles, but their charges are %g and %g",
               options->charge_1, options->charge_2);
    HP_REQUIRE(fmod(twice, 2.0) == (bosons ? 0.0 : 1.0), HP_ERR_INPUT,
               "femtoscopy.spin: %s spin, found %g",
               bosons ? "bosons have an integer" : "fermions have a half-integer", pair->spin);
    HP_REQUIRE(
        pair->weight <= most * (1.0 + 1e-3), HP_ERR_INPUT, /* a weight may be rounded */
        "femtoscopy.weight: two such particles are in an S wave in at most %.4g of their spin "
        "states, found %g",
        most, pair->weight);
    return HP_OK;
}

hp_status hp_observables_find_background(hp_observables *observables, hp_error *err) {
    for (int i = 0; i < observables->nradius; i++)
        for (int k = 0; k < observables->nk; k++)
            HP_CALL(hp_femto_background(&observables->femto, observables->k2_now[k],
                                        observables->radius[i],
                                        &observables->background[i * observables->nk + k], err));
    return HP_OK;
}

static hp_status choose_sources(const hp_observables_setup *setup, hp_observables *observables,
                                hp_error *err) {
    const hp_observables_options *options = setup->options;
    observables->nradius = options->nsource;
    observables->femto = (hp_femto_pair){.statistics = options->statistics,
                                         .spin = options->spin,
                                         .weight = options->weight,
                                         .coulomb_strength = observables->coulomb.strength};
    if (observables->nradius > 0) HP_CALL(check_identical(setup, &observables->femto, err));
    HP_ALLOCATE(observables->radius, observables->nradius);
    HP_ALLOCATE(observables->background, observables->nradius * observables->nk);
    for (int i = 0; i < observables->nradius; i++)
        observables->radius[i] = options->source_radius_fm[i] / observables->length_fm;
    return hp_observables_find_background(observables, err);
}

/* Of a potential that is not symmetric there is no second count of anything. */
static hp_status choose_poles(const hp_observables_setup *setup, hp_observables *observables,
                              hp_error *err) {
    static const int l[] = {0};
    const hp_pole_setup poles = {.options = &setup->options->poles,
                                 .npair = 1,
                                 .ncomponent = 1,
                                 .l = l,
                                 .length_fm = setup->length_fm,
                                 .charged = observables->pair.charges != 0.0};
    if (setup->draws || poles.options->nsheet == 0) return HP_OK;
    HP_REQUIRE(!setup->asymmetric, HP_ERR_INPUT,
               "scattering.poles: the potential must be symmetric, U(r,r') = U(r',r), this kind is "
               "not");
    return hp_pole_observables_create(&poles, &observables->poles, err);
}

hp_status hp_observables_create(const hp_observables_setup *setup, hp_observables *observables,
                                hp_error *err) {
    hp_status status = HP_OK;
    const hp_observables_options *options = setup->options;
    bool nystroem_alone = setup->asymmetric || options->solver == HP_SOLVER_NYSTROEM;
    *observables = (hp_observables){
        .pair = setup->pair,
        .asymmetric = setup->asymmetric,
        .draws = setup->draws,
        .length_fm = setup->length_fm,
        .lattice = setup->options->cutoff > 0.0,
        .momentum_mev = HP_HBARC_MEV_FM / setup->length_fm,
        .nsolver = nystroem_alone ? 1 : 2,
        .report_ode = !nystroem_alone && options->solver == HP_SOLVER_ODE,
        .ode_tolerance = options->ode_tolerance > 0.0
                             ? options->ode_tolerance
                             : fmax(0.01 * M_PI / 180.0 * options->tolerance_deg, 1e-13),
        .nbound = setup->asymmetric ? 0 : options->bound_states};
    HP_TRY(choose_momenta(options, observables, err));
    HP_TRY(check_momenta(setup, observables, err));
    HP_TRY(choose_coulomb(setup, observables, err));
    HP_TRY(choose_window(setup, observables, err));
    HP_TRY(choose_poles(setup, observables, err));
    HP_NEW(observables->kappa2, observables->nbound);
    HP_NEW(observables->mean_square, observables->nbound);
    HP_TRY(choose_sources(setup, observables, err));
    HP_TRY(hp_observables_create_nodes(setup, observables, err));
cleanup:
    if (status != HP_OK) hp_observables_destroy(observables);
    return status;
}

void hp_observables_destroy(hp_observables *observables) {
    if (observables == NULL) return;
    hp_ode_destroy(&observables->ode);
    hp_nystroem_destroy(&observables->nystroem);
    hp_coupled_destroy(&observables->coupled);
    hp_pole_observables_destroy(&observables->poles);
    for (int i = 0; i < 2; i++) hp_quadrature_destroy(&observables->nodes[i]);
    hp_free(observables->edge);
    hp_free(observables->k2);
    hp_free(observables->k2_now);
    hp_free(observables->radius);
    hp_free(observables->background);
    hp_free(observables->wave);
    hp_free(observables->kappa2);
    hp_free(observables->mean_square);
    *observables = (hp_observables){0};
}

double hp_observables_energy_mev(const hp_observables *observables, double k2) {
    return hp_pair_energy(&observables->pair, k2) * observables->momentum_mev;
}

double hp_observables_k2(const hp_observables *observables, double energy_mev) {
    return hp_pair_k2(&observables->pair, energy_mev) / observables->momentum_mev;
}
