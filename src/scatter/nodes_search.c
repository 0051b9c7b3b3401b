// SPDX-License-Identifier: GPL-3.0-or-later
#include "nodes_search.h"
#include <math.h>
#include "hadpot/memory.h"

/* The part of the request that the difference to a finer rule may take: other samples than the one
 * that decides are not the same. */
static const double PART = 0.25;

/* Edges closer than this part of the range are the same. */
#define SAME_EDGE 1e-9

/* Panels with this part of the largest indicator are halved together with the one that has it. */
static const double HALVED = 0.1;

/* h^2 times the last two coefficients of f in Legendre polynomials on a panel. */
double hp_nodes_remainder(const hp_quadrature *grid, int panel, const double *f) {
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

double hp_nodes_distance(const hp_nodes_states *a, const hp_nodes_states *b, double phases) {
    double worst = phases;
    if (!a->found || !b->found || a->number != b->number) return INFINITY;
    for (int i = 0; i < a->number; i++) {
        double difference = fabs(a->kappa[i] - b->kappa[i]);
        if (!(difference <= worst)) worst = difference;
    }
    return isnan(worst) ? INFINITY : worst;
}

hp_status hp_nodes_settle(hp_status status, const hp_error *trouble, hp_nodes_states *states,
                          hp_error *err) {
    if (status == HP_ERR_NUMERIC || status == HP_ERR_INPUT) {
        states->found = false;
        return HP_OK;
    }
    if (status != HP_OK && err != NULL) *err = *trouble;
    return status;
}

/* Halve the panels with the largest indicators; false when there would be more than `most` nodes or
 * most_panels. */
static bool halve(hp_nodes_edges *edges, int most) {
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

static hp_status given_panels(const hp_nodes_method *method, hp_quadrature *grid, hp_error *err) {
    hp_status status = HP_OK;
    double *edge = NULL, next;
    int count = 0, given = 0, order = method->order > 0 ? method->order : HP_NODES_ORDER;
    HP_NEW(edge, method->panels + method->nedge + 1);
    for (int i = 1; i <= method->panels; i++) {
        next = i < method->panels ? method->range / method->panels * i : method->range;
        for (; given < method->nedge && method->edge[given] < next * (1.0 + SAME_EDGE); given++)
            if (method->edge[given] > edge[count] + SAME_EDGE * method->range &&
                method->edge[given] < next - SAME_EDGE * method->range)
                edge[++count] = method->edge[given];
        if (next > edge[count] + SAME_EDGE * method->range) edge[++count] = next;
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

static double edge_after(const hp_nodes_method *method, int interval) {
    return interval < method->nedge ? method->edge[interval] : method->range;
}

/* The difference to a finer rule that is allowed, radians. */
static double wanted_error(const hp_nodes_method *method) {
    return PART * method->tolerance_deg * M_PI / 180.0;
}

/* The product rule of bound states has a mode of its own in each panel, at q h = 2.8 sqrt(p), which
 * must not be mistaken for a state. */
static double longest_phase(int order, double error) {
    return fmin(hp_nodes_phase_of_panel(order, error), 2.4 * sqrt(order));
}

static int most_nodes(const hp_nodes_method *method, const hp_nodes_edges *edges) {
    return edges->nonlocal ? method->most : method->most_local;
}

/* Each interval between given edges in equal panels, as many as the phase int q dr asks for; fewer
 * where there is no room for them, which the difference to a finer rule then shows. */
static void place(const hp_nodes_method *method, const hp_quadrature *probe, const double *q,
                  hp_nodes_edges *edges) {
    double z = longest_phase(edges->order, wanted_error(method));
    int most = most_nodes(method, edges) / edges->order;
    if (most > edges->most_panels) most = edges->most_panels;
    if (most < method->nedge + 1) most = method->nedge + 1;
    do {
        int node = 0;
        edges->panels = 0;
        for (int i = 0; i <= method->nedge && edges->panels <= most; i++) {
            double phase = 0.0, end = edge_after(method, i);
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
static hp_status first_edges(const hp_nodes_method *method, hp_nodes_edges *edges, hp_error *err) {
    enum { LEAST_PROBES = 8 };
    hp_status status = HP_OK;
    hp_quadrature probe = {0};
    double *edge = NULL, *q = NULL;
    int pieces = (LEAST_PROBES + method->nedge) / (method->nedge + 1), count = 0;
    HP_NEW(edge, pieces * (method->nedge + 1) + 1);
    for (int i = 0; i <= method->nedge; i++)
        count = cut(edge, count, edge_after(method, i), pieces);
    HP_TRY(hp_quadrature_create_panels(edge, count, HP_NODES_ORDER, &probe, err));
    HP_NEW(q, probe.n);
    HP_TRY(method->wave_number(method->problem, &probe, &edges->nonlocal, q, err));
    place(method, &probe, q, edges);
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
static hp_status follows(const hp_nodes_method *method, const hp_nodes_edges *edges, int order,
                         bool *enough, hp_error *err) {
    hp_status status = HP_OK;
    hp_quadrature grid = {0};
    double *q = NULL, longest = longest_phase(order, 1.0);
    bool nonlocal;
    *enough = true;
    HP_TRY(hp_quadrature_create_panels(edges->r, edges->panels, order, &grid, err));
    HP_NEW(q, grid.n);
    HP_TRY(method->wave_number(method->problem, &grid, &nonlocal, q, err));
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
static hp_status trim(const hp_nodes_method *method, const hp_nodes_edges *edges, int *order,
                      double *error, hp_error *err) {
    enum { LEAST_ORDER = 6, STEP = 2 };
    double wanted = wanted_error(method);
    if (!(*error <= wanted)) return HP_OK;
    HP_CALL(method->solve(method->problem, edges, finer(edges->order), NULL, method->fine, err));
    for (int next = edges->order - STEP; next >= LEAST_ORDER; next -= STEP) {
        bool enough;
        HP_CALL(follows(method, edges, next, &enough, err));
        if (!enough) break;
        HP_CALL(method->solve(method->problem, edges, next, NULL, method->coarse, err));
        double difference = method->distance(method->coarse, method->fine);
        if (!(difference <= wanted)) break;
        *error = difference;
        *order = next;
    }
    return HP_OK;
}

hp_status hp_nodes_search(const hp_nodes_method *method, hp_quadrature *grid, double *error_deg,
                          hp_error *err) {
    hp_nodes_edges edges = {0};
    double error = INFINITY;
    *grid = (hp_quadrature){0};
    *error_deg = NAN;
    if (method->panels > 0) return given_panels(method, grid, err);
    int order = method->order > 0 ? method->order : HP_NODES_ORDER;
    edges.order = order;
    bool fewer = method->most_panels > 0 && method->most_panels < HP_NODES_MOST_PANELS;
    edges.most_panels = fewer ? method->most_panels : HP_NODES_MOST_PANELS;
    HP_REQUIRE(method->nedge < edges.most_panels, HP_ERR_INPUT,
               "a radial grid with %d edges that it must have, at most %d are possible",
               method->nedge, edges.most_panels - 1);
    HP_CALL(first_edges(method, &edges, err));
    do { /* halve panels until the difference to a finer rule is small, or nodes run out */
        HP_CALL(method->solve(method->problem, &edges, order, NULL, method->coarse, err));
        HP_CALL(method->solve(method->problem, &edges, finer(order), edges.indicator, method->fine,
                              err));
        error = method->distance(method->coarse, method->fine);
    } while (!(error <= wanted_error(method)) && halve(&edges, most_nodes(method, &edges)));
    if (method->order == 0) HP_CALL(trim(method, &edges, &order, &error, err));
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
