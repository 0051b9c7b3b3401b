// SPDX-License-Identifier: GPL-3.0-or-later
/* The second solver of coupled channels with AV18 (Wiringa, Stoks, Schiavilla, PRC 51 (1995) 38),
 * from a table by cubic splines. */
#include "coupled_ode_case.h"

#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_spline.h>

enum { POINTS = 4000, COLUMNS = 8 };

/* Columns of the table of the potential in MeV, r = 0.005(0.005)20 fm. */
enum { V_1S0, V_3S1, V_SD, V_3D1, V_1P1, V_3P0, V_3P1, V_1D2 };

/* Splines of one component, or of the matrix of two. */
typedef struct table {
    gsl_spline *spline[COLUMNS];
    int ncomponent, column[4];
    double two_mu; /* 1/(MeV fm^2) */
} table;

/* In the folder HADPOT_AV18, with the data of the program, or beside it. */
static FILE *open_table(const char *name) {
    const char *folder[3] = {getenv("HADPOT_AV18"), HADPOT_SOURCE_DIR "/data",
                             HADPOT_SOURCE_DIR "/../shared/reference"};
    for (int i = 0; i < 3; i++) {
        char path[1024];
        FILE *file = NULL;
        if (folder[i] == NULL) continue;
        (void)snprintf(path, sizeof path, "%s/%s", folder[i], name);
        file = fopen(path, "r");
        if (file != NULL) return file;
    }
    print_message("SKIPPED: %s is not here (HADPOT_AV18 names its folder)\n", name);
    return NULL;
}

static bool read_table(const char *name, table *t) {
    const double hbarc = 197.327053, proton = 938.27231, neutron = 939.56563;
    static double r[POINTS], v[COLUMNS][POINTS];
    char line[1024];
    int n = 0;
    FILE *file = open_table(name);
    if (file == NULL) return false;
    while (n < POINTS && fgets(line, sizeof line, file) != NULL) {
        char *at = line;
        double first = strtod(at, &at);
        if (at == line) continue; /* a comment, or names */
        r[n] = first;
        for (int i = 0; i < COLUMNS; i++) v[i][n] = strtod(at + 1, &at);
        n++;
    }
    (void)fclose(file);
    assert_int_equal(n, POINTS);
    t->two_mu = 2.0 * proton * neutron / (proton + neutron) / (hbarc * hbarc);
    for (int i = 0; i < COLUMNS; i++) {
        t->spline[i] = gsl_spline_alloc(gsl_interp_cspline, POINTS);
        assert_non_null(t->spline[i]);
        assert_int_equal(gsl_spline_init(t->spline[i], r, v[i], POINTS), 0);
    }
    return true;
}

static void free_table(table *t) {
    for (int i = 0; i < COLUMNS; i++) gsl_spline_free(t->spline[i]);
}

/* Below the first point a straight line: nothing is there but a core. */
static void av18(double r, double *w, void *context) {
    const table *t = context;
    double at = fmax(r, 0.005);
    for (int i = 0; i < t->ncomponent * t->ncomponent; i++) {
        const gsl_spline *spline = t->spline[t->column[i]];
        double v = gsl_spline_eval(spline, at, NULL);
        if (r < at) v += (r - at) * gsl_spline_eval_deriv(spline, at, NULL);
        w[i] = t->two_mu * v;
    }
}

static void open_av18(coupled_ode_case *c, table *t, const int *l) {
    double edge[65];
    int panels = coupled_ode_case_nuclear_edges(edge);
    *c = (coupled_ode_case){.local = av18, .context = t};
    coupled_ode_case_waves(c, t->ncomponent, l);
    coupled_ode_case_open(c, edge, panels, 16, 1e-12);
    coupled_ode_case_set(c);
}

/* E_lab in MeV, k2 in fm^-2, then degrees; phases of 3S1 and 3D1 are those of Stapp. Direct
 * evaluation of the potential, V = 0 beyond 20 fm; full and strong interaction. */
typedef struct phases {
    double e_lab, k2, s0, s1, epsilon, d1, p1, p0, p31, d2;
} phases;

static const phases reference[2][8] = {
    {
        {1, 0.012048290720802, 62.0152092917, 147.7494239737, 0.1053505961, -0.0037583223,
         -0.1900952818, 0.1957011396, -0.1084796054, 0.0011207266},
        {5, 0.060241453664643, 63.5025534508, 118.1820736192, 0.6644310622, -0.1669896742,
         -1.5134853811, 1.6943455899, -0.9309767519, 0.0415957085},
        {10, 0.12048290748015, 59.7779794859, 102.6221090298, 1.1427904415, -0.6463233725,
         -3.1059978221, 3.7859245092, -2.0459437699, 0.1571072201},
        {25, 0.30120726981994, 50.6100959632, 80.6757016235, 1.7699903934, -2.7185050585,
         -6.4820665131, 8.4346685991, -4.8266665560, 0.6796818427},
        {50, 0.60241454329439, 40.0878459474, 62.8888615524, 2.1133633508, -6.2763583731,
         -9.8468125899, 11.1223780128, -8.1549277477, 1.7031792866},
        {100, 1.2048291006529, 26.0210939998, 43.5091255699, 2.5207562533, -12.0380471394,
         -14.1929386433, 8.8122398501, -13.0771616615, 3.8086628059},
        {200, 2.4096582535035, 7.9963040125, 21.9414784161, 3.4255259900, -19.8219894251,
         -20.7765092200, -1.3275645815, -21.2352000017, 7.3057860559},
        {300, 3.6144874513659, -4.5441399854, 8.1312032734, 4.4291416554, -24.8346864321,
         -26.2563295917, -10.9693681866, -28.5084784150, 9.4475919621},
    },
    {
        {1, 0.012048290720802, 61.5201034281, 147.8379510783, 0.1022770554, -0.0050779897,
         -0.1901134251, 0.1802847784, -0.1072771543, 0.0011206723},
        {5, 0.060241453664643, 63.2465799751, 118.2965983850, 0.6529453775, -0.1802246767,
         -1.5136748235, 1.6430134209, -0.9273624134, 0.0415927354},
        {10, 0.12048290748015, 59.5867488790, 102.7281307033, 1.1262668774, -0.6651265245,
         -3.1065056589, 3.7092322174, -2.0409188921, 0.1570908449},
        {25, 0.30120726981994, 50.4776598117, 80.7578394959, 1.7463122819, -2.7475426108,
         -6.4838791313, 8.3197376972, -4.8192907525, 0.6795329726},
        {50, 0.60241454329439, 39.9859008798, 62.9511979129, 2.0849171811, -6.3143707970,
         -9.8512919950, 10.9926340742, -8.1453117571, 1.7024503293},
        {100, 1.2048291006529, 25.9416520525, 43.5540072034, 2.4881033163, -12.0858327285,
         -14.2027620696, 8.6914961832, -13.0652372349, 3.8055797767},
        {200, 2.4096582535035, 7.9337449610, 21.9724035166, 3.3894263763, -19.8788880190,
         -20.7943114405, -1.4267210695, -21.2218121815, 7.2958631907},
        {300, 3.6144874513659, -4.5989533737, 8.1558763113, 4.3916187293, -24.8958478637,
         -26.2791640503, -11.0556369721, -28.4949276293, 9.4313187122},
    },
};

/* Splines differ from the potential that the numbers are of by 1.6e-7 degrees (1S0), 1e-7 (others);
 * knots inside panels cost another 3e-8. */
static void compare_uncoupled(table *t, const char *set, const phases *row) {
    static const int column[5] = {V_1S0, V_1P1, V_3P0, V_3P1, V_1D2};
    static const int l[5] = {0, 1, 1, 1, 2};
    static const char *name[5] = {"1S0", "1P1", "3P0", "3P1", "1D2"};
    t->ncomponent = 1;
    for (int i = 0; i < 5; i++) {
        coupled_ode_case c;
        t->column[0] = column[i];
        open_av18(&c, t, &l[i]);
        for (int e = 0; e < 8; e++) {
            const double expected[5] = {row[e].s0, row[e].p1, row[e].p0, row[e].p31, row[e].d2};
            coupled_ode_case_compare(coupled_ode_case_delta(&c, row[e].k2), expected[i], 0.0, 3e-7,
                                     "%s %s, E_lab = %g", set, name[i], row[e].e_lab);
        }
        coupled_ode_case_close(&c);
    }
}

static void compare_coupled(table *t, const char *set, const phases *row, double binding) {
    static const int l[2] = {0, 2};
    coupled_ode_case c;
    double bar[3], energy;
    t->ncomponent = 2;
    memcpy(t->column, (int[4]){V_3S1, V_SD, V_SD, V_3D1}, sizeof t->column);
    open_av18(&c, t, l);
    for (int e = 0; e < 8; e++) {
        coupled_ode_case_stapp(&c, row[e].k2, row[e].s1, bar);
        const double expected[3] = {row[e].s1, row[e].d1, row[e].epsilon};
        static const char *name[3] = {"3S1", "3D1", "epsilon"};
        for (int i = 0; i < 3; i++)
            coupled_ode_case_compare(bar[i], expected[i], 0.0, 3e-7, "%s %s, E_lab = %g", set,
                                     name[i], row[e].e_lab);
    }
    assert_ok(hp_coupled_ode_bound_state(c.solver, -0.06, -0.05, &energy, &c.err), &c.err);
    coupled_ode_case_compare(-energy / t->two_mu, binding, 0.0, 1e-8, "%s B / MeV", set);
    coupled_ode_case_report(&c);
    coupled_ode_case_close(&c);
}

/* T_SS(0), which is the scattering length of the S-like eigenphase, too: from polynomials in k^2,
 * of which six digits are to be trusted. */
static void compare_length(table *t, const char *set, int n, double expected) {
    static const int l[2] = {0, 2};
    coupled_ode_case c;
    hp_tmatrix T;
    t->ncomponent = n;
    memcpy(t->column, n == 1 ? (int[4]){V_1S0} : (int[4]){V_3S1, V_SD, V_SD, V_3D1},
           sizeof t->column);
    open_av18(&c, t, l);
    coupled_ode_case_t(&c, 0.0, 1e-9, &T);
    coupled_ode_case_compare(T.T[0], expected, 1e-6, 0.0, "%s a0 of %s / fm", set,
                             n == 1 ? "1S0" : "3S1");
    coupled_ode_case_close(&c);
}

static void compare_set(const char *set, const char *file, double binding, const double a0[2]) {
    table t = {0};
    const phases *row = reference[strcmp(set, "full") != 0];
    if (!read_table(file, &t)) skip();
    compare_uncoupled(&t, set, row);
    compare_coupled(&t, set, row, binding);
    for (int n = 1; n <= 2; n++) compare_length(&t, set, n, a0[n - 1]);
    free_table(&t);
}

static void full_potential(void **state) {
    (void)state;
    compare_set("full", "av18_np.csv", 2.2245743588, (double[]){-23.7319171, 5.4192134});
}

static void strong_part(void **state) {
    (void)state;
    compare_set("strong", "av18_np_strong.csv", 2.2422106813, (double[]){-23.0838732, 5.4020029});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_potential),
        cmocka_unit_test(strong_part),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
