// SPDX-License-Identifier: GPL-3.0-or-later
/* What a budget leaves in the record of the central analysis: systematic errors, shifts, facts of
 * each alternative, variations.csv, notes. */
#include "budget_case.h"
#include "notes.h"

/* One bound state, which does not fluctuate. */
static const numbers central[NROW] = {{{172.0, 50.0}, {-5, -2}, 20.0, -2.0, 1.5, 1},
                                      {{171.0, 50.0}, {-5, -2}, 20.0, -2.0, 1.5, 1},
                                      {{173.0, 50.0}, {-5, -2}, 20.0, -2.0, 1.5, 1},
                                      {{172.0, 50.0}, {-5, -2}, 20.0, -2.0, 1.5, 1}};

typedef struct scene {
    analysis one, other, third;
    hp_budget budget;
} scene;

/* times_1 shifts the second phase by 3 degrees and a0 of samples, times_2 nothing; failing:
 * how many of them have a chi2 that is too large; unbound: times_1 has no bound state. */
static void open_scene(scene *s, int failing, bool unbound, bool include) {
    hp_error err = HP_ERROR_INIT;
    numbers varied[NROW];
    memcpy(varied, central, sizeof varied);
    for (int i = 0; i < NROW; i++) {
        varied[i].delta[1] += 3.0;
        varied[i].a0 += 0.25 * i;
    }
    for (int i = 0; i < NROW && unbound; i++) {
        varied[i].nbound = 0;
        varied[i].binding = NAN;
    }
    fill(&s->one, central, 1.0);
    fill(&s->other, varied, failing > 1 ? 2.5 : 1.25);
    fill(&s->third, central, failing > 0 ? 2.5 : 1.0);
    const analysis *const all[] = {&s->other, &s->third};
    assert_ok(compare(&s->one, all, 2, include, &s->budget, &err), &err);
    assert_ok(hp_budget_describe(&s->budget, &s->one.record, &err), &err);
}

static void close_scene(scene *s) {
    hp_budget_destroy(&s->budget);
    empty(&s->one);
    empty(&s->other);
    empty(&s->third);
}

static void only_note_is(const scene *s, const char *text) {
    assert_only_note(&s->one.record, text);
    assert_int_equal(s->one.record.note[0].cases, 1);
}

static void systematic_errors_stand_in_the_record(void **state) {
    (void)state;
    scene s;
    open_scene(&s, 0, false, false);
    const hp_record *record = &s.one.record;
    hp_systematic both = hp_record_systematic(record, hp_record_find(record, HP_ROW_DELTA), 1);
    assert_close(both.plus, 3.0, 0, 0); /* exact in doubles */
    assert_close(both.minus, 0.0, 0, 0);
    both = hp_record_systematic(record, hp_record_find(record, HP_ROW_DELTA), 0);
    assert_close(both.plus, 0.0, 0, 0);
    assert_only_note(record, NULL); /* nobody fails, all have one bound state */
    close_scene(&s);
}

/* (sample, k) below the name of the alternative. */
static void shifts_are_constant_rows(void **state) {
    (void)state;
    scene s;
    open_scene(&s, 0, false, false);
    const hp_entry *shift = hp_record_find(&s.one.record, "variations/times_1/delta_deg");
    assert_non_null(shift);
    const hp_entry *a0 = hp_record_find(&s.one.record, "variations/times_1/scattering_length_fm");
    assert_int_equal(a0->naxis, 1);
    for (size_t i = 0; i < NROW; i++) assert_close(a0->constant[i], 0.25 * (double)i, 0, 0);
    assert_non_null(hp_record_find(&s.one.record, "variations/times_2/scattering_length_fm"));
    assert_null(hp_record_find(&s.one.record, "variations/times_1/bound_states"));
    assert_int_equal(shift->naxis, 2);
    assert_int_equal(shift->extent[0], NROW);
    assert_int_equal(shift->extent[1], 2);
    assert_string_equal(shift->row.unit, "deg");
    for (size_t i = 0; i < shift->count; i++)
        assert_close(shift->constant[i], i % 2 == 1 ? 3.0 : 0.0, 0, 0);
    close_scene(&s);
}

/* The fact of an attribute of a group. */
static const hp_fact *fact_of(const scene *s, const char *object, const char *attribute) {
    const hp_fact *fact = fact_of_attribute(&s->one.record, object, attribute);
    if (fact == NULL) fail_msg("%s has no attribute %s", object, attribute);
    return fact;
}

static void facts_say_what_is_known_of_each_fit(void **state) {
    (void)state;
    scene s;
    open_scene(&s, 1, false, false);
    const hp_fact *job = fact_of(&s, "variations/times_1", "assignments");
    assert_string_equal(job->text[0], "fit.times=[12]");
    assert_string_equal(job->place.summary, "variations/times_1/job");
    assert_string_equal(fact_of(&s, "variations/times_1", "group")->text[0],
                        hp_variation_group(TIMES));
    const hp_fact *chi2 = fact_of(&s, "variations/times_1", "chi2_per_effective_point");
    assert_close(chi2->number[0], 1.25, 0, 0);
    assert_int_equal(fact_of(&s, "variations/times_1", "average_converged")->integer[0], 1);
    assert_int_equal(fact_of(&s, "variations/times_1", "enters")->integer[0], 1);
    assert_int_equal(fact_of(&s, "variations/times_2", "enters")->integer[0], 0);
    const hp_fact *good = fact_of(&s, "variations/times_1", "fails");
    const hp_fact *bad = fact_of(&s, "variations/times_2", "fails");
    assert_string_equal(good->text[0], "");
    assert_null(good->place.summary); /* there is nothing to say */
    assert_string_equal(bad->text[0], "does not describe its data");
    assert_string_equal(bad->place.summary, "variations/times_2/fails");
    close_scene(&s);
}

/* The cell of a column in a line. */
static const hp_cell *cell_of(const hp_record_sheet *sheet, const char *name, int line) {
    const char *at = strstr(sheet->header, name);
    assert_non_null(at);
    int column = 0;
    for (const char *c = sheet->header; c < at; c++) column += *c == ',';
    return &sheet->cell[line * sheet->ncolumn + column];
}

static void a_line_of_the_sheet_is_one_shift(void **state) {
    (void)state;
    scene s;
    open_scene(&s, 1, true, false);
    assert_int_equal(s.one.record.nsheet, 1);
    const hp_record_sheet *sheet = &s.one.record.sheet[0];
    assert_string_equal(sheet->name, "variations");
    /* delta, k cot delta and two cross sections at 2 momenta; a0, r_eff, -1/a0 in MeV, 1/a0, B and
     * its rms distance */
    assert_int_equal(sheet->nline, 2 * (4 * 2 + 6));
    /* delta is the first of them: its second momentum */
    assert_string_equal(cell_of(sheet, "alternative", 1)->text, "times_1");
    assert_string_equal(cell_of(sheet, "observable", 1)->text, "delta_deg");
    assert_close(cell_of(sheet, "number", 1)->number, 2.0, 0, 0);
    assert_close(cell_of(sheet, "chi2_per_effective_point", 1)->number, 1.25, 0, 0);
    assert_close(cell_of(sheet, "k2_lat", 1)->number, 0.04, 0, 0);
    assert_close(cell_of(sheet, "e_cm_mev", 1)->number, 40.0, 1e-15, 0); /* rounding */
    assert_close(cell_of(sheet, "central", 1)->number, 50.0, 0, 0);
    assert_close(cell_of(sheet, "shift", 1)->number, 3.0, 0, 0);
    assert_close(cell_of(sheet, "shift_err", 1)->number, 0.0, 0, 0);
    assert_close(cell_of(sheet, "entered", 1)->number, 1.0, 0, 0);
    assert_string_equal(cell_of(sheet, "observable", 8)->text, "scattering_length_fm");
    assert_true(isnan(cell_of(sheet, "k2_lat", 8)->number)); /* which is of no momentum */
    assert_close(cell_of(sheet, "entered", sheet->nline - 1)->number, 0.0, 0, 0);
    assert_contains(sheet->comment, "\ntimes_1: fit.times=[12]; other number of bound states");
    assert_contains(sheet->comment, "\ntimes_2: fit.times=[14]; does not describe its data");
    assert_null(strstr(sheet->comment, "not known"));
    close_scene(&s);
    open_scene(&s, 2, false, false);
    assert_contains(
        s.one.record.sheet[0].comment,
        "\nsystematic errors are not known (nan): no alternative of variations.times is "
        "left\n");
    close_scene(&s);
}

static void failing_alternatives_are_noted(void **state) {
    (void)state;
    scene s;
    open_scene(&s, 1, false, false);
    only_note_is(&s, "1 of 2 variations fail and do not enter systematic errors: times_2");
    close_scene(&s);
    open_scene(&s, 1, false, true);
    only_note_is(&s, "1 of 2 variations fail and enter systematic errors: times_2");
    close_scene(&s);
    open_scene(&s, 2, false, false);
    assert_int_equal(s.one.record.nnote, 2);
    assert_string_equal(
        s.one.record.note[0].text,
        "systematic errors are not known: no alternative of variations.times is left");
    assert_string_equal(
        s.one.record.note[1].text,
        "2 of 2 variations fail and do not enter systematic errors: times_1, times_2");
    close_scene(&s);
}

static void other_numbers_of_bound_states_are_noted(void **state) {
    (void)state;
    scene s;
    open_scene(&s, 0, true, false);
    only_note_is(&s, "1 of 2 variations have another number of bound states: their phase shifts "
                     "are compared modulo 180 degrees");
    close_scene(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(systematic_errors_stand_in_the_record),
        cmocka_unit_test(shifts_are_constant_rows),
        cmocka_unit_test(facts_say_what_is_known_of_each_fit),
        cmocka_unit_test(a_line_of_the_sheet_is_one_shift),
        cmocka_unit_test(failing_alternatives_are_noted),
        cmocka_unit_test(other_numbers_of_bound_states_are_noted),
    };
    return cmocka_run_group_tests_name("pipeline/budget_record", tests, NULL, NULL);
}
