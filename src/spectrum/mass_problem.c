// SPDX-License-Identifier: GPL-3.0-or-later
/* The minimum of chi2 of one row by the method of Levenberg and Marquardt: few parameters, few
 * points, started next to the minimum. */
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "spectrum_private.h"

enum { STEPS = 500 };

/* Steps that move no parameter by more than this part of itself, or of 1, end a fit: errors of
 * masses are far larger, and rounding of chi2 is far smaller. */
static const double SMALL_STEP = 1e-12;

/* A second state that decays slower within the window looks like the first; one that decays faster
 * is seen in the first time alone. */
static const double SLOWEST_DECAY = 0.5, FASTEST_DECAY = 4.0;

double hp_mass_shape(const hp_mass_window *window, int extent, double m, double t, double *d_m) {
    double tau = t - window->t_min, value = exp(-m * tau);
    *d_m = -tau * value;
    if (window->form == HP_MASS_EXPONENTIAL) return value;
    double back = extent - t - window->t_min, other = exp(-m * back);
    *d_m -= back * other;
    return value + other;
}

double hp_mass_problem_gap(const hp_mass_problem *problem, double z) {
    return exp(problem->low + (problem->high - problem->low) * 0.5 * (1.0 + tanh(z)));
}

/* Model and derivatives at x, and the whitened residual and Jacobian; returns chi2. */
static double evaluate(const hp_mass_problem *problem, const double *x, double *residual,
                       double *jacobian) {
    const hp_mass_window *window = problem->window;
    int n = problem->n, p = problem->p;
    double gap = p > 2 ? hp_mass_problem_gap(problem, x[2]) : 0.0, t = tanh(x[2]);
    double d_gap = gap * (problem->high - problem->low) * 0.5 * (1.0 - t * t);
    for (int i = 0; i < n; i++) {
        double slope, other_slope = 0.0, other = 0.0, h = problem->scale[i];
        double f = hp_mass_shape(window, problem->extent, x[0], window->t_min + i, &slope);
        if (p > 2)
            other =
                hp_mass_shape(window, problem->extent, x[0] + gap, window->t_min + i, &other_slope);
        double ratio = p > 2 ? x[3] : 0.0;
        double *d = problem->derivative + (ptrdiff_t)i * p;
        problem->model[i] = x[1] * h * (f + ratio * other) - problem->y[i];
        d[0] = x[1] * h * (slope + ratio * other_slope);
        d[1] = h * (f + ratio * other);
        if (p == 2) continue;
        d[2] = x[1] * h * ratio * other_slope * d_gap;
        d[3] = x[1] * h * other;
    }
    cblas_dgemv(CblasRowMajor, CblasNoTrans, n, n, 1.0, problem->weights->whiten, n, problem->model,
                1, 0.0, residual, 1);
    if (jacobian != NULL)
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, p, n, 1.0,
                    problem->weights->whiten, n, problem->derivative, p, 0.0, jacobian, p);
    return cblas_ddot(n, residual, 1, residual, 1);
}

/* step (p): (J^T J + damping diag(J^T J)) step = -J^T residual. False: it is singular. */
static bool find_step(const hp_mass_problem *problem, double damping, double *step) {
    int n = problem->n, p = problem->p;
    double normal[HP_MASS_PARAMETERS * HP_MASS_PARAMETERS];
    const double *J = problem->jacobian;
    for (int a = 0; a < p; a++) {
        step[a] = -cblas_ddot(n, J + a, p, problem->residual, 1);
        for (int b = 0; b < p; b++) normal[a * p + b] = cblas_ddot(n, J + a, p, J + b, p);
    }
    for (int a = 0; a < p; a++) normal[a * p + a] += damping * normal[a * p + a] + 1e-300;
    /* symmetric: by columns, as by rows LAPACKE would take memory, which it may not get */
    return LAPACKE_dposv(LAPACK_COL_MAJOR, 'U', p, 1, normal, p, step, p) == 0;
}

static bool is_small(const double *step, const double *x, int p) {
    for (int a = 0; a < p; a++)
        if (fabs(step[a]) > SMALL_STEP * (1.0 + fabs(x[a]))) return false;
    return true;
}

double hp_mass_problem_solve(hp_mass_problem *problem, double x[HP_MASS_PARAMETERS],
                             bool *converged) {
    int p = problem->p;
    double damping = 1e-3, step[HP_MASS_PARAMETERS], moved[HP_MASS_PARAMETERS] = {0};
    double chi2 = evaluate(problem, x, problem->residual, problem->jacobian);
    *converged = false;
    for (int i = 0; i < STEPS && !*converged && isfinite(chi2); i++) {
        bool found = find_step(problem, damping, step);
        for (int a = 0; a < p; a++) moved[a] = x[a] + step[a];
        double then = found ? evaluate(problem, moved, problem->trial, NULL) : INFINITY;
        *converged = found && is_small(step, x, p);
        if (then <= chi2) {
            memcpy(x, moved, (size_t)p * sizeof *x);
            chi2 = evaluate(problem, x, problem->residual, problem->jacobian);
            damping *= 0.1;
        } else
            damping = fmax(10.0 * damping, 1e-12);
        if (damping > 1e12) { /* nothing lower is to be found: rounding */
            *converged = true;
            break;
        }
    }
    return chi2;
}

hp_status hp_mass_problem_create(const hp_two_point *two_point, const hp_mass_window *window,
                                 const hp_mass_weights *weights, hp_mass_problem *problem,
                                 hp_error *err) {
    size_t n = (size_t)weights->n, p = window->states == 2 ? HP_MASS_PARAMETERS : 2;
    *problem = (hp_mass_problem){.window = window,
                                 .n = weights->n,
                                 .p = (int)p,
                                 .extent = two_point->extent,
                                 .low = log(SLOWEST_DECAY / (n > 1 ? (double)n - 1.0 : 1.0)),
                                 .high = log(FASTEST_DECAY),
                                 .weights = weights};
    HP_CALL(hp_alloc_parts(&problem->block,
                           HP_PARTS({&problem->scale, n}, {&problem->y, n}, {&problem->model, n},
                                    {&problem->derivative, n * p}, {&problem->residual, n},
                                    {&problem->jacobian, n * p}, {&problem->trial, n}),
                           err));
    const double *C = two_point->value + (window->t_min - two_point->first);
    for (size_t i = 0; i < n; i++) {
        problem->scale[i] = C[0] / C[i];
        problem->y[i] = 1.0;
    }
    return HP_OK;
}

void hp_mass_problem_destroy(hp_mass_problem *problem) {
    if (problem == NULL) return;
    hp_free(problem->block);
    *problem = (hp_mass_problem){0};
}
