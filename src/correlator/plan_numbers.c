// SPDX-License-Identifier: GPL-3.0-or-later
/* Which numbers of a row R and S at one point take. */
#include "plan_parts.h"

typedef struct {
    const hp_correlator_plan *plan;
    int source, t;    /* of the plan */
    const int *field; /* (2) the component, and the Laplacian that is stored */
    bool *number;
} marking;

/* One point of a field at a time of the ensemble. */
static void mark(const marking *of, int field, int time, int point) {
    const hp_ensemble *ensemble = of->plan->ensemble;
    size_t start = hp_ensemble_row_offset(ensemble, field);
    of->number[start + (size_t)time * (size_t)ensemble->geometry.npoint + (size_t)point] = true;
}

static void mark_two_points(const marking *of, int field, int time) {
    const hp_ensemble *ensemble = of->plan->ensemble;
    size_t nt = (size_t)ensemble->nt;
    size_t start = hp_ensemble_row_offset(ensemble, field) + nt * (size_t)ensemble->geometry.npoint;
    for (size_t hadron = 0; hadron < 2 && !ensemble->has_ratio[field]; hadron++)
        of->number[start + hadron * nt + (size_t)time] = true;
}

/* R at a point and three times, and the Laplacian there. */
static void mark_point(const marking *of, int point) {
    const hp_correlator_plan *plan = of->plan;
    const hp_geometry *geometry = &plan->ensemble->geometry;
    int time = plan->time[of->t];
    for (int step = -1; step <= 1; step++) mark(of, of->field[0], time + step, point);
    if (of->field[1] >= 0)
        mark(of, of->field[1], time, point);
    else if (geometry->kind == HP_GEOMETRY_CUBIC)
        for (int side = 0; side < 6; side++)
            mark(of, of->field[0], time, geometry->neighbour[point][side]);
    else
        for (int i = 0; i < 4; i++) mark(of, of->field[0], time, plan->stencil_start[point] + i);
}

/* Points whose values make that at a radius: those of its shell, thick or not, or one orbit. */
static void mark_radius(const marking *of, int radius) {
    const hp_correlator_plan *plan = of->plan;
    const hp_geometry *geometry = &plan->ensemble->geometry;
    if (plan->orbit != NULL) {
        mark_point(of, plan->orbit[radius]);
    } else if (plan->thick != NULL && plan->thick[radius] >= 0) {
        const int *start = plan->misner.start + plan->thick[radius];
        for (int i = start[0]; i < start[1]; i++) mark_point(of, plan->misner.point[i]);
    } else {
        for (int p = 0; p < geometry->npoint; p++)
            if (geometry->shell[p] == radius) mark_point(of, p);
    }
}

void hp_correlator_plan_mark_numbers(const hp_correlator_plan *plan, hp_plan_point point,
                                     bool *number) {
    size_t pair_of_fields =
        2 * ((size_t)point.source * (size_t)plan->ncomponent + (size_t)point.component);
    const marking of = {plan, point.source, point.t, plan->field + pair_of_fields, number};
    int time = plan->time[point.t];
    for (int step = -1; step <= 1; step++) mark_two_points(&of, of.field[0], time + step);
    if (of.field[1] >= 0) mark_two_points(&of, of.field[1], time);
    mark_radius(&of, point.radius);
    hp_correlator_mark_factors(plan, (hp_wave_column){point.source, point.t}, number);
}
