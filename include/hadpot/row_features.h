// SPDX-License-Identifier: GPL-3.0-or-later
/* A few numbers that tell a block R(r) or four_point(r) of a row, one source and one time, from
 * those of other rows: where one is far off, something is wrong with the row. */
#ifndef HADPOT_ROW_FEATURES_H
#define HADPOT_ROW_FEATURES_H

#include "hadpot/geometry.h"

typedef enum hp_row_feature {
    HP_FEATURE_AVERAGE,   /* over the volume: momentum zero */
    HP_FEATURE_INNER,     /* over the volume within a quarter of the largest distance */
    HP_FEATURE_NEAREST,   /* at the smallest distance */
    HP_FEATURE_SIZE,      /* ln of the root of the mean square of all points */
    HP_FEATURE_ROUGHNESS, /* ln of that of differences of points stored next to each other */
    HP_NROW_FEATURES
} hp_row_feature;

/* feature[HP_NROW_FEATURES] of block[npoint]. Returns how many of its numbers are 0. */
int hp_row_features(const hp_geometry *geometry, const double *block, double *feature);

#endif
