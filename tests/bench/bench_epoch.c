// SPDX-License-Identifier: GPL-3.0-or-later
/* Time of one epoch of Adam (loss, gradient, update), one thread.
 *
 *     bench_epoch               every network below, with dgemm of 512 and of the layers' own
 * shapes bench_epoch omega         the Omega_ccc network alone, one batch of epochs a line
 *     bench_epoch dump FILE     its data, initial weights, loss and gradient as doubles, for
 *                               epoch_pytorch.py (compare_epoch.sh runs both side by side)
 *
 * Counted operations, those of the plain algorithm whatever is saved: each perceptron 6 a weight
 * and radius (forward, and twice that backward); each column 2 n^2 forward (symmetric product) and
 * backward (rank-2 update); the pair loops (one activation, seven operations forward and backward)
 * n (n + 1)/2 times. */
#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "layers.h"
#include "hadpot/log.h"
#include "hadpot/loss.h"
#include "hadpot/memory.h"
#include "hadpot/train.h"

enum { LAYERS = 6, BATCHES = 9, EPOCHS = 60 };

typedef struct network {
    const char *name;
    int n, ncolumn, nf, f[LAYERS], local, omega;
    hp_activation hidden, output;
} network;

static const network networks[] = {
    {"demo: f 1-32-16, local 1-32-16-1", 60, 4, 2, {32, 16}, 1, 0, HP_SILU, HP_IDENTITY},
    {"Omega_ccc: f 1-32-64-128-64-32-16",
     236,
     1,
     6,
     {32, 64, 128, 64, 32, 16},
     0,
     1,
     HP_LEAKY_RELU,
     HP_ELU},
    {"the same layers, SiLU", 236, 1, 6, {32, 64, 128, 64, 32, 16}, 0, 1, HP_SILU, HP_ELU},
    {"Xi Xi joint: f 1-64-16, local 1-32-16-1", 855, 2, 2, {64, 16}, 1, 0, HP_SILU, HP_IDENTITY},
};

/* A network with data to fit and an optimiser. */
typedef struct bench {
    hp_model model;
    hp_loss_data data;
    hp_loss loss;
    hp_adam adam;
    double *block, *r, *quadrature, *R, *S, *weight, *param;
} bench;

static hp_status bench_open(const network *net, bench *b, hp_error *err);
static void bench_close(bench *b);
static hp_status create_model(const network *net, hp_model *model, hp_error *err);
static void fill_data(const network *net, bench *b);
static hp_status time_batches(bench *b, double milliseconds[BATCHES], hp_error *err);
static hp_status print_table(hp_error *err);
static hp_status print_batches(hp_error *err);
static hp_status dump(const char *path, hp_error *err);
static double count_operations(const hp_model *model, int n, int ncolumn);
static double rate_of_dgemm(int m, int n, int k, int transpose_a, int transpose_b);
static double rate_of_layers(const network *net);
static int compare_doubles(const void *a, const void *b);

int main(int argc, char **argv) {
    hp_error err = HP_ERROR_INIT;
    hp_status status;
    openblas_set_num_threads(1);
    if (argc == 3 && strcmp(argv[1], "dump") == 0)
        status = dump(argv[2], &err);
    else if (argc == 2 && strcmp(argv[1], "omega") == 0)
        status = print_batches(&err);
    else
        status = print_table(&err);
    if (status != HP_OK) hp_log_error(&err);
    return status == HP_OK ? 0 : 1;
}

static hp_status bench_open(const network *net, bench *b, hp_error *err) {
    hp_status status = HP_OK;
    size_t n = (size_t)net->n, values = n * (size_t)net->ncolumn;
    HP_TRY(create_model(net, &b->model, err));
    HP_NEW(b->block, 2 * n + 3 * values + b->model.nparam);
    b->r = b->block;
    b->quadrature = b->r + n;
    b->R = b->quadrature + n;
    b->S = b->R + values;
    b->weight = b->S + values;
    b->param = b->weight + values;
    fill_data(net, b);
    HP_TRY(hp_loss_create(&b->model, &b->data, &b->loss, err));
    HP_TRY(hp_adam_create(b->model.nparam, EPOCHS, &b->adam, err));
    HP_TRY(hp_model_draw_weights(&b->model, 1, 0, b->param, err));
cleanup:
    return status;
}

static void bench_close(bench *b) {
    hp_adam_destroy(&b->adam);
    hp_loss_destroy(&b->loss);
    hp_model_destroy(&b->model);
    hp_free(b->block);
}

static hp_status create_model(const network *net, hp_model *model, hp_error *err) {
    static const int linear[] = {1}, local[] = {32, 16, 1};
    const hp_activation identity[] = {HP_IDENTITY},
                        to_scalar[] = {net->hidden, net->hidden, HP_IDENTITY};
    hp_activation hidden[LAYERS];
    for (int l = 0; l < net->nf; l++) hidden[l] = net->hidden;
    hp_model_spec spec = {.input = net->omega ? HP_INPUT_LINEAR : HP_INPUT_LOG1P,
                          .f = layers_of(net->nf, net->f, hidden),
                          .g = layers_of(1, linear, identity),
                          .output = net->output,
                          .scale = net->omega ? 1e-6 : 1e-4,
                          .local_scale = 0.1,
                          .envelope = net->omega ? 0.0 : 8.0,
                          .local_envelope = 18.0};
    if (net->local) spec.v = layers_of(3, local, to_scalar);
    return hp_model_create(&spec, model, err);
}

/* The grid and regulator of jobs/omega_ccc, S = V R of a short-ranged V. */
static void fill_data(const network *net, bench *b) {
    size_t n = (size_t)net->n;
    for (size_t i = 0; i < n; i++) {
        double r = 0.2 * (double)(i + 1);
        b->r[i] = r;
        b->quadrature[i] = 0.8 * M_PI * r * r;
        for (size_t c = 0; c < (size_t)net->ncolumn; c++) {
            double R = 1.0 / cosh(r / (12.0 + (double)c));
            b->R[c * n + i] = R;
            b->S[c * n + i] = R * (0.03 * exp(-r * r / 9.0) - 0.05 * exp(-r * r / 50.0));
            b->weight[c * n + i] = 1.0;
        }
    }
    b->data = (hp_loss_data){.n = net->n,
                             .ncolumn = net->ncolumn,
                             .r = b->r,
                             .quadrature = b->quadrature,
                             .R = b->R,
                             .S = b->S,
                             .weight = b->weight,
                             .cutoff = 35.5,
                             .cutoff_weight = net->omega ? 1e8 : 0.0};
}

/* Each batch goes on training from the weights of the one before. */
static hp_status time_batches(bench *b, double milliseconds[BATCHES], hp_error *err) {
    hp_status status = HP_OK;
    hp_train_options options = {.epochs = EPOCHS, .learning_rate = 1e-3, .ncurve = 2};
    hp_train_report report = {0};
    for (int batch = -1; batch < BATCHES; batch++) { /* -1: warm-up */
        double start = hp_clock_seconds();
        HP_TRY(hp_adam_minimise(&b->adam, &b->loss, &options, b->param, &report, err));
        if (batch >= 0) milliseconds[batch] = 1e3 * (hp_clock_seconds() - start) / EPOCHS;
    }
cleanup:
    return status;
}

static hp_status print_table(hp_error *err) {
    hp_status status = HP_OK;
    bench b = {0};
    double milliseconds[BATCHES];
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++) {
        const network *net = &networks[i];
        HP_TRY(bench_open(net, &b, err));
        HP_TRY(time_batches(&b, milliseconds, err));
        double dgemm = rate_of_dgemm(512, 512, 512, 0, 0), layers = rate_of_layers(net);
        qsort(milliseconds, BATCHES, sizeof *milliseconds, compare_doubles);
        double rate = 1e-6 * count_operations(&b.model, net->n, net->ncolumn) / milliseconds[0];
        printf("%-42s %4d radii  min %7.3f  median %7.3f ms  %6.2f GFLOP/s = %3.0f %% of dgemm "
               "512 (%.1f), %3.0f %% of its layers' (%.1f)\n",
               net->name, net->n, milliseconds[0], milliseconds[BATCHES / 2], rate,
               100.0 * rate / dgemm, dgemm, 100.0 * rate / layers, layers);
        bench_close(&b);
        b = (bench){0};
    }
cleanup:
    bench_close(&b);
    return status;
}

static hp_status print_batches(hp_error *err) {
    hp_status status = HP_OK;
    bench b = {0};
    const network *net = &networks[1];
    double milliseconds[BATCHES];
    HP_TRY(bench_open(net, &b, err));
    HP_TRY(time_batches(&b, milliseconds, err));
    for (int i = 0; i < BATCHES; i++) printf("epoch_ms %.4f\n", milliseconds[i]);
    printf("dgemm_512 %.2f\n", rate_of_dgemm(512, 512, 512, 0, 0));
    printf("dgemm_layers %.2f\n", rate_of_layers(net));
    printf("operations %.0f\n", count_operations(&b.model, net->n, net->ncolumn));
cleanup:
    bench_close(&b);
    return status;
}

/* n, first radius beyond the cutoff, its weight, scale, number of parameters; r, quadrature, R, S,
 * weight (n each), parameters, gradient; loss. */
static hp_status dump(const char *path, hp_error *err) {
    hp_status status = HP_OK;
    bench b = {0};
    FILE *file = NULL;
    HP_TRY(bench_open(&networks[1], &b, err));
    size_t n = (size_t)b.data.n, nparam = b.model.nparam;
    double loss = hp_loss_gradient(&b.loss, b.param, b.adam.gradient);
    double head[] = {(double)n, b.loss.cutoff_start, b.data.cutoff_weight, b.model.scale,
                     (double)nparam};
    file = fopen(path, "wb");
    HP_CHECK(file != NULL, HP_ERR_IO, "cannot write %s", path);
    size_t written = fwrite(head, sizeof *head, 5, file);
    written += fwrite(b.block, sizeof *b.block, 5 * n + nparam, file); /* one column */
    written += fwrite(b.adam.gradient, sizeof loss, nparam, file);
    written += fwrite(&loss, sizeof loss, 1, file);
    HP_CHECK(written == 6 + 5 * n + 2 * nparam, HP_ERR_IO, "cannot write %s", path);
cleanup:
    if (file != NULL) fclose(file);
    bench_close(&b);
    return status;
}

static double count_operations(const hp_model *model, int n, int ncolumn) {
    double pairs = 0.5 * n * (n + 1.0), weights = (double)(model->f.nparam + model->v.nparam);
    return 6.0 * weights * n + 4.0 * ncolumn * (double)n * n + 7.0 * pairs;
}

/* GFLOP/s of op(A) op(B) with m x n results, the best of some repetitions. */
static double rate_of_dgemm(int m, int n, int k, int transpose_a, int transpose_b) {
    size_t a = (size_t)m * (size_t)k, b = (size_t)k * (size_t)n, c = (size_t)m * (size_t)n;
    double *A = hp_alloc(a + b + c, sizeof *A), best = INFINITY, work = 2.0 * m * n * k;
    if (A == NULL) return NAN;
    int calls = 1 + (int)(5e6 / work);
    for (int repeat = 0; repeat < 20; repeat++) {
        double start = hp_clock_seconds();
        for (int call = 0; call < calls; call++)
            cblas_dgemm(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans,
                        transpose_b ? CblasTrans : CblasNoTrans, m, n, k, 1.0, A,
                        transpose_a ? m : k, A + a, transpose_b ? k : n, 0.0, A + a + b, n);
        best = fmin(best, (hp_clock_seconds() - start) / calls);
    }
    hp_free(A);
    return 1e-9 * work / best;
}

/* Of all products of f, forward, weights and inputs, one call each. */
static double rate_of_layers(const network *net) {
    double work = 0.0, time = 0.0;
    for (int l = 1; l < net->nf; l++) {
        int in = net->f[l - 1], out = net->f[l];
        double each = 2.0 * net->n * in * out;
        work += 3.0 * each;
        time += each / rate_of_dgemm(net->n, out, in, 0, 1);
        time += each / rate_of_dgemm(out, in, net->n, 1, 0);
        time += each / rate_of_dgemm(net->n, in, out, 0, 0);
    }
    return work / time;
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}
