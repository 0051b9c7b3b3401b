// SPDX-License-Identifier: GPL-3.0-or-later
/* What every test program uses: cmocka, one comparison of numbers, the program under test. */
#ifndef HADPOT_TEST_SUPPORT_H
#define HADPOT_TEST_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "hadpot/error.h"

/* Fail unless |actual - expected| <= atol + rtol |expected|. NaN never passes, sign counts, both
 * values are printed. Say beside each call why its tolerance is what it is. */
#define assert_close(actual, expected, rtol, atol)                                                 \
    hp_test_assert_close((actual), (expected), (rtol), (atol), #actual, __FILE__, __LINE__)

void hp_test_assert_close(double actual, double expected, double rtol, double atol,
                          const char *what, const char *file, int line);

/* Fail unless a call returned HP_OK; prints the message of `err` otherwise. */
#define assert_ok(call, err) hp_test_assert_status((call), HP_OK, (err), #call, __FILE__, __LINE__)

/* Fail unless a call returned `status`. */
#define assert_status(call, status, err)                                                           \
    hp_test_assert_status((call), (status), (err), #call, __FILE__, __LINE__)

void hp_test_assert_status(hp_status found, hp_status expected, const hp_error *err,
                           const char *what, const char *file, int line);

/* Fail unless `text` contains `part`; prints both. */
#define assert_contains(text, part) hp_test_assert_contains((text), (part), __FILE__, __LINE__)
void hp_test_assert_contains(const char *text, const char *part, const char *file, int line);

/* Run a shell command; output (stdout and stderr together, NUL-terminated, at most size - 1
 * bytes) is kept. Returns the exit code, or 128 + signal. */
int hp_test_run(char *output, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Fail if run() keeps memory, however often it has run before. (Under a sanitizer, which finds
 * leaks itself, nothing is counted.) */
#define assert_no_leak(run) hp_test_assert_no_leak((run), #run, __FILE__, __LINE__)
void hp_test_assert_no_leak(void (*run)(void), const char *what, const char *file, int line);

/* Built with the address sanitizer, by gcc or by clang: it wants to be the first library, has its
 * own limits of memory, and ends a program by a report where a signal would. */
#if defined(__SANITIZE_ADDRESS__)
#define HP_TEST_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HP_TEST_SANITIZED 1
#endif
#endif
#ifndef HP_TEST_SANITIZED
#define HP_TEST_SANITIZED 0
#endif

/* What is said of a process that HDF5 has crashed. */
#if HP_TEST_SANITIZED
#define HP_TEST_CRASHED "it ended "
#else
#define HP_TEST_CRASHED "it crashed (signal 11, "
#endif

/* An empty folder for the files of one test, removed by hp_test_remove_folder. */
void hp_test_make_folder(char path[64]);
void hp_test_remove_folder(const char *path);

#endif
