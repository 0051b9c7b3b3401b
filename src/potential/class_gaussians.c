// SPDX-License-Identifier: GPL-3.0-or-later
/* Sums of Gaussians: a local potential fitted to V = S/R of all columns, and V0 and V2 of the
 * derivative expansion. There V2 comes first, from both sources; V0 is then what it leaves of the
 * leading-order potential of the first source. */
#include <math.h>
#include "classes.h"
#include "hadpot/gaussians.h"
#include "hadpot/memory.h"
#include "hadpot/n2lo.h"

/* A sum of Gaussians and the row that it is stored in. */
typedef struct sum {
    const char *path, *name; /* name: what messages call it, or NULL */
    hp_gaussian_form form;
    int count;
    double unit[3]; /* from amplitude, range, centre in L to those that are stored */
    hp_gaussian_fit *fit;
    double *param; /* (count, form) L */
} sum;

typedef struct gaussians {
    int n; /* radii of the data */
    double length_fm;
    sum V, x;                   /* V or V0; x = 2 mu V2, of n2lo alone */
    int nx;                     /* radii in the fit of x, */
    double *x_weight;           /* (n) 0 where x is not fitted */
    double *x_point, *V0_point; /* (n) of the current sample, radius by radius */
} gaussians;

static void destroy(void *self) {
    gaussians *old = self;
    hp_gaussian_fit_destroy(&old->V.fit);
    hp_gaussian_fit_destroy(&old->x.fit);
    hp_free(old->V.param);
    hp_free(old->x.param);
    hp_free(old->x_weight);
    hp_free(old);
}

static double value_at(const sum *of, double r) {
    return of->count > 0 ? hp_gaussians_value(of->form, of->param, of->count, r) : 0.0;
}

static void load_sum(sum *to, const hp_record *record, const double *vector) {
    const double *stored = hp_record_read(record, vector, to->path);
    for (int i = 0; i < (int)to->form * to->count; i++)
        to->param[i] = stored[i] / to->unit[i % (int)to->form];
}

static void load(void *self, const hp_record *record, const double *vector) {
    gaussians *to = self;
    load_sum(&to->V, record, vector);
    if (to->x.count > 0) load_sum(&to->x, record, vector);
}

/* Fit to the values at all points, from nothing or from task->start, and store the parameters. */
static hp_status fit_sum(sum *to, const double *values, const hp_fit_task *task,
                         hp_gaussian_report *report, hp_error *err) {
    hp_status status = HP_OK;
    if (task->start == NULL) {
        HP_TRY(hp_gaussian_fit_search(to->fit, values, to->param, report, err));
    } else {
        load_sum(to, task->record, task->start);
        HP_TRY(hp_gaussian_fit_minimise(to->fit, values, to->param, report, err));
    }
    double *stored = hp_record_at(task->record, task->vector, to->path);
    for (int i = 0; i < (int)to->form * to->count; i++)
        stored[i] = to->param[i] * to->unit[i % (int)to->form];
cleanup:
    if (status != HP_OK && to->name != NULL) hp_error_add_context(err, "fit of %s", to->name);
    return status;
}

/* x radius by radius, its fit, and V0 = S/R - V2 nabla^2 R/R of the first source with that. The
 * pointwise V0 would take over the noise that V2 has where both sources look alike. */
static hp_status fit_x(gaussians *self, const hp_fit_task *task, hp_gaussian_report *report,
                       hp_error *err) {
    const hp_fit_data *data = task->data;
    int n = self->n;
    const double *R = data->R, *K = data->K, *S = data->S;
    hp_n2lo_columns columns = {.R = {R, R + n}, .K = {K, K + n}, .S = {S, S + n}};
    double *V0 = hp_record_at(task->record, task->vector, HP_ROW_V0);
    double *V2 = hp_record_at(task->record, task->vector, HP_ROW_V2);
    hp_n2lo_solve(&columns, n, self->V0_point, self->x_point);
    self->x.unit[0] = data->energy_mev * data->length_fm * data->length_fm / (2.0 * data->pair.mu);
    for (int r = 0; r < n; r++) {
        V0[r] = self->V0_point[r] * data->energy_mev;
        V2[r] = self->x_point[r] * self->x.unit[0];
    }
    HP_CALL(fit_sum(&self->x, self->x_point, task, report, err));
    for (int r = 0; r < n; r++)
        self->V0_point[r] = data->V[r] - value_at(&self->x, data->r[r]) * K[r] / R[r];
    return HP_OK;
}

/* The fits of V0 and V2 on the radii, chi2 of V2, and V0 R + V2 nabla^2 R of all columns. */
static void store(const gaussians *self, const hp_fit_task *task) {
    const hp_record *record = task->record;
    const hp_fit_data *data = task->data;
    bool n2lo = self->x.count > 0;
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
    hp_gaussian_report V, x = {.converged = true};
    if (to->x.count > 0) HP_CALL(fit_x(to, task, &x, err));
    HP_CALL(fit_sum(&to->V, to->x.count > 0 ? to->V0_point : task->data->V, task, &V, err));
    *hp_record_at(record, task->vector, HP_ROW_LOSS) = V.chi2;
    *hp_record_at(record, task->vector, HP_ROW_CONVERGED) = V.converged && x.converged;
    *hp_record_at(record, task->vector, HP_ROW_EPOCHS) = V.iterations + x.iterations;
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
static hp_status create_V(const hp_fit_data *data, int ncolumn, sum *V, hp_error *err) {
    hp_status status = HP_OK;
    int npoint = data->n * ncolumn;
    double *r = NULL, *weight;
    HP_NEW(r, 2 * npoint);
    weight = r + npoint;
    for (int i = 0; i < npoint; i++) r[i] = data->r[i % data->n];
    HP_TRY(weigh(data, npoint, weight, err));
    HP_TRY(hp_gaussian_fit_create(V->form, V->count, r, weight, npoint, &V->fit, err));
    HP_NEW(V->param, (size_t)V->form * (size_t)V->count);
cleanup:
    hp_free(r);
    return status;
}

/* Weights 1/error^2 (or 1) of x = 2 mu V2 up to n2lo_r_max_fm. Radii without a solution or an
 * error, where both sources look alike, have none. */
static hp_status create_x(const hp_potential_setup *setup, gaussians *self, hp_error *err) {
    hp_status status = HP_OK;
    const hp_fit_data *data = setup->data;
    const double *error = data->x_error;
    double end = setup->n2lo_r_max_fm / data->length_fm * (1.0 + 1e-9);
    HP_NEW(self->x_weight, 3 * data->n);
    HP_NEW(self->x.param, (size_t)self->x.form * (size_t)self->x.count);
    self->x_point = self->x_weight + data->n;
    self->V0_point = self->x_point + data->n;
    for (int r = 0; r < data->n; r++) {
        if (data->fitted[r] == 0.0 || data->r[r] > end) continue;
        if (!isfinite(error[r]) || error[r] <= 0.0) continue;
        self->x_weight[r] = data->inverse_variance ? 1.0 / (error[r] * error[r]) : 1.0;
        self->nx++;
    }
    HP_TRY(hp_gaussian_fit_create(self->x.form, self->x.count, data->r, self->x_weight, data->n,
                                  &self->x.fit, err));
cleanup:
    if (status == HP_ERR_INPUT) hp_error_add_context(err, "fit of V2, potential.n2lo_r_max_fm");
    return status;
}

static hp_status create(const hp_potential_setup *setup, void **out, hp_error *err) {
    const hp_fit_data *data = setup->data;
    double fm = data->length_fm, mev = data->energy_mev;
    bool n2lo = (setup->kind->flags & HP_KIND_TWO_SOURCES) != 0;
    gaussians *self = NULL;
    HP_ALLOCATE(self, 1);
    *out = self;
    *self = (gaussians){.n = data->n, .length_fm = fm};
    self->V = (sum){.path = HP_ROW_GAUSSIANS,
                    .name = n2lo ? "V0" : NULL,
                    .form = HP_GAUSSIANS_CENTRED,
                    .count = setup->gaussians,
                    .unit = {mev, fm}};
    if (!n2lo) return create_V(data, data->ncolumn, &self->V, err);
    HP_REQUIRE(data->ncolumn == 2 && data->x_error != NULL, HP_ERR_INTERNAL,
               "the derivative expansion takes two sources at one time");
    self->x = (sum){.path = HP_ROW_V2_GAUSSIANS,
                    .name = "V2",
                    .form = HP_GAUSSIANS_SHIFTED,
                    .count = setup->n2lo_gaussians,
                    .unit = {mev * fm * fm / (2.0 * data->pair.mu), fm, fm}};
    HP_CALL(create_x(setup, self, err));
    return create_V(data, 1, &self->V, err);
}

static hp_potential_facts describe(const void *self) {
    return (hp_potential_facts){
        .has_local = true, .has_slope = ((const gaussians *)self)->x.count > 0, .symmetric = true};
}

static const hp_row V_row = {.path = HP_ROW_GAUSSIANS,
                             .unit = "MeV, fm",
                             .text =
                                 "amplitude a_i and range b_i of V(r) = sum_i a_i exp(-(r/b_i)^2)",
                             .axis = {"gaussian", "amplitude_range"}};

static const hp_row n2lo_rows[] = {
    {.path = HP_ROW_V0,
     .unit = "MeV",
     .text = "V0 of S = V0 R + V2 nabla^2 R of two sources, at each radius by itself; its fit is "
             "v_local_mev",
     .axis = {"r"}},
    {.path = HP_ROW_V2,
     .unit = "MeV fm^2",
     .text = "V2 of S = V0 R + V2 nabla^2 R of two sources, at each radius by itself",
     .axis = {"r"}},
    {.path = HP_ROW_V2_FIT, .unit = "MeV fm^2", .text = "the fit of V2", .axis = {"r"}},
    {.path = HP_ROW_V2_GAUSSIANS,
     .unit = "MeV fm^2, fm, fm",
     .text = "amplitude a_i, range b_i, centre c_i of V2(r) = sum_i a_i exp(-((r-c_i)/b_i)^2)",
     .axis = {"v2_gaussian", "amplitude_range_centre"}},
    {.path = HP_ROW_V2_CHI2,
     .unit = "1",
     .text = "sum ((V2 - fit)/error)^2 over the number of radii in the fit of V2"}};

static void add_rows(const void *self, hp_record *record) {
    const gaussians *of = self;
    hp_record_add_rows(record, &hp_potential_row_local, 1);
    hp_record_add_axis(record, "gaussian", (size_t)of->V.count);
    hp_record_add_axis(record, "amplitude_range", 2);
    hp_record_add_rows(record, &V_row, 1);
    hp_training_describe(0, 0, record);
    if (of->x.count == 0) return;
    hp_record_add_axis(record, "v2_gaussian", (size_t)of->x.count);
    hp_record_add_axis(record, "amplitude_range_centre", 3);
    hp_record_add_rows(record, n2lo_rows, (int)(sizeof n2lo_rows / sizeof *n2lo_rows));
}

static void local_at(const void *self, const hp_pair *pair, double r, double *w, double *s) {
    const gaussians *of = self;
    hp_n2lo_interaction(2.0 * pair->mu * value_at(&of->V, r), value_at(&of->x, r), w, s);
}

static hp_status fill(const void *self, const hp_pair *pair, hp_node_potential *on, hp_error *err) {
    const gaussians *of = self;
    for (int i = 0; i < on->nodes->n; i++) {
        double r = on->nodes->r[i], x = value_at(&of->x, r), s;
        HP_REQUIRE(x < 1.0, HP_ERR_NUMERIC,
                   "1 - 2 mu V2 = %g at r = %g fm, but it multiplies the second derivative of the "
                   "wave function and must be positive: fit V2 with fewer potential.n2lo_gaussians "
                   "or up to another potential.n2lo_r_max_fm",
                   1.0 - x, r * of->length_fm);
        local_at(self, pair, r, &on->local[i], on->slope != NULL ? &on->slope[i] : &s);
    }
    return HP_OK;
}

/* Of n2lo V0 alone: with V2 nabla^2 there are no levels. */
static const double *on_shells(void *self, const double *r, int n, double *V) {
    for (int i = 0; i < n; i++) V[i] = value_at(&((gaussians *)self)->V, r[i]);
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
