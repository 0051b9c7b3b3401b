// SPDX-License-Identifier: GPL-3.0-or-later
/* The solver of coupled components itself: symmetries, orders of convergence, limits, thresholds,
 * and what is refused. */
#include "coupled_case.h"
#include "hadpot/smatrix.h"

#include <stdio.h>
#include <stdlib.h>

/* Four components of two pairs, S and D waves, local and non-local; all couplings vanish at r = 0
 * as their waves ask for, so that solutions are smooth. */
enum { FOUR = 4 };
static const int wave_l[FOUR] = {0, 2, 0, 2}, wave_pair[FOUR] = {0, 0, 1, 1};
static const double depth[FOUR][FOUR] = {
    {-2.1, 0.9, -0.7, 0.3}, {0.9, -1.2, 0.4, -0.6}, {-0.7, 0.4, -3.3, 1.1}, {0.3, -0.6, 1.1, -0.8}};

typedef struct order {
    int N, place[FOUR]; /* which of the four stands where */
} order;

static int distance(int c, int d) {
    return abs(wave_l[c] - wave_l[d]);
}

static void four_at(double r, double *w, void *context) {
    const order *of = context;
    for (int i = 0; i < of->N; i++)
        for (int j = 0; j < of->N; j++) {
            int c = of->place[i], d = of->place[j];
            w[i * of->N + j] = depth[c][d] * gsl_pow_int(r, distance(c, d)) * exp(-r * r);
        }
}

static double form_factor(int c, double r) {
    return gsl_pow_int(r, wave_l[c] + 1) * exp(-(1.2 + 0.1 * c) * r * r);
}

static coupled_case open_four(const order *of, int panels, int nodes, bool kernel) {
    hp_channels channels = {.npair = 2, .ncomponent = of->N};
    channels.pair[0] = hp_pair_of_reduced_mass(0.5);
    channels.pair[1] = hp_pair_of_reduced_mass(0.8);
    channels.threshold[1] = 1.5;
    for (int i = 0; i < of->N; i++)
        channels.component[i] =
            (hp_component){.pair = wave_pair[of->place[i]], .l = wave_l[of->place[i]]};
    coupled_case c = case_open(&channels, 6.0, panels, nodes);
    int n = c.grid.n, size = of->N * n;
    for (int i = 0; i < size; i++)
        for (int j = 0; j < size; j++) {
            int a = of->place[i / n], b = of->place[j / n];
            c.kernel[i * size + j] =
                -3.0 * depth[a][b] *
                (form_factor(a, c.grid.r[i % n]) * form_factor(b, c.grid.r[j % n]));
        }
    case_set(&c, four_at, (void *)(uintptr_t)of, kernel);
    return c;
}

static const order straight = {FOUR, {0, 1, 2, 3}};

/* S S^+ = 1 and S = S^T, below and above the second threshold. */
static void s_is_unitary_and_symmetric(void **state) {
    (void)state;
    coupled_case c = open_four(&straight, 6, 12, true);
    double worst = 0.0;
    for (double E = 0.05; E < 12.0; E += 0.73) {
        double complex S[FOUR * FOUR];
        hp_tmatrix T = case_solve(&c, E);
        case_s(&c, E, S);
        for (int a = 0; a < T.nopen; a++)
            for (int b = 0; b < T.nopen; b++) {
                double complex product = a == b ? -1.0 : 0.0;
                for (int d = 0; d < T.nopen; d++)
                    product += S[a * T.nopen + d] * conj(S[b * T.nopen + d]);
                double apart = cabs(S[a * T.nopen + b] - S[b * T.nopen + a]);
                worst = fmax(worst, fmax(cabs(product), apart));
                assert_close(cabs(product), 0.0, 0.0, 1e-12);
                assert_close(apart, 0.0, 0.0, 1e-12);
            }
    }
    printf("S S^+ - 1 and S - S^T: at most %.1e\n", worst);
    case_close(&c);
}

/* Another order of components gives the same numbers in that order. */
static void permuted_components_give_permuted_s(void **state) {
    (void)state;
    static const order mixed = {FOUR, {2, 1, 3, 0}};
    coupled_case c = open_four(&straight, 6, 12, true), d = open_four(&mixed, 6, 12, true);
    double worst = 0.0;
    for (double E = 0.2; E < 9.0; E += 1.1) {
        double complex S[FOUR * FOUR], P[FOUR * FOUR];
        hp_tmatrix T = case_solve(&c, E), U = case_solve(&d, E);
        case_s(&c, E, S);
        case_s(&d, E, P);
        assert_int_equal(T.nopen, U.nopen);
        for (int i = 0; i < U.nopen; i++)
            for (int j = 0; j < U.nopen; j++) {
                int a = 0, b = 0;
                while (T.open[a] != mixed.place[U.open[i]]) a++;
                while (T.open[b] != mixed.place[U.open[j]]) b++;
                double apart = cabs(P[i * U.nopen + j] - S[a * T.nopen + b]);
                worst = fmax(worst, apart);
                assert_close(apart, 0.0, 0.0, 1e-12); /* rounding, other pivots */
            }
    }
    printf("permuted components: at most %.1e\n", worst);
    case_close(&c);
    case_close(&d);
}

/* Components that do not couple are those of their own. */
static void uncoupled_components_are_alone(void **state) {
    (void)state;
    static const order two = {2, {0, 3}};
    coupled_case c = open_four(&two, 12, 16, true);
    int n = c.grid.n;
    for (int i = 0; i < n; i++) {
        c.local[n + i] = c.local[2 * n + i] = 0.0;
        for (int j = 0; j < n; j++)
            c.kernel[i * 2 * n + n + j] = c.kernel[(n + i) * 2 * n + j] = 0.0;
    }
    hp_matrix_interaction both = {.ncomponent = 2, .kernel = c.kernel, .local = c.local};
    assert_ok(hp_coupled_set(c.solver, &c.channels, &both, &c.err), &c.err);
    for (int one = 0; one < 2; one++) {
        order single = {1, {two.place[one]}};
        coupled_case alone = open_four(&single, 12, 16, true);
        /* E is counted from the lowest pair, which the second one does not have */
        double shift = one == 1 ? 1.5 : 0.0;
        if (one == 1) {
            double a0, r_eff;
            hp_tmatrix none = {.energy = 0.0, .nopen = 0};
            hp_phases phases;
            assert_status(hp_coupled_threshold(alone.solver, &a0, &r_eff, &alone.err),
                          HP_ERR_NUMERIC, &alone.err);
            hp_error_clear(&alone.err);
            assert_status(hp_phases_of_t(&alone.channels, &none, &phases, &alone.err),
                          HP_ERR_NUMERIC, &alone.err);
            hp_error_clear(&alone.err);
            alone.channels.threshold[0] = 1.5;
            alone.channels.threshold[1] = 0.0;
            hp_matrix_interaction own = {
                .ncomponent = 1, .kernel = alone.kernel, .local = alone.local};
            assert_ok(hp_coupled_set(alone.solver, &alone.channels, &own, &alone.err), &alone.err);
        }
        for (double E = 1.7; E < 6.0; E += 0.9) {
            hp_tmatrix T = case_solve(&c, E), U = case_solve(&alone, E - (one == 1 ? shift : 0.0));
            assert_close(T.T[3 * one], U.T[0], 1e-12, 1e-15);
            assert_close(T.T[1], 0.0, 0.0, 1e-16);
        }
        case_close(&alone);
    }
    case_close(&c);
}

enum { ENERGIES = 4 };

static void t_of_grid(int panels, int nodes, double T[ENERGIES][FOUR * FOUR]) {
    static const order three = {3, {0, 1, 2}}; /* S and D wave, a closed S wave */
    coupled_case c = open_four(&three, panels, nodes, true);
    for (int i = 0; i < ENERGIES; i++) {
        hp_tmatrix found = case_solve(&c, 0.4 + 0.7 * i);
        memset(T[i], 0, sizeof T[i]);
        memcpy(T[i], found.T, (size_t)(found.nopen * found.nopen) * sizeof *T[i]);
    }
    case_close(&c);
}

/* The error of T falls like h^(2 order) for coupled S and D waves, open and closed. */
static void error_falls_with_twice_the_order(void **state) {
    (void)state;
    double exact[ENERGIES][FOUR * FOUR], T[ENERGIES][FOUR * FOUR];
    t_of_grid(12, 16, exact);
    for (int p = 2; p <= 4; p++) {
        double error[2] = {0.0, 0.0};
        for (int half = 0; half < 2; half++) {
            t_of_grid(16 << half, p, T);
            for (int i = 0; i < ENERGIES; i++)
                for (int j = 0; j < FOUR * FOUR; j++)
                    error[half] = fmax(error[half], fabs(T[i][j] - exact[i][j]));
        }
        double found = log2(error[0] / error[1]);
        printf("p = %d: errors %.1e, %.1e, order %.2f\n", p, error[0], error[1], found);
        assert_true(found > 2.0 * p - 0.2); /* the next term of the error */
    }
}

static void one_pair_at(double r, double *w, void *context) {
    const double *v = context;
    double shape = exp(-r * r);
    w[0] = v[0] * shape;
    w[1] = w[2] = v[1] * shape * pow(r, v[3]);
    w[3] = v[2] * shape;
}

/* A component so far below its threshold that exp(-kappa r) falls by e^300 and more: T goes over
 * into that of a local potential W11 - W12^2/kappa^2. */
static void far_closed_components_work(void **state) {
    (void)state;
    static const double two_mu[2] = {1.0, 1.0}, v[4] = {-1.3, -40.0, 3.0, 0.0};
    int l = 0;
    hp_channels single = case_waves(1, &l);
    coupled_case one = case_open(&single, 7.0, 7, 16);
    for (double gap = 2e3; gap < 3e12; gap *= 1e3) {
        double threshold[2] = {0.0, gap}, kappa = sqrt(gap - 0.7);
        hp_channels channels = case_channels(2, two_mu, threshold);
        coupled_case c = case_open(&channels, 7.0, 7, 16);
        case_set(&c, one_pair_at, (void *)(uintptr_t)v, false);
        for (int i = 0; i < one.grid.n; i++) {
            double shape = exp(-one.grid.r[i] * one.grid.r[i]);
            one.local[i] = v[0] * shape - gsl_pow_2(v[1] * shape / kappa);
        }
        hp_matrix_interaction local = {.ncomponent = 1, .local = one.local};
        assert_ok(hp_coupled_set(one.solver, &one.channels, &local, &one.err), &one.err);
        double T = case_solve(&c, 0.7).T[0], expected = case_solve(&one, 0.7).T[0];
        printf("kappa R = %.3g: T = %.12f, expected %.12f\n", 7.0 * kappa, T, expected);
        /* the next order is W12^2/kappa^4 times W and derivatives: 5 v^2/gap^2, for T of size 1 */
        assert_close(T, expected, 0.0, 20.0 * v[1] * v[1] / (gap * gap) + 1e-13);
        double complex phase;
        double size;
        assert_ok(hp_coupled_determinant(c.solver, 0.7, 0, &phase, &size, &c.err), &c.err);
        assert_true(isfinite(size));
        case_close(&c);
    }
    case_close(&one);
}

/* arg D = arg det(1 - iK), and pi more where T.sign is -1, for S and D waves. */
static void determinant_is_that_of_t(void **state) {
    (void)state;
    static const order s_and_d = {2, {0, 1}};
    coupled_case c = open_four(&s_and_d, 12, 16, true);
    for (double E = 0.2; E < 8.0; E += 0.9) {
        double complex phase;
        double K[4], size;
        hp_tmatrix T = case_solve(&c, E);
        assert_ok(hp_coupled_determinant(c.solver, E, 0, &phase, &size, &c.err), &c.err);
        case_k(&c, &T, K);
        double complex jost = (1.0 - I * K[0]) * (1.0 - I * K[3]) + K[1] * K[2];
        jost *= T.sign / cabs(jost);
        assert_close(cabs(phase - jost), 0.0, 0.0, 1e-12); /* rounding */
    }
    case_close(&c);
}

/* kappa times a panel of 1 is above a quarter of the order (the other Green function), of 0.31 not:
 * zeros of D, here virtual states, are the same. */
static void poles_next_to_far_closed_components(void **state) {
    (void)state;
    static const double two_mu[2] = {1.0, 1.0}, threshold[2] = {0.0, 150.0};
    for (int l = 0; l < 3; l++) {
        double v[4] = {-1.3, -9.0, 3.0, l};
        double complex found[2];
        hp_channels channels = case_channels(2, two_mu, threshold);
        channels.component[1].l = l;
        for (int i = 0; i < 2; i++) {
            coupled_case c = case_open(&channels, 4.0, i == 0 ? 4 : 13, 16);
            case_set(&c, one_pair_at, v, false);
            found[i] = case_pole(&c, CASE_LOWER_FIRST, -0.2);
            case_close(&c);
        }
        printf("l = %d: virtual state at E = %.12f and %.12f\n", l, creal(found[0]),
               creal(found[1]));
        assert_close(creal(found[0]), creal(found[1]), 1e-9, 0.0); /* of seven panels */
        assert_close(cimag(found[0]), 0.0, 0.0, 1e-14);
    }
}

/* Degenerate thresholds: both components open at once, T the same from either side. */
static void degenerate_thresholds_work(void **state) {
    (void)state;
    static const double two_mu[2] = {1.0, 1.7}, threshold[2] = {0.0, 0.0},
                        v[4] = {-1.0, 0.6, -2.0, 0.0};
    hp_channels channels = case_channels(2, two_mu, threshold);
    coupled_case c = case_open(&channels, 7.0, 14, 16);
    case_set(&c, one_pair_at, (void *)(uintptr_t)v, false);
    hp_tmatrix at = case_solve(&c, 0.0), near = case_solve(&c, 1e-9);
    assert_int_equal(at.nopen, 2);
    for (int i = 0; i < 4; i++) assert_close(near.T[i], at.T[i], 1e-7, 0.0); /* T'/T of 1e-9 */
    double a, r_eff;
    assert_ok(hp_coupled_threshold(c.solver, &a, &r_eff, &c.err), &c.err);
    assert_close(a, at.T[0], 0.0, 0.0);
    /* d(-1/T11)/dk^2 by a difference of fourth order in E = k^2 */
    double f[5], h = 1e-3;
    for (int i = 0; i < 5; i++) f[i] = -1.0 / case_solve(&c, h * i).T[0];
    double slope = (-25.0 * f[0] + 48.0 * f[1] - 36.0 * f[2] + 16.0 * f[3] - 3.0 * f[4]) / 12.0;
    assert_close(r_eff, 2.0 * slope / h, 1e-7, 0.0); /* rounding 1e-14/h */
    case_close(&c);
}

/* With closed components the derivative has theirs, too: S and D waves below a second pair. */
static void effective_range_with_closed_components(void **state) {
    (void)state;
    coupled_case c = open_four(&straight, 6, 12, true);
    double a, r_eff, f[5], h = 1e-3;
    assert_ok(hp_coupled_threshold(c.solver, &a, &r_eff, &c.err), &c.err);
    for (int i = 0; i < 5; i++) f[i] = -1.0 / case_solve(&c, h * i).T[0];
    double slope = (-25.0 * f[0] + 48.0 * f[1] - 36.0 * f[2] + 16.0 * f[3] - 3.0 * f[4]) / 12.0;
    printf("r_eff = %.10f, by differences %.10f\n", r_eff, 2.0 * slope / h);
    assert_close(r_eff, 2.0 * slope / h, 1e-8, 0.0);
    case_close(&c);
}

/* A second pair 0.05 above: its tail beyond the range counts. */
static void effective_range_next_to_another_threshold(void **state) {
    (void)state;
    static const double two_mu[2] = {1.0, 1.0}, threshold[2] = {0.0, 0.05};
    for (int l = 0; l < 3; l++) {
        double v[4] = {-1.0, -1.5, -0.5, l}, a, r_eff, f[5], h = 2e-4;
        hp_channels channels = case_channels(2, two_mu, threshold);
        channels.component[1].l = l;
        coupled_case c = case_open(&channels, 6.0, 6, 16);
        case_set(&c, one_pair_at, v, false);
        assert_ok(hp_coupled_threshold(c.solver, &a, &r_eff, &c.err), &c.err);
        for (int i = 0; i < 5; i++) f[i] = -1.0 / case_solve(&c, h * i).T[0];
        double slope = (-25.0 * f[0] + 48.0 * f[1] - 36.0 * f[2] + 16.0 * f[3] - 3.0 * f[4]) / 12.0;
        printf("l = %d: r_eff = %.10f, by differences %.10f\n", l, r_eff, 2.0 * slope / h);
        assert_close(r_eff, 2.0 * slope / h, 1e-8, 0.0); /* (h/0.05)^4 */
        case_close(&c);
    }
}

/* The D component has no interaction at all: T there is zero, the S wave is alone. */
static void empty_component_is_free(void **state) {
    (void)state;
    static const order s_and_d = {2, {0, 1}};
    coupled_case c = open_four(&s_and_d, 12, 16, false);
    for (int i = 0; i < c.grid.n; i++)
        for (int cd = 1; cd < 4; cd++) c.local[cd * c.grid.n + i] = 0.0;
    hp_matrix_interaction half = {.ncomponent = 2, .local = c.local};
    assert_ok(hp_coupled_set(c.solver, &c.channels, &half, &c.err), &c.err);
    hp_tmatrix T = case_solve(&c, 1.3);
    assert_true(fabs(T.T[0]) > 0.1);
    for (int i = 1; i < 4; i++) assert_close(T.T[i], 0.0, 0.0, 0.0);
    case_close(&c);
}

static void refuse_set(coupled_case *c, const hp_matrix_interaction *interaction, hp_status status,
                       const char *part) {
    assert_status(hp_coupled_set(c->solver, &c->channels, interaction, &c->err), status, &c->err);
    assert_contains(c->err.message, part);
    hp_error_clear(&c->err);
}

static void bad_interactions_are_refused(void **state) {
    (void)state;
    static const order two = {2, {0, 2}};
    coupled_case c = open_four(&two, 3, 4, true);
    int n = c.grid.n;
    hp_matrix_interaction of = {.ncomponent = 2, .kernel = c.kernel, .local = c.local};
    c.kernel[1] += 0.1;
    refuse_set(&c, &of, HP_ERR_INPUT, "must be symmetric");
    c.kernel[1] = NAN;
    refuse_set(&c, &of, HP_ERR_NUMERIC, "is nan");
    c.kernel[1] = c.kernel[2 * n];
    c.local[n] += 0.1;
    refuse_set(&c, &of, HP_ERR_INPUT, "local potential of coupled components must be symmetric");
    c.local[n] = INFINITY;
    refuse_set(&c, &of, HP_ERR_NUMERIC, "is inf");
    c.local[n] = c.local[2 * n];
    of.slope = c.local;
    refuse_set(&c, &of, HP_ERR_INPUT, "for one component");
    of.slope = NULL;
    of.ncomponent = 1;
    refuse_set(&c, &of, HP_ERR_INPUT, "a solver for 2 components");
    of.ncomponent = 2;
    c.channels.component[1].pair = 2;
    refuse_set(&c, &of, HP_ERR_INPUT, "belongs to pair 3");
    case_close(&c);
}

static void bad_energies_are_refused(void **state) {
    (void)state;
    static const order two = {2, {0, 2}};
    coupled_case c = open_four(&two, 3, 4, true);
    hp_tmatrix T;
    assert_status(hp_coupled_solve(c.solver, -0.1, &T, NULL, &c.err), HP_ERR_INPUT, &c.err);
    assert_contains(c.err.message, "above the lowest threshold");
    hp_error_clear(&c.err);
    assert_status(hp_coupled_solve(c.solver, 1e3, &T, NULL, &c.err), HP_ERR_INPUT, &c.err);
    assert_contains(c.err.message, "too high for a radial grid");
    hp_error_clear(&c.err);
    double complex phase, length;
    double size;
    /* waves that grow like exp(400) */
    assert_status(hp_coupled_determinant(c.solver, -4e3, 3, &phase, &size, &c.err), HP_ERR_NUMERIC,
                  &c.err);
    assert_contains(c.err.message, "grow too much");
    hp_error_clear(&c.err);
    assert_status(hp_coupled_threshold_of(c.solver, 2, &length, &c.err), HP_ERR_INPUT, &c.err);
    hp_error_clear(&c.err);
    hp_coupled *empty = NULL;
    assert_ok(hp_coupled_create(&c.grid, 2, &empty, &c.err), &c.err);
    assert_status(hp_coupled_solve(empty, 0.1, &T, NULL, &c.err), HP_ERR_INPUT, &c.err);
    assert_contains(c.err.message, "without an interaction");
    hp_error_clear(&c.err);
    hp_coupled_destroy(&empty);
    assert_status(hp_coupled_create(&c.grid, 9, &empty, &c.err), HP_ERR_INPUT, &c.err);
    assert_null(empty);
    case_close(&c);
}

static void solve_once(void) {
    static const order s_and_d = {2, {0, 1}};
    coupled_case c = open_four(&s_and_d, 2, 6, true);
    double complex phase, wave[24];
    double size;
    (void)case_solve(&c, 0.3);
    assert_ok(hp_coupled_determinant(c.solver, 0.3, 0, &phase, &size, &c.err), &c.err);
    assert_ok(hp_coupled_null_vector(c.solver, 0.3, 0, wave, NULL, &c.err), &c.err);
    case_close(&c);
}

static void no_memory_is_kept(void **state) {
    (void)state;
    assert_no_leak(solve_once);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(s_is_unitary_and_symmetric),
        cmocka_unit_test(permuted_components_give_permuted_s),
        cmocka_unit_test(uncoupled_components_are_alone),
        cmocka_unit_test(error_falls_with_twice_the_order),
        cmocka_unit_test(far_closed_components_work),
        cmocka_unit_test(determinant_is_that_of_t),
        cmocka_unit_test(poles_next_to_far_closed_components),
        cmocka_unit_test(degenerate_thresholds_work),
        cmocka_unit_test(effective_range_with_closed_components),
        cmocka_unit_test(effective_range_next_to_another_threshold),
        cmocka_unit_test(empty_component_is_free),
        cmocka_unit_test(bad_interactions_are_refused),
        cmocka_unit_test(bad_energies_are_refused),
        cmocka_unit_test(no_memory_is_kept),
    };
    return cmocka_run_group_tests_name("coupled components", tests, NULL, NULL);
}
