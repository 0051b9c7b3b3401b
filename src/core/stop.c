// SPDX-License-Identifier: GPL-3.0-or-later
/* The stop flag. One alarm clock (SIGALRM) sees to it that a program which no longer asks ends too:
 * after a stop, at its deadline, and when it has given no sign of life for too long. */
#include "hadpot/stop.h"
#include <math.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include "hadpot/log.h"

/* Seconds within which two signals are one: mpirun passes on what the batch system has sent to all,
 * and when it ends a job it sends a signal of its own. */
enum { SAME_SIGNAL = 2 };

/* How much earlier than the time limit to stop. */
static const double MARGIN_PART = 0.1, MOST_MARGIN = 60.0;

/* Between two calls of the service, in seconds: a look for messages takes a microsecond, but where
 * ranks share cores MPI gives the core away at each, which has to be no more than a share. */
static const double SERVICE_INTERVAL = 1e-3;

/* A stall is found within an eighth of its limit. */
enum { LOOKS_PER_STALL = 8 };

static const int ends[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};
enum { NEND = sizeof ends / sizeof *ends };

/* A signal handler can be given nothing, so what it looks at stands here. Times are whole seconds
 * of hp_clock_seconds, 0: never. */
static volatile sig_atomic_t reason, signalled, asked, held, silent;
static volatile double deadline = INFINITY, stall_limit;
static void (*service)(void);
static double served, started;

static int clock_now(void) {
    return (int)hp_clock_seconds() + 1; /* no time is 0 */
}

static void say(const char *text) {
    ssize_t written = write(STDERR_FILENO, text, strlen(text));
    (void)written; /* there is nobody to tell */
}

/* Seconds between two looks at the stall limit. */
static unsigned look_interval(void) {
    double interval = stall_limit / LOOKS_PER_STALL;
    return interval > 1.0 ? (unsigned)interval : 1;
}

/* Ring when something may have to be done next. */
static void set_alarm(void) {
    double left = reason != 0 ? HP_STOP_SECONDS : deadline - hp_clock_seconds();
    double most = stall_limit > 0.0 && reason == 0 ? look_interval() : 86400.0;
    if (left > most) left = most;
    if (reason != 0 || stall_limit > 0.0 || isfinite(deadline))
        alarm(left > 1.0 ? (unsigned)ceil(left) : 1);
}

void hp_stop_request(int why) {
    if (reason != 0) return;
    reason = why;
    asked = clock_now();
    alarm(HP_STOP_SECONDS);
}

static void handle(int number) {
    int now = clock_now();
    if (signalled != 0 && now - signalled >= SAME_SIGNAL) {
        signal(number, SIG_DFL);
        raise(number);
        return;
    }
    if (signalled == 0) signalled = now;
    hp_stop_request(number);
}

static void end_overdue(void) {
    say("hadpot: stopped by ");
    say(hp_stop_name(reason));
    say(": what was under way did not come to an end in time and is given up; what is finished is "
        "kept, go on with --resume\n");
    _exit(hp_status_exit_code(HP_STOPPED));
}

static void end_stalled(void) {
    say("hadpot: error: no sign of life for longer than the stall limit, of this rank, of others "
        "that it waits for, or of a file system; what is finished is kept, go on with --resume\n");
    _exit(hp_status_exit_code(HP_ERR_LIBRARY));
}

/* SIGALRM. Rings of a suspended program are not counted: there is one at most when it goes on. */
static void ring(int number) {
    (void)number;
    if (reason == 0 && hp_clock_seconds() >= deadline) {
        hp_stop_request(HP_STOP_TIME_LIMIT);
    } else if (held > 0) {
        alarm(1);
    } else if (reason != 0) {
        if (clock_now() - asked >= HP_STOP_SECONDS) end_overdue();
        alarm(1);
    } else {
        silent += (int)look_interval();
        if (stall_limit > 0.0 && silent > stall_limit) end_stalled();
        set_alarm();
    }
}

static void listen_to(int number, void (*handler)(int)) {
    struct sigaction before, action = {.sa_handler = handler, .sa_flags = (int)SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < NEND; i++) sigaddset(&action.sa_mask, ends[i]);
    sigaddset(&action.sa_mask, SIGALRM);
    if (sigaction(number, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaction(number, &action, NULL);
}

void hp_stop_listen(void) {
    started = hp_clock_seconds();
    signal(SIGALRM, SIG_DFL); /* its own, whatever the parent has done with it */
    listen_to(SIGALRM, ring);
    for (int i = 0; i < NEND; i++) listen_to(ends[i], handle);
}

void hp_stop_set_deadline(double clock) {
    deadline = clock;
    set_alarm();
}

void hp_stop_set_time_limit(double limit) {
    hp_stop_set_deadline(started + limit - fmin(MARGIN_PART * limit, MOST_MARGIN));
}

void hp_stop_set_stall_limit(double seconds) {
    stall_limit = seconds;
    silent = 0;
    set_alarm();
}

double hp_stop_stall_limit(void) {
    return stall_limit;
}

void hp_stop_set_service(void (*function)(void)) {
    service = function;
}

void hp_stop_hold(void) {
    held++;
}

void hp_stop_release(void) {
    held--;
    if (held > 0 || reason == 0) return;
    asked = clock_now();
    alarm(HP_STOP_SECONDS);
}

bool hp_stop_wanted(void) {
    if (reason == 0 && hp_clock_seconds() >= deadline) hp_stop_request(HP_STOP_TIME_LIMIT);
    return reason != 0;
}

int hp_stop_reason(void) {
    return reason;
}

double hp_stop_seconds(void) {
    return hp_stop_wanted() && held == 0 ? hp_clock_seconds() + 1.0 - asked : 0.0;
}

const char *hp_stop_name(int why) {
    static const char *const names[] = {"SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1"};
    for (int i = 0; i < NEND; i++)
        if (why == ends[i]) return names[i];
    if (why == HP_STOP_TIME_LIMIT) return "the time limit";
    return why == HP_STOP_OTHER_RANK ? "another rank" : "a signal";
}

hp_status hp_stop_check(hp_error *err) {
    silent = 0;
    if (service != NULL) {
        double now = hp_clock_seconds();
        if (now - served >= SERVICE_INTERVAL) {
            served = now; /* first: the service may ask, too */
            service();
        }
    }
    if (!hp_stop_wanted() || held > 0) return HP_OK;
    return HP_FAIL(HP_STOPPED, "stopped by %s", hp_stop_name(reason));
}
