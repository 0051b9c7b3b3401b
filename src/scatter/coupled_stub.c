// SPDX-License-Identifier: GPL-3.0-or-later
/* Stands for coupled_reduced.c and coupled_bound.c until they are there. */
#include <stddef.h>
#include "coupled_private.h"

hp_status hp_coupled_solve_reduced(hp_coupled *solver, double energy, hp_tmatrix *T, double *wave,
                                   hp_error *err) {
    (void)solver, (void)T, (void)wave;
    return HP_FAIL(HP_ERR_NUMERIC, "no reduced solution at E = %g", energy);
}

void hp_coupled_reduced_destroy(struct hp_coupled_reduced **reduced) {
    *reduced = NULL;
}
