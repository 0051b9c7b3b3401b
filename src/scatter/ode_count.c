// SPDX-License-Identifier: GPL-3.0-or-later
/* Number of bound states by the zeros of w_0 and the inertia of the separable terms;
 * docs/method-scatter.md, "Second solver". */
#include <math.h>
#include <lapacke.h>
#include "hadpot/memory.h"
#include "ode_private.h"

/* Errors of some hundred steps add up. */
static double error_of(const hp_ode_system *system) {
    return 100.0 * system->tolerance;
}

hp_status hp_ode_count_bound(hp_ode *solver, int *count, bool *in_doubt, hp_error *err) {
    hp_ode_system *system = solver->system;
    double gamma, strength = system->coulomb.strength, kappa = fmax(0.0, -0.5 * strength);
    HP_CALL(hp_coulomb_tail(strength, kappa, system->grid->range, &gamma, NULL, NULL, err));
    return hp_ode_system_count(system, kappa, gamma, count, in_doubt, err);
}

/* -Sigma - X = C - Sigma - b b^T s/p, which has a pole where p = 0, at a state of the local
 * problem; bordered by s b and p s its inertia is that of the border, p s, and of -Sigma - X. Where
 * s is small the border is 1 by itself. added: the negative ones of the border. */
static void fill_matrix(const hp_ode_system *system, double gamma, double *matrix, int *added) {
    int rank = system->kernel.rank, size = rank + 1;
    size_t columns = (size_t)system->columns;
    const double *C = system->coupling;
    double value = system->state[0], slope = system->state[columns];
    double length = hp_quadrature_panel_length(system->grid, system->grid->panels - 1);
    double p = length * (slope + gamma * value), s = value - gamma * length * length * slope;
    bool border = fabs(p) < fabs(s);
    double norm = hypot(p, s);
    p /= norm;
    s /= norm;
    for (int m = 0; m < rank; m++) {
        double b = sqrt(length) * C[(size_t)m * columns];
        for (int n = 0; n <= m; n++) {
            double own = 0.5 * (C[(size_t)m * columns + (size_t)n + 1] +
                                C[(size_t)n * columns + (size_t)m + 1]);
            if (!border) own -= s / p * b * sqrt(length) * C[(size_t)n * columns];
            matrix[m * size + n] = own - (m == n ? system->kernel.sign[m] : 0.0);
        }
        matrix[rank * size + m] = border ? s * b : 0.0;
    }
    matrix[rank * size + rank] = border ? p * s : 1.0;
    *added = border && p * s < 0.0;
}

/* What the terms add: the negative eigenvalues of -Sigma - X less those of -Sigma, with the border
 * that keeps its pole out where there is one. */
static hp_status count_terms(hp_ode_system *system, double gamma, int *count, bool *in_doubt,
                             hp_error *err) {
    hp_status status = HP_OK;
    int rank = system->kernel.rank, size = rank + 1, added;
    double *matrix = NULL, *value = NULL, least = INFINITY, largest = 0.0;
    HP_NEW(matrix, (size_t)size * (size_t)size);
    HP_NEW(value, size);
    fill_matrix(system, gamma, matrix, &added);
    for (int i = 0; i < size * size; i++)
        HP_CHECK(isfinite(matrix[i]), HP_ERR_NUMERIC, "the couplings at threshold are not finite");
    int info = LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'N', 'L', size, matrix, size, value);
    HP_CHECK(info == 0, HP_ERR_NUMERIC, "the bound states were not counted (dsyev: %d)", info);
    *count = -added;
    for (int i = 0; i < size; i++) {
        *count += value[i] < 0.0;
        least = fmin(least, fabs(value[i]));
        largest = fmax(largest, fabs(value[i]));
    }
    for (int i = 0; i < rank; i++) *count -= system->kernel.sign[i] > 0.0;
    *in_doubt = least < error_of(system) * largest;
cleanup:
    hp_free(matrix);
    hp_free(value);
    return status;
}

hp_status hp_ode_system_count(hp_ode_system *system, double kappa, double gamma, int *count,
                              bool *in_doubt, hp_error *err) {
    int more = 0;
    bool done = system->k2 == -kappa * kappa && !system->inwards && system->stop == system->grid->n;
    if (!done) HP_CALL(hp_ode_system_solve(system, -kappa * kappa, false, true, err));
    double value = system->state[0], slope = system->state[system->columns],
           R = system->grid->range;
    *in_doubt = fabs(slope + gamma * value) * R < error_of(system) * hypot(value, R * slope);
    if (system->kernel.rank > 0) HP_CALL(count_terms(system, gamma, &more, in_doubt, err));
    /* Sturm's theorem for the local problem: one zero of w_0 is beyond the range where w_0 falls
     * faster than the decaying solution or has turned to zero */
    *count = system->zeros + ((value < 0.0) != (slope + gamma * value < 0.0)) + more;
    return HP_OK;
}
