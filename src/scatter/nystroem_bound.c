// SPDX-License-Identifier: GPL-3.0-or-later
/* Bound states: zeros of det M at k^2 = -kappa^2, isolated by their number; docs/method-scatter.md.
 */
#include "nystroem_private.h"
#include <math.h>
#include <string.h>
#include <cblas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include "hadpot/memory.h"

/* Halvings of an interval and steps of Brent's method, which needs about ten: limits that only
 * faults reach. */
enum { MAX_HALVINGS = 100, MAX_STEPS = 200, INVERSE_ITERATIONS = 3 };

/* Interval of kappa with one zero of det M, and how many states lie above its ends. */
typedef struct bracket {
    double low, high;
    int above_low, above_high;
} bracket;

/* What Brent's method carries through gsl_function. */
typedef struct determinant {
    hp_nystroem *solver;
    double log_scale;
    hp_status status;
    hp_error *err;
} determinant;

static hp_status count_at(hp_nystroem *solver, double kappa, int *count, hp_error *err) {
    double gamma;
    HP_CALL(hp_nystroem_decay(solver, kappa, &gamma, err));
    return hp_nystroem_count_above(solver, kappa, gamma, count, err);
}

/* Raise the upper end until no state is above it. */
static hp_status find_top(hp_nystroem *solver, bracket *all, hp_error *err) {
    const hp_quadrature *grid = &solver->grid;
    double shortest = grid->range;
    for (int i = 0; i < grid->panels; i++) {
        shortest = fmin(shortest, hp_quadrature_panel_length(grid, i));
    }
    all->high = all->low + M_PI / grid->range;
    HP_CALL(count_at(solver, all->high, &all->above_high, err));
    while (all->above_high > 0) {
        HP_REQUIRE(all->high * shortest <= grid->order, HP_ERR_NUMERIC,
                   "a state is bound too deeply for a radial grid of %d nodes up to r = %g: its "
                   "binding momentum is above %g",
                   grid->n, grid->range, all->high);
        all->high *= 2.0;
        HP_CALL(count_at(solver, all->high, &all->above_high, err));
    }
    return HP_OK;
}

/* Raise the lower end until the interval holds the highest of its states alone. */
static hp_status isolate(hp_nystroem *solver, bracket *one, hp_error *err) {
    int wanted = one->above_high + 1;
    for (int halving = 0; one->above_low > wanted && halving < MAX_HALVINGS; halving++) {
        int count;
        double middle = 0.5 * (one->low + one->high);
        if (!(middle > one->low && middle < one->high)) break; /* degenerate to all digits */
        HP_CALL(count_at(solver, middle, &count, err));
        if (count >= wanted) {
            one->low = middle;
            one->above_low = count;
        } else {
            one->high = middle;
            one->above_high = count;
        }
    }
    return HP_OK;
}

/* log of [cosh kappa R + gamma sinh(kappa R)/kappa] / (1 + gamma R). */
static double log_free_determinant(double kappa, double gamma, double range) {
    double x = kappa * range;
    double sinh_over_kappa = x > 0.0 ? -0.5 * expm1(-2.0 * x) / kappa : range; /* times exp(-x) */
    return x + log(0.5 * (1.0 + exp(-2.0 * x)) + gamma * sinh_over_kappa) - log1p(gamma * range);
}

/* LU factors of M, sign and log of det M over its value for free motion: a number of order one that
 * tends to one at large kappa. */
static hp_status factorise_at(hp_nystroem *solver, double kappa, double *sign, double *log_size,
                              hp_error *err) {
    double gamma;
    HP_CALL(hp_nystroem_decay(solver, kappa, &gamma, err));
    HP_CALL(hp_nystroem_form_bound(solver, kappa, gamma, err));
    HP_CALL(hp_nystroem_factorise(solver, err));
    *sign = hp_nystroem_determinant(solver, log_size);
    *log_size -= log_free_determinant(kappa, gamma, solver->grid.range);
    return HP_OK;
}

static double scaled_determinant(double kappa, void *context) {
    determinant *f = context;
    double sign = 0.0, log_size = 0.0;
    if (f->status == HP_OK) f->status = factorise_at(f->solver, kappa, &sign, &log_size, f->err);
    return f->status == HP_OK ? sign * exp(log_size - f->log_scale) : NAN;
}

/* kappa of the zero; where rounding hides the change of sign, the end next to it. */
static hp_status find_zero(hp_nystroem *solver, gsl_root_fsolver *brent, const bracket *one,
                           double *kappa, hp_error *err) {
    const double rounding = 1e-15;
    double low_sign, low_size, high_sign, high_size;
    HP_CALL(factorise_at(solver, one->low, &low_sign, &low_size, err));
    HP_CALL(factorise_at(solver, one->high, &high_sign, &high_size, err));
    *kappa = low_size < high_size ? one->low : one->high;
    if (low_sign == high_sign) return HP_OK;
    determinant f = {.solver = solver, .log_scale = fmax(low_size, high_size), .err = err};
    gsl_function function = {scaled_determinant, &f};
    int code = gsl_root_fsolver_set(brent, &function, one->low, one->high);
    bool found = false;
    for (int step = 0; !found; step++) {
        HP_CALL(f.status);
        HP_REQUIRE(code == GSL_SUCCESS, HP_ERR_NUMERIC, "bound state between kappa = %g and %g: %s",
                   one->low, one->high, gsl_strerror(code));
        double low = gsl_root_fsolver_x_lower(brent), high = gsl_root_fsolver_x_upper(brent);
        found = step == MAX_STEPS ||
                (step > 0 && gsl_root_test_interval(low, high, 0.0, rounding) == GSL_SUCCESS);
        if (!found) code = gsl_root_fsolver_iterate(brent);
    }
    *kappa = gsl_root_fsolver_root(brent);
    return HP_OK;
}

/* Null vector of M by inverse iteration, normalised with its tail. */
static hp_status find_wave(hp_nystroem *solver, double kappa, double *mean_square, double *u,
                           hp_error *err) {
    const hp_quadrature *grid = &solver->grid;
    int n = grid->n;
    double sign, log_size, gamma, tail, tail_square, norm = 0.0, square = 0.0;
    HP_CALL(factorise_at(solver, kappa, &sign, &log_size, err));
    for (int i = 0; i < n; i++) u[i] = grid->r[i] * exp(-kappa * grid->r[i]);
    for (int i = 0; i < INVERSE_ITERATIONS; i++) {
        HP_CALL(hp_nystroem_solve(solver, u, false, u, err));
        cblas_dscal(n, 1.0 / u[cblas_idamax(n, u, 1)], u, 1);
    }
    *mean_square = INFINITY;
    if (kappa == 0.0) return HP_OK; /* not normalisable */
    HP_CALL(hp_coulomb_tail(solver->coulomb.strength, kappa, grid->range, &gamma, &tail,
                            &tail_square, err));
    double edge = cblas_ddot(n, solver->bra, 1, u, 1) / (1.0 + gamma * grid->range);
    for (int i = 0; i < n; i++) {
        norm += grid->weight[i] * u[i] * u[i];
        square += grid->weight[i] * grid->r[i] * grid->r[i] * u[i] * u[i];
    }
    norm += edge * edge * tail;
    *mean_square = (square + edge * edge * tail_square) / norm;
    HP_REQUIRE(isfinite(*mean_square), HP_ERR_NUMERIC,
               "the bound state at kappa = %g has no finite wave function", kappa);
    cblas_dscal(n, (u[0] < 0.0 ? -1.0 : 1.0) / sqrt(norm), u, 1);
    return HP_OK;
}

hp_status hp_nystroem_bound_states(hp_nystroem *solver, int most, double *kappa2,
                                   double *mean_square, double *u, int *found, hp_error *err) {
    hp_status status = HP_OK;
    int n = solver->grid.n;
    bracket one = {0};
    gsl_root_fsolver *brent = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    HP_CHECK(brent != NULL, HP_ERR_MEMORY, "no memory for a root finder");
    HP_CHECK(solver->symmetric, HP_ERR_INPUT,
             "bound states need a symmetric non-local potential, found one that is not");
    HP_TRY(hp_nystroem_count_bound(solver, found, err));
    int there = solver->bound.on_grid;
    one = (bracket){.low = hp_nystroem_lowest_kappa(solver), .above_low = there};
    for (int i = there; i < *found && i < most; i++) kappa2[i] = mean_square[i] = NAN;
    if (there > 0 && most > 0) HP_TRY(find_top(solver, &one, err));
    for (int i = 0; i < *found && i < there && i < most; i++) {
        double kappa = 0.0, *wave = u != NULL ? u + (size_t)i * (size_t)n : solver->z;
        HP_TRY(isolate(solver, &one, err));
        HP_TRY(find_zero(solver, brent, &one, &kappa, err));
        HP_TRY(find_wave(solver, kappa, &mean_square[i], wave, err));
        kappa2[i] = kappa * kappa;
        if (one.above_low > i + 1) continue; /* degenerate to all digits: the same place again */
        one = (bracket){hp_nystroem_lowest_kappa(solver), one.low, there, one.above_low};
    }
cleanup:
    if (brent != NULL) gsl_root_fsolver_free(brent);
    return status;
}
