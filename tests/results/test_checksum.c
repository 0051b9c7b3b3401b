// SPDX-License-Identifier: GPL-3.0-or-later
/* Checksums of texts. */
#include "support.h"

#include "hadpot/results.h"

static void checksum_is_crc32(void **state) {
    (void)state;
    assert_int_equal(hp_checksum_text("123456789"), 0xcbf43926); /* check value of CRC-32 */
    assert_int_equal(hp_checksum_text(""), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checksum_is_crc32),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
