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

/* The same of points that come one after another, in any pieces: the same bits. */
typedef struct hp_row_feature_sums {
    int count, zeros;         /* points so far; of them 0 */
    double sum[2], weight[2]; /* over the volume, and within a quarter of the largest distance */
    double first, last;       /* of the points */
    double largest;           /* modulus */
    int exponent;             /* of the power of two that is the unit of */
    double size, rough;       /* sums of squares, of numbers and of differences */
} hp_row_feature_sums;

/* block[n]: the next points; sums: all 0 before the first. */
void hp_row_feature_add(const hp_geometry *geometry, const double *block, int n,
                        hp_row_feature_sums *sums);

/* feature[HP_NROW_FEATURES]; returns how many numbers are 0. */
int hp_row_feature_finish(const hp_row_feature_sums *sums, double *feature);

#endif
