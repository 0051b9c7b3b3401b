// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "spectrum_private.h"

/* Starts of the gap of a second state, from one limit to the other in z. */
enum { GAP_STARTS = 9 };
static const double GAP_END = 1.8; /* tanh: 95 % of the way */

/* Beyond, 99.5 % of the way, the gap is where it cannot be told. */
static const double RESOLVED = 3.0;

static hp_status check_window(const hp_two_point *two_point, const hp_mass_window *window,
                              hp_error *err) {
    int first = two_point->first, last = first + two_point->nt - 1, n;
    n = window->t_max - window->t_min + 1;
    HP_REQUIRE(window->t_min >= first && window->t_max <= last && n > 0, HP_ERR_INPUT,
               "the window t = %d ... %d of a mass is not within t = %d ... %d of the two-point "
               "function",
               window->t_min, window->t_max, first, last);
    HP_REQUIRE(n >= 2 * window->states, HP_ERR_INPUT,
               "the window t = %d ... %d of a mass has %d times, %d states need at least %d",
               window->t_min, window->t_max, n, window->states, 2 * window->states);
    HP_REQUIRE(window->form != HP_MASS_COSH || two_point->extent >= 2 * window->t_min + 2,
               HP_ERR_INPUT,
               "a cosh from t = %d on needs a temporal extent of at least %d, found %d",
               window->t_min, 2 * window->t_min + 2, two_point->extent);
    for (int row = 0; row < two_point->nrow; row++)
        for (int t = window->t_min; t <= window->t_max; t++) {
            double C = two_point->value[(size_t)row * two_point->stride + (size_t)(t - first)];
            HP_REQUIRE(C > 0.0 && isfinite(C), HP_ERR_INPUT,
                       "the two-point function at t = %d, in the window of a mass, must be above "
                       "0, found %g in %s %d",
                       t, C, row == 0 ? "the average, sample" : "sample", row);
        }
    return HP_OK;
}

/* The slope from one end of the window to the other, over the middle where both directions count.
 */
static void start_one_state(const hp_mass_problem *problem, double *x) {
    int half = problem->n / 2;
    x[0] = log(problem->scale[problem->n - 1] / problem->scale[half > 0 ? half - 1 : 0]) /
           (problem->n - (half > 0 ? half : 1));
    if (problem->window->form == HP_MASS_COSH && !(x[0] > 0.0))
        x[0] = 1.0 / problem->extent; /* flat in the middle of the lattice */
    x[1] = 1.0;
}

/* The best minimum from all starts of the gap. */
static double solve_average(hp_mass_problem *problem, double *x, bool *converged) {
    double best = INFINITY, one[HP_MASS_PARAMETERS] = {0};
    start_one_state(problem, one);
    *converged = false;
    for (int i = 0; i < (problem->p > 2 ? GAP_STARTS : 1); i++) {
        bool found;
        double try[HP_MASS_PARAMETERS] = {one[0], one[1],
                                          GAP_END * (2.0 * i / (GAP_STARTS - 1) - 1.0), 0.1};
        double chi2 = hp_mass_problem_solve(problem, try, &found);
        if (!(chi2 < best)) continue;
        best = chi2;
        *converged = found;
        memcpy(x, try, sizeof try);
    }
    return best;
}

static void store(const hp_mass_problem *problem, const double *x, double C0, int row,
                  hp_mass_fit *fit) {
    fit->mass[row] = x[0];
    fit->amplitude[row] = x[1] * C0 * exp(x[0] * problem->window->t_min);
    if (problem->p == 2) return;
    fit->gap[row] = hp_mass_problem_gap(problem, x[2]);
    fit->ratio[row] = x[3];
}

/* All rows: the average, by whose fit the others start. */
static hp_status fit_rows(const hp_two_point *two_point, hp_mass_problem *problem, hp_mass_fit *fit,
                          hp_error *err) {
    int start = fit->window.t_min - two_point->first;
    const double *average = two_point->value + start;
    double best[HP_MASS_PARAMETERS] = {0}, x[HP_MASS_PARAMETERS];
    bool converged;
    fit->chi2 = solve_average(problem, best, &converged);
    fit->failed = !converged;
    fit->resolved = problem->p > 2 && fabs(best[2]) < RESOLVED;
    store(problem, best, average[0], 0, fit);
    memcpy(x, best, sizeof best); /* the Jacobian at the best minimum */
    (void)hp_mass_problem_solve(problem, x, &converged);
    HP_CALL(hp_mass_weights_judge(problem->weights, two_point->freedom, problem->p,
                                  problem->jacobian, fit->chi2, &fit->expected, &fit->probability,
                                  err));
    for (int row = 1; row < fit->nrow; row++) {
        const double *C = average + (size_t)row * two_point->stride;
        for (int i = 0; i < problem->n; i++) problem->y[i] = C[i] / average[i];
        memcpy(x, best, sizeof best);
        (void)hp_mass_problem_solve(problem, x, &converged);
        fit->failed += !converged;
        store(problem, x, average[0], row, fit);
    }
    return HP_OK;
}

hp_status hp_mass_fit_create(const hp_two_point *two_point, const hp_mass_window *window,
                             hp_mass_fit *fit, hp_error *err) {
    hp_status status = HP_OK;
    int n = window->t_max - window->t_min + 1;
    hp_mass_weights weights = {0};
    hp_mass_problem problem = {0};
    *fit = (hp_mass_fit){.window = *window, .nrow = two_point->nrow, .points = n};
    HP_TRY(check_window(two_point, window, err));
    HP_NEW(fit->mass, two_point->nrow);
    HP_NEW(fit->amplitude, two_point->nrow);
    if (window->states > 1) HP_NEW(fit->gap, two_point->nrow);
    if (window->states > 1) HP_NEW(fit->ratio, two_point->nrow);
    HP_TRY(hp_mass_weights_create(two_point, window->t_min - two_point->first, n, &weights, err));
    HP_TRY(hp_mass_problem_create(two_point, &fit->window, &weights, &problem, err));
    fit->exact = weights.exact;
    fit->parameters = problem.p;
    HP_TRY(fit_rows(two_point, &problem, fit, err));
cleanup:
    hp_mass_problem_destroy(&problem);
    hp_mass_weights_destroy(&weights);
    if (status != HP_OK) hp_mass_fit_destroy(fit);
    return status;
}

void hp_mass_fit_destroy(hp_mass_fit *fit) {
    if (fit == NULL) return;
    hp_free(fit->mass);
    hp_free(fit->amplitude);
    hp_free(fit->gap);
    hp_free(fit->ratio);
    *fit = (hp_mass_fit){0};
}

double hp_mass_fit_value(const hp_mass_fit *fit, const hp_two_point *two_point, int row, double t) {
    double unused, m = fit->mass[row];
    double f = hp_mass_shape(&fit->window, two_point->extent, m, t, &unused);
    if (fit->gap != NULL)
        f += fit->ratio[row] *
             hp_mass_shape(&fit->window, two_point->extent, m + fit->gap[row], t, &unused);
    return fit->amplitude[row] * exp(-m * fit->window.t_min) * f;
}
