// SPDX-License-Identifier: GPL-3.0-or-later
/* Separable potentials of one or several components, fitted to S (separable_fit.h). */
#include <math.h>
#include <string.h>
#include "classes.h"
#include "est_rows.h"
#include "hadpot/memory.h"
#include "hadpot/separable_fit.h"

/* v_m at n radii, (rank, ncomponent, n). */
typedef struct form_factors {
    int n;
    double *r, *v;
} form_factors;

typedef struct separable {
    hp_gaussian_basis basis;
    hp_component component[HP_MOST_COMPONENTS];
    int rank, ncolumn, n;
    double length_fm, energy_mev;
    double *q;             /* (n) quadrature of the data */
    double *U;             /* (n, n) of on_shells */
    double *param;         /* of the latest fit (hp_separable_size) */
    form_factors *on_data; /* on the radii of the data */
    hp_separable_fit *fit;
} separable;

static hp_status prepare(const void *self, const double *r, int n, void **work, hp_error *err) {
    const separable *of = self;
    form_factors *at = NULL;
    size_t radii = (size_t)n, ncomponent = (size_t)of->basis.ncomponent;
    HP_ALLOCATE(at, 1);
    *work = at;
    at->n = n;
    HP_ALLOCATE(at->r, radii * (1 + ncomponent * (size_t)of->rank));
    at->v = at->r + radii;
    memcpy(at->r, r, radii * sizeof *r);
    return HP_OK;
}

static void release(void *work) {
    form_factors *at = work;
    if (at == NULL) return;
    hp_free(at->r);
    hp_free(at);
}

static void evaluate(const separable *of, form_factors *at) {
    int n = at->n, ncomponent = of->basis.ncomponent;
    for (int m = 0; m < of->rank; m++)
        for (int i = 0; i < ncomponent * n; i++)
            at->v[m * ncomponent * n + i] =
                hp_separable_value(&of->basis, of->rank, of->param, m, i / n, at->r[i % n]);
}

/* U between points i and j of (component, radius). */
static double value_at(const separable *of, const form_factors *at, int i, int j) {
    int points = of->basis.ncomponent * at->n;
    double sum = 0.0;
    for (int m = 0; m < of->rank; m++)
        sum += of->param[m] * (at->v[m * points + i] * at->v[m * points + j]);
    return sum;
}

static void destroy(void *self) {
    separable *old = self;
    hp_separable_fit_destroy(&old->fit);
    release(old->on_data);
    hp_free(old->param);
    hp_free(old->q);
    hp_free(old);
}

static size_t amplitudes(const separable *of) {
    return (size_t)of->rank * (size_t)of->basis.ncomponent * (size_t)of->basis.count;
}

/* Parameters of a fit as a record has them. */
static void read_param(const separable *of, const hp_record *record, const double *vector,
                       double *param) {
    size_t rank = (size_t)of->rank, size = amplitudes(of);
    memcpy(param, hp_record_read(record, vector, HP_ROW_SEPARABLE_SIGN), rank * sizeof *param);
    memcpy(param + rank, hp_record_read(record, vector, HP_ROW_SEPARABLE_AMPLITUDE),
           size * sizeof *param);
    if (of->basis.fitted)
        memcpy(param + rank + size, hp_record_read(record, vector, HP_ROW_SEPARABLE_RANGE),
               (hp_separable_size(&of->basis, of->rank) - rank - size) * sizeof *param);
}

static void load(void *self, const hp_record *record, const double *vector) {
    separable *to = self;
    read_param(to, record, vector, to->param);
    hp_separable_set_ranges(&to->basis, to->rank, to->param);
}

static void store_ranges(separable *self, const hp_fit_task *task) {
    size_t before = (size_t)self->rank + amplitudes(self);
    double *fm = hp_record_at(task->record, task->vector, HP_ROW_GAUSSIAN_RANGE);
    hp_separable_set_ranges(&self->basis, self->rank, self->param);
    memcpy(hp_record_at(task->record, task->vector, HP_ROW_SEPARABLE_RANGE), self->param + before,
           (hp_separable_size(&self->basis, self->rank) - before) * sizeof *self->param);
    for (int i = 0; i < self->basis.count; i++) fm[i] = self->basis.range[i] * self->length_fm;
}

/* Parameters, v_m on the points of the data, and the eigenvalues s_m <v_m,v_m> of U. */
static void store(separable *self, const hp_fit_task *task) {
    const hp_record *record = task->record;
    const double *param = self->param;
    size_t rank = (size_t)self->rank, size = amplitudes(self);
    double *v = hp_record_at(record, task->vector, HP_ROW_FORM_FACTOR);
    double *eigenvalue = hp_record_at(record, task->vector, HP_ROW_SEPARABLE_MEV);
    double unit = sqrt(self->energy_mev / pow(self->length_fm, 3.0));
    memcpy(hp_record_at(record, task->vector, HP_ROW_SEPARABLE_SIGN), param, rank * sizeof *param);
    memcpy(hp_record_at(record, task->vector, HP_ROW_SEPARABLE_AMPLITUDE), param + rank,
           size * sizeof *param);
    if (self->basis.fitted) store_ranges(self, task);
    evaluate(self, self->on_data);
    for (int m = 0; m < self->rank; m++) {
        double square = 0.0;
        for (int i = 0; i < self->n; i++) {
            double value = self->on_data->v[m * self->n + i];
            square += self->q[i] * value * value;
            v[m * self->n + i] = value * unit;
        }
        eigenvalue[m] = param[m] * square * self->energy_mev;
    }
}

static hp_status fit(void *self, const hp_fit_task *task, hp_error *err) {
    separable *to = self;
    const hp_fit_data *data = task->data;
    const hp_record *record = task->record;
    hp_separable_report report;
    double *start = NULL;
    if (task->start != NULL) {
        HP_ALLOCATE(start, hp_separable_size(&to->basis, to->rank));
        read_param(to, record, task->start, start);
    }
    hp_separable_fit_follow(to->fit, task->tick != NULL ? task->tick->course : NULL);
    hp_status status =
        hp_separable_fit_run(to->fit, data->R, data->S, start, to->param, &report, err);
    hp_free(start);
    if (status != HP_OK) return status;
    *hp_record_at(record, task->vector, HP_ROW_LOSS) = report.chi2;
    *hp_record_at(record, task->vector, HP_ROW_CONVERGED) = report.converged;
    *hp_record_at(record, task->vector, HP_ROW_EPOCHS) = report.steps;
    *hp_record_at(record, task->vector, HP_ROW_DECREMENT) = report.decrement;
    memcpy(task->prediction, hp_separable_fit_prediction(to->fit),
           (size_t)data->ncolumn * (size_t)data->n * sizeof *task->prediction);
    store(to, task);
    return hp_est_store(data, record, task->vector, err);
}

static hp_status create(const hp_potential_setup *setup, void **out, hp_error *err) {
    const hp_fit_data *data = setup->data;
    size_t n = (size_t)data->n;
    separable *self = NULL;
    void *on_data = NULL;
    HP_ALLOCATE(self, 1);
    *out = self;
    *self = (separable){.rank = setup->rank > 0 ? setup->rank : data->ncolumn,
                        .ncolumn = data->ncolumn,
                        .n = data->n,
                        .length_fm = data->length_fm,
                        .energy_mev = data->energy_mev};
    memcpy(self->component, data->component, sizeof self->component);
    if (setup->gaussian_range_fm[0] > 0.0)
        self->basis = hp_gaussian_basis_of(data, setup->gaussians, setup->gaussian_range_fm);
    else
        HP_CALL(hp_separable_choose(data, self->rank, &self->basis, err));
    HP_ALLOCATE(self->q, n * (1 + n));
    self->U = self->q + n;
    memcpy(self->q, data->quadrature, n * sizeof *self->q);
    HP_CALL(prepare(self, data->r, data->nradius, &on_data, err));
    self->on_data = on_data;
    HP_ALLOCATE(self->param, hp_separable_size(&self->basis, self->rank));
    return hp_separable_fit_create(data, &self->basis, self->rank, &self->fit, err);
}

/* Ranges that are fitted may be longer in a sample than in the average. */
static const double ROOM = 1.2;

static hp_potential_facts describe(const void *self) {
    const hp_gaussian_basis *basis = &((const separable *)self)->basis;
    double end = hp_gaussian_basis_end(basis) * (basis->fitted ? ROOM : 1.0);
    return (hp_potential_facts){.ncomponent = basis->ncomponent,
                                .has_nonlocal = true,
                                .symmetric = true,
                                .end = end,
                                .nonlocal_end = end};
}

static const hp_row rows[] = {
    {HP_ROW_SEPARABLE_MEV, "MeV",
     "eigenvalues u_m of U = sum_m s_m v_m(r) v_m(r'), of sign s_m: int d^3r v_m^2 = |u_m|, over "
     "the radii of the data",
     .axis = {"term"}},
    {HP_ROW_FORM_FACTOR, "MeV^1/2 fm^-3/2", "form factors v_m(r) of a separable potential",
     .axis = {"term", "component", "r"}, .table = "form_factors", .column = "v"},
    {HP_ROW_SEPARABLE_SIGN, "1", "signs s_m", .axis = {"term"}},
    {HP_ROW_SEPARABLE_AMPLITUDE, "1/a^2",
     "amplitudes of the Gaussians (r/b_i)^l exp(-(r/b_i)^2) that v_m is the sum of",
     .axis = {"term", "component", "gaussian"}}};
static const hp_row range_row = {HP_ROW_GAUSSIAN_RANGE, "fm", "ranges b_i of Gaussians",
                                 .axis = {"gaussian"}};
static const hp_row range_param_row = {HP_ROW_SEPARABLE_RANGE, "1",
                                       "log(b_1/a) and log log(b_2/b_1) of ranges that are fitted",
                                       .axis = {"range_parameter"}};

static void add_rows(const void *self, hp_record *record) {
    const separable *of = self;
    double range_fm[HP_MOST_GAUSSIANS];
    int number[HP_MOST_RANK];
    for (int i = 0; i < of->basis.count; i++) range_fm[i] = of->basis.range[i] * of->length_fm;
    for (int m = 0; m < of->rank; m++) number[m] = m + 1;
    hp_record_add_slim_axis(record, "component", (size_t)of->basis.ncomponent);
    hp_record_add_axis(record, "term", (size_t)of->rank);
    hp_record_label(record, "term", &(hp_label){.column = "term", .integer = number});
    hp_record_add_table(record, "form_factors", HP_WIDE,
                        "U(r,r') = sum over terms of s v(r) v(r'), s the sign of the eigenvalue u "
                        "(potential/separable_mev), v in MeV^1/2 fm^-3/2");
    hp_record_add_axis(record, "gaussian", (size_t)of->basis.count);
    hp_record_add_rows(record, rows, (int)(sizeof rows / sizeof *rows));
    if (of->basis.fitted) {
        hp_record_add_axis(record, "range_parameter",
                           hp_separable_size(&of->basis, of->rank) - (size_t)of->rank -
                               amplitudes(of));
        hp_record_add_rows(record, &range_row, 1);
        hp_record_add_rows(record, &range_param_row, 1);
    } else
        hp_record_add_constant(record, &range_row, range_fm);
    hp_est_add_rows(of->ncolumn, record);
    hp_training_describe(0, 0, record);
}

static hp_status fill(const void *self, const hp_pair *pair, hp_node_potential *on, hp_error *err) {
    const separable *of = self;
    form_factors *at = on->work;
    int n = at->n, points = of->basis.ncomponent * n;
    (void)err;
    evaluate(of, at);
    for (int i = 0; i < points; i++)
        for (int j = 0; j <= i; j++) {
            double twice_mu = hp_components_twice_mu(of->component, pair, i / n, j / n);
            double U = value_at(of, at, i, j) * (at->r[i % n] * at->r[j % n]);
            on->kernel[i * points + j] = on->kernel[j * points + i] = twice_mu * 4.0 * M_PI * U;
        }
    memset(on->local, 0, (size_t)(of->basis.ncomponent * points) * sizeof *on->local);
    return HP_OK;
}

static void map(const void *self, void *work, double *U) {
    const separable *of = self;
    form_factors *at = work;
    int n = at->n, ncomponent = of->basis.ncomponent;
    double unit = of->energy_mev / pow(of->length_fm, 3.0);
    evaluate(of, at);
    for (int c = 0; c < ncomponent; c++)
        for (int d = 0; d < ncomponent; d++)
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++) *U++ = unit * value_at(of, at, c * n + i, d * n + j);
}

/* Of several components U is that of their points. */
static const double *on_shells(void *self, const double *r, int n, double *V) {
    separable *of = self;
    (void)r;
    for (int i = 0; i < n; i++) V[i] = 0.0;
    evaluate(of, of->on_data);
    for (int i = 0; i < of->n; i++)
        for (int j = 0; j < of->n; j++) of->U[i * of->n + j] = value_at(of, of->on_data, i, j);
    return of->U;
}

static void note(const void *self, hp_record *record) {
    const separable *of = self;
    hp_est_note(of->ncolumn, record);
    if (of->rank < of->ncolumn) return;
    hp_record_add_note(record, (hp_note){.severity = HP_REMARK},
                       "the separable potential has as many terms as there are columns, %d: it "
                       "reproduces them whatever the truth is, so chi2 tests the Gaussians alone; "
                       "phase shifts are right as far as the truth is separable of this rank, or "
                       "the waves R span it",
                       of->rank);
}

const hp_potential_class hp_potential_class_separable = {.create = create,
                                                         .destroy = destroy,
                                                         .fit = fit,
                                                         .load = load,
                                                         .describe = describe,
                                                         .add_rows = add_rows,
                                                         .note = note,
                                                         .prepare = prepare,
                                                         .release = release,
                                                         .fill = fill,
                                                         .map = map,
                                                         .on_shells = on_shells};
