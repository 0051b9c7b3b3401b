// SPDX-License-Identifier: GPL-3.0-or-later
/* The one place that decides the nodes of the radial equation; docs/method-scatter.md, "Nodes". */
#include "hadpot/nodes.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/memory.h"
#include "nodes_private.h"

/* The part of the request that the difference to a finer rule may take: other samples than the one
 * that decides are not the same. */
static const double PART = 0.25;

static hp_status given_panels(const hp_nodes_problem *problem, hp_quadrature *grid, hp_error *err) {
    hp_status status = HP_OK;
    double *edge = NULL, next;
    int count = 0, given = 0, order = problem->order > 0 ? problem->order : HP_NODES_ORDER;
    HP_NEW(edge, problem->panels + problem->nedge + 1);
    for (int i = 1; i <= problem->panels; i++) {
        next = i < problem->panels ? problem->range / problem->panels * i : problem->range;
        for (; given < problem->nedge && problem->edge[given] < next * (1.0 + HP_NODES_SAME);
             given++)
            if (problem->edge[given] > edge[count] + HP_NODES_SAME * problem->range &&
                problem->edge[given] < next - HP_NODES_SAME * problem->range)
                edge[++count] = problem->edge[given];
        if (next > edge[count] + HP_NODES_SAME * problem->range) edge[++count] = next;
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

static int most_nodes(const hp_nodes_edges *edges) {
    return edges->nonlocal ? HP_NODES_MOST : HP_NODES_MOST_LOCAL;
}

/* Each interval between given edges in equal panels, as many as the phase int q dr asks for; fewer
 * where there is no room for them, which the difference to a finer rule then shows. */
static void place(const hp_nodes_problem *problem, const hp_quadrature *probe, const double *q,
                  hp_nodes_edges *edges) {
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
static hp_status first_edges(const hp_nodes_problem *problem, hp_nodes_edges *edges,
                             hp_error *err) {
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
    HP_TRY(hp_nodes_wave_number(problem, &probe, &edges->nonlocal, q, err));
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
static hp_status follows(const hp_nodes_problem *problem, const hp_nodes_edges *edges, int order,
                         bool *enough, hp_error *err) {
    hp_status status = HP_OK;
    hp_quadrature grid = {0};
    double *q = NULL, longest = longest_phase(order, 1.0);
    bool nonlocal;
    *enough = true;
    HP_TRY(hp_quadrature_create_panels(edges->r, edges->panels, order, &grid, err));
    HP_NEW(q, grid.n);
    HP_TRY(hp_nodes_wave_number(problem, &grid, &nonlocal, q, err));
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
static hp_status trim(const hp_nodes_problem *problem, const hp_nodes_edges *edges, int *order,
                      double *error, hp_error *err) {
    enum { LEAST_ORDER = 6, STEP = 2 };
    double wanted = wanted_error(problem);
    hp_nodes_solution coarse = {0}, fine = {0};
    if (!(*error <= wanted)) return HP_OK;
    HP_CALL(hp_nodes_solve(problem, edges, finer(edges->order), NULL, &fine, err));
    for (int next = edges->order - STEP; next >= LEAST_ORDER; next -= STEP) {
        bool enough;
        HP_CALL(follows(problem, edges, next, &enough, err));
        if (!enough) break;
        HP_CALL(hp_nodes_solve(problem, edges, next, NULL, &coarse, err));
        double difference = hp_nodes_distance(&coarse, &fine);
        if (!(difference <= wanted)) break;
        *error = difference;
        *order = next;
    }
    return HP_OK;
}

hp_status hp_nodes_choose(const hp_nodes_problem *problem, hp_quadrature *grid, double *error_deg,
                          hp_error *err) {
    hp_nodes_edges edges = {0};
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
    hp_nodes_solution coarse = {0}, fine = {0};
    do { /* halve panels until the difference to a finer rule is small, or nodes run out */
        HP_CALL(hp_nodes_solve(problem, &edges, order, NULL, &coarse, err));
        HP_CALL(hp_nodes_solve(problem, &edges, finer(order), edges.indicator, &fine, err));
        error = hp_nodes_distance(&coarse, &fine);
    } while (!(error <= wanted_error(problem)) && hp_nodes_halve(&edges, most_nodes(&edges)));
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
