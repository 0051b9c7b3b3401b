// SPDX-License-Identifier: GPL-3.0-or-later
/* What a study notes of a potential that is cut off. */
#include "notes.h"

#include "../../src/potential/classes.h"
#include "hadpot/study.h"

static hp_potential_facts describe(const void *self) {
    (void)self;
    return (hp_potential_facts){.has_local = true};
}

/* What can be fitted is a fitted potential. */
static hp_status fit(void *self, const hp_fit_task *task, hp_error *err) {
    (void)self;
    (void)task;
    (void)err;
    return HP_OK;
}

/* Up to 25 lattice spacings of 0.08 fm. */
static void open_study(hp_study *study, const hp_potential_class *class) {
    *study = (hp_study){.potential.class = class,
                        .observables = {.length_fm = 0.08, .problem = {.range = 25.0}}};
    hp_record_create(&study->record);
}

static void fitted_potentials_need_an_envelope_or_range(void **state) {
    (void)state;
    static const hp_potential_class class = {.describe = describe, .fit = fit};
    hp_study study;
    open_study(&study, &class);
    hp_study_note_edge(&study, 0.0234, 0.01);
    assert_only_note(&study.record,
                     "the potential is cut off at 2 fm where it is still 2.34 % of its maximum: "
                     "phase shifts depend on the cut; an envelope or a larger range may help");
    assert_string_equal(study.record.note[0].fails, "is cut off at the end of its range");
    assert_int_equal(fact_of_key(&study.record, "potential_ends_in_range")->integer[0], 0);
    hp_record_destroy(&study.record);
    hp_study_note_edge(&study, 0.01, 0.01); /* as much is allowed */
    assert_only_note(&study.record, NULL);
    assert_int_equal(fact_of_attribute(&study.record, "/", "potential_ends_in_range")->integer[0],
                     1);
    hp_record_destroy(&study.record);
}

static void given_potentials_need_a_range(void **state) {
    (void)state;
    static const hp_potential_class class = {.describe = describe};
    hp_study study;
    open_study(&study, &class);
    hp_study_note_edge(&study, 2e-6, 1e-6);
    assert_only_note(&study.record,
                     "the potential is cut off at 2 fm where it is still 0.0002 % of its maximum: "
                     "phase shifts depend on the cut; a larger range may help");
    assert_null(fact_of_key(&study.record, "potential_ends_in_range")); /* nothing was learned */
    hp_record_destroy(&study.record);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fitted_potentials_need_an_envelope_or_range),
        cmocka_unit_test(given_potentials_need_a_range),
    };
    return cmocka_run_group_tests_name("analysis/study", tests, NULL, NULL);
}
