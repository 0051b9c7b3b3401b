// SPDX-License-Identifier: GPL-3.0-or-later
/* The second solver of coupled channels with separable kernels in closed form, spec 3(d). */
#include "coupled_ode_case.h"

#include <gsl/gsl_errno.h>

/* lambda_cd exp(-beta (r + r')), parameters: lambda (2, 2), beta. */
static double yamaguchi(int c, double r, int d, double rp, const double *p) {
    return p[2 * c + d] * exp(-p[4] * (r + rp));
}

/* K, with the momenta of relativistic kinematics in fm^-1. */
static void open_lambda(coupled_ode_case *c, double *p) {
    const double hbarc = 197.3269804;
    *c = (coupled_ode_case){.kernel = yamaguchi, .parameters = p};
    c->channels = (hp_channels){
        .kinematics = HP_RELATIVISTIC,
        .npair = 2,
        .ncomponent = 2,
        .pair = {hp_pair_of_masses(138.04 / hbarc, 1193.15 / hbarc),
                 hp_pair_of_masses(495.65 / hbarc, 938.92 / hbarc)},
        .component = {{0, 0}, {1, 0}},
    };
    assert_ok(hp_channels_set_thresholds(&c->channels, &c->err), &c->err);
    coupled_ode_case_open_equal(c, 11.0, 16, 16, 1e-13); /* exp(-3.5 * 11) = 2e-17 */
    coupled_ode_case_set(c);
}

typedef struct lambda_row {
    double w_mev, k2[2];
    double complex s11, s12, s22;
    double delta_1, eta;
} lambda_row;

static const lambda_row lambda_rows[7] = {
    {1340,
     {.057417043941, -1.500325012527},
     -.2569206542652 + .9664325001840 * I,
     0.0,
     0.0,
     52.4437113985,
     1.0},
    {1380,
     {.352965766091, -.884382864274},
     -.9758607988423 + .2183934552198 * I,
     0.0,
     0.0,
     83.6926548003,
     1.0},
    {1410,
     {.610350598759, -.404384514794},
     -.4974747966812 - .8674784300874 * I,
     0.0,
     0.0,
     120.0834629768,
     1.0},
    {1433,
     {.827309464474, -.026139690273},
     .9993047403355 - .0372831857956 * I,
     0.0,
     0.0,
     178.9316678026,
     1.0},
    {1437,
     {.866725623612, .040538514581},
     .7229203794978 + .2514666081525 * I,
     -.1276860864286 - .6307510865814 * I,
     .5681991238940 - .5128343647953 * I,
     189.5900710894,
     .765407950121},
    {1450,
     {.998200207021, .259061953631},
     .4930205487194 + .3738234413108 * I,
     -.4276459439579 - .6590187553350 * I,
     -.1405560337673 - .6025423039958 * I,
     198.5852652270,
     .618719020827},
    {1500,
     {1.550293697680, 1.125131094482},
     .3449504537719 + .5929021811684 * I,
     -.6278867070103 - .3677423978387 * I,
     -.6858619334850 - .0108268272330 * I,
     209.9045789359,
     .685947382816},
};

/* 13 decimals are printed. */
static void compare_complex(double complex found, double complex expected, const char *name,
                            double w) {
    coupled_ode_case_compare(creal(found), creal(expected), 0.0, 2e-13, "W = %g Re %s", w, name);
    coupled_ode_case_compare(cimag(found), cimag(expected), 0.0, 2e-13, "W = %g Im %s", w, name);
}

static void two_channels(void **state) {
    (void)state;
    double p[5] = {-60.0, -30.0, -30.0, -108.0, 3.5};
    coupled_ode_case c;
    double complex S[4];
    hp_tmatrix T;
    open_lambda(&c, p);
    for (int i = 0; i < 7; i++) {
        const lambda_row *row = &lambda_rows[i];
        coupled_ode_case_t(&c, row->w_mev / 197.3269804 - c.channels.lowest, 1e-11, &T);
        coupled_ode_case_s(&c, &T, S);
        for (int a = 0; a < 2; a++) /* 12 decimals */
            coupled_ode_case_compare(T.k2[a], row->k2[a], 0.0, 1e-12, "W = %g k2_%d", row->w_mev,
                                     a + 1);
        compare_complex(S[0], row->s11, "S11", row->w_mev);
        double delta = 0.5 * carg(S[0]) * COUPLED_DEGREE;
        delta += 180.0 * round((row->delta_1 - delta) / 180.0);
        coupled_ode_case_compare(delta, row->delta_1, 0.0, 1e-10, "W = %g delta_1", row->w_mev);
        coupled_ode_case_compare(cabs(S[0]), row->eta, 0.0, 1e-12, "W = %g eta", row->w_mev);
        if (T.nopen == 1) continue;
        compare_complex(S[1], row->s12, "S12", row->w_mev);
        compare_complex(S[3], row->s22, "S22", row->w_mev);
    }
    coupled_ode_case_report(&c);
    /* exactly at the upper threshold; with outgoing waves below, a = T22 - i k T12^2/(1 + i k T11)
     */
    coupled_ode_case_t(&c, c.channels.threshold[1], 1e-11, &T);
    assert_int_equal(T.nopen, 2);
    double k = sqrt(T.k2[0]);
    double complex a = T.T[3] - I * k * T.T[1] * T.T[2] / (1.0 + I * k * T.T[0]);
    coupled_ode_case_compare(creal(a), 1.824558811173, 0.0, 1e-12, "Re a of Kbar N");
    coupled_ode_case_compare(cimag(a), -.7080073673465, 0.0, 1e-12, "Im a of Kbar N");
    coupled_ode_case_close(&c);
}

/* T11 at E = 0.7 with channel 2 closed, T = s^2 [lambda (1 - g lambda)^-1]_11. */
static double closed_t(const double *p, double kappa) {
    double b = p[4], s = 1.0 / (0.7 + b * b);
    double complex q = b - I * sqrt(0.7);
    double g1 = creal(-0.5 / (b * q * q)), g2 = -0.5 / (b * (b + kappa) * (b + kappa));
    double m11 = 1.0 - g1 * p[0], m12 = -g1 * p[1], m21 = -g2 * p[2], m22 = 1.0 - g2 * p[3];
    return s * s * (p[0] * m22 - p[1] * m21) / (m11 * m22 - m12 * m21);
}

/* Up to kappa R = 704 inside the kernel, 44 decay lengths in a panel of 16 nodes; beyond, nodes do
 * not see what the closed component does next to an edge. */
static void closed_component_in_a_kernel(void **state) {
    (void)state;
    double p[5] = {-60.0, -30.0, -30.0, -108.0, 3.5};
    for (int i = 0; i < 9; i++) {
        double kappa = pow(2.0, i);
        coupled_ode_case c = {.kernel = yamaguchi, .parameters = p};
        hp_tmatrix T;
        coupled_ode_case_pairs(&c, 2, (double[]){1.0, 1.0}, (double[]){0.0, 0.7 + kappa * kappa});
        coupled_ode_case_open_equal(&c, 11.0, 16, 16, 1e-12);
        coupled_ode_case_set(&c);
        coupled_ode_case_t(&c, 0.7, 0.0, &T);
        coupled_ode_case_compare(T.T[0], closed_t(p, kappa), i < 7 ? 5e-12 : 1e-7, 0.0,
                                 "kappa R = %g T11", 11.0 * kappa);
        coupled_ode_case_close(&c);
    }
}

/* lambda (r r')^l exp(-beta (r + r')); parameters: lambda, beta, l. */
static double power_times_exponential(int c, double r, int d, double rp, const double *p) {
    (void)c, (void)d;
    return p[0] * pow(r * rp, p[2]) * exp(-p[1] * (r + rp));
}

static void p_wave(void **state) {
    (void)state;
    static const double k[4] = {0.2, 0.6, 1.0, 2.0};
    static const double lambda[2] = {-40.0, -20.0};
    static const double expected[2][4] = {
        {.4090963285662, 8.83071304625, 21.25890911216, 17.35402463626},
        {.1645608238066, 3.387745703804, 8.777321026553, 8.88065915052}};
    for (int i = 0; i < 2; i++) {
        coupled_ode_case c = {.kernel = power_times_exponential,
                              .parameters = (double[]){lambda[i], 2.0, 1.0}};
        coupled_ode_case_waves(&c, 1, (int[]){1});
        coupled_ode_case_open_equal(&c, 20.0, 16, 16, 1e-13);
        coupled_ode_case_set(&c);
        for (int e = 0; e < 4; e++) /* 13 digits are printed */
            coupled_ode_case_compare(coupled_ode_case_delta(&c, k[e] * k[e]), expected[i][e], 1e-12,
                                     0.0, "P wave, lambda = %g, k = %g", lambda[i], k[e]);
        coupled_ode_case_close(&c);
    }
}

/* T = s^2 lambda/(1 - lambda g) with s = 2^l l!/(k^2+beta^2)^(l+1) and g of the outgoing wave:
 * tan delta = -k^(2l+1) s^2 lambda/(1 - lambda Re g). */
static double d_wave_delta(double lambda, double b, double k) {
    double complex q = -I * k;
    double complex g = -(0.75 * cpow(b, 4) + 4.5 * cpow(b, 3) * q + 9.5 * b * b * q * q +
                         4.5 * b * cpow(q, 3) + 0.75 * cpow(q, 4)) /
                       (pow(b, 5) * cpow(b + q, 6));
    double s = 8.0 / pow(k * k + b * b, 3);
    return atan(-pow(k, 5) * s * s * lambda / (1.0 - lambda * creal(g))) * COUPLED_DEGREE;
}

static void d_wave(void **state) {
    (void)state;
    static const double lambda[2] = {-40.0, -13.7};
    for (int i = 0; i < 2; i++) {
        coupled_ode_case c = {.kernel = power_times_exponential,
                              .parameters = (double[]){lambda[i], 2.0, 2.0}};
        coupled_ode_case_waves(&c, 1, (int[]){2});
        coupled_ode_case_open_equal(&c, 20.0, 16, 16, 1e-13);
        coupled_ode_case_set(&c);
        for (int e = 0; e < 5; e++) {
            double k = 0.1 + 0.437 * e;
            coupled_ode_case_compare(coupled_ode_case_delta(&c, k * k),
                                     d_wave_delta(lambda[i], 2.0, k), 1e-11, 0.0,
                                     "D wave, lambda = %g, k = %g", lambda[i], k);
        }
        coupled_ode_case_close(&c);
    }
}

/* K = lambda F F, F = (exp(-1.4 r), 0.9 r^2 exp(-2 r)). */
static double s_and_d(int c, double r, int d, double rp, const double *p) {
    double F = c == 0 ? exp(-1.4 * r) : 0.9 * r * r * exp(-2.0 * r);
    double G = d == 0 ? exp(-1.4 * rp) : 0.9 * rp * rp * exp(-2.0 * rp);
    return p[0] * F * G;
}

static void separable_deuteron(void **state) {
    (void)state;
    /* k, delta_S, delta_D, epsilon of Stapp */
    static const double rows[4][4] = {{0.2, 126.88535396673, -.00209888633, .40030964012},
                                      {0.5, 85.46971994466, .01211461031, 2.95716654917},
                                      {1.0, 50.83242622156, .81567342696, 7.53079328920},
                                      {2.0, 19.44228122757, 2.02292706662, 6.37125127215}};
    static const char *name[3] = {"delta_S", "delta_D", "epsilon"};
    double bar[3], energy;
    coupled_ode_case c = {.kernel = s_and_d, .parameters = (double[]){-7.206}};
    coupled_ode_case_waves(&c, 2, (int[]){0, 2});
    coupled_ode_case_open_equal(&c, 26.0, 20, 16, 1e-13);
    coupled_ode_case_set(&c);
    for (int e = 0; e < 4; e++) {
        coupled_ode_case_stapp(&c, rows[e][0] * rows[e][0], rows[e][1], bar);
        for (int i = 0; i < 3; i++) /* 11 decimals */
            coupled_ode_case_compare(bar[i], rows[e][1 + i], 0.0, 1e-11, "S-D, k = %g %s",
                                     rows[e][0], name[i]);
    }
    coupled_ode_case_report(&c);
    assert_ok(hp_coupled_ode_bound_state(c.solver, -0.06, -0.05, &energy, &c.err), &c.err);
    coupled_ode_case_compare(sqrt(-energy), .2315595975618, 0.0, 2e-13, "S-D kappa");
    coupled_ode_case_close(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_channels),
        cmocka_unit_test(closed_component_in_a_kernel),
        cmocka_unit_test(p_wave),
        cmocka_unit_test(d_wave),
        cmocka_unit_test(separable_deuteron),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
