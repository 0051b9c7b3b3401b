// SPDX-License-Identifier: GPL-3.0-or-later
/* Pulls and chi2 by source and by region of r against numbers found by hand, and what is warned of.
 *
 * 14 radii of 0.1 to 1.4 fm, the first not fitted; regions that end at 0.25, 1.3, 1.5 fm hold 1,
 * 10, 2 and 0 fitted radii (the one at 1.3 fm is beyond). Two sources at one time. */
#include "notes.h"

#include <math.h>
#include <string.h>
#include "hadpot/goodness.h"
#include "hadpot/memory.h"
#include "hadpot/network_fit.h"

enum { N = 14, VALUES = 2 * N, NREGION = 4, NROW = 3 };

typedef struct scene {
    hp_fit_data data;
    hp_goodness goodness;
    hp_record record;
    hp_rows samples;
    double edges[NREGION - 1], r[N], fitted[N];
    double S[VALUES], R[VALUES], V[VALUES], prediction[VALUES];
    double S_error[VALUES], V_error[VALUES];
} scene;

/* Pulls of source 0: 1, but -3 at 1.3 fm; of source 1: 3 from 0.3 to 1.2 fm, 2 at 0.2 fm, else 1.
 * At the radius that is not fitted: 100. */
static double pull_of(int source, int r) {
    if (r == 0) return 100.0;
    if (source == 0) return r == 12 ? -3.0 : 1.0;
    return r == 1 ? 2.0 : r < 12 ? 3.0 : 1.0;
}

static void fill_data(scene *s) {
    for (int r = 0; r < N; r++) {
        s->r[r] = r + 1.0;
        s->fitted[r] = r > 0;
    }
    for (int i = 0; i < VALUES; i++) {
        s->R[i] = 2.0;
        s->S_error[i] = 0.25;
        s->V_error[i] = 0.5;
        s->prediction[i] = 7.0 - i;
        s->S[i] = s->prediction[i] + 0.25 * pull_of(i / N, i % N);
        s->V[i] = s->S[i] / s->R[i];
    }
}

static hp_status create_regions(scene *s, hp_error *err) {
    return hp_goodness_create(&s->data, s->edges, NREGION - 1, &s->goodness, err);
}

/* The rows of goodness and whether the fits converged. */
static void describe(scene *s, bool covariance) {
    static const hp_row converged = {.path = HP_ROW_CONVERGED, .unit = "1", .text = "converged"};
    static const char *const source[] = {"wall", "smeared"};
    static const int t[] = {13};
    hp_record *record = &s->record;
    hp_record_create(record);
    hp_record_add_slim_axis(record, "component", HP_NCOMPONENT);
    hp_record_add_axis(record, "source", 2);
    hp_record_add_axis(record, "t", 1);
    hp_record_add_axis(record, "r", N);
    hp_record_label(record, "source", &(hp_label){.column = "source", .name = source});
    hp_record_label(record, "t", &(hp_label){.column = "t", .integer = t});
    hp_goodness_describe(&s->goodness, covariance, record);
    hp_record_add_rows(record, &converged, 1);
}

static void open_scene(scene *s, bool covariance) {
    hp_error err = HP_ERROR_INIT;
    memset(s, 0, sizeof *s);
    memcpy(s->edges, (double[]){0.25, 1.3, 1.5}, sizeof s->edges);
    fill_data(s);
    s->data = (hp_fit_data){.n = N,
                            .ncolumn = 2,
                            .nfitted = 2 * (N - 1),
                            .length_fm = 0.1,
                            .energy_mev = 1973.0,
                            .r = s->r,
                            .fitted = s->fitted,
                            .S = s->S,
                            .R = s->R,
                            .V = s->V,
                            .S_error = s->S_error,
                            .V_error = s->V_error};
    assert_ok(create_regions(s, &err), &err);
    describe(s, covariance);
    assert_ok(hp_record_check(&s->record, &err), &err);
    s->samples = (hp_rows){.n = NROW - 1,
                           .value = hp_alloc(NROW * s->record.length, sizeof(double)),
                           .rule = {HP_METHOD_JACKKNIFE, 20},
                           .has_rule = true};
    assert_non_null(s->samples.value);
    hp_record_set_samples(&s->record, &s->samples);
}

/* Of the average (0) and the samples. */
static double *at(scene *s, size_t row, const char *path) {
    return hp_record_at(&s->record, s->samples.value + row * s->record.length, path);
}

/* The same goodness for the average and both samples, all converged. */
static void store(scene *s) {
    for (size_t row = 0; row < NROW; row++) {
        hp_goodness_store(&s->goodness, &s->data, s->prediction, &s->record,
                          s->samples.value + row * s->record.length);
        *at(s, row, HP_ROW_CONVERGED) = 1.0;
    }
}

static void close_scene(scene *s) {
    hp_free(s->samples.value);
    hp_record_destroy(&s->record);
    hp_goodness_destroy(&s->goodness);
}

static double number(const scene *s, const char *path, int i) {
    return hp_record_value(&s->record, path, (size_t)i);
}

/* All facts and notes, with nothing left of the ones before. */
static void note(scene *s, double most) {
    hp_error err = HP_ERROR_INIT;
    s->record.nfact = s->record.nnote = 0;
    assert_ok(hp_goodness_note(&s->goodness, &s->data, most, &s->record, &err), &err);
    assert_ok(hp_record_check(&s->record, &err), &err);
}

/* The fact of a key of the summary. */
static const hp_fact *fact(const scene *s, const char *key) {
    const hp_fact *found = fact_of_key(&s->record, key);
    if (found == NULL) fail_msg("there is no %s", key);
    return found;
}

static double number_of(const scene *s, const char *key) {
    return fact(s, key)->number[0];
}

/* Whether there is this note; why: the reason that an alternative fails for, or NULL. */
static bool has_note(const scene *s, const char *text, const char *why) {
    for (int i = 0; i < s->record.nnote; i++) {
        const hp_note *found = &s->record.note[i];
        if (strcmp(found->text, text) != 0) continue;
        assert_int_equal(found->fails == NULL, why == NULL);
        if (why != NULL) assert_string_equal(found->fails, why);
        return true;
    }
    return false;
}

static void regions_hold_the_radii_between_their_edges(void **state) {
    (void)state;
    static const int points[NREGION] = {1, 10, 2, 0};
    scene s;
    open_scene(&s, false);
    assert_int_equal(s.goodness.nregion, NREGION);
    for (int i = 0; i < NREGION; i++) assert_int_equal(s.goodness.region_points[i], points[i]);
    assert_int_equal(s.goodness.region[1], 0);
    assert_int_equal(s.goodness.region[2], 1);
    assert_int_equal(s.goodness.region[12], 2);
    hp_error err = HP_ERROR_INIT;
    hp_goodness_destroy(&s.goodness);
    s.data.length_fm = 0.1 * (1.0 - 1e-12); /* rounding of a moves no radius */
    assert_ok(create_regions(&s, &err), &err);
    assert_int_equal(s.goodness.region[12], 2);
    close_scene(&s);
}

static void chi2_agrees_with_numbers_found_by_hand(void **state) {
    (void)state;
    /* source 0: 12 + 9 of 13 points; 1; 10; 9 + 1. source 1: 4 + 90 + 2; 4; 90; 2 */
    static const double region[2][NREGION] = {{1, 1, 5, NAN}, {4, 9, 1, NAN}};
    scene s;
    open_scene(&s, false);
    store(&s);
    for (int c = 0; c < 2; c++)
        for (int i = 0; i < NREGION; i++) {
            double found = number(&s, HP_ROW_CHI2_REGION, c * NREGION + i);
            if (i == 3)
                assert_true(isnan(found));
            else
                assert_close(found, region[c][i], 0, 0); /* all numbers are exact in binary */
        }
    assert_close(number(&s, HP_ROW_CHI2_BY, 0), 21.0 / 13.0, 1e-15, 0); /* one rounding each */
    assert_close(number(&s, HP_ROW_CHI2_BY, 1), 96.0 / 13.0, 1e-15, 0);
    assert_close(number(&s, HP_ROW_CHI2, 0), 117.0 / 26.0, 1e-15, 0);
    assert_close(number(&s, HP_ROW_PULL, 12), -3, 0, 0);
    assert_close(number(&s, HP_ROW_PULL, 0), 100, 0, 0); /* kept, but not counted */
    close_scene(&s);
}

/* Facts: by source, by source and time, by region of both and of each source; where the largest
 * pull lies. */
static void facts_agree_with_numbers_found_by_hand(void **state) {
    (void)state;
    static const int points[NREGION] = {1, 10, 2, 0};
    scene s;
    open_scene(&s, false);
    store(&s);
    note(&s, 2.0);
    assert_close(number_of(&s, "chi2_per_point"), 4.5, 0, 0);
    assert_int_equal(fact(&s, "points")->integer[0], 26);
    assert_int_equal(fact(&s, "converged_samples")->integer[0], 2);
    assert_int_equal(fact(&s, "average_converged")->integer[0], 1);
    assert_int_equal(fact(&s, "fit_describes_data")->integer[0], 0);
    assert_close(number_of(&s, "chi2_per_point_by_source/smeared"), 96.0 / 13.0, 1e-15, 0);
    assert_close(number_of(&s, "chi2_per_point_by_source_and_time/wall/13"), 21.0 / 13.0, 1e-15, 0);
    const hp_fact *all = fact(&s, "chi2_per_point_by_region/value");
    const hp_fact *one = fact(&s, "chi2_per_point_by_source_time_and_region/smeared/13");
    assert_int_equal(all->count, NREGION);
    assert_int_equal(one->count, NREGION);
    assert_close(all->number[1], 5, 0, 0);
    assert_close(one->number[1], 9, 0, 0);
    for (int i = 0; i < NREGION; i++)
        assert_close(fact(&s, "chi2_per_point_by_region/points")->number[i], points[i], 0, 0);
    assert_int_equal(fact(&s, "chi2_per_point_by_region/edges_fm")->count, NREGION - 1);
    assert_close(number_of(&s, "largest_pull_by_source_and_time/wall/13/value"), -3, 0, 0);
    assert_close(number_of(&s, "largest_pull_by_source_and_time/wall/13/r_fm"), 1.3, 1e-15,
                 0); /* a product of two numbers */
    assert_string_equal(s.record.headline,
                        "chi2 per point 4.5, average converged, 2 of 2 samples converged");
    note(&s, 4.5);
    assert_int_equal(fact(&s, "fit_describes_data")->integer[0], 1);
    close_scene(&s);
}

/* V = S/R = S/2 with error 0.5: half the residual over twice the error. */
static void gaussians_are_judged_in_the_potential(void **state) {
    (void)state;
    scene s;
    open_scene(&s, false);
    s.data.of_potential = true;
    store(&s);
    assert_close(number(&s, HP_ROW_PULL, 12), -0.75, 0, 0);
    assert_close(number(&s, HP_ROW_CHI2_BY, 0), 21.0 / 13.0 / 16.0, 1e-15, 0);
    close_scene(&s);
}

/* A mode along the point of source 0 at 1.3 fm (pull -3), with f = 1/2, halves that component. */
static void correlated_chi2_is_that_of_the_whitened_residual(void **state) {
    (void)state;
    double weight[VALUES] = {0}, mode[VALUES] = {0}, factor[1] = {0.5};
    scene s;
    open_scene(&s, true);
    for (int i = 0; i < VALUES; i++) weight[i] = s.fitted[i % N] > 0 ? 16.0 : 0.0;
    mode[12] = 1.0;
    s.data.weights = (hp_fit_weights){
        .n = N, .ncolumn = 2, .weight = weight, .nmode = 1, .mode = mode, .mode_factor = factor};
    store(&s);
    assert_close(number(&s, HP_ROW_CHI2_CORRELATED, 0), (117.0 - 0.75 * 9.0) / 26.0, 1e-15, 0);
    assert_close(number(&s, HP_ROW_CHI2, 0), 117.0 / 26.0, 1e-15, 0);
    note(&s, 2.0);
    assert_close(number_of(&s, "chi2_correlated_per_point"), (117.0 - 0.75 * 9.0) / 26.0, 1e-15, 0);
    close_scene(&s);
}

static void failing_sources_and_regions_are_named(void **state) {
    (void)state;
    scene s;
    open_scene(&s, false);
    store(&s);
    note(&s, 2.0);
    assert_int_equal(s.record.nnote, 3);
    assert_true(has_note(&s,
                         "the fit does not describe its data: chi2 per point = 4.5, above "
                         "results.max_chi2_per_point = 2",
                         "does not describe its data"));
    assert_true(has_note(&s,
                         "the fit does not describe 1 of 2 sources, worst of them smeared: chi2 "
                         "per point = 7.38 of 13 points",
                         NULL));
    /* not the 2 points of source wall with 5 */
    assert_true(has_note(&s,
                         "the fit does not describe 1 of the regions of r, worst of them 0.25 to "
                         "1.3 fm of source smeared: chi2 per point = 9 of 10 points",
                         NULL));
    note(&s, 4.5); /* twice of it is 9 */
    assert_int_equal(s.record.nnote, 0);
    note(&s, 3.7); /* 2 * 3.7 is above 7.38: no source, but the region */
    assert_int_equal(s.record.nnote, 2);
    close_scene(&s);
}

static void failing_samples_are_counted(void **state) {
    (void)state;
    scene s;
    open_scene(&s, false);
    store(&s);
    *at(&s, 1, HP_ROW_CHI2) = 5.1;
    *at(&s, 2, HP_ROW_CONVERGED) = 0.0;
    note(&s, 5.0);
    assert_int_equal(s.record.nnote, 2);
    assert_true(has_note(&s,
                         "the fits of 1 of 2 samples do not describe their data: chi2 per point "
                         "above results.max_chi2_per_point = 5",
                         NULL));
    assert_true(has_note(&s, "the fits of 1 of 2 samples did not converge", NULL));
    assert_int_equal(hp_goodness_count_converged(&s.record), 1);
    *at(&s, 0, HP_ROW_CONVERGED) = 0.0;
    note(&s, 5.0);
    assert_true(
        has_note(&s, "the fit of the ensemble average did not converge", "did not converge"));
    assert_contains(s.record.headline, ", average NOT converged, 1 of 2 samples converged");
    close_scene(&s);
}

/* Samples of a bootstrap may be worse by 1 in the mean and twice that. */
static void bootstrap_samples_fluctuate_twice(void **state) {
    (void)state;
    scene s;
    open_scene(&s, false);
    store(&s);
    s.record.group[HP_SAMPLES].rule.method = HP_METHOD_BOOTSTRAP;
    *at(&s, 1, HP_ROW_CHI2) = 11.9;
    note(&s, 5.0);
    assert_int_equal(s.record.nnote, 0);
    *at(&s, 1, HP_ROW_CHI2) = 12.1;
    note(&s, 5.0);
    assert_true(has_note(&s,
                         "the fits of 1 of 2 samples do not describe their data: chi2 per point "
                         "above 2 (results.max_chi2_per_point + 1) = 12",
                         NULL));
    close_scene(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(regions_hold_the_radii_between_their_edges),
        cmocka_unit_test(chi2_agrees_with_numbers_found_by_hand),
        cmocka_unit_test(facts_agree_with_numbers_found_by_hand),
        cmocka_unit_test(gaussians_are_judged_in_the_potential),
        cmocka_unit_test(correlated_chi2_is_that_of_the_whitened_residual),
        cmocka_unit_test(failing_sources_and_regions_are_named),
        cmocka_unit_test(failing_samples_are_counted),
        cmocka_unit_test(bootstrap_samples_fluctuate_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
