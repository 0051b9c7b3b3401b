// SPDX-License-Identifier: GPL-3.0-or-later
/* Bins of several streams, and samples of rows that are read in part: sums of bins made by hand.
 * Streams of 0, 4, 0, 3 and 5 bins of two rows. */
#include "support.h"

#include <math.h>
#include <string.h>
#include "hadpot/resampled.h"

enum { NBIN = 12, BIN = 2, NSTREAM = 5, NSAMPLE = 2, LENGTH = 7, READ = 4 };

typedef struct scene {
    hp_ensemble ensemble;
    hp_ingest ingest;
    hp_resampling resampling;
    bool has_ratio[1];
    int used[NSTREAM + 1], draw[NSAMPLE * NBIN], count[NBIN];
    double kept[NBIN][READ], total[LENGTH];
    hp_stretch stretch[2];
    hp_error err;
} scene;

/* Numbers 1, 2 and 4, 5 of seven are read; that of bin b and place j is 10 b + j. */
static void open_scene(scene *s) {
    *s = (scene){.stretch = {{1, 2}, {4, 2}},
                 .used = {0, 0, 8, 8, 14, 24},
                 .has_ratio = {true},
                 .err = HP_ERROR_INIT};
    s->ensemble = (hp_ensemble){.path = (char *)"hand.h5",
                                .sampling = HP_SAMPLING_CONFIGURATION,
                                .nsource = 1,
                                .has_ratio = s->has_ratio,
                                .nt = 1,
                                .geometry.npoint = LENGTH,
                                .nstream = NSTREAM};
    s->ingest = (hp_ingest){.ensemble = &s->ensemble,
                            .bin = BIN,
                            .nbin = NBIN,
                            .used = s->used,
                            .nstretch = 2,
                            .stretch = s->stretch,
                            .length = READ,
                            .total = s->total,
                            .nkept = NBIN,
                            .kept = s->kept[0]};
    s->resampling =
        (hp_resampling){.bins = {.bin = BIN, .nbin = NBIN, .nstream = NSTREAM, .start = s->used},
                        .ingest = &s->ingest,
                        .nsample = NBIN,
                        .draw = s->draw,
                        .count = s->count};
    assert_int_equal(hp_ensemble_row_length(&s->ensemble), LENGTH);
    static const int place[READ] = {1, 2, 4, 5};
    for (int b = 0; b < NBIN; b++)
        for (int j = 0; j < READ; j++) {
            s->kept[b][j] = 10 * b + place[j];
            s->total[place[j]] += s->kept[b][j];
        }
}

/* Each stream that has bins costs one direction of a bootstrap; a jackknife has one mean. Bins
 * count, not their rows. */
static void directions_are_bins_less_means(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    assert_int_equal(hp_resampling_freedom(&s.resampling), NBIN - 1);
    s.resampling.method = HP_METHOD_BOOTSTRAP;
    assert_int_equal(hp_resampling_freedom(&s.resampling), NBIN - 3);
    assert_int_equal(hp_resampling_rule(&s.resampling).method, HP_METHOD_BOOTSTRAP);
    assert_int_equal(hp_resampling_rule(&s.resampling).nsample, NBIN);
}

/* Empty streams do not count; the shortest may be the first, the last, or all there is. */
static void the_shortest_stream_has_bins(void **state) {
    (void)state;
    static const int used[4][NSTREAM + 1] = {
        {0, 0, 8, 8, 14, 24}, {0, 2, 8, 8, 14, 24}, {0, 6, 14, 20, 20, 24}, {0, 0, 24, 24, 24, 24}};
    static const int shortest[4] = {3, 1, 2, NBIN};
    for (int i = 0; i < 4; i++) {
        scene s;
        open_scene(&s);
        memcpy(s.used, used[i], sizeof s.used);
        assert_int_equal(hp_resampling_shortest_stream(&s.resampling), shortest[i]);
    }
}

/* Streams of 0, 4, 0 and 6 bins in front of one of 2. */
static void streams_that_are_not_used_do_not_count(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    memcpy(s.used, (int[]){0, 0, 8, 8, 20, 24}, sizeof s.used);
    s.resampling.bins.nstream = 4;
    s.resampling.bins.nbin = 10;
    s.resampling.method = HP_METHOD_BOOTSTRAP;
    assert_int_equal(hp_resampling_shortest_stream(&s.resampling), 4);
    assert_int_equal(hp_resampling_freedom(&s.resampling), 10 - 2);
}

/* What is not read stays 0. All exact: sums of small integers, divided once. */
static void jackknife_samples_leave_one_bin_out(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    for (int i = 0; i < NBIN; i++) {
        double row[LENGTH], expected[LENGTH] = {0};
        for (int b = 0; b < NBIN; b++)
            for (int j = 0; j < READ && b != i; j++) expected[j + 1 + j / 2] += s.kept[b][j];
        memset(row, 0xff, sizeof row); /* nan */
        assert_ok(hp_ingest_sample(&s.resampling, i, row, &s.err), &s.err);
        for (int j = 0; j < LENGTH; j++) assert_true(row[j] == expected[j] / ((NBIN - 1) * BIN));
    }
    double row[LENGTH];
    s.resampling.bins.are_samples = true; /* samples of the file are what they are */
    assert_ok(hp_ingest_sample(&s.resampling, 3, row, &s.err), &s.err);
    for (int j = 0; j < LENGTH; j++) assert_true(row[j] == (j % 3 > 0 ? 30.0 + j : 0.0));
}

/* One bin twelve times, and bin 0 nine times with 2, 5 and 11. */
static void bootstrap_samples_count_their_bins(void **state) {
    (void)state;
    scene s;
    double row[LENGTH];
    open_scene(&s);
    s.resampling.method = HP_METHOD_BOOTSTRAP;
    s.resampling.nsample = NSAMPLE;
    for (int k = 0; k < NBIN; k++) s.draw[k] = 7;
    s.draw[NBIN + 1] = 2;
    s.draw[NBIN + 4] = 5;
    s.draw[NBIN + 11] = 11;
    for (int again = 0; again < 2; again++) { /* nothing is left of other samples */
        memset(row, 0xff, sizeof row);
        assert_ok(hp_ingest_sample(&s.resampling, 0, row, &s.err), &s.err);
        for (int j = 0; j < LENGTH; j++) assert_true(row[j] == (j % 3 > 0 ? 35.0 + 0.5 * j : 0.0));
        assert_ok(hp_ingest_sample(&s.resampling, 1, row, &s.err), &s.err);
        for (int j = 0; j < LENGTH; j++)
            assert_true(row[j] == (j % 3 > 0 ? (180.0 + 12 * j) / (NBIN * BIN) : 0.0));
    }
    assert_status(hp_ingest_sample(&s.resampling, NSAMPLE, row, &s.err), HP_ERR_INTERNAL, &s.err);
    assert_string_equal(s.err.message, "bootstrap sample 2 asked for, there are 2");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(directions_are_bins_less_means),
        cmocka_unit_test(the_shortest_stream_has_bins),
        cmocka_unit_test(streams_that_are_not_used_do_not_count),
        cmocka_unit_test(jackknife_samples_leave_one_bin_out),
        cmocka_unit_test(bootstrap_samples_count_their_bins),
    };
    return cmocka_run_group_tests_name("resample/streams", tests, NULL, NULL);
}
