// SPDX-License-Identifier: GPL-3.0-or-later
/* The Hamiltonian of the relative motion in the box and its lowest states (docs/method-synth.md):
 *
 *     -(u_{i+1} - 2 u_i + u_{i-1})/(2 mu h^2) + V_i u_i + h sum_j 4 pi r_i r_j U_ij u_j = E u_i
 *
 * with u = 0 at r = 0 and psi = u/r equal at the last radius and the one beyond it. */
#include "synth_parts.h"
#include <math.h>
#include <cblas.h>
#include <lapacke.h>
#include "hadpot/memory.h"

/* Kinetic energy and V. u_{nbox+1} = u_nbox (nbox + 1)/nbox changes the last element only. */
static hp_status fill_local(const hp_synth_setup *setup, double *diagonal, double *beside,
                            hp_error *err) {
    double hopping = 1 / (2 * setup->mu * setup->step * setup->step);
    for (int i = 0; i < setup->nbox; i++) {
        double r_fm = hp_synth_radius_fm(setup, i), V = hp_forms_local(setup->forms, r_fm);
        HP_REQUIRE(isfinite(V), HP_ERR_INPUT, "the potential is %g MeV at r = %g fm", V, r_fm);
        diagonal[i] = 2 * hopping + V / setup->spec->inverse_spacing_mev;
        beside[i] = -hopping;
    }
    diagonal[setup->nbox - 1] -= hopping * (setup->nbox + 1) / setup->nbox;
    return HP_OK;
}

/* h 4 pi r r' U, the lower triangle by columns: the sum over the grid for the integral over r'. */
static hp_status fill_kernel(const hp_synth_setup *setup, double *matrix, hp_error *err) {
    double factor = setup->step * setup->spacing_fm / setup->spec->inverse_spacing_mev;
    for (int j = 0; j < setup->nbox; j++) {
        double rp_fm = hp_synth_radius_fm(setup, j);
        for (int i = j; i < setup->nbox; i++) {
            double r_fm = hp_synth_radius_fm(setup, i);
            double kernel = hp_forms_nonlocal(setup->forms, r_fm, rp_fm);
            HP_REQUIRE(isfinite(kernel), HP_ERR_INPUT,
                       "the non-local potential is not finite at r = %g fm, r' = %g fm", r_fm,
                       rp_fm);
            matrix[(ptrdiff_t)j * setup->nbox + i] = factor * kernel;
        }
    }
    return HP_OK;
}

static hp_status check_found(const hp_synth_states *states, lapack_int info, lapack_int found,
                             hp_error *err) {
    HP_REQUIRE(info == 0 && found == states->count, HP_ERR_NUMERIC,
               "%d of %d eigenstates in the box were found (LAPACK: %d)", (int)found, states->count,
               (int)info);
    return HP_OK;
}

static hp_status solve_dense(const hp_synth_setup *setup, hp_synth_states *states,
                             const double *diagonal, const double *beside, hp_error *err) {
    hp_status status = HP_OK;
    double *matrix = NULL;
    lapack_int *support = NULL, found = 0;
    int n = states->nbox;
    HP_NEW(matrix, (size_t)n * (size_t)n);
    HP_NEW(support, 2 * (size_t)n);
    HP_TRY(fill_kernel(setup, matrix, err));
    for (int i = 0; i < n; i++) matrix[(ptrdiff_t)i * n + i] += diagonal[i];
    for (int i = 0; i < n - 1; i++) matrix[(ptrdiff_t)i * n + i + 1] += beside[i];
    lapack_int info =
        LAPACKE_dsyevr(LAPACK_COL_MAJOR, 'V', 'I', 'L', n, matrix, n, 0, 0, 1, states->count, 0,
                       &found, states->energy, states->u, n, support);
    HP_TRY(check_found(states, info, found, err));
cleanup:
    hp_free(matrix);
    hp_free(support);
    return status;
}

static hp_status solve_tridiagonal(hp_synth_states *states, double *diagonal, double *beside,
                                   hp_error *err) {
    hp_status status = HP_OK;
    lapack_int *support = NULL, found = 0;
    HP_NEW(support, 2 * (size_t)states->nbox);
    lapack_int info =
        LAPACKE_dstevr(LAPACK_COL_MAJOR, 'V', 'I', states->nbox, diagonal, beside, 0, 0, 1,
                       states->count, 0, &found, states->energy, states->u, states->nbox, support);
    HP_TRY(check_found(states, info, found, err));
cleanup:
    hp_free(support);
    return status;
}

hp_status hp_synth_diagonalise(const hp_synth_setup *setup, hp_synth_states *states,
                               hp_error *err) {
    hp_status status = HP_OK;
    double *diagonal = NULL, *beside = NULL;
    if (setup->cubic) return hp_synth_diagonalise_cubic(setup, states, err);
    HP_NEW(diagonal, states->nbox);
    HP_NEW(beside, states->nbox);
    HP_TRY(fill_local(setup, diagonal, beside, err));
    if (hp_forms_has_nonlocal(setup->forms))
        HP_TRY(solve_dense(setup, states, diagonal, beside, err));
    else
        HP_TRY(solve_tridiagonal(states, diagonal, beside, err));
    for (int n = 0; n < states->count; n++)
        cblas_dscal(states->nbox, 1 / sqrt(setup->step), states->u + (ptrdiff_t)n * states->nbox,
                    1);
cleanup:
    hp_free(diagonal);
    hp_free(beside);
    return status;
}
