// SPDX-License-Identifier: GPL-3.0-or-later
/* R-correlator and source term of an averaged row (docs/method.md, sections 3 and 4). */
#include "hadpot/correlator.h"
#include <math.h>
#include "hadpot/memory.h"
#include "plan_parts.h"

/* ratio (npoint), an average four-point function or its Laplacian, over the averages of both
 * two-point functions. One division each: their product can underflow where R does not. */
static hp_status divide_by_two_point(const hp_correlator_plan *plan, const double *block,
                                     int source, int t, double *ratio, hp_error *err) {
    const hp_ensemble *ensemble = plan->ensemble;
    int npoint = ensemble->geometry.npoint;
    const double *two_point = block + (ptrdiff_t)ensemble->nt * npoint; /* (2, nt) */
    for (int hadron = 0; hadron < 2; hadron++) {
        double divisor = two_point[(ptrdiff_t)hadron * ensemble->nt + t];
        HP_REQUIRE(divisor != 0 && isfinite(divisor), HP_ERR_INPUT,
                   "%s: source '%s': the average of two_point_%d at t = %d must be finite and not "
                   "zero, found %g",
                   ensemble->path, ensemble->source[source], hadron + 1, ensemble->t[t], divisor);
        for (int p = 0; p < npoint; p++) ratio[p] /= divisor;
    }
    return HP_OK;
}

static bool is_laplacian(const hp_ensemble *ensemble, int source) {
    return ensemble->field != NULL && ensemble->field[source].laplacian;
}

/* ratio[npoint] = R of one source (field) at the time of index t, checked to be finite. */
static hp_status fill_ratio(const hp_correlator_plan *plan, const double *row, int source, int t,
                            double *ratio, hp_error *err) {
    const hp_ensemble *ensemble = plan->ensemble;
    const hp_geometry *geometry = &ensemble->geometry;
    int npoint = geometry->npoint;
    const double *block = row + hp_ensemble_row_offset(ensemble, source);
    const double *stored = block + (ptrdiff_t)t * npoint;
    for (int p = 0; p < npoint; p++) ratio[p] = stored[p];
    if (!ensemble->has_ratio[source])
        HP_CALL(divide_by_two_point(plan, block, source, t, ratio, err));
    for (int p = 0; p < npoint; p++)
        HP_REQUIRE(isfinite(ratio[p]), HP_ERR_INPUT,
                   "%s: source '%s': %s at t = %d, r = %g (point %d) is not finite", ensemble->path,
                   ensemble->source[source], is_laplacian(ensemble, source) ? "the Laplacian" : "R",
                   ensemble->t[t], geometry->r[geometry->shell[p]], p);
    return HP_OK;
}

static double laplacian_cubic(const int neighbour[6], const double *R, int p) {
    double sum = 0;
    for (int side = 0; side < 6; side++) sum += R[neighbour[side]] - R[p];
    return sum;
}

static double laplacian_radial(const hp_correlator_plan *plan, const double *R, int p) {
    const double *weight = plan->stencil + (ptrdiff_t)4 * p;
    const double *point = R + plan->stencil_start[p];
    return weight[0] * point[0] + weight[1] * point[1] + weight[2] * point[2] +
           weight[3] * point[3];
}

/* work (3, npoint) = the terms laplacian, dt, dt2 of S at every point, of a Laplacian that is
 * stored or of that of R. */
static void fill_terms(hp_correlator_plan *plan, const hp_pair *pair, bool stored) {
    const hp_geometry *geometry = &plan->ensemble->geometry;
    int npoint = geometry->npoint;
    const double *before = plan->ratio, *now = before + npoint, *after = now + npoint;
    const double *given = after + npoint;
    double *laplacian = plan->work, *dt = laplacian + npoint, *dt2 = dt + npoint;
    double kinetic = 1 / (2 * pair->mu), delta = hp_pair_asymmetry(pair);
    double relativistic = (1 + 3 * delta * delta) / (8 * pair->mu);
    for (int p = 0; p < npoint; p++) {
        laplacian[p] = kinetic * (stored ? given[p]
                                  : geometry->kind == HP_GEOMETRY_CUBIC
                                      ? laplacian_cubic(geometry->neighbour[p], now, p)
                                      : laplacian_radial(plan, now, p));
        dt[p] = -(after[p] - before[p]) / 2;
        dt2[p] = relativistic * (after[p] - 2 * now[p] + before[p]);
    }
}

/* R and the terms of S at every point, of a component of one source and time of the plan. */
static hp_status fill_component(hp_correlator_plan *plan, const hp_pair *pair, const double *row,
                                hp_wave_column at, int component, hp_error *err) {
    int npoint = plan->ensemble->geometry.npoint, t = plan->time[at.t];
    const int *field = plan->field + 2 * ((ptrdiff_t)at.source * plan->ncomponent + component);
    for (int step = 0; step < 3; step++)
        HP_CALL(fill_ratio(plan, row, field[0], t + step - 1,
                           plan->ratio + (ptrdiff_t)step * npoint, err));
    if (field[1] >= 0)
        HP_CALL(fill_ratio(plan, row, field[1], t, plan->ratio + (ptrdiff_t)3 * npoint, err));
    fill_terms(plan, &pair[plan->component[component].pair], field[1] >= 0);
    return HP_OK;
}

/* Values at points of the lattice or grid to those at the radii of the plan. */
static void take_radii(const hp_correlator_plan *plan, const double *point_value, double *value) {
    for (int k = 0; k < plan->nradius && plan->orbit != NULL; k++)
        value[k] = point_value[plan->orbit[k]];
    if (plan->orbit != NULL) return;
    hp_geometry_shell_average(&plan->ensemble->geometry, point_value, value);
    if (plan->thick == NULL) return;
    /* The part of the numbers that is constant on spheres is phi_0 Y_00. */
    for (int k = 0; k < plan->nradius; k++)
        if (plan->thick[k] >= 0)
            value[k] = sqrt(0.25 / M_PI) *
                       hp_misner_project(&plan->misner, 0, plan->thick[k], point_value);
}

/* R and the terms at the radii into the block that starts at `first`, times f, and their sum. */
static void store_component(const hp_correlator_plan *plan, double f, size_t first,
                            hp_correlator *correlator) {
    int npoint = plan->ensemble->geometry.npoint;
    const double *const from[] = {plan->ratio + npoint, plan->work, plan->work + npoint,
                                  plan->work + (ptrdiff_t)2 * npoint};
    double *const to[] = {correlator->R, correlator->laplacian, correlator->dt, correlator->dt2};
    size_t end = first + (size_t)plan->nradius;
    for (int term = 0; term < 4; term++) {
        take_radii(plan, from[term], to[term] + first);
        for (size_t i = first; i < end && f != 1; i++) to[term][i] *= f;
    }
    for (size_t i = first; i < end; i++)
        correlator->S[i] = correlator->laplacian[i] + correlator->dt[i] + correlator->dt2[i];
}

hp_status hp_correlator_compute(hp_correlator_plan *plan, const hp_pair *pair, const double *row,
                                hp_correlator *correlator, hp_error *err) {
    HP_REQUIRE(correlator->nsource == plan->nsource && correlator->nt == plan->nt &&
                   correlator->nshell == plan->nshell,
               HP_ERR_INTERNAL, "correlator of shape (%d, %d, %d) used with a plan of (%d, %d, %d)",
               correlator->nsource, correlator->nt, correlator->nshell, plan->nsource, plan->nt,
               plan->nshell);
    size_t first = 0;
    for (int s = 0; s < plan->nsource; s++)
        for (int t = 0; t < plan->nt; t++) {
            double f[HP_MOST_COMPONENTS];
            const hp_wave_column at = {s, t};
            HP_CALL(hp_correlator_factors(plan, pair, row, at, f, err));
            for (int c = 0; c < plan->ncomponent; c++) {
                HP_CALL(fill_component(plan, pair, row, at, c, err));
                store_component(plan, f[c], first, correlator);
                first += (size_t)plan->nradius;
            }
        }
    return HP_OK;
}

hp_status hp_correlator_point_potential(hp_correlator_plan *plan, const hp_pair *pair,
                                        const double *row, int column, double *V, hp_error *err) {
    int npoint = plan->ensemble->geometry.npoint;
    const double *R = plan->ratio + npoint;
    const double *laplacian = plan->work, *dt = laplacian + npoint, *dt2 = dt + npoint;
    const hp_wave_column at = {column / plan->nt, column % plan->nt};
    HP_CALL(fill_component(plan, pair, row, at, 0, err));
    for (int p = 0; p < npoint; p++) V[p] = (laplacian[p] + dt[p] + dt2[p]) / R[p];
    return HP_OK;
}

hp_status hp_correlator_create(const hp_correlator_plan *plan, hp_correlator *correlator,
                               hp_error *err) {
    hp_status status = HP_OK;
    *correlator = (hp_correlator){.nsource = plan->nsource, .nt = plan->nt, .nshell = plan->nshell};
    correlator->n = (size_t)plan->nsource * (size_t)plan->nt * (size_t)plan->nshell;
    HP_NEW(correlator->block, 5 * correlator->n);
    correlator->R = correlator->block;
    correlator->laplacian = correlator->R + correlator->n;
    correlator->dt = correlator->laplacian + correlator->n;
    correlator->dt2 = correlator->dt + correlator->n;
    correlator->S = correlator->dt2 + correlator->n;
cleanup:
    if (status != HP_OK) hp_correlator_destroy(correlator);
    return status;
}

void hp_correlator_destroy(hp_correlator *correlator) {
    if (correlator == NULL) return;
    hp_free(correlator->block);
    *correlator = (hp_correlator){0};
}
