// SPDX-License-Identifier: GPL-3.0-or-later
/* Each kind of term: its value, how far it reaches and how short the panels must be.
 *
 * Lengths of panels are for 16 nodes. On a panel of 0.8 d the interpolation of exp(-(r/d)^2) errs
 * by 1e-15 of its maximum, on one of 2/m that of exp(-m r) by 1e-18; phase shifts err by the square
 * of that (docs/method-scatter.md). What the wave needs is seen to in forms_grid.c. */
#include <math.h>
#include <string.h>
#include "forms_private.h"

/* Part of its effect that may be left out of a term. */
static const double NEGLIGIBLE = 1e-17;

/* exp(-x^2) is nothing beside 1 for x above this. */
static const double GAUSSIAN_END = 6.5;

/* Terms of a series in x < 1 whose n-th is below 1/n!, and the panels of 2/m after which exp(-m r)
 * is nothing. */
enum { TENSOR_TERMS = 20, CORE_TAILS = 18 };

/* Panels as parts of the tail. The product of a Yukawa term with u, of which integrals are made, is
 * as smooth as exp(-m r). */
#define OF_GAUSSIAN 0.8
#define OF_EXPONENTIAL 2

static double gaussian(const double *p, double h, double r, double rp) {
    (void)h, (void)rp;
    return p[0] * exp(-(r / p[1]) * (r / p[1]));
}

static double second(const double *p) {
    return p[1];
}

static double yukawa(const double *p, double h, double r, double rp) {
    (void)h, (void)rp;
    return p[0] * exp(-p[1] * r) / r;
}

static double inverse_second(const double *p) {
    return 1 / p[1];
}

static double squared_yukawa(const double *p, double h, double r, double rp) {
    (void)h, (void)rp;
    double x2 = p[1] * r * r;
    double core = x2 > 0 ? -expm1(-x2) / x2 : 1.0;
    return p[0] * p[1] * core * exp(-2 * p[2] * r);
}

static double squared_yukawa_tail(const double *p) {
    return 1 / (2 * p[2]);
}

/* exp(-b r^2) at small r, then the pole of 1/r^2 at 0 and exp(-2 m r). */
static double squared_yukawa_panel(const double *p, double r) {
    double d = 1 / sqrt(p[1]), tail = 1 / p[2];
    return r < GAUSSIAN_END * d ? fmin(0.8 * d, tail) : fmin(r, tail);
}

static double woods_saxon(const double *p, double h, double r, double rp) {
    (void)h, (void)rp;
    return -p[0] / (1 + exp((r - p[1]) / p[2]));
}

static double third(const double *p) {
    return p[2];
}

/* The nearest poles are at R +- i pi a. */
static double woods_saxon_panel(const double *p, double r) {
    double far = 0.4 * hypot(r - p[1], M_PI * p[2]);
    return r < p[1] ? far : fmin(far, 2 * p[2]);
}

static double square_well(const double *p, double h, double r, double rp) {
    (void)h, (void)rp;
    return r <= p[1] ? -p[0] : 0.0;
}

static double regular_yukawa(const double *p, double h, double r, double rp) {
    (void)h, (void)rp;
    double x2 = p[1] * r * r;
    double core = x2 > 0 ? -expm1(-x2) / x2 : 1.0;
    return p[0] * p[1] * r * core * exp(-p[2] * r);
}

static double inverse_third(const double *p) {
    return 1 / p[2];
}

/* Beyond its core, as a Yukawa term. */
static double regular_yukawa_panel(const double *p, double r) {
    double d = 1 / sqrt(p[1]), tail = 2 / p[2];
    return r < GAUSSIAN_END * d ? fmin(0.8 * d, tail) : tail;
}

static double oscillating_gaussian(const double *p, double h, double r, double rp) {
    return gaussian(p, h, r, rp) * cos(p[2] * r);
}

/* sum over n of (-x)^n/(n+2)! (n+1) [n + 2 - 3 + 3 c^(n+2)]: the poles at 0 cancel. */
static double tensor_series(double c, double x) {
    double sum = 0, term = 0.5, power = c * c;
    for (int n = 0; n < TENSOR_TERMS; n++) {
        sum += term * (n + 1) * (n - 1 + 3 * power);
        term *= -x / (n + 3);
        power *= c;
    }
    return sum;
}

static double tensor_yukawa(const double *p, double h, double r, double rp) {
    (void)h, (void)rp;
    double c = p[1], x = p[2] * r, y = 1 / x;
    if (c * x < 1 && x < 1) return p[0] * y * tensor_series(c, x);
    return p[0] * y * ((1 + 3 * y + 3 * y * y) * exp(-x) - 3 * y * (c + y) * exp(-c * x));
}

/* exp(-c x) at small r, then the poles of 1/r^3 at 0 and exp(-x). */
static double tensor_yukawa_panel(const double *p, double r) {
    double core = OF_EXPONENTIAL / (fmax(p[1], 1) * p[2]), tail = OF_EXPONENTIAL / p[2];
    return r < CORE_TAILS * core ? core : fmin(r, tail);
}

/* 16 nodes resolve two radians of a wave as well as a Gaussian. */
static double oscillating_gaussian_panel(const double *p, double r) {
    (void)r;
    return fmin(0.8 * p[1], 2 / p[2]);
}

static double exponential(const double *p, double h, double r, double rp) {
    (void)h;
    return 4 * M_PI * r * rp * p[0] * exp(-p[1] * (r + rp));
}

static double exponential_kernel(const double *p, double h, double r, double rp) {
    return h * p[0] * r * rp * exp(-p[1] * (r + rp));
}

static double yamaguchi(const double *p, double h, double r, double rp) {
    double sum = p[0] + p[1];
    return -2 * h * p[1] * sum * sum * exp(-p[1] * (r + rp));
}

static double nonlocal_gaussian(const double *p, double h, double r, double rp) {
    (void)h;
    double d2 = p[1] * p[1], b2 = p[2] * p[2], difference = r - rp;
    return 4 * M_PI * r * rp * p[0] * exp(-(r * r + rp * rp) / d2 - difference * difference / b2);
}

static double nonlocal_gaussian_panel(const double *p, double r) {
    (void)r;
    return 0.8 / hypot(1 / p[1], 1 / p[2]);
}

static double nonlocal_gaussian_partner(const double *p, double r) {
    double d2 = p[1] * p[1], b2 = p[2] * p[2];
    return r * d2 / (b2 + d2);
}

/* 4 pi r r' N(r,r'), without cancellation at small r r'. */
static double perey_buck_kernel(double b, double r, double rp) {
    double difference = (r - rp) / b;
    return -exp(-difference * difference) * expm1(-4 * r * rp / (b * b)) / (sqrt(M_PI) * b);
}

static double perey_buck(const double *p, double h, double r, double rp) {
    (void)h;
    return p[0] * perey_buck_kernel(p[2], r, rp) * exp(-(r * r + rp * rp) / (2 * p[1] * p[1]));
}

static double perey_buck_panel(const double *p, double r) {
    (void)r;
    return 0.8 / hypot(M_SQRT1_2 / p[1], 1 / p[2]);
}

static double perey_buck_partner(const double *p, double r) {
    double d2 = 2 * p[1] * p[1], b2 = p[2] * p[2];
    return r * d2 / (b2 + d2);
}

static double perey_buck_exponential(const double *p, double h, double r, double rp) {
    (void)h;
    return p[0] * perey_buck_kernel(p[2], r, rp) * exp(-(r + rp) / p[1]);
}

static double perey_buck_exponential_panel(const double *p, double r) {
    (void)r;
    return fmin(2 * p[1], 0.8 * p[2]);
}

static double perey_buck_exponential_partner(const double *p, double r) {
    return fmax(r - p[2] * p[2] / (2 * p[1]), p[1]);
}

static double separable(const double *p, double h, double r, double rp) {
    return h * p[0] * pow(r, p[1]) * exp(-p[3] * r) * pow(rp, p[2]) * exp(-p[4] * rp);
}

/* The longer one. */
static double separable_tail(const double *p) {
    return 1 / fmin(p[3], p[4]);
}

static double separable_panel(const double *p, double r) {
    (void)r;
    return OF_EXPONENTIAL / fmax(p[3], p[4]);
}

static double separable_gaussian(const double *p, double h, double r, double rp) {
    (void)h;
    double x = r / p[1], xp = rp / p[2];
    return 4 * M_PI * r * rp * p[0] * exp(-x * x) * exp(-xp * xp);
}

/* The longer one. */
static double separable_gaussian_tail(const double *p) {
    return fmax(p[1], p[2]);
}

static double separable_gaussian_panel(const double *p, double r) {
    (void)r;
    return OF_GAUSSIAN * fmin(p[1], p[2]);
}

/* Whether r' reaches further than r. */
static bool is_longer_in_rp(const hp_form_term *term) {
    if (term->kind == HP_FORM_SEPARABLE_GAUSSIAN) return term->p[2] > term->p[1];
    return term->kind == HP_FORM_SEPARABLE_KERNEL && term->p[4] < term->p[3];
}

static double gaussian_derivative(const double *p, double r) {
    return -2 * r / (p[1] * p[1]) * gaussian(p, 0, r, 0);
}

/* clang-format off */
const hp_form_class hp_form_classes[HP_NFORM] = {
    [HP_FORM_GAUSSIAN] = {HP_FORM_V, {0, 1, 0}, 2, gaussian, second, .panel_part = OF_GAUSSIAN},
    [HP_FORM_YUKAWA] = {HP_FORM_V, {0, 1, 0}, 2, yukawa, inverse_second,
                        .panel_part = OF_EXPONENTIAL},
    [HP_FORM_SQUARED_YUKAWA] = {HP_FORM_V, {0, 1, 1}, 3, squared_yukawa, squared_yukawa_tail,
                                .panel = squared_yukawa_panel},
    [HP_FORM_WOODS_SAXON] = {HP_FORM_V, {0, 1, 1}, 3, woods_saxon, third,
                             .panel = woods_saxon_panel},
    [HP_FORM_SQUARE_WELL] = {HP_FORM_V, {0, 1, 0}, 2, square_well, second, .panel_part = INFINITY},
    [HP_FORM_REGULAR_YUKAWA] = {HP_FORM_V, {0, 1, 1}, 3, regular_yukawa, inverse_third,
                                .panel = regular_yukawa_panel},
    [HP_FORM_OSCILLATING_GAUSSIAN] = {HP_FORM_V, {0, 1, 1}, 3, oscillating_gaussian, second,
                                      .panel = oscillating_gaussian_panel},
    [HP_FORM_TENSOR_YUKAWA] = {HP_FORM_V, {0, 1, 1}, 3, tensor_yukawa, inverse_third,
                               .panel = tensor_yukawa_panel},
    [HP_FORM_EXPONENTIAL] = {HP_FORM_U, {0, 1, 0}, 2, exponential, inverse_second,
                             .panel_part = OF_EXPONENTIAL},
    [HP_FORM_EXPONENTIAL_KERNEL] = {HP_FORM_U, {0, 1, 0}, 2, exponential_kernel, inverse_second,
                                    .panel_part = OF_EXPONENTIAL},
    [HP_FORM_YAMAGUCHI] = {HP_FORM_U, {1, 1, 0}, 2, yamaguchi, inverse_second,
                           .panel_part = OF_EXPONENTIAL},
    [HP_FORM_NONLOCAL_GAUSSIAN] = {HP_FORM_U, {0, 1, 1}, 3, nonlocal_gaussian, second,
                                   .panel = nonlocal_gaussian_panel,
                                   .partner = nonlocal_gaussian_partner},
    [HP_FORM_PEREY_BUCK] = {HP_FORM_U, {0, 1, 1}, 3, perey_buck, second,
                            .panel = perey_buck_panel, .partner = perey_buck_partner},
    [HP_FORM_PEREY_BUCK_EXPONENTIAL] = {HP_FORM_U, {0, 1, 1}, 3, perey_buck_exponential, second,
                                        .panel = perey_buck_exponential_panel,
                                        .partner = perey_buck_exponential_partner},
    [HP_FORM_SEPARABLE_KERNEL] = {HP_FORM_U, {0, 0, 0, 1, 1}, 5, separable, separable_tail,
                           .panel = separable_panel},
    [HP_FORM_SEPARABLE_GAUSSIAN] = {HP_FORM_U, {0, 1, 1}, 3, separable_gaussian,
                                    separable_gaussian_tail, .panel = separable_gaussian_panel},
    [HP_FORM_MOMENTUM_GAUSSIAN] = {HP_FORM_V2, {0, 1, 0}, 2, gaussian, second,
                                   .panel_part = OF_GAUSSIAN, .derivative = gaussian_derivative},
};
/* clang-format on */

/* The effect of what is beyond r on a0 is about w r^2 times the length of the tail, that on r_eff
 * larger by (r/start)^2. A non-local term is taken where it is largest for this r. */
double hp_form_reach(const hp_form_term *term, double h) {
    const hp_form_class *class = &hp_form_classes[term->kind];
    double p[HP_FORM_PARAMETERS];
    bool swap = is_longer_in_rp(term);
    memcpy(p, term->p, sizeof p);
    for (int i = 1; swap && i < 5; i++) p[i] = term->p[i % 2 == 1 ? i + 1 : i - 1]; /* r' */
    double tail = class->tail(p), step = tail / 4, size = -1;
    double start = term->kind == HP_FORM_WOODS_SAXON ? p[1] : tail;
    double unit = class->part == HP_FORM_V2 ? h * tail * tail : h; /* w is about (M - 1)/tail^2 */
    if (term->kind == HP_FORM_SQUARE_WELL) return start;
    if (term->kind == HP_FORM_OSCILLATING_GAUSSIAN) p[2] = 0; /* zeros are no end */
    double r = start;
    while (r + step > r) {
        double partner = class->partner != NULL ? class->partner(p, r) : start;
        double value = fabs(class->value(p, h, r, partner)) / unit;
        double effect = value * r * r * (class->part == HP_FORM_U ? r : 1.0);
        if (size < 0) size = fmin(effect, 1.0);
        /* nan: numbers overflow, and grids of such a reach are refused */
        if (!(effect * (r / start) * (r / start) > NEGLIGIBLE * size)) return r;
        r += step;
    }
    return start; /* a surface of no width */
}
