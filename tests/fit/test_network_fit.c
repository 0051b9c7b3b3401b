// SPDX-License-Identifier: GPL-3.0-or-later
/* A network potential as options describe it: scales and envelopes that are not given, what they
 * must not be, restarts, and where fits of samples start from. */
#include "support.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/network_fit.h"

enum { N = 9, COLUMNS = 2, VALUES = N * COLUMNS };

typedef struct scene {
    hp_model_spec network;
    hp_training_options training;
    double r[N], q[N], fitted[N], R[VALUES], S[VALUES], weight[VALUES];
    const hp_potential_kind *kind;
    hp_fit_data data;
    hp_network_fit fit;
    hp_record record;
    double *vector, *sample; /* (record.length) */
    hp_error err;
} scene;

static void fill_options(scene *s) {
    s->network = (hp_model_spec){.input = HP_INPUT_LOG1P,
                                 .input_scale = 4.0,
                                 .f = {1, {3}, {HP_SILU}},
                                 .g = {1, {1}, {HP_IDENTITY}},
                                 .v = {2, {3, 1}, {HP_SILU, HP_IDENTITY}},
                                 .output = HP_IDENTITY,
                                 .envelope = 1.29,
                                 .local_envelope = 1.72};
    s->training = (hp_training_options){.optimiser = HP_LEVENBERG_MARQUARDT,
                                        .penalty = 0.5,
                                        .hidden_deviation = 0.1,
                                        .steps = 200,
                                        .step_tolerance = 1e-8,
                                        .epochs = 40,
                                        .learning_rate = 1e-2,
                                        .schedule = HP_SCHEDULE_COSINE,
                                        .seed = 3,
                                        .restarts = 1,
                                        .warm_start = true};
}

/* Radii 0.3, 0.8, ... 4.3 L with L = 0.2 fm, of which the first is not fitted. */
static void open_scene(scene *s) {
    memset(s, 0, sizeof *s);
    fill_options(s);
    for (int i = 0; i < N; i++) {
        s->r[i] = 0.3 + 0.5 * i;
        s->q[i] = 0.5 + 0.25 * i;
        s->fitted[i] = i > 0;
    }
    for (int i = 0; i < VALUES; i++) {
        s->R[i] = 1.0 + 0.25 * sin(2.385 * i);
        s->S[i] = exp(-s->r[i % N]) * (i < N ? 1.0 : -0.75) + 0.01 * cos(7.1 * i);
        s->weight[i] = s->fitted[i % N] * (20.0 + i);
    }
    s->kind = hp_potential_kind_find("sdnn");
    s->data = (hp_fit_data){.label = "by hand",
                            .n = N,
                            .ncolumn = COLUMNS,
                            .length_fm = 0.2,
                            .energy_mev = 986.6,
                            .penalty_unit = 2.0,
                            .r = s->r,
                            .quadrature = s->q,
                            .fitted = s->fitted,
                            .R = s->R,
                            .S = s->S,
                            .weights.weight = s->weight};
}

static hp_status create_fit(scene *s) {
    return hp_network_fit_create(s->kind, &s->network, &s->training, &s->data, &s->fit, &s->err);
}

static void create(scene *s) {
    assert_ok(create_fit(s), &s->err);
    hp_record_create(&s->record);
    hp_training_describe(HP_CURVE_POINTS, s->fit.model.nparam, &s->record);
    assert_ok(hp_record_check(&s->record, &s->err), &s->err);
    s->vector = hp_alloc(s->record.length, sizeof *s->vector);
    s->sample = hp_alloc(s->record.length, sizeof *s->sample);
    assert_true(s->vector != NULL && s->sample != NULL);
}

static void close_scene(scene *s) {
    hp_network_fit_destroy(&s->fit);
    hp_record_destroy(&s->record);
    hp_free(s->vector);
    hp_free(s->sample);
}

static double *at(const scene *s, double *vector, const char *path) {
    return hp_record_at(&s->record, vector, path);
}

static void train_average(scene *s) {
    assert_ok(hp_network_fit_train(&s->fit, &s->record, NULL, NULL, s->vector, &s->err), &s->err);
}

static void train_sample(scene *s) {
    assert_ok(hp_network_fit_train(&s->fit, &s->record, s->vector, NULL, s->sample, &s->err),
              &s->err);
}

/* Square of e(r/Lambda), and of the exponential one; 0: none. */
static double square(double r, double lambda, bool exponential) {
    double y = lambda > 0.0 ? r / lambda : 0.0;
    return exponential ? exp(2.0 - 2.0 * hypot(1.0, y)) : exp(-2.0 * y * y);
}

/* A network of output 1 then predicts a source term of the r.m.s. size of the fitted one, where
 * the potential may be: sums of e^2 S^2 over those of e^2 (e int e R)^2 and e^2 (e R)^2. */
static void scales_that_are_not_given_follow_the_data(void **state) {
    (void)state;
    static const double given[] = {1.29, 1.5, 0.0};
    for (int c = 0; c < 6; c++) {
        double S2 = 0.0, S2_V = 0.0, U2 = 0.0, V2 = 0.0, lambda = given[c % 3];
        bool bent = c >= 3;
        scene s;
        open_scene(&s);
        s.network.envelope = lambda;
        s.network.local_envelope = 1.5 * lambda;
        s.network.shape = bent ? HP_ENVELOPE_EXPONENTIAL : HP_ENVELOPE_GAUSSIAN;
        s.network.local_shape = bent ? HP_ENVELOPE_GAUSSIAN : HP_ENVELOPE_EXPONENTIAL;
        for (int column = 0; column < COLUMNS; column++) {
            const double *R = s.R + column * N, *S = s.S + column * N;
            double integral = 0.0;
            for (int i = 0; i < N; i++)
                integral += sqrt(square(s.r[i], lambda, bent)) * s.q[i] * R[i];
            for (int i = 1; i < N; i++) {
                double e2 = square(s.r[i], lambda, bent);
                double V_e2 = square(s.r[i], 1.5 * lambda, !bent);
                S2 += e2 * S[i] * S[i];
                U2 += e2 * e2 * integral * integral;
                S2_V += V_e2 * S[i] * S[i];
                V2 += V_e2 * V_e2 * R[i] * R[i];
            }
        }
        create(&s);
        assert_close(s.fit.model.scale, sqrt(S2 / U2), 1e-13, 0); /* rounding of sums */
        assert_close(s.fit.model.local_scale, sqrt(S2_V / V2), 1e-13, 0);
        close_scene(&s);
    }
    scene s;
    open_scene(&s);
    s.network.scale = -0.125;
    s.network.local_scale = 7.0;
    create(&s);
    assert_close(s.fit.model.scale, -0.125, 0, 0);
    assert_close(s.fit.model.local_scale, 7.0, 0, 0);
    close_scene(&s);
}

/* Products take no envelope, though there is a default. */
static void products_have_no_envelope(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.network.f = (hp_layers){1, {1}, {HP_IDENTITY}};
    s.network.g.n = 0;
    s.kind = hp_potential_kind_find("partial");
    s.network.decay = 0.5;
    s.network.scale = 1.0;
    create(&s);
    assert_int_equal(s.fit.model.kind, HP_MODEL_PARTIAL);
    close_scene(&s);
    open_scene(&s);
    s.kind = hp_potential_kind_find("local");
    s.network.f.n = s.network.g.n = 0;
    create(&s);
    train_average(&s);
    assert_true(*at(&s, s.vector, HP_ROW_CONVERGED) == 1.0);
    close_scene(&s);
}

static void refuse(scene *s, const char *text) {
    hp_error_clear(&s->err);
    assert_status(create_fit(s), HP_ERR_INPUT, &s->err);
    assert_contains(s->err.message, text);
    assert_null(s->fit.trial);
}

/* As many layers as there may be are taken, envelopes that leave no radius are not. */
static void options_that_do_not_fit_are_named(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.network.f.n = HP_MOST_LAYERS;
    for (int l = 0; l < HP_MOST_LAYERS; l++) {
        s.network.f.width[l] = 1;
        s.network.f.activation[l] = HP_SILU;
    }
    create(&s);
    close_scene(&s);
    open_scene(&s);
    s.network.envelope = 5e-3;
    refuse(&s, "potential.envelope_fm = 0.001 fm or local_envelope_fm = 0.344 fm leaves no radius");
}

/* The best of all initial weights, which each can be trained from again as a sample without warm
 * start has to: the same numbers. */
static void the_best_restart_is_kept(void **state) {
    (void)state;
    enum { RESTARTS = 4 };
    double least = INFINITY;
    int best = -1;
    scene s;
    open_scene(&s);
    s.training.steps = 3; /* not to the minimum, which may be the same */
    s.training.restarts = RESTARTS;
    s.training.seed = 4;
    create(&s);
    train_average(&s);
    s.fit.training.warm_start = false;
    for (int i = 0; i < RESTARTS; i++) {
        double kept = *at(&s, s.vector, HP_ROW_RESTART);
        *at(&s, s.vector, HP_ROW_RESTART) = i;
        train_sample(&s);
        assert_close(*at(&s, s.sample, HP_ROW_RESTART), i, 0, 0);
        double loss = *at(&s, s.sample, HP_ROW_LOSS);
        if (loss < least) best = i;
        least = fmin(least, loss);
        *at(&s, s.vector, HP_ROW_RESTART) = kept;
    }
    assert_true(best > 0); /* by the choice of the seed */
    assert_close(*at(&s, s.vector, HP_ROW_RESTART), best, 0, 0);
    assert_close(*at(&s, s.vector, HP_ROW_LOSS), least, 0, 0);
    train_sample(&s);
    assert_memory_equal(at(&s, s.sample, HP_ROW_PARAM), at(&s, s.vector, HP_ROW_PARAM),
                        s.fit.model.nparam * sizeof(double));
    assert_close(hp_loss_value(&s.fit.loss, at(&s, s.vector, HP_ROW_PARAM)), least, 1e-14, 0);
    close_scene(&s);
}

/* From a minimum there is nothing to be done; from its weights of the beginning as much as before.
 */
static void samples_start_from_the_average(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.training.penalty = 0.01; /* some way to go */
    create(&s);
    train_average(&s);
    double epochs = *at(&s, s.vector, HP_ROW_EPOCHS), loss = *at(&s, s.vector, HP_ROW_LOSS);
    assert_true(epochs > 4.0 && *at(&s, s.vector, HP_ROW_CONVERGED) == 1.0);
    assert_true(*at(&s, s.vector, HP_ROW_DECREMENT) <= 1e-8);
    train_sample(&s);
    assert_true(*at(&s, s.sample, HP_ROW_EPOCHS) < 0.5 * epochs);
    assert_true(*at(&s, s.sample, HP_ROW_LOSS) <= loss * (1.0 + 1e-12));
    s.fit.training.warm_start = false;
    train_sample(&s);
    assert_close(*at(&s, s.sample, HP_ROW_EPOCHS), epochs, 0, 0);
    assert_close(*at(&s, s.sample, HP_ROW_LOSS), loss, 0, 0);
    close_scene(&s);
}

static hp_status count_ticks(void *context, const hp_train_tick *tick, hp_error *err) {
    (void)tick;
    (void)err;
    ++*(int *)context;
    return HP_OK;
}

/* Samples may have epochs and a rate of their own; without they have those of the average. */
static void adam_has_other_epochs_for_samples(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.training.optimiser = HP_ADAM;
    s.training.sample_epochs = 60;
    create(&s);
    int ticks = 0;
    const hp_tick tick = {.function = count_ticks, .context = &ticks};
    assert_ok(hp_network_fit_train(&s.fit, &s.record, NULL, &tick, s.vector, &s.err), &s.err);
    assert_close(*at(&s, s.vector, HP_ROW_EPOCHS), 40.0, 0, 0);
    assert_in_range(ticks, 40, 41);
    assert_close(at(&s, s.vector, HP_ROW_CURVE_EPOCH)[0], 0.0, 0, 0);
    assert_true(at(&s, s.vector, HP_ROW_CURVE)[0] > *at(&s, s.vector, HP_ROW_LOSS));
    train_sample(&s);
    assert_close(*at(&s, s.sample, HP_ROW_EPOCHS), 60.0, 0, 0);
    double loss = *at(&s, s.sample, HP_ROW_LOSS);
    assert_true(loss < *at(&s, s.vector, HP_ROW_LOSS));
    s.fit.training.sample_learning_rate = 1e-2; /* as it was */
    train_sample(&s);
    assert_close(*at(&s, s.sample, HP_ROW_LOSS), loss, 0, 0);
    s.fit.training.sample_learning_rate = 1e-5;
    train_sample(&s);
    assert_true(*at(&s, s.sample, HP_ROW_LOSS) > loss);
    s.fit.training.sample_epochs = 0;
    train_sample(&s);
    assert_close(*at(&s, s.sample, HP_ROW_EPOCHS), 40.0, 0, 0);
    close_scene(&s);
}

/* Where all restarts diverge there is no fit. */
static void fits_that_diverge_are_errors(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.training.optimiser = HP_ADAM;
    s.training.learning_rate = 1e300;
    s.training.restarts = 2;
    create(&s);
    assert_status(hp_network_fit_train(&s.fit, &s.record, NULL, NULL, s.vector, &s.err),
                  HP_ERR_NUMERIC, &s.err);
    assert_contains(s.err.message, "not finite");
    close_scene(&s);
}

/* Prior and regulator of the loss; a penalty counts in units of the data. */
static void the_loss_has_what_options_say(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.training.cutoff = 2.5;
    s.training.cutoff_weight = 3.0;
    create(&s);
    assert_close(s.fit.loss.penalty, 0.5 * 2.0, 0, 0);
    assert_close(s.fit.loss.hidden_deviation, 0.1, 0, 0);
    assert_close(s.fit.loss.cutoff_weight, 3.0, 0, 0);
    close_scene(&s);
}

/* U in MeV/fm^3: 986.6 MeV over (0.2 fm)^3. */
static void maps_are_in_physical_units(void **state) {
    (void)state;
    scene s;
    hp_model_grid grid;
    double U[N * N];
    open_scene(&s);
    create(&s);
    train_average(&s);
    assert_ok(hp_model_grid_create(&s.fit.model, s.r, N, &grid, &s.err), &s.err);
    hp_network_fit_map(&s.fit, at(&s, s.vector, HP_ROW_PARAM), &grid, U);
    double largest = 0.0;
    for (int i = 0; i < N * N; i++) {
        assert_close(U[i], grid.U[i] * 986.6 / 0.008, 1e-14, 0); /* rounding */
        assert_close(U[i], U[i % N * N + i / N], 0, 0);
        largest = fmax(largest, fabs(U[i]));
    }
    assert_true(largest > 0.0);
    hp_model_grid_destroy(&grid);
    close_scene(&s);
}

static void make_and_destroy(void) {
    scene s;
    open_scene(&s);
    s.training.steps = 1;
    s.training.warm_up_epochs = 2;
    create(&s);
    train_average(&s);
    close_scene(&s);
}

static void all_memory_is_given_back(void **state) {
    (void)state;
    hp_network_fit_destroy(NULL);
    assert_no_leak(make_and_destroy);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scales_that_are_not_given_follow_the_data),
        cmocka_unit_test(products_have_no_envelope),
        cmocka_unit_test(options_that_do_not_fit_are_named),
        cmocka_unit_test(the_best_restart_is_kept),
        cmocka_unit_test(samples_start_from_the_average),
        cmocka_unit_test(adam_has_other_epochs_for_samples),
        cmocka_unit_test(fits_that_diverge_are_errors),
        cmocka_unit_test(the_loss_has_what_options_say),
        cmocka_unit_test(maps_are_in_physical_units),
        cmocka_unit_test(all_memory_is_given_back),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests_name("fit/network_fit", tests, NULL, NULL);
}
