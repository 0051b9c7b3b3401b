// SPDX-License-Identifier: GPL-3.0-or-later
/* Reid's soft core in 3S1-3D1 from forms and operators. */
#include "reid_case.h"

#include "hadpot/smatrix.h"
#include "nucleons.h"

static const double LAB[8] = {1, 5, 10, 25, 50, 100, 200, 300};

/* The panels of nucleon_edges, up to 20 fm. */
static void usual_nodes(nucleons *s, int order) {
    double edge[NUCLEON_PANELS + 1];
    int panels = nucleon_edges(20.0, edge);
    set_nodes(s, edge, panels, order);
}

static hp_status solve(double energy, hp_tmatrix *T, void *context, hp_error *err) {
    return hp_coupled_solve(((nucleons *)context)->solver, energy, T, NULL, err);
}

static void follow(nucleons *s, int bound, hp_phases at[8]) {
    double energy[8];
    for (int i = 0; i < 8; i++) energy[i] = hp_channels_energy(&s->channels, 0, LAB[i] / (2 * H));
    assert_ok(hp_phases_follow(&s->channels, solve, s, energy, 8, bound, 20, at, &s->err), &s->err);
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
    int found;
    usual_nodes(&s, 16);
    follow(&s, 1, at);
    for (int i = 0; i < 8; i++) { /* printed digits */
        assert_close(degrees(at[i].stapp[0]), expected[i][0], 0, 1e-9);
        assert_close(degrees(at[i].stapp[1]), expected[i][1], 0, 1e-9);
        assert_close(degrees(at[i].stapp_epsilon), expected[i][2], 0, 1e-9);
    }
    assert_ok(hp_coupled_bound_states(s.solver, 1, state_of, NULL, &found, &s.err), &s.err);
    assert_int_equal(found, 1);
    const double *square = state_of[0].r2;
    /* printed digits, of kappa those that the difference of two small numbers leaves */
    assert_close(-state_of[0].energy * HP_HBARC_MEV_FM, 2.2246020776, 0, 1e-9);
    assert_close(state_of[0].kappa[0], 0.231610983937, 0, 1e-10);
    assert_close(100 * state_of[0].probability[1], 6.4696106, 0, 1e-7);
    assert_close(sqrt(square[0] + square[3]) / 2, 1.956921899, 0, 1e-9);
    assert_close((sqrt(8) * square[1] - square[3]) / 20, 0.279643161, 0, 1e-9);
    assert_close(state_of[0].asymptotic[0], 0.877580084, 0, 1e-9);
    assert_close(state_of[0].asymptotic[1] / state_of[0].asymptotic[0], 0.026227211, 0, 1e-9);
    forget_nodes(&s);
    hp_form_matrix_destroy(&s.matrix);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phases_and_deuteron),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
