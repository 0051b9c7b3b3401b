// SPDX-License-Identifier: GPL-3.0-or-later
/* The stop flag, in processes of their own: what signals and limits do to one of them. Time is told
 * by the test, so that it does not depend on the machine; alarms ring when they do. */
#define _GNU_SOURCE /* syscall */
#include "hadpot/stop.h"
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "hadpot/log.h"
#include "support.h"

/* What the clock shows, in seconds; none: that of the system. */
static double shown = NAN;

/* That of the C library, but for the clock of the test. */
int clock_gettime(clockid_t clock, struct timespec *now) {
    if (isnan(shown)) return (int)syscall(SYS_clock_gettime, clock, now);
    now->tv_sec = (time_t)shown;
    now->tv_nsec = (long)(1e9 * (shown - (double)now->tv_sec));
    return 0;
}

/* Exit code of a process that does this, or 128 and the signal that ends it. */
static int outcome_of(int (*function)(void)) {
    int outcome = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        shown = 1000.0;
        hp_stop_listen();
        _exit(function());
    }
    assert_int_equal(waitpid(child, &outcome, 0), child);
    return WIFEXITED(outcome) ? WEXITSTATUS(outcome) : 128 + WTERMSIG(outcome);
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
    shown += 0.9;
    raise(SIGTERM); /* so soon after the first it is the same one */
    if (hp_stop_reason() != SIGHUP) return 4;
    shown += 5.0;
    if (fabs(hp_stop_seconds() - 5.9) > 1.0) return 5; /* counted from a whole second on */
    return check("stopped by SIGHUP");
}

static int asked_twice(void) {
    raise(SIGTERM);
    shown += 3.0;
    raise(SIGTERM);
    return 0;
}

static int ignoring(void) {
    signal(SIGUSR1, SIG_IGN);
    hp_stop_listen();
    raise(SIGUSR1);
    return hp_stop_check(NULL) == HP_OK ? 0 : 5;
}

/* A tenth earlier than the limit, but no more than a minute. */
static int limited_to(double limit, double stop) {
    hp_stop_set_time_limit(limit);
    shown += stop - 0.001;
    if (hp_stop_check(NULL) != HP_OK) return 6;
    shown += 0.002;
    return check("stopped by the time limit");
}

static int limited(void) {
    return limited_to(100.0, 90.0);
}

static int limited_for_long(void) {
    return limited_to(86400.0, 86340.0);
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
    for (int i = 0; i < 30; i++) pause();
    return 0;
}

/* The alarm rings eight times in the limit, far more often than by itself. */
enum { RINGS = 8 };
static int ring_and_check(int rings) {
    hp_stop_set_stall_limit(8000.0);
    for (int i = 0; i < 4 * rings; i++) {
        raise(SIGALRM);
        if ((i + 1) % rings == 0 && hp_stop_check(NULL) != HP_OK) return 8;
    }
    return 0;
}

static int alive(void) {
    return ring_and_check(RINGS);
}

static int hardly_alive(void) {
    return ring_and_check(RINGS + 1);
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
    assert_int_equal(outcome_of(limited_for_long), 0);
    assert_int_equal(outcome_of(holding), 0);
}

static void who_does_not_ask_is_ended(void **state) {
    (void)state;
    assert_int_equal(outcome_of(silent), 1);
    assert_int_equal(outcome_of(alive), 0);
    assert_int_equal(outcome_of(hardly_alive), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_signal_asks_and_a_second_ends),
        cmocka_unit_test(limits_end_and_holds_wait),
        cmocka_unit_test(who_does_not_ask_is_ended),
    };
    return cmocka_run_group_tests_name("core/stop", tests, NULL, NULL);
}
