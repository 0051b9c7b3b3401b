// SPDX-License-Identifier: GPL-3.0-or-later
/* HADPOT_TIMES=FILE: seconds of the stages of a run, which are in no result. */
#include <stdlib.h>
#include "output.h"
#include "small_ensemble.h"
#include "small_job.h"

/* The number in this column of the line of a stage. */
static double number_of(const char *text, const char *stage, int column) {
    const char *line = strstr(text, stage);
    assert_non_null(line);
    for (int i = 0; i < column; i++) {
        line = strchr(line, ',');
        assert_non_null(line++);
    }
    return strtod(line, NULL);
}

static void stages_are_timed(void **state) {
    scene *place = *state;
    char path[256], text[4096] = "";
    write_small_job(place);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --set output=one"), 0);
    scene_path(place, "times.csv", path);
    assert_int_equal(setenv("HADPOT_TIMES", path, 1), 0);
    assert_exit(place, run_hadpot(place, 2, "run job.yaml --set output=two"), 0);
    assert_int_equal(setenv("HADPOT_TIMES", "no/folder/times.csv", 1), 0);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --set output=three"), 1);
    assert_contains(place->err, "HADPOT_TIMES=no/folder/times.csv: No such file or directory");
    unsetenv("HADPOT_TIMES");
    assert_same_results(place, "two", "one");
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_true(fread(text, 1, sizeof text - 1, file) > 0);
    assert_int_equal(fclose(file), 0);
    assert_contains(text, "stage,ranks,times,wall_most_s,wall_mean_s,processor_most_s,"
                          "processor_mean_s\nstart,2,2,");
    assert_close(number_of(text, "samples,", 2), 2, 0, 0); /* once on each rank */
    double most = number_of(text, "samples,", 3), mean = number_of(text, "samples,", 4);
    assert_true(mean > 0.0 && most >= mean);
    assert_true(number_of(text, "memory_kb_others", 3) > 1000.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {scene_test(stages_are_timed)};
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests_name("cli/stage_times", tests, NULL, NULL);
}
