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

static const char *folder_of_tables(void) {
    const char *folder = getenv("HADPOT_AV18");
    return folder != NULL ? folder : HADPOT_SOURCE_DIR "/../shared/reference";
}

static FILE *open_table(const char *name) {
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/%s", folder_of_tables(), name);
    FILE *file = fopen(path, "r");
    if (file == NULL) print_message("SKIPPED: %s is not here (set HADPOT_AV18)\n", path);
    return file;
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
        if (line[0] == '#') continue;
        r[n] = strtod(at, &at);
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

/* One line of the table of phases: set, E_lab, k2, then degrees. */
typedef struct phases {
    char set[8];
    double e_lab, k2;
    double s0, s1, epsilon, d1, blatt[3], p1, p0, p31, d2;
} phases;

static int read_phases(const char *set, phases row[8]) {
    char line[1024];
    int n = 0;
    FILE *file = open_table("av18_np_phases.csv");
    if (file == NULL) return 0;
    while (n < 8 && fgets(line, sizeof line, file) != NULL) {
        phases *p = &row[n];
        if (strncmp(line, set, strlen(set)) != 0) continue;
        int found =
            sscanf(line, "%7[^,],%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf", p->set,
                   &p->e_lab, &p->k2, &p->s0, &p->s1, &p->epsilon, &p->d1, &p->blatt[0],
                   &p->blatt[1], &p->blatt[2], &p->p1, &p->p0, &p->p31, &p->d2);
        assert_int_equal(found, 14);
        n++;
    }
    (void)fclose(file);
    return n;
}

/* Splines differ from the potential that the numbers are of by 1.6e-7 degrees (1S0), 1e-7 (others);
 * knots inside panels cost another 3e-8. */
static void compare_uncoupled(table *t, const phases *row) {
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
                                     "%s %s, E_lab = %g", row[e].set, name[i], row[e].e_lab);
        }
        coupled_ode_case_close(&c);
    }
}

static void compare_coupled(table *t, const phases *row, double binding) {
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
            coupled_ode_case_compare(bar[i], expected[i], 0.0, 3e-7, "%s %s, E_lab = %g",
                                     row[e].set, name[i], row[e].e_lab);
    }
    assert_ok(hp_coupled_ode_bound_state(c.solver, -0.06, -0.05, &energy, &c.err), &c.err);
    coupled_ode_case_compare(-energy / t->two_mu, binding, 0.0, 1e-8, "%s B / MeV", row[0].set);
    coupled_ode_case_report(&c);
    coupled_ode_case_close(&c);
}

static void compare_set(const char *set, const char *file, double binding) {
    table t = {0};
    phases row[8];
    int n = read_phases(set, row);
    if (n == 0 || !read_table(file, &t)) skip();
    assert_int_equal(n, 8);
    compare_uncoupled(&t, row);
    compare_coupled(&t, row, binding);
    free_table(&t);
}

static void full_potential(void **state) {
    (void)state;
    compare_set("full", "av18_np.csv", 2.2245743588);
}

static void strong_part(void **state) {
    (void)state;
    compare_set("strong", "av18_np_strong.csv", 2.2422106813);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_potential),
        cmocka_unit_test(strong_part),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
