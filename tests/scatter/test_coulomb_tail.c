// SPDX-License-Identifier: GPL-3.0-or-later
/* The potential of extended charges and the tails of bound states. */
#include "support.h"

#include <math.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_bessel.h>
#include "hadpot/coulomb.h"

static double dipole_integrand(double t, void *x) { /* q = Lambda t */
    double d = 1.0 + t * t;
    return sin(t * *(double *)x) / (t * d * d * d * d);
}

/* 4 pi beta/q^2 (1 + q^2/Lambda^2)^-4 back in r space: 2 beta/(pi r) int sin(qr)/q (...)^-4 dq. */
static void dipole_is_the_transform_of_its_form_factors(void **state) {
    (void)state;
    hp_coulomb c = {0.0347, 3.73};
    gsl_integration_workspace *space = gsl_integration_workspace_alloc(2000);
    assert_non_null(space);
    for (double r = 0.02; r < 6.0; r *= 1.9) {
        double x = c.dipole * r, integral, error;
        gsl_function function = {dipole_integrand, &x};
        /* (q/Lambda)^-9 is 1e-15 at 50 */
        assert_int_equal(gsl_integration_qag(&function, 0.0, 50.0, 1e-14, 1e-12, 2000,
                                             GSL_INTEG_GAUSS61, space, &integral, &error),
                         GSL_SUCCESS);
        assert_close(hp_coulomb_value(&c, r), 2.0 * c.strength / (M_PI * r) * integral, 1e-11,
                     0.0); /* the error asked of the integration, and its cut */
    }
    gsl_integration_workspace_free(space);
    /* finite at the origin, where nothing cancels; point-like far away and without form factor */
    assert_close(hp_coulomb_value(&c, 0.0), 5.0 / 16.0 * c.strength * c.dipole, 1e-15, 0.0);
    assert_close(hp_coulomb_value(&c, 1e-9), 5.0 / 16.0 * c.strength * c.dipole, 1e-8, 0.0);
    assert_close(hp_coulomb_value(&c, 20.0), c.strength / 20.0, 1e-15, 0.0);
    c.dipole = 0.0;
    assert_close(hp_coulomb_value(&c, 0.3), c.strength / 0.3, 1e-15, 0.0);
}

static void tails_have_the_values_of_whittaker_functions(void **state) {
    (void)state;
    static const double rows[3][6] = {
        /* strength, kappa, r, decay, norm, square: 30 digits, numerical integration */
        {0.0347, 0.0731, 2.6, 0.1075970481996532, 5.345908335759197, 565.8964395433418},
        {0.713, 0.31, 4.1, 0.4886146304123198, 1.079947381352567, 31.02734344724795},
        {-0.31, 0.4, 2.3, 0.2678969179236362, 1.632251426961636, 27.38945550151206}};
    hp_error err = HP_ERROR_INIT;
    double decay, norm, square;
    for (int i = 0; i < 3; i++) {
        const double *p = rows[i];
        assert_ok(hp_coulomb_tail(p[0], p[1], p[2], &decay, &norm, &square, &err), &err);
        assert_close(decay, p[3], 1e-13, 0.0); /* some tens of roundings */
        assert_close(norm, p[4], 1e-13, 0.0);
        assert_close(square, p[5], 1e-13, 0.0);
    }
}

static double bessel_square(double r, void *beta) {
    double x = 2.0 * sqrt(*(double *)beta * r), W = x * gsl_sf_bessel_K1(x);
    return W * W;
}

static void tails_have_their_limits(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    double decay, norm, square, beta = 0.21, r = 3.4, x = 2.0 * sqrt(beta * r), integral, error;
    assert_ok(hp_coulomb_tail(beta, 0.0, r, &decay, &norm, NULL, &err), &err);
    assert_close(decay, 2.0 * beta * gsl_sf_bessel_K0(x) / (x * gsl_sf_bessel_K1(x)), 1e-13, 0.0);
    gsl_integration_workspace *space = gsl_integration_workspace_alloc(500);
    assert_non_null(space);
    gsl_function function = {bessel_square, &beta};
    assert_int_equal(gsl_integration_qagiu(&function, r, 0.0, 1e-11, 500, space, &integral, &error),
                     GSL_SUCCESS);
    gsl_integration_workspace_free(space);
    assert_close(norm, integral / bessel_square(r, &beta), 1e-10, 0.0); /* error asked of qagiu */
    /* the ground state of attraction alone, r exp(-kappa r) */
    double kappa = 0.155, y = kappa * r;
    assert_ok(hp_coulomb_tail(-0.31, kappa, r, &decay, &norm, &square, &err), &err);
    assert_close(decay, kappa - 1.0 / r, 1e-13, 0.0); /* roundings */
    assert_close(norm, (y * y + y + 0.5) / (2.0 * kappa * y * y), 1e-13, 0.0);
    /* no charge, and hardly any: exp(-kappa r) */
    double other[3];
    assert_ok(hp_coulomb_tail(0.0, kappa, r, &decay, &norm, &square, &err), &err);
    assert_close(decay, kappa, 0.0, 0.0);
    assert_ok(hp_coulomb_tail(1e-13, kappa, r, &other[0], &other[1], &other[2], &err), &err);
    assert_close(other[0], decay, 1e-11, 0.0); /* the charge itself changes them by 1e-12 */
    assert_close(other[1], norm, 1e-11, 0.0);
    assert_close(other[2], square, 1e-11, 0.0);
    assert_status(hp_coulomb_tail(-0.31, 0.154, r, &decay, NULL, NULL, &err), HP_ERR_INPUT, &err);
    hp_error_clear(&err);
    assert_status(hp_coulomb_tail(0.31, 0.1, 0.0, &decay, NULL, NULL, &err), HP_ERR_INPUT, &err);
}

/* int_r^inf W^2 / W(r)^2 = d(decay)/d(kappa^2). */
static void norm_of_a_tail_is_the_derivative_of_its_decay(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    for (double beta = -0.4; beta < 3.0; beta += 0.31) {
        double kappa2 = 0.09, h = 1e-3, d[4], decay, norm, r = 1.9;
        static const double shift[4] = {-2.0, -1.0, 1.0, 2.0};
        for (int i = 0; i < 4; i++)
            assert_ok(
                hp_coulomb_tail(beta, sqrt(kappa2 + h * shift[i]), r, &d[i], NULL, NULL, &err),
                &err);
        assert_ok(hp_coulomb_tail(beta, sqrt(kappa2), r, &decay, &norm, NULL, &err), &err);
        /* (h/kappa^2)^4/30 of the fourth-order difference */
        assert_close((d[0] - 8.0 * d[1] + 8.0 * d[2] - d[3]) / (12.0 * h), norm, 1e-7, 0.0);
    }
}

int main(void) {
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dipole_is_the_transform_of_its_form_factors),
        cmocka_unit_test(tails_have_the_values_of_whittaker_functions),
        cmocka_unit_test(tails_have_their_limits),
        cmocka_unit_test(norm_of_a_tail_is_the_derivative_of_its_decay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
