// SPDX-License-Identifier: GPL-3.0-or-later
/* The leading-order matrix of potentials at one radius (docs/method-waves.md). */
#include "hadpot/leading_matrix.h"
#include <lapacke.h>
#include <math.h>
#include "hadpot/lapack_status.h"
#include "hadpot/memory.h"

/* Below it two columns of R are the same to rounding. */
static const double SMALLEST_PIVOT = 1e-14;

/* Digits to which a job can write an orthogonal matrix. */
static const double ORTHOGONAL = 1e-6;

int hp_leading_count_sets(const hp_leading_columns *columns) {
    if (columns->nsource >= columns->ncomponent) return columns->nt;
    return columns->nsource * columns->nt >= columns->ncomponent ? 1 : 0;
}

static double at(const hp_leading_columns *columns, const double *values, int column, int component,
                 int radius) {
    return values[((ptrdiff_t)column * columns->ncomponent + component) * columns->nradius +
                  radius];
}

/* Columns of a set: all sources at its time, or all. */
static int list_columns(const hp_leading_columns *columns, int set, int *column) {
    bool by_time = columns->nsource >= columns->ncomponent;
    int n = 0;
    for (int c = 0; c < columns->nsource * columns->nt; c++)
        if (!by_time || c % columns->nt == set) column[n++] = c;
    return n;
}

/* A (n, N) and B (n, N), a row for each column of the set, divided by the length of its R, so that
 * A V^T = B. Returns false where an R vanishes. */
static bool fill_system(const hp_leading_columns *columns, const int *column, int n, int radius,
                        double *A, double *B) {
    int N = columns->ncomponent;
    for (int i = 0; i < n; i++) {
        double length = 0.0;
        for (int a = 0; a < N; a++)
            length = hypot(length, at(columns, columns->R, column[i], a, radius));
        if (!(length > 0.0)) return false;
        for (int a = 0; a < N; a++) {
            A[(ptrdiff_t)i * N + a] = at(columns, columns->R, column[i], a, radius) / length;
            B[(ptrdiff_t)i * N + a] = at(columns, columns->S, column[i], a, radius) / length;
        }
    }
    return true;
}

/* det of A = Q T, times that of Q where it is square; each reflection has -1. */
static double determinant_of(const double *A, const double *tau, int n, int N) {
    double det = 1.0;
    for (int a = 0; a < N; a++) det *= A[(ptrdiff_t)a * N + a] * (tau[a] != 0.0 ? -1.0 : 1.0);
    /* n columns of length 1: det A^T A is largest where A^T A = n/N */
    return n == N ? det : fabs(det) * pow((double)N / n, 0.5 * N);
}

/* V^T = A^+ B in the first N rows of B. False: A is singular. Errors: HP_ERR_NUMERIC of LAPACK. */
static hp_status solve_system(double *A, double *B, double *tau, int n, int N, double *det,
                              bool *regular, hp_error *err) {
    int info = LAPACKE_dgeqrf(LAPACK_ROW_MAJOR, n, N, A, N, tau);
    HP_REQUIRE(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC), "LAPACK dgeqrf failed (info %d)",
               info);
    *det = determinant_of(A, tau, n, N);
    for (int a = 0; a < N; a++)
        *regular = *regular && fabs(A[(ptrdiff_t)a * N + a]) > SMALLEST_PIVOT;
    if (!*regular) return HP_OK;
    info = LAPACKE_dormqr(LAPACK_ROW_MAJOR, 'L', 'T', n, N, N, A, N, tau, B, N);
    HP_REQUIRE(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC), "LAPACK dormqr failed (info %d)",
               info);
    info = LAPACKE_dtrtrs(LAPACK_ROW_MAJOR, 'U', 'N', 'N', N, N, A, N, B, N);
    HP_REQUIRE(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC), "LAPACK dtrtrs failed (info %d)",
               info);
    return HP_OK;
}

hp_status hp_leading_solve(const hp_leading_columns *columns, int set, int radius, double *V,
                           double *det, hp_error *err) {
    hp_status status = HP_OK;
    int N = columns->ncomponent, most = columns->nsource * columns->nt, *column = NULL;
    double *block = NULL, found = 0.0;
    HP_NEW(column, most);
    HP_NEW(block, 2 * (size_t)most * (size_t)N + (size_t)N);
    int n = list_columns(columns, set, column);
    double *A = block, *B = A + (ptrdiff_t)most * N, *tau = B + (ptrdiff_t)most * N;
    bool regular = fill_system(columns, column, n, radius, A, B);
    if (regular) HP_TRY(solve_system(A, B, tau, n, N, &found, &regular, err));
    for (int a = 0; a < N; a++)
        for (int d = 0; d < N; d++) V[a * N + d] = regular ? B[(ptrdiff_t)d * N + a] : NAN;
    if (det != NULL) *det = found;
cleanup:
    hp_free(block);
    hp_free(column);
    return status;
}

/* Of one source: (K_S, K_D) = V_C (R_S, R_D) + V_T (sqrt8 R_D, sqrt8 R_S - 2 R_D). */
typedef struct tensor_equation {
    double K[2], central[2], tensor[2];
} tensor_equation;

static tensor_equation equation_of(const hp_leading_columns *columns, int column, int radius) {
    double S = at(columns, columns->R, column, 0, radius), root8 = sqrt(8.0);
    double D = at(columns, columns->R, column, 1, radius), length = hypot(S, D);
    return (tensor_equation){{at(columns, columns->S, column, 0, radius) / length,
                              at(columns, columns->S, column, 1, radius) / length},
                             {S / length, D / length},
                             {root8 * D / length, (root8 * S - 2.0 * D) / length}};
}

static double residual_of(const hp_leading_columns *columns, int t, int radius, double vc,
                          double vt) {
    double left = 0.0, all = 0.0;
    for (int s = 0; s < columns->nsource; s++) {
        tensor_equation of = equation_of(columns, s * columns->nt + t, radius);
        for (int i = 0; i < 2; i++) {
            double miss = of.K[i] - vc * of.central[i] - vt * of.tensor[i];
            left += miss * miss;
            all += of.K[i] * of.K[i];
        }
    }
    return all > 0.0 ? sqrt(left / all) : 0.0;
}

/* Least squares by the normal equations of two unknowns, whose columns have the same order of
 * magnitude. */
hp_tensor_potential hp_leading_tensor(const hp_leading_columns *columns, int t, int radius) {
    double aa = 0.0, ab = 0.0, bb = 0.0, as = 0.0, bs = 0.0, d_wave = 0.0;
    for (int s = 0; s < columns->nsource; s++) {
        tensor_equation of = equation_of(columns, s * columns->nt + t, radius);
        for (int i = 0; i < 2; i++) {
            aa += of.central[i] * of.central[i];
            ab += of.central[i] * of.tensor[i];
            bb += of.tensor[i] * of.tensor[i];
            as += of.central[i] * of.K[i];
            bs += of.tensor[i] * of.K[i];
        }
        d_wave += fabs(of.central[1]) + fabs(of.K[1]);
    }
    tensor_equation first = equation_of(columns, t, radius);
    hp_tensor_potential found = {.vc = as / aa, .veff = first.K[0] / first.central[0]};
    if (d_wave != 0.0) {
        double det = aa * bb - ab * ab;
        found.vc = (as * bb - bs * ab) / det;
        found.vt = (bs * aa - as * ab) / det;
    }
    found.residual = residual_of(columns, t, radius, found.vc, found.vt);
    return found;
}

static double product(const hp_leading_columns *columns, const double *quadrature, const double *x,
                      int b, const double *y, int c) {
    double sum = 0.0;
    for (int a = 0; a < columns->ncomponent; a++)
        for (int r = 0; r < columns->nradius; r++)
            sum += quadrature[r] * at(columns, x, b, a, r) * at(columns, y, c, a, r);
    return sum;
}

double hp_leading_overlap(const hp_leading_columns *columns, const double *quadrature, int b,
                          int c) {
    return product(columns, quadrature, columns->S, b, columns->R, c);
}

double hp_leading_size(const hp_leading_columns *columns, const double *quadrature, int column) {
    double RR = product(columns, quadrature, columns->R, column, columns->R, column);
    double SS = product(columns, quadrature, columns->S, column, columns->S, column);
    return sqrt(RR) * sqrt(SS);
}

double hp_leading_cosine(const hp_leading_columns *columns, const double *quadrature, int column) {
    return hp_leading_overlap(columns, quadrature, column, column) /
           hp_leading_size(columns, quadrature, column);
}

void hp_leading_rotate(const double *O, int n, double *V) {
    double half[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS] = {0};
    for (int a = 0; a < n; a++)
        for (int d = 0; d < n; d++)
            for (int i = 0; i < n; i++) half[a * n + d] += O[a * n + i] * V[i * n + d];
    for (int a = 0; a < n; a++)
        for (int d = 0; d < n; d++) {
            V[a * n + d] = 0.0;
            for (int i = 0; i < n; i++) V[a * n + d] += half[a * n + i] * O[d * n + i];
        }
}

hp_status hp_leading_check_basis(const double *O, int n, const char *key, hp_error *err) {
    for (int a = 0; a < n; a++)
        for (int b = a; b < n; b++) {
            double sum = 0.0;
            for (int i = 0; i < n; i++) sum += O[a * n + i] * O[b * n + i];
            HP_REQUIRE(fabs(sum - (a == b)) <= ORTHOGONAL, HP_ERR_INPUT,
                       "%s must be an orthogonal matrix, to %g: rows %d and %d have the product "
                       "%.9g, expected %d",
                       key, ORTHOGONAL, a + 1, b + 1, sum, a == b);
        }
    return HP_OK;
}
