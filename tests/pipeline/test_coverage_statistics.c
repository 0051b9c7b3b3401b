// SPDX-License-Identifier: GPL-3.0-or-later
/* What a set of pulls says, on numbers made by hand: two observables of six ensembles. */
#include "support.h"

#include <math.h>
#include <string.h>
#include "hadpot/coverage.h"

enum { FIRST, SECOND, NOBS, M = 6, LENGTH = HP_COVERAGE_NPART * NOBS + HP_COVERAGE_NQUALITY };

typedef struct scene {
    hp_coverage_observable observable[NOBS];
    double rows[M][LENGTH];
    hp_coverage coverage;
} scene;

static void open_scene(scene *s) {
    *s = (scene){.observable = {{.truth = 10.0}, {.truth = -1.0}}};
    s->coverage = (hp_coverage){.nensemble = M,
                                .nobservable = NOBS,
                                .observable = s->observable,
                                .dof = 4,
                                .length = LENGTH,
                                .rows = s->rows[0]};
}

/* Value, statistical and systematic errors of an observable in ensemble m. */
static void put(scene *s, int m, int observable, double value, double error, double plus,
                double minus) {
    const double part[HP_COVERAGE_NPART] = {value, error, plus, minus};
    for (int p = 0; p < HP_COVERAGE_NPART; p++) s->rows[m][p * NOBS + observable] = part[p];
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
    hp_coverage_statistics found = hp_coverage_summarise(&s.coverage, FIRST);
    assert_int_equal(found.n, 4);
    /* 2, -3, 0.5, -4 around -1.125: squares 9.765625 + 3.515625 + 2.640625 + 8.265625 = 24.1875 */
    assert_close(found.deviation.value, -1.125, 1e-15, 0); /* rounding, here and below */
    assert_close(found.spread, sqrt(24.1875 / 3.0), 1e-15, 0);
    assert_close(found.deviation.error, sqrt(24.1875 / 12.0), 1e-15, 0);
    assert_close(found.mean_error, 7.0 / 4.0, 1e-15, 0);
    /* 1, -1.5, 0.5, -2: mean -0.5, squares 1 + 2.25 + 0.25 + 4 = 7.5 */
    assert_close(found.mean_pull.value, -0.5, 1e-15, 0);
    assert_close(found.mean_pull.error, sqrt((7.5 / 4.0 - 0.25) / 3.0), 1e-15, 0);
    assert_close(found.rms_pull.value, sqrt(7.5 / 4.0), 1e-15, 0);
    assert_close(found.rms_pull.error, sqrt(7.5 / 4.0 / 8.0), 1e-15, 0);
    assert_close(found.within_error.value, 0.5, 0, 0); /* 1 is within 1 */
    assert_close(found.within_error.error, sqrt(0.25 / 6.0), 1e-15, 0);
    found = hp_coverage_summarise(&s.coverage, SECOND);
    assert_int_equal(found.n, 5); /* an error of 0 gives no pull */
    assert_close(found.within_error.value, 1.0, 0, 0);
    /* p = 6/7 of 7 trials: not 0 though all are within */
    assert_close(found.within_error.error, sqrt(6.0 / 7.0 / 7.0 / 7.0), 1e-15, 0);
    assert_true(isnan(found.mean_total) && found.ntotal == 0); /* no variation entered anywhere */
}

/* Upwards the total error of ensemble 5 is sqrt(4 + 16), downwards 2.5. */
static void total_errors_are_of_both_kinds(void **state) {
    (void)state;
    scene s;
    fill(&s);
    hp_coverage_statistics found = hp_coverage_summarise(&s.coverage, FIRST);
    hp_systematic total = hp_coverage_total(&s.coverage, 5, FIRST);
    assert_close(total.plus, sqrt(20.0), 1e-15, 0);
    assert_close(total.minus, 2.5, 1e-15, 0);
    assert_close(hp_coverage_band(&s.coverage, 5, FIRST).value, 6.0, 0, 0);
    assert_close(hp_coverage_band(&s.coverage, 5, FIRST).error, 2.0, 0, 0);
    assert_int_equal(found.ntotal, 3); /* 0 has no systematic error that is known */
    assert_close(found.mean_total, (2.0 + 1.0 + 0.5 * (sqrt(20.0) + 2.5)) / 3.0, 1e-15, 0);
    /* 10 <= 6 + 4.47, and 10.5 - 1 <= 10; 7 + 2 is below */
    assert_close(found.within_total.value, 2.0 / 3.0, 1e-15, 0);
    put(&s, 5, FIRST, 6.0, 2.0, 3.4, 9.0); /* 6 + sqrt(15.56) = 9.94 */
    assert_close(hp_coverage_summarise(&s.coverage, FIRST).within_total.value, 1.0 / 3.0, 1e-15, 0);
    put(&s, 5, FIRST, 14.0, 2.0, 0.0, 3.4);
    assert_close(hp_coverage_summarise(&s.coverage, FIRST).within_total.value, 1.0 / 3.0, 1e-15, 0);
    put(&s, 5, FIRST, 14.0, 2.0, 0.0, 3.5); /* 14 - sqrt(16.25) = 9.97 */
    assert_close(hp_coverage_summarise(&s.coverage, FIRST).within_total.value, 2.0 / 3.0, 1e-15, 0);
}

static void shares_belong_to_limits(void **state) {
    (void)state;
    static const double limit[] = {0.4, 0.5, 1.0, 1.9, 2.0}, share[] = {0.0, 0.25, 0.5, 0.75, 1.0};
    scene s;
    fill(&s);
    for (int i = 0; i < 5; i++)
        assert_close(hp_coverage_share(&s.coverage, FIRST, limit[i]).value, share[i], 0, 0);
    /* tables of the distributions, to their digits */
    assert_close(hp_coverage_gaussian_limit(0.95), 1.959964, 0, 1e-6);
    assert_close(hp_coverage_gaussian_limit(0.5), 0.674490, 0, 1e-6);
    assert_close(hp_coverage_student_limit(&s.coverage, 0.95), 2.776445, 0, 1e-6);
    s.coverage.dof = 1;
    assert_close(hp_coverage_student_limit(&s.coverage, 0.5), 1.0, 0, 1e-9);
}

/* Ensembles without result have no quality. */
static void qualities_are_averaged_where_they_are_known(void **state) {
    (void)state;
    scene s;
    fill(&s);
    static const double chi2[M] = {1.0, 2.0, NAN, 4.0, NAN, 5.0};
    for (int m = 0; m < M; m++) {
        s.rows[m][HP_COVERAGE_NPART * NOBS + HP_COVERAGE_CHI2] = chi2[m];
        s.rows[m][HP_COVERAGE_NPART * NOBS + HP_COVERAGE_FAILED] = isnan(chi2[m]);
    }
    assert_close(hp_coverage_quality_of(&s.coverage, 3, HP_COVERAGE_CHI2), 4.0, 0, 0);
    hp_band mean = hp_coverage_mean_quality(&s.coverage, HP_COVERAGE_CHI2);
    assert_close(mean.value, 3.0, 1e-15, 0);
    assert_close(mean.error, sqrt(10.0 / 3.0), 1e-15, 0); /* 4 + 1 + 1 + 4 */
    assert_close(hp_coverage_mean_quality(&s.coverage, HP_COVERAGE_FAILED).value, 1.0 / 3.0, 1e-15,
                 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deviations_and_pulls_are_averaged),
        cmocka_unit_test(total_errors_are_of_both_kinds),
        cmocka_unit_test(shares_belong_to_limits),
        cmocka_unit_test(qualities_are_averaged_where_they_are_known),
    };
    return cmocka_run_group_tests_name("pipeline/coverage_statistics", tests, NULL, NULL);
}
