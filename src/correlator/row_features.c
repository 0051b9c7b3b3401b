// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/row_features.h"
#include <float.h>
#include <math.h>
#include <stdbool.h>

/* Of the largest distance: within it there are states, beyond it only their tails. */
static const double INNER = 0.25;

/* Average over points with r <= r_max; all points where none has a weight there. */
static double average(const hp_geometry *geometry, const double *block, double r_max) {
    double sum = 0.0, total = 0.0;
    for (int p = 0; p < geometry->npoint; p++) {
        int shell = geometry->shell[p];
        bool cubic = geometry->kind == HP_GEOMETRY_CUBIC;
        double weight = cubic ? geometry->multiplicity[p] : geometry->weight[shell];
        if (geometry->r[shell] > r_max) continue;
        sum += weight * block[p];
        total += weight;
    }
    return total > 0.0 ? sum / total : block[0];
}

/* ln of the root of the mean square; by the largest, whose square may underflow. */
static double log_size(double largest, double squares, int count) {
    return log(fmax(largest, DBL_MIN)) + 0.5 * log(fmax(squares, DBL_MIN) / count);
}

int hp_row_features(const hp_geometry *geometry, const double *block, double *feature) {
    int n = geometry->npoint, zeros = 0;
    double last = geometry->r[geometry->nshell - 1], largest = 0.0, size = 0.0, rough = 0.0;
    for (int p = 0; p < n; p++) {
        largest = fmax(largest, fabs(block[p]));
        zeros += block[p] == 0.0;
    }
    double unit = largest > 0.0 ? largest : 1.0;
    for (int p = 0; p < n; p++) {
        double x = block[p] / unit, step = p > 0 ? x - block[p - 1] / unit : 0.0;
        size += x * x;
        rough += step * step;
    }
    feature[HP_FEATURE_AVERAGE] = average(geometry, block, last);
    feature[HP_FEATURE_INNER] = average(geometry, block, INNER * last);
    feature[HP_FEATURE_NEAREST] = block[0];
    feature[HP_FEATURE_SIZE] = log_size(largest, size, n);
    feature[HP_FEATURE_ROUGHNESS] = log_size(largest, rough, n);
    return zeros;
}
