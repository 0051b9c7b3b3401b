// SPDX-License-Identifier: GPL-3.0-or-later
/* The tensor force, 3S1-3D1 of two nucleons: Reid's soft core (Ann. Phys. 50 (1968) 411) and the
 * tables of Argonne v18 (PRC 51 (1995) 38), its other waves, threshold parameters and states. */
#include "coupled_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <gsl/gsl_spline.h>

/* 0 (.25) 2 (.5) 6 (1) 20 fm, or less; 12 nodes give what 16 do to the digits printed. */
enum { PANELS = 30, ORDER = 12 };

static coupled_case open_nucleons(const hp_channels *channels, double range, int order) {
    double edge[PANELS + 1] = {0.0};
    int panels = 0;
    while (edge[panels] < range) {
        double h = edge[panels] < 2.0 ? 0.25 : edge[panels] < 6.0 ? 0.5 : 1.0;
        edge[panels + 1] = edge[panels] + h;
        panels++;
    }
    return case_open_panels(channels, edge, panels, order);
}

static const int s_and_d[2] = {0, 2};

/* MeV; x = 0.7 r. */
static void reid(double r, double *w, void *context) {
    double x = 0.7 * r, one = exp(-x) / x, two = exp(-2.0 * x) / x, four = exp(-4.0 * x) / x,
           six = exp(-6.0 * x) / x, h = 10.463, scale = 1.0 / *(const double *)context;
    double tensor = (1.0 + 3.0 / x + 3.0 / (x * x)) * one - (12.0 / x + 3.0 / (x * x)) * four;
    double C = -h * one + 105.468 * two - 3187.8 * four + 9924.3 * six;
    double T = -h * tensor + 351.77 * four - 1673.5 * six, LS = 708.91 * four - 2713.1 * six;
    w[0] = scale * C;
    w[1] = w[2] = scale * sqrt(8.0) * T;
    w[3] = scale * (C - 2.0 * T - 3.0 * LS);
}

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
    double h2 = 41.47, worst = 0.0; /* hbar^2/M, MeV fm^2; k^2 = E_lab/(2 h2) */
    hp_channels channels = case_waves(2, s_and_d);
    coupled_case c = open_nucleons(&channels, 20.0, ORDER);
    case_set(&c, reid, &h2, false);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) /* printed with 9 decimals */
        compare_bar(&c, row[i].energy / (2.0 * h2), row[i].bar, 1e-9, &worst);
    printf("Reid: phases differ by up to %.1e degrees\n", worst);
    double kappa = .231610983937; /* the deuteron, printed with 12 decimals */
    double complex found = csqrt(-case_pole(&c, 0, -1.001 * kappa * kappa));
    printf("Reid: deuteron at kappa = %.12f\n", creal(found));
    assert_complex(found, kappa, 1e-12);
    case_close(&c);
}

/* Columns of data/av18_np*.csv. */
enum { V_1S0, V_3S1, V_SD, V_3D1, V_1P1, V_3P0, V_3P1, V_1D2, COLUMNS, POINTS = 4000 };

typedef struct av18 {
    gsl_spline *spline[COLUMNS];
    double table[COLUMNS + 1][POINTS];
    double scale; /* 2 mu/(hbar c)^2 */
    int column;   /* of one wave */
} av18;

static av18 *read_table(const char *name) {
    char path[512], line[512];
    snprintf(path, sizeof path, "%s/data/%s", HADPOT_SOURCE_DIR, name);
    FILE *file = fopen(path, "r");
    if (file == NULL) return NULL;
    av18 *of = hp_alloc(1, sizeof *of);
    assert_non_null(of);
    int n = 0;
    while (n < POINTS && fgets(line, sizeof line, file) != NULL) {
        char *at = line;
        if (line[0] == '#' || line[0] == 'r') continue;
        for (int i = 0; i <= COLUMNS; i++) {
            of->table[i][n] = strtod(at, &at);
            if (*at == ',') at++;
        }
        n++;
    }
    fclose(file);
    assert_int_equal(n, POINTS);
    for (int i = 0; i < COLUMNS; i++) {
        of->spline[i] = gsl_spline_alloc(gsl_interp_cspline, POINTS);
        assert_non_null(of->spline[i]);
        gsl_spline_init(of->spline[i], of->table[0], of->table[i + 1], POINTS);
    }
    double p = 938.27231, n_mass = 939.56563, hbar_c = 197.327053;
    of->scale = 2.0 * p * n_mass / (p + n_mass) / (hbar_c * hbar_c);
    return of;
}

static void free_table(av18 *of) {
    for (int i = 0; of != NULL && i < COLUMNS; i++) gsl_spline_free(of->spline[i]);
    hp_free(of);
}

/* Next to the origin (before the first point, 0.005 fm) a straight line. */
static double av18_value(const av18 *of, int column, double r) {
    const double *x = of->table[0], *v = of->table[column + 1];
    if (r < x[0]) return v[0] + (r - x[0]) * (v[1] - v[0]) / (x[1] - x[0]);
    return gsl_spline_eval(of->spline[column], r, NULL);
}

static void av18_coupled(double r, double *w, void *context) {
    const av18 *of = context;
    w[0] = of->scale * av18_value(of, V_3S1, r);
    w[1] = w[2] = of->scale * av18_value(of, V_SD, r);
    w[3] = of->scale * av18_value(of, V_3D1, r);
}

static void av18_one(double r, double *w, void *context) {
    const av18 *of = context;
    w[0] = of->scale * av18_value(of, of->column, r);
}

/* Phases of direct evaluation: 3e-7 degrees for the spline between the points of the table. */
static const double SPLINE = 3e-7;

typedef struct av18_row {
    double k2, s0, bar[3], p1, p0, p1_triplet, d2;
} av18_row;

/* k^2 in fm^-2 at T_lab = 1, 5, 10, 25, 50, 100, 200, 300 MeV: 1S0, {3S1, 3D1, eps1}, 1P1, 3P0,
 * 3P1, 1D2; reference/av18_np_phases.csv. */
static const av18_row full[] = {{0.012048290720802,
                                 62.0152092917,
                                 {147.7494239737, -0.0037583223, 0.1053505961},
                                 -0.1900952818,
                                 0.1957011396,
                                 -0.1084796054,
                                 0.0011207266},
                                {0.060241453664643,
                                 63.5025534508,
                                 {118.1820736192, -0.1669896742, 0.6644310622},
                                 -1.5134853811,
                                 1.6943455899,
                                 -0.9309767519,
                                 0.0415957085},
                                {0.12048290748015,
                                 59.7779794859,
                                 {102.6221090298, -0.6463233725, 1.1427904415},
                                 -3.1059978221,
                                 3.7859245092,
                                 -2.0459437699,
                                 0.1571072201},
                                {0.30120726981994,
                                 50.6100959632,
                                 {80.6757016235, -2.7185050585, 1.7699903934},
                                 -6.4820665131,
                                 8.4346685991,
                                 -4.8266665560,
                                 0.6796818427},
                                {0.60241454329439,
                                 40.0878459474,
                                 {62.8888615524, -6.2763583731, 2.1133633508},
                                 -9.8468125899,
                                 11.1223780128,
                                 -8.1549277477,
                                 1.7031792866},
                                {1.2048291006529,
                                 26.0210939998,
                                 {43.5091255699, -12.0380471394, 2.5207562533},
                                 -14.1929386433,
                                 8.8122398501,
                                 -13.0771616615,
                                 3.8086628059},
                                {2.4096582535035,
                                 7.9963040125,
                                 {21.9414784161, -19.8219894251, 3.4255259900},
                                 -20.7765092200,
                                 -1.3275645815,
                                 -21.2352000017,
                                 7.3057860559},
                                {3.6144874513659,
                                 -4.5441399854,
                                 {8.1312032734, -24.8346864321, 4.4291416554},
                                 -26.2563295917,
                                 -10.9693681866,
                                 -28.5084784150,
                                 9.4475919621}};
static const av18_row strong[] = {{0.012048290720802,
                                   61.5201034281,
                                   {147.8379510783, -0.0050779897, 0.1022770554},
                                   -0.1901134251,
                                   0.1802847784,
                                   -0.1072771543,
                                   0.0011206723},
                                  {0.060241453664643,
                                   63.2465799751,
                                   {118.2965983850, -0.1802246767, 0.6529453775},
                                   -1.5136748235,
                                   1.6430134209,
                                   -0.9273624134,
                                   0.0415927354},
                                  {0.12048290748015,
                                   59.5867488790,
                                   {102.7281307033, -0.6651265245, 1.1262668774},
                                   -3.1065056589,
                                   3.7092322174,
                                   -2.0409188921,
                                   0.1570908449},
                                  {0.30120726981994,
                                   50.4776598117,
                                   {80.7578394959, -2.7475426108, 1.7463122819},
                                   -6.4838791313,
                                   8.3197376972,
                                   -4.8192907525,
                                   0.6795329726},
                                  {0.60241454329439,
                                   39.9859008798,
                                   {62.9511979129, -6.3143707970, 2.0849171811},
                                   -9.8512919950,
                                   10.9926340742,
                                   -8.1453117571,
                                   1.7024503293},
                                  {1.2048291006529,
                                   25.9416520525,
                                   {43.5540072034, -12.0858327285, 2.4881033163},
                                   -14.2027620696,
                                   8.6914961832,
                                   -13.0652372349,
                                   3.8055797767},
                                  {2.4096582535035,
                                   7.9337449610,
                                   {21.9724035166, -19.8788880190, 3.3894263763},
                                   -20.7943114405,
                                   -1.4267210695,
                                   -21.2218121815,
                                   7.2958631907},
                                  {3.6144874513659,
                                   -4.5989533737,
                                   {8.1558763113, -24.8958478637, 4.3916187293},
                                   -26.2791640503,
                                   -11.0556369721,
                                   -28.4949276293,
                                   9.4313187122}};

static void compare_one(av18 *of, int column, int l, double k2, double expected, double *worst) {
    hp_channels channels = case_waves(1, &l);
    coupled_case c = open_nucleons(&channels, 20.0, ORDER);
    of->column = column;
    case_set(&c, av18_one, of, false);
    double apart = remainder(case_delta(&c, k2) - expected, 180.0);
    *worst = fmax(*worst, fabs(apart));
    assert_close(apart, 0.0, 0.0, SPLINE);
    case_close(&c);
}

static void compare_rows(const char *name, const av18_row *row, size_t rows) {
    av18 *of = read_table(name);
    if (of == NULL) skip();
    double worst = 0.0;
    hp_channels channels = case_waves(2, s_and_d);
    coupled_case c = open_nucleons(&channels, 20.0, ORDER);
    case_set(&c, av18_coupled, of, false);
    for (size_t i = 0; i < rows; i++) {
        compare_bar(&c, row[i].k2, row[i].bar, SPLINE, &worst);
        compare_one(of, V_1S0, 0, row[i].k2, row[i].s0, &worst);
        compare_one(of, V_1P1, 1, row[i].k2, row[i].p1, &worst);
        compare_one(of, V_3P0, 1, row[i].k2, row[i].p0, &worst);
        compare_one(of, V_3P1, 1, row[i].k2, row[i].p1_triplet, &worst);
        compare_one(of, V_1D2, 2, row[i].k2, row[i].d2, &worst);
    }
    printf("%s: phases differ by up to %.1e degrees\n", name, worst);
    case_close(&c);
    free_table(of);
}

static void av18_phases(void **state) {
    (void)state;
    compare_rows("av18_np.csv", full, sizeof full / sizeof full[0]);
    compare_rows("av18_np_strong.csv", strong, sizeof strong / sizeof strong[0]);
}

/* a0, r_eff of 1S0 and of the S-like eigenphase of 3S1 (fm): expected from polynomials in k^2, 6
 * digits of which are to be trusted; kappa of the virtual state of 1S0, 1e-9 for the spline. */
static void av18_thresholds(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double singlet[2], triplet[2], virtual_kappa, deuteron;
    } row[2] = {{"av18_np.csv",
                 {-23.7319171, 2.697273},
                 {5.4192134, 1.753244},
                 0.039980443959,
                 0.231606523174},
                {"av18_np_strong.csv",
                 {-23.0838732, 2.703821},
                 {5.4020029, 1.751693},
                 0.041041758051,
                 NAN}};
    int l = 0;
    hp_channels one = case_waves(1, &l), two = case_waves(2, s_and_d);
    for (int i = 0; i < 2; i++) {
        av18 *of = read_table(row[i].name);
        if (of == NULL) skip();
        double a, r_eff;
        coupled_case c = open_nucleons(&one, 20.0, ORDER);
        of->column = V_1S0;
        case_set(&c, av18_one, of, false);
        assert_ok(hp_coupled_threshold(c.solver, &a, &r_eff, &c.err), &c.err);
        printf("1S0: a0 = %.7f, r_eff = %.6f fm\n", a, r_eff);
        assert_close(a, row[i].singlet[0], 1e-6, 0.0);
        assert_close(r_eff, row[i].singlet[1], 1e-6, 0.0);
        double kappa = row[i].virtual_kappa;
        double complex found = case_pole(&c, CASE_LOWER_FIRST, -1.001 * kappa * kappa);
        printf("1S0: virtual state at kappa = %.12f, E = %.10f MeV\n", creal(csqrt(-found)),
               creal(found) / of->scale);
        assert_complex(csqrt(-found), kappa, 1e-9);
        case_close(&c);
        c = open_nucleons(&two, 20.0, ORDER);
        case_set(&c, av18_coupled, of, false);
        assert_ok(hp_coupled_threshold(c.solver, &a, &r_eff, &c.err), &c.err);
        printf("3S1: a0 = %.7f, r_eff = %.6f fm\n", a, r_eff);
        assert_close(a, row[i].triplet[0], 1e-6, 0.0);
        assert_close(r_eff, row[i].triplet[1], 1e-6, 0.0);
        if (isfinite(row[i].deuteron)) {
            kappa = row[i].deuteron;
            found = case_pole(&c, 0, -1.001 * kappa * kappa);
            assert_complex(csqrt(-found), kappa, 1e-9);
        }
        case_close(&c);
        free_table(of);
    }
}

/* The virtual state of 1S0 with the potential cut off earlier. */
static void av18_virtual_state_needs_the_tail(void **state) {
    (void)state;
    static const double range[2] = {16.0, 12.0}, kappa[2] = {0.039981169510, 0.039995215638};
    av18 *of = read_table("av18_np.csv");
    if (of == NULL) skip();
    int l = 0;
    hp_channels one = case_waves(1, &l);
    for (int i = 0; i < 2; i++) {
        coupled_case c = open_nucleons(&one, range[i], ORDER);
        of->column = V_1S0;
        case_set(&c, av18_one, of, false);
        double complex found = case_pole(&c, CASE_LOWER_FIRST, -1.001 * kappa[i] * kappa[i]);
        assert_complex(csqrt(-found), kappa[i], 1e-9); /* the spline */
        case_close(&c);
    }
    free_table(of);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reid_soft_core),
        cmocka_unit_test(av18_phases),
        cmocka_unit_test(av18_thresholds),
        cmocka_unit_test(av18_virtual_state_needs_the_tail),
    };
    return cmocka_run_group_tests_name("tensor force", tests, NULL, NULL);
}
