// SPDX-License-Identifier: GPL-3.0-or-later
/* Room for a model on a set of radii. */
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/model.h"

static hp_status create_arrays(const hp_model *model, bool with_map, hp_model_grid *grid,
                               hp_error *err) {
    const size_t points = (size_t)grid->n;
    const hp_mlp *f = &model->f, *g = &model->g;
    size_t maps = hp_model_is_product(model) ? 1 : 2; /* U and slope */
    size_t features = f->nlayer > 0 ? points * (size_t)f->width[f->nlayer] : 0, inputs = 0;
    if (model->kind == HP_MODEL_MLP) inputs = 2 * points;
    if (g->nlayer > 0) inputs = features;
    HP_CALL(hp_alloc_parts(
        &grid->block,
        HP_PARTS({&grid->r, points}, {&grid->x, points}, {&grid->envelope, points},
                 {&grid->local_envelope, points}, {&grid->V, points}, {&grid->a, points},
                 {&grid->d_a, points}, {&grid->d_v, points}, {&grid->left, points},
                 {&grid->right, points}, {&grid->exp_a, points}, {&grid->d_row, points},
                 {&grid->right_slope, points}, {&grid->d_f, features}, {&grid->pair, inputs},
                 {&grid->d_pair, inputs}),
        err));
    if (!model->has_nonlocal || !with_map) return HP_OK;
    HP_ALLOCATE(grid->U, maps * points * points);
    if (maps == 2) grid->slope = grid->U + points * points;
    return HP_OK;
}

static double input(const hp_model *model, double r) {
    if (model->input == HP_INPUT_LINEAR) return r;
    double x = log1p(r / model->input_length);
    return model->input == HP_INPUT_LOG1P ? x : model->input_scale * (x - model->input_centre);
}

static hp_status create_workspaces(const hp_model *model, hp_model_grid *grid, hp_error *err) {
    int n = grid->n;
    if (model->f.nlayer > 0) HP_CALL(hp_mlp_workspace_create(&model->f, n, &grid->f_work, err));
    if (model->g.nlayer > 0) HP_CALL(hp_mlp_workspace_create(&model->g, n, &grid->g_work, err));
    if (model->has_local) HP_CALL(hp_mlp_workspace_create(&model->v, n, &grid->v_work, err));
    if (model->f.nlayer == 0 || model->kind == HP_MODEL_MLP) return HP_OK;
    grid->f_in_pieces = hp_mlp_is_piecewise(&model->f, grid->x, n);
    if (grid->f_in_pieces) HP_CALL(hp_mlp_pieces_create(&model->f, n, &grid->f_pieces, err));
    return HP_OK;
}

static hp_status create(const hp_model *model, const double *r, int n, bool with_map,
                        hp_model_grid *grid, hp_error *err) {
    hp_status status = HP_OK;
    memset(grid, 0, sizeof *grid);
    grid->n = n;
    HP_TRY(create_arrays(model, with_map, grid, err));
    for (int i = 0; i < n; i++) {
        grid->r[i] = r[i];
        grid->x[i] = input(model, r[i]);
        grid->envelope[i] = hp_model_envelope(r[i], model->envelope);
        grid->local_envelope[i] =
            model->local_scale * hp_model_envelope(r[i], model->local_envelope);
    }
    HP_TRY(create_workspaces(model, grid, err));
cleanup:
    if (status != HP_OK) hp_model_grid_destroy(grid);
    return status;
}

hp_status hp_model_grid_create(const hp_model *model, const double *r, int n, hp_model_grid *grid,
                               hp_error *err) {
    return create(model, r, n, true, grid, err);
}

hp_status hp_model_grid_create_products(const hp_model *model, const double *r, int n,
                                        hp_model_grid *grid, hp_error *err) {
    return create(model, r, n, !hp_model_is_product(model), grid, err);
}

void hp_model_grid_destroy(hp_model_grid *grid) {
    if (grid == NULL) return;
    hp_mlp_workspace_destroy(&grid->f_work);
    hp_mlp_pieces_destroy(&grid->f_pieces);
    hp_mlp_workspace_destroy(&grid->g_work);
    hp_mlp_workspace_destroy(&grid->v_work);
    hp_free(grid->block);
    hp_free(grid->U);
    memset(grid, 0, sizeof *grid);
}
