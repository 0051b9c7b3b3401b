// SPDX-License-Identifier: GPL-3.0-or-later
/* Checksums of texts and of jobs. */
#include "support.h"

#include "hadpot/results.h"

static void checksum_is_crc32(void **state) {
    (void)state;
    assert_int_equal(hp_checksum_text("123456789"), 0xcbf43926); /* check value of CRC-32 */
    assert_int_equal(hp_checksum_text(""), 0);
}

/* A list of alternatives says nothing of the central fits: they may be gone on with. */
static void variations_change_no_checksum_of_a_job(void **state) {
    (void)state;
    uint32_t plain = hp_checksum_job("fit:\n  times: [12]\nvariations:\n  times: []\n  seed: []\n"
                                     "results:\n  u_points: 5\n");
    assert_int_equal(plain, hp_checksum_job("fit:\n  times: [12]\nvariations:\n  times: [a, b]\n"
                                            "  seed: [c]\nresults:\n  u_points: 5\n"
                                            "  variations_that_fail: include\n"));
    assert_int_not_equal(plain, hp_checksum_job("fit:\n  times: [13]\nvariations:\n  times: []\n"
                                                "  seed: []\nresults:\n  u_points: 5\n"));
    assert_int_not_equal(plain, hp_checksum_job("fit:\n  times: [12]\nvariations:\n  times: []\n"
                                                "  seed: []\nresults:\n  u_points: 6\n"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checksum_is_crc32),
        cmocka_unit_test(variations_change_no_checksum_of_a_job),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
