// SPDX-License-Identifier: GPL-3.0-or-later
/* Files of version 2 from hadpot synth: Laplacians, one S wave, noise, what is refused. */
#include "support.h"

#include <math.h>
#include <string.h>
#include <unistd.h>
#include "coupled_job.h"
#include "hadpot/file.h"

/* Two nucleon-like hadrons, a = 0.1 fm. */
#define HADRONS                                                                                    \
    "inverse_spacing_mev: 1973.269804\n"                                                           \
    "grid: {spacing_lat: 0.5, points: 40}\n"                                                       \
    "states: {count: 80}\n"                                                                        \
    "times: {first: 10, count: 3}\n"                                                               \
    "noise: {configurations: 2, four_point: 0, two_point: 0}\n"                                    \
    "gaussians: {amplitudes_mev: [-90, 200], ranges_fm: [0.6, 0.25]}\n"

/* A job from text; path: its ensemble, which is made. */
static hp_synth_job *make(const char *text, char *const *sets, int nsets, const char *path) {
    hp_error err = HP_ERROR_INIT;
    char output[160], *effective = NULL, *all[COUPLED_MOST_SETS + 1];
    hp_synth_job *job;
    snprintf(output, sizeof output, "output=%s", path);
    for (int i = 0; i < nsets; i++) all[i] = sets[i];
    all[nsets] = output;
    assert_ok(
        hp_config_merge_text(&hp_synth_job_schema, "job", text, all, nsets + 1, &effective, &err),
        &err);
    assert_ok(hp_synth_job_parse(effective, &job, &err), &err);
    assert_ok(hp_synth_write_ensemble(job, NULL, &err), &err);
    hp_free(effective);
    return job;
}

/* The numbers of one S wave are those of version 1 where the end of the box, which is another one,
 * is not seen: with all states R is what the source becomes near the origin. */
static void one_s_wave_is_that_of_version_1(void **state) {
    (void)state;
    char folder[64], path[2][128];
    hp_test_make_folder(folder);
    for (int v = 0; v < 2; v++) snprintf(path[v], sizeof path[v], "%s/%d.h5", folder, v + 1);
    hp_synth_job *one = make("output: o\nmass_1_mev: 1700\nmass_2_mev: 1900\nsources: {names: [s], "
                             "widths_fm: [0.4]}\n" HADRONS,
                             NULL, 0, path[0]);
    hp_synth_job *two = make("output: o\nchannels: {pairs: [A], masses_1_mev: [1700], "
                             "masses_2_mev: [1900], components: [1S0]}\n"
                             "sources: {names: [s], widths_fm: [0.4]}\n" HADRONS,
                             NULL, 0, path[1]);
    dataset first = read_dataset(path[0], "/source/s/four_point");
    dataset second = read_dataset(path[1], "/source/s/A/1S0/four_point");
    double largest = 0;
    for (int i = 0; i < 40; i++) largest = fmax(largest, fabs(first.values[i]));
    for (int t = 0; t < 3; t++)
        for (int i = 0; i < 24; i++) /* sums of 80 states, divided by r */
            assert_close(second.values[t * 40 + i], first.values[t * 40 + i], 0, 1e-12 * largest);
    dataset C = read_dataset(path[1], "/source/s/A/two_point_2");
    assert_close(C.values[1], exp(-1900 / 1973.269804 * 11), 1e-14, 0); /* exponent of 10 */
    free(first.values);
    free(second.values);
    free(C.values);
    hp_synth_job_free(&one);
    hp_synth_job_free(&two);
    hp_test_remove_folder(folder);
}

/* (W_1 - m1 - m2 as e_cm + laplacian/2mu) psi = V psi, by the Laplacian of the file. */
static void a_p_wave_has_its_laplacian(void **state) {
    (void)state;
    char folder[64], path[128];
    hp_error err = HP_ERROR_INIT;
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/p.h5", folder);
    hp_synth_truth truth;
    hp_synth_job *job =
        make("output: o\nchannels: {pairs: [A], masses_1_mev: [1700], masses_2_mev: [1900], "
             "components: [1P1]}\nsources: {names: [s], amplitudes: [1]}\n" HADRONS,
             (char *[]){"states.count=1"}, 1, path);
    assert_ok(hp_synth_truth_create(job, &truth, &err), &err);
    dataset psi = read_dataset(path, "/source/s/A/1P1/four_point");
    dataset laplacian = read_dataset(path, "/source/s/A/1P1/laplacian");
    assert_true(laplacian.rank == 3 && laplacian.shape[1] == 3 && laplacian.shape[2] == 40);
    double unit = 1973.269804, m1 = 1700 / unit, m2 = 1900 / unit, mu = m1 * m2 / (m1 + m2);
    double W = truth.level_mev[0] / unit, largest = 0;
    double k2 = (W * W - pow(m1 + m2, 2)) * (W * W - pow(m1 - m2, 2)) / (4 * W * W);
    for (int i = 0; i < 40; i++) largest = fmax(largest, fabs(psi.values[i]));
    for (int i = 0; i < 40; i++) {
        double r = 0.05 * (i + 1), V = -90 * exp(-r * r / 0.36) + 200 * exp(-r * r / 0.0625);
        /* rounding of the largest eigenvalue, 10 */
        assert_close(k2 * psi.values[i] + laplacian.values[i], 2 * mu * V / unit * psi.values[i], 0,
                     1e-12 * largest);
    }
    assert_true(psi.values[0] < psi.values[1]); /* like r */
    free(psi.values);
    free(laplacian.values);
    hp_synth_truth_destroy(&truth);
    hp_synth_job_free(&job);
    hp_test_remove_folder(folder);
}

/* A tensor force: both waves of one pair share their two-point functions. */
#define DEUTERON                                                                                   \
    "output: o\n"                                                                                  \
    "channels: {pairs: [NN], masses_1_mev: [939], masses_2_mev: [939], components: [3S1, 3D1], "   \
    "identical: [1], z_factors: [2.25]}\n"                                                         \
    "inverse_spacing_mev: 1973.269804\n"                                                           \
    "gaussians: {amplitudes_mev: [-90, -60], ranges_fm: [1.2, 1], elements: [V_C, V_T]}\n"         \
    "grid: {spacing_lat: 0.5, points: 60}\n"                                                       \
    "states: {count: 4}\n"                                                                         \
    "times: {first: 10, count: 4, two_point_first: 6, two_point_count: 12}\n"                      \
    "sources: {names: [s, d], widths_fm: [0.8, 0.9], components: [3S1, 3D1]}\n"                    \
    "noise: {configurations: 3, four_point: 0.02, two_point: 0.03, seed: 5}\n"

static void two_waves_of_a_pair(void **state) {
    (void)state;
    char folder[64], path[2][128];
    hp_test_make_folder(folder);
    for (int v = 0; v < 2; v++) snprintf(path[v], sizeof path[v], "%s/%d.h5", folder, v + 1);
    hp_synth_job *noisy = make(DEUTERON, NULL, 0, path[0]);
    char *none[] = {"noise.four_point=0"};
    hp_synth_job *shared = make(DEUTERON, none, 1, path[1]);
    dataset S = read_dataset(path[1], "/source/s/NN/3S1/four_point");
    dataset D = read_dataset(path[1], "/source/s/NN/3D1/four_point");
    dataset C = read_dataset(path[1], "/source/s/NN/two_point_1");
    for (int row = 1; row < 3; row++) { /* without noise of their own both have the same one */
        double of_s = S.values[row * 240 + 5] / S.values[5];
        for (int i = 0; i < 60; i++) {
            assert_close(S.values[row * 240 + i] / S.values[i], of_s, 1e-13, 0);
            assert_close(D.values[row * 240 + i] / D.values[i], of_s, 1e-13, 0);
        }
    }
    dataset full = read_dataset(path[1], "/source/s/NN/two_point_full_1");
    for (int t = 0; t < 4; t++) /* the same number */
        assert_close(full.values[t + 4], C.values[t], 0, 0);
    dataset noise = read_dataset(path[0], "/source/s/NN/3S1/four_point");
    dataset other = read_dataset(path[0], "/source/s/NN/3D1/four_point");
    double sum = 0;
    for (int i = 0; i < 60; i++) {
        double x = noise.values[i] / S.values[i] - 1, y = other.values[i] / D.values[i] - 1;
        sum += fabs(x - y);
        assert_true(fabs(x) < 0.15 && fabs(y) < 0.15);
    }
    assert_true(sum / 60 > 0.001); /* each has its own */
    free(S.values);
    free(D.values);
    free(C.values);
    free(full.values);
    free(noise.values);
    free(other.values);
    hp_synth_job_free(&noisy);
    hp_synth_job_free(&shared);
    hp_test_remove_folder(folder);
}

/* Z and the factors of identical hadrons are numbers in front. */
static void factors_are_where_they_belong(void **state) {
    (void)state;
    char folder[64], path[2][128];
    hp_test_make_folder(folder);
    for (int v = 0; v < 2; v++) snprintf(path[v], sizeof path[v], "%s/%d.h5", folder, v + 1);
    char *sets[] = {"noise.two_point=0", "noise.four_point=0", "channels.identical=[0]",
                    "channels.z_factors=[]"};
    hp_synth_job *one = make(DEUTERON, sets, 2, path[0]), *other = make(DEUTERON, sets, 4, path[1]);
    dataset S = read_dataset(path[0], "/source/s/NN/3S1/four_point");
    dataset plain = read_dataset(path[1], "/source/s/NN/3S1/four_point");
    dataset C = read_dataset(path[0], "/source/s/NN/two_point_2");
    for (int i = 0; i < 240; i++) /* to the rounding of sums of states; sqrt 2 of sink and source;
                                     C4 = sqrt(Z1 Z2) sum psi A */
        assert_close(S.values[i], 2 * 1.5 * plain.values[i], 1e-12, 0);
    assert_close(C.values[0], 1.5 * exp(-939 / 1973.269804 * 10), 1e-14, 0);
    free(S.values);
    free(plain.values);
    free(C.values);
    hp_synth_job_free(&one);
    hp_synth_job_free(&other);
    hp_test_remove_folder(folder);
}

static void the_seed_makes_the_bytes(void **state) {
    (void)state;
    char folder[64], path[3][128], *bytes[3];
    size_t size[3];
    hp_error err = HP_ERROR_INIT;
    static const char *const seeds[] = {"noise.seed=5", "noise.seed=5", "noise.seed=6"};
    hp_test_make_folder(folder);
    for (int v = 0; v < 3; v++) {
        snprintf(path[v], sizeof path[v], "%s/%d.h5", folder, v + 1);
        hp_synth_job *job = make(DEUTERON, (char *[]){(char *)seeds[v]}, 1, path[v]);
        hp_synth_job_free(&job);
        assert_ok(hp_file_read(path[v], &bytes[v], &size[v], &err), &err);
    }
    assert_true(size[0] == size[1]);
    assert_memory_equal(bytes[0], bytes[1], size[0]);
    assert_true(size[0] != size[2] || memcmp(bytes[0], bytes[2], size[0]) != 0);
    for (int v = 0; v < 3; v++) hp_free(bytes[v]);
    /* a configuration does not depend on how many there are */
    hp_synth_job *more = make(DEUTERON, (char *[]){"noise.configurations=5"}, 1, path[1]);
    dataset few = read_dataset(path[0], "/source/d/NN/3D1/laplacian");
    dataset many = read_dataset(path[1], "/source/d/NN/3D1/laplacian");
    assert_true(many.shape[0] == 5);
    for (int i = 0; i < 3 * 240; i++) assert_close(many.values[i], few.values[i], 0, 0);
    free(few.values);
    free(many.values);
    hp_synth_job_free(&more);
    hp_test_remove_folder(folder);
}

/* Noise where R vanishes. */
static void a_floor_is_noise_at_zeros(void **state) {
    (void)state;
    coupled_case one, floored;
    char *sets[] = {"noise.configurations=400", "noise.two_point=0", "noise.four_point=0.01",
                    "noise.four_point_floor=0.5", "noise.radial_correlation_fm=0.1"};
    coupled_case_read(&one, "synth_local", sets, 3);
    coupled_case_read(&floored, "synth_local", sets, 5);
    coupled_case_write(&one);
    coupled_case_write(&floored);
    dataset plain = read_dataset(one.path, "/source/b/A/1S0/four_point");
    dataset with = read_dataset(floored.path, "/source/b/A/1S0/four_point");
    double mean[80] = {0}, square[2][80] = {{0}}, largest = 0;
    for (int i = 0; i < 80; i++) {
        for (int row = 0; row < 400; row++) mean[i] += plain.values[row * 240 + i] / 400;
        largest = fmax(largest, fabs(mean[i]));
        for (int row = 0; row < 400; row++) {
            square[0][i] += pow(plain.values[row * 240 + i] - mean[i], 2) / 400;
            square[1][i] += pow(with.values[row * 240 + i] - mean[i], 2) / 400;
        }
    }
    for (int i = 0; i < 80; i++) { /* five standard deviations of a variance from 400 numbers */
        assert_close(square[0][i], 1e-4 * mean[i] * mean[i], 0.36, 0);
        assert_close(square[1][i], 1e-4 * (mean[i] * mean[i] + 0.25 * largest * largest), 0.36, 0);
    }
    free(plain.values);
    free(with.values);
    coupled_case_destroy(&one);
    coupled_case_destroy(&floored);
}

/* Relative noise of a field at one radius and time on all rows, without its mean. */
static void take_noise(const coupled_case *one, const char *name, int t, double x[400]) {
    dataset four = read_dataset(one->path, name);
    double mean = 0;
    for (int row = 0; row < 400; row++) mean += four.values[row * 240 + t * 80 + 10] / 400;
    for (int row = 0; row < 400; row++) x[row] = four.values[row * 240 + t * 80 + 10] / mean - 1;
    free(four.values);
}

static double correlation(const double x[400], const double y[400]) {
    double xy = 0, xx = 0, yy = 0;
    for (int row = 0; row < 400; row++) {
        xy += x[row] * y[row];
        xx += x[row] * x[row];
        yy += y[row] * y[row];
    }
    return xy / sqrt(xx * yy);
}

/* Each sink and each source has noise of its own, an autoregression in t. */
static void fields_are_independent(void **state) {
    (void)state;
    static const char *const names[] = {"/source/a/A/1S0/four_point", "/source/a/B/1S0/four_point",
                                        "/source/b/A/1S0/four_point", "/source/b/B/1S0/four_point"};
    coupled_case one;
    double x[4][400], later[400];
    coupled_case_read(&one, "synth_local",
                      (char *[]){"noise.configurations=400", "noise.four_point=0.01",
                                 "noise.time_correlation=0.7"},
                      3);
    coupled_case_write(&one);
    for (int f = 0; f < 4; f++) {
        take_noise(&one, names[f], 0, x[f]);
        take_noise(&one, names[f], 2, later);
        assert_close(correlation(x[f], later), 0.49, 0, 0.2); /* five errors, 0.76/20 */
        for (int g = 0; g < f; g++) assert_close(correlation(x[f], x[g]), 0, 0, 0.25); /* 1/20 */
    }
    coupled_case_destroy(&one);
}

static void what_cannot_be_made_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *set, *message;
    } cases[] = {
        {"grid.geometry=cubic", "grid.geometry: ensembles with channels.components are made on a "
                                "radial grid, found cubic"},
        {"grid.box_fm=1.7", "grid.box_fm: expected a box larger than the grid"},
        {"grid.box_fm=300", "more than the 4096 numbers of a wave that are allowed"},
        {"states.count=5000", "states.count: expected 1 to"},
        {"times.first=800", "pair NN: times: at t = 803 the correlators"},
        {"noise.pion_mass_mev=700", "noise.pion_mass_mev: expected at most 2/3 of the lighter"},
        {"channels.masses_2_mev=[1000]",
         "channels.identical: expected 0 for hadrons of different masses, found 1 of NN"},
        {"gaussians.amplitudes_mev=[-1e6, -6e5]", "too deep"},
    };
    char folder[64], path[128];
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/none.h5", folder);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hp_error err = HP_ERROR_INIT;
        char *effective = NULL, output[160];
        char *sets[] = {(char *)"times.two_point_count=0", (char *)cases[i].set, output};

        hp_synth_job *job;
        snprintf(output, sizeof output, "output=%s", path);
        assert_ok(
            hp_config_merge_text(&hp_synth_job_schema, "job", DEUTERON, sets, 3, &effective, &err),
            &err);
        assert_ok(hp_synth_job_parse(effective, &job, &err), &err);
        assert_status(hp_synth_write_ensemble(job, NULL, &err), HP_ERR_INPUT, &err);
        assert_contains(err.message, cases[i].message);
        assert_true(access(path, F_OK) != 0);
        hp_synth_job_free(&job);
        hp_free(effective);
    }
    hp_test_remove_folder(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_s_wave_is_that_of_version_1),
        cmocka_unit_test(a_p_wave_has_its_laplacian),
        cmocka_unit_test(two_waves_of_a_pair),
        cmocka_unit_test(factors_are_where_they_belong),
        cmocka_unit_test(the_seed_makes_the_bytes),
        cmocka_unit_test(a_floor_is_noise_at_zeros),
        cmocka_unit_test(fields_are_independent),
        cmocka_unit_test(what_cannot_be_made_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
