// SPDX-License-Identifier: GPL-3.0-or-later
/* The radial equation as a dense linear system, (1 - G_k A) u = s; docs/method-scatter.md. */
#include "nystroem_private.h"
#include <math.h>
#include <cblas.h>
#include "hadpot/memory.h"
#include "nystroem_reduced.h"

hp_status hp_nystroem_set_interaction(hp_nystroem *solver, const hp_interaction *interaction,
                                      hp_error *err) {
    bool symmetric;
    HP_CALL(hp_interaction_check(interaction, &solver->grid, &symmetric, err));
    solver->symmetric = symmetric;
    solver->has_slope = interaction->slope != NULL;
    size_t n = (size_t)solver->grid.n;
    const double *kernel = interaction->kernel;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            solver->potential[i * n + j] =
                kernel != NULL ? kernel[i * n + j] * solver->grid.weight[j] : 0.0;
        solver->local[i] = interaction->local != NULL ? interaction->local[i] : 0.0;
        solver->slope[i] = solver->has_slope ? interaction->slope[i] : 0.0;
        solver->diagonal[i] = solver->potential[i * (n + 1)] + solver->local[i];
        if (interaction->coulomb.strength != 0.0)
            solver->diagonal[i] += hp_coulomb_value(&interaction->coulomb, solver->grid.r[i]);
    }
    solver->coulomb = interaction->coulomb;
    solver->has_kernel = interaction->kernel != NULL;
    solver->local_at = interaction->local != NULL ? interaction->local_at : NULL;
    solver->context = interaction->context;
    solver->bound = solver->bound_cut = (hp_count){0};
    solver->branch_in_doubt = false;
    if (solver->reduced != NULL) hp_reduced_forget(solver->reduced);
    return HP_OK;
}

hp_status hp_nystroem_kcot(hp_nystroem *solver, double k2, double *kcot, double *tan_over_k,
                           hp_error *err) {
    double T, cot;
    HP_CALL(hp_nystroem_solve_momentum(solver, k2, false, &T, err));
    HP_CALL(hp_nystroem_match(solver, k2, T, kcot, &cot, err));
    *tan_over_k = solver->coulomb.strength == 0.0 ? -T : 1.0 / cot;
    return HP_OK;
}

/* a, if u = a (F_0 cos delta + G_0 sin delta) with cos delta > 0, from u and u' where the functions
 * of coulomb.h have the values f and the Wronskian theta phi' - theta' phi = 1. */
static double amplitude(const hp_coulomb *coulomb, double k2, const double f[4], double u,
                        double d_u) {
    double C = sqrt(hp_coulomb_penetration(coulomb->strength, k2));
    double theta = u * f[1] - d_u * f[0], phi = f[2] * d_u - f[3] * u;
    double irregular = C * theta;
    double regular = (phi - hp_coulomb_shift(coulomb->strength, k2) * theta) / (C * sqrt(k2));
    return copysign(hypot(regular, irregular), regular);
}

hp_status hp_nystroem_wave(hp_nystroem *solver, double k2, double *u, double *tan_delta,
                           hp_error *err) {
    double T, effective, cot, edge, d_edge, f[4], size;
    bool charged = solver->coulomb.strength != 0.0;
    HP_REQUIRE(k2 > 0.0 || !charged, HP_ERR_INPUT,
               "a scattering wave of a charged pair needs k^2 > 0, found %g", k2);
    HP_CALL(hp_nystroem_solve_momentum(solver, k2, true, &T, err));
    HP_CALL(hp_nystroem_match(solver, k2, T, &effective, &cot, err));
    double k = sqrt(k2), unit = k2 > 0.0 ? k : 1.0;
    *tan_delta = unit / cot;
    size = hypot(1.0, k * T) / unit; /* u = size sin(kr + delta) */
    if (charged) {
        hp_nystroem_edge(solver, k2, T, &edge, &d_edge);
        HP_CALL(hp_coulomb_functions(solver->coulomb.strength, k2, solver->grid.range, f, err));
        size = amplitude(&solver->coulomb, k2, f, edge, d_edge);
    }
    HP_REQUIRE(isfinite(size) && size != 0.0, HP_ERR_NUMERIC,
               "the wave at k^2 = %g cannot be normalised", k2);
    for (int r = 0; r < solver->grid.n; r++) u[r] = solver->u[r] / size;
    return HP_OK;
}

hp_status hp_nystroem_solve_momentum(hp_nystroem *solver, double k2, bool wave, double *T,
                                     hp_error *err) {
    hp_error trouble = HP_ERROR_INIT;
    hp_status status = HP_ERR_NUMERIC;
    if (solver->reduced != NULL) status = hp_nystroem_solve_reduced(solver, k2, wave, T, &trouble);
    if (status == HP_ERR_NUMERIC) /* walls of any height leave something to exact waves */
        return hp_nystroem_solve_lu(solver, k2, T, err);
    if (status != HP_OK && err != NULL) *err = trouble;
    return status;
}

hp_status hp_nystroem_solve_lu(hp_nystroem *solver, double k2, double *T, hp_error *err) {
    const hp_quadrature *grid = &solver->grid;
    HP_CALL(hp_interaction_check_momentum(grid, k2, err));
    HP_CALL(hp_nystroem_form(solver, sqrt(k2), err));
    HP_CALL(hp_nystroem_factorise(solver, err));
    HP_CALL(hp_nystroem_solve(solver, solver->wave, false, solver->u, err));
    *T = cblas_ddot(grid->n, solver->bra, 1, solver->u, 1);
    solver->sign = hp_nystroem_determinant(solver, NULL);
    HP_REQUIRE(isfinite(*T), HP_ERR_NUMERIC, "the scattering solution at k^2 = %g is not finite",
               k2);
    return HP_OK;
}

void hp_nystroem_edge(const hp_nystroem *solver, double k2, double T, double *u, double *d_u) {
    double k = sqrt(k2), x = k * solver->grid.range;
    *u = (k > 0.0 ? sin(x) / k : solver->grid.range) - T * cos(x);
    *d_u = cos(x) + T * k * sin(x);
}

hp_status hp_nystroem_match(const hp_nystroem *solver, double k2, double T, double *effective,
                            double *cot, hp_error *err) {
    double u, d_u;
    *effective = *cot = -1.0 / T;
    if (solver->coulomb.strength == 0.0) return HP_OK;
    hp_nystroem_edge(solver, k2, T, &u, &d_u);
    return hp_coulomb_match(solver->coulomb.strength, k2, solver->grid.range, u, d_u, effective,
                            cot, err);
}

hp_status hp_nystroem_jost_phase(hp_nystroem *solver, double k, double *phase, double *T,
                                 hp_error *err) {
    HP_CALL(hp_nystroem_solve_momentum(solver, k * k, false, T, err));
    *phase = atan2(-solver->sign * k * *T, solver->sign);
    return HP_OK;
}

const hp_quadrature *hp_nystroem_grid(const hp_nystroem *solver) {
    return &solver->grid;
}

hp_status hp_nystroem_create(const hp_quadrature *grid, hp_nystroem **solver, hp_error *err) {
    hp_status status = HP_OK;
    *solver = NULL;
    hp_nystroem *made = NULL;
    HP_CHECK(grid->n == grid->panels * grid->order, HP_ERR_INPUT,
             "a radial grid of %d panels of order %d must have %d nodes, found %d", grid->panels,
             grid->order, grid->panels * grid->order, grid->n);
    HP_NEW(made, 1);
    size_t n = (size_t)grid->n, order = (size_t)grid->order, panels = (size_t)grid->panels;
    HP_TRY(hp_alloc_parts(
        &made->block,
        HP_PARTS({&made->potential, n * n}, {&made->matrix, n * n}, {&made->root, n * n},
                 {&made->diagonal, n}, {&made->slope, n}, {&made->local, n}, {&made->edge, n},
                 {&made->wave, 2 * n}, {&made->weighted, 2 * n}, {&made->outer, 2 * n * panels},
                 {&made->inner, order * order}, {&made->bra, n}, {&made->above, n}, {&made->u, n},
                 {&made->F, n}, {&made->z, n}, {&made->moment, 4 * n}),
        err));
    HP_NEW(made->pivot, n);
    HP_TRY(hp_quadrature_create_panels(grid->edge, grid->panels, grid->order, &made->grid, err));
    HP_TRY(hp_nystroem_fill_root(made, err));
    HP_TRY(hp_nystroem_set_interaction(made, &(hp_interaction){0}, err));
    *solver = made;
    made = NULL;
cleanup:
    hp_nystroem_destroy(&made);
    return status;
}

hp_status hp_nystroem_reduce(hp_nystroem *solver, hp_error *err) {
    if (solver->reduced != NULL) return HP_OK;
    return hp_reduced_create(solver->grid.n, &solver->reduced, err);
}

void hp_nystroem_destroy(hp_nystroem **solver) {
    if (solver == NULL || *solver == NULL) return;
    hp_nystroem *old = *solver;
    hp_nystroem_destroy(&old->neighbour);
    hp_reduced_destroy(&old->reduced);
    hp_quadrature_destroy(&old->grid);
    hp_free(old->block);
    hp_free(old->pivot);
    hp_free(old);
    *solver = NULL;
}
