// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/model.h"

#include <cblas.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/random.h"

static hp_status check_spec(const hp_model_spec *spec, hp_error *err);
static void forward_linear(const hp_model *model, const double *param, hp_model_grid *grid);
static void forward_deep(const hp_model *model, const double *param, hp_model_grid *grid);
static const double *deep_row(const hp_model *model, const double *param, int row,
                              hp_model_grid *grid);
static void finish_row(const hp_model *model, int row, hp_model_grid *grid);
static void backward_linear(const hp_model *model, const double *param, const double *d_U,
                            hp_model_grid *grid, double *d_param);
static void backward_deep(const hp_model *model, const double *param, const double *d_U,
                          hp_model_grid *grid, double *d_param);

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

void hp_model_forward(const hp_model *model, const double *param, hp_model_grid *grid) {
    int n = grid->n;
    if (model->has_nonlocal) {
        grid->f_out = hp_mlp_forward(&model->f, param, grid->x, n, &grid->f_work);
        if (model->g.nlayer == 1)
            forward_linear(model, param + model->g_start, grid);
        else
            forward_deep(model, param + model->g_start, grid);
    }
    if (model->has_local) {
        const double *v =
            hp_mlp_forward(&model->v, param + model->v_start, grid->x, n, &grid->v_work);
        for (int r = 0; r < n; r++) grid->V[r] = grid->local_envelope[r] * v[r];
    }
}

void hp_model_mirror(hp_model_grid *grid) {
    size_t n = (size_t)grid->n;
    for (size_t r = 0; r < n; r++)
        for (size_t rp = 0; rp < r; rp++) grid->U[rp * n + r] = grid->U[r * n + rp];
}

void hp_model_backward(const hp_model *model, const double *param, const double *d_U,
                       const double *d_V, hp_model_grid *grid, double *d_param) {
    if (model->has_nonlocal) {
        if (model->g.nlayer == 1)
            backward_linear(model, param + model->g_start, d_U, grid, d_param + model->g_start);
        else
            backward_deep(model, param + model->g_start, d_U, grid, d_param + model->g_start);
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
    HP_NEW(grid->block, 2 * pairs + 3 * features + 7 * points);
    double *next = grid->block;
    double **const by_point[] = {&grid->x,  &grid->envelope, &grid->local_envelope,
                                 &grid->V,  &grid->a,        &grid->d_a,
                                 &grid->d_v};
    for (size_t i = 0; i < sizeof by_point / sizeof *by_point; i++, next += points)
        *by_point[i] = next;
    grid->U = next;
    grid->slope = grid->U + pairs;
    grid->pair = grid->slope + pairs;
    grid->d_pair = grid->pair + features;
    grid->d_f = grid->d_pair + features;
    for (int i = 0; i < n; i++) {
        grid->x[i] = model->input == HP_INPUT_LOG1P ? log1p(r[i]) : r[i];
        grid->envelope[i] = hp_model_envelope(r[i], model->envelope);
        grid->local_envelope[i] =
            model->local_scale * hp_model_envelope(r[i], model->local_envelope);
    }
    if (model->has_nonlocal) {
        HP_TRY(hp_mlp_workspace_create(&model->f, n, &grid->f_work, err));
        HP_TRY(hp_mlp_workspace_create(&model->g, n, &grid->g_work, err));
    }
    if (model->has_local) HP_TRY(hp_mlp_workspace_create(&model->v, n, &grid->v_work, err));
cleanup:
    if (status != HP_OK) hp_model_grid_destroy(grid);
    return status;
}

void hp_model_grid_destroy(hp_model_grid *grid) {
    if (grid == NULL) return;
    hp_mlp_workspace_destroy(&grid->f_work);
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

/* With one linear layer g(f_i + f_j) = a_i + a_j + b: one number per radius instead of one network
 * per pair. The order (a_i + a_j) + b keeps U symmetric to the last bit. */
static void forward_linear(const hp_model *model, const double *param, hp_model_grid *grid) {
    int n = grid->n, width = model->g.width[0];
    double bias = param[width];
    cblas_dgemv(CblasRowMajor, CblasNoTrans, n, width, 1.0, grid->f_out, width, param, 1, 0.0,
                grid->a, 1);
    for (int r = 0; r < n; r++) {
        double *U = grid->U + (size_t)r * (size_t)n;
        for (int rp = 0; rp <= r; rp++) U[rp] = (grid->a[r] + grid->a[rp]) + bias;
        finish_row(model, r, grid);
    }
}

static void forward_deep(const hp_model *model, const double *param, hp_model_grid *grid) {
    for (int r = 0; r < grid->n; r++) {
        const double *z = deep_row(model, param, r, grid);
        memcpy(grid->U + (size_t)r * (size_t)grid->n, z, ((size_t)r + 1) * sizeof *z);
        finish_row(model, r, grid);
    }
}

/* g on the pairs (row, rp), rp = 0 .. row, as one batch. */
static const double *deep_row(const hp_model *model, const double *param, int row,
                              hp_model_grid *grid) {
    int width = model->g.width[0];
    const double *f_row = grid->f_out + (size_t)row * (size_t)width;
    for (int rp = 0; rp <= row; rp++) {
        const double *f_rp = grid->f_out + (size_t)rp * (size_t)width;
        double *pair = grid->pair + (size_t)rp * (size_t)width;
        for (int i = 0; i < width; i++) pair[i] = f_row[i] + f_rp[i];
    }
    return hp_mlp_forward(&model->g, param, grid->pair, row + 1, &grid->g_work);
}

/* From the arguments of out() in one row of U to U itself and its slope. */
static void finish_row(const hp_model *model, int row, hp_model_grid *grid) {
    size_t start = (size_t)row * (size_t)grid->n;
    double *U = grid->U + start, *slope = grid->slope + start;
    const double *envelope = grid->envelope;
    double scale = model->scale;
    hp_activation_apply(model->output, (size_t)row + 1, U, slope);
    for (int rp = 0; rp <= row; rp++) {
        double factor = scale * (envelope[row] * envelope[rp]);
        U[rp] *= factor;
        slope[rp] *= factor;
    }
}

static void backward_linear(const hp_model *model, const double *param, const double *d_U,
                            hp_model_grid *grid, double *d_param) {
    int n = grid->n, width = model->g.width[0];
    double *restrict d_a = grid->d_a;
    double d_bias = 0.0;
    memset(d_a, 0, (size_t)n * sizeof *d_a);
    for (int r = 0; r < n; r++) {
        const double *restrict d_row = d_U + (size_t)r * (size_t)n;
        const double *restrict slope = grid->slope + (size_t)r * (size_t)n;
        double d_row_sum = 0.0;
        for (int rp = 0; rp <= r; rp++) {
            double d_z = d_row[rp] * slope[rp];
            d_a[rp] += d_z; /* z_ij depends on a_i and a_j alike */
            d_row_sum += d_z;
        }
        d_a[r] += d_row_sum;
        d_bias += d_row_sum;
    }
    d_param[width] += d_bias;
    cblas_dgemv(CblasRowMajor, CblasTrans, n, width, 1.0, grid->f_out, width, d_a, 1, 1.0, d_param,
                1);
    for (int r = 0; r < n; r++)
        for (int i = 0; i < width; i++)
            grid->d_f[(size_t)r * (size_t)width + (size_t)i] = d_a[r] * param[i];
}

static void backward_deep(const hp_model *model, const double *param, const double *d_U,
                          hp_model_grid *grid, double *d_param) {
    int n = grid->n, width = model->g.width[0];
    memset(grid->d_f, 0, (size_t)n * (size_t)width * sizeof *grid->d_f);
    for (int r = 0; r < n; r++) {
        size_t start = (size_t)r * (size_t)n;
        deep_row(model, param, r, grid); /* layers of g again: keeps memory at one row of pairs */
        for (int rp = 0; rp <= r; rp++) grid->d_a[rp] = d_U[start + rp] * grid->slope[start + rp];
        hp_mlp_backward(&model->g, param, grid->pair, r + 1, grid->d_a, &grid->g_work, d_param,
                        grid->d_pair);
        double *d_f_row = grid->d_f + (size_t)r * (size_t)width;
        for (int rp = 0; rp <= r; rp++) {
            const double *d_pair = grid->d_pair + (size_t)rp * (size_t)width;
            double *d_f_rp = grid->d_f + (size_t)rp * (size_t)width;
            for (int i = 0; i < width; i++) {
                d_f_rp[i] += d_pair[i];
                d_f_row[i] += d_pair[i];
            }
        }
    }
}
