// SPDX-License-Identifier: GPL-3.0-or-later
#include "second_count.h"

hp_status hp_second_count_check(const hp_second_count *count, hp_error *err) {
    if (count->status != HP_ERR_MEMORY) return HP_OK;
    return HP_FAIL(HP_ERR_MEMORY, "no memory to count bound states a second time");
}

hp_status hp_second_count_nodes(const hp_quadrature *grid, hp_quadrature *nodes, hp_error *err) {
    enum { STEP = 2, FEW = 8 };
    int order = grid->order + (grid->order < FEW ? STEP : -STEP);
    return hp_quadrature_create_panels(grid->edge, grid->panels, order, nodes, err);
}

int hp_second_count_order(const hp_quadrature *grid) {
    enum { STEP = 4, LEAST = 12 };
    int order = grid->order + (grid->order + STEP <= HP_MAX_ORDER ? STEP : -STEP);
    return order < LEAST ? LEAST : order;
}
