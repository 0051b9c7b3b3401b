// SPDX-License-Identifier: GPL-3.0-or-later
/* The two-point functions of an ensemble in all samples, for masses (spectrum.h): at all their
 * times where a source has them so, else at the times of its waves. */
#ifndef HADPOT_TWO_POINTS_H
#define HADPOT_TWO_POINTS_H

#include "hadpot/resampled.h"
#include "hadpot/spectrum.h"

/* Whether a source has two-point functions: beyond the times of waves (full), or at all. */
bool hp_two_points_are_full(const hp_ensemble *ensemble, int source);
bool hp_two_points_are_there(const hp_ensemble *ensemble, int source);

/* The source (field) in whose rows the two-point functions of a pair from a source of waves are;
 * -1: nowhere. Version 1: the source, if they are there, whatever the pair. */
int hp_two_points_of_pair(const hp_ensemble *ensemble, int wave, int pair);

/* Their times: the first, and how many. */
int hp_two_points_first(const hp_ensemble *ensemble, int source);
int hp_two_points_count(const hp_ensemble *ensemble, int source);

/* Set in part (hp_ensemble_part_count) what has to be read of them. */
void hp_two_points_mark(const hp_ensemble *ensemble, int source, bool *part);

typedef struct hp_two_points {
    hp_two_point of[2]; /* of both hadrons, views into */
    double *rows;       /* (nrow, 2, stored) */
    int stored;         /* times in the file, of which those of `of` are the first nt */
    int turn[2];        /* from this time on |C| rises again: states that run backwards; 0: never */
    bool negative[2];   /* C < 0, an overall sign: -C is here */
} hp_two_points;

/* Collective, after hp_ingest_read of what is marked: on every rank those of a source that has
 * them, in the average and in all N samples, with what the times behind those of windows say
 * (hp_two_points_look). points: out, owned by the caller. Errors: the same on
 * every rank. */
hp_status hp_two_points_create(hp_resampling *resampling, int source, hp_two_points *points,
                               hp_error *err);

/* Collective. The same of an ensemble with too few rows for errors: the mean of its rows alone,
 * which are read on every rank. */
hp_status hp_two_points_create_average(const hp_ensemble *ensemble, int source,
                                       hp_two_points *points, hp_error *err);
void hp_two_points_destroy(hp_two_points *points);

/* Of points with all their rows, of all stored times:
 *     the sign of C, which is turned where C is negative at most of the times of the first half;
 *     symmetric: C(t) = C(T - t) within errors, T the temporal extent or, where that is not known
 *         and times begin at 0, their number, which is T then;
 *     turn and limit: |C| rises again, but is not symmetric. Going backwards with the slope half
 *         way between there and the end, what rises is HP_TWO_POINTS_BACKWARD errors of C at
 *         t = limit, or less.
 * Errors: HP_ERR_MEMORY. */
#define HP_TWO_POINTS_BACKWARD 0.2
hp_status hp_two_points_look(hp_two_points *points, hp_error *err);

#endif
