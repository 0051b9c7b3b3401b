// SPDX-License-Identifier: GPL-3.0-or-later
/* Reference files of Argonne v18, where they are (HADPOT_AV18 names their folder): the tables of
 * data/ are those of its routine, and printed phases agree in both parametrisations. */
#include "coupled_case.h"

#include <stdio.h>
#include <stdlib.h>
#include "hadpot/smatrix.h"

static FILE *open_reference(const char *name) {
    const char *folder = getenv("HADPOT_AV18");
    char path[512];
    if (folder == NULL) folder = HADPOT_SOURCE_DIR "/../shared/reference";
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        print_message("SKIPPED: %s is not here (set HADPOT_AV18 to its folder)\n", path);
        skip();
    }
    return file;
}

/* The next line with numbers; false at the end. */
static bool read_line(FILE *in, double value[9]) {
    char line[512];
    while (fgets(line, sizeof line, in) != NULL) {
        char *at = line;
        if (strchr("#r", line[0]) != NULL) continue;
        for (int i = 0; i < 9; i++) value[i] = strtod(at, &at), at += *at == ',';
        return true;
    }
    return false;
}

static void check_table(const char *name) {
    char path[512];
    double found[9], expected[9];
    int lines = 0;
    (void)snprintf(path, sizeof path, "%s/data/%s", HADPOT_SOURCE_DIR, name);
    FILE *other = open_reference(name), *table = fopen(path, "r");
    assert_non_null(table);
    while (read_line(other, expected)) {
        assert_true(read_line(table, found));
        for (int i = 0; i < 9; i++) assert_close(found[i], expected[i], 1e-10, 0); /* 11 digits */
        lines++;
    }
    assert_false(read_line(table, found));
    assert_int_equal(lines, 4000);
    (void)fclose(table);
    (void)fclose(other);
}

static void tables_are_those_of_the_routine(void **state) {
    (void)state;
    check_table("av18_np.csv");
    check_table("av18_np_strong.csv");
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

static void printed_phases_agree_with_each_other(void **state) {
    (void)state;
    FILE *file = open_reference("av18_np_phases.csv");
    char line[512];
    int lines = 0;
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
    (void)fclose(file);
    assert_int_equal(lines, 16);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_those_of_the_routine),
        cmocka_unit_test(printed_phases_agree_with_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
