// SPDX-License-Identifier: GPL-3.0-or-later
/* Argonne v18 of neutron and proton from its table: phase shifts, deuteron, and what the points of
 * the table and the nodes cost. */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include "hadpot/units.h"
#include "nucleon_forms.h"

/* hbar^2/(2 mu) with the masses and hbar c of Wiringa et al., MeV fm^2. */
static const double H = 41.4710806362388;
static const double K2[8] = {0.012048290720802, 0.060241453664643, 0.12048290748015,
                             0.30120726981994,  0.60241454329439,  1.2048291006529,
                             2.4096582535035,   3.6144874513659};

static const char FULL[] = HADPOT_SOURCE_DIR "/data/av18_np.csv";
static const char STRONG[] = HADPOT_SOURCE_DIR "/data/av18_np_strong.csv";

/* Waves l[0], l[1] of one J, and the columns of a file with their elements 00, 01, 11. */
static nucleons make(const char *file, int n, const int *l, const char *const *column) {
    nucleons s = {.err = HP_ERROR_INIT};
    const hp_spin_state spin[] = {{3, 2}, {3, 2}};
    s.channels = (hp_channels){
        .npair = 1, .ncomponent = n, .pair = {hp_pair_of_reduced_mass(HP_HBARC_MEV_FM / (2 * H))}};
    for (int c = 0; c < n; c++) s.channels.component[c].l = l[c];
    assert_ok(hp_form_matrix_create(&s.channels, spin, &s.matrix, &s.err), &s.err);
    for (int c = 0, i = 0; c < n; c++)
        for (int d = c; d < n; d++, i++)
            assert_ok(hp_forms_read_local(hp_form_matrix_element(s.matrix, c, d), file, column[i],
                                          &s.err),
                      &s.err);
    return s;
}

/* The printed digits are those of the potential itself. A cubic spline through points 5 fm/1000
 * apart moves phases by 1.6e-7 degrees at most. */
static const double SPLINE = 3e-7;

static void check_coupled(nucleons *s) {
    static const double expected[8][3] = {{147.7494239737, 0.1053505961, -0.0037583223},
                                          {118.1820736192, 0.6644310622, -0.1669896742},
                                          {102.6221090298, 1.1427904415, -0.6463233725},
                                          {80.6757016235, 1.7699903934, -2.7185050585},
                                          {62.8888615524, 2.1133633508, -6.2763583731},
                                          {43.5091255699, 2.5207562533, -12.0380471394},
                                          {21.9414784161, 3.4255259900, -19.8219894251},
                                          {8.1312032734, 4.4291416554, -24.8346864321}};
    hp_phases at[8];
    double largest = 0;
    follow(s, K2, 1, at);
    for (int i = 0; i < 8; i++) {
        double found[3] = {degrees(at[i].stapp[0]), degrees(at[i].stapp_epsilon),
                           degrees(at[i].stapp[1])};
        for (int j = 0; j < 3; j++) {
            assert_close(found[j], expected[i][j], 0, SPLINE);
            largest = fmax(largest, fabs(found[j] - expected[i][j]));
        }
    }
    print_message("3S1-3D1, %d panels of %d nodes: largest difference %.1e degrees\n",
                  s->grid.panels, s->grid.order, largest);
}

/* B, kappa, P_D in %, rms/2, Q, A_S, eta. */
static const double DEUTERON[] = {2.2245743588, 0.231606523174, 5.7598647,  1.967338769,
                                  0.269670063,  0.885058049,    0.025042602};
static const double STRONG_DEUTERON[] = {2.2422106813, NAN,         5.7759022,  1.961412107,
                                         0.269172820,  0.887729900, 0.025228699};

static void check_deuteron(nucleons *s, const double *expected) {
    hp_bound_state state[2];
    int found;
    assert_ok(hp_coupled_bound_states(s->solver, 2, state, NULL, &found, &s->err), &s->err);
    assert_int_equal(found, 1);
    double B = -state[0].energy * HP_HBARC_MEV_FM, uu = state[0].r2[0];
    double uw = state[0].r2[1], ww = state[0].r2[3];
    double kappa = isnan(expected[1]) ? state[0].kappa[0] : expected[1];
    assert_close(B, expected[0], 0, 1e-8); /* what the spline leaves, and likewise below */
    assert_close(state[0].kappa[0], kappa, 0, 1e-9);
    assert_close(100 * state[0].probability[1], expected[2], 0, 1e-7);
    assert_close(sqrt(uu + ww) / 2, expected[3], 0, 5e-9);
    assert_close((sqrt(8) * uw - ww) / 20, expected[4], 0, 1e-9);
    assert_close(state[0].asymptotic[0], expected[5], 0, 2e-9);
    assert_close(state[0].asymptotic[1] / state[0].asymptotic[0], expected[6], 0, 1e-9);
    print_message("deuteron: B = %.10f MeV, P_D = %.7f %%\n", B, 100 * state[0].probability[1]);
}

static void the_deuteron_channel(void **state) {
    (void)state;
    static const char *const columns[] = {"v_3s1", "v_sd", "v_3d1"};
    nucleons s = make(FULL, 2, (int[]){0, 2}, columns);
    for (int order = 12; order <= 16; order += 4) {
        usual_nodes(&s, order);
        check_coupled(&s);
        check_deuteron(&s, DEUTERON);
        forget_nodes(&s);
    }
    /* Edges at 48 of the 4000 points, as for one S wave: most points lie inside of panels. */
    const hp_forms_grid_options edges = {.edges_alone = true, .order = 16};
    hp_quadrature grid;
    assert_ok(hp_form_matrix_create_grid(s.matrix, &edges, &grid, &s.err), &s.err);
    assert_int_equal(grid.panels, 48);
    set_nodes(&s, grid.edge, grid.panels, 12);
    check_coupled(&s);
    check_deuteron(&s, DEUTERON);
    forget_nodes(&s);
    hp_quadrature_destroy(&grid);
    hp_form_matrix_destroy(&s.matrix);
}

static void uncoupled_waves(void **state) {
    (void)state;
    static const struct {
        const char *column;
        int l;
        double expected[8];
    } waves[] = {{"v_1s0",
                  0,
                  {62.0152092917, 63.5025534508, 59.7779794859, 50.6100959632, 40.0878459474,
                   26.0210939998, 7.9963040125, -4.5441399854}},
                 {"v_1p1",
                  1,
                  {-0.1900952818, -1.5134853811, -3.1059978221, -6.4820665131, -9.8468125899,
                   -14.1929386433, -20.7765092200, -26.2563295917}},
                 {"v_3p0",
                  1,
                  {0.1957011396, 1.6943455900, 3.7859245092, 8.4346685991, 11.1223780128,
                   8.8122398501, -1.3275645815, -10.9693681866}},
                 {"v_3p1",
                  1,
                  {-0.1084796054, -0.9309767519, -2.0459437699, -4.8266665560, -8.1549277477,
                   -13.0771616615, -21.2352000017, -28.5084784150}},
                 {"v_1d2",
                  2,
                  {0.0011207266, 0.0415957085, 0.1571072201, 0.6796818427, 1.7031792866,
                   3.8086628059, 7.3057860559, 9.4475919621}}};
    for (size_t i = 0; i < sizeof waves / sizeof *waves; i++) {
        nucleons s = make(FULL, 1, &waves[i].l, &waves[i].column);
        hp_phases at[8];
        double largest = 0;
        usual_nodes(&s, 16);
        follow(&s, K2, 0, at);
        for (int j = 0; j < 8; j++) {
            assert_close(degrees(at[j].delta[0]), waves[i].expected[j], 0, SPLINE);
            largest = fmax(largest, fabs(degrees(at[j].delta[0]) - waves[i].expected[j]));
        }
        print_message("%s: largest difference %.1e degrees\n", waves[i].column, largest);
        forget_nodes(&s);
        hp_form_matrix_destroy(&s.matrix);
    }
}

/* D at k = -i kappa, real. */
static double on_the_axis(nucleons *s, double kappa) {
    double complex phase;
    double size, energy = hp_channels_energy(&s->channels, 0, -kappa * kappa);
    assert_ok(hp_coupled_determinant(s->solver, energy, 1, &phase, &size, &s->err), &s->err);
    return creal(phase) * exp(size);
}

/* The virtual state of 1S0, of which V = 0 beyond 20 fm is a part. */
static void check_virtual_state(const char *file, double expected) {
    static const char *const column = "v_1s0";
    nucleons s = make(file, 1, (int[]){0}, &column);
    double a = 0.039, b = 0.041;
    usual_nodes(&s, 16);
    double fa = on_the_axis(&s, a), fb = on_the_axis(&s, b);
    for (int i = 0; i < 8 && fabs(b - a) > 1e-14; i++) { /* secants */
        double c = b - fb * (b - a) / (fb - fa);
        a = b, fa = fb, b = c, fb = on_the_axis(&s, c);
    }
    assert_close(b, expected, 0, 1e-9); /* the spline */
    print_message("virtual state: kappa = %.12f/fm\n", b);
    forget_nodes(&s);
    hp_form_matrix_destroy(&s.matrix);
}

static void the_virtual_state(void **state) {
    (void)state;
    check_virtual_state(FULL, 0.039980443959);
    check_virtual_state(STRONG, 0.041041758051);
}

/* Without the electromagnetic part, at 1 MeV. */
static void the_strong_part_alone(void **state) {
    (void)state;
    static const char *const columns[] = {"v_3s1", "v_sd", "v_3d1"};
    static const char *const single[] = {"v_1s0", "v_3p0"};
    static const double expected[] = {61.5201034, 0.1802848};
    hp_phases at[8];
    nucleons s = make(STRONG, 2, (int[]){0, 2}, columns);
    usual_nodes(&s, 12);
    check_deuteron(&s, STRONG_DEUTERON);
    follow(&s, K2, 1, at);
    assert_close(degrees(at[0].stapp[0]), 147.8379511, 0, SPLINE);
    assert_close(degrees(at[0].stapp_epsilon), 0.1022771, 0, SPLINE);
    assert_close(degrees(at[0].stapp[1]), -0.0050780, 0, SPLINE);
    forget_nodes(&s);
    hp_form_matrix_destroy(&s.matrix);
    for (int l = 0; l < 2; l++) {
        s = make(STRONG, 1, &l, &single[l]);
        usual_nodes(&s, 16);
        follow(&s, K2, 0, at);
        assert_close(degrees(at[0].delta[0]), expected[l], 0, SPLINE);
        forget_nodes(&s);
        hp_form_matrix_destroy(&s.matrix);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_deuteron_channel),
        cmocka_unit_test(uncoupled_waves),
        cmocka_unit_test(the_virtual_state),
        cmocka_unit_test(the_strong_part_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
