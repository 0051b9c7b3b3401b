// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/error_model.h"
#include <cblas.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>
#include "hadpot/lapack_status.h"
#include "hadpot/memory.h"
#include "error_shape.h"

/* The common mode is seen between points too far apart for another correlation, and that are not
 * much noisier than most; of the variance this part at least is not common. */
static const double FAR_FM = 0.9, LEAST_PRECISION = 0.05, LEAST_DIAGONAL = 0.1;

/* Radii within this distance are the same for correlations. */
static const double NEAR_FM = 0.1;

/* Work space: fitted radii alone, densely. */
typedef struct {
    const hp_error_data *data;
    int ncomponent, n, ncolumn; /* n radii; (source, time, component) */
    int count, *at;             /* radii (count) that are fitted in a component */
    double *block;              /* all arrays: */
    double *Z;                  /* (ncolumn, count, nsample) less its mean over samples */
    double *precision;          /* (ncolumn, count) R^2/var, 0: too noisy for the common mode */
    double *below, *above;      /* (count + 1, nsample) sums up to a radius, and from it on */
    double *weight_below, *weight_above; /* (count + 1) */
    double *rho;                         /* (count, count) */
    double *scratch;                     /* (count) */
} workspace;

static size_t point_of(const workspace *work, int row, int column, int i) {
    size_t block = (size_t)row * (size_t)work->ncolumn + (size_t)column;
    return block * (size_t)work->n + (size_t)work->at[i];
}

static bool is_fitted(const workspace *work, int column, int i) {
    return work->data->fitted[column % work->ncomponent * work->n + work->at[i]] > 0.0;
}

static hp_status create_work(const hp_error_data *data, workspace *work, hp_error *err) {
    int ncomponent = data->features->space.ncomponent, n = data->grid.n / ncomponent;
    *work = (workspace){
        .data = data, .ncomponent = ncomponent, .n = n, .ncolumn = data->ncolumn * ncomponent};
    HP_ALLOCATE(work->at, n);
    for (int r = 0; r < n; r++) {
        bool fitted = false;
        for (int c = 0; c < ncomponent; c++) fitted |= data->fitted[c * n + r] > 0.0;
        if (fitted) work->at[work->count++] = r;
    }
    size_t count = (size_t)work->count, N = (size_t)data->nsample;
    const hp_part parts[] = {{&work->Z, (size_t)work->ncolumn * count * N},
                             {&work->precision, (size_t)work->ncolumn * count},
                             {&work->below, (count + 1) * N},
                             {&work->above, (count + 1) * N},
                             {&work->weight_below, count + 1},
                             {&work->weight_above, count + 1},
                             {&work->scratch, count}};
    return hp_alloc_parts(&work->block, parts, sizeof parts / sizeof *parts, err);
}

static void destroy_work(workspace *work) {
    hp_free(work->at);
    hp_free(work->block);
}

/* Log of the variance at each fitted point of a column, into scratch; `of` (count) which they are.
 */
static hp_status find_raw_variance(workspace *work, int c, int *of, int *count, hp_error *err) {
    int N = work->data->nsample;
    *count = 0;
    for (int i = 0; i < work->count; i++) {
        const double *Z = work->Z + ((ptrdiff_t)c * work->count + i) * N;
        if (!is_fitted(work, c, i)) continue;
        double raw = work->data->sample_weight * cblas_ddot(N, Z, 1, Z, 1);
        HP_REQUIRE(raw > 0.0 && isfinite(raw), HP_ERR_NUMERIC,
                   "residuals of S have the variance %g at a point that is fitted", raw);
        of[*count] = i;
        work->scratch[(*count)++] = log(raw);
    }
    return HP_OK;
}

/* The mean of the logarithm over a point and its neighbours of the same column. */
static hp_status find_variance(workspace *work, hp_error_model *model, hp_error *err) {
    hp_status status = HP_OK;
    int *of = NULL, count;
    HP_NEW(of, work->count);
    for (int c = 0; c < model->ncolumn; c++) {
        HP_TRY(find_raw_variance(work, c, of, &count, err));
        for (int i = 0; i < count; i++) {
            int from = i > 0 ? i - 1 : 0, to = i < count - 1 ? i + 1 : count - 1;
            double variance =
                exp(gsl_stats_mean(work->scratch + from, 1, (size_t)to - (size_t)from + 1));
            size_t point = point_of(work, 0, c, of[i]);
            model->variance[point] = variance;
            work->precision[c * work->count + of[i]] =
                work->data->R[point] * work->data->R[point] / variance;
        }
    }
cleanup:
    hp_free(of);
    return status;
}

/* Points of a column that are too noisy to see the common mode do not count. */
static void select_precise(workspace *work, int column) {
    double *precision = work->precision + (ptrdiff_t)column * work->count;
    size_t count = 0;
    for (int i = 0; i < work->count; i++)
        if (is_fitted(work, column, i)) work->scratch[count++] = precision[i];
    if (count == 0) return;
    gsl_sort(work->scratch, 1, count);
    double least = LEAST_PRECISION * gsl_stats_median_from_sorted_data(work->scratch, 1, count);
    for (int i = 0; i < work->count; i++)
        if (precision[i] <= least) precision[i] = 0.0;
}

/* sum = other sum + precision Z/R of a point of a column */
static void add_point(const workspace *work, int column, int i, const double *other, double *sum) {
    int N = work->data->nsample, row = column * work->count + i;
    memcpy(sum, other, (size_t)N * sizeof *sum);
    if (work->precision[row] == 0.0) return;
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
        if (precision == 0.0) continue; /* R may be 0, too */
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
    HP_CHECK(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
             "the common mode was not found (dsyevd: %d)", info);
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
            if (!is_fitted(work, c, i)) continue;
            model->diagonal[point] =
                fmax(variance - model->gamma[c * ncolumn + c] * R * R, LEAST_DIAGONAL * variance);
        }
    return HP_OK;
}

/* Z in units of its standard deviation, and in scratch how many radii are next to each: crowded
 * ones count together as one. */
static void standardise(workspace *work) {
    const hp_error_data *data = work->data;
    int N = data->nsample, count = work->count, low = 0, high = 0;
    double near = NEAR_FM / data->length_fm;
    for (int row = 0; row < work->ncolumn * count; row++) {
        double *Z = work->Z + (ptrdiff_t)row * N;
        if (!is_fitted(work, row / count, row % count)) continue;
        cblas_dscal(N, 1.0 / cblas_dnrm2(N, Z, 1), Z, 1);
    }
    for (int i = 0; i < count; i++) {
        double r = data->grid.r[work->at[i]];
        while (data->grid.r[work->at[low]] < r - near) low++;
        while (high < count && data->grid.r[work->at[high]] <= r + near) high++;
        work->scratch[i] = 1.0 / (high - low);
    }
}

/* Of two points: correlation of Z, what of it the common mode makes, and the factor of the
 * correlation of what is left. */
typedef struct {
    double all, common, factor;
} correlation;

static correlation correlate(const workspace *work, const hp_error_model *model, const int c[2],
                             const int i[2]) {
    int N = work->data->nsample, ncolumn = model->ncolumn;
    double squares = model->gamma[c[0] * ncolumn + c[0]] * model->gamma[c[1] * ncolumn + c[1]];
    double left = 1.0, common = 1.0;
    for (int side = 0; side < 2; side++) {
        size_t point = point_of(work, 0, c[side], i[side]);
        double part = model->diagonal[point] / model->variance[point];
        left *= part;
        common *= copysign(sqrt(1.0 - part), model->R[point]);
    }
    if (squares > 0.0) common *= model->gamma[c[0] * ncolumn + c[1]] / sqrt(squares);
    const double *one = work->Z + ((ptrdiff_t)c[0] * work->count + i[0]) * N;
    const double *other = work->Z + ((ptrdiff_t)c[1] * work->count + i[1]) * N;
    return (correlation){cblas_ddot(N, one, 1, other, 1), common, sqrt(left)};
}

/* Of radii, in the least squares of all columns. */
static hp_status find_shape(workspace *work, hp_error_model *model, hp_error *err) {
    hp_error_pairs pairs;
    const double *r = work->data->grid.r;
    double fm = work->data->length_fm;
    HP_CALL(hp_error_pairs_create(r[work->at[work->count - 1]] - r[work->at[0]], fm, &pairs, err));
    for (int i = 1; i < work->count; i++)
        for (int j = 0; j < i; j++) {
            double weight = work->scratch[i] * work->scratch[j], ww = 0.0, wy = 0.0;
            for (int c = 0; c < model->ncolumn; c++) {
                if (!is_fitted(work, c, i) || !is_fitted(work, c, j)) continue;
                correlation of = correlate(work, model, (int[]){c, c}, (int[]){i, j});
                ww += of.factor * of.factor;
                wy += of.factor * (of.all - of.common);
            }
            hp_error_pairs_add(&pairs, r[work->at[i]] - r[work->at[j]], weight * ww, weight * wy);
        }
    hp_error_pairs_fit(&pairs, fm, model);
    hp_error_pairs_destroy(&pairs);
    return HP_OK;
}

/* Of columns at the same radius, in the mean over radii. */
static void find_correlations(const workspace *work, hp_error_model *model) {
    for (int c = 0; c < model->ncolumn; c++)
        for (int e = 0; e < model->ncolumn; e++) {
            double sum = 0.0, weights = 0.0;
            for (int i = 0; i < work->count; i++) {
                if (!is_fitted(work, c, i) || !is_fitted(work, e, i)) continue;
                correlation of = correlate(work, model, (int[]){c, e}, (int[]){i, i});
                sum += work->scratch[i] * (of.all - of.common) / of.factor;
                weights += work->scratch[i];
            }
            double mean = weights > 0.0 ? sum / weights : 0.0;
            model->correlation[c * model->ncolumn + e] = c == e ? 1.0 : fmin(fmax(mean, -1.0), 1.0);
        }
}

/* Artefacts are no noise of samples, and other ones at every point. */
static void add_artefacts(const workspace *work, hp_error_model *model) {
    const hp_error_data *data = work->data;
    for (int c = 0; c < model->ncolumn; c++)
        for (int i = 0; i < work->count; i++) {
            size_t point = point_of(work, 0, c, i);
            double r = fmax(1.0, data->grid.r[work->at[i]]), S = data->S[point];
            double part = data->breaking / (r * r);
            model->artefact[point] = data->relative_floor * data->relative_floor * S * S;
            model->breaking[point] = part * part * S * S;
        }
}

/* Z (ncolumn, count, nsample) from rows (nsample, ncolumn, count), less its mean over samples. */
static void take_residuals(workspace *work, const double *rows) {
    int N = work->data->nsample;
    size_t length = (size_t)work->ncolumn * (size_t)work->count;
    for (size_t at = 0; at < length; at++) {
        double *Z = work->Z + at * (size_t)N;
        for (int k = 0; k < N; k++) Z[k] = rows[(size_t)k * length + at];
        double mean = gsl_stats_mean(Z, 1, (size_t)N);
        for (int k = 0; k < N; k++) Z[k] -= mean;
    }
}

static hp_status allocate(const hp_error_data *data, hp_error_model *model, hp_error *err) {
    int ncomponent = data->features->space.ncomponent;
    size_t n = (size_t)(data->grid.n / ncomponent),
           m = (size_t)data->grid.n * (size_t)data->ncolumn;
    size_t columns = (size_t)data->ncolumn * (size_t)ncomponent, matrix = columns * columns;
    *model = (hp_error_model){
        .n = (int)n, .ncomponent = ncomponent, .ncolumn = (int)columns, .freedom = data->freedom};
    const hp_part parts[] = {{&model->variance, m},
                             {&model->diagonal, m},
                             {&model->artefact, m},
                             {&model->breaking, m},
                             {&model->R, m},
                             {&model->r, n},
                             {&model->fitted, (size_t)data->grid.n},
                             {&model->gamma, matrix},
                             {&model->correlation, matrix}};
    HP_CALL(hp_alloc_parts(&model->block, parts, sizeof parts / sizeof *parts, err));
    memcpy(model->R, data->R, m * sizeof *model->R);
    memcpy(model->r, data->grid.r, n * sizeof *model->r);
    memcpy(model->fitted, data->fitted, (size_t)data->grid.n * sizeof *model->fitted);
    return HP_OK;
}

hp_status hp_error_model_create_from(const hp_error_data *data, const double *Z,
                                     hp_error_model *model, hp_error *err) {
    hp_status status = HP_OK;
    workspace work = {0};
    hp_error_part all = {0};
    HP_TRY(allocate(data, model, err));
    HP_TRY(create_work(data, &work, err));
    take_residuals(&work, Z);
    HP_TRY(find_variance(&work, model, err));
    HP_TRY(find_common_mode(&work, model, err));
    standardise(&work);
    HP_TRY(find_shape(&work, model, err));
    find_correlations(&work, model);
    add_artefacts(&work, model);
    HP_TRY(
        hp_error_model_restrict(model, (hp_error_columns){0, model->ncolumn, 1}, NULL, &all, err));
    model->nfitted = all.points;
    model->effective_points = all.effective_points;
    model->weights = all.weights;
cleanup:
    destroy_work(&work);
    if (status != HP_OK) hp_error_model_destroy(model);
    return status;
}

hp_status hp_error_model_create(const hp_error_data *data, hp_error_model *model, hp_error *err) {
    hp_status status = HP_OK;
    hp_error_pilot pilot = {0};
    size_t row = (size_t)data->ncolumn * (size_t)data->grid.n;
    double *variance = NULL, *Z = NULL;
    *model = (hp_error_model){0};
    HP_NEW(variance, row);
    hp_error_variance(data, data->S + row, variance);
    HP_TRY(hp_error_pilot_create(data, &pilot, err));
    HP_TRY(hp_error_pilot_fit(&pilot, data, variance, err));
    HP_NEW(Z, (size_t)data->nsample * pilot.length);
    for (int first = 0; first < data->nsample; first += HP_ERROR_ROWS) {
        int left = data->nsample - first, rows = left < HP_ERROR_ROWS ? left : HP_ERROR_ROWS;
        size_t start = (size_t)(1 + first) * row;
        HP_TRY(hp_error_pilot_residuals(&pilot, data, rows, data->R + start, data->S + start,
                                        Z + (size_t)first * pilot.length, err));
    }
    HP_TRY(hp_error_model_create_from(data, Z, model, err));
cleanup:
    hp_error_pilot_destroy(&pilot);
    hp_free(variance);
    hp_free(Z);
    return status;
}

void hp_error_model_destroy(hp_error_model *model) {
    if (model == NULL) return;
    hp_fit_weights_destroy(&model->weights);
    hp_free(model->block);
    *model = (hp_error_model){0};
}
