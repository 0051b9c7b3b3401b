// SPDX-License-Identifier: GPL-3.0-or-later
/* The inverse covariance of a window, and what it makes of right fits. */
#include <cblas.h>
#include <gsl/gsl_cdf.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/lapack_status.h"
#include "spectrum_private.h"

/* Relative errors below are rounding of samples that agree. */
static const double NO_ERROR = 1e-12;

/* Independent deviations by time from which on the inverse of the covariance is used as it is. With
 * fewer of them the noise of the small eigenvalues makes errors too small: by 1.4 with 50 for 16
 * times, while the largest eigenvalue alone gives right ones that are hardly larger
 * (docs/method-masses.md). */
enum { ENOUGH_BY_TIME = 20 };

/* Eigenvalues that are smaller than this part of the largest are rounding. */
static const double ROUNDING = 1e-13;

/* Cov (n, n) of C(t)/C_average(t). */
static void fill_covariance(const hp_two_point *two_point, int start, int n, double *cov) {
    int N = two_point->nrow - 1;
    const double *centre = two_point->value + start;
    double weight = hp_sample_weight(two_point->rule, N);
    for (int i = 0; i < n; i++) {
        for (int j = 0; j <= i; j++) {
            double a = 0.0, b = 0.0, ab = 0.0;
            for (int k = 1; k <= N; k++) {
                const double *C = centre + (size_t)k * two_point->stride;
                double x = C[i] / centre[i] - 1.0, y = C[j] / centre[j] - 1.0;
                a += x / N;
                b += y / N;
                ab += x * y;
            }
            cov[i * n + j] = cov[j * n + i] = weight * (ab - N * a * b);
        }
    }
}

/* error (n) of cov; where samples agree the smallest that there is. False: they agree everywhere.
 */
static bool find_errors(const double *cov, int n, double *error) {
    double least = INFINITY;
    for (int i = 0; i < n; i++) {
        error[i] = sqrt(fmax(cov[i * n + i], 0.0));
        if (error[i] > NO_ERROR) least = fmin(least, error[i]);
    }
    for (int i = 0; i < n; i++)
        if (!(error[i] > NO_ERROR)) error[i] = least;
    return isfinite(least);
}

/* Eigenvalues, ascending: the smallest n - exact become their mean. */
static void smooth(double *value, int n, int exact) {
    double mean = 0.0, least = ROUNDING * value[n - 1];
    int rest = n - exact;
    for (int i = 0; i < rest; i++) mean += fmax(value[i], 0.0) / rest;
    for (int i = 0; i < n; i++) value[i] = fmax(i < rest ? mean : value[i], least);
}

/* L = value'^(-1/2) V^T / error, with the eigenvectors V of the correlation matrix in `vectors`. */
static hp_status whiten(hp_mass_weights *weights, const double *cov, double *vectors, double *error,
                        double *value, hp_error *err) {
    int n = weights->n;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            vectors[i * n + j] = i == j ? 1.0 : cov[i * n + j] / (error[i] * error[j]);
    int info = LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 'V', 'U', n, vectors, n, value);
    HP_REQUIRE(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
               "eigenvectors of the covariance of a two-point function were not found (dsyevd: %d)",
               info);
    smooth(value, n, weights->exact);
    for (int k = 0; k < n; k++)
        for (int i = 0; i < n; i++)
            weights->whiten[k * n + i] = vectors[i * n + k] / (error[i] * sqrt(value[k]));
    return HP_OK;
}

static void fill_identity(int n, double *matrix) {
    memset(matrix, 0, (size_t)n * (size_t)n * sizeof *matrix);
    for (int i = 0; i < n; i++) matrix[i * n + i] = 1.0;
}

static int count_exact(int n, int freedom) {
    return freedom >= ENOUGH_BY_TIME * n ? n : 1;
}

hp_status hp_mass_weights_create(const hp_two_point *two_point, int start, int n,
                                 hp_mass_weights *weights, hp_error *err) {
    hp_status status = HP_OK;
    size_t square = (size_t)n * (size_t)n;
    double *block = NULL, *cov, *vectors, *error, *value;
    const hp_part parts[] = {
        {&cov, square}, {&vectors, square}, {&error, (size_t)n}, {&value, (size_t)n}};
    *weights = (hp_mass_weights){.n = n, .exact = count_exact(n, two_point->freedom)};
    HP_TRY(hp_alloc_parts(&weights->block,
                          HP_PARTS({&weights->whiten, square}, {&weights->spread, square}), err));
    HP_TRY(hp_alloc_parts(&block, parts, sizeof parts / sizeof *parts, err));
    fill_identity(n, weights->whiten);
    fill_identity(n, weights->spread);
    if (two_point->nrow < 3) goto cleanup;
    fill_covariance(two_point, start, n, cov);
    weights->known = find_errors(cov, n, error);
    if (!weights->known) goto cleanup;
    HP_TRY(whiten(weights, cov, vectors, error, value, err));
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1.0, weights->whiten, n, cov, n,
                0.0, vectors, n);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, n, n, 1.0, vectors, n, weights->whiten,
                n, 0.0, weights->spread, n);
cleanup:
    hp_free(block);
    if (status != HP_OK) hp_mass_weights_destroy(weights);
    return status;
}

void hp_mass_weights_destroy(hp_mass_weights *weights) {
    if (weights == NULL) return;
    hp_free(weights->block);
    *weights = (hp_mass_weights){0};
}

/* Q (n, n) = 1 - P, P the projector on the columns of the Jacobian, by Gram and Schmidt, twice. */
static void project_out(int n, int p, const double *jacobian, double *basis, double *Q) {
    fill_identity(n, Q);
    for (int c = 0; c < p; c++) {
        double *column = basis + (ptrdiff_t)c * n;
        for (int i = 0; i < n; i++) column[i] = jacobian[i * p + c];
        for (int twice = 0; twice < 2; twice++)
            for (int b = 0; b < c; b++) {
                const double *other = basis + (ptrdiff_t)b * n;
                cblas_daxpy(n, -cblas_ddot(n, other, 1, column, 1), other, 1, column, 1);
            }
        double norm = cblas_dnrm2(n, column, 1);
        if (norm > 0.0) cblas_dscal(n, 1.0 / norm, column, 1);
        cblas_dger(CblasRowMajor, n, n, -1.0, column, 1, column, 1, Q, n);
    }
}

/* With the covariance as it is chi2 is Hotelling's T^2 of d = n - p dimensions; with a smoothed one
 * a sum of squares with weights, the eigenvalues of Q spread Q, of which mean and variance are
 * those of a gamma distribution, widened like Student's t (goodness.h). */
static double find_probability(const hp_mass_weights *weights, double freedom, int d,
                               const double moment[2], double chi2) {
    if (weights->exact == weights->n && freedom > d)
        return gsl_cdf_fdist_Q(chi2 * (freedom - d + 1.0) / (freedom * d), d, freedom - d + 1.0);
    if (freedom < 5.0) return NAN; /* HP_LEAST_FREEDOM */
    double points = moment[0] * moment[0] / moment[1], mean = freedom / (freedom - 2.0);
    double kept = points * (freedom - 4.0) / (freedom - 1.0);
    return gsl_cdf_chisq_Q(chi2 * kept / (mean * moment[0]), kept);
}

hp_status hp_mass_weights_judge(const hp_mass_weights *weights, int freedom, int p,
                                const double *jacobian, double chi2, double *expected,
                                double *probability, hp_error *err) {
    int n = weights->n;
    size_t square = (size_t)n * (size_t)n;
    double *block = NULL, *basis, *Q, *QS, moment[2] = {0.0, 0.0};
    const hp_part parts[] = {{&basis, (size_t)(n * p)}, {&Q, square}, {&QS, square}};
    *expected = *probability = NAN;
    if (!weights->known || n == p) return HP_OK;
    HP_CALL(hp_alloc_parts(&block, parts, sizeof parts / sizeof *parts, err));
    project_out(n, p, jacobian, basis, Q);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1.0, Q, n, weights->spread, n,
                0.0, QS, n);
    for (int i = 0; i < n; i++) {
        moment[0] += QS[i * n + i];
        moment[1] += cblas_ddot(n, QS + (ptrdiff_t)i * n, 1, QS + i, n); /* trace of (Q S)^2 */
    }
    *expected = moment[0];
    *probability = find_probability(weights, freedom, n - p, moment, chi2);
    hp_free(block);
    return HP_OK;
}
