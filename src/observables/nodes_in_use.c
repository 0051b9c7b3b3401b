// SPDX-License-Identifier: GPL-3.0-or-later
/* The nodes of the solvers: chosen for a potential, or taken from the results of another one. */
#include <math.h>
#include "hadpot/memory.h"
#include "hadpot/observables.h"
#include "stored_nodes.h"

hp_status hp_observables_choose_nodes(hp_observables *observables, hp_nodes_fill fill,
                                      void *context, hp_error *err) {
    hp_status status = HP_OK;
    hp_quadrature grid = {0};
    hp_nodes_problem problem = observables->problem;
    double *k2 = NULL;
    double highest =
        hp_pair_k2(&observables->pair, hp_pole_observables_highest(&observables->poles));
    observables->poles.tracks = false;
    if (observables->given) return HP_OK;
    HP_NEW(k2, observables->nk + 1);
    for (int k = 0; k < observables->nk; k++) k2[k] = observables->k2[k];
    problem.nk = observables->nk;
    if (highest > k2[observables->nk - 1]) k2[problem.nk++] = highest;
    problem.k2 = k2;
    problem.tolerance_deg =
        hp_pole_observables_tolerance(&observables->poles, problem.tolerance_deg);
    problem.coulomb = observables->coulomb;
    problem.fill = fill;
    problem.context = context;
    HP_TRY(hp_nodes_choose(&problem, &grid, &observables->nodes_error_deg, err));
    HP_TRY(hp_observables_set_nodes(observables, &grid, err));
cleanup:
    hp_quadrature_destroy(&grid);
    hp_free(k2);
    return status;
}

/* The solver refuses momenta that its nodes cannot resolve; that must not show after a fit. */
static hp_status check_resolved(const hp_observables *observables, hp_error *err) {
    const hp_quadrature *nodes = &observables->nodes[0];
    double unit = observables->momentum_mev, limit = nodes->n / nodes->range;
    double highest = sqrt(observables->k2[observables->nk - 1]);
    HP_REQUIRE(highest <= limit || observables->given, HP_ERR_INPUT,
               "a potential that reaches to %.4g fm needs more than %d panels of %d nodes for the "
               "highest momentum, %g MeV; give a smaller range_fm or smaller momenta",
               nodes->range * observables->length_fm, nodes->panels, nodes->order, highest * unit);
    HP_REQUIRE(highest <= limit, HP_ERR_INPUT,
               "scattering: the highest momentum is %g MeV, but %d panels of order %d up to %g fm "
               "resolve at most %g MeV; raise scattering.panels, or leave it to "
               "scattering.tolerance_deg",
               highest * unit, nodes->panels, nodes->order, nodes->range * observables->length_fm,
               limit * unit);
    return HP_OK;
}

static hp_status create_solvers(hp_observables *observables, hp_error *err) {
    const hp_quadrature *grid = &observables->nodes[0];
    HP_CALL(hp_nystroem_create(grid, &observables->nystroem, err));
    HP_CALL(hp_nystroem_reduce(observables->nystroem, err));
    if (observables->draws) hp_nystroem_trust_grid(observables->nystroem);
    if (observables->poles.nsheet > 0)
        HP_CALL(hp_coupled_create(grid, 1, &observables->coupled, err));
    if (observables->nsolver == 1) return HP_OK;
    HP_CALL(hp_second_nodes_create(grid, &observables->nodes[1], err));
    return hp_ode_create(&observables->nodes[1], observables->ode_tolerance, &observables->ode,
                         err);
}

hp_status hp_observables_set_nodes(hp_observables *observables, const hp_quadrature *grid,
                                   hp_error *err) {
    hp_nystroem_destroy(&observables->nystroem);
    hp_ode_destroy(&observables->ode);
    hp_coupled_destroy(&observables->coupled);
    for (int i = 0; i < 2; i++) hp_quadrature_destroy(&observables->nodes[i]);
    hp_free(observables->wave);
    observables->wave = NULL;
    HP_CALL(hp_quadrature_create_panels(grid->edge, grid->panels, grid->order,
                                        &observables->nodes[0], err));
    HP_CALL(check_resolved(observables, err));
    HP_ALLOCATE(observables->wave, observables->nodes[0].n);
    return create_solvers(observables, err);
}

void hp_observables_store_nodes(const hp_observables *observables, const hp_record *record,
                                double *vector) {
    hp_stored_nodes_put(&observables->nodes[0], observables->nodes_error_deg,
                        observables->length_fm, record, vector);
}

hp_status hp_observables_take_nodes(hp_observables *observables, const hp_record *record,
                                    const double *vector, bool *changed, hp_error *err) {
    hp_status status = HP_OK;
    hp_quadrature grid = {0};
    *changed = false;
    hp_pole_observables_take(&observables->poles, record, vector);
    if (observables->given) return HP_OK;
    HP_TRY(hp_stored_nodes_take(&observables->nodes[0], observables->length_fm, record, vector,
                                changed, &grid, &observables->nodes_error_deg, err));
    if (!*changed) goto cleanup;
    HP_TRY(hp_observables_set_nodes(observables, &grid, err));
cleanup:
    hp_quadrature_destroy(&grid);
    return status;
}

hp_status hp_observables_create_nodes(const hp_observables_setup *setup,
                                      hp_observables *observables, hp_error *err) {
    hp_status status = HP_OK;
    hp_quadrature grid = {0};
    hp_nodes_problem *problem = &observables->problem;
    *problem = (hp_nodes_problem){.range = setup->grid != NULL ? setup->grid->range : setup->range,
                                  .nedge = setup->nedge,
                                  .most_panels = setup->most_panels,
                                  .panels = setup->options->panels,
                                  .order = setup->options->order,
                                  .tolerance_deg = setup->options->tolerance_deg,
                                  .nk = observables->nk,
                                  .k2 = observables->k2};
    observables->nodes_error_deg = NAN;
    HP_CHECK(observables->nsolver == 1 || observables->ode_tolerance >= 1e-14, HP_ERR_INPUT,
             "scattering.ode_tolerance: must be 0 or from 1e-14 to 1e-3, found %g",
             observables->ode_tolerance);
    observables->given = setup->grid != NULL || setup->options->panels > 0;
    if (setup->grid != NULL) return hp_observables_set_nodes(observables, setup->grid, err);
    HP_CHECK(problem->order != 1, HP_ERR_INPUT, "scattering.order: must be 0 or from %d to %d",
             HP_MIN_ORDER, HP_MAX_ORDER);
    HP_NEW(observables->edge, setup->nedge);
    for (int i = 0; i < setup->nedge; i++) observables->edge[i] = setup->edge[i];
    problem->edge = observables->edge;
    if (!observables->given) goto cleanup;
    HP_TRY(hp_nodes_choose(problem, &grid, &observables->nodes_error_deg, err));
    HP_TRY(hp_observables_set_nodes(observables, &grid, err));
cleanup:
    hp_quadrature_destroy(&grid);
    return status;
}

static int most_edges(const hp_observables *observables) {
    int most = observables->problem.most_panels;
    return (most > 0 ? most : HP_NODES_MOST_PANELS) + 1;
}

int hp_observables_count_edges(const hp_observables *observables) {
    const hp_quadrature *nodes = &observables->nodes[0];
    return nodes->panels > 0 ? nodes->panels + 1 : most_edges(observables);
}
