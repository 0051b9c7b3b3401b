// SPDX-License-Identifier: GPL-3.0-or-later
/* The nodes of both solvers of coupled channels: chosen, given, or taken from other results. */
#include <math.h>
#include <string.h>
#include "channel_parts.h"
#include "hadpot/memory.h"
#include "hadpot/nodes.h"
#include "stored_nodes.h"

hp_status hp_channel_observables_choose_nodes(hp_channel_observables *of, hp_coupled_fill fill,
                                              void *context, hp_error *err) {
    hp_status status = HP_OK;
    hp_quadrature grid = {0};
    double *energy = NULL, highest = hp_pole_observables_highest(&of->poles);
    hp_coupled_nodes_problem problem = {
        .range = of->range,
        .nedge = of->nedge,
        .edge = of->edge,
        .most_panels = of->most_panels,
        .panels = of->panels,
        .order = of->order,
        .tolerance_deg = hp_pole_observables_tolerance(&of->poles, of->tolerance_deg),
        .nenergy = of->nenergy,
        .channels = &of->channels,
        .fill = fill,
        .context = context};
    of->poles.tracks = false;
    hp_free(of->average);
    of->average = NULL;
    if (of->given) return HP_OK;
    HP_NEW(energy, of->nenergy + 1);
    for (int e = 0; e < of->nenergy; e++) energy[e] = of->energy[e];
    if (highest > energy[of->nenergy - 1]) energy[problem.nenergy++] = highest;
    problem.energy = energy;
    HP_TRY(hp_coupled_choose_nodes(&problem, &grid, &of->nodes_error_deg, err));
    HP_TRY(hp_channel_observables_set_nodes(of, &grid, err));
cleanup:
    hp_quadrature_destroy(&grid);
    hp_free(energy);
    return status;
}

/* The solver refuses momenta that its nodes cannot resolve; that must not show after a fit. */
static hp_status check_resolved(const hp_channel_observables *of, hp_error *err) {
    const hp_quadrature *nodes = &of->nodes[0];
    double unit = of->momentum_mev, limit = nodes->n / nodes->range, highest = 0.0;
    for (int a = 0; a < of->channels.npair; a++)
        highest = fmax(highest, hp_channels_k2(&of->channels, a, of->energy[of->nenergy - 1]));
    highest = sqrt(highest);
    HP_REQUIRE(highest <= limit, HP_ERR_INPUT,
               "scattering: the highest momentum is %g MeV, but %d panels of order %d up to %g fm "
               "resolve at most %g MeV; give a smaller range_fm or smaller energies%s",
               highest * unit, nodes->panels, nodes->order, nodes->range * of->length_fm,
               limit * unit, of->given || of->panels > 0 ? ", or raise scattering.panels" : "");
    return HP_OK;
}

hp_status hp_channel_observables_set_nodes(hp_channel_observables *of, const hp_quadrature *grid,
                                           hp_error *err) {
    int n = of->channels.ncomponent;
    hp_coupled_destroy(&of->coupled);
    hp_coupled_ode_destroy(&of->ode);
    for (int i = 0; i < 2; i++) hp_quadrature_destroy(&of->nodes[i]);
    HP_CALL(hp_quadrature_create_panels(grid->edge, grid->panels, grid->order, &of->nodes[0], err));
    HP_CALL(check_resolved(of, err));
    HP_CALL(hp_coupled_create(&of->nodes[0], n, &of->coupled, err));
    HP_CALL(hp_coupled_reduce(of->coupled, err));
    if (of->draws) hp_coupled_trust_grid(of->coupled);
    if (of->nsolver == 1) return HP_OK;
    HP_CALL(hp_second_nodes_create(&of->nodes[0], &of->nodes[1], err));
    return hp_coupled_ode_create(&of->nodes[1], n, of->ode_tolerance, &of->ode, err);
}

void hp_channel_store_nodes(const hp_channel_observables *of, const hp_record *record,
                            double *vector) {
    hp_stored_nodes_put(&of->nodes[0], of->nodes_error_deg, of->length_fm, record, vector);
}

static hp_status take_branches(hp_channel_observables *of, const hp_record *record,
                               const double *vector, hp_error *err) {
    if (of->average == NULL) HP_ALLOCATE(of->average, record->length);
    memcpy(of->average, vector, record->length * sizeof *vector);
    return HP_OK;
}

hp_status hp_channel_observables_take_nodes(hp_channel_observables *of, const hp_record *record,
                                            const double *vector, bool *changed, hp_error *err) {
    hp_status status = HP_OK;
    hp_quadrature grid = {0};
    *changed = false;
    hp_pole_observables_take(&of->poles, record, vector);
    HP_TRY(take_branches(of, record, vector, err));
    if (of->given) goto cleanup;
    HP_TRY(hp_stored_nodes_take(&of->nodes[0], of->length_fm, record, vector, changed, &grid,
                                &of->nodes_error_deg, err));
    if (!*changed) goto cleanup;
    HP_TRY(hp_channel_observables_set_nodes(of, &grid, err));
cleanup:
    hp_quadrature_destroy(&grid);
    return status;
}

hp_status hp_channel_observables_follow(hp_channel_observables *of, const hp_record *record,
                                        const double *vector, const hp_record *own, hp_error *err) {
    hp_pole_observables_take(&of->poles, record, vector);
    if (of->average == NULL) HP_ALLOCATE(of->average, own->length);
    for (int e = 0; e < own->nentry; e++) {
        const hp_entry *to = &own->entry[e];
        const double *from = hp_record_read(record, vector, to->row.path);
        bool there = from != NULL && hp_record_count(record, to->row.path) == to->count;
        for (size_t i = 0; i < to->count && hp_entry_is_sampled(to); i++)
            of->average[to->start + i] = there ? from[i] : NAN;
    }
    return HP_OK;
}

int hp_channel_count_edges(const hp_channel_observables *of) {
    int most = of->most_panels > 0 ? of->most_panels : HP_NODES_MOST_PANELS;
    return (of->nodes[0].panels > 0 ? of->nodes[0].panels : most) + 1;
}
