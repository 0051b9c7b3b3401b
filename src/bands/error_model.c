// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/error_model.h"
#include <cblas.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "error_shape.h"

/* Of the variance of S in the pilot, so that it follows the signal and not the noise. */
static const double PILOT_TEMPER = 10.0;

/* The common mode is seen between points too far apart for another correlation, and that are not
 * much noisier than most; of the variance this part at least is not common. */
static const double FAR_FM = 0.9, LEAST_PRECISION = 0.05, LEAST_DIAGONAL = 0.1;

/* Work space: fitted radii alone, densely. */
typedef struct {
    const hp_error_data *data;
    int count, *at;        /* radii (count) */
    double *block;         /* all arrays: */
    double *theta;         /* (features->n) the pilot */
    double *Z;             /* (ncolumn, count, nsample) less its mean over samples */
    double *precision;     /* (ncolumn, count) R^2/var, 0: too noisy for the common mode */
    double *below, *above; /* (count + 1, nsample) sums up to a radius, and from it on */
    double *weight_below, *weight_above; /* (count + 1) */
    double *rho;                         /* (count, count) */
    double *scratch;                     /* (count) */
} workspace;

static size_t point_of(const workspace *work, int row, int column, int i) {
    const hp_error_data *data = work->data;
    size_t block = (size_t)row * (size_t)data->ncolumn + (size_t)column;
    return block * (size_t)data->grid.n + (size_t)work->at[i];
}

static hp_status create_work(const hp_error_data *data, workspace *work, hp_error *err) {
    *work = (workspace){.data = data};
    HP_ALLOCATE(work->at, data->grid.n);
    for (int r = 0; r < data->grid.n; r++)
        if (data->fitted[r] > 0.0) work->at[work->count++] = r;
    HP_REQUIRE(data->nsample >= 2 && work->count > 0, HP_ERR_INTERNAL,
               "an error model of %d samples at %d radii", data->nsample, work->count);
    size_t count = (size_t)work->count, N = (size_t)data->nsample;
    const hp_part parts[] = {{&work->theta, (size_t)data->features->n},
                             {&work->Z, (size_t)data->ncolumn * count * N},
                             {&work->precision, (size_t)data->ncolumn * count},
                             {&work->below, (count + 1) * N},
                             {&work->above, (count + 1) * N},
                             {&work->weight_below, count + 1},
                             {&work->weight_above, count + 1},
                             {&work->rho, count * count},
                             {&work->scratch, count}};
    return hp_alloc_parts(&work->block, parts, sizeof parts / sizeof *parts, err);
}

static void destroy_work(workspace *work) {
    hp_free(work->at);
    hp_free(work->block);
}

/* Variance of S at a point, by the samples. */
static double variance_of(const workspace *work, int column, int i) {
    const hp_error_data *data = work->data;
    size_t stride = (size_t)data->ncolumn * (size_t)data->grid.n;
    const double *S = data->S + point_of(work, 1, column, i);
    double mean = gsl_stats_mean(S, stride, (size_t)data->nsample);
    return data->sample_weight * gsl_stats_tss_m(S, stride, (size_t)data->nsample, mean);
}

/* What features make of `rows` rows from `first` on: A (rows, ncolumn, n, features->n). */
static hp_status apply(const workspace *work, int first, int rows, double *A, hp_error *err) {
    const hp_error_data *data = work->data;
    size_t row = (size_t)data->ncolumn * (size_t)data->grid.n;
    return hp_features_apply(data->features, &data->grid, rows * data->ncolumn,
                             data->R + (size_t)first * row, A, err);
}

/* W = s A/e and y = S/e of the average, e^2 = 10 var S; W takes the place of A, point by point. */
static hp_status weigh_average(const workspace *work, double *A, double *y, hp_error *err) {
    const hp_error_data *data = work->data;
    int p = data->features->n, m = data->ncolumn * work->count;
    for (int row = 0; row < m; row++) {
        int column = row / work->count, i = row % work->count;
        size_t point = point_of(work, 0, column, i);
        double variance = variance_of(work, column, i);
        HP_REQUIRE(variance > 0.0 && isfinite(variance), HP_ERR_NUMERIC,
                   "samples of S have the variance %g at a point that is fitted", variance);
        double error = sqrt(PILOT_TEMPER * variance), *W = A + (size_t)row * (size_t)p;
        y[row] = data->S[point] / error;
        memmove(W, A + point * (size_t)p, (size_t)p * sizeof *W);
        cblas_dscal(p, data->amplitude / error, W, 1);
    }
    return HP_OK;
}

/* theta = s (1 + W^T W)^-1 W^T y */
static hp_status find_pilot(workspace *work, hp_error *err) {
    hp_status status = HP_OK;
    const hp_error_data *data = work->data;
    int p = data->features->n, m = data->ncolumn * work->count;
    double *A = NULL, *H = NULL, *y = NULL, *block = NULL;
    const hp_part parts[] = {{&A, (size_t)data->ncolumn * (size_t)data->grid.n * (size_t)p},
                             {&H, (size_t)p * (size_t)p},
                             {&y, (size_t)m}};
    HP_TRY(hp_alloc_parts(&block, parts, sizeof parts / sizeof *parts, err));
    HP_TRY(apply(work, 0, 1, A, err));
    HP_TRY(weigh_average(work, A, y, err));
    for (int i = 0; i < p; i++) H[i * p + i] = 1.0;
    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, p, m, 1.0, A, p, 1.0, H, p);
    cblas_dgemv(CblasRowMajor, CblasTrans, m, p, data->amplitude, A, p, y, 1, 0.0, work->theta, 1);
    int info = LAPACKE_dposv(LAPACK_ROW_MAJOR, 'U', p, 1, H, p, work->theta, 1);
    HP_CHECK(info == 0, HP_ERR_NUMERIC, "the pilot of the error model failed (dposv: %d)", info);
cleanup:
    hp_free(block);
    return status;
}

/* Z = S - A theta of a sample, from its A. */
static void find_residual(workspace *work, int sample, const double *A) {
    const hp_error_data *data = work->data;
    int p = data->features->n, N = data->nsample;
    for (int c = 0; c < data->ncolumn; c++)
        for (int i = 0; i < work->count; i++)
            work->Z[((ptrdiff_t)c * work->count + i) * N + sample] =
                data->S[point_of(work, 1 + sample, c, i)] -
                cblas_ddot(p, A + point_of(work, 0, c, i) * (size_t)p, 1, work->theta, 1);
}

/* Z of all samples, less its mean. A takes more memory than all else: some samples at a time, and
 * not one, since all share the kernels. */
static hp_status find_residuals(workspace *work, hp_error *err) {
    enum { TOGETHER = 8 };
    hp_status status = HP_OK;
    const hp_error_data *data = work->data;
    int N = data->nsample;
    size_t length = (size_t)data->ncolumn * (size_t)data->grid.n * (size_t)data->features->n;
    double *A = NULL;
    HP_NEW(A, TOGETHER * length);
    for (int first = 0; first < N; first += TOGETHER) {
        int rows = N - first < TOGETHER ? N - first : TOGETHER;
        HP_TRY(apply(work, 1 + first, rows, A, err));
        for (int k = 0; k < rows; k++) find_residual(work, first + k, A + (size_t)k * length);
    }
    for (int row = 0; row < data->ncolumn * work->count; row++) {
        double *Z = work->Z + (ptrdiff_t)row * N, mean = gsl_stats_mean(Z, 1, (size_t)N);
        for (int k = 0; k < N; k++) Z[k] -= mean;
    }
cleanup:
    hp_free(A);
    return status;
}

/* The mean of the logarithm over a point and its neighbours of the same column. */
static hp_status find_variance(workspace *work, hp_error_model *model, hp_error *err) {
    int N = work->data->nsample, last = work->count - 1;
    for (int c = 0; c < model->ncolumn; c++) {
        for (int i = 0; i < work->count; i++) {
            const double *Z = work->Z + ((ptrdiff_t)c * work->count + i) * N;
            double raw = work->data->sample_weight * cblas_ddot(N, Z, 1, Z, 1);
            HP_REQUIRE(raw > 0.0 && isfinite(raw), HP_ERR_NUMERIC,
                       "residuals of S have the variance %g at a point that is fitted", raw);
            work->scratch[i] = log(raw);
        }
        for (int i = 0; i < work->count; i++) {
            int from = i > 0 ? i - 1 : 0, to = i < last ? i + 1 : last;
            double variance = exp(gsl_stats_mean(work->scratch + from, 1, (size_t)(to - from + 1)));
            size_t point = point_of(work, 0, c, i);
            model->variance[point] = variance;
            work->precision[c * work->count + i] =
                work->data->R[point] * work->data->R[point] / variance;
        }
    }
    return HP_OK;
}

/* Points of a column that are too noisy to see the common mode do not count. */
static void select_precise(workspace *work, int column) {
    double *precision = work->precision + (ptrdiff_t)column * work->count;
    memcpy(work->scratch, precision, (size_t)work->count * sizeof *precision);
    gsl_sort(work->scratch, 1, (size_t)work->count);
    double least =
        LEAST_PRECISION * gsl_stats_median_from_sorted_data(work->scratch, 1, (size_t)work->count);
    for (int i = 0; i < work->count; i++)
        if (precision[i] <= least) precision[i] = 0.0;
}

/* sum = other sum + precision Z/R of a point of a column */
static void add_point(const workspace *work, int column, int i, const double *other, double *sum) {
    int N = work->data->nsample, row = column * work->count + i;
    memcpy(sum, other, (size_t)N * sizeof *sum);
    cblas_daxpy(N, work->precision[row] / work->data->R[point_of(work, 0, column, i)],
                work->Z + (ptrdiff_t)row * N, 1, sum, 1);
}

/* Sums over all radii below each of a column, and from it on: precisions span ten decades, so that
 * differences of sums would be rounding. */
static void sum_up(workspace *work, int column) {
    int N = work->data->nsample, count = work->count;
    const double *precision = work->precision + (ptrdiff_t)column * count;
    for (int i = 0; i < count; i++) {
        double *below = work->below + (ptrdiff_t)i * N;
        add_point(work, column, i, below, below + N);
        work->weight_below[i + 1] = work->weight_below[i] + precision[i];
    }
    for (int i = count - 1; i >= 0; i--) {
        double *above = work->above + (ptrdiff_t)i * N;
        add_point(work, column, i, above + N, above);
        work->weight_above[i] = work->weight_above[i + 1] + precision[i];
    }
}

/* Weighted mean of cov(Z_c(r)/R_c(r), Z_e(r')/R_e(r')) over r' that are far from r; work has the
 * sums of column e. 0 where no radii are. */
static double covariance_far(const workspace *work, int c) {
    const hp_error_data *data = work->data;
    int N = data->nsample, count = work->count, low = 0, high = 0;
    double far = FAR_FM / data->length_fm, sum = 0.0, total = 0.0;
    for (int i = 0; i < count; i++) {
        double r = data->grid.r[work->at[i]], precision = work->precision[c * count + i];
        while (low < count && data->grid.r[work->at[low]] < r - far) low++;
        while (high < count && data->grid.r[work->at[high]] <= r + far) high++;
        const double *Z = work->Z + ((ptrdiff_t)c * count + i) * N;
        sum += precision / data->R[point_of(work, 0, c, i)] *
               (cblas_ddot(N, Z, 1, work->below + (ptrdiff_t)low * N, 1) +
                cblas_ddot(N, Z, 1, work->above + (ptrdiff_t)high * N, 1));
        total += precision * (work->weight_below[low] + work->weight_above[high]);
    }
    return total > 0.0 ? data->sample_weight * sum / total : 0.0;
}

/* A symmetric matrix with negative eigenvalues raised to 0. */
static hp_status clip(int n, double *matrix, hp_error *err) {
    hp_status status = HP_OK;
    double *vector = NULL, *value = NULL, *block = NULL;
    const hp_part parts[] = {{&vector, (size_t)n * (size_t)n}, {&value, (size_t)n}};
    HP_TRY(hp_alloc_parts(&block, parts, sizeof parts / sizeof *parts, err));
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            vector[i * n + j] = 0.5 * (matrix[i * n + j] + matrix[j * n + i]);
    int info = LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 'V', 'U', n, vector, n, value);
    HP_CHECK(info == 0, HP_ERR_NUMERIC, "the common mode was not found (dsyevd: %d)", info);
    memset(matrix, 0, (size_t)n * (size_t)n * sizeof *matrix);
    for (int k = 0; k < n; k++)
        cblas_dger(CblasRowMajor, n, n, fmax(value[k], 0.0), vector + k, n, vector + k, n, matrix,
                   n);
cleanup:
    hp_free(block);
    return status;
}

static hp_status find_common_mode(workspace *work, hp_error_model *model, hp_error *err) {
    int ncolumn = model->ncolumn;
    double floor = work->data->relative_floor;
    for (int c = 0; c < ncolumn; c++) select_precise(work, c);
    for (int e = 0; e < ncolumn; e++) {
        sum_up(work, e);
        for (int c = 0; c < ncolumn; c++) model->gamma[c * ncolumn + e] = covariance_far(work, c);
    }
    HP_CALL(clip(ncolumn, model->gamma, err));
    for (int c = 0; c < ncolumn; c++)
        for (int i = 0; i < work->count; i++) {
            size_t point = point_of(work, 0, c, i);
            double variance = model->variance[point], R = model->R[point];
            double artefacts = floor * work->data->S[point];
            model->diagonal[point] =
                fmax(variance - model->gamma[c * ncolumn + c] * R * R, LEAST_DIAGONAL * variance) +
                artefacts * artefacts;
        }
    return HP_OK;
}

/* Correlations, common mode left in: of radii, in the mean over columns, and of columns, in the
 * mean over radii. */
static void find_correlations(workspace *work, hp_error_model *model) {
    int N = work->data->nsample, count = work->count, ncolumn = model->ncolumn;
    for (int row = 0; row < ncolumn * count; row++) {
        double *Z = work->Z + (ptrdiff_t)row * N;
        cblas_dscal(N, 1.0 / cblas_dnrm2(N, Z, 1), Z, 1);
    }
    for (int c = 0; c < ncolumn; c++) {
        const double *Z = work->Z + (ptrdiff_t)c * count * N;
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, count, count, N, 1.0 / ncolumn, Z, N,
                    Z, N, 1.0, work->rho, count);
        for (int e = 0; e < ncolumn; e++)
            model->correlation[c * ncolumn + e] =
                cblas_ddot(count * N, Z, 1, work->Z + (ptrdiff_t)e * count * N, 1) / count;
    }
}

static hp_status allocate(const hp_error_data *data, hp_error_model *model, hp_error *err) {
    size_t n = (size_t)data->grid.n, m = n * (size_t)data->ncolumn;
    size_t matrix = (size_t)data->ncolumn * (size_t)data->ncolumn;
    *model = (hp_error_model){.n = data->grid.n, .ncolumn = data->ncolumn};
    const hp_part parts[] = {{&model->variance, m},
                             {&model->diagonal, m},
                             {&model->R, m},
                             {&model->r, n},
                             {&model->fitted, n},
                             {&model->gamma, matrix},
                             {&model->correlation, matrix}};
    HP_CALL(hp_alloc_parts(&model->block, parts, sizeof parts / sizeof *parts, err));
    memcpy(model->R, data->R, m * sizeof *model->R);
    memcpy(model->r, data->grid.r, n * sizeof *model->r);
    memcpy(model->fitted, data->fitted, n * sizeof *model->fitted);
    return HP_OK;
}

hp_status hp_error_model_create(const hp_error_data *data, hp_error_model *model, hp_error *err) {
    hp_status status = HP_OK;
    workspace work = {0};
    hp_error_part all = {0};
    HP_TRY(allocate(data, model, err));
    HP_TRY(create_work(data, &work, err));
    HP_TRY(find_pilot(&work, err));
    HP_TRY(find_residuals(&work, err));
    HP_TRY(find_variance(&work, model, err));
    HP_TRY(find_common_mode(&work, model, err));
    find_correlations(&work, model);
    for (int i = 0; i < work.count; i++) work.scratch[i] = data->grid.r[work.at[i]];
    HP_TRY(hp_error_shape_fit(work.count, work.scratch, work.rho, data->length_fm, model, err));
    HP_TRY(hp_error_model_restrict(model, 0, data->ncolumn, NULL, &all, err));
    model->nfitted = all.points;
    model->effective_points = all.effective_points;
    model->weights = all.weights;
cleanup:
    destroy_work(&work);
    if (status != HP_OK) hp_error_model_destroy(model);
    return status;
}

void hp_error_model_destroy(hp_error_model *model) {
    if (model == NULL) return;
    hp_fit_weights_destroy(&model->weights);
    hp_free(model->block);
    *model = (hp_error_model){0};
}
