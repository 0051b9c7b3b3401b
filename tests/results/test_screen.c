// SPDX-License-Identifier: GPL-3.0-or-later
/* The last screen of a record, to the last character. */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/results.h"
#include "hadpot/totals.h"

enum { NSAMPLE = 2, NK = 8, NSTATE = 2, NLEVEL = 2, LENGTH = 2 + 1 + NSTATE + 2 * NLEVEL + NK + 1 };

/* Places of the rows in a vector. */
enum { A = 0, INVERSE = 1, COUNT = 2, ENERGY = 3, LEVEL = 7, DELTA = 9 };

typedef struct screen_case {
    hp_record record;
    double value[(1 + NSAMPLE) * LENGTH], plus[LENGTH], minus[LENGTH];
} screen_case;

/* The order of the record is not that of the screen. */
static const hp_row rows[] = {
    {.path = "length",
     .unit = "fm",
     .compare = HP_POLE,
     .guide = "inverse",
     .scale = 1.0,
     .place = 1,
     .symbol = "length a",
     .roles = HP_BUDGET},
    {.path = "inverse",
     .unit = "fm^-1",
     .column = "inverse",
     .symbol = "inverse 1/a",
     .roles = HP_BUDGET},
    {.path = "count", .unit = "1", .place = 3, .symbol = "states", .roles = HP_COUNT},
    {.path = "energy",
     .unit = "MeV",
     .axis = {"state"},
     .compare = HP_UNBOUND,
     .place = 4,
     .symbol = "energy B_%zu",
     .roles = HP_BUDGET},
    {.path = "level_lo",
     .unit = "MeV",
     .axis = {"source", "level"},
     .place = 2,
     .symbol = "level E_%zu of S/R"},
    {.path = "level",
     .unit = "MeV",
     .axis = {"level", "boxed"},
     .place = 2,
     .symbol = "level E_%zu"},
    {.path = "delta",
     .unit = "deg",
     .axis = {"k"},
     .place = 5,
     .symbol = "phase delta",
     .roles = HP_BUDGET},
    {.path = "hidden", .unit = "1"}};

static void put(screen_case *c, int at, double value, double error) {
    double *average = c->value + at, *first = average + c->record.length;
    *average = value;
    *first = value - error; /* the jackknife error of two samples */
    *(first + c->record.length) = value + error;
}

/* boxed: there are levels of the fit, which stand in the place of those of S/R. */
static void open_case(screen_case *c, bool boxed) {
    static const double e_cm[NK] = {1e-6, 0.5, 1, 2, 5, 20, 40, 100}, k2[NK] = {1};
    static const char *const source[] = {"wall"};
    hp_error err = HP_ERROR_INIT;
    *c = (screen_case){.plus = {0}};
    hp_record *record = &c->record;
    hp_record_create(record);
    record->channel = "made up";
    hp_record_add_axis(record, "k", NK);
    hp_record_add_axis(record, "state", NSTATE);
    hp_record_add_axis(record, "level", NLEVEL);
    hp_record_add_axis(record, "source", 1);
    hp_record_add_slim_axis(record, "boxed", boxed);
    hp_record_label(record, "source", &(hp_label){.column = "source", .name = source});
    hp_record_label(record, "k", &(hp_label){.column = "k2", .value = k2});
    hp_record_label(
        record, "k",
        &(hp_label){.column = "e_cm_mev", .unit = "MeV", .symbol = "e_cm", .value = e_cm});
    hp_record_add_rows(record, rows, (int)(sizeof rows / sizeof *rows));
    hp_record_set_samples(record, &(hp_rows){.n = NSAMPLE,
                                             .value = c->value,
                                             .rule = {HP_METHOD_JACKKNIFE, NSAMPLE},
                                             .has_rule = true});
    put(c, A, -0.955, 0.072);
    put(c, INVERSE, -1.047, 0.079);
    put(c, COUNT, 2, 0);
    put(c, ENERGY, 12.5, 1.5);
    put(c, ENERGY + 1, 0.125, 0.0625);
    put(c, ENERGY + 2, -1.25, 0.125); /* of S/R */
    put(c, ENERGY + 3, 7.5, 0.5);
    for (int k = 0; k < NLEVEL && boxed; k++) put(c, LEVEL + k, 10.5 * k - 1.5, 0.25);
    int delta = boxed ? DELTA : DELTA - NLEVEL;
    for (int k = 0; k < NK; k++) put(c, delta + k, 20.0 - 5 * k, 0.5);
    assert_ok(hp_record_check(record, &err), &err);
}

static void close_case(screen_case *c) {
    hp_record_destroy(&c->record);
}

static void assert_screen(const screen_case *c, const char *expected) {
    char *found = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&found, &size);
    assert_non_null(out);
    hp_results_print(&c->record, out);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(found, expected);
    free(found);
}

/* By place, not by order in the record; points are below each other. */
static void values_stand_in_the_order_of_their_places(void **state) {
    (void)state;
    screen_case c;
    open_case(&c, true);
    assert_screen(&c, "\nmade up: value(stat)\n\n"
                      "  length a                        -0.955(72) fm\n"
                      "  level E_1                       -1.50(25)  MeV\n"
                      "  level E_2                        9.00(25)  MeV\n"
                      "  states                           2\n"
                      "  energy B_1                      12.5(1.5)  MeV\n"
                      "  energy B_2                       0.125(62) MeV\n"
                      "  phase delta at e_cm = 1 MeV     10.00(50)  deg\n"
                      "  phase delta at e_cm = 2 MeV      5.00(50)  deg\n"
                      "  phase delta at e_cm = 5 MeV      0.00(50)  deg\n"
                      "  phase delta at e_cm = 20 MeV    -5.00(50)  deg\n"
                      "  phase delta at e_cm = 40 MeV   -10.00(50)  deg\n"
                      "  phase delta at e_cm = 100 MeV  -15.00(50)  deg\n\n");
    close_case(&c);
}

static void levels_of_the_data_stand_in_for_those_of_a_fit(void **state) {
    (void)state;
    screen_case c;
    char *found = NULL;
    size_t size = 0;
    open_case(&c, false);
    FILE *out = open_memstream(&found, &size);
    hp_results_print(&c.record, out);
    assert_int_equal(fclose(out), 0);
    assert_contains(found, "  level E_1 of S/R, wall          -1.25(12)  MeV\n"
                           "  level E_2 of S/R, wall           7.50(50)  MeV\n");
    free(found);
    close_case(&c);
}

/* What decides a follows. */
static void what_has_a_pole_is_followed_by_what_decides_it(void **state) {
    (void)state;
    screen_case c;
    open_case(&c, true);
    put(&c, A, -8.0, 1.0);
    put(&c, INVERSE, -0.125, 0.25);
    put(&c, COUNT, 0, 0);
    for (int i = 0; i < NSTATE; i++) put(&c, ENERGY + i, NAN, NAN); /* and no bound state */
    assert_screen(&c, "\nmade up: value(stat)\n\n"
                      "  length a                       undetermined: below -2.667 or above 8 fm\n"
                      "  inverse 1/a                     -0.12(25) fm^-1\n"
                      "  level E_1                       -1.50(25) MeV\n"
                      "  level E_2                        9.00(25) MeV\n"
                      "  states                           0\n"
                      "  phase delta at e_cm = 1 MeV     10.00(50) deg\n"
                      "  phase delta at e_cm = 2 MeV      5.00(50) deg\n"
                      "  phase delta at e_cm = 5 MeV      0.00(50) deg\n"
                      "  phase delta at e_cm = 20 MeV    -5.00(50) deg\n"
                      "  phase delta at e_cm = 40 MeV   -10.00(50) deg\n"
                      "  phase delta at e_cm = 100 MeV  -15.00(50) deg\n\n");
    close_case(&c);
}

/* Levels are not compared between alternatives; a state that few samples bind has no number. */
static void systematic_errors_stand_behind_statistical_ones(void **state) {
    (void)state;
    screen_case c;
    open_case(&c, true);
    for (int i = 0; i < LENGTH; i++) {
        c.plus[i] = 0.25;
        c.minus[i] = i == A ? NAN : 0.5;
    }
    c.record.plus = c.plus;
    c.record.minus = c.minus;
    c.value[c.record.length + ENERGY + 1] = NAN;
    for (int k = 0; k < NK; k++) put(&c, DELTA + k, NAN, NAN); /* was not found */
    assert_screen(&c, "\nmade up: value(stat)(+syst)(-syst)\n\n"
                      "  length a                       -0.955(72)(+250)(-nan) fm\n"
                      "  level E_1                      -1.50(25)              MeV\n"
                      "  level E_2                       9.00(25)              MeV\n"
                      "  states                          2\n"
                      "  energy B_1                     12.5(1.5)(+0.2)(-0.5)  MeV\n"
                      "  energy B_2                     undetermined: bound in 1 of 2 samples\n"
                      "  phase delta at e_cm = 1 MeV    none\n"
                      "  phase delta at e_cm = 2 MeV    none\n"
                      "  phase delta at e_cm = 5 MeV    none\n"
                      "  phase delta at e_cm = 20 MeV   none\n"
                      "  phase delta at e_cm = 40 MeV   none\n"
                      "  phase delta at e_cm = 100 MeV  none\n\n");
    close_case(&c);
}

static void a_row_without_axes_has_the_number_one(void **state) {
    (void)state;
    const hp_row row = {.path = "e", .unit = "MeV", .text = "e", .place = 1, .symbol = "E_%zu"};
    hp_record record;
    char *found = NULL;
    size_t size = 0;
    hp_record_create(&record);
    record.channel = "made up";
    hp_record_add_constant(&record, &row, (const double[]){0.5});
    FILE *out = open_memstream(&found, &size);
    hp_results_print(&record, out);
    assert_int_equal(fclose(out), 0);
    assert_contains(found, "  E_1  0.5 MeV\n");
    free(found);
    hp_record_destroy(&record);
}

/* Total bands stand below each other, by their points, under a head; not beside words, a pole
 * within one is a word itself. */
static void total_bands_have_a_column(void **state) {
    (void)state;
    static double of_energy[] = {12.25, NAN, 1.5, NAN, 2.5, NAN}, of_delta[3 * NK];
    static double of_length[] = {-0.9, INFINITY, INFINITY},
                  of_level[] = {NAN, -12, NAN, 0.25, NAN, 0.5};
    screen_case c;
    open_case(&c, true);
    for (int k = 0; k < NK; k++) {
        of_delta[k] = 20.25 - 5 * k;
        of_delta[NK + k] = of_delta[2 * NK + k] = 0.125 * (1 + k);
    }
    hp_record_set_total(&c.record, "length", of_length);
    hp_record_set_total(&c.record, "level", of_level);
    hp_record_set_total(&c.record, "energy", of_energy);
    hp_record_set_total(&c.record, "delta", of_delta);
    c.record.group[HP_DRAWS].n = 1; /* bands are of draws */
    put(&c, DELTA + 2, NAN, NAN);
    assert_screen(&c, "\n"
                      "made up\n"
                      "\n"
                      "                                 value(stat)       total band\n"
                      "  length a                        -0.955(72) fm    undetermined\n"
                      "  level E_1                       -1.50(25)  MeV\n"
                      "  level E_2                        9.00(25)  MeV   -12.00(+50)(-25)\n"
                      "  states                           2\n"
                      "  energy B_1                      12.5(1.5)  MeV    12.2(+2.5)(-1.5)\n"
                      "  energy B_2                       0.125(62) MeV\n"
                      "  phase delta at e_cm = 1 MeV    none\n"
                      "  phase delta at e_cm = 2 MeV      5.00(50)  deg     5.25(+50)(-50)\n"
                      "  phase delta at e_cm = 5 MeV      0.00(50)  deg     0.25(+62)(-62)\n"
                      "  phase delta at e_cm = 20 MeV    -5.00(50)  deg    -4.75(+75)(-75)\n"
                      "  phase delta at e_cm = 40 MeV   -10.00(50)  deg    -9.75(+88)(-88)\n"
                      "  phase delta at e_cm = 100 MeV  -15.00(50)  deg   -14.8(+1.0)(-1.0)\n"
                      "\n");
    close_case(&c);
}

/* Of a given potential: numbers, and nothing is said of errors. */
static void values_without_samples_have_no_errors(void **state) {
    (void)state;
    screen_case c;
    open_case(&c, true);
    c.record.group[HP_SAMPLES] = (hp_rows){.value = c.value};
    put(&c, A, 1e9, 0);
    put(&c, ENERGY, 0.778647, 0);
    assert_screen(&c, "\nmade up\n\n"
                      "  length a                       1e+09        fm\n"
                      "  level E_1                         -1.5      MeV\n"
                      "  level E_2                          9        MeV\n"
                      "  states                             2\n"
                      "  energy B_1                         0.778647 MeV\n"
                      "  energy B_2                         0.125    MeV\n"
                      "  phase delta at e_cm = 1 MeV       10        deg\n"
                      "  phase delta at e_cm = 2 MeV        5        deg\n"
                      "  phase delta at e_cm = 5 MeV        0        deg\n"
                      "  phase delta at e_cm = 20 MeV      -5        deg\n"
                      "  phase delta at e_cm = 40 MeV     -10        deg\n"
                      "  phase delta at e_cm = 100 MeV    -15        deg\n\n");
    close_case(&c);
}

/* A head is said once, long texts go on in the next line, and no line is wider than 100 columns. */
static void what_is_said_of_it_stands_below(void **state) {
    (void)state;
    static const char eighty[] =
        "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789"; /* with its indent */
    screen_case c;
    char expected[1024];
    open_case(&c, true);
    for (int i = 0; i < c.record.nentry; i++) c.record.entry[i].row.place = 0;
    c.record.channel = "ΞΞ";
    hp_record_show(&c.record, "fit", "describes its data");
    hp_record_put_text(&c.record, hp_key("elsewhere"), "not here");
    hp_record_show(&c.record, "fit", "average converged, %d of %d", 20, 20);
    hp_record_show(&c.record, "100", "%s ΞΞΞΞΞΞΞΞΞΞ 012345678 0123", eighty);
    hp_record_show(&c.record, "101", "%s ΞΞΞΞΞΞΞΞΞΞ 0123456789 0123", eighty);
    hp_record_add_note(&c.record, (hp_note){.severity = HP_REMARK}, "one");
    hp_record_add_note(&c.record, (hp_note){.severity = HP_CAUTION}, "another");
    snprintf(expected, sizeof expected,
             "\nΞΞ: value(stat)\n\n\n"
             "  fit         describes its data\n"
             "              average converged, 20 of 20\n"
             "  100         %s ΞΞΞΞΞΞΞΞΞΞ 012345678\n"
             "              0123\n"
             "  101         %s ΞΞΞΞΞΞΞΞΞΞ\n"
             "              0123456789 0123\n"
             "  warnings    2, each in the log and in summary.yaml\n",
             eighty, eighty);
    assert_screen(&c, expected);
    close_case(&c);
}

static void a_word_that_is_too_long_is_not_cut(void **state) {
    (void)state;
    char path[128], *found = NULL, expected[256];
    size_t size = 0;
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    FILE *out = open_memstream(&found, &size);
    hp_results_print_part("files", path, out);
    assert_int_equal(fclose(out), 0);
    snprintf(expected, sizeof expected, "  files       %s\n", path);
    assert_string_equal(found, expected);
    free(found);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_stand_in_the_order_of_their_places),
        cmocka_unit_test(levels_of_the_data_stand_in_for_those_of_a_fit),
        cmocka_unit_test(what_has_a_pole_is_followed_by_what_decides_it),
        cmocka_unit_test(systematic_errors_stand_behind_statistical_ones),
        cmocka_unit_test(total_bands_have_a_column),
        cmocka_unit_test(values_without_samples_have_no_errors),
        cmocka_unit_test(a_row_without_axes_has_the_number_one),
        cmocka_unit_test(what_is_said_of_it_stands_below),
        cmocka_unit_test(a_word_that_is_too_long_is_not_cut),
    };
    return cmocka_run_group_tests_name("results/screen", tests, NULL, NULL);
}
