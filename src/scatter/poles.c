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

/* The nearest one of a search around a pole that the iteration did not lead to. */
static hp_status track_by_search(const hp_pole_function *of, const hp_pole *from, double around,
                                 hp_pole *pole, int *determinants, hp_error *err) {
    enum { MOST = 20 };
    hp_pole near[MOST];
    int found;
    bool complete;
    double re = creal(from->energy);
    hp_pole_region region = {re - around, re + around, around - cimag(from->energy)};
    HP_CALL(hp_poles_find_of(of, from->sheet, &region, MOST, near, &found, &complete, determinants,
                             err));
    HP_REQUIRE(found > 0, HP_ERR_NUMERIC,
               "the pole at E = %g %+g i (1/length above the lowest threshold) is not there with "
               "this interaction, or it is on another sheet",
               re, cimag(from->energy));
    *pole = near[0];
    for (int j = 1; j < found && j < MOST; j++)
        if (cabs(near[j].energy - from->energy) < cabs(pole->energy - from->energy))
            *pole = near[j];
    return HP_OK;
}

hp_status hp_pole_track_of(const hp_pole_function *of, const hp_pole *from, hp_pole *pole,
                           int *determinants, hp_error *err) {
    static const hp_pole_region EVERYWHERE = {-INFINITY, INFINITY, INFINITY};
    hp_pole_problem problem = {.of = *of, .sheet = from->sheet};
    hp_pole_point zero;
    bool found;
    int more = 0;
    HP_CALL(hp_pole_problem_check(&problem, err));
    hp_pole_at_energy(&problem, from->energy, &zero);
    int pair = hp_pole_nearest_pair(&problem, &zero);
    double reach = 0.5 * cabs(zero.q[pair]) + 0.1 / of->range; /* farther: perhaps another pole */
    HP_CALL(hp_pole_polish(&problem, &zero, NULL, 0, reach, &found, err));
    if (found) hp_pole_make_real(&problem, &zero);
    if (found) hp_pole_fold(&problem, &zero);
    if (found && hp_pole_belongs(&problem, &EVERYWHERE, &zero)) {
        *pole = pole_of(&problem, &zero);
    } else {
        double around = fabs(creal(from->energy) - of->channels->threshold[pair]);
        around = fmax(around, -2.0 * cimag(from->energy));
        HP_CALL(track_by_search(of, from, around, pole, &more, err));
    }
    if (determinants != NULL) *determinants = problem.measured + more;
    return HP_OK;
}
