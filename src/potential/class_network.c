// SPDX-License-Identifier: GPL-3.0-or-later
/* Networks V(r) and U(r,r'), fitted to S by training (network_fit.h). They say nothing beyond the
 * data. */
#include <math.h>
#include <string.h>
#include "classes.h"
#include "hadpot/memory.h"
#include "network_rows.h"

typedef struct network {
    hp_network_fit fit;
    const char *kind;
    int n;         /* radii of the data */
    double *param; /* (fit.model.nparam) of the latest fit */
} network;

static void destroy(void *self) {
    network *old = self;
    hp_network_fit_destroy(&old->fit);
    hp_free(old->param);
    hp_free(old);
}

static void load(void *self, const hp_record *record, const double *vector) {
    network *to = self;
    memcpy(to->param, hp_record_read(record, vector, HP_ROW_PARAM),
           to->fit.model.nparam * sizeof *to->param);
}

/* Parts of the fit just made, on the radii of the data. */
static void store(const network *self, const hp_fit_task *task) {
    const hp_model *model = &self->fit.model;
    const hp_model_grid *grid = &self->fit.loss.grid;
    double *V = hp_record_at(task->record, task->vector, HP_ROW_V_LOCAL);
    double *f = hp_record_at(task->record, task->vector, HP_ROW_F);
    for (int r = 0; model->has_local && r < self->n; r++) V[r] = self->fit.energy_mev * grid->V[r];
    if (model->kind == HP_MODEL_PARTIAL) memcpy(f, grid->right, (size_t)self->n * sizeof *f);
}

static hp_status fit(void *self, const hp_fit_task *task, hp_error *err) {
    network *to = self;
    hp_loss *loss = &to->fit.loss;
    hp_loss_set_correlator(loss, task->data->R, task->data->S);
    HP_CALL(
        hp_network_fit_train(&to->fit, task->record, task->start, task->tick, task->vector, err));
    load(to, task->record, task->vector);
    memcpy(task->prediction, loss->prediction,
           (size_t)loss->ncolumn * (size_t)loss->n * sizeof *task->prediction);
    store(to, task);
    return HP_OK;
}

static hp_status create(const hp_potential_setup *setup, void **out, hp_error *err) {
    const hp_fit_data *data = setup->data;
    network *self = NULL;
    HP_ALLOCATE(self, 1);
    *out = self;
    self->kind = setup->kind->name;
    self->n = data->n;
    HP_CALL(hp_network_fit_create(setup->kind, &setup->network, &setup->training, data, &self->fit,
                                  err));
    HP_ALLOCATE(self->param, self->fit.model.nparam);
    return HP_OK;
}

static hp_potential_facts describe(const void *self) {
    const hp_model *model = &((const network *)self)->fit.model;
    double U_end = hp_model_envelope_end(model->shape, model->envelope);
    double V_end = hp_model_envelope_end(model->local_shape, model->local_envelope);
    bool ends = (!model->has_nonlocal || U_end > 0.0) && (!model->has_local || V_end > 0.0);
    double end = fmax(model->has_nonlocal ? U_end : 0.0, model->has_local ? V_end : 0.0);
    return (hp_potential_facts){.has_local = model->has_local,
                                .has_nonlocal = model->has_nonlocal,
                                .symmetric = hp_model_is_symmetric(model),
                                .ends_with_data = !ends,
                                .end = ends ? end : 0.0,
                                .nonlocal_end = U_end,
                                .scale = model->scale};
}

static void add_rows(const void *self, hp_record *record) {
    static const hp_row partial = {HP_ROW_F, "1", "f(r') of U(r,r') = scale exp(-decay r) f(r')",
                                   .axis = {"r"}};
    const hp_model *model = &((const network *)self)->fit.model;
    if (model->has_local) hp_record_add_rows(record, &hp_potential_row_local, 1);
    if (model->kind == HP_MODEL_PARTIAL) hp_record_add_rows(record, &partial, 1);
    hp_training_describe(HP_CURVE_POINTS, model->nparam, record);
    const network *of = self;
    hp_network_add_model(&(hp_network_parts){.kind = of->kind,
                                             .model = model,
                                             .g = &model->g,
                                             .v = &model->v,
                                             .length_fm = of->fit.length_fm,
                                             .energy_mev = of->fit.energy_mev},
                         record);
}

static hp_status prepare(const void *self, const double *r, int n, void **work, hp_error *err) {
    hp_model_grid *grid = NULL;
    HP_ALLOCATE(grid, 1);
    *work = grid;
    return hp_model_grid_create(&((const network *)self)->fit.model, r, n, grid, err);
}

static void release(void *work) {
    hp_model_grid_destroy(work);
    hp_free(work);
}

static hp_status fill(const void *self, const hp_pair *pair, hp_node_potential *on, hp_error *err) {
    const network *of = self;
    const hp_model *model = &of->fit.model;
    hp_model_grid *grid = on->work;
    size_t n = (size_t)on->nodes->n;
    const double *r = on->nodes->r;
    double mass = pair->mu;
    (void)err;
    hp_model_forward(model, of->param, grid);
    for (size_t i = 0; i < n; i++) on->local[i] = 2.0 * mass * grid->V[i];
    if (!model->has_nonlocal) return HP_OK;
    hp_model_mirror(model, grid);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            on->kernel[i * n + j] = 2.0 * mass * 4.0 * M_PI * (r[i] * r[j]) * grid->U[i * n + j];
    return HP_OK;
}

static void map(const void *self, void *work, double *U) {
    const network *of = self;
    hp_network_fit_map(&of->fit, of->param, work, U);
}

/* V ends with the data of the fit. */
static const double *on_shells(void *self, const double *r, int n, double *V) {
    network *of = self;
    hp_model_grid *grid = &of->fit.loss.grid;
    (void)r;
    bool with_map = of->fit.model.has_nonlocal && !hp_model_is_product(&of->fit.model);
    /* training forms no U where it can do without */
    if (with_map) hp_model_forward(&of->fit.model, of->param, grid);
    for (int i = 0; i < n; i++) V[i] = i < of->n ? grid->V[i] : 0.0;
    if (!with_map) return NULL;
    hp_model_mirror(&of->fit.model, grid);
    return grid->U;
}

hp_network_fit *hp_potential_network(const hp_potential *potential) {
    return &((network *)potential->self)->fit;
}

const hp_potential_class hp_potential_class_network = {.create = create,
                                                       .destroy = destroy,
                                                       .fit = fit,
                                                       .load = load,
                                                       .describe = describe,
                                                       .add_rows = add_rows,
                                                       .prepare = prepare,
                                                       .release = release,
                                                       .fill = fill,
                                                       .map = map,
                                                       .on_shells = on_shells};
