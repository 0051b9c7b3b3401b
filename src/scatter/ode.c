// SPDX-License-Identifier: GPL-3.0-or-later
/* Scattering and bound states by integration from r = 0; docs/method-scatter.md, "Second solver".
 */
#include <math.h>
#include <lapacke.h>
#include "hadpot/memory.h"
#include "hadpot/lapack_status.h"
#include "ode_private.h"
#include "root.h"

static hp_status solve_momentum(hp_ode *solver, double k2, bool derivatives, hp_error *err) {
    HP_CALL(hp_interaction_check_momentum(&solver->grid, k2, err));
    return hp_ode_system_solve(solver->system, k2, derivatives, false, err);
}

/* u and u' at the end of the range; context: the solver. */
static hp_status edge_at(double k2, double *u, double *d_u, void *context, hp_error *err) {
    hp_ode *solver = context;
    HP_CALL(solve_momentum(solver, k2, false, err));
    hp_ode_system_edge(solver->system, false, u, d_u);
    return HP_OK;
}

hp_status hp_ode_kcot(hp_ode *solver, double k2, double *kcot, double *tan_over_k, hp_error *err) {
    double strength = solver->system->coulomb.strength, u, d_u, cot;
    HP_CALL(edge_at(k2, &u, &d_u, solver, err));
    HP_CALL(hp_coulomb_match(strength, k2, solver->grid.range, u, d_u, kcot, &cot, err));
    *tan_over_k = 1.0 / cot;
    return HP_OK;
}

/* With t = tan(delta)/k, u = s + t c beyond the range, where at threshold s = r, c = 1, ds/dk^2 =
 * -r^3/6 and dc/dk^2 = -r^2/2. Hence k cot delta = N/D with N = u' c + k^2 u s, D = u c - u' s. */
hp_status hp_ode_threshold(hp_ode *solver, double *scattering_length, double *effective_range,
                           hp_error *err) {
    double strength = solver->system->coulomb.strength, R = solver->grid.range;
    double u, slope, d_u, d_slope; /* d_: with respect to k^2 */
    if (strength != 0.0)
        return hp_coulomb_threshold(strength, R, edge_at, solver, scattering_length,
                                    effective_range, err);
    HP_CALL(solve_momentum(solver, 0.0, true, err));
    hp_ode_system_edge(solver->system, false, &u, &slope);
    hp_ode_system_edge(solver->system, true, &d_u, &d_slope);
    double N = slope, d_N = d_slope - 0.5 * R * R * slope + R * u;
    double D = u - R * slope, d_D = d_u - 0.5 * R * R * u - R * d_slope + R * R * R / 6.0 * slope;
    HP_REQUIRE(isfinite(d_N) && isfinite(d_D), HP_ERR_NUMERIC, "the effective range is not finite");
    *scattering_length = -D / N;
    *effective_range = D != 0.0 ? 2.0 * (d_N - N / D * d_D) / D : INFINITY;
    return HP_OK;
}

int hp_ode_rank(const hp_ode *solver) {
    return solver->system->kernel.rank;
}

hp_status hp_ode_set_interaction(hp_ode *solver, const hp_interaction *interaction, hp_error *err) {
    hp_ode_system *made = NULL;
    HP_CALL(hp_ode_system_create(&solver->grid, solver->tolerance, interaction, NULL, &made, err));
    hp_ode_system_destroy(&solver->system);
    solver->system = made;
    return HP_OK;
}

hp_status hp_ode_create(const hp_quadrature *grid, double tolerance, hp_ode **solver,
                        hp_error *err) {
    hp_status status = HP_OK;
    hp_ode *made = NULL;
    *solver = NULL;
    HP_CHECK(tolerance >= 1e-14 && tolerance <= 1e-3, HP_ERR_INPUT,
             "the tolerance of the ODE solver must lie between 1e-14 and 1e-3, found %g",
             tolerance);
    HP_NEW(made, 1);
    made->tolerance = tolerance;
    HP_TRY(hp_quadrature_create_panels(grid->edge, grid->panels, grid->order, &made->grid, err));
    HP_TRY(hp_ode_set_interaction(made, &(hp_interaction){0}, err));
    *solver = made;
    made = NULL;
cleanup:
    hp_ode_destroy(&made);
    return status;
}

void hp_ode_destroy(hp_ode **solver) {
    if (solver == NULL || *solver == NULL) return;
    hp_ode_system_destroy(&(*solver)->system);
    hp_quadrature_destroy(&(*solver)->grid);
    hp_free(*solver);
    *solver = NULL;
}

/* u' + decay u at the end of the range, zero where u goes over into the decaying solution. */
static hp_status mismatch(double kappa2, void *context, double *value, hp_error *err) {
    hp_ode_system *system = context;
    double decay, u, d_u;
    HP_CALL(hp_coulomb_tail(system->coulomb.strength, sqrt(kappa2), system->grid->range, &decay,
                            NULL, NULL, err));
    HP_CALL(hp_ode_system_solve(system, -kappa2, false, false, err));
    hp_ode_system_edge(system, false, &u, &d_u);
    *value = d_u + decay * u;
    return HP_OK;
}

/* int r^2 u^2 / int u^2, the decaying solution beyond the range. */
static hp_status mean_square_of(hp_ode_system *system, double kappa, double *mean_square,
                                hp_error *err) {
    hp_status status = HP_OK;
    const hp_quadrature *grid = system->grid;
    int n = grid->n;
    double norm, square, decay, tail_norm, tail_square, *u = NULL;
    HP_NEW(u, n + 1);
    HP_TRY(hp_coulomb_tail(system->coulomb.strength, kappa, grid->range, &decay, &tail_norm,
                           &tail_square, err));
    HP_TRY(hp_ode_system_bound_wave(system, kappa, decay, u, err));
    norm = u[n] * u[n] * tail_norm;
    square = u[n] * u[n] * tail_square;
    for (int i = 0; i < n; i++) {
        double weight = grid->weight[i] * u[i] * u[i];
        norm += weight;
        square += weight * grid->r[i] * grid->r[i];
    }
    *mean_square = square / norm;
    HP_CHECK(isfinite(*mean_square), HP_ERR_NUMERIC, "the bound state is not finite");
cleanup:
    hp_free(u);
    return status;
}

hp_status hp_ode_bound_state(hp_ode *solver, double low, double high, double *kappa2,
                             double *mean_square, hp_error *err) {
    hp_status status = HP_OK;
    hp_quadrature grid = {0};
    hp_ode_system *system = solver->system, *finer = NULL;
    HP_CHECK(isfinite(high) && low >= 0.0 && high > low, HP_ERR_INPUT,
             "a bound state must be sought between 0 <= low < high, found %g and %g", low, high);
    HP_TRY(hp_ode_system_refine(system, sqrt(high), &grid, &finer, err));
    if (finer != NULL) system = finer;
    HP_TRY(hp_root_find(mismatch, system, low, high, "kappa^2", kappa2, err));
    HP_CHECK(*kappa2 > 0.0, HP_ERR_NUMERIC, "the bound state lies at threshold to rounding");
    HP_TRY(mean_square_of(system, sqrt(*kappa2), mean_square, err));
cleanup:
    hp_ode_system_destroy(&finer);
    hp_quadrature_destroy(&grid);
    return status;
}

/* Errors of some hundred steps add up. */
static double error_of(const hp_ode_system *system) {
    return 100.0 * system->tolerance;
}

hp_status hp_ode_count_bound(hp_ode *solver, int *count, bool *in_doubt, hp_error *err) {
    hp_ode_system *system = solver->system;
    double gamma, strength = system->coulomb.strength, kappa = fmax(0.0, -0.5 * strength);
    HP_CALL(hp_coulomb_tail(strength, kappa, system->grid->range, &gamma, NULL, NULL, err));
    return hp_ode_system_count(system, kappa, gamma, count, in_doubt, err);
}

/* Number of bound states by the zeros of w_0 and the inertia of the separable terms:
 * -Sigma - X = C - Sigma - b b^T s/p, which has a pole where p = 0, at a state of the local
 * problem; bordered by s b and p s its inertia is that of the border, p s, and of -Sigma - X. Where
 * s is small the border is 1 by itself. added: the negative ones of the border. */
static void fill_matrix(const hp_ode_system *system, double gamma, double *matrix, int *added) {
    int rank = system->kernel.rank, size = rank + 1;
    size_t columns = (size_t)system->columns;
    const double *C = system->coupling;
    double value = system->state[0], slope = system->state[columns];
    double length = hp_quadrature_panel_length(system->grid, system->grid->panels - 1);
    double p = length * (slope + gamma * value), s = value - gamma * length * length * slope;
    bool border = fabs(p) < fabs(s);
    double norm = hypot(p, s);
    p /= norm;
    s /= norm;
    for (int m = 0; m < rank; m++) {
        double b = sqrt(length) * C[(size_t)m * columns];
        for (int n = 0; n <= m; n++) {
            double own = 0.5 * (C[(size_t)m * columns + (size_t)n + 1] +
                                C[(size_t)n * columns + (size_t)m + 1]);
            if (!border) own -= s / p * b * sqrt(length) * C[(size_t)n * columns];
            matrix[m * size + n] = own - (m == n ? system->kernel.sign[m] : 0.0);
        }
        matrix[rank * size + m] = border ? s * b : 0.0;
    }
    matrix[rank * size + rank] = border ? p * s : 1.0;
    *added = border && p * s < 0.0;
}

/* What the terms add: the negative eigenvalues of -Sigma - X less those of -Sigma, with the border
 * that keeps its pole out where there is one. */
static hp_status count_terms(hp_ode_system *system, double gamma, int *count, bool *in_doubt,
                             hp_error *err) {
    hp_status status = HP_OK;
    int rank = system->kernel.rank, size = rank + 1, added;
    double *matrix = NULL, *value = NULL, least = INFINITY, largest = 0.0;
    HP_NEW(matrix, (size_t)size * (size_t)size);
    HP_NEW(value, size);
    fill_matrix(system, gamma, matrix, &added);
    for (int i = 0; i < size * size; i++)
        HP_CHECK(isfinite(matrix[i]), HP_ERR_NUMERIC, "the couplings at threshold are not finite");
    int info = LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'N', 'L', size, matrix, size, value);
    HP_CHECK(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
             "the bound states were not counted (dsyev: %d)", info);
    *count = -added;
    for (int i = 0; i < size; i++) {
        *count += value[i] < 0.0;
        least = fmin(least, fabs(value[i]));
        largest = fmax(largest, fabs(value[i]));
    }
    for (int i = 0; i < rank; i++) *count -= system->kernel.sign[i] > 0.0;
    *in_doubt = least < error_of(system) * largest;
cleanup:
    hp_free(matrix);
    hp_free(value);
    return status;
}

hp_status hp_ode_system_count(hp_ode_system *system, double kappa, double gamma, int *count,
                              bool *in_doubt, hp_error *err) {
    int more = 0;
    bool done = system->k2 == -kappa * kappa && !system->inwards && system->stop == system->grid->n;
    if (!done) HP_CALL(hp_ode_system_solve(system, -kappa * kappa, false, true, err));
    double value = system->state[0], slope = system->state[system->columns],
           R = system->grid->range;
    *in_doubt = fabs(slope + gamma * value) * R < error_of(system) * hypot(value, R * slope);
    if (system->kernel.rank > 0) HP_CALL(count_terms(system, gamma, &more, in_doubt, err));
    /* Sturm's theorem for the local problem: one zero of w_0 is beyond the range where w_0 falls
     * faster than the decaying solution or has turned to zero */
    *count = system->zeros + ((value < 0.0) != (slope + gamma * value < 0.0)) + more;
    return HP_OK;
}
