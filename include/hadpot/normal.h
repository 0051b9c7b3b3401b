// SPDX-License-Identifier: GPL-3.0-or-later
/* Damped normal equations of a linear least-squares step. The minimum over u of
 *     |rho + J u|^2 + kappa |q + u|^2 + lambda |u|^2,   sigma = kappa + lambda > 0,
 * is found from a symmetric positive definite system of the smaller side of J,
 *     primal: (J^T J + sigma) u = -(J^T rho + kappa q)
 *     dual:   (J J^T + sigma) z = rho - (kappa/sigma) J q,   u = -J^T z - (kappa/sigma) q. */
#ifndef HADPOT_NORMAL_H
#define HADPOT_NORMAL_H

#include <stdbool.h>
#include <stddef.h>
#include "hadpot/error.h"

typedef struct hp_normal {
    size_t rows, columns, order; /* of J, and of the system */
    bool dual;
    const double *J; /* (rows, columns) not owned */
    double *product; /* (order, order) J^T J or J J^T, lower triangle */
    double *factor;  /* (order, order) */
    double *z;       /* (rows) */
} hp_normal;

/* Room for J of at most rows x columns; normal: out, owned by the caller. */
hp_status hp_normal_create(size_t rows, size_t columns, hp_normal *normal, hp_error *err);
void hp_normal_destroy(hp_normal *normal);

/* Form the products of J, which must stay as it is until the last solve. Errors: HP_STOPPED. */
hp_status hp_normal_form(hp_normal *normal, const double *J, size_t rows, size_t columns, bool dual,
                         hp_error *err);

/* u[columns] for residual rho[rows], gradient = J^T rho [columns] and q[columns]. False: the system
 * is not positive definite to rounding, sigma is too small; u is not changed. */
bool hp_normal_solve(hp_normal *normal, const double *rho, const double *gradient, const double *q,
                     const double sigma_kappa[2], double *u);

#endif
