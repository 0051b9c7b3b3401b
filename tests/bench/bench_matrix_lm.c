// SPDX-License-Identifier: GPL-3.0-or-later
/* Time of one step of Levenberg-Marquardt of matrix potentials by its parts, one thread, fastest of
 * several, beside the operations that docs/method-network-matrix.md counts. A step here is
 * Jacobian, products of J, one solve, one expansion of the step, one loss. */
#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/log.h"
#include "hadpot/matrix_loss.h"
#include "hadpot/memory.h"
#include "hadpot/network_fit.h"

enum { PARTS = 5, STEPS = 20 };

/* orbits: points of a component; of them `distinct` radii. */
typedef struct {
    const char *name;
    int ncomponent, orbits, distinct, ncolumn;
    bool operators;
    int repeats;
} matrix;

static const matrix cases[] = {
    {"one S wave, demonstration", 1, 60, 60, 4, false, 30},
    {"two pairs, closure", 2, 80, 80, 6, false, 30},
    {"S-D elements, 500 orbits", 2, 500, 400, 4, false, 7},
    {"S-D V_C V_T, 500 orbits", 2, 500, 400, 2, true, 7},
    {"three pairs", 3, 120, 120, 9, false, 7},
    {"four components", 4, 120, 120, 12, false, 3},
};

typedef struct {
    hp_matrix_model model;
    hp_matrix_loss loss;
    hp_lm lm;
    hp_least_squares sum;
    double *block, *param;
} bench;

static hp_matrix_terms terms_of(const matrix *m) {
    hp_matrix_terms terms = {.ncomponent = 2, .nterm = 2, .nnetwork = 1};
    const double tensor[] = {0.0, sqrt(8.0), sqrt(8.0), -2.0};
    if (!m->operators) return hp_matrix_terms_of_elements(m->ncomponent, false);
    terms.element[0][0] = terms.element[0][3] = 1.0;
    memcpy(terms.element[1], tensor, sizeof tensor);
    return terms;
}

/* S = V R of short-ranged V_cd, errors of 1e-4; R of component d and column k as no other. */
static hp_loss_data fill_data(const matrix *m, double *block) {
    size_t n = (size_t)(m->ncomponent * m->orbits), values = n * (size_t)m->ncolumn;
    double *r = block, *quadrature = r + n, *R = quadrature + n, *S = R + values;
    double *weight = S + values, step = 4.0 / m->distinct;
    for (size_t i = 0; i < n; i++) {
        int k = (int)i % m->orbits;
        r[i] = step * (1 + (long)k * m->distinct / m->orbits);
        quadrature[i] = 4.0 * M_PI * r[i] * r[i] * 4.0 / m->orbits;
        for (int c = 0; c < m->ncolumn; c++)
            R[(size_t)c * n + i] = cos(0.4 * r[i] + c + 2.0 * (double)(i / (size_t)m->orbits));
    }
    for (size_t i = 0; i < values; i++) {
        size_t point = i % n, c = point / (size_t)m->orbits;
        weight[i] = 1e8;
        for (size_t d = 0; d < (size_t)m->ncomponent; d++)
            S[i] += R[i - point + d * (size_t)m->orbits + point % (size_t)m->orbits] *
                    (0.3 * exp(-4.0 * r[point] * r[point]) - 0.05 / (1.0 + (double)(c * d))) *
                    exp(-r[point] * r[point] / (1.0 + (double)(c + d)));
    }
    return (hp_loss_data){.n = (int)n,
                          .ncolumn = m->ncolumn,
                          .r = r,
                          .quadrature = quadrature,
                          .R = R,
                          .S = S,
                          .weight = weight,
                          .penalty = 1.0,
                          .hidden_deviation = 0.1};
}

static hp_status bench_open(const matrix *m, bench *b, hp_error *err) {
    hp_status status = HP_OK;
    size_t n = (size_t)(m->ncomponent * m->orbits), values = n * (size_t)m->ncolumn;
    hp_matrix_terms terms = terms_of(m);
    double scale[HP_MOST_TERMS], local_scale[HP_MOST_TERMS];
    for (int p = 0; p < terms.nterm; p++) scale[p] = local_scale[p] = 0.1;
    HP_TRY(
        hp_matrix_model_create(&hp_network_defaults, &terms, scale, local_scale, &b->model, err));
    HP_NEW(b->block, 2 * n + 3 * values + b->model.nparam);
    hp_loss_data data = fill_data(m, b->block);
    b->param = b->block + 2 * n + 3 * values;
    HP_TRY(hp_matrix_loss_create(&b->model, &data, &b->loss, err));
    b->sum = hp_matrix_loss_sum(&b->loss);
    HP_TRY(hp_lm_create_for(&b->sum, STEPS, &b->lm, err));
    HP_TRY(hp_matrix_model_draw_weights(&b->model, 1, 0, b->param, err));
    hp_matrix_loss_set_prior(&b->loss, b->param);
    hp_train_report report = {0}; /* some steps, so that the ranks are those of a fit */
    hp_lm_options options = {.steps = STEPS, .ncurve = 2};
    HP_TRY(hp_lm_minimise_sum(&b->lm, &b->sum, &options, b->param, &report, err));
cleanup:
    return status;
}

static void bench_close(bench *b) {
    hp_lm_destroy(&b->lm);
    hp_matrix_loss_destroy(&b->loss);
    hp_matrix_model_destroy(&b->model);
    hp_free(b->block);
}

static hp_status time_step(bench *b, int repeats, double seconds[PARTS], hp_error *err) {
    hp_status status = HP_OK;
    hp_lm *lm = &b->lm;
    const hp_least_squares *sum = &b->sum;
    for (int p = 0; p < PARTS; p++) seconds[p] = INFINITY;
    sum->value(sum->context, b->param);
    for (int i = 0; i < repeats; i++) {
        double clock[PARTS + 1], *J, trace = 0.0;
        size_t count;
        sum->residuals(sum->context, lm->residual);
        clock[0] = hp_clock_seconds();
        HP_TRY(sum->linearise(sum->context, b->param, &J, &count, err));
        clock[1] = hp_clock_seconds();
        int rows = (int)sum->rows, columns = (int)count;
        sum->project(sum->context, lm->theta_hat, lm->projected);
        cblas_dgemv(CblasRowMajor, CblasTrans, rows, columns, 1.0, J, columns, lm->residual, 1, 0.0,
                    lm->gradient, 1);
        HP_TRY(hp_normal_form(&lm->normal, J, sum->rows, count, columns > rows, err));
        clock[2] = hp_clock_seconds();
        for (size_t k = 0; k < lm->normal.order; k++)
            trace += lm->normal.product[k * (lm->normal.order + 1)];
        double sigma_kappa[2] = {sum->penalty + 1e-4 * trace / columns, sum->penalty};
        HP_CHECK(hp_normal_solve(&lm->normal, lm->residual, lm->gradient, lm->projected,
                                 sigma_kappa, lm->u),
                 HP_ERR_NUMERIC, "not positive definite");
        clock[3] = hp_clock_seconds();
        sum->expand(sum->context, lm->u, lm->step);
        clock[4] = hp_clock_seconds();
        sum->value(sum->context, b->param);
        clock[5] = hp_clock_seconds();
        for (int p = 0; p < PARTS; p++) seconds[p] = fmin(seconds[p], clock[p + 1] - clock[p]);
    }
cleanup:
    return status;
}

/* d_z of the functions, rank rows of K, and the pivoted factor. */
static double count_tangent(const hp_tangent *t) {
    double n = t->n, rank = t->rank, F = t->nfunction, width = 0.0, same = F / t->nnetwork;
    const hp_mlp *mlp = &t->mlp;
    for (int l = 0; l < mlp->nlayer; l++) width += mlp->width[l] + mlp->width[l + 1] + 1.0;
    double last = mlp->width[mlp->nlayer - 1] + mlp->width[mlp->nlayer] + 1.0;
    return 2.0 * n * (double)mlp->nparam * (t->nnetwork + F) +
           2.0 * n * rank * (same * width + (F - same) * last) + F * n * rank * rank;
}

static void count_operations(const bench *b, double count[PARTS]) {
    const hp_matrix_loss *loss = &b->loss;
    const hp_matrix_terms *terms = &loss->model->terms;
    double rows = (double)b->sum.rows, k = loss->nonlocal.rank, K = (double)loss->columns;
    double n = loss->grid.n, N = terms->ncomponent, touched = 0.0;
    double order = (double)b->lm.normal.order;
    double weights =
        (double)loss->nonlocal.mlp.nparam * terms->nnetwork + (double)loss->local.mlp.nparam;
    for (int p = 0; p < terms->nterm; p++)
        for (int c = 0; c < terms->ncomponent; c++) touched += hp_matrix_term_acts_on(terms, p, c);
    count[0] = count_tangent(&loss->nonlocal) + count_tangent(&loss->local) +
               2.0 * rows * k * (2.0 * touched / N + 1.0) +
               2.0 * rows * loss->local.rank * touched / N;
    count[1] = rows * K * (order / K) * (K > rows ? K : order) + 2.0 * rows * K + 4.0 * n * weights;
    count[2] = order * order * order / 3.0 + 2.0 * order * order;
    count[3] = 4.0 * n * weights;
    count[4] = 2.0 * n * weights + 8.0 * rows * touched;
}

int main(void) {
    hp_error err = HP_ERROR_INIT;
    hp_status status = HP_OK;
    openblas_set_num_threads(1);
    printf("# ms of Jacobian, products, solve, expansion, loss, sum; operations\n");
    for (size_t i = 0; status == HP_OK && i < sizeof cases / sizeof *cases; i++) {
        bench b = {0};
        double seconds[PARTS], count[PARTS], sum = 0.0, operations = 0.0;
        status = bench_open(&cases[i], &b, &err);
        if (status == HP_OK) status = time_step(&b, cases[i].repeats, seconds, &err);
        if (status == HP_OK) {
            count_operations(&b, count);
            printf("%-26s rows %5zu, columns %4zu (rank %d + %d) ", cases[i].name, b.sum.rows,
                   b.loss.columns, b.loss.nonlocal.rank, b.loss.local.rank);
            for (int p = 0; p < PARTS; p++) {
                printf(" %7.3f", 1e3 * seconds[p]);
                sum += seconds[p];
                operations += count[p];
            }
            printf("  sum %8.3f ms  %7.1f MFlop  %5.1f GFLOP/s\n", 1e3 * sum, 1e-6 * operations,
                   1e-9 * operations / sum);
        }
        bench_close(&b);
    }
    if (status != HP_OK) hp_log_error(&err);
    return status == HP_OK ? 0 : 1;
}
