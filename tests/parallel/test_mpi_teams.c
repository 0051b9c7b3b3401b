// SPDX-License-Identifier: GPL-3.0-or-later
/* Teams of ranks, and rows that rank 0 alone has. */
#include "mpi_support.h"

#include <stdio.h>
#include "hadpot/parallel.h"

static hp_comm comm;

/* Every rank is in one team; teams follow each other and differ by one rank at most. */
static void teams_share_the_ranks_out(void **state) {
    (void)state;
    for (int nteam = 1; nteam <= comm.size; nteam++) {
        hp_error err = HP_ERROR_INIT;
        hp_comm team = {0};
        int number = -1;
        assert_ok(hp_parallel_split(&comm, nteam, &team, &number, &err), &err);
        assert_in_range(number, 0, nteam - 1);
        assert_in_range(team.size, comm.size / nteam, (comm.size + nteam - 1) / nteam);
        double ranks = comm.rank, teams = team.rank == 0;
        assert_ok(hp_parallel_sum(&team, &ranks, &err), &err);
        assert_ok(hp_parallel_sum(&comm, &teams, &err), &err);
        int first = comm.rank - team.rank;
        assert_close(ranks, team.size * first + 0.5 * team.size * (team.size - 1), 0, 0);
        assert_close(teams, nteam, 0, 0);
        hp_parallel_release(&team);
        assert_int_equal(team.size, 0);
    }
}

/* What one team does, and that it fails, is not seen by another. */
static void teams_fail_by_themselves(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_comm team = {0};
    int number;
    assert_ok(hp_parallel_split(&comm, comm.size, &team, &number, &err), &err);
    hp_status mine = number == 0 ? HP_ERR_NUMERIC : HP_OK;
    hp_status found = hp_parallel_agree(&team, mine, &err);
    hp_error_clear(&err);
    hp_parallel_release(&team);
    hp_parallel_release(&team); /* nothing is left */
    assert_int_equal(found, mine);
}

static int calls;

/* Three numbers of an item; item `*context` fails. */
static hp_status fill(int item, double *out, void *context, hp_error *err) {
    calls++;
    HP_REQUIRE(item != *(const int *)context, HP_ERR_NUMERIC, "item %d is bad", item);
    for (int i = 0; i < 3; i++) out[i] = 2.385 * item + 0.1 * i;
    return HP_OK;
}

static void rank_0_collects_rows(void **state) {
    (void)state;
    enum { NITEM = 7 };
    hp_error err = HP_ERROR_INIT;
    double rows[NITEM][3] = {{0.0}}, expected[3];
    int failing = -1;
    calls = 0;
    assert_ok(hp_parallel_collect_rows(&comm, NITEM, 3, fill, &failing,
                                       comm.rank == 0 ? rows[0] : NULL, &err),
              &err);
    assert_int_equal(calls, NITEM / comm.size + (comm.rank < NITEM % comm.size));
    for (int item = 0; item < NITEM && comm.rank == 0; item++) {
        assert_ok(fill(item, expected, &failing, &err), &err);
        assert_memory_equal(rows[item], expected, sizeof expected);
    }
}

/* The lowest item counts, whoever has it. */
static void the_first_bad_row_is_reported(void **state) {
    (void)state;
    enum { NITEM = 9 };
    double rows[NITEM][3];
    for (int failing = 0; failing < NITEM; failing++) {
        hp_error err = HP_ERROR_INIT;
        char expected[32];
        snprintf(expected, sizeof expected, "item %d is bad", failing);
        assert_status(hp_parallel_collect_rows(&comm, NITEM, 3, fill, &failing,
                                               comm.rank == 0 ? rows[0] : NULL, &err),
                      HP_ERR_NUMERIC, &err);
        assert_string_equal(err.message, expected);
    }
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(teams_share_the_ranks_out),
        cmocka_unit_test(teams_fail_by_themselves),
        cmocka_unit_test(rank_0_collects_rows),
        cmocka_unit_test(the_first_bad_row_is_reported),
    };
    char folder[64];
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, folder);
}
