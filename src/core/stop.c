// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/stop.h"
#include <math.h>
#include <signal.h>
#include <stddef.h>
#include "hadpot/log.h"

/* A signal handler can be given nothing, so what it sets stands here. */
static volatile sig_atomic_t reason;
static double deadline = INFINITY, first_seen;

void hp_stop_request(int why) {
    if (reason == 0) reason = why;
}

/* Its action has been reset when this is called, so a second signal of the kind ends the program.
 */
static void handle(int number) {
    hp_stop_request(number);
}

void hp_stop_listen(void) {
    static const int ends[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};
    struct sigaction before,
        action = {.sa_handler = handle, .sa_flags = (int)SA_RESETHAND | SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (sigaction(ends[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(ends[i], &action, NULL);
}

void hp_stop_set_deadline(double clock) {
    deadline = clock;
}

bool hp_stop_wanted(void) {
    if (reason == 0 && hp_clock_seconds() >= deadline) hp_stop_request(HP_STOP_TIME_LIMIT);
    if (reason != 0 && first_seen == 0.0) first_seen = hp_clock_seconds();
    return reason != 0;
}

int hp_stop_reason(void) {
    return reason;
}

double hp_stop_seconds(void) {
    return hp_stop_wanted() ? hp_clock_seconds() - first_seen : 0.0;
}

hp_status hp_stop_check(hp_error *err) {
    if (!hp_stop_wanted()) return HP_OK;
    if (reason == HP_STOP_TIME_LIMIT)
        return HP_FAIL(HP_STOPPED, "stopped: the time limit has come");
    if (reason == HP_STOP_OTHER_RANK) return HP_FAIL(HP_STOPPED, "stopped with another rank");
    return HP_FAIL(HP_STOPPED, "stopped by signal %d", (int)reason);
}
