// SPDX-License-Identifier: GPL-3.0-or-later
/* Checksums of texts and of jobs. */
#include "support.h"

#include <stdio.h>
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

/* Keys that change no sample are left out, where they are, with their exact names; every other line
 * counts, and where it ends. */
static void keys_that_change_no_sample_are_left_out(void **state) {
    (void)state;
    static const struct {
        const char *line;
        bool counts;
    } lines[] = {{"output: elsewhere", false},
                 {"ensemble: other.h5", false},
                 {"  max_samples: 7", false},
                 {"  memory_mb: 5", false},
                 {"  bias_correction: true", false},
                 {"  keep_checkpoints: true", false},
                 {"  variations_that_fail: include", false},
                 {"outputs: elsewhere", true},
                 {"ensembles: 3", true},
                 {"max_samples: 7", true},
                 {"  most_samples: 7", true},
                 {"  memory: 5", true},
                 {"  output: x", true},
                 {"  bin: 2", true},
                 {"", true}};
    static const char before[] = "fit:\n  times: [12]\n", after[] = "results:\n  u_points: 5\n";
    char job[256];
    snprintf(job, sizeof job, "%s%s", before, after);
    uint32_t plain = hp_checksum_job(job);
    assert_int_equal(plain, hp_checksum_text(job)); /* all of it */
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        snprintf(job, sizeof job, "%s%s\n%s", before, lines[i].line, after);
        uint32_t found = hp_checksum_job(job);
        if (lines[i].counts)
            assert_int_equal(found, hp_checksum_text(job));
        else
            assert_int_equal(found, plain);
    }
}

/* The section of variations ends with the next key that is not indented. */
static void variations_end_with_their_section(void **state) {
    (void)state;
    assert_int_equal(hp_checksum_job("a: 1\nvariations:\n  x: 1\n  y: 2\nb:\n  x: 1\n"),
                     hp_checksum_text("a: 1\nb:\n  x: 1\n"));
    assert_int_equal(hp_checksum_job("variations:\n  x: 1\n"), 0);
    assert_int_equal(hp_checksum_job("variation: 1\n"), hp_checksum_text("variation: 1\n"));
    assert_int_equal(hp_checksum_job("  x: 1\n"), hp_checksum_text("  x: 1\n"));
    assert_int_equal(hp_checksum_job(""), 0);
    assert_int_not_equal(hp_checksum_job("ab\nc\n"), hp_checksum_job("a\nbc\n"));
    assert_int_equal(hp_checksum_job("a: 1\noutput: x"), hp_checksum_text("a: 1\n"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checksum_is_crc32),
        cmocka_unit_test(variations_change_no_checksum_of_a_job),
        cmocka_unit_test(keys_that_change_no_sample_are_left_out),
        cmocka_unit_test(variations_end_with_their_section),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
