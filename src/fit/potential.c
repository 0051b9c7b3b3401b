// SPDX-License-Identifier: GPL-3.0-or-later
/* What becomes of a fitted potential: maps, and the nodes of the radial equation. */
#include "hadpot/network_fit.h"

#include <math.h>
#include <string.h>
#include "hadpot/memory.h"

void hp_network_fit_map(const hp_network_fit *fit, const double *param, hp_model_grid *grid,
                        double *U) {
    double mev = fit->energy_mev, fm3 = pow(fit->length_fm, 3.0);
    size_t pairs = (size_t)grid->n * (size_t)grid->n;
    hp_model_forward(&fit->model, param, grid);
    hp_model_mirror(&fit->model, grid);
    for (size_t i = 0; i < pairs; i++) U[i] = grid->U[i] * mev / fm3;
}

double hp_network_fit_map_end(const hp_network_fit *fit, double max_fm, double data_end) {
    double end = data_end;
    if (fit->model.envelope > 0.0) end = fmin(end, 3.0 * fit->model.envelope);
    return max_fm > 0.0 ? max_fm / fit->length_fm : end;
}

hp_status hp_node_potential_create(const hp_model *model, const hp_quadrature *nodes, bool slope,
                                   hp_node_potential *on, hp_error *err) {
    hp_status status = HP_OK;
    size_t n = (size_t)nodes->n;
    on->nodes = nodes;
    HP_NEW(on->local, n);
    if (slope) HP_NEW(on->slope, n);
    if (model->nparam > 0) HP_TRY(hp_model_grid_create(model, nodes->r, nodes->n, &on->grid, err));
    if (model->has_nonlocal) HP_NEW(on->kernel, n * n);
cleanup:
    return status;
}

void hp_node_potential_destroy(hp_node_potential *on) {
    if (on == NULL) return;
    hp_model_grid_destroy(&on->grid);
    hp_free(on->kernel);
    hp_free(on->local);
    hp_free(on->slope);
    memset(on, 0, sizeof *on);
}

void hp_node_potential_evaluate(const hp_model *model, const double *param, double mass,
                                hp_node_potential *on) {
    size_t n = (size_t)on->nodes->n;
    const double *r = on->nodes->r;
    hp_model_forward(model, param, &on->grid);
    for (size_t i = 0; i < n; i++) on->local[i] = 2.0 * mass * on->grid.V[i];
    if (!model->has_nonlocal) return;
    hp_model_mirror(model, &on->grid);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            on->kernel[i * n + j] = 2.0 * mass * 4.0 * M_PI * (r[i] * r[j]) * on->grid.U[i * n + j];
}

double hp_node_potential_edge_ratio(const hp_node_potential *on) {
    size_t n = (size_t)on->nodes->n, pairs = on->kernel != NULL ? n * n : 0;
    double local = 0.0, local_edge = 0.0, kernel = 0.0, kernel_edge = 0.0;
    for (size_t i = 0; i < n; i++) {
        double size = fabs(on->nodes->r[i] * on->local[i]);
        local = fmax(local, size);
        if (i == n - 1) local_edge = size;
    }
    for (size_t i = 0; i < pairs; i++) {
        double size = fabs(on->kernel[i]);
        kernel = fmax(kernel, size);
        if (i % n == n - 1) kernel_edge = fmax(kernel_edge, size);
    }
    return fmax(local > 0.0 ? local_edge / local : 0.0, kernel > 0.0 ? kernel_edge / kernel : 0.0);
}
