// SPDX-License-Identifier: GPL-3.0-or-later
/* The energy of a bound state: a zero of the determinant of all conditions. */
#include <math.h>
#include <cblas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <lapacke.h>
#include "coupled_ode_private.h"
#include "hadpot/memory.h"

/* What the root finder, a caller of plain functions, has to carry. */
typedef struct search {
    hp_coupled_ode_system *system;
    lapack_int *pivot; /* (columns) */
    hp_status status;
    hp_error *err;
} search;

/* The determinant over the product of the lengths of its rows, between -1 and 1. */
static hp_status relative_determinant(search *task, double *determinant, hp_error *err) {
    int columns = task->system->columns;
    double *matrix = task->system->matrix, log_size = 0.0, sign = 1.0;
    for (int i = 0; i < columns; i++)
        log_size -= log(cblas_dnrm2(columns, matrix + i * columns, 1));
    int info = LAPACKE_dgetrf(LAPACK_ROW_MAJOR, columns, columns, matrix, columns, task->pivot);
    HP_REQUIRE(info >= 0, HP_ERR_INTERNAL, "dgetrf: %d", info);
    for (int i = 0; i < columns; i++) {
        double own = matrix[i * (columns + 1)];
        log_size += log(fabs(own));
        if ((own < 0.0) != (task->pivot[i] != i + 1)) sign = -sign;
    }
    *determinant = sign * exp(log_size);
    return HP_OK;
}

/* At an energy below the lowest threshold; NaN when the integration fails. Orthonormal columns are
 * the same whatever happened on the way, so that the function is continuous. */
static double determinant_at(double energy, void *context) {
    search *task = context;
    hp_status status = HP_OK;
    hp_error *err = task->err;
    hp_coupled_ode_outside at;
    double scale[HP_MOST_COMPONENTS], determinant = NAN;
    HP_TRY(hp_coupled_ode_find_outside(task->system, energy, &at, err));
    HP_TRY(hp_coupled_ode_march(task->system, energy, false, err));
    HP_TRY(hp_coupled_ode_conditions(task->system, &at, scale, err));
    HP_TRY(relative_determinant(task, &determinant, err));
cleanup:
    task->status = status;
    return determinant;
}

/* Brent's method until rounding or the integrator's noise stops it. */
static hp_status find_root(search *task, double low, double high, double *energy, hp_error *err) {
    enum { MOST_ITERATIONS = 200 };
    const double resolution = 1e-14; /* relative; far below the error of any tolerance */
    hp_status status = HP_OK;
    gsl_function function = {determinant_at, task};
    gsl_root_fsolver *root = NULL;
    double at_low = determinant_at(low, task);
    HP_TRY(task->status);
    double at_high = determinant_at(high, task);
    HP_TRY(task->status);
    HP_CHECK((at_low < 0.0) != (at_high < 0.0), HP_ERR_NUMERIC,
             "there is not one bound state with an energy between %g and %g", low, high);
    root = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    HP_CHECK(root != NULL, HP_ERR_MEMORY, "no memory for a root finder");
    int code = gsl_root_fsolver_set(root, &function, low, high);
    for (int i = 0; code == GSL_SUCCESS && i < MOST_ITERATIONS; i++) {
        code = gsl_root_fsolver_iterate(root);
        HP_TRY(task->status);
        low = gsl_root_fsolver_x_lower(root);
        high = gsl_root_fsolver_x_upper(root);
        if (high - low <= -resolution * low) break;
    }
    HP_CHECK(code == GSL_SUCCESS, HP_ERR_NUMERIC, "the bound state was not found: %s",
             gsl_strerror(code));
    *energy = gsl_root_fsolver_root(root);
cleanup:
    if (root != NULL) gsl_root_fsolver_free(root);
    return status;
}

hp_status hp_coupled_ode_bound_state(hp_coupled_ode *solver, double low, double high,
                                     double *energy, hp_error *err) {
    hp_status status = HP_OK;
    search task = {solver->system, NULL, HP_OK, err};
    HP_CHECK(task.system != NULL, HP_ERR_INPUT, "the ODE solver has no interaction yet");
    HP_CHECK(isfinite(low) && low < high && high < 0.0, HP_ERR_INPUT,
             "a bound state must be sought between energies low < high < 0, found %g and %g", low,
             high);
    HP_NEW(task.pivot, task.system->columns);
    HP_TRY(find_root(&task, low, high, energy, err));
cleanup:
    hp_free(task.pivot);
    return status;
}
