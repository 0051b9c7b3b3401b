// SPDX-License-Identifier: GPL-3.0-or-later
/* Which window is recommended. */
#include <math.h>
#include <stdio.h>
#include "hadpot/format.h"
#include "hadpot/memory.h"
#include "spectrum_private.h"

/* Times of a window of 1 and of 2 states, one more than parameters, without which nothing tells
 * whether it fits. */
static const int TIMES[] = {0, 3, 5};

/* All windows with one end, of 1 and 2 states. */
typedef struct {
    const hp_two_point *two_point;
    hp_mass_form form;
    int t_max, count[3]; /* by states: windows; t_min = first .. first + count - 1 */
    hp_mass_fit *fit[3]; /* (count) mass NULL: cannot be fitted */
    int two;             /* the first good one of two states; -1: none */
    double noise;        /* relative error at t_max */
    double *rows;        /* (nrow) work space */
} scan;

/* The last time up to which all are above 0 and not lost in noise. */
static void find_end(scan *of) {
    const hp_two_point *two_point = of->two_point;
    int last = two_point->first + two_point->nt - 1;
    if (two_point->extent > 0 && 2 * last > two_point->extent) last = two_point->extent / 2;
    if (two_point->limit > 0 && last > two_point->limit) last = two_point->limit;
    of->t_max = two_point->first - 1;
    for (int t = two_point->first; t <= last; t++) {
        size_t at = (size_t)(t - two_point->first);
        bool positive = true;
        for (int row = 0; row < two_point->nrow; row++) {
            of->rows[row] = two_point->value[(size_t)row * two_point->stride + at];
            positive = positive && of->rows[row] > 0.0;
        }
        double relative = hp_mass_error(two_point, of->rows) / of->rows[0];
        if (!positive || relative > HP_MASS_NOISE) break; /* nan, without samples: no reason */
        of->t_max = t;
        of->noise = relative;
    }
}

/* All windows of so many states; that one cannot be fitted is no error here. */
static hp_status fit_windows(scan *of, int states, hp_error *err) {
    int times = of->t_max - of->two_point->first + 1;
    of->count[states] = times >= TIMES[states] ? times - TIMES[states] + 1 : states == 1;
    HP_ALLOCATE(of->fit[states], of->count[states]);
    for (int i = 0; i < of->count[states]; i++) {
        const hp_mass_window window = {of->two_point->first + i, of->t_max, states, of->form};
        hp_status status = hp_mass_fit_create(of->two_point, &window, &of->fit[states][i], err);
        if (status == HP_ERR_INPUT) hp_error_clear(err);
        if (status != HP_OK && status != HP_ERR_INPUT) return status;
    }
    return HP_OK;
}

/* How far the second state moves the mass of a fit of one state to this window. */
static hp_status find_shift(const scan *of, const hp_mass_fit *one, double *shift, hp_error *err) {
    hp_status status = HP_OK;
    const hp_two_point *two_point = of->two_point;
    hp_mass_weights weights = {0};
    hp_mass_problem problem = {0};
    int start = one->window.t_min - two_point->first;
    bool converged;
    *shift = NAN;
    if (of->two < 0) return HP_OK;
    const hp_mass_fit *two = &of->fit[2][of->two];
    HP_TRY(hp_mass_weights_create(two_point, start, one->points, &weights, err));
    HP_TRY(hp_mass_problem_create(two_point, &one->window, &weights, &problem, err));
    for (int i = 0; i < problem.n; i++)
        problem.y[i] = hp_mass_fit_value(two, two_point, 0, one->window.t_min + i) /
                       two_point->value[start + i];
    double x[HP_MASS_PARAMETERS] = {two->mass[0], 1.0};
    (void)hp_mass_problem_solve(&problem, x, &converged);
    *shift = x[0] - two->mass[0];
cleanup:
    hp_mass_problem_destroy(&problem);
    hp_mass_weights_destroy(&weights);
    return status;
}

/* The largest difference to later windows in errors of the difference; 0: there are none, or no
 * errors. Of two states only later windows that resolve them count. */
static double find_drift(const scan *of, int states, int i) {
    const hp_mass_fit *fit = &of->fit[states][i];
    double largest = 0.0;
    for (int j = i + 1; j < of->count[states]; j++) {
        const hp_mass_fit *later = &of->fit[states][j];
        if (later->mass == NULL || later->failed > 0 || (states > 1 && !later->resolved)) continue;
        for (int row = 0; row < fit->nrow; row++) of->rows[row] = later->mass[row] - fit->mass[row];
        double ratio = fabs(of->rows[0]) / hp_mass_error(of->two_point, of->rows);
        if (ratio > largest) largest = ratio;
    }
    return largest;
}

/* Probabilities and errors that are not known, nan, are no reason against a fit. Two exponentials
 * make a cosh of m and -m, where the lowest is no mass. */
static bool is_mass(const hp_mass_fit *fit) {
    if (fit->mass == NULL) return false;
    for (int row = 0; row < fit->nrow; row++)
        if (!(fit->mass[row] > 0.0)) return false;
    return true;
}

static bool describes(const hp_mass_fit *fit) {
    return is_mass(fit) && fit->failed == 0 && !(fit->probability < HP_MASS_LEAST_PROBABILITY);
}

static bool shows_two(const scan *of, const hp_mass_fit *fit) {
    double error = hp_mass_error(of->two_point, fit->ratio);
    return fit->resolved && fabs(fit->ratio[0]) >= HP_MASS_SEEN * error;
}

static void explain(const scan *of, const hp_mass_fit *fit, double drift, hp_mass_choice *choice) {
    char *reason = choice->reason;
    size_t size = sizeof choice->reason;
    int states = fit->window.states;
    snprintf(reason, size,
             choice->good ? "the first window of %s that describes the data"
                          : "the latest window of %s; none meets all conditions",
             states > 1 ? "two states" : "one state");
    if (isfinite(fit->probability)) hp_format_append(reason, size, " (p = %.2g)", fit->probability);
    if (fit->window.t_min - of->two_point->first + 1 < of->count[states])
        hp_format_append(reason, size, ", later ones differ by up to %.2g errors", drift);
    if (states > 1)
        hp_format_append(reason, size, ", the second is seen");
    else if (isfinite(choice->excited))
        hp_format_append(reason, size, ", a second state moves its mass by %.2g of its error",
                         fabs(choice->excited) / hp_mass_error(of->two_point, fit->mass));
    else
        hp_format_append(reason, size, ", a second state is not seen");
    if (of->two_point->limit > 0 && of->t_max == of->two_point->limit)
        hp_format_append(reason, size, "; it ends before states that run backwards count");
    else if (of->two_point->extent > 0 && of->t_max == of->two_point->extent / 2)
        hp_format_append(reason, size, "; it ends at half of the lattice");
    else if (of->t_max == of->two_point->first + of->two_point->nt - 1)
        hp_format_append(reason, size, "; it ends with the data");
    else
        hp_format_append(reason, size, "; it ends where C has an error of %.2g %%, limit %g %%",
                         100.0 * of->noise, 100.0 * HP_MASS_NOISE);
}

static void choose_two(scan *of, hp_mass_choice *choice) {
    for (int i = 0; i < of->count[2] && !choice->good; i++) {
        const hp_mass_fit *fit = &of->fit[2][i];
        if (!describes(fit) || !shows_two(of, fit)) continue;
        double drift = find_drift(of, 2, i);
        if (drift > HP_MASS_AGREEMENT) continue;
        of->two = i;
        choice->good = true;
        choice->window = fit->window;
        explain(of, fit, drift, choice);
    }
}

static hp_status choose_one(scan *of, hp_mass_choice *choice, hp_error *err) {
    const hp_mass_fit *chosen = NULL;
    double drift = 0.0;
    choice->good = false;
    for (int i = 0; i < of->count[1] && !choice->good; i++) {
        const hp_mass_fit *fit = &of->fit[1][i];
        if (!is_mass(fit)) continue;
        chosen = fit;
        drift = find_drift(of, 1, i);
        HP_CALL(find_shift(of, fit, &choice->excited, err));
        choice->good =
            describes(fit) && !(drift > HP_MASS_AGREEMENT) &&
            !(fabs(choice->excited) > HP_MASS_EXCITED * hp_mass_error(of->two_point, fit->mass));
    }
    HP_REQUIRE(chosen != NULL, HP_ERR_INPUT, "no window up to t = %d has a mass above 0",
               of->t_max);
    choice->window = chosen->window;
    explain(of, chosen, drift, choice);
    return HP_OK;
}

hp_status hp_mass_recommend_form(const hp_two_point *two_point, hp_mass_form form, int states,
                                 hp_mass_choice *choice, hp_error *err) {
    hp_status status = HP_OK;
    scan of = {.two_point = two_point, .form = form, .two = -1, .noise = NAN};
    *choice = (hp_mass_choice){.excited = NAN};
    HP_NEW(of.rows, two_point->nrow);
    find_end(&of);
    int times = of.t_max - two_point->first + 1;
    HP_CHECK(
        times >= 2, HP_ERR_INPUT,
        "a mass needs two times at which the two-point function is above 0 with an error below "
        "%g %%, from its first, t = %d, on; found %d",
        100.0 * HP_MASS_NOISE, two_point->first, times > 0 ? times : 0);
    HP_TRY(fit_windows(&of, 2, err));
    choose_two(&of, choice);
    HP_CHECK(states != 2 || choice->good, HP_ERR_INPUT,
             "no window up to t = %d shows two states: their masses agree between windows, with a "
             "second amplitude of %g errors",
             of.t_max, HP_MASS_SEEN);
    if (choice->good && states != 1) goto cleanup;
    HP_TRY(fit_windows(&of, 1, err));
    HP_TRY(choose_one(&of, choice, err));
cleanup:
    for (int s = 1; s <= 2; s++) {
        for (int i = 0; of.fit[s] != NULL && i < of.count[s]; i++)
            hp_mass_fit_destroy(&of.fit[s][i]);
        hp_free(of.fit[s]);
    }
    hp_free(of.rows);
    return status;
}
