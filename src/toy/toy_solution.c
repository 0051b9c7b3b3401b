// SPDX-License-Identifier: GPL-3.0-or-later
#include "toy_solution.h"
#include <math.h>
#include <cblas.h>
#include "hadpot/memory.h"
#include "hadpot/riccati.h"

/* As in toy_data.c: between so many nodes waves are as good as at them. */
enum { ORDER = 24 };

static hp_status create_grid(const hp_form_matrix *matrix, const hp_channels *channels,
                             double highest, hp_quadrature *grid, hp_error *err) {
    hp_forms_grid_options options = {.order = ORDER};
    for (int a = 0; a < channels->npair; a++)
        options.k_max = fmax(options.k_max, sqrt(fmax(0, hp_channels_k2(channels, a, highest))));
    return hp_form_matrix_create_grid(matrix, &options, grid, err);
}

static hp_status allocate(const double *energy, int nenergy, hp_toy_solution *solution,
                          hp_error *err) {
    int open[HP_MOST_COMPONENTS];
    for (int e = 0; e < nenergy; e++)
        solution->ncolumn += hp_channels_open(&solution->channels, energy[e], open);
    size_t columns = (size_t)solution->ncolumn;
    size_t size = columns * (size_t)(solution->channels.ncomponent * solution->grid.n);
    HP_ALLOCATE(solution->T, nenergy);
    HP_ALLOCATE(solution->energy_of, 2 * columns);
    HP_ALLOCATE(solution->chi, size);
    if (hp_form_matrix_has_nonlocal(solution->matrix)) HP_ALLOCATE(solution->force, size);
    solution->open_of = solution->energy_of + columns;
    return HP_OK;
}

/* int K chi of all columns: products with weights, which kernel (N n, N n) is left with. */
static void fill_force(hp_toy_solution *solution, double *kernel) {
    int n = solution->grid.n, size = solution->channels.ncomponent * n;
    for (int i = 0; i < size; i++)
        for (int j = 0; j < size; j++)
            kernel[(size_t)i * (size_t)size + (size_t)j] *= solution->grid.weight[j % n];
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, solution->ncolumn, size, size, 1.0,
                solution->chi, size, kernel, size, 0.0, solution->force, size);
}

static hp_status solve_energies(hp_coupled *solver, const double *energy, int nenergy,
                                hp_toy_solution *solution, hp_error *err) {
    size_t size = (size_t)solution->channels.ncomponent * (size_t)solution->grid.n;
    int column = solution->ncolumn;
    for (int e = nenergy - 1; e >= 0; e--) { /* the highest first: hp_coupled_reduce */
        int open[HP_MOST_COMPONENTS];
        int nopen = hp_channels_open(&solution->channels, energy[e], open);
        column -= nopen;
        HP_CALL(hp_coupled_solve(solver, energy[e], &solution->T[e],
                                 solution->chi + (size_t)column * size, err));
        for (int b = 0; b < nopen; b++) {
            solution->energy_of[column + b] = e;
            solution->open_of[column + b] = b;
        }
    }
    return HP_OK;
}

static hp_status solve(const double *energy, int nenergy, hp_toy_solution *solution,
                       hp_error *err) {
    hp_status status = HP_OK;
    const hp_form_matrix *matrix = solution->matrix;
    size_t N = (size_t)solution->channels.ncomponent, n = (size_t)solution->grid.n;
    hp_coupled *solver = NULL;
    double *local = NULL, *kernel = NULL;
    if (hp_form_matrix_has_local(matrix)) HP_NEW(local, N * N * n);
    if (hp_form_matrix_has_nonlocal(matrix)) HP_NEW(kernel, N * n * N * n);
    hp_form_matrix_fill(matrix, HP_FORMS_GIVEN, &solution->grid, local, kernel);
    HP_TRY(hp_coupled_create(&solution->grid, (int)N, &solver, err));
    HP_TRY(hp_coupled_reduce(solver, err));
    const hp_matrix_interaction interaction = {.ncomponent = (int)N,
                                               .kernel = kernel,
                                               .local = local,
                                               .local_at =
                                                   local != NULL ? hp_form_matrix_local_at : NULL,
                                               .context = (void *)matrix};
    HP_TRY(hp_coupled_set(solver, &solution->channels, &interaction, err));
    HP_TRY(solve_energies(solver, energy, nenergy, solution, err));
    if (kernel != NULL) fill_force(solution, kernel);
cleanup:
    hp_coupled_destroy(&solver);
    hp_free(local);
    hp_free(kernel);
    return status;
}

hp_status hp_toy_solution_create(const hp_form_matrix *matrix, const hp_channels *channels,
                                 const double *energy, int nenergy, hp_toy_solution *solution,
                                 hp_error *err) {
    *solution = (hp_toy_solution){.matrix = matrix, .channels = *channels};
    HP_CALL(create_grid(matrix, channels, energy[nenergy - 1], &solution->grid, err));
    HP_CALL(allocate(energy, nenergy, solution, err));
    return solve(energy, nenergy, solution, err);
}

void hp_toy_solution_destroy(hp_toy_solution *solution) {
    hp_quadrature_destroy(&solution->grid);
    hp_free(solution->T);
    hp_free(solution->energy_of);
    hp_free(solution->chi);
    hp_free(solution->force);
    *solution = (hp_toy_solution){0};
}

/* Of (ncolumn, N, grid.n), r within the range. */
static double between(const hp_toy_solution *solution, const double *values, int column, int c,
                      double r) {
    double coefficient[HP_MAX_ORDER];
    size_t n = (size_t)solution->grid.n, N = (size_t)solution->channels.ncomponent;
    int first = hp_quadrature_interpolate(&solution->grid, r, coefficient);
    return cblas_ddot(solution->grid.order, coefficient, 1,
                      values + ((size_t)column * N + (size_t)c) * n + first, 1);
}

static double outside(const hp_toy_solution *solution, int column, int c, double r) {
    const hp_tmatrix *T = &solution->T[solution->energy_of[column]];
    int l = solution->channels.component[c].l, b = solution->open_of[column], a = 0;
    double range = solution->grid.range, f[4], h[2], h_end[2];
    if (T->k2[c] < 0) { /* H(r)/H(range) */
        hp_riccati_decaying(l, sqrt(-T->k2[c]), r, range, h);
        hp_riccati_decaying(l, sqrt(-T->k2[c]), range, range, h_end);
        return between(solution, solution->chi, column, c, range) * h[0] / h_end[0];
    }
    while (T->open[a] != c) a++;
    hp_riccati(l, T->k2[c], r, f);
    return (a == b ? f[0] : 0) - T->T[a * T->nopen + b] * f[2];
}

double hp_toy_solution_wave(const hp_toy_solution *solution, int column, int c, double r) {
    if (r > solution->grid.range) return outside(solution, column, c, r);
    return between(solution, solution->chi, column, c, r);
}

double hp_toy_solution_force(const hp_toy_solution *solution, int column, int c, double r) {
    if (solution->force == NULL || r > solution->grid.range) return 0;
    return between(solution, solution->force, column, c, r);
}
