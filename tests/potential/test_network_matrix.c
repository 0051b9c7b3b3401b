// SPDX-License-Identifier: GPL-3.0-or-later
/* The class of networks between components: the case of one against the class of one S wave,
 * elements, operators of a pair, diagonal blocks alone, nodes, maps, scales and what is refused.
 * 20 radii from 0.25 to 5 (L = 0.2 fm), three columns that no symmetry relates. */
#include "support.h"

#include <math.h>
#include <string.h>
#include "hadpot/form_matrix.h"
#include "hadpot/matrix_fit.h"
#include "hadpot/memory.h"
#include "hadpot/potential.h"

enum { N = 20, COLUMNS = 3, MOST = 3 };

typedef struct scene {
    hp_error err;
    hp_fit_data data;
    hp_potential_setup setup;
    hp_potential potential;
    hp_record record;
    double *vector, prediction[COLUMNS * MOST * N];
} scene;

static const double MASS[MOST][2] = {{0.9, 0.9}, {0.8, 1.1}, {1.0, 1.2}};

/* V_cd that differ, and are symmetric. */
static double V_of(int c, int d, double r) {
    double sum = c + d, product = c * d;
    return (-0.8 + 0.3 * sum - 0.2 * product) * exp(-r * r / (2.0 + 0.5 * sum));
}

/* S = V R of all components; pairs: each component is one, else all are waves of one pair. */
static void open_data(scene *s, int ncomponent, bool pairs) {
    *s = (scene){.err = HP_ERROR_INIT};
    hp_fit_data *data = &s->data;
    assert_ok(hp_fit_data_create_components(ncomponent, N, COLUMNS, data, &s->err), &s->err);
    data->length_fm = 0.2;
    data->energy_mev = 986.6;
    data->npair = pairs ? ncomponent : 1;
    for (int c = 0; c < ncomponent; c++) {
        data->component[c] = (hp_component){pairs ? c : 0, pairs ? 0 : 2 * c};
        data->spin[c] = (hp_spin_state){3, 2};
        data->pair[c] = hp_pair_of_masses(MASS[c][0], MASS[c][1]);
    }
    for (int i = 0; i < ncomponent * N; i++) {
        data->r[i] = 0.25 * (i % N + 1);
        data->quadrature[i] = M_PI * data->r[i] * data->r[i];
        for (int k = 0; k < COLUMNS; k++)
            data->R[k * ncomponent * N + i] =
                (1.0 + 0.4 * cos(0.7 * data->r[i] + k + 2.0 * (i / N))) /
                (1.0 + 0.5 * abs(i / N - k));
    }
    for (int k = 0; k < COLUMNS; k++)
        for (int i = 0; i < ncomponent * N; i++) {
            const double *R = data->R + k * ncomponent * N;
            double *S = data->S + k * ncomponent * N + i;
            for (int d = 0; d < ncomponent; d++)
                *S += V_of(i / N, d, data->r[i]) * R[d * N + i % N];
            data->S_error[k * ncomponent * N + i] = 0.01;
            data->normalisation[k] = 1.0;
        }
    hp_fit_data_choose(data, 0.0, 4.5);
    assert_ok(hp_fit_data_weigh(data, NULL, &s->err), &s->err);
    s->setup = (hp_potential_setup){.kind = hp_potential_kind_find("sdnn"),
                                    .data = data,
                                    .network = hp_network_defaults,
                                    .training = hp_training_defaults};
    s->setup.network.envelope = 2.0; /* L */
    s->setup.network.local_envelope = 2.5;
    s->setup.network.f = (hp_layers){2, {8, 7}, {HP_SILU, HP_SILU}};
    s->setup.network.v = (hp_layers){3, {8, 7, 1}, {HP_SILU, HP_SILU, HP_IDENTITY}};
}

static void open_potential(scene *s) {
    assert_ok(hp_potential_create(&s->setup, &s->potential, &s->err), &s->err);
    hp_record_create(&s->record);
    hp_record_add_axis(&s->record, "r", N);
    hp_record_add_slim_axis(&s->record, "component", (size_t)s->data.ncomponent);
    hp_potential_add_rows(&s->potential, &s->record);
    assert_ok(hp_record_check(&s->record, &s->err), &s->err);
    s->vector = hp_alloc(s->record.length, sizeof *s->vector);
    assert_non_null(s->vector);
}

static void open_fit(scene *s) {
    open_potential(s);
    const hp_fit_task task = {
        .data = &s->data, .record = &s->record, .vector = s->vector, .prediction = s->prediction};
    assert_ok(hp_potential_fit(&s->potential, &task, &s->err), &s->err);
}

static void close_scene(scene *s) {
    hp_potential_destroy(&s->potential);
    hp_record_destroy(&s->record);
    hp_fit_data_destroy(&s->data);
    hp_free(s->vector);
}

static double *row(scene *s, const char *path) {
    return hp_record_at(&s->record, s->vector, path);
}

static void fill_nodes(scene *s, hp_quadrature *grid, hp_node_potential *on) {
    assert_ok(hp_quadrature_create(4.7, 3, 5, grid, &s->err), &s->err);
    assert_ok(hp_node_potential_create(&s->potential, grid, on, &s->err), &s->err);
    assert_ok(hp_potential_fill(&s->potential, s->data.pair, s->data.npair, on, &s->err), &s->err);
}

/* A P wave goes through this class, the S wave through the other: the same fit, step by step, but
 * for sums in another order: parameters to rounding over the curvature that the prior leaves. */
static void one_component_is_that_of_the_s_wave(void **state) {
    (void)state;
    scene s[2];
    hp_quadrature grid[2];
    hp_node_potential on[2];
    for (int l = 0; l < 2; l++) {
        open_data(&s[l], 1, true);
        s[l].data.component[0].l = l;
        open_fit(&s[l]);
        assert_true(*row(&s[l], HP_ROW_CONVERGED) == 1.0);
        fill_nodes(&s[l], &grid[l], &on[l]);
    }
    assert_ptr_not_equal(s[0].potential.class, s[1].potential.class);
    assert_close(*row(&s[1], HP_ROW_EPOCHS), *row(&s[0], HP_ROW_EPOCHS), 0.0, 0.0);
    assert_close(*row(&s[1], HP_ROW_LOSS), *row(&s[0], HP_ROW_LOSS), 1e-10, 0.0);
    for (int i = 0; i < N; i++)
        assert_close(row(&s[1], HP_ROW_V_LOCAL)[i], row(&s[0], HP_ROW_V_LOCAL)[i], 1e-6, 1e-6);
    for (int i = 0; i < grid[0].n; i++) assert_close(on[1].local[i], on[0].local[i], 0.0, 1e-7);
    for (int i = 0; i < grid[0].n * grid[0].n; i++)
        assert_close(on[1].kernel[i], on[0].kernel[i], 0.0, 1e-7);
    hp_potential_facts facts = hp_potential_describe(&s[0].potential);
    hp_potential_facts same = hp_potential_describe(&s[1].potential);
    assert_close(same.scale, facts.scale, 1e-14, 0.0);
    assert_close(same.end, facts.end, 0.0, 0.0);
    assert_close(same.nonlocal_end, facts.nonlocal_end, 0.0, 0.0);
    assert_true(same.has_local && same.has_nonlocal && same.symmetric && same.has_map);
    for (int l = 0; l < 2; l++) {
        hp_node_potential_destroy(&on[l]);
        hp_quadrature_destroy(&grid[l]);
        close_scene(&s[l]);
    }
}

/* The residuals of a fit are those of V and U on its radii; a fit that is loaded fills the same
 * nodes; K and W are the same bits in both orders, with 2 sqrt(mu_c mu_d) in them. */
static void elements_are_fitted_and_filled(void **state) {
    (void)state;
    scene s;
    hp_quadrature grid;
    hp_node_potential on;
    open_data(&s, 3, true);
    open_fit(&s);
    assert_true(*row(&s, HP_ROW_CONVERGED) == 1.0);
    double chi2 = 0.0;
    for (int i = 0; i < COLUMNS * 3 * N; i++)
        if (s.data.fitted[i % (3 * N)] > 0.0)
            chi2 += pow((s.prediction[i] - s.data.S[i]) / 0.01, 2) / s.data.nfitted;
    assert_true(chi2 < 0.3); /* no noise: what the prior leaves */
    fill_nodes(&s, &grid, &on);
    size_t n = (size_t)grid.n, points = 3 * n;
    assert_int_equal(on.ncomponent, 3);
    for (size_t i = 0; i < points; i++)
        for (size_t j = 0; j < i; j++)
            assert_memory_equal(on.kernel + i * points + j, on.kernel + j * points + i,
                                sizeof(double));
    for (size_t cd = 0; cd < 9; cd++)
        assert_memory_equal(on.local + cd * n, on.local + (cd % 3 * 3 + cd / 3) * n,
                            n * sizeof(double));
    /* the same potential on its own radii: row of V in MeV, map of U in MeV/fm^3 */
    hp_potential_map map;
    double *U = hp_alloc(9 * n * n, sizeof *U);
    assert_ok(hp_potential_map_create(&s.potential, grid.r, grid.n, false, &map, &s.err), &s.err);
    hp_potential_map_fill(&map, U);
    for (size_t i = 0; i < points; i++)
        for (size_t j = 0; j < points; j++) {
            size_t c = i / n, d = j / n;
            double mu = 2.0 * sqrt(s.data.pair[c].mu * s.data.pair[d].mu);
            double K = mu * 4.0 * M_PI * grid.r[i % n] * grid.r[j % n] *
                       U[((c * 3 + d) * n + i % n) * n + j % n] * 0.008 / 986.6;
            assert_close(on.kernel[i * points + j], K, 1e-13, 1e-300);
        }
    double *again = hp_alloc(points * points, sizeof *again);
    memcpy(again, on.kernel, points * points * sizeof *again);
    hp_potential_load(&s.potential, &s.record, s.vector);
    assert_ok(hp_potential_fill(&s.potential, s.data.pair, 3, &on, &s.err), &s.err);
    assert_memory_equal(again, on.kernel, points * points * sizeof *again);
    hp_free(again);
    hp_free(U);
    hp_potential_map_destroy(&map);
    hp_node_potential_destroy(&on);
    hp_quadrature_destroy(&grid);
    close_scene(&s);
}

/* V_SS = V_C, V_SD = sqrt8 V_T, V_DD = V_C - 2 V_T, and the same of U, whatever the weights. */
static void operators_act_by_their_elements(void **state) {
    (void)state;
    scene s;
    hp_quadrature grid;
    hp_node_potential on;
    open_data(&s, 2, false);
    s.setup.of_operators = true;
    open_fit(&s);
    const double *V = row(&s, HP_ROW_V_LOCAL);
    for (int i = 0; i < N; i++) {
        double V_C = V[i], V_T = V[N + i] / sqrt(8.0);
        assert_close(V[2 * N + i], V[N + i], 0.0, 0.0);
        assert_close(V[3 * N + i], V_C - 2.0 * V_T, 1e-13, 1e-10);
        assert_true(i > 8 || fabs(V_T) > 1e-3);
    }
    fill_nodes(&s, &grid, &on);
    size_t n = (size_t)grid.n;
    double largest = 0.0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double SS = on.kernel[i * 2 * n + j], SD = on.kernel[i * 2 * n + n + j];
            double DD = on.kernel[(n + i) * 2 * n + n + j];
            largest = fmax(largest, fabs(SS));
            assert_close(DD, SS - SD / sqrt(2.0), 1e-12, 1e-15);
        }
    assert_true(largest > 1e-6);
    hp_node_potential_destroy(&on);
    hp_quadrature_destroy(&grid);
    close_scene(&s);
}

/* Data of V_C and V_T come back, where elements have more freedom than the data determine. */
static void operators_are_found_from_one_column_of_two_components(void **state) {
    (void)state;
    scene s;
    open_data(&s, 2, false);
    s.setup.of_operators = true;
    s.setup.network.f.n = s.setup.network.g.n = 0; /* V alone */
    s.setup.kind = hp_potential_kind_find("local");
    for (int k = 0; k < COLUMNS; k++)
        for (int i = 0; i < N; i++) {
            double r = s.data.r[i], V_C = -0.6 * exp(-r * r / 3.0), V_T = 0.15 * exp(-r * r / 4.0);
            const double *R = s.data.R + k * 2 * N;
            double *S = s.data.S + k * 2 * N;
            S[i] = V_C * R[i] + sqrt(8.0) * V_T * R[N + i];
            S[N + i] = sqrt(8.0) * V_T * R[i] + (V_C - 2.0 * V_T) * R[N + i];
        }
    for (int i = 0; i < COLUMNS * 2 * N; i++) /* one column, errors of 1e-3 */
        s.data.weights.weight[i] *= i < 2 * N ? 100.0 : 0.0;
    open_fit(&s);
    const double *V = row(&s, HP_ROW_V_LOCAL);
    for (int i = 0; i < 12; i++) {
        double r = s.data.r[i];
        assert_close(V[i] / 986.6, -0.6 * exp(-r * r / 3.0), 0.0, 0.01); /* with the prior */
        assert_close(V[N + i] / 986.6, sqrt(8.0) * 0.15 * exp(-r * r / 4.0), 0.0, 0.01);
    }
    close_scene(&s);
}

/* Each element of a map is transformed as that of one component. */
static void maps_in_momentum_space_are_those_of_elements(void **state) {
    (void)state;
    enum { MAP = 6 };
    static const double end[2] = {0.3, 4.0};
    scene s;
    hp_potential_map map;
    hp_record record;
    hp_momentum *momentum;
    double expected[2 * MAP * MAP];
    open_data(&s, 2, true);
    open_fit(&s);
    assert_ok(hp_potential_map_space(&s.potential, end, MAP, true, &map, &s.err), &s.err);
    hp_record_create(&record);
    hp_record_add_slim_axis(&record, "component", 2);
    assert_ok(hp_potential_map_describe(&map, &s.data, &record, &s.err), &s.err);
    assert_ok(hp_record_check(&record, &s.err), &s.err);
    double *vector = hp_alloc(record.length, sizeof *vector);
    assert_non_null(vector);
    hp_potential_map_store(&map, &record, vector);
    assert_ok(hp_momentum_create(MAP, &momentum, &s.err), &s.err);
    for (int cd = 0; cd < 4; cd++) {
        hp_momentum_transform(momentum, hp_record_at(&record, vector, HP_ROW_U) + cd * MAP * MAP,
                              expected);
        assert_memory_equal(hp_record_at(&record, vector, HP_ROW_U_MOMENTUM) + 2 * cd * MAP * MAP,
                            expected, sizeof expected);
        assert_true(fabs(expected[0]) > 1e-9);
    }
    hp_momentum_destroy(&momentum);
    hp_free(vector);
    hp_record_destroy(&record);
    hp_potential_map_destroy(&map);
    close_scene(&s);
}

static void diagonal_blocks_stand_alone(void **state) {
    (void)state;
    scene s;
    hp_quadrature grid;
    hp_node_potential on;
    open_data(&s, 3, true);
    s.setup.diagonal = true;
    open_fit(&s);
    fill_nodes(&s, &grid, &on);
    size_t n = (size_t)grid.n;
    for (size_t i = 0; i < 9 * n; i++)
        assert_true((on.local[i] == 0.0) == (i / n / 3 != i / n % 3));
    for (size_t i = 0; i < 9 * n * n; i++)
        assert_true((on.kernel[i] == 0.0) == (i / (3 * n) / n != i % (3 * n) / n));
    hp_node_potential_destroy(&on);
    hp_quadrature_destroy(&grid);
    close_scene(&s);
}

/* Sums of (e S_a)^2 and (e^2 sum_d O_ad int e R_d)^2 over the components 0 and 2 that element 02
 * acts on, over all columns and fitted radii. */
static void scales_of_an_element_are_those_of_its_rows(void **state) {
    (void)state;
    scene s;
    double scale[HP_MOST_TERMS], local_scale[HP_MOST_TERMS], S2 = 0.0, U2 = 0.0, S2_V = 0.0;
    double V2 = 0.0;
    const int to[2] = {0, 2}, from[2] = {2, 0};
    open_data(&s, 3, true);
    hp_matrix_terms terms = hp_matrix_terms_of_elements(3, false);
    assert_ok(hp_matrix_scales(&terms, &s.setup.network, &s.data, scale, local_scale, &s.err),
              &s.err);
    for (int k = 0; k < COLUMNS; k++)
        for (int side = 0; side < 2; side++) {
            const double *S = s.data.S + (k * 3 + to[side]) * N;
            const double *R = s.data.R + (k * 3 + from[side]) * N;
            double integral = 0.0;
            for (int i = 0; i < N; i++)
                integral += exp(-pow(s.data.r[i] / 2.0, 2)) * s.data.quadrature[i] * R[i];
            for (int i = 0; i < N; i++) {
                double y = s.data.r[i] / 2.0, z = s.data.r[i] / 2.5;
                if (s.data.fitted[i] == 0.0) continue;
                S2 += exp(-2.0 * y * y) * S[i] * S[i];
                U2 += exp(-4.0 * y * y) * integral * integral;
                S2_V += exp(-2.0 * z * z) * S[i] * S[i];
                V2 += exp(-4.0 * z * z) * R[i] * R[i];
            }
        }
    assert_close(scale[2], sqrt(S2 / U2), 1e-12, 0.0); /* rounding of sums */
    assert_close(local_scale[2], sqrt(S2_V / V2), 1e-12, 0.0);
    close_scene(&s);
}

/* One component: the scales of one S wave. A component without data takes those of the others. */
static void scales_follow_the_data(void **state) {
    (void)state;
    scene s;
    double scale[HP_MOST_TERMS], local_scale[HP_MOST_TERMS];
    hp_network_fit one;
    open_data(&s, 1, true);
    hp_matrix_terms terms = hp_matrix_terms_of_elements(1, false);
    assert_ok(hp_matrix_scales(&terms, &s.setup.network, &s.data, scale, local_scale, &s.err),
              &s.err);
    assert_ok(hp_network_fit_create(s.setup.kind, &s.setup.network, &s.setup.training, &s.data,
                                    &one, &s.err),
              &s.err);
    assert_close(scale[0], one.model.scale, 0.0, 0.0); /* the same sums */
    assert_close(local_scale[0], one.model.local_scale, 0.0, 0.0);
    hp_network_fit_destroy(&one);
    close_scene(&s);
    open_data(&s, 2, true);
    terms = hp_matrix_terms_of_elements(2, false);
    for (int i = 0; i < COLUMNS * 2 * N; i++)
        if (i / N % 2 == 1) s.data.R[i] = s.data.S[i] = 0.0;
    assert_ok(hp_matrix_scales(&terms, &s.setup.network, &s.data, scale, local_scale, &s.err),
              &s.err);
    assert_true(scale[0] > 0.0 && local_scale[0] > 0.0);
    assert_close(scale[2], fmax(scale[0], scale[1]), 0.0, 0.0);
    assert_close(local_scale[2], fmax(local_scale[0], local_scale[1]), 0.0, 0.0);
    open_fit(&s); /* and the fit has an end */
    assert_true(*row(&s, HP_ROW_CONVERGED) == 1.0);
    close_scene(&s);
}

static void refuse(scene *s, const char *text) {
    assert_status(hp_potential_create(&s->setup, &s->potential, &s->err), HP_ERR_INPUT, &s->err);
    assert_contains(s->err.message, text);
    assert_null(s->potential.self);
    hp_error_clear(&s->err);
}

static void what_has_no_place_is_named(void **state) {
    (void)state;
    scene s;
    open_data(&s, 2, false);
    s.setup.training.optimiser = HP_ADAM;
    refuse(&s, "training.optimiser");
    s.setup.training = hp_training_defaults;
    s.setup.training.warm_up_epochs = 3;
    refuse(&s, "training.warm_up_epochs");
    s.setup.training = hp_training_defaults;
    s.setup.training.cutoff_weight = 1.0;
    refuse(&s, "potential.cutoff_fm");
    s.setup.training = hp_training_defaults;
    s.setup.network.envelope = 1e-3;
    refuse(&s, "leaves no radius");
    s.setup.network.envelope = 2.0;
    s.setup.kind = hp_potential_kind_find("mlp");
    refuse(&s, "potential.kind");
    s.setup.kind = hp_potential_kind_find("sdnn");
    s.setup.of_operators = true;
    s.data.spin[1].two_s_plus_1 = s.data.spin[0].two_s_plus_1 = 1;
    refuse(&s, "components with S = 1");
    s.data.spin[1].two_s_plus_1 = 0;
    refuse(&s, "which component 2 does not state");
    close_scene(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_component_is_that_of_the_s_wave),
        cmocka_unit_test(elements_are_fitted_and_filled),
        cmocka_unit_test(operators_act_by_their_elements),
        cmocka_unit_test(operators_are_found_from_one_column_of_two_components),
        cmocka_unit_test(maps_in_momentum_space_are_those_of_elements),
        cmocka_unit_test(diagonal_blocks_stand_alone),
        cmocka_unit_test(scales_of_an_element_are_those_of_its_rows),
        cmocka_unit_test(scales_follow_the_data),
        cmocka_unit_test(what_has_no_place_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
