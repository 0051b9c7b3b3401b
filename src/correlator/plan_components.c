// SPDX-License-Identifier: GPL-3.0-or-later
/* Components of a plan: their fields, pairs and radii. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/format.h"
#include "hadpot/memory.h"
#include "plan_parts.h"

enum { LIST_SIZE = 512 };

static hp_status set_masses(const hp_ensemble *ensemble, const double mass[2], const char *of,
                            hp_pair_masses *masses, hp_error *err) {
    for (int hadron = 0; hadron < 2; hadron++)
        HP_REQUIRE(isnan(mass[hadron]) || (mass[hadron] > 0 && isfinite(mass[hadron])),
                   HP_ERR_INPUT,
                   "%s: %sattribute mass_%d must be a positive mass in lattice units, found %g",
                   ensemble->path, of, hadron + 1, mass[hadron]);
    *masses = (hp_pair_masses){.mass = {&mass[0], &mass[1]}, .nrow = 1};
    return HP_OK;
}

/* The number in the plan of a pair of the ensemble, which is added if it is new. */
static hp_status take_pair(int pair, hp_correlator_plan *plan, int *number, hp_error *err) {
    const hp_ensemble *ensemble = plan->ensemble;
    const hp_ensemble_pair *of = &ensemble->pair[pair];
    char place[HP_ENSEMBLE_NAME + 16];
    for (*number = 0; *number < plan->npair; ++*number)
        if (plan->pair[*number] == pair) return HP_OK;
    HP_REQUIRE(plan->npair < HP_MOST_PAIRS, HP_ERR_INPUT, "%s: at most %d pairs can be coupled",
               ensemble->path, HP_MOST_PAIRS);
    snprintf(place, sizeof place, "/pair/%s: ", of->name);
    hp_pair_masses *masses = &plan->masses[plan->npair];
    HP_CALL(set_masses(ensemble, of->mass, place, masses, err));
    HP_REQUIRE(isnan(of->sqrt_z) || (of->sqrt_z > 0 && isfinite(of->sqrt_z)), HP_ERR_INPUT,
               "%s: %ssqrt_z must be positive, found %g", ensemble->path, place, of->sqrt_z);
    if (!isnan(of->sqrt_z)) {
        masses->sqrt_z = &of->sqrt_z;
        masses->nz = 1;
    }
    plan->pair[plan->npair++] = pair;
    return HP_OK;
}

static hp_status find_component(const hp_ensemble *ensemble, const char *name, int *index,
                                hp_error *err) {
    char known[LIST_SIZE] = "";
    *index = hp_ensemble_find_component(ensemble, name);
    if (*index >= 0) return HP_OK;
    for (int c = 0; c < ensemble->ncomponent; c++)
        hp_format_append(known, sizeof known, "%s%s", c > 0 ? ", " : "",
                         ensemble->component[c].name);
    return HP_FAIL(HP_ERR_INPUT, "%s: there is no component '%s'; the file has %s", ensemble->path,
                   name, ensemble->ncomponent > 0 ? known : "one S wave without a name");
}

static hp_status set_fields(int component, int c, hp_correlator_plan *plan, hp_error *err) {
    const hp_ensemble *ensemble = plan->ensemble;
    for (int s = 0; s < plan->nsource; s++) {
        int *field = plan->field + 2 * ((ptrdiff_t)s * plan->ncomponent + c);
        bool is_s_wave = plan->component[c].l == 0;
        field[0] = hp_ensemble_find_field(ensemble, plan->source[s], component, false);
        field[1] =
            is_s_wave ? -1 : hp_ensemble_find_field(ensemble, plan->source[s], component, true);
        HP_REQUIRE(field[0] >= 0 && (is_s_wave || field[1] >= 0), HP_ERR_INPUT,
                   "%s: source '%s' has no %s%s", ensemble->path,
                   hp_ensemble_wave_name(ensemble, plan->source[s]),
                   field[0] >= 0 ? "Laplacian of " : "", ensemble->component[component].name);
    }
    return HP_OK;
}

/* Component c of the plan is `component` of the ensemble. */
static hp_status take_component(int component, int c, hp_correlator_plan *plan, hp_error *err) {
    const hp_ensemble_component *of = &plan->ensemble->component[component];
    plan->component[c].l = of->l;
    plan->spin[c] = (hp_spin_state){of->two_s_plus_1, of->two_j};
    HP_CALL(take_pair(of->pair, plan, &plan->component[c].pair, err));
    return set_fields(component, c, plan, err);
}

/* Version 1: one S wave, of which sources are fields. */
static hp_status take_s_wave(hp_correlator_plan *plan, hp_error *err) {
    const hp_ensemble *ensemble = plan->ensemble;
    plan->npair = 1;
    HP_CALL(set_masses(ensemble, ensemble->mass, "", &plan->masses[0], err));
    for (ptrdiff_t s = 0; s < plan->nsource; s++) {
        plan->field[2 * s] = plan->source[s];
        plan->field[2 * s + 1] = -1;
    }
    return HP_OK;
}

hp_status hp_correlator_choose_components(char *const *names, int n, hp_correlator_plan *plan,
                                          hp_error *err) {
    const hp_ensemble *ensemble = plan->ensemble;
    bool one = ensemble->field == NULL; /* version 1 */
    int count = n > 0 ? n : one ? 1 : ensemble->ncomponent, component;
    HP_REQUIRE(count <= HP_MOST_COMPONENTS, HP_ERR_INPUT,
               "%s: %d components, at most %d can be coupled", ensemble->path, count,
               HP_MOST_COMPONENTS);
    if (one && n > 0) return find_component(ensemble, names[0], &component, err);
    plan->ncomponent = count;
    HP_ALLOCATE(plan->field, 2 * (size_t)plan->nsource * (size_t)count);
    if (one) return take_s_wave(plan, err);
    for (int c = 0; c < count; c++) {
        component = c;
        if (n > 0) HP_CALL(find_component(ensemble, names[c], &component, err));
        for (int other = 0; other < c && n > 0; other++)
            HP_REQUIRE(strcmp(names[other], names[c]) != 0, HP_ERR_INPUT,
                       "%s: component '%s' is asked for twice", ensemble->path, names[c]);
        HP_CALL(take_component(component, c, plan, err));
    }
    return HP_OK;
}

/* ---- radii ---- */

/* An orbit and the number of its shell, by which it is sorted. */
typedef struct orbit_order {
    int shell, point;
} orbit_order;

static int compare_orbits(const void *a, const void *b) {
    const orbit_order *x = a, *y = b;
    return x->shell != y->shell ? (x->shell > y->shell) - (x->shell < y->shell)
                                : (x->point > y->point) - (x->point < y->point);
}

static hp_status choose_orbits(hp_correlator_plan *plan, hp_error *err) {
    const hp_geometry *geometry = &plan->ensemble->geometry;
    int n = plan->nradius = geometry->npoint;
    orbit_order *order;
    HP_ALLOCATE(plan->orbits, 2 * (size_t)n);
    HP_ALLOCATE(plan->orbit, n);
    HP_ALLOCATE(order, n);
    for (int p = 0; p < n; p++) order[p] = (orbit_order){geometry->shell[p], p};
    qsort(order, (size_t)n, sizeof *order, compare_orbits);
    for (int k = 0; k < n; k++) {
        plan->orbit[k] = order[k].point;
        plan->orbits[k] = geometry->r[order[k].shell];
        plan->orbits[n + k] = geometry->multiplicity[order[k].point];
    }
    hp_free(order);
    plan->r = plan->orbits;
    plan->weight = plan->orbits + n;
    return HP_OK;
}

/* Thick shells at the radii where they can be. */
static hp_status choose_thick(const hp_misner_options *options, hp_correlator_plan *plan,
                              hp_error *err) {
    hp_status status = HP_OK;
    const hp_geometry *geometry = &plan->ensemble->geometry;
    int n = 0;
    double *radius = NULL;
    HP_NEW(radius, plan->nradius);
    HP_NEW(plan->thick, plan->nradius);
    for (int k = 0; k < plan->nradius; k++) {
        bool can = hp_misner_count(geometry, options, geometry->r[k]) > 0;
        plan->thick[k] = can ? n : -1;
        if (can) radius[n++] = geometry->r[k];
    }
    HP_TRY_IN(hp_misner_create(geometry, options, radius, n, &plan->misner, err), "%s",
              plan->ensemble->path);
    HP_CHECK(n > 0, HP_ERR_INPUT,
             "%s: no shell of width %g between r = 0 and L/2 = %d a has points for the Misner "
             "projection with %d radial terms and l_max %d",
             plan->ensemble->path, options->width, geometry->extent / 2, options->radial_terms,
             options->l_max);
cleanup:
    hp_free(radius);
    return status;
}

hp_status hp_correlator_choose_radii(const hp_misner_options *misner, hp_correlator_plan *plan,
                                     hp_error *err) {
    const hp_geometry *geometry = &plan->ensemble->geometry;
    bool s_waves = true;
    for (int c = 0; c < plan->ncomponent; c++) s_waves = s_waves && plan->component[c].l == 0;
    plan->nradius = geometry->nshell;
    plan->r = geometry->r;
    plan->weight = geometry->weight;
    if (misner != NULL)
        HP_CALL(choose_thick(misner, plan, err));
    else if (geometry->kind == HP_GEOMETRY_CUBIC && !s_waves)
        HP_CALL(choose_orbits(plan, err));
    plan->nshell = plan->ncomponent * plan->nradius;
    return HP_OK;
}
