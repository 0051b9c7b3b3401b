// SPDX-License-Identifier: GPL-3.0-or-later
/* Matrices of potentials whose blocks are sums of Gaussians of given ranges, with or without tails
 * and a non-local part (block_fit.h). */
#include <math.h>
#include <string.h>
#include "block_fit.h"
#include "classes.h"
#include "matrix_terms.h"
#include "hadpot/memory.h"
#include "hadpot/stop.h"

typedef struct matrix_gaussians {
    block_form form;
    hp_component component[HP_MOST_COMPONENTS];
    int n, nradius;
    double length_fm, energy_mev;
    double *r;         /* (nradius) of the data */
    double *U;         /* (n, n) of on_shells */
    double *amplitude; /* (hp_block_form_size) of the latest fit */
    double *trial;     /* the same */
    double tail_range; /* L */
    block_fit *fit;
} matrix_gaussians;

static void destroy(void *self) {
    matrix_gaussians *old = self;
    hp_block_fit_destroy(&old->fit);
    hp_free(old->r);
    hp_free(old->amplitude);
    hp_free(old);
}

static bool has_tail(const matrix_gaussians *of) {
    return of->form.tail.kind != HP_TAIL_NONE;
}

static void load(void *self, const hp_record *record, const double *vector) {
    matrix_gaussians *to = self;
    memcpy(to->amplitude, hp_record_read(record, vector, HP_ROW_BLOCK_AMPLITUDE),
           hp_block_form_size(&to->form) * sizeof *to->amplitude);
    if (has_tail(to))
        to->tail_range = *hp_record_read(record, vector, HP_ROW_BLOCK_TAIL_RANGE) / to->length_fm;
}

/* The range d of the tail that is not linear: of the average the best of those of Gaussians, of
 * samples that of the average. */
static hp_status solve(matrix_gaussians *self, const hp_fit_task *task, double *chi2,
                       hp_error *err) {
    const hp_fit_data *data = task->data;
    const hp_gaussian_basis *local = &self->form.local;
    size_t size = hp_block_form_size(&self->form) * sizeof *self->amplitude;
    bool search = has_tail(self) && task->start == NULL;
    double best = INFINITY;
    if (has_tail(self) && !search)
        self->tail_range =
            *hp_record_read(task->record, task->start, HP_ROW_BLOCK_TAIL_RANGE) / self->length_fm;
    for (int i = 0; search && i < local->count; i++) {
        double value;
        HP_CALL(hp_stop_check(err));
        HP_CALL(hp_block_fit_solve(self->fit, data->R, data->S, local->range[i], self->trial,
                                   task->prediction, &value, err));
        if (value >= best) continue;
        best = value;
        self->tail_range = local->range[i];
    }
    HP_CALL(hp_block_fit_solve(self->fit, data->R, data->S, self->tail_range, self->trial,
                               task->prediction, chi2, err));
    memcpy(self->amplitude, self->trial, size);
    return HP_OK;
}

/* V_cd on the radii of the data, and the parameters. */
static void store(const matrix_gaussians *self, const hp_fit_task *task) {
    const hp_record *record = task->record;
    int N = self->form.terms.ncomponent, n = self->nradius;
    int count = self->form.terms.nterm * hp_block_form_shapes(&self->form);
    double *V = hp_record_at(record, task->vector, HP_ROW_V_LOCAL);
    double *block = hp_record_at(record, task->vector, HP_ROW_BLOCK_MEV);
    for (int i = 0; i < N * N * n; i++)
        V[i] =
            self->energy_mev * hp_block_form_local(&self->form, self->amplitude, self->tail_range,
                                                   i / n / N, i / n % N, self->r[i % n]);
    memcpy(hp_record_at(record, task->vector, HP_ROW_BLOCK_AMPLITUDE), self->amplitude,
           hp_block_form_size(&self->form) * sizeof *self->amplitude);
    for (int i = 0; i < count; i++) block[i] = self->amplitude[i] * self->energy_mev;
    if (has_tail(self))
        *hp_record_at(record, task->vector, HP_ROW_BLOCK_TAIL_RANGE) =
            self->tail_range * self->length_fm;
}

static hp_status fit(void *self, const hp_fit_task *task, hp_error *err) {
    matrix_gaussians *to = self;
    double chi2;
    HP_CALL(solve(to, task, &chi2, err));
    *hp_record_at(task->record, task->vector, HP_ROW_LOSS) = chi2;
    *hp_record_at(task->record, task->vector, HP_ROW_CONVERGED) = 1.0; /* linear */
    *hp_record_at(task->record, task->vector, HP_ROW_EPOCHS) = 1.0;
    store(to, task);
    return HP_OK;
}

static hp_status create(const hp_potential_setup *setup, void **out, hp_error *err) {
    const hp_fit_data *data = setup->data;
    matrix_gaussians *self = NULL;
    size_t n = (size_t)data->n;
    HP_ALLOCATE(self, 1);
    *out = self;
    *self = (matrix_gaussians){.n = data->n,
                               .nradius = data->nradius,
                               .length_fm = data->length_fm,
                               .energy_mev = data->energy_mev};
    block_form *form = &self->form;
    memcpy(self->component, data->component, sizeof self->component);
    HP_CALL(hp_matrix_terms_of_setup(setup, &form->terms, err));
    form->local = hp_gaussian_basis_of(data, setup->gaussians, setup->gaussian_range_fm);
    form->nonlocal =
        hp_gaussian_basis_of(data, setup->nonlocal_gaussians, setup->gaussian_range_fm);
    form->diagonal = setup->diagonal;
    form->tail = setup->tail;
    HP_ALLOCATE(self->r, n * (1 + n));
    self->U = self->r + n;
    memcpy(self->r, data->r, (size_t)data->nradius * sizeof *self->r);
    size_t size = hp_block_form_size(form);
    HP_ALLOCATE(self->amplitude, 2 * size);
    self->trial = self->amplitude + size;
    return hp_block_fit_create(data, form, &self->fit, err);
}

static hp_potential_facts describe(const void *self) {
    const block_form *form = &((const matrix_gaussians *)self)->form;
    double end = hp_gaussian_basis_end(&form->local);
    return (hp_potential_facts){.ncomponent = form->terms.ncomponent,
                                .has_local = true,
                                .has_nonlocal = form->nonlocal.count > 0,
                                .symmetric = true,
                                .end = fmax(end, hp_tail_end(&form->tail)),
                                .nonlocal_end = form->nonlocal.count > 0 ? end : 0.0};
}

static const hp_row rows[] = {
    {HP_ROW_BLOCK_MEV, "MeV",
     "amplitudes a_i of each block V = sum_i a_i exp(-(r/b_i)^2); with a tail its strength, in MeV "
     "a or MeV a^2, is the last. Blocks: elements row by row from the diagonal on, or V_C and V_T",
     .axis = {"block", "block_shape"}},
    {HP_ROW_BLOCK_AMPLITUDE, "1/a, 1/a^4",
     "the same in lattice units, then the amplitudes A of the non-local part, the upper triangle "
     "row by row",
     .axis = {"amplitude"}}};
static const hp_row tail_row = {.path = HP_ROW_BLOCK_TAIL_RANGE,
                                .unit = "fm",
                                .text = "range d of the form factor of the tail"};
static const hp_row range_row = {HP_ROW_GAUSSIAN_RANGE, "fm", "ranges b_i of Gaussians",
                                 .axis = {"gaussian"}};

static void add_rows(const void *self, hp_record *record) {
    const matrix_gaussians *of = self;
    const block_form *form = &of->form;
    double range_fm[HP_MOST_GAUSSIANS];
    for (int i = 0; i < form->local.count; i++) range_fm[i] = form->local.range[i] * of->length_fm;
    hp_record_add_slim_axis(record, "component", (size_t)form->terms.ncomponent);
    hp_record_add_axis(record, "block", (size_t)form->terms.nterm);
    hp_record_add_axis(record, "block_shape", (size_t)hp_block_form_shapes(form));
    hp_record_add_axis(record, "gaussian", (size_t)form->local.count);
    hp_record_add_axis(record, "amplitude", hp_block_form_size(form));
    hp_record_add_rows(record, &hp_potential_row_local, 1);
    hp_record_add_rows(record, rows, (int)(sizeof rows / sizeof *rows));
    hp_record_add_constant(record, &range_row, range_fm);
    if (has_tail(of)) hp_record_add_rows(record, &tail_row, 1);
    hp_training_describe(0, 0, record);
}

/* Radii of a map. */
typedef struct on_radii {
    int n;
    double *r;
} on_radii;

static hp_status prepare(const void *self, const double *r, int n, void **work, hp_error *err) {
    on_radii *at = NULL;
    (void)self;
    HP_ALLOCATE(at, 1);
    *work = at;
    at->n = n;
    HP_ALLOCATE(at->r, n);
    memcpy(at->r, r, (size_t)n * sizeof *r);
    return HP_OK;
}

static void release(void *work) {
    hp_free(((on_radii *)work)->r);
    hp_free(work);
}

static hp_status fill(const void *self, const hp_pair *pair, hp_node_potential *on, hp_error *err) {
    const matrix_gaussians *of = self;
    const block_form *form = &of->form;
    int n = on->nodes->n, N = form->terms.ncomponent, points = N * n;
    const double *r = on->nodes->r;
    (void)err;
    for (int i = 0; i < N * N * n; i++) {
        int c = i / n / N, d = i / n % N;
        on->local[i] = hp_components_twice_mu(of->component, pair, c, d) *
                       hp_block_form_local(form, of->amplitude, of->tail_range, c, d, r[i % n]);
    }
    for (int i = 0; on->kernel != NULL && i < points; i++)
        for (int j = 0; j <= i; j++) {
            double U =
                hp_block_form_nonlocal(form, of->amplitude, i / n, j / n, r[i % n], r[j % n]);
            on->kernel[i * points + j] = on->kernel[j * points + i] =
                hp_components_twice_mu(of->component, pair, i / n, j / n) * 4.0 * M_PI *
                (r[i % n] * r[j % n]) * U;
        }
    return HP_OK;
}

/* Of one component. */
static void local_at(const void *self, const hp_pair *pair, double r, double *w, double *s) {
    const matrix_gaussians *of = self;
    *w = 2.0 * pair->mu * hp_block_form_local(&of->form, of->amplitude, of->tail_range, 0, 0, r);
    *s = 0.0;
}

/* U (component, component, r, r'). */
static void map(const void *self, void *work, double *U) {
    const matrix_gaussians *of = self;
    const on_radii *at = work;
    int N = of->form.terms.ncomponent, n = at->n;
    double unit = of->energy_mev / pow(of->length_fm, 3.0);
    for (int cd = 0; cd < N * N; cd++)
        for (int i = 0; i < n * n; i++)
            *U++ = unit * hp_block_form_nonlocal(&of->form, of->amplitude, cd / N, cd % N,
                                                 at->r[i / n], at->r[i % n]);
}

/* Of one component. */
static const double *on_shells(void *self, const double *r, int n, double *V) {
    matrix_gaussians *of = self;
    for (int i = 0; i < n; i++)
        V[i] = hp_block_form_local(&of->form, of->amplitude, of->tail_range, 0, 0, r[i]);
    if (of->form.nonlocal.count == 0) return NULL;
    for (int i = 0; i < of->n * of->n; i++)
        of->U[i] = hp_block_form_nonlocal(&of->form, of->amplitude, 0, 0, of->r[i / of->n],
                                          of->r[i % of->n]);
    return of->U;
}

const hp_potential_class hp_potential_class_matrix_gaussians = {.create = create,
                                                                .destroy = destroy,
                                                                .fit = fit,
                                                                .load = load,
                                                                .describe = describe,
                                                                .add_rows = add_rows,
                                                                .prepare = prepare,
                                                                .release = release,
                                                                .fill = fill,
                                                                .local_at = local_at,
                                                                .map = map,
                                                                .on_shells = on_shells};
