// SPDX-License-Identifier: GPL-3.0-or-later
/* What a user sees of the training: whether fits converged, restarts, starts, optimisers. */
#include <math.h>
#include "output.h"
#include "small_ensemble.h"
#include "small_job.h"

enum { ROWS = SMALL_NSAMPLE + 1 }; /* the average, then the samples */

/* One number per row. */
static table read_rows(const scene *place, const char *folder, const char *name) {
    char path[64];
    snprintf(path, sizeof path, "training/%s", name);
    table data = read_result(place, folder, path);
    assert_int_equal(data.count, ROWS);
    return data;
}

static void assert_all(const scene *place, const char *folder, const char *name, double expected) {
    table data = read_rows(place, folder, name);
    for (size_t i = 0; i < ROWS; i++) assert_close(data.values[i], expected, 0, 0);
    test_free(data.values);
}

/* Not converged is said everywhere, and is not a failure. */
static void a_fit_that_did_not_converge_says_so(void **state) {
    scene *place = *state;
    char text[OUTPUT_SIZE];
    run_small_job(place, "--set training.steps=1");
    assert_int_equal(count_lines(place->err, "hadpot: ensemble average: loss "), 1);
    assert_contains(place->err, ", NOT converged\n");
    assert_contains(place->err, "warning: the fit of the ensemble average did not converge");
    assert_contains(place->err, "warning: the fits of 7 of 7 samples did not converge");
    read_text(place, "out/summary.yaml", text, sizeof text);
    assert_int_equal(count_lines(text, "converged_samples: 0"), 1);
    assert_int_equal(count_lines(text, "average_converged: false"), 1);
    assert_contains(text, "the fits of 7 of 7 samples did not converge");
    const char *const tables[] = {"out/phase_shift.csv", "out/potential.csv",
                                  "out/observables.csv"};
    for (int i = 0; i < 3; i++) {
        read_text(place, tables[i], text, sizeof text);
        assert_contains(text, "average NOT converged, 0 of 7 samples converged");
        assert_int_equal(count_lines(text, "# warning: the fits of 7 of 7 samples did not"), 1);
    }
    assert_all(place, "out", "converged", 0.0);
    assert_all(place, "out", "epochs", 1.0);
    table decrement = read_rows(place, "out", "newton_decrement");
    for (size_t i = 0; i < ROWS; i++) assert_true(decrement.values[i] > 1e-6);
    test_free(decrement.values);
}

/* By the criterion that docs/job-file.md states, whatever it is set to. */
static void converged_fits_are_below_the_tolerance(void **state) {
    scene *place = *state;
    const double tolerances[] = {1e-3, 1e-12};
    double most = 0.0;
    for (int k = 0; k < 2; k++) {
        char option[64], text[OUTPUT_SIZE];
        snprintf(option, sizeof option, "--set training.step_tolerance=%g", tolerances[k]);
        run_small_job(place, option);
        assert_all(place, "out", "converged", 1.0);
        assert_null(strstr(place->err, "did not converge"));
        assert_null(strstr(place->err, "NOT converged"));
        read_text(place, "out/summary.yaml", text, sizeof text);
        assert_int_equal(count_lines(text, "converged_samples: 7"), 1);
        table decrement = read_rows(place, "out", "newton_decrement");
        table epochs = read_rows(place, "out", "epochs");
        for (size_t i = 0; i < ROWS; i++) {
            assert_true(decrement.values[i] >= 0.0 && decrement.values[i] <= tolerances[k]);
            assert_true(epochs.values[i] < 60.0); /* training.steps */
        }
        assert_true(epochs.values[0] > most); /* the more, the smaller the tolerance */
        most = epochs.values[0];
        test_free(decrement.values);
        test_free(epochs.values);
    }
}

/* A sample that begins at drawn weights ends where the one does that begins at the average. */
static void assert_same_minima(const scene *place, const char *one, const char *other) {
    table loss = read_rows(place, one, "loss"), again = read_rows(place, other, "loss");
    for (size_t i = 0; i < ROWS; i++) /* both within the decrement, 1e-10, of one minimum; losses
                                         of other priors differ by some 10 % */
        assert_close(again.values[i], loss.values[i], 1e-9, 0);
    test_free(loss.values);
    test_free(again.values);
}

/* With this seed the second initial weights give the better fit of the average. Its prior is that
 * of the samples, warm or cold. */
static void samples_belong_to_the_restart_that_won(void **state) {
    scene *place = *state;
    const char *const common =
        "--set training.seed=14 --set training.restarts=%d --set training.step_tolerance=1e-12 "
        "--set training.warm_start=%s --set output=%s";
    const struct {
        int restarts;
        const char *warm, *output;
    } runs[] = {{1, "true", "one"}, {2, "true", "warm"}, {2, "false", "cold"}};
    write_small_job(place);
    for (int i = 0; i < 3; i++) {
        char options[512];
        snprintf(options, sizeof options, common, runs[i].restarts, runs[i].warm, runs[i].output);
        assert_exit(place, run_hadpot(place, 1, "run job.yaml %s", options), 0);
        assert_all(place, runs[i].output, "converged", 1.0);
        assert_all(place, runs[i].output, "restart", runs[i].restarts - 1.0);
    }
    assert_same_minima(place, "warm", "cold");
    table first = read_rows(place, "one", "loss"), best = read_rows(place, "warm", "loss");
    assert_true(best.values[0] < 0.9 * first.values[0]);
    /* the courses of cold fits begin at drawn weights, where the loss is that of the average but
     * for noise; those of warm ones at the minimum of the average */
    table cold = read_result(place, "cold", "training/loss_curve");
    table warm = read_result(place, "warm", "training/loss_curve");
    size_t points = cold.count / ROWS;
    assert_close(cold.values[0], warm.values[0], 0, 0);
    for (size_t i = 1; i < ROWS; i++) {
        assert_close(cold.values[i * points], cold.values[0], 0.3, 0);
        assert_true(warm.values[i * points] < 0.1 * cold.values[0]);
    }
    test_free(first.values);
    test_free(best.values);
    test_free(cold.values);
    test_free(warm.values);
}

/* With the usual seed the first initial weights are the better ones: the second change nothing. */
static void restarts_that_lose_leave_no_trace(void **state) {
    scene *place = *state;
    run_small_job(place, "--set output=one");
    run_small_job(place, "--set training.restarts=2");
    assert_all(place, "out", "restart", 0.0);
    assert_same_bytes(place, "out/phase_shift.csv", "one/phase_shift.csv");
}

/* A warm-up with Adam leads to the same minimum, also where it starts from drawn weights. */
static void warm_up_leads_to_the_same_minimum(void **state) {
    scene *place = *state;
    const char *const common =
        "--set training.step_tolerance=1e-10 --set training.warm_start=false";
    char options[512];
    snprintf(options, sizeof options, "%s --set output=without", common);
    run_small_job(place, options);
    snprintf(options, sizeof options, "%s --set training.warm_up_epochs=50", common);
    run_small_job(place, options);
    assert_all(place, "out", "converged", 1.0);
    assert_same_minima(place, "without", "out");
    table plain = read_result(place, "without", "training/loss_curve");
    table curve = read_result(place, "out", "training/loss_curve");
    assert_true(curve.values[0] < 0.5 * plain.values[0]); /* Levenberg-Marquardt alone */
    test_free(plain.values);
    test_free(curve.values);
}

/* First order as in the papers: it runs for its epochs, has no decrement, ends above the minimum.
 */
static void adam_is_still_there(void **state) {
    scene *place = *state;
    run_small_job(place, "--set output=newton");
    run_small_job(place, "--set training.optimiser=adam --set training.epochs=300");
    assert_all(place, "out", "epochs", 300.0);
    table loss = read_rows(place, "out", "loss"), least = read_rows(place, "newton", "loss");
    table decrement = read_rows(place, "out", "newton_decrement");
    table curve = read_result(place, "out", "training/loss_curve");
    for (size_t i = 0; i < ROWS; i++) {
        assert_true(isnan(decrement.values[i]));
        assert_true(loss.values[i] > least.values[i] * (1.0 - 1e-5)); /* 1e-6 is the tolerance */
        assert_true(loss.values[i] < 0.1 * curve.values[0]);
    }
    test_free(loss.values);
    test_free(least.values);
    test_free(decrement.values);
    test_free(curve.values);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_fit_that_did_not_converge_says_so),
        scene_test(converged_fits_are_below_the_tolerance),
        scene_test(samples_belong_to_the_restart_that_won),
        scene_test(restarts_that_lose_leave_no_trace),
        scene_test(warm_up_leads_to_the_same_minimum),
        scene_test(adam_is_still_there),
    };
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests_name("cli/training", tests, NULL, NULL);
}
