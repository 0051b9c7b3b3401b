// SPDX-License-Identifier: GPL-3.0-or-later
/* Poles of interactions given at the nodes: zeros of the Nystroem determinant, residues, changes
 * under a shorter range. */
#include "poles_model.h"

static void set_gaussian(poles_model *m, double v) {
    for (int i = 0; i < m->grid.n; i++) m->local[i] = -v * exp(-m->grid.r[i] * m->grid.r[i]);
    poles_model_set(m, false, true);
}

/* -v exp(-r^2) to r = 7, the printed digits; the tail beyond 0.8 x 7 is exp(-31) exp(2 kappa r). */
static void virtual_states_of_gaussians(void **state) {
    (void)state;
    static const double depth[3] = {2.3, 2.0, 1.5};
    static const double kappa[3] = {0.1334592899571, 0.2471547262246, 0.4621108674870};
    hp_pole pole[20];
    hp_channels channels = poles_one_wave(0);
    poles_model m = poles_model_open_equal(7.0, 7, 14, &channels);
    for (int i = 0; i < 3; i++) {
        set_gaussian(&m, depth[i]);
        assert_int_equal(poles_model_find(&m, 0, (hp_pole_region){-0.5, 0.5, 0.5}, pole), 0);
        assert_int_equal(poles_model_find(&m, 1, (hp_pole_region){-0.5, 0.5, 0.5}, pole), 1);
        assert_close(cimag(pole[0].k[0]), -kappa[i], 5e-13, 0.0);
        assert_int_equal(pole[0].kind, HP_POLE_VIRTUAL);
        assert_true(pole[0].change < 1e-11);
    }
    poles_model_close(&m);
}

/* D at threshold is zero at v = 2.6840046509: 11 digits. */
static void critical_depth(void **state) {
    (void)state;
    hp_channels channels = poles_one_wave(0);
    poles_model m = poles_model_open_equal(7.0, 7, 14, &channels);
    double v[2] = {2.6, 2.7}, value[2];
    for (int step = 0; step < 12 && v[0] != v[1]; step++) {
        for (int i = 0; i < 2; i++) {
            double complex phase;
            double log_size;
            set_gaussian(&m, v[i]);
            assert_ok(hp_coupled_determinant(m.solver, 0.0, 0, &phase, &log_size, &m.err), &m.err);
            value[i] = creal(phase) * exp(log_size);
        }
        double next = v[1] - value[1] * (v[1] - v[0]) / (value[1] - value[0]);
        if (fabs(value[1]) < 1e-14) break;
        v[0] = v[1];
        v[1] = next;
    }
    assert_close(v[1], 2.6840046509, 0.0, 5e-11);
    hp_pole pole[20];
    for (int i = 0; i < 2; i++) { /* next to it, on one sheet or the other */
        set_gaussian(&m, 2.6840046509 + (i == 0 ? -1e-7 : 1e-7));
        assert_int_equal(poles_model_find(&m, 0, (hp_pole_region){-0.5, 0.5, 0.5}, pole), i);
        assert_int_equal(poles_model_find(&m, 1, (hp_pole_region){-0.5, 0.5, 0.5}, &pole[1]),
                         1 - i);
        assert_true(pole[1 - i].change < 1e-18); /* exp(-31) kappa */
    }
    poles_model_close(&m);
}

/* Complex k to the printed digits. */
static void resonances_of_gaussians(void **state) {
    (void)state;
    static const struct {
        int l;
        double v, re, im;
    } cases[3] = {{1, 10.0, .531180032137, -.154680004939},
                  {1, 11.5, .289647497063, -.042133259699},
                  {2, 20.0, 1.125758009476, -.194884117065}};
    hp_pole pole[20];
    for (int i = 0; i < 3; i++) {
        hp_channels channels = poles_one_wave(cases[i].l);
        poles_model m = poles_model_open_equal(7.0, 7, 14, &channels);
        set_gaussian(&m, cases[i].v);
        assert_int_equal(poles_model_find(&m, 1, (hp_pole_region){-0.5, 2.0, 1.0}, pole), 1);
        assert_close(creal(pole[0].k[0]), cases[i].re, 0.0, 1e-12);
        assert_close(cimag(pole[0].k[0]), cases[i].im, 0.0, 1e-12);
        assert_int_equal(pole[0].kind, HP_POLE_RESONANCE);
        poles_model_close(&m);
    }
}

static void set_wells(poles_model *m, const double *W) {
    int n = m->grid.n, N = m->channels.ncomponent;
    for (int c = 0; c < N * N; c++)
        for (int i = 0; i < n; i++) m->local[c * n + i] = W[c];
    poles_model_set(m, false, true);
}

/* On all sheets the poles of the closed form; nothing of a well is left beyond 0.8 of its range. */
static void wells(void **state) {
    (void)state;
    hp_pole pole[20], exact[20];
    hp_pole_region region = {-4.0, 24.0, 14.0};
    poles_well cases[2] = {poles_well_of(2, (double[]){1.0, 1.0}, (double[]){0.0, 6.0},
                                         (double[]){-1.0, -1.0, -1.0, -5.0}),
                           poles_well_of(2, (double[]){1.0, 2.0}, (double[]){0.0, 3.0},
                                         (double[]){-1.0, -0.5, -0.5, -2.0})};
    for (int i = 0; i < 2; i++) {
        hp_pole_function of = poles_of_well(&cases[i]);
        poles_model m = poles_model_open_equal(1.0, 1, 16, &cases[i].channels);
        set_wells(&m, cases[i].W);
        for (hp_sheet sheet = 0; sheet < 4; sheet++) {
            int n = poles_model_find(&m, sheet, region, pole);
            poles_search(&of, sheet, region, n, exact);
            for (int j = 0; j < n; j++) {
                poles_assert(pole, n, exact[j].energy, 1e-13); /* conditioning: 5 to 50 */
                assert_true(pole[j].change > 0.1);
            }
        }
        poles_model_close(&m);
    }
}

/* Two pairs that do not couple, of the same threshold or nearly (isospin): the poles of both, on
 * the sheets of each. */
static void assert_two_alone(double split) {
    hp_pole pole[20], one[20];
    hp_pole_region region = {-4.0, 10.0, 6.0};
    static const double V[2] = {-2.0, -5.0};
    poles_well both = poles_well_of(2, (double[]){1.0, 1.3}, (double[]){0.0, split},
                                    (double[]){V[0], 0.0, 0.0, V[1]});
    poles_model m = poles_model_open_equal(1.0, 1, 16, &both.channels);
    set_wells(&m, both.W);
    for (hp_sheet sheet = 0; sheet < 4; sheet++) {
        int n = poles_model_find(&m, sheet, region, pole), sum = 0;
        for (int a = 0; a < 2; a++) {
            double twice_mu = 2.0 * both.channels.pair[a].mu;
            poles_well alone = poles_well_of(1, &twice_mu, (double[]){0.0}, &V[a]);
            hp_pole_function of = poles_of_well(&alone);
            hp_error err = HP_ERROR_INIT;
            int found;
            bool complete;
            assert_ok(hp_poles_find_of(&of, sheet >> a & 1U, &region, 20, one, &found, &complete,
                                       NULL, &err),
                      &err);
            sum += found;
            for (int j = 0; j < found; j++)
                poles_assert(pole, n, one[j].energy + both.channels.threshold[a], 1e-12);
        }
        assert_int_equal(n, sum);
    }
    poles_model_close(&m);
}

static void close_thresholds(void **state) {
    (void)state;
    static const double split[4] = {0.0, 1e-9, 1e-5, 1e-2};
    for (int i = 0; i < 4; i++) assert_two_alone(split[i]);
}

static double yamaguchi(int component, double r) {
    (void)component;
    return exp(-3.5 * r);
}

/* f_ab = -s_a [lambda (1 - g lambda)^-1]_ab s_b, s = 1/(k^2 + beta^2), at a complex energy. */
static void yamaguchi_amplitude(const poles_yamaguchi *y, double complex energy, hp_sheet sheet,
                                double complex f[3]) {
    double complex k[HP_MOST_PAIRS], g[2], s[2];
    hp_channels_momenta(&y->channels, energy, sheet, k);
    for (int a = 0; a < 2; a++) {
        g[a] = -1.0 / (2.0 * y->beta * (y->beta - I * k[a]) * (y->beta - I * k[a]));
        s[a] = 1.0 / (k[a] * k[a] + y->beta * y->beta);
    }
    const double *l = y->lambda;
    double complex D = (1.0 - g[0] * l[0]) * (1.0 - g[1] * l[2]) - g[0] * g[1] * l[1] * l[1];
    double determinant = l[0] * l[2] - l[1] * l[1];
    f[0] = -s[0] * s[0] * (l[0] - g[1] * determinant) / D;
    f[1] = -s[0] * s[1] * l[1] / D;
    f[2] = -s[1] * s[1] * (l[2] - g[0] * determinant) / D;
}

/* Residues against the integral around the pole; the next branch point is 5 radii away, 32 points
 * leave 5^-32. */
static void assert_residues(const poles_yamaguchi *y, const hp_pole *pole, double rtol) {
    enum { POINTS = 32 };
    double complex sum[3] = {0}, f[3];
    double radius = 0.05 * cabs(pole->energy);
    for (int i = 0; i < POINTS; i++) {
        double complex turn = cexp(I * 2.0 * M_PI * (i + 0.5) / POINTS);
        double complex energy = pole->energy + radius * turn;
        hp_sheet sheet = pole->sheet;
        if (cimag(energy) > 0.0 && creal(energy) > 0.0) return; /* the cut is in the way */
        yamaguchi_amplitude(y, energy, sheet, f);
        for (int m = 0; m < 3; m++) sum[m] += f[m] * radius * turn / POINTS;
    }
    const double complex *g = pole->residue;
    double complex expected[3] = {-g[0] * g[0], -g[0] * g[1], -g[1] * g[1]};
    for (int m = 0; m < 3; m++) {
        assert_close(creal(expected[m]), creal(sum[m]), 0.0, rtol * cabs(sum[m]));
        assert_close(cimag(expected[m]), cimag(sum[m]), 0.0, rtol * cabs(sum[m]));
    }
}

/* Lambda(1405)-like; the range of 11 cuts exp(-7 r) exp(2 |Im k| r) at 1e-21, on (-,-) at 1e-12:
 * there 2e-6 MeV of 85. */
static void two_coupled_yamaguchi(void **state) {
    (void)state;
    static const double edge[7] = {0.0, 0.7, 1.6, 2.8, 4.6, 7.3, 11.0};
    static const struct {
        hp_sheet sheet;
        double re, im, atol;
    } cases[3] = {{1, 1325.370055812033, 0.0, 1e-9},
                  {1, 1422.71268233567, -23.95165969676581, 1e-9},
                  {3, 1176.226350763746, -84.43757117260457, 4e-6}};
    poles_yamaguchi y = poles_lambda_1405();
    poles_model m = poles_model_open(edge, 6, 16, &y.channels);
    hp_pole pole[20];
    poles_model_set_separable(&m, (double[]){-60.0, -30.0, -30.0, -108.0}, yamaguchi);
    hp_pole_region region = {-200.0 / POLES_HBARC, 200.0 / POLES_HBARC, 100.0 / POLES_HBARC};
    for (hp_sheet sheet = 0; sheet < 4; sheet++) {
        int n = poles_model_find(&m, sheet, region, pole);
        assert_int_equal(n, sheet == 0 || sheet == 2 ? 0 : sheet == 1 ? 2 : 1);
        for (int i = 0; i < 3; i++) {
            if (cases[i].sheet != sheet) continue;
            double complex E = (cases[i].re + I * cases[i].im) / POLES_HBARC - y.channels.lowest;
            const hp_pole *at = poles_assert(pole, n, E, cases[i].atol / POLES_HBARC / cabs(E));
            assert_residues(&y, at, sheet == 3 ? 1e-5 : 1e-8);
        }
    }
    poles_model_close(&m);
}

static double p_wave(int component, double r) {
    (void)component;
    return r * exp(-2.0 * r);
}

/* What is cut off is exp(-(2 - 0.6) 24) = 3e-15. */
static void separable_p_wave(void **state) {
    (void)state;
    hp_channels channels = poles_one_wave(1);
    poles_model m = poles_model_open_equal(24.0, 9, 16, &channels);
    hp_pole pole[20];
    poles_model_set_separable(&m, (double[]){-40.0}, p_wave);
    assert_int_equal(poles_model_find(&m, 1, (hp_pole_region){-0.5, 1.0, 1.0}, pole), 1);
    assert_close(creal(pole[0].k[0]), 0.6608538705669, 1e-11, 0.0);
    assert_close(cimag(pole[0].k[0]), -0.6015755541096, 1e-11, 0.0);
    poles_model_close(&m);
}

/* Two pairs with local and non-local Gaussians, relativistic (section 6 of the specification). */
static void set_closure(poles_model *m, double strength) {
    static const double C[2][2] = {{-0.004, 0.0015}, {0.0015, -0.003}}, d[2] = {2.2, 1.8};
    int n = m->grid.n;
    double mu[2] = {m->channels.pair[0].mu, m->channels.pair[1].mu};
    for (int c = 0; c < 2; c++)
        for (int e = 0; e < 2; e++) {
            double unit = 2.0 * sqrt(mu[c] * mu[e]);
            for (int i = 0; i < n; i++) {
                double r = m->grid.r[i], g = exp(-r * r / 9.0), V = -0.10 * g;
                if (c != e) V = 0.06 * exp(-r * r / (3.5 * 3.5));
                if (c + e == 2) V = strength * g + 0.5 * exp(-r * r);
                m->local[(c * 2 + e) * n + i] = unit * V;
                for (int j = 0; j < n; j++) {
                    double rp = m->grid.r[j];
                    double here = r * exp(-r * r / (d[c] * d[c]));
                    double there = rp * exp(-rp * rp / (d[e] * d[e]));
                    m->kernel[(c * n + i) * 2 * n + e * n + j] =
                        unit * 4.0 * M_PI * C[c][e] * (here * there);
                }
            }
        }
    poles_model_set(m, true, true);
}

static void closure_with_a_resonance(void **state) {
    (void)state;
    hp_channels channels = {.kinematics = HP_RELATIVISTIC, .npair = 2, .ncomponent = 2};
    channels.pair[0] = hp_pair_of_masses(0.50, 0.55);
    channels.pair[1] = hp_pair_of_masses(0.52, 0.60);
    for (int a = 0; a < 2; a++) channels.component[a] = (hp_component){a, 0};
    poles_model m = poles_model_open_equal(20.0, 6, 14, &channels);
    assert_ok(hp_channels_set_thresholds(&m.channels, &m.err), &m.err);
    hp_pole pole[20], next;
    hp_pole_region region = {-0.05, 0.15, 0.03};
    set_closure(&m, -0.70);
    assert_int_equal(poles_model_find(&m, 0, region, pole), 0);
    int n = poles_model_find(&m, 1, region, pole);
    const hp_pole *at =
        poles_assert(pole, n, 1.105570091850 - 1.05 - 0.003149093707 * I, 1e-11); /* of W: 1e-12 */
    assert_int_equal(at->kind, HP_POLE_RESONANCE);
    assert_true(at->change < 1e-12);
    /* a "sample": tracked, and found by a search of its own */
    set_closure(&m, -0.69);
    assert_ok(hp_pole_track(m.solver, at, &next, &m.err), &m.err);
    hp_pole other[20];
    n = poles_model_find(&m, 1, region, other);
    at = poles_assert(other, n, next.energy, 1e-12);
    for (int c = 0; c < 2; c++)
        assert_close(cabs(next.residue[c]), cabs(at->residue[c]), 1e-9, 0.0);
    set_closure(&m, -0.20); /* the closure of section 1 */
    n = poles_model_find(&m, 3, (hp_pole_region){-0.02, 0.02, 0.01}, pole);
    poles_assert(pole, n, 1.04622010 - 1.05, 2e-6);
    n = poles_model_find(&m, 2, (hp_pole_region){-0.04, 0.02, 0.01}, pole);
    poles_assert(pole, n, 1.02765926 - 1.05, 1e-6);
    poles_model_close(&m);
}

static double tail(int component, double r) {
    (void)component;
    return exp(-0.7 * r);
}

/* K = lambda exp(-0.7 (r + r')): states with |Im k| < 0.7 feel the end of the range, at 20, by
 * exp(-(0.7 - |Im k|) 20), and their change (the end at 16) is more than that error; deeper ones
 * are made by the end, and change as a whole. */
static void poles_beyond_the_tail(void **state) {
    (void)state;
    hp_channels channels = poles_one_wave(0);
    poles_model m = poles_model_open_equal(20.0, 6, 16, &channels);
    hp_pole pole[20];
    double beta = 0.7, kappa = 0.2, strength = -2.0 * beta * (beta - kappa) * (beta - kappa);
    poles_model_set_separable(&m, &strength, tail);
    int n = poles_model_find(&m, 1, (hp_pole_region){-0.1, 0.3, 0.1}, pole);
    const hp_pole *at = poles_assert(pole, n, -kappa * kappa, 1e-3);
    double error = cabs(at->energy + kappa * kappa);
    assert_true(error < 1e-4 && at->change > 2.0 * error && at->change < 1e-3);
    /* R |dk| of dE = k dk/mu, to first order */
    assert_close(at->tail, 20.0 * at->change * m.channels.pair[0].mu / cabs(at->k[0]), 1e-2, 0.0);
    n = poles_model_find(&m, 1, (hp_pole_region){-1.2, 0.3, 1.6}, pole);
    int made = 0;
    for (int j = 0; j < n; j++) {
        printf("      k %.6f %+.6f i, change %.2g\n", creal(pole[j].k[0]), cimag(pole[j].k[0]),
               pole[j].change);
        if (cimag(pole[j].k[0]) > -0.7) continue;
        made++;
        assert_true(pole[j].change > 0.02 * cabs(pole[j].energy));
    }
    assert_true(made > 0);
    poles_model_close(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(virtual_states_of_gaussians),
        cmocka_unit_test(critical_depth),
        cmocka_unit_test(resonances_of_gaussians),
        cmocka_unit_test(wells),
        cmocka_unit_test(close_thresholds),
        cmocka_unit_test(two_coupled_yamaguchi),
        cmocka_unit_test(separable_p_wave),
        cmocka_unit_test(closure_with_a_resonance),
        cmocka_unit_test(poles_beyond_the_tail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
