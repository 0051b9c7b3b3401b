// SPDX-License-Identifier: GPL-3.0-or-later
/* Jobs of `hadpot run` and `hadpot synth`: defaults, values, checks between keys. */
#include "job_file.h"

#define SHORTEST "ensemble: a.h5\noutput: out\n"
#define SYNTH                                                                                      \
    "output: s.h5\nmass_1_mev: 4796\ninverse_spacing_mev: 2333\n"                                  \
    "gaussians: {amplitudes_mev: [60, -110], ranges_fm: [0.25, 0.60]}\n"

typedef struct wrong {
    const char *text, *message;
} wrong;

static void a_short_job_gets_the_defaults(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_job *job;
    assert_ok(hp_job_parse(SHORTEST, &job, &err), &err);
    assert_string_equal(job->ensemble, "a.h5");
    assert_string_equal(job->output, "out");
    assert_string_equal(job->resampling.method, "jackknife");
    assert_int_equal(job->resampling.bin, 1);
    assert_int_equal(job->resampling.max_samples, -1);
    assert_int_equal(job->fit.sources.count, 0);
    assert_null(job->fit.sources.values);
    assert_int_equal(job->fit.times.count, 0);
    assert_string_equal(job->potential.kind, "sdnn");
    assert_int_equal(job->potential.f_layers.count, 2);
    assert_int_equal(job->potential.f_layers.values[0], 32);
    assert_int_equal(job->potential.f_layers.values[1], 32);
    assert_string_equal(job->potential.f_activations.values[0], "silu");
    assert_true(job->potential.local_part);
    assert_int_equal(job->potential.local_layers.values[2], 1);
    assert_true(job->training.learning_rate == 1e-2); /* the same literal, so the same bits */
    assert_true(job->training.warm_start);
    assert_int_equal(job->scattering.order, 0);
    assert_true(job->scattering.tolerance_deg == 1e-6); /* the same literal */
    assert_int_equal(job->results.u_points, 64);
    hp_job_free(&job);
    assert_null(job);
    hp_job_free(&job);
}

static void values_arrive_in_the_struct(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_job *job;
    assert_ok(hp_job_parse(SHORTEST
                           "fit: {sources: [wall, smeared], times: [13, -2], r_max_fm: .5}\n"
                           "potential: {kind: sdnn, local_part: TRUE, g_layers: [8, 1],"
                           " scale: -0.017}\n"
                           "training: {seed: 2147483647, warm_start: false}\n"
                           "scattering: {energies_mev: [0.1, 1, 1e1]}\n",
                           &job, &err),
              &err);
    assert_int_equal(job->fit.sources.count, 2);
    assert_string_equal(job->fit.sources.values[1], "smeared");
    assert_int_equal(job->fit.times.values[0], 13);
    assert_int_equal(job->fit.times.values[1], -2);
    assert_true(job->fit.r_max_fm == 0.5);
    assert_string_equal(job->potential.kind, "sdnn");
    assert_true(job->potential.local_part);
    assert_int_equal(job->potential.g_layers.count, 2);
    assert_true(job->potential.scale == -0.017);
    assert_int_equal(job->training.seed, 2147483647);
    assert_false(job->training.warm_start);
    assert_int_equal(job->scattering.energies_mev.count, 3);
    assert_true(job->scattering.energies_mev.values[2] == 10.0);
    hp_job_free(&job);
}

static void doubles_keep_their_bits(void **state) {
    (void)state;
    static const double values[] = {0.1 + 0.2,
                                    1.0 / 3,
                                    2.385e-9,
                                    4.9406564584124654e-324,
                                    1.7976931348623157e308,
                                    123456789012345680.0,
                                    -0.0,
                                    0.1,
                                    5000,
                                    6.02214076e23};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char text[400], *echo;
        hp_error err = HP_ERROR_INIT;
        hp_synth_job *job;
        snprintf(text, sizeof text, SYNTH "noise: {growth: %.17g}\n", values[i]);
        echo = merge_ok(&hp_synth_job_schema, text, NULL);
        assert_ok(hp_synth_job_parse(echo, &job, &err), &err);
        assert_memory_equal(&job->noise.growth, &values[i], sizeof values[i]);
        hp_synth_job_free(&job);
        hp_free(echo);
    }
    char *echo = merge_ok(&hp_synth_job_schema, SYNTH "noise: {growth: 0.1}\n", NULL);
    assert_contains(echo, "growth: 0.1\n"); /* and no more digits than needed */
    hp_free(echo);
}

static void keys_that_do_not_go_together_are_refused(void **state) {
    (void)state;
    static const wrong cases[] = {
        {SHORTEST "fit:\n  r_min_fm: 2\n  r_max_fm: 1.5\n",
         "job.yaml:4: fit.r_min_fm: must be < fit.r_max_fm = 1.5, found 2"},
        {SHORTEST "fit: {r_min_fm: 2, r_max_fm: 2}\n",
         "job.yaml:3: fit.r_min_fm: must be < fit.r_max_fm = 2, found 2"},
        {SHORTEST "fit: {times: [12, 13, 12]}\n",
         "job.yaml:3: fit.times: expected different entries, found 12 twice"},
        {SHORTEST "fit: {sources: [wall, wall]}\n",
         "job.yaml:3: fit.sources: expected different entries, found wall twice"},
        {SHORTEST "potential: {f_activations: [silu, elu, tanh]}\n",
         "job.yaml:3: potential.f_activations: expected 1 activation, or one for each of 2 layers, "
         "found 3"},
        {SHORTEST "potential: {g_layers: [8, 2]}\n",
         "job.yaml:3: potential.g_layers: the last layer must be 1 wide, found 2"},
        {SHORTEST "potential: {g_layers: [8, 1], g_activations: [silu, elu]}\n",
         "job.yaml:3: potential.g_activations: expected 1 activation, found 2"},
        {SHORTEST "potential: {local_layers: [32]}\n",
         "job.yaml:3: potential.local_layers: the last layer must be 1 wide, found 32"},
        {SHORTEST "potential: {local_activations: [silu, elu, tanh]}\n",
         "job.yaml:3: potential.local_activations: expected 1 activation, or one for each of 2 "
         "layers, found 3"},
        {SHORTEST "potential: {cutoff_fm: 3}\n",
         "job.yaml: potential.cutoff_weight: must be > 0 since potential.cutoff_fm = 3, found 0"},
        {SHORTEST "potential: {cutoff_weight: 1e8}\n",
         "job.yaml:3: potential.cutoff_weight: has effect only for potential.cutoff_fm: other than "
         "0, found 0 (the default: it is not given)"},
        {SHORTEST "potential: {kind: n2lo}\n",
         "job.yaml: fit.sources: potential.kind: n2lo needs two sources, found 0"},
        {SHORTEST "fit: {sources: [a, b, c]}\npotential: {kind: n2lo}\n",
         "job.yaml:3: fit.sources: potential.kind: n2lo needs two sources, found 3"},
        {SHORTEST "fit: {sources: [a, b], times: [12, 13]}\npotential: {kind: n2lo}\n",
         "job.yaml:3: fit.times: potential.kind: n2lo takes one time, each has its own V0 and V2; "
         "found 2"},
        {SHORTEST "fit: {covariance: shrinkage}\npotential: {kind: gaussians}\n",
         "job.yaml:3: fit.covariance: has effect only for potential.kind: sdnn or local or "
         "separable or matrix_gaussians and "
         "fit.weighting: inverse_variance, found potential.kind: gaussians"},
        {SHORTEST "potential: {kind: n2lo}\nfit: {sources: [a, b], times: [13], "
                  "covariance: eigenvalue_cut}\n",
         "job.yaml:4: fit.covariance: has effect only for potential.kind: sdnn or local or "
         "separable or matrix_gaussians and "
         "fit.weighting: inverse_variance, found potential.kind: n2lo"},
        {SHORTEST "fit: {covariance: shrinkage, weighting: none}\n",
         "job.yaml:3: fit.covariance: has effect only for potential.kind: sdnn or local or "
         "separable or matrix_gaussians and "
         "fit.weighting: inverse_variance, found fit.weighting: none"},
        {SHORTEST "fit: {covariance: shrinkage, covariance_parameter: 0}\n",
         "job.yaml:3: fit.covariance_parameter: must be from 1e-06 to 1, found 0"},
        {SHORTEST "results: {chi2_region_edges_fm: [0.5, 0.5]}\n",
         "job.yaml:3: results.chi2_region_edges_fm: expected ascending entries, found 0.5 after "
         "0.5"},
        {SHORTEST "scattering:\n  k2_lat: [0.01]\n  energies_mev: [5]\n",
         "job.yaml:5: scattering.energies_mev: expected this or scattering.k2_lat, found both "
         "(--set scattering.k2_lat=[] takes that away)"},
        {SHORTEST "scattering: {momenta_mev: [5, 5]}\n",
         "job.yaml:3: scattering.momenta_mev: expected ascending entries, found 5 after 5"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        merge_fails(&hp_job_schema, cases[i].text, NULL, HP_ERR_INPUT, cases[i].message);
    merge_fails(&hp_job_schema, SHORTEST "fit: {r_max_fm: 1}\n", "fit.r_min_fm=3", HP_ERR_INPUT,
                "--set fit.r_min_fm=3: must be < fit.r_max_fm = 1, found 3");
}

static void keys_that_go_together_are_accepted(void **state) {
    (void)state;
    static const char *const texts[] = {
        SHORTEST "fit: {r_min_fm: 2}\n",
        SHORTEST "fit: {covariance: eigenvalue_cut, covariance_parameter: 1}\n",
        SHORTEST "potential: {f_activations: [silu, elu]}\n",
        SHORTEST "potential: {g_layers: [8, 4, 1], g_activations: [silu, elu]}\n",
        SHORTEST "potential: {cutoff_fm: 3, cutoff_weight: 1e8}\n",
        SHORTEST "potential: {kind: gaussians, gaussians: 2}\n",
        SHORTEST
        "fit: {sources: [a, b], times: [13]}\npotential: {kind: n2lo, n2lo_deviation: 2}\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        hp_free(merge_ok(&hp_job_schema, texts[i], NULL));
}

static void parse_checks_text_as_a_file_named_job(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_job *job = (hp_job *)&err;
    assert_status(hp_job_parse(SHORTEST "fit: {tims: 3}\n", &job, &err), HP_ERR_INPUT, &err);
    assert_string_equal(err.message, "job:3: fit.tims: unknown key, did you mean fit.times?");
    assert_null(job);
}

static void a_synth_job_is_read_and_checked(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_synth_job *job;
    assert_ok(hp_synth_job_parse(SYNTH, &job, &err), &err);
    assert_true(job->mass_1_mev == 4796);
    assert_true(job->mass_2_mev == 0);
    assert_string_equal(job->truth, "");
    assert_string_equal(job->channel, "synthetic");
    assert_int_equal(job->gaussians.amplitudes_mev.count, 2);
    assert_true(job->gaussians.ranges_fm.values[1] == 0.60);
    assert_string_equal(job->sources.names.values[0], "wall");
    assert_true(job->noise.time_correlation == 0.8);
    assert_int_equal(job->phase_shifts.energies_mev.count, 7);
    hp_synth_job_free(&job);
    assert_null(job);
    static const wrong cases[] = {
        {"output: s.h5\n",
         "job.yaml: inverse_spacing_mev: required key is missing (number: inverse "
         "lattice spacing 1/a)"},
        {"output: s.h5\ninverse_spacing_mev: 2\n",
         "job.yaml: mass_1_mev: must be > 0, found 0 and no channels.pairs"},
        {SYNTH "mass_2_mev: -1\n", "job.yaml:5: mass_2_mev: must be >= 0, found -1"},
        {SYNTH "noise: {time_correlation: 1}\n",
         "job.yaml:5: noise.time_correlation: must be >= 0 and < 1, found 1"},
        {SYNTH "sources: {names: [a, b]}\n",
         "job.yaml: sources.widths_fm: expected 2 entries like sources.names, found 1"},
        {SYNTH "sources: {names: [a, a], widths_fm: [0, 1]}\n",
         "job.yaml:5: sources.names: expected different entries, found a twice"},
        {SYNTH "sources: {names: [a/b]}\n",
         "job.yaml:5: sources.names: expected a name without '/', found a/b"},
        {SYNTH "phase_shifts: {energies_mev: [2, 1]}\n",
         "job.yaml:5: phase_shifts.energies_mev: expected ascending entries, found 1 after 2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        merge_fails(&hp_synth_job_schema, cases[i].text, NULL, HP_ERR_INPUT, cases[i].message);
    merge_fails(&hp_synth_job_schema, SYNTH, "gaussians.ranges_fm=[1]", HP_ERR_INPUT,
                "--set gaussians.ranges_fm=[1]: expected 2 entries like gaussians.amplitudes_mev, "
                "found 1");
}

static void an_empty_string_is_accepted_where_it_is_the_default(void **state) {
    (void)state;
    char *effective = merge_ok(&hp_synth_job_schema, SYNTH "truth: t.yaml\n", "truth=");
    assert_contains(effective, "truth: \"\"\n");
    hp_free(effective);
    merge_fails(&hp_synth_job_schema, SYNTH, "channel=", HP_ERR_INPUT,
                "--set channel=: must not be empty");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_job_gets_the_defaults),
        cmocka_unit_test(values_arrive_in_the_struct),
        cmocka_unit_test(doubles_keep_their_bits),
        cmocka_unit_test(keys_that_do_not_go_together_are_refused),
        cmocka_unit_test(keys_that_go_together_are_accepted),
        cmocka_unit_test(parse_checks_text_as_a_file_named_job),
        cmocka_unit_test(a_synth_job_is_read_and_checked),
        cmocka_unit_test(an_empty_string_is_accepted_where_it_is_the_default),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
