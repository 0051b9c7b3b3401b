// SPDX-License-Identifier: GPL-3.0-or-later
/* Phases and correlation functions of coupled channels all the way from the interaction. */
#include "closed_forms.h"
#include "coupled_case.h"

#include "hadpot/coupled_femtoscopy.h"
#include "hadpot/femtoscopy.h"
#include "hadpot/nystroem.h"
#include "hadpot/smatrix.h"

static int solutions;

static hp_status solve(double energy, hp_tmatrix *T, void *context, hp_error *err) {
    solutions++;
    return hp_coupled_solve(((coupled_case *)context)->solver, energy, T, NULL, err);
}

static void wells(double r, double *w, void *context) {
    const closed_form *form = context;
    int n = form->channels.ncomponent;
    for (int c = 0; c < n; c++)
        for (int d = 0; d < n; d++) {
            double square = form->channels.pair[c].mu * form->channels.pair[d].mu;
            w[c * n + d] = r < 1.0 ? 2.0 * sqrt(square) * form->V[c][d] : 0.0;
        }
}

static void follow(coupled_case *c, const double *energy, int n, int bound, hp_phases *at) {
    assert_ok(
        hp_phases_follow(&c->channels, solve, c, energy, n, bound, c->grid.range, at, &c->err),
        &c->err);
}

static void wells_have_the_phases_of_their_closed_form(void **state) {
    (void)state;
    static const double E[8] = {0.5, 2.0, 2.8, 2.9, 5.0, 5.5, 7.0, 15.0};
    closed_form forms[3] = {wells_c1(), wells_c2(), three_wells()};
    for (int f = 0; f < 3; f++) {
        hp_error err = HP_ERROR_INIT;
        coupled_case c = case_open(&forms[f].channels, 1.0, 2, 16);
        hp_phases exact[8], at[8];
        case_set(&c, wells, &forms[f], false);
        follow(&c, E, 8, 0, at);
        assert_ok(
            hp_phases_follow(&forms[f].channels, wells_solve, &forms[f], E, 8, 0, 1.0, exact, &err),
            &err);
        for (int i = 0; i < 8; i++) { /* 32 nodes: 1e-15 in S, more in phases next to resonances */
            assert_close(at[i].sum, exact[i].sum, 0.0, 2e-13);
            for (int a = 0; a < at[i].nopen; a++) {
                assert_close(at[i].delta[a], exact[i].delta[a], 0.0, 2e-13);
                assert_close(at[i].eigenphase[a], exact[i].eigenphase[a], 0.0, 2e-13);
            }
        }
        case_close(&c);
    }
}

static void wells_have_their_correlations(void **state) {
    (void)state;
    static const double E[4] = {0.5, 2.0, 4.0, 7.0};
    static const double expected[2][4][2] = {{{1.678816384970, 1.706559435572},
                                              {1.040451335767, 1.064493207394},
                                              {.959906387626, 1.036839210845},
                                              {.982673746846, .992443758603}},
                                             {{1.612460015387, 1.635461227424},
                                              {1.041098226605, 1.105286899997},
                                              {.972659326270, .992334895212},
                                              {.983912039051, .987261475395}}};
    closed_form forms[2] = {wells_c1(), wells_c2()};
    for (int f = 0; f < 2; f++) {
        coupled_case c = case_open(&forms[f].channels, 1.0, 2, 16);
        double wave[4 * 32], X;
        case_set(&c, wells, &forms[f], false);
        for (int i = 0; i < 4; i++)
            for (int w = 0; w < 2; w++) {
                hp_tmatrix T;
                hp_femto_channels source = {0, {1.0, w}, 0.5};
                assert_ok(hp_coupled_solve(c.solver, E[i], &T, wave, &c.err), &c.err);
                assert_ok(
                    hp_coupled_femto_excess(&c.grid, &c.channels, &source, &T, wave, &X, &c.err),
                    &c.err);
                assert_close(1.0 + X, expected[f][i][w], 0.0, 6e-13); /* printed digits, all */
            }
        case_close(&c);
    }
}

static void set_kernel(coupled_case *c, const closed_form *form) {
    int n = c->grid.n, size = c->N * n;
    for (int i = 0; i < size; i++)
        for (int j = 0; j < size; j++) {
            double r = c->grid.r[i % n], rp = c->grid.r[j % n];
            int a = i / n, b = j / n;
            /* exponents are added first: the mirror image is equal bit by bit */
            double fall = exp(-(form->beta[a] * r + form->beta[b] * rp));
            c->kernel[(size_t)i * (size_t)size + (size_t)j] =
                form->lambda[a][b] * pow(r, c->channels.component[a].l) *
                pow(rp, c->channels.component[b].l) * fall;
        }
    for (int i = 0; i < size; i++)
        for (int j = 0; j < i; j++)
            c->kernel[(size_t)i * (size_t)size + (size_t)j] =
                c->kernel[(size_t)j * (size_t)size + (size_t)i];
    case_set(c, NULL, NULL, true);
}

/* delta_1 from 52 to 210 degrees, through the Lambda(1405) and the threshold of Kbar N. */
static void yamaguchi_has_its_phases(void **state) {
    (void)state;
    static const double W[7] = {1340.0, 1380.0, 1410.0, 1433.0, 1437.0, 1450.0, 1500.0};
    static const double d1[7] = {52.4437113985,  83.6926548003,  120.0834629768, 178.9316678026,
                                 189.5900710894, 198.5852652270, 209.9045789359};
    static const double eta[3] = {0.765407950121, 0.618719020827, 0.685947382816};
    closed_form form = yamaguchi_two();
    coupled_case c = case_open(&form.channels, 11.0, 11, 16);
    double E[7];
    hp_phases at[7];
    set_kernel(&c, &form);
    for (int i = 0; i < 7; i++) E[i] = (W[i] - 138.04 - 1193.15) / 197.3269804;
    follow(&c, E, 7, 0, at);
    for (int i = 0; i < 7; i++) { /* printed digits; exp(-3.5 r) cut at 11 fm is 1e-17 */
        assert_close(degrees(at[i].delta[0]), d1[i], 0.0, 2e-10);
        if (i >= 4) assert_close(at[i].eta[0], eta[i - 4], 0.0, 2e-12);
    }
    case_close(&c);
}

static void separable_deuteron_has_its_bar_phases(void **state) {
    (void)state;
    static const double k[4] = {0.2, 0.5, 1.0, 2.0};
    static const double expected[4][3] = {{126.88535396673, -.00209888633, .40030964012},
                                          {85.46971994466, .01211461031, 2.95716654917},
                                          {50.83242622156, .81567342696, 7.53079328920},
                                          {19.44228122757, 2.02292706662, 6.37125127215}};
    closed_form form = separable_deuteron();
    coupled_case c = case_open(&form.channels, 26.0, 13, 16);
    double E[4];
    hp_phases at[4];
    set_kernel(&c, &form);
    for (int i = 0; i < 4; i++) E[i] = k[i] * k[i];
    follow(&c, E, 4, 1, at);
    for (int i = 0; i < 4; i++) { /* printed digits */
        assert_close(degrees(at[i].stapp[0]), expected[i][0], 0.0, 2e-11);
        assert_close(degrees(at[i].stapp[1]), expected[i][1], 0.0, 2e-11);
        assert_close(degrees(at[i].stapp_epsilon), expected[i][2], 0.0, 2e-11);
        assert_close(at[i].blatt[1], 0.0, 0.0, 1e-13);
    }
    case_close(&c);
}

static void gauss(double r, double *w, double *slope, void *context) {
    *w = -*(double *)context * exp(-r * r);
    if (slope != NULL) *slope = 0.0;
}

static void gauss_matrix(double r, double *w, void *context) {
    gauss(r, w, NULL, context);
}

/* Phases and C(k) of the solver of one wave, with charges of any sign. */
static void compare_one_wave(double depth, double strength, int states) {
    enum { N = 12, NODES = 7 * 16 };
    hp_channels channels = case_waves(1, (int[]){0});
    coupled_case c = case_open(&channels, 7.0, 7, 16);
    hp_nystroem *one = NULL;
    double E[N], delta[N], kcot[N], local[NODES], u[NODES], wave[NODES], tangent, X, Y;
    hp_phases at[N];
    int found;
    for (int i = 0; i < N; i++) E[i] = 0.01 * pow(2.1, i);
    for (int i = 0; i < NODES; i++) gauss(c.grid.r[i], &local[i], NULL, &depth);
    hp_interaction interaction = {
        .local = local, .local_at = gauss, .context = &depth, .coulomb = {.strength = strength}};
    channels.coulomb[0].strength = c.channels.coulomb[0].strength = strength;
    case_set(&c, gauss_matrix, &depth, false);
    assert_ok(hp_nystroem_create(&c.grid, &one, &c.err), &c.err);
    assert_ok(hp_nystroem_set_interaction(one, &interaction, &c.err), &c.err);
    assert_ok(hp_nystroem_phase_shifts(one, E, N, delta, kcot, &c.err), &c.err);
    assert_ok(hp_nystroem_count_bound(one, &found, &c.err), &c.err);
    assert_int_equal(found, states);
    solutions = 0;
    follow(&c, E, N, states, at);
    assert_true(solutions < 60); /* no search at threshold, also where delta(0) is no n pi */
    for (int i = 0; i < N; i++) {
        hp_tmatrix T;
        hp_femto_channels source = {0, {1.0}, 0.9};
        assert_close(at[i].sum, delta[i], 0.0, 1e-13); /* roundings of two sums */
        assert_close(at[i].delta[0], delta[i], 0.0, 1e-13);
        assert_ok(hp_coupled_solve(c.solver, E[i], &T, wave, &c.err), &c.err);
        assert_ok(hp_coupled_femto_excess(&c.grid, &channels, &source, &T, wave, &X, &c.err),
                  &c.err);
        assert_ok(hp_nystroem_wave(one, E[i], u, &tangent, &c.err), &c.err);
        assert_ok(hp_femto_excess(&c.grid, u, tangent, E[i], strength, 0.9, &Y, &c.err), &c.err);
        assert_close(X, Y, 1e-13, 1e-14);
    }
    hp_nystroem_destroy(&one);
    case_close(&c);
}

static void one_wave_is_that_of_the_other_solver(void **state) {
    (void)state;
    compare_one_wave(10.0, 0.0, 1);
    compare_one_wave(10.0, 0.5, 1);
    /* delta(0) is close to either end of ((n - 1) pi, n pi] */
    compare_one_wave(0.3, -0.5, 1);
    compare_one_wave(-10.0, -0.5, 0);
    compare_one_wave(10.0, -0.5, 1);
}

static void gauss_pair(double r, double *w, void *context) {
    double e = exp(-r * r);
    (void)context;
    w[0] = w[1] = w[2] = -e;
    w[3] = -5.0 * e;
}

/* K of spec 3(c), "Coulomb in component 1": eta at E = 4, and the single phases below 2. C(k) does
 * not depend on where the force of the charges alone begins. */
static void charged_component_beside_a_neutral_one(void **state) {
    (void)state;
    static const double strength[3] = {-0.5, 0.5, 0.0};
    static const double K[3][5] = {
        {.61863030431, 1.477000105347, .294504876811, .547128424531, 2.649077450857},
        {.10816568814, 3.093254369243, .299643911827, .575149189303, 2.779690686349},
        {.407071865395, 2.207993220519, .303097003224, .571718999786, 2.715526587340}};
    static const double E[3] = {0.3, 1.5, 4.0};
    hp_channels channels = case_channels(2, (double[]){1.0, 1.0}, (double[]){0.0, 2.0});
    for (int s = 0; s < 3; s++) {
        double first[3][2];
        channels.coulomb[0].strength = strength[s];
        for (int range = 7; range < 10; range += 2) {
            coupled_case c = case_open(&channels, range, range, 16);
            double wave[4 * 9 * 16], X;
            hp_phases at[3];
            case_set(&c, gauss_pair, NULL, false);
            follow(&c, E, 3, 0, at);
            for (int i = 0; i < 2; i++) /* printed digits: 11 or 12 */
                assert_close(tan(at[i].delta[0]), K[s][i], 6e-12, 1e-11);
            double complex iK[4] = {I * K[s][2], I * K[s][3], I * K[s][3], I * K[s][4]};
            double complex det = (1.0 - iK[0]) * (1.0 - iK[3]) - iK[1] * iK[2];
            double complex S11 = ((1.0 + iK[0]) * (1.0 - iK[3]) + iK[1] * iK[2]) / det;
            assert_complex(at[2].S[0], S11, 1e-11);
            if (s == 0) assert_close(at[2].eta[0], .9305784922, 0.0, 6e-11);
            for (int i = 0; i < 3; i++)
                for (int observed = 0; observed < (i == 2 ? 2 : 1); observed++) {
                    hp_femto_channels source = {observed, {1.0, 1.0}, 1.1};
                    hp_tmatrix T;
                    assert_ok(hp_coupled_solve(c.solver, E[i], &T, wave, &c.err), &c.err);
                    assert_ok(
                        hp_coupled_femto_excess(&c.grid, &channels, &source, &T, wave, &X, &c.err),
                        &c.err);
                    /* exp(-49) of potential, rounding of Coulomb functions */
                    if (range > 7) assert_close(X, first[i][observed], 1e-12, 1e-12);
                    first[i][observed] = X;
                }
            case_close(&c);
        }
    }
}

/* Opposite charges in the upper channel: states without number below its threshold, and yet there
 * are phases on either side. */
static void attractive_threshold_is_crossed(void **state) {
    (void)state;
    static const double E[4] = {0.5, 1.8, 2.2, 4.0};
    hp_channels channels = case_channels(2, (double[]){1.0, 1.0}, (double[]){0.0, 2.0});
    coupled_case c;
    hp_phases at[4];
    channels.coulomb[1].strength = -0.7;
    c = case_open(&channels, 7.0, 7, 16);
    case_set(&c, gauss_pair, NULL, false);
    follow(&c, E, 4, 0, at);
    for (int i = 0; i < 4; i++) {
        double complex det = 1.0;
        assert_int_equal(at[i].nopen, i < 2 ? 1 : 2);
        det = i < 2 ? at[i].S[0] : at[i].S[0] * at[i].S[3] - at[i].S[1] * at[i].S[2];
        assert_complex(cexp(2.0 * I * at[i].sum), det, 1e-12); /* roundings */
    }
    case_close(&c);
}

/* The other way round: the closed component has charges, and its tail. */
static void closed_charges_have_their_tail(void **state) {
    (void)state;
    hp_channels channels = case_channels(2, (double[]){1.0, 1.0}, (double[]){0.0, 2.0});
    for (int sign = -1; sign < 2; sign++) {
        double first = 0.0;
        channels.coulomb[1].strength = 0.7 * sign;
        for (int range = 7; range < 10; range += 2) {
            coupled_case c = case_open(&channels, range, range, 16);
            double wave[2 * 9 * 16], X;
            hp_femto_channels source = {0, {1.0, 1.0}, 3.0};
            hp_tmatrix T;
            case_set(&c, gauss_pair, NULL, false);
            assert_ok(hp_coupled_solve(c.solver, 1.8, &T, wave, &c.err), &c.err);
            assert_ok(hp_coupled_femto_excess(&c.grid, &channels, &source, &T, wave, &X, &c.err),
                      &c.err);
            print_message("charge %d, range %d: X = %.15g\n", sign, range, X);
            if (range > 7) assert_close(X, first, 1e-11, 0.0); /* as above */
            first = X;
            case_close(&c);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wells_have_the_phases_of_their_closed_form),
        cmocka_unit_test(wells_have_their_correlations),
        cmocka_unit_test(yamaguchi_has_its_phases),
        cmocka_unit_test(separable_deuteron_has_its_bar_phases),
        cmocka_unit_test(one_wave_is_that_of_the_other_solver),
        cmocka_unit_test(charged_component_beside_a_neutral_one),
        cmocka_unit_test(attractive_threshold_is_crossed),
        cmocka_unit_test(closed_charges_have_their_tail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
