// SPDX-License-Identifier: GPL-3.0-or-later
/* Networks V(r) and U(r,r'), fitted to S by training (network_fit.h). They say nothing beyond the
 * data. */
#include <math.h>
#include <string.h>
#include "classes.h"
#include "hadpot/memory.h"

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

/* All but the parameters that U and V are made of (model.h); L: the spacing a, in toys 1 fm. */
enum { NNUMBER = 10 };
static const hp_row numbers[NNUMBER] = {
    {"network/length_fm", "fm", .text = "unit of length L: a, in toys 1 fm"},
    {"network/energy_mev", "MeV", .text = "1/L"},
    {"network/input_length_fm", "fm",
     .text = "l of the inputs x = log(1 + r/l); of input linear x = r/L"},
    {"network/input_scale", "1",
     .text = "of input centred_log1p: x = input_scale (log(1 + r/l) - input_centre)"},
    {"network/input_centre", "1", .text = "centre of these inputs"},
    {.path = "network/scale", .text = "overall factor of U", .key = "potential.scale"},
    {"network/envelope_fm", "fm",
     .text = "Lambda of e(r/Lambda) e(r'/Lambda), a factor of U; 0: none"},
    {"network/decay_per_fm", "1/fm", .text = "decay of U = scale exp(-decay r) output(f(r'))"},
    {.path = "network/local_scale", .text = "overall factor of V", .key = "potential.local_scale"},
    {"network/local_envelope_fm", "fm", .text = "Lambda of e(r/Lambda), a factor of V; 0: none"}};

static void add_numbers(const network *self, hp_record *record) {
    const hp_model *model = &self->fit.model;
    double fm = self->fit.length_fm;
    bool nonlocal = model->has_nonlocal, local = model->has_local, toy = fm == 1.0;
    bool envelope = nonlocal && !hp_model_is_product(model);
    const struct {
        bool there;
        double value;
        const char *unit; /* NULL: that of the row */
    } number[NNUMBER] = {{true, fm, NULL},
                         {true, self->fit.energy_mev, NULL},
                         {true, model->input_length * fm, NULL},
                         {true, model->input_scale, NULL},
                         {true, model->input_centre, NULL},
                         {nonlocal, model->scale, toy ? "1/fm^4" : "1/a^4"},
                         {envelope, model->envelope * fm, NULL},
                         {model->kind == HP_MODEL_PARTIAL, model->decay / fm, NULL},
                         {local, model->local_scale, toy ? "1/fm" : "1/a"},
                         {local, model->local_envelope * fm, NULL}};
    for (int i = 0; i < NNUMBER; i++) {
        hp_row row = numbers[i];
        if (number[i].unit != NULL) row.unit = number[i].unit;
        if (number[i].there) hp_record_add_constant(record, &row, &number[i].value);
    }
}

/* network/NAME_layers: widths from the inputs on, with their activations. */
static void add_layers(const hp_mlp *mlp, const char *name, hp_record *record) {
    const char *activation[HP_MOST_LAYERS];
    hp_row row = {.path = hp_record_copy(record, "network/%s_layers", name),
                  .text = "widths of inputs and layers y = activation(W y + b); in "
                          "training/parameters W, b of f, g and the local part follow each other",
                  .axis = {hp_record_copy(record, "%s_layer", name)}};
    if (mlp->nlayer == 0) return;
    for (int i = 0; i < mlp->nlayer; i++) activation[i] = hp_activation_name(mlp->activation[i]);
    hp_record_add_axis(record, row.axis[0], (size_t)mlp->nlayer + 1);
    hp_record_add_integers(record, &row, mlp->width);
    hp_record_put_texts(record, (hp_place){.object = row.path, .attribute = "activations"},
                        activation, mlp->nlayer);
}

static void add_model(const network *self, hp_record *record) {
    static const char *const input[] = {"linear", "log1p", "centred_log1p"};
    static const char *const shape[] = {"gaussian", "exponential"};
    const hp_model *model = &self->fit.model;
    const char *const word[][2] = {{"kind", self->kind},
                                   {"input", input[model->input]},
                                   {"output_activation", hp_activation_name(model->output)},
                                   {"envelope_shape", shape[model->shape]},
                                   {"local_envelope_shape", shape[model->local_shape]}};
    add_numbers(self, record);
    add_layers(&model->f, "f", record);
    add_layers(&model->g, "g", record);
    add_layers(&model->v, "local", record);
    for (int i = 0; i < 5; i++)
        hp_record_put_text(record, (hp_place){.object = "network", .attribute = word[i][0]},
                           word[i][1]);
}

static void add_rows(const void *self, hp_record *record) {
    static const hp_row partial = {HP_ROW_F, "1", "f(r') of U(r,r') = scale exp(-decay r) f(r')",
                                   .axis = {"r"}};
    const hp_model *model = &((const network *)self)->fit.model;
    if (model->has_local) hp_record_add_rows(record, &hp_potential_row_local, 1);
    if (model->kind == HP_MODEL_PARTIAL) hp_record_add_rows(record, &partial, 1);
    hp_training_describe(HP_CURVE_POINTS, model->nparam, record);
    add_model(self, record);
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
