// SPDX-License-Identifier: GPL-3.0-or-later
/* Runs that are killed inside of a fit go on inside of it, on any number of ranks, to the bytes of
 * a run that was left alone. */
#include "killed_run.h"
#include "output.h"
#include "small_job.h"
#include "hadpot/checkpoint.h"
#include "hadpot/memory.h"

/* Kept whenever it can be. */
#define OFTEN " --set results.checkpoint_interval_s=0"

typedef struct killed_fit {
    const char *job;   /* arguments */
    const char *name;  /* of the file of the fit, in checkpoint/ */
    const char *file;  /* the same in the folder of the test */
    const char *said;  /* where it goes on */
    const char *whole; /* folder of the run that was left alone */
} killed_fit;

static const killed_fit average = {
    "--set training.optimiser=adam --set training.epochs=400 --set training.sample_epochs=60",
    "fit_00000.bin", "out/checkpoint/fit_00000.bin",
    "hadpot: going on inside of the fit of the ensemble average: minimisation 1, step ",
    "whole_average"};
static const killed_fit third = {
    "--set training.optimiser=adam --set training.epochs=60 --set training.sample_epochs=400",
    "fit_00003.bin", "out/checkpoint/fit_00003.bin",
    "hadpot: going on inside of the fit of sample 3: minimisation 1, step ", "whole_sample"};

/* In the middle of the fit. */
enum { KEPT = 20 };

static pid_t start_and_hold(const scene *place, const killed_fit *fit, int ranks) {
    char arguments[512];
    snprintf(arguments, sizeof arguments, "%s" OFTEN, fit->job);
    return start_run(place, ranks, (hold){fit->name, KEPT}, arguments);
}

/* The step of the state in the file of a fit, by what a run says that goes on from it. */
static int step_told(const scene *place, const killed_fit *fit) {
    int step = 0;
    const char *said = strstr(place->err, fit->said);
    if (said == NULL) fail_msg("no fit goes on in:\n%s", place->err);
    assert_int_equal(sscanf(said + strlen(fit->said), "%d", &step), 1);
    return step;
}

static void check_killed_fit(scene *place, const killed_fit *fit, int ranks, int ranks_after) {
    if (!scene_has(place, fit->whole))
        assert_exit(place,
                    run_hadpot(place, 1, "run job.yaml %s --set output=%s", fit->job, fit->whole),
                    0);
    pid_t mpiexec = start_and_hold(place, fit, ranks);
    wait_for_file(place, fit->file);
    kill_run(place, mpiexec);
    assert_false(scene_has(place, "out/results.h5"));
    assert_true(scene_has(place, fit->file));
    assert_exit(place, run_hadpot(place, ranks_after, "run job.yaml --resume %s", fit->job), 0);
    assert_in_range(step_told(place, fit), 1, KEPT);
    assert_same_results(place, "out", fit->whole);
    assert_false(scene_has(place, "out/checkpoint"));
    hp_test_run(place->out, sizeof place->out, "rm -r '%s/out'", place->folder);
}

static void the_average_goes_on_inside(void **state) {
    scene *place = *state;
    write_small_job(place);
    check_killed_fit(place, &average, 1, 1);
    check_killed_fit(place, &average, 2, 3);
}

static void samples_go_on_inside(void **state) {
    scene *place = *state;
    write_small_job(place);
    check_killed_fit(place, &third, 1, 2);
    check_killed_fit(place, &third, 3, 1);
}

/* Left alone for less than a minute, and told to stop: the fit is kept at once. */
static void stopped_fits_go_on_inside(void **state) {
    scene *place = *state;
    int outcome = 0;
    write_small_job(place);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml %s --set output=whole", average.job), 0);
    pid_t mpiexec = start_run(place, 2, (hold){"progress", 1}, average.job);
    wait_for_text(place, ".stderr", "average: epoch 1 of ");
    signal_run(place, SIGTERM);
    write_text(place, "release", "");
    assert_int_equal(waitpid(mpiexec, &outcome, 0), mpiexec);
    assert_true(WIFEXITED(outcome));
    assert_int_equal(WEXITSTATUS(outcome), 75);
    assert_true(scene_has(place, average.file));
    assert_exit(place, run_hadpot(place, 3, "run job.yaml --resume %s", average.job), 0);
    assert_in_range(step_told(place, &average), 1, KEPT);
    assert_same_results(place, "out", "whole");
}

/* Without --resume what is kept of the average alone is not touched. */
static void a_kept_fit_needs_resume(void **state) {
    scene *place = *state;
    write_small_job(place);
    pid_t mpiexec = start_and_hold(place, &average, 1);
    wait_for_file(place, average.file);
    kill_run(place, mpiexec);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml %s", average.job), 2);
    assert_contains(place->err, "--resume");
    assert_true(scene_has(place, average.file));
    assert_exit(place, run_hadpot(place, 1, "run job.yaml %s --overwrite", average.job), 0);
    assert_null(strstr(place->err, "going on inside"));
}

/* A file that is whole, of this job and sample, and has another loss at the start. */
static void a_state_of_another_fit_is_not_believed(void **state) {
    enum { FINGERPRINT = 24, FIRST = 4 }; /* its place in the file; values of layout and head */
    scene *place = *state;
    char folder[256];
    hp_error err = HP_ERROR_INIT;
    hp_checkpoint checkpoint = {.folder = folder};
    size_t size, length;
    double *values = NULL;
    bool found;
    write_small_job(place);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml %s --set output=whole", average.job), 0);
    assert_null(strstr(place->err, "what was kept of the fit"));
    pid_t mpiexec = start_and_hold(place, &average, 1);
    wait_for_file(place, average.file);
    kill_run(place, mpiexec);
    char *file = read_bytes(place, average.file, &size);
    memcpy(&checkpoint.fingerprint, file + FINGERPRINT, sizeof checkpoint.fingerprint);
    test_free(file);
    scene_path(place, "out", folder);
    assert_ok(hp_checkpoint_read_fit(&checkpoint, -1, &values, &length, &found, &err), &err);
    assert_true(found && values[FIRST] > 0.0);
    values[length - (size_t)values[FIRST]] *= 1.5; /* the losses of all epochs are at the end */
    assert_ok(hp_checkpoint_keep_fit(&checkpoint, -1, values, length, &err), &err);
    hp_free(values);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml %s --resume", average.job), 0);
    assert_contains(place->err, "hadpot: warning: what was kept of the fit of the ensemble average "
                                "is not of this fit, which starts anew\n");
    assert_same_results(place, "out", "whole");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(the_average_goes_on_inside),
        scene_test(samples_go_on_inside),
        scene_test(stopped_fits_go_on_inside),
        scene_test(a_kept_fit_needs_resume),
        scene_test(a_state_of_another_fit_is_not_believed),
    };
    return cmocka_run_group_tests_name("cli/kept_fits", tests, NULL, NULL);
}
