// SPDX-License-Identifier: GPL-3.0-or-later
/* What a record says of an ensemble, its samples and its Markov chain: two streams of 30 and 33
 * rows in 21 bins of 3, source "smeared" at t = 13, chains at three radii. */
#include "notes.h"

#include <math.h>
#include "../../src/pipeline/ensemble_record.h"
#include "hadpot/observables.h"

enum { NBIN = 21, BIN = 3, NSAMPLE = 4, NROW = 1 + NSAMPLE };

typedef struct scene {
    hp_pipeline run;
    hp_job job;
    hp_resampling resampling;
    hp_ingest ingest;
    hp_ensemble ensemble;
    int source[1], time[1], t[2], used[3], stream_start[3], draw[NSAMPLE * NBIN];
    bool has_ratio[2];
    char *names[2];
    double r[4], value[2 * NROW];
    hp_chain_point point[HP_CHAIN_RADII];
    hp_record record;
    hp_rows samples;
} scene;

/* 1/a = hbar c/(0.1 fm): radii are tenths of a fm. */
static void fill_ensemble(scene *s) {
    s->names[0] = (char *)"wall";
    s->names[1] = (char *)"smeared";
    memcpy(s->t, (int[]){12, 13}, sizeof s->t);
    memcpy(s->r, (double[]){1, 2, 5, 9}, sizeof s->r);
    memcpy(s->used, (int[]){0, 30, 63}, sizeof s->used);
    memcpy(s->stream_start, (int[]){0, 31, 65}, sizeof s->stream_start);
    s->ensemble = (hp_ensemble){.sampling = HP_SAMPLING_CONFIGURATION,
                                .inverse_spacing_mev = 1973.269804,
                                .source = s->names,
                                .nsource = 2,
                                .nt = 2,
                                .t = s->t,
                                .has_ratio = s->has_ratio,
                                .nsample = 65,
                                .nstream = 2,
                                .stream_start = s->stream_start,
                                .ngap = 5,
                                .geometry.r = s->r};
    s->ingest = (hp_ingest){
        .ensemble = &s->ensemble, .bin = BIN, .nbin = NBIN, .ndropped = 2, .used = s->used};
}

/* No autocorrelation anywhere, streams that agree. */
static void fill_chain(scene *s) {
    s->run.chain = (hp_chain){.ingest = &s->ingest,
                              .plan = &s->run.plan,
                              .npoint = HP_CHAIN_RADII,
                              .point = s->point,
                              .worst = 1,
                              .recommended_bin = 1};
    for (int p = 0; p < HP_CHAIN_RADII; p++) {
        s->point[p].shell = p + 1;
        for (int q = 0; q < HP_CHAIN_QUANTITIES; q++)
            s->point[p].found[q] = (hp_autocorrelation){
                .tau_int = 0.5 + p + 10 * q, .tau_int_error = 0.25, .replica_quality = 0.5};
    }
    s->point[1].found[HP_CHAIN_R].tau_int = 0.5;
    s->point[2].found[HP_CHAIN_R].tau_int = 0.5;
}

/* A run of which nothing is to be noted. */
static void open_scene(scene *s) {
    static const hp_row rows[] = {
        {.path = HP_ROW_NBOUND, .unit = "1", .text = "bound states"},
        {.path = HP_ROW_DELTA, .unit = "deg", .compare = HP_MODULO_180, .guide = HP_ROW_NBOUND}};
    memset(s, 0, sizeof *s);
    fill_ensemble(s);
    s->job.fit.weighting = (char *)"inverse_variance";
    s->job.fit.covariance = (char *)"none";
    s->job.resampling.seed = 7;
    s->resampling =
        (hp_resampling){.ingest = &s->ingest,
                        .bins = {.bin = BIN, .nbin = NBIN, .nstream = 2, .start = s->used},
                        .method = HP_METHOD_JACKKNIFE,
                        .nsample = NSAMPLE};
    s->source[0] = 1;
    s->time[0] = 1;
    s->run.job = &s->job;
    s->run.resampling = &s->resampling;
    s->run.ingest = &s->ingest;
    s->run.ensemble = &s->ensemble;
    s->run.ncomputed = NSAMPLE;
    s->run.plan = (hp_correlator_plan){.ensemble = &s->ensemble,
                                       .nsource = 1,
                                       .nt = 1,
                                       .r = s->ensemble.geometry.r,
                                       .source = s->source,
                                       .time = s->time};
    fill_chain(s);
    hp_record_create(&s->record);
    hp_record_add_axis(&s->record, "source", 1);
    hp_record_add_rows(&s->record, rows, 2);
    s->samples = (hp_rows){NSAMPLE, s->value, {HP_METHOD_JACKKNIFE, NSAMPLE}, true, NULL};
    hp_record_set_samples(&s->record, &s->samples);
}

static void close_scene(scene *s) {
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_record_check(&s->record, &err), &err);
    hp_record_destroy(&s->record);
}

static void only_note_is(scene *s, const char *text) {
    s->record.nnote = 0;
    hp_run_note_samples(&s->run, &s->record);
    assert_only_note(&s->record, text);
}

static void draw_bootstrap(scene *s) {
    for (int i = 0; i < NSAMPLE * NBIN; i++) s->draw[i] = i % NBIN;
    s->resampling.method = HP_METHOD_BOOTSTRAP;
    s->resampling.draw = s->draw;
    s->record.group[HP_SAMPLES].rule.method = HP_METHOD_BOOTSTRAP;
}

static void nothing_is_noted_of_a_good_run(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    only_note_is(&s, NULL);
    s.run.chain = (hp_chain){0}; /* nor of jackknife rows, which have none */
    only_note_is(&s, NULL);
    close_scene(&s);
}

static void missing_samples_are_noted(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.record.group[HP_SAMPLES].n = 3;
    only_note_is(&s, "errors are estimated from 3 of 4 samples");
    assert_int_equal(s.record.note[0].cases, 3);
    s.record.group[HP_SAMPLES].n = 1;
    only_note_is(&s, "one sample has no errors, at least 2 are needed");
    s.record.group[HP_SAMPLES].n = 0; /* nobody asked for errors */
    only_note_is(&s, NULL);
    close_scene(&s);
}

/* Of which test_notes.c tells more. */
static void other_bound_states_are_noted(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    *hp_record_at(&s.record, s.value + 2 * s.record.length, HP_ROW_NBOUND) = 1.0;
    s.record.nnote = 0;
    hp_run_note_samples(&s.run, &s.record);
    assert_int_equal(s.record.nnote, 1);
    assert_contains(s.record.note[0].text, "the number of bound states differs between samples");
    close_scene(&s);
}

static void few_bins_are_noted(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.ingest.nbin = 9;
    only_note_is(&s, "weights 1/error^2 from 9 bins are themselves uncertain and make errors too "
                     "small; use more bins or fit.weighting: none");
    s.job.fit.weighting = (char *)"none";
    only_note_is(&s, NULL);
    s.job.fit.weighting = (char *)"inverse_variance";
    s.ingest.nbin = 10;
    only_note_is(&s, NULL);
    close_scene(&s);
}

/* 9 bins of the first stream and 11 of the second: sqrt(18/20) of the error. */
static void short_streams_of_a_bootstrap_are_noted(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    draw_bootstrap(&s);
    only_note_is(&s, NULL); /* 10 and 11 */
    s.ingest.nbin = s.resampling.bins.nbin = 20;
    s.used[1] = 27;
    s.used[2] = 60;
    only_note_is(&s, "a bootstrap of streams of 9 bins or more makes errors about 5.1 % too small");
    s.record.group[HP_SAMPLES].rule.method = HP_METHOD_JACKKNIFE;
    only_note_is(&s, NULL);
    close_scene(&s);
}

/* Of the source that is used alone, and of configurations alone. */
static void averaged_ratios_are_noted(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.has_ratio[0] = true;
    only_note_is(&s, NULL);
    s.has_ratio[1] = true;
    only_note_is(&s, "R of single configurations was averaged; averages of four- and two-point "
                     "functions before the ratio have no such bias");
    s.ensemble.sampling = HP_SAMPLING_JACKKNIFE;
    only_note_is(&s, NULL);
    close_scene(&s);
}

/* A line each, in every output. */
static void findings_of_the_import_are_noted(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.ensemble.notes = (char *)"rows are not independent\n";
    only_note_is(&s, "rows are not independent");
    s.ensemble.notes = (char *)"one\n\ntwo";
    hp_run_note_samples(&s.run, &s.record);
    assert_int_equal(s.record.nnote, 3);
    assert_string_equal(s.record.note[2].text, "two");
    close_scene(&s);
}

static void small_bins_are_noted(void **state) {
    (void)state;
    scene s;
    char text[HP_CHAIN_TEXT];
    open_scene(&s);
    s.point[1].found[HP_CHAIN_R].tau_int = 4.0;
    hp_chain_describe(&s.run.chain, BIN, text);
    only_note_is(&s, text);
    assert_contains(text, "at source smeared, t = 13, r = 0.5 fm");
    s.point[1].found[HP_CHAIN_R].tau_int_error = 4.0; /* it may as well be 1/2 */
    only_note_is(&s, NULL);
    close_scene(&s);
}

static void streams_that_differ_are_noted(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.point[2].found[HP_CHAIN_R].replica_quality = 0.0009;
    only_note_is(&s, "the streams of the ensemble differ more than their errors allow: a chance of "
                     "0.0009 for R at the same point");
    s.point[2].found[HP_CHAIN_R].replica_quality = 0.0011;
    only_note_is(&s, NULL);
    close_scene(&s);
}

/* 21 bins are enough for 2 points, not for 3. */
static void covariances_from_few_bins_are_noted(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.run.analysis.study.data.nfitted = 3;
    only_note_is(&s, NULL); /* there is none */
    s.job.fit.covariance = (char *)"shrinkage";
    only_note_is(&s, "fit.covariance = shrinkage of 3 points from 21 bins: errors of a correlated "
                     "fit come out far too small, by up to factors of ten, unless bins far "
                     "outnumber points; use it to compare central values");
    s.run.analysis.study.data.nfitted = 2;
    only_note_is(&s, NULL);
    close_scene(&s);
}

static void the_ensemble_is_described(void **state) {
    (void)state;
    static const struct {
        const char *key;
        int value;
    } expected[] = {{"samples", NSAMPLE},       {"computed_samples", NSAMPLE},
                    {"ensemble/rows", 65},      {"ensemble/streams", 2},
                    {"ensemble/gaps", 5},       {"ensemble/bin", BIN},
                    {"ensemble/bins", NBIN},    {"ensemble/dropped_rows", 2},
                    {"ensemble/tau_int/t", 13}, {"ensemble/recommended_bin", 1}};
    scene s;
    open_scene(&s);
    hp_run_describe_ensemble(&s.run, &s.record);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const hp_fact *fact = fact_of_key(&s.record, expected[i].key);
        if (fact == NULL) fail_msg("there is no %s", expected[i].key);
        assert_int_equal(fact->integer[0], expected[i].value);
    }
    assert_string_equal(fact_of_key(&s.record, "resampling")->text[0], "jackknife");
    assert_close(fact_of_key(&s.record, "ensemble/tau_int/value")->number[0], 0.5, 0, 0);
    assert_string_equal(fact_of_key(&s.record, "ensemble/tau_int/source")->text[0], "smeared");
    /* 5 lattice units of 0.1 fm, rounded; all 63 rows are independent */
    assert_close(fact_of_key(&s.record, "ensemble/tau_int/r_fm")->number[0], 0.5, 1e-9, 0);
    assert_close(fact_of_key(&s.record, "ensemble/effective_rows")->number[0], 63, 0, 0);
    assert_contains(fact_of_attribute(&s.record, "/", "error_function")->text[0], "jackknife: ");
    s.run.chain.worst = -1; /* R does not vary */
    s.record.nfact = 0;
    hp_run_describe_ensemble(&s.run, &s.record);
    assert_null(fact_of_key(&s.record, "ensemble/tau_int/value"));
    close_scene(&s);
}

static void times_of_both_quantities_are_constant_rows(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    hp_run_describe_ensemble(&s.run, &s.record);
    for (int p = 0; p < HP_CHAIN_RADII; p++) {
        assert_close(constants(&s.record, "ensemble/tau_int")[p], 0.5, 0, 0);
        assert_close(constants(&s.record, "ensemble/tau_int_error")[p], 0.25, 0, 0);
        assert_close(constants(&s.record, "ensemble/tau_int_v_lo")[p], 10.5 + p, 0, 0);
        assert_close(constants(&s.record, "ensemble/r_fm")[p], 0.1 * s.r[p + 1], 1e-9, 0); /* a */
    }
    assert_int_equal(fact_of_attribute(&s.record, "ensemble", "t")->integer[0], 13);
    assert_close(fact_of_attribute(&s.record, "ensemble", "replica_quality")->number[0], 0.5, 0, 0);
    assert_int_equal(hp_record_find(&s.record, "ensemble/tau_int")->extent[1], HP_CHAIN_RADII);
    close_scene(&s);
}

/* The first bins of the second stream begin at row 31 of the file. */
static void draws_of_a_bootstrap_are_kept(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    hp_run_describe_ensemble(&s.run, &s.record);
    assert_null(hp_record_find(&s.record, "resampling/bins")); /* jackknife: in their order */
    draw_bootstrap(&s);
    hp_run_describe_ensemble(&s.run, &s.record);
    const hp_entry *bins = hp_record_find(&s.record, "resampling/bins");
    const hp_entry *first = hp_record_find(&s.record, "resampling/first_row");
    assert_int_equal(bins->extent[0], NSAMPLE);
    assert_int_equal(bins->extent[1], NBIN);
    assert_memory_equal(bins->integer, s.draw, sizeof s.draw);
    assert_int_equal(first->integer[9], 27);
    assert_int_equal(first->integer[10], 31);
    assert_int_equal(fact_of_attribute(&s.record, "resampling/bins", "seed")->integer[0], 7);
    close_scene(&s);
}

/* Of 4 samples 3 directions; a bootstrap of 21 bins in two streams has 19. */
static void ranks_are_those_of_samples_and_bins(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    assert_int_equal(hp_run_largest_rank(&s.run), NSAMPLE - 1);
    s.run.ncomputed = 100;
    assert_int_equal(hp_run_largest_rank(&s.run), NBIN - 1);
    draw_bootstrap(&s);
    assert_int_equal(hp_run_largest_rank(&s.run), NBIN - 2);
    close_scene(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_noted_of_a_good_run),
        cmocka_unit_test(missing_samples_are_noted),
        cmocka_unit_test(other_bound_states_are_noted),
        cmocka_unit_test(few_bins_are_noted),
        cmocka_unit_test(short_streams_of_a_bootstrap_are_noted),
        cmocka_unit_test(averaged_ratios_are_noted),
        cmocka_unit_test(findings_of_the_import_are_noted),
        cmocka_unit_test(small_bins_are_noted),
        cmocka_unit_test(streams_that_differ_are_noted),
        cmocka_unit_test(covariances_from_few_bins_are_noted),
        cmocka_unit_test(the_ensemble_is_described),
        cmocka_unit_test(times_of_both_quantities_are_constant_rows),
        cmocka_unit_test(draws_of_a_bootstrap_are_kept),
        cmocka_unit_test(ranks_are_those_of_samples_and_bins),
    };
    return cmocka_run_group_tests_name("pipeline/ensemble_record", tests, NULL, NULL);
}
