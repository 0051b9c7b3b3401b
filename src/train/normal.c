// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/normal.h"
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"

hp_status hp_normal_create(size_t rows, size_t columns, hp_normal *normal, hp_error *err) {
    size_t order = rows < columns ? rows : columns;
    memset(normal, 0, sizeof *normal);
    return hp_alloc_parts(&normal->product,
                          HP_PARTS({&normal->product, order * order},
                                   {&normal->factor, order * order}, {&normal->z, rows}),
                          err);
}

void hp_normal_destroy(hp_normal *normal) {
    hp_free(normal->product);
    memset(normal, 0, sizeof *normal);
}

void hp_normal_form(hp_normal *normal, const double *J, size_t rows, size_t columns, bool dual) {
    normal->J = J;
    normal->rows = rows;
    normal->columns = columns;
    normal->dual = dual;
    normal->order = dual ? rows : columns;
    cblas_dsyrk(CblasRowMajor, CblasLower, dual ? CblasNoTrans : CblasTrans, (int)normal->order,
                (int)(dual ? columns : rows), 1.0, J, (int)columns, 0.0, normal->product,
                (int)normal->order);
}

bool hp_normal_solve(hp_normal *normal, const double *rho, const double *gradient, const double *q,
                     const double sigma_kappa[2], double *u) {
    double sigma = sigma_kappa[0], kappa = sigma_kappa[1];
    int rows = (int)normal->rows, columns = (int)normal->columns, order = (int)normal->order;
    for (int i = 0; i < order; i++) {
        double *row = normal->factor + (size_t)i * normal->order;
        memcpy(row, normal->product + (size_t)i * normal->order, ((size_t)i + 1) * sizeof *row);
        row[i] += sigma;
        if (!isfinite(row[i])) return false;
    }
    if (LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'L', order, normal->factor, order) != 0) return false;
    double *right = normal->dual ? normal->z : u;
    if (normal->dual) {
        memcpy(right, rho, normal->rows * sizeof *rho);
        cblas_dgemv(CblasRowMajor, CblasNoTrans, rows, columns, -kappa / sigma, normal->J, columns,
                    q, 1, 1.0, right, 1);
    } else
        for (int i = 0; i < columns; i++) right[i] = -(gradient[i] + kappa * q[i]);
    LAPACKE_dpotrs(LAPACK_ROW_MAJOR, 'L', order, 1, normal->factor, order, right, 1);
    if (normal->dual) {
        memcpy(u, q, normal->columns * sizeof *u);
        cblas_dgemv(CblasRowMajor, CblasTrans, rows, columns, -1.0, normal->J, columns, right, 1,
                    -kappa / sigma, u, 1);
    }
    return true;
}
