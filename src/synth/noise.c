// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit normal noise, correlated in r and t and along the Markov chain. */
#include "synth_parts.h"
#include <math.h>
#include <gsl/gsl_randist.h> /* declares the BLAS as well; cblas.h would do it twice */
#include <lapacke.h>
#include "hadpot/memory.h"

/* Added to the diagonal of the correlation matrix in r, of which most eigenvalues are zero in
 * double precision. It is above the rounding of thousands of points, and as noise without
 * correlation it has 1e-5 of the size of the rest. */
static const double JITTER = 1e-10;

/* First-order autoregression of unit variance. */
static void step_in_time(const hp_synth_noise *noise, gsl_rng *rng, bool first, double *value) {
    double c = noise->time_correlation, fresh = gsl_ran_gaussian(rng, 1.0);
    *value = first ? fresh : c * *value + sqrt(1 - c * c) * fresh;
}

static void draw_series(const hp_synth_noise *noise, gsl_rng *rng, double *series) {
    double value = 0;
    for (int t = 0; t < noise->ntime; t++) {
        step_in_time(noise, rng, t == 0, &value);
        series[t] = value;
    }
}

/* As if the configuration stood alone. */
static void draw_independent(hp_synth_noise *noise, gsl_rng *rng) {
    double *second = noise->eta + noise->ntime;
    draw_series(noise, rng, noise->eta);
    if (noise->identical)
        cblas_dcopy(noise->ntime, noise->eta, 1, second, 1);
    else
        draw_series(noise, rng, second);
    for (int t = 0; t < noise->ntime; t++) {
        double *xi = noise->xi + (ptrdiff_t)t * noise->points;
        for (int i = 0; i < noise->points; i++) step_in_time(noise, rng, t == 0, &noise->z[i]);
        cblas_dcopy(noise->points, noise->z, 1, xi, 1);
        cblas_dtrmv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, noise->points,
                    noise->factor, noise->points, xi, 1);
    }
}

void hp_synth_noise_draw(hp_synth_noise *noise, gsl_rng *rng, int source, bool first) {
    double rho = noise->chain_correlation;
    int length = noise->ntime * (2 + noise->points);
    double *latest = noise->chain + (ptrdiff_t)source * length;
    draw_independent(noise, rng);
    if (!first) {
        cblas_dscal(length, sqrt(1 - rho * rho), noise->eta, 1);
        cblas_daxpy(length, rho, latest, 1, noise->eta, 1);
    }
    cblas_dcopy(length, noise->eta, 1, latest, 1);
}

/* Between two radii, in lattice units. */
static double distance(const hp_synth_setup *setup, int i, int j) {
    if (setup->cubic) return setup->geometry.r[i] - setup->geometry.r[j];
    return (i - j) * setup->step;
}

/* factor factor^T = exp(-(r-r')^2/(2 l^2)), the diagonal 1. */
static hp_status fill_factor(const hp_synth_setup *setup, double *factor, hp_error *err) {
    int n = setup->nradius;
    for (int i = 0; i < n; i++) {
        for (int j = 0; j <= i; j++) {
            double x = distance(setup, i, j) / setup->radial_correlation;
            double correlation = exp(-x * x / 2) + (i == j ? JITTER : 0);
            factor[(ptrdiff_t)i * n + j] = correlation / (1 + JITTER);
        }
    }
    lapack_int info = LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'L', n, factor, n);
    HP_REQUIRE(
        info == 0, HP_ERR_NUMERIC,
        "the correlation matrix of the noise in r (%d distances, correlation length %g a) is "
        "not positive definite (dpotrf: %d)",
        n, setup->radial_correlation, (int)info);
    return HP_OK;
}

hp_status hp_synth_noise_create(const hp_synth_setup *setup, hp_synth_noise *noise, hp_error *err) {
    hp_status status = HP_OK;
    size_t points = (size_t)setup->nradius, ntime = (size_t)setup->spec->ntime;
    size_t length = ntime * (2 + points);
    *noise = (hp_synth_noise){.points = setup->nradius,
                              .ntime = setup->spec->ntime,
                              .time_correlation = setup->spec->time_correlation,
                              .chain_correlation = setup->chain_correlation,
                              .identical = setup->identical};
    HP_NEW(noise->factor, points * points);
    HP_NEW(noise->z, points);
    HP_NEW(noise->eta, length);
    HP_NEW(noise->chain, (size_t)setup->spec->nsource * length);
    noise->xi = noise->eta + 2 * ntime;
    HP_TRY(fill_factor(setup, noise->factor, err));
cleanup:
    if (status != HP_OK) hp_synth_noise_destroy(noise);
    return status;
}

void hp_synth_noise_destroy(hp_synth_noise *noise) {
    if (noise == NULL) return;
    hp_free(noise->factor);
    hp_free(noise->z);
    hp_free(noise->eta);
    hp_free(noise->chain);
    *noise = (hp_synth_noise){0};
}
