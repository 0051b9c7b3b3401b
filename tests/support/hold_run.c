// SPDX-License-Identifier: GPL-3.0-or-later
/* Preloaded: a process waits until a file HADPOT_RELEASE is there when it has renamed, for the time
 * HADPOT_HOLD_TIME, a file to a name in which HADPOT_HOLD stands; for "progress", when it has said
 * how far it is. So a test can do to a run in the middle what it likes, however fast or slow the
 * machine is. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A test that has ended leaves nobody behind for longer. */
enum { MOST_SECONDS = 240 };

static void wait_for_release(void) {
    static int count;
    const struct timespec pause = {.tv_nsec = 2000000};
    const char *release = getenv("HADPOT_RELEASE"), *wanted = getenv("HADPOT_HOLD_TIME");
    time_t end = time(NULL) + MOST_SECONDS;
    if (release == NULL || wanted == NULL || ++count != atoi(wanted)) return;
    while (access(release, F_OK) != 0) {
        if (time(NULL) > end) _exit(125);
        nanosleep(&pause, NULL);
    }
}

static bool holds(const char *name) {
    const char *hold = getenv("HADPOT_HOLD");
    return hold != NULL && strstr(name, hold) != NULL;
}

int rename(const char *from, const char *to) {
    static int (*next)(const char *, const char *);
    if (next == NULL) *(void **)&next = dlsym(RTLD_NEXT, "rename");
    int code = next(from, to);
    if (code == 0 && holds(to)) wait_for_release();
    return code;
}

/* After each line of progress. */
int fflush(FILE *stream) {
    static int (*next)(FILE *);
    if (next == NULL) *(void **)&next = dlsym(RTLD_NEXT, "fflush");
    int code = next(stream);
    if (stream == stderr && holds("progress")) wait_for_release();
    return code;
}
