// SPDX-License-Identifier: GPL-3.0-or-later
/* What a coverage study says of ensembles and errors that it cannot judge. */
#include "coverage_job.h"

/* Noise like this makes a potential that binds beyond what a grid resolves: no numbers, which is a
 * result of the study. The other ensemble has a finite one. */
static void ensembles_without_result_are_told_of(void **state) {
    scene *place = *state;
    write_jobs(place);
    assert_exit(place,
                run_hadpot(place, 1,
                           "coverage job.yaml --set ensembles=2 --set synth.noise.four_point=1e30"),
                0);
    assert_int_equal(count_lines(place->err,
                                 "hadpot: warning: ensemble 1 gives no finite result: a "
                                 "state is bound too deeply"),
                     1);
    assert_int_equal(count_lines(place->err, "hadpot: warning: "), 1);
    assert_contains(place->err, "hadpot: four_point: 1 pulls from 2 ensembles");
    assert_contains(place->err,
                    "hadpot: binding_energy_mev: no pulls\n"); /* the other is unbound */
}

/* Alternatives whose potential goes on at the end of its range, as that of Gaussians does, do not
 * enter total errors. */
static void total_errors_may_not_be_known(void **state) {
    scene *place = *state;
    write_jobs(place);
    assert_exit(place,
                run_hadpot(place, 1,
                           "coverage job.yaml --set ensembles=2 --set "
                           "run.results.max_edge_ratio=1e-300 --set "
                           "run.variations.range=[fit.r_max_fm=1.5]"),
                0);
    assert_contains(place->err, "hadpot: four_point: 2 pulls, mean ");
    assert_contains(place->err, ": no with systematic errors\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(ensembles_without_result_are_told_of),
        scene_test(total_errors_may_not_be_known),
    };
    return cmocka_run_group_tests_name("cli/coverage_words", tests, NULL, NULL);
}
