// SPDX-License-Identifier: GPL-3.0-or-later
/* The loss against sums written out as in its definition; its gradient is in tests/network. */
#include "fit_case.h"
#include "layers.h"

enum { N = 9, NCOLUMN = 3, VALUES = N * NCOLUMN, MAX_PARAM = 128 };
static const double CUTOFF = 2.57; /* equal to r[4]: the radii beyond it are 5 .. 8 */
static const double LAMBDA = 0.71;

typedef enum { NONLOCAL, LOCAL, BOTH } parts;

typedef struct {
    double r[N], q[N], R[VALUES], S[VALUES], weight[VALUES], param[MAX_PARAM];
    hp_loss_data data;
    hp_model model;
    hp_error err;
} problem;

/* Odd radii and random data, every seventh point with weight 0. */
static void make_problem(parts which, problem *p) {
    static const int f[] = {5, 4}, g[] = {1}, v[] = {4, 1};
    static const hp_activation hidden[] = {HP_SILU, HP_TANH}, scalar[] = {HP_SILU, HP_IDENTITY};
    static const hp_activation identity[] = {HP_IDENTITY};
    memset(p, 0, sizeof *p);
    hp_model_spec spec = {.input = HP_INPUT_LOG1P,
                          .output = HP_SOFTPLUS,
                          .scale = 0.37,
                          .local_scale = -1.3,
                          .envelope = 7.3,
                          .local_envelope = 4.7};
    if (which != LOCAL) {
        spec.f = layers_of(2, f, hidden);
        spec.g = layers_of(1, g, identity);
    }
    if (which != NONLOCAL) spec.v = layers_of(2, v, scalar);
    assert_ok(hp_model_create(&spec, &p->model, &p->err), &p->err);
    assert_true(p->model.nparam <= MAX_PARAM);
    assert_ok(hp_model_draw_weights(&p->model, 7, 0, p->param, &p->err), &p->err);
    gsl_rng *rng;
    assert_ok(hp_random_create(&rng, 23, 0, HP_PURPOSE_TEST, &p->err), &p->err);
    for (int i = 0; i < N; i++) {
        p->r[i] = i == 4 ? CUTOFF : 0.13 + 0.61 * i;
        p->q[i] = 0.1 + gsl_rng_uniform(rng);
    }
    for (int i = 0; i < VALUES; i++) {
        p->R[i] = 0.5 + gsl_rng_uniform(rng);
        p->S[i] = 2.0 * gsl_rng_uniform(rng) - 1.0;
        p->weight[i] = i % 7 == 2 ? 0.0 : 0.3 + gsl_rng_uniform(rng);
    }
    gsl_rng_free(rng);
    p->data = (hp_loss_data){.n = N,
                             .ncolumn = NCOLUMN,
                             .r = p->r,
                             .quadrature = p->q,
                             .R = p->R,
                             .S = p->S,
                             .weight = p->weight,
                             .cutoff = CUTOFF,
                             .cutoff_weight = LAMBDA};
}

/* L_data and L_reg by the sums of hadpot/loss.h, with U and V of the model. */
static void evaluate_directly(const problem *p, double *data_part, double *regulator_part) {
    hp_error err = HP_ERROR_INIT;
    hp_model_grid grid;
    assert_ok(hp_model_grid_create(&p->model, p->r, N, &grid, &err), &err);
    hp_model_forward(&p->model, p->param, &grid);
    if (p->model.has_nonlocal) hp_model_mirror(&p->model, &grid);
    *data_part = *regulator_part = 0.0;
    for (int c = 0; c < NCOLUMN; c++)
        for (int r = 0; r < N; r++) {
            double prediction = grid.V[r] * p->R[c * N + r];
            for (int rp = 0; p->model.has_nonlocal && rp < N; rp++)
                prediction += grid.U[r * N + rp] * p->q[rp] * p->R[c * N + rp];
            *data_part += p->weight[c * N + r] * pow(p->S[c * N + r] - prediction, 2);
        }
    for (int r = 0; p->model.has_nonlocal && r < N; r++)
        for (int rp = 0; rp < N; rp++)
            if (p->r[r] > CUTOFF && p->r[rp] > CUTOFF)
                *regulator_part += grid.U[r * N + rp] * grid.U[r * N + rp];
    hp_model_grid_destroy(&grid);
}

/* Tolerances of this file: sums of some 100 products in another order, 1e-14 relative. */
static void loss_is_the_sum_of_its_definition(void **state) {
    (void)state;
    for (parts which = NONLOCAL; which <= BOTH; which++) {
        problem p;
        hp_loss loss;
        double data_part, regulator_part;
        make_problem(which, &p);
        assert_ok(hp_loss_create(&p.model, &p.data, &loss, &p.err), &p.err);
        double value = hp_loss_value(&loss, p.param);
        evaluate_directly(&p, &data_part, &regulator_part);
        assert_true(data_part > 0.1); /* nothing is small by accident */
        assert_close(loss.data_part, data_part, 1e-13, 0.0);
        assert_close(loss.regulator_part, regulator_part, 1e-13, 0.0);
        if (which == LOCAL) { /* no U, nothing to regulate */
            assert_close(loss.regulator_part, 0.0, 0.0, 0.0);
            assert_close(value, loss.data_part, 0.0, 0.0);
        } else {
            assert_true(regulator_part > 1e-3 * data_part);
            assert_close(value, data_part + LAMBDA * regulator_part, 1e-13, 0.0);
        }
        hp_loss_destroy(&loss);
        hp_model_destroy(&p.model);
    }
}

/* What the loss keeps for its user: S = prediction + residual. */
static void prediction_and_residual_are_left_behind(void **state) {
    (void)state;
    problem p;
    hp_loss loss;
    make_problem(BOTH, &p);
    assert_ok(hp_loss_create(&p.model, &p.data, &loss, &p.err), &p.err);
    hp_loss_value(&loss, p.param);
    double sum = 0.0;
    for (int i = 0; i < VALUES; i++) {
        assert_close(loss.residual[i], p.S[i] - loss.prediction[i], 0.0, 0.0); /* the same bits */
        sum += p.weight[i] * loss.residual[i] * loss.residual[i];
    }
    assert_close(sum, loss.data_part, 1e-13, 0.0);
    hp_loss_destroy(&loss);
    hp_model_destroy(&p.model);
}

/* A point of weight 0 has no influence at all on value and gradient, others do. */
static void points_of_weight_zero_are_left_out(void **state) {
    (void)state;
    problem p;
    hp_loss loss;
    double before[MAX_PARAM], after[MAX_PARAM];
    make_problem(BOTH, &p);
    assert_ok(hp_loss_create(&p.model, &p.data, &loss, &p.err), &p.err);
    double value = hp_loss_gradient(&loss, p.param, before);
    p.S[N + 7] = 1e6; /* column 1, radius 7: i = 16 has weight 0 */
    assert_close(p.weight[N + 7], 0.0, 0.0, 0.0);
    hp_loss_set_correlator(&loss, p.R, p.S);
    assert_close(hp_loss_gradient(&loss, p.param, after), value, 0.0, 0.0); /* the same bits */
    assert_memory_equal(after, before, p.model.nparam * sizeof *after);
    p.S[N + 6] = 1e6;
    hp_loss_set_correlator(&loss, p.R, p.S);
    assert_true(hp_loss_value(&loss, p.param) > 1e9);
    hp_loss_destroy(&loss);
    hp_model_destroy(&p.model);
}

/* Another sample's R and S give what a new loss of them gives; weights and radii stay. */
static void another_correlator_takes_the_place_of_the_first(void **state) {
    (void)state;
    problem p;
    hp_loss loss, fresh;
    double data_part, regulator_part, gradient[MAX_PARAM], expected[MAX_PARAM];
    make_problem(BOTH, &p);
    assert_ok(hp_loss_create(&p.model, &p.data, &loss, &p.err), &p.err);
    double first = hp_loss_value(&loss, p.param);
    for (int i = 0; i < VALUES; i++) {
        p.R[i] *= 1.0 + 0.1 * sin(3.0 * i);
        p.S[i] += 0.2 * cos(5.0 * i);
    }
    hp_loss_set_correlator(&loss, p.R, p.S);
    double value = hp_loss_gradient(&loss, p.param, gradient);
    evaluate_directly(&p, &data_part, &regulator_part);
    assert_true(fabs(value - first) > 1e-2 * first);
    assert_close(value, data_part + LAMBDA * regulator_part, 1e-13, 0.0);
    assert_ok(hp_loss_create(&p.model, &p.data, &fresh, &p.err), &p.err);
    assert_close(hp_loss_gradient(&fresh, p.param, expected), value, 0.0, 0.0); /* the same bits */
    assert_memory_equal(gradient, expected, p.model.nparam * sizeof *gradient);
    hp_loss_destroy(&fresh);
    hp_loss_destroy(&loss);
    hp_model_destroy(&p.model);
}

/* A network that gives the same number u everywhere: f and g vanish but for the bias of g. */
static void make_constant(problem *p, double u, hp_loss *loss) {
    static const int f[] = {2}, g[] = {1};
    static const hp_activation identity[] = {HP_IDENTITY};
    make_problem(NONLOCAL, p);
    hp_model_destroy(&p->model);
    hp_model_spec spec = {.f = layers_of(1, f, identity),
                          .g = layers_of(1, g, identity),
                          .output = HP_IDENTITY,
                          .scale = 1.0};
    assert_ok(hp_model_create(&spec, &p->model, &p->err), &p->err);
    memset(p->param, 0, sizeof p->param);
    p->param[p->model.nparam - 1] = u;
    assert_ok(hp_loss_create(&p->model, &p->data, loss, &p->err), &p->err);
}

/* U = u: the integral is u sum_r' q(r') R(r'), with the weight of r' and not that of r. */
static void quadrature_weights_belong_to_the_integral(void **state) {
    (void)state;
    problem p;
    hp_loss loss;
    const double u = -0.385;
    make_constant(&p, u, &loss);
    hp_loss_value(&loss, p.param);
    for (int c = 0; c < NCOLUMN; c++) {
        double integral = 0.0;
        for (int rp = 0; rp < N; rp++) integral += p.q[rp] * p.R[c * N + rp];
        for (int r = 0; r < N; r++)
            assert_close(loss.prediction[c * N + r], u * integral, 1e-14, 0.0);
    }
    hp_loss_destroy(&loss);
    hp_model_destroy(&p.model);
}

/* U = u: L_reg = u^2 times the number of ordered pairs beyond the cutoff; a radius that lies on it
 * is not beyond. */
static void regulator_counts_ordered_pairs_beyond_the_cutoff(void **state) {
    (void)state;
    problem p;
    hp_loss loss;
    const double u = -0.385;
    const struct {
        double cutoff, weight, pairs;
    } cases[] = {{CUTOFF, LAMBDA, 16.0}, {CUTOFF - 1e-9, LAMBDA, 25.0}, {0.0, LAMBDA, 81.0},
                 {4.9, LAMBDA, 1.0},     {100.0, LAMBDA, 0.0},          {0.0, 0.0, 0.0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        make_constant(&p, u, &loss);
        hp_loss_destroy(&loss);
        p.data.cutoff = cases[i].cutoff;
        p.data.cutoff_weight = cases[i].weight;
        assert_ok(hp_loss_create(&p.model, &p.data, &loss, &p.err), &p.err);
        double value = hp_loss_value(&loss, p.param);
        assert_close(loss.regulator_part, cases[i].pairs * u * u, 1e-14, 0.0);
        assert_close(value, loss.data_part + cases[i].weight * cases[i].pairs * u * u, 1e-14, 0.0);
        hp_loss_destroy(&loss);
        hp_model_destroy(&p.model);
    }
}

/* x = sqrt(w) (S - prediction). */
static void fill_unwhitened(const fit_case *p, double *x) {
    for (int i = 0; i < FIT_VALUES; i++)
        x[i] = sqrt(p->weight[i]) * (p->S[i] - p->loss.prediction[i]);
}

/* y = (1 - sum_m f_m q_m q_m^T) x, and |y|^2 = x^T (1 - sum_m (2 f_m - f_m^2) q_m q_m^T) x. */
static void modes_whiten_the_residuals(void **state) {
    (void)state;
    fit_case p;
    double x[FIT_VALUES], residual[2 * FIT_VALUES], plain = 0.0, square = 0.0;
    fit_variant v = fit_variant_of(false, 5);
    fit_case_make(&v, &p);
    hp_loss_value(&p.loss, p.param);
    fill_unwhitened(&p, x);
    hp_loss_residuals(&p.loss, residual);
    assert_int_equal(hp_loss_count_residuals(&p.loss), FIT_VALUES);
    for (int i = 0; i < FIT_VALUES; i++) {
        double y = x[i];
        plain += x[i] * x[i];
        for (int j = 0; j < FIT_VALUES; j++) {
            double inverse = i == j;
            for (int m = 0; m < FIT_NMODE; m++) {
                double f = p.mode_factor[m];
                double pair = p.mode[m * FIT_VALUES + i] * p.mode[m * FIT_VALUES + j];
                inverse -= (2.0 * f - f * f) * pair;
                y -= f * pair * x[j];
            }
            square += x[i] * inverse * x[j];
        }
        assert_close(residual[i], y, 1e-13, 1e-15);
    }
    assert_close(p.loss.data_part, square, 1e-13, 0.0);
    assert_true(fabs(square - plain) > 0.01 * plain); /* the modes matter */
    fit_case_destroy(&p);
}

static void residuals_are_the_roots_of_the_loss(void **state) {
    (void)state;
    for (int deep = 0; deep < 2; deep++) {
        fit_case p;
        double residual[4 * FIT_VALUES], square = 0.0;
        fit_variant v = fit_variant_of(deep, 7);
        fit_case_make(&v, &p);
        double value = hp_loss_value(&p.loss, p.param);
        size_t count = hp_loss_count_residuals(&p.loss), i = FIT_VALUES;
        assert_int_equal(count, FIT_VALUES + 5 * 6 / 2); /* radii 6 ... 10 are beyond 2.9 */
        hp_loss_residuals(&p.loss, residual);
        for (size_t k = 0; k < count; k++) square += residual[k] * residual[k];
        assert_close(square, value - p.loss.penalty * p.loss.penalty_part, 1e-13, 0.0);
        hp_model_forward(&p.model, p.param, &p.loss.grid);
        for (int r = 6; r < FIT_N; r++)
            for (int rp = 6; rp <= r; rp++, i++)
                assert_close(residual[i],
                             sqrt((r == rp ? 1.0 : 2.0) * 0.7) * p.loss.grid.U[r * FIT_N + rp],
                             1e-13, 1e-17);
        fit_case_destroy(&p);
    }
}

/* sum ((theta - mean)/deviation)^2 with the deviations of the draw, 1/sqrt(3 inputs): of the layers
 * f 1-5-4, g 4-1, v 1-4-1, times `hidden` in all but g and the last of v, which are around zero. */
static double penalty_of(const fit_case *p, const double *drawn, double hidden) {
    static const struct {
        int count, inputs;
        bool output;
    } layers[] = {{10, 1, false}, {24, 5, false}, {5, 4, true}, {8, 1, false}, {5, 4, true}};
    double sum = 0.0;
    size_t i = 0;
    for (size_t l = 0; l < sizeof layers / sizeof *layers; l++)
        for (int k = 0; k < layers[l].count; k++, i++) {
            double mean = layers[l].output || drawn == NULL ? 0.0 : drawn[i];
            double inverse = 3.0 * layers[l].inputs / (layers[l].output ? 1.0 : hidden * hidden);
            sum += inverse * (p->param[i] - mean) * (p->param[i] - mean);
        }
    assert_int_equal(i, p->model.nparam);
    return sum;
}

static void penalty_is_that_of_the_prior(void **state) {
    (void)state;
    const double given[] = {0.0, 1.0, 0.1}, hidden[] = {1.0, 1.0, 0.1}; /* 0: 1 */
    for (int i = 0; i < 3; i++) {
        fit_case p;
        hp_loss fresh;
        double drawn[MAX_PARAM];
        fit_variant v = fit_variant_of(false, 7);
        v.penalty = 2.385;
        v.hidden_deviation = given[i];
        fit_case_make(&v, &p);
        memcpy(drawn, p.param, p.model.nparam * sizeof *drawn);
        for (size_t k = 0; k < p.model.nparam; k++) p.param[k] += 0.1 * sin(3.0 * (double)k);
        double value = hp_loss_value(&p.loss, p.param), expected = penalty_of(&p, drawn, hidden[i]);
        assert_true(expected > 1.0);
        assert_close(p.loss.penalty_part, expected, 1e-13, 0.0);
        assert_close(value, p.loss.data_part + 0.7 * p.loss.regulator_part + 2.385 * expected,
                     1e-13, 0.0);
        assert_ok(hp_loss_create(&p.model, &p.data, &fresh, &p.err), &p.err);
        hp_loss_value(&fresh, p.param); /* without a draw the mean is zero */
        assert_close(fresh.penalty_part, penalty_of(&p, NULL, hidden[i]), 1e-13, 0.0);
        hp_loss_destroy(&fresh);
        fit_case_destroy(&p);
    }
}

static void destroy_takes_anything(void **state) {
    (void)state;
    hp_loss loss;
    memset(&loss, 0, sizeof loss);
    hp_loss_destroy(NULL);
    hp_loss_destroy(&loss);
    problem p;
    make_problem(BOTH, &p);
    assert_ok(hp_loss_create(&p.model, &p.data, &loss, &p.err), &p.err);
    hp_loss_destroy(&loss);
    assert_null(loss.block);
    hp_loss_destroy(&loss);
    hp_model_destroy(&p.model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loss_is_the_sum_of_its_definition),
        cmocka_unit_test(prediction_and_residual_are_left_behind),
        cmocka_unit_test(points_of_weight_zero_are_left_out),
        cmocka_unit_test(another_correlator_takes_the_place_of_the_first),
        cmocka_unit_test(quadrature_weights_belong_to_the_integral),
        cmocka_unit_test(regulator_counts_ordered_pairs_beyond_the_cutoff),
        cmocka_unit_test(modes_whiten_the_residuals),
        cmocka_unit_test(residuals_are_the_roots_of_the_loss),
        cmocka_unit_test(penalty_is_that_of_the_prior),
        cmocka_unit_test(destroy_takes_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
