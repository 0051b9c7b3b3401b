// SPDX-License-Identifier: GPL-3.0-or-later
#include "tangent.h"

#include <cblas.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"

/* Part of the largest |A_r|^2 that may be left out of the span. Rounding of K, eps, over this part
 * is how far the last column of Q is from orthonormal; its root, 1e-6, what A loses. */
static const double NEGLIGIBLE = 1e-12;

static hp_status factorise_kernel(hp_tangent *tangent, hp_error *err);
static void gather_factor(hp_tangent *tangent);

hp_status hp_tangent_create(const hp_loss *loss, size_t start, bool last_constant,
                            hp_tangent *tangent, hp_error *err) {
    hp_status status = HP_OK;
    size_t n = (size_t)loss->n, nparam = tangent->mlp.nparam, nlayer = (size_t)tangent->mlp.nlayer;
    tangent->n = loss->n;
    tangent->start = start;
    tangent->last_constant = last_constant;
    HP_TRY(hp_mlp_workspace_create(&tangent->mlp, loss->n, &tangent->work, err));
    HP_NEW(tangent->block, 2 * nparam + 2 * n + nlayer + 2 * HP_KERNEL_ROWS * n + 2 * n * n);
    tangent->param = tangent->block;
    tangent->direction = tangent->param + nparam;
    tangent->factor = tangent->direction + nparam;
    tangent->variance = tangent->factor + n;
    tangent->d_out = tangent->variance + nlayer;
    tangent->product = tangent->d_out + n;
    tangent->gram = tangent->product + 2 * HP_KERNEL_ROWS * n;
    tangent->L = tangent->gram + n * n;
    HP_NEW(tangent->pivot, n);
    for (size_t r = 0; r < n; r++)
        tangent->factor[r] = start == loss->model->v_start ? loss->grid.local_envelope[r] : 1.0;
cleanup:
    return status;
}

void hp_tangent_destroy(hp_tangent *tangent) {
    hp_mlp_destroy(&tangent->mlp);
    hp_mlp_workspace_destroy(&tangent->work);
    hp_free(tangent->block);
    hp_free(tangent->pivot);
    memset(tangent, 0, sizeof *tangent);
}

hp_status hp_tangent_factorise(hp_tangent *tangent, const hp_loss *loss, const double *param,
                               hp_error *err) {
    hp_status status = HP_OK;
    const hp_mlp *mlp = &tangent->mlp;
    const double *deviation = loss->deviation + tangent->start;
    memcpy(tangent->param, param + tangent->start, mlp->nparam * sizeof *param);
    for (int l = 0; l < mlp->nlayer; l++) { /* all weights of a layer have the same */
        tangent->variance[l] = *deviation * *deviation;
        deviation += (size_t)mlp->width[l + 1] * ((size_t)mlp->width[l] + 1);
    }
    hp_mlp_kernel_work kernel = {tangent->variance, tangent->last_constant, tangent->product};
    hp_mlp_forward(mlp, tangent->param, loss->grid.x, tangent->n, &tangent->work);
    hp_mlp_kernel(mlp, tangent->param, loss->grid.x, tangent->n, tangent->factor, &tangent->work,
                  &kernel, tangent->gram);
    HP_TRY(factorise_kernel(tangent, err));
    gather_factor(tangent);
cleanup:
    return status;
}

void hp_tangent_expand(hp_tangent *tangent, const hp_loss *loss, const double *u, double *step) {
    const hp_mlp *mlp = &tangent->mlp;
    const double *deviation = loss->deviation + tangent->start;
    double *y = tangent->direction; /* room enough: rank <= nparam */
    memcpy(y, u, (size_t)tangent->rank * sizeof *u);
    cblas_dtrsv(CblasRowMajor, CblasLower, CblasTrans, CblasNonUnit, tangent->rank, tangent->gram,
                tangent->n, y, 1);
    memset(tangent->d_out, 0, (size_t)tangent->n * sizeof *tangent->d_out);
    for (int k = 0; k < tangent->rank; k++) {
        int r = tangent->pivot[k] - 1;
        tangent->d_out[r] = tangent->factor[r] * y[k];
    }
    memset(step, 0, mlp->nparam * sizeof *step);
    hp_mlp_backward(mlp, tangent->param, loss->grid.x, tangent->n, tangent->d_out, &tangent->work,
                    step, NULL);
    for (size_t i = 0; i < mlp->nparam; i++) step[i] *= deviation[i];
}

void hp_tangent_project(hp_tangent *tangent, const hp_loss *loss, const double *theta_hat,
                        double *q) {
    const hp_mlp *mlp = &tangent->mlp;
    const double *deviation = loss->deviation + tangent->start;
    for (size_t i = 0; i < mlp->nparam; i++) tangent->direction[i] = deviation[i] * theta_hat[i];
    if (!tangent->last_constant) tangent->direction[mlp->nparam - 1] = 0.0;
    const double *d_a = hp_mlp_directional(mlp, tangent->param, tangent->direction, loss->grid.x,
                                           tangent->n, &tangent->work);
    for (int k = 0; k < tangent->rank; k++) {
        int r = tangent->pivot[k] - 1;
        q[k] = tangent->factor[r] * d_a[r];
    }
    cblas_dtrsv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, tangent->rank, tangent->gram,
                tangent->n, q, 1);
}

/* The row-major lower triangle is the upper one of LAPACK, K = U^T U and U^T = L. */
static hp_status factorise_kernel(hp_tangent *tangent, hp_error *err) {
    hp_status status = HP_OK;
    int n = tangent->n, nparam = (int)tangent->mlp.nparam;
    double trace = 0.0, largest = 0.0;
    for (size_t i = 0; i < (size_t)n; i++) {
        trace += tangent->gram[i * ((size_t)n + 1)];
        largest = fmax(largest, tangent->gram[i * ((size_t)n + 1)]);
    }
    HP_CHECK(isfinite(trace), HP_ERR_NUMERIC, "the derivatives of a network are not finite");
    lapack_int rank = 0;
    lapack_int info =
        LAPACKE_dpstrf_work(LAPACK_COL_MAJOR, 'U', n, tangent->gram, n, tangent->pivot, &rank,
                            NEGLIGIBLE * largest, tangent->product);
    HP_CHECK(info >= 0, HP_ERR_LIBRARY, "LAPACK dpstrf failed with code %d", (int)info);
    if (rank < 1) rank = 1; /* be it zero, so that no matrix is empty */
    tangent->rank = (int)rank < nparam ? (int)rank : nparam;
cleanup:
    return status;
}

/* L in the order of the radii. */
static void gather_factor(hp_tangent *tangent) {
    size_t n = (size_t)tangent->n, rank = (size_t)tangent->rank;
    for (size_t i = 0; i < n; i++) {
        double *to = tangent->L + (size_t)(tangent->pivot[i] - 1) * rank;
        size_t count = i + 1 < rank ? i + 1 : rank;
        memcpy(to, tangent->gram + i * n, count * sizeof *to);
        memset(to + count, 0, (rank - count) * sizeof *to);
    }
}
