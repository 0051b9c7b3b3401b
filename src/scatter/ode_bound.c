// SPDX-License-Identifier: GPL-3.0-or-later
/* Bound states by integration from r = 0; docs/method-scatter.md, "Second solver". */
#include <math.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include "hadpot/memory.h"
#include "ode_private.h"

/* What the root finder, a caller of plain functions, has to carry. */
typedef struct search {
    hp_ode_system *system;
    hp_status status;
    hp_error *err;
} search;

/* u' + decay u at the end of the range, zero where u goes over into the decaying solution. NaN when
 * the integration fails. */
static double mismatch(double kappa2, void *context) {
    search *task = context;
    hp_status status = HP_OK;
    hp_error *err = task->err;
    hp_ode_system *system = task->system;
    double decay, u = NAN, d_u = NAN;
    HP_TRY(hp_coulomb_tail(system->coulomb.strength, sqrt(kappa2), system->grid->range, &decay,
                           NULL, NULL, err));
    HP_TRY(hp_ode_system_solve(system, -kappa2, false, false, err));
    hp_ode_system_edge(system, false, &u, &d_u);
    d_u += decay * u;
cleanup:
    task->status = status;
    return status == HP_OK ? d_u : NAN;
}

/* Brent's method until rounding or the integrator's noise stops it. */
static hp_status find_root(search *task, double low, double high, double *kappa2, hp_error *err) {
    enum { MOST_ITERATIONS = 200 };
    const double resolution = 1e-14; /* relative; far below the error of any tolerance */
    hp_status status = HP_OK;
    gsl_function function = {mismatch, task};
    gsl_root_fsolver *root = NULL;
    double at_low = mismatch(low, task);
    HP_TRY(task->status);
    double at_high = mismatch(high, task);
    HP_TRY(task->status);
    HP_CHECK((at_low < 0.0) != (at_high < 0.0), HP_ERR_NUMERIC,
             "there is not one bound state with kappa^2 between %g and %g", low, high);
    root = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    HP_CHECK(root != NULL, HP_ERR_MEMORY, "no memory for a root finder");
    int code = gsl_root_fsolver_set(root, &function, low, high);
    for (int i = 0; code == GSL_SUCCESS && i < MOST_ITERATIONS; i++) {
        code = gsl_root_fsolver_iterate(root);
        HP_TRY(task->status);
        low = gsl_root_fsolver_x_lower(root);
        high = gsl_root_fsolver_x_upper(root);
        if (high - low <= resolution * high) break;
    }
    HP_CHECK(code == GSL_SUCCESS, HP_ERR_NUMERIC, "the bound state was not found: %s",
             gsl_strerror(code));
    *kappa2 = gsl_root_fsolver_root(root);
cleanup:
    if (root != NULL) gsl_root_fsolver_free(root);
    return status;
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
    search task = {solver->system, HP_OK, err};
    hp_quadrature grid = {0};
    hp_ode_system *finer = NULL;
    HP_CHECK(isfinite(high) && low >= 0.0 && high > low, HP_ERR_INPUT,
             "a bound state must be sought between 0 <= low < high, found %g and %g", low, high);
    HP_TRY(hp_ode_system_refine(task.system, sqrt(high), &grid, &finer, err));
    if (finer != NULL) task.system = finer;
    HP_TRY(find_root(&task, low, high, kappa2, err));
    HP_CHECK(*kappa2 > 0.0, HP_ERR_NUMERIC, "the bound state lies at threshold to rounding");
    HP_TRY(mean_square_of(task.system, sqrt(*kappa2), mean_square, err));
cleanup:
    hp_ode_system_destroy(&finer);
    hp_quadrature_destroy(&grid);
    return status;
}
