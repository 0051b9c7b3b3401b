// SPDX-License-Identifier: GPL-3.0-or-later
/* What a set of pulls says, on numbers made by hand: two observables of six ensembles. */
#include "../../src/pipeline/coverage_parts.h"
#include "support.h"

#include <math.h>
#include <string.h>

enum { FIRST, SECOND, NOBS, M = 6, LENGTH = HP_COVERAGE_NPART * NOBS + HP_COVERAGE_NQUALITY };

typedef struct scene {
    hp_coverage_observable observable[NOBS];
    double rows[M][LENGTH], work[3 * M];
    hp_coverage_job job;
    hp_synth_job synth;
    hp_coverage coverage;
} scene;

static void open_scene(scene *s) {
    *s = (scene){
        .observable = {{.name = "first", .quantity = "first", .e_cm_mev = NAN, .truth = 10.0},
                       {.name = "second", .quantity = "second", .e_cm_mev = NAN, .truth = -1.0}},
        .job = {.ensembles = M, .fits = true},
        .synth = {.channel = (char *)"by hand"}};
    s->coverage = (hp_coverage){.effective = (char *)"",
                                .synth_text = (char *)"",
                                .run_text = (char *)"",
                                .job = &s->job,
                                .synth = &s->synth,
                                .nobservable = NOBS,
                                .observable = s->observable,
                                .dof = 4,
                                .length = LENGTH,
                                .rows = s->rows[0],
                                .work = s->work};
}

static void put_part(scene *s, int m, int observable, hp_coverage_part part, double value) {
    s->rows[m][part * NOBS + observable] = value;
}

/* Value, statistical and systematic errors of an observable in ensemble m. */
static void put(scene *s, int m, int observable, double value, double error, double plus,
                double minus) {
    const double part[] = {value, error, plus, minus};
    for (int p = 0; p < 4; p++) put_part(s, m, observable, p, part[p]);
    for (int p = HP_COVERAGE_CENTRE; p < HP_COVERAGE_NPART; p++) put_part(s, m, observable, p, NAN);
}

/* Its total band, and whether it is marked. */
static void put_total(scene *s, int m, double centre, double plus, double minus, double mark) {
    put_part(s, m, FIRST, HP_COVERAGE_CENTRE, centre);
    put_part(s, m, FIRST, HP_COVERAGE_TOTAL_PLUS, plus);
    put_part(s, m, FIRST, HP_COVERAGE_TOTAL_MINUS, minus);
    put_part(s, m, FIRST, HP_COVERAGE_MARK, mark);
}

/* Pulls 1, -1.5, 0.5 and -2; two ensembles have none, which does not matter what else they are. */
static void fill(scene *s) {
    open_scene(s);
    put(s, 0, FIRST, 12.0, 2.0, NAN, NAN);
    put(s, 1, FIRST, 7.0, 2.0, 0.0, 0.0);
    put(s, 2, FIRST, NAN, 1.0, 0.0, 0.0);
    put(s, 3, FIRST, 10.5, 1.0, 0.0, 0.0);
    put(s, 4, FIRST, 1e9, INFINITY, 0.0, 0.0);
    put(s, 5, FIRST, 6.0, 2.0, 4.0, 1.5);
    for (int m = 0; m < M; m++) put(s, m, SECOND, -1.0, m < 5 ? 1.0 : 0.0, NAN, NAN);
}

static void deviations_and_pulls_are_averaged(void **state) {
    (void)state;
    scene s;
    fill(&s);
    hp_band found[HP_COVERAGE_NSTATISTIC];
    hp_coverage_summarise(&s.coverage, HP_COVERAGE_STAT, FIRST, found);
    assert_int_equal(found[HP_COVERAGE_ENSEMBLES].value, 4);
    /* 2, -3, 0.5, -4 around -1.125: squares 9.765625 + 3.515625 + 2.640625 + 8.265625 = 24.1875 */
    assert_close(found[HP_COVERAGE_DEVIATION].value, -1.125, 1e-15,
                 0); /* rounding, here and below */
    assert_close(found[HP_COVERAGE_SPREAD].value, sqrt(24.1875 / 3.0), 1e-15, 0);
    assert_close(found[HP_COVERAGE_DEVIATION].error, sqrt(24.1875 / 12.0), 1e-15, 0);
    assert_close(found[HP_COVERAGE_MEAN_WIDTH].value, 7.0 / 4.0, 1e-15, 0);
    assert_close(found[HP_COVERAGE_MEDIAN_WIDTH].value, 2.0, 0, 0); /* of 2, 2, 1, 2 */
    /* 1, -1.5, 0.5, -2: mean -0.5, squares 1 + 2.25 + 0.25 + 4 = 7.5 */
    assert_close(found[HP_COVERAGE_MEAN_PULL].value, -0.5, 1e-15, 0);
    assert_close(found[HP_COVERAGE_MEAN_PULL].error, sqrt((7.5 / 4.0 - 0.25) / 3.0), 1e-15, 0);
    assert_close(found[HP_COVERAGE_RMS_PULL].value, sqrt(7.5 / 4.0), 1e-15, 0);
    assert_close(found[HP_COVERAGE_RMS_PULL].error, sqrt(7.5 / 4.0 / 8.0), 1e-15, 0);
    assert_close(found[HP_COVERAGE_WITHIN].value, 0.5, 0, 0); /* 1 is within 1 */
    assert_close(found[HP_COVERAGE_WITHIN].error, sqrt(0.25 / 6.0), 1e-15, 0);
    hp_coverage_summarise(&s.coverage, HP_COVERAGE_STAT, SECOND, found);
    assert_int_equal(found[HP_COVERAGE_ENSEMBLES].value, 5); /* an error of 0 gives no pull */
    assert_close(found[HP_COVERAGE_WITHIN].value, 1.0, 0, 0);
    /* p = 6/7 of 7 trials: not 0 though all are within */
    assert_close(found[HP_COVERAGE_WITHIN].error, sqrt(6.0 / 7.0 / 7.0 / 7.0), 1e-15, 0);
    hp_coverage_summarise(&s.coverage, HP_COVERAGE_SYST, SECOND, found);
    assert_true(isnan(found[HP_COVERAGE_MEAN_WIDTH].value) &&
                found[HP_COVERAGE_ENSEMBLES].value == 0.0); /* no variation entered anywhere */
}

static double within_total(const scene *s) {
    hp_band found[HP_COVERAGE_NSTATISTIC];
    hp_coverage_summarise(&s->coverage, HP_COVERAGE_SYST, FIRST, found);
    return found[HP_COVERAGE_WITHIN].value;
}

/* Upwards the total error of ensemble 5 is sqrt(4 + 16), downwards 2.5. */
static void total_errors_are_of_both_kinds(void **state) {
    (void)state;
    scene s;
    fill(&s);
    hp_band found[HP_COVERAGE_NSTATISTIC];
    hp_coverage_summarise(&s.coverage, HP_COVERAGE_SYST, FIRST, found);
    assert_int_equal(found[HP_COVERAGE_ENSEMBLES].value,
                     3); /* 0 has no systematic error that is known */
    assert_close(found[HP_COVERAGE_MEAN_WIDTH].value, (2.0 + 1.0 + 0.5 * (sqrt(20.0) + 2.5)) / 3.0,
                 1e-15, 0);
    /* 10 <= 6 + 4.47, and 10.5 - 1 <= 10; 7 + 2 is below */
    assert_close(found[HP_COVERAGE_WITHIN].value, 2.0 / 3.0, 1e-15, 0);
    put(&s, 5, FIRST, 6.0, 2.0, 3.4, 9.0); /* 6 + sqrt(15.56) = 9.94 */
    assert_close(within_total(&s), 1.0 / 3.0, 1e-15, 0);
    put(&s, 5, FIRST, 14.0, 2.0, 0.0, 3.4);
    assert_close(within_total(&s), 1.0 / 3.0, 1e-15, 0);
    put(&s, 5, FIRST, 14.0, 2.0, 0.0, 3.5); /* 14 - sqrt(16.25) = 9.97 */
    assert_close(within_total(&s), 2.0 / 3.0, 1e-15, 0);
}

/* A pull is the deviation over the error of the side on which the truth is, 10: 2/4, -3/2, -0.5/1,
 * and 0 of a band that has no end there. */
static void total_bands_have_two_sides(void **state) {
    (void)state;
    scene s;
    hp_band found[HP_COVERAGE_NSTATISTIC], marked[HP_COVERAGE_NMARKED];
    fill(&s);
    put_total(&s, 0, 12.0, 1.0, 4.0, 2.0); /* a mark is a mark */
    put_total(&s, 1, 7.0, 2.0, 0.5, 0.0);
    put_total(&s, 2, 9.5, 1.0, 3.0, 0.0); /* though the fit gave no value */
    put_total(&s, 3, 4.0, INFINITY, 1.0, 1.0);
    put_total(&s, 4, NAN, 1.0, 1.0, 1.0);
    put_total(&s, 5, 10.0, NAN, NAN, NAN);
    hp_coverage_summarise(&s.coverage, HP_COVERAGE_TOTAL, FIRST, found);
    assert_int_equal(found[HP_COVERAGE_ENSEMBLES].value, 4);
    assert_close(found[HP_COVERAGE_DEVIATION].value, (2.0 - 3.0 - 0.5 - 6.0) / 4.0, 1e-15, 0);
    /* rounding; halves of 5, 2.5, 4 and infinity */
    assert_close(found[HP_COVERAGE_MEDIAN_WIDTH].value, 2.25, 1e-15, 0);
    assert_close(found[HP_COVERAGE_MEAN_PULL].value, (0.5 - 1.5 - 0.5) / 4.0, 1e-15, 0);
    assert_close(found[HP_COVERAGE_RMS_PULL].value, sqrt(2.75 / 4.0), 1e-15, 0);
    assert_close(found[HP_COVERAGE_WITHIN].value, 0.75, 0, 0);
    hp_coverage_count_marks(&s.coverage, FIRST, marked);
    assert_close(marked[HP_COVERAGE_OF_ALL].value, 0.5, 0, 0);
    assert_close(marked[HP_COVERAGE_OF_HELD].value, 2.0 / 3.0, 1e-15, 0);
    assert_close(marked[HP_COVERAGE_OF_MISSED].value, 0.0, 0, 0);
}

/* Tables of Clopper and Pearson: 15 of 20 at 95 % from 0.5090 to 0.9134; none and all of 10. */
static void shares_have_binomial_limits(void **state) {
    (void)state;
    double limit[2];
    hp_coverage_interval((hp_band){.value = 0.75}, 20, 0.95, limit);
    assert_close(limit[0], 0.5090, 0, 5e-5); /* the digits of the table */
    assert_close(limit[1], 0.9134, 0, 5e-5);
    hp_coverage_interval((hp_band){.value = 0.0}, 10, 0.9, limit);
    assert_close(limit[0], 0.0, 0, 0);
    assert_close(limit[1], 1.0 - pow(0.05, 0.1), 1e-12, 0); /* (1 - p)^10 = 5 %; GSL's inverse */
    hp_coverage_interval((hp_band){.value = 1.0}, 10, 0.9, limit);
    assert_close(limit[0], pow(0.05, 0.1), 1e-12, 0);
    assert_close(limit[1], 1.0, 0, 0);
    hp_coverage_interval((hp_band){.value = NAN}, 0, 0.9, limit);
    assert_true(isnan(limit[0]) && isnan(limit[1]));
}

static void shares_belong_to_limits(void **state) {
    (void)state;
    static const double limit[] = {0.4, 0.5, 1.0, 1.9, 2.0}, share[] = {0.0, 0.25, 0.5, 0.75, 1.0};
    scene s;
    fill(&s);
    for (int i = 0; i < 5; i++)
        assert_close(hp_coverage_share(&s.coverage, FIRST, limit[i]).value, share[i], 0, 0);
}

/* A number of the summary. */
static double number(const hp_record *record, const char *key) {
    for (int i = 0; i < record->nfact; i++) {
        const hp_fact *fact = &record->fact[i];
        if (fact->place.summary == NULL || strcmp(fact->place.summary, key) != 0) continue;
        return fact->kind == HP_INTEGER ? fact->integer[0] : fact->number[0];
    }
    fail_msg("there is no %s", key);
    return NAN;
}

static void describe(scene *s, hp_record *record) {
    hp_error err = HP_ERROR_INIT;
    hp_record_create(record);
    assert_ok(hp_coverage_describe(&s->coverage, record, &err), &err);
}

/* Pulls just within and just beyond the limits of both distributions, from tables of them. */
static void levels_have_the_limits_of_their_distribution(void **state) {
    (void)state;
    static const struct {
        double p;
        int dof;
        double gaussian, student;
        const char *gaussian_key, *student_key;
    } cases[] = {
        {0.95, 4, 1.959964, 2.776445, "observables/first/gaussian_0.95",
         "observables/first/student_0.95"},
        {0.5, 1, 0.674490, 1.0, "observables/first/gaussian_0.5", "observables/first/student_0.5"}};
    for (int c = 0; c < 2; c++) {
        scene s;
        hp_record record;
        double level = cases[c].p;
        open_scene(&s);
        s.job.levels = (hp_double_list){&level, 1};
        s.coverage.dof = cases[c].dof;
        for (int side = 0; side < 2; side++) { /* the digits of the tables */
            double shift = side == 0 ? -1e-6 : 1e-6;
            put(&s, side, FIRST, 10.0 + cases[c].gaussian + shift, 1.0, NAN, NAN);
            put(&s, 2 + side, FIRST, 10.0 - cases[c].student - shift, 1.0, NAN, NAN);
        }
        put(&s, 4, FIRST, 10.0, 1.0, NAN, NAN);
        put(&s, 5, FIRST, NAN, 1.0, NAN, NAN);
        describe(&s, &record);
        assert_close(number(&record, cases[c].gaussian_key), 2.0 / 5.0, 0, 0);
        assert_close(number(&record, cases[c].student_key), 4.0 / 5.0, 0, 0);
        hp_record_destroy(&record);
    }
}

/* Ensembles without result have no quality. */
static void qualities_are_averaged_where_they_are_known(void **state) {
    (void)state;
    scene s;
    hp_record record;
    fill(&s);
    static const double chi2[M] = {1.0, 2.0, NAN, 4.0, NAN, 5.0};
    for (int m = 0; m < M; m++) {
        double *quality = s.rows[m] + HP_COVERAGE_NPART * NOBS;
        for (int q = 0; q < HP_COVERAGE_NQUALITY; q++) quality[q] = isnan(chi2[m]) ? NAN : 1.0;
        quality[HP_COVERAGE_CHI2] = chi2[m];
        quality[HP_COVERAGE_FAILED] = isnan(chi2[m]);
        quality[HP_COVERAGE_DESCRIBED] = isnan(chi2[m]) ? NAN : chi2[m] < 4.5;
    }
    describe(&s, &record);
    assert_close(number(&record, "chi2_per_effective_point/mean"), 3.0, 1e-15, 0);
    /* 4 + 1 + 1 + 4 */
    assert_close(number(&record, "chi2_per_effective_point/standard_deviation"), sqrt(10.0 / 3.0),
                 1e-15, 0);
    assert_close(number(&record, "chi2_per_effective_point/largest"), 5.0, 0, 0);
    assert_close(number(&record, "chi2_per_effective_point/above_maximum"), 1.0, 0, 0);
    assert_close(number(&record, "averages_not_converged"), 0.0, 0, 0);
    assert_close(number(&record, "failed"), 2.0, 0, 0);
    hp_record_destroy(&record);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deviations_and_pulls_are_averaged),
        cmocka_unit_test(total_errors_are_of_both_kinds),
        cmocka_unit_test(total_bands_have_two_sides),
        cmocka_unit_test(shares_have_binomial_limits),
        cmocka_unit_test(shares_belong_to_limits),
        cmocka_unit_test(levels_have_the_limits_of_their_distribution),
        cmocka_unit_test(qualities_are_averaged_where_they_are_known),
    };
    return cmocka_run_group_tests_name("pipeline/coverage_statistics", tests, NULL, NULL);
}
