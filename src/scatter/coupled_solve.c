// SPDX-License-Identifier: GPL-3.0-or-later
/* T and the standing waves at one energy. */
#include <math.h>
#include <string.h>
#include <cblas.h>
#include "coupled_private.h"
#include "hadpot/riccati.h"
#include "hadpot/stop.h"

/* One column per open component a: S_a in its rows. */
hp_status hp_coupled_solve_columns(hp_coupled *solver, const hp_tmatrix *T, hp_error *err) {
    size_t n = (size_t)solver->grid.n, size = (size_t)solver->size;
    memset(solver->u, 0, (size_t)T->nopen * size * sizeof *solver->u);
    for (int b = 0; b < T->nopen; b++) {
        size_t c = (size_t)T->open[b];
        memcpy(solver->u + (size_t)b * size + c * n, solver->pair + 2 * c * n,
               n * sizeof *solver->u);
    }
    int info = LAPACKE_dgetrs_work(LAPACK_COL_MAJOR, 'T', solver->size, T->nopen, solver->matrix,
                                   solver->size, solver->pivot, solver->u, solver->size);
    HP_REQUIRE(info == 0, HP_ERR_LIBRARY, "dgetrs: argument %d is wrong", -info);
    return HP_OK;
}

/* T_ab = int S_a (A u^b)_a, symmetric up to rounding. */
hp_status hp_coupled_fill_t(const hp_coupled *solver, hp_tmatrix *T, hp_error *err) {
    int m = T->nopen, size = solver->size;
    double all[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    for (int a = 0; a < m; a++)
        for (int b = 0; b < m; b++) {
            double *t = &all[a * m + b];
            *t = cblas_ddot(size, solver->bra + (ptrdiff_t)T->open[a] * size, 1,
                            solver->u + (ptrdiff_t)b * size, 1);
            HP_REQUIRE(isfinite(*t), HP_ERR_NUMERIC,
                       "the scattering solution at E = %g is not finite", T->energy);
        }
    for (int a = 0; a < m; a++)
        for (int b = 0; b < m; b++) T->T[a * m + b] = 0.5 * (all[a * m + b] + all[b * m + a]);
    return HP_OK;
}

/* G of l > 0 has a few eigenvalues of the wrong sign next to the origin, where C is steep: T does
 * not feel them, but the sign of det M may. With S and C of l = 0 and the barrier in A there are
 * none; u = S - C T of these becomes S_l p + C_l q at the end of the range. */
hp_status hp_coupled_fill_sign(hp_coupled *solver, hp_tmatrix *T, hp_error *err) {
    double p[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS], inverse[sizeof p / sizeof *p], sign;
    int m = T->nopen;
    HP_CALL(hp_coupled_form(solver, err));
    HP_CALL(hp_coupled_factorise(solver, err));
    HP_CALL(hp_coupled_solve_columns(solver, T, err));
    HP_CALL(hp_coupled_fill_t(solver, T, err));
    for (int a = 0; a < m; a++) {
        int c = T->open[a];
        double free[4], f[4], match[4];
        hp_riccati(0, T->k2[c], solver->grid.range, free);
        hp_riccati(solver->channels.component[c].l, T->k2[c], solver->grid.range, f);
        hp_coupled_match(free, f, match);
        for (int b = 0; b < m; b++)
            p[a * m + b] = (a == b ? match[0] : 0.0) - match[2] * T->T[a * m + b];
    }
    HP_CALL(hp_coupled_invert_transposed(m, p, inverse, &sign, err));
    T->sign = sign * hp_coupled_sign(solver);
    return HP_OK;
}

/* A tail of a closed component with nodes: the sign of its value at the end of the range is not
 * known. */
static bool has_coulomb_states(const hp_coupled *solver, const hp_tmatrix *T) {
    for (int c = 0; c < solver->ncomponent; c++) {
        hp_component of = solver->channels.component[c];
        double strength = solver->channels.coulomb[of.pair].strength;
        if (T->k2[c] < 0.0 && sqrt(-T->k2[c]) * (of.l + 1) < -0.5 * strength) return true;
    }
    return false;
}

hp_status hp_coupled_solve_lu(hp_coupled *solver, double energy, hp_tmatrix *T, hp_error *err) {
    HP_REQUIRE(solver->version > 0, HP_ERR_INPUT, "coupled components without an interaction");
    HP_REQUIRE(isfinite(energy) && energy >= 0.0, HP_ERR_INPUT,
               "scattering needs an energy above the lowest threshold, found %g", energy);
    HP_CALL(hp_coupled_fill_green(solver, energy, T, err));
    if (hp_coupled_fill_s_waves(solver, T)) {
        hp_tmatrix same;
        HP_CALL(hp_coupled_fill_sign(solver, T, err));
        HP_CALL(hp_coupled_fill_green(solver, energy, &same, err));
    }
    HP_CALL(hp_coupled_form(solver, err));
    HP_CALL(hp_coupled_factorise(solver, err));
    if (T->sign == 0.0) T->sign = hp_coupled_sign(solver);
    HP_CALL(hp_coupled_solve_columns(solver, T, err));
    if (has_coulomb_states(solver, T)) T->sign = 0.0;
    return hp_coupled_fill_t(solver, T, err);
}

hp_status hp_coupled_solve(hp_coupled *solver, double energy, hp_tmatrix *T, double *wave,
                           hp_error *err) {
    hp_error trouble = HP_ERROR_INIT;
    hp_status status = HP_ERR_NUMERIC;
    HP_CALL(hp_stop_check(err));
    if (solver->reduced != NULL)
        status = hp_coupled_solve_reduced(solver, energy, T, wave, &trouble);
    if (status == HP_ERR_NUMERIC) {
        HP_CALL(hp_coupled_solve_lu(solver, energy, T, err));
        if (wave != NULL)
            memcpy(wave, solver->u, (size_t)T->nopen * (size_t)solver->size * sizeof *wave);
    } else if (status != HP_OK) {
        if (err != NULL) *err = trouble;
        return status;
    }
    if (has_coulomb_states(solver, T)) T->sign = 0.0;
    return hp_coupled_charge(solver, T, wave, err);
}
