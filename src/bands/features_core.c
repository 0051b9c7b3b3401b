// SPDX-License-Identifier: GPL-3.0-or-later
/* Hard cores of S/R, for the priors of Gaussians of V. */
#include <lapacke.h>
#include <math.h>
#include "features_parts.h"
#include "hadpot/memory.h"
#include "hadpot/lapack_status.h"

/* Part of the depth of a core by which each of some overlapping Gaussians may differ from none. */
static const double CORE_PART = 0.3;

/* Singular values below this part of the largest say nothing: components that are hardly there. */
static const double LEAST_SEEN = 0.1;

/* sum_r w e^(-(r/b)^2) x over the fitted radii of a component. */
static double mean_within(const hp_core_data *data, int first, int n, double b, const double *x) {
    double sum = 0.0;
    for (int r = first; r < first + n; r++) {
        double y = data->grid.r[r] / b;
        sum += data->fitted[r] * data->grid.quadrature[r] * exp(-y * y) * x[r];
    }
    return sum;
}

/* <S/R>_b of one component. */
static double depth_of_one(const hp_core_data *data, double b) {
    double depth = 0.0;
    for (int c = 0; c < data->ncolumn; c++) {
        int n = data->grid.n;
        double S = mean_within(data, 0, n, b, data->S + (ptrdiff_t)c * n);
        double R = mean_within(data, 0, n, b, data->R + (ptrdiff_t)c * n);
        depth += S / R / data->ncolumn;
    }
    return depth;
}

/* The strengths of all owners with the local function of width b: features b, b + step, ... of
 * each. */
static hp_status find_depths(const hp_features *features, const hp_core_data *data, int b, int step,
                             double *depth, hp_error *err) {
    hp_status status = HP_OK;
    int ncomponent = features->space.ncomponent, n = data->grid.n / ncomponent;
    int rows = data->ncolumn * ncomponent, most = rows + features->nowner, rank = 0;
    double *block = NULL, *W, *y, *singular;
    HP_TRY(hp_alloc_parts(&block,
                          HP_PARTS({&W, (size_t)rows * (size_t)features->nowner},
                                   {&y, (size_t)most}, {&singular, (size_t)most}),
                          err));
    for (int row = 0; row < rows; row++) {
        int c = row % ncomponent;
        ptrdiff_t column = (ptrdiff_t)(row / ncomponent) * data->grid.n;
        double width = features->feature[b].b;
        y[row] = mean_within(data, c * n, n, width, data->S + column);
        for (int d = 0; d < ncomponent; d++) {
            double R = mean_within(data, d * n, n, width, data->R + column);
            for (int o = 0; o < features->nowner; o++)
                W[row * features->nowner + o] +=
                    hp_features_weight(features, b + o * step, c, d) * R;
        }
    }
    int info = LAPACKE_dgelss(LAPACK_ROW_MAJOR, rows, features->nowner, 1, W, features->nowner, y,
                              1, singular, LEAST_SEEN, &rank);
    HP_CHECK(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
             "the core of the potential was not found (dgelss: %d)", info);
    for (int o = 0; o < features->nowner; o++) depth[o] = y[o];
cleanup:
    hp_free(block);
    return status;
}

static double core_of(double depth, double above) {
    return isfinite(depth) ? CORE_PART * fmax(0.0, fabs(depth) - above) : 0.0;
}

hp_status hp_features_take_core(hp_features *features, const hp_core_data *data, hp_error *err) {
    double depth[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS * HP_NOPERATOR];
    int step = features->nlocal / features->nowner;
    for (int b = 0; b < step; b++) {
        for (int o = 0; o < features->nowner; o++) depth[o] = NAN;
        if (features->space.ncomponent == 1)
            depth[0] = depth_of_one(data, features->feature[b].b);
        else
            HP_CALL(find_depths(features, data, b, step, depth, err));
        for (int o = 0; o < features->nowner; o++) {
            features->feature[b + o * step].core = core_of(depth[o], data->above);
            features->feature[b + o * step].depth = depth[o];
        }
    }
    return HP_OK;
}
