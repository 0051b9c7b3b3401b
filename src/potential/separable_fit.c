// SPDX-License-Identifier: GPL-3.0-or-later
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>
#include "separable_parts.h"
#include "hadpot/memory.h"
#include "hadpot/lapack_status.h"

/* Some ten steps are usual; the decrement is of chi2, of which 1 is one standard deviation. */
enum { STEPS = 500 };

static const double TOLERANCE = 1e-10;

/* Shortest ranges that fits with free ones start from, of which the best after FEW steps goes on.
 * Where two ranges come together there is a long curved valley with hardly any slope: 100 steps
 * that gain less than a hundred-thousandth of chi2, a thirtieth of a standard deviation of 100
 * points, are the last ones. */
enum { STARTS = 4, FEW = 15, RESTARTS = 5, RESTART_STEPS = 100 };
static const double FLAT = 1e-5;

/* A chi2 of exact data, by rounding, over that of U = 0. */
static const double EXACT = 1e-24;

/* Eigenvalues of J^T J below this part of the largest belong to directions that leave U as it is.
 */
static const double UNDETERMINED = 1e-12;

size_t hp_separable_size(const hp_gaussian_basis *basis, int rank) {
    return (size_t)rank * (1 + (size_t)basis->ncomponent * (size_t)basis->count) +
           (basis->fitted ? SEPARABLE_RANGES : 0);
}

double hp_separable_value(const hp_gaussian_basis *basis, int rank, const double *param, int m,
                          int component, double r) {
    int count = basis->count;
    const double *amplitude = param + rank + ((ptrdiff_t)m * basis->ncomponent + component) * count;
    double sum = 0.0;
    for (int i = 0; i < count; i++)
        sum += amplitude[i] * hp_gaussian_basis_value(basis, i, basis->l[component], r);
    return sum;
}

/* v_m, their strengths and the prediction for these amplitudes. */
static void predict(hp_separable_fit *fit, const double *amplitude) {
    int n = fit->n, ncolumn = fit->ncolumn, rank = fit->rank, width = fit->width;
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rank, n, width, 1.0, amplitude, width,
                fit->phi, width, 0.0, fit->v, n);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, ncolumn, rank, width, 1.0, fit->overlap,
                width, amplitude, width, 0.0, fit->strength, rank);
    memset(fit->prediction, 0, (size_t)ncolumn * (size_t)n * sizeof *fit->prediction);
    for (int c = 0; c < ncolumn; c++)
        for (int m = 0; m < rank; m++)
            cblas_daxpy(n, fit->sign[m] * fit->strength[c * rank + m], fit->v + (ptrdiff_t)m * n, 1,
                        fit->prediction + (ptrdiff_t)c * n, 1);
}

static double value(void *context, const double *amplitude) {
    hp_separable_fit *fit = context;
    int points = fit->n * fit->ncolumn, rows = (int)fit->sum.rows;
    const double *range = amplitude + (ptrdiff_t)fit->rank * fit->width;
    if (fit->basis.fitted) hp_separable_place(fit, range);
    predict(fit, amplitude);
    for (int i = 0; i < points; i++)
        fit->residual[i] = fit->root_weight[i] * (fit->S[i] - fit->prediction[i]);
    hp_fit_weights_whiten(&fit->data->weights, 1, fit->residual);
    for (int k = 0; k < rows - points; k++)
        fit->residual[points + k] = (range[k] - fit->prior_mean[k]) / fit->prior_deviation[k];
    return cblas_ddot(rows, fit->residual, 1, fit->residual, 1);
}

static void residuals(void *context, double *rho) {
    const hp_separable_fit *fit = context;
    memcpy(rho, fit->residual, fit->sum.rows * sizeof *rho);
}

/* J at amplitudes of which value was taken last: -s_m w^1/2 [phi_p <v_m,R> + v_m <phi_p,R>]. */
static hp_status linearise(void *context, const double *amplitude, double **J, size_t *columns,
                           hp_error *err) {
    hp_separable_fit *fit = context;
    int n = fit->n, width = fit->width, rank = fit->rank;
    (void)err;
    *J = fit->J;
    *columns = (size_t)fit->nfree;
    for (int row = 0; row < n * fit->ncolumn; row++) {
        int c = row / n, r = row % n;
        double *to = fit->J + (size_t)row * *columns;
        for (int m = 0; m < rank; m++) {
            double factor = -fit->sign[m] * fit->root_weight[row];
            double strength = fit->strength[c * rank + m], v = fit->v[m * n + r];
            for (int p = 0; p < width; p++)
                *to++ =
                    factor * (fit->phi[r * width + p] * strength + v * fit->overlap[c * width + p]);
        }
    }
    if (fit->basis.fitted) hp_separable_range_columns(fit, amplitude, fit->nfree);
    hp_fit_weights_whiten(&fit->data->weights, (int)*columns, fit->J);
    return HP_OK;
}

/* Q = 1. */
static void same(void *context, const double *from, double *to) {
    const hp_separable_fit *fit = context;
    memcpy(to, from, fit->sum.nparam * sizeof *to);
}

static hp_status allocate(hp_separable_fit *fit, hp_error *err) {
    size_t n = (size_t)fit->n, ncolumn = (size_t)fit->ncolumn, rank = (size_t)fit->rank;
    size_t width = (size_t)fit->width, size = (size_t)fit->nfree, points = n * ncolumn;
    size_t rows = points + SEPARABLE_RANGES;
    return hp_alloc_parts(
        &fit->block,
        HP_PARTS({&fit->phi, n * width}, {&fit->root_weight, points}, {&fit->counted, n},
                 {&fit->overlap, ncolumn * width}, {&fit->slope, n * width},
                 {&fit->overlap_slope, ncolumn * width}, {&fit->R, points}, {&fit->S, points},
                 {&fit->prediction, points}, {&fit->residual, rows}, {&fit->sign, rank},
                 {&fit->v, rank * n}, {&fit->reference_v, rank * n},
                 {&fit->strength, ncolumn * rank}, {&fit->J, rows * size}, {&fit->mean, size},
                 {&fit->deviation, size}, {&fit->trial, rank + size}, {&fit->first, rank + size},
                 {&fit->other, rank + size}, {&fit->reference, rank + size}),
        err);
}

static hp_status check(const hp_separable_fit *fit, hp_error *err) {
    const hp_fit_data *data = fit->data;
    int nparam = fit->nfree;
    HP_REQUIRE(fit->rank <= HP_MOST_RANK && fit->basis.count <= HP_MOST_GAUSSIANS, HP_ERR_INTERNAL,
               "%d terms of %d Gaussians", fit->rank, fit->basis.count);
    HP_REQUIRE(fit->rank <= data->ncolumn, HP_ERR_INPUT,
               "\"%s\": potential.rank = %d, but %d column%s (a source at a time) determine%s %d: "
               "fit more sources or times jointly",
               data->label, fit->rank, data->ncolumn, data->ncolumn == 1 ? "" : "s",
               data->ncolumn == 1 ? "s" : "", data->ncolumn);
    HP_REQUIRE(
        data->nfitted > nparam, HP_ERR_INPUT,
        "\"%s\": %d terms of %d Gaussians have %d parameters, but there are %d points to fit",
        data->label, fit->rank, fit->width, nparam, data->nfitted);
    return HP_OK;
}

static void prepare(hp_separable_fit *fit) {
    const hp_fit_data *data = fit->data;
    size_t points = (size_t)fit->n * (size_t)fit->ncolumn;
    hp_gaussian_basis_fill(&fit->basis, data, fit->phi);
    for (size_t i = 0; i < points; i++) fit->root_weight[i] = sqrt(data->weights.weight[i]);
    for (int r = 0; r < fit->n; r++) fit->counted[r] = data->fitted[r] * data->quadrature[r];
    size_t size = (size_t)fit->nfree;
    hp_separable_prior(fit);
    for (size_t p = 0; p < size; p++) fit->deviation[p] = 1.0;
    fit->sum = (hp_least_squares){.context = fit,
                                  .nparam = size,
                                  .rows = points + (fit->basis.fitted ? SEPARABLE_RANGES : 0),
                                  .most_columns = size,
                                  .mean = fit->mean,
                                  .deviation = fit->deviation,
                                  .nweight = points,
                                  .root_weight = fit->root_weight,
                                  .value = value,
                                  .residuals = residuals,
                                  .linearise = linearise,
                                  .expand = same,
                                  .project = same};
}

hp_status hp_separable_fit_create(const hp_fit_data *data, const hp_gaussian_basis *basis, int rank,
                                  hp_separable_fit **out, hp_error *err) {
    hp_status status = HP_OK;
    hp_separable_fit *fit = NULL;
    HP_NEW(fit, 1);
    *fit = (hp_separable_fit){.data = data,
                              .basis = *basis,
                              .n = data->n,
                              .ncolumn = data->ncolumn,
                              .rank = rank,
                              .width = basis->ncomponent * basis->count,
                              .nfree = (int)hp_separable_size(basis, rank) - rank};
    HP_TRY(check(fit, err));
    HP_TRY(allocate(fit, err));
    prepare(fit);
    HP_TRY(hp_lm_create_for(&fit->sum, STEPS, &fit->lm, err));
    *out = fit;
    fit = NULL;
cleanup:
    hp_separable_fit_destroy(&fit);
    return status;
}

void hp_separable_fit_destroy(hp_separable_fit **fit) {
    if (fit == NULL || *fit == NULL) return;
    hp_lm_destroy(&(*fit)->lm);
    hp_free((*fit)->block);
    hp_free(*fit);
    *fit = NULL;
}

void hp_separable_fit_follow(hp_separable_fit *fit, hp_course *course) {
    fit->course = course;
}

/* R, S, and <phi, R_i> where ranges are given. */
static void take(hp_separable_fit *fit, const double *R, const double *S) {
    size_t size = (size_t)fit->n * (size_t)fit->ncolumn * sizeof *S;
    memcpy(fit->R, R, size);
    memcpy(fit->S, S, size);
    if (!fit->basis.fitted) hp_separable_place(fit, NULL);
}

/* Ranges count like amplitudes on the way down: d/dt is of the size of a d/da. */
static void scale_ranges(hp_separable_fit *fit, const double *amplitude) {
    int size = fit->rank * fit->width;
    double norm = cblas_dnrm2(size, amplitude, 1) / sqrt(size);
    for (int p = size; p < fit->nfree; p++) fit->deviation[p] = norm > 0.0 ? 1.0 / norm : 1.0;
}

/* Down from param. */
static hp_status descend(hp_separable_fit *fit, int steps, bool warm, double *param,
                         hp_separable_report *report, hp_error *err) {
    const hp_lm_options options = {
        .steps = steps, .tolerance = TOLERANCE, .warm = warm, .course = fit->course};
    hp_train_report course = {0};
    int rank = fit->rank;
    double nothing = 0.0;
    for (int i = 0; i < fit->n * fit->ncolumn; i++)
        nothing += pow(fit->root_weight[i] * fit->S[i], 2.0);
    memcpy(fit->sign, param, (size_t)rank * sizeof *param);
    scale_ranges(fit, param + rank);
    HP_CALL(hp_lm_minimise_sum(&fit->lm, &fit->sum, &options, param + rank, &course, err));
    *report =
        (hp_separable_report){.chi2 = course.loss,
                              .decrement = course.decrement,
                              .steps = course.epochs,
                              .converged = course.converged || course.loss <= EXACT * nothing};
    return HP_OK;
}

/* From other parameters too: kept where chi2 is lower by more than steps are long. */
static hp_status try_from(hp_separable_fit *fit, const double *start, int steps, bool warm,
                          double *param, hp_separable_report *best, hp_error *err) {
    size_t size = hp_separable_size(&fit->basis, fit->rank) * sizeof *param;
    hp_separable_report found;
    memcpy(fit->trial, start, size);
    HP_CALL(descend(fit, steps, warm, fit->trial, &found, err));
    if (found.chi2 >= best->chi2 * (1.0 - sqrt(TOLERANCE))) return HP_OK;
    memcpy(param, fit->trial, size);
    *best = found;
    return HP_OK;
}

/* Signs cannot change on the way down, where v would have to vanish; one that noise has turned
 * around in the start ends in another, much higher minimum. Hence all numbers of negative terms. */
static hp_status try_signs(hp_separable_fit *fit, double *param, hp_separable_report *best,
                           hp_error *err) {
    int rank = fit->rank, started = 0, steps = fit->basis.fitted ? FEW : STEPS;
    double *start = fit->first;
    memcpy(start, param, hp_separable_size(&fit->basis, rank) * sizeof *start);
    for (int m = 0; m < rank; m++) started += start[m] < 0.0;
    HP_CALL(descend(fit, steps, false, param, best, err));
    for (int negative = 0; negative <= rank; negative++) {
        if (negative == started) continue;
        for (int m = 0; m < rank; m++) start[m] = m < negative ? -1.0 : 1.0;
        HP_CALL(try_from(fit, start, steps, false, param, best, err));
    }
    return HP_OK;
}

/* Where ranges start that are fitted: those of another fit, or b_1 from the first radius to a
 * quarter of the last. */
static int start_ranges(const hp_separable_fit *fit, const double *start,
                        double range[STARTS][SEPARABLE_RANGES]) {
    const size_t size = hp_separable_size(&fit->basis, fit->rank);
    double first, last;
    if (!fit->basis.fitted) return 1;
    if (start != NULL) {
        memcpy(range[0], start + size - SEPARABLE_RANGES, sizeof range[0]);
        return 1;
    }
    hp_separable_find_radii(fit->data, &first, &last);
    for (int i = 0; i < STARTS; i++) {
        range[i][0] = log(first) + i * log(0.25 * last / first) / (STARTS - 1);
        range[i][1] = fit->prior_mean[1];
    }
    return STARTS;
}

/* From nothing, at these ranges. */
static hp_status fit_from_ranges(hp_separable_fit *fit, const double range[SEPARABLE_RANGES],
                                 bool again, double *param, hp_separable_report *best,
                                 hp_error *err) {
    size_t size = hp_separable_size(&fit->basis, fit->rank);
    hp_separable_report found;
    double *to = again ? fit->other : param;
    if (fit->basis.fitted) hp_separable_place(fit, range);
    HP_CALL(hp_separable_start(fit, to, err));
    if (fit->basis.fitted)
        memcpy(to + size - SEPARABLE_RANGES, range, SEPARABLE_RANGES * sizeof *range);
    HP_CALL(try_signs(fit, to, &found, err));
    if (again && found.chi2 >= best->chi2 * (1.0 - sqrt(TOLERANCE))) return HP_OK;
    if (again) memcpy(param, to, size * sizeof *param);
    *best = found;
    return HP_OK;
}

/* On, until chi2 does not fall any more. */
static hp_status go_on(hp_separable_fit *fit, double *param, hp_separable_report *report,
                       hp_error *err) {
    for (int again = 0; again < RESTARTS && !report->converged; again++) {
        double before = report->chi2;
        int steps = report->steps;
        HP_CALL(descend(fit, RESTART_STEPS, true, param, report, err));
        report->steps += steps;
        report->converged |= before - report->chi2 <= FLAT * report->chi2;
    }
    return HP_OK;
}

/* v_m of the parameters that a fit starts from. */
static void keep_reference(hp_separable_fit *fit, const double *start) {
    const size_t size = hp_separable_size(&fit->basis, fit->rank);
    memcpy(fit->reference, start, size * sizeof *start);
    if (fit->basis.fitted) hp_separable_place(fit, start + size - SEPARABLE_RANGES);
    memcpy(fit->sign, start, (size_t)fit->rank * sizeof *start);
    predict(fit, start + fit->rank);
    memcpy(fit->reference_v, fit->v, (size_t)fit->rank * (size_t)fit->n * sizeof *fit->v);
}

hp_status hp_separable_fit_run(hp_separable_fit *fit, const double *R, const double *S,
                               const double *start, double *param, hp_separable_report *report,
                               hp_error *err) {
    double range[STARTS][SEPARABLE_RANGES];
    take(fit, R, S);
    if (start != NULL) keep_reference(fit, start);
    int count = start_ranges(fit, start != NULL ? fit->reference : NULL, range);
    for (int i = 0; i < count; i++)
        HP_CALL(fit_from_ranges(fit, range[i], i > 0, param, report, err));
    if (start != NULL)
        HP_CALL(try_from(fit, fit->reference, fit->basis.fitted ? RESTART_STEPS : STEPS, true,
                         param, report, err));
    if (fit->basis.fitted) HP_CALL(go_on(fit, param, report, err));
    value(fit, param + fit->rank); /* phi at these ranges */
    HP_CALL(hp_separable_order(fit, start != NULL ? fit->reference_v : NULL, param, err));
    memcpy(fit->sign, param, (size_t)fit->rank * sizeof *param);
    value(fit, param + fit->rank);
    int points = fit->n * fit->ncolumn;
    report->chi2 = cblas_ddot(points, fit->residual, 1, fit->residual, 1);
    report->prior = cblas_ddot((int)fit->sum.rows - points, fit->residual + points, 1,
                               fit->residual + points, 1);
    return HP_OK;
}

const double *hp_separable_fit_prediction(const hp_separable_fit *fit) {
    return fit->prediction;
}

hp_status hp_separable_fit_covariance(hp_separable_fit *fit, const double *param,
                                      double *covariance, hp_error *err) {
    hp_status status = HP_OK;
    double *J, *product = NULL, *eigenvalue = NULL;
    size_t columns;
    int size = fit->nfree;
    HP_NEW(product, size * size);
    HP_NEW(eigenvalue, size);
    memcpy(fit->sign, param, (size_t)fit->rank * sizeof *param);
    value(fit, param + fit->rank);
    HP_TRY(linearise(fit, param + fit->rank, &J, &columns, err));
    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, size, (int)fit->sum.rows, 1.0, J, size, 0.0,
                product, size);
    int info = LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'V', 'U', size, product, size, eigenvalue);
    HP_CHECK(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
             "eigenvalues of J^T J were not found (dsyev: %d)", info);
    memset(covariance, 0, (size_t)size * (size_t)size * sizeof *covariance);
    for (int k = 0; k < size; k++) {
        if (eigenvalue[k] <= UNDETERMINED * eigenvalue[size - 1]) continue;
        for (int i = 0; i < size; i++)
            cblas_daxpy(size, product[i * size + k] / eigenvalue[k], product + k, size,
                        covariance + (ptrdiff_t)i * size, 1);
    }
cleanup:
    hp_free(product);
    hp_free(eigenvalue);
    return status;
}
