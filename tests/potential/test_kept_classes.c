// SPDX-License-Identifier: GPL-3.0-or-later
/* Fits of every class that iterates, of an average with restarts and of a sample, which are
 * interrupted at every step: the results are those of fits that are left alone, to the bit.
 *
 * 20 radii from 0.25 to 5 (L = 0.2 fm), two columns, one or two components. */
#include "course_case.h"

#include <math.h>
#include "hadpot/potential.h"

enum { N = 20, COLUMNS = 2, MOST = 2 * N * COLUMNS };

typedef struct fit_case {
    const char *kind;
    int ncomponent, steps, restarts, warm_up, epochs; /* epochs > 0: Adam */
    int gaussians;                                    /* of given ranges; 0: fitted ones */
    bool sample;                                      /* it starts from a fitted average */
    int least_keeps;
} fit_case;

typedef struct scene {
    hp_error err;
    hp_fit_data data;
    hp_potential_setup setup;
    hp_potential potential;
    hp_record record;
    double *vector, *start;
    double prediction[MOST];
} scene;

/* S = V R + noise, of all components, times `size`. */
static void fill_data(const fit_case *of, double size, scene *s) {
    hp_fit_data *data = &s->data;
    int n = of->ncomponent * N;
    for (int i = 0; i < COLUMNS * n; i++) {
        int k = i / n, c = i % n / N;
        double r = data->r[i % n];
        data->R[i] = (1.0 + 0.4 * cos(0.7 * r + k + 2.0 * c)) / (1.0 + 0.5 * abs(c - k));
    }
    for (int i = 0; i < COLUMNS * n; i++) {
        double r = data->r[i % n], V = (-0.8 + 0.2 * (i % n / N)) * exp(-r * r / 2.3);
        data->S[i] = size * (V * data->R[i] + 0.01 * sin(7.1 * i + 3.0 * size));
        data->V[i] = data->S[i] / data->R[i];
        data->S_error[i] = data->V_error[i] = 0.01;
    }
}

static void choose_setup(const fit_case *of, scene *s) {
    s->setup = (hp_potential_setup){.kind = hp_potential_kind_find(of->kind),
                                    .data = &s->data,
                                    .network = hp_network_defaults,
                                    .training = hp_training_defaults,
                                    .rank = 1,
                                    .gaussians = of->gaussians,
                                    .nonlocal_gaussians = 2};
    assert_non_null(s->setup.kind);
    hp_model_spec *network = &s->setup.network;
    hp_training_options *training = &s->setup.training;
    network->envelope = 2.0;
    network->local_envelope = 2.5;
    network->f = (hp_layers){2, {4, 3}, {HP_SILU, HP_SILU}};
    network->v = (hp_layers){2, {4, 1}, {HP_SILU, HP_IDENTITY}};
    if (strcmp(of->kind, "local") == 0) network->f.n = network->g.n = 0;
    training->steps = of->steps;
    training->restarts = of->restarts;
    training->warm_up_epochs = of->warm_up;
    if (of->epochs > 0) training->optimiser = HP_ADAM;
    training->epochs = of->epochs;
    training->learning_rate = 1e-2;
    bool given = of->gaussians > 0 && strcmp(of->kind, "gaussians") != 0;
    s->setup.gaussian_range_fm[0] = given ? 0.1 : 0.0;
    s->setup.gaussian_range_fm[1] = given ? 0.5 : 0.0;
}

static void open_scene(const fit_case *of, scene *s) {
    *s = (scene){.err = HP_ERROR_INIT};
    hp_fit_data *data = &s->data;
    assert_ok(hp_fit_data_create_components(of->ncomponent, N, COLUMNS, data, &s->err), &s->err);
    data->label = "kept";
    data->length_fm = 0.2;
    data->energy_mev = 986.6;
    data->npair = of->ncomponent;
    for (int c = 0; c < of->ncomponent; c++) {
        data->component[c] = (hp_component){c, 0};
        data->spin[c] = (hp_spin_state){1, 0};
        data->pair[c] = hp_pair_of_masses(0.9 + 0.1 * c, 1.1);
    }
    for (int i = 0; i < of->ncomponent * N; i++) {
        data->r[i] = 0.25 * (i % N + 1);
        data->quadrature[i] = M_PI * data->r[i] * data->r[i];
    }
    for (int k = 0; k < COLUMNS; k++) data->normalisation[k] = 1.0;
    fill_data(of, 1.0, s);
    hp_fit_data_choose(data, 0.0, 4.5);
    assert_ok(hp_fit_data_weigh(data, NULL, &s->err), &s->err);
    choose_setup(of, s);
    assert_ok(hp_potential_create(&s->setup, &s->potential, &s->err), &s->err);
    hp_record_create(&s->record);
    hp_record_add_axis(&s->record, "r", N);
    hp_record_add_slim_axis(&s->record, "component", (size_t)of->ncomponent);
    hp_potential_add_rows(&s->potential, &s->record);
    assert_ok(hp_record_check(&s->record, &s->err), &s->err);
    s->vector = hp_alloc(s->record.length, sizeof *s->vector);
    s->start = hp_alloc(s->record.length, sizeof *s->start);
    assert_true(s->vector != NULL && s->start != NULL);
}

static void close_scene(scene *s) {
    hp_potential_destroy(&s->potential);
    hp_record_destroy(&s->record);
    hp_fit_data_destroy(&s->data);
    hp_free(s->vector);
    hp_free(s->start);
}

static hp_status fit(scene *s, const double *start, const hp_tick *tick, double *vector,
                     hp_error *err) {
    const hp_fit_task task = {.data = &s->data,
                              .start = start,
                              .tick = tick,
                              .record = &s->record,
                              .vector = vector,
                              .prediction = s->prediction};
    return hp_potential_fit(&s->potential, &task, err);
}

/* Results and prediction. */
enum { NRESULT = 4000 };

static hp_status run(const void *context, const hp_tick *tick, double *result, hp_error *err) {
    const fit_case *of = context;
    scene s;
    open_scene(of, &s);
    if (of->sample) {
        assert_ok(fit(&s, NULL, NULL, s.start, &s.err), &s.err);
        fill_data(of, 1.01, &s);
    }
    hp_status status = fit(&s, of->sample ? s.start : NULL, tick, s.vector, err);
    assert_true(s.record.length + MOST <= NRESULT);
    memset(result, 0, NRESULT * sizeof *result);
    memcpy(result, s.vector, s.record.length * sizeof *result);
    memcpy(result + s.record.length, s.prediction, sizeof s.prediction);
    close_scene(&s);
    return status;
}

static void check(const fit_case *cases, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const course_case of = {cases[i].kind, &cases[i], NRESULT, run};
        course_check(&of, 0, cases[i].least_keeps);
    }
}

static void networks_go_on(void **state) {
    static const fit_case cases[] = {
        {.kind = "sdnn", .ncomponent = 1, .steps = 5, .restarts = 3, .least_keeps = 12},
        {.kind = "sdnn",
         .ncomponent = 1,
         .steps = 5,
         .restarts = 2,
         .warm_up = 4,
         .least_keeps = 17},
        {.kind = "sdnn",
         .ncomponent = 1,
         .steps = 6,
         .restarts = 1,
         .sample = true,
         .least_keeps = 2},
        {.kind = "sdnn", .ncomponent = 1, .epochs = 9, .restarts = 2, .least_keeps = 18},
        {.kind = "sdnn",
         .ncomponent = 1,
         .epochs = 9,
         .restarts = 1,
         .sample = true,
         .least_keeps = 9},
        {.kind = "local", .ncomponent = 1, .steps = 5, .restarts = 2, .least_keeps = 8},
        {.kind = "sdnn", .ncomponent = 2, .steps = 5, .restarts = 2, .least_keeps = 8},
        {.kind = "sdnn",
         .ncomponent = 2,
         .steps = 5,
         .restarts = 1,
         .sample = true,
         .least_keeps = 2},
    };
    (void)state;
    check(cases, sizeof cases / sizeof *cases);
}

static void other_classes_go_on(void **state) {
    static const fit_case cases[] = {
        {.kind = "separable", .ncomponent = 1, .gaussians = 3, .restarts = 1, .least_keeps = 6},
        {.kind = "separable",
         .ncomponent = 1,
         .gaussians = 3,
         .restarts = 1,
         .sample = true,
         .least_keeps = 6},
        {.kind = "separable", .ncomponent = 2, .gaussians = 3, .restarts = 1, .least_keeps = 6},
        {.kind = "gaussians", .ncomponent = 1, .gaussians = 2, .restarts = 1, .least_keeps = 10},
        {.kind = "gaussians",
         .ncomponent = 1,
         .gaussians = 2,
         .restarts = 1,
         .sample = true,
         .least_keeps = 1},
    };
    (void)state;
    check(cases, sizeof cases / sizeof *cases);
}

static void fitted_ranges_go_on(void **state) {
    static const fit_case cases[] = {
        {.kind = "separable", .ncomponent = 1, .restarts = 1, .sample = true, .least_keeps = 20}};
    (void)state;
    check(cases, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_go_on),
        cmocka_unit_test(other_classes_go_on),
        cmocka_unit_test(fitted_ranges_go_on),
    };
    return cmocka_run_group_tests_name("potential/kept_classes", tests, NULL, NULL);
}
