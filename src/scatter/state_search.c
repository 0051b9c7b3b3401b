// SPDX-License-Identifier: GPL-3.0-or-later
#include "state_search.h"
#include <math.h>

/* Halvings of an interval: a limit that only faults reach. */
enum { MAX_HALVINGS = 100 };

hp_status hp_state_find_top(hp_state_count count, void *context, const hp_quadrature *grid,
                            double end, hp_bracket *all, hp_error *err) {
    double shortest = grid->range;
    for (int i = 0; i < grid->panels; i++)
        shortest = fmin(shortest, hp_quadrature_panel_length(grid, i));
    all->high = fmin(end, all->low + M_PI / grid->range);
    HP_CALL(count(context, all->high, &all->above_high, err));
    while (all->above_high > 0) {
        HP_REQUIRE(all->high * shortest <= grid->order, HP_ERR_NUMERIC,
                   "a state is bound too deeply for a radial grid of %d nodes up to r = %g: its "
                   "binding momentum is above %g",
                   grid->n, grid->range, all->high);
        if (!(all->high < end)) return HP_OK;
        all->high = fmin(end, 2.0 * all->high);
        HP_CALL(count(context, all->high, &all->above_high, err));
    }
    return HP_OK;
}

hp_status hp_state_isolate(hp_state_count count, void *context, hp_bracket *one, hp_error *err) {
    int wanted = one->above_high + 1;
    for (int halving = 0; one->above_low > wanted && halving < MAX_HALVINGS; halving++) {
        int above;
        double middle = 0.5 * (one->low + one->high);
        if (!(middle > one->low && middle < one->high)) break; /* degenerate to all digits */
        HP_CALL(count(context, middle, &above, err));
        if (above >= wanted) {
            one->low = middle;
            one->above_low = above;
        } else {
            one->high = middle;
            one->above_high = above;
        }
    }
    return HP_OK;
}
