// SPDX-License-Identifier: GPL-3.0-or-later
/* A local potential, a sum of Gaussians fitted to V = S/R of all columns. */
#include "centred.h"
#include "classes.h"
#include "hadpot/memory.h"

typedef struct gaussians {
    hp_centred V;
    int n; /* radii of the data */
} gaussians;

static void destroy(void *self) {
    gaussians *old = self;
    hp_centred_destroy(&old->V);
    hp_free(old);
}

static hp_status create(const hp_potential_setup *setup, void **out, hp_error *err) {
    gaussians *self = NULL;
    HP_ALLOCATE(self, 1);
    *out = self;
    self->n = setup->data->n;
    return hp_centred_create(setup, setup->data->ncolumn, &self->V, err);
}

static void load(void *self, const hp_record *record, const double *vector) {
    hp_centred_load(&((gaussians *)self)->V, record, vector);
}

static hp_status fit(void *self, const hp_fit_task *task, hp_error *err) {
    gaussians *to = self;
    const hp_fit_data *data = task->data;
    const hp_record *record = task->record;
    int n = data->n;
    hp_gaussian_report report;
    HP_CALL(hp_centred_fit(&to->V, data->V, task, &report, err));
    *hp_record_at(record, task->vector, HP_ROW_LOSS) = report.chi2;
    *hp_record_at(record, task->vector, HP_ROW_CONVERGED) = report.converged;
    *hp_record_at(record, task->vector, HP_ROW_EPOCHS) = report.iterations;
    double *V_local = hp_record_at(record, task->vector, HP_ROW_V_LOCAL);
    for (int r = 0; r < n; r++)
        V_local[r] = data->energy_mev * hp_centred_value(&to->V, data->r[r]);
    for (int i = 0; i < n * data->ncolumn; i++)
        task->prediction[i] = hp_centred_value(&to->V, data->r[i % n]) * data->R[i];
    return HP_OK;
}

static hp_potential_facts describe(const void *self) {
    (void)self;
    return (hp_potential_facts){.has_local = true, .symmetric = true};
}

static void add_rows(const void *self, hp_record *record) {
    hp_record_add_rows(record, &hp_potential_row_local, 1);
    hp_centred_add_rows(&((const gaussians *)self)->V, record);
}

static void local_at(const void *self, const hp_pair *pair, double r, double *w, double *s) {
    *w = 2.0 * pair->mu * hp_centred_value(&((const gaussians *)self)->V, r);
    *s = 0.0;
}

static hp_status fill(const void *self, const hp_pair *pair, hp_node_potential *on, hp_error *err) {
    double s;
    (void)err;
    for (int i = 0; i < on->nodes->n; i++) local_at(self, pair, on->nodes->r[i], &on->local[i], &s);
    return HP_OK;
}

static const double *on_shells(void *self, const double *r, int n, double *V) {
    for (int i = 0; i < n; i++) V[i] = hp_centred_value(&((gaussians *)self)->V, r[i]);
    return NULL;
}

const hp_potential_class hp_potential_class_gaussians = {.create = create,
                                                         .destroy = destroy,
                                                         .fit = fit,
                                                         .load = load,
                                                         .describe = describe,
                                                         .add_rows = add_rows,
                                                         .fill = fill,
                                                         .local_at = local_at,
                                                         .on_shells = on_shells};
