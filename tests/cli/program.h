// SPDX-License-Identifier: GPL-3.0-or-later
/* Runs the program as a user does, in a folder of its own, and looks at what it says and leaves. */
#ifndef HADPOT_TEST_PROGRAM_H
#define HADPOT_TEST_PROGRAM_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "support.h"

enum { OUTPUT_SIZE = 1 << 16 };

/* What a test works with: a folder, and what the latest command wrote to stdout and stderr. */
typedef struct scene {
    char folder[64];
    char out[OUTPUT_SIZE], err[OUTPUT_SIZE];
} scene;

static inline int scene_setup(void **state) {
    scene *place = test_calloc(1, sizeof *place);
    hp_test_make_folder(place->folder);
    *state = place;
    return 0;
}

static inline int scene_teardown(void **state) {
    scene *place = *state;
    char sessions[80];
    snprintf(sessions, sizeof sessions, "%s.mpi", place->folder);
    hp_test_remove_folder(sessions);
    hp_test_remove_folder(place->folder);
    test_free(place);
    return 0;
}

/* A test with a folder of its own. */
#define scene_test(function) cmocka_unit_test_setup_teardown(function, scene_setup, scene_teardown)

static inline void scene_path(const scene *place, const char *name, char path[256]) {
    snprintf(path, 256, "%s/%s", place->folder, name);
}

/* The text of a file in the folder, cut off at size - 1 bytes. */
static inline void read_text(const scene *place, const char *name, char *text, size_t size) {
    char path[256];
    scene_path(place, name, path);
    FILE *in = fopen(path, "rb");
    if (in == NULL) fail_msg("%s cannot be read", path);
    text[fread(text, 1, size - 1, in)] = '\0';
    fclose(in);
}

/* Run `hadpot ARGUMENTS` inside the folder: by itself for ranks = 1, else under mpiexec. Returns
 * the exit code. */
static inline int run_hadpot(scene *place, int ranks, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static inline int run_hadpot(scene *place, int ranks, const char *format, ...) {
    char arguments[2048], leftover[256], launcher[512] = "";
    va_list list;
    va_start(list, format);
    vsnprintf(arguments, sizeof arguments, format, list);
    va_end(list);
    if (ranks > 1)
        snprintf(launcher, sizeof launcher, "'%s' --oversubscribe -n %d ", HADPOT_MPIEXEC, ranks);
    int code =
        hp_test_run(leftover, sizeof leftover, "cd '%s' && exec %s'%s' %s >.stdout 2>.stderr",
                    place->folder, launcher, HADPOT_PROGRAM, arguments);
    assert_string_equal(leftover, ""); /* of the shell itself */
    read_text(place, ".stdout", place->out, sizeof place->out);
    read_text(place, ".stderr", place->err, sizeof place->err);
    return code;
}

/* Fail unless the latest command ended with this exit code; shows what it said. */
#define assert_exit(place, found, expected)                                                        \
    check_exit((place), (found), (expected), __FILE__, __LINE__)
static inline void check_exit(const scene *place, int found, int expected, const char *file,
                              int line) {
    if (found == expected) return;
    print_error("exit code %d, expected %d; the program said:\n%s%s\n", found, expected, place->out,
                place->err);
    _fail(file, line);
}

/* How many lines of `text` begin with `prefix`. */
static inline int count_lines(const char *text, const char *prefix) {
    int count = 0;
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        if (*line == '\n') line++;
        count += strncmp(line, prefix, strlen(prefix)) == 0;
    }
    return count;
}

static inline bool scene_has(const scene *place, const char *name) {
    char path[256];
    struct stat info;
    scene_path(place, name, path);
    return lstat(path, &info) == 0;
}

/* What the command before has left is not waited for. */
static inline void remove_old(const scene *place, const char *name) {
    char path[256];
    scene_path(place, name, path);
    unlink(path);
}

/* A process that runs beside the test, which waits for it; it does not outlive the test. */
static inline pid_t start_shell(const char *command) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    return child;
}

/* Looks at what a run does meanwhile, a hundredth of a second apart, for longer than a loaded
 * machine takes for half a second of work. */
enum { LOOKS = 20000 };
static inline void pause_between_looks(void) {
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
}

/* Wait until `name` appears. */
static inline void wait_for_file(const scene *place, const char *name) {
    for (int i = 0; i < LOOKS; i++) {
        if (scene_has(place, name)) return;
        pause_between_looks();
    }
    fail_msg("%s did not appear", name);
}

/* Wait until a file has a text in it. */
static inline void wait_for_text(scene *place, const char *name, const char *text) {
    for (int i = 0; i < LOOKS; i++) {
        *place->err = '\0';
        if (scene_has(place, name)) read_text(place, name, place->err, sizeof place->err);
        if (strstr(place->err, text) != NULL) return;
        pause_between_looks();
    }
    fail_msg("%s had no \"%s\":\n%s", name, text, place->err);
}

static inline void write_text(const scene *place, const char *name, const char *text) {
    char path[256];
    scene_path(place, name, path);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

/* The same of `text` with the first `old` in it replaced. */
static inline void write_changed_text(const scene *place, const char *text, const char *name,
                                      const char *old, const char *replacement) {
    char changed[4096];
    const char *found = strstr(text, old);
    assert_non_null(found);
    int length = snprintf(changed, sizeof changed, "%.*s%s%s", (int)(found - text), text,
                          replacement, found + strlen(old));
    assert_in_range(length, 0, sizeof changed - 1);
    write_text(place, name, changed);
}

/* All bytes of a file and a NUL after them, released with test_free. */
static inline char *read_bytes(const scene *place, const char *name, size_t *size) {
    char path[256];
    struct stat info;
    scene_path(place, name, path);
    if (stat(path, &info) != 0) fail_msg("%s is not there", path);
    char *bytes = test_malloc((size_t)info.st_size + 1);
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    *size = fread(bytes, 1, (size_t)info.st_size, in);
    assert_int_equal(*size, info.st_size);
    bytes[*size] = '\0';
    fclose(in);
    return bytes;
}

#endif
