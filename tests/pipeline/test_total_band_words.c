// SPDX-License-Identifier: GPL-3.0-or-later
/* What the last screen says of a total band: where the data determine it, and where not. */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include "../../src/pipeline/total_band.h"

enum { NK = 4 };

static const hp_row rows[] = {{.path = "total/determined", .unit = "1", .axis = {"k"}},
                              {.path = "total/mark", .unit = "1", .axis = {"k"}}};

/* All lines of the head "total band", joined, are this text. */
static void assert_says(const double determined[NK], const int mark[NK], const char *expected) {
    static const double energy[NK] = {0.5, 5, 20, 100};
    hp_record record;
    char found[512] = "";
    int length = 0;
    hp_record_create(&record);
    hp_record_add_axis(&record, "k", NK);
    hp_record_label(&record, "k", &(hp_label){.column = "e_cm_mev", .value = energy});
    hp_record_add_constant(&record, &rows[0], determined);
    hp_record_add_integers(&record, &rows[1], mark);
    hp_total_band_say(&record);
    for (int i = 0; i < record.nfact; i++) {
        assert_string_equal(record.fact[i].head, "total band");
        length +=
            snprintf(found + length, sizeof found - (size_t)length, "%s\n", record.fact[i].text[0]);
    }
    assert_string_equal(found, expected);
    hp_record_destroy(&record);
}

#define FIRST "median, and 68 % of the potentials of all forms that the data allow\n"

/* 0.44 of the variance is 1/1.5 of the width: the least that counts. */
static void data_determine_up_to_an_energy(void **state) {
    (void)state;
    assert_says((double[]){0.9, 0.44, 0.4399, NAN}, (int[]){0, 0, 1, 1},
                FIRST "the data determine delta up to e_cm = 5 MeV; above, the list of forms makes "
                      "most of the band (mark form) or it is wide (mark wide)\n");
    assert_says(
        (double[]){0.1, 0.5, 0.2, 0.9}, (int[]){1, 0, 1, 0},
        FIRST "the data determine delta at 2 of 4 energies (determined in phase_shift.csv); "
              "elsewhere the list of forms makes most of the band (mark form) or it is wide (mark "
              "wide)\n");
    /* noise of the samples alone makes a wide band */
    assert_says((double[]){0.9, 0.9, 0.9, 1.0}, (int[]){0, 0, 0, 3},
                FIRST
                "the data determine delta up to e_cm = 20 MeV; above, the list of forms makes "
                "most of the band (mark form) or it is wide (mark wide)\n");
}

static void data_determine_all_or_nothing(void **state) {
    (void)state;
    assert_says((double[]){0.9, 0.8, 1, 0.5}, (int[]){0, 0, 0, 0},
                FIRST "the data determine delta at all energies, up to e_cm = 100 MeV\n");
    assert_says((double[]){0.1, 0.2, 0.3, NAN}, (int[]){1, 1, 1, 1},
                FIRST "the data determine delta at no energy: the list of forms makes most of the "
                      "band (mark form) or it is wide (mark wide)\n");
}

static void fits_outside_of_the_band_are_counted(void **state) {
    (void)state;
    assert_says((double[]){0.9, 0.8, 1, 0.5}, (int[]){0, 0, 2, 2},
                FIRST "the data determine delta at all energies, up to e_cm = 100 MeV\n"
                      "the fit is outside of the band at 2 of 4 energies (mark outside): trust the "
                      "band, not the fit\n");
}

/* Of components an energy counts where all that are open are determined: the second one opens at
 * the third energy; energies are E above the lowest threshold. */
static void components_are_judged_together(void **state) {
    (void)state;
    static const double energy[NK] = {0.5, 5, 20, 100};
    static const hp_row of[] = {
        {.path = "total/determined", .unit = "1", .axis = {"component", "k"}},
        {.path = "total/mark", .unit = "1", .axis = {"component", "k"}}};
    static const double determined[2 * NK] = {0.9, 0.9, 0.9, 0.9, NAN, NAN, 0.8, 0.1};
    static const int mark[2 * NK] = {0, 0, 0, 2, 0, 0, 0, 1};
    hp_record record;
    hp_record_create(&record);
    hp_record_add_slim_axis(&record, "component", 2);
    hp_record_add_axis(&record, "k", NK);
    hp_record_label(&record, "k", &(hp_label){.column = "e_mev", .value = energy});
    hp_record_add_constant(&record, &of[0], determined);
    hp_record_add_integers(&record, &of[1], mark);
    hp_total_band_say(&record);
    assert_int_equal(record.nfact, 3);
    assert_string_equal(record.fact[1].text[0],
                        "the data determine delta up to E = 20 MeV; above, the list of forms makes "
                        "most of the band (mark form) or it is wide (mark wide)");
    assert_string_equal(record.fact[2].text[0],
                        "the fit is outside of the band at 1 of 4 energies (mark outside): trust "
                        "the band, not the fit");
    hp_record_destroy(&record);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(data_determine_up_to_an_energy),
                                       cmocka_unit_test(data_determine_all_or_nothing),
                                       cmocka_unit_test(components_are_judged_together),
                                       cmocka_unit_test(fits_outside_of_the_band_are_counted)};
    return cmocka_run_group_tests_name("pipeline/total_band_words", tests, NULL, NULL);
}
