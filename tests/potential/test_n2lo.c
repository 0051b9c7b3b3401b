// SPDX-License-Identifier: GPL-3.0-or-later
/* The derivative expansion at each radius, and the form it takes in the radial equation. */
#include "support.h"

#include <math.h>
#include "hadpot/n2lo.h"

enum { N = 7 };

typedef struct {
    double R[2][N], K[2][N], S[2][N], V0[N], x[N];
    hp_n2lo_columns columns;
} case_data;

/* Two sources of different shape and size, and S made of given V0 and x. */
static void make_case(case_data *c) {
    for (int r = 0; r < N; r++) {
        c->V0[r] = 1.9 * exp(-0.7 * r) - 0.013 * r;
        c->x[r] = -0.385 * exp(-0.11 * (r - 1.7) * (r - 1.7));
        for (int s = 0; s < 2; s++) {
            c->R[s][r] = (s == 0 ? 2.385 : 7.1e-9) * (1.0 - 0.8 * exp(-(0.3 + 0.2 * s) * r));
            c->K[s][r] = c->R[s][r] * (0.21 - 0.17 * s + 0.03 * r);
            c->S[s][r] = c->V0[r] * c->R[s][r] + c->x[r] * c->K[s][r];
        }
    }
    c->columns = (hp_n2lo_columns){{c->R[0], c->R[1]}, {c->K[0], c->K[1]}, {c->S[0], c->S[1]}};
}

static void two_sources_give_both_terms(void **state) {
    (void)state;
    case_data c;
    double V0[N], x[N];
    make_case(&c);
    hp_n2lo_solve(&c.columns, N, V0, x);
    for (int r = 0; r < N; r++) { /* roundings of numbers of order 1, over dk = 0.17 */
        assert_close(x[r], c.x[r], 0.0, 1e-14);
        assert_close(V0[r], c.V0[r], 0.0, 1e-14);
    }
}

static void either_result_may_be_left_out(void **state) {
    (void)state;
    case_data c;
    double V0[N], x[N], alone[N];
    make_case(&c);
    hp_n2lo_solve(&c.columns, N, V0, x);
    hp_n2lo_solve(&c.columns, N, NULL, alone);
    assert_memory_equal(alone, x, sizeof x);
    hp_n2lo_solve(&c.columns, N, alone, NULL);
    assert_memory_equal(alone, V0, sizeof V0);
}

/* Sources that look alike at one radius determine nothing there, and only there. */
static void equal_sources_have_no_solution(void **state) {
    (void)state;
    case_data c;
    double V0[N], x[N];
    make_case(&c);
    c.R[1][3] = c.R[0][3];
    c.K[1][3] = c.K[0][3];
    hp_n2lo_solve(&c.columns, N, V0, x);
    for (int r = 0; r < N; r++) {
        assert_int_equal(isfinite(x[r]) != 0, r != 3);
        assert_int_equal(isfinite(V0[r]) != 0, r != 3);
    }
}

/* u'' = -(k^2 - 2 mu V0)/(1 - x) u is u'' + k^2 u = (w + k^2 s) u at every k^2. */
static void interaction_is_that_of_the_radial_equation(void **state) {
    (void)state;
    static const double potential[] = {1.26, -0.0077, 0.0}, ratio[] = {-0.385, 0.41, 0.0};
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            double w, s;
            hp_n2lo_interaction(potential[i], ratio[j], &w, &s);
            for (double k2 = 0.0; k2 < 0.1; k2 += 0.031) /* a few roundings */
                assert_close(w + k2 * s - k2, -(k2 - potential[i]) / (1.0 - ratio[j]), 1e-14,
                             1e-16);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_sources_give_both_terms),
        cmocka_unit_test(either_result_may_be_left_out),
        cmocka_unit_test(equal_sources_have_no_solution),
        cmocka_unit_test(interaction_is_that_of_the_radial_equation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
