// SPDX-License-Identifier: GPL-3.0-or-later
/* M = 1 - G A of coupled components on the nodes, and its LU factors. */
#include <gsl/gsl_machine.h>
#include "coupled_private.h"
#include "factors.h"
#include "green_rows.h"

hp_status hp_coupled_form(hp_coupled *solver, hp_error *err) {
    size_t size = (size_t)solver->size, n = (size_t)solver->grid.n;
    double sum = 0.0;
    for (size_t c = 0; c < (size_t)solver->ncomponent; c++)
        sum += hp_green_rows_form(&(hp_green_rows){.grid = &solver->grid,
                                                   .columns = solver->size,
                                                   .A = solver->A + c * n * size,
                                                   .pair = solver->pair + 2 * c * n,
                                                   .rows = solver->matrix + c * n * size,
                                                   .bra = solver->bra + c * size,
                                                   .above = solver->above,
                                                   .weighted = solver->weighted,
                                                   .outer = solver->outer,
                                                   .inner = solver->inner});
    for (size_t i = 0; i < size; i++) solver->matrix[i * (size + 1)] += 1.0;
    /* LAPACK may write outside its arrays when numbers overflow on the way. False for NaN. */
    HP_REQUIRE(sum < GSL_SQRT_DBL_MAX, HP_ERR_NUMERIC,
               "the potential is too large: the linear system of the coupled equations is not "
               "finite");
    return HP_OK;
}

hp_status hp_coupled_factorise(hp_coupled *solver, hp_error *err) {
    return hp_factorise(solver->size, solver->matrix, solver->pivot, err);
}

double hp_coupled_sign(const hp_coupled *solver) {
    return hp_factors_sign(solver->size, solver->matrix, solver->pivot);
}
