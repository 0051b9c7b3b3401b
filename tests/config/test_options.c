// SPDX-License-Identifier: GPL-3.0-or-later
/* Plain structs from jobs: defaults are those of the library, names become enumerators. */
#include "support.h"
#include <string.h>
#include "hadpot/options.h"

#define SHORTEST "ensemble: a.h5\noutput: out\n"

/* The job is not freed: lists of the options are its. */
static hp_analysis_options options_of(const char *more, hp_job **job) {
    hp_error err = HP_ERROR_INIT;
    hp_analysis_options options;
    char text[1024];
    snprintf(text, sizeof text, SHORTEST "%s", more);
    assert_ok(hp_job_parse(text, job, &err), &err);
    assert_ok(hp_options_of_run(*job, 1.0, &options, &err), &err);
    return options;
}

static void assert_layers(const hp_layers *layers, const hp_layers *expected) {
    assert_int_equal(layers->n, expected->n);
    for (int l = 0; l < expected->n; l++) {
        assert_int_equal(layers->width[l], expected->width[l]);
        assert_int_equal(layers->activation[l], expected->activation[l]);
    }
}

/* The same literals, so the same bits. Paddings are not compared. */
static void defaults_of_jobs_are_those_of_the_library(void **state) {
    (void)state;
    hp_job *job;
    hp_analysis_options options = options_of("", &job);
    const hp_model_spec *n = &options.potential.network, *m = &hp_network_defaults;
    const hp_training_options *t = &options.potential.training, *u = &hp_training_defaults;
    const hp_observables_options *o = &options.observables, *p = &hp_observables_defaults;
    assert_layers(&n->f, &m->f);
    assert_layers(&n->g, &m->g);
    assert_layers(&n->v, &m->v);
    assert_int_equal(n->input, m->input);
    assert_int_equal(n->output, m->output);
    const double numbers[][2] = {{n->input_scale, m->input_scale},
                                 {n->input_centre, m->input_centre},
                                 {n->input_length, m->input_length},
                                 {n->shape, m->shape},
                                 {n->local_shape, m->local_shape},
                                 {n->scale, m->scale},
                                 {n->local_scale, m->local_scale},
                                 {n->envelope, m->envelope},
                                 {n->local_envelope, m->local_envelope},
                                 {t->cutoff, u->cutoff},
                                 {t->cutoff_weight, u->cutoff_weight},
                                 {t->penalty, u->penalty},
                                 {t->hidden_deviation, u->hidden_deviation},
                                 {t->step_tolerance, u->step_tolerance},
                                 {t->learning_rate, u->learning_rate},
                                 {t->sample_learning_rate, u->sample_learning_rate},
                                 {t->tolerance, u->tolerance},
                                 {o->range_fm, p->range_fm},
                                 {o->tolerance_deg, p->tolerance_deg},
                                 {o->ode_tolerance, p->ode_tolerance},
                                 {o->charge_1, p->charge_1},
                                 {o->charge_2, p->charge_2},
                                 {o->charge_radius_fm, p->charge_radius_fm},
                                 {o->fit_e_min_mev, p->fit_e_min_mev},
                                 {o->fit_e_max_mev, p->fit_e_max_mev},
                                 {o->spin, p->spin},
                                 {o->weight, p->weight}};
    const int counts[][2] = {{(int)t->optimiser, (int)u->optimiser},
                             {t->steps, u->steps},
                             {t->warm_up_epochs, u->warm_up_epochs},
                             {t->epochs, u->epochs},
                             {t->sample_epochs, u->sample_epochs},
                             {(int)t->schedule, (int)u->schedule},
                             {t->seed, u->seed},
                             {t->restarts, u->restarts},
                             {t->warm_start, u->warm_start},
                             {o->nmomentum, p->nmomentum},
                             {(int)o->solver, (int)p->solver},
                             {o->panels, p->panels},
                             {o->order, p->order},
                             {o->bound_states, p->bound_states},
                             {(int)o->coulomb, (int)p->coulomb},
                             {o->fit_shape, p->fit_shape},
                             {o->nsource, p->nsource},
                             {(int)o->statistics, (int)p->statistics}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        assert_close(numbers[i][0], numbers[i][1], 0, 0);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        assert_int_equal(counts[i][0], counts[i][1]);
    hp_job_free(&job);
}

/* Each name of a key, in the order of its enumerators from 0 on. */
#define EXPECT(key, member, ...)                                                                   \
    do {                                                                                           \
        static const char *const name[] = {__VA_ARGS__};                                           \
        for (size_t i = 0; i < sizeof name / sizeof *name; i++) {                                  \
            char text[128];                                                                        \
            hp_job *job;                                                                           \
            snprintf(text, sizeof text, key, name[i]);                                             \
            hp_analysis_options options = options_of(text, &job);                                  \
            assert_int_equal((size_t)options.member, i);                                           \
            hp_job_free(&job);                                                                     \
        }                                                                                          \
    } while (0)

static void names_become_enumerators(void **state) {
    (void)state;
    assert_true(HP_SOLVER_BOTH == 0 && HP_SOLVER_NYSTROEM == 1 && HP_SOLVER_ODE == 2);
    EXPECT("scattering: {solver: %s}", observables.solver, "both", "nystroem", "ode");
    assert_true(HP_CHARGE_NONE == 0 && HP_CHARGE_POINT == 1 && HP_CHARGE_DIPOLE == 2);
    EXPECT("scattering: {coulomb: %s}", observables.coulomb, "none", "point", "dipole");
    assert_true(HP_STATISTICS_DISTINCT == 0 && HP_STATISTICS_BOSONS == 1);
    EXPECT("femtoscopy: {source_radii_fm: [1], statistics: %s}", observables.statistics, "distinct",
           "bosons", "fermions");
    assert_true(HP_COVARIANCE_NONE == 0 && HP_COVARIANCE_SHRINKAGE == 1);
    EXPECT("fit: {covariance: %s}", covariance, "none", "shrinkage", "eigenvalue_cut");
    assert_true(HP_INPUT_LINEAR == 0 && HP_INPUT_LOG1P == 1 && HP_INPUT_CENTRED_LOG1P == 2);
    EXPECT("potential: {input: %s}", potential.network.input, "linear", "log1p", "centred_log1p");
    assert_true(HP_LEVENBERG_MARQUARDT == 0 && HP_ADAM == 1);
    EXPECT("training: {optimiser: %s}", potential.training.optimiser, "levenberg_marquardt",
           "adam");
    assert_true(HP_SCHEDULE_CONSTANT == 0 && HP_SCHEDULE_COSINE == 1);
    EXPECT("training: {optimiser: adam, schedule: %s}", potential.training.schedule, "constant",
           "cosine");
    EXPECT("fit: {weighting: %s}", inverse_variance, "none", "inverse_variance");
}

static void samples_are_those_of_the_job(void **state) {
    (void)state;
    hp_job *job;
    (void)options_of("resampling: {method: bootstrap, seed: 3, max_samples: 7}", &job);
    hp_resampling_setup setup = hp_options_of_resampling(job);
    assert_int_equal(setup.method, HP_METHOD_BOOTSTRAP);
    assert_int_equal(setup.seed, 3);
    assert_int_equal(setup.max_samples, 7);
    assert_int_equal(setup.bootstrap_samples, 200);
    hp_job_free(&job);
}

/* A kind has its networks alone; one name stands for all hidden layers. */
static void networks_are_those_of_the_kind(void **state) {
    (void)state;
    static const hp_layers local = {3, {5, 4, 1}, {HP_TANH, HP_TANH, HP_SOFTPLUS}};
    static const hp_layers f = {2, {7, 6}, {HP_ELU, HP_SILU}};
    static const hp_layers g = {3, {3, 2, 1}, {HP_ELU, HP_SILU, HP_IDENTITY}};
    static const hp_layers other = {3, {5, 4, 1}, {HP_SILU, HP_TANH, HP_SOFTPLUS}};
    hp_job *job;
    hp_analysis_options options =
        options_of("potential: {kind: local, local_layers: [5, 4, 1], local_activations: [tanh], "
                   "local_output_activation: softplus}",
                   &job);
    assert_int_equal(options.potential.network.f.n, 0);
    assert_int_equal(options.potential.network.g.n, 0);
    assert_layers(&options.potential.network.v, &local);
    hp_job_free(&job);
    options = options_of("potential: {local_part: false, f_layers: [7, 6], "
                         "f_activations: [elu, silu]}",
                         &job);
    assert_int_equal(options.potential.network.v.n, 0);
    assert_layers(&options.potential.network.f, &f);
    hp_job_free(&job);
    /* the last layer of g is linear, that of V has an activation of its own */
    options = options_of("potential: {g_layers: [3, 2, 1], g_activations: [elu, silu], "
                         "local_layers: [5, 4, 1], local_activations: [silu, tanh], "
                         "local_output_activation: softplus}",
                         &job);
    assert_layers(&options.potential.network.g, &g);
    assert_layers(&options.potential.network.v, &other);
    hp_job_free(&job);
}

/* Lengths in fm are in L of 0.25 fm: powers of two, so exact. */
static void lengths_are_in_the_unit_of_the_data(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_analysis_options options;
    hp_job *job = NULL;
    assert_ok(hp_job_parse(SHORTEST
                           "potential: {input_length_fm: 0.5, envelope_fm: 0.75, "
                           "input_centre_fm: 0.625, local_envelope_fm: 1.5, "
                           "local_envelope_shape: exponential, cutoff_fm: 2, cutoff_weight: 3}\n",
                           &job, &err),
              &err);
    assert_ok(hp_options_of_run(job, 0.25, &options, &err), &err);
    assert_close(options.potential.network.input_length, 2.0, 0, 0);
    assert_close(options.potential.network.envelope, 3.0, 0, 0);
    assert_close(options.potential.network.input_centre, 2.5, 0, 0);
    assert_close(options.potential.network.local_envelope, 6.0, 0, 0);
    assert_int_equal(options.potential.network.shape, HP_ENVELOPE_GAUSSIAN);
    assert_int_equal(options.potential.network.local_shape, HP_ENVELOPE_EXPONENTIAL);
    assert_close(options.potential.training.cutoff, 8.0, 0, 0);
    assert_close(options.potential.training.cutoff_weight, 3.0, 0, 0);
    hp_job_free(&job);
}

static void momenta_are_of_one_kind(void **state) {
    (void)state;
    static const struct {
        const char *text;
        hp_momentum_kind kind;
    } given[] = {{"scattering: {k2_lat: [0.5]}", HP_MOMENTA_SQUARED},
                 {"scattering: {momenta_mev: [0.5]}", HP_MOMENTA_MEV},
                 {"scattering: {energies_mev: [0.5]}", HP_ENERGIES_MEV}};
    for (int i = 0; i < 3; i++) {
        hp_job *job;
        hp_analysis_options options = options_of(given[i].text, &job);
        assert_int_equal(options.observables.momentum_kind, given[i].kind);
        assert_int_equal(options.observables.nmomentum, 1);
        assert_close(options.observables.momentum[0], 0.5, 0, 0);
        hp_job_free(&job);
    }
}

static void too_many_layers_are_refused(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_analysis_options options;
    hp_job *job;
    char text[512] = "potential: {f_layers: [1";
    for (int i = 1; i < HP_MOST_LAYERS; i++) strcat(text, ", 1");
    strcat(text, "]}");
    assert_int_equal(options_of(text, &job).potential.network.f.n, HP_MOST_LAYERS);
    hp_job_free(&job);
    strcpy(text, SHORTEST "potential: {f_layers: [1");
    for (int i = 0; i < HP_MOST_LAYERS; i++) strcat(text, ", 1");
    strcat(text, "]}\n");
    assert_ok(hp_job_parse(text, &job, &err), &err);
    assert_status(hp_options_of_run(job, 1.0, &options, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "potential.f_layers: at most 64 layers, found 65");
    hp_job_free(&job);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_of_jobs_are_those_of_the_library),
        cmocka_unit_test(names_become_enumerators),
        cmocka_unit_test(samples_are_those_of_the_job),
        cmocka_unit_test(networks_are_those_of_the_kind),
        cmocka_unit_test(lengths_are_in_the_unit_of_the_data),
        cmocka_unit_test(momenta_are_of_one_kind),
        cmocka_unit_test(too_many_layers_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
