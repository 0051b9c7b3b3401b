// SPDX-License-Identifier: GPL-3.0-or-later
/* Nodes for the potential of the average, and potentials on them. */
#include "parts.h"

/* What hp_nodes_choose carries through. */
typedef struct trial {
    hp_analysis *analysis;
    const double *vector;
    hp_node_potential on;
} trial;

static hp_status choose(hp_analysis *analysis, double *vector, hp_error *err);
static hp_status fill(const hp_quadrature *grid, hp_interaction *interaction, void *context,
                      hp_error *err);
static hp_status create_on(const hp_analysis *analysis, const hp_quadrature *nodes,
                           hp_node_potential *on, hp_error *err);
static hp_status evaluate_on(const hp_analysis *analysis, const double *vector,
                             hp_node_potential *on, hp_error *err);

hp_status hp_analysis_place_nodes(hp_analysis *analysis, const double *start, double *vector,
                                  hp_error *err) {
    hp_status status = HP_OK;
    hp_observables *observables = &analysis->observables;
    bool changed = false;
    if (start == NULL) HP_TRY(choose(analysis, vector, err));
    HP_TRY(hp_observables_take_nodes(observables, &analysis->layout, start != NULL ? start : vector,
                                     &changed, err));
    for (int i = 0; i < observables->nsolver; i++) {
        hp_node_potential *on = &analysis->on_nodes[i];
        if (changed || start == NULL || on->nodes == NULL) {
            hp_node_potential_destroy(on);
            HP_TRY(create_on(analysis, &observables->nodes[i], on, err));
        }
        HP_TRY(evaluate_on(analysis, vector, on, err));
    }
cleanup:
    return status;
}

/* Into the vector, from where all take them. */
static hp_status choose(hp_analysis *analysis, double *vector, hp_error *err) {
    hp_status status = HP_OK;
    trial one = {.analysis = analysis, .vector = vector};
    HP_TRY(hp_observables_choose_nodes(&analysis->observables, fill, &one, err));
    hp_observables_store_nodes(&analysis->observables, &analysis->layout, vector);
cleanup:
    hp_node_potential_destroy(&one.on);
    return status;
}

static hp_status fill(const hp_quadrature *grid, hp_interaction *interaction, void *context,
                      hp_error *err) {
    hp_status status = HP_OK;
    trial *one = context;
    hp_node_potential_destroy(&one->on);
    HP_TRY(create_on(one->analysis, grid, &one->on, err));
    HP_TRY(evaluate_on(one->analysis, one->vector, &one->on, err));
    *interaction =
        (hp_interaction){.kernel = one->on.kernel, .local = one->on.local, .slope = one->on.slope};
cleanup:
    return status;
}

static hp_status create_on(const hp_analysis *analysis, const hp_quadrature *nodes,
                           hp_node_potential *on, hp_error *err) {
    return hp_node_potential_create(&analysis->fit.model, nodes, analysis->x_fit != NULL, on, err);
}

static hp_status evaluate_on(const hp_analysis *analysis, const double *vector,
                             hp_node_potential *on, hp_error *err) {
    double mu = analysis->plan->mu;
    if (analysis->x_fit != NULL) return hp_analysis_evaluate_n2lo(analysis, on, err);
    if (analysis->gaussians == NULL) {
        const double *param = hp_layout_read(&analysis->layout, vector, HP_SET_PARAM);
        hp_node_potential_evaluate(&analysis->fit.model, param, mu, on);
        return HP_OK;
    }
    for (int i = 0; i < on->nodes->n; i++)
        on->local[i] = 2.0 * mu *
                       hp_gaussians_value(analysis->gaussian_param,
                                          analysis->job->potential.gaussians, on->nodes->r[i]);
    return HP_OK;
}
