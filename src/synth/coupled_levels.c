// SPDX-License-Identifier: GPL-3.0-or-later
/* Levels of coupled channels in a box (docs/method-synth.md, "Coupled channels"): W_n is where the
 * n-th eigenvalue of
 *
 *     M(W) = H - E_a(W),   E_a = k_a^2(W)/(2 mu_a),   H = p^2/(2 mu) + l (l+1)/(2 mu r^2) + V + U
 *
 * vanishes, and u_n its vector. All eigenvalues fall with W, d/dW = -sum_a E_a'(W) |u^a|^2:
 * Newton's method. */
#include <float.h>
#include <math.h>
#include <cblas.h>
#include <lapacke.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/lapack_status.h"
#include "synth_parts.h"

/* Steps of Newton's method, which needs five; and the last one, in units of the rounding of W. */
enum { MAX_STEPS = 60 };
static const double SMALLEST_STEP = 2;

/* The radii of the box in fm as a grid to fill a matrix of forms on: nodes alone. */
static hp_quadrature radii_fm(const hp_synth_setup *setup, double *r, int n) {
    for (int i = 0; i < n; i++) r[i] = hp_synth_radius_fm(setup, i);
    return (hp_quadrature){.n = n, .r = r, .range = r[n - 1]};
}

/* V and U of element (c, d). */
static void add_potential(const hp_synth_setup *setup, const double *local, const double *kernel,
                          int c, int d, double *H) {
    size_t n = (size_t)setup->geometry.npoint;
    size_t N = (size_t)setup->channels->lattice.ncomponent, row = (size_t)c * n, at = (size_t)d * n;
    double h = hp_form_matrix_h(setup->channels->matrix, c, d) / setup->job->inverse_spacing_mev;
    double step_fm = setup->step * setup->spacing_fm;
    for (size_t i = 0; i < n; i++) {
        if (local != NULL)
            H[(row + i) * N * n + at + i] += h * local[((size_t)c * N + (size_t)d) * n + i];
        for (size_t j = 0; kernel != NULL && j < n; j++)
            H[(row + i) * N * n + at + j] += h * step_fm * kernel[(row + i) * N * n + at + j];
    }
}

static void add_kinetic(const hp_synth_setup *setup, int c, double *H) {
    const hp_channels *channels = &setup->channels->lattice;
    size_t n = (size_t)setup->geometry.npoint, row = n * (size_t)channels->ncomponent;
    int l = channels->component[c].l;
    double mu = channels->pair[channels->component[c].pair].mu;
    double hopping = 1 / (2 * mu * setup->step * setup->step);
    double *block = H + (size_t)c * n * row + (size_t)c * n;
    for (size_t i = 0; i < n; i++) {
        double r = setup->geometry.r[i];
        block[i * row + i] += 2 * hopping + l * (l + 1) / (2 * mu * r * r);
        if (i > 0) block[i * row + i - 1] -= hopping;
        if (i + 1 < n) block[i * row + i + 1] -= hopping;
    }
}

static hp_status fill_fixed(const hp_synth_setup *setup, double *H, hp_error *err) {
    hp_status status = HP_OK;
    const hp_form_matrix *matrix = setup->channels->matrix;
    size_t n = (size_t)setup->geometry.npoint, N = (size_t)setup->channels->lattice.ncomponent;
    double *r = NULL, *local = NULL, *kernel = NULL;
    HP_NEW(r, n);
    if (hp_form_matrix_has_local(matrix)) HP_NEW(local, N * N * n);
    if (hp_form_matrix_has_nonlocal(matrix)) HP_NEW(kernel, N * n * N * n);
    const hp_quadrature grid = radii_fm(setup, r, (int)n);
    hp_form_matrix_fill(matrix, HP_FORMS_GIVEN, &grid, local, kernel);
    for (int c = 0; c < (int)N; c++) {
        for (int d = 0; d < (int)N; d++) add_potential(setup, local, kernel, c, d, H);
        add_kinetic(setup, c, H);
    }
    for (size_t i = 0; i < N * n * N * n; i++)
        HP_CHECK(isfinite(H[i]), HP_ERR_INPUT,
                 "the potential between %s and %s is not finite at r = %g fm",
                 setup->channels->given.component[i / (N * n) / n],
                 setup->channels->given.component[i % (N * n) / n], r[i / (N * n) % n]);
cleanup:
    hp_free(r);
    hp_free(local);
    hp_free(kernel);
    return status;
}

hp_status hp_synth_matrix_create(const hp_synth_setup *setup, hp_synth_matrix *matrix,
                                 hp_error *err) {
    hp_status status = HP_OK;
    const hp_channels *channels = &setup->channels->lattice;
    int nbox = setup->geometry.npoint, n = nbox * channels->ncomponent;
    *matrix = (hp_synth_matrix){.channels = channels, .n = n, .nbox = nbox};
    HP_NEW(matrix->fixed, 2 * (size_t)n * (size_t)n);
    matrix->shifted = matrix->fixed + (size_t)n * (size_t)n;
    HP_TRY(fill_fixed(setup, matrix->fixed, err));
cleanup:
    if (status != HP_OK) hp_synth_matrix_destroy(matrix);
    return status;
}

void hp_synth_matrix_destroy(hp_synth_matrix *matrix) {
    hp_free(matrix->fixed);
    *matrix = (hp_synth_matrix){0};
}

/* Eigenvalue `which` (from 0) of M(E) and its vector u (n). */
static hp_status find_eigenvalue(hp_synth_matrix *matrix, double energy, int which, double *u,
                                 double *value, hp_error *err) {
    hp_status status = HP_OK;
    const hp_channels *channels = matrix->channels;
    int n = matrix->n;
    lapack_int found = 0, support[2];
    double *all = NULL; /* LAPACK uses n */
    HP_NEW(all, n);
    memcpy(matrix->shifted, matrix->fixed, (size_t)n * (size_t)n * sizeof(double));
    for (int i = 0; i < n; i++) {
        int a = channels->component[i / matrix->nbox].pair;
        matrix->shifted[(size_t)i * (size_t)n + (size_t)i] -=
            hp_channels_k2(channels, a, energy) / (2 * channels->pair[a].mu);
    }
    lapack_int info = LAPACKE_dsyevr(LAPACK_ROW_MAJOR, 'V', 'I', 'L', n, matrix->shifted, n, 0, 0,
                                     which + 1, which + 1, 0, &found, all, u, 1, support);
    HP_CHECK(info == 0 && found == 1, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
             "level %d in the box was not found (LAPACK: %d)", which + 1, (int)info);
    *value = all[0];
cleanup:
    hp_free(all);
    return status;
}

/* sum_a E_a'(W) |u^a|^2. */
static double slope_of(const hp_synth_matrix *matrix, double energy, const double *u) {
    const hp_channels *channels = matrix->channels;
    double sum = 0;
    for (int c = 0; c < channels->ncomponent; c++) {
        int a = channels->component[c].pair;
        const double *part = u + (ptrdiff_t)c * matrix->nbox;
        sum += creal(hp_channels_k2_slope(channels, a, energy)) / (2 * channels->pair[a].mu) *
               cblas_ddot(matrix->nbox, part, 1, part, 1);
    }
    return sum;
}

/* Above W = |m1 - m2| of all pairs momenta grow with W. */
static double least_energy(const hp_channels *channels) {
    double least = 0;
    for (int a = 0; a < channels->npair; a++)
        least = fmax(least, fabs(channels->pair[a].mass[0] - channels->pair[a].mass[1]));
    return least - channels->lowest;
}

/* energy: in, where to begin; out, W_n less the lowest threshold. */
static hp_status find_level(const hp_synth_setup *setup, hp_synth_matrix *matrix, int which,
                            double *energy, double *u, hp_error *err) {
    double rounding = SMALLEST_STEP * DBL_EPSILON * matrix->channels->lowest, value, step = 1;
    for (int i = 0; i < MAX_STEPS && fabs(step) > rounding; i++) {
        HP_REQUIRE(*energy > least_energy(matrix->channels), HP_ERR_INPUT,
                   "potential: it binds a state with E = %g MeV, too deep for these hadrons: k^2 "
                   "has no relativistic energy",
                   *energy * setup->job->inverse_spacing_mev);
        HP_CALL(find_eigenvalue(matrix, *energy, which, u, &value, err));
        step = value / slope_of(matrix, *energy, u);
        *energy += step;
    }
    /* eigenvalues have errors of rounding of the largest one */
    double best = DBL_EPSILON * matrix->n * matrix->fixed[0];
    HP_REQUIRE(fabs(step) < rounding + best, HP_ERR_NUMERIC,
               "level %d in the box does not converge: the last step is %g", which + 1, step);
    return HP_OK;
}

/* Positive where the first component is largest; where it is nothing, the next one. */
static void fix_sign(int nbox, int ncomponent, double *u) {
    for (int c = 0; c < ncomponent; c++) {
        ptrdiff_t at = (ptrdiff_t)cblas_idamax(nbox, u + (ptrdiff_t)c * nbox, 1);
        double largest = u[(ptrdiff_t)c * nbox + at];
        if (fabs(largest) < DBL_EPSILON) continue;
        if (largest < 0) cblas_dscal(nbox * ncomponent, -1.0, u, 1);
        return;
    }
}

hp_status hp_synth_levels_create(const hp_synth_setup *setup, hp_synth_levels *levels,
                                 hp_error *err) {
    hp_status status = HP_OK;
    int count = setup->job->states.count, nbox = setup->geometry.npoint;
    int ncomponent = setup->channels->lattice.ncomponent, n = nbox * ncomponent;
    double energy = 0; /* at threshold */
    hp_synth_matrix matrix = {0};
    *levels = (hp_synth_levels){.count = count, .n = n, .nbox = nbox};
    HP_NEW(levels->energy, (2 + (size_t)n) * (size_t)count + (size_t)nbox);
    levels->u = levels->energy + count;
    levels->weight = levels->u + (ptrdiff_t)n * count;
    levels->profile = levels->weight + count;
    HP_TRY(hp_synth_matrix_create(setup, &matrix, err));
    for (int k = 0; k < count; k++) {
        double *u = levels->u + (ptrdiff_t)k * n;
        HP_TRY(find_level(setup, &matrix, k, &energy, u, err));
        fix_sign(nbox, ncomponent, u);
        levels->energy[k] = energy;
    }
cleanup:
    hp_synth_matrix_destroy(&matrix);
    if (status != HP_OK) hp_synth_levels_destroy(levels);
    return status;
}

void hp_synth_levels_destroy(hp_synth_levels *levels) {
    if (levels == NULL) return;
    hp_free(levels->energy);
    *levels = (hp_synth_levels){0};
}
