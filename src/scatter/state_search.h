// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to scatter: bound states, deepest first, isolated by how many lie above a binding
 * momentum. */
#ifndef HADPOT_SCATTER_STATE_SEARCH_H
#define HADPOT_SCATTER_STATE_SEARCH_H

#include "hadpot/quadrature.h"

/* Interval of binding momenta, and how many states lie above its ends. */
typedef struct hp_bracket {
    double low, high;
    int above_low, above_high;
} hp_bracket;

/* States above x. */
typedef hp_status (*hp_state_count)(void *context, double x, int *count, hp_error *err);

/* Raise the upper end, from the lower one, until no state is above it, or to `end` (infinity:
 * none), where binding momenta end: states above that stay without a description. Errors: those of
 * count; HP_ERR_NUMERIC for states that are bound too deeply for the grid. */
hp_status hp_state_find_top(hp_state_count count, void *context, const hp_quadrature *grid,
                            double end, hp_bracket *all, hp_error *err);

/* Raise the lower end until the interval holds the highest of its states alone, or those that are
 * degenerate with it to all digits. Errors: those of count. */
hp_status hp_state_isolate(hp_state_count count, void *context, hp_bracket *one, hp_error *err);

#endif
