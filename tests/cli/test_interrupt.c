// SPDX-License-Identifier: GPL-3.0-or-later
/* Runs that are told to stop say what is kept, and end as if nobody had listened. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include "small_job.h"

#define SLOW                                                                                       \
    "--set training.optimiser=adam --set training.epochs=60 --set training.sample_epochs=600000 "

/* Start a run by itself or under mpiexec. ignored: SIGINT is, as nohup does it. */
static pid_t start(const scene *place, int ranks, bool ignored, const char *arguments) {
    char command[2048], launcher[512] = "";
    if (ranks > 1)
        snprintf(launcher, sizeof launcher, "'%s' --oversubscribe -n %d ", HADPOT_MPIEXEC, ranks);
    snprintf(command, sizeof command,
             "cd '%s' && exec %s'%s' run job.yaml %s >.stdout 2>.stderr </dev/null", place->folder,
             launcher, HADPOT_PROGRAM, arguments);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGINT, ignored ? SIG_IGN : SIG_DFL);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    return child;
}

/* When `appears` is there, send the signal; returns what became of it, place->err is what it said.
 */
static int interrupt(scene *place, pid_t child, const char *appears, int number) {
    int outcome = 0;
    wait_for_file(place, appears);
    assert_int_equal(kill(child, number), 0);
    assert_int_equal(waitpid(child, &outcome, 0), child);
    read_text(place, ".stderr", place->err, sizeof place->err);
    return outcome;
}

static int count_samples(const scene *place) {
    char name[64];
    int count = 0;
    for (int sample = 1; sample <= SMALL_NSAMPLE; sample++) {
        snprintf(name, sizeof name, "out/checkpoint/sample_%05d.bin", sample);
        count += scene_has(place, name);
    }
    return count;
}

static void check_interrupted(scene *place, int ranks, int number) {
    int said = 0, outcome = interrupt(place, start(place, ranks, false, SLOW),
                                      "out/checkpoint/sample_00001.bin", number);
    const char *message = strstr(place->err, "hadpot: interrupted: ");
    if (message == NULL)
        fail_msg("%d ranks, signal %d: nothing about it in:\n%s", ranks, number, place->err);
    assert_int_equal(sscanf(message, "hadpot: interrupted: %d", &said), 1);
    assert_contains(message, " finished samples are kept in \"out/checkpoint\", go on with "
                             "--resume\n");
    assert_int_equal(count_lines(place->err, "hadpot: interrupted: "), 1);
    assert_in_range(said, 1, SMALL_NSAMPLE - 1);
    int kept = count_samples(place); /* another rank may finish one more before it ends */
    assert_in_range(kept, said, said + ranks - 1);
    if (ranks == 1)
        assert_true(WIFSIGNALED(outcome) && WTERMSIG(outcome) == number);
    else
        assert_true(WIFEXITED(outcome) && WEXITSTATUS(outcome) == 1);
    assert_false(scene_has(place, "out/results.h5"));
    hp_test_run(place->out, sizeof place->out, "rm -r '%s/out'", place->folder);
}

static void interrupted_runs_say_what_is_kept(void **state) {
    scene *place = *state;
    write_small_job(place);
    check_interrupted(place, 1, SIGINT);
    check_interrupted(place, 1, SIGTERM);
    check_interrupted(place, 2, SIGINT);
    check_interrupted(place, 2, SIGTERM);
}

/* The average alone is finished. */
static void there_may_be_no_samples_yet(void **state) {
    scene *place = *state;
    write_small_job(place);
    interrupt(place, start(place, 1, false, SLOW "--set training.sample_epochs=10000000"),
              "out/checkpoint/average.bin", SIGINT);
    assert_contains(place->err, "hadpot: interrupted: no finished samples are kept in ");
}

static void alternatives_have_checkpoints_of_their_own(void **state) {
    scene *place = *state;
    write_small_job(place);
    interrupt(place,
              start(place, 1, false,
                    SLOW
                    "--set training.sample_epochs=10000 --set 'variations.seed=[training.seed=2]'"),
              "out/variations/seed_1/checkpoint/sample_00001.bin", SIGINT);
    assert_contains(place->err, " finished samples are kept in "
                                "\"out/variations/seed_1/checkpoint\", those of the analyses "
                                "before it beside them, go on with --resume\n");
}

static void ignored_signals_stay_ignored(void **state) {
    scene *place = *state;
    write_small_job(place);
    int outcome = interrupt(place, start(place, 1, true, SLOW "--set training.sample_epochs=10000"),
                            "out/checkpoint/sample_00001.bin", SIGINT);
    assert_true(WIFEXITED(outcome) && WEXITSTATUS(outcome) == 0);
    assert_null(strstr(place->err, "interrupted"));
    assert_true(scene_has(place, "out/results.h5"));
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
        scene_test(interrupted_runs_say_what_is_kept),
        scene_test(there_may_be_no_samples_yet),
        scene_test(alternatives_have_checkpoints_of_their_own),
        scene_test(ignored_signals_stay_ignored),
        scene_test(progress_is_plain_lines_in_a_log),
    };
    return cmocka_run_group_tests_name("cli/interrupt", tests, NULL, NULL);
}
