// SPDX-License-Identifier: GPL-3.0-or-later
/* D(E) with components of l >= 1. The product rule with S = r^(l+1), H = r^-l has modes of its own
 * next to r = 0; here the barrier is part of the interaction up to an edge r_s, beyond which S and
 * H change little within a panel. docs/method-poles.md, "Components with l > 0". */
#include <float.h>
#include <math.h>
#include <cblas.h>
#include "coupled_private.h"
#include "hadpot/memory.h"
#include "hadpot/riccati.h"
#include "poles_private.h"

struct hp_pole_matrix {
    hp_coupled *solver;
    double *block;
    double complex *f, *g;  /* (n) G_c = f(r<) g(r>)/W of a component */
    double complex *shift;  /* (N n) what is added to the diagonal of A */
    double complex *matrix; /* (N n, N n) M, then its factors */
    double complex *free;   /* (n, n) the same of one component alone, without A */
    double *green, *part;   /* (2, n, n) real and imaginary part of G_c; (n, N n) of G_c A */
    lapack_int *pivot;
};

hp_status hp_pole_matrix_create(hp_coupled *solver, hp_pole_matrix **made, hp_error *err) {
    hp_status status = HP_OK;
    size_t n = (size_t)solver->grid.n, size = (size_t)solver->size;
    double *f, *g, *shift, *matrix, *free;
    hp_pole_matrix *m = NULL;
    HP_NEW(m, 1);
    m->solver = solver;
    HP_NEW(m->pivot, size);
    HP_TRY(hp_alloc_parts(&m->block,
                          HP_PARTS({&f, 2 * n}, {&g, 2 * n}, {&shift, 2 * size},
                                   {&matrix, 2 * size * size}, {&free, 2 * n * n},
                                   {&m->green, 2 * n * n}, {&m->part, n * size}),
                          err));
    m->f = (double complex *)f;
    m->g = (double complex *)g;
    m->shift = (double complex *)shift;
    m->matrix = (double complex *)matrix;
    m->free = (double complex *)free;
    *made = m;
    m = NULL;
cleanup:
    hp_pole_matrix_destroy(&m);
    return status;
}

void hp_pole_matrix_destroy(hp_pole_matrix **matrix) {
    if (matrix == NULL || *matrix == NULL) return;
    hp_free((*matrix)->block);
    hp_free((*matrix)->pivot);
    hp_free(*matrix);
    *matrix = NULL;
}

/* The edge r_s: H/S falls by less than exp(3) in the panels beyond. */
static int inner_panels(const hp_quadrature *grid, int l, bool stiff) {
    int panel = l > 0 ? 1 : 0;
    if (stiff) return grid->panels;
    while (l > 0 && panel < grid->panels &&
           (2 * l + 1) * log(grid->edge[panel + 1] / grid->edge[panel]) > 3.0)
        panel++;
    return panel;
}

static double complex sine(double complex q, double r) { /* sin(qr)/q */
    return q == 0.0 ? r : csin(q * r) / q;
}

/* H and H' at r times exp(-i k edge). */
static void outgoing_at(int l, double complex k, double r, double edge, double complex h[2]) {
    double complex f[4], unit = cexp(CMPLX(cimag(k) * edge, -creal(k) * edge));
    hp_riccati_complex(l, k, r, f);
    h[0] = f[2] * unit;
    h[1] = f[3] * unit;
    if (r == edge && (f[2] == 0.0 || !isfinite(cabs(unit)))) { /* underflow: only H'/H matters */
        h[0] = 1.0;
        h[1] = I * k;
    }
}

/* f, g at the nodes and 1/W; up to r_s waves with q (k, or 0 where that is stiff) without barrier,
 * f = sin(qr)/q, beyond S and H; shift: barrier and q^2 - k^2 up to there. */
static double complex fill_waves(hp_pole_matrix *m, int c, double complex k, bool stiff) {
    const hp_quadrature *grid = &m->solver->grid;
    int l = m->solver->channels.component[c].l, inner = inner_panels(grid, l, stiff);
    double complex q = stiff ? 0.0 : k, *shift = m->shift + (ptrdiff_t)c * grid->n, h[2] = {0},
                   all[4];
    double edge = grid->edge[inner];
    double complex S[4] = {0.0, 1.0}, f = sine(q, edge), d_f = ccos(q * edge), a = 1.0, b = 0.0;
    double complex W = -1.0;
    if (inner > 0) {
        outgoing_at(l, k, edge, edge, h);
        if (!stiff) hp_riccati_complex(l, k, edge, S);
        W = f * h[1] - d_f * h[0];
        a = -W;
        b = stiff ? 0.0 : -(S[0] * d_f - S[1] * f);
    }
    for (int i = 0; i < grid->n; i++) {
        double r = grid->r[i];
        shift[i] = m->solver->has_slope ? k * k * m->solver->slope[i] : 0.0;
        if (i < inner * grid->order) {
            m->f[i] = sine(q, r);
            m->g[i] = h[0] * ccos(q * (edge - r)) - h[1] * sine(q, edge - r);
            shift[i] += l * (l + 1) / (r * r) + q * q - k * k;
            continue;
        }
        hp_riccati_complex(l, k, r, all);
        outgoing_at(l, k, r, edge, h);
        m->g[i] = h[0];
        m->f[i] = a * cexp(I * k * edge) * all[0] + b * all[2]; /* a is scaled as H */
    }
    return 1.0 / W;
}

/* G_c by the product rule, its two parts. */
static void fill_green(hp_pole_matrix *m, double complex inverse) {
    const hp_quadrature *grid = &m->solver->grid;
    int n = grid->n, order = grid->order;
    for (int i = 0; i < n; i++) {
        double length = hp_quadrature_panel_length(grid, i / order);
        for (int j = 0; j < n; j++) {
            double w = grid->weight[j], left = j < i ? w : 0.0;
            if (j / order == i / order) left = length * grid->left[(i % order) * order + j % order];
            double complex G = 0.0;
            if (left != 0.0) G += m->g[i] * left * m->f[j];
            if (left != w) G += m->f[i] * (w - left) * m->g[j];
            G *= inverse;
            m->green[(ptrdiff_t)i * n + j] = creal(G);
            m->green[(ptrdiff_t)(n + i) * n + j] = cimag(G);
        }
    }
}

/* Rows of component c of M = 1 - G (A + shift), and 1 - G (shift without slope) alone. */
static void fill_rows(hp_pole_matrix *m, int c, double complex k) {
    const hp_coupled *solver = m->solver;
    int n = solver->grid.n, size = solver->size;
    double complex *rows = m->matrix + (ptrdiff_t)c * n * size;
    for (int half = 0; half < 2; half++) {
        double complex unit = half == 0 ? 1.0 : I;
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, size, n, -1.0,
                    m->green + (ptrdiff_t)half * n * n, n, solver->A + (ptrdiff_t)c * n * size,
                    size, 0.0, m->part, size);
        for (ptrdiff_t i = 0; i < (ptrdiff_t)n * size; i++)
            rows[i] = half == 0 ? m->part[i] : rows[i] + unit * m->part[i];
    }
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            const double *green = m->green + (ptrdiff_t)i * n + j;
            double complex G = CMPLX(green[0], green[(ptrdiff_t)n * n]), s = m->shift[c * n + j];
            double complex bend = solver->has_slope ? k * k * solver->slope[j] : 0.0;
            rows[(ptrdiff_t)i * size + c * n + j] += (i == j ? 1.0 : 0.0) - G * s;
            m->free[(ptrdiff_t)i * n + j] = (i == j ? 1.0 : 0.0) - G * (s - bend);
        }
}

static hp_status factorise(int size, double complex *matrix, lapack_int *pivot,
                           double complex *phase, double *log_size, hp_error *err) {
    double largest = 0.0;
    for (ptrdiff_t i = 0; i < (ptrdiff_t)size * size; i++)
        HP_REQUIRE(isfinite(creal(matrix[i])) && isfinite(cimag(matrix[i])), HP_ERR_NUMERIC,
                   "the determinant of poles is not finite: the waves of this sheet grow too much "
                   "up to the end of the range");
    int info = LAPACKE_zgetrf_work(LAPACK_COL_MAJOR, size, size, matrix, size, pivot);
    HP_REQUIRE(info >= 0, HP_ERR_LIBRARY, "zgetrf: argument %d is wrong", -info);
    for (int i = 0; i < size; i++) largest = fmax(largest, cabs(matrix[(ptrdiff_t)i * (size + 1)]));
    *phase = 1.0;
    *log_size = 0.0;
    for (int i = 0; i < size; i++) {
        double complex *diagonal = &matrix[(ptrdiff_t)i * (size + 1)];
        if (*diagonal == 0.0) *diagonal = DBL_EPSILON * largest; /* its rounding error */
        *log_size += log(cabs(*diagonal));
        *phase *= *diagonal / cabs(*diagonal);
        if (pivot[i] != i + 1) *phase = -*phase;
    }
    return HP_OK;
}

hp_status hp_pole_matrix_determinant(hp_pole_matrix *m, double complex energy, hp_sheet sheet,
                                     double complex *phase, double *log_size, hp_error *err) {
    hp_coupled *solver = m->solver;
    double complex k[HP_MOST_PAIRS], unit = 1.0, one;
    double size = 0.0, longest = 0.0, log_one, steepest = 0.25 * solver->grid.order;
    for (int p = 0; p < solver->grid.panels; p++)
        longest = fmax(longest, hp_quadrature_panel_length(&solver->grid, p));
    hp_channels_momenta(&solver->channels, energy, sheet, k);
    hp_coupled_set_diagonal(solver, 0.0, NULL);
    for (int c = 0; c < solver->ncomponent; c++) {
        hp_component of = solver->channels.component[c];
        /* waves exp(kappa r) that the nodes of a panel do not follow */
        bool stiff = cimag(k[of.pair]) * longest > steepest;
        double complex inverse = fill_waves(m, c, k[of.pair], stiff);
        fill_green(m, inverse);
        fill_rows(m, c, k[of.pair]);
        if (of.l == 0 && !stiff) continue;
        HP_CALL(factorise(solver->grid.n, m->free, m->pivot, &one, &log_one, err));
        unit *= one;
        size += log_one;
    }
    HP_CALL(factorise(solver->size, m->matrix, m->pivot, phase, log_size, err));
    *phase /= unit;
    *log_size -= size;
    return HP_OK;
}

/* x <- M^-1 x, or (M^H)^-1 x, from the factors of M^T; normalised. */
static hp_status solve(hp_pole_matrix *m, bool adjoint, double complex *x, hp_error *err) {
    int size = m->solver->size;
    for (int i = 0; adjoint && i < size; i++) x[i] = conj(x[i]);
    int info = LAPACKE_zgetrs_work(LAPACK_COL_MAJOR, adjoint ? 'N' : 'T', size, 1, m->matrix, size,
                                   m->pivot, x, size);
    HP_REQUIRE(info == 0, HP_ERR_LIBRARY, "zgetrs: argument %d is wrong", -info);
    for (int i = 0; adjoint && i < size; i++) x[i] = conj(x[i]);
    double norm = cblas_dznrm2(size, x, 1);
    HP_REQUIRE(isfinite(norm) && norm > 0.0, HP_ERR_NUMERIC,
               "the wave of a pole of the S-matrix is not finite");
    for (int i = 0; i < size; i++) x[i] /= norm;
    return HP_OK;
}

hp_status hp_pole_matrix_null(hp_pole_matrix *m, double complex energy, hp_sheet sheet,
                              double complex *wave, double complex *force, hp_error *err) {
    enum { ROUNDS = 4 }; /* each brings in the square of the ratio of two singular values */
    const hp_coupled *solver = m->solver;
    double complex phase, k[HP_MOST_PAIRS];
    double log_size;
    int size = solver->size;
    HP_CALL(hp_pole_matrix_determinant(m, energy, sheet, &phase, &log_size, err));
    for (int i = 0; i < size; i++) wave[i] = 1.0 + 0.5 * sin(1.0 + i); /* of no symmetry */
    for (int round = 0; round < ROUNDS; round++) {
        HP_CALL(solve(m, true, wave, err));
        HP_CALL(solve(m, false, wave, err));
    }
    hp_channels_momenta(&solver->channels, energy, sheet, k);
    for (int i = 0; i < size; i++) {
        force[i] = solver->has_slope ? k[0] * k[0] * solver->slope[i] * wave[i] : 0.0;
        for (int j = 0; j < size; j++) force[i] += solver->A[(ptrdiff_t)i * size + j] * wave[j];
    }
    return HP_OK;
}
