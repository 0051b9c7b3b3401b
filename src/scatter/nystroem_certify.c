// SPDX-License-Identifier: GPL-3.0-or-later
/* A second way to the number of bound states and to the branch of phase shifts;
 * docs/method-scatter.md, "Two ways to count". */
#include <math.h>
#include <cblas.h>
#include "hadpot/memory.h"
#include "nystroem_private.h"
#include "ode_private.h"
#include "second_count.h"

/* Nodes of the finer grid, at most: it takes 0.2 s. */
enum { MOST_NODES = 1024 };

/* Of the integrator that counts zeros: its errors, a hundred times that, stay far from those of
 * states that data could tell from threshold. */
static const double TOLERANCE = 1e-10;

static hp_status open_local(hp_nystroem *solver, hp_ode_system **system, hp_error *err) {
    hp_interaction interaction = {.local = solver->local,
                                  .slope = solver->has_slope ? solver->slope : NULL,
                                  .local_at = solver->local_at,
                                  .context = solver->context,
                                  .coulomb = solver->coulomb};
    return hp_ode_system_create(&solver->grid, TOLERANCE, &interaction, NULL, system, err);
}

/* Zeros of the solution that starts at r = 0, by the other solver. */
static hp_second_count count_zeros(hp_nystroem *solver, double kappa, double gamma) {
    hp_error trouble = HP_ERROR_INIT;
    hp_ode_system *system = NULL;
    hp_second_count count = {0};
    bool in_doubt = true;
    hp_status status = open_local(solver, &system, &trouble);
    if (status == HP_OK)
        status = hp_ode_system_count(system, kappa, gamma, &count.number, &in_doubt, &trouble);
    count.usable = status == HP_OK && !in_doubt;
    count.status = status;
    hp_ode_system_destroy(&system);
    return count;
}

static void local_between(const hp_nystroem *solver, double r, double *w, double *s) {
    double coefficient[HP_MAX_ORDER];
    if (solver->local_at != NULL) {
        solver->local_at(r, w, s, solver->context);
        return;
    }
    int order = solver->grid.order,
        first = hp_quadrature_interpolate(&solver->grid, r, coefficient);
    *w = cblas_ddot(order, solver->local + first, 1, coefficient, 1);
    *s = cblas_ddot(order, solver->slope + first, 1, coefficient, 1);
}

/* coefficient (to->order, order) of the panel of `to` that begins at `node`, which lies in one of
 * the grid; divided by the weights of the grid or not. Returns the first node there. */
static int interpolate_panel(const hp_quadrature *grid, const hp_quadrature *to, int node,
                             bool divide, double *coefficient) {
    int first = 0, order = grid->order;
    for (int i = 0; i < to->order; i++) {
        double *row = coefficient + (size_t)i * (size_t)order;
        first = hp_quadrature_interpolate(grid, to->r[node + i], row);
        for (int a = 0; divide && a < order; a++) row[a] /= grid->weight[first + a];
    }
    return first;
}

/* K between the nodes of `to`, by interpolation in the panels of the solver: blocks of nodes that
 * share such a panel, first from the rows, then from the columns of K w. */
static hp_status copy_kernel(hp_nystroem *solver, const hp_quadrature *to, double **kernel,
                             hp_error *err) {
    hp_status status = HP_OK;
    const hp_quadrature *grid = &solver->grid;
    int n = grid->n, order = grid->order, m = to->n, step = to->order;
    double *rows = NULL, *coefficient = NULL;
    HP_NEW(*kernel, (size_t)m * (size_t)m);
    HP_NEW(rows, (size_t)m * (size_t)n);
    HP_NEW(coefficient, (size_t)step * (size_t)order);
    for (int i = 0; i < n; i++) { /* K_ii w_i without the local part on the diagonal of A */
        double rest = solver->diagonal[i] - solver->local[i];
        if (solver->coulomb.strength != 0.0) rest -= hp_coulomb_value(&solver->coulomb, grid->r[i]);
        solver->potential[(size_t)i * (size_t)(n + 1)] = rest;
    }
    for (int i = 0; i < m; i += step) {
        int first = interpolate_panel(grid, to, i, false, coefficient);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, step, n, order, 1.0, coefficient,
                    order, solver->potential + (size_t)first * (size_t)n, n, 0.0,
                    rows + (size_t)i * (size_t)n, n);
    }
    for (int j = 0; j < m; j += step) {
        int first = interpolate_panel(grid, to, j, true, coefficient);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, step, order, 1.0, rows + first, n,
                    coefficient, order, 0.0, *kernel + j, m);
    }
cleanup:
    hp_free(rows);
    hp_free(coefficient);
    return status;
}

static hp_status copy_interaction(hp_nystroem *solver, hp_nystroem *other, hp_error *err) {
    hp_status status = HP_OK;
    const hp_quadrature *to = &other->grid;
    double *kernel = NULL, *local = NULL, *slope = NULL;
    HP_NEW(local, to->n);
    HP_NEW(slope, to->n);
    for (int i = 0; i < to->n; i++) local_between(solver, to->r[i], &local[i], &slope[i]);
    if (solver->has_kernel) HP_TRY(copy_kernel(solver, to, &kernel, err));
    HP_TRY(hp_nystroem_set_interaction(other,
                                       &(hp_interaction){.kernel = kernel,
                                                         .local = local,
                                                         .slope = solver->has_slope ? slope : NULL,
                                                         .coulomb = solver->coulomb},
                                       err));
    other->symmetric = solver->symmetric;
cleanup:
    hp_free(kernel);
    hp_free(local);
    hp_free(slope);
    return status;
}

/* Whether the nodes follow all waves that the interaction can bend, surely: the largest |w| of a
 * panel, and the largest sum of |K_ij| w_j over j, a bound for what the kernel does at a node. */
static bool is_resolved(const hp_nystroem *solver) {
    const hp_quadrature *grid = &solver->grid;
    int n = grid->n, order = grid->order;
    for (int panel = 0; panel < grid->panels; panel++) {
        double local = 0.0, kernel = 0.0, length = hp_quadrature_panel_length(grid, panel);
        for (int i = panel * order; i < (panel + 1) * order; i++) {
            const double *row = solver->potential + (size_t)i * (size_t)n;
            local = fmax(local, fabs(solver->local[i]));
            if (solver->has_kernel) kernel = fmax(kernel, cblas_dasum(n, row, 1) - fabs(row[i]));
        }
        if (!(sqrt(local + kernel) * length <= HP_PHASE_PER_NODE * order)) return false;
    }
    return true;
}

/* The largest |w| at some points between r and r + length, which are inside a panel. */
static double local_near(const hp_nystroem *solver, double r, double length) {
    enum { POINTS = 8 };
    double largest = 0.0, w, s;
    for (int i = 0; i < POINTS; i++) {
        local_between(solver, r + (i + 0.5) / POINTS * length, &w, &s);
        largest = fmax(largest, fabs(w));
    }
    return largest;
}

/* Panels cut until the local part is resolved, with nodes of another order. A kernel, smooth
 * between nodes and bounded there far from sharply, has them halved. */
static hp_status refine(const hp_nystroem *solver, hp_quadrature *finer, hp_error *err) {
    hp_status status = HP_OK;
    const hp_quadrature *grid = &solver->grid;
    int order = hp_second_count_order(grid), panels = 0;
    double *edge = NULL, most = HP_PHASE_PER_NODE * order;
    HP_NEW(edge, MOST_NODES / order + 2);
    for (int panel = 0; panel < grid->panels; panel++) {
        double end = grid->edge[panel + 1], longest = end - grid->edge[panel];
        if (solver->has_kernel) longest /= 2.0;
        while (edge[panels] < end) {
            double r = edge[panels], left = end - r, length = fmin(left, longest);
            while (length * sqrt(local_near(solver, r, length)) > most) length *= 0.8;
            HP_CHECK(panels * order < MOST_NODES, HP_ERR_NUMERIC,
                     "more than %d nodes are needed to count bound states", MOST_NODES);
            edge[++panels] = length < 0.999 * left ? r + length : end;
        }
    }
    HP_TRY(hp_quadrature_create_panels(edge, panels, order, finer, err));
cleanup:
    hp_free(edge);
    return status;
}

/* By a solver with other nodes: *other, made where it is NULL; finer, or of another order. */
static hp_second_count count_with(hp_nystroem *solver, hp_nystroem **other, bool finer,
                                  double kappa, double gamma) {
    hp_error trouble = HP_ERROR_INIT, *err = &trouble;
    hp_status status = HP_OK;
    hp_second_count count = {0};
    hp_quadrature nodes = {0};
    if (*other == NULL) {
        HP_TRY(finer ? refine(solver, &nodes, err)
                     : hp_second_count_nodes(&solver->grid, &nodes, err));
        HP_TRY(hp_nystroem_create(&nodes, other, err));
    }
    HP_TRY(copy_interaction(solver, *other, err));
    HP_TRY(hp_nystroem_count_above(*other, kappa, gamma, &count.number, err));
    count.usable = !hp_nystroem_count_is_close(*other);
cleanup:
    hp_quadrature_destroy(&nodes);
    count.status = status;
    return count;
}

hp_status hp_nystroem_certify(hp_nystroem *solver, double kappa, double gamma, hp_count *count,
                              hp_error *err) {
    bool local = !solver->has_kernel;
    HP_CALL(hp_nystroem_count_above(solver, kappa, gamma, &count->on_grid, err));
    if (solver->trusted) {
        *count = (hp_count){.known = true, .number = count->on_grid, .on_grid = count->on_grid};
        return HP_OK;
    }
    bool close = hp_nystroem_count_is_close(solver);
    hp_second_count second = local ? count_zeros(solver, kappa, gamma)
                                   : count_with(solver, &solver->neighbour, false, kappa, gamma);
    HP_CALL(hp_second_count_check(&second, err));
    count->known = true;
    count->number = count->on_grid;
    count->in_doubt = false;
    if (second.usable && second.number == count->on_grid && !close &&
        (local || is_resolved(solver)))
        return HP_OK;
    hp_nystroem *more = NULL;
    hp_second_count finer = count_with(solver, &more, true, kappa, gamma);
    hp_nystroem_destroy(&more);
    HP_CALL(hp_second_count_check(&finer, err));
    int other = local ? second.number : count->on_grid;
    count->in_doubt = !finer.usable || finer.number != other || (local && !second.usable);
    if (finer.usable) count->number = finer.number;
    if (local && second.usable) count->number = second.number;
    return HP_OK;
}

/* k r + delta at the end of the range is pi for each zero of u on the way and the angle of u' and k
 * u, which counts from the last one. */
static hp_status local_phase(hp_nystroem *solver, double k2, double *delta, hp_error *err) {
    hp_status status = HP_OK;
    hp_ode_system *system = NULL;
    double u, d_u, k = sqrt(k2);
    HP_TRY(open_local(solver, &system, err));
    HP_TRY(hp_ode_system_solve(system, k2, false, true, err));
    hp_ode_system_edge(system, false, &u, &d_u);
    double sign = u < 0.0 ? -1.0 : 1.0;
    *delta = system->zeros * M_PI + atan2(sign * k * u, sign * d_u) - k * solver->grid.range;
cleanup:
    hp_ode_system_destroy(&system);
    return status;
}

hp_status hp_nystroem_branch_error(hp_nystroem *solver, double k2, double delta, int *turns,
                                   hp_error *err) {
    const double clear = 1e-3; /* from a multiple of pi, where a state of the box has energy k2 */
    double exact, angle = (delta + sqrt(k2) * solver->grid.range) / M_PI;
    int count;
    *turns = 0;
    if (!solver->has_kernel) {
        HP_CALL(local_phase(solver, k2, &exact, err));
        *turns = (int)nearbyint((exact - delta) / M_PI);
    } else if (solver->symmetric && fabs(angle - nearbyint(angle)) > clear) {
        HP_CALL(hp_nystroem_count_box(solver, k2, &count, err));
        *turns = count - (int)floor(angle);
    }
    return HP_OK;
}
