// SPDX-License-Identifier: GPL-3.0-or-later
/* Solutions on trial grids; docs/method-scatter.md, "Nodes". */
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/nystroem.h"
#include "nodes_private.h"

/* Panels with this part of the largest indicator are halved together with the one that has it. */
static const double HALVED = 0.1;

hp_status hp_nodes_wave_number(const hp_nodes_problem *problem, const hp_quadrature *grid,
                               bool *nonlocal, double *q, hp_error *err) {
    hp_interaction interaction = {0};
    double k2 = problem->k2[problem->nk - 1];
    HP_CALL(problem->fill(grid, &interaction, problem->context, err));
    *nonlocal = interaction.kernel != NULL;
    size_t n = (size_t)grid->n;
    for (size_t i = 0; i < n; i++) {
        double sum = k2;
        if (interaction.local != NULL) sum += fabs(interaction.local[i]);
        if (interaction.slope != NULL) sum += k2 * fabs(interaction.slope[i]);
        if (problem->coulomb.strength != 0.0)
            sum += fabs(hp_coulomb_value(&problem->coulomb, grid->r[i]));
        for (size_t j = 0; *nonlocal && j < n; j++)
            sum += grid->weight[j] * fabs(interaction.kernel[i * n + j]);
        HP_REQUIRE(isfinite(sum), HP_ERR_NUMERIC, "the potential at r = %g is not finite",
                   grid->r[i]);
        q[i] = sqrt(sum);
    }
    return HP_OK;
}

/* Phases at momenta from the lowest to the highest, and what is at threshold and below. */
static hp_status observe(const hp_nodes_problem *problem, hp_nystroem *solver, bool symmetric,
                         hp_nodes_solution *solution, hp_error *err) {
    double kcot, tangent, a0 = NAN, r_eff, lowest = sqrt(problem->k2[0]);
    for (int i = HP_NODES_CHECKS - 1; i >= 0; i--) {
        double k2 = problem->k2[i * (problem->nk - 1) / (HP_NODES_CHECKS - 1)];
        HP_CALL(hp_nystroem_kcot(solver, k2, &kcot, &tangent, err));
        solution->phase[i] = atan2(sqrt(k2), 1.0 / tangent);
    }
    HP_CALL(hp_nystroem_threshold(solver, &a0, &r_eff, err));
    solution->phase[HP_NODES_CHECKS] = atan(lowest * a0);
    if (!symmetric) return HP_OK;
    double kappa2[HP_NODES_BOUND], square[HP_NODES_BOUND], least = lowest * lowest;
    int found;
    HP_CALL(hp_nystroem_bound_states(solver, HP_NODES_BOUND, kappa2, square, NULL, &found, err));
    solution->nbound = found < HP_NODES_BOUND ? found : HP_NODES_BOUND;
    for (int i = 0; i < solution->nbound; i++) /* a relative error, and no more than that */
        solution->kappa[i] =
            kappa2[i] > least ? 0.5 * log(kappa2[i] / least) : sqrt(kappa2[i]) / lowest;
    return HP_OK;
}

/* u'' at a node. */
static double bend_at(const hp_quadrature *grid, const hp_interaction *interaction, double k2,
                      const double *u, int i) {
    size_t n = (size_t)grid->n, row = (size_t)i * n;
    double sum = -k2 * u[i];
    if (interaction->local != NULL) sum += interaction->local[i] * u[i];
    if (interaction->slope != NULL) sum += k2 * interaction->slope[i] * u[i];
    if (interaction->coulomb.strength != 0.0)
        sum += hp_coulomb_value(&interaction->coulomb, grid->r[i]) * u[i];
    for (size_t j = 0; interaction->kernel != NULL && j < n; j++)
        sum += interaction->kernel[row + j] * grid->weight[j] * u[j];
    return sum;
}

/* h^2 times the last two coefficients of f in Legendre polynomials on a panel. */
static double remainder_of(const hp_quadrature *grid, int panel, const double *f) {
    int order = grid->order, first = panel * order;
    double length = hp_quadrature_panel_length(grid, panel), sum[2] = {0.0, 0.0};
    for (int i = first; i < first + order; i++) {
        double x = 2.0 * (grid->r[i] - grid->edge[panel]) / length - 1.0;
        double before = 1.0, P = x;
        for (int m = 1; m < order - 1; m++) {
            double next = ((2.0 * m + 1.0) * x * P - m * before) / (m + 1.0);
            before = P;
            P = next;
        }
        double weight = 2.0 * grid->weight[i] / length * f[i];
        sum[0] += (order - 1.5) * weight * before;
        sum[1] += (order - 0.5) * weight * P;
    }
    return length * length * (fabs(sum[0]) + fabs(sum[1]));
}

/* At the lowest and at the highest momentum. */
static hp_status judge_panels(const hp_nodes_problem *problem, const hp_interaction *interaction,
                              hp_nystroem *solver, double *indicator, hp_error *err) {
    hp_status status = HP_OK;
    const hp_quadrature *grid = hp_nystroem_grid(solver);
    double *u = NULL, *f = NULL, tangent;
    HP_NEW(u, 2 * grid->n);
    f = u + grid->n;
    for (int i = 0; i < grid->panels; i++) indicator[i] = 0.0;
    for (int end = 0; end < 2; end++) {
        double k2 = problem->k2[end == 0 ? 0 : problem->nk - 1], largest = 0.0;
        HP_TRY(hp_nystroem_wave(solver, k2, u, &tangent, err));
        for (int i = 0; i < grid->n; i++) {
            largest = fmax(largest, fabs(u[i]));
            f[i] = bend_at(grid, interaction, k2, u, i);
        }
        for (int panel = 0; panel < grid->panels; panel++)
            indicator[panel] =
                fmax(indicator[panel], remainder_of(grid, panel, f) / fmax(largest, 1e-300));
    }
cleanup:
    hp_free(u);
    return status;
}

hp_status hp_nodes_solve(const hp_nodes_problem *problem, const hp_nodes_edges *edges, int order,
                         double *indicator, hp_nodes_solution *solution, hp_error *err) {
    hp_status status = HP_OK;
    hp_quadrature grid = {0};
    hp_nystroem *solver = NULL;
    hp_interaction interaction = {0};
    hp_error trouble = HP_ERROR_INIT;
    bool symmetric = true;
    HP_TRY(hp_quadrature_create_panels(edges->r, edges->panels, order, &grid, err));
    HP_TRY(problem->fill(&grid, &interaction, problem->context, err));
    interaction.coulomb = problem->coulomb;
    HP_TRY(hp_interaction_check(&interaction, &grid, &symmetric, err));
    HP_TRY(hp_nystroem_create(&grid, &solver, err));
    HP_TRY(hp_nystroem_reduce(solver, err));
    HP_TRY(hp_nystroem_set_interaction(solver, &interaction, err));
    *solution = (hp_nodes_solution){.found = true};
    status = observe(problem, solver, symmetric, solution, &trouble);
    for (int i = 0; indicator != NULL && i < edges->panels; i++)
        indicator[i] = hp_quadrature_panel_length(&grid, i);
    if (status == HP_OK && indicator != NULL)
        status = judge_panels(problem, &interaction, solver, indicator, &trouble);
    if (status == HP_ERR_NUMERIC || status == HP_ERR_INPUT) { /* of these nodes: more may do */
        solution->found = false;
        status = HP_OK;
    }
    if (status != HP_OK && err != NULL) *err = trouble;
cleanup:
    hp_nystroem_destroy(&solver);
    hp_quadrature_destroy(&grid);
    return status;
}

double hp_nodes_distance(const hp_nodes_solution *a, const hp_nodes_solution *b) {
    double worst = 0.0;
    if (!a->found || !b->found || a->nbound != b->nbound) return INFINITY;
    for (int i = 0; i <= HP_NODES_CHECKS; i++) {
        double difference = fabs(remainder(a->phase[i] - b->phase[i], M_PI));
        if (!(difference <= worst)) worst = difference;
    }
    for (int i = 0; i < a->nbound; i++) {
        double difference = fabs(a->kappa[i] - b->kappa[i]);
        if (!(difference <= worst)) worst = difference;
    }
    return isnan(worst) ? INFINITY : worst;
}

bool hp_nodes_halve(hp_nodes_edges *edges, int most) {
    double largest = 0.0;
    int panels = edges->panels, chosen = 0;
    for (int i = 0; i < panels; i++) largest = fmax(largest, edges->indicator[i]);
    for (int i = 0; i < panels; i++) chosen += edges->indicator[i] >= HALVED * largest;
    if (panels + chosen > edges->most_panels || (panels + chosen) * edges->order > most)
        return false;
    for (int i = panels - 1, to = panels + chosen; i >= 0; i--) {
        double left = edges->r[i], right = edges->r[i + 1];
        edges->r[to--] = right;
        if (edges->indicator[i] >= HALVED * largest) edges->r[to--] = 0.5 * (left + right);
    }
    edges->panels = panels + chosen;
    return true;
}
