// SPDX-License-Identifier: GPL-3.0-or-later
/* Poles of the S-matrix: zeros of D(E), sorted, with their kinds; docs/method-poles.md. */
#include "hadpot/poles.h"
#include <math.h>
#include <stdlib.h>
#include "hadpot/memory.h"
#include "poles_private.h"

static hp_pole pole_of(const hp_pole_problem *problem, const hp_pole_point *zero) {
    hp_pole pole = {.sheet = problem->sheet, .energy = zero->energy, .kind = HP_POLE_RESONANCE};
    for (int a = 0; a < problem->of.channels->npair; a++) pole.k[a] = zero->k[a];
    if (cimag(zero->energy) == 0.0 && creal(zero->energy) < 0.0)
        pole.kind = problem->sheet == 0 ? HP_POLE_BOUND : HP_POLE_VIRTUAL;
    return pole;
}

/* From the physical region, E >= 0. */
static double distance_of(const hp_pole *pole) {
    return creal(pole->energy) < 0.0 ? cabs(pole->energy) : fabs(cimag(pole->energy));
}

static int by_distance(const void *one, const void *other) {
    const hp_pole *a = one, *b = other;
    double difference = distance_of(a) - distance_of(b);
    if (difference == 0.0) difference = creal(a->energy) - creal(b->energy);
    return (difference > 0.0) - (difference < 0.0);
}

hp_status hp_poles_find_of(const hp_pole_function *of, hp_sheet sheet, const hp_pole_region *region,
                           int most, hp_pole *pole, int *found, bool *complete, int *determinants,
                           hp_error *err) {
    enum { MOST_ZEROS = 200 };
    hp_status status = HP_OK;
    hp_pole_problem problem = {.of = *of, .sheet = sheet};
    hp_pole_list list = {.most = MOST_ZEROS};
    hp_pole *all = NULL;
    *found = 0;
    HP_NEW(list.at, MOST_ZEROS);
    HP_NEW(all, MOST_ZEROS);
    HP_TRY(hp_pole_search(&problem, region, &list, err));
    for (int j = 0; j < list.number; j++)
        if (hp_pole_belongs(&problem, region, &list.at[j]))
            all[(*found)++] = pole_of(&problem, &list.at[j]);
    qsort(all, (size_t)*found, sizeof *all, by_distance);
    for (int j = 0; j < *found && j < most; j++) pole[j] = all[j];
    *complete = list.complete;
    if (determinants != NULL) *determinants = problem.measured;
cleanup:
    hp_free(all);
    hp_free(list.at);
    return status;
}

/* Real poles in k, which tells the two sides of a threshold apart. */
static double apart(const hp_pole *from, const hp_pole *pole, int pair) {
    if (from->kind == HP_POLE_RESONANCE) return cabs(pole->energy - from->energy);
    return cabs(pole->k[pair] - from->k[pair]);
}

/* The nearest one of a search on one sheet; `next` is replaced by a nearer one, unless found is 0.
 * real: of bound and virtual states alone. */
static hp_status search_sheet(const hp_pole_function *of, const hp_pole *from, hp_sheet sheet,
                              bool real, const hp_pole_region *region, int pair, hp_pole *next,
                              int *found, int *determinants, hp_error *err) {
    enum { MOST = 20 };
    hp_pole near[MOST];
    int number, more;
    bool complete;
    HP_CALL(hp_poles_find_of(of, sheet, region, MOST, near, &number, &complete, &more, err));
    *determinants += more;
    for (int j = 0; j < number && j < MOST; j++) {
        if (real && near[j].kind == HP_POLE_RESONANCE) continue;
        if (*found > 0 && apart(from, &near[j], pair) >= apart(from, next, pair)) continue;
        *next = near[j];
        ++*found;
    }
    return HP_OK;
}

/* Pairs at the lowest threshold. */
static hp_sheet lowest_pairs(const hp_channels *channels) {
    hp_sheet lowest = 0;
    double least = INFINITY;
    for (int a = 0; a < channels->npair; a++) least = fmin(least, channels->threshold[a]);
    for (int a = 0; a < channels->npair; a++)
        if (channels->threshold[a] == least) lowest |= 1U << a;
    return lowest;
}

/* Next to a pole that the iteration did not lead to, real ones through the lowest threshold, too.
 */
static hp_status track_by_search(const hp_pole_function *of, const hp_pole *from, int pair,
                                 hp_pole *pole, int *determinants, hp_error *err) {
    double re = creal(from->energy), im = cimag(from->energy), natural = 1.0 / of->range;
    double around = fmax(fabs(re - of->channels->threshold[pair]), -2.0 * im);
    around = fmax(around, natural * natural / (2.0 * of->channels->pair[pair].mu));
    hp_pole_region region = {re - around, re + around, around - im};
    int found = 0;
    HP_CALL(
        search_sheet(of, from, from->sheet, false, &region, pair, pole, &found, determinants, err));
    if (from->kind != HP_POLE_RESONANCE)
        HP_CALL(search_sheet(of, from, from->sheet ^ lowest_pairs(of->channels), true, &region,
                             pair, pole, &found, determinants, err));
    HP_REQUIRE(found > 0, HP_ERR_NUMERIC,
               "the pole at E = %g %+g i (1/length above the lowest threshold) is not there with "
               "this interaction, or it is on another sheet",
               re, im);
    return HP_OK;
}

/* Whether a zero is where real poles of the sheet come to through the lowest threshold: below it,
 * with Im k of the other sign in its pairs; a bound state has become virtual, or a virtual one
 * bound. */
static bool is_through_threshold(const hp_pole_problem *problem, const hp_pole_point *zero) {
    const hp_channels *channels = problem->of.channels;
    hp_sheet other = problem->sheet ^ hp_pole_sheet_of(problem, zero);
    double lowest = channels->threshold[problem->first];
    return cimag(zero->energy) == 0.0 && creal(zero->energy) < lowest &&
           other == lowest_pairs(channels);
}

/* By the iteration alone; found: to a pole of the same sheet, or through the lowest threshold.
 * pair: of the nearest threshold. */
static hp_status follow(hp_pole_problem *problem, const hp_pole *from, hp_pole *pole, int *pair,
                        bool *found, hp_error *err) {
    static const hp_pole_region EVERYWHERE = {-INFINITY, INFINITY, INFINITY};
    hp_pole_point zero;
    HP_CALL(hp_pole_problem_check(problem, err));
    hp_pole_at_energy(problem, from->energy, &zero);
    *pair = hp_pole_nearest_pair(problem, &zero);
    /* farther away is perhaps another pole: next to a threshold they are more than 1/range apart */
    double natural = 1.0 / problem->of.range;
    double reach = fmax(0.5 * cabs(zero.q[*pair]) + 0.1 * natural, 0.5 * natural);
    HP_CALL(hp_pole_polish(problem, &zero, NULL, 0, reach, found, err));
    if (!*found) return HP_OK;
    hp_pole_make_real(problem, &zero);
    hp_pole_take_lower_image(problem, &zero);
    *found = hp_pole_belongs(problem, &EVERYWHERE, &zero);
    if (!*found && is_through_threshold(problem, &zero)) {
        problem->sheet = hp_pole_sheet_of(problem, &zero);
        *found = true;
    }
    if (*found) *pole = pole_of(problem, &zero);
    return HP_OK;
}

hp_status hp_pole_track_of(const hp_pole_function *of, const hp_pole *from, hp_pole *pole,
                           int *determinants, hp_error *err) {
    hp_pole_problem problem = {.of = *of, .sheet = from->sheet};
    bool found;
    int pair, more = 0;
    HP_CALL(follow(&problem, from, pole, &pair, &found, err));
    if (!found) HP_CALL(track_by_search(of, from, pair, pole, &more, err));
    if (determinants != NULL) *determinants = problem.measured + more;
    return HP_OK;
}

static hp_status determinant_of(void *context, double complex energy, hp_sheet sheet,
                                double complex *phase, double *log_size, hp_error *err) {
    return hp_coupled_determinant(context, energy, sheet, phase, log_size, err);
}

hp_pole_function hp_pole_function_of(hp_coupled *solver) {
    return (hp_pole_function){hp_coupled_channels(solver), hp_coupled_grid(solver)->range,
                              determinant_of, solver};
}

static const double SHORTER = 0.8; /* of the range: see hp_pole */

/* A pole that is not there on the shorter range, or farther away than the nearest threshold, is
 * made by what is beyond; not so next to a threshold, |k| < 1/range, where any change is that
 * large. */
static hp_status fill_change(hp_coupled *cut, hp_pole *pole, hp_error *err) {
    hp_pole_problem problem = {.of = hp_pole_function_of(cut), .sheet = pole->sheet};
    hp_pole moved;
    hp_error trouble = HP_ERROR_INIT;
    bool found = false;
    int pair;
    hp_status status = follow(&problem, pole, &moved, &pair, &found, &trouble);
    if (status != HP_OK && status != HP_ERR_NUMERIC) {
        if (err != NULL) *err = trouble;
        return status;
    }
    pole->change = pole->tail = INFINITY;
    if (status != HP_OK || !found) return HP_OK;
    double range = problem.of.range / SHORTER, change = cabs(moved.energy - pole->energy);
    double most = cabs(pole->energy - problem.of.channels->threshold[pair]);
    bool through = moved.sheet != pole->sheet; /* on the way at the lowest threshold, E = 0 */
    if (through) change = fabs(creal(moved.energy)) + fabs(creal(pole->energy));
    if (change > most && cabs(pole->k[pair]) * range > 1.0) return HP_OK;
    pole->change = change;
    pole->tail = range * cabs(moved.k[pair] - pole->k[pair]);
    return HP_OK;
}

static hp_status finish(hp_coupled *solver, hp_sheet sheet, int n, hp_pole *pole, hp_error *err) {
    hp_status status = HP_OK;
    hp_pole_problem problem = {.of = hp_pole_function_of(solver), .sheet = sheet};
    hp_coupled *cut = NULL;
    HP_TRY(hp_pole_problem_check(&problem, err));
    HP_TRY(hp_pole_shorten(solver, SHORTER, &cut, err));
    for (int j = 0; j < n; j++) {
        HP_TRY(hp_pole_fill_residues(solver, &problem, &pole[j], err));
        HP_TRY(fill_change(cut, &pole[j], err));
    }
cleanup:
    hp_coupled_destroy(&cut);
    return status;
}

hp_status hp_poles_find(hp_coupled *solver, hp_sheet sheet, const hp_pole_region *region, int most,
                        hp_pole *pole, int *found, bool *complete, hp_error *err) {
    hp_pole_function of = hp_pole_function_of(solver);
    HP_CALL(hp_poles_find_of(&of, sheet, region, most, pole, found, complete, NULL, err));
    int n = *found < most ? *found : most;
    return n > 0 ? finish(solver, sheet, n, pole, err) : HP_OK;
}

/* Residues with the sign of those of another pole, so that errors can be formed. */
static hp_status add_residues(hp_coupled *solver, const hp_pole *from, hp_pole *pole,
                              hp_error *err) {
    hp_pole_problem problem = {.of = hp_pole_function_of(solver), .sheet = from->sheet};
    int N = problem.of.channels->ncomponent;
    double same = 0.0;
    HP_CALL(hp_pole_problem_check(&problem, err));
    HP_CALL(hp_pole_fill_residues(solver, &problem, pole, err));
    for (int c = 0; c < N; c++) same += creal(conj(from->residue[c]) * pole->residue[c]);
    for (int c = 0; c < N && same < 0.0; c++) pole->residue[c] = -pole->residue[c];
    return HP_OK;
}

hp_status hp_pole_track(hp_coupled *solver, const hp_pole *from, hp_pole *pole, hp_error *err) {
    hp_pole_function of = hp_pole_function_of(solver);
    HP_CALL(hp_pole_track_of(&of, from, pole, NULL, err));
    pole->change = from->change;
    pole->tail = from->tail;
    return add_residues(solver, from, pole, err);
}
