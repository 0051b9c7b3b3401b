// SPDX-License-Identifier: GPL-3.0-or-later
/* The rows of observables as files: phase_shift.csv and observables.csv. */
#include "notes_case.h"

#include "hadpot/results.h"

/* The table of this name. */
static void read_table(const scene *s, const char *name, char *text, size_t size) {
    hp_error err = HP_ERROR_INIT;
    char folder[64], path[96];
    int number = 0;
    while (number < s->record.ntable && strcmp(s->record.table[number].name, name) != 0) number++;
    assert_true(number < s->record.ntable);
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/table.csv", folder);
    assert_ok(hp_results_save_table(&s->record, number, path, &err), &err);
    assert_int_equal(hp_test_run(text, size, "cat '%s'", path), 0);
    hp_test_remove_folder(folder);
}

/* Numbers of a job file as they were written, errors from the jackknife rows, notes above. */
static void phase_shifts_are_written_exactly(void **state) {
    (void)state;
    char output[2048];
    scene s;
    open_scene(&s);
    set(&s, HP_ROW_DELTA_NUMERICAL, 1, 0.25);
    hp_observables_note(&s.observables, 0.1, &s.record);
    read_table(&s, "phase_shift", output, sizeof output);
    assert_contains(output, ", a channel\n# warning: the two solvers differ by 0.25 degrees at "
                            "e_cm = 10.67 MeV, not small against the statistical error");
    assert_contains(output,
                    "\n# delta: S-wave phase shift, continuous in k, n*180 deg at threshold "
                    "with n bound states\n# k cot delta = -1/a0 + r_eff k^2/2 + ...; "
                    "e_cm = k^2/(2 mu)\n");
    assert_contains(output, "\nk2_lat,k_mev,e_cm_mev,delta_deg,delta_deg_err,kcot_mev,"
                            "kcot_mev_err,delta_numerical_error\n0.00484848,69.6310");
    assert_contains(output, ",0.5,0,0,0,0\n0.0106667,");
    assert_contains(output, ",0.7,2.309401076758503,0,0,0.25\n");
    close_scene(&s);
}

static void numbers_of_states_follow_the_threshold(void **state) {
    (void)state;
    char output[2048];
    scene s;
    open_scene(&s);
    set(&s, HP_ROW_A0_NUMERICAL, 0, 0.03125);
    set(&s, HP_ROW_RMS_NUMERICAL, 0, 0.25);
    read_table(&s, "observables", output, sizeof output);
    assert_contains(output, "\nquantity,value,error,numerical_error\n"
                            "scattering_length_fm,1.5,1.1547005383792515,0.03125\n"
                            "effective_range_fm,1,0,0\n"
                            "kcot_threshold_mev,0,0,nan\n"
                            "bound_states,1,0,nan\n"
                            "binding_energy_1_mev,2,0,0\n"
                            "rms_1_fm,3,0,0.25\n");
    close_scene(&s);
}

/* What all of them are when the solvers found nothing. */
static void forgotten_observables_are_nan(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    static const hp_row other = {.path = "training/loss", .unit = "1", .text = "not of ours"};
    size_t length = s.record.length;
    double *vector = hp_alloc(length + 1, sizeof *vector);
    assert_non_null(vector);
    hp_record_add_rows(&s.record, &other, 1);
    hp_observables_forget(&s.record, vector);
    for (size_t i = 0; i < length; i++) assert_true(isnan(vector[i]));
    assert_close(vector[length], 0.0, 0, 0);
    hp_free(vector);
    close_scene(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phase_shifts_are_written_exactly),
        cmocka_unit_test(numbers_of_states_follow_the_threshold),
        cmocka_unit_test(forgotten_observables_are_nan),
    };
    return cmocka_run_group_tests_name("observables/rows", tests, NULL, NULL);
}
