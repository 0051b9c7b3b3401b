// SPDX-License-Identifier: GPL-3.0-or-later
/* The virtual state of AV18 np in 1S0, from tables of the published potential. */
#include "nucleons.h"
#include "poles_model.h"

static void set_table(poles_model *m, nucleon_table *t) {
    for (int i = 0; i < m->grid.n; i++) nucleon_table_at(m->grid.r[i], &m->local[i], t);
    poles_model_set(m, false, true);
}

/* Panels of 12 nodes, as the reference (16): 12 digits of kappa. */
static poles_model open_range(double range) {
    hp_channels channels = {.npair = 1, .ncomponent = 1};
    double edge[NUCLEON_PANELS + 1];
    int panels = nucleon_edges(range, edge);
    channels.pair[0] = hp_pair_of_masses(PROTON / NUCLEON_HBARC, NEUTRON / NUCLEON_HBARC);
    return poles_model_open(edge, panels, 12, &channels);
}

/* The table with its spline gives kappa to 1e-9 of what the potential itself has. */
static void virtual_state(void **state) {
    (void)state;
    static const char *const column = "v_1s0";
    nucleon_table full, strong;
    static const double kappa_of_range[2] = {0.039981169510, 0.039995215638};
    poles_model m = open_range(20.0);
    assert_ok(nucleon_table_read(&full, "av18_np.csv", 1, &column, &m.err), &m.err);
    assert_ok(nucleon_table_read(&strong, "av18_np_strong.csv", 1, &column, &m.err), &m.err);
    hp_pole pole[20], moved;
    set_table(&m, &full);
    hp_pole_region region = {-2.0 / NUCLEON_HBARC, 10.0 / NUCLEON_HBARC, 5.0 / NUCLEON_HBARC};
    assert_int_equal(poles_model_find(&m, 0, region, pole), 0);
    assert_int_equal(poles_model_find(&m, 1, region, pole), 1);
    assert_int_equal(pole[0].kind, HP_POLE_VIRTUAL);
    assert_close(cimag(pole[0].k[0]), -0.039980443959, 0.0, 1e-9);
    assert_close(creal(pole[0].energy) * NUCLEON_HBARC, -0.0662888641, 0.0, 4e-9);
    printf("    kappa %.12f, E %.10f MeV, change %.2e MeV\n", -cimag(pole[0].k[0]),
           creal(pole[0].energy) * NUCLEON_HBARC, pole[0].change * NUCLEON_HBARC);
    /* 0.8 x 20 is the cut-off at 16 fm */
    double shorter =
        creal(pole[0].energy) * 0.039981169510 * 0.039981169510 / (0.039980443959 * 0.039980443959);
    assert_close(pole[0].change, fabs(shorter - creal(pole[0].energy)), 1e-5, 0.0);
    set_table(&m, &strong);
    assert_ok(hp_pole_track(m.solver, pole, &moved, &m.err), &m.err);
    assert_close(cimag(moved.k[0]), -0.041041758051, 0.0, 1e-9);
    assert_close(creal(moved.energy) * NUCLEON_HBARC, -0.0698549625, 0.0, 4e-9);
    poles_model_close(&m);
    for (int i = 0; i < 2; i++) {
        m = open_range(i == 0 ? 16.0 : 12.0);
        set_table(&m, &full);
        assert_ok(hp_pole_track(m.solver, pole, &moved, &m.err), &m.err);
        assert_close(cimag(moved.k[0]), -kappa_of_range[i], 0.0, 1e-9);
        poles_model_close(&m);
    }
    nucleon_table_free(&full);
    nucleon_table_free(&strong);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(virtual_state)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
