// SPDX-License-Identifier: GPL-3.0-or-later
/* Lists of what is doubtful. */
#include "support.h"

#include "hadpot/findings.h"

static void the_first_that_refuses_is_the_error(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_findings list = {0};
    assert_ok(hp_findings_check(&list, &err), &err);
    for (int i = 0; i < 20; i++) /* more than there is room for at first */
        assert_ok(hp_findings_add(&list, (hp_finding){.source = i}, &err, "mark %d", i), &err);
    assert_ok(hp_findings_check(&list, &err), &err);
    const hp_finding refuses = {.refuses = true, .source = -1};
    assert_ok(hp_findings_add(&list, refuses, &err, "rows.h5: %s is zero", "R"), &err);
    assert_status(hp_findings_check(&list, &err), HP_ERR_INPUT, &err);
    assert_string_equal(err.message, "rows.h5: R is zero");
    hp_error_clear(&err);
    for (int i = 0; i < 3; i++) assert_ok(hp_findings_add(&list, refuses, &err, "more"), &err);
    assert_status(hp_findings_check(&list, &err), HP_ERR_INPUT, &err);
    assert_string_equal(err.message, "rows.h5: R is zero (and 3 more of such findings)");
    assert_int_equal(list.count, 24);
    assert_string_equal(list.list[7].text, "mark 7");
    assert_int_equal(list.list[7].source, 7);
    hp_findings_destroy(&list);
    assert_int_equal(list.count, 0);
    hp_findings_destroy(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_first_that_refuses_is_the_error)};
    return cmocka_run_group_tests_name("core/findings", tests, NULL, NULL);
}
