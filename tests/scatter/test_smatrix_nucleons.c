// SPDX-License-Identifier: GPL-3.0-or-later
/* Two nucleons in 3S1-3D1: phases of Reid's soft core through the solver. */
#include "coupled_case.h"

#include <stdio.h>
#include "hadpot/smatrix.h"
#include "nucleons.h"

static hp_status solve(double energy, hp_tmatrix *T, void *context, hp_error *err) {
    return hp_coupled_solve(((coupled_case *)context)->solver, energy, T, NULL, err);
}

static coupled_case reid_case(const int *l) {
    double edge[NUCLEON_PANELS + 1];
    hp_channels channels = case_waves(2, l);
    return case_open_panels(&channels, edge, nucleon_edges(20.0, edge), 12);
}

static const double lab[8] = {1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 200.0, 300.0};

static void reid_follow(coupled_case *c, hp_phases *at) {
    double energy[8];
    for (int i = 0; i < 8; i++) energy[i] = lab[i] / (2.0 * REID_HBAR2_OVER_M);
    assert_ok(hp_phases_follow(&c->channels, solve, c, energy, 8, 1, 20.0, at, &c->err), &c->err);
}

static void reid_has_its_table(void **state) {
    (void)state;
    static const double expected[8][3] = {
        {147.914520113, -0.005478527, 0.106711774}, {118.475269277, -0.195492800, 0.679184140},
        {102.910815475, -0.725449970, 1.171410674}, {80.665317096, -3.018961409, 1.849260359},
        {62.196899334, -6.895352911, 2.366870865},  {41.641459007, -12.682689887, 3.359440155},
        {18.580791999, -19.113863717, 5.673703684}, {3.745794732, -22.967061401, 7.739798888}};
    coupled_case c = reid_case((int[]){0, 2});
    hp_phases at[8];
    double largest = 0.0;
    case_set(&c, reid_soft_core_at, NULL, false);
    reid_follow(&c, at);
    for (int i = 0; i < 8; i++) {
        double found[3] = {degrees(at[i].stapp[0]), degrees(at[i].stapp[1]),
                           degrees(at[i].stapp_epsilon)};
        assert_true(at[i].mixes);
        for (int j = 0; j < 3; j++) {
            largest = fmax(largest, fabs(found[j] - expected[i][j]));
            assert_close(found[j], expected[i][j], 0.0, 2e-9); /* printed digits, 12 nodes */
        }
    }
    print_message("Reid: largest difference %.2g degrees\n", largest);
    case_close(&c);
}

static void reid_swapped(double r, double *w, void *context) {
    reid_soft_core_at(r, w, context);
    double swap = w[0];
    w[0] = w[3];
    w[3] = swap;
}

/* D before S: the same numbers in another order, the same signs. */
static void order_of_waves_does_not_matter(void **state) {
    (void)state;
    coupled_case c = reid_case((int[]){0, 2}), other = reid_case((int[]){2, 0});
    hp_phases at[8], swapped[8];
    case_set(&c, reid_soft_core_at, NULL, false);
    case_set(&other, reid_swapped, NULL, false);
    reid_follow(&c, at);
    reid_follow(&other, swapped);
    for (int i = 0; i < 8; i++) { /* roundings behind a core of 1e5 MeV */
        for (int a = 0; a < 2; a++) {
            assert_close(swapped[i].stapp[1 - a], at[i].stapp[a], 0.0, 1e-11);
            assert_close(swapped[i].blatt[1 - a], at[i].blatt[a], 0.0, 1e-11);
            assert_close(swapped[i].eigenphase[1 - a], at[i].eigenphase[a], 0.0, 1e-11);
        }
        assert_close(swapped[i].stapp_epsilon, at[i].stapp_epsilon, 0.0, 1e-11);
        assert_close(swapped[i].blatt_epsilon, at[i].blatt_epsilon, 0.0, 1e-11);
        assert_complex(swapped[i].S[3], at[i].S[0], 1e-11);
        assert_complex(swapped[i].S[1], at[i].S[1], 1e-11);
    }
    case_close(&c);
    case_close(&other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reid_has_its_table),
        cmocka_unit_test(order_of_waves_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
