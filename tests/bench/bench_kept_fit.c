// SPDX-License-Identifier: GPL-3.0-or-later
/* What keeping the state of a fit costs: once a minute the file (write, fsync, rename) of states of
 * several sizes, and in every step the two looks at the clock. bench_kept_fit FOLDER */
#include "support.h"

#include <stdio.h>
#include "hadpot/checkpoint.h"
#include "hadpot/course.h"
#include "hadpot/file.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/stop.h"

enum { KEEPS = 50, LOOKS = 1000000, INTERVAL = 60 };

static hp_status keep(void *context, const double *state, size_t length, hp_error *err) {
    return hp_checkpoint_keep_fit(context, 0, state, length, err);
}

static hp_status restore(void *context, double **state, size_t *length, hp_error *err) {
    (void)context;
    (void)err;
    *state = NULL;
    *length = 0;
    return HP_OK;
}

static void time_looks(const hp_course *course) {
    hp_error err = HP_ERROR_INIT;
    int due = 0;
    double start = hp_clock_seconds();
    for (int i = 0; i < LOOKS; i++) {
        due += hp_course_is_due(course);
        assert_ok(hp_stop_check(&err), &err);
    }
    printf("a step looks at the clock: %.0f ns (%d due)\n",
           1e9 * (hp_clock_seconds() - start) / LOOKS, due);
}

static void time_keeps(hp_course *course, size_t length) {
    hp_error err = HP_ERROR_INIT;
    double *values = hp_alloc(length, sizeof *values);
    const hp_course_part part = {values, length};
    assert_non_null(values);
    double start = hp_clock_seconds();
    for (int i = 0; i < KEEPS; i++) {
        assert_ok(hp_course_put(course, HP_COURSE_LEVENBERG_MARQUARDT, false, &part, 1, &err),
                  &err);
        assert_ok(hp_course_save(course, &err), &err);
    }
    double seconds = (hp_clock_seconds() - start) / KEEPS;
    printf("%8zu numbers: %8.3f ms a keep, %.5f %% of a fit\n", length, 1e3 * seconds,
           100.0 * seconds / INTERVAL);
    hp_free(values);
}

int main(int count, char **arguments) {
    char folder[4096];
    hp_error err = HP_ERROR_INIT;
    hp_course course;
    hp_checkpoint checkpoint = {.folder = count > 1 ? arguments[1] : "kept_fit"};
    const hp_fit_keeper keeper = {
        .context = &checkpoint, .interval = INTERVAL, .keep = keep, .restore = restore};
    snprintf(folder, sizeof folder, "%.4000s/checkpoint", checkpoint.folder);
    assert_ok(hp_folder_create(folder, &err), &err);
    assert_ok(hp_course_create(&keeper, &course, &err), &err);
    time_looks(&course);
    const size_t lengths[] = {300, 2600, 30000, 300000, 3000000};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) time_keeps(&course, lengths[i]);
    hp_course_destroy(&course);
    assert_ok(hp_checkpoint_remove(checkpoint.folder, &err), &err);
    return 0;
}
