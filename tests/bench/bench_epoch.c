// SPDX-License-Identifier: GPL-3.0-or-later
/* Time of one loss with gradient (an epoch of Adam but for the update, which is negligible), one
 * core. Counted operations: each perceptron 6 operations a weight and radius (forward, and twice
 * that backward); each column 4 n^2 forward (symmetric product) and backward (rank-2 update); the
 * pair loops (one activation, seven operations forward and backward) n (n + 1)/2 times. */
#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "hadpot/log.h"
#include "hadpot/loss.h"
#include "hadpot/memory.h"

typedef struct {
    const char *name;
    int n, ncolumn, nf, f[8], local;
    hp_activation hidden, output;
} network;

static const network networks[] = {
    {"demo: f 1-32-16, local 1-32-16-1", 60, 4, 2, {32, 16}, 1, HP_SILU, HP_IDENTITY},
    {"Omega_ccc: f 1-32-64-128-64-32-16",
     236,
     1,
     6,
     {32, 64, 128, 64, 32, 16},
     0,
     HP_LEAKY_RELU,
     HP_ELU},
    {"Xi Xi joint: f 1-64-16, local 1-32-16-1", 855, 2, 2, {64, 16}, 1, HP_SILU, HP_IDENTITY},
};

static double count_operations(const hp_model *model, int n, int ncolumn) {
    double pairs = 0.5 * n * (n + 1.0), weights = (double)(model->f.nparam + model->v.nparam);
    return 6.0 * weights * n + 8.0 * ncolumn * (double)n * n / 2.0 + 7.0 * pairs;
}

static hp_status run(const network *net, hp_error *err) {
    hp_status status = HP_OK;
    static const int linear[] = {1}, local[] = {32, 16, 1};
    const hp_activation identity[] = {HP_IDENTITY},
                        to_scalar[] = {net->hidden, net->hidden, HP_IDENTITY};
    hp_activation hidden[8];
    hp_model model = {0};
    hp_loss loss = {0};
    double *data = NULL, *param = NULL, *gradient = NULL;
    size_t n = (size_t)net->n, values = n * (size_t)net->ncolumn;
    for (int l = 0; l < net->nf; l++) hidden[l] = net->hidden;
    hp_model_spec spec = {.input = HP_INPUT_LOG1P,
                          .f = {net->nf, net->f, hidden},
                          .g = {1, linear, identity},
                          .output = net->output,
                          .scale = 1e-4,
                          .local_scale = 0.1,
                          .envelope = 8.0,
                          .local_envelope = 18.0};
    if (net->local) spec.v = (hp_mlp_spec){3, local, to_scalar};
    HP_TRY(hp_model_create(&spec, &model, err));
    HP_NEW(data, 2 * n + 3 * values);
    HP_NEW(param, model.nparam);
    HP_NEW(gradient, model.nparam);
    double *R = data + 2 * n, *S = R + values, *w = S + values;
    for (size_t i = 0; i < n; i++) data[i] = 0.2 * (double)i, data[n + i] = 1.0;
    for (size_t i = 0; i < values; i++)
        R[i] = 1.0, S[i] = 0.01 * exp(-0.1 * (double)(i % n)), w[i] = 1.0;
    hp_loss_data problem = {.n = net->n,
                            .ncolumn = net->ncolumn,
                            .r = data,
                            .quadrature = data + n,
                            .R = R,
                            .S = S,
                            .weight = w};
    HP_TRY(hp_loss_create(&model, &problem, &loss, err));
    HP_TRY(hp_model_draw_weights(&model, 1, 0, param, err));
    double best = INFINITY;
    for (int repeat = 0; repeat < 7; repeat++) {
        double start = hp_clock_seconds();
        int count = 0;
        while (hp_clock_seconds() - start < 0.2) {
            hp_loss_gradient(&loss, param, gradient);
            count++;
        }
        best = fmin(best, (hp_clock_seconds() - start) / count);
    }
    printf("%-42s %4d radii  %7.3f ms  %6.2f GFLOP/s\n", net->name, net->n, 1e3 * best,
           1e-9 * count_operations(&model, net->n, net->ncolumn) / best);
cleanup:
    hp_loss_destroy(&loss);
    hp_model_destroy(&model);
    hp_free(data);
    hp_free(param);
    hp_free(gradient);
    return status;
}

/* What this core reaches in a matrix product, for comparison. */
static void print_dgemm_rate(void) {
    enum { N = 512 };
    double *a = calloc(3 * N * N, sizeof *a);
    if (a == NULL) return;
    double best = INFINITY;
    for (int repeat = 0; repeat < 10; repeat++) {
        double start = hp_clock_seconds();
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, N, N, N, 1.0, a, N, a + N * N, N,
                    0.0, a + 2 * N * N, N);
        best = fmin(best, hp_clock_seconds() - start);
    }
    printf("dgemm of %d: %.1f GFLOP/s\n", N, 2e-9 * N * N * N / best);
    free(a);
}

int main(void) {
    hp_error err = HP_ERROR_INIT;
    openblas_set_num_threads(1);
    print_dgemm_rate();
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++)
        if (run(&networks[i], &err) != HP_OK) {
            hp_log_error(&err);
            return 1;
        }
    return 0;
}
