// SPDX-License-Identifier: GPL-3.0-or-later
#include "error_shape.h"
#include <lapacke.h>
#include <math.h>
#include "hadpot/memory.h"

static const double SHORTEST_FM = 0.04, STEP_FM = 0.01, SMALLEST_EIGENVALUE = 0.02;
enum { LENGTHS = 57 };

/* Pairs of points are sorted into bins of their distance, of which the shape takes the mean: the
 * error is (width/L_c)^2/24 of the shape, 3e-5 at most; none where distances are multiples of a
 * step above the width. */
static const double WIDTH_FM = 0.001;

typedef struct {
    int n;
    double *pairs, *x, *rho; /* (n) numbers, and sums over pairs */
} histogram;

static void sort_pairs(int count, const double *r, const double *rho, double width,
                       histogram *by_distance) {
    for (int i = 0; i < count; i++)
        for (int j = 0; j <= i; j++) {
            int bin = (int)((r[i] - r[j]) / width + 0.5);
            double times = i == j ? 1.0 : 2.0;
            by_distance->pairs[bin] += times;
            by_distance->x[bin] += times * (r[i] - r[j]);
            by_distance->rho[bin] += times * rho[i * count + j];
        }
}

double hp_error_shape(const hp_error_model *model, double x) {
    double y = x / model->length;
    return (model->changes_sign ? 1.0 - y * y / 3.0 : 1.0) * exp(-0.5 * y * y);
}

/* sum over pairs of (rho - shape)^2, less that of rho^2 */
static double misfit(const histogram *by_distance, const hp_error_model *model) {
    double sum = 0.0;
    for (int bin = 0; bin < by_distance->n; bin++) {
        double pairs = by_distance->pairs[bin];
        if (pairs == 0.0) continue;
        double shape = hp_error_shape(model, by_distance->x[bin] / pairs);
        sum += shape * (pairs * shape - 2.0 * by_distance->rho[bin]);
    }
    return sum;
}

hp_status hp_error_shape_fit(int count, const double *r, const double *rho, double length_fm,
                             hp_error_model *model, hp_error *err) {
    double width = WIDTH_FM / length_fm, least = INFINITY, *block = NULL;
    histogram by_distance = {.n = (int)((r[count - 1] - r[0]) / width + 0.5) + 1};
    const hp_part parts[] = {{&by_distance.pairs, (size_t)by_distance.n},
                             {&by_distance.x, (size_t)by_distance.n},
                             {&by_distance.rho, (size_t)by_distance.n}};
    HP_CALL(hp_alloc_parts(&block, parts, sizeof parts / sizeof *parts, err));
    sort_pairs(count, r, rho, width, &by_distance);
    hp_error_model best = *model;
    for (int i = 0; i < 2 * LENGTHS; i++) {
        model->length = (SHORTEST_FM + STEP_FM * (i / 2)) / length_fm;
        model->changes_sign = i % 2 == 1;
        double found = misfit(&by_distance, model);
        if (found >= least) continue;
        least = found;
        best = *model;
    }
    *model = best;
    hp_free(block);
    return HP_OK;
}

hp_status hp_error_count_effective(int count, double *matrix, double *effective, hp_error *err) {
    hp_status status = HP_OK;
    double *value = NULL, sum = 0.0, squares = 0.0;
    HP_NEW(value, count);
    int info = LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 'N', 'U', count, matrix, count, value);
    HP_CHECK(info == 0, HP_ERR_NUMERIC,
             "eigenvalues of correlations of points were not found (dsyevd: %d)", info);
    for (int i = 0; i < count; i++) {
        double raised = fmax(value[i], SMALLEST_EIGENVALUE);
        sum += raised;
        squares += raised * raised;
    }
    *effective = sum * sum / squares;
cleanup:
    hp_free(value);
    return status;
}
