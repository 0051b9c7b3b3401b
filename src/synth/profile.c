// SPDX-License-Identifier: GPL-3.0-or-later
/* Gaussian profiles of sources and of inelastic states. */
#include "synth_parts.h"
#include <math.h>

/* Gaussians further away than this many widths are below the rounding of the nearest one. */
static const double REACH = 7.0;

static double sum_images(int x, int extent, double width) {
    double sum = 0;
    int most = 1 + (int)(REACH * width / extent);
    for (int image = -most; image <= most; image++) {
        double distance = (x + (double)image * extent) / width;
        sum += exp(-distance * distance);
    }
    return sum;
}

/* exp(-(r/width)^2) and its periodic images, a product over the three directions. */
static double periodic_gaussian(const hp_geometry *geometry, double width, int point) {
    double product = 1;
    for (int axis = 0; axis < 3; axis++)
        product *= sum_images(geometry->site[point][axis], geometry->extent, width);
    return product;
}

void hp_synth_fill_profile(const hp_synth_setup *setup, double width_fm, int n, double *profile) {
    double width = width_fm / setup->spacing_fm;
    for (int i = 0; i < n; i++) {
        double x = setup->cubic ? 0 : setup->geometry.r[i] / width;
        if (width == 0)
            profile[i] = 1;
        else if (setup->cubic)
            profile[i] = periodic_gaussian(&setup->geometry, width, i);
        else
            profile[i] = exp(-x * x);
    }
}
