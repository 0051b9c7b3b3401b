// SPDX-License-Identifier: GPL-3.0-or-later
/* V0 and V2 of the derivative expansion. V2 comes first, from both sources; V0 is then what it
 * leaves of the leading-order potential of the first source. */
#include <math.h>
#include "centred.h"
#include "classes.h"
#include "hadpot/memory.h"
#include "hadpot/n2lo.h"

typedef struct n2lo {
    int n, count; /* radii of the data, Gaussians of x = 2 mu V2 */
    int nx;       /* radii in the fit of x */
    hp_centred V0;
    hp_gaussian_fit *x_fit;
    double unit[3];  /* from amplitude, range, centre of x in L to those of V2 in MeV fm^2 and fm */
    double *x_param; /* (3 count) L */
    double *x_weight;     /* (n) 0 where x is not fitted */
    double *x, *V0_point; /* (n) of the current sample, radius by radius */
} n2lo;

static void destroy(void *self) {
    n2lo *old = self;
    hp_centred_destroy(&old->V0);
    hp_gaussian_fit_destroy(&old->x_fit);
    hp_free(old->x_param);
    hp_free(old->x_weight);
    hp_free(old->x);
    hp_free(old->V0_point);
    hp_free(old);
}

/* Weights 1/error^2 (or 1) of x = 2 mu V2 up to n2lo_r_max_fm. Radii without a solution or an
 * error, where both sources look alike, have none. */
static hp_status create_x(const hp_potential_setup *setup, n2lo *self, hp_error *err) {
    hp_status status = HP_OK;
    const hp_fit_data *data = setup->data;
    const double *error = data->x_error;
    double end = setup->n2lo_r_max_fm / data->length_fm * (1.0 + 1e-9);
    for (int r = 0; r < data->n; r++) {
        if (data->fitted[r] == 0.0 || data->r[r] > end) continue;
        if (!isfinite(error[r]) || error[r] <= 0.0) continue;
        self->x_weight[r] = data->inverse_variance ? 1.0 / (error[r] * error[r]) : 1.0;
        self->nx++;
    }
    HP_TRY(hp_gaussian_fit_create(HP_GAUSSIANS_SHIFTED, self->count, data->r, self->x_weight,
                                  data->n, &self->x_fit, err));
cleanup:
    if (status == HP_ERR_INPUT) hp_error_add_context(err, "fit of V2, potential.n2lo_r_max_fm");
    return status;
}

static void set_unit(n2lo *self, const hp_pair *pair) {
    double fm = self->V0.length_fm;
    self->unit[0] = self->V0.energy_mev * fm * fm / (2.0 * pair->mu);
    self->unit[1] = self->unit[2] = fm;
}

static hp_status create(const hp_potential_setup *setup, void **out, hp_error *err) {
    const hp_fit_data *data = setup->data;
    n2lo *self = NULL;
    HP_ALLOCATE(self, 1);
    *out = self;
    HP_REQUIRE(data->ncolumn == 2 && data->x_error != NULL, HP_ERR_INTERNAL,
               "the derivative expansion takes two sources at one time");
    self->n = data->n;
    self->count = setup->n2lo_gaussians;
    HP_ALLOCATE(self->x, data->n);
    HP_ALLOCATE(self->V0_point, data->n);
    HP_ALLOCATE(self->x_weight, data->n);
    HP_ALLOCATE(self->x_param, 3 * self->count);
    HP_CALL(create_x(setup, self, err));
    HP_CALL(hp_centred_create(setup, 1, &self->V0, err));
    set_unit(self, &data->pair);
    return HP_OK;
}

static void load(void *self, const hp_record *record, const double *vector) {
    n2lo *to = self;
    const double *stored = hp_record_read(record, vector, HP_ROW_V2_GAUSSIANS);
    for (int i = 0; i < 3 * to->count; i++) to->x_param[i] = stored[i] / to->unit[i % 3];
    hp_centred_load(&to->V0, record, vector);
}

static hp_status fit_x(n2lo *self, const hp_fit_task *task, hp_gaussian_report *report,
                       hp_error *err) {
    hp_status status = HP_OK;
    const hp_fit_data *data = task->data;
    int n = self->n;
    const double *R = data->R, *K = data->K, *S = data->S;
    hp_n2lo_columns columns = {.R = {R, R + n}, .K = {K, K + n}, .S = {S, S + n}};
    hp_n2lo_solve(&columns, n, self->V0_point, self->x);
    double *V0 = hp_record_at(task->record, task->vector, HP_ROW_V0);
    double *V2 = hp_record_at(task->record, task->vector, HP_ROW_V2);
    for (int r = 0; r < n; r++) {
        V0[r] = self->V0_point[r] * data->energy_mev;
        V2[r] = self->x[r] * self->unit[0];
    }
    if (task->start == NULL) {
        HP_TRY(hp_gaussian_fit_search(self->x_fit, self->x, self->x_param, report, err));
    } else {
        load(self, task->record, task->start);
        HP_TRY(hp_gaussian_fit_minimise(self->x_fit, self->x, self->x_param, report, err));
    }
    double *stored = hp_record_at(task->record, task->vector, HP_ROW_V2_GAUSSIANS);
    for (int i = 0; i < 3 * self->count; i++) stored[i] = self->x_param[i] * self->unit[i % 3];
cleanup:
    if (status != HP_OK) hp_error_add_context(err, "fit of V2");
    return status;
}

/* V0 = S/R - V2 nabla^2 R/R of the first source with the fitted V2. The pointwise V0 would take
 * over the noise that V2 has where both sources look alike. */
static hp_status fit_V0(n2lo *self, const hp_fit_task *task, hp_gaussian_report *report,
                        hp_error *err) {
    hp_status status = HP_OK;
    const hp_fit_data *data = task->data;
    for (int r = 0; r < self->n; r++) {
        double x = hp_shifted_gaussians_value(self->x_param, self->count, data->r[r]);
        self->V0_point[r] = data->V[r] - x * data->K[r] / data->R[r];
    }
    HP_TRY(hp_centred_fit(&self->V0, self->V0_point, task, report, err));
cleanup:
    if (status != HP_OK) hp_error_add_context(err, "fit of V0");
    return status;
}

/* The fitted V0 and x at a distance r. */
static void value_at(const n2lo *self, double r, double *V0, double *x) {
    *V0 = hp_centred_value(&self->V0, r);
    *x = hp_shifted_gaussians_value(self->x_param, self->count, r);
}

/* The fitted V0 and V2 on the radii, chi2 of V2, and V0 R + V2 nabla^2 R of both sources. */
static void store(const n2lo *self, const hp_fit_task *task) {
    const hp_record *record = task->record;
    const hp_fit_data *data = task->data;
    double *V_local = hp_record_at(record, task->vector, HP_ROW_V_LOCAL);
    double *V2_fit = hp_record_at(record, task->vector, HP_ROW_V2_FIT), chi2 = 0.0;
    int n = self->n;
    for (int r = 0; r < n; r++) {
        double V0, x;
        value_at(self, data->r[r], &V0, &x);
        V_local[r] = V0 * data->energy_mev;
        V2_fit[r] = x * self->unit[0];
        if (self->x_weight[r] > 0.0)
            chi2 += self->x_weight[r] * (self->x[r] - x) * (self->x[r] - x);
        for (int i = r; i < 2 * n; i += n) task->prediction[i] = V0 * data->R[i] + x * data->K[i];
    }
    *hp_record_at(record, task->vector, HP_ROW_V2_CHI2) = chi2 / self->nx;
}

static hp_status fit(void *self, const hp_fit_task *task, hp_error *err) {
    const hp_record *record = task->record;
    hp_gaussian_report x, V0;
    set_unit(self, &task->data->pair);
    HP_CALL(fit_x(self, task, &x, err));
    HP_CALL(fit_V0(self, task, &V0, err));
    *hp_record_at(record, task->vector, HP_ROW_LOSS) = V0.chi2;
    *hp_record_at(record, task->vector, HP_ROW_CONVERGED) = V0.converged && x.converged;
    *hp_record_at(record, task->vector, HP_ROW_EPOCHS) = V0.iterations + x.iterations;
    store(self, task);
    return HP_OK;
}

static hp_potential_facts describe(const void *self) {
    (void)self;
    return (hp_potential_facts){.has_local = true, .has_slope = true, .symmetric = true};
}

static const hp_row rows[] = {
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
    const n2lo *of = self;
    hp_record_add_rows(record, &hp_potential_row_local, 1);
    hp_centred_add_rows(&of->V0, record);
    hp_record_add_axis(record, "v2_gaussian", (size_t)of->count);
    hp_record_add_axis(record, "amplitude_range_centre", 3);
    hp_record_add_rows(record, rows, (int)(sizeof rows / sizeof *rows));
}

static hp_status fill(const void *self, const hp_pair *pair, hp_node_potential *on, hp_error *err) {
    const n2lo *of = self;
    double V0, x;
    for (int i = 0; i < on->nodes->n; i++) {
        value_at(of, on->nodes->r[i], &V0, &x);
        HP_REQUIRE(x < 1.0, HP_ERR_NUMERIC,
                   "1 - 2 mu V2 = %g at r = %g fm, but it multiplies the second derivative of the "
                   "wave function and must be positive: fit V2 with fewer potential.n2lo_gaussians "
                   "or up to another potential.n2lo_r_max_fm",
                   1.0 - x, on->nodes->r[i] * of->V0.length_fm);
        hp_n2lo_interaction(2.0 * pair->mu * V0, x, &on->local[i], &on->slope[i]);
    }
    return HP_OK;
}

static void local_at(const void *self, const hp_pair *pair, double r, double *w, double *s) {
    double V0, x;
    value_at(self, r, &V0, &x);
    hp_n2lo_interaction(2.0 * pair->mu * V0, x, w, s);
}

/* V0 alone: with V2 nabla^2 there are no levels. */
static const double *on_shells(void *self, const double *r, int n, double *V) {
    for (int i = 0; i < n; i++) V[i] = hp_centred_value(&((n2lo *)self)->V0, r[i]);
    return NULL;
}

const hp_potential_class hp_potential_class_n2lo = {.create = create,
                                                    .destroy = destroy,
                                                    .fit = fit,
                                                    .load = load,
                                                    .describe = describe,
                                                    .add_rows = add_rows,
                                                    .fill = fill,
                                                    .local_at = local_at,
                                                    .on_shells = on_shells};
