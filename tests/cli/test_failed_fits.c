// SPDX-License-Identifier: GPL-3.0-or-later
/* Fits that fail are marked in every file; samples of a hopeless average are not fitted. */
#include "output.h"
#include "small_job.h"
#include "summary.h"

/* Every table of a job with source radii. */
static const char *const files[] = {"out/phase_shift.csv", "out/observables.csv",
                                    "out/potential.csv", "out/femtoscopy.csv"};
enum { NFILE = sizeof files / sizeof *files };

/* A fit that fails, though not beyond all hope, in every file that quotes
 * something of it. */
static void failed_fits_are_marked_everywhere(void **state) {
    scene *place = *state;
    size_t size;
    run_small_job(place, "--set results.min_fit_probability=0.5 --set training.steps=1 "
                         "--set femtoscopy.source_radii_fm=[1.2]");
    for (int i = 0; i < NFILE; i++) {
        char *text = read_bytes(place, files[i], &size);
        assert_contains(text, "\n# chi2 per effective point ");
        assert_contains(text, ", average NOT converged, 0 of 7 samples converged\n");
        assert_contains(
            text, "# warning: the fit does not describe its data: chi2 per effective point = ");
        assert_contains(text, "# warning: the fit of the ensemble average did not converge\n");
        assert_contains(text, "# warning: the fits of 7 of 7 samples did not converge\n");
        assert_contains(text, "# warning: the fit does not describe 2 of 2 sources, worst of ");
        assert_contains(text, " of the regions of r, worst of them ");
        test_free(text);
    }
    char *summary = read_bytes(place, "out/summary.yaml", &size);
    assert_contains(summary, "\nfit_describes_data: false\n");
    assert_contains(summary, "\naverage_converged: false\n");
    assert_contains(summary, "\nconverged_samples: 0\n");
    assert_contains(summary, " of the regions of r, worst of them ");
    assert_null(strstr(summary, "no sample was fitted")); /* not beyond 1000 times */
    test_free(summary);
    assert_int_equal(count_lines(place->err, "hadpot: chi2 per point by source: "), 1);
    assert_int_equal(count_lines(place->err, "hadpot: chi2 per point by r: "), 1);
    hid_t file = open_hdf5(place, "out/results.h5");
    assert_true(H5Aexists(file, "warnings") > 0 && H5Aexists(file, "converged_samples") > 0);
    assert_true(H5Fclose(file) >= 0);
}

/* Of an average that is allowed nothing. */
#define HOPELESS                                                                                   \
    "run job.yaml --set results.min_fit_probability=1 --set training.steps=1 "                     \
    "--set femtoscopy.source_radii_fm=[1.2]"
static const char refusal[] = "no sample was fitted: chi2 of the average is more "
                              "than 1000 times what it may be";

/* All of the average is written and marked, errors are not known, and the exit code tells. */
static void samples_of_a_hopeless_average_are_not_fitted(void **state) {
    scene *place = *state;
    size_t size;
    write_small_job(place);
    assert_exit(place, run_hadpot(place, 1, HOPELESS), 1);
    assert_contains(place->err, refusal);
    for (int i = 0; i < NFILE; i++) {
        char *text = read_bytes(place, files[i], &size);
        assert_contains(text, ", average NOT converged, 0 of 0 samples converged\n");
        assert_contains(
            text, "# warning: the fit does not describe its data: chi2 per effective point = ");
        assert_contains(text, refusal);
        test_free(text);
    }
    yaml_document_t summary = load_summary(place);
    assert_string_equal(find_text(&summary, "fit_describes_data"), "false");
    assert_string_equal(find_text(&summary, "samples"), "7");
    assert_string_equal(find_text(&summary, "computed_samples"), "0");
    assert_true(isfinite(find_number(&summary, "scattering_length_fm", "value")));
    assert_true(isnan(find_number(&summary, "scattering_length_fm", "stat")));
    yaml_document_delete(&summary);
    char *text = read_bytes(place, "out/summary.yaml", &size);
    assert_contains(text, refusal);
    test_free(text);
    table delta = read_result(place, "out", "scattering/delta_deg");
    assert_int_equal(delta.shape[0], 1); /* the average alone */
    for (size_t k = 0; k < delta.count; k++) assert_true(isfinite(delta.values[k]));
    test_free(delta.values);
    assert_false(scene_has(place, "out/checkpoint"));
}

/* The same on several ranks, which learn of it together. */
static void all_ranks_end_with_a_hopeless_average(void **state) {
    scene *place = *state;
    write_small_job(place);
    assert_exit(place, run_hadpot(place, 1, HOPELESS " --set output=one"), 1);
    assert_exit(place, run_hadpot(place, 3, HOPELESS), 1);
    assert_int_equal(count_lines(place->err, "hadpot: error: "), 1);
    assert_same_results(place, "out", "one");
    /* and it is no finished run, of which nothing would be left to do */
    assert_exit(place, run_hadpot(place, 2, HOPELESS " --resume"), 1);
    assert_contains(place->err, "no sample was fitted");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(failed_fits_are_marked_everywhere),
        scene_test(samples_of_a_hopeless_average_are_not_fitted),
        scene_test(all_ranks_end_with_a_hopeless_average),
    };
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests_name("cli/failed_fits", tests, NULL, NULL);
}
