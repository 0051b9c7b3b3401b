// SPDX-License-Identifier: GPL-3.0-or-later
/* Inelastic contamination: what is added to R, and what it does to the potential. */
#include "support.h"

#include <math.h>
#include "hadpot/units.h"
#include "synth_case.h"

enum { NT = 4 };

/* R (NT, npoint) of the first configuration. */
static double *read_ratio(const char *path, const char *source, int npoint) {
    static const char *const what[] = {"four_point", "two_point_1", "two_point_2"};
    double *values[3];
    for (int k = 0; k < 3; k++) {
        char name[64];
        snprintf(name, sizeof name, "/source/%s/%s", source, what[k]);
        values[k] = read_dataset(path, name).values;
    }
    for (int i = 0; i < NT * npoint; i++)
        values[0][i] /= values[1][i / npoint] * values[2][i / npoint];
    free(values[1]);
    free(values[2]);
    return values[0];
}

static double amplitudes[] = {0.7, -0.013};

static void contaminate(synth_case *one) {
    one->job.inelastic.amplitudes = (hp_double_list){amplitudes, 2};
    one->job.inelastic.gap_mev = 231.5;
    one->job.inelastic.width_fm = 0.41;
}

/* A exp(-gap t) exp(-(r/width)^2) more than without it. */
static void term_is_added_to_R(void **state) {
    (void)state;
    char clean[128];
    synth_case one;
    synth_case_create(&one);
    snprintf(clean, sizeof clean, "%s/clean.h5", one.folder);
    one.job.output = clean;
    write_case(&one);
    one.job.output = one.path;
    contaminate(&one);
    write_case(&one);
    for (int s = 0; s < 2; s++) {
        double *R = read_ratio(one.path, one.names[s], 40);
        double *elastic = read_ratio(clean, one.names[s], 40);
        for (int i = 0; i < NT * 40; i++) {
            double r_fm = 0.61 * (i % 40 + 1) * hp_spacing_fm(2173.9);
            double added = amplitudes[s] * exp(-231.5 / 2173.9 * (11 + i / 40)) *
                           exp(-r_fm * r_fm / (0.41 * 0.41));
            assert_close(R[i] - elastic[i], added, 1e-12, 2e-15); /* roundings of R, about 1 */
        }
        free(R);
        free(elastic);
    }
    char text[2048];
    read_text_attribute(one.path, "provenance", text, sizeof text);
    assert_contains(text, "; inelastic.gap_mev 231.5; inelastic.amplitudes [0.69999");
    dataset gap = read_dataset(one.path, "/truth/inelastic/gap_mev");
    dataset width = read_dataset(one.path, "/truth/inelastic/width_fm");
    dataset A = read_dataset(one.path, "/truth/inelastic/amplitudes");
    assert_true(gap.values[0] == 231.5 && width.values[0] == 0.41);
    assert_true(A.shape[0] == 2 && A.values[0] == 0.7 && A.values[1] == -0.013);
    free(gap.values);
    free(width.values);
    free(A.values);
    synth_case_destroy(&one);
}

/* The sum over images of a wide profile is far from the profile: at the corner of the box eight
 * of them are equally far. */
static void periodic_box_has_periodic_contamination(void **state) {
    (void)state;
    char clean[128];
    synth_case one;
    synth_case_create(&one);
    snprintf(clean, sizeof clean, "%s/clean.h5", one.folder);
    synth_case_make_cubic(&one, 4); /* 10 orbits, the last is the corner (2,2,2) */
    one.job.output = clean;
    write_case(&one);
    one.job.output = one.path;
    contaminate(&one);
    one.job.inelastic.width_fm = 1.3 * hp_spacing_fm(2173.9);
    write_case(&one);
    double *R = read_ratio(one.path, "wall", 10), *elastic = read_ratio(clean, "wall", 10);
    double corner = 2 * (exp(-4 / 1.69) + exp(-36 / 1.69)); /* along each axis */
    double added = 0.7 * exp(-231.5 / 2173.9 * 11) * corner * corner * corner;
    assert_close(R[9] - elastic[9], added, 1e-12, 2e-15); /* roundings of R, about 1 */
    free(R);
    free(elastic);
    synth_case_destroy(&one);
}

static void bad_contamination_is_refused(void **state) {
    (void)state;
    expect_key_refused("inelastic.amplitudes=[1]",
                       "expected 2 entries like sources.names, found 1");
    expect_key_refused("inelastic.amplitudes=[1,.nan]", "expected a list of finite numbers");
    expect_key_refused("inelastic.gap_mev=0", "must be > 0, found 0");
    expect_key_refused("inelastic.width_fm=-1", "must be > 0, found -1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(term_is_added_to_R),
        cmocka_unit_test(periodic_box_has_periodic_contamination),
        cmocka_unit_test(bad_contamination_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
