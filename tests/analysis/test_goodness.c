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

/* One of the parts: all its points are independent, with the errors of S. */
static void make_part(const scene *s, int source, int region, hp_error_part *part) {
    part->weights = (hp_fit_weights){.n = N, .ncolumn = 2};
    part->weights.weight = hp_alloc(VALUES, sizeof(double));
    assert_non_null(part->weights.weight);
    for (int i = 0; i < VALUES; i++) {
        if (s->fitted[i % N] == 0.0 || (source >= 0 && i / N != source) ||
            (region >= 0 && s->goodness.region[i % N] != region))
            continue;
        part->weights.weight[i] = 16.0;
        part->points++;
    }
    part->effective_points = part->points;
}

static hp_status create_regions(scene *s, hp_error *err) {
    HP_CALL(hp_goodness_create(&s->data, s->edges, NREGION - 1, &s->goodness, err));
    s->goodness.nsource = 2;
    HP_ALLOCATE(s->goodness.part, 3 + 2 * NREGION);
    make_part(s, -1, -1, &s->goodness.part[0]);
    for (int i = 0; i < 2; i++) make_part(s, i, -1, &s->goodness.part[1 + i]);
    for (int i = 0; i < 2 * NREGION; i++)
        make_part(s, i / NREGION, i % NREGION, &s->goodness.part[3 + i]);
    return HP_OK;
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
                            .ncomponent = 1,
                            .nradius = N,
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
        double *vector = s->samples.value + row * s->record.length;
        hp_goodness_store(&s->goodness, &s->data, s->prediction, &s->record, vector);
        assert_true(isnan(*hp_record_at(&s->record, vector, HP_ROW_EFFECTIVE)));
        hp_goodness_judge(&s->goodness, s->S, s->prediction, &s->record, vector);
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
static void note(scene *s, double probability) {
    hp_error err = HP_ERROR_INIT;
    s->record.nfact = s->record.nnote = 0;
    assert_ok(hp_goodness_note(&s->goodness, &s->data, probability, &s->record, &err), &err);
    assert_ok(hp_record_check(&s->record, &err), &err);
}

/* The fact of a key of the summary. */
static const hp_fact *fact(const scene *s, const char *key) {
    const hp_fact *found = fact_of_key(&s->record, key);
    if (found == NULL) fail_msg("there is no %s", key);
    return found;
}

static double number_of(const scene *s, const char *key) {
    const hp_fact *found = fact(s, key);
    return found != NULL ? found->number[0] : NAN;
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
            found = number(&s, HP_ROW_EFFECTIVE_REGION, c * NREGION + i);
            if (i == 3)
                assert_true(isnan(found));
            else
                assert_close(found, region[c][i], 1e-15, 0);
        }
    assert_close(number(&s, HP_ROW_CHI2_BY, 0), 21.0 / 13.0, 1e-15, 0); /* one rounding each */
    assert_close(number(&s, HP_ROW_CHI2_BY, 1), 96.0 / 13.0, 1e-15, 0);
    assert_close(number(&s, HP_ROW_CHI2, 0), 117.0 / 26.0, 1e-15, 0);
    assert_close(number(&s, HP_ROW_EFFECTIVE, 0), 117.0 / 26.0, 1e-15, 0);
    assert_close(number(&s, HP_ROW_EFFECTIVE_BY, 1), 96.0 / 13.0, 1e-15, 0);
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
    note(&s, 0.01);
    assert_close(number_of(&s, "chi2_per_point"), 4.5, 0, 0);
    assert_close(number_of(&s, "chi2_per_effective_point"), 4.5, 1e-15, 0);
    assert_close(number_of(&s, "effective_points"), 26, 0, 0);
    assert_close(number_of(&s, "chi2_per_effective_point_by_source/smeared"), 96.0 / 13.0, 1e-15,
                 0);
    assert_close(fact(&s, "chi2_per_effective_point_by_source_and_region/smeared")->number[1], 9,
                 1e-15, 0);
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
    assert_string_equal(
        s.record.headline,
        "chi2 per effective point 4.5, average converged, 2 of 2 samples converged");
    note(&s, 1e-14);
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
    note(&s, 0.01);
    assert_close(number_of(&s, "chi2_correlated_per_point"), (117.0 - 0.75 * 9.0) / 26.0, 1e-15, 0);
    close_scene(&s);
}

#define FEW_BINS                                                                                   \
    "whether the fit describes its data is not known: errors of fewer than 6 bins are too "        \
    "uncertain"

/* Quantiles of chi2 by another program. */
static void limits_are_quantiles_shared_by_parts(void **state) {
    (void)state;
    static const struct {
        int points, count;
        double probability, limit;
    } cases[] = {{26, 1, 0.01, 1.755449333318583},
                 {13, 2, 0.01, 2.2938054787425552},
                 {10, 6, 0.01, 2.821639646432001},
                 {2, 6, 1e-12, 29.422780585156605}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const hp_error_part part = {.points = 1, .effective_points = cases[i].points};
        assert_close(hp_goodness_limit(&part, cases[i].count, cases[i].probability), cases[i].limit,
                     1e-12, 0); /* of GSL */
    }
    const hp_error_part one = {.points = 1, .effective_points = 1.5}, none = {0};
    assert_true(isinf(hp_goodness_limit(&one, 3, 0.0)));
    assert_close(hp_goodness_limit(&one, 1, 1.0), 0.0, 0, 0);
    assert_true(isnan(hp_goodness_limit(&none, 3, 0.01)));
}

/* m_eff = 31 of 19 degrees of freedom: chi2inv(0.95, 25.83) 19/17/25.83; of 4 no limit is known. */
static void limits_know_that_errors_come_from_samples(void **state) {
    (void)state;
    hp_error_part part = {.points = 1, .freedom = 19, .effective_points = 31.0};
    assert_close(hp_goodness_limit(&part, 1, 0.05), 1.673442879, 1e-9, 0); /* by another program */
    part.freedom = 5;
    assert_true(hp_goodness_limit(&part, 1, 0.05) > 3.0);
    scene s;
    open_scene(&s, false);
    store(&s);
    note(&s, 0.01);
    assert_false(has_note(&s, FEW_BINS, NULL));
    s.goodness.part[0].freedom = 4;
    note(&s, 0.01);
    assert_true(has_note(&s, FEW_BINS, NULL));
    close_scene(&s);
}

static void failing_sources_and_regions_are_named(void **state) {
    (void)state;
    scene s;
    open_scene(&s, false);
    store(&s);
    note(&s, 0.01);
    assert_int_equal(s.record.nnote, 3);
    assert_true(has_note(&s,
                         "the fit does not describe its data: chi2 per effective point = 4.5 of 26 "
                         "points, above 1.76 (results.min_fit_probability = 0.01)",
                         "does not describe its data"));
    assert_true(has_note(&s,
                         "the fit does not describe 1 of 2 sources, worst of them smeared: chi2 "
                         "per effective point = 7.38 of 13 points, above 2.29",
                         NULL));
    /* not the 2 points of source wall with 5, nor that of smeared with 4 */
    assert_true(has_note(&s,
                         "the fit does not describe 1 of the regions of r, worst of them 0.25 to "
                         "1.3 fm of source smeared: chi2 per effective point = 9 of 10 points, "
                         "above 2.82",
                         NULL));
    note(&s, 1e-14); /* limits: 4.77, 7.50, 9.26 */
    assert_int_equal(s.record.nnote, 0);
    note(&s, 1e-13); /* 4.55, 7.10, 8.75 */
    assert_int_equal(s.record.nnote, 2);
    /* few points too: that of smeared at 0.2 fm, with more than 9.88 */
    *at(&s, 0, HP_ROW_EFFECTIVE_REGION) = 0.0;
    at(&s, 0, HP_ROW_EFFECTIVE_REGION)[NREGION] = 40.0;
    note(&s, 0.01);
    assert_true(has_note(&s,
                         "the fit does not describe 2 of the regions of r, worst of them 0 to 0.25 "
                         "fm of source smeared: chi2 per effective point = 40 of 1 points, above "
                         "9.88",
                         NULL));
    const hp_entry *limit =
        hp_record_find(&s.record, "training/max_chi2_per_effective_point_by_region");
    assert_non_null(limit);
    close_scene(&s);
}

static void failing_samples_are_counted(void **state) {
    (void)state;
    scene s;
    open_scene(&s, false);
    store(&s);
    *at(&s, 1, HP_ROW_EFFECTIVE) = 9.7; /* more than 2 (4.7678 + 1/19) = 9.641 */
    *at(&s, 2, HP_ROW_EFFECTIVE) = 9.6;
    *at(&s, 2, HP_ROW_CONVERGED) = 0.0;
    note(&s, 1e-14);
    assert_int_equal(s.record.nnote, 2);
    assert_true(has_note(&s,
                         "the fits of 1 of 2 samples do not describe their data: chi2 per "
                         "effective point above 2 (4.77 + 0.0526)",
                         NULL));
    assert_true(has_note(&s, "the fits of 1 of 2 samples did not converge", NULL));
    assert_int_equal(hp_goodness_count_converged(&s.record), 1);
    *at(&s, 0, HP_ROW_CONVERGED) = 0.0;
    note(&s, 1e-14);
    assert_true(
        has_note(&s, "the fit of the ensemble average did not converge", "did not converge"));
    assert_contains(s.record.headline, ", average NOT converged, 1 of 2 samples converged");
    close_scene(&s);
}

/* Samples of a bootstrap of 20 may be worse by 19/20 in the mean and twice that. */
static void bootstrap_samples_fluctuate_twice(void **state) {
    (void)state;
    scene s;
    open_scene(&s, false);
    store(&s);
    s.record.group[HP_SAMPLES].rule.method = HP_METHOD_BOOTSTRAP;
    *at(&s, 1, HP_ROW_EFFECTIVE) = 11.4;
    note(&s, 1e-14);
    assert_int_equal(s.record.nnote, 0);
    *at(&s, 1, HP_ROW_EFFECTIVE) = 11.5;
    note(&s, 1e-14);
    assert_true(has_note(&s,
                         "the fits of 1 of 2 samples do not describe their data: chi2 per "
                         "effective point above 2 (4.77 + 0.95)",
                         NULL));
    close_scene(&s);
}

/* Below 0.1, and, with few points, below what right fits have with a chance of 1e-3. */
static void chi2_far_below_one_is_noted(void **state) {
    (void)state;
    static const struct {
        double points, above, below;
    } cases[] = {{26.0, 0.11, 0.09}, {5.0, 0.043, 0.041}}; /* 0.1; chi2inv_0.001(5)/5 = 0.0420 */
    scene s;
    open_scene(&s, false);
    for (int i = 0; i < 2; i++) {
        char text[256];
        store(&s);
        s.goodness.part[0].effective_points = cases[i].points;
        snprintf(
            text, sizeof text,
            "chi2 per effective point = %.2g of %g points is far below 1: errors are too large "
            "(configurations called jackknife samples?), or the potential follows the noise",
            cases[i].below, cases[i].points);
        *at(&s, 0, HP_ROW_EFFECTIVE) = cases[i].below;
        note(&s, 0.05);
        assert_true(has_note(&s, text, NULL));
        *at(&s, 0, HP_ROW_EFFECTIVE) = cases[i].above;
        note(&s, 0.05);
        for (int j = 0; j < s.record.nnote; j++)
            assert_null(strstr(s.record.note[j].text, "far below 1"));
    }
    close_scene(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chi2_far_below_one_is_noted),
        cmocka_unit_test(regions_hold_the_radii_between_their_edges),
        cmocka_unit_test(chi2_agrees_with_numbers_found_by_hand),
        cmocka_unit_test(facts_agree_with_numbers_found_by_hand),
        cmocka_unit_test(gaussians_are_judged_in_the_potential),
        cmocka_unit_test(correlated_chi2_is_that_of_the_whitened_residual),
        cmocka_unit_test(limits_are_quantiles_shared_by_parts),
        cmocka_unit_test(limits_know_that_errors_come_from_samples),
        cmocka_unit_test(failing_sources_and_regions_are_named),
        cmocka_unit_test(failing_samples_are_counted),
        cmocka_unit_test(bootstrap_samples_fluctuate_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
