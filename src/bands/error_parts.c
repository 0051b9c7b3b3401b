// SPDX-License-Identifier: GPL-3.0-or-later
/* Weights of a part of the points, and what they make of residuals. */
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include "hadpot/memory.h"
#include "hadpot/lapack_status.h"
#include "error_shape.h"

/* What is taken of a model. */
typedef struct {
    const hp_error_model *model;
    int first, step, columns; /* of columns */
    int count, *at;           /* radii (count) that are fitted in a component */
    bool whole;               /* of all radii */
} selection;

static int column_of(const selection *of, int i) {
    return of->first + i * of->step;
}

/* Whether radius i is fitted in the component of a column. */
static bool is_fitted(const selection *of, int column, int i) {
    const hp_error_model *model = of->model;
    return model->fitted[column % model->ncomponent * model->n + of->at[i]] > 0.0;
}

/* sum over the columns of the part that belong to a component of the squared correlation with
 * column c: all components are there in turn, or one alone */
static double count_columns(const selection *of, int c, int component) {
    int ncomponent = of->model->ncomponent, end = of->first + of->columns * of->step;
    int ahead = (component - of->first % ncomponent + ncomponent) % ncomponent;
    int step = of->step == 1 ? ncomponent : of->step, start = of->first + ahead;
    if (start >= end || (of->step > 1 && ahead > 0)) return 0.0;
    const double *correlation = of->model->correlation + (ptrdiff_t)c * of->model->ncolumn + start;
    return cblas_ddot((end - 1 - start) / step + 1, correlation, step, correlation, step);
}

/* The same over the radii of the part: points of a component that say what radius i says. */
static double count_radii(const selection *of, int i, int component) {
    const hp_error_model *model = of->model;
    double sum = 0.0;
    for (int j = 0; j < of->count; j++) {
        double x = fabs(model->r[of->at[i]] - model->r[of->at[j]]);
        double s = i == j ? 1.0 : hp_error_shape(model, x);
        if (is_fitted(of, component, j)) sum += s * s;
    }
    return sum;
}

/* T, with what count_radii says of each component. */
static double temperature(const selection *of, int c, const double *same) {
    double T = 0.0;
    for (int i = 0; i < of->model->ncomponent; i++) T += same[i] * count_columns(of, c, i);
    return T;
}

/* 1/(D T + F), and the sum of (D + F)/(D T + F): what chi2 is on average. */
static void temper(const selection *of, double *weight, double *effective) {
    const hp_error_model *model = of->model;
    double same[HP_MOST_COMPONENTS];
    for (int i = 0; i < of->count; i++) {
        for (int k = 0; k < model->ncomponent; k++) same[k] = count_radii(of, i, k);
        for (int k = 0; k < of->columns; k++) {
            int c = column_of(of, k), point = c * model->n + of->at[i];
            if (!is_fitted(of, c, i)) continue;
            double T = temperature(of, c, same);
            double D = model->diagonal[point], F = model->artefact[point];
            if (of->whole) F += model->breaking[point];
            weight[point] = 1.0 / (D * T + F);
            *effective += (D + F) / (D * T + F);
        }
    }
}

/* With x = residual/sqrt(D T) the common mode is sum_cc' gamma_cc' u_c u_c', u_c = R_c in
 * these units, which have no point in common: length[c] = |u_c|, mode (columns, ncolumn, n) of
 * u_c/|u_c| at first. */
static void take_columns(const selection *of, hp_fit_weights *weights, double *length) {
    const hp_error_model *model = of->model;
    int n = model->n, m = n * model->ncolumn;
    for (int c = 0; c < of->columns; c++) {
        double *u = weights->mode + (ptrdiff_t)c * m;
        for (int i = 0; i < of->count; i++) {
            int point = column_of(of, c) * n + of->at[i];
            u[point] = sqrt(weights->weight[point]) * model->R[point];
        }
        length[c] = cblas_dnrm2(m, u, 1);
        if (length[c] > 0.0) cblas_dscal(m, 1.0 / length[c], u, 1);
    }
}

/* Eigenvectors P, in columns, and eigenvalues kappa of |u_c| gamma_cc' |u_c'|. */
static hp_status decompose(const selection *of, const double *length, double *P, double *kappa,
                           hp_error *err) {
    int columns = of->columns, ncolumn = of->model->ncolumn;
    for (int c = 0; c < columns; c++)
        for (int e = 0; e < columns; e++)
            P[c * columns + e] = length[c] *
                                 of->model->gamma[column_of(of, c) * ncolumn + column_of(of, e)] *
                                 length[e];
    int info = LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 'V', 'U', columns, P, columns, kappa);
    HP_REQUIRE(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
               "the common mode was not found (dsyevd: %d)", info);
    return HP_OK;
}

/* q_m = sum_c P_cm u_c/|u_c|, f_m = 1 - (1 + kappa_m)^(-1/2) (weights.h). Columns have no point in
 * common, so that a point of q_m needs that of one u alone. */
static hp_status make_modes(const selection *of, hp_fit_weights *weights, hp_error *err) {
    hp_status status = HP_OK;
    int n = of->model->n, m = n * of->model->ncolumn, columns = of->columns;
    double *length = NULL, *P = NULL, *kappa = NULL, *block = NULL;
    const hp_part parts[] = {{&length, (size_t)columns},
                             {&P, (size_t)columns * (size_t)columns},
                             {&kappa, (size_t)columns}};
    HP_TRY(hp_alloc_parts(&block, parts, sizeof parts / sizeof *parts, err));
    take_columns(of, weights, length);
    HP_TRY(decompose(of, length, P, kappa, err));
    for (int c = 0; c < columns; c++)
        for (int i = 0; i < of->count; i++) {
            int point = column_of(of, c) * n + of->at[i];
            double u = weights->mode[(ptrdiff_t)c * m + point];
            for (int k = 0; k < columns; k++)
                weights->mode[(ptrdiff_t)k * m + point] = P[c * columns + k] * u;
        }
    for (int k = 0; k < columns; k++)
        weights->mode_factor[k] = -expm1(-0.5 * log1p(fmax(kappa[k], 0.0)));
cleanup:
    hp_free(block);
    return status;
}

static hp_status make_weights(const selection *of, hp_error_part *part, hp_error *err) {
    hp_fit_weights *weights = &part->weights;
    int m = of->model->n * of->model->ncolumn;
    *weights = (hp_fit_weights){.n = of->model->n, .ncolumn = of->model->ncolumn};
    HP_ALLOCATE(weights->weight, m);
    HP_ALLOCATE(weights->mode, (size_t)of->columns * (size_t)m);
    HP_ALLOCATE(weights->mode_factor, of->columns);
    weights->nmode = of->columns;
    temper(of, weights->weight, &part->effective_points);
    return make_modes(of, weights, err);
}

/* Radii of the part that any component has. */
static void choose_radii(selection *of, const double *chosen) {
    const hp_error_model *model = of->model;
    for (int r = 0; r < model->n; r++) {
        bool fitted = false;
        for (int k = 0; k < model->ncomponent; k++) fitted |= model->fitted[k * model->n + r] > 0.0;
        if (fitted && (chosen == NULL || chosen[r] > 0.0)) of->at[of->count++] = r;
    }
}

hp_status hp_error_model_restrict(const hp_error_model *model, hp_error_columns columns,
                                  const double *chosen, hp_error_part *part, hp_error *err) {
    hp_status status = HP_OK;
    selection of = {.model = model,
                    .first = columns.first,
                    .step = columns.step,
                    .columns = (columns.end - columns.first + columns.step - 1) / columns.step,
                    .whole = chosen == NULL};
    *part = (hp_error_part){0};
    HP_NEW(of.at, model->n);
    choose_radii(&of, chosen);
    for (int i = 0; i < of.count * of.columns; i++)
        part->points += is_fitted(&of, column_of(&of, i / of.count), i % of.count);
    part->freedom = model->freedom;
    if (part->points > 0) HP_TRY(make_weights(&of, part, err));
cleanup:
    hp_free(of.at);
    if (status != HP_OK) hp_error_part_destroy(part);
    return status;
}

void hp_error_part_destroy(hp_error_part *part) {
    if (part == NULL) return;
    hp_fit_weights_destroy(&part->weights);
    *part = (hp_error_part){0};
}

hp_status hp_error_model_whiten(const hp_error_model *model, int q, double *matrix, hp_error *err) {
    const hp_fit_weights *weights = &model->weights;
    int m = model->n * model->ncolumn;
    double *dot = NULL;
    HP_ALLOCATE(dot, q);
    for (int i = 0; i < m; i++)
        cblas_dscal(q, sqrt(weights->weight[i]), matrix + (ptrdiff_t)i * q, 1);
    for (int k = 0; k < weights->nmode; k++) {
        const double *mode = weights->mode + (ptrdiff_t)k * m;
        cblas_dgemv(CblasRowMajor, CblasTrans, m, q, 1.0, matrix, q, mode, 1, 0.0, dot, 1);
        cblas_dger(CblasRowMajor, m, q, -weights->mode_factor[k], mode, 1, dot, 1, matrix, q);
    }
    hp_free(dot);
    return HP_OK;
}
