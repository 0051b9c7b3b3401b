// SPDX-License-Identifier: GPL-3.0-or-later
/* The tensor force, 3S1-3D1 of two nucleons: Reid's soft core (Ann. Phys. 50 (1968) 411) and the
 * tables of Argonne v18 (PRC 51 (1995) 38), its other waves, threshold parameters and states. */
#include "coupled_case.h"

#include <stdio.h>
#include "av18_phases.h"
#include "nucleons.h"

/* 12 nodes give what 16 do to the digits printed. */
enum { ORDER = 12 };

static coupled_case open_nucleons(const hp_channels *channels, double range, int order) {
    double edge[NUCLEON_PANELS + 1];
    return case_open_panels(channels, edge, nucleon_edges(range, edge), order);
}

static const int s_and_d[2] = {0, 2};

static void compare_bar(coupled_case *c, double k2, const double bar[3], double atol,
                        double worst[1]) {
    double complex S[4];
    double phase[3];
    case_s(c, k2, S);
    stapp_phases(S, bar, phase);
    for (int i = 0; i < 3; i++) {
        *worst = fmax(*worst, fabs(phase[i] - bar[i]));
        assert_close(phase[i], bar[i], 0.0, atol);
    }
}

static void reid_soft_core(void **state) {
    (void)state;
    static const struct {
        double energy, bar[3];
    } row[] = {{1, {147.914520113, -0.005478527, 0.106711774}},
               {5, {118.475269277, -0.195492800, 0.679184140}},
               {10, {102.910815475, -0.725449970, 1.171410674}},
               {25, {80.665317096, -3.018961409, 1.849260359}},
               {50, {62.196899334, -6.895352911, 2.366870865}},
               {100, {41.641459007, -12.682689887, 3.359440155}},
               {200, {18.580791999, -19.113863717, 5.673703684}},
               {300, {3.745794732, -22.967061401, 7.739798888}}};
    double worst = 0.0;
    hp_channels channels = case_waves(2, s_and_d);
    coupled_case c = open_nucleons(&channels, 20.0, ORDER);
    case_set(&c, reid_soft_core_at, NULL, false);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) /* printed with 9 decimals */
        compare_bar(&c, row[i].energy / (2.0 * REID_HBAR2_OVER_M), row[i].bar, 1e-9, &worst);
    printf("Reid: phases differ by up to %.1e degrees\n", worst);
    double kappa = .231610983937; /* the deuteron, printed with 12 decimals */
    double complex found = csqrt(-case_pole(&c, 0, -1.001 * kappa * kappa));
    printf("Reid: deuteron at kappa = %.12f\n", creal(found));
    assert_complex(found, kappa, 1e-12);
    case_close(&c);
}

static void read_table(nucleon_table *t, const char *name, int n, const char *const *column) {
    hp_error err = HP_ERROR_INIT;
    assert_ok(nucleon_table_read(t, name, n, column, &err), &err);
}

/* Phases of direct evaluation: 3e-7 degrees for the spline between the points of the table. */
static const double SPLINE = 3e-7;

static void compare_one(const char *name, int wave, const av18_phases *row, double *worst) {
    static const char *const column[5] = {"v_1s0", "v_1p1", "v_3p0", "v_3p1", "v_1d2"};
    static const int l[5] = {0, 1, 1, 1, 2};
    hp_channels channels = case_waves(1, &l[wave]);
    nucleon_table t;
    coupled_case c = open_nucleons(&channels, 20.0, ORDER);
    read_table(&t, name, 1, &column[wave]);
    case_set(&c, nucleon_table_at, &t, false);
    for (int e = 0; e < 8; e++) {
        const double expected[5] = {row[e].s0, row[e].p1, row[e].p0, row[e].p31, row[e].d2};
        double apart = remainder(case_delta(&c, row[e].k2) - expected[wave], 180.0);
        *worst = fmax(*worst, fabs(apart));
        assert_close(apart, 0.0, 0.0, SPLINE);
    }
    case_close(&c);
    nucleon_table_free(&t);
}

static void compare_rows(const char *name, const av18_phases *row) {
    double worst = 0.0;
    hp_channels channels = case_waves(2, s_and_d);
    nucleon_table t;
    coupled_case c = open_nucleons(&channels, 20.0, ORDER);
    read_table(&t, name, 2, NUCLEON_TRIPLET);
    case_set(&c, nucleon_table_at, &t, false);
    for (int e = 0; e < 8; e++) {
        const double bar[3] = {row[e].s1, row[e].d1, row[e].epsilon};
        compare_bar(&c, row[e].k2, bar, SPLINE, &worst);
    }
    case_close(&c);
    nucleon_table_free(&t);
    for (int wave = 0; wave < 5; wave++) compare_one(name, wave, row, &worst);
    printf("%s: phases differ by up to %.1e degrees\n", name, worst);
}

static void av18_phase_shifts(void **state) {
    (void)state;
    compare_rows("av18_np.csv", AV18_PHASES[0]);
    compare_rows("av18_np_strong.csv", AV18_PHASES[1]);
}

/* a0, r_eff of 1S0 and of the S-like eigenphase of 3S1 (fm): expected from polynomials in k^2, 6
 * digits of which are to be trusted; kappa of the virtual state of 1S0, 1e-9 for the spline. */
static void compare_threshold(coupled_case *c, const char *wave, const double expected[2]) {
    double a, r_eff;
    assert_ok(hp_coupled_threshold(c->solver, &a, &r_eff, &c->err), &c->err);
    printf("%s: a0 = %.7f, r_eff = %.6f fm\n", wave, a, r_eff);
    assert_close(a, expected[0], 1e-6, 0.0);
    assert_close(r_eff, expected[1], 1e-6, 0.0);
}

static void compare_pole(coupled_case *c, hp_sheet sheet, double kappa) {
    double complex found = csqrt(-case_pole(c, sheet, -1.001 * kappa * kappa));
    printf("%s state at kappa = %.12f / fm\n", sheet == 0 ? "bound" : "virtual", creal(found));
    assert_complex(found, kappa, 1e-9); /* the spline */
}

static void singlet(const char *name, double range, const double *threshold, double kappa) {
    static const char *const column = "v_1s0";
    const int l = 0;
    hp_channels one = case_waves(1, &l);
    nucleon_table t;
    coupled_case c = open_nucleons(&one, range, ORDER);
    read_table(&t, name, 1, &column);
    case_set(&c, nucleon_table_at, &t, false);
    if (threshold != NULL) compare_threshold(&c, "1S0", threshold);
    compare_pole(&c, CASE_LOWER_FIRST, kappa);
    case_close(&c);
    nucleon_table_free(&t);
}

static void triplet(const char *name, const double *threshold, double kappa) {
    hp_channels two = case_waves(2, s_and_d);
    nucleon_table t;
    coupled_case c = open_nucleons(&two, 20.0, ORDER);
    read_table(&t, name, 2, NUCLEON_TRIPLET);
    case_set(&c, nucleon_table_at, &t, false);
    compare_threshold(&c, "3S1", threshold);
    if (kappa > 0.0) compare_pole(&c, 0, kappa);
    case_close(&c);
    nucleon_table_free(&t);
}

static void av18_thresholds(void **state) {
    (void)state;
    singlet("av18_np.csv", 20.0, (double[]){-23.7319171, 2.697273}, 0.039980443959);
    singlet("av18_np_strong.csv", 20.0, (double[]){-23.0838732, 2.703821}, 0.041041758051);
    triplet("av18_np.csv", (double[]){5.4192134, 1.753244}, 0.231606523174);
    triplet("av18_np_strong.csv", (double[]){5.4020029, 1.751693}, 0.0);
}

/* The virtual state of 1S0 with the potential cut off earlier. */
static void av18_virtual_state_needs_the_tail(void **state) {
    (void)state;
    singlet("av18_np.csv", 16.0, NULL, 0.039981169510);
    singlet("av18_np.csv", 12.0, NULL, 0.039995215638);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reid_soft_core),
        cmocka_unit_test(av18_phase_shifts),
        cmocka_unit_test(av18_thresholds),
        cmocka_unit_test(av18_virtual_state_needs_the_tail),
    };
    return cmocka_run_group_tests_name("tensor force", tests, NULL, NULL);
}
