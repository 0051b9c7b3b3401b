// SPDX-License-Identifier: GPL-3.0-or-later
/* Two nucleons in 3S1-3D1: Reid's soft core through the solver, and printed phases of Argonne v18
 * in both parametrisations. */
#include "coupled_case.h"

#include <stdio.h>
#include <stdlib.h>
#include "hadpot/smatrix.h"

/* Reid, Ann. Phys. 50 (1968) 411; MeV fm^2 and MeV. */
static const double HBAR2_OVER_M = 41.47;

static void reid(double r, double *w, void *context) {
    double x = 0.7 * r, h = 10.463;
    double e1 = exp(-x) / x, e2 = exp(-2.0 * x) / x, e4 = exp(-4.0 * x) / x, e6 = exp(-6.0 * x) / x;
    double vc = -h * e1 + 105.468 * e2 - 3187.8 * e4 + 9924.3 * e6;
    double vt = -h * ((1.0 + 3.0 / x + 3.0 / (x * x)) * e1 - (12.0 / x + 3.0 / (x * x)) * e4) +
                351.77 * e4 - 1673.5 * e6;
    double vls = 708.91 * e4 - 2713.1 * e6;
    (void)context;
    w[0] = vc / HBAR2_OVER_M;
    w[1] = w[2] = sqrt(8.0) * vt / HBAR2_OVER_M;
    w[3] = (vc - 2.0 * vt - 3.0 * vls) / HBAR2_OVER_M;
}

static hp_status solve(double energy, hp_tmatrix *T, void *context, hp_error *err) {
    return hp_coupled_solve(((coupled_case *)context)->solver, energy, T, NULL, err);
}

/* Panels of the reference, 0(.25)2(.5)6(1)20 fm. */
static coupled_case reid_case(const int *l) {
    double edge[31];
    int n = 0;
    for (int i = 0; i < 8; i++) edge[n++] = 0.25 * i;
    for (int i = 0; i < 8; i++) edge[n++] = 2.0 + 0.5 * i;
    for (int i = 0; i <= 14; i++) edge[n++] = 6.0 + i;
    hp_channels channels = case_waves(2, l);
    return case_open_panels(&channels, edge, n - 1, 12);
}

static const double lab[8] = {1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 200.0, 300.0};

static void reid_follow(coupled_case *c, hp_phases *at) {
    double energy[8];
    for (int i = 0; i < 8; i++) energy[i] = lab[i] / (2.0 * HBAR2_OVER_M);
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
    case_set(&c, reid, NULL, false);
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
    reid(r, w, context);
    double swap = w[0];
    w[0] = w[3];
    w[3] = swap;
}

/* D before S: the same numbers in another order, the same signs. */
static void order_of_waves_does_not_matter(void **state) {
    (void)state;
    coupled_case c = reid_case((int[]){0, 2}), other = reid_case((int[]){2, 0});
    hp_phases at[8], swapped[8];
    case_set(&c, reid, NULL, false);
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

/* K of S = 1 + X with X from Stapp's phases: (1 + S) iK = S - 1 by Cramer's rule; T from K. */
static hp_tmatrix t_of_stapp(double k2, double d1, double d2, double epsilon) {
    double c = cos(2.0 * epsilon), s = sin(2.0 * epsilon);
    double complex a = c * cexp(2.0 * I * d1), b = c * cexp(2.0 * I * d2);
    double complex x = I * s * cexp(I * (d1 + d2)), det = (1.0 + a) * (1.0 + b) - x * x;
    double complex K[3] = {((1.0 + b) * (a - 1.0) - x * x) / det, 2.0 * x / det,
                           ((1.0 + a) * (b - 1.0) - x * x) / det};
    hp_tmatrix T = {.energy = k2, .nopen = 2, .open = {0, 1}, .k2 = {k2, k2}};
    static const int place[4] = {0, 1, 1, 2};
    for (int i = 0; i < 4; i++) {
        double power = 0.5 + (i / 2) + (i % 2);
        T.T[i] = -cimag(K[place[i]]) / pow(k2, power);
    }
    return T;
}

static double radians(double x) {
    return x * M_PI / 180.0;
}

/* A column of the table at the first of its energies: Blatt-Biedenharn from Stapp. */
static void check_line(const double *x) {
    hp_error err = HP_ERROR_INIT;
    hp_channels channels = case_waves(2, (int[]){0, 2});
    double k2 = x[0], s = radians(x[2]), epsilon = radians(x[3]), d = radians(x[4]);
    hp_tmatrix T = t_of_stapp(k2, s, d, epsilon);
    hp_phases at;
    assert_ok(hp_phases_of_t(&channels, &T, &at, &err), &err);
    /* Modulo 180 degrees, ten decimals printed; the angle has sin(a - b) >= 0.5 beside it. */
    double found[3] = {degrees(at.blatt[0]), degrees(at.blatt[1]), degrees(at.blatt_epsilon)};
    for (int i = 0; i < 3; i++)
        assert_close(remainder(found[i] - x[5 + i], 180.0), 0.0, 0.0, 4e-10);
    assert_close(remainder(degrees(at.stapp[0]) - x[2], 180.0), 0.0, 0.0, 1e-12); /* rounding */
    assert_close(remainder(degrees(at.stapp[1]) - x[4], 180.0), 0.0, 0.0, 1e-12);
    double turns = nearbyint((x[2] + x[4] - degrees(at.stapp[0] + at.stapp[1])) / 180.0);
    double sign = fmod(fabs(turns), 2.0) == 1.0 ? -1.0 : 1.0;
    assert_close(sign * degrees(at.stapp_epsilon), x[3], 0.0, 1e-12);
}

static void printed_phases_of_v18_agree_with_each_other(void **state) {
    (void)state;
    const char *path = getenv("HADPOT_AV18_PHASES");
    if (path == NULL) path = HADPOT_SOURCE_DIR "/../shared/reference/av18_np_phases.csv";
    FILE *file = fopen(path, "r");
    char line[512];
    int lines = 0;
    if (file == NULL) {
        print_message("SKIPPED: %s is not here (set HADPOT_AV18_PHASES)\n", path);
        skip();
    }
    while (fgets(line, sizeof line, file) != NULL) {
        double x[8]; /* k2, 1S0, 3S1, eps1, 3D1, BB S, D, eps */
        char *comma = strchr(line, ',');
        if (comma == NULL || strchr("fs", line[0]) == NULL || strncmp(line, "set", 3) == 0)
            continue;
        comma = strchr(comma + 1, ',');
        for (int i = 0; i < 8; i++) x[i] = strtod(comma + 1, &comma);
        check_line(x);
        lines++;
    }
    fclose(file);
    assert_int_equal(lines, 16);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reid_has_its_table),
        cmocka_unit_test(order_of_waves_does_not_matter),
        cmocka_unit_test(printed_phases_of_v18_agree_with_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
