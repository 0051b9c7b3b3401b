// SPDX-License-Identifier: GPL-3.0-or-later
/* Observables of the learned and of the true potential, each on a grid that suits it. */
#include <math.h>
#include <stdio.h>
#include "hadpot/memory.h"
#include "parts.h"

static hp_status create_learned(hp_toy *toy, hp_error *err);
static hp_status create_exact(const hp_toy *toy, double range, hp_observables *exact,
                              hp_error *err);
static hp_status create_map(hp_toy *toy, hp_error *err);
static void fill_layout(hp_toy *toy);
static void forget(hp_toy *toy);
static hp_status observe_exact(const hp_toy *toy, hp_observables *exact, double *vector,
                               hp_error *err);
static hp_status observe_cut(hp_toy *toy, hp_error *err);

hp_status hp_toy_create_observables(hp_toy *toy, hp_error *err) {
    hp_status status = HP_OK;
    HP_TRY(create_learned(toy, err));
    HP_TRY(create_exact(toy, 0, &toy->exact, err));
    for (int i = 0; i < toy->learned.nsolver; i++)
        HP_TRY(hp_node_potential_create(&toy->fit.model, &toy->learned.nodes[i], false,
                                        &toy->on_nodes[i], err));
    if (toy->fit.model.has_nonlocal) HP_TRY(create_map(toy, err));
    fill_layout(toy);
    HP_NEW(toy->vector, toy->layout.length);
    HP_NEW(toy->exact_vector, toy->exact_layout.length);
    HP_TRY(observe_exact(toy, &toy->exact, toy->exact_vector, err));
    HP_TRY(observe_cut(toy, err));
cleanup:
    return status;
}

/* A training may be long and end at a potential no solver can do, which is a result too. */
hp_status hp_toy_observe(hp_toy *toy, hp_error *err) {
    hp_error trouble = HP_ERROR_INIT;
    hp_interaction learned[2] = {0};
    for (int i = 0; i < toy->learned.nsolver; i++)
        learned[i] =
            (hp_interaction){.kernel = toy->on_nodes[i].kernel, .local = toy->on_nodes[i].local};
    forget(toy);
    hp_status status = hp_observables_compute(&toy->learned, &toy->pair, learned, &toy->layout,
                                              toy->vector, &trouble);
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

/* Observables are the datasets from delta up to those of the finite volume. */
static void forget(hp_toy *toy) {
    double *first = hp_layout_at(&toy->layout, toy->vector, HP_SET_DELTA);
    double *end = hp_layout_at(&toy->layout, toy->vector, HP_SET_LEVEL_LO);
    for (double *value = first; value < end; value++) *value = NAN;
}

static hp_status observe_exact(const hp_toy *toy, hp_observables *exact, double *vector,
                               hp_error *err) {
    hp_status status = HP_OK;
    const hp_quadrature *grid = &exact->nodes[0];
    double *local = NULL, *kernel = NULL;
    size_t n = (size_t)grid->n;
    if (hp_forms_has_local(toy->truth)) HP_NEW(local, n);
    if (hp_forms_has_nonlocal(toy->truth)) HP_NEW(kernel, n * n);
    hp_forms_fill(toy->truth, grid, local, kernel);
    hp_interaction truth = {.context = toy->truth, .local = local, .kernel = kernel};
    HP_TRY(hp_observables_compute(exact, &toy->pair, &truth, &toy->exact_layout, vector, err));
cleanup:
    hp_free(local);
    hp_free(kernel);
    return status;
}

/* The truth as far as the learned potential goes, which knows nothing of the rest. */
static hp_status observe_cut(hp_toy *toy, hp_error *err) {
    hp_status status = HP_OK;
    hp_observables cut = {0};
    double *vector = NULL, end = toy->learned.nodes[0].range;
    if (end >= hp_forms_reach(toy->truth)) return HP_OK;
    HP_TRY(create_exact(toy, end, &cut, err));
    HP_NEW(vector, toy->exact_layout.length);
    status = observe_exact(toy, &cut, vector, err);
    toy->cut_deg =
        status == HP_ERR_NUMERIC
            ? NAN
            : hp_toy_phase_distance(
                  hp_layout_read(&toy->exact_layout, vector, HP_SET_DELTA),
                  hp_layout_read(&toy->exact_layout, toy->exact_vector, HP_SET_DELTA), cut.nk);
    if (status == HP_ERR_NUMERIC) { /* a truth that ends there is of no further use */
        hp_error_clear(err);
        status = HP_OK;
    }
cleanup:
    hp_observables_destroy(&cut);
    hp_free(vector);
    return status;
}

/* Equal panels up to scattering.range_fm, by default up to the end of the data. */
static hp_status create_learned(hp_toy *toy, hp_error *err) {
    hp_status status = HP_OK;
    const struct hp_toy_job_scattering *keys = &toy->job->scattering;
    hp_quadrature grid = {0};
    double *k2 = NULL, end = toy->data.r[toy->data.n - 1];
    double range = keys->range_fm > 0 ? keys->range_fm : end;
    HP_CHECK(range <= end * (1 + 1e-9), HP_ERR_INPUT,
             "scattering.range_fm = %g fm is beyond the data, which end at %g fm; a network says "
             "nothing there",
             range, end);
    HP_NEW(k2, keys->k_per_fm.count);
    for (int i = 0; i < keys->k_per_fm.count; i++)
        k2[i] = keys->k_per_fm.values[i] * keys->k_per_fm.values[i];
    HP_TRY(hp_quadrature_create(range, keys->panels, keys->order, &grid, err));
    hp_observables_setup setup = {.keys = &toy->scattering,
                                  .femtoscopy = &toy->femtoscopy,
                                  .asymmetric = !hp_model_is_symmetric(&toy->fit.model),
                                  .pair = toy->pair,
                                  .length_fm = 1,
                                  .nk = keys->k_per_fm.count,
                                  .k2 = k2,
                                  .grid = &grid};
    HP_TRY(hp_observables_create(&setup, &toy->learned, err));
cleanup:
    hp_quadrature_destroy(&grid);
    hp_free(k2);
    return status;
}

/* The same momenta, on the grid that resolves the true potential up to a range, or for 0 as far as
 * it reaches. */
static hp_status create_exact(const hp_toy *toy, double range, hp_observables *exact,
                              hp_error *err) {
    hp_status status = HP_OK;
    hp_quadrature grid = {0};
    hp_scattering_keys keys = toy->scattering;
    keys.solver = (char *)"nystroem"; /* read only */
    keys.fit_e_max_mev = 0;
    hp_forms_grid_options options = {
        .range = range, .k_max = sqrt(toy->learned.k2[toy->learned.nk - 1]), .order = keys.order};
    HP_TRY(hp_forms_create_grid(toy->truth, &options, &grid, err));
    hp_observables_setup setup = {.keys = &keys,
                                  .femtoscopy = &toy->femtoscopy,
                                  .pair = toy->pair,
                                  .length_fm = 1,
                                  .nk = toy->learned.nk,
                                  .k2 = toy->learned.k2,
                                  .grid = &grid};
    HP_TRY(hp_observables_create(&setup, exact, err));
cleanup:
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
