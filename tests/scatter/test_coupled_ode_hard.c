// SPDX-License-Identifier: GPL-3.0-or-later
/* The second solver of coupled channels where columns grow apart: closed components, barriers,
 * cores, several ranges; bound states; the sign of the determinant; bad input. */
#include "coupled_ode_case.h"

#include <gsl/gsl_errno.h>
#include "hadpot/ode.h"

/* sqrt(x) cot sqrt(x), and its continuation. */
static double root_cot(double x) {
    double root = sqrt(fabs(x));
    return x > 0.0 ? root / tan(root) : root / tanh(root);
}

/* W of two channels inside r < 1; parameters: W11, W12, W22. */
static void two_wells(double r, double *w, void *parameters) {
    const double *p = parameters;
    w[0] = r < 1.0 ? p[0] : 0.0;
    w[1] = w[2] = r < 1.0 ? p[1] : 0.0;
    w[3] = r < 1.0 ? p[2] : 0.0;
}

/* delta_1 in degrees with channel 2 closed: Y = f(k^2 - W) is the matrix of logarithmic
 * derivatives, u_2 = -Y_12 u_1/(Y_22 + kappa). */
static double closed_delta(const double *w, double k2, double kappa) {
    double a = k2 - w[0], c = -kappa * kappa - w[2], b = -w[1];
    double mean = 0.5 * (a + c), half = hypot(0.5 * (a - c), b), f_up = root_cot(mean + half),
           f_down = root_cot(mean - half);
    double cos2 = 0.5 * (a - c) / half, sin2 = b / half; /* of twice the mixing angle */
    double sum = 0.5 * (f_up + f_down), difference = 0.5 * (f_up - f_down);
    double Y11 = sum + difference * cos2, Y22 = sum - difference * cos2, Y12 = difference * sin2;
    double y = Y11 - Y12 * Y12 / (Y22 + kappa), k = sqrt(k2);
    return remainder((atan2(k, y) - k) * COUPLED_DEGREE, 180.0);
}

/* kappa R from 0.5 to 2000: more than exp(4000) between the growing and the decaying one. */
static void closed_components(void **state) {
    (void)state;
    static const double threshold[5] = {2.0, 40.0, 900.0, 3.24e4, 1e6};
    static const double edge[4] = {0.0, 0.5, 1.0, 2.0};
    double p[3] = {-3.1, -2.3, -5.7};
    for (int i = 0; i < 5; i++) {
        coupled_ode_case c = {.local = two_wells, .parameters = p};
        coupled_ode_case_pairs(&c, 2, (double[]){1.0, 1.0}, (double[]){0.0, threshold[i]});
        coupled_ode_case_open(&c, edge, 3, 12, 1e-13);
        coupled_ode_case_set(&c);
        double kappa = sqrt(threshold[i] - 1.7), exact = closed_delta(p, 1.7, kappa);
        double found = coupled_ode_case_delta(&c, 1.7);
        found += 180.0 * round((exact - found) / 180.0);
        /* tolerance times steps, some kappa R of them */
        coupled_ode_case_compare(found, exact, 0.0, 1e-11 + 1e-12 * kappa * 2.0, "kappa R = %g",
                                 2.0 * kappa);
        coupled_ode_case_report(&c);
        coupled_ode_case_close(&c);
    }
}

/* Parameters: height of a core of radius 1/2 in all components; wells beyond, l-dependent so that
 * couplings are r^|l-l'|; N, then l of each. */
static void core_and_well(double r, double *w, void *parameters) {
    const double *p = parameters;
    int n = (int)p[1];
    for (int c = 0; c < n; c++)
        for (int d = 0; d < n; d++) {
            double power = pow(r, fabs(p[2 + c] - p[2 + d]));
            w[c * n + d] = (c == d ? -6.0 : -1.3) * power * exp(-r * r);
            if (c == d && r < 0.5) w[c * n + d] += p[0];
        }
}

/* Ranges of 0.25 and 2.5 in one kernel, of components with l = 0 and 2. */
static double two_ranges(int c, double r, int d, double rp, const double *parameters) {
    double short_c = exp(-4.0 * r), short_d = exp(-4.0 * rp), long_c = exp(-0.4 * r * r / 2.5),
           long_d = exp(-0.4 * rp * rp / 2.5);
    double ends = (c == 0 ? r : r * r * r) * (d == 0 ? rp : rp * rp * rp);
    return ends * (-parameters[0] * short_c * short_d - 0.05 * long_c * long_d * exp(-r - rp) -
                   0.7 * (short_c * long_d + long_c * short_d) * exp(-0.5 * (r + rp)));
}

/* Largest |S_ab| difference to the other solver. */
static double difference(coupled_ode_case *c, double energy) {
    double complex S[16], other[16];
    double worst = 0.0;
    hp_coupled *nystroem = NULL;
    hp_tmatrix T, U;
    double *w = c->local != NULL ? coupled_ode_case_local_values(c) : NULL;
    double *K = c->kernel != NULL ? coupled_ode_case_kernel_values(c) : NULL;
    hp_matrix_interaction interaction = {
        .ncomponent = c->channels.ncomponent, .kernel = K, .local = w};
    assert_ok(hp_coupled_create(&c->grid, c->channels.ncomponent, &nystroem, &c->err), &c->err);
    assert_ok(hp_coupled_set(nystroem, &c->channels, &interaction, &c->err), &c->err);
    assert_ok(hp_coupled_solve(nystroem, energy, &U, NULL, &c->err), &c->err);
    coupled_ode_case_t(c, energy, 1.0, &T);
    coupled_ode_case_s(c, &T, S);
    coupled_ode_case_s(c, &U, other);
    for (int i = 0; i < T.nopen * T.nopen; i++) worst = fmax(worst, cabs(S[i] - other[i]));
    hp_coupled_destroy(&nystroem);
    hp_free(w);
    hp_free(K);
    return worst;
}

static const double graded[9] = {0.0, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 6.0, 8.0};

static void cores_and_barriers(void **state) {
    (void)state;
    /* height, N, l */
    static double cases[5][6] = {{0.0, 2, 0, 8},
                                 {440.0, 2, 0, 2},
                                 {5000.0, 2, 0, 2},
                                 {440.0, 3, 1, 4, 8},
                                 {5000.0, 4, 0, 2, 4, 6}};
    for (int i = 0; i < 5; i++) {
        coupled_ode_case c = {.local = core_and_well, .parameters = cases[i]};
        int l[4] = {(int)cases[i][2], (int)cases[i][3], (int)cases[i][4], (int)cases[i][5]};
        coupled_ode_case_waves(&c, (int)cases[i][1], l);
        coupled_ode_case_open(&c, graded, 8, 20, 1e-13);
        coupled_ode_case_set(&c);
        for (int e = 0; e < 3; e++) {
            double energy = 0.13 + 2.9 * e;
            coupled_ode_case_compare(difference(&c, energy), 0.0, 0.0, 1e-11,
                                     "core %g, N = %g, E = %g: S", cases[i][0], cases[i][1],
                                     energy);
        }
        coupled_ode_case_report(&c);
        coupled_ode_case_close(&c);
    }
}

static void kernels_of_several_ranges(void **state) {
    (void)state;
    coupled_ode_case c = {.kernel = two_ranges, .parameters = (double[]){900.0}};
    static const double edge[12] = {0.0, 0.125, 0.25, 0.5,  1.0,  2.0,
                                    4.0, 7.0,   10.0, 13.0, 16.0, 20.0};
    coupled_ode_case_waves(&c, 2, (int[]){0, 2});
    coupled_ode_case_open(&c, edge, 11, 20, 1e-13);
    coupled_ode_case_set(&c);
    for (int e = 0; e < 3; e++)
        coupled_ode_case_compare(difference(&c, 0.02 + 1.1 * e), 0.0, 0.0, 1e-11,
                                 "two ranges, E = %g: S", 0.02 + 1.1 * e);
    coupled_ode_case_report(&c);
    coupled_ode_case_close(&c);
}

static void gaussian(double r, double *w, void *parameters) {
    w[0] = -((const double *)parameters)[0] * exp(-r * r);
}

static void open_gaussian(coupled_ode_case *c, double *v, int l, double range, double beta) {
    *c = (coupled_ode_case){.local = gaussian, .parameters = v};
    coupled_ode_case_waves(c, 1, &l);
    c->channels.coulomb[0].strength = beta;
    coupled_ode_case_open_equal(c, range, (int)(2.0 * range), 16, 1e-13);
    coupled_ode_case_set(c);
}

static double kappa_between(coupled_ode_case *c, double low, double high) {
    double energy = NAN;
    assert_ok(hp_coupled_ode_bound_state(c->solver, -high * high, -low * low, &energy, &c->err),
              &c->err);
    return sqrt(-energy);
}

/* Spec 3, text on bound states: l = 1 and 2, 12 digits. */
static void bound_states_of_any_l(void **state) {
    (void)state;
    coupled_ode_case c;
    double v = 14.0;
    open_gaussian(&c, &v, 1, 7.0, 0.0);
    coupled_ode_case_compare(kappa_between(&c, 0.3, 1.0), .656444838341, 0.0, 6e-13,
                             "kappa, l = 1, v = 14");
    coupled_ode_case_close(&c);
    v = 30.0;
    open_gaussian(&c, &v, 2, 7.0, 0.0);
    coupled_ode_case_compare(kappa_between(&c, 0.3, 1.5), .936932642339, 0.0, 6e-13,
                             "kappa, l = 2, v = 30");
    coupled_ode_case_close(&c);
}

/* The tail of a charged state: an S wave as by the solver for one, others whatever the range. */
static void charged_bound_states(void **state) {
    (void)state;
    static const double beta[2] = {0.7, -0.4};
    double v = 22.0, kappa[2];
    for (int i = 0; i < 2; i++)
        for (int l = 0; l < 3; l++) {
            v = l == 2 ? 34.0 : 16.0;
            for (int far = 0; far < 2; far++) {
                coupled_ode_case c;
                open_gaussian(&c, &v, l, far ? 9.0 : 6.0, beta[i]);
                kappa[far] = kappa_between(&c, l == 0 ? 1.2 : 0.5, l == 0 ? 3.5 : 2.0);
                coupled_ode_case_close(&c);
            }
            coupled_ode_case_compare(kappa[1], kappa[0], 1e-12, 0.0,
                                     "beta = %g, l = %d: kappa, R = 9, 6", beta[i], l);
        }
}

static void local_gaussian(double r, double *w, double *s, void *context) {
    gaussian(r, w, context);
    *s = 0.0;
}

static void same_as_for_one_s_wave(void **state) {
    (void)state;
    double v = 16.0, kappa2, square;
    coupled_ode_case c;
    open_gaussian(&c, &v, 0, 7.0, 0.7);
    hp_ode *one = NULL;
    double *w = coupled_ode_case_local_values(&c);
    hp_interaction interaction = {
        .local = w, .local_at = local_gaussian, .context = &v, .coulomb = {0.7, 0.0}};
    assert_ok(hp_ode_create(&c.grid, 1e-13, &one, &c.err), &c.err);
    assert_ok(hp_ode_set_interaction(one, &interaction, &c.err), &c.err);
    assert_ok(hp_ode_bound_state(one, 1.4, 12.0, &kappa2, &square, &c.err), &c.err);
    coupled_ode_case_compare(kappa_between(&c, 1.2, 3.5), sqrt(kappa2), 1e-12, 0.0,
                             "kappa of a charged S wave");
    hp_ode_destroy(&one);
    hp_free(w);
    coupled_ode_case_close(&c);
}

/* (-1)^n at threshold with n bound states: a Gaussian binds one more with l = 0, 1, 2 between v =
 * 2.68, 12.1, 26.9 (about) and the next. */
static void sign_of_the_determinant(void **state) {
    (void)state;
    static const double v[3][2] = {{2.3, 10.0}, {10.0, 14.0}, {20.0, 30.0}};
    for (int l = 0; l < 3; l++)
        for (int bound = 0; bound < 2; bound++) {
            coupled_ode_case c;
            hp_tmatrix T;
            double depth = v[l][bound];
            open_gaussian(&c, &depth, l, 7.0, 0.0);
            coupled_ode_case_t(&c, 1e-6, 0.0, &T);
            assert_close(T.sign, bound ? -1.0 : 1.0, 0.0, 0.0);
            coupled_ode_case_close(&c);
        }
}

/* w + k^2 s of one component, interpolated, and the same potential at one energy. */
static void potential_that_depends_on_energy(void **state) {
    (void)state;
    coupled_ode_case c;
    double v = 3.0, k2 = 0.9, deeper = 3.0 + 0.9 * 0.4;
    hp_tmatrix T, U;
    open_gaussian(&c, &v, 1, 7.0, 0.0);
    double *w = coupled_ode_case_local_values(&c);
    double *s = coupled_ode_case_local_values(&c);
    for (int i = 0; i < c.grid.n; i++) s[i] *= 0.4 / 3.0;
    hp_matrix_interaction interaction = {.ncomponent = 1, .local = w, .slope = s};
    assert_ok(hp_coupled_ode_set(c.solver, &c.channels, &interaction, &c.err), &c.err);
    coupled_ode_case_t(&c, k2, 0.0, &T);
    coupled_ode_case_close(&c);
    open_gaussian(&c, &deeper, 1, 7.0, 0.0);
    coupled_ode_case_t(&c, k2, 0.0, &U);
    assert_close(T.T[0], U.T[0], 1e-11, 0.0); /* interpolation by 16 nodes, tolerance */
    coupled_ode_case_close(&c);
    hp_free(w);
    hp_free(s);
}

static void expect(hp_status found, hp_status expected, hp_error *err, const char *part) {
    assert_status(found, expected, err); /* messages name what is wrong */
    assert_contains(err->message, part);
    hp_error_clear(err);
}

static void bad_input(void **state) {
    (void)state;
    double p[3] = {-3.1, -2.3, -5.7}, energy, bad[4 * 24] = {0.0};
    coupled_ode_case c = {.local = two_wells, .parameters = p};
    hp_coupled_ode *none = NULL;
    hp_tmatrix T;
    coupled_ode_case_pairs(&c, 2, (double[]){1.0, 1.0}, (double[]){0.0, 3.0});
    coupled_ode_case_open_equal(&c, 1.0, 2, 12, 1e-12);
    hp_error *err = &c.err;
    expect(hp_coupled_ode_create(&c.grid, 2, 1.0, &none, err), HP_ERR_INPUT, err, "tolerance");
    expect(hp_coupled_ode_create(&c.grid, 9, 1e-9, &none, err), HP_ERR_INPUT, err, "1 to 8");
    assert_null(none);
    expect(hp_coupled_ode_solve(c.solver, 1.0, &T, err), HP_ERR_INPUT, err, "no interaction");
    expect(hp_coupled_ode_bound_state(c.solver, -1.0, -0.5, &energy, err), HP_ERR_INPUT, err,
           "no interaction");
    coupled_ode_case_set(&c);
    expect(hp_coupled_ode_solve(c.solver, -1.0, &T, err), HP_ERR_INPUT, err, "lowest threshold");
    expect(hp_coupled_ode_solve(c.solver, 1e4, &T, err), HP_ERR_INPUT, err, "too high");
    expect(hp_coupled_ode_bound_state(c.solver, -1.0, 0.5, &energy, err), HP_ERR_INPUT, err,
           "low < high < 0");
    expect(hp_coupled_ode_bound_state(c.solver, -900.0, -800.0, &energy, err), HP_ERR_NUMERIC, err,
           "not one bound state");
    hp_matrix_interaction interaction = {.ncomponent = 2, .local = bad};
    bad[24] = 1.0;
    expect(hp_coupled_ode_set(c.solver, &c.channels, &interaction, err), HP_ERR_INPUT, err,
           "local potential of coupled components must be symmetric");
    bad[24] = NAN;
    expect(hp_coupled_ode_set(c.solver, &c.channels, &interaction, err), HP_ERR_NUMERIC, err,
           "between components 2 and 1");
    interaction = (hp_matrix_interaction){.ncomponent = 2, .slope = bad};
    expect(hp_coupled_ode_set(c.solver, &c.channels, &interaction, err), HP_ERR_INPUT, err,
           "for one component");
    c.channels.component[1].pair = 2;
    interaction.slope = NULL;
    expect(hp_coupled_ode_set(c.solver, &c.channels, &interaction, err), HP_ERR_INPUT, err,
           "belongs to pair 3");
    coupled_ode_case_close(&c);
}

/* A kernel that is not symmetric, and a form factor that is too long. */
static void bad_kernels_and_charges(void **state) {
    (void)state;
    double v = 2.0;
    coupled_ode_case c;
    open_gaussian(&c, &v, 0, 3.0, 0.6);
    hp_error *err = &c.err;
    size_t n = (size_t)c.grid.n;
    double *K = hp_alloc(n * n, sizeof *K);
    assert_non_null(K);
    K[1] = 1.0;
    hp_matrix_interaction interaction = {.ncomponent = 1, .kernel = K};
    expect(hp_coupled_ode_set(c.solver, &c.channels, &interaction, err), HP_ERR_INPUT, err,
           "U_cd(r,r') = U_dc(r',r)");
    K[1] = NAN;
    expect(hp_coupled_ode_set(c.solver, &c.channels, &interaction, err), HP_ERR_NUMERIC, err,
           "non-local potential between");
    interaction.kernel = NULL;
    c.channels.coulomb[0].dipole = 0.3;
    expect(hp_coupled_ode_set(c.solver, &c.channels, &interaction, err), HP_ERR_INPUT, err,
           "the grid must be longer");
    coupled_ode_case_close(&c);
    hp_free(K);
}

static void one_solution(void) {
    double p[1] = {900.0};
    coupled_ode_case c = {.kernel = two_ranges, .parameters = p};
    hp_tmatrix T;
    coupled_ode_case_waves(&c, 2, (int[]){0, 2});
    coupled_ode_case_open_equal(&c, 4.0, 4, 8, 1e-6);
    coupled_ode_case_set(&c);
    coupled_ode_case_t(&c, 0.5, 1.0, &T);
    coupled_ode_case_close(&c);
}

static void memory_is_given_back(void **state) {
    (void)state;
    assert_no_leak(one_solution);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closed_components),
        cmocka_unit_test(cores_and_barriers),
        cmocka_unit_test(kernels_of_several_ranges),
        cmocka_unit_test(bound_states_of_any_l),
        cmocka_unit_test(charged_bound_states),
        cmocka_unit_test(same_as_for_one_s_wave),
        cmocka_unit_test(sign_of_the_determinant),
        cmocka_unit_test(potential_that_depends_on_energy),
        cmocka_unit_test(bad_input),
        cmocka_unit_test(bad_kernels_and_charges),
        cmocka_unit_test(memory_is_given_back),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
