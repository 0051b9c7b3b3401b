// SPDX-License-Identifier: GPL-3.0-or-later
/* The second solver of coupled channels against closed forms: l > 0 and coupled square wells. */
#include "coupled_ode_case.h"

#include <gsl/gsl_errno.h>

/* -v inside r < 1; parameters: W (N, N) and N. */
static void well(double r, double *w, void *parameters) {
    const double *p = parameters;
    int size = (int)(p[0] * p[0]);
    for (int i = 0; i < size; i++) w[i] = r < 1.0 ? p[1 + i] : 0.0;
}

static void gaussian(double r, double *w, void *parameters) {
    const double *p = parameters;
    w[0] = -p[0] * exp(-r * r);
}

static const double momenta[5] = {0.1, 0.5, 1.0, 2.0, 4.0};

/* Expected phases in degrees at the momenta above. */
typedef struct wave_table {
    double v;
    int l;
    double a; /* T(0), 0: not given */
    double delta[5];
} wave_table;

/* Spec 3(e), exact: all printed digits, of which there are 13. */
static const wave_table wells[] = {
    {12.0,
     0,
     0.9035316343691,
     {-5.174448909764, -25.58478614191, -49.39457523973, -84.52455228365, 81.67772016258}},
    {12.0,
     1,
     1.113841040411,
     {-.06267550203336, -5.513359351452, -23.20212236212, -63.48973010687, 61.98133526841}},
    {12.0,
     2,
     -.01741867897547,
     {9.981545123695e-6, .03136348611971, 1.047205110377, 45.24393369907, 70.53633528572}},
    {12.0,
     3,
     -1.788048845036e-4,
     {1.023798399517e-9, 7.873204513522e-5, .009608362663512, 1.049208191272, 52.25584295665}},
    {5.0,
     1,
     -.2175444896166,
     {.0124867276181, 1.624637359587, 13.88501304486, 52.6015213609, 30.97544153301}},
    {5.0,
     2,
     -.00410478781564,
     {2.349931847134e-6, .007202464471122, .2177724296756, 5.615897969393, 32.2115737525}},
    {-8.0,
     1,
     0.0,
     {-.005844369976961, -.6832993462923, -4.569378798418, -22.45457448425, -61.40341418145}},
    {-8.0,
     2,
     0.0,
     {-2.158383121162e-6, -.00652502043738, -.1876234440427, -3.882693845711, -31.82428129376}},
};

static void compare_wave(coupled_case *c, const wave_table *table, double rtol) {
    hp_tmatrix T;
    for (int i = 0; i < 5; i++)
        coupled_case_compare(coupled_case_delta(c, momenta[i] * momenta[i]), table->delta[i], rtol,
                             0.0, "l = %d, v = %g, k = %g", table->l, table->v, momenta[i]);
    coupled_case_t(c, 0.0, 0.0, &T);
    if (table->a != 0.0)
        coupled_case_compare(T.T[0], table->a, rtol, 0.0, "l = %d, v = %g, a_l", table->l,
                             table->v);
}

static void square_wells_of_any_l(void **state) {
    (void)state;
    static const double edge[4] = {0.0, 0.5, 1.0, 1.7};
    for (size_t i = 0; i < sizeof wells / sizeof wells[0]; i++) {
        coupled_case c = {.local = well, .parameters = (double[]){1.0, -wells[i].v}};
        coupled_case_waves(&c, 1, &wells[i].l);
        coupled_case_open(&c, edge, 2 + (int)i % 2, 12, 1e-13); /* ends at the edge, or beyond */
        coupled_case_set(&c);
        compare_wave(&c, &wells[i], 1e-12); /* 12 or 13 digits are printed */
        coupled_case_close(&c);
    }
}

/* Spec 3(e), 11 digits from another method. */
static const wave_table gaussians[] = {
    {2.3,
     0,
     -6.77633324649,
     {32.742075133, 55.004887072, 44.967380794, 26.962809978, 14.242441088}},
    {2.3,
     1,
     -.197825764974,
     {.011298693792, 1.3006967685, 7.5952710279, 16.843961702, 12.655567517}},
    {2.3,
     2,
     -.0177273388399,
     {1.0108633591e-5, .028221021685, .64523785884, 6.1126443342, 9.9205803584}},
    {10.0,
     0,
     1.02508755897,
     {-5.8645457653, -28.335072285, -51.833266078, -84.832975663, 57.754678369}},
    {10.0,
     1,
     -3.02701891832,
     {.17789936788, 41.606559716, -78.151923764, 80.232663435, 52.983792182}},
    {10.0,
     2,
     -.0927878548481,
     {5.2965966001e-5, .15223820016, 3.896805063, 38.839226456, 43.961601095}},
};

static void gaussians_of_any_l(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof gaussians / sizeof gaussians[0]; i++) {
        coupled_case c = {.local = gaussian, .parameters = (double[]){gaussians[i].v}};
        coupled_case_waves(&c, 1, &gaussians[i].l);
        coupled_case_open_equal(&c, 7.0, 14, 16, 1e-13);
        coupled_case_set(&c);
        compare_wave(&c, &gaussians[i], 1e-10); /* 11 digits are printed */
        printf("CPU per energy: %.2f ms\n", 1e3 * c.cpu);
        coupled_case_close(&c);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(square_wells_of_any_l),
        cmocka_unit_test(gaussians_of_any_l),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
