// SPDX-License-Identifier: GPL-3.0-or-later
/* Networks V_cd(r) and U_cd(r,r') between components (matrix_model.h), fitted to S by training
 * (matrix_fit.h). They say nothing beyond the data. */
#include <math.h>
#include <string.h>
#include "classes.h"
#include "hadpot/matrix_fit.h"
#include "hadpot/memory.h"
#include "matrix_terms.h"
#include "network_rows.h"

typedef struct network_matrix {
    hp_matrix_fit fit;
    const char *kind;
    double length_fm, energy_mev;
    hp_component component[HP_MOST_COMPONENTS];
    double *param; /* (nparam) of the latest fit */
    double *V;     /* (N, N, distinct radii of the data) */
} network_matrix;

static void destroy(void *self) {
    network_matrix *old = self;
    hp_matrix_fit_destroy(&old->fit);
    hp_free(old->param);
    hp_free(old->V);
    hp_free(old);
}

static void load(void *self, const hp_record *record, const double *vector) {
    network_matrix *to = self;
    memcpy(to->param, hp_record_read(record, vector, HP_ROW_PARAM),
           to->fit.model.nparam * sizeof *to->param);
}

/* V of the fit just made, on the radii of the data. */
static void store(network_matrix *self, const hp_fit_task *task) {
    const hp_matrix_loss *loss = &self->fit.loss;
    int N = self->fit.model.terms.ncomponent, n = loss->nradius;
    if (!self->fit.model.one.has_local) return;
    double *V = hp_record_at(task->record, task->vector, HP_ROW_V_LOCAL);
    hp_matrix_local(&self->fit.model, &loss->grid, self->V);
    for (int cd = 0; cd < N * N; cd++)
        for (int r = 0; r < n; r++)
            V[cd * n + r] = self->energy_mev * self->V[cd * loss->grid.n + loss->place[r]];
}

static hp_status fit(void *self, const hp_fit_task *task, hp_error *err) {
    network_matrix *to = self;
    hp_matrix_loss *loss = &to->fit.loss;
    hp_matrix_loss_set_correlator(loss, task->data->R, task->data->S);
    HP_CALL(
        hp_matrix_fit_train(&to->fit, task->record, task->start, task->tick, task->vector, err));
    load(to, task->record, task->vector);
    memcpy(task->prediction, loss->prediction,
           (size_t)loss->ncolumn * (size_t)loss->n * sizeof *task->prediction);
    store(to, task);
    return HP_OK;
}

static hp_status create(const hp_potential_setup *setup, void **out, hp_error *err) {
    const hp_fit_data *data = setup->data;
    hp_matrix_terms terms;
    network_matrix *self = NULL;
    HP_ALLOCATE(self, 1);
    *out = self;
    self->kind = setup->kind->name;
    self->length_fm = data->length_fm;
    self->energy_mev = data->energy_mev;
    memcpy(self->component, data->component, sizeof self->component);
    HP_CALL(hp_matrix_terms_of_setup(setup, &terms, err));
    HP_CALL(hp_matrix_fit_create(setup->kind, &terms, &setup->network, &setup->training, data,
                                 &self->fit, err));
    HP_ALLOCATE(self->param, self->fit.model.nparam);
    HP_ALLOCATE(self->V, data->ncomponent * data->n);
    return HP_OK;
}

static hp_potential_facts describe(const void *self) {
    const hp_matrix_model *model = &((const network_matrix *)self)->fit.model;
    const hp_model *one = &model->one;
    double U_end = hp_model_envelope_end(one->shape, one->envelope);
    double V_end = hp_model_envelope_end(one->local_shape, one->local_envelope);
    bool ends = (!one->has_nonlocal || U_end > 0.0) && (!one->has_local || V_end > 0.0);
    double end = fmax(one->has_nonlocal ? U_end : 0.0, one->has_local ? V_end : 0.0);
    return (hp_potential_facts){.ncomponent = model->terms.ncomponent,
                                .has_local = one->has_local,
                                .has_nonlocal = one->has_nonlocal,
                                .symmetric = true,
                                .ends_with_data = !ends,
                                .end = ends ? end : 0.0,
                                .nonlocal_end = U_end,
                                .scale = model->scale[0]};
}

static void add_rows(const void *self, hp_record *record) {
    const network_matrix *of = self;
    const hp_matrix_model *model = &of->fit.model;
    hp_record_add_slim_axis(record, "component", (size_t)model->terms.ncomponent);
    if (model->one.has_local) hp_record_add_rows(record, &hp_potential_row_local, 1);
    hp_training_describe(HP_CURVE_POINTS, model->nparam, record);
    hp_network_add_model(&(hp_network_parts){.kind = of->kind,
                                             .model = &model->one,
                                             .g = &model->g,
                                             .v = &model->v,
                                             .matrix = model,
                                             .length_fm = of->length_fm,
                                             .energy_mev = of->energy_mev},
                         record);
}

/* The model on radii, and U there for maps. */
typedef struct on_radii {
    hp_matrix_grid grid;
    double *U; /* (N n, N n); NULL without a non-local part */
} on_radii;

static void release(void *work) {
    on_radii *old = work;
    hp_matrix_grid_destroy(&old->grid);
    hp_free(old->U);
    hp_free(old);
}

static hp_status prepare(const void *self, const double *r, int n, void **work, hp_error *err) {
    const hp_matrix_model *model = &((const network_matrix *)self)->fit.model;
    size_t points = (size_t)model->terms.ncomponent * (size_t)n;
    on_radii *made = NULL;
    HP_ALLOCATE(made, 1);
    *work = made;
    if (model->one.has_nonlocal) HP_ALLOCATE(made->U, points * points);
    return hp_matrix_grid_create(model, r, n, &made->grid, err);
}

static hp_status fill(const void *self, const hp_pair *pair, hp_node_potential *on, hp_error *err) {
    const network_matrix *of = self;
    const hp_matrix_model *model = &of->fit.model;
    on_radii *work = on->work;
    int n = on->nodes->n, N = model->terms.ncomponent, points = N * n;
    const double *r = on->nodes->r;
    (void)err;
    hp_matrix_forward(model, of->param, &work->grid);
    hp_matrix_local(model, &work->grid, on->local);
    for (int i = 0; i < N * N * n; i++)
        on->local[i] *= hp_components_twice_mu(of->component, pair, i / n / N, i / n % N);
    if (!model->one.has_nonlocal) return HP_OK;
    hp_matrix_nonlocal(model, &work->grid, work->U);
    for (int i = 0; i < points; i++)
        for (int j = 0; j < points; j++) {
            ptrdiff_t at = (ptrdiff_t)i * points + j;
            on->kernel[at] = hp_components_twice_mu(of->component, pair, i / n, j / n) * 4.0 *
                             M_PI * (r[i % n] * r[j % n]) * work->U[at];
        }
    return HP_OK;
}

/* U (component, component, r, r') */
static void map(const void *self, void *work, double *U) {
    const network_matrix *of = self;
    on_radii *on = work;
    const double mev = of->energy_mev, fm3 = pow(of->length_fm, 3.0);
    size_t n = (size_t)on->grid.n, N = (size_t)of->fit.model.terms.ncomponent, points = N * n;
    hp_matrix_forward(&of->fit.model, of->param, &on->grid);
    hp_matrix_nonlocal(&of->fit.model, &on->grid, on->U);
    for (size_t i = 0; i < points; i++)
        for (size_t j = 0; j < points; j++)
            U[((i / n * N + j / n) * n + i % n) * n + j % n] = on->U[i * points + j] * mev / fm3;
}

/* NULL on_shells: levels in a box are those of one S wave. */
const hp_potential_class hp_potential_class_network_matrix = {.create = create,
                                                              .destroy = destroy,
                                                              .fit = fit,
                                                              .load = load,
                                                              .describe = describe,
                                                              .add_rows = add_rows,
                                                              .prepare = prepare,
                                                              .release = release,
                                                              .fill = fill,
                                                              .map = map};
