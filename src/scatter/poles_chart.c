// SPDX-License-Identifier: GPL-3.0-or-later
/* Points of the Riemann surface of D(E) and the iteration to a zero; docs/method-poles.md. */
#include <math.h>
#include <stddef.h>
#include "poles_private.h"

hp_status hp_pole_problem_check(hp_pole_problem *problem, hp_error *err) {
    const hp_channels *channels = problem->of.channels;
    HP_CALL(hp_channels_check(channels, err));
    problem->first = 0;
    for (int a = 0; a < channels->npair; a++) {
        HP_REQUIRE(channels->coulomb[a].strength == 0.0, HP_ERR_INPUT,
                   "poles of the S-matrix are looked for without Coulomb forces, but pair %d is "
                   "charged: beside a point charge S has cuts instead of poles",
                   a + 1);
        if (channels->threshold[a] < channels->threshold[problem->first]) problem->first = a;
    }
    HP_REQUIRE(problem->sheet >> channels->npair == 0U, HP_ERR_INPUT,
               "a sheet must have one sign for each of %d pairs", channels->npair);
    return HP_OK;
}

/* +1 where Re k >= 0 in the lower half plane of E: there Im k < 0. */
static double side(const hp_pole_problem *problem, int pair) {
    return (problem->sheet >> pair) & 1U ? 1.0 : -1.0;
}

/* The root with its cut along k^2 = i t, t > 0. */
static double complex continued_root(double complex k2) {
    static const double HALF_ROOT = 0.70710678118654752440; /* cos, sin of pi/4 */
    double complex turned = hp_complex(-cimag(k2), creal(k2));
    return csqrt(turned) * hp_complex(HALF_ROOT, -HALF_ROOT);
}

/* k/q, analytic and not zero where Re W is above the difference of the masses. */
static double complex k_over_q(const hp_channels *channels, int a, double complex energy) {
    const hp_pair *pair = &channels->pair[a];
    if (channels->kinematics == HP_NONRELATIVISTIC) return 1.0;
    double s = pair->mass[0] + pair->mass[1], d = pair->mass[0] - pair->mass[1];
    double complex W = s + energy - channels->threshold[a];
    return csqrt((W + s) * (W * W - d * d) / (8.0 * pair->mu * W * W));
}

/* On the axis below threshold, q is exactly imaginary. */
static double complex root_at(const hp_pole_problem *problem, int a, double complex energy) {
    const hp_channels *channels = problem->of.channels;
    double complex q2 = 2.0 * channels->pair[a].mu * (energy - channels->threshold[a]);
    double complex q = continued_root(q2);
    if (cimag(q2) == 0.0)
        q = creal(q2) < 0.0 ? hp_complex(0.0, -sqrt(-creal(q2))) : sqrt(creal(q2));
    return side(problem, a) * q;
}

/* k and w from q. */
static void complete_point(const hp_pole_problem *problem, hp_pole_point *point) {
    const hp_channels *channels = problem->of.channels;
    for (int a = 0; a < channels->npair; a++)
        point->k[a] = point->q[a] * k_over_q(channels, a, point->energy);
    double complex q = point->q[problem->first];
    point->w = hp_complex(-cimag(q), creal(q));
}

void hp_pole_at_energy(const hp_pole_problem *problem, double complex energy,
                       hp_pole_point *point) {
    point->energy = energy;
    for (int a = 0; a < problem->of.channels->npair; a++) point->q[a] = root_at(problem, a, energy);
    complete_point(problem, point);
}

void hp_pole_at_momentum(const hp_pole_problem *problem, int pair, double complex q,
                         hp_pole_point *point) {
    const hp_channels *channels = problem->of.channels;
    double complex q2 = q * q;
    if (creal(q) == 0.0) q2 = -cimag(q) * cimag(q); /* real axis: without -0 i */
    point->energy = channels->threshold[pair] + q2 / (2.0 * channels->pair[pair].mu);
    for (int a = 0; a < channels->npair; a++) {
        point->q[a] = root_at(problem, a, point->energy);
        if (channels->threshold[a] != channels->threshold[pair]) continue;
        double same = creal(conj(q) * point->q[a]) * side(problem, a) * side(problem, pair);
        if (same < 0.0) point->q[a] = -point->q[a];
    }
    point->q[pair] = q;
    complete_point(problem, point);
}

int hp_pole_nearest_pair(const hp_pole_problem *problem, const hp_pole_point *point) {
    int nearest = problem->first;
    for (int a = 0; a < problem->of.channels->npair; a++)
        if (cabs(point->q[a]) < cabs(point->q[nearest])) nearest = a;
    return nearest;
}

void hp_pole_take_lower_image(const hp_pole_problem *problem, hp_pole_point *point) {
    if (creal(point->q[problem->first]) * side(problem, problem->first) >= 0.0) return;
    point->energy = conj(point->energy);
    for (int a = 0; a < problem->of.channels->npair; a++) point->q[a] = -conj(point->q[a]);
    complete_point(problem, point);
    point->log = conj(point->log);
}

void hp_pole_make_real(const hp_pole_problem *problem, hp_pole_point *zero) {
    if (fabs(cimag(zero->w)) > 1e-11 * (cabs(zero->w) + 0.001 / problem->of.range)) return;
    hp_pole_at_momentum(problem, problem->first, hp_complex(0.0, -creal(zero->w)), zero);
}

hp_sheet hp_pole_sheet_of(const hp_pole_problem *problem, const hp_pole_point *point) {
    double complex upper[HP_MOST_PAIRS];
    hp_sheet sheet = 0;
    hp_channels_momenta(problem->of.channels, point->energy, 0, upper);
    for (int a = 0; a < problem->of.channels->npair; a++)
        if (creal(conj(upper[a]) * point->k[a]) < 0.0) sheet |= 1U << a;
    return sheet;
}

hp_status hp_pole_measure(hp_pole_problem *problem, hp_pole_point *point, hp_error *err) {
    double complex phase = 0.0;
    double log_size = 0.0;
    hp_error trouble = HP_ERROR_INIT;
    problem->measured++;
    hp_status status =
        problem->of.determinant(problem->of.context, point->energy,
                                hp_pole_sheet_of(problem, point), &phase, &log_size, &trouble);
    point->log = hp_complex(NAN, NAN); /* waves that grow too much: no digits */
    if (status == HP_ERR_NUMERIC) return HP_OK;
    if (status != HP_OK) {
        if (err != NULL) *err = trouble;
        return status;
    }
    point->log = hp_complex(phase == 0.0 ? -INFINITY : log_size, carg(phase));
    return HP_OK;
}

/* An iteration in y = i q of the nearest pair, real where D is. */
typedef struct iteration {
    hp_pole_problem *problem;
    const hp_pole_point *known;
    int nknown, pair;
    double size; /* log of the unit of the values */
} iteration;

/* Of points that coincide: as if rounding were between them. */
static double complex log_of_distance(double complex w, double complex zero) {
    if (w == zero) return log(1e-16 * (cabs(w) + 1e-300));
    return clog(w - zero);
}

static hp_status value_at(iteration *of, double complex y, hp_pole_point *point,
                          double complex *value, hp_error *err) {
    hp_pole_at_momentum(of->problem, of->pair, hp_complex(cimag(y), -creal(y)), point);
    HP_CALL(hp_pole_measure(of->problem, point, err));
    double complex log = point->log;
    for (int j = 0; j < of->nknown; j++) {
        double complex w = of->known[j].w;
        log -= log_of_distance(point->w, w);
        if (cimag(w) != 0.0) log -= log_of_distance(point->w, conj(w));
    }
    if (isnan(creal(log))) {
        *value = NAN;
        return HP_OK;
    }
    if (isnan(of->size)) of->size = creal(log);
    double size = creal(log) - of->size;
    *value =
        isfinite(creal(log)) ? exp(fmin(size, 300.0)) * cexp(hp_complex(0.0, cimag(log))) : 0.0;
    if (cimag(y) == 0.0 && fabs(cimag(*value)) < 1e-9 * fabs(creal(*value)))
        *value = creal(*value); /* real but for the rounding of the phase */
    return HP_OK;
}

/* The step from y[2] to the zero of the parabola through three values (Muller), of the line
 * through two where there are only these. */
static double complex step_to_zero(const double complex y[3], const double complex f[3], int have) {
    double complex slope = (f[2] - f[1]) / (y[2] - y[1]);
    if (have < 3) return -f[2] / slope;
    double complex before = (f[1] - f[0]) / (y[1] - y[0]);
    double complex curve = (slope - before) / (y[2] - y[0]);
    double complex b = slope + curve * (y[2] - y[1]);
    double complex root = csqrt(b * b - 4.0 * f[2] * curve);
    double complex sum = b + root, difference = b - root;
    return -2.0 * f[2] / (cabs(sum) > cabs(difference) ? sum : difference);
}

/* Rounding of D moves a zero by that of k, or of this part of 1/range, whichever is larger. */
static const double NATURAL = 0.05;

/* Near enough: steps shrink by ratios of which each is the power 1.84 of the one before (at a
 * simple zero), and the next one is below rounding. */
static bool is_there(double step, double previous, double scale) {
    double ratio = step / previous;
    return step <= 4e-15 * scale || (ratio < 0.1 && step * pow(ratio, 1.5) <= 1e-16 * scale);
}

hp_status hp_pole_polish(hp_pole_problem *problem, hp_pole_point *start, const hp_pole_point *known,
                         int nknown, double reach, bool *found, hp_error *err) {
    enum { MOST_STEPS = 40 };
    iteration of = {problem, known, nknown, hp_pole_nearest_pair(problem, start), NAN};
    double complex q = start->q[of.pair], from = start->w, y[3], f[3];
    double previous = 0.0, scale = cabs(q) + 1e-6 / problem->of.range;
    *found = false;
    y[2] = hp_complex(-cimag(q), creal(q));
    y[1] = y[2] + 3e-3 * scale; /* a small step that rounding does not reach */
    HP_CALL(value_at(&of, y[1], start, &f[1], err));
    HP_CALL(value_at(&of, y[2], start, &f[2], err));
    for (int step = 0; step < MOST_STEPS; step++) {
        double complex move = f[2] == 0.0 ? 0.0 : step_to_zero(y, f, step == 0 ? 2 : 3);
        if (!isfinite(creal(move)) || !isfinite(cimag(move))) return HP_OK;
        double size = cabs(move), most = 0.5 * (cabs(y[2]) + reach);
        if (size > most) move *= most / size;
        for (int i = 0; i < 2; i++) y[i] = y[i + 1], f[i] = f[i + 1];
        y[2] = y[1] + move;
        scale = cabs(y[2]) + NATURAL / problem->of.range;
        if (is_there(cabs(move), previous, scale)) {
            hp_pole_at_momentum(problem, of.pair, hp_complex(cimag(y[2]), -creal(y[2])), start);
            *found = true;
            return HP_OK;
        }
        previous = cabs(move);
        HP_CALL(value_at(&of, y[2], start, &f[2], err));
        if (cabs(start->w - from) > reach) return HP_OK;
    }
    *found = previous < 1e-6 * scale; /* zeros that nearly coincide are as good as rounding lets */
    return HP_OK;
}
