// SPDX-License-Identifier: GPL-3.0-or-later
/* The second solver of coupled channels with AV18 (Wiringa, Stoks, Schiavilla, PRC 51 (1995) 38),
 * from a table by cubic splines. */
#include "coupled_ode_case.h"

#include <gsl/gsl_errno.h>
#include "av18_phases.h"
#include "nucleons.h"

/* From a file and the columns of its waves. */
static void open_av18(coupled_ode_case *c, nucleon_table *t, const char *file, int n, const int *l,
                      const char *const *column) {
    double edge[NUCLEON_PANELS + 1];
    int panels = nucleon_edges(20.0, edge);
    *c = (coupled_ode_case){.local = nucleon_table_at, .context = t};
    assert_ok(nucleon_table_read(t, file, n, column, &c->err), &c->err);
    coupled_ode_case_waves(c, n, l);
    coupled_ode_case_open(c, edge, panels, 16, 1e-12);
    coupled_ode_case_set(c);
}

static void close_av18(coupled_ode_case *c, nucleon_table *t) {
    coupled_ode_case_close(c);
    nucleon_table_free(t);
}

/* Splines differ from the potential that the numbers are of by 1.6e-7 degrees (1S0), 1e-7 (others);
 * knots inside panels cost another 3e-8. */
static void compare_uncoupled(const char *set, const char *file, const av18_phases *row) {
    static const char *const column[5] = {"v_1s0", "v_1p1", "v_3p0", "v_3p1", "v_1d2"};
    static const int l[5] = {0, 1, 1, 1, 2};
    for (int i = 0; i < 5; i++) {
        coupled_ode_case c;
        nucleon_table t;
        open_av18(&c, &t, file, 1, &l[i], &column[i]);
        for (int e = 0; e < 8; e++) {
            const double expected[5] = {row[e].s0, row[e].p1, row[e].p0, row[e].p31, row[e].d2};
            coupled_ode_case_compare(coupled_ode_case_delta(&c, row[e].k2), expected[i], 0.0, 3e-7,
                                     "%s %s, E_lab = %g", set, column[i], row[e].e_lab);
        }
        close_av18(&c, &t);
    }
}

static const int S_AND_D[2] = {0, 2};

static void compare_coupled(const char *set, const char *file, const av18_phases *row,
                            double binding) {
    coupled_ode_case c;
    nucleon_table t;
    double bar[3], energy;
    open_av18(&c, &t, file, 2, S_AND_D, NUCLEON_TRIPLET);
    for (int e = 0; e < 8; e++) {
        coupled_ode_case_stapp(&c, row[e].k2, row[e].s1, bar);
        const double expected[3] = {row[e].s1, row[e].d1, row[e].epsilon};
        static const char *name[3] = {"3S1", "3D1", "epsilon"};
        for (int i = 0; i < 3; i++)
            coupled_ode_case_compare(bar[i], expected[i], 0.0, 3e-7, "%s %s, E_lab = %g", set,
                                     name[i], row[e].e_lab);
    }
    assert_ok(hp_coupled_ode_bound_state(c.solver, -0.06, -0.05, &energy, &c.err), &c.err);
    coupled_ode_case_compare(-energy / t.unit, binding, 0.0, 1e-8, "%s B / MeV", set);
    coupled_ode_case_report(&c);
    close_av18(&c, &t);
}

/* T_SS(0), which is the scattering length of the S-like eigenphase, too: from polynomials in k^2,
 * of which six digits are to be trusted. */
static void compare_length(const char *set, const char *file, int n, double expected) {
    static const char *const singlet = "v_1s0";
    coupled_ode_case c;
    nucleon_table t;
    hp_tmatrix T;
    open_av18(&c, &t, file, n, S_AND_D, n == 1 ? &singlet : NUCLEON_TRIPLET);
    coupled_ode_case_t(&c, 0.0, 1e-9, &T);
    coupled_ode_case_compare(T.T[0], expected, 1e-6, 0.0, "%s a0 of %s / fm", set,
                             n == 1 ? "1S0" : "3S1");
    close_av18(&c, &t);
}

static void full_potential(void **state) {
    static const char file[] = "av18_np.csv";
    (void)state;
    compare_uncoupled("full", file, AV18_PHASES[0]);
    compare_coupled("full", file, AV18_PHASES[0], 2.2245743588);
    compare_length("full", file, 1, -23.7319171);
    compare_length("full", file, 2, 5.4192134);
}

static void strong_part(void **state) {
    static const char file[] = "av18_np_strong.csv";
    (void)state;
    compare_uncoupled("strong", file, AV18_PHASES[1]);
    compare_coupled("strong", file, AV18_PHASES[1], 2.2422106813);
    compare_length("strong", file, 1, -23.0838732);
    compare_length("strong", file, 2, 5.4020029);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_potential),
        cmocka_unit_test(strong_part),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
