// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/coulomb.h"
#include <math.h>
#include <gsl/gsl_integration.h>
#include "coulomb_series.h"

/* Beyond the exponent, W^2 is below rounding and so is what a wrong slope there does at r. */
static const double FAR_EXPONENT = 25.0;
enum { STEP_NODES = 20 };

/* Where W has fallen by exp(-FAR_EXPONENT) at least (lower bounds of the WKB exponent in steps). */
static double far_point(double strength, double kappa, double r) {
    double exponent = 0.0;
    while (exponent < FAR_EXPONENT) {
        double h = hp_coulomb_step(strength, -kappa * kappa, r);
        double least = kappa * kappa + fmin(strength / r, strength / (r + h));
        exponent += h * sqrt(fmax(least, 0.0));
        r += h;
    }
    return r;
}

/* From far outside inwards: every other solution is damped against W on this way, so W may start
 * there with the slope of WKB, W = q^(-1/2) exp(-int q), q^2 = kappa^2 + beta/r. */
hp_status hp_coulomb_tail(double strength, double kappa, double r, double *decay, double *norm,
                          double *square, hp_error *err) {
    hp_status status = HP_OK;
    gsl_integration_glfixed_table *nodes = NULL;
    double c[HP_COULOMB_TERMS], sum_norm = 0.0, sum_square = 0.0, h_slope;
    HP_CHECK(r > 0.0 && kappa >= 0.0 && kappa >= -0.5 * strength, HP_ERR_INPUT,
             "tail of a bound state: binding momentum %g (Coulomb strength %g) at r = %g", kappa,
             strength, r);
    if (strength == 0.0) {
        *decay = kappa;
        if (norm != NULL) *norm = 0.5 / kappa;
        if (square != NULL) *square = (r * r + (r + 0.5 / kappa) / kappa) * 0.5 / kappa;
        goto cleanup;
    }
    if (norm != NULL || square != NULL) {
        nodes = gsl_integration_glfixed_table_alloc(STEP_NODES);
        HP_CHECK(nodes != NULL, HP_ERR_MEMORY, "no memory for a table of %d nodes", STEP_NODES);
    }
    double at = far_point(strength, kappa, r), W = 1.0, q2 = kappa * kappa + strength / at;
    double slope = -sqrt(q2) + 0.25 * strength / (at * at * q2);
    while (at > r) {
        double h = fmin(hp_coulomb_step(strength, -kappa * kappa, at), at - r);
        hp_coulomb_taylor(strength, -kappa * kappa, at, -h, W, slope, c);
        for (size_t i = 0; nodes != NULL && i < STEP_NODES; i++) {
            double t, weight, ignored;
            gsl_integration_glfixed_point(0.0, 1.0, i, &t, &weight, nodes);
            double here = hp_coulomb_sum(c, t, &ignored), x = at - t * h;
            sum_norm += weight * h * here * here;
            sum_square += weight * h * here * here * x * x;
        }
        W = hp_coulomb_sum(c, 1.0, &h_slope);
        slope = -h_slope / h;
        at = h < at - r ? at - h : r;
    }
    HP_CHECK(isfinite(slope / W) && isfinite(sum_square / (W * W)), HP_ERR_NUMERIC,
             "no Coulomb tail of strength %g at binding momentum %g, r = %g", strength, kappa, r);
    *decay = -slope / W;
    if (norm != NULL) *norm = sum_norm / (W * W);
    if (square != NULL) *square = sum_square / (W * W);
cleanup:
    if (nodes != NULL) gsl_integration_glfixed_table_free(nodes);
    return status;
}
