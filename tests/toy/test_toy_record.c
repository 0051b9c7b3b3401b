// SPDX-License-Identifier: GPL-3.0-or-later
/* What the record of a toy says of it, and what is noted: a small one after two steps, whose
 * results are then made up. */
#include "notes.h"
#include "toy_case.h"

#include "hadpot/network_fit.h"

/* Of a fit that converged to the truth, of which there is nothing to note. */
static void open_toy(const char *name, const char *const *sets, outcome *out) {
    learn(name, sets, out);
    hp_toy *toy = &out->toy;
    const hp_record *record = &toy->learned.record;
    *hp_record_at(record, toy->vector, HP_ROW_CONVERGED) = 1.0;
    *hp_record_at(record, toy->vector, HP_ROW_EDGE) = 0.0;
    *hp_record_at(record, toy->vector, HP_ROW_NBOUND) =
        *hp_record_read(&toy->exact.record, toy->exact_vector, HP_ROW_NBOUND);
}

static void open_separable(outcome *out) {
    static const char *const sets[] = {"training.steps=2", "data.points=30",
                                       "results.momentum_space=false", "results.u_points=4", NULL};
    open_toy("separable_converged", sets, out);
}

static void describe(outcome *out) {
    hp_error err = HP_ERROR_INIT;
    out->toy.learned.record.nnote = out->toy.learned.record.nfact = 0;
    assert_ok(hp_toy_describe(&out->toy, &err), &err);
}

/* Beside the truth stands what was learned. */
static void truth_and_data_are_constant_rows(void **state) {
    (void)state;
    outcome out;
    open_separable(&out);
    describe(&out);
    const hp_toy *toy = &out.toy;
    const hp_record *record = &toy->learned.record;
    size_t n = (size_t)toy->data.n, nk = (size_t)toy->data.nk;
    assert_memory_equal(constants(record, "data/wave"), toy->data.R, n * nk * sizeof(double));
    assert_memory_equal(constants(record, "data/prediction"), toy->learned.prediction,
                        n * nk * sizeof(double));
    assert_memory_equal(constants(record, "exact/u_mev_fm3"), toy->U_exact, 4 * 4 * sizeof(double));
    assert_memory_equal(constants(record, "exact/delta_deg"),
                        hp_record_read(&toy->exact.record, toy->exact_vector, HP_ROW_DELTA),
                        hp_record_count(record, HP_ROW_DELTA) * sizeof(double));
    assert_null(hp_record_find(record, "exact/f")); /* of kind partial */
    assert_string_equal(record->sheet[0].name, "training");
    assert_int_equal(record->sheet[0].nline, toy->log.count);
    end(&out);
}

static void facts_are_those_of_fit_and_truth(void **state) {
    (void)state;
    outcome out;
    open_separable(&out);
    out.toy.comparison.u_error = 0.0625;
    out.toy.comparison.v_error = NAN; /* there is no local part */
    *hp_record_at(&out.toy.learned.record, out.toy.vector, HP_ROW_LOSS) = 0.5;
    describe(&out);
    const hp_record *record = &out.toy.learned.record;
    assert_close(fact_of_key(record, "u_relative_l2_error")->number[0], 0.0625, 0, 0);
    assert_null(fact_of_key(record, "v_largest_relative_error"));
    assert_close(fact_of_key(record, "loss")->number[0], 0.5, 0, 0);
    assert_int_equal(fact_of_key(record, "converged")->integer[0], 1);
    assert_int_equal(fact_of_key(record, "potential_ends_in_range")->integer[0], 1);
    assert_close(fact_of_key(record, "exact/scattering_length_fm")->number[0],
                 *hp_record_read(&out.toy.exact.record, out.toy.exact_vector, HP_ROW_A0), 0, 0);
    assert_string_equal(record->headline, "loss 0.5, fit converged");
    assert_only_note(record, NULL);
    end(&out);
}

static void fits_that_did_not_converge_are_noted(void **state) {
    (void)state;
    outcome out;
    open_separable(&out);
    *hp_record_at(&out.toy.learned.record, out.toy.vector, HP_ROW_CONVERGED) = 0.0;
    *hp_record_at(&out.toy.learned.record, out.toy.vector, HP_ROW_EPOCHS) = 2.0;
    describe(&out);
    assert_only_note(&out.toy.learned.record,
                     "the fit did not converge (stopped after 2 of training.steps = 2)");
    assert_contains(out.toy.learned.record.headline, "fit NOT converged");
    out.toy.potential.training.optimiser = HP_ADAM;
    out.toy.potential.training.epochs = 300;
    describe(&out);
    assert_only_note(&out.toy.learned.record,
                     "the fit did not converge (stopped after 2 of training.epochs = 300)");
    end(&out);
}

static void potentials_that_are_cut_off_are_noted(void **state) {
    (void)state;
    outcome out;
    open_separable(&out);
    *hp_record_at(&out.toy.learned.record, out.toy.vector, HP_ROW_EDGE) =
        1.01 * out.job->results.max_edge_ratio;
    describe(&out);
    assert_int_equal(out.toy.learned.record.nnote, 1);
    assert_contains(out.toy.learned.record.note[0].text, "the potential is cut off at ");
    end(&out);
}

static void other_numbers_of_bound_states_are_noted(void **state) {
    (void)state;
    outcome out;
    open_separable(&out);
    *hp_record_at(&out.toy.exact.record, out.toy.exact_vector, HP_ROW_NBOUND) = 0.0;
    *hp_record_at(&out.toy.learned.record, out.toy.vector, HP_ROW_NBOUND) = 2.0;
    describe(&out);
    assert_only_note(&out.toy.learned.record,
                     "the learned potential has 2 bound states, the true one 0: their phase shifts "
                     "differ by multiples of 180 degrees at threshold");
    *hp_record_at(&out.toy.learned.record, out.toy.vector, HP_ROW_NBOUND) = NAN; /* not found */
    describe(&out);
    assert_only_note(&out.toy.learned.record, NULL);
    end(&out);
}

static void what_was_not_found_is_noted(void **state) {
    (void)state;
    outcome out;
    open_separable(&out);
    snprintf(out.toy.trouble, sizeof out.toy.trouble, "no solution");
    describe(&out);
    assert_only_note(&out.toy.learned.record,
                     "observables of the learned potential that are nan were not found: no "
                     "solution");
    end(&out);
}

static void potentials_that_are_not_symmetric_are_noted(void **state) {
    (void)state;
    outcome out;
    open_separable(&out);
    out.toy.learned.observables.asymmetric = true;
    describe(&out);
    assert_only_note(&out.toy.learned.record,
                     "the learned potential is not symmetric: no second solver, so no numerical "
                     "error is given; bound states are counted, their energies are not given");
    end(&out);
}

/* f of kind partial: potential.csv has it, the true one and what it contributes. */
static void partial_toys_compare_f(void **state) {
    (void)state;
    static const char *const sets[] = {"data.points=126", "training.steps=2",
                                       "potential.f_layers=[4,1]", NULL};
    outcome out;
    open_toy("partial", sets, &out);
    describe(&out);
    const hp_toy *toy = &out.toy;
    const hp_record *record = &toy->learned.record;
    size_t size = (size_t)toy->data.n * sizeof(double);
    assert_memory_equal(constants(record, "exact/f"), toy->f_exact, size);
    assert_memory_equal(constants(record, "exact/contribution"), toy->contribution, size);
    assert_string_equal(hp_record_find(record, "exact/f")->row.table, "potential");
    assert_string_equal(hp_record_find(record, HP_ROW_F)->row.column, "f");
    end(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(truth_and_data_are_constant_rows),
        cmocka_unit_test(facts_are_those_of_fit_and_truth),
        cmocka_unit_test(fits_that_did_not_converge_are_noted),
        cmocka_unit_test(potentials_that_are_cut_off_are_noted),
        cmocka_unit_test(other_numbers_of_bound_states_are_noted),
        cmocka_unit_test(what_was_not_found_is_noted),
        cmocka_unit_test(potentials_that_are_not_symmetric_are_noted),
        cmocka_unit_test(partial_toys_compare_f),
    };
    return cmocka_run_group_tests_name("toy/record", tests, NULL, NULL);
}
