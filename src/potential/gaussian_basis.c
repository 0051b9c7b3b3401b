// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/gaussian_basis.h"
#include <math.h>

hp_gaussian_basis hp_gaussian_basis_of(const hp_fit_data *data, int count, const double range[2]) {
    hp_gaussian_basis basis = {.ncomponent = data->ncomponent, .count = count};
    double shortest = range[0] / data->length_fm;
    for (int i = 0; i < count; i++)
        basis.range[i] = shortest * pow(range[1] / range[0], i / fmax(count - 1, 1));
    for (int c = 0; c < data->ncomponent; c++) basis.l[c] = data->component[c].l;
    return basis;
}

double hp_gaussian_basis_value(const hp_gaussian_basis *basis, int i, int l, double r) {
    double x = r / basis->range[i], power = 1.0;
    for (int k = 0; k < l; k++) power *= x;
    return power * exp(-x * x);
}

void hp_gaussian_basis_fill(const hp_gaussian_basis *basis, const hp_fit_data *data, double *phi) {
    int count = basis->count, width = basis->ncomponent * count;
    for (int point = 0; point < data->n; point++)
        for (int p = 0; p < width; p++) {
            int c = p / count;
            phi[point * width + p] =
                c == point / data->nradius
                    ? hp_gaussian_basis_value(basis, p % count, basis->l[c], data->r[point])
                    : 0.0;
        }
}

double hp_gaussian_basis_end(const hp_gaussian_basis *basis) {
    const double left = 1e-12;
    return basis->range[basis->count - 1] * sqrt(-log(left));
}
