// SPDX-License-Identifier: GPL-3.0-or-later
/* Every kind of potential goes through its class alone: made from a small synthetic data set,
 * fitted, filled on nodes chosen afterwards, loaded from what it stored, destroyed.
 *
 * 24 radii from 0.3 to 5.05 (L = 0.1 fm), two columns, S = V0 R + x K with two Gaussians and one
 * one of given range; x = 0 but for the derivative expansion. */
#include "support.h"

#include <math.h>
#include <string.h>
#include "hadpot/gaussians.h"
#include "hadpot/memory.h"
#include "hadpot/n2lo.h"
#include "hadpot/potential.h"

enum { N = 24, VALUES = 2 * N };

static const double V0_PARAM[] = {1.3, 0.9, -0.35, 2.1}, X_PARAM[] = {-0.17, 0.8};
static const hp_pair PAIR = {.mass = {0.6, 0.9}, .mu = 0.36};

typedef struct scene {
    hp_error err;
    hp_fit_data data;
    double x_error[N], prediction[VALUES];
    hp_forms *forms;
    hp_potential_setup setup;
    hp_potential potential;
    hp_record record;
    double *vector;
} scene;

static double V0_at(double r) {
    return hp_gaussians_value(V0_PARAM, 2, r);
}

static double x_at(double r) {
    return hp_gaussians_value(X_PARAM, 1, r);
}

static void fill_data(scene *s) {
    hp_fit_data *data = &s->data;
    bool expansion = s->setup.kind->flags & HP_KIND_TWO_SOURCES;
    assert_ok(hp_fit_data_create(N, 2, data, &s->err), &s->err);
    data->weights.weight = hp_alloc(VALUES, sizeof(double));
    assert_non_null(data->weights.weight);
    data->label = "classes";
    data->nfitted = VALUES;
    data->length_fm = 0.1;
    data->energy_mev = 1973.0;
    data->of_potential = s->setup.kind->flags & HP_KIND_OF_V;
    data->pair[0] = PAIR;
    for (int i = 0; i < VALUES; i++) {
        int c = i / N, r = i % N;
        double at = data->r[r] = 0.3 + r * (4.75 / (N - 1));
        data->quadrature[r] = 4 * M_PI * at * at * (4.75 / (N - 1));
        data->fitted[r] = 1.0;
        data->R[i] = 1.0 + (0.4 + 0.5 * c) * exp(-0.5 * at);
        data->K[i] = 0.3 * (1 - 2 * c) * exp(-0.3 * at);
        data->S[i] = V0_at(at) * data->R[i] + (expansion ? x_at(at) * data->K[i] : 0.0);
        data->V[i] = data->S[i] / data->R[i];
        data->S_error[i] = data->V_error[i] = 0.01;
        data->weights.weight[i] = 1e4;
        s->x_error[r] = 0.01;
    }
    data->x_error = s->x_error;
}

/* Small networks of those that the kind has, and few steps. */
static void shrink(hp_potential_setup *setup) {
    static const hp_layers narrow = {2, {3, 1}, {HP_SILU, HP_SILU}};
    static const hp_layers linear = {2, {3, 1}, {HP_SILU, HP_IDENTITY}};
    hp_model_spec *network = &setup->network;
    unsigned flags = setup->kind->flags;
    network->f = flags & HP_KIND_FG ? narrow : flags & HP_KIND_F ? linear : (hp_layers){0};
    network->v = linear;
    if (!(flags & HP_KIND_FG)) network->g.n = 0;
    network->scale = 0.1;
    network->decay = 0.8;
    network->start[0] = 0.5;
    network->start[1] = 0.7;
    setup->training.steps = 6;
}

static void open_scene(scene *s, const hp_potential_kind *kind) {
    *s = (scene){.err = HP_ERROR_INIT};
    s->setup.kind = kind;
    fill_data(s);
    assert_ok(hp_forms_create(41.47, &s->forms, &s->err), &s->err);
    assert_ok(
        hp_forms_add(s->forms, HP_FORM_GAUSSIAN, (double[HP_FORM_PARAMETERS]){-33.5, 1.7}, &s->err),
        &s->err);
    s->setup = (hp_potential_setup){.kind = kind,
                                    .data = &s->data,
                                    .network = hp_network_defaults,
                                    .training = hp_training_defaults,
                                    .gaussians = 2,
                                    .gaussian_range_fm = {0.09, 0.21},
                                    .rank = 2,
                                    .nonlocal_gaussians = 2,
                                    .n2lo_gaussians = 1,
                                    .n2lo_range_fm = {0.08, 0.6}, /* 0.8 L; not used */
                                    .n2lo_deviation = 1e6,        /* no prior to rounding */
                                    .n2lo_r_max_fm = 1.0,
                                    .forms = s->forms};
    shrink(&s->setup);
    assert_ok(hp_potential_create(&s->setup, &s->potential, &s->err), &s->err);
    hp_record_create(&s->record);
    hp_record_add_slim_axis(&s->record, "component", HP_NCOMPONENT);
    hp_record_add_axis(&s->record, "r", N);
    hp_potential_add_rows(&s->potential, &s->record);
    assert_ok(hp_record_check(&s->record, &s->err), &s->err);
    s->vector = hp_alloc(s->record.length, sizeof *s->vector);
    assert_non_null(s->vector);
}

static void close_scene(scene *s) {
    hp_potential_destroy(&s->potential);
    hp_potential_destroy(&s->potential); /* empty now */
    hp_fit_data_destroy(&s->data);
    hp_forms_destroy(&s->forms);
    hp_free(s->vector);
    hp_record_destroy(&s->record);
}

static void fit(scene *s) {
    const hp_fit_task task = {
        .data = &s->data, .record = &s->record, .vector = s->vector, .prediction = s->prediction};
    assert_ok(hp_potential_fit(&s->potential, &task, &s->err), &s->err);
}

/* On nodes that nobody knew before. */
static void fill(const hp_potential *potential, double mu, const hp_quadrature *nodes,
                 hp_node_potential *on) {
    hp_error err = HP_ERROR_INIT;
    const hp_pair pair = hp_pair_of_reduced_mass(mu);
    assert_ok(hp_node_potential_create(potential, nodes, on, &err), &err);
    assert_ok(hp_potential_fill(potential, &pair, 1, on, &err), &err);
}

static void assert_same(const double *values, const double *others, size_t n, double factor) {
    assert_int_equal(values == NULL, others == NULL);
    for (size_t i = 0; values != NULL && i < n; i++)
        assert_close(others[i], factor * values[i], 0, 0);
}

/* V R + int U R of what the class says of the radii of the data is its prediction. */
static void check_prediction(scene *s) {
    double V[N];
    const hp_fit_data *data = &s->data;
    const double *U = hp_potential_on_shells(&s->potential, data->r, N, V);
    if (s->setup.kind->flags & HP_KIND_PRODUCT) return; /* U is not formed */
    assert_int_equal(U != NULL, hp_potential_describe(&s->potential).has_nonlocal);
    for (int i = 0; i < VALUES; i++) {
        double sum = V[i % N] * data->R[i], size = fabs(sum);
        for (int j = 0; U != NULL && j < N; j++) {
            double term = U[i % N * N + j] * data->quadrature[j] * data->R[i / N * N + j];
            sum += term;
            size += fabs(term);
        }
        if (s->setup.kind->flags & HP_KIND_TWO_SOURCES) sum += x_at(data->r[i % N]) * data->K[i];
        /* the order of 24 terms; the fit of x ends where a step is below 1e-10 of it */
        assert_close(s->prediction[i], sum, 0, 1e-9 * size + 1e-10);
    }
}

/* Masses come with each call: twice the mass is twice w and K, to the last bit; w of V2 is not
 * linear in it, but in V0. */
static void check_masses(const hp_potential *potential, const hp_quadrature *nodes,
                         const hp_node_potential *on) {
    hp_node_potential twice;
    size_t n = (size_t)nodes->n;
    fill(potential, 2 * PAIR.mu, nodes, &twice);
    assert_same(on->local, twice.local, n, 2.0);
    assert_same(on->kernel, twice.kernel, n * n, 2.0);
    assert_same(on->slope, twice.slope, n, 1.0);
    hp_node_potential_destroy(&twice);
}

/* Another potential that loads the stored results is the same; Gaussians are stored in MeV and fm,
 * which costs a rounding of each parameter. */
static void check_load(const scene *s, const hp_quadrature *nodes, const hp_node_potential *on) {
    hp_potential other;
    hp_node_potential loaded;
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_potential_create(&s->setup, &other, &err), &err);
    hp_potential_load(&other, &s->record, s->vector);
    fill(&other, PAIR.mu, nodes, &loaded);
    for (int i = 0; i < nodes->n; i++)
        assert_close(loaded.local[i], on->local[i], 0, s->data.of_potential ? 1e-14 : 0.0);
    if (on->kernel != NULL)
        assert_memory_equal(loaded.kernel, on->kernel,
                            (size_t)nodes->n * (size_t)nodes->n * sizeof(double));
    hp_node_potential_destroy(&loaded);
    hp_potential_destroy(&other);
}

static void check_symmetry(const hp_potential *potential, const hp_node_potential *on) {
    double largest = 0.0, difference = 0.0;
    int n = on->nodes->n;
    for (int i = 0; on->kernel != NULL && i < n * n; i++) {
        largest = fmax(largest, fabs(on->kernel[i]));
        difference = fmax(difference, fabs(on->kernel[i] - on->kernel[i % n * n + i / n]));
    }
    if (hp_potential_describe(potential).symmetric)
        assert_close(difference, 0, 0, 0);
    else
        assert_true(difference > 1e-6 * largest);
}

static void fitted_kinds_go_from_create_to_destroy(void **state) {
    (void)state;
    for (int kind = 0; kind < HP_NKIND; kind++) {
        scene s;
        hp_quadrature nodes = {0};
        hp_node_potential on;
        if (kind == HP_KIND_ID_given) continue;
        open_scene(&s, &hp_potential_kinds[kind]);
        assert_true(hp_potential_describe(&s.potential).is_fitted);
        fit(&s);
        assert_true(isfinite(*hp_record_read(&s.record, s.vector, HP_ROW_LOSS)));
        check_prediction(&s);
        assert_ok(hp_quadrature_create(5.0, 3, 5, &nodes, &s.err), &s.err);
        fill(&s.potential, PAIR.mu, &nodes, &on);
        check_masses(&s.potential, &nodes, &on);
        check_load(&s, &nodes, &on);
        check_symmetry(&s.potential, &on);
        hp_node_potential_destroy(&on);
        hp_node_potential_destroy(&on);
        hp_quadrature_destroy(&nodes);
        close_scene(&s);
    }
}

/* Without noise the forms that made the data are found again, on the nodes and between them. */
static void gaussians_and_n2lo_find_the_truth(void **state) {
    (void)state;
    static const int kinds[] = {HP_KIND_ID_gaussians, HP_KIND_ID_n2lo};
    for (int k = 0; k < 2; k++) {
        scene s;
        hp_quadrature nodes = {0};
        hp_node_potential on;
        double w, slope, w_at, slope_at;
        open_scene(&s, &hp_potential_kinds[kinds[k]]);
        fit(&s);
        assert_ok(hp_quadrature_create(5.0, 3, 5, &nodes, &s.err), &s.err);
        fill(&s.potential, PAIR.mu, &nodes, &on);
        hp_interaction interaction = hp_node_potential_interaction(&on);
        for (int i = 0; i < nodes.n; i++) {
            double r = nodes.r[i];
            hp_n2lo_interaction(2 * PAIR.mu * V0_at(r), k == 1 ? x_at(r) : 0.0, &w, &slope);
            /* steps of the fit below 1e-10 */
            assert_close(on.local[i], w, 0, 1e-8);
            if (k == 1) assert_close(on.slope[i], slope, 0, 1e-8);
            interaction.local_at(r, &w_at, &slope_at, interaction.context);
            assert_close(w_at, on.local[i], 0, 0);
        }
        hp_node_potential_destroy(&on);
        hp_quadrature_destroy(&nodes);
        close_scene(&s);
    }
}

static void given_potentials_are_those_of_their_forms(void **state) {
    (void)state;
    scene s;
    hp_quadrature nodes = {0};
    hp_node_potential on;
    open_scene(&s, &hp_potential_kinds[HP_KIND_ID_given]);
    hp_potential_facts facts = hp_potential_describe(&s.potential);
    assert_true(facts.has_local && !facts.has_nonlocal && !facts.is_fitted && !facts.has_map);
    assert_ok(hp_quadrature_create(6.0, 3, 5, &nodes, &s.err), &s.err);
    fill(&s.potential, PAIR.mu, &nodes, &on);
    assert_null(on.kernel);
    for (int i = 0; i < nodes.n; i++)
        assert_close(on.local[i], -33.5 / 41.47 * exp(-pow(nodes.r[i] / 1.7, 2)), 1e-14, 0);
    double largest = 0.0, end = nodes.range * -33.5 / 41.47 * exp(-pow(nodes.range / 1.7, 2));
    for (int i = 0; i < nodes.n; i++) largest = fmax(largest, fabs(nodes.r[i] * on.local[i]));
    assert_close(hp_node_potential_edge_ratio(&on), fabs(end) / largest, 1e-14, 0);
    hp_node_potential_destroy(&on);
    hp_quadrature_destroy(&nodes);
    close_scene(&s);
}

/* More parameters than points: create fails, and leaves nothing behind. */
static void half_made_potentials_are_destroyed(void **state) {
    (void)state;
    scene s;
    open_scene(&s, &hp_potential_kinds[HP_KIND_ID_n2lo]);
    hp_potential failed;
    s.setup.gaussians = 12;
    assert_status(hp_potential_create(&s.setup, &failed, &s.err), HP_ERR_INPUT, &s.err);
    assert_null(failed.self);
    hp_potential_destroy(&failed);
    hp_potential_destroy(NULL);
    hp_node_potential_destroy(NULL);
    hp_potential_map_destroy(NULL);
    close_scene(&s);
}

static void kinds_are_found_by_name(void **state) {
    (void)state;
    for (int kind = 0; kind < HP_NKIND; kind++)
        assert_ptr_equal(hp_potential_kind_find(hp_potential_kinds[kind].name),
                         &hp_potential_kinds[kind]);
    assert_null(hp_potential_kind_find("sdn"));
    assert_string_equal(HP_RUN_KINDS, "sdnn|local|gaussians|n2lo|separable|matrix_gaussians");
    assert_string_equal(HP_TOY_KINDS, "sdnn|local|mlp|partial|two_parameter");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fitted_kinds_go_from_create_to_destroy),
        cmocka_unit_test(gaussians_and_n2lo_find_the_truth),
        cmocka_unit_test(given_potentials_are_those_of_their_forms),
        cmocka_unit_test(half_made_potentials_are_destroyed),
        cmocka_unit_test(kinds_are_found_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
