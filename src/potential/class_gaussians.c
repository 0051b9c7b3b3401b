// SPDX-License-Identifier: GPL-3.0-or-later
/* Sums of Gaussians, with or without a tail: a local potential fitted to V = S/R of all columns,
 * and V0 and V2 of the derivative expansion. There V2 comes first, from both sources, in a linear
 * fit that always has a solution; V0 is then what it leaves of the leading-order potential of the
 * first source. */
#include <math.h>
#include "classes.h"
#include "hadpot/gaussians.h"
#include "hadpot/memory.h"
#include "hadpot/n2lo.h"
#include "hadpot/ridge.h"
#include "tail_rows.h"

/* Bound of x = 2 mu V2 (docs/method.md, "Derivative expansion"). */
static const double MOST_X = 0.9;

/* Where sums of Gaussians have fallen off, unless the data reach further. */
static const double END_FM = 4.0;

/* A sum of Gaussians and the row that they are stored in; a tail has rows of its own. */
typedef struct sum {
    const char *path;
    hp_gaussian_form form;
    double unit[2]; /* from amplitude, range in L to those that are stored */
    double *param;  /* (terms, 2) L */
} sum;

typedef struct gaussians {
    int n; /* radii of the data */
    double length_fm;
    double end;           /* L */
    sum V, x;             /* V or V0; x = 2 mu V2, of n2lo alone, of given ranges */
    hp_tail_results tail; /* of V */
    hp_gaussian_fit *V_fit;
    hp_ridge *x_fit;
    int nx;                     /* radii in the fit of x, */
    double *x_weight;           /* (n) 0 where x is not fitted */
    double *x_point, *V0_point; /* (n) of the current sample, radius by radius */
    double *amplitude;          /* (x.form.count) */
} gaussians;

static void destroy(void *self) {
    gaussians *old = self;
    hp_gaussian_fit_destroy(&old->V_fit);
    hp_ridge_destroy(&old->x_fit);
    hp_free(old->V.param);
    hp_free(old->x.param);
    hp_free(old->x_weight);
    hp_free(old);
}

static double value_at(const sum *of, double r) {
    return of->form.count > 0 ? hp_gaussian_form_value(&of->form, of->param, r) : 0.0;
}

static void load_sum(sum *to, const hp_record *record, const double *vector) {
    const double *stored = hp_record_read(record, vector, to->path);
    for (int i = 0; i < 2 * to->form.count; i++) to->param[i] = stored[i] / to->unit[i % 2];
}

static void store_sum(const sum *from, const hp_fit_task *task) {
    double *stored = hp_record_at(task->record, task->vector, from->path);
    for (int i = 0; i < 2 * from->form.count; i++) stored[i] = from->param[i] * from->unit[i % 2];
}

static void load_V(gaussians *to, const hp_record *record, const double *vector) {
    load_sum(&to->V, record, vector);
    hp_tail_load(&to->tail, record, vector, to->V.param + 2 * (size_t)to->V.form.count);
}

static void load(void *self, const hp_record *record, const double *vector) {
    gaussians *to = self;
    load_V(to, record, vector);
    if (to->x.form.count > 0) load_sum(&to->x, record, vector);
}

/* Fit to the values at all points, from nothing or from task->start, and store the parameters. */
static hp_status fit_V(gaussians *self, const double *values, const hp_fit_task *task,
                       hp_gaussian_report *report, hp_error *err) {
    hp_status status = HP_OK;
    sum *V = &self->V;
    hp_gaussian_fit_follow(self->V_fit, task->tick != NULL ? task->tick->course : NULL);
    if (task->start == NULL) {
        HP_TRY(hp_gaussian_fit_search(self->V_fit, values, V->param, report, err));
    } else {
        load_V(self, task->record, task->start);
        HP_TRY(hp_gaussian_fit_minimise(self->V_fit, values, V->param, report, err));
    }
    store_sum(V, task);
    hp_tail_store(&self->tail, task->record, task->vector, V->param + 2 * (size_t)V->form.count);
cleanup:
    if (status != HP_OK && self->x.form.count > 0) hp_error_add_context(err, "fit of V0");
    return status;
}

/* x radius by radius, its fit, and V0 = S/R - V2 nabla^2 R/R of the first source with that. The
 * pointwise V0 would take over the noise that V2 has where both sources look alike. */
static hp_status fit_x(gaussians *self, const hp_fit_task *task, hp_error *err) {
    const hp_fit_data *data = task->data;
    int n = self->n, count = self->x.form.count;
    const double *R = data->R, *K = data->K, *S = data->S;
    hp_n2lo_columns columns = {.R = {R, R + n}, .K = {K, K + n}, .S = {S, S + n}};
    double *V0 = hp_record_at(task->record, task->vector, HP_ROW_V0);
    double *V2 = hp_record_at(task->record, task->vector, HP_ROW_V2);
    double *x = self->x_point, *amplitude = self->amplitude;
    hp_n2lo_solve(&columns, n, self->V0_point, x);
    self->x.unit[0] =
        data->energy_mev * data->length_fm * data->length_fm / (2.0 * data->pair[0].mu);
    for (int r = 0; r < n; r++) {
        V0[r] = self->V0_point[r] * data->energy_mev;
        V2[r] = x[r] * self->x.unit[0];
        HP_REQUIRE(self->x_weight[r] == 0.0 || isfinite(x[r]), HP_ERR_NUMERIC,
                   "fit of V2: both sources have the same K/R at r = %g fm, where V2 is then not "
                   "determined; a smaller potential.n2lo_r_max_fm leaves it out",
                   data->r[r] * self->length_fm);
    }
    hp_ridge_fit(self->x_fit, x, amplitude);
    for (int i = 0; i < count; i++) self->x.param[2 * (size_t)i] = amplitude[i];
    store_sum(&self->x, task);
    for (int r = 0; r < n; r++)
        self->V0_point[r] = data->V[r] - value_at(&self->x, data->r[r]) * K[r] / R[r];
    return HP_OK;
}

/* The fits of V0 and V2 on the radii, chi2 of V2, and V0 R + V2 nabla^2 R of all columns. */
static void store(const gaussians *self, const hp_fit_task *task) {
    const hp_record *record = task->record;
    const hp_fit_data *data = task->data;
    bool n2lo = self->x.form.count > 0;
    double *V_local = hp_record_at(record, task->vector, HP_ROW_V_LOCAL);
    double *V2_fit = hp_record_at(record, task->vector, HP_ROW_V2_FIT), chi2 = 0.0;
    int n = self->n;
    for (int r = 0; r < n; r++) {
        double V = value_at(&self->V, data->r[r]), x = value_at(&self->x, data->r[r]);
        V_local[r] = V * data->energy_mev;
        for (int i = r; i < n * data->ncolumn; i += n)
            task->prediction[i] = n2lo ? V * data->R[i] + x * data->K[i] : V * data->R[i];
        if (!n2lo) continue;
        V2_fit[r] = x * self->x.unit[0];
        double miss = self->x_point[r] - x;
        if (self->x_weight[r] > 0.0) chi2 += self->x_weight[r] * miss * miss;
    }
    if (n2lo) *hp_record_at(record, task->vector, HP_ROW_V2_CHI2) = chi2 / self->nx;
}

static hp_status fit(void *self, const hp_fit_task *task, hp_error *err) {
    gaussians *to = self;
    const hp_record *record = task->record;
    hp_gaussian_report V;
    if (to->x.form.count > 0) HP_CALL(fit_x(to, task, err));
    HP_CALL(fit_V(to, to->x.form.count > 0 ? to->V0_point : task->data->V, task, &V, err));
    *hp_record_at(record, task->vector, HP_ROW_LOSS) = V.chi2;
    *hp_record_at(record, task->vector, HP_ROW_CONVERGED) = V.converged;
    *hp_record_at(record, task->vector, HP_ROW_EPOCHS) = V.iterations;
    store(to, task);
    return HP_OK;
}

/* weight[npoint] = 1/error^2 (or 1) of V, 0 where it is not fitted. */
static hp_status weigh(const hp_fit_data *data, int npoint, double *weight, hp_error *err) {
    for (int i = 0; i < npoint; i++) {
        double error = data->V_error[i];
        weight[i] = 0.0;
        if (data->fitted[i % data->n] == 0.0) continue;
        HP_REQUIRE(isfinite(data->V[i]) && isfinite(error) && error > 0.0, HP_ERR_INPUT,
                   "\"%s\": S/R = %g with error %g at r = %g a cannot be fitted (R is zero?); "
                   "fit.r_min_fm and fit.r_max_fm can leave it out",
                   data->label, data->V[i], error, data->r[i % data->n]);
        weight[i] = data->inverse_variance ? 1.0 / (error * error) : 1.0;
    }
    return HP_OK;
}

/* To the first ncolumn columns. */
static hp_status create_V(const hp_fit_data *data, int ncolumn, gaussians *self, hp_error *err) {
    hp_status status = HP_OK;
    int npoint = data->n * ncolumn;
    double *r = NULL, *weight;
    HP_NEW(r, 2 * npoint);
    weight = r + npoint;
    for (int i = 0; i < npoint; i++) r[i] = data->r[i % data->n];
    HP_TRY(weigh(data, npoint, weight, err));
    HP_TRY(hp_gaussian_fit_create(&self->V.form, r, weight, npoint, &self->V_fit, err));
    HP_NEW(self->V.param, 2 * hp_gaussian_form_terms(&self->V.form));
cleanup:
    hp_free(r);
    return status;
}

/* Weights 1/error^2 of x = 2 mu V2 (with fit.weighting: none one of them for all, the mean) up to
 * n2lo_r_max_fm. Radii without a solution or an error, where both sources look alike, have none. */
static hp_status weigh_x(const hp_potential_setup *setup, gaussians *self, hp_error *err) {
    const hp_fit_data *data = setup->data;
    double variance = 0.0, end = setup->n2lo_r_max_fm / data->length_fm * (1.0 + 1e-9);
    for (int r = 0; r < data->n; r++) {
        double square = data->x_error[r] * data->x_error[r];
        if (data->fitted[r] == 0.0 || data->r[r] > end || !(square > 0.0 && isfinite(square)))
            continue;
        self->x_weight[r] = 1.0 / square;
        variance += square;
        self->nx++;
    }
    HP_REQUIRE(self->nx > 0, HP_ERR_INPUT,
               "\"%s\": at no radius up to potential.n2lo_r_max_fm = %g fm have both sources "
               "different K/R and V2 an error: there is nothing to fit V2 to",
               data->label, setup->n2lo_r_max_fm);
    for (int r = 0; r < data->n && !data->inverse_variance; r++)
        if (self->x_weight[r] > 0.0) self->x_weight[r] = self->nx / variance;
    return HP_OK;
}

static hp_status create_x(const hp_potential_setup *setup, gaussians *self, hp_error *err) {
    const hp_fit_data *data = setup->data;
    int n = data->n, count = self->x.form.count;
    HP_ALLOCATE(self->x_weight, 3 * n + 2 * count);
    HP_ALLOCATE(self->x.param, 2 * count);
    self->x_point = self->x_weight + n;
    self->V0_point = self->x_point + n;
    self->amplitude = self->V0_point + n;
    double *range = self->amplitude + count, shortest = setup->n2lo_range_fm[0] / data->length_fm;
    double ratio = setup->n2lo_range_fm[1] / setup->n2lo_range_fm[0];
    for (int i = 0; i < count; i++)
        range[i] = self->x.param[2 * i + 1] = shortest * pow(ratio, i / fmax(count - 1, 1));
    HP_CALL(weigh_x(setup, self, err));
    const hp_ridge_options options = {.n = n,
                                      .count = count,
                                      .r = data->r,
                                      .weight = self->x_weight,
                                      .range = range,
                                      .deviation = setup->n2lo_deviation,
                                      .most = MOST_X};
    return hp_ridge_create(&options, &self->x_fit, err);
}

static void take_tail(const hp_fit_data *data, hp_tail tail, gaussians *self) {
    self->tail = (hp_tail_results){
        .tail = tail, .length_fm = data->length_fm, .energy_mev = data->energy_mev};
    for (int r = data->n - 1; r >= 0; r--) {
        if (data->fitted[r] == 0.0 || data->r[r] == 0.0) continue;
        self->tail.shortest = data->r[r];
        self->tail.longest = fmax(self->tail.longest, data->r[r]);
    }
}

static hp_status create(const hp_potential_setup *setup, void **out, hp_error *err) {
    const hp_fit_data *data = setup->data;
    double fm = data->length_fm, mev = data->energy_mev;
    bool n2lo = (setup->kind->flags & HP_KIND_TWO_SOURCES) != 0;
    gaussians *self = NULL;
    HP_ALLOCATE(self, 1);
    *out = self;
    *self = (gaussians){.n = data->n, .length_fm = fm};
    self->end = fmax(fmax(END_FM / fm, data->r[data->n - 1]), hp_tail_end(&setup->tail));
    self->V = (sum){.path = HP_ROW_GAUSSIANS, .unit = {mev, fm}};
    self->V.form = (hp_gaussian_form){setup->gaussians, setup->tail};
    take_tail(data, setup->tail, self);
    if (!n2lo) return create_V(data, data->ncolumn, self, err);
    HP_REQUIRE(data->ncolumn == 2 && data->x_error != NULL, HP_ERR_INTERNAL,
               "the derivative expansion takes two sources at one time");
    self->x = (sum){.path = HP_ROW_V2_GAUSSIANS,
                    .form.count = setup->n2lo_gaussians,
                    .unit = {mev * fm * fm / (2.0 * data->pair[0].mu), fm}};
    HP_CALL(create_x(setup, self, err));
    return create_V(data, 1, self, err);
}

static hp_potential_facts describe(const void *self) {
    return (hp_potential_facts){.has_local = true,
                                .has_slope = ((const gaussians *)self)->x.form.count > 0,
                                .symmetric = true,
                                .end = ((const gaussians *)self)->end};
}

static const hp_row V_row = {HP_ROW_GAUSSIANS, "MeV, fm",
                             "amplitude a_i and range b_i of V(r) = sum_i a_i exp(-(r/b_i)^2)",
                             .axis = {"gaussian", "amplitude_range"}};

static const hp_row n2lo_rows[] = {
    {HP_ROW_V0, "MeV",
     "V0 of S = V0 R + V2 nabla^2 R of two sources, at each radius by itself; its fit is "
     "v_local_mev",
     .axis = {"r"}},
    {HP_ROW_V2, "MeV fm^2",
     "V2 of S = V0 R + V2 nabla^2 R of two sources, at each radius by itself", .axis = {"r"}},
    {HP_ROW_V2_FIT, "MeV fm^2", "the fit of V2", .axis = {"r"}},
    {HP_ROW_V2_GAUSSIANS, "MeV fm^2, fm",
     "amplitude a_i and range b_i of V2(r) = sum_i a_i exp(-(r/b_i)^2)",
     .axis = {"v2_gaussian", "amplitude_range"}},
    {HP_ROW_V2_CHI2, "1",
     .text = "sum ((V2 - fit)/error)^2 over the number of radii in the fit of V2"}};

static void add_rows(const void *self, hp_record *record) {
    const gaussians *of = self;
    hp_record_add_rows(record, &hp_potential_row_local, 1);
    hp_record_add_axis(record, "gaussian", (size_t)of->V.form.count);
    hp_record_add_axis(record, "amplitude_range", 2);
    hp_record_add_rows(record, &V_row, 1);
    hp_tail_add_rows(&of->tail, record);
    hp_training_describe(0, 0, record);
    if (of->x.form.count == 0) return;
    hp_record_add_axis(record, "v2_gaussian", (size_t)of->x.form.count);
    hp_record_add_rows(record, n2lo_rows, (int)(sizeof n2lo_rows / sizeof *n2lo_rows));
}

static void local_at(const void *self, const hp_pair *pair, double r, double *w, double *s) {
    const gaussians *of = self;
    hp_n2lo_interaction(2.0 * pair->mu * value_at(&of->V, r), value_at(&of->x, r), w, s);
}

static hp_status fill(const void *self, const hp_pair *pair, hp_node_potential *on, hp_error *err) {
    const gaussians *of = self;
    (void)err;
    for (int i = 0; i < on->nodes->n; i++) {
        double s = 0.0, *slope = on->slope != NULL ? &on->slope[i] : &s;
        local_at(of, pair, on->nodes->r[i], &on->local[i], slope);
    }
    return HP_OK;
}

/* Of n2lo V0 alone: with V2 nabla^2 there are no levels. */
static const double *on_shells(void *self, const double *r, int n, double *V) {
    for (int i = 0; i < n; i++) V[i] = value_at(&((gaussians *)self)->V, r[i]);
    return NULL;
}

static void note(const void *self, hp_record *record) {
    hp_tail_note(&((const gaussians *)self)->tail, record);
}

const hp_potential_class hp_potential_class_gaussians = {.create = create,
                                                         .destroy = destroy,
                                                         .fit = fit,
                                                         .load = load,
                                                         .describe = describe,
                                                         .add_rows = add_rows,
                                                         .note = note,
                                                         .fill = fill,
                                                         .local_at = local_at,
                                                         .on_shells = on_shells};
