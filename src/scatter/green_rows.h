// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to scatter: G A on the nodes for a Green function that factorises;
 * docs/method-scatter.md. */
#ifndef HADPOT_SCATTER_GREEN_ROWS_H
#define HADPOT_SCATTER_GREEN_ROWS_H

#include "hadpot/quadrature.h"

/* The rows of one component; borrowed pointers. */
typedef struct hp_green_rows {
    const hp_quadrature *grid;
    int columns;        /* of A */
    const double *A;    /* (n, columns) */
    const double *pair; /* (2, n) f and g, G = -f(r<) g(r>) */
    double *rows;       /* (n, columns) out: -G A */
    double *bra;        /* (columns) out: A^T W f */
    double *above;      /* (columns) out: A^T W g */
    double *weighted;   /* (2, n) w g and w f */
    double *outer; /* (panels, 2, columns) sums of w g A over later, of w f A over earlier panels */
    double *inner; /* (order, order) -G inside one panel */
} hp_green_rows;

/* Panel by panel: full Gauss weights for the other panels, where G factorises, and the product rule
 * inside the panel. (2 order + 8) n columns operations instead of 2 n^2 columns. Returns the sum of
 * |rows|. */
double hp_green_rows_form(const hp_green_rows *at);

#endif
