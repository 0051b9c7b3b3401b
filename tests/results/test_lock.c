// SPDX-License-Identifier: GPL-3.0-or-later
/* A lock that goes with the process that holds it. */
#define _GNU_SOURCE /* syscall */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "hadpot/lock.h"

static bool no_locks;

/* That of the C library, but for a file system that has no locks. */
int fcntl(int descriptor, int command, ...) {
    va_list arguments;
    va_start(arguments, command);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    if (command != F_SETLK || !no_locks)
        return (int)syscall(SYS_fcntl, descriptor, command, argument);
    errno = ENOLCK;
    return -1;
}

/* A process that takes the lock, says how that went, and waits to be killed. */
static pid_t hold(const char *path, hp_status *status) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        hp_error err = HP_ERROR_INIT;
        hp_lock lock = {0};
        hp_status got = hp_lock_take(path, "out", "run", &lock, &err);
        if (write(ends[1], &got, sizeof got) != sizeof got) _exit(1);
        for (;;) pause();
    }
    assert_int_equal(read(ends[0], status, sizeof *status), sizeof *status);
    close(ends[0]);
    close(ends[1]);
    return child;
}

static void finish(pid_t child) {
    int outcome;
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &outcome, 0), child);
}

static void one_process_holds_it(void **state) {
    (void)state;
    char folder[64], path[96], holder[64];
    hp_error err = HP_ERROR_INIT;
    hp_lock lock = {0};
    hp_status status;
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/lock", folder);
    pid_t child = hold(path, &status);
    assert_int_equal(status, HP_OK);
    assert_status(hp_lock_take(path, "out", "toy", &lock, &err), HP_ERR_INPUT, &err);
    snprintf(holder, sizeof holder, "\"out\" is in use by hadpot run, process %ld on ",
             (long)child);
    assert_contains(err.message, holder);
    assert_null(lock.path);
    assert_true(truncate(path, 1) == 0); /* "h": not all of it has been written */
    hp_error_clear(&err);
    assert_status(hp_lock_take(path, "out", "toy", &lock, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "\"out\" is in use by h: wait");
    assert_true(truncate(path, 0) == 0);
    hp_error_clear(&err);
    assert_status(hp_lock_take(path, "out", "toy", &lock, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "\"out\" is in use by another process: wait");
    finish(child);
    hp_error_clear(&err);
    assert_ok(hp_lock_take(path, "out", "toy", &lock, &err), &err); /* killed: it is free */
    child = hold(path, &status);
    assert_int_equal(status, HP_ERR_INPUT);
    finish(child);
    hp_lock_release(&lock);
    assert_int_equal(access(path, F_OK), -1);
    hp_lock_release(&lock); /* twice is allowed */
    child = hold(path, &status);
    assert_int_equal(status, HP_OK);
    finish(child);
    hp_test_remove_folder(folder);
}

static void no_link_is_followed(void **state) {
    (void)state;
    char folder[64], path[96], said[64];
    hp_error err = HP_ERROR_INIT;
    hp_lock lock = {0};
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/lock", folder);
    assert_int_equal(
        hp_test_run(said, sizeof said, "cd '%s' && echo mine >file && ln -s file lock", folder), 0);
    assert_status(hp_lock_take(path, "out", "run", &lock, &err), HP_ERR_IO, &err);
    assert_contains(err.message, "cannot lock \"out\": ");
    assert_int_equal(hp_test_run(said, sizeof said, "cat '%s/file'", folder), 0);
    assert_string_equal(said, "mine\n");
    hp_error_clear(&err);
    assert_status(hp_lock_take("/nowhere/lock", "out", "run", &lock, &err), HP_ERR_IO, &err);
    hp_test_remove_folder(folder);
}

/* What is said while the lock is taken. */
static void take_and_listen(const char *path, char *said, size_t size) {
    hp_error err = HP_ERROR_INIT;
    hp_lock lock = {0};
    FILE *log = tmpfile();
    assert_non_null(log);
    int kept = dup(STDERR_FILENO);
    assert_true(kept >= 0 && dup2(fileno(log), STDERR_FILENO) >= 0);
    hp_status status = hp_lock_take(path, "out", "run", &lock, &err);
    assert_true(dup2(kept, STDERR_FILENO) >= 0 && close(kept) == 0);
    assert_ok(status, &err);
    hp_lock_release(&lock);
    rewind(log);
    said[fread(said, 1, size - 1, log)] = '\0';
    fclose(log);
}

static void a_folder_that_cannot_be_locked_is_warned_of(void **state) {
    (void)state;
    char folder[64], path[96], said[256];
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/lock", folder);
    take_and_listen(path, said, sizeof said);
    assert_string_equal(said, "");
    no_locks = true;
    take_and_listen(path, said, sizeof said);
    no_locks = false;
    assert_contains(said, "\"out\" cannot be locked (");
    assert_contains(said, "): nothing keeps another run away from it");
    hp_test_remove_folder(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_that_cannot_be_locked_is_warned_of),
        cmocka_unit_test(one_process_holds_it),
        cmocka_unit_test(no_link_is_followed),
    };
    return cmocka_run_group_tests_name("results/lock", tests, NULL, NULL);
}
