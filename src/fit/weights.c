// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/weights.h"
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>
#include "hadpot/lapack_status.h"
#include "hadpot/memory.h"

/* Eigenvalues below this part of the largest are rounding: the deviations of N samples from their
 * mean span N-1 directions. */
static const double ROUNDING = 1e-13;

/* Work space of a covariance: Z, then W, one row per sample. */
typedef struct {
    const hp_fit_points *points;
    int m;         /* ncolumn n */
    double *W;     /* (N, m) */
    double *rho;   /* (m) (error/error_eff)^2 */
    double *gram;  /* (N, N), then its eigenvectors in columns */
    double *value; /* (N) ascending */
} covariance_work;

double hp_effective_error(double error, double value, double floor) {
    return hypot(error, floor * value);
}

/* Others, of points where R vanishes or samples agree, say nothing and stay as they are. */
static bool is_variance(double variance) {
    return variance > 0.0 && isfinite(variance);
}

/* Logarithms of variance and sites at a point less their means over its window. */
static void deviate(const hp_smoothing *along, const double *variance, int i, double deviation[2]) {
    const double *r = along->r, end = r[along->n - 1];
    double window = fmin(along->length, fmin(r[i] - r[0], end - r[i])) + 1e-9 * end;
    int count = 0;
    deviation[0] = deviation[1] = 0.0;
    for (int j = 0; j < along->n; j++) {
        if (!is_variance(variance[j]) || fabs(r[j] - r[i]) > window) continue;
        deviation[0] += log(variance[i] / variance[j]);
        if (along->sites != NULL) deviation[1] += log(along->sites[i] / along->sites[j]);
        count++;
    }
    deviation[0] /= count;
    deviation[1] /= count;
}

static void smooth_column(const hp_smoothing *along, const double *variance, double *smooth) {
    double product = 0.0, square = 0.0, deviation[2] = {0.0, 0.0};
    for (int i = 0; i < along->n; i++) {
        if (!is_variance(variance[i])) continue;
        deviate(along, variance, i, deviation);
        product += deviation[0] * deviation[1];
        square += deviation[1] * deviation[1];
    }
    double power = square > 0.0 ? product / square : 0.0;
    for (int i = 0; i < along->n; i++) {
        smooth[i] = variance[i];
        if (!is_variance(variance[i])) continue;
        deviate(along, variance, i, deviation);
        smooth[i] *= exp(power * deviation[1] - deviation[0]);
    }
}

/* Mean of the logarithms of every `step`-th of values that are variances. */
static double mean_logarithm(const double *value, int n, int step) {
    double sum = 0.0;
    int count = 0;
    for (int i = 0; i < n; i++) {
        if (!is_variance(value[(ptrdiff_t)i * step])) continue;
        sum += log(value[(ptrdiff_t)i * step]);
        count++;
    }
    return count > 0 ? sum / count : 0.0;
}

void hp_smooth_variances(const hp_smoothing *along, const double *variance, double *smooth) {
    int n = along->n, ncolumn = along->ncolumn;
    for (int c = 0; c < ncolumn; c++) {
        double *column = smooth + (ptrdiff_t)c * n;
        smooth_column(along, variance + (ptrdiff_t)c * n, column);
        cblas_dscal(n, exp(-mean_logarithm(column, n, 1)), column, 1);
    }
    for (int r = 0; r < n; r++) {
        double common = exp(mean_logarithm(smooth + r, ncolumn, n));
        for (int c = 0; c < ncolumn; c++)
            if (is_variance(smooth[(ptrdiff_t)c * n + r])) smooth[(ptrdiff_t)c * n + r] = common;
    }
    for (int c = 0; c < ncolumn; c++) {
        double *column = smooth + (ptrdiff_t)c * n;
        double level = mean_logarithm(variance + (ptrdiff_t)c * n, n, 1);
        cblas_dscal(n, exp(level - mean_logarithm(column, n, 1)), column, 1);
    }
}

/* W = Z in units of the statistical error, found from the samples themselves; and rho. */
static void standardise(covariance_work *work) {
    const hp_fit_points *points = work->points;
    size_t m = (size_t)work->m;
    int N = points->nsample;
    double factor = points->sample_weight;
    for (int i = 0; i < work->m; i++) {
        double mean = 0.0, variance = 0.0;
        if (points->fitted[i % points->n] == 0.0) continue;
        double error = points->error_eff[i] * points->unit[i / points->n];
        for (int k = 0; k < N; k++) mean += points->sample[(size_t)k * m + (size_t)i] / N;
        for (int k = 0; k < N; k++) {
            double deviation = points->sample[(size_t)k * m + (size_t)i] - mean;
            work->W[(size_t)k * m + (size_t)i] = deviation;
            variance += factor * deviation * deviation;
        }
        if (variance == 0.0) continue;                        /* an error that is all floor */
        work->rho[i] = fmin(1.0, variance / (error * error)); /* 1 without floor, but rounding */
        cblas_dscal(N, sqrt(factor / variance), work->W + i, work->m);
    }
}

/* Eigenvectors, in the columns of gram, and eigenvalues of the N x N matrix W^T W. */
static hp_status decompose(covariance_work *work, hp_error *err) {
    int N = work->points->nsample;
    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasNoTrans, N, work->m, 1.0, work->W, work->m, 0.0,
                work->gram, N);
    for (int k = 0; k < N * N; k++)
        HP_REQUIRE(isfinite(work->gram[k]), HP_ERR_NUMERIC, "S of a sample is not finite");
    int info = LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 'V', 'U', N, work->gram, N, work->value);
    HP_REQUIRE(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
               "eigenvectors of the covariance were not found (dsyevd: %d)", info);
    return HP_OK;
}

/* W from Z to G of the eigenvalue cut: Z P diag(sqrt(max(0, lambda - b)/lambda)), P the
 * eigenvectors of Z^T Z. */
static hp_status raise_eigenvalues(covariance_work *work, hp_error *err) {
    hp_status status = HP_OK;
    int N = work->points->nsample, m = work->m;
    double *Z = NULL, b = work->points->parameter;
    HP_NEW(Z, (size_t)N * (size_t)m);
    memcpy(Z, work->W, (size_t)N * (size_t)m * sizeof *Z);
    HP_TRY(decompose(work, err));
    for (int k = 0; k < N; k++) {
        double lambda = work->value[k];
        cblas_dscal(N, lambda > b ? sqrt((lambda - b) / lambda) : 0.0, work->gram + k, N);
    }
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, N, m, N, 1.0, work->gram, N, Z, m, 0.0,
                work->W, m);
cleanup:
    hp_free(Z);
    return status;
}

/* W = D^-1/2 rho^1/2 G, and the weights 1/(error_eff^2 D). */
static void scale_by_diagonal(covariance_work *work, double *weight) {
    for (int i = 0; i < work->m; i++) {
        double D = 1.0 - (1.0 - work->points->parameter) * work->rho[i];
        weight[i] /= D;
        cblas_dscal(work->points->nsample, sqrt(work->rho[i] / D), work->W + i, work->m);
    }
}

/* q_m = W x_m / sqrt(kappa_m) of the eigenvectors x_m of W^T W, largest first. */
static hp_status take_modes(const covariance_work *work, hp_fit_weights *weights, hp_error *err) {
    int N = work->points->nsample, m = work->m;
    double smallest = ROUNDING * work->value[N - 1];
    while (weights->nmode < N && work->value[N - 1 - weights->nmode] > smallest) weights->nmode++;
    if (weights->nmode == 0) return HP_OK; /* b = 1: points independent of each other */
    HP_ALLOCATE(weights->mode, (size_t)weights->nmode * (size_t)m);
    HP_ALLOCATE(weights->mode_factor, weights->nmode);
    for (int k = 0; k < weights->nmode; k++) {
        double kappa = work->value[N - 1 - k];
        weights->mode_factor[k] = -expm1(-0.5 * log1p(kappa));
        cblas_dgemv(CblasRowMajor, CblasTrans, N, m, 1.0 / sqrt(kappa), work->W, m,
                    work->gram + (N - 1 - k), N, 0.0, weights->mode + (size_t)k * (size_t)m, 1);
    }
    return HP_OK;
}

static hp_status add_covariance(const hp_fit_points *points, hp_fit_weights *weights,
                                hp_error *err) {
    hp_status status = HP_OK;
    size_t m = (size_t)points->n * (size_t)points->ncolumn, N = (size_t)points->nsample;
    covariance_work work = {.points = points, .m = (int)m};
    HP_CHECK(points->inverse_variance && points->sample != NULL && points->nsample >= 2 &&
                 points->parameter > 0.0 && points->parameter <= 1.0,
             HP_ERR_INTERNAL, "a covariance with parameter %g of %d samples", points->parameter,
             points->nsample);
    HP_NEW(work.W, N * m);
    HP_NEW(work.rho, m);
    HP_NEW(work.gram, N * N);
    HP_NEW(work.value, N);
    standardise(&work);
    if (points->covariance == HP_COVARIANCE_EIGENVALUE_CUT)
        HP_TRY(raise_eigenvalues(&work, err));
    else
        for (size_t i = 0; i < N * m; i++) work.W[i] *= sqrt(1.0 - points->parameter);
    scale_by_diagonal(&work, weights->weight);
    HP_TRY(decompose(&work, err));
    HP_TRY(take_modes(&work, weights, err));
cleanup:
    hp_free(work.W);
    hp_free(work.rho);
    hp_free(work.gram);
    hp_free(work.value);
    return status;
}

hp_status hp_fit_weights_create(const hp_fit_points *points, hp_fit_weights *weights,
                                hp_error *err) {
    hp_status status = HP_OK;
    memset(weights, 0, sizeof *weights);
    weights->n = points->n;
    weights->ncolumn = points->ncolumn;
    int m = points->n * points->ncolumn;
    HP_NEW(weights->weight, m);
    for (int i = 0; i < m; i++) {
        double error = points->error_eff[i];
        if (points->fitted[i % points->n] > 0.0)
            weights->weight[i] = points->inverse_variance ? 1.0 / (error * error) : 1.0;
    }
    if (points->covariance != HP_COVARIANCE_NONE) HP_TRY(add_covariance(points, weights, err));
cleanup:
    if (status != HP_OK) hp_fit_weights_destroy(weights);
    return status;
}

double hp_fit_weights_chi2(const hp_fit_weights *weights, const double *S,
                           const double *prediction) {
    int m = weights->n * weights->ncolumn;
    double chi2 = 0.0;
    for (int i = 0; i < m; i++) {
        double residual = S[i] - prediction[i];
        chi2 += weights->weight[i] * residual * residual;
    }
    for (int mode = 0; mode < weights->nmode; mode++) {
        const double *q = weights->mode + (size_t)mode * (size_t)m;
        double dot = 0.0, f = weights->mode_factor[mode];
        for (int i = 0; i < m; i++) dot += q[i] * sqrt(weights->weight[i]) * (S[i] - prediction[i]);
        chi2 -= f * (2.0 - f) * dot * dot;
    }
    return chi2;
}

void hp_fit_weights_whiten(const hp_fit_weights *weights, int width, double *x) {
    int m = weights->n * weights->ncolumn;
    for (int mode = 0; mode < weights->nmode; mode++) {
        const double *q = weights->mode + (size_t)mode * (size_t)m;
        for (int k = 0; k < width; k++) {
            double dot = cblas_ddot(m, q, 1, x + k, width);
            cblas_daxpy(m, -weights->mode_factor[mode] * dot, q, 1, x + k, width);
        }
    }
}

void hp_fit_weights_destroy(hp_fit_weights *weights) {
    if (weights == NULL) return;
    hp_free(weights->weight);
    hp_free(weights->mode);
    hp_free(weights->mode_factor);
    memset(weights, 0, sizeof *weights);
}
