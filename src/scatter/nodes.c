// SPDX-License-Identifier: GPL-3.0-or-later
/* The one place that decides the nodes of the radial equation; docs/method-scatter.md, "Nodes". */
#include "hadpot/nodes.h"
#include <math.h>
#include <stdbool.h>
#include "hadpot/memory.h"
#include "hadpot/nystroem.h"
#include "nodes_search.h"

/* Momenta that are compared. */
enum { CHECKS = 12 };

/* What is compared, all as angles: phases modulo pi, arctan of a0 times the lowest momentum, and
 * binding momenta over the largest of themselves and that momentum. */
typedef struct nodes_solution {
    hp_nodes_states states;
    double phase[CHECKS + 1];
} nodes_solution;

/* q(n) on a grid: the local wave number. Errors: of fill. */
static hp_status wave_number(const void *context, const hp_quadrature *grid, bool *nonlocal,
                             double *q, hp_error *err) {
    const hp_nodes_problem *problem = context;
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
                         nodes_solution *solution, hp_error *err) {
    double kcot, tangent, a0 = NAN, r_eff, lowest = sqrt(problem->k2[0]);
    for (int i = CHECKS - 1; i >= 0; i--) {
        double k2 = problem->k2[i * (problem->nk - 1) / (CHECKS - 1)];
        HP_CALL(hp_nystroem_kcot(solver, k2, &kcot, &tangent, err));
        solution->phase[i] = atan2(sqrt(k2), 1.0 / tangent);
    }
    HP_CALL(hp_nystroem_threshold(solver, &a0, &r_eff, err));
    solution->phase[CHECKS] = atan(lowest * a0);
    if (!symmetric) return HP_OK;
    double kappa2[HP_NODES_STATES], square[HP_NODES_STATES], least = lowest * lowest;
    int found;
    HP_CALL(hp_nystroem_bound_states(solver, HP_NODES_STATES, kappa2, square, NULL, &found, err));
    solution->states.number = found < HP_NODES_STATES ? found : HP_NODES_STATES;
    for (int i = 0; i < solution->states.number; i++) /* a relative error, and no more than that */
        solution->states.kappa[i] =
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
                fmax(indicator[panel], hp_nodes_remainder(grid, panel, f) / fmax(largest, 1e-300));
    }
cleanup:
    hp_free(u);
    return status;
}

/* The solution on these panels with `order` nodes each; indicator (panels): NULL, or how much the
 * force times the solution differs from a polynomial of degree order - 3 on each panel. Errors: of
 * fill; MEMORY. */
static hp_status solve_on(const void *context, const hp_nodes_edges *edges, int order,
                          double *indicator, void *to, hp_error *err) {
    const hp_nodes_problem *problem = context;
    nodes_solution *solution = to;
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
    *solution = (nodes_solution){.states = {.found = true}};
    status = observe(problem, solver, symmetric, solution, &trouble);
    for (int i = 0; indicator != NULL && i < edges->panels; i++)
        indicator[i] = hp_quadrature_panel_length(&grid, i);
    if (status == HP_OK && indicator != NULL)
        status = judge_panels(problem, &interaction, solver, indicator, &trouble);
    status = hp_nodes_settle(status, &trouble, &solution->states, err);
cleanup:
    hp_nystroem_destroy(&solver);
    hp_quadrature_destroy(&grid);
    return status;
}

/* The largest difference, radians. */
static double distance(const void *one, const void *other) {
    const nodes_solution *a = one, *b = other;
    double worst = 0.0;
    for (int i = 0; i <= CHECKS; i++) {
        double difference = fabs(remainder(a->phase[i] - b->phase[i], M_PI));
        if (!(difference <= worst)) worst = difference;
    }
    return hp_nodes_distance(&a->states, &b->states, worst);
}

hp_status hp_nodes_choose(const hp_nodes_problem *problem, hp_quadrature *grid, double *error_deg,
                          hp_error *err) {
    nodes_solution solution[2] = {0};
    hp_nodes_method method = {.range = problem->range,
                              .nedge = problem->nedge,
                              .edge = problem->edge,
                              .most_panels = problem->most_panels,
                              .panels = problem->panels,
                              .order = problem->order,
                              .most = HP_NODES_MOST,
                              .most_local = HP_NODES_MOST_LOCAL,
                              .tolerance_deg = problem->tolerance_deg,
                              .wave_number = wave_number,
                              .solve = solve_on,
                              .distance = distance,
                              .problem = problem,
                              .coarse = &solution[0],
                              .fine = &solution[1]};
    HP_REQUIRE(problem->nk > 0 && problem->tolerance_deg > 0.0, HP_ERR_INPUT,
               "nodes for %d momenta with an error of %g degrees cannot be chosen", problem->nk,
               problem->tolerance_deg);
    return hp_nodes_search(&method, grid, error_deg, err);
}
