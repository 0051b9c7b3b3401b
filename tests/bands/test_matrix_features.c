// SPDX-License-Identifier: GPL-3.0-or-later
/* Features between components: elements on their own, and V_C and V_T of 3S1-3D1. */
#include "hadpot/features.h"
#include <math.h>
#include "hadpot/memory.h"
#include "support.h"

enum { RADII = 30, N = 2 * RADII, ROWS = 2 };
static const double LOCAL[] = {0.2, 0.5}, SEPARABLE[] = {0.2, 0.6}, BAND[] = {0.3},
                    ENVELOPE[] = {0.5, 1.2};
static const hp_features_options OPTIONS = {{2, LOCAL}, {2, SEPARABLE}, {1, BAND}, {2, ENVELOPE}};

typedef struct {
    hp_feature_space space;
    hp_features features;
    double r[N], weight[N], fitted[N], R[ROWS * N], S[ROWS * N], *A;
} fixture;

static hp_feature_space channels(int l_of_second) {
    const hp_component component[] = {{0, 0}, {1, l_of_second}};
    hp_feature_space space;
    hp_feature_space_take(2, component, NULL, false, &space);
    return space;
}

static hp_feature_space triplet(void) {
    const hp_component component[] = {{0, 0}, {0, 2}};
    const hp_spin_state spin[] = {{3, 2}, {3, 2}};
    hp_feature_space space;
    hp_feature_space_take(2, component, spin, true, &space);
    return space;
}

/* The second component has no other scale than the first. */
static void set_up(fixture *of, hp_feature_space space) {
    hp_error err = HP_ERROR_INIT;
    of->space = space;
    assert_ok(hp_features_create(&OPTIONS, &of->space, 1.0, &of->features, &err), &err);
    for (int i = 0; i < N; i++) {
        double r = of->r[i] = 0.1 * (i % RADII);
        of->weight[i] = 4.0 * M_PI * r * r * 0.1;
        of->fitted[i] = 1.0;
        for (int row = 0; row < ROWS; row++)
            of->R[row * N + i] = i < RADII ? 1.0 + 0.5 * row * exp(-r) : r * exp(-r) - 0.3 * row;
    }
    of->A = hp_alloc((size_t)(ROWS * N * of->features.n), sizeof *of->A);
    const hp_feature_grid grid = {N, of->r, of->weight};
    assert_ok(hp_features_apply(&of->features, &grid, ROWS, of->R, of->A, &err), &err);
}

static void tear_down(fixture *of) {
    hp_features_destroy(&of->features);
    hp_free(of->A);
}

/* Of each function by itself, summed over components and r'. */
static double by_hand(const fixture *of, int row, int i, int f) {
    double sum = 0.0;
    int c = i / RADII;
    for (int j = 0; j < N; j++) {
        int d = j / RADII;
        double R = of->R[row * N + j];
        if (f < of->features.nlocal && i % RADII == j % RADII)
            sum += hp_features_local(&of->features, f, c, d, of->r[i]) * R;
        if (f >= of->features.nlocal)
            sum += of->weight[j] *
                   hp_features_nonlocal(&of->features, f, c, d, of->r[i], of->r[j]) * R;
    }
    return sum;
}

/* 1e-13: sums of 60 terms. */
static void check_apply(fixture *of) {
    for (int row = 0; row < ROWS; row++)
        for (int i = 0; i < N; i++)
            for (int f = 0; f < of->features.n; f++)
                assert_close(of->A[(row * N + i) * of->features.n + f], by_hand(of, row, i, f),
                             1e-13, 1e-13);
}

/* Three elements: 2 + 2 + 2 local, 3 + 4 + 3 separable, 2 + 2 + 2 of the band. */
static void elements_act_where_they_are(void **state) {
    (void)state;
    fixture of;
    set_up(&of, channels(0));
    assert_int_equal(of.features.nowner, 3);
    assert_int_equal(of.features.n, 6 + 10 + 6);
    assert_int_equal(of.features.nlocal, 6);
    check_apply(&of);
    for (int f = 0; f < of.features.n; f++) {
        const hp_feature_owner *owner = &of.features.owner[of.features.feature[f].owner];
        for (int c = 0; c < 2; c++)
            for (int d = 0; d < 2; d++) {
                bool there = (c < d ? c : d) == owner->first && (c < d ? d : c) == owner->second;
                assert_close(hp_features_weight(&of.features, f, c, d), there, 0.0, 0.0);
            }
    }
    tear_down(&of);
}

/* S12: <S|D> = sqrt 8, <D|D> = -2; V_C the same in both and not between. */
static void operators_act_in_both(void **state) {
    (void)state;
    fixture of;
    set_up(&of, triplet());
    assert_int_equal(of.features.nowner, 2);
    assert_int_equal(of.features.n, 2 * (2 + 3 + 2));
    check_apply(&of);
    assert_close(hp_features_weight(&of.features, 0, 1, 1), 1.0, 1e-15, 0.0);
    assert_close(hp_features_weight(&of.features, 0, 0, 1), 0.0, 0.0, 0.0);
    assert_close(hp_features_weight(&of.features, 2, 0, 0), 0.0, 0.0, 0.0);
    assert_close(hp_features_weight(&of.features, 2, 0, 1), sqrt(8.0), 1e-15, 0.0);
    assert_close(hp_features_weight(&of.features, 2, 1, 1), -2.0, 1e-15, 0.0);
    tear_down(&of);
}

/* U_dc(r',r) = U_cd(r,r') to the last bit, of one function and of the tables. */
static void check_symmetry(hp_feature_space space) {
    enum { COUNT = 5, MOST = 16 };
    static double U[2][MOST * COUNT * COUNT];
    const double r[COUNT] = {0.0, 0.1, 0.5, 1.0, 2.0};
    fixture of;
    hp_error err = HP_ERROR_INIT;
    int index[MOST];
    set_up(&of, space);
    int first = of.features.nlocal, all = of.features.n;
    int count = hp_features_between(&of.features, first, all, 0, 1, index);
    assert_ok(hp_features_tabulate(&of.features, 0, 1, COUNT, r, U[0], &err), &err);
    assert_ok(hp_features_tabulate(&of.features, 1, 0, COUNT, r, U[1], &err), &err);
    assert_true(count > 0 && count <= MOST);
    for (int f = 0; f < count; f++)
        for (int i = 0; i < COUNT; i++)
            for (int j = 0; j < COUNT; j++) {
                double one = hp_features_nonlocal(&of.features, index[f], 0, 1, r[i], r[j]);
                assert_true(U[0][(f * COUNT + i) * COUNT + j] == U[1][(f * COUNT + j) * COUNT + i]);
                assert_true(one == hp_features_nonlocal(&of.features, index[f], 1, 0, r[j], r[i]));
                /* products in another order */
                assert_close(U[0][(f * COUNT + i) * COUNT + j], one, 1e-14, 1e-300);
            }
    tear_down(&of);
}

static void joint_exchange_is_exact(void **state) {
    (void)state;
    check_symmetry(channels(0));
    check_symmetry(channels(1));
    check_symmetry(triplet());
}

/* Between l and l' elements rise like r^|l - l'|, and a side of l like r^l: halving r divides them
 * by 2 to that power, up to (r/b_0)^2 = 1e-4. */
static void elements_rise_from_the_origin(void **state) {
    (void)state;
    fixture of;
    double r = 1e-3;
    set_up(&of, triplet());
    assert_close(hp_features_local(&of.features, 2, 0, 1, r) /
                     hp_features_local(&of.features, 2, 0, 1, r / 2.0),
                 4.0, 1e-3, 0.0);
    for (int f = of.features.nlocal; f < of.features.n; f++) {
        if (hp_features_weight(&of.features, f, 1, 0) == 0.0) continue;
        double one = hp_features_nonlocal(&of.features, f, 1, 0, r, 0.5);
        double half = hp_features_nonlocal(&of.features, f, 1, 0, r / 2.0, 0.5);
        assert_close(one / half, 4.0, 0.05, 0.0); /* and (1 + r r'/beta^2 ...) */
        assert_true(fabs(hp_features_nonlocal(&of.features, f, 1, 0, 0.5, 1e-9)) > 0.0);
    }
    tear_down(&of);
}

/* K_beta of l = 2 is the integral of the Gaussian of |r - r'| with P_2, by Simpson's rule in cos
 * theta: exp(-(r-r')^2/beta^2) i_2(z) e^-z has 2 l + 1 of no other normalisation. */
static void band_of_l_is_a_partial_wave(void **state) {
    (void)state;
    enum { STEPS = 2000 };
    fixture of;
    double r = 0.7, rp = 0.9, beta = 0.3, sum = 0.0;
    hp_feature_space space = {.ncomponent = 1, .l = {2}, .noperator = 1, .element[0][0][0] = 1.0};
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_features_create(&OPTIONS, &space, 1.0, &of.features, &err), &err);
    for (int i = 0; i <= STEPS; i++) {
        double x = -1.0 + 2.0 * i / STEPS, part = i == 0 || i == STEPS ? 1.0 : 2.0 + 2.0 * (i % 2);
        double square = r * r + rp * rp - 2.0 * r * rp * x;
        sum += part * 0.5 * (3.0 * x * x - 1.0) * exp(-square / (beta * beta)) / (3.0 * STEPS);
    }
    sum *= exp(-(r * r + rp * rp) / (2.0 * 0.25)) / (pow(M_PI, 1.5) * beta * beta * beta);
    for (int f = 0; f < of.features.n; f++)
        if (of.features.feature[f].group == HP_GROUP_BAND && of.features.feature[f].b == 0.5)
            assert_close(hp_features_nonlocal(&of.features, f, 0, 0, r, rp), sum, 1e-9, 0.0);
    hp_features_destroy(&of.features);
}

/* S of a matrix of deep cores: each owner has 0.3 of what its Gaussian sees beyond the limit; of a
 * local matrix that is constant within the radii that is its depth. */
static void cores_come_from_the_matrix(void **state) {
    (void)state;
    static const double depth[2][2] = {{7.0, -3.0}, {-3.0, 0.5}};
    fixture of;
    hp_error err = HP_ERROR_INIT;
    set_up(&of, channels(0));
    for (int i = 0; i < ROWS * N; i++) {
        int c = i % N / RADII, other = i - c * RADII + (1 - c) * RADII;
        of.S[i] = depth[c][c] * of.R[i] + depth[c][1 - c] * of.R[other];
    }
    const hp_core_data data = {{N, of.r, of.weight}, of.fitted, ROWS, of.R, of.S, 1.0};
    assert_ok(hp_features_take_core(&of.features, &data, &err), &err);
    for (int f = 0; f < of.features.nlocal; f++) {
        const hp_feature_owner *owner = &of.features.owner[of.features.feature[f].owner];
        double beyond = fmax(0.0, fabs(depth[owner->first][owner->second]) - 1.0);
        assert_close(of.features.feature[f].core, 0.3 * beyond, 1e-9, 1e-9);
    }
    tear_down(&of);
}

/* One source and a second component that is not there: only what acts on the first is known. */
static void unseen_cores_are_none(void **state) {
    (void)state;
    fixture of;
    hp_error err = HP_ERROR_INIT;
    set_up(&of, channels(0));
    for (int i = 0; i < N; i++) {
        if (i >= RADII) of.R[i] *= 1e-3;
        of.S[i] = i < RADII ? 7.0 * of.R[i] : 100.0 * of.R[i];
    }
    const hp_core_data data = {{N, of.r, of.weight}, of.fitted, 1, of.R, of.S, 1.0};
    assert_ok(hp_features_take_core(&of.features, &data, &err), &err);
    assert_close(of.features.feature[0].core, 1.8, 1e-2, 0.0);
    assert_close(of.features.feature[4].core, 0.0, 0.0, 0.0); /* V_22 */
    tear_down(&of);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(elements_act_where_they_are),
                                       cmocka_unit_test(operators_act_in_both),
                                       cmocka_unit_test(joint_exchange_is_exact),
                                       cmocka_unit_test(elements_rise_from_the_origin),
                                       cmocka_unit_test(band_of_l_is_a_partial_wave),
                                       cmocka_unit_test(cores_come_from_the_matrix),
                                       cmocka_unit_test(unseen_cores_are_none)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
