// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/n2lo.h"

#include <stddef.h>

void hp_n2lo_solve(const hp_n2lo_columns *columns, int n, double *V0, double *x) {
    for (int r = 0; r < n; r++) {
        /* with S/R and K/R: differences of sources, in which their normalisation is gone */
        double V = columns->S[0][r] / columns->R[0][r], k = columns->K[0][r] / columns->R[0][r];
        double dV = V - columns->S[1][r] / columns->R[1][r];
        double dk = k - columns->K[1][r] / columns->R[1][r];
        double ratio = dV / dk;
        if (x != NULL) x[r] = ratio;
        if (V0 != NULL) V0[r] = V - ratio * k;
    }
}

void hp_n2lo_interaction(double two_mu_V0, double x, double *w, double *s) {
    *w = two_mu_V0 / (1.0 - x);
    *s = -x / (1.0 - x);
}
