// SPDX-License-Identifier: GPL-3.0-or-later
/* Integration of the regular and the driven solutions together. */
#include "ode_private.h"
#include <float.h>
#include <math.h>
#include <string.h>
#include <cblas.h>
#include <gsl/gsl_errno.h>
#include "hadpot/memory.h"

/* An integration that takes more steps than this from one stop to the next is stuck. */
enum { MOST_STEPS = 100000 };

static void prepare(hp_ode_system *system, double k2, bool derivatives, bool inwards, int stop) {
    system->k2 = k2;
    system->columns = (derivatives ? 2 : 1) * (1 + system->kernel.rank);
    system->nodes = true;
    system->inwards = inwards;
    system->stop = stop;
    system->zeros = 0;
}

/* At r = 0 a potential may be as singular as b/r: the integration starts next to it with w_0 = r
 * and w_n = 0. A wrong slope only adds w_0, in a ratio to w_n that is free; of the irregular
 * solution, which is 1 at r = 0, come in b r^2 and v_n r^2/2: 1e-18 of what follows. */
static void start(hp_ode_system *system) {
    const double fraction = 1e-9;
    system->r = fraction * system->grid->edge[1];
    system->step = system->grid->r[0];
    memset(system->state, 0, 2 * (size_t)system->columns * sizeof *system->state);
    system->state[0] = system->r;
    system->state[system->columns] = 1.0;
}

/* Largest error of values and of slopes of `count` columns against their largest size. What one
 * step changes belongs to it, also with the largest term of the panel as the second derivative:
 * where terms are small, like r, they hold the rounding of the interpolation from where they are
 * not. */
static double group_error(const hp_ode_system *system, const double *y, const double *error,
                          const double *d_y, double step, double push, int count) {
    double relative = 0.0, least = step * step * push;
    for (int kind = 0; kind < 2; kind++) {
        double size = least, worst = 0.0;
        for (int i = kind * system->columns; i < kind * system->columns + count; i++) {
            size = fmax(size, fabs(y[i]) + fabs(step * d_y[i]));
            worst = fmax(worst, fabs(error[i]));
        }
        if (size > 0.0) relative = fmax(relative, worst / size);
        least = step * push;
    }
    return relative;
}

/* GSL's standard rule of adaption, but errors are measured against the largest solution of a kind:
 * regular, driven, and their derivatives. Small separable terms need no digits of their own. */
static int adjust_step(void *context, size_t size, unsigned int order, const double y[],
                       const double error[], const double d_y[], double *step) {
    const hp_ode_system *system = context;
    int solutions = 1 + system->kernel.rank;
    double worst = 0.0, h = fabs(*step);
    (void)size;
    for (int i = 0; i < system->columns; i += solutions) {
        double regular = group_error(system, y + i, error + i, d_y + i, h, 0.0, 1);
        double driven = group_error(system, y + i + 1, error + i + 1, d_y + i + 1, h, system->push,
                                    solutions - 1);
        worst = fmax(worst, fmax(regular, driven));
    }
    return hp_ode_stepper_adapt(worst / system->tolerance, order, step);
}

static double interpolated(const hp_ode_system *system, const double *at_node) {
    if (at_node == NULL) return 0.0;
    return cblas_ddot(system->grid->order, at_node + system->first, 1, system->coefficient, 1);
}

/* q = w + k^2 s + v_C - k^2 and s at r, and the interpolation to r, as in the panel being crossed,
 * also on its edges. False when q is not finite. */
static bool evaluate(hp_ode_system *system, double r, double *q, double *s) {
    const hp_quadrature *grid = system->grid;
    double w = 0.0;
    r = r > system->low ? r : system->low;
    r = r < system->high ? r : system->high;
    *s = 0.0;
    if (system->kernel.rank > 0 || system->local_at == NULL)
        system->first = hp_quadrature_interpolate(grid, r, system->coefficient);
    if (system->local_at != NULL) {
        system->local_at(r, &w, s, system->context);
        if (system->slope == NULL) *s = 0.0;
    } else {
        w = interpolated(system, system->local);
        *s = interpolated(system, system->slope);
    }
    if (system->coulomb.strength != 0.0) w += hp_coulomb_value(&system->coulomb, r);
    *q = w + system->k2 * (*s - 1.0);
    return isfinite(*q) && isfinite(*s);
}

/* y is (2, columns): values and slopes. */
static int right_side(double r, const double y[], double d_y[], void *context) {
    hp_ode_system *system = context;
    int columns = system->columns, solutions = 1 + system->kernel.rank;
    double q, s, *bend = d_y + columns;
    if (!evaluate(system, r, &q, &s)) return GSL_EBADFUNC;
    memcpy(d_y, y + columns, (size_t)columns * sizeof *d_y);
    for (int i = 0; i < columns; i++) bend[i] = q * y[i];
    for (int i = solutions; i < columns; i++) bend[i] += (s - 1.0) * y[i - solutions];
    const hp_separable *kernel = &system->kernel;
    if (kernel->rank > 0) /* the terms where the interpolation stands */
        cblas_dgemv(CblasRowMajor, CblasTrans, system->grid->order, kernel->rank, 1.0,
                    kernel->term + (size_t)system->first * (size_t)kernel->rank, kernel->rank,
                    system->coefficient, 1, 1.0, bend + 1, 1);
    return GSL_SUCCESS;
}

static hp_status advance(hp_ode_system *system, const hp_ode_stepper *stepper, double end,
                         hp_error *err) {
    static const gsl_odeiv2_control_type type = {"groups", NULL, NULL, adjust_step,
                                                 NULL,     NULL, NULL};
    gsl_odeiv2_control control = {&type, system};
    gsl_odeiv2_system equations = {right_side, NULL, 2 * (size_t)system->columns, system};
    for (int steps = 0; system->inwards ? system->r > end : system->r < end; steps++) {
        bool negative = system->state[0] < 0.0;
        HP_REQUIRE(steps < MOST_STEPS, HP_ERR_NUMERIC,
                   "the radial equation at k^2 = %g needs more than %d steps on the way to r = %g",
                   system->k2, MOST_STEPS, end);
        int code = gsl_odeiv2_evolve_apply(stepper->evolve, &control, stepper->step, &equations,
                                           &system->r, end, &system->step, system->state);
        HP_REQUIRE(code == GSL_SUCCESS, HP_ERR_NUMERIC,
                   "the radial equation at k^2 = %g cannot be integrated beyond r = %g: %s",
                   system->k2, system->r, gsl_strerror(code));
        system->zeros += (system->state[0] < 0.0) != negative; /* a step is less than half a wave */
    }
    return HP_OK;
}

/* Its other edge, or the node where the march stops. */
static double end_of_panel(const hp_ode_system *system) {
    const hp_quadrature *grid = system->grid;
    int panel = system->panel;
    if (system->stop < grid->n && system->stop / grid->order == panel) return grid->r[system->stop];
    return grid->edge[system->inwards ? panel : panel + 1];
}

/* From edge to edge: no step may cross one, since the functions are smooth only between them. */
static hp_status cross_panel(hp_ode_system *system, const hp_ode_stepper *stepper, hp_error *err) {
    const hp_quadrature *grid = system->grid;
    int first = system->panel * grid->order;
    size_t columns = (size_t)system->columns, bytes = columns * sizeof *system->record;
    int count = grid->order * system->kernel.rank;
    const double *term = system->kernel.term + (size_t)system->panel * (size_t)count;
    system->push = count > 0 ? fabs(term[cblas_idamax(count, term, 1)]) : 0.0;
    system->low = nextafter(grid->edge[system->panel], INFINITY);
    system->high = nextafter(grid->edge[system->panel + 1], 0.0);
    hp_ode_stepper_reset(stepper);
    for (int i = 0; system->nodes && i < grid->order; i++) {
        int node = system->inwards ? first + grid->order - 1 - i : first + i;
        if (system->inwards ? node < system->stop : node >= system->stop) break;
        HP_CALL(advance(system, stepper, grid->r[node], err));
        memcpy(system->record + (size_t)node * columns, system->state, bytes);
    }
    return advance(system, stepper, end_of_panel(system), err);
}

/* share[i] = a value_i + b slope_i of all columns at present. */
static void project(hp_ode_system *system, double a, double b) {
    int columns = system->columns;
    for (int i = 0; i < columns; i++)
        system->share[i] = a * system->state[i] + b * system->state[columns + i];
}

/* Everything integrated so far: two blocks of rows, the state and what is recorded. */
static void rows_so_far(hp_ode_system *system, double *block[2], int rows[2]) {
    const hp_quadrature *grid = system->grid;
    int begin = system->panel * grid->order, end = begin + grid->order;
    int first = system->inwards ? (begin > system->stop ? begin : system->stop) : 0;
    int after = system->inwards ? grid->n + 1 : end < system->stop ? end : system->stop;
    block[0] = system->state;
    block[1] = system->record + (size_t)first * (size_t)system->columns;
    rows[0] = 2;
    rows[1] = system->nodes ? after - first : 0;
}

/* Column (target + i) -= share[i] column source, i = 0 .. count - 1. */
static void combine(hp_ode_system *system, int source, int target, const double *share, int count) {
    double *block[2];
    int rows[2];
    rows_so_far(system, block, rows);
    for (int b = 0; count > 0 && b < 2; b++)
        cblas_dger(CblasRowMajor, rows[b], count, -1.0, block[b] + source, system->columns, share,
                   1, block[b] + target, system->columns);
}

static void scale(hp_ode_system *system, int column, double factor) {
    double *block[2];
    int rows[2];
    rows_so_far(system, block, rows);
    for (int b = 0; b < 2; b++) cblas_dscal(rows[b], factor, block[b] + column, system->columns);
}

/* Any multiple of w_0 may be added to the other columns, all the way back to r = 0: that changes
 * neither their equations nor the determinant of the conditions. At each edge they are made
 * orthogonal to w_0, so that they cannot grow with it inside a repulsive core, and w_0 is given
 * unit length [the idea of Godunov and Conte for two-point problems: SIAM Review 8 (1966) 309]. */
static hp_status stabilise(hp_ode_system *system, hp_error *err) {
    int columns = system->columns, solutions = 1 + system->kernel.rank;
    double length = hp_quadrature_panel_length(system->grid, system->panel);
    double value = system->state[0], slope = system->state[columns];
    double size = hypot(value, length * slope), *share = system->share;
    bool derivatives = columns > solutions;
    HP_REQUIRE(isfinite(size) && size > 0.0, HP_ERR_NUMERIC,
               "the radial solution at k^2 = %g is lost at r = %g", system->k2, system->r);
    double a = value / size / size, b = length * slope / size * (length / size);
    project(system, a, b);
    if (derivatives) combine(system, solutions, solutions + 1, share + 1, solutions - 1);
    combine(system, 0, 1, share + 1, solutions - 1);
    if (derivatives) {
        project(system, a, b);
        combine(system, 0, solutions, share + solutions, solutions);
        scale(system, solutions, 1.0 / size);
    }
    scale(system, 0, 1.0 / size);
    return HP_OK;
}

/* Panel by panel to the end of the range, or to the node where the march stops. */
static hp_status march(hp_ode_system *system, const hp_ode_stepper *stepper, hp_error *err) {
    hp_status status = HP_OK;
    const hp_quadrature *grid = system->grid;
    int direction = system->inwards ? -1 : 1;
    int last = (system->stop < grid->n ? system->stop : grid->n - 1) / grid->order;
    system->panel = system->inwards ? grid->panels - 1 : 0;
    for (; direction * (last - system->panel) >= 0; system->panel += direction) {
        HP_TRY(cross_panel(system, stepper, err));
        HP_TRY(stabilise(system, err));
    }
cleanup:
    if (status != HP_OK) system->k2 = NAN; /* nothing to use again */
    return status;
}

hp_status hp_ode_system_march(hp_ode_system *system, double k2, bool derivatives, bool nodes,
                              int stop, hp_error *err) {
    prepare(system, k2, derivatives, false, stop);
    system->nodes = nodes || system->kernel.rank > 0;
    start(system);
    return march(system, derivatives ? &system->twice : &system->plain, err);
}

hp_status hp_ode_system_march_inwards(hp_ode_system *system, double k2, double gamma, int node,
                                      hp_error *err) {
    const hp_quadrature *grid = system->grid;
    prepare(system, k2, false, true, node);
    size_t columns = (size_t)system->columns;
    system->r = grid->range;
    system->step = grid->r[grid->n - 1] - grid->range;
    memset(system->state, 0, 2 * columns * sizeof *system->state);
    system->state[0] = 1.0;
    system->state[columns] = -gamma;
    memcpy(system->record + (size_t)grid->n * columns, system->state,
           columns * sizeof *system->state);
    return march(system, &system->plain, err);
}
