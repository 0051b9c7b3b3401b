// SPDX-License-Identifier: GPL-3.0-or-later
/* Pulls and chi2 by source and by region of r against numbers found by hand, and what is warned of.
 *
 * 14 radii of 0.1 to 1.4 fm, the first not fitted; regions that end at 0.25, 1.3, 1.5 fm hold 1,
 * 10, 2 and 0 fitted radii (the one at 1.3 fm is beyond). Two sources at one time. */
#include "support.h"

#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/results.h"

enum { N = 14, VALUES = 2 * N, NREGION = 4, NROW = 3 };

typedef struct scene {
    hp_job job;
    hp_analysis analysis;
    hp_correlator_plan plan;
    hp_ensemble ensemble;
    hp_observables observables;
    hp_results results;
    double edges[NREGION - 1], r[N], fitted[N];
    double S[VALUES], R[VALUES], V[VALUES], prediction[VALUES];
    double S_error[VALUES], V_error[VALUES];
    double *rows; /* (NROW, record.length) */
    int source[2], time[1], t[1];
    bool has_ratio[2];
    char *names[2];
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
    return hp_goodness_create(&s->analysis.study.data, s->edges, NREGION - 1, &s->analysis.goodness,
                              err);
}

static void open_scene(scene *s, bool covariance) {
    hp_error err = HP_ERROR_INIT;
    memset(s, 0, sizeof *s);
    memcpy(s->edges, (double[]){0.25, 1.3, 1.5}, sizeof s->edges);
    fill_data(s);
    s->job.results.chi2_region_edges_fm = (hp_double_list){s->edges, NREGION - 1};
    s->job.results.max_chi2_per_point = 2.0;
    s->job.results.max_edge_ratio = 0.01;
    s->job.fit.weighting = "inverse_variance";
    s->job.fit.covariance = "none";
    s->plan = (hp_correlator_plan){
        .ensemble = &s->ensemble, .nsource = 2, .nt = 1, .source = s->source, .time = s->time};
    s->source[1] = 1;
    s->t[0] = 13;
    s->names[0] = "wall";
    s->names[1] = "smeared";
    s->ensemble.source = s->names;
    s->ensemble.t = s->t;
    s->ensemble.has_ratio = s->has_ratio;
    s->observables.nsolver = 1;
    hp_study *study = &s->analysis.study;
    s->analysis = (hp_analysis){.job = &s->job, .plan = &s->plan, .nsource = 2, .nt = 1};
    study->data = (hp_fit_data){.n = N,
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
    const size_t extent[HP_NAXIS] = {[HP_AXIS_SOURCE] = 2,
                                     [HP_AXIS_T] = 1,
                                     [HP_AXIS_POINT] = N,
                                     [HP_AXIS_REGION] = NREGION,
                                     [HP_AXIS_FITTED] = 1,
                                     [HP_AXIS_CHI2] = 1,
                                     [HP_AXIS_COVARIANCE] = covariance};
    hp_layout_fill(&s->analysis.study.record, extent);
    s->rows = hp_alloc(NROW * s->analysis.study.record.length, sizeof *s->rows);
    assert_non_null(s->rows);
    s->results = (hp_results){.record = &s->analysis.study.record,
                              .observables = &s->observables,
                              .rows = s->rows,
                              .nsample = 20,
                              .ncomputed = NROW - 1,
                              .max_numerical_error = 0.1,
                              .analysis = &s->analysis,
                              .job = &s->job,
                              .ensemble = &s->ensemble};
}

/* The same goodness for the average and both samples, all converged. */
static void store(scene *s) {
    const hp_record *record = &s->analysis.study.record;
    for (size_t row = 0; row < NROW; row++) {
        double *vector = s->rows + row * record->length;
        hp_goodness_store(&s->analysis.goodness, &s->analysis.study.data, s->prediction, record,
                          vector);
        *hp_record_at(record, vector, HP_ROW_CONVERGED) = 1.0;
    }
}

static void close_scene(scene *s) {
    hp_free(s->rows);
    hp_goodness_destroy(&s->analysis.goodness);
}

static double number(const scene *s, hp_set set, int i) {
    return hp_record_read(&s->analysis.study.record, s->rows, set)[i];
}

static void regions_hold_the_radii_between_their_edges(void **state) {
    (void)state;
    static const int points[NREGION] = {1, 10, 2, 0};
    scene s;
    open_scene(&s, false);
    assert_int_equal(s.analysis.goodness.nregion, NREGION);
    for (int i = 0; i < NREGION; i++)
        assert_int_equal(s.analysis.goodness.region_points[i], points[i]);
    assert_int_equal(s.analysis.goodness.region[1], 0);
    assert_int_equal(s.analysis.goodness.region[2], 1);
    assert_int_equal(s.analysis.goodness.region[12], 2);
    hp_error err = HP_ERROR_INIT;
    hp_goodness_destroy(&s.analysis.goodness);
    s.analysis.study.data.length_fm = 0.1 * (1.0 - 1e-12); /* rounding of a moves no radius */
    assert_ok(create_regions(&s, &err), &err);
    assert_int_equal(s.analysis.goodness.region[12], 2);
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
    assert_close(hp_results_chi2_of_source(&s.results, 1), 96.0 / 13.0, 1e-15, 0);
    assert_close(hp_results_chi2_of_region(&s.results, -1, 1), 5, 0, 0);
    assert_close(hp_results_chi2_of_region(&s.results, 1, 1), 9, 0, 0);
    hp_pull largest = hp_results_largest_pull(&s.results, 0);
    assert_close(largest.value, -3, 0, 0);
    assert_close(largest.r_fm, 1.3, 1e-15, 0); /* a product of two numbers */
    close_scene(&s);
}

/* V = S/R = S/2 with error 0.5: half the residual over twice the error. */
static void gaussians_are_judged_in_the_potential(void **state) {
    (void)state;
    scene s;
    open_scene(&s, false);
    s.analysis.study.data.of_potential = true;
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
    s.analysis.study.data.weights = (hp_fit_weights){
        .n = N, .ncolumn = 2, .weight = weight, .nmode = 1, .mode = mode, .mode_factor = factor};
    store(&s);
    assert_close(number(&s, HP_ROW_CHI2_CORRELATED, 0), (117.0 - 0.75 * 9.0) / 26.0, 1e-15, 0);
    assert_close(number(&s, HP_ROW_CHI2, 0), 117.0 / 26.0, 1e-15, 0);
    close_scene(&s);
}

/* All warnings, one line each. */
static void read_warnings(const scene *s, char *all, size_t size) {
    char text[HP_MAX_WARNINGS][HP_WARNING_SIZE];
    size_t length = 0;
    all[0] = '\0';
    for (int i = 0, count = hp_results_warn(&s->results, text); i < count; i++)
        length += (size_t)snprintf(all + length, size - length, "%s\n", text[i]);
}

static void failing_sources_and_regions_are_named(void **state) {
    (void)state;
    char all[4096];
    scene s;
    open_scene(&s, false);
    store(&s);
    read_warnings(&s, all, sizeof all);
    assert_contains(all, "the fit does not describe its data: chi2 per point = 4.5, above "
                         "results.max_chi2_per_point = 2\n");
    assert_contains(all, "the fit does not describe 1 of 2 sources, worst of them smeared: chi2 "
                         "per point = 7.38 of 13 points\n");
    /* not the 2 points of source wall with 5 */
    assert_contains(all, "the fit does not describe 1 of the regions of r, worst of them 0.25 to "
                         "1.3 fm of source smeared: chi2 per point = 9 of 10 points\n");
    s.job.results.max_chi2_per_point = 4.5; /* twice of it is 9 */
    read_warnings(&s, all, sizeof all);
    assert_null(strstr(all, "does not describe"));
    close_scene(&s);
}

static void failing_samples_are_counted(void **state) {
    (void)state;
    char all[4096];
    scene s;
    open_scene(&s, false);
    store(&s);
    const hp_record *record = &s.analysis.study.record;
    s.job.results.max_chi2_per_point = 5.0;
    *hp_record_at(record, s.rows + record->length, HP_ROW_CHI2) = 5.1;
    *hp_record_at(record, s.rows + 2 * record->length, HP_ROW_CONVERGED) = 0.0;
    read_warnings(&s, all, sizeof all);
    assert_contains(all, "the fits of 1 of 2 samples do not describe their data: chi2 per point "
                         "above results.max_chi2_per_point = 5\n");
    assert_contains(all, "the fits of 1 of 2 samples did not converge\n");
    *hp_record_at(record, s.rows, HP_ROW_CONVERGED) = 0.0;
    read_warnings(&s, all, sizeof all);
    assert_contains(all, "the fit of the ensemble average did not converge\n");
    close_scene(&s);
}

static void counts_in_doubt_are_named(void **state) {
    (void)state;
    char all[4096];
    scene s;
    open_scene(&s, false);
    store(&s);
    const hp_layout *layout = &s.analysis.layout;
    read_warnings(&s, all, sizeof all);
    assert_null(strstr(all, "in doubt"));
    *hp_layout_at(layout, s.rows + 2 * layout->length, HP_SET_NBOUND_DOUBT) = 1.0;
    read_warnings(&s, all, sizeof all);
    assert_contains(all, "the number of bound states of 1 of 2 samples is in doubt\n");
    assert_null(strstr(all, "number of bound states in doubt"));
    *hp_layout_at(layout, s.rows, HP_SET_NBOUND_DOUBT) = 1.0;
    read_warnings(&s, all, sizeof all);
    assert_contains(all, "number of bound states in doubt: two ways to count them differ or "
                         "rounding decides, 0 were found; ");
    close_scene(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(regions_hold_the_radii_between_their_edges),
        cmocka_unit_test(chi2_agrees_with_numbers_found_by_hand),
        cmocka_unit_test(gaussians_are_judged_in_the_potential),
        cmocka_unit_test(correlated_chi2_is_that_of_the_whitened_residual),
        cmocka_unit_test(failing_sources_and_regions_are_named),
        cmocka_unit_test(failing_samples_are_counted),
        cmocka_unit_test(counts_in_doubt_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
