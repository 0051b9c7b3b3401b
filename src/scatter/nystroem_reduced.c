// SPDX-License-Identifier: GPL-3.0-or-later
/* One decomposition for all momenta: the solutions at every k^2 lie, to rounding, in the space that
 * few applications of the Green function at one k^2 span; docs/method-scatter.md. */
#include "nystroem_private.h"
#include <float.h>
#include <math.h>
#include <string.h>
#include <cblas.h>
#include "hadpot/memory.h"

/* A centre is good when u there is not this many times larger than the edge condition asks for:
 * close to a state of that condition one digit is lost for each factor of ten. */
static const double LARGEST_EDGE = 16.0;

/* What the solution at a momentum may leave of its equation; the rest falls faster than any power
 * with each vector, so that the last digits cost one or two. */
static const double RESIDUAL = 0.25 * DBL_EPSILON;

/* The inverse of -d^2/dr^2 is two integrations of the polynomial through the nodes of each panel, P
 * = C C*, that is Gauss collocation of u'' = f. */

/* result = C f, from r = 0 to each node, or inwards C* f, from each node to the end of the range,
 * column by column. */
static void integrate(const hp_nystroem *solver, bool inwards, const double *f, double *result) {
    const hp_quadrature *grid = &solver->grid;
    int n = grid->n, order = grid->order;
    size_t row = (size_t)n;
    double *so_far = solver->above, *inner = solver->inner;
    memset(so_far, 0, row * sizeof *so_far);
    for (int step = 0; step < grid->panels; step++) {
        int panel = inwards ? grid->panels - 1 - step : step;
        double length = hp_quadrature_panel_length(grid, panel);
        size_t first = (size_t)panel * (size_t)order;
        const double *weight = grid->weight + first, *here = f + first * row;
        for (int i = 0; i < order; i++) {
            memcpy(result + (first + (size_t)i) * row, so_far, row * sizeof *so_far);
            for (int j = 0; j < order; j++) {
                double left = length * grid->left[i * order + j];
                inner[i * order + j] = inwards ? weight[j] - left : left;
            }
        }
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, order, n, order, 1.0, inner, order,
                    here, n, 1.0, result + first * row, n);
        cblas_dgemv(CblasRowMajor, CblasTrans, order, n, 1.0, here, n, weight, 1, 1.0, so_far, 1);
    }
}

/* M = 1 + P (A - k2) into solver->matrix, A at k2 of either sign, P the inverse of -d^2/dr^2 with
 * u(0) = 0, u' + gamma u = 0 at the end of the range. */
static hp_status form(hp_nystroem *solver, double k2, double gamma, hp_error *err) {
    const hp_quadrature *grid = &solver->grid;
    int n = grid->n;
    double size = 0.0, g = gamma / (1.0 + gamma * grid->range), *moment = solver->bra;
    hp_nystroem_set_diagonal(solver, k2, -k2);
    integrate(solver, true, solver->potential, solver->reduced->factor);
    integrate(solver, false, solver->reduced->factor, solver->matrix);
    if (g > 0.0) {
        for (int i = 0; i < n; i++) solver->z[i] = grid->weight[i] * grid->r[i];
        cblas_dgemv(CblasRowMajor, CblasTrans, n, n, 1.0, solver->potential, n, solver->z, 1, 0.0,
                    moment, 1);
        cblas_dger(CblasRowMajor, n, n, -g, grid->r, 1, moment, 1, solver->matrix, n);
    }
    for (int i = 0; i < n; i++) size += cblas_dasum(n, solver->matrix + (size_t)i * (size_t)n, 1);
    for (size_t i = 0; i < (size_t)n; i++) solver->matrix[i * (size_t)(n + 1)] += 1.0;
    /* False for NaN. In the sum with such numbers nothing is left of the 1 of free motion. */
    HP_REQUIRE(size < n / DBL_EPSILON, HP_ERR_NUMERIC,
               "the potential is too large: it is so strong that rounding decides what waves do");
    return HP_OK;
}

/* result = P f with the gamma of the factors. */
static void apply_green(hp_nystroem *solver, const double *f, double *result) {
    const hp_quadrature *grid = &solver->grid;
    int order = grid->order;
    double gamma = solver->reduced->gamma, g = gamma / (1.0 + gamma * grid->range);
    double after = 0.0, before = 0.0, moment = 0.0, *inner = solver->z;
    for (int start = grid->n - order; start >= 0; start -= order) {
        double length = hp_quadrature_panel_length(grid, start / order);
        for (int i = 0; i < order; i++) {
            double sum = after;
            for (int j = 0; j < order; j++)
                sum +=
                    (grid->weight[start + j] - length * grid->left[i * order + j]) * f[start + j];
            inner[start + i] = sum;
        }
        for (int j = start; j < start + order; j++) {
            after += grid->weight[j] * f[j];
            moment += grid->weight[j] * grid->r[j] * f[j];
        }
    }
    for (int start = 0; start < grid->n; start += order) {
        double length = hp_quadrature_panel_length(grid, start / order);
        for (int i = 0; i < order; i++) {
            double sum = before - g * moment * grid->r[start + i];
            for (int j = 0; j < order; j++)
                sum += length * grid->left[i * order + j] * inner[start + j];
            result[start + i] = sum;
        }
        for (int j = start; j < start + order; j++) before += grid->weight[j] * inner[j];
    }
}

/* What integrals over the last vector are needed. */
static void take_vector(hp_nystroem *solver) {
    hp_reduced *reduced = solver->reduced;
    const hp_quadrature *grid = &solver->grid;
    int n = grid->n;
    size_t at = (size_t)reduced->size * (size_t)n;
    const double *v = reduced->basis + at;
    double *force = reduced->force + at, *bend = reduced->bend + at, *edge = reduced->edge;
    hp_nystroem_set_diagonal(solver, 0.0, 0.0);
    cblas_dgemv(CblasRowMajor, CblasNoTrans, n, n, 1.0, solver->potential, n, v, 1, 0.0, force, 1);
    edge += 2 * (ptrdiff_t)reduced->size;
    edge[0] = edge[1] = 0.0;
    for (int i = 0; i < n; i++) {
        double weight = grid->weight[i], r = grid->r[i];
        force[i] *= weight;
        bend[i] = weight * solver->slope[i] * v[i];
        edge[0] += r * force[i];
        edge[1] += r * (bend[i] - weight * v[i]);
    }
}

/* Gram-Schmidt, twice since once leaves what rounding has mixed in. */
static void orthogonalise(hp_reduced *reduced, double *z, int n) {
    int size = reduced->size + 1;
    ptrdiff_t most = reduced->most;
    double *column = reduced->H + reduced->size, *share = reduced->c;
    double before = cblas_dnrm2(n, z, 1);
    for (int i = 0; i < size; i++) column[i * most] = 0.0;
    for (int pass = 0; pass < 2; pass++) {
        cblas_dgemv(CblasRowMajor, CblasNoTrans, size, n, 1.0, reduced->basis, n, z, 1, 0.0, share,
                    1);
        cblas_dgemv(CblasRowMajor, CblasTrans, size, n, -1.0, reduced->basis, n, share, 1, 1.0, z,
                    1);
        for (int i = 0; i < size; i++) column[i * most] += share[i];
    }
    double rest = cblas_dnrm2(n, z, 1);
    if (!(rest > n * DBL_EPSILON * before)) rest = 0.0; /* the space is complete */
    column[size * most] = rest;
    if (rest > 0.0) cblas_dscal(n, 1.0 / rest, z, 1);
}

/* One more vector: M^-1 P (1 - slope) v of the last one, orthogonal to all. */
static hp_status extend(hp_nystroem *solver, hp_error *err) {
    hp_reduced *reduced = solver->reduced;
    int n = solver->grid.n;
    const double *last = reduced->basis + (size_t)reduced->size * (size_t)n;
    double *z = reduced->basis + (size_t)(reduced->size + 1) * (size_t)n;
    for (int i = 0; i < n; i++) reduced->vector[i] = (1.0 - solver->slope[i]) * last[i];
    apply_green(solver, reduced->vector, z);
    int info =
        LAPACKE_dgetrs_work(LAPACK_COL_MAJOR, 'T', n, 1, reduced->factor, n, reduced->pivot, z, n);
    HP_REQUIRE(info == 0, HP_ERR_LIBRARY, "dgetrs: argument %d is wrong", -info);
    take_vector(solver);
    orthogonalise(reduced, z, n);
    reduced->size++;
    return HP_OK;
}

/* (1 - t H) c = length e_1 by elimination with exchanges of neighbouring rows, and its determinant.
 * False when the equation of the next vector, which is left, is not fulfilled to rounding. */
static bool solve_small(hp_reduced *reduced, double t, double *determinant) {
    ptrdiff_t size = reduced->size, most = reduced->most;
    double *M = reduced->work, *c = reduced->c, largest = 0.0, norm = 0.0, sign = 1.0;
    memset(c, 0, (size_t)size * sizeof *c);
    c[0] = reduced->length;
    for (ptrdiff_t i = 0; i < size; i++) {
        const double *H = reduced->H + i * most;
        for (ptrdiff_t j = i > 0 ? i - 1 : 0; j < size; j++) M[i * most + j] = -t * H[j];
        M[i * (most + 1)] += 1.0;
        if (i > 0) largest = fmax(largest, fabs(t * H[i - 1]));
    }
    for (ptrdiff_t i = 0; i < size; i++) {
        double *row = M + i * most, *next = row + most;
        if (i + 1 < size && fabs(next[i]) > fabs(row[i])) {
            cblas_dswap((int)(size - i), row + i, 1, next + i, 1);
            double swap = c[i];
            c[i] = c[i + 1];
            c[i + 1] = swap;
            sign = -sign;
        }
        largest = fmax(largest, fabs(row[i]));
        if (row[i] == 0.0) row[i] = DBL_EPSILON * largest;
        if (row[i] < 0.0) sign = -sign;
        if (i + 1 == size) break;
        double factor = next[i] / row[i];
        for (ptrdiff_t j = i + 1; j < size; j++) next[j] -= factor * row[j];
        c[i + 1] -= factor * c[i];
    }
    for (ptrdiff_t i = size - 1; i >= 0; i--) {
        const double *row = M + i * most;
        for (ptrdiff_t j = i + 1; j < size; j++) c[i] -= row[j] * c[j];
        c[i] /= row[i];
        norm = fmax(norm, fabs(c[i]));
    }
    *determinant = sign;
    double rest = fabs(t * reduced->H[size * most + size - 1] * c[size - 1]);
    return rest <= RESIDUAL * fmax(1.0, largest) * norm;
}

/* u at the end of the range, [R - int r (A - k2) u] / (1 + gamma R). */
static double edge_value(const hp_nystroem *solver, double k2) {
    const hp_reduced *reduced = solver->reduced;
    double sum = solver->grid.range;
    const double *edge = reduced->edge;
    for (int j = 0; j < reduced->size; j++, edge += 2)
        sum -= reduced->c[j] * (edge[0] + k2 * edge[1]);
    return sum / (1.0 + reduced->gamma * solver->grid.range);
}

/* LU of 1 + P (A - k2) and u there, the first vector. */
static hp_status factorise(hp_nystroem *solver, double k2, double gamma, double *edge,
                           hp_error *err) {
    hp_reduced *reduced = solver->reduced;
    int n = solver->grid.n;
    double determinant, *first = reduced->basis;
    reduced->ready = false;
    reduced->centre = k2;
    reduced->gamma = gamma;
    reduced->size = 0;
    HP_CALL(form(solver, k2, gamma, err));
    HP_CALL(hp_nystroem_factorise(solver, err));
    reduced->sign = hp_nystroem_determinant(solver, NULL);
    memcpy(reduced->factor, solver->matrix, (size_t)n * (size_t)n * sizeof *reduced->factor);
    for (int i = 0; i < n; i++) reduced->pivot[i] = solver->pivot[i];
    HP_CALL(hp_nystroem_solve(solver, solver->grid.r, false, first, err));
    cblas_dscal(n, 1.0 / (1.0 + gamma * solver->grid.range), first, 1);
    reduced->length = cblas_dnrm2(n, first, 1);
    HP_REQUIRE(isfinite(reduced->length) && reduced->length > 0.0, HP_ERR_NUMERIC,
               "the scattering solution at k^2 = %g is not finite", k2);
    cblas_dscal(n, 1.0 / reduced->length, first, 1);
    HP_CALL(extend(solver, err));
    (void)solve_small(reduced, 0.0, &determinant);
    *edge = edge_value(solver, k2);
    return HP_OK;
}

/* Factors at a centre near k2 that is no state of the condition at the end of the range; the edge
 * is u and u' there. Where u' is small another condition, u' + u/L = 1, is not singular. */
static hp_status start(hp_nystroem *solver, double k2, hp_error *err) {
    enum { MOST_TRIALS = 4 };
    hp_reduced *reduced = solver->reduced;
    double inverse = fmax(1.0 / solver->grid.range, sqrt(k2)), edge = 0.0;
    for (int trial = 0; trial < MOST_TRIALS; trial++) {
        double gamma = trial % 2 == 0 ? 0.0 : inverse;
        HP_CALL(factorise(solver, trial < 2 ? k2 : 0.95 * k2, gamma, &edge, err));
        if (hypot(inverse * edge, 1.0 - gamma * edge) <= LARGEST_EDGE) break;
    }
    reduced->ready = true;
    return HP_OK;
}

/* c at k2, with more basis vectors or another centre where the residual asks for them. */
static hp_status cover(hp_nystroem *solver, double k2, double *determinant, hp_error *err) {
    hp_reduced *reduced = solver->reduced;
    reduced->highest = fmax(reduced->highest, k2);
    if (!reduced->ready) HP_CALL(start(solver, 0.5 * reduced->highest, err));
    bool moved = false;
    while (!solve_small(reduced, k2 - reduced->centre, determinant)) {
        if (reduced->size < reduced->most) {
            HP_CALL(extend(solver, err));
            continue;
        }
        /* first a place from which momenta on both sides are reached, then k2 itself */
        double ahead = sqrt(k2) + 6.0 * M_PI / solver->grid.range;
        double highest = sqrt(reduced->highest), next = moved ? sqrt(k2) : fmin(ahead, highest);
        HP_CALL(start(solver, next * next, err));
        moved = true;
    }
    *determinant *= reduced->sign;
    return HP_OK;
}

hp_status hp_nystroem_solve_reduced(hp_nystroem *solver, double k2, bool wave, double *T,
                                    hp_error *err) {
    hp_reduced *reduced = solver->reduced;
    const hp_quadrature *grid = &solver->grid;
    double determinant, force, bend = 0.0, k = sqrt(k2), x = k * grid->range, *s = solver->wave;
    HP_CALL(hp_interaction_check_momentum(grid, k2, err));
    HP_CALL(cover(solver, k2, &determinant, err));
    int n = grid->n, size = reduced->size;
    for (int r = 0; r < n; r++) s[r] = k > 0.0 ? sin(k * grid->r[r]) / k : grid->r[r];
    cblas_dgemv(CblasRowMajor, CblasTrans, size, n, 1.0, reduced->force, n, reduced->c, 1, 0.0,
                reduced->vector, 1);
    force = cblas_ddot(n, reduced->vector, 1, s, 1);
    if (solver->has_slope) {
        cblas_dgemv(CblasRowMajor, CblasTrans, size, n, 1.0, reduced->bend, n, reduced->c, 1, 0.0,
                    reduced->vector, 1);
        bend = k2 * cblas_ddot(n, reduced->vector, 1, s, 1);
    }
    double u = edge_value(solver, k2), d_u = 1.0 - reduced->gamma * u;
    double scale = d_u * cos(x) + k * u * sin(x); /* of s in u beyond the range */
    if (scale == 0.0) scale = DBL_EPSILON * hypot(d_u, k * u);
    *T = (force + bend) / scale;
    HP_REQUIRE(isfinite(*T), HP_ERR_NUMERIC, "the scattering solution at k^2 = %g is not finite",
               k2);
    solver->sign = (determinant < 0.0) == (scale < 0.0) ? 1.0 : -1.0;
    if (wave)
        cblas_dgemv(CblasRowMajor, CblasTrans, size, n, 1.0 / scale, reduced->basis, n, reduced->c,
                    1, 0.0, solver->u, 1);
    return HP_OK;
}

hp_status hp_nystroem_reduce(hp_nystroem *solver, hp_error *err) {
    if (solver->reduced != NULL) return HP_OK;
    hp_status status = HP_OK;
    hp_reduced *made = NULL;
    size_t size = (size_t)solver->grid.n, most = size < HP_REDUCED_MAX ? size : HP_REDUCED_MAX;
    HP_NEW(made, 1);
    made->most = (int)most;
    HP_NEW(made->pivot, size);
    HP_TRY(hp_alloc_parts(&made->factor,
                          HP_PARTS({&made->factor, size * size}, {&made->basis, (most + 1) * size},
                                   {&made->force, most * size}, {&made->bend, most * size},
                                   {&made->vector, size}, {&made->edge, 2 * most},
                                   {&made->H, (most + 1) * most}, {&made->work, most * most},
                                   {&made->c, most + 1}),
                          err));
    solver->reduced = made;
    made = NULL;
cleanup:
    hp_reduced_destroy(&made);
    return status;
}

void hp_reduced_destroy(hp_reduced **reduced) {
    if (*reduced == NULL) return;
    hp_free((*reduced)->pivot);
    hp_free((*reduced)->factor);
    hp_free(*reduced);
    *reduced = NULL;
}
