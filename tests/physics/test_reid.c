// SPDX-License-Identifier: GPL-3.0-or-later
/* Reid's soft core in 3S1-3D1 (Ann. Phys. 50 (1968) 411) from forms and operators, and what a
 * coupling that does not vanish at the origin costs. */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include "hadpot/units.h"
#include "nucleon_forms.h"

static const double H = 41.47, MASS = 0.7; /* hbar^2/M in MeV fm^2, 1/fm */
static const double LAB[8] = {1, 5, 10, 25, 50, 100, 200, 300};

static nucleons make(void) {
    nucleons s = {.err = HP_ERROR_INIT};
    const hp_spin_state spin[] = {{3, 2}, {3, 2}};
    s.channels = (hp_channels){.npair = 1,
                               .ncomponent = 2,
                               .pair = {hp_pair_of_reduced_mass(HP_HBARC_MEV_FM / (2 * H))},
                               .component = {{0, 0}, {0, 2}}};
    assert_ok(hp_form_matrix_create(&s.channels, spin, &s.matrix, &s.err), &s.err);
    return s;
}

/* V = sum of g_n exp(-n x)/x, x = 0.7 r. */
static void add_yukawas(nucleons *s, hp_operator of, int n, const int *multiple, const double *g) {
    hp_forms *forms = hp_form_matrix_operator(s->matrix, 0, of);
    for (int i = 0; i < n; i++)
        assert_ok(hp_forms_add(forms, HP_FORM_YUKAWA, (double[]){g[i] / MASS, multiple[i] * MASS},
                               &s->err),
                  &s->err);
}

static nucleons make_reid(void) {
    nucleons s = make();
    add_yukawas(&s, HP_CENTRAL, 4, (int[]){1, 2, 4, 6},
                (double[]){-10.463, 105.468, -3187.8, 9924.3});
    add_yukawas(&s, HP_TENSOR, 2, (int[]){4, 6}, (double[]){351.77, -1673.5});
    add_yukawas(&s, HP_SPIN_ORBIT, 2, (int[]){4, 6}, (double[]){708.91, -2713.1});
    assert_ok(hp_forms_add(hp_form_matrix_operator(s.matrix, 0, HP_TENSOR), HP_FORM_TENSOR_YUKAWA,
                           (double[]){-10.463, 4, MASS}, &s.err),
              &s.err);
    return s;
}

static void phases_and_deuteron(void **state) {
    (void)state;
    static const double expected[8][3] = {
        {147.914520113, -0.005478527, 0.106711774}, {118.475269277, -0.195492800, 0.679184140},
        {102.910815475, -0.725449970, 1.171410674}, {80.665317096, -3.018961409, 1.849260359},
        {62.196899334, -6.895352911, 2.366870865},  {41.641459007, -12.682689887, 3.359440155},
        {18.580791999, -19.113863717, 5.673703684}, {3.745794732, -22.967061401, 7.739798888}};
    nucleons s = make_reid();
    hp_phases at[8];
    hp_bound_state state_of[1];
    double k2[8];
    int found;
    for (int i = 0; i < 8; i++) k2[i] = LAB[i] / (2 * H);
    usual_nodes(&s, 16);
    follow(&s, k2, 1, at);
    for (int i = 0; i < 8; i++) { /* printed digits */
        assert_close(degrees(at[i].stapp[0]), expected[i][0], 0, 1e-9);
        assert_close(degrees(at[i].stapp[1]), expected[i][1], 0, 1e-9);
        assert_close(degrees(at[i].stapp_epsilon), expected[i][2], 0, 1e-9);
    }
    assert_ok(hp_coupled_bound_states(s.solver, 1, state_of, NULL, &found, &s.err), &s.err);
    assert_int_equal(found, 1);
    const double *r2 = state_of[0].r2;
    /* printed digits, of kappa those that the difference of two small numbers leaves */
    assert_close(-state_of[0].energy * HP_HBARC_MEV_FM, 2.2246020776, 0, 1e-9);
    assert_close(state_of[0].kappa[0], 0.231610983937, 0, 1e-10);
    assert_close(100 * state_of[0].probability[1], 6.4696106, 0, 1e-7);
    assert_close(sqrt(r2[0] + r2[3]) / 2, 1.956921899, 0, 1e-9);
    assert_close((sqrt(8) * r2[1] - r2[3]) / 20, 0.279643161, 0, 1e-9);
    assert_close(state_of[0].asymptotic[0], 0.877580084, 0, 1e-9);
    assert_close(state_of[0].asymptotic[1] / state_of[0].asymptotic[0], 0.026227211, 0, 1e-9);
    forget_nodes(&s);
    hp_form_matrix_destroy(&s.matrix);
}

/* The largest difference to phases with 32 nodes in each panel, degrees. */
static double error_with_16(nucleons *s) {
    static const double edge[] = {0, 0.25, 0.5, 0.8, 1.2, 1.7, 2.4, 3.3, 4.5, 6, 8, 11, 15, 20};
    hp_tmatrix T;
    hp_phases at[2][2];
    double largest = 0;
    for (int i = 0; i < 2; i++) {
        set_nodes(s, edge, sizeof edge / sizeof *edge - 1, 16 * (i + 1));
        for (int k = 0; k < 2; k++) {
            double energy = hp_channels_energy(&s->channels, 0, k == 0 ? 0.1 : 3.0);
            assert_ok(hp_coupled_solve(s->solver, energy, &T, NULL, &s->err), &s->err);
            assert_ok(hp_phases_of_t(&s->channels, &T, &at[i][k], &s->err), &s->err);
        }
        forget_nodes(s);
    }
    for (int k = 0; k < 2; k++) {
        double sum = at[0][k].stapp[0] + at[0][k].stapp[1];
        sum -= at[1][k].stapp[0] + at[1][k].stapp[1];
        double epsilon = fabs(at[0][k].stapp_epsilon) - fabs(at[1][k].stapp_epsilon);
        largest = fmax(largest, degrees(fmax(fabs(remainder(sum, M_PI)), fabs(epsilon))));
    }
    return largest;
}

typedef struct coupling {
    const char *name;
    int d; /* element (0, d) or (1, 1) */
    hp_form_kind kind;
    double p[5];
    bool lasts; /* errors that a job would see */
} coupling;

/* A coupling between S and D waves must vanish like r^2, one by a kernel like r in S, r^3 in D: a
 * power less is harmless, two are not. */
static void couplings_at_the_origin(void **state) {
    (void)state;
    static const coupling cases[] = {
        {"constant", 1, HP_FORM_GAUSSIAN, {-30, 1}, false},
        {"like r", 1, HP_FORM_REGULAR_YUKAWA, {-30, 2, 0.7}, false},
        {"like 1/r", 1, HP_FORM_YUKAWA, {-30, 0.7}, true},
        {"kernel like 1", 1, HP_FORM_SEPARABLE_KERNEL, {-30, 0, 0, 2, 2}, true},
        {"kernel like r", 1, HP_FORM_SEPARABLE_KERNEL, {-30, 1, 1, 2, 2}, false},
        {"kernel like r^2", 1, HP_FORM_SEPARABLE_KERNEL, {-30, 0, 2, 2, 2}, false},
        {"kernel of D like 1", 2, HP_FORM_SEPARABLE_KERNEL, {-30, 0, 0, 2, 2}, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const coupling *of = &cases[i];
        nucleons s = make();
        int c, d;
        assert_ok(hp_forms_add(hp_form_matrix_operator(s.matrix, 0, HP_CENTRAL), HP_FORM_GAUSSIAN,
                               (double[]){-50, 1.4}, &s.err),
                  &s.err);
        assert_ok(
            hp_forms_add(hp_form_matrix_element(s.matrix, of->d - 1, 1), of->kind, of->p, &s.err),
            &s.err);
        double estimate = degrees(hp_form_matrix_origin_error(s.matrix, 0.25, &c, &d));
        double measured = error_with_16(&s);
        print_message("%-18s estimate %.0e, found %.0e degrees\n", of->name, estimate, measured);
        if (estimate > 0) assert_int_equal(c, 1);
        if (estimate > 0) assert_int_equal(d, of->d - 1);
        assert_true((estimate > 1e-6) == of->lasts && (measured > 1e-6) == of->lasts);
        assert_true(measured < 20 * estimate + 1e-11); /* a factor of 13 is seen */
        if (of->lasts) assert_true(measured > estimate / 10);
        hp_form_matrix_destroy(&s.matrix);
    }
}

/* Reid's V_T is like 1/r at the origin, where the core leaves nothing of the waves. */
static void a_core_keeps_waves_out(void **state) {
    (void)state;
    nucleons s = make_reid();
    int c, d;
    assert_true(degrees(hp_form_matrix_origin_error(s.matrix, 0.25, &c, &d)) < 1e-9);
    assert_true(error_with_16(&s) < 1e-9);
    hp_form_matrix_destroy(&s.matrix);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phases_and_deuteron),
        cmocka_unit_test(couplings_at_the_origin),
        cmocka_unit_test(a_core_keeps_waves_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
