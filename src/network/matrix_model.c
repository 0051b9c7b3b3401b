// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/matrix_model.h"
#include <cblas.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/random.h"

hp_matrix_terms hp_matrix_terms_of_elements(int ncomponent, bool diagonal) {
    hp_matrix_terms terms = {.ncomponent = ncomponent, .nnetwork = ncomponent};
    for (int c = 0; c < ncomponent; c++) {
        terms.network[c] = c;
        for (int d = c; d < (diagonal ? c + 1 : ncomponent); d++) {
            double *element = terms.element[terms.nterm++];
            element[c * ncomponent + d] = element[d * ncomponent + c] = 1.0;
        }
    }
    return terms;
}

bool hp_matrix_term_acts_on(const hp_matrix_terms *terms, int term, int component) {
    const double *row = terms->element[term] + (ptrdiff_t)component * terms->ncomponent;
    for (int d = 0; d < terms->ncomponent; d++)
        if (row[d] != 0.0) return true;
    return false;
}

static hp_status check_spec(const hp_model_spec *spec, hp_error *err) {
    HP_REQUIRE(spec->kind == HP_MODEL_SDNN, HP_ERR_INPUT,
               "potential.kind: between several components networks are sdnn or local");
    HP_REQUIRE(spec->g.n <= 1, HP_ERR_INPUT,
               "potential.g_layers: with several components g is linear, [1], found %d layers",
               spec->g.n);
    HP_REQUIRE(spec->g.n == 0 || spec->output == HP_IDENTITY, HP_ERR_INPUT,
               "potential.output_activation: with several components identity, found %s",
               hp_activation_name(spec->output));
    return HP_OK;
}

/* The layers with an output per term at the end. */
static hp_status create_outputs(int inputs, const hp_layers *layers, int outputs, hp_mlp *mlp,
                                hp_error *err) {
    hp_layers with = *layers;
    if (with.n == 0) return HP_OK;
    with.width[with.n - 1] = outputs;
    return hp_mlp_create(inputs, with.width, with.activation, with.n, mlp, err);
}

hp_status hp_matrix_model_create(const hp_model_spec *spec, const hp_matrix_terms *terms,
                                 const double *scale, const double *local_scale,
                                 hp_matrix_model *model, hp_error *err) {
    hp_status status = HP_OK;
    memset(model, 0, sizeof *model);
    HP_TRY(check_spec(spec, err));
    model->terms = *terms;
    HP_TRY(hp_model_create(spec, &model->one, err));
    const hp_mlp *f = &model->one.f;
    int features = f->nlayer > 0 ? f->width[f->nlayer] : 0;
    HP_TRY(create_outputs(features, &spec->g, terms->nterm, &model->g, err));
    HP_TRY(create_outputs(1, &spec->v, terms->nterm, &model->v, err));
    memcpy(model->scale, scale, (size_t)terms->nterm * sizeof *scale);
    memcpy(model->local_scale, local_scale, (size_t)terms->nterm * sizeof *local_scale);
    model->g_start = (size_t)terms->nnetwork * f->nparam;
    model->v_start = model->g_start + model->g.nparam;
    model->nparam = model->v_start + model->v.nparam;
cleanup:
    if (status != HP_OK) hp_matrix_model_destroy(model);
    return status;
}

void hp_matrix_model_destroy(hp_matrix_model *model) {
    if (model == NULL) return;
    hp_model_destroy(&model->one);
    hp_mlp_destroy(&model->g);
    hp_mlp_destroy(&model->v);
    memset(model, 0, sizeof *model);
}

hp_status hp_matrix_model_draw_weights(const hp_matrix_model *model, uint64_t seed,
                                       uint64_t restart, double *param, hp_error *err) {
    hp_status status = HP_OK;
    const hp_mlp *f = &model->one.f;
    gsl_rng *rng = NULL;
    HP_TRY(hp_random_create(&rng, seed, restart, HP_PURPOSE_WEIGHTS, err));
    for (int s = 0; s < model->terms.nnetwork && model->one.has_nonlocal; s++)
        hp_mlp_draw_weights(f, rng, param + (size_t)s * f->nparam);
    if (model->one.has_nonlocal) hp_mlp_draw_weights(&model->g, rng, param + model->g_start);
    if (model->one.has_local) hp_mlp_draw_weights(&model->v, rng, param + model->v_start);
cleanup:
    if (rng != NULL) gsl_rng_free(rng);
    return status;
}

/* Of one network, whose last layer is around zero unless it feeds another. */
static void set_prior(const hp_mlp *mlp, bool ends, double hidden, double *mean,
                      double *deviation) {
    if (mlp->nlayer == 0) return;
    int last = mlp->nlayer - 1;
    size_t head = (size_t)mlp->width[last + 1] * ((size_t)mlp->width[last] + 1);
    size_t inner = mlp->nparam - (ends ? head : 0);
    hp_mlp_deviation(mlp, deviation);
    for (size_t i = 0; i < inner; i++) deviation[i] *= hidden;
    if (ends) memset(mean + inner, 0, head * sizeof *mean);
}

void hp_matrix_model_prior(const hp_matrix_model *model, const double *param, double hidden,
                           double *mean, double *deviation) {
    const hp_mlp *f = &model->one.f;
    memmove(mean, param, model->nparam * sizeof *mean); /* may be the same */
    for (int s = 0; s < model->terms.nnetwork; s++) {
        size_t start = (size_t)s * f->nparam;
        set_prior(f, false, hidden, mean + start, deviation + start);
    }
    set_prior(&model->g, true, hidden, mean + model->g_start, deviation + model->g_start);
    set_prior(&model->v, true, hidden, mean + model->v_start, deviation + model->v_start);
}

static hp_status create(const hp_matrix_model *model, const double *r, hp_matrix_grid *grid,
                        hp_error *err) {
    size_t n = (size_t)grid->n, nterm = (size_t)model->terms.nterm;
    size_t nnetwork = (size_t)model->terms.nnetwork;
    HP_CALL(hp_alloc_parts(&grid->block,
                           HP_PARTS({&grid->r, n}, {&grid->x, n}, {&grid->envelope, n},
                                    {&grid->local_envelope, nterm * n}, {&grid->b, nterm},
                                    {&grid->A, nnetwork * n * nterm}, {&grid->V, nterm * n}),
                           err));
    const hp_model *one = &model->one;
    for (size_t i = 0; i < n; i++) {
        grid->r[i] = r[i];
        grid->x[i] = hp_model_input(one, r[i]);
        grid->envelope[i] = hp_model_envelope(one->shape, r[i], one->envelope);
        for (size_t p = 0; p < nterm; p++)
            grid->local_envelope[p * n + i] =
                model->local_scale[p] *
                hp_model_envelope(one->local_shape, r[i], one->local_envelope);
    }
    if (one->has_nonlocal) HP_CALL(hp_mlp_workspace_create(&one->f, grid->n, &grid->f_work, err));
    if (one->has_local) HP_CALL(hp_mlp_workspace_create(&model->v, grid->n, &grid->v_work, err));
    return HP_OK;
}

hp_status hp_matrix_grid_create(const hp_matrix_model *model, const double *r, int n,
                                hp_matrix_grid *grid, hp_error *err) {
    memset(grid, 0, sizeof *grid);
    grid->n = n;
    hp_status status = create(model, r, grid, err);
    if (status != HP_OK) hp_matrix_grid_destroy(grid);
    return status;
}

void hp_matrix_grid_destroy(hp_matrix_grid *grid) {
    if (grid == NULL) return;
    hp_mlp_workspace_destroy(&grid->f_work);
    hp_mlp_workspace_destroy(&grid->v_work);
    hp_free(grid->block);
    memset(grid, 0, sizeof *grid);
}

static void forward_features(const hp_matrix_model *model, const double *param,
                             hp_matrix_grid *grid) {
    const hp_mlp *f = &model->one.f;
    int nterm = model->terms.nterm, width = f->width[f->nlayer];
    const double *w = param + model->g_start;
    memcpy(grid->b, w + (size_t)nterm * (size_t)width, (size_t)nterm * sizeof *grid->b);
    for (int s = 0; s < model->terms.nnetwork; s++) {
        const double *out =
            hp_mlp_forward(f, param + (size_t)s * f->nparam, grid->x, grid->n, &grid->f_work);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, grid->n, nterm, width, 1.0, out, width,
                    w, width, 0.0, grid->A + (size_t)s * (size_t)grid->n * (size_t)nterm, nterm);
    }
}

void hp_matrix_forward(const hp_matrix_model *model, const double *param, hp_matrix_grid *grid) {
    size_t n = (size_t)grid->n, nterm = (size_t)model->terms.nterm;
    if (model->one.has_nonlocal) forward_features(model, param, grid);
    if (!model->one.has_local) return;
    const double *v =
        hp_mlp_forward(&model->v, param + model->v_start, grid->x, grid->n, &grid->v_work);
    for (size_t p = 0; p < nterm; p++)
        for (size_t i = 0; i < n; i++)
            grid->V[p * n + i] = grid->local_envelope[p * n + i] * v[i * nterm + p];
}

void hp_matrix_local(const hp_matrix_model *model, const hp_matrix_grid *grid, double *V) {
    const hp_matrix_terms *terms = &model->terms;
    size_t n = (size_t)grid->n, N = (size_t)terms->ncomponent, elements = N * N;
    memset(V, 0, elements * n * sizeof *V);
    for (size_t p = 0; p < (size_t)terms->nterm; p++)
        for (size_t cd = 0; cd < elements; cd++)
            for (size_t i = 0; terms->element[p][cd] != 0.0 && i < n; i++)
                V[cd * n + i] += terms->element[p][cd] * grid->V[p * n + i];
}

/* One number U_cd(r_i, r_j). */
static double element_of(const hp_matrix_model *model, const hp_matrix_grid *grid,
                         const int component[2], const size_t radius[2]) {
    const hp_matrix_terms *terms = &model->terms;
    size_t n = (size_t)grid->n, nterm = (size_t)terms->nterm;
    const double *A[2];
    double sum = 0.0;
    for (int k = 0; k < 2; k++)
        A[k] = grid->A + ((size_t)terms->network[component[k]] * n + radius[k]) * nterm;
    for (size_t p = 0; p < nterm; p++) {
        double factor = terms->element[p][component[0] * terms->ncomponent + component[1]];
        if (factor == 0.0) continue;
        sum += factor * model->scale[p] * ((A[0][p] + A[1][p]) + grid->b[p]);
    }
    return sum * (grid->envelope[radius[0]] * grid->envelope[radius[1]]);
}

void hp_matrix_nonlocal(const hp_matrix_model *model, const hp_matrix_grid *grid, double *U) {
    size_t n = (size_t)grid->n, points = (size_t)model->terms.ncomponent * n;
    for (size_t row = 0; row < points; row++)
        for (size_t column = 0; column <= row; column++) {
            const int component[] = {(int)(row / n), (int)(column / n)};
            const size_t radius[] = {row % n, column % n};
            double value = element_of(model, grid, component, radius);
            U[row * points + column] = U[column * points + row] = value;
        }
}
