// SPDX-License-Identifier: GPL-3.0-or-later
/* The jobs of jobs/coupled from the ensemble to the pole: what they find is the truth within
 * errors.
 */
#include "output.h"

#include <math.h>

/* Made and analysed: data/coupled_NAME.h5 and results/coupled/NAME. */
static void run_job(scene *place, const char *name) {
    char command[512];
    snprintf(command, sizeof command,
             "synth '" HADPOT_SOURCE_DIR "/jobs/coupled/synth_%s.yaml' --set output=made.h5", name);
    assert_exit(place, run_hadpot(place, 1, command), 0);
    snprintf(command, sizeof command,
             "run '" HADPOT_SOURCE_DIR "/jobs/coupled/run_%s.yaml' --set ensemble=made.h5 --set "
             "output=out",
             name);
    assert_exit(place, run_hadpot(place, 1, command), 0);
    assert_null(strstr(place->err, "does not describe its data"));
}

/* Deviation of element i of a row of 20 jackknife samples from its truth in errors. */
static double pull(const scene *place, const char *path, size_t i, double truth) {
    table row = read_result(place, "out", path);
    size_t n = (size_t)row.shape[0] - 1, length = row.count / (n + 1);
    double mean = 0, square = 0, value = row.values[i];
    for (size_t s = 1; s <= n; s++) mean += row.values[s * length + i] / (double)n;
    for (size_t s = 1; s <= n; s++) square += pow(row.values[s * length + i] - mean, 2);
    test_free(row.values);
    assert_int_equal(n, 20);
    return (value - truth) / sqrt(square * (double)(n - 1) / (double)n);
}

/* The pulls of the ensembles with these seeds are below 3, and that is all that is asked. */
static void expect(const scene *place, const char *path, size_t i, double truth) {
    assert_close(pull(place, path, i, truth), 0, 0, 3);
}

static void the_resonance_is_found(void **state) {
    scene *place = *state;
    run_job(place, "resonance");
    expect(place, "poles/re_w_mev", 0, 2181.588078);
    expect(place, "poles/im_w_mev", 0, -6.21401152);
    expect(place, "scattering/delta_deg", 1, 20.089979);
    expect(place, "scattering/delta_deg", 8, 195.164164);
    expect(place, "scattering/eta", 8, 0.90183364);
}

static void lambda_is_found_although_r_vanishes(void **state) {
    scene *place = *state;
    run_job(place, "lambda_1405");
    expect(place, "poles/re_w_mev", 1, 1422.71268);
    expect(place, "poles/im_w_mev", 1, -23.9516597);
    expect(place, "scattering/delta_deg", 1, 83.6926548);
}

static void the_tensor_force_is_found(void **state) {
    scene *place = *state;
    run_job(place, "tensor");
    static const double delta[] = {6.82263632, 11.8005622, 14.5548781, 14.6420086};
    static const double epsilon[] = {0.113471126, 0.736186997, 1.99981941, 3.26274610};
    for (size_t k = 0; k < 4; k++) {
        expect(place, "scattering/delta_deg", k, delta[k]);
        expect(place, "mixing/epsilon_deg", k, epsilon[k]);
    }
}

static void the_fit_closure_is_found(void **state) {
    scene *place = *state;
    run_job(place, "nonlocal");
    static const double delta[] = {8.670878,  13.980807, 17.019802, 18.941827,
                                   20.260318, 20.344590, 20.290295};
    for (size_t k = 0; k < 7; k++) expect(place, "scattering/delta_deg", k, delta[k]);
    expect(place, "scattering/eta", 5, 0.92933485);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(the_resonance_is_found),
        scene_test(lambda_is_found_although_r_vanishes),
        scene_test(the_tensor_force_is_found),
        scene_test(the_fit_closure_is_found),
    };
    return cmocka_run_group_tests_name("cli/coupled_jobs", tests, NULL, NULL);
}
