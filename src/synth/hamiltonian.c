// SPDX-License-Identifier: GPL-3.0-or-later
/* The Hamiltonian of the relative motion in the box and its lowest states (docs/method-synth.md):
 *
 *     -(u_{i+1} - 2 u_i + u_{i-1})/(2 mu h^2) + V_i u_i + h sum_j 4 pi r_i r_j U_ij u_j = E u_i
 *
 * with u = 0 at r = 0 and psi = u/r equal at the last radius and the one beyond it, and p^2 V2 + V2
 * p^2 with the same p^2; or that of the A1 states of V in the periodic box (docs/method-box.md). */
#include "synth_parts.h"
#include <math.h>
#include <cblas.h>
#include <lapacke.h>
#include "hadpot/box.h"
#include "hadpot/lapack_status.h"
#include "hadpot/memory.h"

/* Kinetic energy, V and p^2 V2 + V2 p^2, which is tridiagonal as p^2 is: p_ij (V2_i + V2_j).
 * u_{n+1} = u_n (n + 1)/n at the end changes the last element only. M = 1 + 4 mu V2. */
static hp_status fill_local(const hp_synth_setup *setup, double *diagonal, double *beside,
                            hp_error *err) {
    int n = setup->geometry.npoint;
    double hopping = 1 / (2 * setup->mu * setup->step * setup->step), last = 0;
    for (int i = 0; i < n; i++) {
        double r_fm = hp_synth_radius_fm(setup, i), V = hp_forms_local(setup->forms, r_fm);
        HP_REQUIRE(isfinite(V), HP_ERR_INPUT, "the potential is %g MeV at r = %g fm", V, r_fm);
        double M = hp_forms_mass(setup->forms, r_fm, NULL);
        diagonal[i] = 2 * hopping * M + V / setup->job->inverse_spacing_mev;
        beside[i] = -hopping;
        if (i > 0) beside[i - 1] *= (last + M) / 2;
        last = M;
    }
    diagonal[n - 1] -= hopping * (n + 1) / n * last;
    return HP_OK;
}

/* The lower triangle by columns: h 4 pi r r' U, the sum over the grid for the integral over r', and
 * what is local. */
static hp_status fill_matrix(const hp_synth_setup *setup, const double *diagonal,
                             const double *beside, double *matrix, hp_error *err) {
    int n = setup->geometry.npoint;
    double factor = setup->step * setup->spacing_fm / setup->job->inverse_spacing_mev;
    for (int j = 0; j < n; j++) {
        double rp_fm = hp_synth_radius_fm(setup, j), *column = matrix + (ptrdiff_t)j * n;
        for (int i = j; i < n; i++) {
            double r_fm = hp_synth_radius_fm(setup, i);
            double kernel = hp_forms_nonlocal(setup->forms, r_fm, rp_fm);
            HP_REQUIRE(isfinite(kernel), HP_ERR_INPUT,
                       "the non-local potential is not finite at r = %g fm, r' = %g fm", r_fm,
                       rp_fm);
            column[i] = factor * kernel;
        }
        column[j] += diagonal[j];
        if (j + 1 < n) column[j + 1] += beside[j];
    }
    return HP_OK;
}

static hp_status diagonalise_radial(const hp_synth_setup *setup, hp_synth_states *states,
                                    hp_error *err) {
    hp_status status = HP_OK;
    int n = states->nbox, count = states->count;
    double *diagonal = NULL, *beside = NULL, *matrix = NULL;
    lapack_int info, *support = NULL, found = 0;
    HP_NEW(diagonal, n);
    HP_NEW(beside, n);
    HP_NEW(support, 2 * (size_t)n);
    HP_TRY(fill_local(setup, diagonal, beside, err));
    if (hp_forms_has_nonlocal(setup->forms)) {
        HP_NEW(matrix, (size_t)n * (size_t)n);
        HP_TRY(fill_matrix(setup, diagonal, beside, matrix, err));
        info = LAPACKE_dsyevr(LAPACK_COL_MAJOR, 'V', 'I', 'L', n, matrix, n, 0, 0, 1, count, 0,
                              &found, states->energy, states->u, n, support);
    } else {
        info = LAPACKE_dstevr(LAPACK_COL_MAJOR, 'V', 'I', n, diagonal, beside, 0, 0, 1, count, 0,
                              &found, states->energy, states->u, n, support);
    }
    HP_CHECK(info == 0 && found == count, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
             "%d of %d eigenstates in the box were found (LAPACK: %d)", (int)found, count,
             (int)info);
    for (int s = 0; s < count; s++)
        cblas_dscal(n, 1 / sqrt(setup->step), states->u + (ptrdiff_t)s * n, 1);
cleanup:
    hp_free(diagonal);
    hp_free(beside);
    hp_free(matrix);
    hp_free(support);
    return status;
}

static hp_status diagonalise_cubic(const hp_synth_setup *setup, hp_synth_states *states,
                                   hp_error *err) {
    hp_status status = HP_OK;
    hp_box *box = NULL;
    double *V = NULL; /* at the orbits */
    HP_NEW(V, setup->npoint);
    for (int i = 0; i < setup->npoint; i++) {
        double r_fm = hp_synth_point_fm(setup, i);
        V[i] = hp_forms_local(setup->forms, r_fm) / setup->job->inverse_spacing_mev;
        HP_CHECK(isfinite(V[i]), HP_ERR_INPUT, "the potential is not finite at r = %g fm", r_fm);
    }
    HP_TRY(hp_box_create(&setup->geometry, setup->mu, states->count, &box, err));
    HP_TRY(hp_box_states(box, V, NULL, 0, states->energy, states->u, err));
cleanup:
    hp_box_destroy(&box);
    hp_free(V);
    return status;
}

hp_status hp_synth_diagonalise(const hp_synth_setup *setup, hp_synth_states *states,
                               hp_error *err) {
    return setup->cubic ? diagonalise_cubic(setup, states, err)
                        : diagonalise_radial(setup, states, err);
}
