// SPDX-License-Identifier: GPL-3.0-or-later
/* Runs that are told to stop end within seconds, on all ranks, whichever rank is told: they say
 * what is kept, and have an exit code of their own. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include "running.h"
#include "small_job.h"

/* Fits of samples that last for hours. */
#define SLOW                                                                                       \
    "--set training.optimiser=adam --set training.epochs=60 "                                      \
    "--set training.sample_epochs=10000000 "

/* Half a second for a sample, a quarter of an hour for all of them: some are finished soon, and not
 * the last one before the test has seen them. */
enum { SAMPLES = 2000 };
#define MANY                                                                                       \
    "--set resampling.method=bootstrap --set resampling.bootstrap_samples=2000 "                   \
    "--set training.optimiser=adam --set training.epochs=60 --set training.sample_epochs=200000 "

/* The batch systems' limit of the issue, in seconds, is 10; a loaded machine is slower than a quiet
 * one, on which it takes tenths of a second. */
enum { STOP_SECONDS = 10 };

static int count_samples(const scene *place) {
    char name[64];
    int count = 0;
    for (int sample = 1; sample <= SAMPLES; sample++) {
        snprintf(name, sizeof name, "out/checkpoint/sample_%05d.bin", sample);
        count += scene_has(place, name);
    }
    return count;
}

/* One line, with the name of the signal. */
static void check_sentence(const scene *place, const char *name, const char *kept) {
    char start[64];
    snprintf(start, sizeof start, "hadpot: stopped by %s; ", name);
    const char *message = strstr(place->err, start);
    if (message == NULL) fail_msg("nothing of \"%s\" in:\n%s", start, place->err);
    assert_contains(message, kept);
    assert_int_equal(count_lines(place->err, "hadpot: stopped by"), 1);
}

static void check_stopped(scene *place, int ranks, int target, int number, const char *name) {
    running run = start_run(place, ranks, MANY);
    wait_for_file(place, "out/checkpoint/sample_00001.bin");
    double begin = hp_test_seconds();
    signal_rank(&run, target, number);
    assert_int_equal(end_of_run(place, &run), 75);
    assert_true(hp_test_seconds() - begin < STOP_SECONDS);
    char kept[64];
    snprintf(kept, sizeof kept, "%d of %d samples", count_samples(place), SAMPLES);
    check_sentence(place, name, kept);
    assert_contains(place->err, " kept in \"out/checkpoint\"; go on with --resume\n");
    assert_false(scene_has(place, "out/results.h5"));
    assert_false(scene_has(place, "out/.hadpot.lock"));
    hp_test_run(place->out, sizeof place->out, "rm -r '%s/out'", place->folder);
}

static void every_signal_stops_one_rank(void **state) {
    scene *place = *state;
    write_small_job(place);
    check_stopped(place, 1, 0, SIGTERM, "SIGTERM");
    check_stopped(place, 1, 0, SIGINT, "SIGINT");
    check_stopped(place, 1, 0, SIGHUP, "SIGHUP");
    check_stopped(place, 1, 0, SIGUSR1, "SIGUSR1");
}

static void every_signal_to_any_of_two_ranks_stops_both(void **state) {
    scene *place = *state;
    write_small_job(place);
    check_stopped(place, 2, 0, SIGTERM, "SIGTERM");
    check_stopped(place, 2, 1, SIGINT, "SIGINT");
    check_stopped(place, 2, 1, SIGHUP, "SIGHUP");
    check_stopped(place, 2, LAUNCHER, SIGUSR1, "SIGUSR1"); /* mpirun passes it on to all */
}

/* mpirun has an exit code of its own then, and leaves its ranks a second, here three: a loaded
 * machine may need more than one for what takes tenths of one. */
static void the_launcher_is_told(void **state) {
    scene *place = *state;
    write_small_job(place);
    assert_int_equal(setenv("OMPI_MCA_odls_base_sigkill_timeout", "3", 1), 0);
    running run = start_run(place, 2, MANY);
    unsetenv("OMPI_MCA_odls_base_sigkill_timeout");
    wait_for_file(place, "out/checkpoint/sample_00001.bin");
    signal_rank(&run, LAUNCHER, SIGTERM);
    assert_int_equal(end_of_run(place, &run), 1);
    check_sentence(place, "SIGTERM", " kept in \"out/checkpoint\"; go on with --resume\n");
}

/* While the average is fitted, and before the first sample is finished. */
static void there_may_be_no_samples_yet(void **state) {
    scene *place = *state;
    write_small_job(place);
    for (int ranks = 1; ranks <= 2; ranks++) {
        running run = start_run(place, ranks, SLOW "--set training.epochs=10000000");
        wait_for_text(place, ".stderr", "ensemble average: epoch");
        signal_rank(&run, ranks - 1, SIGTERM);
        assert_int_equal(end_of_run(place, &run), 75);
        check_sentence(place, "SIGTERM",
                       "none of 7 samples is finished, but the state of 1 fit is kept in ");
        run = start_run(place, ranks, SLOW "--overwrite");
        wait_for_file(place, "out/checkpoint/average.bin");
        signal_rank(&run, ranks - 1, SIGTERM);
        assert_int_equal(end_of_run(place, &run), 75);
        check_sentence(place, "SIGTERM", "none of 7 samples is finished, but the average");
        hp_test_run(place->out, sizeof place->out, "rm -r '%s/out'", place->folder);
    }
}

/* Before anything is written: the limit has come when the program starts. */
static void nothing_is_kept_at_the_start(void **state) {
    scene *place = *state;
    write_small_job(place);
    for (int ranks = 1; ranks <= 2; ranks++) {
        assert_exit(place, run_hadpot(place, ranks, "run job.yaml --time-limit 0.001"), 75);
        check_sentence(place, "the time limit", "nothing is kept\n");
        assert_false(scene_has(place, "out/checkpoint"));
    }
}

static void a_time_limit_stops_before_it_has_come(void **state) {
    scene *place = *state;
    write_small_job(place);
    for (int ranks = 1; ranks <= 2; ranks++) {
        double begin = hp_test_seconds();
        assert_exit(place, run_hadpot(place, ranks, "run job.yaml " SLOW "--time-limit 0:02"), 75);
        assert_true(hp_test_seconds() - begin < 2.0 + STOP_SECONDS);
        check_sentence(place, "the time limit", " kept"); /* on a loaded machine nothing yet */
        hp_test_run(place->out, sizeof place->out, "rm -rf '%s/out'", place->folder);
    }
    static const char *const wrong[] = {"", "0", "soon", "-5", "1m1h", "1:60", "12:", "1-5"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_exit(place, run_hadpot(place, 1, "run job.yaml --time-limit='%s'", wrong[i]), 2);
        assert_contains(place->err, "run: --time-limit: expected a duration such as 3600, 90m, "
                                    "1h30m or 23:50:00, found \"");
    }
    static const char *const right[] = {"3600", "90m", "1h30m", "2d", "23:50:00", "1-12:00:00"};
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        assert_exit(place, run_hadpot(place, 1, "run job.yaml --help --time-limit %s", right[i]),
                    0);
}

static void alternatives_have_checkpoints_of_their_own(void **state) {
    scene *place = *state;
    write_small_job(place);
    running run = start_run(place, 1,
                            "--set training.optimiser=adam --set training.epochs=60 --set "
                            "'variations.seed=[training.sample_epochs=10000000]'");
    wait_for_file(place, "out/variations/seed_1/checkpoint/average.bin");
    signal_rank(&run, 0, SIGINT);
    assert_int_equal(end_of_run(place, &run), 75);
    check_sentence(place, "SIGINT",
                   " kept in \"out/variations/seed_1/checkpoint\", those of the analyses before it "
                   "beside them; go on with --resume\n");
}

static void ignored_signals_stay_ignored(void **state) {
    scene *place = *state;
    write_small_job(place);
    signal(SIGINT, SIG_IGN); /* as nohup does it; the program inherits it */
    running run = start_run(place, 1, SLOW);
    signal(SIGINT, SIG_DFL);
    wait_for_file(place, "out/checkpoint/average.bin");
    signal_rank(&run, 0, SIGINT);
    signal_rank(&run, 0, SIGTERM); /* after it, so that the first one would be the reason */
    assert_int_equal(end_of_run(place, &run), 75);
    check_sentence(place, "SIGTERM", " kept in ");
}

static void progress_is_plain_lines_in_a_log(void **state) {
    scene *place = *state;
    for (int ranks = 1; ranks <= 2; ranks++) {
        write_small_job(place);
        assert_exit(place, run_hadpot(place, ranks, "run job.yaml"), 0);
        assert_int_equal(count_lines(place->err, "hadpot: samples 0 of 7 done\n"), 1);
        assert_int_equal(count_lines(place->err, "hadpot: samples 7 of 7 done, latest loss "), 1);
        assert_null(strchr(place->err, '\r'));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(every_signal_stops_one_rank),
        scene_test(every_signal_to_any_of_two_ranks_stops_both),
        scene_test(the_launcher_is_told),
        scene_test(there_may_be_no_samples_yet),
        scene_test(nothing_is_kept_at_the_start),
        scene_test(a_time_limit_stops_before_it_has_come),
        scene_test(alternatives_have_checkpoints_of_their_own),
        scene_test(ignored_signals_stay_ignored),
        scene_test(progress_is_plain_lines_in_a_log),
    };
    return cmocka_run_group_tests_name("cli/interrupt", tests, NULL, NULL);
}
