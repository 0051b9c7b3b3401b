// SPDX-License-Identifier: GPL-3.0-or-later
/* A lock that goes with the process that holds it. */
#include "support.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "hadpot/lock.h"

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_process_holds_it),
        cmocka_unit_test(no_link_is_followed),
    };
    return cmocka_run_group_tests_name("results/lock", tests, NULL, NULL);
}
