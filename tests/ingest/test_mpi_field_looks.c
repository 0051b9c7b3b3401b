// SPDX-License-Identifier: GPL-3.0-or-later
/* What is found in fields of version 2: nothing where D waves, Laplacians and sinks of another pair
 * do what they may, everything where an S wave does it. */
#include "../ensemble/components_file.h"
#include "mpi_support.h"

#include <math.h>
#include "hadpot/plausibility.h"

static hp_comm comm;
static char folder[64];

enum { NROW = 30, NT = 4 };
static const double radius[] = {0.0, 1.0, 2.0, 3.0, 4.0, 5.0};

/* What is wrong. */
typedef enum fault {
    NOTHING,
    S_WAVE_WITH_NODE,
    S_WAVE_ZERO_AT_A_POINT,
    S_WAVE_IS_R,
    TWO_POINT_ZERO,
    TWO_POINT_NOISE,
    D_WAVE_ZERO,
    D_WAVE_TWICE
} fault;
static fault wrong;

/* Numbers in (-1, 1). */
static double noise(int i, int j, int k) {
    double x = sin(12.9898 * (i + 1) + 78.233 * (j + 1) + 37.719 * (k + 1)) * 43758.5;
    return 2.0 * (x - floor(x)) - 1.0;
}

/* Thresholds 1 (LL) and 2 (NX): R of NX from LL grows as exp(t). */
static double two_point(bool heavy, const file_place *at) {
    if (wrong == TWO_POINT_ZERO && heavy && at->sample == 4 && at->t == 1) return 0.0;
    double size = wrong == TWO_POINT_NOISE && heavy && at->t == 2 ? 0.0 : 1.0;
    return exp(-(heavy ? 1.0 : 0.5) * at->t) *
           (size + 0.01 * noise(at->sample, at->t, at->part + 10 * heavy));
}

static double number(const components_file *of, const file_place *at) {
    const char *name = of->component[at->component];
    bool heavy = name[0] == 'N', D = name[4] == 'D', other = (at->source == 0) != heavy;
    double r = radius[at->point], fall = exp(-(at->source == 0 ? 2.0 : 1.0) * at->t);
    if (at->part >= FILE_TWO_POINT_1) return two_point(heavy, at);
    if (of->ratio) fall /= exp(-(heavy ? 2.0 : 1.0) * at->t);
    double value = 1.0 - 0.5 * exp(-r);
    if (other) value = 0.3 * exp(-r) * cos(r);
    if (D) value = 0.2 * r * r * exp(-r) * (2.5 - r);
    if (at->part == FILE_LAPLACIAN) value = 0.1 * cos(2.0 * r) * (r > 0.0);
    bool plain = !D && !other && heavy && at->part == FILE_WAVE;
    if (wrong == S_WAVE_WITH_NODE && plain) value -= 0.7;
    if (wrong == S_WAVE_ZERO_AT_A_POINT && plain && at->sample == 3 && at->point == 0) return 0.0;
    if (wrong == S_WAVE_IS_R && plain) fall = 1.0;
    if (wrong == D_WAVE_ZERO && D) return 0.0;
    int k = wrong == D_WAVE_TWICE && D && at->sample == 9 ? 2 : at->sample;
    return fall * value *
           (1.0 + 0.02 * noise(k, at->t + 10 * at->part + 100 * at->source, at->point + 7 * D));
}

static void find(fault what, bool ratio, hp_findings *findings) {
    components_file of = {
        .ratio = ratio,
        .nsample = NROW,
        .nt = NT,
        .npoint = 6,
        .r = radius,
        .inverse_spacing_mev = 2000.0,
        .npair = 2,
        .pair = {{.name = "LL", .mass = {0.5, 0.5}}, {.name = "NX", .mass = {1.0, 1.0}}},
        .ncomponent = 3,
        .component = {"LL:3S1", "NX:3S1", "NX:3D1"},
        .nsource = 2,
        .source = {{.name = "a", .pair = "NX"}, {.name = "b", .pair = "LL"}},
        .number = number};
    hp_error err = HP_ERROR_INIT;
    hp_ensemble e;
    char path[128];
    wrong = what;
    snprintf(path, sizeof path, "%s/looks.h5", folder);
    MPI_Barrier(comm.mpi); /* others may still read what is written anew */
    bool ok = comm.rank != 0 || write_components_file(path, &of);
    assert_int_equal(hp_parallel_agree(&comm, ok ? HP_OK : HP_ERR_IO, NULL), HP_OK);
    assert_ok(hp_ensemble_open(&comm, path, &e, &err), &err);
    assert_ok(hp_plausibility_examine(&e, false, findings, &err), &err);
    hp_ensemble_close(&e);
}

static void nothing_is_found_in_what_may_be(void **state) {
    (void)state;
    for (int ratio = 0; ratio < 2; ratio++) {
        hp_findings findings = {0};
        find(NOTHING, ratio == 1, &findings);
        for (int i = 0; i < findings.count; i++) print_error("%s\n", findings.list[i].text);
        assert_int_equal(findings.count, 0);
        hp_findings_destroy(&findings);
    }
}

/* Once, and of the field that has it. */
static void what_is_wrong_is_found(void **state) {
    (void)state;
    static const struct {
        fault what;
        bool ratio, refuses;
        int count;
        const char *says;
    } cases[] = {
        {S_WAVE_WITH_NODE, false, false, 1,
         "source 'a/NX/3S1': the average four_point changes sign"},
        {S_WAVE_ZERO_AT_A_POINT, false, false, 1,
         "source 'a/NX/3S1', row 3: four_point is zero at t = 0"},
        {S_WAVE_IS_R, false, true, 1,
         "source 'a/NX/3S1': four_point over two_point_1 and two_point_2 rises"},
        {TWO_POINT_ZERO, false, true, 4, "source 'a/NX/3S1', row 4: two_point_1 is zero at t = 1"},
        {TWO_POINT_NOISE, false, false, 4,
         "source 'a/NX/3S1': two_point_1 is compatible with zero"},
        {D_WAVE_ZERO, false, true, 0,
         "source 'a/NX/3D1', row 0: four_point is zero at t = 0 ... 3 (rows "
         "with zeros: 30 of 30)"},
        {D_WAVE_TWICE, true, false, 0,
         "source 'a/NX/3D1', row 9 is equal to row 2 to the last bit"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hp_findings findings = {0};
        bool found = false;
        int outliers = 0;
        find(cases[i].what, cases[i].ratio, &findings);
        for (int k = 0; k < findings.count; k++) {
            const hp_finding *one = &findings.list[k];
            if (strstr(one->text, cases[i].says) != NULL) {
                found = true;
                assert_int_equal(one->refuses, cases[i].refuses);
            }
            outliers += strstr(one->text, "outlier") != NULL;
        }
        if (!found) print_error("not found: %s\n", cases[i].says);
        assert_true(found);
        if (cases[i].count > 0) assert_int_equal(findings.count - outliers, cases[i].count);
        hp_findings_destroy(&findings);
    }
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_found_in_what_may_be),
        cmocka_unit_test(what_is_wrong_is_found),
    };
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, folder);
}
