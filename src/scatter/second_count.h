// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to scatter: bound states counted in a second way; docs/method-scatter.md, "Two ways to
 * count". */
#ifndef HADPOT_SCATTER_SECOND_COUNT_H
#define HADPOT_SCATTER_SECOND_COUNT_H

#include <stdbool.h>
#include "hadpot/quadrature.h"

typedef struct hp_second_count {
    int number;
    bool usable;      /* found, and not by rounding */
    hp_status status; /* why not; what is no property of the interaction ends the count */
} hp_second_count;

/* Another number because memory is short would be one that depends on the machine. Errors:
 * MEMORY. */
hp_status hp_second_count_check(const hp_second_count *count, hp_error *err);

/* Other nodes: two less in each panel, or more where there are few; an order that resolves the
 * states well has them with two less. Errors: as hp_quadrature_create_panels. */
hp_status hp_second_count_nodes(const hp_quadrature *grid, hp_quadrature *nodes, hp_error *err);

/* Nodes in each panel of a finer grid: of an order that differs from both. */
int hp_second_count_order(const hp_quadrature *grid);

/* The phase of a wave, or the exponent under a barrier, that a node follows: half the limit of
 * Gauss-Legendre nodes on a sine. */
static const double HP_PHASE_PER_NODE = 0.5;

#endif
