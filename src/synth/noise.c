// SPDX-License-Identifier: GPL-3.0-or-later
/* Noise of unit variance, correlated in r and t and along the Markov chain; normal, unless its
 * amplitude varies from one configuration to the next. */
#include "synth_parts.h"
#include <math.h>
#include <gsl/gsl_randist.h> /* declares the BLAS as well; cblas.h would do it twice */
#include <lapacke.h>
#include "hadpot/memory.h"
#include "hadpot/lapack_status.h"
#include "hadpot/random.h"

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

/* n such variables at all times, (ntime, n), of which a part of the variance is common to them. */
static void draw_process(hp_synth_noise *noise, gsl_rng *rng, int n, double *x) {
    double common = noise->setup->job->noise.common_in_time;
    double *z = noise->z, *same = noise->same;
    for (int i = 0; i < n && common > 0; i++) same[i] = gsl_ran_gaussian(rng, 1.0);
    for (int t = 0; t < noise->setup->job->times.count; t++) {
        step_in_time(noise, rng, t == 0, n, z);
        for (int i = 0; i < n; i++)
            x[(ptrdiff_t)t * n + i] =
                common > 0 ? sqrt(1 - common) * z[i] + sqrt(common) * same[i] : z[i];
    }
}

/* Of both hadrons, which may be the same. */
static void draw_pair(hp_synth_noise *noise, gsl_rng *rng, double *series) {
    int ntime = noise->setup->job->times.count;
    draw_process(noise, rng, 1, series);
    if (noise->setup->identical)
        cblas_dcopy(ntime, series, 1, series + ntime, 1);
    else
        draw_process(noise, rng, 1, series + ntime);
}

/* As if the configuration stood alone. */
static void draw_independent(hp_synth_noise *noise, gsl_rng *rng) {
    int points = noise->setup->nradius, ntime = noise->setup->job->times.count;
    draw_pair(noise, rng, noise->eta);
    draw_process(noise, rng, points, noise->xi);
    for (int t = 0; t < ntime; t++)
        cblas_dtrmv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, points, noise->factor,
                    points, noise->xi + (ptrdiff_t)t * points, 1);
    if (noise->setup->job->noise.two_point_alone > 0) draw_pair(noise, rng, noise->zeta);
}

/* f of mean square 1, ln f normal. */
static double draw_amplitude(const hp_synth_noise *noise, gsl_rng *rng) {
    double s = noise->setup->job->noise.log_normal;
    return s > 0 ? exp(s * gsl_ran_gaussian(rng, 1.0) - s * s) : 1;
}

void hp_synth_noise_draw(hp_synth_noise *noise, gsl_rng *rng, int field, bool first) {
    double rho = noise->setup->chain_correlation;
    int length = noise->setup->job->times.count * (4 + noise->setup->nradius);
    double *latest = noise->chain + (ptrdiff_t)field * length;
    draw_independent(noise, rng);
    if (!first) {
        cblas_dscal(length, sqrt(1 - rho * rho), noise->eta, 1);
        cblas_daxpy(length, rho, latest, 1, noise->eta, 1);
    }
    cblas_dcopy(length, noise->eta, 1, latest, 1);
    noise->amplitude = draw_amplitude(noise, rng);
    cblas_dscal(length, noise->amplitude, noise->eta, 1);
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
        info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
        "the correlation matrix of the noise in r (%d distances, correlation length %g a) is "
        "not positive definite (dpotrf: %d)",
        n, length, (int)info);
    return HP_OK;
}

hp_status hp_synth_noise_create(const hp_synth_setup *setup, hp_synth_noise *noise, hp_error *err) {
    size_t points = (size_t)setup->nradius, ntime = (size_t)setup->job->times.count;
    size_t length = ntime * (4 + points), nfield = (size_t)setup->nfield;
    *noise = (hp_synth_noise){.setup = setup};
    HP_ALLOCATE(noise->factor, points * points + 2 * points + (1 + nfield) * length);
    noise->z = noise->factor + points * points;
    noise->same = noise->z + points;
    noise->eta = noise->same + points;
    noise->xi = noise->eta + 2 * ntime;
    noise->zeta = noise->xi + ntime * points;
    noise->chain = noise->eta + length;
    return fill_factor(setup, noise->factor, err);
}

void hp_synth_noise_destroy(hp_synth_noise *noise) {
    if (noise == NULL) return;
    hp_free(noise->factor);
    *noise = (hp_synth_noise){0};
}

hp_status hp_synth_streams_create(const hp_synth_setup *setup, int row, hp_synth_streams *random,
                                  hp_error *err) {
    int stream, place;
    hp_synth_locate(setup, row, &stream, &place);
    *random = (hp_synth_streams){.first = place == 0};
    uint64_t sample = ((uint64_t)stream << 32) + (uint64_t)place + 1;
    uint64_t seed = (uint64_t)setup->job->noise.seed;
    HP_CALL(hp_random_create(&random->noise, seed, sample, HP_PURPOSE_NOISE, err));
    return hp_random_create(&random->outer, seed, sample, HP_PURPOSE_TWO_POINT, err);
}

void hp_synth_streams_destroy(hp_synth_streams *random) {
    gsl_rng_free(random->noise);
    gsl_rng_free(random->outer);
}
