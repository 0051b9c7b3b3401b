// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/model.h"

#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/random.h"
#include "pairs.h"

static hp_status check_spec(const hp_model_spec *spec, hp_error *err);
static void local_forward(const hp_model *model, const double *param, hp_model_grid *grid);
static size_t size_of_output_layer(const hp_mlp *mlp);
static double input(const hp_model *model, double r);

double hp_model_envelope(double r, double range) {
    return range > 0.0 ? exp(-(r / range) * (r / range)) : 1.0;
}

hp_status hp_model_create(const hp_model_spec *spec, hp_model *model, hp_error *err) {
    hp_status status = HP_OK;
    memset(model, 0, sizeof *model);
    HP_TRY(check_spec(spec, err));
    model->has_nonlocal = spec->f.nlayer > 0;
    model->has_local = spec->v.nlayer > 0;
    model->input = spec->input;
    model->input_scale = spec->input_scale;
    model->input_centre = spec->input_centre;
    model->output = spec->output;
    model->scale = spec->scale;
    model->local_scale = spec->local_scale;
    model->envelope = spec->envelope;
    model->local_envelope = spec->local_envelope;
    if (model->has_nonlocal) {
        HP_TRY(
            hp_mlp_create(1, spec->f.layers, spec->f.activations, spec->f.nlayer, &model->f, err));
        HP_TRY(hp_mlp_create(model->f.width[model->f.nlayer], spec->g.layers, spec->g.activations,
                             spec->g.nlayer, &model->g, err));
    }
    if (model->has_local)
        HP_TRY(
            hp_mlp_create(1, spec->v.layers, spec->v.activations, spec->v.nlayer, &model->v, err));
    model->g_start = model->f.nparam;
    model->v_start = model->g_start + model->g.nparam;
    model->nparam = model->v_start + model->v.nparam;
cleanup:
    if (status != HP_OK) hp_model_destroy(model);
    return status;
}

void hp_model_destroy(hp_model *model) {
    if (model == NULL) return;
    hp_mlp_destroy(&model->f);
    hp_mlp_destroy(&model->g);
    hp_mlp_destroy(&model->v);
    memset(model, 0, sizeof *model);
}

hp_status hp_model_draw_weights(const hp_model *model, uint64_t seed, uint64_t restart,
                                double *param, hp_error *err) {
    hp_status status = HP_OK;
    gsl_rng *rng = NULL;
    HP_TRY(hp_random_create(&rng, seed, restart, HP_PURPOSE_WEIGHTS, err));
    if (model->has_nonlocal) {
        hp_mlp_draw_weights(&model->f, rng, param);
        hp_mlp_draw_weights(&model->g, rng, param + model->g_start);
    }
    if (model->has_local) hp_mlp_draw_weights(&model->v, rng, param + model->v_start);
cleanup:
    if (rng != NULL) gsl_rng_free(rng);
    return status;
}

void hp_model_prior(const hp_model *model, const double *param, double hidden, double *mean,
                    double *deviation) {
    const hp_mlp *const mlp[] = {&model->f, &model->g, &model->v};
    const size_t start[] = {0, model->g_start, model->v_start};
    memmove(mean, param, model->nparam * sizeof *mean); /* may be the same */
    for (int i = 0; i < 3; i++) {
        size_t output = i == 0 || mlp[i]->nlayer == 0 ? 0 : size_of_output_layer(mlp[i]);
        size_t inner = mlp[i]->nparam - output;
        if (mlp[i]->nlayer > 0) hp_mlp_deviation(mlp[i], deviation + start[i]);
        for (size_t k = 0; k < inner; k++) deviation[start[i] + k] *= hidden;
        memset(mean + start[i] + inner, 0, output * sizeof *mean);
    }
}

void hp_model_forward(const hp_model *model, const double *param, hp_model_grid *grid) {
    if (model->has_nonlocal) {
        grid->f_out = hp_mlp_forward(&model->f, param, grid->x, grid->n, &grid->f_work);
        hp_pairs_forward(model, param + model->g_start, grid, NULL);
    }
    local_forward(model, param, grid);
}

void hp_model_mirror(hp_model_grid *grid) {
    size_t n = (size_t)grid->n;
    for (size_t r = 0; r < n; r++)
        for (size_t rp = 0; rp < r; rp++) grid->U[rp * n + r] = grid->U[r * n + rp];
}

void hp_model_multiply(const hp_model *model, const double *param, hp_model_grid *grid,
                       hp_model_columns *columns) {
    const double *g = param + model->g_start;
    columns->square = 0.0;
    if (model->has_nonlocal) {
        grid->f_out = grid->f_in_pieces
                          ? hp_mlp_pieces_forward(&model->f, param, grid->x, &grid->f_pieces)
                          : hp_mlp_forward(&model->f, param, grid->x, grid->n, &grid->f_work);
        if (hp_pairs_separate(model, grid, columns))
            hp_separable_forward(model, g, grid, columns);
        else
            hp_pairs_forward(model, g, grid, columns);
    }
    local_forward(model, param, grid);
}

void hp_model_backward(const hp_model *model, const double *param, const hp_model_columns *columns,
                       const double *d_V, hp_model_grid *grid, double *d_param) {
    if (model->has_nonlocal) {
        const double *g = param + model->g_start;
        if (hp_pairs_separate(model, grid, columns))
            hp_separable_backward(model, g, columns, grid, d_param + model->g_start);
        else
            hp_pairs_backward(model, g, columns, grid, d_param + model->g_start);
        if (grid->f_in_pieces)
            hp_mlp_pieces_backward(&model->f, param, grid->d_f, &grid->f_pieces, d_param);
        else
            hp_mlp_backward(&model->f, param, grid->x, grid->n, grid->d_f, &grid->f_work, d_param,
                            NULL);
    }
    if (model->has_local) {
        for (int r = 0; r < grid->n; r++) grid->d_v[r] = d_V[r] * grid->local_envelope[r];
        hp_mlp_backward(&model->v, param + model->v_start, grid->x, grid->n, grid->d_v,
                        &grid->v_work, d_param + model->v_start, NULL);
    }
}

hp_status hp_model_grid_create(const hp_model *model, const double *r, int n, hp_model_grid *grid,
                               hp_error *err) {
    hp_status status = HP_OK;
    memset(grid, 0, sizeof *grid);
    grid->n = n;
    size_t points = (size_t)n;
    size_t pairs = model->has_nonlocal ? points * points : 0;
    size_t features = model->has_nonlocal ? points * (size_t)model->f.width[model->f.nlayer] : 0;
    HP_NEW(grid->block, 2 * pairs + 3 * features + 9 * points);
    double *next = grid->block;
    double **const by_point[] = {&grid->x,   &grid->envelope, &grid->local_envelope,
                                 &grid->V,   &grid->a,        &grid->d_a,
                                 &grid->d_v, &grid->exp_a,    &grid->d_row};
    for (size_t i = 0; i < sizeof by_point / sizeof *by_point; i++, next += points)
        *by_point[i] = next;
    grid->U = next;
    grid->slope = grid->U + pairs;
    grid->pair = grid->slope + pairs;
    grid->d_pair = grid->pair + features;
    grid->d_f = grid->d_pair + features;
    for (int i = 0; i < n; i++) {
        grid->x[i] = input(model, r[i]);
        grid->envelope[i] = hp_model_envelope(r[i], model->envelope);
        grid->local_envelope[i] =
            model->local_scale * hp_model_envelope(r[i], model->local_envelope);
    }
    if (model->has_nonlocal) {
        HP_TRY(hp_mlp_workspace_create(&model->f, n, &grid->f_work, err));
        HP_TRY(hp_mlp_workspace_create(&model->g, n, &grid->g_work, err));
        grid->f_in_pieces = hp_mlp_is_piecewise(&model->f, grid->x, n);
        if (grid->f_in_pieces) HP_TRY(hp_mlp_pieces_create(&model->f, n, &grid->f_pieces, err));
    }
    if (model->has_local) HP_TRY(hp_mlp_workspace_create(&model->v, n, &grid->v_work, err));
cleanup:
    if (status != HP_OK) hp_model_grid_destroy(grid);
    return status;
}

void hp_model_grid_destroy(hp_model_grid *grid) {
    if (grid == NULL) return;
    hp_mlp_workspace_destroy(&grid->f_work);
    hp_mlp_pieces_destroy(&grid->f_pieces);
    hp_mlp_workspace_destroy(&grid->g_work);
    hp_mlp_workspace_destroy(&grid->v_work);
    hp_free(grid->block);
    memset(grid, 0, sizeof *grid);
}

static hp_status check_spec(const hp_model_spec *spec, hp_error *err) {
    hp_status status = HP_OK;
    HP_CHECK((spec->f.nlayer > 0) == (spec->g.nlayer > 0), HP_ERR_INPUT,
             "f and g go together, found %d and %d layers", spec->f.nlayer, spec->g.nlayer);
    HP_CHECK(spec->f.nlayer > 0 || spec->v.nlayer > 0, HP_ERR_INPUT,
             "a potential needs a non-local or a local part");
    HP_CHECK(spec->g.nlayer == 0 || spec->g.layers[spec->g.nlayer - 1] == 1, HP_ERR_INPUT,
             "the last layer of g must have 1 output, found %d",
             spec->g.layers[spec->g.nlayer - 1]);
    HP_CHECK(spec->v.nlayer == 0 || spec->v.layers[spec->v.nlayer - 1] == 1, HP_ERR_INPUT,
             "the last layer of the local part must have 1 output, found %d",
             spec->v.layers[spec->v.nlayer - 1]);
    const hp_mlp_spec *const scalar[] = {&spec->g, &spec->v};
    for (int i = 0; i < 2; i++)
        HP_CHECK(scalar[i]->nlayer == 0 ||
                     scalar[i]->activations[scalar[i]->nlayer - 1] == HP_IDENTITY,
                 HP_ERR_INPUT, "the last layer of g and of the local part is linear");
cleanup:
    return status;
}

static void local_forward(const hp_model *model, const double *param, hp_model_grid *grid) {
    if (!model->has_local) return;
    const double *v =
        hp_mlp_forward(&model->v, param + model->v_start, grid->x, grid->n, &grid->v_work);
    for (int r = 0; r < grid->n; r++) grid->V[r] = grid->local_envelope[r] * v[r];
}

static size_t size_of_output_layer(const hp_mlp *mlp) {
    return (size_t)mlp->width[mlp->nlayer - 1] + 1; /* one output */
}

static double input(const hp_model *model, double r) {
    if (model->input == HP_INPUT_LINEAR) return r;
    double x = log1p(r);
    return model->input == HP_INPUT_LOG1P ? x : model->input_scale * (x - model->input_centre);
}
