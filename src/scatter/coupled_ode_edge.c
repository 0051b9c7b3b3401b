// SPDX-License-Identifier: GPL-3.0-or-later
/* Solutions beyond the range, without the code of the other solver: GSL's Bessel, Coulomb and
 * confluent hypergeometric functions. */
#include <math.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_bessel.h>
#include <gsl/gsl_sf_coulomb.h>
#include <gsl/gsl_sf_hyperg.h>
#include <gsl/gsl_sf_psi.h>
#include "coupled_ode_private.h"

/* Below it the power series converges in a few terms without cancellation, and GSL's functions
 * would leave the range of doubles. */
static const double SERIES_BELOW = 0.5;

/* GSL's Coulomb functions serve up to this eta and outside the turning point; closer to threshold
 * they leave the range of doubles and theta is a small difference: there the functions of coulomb.h
 * do, which are regular. */
static const double MOST_ETA = 10.0;

/* sum_m (-x^2/2)^m / (m! (first)(first + 2) ... ), and r times its derivative. */
static double series(double x, int first, double *r_slope) {
    enum { TERMS = 16 }; /* (1/8)^16/16! is nothing beside one */
    double term = 1.0, sum = 1.0;
    *r_slope = 0.0;
    for (int m = 1; m <= TERMS; m++) {
        term *= -0.5 * x * x / (m * (first + 2.0 * (m - 1)));
        sum += term;
        *r_slope += 2.0 * m * term;
    }
    return sum;
}

/* S = r^(l+1)/(2l+1)!! (1 - x^2/(2(2l+3)) + ..), C = (2l-1)!!/r^l (1 - x^2/(2(1-2l)) + ..). */
static void free_near_origin(int l, double k, double r, double f[4]) {
    double S = r, C = 1.0, slope;
    for (int m = 1; m <= l; m++) {
        S *= r / (2 * m + 1);
        C *= (2 * m - 1) / r;
    }
    double s = series(k * r, 2 * l + 3, &slope);
    f[0] = S * s;
    f[1] = S / r * ((l + 1) * s + slope);
    double c = series(k * r, 1 - 2 * l, &slope);
    f[2] = C * c;
    f[3] = C / r * (-l * c + slope);
}

/* x j_l, -x y_l and their derivatives with respect to x, u_l' = u_(l-1) - (l/x) u_l. */
static int riccati_by_gsl(int l, double x, double f[4]) {
    gsl_sf_result j, y, below = {0};
    int code = gsl_sf_bessel_jl_e(l, x, &j);
    if (code == GSL_SUCCESS) code = gsl_sf_bessel_yl_e(l, x, &y);
    if (code == GSL_SUCCESS && l > 0) code = gsl_sf_bessel_jl_e(l - 1, x, &below);
    if (code != GSL_SUCCESS) return code;
    f[0] = x * j.val;
    f[1] = l > 0 ? x * below.val - l * j.val : cos(x);
    if (l > 0) code = gsl_sf_bessel_yl_e(l - 1, x, &below);
    f[2] = -x * y.val;
    f[3] = l > 0 ? -x * below.val + l * y.val : -sin(x);
    return code;
}

/* Inside the classical turning point (r < 2 eta/k for l = 0) GSL normalises G by WKB, to 1e-3, and
 * says so in its error; outside that is below 1e-8. */
static bool is_precise(const gsl_sf_result *F, const gsl_sf_result *G) {
    static const double TOLERATED = 1e-6;
    return hypot(F->err, G->err) <= TOLERATED * hypot(F->val, G->val);
}

/* phi and theta of coulomb.h from F_l, G_l and their normalisation, gsl: C_l(eta) (2l+1)!! there.
 */
static int coulomb_by_gsl(double strength, int l, double k, double r, double f[4]) {
    gsl_sf_result F, d_F, G, d_G, normal, psi;
    double eta = 0.5 * strength / k, F_exponent = 0.0, G_exponent = 0.0;
    int code =
        gsl_sf_coulomb_wave_FG_e(eta, k * r, l, 0, &F, &d_F, &G, &d_G, &F_exponent, &G_exponent);
    if (code == GSL_SUCCESS) code = gsl_sf_coulomb_CL_e(l, eta, &normal);
    if (code == GSL_SUCCESS) code = gsl_sf_psi_1piy_e(eta, &psi);
    if (code != GSL_SUCCESS) return code;
    if (!is_precise(&F, &G)) return GSL_ELOSS;
    double up = normal.val, shift = strength * (psi.val - log(fabs(eta)));
    for (int m = 1; m <= l; m++) {
        up *= (2 * m + 1) * k;
        shift *= k * k + gsl_pow_2(0.5 * strength / m);
    }
    double down = 1.0 / (up * k);
    f[0] = down * F.val;
    f[1] = down * d_F.val * k;
    f[2] = up * G.val - shift * f[0];
    f[3] = up * d_G.val * k - shift * f[1];
    return GSL_SUCCESS;
}

static hp_status charged(double strength, int l, double k2, double r, double f[4], hp_error *err) {
    double k = sqrt(k2);
    if (0.5 * fabs(strength) < MOST_ETA * k &&
        coulomb_by_gsl(strength, l, k, r, f) == GSL_SUCCESS && isfinite(f[2]))
        return HP_OK;
    return hp_coulomb_partial(l, strength, k2, r, f, err);
}

hp_status hp_coupled_ode_open(double strength, int l, double k2, double r, double f[4],
                              hp_error *err) {
    double k = sqrt(k2), x = k * r;
    if (strength != 0.0) return charged(strength, l, k2, r, f, err);
    if (x < SERIES_BELOW) {
        free_near_origin(l, k, r, f);
        return HP_OK;
    }
    int code = riccati_by_gsl(l, x, f);
    HP_REQUIRE(code == GSL_SUCCESS, HP_ERR_NUMERIC,
               "no solutions beyond the range at l = %d, k^2 = %g, r = %g: %s", l, k2, r,
               gsl_strerror(code));
    double up = pow(k, l), down = 1.0 / (up * k);
    f[0] *= down;
    f[1] *= down * k;
    f[2] *= up;
    f[3] *= up * k;
    return HP_OK;
}

/* H = kappa^l exp(-kappa r) sum_m a_m (2 kappa r)^-m, a_m = (l+m)!/(m!(l-m)!): the sum times
 * (2 kappa r)^l, which is regular at kappa = 0, by Horner's scheme; log-derivative kappa + l/r -
 * p'/p. */
static double decay_of_free(int l, double kappa, double r) {
    double x = 2.0 * kappa * r, a = 1.0, p = 1.0, slope = 0.0, coefficient[HP_MOST_L + 1];
    for (int m = 0; m <= l; m++) {
        coefficient[m] = a; /* of x^(l - m) */
        a *= (double)(l + m + 1) * (l - m) / (m + 1);
    }
    for (int m = 1; m <= l; m++) {
        slope = slope * x + p;
        p = p * x + coefficient[m];
    }
    return kappa + l / r - 2.0 * kappa * slope / p;
}

/* W = exp(-x/2) x^(l+1) U(a, 2l+2, x), a = l + 1 + beta/(2 kappa), x = 2 kappa r, U' = -a U(a+1,
 * b+1, x). */
static hp_status decay_of_charged(double strength, int l, double kappa, double r, double *gamma,
                                  hp_error *err) {
    double x = 2.0 * kappa * r, a = l + 1 + 0.5 * strength / kappa, b = 2 * l + 2, ratio = NAN;
    gsl_sf_result_e10 U, next;
    HP_REQUIRE(kappa > 0.0, HP_ERR_NUMERIC,
               "no decaying solution exactly at the threshold of a charged pair");
    int code = gsl_sf_hyperg_U_e10_e(a, b, x, &U);
    if (code == GSL_SUCCESS) code = gsl_sf_hyperg_U_e10_e(a + 1.0, b + 1.0, x, &next);
    if (code == GSL_SUCCESS) ratio = next.val / U.val * pow(10.0, next.e10 - U.e10);
    *gamma = 2.0 * kappa * (0.5 - (l + 1) / x + a * ratio);
    HP_REQUIRE(isfinite(*gamma), HP_ERR_NUMERIC,
               "no decaying solution of a charged pair at l = %d, kappa = %g, r = %g: %s", l, kappa,
               r, gsl_strerror(code));
    return HP_OK;
}

hp_status hp_coupled_ode_closed(double strength, int l, double kappa, double r, double *gamma,
                                hp_error *err) {
    if (strength != 0.0) return decay_of_charged(strength, l, kappa, r, gamma, err);
    *gamma = decay_of_free(l, kappa, r);
    return HP_OK;
}
