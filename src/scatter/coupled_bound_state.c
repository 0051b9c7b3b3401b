// SPDX-License-Identifier: GPL-3.0-or-later
/* What a bound state of coupled components is like: probabilities, sizes, asymptotic constants. */
#include <float.h>
#include <math.h>
#include <string.h>
#include <cblas.h>
#include "coupled_bound.h"
#include "hadpot/memory.h"
#include "hadpot/riccati.h"

/* A chi of component c at node i, and what rounding may leave of it. */
static double force_at(const hp_coupled *solver, int component, int i, const double *chi,
                       double largest, double *rounding) {
    int size = solver->size, n = solver->grid.n;
    const double *row = solver->A + ((size_t)component * (size_t)n + (size_t)i) * (size_t)size;
    *rounding = 4.0 * DBL_EPSILON * largest * cblas_dasum(size, row, 1);
    return cblas_ddot(size, row, 1, chi, 1);
}

/* A_c = -kappa^l int S F, S regular at k = i kappa: neither chi nor H at the end of the range,
 * which may be small, are needed. Where the force is rounding S would blow it up. */
static double constant_of(const hp_coupled *solver, const hp_tail *tail, int component,
                          const double *chi) {
    const hp_quadrature *grid = &solver->grid;
    double complex f[4];
    double sum = 0.0, rounding, largest = fabs(chi[cblas_idamax(solver->size, chi, 1)]);
    for (int i = 0; i < grid->n; i++) {
        double force = force_at(solver, component, i, chi, largest, &rounding);
        if (!(fabs(force) > rounding)) continue;
        hp_riccati_complex(tail->l, tail->kappa * I, grid->r[i], f);
        sum -= grid->weight[i] * creal(f[0]) * force;
    }
    return sum * pow(tail->kappa, tail->l);
}

static hp_status asymptotic(hp_coupled *solver, const hp_bound_place *place, const double *chi,
                            double *edge, double *constant, hp_error *err) {
    hp_coupled_set_diagonal(solver, place->k2[0], NULL);
    for (int c = 0; c < solver->ncomponent; c++) {
        const hp_tail *tail = &place->tail[c];
        double value;
        if (tail->kappa == 0.0) { /* no state that can be normalised */
            constant[c] = NAN;
            continue;
        }
        HP_CALL(hp_tail_amplitude(tail, &value, err));
        if (tail->strength == 0.0) {
            constant[c] = constant_of(solver, tail, c, chi);
            edge[c] = constant[c] * value;
        } else {
            constant[c] = edge[c] / value;
        }
    }
    hp_coupled_set_diagonal(solver, 0.0, NULL);
    return HP_OK;
}

/* int r^power u_c u_d over all r. */
static hp_status moment(const hp_coupled *solver, const hp_bound_place *place, const double *u,
                        const double *edge, int c, int d, int power, double *sum, hp_error *err) {
    const hp_quadrature *grid = &solver->grid;
    double tail = 0.0, product = edge[c] * edge[d];
    const double *u_c = u + (ptrdiff_t)c * grid->n, *u_d = u + (ptrdiff_t)d * grid->n;
    *sum = 0.0;
    for (int i = 0; i < grid->n; i++)
        *sum += grid->weight[i] * u_c[i] * u_d[i] * (power == 2 ? grid->r[i] * grid->r[i] : 1.0);
    if (product != 0.0)
        HP_CALL(hp_tail_integral(&place->tail[c], &place->tail[d], power, &tail, err));
    *sum += product * tail;
    return HP_OK;
}

static hp_status normalise(const hp_coupled *solver, const hp_bound_place *place, double *u,
                           double *edge, hp_bound_state *state, hp_error *err) {
    int N = solver->ncomponent;
    double norm = 0.0;
    for (int c = 0; c < N; c++) {
        HP_CALL(moment(solver, place, u, edge, c, c, 0, &state->probability[c], err));
        norm += state->probability[c];
    }
    HP_REQUIRE(isfinite(norm) && norm > 0.0, HP_ERR_NUMERIC,
               "the bound state at the binding momentum %g has no finite wave function", place->x);
    double scale = (state->asymptotic[0] < 0.0 ? -1.0 : 1.0) / sqrt(norm);
    cblas_dscal(solver->size, scale, u, 1);
    for (int c = 0; c < N; c++) {
        state->probability[c] /= norm;
        state->asymptotic[c] *= scale;
        edge[c] *= scale;
    }
    for (int c = 0; c < N; c++)
        for (int d = 0; d <= c; d++) {
            HP_CALL(moment(solver, place, u, edge, c, d, 2, &state->r2[c * N + d], err));
            state->r2[d * N + c] = state->r2[c * N + d];
        }
    return HP_OK;
}

hp_status hp_bound_describe(hp_coupled *solver, double x, const double *z, hp_bound_state *state,
                            double *wave, hp_error *err) {
    hp_bound_place place;
    int N = solver->ncomponent, n = solver->grid.n;
    double edge[HP_MOST_COMPONENTS], *u = solver->bound->u;
    HP_CALL(hp_bound_place_at(solver, x, &place, err));
    *state = (hp_bound_state){.energy = place.energy};
    hp_coupled_form_wave(solver, z, u, edge);
    HP_CALL(asymptotic(solver, &place, u, edge, state->asymptotic, err));
    for (int c = 0; c < N; c++) { /* chi becomes u = r psi = (2 mu)^1/2 chi */
        double unit = sqrt(2.0 * solver->channels.pair[solver->channels.component[c].pair].mu);
        state->kappa[c] = place.tail[c].kappa;
        state->asymptotic[c] *= unit;
        edge[c] *= unit;
        cblas_dscal(n, unit, u + (ptrdiff_t)c * n, 1);
    }
    if (x > 0.0) {
        HP_CALL(normalise(solver, &place, u, edge, state, err));
    } else {
        for (int c = 0; c < N * N; c++) state->r2[c] = c % (N + 1) == 0 ? INFINITY : 0.0;
    }
    if (wave != NULL) memcpy(wave, u, (size_t)solver->size * sizeof *wave);
    return HP_OK;
}
