// SPDX-License-Identifier: GPL-3.0-or-later
/* The same bits in every table and dataset on 1, 2, 3 and 4 ranks, for all kinds of potentials and
 * samples. */
#include "output.h"
#include "small_ensemble.h"
#include "small_job.h"

static void prepare(scene *place) {
    char path[256];
    write_text(place, "job.yaml", SMALL_JOB);
    scene_path(place, "raw.h5", path);
    small_ensemble_write(path, (small_style){.nsample = SMALL_NSAMPLE});
    scene_path(place, "jackknife.h5", path);
    small_ensemble_write(path, (small_style){.nsample = 5, .jackknife = true});
}

/* Run with `arguments` on 1 to 4 ranks; dataset `differs` shows that samples are not all alike. */
static void check_ranks(scene *place, const char *arguments, const char *differs) {
    prepare(place);
    for (int ranks = 1; ranks <= 4; ranks++) {
        char folder[32];
        snprintf(folder, sizeof folder, "ranks_%d", ranks);
        assert_exit(place,
                    run_hadpot(place, ranks, "run job.yaml --set output=%s %s", folder, arguments),
                    0);
        if (ranks > 1) assert_same_results(place, folder, "ranks_1");
    }
    table data = read_result(place, "ranks_1", differs);
    size_t stride = data.count / data.shape[0];
    for (size_t row = 1; row < data.shape[0]; row++)
        assert_memory_not_equal(data.values, data.values + row * stride,
                                stride * sizeof *data.values);
    test_free(data.values);
}

static void network_with_local_part(void **state) {
    check_ranks(*state, "", "potential/u_mev_fm3");
}

/* 7 configurations make 3 bins of 2; the seventh is left out, and said so. */
static void bins_with_a_remainder(void **state) {
    scene *place = *state;
    check_ranks(place, "--set resampling.bin=2", "training/parameters");
    assert_int_equal(count_lines(place->err, "hadpot: warning: rows at the end"), 1);
    table delta = read_result(place, "ranks_4", "scattering/delta_deg");
    assert_int_equal(delta.shape[0], 4);
    test_free(delta.values);
}

static void cold_starts_and_deep_g(void **state) {
    check_ranks(*state,
                "--set training.warm_start=false --set training.restarts=3 "
                "--set potential.g_layers=[3,1] --set fit.weighting=none",
                "training/parameters");
}

static void local_network(void **state) {
    check_ranks(*state, "--set potential.kind=local --set fit.sources=[wall]",
                "potential/v_local_mev");
}

/* The covariance of the points comes from samples that lie on different ranks. */
static void network_with_covariance(void **state) {
    check_ranks(*state, "--set fit.covariance=eigenvalue_cut --set fit.relative_floor=0.01",
                "training/chi2_correlated_per_point");
}

static void gaussians(void **state) {
    check_ranks(*state, "--set potential.kind=gaussians --set potential.gaussians=2",
                "potential/gaussians");
}

/* More ranks than samples, too. */
static void jackknife_file(void **state) {
    check_ranks(*state, "--set ensemble=jackknife.h5 --set resampling.max_samples=3",
                "potential/u_mev_fm3");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(network_with_local_part), scene_test(bins_with_a_remainder),
        scene_test(cold_starts_and_deep_g),  scene_test(local_network),
        scene_test(network_with_covariance), scene_test(gaussians),
        scene_test(jackknife_file),
    };
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests_name("cli/ranks", tests, NULL, NULL);
}
