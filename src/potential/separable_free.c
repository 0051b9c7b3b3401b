// SPDX-License-Identifier: GPL-3.0-or-later
/* Ranges of Gaussians as parameters of separable potentials: t = log b_1 and
 * w = log log(b_2/b_1). */
#include <cblas.h>
#include <math.h>
#include <string.h>
#include "separable_parts.h"

/* Prior of w: neighbours that differ by 1.25 to 5 are usual, and they do not come together, where
 * amplitudes would be large and cancel. */
static const double RATIO = 1.8, DEVIATION_OF_RATIO = 1.0;

void hp_separable_set_ranges(hp_gaussian_basis *basis, int rank, const double *param) {
    if (!basis->fitted) return;
    const double *range = param + hp_separable_size(basis, rank) - SEPARABLE_RANGES;
    for (int i = 0; i < basis->count; i++) basis->range[i] = exp(range[0] + i * exp(range[1]));
}

void hp_separable_find_radii(const hp_fit_data *data, double *first, double *last) {
    *first = *last = 0.0;
    for (int i = 0; i < data->n; i++) {
        if (data->fitted[i] == 0.0 || data->r[i] <= 0.0) continue;
        if (*first == 0.0 || data->r[i] < *first) *first = data->r[i];
        *last = fmax(*last, data->r[i]);
    }
}

/* b_1 between the first and the last radius, which are two deviations away. */
void hp_separable_prior(hp_separable_fit *fit) {
    double first, last;
    hp_separable_find_radii(fit->data, &first, &last);
    fit->prior_mean[0] = 0.5 * log(first * last);
    fit->prior_deviation[0] = 0.25 * log(last / first);
    fit->prior_mean[1] = log(log(RATIO));
    fit->prior_deviation[1] = DEVIATION_OF_RATIO;
}

/* <phi, R_i> for a (n, width) phi. */
static void overlap_with(const hp_separable_fit *fit, const double *phi, double *overlap) {
    int n = fit->n, width = fit->width;
    const double *q = fit->data->quadrature;
    memset(overlap, 0, (size_t)fit->ncolumn * (size_t)width * sizeof *overlap);
    for (int c = 0; c < fit->ncolumn; c++)
        for (int r = 0; r < n; r++)
            cblas_daxpy(width, q[r] * fit->R[(ptrdiff_t)c * n + r], phi + (ptrdiff_t)r * width, 1,
                        overlap + (ptrdiff_t)c * width, 1);
}

/* phi, d phi/d log b and their overlaps with R at these ranges. */
void hp_separable_place(hp_separable_fit *fit, const double range[SEPARABLE_RANGES]) {
    const hp_gaussian_basis *basis = &fit->basis;
    int count = basis->count, width = fit->width;
    if (basis->fitted) {
        for (int i = 0; i < count; i++) fit->basis.range[i] = exp(range[0] + i * exp(range[1]));
        hp_gaussian_basis_fill(basis, fit->data, fit->phi);
        for (int i = 0; i < fit->n * width; i++) {
            int p = i % width, c = p / count, r = i / width;
            double x = fit->data->r[r] / basis->range[p % count];
            fit->slope[i] = fit->phi[i] * (2.0 * x * x - basis->l[c]);
        }
        overlap_with(fit, fit->slope, fit->overlap_slope);
    }
    overlap_with(fit, fit->phi, fit->overlap);
}

/* The columns of J of t and w, over the deviations of these, and the rows of their prior. */
void hp_separable_range_columns(hp_separable_fit *fit, const double *amplitude, int columns) {
    const double ratio = exp(amplitude[fit->rank * fit->width + 1]);
    int n = fit->n, width = fit->width, points = n * fit->ncolumn, first = fit->rank * width;
    memset(fit->J + (size_t)points * (size_t)columns, 0,
           SEPARABLE_RANGES * (size_t)columns * sizeof *fit->J);
    for (int k = 0; k < SEPARABLE_RANGES; k++) {
        double unit = fit->deviation[first + k], *column = fit->J + first + k;
        column[(ptrdiff_t)(points + k) * columns] = unit / fit->prior_deviation[k];
        for (int row = 0; row < points; row++) {
            const double *slope = fit->slope + (ptrdiff_t)(row % n) * width;
            const double *overlap = fit->overlap_slope + (ptrdiff_t)(row / n) * width;
            double sum = 0.0;
            for (int m = 0; m < fit->rank; m++) {
                double dv = 0.0, ds = 0.0;
                for (int p = 0; p < width; p++) {
                    double a =
                        amplitude[m * width + p] * (k == 0 ? 1.0 : p % fit->basis.count * ratio);
                    dv += a * slope[p];
                    ds += a * overlap[p];
                }
                sum += fit->sign[m] *
                       (dv * fit->strength[row / n * fit->rank + m] + fit->v[m * n + row % n] * ds);
            }
            column[(ptrdiff_t)row * columns] = -unit * fit->root_weight[row] * sum;
        }
    }
}
