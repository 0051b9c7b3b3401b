// SPDX-License-Identifier: GPL-3.0-or-later
/* The course of a fit, by which a fit that was interrupted goes on to the same bits.
 *
 * A fit is a sequence of minimisations, each of which follows from the data, its start and what it
 * has become of it: the step, the parameters, and a few numbers of the optimiser. Between two of
 * them nothing takes long. So a fit that goes on runs from its beginning; a minimisation that had
 * ended gives what it gave, at once, and the last one begins where it was
 * (docs/decisions/0020-state-of-fits.md). What is in the course is believed where the losses, at
 * the start and where the minimisation was, are those of the fit that runs. */
#ifndef HADPOT_COURSE_H
#define HADPOT_COURSE_H

#include <stdbool.h>
#include <stddef.h>
#include "hadpot/error.h"

/* Where a fit goes on. */
typedef struct hp_course_place {
    int finished; /* minimisations before this one */
    int step;     /* of this one, from 0; epochs of Adam */
    bool refused; /* what was kept is of another fit, which begins anew at this minimisation */
} hp_course_place;

/* Where the course of a fit is kept: functions of the caller. */
typedef struct hp_fit_keeper {
    void *context;   /* handed to all of them */
    double interval; /* s, between two keeps of a fit that is left alone */
    /* state[length] in place of the one that was kept before. */
    hp_status (*keep)(void *context, const double *state, size_t length, hp_error *err);
    /* What was kept: out, owned by the caller (hp_free); length 0: nothing. */
    hp_status (*restore)(void *context, double **state, size_t *length, hp_error *err);
    /* Once, when it is known what becomes of what was kept; may be NULL. */
    void (*tell)(void *context, const hp_course_place *place);
} hp_fit_keeper;

/* One fit. Empty: nothing is kept, and so it is with NULL in place of any hp_course. */
typedef struct hp_course {
    const hp_fit_keeper *keeper; /* not owned */
    double *state;               /* (length) what the keeper keeps: layout, then minimisations, */
    size_t length, room;         /* finished ones first */
    size_t next, open; /* places in it of the next minimisation, and of the one that runs */
    int finished;      /* minimisations before next */
    bool repeats;      /* the one that runs is in it, to its end */
    bool waits;        /* what was kept has not been told yet */
    bool changed;      /* since it was kept */
    double kept;       /* hp_clock_seconds then */
} hp_course;

/* keeper: not owned. course: out, owned by the caller. Errors: those of restore; HP_ERR_MEMORY. */
hp_status hp_course_create(const hp_fit_keeper *keeper, hp_course *course, hp_error *err);
void hp_course_destroy(hp_course *course);

/* What a minimisation is; part of what is kept. */
typedef enum hp_course_kind {
    HP_COURSE_ADAM = 1,
    HP_COURSE_LEVENBERG_MARQUARDT = 2,
    HP_COURSE_GAUSSIANS = 3
} hp_course_kind;

/* What the course has of a minimisation, borrowed until hp_course_put. */
typedef struct hp_course_entry {
    const double *values; /* (length); NULL: nothing */
    size_t length;
    bool finished;
} hp_course_entry;

/* At the start of a minimisation: what is known of it. Then one of the two below, where values are
 * not NULL: it goes on from them, at this step, or they are not its own, and are forgotten with all
 * that follow. */
hp_course_entry hp_course_begin(hp_course *course, hp_course_kind kind);
void hp_course_accept(hp_course *course, const hp_course_entry *entry, int step);
void hp_course_refuse(hp_course *course);

/* Two values of one loss are the same: to the bit, or, where another processor sums in another
 * order, nearly. Values of different samples differ by more. */
bool hp_course_is_same(double one, double other);

/* Some values. */
typedef struct hp_course_part {
    const double *values;
    size_t count;
} hp_course_part;

/* The minimisation that runs is now at these values; finished: and at its end, however it ended,
 * so that the next one may begin. Errors: HP_ERR_MEMORY. */
hp_status hp_course_put(hp_course *course, hp_course_kind kind, bool finished,
                        const hp_course_part *part, int nparts, hp_error *err);

/* It is time to put and to save. */
bool hp_course_is_due(const hp_course *course);

/* Hand what was put to the keeper, unless it has it. Errors: those of keep. */
hp_status hp_course_save(hp_course *course, hp_error *err);

#endif
