// SPDX-License-Identifier: GPL-3.0-or-later
/* What is said of autocorrelation: chains at three radii made by hand, 63 rows in bins of 3. */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/chain.h"

enum { NROWS = 63, BIN = 3, WORST = 1 };

typedef struct scene {
    hp_ensemble ensemble;
    hp_ingest ingest;
    hp_correlator_plan plan;
    hp_chain_point point[HP_CHAIN_RADII];
    hp_chain chain;
    double r[4];
    int t[2], used[3], source[1], time[1];
    char *names[2], text[HP_CHAIN_TEXT];
} scene;

/* tau_int and its error of R at the worst radius; 1/a = hbar c/(0.1 fm). */
static void open_scene(scene *s, double tau, double error, int recommended) {
    memset(s, 0, sizeof *s);
    s->names[0] = (char *)"wall";
    s->names[1] = (char *)"smeared";
    s->source[0] = s->time[0] = s->t[0] = 1;
    s->t[1] = 13;
    memcpy(s->r, (double[]){1, 2, 5, 9}, sizeof s->r);
    s->used[1] = 30;
    s->used[2] = NROWS;
    s->ensemble = (hp_ensemble){.inverse_spacing_mev = 1973.269804,
                                .source = s->names,
                                .t = s->t,
                                .geometry.r = s->r,
                                .nstream = 2};
    s->ingest =
        (hp_ingest){.ensemble = &s->ensemble, .bin = BIN, .nbin = NROWS / BIN, .used = s->used};
    s->plan = (hp_correlator_plan){.ensemble = &s->ensemble,
                                   .nsource = 1,
                                   .nt = 1,
                                   .r = s->ensemble.geometry.r,
                                   .source = s->source,
                                   .time = s->time};
    s->chain = (hp_chain){.ingest = &s->ingest,
                          .plan = &s->plan,
                          .npoint = HP_CHAIN_RADII,
                          .point = s->point,
                          .worst = WORST,
                          .recommended_bin = recommended};
    for (int p = 0; p < HP_CHAIN_RADII; p++) {
        s->point[p].shell = p + 1;
        s->point[p].found[HP_CHAIN_R] =
            (hp_autocorrelation){.tau_int = 0.5,
                                 .tau_int_error = 0.25,
                                 .replica_quality = p == 2 ? NAN : 0.5 - 0.25 * p};
    }
    s->point[WORST].found[HP_CHAIN_R].tau_int = tau;
    s->point[WORST].found[HP_CHAIN_R].tau_int_error = error;
}

/* tau_int = 2 loses half of the error of single rows and less of larger bins; below 1/2 nothing. */
static void rows_are_worth_less_where_they_are_alike(void **state) {
    (void)state;
    scene s;
    open_scene(&s, 2.0, 0.5, 8);
    assert_int_equal(hp_chain_rows(&s.chain), NROWS);
    assert_close(hp_chain_effective_rows(&s.chain), NROWS / 4.0, 1e-15, 0); /* 2 tau_int */
    assert_close(hp_chain_missing_factor(&s.chain, 1, 0.0), 2.0, 1e-15, 0);
    assert_close(hp_chain_missing_factor(&s.chain, 1, 2.0), sqrt(2.0), 1e-15, 0); /* tau 1 */
    assert_close(hp_chain_missing_factor(&s.chain, 1, 3.0), 1.0, 0, 0);
    assert_close(hp_chain_missing_factor(&s.chain, 3, 0.0), 1.0 / hp_autocorrelation_ratio(2.0, 3),
                 1e-15, 0);
    assert_close(hp_chain_replica_quality(&s.chain), 0.25, 0, 0); /* nan is no judgement */
    assert_int_equal(hp_chain_count_bins(&s.chain, 4), 7 + 8);    /* no bin across streams */
    assert_close(hp_chain_r_fm(&s.chain, WORST), 0.5, 1e-9, 0);   /* 5 a */
    open_scene(&s, 0.3, 0.1, 1);
    assert_close(hp_chain_effective_rows(&s.chain), NROWS, 0, 0);
    s.chain.worst = -1;
    assert_true(isnan(hp_chain_effective_rows(&s.chain)));
    assert_close(hp_chain_missing_factor(&s.chain, 1, 0.0), 1.0, 0, 0);
    assert_false(hp_chain_bin_is_too_small(&s.chain, 1));
}

/* Only where tau_int less 1.25 of its errors, too, loses 5 % of the error. */
static void bins_are_too_small_beyond_doubt(void **state) {
    (void)state;
    double limit = 0.5 / (0.95 * 0.95); /* of tau_int in bins of one row */
    scene s;
    open_scene(&s, 1.001 * limit + 1.25, 1.0, 2);
    assert_true(hp_chain_bin_is_too_small(&s.chain, 1));
    open_scene(&s, 0.999 * limit + 1.25, 1.0, 2);
    assert_false(hp_chain_bin_is_too_small(&s.chain, 1));
}

#define PLACE "at source smeared, t = 13, r = 0.5 fm, 63 rows are worth "

static void descriptions_end_with_what_helps(void **state) {
    (void)state;
    static const struct {
        double tau, error;
        int bin, recommended;
        const char *end;
    } cases[] = {
        {0.55, 0.1, 1, 1, PLACE "57.27; resampling.bin: 1 recommended, found 1"},
        {2.0, 0.25, 1, 8,
         PLACE "15.75; resampling.bin: 8 recommended, found 1: errors may be too small by a factor "
               "2"},
        {2.0, 1.5, 1, 8,
         PLACE "15.75; resampling.bin: 8 recommended, found 1: errors may be too small by a factor "
               "2, within the uncertainty of tau_int"},
        {8.0, 1.0, 6, 6,
         PLACE "3.938; resampling.bin: 6 recommended, found 6: errors may be too small by a factor "
               "1.83, and the ensemble is too short for larger bins"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scene s;
        open_scene(&s, cases[i].tau, cases[i].error, cases[i].recommended);
        hp_chain_describe(&s.chain, cases[i].bin, s.text);
        const char *from = strstr(s.text, "at source");
        assert_non_null(from);
        assert_string_equal(from, cases[i].end);
    }
    scene s;
    open_scene(&s, 2.0, 0.5, 8);
    hp_chain_describe(&s.chain, 1, s.text);
    assert_contains(s.text, "tau_int of R is up to 2.00(50) rows (1/2: independent), at");
    s.chain.worst = -1;
    hp_chain_describe(&s.chain, 1, s.text);
    assert_string_equal(s.text, "R does not vary: its autocorrelation is not known");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_worth_less_where_they_are_alike),
        cmocka_unit_test(bins_are_too_small_beyond_doubt),
        cmocka_unit_test(descriptions_end_with_what_helps),
    };
    return cmocka_run_group_tests_name("pipeline/chain_record", tests, NULL, NULL);
}
