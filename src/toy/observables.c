// SPDX-License-Identifier: GPL-3.0-or-later
/* Observables of the learned and of the true potential, each on a grid that suits it. */
#include <math.h>
#include <stdio.h>
#include "hadpot/memory.h"
#include "parts.h"

static hp_status create_learned(hp_toy *toy, hp_error *err);
static hp_status create_exact(hp_toy *toy, hp_error *err);
static hp_status place_nodes(hp_toy *toy, hp_error *err);
static hp_status fill(const hp_quadrature *grid, hp_interaction *interaction, void *context,
                      hp_error *err);
static hp_status create_map(hp_toy *toy, hp_error *err);
static void fill_layout(hp_toy *toy);
static void forget(hp_toy *toy);
static hp_status observe_exact(hp_toy *toy, hp_error *err);

hp_status hp_toy_create_observables(hp_toy *toy, hp_error *err) {
    hp_status status = HP_OK;
    HP_TRY(create_learned(toy, err));
    HP_TRY(create_exact(toy, err));
    if (toy->fit.model.has_nonlocal) HP_TRY(create_map(toy, err));
    fill_layout(toy);
    HP_NEW(toy->vector, toy->layout.length);
    HP_NEW(toy->exact_vector, toy->exact_layout.length);
    HP_TRY(observe_exact(toy, err));
cleanup:
    return status;
}

/* A training may be long and end at a potential no solver can do, which is a result too. */
hp_status hp_toy_observe(hp_toy *toy, hp_error *err) {
    hp_error trouble = HP_ERROR_INIT;
    hp_interaction learned[2] = {0};
    forget(toy);
    hp_status status = place_nodes(toy, &trouble);
    for (int i = 0; i < toy->learned.nsolver; i++)
        learned[i] =
            (hp_interaction){.kernel = toy->on_nodes[i].kernel, .local = toy->on_nodes[i].local};
    if (status == HP_OK)
        status =
            hp_observables_compute(&toy->learned, learned, &toy->layout, toy->vector, &trouble);
    if (status == HP_OK)
        status =
            hp_observables_fit_window(&toy->learned, &toy->layout, NULL, 1, toy->vector, &trouble);
    if (status == HP_ERR_NUMERIC) {
        bool unfinished = isnan(*hp_layout_read(&toy->layout, toy->vector, HP_SET_A0));
        if (unfinished) forget(toy); /* some of the phase shifts are in other units */
        snprintf(toy->trouble, sizeof toy->trouble, "%.500s", trouble.message);
        return HP_OK;
    }
    if (status != HP_OK && err != NULL) *err = trouble;
    return status;
}

/* What hp_nodes_choose carries through. */
typedef struct trial {
    hp_toy *toy;
    hp_node_potential on;
} trial;

/* For the learned potential, which only now is known, and the potential on them. */
static hp_status place_nodes(hp_toy *toy, hp_error *err) {
    hp_status status = HP_OK;
    trial one = {.toy = toy};
    const double *param = hp_layout_read(&toy->layout, toy->vector, HP_SET_PARAM);
    HP_TRY(hp_observables_choose_nodes(&toy->learned, fill, &one, err));
    for (int i = 0; i < toy->learned.nsolver; i++) {
        hp_node_potential *on = &toy->on_nodes[i];
        hp_node_potential_destroy(on);
        HP_TRY(hp_node_potential_create(&toy->fit.model, &toy->learned.nodes[i], false, on, err));
        hp_node_potential_evaluate(&toy->fit.model, param, toy->data.mass, on);
    }
    *hp_layout_at(&toy->layout, toy->vector, HP_SET_EDGE) =
        hp_node_potential_edge_ratio(&toy->on_nodes[0]);
cleanup:
    hp_node_potential_destroy(&one.on);
    return status;
}

static hp_status fill(const hp_quadrature *grid, hp_interaction *interaction, void *context,
                      hp_error *err) {
    hp_status status = HP_OK;
    trial *one = context;
    hp_toy *toy = one->toy;
    const double *param = hp_layout_read(&toy->layout, toy->vector, HP_SET_PARAM);
    hp_node_potential_destroy(&one->on);
    HP_TRY(hp_node_potential_create(&toy->fit.model, grid, false, &one->on, err));
    hp_node_potential_evaluate(&toy->fit.model, param, toy->data.mass, &one->on);
    *interaction = (hp_interaction){.kernel = one->on.kernel, .local = one->on.local};
cleanup:
    return status;
}

/* Observables are the datasets from delta up to those of the finite volume. */
static void forget(hp_toy *toy) {
    double *first = hp_layout_at(&toy->layout, toy->vector, HP_SET_DELTA);
    double *end = hp_layout_at(&toy->layout, toy->vector, HP_SET_LEVEL_LO);
    for (double *value = first; value < end; value++) *value = NAN;
}

static hp_status observe_exact(hp_toy *toy, hp_error *err) {
    hp_status status = HP_OK;
    const hp_quadrature *grid = &toy->exact.nodes[0];
    double *local = NULL, *kernel = NULL;
    size_t n = (size_t)grid->n;
    if (hp_forms_has_local(toy->truth)) HP_NEW(local, n);
    if (hp_forms_has_nonlocal(toy->truth)) HP_NEW(kernel, n * n);
    hp_forms_fill(toy->truth, grid, local, kernel);
    hp_interaction exact = {.context = toy->truth, .local = local, .kernel = kernel};
    HP_TRY(hp_observables_compute(&toy->exact, &exact, &toy->exact_layout, toy->exact_vector, err));
cleanup:
    hp_free(local);
    hp_free(kernel);
    return status;
}

/* Up to scattering.range_fm, by default up to the end of the data. */
static hp_status create_learned(hp_toy *toy, hp_error *err) {
    hp_status status = HP_OK;
    const struct hp_toy_job_scattering *keys = &toy->job->scattering;
    double *k2 = NULL, end = toy->data.r[toy->data.n - 1];
    double range = keys->range_fm > 0 ? keys->range_fm : end;
    HP_CHECK(range <= end * (1 + 1e-9), HP_ERR_INPUT,
             "scattering.range_fm = %g fm is beyond the data, which end at %g fm; a network says "
             "nothing there",
             range, end);
    HP_NEW(k2, keys->k_per_fm.count);
    for (int i = 0; i < keys->k_per_fm.count; i++)
        k2[i] = keys->k_per_fm.values[i] * keys->k_per_fm.values[i];
    hp_observables_setup setup = {.keys = &toy->scattering,
                                  .femtoscopy = &toy->femtoscopy,
                                  .unequal = toy->job->mass_2_mev > 0 &&
                                             toy->job->mass_2_mev != toy->job->mass_1_mev,
                                  .asymmetric = !hp_model_is_symmetric(&toy->fit.model),
                                  .mu = toy->data.mass,
                                  .length_fm = 1,
                                  .nk = keys->k_per_fm.count,
                                  .k2 = k2,
                                  .range = range,
                                  .panels = keys->panels,
                                  .most_panels = HP_NODES_FITTED_PANELS};
    HP_TRY(hp_observables_create(&setup, &toy->learned, err));
cleanup:
    hp_free(k2);
    return status;
}

/* The same momenta, on the grid that resolves the true potential as far as it reaches. */
static hp_status create_exact(hp_toy *toy, hp_error *err) {
    hp_status status = HP_OK;
    hp_quadrature grid = {0};
    hp_scattering_keys keys = toy->scattering;
    keys.solver = (char *)"nystroem"; /* read only */
    keys.fit_e_max_mev = 0;
    keys.order = 0;
    hp_forms_on_nodes on = {.forms = toy->truth};
    hp_forms_grid_options options = {.k_max = sqrt(toy->learned.k2[toy->learned.nk - 1]),
                                     .order = HP_NODES_ORDER,
                                     .edges_alone = true};
    HP_TRY(hp_forms_create_grid(toy->truth, &options, &grid, err));
    hp_observables_setup setup = {.keys = &keys,
                                  .femtoscopy = &toy->femtoscopy,
                                  .mu = toy->data.mass,
                                  .length_fm = 1,
                                  .nk = toy->learned.nk,
                                  .k2 = toy->learned.k2,
                                  .range = grid.range,
                                  .nedge = grid.panels - 1,
                                  .edge = grid.edge + 1};
    HP_TRY(hp_observables_create(&setup, &toy->exact, err));
    HP_TRY(hp_observables_choose_nodes(&toy->exact, hp_forms_fill_interaction, &on, err));
cleanup:
    hp_forms_on_nodes_free(&on);
    hp_quadrature_destroy(&grid);
    return status;
}

/* From the first radius of the data on: a network says nothing below, and some U are infinite at
 * r = 0. */
static hp_status create_map(hp_toy *toy, hp_error *err) {
    hp_status status = HP_OK;
    double first = toy->data.r[0], last = toy->data.r[toy->data.n - 1];
    double end = hp_network_fit_map_end(&toy->fit, toy->job->results.u_max_fm, last);
    HP_CHECK(end <= last * (1 + 1e-9), HP_ERR_INPUT,
             "results.u_max_fm = %g fm is beyond the data, which end at %g fm; a network says "
             "nothing there",
             end, last);
    HP_CHECK(end > first, HP_ERR_INPUT,
             "results.u_max_fm: the map of U ends at %g fm, before the data begin at %g fm", end,
             first);
    toy->nu = toy->job->results.u_points;
    HP_NEW(toy->u_r, toy->nu);
    for (int i = 0; i < toy->nu; i++) toy->u_r[i] = first + (end - first) * i / (toy->nu - 1);
    HP_TRY(hp_model_grid_create(&toy->fit.model, toy->u_r, toy->nu, &toy->map_grid, err));
    if (toy->job->results.momentum_space) HP_TRY(hp_momentum_create(toy->nu, &toy->momentum, err));
cleanup:
    return status;
}

static void fill_layout(hp_toy *toy) {
    const hp_model *model = &toy->fit.model;
    size_t extent[HP_NAXIS] = {[HP_AXIS_PAIR] = 2}, n = (size_t)toy->data.n;
    hp_observables_extents(&toy->exact, extent);
    hp_layout_fill(&toy->exact_layout, extent);
    if (model->has_local) extent[HP_AXIS_LOCAL] = n;
    if (model->kind == HP_MODEL_PARTIAL) extent[HP_AXIS_PARTIAL] = n;
    extent[HP_AXIS_U] = (size_t)toy->nu;
    extent[HP_AXIS_U_P] = toy->momentum != NULL ? (size_t)toy->nu : 0;
    hp_network_fit_extents(&toy->fit, extent);
    hp_observables_extents(&toy->learned, extent);
    hp_layout_fill(&toy->layout, extent);
}
