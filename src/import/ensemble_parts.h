// SPDX-License-Identifier: GPL-3.0-or-later
/* What format ensemble reads of a file before its numbers. */
#ifndef HADPOT_IMPORT_ENSEMBLE_PARTS_H
#define HADPOT_IMPORT_ENSEMBLE_PARTS_H

#include <hdf5.h>
#include "hadpot/import.h"

typedef struct hp_part_layout {
    hp_sampling sampling;
    hp_geometry_kind kind;
    int extent, npoint, first_t, nt, first_full, nt_full, temporal_extent, nrow, nsource;
    double inverse_spacing_mev, mass[2], mass_error[2]; /* 0: not in the file */
    double *r;                                          /* (npoint) radial, or NULL */
    int *number;                                        /* (nrow) trajectory numbers, or NULL */
    int stream;                                         /* of all its rows, and whether it is */
    bool has_stream;                                    /* in the file */
} hp_part_layout;

/* Everything but the numbers. layout: out, owned by the caller, also after a failure. Errors:
 * HP_ERR_INPUT with dataset or attribute, expected and found. */
hp_status hp_part_layout_read(hid_t file, hp_part_layout *layout, hp_error *err);
void hp_part_layout_destroy(hp_part_layout *layout);

/* HP_ERR_INPUT, naming what differs, unless two files have rows of one ensemble. */
hp_status hp_part_layout_compare(const hp_part_layout *first, const hp_part_layout *layout,
                                 hp_error *err);

#endif
