// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/features.h"
#include <cblas.h>
#include <math.h>
#include <stdbool.h>
#include "hadpot/memory.h"

static void add(hp_features *features, int group, double b, double c, double beta) {
    features->feature[features->n++] = (hp_feature){group, b, c, beta, 0.0};
}

hp_status hp_features_create(const hp_features_options *options, double length_fm,
                             hp_features *features, hp_error *err) {
    const hp_ladder *local = &options->local, *separable = &options->separable;
    const hp_ladder *band = &options->band, *envelope = &options->envelope;
    *features = (hp_features){.nlocal = local->n, .ngroup = HP_GROUP_BAND + band->n};
    HP_ALLOCATE(features->feature,
                local->n + separable->n * (separable->n + 1) / 2 + band->n * envelope->n);
    for (int i = 0; i < local->n; i++)
        add(features, HP_GROUP_LOCAL, local->fm[i] / length_fm, 0.0, 0.0);
    for (int i = 0; i < separable->n; i++)
        for (int j = i; j < separable->n; j++)
            add(features, HP_GROUP_SEPARABLE, separable->fm[i] / length_fm,
                separable->fm[j] / length_fm, 0.0);
    for (int i = 0; i < band->n; i++)
        for (int j = 0; j < envelope->n; j++)
            add(features, HP_GROUP_BAND + i, envelope->fm[j] / length_fm, 0.0,
                band->fm[i] / length_fm);
    return HP_OK;
}

void hp_features_destroy(hp_features *features) {
    if (features == NULL) return;
    hp_free(features->feature);
    *features = (hp_features){0};
}

/* exp(-r^2/(2 b^2)) */
static double bell(double r, double b) {
    return exp(-0.5 * (r / b) * (r / b));
}

/* g_b */
static double normed_bell(double r, double b) {
    return bell(r, b) / (pow(2.0 * M_PI, 0.75) * b * sqrt(b));
}

/* exp(-x^2) is below 1e-21 beyond. */
static const double NOTHING = 7.0;

/* K_beta = exp(-(r-r')^2/beta^2) (1 - exp(-y))/y / (pi^(3/2) beta^3), y = 4 r r'/beta^2: regular
 * at 0 */
static double band_kernel(double r, double other, double beta) {
    double distance = (r - other) / beta, y = 4.0 * r * other / (beta * beta);
    if (fabs(distance) > NOTHING) return 0.0;
    double mean = y > 0.0 ? -expm1(-y) / y : 1.0;
    return exp(-distance * distance) * mean / (M_PI * sqrt(M_PI) * beta * beta * beta);
}

double hp_feature_local(const hp_feature *feature, double r) {
    return exp(-(r / feature->b) * (r / feature->b));
}

double hp_feature_nonlocal(const hp_feature *feature, double r, double other) {
    double b = feature->b, c = feature->c;
    if (feature->group >= HP_GROUP_BAND)
        return band_kernel(r, other, feature->beta) * bell(r, b) * bell(other, b);
    if (b == c) return normed_bell(r, b) * normed_bell(other, b);
    return M_SQRT1_2 *
           (normed_bell(r, b) * normed_bell(other, c) + normed_bell(r, c) * normed_bell(other, b));
}

hp_status hp_features_nonlocal(const hp_features *features, int n, const double *r, double *U,
                               hp_error *err) {
    double *block = NULL, *g, *h, *band;
    size_t count = (size_t)n;
    HP_CALL(
        hp_alloc_parts(&block, HP_PARTS({&g, count}, {&h, count}, {&band, count * count}), err));
    for (int f = features->nlocal; f < features->n; f++, U += count * count) {
        const hp_feature *feature = &features->feature[f];
        bool is_band = feature->group >= HP_GROUP_BAND, same = feature->b == feature->c;
        bool other = f == 0 || feature[-1].group != feature->group;
        for (int i = 0; i < n; i++) {
            g[i] = is_band ? bell(r[i], feature->b) : normed_bell(r[i], feature->b);
            if (!is_band) h[i] = normed_bell(r[i], feature->c) * (same ? 0.5 : M_SQRT1_2);
            for (int j = 0; j < n && is_band && other; j++)
                band[i * n + j] = band_kernel(r[i], r[j], feature->beta);
        }
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                U[i * n + j] = is_band ? g[i] * g[j] * band[i * n + j] : g[i] * h[j] + h[i] * g[j];
    }
    hp_free(block);
    return HP_OK;
}

/* Part of the depth of a core by which each of some overlapping Gaussians may differ from none. */
static const double CORE_PART = 0.3;

void hp_features_take_core(hp_features *features, const hp_core_data *data) {
    int n = data->grid.n;
    for (int f = 0; f < features->nlocal; f++) {
        hp_feature *feature = &features->feature[f];
        double depth = 0.0;
        for (int c = 0; c < data->ncolumn; c++) {
            double S = 0.0, R = 0.0;
            for (int r = 0; r < n; r++) {
                double weight = data->fitted[r] * data->grid.quadrature[r] *
                                hp_feature_local(feature, data->grid.r[r]);
                S += weight * data->S[c * n + r];
                R += weight * data->R[c * n + r];
            }
            depth += S / R / data->ncolumn;
        }
        feature->core = isfinite(depth) ? CORE_PART * fmax(0.0, fabs(depth) - data->above) : 0.0;
    }
}

/* What all features of a task share. */
typedef struct {
    const hp_features *features;
    const hp_feature_grid *grid;
    int nrow;
    const double *R;
    double *A;
} task;

static size_t element(const task *of, int row, int r, int feature) {
    size_t point = (size_t)row * (size_t)of->grid->n + (size_t)r;
    return point * (size_t)of->features->n + (size_t)feature;
}

static hp_status apply_local(const task *of, int first, int count, hp_error *err) {
    double *V = NULL;
    HP_ALLOCATE(V, count);
    for (int r = 0; r < of->grid->n; r++) {
        for (int i = 0; i < count; i++)
            V[i] = hp_feature_local(&of->features->feature[first + i], of->grid->r[r]);
        for (int row = 0; row < of->nrow; row++)
            for (int i = 0; i < count; i++)
                of->A[element(of, row, r, first + i)] =
                    V[i] * of->R[(size_t)row * (size_t)of->grid->n + (size_t)r];
    }
    hp_free(V);
    return HP_OK;
}

/* g_b(r) int g_c R + g_c(r) int g_b R. */
static hp_status apply_separable(const task *of, int first, int count, hp_error *err) {
    size_t n = (size_t)of->grid->n, all = n * (size_t)count;
    double *block = NULL, *g, *h, *with_g, *with_h, *weighted;
    HP_CALL(hp_alloc_parts(&block,
                           HP_PARTS({&g, all}, {&h, all}, {&with_g, (size_t)count},
                                    {&with_h, (size_t)count}, {&weighted, n}),
                           err));
    for (size_t r = 0; r < n; r++)
        for (int i = 0; i < count; i++) {
            const hp_feature *feature = &of->features->feature[first + i];
            g[r * (size_t)count + (size_t)i] = normed_bell(of->grid->r[r], feature->b);
            h[r * (size_t)count + (size_t)i] = normed_bell(of->grid->r[r], feature->c) *
                                               (feature->b == feature->c ? 0.5 : M_SQRT1_2);
        }
    for (int row = 0; row < of->nrow; row++) {
        for (size_t r = 0; r < n; r++)
            weighted[r] = of->grid->quadrature[r] * of->R[(size_t)row * n + r];
        cblas_dgemv(CblasRowMajor, CblasTrans, (int)n, count, 1.0, g, count, weighted, 1, 0.0,
                    with_g, 1);
        cblas_dgemv(CblasRowMajor, CblasTrans, (int)n, count, 1.0, h, count, weighted, 1, 0.0,
                    with_h, 1);
        for (size_t r = 0; r < n; r++)
            for (int i = 0; i < count; i++)
                of->A[element(of, row, (int)r, first + i)] =
                    g[r * (size_t)count + (size_t)i] * with_h[i] +
                    h[r * (size_t)count + (size_t)i] * with_g[i];
    }
    hp_free(block);
    return HP_OK;
}

/* All features of one beta: one product of matrices, K_beta (n, n) with what envelopes leave of R,
 * (n, nrow count). */
static hp_status apply_band(const task *of, int first, int count, hp_error *err) {
    hp_status status = HP_OK;
    int n = of->grid->n, columns = of->nrow * count;
    const hp_feature *feature = of->features->feature + first;
    double *kernel = NULL, *bells = NULL, *enveloped = NULL, *product = NULL, *block = NULL;
    const hp_part parts[] = {{&kernel, (size_t)n * (size_t)n},
                             {&bells, (size_t)n * (size_t)count},
                             {&enveloped, (size_t)n * (size_t)columns},
                             {&product, (size_t)n * (size_t)columns}};
    HP_TRY(hp_alloc_parts(&block, parts, sizeof parts / sizeof *parts, err));
    for (int r = 0; r < n; r++) {
        for (int s = 0; s < n; s++)
            kernel[r * n + s] = band_kernel(of->grid->r[r], of->grid->r[s], feature->beta) *
                                of->grid->quadrature[s];
        for (int j = 0; j < count; j++) {
            bells[r * count + j] = bell(of->grid->r[r], feature[j].b);
            for (int row = 0; row < of->nrow; row++)
                enveloped[(size_t)r * (size_t)columns + (size_t)(row * count + j)] =
                    bells[r * count + j] * of->R[(size_t)row * (size_t)n + (size_t)r];
        }
    }
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, columns, n, 1.0, kernel, n, enveloped,
                columns, 0.0, product, columns);
    for (int row = 0; row < of->nrow; row++)
        for (int r = 0; r < n; r++)
            for (int j = 0; j < count; j++)
                of->A[element(of, row, r, first + j)] =
                    bells[r * count + j] *
                    product[(size_t)r * (size_t)columns + (size_t)(row * count + j)];
cleanup:
    hp_free(block);
    return status;
}

hp_status hp_features_apply(const hp_features *features, const hp_feature_grid *grid, int nrow,
                            const double *R, double *A, hp_error *err) {
    const task of = {features, grid, nrow, R, A};
    for (int i = 0, count; i < features->n; i += count) {
        const hp_feature *feature = features->feature + i;
        for (count = 1; i + count < features->n && feature[count].group == feature->group;) count++;
        if (feature->group == HP_GROUP_LOCAL)
            HP_CALL(apply_local(&of, i, count, err));
        else if (feature->group == HP_GROUP_SEPARABLE)
            HP_CALL(apply_separable(&of, i, count, err));
        else
            HP_CALL(apply_band(&of, i, count, err));
    }
    return HP_OK;
}
