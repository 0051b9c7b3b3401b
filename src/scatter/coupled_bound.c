// SPDX-License-Identifier: GPL-3.0-or-later
/* Bound states of coupled components: their number by Sylvester's law of inertia, and the energies
 * where an eigenvalue of the symmetric form goes through zero; docs/method-channels-bound.md. */
#include "coupled_bound.h"
#include <float.h>
#include <math.h>
#include <string.h>
#include <cblas.h>
#include "factors.h"
#include "hadpot/memory.h"
#include "hadpot/stop.h"
#include "state_search.h"

/* Steps of Newton's method, which needs about five: a limit that only faults reach. */
enum { MAX_STEPS = 200 };

/* Steps of inverse iteration with each factorisation. */
enum { ITERATIONS = 2 };

/* Where Newton's steps end: the last one that is taken leaves an error far below rounding. */
static const double CONVERGED = 1e-11;

/* On the way to the highest state. */
typedef struct climb {
    hp_coupled *solver;
    int there;     /* states in all */
    double bottom; /* all of them are above */
} climb;

/* States that have been found, for those that are degenerate with them. */
typedef struct found_states {
    int number;
    double *x, *z; /* (most), (most, N n) */
} found_states;

double hp_bound_lowest(const hp_coupled *solver) {
    const hp_channels *channels = &solver->channels;
    double lowest = 0.0;
    for (int c = 0; c < solver->ncomponent; c++) {
        hp_component of = channels->component[c];
        double kappa = -0.5 * channels->coulomb[of.pair].strength / (of.l + 1.0);
        if (!(kappa > 0.0)) continue;
        double energy = hp_channels_energy(channels, of.pair, -kappa * kappa);
        if (energy < 0.0) {
            double x = sqrt(-hp_channels_k2(channels, hp_coupled_lowest_pair(channels), energy));
            lowest = fmax(lowest, of.pair == hp_coupled_lowest_pair(channels) ? kappa : x);
        }
    }
    return lowest;
}

/* The largest x: relativistic momenta end where W = |m1^2 - m2^2|^1/2, below which k^2 rises again;
 * with equal masses at W = 0, which is not reached. */
static double highest(const hp_coupled *solver) {
    const hp_channels *channels = &solver->channels;
    const double nearly_zero = 1e-3;
    double energy = -INFINITY;
    if (channels->kinematics == HP_NONRELATIVISTIC) return INFINITY;
    for (int a = 0; a < channels->npair; a++) {
        const double *mass = channels->pair[a].mass;
        double sum = mass[0] + mass[1], difference = fabs(mass[0] - mass[1]);
        double W = fmax(sqrt(sum * difference), nearly_zero * sum);
        energy = fmax(energy, W - sum + channels->threshold[a]);
    }
    return sqrt(-hp_channels_k2(channels, hp_coupled_lowest_pair(channels), energy));
}

hp_status hp_bound_place_at(const hp_coupled *solver, double x, hp_bound_place *place,
                            hp_error *err) {
    const hp_channels *channels = &solver->channels;
    int lowest = hp_coupled_lowest_pair(channels);
    place->x = x;
    place->energy = hp_channels_energy(channels, lowest, -x * x);
    for (int c = 0; c < solver->ncomponent; c++) {
        hp_component of = channels->component[c];
        double k2 = of.pair == lowest ? -x * x : hp_coupled_k2(solver, c, place->energy);
        place->k2[c] = fmin(k2, 0.0);
        place->tail[c] = (hp_tail){.l = of.l,
                                   .strength = channels->coulomb[of.pair].strength,
                                   .kappa = sqrt(-place->k2[c]),
                                   .range = solver->grid.range};
        HP_CALL(hp_tail_decay(&place->tail[c], &place->gamma[c], err));
    }
    return HP_OK;
}

/* Factors of the form at a place, and the states above. */
static hp_status factorise(hp_coupled *solver, const hp_bound_place *place, int *count,
                           hp_error *err) {
    struct hp_coupled_bound *bound = solver->bound;
    int size = solver->size;
    hp_coupled_form_at(solver, place->k2, place->gamma, bound->matrix);
    bound->scale = bound->largest;
    for (int i = 0; i < size; i++)
        bound->scale = fmax(bound->scale, fabs(bound->matrix[(size_t)i * (size_t)(size + 1)]));
    int info = LAPACKE_dsytrf_work(LAPACK_COL_MAJOR, 'L', size, bound->matrix, size, bound->pivot,
                                   bound->buffer, size * size);
    HP_REQUIRE(info >= 0, HP_ERR_LIBRARY, "dsytrf: argument %d is wrong", -info);
    if (info > 0) { /* exactly zero stands for its rounding error */
        bound->matrix[(size_t)(info - 1) * (size_t)(size + 1)] = DBL_EPSILON * bound->scale;
        bound->scale = INFINITY;
    }
    *count = hp_factors_negative(size, bound->matrix, bound->pivot);
    return HP_OK;
}

/* States that are degenerate at x would come again. */
static void take_away(const hp_coupled *solver, const found_states *found, double x, double *z) {
    for (int s = 0; s < found->number; s++) {
        const double *other = found->z + (size_t)s * (size_t)solver->size;
        if (!(fabs(found->x[s] - x) <= 1e-10 * x)) continue;
        cblas_daxpy(solver->size, -cblas_ddot(solver->size, other, 1, z, 1), other, 1, z, 1);
    }
}

/* z becomes the vector of the eigenvalue nearest to zero, which is returned. */
static double iterate(hp_coupled *solver, const found_states *found, double x, double *z) {
    struct hp_coupled_bound *bound = solver->bound;
    int size = solver->size;
    double eigenvalue = NAN, *next = bound->u;
    for (int i = 0; i < ITERATIONS; i++) {
        take_away(solver, found, x, z);
        memcpy(next, z, (size_t)size * sizeof *next);
        if (LAPACKE_dsytrs_work(LAPACK_COL_MAJOR, 'L', size, 1, bound->matrix, size, bound->pivot,
                                next, size) != 0)
            return NAN;
        take_away(solver, found, x, next);
        double norm = cblas_dnrm2(size, next, 1);
        eigenvalue = cblas_ddot(size, next, 1, z, 1) / norm / norm;
        memcpy(z, next, (size_t)size * sizeof *next);
        cblas_dscal(size, 1.0 / norm, z, 1);
    }
    return eigenvalue;
}

/* Components of all sizes: a vector that no symmetry makes orthogonal to a state. */
static void start_vector(const hp_coupled *solver, double *z) {
    const double golden = 0.6180339887498949; /* its multiples modulo 1 have no order */
    for (int i = 0; i < solver->size; i++)
        z[i] = solver->bound->root[i % solver->grid.n] * (0.5 + fmod(golden * (i + 1.0), 1.0));
    cblas_dscal(solver->size, 1.0 / cblas_dnrm2(solver->size, z, 1), z, 1);
}

hp_status hp_coupled_count_above(hp_coupled *solver, double x, int *count, hp_error *err) {
    hp_bound_place place;
    HP_CALL(hp_stop_check(err));
    HP_CALL(hp_coupled_form_prepare(solver, err));
    HP_CALL(hp_bound_place_at(solver, x, &place, err));
    return factorise(solver, &place, count, err);
}

bool hp_coupled_count_is_close(hp_coupled *solver) {
    struct hp_coupled_bound *bound = solver->bound;
    const found_states none = {0};
    if (!isfinite(bound->scale)) return true;
    start_vector(solver, bound->z);
    double eigenvalue = iterate(solver, &none, 0.0, bound->z);
    return !(fabs(eigenvalue) > 10.0 * solver->size * DBL_EPSILON * bound->scale);
}

hp_status hp_coupled_count_bound(hp_coupled *solver, int *count, bool *in_doubt, hp_error *err) {
    HP_CALL(hp_coupled_form_prepare(solver, err));
    if (!solver->bound->known) HP_CALL(hp_coupled_certify(solver, hp_bound_lowest(solver), err));
    *count = solver->bound->number;
    *in_doubt = solver->bound->in_doubt;
    return HP_OK;
}

/* Context: the solver. */
static hp_status count_at(void *context, double x, int *count, hp_error *err) {
    return hp_coupled_count_above(context, x, count, err);
}

static hp_status count_up(void *context, double x, int *count, hp_error *err) {
    climb *up = context;
    HP_CALL(hp_coupled_count_above(up->solver, x, count, err));
    if (*count == up->there) up->bottom = x;
    return HP_OK;
}

/* d lambda/dx = z . dF/dx z, with dF/dx = sum of d kappa^2/dx mass + d gamma/dx y y^T. */
static hp_status slope_at(hp_coupled *solver, const hp_bound_place *place, const double *z,
                          double *slope, hp_error *err) {
    const double part = 1e-6; /* for differences: Newton's method needs no more digits */
    struct hp_coupled_bound *bound = solver->bound;
    int n = solver->grid.n;
    hp_bound_place next = {0};
    double width = part * (place->x + part / solver->grid.range);
    HP_CALL(hp_bound_place_at(solver, place->x + width, &next, err));
    *slope = 0.0;
    for (int c = 0; c < solver->ncomponent; c++, z += n) {
        double edge = cblas_ddot(n, bound->root, 1, z, 1);
        cblas_dsymv(CblasColMajor, CblasLower, n, 1.0, bound->mass, n, z, 1, 0.0, bound->after, 1);
        double square = cblas_ddot(n, bound->after, 1, z, 1);
        *slope += (place->k2[c] - next.k2[c]) / width * square;
        *slope += (next.gamma[c] - place->gamma[c]) / width * edge * edge;
    }
    return HP_OK;
}

/* The zero in an interval, by Newton's method on the eigenvalue, whose factors count the states
 * above and so keep the interval. */
static hp_status find_zero(hp_coupled *solver, hp_bracket one, const found_states *found, double *x,
                           double *z, hp_error *err) {
    hp_bound_place place;
    double at = 0.5 * (one.low + one.high), slope;
    int wanted = one.above_high + 1, count;
    bool again = true;
    start_vector(solver, z);
    for (int step = 0; step < MAX_STEPS && again; step++) {
        HP_CALL(hp_bound_place_at(solver, at, &place, err));
        HP_CALL(factorise(solver, &place, &count, err));
        if (count >= wanted)
            one.low = at;
        else
            one.high = at;
        double eigenvalue = iterate(solver, found, at, z);
        HP_REQUIRE(isfinite(eigenvalue), HP_ERR_NUMERIC,
                   "the bound state between binding momenta %g and %g has no finite wave function",
                   one.low, one.high);
        HP_CALL(slope_at(solver, &place, z, &slope, err));
        double next = at - eigenvalue / slope, change = fabs(next - at);
        again = change > CONVERGED * at;
        if (again && !(next > one.low && next < one.high)) {
            next = 0.5 * (one.low + one.high);
            again = next > one.low && next < one.high;
        }
        at = next;
    }
    *x = at;
    return HP_OK;
}

/* Deepest first: isolated from above. */
static hp_status find_states(hp_coupled *solver, int most, found_states *found, hp_error *err) {
    int there = solver->bound->on_grid;
    climb up = {solver, there, hp_bound_lowest(solver)};
    hp_bracket one = {.low = up.bottom, .above_low = there};
    double end = (1.0 - 1e-6) * highest(solver); /* room for differences */
    if (there == 0 || most == 0) return HP_OK;
    HP_CALL(hp_state_find_top(count_up, &up, &solver->grid, end, &one, err));
    one.low = up.bottom;
    for (int i = 0; i < one.above_high && i < most; i++) found->x[found->number++] = NAN;
    for (int i = one.above_high; i < there && i < most; i++) {
        HP_CALL(hp_state_isolate(count_at, solver, &one, err));
        HP_CALL(find_zero(solver, one, found, &found->x[i],
                          found->z + (size_t)i * (size_t)solver->size, err));
        found->number = i + 1;
        if (one.above_low > i + 1) continue; /* degenerate to all digits: the same place again */
        one = (hp_bracket){up.bottom, one.low, there, one.above_low};
    }
    return HP_OK;
}

hp_status hp_coupled_bound_states(hp_coupled *solver, int most, hp_bound_state *state, double *wave,
                                  int *found, hp_error *err) {
    hp_status status = HP_OK;
    found_states states = {0};
    bool in_doubt;
    size_t size = (size_t)solver->size, room = most > 0 ? (size_t)most : 1;
    HP_NEW(states.x, room);
    HP_NEW(states.z, room * size);
    for (int i = 0; i < most; i++) state[i] = (hp_bound_state){.energy = NAN};
    HP_TRY(hp_coupled_count_bound(solver, found, &in_doubt, err));
    HP_TRY(find_states(solver, *found < most ? *found : most, &states, err));
    for (int i = 0; i < states.number; i++) {
        if (isnan(states.x[i])) continue;
        HP_TRY(hp_bound_describe(solver, states.x[i], states.z + (size_t)i * size, &state[i],
                                 wave != NULL ? wave + (size_t)i * size : NULL, err));
    }
cleanup:
    hp_free(states.x);
    hp_free(states.z);
    return status;
}
