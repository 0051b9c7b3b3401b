// SPDX-License-Identifier: GPL-3.0-or-later
/* The rows of observables as files: phase_shift.csv and observables.csv. */
#include "notes.h"
#include "notes_case.h"

#include "hadpot/results.h"
#include "hadpot/units.h"

#define CROSS_SECTION "scattering/cross_section"

/* The table of this name. */
static void read_table(const scene *s, const char *name, char *text, size_t size) {
    hp_error err = HP_ERROR_INIT;
    char folder[64], path[96];
    int number = 0;
    while (number < s->record.ntable && strcmp(s->record.table[number].name, name) != 0) number++;
    assert_true(number < s->record.ntable);
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/table.csv", folder);
    assert_ok(hp_results_save_table(&(hp_results_part){&s->record, number}, path, &err), &err);
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
    set(&s, CROSS_SECTION "_fm2", 0, 0.125);
    spread(&s, CROSS_SECTION "_fm2", 1, 0.5, 1.0);
    set(&s, CROSS_SECTION "_mb", 0, 1.25);
    hp_observables_note(&s.observables, 0.1, &s.record);
    read_table(&s, "phase_shift", output, sizeof output);
    assert_contains(output, ", a channel\n# warning: the two solvers differ by 0.25 degrees at "
                            "e_cm = 10.67 MeV, not small against the statistical error");
    assert_contains(
        output,
        "\n# delta: S-wave phase shift, continuous in k, n*180 deg at threshold "
        "with n bound states\n# k cot delta = -1/a0 + r_eff k^2/2 + ...; " HP_ENERGY_CONVENTION
        "\n");
    assert_contains(output, "\nk2_lat,k_mev,e_cm_mev,delta_deg,delta_deg_err,kcot_mev,"
                            "kcot_mev_err,delta_numerical_error,cross_section_fm2,"
                            "cross_section_fm2_err,cross_section_mb,cross_section_mb_err\n"
                            "0.00484848,69.6310");
    assert_contains(output, ",0.5,0,0,0,0,0.125,0,1.25,0\n0.0106667,");
    /* delta = 0.7(2.3) may be 0, where k cot delta has a pole and so no error */
    assert_contains(output, ",0.7,2.309401076758503,0,inf,0.25,0.5,1.1547005383792515,0,0\n");
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
    assert_contains(output, "bound states deepest first, " HP_BINDING_CONVENTION
                            "\nquantity,value,error,numerical_error\n"
                            "scattering_length_fm,1.5,1.1547005383792515,0.03125\n"
                            "effective_range_fm,1,0,0\n"
                            "kcot_threshold_mev,0,0,nan\n"
                            "inverse_scattering_length_per_fm,0.75,0,nan\n"
                            "bound_states,1,0,nan\n"
                            "binding_energy_1_mev,2,0,0\n"
                            "rms_1_fm,3,0,0.25\n");
    close_scene(&s);
}

/* 4 pi sin^2(delta)/k^2 with sin^2(90) = 1 and sin^2(30) = 1/4; k cot delta = hbar c/(1 fm). */
static void derived_rows_follow_from_others(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    double *vector = s.samples.value, *delta = hp_record_at(&s.record, vector, HP_ROW_DELTA);
    double unit = HP_HBARC_MEV_FM / 1000.0;
    delta[0] = 90.0;
    delta[1] = 180.0 + 30.0; /* no matter on which branch */
    *hp_record_at(&s.record, vector, HP_ROW_KCOT0) = HP_HBARC_MEV_FM;
    hp_record_derive(&s.record, vector);
    const double *fm2 = hp_record_read(&s.record, vector, CROSS_SECTION "_fm2");
    const double *mb = hp_record_read(&s.record, vector, CROSS_SECTION "_mb");
    for (size_t k = 0; k < 2; k++) {
        double expected = 4 * M_PI * unit * unit / s.k2[k] * (k == 0 ? 1.0 : 0.25);
        assert_close(fm2[k], expected, 1e-14, 0); /* rounding of the angle and of k */
        assert_close(mb[k], 10.0 * expected, 1e-14, 0);
    }
    assert_close(*hp_record_read(&s.record, vector, HP_ROW_INVERSE_A0), -1.0, 0, 0);
    size_t nedge = hp_record_count(&s.record, HP_ROW_PANEL_EDGES);
    double *edge = hp_record_at(&s.record, vector, HP_ROW_PANEL_EDGES);
    for (size_t used = 2; used <= nedge; used += nedge - 2) { /* one panel, and all */
        for (size_t i = 0; i < nedge; i++) edge[i] = (double)(i < used ? i : used - 1);
        hp_record_derive(&s.record, vector);
        assert_close(*hp_record_read(&s.record, vector, "scattering/panels"), used - 1.0, 0, 0);
    }
    close_scene(&s);
}

/* Where it stands on the last screen; what is compared in the budget, has covariances, or a key of
 * its own in the summary. */
static void rows_have_their_roles(void **state) {
    (void)state;
    enum { BOTH = HP_SUMMARY | HP_BUDGET | HP_DRAWN };
    static const struct {
        const char *path;
        int place;
        unsigned roles;
        const char *summary;
    } cases[] = {{HP_ROW_DELTA, 6, HP_BUDGET | HP_COVARIANCE | HP_DRAWN, NULL},
                 {HP_ROW_KCOT, 0, HP_BUDGET | HP_COVARIANCE | HP_DRAWN, NULL},
                 {HP_ROW_DELTA_NUMERICAL, 0, HP_BARE, NULL},
                 {CROSS_SECTION "_fm2", 0, BOTH, "cross_section_fm2"},
                 {CROSS_SECTION "_mb", 0, BOTH, "cross_section_mb"},
                 {HP_ROW_A0, 1, BOTH, "scattering_length_fm"},
                 {HP_ROW_REFF, 2, BOTH, "effective_range_fm"},
                 {HP_ROW_KCOT0, 0, BOTH, "kcot_threshold_mev"},
                 {HP_ROW_INVERSE_A0, 0, BOTH, "inverse_scattering_length_per_fm"},
                 {HP_ROW_FIT_A0, 0, HP_BUDGET, "effective_range_fit/scattering_length_fm"},
                 {HP_ROW_FIT_REFF, 0, HP_BUDGET, "effective_range_fit/effective_range_fm"},
                 {HP_ROW_FIT_KCOT0, 0, HP_BUDGET, "effective_range_fit/kcot_threshold_mev"},
                 {HP_ROW_FIT_SHAPE, 0, HP_BUDGET, "effective_range_fit/shape"},
                 {HP_ROW_NBOUND, 3, HP_SUMMARY | HP_COUNT, "bound_states"},
                 {HP_ROW_BINDING, 4, BOTH, "binding_energy_mev"},
                 {HP_ROW_RMS, 0, BOTH, "rms_fm"}};
    scene s;
    open_scene(&s);
    close_scene(&s);
    s.observables.window_high = 0.01; /* rows of a fit exist where there is one */
    s.observables.shape = true;
    describe_scene(&s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const hp_row *row = &hp_record_find(&s.record, cases[i].path)->row;
        assert_int_equal(row->place, cases[i].place);
        assert_int_equal(row->roles, cases[i].roles);
        assert_int_equal(row->summary != NULL, cases[i].summary != NULL);
        if (cases[i].summary != NULL) assert_string_equal(row->summary, cases[i].summary);
    }
    close_scene(&s);
}

/* Forward scattering of charges has no limit. */
static void charged_pairs_have_no_cross_section(void **state) {
    (void)state;
    scene s;
    hp_record record;
    hp_error err = HP_ERROR_INIT;
    open_scene(&s);
    s.observables.coulomb.strength = 0.01;
    hp_record_create(&record);
    assert_ok(hp_observables_describe(&s.observables, &record, &err), &err);
    hp_record_derive(&record, s.samples.value);
    for (size_t k = 0; k < 2; k++) {
        assert_true(isnan(hp_record_read(&record, s.samples.value, CROSS_SECTION "_fm2")[k]));
        assert_true(isnan(hp_record_read(&record, s.samples.value, CROSS_SECTION "_mb")[k]));
    }
    hp_record_destroy(&record);
    close_scene(&s);
}

/* What k cot delta means depends on the sign of the Coulomb force; how many states there are is
 * told where they are finitely many. */
static void conventions_follow_the_charges(void **state) {
    (void)state;
    static const struct {
        double strength;
        const char *sign, *comment;
    } cases[] = {{0.0, "k cot delta = -1/a0 + r_eff k^2/2 + ...",
                  "delta: S-wave phase shift, continuous in k, n*180 deg at threshold with n bound "
                  "states\nk cot delta = -1/a0"},
                 {0.01,
                  "C^2 k cot delta + 2 k eta h(eta) = -1/a0 + r_eff k^2/2 + ..., written as k cot "
                  "delta; delta against Coulomb functions",
                  "delta: S-wave phase shift against Coulomb functions, continuous in k, n*180 deg "
                  "at threshold with n bound states\nC^2 k cot delta"},
                 {-0.01,
                  "C^2 k cot delta + 2 k eta h(eta) = -1/a0 + r_eff k^2/2 + ..., written as k cot "
                  "delta; delta against Coulomb functions; bound states: those below the ground "
                  "state of the point-like Coulomb force, which has infinitely many",
                  "delta: S-wave phase shift against Coulomb functions, continuous in k\nC^2 k"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scene s;
        hp_record record;
        hp_error err = HP_ERROR_INIT;
        open_scene(&s);
        s.observables.coulomb = (hp_coulomb){.strength = cases[i].strength, .dipole = 0.5};
        hp_record_create(&record);
        assert_ok(hp_observables_describe(&s.observables, &record, &err), &err);
        const hp_fact *sign = fact_of_attribute(&record, "/", "sign_convention");
        assert_string_equal(sign->text[0], cases[i].sign);
        assert_string_equal(sign->place.summary, "sign_convention");
        assert_string_equal(sign[1].head, "signs"); /* the same on the screen */
        assert_string_equal(sign[1].text[0], cases[i].sign);
        const hp_fact *energy = fact_of_key(&record, "energy_convention");
        assert_string_equal(energy->text[0], HP_ENERGY_CONVENTION "; " HP_BINDING_CONVENTION);
        assert_string_equal(energy->place.attribute, "energy_convention");
        assert_string_equal(record.table[0].name, "phase_shift");
        assert_ptr_equal(strstr(record.table[0].comment, cases[i].comment),
                         record.table[0].comment);
        /* L = 0.2 fm */
        assert_close(hp_record_find_number(&record, "reduced_mass_mev"), 500.0, 0, 0);
        assert_close(hp_record_find_number(&record, "coulomb_strength_per_fm"),
                     cases[i].strength / 0.2, 1e-15, 0);
        assert_close(hp_record_find_number(&record, "coulomb_dipole_per_fm"), 2.5, 1e-15, 0);
        assert_null(fact_of_key(&record, "effective_range_fit/e_min_mev"));
        hp_record_destroy(&record);
        close_scene(&s);
    }
}

/* Axes of a fit exist where there is one; lengths of the others are those of the workspace. */
static void axes_are_those_of_the_workspace(void **state) {
    (void)state;
    double radius[] = {4.0, 6.0, 9.0};
    for (int i = 0; i < 3; i++) { /* no fit, one without and one with shape */
        scene s;
        hp_record record;
        hp_error err = HP_ERROR_INIT;
        open_scene(&s);
        s.observables.nradius = 3;
        s.observables.radius = radius;
        s.observables.lattice = i > 0;
        s.observables.window_low = 0.005;
        s.observables.window_high = i > 0 ? 0.01 : 0.0;
        s.observables.shape = i == 2;
        hp_record_create(&record);
        assert_ok(hp_observables_describe(&s.observables, &record, &err), &err);
        assert_int_equal(hp_record_count(&record, HP_ROW_FIT_A0), i > 0);
        assert_int_equal(hp_record_count(&record, HP_ROW_FIT_SHAPE), i > 1);
        assert_int_equal(hp_record_count(&record, HP_ROW_DELTA), 2);
        assert_int_equal(hp_record_count(&record, HP_ROW_BINDING), 1);
        assert_int_equal(hp_record_count(&record, HP_ROW_CORRELATION), 3 * 2);
        const double *R = hp_record_labels(&record, "source_radius", "source_radius_fm");
        for (int j = 0; j < 3; j++) assert_close(R[j], 0.2 * radius[j], 1e-15, 0);
        const double *k = hp_record_labels(&record, "k", "k_mev");
        const double *e = hp_record_labels(&record, "k", "e_cm_mev");
        const double *k2 = hp_record_labels(&record, "k", i > 0 ? "k2_lat" : "k2_per_fm2");
        for (int j = 0; j < 2; j++) { /* rounding */
            assert_close(k[j], 1000.0 * sqrt(s.k2[j]), 1e-15, 0);
            assert_close(e[j], 1000.0 * s.k2[j], 1e-15, 0); /* 2 mu = 1 */
            assert_close(k2[j], s.k2[j], 0, 0);
        }
        const hp_fact *low = fact_of_key(&record, "effective_range_fit/e_min_mev");
        const hp_fact *high = fact_of_key(&record, "effective_range_fit/e_max_mev");
        assert_int_equal(low != NULL, i > 0);
        if (i > 0) assert_close(low->number[0], 5.0, 1e-15, 0);
        if (i > 0) assert_close(high->number[0], 10.0, 1e-15, 0);
        hp_record_destroy(&record);
        close_scene(&s);
    }
}

/* The range in fm, L = 0.2 fm; a tolerance where there is a solver that has one. */
static void choices_of_the_solvers_are_told(void **state) {
    (void)state;
    for (int nsolver = 1; nsolver <= 2; nsolver++) {
        scene s;
        open_scene(&s);
        close_scene(&s);
        s.observables.problem.range = 15.0;
        s.observables.ode_tolerance = 1e-9;
        s.observables.nsolver = nsolver;
        describe_scene(&s);
        assert_close(*constants(&s.record, "scattering/range_fm"), 3.0, 1e-15, 0); /* rounding */
        const hp_entry *tolerance = hp_record_find(&s.record, "scattering/ode_tolerance");
        assert_int_equal(tolerance != NULL, nsolver == 2);
        if (tolerance != NULL) assert_close(*tolerance->constant, 1e-9, 0, 0);
        assert_int_equal(s.record.ntable, 3);
        assert_string_equal(s.record.table[2].name, "femtoscopy");
        close_scene(&s);
    }
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
        cmocka_unit_test(derived_rows_follow_from_others),
        cmocka_unit_test(rows_have_their_roles),
        cmocka_unit_test(charged_pairs_have_no_cross_section),
        cmocka_unit_test(conventions_follow_the_charges),
        cmocka_unit_test(axes_are_those_of_the_workspace),
        cmocka_unit_test(choices_of_the_solvers_are_told),
        cmocka_unit_test(forgotten_observables_are_nan),
    };
    return cmocka_run_group_tests_name("observables/rows", tests, NULL, NULL);
}
