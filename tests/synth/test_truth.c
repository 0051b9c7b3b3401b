// SPDX-License-Identifier: GPL-3.0-or-later
#include "support.h"

#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "synth_case.h"

static hp_status make_truth(synth_case *one, hp_error *err) {
    hp_synth_truth truth;
    hp_status status = hp_synth_truth_create(synth_case_link(one), &truth, err);
    if (status == HP_OK) status = hp_synth_write_truth(&one->job, &truth, err);
    hp_synth_truth_destroy(&truth);
    return status;
}

static void write_truth(synth_case *one, char *text, size_t size) {
    hp_error err = HP_ERROR_INIT;
    assert_ok(make_truth(one, &err), &err);
    FILE *in = fopen(one->truth, "r");
    assert_non_null(in);
    text[fread(text, 1, size - 1, in)] = '\0';
    fclose(in);
}

/* Number `index` of the list, or the number, behind "key:". */
static double number(const char *text, const char *key, int index) {
    char label[64];
    snprintf(label, sizeof label, "%s:", key);
    const char *at = strstr(text, label);
    assert_non_null(at);
    at += strlen(label);
    for (;; index--) {
        at += strspn(at, " [\n,");
        char *end;
        double value = strtod(at, &end);
        assert_true(end > at);
        if (index == 0) return value;
        at = end;
    }
}

/* The Omega-Omega potential of Gongyo et al., PRL 120 (2018) 212001, recomputed to 5 digits. */
static void omega_omega_has_its_threshold_parameters(void **state) {
    (void)state;
    const double c[] = {914, 305, -112}, d[] = {0.143, 0.305, 0.949};
    synth_case one;
    synth_case_create(&one);
    memcpy(one.amplitudes, c, sizeof c);
    memcpy(one.ranges, d, sizeof d);
    one.ngaussian = 3;
    one.job.mass_1_mev = 1711.53;
    char text[4096], unequal[4096];
    write_truth(&one, text, sizeof text);
    /* half a unit of the last digit given */
    assert_close(number(text, "scattering_length_fm", 0), 4.4896, 0, 5e-5);
    assert_close(number(text, "effective_range_fm", 0), 1.2671, 0, 5e-5);
    assert_true(number(text, "bound_states", 0) == 1);
    one.job.mass_1_mev = 1711.53 * 0.75; /* the same reduced mass */
    one.job.mass_2_mev = 1711.53 * 1.5;
    write_truth(&one, unequal, sizeof unequal);
    /* solver in double precision, conditioned by a0/range ~ 10 */
    assert_close(number(unequal, "scattering_length_fm", 0),
                 number(text, "scattering_length_fm", 0), 1e-10, 0);
    assert_true(number(unequal, "mass_2_mev", 0) == 1711.53 * 1.5);
    synth_case_destroy(&one);
}

static void phase_shifts_are_those_of_the_stated_energies(void **state) {
    (void)state;
    const double pi = 3.14159265358979324;
    synth_case one;
    synth_case_create(&one);
    one.energies[0] = 1e-4;
    char text[4096];
    write_truth(&one, text, sizeof text);
    for (int i = 0; i < 3; i++) {
        double k = number(text, "k_mev", i), delta = number(text, "delta_deg", i) * pi / 180;
        assert_true(number(text, "e_cm_mev", i) == one.energies[i]);
        /* rounding */
        assert_close(k, sqrt(3571.3 * one.energies[i]), 1e-14, 0);
        /* rounding, divided by sin(delta)^2 of the lowest energy, 2e-4 */
        assert_close(number(text, "kcot_mev", i), k / tan(delta), 1e-9, 0);
    }
    double k = number(text, "k_mev", 0), a0 = number(text, "scattering_length_fm", 0);
    double bound = number(text, "bound_states", 0);
    assert_true(bound == 1);
    assert_true(fabs(number(text, "delta_deg", 0) - 180) < 5); /* Levinson */
    double range = number(text, "effective_range_fm", 0), hbarc = 197.3269804;
    /* the shape term, of order (k range)^4, is 1e-9 at k = 0.6 MeV */
    assert_close(number(text, "kcot_mev", 0), -hbarc / a0 + range / hbarc * k * k / 2, 1e-8, 0);
    synth_case_destroy(&one);
}

static void text_and_numbers_come_back_as_they_were(void **state) {
    (void)state;
    synth_case one;
    synth_case_create(&one);
    one.job.channel =
        (char *)"yes: \"5\"";  /* a truth value, a mapping, a number, were it not quoted */
    one.ranges[0] = 0.1 + 0.2; /* needs 17 digits */
    char text[4096];
    write_truth(&one, text, sizeof text);
    assert_contains(text, "channel: \"yes: \\\"5\\\"\"\n");
    assert_contains(text, "amplitudes_mev: [61.5, -112.3]\n");
    assert_contains(text, "k cot delta = -1/a0 + r_eff k^2/2");
    assert_true(number(text, "ranges_fm", 0) == 0.1 + 0.2);
    assert_true(number(text, "mass_2_mev", 0) == 3571.3);
    assert_true(number(text, "inverse_spacing_mev", 0) == 2173.9);
    one.amplitudes[0] = one.amplitudes[1] = 0; /* a0 = 0: k cot delta and r_eff are infinite */
    write_truth(&one, text, sizeof text);
    assert_contains(text, "effective_range_fm: .inf\n");
    synth_case_destroy(&one);
}

static void path_is_beside_the_ensemble_unless_given(void **state) {
    (void)state;
    const char *rows[][3] = {{"a/b.h5", "", "a/b_truth.yaml"},
                             {"a.h5/b", "", "a.h5/b_truth.yaml"},
                             {"h5", "", "h5_truth.yaml"},
                             {"a/b.h5", "c.yaml", "c.yaml"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        hp_error err = HP_ERROR_INIT;
        hp_synth_job job = {.output = (char *)rows[i][0], .truth = (char *)rows[i][1]};
        char *path;
        assert_ok(hp_synth_truth_path(&job, &path, &err), &err);
        assert_string_equal(path, rows[i][2]);
        hp_free(path);
    }
}

static void errors_are_reported(void **state) {
    (void)state;
    synth_case one;
    synth_case_create(&one);
    hp_error err = HP_ERROR_INIT;
    one.energies[2] = 1e12; /* no grid follows such a wave */
    assert_status(make_truth(&one, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "phase_shifts.energies_mev: a potential that reaches to");
    hp_error_clear(&err);
    one.energies[2] = 48.6;
    one.ranges[0] = -1;
    assert_status(make_truth(&one, &err), HP_ERR_INPUT, &err);
    hp_error_clear(&err);
    one.ranges[0] = 0.3;
    one.job.truth = (char *)"/nowhere/at/all.yaml";
    assert_status(make_truth(&one, &err), HP_ERR_IO, &err);
    assert_contains(
        err.message,
        "/nowhere/at/all.yaml: cannot create \"/nowhere/at/.all.yaml.tmp\": No such file");
    hp_error_clear(&err);
    one.job.truth = (char *)"";
    one.job.channel = (char *)"\xff"; /* not UTF-8: fails in the middle of the file */
    assert_status(make_truth(&one, &err), HP_ERR_IO, &err);
    assert_contains(err.message, "not UTF-8");
    char output[256];
    assert_int_equal(hp_test_run(output, sizeof output, "ls %s", one.folder), 0);
    assert_string_equal(output, "");
    synth_case_destroy(&one);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(omega_omega_has_its_threshold_parameters),
        cmocka_unit_test(phase_shifts_are_those_of_the_stated_energies),
        cmocka_unit_test(text_and_numbers_come_back_as_they_were),
        cmocka_unit_test(path_is_beside_the_ensemble_unless_given),
        cmocka_unit_test(errors_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
