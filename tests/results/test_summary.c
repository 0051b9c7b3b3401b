// SPDX-License-Identifier: GPL-3.0-or-later
/* summary.yaml of a record, to the last character. */
#include "record_case.h"

static void assert_summary(const hp_record *record, const char *expected) {
    hp_error err = HP_ERROR_INIT;
    char folder[64], path[96], found[4096];
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/summary.yaml", folder);
    assert_ok(hp_results_save_summary(record, path, &err), &err);
    assert_int_equal(hp_test_run(found, sizeof found, "cat '%s'", path), 0);
    assert_string_equal(found, expected);
    hp_test_remove_folder(folder);
}

/* Facts before rows; a level stands where its first key does and holds all of its keys. */
#define FACTS                                                                                      \
    "format: \"1e5 is a text\"\n"                                                                  \
    "ensemble:\n"                                                                                  \
    "  rows: 7\n"                                                                                  \
    "  tau:\n"                                                                                     \
    "    value: 0.5\n"                                                                             \
    "  bins: 3\n"                                                                                  \
    "good: true\n"                                                                                 \
    "edges: [0.25, 1.0e-05]\n"

/* 2.25 is exact, and printf takes the even neighbour. */
static void values_are_quoted_with_their_errors(void **state) {
    (void)state;
    case_data c;
    open_case(&c);
    assert_summary(&c.record, FACTS "x:\n  value: [1, 2]\n  stat: [0.125, 0.25]\n"
                                    "length_fm:\n  value: 9\n  stat: 1.125\n"
                                    "  quoted: \"9.0(1.1)\"\n"
                                    "numerical: 10\n"
                                    "states: 11\n"
                                    "energy_mev:\n  value: 12\n  stat: 1.5\n"
                                    "  quoted: \"12.0(1.5)\"\n"
                                    "energy_2_mev:\n  value: 13\n  stat: 1.625\n"
                                    "  quoted: \"13.0(1.6)\"\n"
                                    "fit:\n  slope:\n    value: 18\n    stat: 2.25\n"
                                    "    quoted: \"18.0(2.2)\"\n"
                                    "warnings: {}\n");
    close_case(&c);
}

/* Of a given potential: nothing fluctuates. */
static void values_without_a_rule_stand_alone(void **state) {
    (void)state;
    case_data c;
    open_case(&c);
    c.record.group[HP_SAMPLES] = (hp_rows){.value = c.value[0]};
    c.value[0][ENERGY] = c.value[0][ENERGY + 1] = NAN; /* the first one has a key all the same */
    c.value[0][10] = NAN;                              /* a count that was not found */
    assert_summary(&c.record, FACTS "x:\n  value: [1, 2]\n"
                                    "length_fm:\n  value: 9\n"
                                    "numerical: 10\n"
                                    "states: .nan\n"
                                    "energy_mev:\n  value: .nan\n"
                                    "fit:\n  slope:\n    value: 18\n"
                                    "warnings: {}\n");
    close_case(&c);
}

static void what_is_not_there_is_quoted_as_none(void **state) {
    (void)state;
    case_data c;
    open_case(&c);
    c.record.nfact = 0;
    for (int row = 0; row < NROW; row++)
        for (int i = ENERGY; i < RADIUS; i++) c.value[row][i] = NAN;
    assert_summary(&c.record, "x:\n  value: [1, 2]\n  stat: [0.125, 0.25]\n"
                              "length_fm:\n  value: 9\n  stat: 1.125\n"
                              "  quoted: \"9.0(1.1)\"\n"
                              "numerical: 10\n"
                              "states: 11\n"
                              "energy_mev:\n  value: .nan\n  stat: .nan\n  quoted: \"none\"\n"
                              "fit:\n  slope:\n    value: 18\n    stat: 2.25\n"
                              "    quoted: \"18.0(2.2)\"\n"
                              "warnings: {}\n");
    close_case(&c);
}

/* A length with 9 + 1.125 (stat) + 8.5 - 0.375 (syst): the total is their quadrature. */
static void budgets_biases_and_notes_are_added(void **state) {
    (void)state;
    case_data c;
    char expected[2048];
    open_case(&c);
    add_budget(&c);
    c.record.nfact = 0;
    c.record.nentry = 4; /* x, y, quality, length */
    c.record.corrects_bias = true;
    hp_record_add_note(&c.record, (hp_note){.severity = HP_CAUTION}, "a \"quoted\" note");
    hp_record_add_note(&c.record, (hp_note){.severity = HP_REMARK}, "another one");
    char plus[HP_EXACT_SIZE], minus[HP_EXACT_SIZE];
    hp_format_exact(sqrt(1.125 * 1.125 + 8.5 * 8.5), plus, sizeof plus);
    hp_format_exact(sqrt(1.125 * 1.125 + 0.375 * 0.375), minus, sizeof minus);
    snprintf(
        expected, sizeof expected,
        "x:\n  value: [1, 2]\n  stat: [0.125, 0.25]\n"
        "  syst_plus: [0.5, .inf]\n  syst_minus: [0.375, .inf]\n"
        "length_fm:\n  value: 9\n  stat: 1.125\n  syst_plus: 8.5\n  syst_minus: 0.375\n"
        "  stat_and_syst_plus: %s\n  stat_and_syst_minus: %s\n  quoted: \"9.0(1.1)(+8.5)(-0.4)\"\n"
        "  bias: 0.5\n  corrected: 8.5\n"
        "warnings:\n  1: \"a \\\"quoted\\\" note\"\n  2: \"another one\"\n",
        plus, minus);
    assert_summary(&c.record, expected);
    close_case(&c);
}

static void total_bands_follow_the_errors(void **state) {
    (void)state;
    case_data c;
    open_case(&c);
    add_draws(&c);
    c.record.nfact = 0;
    assert_summary(&c.record, "x:\n  value: [1, 2]\n  stat: [0.125, 0.25]\n"
                              "length_fm:\n  value: 9\n  stat: 1.125\n"
                              "  total: 1019\n  total_minus: 15\n  total_plus: 23\n"
                              "  total_quoted: \"1019(+23)(-15)\"\n  quoted: \"9.0(1.1)\"\n"
                              "numerical: 10\n"
                              "states: 11\n"
                              "energy_mev:\n  value: 12\n  stat: 1.5\n"
                              "  total: 19\n  total_minus: 15\n  total_plus: 23\n"
                              "  total_quoted: \"19(+23)(-15)\"\n  quoted: \"12.0(1.5)\"\n"
                              "energy_2_mev:\n  value: 13\n  stat: 1.625\n"
                              "  total: 19\n  total_minus: 15\n  total_plus: 23\n"
                              "  total_quoted: \"19(+23)(-15)\"\n  quoted: \"13.0(1.6)\"\n"
                              "fit:\n  slope:\n    value: 18\n    stat: 2.25\n"
                              "    quoted: \"18.0(2.2)\"\n"
                              "warnings: {}\n");
    close_case(&c);
}

static void folders_that_are_not_there_are_named(void **state) {
    (void)state;
    case_data c;
    hp_error err = HP_ERROR_INIT;
    open_case(&c);
    assert_status(hp_results_save_summary(&c.record, "/nowhere/summary.yaml", &err), HP_ERR_IO,
                  &err);
    assert_contains(err.message, "cannot create \"/nowhere/summary.yaml\"");
    close_case(&c);
}

static void what_cannot_be_written_is_named(void **state) {
    (void)state;
    case_data c;
    hp_error err = HP_ERROR_INIT;
    char folder[64], path[96];
    open_case(&c);
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/summary.yaml", folder);
    limit_files(16);
    hp_status status = hp_results_save_summary(&c.record, path, &err);
    limit_files(RLIM_INFINITY);
    assert_status(status, HP_ERR_DISK_FULL, &err);
    assert_contains(err.message, "cannot write ");
    hp_test_remove_folder(folder);
    close_case(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_quoted_with_their_errors),
        cmocka_unit_test(values_without_a_rule_stand_alone),
        cmocka_unit_test(what_is_not_there_is_quoted_as_none),
        cmocka_unit_test(budgets_biases_and_notes_are_added),
        cmocka_unit_test(total_bands_follow_the_errors),
        cmocka_unit_test(folders_that_are_not_there_are_named),
        cmocka_unit_test(what_cannot_be_written_is_named),
    };
    return cmocka_run_group_tests_name("results/summary", tests, NULL, NULL);
}
