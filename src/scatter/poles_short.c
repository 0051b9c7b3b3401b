// SPDX-License-Identifier: GPL-3.0-or-later
/* The same interaction on a shorter range, in the panels of the grid, the last one cut; what it was
 * at the nodes of that is what the polynomial through the old ones gives. docs/method-poles.md,
 * "What the tail decides". */
#include <math.h>
#include <string.h>
#include "coupled_private.h"
#include "hadpot/memory.h"
#include "poles_private.h"

/* Old nodes that a new one is interpolated from: itself, or all of the last panel. */
typedef struct source {
    int first, count;
    double coefficient[HP_MAX_ORDER];
} source;

typedef struct shorter {
    const hp_coupled *whole;
    hp_quadrature grid;
    source *from; /* (n) */
    double *kernel, *local, *slope;
} shorter;

static hp_status cut_grid(const hp_quadrature *grid, double range, hp_quadrature *cut,
                          hp_error *err) {
    hp_status status = HP_OK;
    double *edge = NULL;
    int panels = 0;
    HP_NEW(edge, grid->panels + 1);
    /* a sliver of less than a millionth of a panel is left out */
    while (grid->edge[panels] < range - 1e-6 * hp_quadrature_panel_length(grid, panels)) {
        edge[panels + 1] = fmin(grid->edge[panels + 1], range);
        panels++;
    }
    HP_TRY(hp_quadrature_create_panels(edge, panels, grid->order, cut, err));
cleanup:
    hp_free(edge);
    return status;
}

static void fill_sources(shorter *s) {
    const hp_quadrature *old = &s->whole->grid;
    int whole = s->grid.edge[s->grid.panels] == old->edge[s->grid.panels]
                    ? s->grid.n
                    : s->grid.n - s->grid.order;
    for (int i = 0; i < s->grid.n; i++) {
        s->from[i] = (source){i, 1, {1.0}};
        if (i < whole) continue;
        s->from[i].first = hp_quadrature_interpolate(old, s->grid.r[i], s->from[i].coefficient);
        s->from[i].count = old->order;
    }
}

/* K between old nodes of components c and d, without the local part. */
static double old_kernel(const hp_coupled *solver, int c, int d, int i, int j) {
    int n = solver->grid.n, N = solver->ncomponent;
    ptrdiff_t row = c * n + i, column = d * n + j;
    double value = solver->A[row * solver->size + column];
    if (row == column) value = solver->diagonal[row];
    if (i == j) value -= solver->local[(c * N + d) * n + i];
    return value / solver->grid.weight[j];
}

static double new_kernel(const shorter *s, int c, int d, int i, int j) {
    const source *left = &s->from[i], *right = &s->from[j];
    double sum = 0.0;
    for (int a = 0; a < left->count; a++)
        for (int b = 0; b < right->count; b++)
            sum += left->coefficient[a] * right->coefficient[b] *
                   old_kernel(s->whole, c, d, left->first + a, right->first + b);
    return sum;
}

static double interpolate(const source *from, const double *values) {
    double sum = 0.0;
    for (int a = 0; a < from->count; a++) sum += from->coefficient[a] * values[from->first + a];
    return sum;
}

static void fill_local(shorter *s) {
    const hp_coupled *whole = s->whole;
    int N = whole->ncomponent, n = s->grid.n;
    double w[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    for (int i = 0; i < n; i++) {
        if (whole->local_at != NULL && s->from[i].count > 1)
            whole->local_at(s->grid.r[i], w, whole->context);
        else
            for (int m = 0; m < N * N; m++)
                w[m] = interpolate(&s->from[i], whole->local + (ptrdiff_t)m * whole->grid.n);
        for (int m = 0; m < N * N; m++) s->local[m * n + i] = w[m];
        s->slope[i] = interpolate(&s->from[i], whole->slope);
    }
}

static void fill_kernel(shorter *s) {
    int n = s->grid.n, size = s->whole->ncomponent * n;
    for (int row = 0; row < size; row++)
        for (int column = 0; column <= row; column++) {
            double value = new_kernel(s, row / n, column / n, row % n, column % n);
            s->kernel[(size_t)row * (size_t)size + (size_t)column] = value;
            s->kernel[(size_t)column * (size_t)size + (size_t)row] = value;
        }
}

hp_status hp_pole_shorten(const hp_coupled *solver, double part, hp_coupled **made, hp_error *err) {
    hp_status status = HP_OK;
    shorter s = {.whole = solver};
    double *block = NULL;
    hp_coupled *cut = NULL;
    HP_TRY(cut_grid(&solver->grid, part * solver->grid.range, &s.grid, err));
    size_t n = (size_t)s.grid.n, N = (size_t)solver->ncomponent;
    HP_NEW(s.from, n);
    HP_TRY(hp_alloc_parts(
        &block, HP_PARTS({&s.kernel, N * N * n * n}, {&s.local, N * N * n}, {&s.slope, n}), err));
    fill_sources(&s);
    fill_local(&s);
    if (solver->has_kernel) fill_kernel(&s);
    hp_matrix_interaction interaction = {.ncomponent = solver->ncomponent,
                                         .kernel = solver->has_kernel ? s.kernel : NULL,
                                         .local = solver->has_local ? s.local : NULL,
                                         .slope = solver->has_slope ? s.slope : NULL};
    HP_TRY(hp_coupled_create(&s.grid, solver->ncomponent, &cut, err));
    HP_TRY(hp_coupled_set(cut, &solver->channels, &interaction, err));
    *made = cut;
    cut = NULL;
cleanup:
    hp_coupled_destroy(&cut);
    hp_free(block);
    hp_free(s.from);
    hp_quadrature_destroy(&s.grid);
    return status;
}
