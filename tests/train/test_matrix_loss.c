// SPDX-License-Identifier: GPL-3.0-or-later
/* The loss of matrix potentials against sums over U and V written out, its Jacobian against
 * differences, the case of one component against the one of one S wave, and fits. */
#include "matrix_case.h"

static const matrix_variant variants[] = {
    {.ncomponent = 2},
    {.ncomponent = 3, .modes = true, .repeated = true},
    {.ncomponent = 3, .diagonal = true, .penalty = 0.05},
    {.ncomponent = 2, .operators = true, .repeated = true},
    {.ncomponent = 2, .no_local = true},
    {.ncomponent = 2, .only_local = true, .modes = true},
    {.ncomponent = 1, .modes = true},
};
enum { NVARIANT = sizeof variants / sizeof *variants };

static double *new_array(size_t count) {
    double *array = hp_alloc(count, sizeof *array);
    assert_non_null(array);
    return array;
}

/* S - sum_d [ V_cd R_d + sum_r' U_cd q R_d ], whitened with the matrix written out. */
static void predict_densely(matrix_case *p, double *rho) {
    const int N = p->model.terms.ncomponent, n = N * FIT_N, values = n * FIT_NCOLUMN;
    static double V[MATRIX_MOST * MATRIX_N], U[MATRIX_N * MATRIX_N], x[MATRIX_VALUES];
    hp_matrix_grid grid;
    assert_ok(hp_matrix_grid_create(&p->model, p->r, FIT_N, &grid, &p->err), &p->err);
    hp_matrix_forward(&p->model, p->param, &grid);
    hp_matrix_local(&p->model, &grid, V);
    hp_matrix_nonlocal(&p->model, &grid, U);
    for (int i = 0; i < values; i++) {
        int c = i % n / FIT_N, r = i % FIT_N;
        const double *R = p->R + i / n * n;
        x[i] = p->S[i];
        for (int d = 0; d < N; d++) x[i] -= V[(c * N + d) * FIT_N + r] * R[d * FIT_N + r];
        for (int j = 0; j < n; j++) x[i] -= U[i % n * n + j] * p->q[j] * R[j];
        x[i] *= sqrt(p->weight[i]);
    }
    for (int i = 0; i < values; i++) {
        rho[i] = x[i];
        for (int m = 0; m < p->data.nmode; m++)
            for (int j = 0; j < values; j++)
                rho[i] -=
                    p->mode_factor[m] * p->mode[m * values + i] * p->mode[m * values + j] * x[j];
    }
    hp_matrix_grid_destroy(&grid);
}

static void residuals_are_those_of_the_equation(void **state) {
    (void)state;
    for (int v = 0; v < NVARIANT; v++) {
        matrix_case p;
        double expected[MATRIX_VALUES], found[MATRIX_VALUES], sum = 0.0;
        matrix_case_make(&variants[v], &p);
        /* networks run on distinct radii alone */
        assert_int_equal(p.loss.grid.n, variants[v].repeated ? FIT_N - 2 : FIT_N);
        hp_least_squares squares = hp_matrix_loss_sum(&p.loss);
        double loss = squares.value(squares.context, p.param);
        squares.residuals(squares.context, found);
        predict_densely(&p, expected);
        for (size_t i = 0; i < squares.rows; i++) {
            assert_close(found[i], expected[i], 0.0, 1e-13); /* rounding of numbers of order 10 */
            sum += expected[i] * expected[i];
        }
        assert_close(loss - p.data.penalty * p.loss.penalty_part, sum, 1e-13, 0.0);
        matrix_case_destroy(&p);
    }
}

/* Both triangles, and elements between different components, are the same bits. */
static void potentials_are_symmetric_to_the_last_bit(void **state) {
    (void)state;
    for (int v = 0; v < NVARIANT; v++) {
        matrix_case p;
        matrix_case_make(&variants[v], &p);
        const int N = p.model.terms.ncomponent, n = N * FIT_N;
        static double V[MATRIX_MOST * MATRIX_N], U[MATRIX_N * MATRIX_N];
        hp_matrix_grid grid;
        double off = 0.0;
        assert_ok(hp_matrix_grid_create(&p.model, p.r, FIT_N, &grid, &p.err), &p.err);
        hp_matrix_forward(&p.model, p.param, &grid);
        hp_matrix_local(&p.model, &grid, V);
        hp_matrix_nonlocal(&p.model, &grid, U);
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) {
                assert_memory_equal(&U[i * n + j], &U[j * n + i], sizeof *U);
                if (i / FIT_N != j / FIT_N) off += fabs(U[i * n + j]);
            }
        for (int c = 0; c < N; c++)
            for (int d = 0; d < c; d++)
                assert_memory_equal(V + (c * N + d) * FIT_N, V + (d * N + c) * FIT_N,
                                    FIT_N * sizeof *V);
        bool coupled = N > 1 && !variants[v].diagonal && !variants[v].only_local;
        assert_true(coupled ? off > 1e-3 : off == 0.0);
        hp_matrix_grid_destroy(&grid);
        matrix_case_destroy(&p);
    }
}

/* J Q^T against central differences by every weight: nothing is lost, and signs are right. */
static void jacobian_is_that_of_differences(void **state) {
    (void)state;
    for (int v = 0; v < NVARIANT; v++) {
        matrix_case p;
        double *J, up[MATRIX_VALUES], down[MATRIX_VALUES], step = 1e-5, largest = 0.0;
        size_t columns;
        matrix_case_make(&variants[v], &p);
        hp_least_squares sum = hp_matrix_loss_sum(&p.loss);
        size_t nparam = sum.nparam;
        double *dense = new_array(sum.rows * nparam), *u = new_array(sum.most_columns);
        double *direction = new_array(nparam);
        sum.value(sum.context, p.param);
        assert_ok(sum.linearise(sum.context, p.param, &J, &columns, &p.err), &p.err);
        assert_true(columns > 0 && columns <= sum.most_columns);
        for (size_t k = 0; k < columns; k++) {
            u[k] = 1.0;
            sum.expand(sum.context, u, direction);
            u[k] = 0.0;
            for (size_t row = 0; row < sum.rows; row++)
                for (size_t i = 0; i < nparam; i++)
                    dense[row * nparam + i] += J[row * columns + k] * direction[i];
        }
        for (size_t i = 0; i < nparam; i++) {
            double kept = p.param[i], e = step * sum.deviation[i];
            p.param[i] = kept + e;
            sum.value(sum.context, p.param);
            sum.residuals(sum.context, up);
            p.param[i] = kept - e;
            sum.value(sum.context, p.param);
            sum.residuals(sum.context, down);
            p.param[i] = kept;
            for (size_t row = 0; row < sum.rows; row++) {
                double expected = (up[row] - down[row]) / (2.0 * step);
                largest = fmax(largest, fabs(expected));
                /* rounding 1e-15/step, and 1e-6 of a row of A that is lost, times 10 */
                assert_close(dense[row * nparam + i], expected, 0.0, 2e-5);
            }
        }
        assert_true(largest > 0.1);
        hp_free(dense);
        hp_free(u);
        hp_free(direction);
        matrix_case_destroy(&p);
    }
}

/* Q^T Q = 1 to the rounding of A A^T over the smallest pivot, as in test_jacobian.c. */
static void directions_are_orthonormal(void **state) {
    (void)state;
    for (int v = 0; v < NVARIANT; v++) {
        matrix_case p;
        double *J;
        size_t columns;
        matrix_case_make(&variants[v], &p);
        hp_least_squares sum = hp_matrix_loss_sum(&p.loss);
        double *u = new_array(sum.most_columns), *back = new_array(sum.most_columns);
        double *direction = new_array(sum.nparam);
        sum.value(sum.context, p.param);
        assert_ok(sum.linearise(sum.context, p.param, &J, &columns, &p.err), &p.err);
        for (size_t k = 0; k < columns; k++) u[k] = sin(1.7 * (double)k + 0.3) / (double)columns;
        sum.expand(sum.context, u, direction);
        sum.project(sum.context, direction, back);
        for (size_t k = 0; k < columns; k++) assert_close(back[k], u[k], 0.0, 3e-3);
        hp_free(u);
        hp_free(back);
        hp_free(direction);
        matrix_case_destroy(&p);
    }
}

/* One component and one term: the loss of loss.h, with the same weights drawn. */
static void one_component_is_the_s_wave(void **state) {
    (void)state;
    matrix_case p;
    hp_model model;
    hp_loss loss;
    matrix_case_make(&(matrix_variant){.ncomponent = 1, .modes = true, .penalty = 0.05}, &p);
    assert_ok(hp_model_create(&p.spec, &model, &p.err), &p.err);
    assert_int_equal(model.nparam, p.model.nparam);
    assert_ok(hp_loss_create(&model, &p.data, &loss, &p.err), &p.err);
    double *param = new_array(model.nparam);
    assert_ok(hp_model_draw_weights(&model, 5, 0, param, &p.err), &p.err);
    assert_memory_equal(param, p.param, model.nparam * sizeof *param);
    hp_loss_set_prior(&loss, param);
    assert_memory_equal(loss.mean, p.loss.mean, model.nparam * sizeof *param);
    assert_memory_equal(loss.deviation, p.loss.deviation, model.nparam * sizeof *param);
    for (int moved = 0; moved < 2; moved++) { /* rounding of sums in another order */
        assert_close(hp_matrix_loss_value(&p.loss, param), hp_loss_value(&loss, param), 1e-13, 0.0);
        for (int i = 0; i < FIT_VALUES; i++)
            assert_close(p.loss.prediction[i], loss.prediction[i], 1e-12, 1e-14);
        for (size_t i = 0; i < model.nparam; i++) param[i] += 0.1 * sin((double)i);
    }
    hp_free(param);
    hp_loss_destroy(&loss);
    hp_model_destroy(&model);
    matrix_case_destroy(&p);
}

/* Fits end at a minimum: the gradient 2 J^T rho + 2 kappa theta_hat vanishes there, whatever the
 * directions. */
static void fits_converge(void **state) {
    (void)state;
    for (int v = 0; v < NVARIANT; v++) {
        matrix_case p;
        hp_lm lm;
        hp_train_report report = {0};
        hp_lm_options options = {.steps = 400, .tolerance = 1e-12};
        matrix_variant with = variants[v];
        with.penalty = 0.3;
        matrix_case_make(&with, &p);
        hp_least_squares sum = hp_matrix_loss_sum(&p.loss);
        double before = sum.value(sum.context, p.param);
        assert_ok(hp_lm_create_for(&sum, 400, &lm, &p.err), &p.err);
        assert_ok(hp_lm_minimise_sum(&lm, &sum, &options, p.param, &report, &p.err), &p.err);
        assert_true(report.converged && report.loss < 0.99 * before);
        for (size_t i = 0; i < sum.nparam; i++) { /* curvature 2 kappa at least */
            double kept = p.param[i], e = 1e-3 * sum.deviation[i], loss[2];
            for (int side = 0; side < 2; side++) {
                p.param[i] = kept + (side ? e : -e);
                loss[side] = sum.value(sum.context, p.param);
            }
            p.param[i] = kept;
            /* decrement 1e-12 of the loss: 1e-6 of its root, 5, over the root of the curvature */
            assert_close((loss[1] - loss[0]) / 2e-3, 0.0, 0.0, 1e-4);
        }
        hp_lm_destroy(&lm);
        matrix_case_destroy(&p);
    }
}

static void what_has_no_place_is_named(void **state) {
    (void)state;
    matrix_case p;
    hp_matrix_model model;
    hp_matrix_loss loss;
    matrix_case_make(&variants[0], &p);
    p.data.cutoff_weight = 0.5;
    assert_status(hp_matrix_loss_create(&p.model, &p.data, &loss, &p.err), HP_ERR_INPUT, &p.err);
    assert_contains(p.err.message, "potential.cutoff_fm");
    struct {
        hp_model_spec spec;
        const char *text;
    } bad[] = {{p.spec, "potential.g_layers"},
               {p.spec, "potential.output_activation"},
               {p.spec, "potential.kind"}};
    bad[0].spec.g = layers_of(2, (int[]){3, 1}, (hp_activation[]){HP_SILU, HP_IDENTITY});
    bad[1].spec.output = HP_ELU;
    bad[2].spec.kind = HP_MODEL_MLP;
    for (int i = 0; i < 3; i++) {
        hp_error_clear(&p.err);
        assert_status(hp_matrix_model_create(&bad[i].spec, &p.model.terms, p.scale, p.local_scale,
                                             &model, &p.err),
                      HP_ERR_INPUT, &p.err);
        assert_contains(p.err.message, bad[i].text);
    }
    hp_error_clear(&p.err);
    matrix_case_destroy(&p);
    hp_matrix_loss_destroy(NULL);
    hp_matrix_model_destroy(NULL);
    hp_matrix_grid_destroy(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(residuals_are_those_of_the_equation),
        cmocka_unit_test(potentials_are_symmetric_to_the_last_bit),
        cmocka_unit_test(jacobian_is_that_of_differences),
        cmocka_unit_test(directions_are_orthonormal),
        cmocka_unit_test(one_component_is_the_s_wave),
        cmocka_unit_test(fits_converge),
        cmocka_unit_test(what_has_no_place_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
