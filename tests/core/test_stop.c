// SPDX-License-Identifier: GPL-3.0-or-later
/* The stop flag, in processes of their own: what signals and limits do to one of them. */
#include "hadpot/stop.h"
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "hadpot/log.h"
#include "support.h"

/* Exit code of a process that does this, or 128 and the signal that ends it. */
static int outcome_of(int (*function)(void)) {
    int outcome = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        hp_stop_listen();
        _exit(function());
    }
    assert_int_equal(waitpid(child, &outcome, 0), child);
    return WIFEXITED(outcome) ? WEXITSTATUS(outcome) : 128 + WTERMSIG(outcome);
}

static void rest(double seconds) {
    double end = hp_clock_seconds() + seconds;
    const struct timespec pause = {.tv_nsec = 10000000};
    while (hp_clock_seconds() < end) nanosleep(&pause, NULL);
}

/* 0 where the sentence is the expected one. */
static int check(const char *sentence) {
    hp_error err = HP_ERROR_INIT;
    if (hp_stop_check(&err) != HP_STOPPED) return 1;
    return strcmp(err.message, sentence) == 0 ? 0 : 2;
}

static int asked_by_signals(void) {
    if (hp_stop_check(NULL) != HP_OK || hp_stop_wanted()) return 3;
    raise(SIGHUP);
    raise(SIGTERM); /* so soon after the first it is the same one */
    if (hp_stop_reason() != SIGHUP || hp_stop_seconds() > 2.0) return 4;
    return check("stopped by SIGHUP");
}

static int asked_twice(void) {
    raise(SIGTERM);
    rest(3.0);
    raise(SIGTERM);
    return 0;
}

static int ignoring(void) {
    signal(SIGUSR1, SIG_IGN);
    hp_stop_listen();
    raise(SIGUSR1);
    return hp_stop_check(NULL) == HP_OK ? 0 : 5;
}

static int limited(void) {
    hp_stop_set_time_limit(0.2); /* stops after 0.18 s */
    if (hp_stop_check(NULL) != HP_OK) return 6;
    rest(0.19);
    return check("stopped by the time limit");
}

/* What is held goes on; then it is asked for. */
static int holding(void) {
    hp_stop_hold();
    hp_stop_request(SIGINT);
    if (hp_stop_check(NULL) != HP_OK || hp_stop_seconds() != 0.0 || !hp_stop_wanted()) return 7;
    hp_stop_release();
    return check("stopped by SIGINT");
}

/* It asks no more: the alarm ends it. */
static int silent(void) {
    hp_stop_set_stall_limit(1.0);
    rest(30.0);
    return 0;
}

static int alive(void) {
    hp_stop_set_stall_limit(1.0);
    for (int i = 0; i < 30; i++) {
        rest(0.1);
        if (hp_stop_check(NULL) != HP_OK) return 8;
    }
    return 0;
}

static void one_signal_asks_and_a_second_ends(void **state) {
    (void)state;
    assert_int_equal(outcome_of(asked_by_signals), 0);
    assert_int_equal(outcome_of(asked_twice), 128 + SIGTERM);
    assert_int_equal(outcome_of(ignoring), 0);
}

static void limits_end_and_holds_wait(void **state) {
    (void)state;
    assert_int_equal(outcome_of(limited), 0);
    assert_int_equal(outcome_of(holding), 0);
}

static void who_does_not_ask_is_ended(void **state) {
    (void)state;
    assert_int_equal(outcome_of(silent), 1);
    assert_int_equal(outcome_of(alive), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_signal_asks_and_a_second_ends),
        cmocka_unit_test(limits_end_and_holds_wait),
        cmocka_unit_test(who_does_not_ask_is_ended),
    };
    return cmocka_run_group_tests_name("core/stop", tests, NULL, NULL);
}
