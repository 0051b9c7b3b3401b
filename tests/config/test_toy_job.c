// SPDX-License-Identifier: GPL-3.0-or-later
/* Jobs of `hadpot toy`: values arrive, and keys are checked against each other. */
#include "job_file.h"

/* The separable potential of Wang et al. (PoS LATTICE2024), and a local one. */
#define MASS "output: o\nreduced_mass_per_fm: 3.3\n"
#define SEPARABLE "separable_exponential: {amplitudes_per_fm4: [-0.017], masses_per_fm: [1]}\n"
#define YUKAWA "yukawas: {strengths: [-2], masses_per_fm: [1]}\n"

typedef struct wrong {
    const char *job, *set, *message;
} wrong;

static void a_short_job_gets_the_defaults(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_toy_job *job;
    assert_ok(hp_toy_job_parse(MASS SEPARABLE, &job, &err), &err);
    assert_string_equal(job->output, "o");
    assert_true(job->reduced_mass_per_fm == 3.3); /* the same literal, so the same bits */
    assert_true(job->separable_exponential.amplitudes_per_fm4.values[0] == -0.017);
    assert_string_equal(job->potential.kind, "sdnn");
    assert_int_equal(job->potential.theta_start.count, 2);
    assert_int_equal(job->data.points, 100);
    assert_string_equal(job->fit.weighting, "none");
    assert_int_equal(job->training.print_every, 100);
    assert_true(job->results.u_error_r_min_fm == 0.3);
    hp_toy_job_free(&job);
    assert_null(job);
}

static void the_effective_job_gives_itself(void **state) {
    (void)state;
    char *effective = merge_ok(&hp_toy_job_schema, MASS SEPARABLE, "data.r_max_fm=12.50");
    assert_contains(effective, "r_max_fm: 12.5\n");
    char *again = merge_ok(&hp_toy_job_schema, effective, NULL);
    assert_string_equal(again, effective);
    hp_free(again);
    hp_free(effective);
}

/* The limits of a fit may be one radius. */
static void a_fit_may_be_to_one_radius(void **state) {
    (void)state;
    const char *job = MASS SEPARABLE "data: {points: 10, r_min_fm: 1, r_max_fm: 10}\n"
                                     "fit: {r_min_fm: 3, r_max_fm: 3}\n";
    hp_free(merge_ok(&hp_toy_job_schema, job, NULL));
    hp_free(merge_ok(&hp_toy_job_schema, job, "fit.r_max_fm=4.2"));
    merge_fails(&hp_toy_job_schema, job, "data.points=9", HP_ERR_INPUT,
                "job.yaml:5: fit.r_min_fm: none of the 9 radii of the data, 1 to 10 fm, lies "
                "within 3 to 3 fm");
}

static void keys_are_checked_against_each_other(void **state) {
    (void)state;
    static const wrong cases[] = {
        {"output: o\n" YUKAWA, "data.points=9",
         "mass_1_mev: must be > 0, or hbar2_over_2mu_mev_fm2 or reduced_mass_per_fm be given"},
        {MASS YUKAWA, "mass_1_mev=939", "expected this or reduced_mass_per_fm, found both"},
        {MASS YUKAWA, "mass_2_mev=939", "has effect only for mass_1_mev: other than 0, found 0"},
        {MASS YUKAWA, "hbar2_over_2mu_mev_fm2=41",
         "hbar2_over_2mu_mev_fm2=41: expected this or reduced_mass_per_fm, found both"},
        {MASS, "data.points=9", "expected a potential"},
        {MASS SEPARABLE, "data.r_max_fm=0.01", "must be > data.r_min_fm = 0.01, found 0.01"},
        {MASS SEPARABLE, "data.k_max_per_fm=0.01", "must be > data.k_min_per_fm = 0.01"},
        {MASS SEPARABLE, "data.points=3", "must be from 4 to 10000, found 3"},
        {MASS SEPARABLE, "fit.r_max_fm=13", "must be <= data.r_max_fm = 12.5, found 13"},
        {MASS SEPARABLE, "fit.r_min_fm=12.6", "none of the 100 radii of the data"},
        {MASS SEPARABLE "fit: {r_max_fm: 2}\n", "fit.r_min_fm=3", "must be <= fit.r_max_fm = 2"},
        {MASS SEPARABLE, "potential.kind=local",
         "local needs a true potential that is local, found a non-local one"},
        {MASS SEPARABLE YUKAWA, "potential.kind=local", "local needs a true potential"},
        {MASS YUKAWA "potential: {local_part: false}\n", "potential.kind=sdnn",
         "sdnn needs a true potential that is non-local, or potential.local_part: true"},
        {MASS SEPARABLE, "potential.kind=mlp", "potential.f_layers: the last layer must be 1 wide"},
        {MASS SEPARABLE "potential: {kind: mlp, f_layers: [8, 1], local_layers: [8, 8, 8, 1]}\n",
         "potential.local_activations=[silu, tanh]",
         "expected 1 activation, or one for each of 3 layers, found 2"},
        {MASS SEPARABLE "potential: {kind: two_parameter, scale: 1}\n",
         "potential.local_layers=[8]", "the last layer must be 1 wide, found 8"},
        {MASS SEPARABLE, "potential.g_layers=[4]", "the last layer must be 1 wide, found 4"},
        {MASS SEPARABLE, "potential.cutoff_fm=5", "must be > 0 since potential.cutoff_fm = 5"},
        {MASS SEPARABLE "potential: {cutoff_fm: 5, cutoff_weight: 1}\n", "potential.cutoff_fm=12.5",
         "must be < data.r_max_fm = 12.5, found 12.5"},
        {MASS SEPARABLE "potential: {kind: partial, f_layers: [8, 1], scale: 1}\n",
         "potential.cutoff_fm=5", "has effect only for potential.kind: sdnn or mlp, found partial"},
        {MASS SEPARABLE "potential: {scale: 1, kind: two_parameter}\n", "potential.cutoff_weight=5",
         "potential.cutoff_weight=5: has effect only for potential.kind: sdnn or mlp, found "
         "two_parameter"},
        {MASS SEPARABLE, "potential.kind=two_parameter", "must be given for kind two_parameter"},
        {MASS SEPARABLE "potential: {scale: 1, kind: two_parameter}\n",
         "potential.theta_start=[1, 1, 1]", "expected 2 entries, found 3"},
        {MASS SEPARABLE "potential: {f_layers: [8, 1], scale: 1, kind: partial}\n",
         "potential.decay_per_fm=1.5", "kind partial needs the decay of the true potential"},
        {MASS SEPARABLE
         "potential: {f_layers: [8, 1], scale: 1, kind: partial}\n"
         "gaussian_nonlocal: {amplitudes_mev_per_fm3: [1], ranges_fm: [1], widths_fm: [1]}\n",
         "potential.decay_per_fm=1", "kind partial needs a true potential that is one term of"},
        {MASS SEPARABLE YUKAWA "potential: {f_layers: [8, 1], scale: 1, kind: partial}\n",
         "potential.local_part=false", "kind partial needs potential.local_part: true"},
        {MASS SEPARABLE "scattering: {k_per_fm: [1]}\n", "scattering.energies_mev=[3]",
         "expected this or scattering.k_per_fm, found both"},
        {MASS SEPARABLE, "results.u_error_r_min_fm=12.5", "must be < data.r_max_fm = 12.5"},
        {MASS SEPARABLE, "results.v_error_r_max_fm=0.05",
         "results.v_error_r_max_fm=0.05: must be > results.v_error_r_min_fm = 0.1, found 0.05"},
        {MASS SEPARABLE, "data.k_per_fm=[1]",
         "has effect only for channels.components: other than [], found []"},
        {MASS SEPARABLE, "data.source=differences",
         "has effect only for channels.components: other than [], found []"},
        {MASS SEPARABLE, "training.print_every=0", "must be >= 1, found 0"},
        {MASS SEPARABLE, "training.epoch=3", "did you mean training.epochs?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hp_error err = HP_ERROR_INIT;
        char *effective, *overrides[] = {(char *)cases[i].set};
        write_file("job.yaml", cases[i].job);
        hp_status status =
            hp_config_merge(&hp_toy_job_schema, "job.yaml", overrides, 1, &effective, &err);
        if (status == HP_OK) print_error("--set %s was accepted\n", cases[i].set);
        assert_status(status, HP_ERR_INPUT, &err);
        assert_contains(err.message, cases[i].message);
    }
}

/* Text that is at hand is a job file, and messages call it by its label. */
static void a_text_is_merged_like_a_file(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    char *text = NULL, *from_file = merge_ok(&hp_toy_job_schema, MASS SEPARABLE, "data.points=9");
    char *set[] = {(char *)"data.points=9"};
    assert_ok(
        hp_config_merge_text(&hp_toy_job_schema, "toy x", MASS SEPARABLE, set, 1, &text, &err),
        &err);
    assert_string_equal(text, from_file);
    hp_free(text);
    hp_free(from_file);
    assert_status(hp_config_merge_text(&hp_toy_job_schema, "toy x", MASS "data: {points: 3}\n",
                                       NULL, 0, &text, &err),
                  HP_ERR_INPUT, &err);
    assert_string_equal(err.message, "toy x:3: data.points: must be from 4 to 10000, found 3");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_job_gets_the_defaults),
        cmocka_unit_test(the_effective_job_gives_itself),
        cmocka_unit_test(a_fit_may_be_to_one_radius),
        cmocka_unit_test(keys_are_checked_against_each_other),
        cmocka_unit_test(a_text_is_merged_like_a_file),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
