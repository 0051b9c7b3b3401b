// SPDX-License-Identifier: GPL-3.0-or-later
#include "support.h"

#include <malloc.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

void hp_test_assert_close(double actual, double expected, double rtol, double atol,
                          const char *what, const char *file, int line) {
    if (fabs(actual - expected) <= atol + rtol * fabs(expected)) return; /* false for NaN */
    if (actual == expected) return;                                      /* equal infinities */
    print_error("%s = %.17g, expected %.17g, difference %.3g, allowed %.3g\n", what, actual,
                expected, actual - expected, atol + rtol * fabs(expected));
    _fail(file, line);
}

void hp_test_assert_status(hp_status found, hp_status expected, const hp_error *err,
                           const char *what, const char *file, int line) {
    if (found == expected) return;
    print_error("%s returned \"%s\", expected \"%s\": %s\n", what, hp_status_text(found),
                hp_status_text(expected), err != NULL ? err->message : "");
    _fail(file, line);
}

void hp_test_assert_contains(const char *text, const char *part, const char *file, int line) {
    if (strstr(text, part) != NULL) return;
    print_error("\"%s\" not found in:\n%s\n", part, text);
    _fail(file, line);
}

enum { LEAK_RUNS = 8, LEAK_TRIALS = 6 };

static size_t in_use(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static void *run_often(void *context) {
    void (*const *run)(void) = context;
    for (int i = 0; i < LEAK_RUNS; i++) (*run)();
    return NULL;
}

/* In a thread, with which the blocks go that the C library keeps at hand and counts as used. Blocks
 * that are larger than asked for come to an end; a leak does not. */
void hp_test_assert_no_leak(void (*run)(void), const char *what, const char *file, int line) {
    size_t before = 0, after = 0;
    pthread_t thread;
    for (int trial = 0; trial < LEAK_TRIALS; trial++) {
        before = in_use();
        assert_int_equal(pthread_create(&thread, NULL, run_often, &run), 0);
        assert_int_equal(pthread_join(thread, NULL), 0);
        after = in_use();
        if (after < before + LEAK_RUNS) return;
    }
    print_error("%s leaves %zu bytes each time\n", what, (after - before) / LEAK_RUNS);
    _fail(file, line);
}

int hp_test_run(char *output, size_t size, const char *format, ...) {
    char command[4096], with_streams[4200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    snprintf(with_streams, sizeof with_streams, "( %s ) 2>&1 </dev/null", command);
    FILE *stream = popen(with_streams, "r");
    if (stream == NULL) return -1;
    size_t used = 0, got;
    char chunk[512];
    while ((got = fread(chunk, 1, sizeof chunk, stream)) > 0) {
        size_t room = size - 1 - used, kept = got < room ? got : room;
        memcpy(output + used, chunk, kept);
        used += kept;
    }
    output[used] = '\0';
    int outcome = pclose(stream);
    return WIFEXITED(outcome) ? WEXITSTATUS(outcome) : 128 + WTERMSIG(outcome);
}

void hp_test_make_folder(char path[64]) {
    snprintf(path, 64, "/tmp/hadpot-test-XXXXXX");
    assert_non_null(mkdtemp(path));
}

void hp_test_remove_folder(const char *path) {
    char output[256];
    assert_int_equal(hp_test_run(output, sizeof output, "rm -rf '%s'", path), 0);
}
