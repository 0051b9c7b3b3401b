// SPDX-License-Identifier: GPL-3.0-or-later
/* A second way to the number of bound states: other nodes; docs/method-channels-bound.md, "Count in
 * doubt". */
#include <math.h>
#include <string.h>
#include <cblas.h>
#include "coupled_form.h"
#include "hadpot/memory.h"
#include "second_count.h"

/* N n of the finer grid, at most: it takes about a second. */
enum { MOST_SIZE = 2048 };

/* W (N, N) at r: from the function, or by interpolation in the panel. */
static void local_between(const hp_coupled *solver, double r, double *w) {
    double coefficient[HP_MAX_ORDER];
    int order = solver->grid.order, N = solver->ncomponent;
    if (solver->local_at != NULL) {
        solver->local_at(r, w, solver->context);
        return;
    }
    int first = hp_quadrature_interpolate(&solver->grid, r, coefficient);
    for (int cd = 0; cd < N * N; cd++)
        w[cd] = cblas_ddot(order, solver->local + (ptrdiff_t)cd * solver->grid.n + first, 1,
                           coefficient, 1);
}

static void fill_local(const hp_coupled *solver, const hp_quadrature *to, double *local) {
    int N = solver->ncomponent;
    double w[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    for (int i = 0; i < to->n; i++) {
        local_between(solver, to->r[i], w);
        for (int cd = 0; cd < N * N; cd++) local[(ptrdiff_t)cd * to->n + i] = w[cd];
    }
}

/* K w without the local part, which stands on the diagonals of the blocks of A. */
static void copy_block(const hp_coupled *solver, int c, int d, double *block) {
    size_t n = (size_t)solver->grid.n, size = (size_t)solver->size;
    const double *A = solver->A + (size_t)c * n * size + (size_t)d * n;
    for (size_t i = 0; i < n; i++) {
        memcpy(block + i * n, A + i * size, n * sizeof *block);
        block[i * (n + 1)] -=
            solver->local[((size_t)c * (size_t)solver->ncomponent + (size_t)d) * n + i];
        if (c != d) continue;
        const hp_coulomb *coulomb = &solver->channels.coulomb[solver->channels.component[c].pair];
        block[i * (n + 1)] =
            solver->diagonal[(size_t)c * n + i] -
            solver->local[((size_t)c * (size_t)solver->ncomponent + (size_t)c) * n + i];
        if (coulomb->strength != 0.0)
            block[i * (n + 1)] -= hp_coulomb_value(coulomb, solver->grid.r[i]);
    }
}

/* table (m, n): interpolation from the nodes of the solver to those of `to`, over the weights of
 * the former or not. */
static void fill_table(const hp_quadrature *from, const hp_quadrature *to, bool divide,
                       double *table) {
    double coefficient[HP_MAX_ORDER];
    for (int i = 0; i < to->n; i++) {
        int first = hp_quadrature_interpolate(from, to->r[i], coefficient);
        double *row = table + (size_t)i * (size_t)from->n + first;
        for (int a = 0; a < from->order; a++)
            row[a] = divide ? coefficient[a] / from->weight[first + a] : coefficient[a];
    }
}

/* K between the nodes of `to`, by interpolation in the panels of the solver. */
static hp_status copy_kernel(const hp_coupled *solver, const hp_quadrature *to, double **kernel,
                             hp_error *err) {
    hp_status status = HP_OK;
    int n = solver->grid.n, m = to->n, N = solver->ncomponent, size = N * m;
    double *block = NULL, *rows = NULL, *table = NULL, *divided = NULL;
    HP_NEW(*kernel, (size_t)size * (size_t)size);
    HP_TRY(
        hp_alloc_parts(&block,
                       HP_PARTS({&block, (size_t)n * (size_t)n}, {&rows, (size_t)m * (size_t)n},
                                {&table, (size_t)m * (size_t)n}, {&divided, (size_t)m * (size_t)n}),
                       err));
    fill_table(&solver->grid, to, false, table);
    fill_table(&solver->grid, to, true, divided);
    for (int c = 0; c < N; c++)
        for (int d = 0; d <= c; d++) {
            copy_block(solver, c, d, block);
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, n, 1.0, table, n, block, n,
                        0.0, rows, n);
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, m, n, 1.0, rows, n, divided, n,
                        0.0, *kernel + (size_t)c * (size_t)m * (size_t)size + (size_t)d * (size_t)m,
                        size);
        }
    for (size_t i = 0; i < (size_t)size; i++) /* rounding made the halves differ */
        for (size_t j = 0; j < i; j++)
            (*kernel)[j * (size_t)size + i] = (*kernel)[i * (size_t)size + j];
cleanup:
    hp_free(block);
    return status;
}

static hp_status copy_interaction(const hp_coupled *solver, hp_coupled *other, hp_error *err) {
    hp_status status = HP_OK;
    const hp_quadrature *to = &other->grid;
    double *kernel = NULL, *local = NULL, *slope = NULL, coefficient[HP_MAX_ORDER];
    HP_NEW(local, (size_t)solver->ncomponent * (size_t)solver->ncomponent * (size_t)to->n);
    HP_NEW(slope, to->n);
    if (solver->has_local) fill_local(solver, to, local);
    for (int i = 0; i < to->n && solver->has_slope; i++) {
        int first = hp_quadrature_interpolate(&solver->grid, to->r[i], coefficient);
        slope[i] = cblas_ddot(solver->grid.order, solver->slope + first, 1, coefficient, 1);
    }
    if (solver->has_kernel) HP_TRY(copy_kernel(solver, to, &kernel, err));
    HP_TRY(hp_coupled_set(other, &solver->channels,
                          &(hp_matrix_interaction){.ncomponent = solver->ncomponent,
                                                   .kernel = kernel,
                                                   .local = solver->has_local ? local : NULL,
                                                   .slope = solver->has_slope ? slope : NULL},
                          err));
cleanup:
    hp_free(kernel);
    hp_free(local);
    hp_free(slope);
    return status;
}

/* int q dr of a panel, q^2 the largest sum of |A_ij| over j at a node, a bound for what the
 * interaction does to a wave there. An integral: cores like 1/r^2 do no more than they do. */
static double phase_of(const hp_coupled *solver, int panel) {
    double phase = 0.0;
    int order = solver->grid.order, size = solver->size;
    for (int i = panel * order; i < (panel + 1) * order; i++) {
        double largest = 0.0;
        for (int c = 0; c < solver->ncomponent; c++) {
            size_t row = ((size_t)c * (size_t)solver->grid.n + (size_t)i) * (size_t)size;
            largest = fmax(largest, cblas_dasum(size, solver->A + row, 1));
        }
        phase += solver->grid.weight[i] * sqrt(largest);
    }
    return phase;
}

static bool is_resolved(const hp_coupled *solver) {
    for (int panel = 0; panel < solver->grid.panels; panel++)
        if (!(phase_of(solver, panel) <= HP_PHASE_PER_NODE * solver->grid.order)) return false;
    return true;
}

/* Panels cut until the interaction is resolved, with nodes of another order. A kernel, smooth
 * between nodes and bounded there far from sharply, has them halved. */
static hp_status refine(const hp_coupled *solver, hp_quadrature *finer, hp_error *err) {
    hp_status status = HP_OK;
    const hp_quadrature *grid = &solver->grid;
    int order = hp_second_count_order(grid), panels = 0;
    double *edge = NULL;
    int most = MOST_SIZE / (order * solver->ncomponent);
    HP_NEW(edge, most + 1);
    for (int panel = 0; panel < grid->panels; panel++) {
        double start = grid->edge[panel], length = hp_quadrature_panel_length(grid, panel);
        double phase = phase_of(solver, panel);
        int pieces = (int)fmin(most + 1.0, fmax(solver->has_kernel ? 2.0 : 1.0,
                                                ceil(phase / (HP_PHASE_PER_NODE * order))));
        HP_CHECK(panels + pieces <= most, HP_ERR_NUMERIC,
                 "more than %d nodes are needed to count bound states", MOST_SIZE);
        for (int piece = 1; piece <= pieces; piece++)
            edge[++panels] =
                piece < pieces ? start + length * piece / pieces : grid->edge[panel + 1];
    }
    HP_TRY(hp_quadrature_create_panels(edge, panels, order, finer, err));
cleanup:
    hp_free(edge);
    return status;
}

/* By a solver with other nodes: *other, made where it is NULL; finer, or of another order. */
static hp_second_count count_with(hp_coupled *solver, hp_coupled **other, bool fine, double x) {
    hp_error trouble = HP_ERROR_INIT, *err = &trouble;
    hp_status status = HP_OK;
    hp_second_count count = {0};
    hp_quadrature nodes = {0};
    if (*other == NULL) {
        HP_TRY(fine ? refine(solver, &nodes, err)
                    : hp_second_count_nodes(&solver->grid, &nodes, err));
        HP_TRY(hp_coupled_create(&nodes, solver->ncomponent, other, err));
    }
    HP_TRY(copy_interaction(solver, *other, err));
    HP_TRY(hp_coupled_count_above(*other, x, &count.number, err));
    count.usable = !hp_coupled_count_is_close(*other);
cleanup:
    hp_quadrature_destroy(&nodes);
    count.status = status;
    return count;
}

hp_status hp_coupled_certify(hp_coupled *solver, double x, hp_error *err) {
    struct hp_coupled_bound *bound = solver->bound;
    HP_CALL(hp_coupled_count_above(solver, x, &bound->on_grid, err));
    hp_coupled_set_diagonal(solver, 0.0, NULL); /* for all that looks at A */
    bound->number = bound->on_grid;
    bound->in_doubt = false;
    bound->known = solver->trusted;
    if (bound->known) return HP_OK;
    bool close = hp_coupled_count_is_close(solver);
    hp_second_count second = count_with(solver, &bound->neighbour, false, x);
    HP_CALL(hp_second_count_check(&second, err));
    bound->known = true;
    if (second.usable && second.number == bound->on_grid && !close && is_resolved(solver))
        return HP_OK;
    hp_coupled *more = NULL;
    hp_second_count finer = count_with(solver, &more, true, x);
    hp_coupled_destroy(&more);
    HP_CALL(hp_second_count_check(&finer, err));
    bound->in_doubt = close || !finer.usable || finer.number != bound->on_grid;
    if (finer.usable) bound->number = finer.number;
    return HP_OK;
}
