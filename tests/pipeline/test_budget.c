// SPDX-License-Identifier: GPL-3.0-or-later
/* The rules of the error budget on numbers made by hand: shifts without their noise, groups in
 * quadrature, failing fits, what is listed only, other numbers of bound states, poles. */
#include "budget_case.h"

#include <gsl/gsl_randist.h>
#include "../../src/potential/classes.h"
#include "hadpot/study.h"
#include "hadpot/units.h"

/* The 3-4-5 triangle: 5 with an error of 2; 13 with one of 2.5. */
static void what_is_within_two_errors_is_noise(void **state) {
    (void)state;
    assert_close(hp_budget_clean((hp_band){5.0, 2.0}), 3.0, 0, 0); /* exact in doubles */
    assert_close(hp_budget_clean((hp_band){-13.0, 2.5}), -12.0, 0, 0);
    assert_close(hp_budget_clean((hp_band){-3.9, 2.0}), 0.0, 0, 0);
    assert_close(hp_budget_clean((hp_band){4.0, 2.0}), 0.0, 0, 0);
    assert_close(hp_budget_clean((hp_band){-1.5, 0.0}), -1.5, 0, 0);
    assert_true(isnan(hp_budget_clean((hp_band){1.5, NAN})));
    assert_true(isnan(hp_budget_clean((hp_band){NAN, 1.0})));
}

/* What shifts of data without a systematic effect claim on average: shift = error times Student's t
 * of 19 degrees of freedom, as 20 samples give. */
static void noise_claims_little(void **state) {
    (void)state;
    double sum = 0.0, raw = 0.0, step = 0.001;
    for (double t = step / 2; t < 40.0; t += step) {
        double probability = 2.0 * step * gsl_ran_tdist_pdf(t, 19.0);
        sum += probability * hp_budget_clean((hp_band){t, 1.0});
        raw += probability * t;
    }
    /* 9.7 % of it, as integrated by hand; sqrt(shift^2 - error^2) would leave 46 % */
    assert_close(sum / raw, 0.0968, 1e-3, 0);
}

/* Shifts of alternatives of which some do not enter. */
static void groups_add_in_quadrature(void **state) {
    (void)state;
    double clean[8][2] = {{0.0, 3.0},  {0.0, -1.0}, {0.0, 4.0}, {0.0, 2.0},
                          {0.0, -2.5}, {0.0, -9.0}, {0.0, NAN}, {0.0, 8.0}};
    const int group[] = {TIMES, TIMES, RANGE, RANGE, SOURCES, SOURCES, SOURCES, ANSATZ};
    hp_alternative alternative[8] = {0};
    hp_variation variation[8] = {0};
    for (int v = 0; v < 8; v++) {
        alternative[v].group = group[v];
        variation[v].alternative = &alternative[v];
        variation[v].enters = v != 5 && v != 7;
        variation[v].clean = clean[v];
    }
    variation[7].listed = "is another form";
    hp_systematic both = hp_budget_combine(variation, 8, 1);
    assert_close(both.plus, 5.0, 0, 0);                   /* sqrt(9 + 16), exact in doubles */
    assert_close(both.minus, sqrt(1.0 + 6.25), 1e-15, 0); /* rounding of a root */
    both = hp_budget_combine(variation, 1, 1);
    assert_close(both.plus, 3.0, 0, 0);
    assert_close(both.minus, 0.0, 0, 0);
    variation[4].enters = false; /* sources: one fails, one is nan */
    both = hp_budget_combine(variation, 8, 1);
    assert_true(isnan(both.plus) && isnan(both.minus));
    both = hp_budget_combine(variation + 5, 1, 1); /* none enters */
    assert_true(isnan(both.plus) && isnan(both.minus));
    both = hp_budget_combine(variation + 7, 1, 1); /* listed only */
    assert_true(isnan(both.plus) && isnan(both.minus));
}

/* The error is that of the difference, which fluctuates less than either. */
static void errors_of_shifts_are_those_of_differences(void **state) {
    (void)state;
    const numbers central[NROW] = {{{20.0, 5.0}, {1, 2}, 100.0, -2.0, NAN, 0},
                                   {{21.0, 5.5}, {1, 2}, 101.0, -2.0, NAN, 0},
                                   {{19.5, 4.5}, {1, 2}, 103.0, -2.0, NAN, 0},
                                   {{20.5, 5.0}, {1, 2}, 96.0, -2.0, NAN, 0}};
    numbers varied[NROW];
    const double move[NROW] = {1.5, 1.6, 1.4, 1.5};
    memcpy(varied, central, sizeof varied);
    for (int i = 0; i < NROW; i++) varied[i].delta[0] += move[i];
    analysis one, other, bad;
    hp_error err = HP_ERROR_INIT;
    hp_budget budget;
    fill(&one, central, 1.0);
    fill(&other, varied, 1.0);
    for (int i = 0; i < NROW; i++) varied[i].delta[0] += 7.0;
    fill(&bad, varied, 2.1);
    const analysis *const good_and_bad[] = {&other, &bad}, *const bad_alone[] = {&bad};
    assert_ok(compare(&one, good_and_bad, 2, false, &budget, &err), &err);
    hp_band shift = hp_budget_shift(&budget, 0, HP_ROW_DELTA, 0);
    assert_close(shift.value, 1.5, 1e-14, 0); /* rounding of a difference of 20 */
    /* (N-1)/sqrt(N (N-1)) sqrt(0.02) for N = 3 */
    assert_close(shift.error, sqrt(2.0 / 3.0 * 0.02), 1e-12, 0);
    assert_true(budget.variation[0].enters);
    assert_false(budget.variation[1].enters);
    assert_contains(budget.variation[1].reason, "does not describe its data");
    hp_systematic both = hp_budget_systematic(&budget, HP_ROW_DELTA, 0);
    /* less the square of twice the error; rounding of a difference of 20 */
    assert_close(both.plus, sqrt(2.25 - 4.0 * 2.0 / 3.0 * 0.02), 1e-13, 0);
    assert_close(both.minus, 0.0, 0, 0);
    assert_true(isnan(hp_budget_systematic(&budget, HP_ROW_BINDING, 0).plus)); /* there is none */
    hp_budget_destroy(&budget);
    /* not the alternative that describes its data: nothing is known, at poles as well */
    assert_ok(compare(&one, bad_alone, 1, false, &budget, &err), &err);
    char why[128];
    assert_string_equal(hp_budget_unknown(&budget, why, sizeof why),
                        "no alternative of variations.times is left");
    assert_true(isnan(hp_budget_systematic(&budget, HP_ROW_DELTA, 0).plus));
    assert_true(isnan(hp_budget_systematic(&budget, HP_ROW_KCOT, 0).minus));
    hp_budget_destroy(&budget);
    assert_ok(compare(&one, good_and_bad, 2, true, &budget, &err), &err);
    assert_null(hp_budget_unknown(&budget, why, sizeof why));
    /* the same differences */
    assert_close(hp_budget_systematic(&budget, HP_ROW_DELTA, 0).plus,
                 sqrt(72.25 - 4.0 * 2.0 / 3.0 * 0.02), 1e-13, 0);
    hp_budget_destroy(&budget);
    empty(&one);
    empty(&other);
    empty(&bad);
}

static hp_potential_facts describe(const void *self) {
    (void)self;
    return (hp_potential_facts){.has_local = true};
}

/* Note of an analysis how much of its potential is left at the end of its range. */
static void note_edge(analysis *made, double ratio) {
    static const hp_potential_class class = {.describe = describe};
    hp_study study = {.potential.class = &class, .record = made->record};
    hp_study_note_edge(&study, ratio, 0.01);
    made->record = study.record;
}

/* An alternative whose potential is cut off at the end of its range is left out, whatever else it
 * says, unless failing ones are asked for; as much as is allowed does not matter. */
static void alternatives_that_are_cut_off_do_not_enter(void **state) {
    (void)state;
    static const struct {
        double ratio, chi2;
        bool include, enters;
        const char *reason;
    } cases[] = {{0.0, 1.0, false, true, ""},
                 {0.01, 1.0, false, true, ""},
                 {0.0101, 1.0, false, false, "is cut off at the end of its range"},
                 {0.0101, 2.1, false, false,
                  "does not describe its data, is cut off at the end of its range"},
                 {0.0101, 1.0, true, true, "is cut off at the end of its range"}};
    const numbers central[NROW] = {{{20.0, 5.0}, {1, 2}, 100.0, -2.0, NAN, 0}};
    numbers varied[NROW];
    memcpy(varied, central, sizeof varied);
    varied[0].delta[0] += 1.5;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        analysis one, other;
        hp_error err = HP_ERROR_INIT;
        hp_budget budget;
        fill(&one, central, 1.0);
        fill(&other, varied, cases[i].chi2);
        note_edge(&other, cases[i].ratio);
        assert_ok(
            compare(&one, (const analysis *const[]){&other}, 1, cases[i].include, &budget, &err),
            &err);
        assert_int_equal(budget.variation[0].enters, cases[i].enters);
        assert_string_equal(budget.variation[0].reason, cases[i].reason);
        double plus = hp_budget_systematic(&budget, HP_ROW_DELTA, 0).plus;
        assert_true(cases[i].enters ? plus == 1.5 : isnan(plus));
        hp_budget_destroy(&budget);
        empty(&one);
        empty(&other);
    }
}

/* The alternative would give an error upwards alone. */
static void a_central_fit_that_fails_has_no_systematic_error(void **state) {
    (void)state;
    const numbers central[NROW] = {{{20.0, 5.0}, {1, 2}, 100.0, -2.0, NAN, 0}};
    numbers varied[NROW];
    char why[128];
    memcpy(varied, central, sizeof varied);
    varied[0].delta[0] += 1.5;
    for (int include = 0; include < 2; include++) {
        analysis one, other;
        hp_error err = HP_ERROR_INIT;
        hp_budget budget;
        fill(&one, central, 2.5);
        fill(&other, varied, 1.0);
        assert_ok(compare(&one, (const analysis *const[]){&other}, 1, include, &budget, &err),
                  &err);
        assert_false(budget.variation[0].enters);
        assert_string_equal(hp_budget_unknown(&budget, why, sizeof why),
                            "the central fit does not describe its data");
        hp_systematic both = hp_budget_systematic(&budget, HP_ROW_DELTA, 0);
        assert_true(isnan(both.plus) && isnan(both.minus));
        hp_budget_destroy(&budget);
        empty(&one);
        empty(&other);
    }
}

static void what_has_no_samples_has_no_systematic_error(void **state) {
    (void)state;
    const numbers rows[NROW] = {{{20.0, 5.0}, {1, 2}, 100.0, -2.0, NAN, 0}};
    analysis one, other;
    hp_error err = HP_ERROR_INIT;
    hp_budget budget;
    char why[128];
    fill(&one, rows, 1.0);
    fill(&other, rows, 1.0);
    one.record.group[HP_SAMPLES].n = 1;
    assert_ok(compare(&one, (const analysis *const[]){&other}, 1, false, &budget, &err), &err);
    assert_string_equal(hp_budget_unknown(&budget, why, sizeof why),
                        "1 samples give no errors of shifts");
    assert_true(isnan(hp_budget_systematic(&budget, HP_ROW_DELTA, 0).plus));
    hp_budget_destroy(&budget);
    empty(&one);
    empty(&other);
}

/* Forms, and fits to fewer sources than the job has. */
static void what_is_no_choice_about_data_is_listed(void **state) {
    (void)state;
    static const struct {
        int group;
        size_t sources;
        const char *listed, *unknown;
    } cases[] = {
        {ANSATZ, 2, "is another form, of which the total band is the error",
         "no alternative is a choice about data"},
        {HP_GROUP_envelope, 2, "is another form", "no alternative is a choice about data"},
        {HP_GROUP_seed, 2, "is a check of convergence", "no alternative is a choice about data"},
        {SOURCES, 1, "has fewer sources, which determine less of U",
         "no alternative is a choice about data"},
        {TIMES, 1, "has fewer sources", "no alternative is a choice about data"},
        {SOURCES, 2, NULL, NULL},
        {SOURCES, 3, NULL, NULL}};
    const numbers central[NROW] = {{{20.0, 5.0}, {1, 2}, 100.0, -2.0, NAN, 0}};
    numbers varied[NROW];
    char why[128];
    memcpy(varied, central, sizeof varied);
    varied[0].delta[0] += 1.5;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        analysis one, other;
        hp_error err = HP_ERROR_INIT;
        hp_budget budget;
        fill(&one, central, 1.0);
        fill(&other, varied, 1.0);
        hp_record_add_axis(&one.record, "source", 2);
        hp_record_add_axis(&other.record, "source", cases[i].sources);
        two[0].group = cases[i].group;
        assert_ok(compare(&one, (const analysis *const[]){&other}, 1, false, &budget, &err), &err);
        two[0].group = TIMES;
        assert_int_equal(budget.variation[0].enters, cases[i].listed == NULL);
        if (cases[i].listed != NULL) assert_contains(budget.variation[0].listed, cases[i].listed);
        const char *unknown = hp_budget_unknown(&budget, why, sizeof why);
        assert_int_equal(unknown == NULL, cases[i].unknown == NULL);
        if (unknown != NULL) assert_string_equal(unknown, cases[i].unknown);
        hp_budget_destroy(&budget);
        empty(&one);
        empty(&other);
    }
}

/* 172 degrees with a bound state and -4 without are 4 degrees apart. The second sample of the
 * alternative binds. */
static void phases_of_other_branches_are_compared_modulo_180_degrees(void **state) {
    (void)state;
    const numbers central[NROW] = {{{172.0, 150.0}, {-5, -2}, 20.0, -2.0, 1.5, 1},
                                   {{171.0, 150.0}, {-5, -2}, 20.0, -2.0, 1.5, 1},
                                   {{173.0, 150.0}, {-5, -2}, 20.0, -2.0, 1.5, 1},
                                   {{172.0, 150.0}, {-5, -2}, 20.0, -2.0, 1.5, 1}};
    const numbers varied[NROW] = {{{-4.0, -28.0}, {5, -2}, -10.0, 4.0, NAN, 0},
                                  {{-5.0, -28.0}, {5, -2}, -10.0, 4.0, NAN, 0},
                                  {{177.0, 152.0}, {5, -2}, -10.0, 4.0, 0.1, 1},
                                  {{-4.0, -28.0}, {5, -2}, -10.0, 4.0, NAN, 0}};
    analysis one, other;
    hp_error err = HP_ERROR_INIT;
    hp_budget budget;
    fill(&one, central, 1.0);
    fill(&other, varied, 1.0);
    assert_ok(compare(&one, (const analysis *const[]){&other}, 1, false, &budget, &err), &err);
    hp_band shift = hp_budget_shift(&budget, 0, HP_ROW_DELTA, 0);
    assert_close(shift.value, 4.0, 1e-13, 0); /* rounding of differences of 180 */
    assert_close(shift.error, 0.0, 0, 1e-12); /* all samples are 4 degrees apart */
    assert_true(budget.variation[0].other_bound_states);
    /* the phase band, 172 + 4, stays on its side of the pole at 180 degrees */
    assert_close(hp_budget_systematic(&budget, HP_ROW_KCOT, 0).plus, 10.0, 1e-14, 0);
    /* what is not bound is at threshold; one of three samples is 0.1 off: error^2 = 0.04/9 */
    assert_close(hp_budget_systematic(&budget, HP_ROW_BINDING, 0).minus,
                 sqrt(2.25 - 4.0 * 0.04 / 9.0), 1e-13, 0);
    /* -1/a0 passes zero: -10 < 0 < 20 */
    assert_close(hp_budget_systematic(&budget, HP_ROW_KCOT0, 0).minus, 30.0, 1e-14, 0);
    assert_true(isinf(hp_budget_systematic(&budget, HP_ROW_A0, 0).plus));
    hp_systematic inverse = hp_budget_systematic(&budget, HP_ROW_INVERSE_A0, 0);
    assert_close(inverse.plus, 30.0 / HP_HBARC_MEV_FM, 1e-14, 0); /* rounding */
    assert_close(inverse.minus, 0.0, 0, 0);
    hp_budget_destroy(&budget);
    empty(&one);
    empty(&other);
}

/* Close to 90 degrees the branch of samples is that of their average: 88 and 92, not 88 and -88. */
static void samples_take_the_branch_of_their_average(void **state) {
    (void)state;
    numbers central[NROW], varied[NROW];
    for (int i = 0; i < NROW; i++) {
        central[i] = (numbers){{100.0, 50.0}, {1, 2}, 20.0, -2.0, 1.5, 1};
        varied[i] = (numbers){{i > 0 ? 12.0 : 8.0, 50.0}, {1, 2}, 20.0, -2.0, NAN, 0};
    }
    analysis one, other;
    hp_error err = HP_ERROR_INIT;
    hp_budget budget;
    fill(&one, central, 1.0);
    fill(&other, varied, 1.0);
    assert_ok(compare(&one, (const analysis *const[]){&other}, 1, false, &budget, &err), &err);
    const double *shift = budget.variation[0].shift; /* of delta, the first row */
    assert_close(shift[0], 88.0, 1e-14, 0);          /* rounding of a remainder */
    for (size_t i = 1; i < NROW; i++) assert_close(shift[i * budget.length], 92.0, 1e-14, 0);
    hp_budget_destroy(&budget);
    empty(&one);
    empty(&other);
}

static void kcot_has_no_bound_across_a_pole(void **state) {
    (void)state;
    numbers central[NROW], varied[NROW];
    for (int i = 0; i < NROW; i++) {
        central[i] = (numbers){{20.0, 1.0}, {100.0, 5000.0}, 90.0, -2.0, NAN, 0};
        varied[i] = (numbers){{19.0, -1.0}, {105.0, -5000.0}, 95.0, -1.8, NAN, 0};
    }
    analysis one, other;
    hp_error err = HP_ERROR_INIT;
    hp_budget budget;
    fill(&one, central, 1.0);
    fill(&other, varied, 1.0);
    assert_ok(compare(&one, (const analysis *const[]){&other}, 1, false, &budget, &err), &err);
    assert_close(hp_budget_systematic(&budget, HP_ROW_KCOT, 0).plus, 5.0, 0, 0);
    assert_close(hp_budget_systematic(&budget, HP_ROW_DELTA, 1).minus, 2.0, 0, 0);
    assert_true(isinf(hp_budget_systematic(&budget, HP_ROW_KCOT, 1).plus));
    assert_true(isinf(hp_budget_systematic(&budget, HP_ROW_KCOT, 1).minus));
    assert_close(hp_budget_systematic(&budget, HP_ROW_A0, 0).plus, 0.2, 1e-14, 0); /* rounding */
    hp_budget_destroy(&budget);
    empty(&one);
    empty(&other);
}

static void analyses_of_other_samples_are_refused(void **state) {
    (void)state;
    const numbers rows[NROW] = {{{1, 2}, {1, 2}, 1, 1, 1, 1}};
    analysis one, other;
    hp_error err = HP_ERROR_INIT;
    hp_budget budget;
    fill(&one, rows, 1.0);
    fill(&other, rows, 1.0);
    other.record.group[HP_SAMPLES].n = 2;
    assert_status(compare(&one, (const analysis *const[]){&other}, 1, false, &budget, &err),
                  HP_ERR_INTERNAL, &err);
    hp_budget_destroy(&budget);
    empty(&one);
    empty(&other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_within_two_errors_is_noise),
        cmocka_unit_test(noise_claims_little),
        cmocka_unit_test(groups_add_in_quadrature),
        cmocka_unit_test(errors_of_shifts_are_those_of_differences),
        cmocka_unit_test(alternatives_that_are_cut_off_do_not_enter),
        cmocka_unit_test(a_central_fit_that_fails_has_no_systematic_error),
        cmocka_unit_test(what_has_no_samples_has_no_systematic_error),
        cmocka_unit_test(what_is_no_choice_about_data_is_listed),
        cmocka_unit_test(phases_of_other_branches_are_compared_modulo_180_degrees),
        cmocka_unit_test(samples_take_the_branch_of_their_average),
        cmocka_unit_test(kcot_has_no_bound_across_a_pole),
        cmocka_unit_test(analyses_of_other_samples_are_refused),
    };
    return cmocka_run_group_tests_name("pipeline/budget", tests, NULL, NULL);
}
