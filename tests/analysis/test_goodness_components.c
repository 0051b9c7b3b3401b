// SPDX-License-Identifier: GPL-3.0-or-later
/* Pulls and chi2 of two components of one source at two times, against numbers found by hand: four
 * radii of 0.1 to 0.4 fm, the first not fitted in the second component; regions end at 0.25 fm and
 * beyond. */
#include "notes.h"

#include <math.h>
#include <string.h>
#include "hadpot/goodness.h"
#include "hadpot/memory.h"
#include "hadpot/network_fit.h"

enum { NRADIUS = 4, N = 2 * NRADIUS, TIMES = 2, VALUES = TIMES * N, NREGION = 2, NROW = 2 };

typedef struct scene {
    hp_fit_data data;
    hp_error_model noise;
    hp_goodness goodness;
    hp_record record;
    hp_rows samples;
    double edge[NREGION - 1], r[N], fitted[N], S[VALUES], R[VALUES], V[VALUES], prediction[VALUES];
    double error[VALUES], one[VALUES], none[VALUES], gamma[16], unit[16];
} scene;

/* 1 in the first component, and 2 in the second, at the second time 6 at its last radius. */
static double pull_of(int i) {
    if (i % N < NRADIUS) return 1.0;
    return i == VALUES - 1 ? 6.0 : 2.0;
}

static void fill(scene *s) {
    for (int i = 0; i < N; i++) {
        s->r[i] = i % NRADIUS + 1.0;
        s->fitted[i] = i != NRADIUS;
    }
    for (int i = 0; i < VALUES; i++) {
        s->R[i] = 2.0;
        s->error[i] = 0.25;
        s->S[i] = 0.25 * pull_of(i);
        s->one[i] = 0.0625 * s->fitted[i % N];
    }
    for (int c = 0; c < 4; c++) s->unit[c * 4 + c] = 1.0;
    s->data = (hp_fit_data){.n = N,
                            .ncolumn = TIMES,
                            .ncomponent = 2,
                            .nradius = NRADIUS,
                            .nfitted = TIMES * (N - 1),
                            .length_fm = 0.1,
                            .energy_mev = 1973.0,
                            .r = s->r,
                            .fitted = s->fitted,
                            .S = s->S,
                            .R = s->R,
                            .V = s->V,
                            .S_error = s->error};
    /* all points are independent */
    s->noise = (hp_error_model){.ncomponent = 2,
                                .n = NRADIUS,
                                .ncolumn = 2 * TIMES,
                                .length = 1e-3,
                                .diagonal = s->one,
                                .artefact = s->none,
                                .breaking = s->none,
                                .R = s->R,
                                .r = s->r,
                                .fitted = s->fitted,
                                .gamma = s->gamma,
                                .correlation = s->unit};
}

static void describe(scene *s) {
    static const hp_row converged = {.path = HP_ROW_CONVERGED, .unit = "1", .text = "converged"};
    static const char *const source[] = {"wall"}, *const component[] = {"XX:3S1", "XX:3D1"};
    static const int t[] = {13, 14};
    hp_record *record = &s->record;
    hp_record_create(record);
    hp_record_add_slim_axis(record, "component", 2);
    hp_record_label(record, "component", &(hp_label){.column = "component", .name = component});
    hp_record_add_axis(record, "source", 1);
    hp_record_add_axis(record, "t", TIMES);
    hp_record_add_axis(record, "r", NRADIUS);
    hp_record_label(record, "source", &(hp_label){.column = "source", .name = source});
    hp_record_label(record, "t", &(hp_label){.column = "t", .integer = t});
    hp_goodness_describe(&s->goodness, false, record);
    hp_record_add_rows(record, &converged, 1);
}

static void open_scene(scene *s) {
    hp_error err = HP_ERROR_INIT;
    memset(s, 0, sizeof *s);
    s->edge[0] = 0.25;
    fill(s);
    assert_ok(hp_goodness_create(&s->data, s->edge, NREGION - 1, &s->goodness, &err), &err);
    assert_ok(hp_goodness_weigh(&s->goodness, &s->noise, 1, &err), &err);
    describe(s);
    assert_ok(hp_record_check(&s->record, &err), &err);
    s->samples = (hp_rows){.n = NROW - 1,
                           .value = hp_alloc(NROW * s->record.length, sizeof(double)),
                           .rule = {HP_METHOD_JACKKNIFE, 20},
                           .has_rule = true};
    for (size_t row = 0; row < NROW; row++) {
        double *vector = s->samples.value + row * s->record.length;
        hp_goodness_store(&s->goodness, &s->data, s->prediction, &s->record, vector);
        hp_goodness_judge(&s->goodness, s->S, s->prediction, &s->record, vector);
        *hp_record_at(&s->record, vector, HP_ROW_CONVERGED) = 1.0;
    }
    hp_record_set_samples(&s->record, &s->samples);
}

static void close_scene(scene *s) {
    hp_free(s->samples.value);
    hp_record_destroy(&s->record);
    hp_goodness_destroy(&s->goodness);
}

static double number(const scene *s, const char *path, int i) {
    return hp_record_value(&s->record, path, (size_t)i);
}

/* By (source, t, component), and of both times by (source, component) and region: the second
 * component has 1 and 2 fitted radii in the regions, with 2 and 2, 2 at the first time, and 2 and
 * 2, 6 at the second. */
static void components_are_judged_by_themselves(void **state) {
    (void)state;
    static const double by[] = {1.0, 4.0, 1.0, 44.0 / 3.0};
    static const double region[] = {1.0, 1.0, 4.0, 4.0, 1.0, 1.0, 4.0, 20.0};
    scene s;
    open_scene(&s);
    assert_int_equal(hp_record_count(&s.record, HP_ROW_CHI2_BY), 4);
    assert_int_equal(hp_record_count(&s.record, HP_ROW_EFFECTIVE_BY), 2);
    for (int i = 0; i < 4; i++) assert_close(number(&s, HP_ROW_CHI2_BY, i), by[i], 1e-15, 0);
    for (int i = 0; i < 8; i++)
        assert_close(number(&s, HP_ROW_CHI2_REGION, i), region[i], 1e-15, 0);
    assert_close(number(&s, HP_ROW_CHI2, 0), 64.0 / 14.0, 1e-14, 0);
    assert_close(number(&s, HP_ROW_EFFECTIVE, 0), 64.0 / 14.0, 1e-14, 0);
    assert_close(number(&s, HP_ROW_EFFECTIVE_BY, 0), 1.0, 1e-14, 0);
    assert_close(number(&s, HP_ROW_EFFECTIVE_BY, 1), 56.0 / 6.0, 1e-14, 0);
    assert_close(number(&s, HP_ROW_EFFECTIVE_REGION, 2), 4.0, 1e-14, 0);
    assert_close(number(&s, HP_ROW_EFFECTIVE_REGION, 3), 12.0, 1e-14, 0);
    close_scene(&s);
}

static double fact(const scene *s, const char *key, int i) {
    const hp_fact *found = fact_of_key(&s->record, key);
    if (found == NULL) fail_msg("there is no %s", key);
    return found->number[i];
}

/* In keys of the summary : is no part of a name; notes have the name. */
static void facts_and_notes_name_components(void **state) {
    (void)state;
    scene s;
    hp_error err = HP_ERROR_INIT;
    open_scene(&s);
    assert_ok(hp_goodness_note(&s.goodness, &s.data, 0.05, &s.record, &err), &err);
    assert_ok(hp_record_check(&s.record, &err), &err);
    assert_close(fact(&s, "chi2_per_effective_point_by_source/wall/XX_3D1", 0), 56.0 / 6.0, 1e-14,
                 0);
    assert_close(fact(&s, "chi2_per_point_by_source/wall/XX_3S1", 0), 1.0, 1e-15, 0);
    assert_close(fact(&s, "chi2_per_point_by_source_and_time/wall/XX_3D1/14", 0), 44.0 / 3.0, 1e-15,
                 0);
    assert_close(fact(&s, "largest_pull_by_source_and_time/wall/XX_3D1/14/value", 0), 6.0, 0, 0);
    assert_close(fact(&s, "largest_pull_by_source_and_time/wall/XX_3D1/14/r_fm", 0), 0.4, 1e-15, 0);
    assert_close(fact(&s, "chi2_per_point_by_region/points", 0), 3.0, 0, 0);
    assert_close(fact(&s, "chi2_per_point_by_region/value", 0), (4.0 + 8.0) / 6.0, 1e-14, 0);
    assert_close(fact(&s, "chi2_per_point_by_region/value", 1), (4.0 + 48.0) / 8.0, 1e-14, 0);
    bool source = false, region = false;
    for (int i = 0; i < s.record.nnote; i++) {
        source |= strstr(s.record.note[i].text,
                         "does not describe 1 of 1 sources, worst of them wall, XX:3D1: ") != NULL;
        region |= strstr(s.record.note[i].text, "0.25 to 0.4 fm of source wall, XX:3D1: ") != NULL;
    }
    assert_true(source && region);
    close_scene(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(components_are_judged_by_themselves),
                                       cmocka_unit_test(facts_and_notes_name_components)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
