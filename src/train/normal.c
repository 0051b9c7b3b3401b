// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/normal.h"
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/stop.h"

/* Products that take longer than about a second are made in blocks of rows, between which a fit can
 * be stopped. */
static const double LONG = 4e9;
enum { BLOCK = 256 };

hp_status hp_normal_create(size_t rows, size_t columns, hp_normal *normal, hp_error *err) {
    size_t order = rows < columns ? rows : columns;
    memset(normal, 0, sizeof *normal);
    HP_ALLOCATE_UNSET(normal->product, 2 * order * order + rows);
    normal->factor = normal->product + order * order;
    normal->z = normal->factor + order * order;
    return HP_OK;
}

void hp_normal_destroy(hp_normal *normal) {
    hp_free(normal->product);
    memset(normal, 0, sizeof *normal);
}

/* Rows first .. first + count - 1 of the lower triangle. */
static void form_rows(hp_normal *normal, size_t first, size_t count) {
    const double *J = normal->J;
    size_t order = normal->order, step = normal->dual ? normal->columns : 1;
    int columns = (int)normal->columns,
        inner = (int)(normal->dual ? normal->columns : normal->rows);
    CBLAS_TRANSPOSE here = normal->dual ? CblasNoTrans : CblasTrans;
    CBLAS_TRANSPOSE there = normal->dual ? CblasTrans : CblasNoTrans;
    const double *own = J + first * step;
    double *row = normal->product + first * order;
    if (first > 0)
        cblas_dgemm(CblasRowMajor, here, there, (int)count, (int)first, inner, 1.0, own, columns, J,
                    columns, 0.0, row, (int)order);
    cblas_dsyrk(CblasRowMajor, CblasLower, here, (int)count, inner, 1.0, own, columns, 0.0,
                row + first, (int)order);
}

hp_status hp_normal_form(hp_normal *normal, const double *J, size_t rows, size_t columns, bool dual,
                         hp_error *err) {
    normal->J = J;
    normal->rows = rows;
    normal->columns = columns;
    normal->dual = dual;
    normal->order = dual ? rows : columns;
    double products = (double)normal->order * (double)rows * (double)columns;
    size_t count = products > LONG ? BLOCK : normal->order;
    for (size_t first = 0; first < normal->order; first += count) {
        size_t left = normal->order - first;
        HP_CALL(hp_stop_check(err));
        form_rows(normal, first, left < count ? left : count);
    }
    return HP_OK;
}

bool hp_normal_solve(hp_normal *normal, const double *rho, const double *gradient, const double *q,
                     const double sigma_kappa[2], double *u) {
    double sigma = sigma_kappa[0], kappa = sigma_kappa[1];
    int rows = (int)normal->rows, columns = (int)normal->columns, order = (int)normal->order;
    for (size_t i = 0; i < normal->order; i++) { /* by columns: else LAPACKE takes memory for it */
        double *diagonal = normal->factor + i * (normal->order + 1);
        for (size_t j = 0; j <= i; j++)
            normal->factor[j * normal->order + i] = normal->product[i * normal->order + j];
        *diagonal += sigma;
        if (!isfinite(*diagonal)) return false;
    }
    if (LAPACKE_dpotrf(LAPACK_COL_MAJOR, 'L', order, normal->factor, order) != 0) return false;
    double *right = normal->dual ? normal->z : u;
    if (normal->dual) {
        memcpy(right, rho, normal->rows * sizeof *rho);
        cblas_dgemv(CblasRowMajor, CblasNoTrans, rows, columns, -kappa / sigma, normal->J, columns,
                    q, 1, 1.0, right, 1);
    } else
        for (int i = 0; i < columns; i++) right[i] = -(gradient[i] + kappa * q[i]);
    if (LAPACKE_dpotrs(LAPACK_COL_MAJOR, 'L', order, 1, normal->factor, order, right, order) != 0)
        return false;
    if (normal->dual) {
        memcpy(u, q, normal->columns * sizeof *u);
        cblas_dgemv(CblasRowMajor, CblasTrans, rows, columns, -1.0, normal->J, columns, right, 1,
                    -kappa / sigma, u, 1);
    }
    return true;
}
