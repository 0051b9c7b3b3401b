// SPDX-License-Identifier: GPL-3.0-or-later
/* Every job of jobs/channels: partial waves, coupled channels and poles of given potentials against
 * the numbers of expected.csv. */
#include "expectations.h"

#define FOLDER HADPOT_SOURCE_DIR "/jobs/channels"

/* Of two nucleons the pions and, of v18, the magnetic moments reach beyond 20 fm, where these
 * potentials end by definition; that is said. */
static bool is_cut_off(const char *name) {
    return strcmp(name, "av18_3s1_3d1") == 0 || strcmp(name, "av18_3p0") == 0;
}

/* data/ is named from the top of the project, where jobs are started. */
static void run_job(scene *place, const char *name) {
    static const char data[] = " --set tables.local=" HADPOT_SOURCE_DIR "/data/av18_np.csv";
    int code = run_hadpot(place, 1, "scatter '%s/%s.yaml' --set output=%s%s", FOLDER, name, name,
                          strncmp(name, "av18", 4) == 0 ? data : "");
    if (code != 0) print_error("%s\n", name);
    assert_exit(place, code, 0);
    assert_int_equal(count_lines(place->err, "hadpot: warning: "), is_cut_off(name));
}

static void jobs_give_the_numbers(void **state) {
    scene *place = *state;
    char current[64] = "";
    int jobs = 0, numbers = 0;
    FILE *in = open_expected(FOLDER);
    for (expectation line; read_expectation(in, &line); numbers++) {
        if (strcmp(line.name, current) != 0) {
            strcpy(current, line.name);
            run_job(place, current);
            jobs++;
        }
        check_value(place, &line);
    }
    assert_int_equal(fclose(in), 0);
    print_message("%d numbers of %d jobs\n", numbers, jobs);
    assert_true(jobs >= 13 && numbers >= 300); /* the file has been read */
}

static void every_job_is_expected(void **state) {
    (void)state;
    check_that_all_jobs_are_expected(FOLDER);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(jobs_give_the_numbers),
        cmocka_unit_test(every_job_is_expected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
