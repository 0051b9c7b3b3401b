// SPDX-License-Identifier: GPL-3.0-or-later
/* The second solver of coupled channels with tensor forces: Reid's soft core. */
#include "coupled_ode_case.h"

#include <gsl/gsl_errno.h>
#include "nucleons.h"

static const int S_AND_D[2] = {0, 2};

/* E_lab, and delta_S, delta_D, epsilon of Stapp in degrees. */
static const double reid_phases[8][4] = {
    {1, 147.914520113, -0.005478527, 0.106711774},
    {5, 118.475269277, -0.195492800, 0.679184140},
    {10, 102.910815475, -0.725449970, 1.171410674},
    {25, 80.665317096, -3.018961409, 1.849260359},
    {50, 62.196899334, -6.895352911, 2.366870865},
    {100, 41.641459007, -12.682689887, 3.359440155},
    {200, 18.580791999, -19.113863717, 5.673703684},
    {300, 3.745794732, -22.967061401, 7.739798888},
};

static void compare_stapp(coupled_ode_case *c, double k2, const double *expected, double atol,
                          double e_lab) {
    static const char *name[3] = {"delta_S", "delta_D", "epsilon"};
    double bar[3];
    coupled_ode_case_stapp(c, k2, expected[0], bar);
    for (int i = 0; i < 3; i++)
        coupled_ode_case_compare(bar[i], expected[i], 0.0, atol, "E_lab = %g %s", e_lab, name[i]);
}

static void reid_soft_core(void **state) {
    (void)state;
    double edge[NUCLEON_PANELS + 1], energy;
    int panels = nucleon_edges(20.0, edge);
    coupled_ode_case c = {.local = reid_soft_core_at};
    coupled_ode_case_waves(&c, 2, S_AND_D);
    coupled_ode_case_open(&c, edge, panels, 16, 1e-12);
    coupled_ode_case_set(&c);
    for (int i = 0; i < 8; i++)
        compare_stapp(&c, reid_phases[i][0] / (2.0 * REID_HBAR2_OVER_M), reid_phases[i] + 1, 6e-10,
                      reid_phases[i][0]);
    coupled_ode_case_report(&c);
    assert_ok(hp_coupled_ode_bound_state(c.solver, -0.06, -0.05, &energy, &c.err), &c.err);
    coupled_ode_case_compare(-energy * REID_HBAR2_OVER_M, 2.2246020776, 0.0, 6e-11, "B / MeV");
    coupled_ode_case_compare(sqrt(-energy), 0.231610983937, 0.0, 6e-13, "kappa / fm^-1");
    coupled_ode_case_close(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reid_soft_core),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
