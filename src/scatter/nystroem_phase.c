// SPDX-License-Identifier: GPL-3.0-or-later
/* Phase shifts continuous in k, from the phase of the Jost function, which is known up to 2 pi. */
#include "nystroem_private.h"
#include <math.h>
#include <stdio.h>
#include <gsl/gsl_math.h>

/* 40 halvings resolve a phase that turns over within 1e-12 of a step, far below any width or
 * inverse scattering length that double precision can tell from zero. */
enum { MAX_PENDING = 40 };

typedef struct jost_point {
    double k, phase; /* phase in (-pi, pi] */
} jost_point;

typedef struct phase_track {
    double k, delta; /* how far the phase shift is known */
    double offset;   /* delta - phase of the Jost function modulo 2 pi: 0, or +-pi after a jump */
    double left;     /* evaluations of the Jost function still allowed */
    bool check;      /* tell the branch at the next momentum without the way to it, */
    bool correct;    /* take that one, */
    int *turns;      /* which is so many multiples of pi away */
} phase_track;

static hp_status evaluate(hp_nystroem *solver, double k, jost_point *point, double *T,
                          phase_track *at, hp_error *err) {
    HP_REQUIRE(at->left-- > 0, HP_ERR_NUMERIC,
               "the phase shift cannot be followed beyond k = %g: the potential is so strong that "
               "rounding decides",
               at->k);
    point->k = k;
    return hp_nystroem_jost_phase(solver, k, &point->phase, T, err);
}

static double nearest_branch(double phase, double reference, double period) {
    return phase + period * nearbyint((reference - phase) / period);
}

/* Move to `next`, halving the way while the phase turns by more than pi/4. Where halving does not
 * help (a resonance narrower than rounding, or a state so close to threshold that rounding decides
 * whether it is counted) the nearest branch modulo pi continues the phase. */
static hp_status bridge(hp_nystroem *solver, jost_point next, phase_track *at, hp_error *err) {
    jost_point pending[MAX_PENDING] = {next};
    int waiting = 1;
    while (waiting > 0) {
        const jost_point *target = &pending[waiting - 1];
        double delta = nearest_branch(target->phase + at->offset, at->delta, 2.0 * M_PI);
        double middle = 0.5 * (at->k + target->k), unused;
        bool small_turn = fabs(delta - at->delta) <= M_PI_4;
        if (!small_turn && waiting < MAX_PENDING && middle > at->k && middle < target->k) {
            HP_CALL(evaluate(solver, middle, &pending[waiting], &unused, at, err));
            waiting++;
            continue;
        }
        double nearest = nearest_branch(delta, at->delta, M_PI);
        at->offset += nearest - delta;
        at->k = target->k;
        at->delta = nearest;
        waiting--;
    }
    return HP_OK;
}

/* Carry the phase to k2 in steps of at most pi / range: a potential of that range cannot turn it
 * down by much more than pi on the way (Wigner's causality bound), and has about one resonance
 * at most, so that nothing is lost modulo 2 pi. */
static hp_status advance(hp_nystroem *solver, double k2, phase_track *at, double *T,
                         hp_error *err) {
    double start = at->k, unused;
    jost_point next, end;
    HP_CALL(evaluate(solver, sqrt(k2), &end, T, at, err));
    int steps = (int)ceil((end.k - start) * solver->grid.range / M_PI);
    for (int step = 1; step < steps; step++) {
        double k = start + (end.k - start) * step / steps;
        HP_CALL(evaluate(solver, k, &next, &unused, at, err));
        HP_CALL(bridge(solver, next, at, err));
    }
    return bridge(solver, end, at, err);
}

/* The phase at the next momentum; nan where it is not found. */
static hp_status phase_at(hp_nystroem *solver, double k2, phase_track *at, double *delta,
                          double *kcot, hp_error *err) {
    hp_status status = HP_OK;
    double T, cot, beta = solver->coulomb.strength;
    HP_TRY(advance(solver, k2, at, &T, err));
    HP_TRY(hp_nystroem_match(solver, k2, T, kcot, &cot, err));
    if (at->check) HP_TRY(hp_nystroem_branch_error(solver, k2, at->delta, at->turns, err));
    *delta = at->delta + (at->correct ? *at->turns * M_PI : 0.0);
    if (beta == 0.0) return HP_OK;
    HP_TRY(hp_coulomb_phase(beta, k2, solver->grid.range, *delta, cot, delta, err));
cleanup:
    if (status != HP_OK) *delta = *kcot = NAN;
    return status;
}

/* A momentum without a solution ends nothing, unless it is the last of none, or the phase was lost
 * to rounding, as those before it then are too. */
static hp_status forgive(hp_nystroem *solver, hp_status status, bool hopeless,
                         const hp_error *trouble, hp_error *err) {
    if (status == HP_OK) return HP_OK;
    if (status == HP_ERR_NUMERIC && !hopeless) {
        if (solver->trouble[0] == '\0')
            snprintf(solver->trouble, sizeof solver->trouble, "%.250s", trouble->message);
        return HP_OK;
    }
    if (err != NULL) *err = *trouble;
    return status;
}

/* turns: how far the branch at the last momentum is from that which can be told there without the
 * way to it; correct: take that at every momentum. */
static hp_status follow(hp_nystroem *solver, const double *k2, int n, bool correct, double *delta,
                        double *kcot, int *turns, hp_error *err) {
    hp_status status = HP_OK;
    hp_count states;
    int found = 0;
    HP_TRY(hp_nystroem_count_cut(solver, &states, err));
    /* A resonance as narrow as rounding takes MAX_PENDING halvings on either side, and there is
     * about one on the way to each momentum and in each step of pi / range: more are noise, of
     * which each half would be halved again without end. */
    double steps = n > 0 ? ceil(sqrt(k2[n - 1]) * solver->grid.range / M_PI) : 0.0;
    /* the sign of det M at threshold is that of the states on the grid */
    phase_track at = {.k = 0.0,
                      .delta = states.number * M_PI, /* Levinson */
                      .offset = (states.number - states.on_grid) % 2 != 0 ? M_PI : 0.0,
                      .left = 2.0 * MAX_PENDING * (n + steps),
                      .correct = correct,
                      .turns = turns};
    solver->trouble[0] = '\0';
    for (int i = 0; i < n; i++) {
        hp_error trouble = HP_ERROR_INIT;
        at.check = correct || i == n - 1;
        status = phase_at(solver, k2[i], &at, &delta[i], &kcot[i], &trouble);
        found += status == HP_OK;
        bool hopeless = (i + 1 == n && found == 0) || at.left < 0.0;
        HP_TRY(forgive(solver, status, hopeless, &trouble, err));
    }
cleanup:
    return status;
}

/* Each phase by itself, modulo pi; nan where there is none. */
static hp_status solve_each(hp_nystroem *solver, const double *k2, int n, double *delta,
                            double *kcot, hp_error *err) {
    for (int i = 0; i < n; i++) {
        double tan_over_k;
        hp_status status = hp_nystroem_kcot(solver, k2[i], &kcot[i], &tan_over_k, err);
        if (status != HP_OK && status != HP_ERR_NUMERIC) return status;
        delta[i] = status == HP_OK ? atan(sqrt(k2[i]) * tan_over_k) : NAN;
        if (status == HP_OK) continue;
        kcot[i] = NAN;
        hp_error_clear(err);
    }
    return HP_OK;
}

hp_status hp_nystroem_phase_shifts(hp_nystroem *solver, const double *k2, int n, double *delta,
                                   double *kcot, hp_error *err) {
    int turns = 0;
    for (int i = 0; i < n; i++) {
        double below = i == 0 ? 0.0 : k2[i - 1];
        HP_REQUIRE(isfinite(k2[i]) && k2[i] > below, HP_ERR_INPUT,
                   "phase shifts need positive, ascending momenta: k^2 number %d is %g after %g", i,
                   k2[i], below);
    }
    if (solver->reduced != NULL && n > 0) solver->reduced->highest = k2[n - 1];
    if (solver->trusted) return solve_each(solver, k2, n, delta, kcot, err);
    HP_CALL(follow(solver, k2, n, false, delta, kcot, &turns, err));
    solver->branch_in_doubt = turns != 0 && solver->has_kernel;
    if (turns == 0 || solver->has_kernel) return HP_OK;
    return follow(solver, k2, n, true, delta, kcot, &turns, err);
}

const char *hp_nystroem_trouble(const hp_nystroem *solver) {
    return solver->trouble;
}
