// SPDX-License-Identifier: GPL-3.0-or-later
/* The deuteron of Reid's soft core, of AV18 and of a separable force. */
#include <stdio.h>
#include <stdlib.h>
#include <gsl/gsl_spline.h>
#include "coupled_bound_case.h"

/* V_C, V_T, V_LS of Reid's soft core in the 3S1-3D1 waves, fm^-2 (x = 0.7 r, h = 10.463, hbar^2/M =
 * 41.47). */
static void reid(double r, double *w, void *context) {
    (void)context;
    const double h = 10.463, unit = 41.47;
    double x = 0.7 * r, e1 = exp(-x) / x, e2 = exp(-2.0 * x) / x, e4 = exp(-4.0 * x) / x;
    double e6 = exp(-6.0 * x) / x;
    double C = -h * e1 + 105.468 * e2 - 3187.8 * e4 + 9924.3 * e6;
    double T = -h * ((1.0 + 3.0 / x + 3.0 / (x * x)) * e1 - (12.0 / x + 3.0 / (x * x)) * e4) +
               351.77 * e4 - 1673.5 * e6;
    double LS = 708.91 * e4 - 2713.1 * e6;
    w[0] = C / unit;
    w[1] = w[2] = sqrt(8.0) * T / unit;
    w[3] = (C - 2.0 * T - 3.0 * LS) / unit;
}

/* Edges 0 (.25) 2 (.5) 6 (1) `range`. */
static coupled_case open_deuteron(double range) {
    const int waves[] = {0, 2};
    hp_channels channels = case_waves(2, waves);
    double edge[64] = {0.0};
    int panels = 0;
    while (edge[panels] < range - 1e-9) {
        double at = edge[panels], step = at < 1.999 ? 0.25 : at < 5.999 ? 0.5 : 1.0;
        edge[++panels] = at + step;
    }
    return case_open_panels(&channels, edge, panels, 16);
}

static double quadrupole(const hp_bound_state *state) {
    return (sqrt(8.0) * state->square[1] - state->square[3]) / 20.0;
}

static void test_reid(void **test_state) {
    (void)test_state;
    coupled_case c = open_deuteron(20.0);
    case_set(&c, reid, NULL, false);
    hp_bound_state state = single(&c);
    const double *square = state.square, *A = state.asymptotic;
    assert_close(-state.energy * 41.47, 2.2246020776, 0.0, 1e-10); /* all: the printed digits */
    assert_close(state.kappa[0], 0.231610983937, 0.0, 1e-12);
    assert_close(100.0 * state.probability[1], 6.4696106, 0.0, 6e-8);
    assert_close(sqrt(square[0] + square[3]) / 2.0, 1.956921899, 0.0, 6e-10);
    assert_close(quadrupole(&state), 0.279643161, 0.0, 6e-10);
    assert_close(A[0], 0.877580084, 0.0, 6e-10);
    assert_close(A[1] / A[0], 0.026227211, 0.0, 6e-10);
    case_close(&c);
}

static double deuteron_factor(int component, double r) {
    return component == 0 ? exp(-1.4 * r) : 0.9 * r * r * exp(-2.0 * r);
}

/* Exact numbers of lambda F F. The range is such that F exp(kappa r) beyond is nothing. */
static void test_separable_deuteron(void **test_state) {
    (void)test_state;
    double lambda[4];
    for (int i = 0; i < 4; i++) lambda[i] = -7.206;
    coupled_case c = open_deuteron(30.0);
    set_separable(&c, lambda, deuteron_factor);
    hp_bound_state state = single(&c);
    const double *square = state.square, *A = state.asymptotic;
    assert_close(state.kappa[0], 0.2315595975618, 0.0, 1e-12);
    assert_close(100.0 * state.probability[1], 0.665912947718, 0.0, 1e-11);
    assert_close(quadrupole(&state), 0.12405117339, 0.0, 1e-10);
    assert_close(A[0], 0.87731280166, 0.0, 1e-10);
    assert_close(A[1] / A[0], 0.01197487040, 0.0, 1e-10);
    assert_close(sqrt(square[0] + square[3]), 3.86295250512, 0.0, 1e-10);
    case_close(&c);
}

/* The table of AV18 np, MeV, splines over r. */
typedef struct av18 {
    int n;
    double unit; /* 2 mu/(hbar c)^2 in 1/(MeV fm^2) */
    double r[4000], v[3][4000];
    gsl_spline *spline[3];
} av18;

static bool read_av18(av18 *table, const char *name) {
    const double proton = 938.27231, neutron = 939.56563, hbarc = 197.327053;
    const char *folder = getenv("HADPOT_AV18");
    char path[256], line[512];
    snprintf(path, sizeof path, "%s/%s", folder != NULL ? folder : "data", name);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        print_message("SKIPPED: %s is not here (set HADPOT_AV18 to its folder)\n", path);
        return false;
    }
    table->n = 0;
    while (table->n < 4000 && fgets(line, sizeof line, file) != NULL) {
        int i = table->n;
        if (sscanf(line, "%lf,%*f,%lf,%lf,%lf", &table->r[i], &table->v[0][i], &table->v[1][i],
                   &table->v[2][i]) == 4)
            table->n++;
    }
    fclose(file);
    table->unit = 2.0 * proton * neutron / (proton + neutron) / (hbarc * hbarc);
    for (int i = 0; i < 3; i++) {
        table->spline[i] = gsl_spline_alloc(gsl_interp_cspline, (size_t)table->n);
        gsl_spline_init(table->spline[i], table->r, table->v[i], (size_t)table->n);
    }
    return true;
}

static void evaluate_av18(double r, double *w, void *context) {
    const av18 *table = context;
    double v[3], first = table->r[0];
    for (int i = 0; i < 3; i++) {
        v[i] = gsl_spline_eval(table->spline[i], fmax(first, r), NULL);
        if (r < first) v[i] += (r - first) * gsl_spline_eval_deriv(table->spline[i], first, NULL);
    }
    w[0] = table->unit * v[0];
    w[1] = w[2] = table->unit * v[1];
    w[3] = table->unit * v[2];
}

static hp_bound_state av18_deuteron(const char *name, double *B, bool *there) {
    static av18 table;
    hp_bound_state state = {0};
    *there = read_av18(&table, name);
    if (!*there) return state;
    coupled_case c = open_deuteron(20.0);
    case_set(&c, evaluate_av18, &table, false);
    state = single(&c);
    *B = -state.energy / table.unit;
    case_close(&c);
    for (int i = 0; i < 3; i++) gsl_spline_free(table.spline[i]);
    return state;
}

/* The splines of the table move B by 1e-8 MeV and kappa by 1e-9 (channels.md); the others follow:
 * their relative changes are of the size of that of B, 5e-9. */
static void test_av18(void **test_state) {
    (void)test_state;
    const struct {
        const char *name;
        double B, D, rms, Q, A, eta;
    } known[] = {{"av18_np.csv", 2.2245743550, 5.7598647, 1.967338769, 0.269670063, 0.885058049,
                  0.025042602},
                 {"av18_np_strong.csv", 2.2422106813, 5.7759022, 1.961412107, 0.269172820,
                  0.887729900, 0.025228699}};
    for (int i = 0; i < 2; i++) {
        double B = 0.0;
        bool there;
        hp_bound_state state = av18_deuteron(known[i].name, &B, &there);
        if (!there) skip();
        const double *square = state.square, *A = state.asymptotic;
        assert_close(B, known[i].B, 0.0, 1e-8);
        assert_close(100.0 * state.probability[1], known[i].D, 0.0, 1e-6);
        assert_close(sqrt(square[0] + square[3]) / 2.0, known[i].rms, 0.0, 1e-8);
        assert_close(quadrupole(&state), known[i].Q, 0.0, 1e-8);
        assert_close(A[0], known[i].A, 0.0, 1e-8);
        assert_close(A[1] / A[0], known[i].eta, 0.0, 1e-8);
        if (i == 0) assert_close(state.kappa[0], 0.231606523174, 0.0, 1e-9);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reid),
                                       cmocka_unit_test(test_separable_deuteron),
                                       cmocka_unit_test(test_av18)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
