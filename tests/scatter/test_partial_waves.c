// SPDX-License-Identifier: GPL-3.0-or-later
/* One component with l = 0 to 3: square wells against Riccati-Bessel functions, Gaussians,
 * scattering lengths and effective ranges, orders of convergence, energy-dependent potentials, and
 * the S wave against its own solver. */
#include "coupled_case.h"

#include <stdio.h>
#include "hadpot/nystroem.h"

static const double momentum[5] = {0.1, 0.5, 1.0, 2.0, 4.0};

static void square(double r, double *w, void *context) {
    const double *v = context;
    w[0] = r < 1.0 ? -*v : 0.0;
}

static void gaussian(double r, double *w, void *context) {
    const double *v = context;
    w[0] = -*v * exp(-r * r);
}

static coupled_case open_wave(int l, double v, hp_matrix_function W, double range, int panels,
                              int order) {
    hp_channels channels = case_waves(1, &l);
    coupled_case c = case_open(&channels, range, panels, order);
    case_set(&c, W, &v, false);
    return c;
}

static double phase(coupled_case *c, double k) {
    return case_delta(c, k * k);
}

typedef struct wave_row {
    double v;
    int l;
    double delta[5]; /* degrees at `momentum` */
} wave_row;

static void compare(const char *name, const wave_row *row, size_t rows, hp_matrix_function W,
                    double range, int panels, double rtol, double atol) {
    double worst = 0.0;
    for (size_t i = 0; i < rows; i++) {
        coupled_case c = open_wave(row[i].l, row[i].v, W, range, panels, 16);
        for (int k = 0; k < 5; k++) {
            double found = phase(&c, momentum[k]), expected = row[i].delta[k];
            worst = fmax(worst, fabs(found - expected) / fmax(fabs(expected), atol / rtol));
            assert_close(found, expected, rtol, atol);
        }
        case_close(&c);
    }
    printf("%s: %zu waves, relative differences up to %.1e\n", name, rows, worst);
}

/* Exact phases with 13 digits; two panels to the edge of the well and one beyond. */
static void square_wells(void **state) {
    (void)state;
    static const wave_row row[] = {
        {12.0,
         0,
         {-5.174448909764, -25.58478614191, -49.39457523973, -84.52455228365, 81.67772016258}},
        {12.0,
         1,
         {-.06267550203336, -5.513359351452, -23.20212236212, -63.48973010687, 61.98133526841}},
        {12.0,
         2,
         {9.981545123695e-6, .03136348611971, 1.047205110377, 45.24393369907, 70.53633528572}},
        {12.0,
         3,
         {1.023798399517e-9, 7.873204513522e-5, .009608362663512, 1.049208191272, 52.25584295665}},
        {5.0, 1, {.0124867276181, 1.624637359587, 13.88501304486, 52.6015213609, 30.97544153301}},
        {5.0,
         2,
         {2.349931847134e-6, .007202464471122, .2177724296756, 5.615897969393, 32.2115737525}},
        {-8.0,
         1,
         {-.005844369976961, -.6832993462923, -4.569378798418, -22.45457448425, -61.40341418145}},
        {-8.0,
         2,
         {-2.158383121162e-6, -.00652502043738, -.1876234440427, -3.882693845711,
          -31.82428129376}}};
    /* half a unit of the last digit printed; the smallest phases are to 1e-12 of themselves */
    compare("square wells", row, sizeof row / sizeof row[0], square, 1.5, 3, 2e-12, 1e-21);
}

static void gaussians(void **state) {
    (void)state;
    static const wave_row row[] = {
        {2.3, 0, {32.742075133, 55.004887072, 44.967380794, 26.962809978, 14.242441088}},
        {2.3, 1, {.011298693792, 1.3006967685, 7.5952710279, 16.843961702, 12.655567517}},
        {2.3, 2, {1.0108633591e-5, .028221021685, .64523785884, 6.1126443342, 9.9205803584}},
        {10.0, 0, {-5.8645457653, -28.335072285, -51.833266078, -84.832975663, 57.754678369}},
        {10.0, 1, {.17789936788, 41.606559716, -78.151923764, 80.232663435, 52.983792182}},
        {10.0, 2, {5.2965966001e-5, .15223820016, 3.896805063, 38.839226456, 43.961601095}}};
    /* printed with 11 digits */
    compare("Gaussians", row, sizeof row / sizeof row[0], gaussian, 7.0, 14, 6e-11, 1e-21);
}

/* a_l = T(0); 1e-13 relative for 13 digits of the exact ones. */
static void scattering_lengths(void **state) {
    (void)state;
    static const struct {
        double v, a[4];
    } well[2] = {{5.0, {1.56999897662, -.2175444896166, -.00410478781564, -5.803695413365e-5}},
                 {12.0, {.9035316343691, 1.113841040411, -.01741867897547, -1.788048845036e-4}}},
      wide[2] = {{2.3, {-6.77633324649, -.197825764974, -.0177273388399, NAN}},
                 {10.0, {1.02508755897, -3.02701891832, -.0927878548481, NAN}}};
    for (int i = 0; i < 2; i++)
        for (int l = 0; l < 4; l++) {
            double a, r_eff;
            coupled_case c = open_wave(l, well[i].v, square, 1.5, 3, 16);
            assert_ok(hp_coupled_threshold(c.solver, &a, &r_eff, &c.err), &c.err);
            assert_close(a, well[i].a[l], 4e-12, 0.0); /* printed with 12 digits */
            case_close(&c);
            if (l == 3) continue;
            c = open_wave(l, wide[i].v, gaussian, 7.0, 14, 16);
            assert_ok(hp_coupled_threshold(c.solver, &a, &r_eff, &c.err), &c.err);
            assert_close(a, wide[i].a[l], 4e-12, 0.0); /* the same */
            case_close(&c);
        }
}

/* r_eff is the derivative of k^(2l+1) cot delta = -1/T: against a difference of fourth order. */
static void effective_ranges_are_derivatives(void **state) {
    (void)state;
    for (int l = 0; l < 4; l++) {
        double a, r_eff, K[5], h = 2e-3;
        coupled_case c = open_wave(l, 10.0, gaussian, 7.0, 14, 16);
        assert_ok(hp_coupled_threshold(c.solver, &a, &r_eff, &c.err), &c.err);
        for (int i = 0; i < 5; i++) K[i] = -1.0 / case_solve(&c, h * i).T[0];
        double slope = (-25.0 * K[0] + 48.0 * K[1] - 36.0 * K[2] + 16.0 * K[3] - 3.0 * K[4]) / 12.0;
        assert_close(-1.0 / a, K[0], 0.0, 0.0);
        printf("l = %d: r_eff = %.12g, from differences %.12g\n", l, r_eff, 2.0 * slope / h);
        /* h^4 times the fifth derivative, scale 1 (range^2): 2e-11 times a few; rounding 1e-13/h */
        assert_close(2.0 * slope / h, r_eff, 1e-8, 0.0);
        case_close(&c);
    }
}

/* S wave and energy-dependent potential: the numbers of hp_nystroem. */
static void s_wave_is_that_of_its_own_solver(void **state) {
    (void)state;
    double v = 3.1, one_a, one_r, a, r_eff;
    coupled_case c = open_wave(0, v, gaussian, 7.0, 7, 12);
    hp_nystroem *one = NULL;
    int n = c.grid.n;
    double slope[7 * 12], kcot, tan_over_k;
    for (int i = 0; i < n; i++) {
        slope[i] = 0.2 * exp(-0.5 * c.grid.r[i] * c.grid.r[i]);
        for (int j = 0; j < n; j++)
            c.kernel[i * n + j] =
                -2.0 * c.grid.r[i] * c.grid.r[j] * exp(-c.grid.r[i] - c.grid.r[j]);
    }
    hp_matrix_interaction many = {
        .ncomponent = 1, .kernel = c.kernel, .local = c.local, .slope = slope};
    hp_interaction same = {.kernel = c.kernel, .local = c.local, .slope = slope};
    assert_ok(hp_coupled_set(c.solver, &c.channels, &many, &c.err), &c.err);
    assert_ok(hp_nystroem_create(&c.grid, &one, &c.err), &c.err);
    assert_ok(hp_nystroem_set_interaction(one, &same, &c.err), &c.err);
    for (int i = 0; i < 5; i++) {
        double k2 = momentum[i] * momentum[i];
        assert_ok(hp_nystroem_kcot(one, k2, &kcot, &tan_over_k, &c.err), &c.err);
        assert_close(-case_solve(&c, k2).T[0], tan_over_k, 1e-14, 0.0); /* the same operations */
    }
    assert_ok(hp_nystroem_threshold(one, &one_a, &one_r, &c.err), &c.err);
    assert_ok(hp_coupled_threshold(c.solver, &a, &r_eff, &c.err), &c.err);
    assert_close(a, one_a, 1e-14, 0.0);
    assert_close(r_eff, one_r, 1e-12, 0.0); /* another order of sums */
    hp_nystroem_destroy(&one);
    case_close(&c);
}

enum { ENERGIES = 8 };

/* tan(delta)/k^(2l+1) at eight momenta from 0.5 to 2.6: at one alone the error may pass zero. */
static void t_of_grid(int l, int panels, int order, double *T) {
    coupled_case c = open_wave(l, 5.0, gaussian, 6.0, panels, order);
    for (int i = 0; i < ENERGIES; i++) T[i] = case_solve(&c, gsl_pow_2(0.5 + 0.3 * i)).T[0];
    case_close(&c);
}

/* The error of T falls like h^(2 order) for each l; from panels of 1/4 to 1/8. */
static void error_falls_with_twice_the_order(void **state) {
    (void)state;
    for (int l = 0; l < 4; l++) {
        double exact[ENERGIES], T[ENERGIES];
        t_of_grid(l, 36, 16, exact);
        for (int p = 2; p <= 4; p++) {
            double error[2] = {0.0, 0.0};
            for (int half = 0; half < 2; half++) {
                t_of_grid(l, 24 << half, p, T);
                for (int i = 0; i < ENERGIES; i++)
                    error[half] = hypot(error[half], T[i] / exact[i] - 1.0);
            }
            double order = log2(error[0] / error[1]);
            printf("l = %d, p = %d: errors %.1e, %.1e, order %.2f\n", l, p, error[0], error[1],
                   order);
            /* the next term of the error brings it to 5.97; where the first panel dominates (high
             * l) it is still higher */
            assert_true(order > 2.0 * p - 0.1);
        }
    }
}

/* A potential so weak that T is its first Born term: nothing cancels, to any l. */
static void weak_potentials_have_their_born_term(void **state) {
    (void)state;
    for (int l = 0; l <= HP_MOST_L; l++) {
        coupled_case c = open_wave(l, 1e-9, gaussian, 7.0, 14, 16);
        double T = case_solve(&c, 0.0).T[0], born = 0.0, factorial = 1.0;
        for (int m = 1; m <= l; m++) factorial *= 2 * m + 1;
        for (int i = 0; i < c.grid.n; i++)
            born -= 1e-9 * c.grid.weight[i] * exp(-gsl_pow_2(c.grid.r[i])) *
                    gsl_pow_2(gsl_pow_int(c.grid.r[i], l + 1) / factorial);
        assert_close(T, born, 2e-9, 0.0); /* the second term */
        case_close(&c);
    }
}

/* The sign of det M at threshold is that of the number of bound states, also with cores. */
static void sign_counts_bound_states(void **state) {
    (void)state;
    static const struct {
        int l;
        double v, sign;
    } row[] = {{1, 10.0, 1.0}, {1, 14.0, -1.0}, {2, 20.0, 1.0},   {2, 30.0, -1.0},
               {3, 20.0, 1.0}, {1, -1e4, 1.0},  {2, -1e3, 1.0},   {2, -1e5, 1.0},
               {3, -1e2, 1.0}, {3, -1e4, 1.0},  {4, -300.0, 1.0}, {0, 2.3, 1.0}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        coupled_case c = open_wave(row[i].l, row[i].v, gaussian, 7.0, 14, 16);
        assert_close(case_solve(&c, 0.0).sign, row[i].sign, 0.0, 0.0);
        assert_close(case_solve(&c, 1e-6).sign, row[i].sign, 0.0, 0.0);
        case_close(&c);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(square_wells),
        cmocka_unit_test(gaussians),
        cmocka_unit_test(scattering_lengths),
        cmocka_unit_test(effective_ranges_are_derivatives),
        cmocka_unit_test(s_wave_is_that_of_its_own_solver),
        cmocka_unit_test(error_falls_with_twice_the_order),
        cmocka_unit_test(weak_potentials_have_their_born_term),
        cmocka_unit_test(sign_counts_bound_states),
    };
    return cmocka_run_group_tests_name("partial waves", tests, NULL, NULL);
}
