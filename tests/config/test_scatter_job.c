// SPDX-License-Identifier: GPL-3.0-or-later
/* Jobs of `hadpot scatter`: values arrive, and keys are checked against each other. */
#include "job_file.h"

#define WELL                                                                                       \
    "output: o\nhbar2_over_2mu_mev_fm2: 41.47\n"                                                   \
    "square_well: {depths_mev: [20], radii_fm: [2]}\n"

typedef struct wrong {
    const char *set, *message;
} wrong;

static void a_short_job_gets_the_defaults(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_scatter_job *job;
    assert_ok(hp_scatter_job_parse(WELL, &job, &err), &err);
    assert_string_equal(job->output, "o");
    assert_string_equal(job->channel, "model");
    assert_true(job->hbar2_over_2mu_mev_fm2 == 41.47); /* the same literal, so the same bits */
    assert_true(job->mass_1_mev == 0 && job->mass_2_mev == 0);
    assert_true(job->square_well.radii_fm.values[0] == 2.0);
    assert_int_equal(job->gaussians.ranges_fm.count, 0);
    assert_string_equal(job->tables.local, "");
    assert_int_equal(job->scattering.panels, 0);
    assert_string_equal(job->scattering.solver, "both");
    assert_int_equal(job->femtoscopy.source_radii_fm.count, 0);
    hp_scatter_job_free(&job);
    assert_null(job);
}

static void the_effective_job_gives_itself(void **state) {
    (void)state;
    char *effective =
        merge_ok(&hp_scatter_job_schema, WELL "mass_1_mev: 0\n", "scattering.k_per_fm=[1e-3,.1]");
    assert_contains(effective, "k_per_fm: [0.001, 0.1]");
    char *again = merge_ok(&hp_scatter_job_schema, effective, NULL);
    assert_string_equal(again, effective);
    hp_free(again);
    hp_free(effective);
}

static void keys_are_checked_against_each_other(void **state) {
    (void)state;
    static const wrong cases[] = {
        {"hbar2_over_2mu_mev_fm2=-1", "must be >= 0, found -1"},
        {"hbar2_over_2mu_mev_fm2=0", "mass_1_mev: must be > 0, or hbar2_over_2mu_mev_fm2 be given"},
        {"mass_1_mev=-939", "must be >= 0, found -939"},
        {"mass_1_mev=939", "expected this or hbar2_over_2mu_mev_fm2, found both"},
        {"mass_2_mev=939", "has effect only for mass_1_mev: other than 0, found 0"},
        {"square_well.radii_fm=[1,2]", "expected 1 entries like square_well.depths_mev, found 2"},
        {"square_well.radii_fm=[0]", "must be > 0, found 0"},
        {"gaussians.ranges_fm=[1]", "expected 0 entries like gaussians.amplitudes_mev, found 1"},
        {"yukawas.strengths_mev_fm=[1]",
         "yukawas.masses_per_fm: expected 1 entries like yukawas.strengths_mev_fm, found 0"},
        {"yukawas.masses_mev=[-138]", "must be > 0, found -138"},
        {"yukawas.masses_mev=[138]",
         "yukawas.masses_mev=[138]: expected 0 entries like yukawas.strengths_mev_fm, found 1"},
        {"squared_yukawas.strengths_mev_fm2=[1]", "squared_yukawas.cutoffs_per_fm2"},
        {"squared_yukawas.masses_mev=[138]",
         "expected 0 entries like squared_yukawas.strengths_mev_fm2, found 1"},
        {"woods_saxon.diffuseness_fm=[1]", "expected 0 entries like woods_saxon.depths_mev"},
        {"gaussian_nonlocal.widths_fm=[1]",
         "expected 0 entries like gaussian_nonlocal.amplitudes_mev_per_fm3, found 1"},
        {"woods_saxon.depths_mev=[50]", "woods_saxon.radii_fm: expected 1"},
        {"separable_exponential.strengths_per_fm5=[-2]",
         "separable_exponential.masses_per_fm: expected 1"},
        {"separable_exponential.amplitudes_per_fm4=[-0.017]",
         "separable_exponential.masses_per_fm: expected 1 entries like "
         "separable_exponential.amplitudes_per_fm4, found 0"},
        {"yukawas.strengths=[-2]",
         "yukawas.masses_per_fm: expected 1 entries like yukawas.strengths, found 0"},
        {"yamaguchi.b_per_fm=[1.4]", "expected 0 entries like yamaguchi.a_per_fm, found 1"},
        {"gaussian_nonlocal.ranges_fm=[1]", "gaussian_nonlocal.amplitudes_mev_per_fm3"},
        {"scattering.momenta_mev=[0]", "must be > 0, found 0"},
        {"scattering.k_per_fm=[0, 1]", "must be > 0, found 0"},
        {"scattering.k_per_fm=[1, 1]", "expected ascending entries, found 1 after 1"},
        {"scattering.range_fm=-3", "must be >= 0, found -3"},
        {"scattering.panels=401", "must be from 0 to 400, found 401"},
        {"femtoscopy.source_radii_fm=[0]", "must be > 0, found 0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hp_error err = HP_ERROR_INIT;
        char *effective, *overrides[] = {(char *)cases[i].set};
        write_file("job.yaml", WELL);
        hp_status status =
            hp_config_merge(&hp_scatter_job_schema, "job.yaml", overrides, 1, &effective, &err);
        if (status == HP_OK) print_error("--set %s was accepted\n", cases[i].set);
        assert_status(status, HP_ERR_INPUT, &err);
        assert_contains(err.message, cases[i].message);
    }
}

static void two_ways_to_say_one_thing_are_refused(void **state) {
    (void)state;
    merge_fails(&hp_scatter_job_schema,
                WELL "yukawas: {strengths_mev_fm: [-9], masses_per_fm: [1], masses_mev: [138]}\n",
                NULL, HP_ERR_INPUT,
                "job.yaml:4: yukawas.masses_mev: expected this or yukawas.masses_per_fm, found "
                "both (--set yukawas.masses_per_fm=[] takes that away)");
    merge_fails(&hp_scatter_job_schema,
                WELL "separable_exponential:\n  strengths_per_fm5: [-2]\n"
                     "  amplitudes_mev_per_fm3: [-2]\n  masses_per_fm: [1]\n",
                NULL, HP_ERR_INPUT,
                "job.yaml:5: separable_exponential.strengths_per_fm5: expected this or "
                "separable_exponential.amplitudes_mev_per_fm3, found both (--set "
                "separable_exponential.amplitudes_mev_per_fm3=[] takes that away)");
    merge_fails(&hp_scatter_job_schema,
                WELL "separable_exponential:\n  strengths_per_fm5: [-2]\n"
                     "  amplitudes_per_fm4: [-0.017]\n  masses_per_fm: [1]\n",
                NULL, HP_ERR_INPUT,
                "job.yaml:6: separable_exponential.amplitudes_per_fm4: expected this or "
                "separable_exponential.strengths_per_fm5, found both (--set "
                "separable_exponential.strengths_per_fm5=[] takes that away)");
    merge_fails(&hp_scatter_job_schema,
                WELL "yukawas: {strengths_mev_fm: [-9], strengths: [-2], masses_per_fm: [1]}\n",
                NULL, HP_ERR_INPUT,
                "job.yaml:4: yukawas.strengths: expected this or yukawas.strengths_mev_fm, found "
                "both (--set yukawas.strengths_mev_fm=[] takes that away)");
    merge_fails(&hp_scatter_job_schema, WELL "scattering:\n  k_per_fm: [1]\n  energies_mev: [3]\n",
                NULL, HP_ERR_INPUT,
                "job.yaml:6: scattering.energies_mev: expected this or scattering.k_per_fm, found "
                "both (--set scattering.k_per_fm=[] takes that away)");
}

static void a_job_without_a_potential_is_refused(void **state) {
    (void)state;
    merge_fails(&hp_scatter_job_schema, "output: o\nmass_1_mev: 939\n", NULL, HP_ERR_INPUT,
                "job.yaml: gaussians: expected a potential: terms in this section or another one, "
                "or tables");
    hp_free(merge_ok(&hp_scatter_job_schema,
                     "output: o\nmass_1_mev: 939\nyukawas: {strengths: [-2], masses_per_fm: [1]}\n",
                     NULL));
    hp_free(merge_ok(&hp_scatter_job_schema, "output: o\nmass_1_mev: 939\ntables: {local: v.csv}\n",
                     NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_job_gets_the_defaults),
        cmocka_unit_test(the_effective_job_gives_itself),
        cmocka_unit_test(keys_are_checked_against_each_other),
        cmocka_unit_test(two_ways_to_say_one_thing_are_refused),
        cmocka_unit_test(a_job_without_a_potential_is_refused),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
