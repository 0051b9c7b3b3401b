// SPDX-License-Identifier: GPL-3.0-or-later
#include "tangent.h"
#include <cblas.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"

/* Part of the largest |A_r|^2 that may be left out of the span. Rounding of K, eps, over this part
 * is how far the last column of Q is from orthonormal; its root, 1e-6, what A loses. */
static const double NEGLIGIBLE = 1e-12;

hp_status hp_tangent_create(const hp_loss *loss, size_t start, bool last_constant,
                            hp_tangent *tangent, hp_error *err) {
    size_t n = (size_t)loss->n, nparam = tangent->mlp.nparam;
    tangent->n = loss->n;
    tangent->start = start;
    HP_CALL(hp_mlp_workspace_create(&tangent->mlp, loss->n, &tangent->work, err));
    HP_CALL(hp_mlp_kernel_create(&tangent->mlp, loss->n, last_constant, &tangent->kernel, err));
    HP_CALL(hp_alloc_parts(&tangent->block,
                           HP_PARTS({&tangent->param, nparam}, {&tangent->direction, nparam},
                                    {&tangent->factor, n}, {&tangent->d_out, n},
                                    {&tangent->rest, n}, {&tangent->columns, n * n},
                                    {&tangent->L, n * n}, {&tangent->L_pivot, n * n}),
                           err));
    HP_ALLOCATE(tangent->pivot, n);
    for (size_t r = 0; r < n; r++)
        tangent->factor[r] = start == loss->model->v_start ? loss->grid.local_envelope[r] : 1.0;
    return HP_OK;
}

void hp_tangent_destroy(hp_tangent *tangent) {
    hp_mlp_destroy(&tangent->mlp);
    hp_mlp_workspace_destroy(&tangent->work);
    hp_mlp_kernel_destroy(&tangent->kernel);
    hp_free(tangent->block);
    hp_free(tangent->pivot);
    memset(tangent, 0, sizeof *tangent);
}

static void add_column(hp_tangent *tangent, const double *x, int pivot) {
    int n = tangent->n, rank = tangent->rank;
    double *restrict column = tangent->columns + (size_t)rank * (size_t)n;
    double *restrict rest = tangent->rest, *at_pivot = tangent->d_out, root = sqrt(rest[pivot]);
    hp_mlp_kernel_row(&tangent->kernel, x, &tangent->work, pivot, column);
    for (int k = 0; k < rank; k++)
        at_pivot[k] = tangent->columns[(size_t)k * (size_t)n + (size_t)pivot];
    cblas_dgemv(CblasRowMajor, CblasTrans, rank, n, -1.0, tangent->columns, n, at_pivot, 1, 1.0,
                column, 1);
    for (int r = 0; r < n; r++) {
        column[r] /= root;
        rest[r] -= column[r] * column[r];
    }
    for (int k = 0; k < rank; k++)
        column[tangent->pivot[k]] = 0.0; /* rounding: L_p is triangular */
    column[pivot] = root;
    rest[pivot] = 0.0;
    tangent->pivot[rank] = pivot;
}

/* Pivoted Cholesky until what is left is negligible. */
static hp_status factorise_kernel(hp_tangent *tangent, const double *x, hp_error *err) {
    int n = tangent->n, most = tangent->mlp.nparam < (size_t)n ? (int)tangent->mlp.nparam : n;
    double *rest = tangent->rest, trace = 0.0, least = 0.0;
    hp_mlp_kernel_diagonal(&tangent->kernel, x, &tangent->work, rest);
    for (int r = 0; r < n; r++) trace += rest[r];
    HP_REQUIRE(isfinite(trace), HP_ERR_NUMERIC, "the derivatives of a network are not finite");
    for (tangent->rank = 0; tangent->rank < most; tangent->rank++) {
        int pivot = 0;
        for (int r = 1; r < n; r++)
            if (rest[r] > rest[pivot]) pivot = r;
        if (tangent->rank == 0) least = NEGLIGIBLE * rest[pivot];
        if (!(rest[pivot] > least)) break;
        add_column(tangent, x, pivot);
    }
    if (tangent->rank == 0) { /* a column of zeros, so that no matrix is empty */
        memset(tangent->columns, 0, (size_t)n * sizeof *tangent->columns);
        tangent->pivot[0] = 0;
        tangent->rank = 1;
    }
    return HP_OK;
}

hp_status hp_tangent_factorise(hp_tangent *tangent, const hp_loss *loss, const double *param,
                               hp_error *err) {
    const hp_mlp *mlp = &tangent->mlp;
    const double *deviation = loss->deviation + tangent->start;
    memcpy(tangent->param, param + tangent->start, mlp->nparam * sizeof *param);
    for (int l = 0; l < mlp->nlayer; l++) { /* all weights of a layer have the same */
        tangent->kernel.variance[l] = *deviation * *deviation;
        deviation += (size_t)mlp->width[l + 1] * ((size_t)mlp->width[l] + 1);
    }
    hp_mlp_forward(mlp, tangent->param, loss->grid.x, tangent->n, &tangent->work);
    hp_mlp_kernel_set(&tangent->kernel, tangent->param, tangent->factor, &tangent->work);
    HP_CALL(factorise_kernel(tangent, loss->grid.x, err));
    size_t n = (size_t)tangent->n, rank = (size_t)tangent->rank;
    for (size_t k = 0; k < rank; k++)
        for (size_t r = 0; r < n; r++) tangent->L[r * rank + k] = tangent->columns[k * n + r];
    for (size_t i = 0; i < rank; i++)
        memcpy(tangent->L_pivot + i * rank, tangent->L + (size_t)tangent->pivot[i] * rank,
               rank * sizeof *tangent->L);
    if (tangent->L_pivot[0] == 0.0) tangent->L_pivot[0] = 1.0; /* no derivatives: L stays 0 */
    return HP_OK;
}

void hp_tangent_expand(hp_tangent *tangent, const hp_loss *loss, const double *u, double *step) {
    const hp_mlp *mlp = &tangent->mlp;
    const double *deviation = loss->deviation + tangent->start;
    double *y = tangent->direction; /* room enough: rank <= nparam */
    memcpy(y, u, (size_t)tangent->rank * sizeof *u);
    cblas_dtrsv(CblasRowMajor, CblasLower, CblasTrans, CblasNonUnit, tangent->rank,
                tangent->L_pivot, tangent->rank, y, 1);
    memset(tangent->d_out, 0, (size_t)tangent->n * sizeof *tangent->d_out);
    for (int k = 0; k < tangent->rank; k++) {
        int r = tangent->pivot[k];
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
    if (!tangent->kernel.last_constant) tangent->direction[mlp->nparam - 1] = 0.0;
    const double *d_a = hp_mlp_directional(mlp, tangent->param, tangent->direction, loss->grid.x,
                                           tangent->n, &tangent->work);
    for (int k = 0; k < tangent->rank; k++) {
        int r = tangent->pivot[k];
        q[k] = tangent->factor[r] * d_a[r];
    }
    cblas_dtrsv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, tangent->rank,
                tangent->L_pivot, tangent->rank, q, 1);
}
