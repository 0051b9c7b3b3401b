// SPDX-License-Identifier: GPL-3.0-or-later
/* The radial equation as a dense linear system, (1 - G_k A) u = s; docs/method-scatter.md. */
#include "nystroem_private.h"
#include <math.h>
#include <cblas.h>
#include <gsl/gsl_math.h>
#include "hadpot/memory.h"
#include "hadpot/stop.h"

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
    if (solver->reduced != NULL) { /* so that results do not depend on what came before */
        solver->reduced->ready = false;
        solver->reduced->highest = 0.0;
    }
    return HP_OK;
}

void hp_nystroem_trust_grid(hp_nystroem *solver) {
    solver->trusted = true;
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
    HP_CALL(hp_stop_check(err));
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

/* integral[i] = int_0^r_i r^power F dr by the product rule. Returns the integral over the range. */
static double integrate_moment(const hp_nystroem *solver, int power, double *integral) {
    const hp_quadrature *grid = &solver->grid;
    int order = grid->order;
    double before = 0.0;
    for (int start = 0; start < grid->n; start += order) {
        double length = hp_quadrature_panel_length(grid, start / order), panel = 0.0;
        for (int i = 0; i < order; i++) integral[start + i] = before;
        for (int j = 0; j < order; j++) {
            double f = gsl_pow_int(grid->r[start + j], power) * solver->F[start + j];
            for (int i = 0; i < order; i++) {
                integral[start + i] += length * grid->left[i * order + j] * f;
            }
            panel += grid->weight[start + j] * f;
        }
        before += panel;
    }
    return before;
}

/* <s', F> + z . (s' + G' F) with s' = -r^3/6, G' = r<^3/6 + r< r>^2/2. */
static double force_part(hp_nystroem *solver) {
    const hp_quadrature *grid = &solver->grid;
    int n = grid->n;
    double *F0 = solver->moment, *F1 = F0 + n, *F2 = F1 + n, *F3 = F2 + n;
    cblas_dgemv(CblasRowMajor, CblasNoTrans, n, n, 1.0, solver->potential, n, solver->u, 1, 0.0,
                solver->F, 1);
    double all_F0 = integrate_moment(solver, 0, F0), all_F2 = integrate_moment(solver, 2, F2);
    integrate_moment(solver, 1, F1);
    integrate_moment(solver, 3, F3);
    double sum = 0.0;
    for (int i = 0; i < n; i++) {
        double r = grid->r[i], d_s = -r * r * r / 6.0;
        double below = F3[i] / 6.0 + r * r * F1[i] / 2.0;
        double above = r * r * r * (all_F0 - F0[i]) / 6.0 + r * (all_F2 - F2[i]) / 2.0;
        sum += grid->weight[i] * d_s * solver->F[i] + solver->z[i] * (d_s + below + above);
    }
    return sum;
}

/* <s, d> + z . G d with s = r, G = -r<; d takes the place of F. */
static double slope_part(hp_nystroem *solver) {
    const hp_quadrature *grid = &solver->grid;
    int n = grid->n;
    double *d0 = solver->moment, *d1 = d0 + n;
    for (int i = 0; i < n; i++) solver->F[i] = solver->slope[i] * solver->u[i];
    double all_d0 = integrate_moment(solver, 0, d0), sum = integrate_moment(solver, 1, d1);
    for (int i = 0; i < n; i++) {
        sum -= solver->z[i] * (d1[i] + grid->r[i] * (all_d0 - d0[i]));
    }
    return sum;
}

/* T = <s, F> with M u = s and F = A u gives T' = <s', F> + <s, d> + z . (s' + G' F + G d), where
 * d = slope u, M^T z = A^T W s: u and z grow like T near unitarity, nothing cancels. */
static hp_status threshold_derivative(hp_nystroem *solver, double *d_T, hp_error *err) {
    HP_CALL(hp_nystroem_solve(solver, solver->bra, true, solver->z, err));
    *d_T = force_part(solver);
    if (solver->has_slope) *d_T += slope_part(solver);
    return HP_OK;
}

static hp_status edge_at(double k2, double *u, double *d_u, void *context, hp_error *err) {
    hp_nystroem *solver = context;
    double T = 0.0;
    HP_CALL(hp_nystroem_solve_momentum(solver, k2, false, &T, err));
    hp_nystroem_edge(solver, k2, T, u, d_u);
    return HP_OK;
}

hp_status hp_nystroem_threshold(hp_nystroem *solver, double *scattering_length,
                                double *effective_range, hp_error *err) {
    double T, d_T;
    if (solver->coulomb.strength != 0.0)
        return hp_coulomb_threshold(solver->coulomb.strength, solver->grid.range, edge_at, solver,
                                    scattering_length, effective_range, err);
    HP_CALL(hp_nystroem_solve_lu(solver, 0.0, &T, err));
    HP_CALL(threshold_derivative(solver, &d_T, err));
    HP_REQUIRE(isfinite(d_T), HP_ERR_NUMERIC, "the effective range is not finite");
    *scattering_length = T;
    *effective_range = T != 0.0 ? 2.0 * (d_T / T) / T : INFINITY; /* T * T could overflow */
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
