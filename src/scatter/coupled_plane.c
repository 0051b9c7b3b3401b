// SPDX-License-Identifier: GPL-3.0-or-later
/* det(1 - G^+ A) and null vectors at complex energies on any sheet; docs/method-channels.md,
 * "Determinants". */
#include <float.h>
#include <math.h>
#include <string.h>
#include <cblas.h>
#include <gsl/gsl_machine.h>
#include "coupled_private.h"
#include "hadpot/memory.h"
#include "hadpot/riccati.h"
#include "hadpot/stop.h"

/* Rounds of inverse iteration with M and its adjoint: each brings in the square of the ratio of the
 * two smallest singular values. */
enum { ROUNDS = 4 };

/* Products of exp(kappa r) and exp(-kappa r) inside a panel keep their digits as long as kappa
 * times its length is below this times the order; beyond, a decaying component has the Green
 * function of coupled_green.c. */
static const double STEEPEST = 0.25;

static double longest_panel(const hp_quadrature *grid) {
    double longest = 0.0;
    for (int panel = 0; panel < grid->panels; panel++)
        longest = fmax(longest, hp_quadrature_panel_length(grid, panel));
    return longest;
}

static hp_status make_plane(hp_coupled *solver, hp_error *err) {
    hp_coupled_plane *plane = &solver->plane;
    if (plane->block != NULL) return HP_OK;
    const hp_quadrature *grid = &solver->grid;
    size_t n = (size_t)grid->n, size = (size_t)solver->size, p = (size_t)grid->order;
    double *block, *matrix, *A, *shift, *pair, *weighted, *outer, *total, *inner, *free, *fall;
    HP_CALL(hp_alloc_parts(
        &block,
        HP_PARTS({&matrix, 2 * size * size}, {&A, 2 * p * size}, {&shift, 2 * size}, {&pair, 4 * n},
                 {&weighted, 4 * n}, {&outer, 4 * size * (size_t)grid->panels}, {&total, 2 * size},
                 {&inner, 2 * p * p}, {&free, 2 * n * n}, {&fall, (size_t)grid->panels}),
        err));
    *plane = (hp_coupled_plane){.block = (double complex *)block,
                                .A = (double complex *)A,
                                .matrix = (double complex *)matrix,
                                .shift = (double complex *)shift,
                                .pair = (double complex *)pair,
                                .weighted = (double complex *)weighted,
                                .outer = (double complex *)outer,
                                .total = (double complex *)total,
                                .inner = (double complex *)inner,
                                .free = (double complex *)free,
                                .fall = fall};
    return HP_OK;
}

/* A wave with a barrier around r = 0, where the product rule with r^(l+1) and r^-l has modes of its
 * own: in so many panels the barrier is part of A, up to the edge beyond which H/S falls by less
 * than exp(3) in each panel. docs/method-channels.md, "Determinants". */
static int inner_panels(const hp_quadrature *grid, int l) {
    int panel = l > 0 ? 1 : 0;
    while (l > 0 && panel < grid->panels &&
           (2 * l + 1) * log(grid->edge[panel + 1] / grid->edge[panel]) > 3.0)
        panel++;
    return panel;
}

static double complex sine(double complex k, double r) { /* sin(kr)/k */
    return k == 0.0 ? r : csin(k * r) / k;
}

/* f and g of all panels: S and H; before the edge f is a multiple of sin(kr)/k, continued by
 * S + b H, and g is H continued by sines and cosines. */
static void fill_waves(hp_coupled *solver, int c, double complex k, int inner) {
    const hp_quadrature *grid = &solver->grid;
    double complex *f = solver->plane.pair, *g = f + grid->n, all[4], h[4] = {0}, b = 0.0;
    int l = solver->channels.component[c].l;
    double edge = grid->edge[inner];
    double complex unit = 1.0; /* of sin(kr)/k: G is -f g */
    if (inner > 0) {
        double complex sin_edge = sine(k, edge), cos_edge = ccos(k * edge);
        hp_riccati_complex(l, k, edge, h);
        unit = 1.0 / (cos_edge * h[2] - sin_edge * h[3]);
        b = (h[1] * sin_edge - h[0] * cos_edge) * unit;
    }
    for (int i = 0; i < grid->n; i++) {
        double r = grid->r[i];
        if (i < inner * grid->order) {
            f[i] = unit * sine(k, r);
            g[i] = h[2] * ccos(k * (edge - r)) - h[3] * sine(k, edge - r);
            solver->plane.shift[c * grid->n + i] += l * (l + 1) / (r * r);
        } else {
            hp_riccati_complex(l, k, r, all);
            f[i] = all[0] + b * all[2];
            g[i] = all[2];
        }
    }
}

/* f exp(-kappa x), g exp(kappa x), x the start of the panel, kappa = Im k where positive: G falls
 * by exp(-kappa h) from panel to panel. */
static void fill_pair(hp_coupled *solver, int c, double complex k, int inner, double *fall) {
    const hp_quadrature *grid = &solver->grid;
    double complex *f = solver->plane.pair, *g = f + grid->n;
    double kappa = fmax(cimag(k), 0.0);
    fill_waves(solver, c, k, inner);
    for (int panel = 0; panel < grid->panels; panel++) {
        double up = exp(kappa * grid->edge[panel]);
        for (int i = panel * grid->order; i < (panel + 1) * grid->order; i++) {
            f[i] /= up;
            g[i] *= up;
        }
        fall[panel] = exp(-kappa * hp_quadrature_panel_length(grid, panel));
    }
}

/* P_0 with the barrier and -k^2 in A, as in coupled_green.c. */
static void fill_stiff(hp_coupled *solver, int c, double complex k, double *fall) {
    const hp_quadrature *grid = &solver->grid;
    int n = grid->n, l = solver->channels.component[c].l;
    double complex *f = solver->plane.pair, *g = f + n, all[4];
    double R = grid->range;
    hp_riccati_complex(l, k, R, all);
    double complex gamma = all[2] != 0.0 ? -all[3] / all[2] : -I * k; /* H may underflow */
    for (int i = 0; i < n; i++) {
        double r = grid->r[i];
        f[i] = r;
        g[i] = (1.0 + gamma * (R - r)) / (1.0 + gamma * R);
        solver->plane.shift[c * n + i] += l * (l + 1) / (r * r) - k * k;
    }
    for (int panel = 0; panel < grid->panels; panel++) fall[panel] = 1.0;
}

/* The rows of A of one panel, as complex numbers. */
static void copy_rows(hp_coupled *solver, int first) {
    size_t size = (size_t)solver->size;
    const double *A = solver->A + (size_t)first * size;
    for (size_t i = 0; i < (size_t)solver->grid.order * size; i++) solver->plane.A[i] = A[i];
    for (int i = 0; i < solver->grid.order; i++)
        solver->plane.A[(size_t)i * size + (size_t)(first + i)] += solver->plane.shift[first + i];
}

static void sum_other_panels(hp_coupled *solver, int c, const double *fall) {
    const hp_quadrature *grid = &solver->grid;
    const double complex one = 1.0, zero = 0.0;
    int n = grid->n, size = solver->size, order = grid->order, panels = grid->panels;
    hp_coupled_plane *plane = &solver->plane;
    for (int i = 0; i < n; i++) {
        plane->weighted[i] = grid->weight[i] * plane->pair[n + i];
        plane->weighted[n + i] = grid->weight[i] * plane->pair[i];
    }
    for (int panel = 0; panel < panels; panel++) {
        copy_rows(solver, c * n + panel * order);
        cblas_zgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 2, size, order, &one,
                    plane->weighted + (ptrdiff_t)panel * order, n, plane->A, size, &zero,
                    plane->outer + (ptrdiff_t)2 * panel * size, size);
    }
    memset(plane->total, 0, (size_t)size * sizeof *plane->total);
    for (int panel = 0; panel < panels; panel++) {
        double complex *row = plane->outer + (ptrdiff_t)(2 * panel + 1) * size;
        for (int j = 0; j < size; j++) {
            double complex own = row[j];
            row[j] = plane->total[j];
            plane->total[j] = fall[panel] * (row[j] + own);
        }
    }
    memset(plane->total, 0, (size_t)size * sizeof *plane->total);
    for (int panel = panels - 1; panel >= 0; panel--) {
        double complex *row = plane->outer + (ptrdiff_t)2 * panel * size;
        for (int j = 0; j < size; j++) {
            double complex own = row[j];
            row[j] = fall[panel] * plane->total[j];
            plane->total[j] = row[j] + own;
        }
    }
}

static void fill_inner(hp_coupled *solver, int panel) {
    const hp_quadrature *grid = &solver->grid;
    int order = grid->order, first = panel * order;
    double length = hp_quadrature_panel_length(grid, panel);
    const double complex *f = solver->plane.pair + first, *g = f + grid->n;
    const double *w = grid->weight + first;
    for (int i = 0; i < order; i++)
        for (int j = 0; j < order; j++) {
            double left = length * grid->left[i * order + j];
            solver->plane.inner[i * order + j] = g[i] * left * f[j] + f[i] * (w[j] - left) * g[j];
        }
}

static void form_rows(hp_coupled *solver, int c, const double *fall) {
    const double complex one = 1.0, zero = 0.0;
    int n = solver->grid.n, order = solver->grid.order, size = solver->size;
    hp_coupled_plane *plane = &solver->plane;
    sum_other_panels(solver, c, fall);
    for (int panel = 0; panel < solver->grid.panels; panel++) {
        int first = c * n + panel * order;
        double complex *rows = plane->matrix + (size_t)first * (size_t)size;
        copy_rows(solver, first);
        fill_inner(solver, panel);
        cblas_zgemm(CblasRowMajor, CblasTrans, CblasNoTrans, order, size, 2, &one,
                    plane->pair + (ptrdiff_t)panel * order, n,
                    plane->outer + (ptrdiff_t)2 * panel * size, size, &zero, rows, size);
        cblas_zgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, order, size, order, &one,
                    plane->inner, order, plane->A, size, &one, rows, size);
        for (int i = 0; i < order; i++) rows[(size_t)i * (size_t)size + (size_t)(first + i)] += 1.0;
    }
}

/* LU factors in place, and the determinant. */
static hp_status factorise(int size, double complex *matrix, lapack_int *pivot,
                           double complex *phase, double *log_size, hp_error *err) {
    double sum = 0.0, largest = 0.0;
    size_t row = (size_t)size;
    for (size_t i = 0; i < row * row; i++) sum += cabs(matrix[i]);
    HP_REQUIRE(sum < GSL_SQRT_DBL_MAX, HP_ERR_NUMERIC,
               "the determinant of the coupled equations is not finite: the waves of this sheet "
               "grow too much up to the end of the range, or the potential is too large");
    int info = LAPACKE_zgetrf_work(LAPACK_COL_MAJOR, size, size, matrix, size, pivot);
    HP_REQUIRE(info >= 0, HP_ERR_LIBRARY, "zgetrf: argument %d is wrong", -info);
    for (size_t i = 0; i < row; i++) largest = fmax(largest, cabs(matrix[i * (row + 1)]));
    *phase = 1.0;
    *log_size = 0.0;
    for (size_t i = 0; i < row; i++) {
        double complex *diagonal = &matrix[i * (row + 1)];
        if (*diagonal == 0.0) *diagonal = DBL_EPSILON * largest; /* its rounding error */
        *log_size += log(cabs(*diagonal));
        *phase *= *diagonal / cabs(*diagonal);
        if (pivot[i] != (lapack_int)i + 1) *phase = -*phase;
    }
    return HP_OK;
}

/* The determinant of 1 - G (barrier, k^2) of a component alone, which is in all of M: over the
 * first n nodes, beyond which that is zero. */
static hp_status free_determinant(hp_coupled *solver, int c, double complex k, int n,
                                  double complex *phase, double *log_size, hp_error *err) {
    const hp_quadrature *grid = &solver->grid;
    int order = grid->order;
    const double complex *f = solver->plane.pair, *g = f + grid->n;
    const double complex *shift = solver->plane.shift + (ptrdiff_t)c * grid->n;
    double complex *matrix = solver->plane.free;
    for (int i = 0; i < n; i++) {
        if (i % order == 0) fill_inner(solver, i / order);
        for (int j = 0; j < n; j++) {
            int low = i < j ? i : j, high = i < j ? j : i, between = high / order - low / order;
            double complex G = grid->weight[j] * f[low] * g[high];
            for (int panel = low / order; between > 0 && panel < high / order; panel++)
                G *= solver->plane.fall[panel];
            if (between == 0) G = solver->plane.inner[(i % order) * order + j % order];
            double complex of_slope = solver->has_slope ? k * k * solver->slope[j] : 0.0;
            matrix[(size_t)i * (size_t)n + (size_t)j] =
                G * (shift[j] - of_slope) + (i == j ? 1.0 : 0.0);
        }
    }
    return factorise(n, matrix, solver->pivot, phase, log_size, err);
}

static hp_status check(const hp_coupled *solver, double complex energy, hp_error *err) {
    HP_REQUIRE(solver->version > 0, HP_ERR_INPUT, "coupled components without an interaction");
    HP_REQUIRE(!solver->charged, HP_ERR_INPUT,
               "determinants at complex energies are for pairs without a Coulomb force");
    HP_REQUIRE(isfinite(creal(energy)) && isfinite(cimag(energy)), HP_ERR_INPUT,
               "no determinant at E = %g %+g i", creal(energy), cimag(energy));
    return HP_OK;
}

/* The rows of a component of M; what its barrier and k^2 alone make of the determinant is taken
 * out. */
static hp_status add_component(hp_coupled *solver, int c, double complex k, double complex *phase,
                               double *log_size, hp_error *err) {
    const hp_quadrature *grid = &solver->grid;
    hp_coupled_plane *plane = &solver->plane;
    bool stiff = cimag(k) * longest_panel(grid) > STEEPEST * grid->order;
    int inner = stiff ? grid->panels : inner_panels(grid, solver->channels.component[c].l);
    double complex one;
    double log_one;
    for (int i = 0; i < grid->n; i++)
        plane->shift[c * grid->n + i] = solver->has_slope ? k * k * solver->slope[i] : 0.0;
    if (stiff)
        fill_stiff(solver, c, k, plane->fall);
    else
        fill_pair(solver, c, k, inner, plane->fall);
    if (inner > 0) {
        HP_CALL(free_determinant(solver, c, k, inner * grid->order, &one, &log_one, err));
        *phase /= one;
        *log_size -= log_one;
    }
    form_rows(solver, c, plane->fall);
    return HP_OK;
}

hp_status hp_coupled_determinant(hp_coupled *solver, double complex energy, hp_sheet sheet,
                                 double complex *phase, double *log_size, hp_error *err) {
    double complex k[HP_MOST_PAIRS], free = 1.0;
    double free_size = 0.0;
    HP_CALL(hp_stop_check(err));
    HP_CALL(check(solver, energy, err));
    HP_CALL(make_plane(solver, err));
    hp_channels_momenta(&solver->channels, energy, sheet, k);
    hp_coupled_set_diagonal(solver, 0.0, NULL);
    for (int c = 0; c < solver->ncomponent; c++)
        HP_CALL(add_component(solver, c, k[solver->channels.component[c].pair], &free, &free_size,
                              err));
    HP_CALL(factorise(solver->size, solver->plane.matrix, solver->pivot, phase, log_size, err));
    *phase *= free;
    *log_size += free_size;
    return HP_OK;
}

/* x <- M^-1 x, or (M^H)^-1 x, from the factors of M^T. */
static hp_status solve(hp_coupled *solver, bool adjoint, double complex *x, hp_error *err) {
    int size = solver->size;
    for (int i = 0; adjoint && i < size; i++) x[i] = conj(x[i]);
    int info = LAPACKE_zgetrs_work(LAPACK_COL_MAJOR, adjoint ? 'N' : 'T', size, 1,
                                   solver->plane.matrix, size, solver->pivot, x, size);
    HP_REQUIRE(info == 0, HP_ERR_LIBRARY, "zgetrs: argument %d is wrong", -info);
    for (int i = 0; adjoint && i < size; i++) x[i] = conj(x[i]);
    double norm = cblas_dznrm2(size, x, 1);
    HP_REQUIRE(isfinite(norm) && norm > 0.0, HP_ERR_NUMERIC,
               "the wave of a pole of the S-matrix is not finite");
    for (int i = 0; i < size; i++) x[i] /= norm;
    return HP_OK;
}

hp_status hp_coupled_null_vector(hp_coupled *solver, double complex energy, hp_sheet sheet,
                                 double complex *wave, double complex *force, hp_error *err) {
    double complex phase;
    double log_size;
    size_t size = (size_t)solver->size;
    HP_CALL(hp_coupled_determinant(solver, energy, sheet, &phase, &log_size, err));
    for (size_t i = 0; i < size; i++) /* no symmetry of the wave is in it */
        wave[i] = 1.0 + 0.5 * sin(1.0 + (double)i);
    for (int round = 0; round < ROUNDS; round++) {
        HP_CALL(solve(solver, true, wave, err));
        HP_CALL(solve(solver, false, wave, err));
    }
    if (force == NULL) return HP_OK;
    double complex k[HP_MOST_PAIRS];
    hp_channels_momenta(&solver->channels, energy, sheet, k);
    hp_coupled_set_diagonal(solver, 0.0, NULL);
    for (size_t i = 0; i < size; i++) {
        force[i] = solver->has_slope ? k[0] * k[0] * solver->slope[i] * wave[i] : 0.0;
        for (size_t j = 0; j < size; j++) force[i] += solver->A[i * size + j] * wave[j];
    }
    return HP_OK;
}
