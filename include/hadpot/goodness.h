// SPDX-License-Identifier: GPL-3.0-or-later
/* How well a potential describes the data it was fitted to: pulls, and chi2 by column and by region
 * of r. */
#ifndef HADPOT_GOODNESS_H
#define HADPOT_GOODNESS_H

#include "hadpot/fit_data.h"
#include "hadpot/layout.h"

/* Regions of r, and work space. */
typedef struct hp_goodness {
    int nregion;
    int *region;        /* (n) region of each radius */
    int *region_points; /* (nregion) fitted radii in it */
    double *residual;   /* (ncolumn, n) S - prediction */
} hp_goodness;

/* Regions that end before each of nedge ascending distances in fm, and one beyond. goodness: out,
 * owned by the caller. Errors: HP_ERR_MEMORY. */
hp_status hp_goodness_create(const hp_fit_data *data, const double *edge_fm, int nedge,
                             hp_goodness *goodness, hp_error *err);
void hp_goodness_destroy(hp_goodness *goodness);

/* Localised potential, pulls and chi2 per point of a sample and the prediction (ncolumn, n) of its
 * fit, into vector. Pulls are those of what is fitted: S with its error, or S/R with its. */
void hp_goodness_store(hp_goodness *goodness, const hp_fit_data *data, const double *prediction,
                       const hp_layout *layout, double *vector);

#endif
