// SPDX-License-Identifier: GPL-3.0-or-later
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/random.h"

static hp_status fail_with(int value, hp_error *err) {
    hp_status status = HP_OK;
    HP_CHECK(value > 0, HP_ERR_INPUT, "value must be positive, found %d", value);
cleanup:
    return status;
}

static void error_keeps_first_message_and_context(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    assert_ok(fail_with(1, &err), &err);
    assert_status(fail_with(-3, &err), HP_ERR_INPUT, &err);
    assert_status(fail_with(-4, &err), HP_ERR_INPUT, &err);
    hp_error_add_context(&err, "job.yaml");
    assert_string_equal(err.message, "job.yaml: value must be positive, found -3");
    hp_error_add_advice(&err, "try %d", 5);
    assert_string_equal(err.message, "job.yaml: value must be positive, found -3; try 5");
    hp_error_clear(&err);
    assert_int_equal(err.status, HP_OK);
}

static void every_status_has_exit_code_and_text(void **state) {
    (void)state;
#define X(name, exit_code, text)                                                                   \
    assert_int_equal(hp_status_exit_code(name), exit_code);                                        \
    assert_string_equal(hp_status_text(name), text);
    HP_STATUS_LIST(X)
#undef X
}

static void memory_is_zeroed_aligned_and_checked(void **state) {
    (void)state;
    double *block = hp_alloc(5, sizeof *block);
    assert_non_null(block);
    assert_int_equal((uintptr_t)block % 64, 0);
    for (int i = 0; i < 5; i++) assert_true(block[i] == 0.0);
    hp_free(block);
    assert_null(hp_alloc(SIZE_MAX / 4, 8)); /* the product does not fit a size_t */
}

static void parts_of_a_block_are_aligned_and_apart(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    double *block, *a, *b, *c;
    assert_ok(hp_alloc_parts(&block, HP_PARTS({&a, 9}, {&b, 0}, {&c, 8}), &err), &err);
    assert_ptr_equal(a, block);
    assert_true(b >= a + 9 && c > b);
    assert_int_equal(((uintptr_t)a | (uintptr_t)b | (uintptr_t)c) % 64, 0);
    for (double *x = block; x < c + 8; x++) assert_true(*x == 0.0);
    hp_free(block);
}

static void random_streams_follow_their_key(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    gsl_rng *rng[4];
    assert_ok(hp_random_create(&rng[0], 7, 3, HP_PURPOSE_TEST, &err), &err);
    assert_ok(hp_random_create(&rng[1], 7, 3, HP_PURPOSE_TEST, &err), &err);
    assert_ok(hp_random_create(&rng[2], 7, 4, HP_PURPOSE_TEST, &err), &err);
    assert_ok(hp_random_create(&rng[3], 7, 3, HP_PURPOSE_NOISE, &err), &err);
    double first[4];
    for (int i = 0; i < 4; i++) first[i] = gsl_rng_uniform(rng[i]);
    assert_true(first[0] == first[1]);
    assert_true(first[0] != first[2] && first[0] != first[3] && first[2] != first[3]);
    for (int i = 0; i < 4; i++) gsl_rng_free(rng[i]);
}

/* What progress says into a batch log, which a file stands for. */
static void put_progress(FILE *log, hp_progress *progress, long long done, double loss) {
    int kept = dup(STDERR_FILENO);
    assert_true(kept >= 0 && dup2(fileno(log), STDERR_FILENO) >= 0);
    hp_progress_report(progress, "samples", done, 200, loss);
    assert_true(dup2(kept, STDERR_FILENO) >= 0 && close(kept) == 0);
}

/* The clock is put forward instead of waiting; a tenth of a second of its own changes nothing. */
static void progress_says_how_much_is_left(void **state) {
    (void)state;
    hp_progress progress = {0};
    char found[512];
    FILE *log = tmpfile();
    assert_non_null(log);
    put_progress(log, &progress, 10, NAN); /* the first 10 are of an earlier run */
    put_progress(log, &progress, 20, NAN); /* too early */
    static const struct {
        long long done;
        double seconds;
    } at[] = {{40, 31.0}, {110, 100.0}, {150, 100000.0}, {200, 0.0}};
    for (int i = 0; i < 4; i++) {
        progress.start -= at[i].seconds;
        progress.last -= at[i].seconds;
        put_progress(log, &progress, at[i].done, i == 3 ? 574.25 : NAN);
    }
    rewind(log);
    found[fread(found, 1, sizeof found - 1, log)] = '\0';
    fclose(log);
    assert_string_equal(found, "hadpot: samples 10 of 200 done\n"
                               "hadpot: samples 40 of 200 done, about 3 min left\n"
                               "hadpot: samples 110 of 200 done, about 2 min left\n"
                               "hadpot: samples 150 of 200 done, about 9.9 h left\n"
                               "hadpot: samples 200 of 200 done, latest loss 574.2\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_keeps_first_message_and_context),
        cmocka_unit_test(every_status_has_exit_code_and_text),
        cmocka_unit_test(memory_is_zeroed_aligned_and_checked),
        cmocka_unit_test(parts_of_a_block_are_aligned_and_apart),
        cmocka_unit_test(random_streams_follow_their_key),
        cmocka_unit_test(progress_says_how_much_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
