// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/row_features.h"
#include <float.h>
#include <math.h>
#include <stdbool.h>

/* Of the largest distance: within it there are states, beyond it only their tails. */
static const double INNER = 0.25;

/* Squares are added up in units of a power of two that no number so far reaches, so that none
 * overflows, and a larger unit later changes no bit. Numbers below the smallest one are noughts. */
enum { SMALLEST_EXPONENT = -1000 };

/* Sum with weights over points with r <= r_max. */
static void add_weighted(const hp_geometry *geometry, double r_max, int first, int n,
                         const double *block, double *sum, double *total) {
    bool cubic = geometry->kind == HP_GEOMETRY_CUBIC;
    for (int i = 0; i < n; i++) {
        int p = first + i, shell = geometry->shell[p];
        double weight = cubic ? geometry->multiplicity[p] : geometry->weight[shell];
        if (geometry->r[shell] > r_max) continue;
        *sum += weight * block[i];
        *total += weight;
    }
}

/* A unit above all n numbers more. */
static void raise_unit(hp_row_feature_sums *sums, const double *block, int n) {
    int exponent = SMALLEST_EXPONENT;
    for (int i = 0; i < n; i++) {
        sums->largest = fmax(sums->largest, fabs(block[i]));
        sums->zeros += block[i] == 0.0;
    }
    if (sums->largest > 0.0) frexp(sums->largest, &exponent);
    if (exponent < SMALLEST_EXPONENT) exponent = SMALLEST_EXPONENT;
    int down = sums->count == 0 ? 0 : 2 * (sums->exponent - exponent);
    sums->exponent = exponent;
    sums->size = ldexp(sums->size, down);
    sums->rough = ldexp(sums->rough, down);
}

void hp_row_feature_add(const hp_geometry *geometry, const double *block, int n,
                        hp_row_feature_sums *sums) {
    double last = geometry->r[geometry->nshell - 1];
    raise_unit(sums, block, n);
    double unit = ldexp(1.0, -sums->exponent);
    if (sums->count == 0) sums->first = sums->last = block[0];
    double before = unit * sums->last;
    for (int i = 0; i < n; i++) {
        double x = unit * block[i], step = x - before;
        sums->size += x * x;
        sums->rough += step * step;
        before = x;
    }
    sums->last = block[n - 1];
    add_weighted(geometry, last, sums->count, n, block, &sums->sum[0], &sums->weight[0]);
    add_weighted(geometry, INNER * last, sums->count, n, block, &sums->sum[1], &sums->weight[1]);
    sums->count += n;
}

/* ln of the root of the mean square; by the largest, whose square may underflow. */
static double log_size(double largest, double squares, int count) {
    return log(fmax(largest, DBL_MIN)) + 0.5 * log(fmax(squares, DBL_MIN) / count);
}

int hp_row_feature_finish(const hp_row_feature_sums *sums, double *feature) {
    double unit = sums->largest > 0.0 ? 1.0 / ldexp(sums->largest, -sums->exponent) : 1.0;
    for (int i = 0; i < 2; i++) /* all points where none has a weight */
        feature[i == 0 ? HP_FEATURE_AVERAGE : HP_FEATURE_INNER] =
            sums->weight[i] > 0.0 ? sums->sum[i] / sums->weight[i] : sums->first;
    feature[HP_FEATURE_NEAREST] = sums->first;
    feature[HP_FEATURE_SIZE] = log_size(sums->largest, sums->size * unit * unit, sums->count);
    feature[HP_FEATURE_ROUGHNESS] = log_size(sums->largest, sums->rough * unit * unit, sums->count);
    return sums->zeros;
}

int hp_row_features(const hp_geometry *geometry, const double *block, double *feature) {
    hp_row_feature_sums sums = {.count = 0};
    hp_row_feature_add(geometry, block, geometry->npoint, &sums);
    return hp_row_feature_finish(&sums, feature);
}
