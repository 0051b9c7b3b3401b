// SPDX-License-Identifier: GPL-3.0-or-later
/* The virtual state of AV18 np in 1S0, from tables of the published potential. */
#include <gsl/gsl_interp.h>
#include <stdlib.h>
#include "poles_model.h"

enum { POINTS = 4000 };
static const double HBARC = 197.327053, PROTON = 938.27231, NEUTRON = 939.56563;

typedef struct table {
    double r[POINTS], V[POINTS]; /* fm, MeV */
} table;

static bool read_table(const char *name, table *t) {
    char path[1024], line[1024];
    const char *folder = getenv("HADPOT_AV18");
    if (folder == NULL) folder = HADPOT_SOURCE_DIR "/../shared/reference";
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        print_message("SKIPPED: %s is not here (set HADPOT_AV18 to its folder)\n", path);
        return false;
    }
    int n = 0;
    while (fgets(line, sizeof line, file) != NULL && n < POINTS)
        if (sscanf(line, "%lf,%lf", &t->r[n], &t->V[n]) == 2) n++;
    fclose(file);
    assert_int_equal(n, POINTS);
    return true;
}

/* Cubic spline; nodes below the first point, 5e-3 fm, from the parabola through the first three. */
static void set_table(poles_model *m, const table *t) {
    gsl_interp *spline = gsl_interp_alloc(gsl_interp_cspline, POINTS);
    double unit = 2.0 * m->channels.pair[0].mu / HBARC, value;
    assert_non_null(spline);
    assert_int_equal(gsl_interp_init(spline, t->r, t->V, POINTS), 0);
    for (int i = 0; i < m->grid.n; i++) {
        double r = m->grid.r[i], x = r / t->r[0] - 1.0;
        value = t->V[0] + x * (t->V[1] - t->V[0]) +
                x * (x - 1.0) / 2.0 * (t->V[2] - 2.0 * t->V[1] + t->V[0]);
        if (r >= t->r[0])
            assert_int_equal(gsl_interp_eval_e(spline, t->r, t->V, r, NULL, &value), 0);
        m->local[i] = unit * value;
    }
    gsl_interp_free(spline);
    poles_model_set(m, false, true);
}

/* Edges 0(.25)2(.5)6(1)range of 12 nodes, as the reference (16): 12 digits of kappa. */
static poles_model open_range(double range) {
    hp_channels channels = {.npair = 1, .ncomponent = 1};
    double edge[64] = {0.0};
    int panels = 0;
    for (; edge[panels] < range - 0.01; panels++)
        edge[panels + 1] = edge[panels] + (edge[panels] < 2.0   ? 0.25
                                           : edge[panels] < 6.0 ? 0.5
                                                                : 1.0);
    channels.pair[0] = hp_pair_of_masses(PROTON / HBARC, NEUTRON / HBARC);
    return poles_model_open(edge, panels, 12, &channels);
}

/* The table with its spline gives kappa to 1e-9 of what the potential itself has. */
static void virtual_state(void **state) {
    (void)state;
    static table full, strong;
    static const double kappa_of_range[2] = {0.039981169510, 0.039995215638};
    if (!read_table("av18_np.csv", &full) || !read_table("av18_np_strong.csv", &strong)) return;
    poles_model m = open_range(20.0);
    hp_pole pole[20], moved;
    set_table(&m, &full);
    hp_pole_region region = {-2.0 / HBARC, 10.0 / HBARC, 5.0 / HBARC};
    assert_int_equal(poles_model_find(&m, 0, region, pole), 0);
    assert_int_equal(poles_model_find(&m, 1, region, pole), 1);
    assert_int_equal(pole[0].kind, HP_POLE_VIRTUAL);
    assert_close(cimag(pole[0].k[0]), -0.039980443959, 0.0, 1e-9);
    assert_close(creal(pole[0].energy) * HBARC, -0.0662888641, 0.0, 4e-9);
    printf("    kappa %.12f, E %.10f MeV, change %.2e MeV\n", -cimag(pole[0].k[0]),
           creal(pole[0].energy) * HBARC, pole[0].change * HBARC);
    /* 0.8 x 20 is the cut-off at 16 fm */
    double shorter =
        creal(pole[0].energy) * 0.039981169510 * 0.039981169510 / (0.039980443959 * 0.039980443959);
    assert_close(pole[0].change, fabs(shorter - creal(pole[0].energy)), 1e-5, 0.0);
    set_table(&m, &strong);
    assert_ok(hp_pole_track(m.solver, pole, &moved, &m.err), &m.err);
    assert_close(cimag(moved.k[0]), -0.041041758051, 0.0, 1e-9);
    assert_close(creal(moved.energy) * HBARC, -0.0698549625, 0.0, 4e-9);
    poles_model_close(&m);
    for (int i = 0; i < 2; i++) {
        m = open_range(i == 0 ? 16.0 : 12.0);
        set_table(&m, &full);
        assert_ok(hp_pole_track(m.solver, pole, &moved, &m.err), &m.err);
        assert_close(cimag(moved.k[0]), -kappa_of_range[i], 0.0, 1e-9);
        poles_model_close(&m);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(virtual_state)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
