// SPDX-License-Identifier: GPL-3.0-or-later
#include "tangent.h"
#include <cblas.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/stop.h"

/* Part of the largest |A_r|^2 that may be left out of the span. Rounding of K, eps, over this part
 * is how far the last column of Q is from orthonormal; its root, 1e-6, what A loses. */
static const double NEGLIGIBLE = 1e-12;

/* Parameters of the last layer, and of all before it. */
static size_t head_of(const hp_mlp *mlp) {
    int last = mlp->nlayer - 1;
    return (size_t)mlp->width[last + 1] * ((size_t)mlp->width[last] + 1);
}

static size_t stem_of(const hp_mlp *mlp) {
    return mlp->nparam - head_of(mlp);
}

static hp_status create_networks(hp_tangent *tangent, hp_error *err) {
    HP_ALLOCATE(tangent->work, tangent->nnetwork);
    HP_ALLOCATE(tangent->kernel, tangent->nfunction);
    for (int s = 0; s < tangent->nnetwork; s++)
        HP_CALL(hp_mlp_workspace_create(&tangent->mlp, tangent->n, &tangent->work[s], err));
    for (int f = 0; f < tangent->nfunction; f++)
        HP_CALL(hp_mlp_kernel_create(&tangent->mlp, tangent->n, tangent->last_constant,
                                     &tangent->kernel[f], err));
    return HP_OK;
}

static hp_status create_arrays(const hp_tangent_spec *spec, hp_tangent *tangent, hp_error *err) {
    size_t n = (size_t)spec->n, functions = (size_t)spec->nfunction, most = (size_t)tangent->most;
    size_t networks = (size_t)spec->nnetwork, nparam = tangent->mlp.nparam, rows = functions * n;
    HP_CALL(hp_alloc_parts(&tangent->block,
                           HP_PARTS({&tangent->param, networks * nparam},
                                    {&tangent->direction, nparam}, {&tangent->factor, rows},
                                    {&tangent->d_out, n * (size_t)tangent->outputs},
                                    {&tangent->at_pivot, most}, {&tangent->rest, rows}),
                           err));
    HP_ALLOCATE_UNSET(tangent->columns, most * rows); /* of these the part that K needs is used */
    HP_ALLOCATE_UNSET(tangent->L, rows * most);
    HP_ALLOCATE_UNSET(tangent->L_pivot, most * most);
    HP_ALLOCATE(tangent->pivot, most);
    HP_ALLOCATE(tangent->network, 2 * functions);
    HP_ALLOCATE(tangent->start, networks + 1);
    tangent->output = tangent->network + functions;
    memcpy(tangent->network, spec->network, functions * sizeof *spec->network);
    memcpy(tangent->output, spec->output, functions * sizeof *spec->output);
    memcpy(tangent->start, spec->start, (networks + 1) * sizeof *spec->start);
    for (size_t f = 0; f < functions; f++)
        for (size_t r = 0; r < n; r++)
            tangent->factor[f * n + r] = spec->factor[f] != NULL ? spec->factor[f][r] : 1.0;
    return HP_OK;
}

hp_status hp_tangent_create(const hp_tangent_spec *spec, hp_tangent *tangent, hp_error *err) {
    int rows = spec->nfunction * spec->n;
    tangent->n = spec->n;
    tangent->nfunction = spec->nfunction;
    tangent->nnetwork = spec->nnetwork;
    tangent->outputs = tangent->mlp.width[tangent->mlp.nlayer];
    tangent->most = spec->most < rows ? spec->most : rows;
    tangent->last_constant = spec->last_constant;
    tangent->x = spec->x;
    tangent->deviation = spec->deviation;
    HP_CALL(create_arrays(spec, tangent, err));
    return create_networks(tangent, err);
}

void hp_tangent_destroy(hp_tangent *tangent) {
    for (int s = 0; tangent->work != NULL && s < tangent->nnetwork; s++)
        hp_mlp_workspace_destroy(&tangent->work[s]);
    for (int f = 0; tangent->kernel != NULL && f < tangent->nfunction; f++)
        hp_mlp_kernel_destroy(&tangent->kernel[f]);
    hp_mlp_destroy(&tangent->mlp);
    hp_free(tangent->work);
    hp_free(tangent->kernel);
    hp_free(tangent->network);
    hp_free(tangent->start);
    hp_free(tangent->block);
    hp_free(tangent->columns);
    hp_free(tangent->L);
    hp_free(tangent->L_pivot);
    hp_free(tangent->pivot);
    memset(tangent, 0, sizeof *tangent);
}

static hp_mlp_rows rows_of(const hp_tangent *tangent, int function) {
    return (hp_mlp_rows){&tangent->kernel[function], tangent->x,
                         &tangent->work[tangent->network[function]]};
}

/* Row `pivot` of K, over all functions. */
static void fill_row(const hp_tangent *tangent, int pivot, double *values) {
    int n = tangent->n, function = pivot / n, last = tangent->mlp.nlayer - 1;
    hp_mlp_rows with = rows_of(tangent, function);
    for (int f = 0; f < tangent->nfunction; f++, values += n) {
        hp_mlp_rows of = rows_of(tangent, f);
        bool same = tangent->network[f] == tangent->network[function];
        hp_mlp_kernel_between(&of, &with, pivot % n, same ? 0 : last, values);
    }
}

static void add_column(hp_tangent *tangent, int pivot) {
    int n = tangent->nfunction * tangent->n, rank = tangent->rank;
    double *restrict column = tangent->columns + (size_t)rank * (size_t)n;
    double *restrict rest = tangent->rest, *at_pivot = tangent->at_pivot, root = sqrt(rest[pivot]);
    fill_row(tangent, pivot, column);
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
static hp_status factorise_kernel(hp_tangent *tangent, hp_error *err) {
    int n = tangent->nfunction * tangent->n, most = tangent->most;
    double *rest = tangent->rest, trace = 0.0, least = 0.0;
    for (int f = 0; f < tangent->nfunction; f++)
        hp_mlp_kernel_diagonal(&tangent->kernel[f], tangent->x, &tangent->work[tangent->network[f]],
                               rest + (size_t)f * (size_t)tangent->n);
    for (int r = 0; r < n; r++) trace += rest[r];
    HP_REQUIRE(isfinite(trace), HP_ERR_NUMERIC, "the derivatives of a network are not finite");
    for (tangent->rank = 0; tangent->rank < most; tangent->rank++) {
        int pivot = 0;
        HP_CALL(hp_stop_check(err)); /* who waits for this rank is served, too */
        for (int r = 1; r < n; r++)
            if (rest[r] > rest[pivot]) pivot = r;
        if (tangent->rank == 0) least = NEGLIGIBLE * rest[pivot];
        if (!(rest[pivot] > least)) break;
        add_column(tangent, pivot);
    }
    if (tangent->rank == 0) { /* a column of zeros, so that no matrix is empty */
        memset(tangent->columns, 0, (size_t)n * sizeof *tangent->columns);
        tangent->pivot[0] = 0;
        tangent->rank = 1;
    }
    return HP_OK;
}

/* The parameters of network s, those of the last layer after the others. */
static void gather(const hp_tangent *tangent, const double *from, int s, double *to) {
    size_t stem = stem_of(&tangent->mlp), head = head_of(&tangent->mlp);
    memcpy(to, from + tangent->start[s], stem * sizeof *to);
    memcpy(to + stem, from + tangent->start[tangent->nnetwork], head * sizeof *to);
}

/* Layers of all networks, and d_z of all functions. */
static void evaluate(hp_tangent *tangent, const double *param) {
    const hp_mlp *mlp = &tangent->mlp;
    int n = tangent->n, outputs = tangent->outputs;
    for (int s = 0; s < tangent->nnetwork; s++) {
        double *own = tangent->param + (size_t)s * mlp->nparam;
        gather(tangent, param, s, own);
        hp_mlp_forward(mlp, own, tangent->x, n, &tangent->work[s]);
    }
    gather(tangent, tangent->deviation, 0, tangent->direction);
    for (int f = 0; f < tangent->nfunction; f++) {
        const double *deviation = tangent->direction; /* all weights of a layer have the same */
        int s = tangent->network[f];
        for (int l = 0; l < mlp->nlayer; l++) {
            tangent->kernel[f].variance[l] = *deviation * *deviation;
            deviation += (size_t)mlp->width[l + 1] * ((size_t)mlp->width[l] + 1);
        }
        memset(tangent->d_out, 0, (size_t)n * (size_t)outputs * sizeof *tangent->d_out);
        for (int r = 0; r < n; r++)
            tangent->d_out[r * outputs + tangent->output[f]] = tangent->factor[f * n + r];
        hp_mlp_kernel_set(&tangent->kernel[f], tangent->param + (size_t)s * mlp->nparam,
                          tangent->d_out, &tangent->work[s]);
    }
}

hp_status hp_tangent_factorise(hp_tangent *tangent, const double *param, hp_error *err) {
    evaluate(tangent, param);
    HP_CALL(factorise_kernel(tangent, err));
    size_t n = (size_t)tangent->nfunction * (size_t)tangent->n, rank = (size_t)tangent->rank;
    for (size_t k = 0; k < rank; k++)
        for (size_t r = 0; r < n; r++) tangent->L[r * rank + k] = tangent->columns[k * n + r];
    for (size_t i = 0; i < rank; i++)
        memcpy(tangent->L_pivot + i * rank, tangent->L + (size_t)tangent->pivot[i] * rank,
               rank * sizeof *tangent->L);
    if (tangent->L_pivot[0] == 0.0) tangent->L_pivot[0] = 1.0; /* no derivatives: L stays 0 */
    return HP_OK;
}

/* Into step, times deviation; the networks add up in the last layer, which they share. */
static void scatter(const hp_tangent *tangent, int s, double *step) {
    size_t stem = stem_of(&tangent->mlp), head = head_of(&tangent->mlp);
    const double *from = tangent->direction, *deviation = tangent->deviation;
    size_t own = tangent->start[s], shared = tangent->start[tangent->nnetwork];
    for (size_t i = 0; i < stem; i++) step[own + i] = from[i] * deviation[own + i];
    for (size_t i = 0; i < head; i++) {
        double part = from[stem + i] * deviation[shared + i];
        step[shared + i] = s == 0 ? part : step[shared + i] + part;
    }
}

void hp_tangent_expand(hp_tangent *tangent, const double *u, double *step) {
    const hp_mlp *mlp = &tangent->mlp;
    int n = tangent->n, outputs = tangent->outputs;
    double *y = tangent->at_pivot;
    memcpy(y, u, (size_t)tangent->rank * sizeof *u);
    cblas_dtrsv(CblasRowMajor, CblasLower, CblasTrans, CblasNonUnit, tangent->rank,
                tangent->L_pivot, tangent->rank, y, 1);
    for (int s = 0; s < tangent->nnetwork; s++) {
        memset(tangent->d_out, 0, (size_t)n * (size_t)outputs * sizeof *tangent->d_out);
        for (int k = 0; k < tangent->rank; k++) {
            int row = tangent->pivot[k], f = row / n;
            if (tangent->network[f] == s)
                tangent->d_out[row % n * outputs + tangent->output[f]] =
                    tangent->factor[row] * y[k];
        }
        memset(tangent->direction, 0, mlp->nparam * sizeof *tangent->direction);
        hp_mlp_backward(mlp, tangent->param + (size_t)s * mlp->nparam, tangent->x, n,
                        tangent->d_out, &tangent->work[s], tangent->direction, NULL);
        scatter(tangent, s, step);
    }
}

void hp_tangent_project(hp_tangent *tangent, const double *theta_hat, double *q) {
    const hp_mlp *mlp = &tangent->mlp;
    int n = tangent->n, outputs = tangent->outputs;
    size_t stem = stem_of(mlp), head = head_of(mlp);
    for (int s = 0; s < tangent->nnetwork; s++) {
        double *direction = tangent->direction;
        size_t own = tangent->start[s], shared = tangent->start[tangent->nnetwork];
        for (size_t i = 0; i < stem; i++)
            direction[i] = tangent->deviation[own + i] * theta_hat[own + i];
        for (size_t i = 0; i < head; i++)
            direction[stem + i] = tangent->deviation[shared + i] * theta_hat[shared + i];
        if (!tangent->last_constant)
            memset(direction + mlp->nparam - outputs, 0, (size_t)outputs * sizeof *direction);
        const double *d_a = hp_mlp_directional(mlp, tangent->param + (size_t)s * mlp->nparam,
                                               direction, tangent->x, n, &tangent->work[s]);
        for (int k = 0; k < tangent->rank; k++) {
            int row = tangent->pivot[k], f = row / n;
            if (tangent->network[f] == s)
                q[k] = tangent->factor[row] * d_a[row % n * outputs + tangent->output[f]];
        }
    }
    cblas_dtrsv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, tangent->rank,
                tangent->L_pivot, tangent->rank, q, 1);
}
