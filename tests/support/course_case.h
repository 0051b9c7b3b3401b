// SPDX-License-Identifier: GPL-3.0-or-later
/* Fits that are stopped at every step, or killed behind every step, and go on: the same bits as of
 * fits that are left alone. */
#ifndef HADPOT_TEST_COURSE_CASE_H
#define HADPOT_TEST_COURSE_CASE_H

#include "support.h"

#include <stdbool.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/network_fit.h"

/* A fit from its first allocation to its last, as another process would run it. */
typedef struct course_case {
    const char *name;
    const void *context;
    size_t nresult; /* numbers of the result */
    hp_status (*run)(const void *context, const hp_tick *tick, double *result, hp_error *err);
} course_case;

/* A checkpoint in memory, and who stops the fit. */
typedef struct course_keeper {
    double *state; /* latest one kept */
    size_t length;
    int keeps, ticks, told;
    int stop;    /* at this tick, from 0; -1: never */
    int kill;    /* what is kept behind this keep is lost; -1: never */
    bool broken; /* state is not of this fit */
    hp_course_place place;
} course_keeper;

static inline hp_status course_keep(void *context, const double *state, size_t length,
                                    hp_error *err) {
    course_keeper *keeper = context;
    if (keeper->kill >= 0 && keeper->keeps > keeper->kill) return HP_OK;
    keeper->keeps++;
    hp_free(keeper->state);
    HP_ALLOCATE(keeper->state, length);
    memcpy(keeper->state, state, length * sizeof *state);
    keeper->length = length;
    return HP_OK;
}

static inline hp_status course_restore(void *context, double **state, size_t *length,
                                       hp_error *err) {
    const course_keeper *keeper = context;
    *length = keeper->length;
    *state = NULL;
    if (*length == 0) return HP_OK;
    HP_ALLOCATE(*state, *length);
    memcpy(*state, keeper->state, *length * sizeof **state);
    return HP_OK;
}

static inline void course_told(void *context, const hp_course_place *place) {
    course_keeper *keeper = context;
    keeper->told++;
    keeper->place = *place;
}

static inline hp_status course_tick(void *context, const hp_train_tick *at, hp_error *err) {
    course_keeper *keeper = context;
    (void)at;
    HP_REQUIRE(keeper->ticks++ != keeper->stop, HP_STOPPED, "stopped by the test");
    return HP_OK;
}

/* One process: begins with what is kept, and keeps it when it is stopped. */
static inline hp_status course_run(const course_case *fit, course_keeper *kept, double interval,
                                   double *result) {
    hp_error err = HP_ERROR_INIT;
    hp_course course;
    const hp_fit_keeper keeper = {.context = kept,
                                  .interval = interval,
                                  .keep = course_keep,
                                  .restore = course_restore,
                                  .tell = course_told};
    const hp_tick tick = {.function = course_tick, .context = kept, .course = &course};
    kept->ticks = kept->told = 0;
    assert_ok(hp_course_create(&keeper, &course, &err), &err);
    hp_status status = fit->run(fit->context, &tick, result, &err);
    if (status == HP_STOPPED) assert_ok(hp_course_save(&course, &err), &err);
    if (status != HP_OK && status != HP_STOPPED) fail_msg("%s: %s", fit->name, err.message);
    hp_course_destroy(&course);
    return status;
}

static inline void course_forget(course_keeper *kept) {
    hp_free(kept->state);
    *kept = (course_keeper){.stop = -1, .kill = -1};
}

static inline void course_compare(const course_case *fit, const char *what, int at,
                                  const double *found, const double *expected) {
    if (memcmp(found, expected, fit->nresult * sizeof *found) != 0)
        fail_msg("%s, %s %d: other bits than of the fit that was left alone", fit->name, what, at);
}

/* Stop at every tick, and go on to the end at once, or stop again after one step more; and lose
 * what is behind every keep, as a process does that is killed. */
static inline void course_check(const course_case *fit, int least_ticks, int least_keeps) {
    enum { FOR_EVER = 1000000 };
    course_keeper kept = {.stop = -1, .kill = -1};
    double *whole = hp_alloc(fit->nresult, sizeof *whole);
    double *found = hp_alloc(fit->nresult, sizeof *found);
    hp_error err = HP_ERROR_INIT;
    assert_ok(fit->run(fit->context, NULL, whole, &err), &err);
    assert_int_equal(course_run(fit, &kept, FOR_EVER, found), HP_OK);
    course_compare(fit, "watched", 0, found, whole);
    int ticks = kept.ticks, processes = 1;
    assert_true(ticks >= least_ticks);
    assert_int_equal(kept.keeps + kept.told, 0); /* it had no time to be kept */
    for (int at = 0; at < ticks; at++) {
        course_forget(&kept);
        kept.stop = at;
        assert_int_equal(course_run(fit, &kept, FOR_EVER, found), HP_STOPPED);
        assert_int_equal(kept.keeps, 1);
        kept.stop = -1;
        assert_int_equal(course_run(fit, &kept, FOR_EVER, found), HP_OK);
        course_compare(fit, "stopped at tick", at, found, whole);
        assert_int_equal(kept.told, 1);
        assert_false(kept.place.refused);
        assert_true(kept.ticks <= ticks - at); /* nothing twice; but a step that failed */
    }
    course_forget(&kept);
    kept.stop = 0;
    while (course_run(fit, &kept, FOR_EVER, found) == HP_STOPPED) processes++;
    course_compare(fit, "processes", processes, found, whole);
    assert_in_range(processes, ticks, ticks + 1);
    course_forget(&kept);
    assert_int_equal(course_run(fit, &kept, 0.0, found), HP_OK);
    int keeps = kept.keeps;
    assert_true(keeps >= ticks && keeps >= least_keeps);
    for (int at = 0; at < keeps; at++) {
        course_forget(&kept);
        kept.kill = at;
        assert_int_equal(course_run(fit, &kept, 0.0, found), HP_OK);
        kept.kill = -1;
        assert_int_equal(course_run(fit, &kept, FOR_EVER, found), HP_OK);
        course_compare(fit, "killed behind keep", at, found, whole);
    }
    course_forget(&kept);
    hp_free(whole);
    hp_free(found);
}

#endif
