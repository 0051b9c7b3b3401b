// SPDX-License-Identifier: GPL-3.0-or-later
/* Toys with channels: matrices of potentials learned from their own waves, what the record says of
 * them, and what else has no place in such jobs. Truths are smooth, so that a few steps suffice. */
#include "toy_case.h"

/* S and D wave under a core, a pocket, and a tensor force that vanishes at r = 0. */
#define TENSOR                                                                                     \
    "output: none\n"                                                                               \
    "hbar2_over_2mu_mev_fm2: 41.47\n"                                                              \
    "channels: {components: [3S1, 3D1]}\n"                                                         \
    "gaussians:\n"                                                                                 \
    "  amplitudes_mev: [300, -90, -30, 30]\n"                                                      \
    "  ranges_fm: [0.5, 1.3, 1.5, 0.7]\n"                                                          \
    "  elements: [V_C, V_C, V_T, V_T]\n"                                                           \
    "data: {points: 60, r_min_fm: 0.1, r_max_fm: 6, k_per_fm: [0.2, 0.5, 0.8, 1.1]}\n"             \
    "fit: {weighting: radial}\n"                                                                   \
    "training: {penalty: 1e-4, steps: 60}\n"                                                       \
    "results: {v_error_r_min_fm: 0.6}\n"                                                           \
    "scattering: {k_per_fm: [0.35, 0.65, 0.95, 1.3], solver: nystroem}\n"
#define LOCAL "potential: {kind: local, local_layers: [12, 12, 1], "
#define SMALL "potential: {kind: sdnn, local_layers: [12, 12, 1], f_layers: [12, 12]"

#define MLP                                                                                        \
    "output: none\nhbar2_over_2mu_mev_fm2: 41\nchannels: {components: [1P1]}\n"                    \
    "gaussians: {amplitudes_mev: [-9], ranges_fm: [1]}\n"                                          \
    "potential: {kind: mlp, f_layers: [8, 1]}\n"

static void learn_matrix(const char *text, const char *const *sets, outcome *out) {
    char *overrides[MOST_SETS] = {NULL};
    int count = 0;
    for (; sets != NULL && *sets != NULL; sets++) overrides[count++] = (char *)*sets;
    learn_text("job", text, overrides, count, out);
    const hp_toy_comparison *found = &out->toy.comparison;
    print_message("%s: delta off by %.3g deg, epsilon %.3g, up to the data %.3g; V by %.3g MeV, "
                  "U in S %.2g\n",
                  out->job->channel, found->delta_error_deg, found->epsilon_error_deg,
                  found->inside_error_deg, found->v_error_mev, found->nonlocal_share);
}

/* Elements: V_SS, V_SD, V_DD of their own; operators: V_C and V_T, which are what they come from.
 */
static void tensor_forces_are_learned(void **state) {
    (void)state;
    static const char *const jobs[] = {TENSOR LOCAL "tensor: components}\nchannel: elements\n",
                                       TENSOR LOCAL "tensor: vc_vt}\nchannel: operators\n",
                                       TENSOR SMALL ", tensor: components}\nchannel: with U\n"};
    for (int i = 0; i < 3; i++) {
        outcome out;
        learn_matrix(jobs[i], NULL, &out);
        const hp_toy_comparison *found = &out.toy.comparison;
        assert_int_equal(out.toy.matrix.waves.ncolumn, 8);
        /* 0.003 to 0.03 degrees and 0.4 MeV are found, with U it has part in V; tails beyond 6 fm
         * are exp(-16) */
        assert_true(found->delta_error_deg < 0.2);
        assert_true(found->epsilon_error_deg < 0.2);
        assert_true(found->inside_error_deg <= 0.2);
        assert_true(i == 2 || found->v_error_mev < 3);
        assert_true(i == 2 ? found->nonlocal_share < 0.1 : isnan(found->nonlocal_share));
        end(&out);
    }
}

/* Truths with U in both waves, from which V alone is far: 30 degrees. */
static void nonlocal_matrices_are_learned(void **state) {
    (void)state;
    static const char job[] =
        TENSOR SMALL ", tensor: components}\nchannel: non-local\n"
                     "separable_kernel: {strengths: [-3, -2], powers_1: [1, 1], powers_2: [1, 3], "
                     "masses_1_per_fm: [1.6, 1.6], masses_2_per_fm: [1.6, 1.8], elements: [3S1, "
                     "3S1/3D1]}\n";
    static const char *const more[] = {"training.steps=150", NULL};
    outcome out;
    learn_matrix(job, more, &out);
    assert_true(out.toy.comparison.delta_error_deg < 1);
    assert_true(out.toy.comparison.epsilon_error_deg < 1);
    assert_true(out.toy.comparison.nonlocal_share > 0.1);
    end(&out);
}

static void one_wave_with_l_is_learned(void **state) {
    (void)state;
    static const char job[] =
        "output: none\nchannel: 1P1\nhbar2_over_2mu_mev_fm2: 41.47\n"
        "channels: {components: [1P1]}\n"
        "gaussians: {amplitudes_mev: [-120, 200], ranges_fm: [1.3, 0.6]}\n"
        "data: {points: 60, r_min_fm: 0.1, r_max_fm: 6, momenta: 4, "
        "k_min_per_fm: 0.2, k_max_per_fm: 1.4}\n"
        "fit: {weighting: radial}\ntraining: {penalty: 1e-4, steps: 60}\n"
        "scattering: {k_per_fm: [0.3, 0.9, 1.2], solver: nystroem}\n" SMALL "}\n";
    outcome out;
    learn_matrix(job, NULL, &out);
    assert_true(out.toy.comparison.delta_error_deg < 0.1);
    assert_true(isnan(out.toy.comparison.epsilon_error_deg)); /* nothing mixes */
    end(&out);
}

/* Masses of their own, and energies below and above the second threshold. */
static void coupled_pairs_are_learned(void **state) {
    (void)state;
    static const char job[] =
        "output: none\nchannel: two pairs\n"
        "channels: {pairs: [A, B], components: [A:1S0, B:1S0], hbar2_over_2mu_mev_fm2: [20, 16], "
        "thresholds_mev: [0, 12]}\n"
        "gaussians: {amplitudes_mev: [-50, -40, 25], ranges_fm: [1.2, 1.3, 1.2], "
        "elements: [A, B, A/B]}\n"
        "data: {points: 60, r_min_fm: 0.1, r_max_fm: 6, k_per_fm: [0.3, 0.6, 0.9, 1.3]}\n"
        "fit: {weighting: radial}\ntraining: {penalty: 1e-4, steps: 60}\n"
        "scattering: {energies_mev: [5, 11, 20, 30], solver: nystroem}\n" SMALL "}\n";
    outcome out;
    learn_matrix(job, NULL, &out);
    assert_int_equal(out.toy.matrix.waves.ncolumn, 6); /* 1.8 and 7.2 MeV are below */
    assert_true(out.toy.comparison.delta_error_deg < 0.3);
    end(&out);
}

static const double *constants_of(const hp_record *record, const char *path) {
    const hp_entry *entry = hp_record_find(record, path);
    assert_non_null(entry);
    assert_non_null(entry->constant);
    return entry->constant;
}

static void record_has_data_and_truth(void **state) {
    (void)state;
    static const char *const few[] = {"training.steps=2", "data.source=differences", NULL};
    outcome out;
    hp_error err = HP_ERROR_INIT;
    learn_matrix(TENSOR LOCAL "tensor: components}\n", few, &out);
    assert_ok(hp_toy_describe(&out.toy, &err), &err);
    const hp_record *record = &out.toy.learned.record;
    const hp_toy_waves *waves = &out.toy.matrix.waves;
    const hp_matrix_study *exact = &out.toy.matrix.exact;
    size_t values = (size_t)waves->ncolumn * (size_t)waves->n;
    assert_memory_equal(constants_of(record, "data/wave"), waves->R, values * sizeof(double));
    assert_memory_equal(constants_of(record, "exact/delta_deg"),
                        hp_record_read(&exact->record, exact->vector, HP_ROW_DELTA),
                        8 * sizeof(double));
    assert_memory_equal(constants_of(record, "exact/epsilon_deg"),
                        hp_record_read(&exact->record, exact->vector, HP_ROW_EPSILON),
                        8 * sizeof(double));
    const double *V = constants_of(record, "exact/v_elements_mev");
    double r = waves->r[7], tensor = -30 * exp(-r * r / 2.25) + 30 * exp(-r * r / 0.49);
    assert_close(V[60 + 7], sqrt(8) * tensor, 1e-12, 0); /* V_SD, a few roundings */
    end(&out);
}

/* The job that is written has the channels that are given, and reads as itself. */
static void jobs_are_refused_and_written(void **state) {
    (void)state;
    static const struct {
        const char *set, *words;
    } cases[] = {
        {"channels.components=[3S1]", "V_T acts on no component"},
        {"gaussians.elements=[V_C, V_C, V_T]", "expected 4 entries like gaussians.amplitudes_mev"},
        {"data.momenta=3", "has effect only for"},
        {"data.k_per_fm=[0.5, 0.2]", "expected ascending entries, found 0.2 after 0.5"},
        {"data.source=guessed", "must be one of exact|differences, found guessed"},
        {"scattering.fit_e_max_mev=10", "expected no effective-range fit, 0, found 10"},
        {"scattering.total_energies_mev=[1900]", "expected this or scattering.k_per_fm"},
    };
    hp_error err = HP_ERROR_INIT;
    char *effective = NULL, *again = NULL;
    static const char job[] = TENSOR "potential: {kind: sdnn, tensor: components}\n";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *set[] = {(char *)cases[i].set};
        err = (hp_error)HP_ERROR_INIT;
        hp_status status =
            hp_config_merge_text(&hp_toy_job_schema, "job", job, set, 1, &effective, &err);
        if (status == HP_OK) print_error("--set %s was accepted\n", cases[i].set);
        assert_status(status, HP_ERR_INPUT, &err);
        assert_contains(err.message, cases[i].words);
    }
    err = (hp_error)HP_ERROR_INIT;
    assert_status(hp_config_merge_text(&hp_toy_job_schema, "job", MLP, NULL, 0, &effective, &err),
                  HP_ERR_INPUT, &err);
    assert_contains(err.message, "expected a kind that takes several components, or one with l > "
                                 "0, found mlp");
    err = (hp_error)HP_ERROR_INIT;
    assert_ok(hp_config_merge_text(&hp_toy_job_schema, "job", job, NULL, 0, &effective, &err),
              &err);
    assert_contains(
        effective, "channels:\n  components: [\"3S1\", \"3D1\"]\ngaussians:"); /* no default more */
    assert_ok(hp_config_merge_text(&hp_toy_job_schema, "job", effective, NULL, 0, &again, &err),
              &err);
    assert_string_equal(again, effective);
    hp_free(effective);
    hp_free(again);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tensor_forces_are_learned),
        cmocka_unit_test(nonlocal_matrices_are_learned),
        cmocka_unit_test(one_wave_with_l_is_learned),
        cmocka_unit_test(coupled_pairs_are_learned),
        cmocka_unit_test(record_has_data_and_truth),
        cmocka_unit_test(jobs_are_refused_and_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
