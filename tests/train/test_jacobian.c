// SPDX-License-Identifier: GPL-3.0-or-later
/* The Jacobian of the residuals for every activation, linear and deep g, with and without local
 * part, regulator and covariance: against differences, against the gradient of the loss, and the
 * basis in which it is stated. */
#include "fit_case.h"

#include <stdio.h>
#include "layers.h"
#include "hadpot/jacobian.h"

/* Part of the largest |A_i|^2 that the span may leave out, and what that means for Q^T Q = 1: the
 * rounding of A A^T, some eps of its largest entry, over that part. */
static const double NEGLIGIBLE = 1e-12, ORTHONORMAL = 3e-3;

/* What the work on one variant needs. */
typedef struct {
    fit_case p;
    hp_jacobian jacobian;
    size_t nparam, rows;
    double *direction, *moved;        /* (nparam) */
    double *rho, *rho_moved, *change; /* (rows) */
    double *u;                        /* (columns) */
} work;

static double *new_array(size_t count) {
    double *array = hp_alloc(count, sizeof *array);
    assert_non_null(array);
    return array;
}

/* param: the place where J is computed. */
static void make_work(const fit_variant *v, work *w) {
    memset(w, 0, sizeof *w);
    fit_case_make(v, &w->p);
    assert_ok(hp_jacobian_create(&w->p.loss, &w->jacobian, &w->p.err), &w->p.err);
    w->nparam = w->p.model.nparam;
    w->rows = hp_loss_count_residuals(&w->p.loss);
    assert_int_equal(w->jacobian.rows, w->rows);
    w->direction = new_array(w->nparam);
    w->moved = new_array(w->nparam);
    w->rho = new_array(w->rows);
    w->rho_moved = new_array(w->rows);
    w->change = new_array(w->rows);
    hp_loss_value(&w->p.loss, w->p.param);
    hp_loss_residuals(&w->p.loss, w->rho);
    assert_ok(hp_jacobian_compute(&w->jacobian, &w->p.loss, w->p.param, &w->p.err), &w->p.err);
    assert_true(w->jacobian.columns > 0 && w->jacobian.columns <= w->jacobian.max);
    w->u = new_array(w->jacobian.columns);
}

static void destroy_work(work *w) {
    hp_free(w->direction);
    hp_free(w->moved);
    hp_free(w->rho);
    hp_free(w->rho_moved);
    hp_free(w->change);
    hp_free(w->u);
    hp_jacobian_destroy(&w->jacobian);
    fit_case_destroy(&w->p);
}

/* rho(theta + e d), d in units of param. */
static void residuals_at(work *w, double e) {
    for (size_t i = 0; i < w->nparam; i++) w->moved[i] = w->p.param[i] + e * w->direction[i];
    hp_loss_value(&w->p.loss, w->moved);
    hp_loss_residuals(&w->p.loss, w->rho_moved);
}

static double norm(const double *x, size_t count) {
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) sum += x[i] * x[i];
    return sqrt(sum);
}

/* direction = deviation Q u for random u of length 1, change = J u. */
static void draw_direction(work *w, uint64_t seed) {
    gsl_rng *rng;
    hp_jacobian *jacobian = &w->jacobian;
    assert_ok(hp_random_create(&rng, seed, 0, HP_PURPOSE_TEST, &w->p.err), &w->p.err);
    for (size_t k = 0; k < jacobian->columns; k++) w->u[k] = gsl_rng_uniform(rng) - 0.5;
    gsl_rng_free(rng);
    double length = norm(w->u, jacobian->columns);
    for (size_t k = 0; k < jacobian->columns; k++) w->u[k] /= length;
    hp_jacobian_expand(jacobian, &w->p.loss, w->u, w->direction);
    /* Q has orthonormal columns: lengths stay, as far as check_basis says */
    assert_close(norm(w->direction, w->nparam), 1.0, ORTHONORMAL, 0.0);
    for (size_t i = 0; i < w->nparam; i++) w->direction[i] *= w->p.loss.deviation[i];
    for (size_t row = 0; row < w->rows; row++) {
        w->change[row] = 0.0;
        for (size_t k = 0; k < jacobian->columns; k++)
            w->change[row] += jacobian->J[row * jacobian->columns + k] * w->u[k];
    }
}

/* Taylor remainder and central differences; both know the sign of J. */
static void check_direction(work *w, uint64_t seed) {
    draw_direction(w, seed);
    double remainder[2], step = 1e-5, size = norm(w->change, w->rows);
    assert_true(size > 1e-4); /* the test is not empty */
    for (int k = 0; k < 2; k++) {
        double e = 2e-4 / (1 << k);
        residuals_at(w, e);
        for (size_t row = 0; row < w->rows; row++)
            w->rho_moved[row] -= w->rho[row] + e * w->change[row];
        remainder[k] = norm(w->rho_moved, w->rows);
    }
    if (remainder[0] > 1e-11) /* else linear to rounding, 1e-15: V with nothing between its layers
                                 moves in its last layer alone */
        /* ratio 4 up to the third order, e = 2e-4 of the second, and rounding, 1e-4 */
        assert_close(remainder[0] / remainder[1], 4.0, 2e-3, 0.0);
    residuals_at(w, step);
    memcpy(w->rho, w->rho_moved, w->rows * sizeof *w->rho);
    residuals_at(w, -step);
    /* rounding 1e-16 |rho|/step = 1e-11, truncation step^2 = 1e-10 of the third derivative */
    for (size_t row = 0; row < w->rows; row++)
        assert_close(w->change[row], (w->rho[row] - w->rho_moved[row]) / (2.0 * step), 0.0,
                     1e-8 * (1.0 + size));
    hp_loss_value(&w->p.loss, w->p.param);
    hp_loss_residuals(&w->p.loss, w->rho);
}

/* Rows of A that the pivoted Cholesky factorisation of A A^T leaves out are a combination of the
 * others but for a part whose square is below NEGLIGIBLE max |A_i|^2. A factor 2 of it for the
 * rounding of A A^T itself. |A_i| = |L_i|. */
static double lost_part(const hp_tangent *tangent) {
    double largest = 0.0;
    size_t rank = (size_t)tangent->rank;
    for (size_t i = 0; i < (size_t)tangent->n; i++)
        largest = fmax(largest, norm(tangent->L + i * rank, rank));
    return 2.0 * sqrt(NEGLIGIBLE) * largest;
}

/* Q^T Q = 1. */
static void check_basis(work *w) {
    hp_jacobian *jacobian = &w->jacobian;
    double *back = new_array(jacobian->columns);
    draw_direction(w, 77);
    hp_jacobian_expand(jacobian, &w->p.loss, w->u, w->moved);
    hp_jacobian_project(jacobian, &w->p.loss, w->moved, back);
    for (size_t k = 0; k < jacobian->columns; k++) assert_close(back[k], w->u[k], 0.0, ORTHONORMAL);
    hp_free(back);
}

/* The gradient, without the penalty, in units of theta_hat: Q^T g = 2 J^T rho, and what of g is
 * outside Q is what A lost: sum_r |dL/da(r)| times the lost part of a row. */
static void check_gradient(work *w) {
    hp_jacobian *jacobian = &w->jacobian;
    hp_loss *loss = &w->p.loss;
    double *g = new_array(w->nparam), *q = new_array(jacobian->columns), lost = 0.0;
    hp_loss_gradient(loss, w->p.param, g);
    for (size_t i = 0; i < w->nparam; i++) {
        double deviation = loss->deviation[i];
        g[i] -= 2.0 * loss->penalty * (w->p.param[i] - loss->mean[i]) / (deviation * deviation);
        g[i] *= deviation;
    }
    for (int r = 0; r < FIT_N; r++) {
        if (jacobian->linear_g) lost += lost_part(&jacobian->nonlocal) * fabs(loss->grid.d_a[r]);
        if (jacobian->local.n > 0) lost += lost_part(&jacobian->local) * fabs(loss->d_V[r]);
    }
    double size = norm(g, w->nparam), outside = 0.0;
    assert_true(size > 1e-2);
    hp_jacobian_project(jacobian, loss, g, q);
    for (size_t k = 0; k < jacobian->columns; k++) {
        double product = 0.0;
        for (size_t row = 0; row < w->rows; row++)
            product += jacobian->J[row * jacobian->columns + k] * w->rho[row];
        /* rounding of A A^T, 1e-16, over the root of the smallest pivot, 1e-6: some 1e-10 */
        assert_close(q[k], 2.0 * product, 0.0, 1e-9 * (size + norm(w->rho, w->rows)));
    }
    hp_jacobian_expand(jacobian, loss, q, w->moved);
    for (size_t i = 0; i < w->nparam; i++) outside += pow(g[i] - w->moved[i], 2);
    assert_true(sqrt(outside) <= lost + 1e-9 * size);
    hp_free(g);
    hp_free(q);
}

/* J Q^T against differences by every weight alone: the columns lose nothing. */
static void check_dense(work *w) {
    hp_jacobian *jacobian = &w->jacobian;
    double step = 1e-5, *row_of_J = new_array(w->rows * w->nparam);
    memset(w->u, 0, jacobian->columns * sizeof *w->u);
    for (size_t k = 0; k < jacobian->columns; k++) {
        w->u[k] = 1.0;
        hp_jacobian_expand(jacobian, &w->p.loss, w->u, w->moved);
        w->u[k] = 0.0;
        for (size_t row = 0; row < w->rows; row++)
            for (size_t i = 0; i < w->nparam; i++)
                row_of_J[row * w->nparam + i] +=
                    jacobian->J[row * jacobian->columns + k] * w->moved[i];
    }
    for (size_t i = 0; i < w->nparam; i++) {
        memset(w->direction, 0, w->nparam * sizeof *w->direction);
        w->direction[i] = w->p.loss.deviation[i];
        residuals_at(w, step);
        memcpy(w->change, w->rho_moved, w->rows * sizeof *w->change);
        residuals_at(w, -step);
        for (size_t row = 0; row < w->rows; row++) /* as above, and 1e-6 of a row of A lost */
            assert_close(row_of_J[row * w->nparam + i],
                         (w->change[row] - w->rho_moved[row]) / (2.0 * step), 0.0, 2e-5);
    }
    hp_free(row_of_J);
}

static void check_variant(const fit_variant *v) {
    work w;
    make_work(v, &w);
    check_direction(&w, 41);
    check_direction(&w, 42);
    check_basis(&w);
    check_gradient(&w);
    check_dense(&w);
    destroy_work(&w);
}

/* bits: local part, regulator, modes. */
static fit_variant variant_of(int activation, bool deep, int bits) {
    return (fit_variant){.activation = (hp_activation)activation,
                         .deep_g = deep,
                         .local = bits & 1,
                         .regulator = bits & 2,
                         .modes = bits & 4,
                         .hidden_deviation = 0.7};
}

static void jacobian_is_right_for_linear_g(void **state) {
    (void)state;
    for (int a = 0; a < HP_NACTIVATION; a++)
        for (int bits = 0; bits < 8; bits++) {
            fit_variant v = variant_of(a, false, bits);
            check_variant(&v);
        }
}

static void jacobian_is_right_for_deep_g(void **state) {
    (void)state;
    for (int a = 0; a < HP_NACTIVATION; a++)
        for (int bits = 0; bits < 8; bits++) {
            fit_variant v = variant_of(a, true, bits);
            check_variant(&v);
        }
}

static void jacobian_is_right_for_local_part_alone(void **state) {
    (void)state;
    for (int a = 0; a < HP_NACTIVATION; a++)
        for (int bits = 0; bits < 8; bits += 4) {
            fit_variant v = variant_of(a, false, bits);
            v.only_local = true;
            check_variant(&v);
        }
}

/* Not symmetric: the columns are the weights themselves. Products have no regulator. */
static void jacobian_is_right_for_unsymmetric_potentials(void **state) {
    (void)state;
    for (int kind = HP_MODEL_MLP; kind <= HP_MODEL_TWO_PARAMETER; kind++)
        for (int a = 0; a < HP_NACTIVATION; a++)
            for (int bits = 0; bits < 8; bits++) {
                fit_variant v = variant_of(a, false, bits);
                v.kind = (hp_model_kind)kind;
                v.regulator = v.regulator && kind == HP_MODEL_MLP;
                check_variant(&v);
            }
}

/* The penalty is no residual: J does not know it, the gradient of the loss does. */
static void penalty_is_not_in_the_jacobian(void **state) {
    (void)state;
    for (int deep = 0; deep < 2; deep++) {
        fit_variant v = variant_of(HP_SILU, deep, 7);
        v.penalty = 3.85;
        check_variant(&v);
    }
}

static void jacobian_leaves_the_residuals_of_the_loss(void **state) {
    (void)state;
    for (int deep = 0; deep < 2; deep++) {
        work w;
        fit_variant v = variant_of(HP_SILU, deep, 7);
        make_work(&v, &w);
        hp_loss_residuals(&w.p.loss, w.rho_moved);
        for (size_t i = 0; i < (size_t)FIT_VALUES; i++) /* the same bits */
            assert_close(w.rho_moved[i], w.rho[i], 0.0, 0.0);
        destroy_work(&w);
    }
}

/* A smooth network of 2500 weights on 80 radii changes in a dozen ways only. */
static void rank_is_that_of_the_functions(void **state) {
    (void)state;
    enum { POINTS = 80 };
    static const int f[] = {48, 48}, g[] = {1};
    static const hp_activation hidden[] = {HP_SILU, HP_SILU}, identity[] = {HP_IDENTITY};
    hp_error err = HP_ERROR_INIT;
    double r[POINTS], one[POINTS];
    for (int i = 0; i < POINTS; i++) r[i] = 0.25 * (i + 1), one[i] = 1.0;
    hp_model model;
    hp_loss loss;
    hp_jacobian jacobian;
    hp_model_spec spec = {.input = HP_INPUT_LOG1P,
                          .f = layers_of(2, f, hidden),
                          .g = layers_of(1, g, identity),
                          .output = HP_IDENTITY,
                          .scale = 1.0,
                          .envelope = 5.0};
    hp_loss_data data = {
        .n = POINTS, .ncolumn = 1, .r = r, .quadrature = one, .R = one, .S = one, .weight = one};
    assert_ok(hp_model_create(&spec, &model, &err), &err);
    assert_ok(hp_loss_create(&model, &data, &loss, &err), &err);
    assert_ok(hp_jacobian_create(&loss, &jacobian, &err), &err);
    double *param = new_array(model.nparam);
    assert_ok(hp_model_draw_weights(&model, 5, 0, param, &err), &err);
    hp_loss_value(&loss, param);
    assert_ok(hp_jacobian_compute(&jacobian, &loss, param, &err), &err);
    print_message("%zu weights, %d radii, rank %d\n", model.nparam, POINTS, jacobian.nonlocal.rank);
    /* f is analytic in log(1+r) up to z = i pi, where SiLU is singular; for weights of size 1 its
     * Chebyshev coefficients on an interval of length 2.8 fall by 4.7 each, and 4e-8, the square
     * root of rounding, is reached at some 11 */
    assert_in_range(jacobian.nonlocal.rank, 4, 20);
    assert_int_equal(jacobian.columns, jacobian.nonlocal.rank + 1);
    hp_free(param);
    hp_jacobian_destroy(&jacobian);
    hp_loss_destroy(&loss);
    hp_model_destroy(&model);
}

static void what_is_not_finite_is_an_error(void **state) {
    (void)state;
    work w;
    fit_variant v = variant_of(HP_SILU, false, 1);
    make_work(&v, &w);
    const size_t bad[] = {0, w.p.model.v_start}; /* weights of f and of v */
    for (int i = 0; i < 2; i++) {
        double kept = w.p.param[bad[i]];
        w.p.param[bad[i]] = NAN;
        assert_status(hp_jacobian_compute(&w.jacobian, &w.p.loss, w.p.param, &w.p.err),
                      HP_ERR_NUMERIC, &w.p.err);
        assert_contains(w.p.err.message, "not finite");
        hp_error_clear(&w.p.err);
        w.p.param[bad[i]] = kept;
    }
    destroy_work(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jacobian_is_right_for_linear_g),
        cmocka_unit_test(jacobian_is_right_for_deep_g),
        cmocka_unit_test(jacobian_is_right_for_local_part_alone),
        cmocka_unit_test(jacobian_is_right_for_unsymmetric_potentials),
        cmocka_unit_test(penalty_is_not_in_the_jacobian),
        cmocka_unit_test(jacobian_leaves_the_residuals_of_the_loss),
        cmocka_unit_test(rank_is_that_of_the_functions),
        cmocka_unit_test(what_is_not_finite_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
