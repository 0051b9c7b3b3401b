// SPDX-License-Identifier: GPL-3.0-or-later
/* The energy of a bound state: a zero of the determinant of all conditions. */
#include <math.h>
#include <cblas.h>
#include <lapacke.h>
#include "coupled_ode_private.h"
#include "factors.h"
#include "hadpot/memory.h"
#include "hadpot/lapack_status.h"
#include "root.h"

typedef struct search {
    hp_coupled_ode_system *system;
    lapack_int *pivot; /* (columns) */
} search;

/* The determinant over the product of the lengths of its rows, between -1 and 1. */
static hp_status relative_determinant(search *task, double *determinant, hp_error *err) {
    int columns = task->system->columns;
    double *matrix = task->system->matrix, log_size = 0.0;
    for (int i = 0; i < columns; i++)
        log_size -= log(cblas_dnrm2(columns, matrix + (ptrdiff_t)i * columns, 1));
    int info = LAPACKE_dgetrf(LAPACK_ROW_MAJOR, columns, columns, matrix, columns, task->pivot);
    HP_REQUIRE(info >= 0, HP_LAPACK_STATUS(info, HP_ERR_INTERNAL), "dgetrf: %d", info);
    for (int i = 0; i < columns; i++) log_size += log(fabs(matrix[(ptrdiff_t)i * (columns + 1)]));
    *determinant = hp_factors_sign(columns, matrix, task->pivot) * exp(log_size);
    return HP_OK;
}

/* At an energy below the lowest threshold. Orthonormal columns are the same whatever happened on
 * the way, so that the function is continuous. */
static hp_status determinant_at(double energy, void *context, double *determinant, hp_error *err) {
    search *task = context;
    hp_coupled_ode_outside at;
    double scale[HP_MOST_COMPONENTS];
    HP_CALL(hp_coupled_ode_find_outside(task->system, energy, &at, err));
    HP_CALL(hp_coupled_ode_march(task->system, energy, false, err));
    HP_CALL(hp_coupled_ode_conditions(task->system, &at, scale, err));
    return relative_determinant(task, determinant, err);
}

hp_status hp_coupled_ode_bound_state(hp_coupled_ode *solver, double low, double high,
                                     double *energy, hp_error *err) {
    hp_status status = HP_OK;
    search task = {solver->system, NULL};
    HP_CHECK(task.system != NULL, HP_ERR_INPUT, "the ODE solver has no interaction yet");
    HP_CHECK(isfinite(low) && low < high && high < 0.0, HP_ERR_INPUT,
             "a bound state must be sought between energies low < high < 0, found %g and %g", low,
             high);
    HP_NEW(task.pivot, task.system->columns);
    HP_TRY(hp_root_find(determinant_at, &task, low, high, "an energy", energy, err));
cleanup:
    hp_free(task.pivot);
    return status;
}
