// SPDX-License-Identifier: GPL-3.0-or-later
/* Work of several kinds that ranks take in turn, without waiting for each other (items.h). */
#include "../../src/pipeline/items.h"
#include "mpi_support.h"

#include <string.h>
#include <time.h>
#include "hadpot/log.h"

static hp_comm comm;
static char folder[64];

/* Chores: one that takes long, six that rank 0 needs, two that follow, and what the first one gives
 * to the items. */
enum { LONG, MANY, FOLLOW, KNOW, NCHORE, NMANY = 6, NFOLLOW = 2, NITEM = 20 };

/* Numbers of a block: more than MPI sends without being asked. */
enum { LENGTH = 20000 };

/* What fails: a number of a chore, or an enter, or none. */
typedef struct {
    int chore, number; /* -1: the enter of it */
} place;

typedef struct {
    place fails;
    double first[LENGTH], many[NMANY][LENGTH]; /* rank 0 */
    double told[2], given[LENGTH + 1];         /* of rank 0 to all: whether it goes on */
    hp_posted of_many, of_first;               /* on their way */
    int entered[NCHORE], followed, computed;
    double known_at, long_until; /* clock */
} scene;

static bool fails(const scene *s, int chore, int number) {
    return s->fails.chore == chore && s->fails.number == number;
}

static hp_status do_long(void *context, int number, const hp_tick *tick, double *vector,
                         hp_error *err) {
    scene *s = context;
    const struct timespec rest = {.tv_nsec = 5000000};
    for (int i = 0; i < 60; i++) {
        HP_CALL(tick->function(tick->context, NULL, err));
        (void)nanosleep(&rest, NULL);
    }
    HP_REQUIRE(!fails(s, LONG, number), HP_ERR_NUMERIC, "the long one fails");
    for (int j = 0; j < LENGTH; j++) vector[j] = 7.0 + j;
    s->long_until = hp_clock_seconds();
    return HP_OK;
}

static hp_status do_many(void *context, int number, const hp_tick *tick, double *vector,
                         hp_error *err) {
    scene *s = context;
    HP_CALL(tick->function(tick->context, NULL, err));
    HP_REQUIRE(!fails(s, MANY, number), HP_ERR_NUMERIC, "number %d fails", number);
    for (int j = 0; j < LENGTH; j++) vector[j] = 10.0 * number + j;
    return HP_OK;
}

static hp_status follow(void *context, int number, const hp_tick *tick, double *vector,
                        hp_error *err) {
    scene *s = context;
    (void)tick;
    assert_null(vector);
    assert_close(s->told[1], 2.5, 0, 0);
    HP_REQUIRE(!fails(s, FOLLOW, number), HP_ERR_NUMERIC, "what follows fails");
    s->followed++;
    return HP_OK;
}

static hp_status expect(void *context, bool *goes_on, hp_error *err) {
    scene *s = context;
    s->entered[LONG]++;
    assert_true(*goes_on);
    if (comm.rank == 0) return HP_OK;
    HP_CALL(hp_posted_broadcast(&comm, s->told, sizeof s->told, &s->of_many, err));
    return hp_posted_broadcast(&comm, s->given, sizeof s->given, &s->of_first, err);
}

/* Rank 0 sends in any case, others receive. */
static hp_status pass_on(double *message, size_t bytes, hp_posted *posted, bool *goes_on,
                         hp_error *err) {
    if (comm.rank == 0) {
        message[0] = *goes_on;
        return hp_posted_broadcast(&comm, message, bytes, posted, err);
    }
    HP_CALL(hp_posted_wait(posted, err));
    *goes_on = *goes_on && message[0] != 0.0;
    return HP_OK;
}

static hp_status know_many(void *context, bool *goes_on, hp_error *err) {
    scene *s = context;
    hp_status status = HP_OK;
    s->entered[FOLLOW]++;
    if (comm.rank == 0 && *goes_on) {
        for (int i = 0; i < NMANY; i++)
            for (int j = 0; j < LENGTH; j++) assert_close(s->many[i][j], 10.0 * i + j, 0, 0);
        s->told[1] = 2.5;
        if (fails(s, FOLLOW, -1)) status = HP_FAIL(HP_ERR_NUMERIC, "what is made of many fails");
        *goes_on = status == HP_OK;
        s->known_at = hp_clock_seconds();
    }
    HP_CALL(pass_on(s->told, sizeof s->told, &s->of_many, goes_on, status == HP_OK ? err : NULL));
    return status;
}

static hp_status know_long(void *context, bool *goes_on, hp_error *err) {
    scene *s = context;
    s->entered[KNOW]++;
    if (comm.rank == 0 && *goes_on) memcpy(s->given + 1, s->first, sizeof s->first);
    return pass_on(s->given, sizeof s->given, &s->of_first, goes_on, err);
}

static hp_status compute(void *context, int item, const hp_tick *tick, double *vector,
                         hp_error *err) {
    scene *s = context;
    (void)tick;
    (void)err;
    s->computed++;
    for (int j = 0; j < LENGTH; j++) assert_close(s->given[1 + j], 7.0 + j, 0, 0);
    vector[0] = item;
    return HP_OK;
}

static hp_status run(scene *s, double rows[NITEM], hp_error *err) {
    bool root = comm.rank == 0;
    hp_items items = {.comm = &comm,
                      .name = "items",
                      .count = NITEM,
                      .length = 1,
                      .quiet = true,
                      .compute = compute,
                      .context = s,
                      .loss = -1,
                      .nchore = NCHORE,
                      .chore = {
                          [LONG] = {1, LENGTH, root ? s->first : NULL, do_long, expect, -1, s, s},
                          [MANY] = {NMANY, LENGTH, root ? s->many[0] : NULL, do_many, .context = s},
                          [FOLLOW] = {NFOLLOW, 0, NULL, follow, know_many, MANY, s, s},
                          [KNOW] = {.enter = know_long, .needs = LONG, .enter_context = s},
                      }};
    hp_status status = hp_items_compute(&items, root ? rows : NULL, err);
    assert_ok(hp_posted_wait(&s->of_many, err), err);
    assert_ok(hp_posted_wait(&s->of_first, err), err);
    for (int c = 0; c < NCHORE; c++) assert_int_equal(s->entered[c], c != MANY);
    return status;
}

static double sum_of(double value) {
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_parallel_sum(&comm, &value, &err), &err);
    return value;
}

/* Rank 0 makes what it needs many for, and it is known, while the last rank is at the long one. */
static void nobody_waits_for_the_last_rank(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    static scene s;
    s = (scene){.fails = {-1, 0}};
    double rows[NITEM];
    assert_ok(run(&s, rows, &err), &err);
    for (int i = 0; i < NITEM && comm.rank == 0; i++) assert_close(rows[i], i, 0, 0);
    assert_close(sum_of(s.followed), NFOLLOW, 0, 0);
    assert_close(sum_of(s.computed), NITEM, 0, 0);
    double until = sum_of(s.long_until), known = sum_of(s.known_at); /* each of one rank */
    if (comm.size > 1) assert_true(known < until);
    if (comm.size == 1 || comm.rank == comm.size - 1) assert_true(s.long_until > 0.0);
}

/* Wherever something fails: one message on all ranks, and none of them waits for ever. */
static void a_failure_ends_all(void **state) {
    (void)state;
    static const struct {
        place fails;
        const char *message;
    } cases[] = {
        {{LONG, 0}, "the long one fails"},     {{MANY, 0}, "number 0 fails"},
        {{MANY, NMANY - 1}, "number 5 fails"}, {{FOLLOW, -1}, "what is made of many fails"},
        {{FOLLOW, 0}, "what follows fails"},   {{FOLLOW, NFOLLOW - 1}, "what follows fails"}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        hp_error err = HP_ERROR_INIT;
        static scene s;
        s = (scene){.fails = cases[c].fails};
        double rows[NITEM];
        assert_status(run(&s, rows, &err), HP_ERR_NUMERIC, &err);
        assert_contains(err.message, cases[c].message);
        assert_close(sum_of(s.computed) < NITEM, 1, 0, 0);
        if (s.fails.chore == MANY || s.fails.number == -1)
            assert_close(sum_of(s.followed), 0, 0, 0);
    }
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_waits_for_the_last_rank),
        cmocka_unit_test(a_failure_ends_all),
    };
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    int failed = cmocka_run_group_tests_name("pipeline/chores", tests, NULL, NULL);
    return hp_test_mpi_end(failed, &comm, folder);
}
