// SPDX-License-Identifier: GPL-3.0-or-later
/* The datasets that hold rows: open as long as the ensemble is, with how they are stored. */
#ifndef HADPOT_ROW_DATASETS_H
#define HADPOT_ROW_DATASETS_H

#include "ensemble_private.h"

/* A block of numbers that is read at once, unless a chunk is larger: memory of a reading rank. */
enum { HP_BLOCK_BYTES = 1 << 23 };

/* (nsample, nt, npoint), or (nsample, nt) with npoint = 1. */
typedef struct hp_row_dataset {
    hid_t id; /* H5I_INVALID_HID: the source has none */
    char path[HP_DATASET_PATH_MAX];
    int rank, nt, npoint;
    const int *t;  /* (nt) not owned */
    double factor; /* of numbers of waves; 0: 1 */
    int chunk[3];  /* rows, times, points of a chunk; (1, nt, npoint) where there are none */
    bool chunked, filtered;
    double bytes; /* as they are stored */
} hp_row_dataset;

typedef struct hp_row_datasets {
    hp_row_dataset *of; /* (nsource, HP_NROW_KINDS) */
} hp_row_datasets;

const hp_row_dataset *hp_row_dataset_of(const hp_ensemble *ensemble, int source, hp_row_kind kind);

/* Rows of the dataset from `row` on, nrow of them, at times and points of the block: into
 * value (nrow, ntime, npoint) as doubles, times the factor. Errors: HP_ERR_INPUT. */
hp_status hp_row_dataset_read(const hp_ensemble *ensemble, const hp_row_dataset *dataset,
                              const hp_row_block *block, double *value, hp_error *err);

/* HP_ERR_INPUT for a number that is not finite, by where it stands. */
hp_status hp_row_dataset_refuse(const hp_ensemble *ensemble, const hp_row_dataset *dataset, int row,
                                int time, int point, double value, hp_error *err);

#endif
