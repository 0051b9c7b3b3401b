// SPDX-License-Identifier: GPL-3.0-or-later
/* The leading-order matrix of potentials: the printed closure of two coupled pairs, wrong factors
 * Z, several sources, nearly dependent sources, the tensor force, other bases. */
#include <math.h>
#include <string.h>
#include "coupled_closure.h"
#include "hadpot/leading_matrix.h"
#include "support.h"

enum { N = CLOSURE_POINTS };

/* (source, component, radius) of R~ and S~ at one time. */
typedef struct waves {
    coupled_closure closure;
    double R[2][2][N], S[2][2][N];
    hp_leading_columns columns;
} waves;

/* f_a/f_0 = exp(-(th_a - th_0) t) sqrt(Z_a/Z_0), with these Z. */
static double factor(const coupled_closure *closure, int a, double t, const double Z[2]) {
    return exp(-(closure->threshold[a] - closure->threshold[0]) * t) * sqrt(Z[a] / Z[0]);
}

/* exact: k^2 of each state; else formula (2) with exact time derivatives. */
static void fill_waves(waves *w, double t, bool exact, const double Z[2]) {
    const coupled_closure *c = &w->closure;
    w->columns = (hp_leading_columns){2, N, 2, 1, &w->R[0][0][0], &w->S[0][0][0]};
    for (int b = 0; b < 2; b++)
        for (int a = 0; a < 2; a++) {
            double delta = (c->mass[a][0] - c->mass[a][1]) / c->threshold[a], f;
            f = factor(c, a, t, Z);
            for (int i = 0; i < N; i++) {
                w->R[b][a][i] = f * coupled_closure_wave(c, a, b, t, i, 0);
                w->S[b][a][i] =
                    f * (exact ? coupled_closure_source(c, a, b, t, i)
                               : coupled_closure_laplacian(c, a, b, t, i) / (2.0 * c->mu[a]) +
                                     coupled_closure_wave(c, a, b, t, i, 1) +
                                     (1.0 + 3.0 * delta * delta) / (8.0 * c->mu[a]) *
                                         coupled_closure_wave(c, a, b, t, i, 2));
            }
        }
}

static void solve(const waves *w, int i, double V[4]) {
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_leading_solve(&w->columns, 0, i, V, NULL, &err), &err);
}

/* Largest errors of V at r < 8. */
static void find_errors(const waves *w, double error[4]) {
    memset(error, 0, 4 * sizeof *error);
    for (int i = 0; w->closure.r[i] < 8.0; i++) {
        double V[4];
        solve(w, i, V);
        for (int k = 0; k < 4; k++)
            error[k] =
                fmax(error[k],
                     fabs(V[k] - coupled_closure_V(&w->closure, k / 2, k % 2, w->closure.r[i])));
    }
}

static void the_printed_closure_comes_out(void **state) {
    (void)state;
    static const double W[6] = {1.06098755359810, 1.09339623057883, 1.12981869829995,
                                1.14556455529194, 1.15974314433794, 1.20727743118150};
    static const double R[2][2] = {{0.023548520096, -0.000893284777},
                                   {-0.005635129327, -0.008136378018}}; /* [a][b] */
    static const double V[3] = {-0.0641180388, 0.0432853374, -0.1190782582};
    static const double formula[4] = {8.4e-7, 9.1e-6, 1.9e-7, 1.5e-6};
    static waves w;
    double error[4], asymmetry = 0.0;
    coupled_closure_create(&w.closure, CLOSURE_V22, false, 6);
    for (int n = 0; n < 6; n++) /* eigenvalues of a matrix of
        norm 15 have rounding of some 1e-15 times that */
        assert_close(w.closure.W[n], W[n], 0, 3e-14);
    for (int a = 0; a < 2; a++)
        for (int b = 0; b < 2; b++) /* 12 digits behind the point are printed */
            assert_close(coupled_closure_wave(&w.closure, a, b, 10.0, 3, 0), R[a][b], 0, 6e-13);
    for (int k = 0; k < 3; k++)
        assert_close(coupled_closure_V(&w.closure, k / 2, (k + 1) / 2, 2.0), V[k], 0, 6e-11);
    fill_waves(&w, 10.0, true, w.closure.Z);
    find_errors(&w, error);
    for (int i = 0; w.closure.r[i] < 8.0; i++) {
        double found[4];
        solve(&w, i, found);
        asymmetry = fmax(asymmetry, fabs(found[1] - found[2]));
    }
    print_message("exact k^2: errors %.2g %.2g %.2g %.2g, asymmetry %.2g\n", error[0], error[1],
                  error[2], error[3], asymmetry);
    for (int k = 0; k < 4; k++) assert_true(error[k] < 1e-12); /* what the algebra must reach */
    fill_waves(&w, 10.0, false, w.closure.Z);
    find_errors(&w, error);
    print_message("formula: errors %.3g %.3g %.3g %.3g\n", error[0], error[1], error[2], error[3]);
    for (int k = 0; k < 4; k++) /* two digits are printed */
        assert_close(error[k], formula[k], 0, 0.05 * pow(10.0, floor(log10(formula[k]))) * 1.01);
}

/* V12/V21 = Z_2/Z_1 = 1.625 where both are taken for 1. */
static void wrong_factors_make_v_asymmetric(void **state) {
    (void)state;
    static waves w;
    static const double one[2] = {1.0, 1.0};
    coupled_closure_create(&w.closure, CLOSURE_V22, false, 6);
    fill_waves(&w, 10.0, true, one);
    for (int i = 0; w.closure.r[i] < 8.0; i++) {
        double V[4];
        solve(&w, i, V);
        assert_close(V[1] / V[2], 1.625, 1e-9, 0); /* errors of V of 1e-13 over 0.06 e^{-4.6} */
    }
}

/* The test of hermiticity that needs no inverse holds for the non-local truth too, where V = S R^-1
 * is nothing: <S_b,R_c> = <S_c,R_b> to rounding, and not with wrong Z. */
static void overlaps_are_symmetric_for_non_local_potentials(void **state) {
    (void)state;
    static waves w;
    static const double one[2] = {1.0, 1.0};
    double quadrature[N], V[4];
    coupled_closure_create(&w.closure, CLOSURE_V22, true, 7);
    for (int i = 0; i < N; i++) quadrature[i] = w.closure.r[i] * w.closure.r[i];
    fill_waves(&w, 10.0, true, w.closure.Z);
    double size = fabs(hp_leading_overlap(&w.columns, quadrature, 0, 0)) +
                  fabs(hp_leading_overlap(&w.columns, quadrature, 1, 1));
    double b = hp_leading_overlap(&w.columns, quadrature, 0, 1);
    double c = hp_leading_overlap(&w.columns, quadrature, 1, 0);
    assert_close(b, c, 0, 1e-11 * size); /* residuals of eigenvectors, 1e-13 of S */
    solve(&w, 3, V);
    assert_true(fabs(V[1] - V[2]) > 1e-3); /* a local V that is not there */
    fill_waves(&w, 10.0, true, one);
    b = hp_leading_overlap(&w.columns, quadrature, 0, 1);
    c = hp_leading_overlap(&w.columns, quadrature, 1, 0);
    assert_true(fabs(b - c) > 1e-3 * size);
}

/* Residual of the equation with V and U of the non-local truth, of two sources at three times,
 * without and with the resonance. */
static void the_non_local_truth_has_no_residual(void **state) {
    (void)state;
    static waves w;
    static const double time[3] = {8.0, 10.0, 12.0};
    double worst = 0.0;
    for (int k = 0; k < 6; k++) {
        if (k % 3 == 0)
            coupled_closure_create(&w.closure, k == 0 ? CLOSURE_V22 : CLOSURE_V22_RESONANCE, true,
                                   7);
        fill_waves(&w, time[k % 3], true, w.closure.Z);
        for (int b = 0; b < 2; b++)
            for (int a = 0; a < 2; a++) {
                for (int i = 0; i < N; i++) {
                    double P = 0.0, r = w.closure.r[i];
                    for (int d = 0; d < 2; d++) {
                        P += coupled_closure_V(&w.closure, a, d, r) * w.R[b][d][i];
                        for (int j = 0; j < N; j++) {
                            double rp = w.closure.r[j];
                            P += 4.0 * M_PI * rp * rp * 0.5 *
                                 coupled_closure_U(&w.closure, a, d, r, rp) * w.R[b][d][j];
                        }
                    }
                    worst = fmax(worst, fabs(w.S[b][a][i] - P));
                }
            }
    }
    print_message("largest residual with the truth: %.2g\n", worst);
    /* Printed is 1.4e-15 to 3.2e-15 with different kernels of OpenBLAS: eigenvectors have errors of
     * some 1e-16 times kinetic energies of up to 15. */
    assert_true(worst < 1e-14);
}

/* Three components, four sources and a local V that is not symmetric: least squares find it. */
static void more_sources_than_components_are_least_squares(void **state) {
    (void)state;
    enum { C = 3, SOURCES = 4, TIMES = 2 };
    static const double V[9] = {1.3, -0.4, 0.2, 0.5, -0.9, 0.7, -0.1, 0.3, 2.1};
    double R[SOURCES * TIMES * C], S[SOURCES * TIMES * C], found[9], det;
    hp_error err = HP_ERROR_INIT;
    for (int k = 0; k < SOURCES * TIMES * C; k++) R[k] = sin(1.7 * k * k + 0.3);
    for (int k = 0; k < SOURCES * TIMES * C; k++) {
        S[k] = 0.0;
        for (int d = 0; d < C; d++) S[k] += V[k % C * C + d] * R[k / C * C + d];
    }
    hp_leading_columns columns = {C, 1, SOURCES, TIMES, R, S};
    assert_int_equal(hp_leading_count_sets(&columns), TIMES);
    for (int t = 0; t < TIMES; t++) {
        assert_ok(hp_leading_solve(&columns, t, 0, found, &det, &err), &err);
        for (int k = 0; k < 9; k++)
            assert_close(found[k], V[k], 0, 1e-13); /* condition below 100 */
        assert_true(det > 0.0 && det < 1.0);
    }
    columns.nsource = 2; /* with both times four columns */
    assert_int_equal(hp_leading_count_sets(&columns), 1);
    assert_ok(hp_leading_solve(&columns, 0, 0, found, &det, &err), &err);
    for (int k = 0; k < 9; k++) assert_close(found[k], V[k], 0, 1e-13);
    columns.nsource = 1;
    assert_int_equal(hp_leading_count_sets(&columns), 0);
}

/* det of columns of length 1 by hand: cos and sin of angles. */
static void determinants_are_those_of_unit_columns(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    double V[4], det;
    static const double angle[] = {0.3, 1e-6, -0.8, 0.0};
    for (int k = 0; k < 4; k++) {
        const double R[] = {2.0, 0.0, 3.0 * cos(angle[k]), 3.0 * sin(angle[k])};
        const double S[] = {1.0, 0.5, -2.0, 0.25};
        const hp_leading_columns columns = {2, 1, 2, 1, R, S};
        assert_ok(hp_leading_solve(&columns, 0, 0, V, &det, &err), &err);
        assert_close(det, sin(angle[k]), 1e-9, 1e-16); /* cos of 1e-6 has rounding of 1e-16/1e-6 */
        assert_int_equal(isnan(V[0]) && isnan(V[3]), angle[k] == 0.0);
    }
    const double R[] = {1.0, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0, -1.0}, S[8] = {1.0};
    const hp_leading_columns frame = {2, 1, 4, 1, R, S};
    assert_ok(hp_leading_solve(&frame, 0, 0, V, &det, &err), &err);
    assert_close(det, 1.0, 1e-14, 0); /* the most that four columns can have */
    const double zero[4] = {0.0};
    const hp_leading_columns nothing = {2, 1, 2, 1, zero, zero};
    assert_ok(hp_leading_solve(&nothing, 0, 0, V, &det, &err), &err);
    assert_true(isnan(V[0]) && det == 0.0);
}

/* V_C = 0.7, V_T = -0.3 of one source and of two; without a D wave V_C alone; V_LS is a residual.
 */
static void tensor_force_of_one_source_and_of_two(void **state) {
    (void)state;
    const double vc = 0.7, vt = -0.3, root8 = sqrt(8.0);
    double R[] = {1.3, -0.2, 0.4, 0.9}, S[4];
    for (int c = 0; c < 2; c++) {
        S[2 * c] = vc * R[2 * c] + root8 * vt * R[2 * c + 1];
        S[2 * c + 1] = root8 * vt * R[2 * c] + (vc - 2.0 * vt) * R[2 * c + 1];
    }
    for (int n = 1; n <= 2; n++) {
        const hp_leading_columns columns = {2, 1, n, 1, R, S};
        hp_tensor_potential found = hp_leading_tensor(&columns, 0, 0);
        assert_close(found.vc, vc, 1e-14, 0);
        assert_close(found.vt, vt, 1e-14, 0);
        assert_close(found.veff, S[0] / R[0], 1e-15, 0);
        assert_close(found.residual, 0, 0, 1e-14);
    }
    S[1] -= 0.6 * R[1]; /* -3 V_LS of V_LS = 0.2 */
    S[3] -= 0.6 * R[3];
    const hp_leading_columns with_ls = {2, 1, 2, 1, R, S};
    assert_true(hp_leading_tensor(&with_ls, 0, 0).residual > 0.05);
    const double R0[] = {2.0, 0.0}, S0[] = {0.5, 0.0};
    const hp_leading_columns origin = {2, 1, 1, 1, R0, S0};
    hp_tensor_potential found = hp_leading_tensor(&origin, 0, 0);
    assert_close(found.vc, 0.25, 1e-15, 0);
    assert_close(found.vt, 0.0, 0, 0);
}

static void cosines_are_those_of_s_and_r(void **state) {
    (void)state;
    const double R[] = {1.0, 2.0, -1.0, 0.5}, S[] = {0.5, -1.0, 2.0, 1.0}, q[] = {1.0, 3.0};
    const hp_leading_columns columns = {2, 2, 1, 1, R, S};
    /* <S,R> = .5 - 6 - 2 + 1.5, |R|^2 = 1 + 12 + 1 + .75, |S|^2 = .25 + 3 + 4 + 3 */
    assert_close(hp_leading_cosine(&columns, q, 0), -6.0 / sqrt(14.75 * 10.25), 1e-15, 0);
}

/* SU(3): a rotation by 30 degrees there and back; matrices that are none are refused. */
static void other_bases_are_orthogonal(void **state) {
    (void)state;
    const double c = sqrt(0.75), O[] = {c, 0.5, -0.5, c}, back[] = {c, -0.5, 0.5, c};
    double V[] = {1.0, 0.3, 0.3, -2.0};
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_leading_check_basis(O, 2, "channels.flavour_basis", &err), &err);
    hp_leading_rotate(O, 2, V);
    /* c^2 + 2 .5 c .3 - 2/4; trace 1 - 2 */
    assert_close(V[0], 0.75 + 0.3 * c - 0.5, 1e-15, 0);
    assert_close(V[0] + V[3], -1.0, 1e-15, 0);
    assert_close(V[1], V[2], 0, 5e-16);
    hp_leading_rotate(back, 2, V);
    assert_close(V[1], 0.3, 1e-14, 0);
    assert_close(V[3], -2.0, 1e-15, 0);
    const double rounded[] = {0.8660254, 0.5, -0.5, 0.8660254}, wrong[] = {c, 0.5, 0.5, c};
    assert_ok(hp_leading_check_basis(rounded, 2, "channels.flavour_basis", &err), &err);
    assert_status(hp_leading_check_basis(wrong, 2, "channels.flavour_basis", &err), HP_ERR_INPUT,
                  &err);
    assert_contains(err.message, "channels.flavour_basis must be an orthogonal matrix");
    assert_contains(err.message, "rows 1 and 2 have the product 0.866025404, expected 0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_printed_closure_comes_out),
        cmocka_unit_test(wrong_factors_make_v_asymmetric),
        cmocka_unit_test(overlaps_are_symmetric_for_non_local_potentials),
        cmocka_unit_test(the_non_local_truth_has_no_residual),
        cmocka_unit_test(more_sources_than_components_are_least_squares),
        cmocka_unit_test(determinants_are_those_of_unit_columns),
        cmocka_unit_test(tensor_force_of_one_source_and_of_two),
        cmocka_unit_test(cosines_are_those_of_s_and_r),
        cmocka_unit_test(other_bases_are_orthogonal),
    };
    return cmocka_run_group_tests_name("analysis/leading_matrix", tests, NULL, NULL);
}
