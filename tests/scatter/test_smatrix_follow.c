// SPDX-License-Identifier: GPL-3.0-or-later
/* Continuity of phases: narrow resonances, thresholds, avoided crossings, order of components,
 * solvers that fail. */
#include "closed_forms.h"

#include "hadpot/smatrix.h"

static void follow(closed_form *form, const double *energy, int n, int bound, hp_phases *at) {
    hp_error err = HP_ERROR_INIT;
    form->solutions = 0;
    assert_ok(hp_phases_follow(&form->channels, wells_solve, form, energy, n, bound, 1.0, at, &err),
              &err);
}

static void assert_same(const hp_phases *at, const hp_phases *other, double atol) {
    assert_close(at->sum, other->sum, 0.0, atol);
    assert_int_equal(at->nopen, other->nopen);
    for (int a = 0; a < at->nopen; a++) {
        assert_close(at->delta[a], other->delta[a], 0.0, atol);
        assert_close(at->eta[a], other->eta[a], 0.0, atol);
        assert_close(at->eigenphase[a], other->eigenphase[a], 0.0, atol);
        for (int b = 0; b < at->nopen; b++)
            assert_close(at->vector[a * at->nopen + b], other->vector[a * at->nopen + b], 0.0,
                         atol);
    }
}

/* The bound state of the closed channel of c1 at E = 5.0686, coupled by less and less: widths of
 * 0.3 to 1e-13. delta_1 turns by pi, however far apart the energies are. */
static void narrow_resonances_are_seen(void **state) {
    (void)state;
    static const double E[3] = {0.5, 4.0, 5.9};
    closed_form alone = two_wells(1.0, 6.0, -1.0, 0.0, -5.0);
    hp_phases free[3], at[3];
    alone.without_sign = true; /* then the state without width is not seen */
    follow(&alone, E, 3, 0, free);
    assert_true(free[2].sum < 1.0);
    for (double V12 = -0.1; V12 < -4e-7; V12 *= 0.1) {
        closed_form form = two_wells(1.0, 6.0, -1.0, V12, -5.0);
        follow(&form, E, 3, 0, at);
        for (int i = 0; i < 3; i++) /* the change is of second order in V12, with 1/(E - E_R) */
            assert_close(at[i].sum, free[i].sum + (i == 2 ? M_PI : 0.0), 0.0,
                         3.0 * V12 * V12 + 1e-12);
        print_message("coupling %g: %d solutions\n", V12, form.solutions);
        assert_true(form.solutions < 150);
    }
}

/* A state of channel 2 at its threshold within 1e-4: tot turns on the scale of k_2 = 1e-2 on both
 * sides. */
static void cusps_at_threshold_are_followed(void **state) {
    (void)state;
    for (int side = -1; side < 2; side += 2) {
        closed_form form = two_wells(1.0, 6.0, -1.0, -0.02, -M_PI * M_PI / 4.0 - 0.02 * side);
        static const double far[2] = {1.0, 12.0};
        double near[400];
        hp_phases at[2], all[400];
        for (int i = 0; i < 400; i++) near[i] = 1.0 + 11.0 * i / 399.0;
        follow(&form, far, 2, 0, at);
        follow(&form, near, 400, 0, all);
        assert_same(&at[0], &all[0], 1e-12); /* rounding */
        assert_same(&at[1], &all[399], 1e-12);
    }
}

/* Numbers from 0 to 1, the same on all machines. */
static double uniform(unsigned long *seed) {
    *seed = (*seed * 6364136223846793005UL + 1442695040888963407UL) & 0xffffffffffffffffUL;
    return (double)(*seed >> 11) / 9007199254740992.0;
}

static closed_form any_wells(unsigned long seed) {
    int n = 2 + (int)(seed % 3);
    double twice_mu[FORM_N], threshold[FORM_N] = {0.0};
    for (int i = 0; i < 8; i++) uniform(&seed);
    for (int a = 0; a < n; a++) twice_mu[a] = 0.6 + 1.4 * uniform(&seed);
    for (int a = 1; a < n; a++) threshold[a] = 9.0 * uniform(&seed);
    if (uniform(&seed) < 0.2) threshold[1] = 0.0;
    closed_form form = {.channels = s_waves(n, twice_mu, threshold)};
    double coupling = pow(10.0, -1.2 + 1.8 * uniform(&seed));
    for (int a = 0; a < n; a++)
        for (int b = 0; b <= a; b++)
            form.V[a][b] = form.V[b][a] =
                a == b ? 2.0 - 12.0 * uniform(&seed) : coupling * (2.0 * uniform(&seed) - 1.0);
    return form;
}

/* States of wells: changes of sign of the Wronskian with the decaying waves. */
static int count_states(const closed_form *form) {
    int n = form->channels.ncomponent, states = 0;
    double last = 0.0, phi[FORM_N * FORM_N], slope[FORM_N * FORM_N], wronskian[FORM_N * FORM_N];
    for (double kappa = 6.0; kappa > 1e-4; kappa -= 5e-4) {
        double energy = hp_channels_energy(&form->channels, 0, -kappa * kappa);
        well_inside(form, energy, 1.0, phi, slope);
        for (int c = 0; c < n; c++) {
            double f[4];
            free_waves(hp_channels_k2(&form->channels, c, energy), 1.0, f);
            for (int d = 0; d < n; d++)
                wronskian[c * n + d] = f[2] * slope[c * n + d] - f[3] * phi[c * n + d];
        }
        double sign = determinant_sign(n, wronskian);
        states += last != 0.0 && sign != last;
        last = sign;
    }
    return states;
}

/* Wells of two to four channels: what comes out does not depend on the energies asked for, and the
 * sum goes from n_B pi to 0 (Levinson), falling like 1/k in the end: at E = 1e5 it is below 0.2. */
static void energies_asked_for_do_not_matter(void **state) {
    (void)state;
    enum { FEW = 5, MANY = 60 };
    static const double few[FEW] = {1.0, 5.0, 12.0, 40.0, 1e5};
    int most = 0, bound = 0;
    for (unsigned long seed = 1; seed <= 60; seed++) {
        closed_form form = any_wells(seed);
        double many[FEW * MANY];
        hp_phases at[FEW], all[FEW * MANY];
        for (int i = 0; i < FEW * MANY; i++) {
            double low = i < MANY ? 0.0 : few[i / MANY - 1];
            many[i] = low + (few[i / MANY] - low) * (i % MANY + 1) / MANY;
        }
        int states = count_states(&form);
        follow(&form, few, FEW, states, at);
        most = form.solutions > most ? form.solutions : most;
        follow(&form, many, FEW * MANY, states, all);
        /* roundings, where eigenphases are nearly equal times 1e4 in their vectors */
        for (int i = 0; i < FEW; i++) assert_same(&at[i], &all[(i + 1) * MANY - 1], 1e-9);
        assert_close(at[FEW - 1].sum, 0.0, 0.0, 0.2);
        bound += states;
    }
    print_message("%d bound states, at most %d solutions for %d energies\n", bound, most, FEW);
    assert_true(bound > 30);
}

/* All orders of three channels. */
static void order_of_components_does_not_matter(void **state) {
    (void)state;
    static const int order[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                    {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    static const double E[5] = {0.7, 2.5, 4.0, 5.5, 9.0};
    closed_form form = three_wells();
    hp_phases expected[5], at[5];
    follow(&form, E, 5, 0, expected);
    for (int p = 0; p < 6; p++) {
        closed_form other = three_wells();
        for (int c = 0; c < 3; c++) {
            other.channels.component[c] = form.channels.component[order[p][c]];
            for (int d = 0; d < 3; d++) other.V[c][d] = form.V[order[p][c]][order[p][d]];
        }
        follow(&other, E, 5, 0, at);
        for (int i = 0; i < 5; i++) {
            int n = at[i].nopen, from[3]; /* of open a, among the open ones of the other */
            assert_int_equal(n, expected[i].nopen);
            for (int a = 0; a < n; a++) from[a] = order[p][at[i].open[a]];
            for (int a = 0; a < n; a++) { /* roundings */
                assert_close(at[i].delta[a], expected[i].delta[from[a]], 0.0, 1e-12);
                assert_close(at[i].eigenphase[a], expected[i].eigenphase[from[a]], 0.0, 1e-12);
                for (int b = 0; b < n; b++) {
                    double complex S = at[i].S[a * n + b] - expected[i].S[from[a] * n + from[b]];
                    assert_close(cabs(S), 0.0, 0.0, 1e-12);
                }
            }
            assert_close(at[i].sum, expected[i].sum, 0.0, 1e-12);
        }
    }
}

static void unitary_and_symmetric(void **state) {
    (void)state;
    for (unsigned long seed = 1; seed <= 20; seed++) {
        closed_form form = any_wells(seed);
        static const double E[4] = {1.0, 5.0, 12.0, 40.0};
        hp_phases at[4];
        follow(&form, E, 4, 0, at);
        for (int i = 0; i < 4; i++)
            for (int a = 0, n = at[i].nopen; a < n; a++)
                for (int b = 0; b < n; b++) {
                    double complex sum = a == b ? -1.0 : 0.0;
                    for (int c = 0; c < n; c++)
                        sum += conj(at[i].S[c * n + a]) * at[i].S[c * n + b];
                    assert_close(cabs(sum), 0.0, 0.0, 5e-15); /* roundings */
                    assert_true(at[i].S[a * n + b] == at[i].S[b * n + a]);
                }
    }
}

/* Components that do nothing to each other are two single ones, phases that cross included; one
 * without any force has none. */
static void uncoupled_components_are_single_ones(void **state) {
    (void)state;
    static const double E[6] = {0.3, 2.0, 7.0, 20.0, 60.0, 150.0};
    for (int silent = 0; silent < 2; silent++) {
        double V2 = silent ? 0.0 : -9.0;
        closed_form both = two_wells(1.0, 0.0, -4.0, 0.0, V2);
        hp_phases at[6], one[6];
        follow(&both, E, 6, 1, at); /* which belongs to the first */
        for (int c = 0; c < 2; c++) {
            closed_form single = {.channels = s_waves(1, (double[]){1.0}, (double[]){0.0}),
                                  .V = {{c == 0 ? -4.0 : V2}}};
            follow(&single, E, 6, c == 0 ? 1 : 0, one);
            for (int i = 0; i < 6; i++) { /* roundings */
                assert_close(at[i].eigenphase[c], one[i].sum, 0.0, 1e-13);
                assert_close(at[i].delta[c], one[i].delta[0], 0.0, 1e-13);
                assert_close(at[i].eta[c], 1.0, 0.0, 1e-15);
                assert_true(at[i].S[1] == 0.0);
            }
        }
    }
}

/* Identical channels at one threshold mix by 45 degrees at all energies; S_11 goes through 0 where
 * the eigenphases differ by 90 degrees. */
static void a_vanishing_element_has_no_phase(void **state) {
    (void)state;
    closed_form form = two_wells(1.0, 0.0, -6.0, -5.0, -6.0);
    double low = 0.01, high = 30.0, E[1];
    hp_phases at[3];
    for (int step = 0; step < 60; step++) { /* cos(d_1 - d_2) changes its sign */
        E[0] = 0.5 * (low + high);
        follow(&form, E, 1, 1, at);
        double c = cos(at[0].eigenphase[0] - at[0].eigenphase[1]);
        *(c < 0.0 ? &low : &high) = E[0];
    }
    const double around[3] = {0.9 * low, low, 1.1 * low};
    follow(&form, around, 3, 1, at);
    for (int i = 0; i < 3; i++)
        for (int a = 0; a < 2; a++) {
            assert_int_equal(at[i].undefined[a], i == 1);
            assert_close(at[i].eta[a], fabs(cos(at[i].eigenphase[0] - at[i].eigenphase[1])), 0.0,
                         1e-13); /* rounding */
            assert_close(fabs(at[i].vector[a]), M_SQRT1_2, 0.0, 1e-13);
        }
    assert_close(at[2].delta[0] + at[2].delta[1], at[2].sum, 0.0, 1e-13);
}

/* Small phases of high waves keep their digits beside a large one. */
static void small_phases_keep_their_digits(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_channels channels = one_pair(2, (int[]){0, 2});
    double k = 1e-6, t[3] = {3.7, 0.9, 0.21};
    hp_tmatrix T = open_at(&channels, k * k);
    hp_phases at;
    T.T[0] = t[0];
    T.T[1] = T.T[2] = t[1];
    T.T[3] = t[2];
    assert_ok(hp_phases_of_t(&channels, &T, &at, &err), &err);
    /* K = [[k t0, k^3 t1], [., k^5 t2]]: to lowest order; k^2 = 1e-12 beside it */
    assert_close(at.eigenphase[1], -pow(k, 5.0) * (t[2] - t[1] * t[1] / t[0]), 1e-10, 0.0);
    assert_close(at.delta[1], -pow(k, 5.0) * t[2], 1e-10, 0.0);
    assert_close(at.blatt_epsilon, k * k * t[1] / t[0], 1e-10, 0.0);
    assert_close(at.stapp_epsilon, -k * k * k * t[1], 1e-10, 0.0);
}

typedef struct failing {
    closed_form form;
    double low, high; /* no solution in between */
    hp_status status;
} failing;

static hp_status solve_outside(double energy, hp_tmatrix *T, void *context, hp_error *err) {
    failing *at = context;
    HP_REQUIRE(energy < at->low || energy > at->high, at->status, "nothing at E = %.3f", energy);
    return wells_solve(energy, T, &at->form, err);
}

static void energies_without_solution_are_left_out(void **state) {
    (void)state;
    static const double E[4] = {2.0, 4.0, 5.0, 9.0};
    hp_error err = HP_ERROR_INIT;
    failing at = {.form = wells_c1(), .low = 3.9, .high = 4.1, .status = HP_ERR_NUMERIC};
    hp_phases found[4], expected[4];
    follow(&at.form, E, 4, 0, expected);
    assert_ok(hp_phases_follow(&at.form.channels, solve_outside, &at, E, 4, 0, 1.0, found, &err),
              &err);
    for (int i = 0; i < 4; i++)
        if (i != 1) assert_same(&found[i], &expected[i], 1e-13); /* rounding */
    assert_int_equal(found[1].nopen, 0);
    assert_true(isnan(found[1].sum) && isnan(found[1].delta[0]) && found[1].energy == 4.0);
    at.low = 0.0; /* none at all: the first of the reasons */
    at.high = 1e9;
    assert_status(
        hp_phases_follow(&at.form.channels, solve_outside, &at, E, 4, 0, 1.0, found, &err),
        HP_ERR_NUMERIC, &err);
    assert_string_equal(err.message, "nothing at E = 2.000");
    hp_error_clear(&err);
    at.low = 3.9; /* another error than that of an energy ends all */
    at.status = HP_ERR_MEMORY;
    assert_status(
        hp_phases_follow(&at.form.channels, solve_outside, &at, E, 4, 0, 1.0, found, &err),
        HP_ERR_MEMORY, &err);
}

static void bad_input_is_refused(void **state) {
    (void)state;
    static const double E[3][2] = {{0.0, 1.0}, {2.0, 2.0}, {1.0, NAN}};
    static const char *const messages[3] = {
        "phases need positive, ascending energies: number 1 is 0 after 0",
        "phases need positive, ascending energies: number 2 is 2 after 2",
        "phases need positive, ascending energies: number 2 is nan after 1"};
    hp_error err = HP_ERROR_INIT;
    closed_form form = wells_c1();
    hp_phases at[2];
    for (int i = 0; i < 3; i++) {
        assert_status(
            hp_phases_follow(&form.channels, wells_solve, &form, E[i], 2, 0, 1.0, at, &err),
            HP_ERR_INPUT, &err);
        assert_string_equal(err.message, messages[i]);
        hp_error_clear(&err);
    }
    assert_status(hp_phases_follow(&form.channels, wells_solve, &form, E[0], 2, 0, 0.0, at, &err),
                  HP_ERR_INPUT, &err);
    assert_string_equal(err.message, "phases need the range of the interaction, found 0");
    hp_error_clear(&err);
    hp_tmatrix T = well_t(&form, 9.0, NULL);
    T.T[1] = NAN;
    assert_status(hp_phases_of_t(&form.channels, &T, at, &err), HP_ERR_NUMERIC, &err);
    assert_string_equal(err.message, "the K matrix at E = 9 is not finite");
}

/* One component: tan delta may be infinite. */
static void ninety_degrees(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_channels channels = one_pair(1, (int[]){1});
    hp_tmatrix T = open_at(&channels, 0.4);
    hp_phases at;
    T.T[0] = -HUGE_VAL;
    assert_ok(hp_phases_of_t(&channels, &T, &at, &err), &err);
    assert_close(at.delta[0], M_PI_2, 1e-15, 0.0); /* rounding */
    assert_close(creal(at.S[0]), -1.0, 1e-15, 0.0);
    assert_close(at.eta[0], 1.0, 1e-15, 0.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(narrow_resonances_are_seen),
        cmocka_unit_test(cusps_at_threshold_are_followed),
        cmocka_unit_test(energies_asked_for_do_not_matter),
        cmocka_unit_test(order_of_components_does_not_matter),
        cmocka_unit_test(unitary_and_symmetric),
        cmocka_unit_test(uncoupled_components_are_single_ones),
        cmocka_unit_test(a_vanishing_element_has_no_phase),
        cmocka_unit_test(small_phases_keep_their_digits),
        cmocka_unit_test(energies_without_solution_are_left_out),
        cmocka_unit_test(bad_input_is_refused),
        cmocka_unit_test(ninety_degrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
