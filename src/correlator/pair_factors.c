// SPDX-License-Identifier: GPL-3.0-or-later
/* f_a(t) of the pairs of a plan, whose ratios are Delta^{ad} of coupled channels. */
#include <math.h>
#include "plan_parts.h"

bool hp_correlator_has_factors(const hp_correlator_plan *plan) {
    return plan->npair > 1;
}

bool hp_correlator_plan_lacks_z(const hp_correlator_plan *plan) {
    bool lacks = false;
    for (int p = 0; p < plan->npair; p++) lacks = lacks || plan->masses[p].nz == 0;
    return lacks && hp_correlator_has_factors(plan);
}

/* The field of a source and the first component of a pair. */
static int field_of(const hp_correlator_plan *plan, int source, int pair) {
    int c = 0;
    while (plan->component[c].pair != pair) c++;
    return plan->field[2 * ((ptrdiff_t)source * plan->ncomponent + c)];
}

/* The field in whose block the full two-point functions of source and pair stand, if it has them.
 */
static int full_field(const hp_correlator_plan *plan, int source, int pair) {
    return hp_ensemble_first_field(plan->ensemble, plan->source[source], plan->pair[pair]);
}

/* Place of two_point_1, 2 at a time of the waves, in a row; -1: they are not there. */
static ptrdiff_t place_of(const hp_correlator_plan *plan, int source, int pair, int hadron, int t) {
    const hp_ensemble *ensemble = plan->ensemble;
    int field = field_of(plan, source, pair);
    if (!ensemble->has_ratio[field])
        return (ptrdiff_t)hp_ensemble_row_offset(ensemble, field) +
               (ptrdiff_t)ensemble->nt * (ensemble->geometry.npoint + hadron) + t;
    hp_full which = hadron == 0 ? HP_FULL_TWO_POINT_1 : HP_FULL_TWO_POINT_2;
    hp_full beside = hadron == 0 ? HP_BESIDE_TWO_POINT_1 : HP_BESIDE_TWO_POINT_2;
    field = full_field(plan, source, pair);
    if (field >= 0 && hp_ensemble_has_full(ensemble, field, beside))
        return (ptrdiff_t)hp_ensemble_full_offset(ensemble, field, beside) + t;
    if (field < 0 || !hp_ensemble_has_full(ensemble, field, which)) return -1;
    int at = ensemble->t[t] - ensemble->t_full[0]; /* times are consecutive */
    if (at < 0 || at >= ensemble->nt_full) return -1;
    return (ptrdiff_t)hp_ensemble_full_offset(ensemble, field, which) + at;
}

hp_status hp_correlator_check_factors(const hp_correlator_plan *plan, hp_error *err) {
    const hp_ensemble *ensemble = plan->ensemble;
    if (!hp_correlator_has_factors(plan) || plan->exponential) return HP_OK;
    for (int s = 0; s < plan->nsource; s++)
        for (int p = 0; p < plan->npair; p++)
            for (int t = 0; t < plan->nt; t++)
                HP_REQUIRE(place_of(plan, s, p, 0, plan->time[t]) >= 0, HP_ERR_INPUT,
                           "%s: channels.delta_factor: measured needs the two-point functions of "
                           "source '%s' and pair %s at t = %d, and the file holds R alone; "
                           "delta_factor: exponential takes masses instead",
                           ensemble->path, hp_ensemble_wave_name(ensemble, plan->source[s]),
                           ensemble->pair[plan->pair[p]].name, ensemble->t[plan->time[t]]);
    return HP_OK;
}

/* C2_1 and C2_2 of a pair of an averaged row. */
static hp_status read_two_points(const hp_correlator_plan *plan, const double *row,
                                 hp_wave_column at, int pair, double C[2], hp_error *err) {
    const hp_ensemble *ensemble = plan->ensemble;
    int t = plan->time[at.t];
    for (int hadron = 0; hadron < 2; hadron++) {
        C[hadron] = row[place_of(plan, at.source, pair, hadron, t)];
        HP_REQUIRE(C[hadron] != 0 && isfinite(C[hadron]), HP_ERR_INPUT,
                   "%s: source '%s', pair %s: the average of two_point_%d at t = %d must be finite "
                   "and not zero, found %g",
                   ensemble->path, hp_ensemble_wave_name(ensemble, plan->source[at.source]),
                   ensemble->pair[plan->pair[pair]].name, hadron + 1, ensemble->t[t], C[hadron]);
    }
    return HP_OK;
}

static double sqrt_z(const hp_pair *pair) {
    return pair->sqrt_z > 0 ? pair->sqrt_z : 1;
}

/* The pair that stands first in the file, in whatever order the job has them: the data that are
 * fitted do not depend on that order. */
static int first_pair(const hp_correlator_plan *plan) {
    int first = 0;
    for (int p = 1; p < plan->npair; p++)
        if (plan->pair[p] < plan->pair[first]) first = p;
    return first;
}

void hp_correlator_mark_factors(const hp_correlator_plan *plan, hp_wave_column at, bool *number) {
    if (!hp_correlator_has_factors(plan) || plan->exponential) return;
    for (int p = 0; p < plan->npair; p++)
        for (int hadron = 0; hadron < 2; hadron++) {
            ptrdiff_t place = place_of(plan, at.source, p, hadron, plan->time[at.t]);
            if (place >= 0) number[place] = true;
        }
}

hp_status hp_correlator_factors(const hp_correlator_plan *plan, const hp_pair *pair,
                                const double *row, hp_wave_column at, double *f, hp_error *err) {
    int zero = first_pair(plan);
    const hp_pair *first = &pair[zero];
    double C0[2] = {1, 1}, C[2], t = plan->ensemble->t[plan->time[at.t]];
    for (int c = 0; c < plan->ncomponent; c++) f[c] = 1;
    if (!hp_correlator_has_factors(plan)) return HP_OK;
    if (!plan->exponential) HP_CALL(read_two_points(plan, row, at, zero, C0, err));
    for (int c = 0; c < plan->ncomponent; c++) {
        int p = plan->component[c].pair;
        if (p == zero) continue;
        double z = sqrt_z(&pair[p]) / sqrt_z(first);
        double gap = pair[p].mass[0] + pair[p].mass[1] - first->mass[0] - first->mass[1];
        if (plan->exponential) {
            f[c] = exp(-gap * t) * z;
            continue;
        }
        HP_CALL(read_two_points(plan, row, at, p, C, err));
        f[c] = C[0] / C0[0] * (C[1] / C0[1]) / z;
    }
    return HP_OK;
}
