// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to observables: the nodes of the solvers in results. */
#ifndef HADPOT_OBSERVABLES_STORED_NODES_H
#define HADPOT_OBSERVABLES_STORED_NODES_H

#include "hadpot/quadrature.h"
#include "hadpot/record.h"

/* Panels, order and error of the nodes into their rows; length_fm: the unit of length. */
void hp_stored_nodes_put(const hp_quadrature *nodes, double error_deg, double length_fm,
                         const hp_record *record, double *vector);

/* Those of other results: grid, owned by the caller, is made where they are not `nodes`. Errors: as
 * hp_quadrature_create_panels. */
hp_status hp_stored_nodes_take(const hp_quadrature *nodes, double length_fm,
                               const hp_record *record, const double *vector, bool *changed,
                               hp_quadrature *grid, double *error_deg, hp_error *err);

/* The nodes of the ODE solver: more in each panel than Nystroem has, or less. Errors: as there. */
hp_status hp_second_nodes_create(const hp_quadrature *nodes, hp_quadrature *second, hp_error *err);

#endif
