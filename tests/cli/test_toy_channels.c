// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot toy with channels as a user calls it: its files, the same bytes from the job it leaves.
 * How well matrices are learned is tested by tests/toy and tests/physics. */
#include "output.h"

#define JOB                                                                                        \
    "output: out\n"                                                                                \
    "hbar2_over_2mu_mev_fm2: 41.47\n"                                                              \
    "channels: {components: [3S1, 3D1]}\n"                                                         \
    "gaussians:\n"                                                                                 \
    "  amplitudes_mev: [-90, -30, 30]\n"                                                           \
    "  ranges_fm: [1.3, 1.5, 0.7]\n"                                                               \
    "  elements: [V_C, V_T, V_T]\n"                                                                \
    "data: {points: 30, r_min_fm: 0.2, r_max_fm: 6, k_per_fm: [0.2, 0.6, 1.1]}\n"                  \
    "fit: {weighting: radial}\n"                                                                   \
    "potential: {kind: sdnn, tensor: components, f_layers: [6, 6], local_layers: [6, 6, 1]}\n"     \
    "training: {penalty: 1e-3, steps: 40, print_every: 20}\n"                                      \
    "scattering: {k_per_fm: [0.4, 0.9], solver: nystroem}\n"
#define POTENTIAL_HEADER "row,column,r_fm,v_mev,v_exact_mev"

static void check_files(scene *place) {
    static const char *const keys[] = {
        "\nepsilon_largest_error_deg: ", "\nv_largest_error_mev: ", "\nnonlocal_part_of_source: ",
        "\nlargest_error_up_to_data_deg: ", "\ndelta_largest_error_deg: "};
    char text[8192];
    read_text(place, "out/mixing.csv", text, sizeof text);
    assert_contains(text, ",delta_1_exact_deg,delta_2_exact_deg,epsilon_exact_deg\nstapp,");
    read_text(place, "out/phase_shift.csv", text, sizeof text);
    assert_contains(text, ",w_mev,delta_exact_deg,kcot_exact_mev,eta_exact\n3S1,");
    read_text(place, "out/potential.csv", text, sizeof text);
    assert_contains(text, POTENTIAL_HEADER "\n3S1,3S1,0.2,");
    read_text(place, "out/summary.yaml", text, sizeof text);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) assert_contains(text, keys[i]);
    hid_t file = open_hdf5(place, "out/results.h5");
    table wave = read_table(file, "data/wave");
    assert_int_equal(wave.rank, 3);
    assert_memory_equal(wave.shape, ((hsize_t[]){6, 2, 30}), 3 * sizeof *wave.shape);
    test_free(wave.values);
    assert_true(H5Fclose(file) >= 0);
}

static void its_files_and_the_same_again(void **state) {
    scene *place = *state;
    static const char *const files[] = {"summary.yaml", "phase_shift.csv", "mixing.csv",
                                        "potential.csv", "training.csv"};
    char one[64], other[64];
    write_text(place, "toy.yaml", JOB);
    assert_exit(place, run_hadpot(place, 1, "toy ./toy.yaml"), 0);
    check_files(place);
    assert_exit(place, run_hadpot(place, 1, "toy out/job.yaml --set output=again"), 0);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(one, sizeof one, "out/%s", files[i]);
        snprintf(other, sizeof other, "again/%s", files[i]);
        assert_same_bytes(place, one, other);
    }
}

/* Nothing is written where a job is wrong. */
static void wrong_jobs_leave_nothing(void **state) {
    scene *place = *state;
    static const struct {
        const char *set, *words;
    } cases[] = {
        {"data.r_min_fm=0", "data: the radii of a toy with channels must ascend from above 0"},
        {"data.source=differences --set data.r_min_fm=0.1", "one step below the first radius"},
        {"scattering.range_fm=7 --set potential.envelope_fm=0 --set potential.local_envelope_fm=0",
         "scattering.range_fm = 7 fm is beyond the data, which end at 6 fm"},
        {"channels.components=[3S1,3S1]", "expected different entries"},
        {"tables.local=none.csv --set tables.elements=[3S1]", "none.csv"}};
    write_text(place, "toy.yaml", JOB);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int code = run_hadpot(place, 1, "toy ./toy.yaml --set output=bad --set %s", cases[i].set);
        if (code != 2) print_error("--set %s\n", cases[i].set);
        assert_exit(place, code, 2);
        assert_contains(place->err, cases[i].words);
        assert_int_equal(count_lines(place->err, "hadpot: error: "), 1);
        assert_false(scene_has(place, "bad"));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {scene_test(its_files_and_the_same_again),
                                       scene_test(wrong_jobs_leave_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
