// SPDX-License-Identifier: GPL-3.0-or-later
/* Keys without effect: refused where they are written, dropped where --set or an alternative has
 * made them idle. */
#include "job_file.h"

#include "hadpot/alternatives.h"

#define RUN "ensemble: a.h5\noutput: out\n"
#define SYNTH                                                                                      \
    "output: s.h5\nmass_1_mev: 4796\ninverse_spacing_mev: 2333\n"                                  \
    "gaussians: {amplitudes_mev: [60, -110], ranges_fm: [0.25, 0.60]}\nnoise: {two_point: 0}\n"
#define SCATTER "output: o\ngaussians: {amplitudes_mev: [60], ranges_fm: [0.25]}\n"
#define TOY                                                                                        \
    "output: o\nreduced_mass_per_fm: 3.3\n"                                                        \
    "separable_exponential: {amplitudes_per_fm4: [-0.017], masses_per_fm: [1]}\n"                  \
    "potential: {local_part: false}\n"

enum { SETS_MAX = 4 };

static hp_status merge(const hp_schema *schema, const char *text, const char *const *sets,
                       char **effective, hp_error *err) {
    int count = 0;
    while (count < SETS_MAX && sets[count] != NULL) count++;
    return hp_config_merge_text(schema, "job.yaml", text, (char *const *)sets, count, effective,
                                err);
}

/* A key, a setting in which it is idle, one in which it is not (NULL: the default), what is said.
 */
typedef struct conditional {
    const char *set, *idle, *kept, *message;
} conditional;

#define NETWORK "only for potential.kind: sdnn or local, or potential.local_part: true, found "
#define KIND_SDNN "only for potential.kind: sdnn, found local"
#define KIND_MAPPED "only for potential.kind: sdnn or separable or matrix_gaussians, found local"
#define ADAM "only for training.optimiser: adam, found levenberg_marquardt"
#define LM "only for training.optimiser: levenberg_marquardt, found adam"
#define WARM_UP                                                                                    \
    "only for training.optimiser: adam, or training.warm_up_epochs: other than 0, found "          \
    "training.optimiser: levenberg_marquardt, training.warm_up_epochs: 0"
#define TRAINED "only for potential.kind: sdnn or local, found gaussians"
#define CHARGED                                                                                    \
    "only for scattering.coulomb: other than none and channels.pairs: [], found "                  \
    "scattering.coulomb: none"
#define WINDOW "only for scattering.fit_e_max_mev: other than 0, found 0"
#define SOURCES "only for femtoscopy.source_radii_fm: other than [], found []"

static const conditional run_keys[] = {
    {"resampling.bootstrap_samples=200", NULL, "resampling.method=bootstrap",
     "only for resampling.method: bootstrap, found jackknife"},
    {"resampling.seed=1", NULL, "resampling.method=bootstrap",
     "only for resampling.method: bootstrap, found jackknife"},
    {"fit.covariance=none", "fit.weighting=none", NULL,
     "only for potential.kind: sdnn or local or separable or matrix_gaussians and fit.weighting: "
     "inverse_variance, found fit.weighting: none"},
    {"fit.covariance=none", "potential.kind=gaussians", "potential.kind=local",
     "inverse_variance, found potential.kind: gaussians"},
    {"fit.error_smoothing_fm=0.1", "fit.covariance=shrinkage", NULL,
     "only for fit.covariance: none, found shrinkage"},
    {"fit.covariance_parameter=0.1", NULL, "fit.covariance=shrinkage",
     "only for fit.covariance: other than none, found none"},
    {"potential.input=linear", "potential.kind=gaussians", "potential.kind=local",
     NETWORK "potential.kind: gaussians"},
    {"potential.input_scale=4", "potential.input=log1p", NULL,
     "only for potential.input: centred_log1p, found log1p"},
    {"potential.input_centre_fm=0.5", "potential.input=log1p", NULL,
     "only for potential.input: centred_log1p, found log1p"},
    {"potential.input_length_fm=0.09", "potential.input=linear", "potential.input=log1p",
     "only for potential.input: other than linear, found linear"},
    {"potential.f_layers=[32,32]", "potential.kind=local", NULL, KIND_SDNN},
    {"potential.f_activations=[silu]", "potential.kind=local", NULL,
     "only for potential.kind: sdnn, or potential.f_layers: other than [1], found potential.kind: "
     "local"},
    {"potential.g_layers=[1]", "potential.kind=local", NULL, KIND_SDNN},
    {"potential.g_activations=[silu]", NULL, "potential.g_layers=[8,1]",
     "only for potential.g_layers: other than [1], found [1]"},
    {"potential.g_activations=[silu]", "potential.kind=local", "potential.g_layers=[8,1]",
     KIND_SDNN},
    {"potential.output_activation=elu", "potential.kind=local", NULL, KIND_SDNN},
    {"potential.scale=0", "potential.kind=local", NULL, KIND_SDNN},
    {"potential.envelope_fm=1", "potential.kind=local", NULL, KIND_SDNN},
    {"potential.envelope_shape=gaussian", "potential.kind=local", NULL, KIND_SDNN},
    {"potential.cutoff_fm=0", "potential.kind=local", NULL, KIND_SDNN},
    {"potential.cutoff_weight=1", NULL, "potential.cutoff_fm=2",
     "only for potential.cutoff_fm: other than 0, found 0"},
    {"potential.local_part=true", "potential.kind=local", NULL, KIND_SDNN},
    {"potential.local_layers=[32,32,1]", "potential.local_part=false", "potential.kind=local",
     "only for potential.kind: local, or potential.local_part: true, found potential.kind: sdnn, "
     "potential.local_part: false"},
    {"potential.local_activations=[silu]", "potential.local_layers=[1]", NULL,
     "only for potential.local_layers: other than [1], found [1]"},
    {"potential.local_output_activation=elu", "potential.local_part=false", NULL,
     "potential.local_part: false"},
    {"potential.local_scale=0", "potential.local_part=false", NULL, "potential.local_part: false"},
    {"potential.local_envelope_fm=1", "potential.local_part=false", NULL,
     "potential.local_part: false"},
    {"potential.local_envelope_shape=exponential", "potential.local_part=false", NULL,
     "potential.local_part: false"},
    {"potential.gaussians=4", NULL, "potential.kind=gaussians",
     "only for potential.kind: gaussians or n2lo or matrix_gaussians, or potential.shortest_fm: "
     "other than 0, found potential.kind: sdnn"},
    {"potential.rank=1", NULL, "potential.kind=separable",
     "only for potential.kind: separable, found sdnn"},
    {"potential.shortest_fm=0.2", "potential.kind=gaussians", "potential.kind=separable",
     "only for potential.kind: separable or matrix_gaussians, found gaussians"},
    {"potential.tail=none", NULL, "potential.kind=gaussians",
     "only for potential.kind: gaussians or n2lo or matrix_gaussians, found sdnn"},
    {"potential.nonlocal_gaussians=2", NULL, "potential.kind=matrix_gaussians",
     "only for potential.kind: matrix_gaussians, found sdnn"},
    {"potential.coupling=false", "potential.kind=separable", "potential.kind=matrix_gaussians",
     "only for potential.kind: sdnn or matrix_gaussians, found separable"},
    {"potential.n2lo_gaussians=2", "potential.kind=gaussians", "potential.kind=n2lo",
     "only for potential.kind: n2lo, found gaussians"},
    {"potential.n2lo_shortest_fm=0.2", "potential.kind=gaussians", "potential.kind=n2lo",
     "only for potential.kind: n2lo, found gaussians"},
    {"potential.n2lo_deviation=2", NULL, "potential.kind=n2lo",
     "only for potential.kind: n2lo, found sdnn"},
    {"potential.n2lo_r_max_fm=1", NULL, "potential.kind=n2lo",
     "only for potential.kind: n2lo, found sdnn"},
    {"training.optimiser=adam", "potential.kind=gaussians", "potential.kind=local", TRAINED},
    {"training.penalty=1", "potential.kind=gaussians", NULL, TRAINED},
    {"training.hidden_deviation=0.1", "training.penalty=0", NULL,
     "and training.penalty: other than 0, found training.penalty: 0"},
    {"training.steps=500", "training.optimiser=adam", NULL, LM},
    {"training.steps=500", "potential.kind=gaussians", NULL, TRAINED},
    {"training.step_tolerance=1e-6", "training.optimiser=adam", NULL, LM},
    {"training.warm_up_epochs=0", "training.optimiser=adam", NULL, LM},
    {"training.epochs=5000", NULL, "training.optimiser=adam", ADAM},
    {"training.sample_epochs=0", NULL, "training.optimiser=adam", ADAM},
    {"training.learning_rate=1e-2", NULL, "training.optimiser=adam", WARM_UP},
    {"training.learning_rate=1e-2", NULL, "training.warm_up_epochs=9", WARM_UP},
    {"training.schedule=cosine", NULL, "training.warm_up_epochs=9", WARM_UP},
    {"training.sample_learning_rate=0", NULL, "training.optimiser=adam", ADAM},
    {"training.tolerance=0", NULL, "training.optimiser=adam", ADAM},
    {"training.seed=1", "potential.kind=gaussians", "potential.kind=local", NETWORK},
    {"training.restarts=1", "potential.kind=gaussians", NULL, NETWORK},
    {"training.warm_start=true", "potential.kind=gaussians", NULL, TRAINED},
    {"scattering.ode_tolerance=0", "scattering.solver=nystroem", "scattering.solver=ode",
     "only for scattering.solver: other than nystroem, found nystroem"},
    {"scattering.charge_1=1", NULL, "scattering.coulomb=point", CHARGED},
    {"scattering.charge_2=1", NULL, "scattering.coulomb=point", CHARGED},
    {"scattering.charge_radius_fm=0.3", "scattering.coulomb=point", "scattering.coulomb=dipole",
     "only for scattering.coulomb: dipole, found point"},
    {"scattering.fit_e_min_mev=0", NULL, "scattering.fit_e_max_mev=20", WINDOW},
    {"scattering.fit_shape=false", NULL, "scattering.fit_e_max_mev=20", WINDOW},
    {"misner.width=2", NULL, "partial_waves.projection=misner",
     "only for partial_waves.projection: misner, found a1"},
    {"channels.sqrt_z=[]", NULL, "channels.pairs=[LL]",
     "only for channels.pairs: other than [], found []"},
    {"femtoscopy.statistics=distinct", NULL, "femtoscopy.source_radii_fm=[1]", SOURCES},
    {"femtoscopy.weight=1", NULL, "femtoscopy.source_radii_fm=[1]",
     "only for femtoscopy.source_radii_fm: other than [] and channels.components: [], found "
     "femtoscopy.source_radii_fm: []"},
    {"results.u_points=64", "potential.kind=local", NULL, KIND_MAPPED},
    {"results.u_max_fm=0", "potential.kind=local", NULL, KIND_MAPPED},
    {"results.momentum_space=false", "potential.kind=local", NULL, KIND_MAPPED},
    {"results.max_numerical_error=0.1", "scattering.solver=nystroem", NULL,
     "only for scattering.solver: other than nystroem, found nystroem"},
    {"results.variations_that_fail=exclude", NULL, "variations.seed=[training.seed=2]",
     "only for variations: other than none, found none"},
};

static const conditional spin_key[] = {
    {"femtoscopy.spin=0.5", NULL, "femtoscopy.statistics=bosons",
     "only for femtoscopy.statistics: other than distinct, found distinct"}};

#define NOISE                                                                                      \
    "only for noise.four_point: other than 0, or noise.two_point: other than 0, or "               \
    "noise.two_point_alone: other than 0, found noise.four_point: 0, noise.two_point: 0, "         \
    "noise.two_point_alone: 0"
#define QUIET "noise.four_point=0"
#define CUBIC "only for grid.geometry: radial, found cubic"
#define INELASTIC "only for inelastic.amplitudes: other than [], found []"

static const conditional synth_keys[] = {
    {"grid.extent=24", NULL, "grid.geometry=cubic", "only for grid.geometry: cubic, found radial"},
    {"grid.spacing_lat=0.5", "grid.geometry=cubic", NULL, CUBIC},
    {"grid.points=60", "grid.geometry=cubic", NULL, CUBIC},
    {"grid.box_fm=0", "grid.geometry=cubic", NULL, CUBIC},
    {"inelastic.gap_mev=300", NULL, "inelastic.amplitudes=[1]", INELASTIC},
    {"inelastic.width_fm=0.5", NULL, "inelastic.amplitudes=[1]", INELASTIC},
    {"noise.tau_int=2", QUIET, NULL, NOISE},
    {"noise.seed=1", QUIET, NULL, NOISE},
    {"noise.growth=0.1", "noise.pion_mass_mev=140", NULL,
     "only for noise.pion_mass_mev: 0, found 140"},
    {"noise.growth=0.1", QUIET, NULL, NOISE},
    {"noise.pion_mass_mev=140", QUIET, NULL, NOISE},
    {"noise.radial_correlation_fm=0.3", QUIET, NULL, NOISE},
    {"noise.time_correlation=0.8", QUIET, NULL, NOISE},
    {"noise.common_in_time=0.1", QUIET, NULL, NOISE},
    {"noise.log_normal=0.1", QUIET, "noise.two_point_alone=0.1", NOISE},
};

static const conditional scatter_keys[] = {{"mass_2_mev=939", "hbar2_over_2mu_mev_fm2=41.47",
                                            "mass_1_mev=938",
                                            "only for mass_1_mev: other than 0, found 0"}};

#define SYMMETRIC "only for potential.kind: sdnn or local, found two_parameter"
#define PARTIAL "only for potential.kind: partial, found sdnn"
#define V "potential.local_part=true"
#define THETA "potential.kind=two_parameter"
#define ANY_U "only for potential.kind: sdnn or mlp or partial or two_parameter, found local"
#define V_PART                                                                                     \
    "only for potential.kind: local, or potential.local_part: true, found potential.kind: sdnn, "  \
    "potential.local_part: false"

static const conditional longest_key[] = {
    {"potential.longest_fm=2", NULL, "potential.shortest_fm=0.2",
     "potential.kind: separable or matrix_gaussians and potential.gaussians: other than 1 and "
     "potential.shortest_fm: other than 0, found potential.shortest_fm: 0"},
};

static const conditional toy_keys[] = {
    {"mass_2_mev=939", NULL, "mass_1_mev=938", "only for mass_1_mev: other than 0, found 0"},
    {"data.k_max_per_fm=1", "data.momenta=1", NULL, "only for data.momenta: other than 1, found 1"},
    {"fit.relative_error=0.01", "training.penalty=0", "fit.weighting=relative",
     "only for fit.weighting: relative, or training.penalty: other than 0, found fit.weighting: "
     "none, training.penalty: 0"},
    {"potential.input=linear", THETA, NULL,
     "only for potential.kind: sdnn or local or mlp or partial, or potential.local_part: true"},
    {"potential.envelope_fm=1", THETA, NULL, "only for potential.kind: sdnn or mlp, found two_"},
    {"potential.decay_per_fm=1", NULL, "potential.kind=partial", PARTIAL},
    {"potential.theta_start=[0.5,0.5]", NULL, "potential.kind=two_parameter",
     "only for potential.kind: two_parameter, found sdnn"},
    {"scattering.solver=both", THETA, NULL, SYMMETRIC},
    {"scattering.ode_tolerance=0", THETA, NULL, SYMMETRIC},
    {"results.u_points=64", "potential.kind=local", NULL, ANY_U},
    {"results.u_max_fm=0", "potential.kind=local", NULL, ANY_U},
    {"results.momentum_space=false", "potential.kind=local", NULL, ANY_U},
    {"results.u_error_r_min_fm=0.3", "potential.kind=local", NULL, ANY_U},
    {"results.v_error_r_min_fm=0.1", NULL, V, V_PART},
    {"results.v_error_r_max_fm=0", NULL, V, V_PART},
    {"results.f_error_r_max_fm=0", NULL, "potential.kind=partial", PARTIAL},
};

static void check_keys(const hp_schema *schema, const char *text, const conditional *keys,
                       size_t n) {
    for (size_t i = 0; i < n; i++) {
        const conditional *key = &keys[i];
        hp_error err = HP_ERROR_INIT;
        char *effective = NULL, message[512];
        const char *idle[SETS_MAX] = {key->set, key->idle};
        const char *kept[SETS_MAX] = {key->set, key->kept};
        snprintf(message, sizeof message, "--set %s: has effect only for ", key->set);
        hp_status status = merge(schema, text, idle, &effective, &err);
        if (status == HP_OK) print_error("--set %s was accepted\n", key->set);
        assert_status(status, HP_ERR_INPUT, &err);
        if (strncmp(err.message, message, strlen(message)) != 0) fail_msg("%s", err.message);
        assert_contains(err.message, key->message);
        hp_error_clear(&err);
        status = merge(schema, text, kept, &effective, &err);
        if (status != HP_OK && strstr(err.message, "has effect") != NULL)
            fail_msg("%s", err.message);
        hp_free(effective);
    }
}

#define CHECK(schema, text, keys) check_keys(schema, text, keys, sizeof keys / sizeof *keys)

static void keys_without_effect_are_refused(void **state) {
    (void)state;
    CHECK(&hp_job_schema, RUN, run_keys);
    CHECK(&hp_job_schema, RUN "potential: {kind: separable}\n", longest_key);
    CHECK(&hp_job_schema, RUN "femtoscopy: {source_radii_fm: [1]}\n", spin_key);
    CHECK(&hp_synth_job_schema, SYNTH, synth_keys);
    CHECK(&hp_scatter_job_schema, SCATTER, scatter_keys);
    CHECK(&hp_toy_job_schema, TOY, toy_keys);
}

/* In the file by itself, whatever --set does; the default too. */
static void a_file_is_judged_by_itself(void **state) {
    (void)state;
    const char *text = RUN "training:\n  seed: 3\n  epochs: 5000\n";
    const char *message = "job.yaml:5: training.epochs: has effect only for training.optimiser: "
                          "adam, found levenberg_marquardt (the default: it is not given)";
    merge_fails(&hp_job_schema, text, NULL, HP_ERR_INPUT, message);
    merge_fails(&hp_job_schema, text, "training.optimiser=adam", HP_ERR_INPUT, message);
    merge_fails(&hp_job_schema, RUN "training: {penalty: 0, hidden_deviation: 0.1}\n", NULL,
                HP_ERR_INPUT,
                "job.yaml:3: training.hidden_deviation: has effect only for potential.kind: sdnn "
                "or local and training.penalty: other than 0, or potential.local_part: true and "
                "training.penalty: other than 0, found training.penalty: 0");
}

/* Keys of the file that --set makes idle are dropped, their sections too, and the others stay. */
static void idle_keys_are_left_out(void **state) {
    (void)state;
    const char *text = RUN "training: {optimiser: adam, epochs: 7, seed: 3}\n"
                           "potential: {f_layers: [8], local_layers: [4, 1]}\n";
    char *effective = merge_ok(&hp_job_schema, text, "training.optimiser=levenberg_marquardt");
    assert_contains(effective, "training:\n  optimiser: levenberg_marquardt\n");
    assert_contains(effective, "  seed: 3\n");
    assert_null(strstr(effective, "epochs: 7"));
    assert_null(strstr(effective, "schedule: "));
    hp_free(effective);
    effective = merge_ok(&hp_job_schema, text, "potential.kind=local");
    assert_null(strstr(effective, "f_layers"));
    assert_contains(effective, "  local_layers: [4, 1]\n");
    hp_free(effective);
    effective = merge_ok(&hp_job_schema, text, "potential.kind=gaussians");
    assert_contains(effective, "potential:\n  kind: gaussians\n  gaussians: 4\n  tail: none\n"
                               "scattering:\n");
    char *again = merge_ok(&hp_job_schema, effective, NULL);
    assert_string_equal(again, effective);
    hp_free(again);
    hp_free(effective);
}

/* The job has the defaults of keys that are left out. */
static void a_job_has_defaults_of_idle_keys(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_job *job = NULL;
    char *effective = merge_ok(&hp_job_schema, RUN "training: {optimiser: adam, epochs: 7}\n",
                               "potential.kind=gaussians");
    assert_ok(hp_job_parse(effective, &job, &err), &err);
    assert_int_equal(job->training.epochs, 5000);
    assert_string_equal(job->training.optimiser, "levenberg_marquardt");
    hp_job_free(&job);
    hp_free(effective);
    /* a regulator without weight would be refused */
    hp_free(merge_ok(&hp_job_schema, RUN "potential: {cutoff_fm: 5}\n", "potential.kind=local"));
}

/* Neither a key without effect nor a limit without effect is held against others. */
static void rules_are_for_keys_that_have_effect(void **state) {
    (void)state;
    const char *local = "output: o\nreduced_mass_per_fm: 3.3\n"
                        "yukawas: {strengths: [-2], masses_per_fm: [1]}\n"
                        "potential: {kind: local}\ndata: {r_max_fm: 0.25}\n";
    hp_free(merge_ok(&hp_toy_job_schema, local, NULL)); /* u_error_r_min_fm is 0.3 */
    merge_fails(&hp_toy_job_schema, local, "data.r_max_fm=0.05", HP_ERR_INPUT,
                "--set data.r_max_fm=0.05: must be > results.v_error_r_min_fm = 0.1, found 0.05");
    hp_free(merge_ok(&hp_toy_job_schema, TOY "data: {momenta: 1}\n", "data.k_min_per_fm=3"));
    merge_fails(&hp_toy_job_schema, TOY "data: {k_max_per_fm: 0.005}\n", NULL, HP_ERR_INPUT,
                "job.yaml:5: data.k_max_per_fm: must be > data.k_min_per_fm = 0.01, found 0.005");
}

static hp_status create(const char *lines, hp_alternatives *all, hp_error *err) {
    char text[512];
    snprintf(text, sizeof text, RUN "training: {optimiser: adam, epochs: 7}\nvariations:\n%s",
             lines);
    char *effective = merge_ok(&hp_job_schema, text, NULL);
    hp_status status = hp_alternatives_create(effective, all, err);
    hp_free(effective);
    return status;
}

static void alternatives_drop_idle_keys_and_refuse_their_own(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_alternatives all;
    assert_ok(create("  ansatz: [potential.kind=gaussians, 'potential.kind=local']\n", &all, &err),
              &err);
    assert_null(strstr(all.entry[0].effective_job, "training:"));
    assert_null(strstr(all.entry[1].effective_job, "f_layers:"));
    assert_contains(all.entry[1].effective_job, "  epochs: 7\n");
    assert_null(strstr(all.entry[1].effective_job, "variations_that_fail"));
    hp_alternatives_destroy(&all);
    assert_status(create("  ansatz: ['potential.kind=gaussians training.seed=3']\n", &all, &err),
                  HP_ERR_INPUT, &err);
    assert_string_equal(err.message,
                        "variations.ansatz entry 1: --set training.seed=3: has effect only for "
                        "potential.kind: sdnn or local, or potential.local_part: true, found "
                        "potential.kind: gaussians");
}

/* What changes no sample does not count, nor does a key without effect. */
static void fingerprints_count_what_decides_samples(void **state) {
    (void)state;
    static const char *const same[] = {"ensemble=b.h5",
                                       "output=b",
                                       "resampling.max_samples=3",
                                       "resampling.memory_mb=1",
                                       "results.bias_correction=true",
                                       "results.keep_checkpoints=true",
                                       "variations.times=['fit.times=[12]']"};
    static const char *const other[] = {"resampling.bin=2", "fit.times=[12]", "results.u_points=5",
                                        "training.seed=2"};
    hp_error err = HP_ERROR_INIT;
    char *plain = merge_ok(&hp_job_schema, RUN, NULL), *counted, *changed;
    assert_ok(hp_config_select_counted(&hp_job_schema, plain, &counted, &err), &err);
    assert_null(strstr(counted, "variations"));
    for (size_t i = 0; i < 7 + 4; i++) {
        char *effective = merge_ok(&hp_job_schema, RUN, i < 7 ? same[i] : other[i - 7]);
        assert_ok(hp_config_select_counted(&hp_job_schema, effective, &changed, &err), &err);
        if ((strcmp(counted, changed) == 0) != (i < 7)) fail_msg("%s", effective);
        hp_free(changed);
        hp_free(effective);
    }
    hp_free(counted);
    hp_free(plain);
}

/* The effective job less the lines of keys that change no sample, wherever they stand, and less the
 * section of variations, which ends with the next key that is not indented. */
static void the_other_lines_of_a_job_count(void **state) {
    (void)state;
    static const char *const left_out[] = {"ensemble:",
                                           "output:",
                                           "  max_samples:",
                                           "  memory_mb:",
                                           "  bias_correction:",
                                           "  keep_checkpoints:",
                                           "  variations_that_fail:"};
    enum { LEFT_OUT = sizeof left_out / sizeof *left_out };
    hp_error err = HP_ERROR_INIT;
    char *effective = merge_ok(&hp_job_schema, RUN "variations: {times: ['fit.times=[12]']}\n",
                               "results.variations_that_fail=include");
    char expected[8192] = "", *counted, *at = expected;
    bool seen[LEFT_OUT] = {false}, inside = false, kept;
    for (const char *line = effective, *end; *line != '\0'; line = end) {
        end = line + strcspn(line, "\n") + 1;
        if (*line != ' ')
            inside = strncmp(line, "variations:", 11) == 0 || strncmp(line, "total_band:", 11) == 0;
        kept = !inside;
        for (size_t i = 0; i < LEFT_OUT; i++)
            if (strncmp(line, left_out[i], strlen(left_out[i])) == 0) kept = !(seen[i] = true);
        if (kept) at += sprintf(at, "%.*s", (int)(end - line), line);
        assert_true(at - expected < 4096);
    }
    for (size_t i = 0; i < LEFT_OUT; i++) assert_true(seen[i]);
    assert_ok(hp_config_select_counted(&hp_job_schema, effective, &counted, &err), &err);
    assert_string_equal(counted, expected);
    hp_free(counted);
    hp_free(effective);
    static const char *const texts[][2] = {{"output: x", ""},
                                           {"fit:\n  times: [12]\n", "fit:\n  times: [12]\n"},
                                           {"", ""},
                                           {"variations:\n  times: [a]\n", ""}};
    for (int i = 0; i < 4; i++) {
        assert_ok(hp_config_select_counted(&hp_job_schema, texts[i][0], &counted, &err), &err);
        assert_string_equal(counted, texts[i][1]);
        hp_free(counted);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_without_effect_are_refused),
        cmocka_unit_test(a_file_is_judged_by_itself),
        cmocka_unit_test(idle_keys_are_left_out),
        cmocka_unit_test(a_job_has_defaults_of_idle_keys),
        cmocka_unit_test(rules_are_for_keys_that_have_effect),
        cmocka_unit_test(alternatives_drop_idle_keys_and_refuse_their_own),
        cmocka_unit_test(fingerprints_count_what_decides_samples),
        cmocka_unit_test(the_other_lines_of_a_job_count),
    };
    return cmocka_run_group_tests_name("config/effect", tests, enter_folder, leave_folder);
}
