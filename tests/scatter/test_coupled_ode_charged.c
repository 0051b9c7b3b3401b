// SPDX-License-Identifier: GPL-3.0-or-later
/* The second solver of coupled channels with charged pairs, spec 3(c), and in hard cases. */
#include "coupled_ode_case.h"

#include <gsl/gsl_errno.h>

/* W exp(-r^2), parameters W (2, 2). */
static void coupled_gaussian(double r, double *w, void *parameters) {
    const double *p = parameters;
    for (int i = 0; i < 4; i++) w[i] = p[i] * exp(-r * r);
}

/* K11 at E = 0.3, 1.5 and K11, K12, K22 at 4; agreement of the methods there 1e-12. */
typedef struct charged_row {
    double beta, k11[2], k[3];
} charged_row;

static const charged_row charged_rows[3] = {
    {-0.5, {.61863030431, 1.477000105347}, {.294504876811, .547128424531, 2.649077450857}},
    {0.5, {.10816568814, 3.093254369243}, {.299643911827, .575149189303, 2.779690686349}},
    {0.0, {.407071865395, 2.207993220519}, {.303097003224, .571718999786, 2.715526587340}},
};

static void k_matrix(coupled_ode_case *c, double energy, double *K) {
    hp_tmatrix T;
    coupled_ode_case_t(c, energy, 1e-10, &T);
    coupled_ode_case_k(c, &T, K);
}

static void open_charged(coupled_ode_case *c, double beta, double *p) {
    *c = (coupled_ode_case){.local = coupled_gaussian, .parameters = p};
    coupled_ode_case_pairs(c, 2, (double[]){1.0, 1.0}, (double[]){0.0, 2.0});
    c->channels.coulomb[0].strength = beta;
    coupled_ode_case_open_equal(c, 7.0, 14, 16, 1e-13);
    coupled_ode_case_set(c);
}

static void coulomb_force_in_one_component(void **state) {
    (void)state;
    double p[4] = {-1.0, -1.0, -1.0, -5.0}, K[4];
    for (int i = 0; i < 3; i++) {
        const charged_row *row = &charged_rows[i];
        coupled_ode_case c;
        open_charged(&c, row->beta, p);
        for (int e = 0; e < 2; e++) {
            k_matrix(&c, e == 0 ? 0.3 : 1.5, K);
            coupled_ode_case_compare(K[0], row->k11[e], 0.0, 2e-12, "beta = %g, E = %g K11",
                                     row->beta, e == 0 ? 0.3 : 1.5);
        }
        k_matrix(&c, 4.0, K);
        coupled_ode_case_compare(K[0], row->k[0], 0.0, 1e-12, "beta = %g, E = 4 K11", row->beta);
        coupled_ode_case_compare(K[1], row->k[1], 0.0, 1e-12, "beta = %g, E = 4 K12", row->beta);
        coupled_ode_case_compare(K[3], row->k[2], 0.0, 1e-12, "beta = %g, E = 4 K22", row->beta);
        if (row->beta == -0.5) {
            hp_tmatrix T;
            double complex S[4];
            coupled_ode_case_t(&c, 4.0, 1e-10, &T);
            coupled_ode_case_s(&c, &T, S);
            coupled_ode_case_compare(cabs(S[0]), .9305784922, 0.0, 6e-11, "beta = -0.5, E = 4 eta");
        }
        coupled_ode_case_report(&c);
        coupled_ode_case_close(&c);
    }
}

/* Partial waves of two pairs, one or both of them charged, as by the other solver: T against phi
 * and theta, at thresholds, where both Coulomb functions come from coulomb.h, and up to high
 * energies, where this one has GSL's. */
static void partial_waves_of_charged_pairs(void **state) {
    (void)state;
    static const double energy[7] = {0.0, 1e-4, 0.02, 0.4, 1.9, 2.0, 5.3};
    double p[4] = {-1.0, -1.0, -1.0, -5.0};
    for (int l = 0; l < 3; l++)
        for (int side = 0; side < 2; side++) {
            coupled_ode_case c;
            hp_tmatrix T, U;
            hp_coupled *nystroem = NULL;
            open_charged(&c, side == 0 ? 0.8 : -0.6, p);
            c.channels.coulomb[1].strength = side == 0 ? 1.3 : 0.0;
            c.channels.component[0].l = c.channels.component[1].l = l;
            coupled_ode_case_set(&c);
            double *w = coupled_ode_case_local_values(&c);
            hp_matrix_interaction interaction = {.ncomponent = 2, .local = w};
            assert_ok(hp_coupled_create(&c.grid, 2, &nystroem, &c.err), &c.err);
            assert_ok(hp_coupled_set(nystroem, &c.channels, &interaction, &c.err), &c.err);
            for (int e = 0; e < 7; e++) {
                coupled_ode_case_t(&c, energy[e], 1e-6, &T);
                assert_ok(hp_coupled_solve(nystroem, energy[e], &U, NULL, &c.err), &c.err);
                for (int i = 0; i < T.nopen * T.nopen; i++)
                    coupled_ode_case_compare(T.T[i], U.T[i], 1e-10, 0.0, "l = %d, E = %g T[%d]", l,
                                             energy[e], i);
            }
            coupled_ode_case_report(&c);
            hp_free(w);
            hp_coupled_destroy(&nystroem);
            coupled_ode_case_close(&c);
        }
}

/* Between eta = 10 and the turning point, r = 2 eta/k, where GSL's functions are WKB: T of one
 * component by variation and Coulomb functions of 30 digits. */
static void inside_the_turning_point(void **state) {
    (void)state;
    static const struct {
        int l;
        double energy, T;
    } row[4] = {{0, 0.02, -10.363902162284},
                {0, 0.05, -9.16794926043186},
                {1, 0.02, -0.53224870896897},
                {1, 0.05, -0.526250095478007}};
    for (int i = 0; i < 4; i++) {
        coupled_ode_case c;
        hp_tmatrix T;
        double p[4] = {-4.0, 0.0, 0.0, 0.0};
        open_charged(&c, 0.5, p);
        c.channels.component[0].l = c.channels.component[1].l = row[i].l;
        coupled_ode_case_set(&c);
        coupled_ode_case_t(&c, row[i].energy, 1e-6, &T);
        coupled_ode_case_compare(T.T[0], row[i].T, 1e-10, 0.0, "l = %d, E = %g T", row[i].l,
                                 row[i].energy);
        coupled_ode_case_close(&c);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(coulomb_force_in_one_component),
        cmocka_unit_test(partial_waves_of_charged_pairs),
        cmocka_unit_test(inside_the_turning_point),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
