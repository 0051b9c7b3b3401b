// SPDX-License-Identifier: GPL-3.0-or-later
/* Scattering by integration from r = 0; docs/method-scatter.md, "Second solver". */
#include <math.h>
#include "hadpot/memory.h"
#include "ode_private.h"

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
