// SPDX-License-Identifier: GPL-3.0-or-later
/* Time of one step of Levenberg-Marquardt by its parts, one thread, fastest of several; operations
 * as counted in docs/decisions/0009-step-speed.md. A step here is Jacobian, products of J, one
 * solve, one expansion of the step, one loss. */
#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "layers.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/train.h"

enum { LAYERS = 6, PARTS = 5 };

typedef struct {
    const char *name;
    int n, ncolumn, nf, f[LAYERS], ng, g[3], nv, v[3], omega, repeats;
} network;

static const network networks[] = {
    {"Xi Xi joint", 855, 2, 2, {32, 32}, 1, {1}, 3, {32, 32, 1}, 0, 9},
    {"Xi Xi, f 64-16, v 32-16-1", 855, 2, 2, {64, 16}, 1, {1}, 3, {32, 16, 1}, 0, 9},
    {"Xi Xi, 6 columns", 855, 6, 2, {32, 32}, 1, {1}, 3, {32, 32, 1}, 0, 9},
    {"demonstration", 60, 4, 2, {32, 32}, 1, {1}, 3, {32, 32, 1}, 0, 50},
    {"Omega_ccc", 236, 1, 6, {32, 64, 128, 64, 32, 16}, 1, {1}, 0, {0}, 1, 15},
    {"deep g 8-8-1", 120, 4, 2, {32, 32}, 3, {8, 8, 1}, 3, {32, 32, 1}, 0, 3},
};

typedef struct {
    hp_model model;
    hp_loss loss;
    hp_lm lm;
    double *block, *param;
} bench;

static hp_status bench_open(const network *net, bench *b, hp_error *err);
static void bench_close(bench *b);
static hp_status create_model(const network *net, hp_model *model, hp_error *err);
static hp_loss_data fill_data(const network *net, double *block);
static hp_status time_step(bench *b, int repeats, double seconds[PARTS], hp_error *err);
static void count_operations(const bench *b, double count[PARTS]);
static double count_kernel(const hp_tangent *tangent);
static double rate_of_dgemm(void);

int main(void) {
    hp_error err = HP_ERROR_INIT;
    hp_status status = HP_OK;
    openblas_set_num_threads(1);
    printf("# ms of Jacobian, products, solve, expansion, loss, sum; operations; share of dgemm\n");
    for (size_t i = 0; status == HP_OK && i < sizeof networks / sizeof *networks; i++) {
        bench b = {0};
        double seconds[PARTS], count[PARTS], sum = 0.0, operations = 0.0;
        status = bench_open(&networks[i], &b, &err);
        if (status == HP_OK) status = time_step(&b, networks[i].repeats, seconds, &err);
        if (status == HP_OK) {
            double dgemm = rate_of_dgemm();
            const hp_jacobian *j = &b.lm.jacobian;
            count_operations(&b, count);
            printf("%-26s n %3d, rows %4zu, columns %4zu (rank %d + %d) ", networks[i].name,
                   networks[i].n, j->rows, j->columns, j->nonlocal.rank, j->local.rank);
            for (int p = 0; p < PARTS; p++) {
                printf(" %7.3f", 1e3 * seconds[p]);
                sum += seconds[p];
                operations += count[p];
            }
            printf("  sum %8.3f ms  %7.1f MFlop  %5.1f GFLOP/s = %3.0f %% of dgemm (%.1f)\n",
                   1e3 * sum, 1e-6 * operations, 1e-9 * operations / sum,
                   1e-7 * operations / sum / dgemm, dgemm);
        }
        bench_close(&b);
    }
    if (status != HP_OK) hp_log_error(&err);
    return status == HP_OK ? 0 : 1;
}

static hp_status bench_open(const network *net, bench *b, hp_error *err) {
    hp_status status = HP_OK;
    size_t n = (size_t)net->n, values = n * (size_t)net->ncolumn;
    HP_TRY(create_model(net, &b->model, err));
    HP_NEW(b->block, 2 * n + 3 * values + b->model.nparam);
    hp_loss_data data = fill_data(net, b->block);
    b->param = b->block + 2 * n + 3 * values;
    HP_TRY(hp_loss_create(&b->model, &data, &b->loss, err));
    HP_TRY(hp_lm_create(&b->loss, 20, &b->lm, err));
    HP_TRY(hp_model_draw_weights(&b->model, 1, 0, b->param, err));
    hp_loss_set_prior(&b->loss, b->param);
    hp_train_report report = {0}; /* some steps, so that the ranks are those of a fit */
    hp_lm_options options = {.steps = net->ng > 1 ? 2 : 20, .ncurve = 2};
    HP_TRY(hp_lm_minimise(&b->lm, &b->loss, &options, b->param, &report, err));
cleanup:
    return status;
}

static void bench_close(bench *b) {
    hp_lm_destroy(&b->lm);
    hp_loss_destroy(&b->loss);
    hp_model_destroy(&b->model);
    hp_free(b->block);
}

static hp_status create_model(const network *net, hp_model *model, hp_error *err) {
    hp_activation f[LAYERS], g[] = {HP_SILU, HP_SILU, HP_IDENTITY},
                             v[] = {HP_SILU, HP_SILU, HP_IDENTITY};
    for (int l = 0; l < net->nf; l++) f[l] = net->omega ? HP_LEAKY_RELU : HP_SILU;
    double range = net->n > 500 ? 32.0 : 0.2 * net->n;
    hp_model_spec spec = {.input = net->omega ? HP_INPUT_LINEAR : HP_INPUT_CENTRED_LOG1P,
                          .input_scale = 4.0,
                          .input_centre = expm1(0.5 * log1p(range)),
                          .f = layers_of(net->nf, net->f, f),
                          .g = layers_of(net->ng, net->g, g + 3 - net->ng),
                          .output = net->omega ? HP_ELU : HP_IDENTITY,
                          .scale = net->omega ? 1e-6 : 1e-4,
                          .local_scale = 0.1,
                          .envelope = net->omega ? 0.0 : 0.3 * range,
                          .local_envelope = 0.4 * range};
    if (net->nv > 0) spec.v = layers_of(net->nv, net->v, v);
    return hp_model_create(&spec, model, err);
}

/* S = V R of a short-ranged V, errors of 1 %; Omega_ccc: weights 1 and the regulator of its job. */
static hp_loss_data fill_data(const network *net, double *block) {
    size_t n = (size_t)net->n, values = n * (size_t)net->ncolumn;
    double *r = block, *quadrature = r + n, *R = quadrature + n, *S = R + values;
    double *weight = S + values, step = net->n > 500 ? 32.0 / net->n : 0.2;
    for (size_t i = 0; i < n; i++) {
        double x = r[i] = step * (double)(i + 1);
        quadrature[i] = 4.0 * M_PI * step * x * x;
        for (size_t c = 0; c < (size_t)net->ncolumn; c++) {
            double value = R[c * n + i] = 1.0 / cosh(x / (12.0 + (double)c));
            double V = 0.03 * exp(-x * x / 9.0) - 0.05 * exp(-x * x / 50.0);
            S[c * n + i] = V * value;
            weight[c * n + i] = net->omega ? 1.0 : 1e8;
        }
    }
    return (hp_loss_data){.n = net->n,
                          .ncolumn = net->ncolumn,
                          .r = r,
                          .quadrature = quadrature,
                          .R = R,
                          .S = S,
                          .weight = weight,
                          .cutoff = 35.5,
                          .cutoff_weight = net->omega ? 1e8 : 0.0,
                          .penalty = net->omega ? 0.0 : 1.0,
                          .hidden_deviation = 0.1};
}

static hp_status time_step(bench *b, int repeats, double seconds[PARTS], hp_error *err) {
    hp_status status = HP_OK;
    hp_lm *lm = &b->lm;
    hp_jacobian *jacobian = &lm->jacobian;
    for (int p = 0; p < PARTS; p++) seconds[p] = INFINITY;
    hp_loss_value(&b->loss, b->param);
    for (int i = 0; i < repeats; i++) {
        double clock[PARTS + 1];
        hp_loss_residuals(&b->loss, lm->residual);
        clock[0] = hp_clock_seconds();
        HP_TRY(hp_jacobian_compute(jacobian, &b->loss, b->param, err));
        clock[1] = hp_clock_seconds();
        int rows = (int)jacobian->rows, columns = (int)jacobian->columns;
        hp_jacobian_project(jacobian, &b->loss, lm->theta_hat, lm->projected);
        cblas_dgemv(CblasRowMajor, CblasTrans, rows, columns, 1.0, jacobian->J, columns,
                    lm->residual, 1, 0.0, lm->gradient, 1);
        HP_TRY(hp_normal_form(&lm->normal, jacobian->J, jacobian->rows, jacobian->columns,
                              columns > rows, err));
        clock[2] = hp_clock_seconds();
        double trace = 0.0;
        for (size_t k = 0; k < lm->normal.order; k++)
            trace += lm->normal.product[k * (lm->normal.order + 1)];
        double sigma_kappa[2] = {b->loss.penalty + 1e-4 * trace / columns, b->loss.penalty};
        HP_CHECK(hp_normal_solve(&lm->normal, lm->residual, lm->gradient, lm->projected,
                                 sigma_kappa, lm->u),
                 HP_ERR_NUMERIC, "not positive definite");
        clock[3] = hp_clock_seconds();
        hp_jacobian_expand(jacobian, &b->loss, lm->u, lm->step);
        clock[4] = hp_clock_seconds();
        hp_loss_value(&b->loss, b->param);
        clock[5] = hp_clock_seconds();
        for (int p = 0; p < PARTS; p++) seconds[p] = fmin(seconds[p], clock[p + 1] - clock[p]);
    }
cleanup:
    return status;
}

static void count_operations(const bench *b, double count[PARTS]) {
    const hp_jacobian *j = &b->lm.jacobian;
    double n = b->loss.n, C = b->loss.ncolumn, rows = (double)j->rows, k = (double)j->columns;
    double order = (double)b->lm.normal.order, f = (double)b->model.v_start;
    double beyond = rows - n * C, P = (double)b->model.nparam, rank = j->nonlocal.rank;
    count[0] = 3.0 * n * C * j->local.rank;
    if (j->local.n > 0) count[0] += count_kernel(&j->local);
    if (j->linear_g) {
        count[0] += count_kernel(&j->nonlocal) +
                    (j->separates ? 5.0 * n * rank * C : 2.0 * n * n * rank * C) +
                    2.0 * beyond * rank;
    } else /* features, pairs of g, coefficients times features */
        count[0] += 4.0 * n * (double)b->model.f.nparam * b->model.g.width[0] +
                    n * n * (6.0 + 2.0 * C) * (double)b->model.g.nparam +
                    2.0 * C * n * n * b->model.g.width[0] * (double)b->model.f.nparam;
    count[1] =
        rows * k * (order / k) * (j->columns > j->rows ? k : order) + 2.0 * rows * k + 4.0 * n * P;
    count[2] = order * order * order / 3.0 + 2.0 * order * order;
    count[3] = j->linear_g ? 4.0 * n * P : 4.0 * n * (P - f);
    count[4] = 2.0 * n * P + (j->separates ? 6.0 * n * C : 2.0 * n * n * C + 4.0 * n * n);
    if (!j->linear_g) count[4] += n * n * (double)b->model.g.nparam;
}

/* Forward, backward, `rank` rows of the kernel, the pivoted factor. */
static double count_kernel(const hp_tangent *tangent) {
    double n = tangent->n, rank = tangent->rank, width = 0.0;
    for (int l = 0; l < tangent->mlp.nlayer; l++)
        width += tangent->mlp.width[l] + tangent->mlp.width[l + 1] + 1.0;
    return 4.0 * n * (double)tangent->mlp.nparam + 2.0 * n * rank * width + n * rank * rank;
}

/* GFLOP/s of a square product of 512, the best of some. */
static double rate_of_dgemm(void) {
    enum { SIZE = 512 };
    double *A = hp_alloc(3 * SIZE * SIZE, sizeof *A), best = INFINITY;
    if (A == NULL) return NAN;
    for (int repeat = 0; repeat < 20; repeat++) {
        double start = hp_clock_seconds();
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, SIZE, SIZE, SIZE, 1.0, A, SIZE,
                    A + SIZE * SIZE, SIZE, 0.0, A + 2 * SIZE * SIZE, SIZE);
        best = fmin(best, hp_clock_seconds() - start);
    }
    hp_free(A);
    return 2e-9 * SIZE * SIZE * SIZE / best;
}
