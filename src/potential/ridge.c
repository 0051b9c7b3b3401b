// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/ridge.h"
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include "hadpot/lapack_status.h"
#include "hadpot/memory.h"

/* Radii at which the bound is kept: up to 3 of the longest range, where e^-9 is left, 60 in each;
 * and halvings of the interval in which log(deviation) is sought, from e^-30 of it. */
enum { BOUND_POINTS = 181, HALVINGS = 40 };
static const double SMALLEST = -30.0;

struct hp_ridge {
    int n, count;
    double deviation, most;
    double *block;
    double *weight;   /* (n) */
    double *weighted; /* (n, count) w_r exp(-(r/b_i)^2) */
    double *bounded;  /* (BOUND_POINTS, count) exp(-(r/b_i)^2) */
    double *vector;   /* (count, count) eigenvectors of the normal matrix, in columns, */
    double *value;    /* (count) and its eigenvalues */
    double *source;   /* (count) of a fit, then along the eigenvectors */
    double *part;     /* (count) */
};

static double gaussian(double r, double range) {
    return exp(-(r / range) * (r / range));
}

static hp_status fill(const hp_ridge_options *options, hp_ridge *ridge, hp_error *err) {
    int count = ridge->count;
    double longest = 0.0;
    memcpy(ridge->weight, options->weight, (size_t)ridge->n * sizeof *ridge->weight);
    for (int i = 0; i < count; i++) longest = fmax(longest, options->range[i]);
    for (int i = 0; i < count; i++) {
        double b = options->range[i];
        for (int r = 0; r < ridge->n; r++)
            ridge->weighted[r * count + i] = options->weight[r] * gaussian(options->r[r], b);
        for (int r = 0; r < BOUND_POINTS; r++)
            ridge->bounded[r * count + i] = gaussian(3.0 * longest * r / (BOUND_POINTS - 1), b);
        for (int j = 0; j < count; j++)
            for (int r = 0; r < ridge->n; r++)
                ridge->vector[i * count + j] +=
                    ridge->weighted[r * count + i] * gaussian(options->r[r], options->range[j]);
    }
    int info = LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'V', 'U', count, ridge->vector, count, ridge->value);
    HP_REQUIRE(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
               "eigenvalues of a fit of %d Gaussians were not found (dsyev: %d)", count, info);
    return HP_OK;
}

hp_status hp_ridge_create(const hp_ridge_options *options, hp_ridge **out, hp_error *err) {
    hp_status status = HP_OK;
    hp_ridge *ridge = NULL;
    size_t count = (size_t)options->count;
    HP_NEW(ridge, 1);
    *ridge = (hp_ridge){.n = options->n,
                        .count = options->count,
                        .deviation = options->deviation,
                        .most = options->most};
    HP_TRY(hp_alloc_parts(&ridge->block,
                          HP_PARTS({&ridge->weight, (size_t)options->n},
                                   {&ridge->weighted, count * (size_t)options->n},
                                   {&ridge->bounded, count * BOUND_POINTS},
                                   {&ridge->vector, count * count}, {&ridge->value, count},
                                   {&ridge->source, count}, {&ridge->part, count}),
                          err));
    HP_TRY(fill(options, ridge, err));
    *out = ridge;
    ridge = NULL;
cleanup:
    hp_ridge_destroy(&ridge);
    return status;
}

void hp_ridge_destroy(hp_ridge **ridge) {
    if (ridge == NULL || *ridge == NULL) return;
    hp_free((*ridge)->block);
    hp_free(*ridge);
    *ridge = NULL;
}

/* The amplitudes with another deviation, and whether their sum keeps the bound. */
static bool solve(const hp_ridge *ridge, double deviation, double *amplitude) {
    int count = ridge->count;
    bool keeps = true;
    for (int i = 0; i < count; i++) /* rounding may leave eigenvalues below 0 */
        ridge->part[i] = ridge->source[i] / (fmax(ridge->value[i], 0.0) + pow(deviation, -2.0));
    cblas_dgemv(CblasRowMajor, CblasNoTrans, count, count, 1.0, ridge->vector, count, ridge->part,
                1, 0.0, amplitude, 1);
    for (int r = 0; r < BOUND_POINTS; r++)
        keeps &= cblas_ddot(count, ridge->bounded + (size_t)r * (size_t)count, 1, amplitude, 1) <=
                 ridge->most;
    return keeps;
}

void hp_ridge_fit(const hp_ridge *ridge, const double *f, double *amplitude) {
    int count = ridge->count;
    double low = SMALLEST, high = 0.0;
    for (int i = 0; i < count; i++) amplitude[i] = 0.0;
    for (int r = 0; r < ridge->n; r++)
        if (ridge->weight[r] > 0.0)
            cblas_daxpy(count, f[r], ridge->weighted + (size_t)r * (size_t)count, 1, amplitude, 1);
    cblas_dgemv(CblasRowMajor, CblasTrans, count, count, 1.0, ridge->vector, count, amplitude, 1,
                0.0, ridge->source, 1);
    if (solve(ridge, ridge->deviation, amplitude)) return;
    for (int i = 0; i < HALVINGS; i++) {
        double middle = 0.5 * (low + high);
        bool keeps = solve(ridge, ridge->deviation * exp(middle), amplitude);
        *(keeps ? &low : &high) = middle;
    }
    (void)solve(ridge, ridge->deviation * exp(low), amplitude);
}
