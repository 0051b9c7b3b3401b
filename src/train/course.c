// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/course.h"
#include <math.h>
#include <string.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"

/* The first value of a state: changes with the meaning of those that follow. */
static const double LAYOUT = 1.0;

/* Of each minimisation, in front of its values. */
enum { KIND, FINISHED, LENGTH, HEAD };

/* Another processor may sum in another order, which moves a loss by rounding of its residuals; no
 * two samples agree so well. */
static const double SAME = 1e-6;

/* Values of the minimisation at `place`, 0 where it is cut off or is none. */
static bool is_whole(const hp_course *course, size_t place, size_t *length) {
    size_t left = course->length - place;
    const double *head = course->state + place;
    if (left < HEAD) return false;
    if (!(head[LENGTH] >= 0.0 && head[LENGTH] <= (double)(left - HEAD))) return false;
    *length = (size_t)head[LENGTH];
    return (double)*length == head[LENGTH];
}

/* Cut off behind the last minimisation that is whole, which alone may be unfinished. */
static void check_layout(hp_course *course) {
    size_t place = 1, length;
    bool finished = true;
    if (course->length == 0 || course->state[0] != LAYOUT) {
        course->length = 0;
        return;
    }
    while (finished && place < course->length && is_whole(course, place, &length)) {
        finished = course->state[place + FINISHED] == 1.0;
        place += HEAD + length;
    }
    if (place != course->length) course->length = 0;
}

hp_status hp_course_create(const hp_fit_keeper *keeper, hp_course *course, hp_error *err) {
    *course = (hp_course){.keeper = keeper, .next = 1, .kept = hp_clock_seconds()};
    HP_CALL(keeper->restore(keeper->context, &course->state, &course->length, err));
    course->room = course->length;
    course->waits = course->length > 0;
    check_layout(course);
    return HP_OK;
}

void hp_course_destroy(hp_course *course) {
    if (course == NULL) return;
    hp_free(course->state);
    *course = (hp_course){0};
}

static bool is_kept(const hp_course *course) {
    return course != NULL && course->keeper != NULL;
}

static void tell(hp_course *course, int step, bool refused) {
    const hp_course_place place = {course->finished, step, refused};
    if (!course->waits) return;
    course->waits = false;
    if (course->keeper->tell != NULL) course->keeper->tell(course->keeper->context, &place);
}

hp_course_entry hp_course_begin(hp_course *course, hp_course_kind kind) {
    hp_course_entry entry = {0};
    if (!is_kept(course)) return entry;
    course->open = course->next;
    course->repeats = false;
    if (course->next >= course->length) { /* behind the last one that was kept, or all is refused */
        tell(course, 0, course->length == 0);
        return entry;
    }
    const double *head = course->state + course->next;
    entry = (hp_course_entry){head + HEAD, (size_t)head[LENGTH], head[FINISHED] == 1.0};
    if (head[KIND] == kind) return entry;
    hp_course_refuse(course);
    return (hp_course_entry){0};
}

void hp_course_accept(hp_course *course, const hp_course_entry *entry, int step) {
    if (!entry->finished) {
        tell(course, step, false);
        return;
    }
    course->next += HEAD + entry->length;
    course->finished++;
    course->repeats = true;
}

void hp_course_refuse(hp_course *course) {
    course->length = course->open;
    tell(course, 0, true);
}

bool hp_course_is_same(double one, double other) {
    return isfinite(other) && fabs(one - other) <= SAME * fabs(other);
}

/* Room for `more` values from `open` on. */
static hp_status grow(hp_course *course, size_t more, hp_error *err) {
    double *larger = NULL;
    size_t wanted = course->open + more;
    if (wanted <= course->room) return HP_OK;
    HP_ALLOCATE(larger, 2 * wanted);
    if (course->state != NULL) memcpy(larger, course->state, course->open * sizeof *larger);
    hp_free(course->state);
    course->state = larger;
    course->room = 2 * wanted;
    return HP_OK;
}

hp_status hp_course_put(hp_course *course, hp_course_kind kind, bool finished,
                        const hp_course_part *part, int nparts, hp_error *err) {
    size_t length = 0;
    if (!is_kept(course) || course->repeats) return HP_OK;
    for (int i = 0; i < nparts; i++) length += part[i].count;
    HP_CALL(grow(course, HEAD + length, err));
    course->state[0] = LAYOUT;
    double *to = course->state + course->open;
    to[KIND] = kind;
    to[FINISHED] = finished;
    to[LENGTH] = (double)length;
    to += HEAD;
    for (int i = 0; i < nparts; to += part[i++].count)
        memcpy(to, part[i].values, part[i].count * sizeof *to);
    course->length = course->open + HEAD + length;
    course->changed = true;
    if (!finished) return HP_OK;
    course->next = course->length;
    course->finished++;
    return HP_OK;
}

bool hp_course_is_due(const hp_course *course) {
    return is_kept(course) && hp_clock_seconds() - course->kept >= course->keeper->interval;
}

hp_status hp_course_save(hp_course *course, hp_error *err) {
    if (!is_kept(course) || !course->changed) return HP_OK;
    HP_CALL(course->keeper->keep(course->keeper->context, course->state, course->length, err));
    course->changed = false;
    course->kept = hp_clock_seconds();
    return HP_OK;
}
