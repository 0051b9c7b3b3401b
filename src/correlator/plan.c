// SPDX-License-Identifier: GPL-3.0-or-later
/* Which sources and times, and the radial Laplacian. */
#include "hadpot/correlator.h"
#include <math.h>
#include <string.h>
#include "hadpot/format.h"
#include "hadpot/memory.h"
#include "plan_parts.h"

enum { WIDTH = 4 }; /* points of a radial stencil */

static hp_status find_source(const hp_ensemble *ensemble, const char *name, int *index,
                             hp_error *err) {
    char known[512] = "";
    *index = hp_ensemble_find_wave(ensemble, name);
    if (*index >= 0) return HP_OK;
    for (int s = 0; s < hp_ensemble_wave_count(ensemble); s++)
        hp_format_append(known, sizeof known, "%s%s", s > 0 ? ", " : "",
                         hp_ensemble_wave_name(ensemble, s));
    return HP_FAIL(HP_ERR_INPUT, "%s: there is no source '%s'; the file has %s", ensemble->path,
                   name, known);
}

static hp_status choose_sources(char *const *sources, int nsources, hp_correlator_plan *plan,
                                hp_error *err) {
    const hp_ensemble *ensemble = plan->ensemble;
    plan->nsource = nsources > 0 ? nsources : hp_ensemble_wave_count(ensemble);
    HP_REQUIRE(plan->nsource > 0, HP_ERR_INPUT, "%s: group /source holds no source",
               ensemble->path);
    HP_ALLOCATE(plan->source, plan->nsource);
    for (int s = 0; s < plan->nsource; s++) {
        plan->source[s] = s;
        if (nsources == 0) continue;
        HP_CALL(find_source(ensemble, sources[s], &plan->source[s], err));
        for (int other = 0; other < s; other++)
            HP_REQUIRE(plan->source[other] != plan->source[s], HP_ERR_INPUT,
                       "%s: source '%s' is asked for twice", ensemble->path, sources[s]);
    }
    return HP_OK;
}

static hp_status choose_times(const int *times, int ntimes, hp_correlator_plan *plan,
                              hp_error *err) {
    const hp_ensemble *ensemble = plan->ensemble;
    int last = ensemble->nt - 1;
    HP_REQUIRE(ensemble->nt >= 3, HP_ERR_INPUT,
               "%s: dataset /t holds %d times; time derivatives need at least 3", ensemble->path,
               ensemble->nt);
    plan->nt = ntimes > 0 ? ntimes : ensemble->nt - 2;
    HP_ALLOCATE(plan->time, plan->nt);
    for (int t = 0; t < plan->nt; t++) {
        plan->time[t] = t + 1;
        if (ntimes == 0) continue;
        plan->time[t] = times[t] - ensemble->t[0]; /* times are consecutive */
        HP_REQUIRE(plan->time[t] >= 0 && plan->time[t] <= last, HP_ERR_INPUT,
                   "%s: there is no t = %d; the file has t = %d ... %d", ensemble->path, times[t],
                   ensemble->t[0], ensemble->t[last]);
        HP_REQUIRE(plan->time[t] > 0 && plan->time[t] < last, HP_ERR_INPUT,
                   "%s: time derivatives at t = %d need t = %d and t = %d; the file has "
                   "t = %d ... %d, so t can be %d ... %d",
                   ensemble->path, times[t], times[t] - 1, times[t] + 1, ensemble->t[0],
                   ensemble->t[last], ensemble->t[1], ensemble->t[last - 1]);
        for (int other = 0; other < t; other++)
            HP_REQUIRE(plan->time[other] != plan->time[t], HP_ERR_INPUT,
                       "%s: t = %d is asked for twice", ensemble->path, times[t]);
    }
    return HP_OK;
}

/* Second derivative at x of the cubic through 4 nodes: l_j'' = 2 sum_k (x - x_k) / prod (x_j - x_k)
 * over the other three nodes k. On a uniform grid this is the central difference inside. */
static void derive_twice(const double node[WIDTH], double x, double weight[WIDTH]) {
    for (int j = 0; j < WIDTH; j++) {
        double sum = 0, product = 1;
        for (int k = 0; k < WIDTH; k++) {
            if (k == j) continue;
            sum += x - node[k];
            product *= node[j] - node[k];
        }
        weight[j] = 2 * sum / product;
    }
}

/* Weights of (1/r) d^2(r R)/dr^2 at every grid point (docs/method.md, "Laplacian"). The nodes
 * are i-1 ... i+2, moved down at the end; a grid that starts later than r = 0 has that point, where
 * r R = 0, as a node in front of it. */
static hp_status create_stencils(hp_correlator_plan *plan, hp_error *err) {
    const double *r = plan->ensemble->geometry.r;
    int npoint = plan->ensemble->geometry.npoint;
    HP_ALLOCATE(plan->stencil, WIDTH * (size_t)npoint);
    HP_ALLOCATE(plan->stencil_start, npoint);
    for (int i = 0; i < npoint; i++) {
        double *weight = plan->stencil + (ptrdiff_t)WIDTH * i;
        if (r[i] == 0) { /* R is even in r: nabla^2 R = 3 R'', R(r_1) = R(0) + R'' r_1^2 / 2 */
            weight[1] = 6 / (r[1] * r[1]);
            weight[0] = -weight[1];
            continue;
        }
        int first = i - 1 < npoint - WIDTH ? i - 1 : npoint - WIDTH; /* -1: the node r = 0 */
        double node[WIDTH], second[WIDTH];
        for (int j = 0; j < WIDTH; j++) node[j] = first + j < 0 ? 0 : r[first + j];
        derive_twice(node, r[i], second);
        plan->stencil_start[i] = first < 0 ? 0 : first;
        for (int j = plan->stencil_start[i] - first; j < WIDTH; j++)
            weight[first + j - plan->stencil_start[i]] = second[j] * node[j] / r[i];
    }
    return HP_OK;
}

static hp_status fill_plan(const hp_correlator_choice *choice, hp_correlator_plan *plan,
                           hp_error *err) {
    const hp_geometry *geometry = &plan->ensemble->geometry;
    HP_REQUIRE(choice->nsources >= 0 && choice->ntimes >= 0, HP_ERR_INTERNAL,
               "%d sources and %d times asked for", choice->nsources, choice->ntimes);
    plan->exponential = choice->exponential;
    HP_CALL(choose_sources(choice->sources, choice->nsources, plan, err));
    HP_CALL(hp_correlator_choose_components(choice->components, choice->ncomponents, plan, err));
    HP_CALL(choose_times(choice->times, choice->ntimes, plan, err));
    HP_CALL(hp_correlator_check_factors(plan, err));
    HP_CALL(hp_correlator_choose_radii(choice->misner, plan, err));
    if (geometry->kind == HP_GEOMETRY_RADIAL) HP_CALL(create_stencils(plan, err));
    HP_ALLOCATE(plan->ratio, 4 * (size_t)geometry->npoint);
    HP_ALLOCATE(plan->work, 3 * (size_t)geometry->npoint);
    return HP_OK;
}

hp_status hp_correlator_plan_create_from(const hp_ensemble *ensemble,
                                         const hp_correlator_choice *choice,
                                         hp_correlator_plan *plan, hp_error *err) {
    *plan = (hp_correlator_plan){.ensemble = ensemble};
    hp_status status = fill_plan(choice, plan, err);
    if (status != HP_OK) hp_correlator_plan_destroy(plan);
    return status;
}

hp_status hp_correlator_plan_create(const hp_ensemble *ensemble, char *const *sources, int nsources,
                                    const int *times, int ntimes, hp_correlator_plan *plan,
                                    hp_error *err) {
    const hp_correlator_choice choice = {
        .sources = sources, .nsources = nsources, .times = times, .ntimes = ntimes};
    return hp_correlator_plan_create_from(ensemble, &choice, plan, err);
}

void hp_correlator_plan_destroy(hp_correlator_plan *plan) {
    if (plan == NULL) return;
    hp_free(plan->source);
    hp_free(plan->field);
    hp_free(plan->time);
    hp_free(plan->orbits);
    hp_free(plan->orbit);
    hp_misner_destroy(&plan->misner);
    hp_free(plan->thick);
    hp_free(plan->stencil);
    hp_free(plan->stencil_start);
    hp_free(plan->ratio);
    hp_free(plan->work);
    *plan = (hp_correlator_plan){0};
}

void hp_correlator_plan_mark(const hp_correlator_plan *plan, bool *part) {
    const hp_ensemble *ensemble = plan->ensemble;
    for (int f = 0; f < 2 * plan->nsource * plan->ncomponent; f++)
        for (int t = 0; t < plan->nt && plan->field[f] >= 0; t++)
            for (int step = -1; step <= 1; step++)
                part[plan->field[f] * ensemble->nt + plan->time[t] + step] = true;
    if (plan->exponential || !hp_correlator_has_factors(plan)) return;
    for (int s = 0; s < plan->nsource; s++)
        for (int p = 0; p < plan->npair; p++)
            part[ensemble->nsource * ensemble->nt +
                 hp_ensemble_first_field(ensemble, plan->source[s], plan->pair[p])] = true;
}

int hp_correlator_plan_two_point(const hp_correlator_plan *plan) {
    for (int s = 0; s < plan->nsource; s++) {
        int field = plan->field != NULL ? plan->field[2 * (ptrdiff_t)s * plan->ncomponent]
                                        : plan->source[s];
        if (!plan->ensemble->has_ratio[field]) return field;
    }
    return -1;
}
