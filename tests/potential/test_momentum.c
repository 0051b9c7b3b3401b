// SPDX-License-Identifier: GPL-3.0-or-later
/* The Fourier transform of maps of U: against its definition, its inverse, its identities, and the
 * transform of a Gaussian, for odd and even sizes. */
#include "support.h"

#include <fftw3.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include "hadpot/momentum.h"

enum { MOST = 64 };

static const int sizes[] = {1, 2, 7, 12, 31, 64};
enum { NSIZE = sizeof sizes / sizeof *sizes };

typedef struct {
    int n;
    size_t pairs;
    hp_momentum *momentum;
    double U[MOST * MOST], transformed[2 * MOST * MOST];
} map;

/* Numbers of order 1 without any symmetry. */
static double rough(int r, int rp) {
    return sin(2.385 * r * r + 0.71 * rp) + 0.3 * cos(1.9 * rp * rp - 0.4 * r) - 0.137;
}

static double smooth(int r, int rp) {
    return -9.1 / (1.3 + 0.2 * (r + rp)) + 0.4 * cos(0.3 * r) * cos(0.3 * rp);
}

static map *make_map(int n, double (*U)(int r, int rp)) {
    hp_error err = HP_ERROR_INIT;
    map *made = test_calloc(1, sizeof *made);
    made->n = n;
    made->pairs = (size_t)n * (size_t)n;
    assert_ok(hp_momentum_create(n, &made->momentum, &err), &err);
    for (int r = 0; r < n; r++)
        for (int rp = 0; rp < n; rp++) made->U[r * n + rp] = U(r, rp);
    hp_momentum_transform(made->momentum, made->U, made->transformed);
    return made;
}

static void free_map(map *m) {
    hp_momentum_destroy(&m->momentum);
    assert_null(m->momentum);
    test_free(m);
}

static double at(const map *m, int p, int pp, int part) {
    int n = m->n, row = (p + n) % n, column = (pp + n) % n;
    return m->transformed[2 * (row * n + column) + part];
}

static double norm2(const double *values, size_t count) {
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) sum += values[i] * values[i];
    return sum;
}

/* Rounding of a transform: FFTW's is a few DBL_EPSILON of the r.m.s. of the result, which is
 * sqrt(sum U^2); 100 leaves room for the growth with log n and for the largest of all numbers. */
static double rounding(const map *m) {
    return 100.0 * DBL_EPSILON * sqrt(norm2(m->U, m->pairs));
}

static void transform_is_the_double_sum(void **state) {
    (void)state;
    for (int size = 0; size < 5; size++) {
        map *m = make_map(sizes[size], rough);
        int n = m->n;
        for (int p = 0; p < n; p++)
            for (int pp = 0; pp < n; pp++) {
                double real = 0.0, imaginary = 0.0;
                for (int r = 0; r < n; r++)
                    for (int rp = 0; rp < n; rp++) {
                        /* the angle of an integer below n: no digits are lost in large angles */
                        double angle = 2.0 * M_PI * ((r * p + rp * pp) % n) / n;
                        real += m->U[r * n + rp] * cos(angle);
                        imaginary -= m->U[r * n + rp] * sin(angle);
                    }
                /* the n^2 roundings of the sum itself, at random */
                double atol = rounding(m) + n * DBL_EPSILON * sqrt(norm2(m->U, m->pairs));
                assert_close(at(m, p, pp, 0), real, 0, atol);
                assert_close(at(m, p, pp, 1), imaginary, 0, atol);
            }
        free_map(m);
    }
}

/* FFTW's inverse, which divides by nothing. */
static void transform_back(const map *m, double *U) {
    fftw_complex *values = fftw_malloc(m->pairs * sizeof *values);
    fftw_plan plan = fftw_plan_dft_2d(m->n, m->n, values, values, FFTW_BACKWARD, FFTW_ESTIMATE);
    memcpy(values, m->transformed, m->pairs * sizeof *values);
    fftw_execute(plan);
    for (size_t i = 0; i < m->pairs; i++) U[i] = values[i][0] / (double)m->pairs;
    fftw_destroy_plan(plan);
    fftw_free(values);
}

static void inverse_returns_the_map(void **state) {
    (void)state;
    double back[MOST * MOST];
    for (int size = 0; size < NSIZE; size++) {
        map *m = make_map(sizes[size], rough);
        transform_back(m, back);
        /* two transforms; the inverse divides by n^2 what it sums up to n times the r.m.s. */
        for (size_t i = 0; i < m->pairs; i++)
            assert_close(back[i], m->U[i], 0, 2.0 * rounding(m) / m->n);
        free_map(m);
    }
}

static void parseval_holds(void **state) {
    (void)state;
    for (int size = 0; size < NSIZE; size++) {
        map *m = make_map(sizes[size], rough);
        /* sums of squares: no cancellation, roundings of each number and of the sums */
        assert_close(norm2(m->transformed, 2 * m->pairs), (double)m->pairs * norm2(m->U, m->pairs),
                     1e-14, 0);
        free_map(m);
    }
}

static void symmetries_of_the_map_are_kept(void **state) {
    (void)state;
    for (int size = 0; size < NSIZE; size++) {
        map *any = make_map(sizes[size], rough), *symmetric = make_map(sizes[size], smooth);
        for (int p = 0; p < any->n; p++)
            for (int pp = 0; pp < any->n; pp++)
                for (int part = 0; part < 2; part++) {
                    double conjugate = part == 0 ? at(any, p, pp, 0) : -at(any, p, pp, 1);
                    assert_close(at(any, -p, -pp, part), conjugate, 0, rounding(any));
                    assert_close(at(symmetric, p, pp, part), at(symmetric, pp, p, part), 0,
                                 rounding(symmetric));
                }
        free_map(any);
        free_map(symmetric);
    }
}

/* U(r,r') = exp(-(r dr/b)^2/2) exp(-((r' dr)^2/c^2)/2) in a map whose indices count both ways from
 * 0 (index n-r is -r): the sum is then, but for what lies beyond the map and beyond its momenta,
 * the integral, 2 pi b c/dr^2 exp(-(p b)^2/2 - (p' c)^2/2). */
static const double b = 3.1, c = 2.2, dr = 0.7;
static int gaussian_n;

static double gaussian(int r, int rp) {
    double x = dr * (2 * r <= gaussian_n ? r : r - gaussian_n);
    double xp = dr * (2 * rp <= gaussian_n ? rp : rp - gaussian_n);
    return exp(-0.5 * (x * x / (b * b) + xp * xp / (c * c)));
}

static void gaussian_has_its_analytic_transform(void **state) {
    (void)state;
    double p[MOST];
    for (gaussian_n = 63; gaussian_n <= 64; gaussian_n++) {
        map *m = make_map(gaussian_n, gaussian);
        hp_momentum_axis(m->n, dr, p);
        double peak = 2.0 * M_PI * b * c / (dr * dr);
        for (int i = 0; i < m->n; i++)
            for (int j = 0; j < m->n; j++) {
                double exact = peak * exp(-0.5 * (pow(p[i] * b, 2) + pow(p[j] * c, 2)));
                /* left out: tails exp(-(22/3.1)^2/2) = 1e-11 of the map, and the images of
                 * momenta beyond pi/dr, exp(-(4.5 2.2)^2/2) = 5e-22 */
                assert_close(at(m, i, j, 0), exact, 0, 1e-10 * peak);
                assert_close(at(m, i, j, 1), 0.0, 0, 1e-10 * peak);
            }
        free_map(m);
    }
}

static void axis_is_in_the_order_of_the_transform(void **state) {
    (void)state;
    const double unit_odd = 2.0 * M_PI / (5 * 0.3), unit_even = 2.0 * M_PI / (6 * 0.3);
    const int odd[] = {0, 1, 2, -2, -1}, even[] = {0, 1, 2, 3, -2, -1};
    double p[6];
    hp_momentum_axis(5, 0.3, p);
    for (int m = 0; m < 5; m++) assert_close(p[m], odd[m] * unit_odd, 4 * DBL_EPSILON, 0);
    hp_momentum_axis(6, 0.3, p);
    for (int m = 0; m < 6; m++) assert_close(p[m], even[m] * unit_even, 4 * DBL_EPSILON, 0);
}

/* A wave of one momentum has its weight there: the sign of the exponent and the order of axes. */
static double wave(int r, int rp) {
    return cos(2.0 * M_PI * (3 * r + rp) / 12.0);
}

static void sign_and_order_of_axes(void **state) {
    (void)state;
    map *m = make_map(12, wave), *step = make_map(12, rough);
    for (int p = 0; p < 12; p++)
        for (int pp = 0; pp < 12; pp++) { /* half in (3, 1), half in its opposite (-3, -1) */
            bool there = (p == 3 && pp == 1) || (p == 9 && pp == 11);
            assert_close(at(m, p, pp, 0), there ? 72.0 : 0.0, 0, rounding(m));
        }
    double delta[144] = {0}; /* at r = 1, r' = 0: exp(-2 pi i p/12) */
    delta[12] = 1.0;
    hp_momentum_transform(step->momentum, delta, step->transformed);
    assert_close(at(step, 3, 5, 1), -1.0, 0, 4 * DBL_EPSILON);
    free_map(m);
    free_map(step);
}

static void same_map_same_bits(void **state) {
    (void)state;
    map *one = make_map(31, rough), *other = make_map(31, rough);
    assert_memory_equal(one->transformed, other->transformed, 2 * one->pairs * sizeof(double));
    hp_momentum_destroy(&other->momentum); /* which the first one does not notice */
    hp_momentum_transform(one->momentum, one->U, one->transformed);
    assert_memory_equal(one->transformed, other->transformed, 2 * one->pairs * sizeof(double));
    free_map(one);
    free_map(other);
}

static void errors_are_reported(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_momentum *momentum = NULL;
    assert_status(hp_momentum_create(0, &momentum, &err), HP_ERR_INTERNAL, &err);
    assert_contains(err.message, "a map of 0 radii");
    hp_error_clear(&err);
    /* 2e9 squared numbers of 16 bytes are more than size_t counts */
    assert_status(hp_momentum_create(2000000000, &momentum, &err), HP_ERR_MEMORY, &err);
    assert_null(momentum);
    hp_momentum_destroy(&momentum);
    hp_momentum_destroy(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transform_is_the_double_sum),
        cmocka_unit_test(inverse_returns_the_map),
        cmocka_unit_test(parseval_holds),
        cmocka_unit_test(symmetries_of_the_map_are_kept),
        cmocka_unit_test(gaussian_has_its_analytic_transform),
        cmocka_unit_test(axis_is_in_the_order_of_the_transform),
        cmocka_unit_test(sign_and_order_of_axes),
        cmocka_unit_test(same_map_same_bits),
        cmocka_unit_test(errors_are_reported),
    };
    return cmocka_run_group_tests_name("potential/momentum", tests, NULL, NULL);
}
