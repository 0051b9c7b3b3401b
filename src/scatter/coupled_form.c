// SPDX-License-Identifier: GPL-3.0-or-later
#include "coupled_form.h"
#include <math.h>
#include <string.h>
#include <cblas.h>
#include <gsl/gsl_machine.h>
#include "hadpot/memory.h"

int hp_coupled_lowest_pair(const hp_channels *channels) {
    int lowest = 0;
    for (int a = 1; a < channels->npair; a++)
        if (channels->threshold[a] < channels->threshold[lowest]) lowest = a;
    return lowest;
}

/* C^T from the left to the rows of block `component` of an array with `row` columns: C_ij = h
 * left_ij inside a panel and w_j for nodes i of later ones. */
static void sum_rows(const hp_coupled *solver, int component, const double *from, double *to) {
    const hp_quadrature *grid = &solver->grid;
    int order = grid->order, row = solver->size;
    double *after = solver->bound->after;
    memset(after, 0, (size_t)row * sizeof *after);
    for (int panel = grid->panels - 1; panel >= 0; panel--) {
        double length = hp_quadrature_panel_length(grid, panel);
        size_t first = (size_t)component * (size_t)grid->n + (size_t)panel * (size_t)order;
        const double *here = from + first * (size_t)row,
                     *weight = grid->weight + (ptrdiff_t)panel * order;
        double *rows = to + first * (size_t)row;
        for (int j = 0; j < order; j++)
            for (int a = 0; a < row; a++) rows[(size_t)j * (size_t)row + a] = weight[j] * after[a];
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, order, row, order, length, grid->left,
                    order, here, row, 1.0, rows, row);
        for (int i = 0; i < order; i++)
            cblas_daxpy(row, 1.0, here + (size_t)i * (size_t)row, 1, after, 1);
    }
}

/* C from the right to the columns of block `component`. */
static void sum_columns(const hp_coupled *solver, int component, const double *from, double *to) {
    const hp_quadrature *grid = &solver->grid;
    int order = grid->order, row = solver->size;
    double *after = solver->bound->after;
    memset(after, 0, (size_t)row * sizeof *after);
    for (int panel = grid->panels - 1; panel >= 0; panel--) {
        double length = hp_quadrature_panel_length(grid, panel);
        int first = component * grid->n + panel * order;
        const double *here = from + first, *weight = grid->weight + (ptrdiff_t)panel * order;
        for (int a = 0; a < row; a++) {
            double *out = to + (size_t)a * (size_t)row + first, sum = 0.0;
            const double *in = here + (size_t)a * (size_t)row;
            for (int j = 0; j < order; j++) {
                out[j] = weight[j] * after[a];
                sum += in[j];
            }
            after[a] += sum;
        }
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, row, order, order, length, here, row,
                    grid->left, order, 1.0, to + first, row);
    }
}

/* D^T W B D of the B in solver->A, its W in the weights of rows, into form. */
static void transform(hp_coupled *solver, double *form) {
    struct hp_coupled_bound *bound = solver->bound;
    size_t size = (size_t)solver->size, n = (size_t)solver->grid.n;
    for (size_t i = 0; i < size; i++)
        for (size_t j = 0; j < size; j++)
            bound->matrix[i * size + j] = solver->grid.weight[i % n] * solver->A[i * size + j];
    for (int c = 0; c < solver->ncomponent; c++) sum_rows(solver, c, bound->matrix, bound->buffer);
    for (int c = 0; c < solver->ncomponent; c++) sum_columns(solver, c, bound->buffer, form);
    for (size_t i = 0; i < size; i++)
        for (size_t j = 0; j < size; j++)
            form[i * size + j] /= bound->root[i % n] * bound->root[j % n];
}

/* The sum over nodes of C_ia w_i g_i C_ib is built panel by panel: for i in a panel, a and b before
 * it give w_a w_b times the sum of w g, and so on. */
static void fill_mass(hp_coupled *solver) {
    const hp_quadrature *grid = &solver->grid;
    struct hp_coupled_bound *bound = solver->bound;
    size_t n = (size_t)grid->n, order = (size_t)grid->order;
    memset(bound->mass, 0, n * n * sizeof *bound->mass);
    for (size_t i = 0; i < n; i++) {
        size_t start = i / order * order;
        double length = hp_quadrature_panel_length(grid, (int)(i / order)), *C = bound->after;
        for (size_t a = 0; a < start; a++) C[a] = bound->root[a];
        for (size_t a = start; a < start + order; a++)
            C[a] = length * grid->left[(i - start) * order + a - start] / bound->root[a];
        cblas_dsyr(CblasColMajor, CblasLower, (int)(start + order),
                   grid->weight[i] * (1.0 - solver->slope[i]), C, 1, bound->mass, (int)n);
    }
}

static hp_status fill(hp_coupled *solver, hp_error *err) {
    struct hp_coupled_bound *bound = solver->bound;
    size_t size = (size_t)solver->size, n = (size_t)solver->grid.n;
    for (size_t i = 0; i < n; i++) bound->root[i] = sqrt(solver->grid.weight[i]);
    for (size_t i = 0; i < size; i++) {
        int l = solver->channels.component[i / n].l;
        double r = solver->grid.r[i % n];
        bound->z[i] = l * (l + 1) / (r * r);
    }
    hp_coupled_set_diagonal(solver, 0.0, bound->z);
    transform(solver, bound->form);
    hp_coupled_set_diagonal(solver, 0.0, NULL);
    bound->largest = 0.0;
    for (size_t i = 0; i < size; i++) {
        double largest = bound->form[i * size + cblas_idamax((int)size, bound->form + i * size, 1)];
        bound->largest = fmax(bound->largest, fabs(largest));
        bound->form[i * (size + 1)] += 1.0;
    }
    HP_REQUIRE(bound->largest < GSL_SQRT_DBL_MAX, HP_ERR_NUMERIC,
               "the potential is too large: its bound states cannot be counted");
    if (bound->version == 0 || bound->bent || solver->has_slope) fill_mass(solver);
    bound->bent = solver->has_slope;
    bound->version = solver->version;
    bound->known = false;
    return HP_OK;
}

static hp_status make(hp_coupled *solver, hp_error *err) {
    hp_status status = HP_OK;
    struct hp_coupled_bound *made = NULL;
    size_t size = (size_t)solver->size, n = (size_t)solver->grid.n;
    HP_NEW(made, 1);
    HP_NEW(made->pivot, size);
    HP_TRY(hp_alloc_parts(&made->block,
                          HP_PARTS({&made->form, size * size}, {&made->matrix, size * size},
                                   {&made->buffer, size * size}, {&made->mass, n * n},
                                   {&made->root, n}, {&made->after, size}, {&made->z, size},
                                   {&made->u, size}),
                          err));
    solver->bound = made;
    made = NULL;
cleanup:
    hp_coupled_bound_destroy(&made);
    return status;
}

hp_status hp_coupled_form_prepare(hp_coupled *solver, hp_error *err) {
    HP_REQUIRE(solver->version > 0, HP_ERR_INPUT, "coupled channels: no interaction has been set");
    if (solver->bound == NULL) HP_CALL(make(solver, err));
    if (solver->bound->version == solver->version) return HP_OK;
    return fill(solver, err);
}

void hp_coupled_form_at(const hp_coupled *solver, const double *k2, const double *gamma,
                        double *matrix) {
    const struct hp_coupled_bound *bound = solver->bound;
    size_t size = (size_t)solver->size, n = (size_t)solver->grid.n;
    memcpy(matrix, bound->form, size * size * sizeof *matrix);
    for (int c = 0; c < solver->ncomponent; c++) {
        for (size_t j = 0; j < n; j++) { /* lower half of mass by columns */
            double *column = matrix + ((size_t)c * n + j) * size + (size_t)c * n;
            double share = gamma[c] * bound->root[j];
            for (size_t i = j; i < n; i++)
                column[i] += share * bound->root[i] - k2[c] * bound->mass[j * n + i];
            for (size_t i = j + 1; i < n; i++) column[(i - j) * size + j] = column[i];
        }
    }
}

void hp_coupled_form_wave(const hp_coupled *solver, const double *z, double *chi, double *edge) {
    const hp_quadrature *grid = &solver->grid;
    const double *root = solver->bound->root;
    int order = grid->order;
    for (int c = 0; c < solver->ncomponent; c++, z += grid->n, chi += grid->n) {
        double before = 0.0;
        for (int start = 0; start < grid->n; start += order) {
            double length = hp_quadrature_panel_length(grid, start / order), panel = 0.0;
            for (int i = 0; i < order; i++) {
                double sum = 0.0;
                for (int j = 0; j < order; j++)
                    sum += grid->left[i * order + j] * (z[start + j] / root[start + j]);
                chi[start + i] = before + length * sum;
            }
            for (int j = start; j < start + order; j++) panel += root[j] * z[j];
            before += panel;
        }
        edge[c] = before;
    }
}

void hp_coupled_form_moment(const hp_coupled *solver, const double *f, double *x) {
    const hp_quadrature *grid = &solver->grid;
    const double *root = solver->bound->root;
    int order = grid->order;
    for (int c = 0; c < solver->ncomponent; c++, f += grid->n, x += grid->n) {
        double after = 0.0;
        for (int start = grid->n - order; start >= 0; start -= order) {
            double length = hp_quadrature_panel_length(grid, start / order), panel = 0.0;
            for (int j = 0; j < order; j++) x[start + j] = root[start + j] * after;
            for (int i = 0; i < order; i++) {
                double weighted = grid->weight[start + i] * f[start + i];
                panel += weighted;
                for (int j = 0; j < order; j++)
                    x[start + j] += length * weighted * grid->left[i * order + j] / root[start + j];
            }
            after += panel;
        }
    }
}

void hp_coupled_bound_destroy(struct hp_coupled_bound **bound) {
    if (*bound == NULL) return;
    struct hp_coupled_bound *old = *bound;
    hp_coupled_destroy(&old->neighbour);
    hp_free(old->block);
    hp_free(old->pivot);
    hp_free(old);
    *bound = NULL;
}
