// SPDX-License-Identifier: GPL-3.0-or-later
/* The rules of the error budget on numbers made by hand: groups in quadrature, failing
 * alternatives, other numbers of bound states, poles, and how values are quoted. */
#include "support.h"

#include <math.h>
#include <string.h>
#include "hadpot/budget.h"

enum { TIMES, SOURCES, ANSATZ, NROW = 4 }; /* the average and three samples */

/* What the rows of an analysis hold: two momenta and one bound state. */
typedef struct numbers {
    double delta[2], kcot[2], kcot0, a0, binding, nbound;
} numbers;

/* Results of hand-made rows, for as long as the struct lives. */
typedef struct analysis {
    hp_job job;
    hp_record record;
    hp_results results;
    double *rows;
} analysis;

static void fill(analysis *made, const numbers *row, double chi2) {
    const size_t extent[HP_NAXIS] = {
        [HP_AXIS_K] = 2, [HP_AXIS_BOUND] = 1, [HP_AXIS_FITTED] = 1, [HP_AXIS_CHI2] = 1};
    *made = (analysis){.rows = NULL};
    hp_layout_fill(&made->record, extent);
    made->rows = test_calloc(NROW * made->record.length, sizeof *made->rows);
    for (int i = 0; i < NROW; i++) {
        double *vector = made->rows + (size_t)i * made->record.length;
        memcpy(hp_record_at(&made->record, vector, HP_ROW_DELTA), row[i].delta, sizeof row->delta);
        memcpy(hp_record_at(&made->record, vector, HP_ROW_KCOT), row[i].kcot, sizeof row->kcot);
        *hp_record_at(&made->record, vector, HP_ROW_KCOT0) = row[i].kcot0;
        *hp_record_at(&made->record, vector, HP_ROW_A0) = row[i].a0;
        *hp_record_at(&made->record, vector, HP_ROW_BINDING) = row[i].binding;
        *hp_record_at(&made->record, vector, HP_ROW_NBOUND) = row[i].nbound;
        *hp_record_at(&made->record, vector, HP_ROW_CHI2) = chi2;
        *hp_record_at(&made->record, vector, HP_ROW_CONVERGED) = 1.0;
    }
    made->job.results.max_chi2_per_point = 2.0;
    made->job.results.max_edge_ratio = 0.01;
    made->job.results.variations_that_fail = "exclude";
    made->results = (hp_results){.record = &made->record,
                                 .rows = made->rows,
                                 .nsample = NROW - 1,
                                 .ncomputed = NROW - 1,
                                 .job = &made->job};
}

static void groups_add_in_quadrature(void **state) {
    (void)state;
    const double shift[] = {3.0, -1.0, 4.0, 2.0, -2.5, -9.0, NAN};
    const int group[] = {TIMES, TIMES, ANSATZ, ANSATZ, SOURCES, SOURCES, SOURCES};
    const bool enters[] = {true, true, true, true, true, false, true};
    hp_systematic both = hp_budget_combine(shift, group, enters, 7);
    assert_close(both.plus, 5.0, 0, 0);                   /* sqrt(9 + 16), exact in doubles */
    assert_close(both.minus, sqrt(1.0 + 6.25), 1e-15, 0); /* rounding of a root */
    both = hp_budget_combine(shift, group, enters, 1);
    assert_close(both.plus, 3.0, 0, 0);
    assert_close(both.minus, 0.0, 0, 0);
    both = hp_budget_combine(shift + 5, group + 5, enters + 5, 1); /* none enters */
    assert_true(isnan(both.plus) && isnan(both.minus));
}

static const hp_alternative two[] = {{.group = TIMES, .number = 1, .name = "times_1"},
                                     {.group = TIMES, .number = 2, .name = "times_2"}};

static hp_status compare(const hp_results *central, const hp_results *varied, int count,
                         hp_budget *budget, hp_error *err) {
    hp_status status = HP_OK;
    HP_TRY(hp_budget_create(central, two, count, budget, err));
    for (int v = 0; v < count; v++) HP_TRY(hp_budget_add(budget, v, &varied[v], err));
    HP_TRY(hp_budget_finish(budget, err));
cleanup:
    return status;
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
    const hp_results results[] = {other.results, bad.results};
    assert_ok(compare(&one.results, results, 2, &budget, &err), &err);
    hp_band shift = hp_budget_shift(&budget, 0, HP_ROW_DELTA, 0);
    assert_close(shift.value, 1.5, 1e-14, 0); /* rounding of a difference of 20 */
    /* (N-1)/sqrt(N (N-1)) sqrt(0.02) for N = 3 */
    assert_close(shift.error, sqrt(2.0 / 3.0 * 0.02), 1e-12, 0);
    assert_true(budget.variation[0].enters);
    assert_false(budget.variation[1].enters);
    assert_contains(budget.variation[1].reason, "does not describe its data");
    hp_systematic both = hp_budget_systematic(&budget, HP_ROW_DELTA, 0);
    assert_close(both.plus, 1.5, 1e-14, 0);
    assert_close(both.minus, 0.0, 0, 0);
    assert_true(isnan(hp_budget_systematic(&budget, HP_ROW_BINDING, 0).plus)); /* there is none */
    hp_budget_destroy(&budget);
    /* not the alternative that describes its data: nothing is known, at poles as well */
    assert_ok(compare(&one.results, &bad.results, 1, &budget, &err), &err);
    assert_false(hp_budget_any_enters(&budget));
    assert_true(isnan(hp_budget_systematic(&budget, HP_ROW_DELTA, 0).plus));
    assert_true(isnan(hp_budget_systematic(&budget, HP_ROW_KCOT, 0).minus));
    hp_budget_destroy(&budget);
    one.job.results.variations_that_fail = "include";
    assert_ok(compare(&one.results, results, 2, &budget, &err), &err);
    assert_close(hp_budget_systematic(&budget, HP_ROW_DELTA, 0).plus, 8.5, 1e-14, 0);
    hp_budget_destroy(&budget);
    test_free(one.rows);
    test_free(other.rows);
    test_free(bad.rows);
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
    assert_ok(compare(&one.results, &other.results, 1, &budget, &err), &err);
    hp_band shift = hp_budget_shift(&budget, 0, HP_ROW_DELTA, 0);
    assert_close(shift.value, 4.0, 1e-13, 0); /* rounding of differences of 180 */
    assert_close(shift.error, 0.0, 0, 1e-12); /* all samples are 4 degrees apart */
    assert_true(budget.variation[0].other_bound_states);
    /* the phase band, 172 + 4, stays on its side of the pole at 180 degrees */
    assert_close(hp_budget_systematic(&budget, HP_ROW_KCOT, 0).plus, 10.0, 1e-14, 0);
    /* what is not bound is at threshold */
    assert_close(hp_budget_systematic(&budget, HP_ROW_BINDING, 0).minus, 1.5, 1e-14, 0);
    /* -1/a0 passes zero: -10 < 0 < 20 */
    assert_close(hp_budget_systematic(&budget, HP_ROW_KCOT0, 0).minus, 30.0, 1e-14, 0);
    assert_true(isinf(hp_budget_systematic(&budget, HP_ROW_A0, 0).plus));
    hp_budget_destroy(&budget);
    test_free(one.rows);
    test_free(other.rows);
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
    assert_ok(compare(&one.results, &other.results, 1, &budget, &err), &err);
    assert_close(hp_budget_systematic(&budget, HP_ROW_KCOT, 0).plus, 5.0, 0, 0);
    assert_close(hp_budget_systematic(&budget, HP_ROW_DELTA, 1).minus, 2.0, 0, 0);
    assert_true(isinf(hp_budget_systematic(&budget, HP_ROW_KCOT, 1).plus));
    assert_true(isinf(hp_budget_systematic(&budget, HP_ROW_KCOT, 1).minus));
    assert_close(hp_budget_systematic(&budget, HP_ROW_A0, 0).plus, 0.2, 1e-14, 0); /* rounding */
    hp_budget_destroy(&budget);
    test_free(one.rows);
    test_free(other.rows);
}

static void analyses_of_other_samples_are_refused(void **state) {
    (void)state;
    const numbers rows[NROW] = {{{1, 2}, {1, 2}, 1, 1, 1, 1}};
    analysis one, other;
    hp_error err = HP_ERROR_INIT;
    hp_budget budget;
    fill(&one, rows, 1.0);
    fill(&other, rows, 1.0);
    other.results.ncomputed = 2;
    assert_status(compare(&one.results, &other.results, 1, &budget, &err), HP_ERR_INTERNAL, &err);
    hp_budget_destroy(&budget);
    test_free(one.rows);
    test_free(other.rows);
}

static void check_quoted(hp_band band, double plus, double minus, const char *expected) {
    char text[128];
    hp_format_quoted(band, plus, minus, text, sizeof text);
    assert_string_equal(text, expected);
}

static void systematic_errors_have_the_unit_of_the_statistical_one(void **state) {
    (void)state;
    check_quoted((hp_band){8.34, 0.64}, 1.2, 0.4, "8.34(64)(+120)(-40)");
    check_quoted((hp_band){8.34, 1.64}, 1.23, 0.0, "8.3(1.6)(+1.2)(-0.0)");
    check_quoted((hp_band){175.4, 18.6}, 6.2, 62.1, "175(19)(+6)(-62)");
    check_quoted((hp_band){12347.0, 230.4}, 96.0, 104.0, "12350(230)(+100)(-100)");
    check_quoted((hp_band){8.34, 0.64}, INFINITY, 0.4, "8.34(64)(+inf)(-40)");
    check_quoted((hp_band){8.34, NAN}, 1.2, 0.4, "8.34(+1.2)(-0.4)");
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
        cmocka_unit_test(groups_add_in_quadrature),
        cmocka_unit_test(errors_of_shifts_are_those_of_differences),
        cmocka_unit_test(phases_of_other_branches_are_compared_modulo_180_degrees),
        cmocka_unit_test(kcot_has_no_bound_across_a_pole),
        cmocka_unit_test(analyses_of_other_samples_are_refused),
        cmocka_unit_test(systematic_errors_have_the_unit_of_the_statistical_one),
        cmocka_unit_test(variations_change_no_checksum_of_a_job),
    };
    return cmocka_run_group_tests_name("results/budget", tests, NULL, NULL);
}
