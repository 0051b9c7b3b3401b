// SPDX-License-Identifier: GPL-3.0-or-later
/* The one place that decides the nodes of the radial equation; docs/method-scatter.md, "Nodes". */
#include "hadpot/nodes.h"
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/nystroem.h"

/* The part of the request that the difference to a finer rule may take: other samples than the one
 * that decides are not the same. */
static const double PART = 0.25;

/* Edges closer than this part of the range are the same. */
#define SAME_EDGE 1e-9

/* Momenta and bound states that are compared. */
enum { CHECKS = 12, BOUND = 2 };

typedef struct nodes_edges {
    int panels, most_panels, order;
    bool nonlocal;
    double r[HP_NODES_MOST_PANELS + 2];     /* with room for one too many */
    double indicator[HP_NODES_MOST_PANELS]; /* of the latest finer solution */
} nodes_edges;

/* What is compared, all as angles: phases modulo pi, arctan of a0 times the lowest momentum, and
 * binding momenta over the largest of themselves and that momentum. */
typedef struct nodes_solution {
    bool found; /* false: the equation has no finite solution on these nodes */
    int nbound;
    double phase[CHECKS + 1], kappa[BOUND];
} nodes_solution;

/* Panels with this part of the largest indicator are halved together with the one that has it. */
static const double HALVED = 0.1;

/* q(n) on a grid: the local wave number. Errors: of fill. */
static hp_status wave_number(const hp_nodes_problem *problem, const hp_quadrature *grid,
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
    double kappa2[BOUND], square[BOUND], least = lowest * lowest;
    int found;
    HP_CALL(hp_nystroem_bound_states(solver, BOUND, kappa2, square, NULL, &found, err));
    solution->nbound = found < BOUND ? found : BOUND;
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

/* The solution on these panels with `order` nodes each; indicator (panels): NULL, or how much the
 * force times the solution differs from a polynomial of degree order - 3 on each panel. Errors: of
 * fill; MEMORY. */
static hp_status solve_on(const hp_nodes_problem *problem, const nodes_edges *edges, int order,
                          double *indicator, nodes_solution *solution, hp_error *err) {
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
    *solution = (nodes_solution){.found = true};
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

/* The largest difference, radians; infinite where one of them is none. */
static double distance(const nodes_solution *a, const nodes_solution *b) {
    double worst = 0.0;
    if (!a->found || !b->found || a->nbound != b->nbound) return INFINITY;
    for (int i = 0; i <= CHECKS; i++) {
        double difference = fabs(remainder(a->phase[i] - b->phase[i], M_PI));
        if (!(difference <= worst)) worst = difference;
    }
    for (int i = 0; i < a->nbound; i++) {
        double difference = fabs(a->kappa[i] - b->kappa[i]);
        if (!(difference <= worst)) worst = difference;
    }
    return isnan(worst) ? INFINITY : worst;
}

/* Halve the panels with the largest indicators; false when there would be more than `most` nodes or
 * most_panels. */
static bool halve(nodes_edges *edges, int most) {
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

static hp_status given_panels(const hp_nodes_problem *problem, hp_quadrature *grid, hp_error *err) {
    hp_status status = HP_OK;
    double *edge = NULL, next;
    int count = 0, given = 0, order = problem->order > 0 ? problem->order : HP_NODES_ORDER;
    HP_NEW(edge, problem->panels + problem->nedge + 1);
    for (int i = 1; i <= problem->panels; i++) {
        next = i < problem->panels ? problem->range / problem->panels * i : problem->range;
        for (; given < problem->nedge && problem->edge[given] < next * (1.0 + SAME_EDGE); given++)
            if (problem->edge[given] > edge[count] + SAME_EDGE * problem->range &&
                problem->edge[given] < next - SAME_EDGE * problem->range)
                edge[++count] = problem->edge[given];
        if (next > edge[count] + SAME_EDGE * problem->range) edge[++count] = next;
    }
    HP_TRY(hp_quadrature_create_panels(edge, count, order, grid, err));
cleanup:
    hp_free(edge);
    return status;
}

/* Equal panels from the last edge on to `end`; the number of edges after the first one. */
static int cut(double *edge, int count, double end, int pieces) {
    double start = edge[count];
    for (int piece = 1; piece < pieces; piece++)
        edge[++count] = start + (end - start) * piece / pieces;
    edge[++count] = end;
    return count;
}

static double edge_after(const hp_nodes_problem *problem, int interval) {
    return interval < problem->nedge ? problem->edge[interval] : problem->range;
}

/* The difference to a finer rule that is allowed, radians. */
static double wanted_error(const hp_nodes_problem *problem) {
    return PART * problem->tolerance_deg * M_PI / 180.0;
}

/* The product rule of bound states has a mode of its own in each panel, at q h = 2.8 sqrt(p), which
 * must not be mistaken for a state. */
static double longest_phase(int order, double error) {
    return fmin(hp_nodes_phase_of_panel(order, error), 2.4 * sqrt(order));
}

static int most_nodes(const nodes_edges *edges) {
    return edges->nonlocal ? HP_NODES_MOST : HP_NODES_MOST_LOCAL;
}

/* Each interval between given edges in equal panels, as many as the phase int q dr asks for; fewer
 * where there is no room for them, which the difference to a finer rule then shows. */
static void place(const hp_nodes_problem *problem, const hp_quadrature *probe, const double *q,
                  nodes_edges *edges) {
    double z = longest_phase(edges->order, wanted_error(problem));
    int most = most_nodes(edges) / edges->order;
    if (most > edges->most_panels) most = edges->most_panels;
    if (most < problem->nedge + 1) most = problem->nedge + 1;
    do {
        int node = 0;
        edges->panels = 0;
        for (int i = 0; i <= problem->nedge && edges->panels <= most; i++) {
            double phase = 0.0, end = edge_after(problem, i);
            for (; node < probe->n && probe->r[node] < end; node++)
                phase += probe->weight[node] * q[node];
            int pieces = (int)fmin(most, fmax(1.0, ceil(phase / z)));
            int room = most + 1 - edges->panels; /* one too many says that there is none */
            edges->panels = cut(edges->r, edges->panels, end, pieces < room ? pieces : room);
        }
        z *= 1.25;
    } while (edges->panels > most);
}

/* As long as the local wave number allows, on a probe of the potential between the given edges. */
static hp_status first_edges(const hp_nodes_problem *problem, nodes_edges *edges, hp_error *err) {
    enum { LEAST_PROBES = 8 };
    hp_status status = HP_OK;
    hp_quadrature probe = {0};
    double *edge = NULL, *q = NULL;
    int pieces = (LEAST_PROBES + problem->nedge) / (problem->nedge + 1), count = 0;
    HP_NEW(edge, pieces * (problem->nedge + 1) + 1);
    for (int i = 0; i <= problem->nedge; i++)
        count = cut(edge, count, edge_after(problem, i), pieces);
    HP_TRY(hp_quadrature_create_panels(edge, count, HP_NODES_ORDER, &probe, err));
    HP_NEW(q, probe.n);
    HP_TRY(wave_number(problem, &probe, &edges->nonlocal, q, err));
    place(problem, &probe, q, edges);
cleanup:
    hp_free(edge);
    hp_free(q);
    hp_quadrature_destroy(&probe);
    return status;
}

/* The rule that judges: a quarter more nodes, at least two. */
static int finer(int order) {
    int more = order + (order < 8 ? 2 : order / 4);
    return more <= HP_MAX_ORDER ? more : order - 2;
}

/* Whether waves in the potential are followed, whatever the difference to a finer rule. */
static hp_status follows(const hp_nodes_problem *problem, const nodes_edges *edges, int order,
                         bool *enough, hp_error *err) {
    hp_status status = HP_OK;
    hp_quadrature grid = {0};
    double *q = NULL, longest = longest_phase(order, 1.0);
    bool nonlocal;
    *enough = true;
    HP_TRY(hp_quadrature_create_panels(edges->r, edges->panels, order, &grid, err));
    HP_NEW(q, grid.n);
    HP_TRY(wave_number(problem, &grid, &nonlocal, q, err));
    for (int start = 0; start < grid.n; start += order) {
        double phase = 0.0;
        for (int i = start; i < start + order; i++) phase += grid.weight[i] * q[i];
        *enough &= phase <= longest;
    }
cleanup:
    hp_free(q);
    hp_quadrature_destroy(&grid);
    return status;
}

/* The smallest order whose difference to the finest is small. */
static hp_status trim(const hp_nodes_problem *problem, const nodes_edges *edges, int *order,
                      double *error, hp_error *err) {
    enum { LEAST_ORDER = 6, STEP = 2 };
    double wanted = wanted_error(problem);
    nodes_solution coarse = {0}, fine = {0};
    if (!(*error <= wanted)) return HP_OK;
    HP_CALL(solve_on(problem, edges, finer(edges->order), NULL, &fine, err));
    for (int next = edges->order - STEP; next >= LEAST_ORDER; next -= STEP) {
        bool enough;
        HP_CALL(follows(problem, edges, next, &enough, err));
        if (!enough) break;
        HP_CALL(solve_on(problem, edges, next, NULL, &coarse, err));
        double difference = distance(&coarse, &fine);
        if (!(difference <= wanted)) break;
        *error = difference;
        *order = next;
    }
    return HP_OK;
}

hp_status hp_nodes_choose(const hp_nodes_problem *problem, hp_quadrature *grid, double *error_deg,
                          hp_error *err) {
    nodes_edges edges = {0};
    double error = INFINITY;
    *grid = (hp_quadrature){0};
    *error_deg = NAN;
    HP_REQUIRE(problem->nk > 0 && problem->tolerance_deg > 0.0, HP_ERR_INPUT,
               "nodes for %d momenta with an error of %g degrees cannot be chosen", problem->nk,
               problem->tolerance_deg);
    if (problem->panels > 0) return given_panels(problem, grid, err);
    int order = problem->order > 0 ? problem->order : HP_NODES_ORDER;
    edges.order = order;
    bool fewer = problem->most_panels > 0 && problem->most_panels < HP_NODES_MOST_PANELS;
    edges.most_panels = fewer ? problem->most_panels : HP_NODES_MOST_PANELS;
    HP_REQUIRE(problem->nedge < edges.most_panels, HP_ERR_INPUT,
               "a radial grid with %d edges that it must have, at most %d are possible",
               problem->nedge, edges.most_panels - 1);
    HP_CALL(first_edges(problem, &edges, err));
    nodes_solution coarse = {0}, fine = {0};
    do { /* halve panels until the difference to a finer rule is small, or nodes run out */
        HP_CALL(solve_on(problem, &edges, order, NULL, &coarse, err));
        HP_CALL(solve_on(problem, &edges, finer(order), edges.indicator, &fine, err));
        error = distance(&coarse, &fine);
    } while (!(error <= wanted_error(problem)) && halve(&edges, most_nodes(&edges)));
    if (problem->order == 0) HP_CALL(trim(problem, &edges, &order, &error, err));
    *error_deg = error * 180.0 / M_PI;
    return hp_quadrature_create_panels(edges.r, edges.panels, order, grid, err);
}

/* z from ln z = (ln error + ln (2p)! + ln (2p+1)! - 2 ln p!) / (2p+1). */
double hp_nodes_phase_of_panel(int order, double error) {
    double p = order;
    return exp(
        (log(error) + lgamma(2.0 * p + 1.0) + lgamma(2.0 * p + 2.0) - 2.0 * lgamma(p + 1.0)) /
        (2.0 * p + 1.0));
}
