// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/coupled_nodes.h"
#include <lapacke.h>
#include <math.h>
#include "hadpot/lapack_status.h"
#include "hadpot/memory.h"
#include "nodes_search.h"

/* Energies that are compared. */
enum { CHECKS = 12 };
enum { MOST_S = HP_MOST_COMPONENTS * HP_MOST_COMPONENTS };

/* S at energies, that of T(0) at the lowest momenta, and logarithms of binding momenta. */
typedef struct coupled_solution {
    hp_nodes_states states;
    int nopen[CHECKS + 1];
    double complex S[CHECKS + 1][MOST_S];
} coupled_solution;

/* Largest k^2 of an open component, 0 where none is. */
static double largest_k2(const hp_coupled_nodes_problem *problem) {
    double largest = 0.0;
    const hp_channels *channels = problem->channels;
    for (int c = 0; c < channels->ncomponent; c++)
        largest = fmax(largest, hp_channels_k2(channels, channels->component[c].pair,
                                               problem->energy[problem->nenergy - 1]));
    return largest;
}

/* Sum over d of |W_cd| and int |K_cd|, and |v_C|, of component c at node i. */
static double row_sum(const hp_coupled_nodes_problem *problem, const hp_quadrature *grid,
                      const hp_matrix_interaction *interaction, int c, int i) {
    const hp_channels *channels = problem->channels;
    const hp_coulomb *coulomb = &channels->coulomb[channels->component[c].pair];
    int N = channels->ncomponent, n = grid->n, size = N * n;
    double sum = 0.0;
    for (int d = 0; d < N && interaction->local != NULL; d++)
        sum += fabs(interaction->local[(ptrdiff_t)(c * N + d) * n + i]);
    for (int j = 0; j < size && interaction->kernel != NULL; j++)
        sum += grid->weight[j % n] * fabs(interaction->kernel[(ptrdiff_t)(c * n + i) * size + j]);
    if (coulomb->strength != 0.0) sum += fabs(hp_coulomb_value(coulomb, grid->r[i]));
    return sum;
}

/* q(n): of the component that is bent most. l(l+1)/r^2 is left out: waves are r^(l+1) there. */
static hp_status wave_number(const void *context, const hp_quadrature *grid, bool *nonlocal,
                             double *q, hp_error *err) {
    const hp_coupled_nodes_problem *problem = context;
    hp_matrix_interaction interaction = {0};
    double k2 = largest_k2(problem);
    HP_CALL(problem->fill(grid, &interaction, problem->context, err));
    *nonlocal = interaction.kernel != NULL;
    for (int i = 0; i < grid->n; i++) {
        double largest = 0.0;
        for (int c = 0; c < problem->channels->ncomponent; c++) {
            double sum = k2 + row_sum(problem, grid, &interaction, c, i);
            if (interaction.slope != NULL) sum += k2 * fabs(interaction.slope[i]);
            HP_REQUIRE(isfinite(sum), HP_ERR_NUMERIC, "the potential at r = %g is not finite",
                       grid->r[i]);
            largest = fmax(largest, sum);
        }
        q[i] = sqrt(largest);
    }
    return HP_OK;
}

/* S = (1 - iK)^-1 (1 + iK), m by m. */
static hp_status cayley(int m, const double *K, double complex *S, hp_error *err) {
    double complex left[MOST_S];
    lapack_int pivot[HP_MOST_COMPONENTS];
    for (int i = 0; i < m * m; i++) {
        double one = i % (m + 1) == 0 ? 1.0 : 0.0;
        left[i] = one - K[i] * I;
        S[i] = one + K[i] * I;
    }
    int info = LAPACKE_zgesv(LAPACK_COL_MAJOR, m, m, left, m, pivot, S, m);
    HP_REQUIRE(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC), "no S from K (zgesv: %d)", info);
    return HP_OK;
}

/* T(0), that is a_l, where the first of the energies has its momenta: K is about that there. */
static hp_status at_threshold(const hp_coupled_nodes_problem *problem, hp_coupled *solver,
                              coupled_solution *solution, hp_error *err) {
    const hp_channels *channels = problem->channels;
    hp_tmatrix T;
    double K[MOST_S], root[HP_MOST_COMPONENTS] = {0.0};
    HP_CALL(hp_coupled_solve(solver, 0.0, &T, NULL, err));
    for (int a = 0; a < T.nopen; a++) {
        hp_component of = channels->component[T.open[a]];
        root[a] = pow(hp_channels_k2(channels, of.pair, problem->energy[0]), 0.5 * of.l + 0.25);
    }
    for (int i = 0; i < T.nopen * T.nopen; i++)
        K[i] = -root[i / T.nopen] * T.T[i] * root[i % T.nopen];
    solution->nopen[CHECKS] = T.nopen;
    return cayley(T.nopen, K, solution->S[CHECKS], err);
}

/* From the highest energy down, for the basis of reduced solutions. */
static hp_status observe(const hp_coupled_nodes_problem *problem, hp_coupled *solver,
                         coupled_solution *solution, hp_error *err) {
    const hp_channels *channels = problem->channels;
    hp_bound_state state[HP_NODES_STATES];
    double K[MOST_S];
    int found, last = problem->nenergy - 1;
    for (int i = CHECKS - 1; i >= 0; i--) {
        hp_tmatrix T;
        HP_CALL(hp_coupled_solve(solver, problem->energy[i * last / (CHECKS - 1)], &T, NULL, err));
        HP_CALL(hp_coupled_kmatrix(channels, &T, K, err));
        solution->nopen[i] = T.nopen;
        HP_CALL(cayley(T.nopen, K, solution->S[i], err));
    }
    HP_CALL(at_threshold(problem, solver, solution, err));
    HP_CALL(hp_coupled_bound_states(solver, HP_NODES_STATES, state, NULL, &found, err));
    solution->states.number = found < HP_NODES_STATES ? found : HP_NODES_STATES;
    double least = fabs(problem->energy[0]); /* a relative error, and no more than that */
    for (int i = 0; i < solution->states.number; i++) {
        double B = -state[i].energy;
        /* of a state too deep for relativistic momenta no number is known, on any nodes */
        solution->states.kappa[i] = isnan(B)    ? 0.0
                                    : B > least ? 0.5 * log(B / least)
                                                : sqrt(B / least);
    }
    return HP_OK;
}

/* chi'' of component c. */
static double bend_at(const hp_coupled_nodes_problem *problem, const hp_quadrature *grid,
                      const hp_matrix_interaction *interaction, double k2, const double *chi, int c,
                      int i) {
    const hp_channels *channels = problem->channels;
    const hp_coulomb *coulomb = &channels->coulomb[channels->component[c].pair];
    int N = channels->ncomponent, n = grid->n, size = N * n, l = channels->component[c].l;
    double r = grid->r[i], sum = (l * (l + 1) / (r * r) - k2) * chi[c * n + i];
    for (int d = 0; d < N && interaction->local != NULL; d++)
        sum += interaction->local[(ptrdiff_t)(c * N + d) * n + i] * chi[d * n + i];
    for (int j = 0; j < size && interaction->kernel != NULL; j++)
        sum +=
            interaction->kernel[(ptrdiff_t)(c * n + i) * size + j] * grid->weight[j % n] * chi[j];
    if (coulomb->strength != 0.0) sum += hp_coulomb_value(coulomb, r) * chi[c * n + i];
    if (interaction->slope != NULL) sum += k2 * interaction->slope[i] * chi[i];
    return sum;
}

/* Of one column, every component relative to the largest. */
static void judge_column(const hp_coupled_nodes_problem *problem, const hp_quadrature *grid,
                         const hp_matrix_interaction *interaction, const hp_tmatrix *T,
                         const double *chi, double *f, double *indicator) {
    int N = problem->channels->ncomponent, n = grid->n;
    double largest = 1e-300;
    for (int i = 0; i < N * n; i++) largest = fmax(largest, fabs(chi[i]));
    for (int c = 0; c < N; c++) {
        for (int i = 0; i < n; i++) f[i] = bend_at(problem, grid, interaction, T->k2[c], chi, c, i);
        for (int panel = 0; panel < grid->panels; panel++)
            indicator[panel] = fmax(indicator[panel], hp_nodes_remainder(grid, panel, f) / largest);
    }
}

/* At the lowest and at the highest energy. */
static hp_status judge_panels(const hp_coupled_nodes_problem *problem,
                              const hp_matrix_interaction *interaction, hp_coupled *solver,
                              double *indicator, hp_error *err) {
    hp_status status = HP_OK;
    const hp_quadrature *grid = hp_coupled_grid(solver);
    int N = problem->channels->ncomponent, size = N * grid->n;
    double *chi = NULL, *f = NULL;
    hp_tmatrix T;
    HP_NEW(chi, (size_t)N * (size_t)size + (size_t)grid->n);
    f = chi + (ptrdiff_t)N * size;
    for (int i = 0; i < grid->panels; i++) indicator[i] = 0.0;
    for (int end = 0; end < 2; end++) {
        double energy = problem->energy[end == 0 ? 0 : problem->nenergy - 1];
        HP_TRY(hp_coupled_solve(solver, energy, &T, chi, err));
        for (int b = 0; b < T.nopen; b++)
            judge_column(problem, grid, interaction, &T, chi + (ptrdiff_t)b * size, f, indicator);
    }
cleanup:
    hp_free(chi);
    return status;
}

static hp_status solve_on(const void *context, const hp_nodes_edges *edges, int order,
                          double *indicator, void *to, hp_error *err) {
    const hp_coupled_nodes_problem *problem = context;
    coupled_solution *solution = to;
    hp_status status = HP_OK;
    hp_quadrature grid = {0};
    hp_coupled *solver = NULL;
    hp_matrix_interaction interaction = {0};
    hp_error trouble = HP_ERROR_INIT;
    HP_TRY(hp_quadrature_create_panels(edges->r, edges->panels, order, &grid, err));
    HP_TRY(problem->fill(&grid, &interaction, problem->context, err));
    HP_TRY(hp_coupled_create(&grid, problem->channels->ncomponent, &solver, err));
    HP_TRY(hp_coupled_reduce(solver, err));
    HP_TRY(hp_coupled_set(solver, problem->channels, &interaction, err));
    *solution = (coupled_solution){.states = {.found = true}};
    status = observe(problem, solver, solution, &trouble);
    for (int i = 0; indicator != NULL && i < edges->panels; i++)
        indicator[i] = hp_quadrature_panel_length(&grid, i);
    if (status == HP_OK && indicator != NULL)
        status = judge_panels(problem, &interaction, solver, indicator, &trouble);
    status = hp_nodes_settle(status, &trouble, &solution->states, err);
cleanup:
    hp_coupled_destroy(&solver);
    hp_quadrature_destroy(&grid);
    return status;
}

/* The largest difference, radians: half that of S, since S = exp(2 i delta). */
static double distance(const void *one, const void *other) {
    const coupled_solution *a = one, *b = other;
    double worst = 0.0;
    for (int i = 0; i <= CHECKS; i++)
        for (int s = 0; s < a->nopen[i] * a->nopen[i]; s++) {
            double difference = 0.5 * cabs(a->S[i][s] - b->S[i][s]);
            if (!(difference <= worst)) worst = difference;
        }
    return hp_nodes_distance(&a->states, &b->states, worst);
}

hp_status hp_coupled_choose_nodes(const hp_coupled_nodes_problem *problem, hp_quadrature *grid,
                                  double *error_deg, hp_error *err) {
    coupled_solution solution[2] = {0};
    *grid = (hp_quadrature){0};
    HP_REQUIRE(problem->nenergy > 0 && problem->energy[0] > 0.0 && problem->tolerance_deg > 0.0,
               HP_ERR_INPUT, "nodes for %d energies with an error of %g degrees cannot be chosen",
               problem->nenergy, problem->tolerance_deg);
    HP_CALL(hp_channels_check(problem->channels, err));
    int most = HP_COUPLED_NODES_MOST / problem->channels->ncomponent;
    hp_nodes_method method = {.range = problem->range,
                              .nedge = problem->nedge,
                              .edge = problem->edge,
                              .most_panels = problem->most_panels,
                              .panels = problem->panels,
                              .order = problem->order,
                              .most = most < HP_NODES_MOST ? most : HP_NODES_MOST,
                              .most_local = most,
                              .tolerance_deg = problem->tolerance_deg,
                              .wave_number = wave_number,
                              .solve = solve_on,
                              .distance = distance,
                              .problem = problem,
                              .coarse = &solution[0],
                              .fine = &solution[1]};
    return hp_nodes_search(&method, grid, error_deg, err);
}
