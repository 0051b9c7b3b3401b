// SPDX-License-Identifier: GPL-3.0-or-later
/* Scattering and bound states of coupled channels by integration from r = 0;
 * docs/method-channels-ode.md. */
#include <math.h>
#include <string.h>
#include <cblas.h>
#include <lapacke.h>
#include "coupled_ode_private.h"
#include "factors.h"
#include "hadpot/memory.h"
#include "hadpot/lapack_status.h"

/* T from the coefficient of C at the end of the range; b numbers the solutions. */
static double matched(const hp_coupled_ode_system *system, const hp_coupled_ode_outside *at, int c,
                      int b) {
    int N = system->ncomponent, columns = system->columns;
    const double *value = system->state + (size_t)c * (size_t)columns;
    const double *slope = value + (size_t)N * (size_t)columns;
    const double *x = system->amplitude + b;
    return at->f[c][0] * cblas_ddot(columns, slope, 1, x, N) -
           at->f[c][1] * cblas_ddot(columns, value, 1, x, N);
}

/* system->wave = u_c of each solution at node i, and system->drive the terms there; w: the local
 * potential. */
static void place_at_node(hp_coupled_ode_system *system, int i, double *w) {
    const hp_quadrature *grid = system->grid;
    int N = system->ncomponent, columns = system->columns;
    const double *row = system->record + (size_t)i * (size_t)N * (size_t)columns;
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, N, N, columns, 1.0, row, columns,
                system->amplitude, N, 0.0, system->wave, N);
    w[0] = 0.0;
    for (int j = 0; j < N * N; j++)
        w[j] = system->local != NULL ? system->local[j * grid->n + i] : 0.0;
    if (system->slope != NULL) w[0] += system->k2[0] * system->slope[i];
}

/* T_ab = int S_a (K u^b)_a, K u = W u + sum_m term_m x_(N+m), by the weights of the nodes: where l
 * > 0 the matching is a difference of numbers of the size of R^(2l+1), this is not. */
static hp_status integrate_t(hp_coupled_ode_system *system, const hp_coupled_ode_outside *at,
                             hp_tmatrix *T, hp_error *err) {
    const hp_quadrature *grid = system->grid;
    int N = system->ncomponent, rank = system->kernel.rank;
    double w[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS], f[4];
    memset(T->T, 0, sizeof T->T);
    for (int i = 0; i < grid->n; i++) {
        place_at_node(system, i, w);
        const double *term = system->kernel.term + (size_t)i * (size_t)N * (size_t)rank;
        for (int a = 0; a < at->nopen; a++) {
            int c = at->open[a], l = system->channels.component[c].l;
            HP_CALL(hp_coupled_ode_open(0.0, l, system->k2[c], grid->r[i], f, err));
            for (int b = 0; b < at->nopen; b++) {
                double force = cblas_ddot(N, w + (ptrdiff_t)c * N, 1, system->wave + b, N);
                force += cblas_ddot(rank, term + (ptrdiff_t)c * rank, 1,
                                    system->amplitude + (ptrdiff_t)N * N + b, N);
                T->T[a * at->nopen + b] += grid->weight[i] * f[0] * force;
            }
        }
    }
    return HP_OK;
}

/* An open component with l > 0, and no charge there whose function S is another one. */
static bool is_integrated(const hp_coupled_ode_system *system, double energy) {
    const hp_channels *channels = &system->channels;
    int open[HP_MOST_COMPONENTS], nopen = hp_channels_open(channels, energy, open), highest = 0;
    for (int i = 0; i < nopen; i++) {
        int l = channels->component[open[i]].l;
        highest = l > highest ? l : highest;
        if (hp_coupled_ode_charge(system, open[i])->strength != 0.0) return false;
    }
    return highest > 0;
}

/* Amplitudes of the solutions with S_b in one open component each; sign: of the determinant of the
 * conditions, which is that of det(1 - G A), as free columns give the conditions a positive one. */
static hp_status find_amplitudes(hp_coupled_ode_system *system, const hp_coupled_ode_outside *at,
                                 double *sign, hp_error *err) {
    int N = system->ncomponent, columns = system->columns;
    double scale[HP_MOST_COMPONENTS];
    lapack_int *pivot = NULL;
    HP_CALL(hp_coupled_ode_conditions(system, at, scale, err));
    HP_ALLOCATE(pivot, columns);
    memset(system->amplitude, 0, (size_t)columns * (size_t)N * sizeof *system->amplitude);
    for (int b = 0; b < at->nopen; b++)
        system->amplitude[at->open[b] * N + b] = 1.0 / scale[at->open[b]];
    int info = LAPACKE_dgesv(LAPACK_ROW_MAJOR, columns, at->nopen, system->matrix, columns, pivot,
                             system->amplitude, N);
    *sign = info == 0 ? hp_factors_sign(columns, system->matrix, pivot) : 0.0;
    hp_free(pivot);
    HP_REQUIRE(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
               "no standing waves at E = %g (dgesv: %d)", system->energy, info);
    return HP_OK;
}

/* Nothing makes T symmetric but that the equations are solved. */
static hp_status symmetrise(hp_coupled_ode_system *system, hp_tmatrix *T, hp_error *err) {
    int n = T->nopen;
    system->asymmetry = 0.0;
    for (int a = 0; a < n; a++)
        for (int b = 0; b <= a; b++) {
            double *one = &T->T[a * n + b], *other = &T->T[b * n + a];
            double size = sqrt(fabs(T->T[(ptrdiff_t)a * (n + 1)] * T->T[(ptrdiff_t)b * (n + 1)]));
            HP_REQUIRE(isfinite(*one) && isfinite(*other), HP_ERR_NUMERIC,
                       "T at E = %g is not finite", T->energy);
            if (*one != *other)
                system->asymmetry = fmax(system->asymmetry, fabs(*one - *other) / size);
            *one = *other = 0.5 * (*one + *other);
        }
    return HP_OK;
}

hp_status hp_coupled_ode_solve(hp_coupled_ode *solver, double energy, hp_tmatrix *T,
                               hp_error *err) {
    hp_coupled_ode_system *system = solver->system;
    hp_coupled_ode_outside at;
    HP_REQUIRE(system != NULL, HP_ERR_INPUT, "the ODE solver has no interaction yet");
    HP_REQUIRE(isfinite(energy) && energy >= 0.0, HP_ERR_INPUT,
               "a scattering energy must not lie below the lowest threshold, found %g", energy);
    bool integrated = is_integrated(system, energy);
    HP_CALL(hp_coupled_ode_find_outside(system, energy, &at, err));
    HP_CALL(hp_coupled_ode_march(system, energy, integrated, err));
    *T = (hp_tmatrix){.energy = energy, .nopen = at.nopen};
    HP_CALL(find_amplitudes(system, &at, &T->sign, err));
    memcpy(T->open, at.open, sizeof T->open);
    memcpy(T->k2, system->k2, sizeof T->k2);
    for (int a = 0; a < at.nopen; a++)
        for (int b = 0; b < at.nopen; b++)
            T->T[a * at.nopen + b] = matched(system, &at, at.open[a], b);
    if (integrated) HP_CALL(integrate_t(system, &at, T, err));
    return symmetrise(system, T, err);
}

double hp_coupled_ode_asymmetry(const hp_coupled_ode *solver) {
    return solver->system != NULL ? solver->system->asymmetry : 0.0;
}

hp_status hp_coupled_ode_set(hp_coupled_ode *solver, const hp_channels *channels,
                             const hp_matrix_interaction *interaction, hp_error *err) {
    hp_coupled_ode_system *made = NULL;
    HP_REQUIRE(channels->ncomponent == solver->ncomponent, HP_ERR_INPUT,
               "the ODE solver is made for %d components, the channels have %d", solver->ncomponent,
               channels->ncomponent);
    HP_CALL(hp_coupled_ode_system_create(&solver->grid, solver->tolerance, channels, interaction,
                                         &made, err));
    hp_coupled_ode_system_destroy(&solver->system);
    solver->system = made;
    return HP_OK;
}

hp_status hp_coupled_ode_create(const hp_quadrature *grid, int ncomponent, double tolerance,
                                hp_coupled_ode **solver, hp_error *err) {
    hp_status status = HP_OK;
    hp_coupled_ode *made = NULL;
    *solver = NULL;
    HP_CHECK(tolerance >= 1e-14 && tolerance <= 1e-3, HP_ERR_INPUT,
             "the tolerance of the ODE solver must lie between 1e-14 and 1e-3, found %g",
             tolerance);
    HP_CHECK(ncomponent >= 1 && ncomponent <= HP_MOST_COMPONENTS, HP_ERR_INPUT,
             "coupled channels: there must be 1 to %d components, found %d", HP_MOST_COMPONENTS,
             ncomponent);
    HP_NEW(made, 1);
    made->tolerance = tolerance;
    made->ncomponent = ncomponent;
    HP_TRY(hp_quadrature_create_panels(grid->edge, grid->panels, grid->order, &made->grid, err));
    *solver = made;
    made = NULL;
cleanup:
    hp_coupled_ode_destroy(&made);
    return status;
}

void hp_coupled_ode_destroy(hp_coupled_ode **solver) {
    if (solver == NULL || *solver == NULL) return;
    hp_coupled_ode_system_destroy(&(*solver)->system);
    hp_quadrature_destroy(&(*solver)->grid);
    hp_free(*solver);
    *solver = NULL;
}
