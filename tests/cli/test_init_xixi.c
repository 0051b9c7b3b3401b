// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot init on the published Xi Xi (1S0) data, 20 jackknife samples of a cubic box, and the job
 * it writes. Skipped, and said so, where the data are not present. */
#include <unistd.h>
#include "program.h"

/* Path of a file beside the data: HADPOT_XIXI, or the folder shared/ next to the project. */
static const char *data_path(void) {
    const char *path = getenv("HADPOT_XIXI");
    return path != NULL ? path : HADPOT_SOURCE_DIR "/../shared/data/xixi_1s0_l64.h5";
}

/* Errors of S at t = 11, 12, 13, up to half of L/2: 0.49, 0.63, 0.86 % (numpy, from the file). */
static void a_job_of_published_data_runs(void **state) {
    static const char *const parts[] = {
        "The file has 20 jackknife samples",
        "\n  sources: [smeared, wall] # one potential",
        "    11      0.14 %      0.49 %   left out: later times have signal",
        "    12      0.18 %      0.63 %   taken\n",
        "    13      0.23 %      0.86 %   taken\n",
        "left out: t = 15, which time derivatives need",
        "\n  times: [12, 13]\n  r_max_fm: 0 # to L/2 = 2.878 fm",
        "The cut-off k = pi/a of the lattice is at 3.26e+04 MeV"};
    scene *place = *state;
    char job[4096], *data = realpath(data_path(), NULL); /* the program runs in another folder */
    assert_non_null(data);
    assert_exit(place, run_hadpot(place, 2, "init '%s' --output job.yaml", data), 0);
    read_text(place, "job.yaml", job, sizeof job);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) assert_contains(job, parts[i]);
    assert_exit(place,
                run_hadpot(place, 2,
                           "run job.yaml --set total_band.draws=0 "
                           "--set training.steps=3 --set resampling.max_samples=2"),
                0);
    free(data);
}

int main(void) {
    const struct CMUnitTest tests[] = {scene_test(a_job_of_published_data_runs)};
    if (access(data_path(), R_OK) != 0) {
        printf("SKIPPED: %s is not there\n", data_path());
        return 0;
    }
    return cmocka_run_group_tests_name("cli/init_xixi", tests, NULL, NULL);
}
