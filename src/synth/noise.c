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

/* n first-order autoregressions of unit variance, one step on in time. */
static void step_in_time(const hp_synth_noise *noise, gsl_rng *rng, bool first, int n, double *x) {
    double c = noise->setup->job->noise.time_correlation, size = sqrt(1 - c * c);
    for (int i = 0; i < n; i++) {
        double fresh = gsl_ran_gaussian(rng, 1.0);
        x[i] = first ? fresh : c * x[i] + size * fresh;
    }
}

static void draw_series(const hp_synth_noise *noise, gsl_rng *rng, double *series) {
    double value = 0;
    for (int t = 0; t < noise->setup->job->times.count; t++) {
        step_in_time(noise, rng, t == 0, 1, &value);
        series[t] = value;
    }
}

/* As if the configuration stood alone. */
static void draw_independent(hp_synth_noise *noise, gsl_rng *rng) {
    int points = noise->setup->nradius, ntime = noise->setup->job->times.count;
    draw_series(noise, rng, noise->eta);
    if (noise->setup->identical)
        cblas_dcopy(ntime, noise->eta, 1, noise->eta + ntime, 1);
    else
        draw_series(noise, rng, noise->eta + ntime);
    for (int t = 0; t < ntime; t++) {
        double *xi = noise->xi + (ptrdiff_t)t * points;
        step_in_time(noise, rng, t == 0, points, noise->z);
        cblas_dcopy(points, noise->z, 1, xi, 1);
        cblas_dtrmv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, points, noise->factor,
                    points, xi, 1);
    }
}

void hp_synth_noise_draw(hp_synth_noise *noise, gsl_rng *rng, int source, bool first) {
    double rho = noise->setup->chain_correlation;
    int length = noise->setup->job->times.count * (2 + noise->setup->nradius);
    double *latest = noise->chain + (ptrdiff_t)source * length;
    draw_independent(noise, rng);
    if (!first) {
        cblas_dscal(length, sqrt(1 - rho * rho), noise->eta, 1);
        cblas_daxpy(length, rho, latest, 1, noise->eta, 1);
    }
    cblas_dcopy(length, noise->eta, 1, latest, 1);
}

/* factor factor^T = exp(-(r-r')^2/(2 l^2)), the diagonal 1. */
static hp_status fill_factor(const hp_synth_setup *setup, double *factor, hp_error *err) {
    int n = setup->nradius;
    const double *r = setup->geometry.r;
    double length = setup->job->noise.radial_correlation_fm / setup->spacing_fm;
    for (int i = 0; i < n; i++) {
        for (int j = 0; j <= i; j++) {
            double x = (setup->cubic ? r[i] - r[j] : (i - j) * setup->step) / length;
            double correlation = exp(-x * x / 2) + (i == j ? JITTER : 0);
            factor[(ptrdiff_t)i * n + j] = correlation / (1 + JITTER);
        }
    }
    lapack_int info = LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'L', n, factor, n);
    HP_REQUIRE(
        info == 0, HP_ERR_NUMERIC,
        "the correlation matrix of the noise in r (%d distances, correlation length %g a) is "
        "not positive definite (dpotrf: %d)",
        n, length, (int)info);
    return HP_OK;
}

hp_status hp_synth_noise_create(const hp_synth_setup *setup, hp_synth_noise *noise, hp_error *err) {
    size_t points = (size_t)setup->nradius, ntime = (size_t)setup->job->times.count;
    size_t length = ntime * (2 + points), nsource = (size_t)setup->job->sources.names.count;
    *noise = (hp_synth_noise){.setup = setup};
    HP_ALLOCATE(noise->factor, points * points + points + (1 + nsource) * length);
    noise->z = noise->factor + points * points;
    noise->eta = noise->z + points;
    noise->xi = noise->eta + 2 * ntime;
    noise->chain = noise->eta + length;
    return fill_factor(setup, noise->factor, err);
}

void hp_synth_noise_destroy(hp_synth_noise *noise) {
    if (noise == NULL) return;
    hp_free(noise->factor);
    *noise = (hp_synth_noise){0};
}
