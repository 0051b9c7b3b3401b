// SPDX-License-Identifier: GPL-3.0-or-later
#include "block_fit.h"
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/lapack_status.h"

/* The prior against cancellations of near ranges: wide enough that no sum of Gaussians that
 * describes hadrons feels it, narrow enough that rounding does not. */
static const double PRIOR = 100.0;

struct block_fit {
    const hp_fit_data *data; /* not owned */
    block_form form;
    size_t points, size; /* ncolumn n; amplitudes */
    double *block;
    double *phi;         /* (n, width) of the non-local part */
    double *overlap;     /* (ncolumn, width) <phi, R> */
    double *root_weight; /* (points) */
    double *X;           /* (points, size) columns of the prediction for amplitudes 1 */
    double *system;      /* (points + size, size) with weights and prior */
    double *right;       /* (points + size) */
    double *inverse;     /* (size) 1/deviation of the prior */
};

int hp_block_form_shapes(const block_form *form) {
    return form->local.count + (form->tail.kind != HP_TAIL_NONE);
}

static int width_of(const block_form *form) {
    return form->nonlocal.ncomponent * form->nonlocal.count;
}

/* Whether A has a free element between these two. */
static bool is_free(const block_form *form, int P, int Q) {
    return !form->diagonal || P / form->nonlocal.count == Q / form->nonlocal.count;
}

size_t hp_block_form_size(const block_form *form) {
    size_t size = (size_t)form->terms.nterm * (size_t)hp_block_form_shapes(form);
    for (int P = 0; P < width_of(form); P++)
        for (int Q = P; Q < width_of(form); Q++) size += is_free(form, P, Q);
    return size;
}

static double shape(const block_form *form, double tail_range, int i, double r) {
    if (i < form->local.count) return hp_gaussian_basis_value(&form->local, i, 0, r);
    return hp_tail_shape(&form->tail, tail_range, r, NULL);
}

double hp_block_form_term(const block_form *form, const double *amplitude, double tail_range, int p,
                          double r) {
    int nshape = hp_block_form_shapes(form);
    double sum = 0.0;
    for (int i = 0; i < nshape; i++)
        sum += amplitude[p * nshape + i] * shape(form, tail_range, i, r);
    return sum;
}

double hp_block_form_local(const block_form *form, const double *amplitude, double tail_range,
                           int c, int d, double r) {
    const hp_matrix_terms *terms = &form->terms;
    double sum = 0.0;
    for (int p = 0; p < terms->nterm; p++) {
        double element = terms->element[p][c * terms->ncomponent + d];
        if (element != 0.0) sum += element * hp_block_form_term(form, amplitude, tail_range, p, r);
    }
    return sum;
}

double hp_block_form_nonlocal(const block_form *form, const double *amplitude, int c, int d,
                              double r, double rp) {
    const hp_gaussian_basis *basis = &form->nonlocal;
    const double *A = amplitude + (ptrdiff_t)form->terms.nterm * hp_block_form_shapes(form);
    int count = basis->count;
    double sum = 0.0;
    for (int P = 0; P < width_of(form); P++)
        for (int Q = P; Q < width_of(form); Q++) {
            if (!is_free(form, P, Q)) continue;
            double a = *A++;
            bool here = P / count == c && Q / count == d,
                 mirrored = P / count == d && Q / count == c;
            if (!here && !mirrored) continue;
            double one = here ? hp_gaussian_basis_value(basis, P % count, basis->l[c], r) *
                                    hp_gaussian_basis_value(basis, Q % count, basis->l[d], rp)
                              : 0.0;
            double other = mirrored && P != Q
                               ? hp_gaussian_basis_value(basis, Q % count, basis->l[c], r) *
                                     hp_gaussian_basis_value(basis, P % count, basis->l[d], rp)
                               : 0.0;
            sum += a * (one + other);
        }
    return sum;
}

/* Column `p` of X, of shape i of a term: shape(r) sum_d O_cd R_d(r). */
static void fill_local(block_fit *fit, const double *R, double tail_range, int term, int i,
                       size_t p) {
    const hp_fit_data *data = fit->data;
    const double *element = fit->form.terms.element[term];
    int n = data->n, nradius = data->nradius, N = data->ncomponent;
    for (size_t row = 0; row < fit->points; row++) {
        int point = (int)row % n, c = point / nradius;
        const double *column = R + (ptrdiff_t)((int)row - point);
        double sum = 0.0;
        for (int d = 0; d < N; d++)
            sum += element[c * N + d] * column[d * nradius + point % nradius];
        fit->X[row * fit->size + p] =
            sum == 0.0 ? 0.0 : sum * shape(&fit->form, tail_range, i, data->r[point]);
    }
}

/* Of A_PQ: phi_P <phi_Q,R> and, for P != Q, the other way round. */
static void fill_nonlocal(block_fit *fit, int P, int Q, size_t p) {
    int n = fit->data->n, width = width_of(&fit->form);
    for (size_t row = 0; row < fit->points; row++) {
        const double *phi = fit->phi + (ptrdiff_t)((int)row % n) * width;
        const double *overlap = fit->overlap + (ptrdiff_t)((int)row / n) * width;
        fit->X[row * fit->size + p] = phi[P] * overlap[Q] + (P != Q ? phi[Q] * overlap[P] : 0.0);
    }
}

static void fill(block_fit *fit, const double *R, double tail_range) {
    const hp_fit_data *data = fit->data;
    const block_form *form = &fit->form;
    int n = data->n, width = width_of(form);
    size_t p = 0;
    for (int term = 0; term < form->terms.nterm; term++)
        for (int i = 0; i < hp_block_form_shapes(form); i++)
            fill_local(fit, R, tail_range, term, i, p++);
    memset(fit->overlap, 0, (size_t)(data->ncolumn * width) * sizeof *fit->overlap);
    for (int i = 0; i < n * data->ncolumn && width > 0; i++)
        cblas_daxpy(width, data->quadrature[i % n] * R[i], fit->phi + (ptrdiff_t)(i % n) * width, 1,
                    fit->overlap + (ptrdiff_t)(i / n) * width, 1);
    for (int P = 0; P < width; P++)
        for (int Q = P; Q < width; Q++)
            if (is_free(form, P, Q)) fill_nonlocal(fit, P, Q, p++);
}

/* PRIOR |S|/|X_p| in the norm of the weights, of the average, where weights are 1/error^2; where
 * they are 1 the loss is penalty_unit chi2, and the prior has to shrink with it. */
static void choose_prior(block_fit *fit) {
    const hp_fit_data *data = fit->data;
    double S2 = 0.0, unit = sqrt(data->penalty_unit);
    fill(fit, data->R, fit->form.local.range[0]);
    for (size_t i = 0; i < fit->points; i++) S2 += pow(fit->root_weight[i] * data->S[i], 2.0);
    for (size_t p = 0; p < fit->size; p++) {
        double X2 = 0.0;
        for (size_t i = 0; i < fit->points; i++)
            X2 += pow(fit->root_weight[i] * fit->X[i * fit->size + p], 2.0);
        /* without any part in S an amplitude is 0 */
        fit->inverse[p] = X2 > 0.0 && S2 > 0.0 ? unit * sqrt(X2 / S2) / PRIOR : 1.0;
    }
}

hp_status hp_block_fit_create(const hp_fit_data *data, const block_form *form, block_fit **out,
                              hp_error *err) {
    hp_status status = HP_OK;
    block_fit *fit = NULL;
    size_t n = (size_t)data->n, ncolumn = (size_t)data->ncolumn, width = (size_t)width_of(form);
    HP_NEW(fit, 1);
    *fit = (block_fit){.data = data, .form = *form, .points = n * ncolumn};
    size_t size = fit->size = hp_block_form_size(form), rows = fit->points + size;
    HP_CHECK(
        (size_t)data->nfitted > size, HP_ERR_INPUT,
        "\"%s\": %d blocks of %d Gaussians have %zu amplitudes, but there are %d points to fit",
        data->label, form->terms.nterm, form->local.count, size, data->nfitted);
    HP_TRY(hp_alloc_parts(&fit->block,
                          HP_PARTS({&fit->phi, n * width}, {&fit->overlap, ncolumn * width},
                                   {&fit->root_weight, fit->points}, {&fit->X, fit->points * size},
                                   {&fit->system, rows * size}, {&fit->right, rows},
                                   {&fit->inverse, size}),
                          err));
    if (width > 0) hp_gaussian_basis_fill(&form->nonlocal, data, fit->phi);
    for (size_t i = 0; i < fit->points; i++) fit->root_weight[i] = sqrt(data->weights.weight[i]);
    choose_prior(fit);
    *out = fit;
    fit = NULL;
cleanup:
    hp_block_fit_destroy(&fit);
    return status;
}

void hp_block_fit_destroy(block_fit **fit) {
    if (fit == NULL || *fit == NULL) return;
    hp_free((*fit)->block);
    hp_free(*fit);
    *fit = NULL;
}

hp_status hp_block_fit_solve(block_fit *fit, const double *R, const double *S, double tail_range,
                             double *amplitude, double *prediction, double *chi2, hp_error *err) {
    size_t size = fit->size, points = fit->points;
    fill(fit, R, tail_range);
    for (size_t i = 0; i < points; i++) {
        fit->right[i] = fit->root_weight[i] * S[i];
        for (size_t p = 0; p < size; p++)
            fit->system[i * size + p] = fit->root_weight[i] * fit->X[i * size + p];
    }
    hp_fit_weights_whiten(&fit->data->weights, (int)size, fit->system);
    hp_fit_weights_whiten(&fit->data->weights, 1, fit->right);
    memset(fit->system + points * size, 0, size * size * sizeof *fit->system);
    memset(fit->right + points, 0, size * sizeof *fit->right);
    for (size_t p = 0; p < size; p++) fit->system[(points + p) * size + p] = fit->inverse[p];
    int info = LAPACKE_dgels(LAPACK_ROW_MAJOR, 'N', (lapack_int)(points + size), (lapack_int)size,
                             1, fit->system, (lapack_int)size, fit->right, 1);
    HP_REQUIRE(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
               "the linear fit of %zu amplitudes of Gaussians has no solution (dgels: %d)", size,
               info);
    memcpy(amplitude, fit->right, size * sizeof *amplitude);
    cblas_dgemv(CblasRowMajor, CblasNoTrans, (int)points, (int)size, 1.0, fit->X, (int)size,
                amplitude, 1, 0.0, prediction, 1);
    *chi2 = hp_fit_weights_chi2(&fit->data->weights, S, prediction);
    HP_REQUIRE(isfinite(*chi2), HP_ERR_NUMERIC,
               "the linear fit of %zu amplitudes of Gaussians is not finite: are all R and S?",
               size);
    return HP_OK;
}
