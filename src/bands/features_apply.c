// SPDX-License-Identifier: GPL-3.0-or-later
/* What features make of correlators, and their tables. */
#include <cblas.h>
#include <string.h>
#include "features_parts.h"
#include "hadpot/memory.h"
#include "hadpot/stop.h"

/* Features of one group and owner, from component d to component c. */
typedef struct {
    const hp_features *features;
    const hp_feature_grid *grid;
    int nrow;
    const double *R;
    double *A;
    int n, c, d; /* n radii */
    int first, count;
} task;

/* R_d or A_c, of a row at a radius. */
static size_t point_of(const task *of, int row, int component, int r) {
    return (size_t)row * (size_t)of->grid->n + (size_t)component * (size_t)of->n + (size_t)r;
}

static double *element(const task *of, int row, int r) {
    return of->A + point_of(of, row, of->c, r) * (size_t)of->features->n + of->first;
}

static hp_status apply_local(const task *of, hp_error *err) {
    double *V = NULL;
    HP_ALLOCATE(V, of->count);
    for (int r = 0; r < of->n; r++) {
        for (int i = 0; i < of->count; i++)
            V[i] = hp_features_local(of->features, of->first + i, of->c, of->d, of->grid->r[r]);
        for (int row = 0; row < of->nrow; row++) {
            double *A = element(of, row, r), R = of->R[point_of(of, row, of->d, r)];
            for (int i = 0; i < of->count; i++) A[i] += V[i] * R;
        }
    }
    hp_free(V);
    return HP_OK;
}

/* g and h of all features on one side, (n, count) each. */
static void fill_sides(const task *of, int component, int other, double *g, double *h) {
    for (int r = 0; r < of->n; r++)
        for (int i = 0; i < of->count; i++) {
            const hp_feature_sides at =
                hp_feature_side(of->features, of->first + i, component, other, of->grid->r[r]);
            g[r * of->count + i] = at.g;
            h[r * of->count + i] = at.h;
        }
}

/* g_b(r) int g_c R + g_c(r) int g_b R. */
static hp_status apply_separable(const task *of, hp_error *err) {
    int n = of->n, count = of->count;
    size_t all = (size_t)n * (size_t)count, some = (size_t)count;
    double *block = NULL, *g, *h, *from_g, *from_h, *with_g, *with_h, *weighted;
    HP_CALL(hp_alloc_parts(&block,
                           HP_PARTS({&g, all}, {&h, all}, {&from_g, all}, {&from_h, all},
                                    {&with_g, some}, {&with_h, some}, {&weighted, (size_t)n}),
                           err));
    fill_sides(of, of->c, of->d, g, h);
    fill_sides(of, of->d, of->c, from_g, from_h);
    const hp_feature_terms terms = hp_feature_terms_of(of->features, of->first, of->c);
    double weight = hp_features_weight(of->features, of->first, of->c, of->d);
    for (int row = 0; row < of->nrow; row++) {
        for (int r = 0; r < n; r++)
            weighted[r] = of->grid->quadrature[r] * of->R[point_of(of, row, of->d, r)];
        cblas_dgemv(CblasRowMajor, CblasTrans, n, count, 1.0, from_g, count, weighted, 1, 0.0,
                    with_g, 1);
        cblas_dgemv(CblasRowMajor, CblasTrans, n, count, 1.0, from_h, count, weighted, 1, 0.0,
                    with_h, 1);
        for (int r = 0; r < n; r++) {
            double *A = element(of, row, r);
            for (int i = 0; i < count; i++)
                A[i] += weight * (terms.gh * g[r * count + i] * with_h[i] +
                                  terms.hg * h[r * count + i] * with_g[i]);
        }
    }
    hp_free(block);
    return HP_OK;
}

/* Kernels of all pairs of radii, symmetric to the last bit, times weights of the second. */
static hp_status fill_kernel(const task *of, double *kernel, hp_error *err) {
    int n = of->n, l = hp_feature_smaller_l(of->features, of->c, of->d);
    double beta = of->features->feature[of->first].beta;
    for (int r = 0; r < n; r++) {
        HP_CALL(hp_stop_check(err)); /* who waits for this rank is served, too */
        for (int s = 0; s <= r; s++) {
            double K = hp_feature_band_kernel(l, of->grid->r[r], of->grid->r[s], beta);
            kernel[r * n + s] = K * of->grid->quadrature[s];
            kernel[s * n + r] = K * of->grid->quadrature[r];
        }
    }
    return HP_OK;
}

/* All features of one beta: one product of matrices, K_beta (n, n) with what envelopes leave of R,
 * (n, nrow count). */
static hp_status apply_band(const task *of, hp_error *err) {
    hp_status status = HP_OK;
    int n = of->n, count = of->count, columns = of->nrow * count;
    size_t all = (size_t)n * (size_t)columns, some = (size_t)n * (size_t)count;
    double weight = hp_features_weight(of->features, of->first, of->c, of->d);
    double *block = NULL, *kernel, *bells, *from, *unused, *enveloped, *product;
    HP_TRY(hp_alloc_parts(&block,
                          HP_PARTS({&kernel, (size_t)n * (size_t)n}, {&bells, some}, {&from, some},
                                   {&unused, some}, {&enveloped, all}, {&product, all}),
                          err));
    HP_TRY(fill_kernel(of, kernel, err));
    fill_sides(of, of->c, of->d, bells, unused);
    fill_sides(of, of->d, of->c, from, unused);
    for (int r = 0; r < n; r++)
        for (int row = 0; row < of->nrow; row++)
            for (int j = 0; j < count; j++)
                enveloped[(size_t)r * (size_t)columns + (size_t)(row * count + j)] =
                    from[r * count + j] * of->R[point_of(of, row, of->d, r)];
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, columns, n, 1.0, kernel, n, enveloped,
                columns, 0.0, product, columns);
    for (int row = 0; row < of->nrow; row++)
        for (int r = 0; r < n; r++)
            for (int j = 0; j < count; j++)
                element(of, row, r)[j] +=
                    weight * bells[r * count + j] *
                    product[(size_t)r * (size_t)columns + (size_t)(row * count + j)];
cleanup:
    hp_free(block);
    return status;
}

static hp_status apply(const task *of, hp_error *err) {
    int group = of->features->feature[of->first].group;
    if (hp_features_weight(of->features, of->first, of->c, of->d) == 0.0) return HP_OK;
    if (group == HP_GROUP_LOCAL) return apply_local(of, err);
    return group == HP_GROUP_SEPARABLE ? apply_separable(of, err) : apply_band(of, err);
}

hp_status hp_features_apply(const hp_features *features, const hp_feature_grid *grid, int nrow,
                            const double *R, double *A, hp_error *err) {
    int ncomponent = features->space.ncomponent;
    task of = {features, grid, nrow, R, A, .n = grid->n / ncomponent};
    memset(A, 0, (size_t)nrow * (size_t)grid->n * (size_t)features->n * sizeof *A);
    for (; of.first < features->n; of.first += of.count) {
        const hp_feature *feature = features->feature + of.first;
        for (of.count = 1; of.first + of.count < features->n &&
                           feature[of.count].group == feature->group &&
                           feature[of.count].owner == feature->owner;)
            of.count++;
        for (of.c = 0; of.c < ncomponent; of.c++)
            for (of.d = 0; of.d < ncomponent; of.d++) HP_CALL(apply(&of, err));
    }
    return HP_OK;
}

hp_status hp_features_tabulate(const hp_features *features, int c, int d, int n, const double *r,
                               double *U, hp_error *err) {
    double *block = NULL, *g, *h, *from_g, *from_h, *band;
    size_t count = (size_t)n;
    int last = -1, l = hp_feature_smaller_l(features, c, d);
    HP_CALL(hp_alloc_parts(&block,
                           HP_PARTS({&g, count}, {&h, count}, {&from_g, count}, {&from_h, count},
                                    {&band, count * count}),
                           err));
    for (int f = features->nlocal; f < features->n; f++) {
        const hp_feature *feature = &features->feature[f];
        const hp_feature_terms of = hp_feature_terms_of(features, f, c);
        double weight = hp_features_weight(features, f, c, d);
        bool is_band = feature->group >= HP_GROUP_BAND;
        if (weight == 0.0) continue;
        for (int i = 0; i < n; i++) {
            const hp_feature_sides at = hp_feature_side(features, f, c, d, r[i]);
            const hp_feature_sides from = hp_feature_side(features, f, d, c, r[i]);
            g[i] = at.g, h[i] = at.h, from_g[i] = from.g, from_h[i] = from.h;
            for (int j = 0; j < n && is_band && last != feature->group; j++)
                band[i * n + j] = hp_feature_band_kernel(l, r[i], r[j], feature->beta);
        }
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                U[i * n + j] =
                    weight * (is_band ? g[i] * from_g[j] * band[i * n + j]
                                      : of.gh * g[i] * from_h[j] + of.hg * h[i] * from_g[j]);
        U += count * count;
        last = feature->group;
    }
    hp_free(block);
    return HP_OK;
}
