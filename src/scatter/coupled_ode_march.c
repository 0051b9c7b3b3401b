// SPDX-License-Identifier: GPL-3.0-or-later
/* Integration of the regular and the driven columns of all components together, kept linearly
 * independent on the way. */
#include <math.h>
#include <string.h>
#include <cblas.h>
#include <gsl/gsl_errno.h>
#include "hadpot/stop.h"
#include "coupled_ode_private.h"

/* An integration that takes more steps than this from one stop to the next is stuck. */
enum { MOST_STEPS = 100000 };

/* Columns are made orthogonal again when one has grown by more: of the digits of the slowest no
 * more than two are lost in between. */
static const double MOST_GROWTH = 100.0;

const hp_coulomb *hp_coupled_ode_charge(const hp_coupled_ode_system *system, int c) {
    return &system->channels.coulomb[system->channels.component[c].pair];
}

static int l_of(const hp_coupled_ode_system *system, int c) {
    return system->channels.component[c].l;
}

/* At r = 0 potentials may be as singular as b/r. Column c begins as r^(l_c+1) in component c and
 * nothing elsewhere: wrong regular parts stay in the space of the columns, of an irregular solution
 * r^-l come in about b r, which later is (r_0/r)^(2l+1) of itself: 1e-18 where all l are the
 * lowest. */
static void start(hp_coupled_ode_system *system) {
    int N = system->ncomponent, lowest = HP_MOST_L;
    size_t columns = (size_t)system->columns, half = (size_t)N * columns;
    for (int c = 0; c < N; c++) lowest = l_of(system, c) < lowest ? l_of(system, c) : lowest;
    system->r = pow(10.0, -9.0 / (lowest + 1)) * system->grid->edge[1];
    system->next = system->r;
    system->recorded = 0;
    memset(system->state, 0, 2 * half * sizeof *system->state);
    for (int c = 0; c < N; c++) {
        double *own = system->state + (size_t)c * (columns + 1);
        own[0] = system->r;
        own[half] = l_of(system, c) + 1;
        system->size[c] = system->grid->edge[1] * own[half];
    }
}

void hp_coupled_ode_local(hp_coupled_ode_system *system, double r, double *w) {
    const hp_quadrature *grid = system->grid;
    int size = system->ncomponent * system->ncomponent;
    if (system->local_at != NULL) {
        system->local_at(r, w, system->context);
        return;
    }
    for (int i = 0; i < size; i++)
        w[i] = system->local == NULL
                   ? 0.0
                   : cblas_ddot(grid->order,
                                system->local + (size_t)i * (size_t)grid->n + system->first, 1,
                                system->coefficient, 1);
}

/* q_cd = w_cd + [l(l+1)/r^2 + v_C + k^2 (s - 1)] delta_cd at r, as in the panel being crossed, also
 * on its edges. False when it is not finite. */
static bool evaluate(hp_coupled_ode_system *system, double r, double *q) {
    const hp_quadrature *grid = system->grid;
    int N = system->ncomponent;
    double sum = 0.0;
    r = fmin(fmax(r, system->low), system->high);
    if (system->kernel.rank > 0 || system->local_at == NULL || system->slope != NULL)
        system->first = hp_quadrature_interpolate(grid, r, system->coefficient);
    memset(q, 0, (size_t)(N * N) * sizeof *q);
    hp_coupled_ode_local(system, r, q);
    for (int c = 0; c < N; c++) {
        const hp_coulomb *charge = hp_coupled_ode_charge(system, c);
        int l = l_of(system, c);
        double *own = q + (ptrdiff_t)c * (N + 1), s = 0.0;
        if (system->slope != NULL)
            s = cblas_ddot(grid->order, system->slope + system->first, 1, system->coefficient, 1);
        *own += l * (l + 1) / (r * r) + system->k2[c] * (s - 1.0);
        if (charge->strength != 0.0) *own += hp_coulomb_value(charge, r);
    }
    for (int i = 0; i < N * N; i++) sum += q[i];
    return isfinite(sum);
}

/* y is (2, N, columns): values and slopes. */
static int right_side(double r, const double y[], double d_y[], void *context) {
    hp_coupled_ode_system *system = context;
    const hp_separable *kernel = &system->kernel;
    int N = system->ncomponent, columns = system->columns, rank = kernel->rank;
    size_t half = (size_t)N * (size_t)columns;
    double q[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS], *bend = d_y + half;
    if (!evaluate(system, r, q)) return GSL_EBADFUNC;
    memcpy(d_y, y + half, half * sizeof *d_y);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, N, columns, N, 1.0, q, N, y, columns,
                0.0, bend, columns);
    if (rank == 0) return GSL_SUCCESS;
    cblas_dgemv(CblasRowMajor, CblasTrans, system->grid->order, N * rank, 1.0,
                kernel->term + (size_t)system->first * (size_t)(N * rank), N * rank,
                system->coefficient, 1, 0.0, system->drive, 1); /* where interpolation stands */
    for (int c = 0; c < N; c++)
        cblas_daxpy(rank, 1.0, system->drive + (ptrdiff_t)c * rank, 1,
                    bend + (ptrdiff_t)c * columns + N, 1);
    return GSL_SUCCESS;
}

/* How much larger the errors of component c may be, at the end r of the step: before the first
 * node an error is a regular solution, which the columns contain, and an irregular one, which is
 * (r/r_1)^(2l+1) of itself at r_1. Without it, steps all the way from r_0 would be short. */
static double leave_to_err(const hp_coupled_ode_system *system, int c, double r) {
    const double most = 1e-3; /* of the solution itself: steps must stay sensible */
    double ratio = system->grid->r[0] / r;
    if (ratio <= 1.0) return 1.0;
    return fmax(1.0, fmin(pow(ratio, 2 * l_of(system, c) + 1), most / system->tolerance));
}

/* Largest error of `count` columns from column `first`, values (kind 0) or slopes, over their
 * largest size. What one step changes belongs to the size, also with the largest term of the panel
 * as the second derivative: where terms are small they hold the rounding of the interpolation. */
static double group_error(const hp_coupled_ode_system *system, const double *y, const double *error,
                          const double *d_y, double step, int first, int count, double least) {
    double size = least, worst = 0.0;
    for (int c = 0; c < system->ncomponent; c++) {
        double leave = leave_to_err(system, c, system->from + step);
        for (int i = first; i < first + count; i++) {
            int at = c * system->columns + i;
            size = fmax(size, fabs(y[at]) + fabs(step * d_y[at]));
            worst = fmax(worst, fabs(error[at]) / leave);
        }
    }
    return size > 0.0 ? worst / size : 0.0;
}

/* GSL's standard rule of adaption, but errors are measured against the largest component of each
 * regular column, and against the largest of all driven ones. */
static int adjust_step(void *context, size_t size, unsigned int order, const double y[],
                       const double error[], const double d_y[], double *step) {
    const hp_coupled_ode_system *system = context;
    int N = system->ncomponent, rank = system->kernel.rank;
    double worst = 0.0, h = fabs(*step), push = h * system->push;
    for (size_t kind = 0; kind < 2; kind++) {
        size_t at = kind * size / 2;
        for (int j = 0; j < N; j++)
            worst = fmax(worst, group_error(system, y + at, error + at, d_y + at, h, j, 1, 0.0));
        worst = fmax(worst, group_error(system, y + at, error + at, d_y + at, h, N, rank,
                                        kind == 0 ? h * push : push));
    }
    return hp_ode_stepper_adapt(worst / system->tolerance, order, step);
}

/* share[i] = overlap of column `source`, of unit length, with columns target + i: sum over
 * components of values, and of slopes times the length of the panel. */
static void overlaps(hp_coupled_ode_system *system, int source, int target, int count) {
    int N = system->ncomponent, columns = system->columns;
    double L2 = system->length * system->length;
    cblas_dgemv(CblasRowMajor, CblasTrans, N, count, 1.0, system->state + target, columns,
                system->state + source, columns, 0.0, system->share, 1);
    const double *slope = system->state + (size_t)N * (size_t)columns;
    cblas_dgemv(CblasRowMajor, CblasTrans, N, count, L2, slope + target, columns, slope + source,
                columns, 1.0, system->share, 1);
}

static double length_of(const hp_coupled_ode_system *system, int column) {
    int N = system->ncomponent, columns = system->columns;
    const double *slope = system->state + (size_t)N * (size_t)columns;
    return hypot(cblas_dnrm2(N, system->state + column, columns),
                 system->length * cblas_dnrm2(N, slope + column, columns));
}

/* Column target + i -= share[i] column source, in all that is integrated so far. */
static void subtract(hp_coupled_ode_system *system, int source, int target, int count) {
    int N = system->ncomponent, columns = system->columns;
    double *block[2] = {system->state, system->record};
    int rows[2] = {2 * N, system->nodes ? system->recorded * N : 0};
    for (int b = 0; count > 0 && b < 2; b++)
        cblas_dger(CblasRowMajor, rows[b], count, -1.0, block[b] + source, columns, system->share,
                   1, block[b] + target, columns);
}

static void scale(hp_coupled_ode_system *system, int column, double factor) {
    int N = system->ncomponent, columns = system->columns;
    cblas_dscal(2 * N, factor, system->state + column, columns);
    if (system->nodes) cblas_dscal(system->recorded * N, factor, system->record + column, columns);
}

/* The regular columns become orthonormal by Gram and Schmidt's method (the triangle of a QR
 * factorisation, of positive diagonal, by which what is recorded is multiplied, too), the driven
 * ones orthogonal to them: they stay solutions, determinants keep their sign, and none is lost
 * beside one that grows in a core, behind a barrier or in a closed component [Godunov, Conte: SIAM
 * Review 8 (1966) 309]. */
static hp_status orthonormalise(hp_coupled_ode_system *system, hp_error *err) {
    int N = system->ncomponent;
    for (int j = 0; j < N; j++) {
        for (int twice = 0; twice < 2; twice++)
            for (int i = 0; i < j; i++) {
                overlaps(system, i, j, 1);
                subtract(system, i, j, 1);
            }
        double size = length_of(system, j);
        HP_REQUIRE(isfinite(size) && size > 0.0, HP_ERR_NUMERIC,
                   "the radial solutions at E = %g are lost at r = %g", system->energy, system->r);
        scale(system, j, 1.0 / size);
        system->size[j] = 1.0;
    }
    for (int j = 0; system->kernel.rank > 0 && j < N; j++) {
        overlaps(system, j, N, system->kernel.rank);
        subtract(system, j, N, system->kernel.rank);
    }
    hp_ode_stepper_reset(&system->stepper);
    return HP_OK;
}

static bool has_grown(const hp_coupled_ode_system *system) {
    for (int j = 0; j < system->ncomponent; j++)
        if (!(length_of(system, j) <= MOST_GROWTH * system->size[j])) return true;
    return false;
}

static hp_status advance(hp_coupled_ode_system *system, double end, hp_error *err) {
    static const gsl_odeiv2_control_type type = {"columns", NULL, NULL, adjust_step,
                                                 NULL,      NULL, NULL};
    gsl_odeiv2_control control = {&type, system};
    size_t size = 2 * (size_t)system->ncomponent * (size_t)system->columns;
    gsl_odeiv2_system equations = {right_side, NULL, size, system};
    for (int steps = 0; system->r < end; steps++) {
        HP_REQUIRE(steps < MOST_STEPS, HP_ERR_NUMERIC,
                   "the radial equations at E = %g need more than %d steps on the way to r = %g",
                   system->energy, MOST_STEPS, end);
        system->from = system->r;
        int code =
            gsl_odeiv2_evolve_apply(system->stepper.evolve, &control, system->stepper.step,
                                    &equations, &system->r, end, &system->next, system->state);
        HP_REQUIRE(code == GSL_SUCCESS, HP_ERR_NUMERIC,
                   "the radial equations at E = %g cannot be integrated beyond r = %g: %s",
                   system->energy, system->r, gsl_strerror(code));
        if (has_grown(system)) HP_CALL(orthonormalise(system, err));
    }
    return HP_OK;
}

/* From edge to edge: no step may cross one, since the functions are smooth only between them. */
static hp_status cross_panel(hp_coupled_ode_system *system, hp_error *err) {
    const hp_quadrature *grid = system->grid;
    size_t row = (size_t)system->ncomponent * (size_t)system->columns;
    int count = grid->order * system->ncomponent * system->kernel.rank;
    const double *term = system->kernel.term + (size_t)system->panel * (size_t)count;
    system->push = count > 0 ? fabs(term[cblas_idamax(count, term, 1)]) : 0.0;
    system->low = nextafter(grid->edge[system->panel], INFINITY);
    system->high = nextafter(grid->edge[system->panel + 1], 0.0);
    system->length = hp_quadrature_panel_length(grid, system->panel);
    hp_ode_stepper_reset(&system->stepper);
    for (int i = 0; system->nodes && i < grid->order; i++) {
        int node = system->panel * grid->order + i;
        HP_CALL(advance(system, grid->r[node], err));
        memcpy(system->record + (size_t)node * row, system->state, row * sizeof *system->record);
        system->recorded = node + 1;
    }
    HP_CALL(advance(system, grid->edge[system->panel + 1], err));
    return orthonormalise(system, err);
}

hp_status hp_coupled_ode_march(hp_coupled_ode_system *system, double energy, bool nodes,
                               hp_error *err) {
    const hp_channels *channels = &system->channels;
    system->energy = energy;
    system->nodes = nodes || system->kernel.rank > 0;
    for (int c = 0; c < system->ncomponent; c++)
        system->k2[c] = hp_channels_k2(channels, channels->component[c].pair, energy);
    start(system);
    for (system->panel = 0; system->panel < system->grid->panels; system->panel++) {
        HP_CALL(hp_stop_check(err));
        HP_CALL(cross_panel(system, err));
    }
    return HP_OK;
}
