// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/model.h"
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/random.h"
#include "pairs.h"
#include "unsymmetric.h"

double hp_model_envelope(hp_envelope shape, double r, double range) {
    double y = range > 0.0 ? r / range : 0.0;
    return shape == HP_ENVELOPE_GAUSSIAN ? exp(-y * y) : exp(1.0 - sqrt(1.0 + y * y));
}

double hp_model_envelope_end(hp_envelope shape, double range) {
    double fall = log(1e4);
    return range * sqrt(shape == HP_ENVELOPE_GAUSSIAN ? fall : fall * (2.0 + fall));
}

/* A network that ends in one number, if `linear` without activation, or none. */
static hp_status check_scalar(const char *name, const hp_layers *mlp, bool linear, hp_error *err) {
    int last = mlp->n - 1;
    if (mlp->n == 0) return HP_OK;
    HP_REQUIRE(mlp->width[last] == 1, HP_ERR_INPUT,
               "the last layer of %s must have 1 output, found %d", name, mlp->width[last]);
    HP_REQUIRE(!linear || mlp->activation[last] == HP_IDENTITY, HP_ERR_INPUT,
               "the last layer of %s is linear, found %s", name,
               hp_activation_name(mlp->activation[last]));
    return HP_OK;
}

static hp_status check_spec(const hp_model_spec *spec, hp_error *err) {
    static const char *const kind[] = {"SDNN", "MLP", "partial", "two-parameter"};
    int f = spec->f.n, g = spec->g.n;
    bool symmetric = spec->kind == HP_MODEL_SDNN, wants_f = spec->kind != HP_MODEL_TWO_PARAMETER;
    HP_REQUIRE(!symmetric || (f > 0) == (g > 0), HP_ERR_INPUT,
               "f and g go together, found %d and %d layers", f, g);
    HP_REQUIRE(symmetric || (g == 0 && wants_f == (f > 0)), HP_ERR_INPUT,
               "a potential of kind %s is made of %s, found %d layers of f and %d of g",
               kind[spec->kind], wants_f ? "a network f without g" : "no networks f and g", f, g);
    HP_REQUIRE(f > 0 || spec->v.n > 0 || !wants_f, HP_ERR_INPUT,
               "a potential needs a non-local or a local part");
    if (spec->kind == HP_MODEL_MLP || spec->kind == HP_MODEL_PARTIAL)
        HP_CALL(check_scalar("f", &spec->f, true, err));
    HP_CALL(check_scalar("g", &spec->g, true, err));
    HP_CALL(check_scalar("the local part", &spec->v, false, err));
    if (spec->kind == HP_MODEL_PARTIAL || spec->kind == HP_MODEL_TWO_PARAMETER)
        HP_REQUIRE(spec->envelope == 0.0, HP_ERR_INPUT,
                   "a product left(r) right(r') has no envelope, found a range of %g",
                   spec->envelope);
    return HP_OK;
}

hp_status hp_model_create(const hp_model_spec *spec, hp_model *model, hp_error *err) {
    hp_status status = HP_OK;
    memset(model, 0, sizeof *model);
    HP_TRY(check_spec(spec, err));
    model->kind = spec->kind;
    model->has_nonlocal = spec->f.n > 0 || spec->kind == HP_MODEL_TWO_PARAMETER;
    model->has_local = spec->v.n > 0;
    model->input = spec->input;
    model->input_scale = spec->input_scale;
    model->input_length = spec->input_length > 0.0 ? spec->input_length : 1.0;
    model->input_centre = log1p(spec->input_centre / model->input_length);
    model->output = spec->output;
    model->scale = spec->scale;
    model->local_scale = spec->local_scale;
    model->shape = spec->shape;
    model->local_shape = spec->local_shape;
    model->envelope = spec->envelope;
    model->local_envelope = spec->local_envelope;
    model->decay = spec->decay;
    memcpy(model->start, spec->start, sizeof model->start);
    int inputs = model->kind == HP_MODEL_MLP ? 2 : 1;
    const hp_layers *f = &spec->f, *g = &spec->g, *v = &spec->v;
    if (f->n > 0) HP_TRY(hp_mlp_create(inputs, f->width, f->activation, f->n, &model->f, err));
    if (g->n > 0)
        HP_TRY(hp_mlp_create(model->f.width[model->f.nlayer], g->width, g->activation, g->n,
                             &model->g, err));
    if (v->n > 0) HP_TRY(hp_mlp_create(1, v->width, v->activation, v->n, &model->v, err));
    model->g_start = model->f.nparam;
    model->v_start = model->g_start + model->g.nparam;
    if (model->kind == HP_MODEL_TWO_PARAMETER) model->v_start = 2;
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

bool hp_model_is_symmetric(const hp_model *model) {
    return model->kind == HP_MODEL_SDNN;
}

bool hp_model_is_product(const hp_model *model) {
    return model->kind == HP_MODEL_PARTIAL || model->kind == HP_MODEL_TWO_PARAMETER;
}

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

double hp_model_input(const hp_model *model, double r) {
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
        grid->x[i] = hp_model_input(model, r[i]);
        grid->envelope[i] = hp_model_envelope(model->shape, r[i], model->envelope);
        grid->local_envelope[i] =
            model->local_scale * hp_model_envelope(model->local_shape, r[i], model->local_envelope);
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

hp_status hp_model_draw_weights(const hp_model *model, uint64_t seed, uint64_t restart,
                                double *param, hp_error *err) {
    hp_status status = HP_OK;
    gsl_rng *rng = NULL;
    HP_TRY(hp_random_create(&rng, seed, restart, HP_PURPOSE_WEIGHTS, err));
    if (model->f.nlayer > 0) hp_mlp_draw_weights(&model->f, rng, param);
    if (model->g.nlayer > 0) hp_mlp_draw_weights(&model->g, rng, param + model->g_start);
    if (model->kind == HP_MODEL_TWO_PARAMETER) memcpy(param, model->start, sizeof model->start);
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
    if (model->kind == HP_MODEL_TWO_PARAMETER) deviation[0] = deviation[1] = 1.0;
    for (int i = 0; i < 3; i++) {
        if (mlp[i]->nlayer == 0) continue;
        bool last = i > 0 || model->g.nlayer == 0;
        size_t output = last ? (size_t)mlp[i]->width[mlp[i]->nlayer - 1] + 1 : 0; /* one output */
        size_t inner = mlp[i]->nparam - output;
        hp_mlp_deviation(mlp[i], deviation + start[i]);
        for (size_t k = 0; k < inner; k++) deviation[start[i] + k] *= hidden;
        memset(mean + start[i] + inner, 0, output * sizeof *mean);
    }
}

/* f at the radii, where it has one input. */
static void evaluate_f(const hp_model *model, const double *param, hp_model_grid *grid) {
    if (model->f.nlayer == 0) return;
    grid->f_out = grid->f_in_pieces
                      ? hp_mlp_pieces_forward(&model->f, param, grid->x, &grid->f_pieces)
                      : hp_mlp_forward(&model->f, param, grid->x, grid->n, &grid->f_work);
}

static void local_forward(const hp_model *model, const double *param, hp_model_grid *grid) {
    if (!model->has_local) return;
    const double *v =
        hp_mlp_forward(&model->v, param + model->v_start, grid->x, grid->n, &grid->v_work);
    for (int r = 0; r < grid->n; r++) grid->V[r] = grid->local_envelope[r] * v[r];
}

void hp_model_forward(const hp_model *model, const double *param, hp_model_grid *grid) {
    if (model->has_nonlocal) {
        if (model->kind == HP_MODEL_SDNN) {
            grid->f_out = hp_mlp_forward(&model->f, param, grid->x, grid->n, &grid->f_work);
            hp_pairs_forward(model, param + model->g_start, grid, NULL);
        } else if (model->kind == HP_MODEL_MLP) {
            hp_ordered_pairs_forward(model, param, grid, NULL);
        } else {
            evaluate_f(model, param, grid);
            hp_factors_compute(model, param, grid);
            hp_factors_map(grid);
        }
    }
    local_forward(model, param, grid);
}

void hp_model_mirror(const hp_model *model, hp_model_grid *grid) {
    size_t n = (size_t)grid->n;
    if (!hp_model_is_symmetric(model)) return;
    for (size_t r = 0; r < n; r++)
        for (size_t rp = 0; rp < r; rp++) grid->U[rp * n + r] = grid->U[r * n + rp];
}

void hp_model_multiply(const hp_model *model, const double *param, hp_model_grid *grid,
                       hp_model_columns *columns) {
    const double *g = param + model->g_start;
    columns->square = 0.0;
    if (model->has_nonlocal) {
        if (model->kind != HP_MODEL_MLP) evaluate_f(model, param, grid);
        if (model->kind == HP_MODEL_MLP) {
            hp_ordered_pairs_forward(model, param, grid, columns);
        } else if (hp_model_is_product(model)) {
            hp_factors_compute(model, param, grid);
            hp_factors_multiply(grid, columns);
        } else if (hp_pairs_separate(model, grid, columns)) {
            hp_separable_forward(model, g, grid, columns);
        } else {
            hp_pairs_forward(model, g, grid, columns);
        }
    }
    local_forward(model, param, grid);
}

void hp_model_backward(const hp_model *model, const double *param, const hp_model_columns *columns,
                       const double *d_V, hp_model_grid *grid, double *d_param) {
    if (model->has_nonlocal) {
        const double *g = param + model->g_start;
        if (model->kind == HP_MODEL_MLP)
            hp_ordered_pairs_backward(model, param, columns, grid, d_param);
        else if (hp_model_is_product(model))
            hp_factors_backward(model, columns, grid, d_param);
        else if (hp_pairs_separate(model, grid, columns))
            hp_separable_backward(model, g, columns, grid, d_param + model->g_start);
        else
            hp_pairs_backward(model, g, columns, grid, d_param + model->g_start);
        if (model->kind != HP_MODEL_MLP && grid->f_in_pieces)
            hp_mlp_pieces_backward(&model->f, param, grid->d_f, &grid->f_pieces, d_param);
        else if (model->kind != HP_MODEL_MLP && model->f.nlayer > 0)
            hp_mlp_backward(&model->f, param, grid->x, grid->n, grid->d_f, &grid->f_work, d_param,
                            NULL);
    }
    if (model->has_local) {
        for (int r = 0; r < grid->n; r++) grid->d_v[r] = d_V[r] * grid->local_envelope[r];
        hp_mlp_backward(&model->v, param + model->v_start, grid->x, grid->n, grid->d_v,
                        &grid->v_work, d_param + model->v_start, NULL);
    }
}
