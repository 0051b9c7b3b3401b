// SPDX-License-Identifier: GPL-3.0-or-later
/* A record with one of everything, small enough to know its files by heart.
 *
 * Number i of the vector, from 0 on, is i + 1 for the average; both samples of the jackknife are
 * (i + 1)/8 below and above it, and 1/2 higher: that is the error, and the bias. All exact in
 * binary. The third state is not there. */
#ifndef HADPOT_TEST_RECORD_CASE_H
#define HADPOT_TEST_RECORD_CASE_H

#include "support.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include "hadpot/results.h"
#include "hadpot/totals.h"

enum { NK = 2, NSTATE = 3, LENGTH = 18, NROW = 3, X = 0, Y = 2, ENERGY = 11, RADIUS = 14 };
enum { NDRAW = 26, DRAWN = NK + 1 + NSTATE };

typedef struct case_data {
    hp_record record, layout; /* of draws */
    hp_rows samples;
    double draw[NDRAW][DRAWN];
    double value[NROW][LENGTH], plus[LENGTH], minus[LENGTH];
} case_data;

static const hp_row case_rows[] = {{.path = "group/x",
                                    .unit = "MeV",
                                    .text = "one of each momentum",
                                    .axis = {"k"},
                                    .table = "points",
                                    .column = "x",
                                    .summary = "x",
                                    .roles = HP_BUDGET},
                                   {.path = "group/y",
                                    .unit = "fm",
                                    .text = "of all axes",
                                    .axis = {"source", "t", "k"},
                                    .table = "points",
                                    .column = "y"},
                                   {.path = "group/quality",
                                    .unit = "1",
                                    .text = "a quality",
                                    .axis = {"source", "one"},
                                    .table = "points",
                                    .column = "quality",
                                    .roles = HP_BARE},
                                   {.path = "group/length",
                                    .unit = "fm",
                                    .text = "a length",
                                    .table = "constants",
                                    .column = "length",
                                    .summary = "length_fm",
                                    .twin = "group/length_numerical",
                                    .roles = HP_BUDGET},
                                   {.path = "group/length_numerical",
                                    .unit = "fm",
                                    .text = "its numerical error",
                                    .summary = "numerical",
                                    .roles = HP_BARE},
                                   {.path = "group/states",
                                    .unit = "1",
                                    .text = "a number of states",
                                    .table = "constants",
                                    .column = "states",
                                    .summary = "states",
                                    .roles = HP_COUNT},
                                   {.path = "group/energy",
                                    .unit = "MeV",
                                    .text = "energies of states",
                                    .axis = {"state"},
                                    .table = "constants",
                                    .column = "energy_%zu_mev",
                                    .summary = "energy_mev"},
                                   {.path = "group/radius",
                                    .unit = "fm",
                                    .text = "radii of states",
                                    .axis = {"state"},
                                    .table = "constants",
                                    .column = "radius_%zu"},
                                   {.path = "group/slope",
                                    .unit = "1",
                                    .text = "a slope",
                                    .table = "constants",
                                    .column = "slope",
                                    .summary = "fit/slope"}};

static inline void add_axes(hp_record *record) {
    static const double k2[] = {0.01, 0.1};
    static const char *const source[] = {"wall", "smeared"};
    static const int t[] = {11};
    hp_record_add_axis(record, "k", NK);
    hp_record_add_axis(record, "source", 2);
    hp_record_add_axis(record, "t", 1);
    hp_record_add_axis(record, "state", NSTATE);
    hp_record_add_slim_axis(record, "one", 1);
    const hp_label label = {
        .column = "k2", .path = "group/k2", .unit = "fm^-2", .text = "momenta", .value = k2};
    hp_record_label(record, "k", &label);
    hp_record_label(record, "source", &(hp_label){.column = "source", .name = source});
    hp_record_label(record, "t", &(hp_label){.column = "t", .integer = t});
}

static inline void add_facts(hp_record *record) {
    static const char *const names[] = {"wall", "smeared"};
    hp_record_put_texts(record, hp_attribute("source"), names, 2);
    hp_record_put_text(record, hp_attribute_and_key("format", "format"), "1e5 is a text");
    hp_record_put_integer(record, hp_key("ensemble/rows"), 7);
    hp_record_put_truth(record, hp_attribute_and_key("good", "good"), true);
    hp_record_put_number(record, hp_key("ensemble/tau/value"), 0.5);
    hp_record_put_numbers(record, hp_attribute_and_key("edges", "edges"),
                          (const double[]){0.25, 1e-5}, 2);
    hp_record_put_number(record, (hp_place){"group/x", "scale", NULL}, 2.385);
    hp_record_put_integers(record, (hp_place){"group", "t", NULL}, (const int[]){11, 13}, 2);
    hp_record_put_integer(record, hp_key("ensemble/bins"), 3); /* back to an earlier level */
}

static inline void open_case(case_data *c) {
    hp_error err = HP_ERROR_INIT;
    hp_record *record = &c->record;
    *c = (case_data){.samples = {NROW - 1, c->value[0], {HP_METHOD_JACKKNIFE, NROW - 1}, true}};
    hp_record_create(record);
    record->channel = "a channel";
    add_axes(record);
    hp_record_add_rows(record, case_rows, (int)(sizeof case_rows / sizeof *case_rows));
    assert_int_equal(record->length, LENGTH);
    const hp_row exact = {.path = "exact/x",
                          .unit = "MeV",
                          .text = "what x should be",
                          .axis = {"k"},
                          .table = "points",
                          .column = "x_exact"};
    const hp_row drawn = {.path = "exact/draw", .text = "integers", .axis = {"source", "k"}};
    hp_record_add_constant(record, &exact, (const double[]){0.5, 1.5});
    hp_record_add_integers(record, &drawn, (const int[]){3, -1, 4, 1});
    hp_record_add_table(record, "points", HP_WIDE, "first line\nsecond line");
    hp_record_add_table(record, "constants", HP_LIST, NULL);
    hp_record_add_table(record, "empty", HP_LIST, "no row is in it: no file");
    add_facts(record);
    for (int i = 0; i < LENGTH; i++)
        for (int row = 0; row < NROW; row++)
            c->value[row][i] =
                row == 0 ? i + 1.0 : i + 1.0 + 0.5 + (row == 1 ? -0.125 : 0.125) * (i + 1);
    for (int row = 0; row < NROW; row++)
        c->value[row][ENERGY + 2] = c->value[row][RADIUS + 2] = NAN;
    hp_record_set_samples(record, &c->samples);
    assert_ok(hp_record_check(record, &err), &err);
}

/* Systematic errors: i + 1/2 upwards, 3/8 downwards, but of x at the second momentum without bound.
 */
static inline void add_budget(case_data *c) {
    for (int i = 0; i < LENGTH; i++) {
        c->plus[i] = i + 0.5;
        c->minus[i] = 0.375;
    }
    c->plus[X + 1] = c->minus[X + 1] = INFINITY;
    c->record.plus = c->plus;
    c->record.minus = c->minus;
}

/* Draws of x, the length and the energies: d, from the median on 2 d, of x at the second momentum
 * 100 more, of the length 1000; the third state is in none. Of 26 the percentiles 16 and 84 are
 * those of d = 4 and 21, the median lies between 12 and 26: 19(+23)(-15). */
static inline void add_draws(case_data *c) {
    static const int drawn[] = {0, 3, 6};
    hp_error err = HP_ERROR_INIT;
    hp_record_create(&c->layout);
    hp_record_add_axis(&c->layout, "k", NK);
    hp_record_add_axis(&c->layout, "state", NSTATE);
    for (int i = 0; i < 3; i++) {
        const hp_row *row = &case_rows[drawn[i]];
        hp_record_add_rows(&c->layout, row, 1);
        hp_record_set_column(&c->record, row->path, row->table, row->column, HP_DRAWN);
    }
    assert_int_equal(c->layout.length, DRAWN);
    for (int d = 0; d < NDRAW; d++) {
        double *x = c->draw[(d * 7) % NDRAW]; /* in no order */
        for (int i = 0; i < DRAWN; i++) x[i] = d < NDRAW / 2 ? d : 2 * d;
        x[1] += 100;
        x[NK] += 1000;
        x[DRAWN - 1] = NAN;
    }
    const hp_rows draws = {.n = NDRAW, .value = c->draw[0], .layout = &c->layout};
    assert_ok(hp_record_set_draws(&c->record, &draws, &err), &err);
}

static inline void close_case(case_data *c) {
    hp_record_destroy(&c->layout);
    hp_record_destroy(&c->record);
}

/* As on a full disk: no file grows beyond these bytes (RLIM_INFINITY: as before). */
static inline void limit_files(rlim_t bytes) {
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

#endif
