// SPDX-License-Identifier: GPL-3.0-or-later
/* The damped normal equations, primal and dual, against each other and against a least-squares
 * solution by singular values of the problem that they stand for. */
#include "support.h"

#include <gsl/gsl_multifit.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/normal.h"
#include "hadpot/random.h"

enum { MOST = 23 };

typedef struct {
    size_t rows, columns;
    double J[MOST * MOST], rho[MOST], q[MOST], gradient[MOST];
    hp_error err;
} problem;

/* Random numbers in (-1, 1). */
static void make_problem(size_t rows, size_t columns, problem *p) {
    gsl_rng *rng;
    memset(p, 0, sizeof *p);
    p->rows = rows;
    p->columns = columns;
    assert_ok(hp_random_create(&rng, 51, rows, HP_PURPOSE_TEST, &p->err), &p->err);
    for (size_t i = 0; i < rows * columns; i++) p->J[i] = 2.0 * gsl_rng_uniform(rng) - 1.0;
    for (size_t i = 0; i < rows; i++) p->rho[i] = 2.0 * gsl_rng_uniform(rng) - 1.0;
    for (size_t i = 0; i < columns; i++) p->q[i] = 2.0 * gsl_rng_uniform(rng) - 1.0;
    gsl_rng_free(rng);
    for (size_t k = 0; k < columns; k++)
        for (size_t i = 0; i < rows; i++) p->gradient[k] += p->J[i * columns + k] * p->rho[i];
}

/* u of one of the two systems; the workspace is as large as it must be and no larger. */
static bool solve(const problem *p, bool dual, const double *q, double sigma, double kappa,
                  double *u) {
    hp_error err = HP_ERROR_INIT;
    hp_normal normal;
    const double sigma_kappa[2] = {sigma, kappa};
    assert_ok(hp_normal_create(p->rows, p->columns, &normal, &err), &err);
    assert_ok(hp_normal_form(&normal, p->J, p->rows, p->columns, dual, &err), &err);
    assert_int_equal(normal.order, dual ? p->rows : p->columns);
    bool solved = hp_normal_solve(&normal, p->rho, p->gradient, q, sigma_kappa, u);
    hp_normal_destroy(&normal);
    return solved;
}

/* There is room for the system of the smaller side only; rows or columns of zeros make both sides
 * the same and change no solution, so that both systems can be asked. */
static void make_square(const problem *p, problem *square) {
    size_t side = p->rows > p->columns ? p->rows : p->columns;
    memset(square, 0, sizeof *square);
    square->rows = square->columns = side;
    for (size_t i = 0; i < p->rows; i++)
        memcpy(square->J + i * side, p->J + i * p->columns, p->columns * sizeof *p->J);
    memcpy(square->rho, p->rho, p->rows * sizeof *p->rho);
    memcpy(square->q, p->q, p->columns * sizeof *p->q);
    memcpy(square->gradient, p->gradient, p->columns * sizeof *p->gradient);
}

/* The rows J u = -rho, sqrt(kappa) u = -sqrt(kappa) q, sqrt(lambda) u = 0 in the sense of least
 * squares. */
static void solve_augmented(const problem *p, double kappa, double lambda, double *u) {
    size_t rows = p->rows, columns = p->columns, all = rows + 2 * columns;
    double chi2;
    gsl_matrix *X = gsl_matrix_calloc(all, columns),
               *covariance = gsl_matrix_alloc(columns, columns);
    gsl_vector *y = gsl_vector_calloc(all), *solution = gsl_vector_alloc(columns);
    gsl_multifit_linear_workspace *space = gsl_multifit_linear_alloc(all, columns);
    assert_true(X != NULL && covariance != NULL && y != NULL && solution != NULL && space != NULL);
    for (size_t i = 0; i < rows; i++) {
        gsl_vector_set(y, i, -p->rho[i]);
        for (size_t k = 0; k < columns; k++) gsl_matrix_set(X, i, k, p->J[i * columns + k]);
    }
    for (size_t k = 0; k < columns; k++) {
        gsl_matrix_set(X, rows + k, k, sqrt(kappa));
        gsl_vector_set(y, rows + k, -sqrt(kappa) * p->q[k]);
        gsl_matrix_set(X, rows + columns + k, k, sqrt(lambda));
    }
    assert_int_equal(gsl_multifit_linear(X, y, solution, covariance, &chi2, space), 0);
    for (size_t k = 0; k < columns; k++) u[k] = gsl_vector_get(solution, k);
    gsl_multifit_linear_free(space);
    gsl_matrix_free(X);
    gsl_matrix_free(covariance);
    gsl_vector_free(y);
    gsl_vector_free(solution);
}

static const struct {
    double kappa, lambda;
} SIGMAS[] = {{0.0, 0.385}, {0.77, 0.0}, {0.31, 0.0042}, {1e-3, 17.0}, {0.0, 1e-6}, {1e-6, 1e-7}};
enum { NSIGMA = sizeof SIGMAS / sizeof *SIGMAS };

/* Cholesky of J^T J + sigma loses the condition number times rounding: |J|^2 = 30 at most here, so
 * 30/sigma times 1e-16, times some ten for the sums and the length of u. */
static double tolerance(double sigma) {
    return 1e-13 * (1.0 + 1.0 / sigma);
}

static void primal_and_dual_agree(void **state) {
    (void)state;
    const size_t shapes[][2] = {{MOST, 6}, {6, MOST}, {9, 9}, {1, 5}, {5, 1}};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int i = 0; i < NSIGMA; i++) {
            problem p, square;
            double u[2][MOST], kappa = SIGMAS[i].kappa, sigma = kappa + SIGMAS[i].lambda;
            make_problem(shapes[s][0], shapes[s][1], &p);
            make_square(&p, &square);
            for (int dual = 0; dual < 2; dual++)
                assert_true(solve(&square, dual, square.q, sigma, kappa, u[dual]));
            for (size_t k = 0; k < p.columns; k++)
                assert_close(u[1][k], u[0][k], tolerance(sigma), tolerance(sigma));
        }
}

static void both_are_the_least_squares_solution(void **state) {
    (void)state;
    const size_t shapes[][2] = {{MOST, 6}, {6, MOST}, {9, 9}};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int i = 0; i < NSIGMA; i++) {
            problem p;
            double u[MOST], expected[MOST], kappa = SIGMAS[i].kappa, lambda = SIGMAS[i].lambda;
            make_problem(shapes[s][0], shapes[s][1], &p);
            solve_augmented(&p, kappa, lambda, expected);
            bool dual = p.columns > p.rows;
            for (int both = p.columns == p.rows ? 2 : 1; both > 0; both--, dual = !dual) {
                assert_true(solve(&p, dual, p.q, kappa + lambda, kappa, u));
                for (size_t k = 0; k < p.columns; k++)
                    assert_close(u[k], expected[k], tolerance(kappa + lambda),
                                 tolerance(kappa + lambda));
            }
        }
}

/* q without kappa has no say, to the last bit in the primal system; with it it has. */
static void prior_acts_through_kappa_alone(void **state) {
    (void)state;
    for (int dual = 0; dual < 2; dual++) {
        problem p;
        double with[MOST], without[MOST], zero[MOST] = {0};
        make_problem(dual ? 6 : MOST, dual ? MOST : 6, &p);
        assert_true(solve(&p, dual, p.q, 0.5, 0.0, with));
        assert_true(solve(&p, dual, zero, 0.5, 0.0, without));
        for (size_t k = 0; k < p.columns; k++) assert_close(with[k], without[k], 0.0, 0.0);
        assert_true(solve(&p, dual, p.q, 0.5, 0.3, with));
        for (size_t k = 0; k < p.columns; k++) assert_true(fabs(with[k] - without[k]) > 1e-4);
    }
}

/* One product serves any number of solutions. */
static void a_product_is_used_again(void **state) {
    (void)state;
    problem p;
    hp_normal normal;
    double u[3][MOST];
    const double weak[2] = {0.4, 0.1}, strong[2] = {70.0, 0.1};
    make_problem(MOST, 6, &p);
    assert_ok(hp_normal_create(MOST, MOST, &normal, &p.err), &p.err);
    assert_ok(hp_normal_form(&normal, p.J, p.rows, p.columns, false, &p.err), &p.err);
    assert_true(hp_normal_solve(&normal, p.rho, p.gradient, p.q, weak, u[0]));
    assert_true(hp_normal_solve(&normal, p.rho, p.gradient, p.q, strong, u[1]));
    assert_true(hp_normal_solve(&normal, p.rho, p.gradient, p.q, weak, u[2]));
    assert_memory_equal(u[2], u[0], p.columns * sizeof **u);
    for (size_t k = 0; k < p.columns; k++) assert_true(fabs(u[1][k]) < fabs(u[0][k]));
    hp_normal_destroy(&normal);
    assert_null(normal.product);
    hp_normal_destroy(&normal);
}

/* Large products are made in blocks, of which the last one is not full. */
static void large_products_are_those_of_small_ones(void **state) {
    (void)state;
    enum { ORDER = 700, INNER = 8500, ALL = ORDER * INNER }; /* 4.2e9 products */
    hp_error err = HP_ERROR_INIT;
    double *J = hp_alloc(ALL, sizeof *J);
    gsl_rng *rng;
    assert_non_null(J);
    assert_ok(hp_random_create(&rng, 3, 0, HP_PURPOSE_TEST, &err), &err);
    for (int i = 0; i < ALL; i++) J[i] = gsl_rng_uniform(rng) - 0.5;
    gsl_rng_free(rng);
    for (int dual = 0; dual < 2; dual++) {
        hp_normal normal;
        int rows = dual ? ORDER : INNER, columns = dual ? INNER : ORDER;
        assert_ok(hp_normal_create((size_t)rows, (size_t)columns, &normal, &err), &err);
        assert_ok(hp_normal_form(&normal, J, (size_t)rows, (size_t)columns, dual, &err), &err);
        for (int i = 0; i < ORDER; i += 23)
            for (int j = 0; j <= i; j += 7) {
                double product =
                    dual ? cblas_ddot(INNER, J + (size_t)i * INNER, 1, J + (size_t)j * INNER, 1)
                         : cblas_ddot(INNER, J + i, ORDER, J + j, ORDER);
                /* sums up to 710 in another order: sqrt(8500) roundings */
                assert_close(normal.product[i * ORDER + j], product, 0.0, 2e-11);
            }
        hp_normal_destroy(&normal);
    }
    hp_free(J);
}

/* Columns (rows) that are the same, in numbers that are exact: 4 - 2 * 2 = 0 is the second pivot
 * whatever the order of the sums, and a sigma of 1e-300 leaves no trace. */
static void a_system_that_is_not_positive_definite_is_refused(void **state) {
    (void)state;
    for (int dual = 0; dual < 2; dual++)
        for (int bad = 0; bad < 4; bad++) {
            problem p;
            double u[MOST], before[MOST];
            const double spoilt[] = {1.0, NAN, INFINITY, 1e200};
            make_problem(dual ? 2 : 4, dual ? 4 : 2, &p);
            for (int i = 0; i < 8; i++) p.J[i] = 1.0;
            p.J[5] = spoilt[bad];
            for (int i = 0; i < MOST; i++) u[i] = before[i] = 0.1 * i;
            assert_false(solve(&p, dual, p.q, 1e-300, 0.0, u));
            assert_memory_equal(u, before, sizeof u);
            if (bad == 0) assert_true(solve(&p, dual, p.q, 1e-3, 0.0, u));
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(primal_and_dual_agree),
        cmocka_unit_test(both_are_the_least_squares_solution),
        cmocka_unit_test(prior_acts_through_kappa_alone),
        cmocka_unit_test(a_product_is_used_again),
        cmocka_unit_test(large_products_are_those_of_small_ones),
        cmocka_unit_test(a_system_that_is_not_positive_definite_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
