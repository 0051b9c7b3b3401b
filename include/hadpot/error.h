// SPDX-License-Identifier: GPL-3.0-or-later
/* Status codes, error records and the two macros by which every function reports failure. */
#ifndef HADPOT_ERROR_H
#define HADPOT_ERROR_H

/* X(name, exit code of the program, what it means) */
#define HP_STATUS_LIST(X)                                                                          \
    X(HP_OK, 0, "success")                                                                         \
    X(HP_ERR_USAGE, 2, "wrong command line")                                                       \
    X(HP_ERR_INPUT, 2, "bad job file or input data")                                               \
    X(HP_ERR_MEMORY, 71, "out of memory")                                                          \
    X(HP_ERR_IO, 1, "file system error")                                                           \
    X(HP_ERR_DISK_FULL, 74, "no room on the disk")                                                 \
    X(HP_ERR_LIBRARY, 1, "a library call failed")                                                  \
    X(HP_ERR_NUMERIC, 1, "a computation gave no finite result")                                    \
    X(HP_ERR_NO_RESULT, 1, "what was written cannot be used")                                      \
    X(HP_STOPPED, 75, "stopped before the end; what is finished is kept")                          \
    X(HP_ERR_INTERNAL, 1, "internal error, please report it")

typedef enum hp_status {
#define X(name, exit_code, text) name,
    HP_STATUS_LIST(X)
#undef X
} hp_status;

/* What went wrong and where. Plain data, so that it can be sent between ranks. */
typedef struct hp_error {
    hp_status status;
    int line;
    int agreed;         /* all ranks have this error, so they can end together */
    char file[64];      /* source file that found the error, below the project's top */
    char message[1536]; /* one sentence for the user: file, dataset or key, expected, found */
} hp_error;

#define HP_ERROR_INIT                                                                              \
    { HP_OK, 0, 0, "", "" }

/* Record an error (the first one wins) and return its status. err may be NULL. */
hp_status hp_error_set(hp_error *err, hp_status status, const char *file, int line,
                       const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Put "context: " in front of the message of an error on its way up; not of HP_STOPPED. */
void hp_error_add_context(hp_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Put "; advice" behind the message: what the user can do. */
void hp_error_add_advice(hp_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Forget an error that has been dealt with. */
void hp_error_clear(hp_error *err);

/* Exit code of the program (sysexits.h has 71, 74 and 75) and meaning of a status. */
int hp_status_exit_code(hp_status status);
const char *hp_status_text(hp_status status);

/* Record an error at this place; its value is the code. */
#define HP_FAIL(code, ...)                                                                         \
    ((void)hp_error_set(err, (code), __FILE__, __LINE__, __VA_ARGS__), (code))

/* Every function that can fail returns hp_status and has `hp_error *err` in scope. These macros
 * check and leave at once with the status, for functions that hold nothing to be released:
 * HP_REQUIRE: unless the condition holds, record an error with its values and return it.
 * HP_CALL:    call a function that returns hp_status; return what it returns unless that is HP_OK.
 */
#define HP_REQUIRE(condition, code, ...)                                                           \
    do {                                                                                           \
        if (!(condition)) return HP_FAIL(code, __VA_ARGS__);                                       \
    } while (0)

#define HP_CALL(call)                                                                              \
    do {                                                                                           \
        hp_status called = (call);                                                                 \
        if (called != HP_OK) return called;                                                        \
    } while (0)

/* The same for functions that hold something: they go to the label `cleanup` with the variable
 * `hp_status status = HP_OK;` set. There HP_REQUIRE and HP_CALL would leak. */
#define HP_CHECK(condition, code, ...)                                                             \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            status = HP_FAIL(code, __VA_ARGS__);                                                   \
            goto cleanup;                                                                          \
        }                                                                                          \
    } while (0)

#define HP_TRY(call)                                                                               \
    do {                                                                                           \
        status = (call);                                                                           \
        if (status != HP_OK) goto cleanup;                                                         \
    } while (0)

/* HP_CALL and HP_TRY with hp_error_add_context(err, ...) where the call fails. */
#define HP_CALL_IN(call, ...)                                                                      \
    do {                                                                                           \
        hp_status called = (call);                                                                 \
        if (called != HP_OK) hp_error_add_context(err, __VA_ARGS__);                               \
        if (called != HP_OK) return called;                                                        \
    } while (0)

#define HP_TRY_IN(call, ...)                                                                       \
    do {                                                                                           \
        status = (call);                                                                           \
        if (status != HP_OK) hp_error_add_context(err, __VA_ARGS__);                               \
        if (status != HP_OK) goto cleanup;                                                         \
    } while (0)

#endif
