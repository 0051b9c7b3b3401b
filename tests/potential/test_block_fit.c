// SPDX-License-Identifier: GPL-3.0-or-later
/* Kind matrix_gaussians: truths that are in the basis come back from exact data, elements and
 * operators, with a tail and a non-local part; what is left out, what cannot be fitted. */
#include "support.h"

#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/potential.h"
#include "hadpot/tail.h"

enum { RADII = 40, PARTS = 2, POINTS = PARTS * RADII, COLUMNS = 8 };

static const double RANGE[] = {0.9, 2.0}, LENGTH_FM = 0.5;
static const hp_tail TAIL = {.kind = HP_TAIL_YUKAWA, .mass = 0.4, .power = 1};

typedef struct scene {
    hp_error err;
    hp_fit_data data;
    hp_potential potential;
    hp_record record;
    double *vector, prediction[COLUMNS * POINTS];
    hp_quadrature nodes;
    hp_node_potential on;
} scene;

/* V_C and V_T, or V_11, V_12 and V_22, as p = 0, 1, 2. */
static double block(int p, double r) {
    static const double amplitude[3][2] = {{-0.5, 0.2}, {0.3, -0.1}, {0.15, -0.4}};
    static const double tail[] = {-0.2, 0.1, 0.05};
    double sum = tail[p] * hp_tail_shape(&TAIL, RANGE[0], r, NULL);
    for (int i = 0; i < 2; i++) sum += amplitude[p][i] * exp(-pow(r / RANGE[i], 2));
    return sum;
}

static double local(bool operators, int c, int d, double r) {
    if (!operators) return block(c + d, r);
    return (c == d ? block(0, r) : 0.0) + (c != d ? sqrt(8.0) : c == 1 ? -2.0 : 0.0) * block(1, r);
}

/* U_cd = sum_ij A_(ci)(dj) phi phi with A_PQ = 0.02 cos(P + Q + P Q). */
static double nonlocal(const hp_fit_data *data, int c, int d, double r, double rp) {
    double sum = 0.0;
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++) {
            int P = 2 * c + i, Q = 2 * d + j;
            sum += 0.02 * cos(P + Q + P * Q) * pow(r / RANGE[i], data->component[c].l) *
                   exp(-pow(r / RANGE[i], 2)) * pow(rp / RANGE[j], data->component[d].l) *
                   exp(-pow(rp / RANGE[j], 2));
        }
    return sum;
}

static double column(int c, int component, double r) {
    return exp(-0.05 * r) * cos(0.35 * (c + 1) * r + (1 + 0.4 * c) * component);
}

static void fill_data(scene *s, bool operators) {
    hp_fit_data *data = &s->data;
    assert_ok(hp_fit_data_create_components(PARTS, RADII, COLUMNS, data, &s->err), &s->err);
    data->length_fm = LENGTH_FM;
    data->pair[0] = hp_pair_of_reduced_mass(0.6);
    data->pair[1] = hp_pair_of_reduced_mass(0.9);
    data->npair = operators ? 1 : 2;
    data->component[1] = operators ? (hp_component){0, 2} : (hp_component){1, 0};
    for (int c = 0; c < PARTS && operators; c++) data->spin[c] = (hp_spin_state){3, 2};
    for (int i = 0; i < POINTS; i++) {
        double r = data->r[i] = 0.15 * (i % RADII + 1);
        data->quadrature[i] = 4.0 * M_PI * r * r * 0.15;
        for (int c = 0; c < COLUMNS; c++) data->R[c * POINTS + i] = column(c, i / RADII, r);
    }
    for (int row = 0; row < COLUMNS * POINTS; row++) {
        int i = row % POINTS, c = i / RADII;
        const double *R = data->R + (row - i);
        data->S_error[row] = 0.01;
        for (int d = 0; d < PARTS; d++)
            data->S[row] += local(operators, c, d, data->r[i]) * R[d * RADII + i % RADII];
        for (int j = 0; j < POINTS; j++)
            data->S[row] +=
                nonlocal(data, c, j / RADII, data->r[i], data->r[j]) * data->quadrature[j] * R[j];
    }
    hp_fit_data_choose(data, 0.0, 5.9);
    assert_ok(hp_fit_data_weigh(data, NULL, &s->err), &s->err);
}

static hp_potential_setup setup_of(const scene *s, bool operators) {
    return (hp_potential_setup){.kind = hp_potential_kind_find("matrix_gaussians"),
                                .data = &s->data,
                                .of_operators = operators,
                                .gaussians = 2,
                                .nonlocal_gaussians = 2,
                                .gaussian_range_fm = {RANGE[0] * LENGTH_FM, RANGE[1] * LENGTH_FM},
                                .tail = TAIL};
}

static void fit(scene *s, const hp_potential_setup *setup, const double *start) {
    assert_ok(hp_potential_create(setup, &s->potential, &s->err), &s->err);
    hp_record_create(&s->record);
    hp_record_add_axis(&s->record, "r", RADII);
    hp_potential_add_rows(&s->potential, &s->record);
    assert_ok(hp_record_check(&s->record, &s->err), &s->err);
    s->vector = hp_alloc(s->record.length, sizeof *s->vector);
    assert_non_null(s->vector);
    const hp_fit_task task = {.data = &s->data,
                              .record = &s->record,
                              .vector = s->vector,
                              .start = start,
                              .prediction = s->prediction};
    assert_ok(hp_potential_fit(&s->potential, &task, &s->err), &s->err);
    s->nodes = (hp_quadrature){.n = RADII, .r = s->data.r, .range = 6.0};
    assert_ok(hp_node_potential_create(&s->potential, &s->nodes, &s->on, &s->err), &s->err);
    assert_ok(hp_potential_fill(&s->potential, s->data.pair, s->data.npair, &s->on, &s->err),
              &s->err);
}

static void close_scene(scene *s) {
    hp_node_potential_destroy(&s->on);
    hp_potential_destroy(&s->potential);
    hp_record_destroy(&s->record);
    hp_fit_data_destroy(&s->data);
    hp_free(s->vector);
}

static double twice_mu(const scene *s, int c, int d) {
    const hp_fit_data *data = &s->data;
    return 2.0 *
           sqrt(data->pair[data->component[c].pair].mu * data->pair[data->component[d].pair].mu);
}

/* The wide prior changes S by 1e-7, and V and K, of order 1, by 1e-5. */
static void truths_in_the_basis_come_back(void **state) {
    (void)state;
    for (int operators = 0; operators < 2; operators++) {
        scene s = {.err = HP_ERROR_INIT};
        fill_data(&s, operators);
        const hp_potential_setup setup = setup_of(&s, operators);
        fit(&s, &setup, NULL);
        double largest = 0.0;
        for (int i = 0; i < COLUMNS * POINTS; i++) {
            largest = fmax(largest, fabs(s.data.S[i]));
            assert_close(s.prediction[i], s.data.S[i], 0, 1e-6);
        }
        assert_true(largest > 0.5);
        assert_close(*hp_record_read(&s.record, s.vector, HP_ROW_BLOCK_TAIL_RANGE),
                     RANGE[0] * LENGTH_FM, 1e-14, 0);
        hp_matrix_interaction matrix = hp_node_potential_matrix(&s.on);
        for (int cd = 0; cd < PARTS * PARTS; cd++)
            for (int i = 2; i < RADII; i++) /* S at the first radii says little of V there */
                assert_close(matrix.local[cd * RADII + i] / twice_mu(&s, cd / PARTS, cd % PARTS),
                             local(operators, cd / PARTS, cd % PARTS, s.data.r[i]), 0, 1e-4);
        for (int i = 0; i < POINTS; i++)
            for (int j = 0; j < POINTS; j++) {
                double r = s.data.r[i], rp = s.data.r[j];
                double K = twice_mu(&s, i / RADII, j / RADII) * 4.0 * M_PI * r * rp *
                           nonlocal(&s.data, i / RADII, j / RADII, r, rp);
                assert_close(matrix.kernel[i * POINTS + j], K, 0, 1e-4);
                assert_true(matrix.kernel[i * POINTS + j] == matrix.kernel[j * POINTS + i]);
            }
        close_scene(&s);
    }
}

/* Weights of 1 and small S, errors of 1e-6 of it: the same potential as with weights 1/error^2. */
static void the_prior_does_not_act_without_weights(void **state) {
    (void)state;
    for (int weighted = 0; weighted < 2; weighted++) {
        scene s = {.err = HP_ERROR_INIT};
        fill_data(&s, false);
        for (int i = 0; i < COLUMNS * POINTS; i++) {
            s.data.R[i] *= 1e-2;
            s.data.S[i] *= 1e-2;
            s.data.S_error[i] = 1e-8;
        }
        s.data.inverse_variance = weighted;
        s.data.penalty_unit = weighted ? 1.0 : 1e-16; /* the variance, as study_data.c has it */
        hp_fit_weights_destroy(&s.data.weights);
        assert_ok(hp_fit_data_weigh(&s.data, NULL, &s.err), &s.err);
        const hp_potential_setup setup = setup_of(&s, false);
        fit(&s, &setup, NULL);
        for (int i = 0; i < COLUMNS * POINTS; i++) /* weights 1, prior 1: 1e-4 */
            assert_close(s.prediction[i], s.data.S[i], 0, 1e-8);
        close_scene(&s);
    }
}

/* A start gives its range of the tail, nothing else: the rest is linear. */
static void samples_keep_the_range_of_the_tail(void **state) {
    (void)state;
    scene s = {.err = HP_ERROR_INIT}, again = {.err = HP_ERROR_INIT};
    fill_data(&s, true);
    fill_data(&again, true);
    const hp_potential_setup setup = setup_of(&s, true), same = setup_of(&again, true);
    fit(&s, &setup, NULL);
    double *start = hp_alloc(s.record.length, sizeof *start);
    assert_non_null(start);
    *hp_record_at(&s.record, start, HP_ROW_BLOCK_TAIL_RANGE) = RANGE[1] * LENGTH_FM;
    fit(&again, &same, start);
    assert_close(*hp_record_read(&again.record, again.vector, HP_ROW_BLOCK_TAIL_RANGE),
                 RANGE[1] * LENGTH_FM, 1e-14, 0);
    assert_true(*hp_record_read(&again.record, again.vector, HP_ROW_LOSS) >
                *hp_record_read(&s.record, s.vector, HP_ROW_LOSS));
    hp_free(start);
    close_scene(&s);
    close_scene(&again);
}

static void coupling_can_be_left_out(void **state) {
    (void)state;
    scene s = {.err = HP_ERROR_INIT};
    fill_data(&s, false);
    hp_potential_setup setup = setup_of(&s, false);
    setup.diagonal = true;
    fit(&s, &setup, NULL);
    hp_matrix_interaction matrix = hp_node_potential_matrix(&s.on);
    for (int i = 0; i < RADII; i++) {
        assert_true(matrix.local[RADII + i] == 0.0 && matrix.local[2 * RADII + i] == 0.0);
        assert_true(matrix.local[i] != 0.0 && matrix.local[3 * RADII + i] != 0.0);
        for (int j = 0; j < RADII; j++) assert_true(matrix.kernel[i * POINTS + RADII + j] == 0.0);
    }
    close_scene(&s);
}

/* V_T acts between S and D waves: it is not what is left out. */
static void one_pair_with_tensor_force_is_coupled(void **state) {
    (void)state;
    scene s = {.err = HP_ERROR_INIT};
    hp_potential failed;
    fill_data(&s, true);
    hp_potential_setup setup = setup_of(&s, true);
    setup.diagonal = true;
    assert_status(hp_potential_create(&setup, &failed, &s.err), HP_ERR_INPUT, &s.err);
    assert_contains(s.err.message, "potential.coupling: false has no effect on V_C and V_T of one "
                                   "pair, which couple S and D waves");
    hp_fit_data_destroy(&s.data);
}

static void too_many_amplitudes_are_refused(void **state) {
    (void)state;
    scene s = {.err = HP_ERROR_INIT};
    hp_potential failed;
    fill_data(&s, false);
    hp_potential_setup setup = setup_of(&s, false);
    hp_fit_data_choose(&s.data, 0.0, 0.2);
    assert_status(hp_potential_create(&setup, &failed, &s.err), HP_ERR_INPUT, &s.err);
    assert_contains(s.err.message, "3 blocks of 2 Gaussians have 19 amplitudes, but there are ");
    hp_fit_data_destroy(&s.data);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(truths_in_the_basis_come_back),
        cmocka_unit_test(the_prior_does_not_act_without_weights),
        cmocka_unit_test(samples_keep_the_range_of_the_tail),
        cmocka_unit_test(coupling_can_be_left_out),
        cmocka_unit_test(one_pair_with_tensor_force_is_coupled),
        cmocka_unit_test(too_many_amplitudes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
