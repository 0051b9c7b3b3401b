// SPDX-License-Identifier: GPL-3.0-or-later
/* Run under 1 to 4 ranks. Assertions come after the collective calls of a test, so that a failure
 * on one rank leaves the others in step. */
#include "mpi_support.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/parallel.h"

enum { LONG_LENGTH = (1 << 21) + 3 }; /* doubles; one message carries 2^21 of them */

static hp_comm comm;

/* ---- errors ---- */

static void wrap_fills_rank_and_makes_errors_return(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_comm other;
    int rank = -1, size = -1, number = 3;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    assert_int_equal(comm.rank, rank);
    assert_int_equal(comm.size, size);
    /* With the default handler this call would end the program. */
    assert_int_not_equal(MPI_Send(&number, 1, MPI_INT, size + 5, 0, comm.mpi), MPI_SUCCESS);
    assert_status(hp_parallel_wrap(MPI_COMM_NULL, &other, &err), HP_ERR_INTERNAL, &err);
    assert_contains(err.message, "no communicator");
}

/* The status that this rank gives when the ranks of the bit mask fail, each in its own way. */
static hp_status fail_on(unsigned mask, hp_error *err) {
    if ((mask >> comm.rank & 1U) == 0) return HP_OK;
    return hp_error_set(err, comm.rank % 2 ? HP_ERR_IO : HP_ERR_NUMERIC, __FILE__, __LINE__,
                        "rank %d fell over", comm.rank);
}

static void agree_gives_lowest_failing_rank_to_all(void **state) {
    (void)state;
    for (unsigned mask = 0; mask < 1U << comm.size; mask++) {
        hp_error err = HP_ERROR_INIT;
        hp_status found = hp_parallel_agree(&comm, fail_on(mask, &err), &err);
        if (mask == 0) {
            assert_int_equal(found, HP_OK);
            assert_int_equal(err.status, HP_OK);
            continue;
        }
        int lowest = 0;
        while ((mask >> lowest & 1U) == 0) lowest++;
        char expected[64];
        snprintf(expected, sizeof expected, "rank %d fell over", lowest);
        assert_int_equal(found, lowest % 2 ? HP_ERR_IO : HP_ERR_NUMERIC);
        assert_int_equal(err.status, found);
        assert_string_equal(err.message, expected);
    }
}

static void agree_makes_up_for_a_missing_message(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    bool last = comm.rank == comm.size - 1;
    hp_status found = hp_parallel_agree(&comm, last ? HP_ERR_MEMORY : HP_OK, last ? NULL : &err);
    assert_int_equal(found, HP_ERR_MEMORY);
    if (!last) assert_string_equal(err.message, "out of memory");
}

/* ---- broadcasts ---- */

static unsigned char pattern(size_t i) {
    return (unsigned char)(i * 7919 >> 5);
}

static void broadcast_crosses_message_borders(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    const size_t bytes = 2 * ((size_t)1 << 24) + 13; /* three messages, the last a short one */
    unsigned char *data = hp_alloc(bytes, 1);
    if (comm.rank == 0)
        for (size_t i = 0; i < bytes; i++) data[i] = pattern(i);
    hp_status found = hp_parallel_broadcast(&comm, data, bytes, &err);
    size_t wrong = 0;
    for (size_t i = 0; i < bytes; i++) wrong += data[i] != pattern(i);
    hp_free(data);
    assert_ok(found, &err);
    assert_int_equal(wrong, 0);
    assert_ok(hp_parallel_broadcast(&comm, NULL, 0, &err), &err);
}

/* Three items of more than one message each, every one from its rank. */
static void shared_rows_are_on_all_ranks(void **state) {
    (void)state;
    enum { ITEMS = 3 };
    hp_error err = HP_ERROR_INIT;
    const size_t bytes = ((size_t)1 << 24) + 3;
    unsigned char *rows = hp_alloc(ITEMS, bytes);
    for (size_t i = 0; i < ITEMS * bytes; i++)
        if ((int)(i / bytes) % comm.size == comm.rank) rows[i] = pattern(i);
    hp_status found = hp_parallel_share_rows(&comm, ITEMS, bytes, rows, &err);
    size_t wrong = 0;
    for (size_t i = 0; i < ITEMS * bytes; i++) wrong += rows[i] != pattern(i);
    hp_free(rows);
    assert_ok(found, &err);
    assert_int_equal(wrong, 0);
}

static void broadcast_string_allocates_on_the_others(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    char original[] = "Ξ Ξ (1S0)", *text = comm.rank == 0 ? original : NULL;
    char nothing[] = "", *empty = comm.rank == 0 ? nothing : NULL, *missing = NULL;
    assert_ok(hp_parallel_broadcast_string(&comm, &text, &err), &err);
    assert_ok(hp_parallel_broadcast_string(&comm, &empty, &err), &err);
    hp_status found = hp_parallel_broadcast_string(&comm, &missing, &err);
    assert_string_equal(text, original);
    assert_string_equal(empty, "");
    assert_int_equal(found, HP_ERR_INTERNAL);
    assert_null(missing);
    if (comm.rank != 0) {
        assert_ptr_not_equal(text, original);
        hp_free(text);
        hp_free(empty);
    }
}

/* ---- sums in a fixed order ---- */

/* Numbers of both signs over eight powers of ten: their sum depends on the order. */
static double awkward(int item, size_t i) {
    double k = 37.0 * item + 11.0 * (double)i;
    return sin(k) * pow(10.0, 4.0 * cos(1.3 * k)) + 0.1;
}

typedef struct sum_case {
    size_t length;
    int failing;  /* first item that fails; -1: none */
    int nan_item; /* item whose number 1 is NaN; -1: none */
    int calls;
    bool zeroed;
} sum_case;

static hp_status awkward_item(int item, double *out, void *context, hp_error *err) {
    sum_case *c = context;
    c->calls++;
    for (size_t i = 0; i < c->length; i++) c->zeroed = c->zeroed && out[i] == 0.0;
    if (c->failing >= 0 && item >= c->failing)
        return hp_error_set(err, HP_ERR_NUMERIC, __FILE__, __LINE__, "item %d is bad", item);
    for (size_t i = 0; i < c->length; i++) out[i] = awkward(item, i);
    if (item == c->nan_item) out[1] = NAN;
    return HP_OK;
}

/* Sum `nitem` items in parallel and by a plain loop; returns how many numbers differ. */
static size_t sum_differences(int nitem, sum_case *c, hp_status *found, hp_error *err) {
    double *sum = hp_alloc(c->length, sizeof *sum), *serial = hp_alloc(c->length, sizeof *serial);
    for (size_t i = 0; i < c->length; i++) sum[i] = 99.5; /* must be overwritten */
    for (int item = 0; item < nitem; item++)
        for (size_t i = 0; i < c->length; i++)
            serial[i] += item == c->nan_item && i == 1 ? NAN : awkward(item, i);
    *found = hp_parallel_ordered_sum(&comm, nitem, c->length, awkward_item, c, sum, err);
    size_t differences = 0;
    for (size_t i = 0; i < c->length; i++)
        if (!(isnan(sum[i]) && isnan(serial[i])))
            differences += memcmp(&sum[i], &serial[i], sizeof *sum) != 0;
    hp_free(sum);
    hp_free(serial);
    return differences;
}

static void ordered_sum_has_the_bits_of_a_serial_loop(void **state) {
    (void)state;
    const int counts[] = {0, 1, 2, 3, 7, 23};
    for (size_t n = 0; n < sizeof counts / sizeof *counts; n++) {
        hp_error err = HP_ERROR_INIT;
        hp_status found;
        sum_case c = {.length = 5, .failing = -1, .nan_item = -1, .zeroed = true};
        size_t differences = sum_differences(counts[n], &c, &found, &err);
        assert_ok(found, &err);
        assert_int_equal(differences, 0);
        assert_true(c.zeroed);
        int share = counts[n] / comm.size + (comm.rank < counts[n] % comm.size);
        assert_int_equal(c.calls, share);
    }
}

static void ordered_sum_would_notice_another_order(void **state) {
    (void)state; /* else the test above could not fail */
    double forward = 0.0, backward = 0.0;
    for (int item = 0; item < 23; item++) forward += awkward(item, 0);
    for (int item = 22; item >= 0; item--) backward += awkward(item, 0);
    assert_true(forward != backward);
}

static void ordered_sum_of_long_blocks(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_status found;
    sum_case c = {.length = LONG_LENGTH, .failing = -1, .nan_item = -1, .zeroed = true};
    size_t differences = sum_differences(comm.size, &c, &found, &err);
    assert_ok(found, &err);
    assert_int_equal(differences, 0);
}

static void ordered_sum_lets_nan_through(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_status found;
    sum_case c = {.length = 4, .failing = -1, .nan_item = 2, .zeroed = true};
    size_t differences = sum_differences(6, &c, &found, &err);
    assert_ok(found, &err);
    assert_int_equal(differences, 0);
}

static void ordered_sum_reports_failure_on_last_rank_and_goes_on(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_status found, after;
    /* Items from size-1 on fail: the last rank at its first one, every rank some time later; the
     * last rank's own calls stop after it. Then one that only the last rank can fail. */
    sum_case all = {.length = 3, .failing = comm.size - 1, .nan_item = -1, .zeroed = true};
    (void)sum_differences(5 * comm.size, &all, &found, &err);
    hp_error last_err = HP_ERROR_INIT, after_err = HP_ERROR_INIT;
    sum_case last = {.length = 3, .failing = 3 * comm.size - 1, .nan_item = -1, .zeroed = true};
    hp_status last_found;
    (void)sum_differences(3 * comm.size, &last, &last_found, &last_err);
    /* No message of the failed sums may be left over for the next one. */
    sum_case good = {.length = 3, .failing = -1, .nan_item = -1, .zeroed = true};
    size_t differences = sum_differences(9, &good, &after, &after_err);

    assert_status(found, HP_ERR_NUMERIC, &err);
    char expected[64]; /* that of the lowest item, which is the last rank's */
    snprintf(expected, sizeof expected, "item %d is bad", comm.size - 1);
    assert_string_equal(err.message, expected);
    if (comm.rank == comm.size - 1) assert_int_equal(all.calls, 1);
    assert_status(last_found, HP_ERR_NUMERIC, &last_err);
    snprintf(expected, sizeof expected, "item %d is bad", 3 * comm.size - 1);
    assert_string_equal(last_err.message, expected);
    assert_ok(after, &after_err);
    assert_int_equal(differences, 0);
}

/* ---- rows ---- */

/* Row `item` belongs to rank (item*item+1) mod size; its numbers are awkward(item, i). */
static void fill_rows(int nitem, size_t length, double *block, double **mine) {
    for (int item = 0; item < nitem; item++) {
        mine[item] = NULL;
        if ((item * item + 1) % comm.size != comm.rank) continue;
        mine[item] = block + (size_t)item * length;
        for (size_t i = 0; i < length; i++) mine[item][i] = awkward(item, i);
    }
}

static void gather_rows_with(size_t length) {
    enum { NITEM = 6 };
    hp_error err = HP_ERROR_INIT;
    double *block = hp_alloc(NITEM * length, sizeof *block), *mine[NITEM], *rows = NULL;
    if (comm.rank == 0) rows = hp_alloc(NITEM * length, sizeof *rows);
    fill_rows(NITEM, length, block, mine);
    hp_status found = hp_parallel_gather_rows(&comm, NITEM, length, mine, rows, &err);
    size_t wrong = 0;
    for (int item = 0; comm.rank == 0 && item < NITEM; item++)
        for (size_t i = 0; i < length; i++)
            wrong += rows[(size_t)item * length + i] != awkward(item, i);
    hp_free(block);
    hp_free(rows);
    assert_ok(found, &err);
    assert_int_equal(wrong, 0);
}

static void gather_brings_every_row_to_rank_0(void **state) {
    (void)state;
    gather_rows_with(5);
    gather_rows_with(LONG_LENGTH / 4); /* well above the eager limit of the library */
}

static void gather_refuses_rows_without_owner_or_with_two(void **state) {
    (void)state;
    hp_error none_err = HP_ERROR_INIT, two_err = HP_ERROR_INIT;
    double block[3] = {1.5, 2.5, 3.5}, rows[3];
    double *none[3] = {NULL, NULL, NULL}, *two[3] = {NULL, NULL, NULL};
    if (comm.rank == 0) none[0] = block, none[2] = block + 2, two[0] = block, two[2] = block + 2;
    two[1] = block + 1; /* on all ranks */
    hp_status found_none = hp_parallel_gather_rows(&comm, 3, 1, none, rows, &none_err);
    hp_status found_two = hp_parallel_gather_rows(&comm, 3, 1, two, rows, &two_err);
    assert_status(found_none, HP_ERR_INTERNAL, &none_err);
    assert_string_equal(none_err.message, "row 1 is held by 0 ranks, expected one");
    if (comm.size == 1) {
        assert_ok(found_two, &two_err);
        return;
    }
    assert_status(found_two, HP_ERR_INTERNAL, &two_err);
    assert_contains(two_err.message, "row 1 is held by");
}

/* ---- work counter ---- */

static void counter_gives_each_number_once(void **state) {
    (void)state;
    enum { NWORK = 500 };
    hp_error err = HP_ERROR_INIT;
    hp_work_counter *counter = NULL;
    int taken[NWORK] = {0}, next = 0, previous = -1;
    bool ascending = true;
    hp_status found = hp_work_counter_create(&comm, &counter, &err);
    while (found == HP_OK) {
        found = hp_work_counter_next(counter, &next, &err);
        ascending = ascending && next > previous;
        previous = next;
        if (found != HP_OK || next >= NWORK) break;
        taken[next]++;
        if (NWORK - next > 2 * comm.size) found = hp_work_counter_ask(counter, &err);
        if (found == HP_OK && NWORK - next > 2 * comm.size) /* asks once */
            found = hp_work_counter_ask(counter, &err);
        hp_work_counter_progress(counter);
    }
    found = hp_parallel_agree(&comm, found, &err); /* rank 0 answers until all have asked */
    MPI_Allreduce(MPI_IN_PLACE, taken, NWORK, MPI_INT, MPI_SUM, comm.mpi);
    int done = hp_work_counter_done(counter);
    hp_work_counter_destroy(&counter);
    assert_ok(found, &err);
    assert_true(ascending);
    assert_null(counter);
    /* Who asked for its last one in advance had not done with the one before. */
    assert_in_range(done, comm.rank == 0 ? NWORK - comm.size + 1 : 0, comm.rank == 0 ? NWORK : 0);
    for (int i = 0; i < NWORK; i++) assert_int_equal(taken[i], 1);
}

static void counter_stops_everybody(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_work_counter *counter = NULL;
    int first = -1, later[2] = {-1, -1}, far = -1;
    assert_ok(hp_work_counter_create(&comm, &counter, &err), &err);
    assert_ok(hp_work_counter_next(counter, &first, &err), &err);
    assert_ok(hp_parallel_agree(&comm, HP_OK, &err), &err);
    if (comm.rank == comm.size - 1) {
        assert_ok(hp_work_counter_ask(counter, &err), &err); /* what is asked for is let go */
        assert_ok(hp_work_counter_stop(counter, 1000, &err), &err);
    }
    assert_ok(hp_parallel_agree(&comm, HP_OK, &err), &err);
    for (int i = 0; i < 2; i++) assert_ok(hp_work_counter_next(counter, &later[i], &err), &err);
    assert_ok(hp_parallel_agree(&comm, HP_OK, &err), &err);
    for (int i = 0; i < 3; i++) assert_ok(hp_work_counter_stop(counter, INT_MAX, &err), &err);
    assert_ok(hp_work_counter_stop(counter, -5, &err), &err);
    assert_ok(hp_work_counter_next(counter, &far, &err), &err); /* no overflow, no wrap */
    assert_ok(hp_parallel_agree(&comm, HP_OK, &err), &err);
    hp_work_counter_destroy(&counter);
    assert_in_range(first, 0, comm.size - 1);
    assert_in_range(later[0], 1000, 1000 + 3 * comm.size);
    assert_in_range(later[1], later[0] + 1, 1000 + 3 * comm.size);
    assert_int_equal(far, INT_MAX);
}

static void counter_destroy_takes_null(void **state) {
    (void)state;
    hp_work_counter *counter = NULL;
    hp_work_counter_destroy(&counter);
    hp_work_counter_destroy(NULL);
    assert_null(counter);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrap_fills_rank_and_makes_errors_return),
        cmocka_unit_test(agree_gives_lowest_failing_rank_to_all),
        cmocka_unit_test(agree_makes_up_for_a_missing_message),
        cmocka_unit_test(broadcast_crosses_message_borders),
        cmocka_unit_test(shared_rows_are_on_all_ranks),
        cmocka_unit_test(broadcast_string_allocates_on_the_others),
        cmocka_unit_test(ordered_sum_has_the_bits_of_a_serial_loop),
        cmocka_unit_test(ordered_sum_would_notice_another_order),
        cmocka_unit_test(ordered_sum_of_long_blocks),
        cmocka_unit_test(ordered_sum_lets_nan_through),
        cmocka_unit_test(ordered_sum_reports_failure_on_last_rank_and_goes_on),
        cmocka_unit_test(gather_brings_every_row_to_rank_0),
        cmocka_unit_test(gather_refuses_rows_without_owner_or_with_two),
        cmocka_unit_test(counter_gives_each_number_once),
        cmocka_unit_test(counter_stops_everybody),
        cmocka_unit_test(counter_destroy_takes_null),
    };
    char folder[64];
    hp_error err = HP_ERROR_INIT;
    if (hp_parallel_wrap(MPI_COMM_WORLD, &comm, &err) != HP_ERR_INTERNAL) return 1; /* too early */
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, folder);
}
