// SPDX-License-Identifier: GPL-3.0-or-later
/* What format ensemble reads of a file before its numbers. */
#ifndef HADPOT_IMPORT_ENSEMBLE_PARTS_H
#define HADPOT_IMPORT_ENSEMBLE_PARTS_H

#include <hdf5.h>
#include "hadpot/import.h"

typedef struct hp_part_layout {
    int version; /* of the format */
    hp_sampling sampling;
    hp_geometry_kind kind;
    int extent, npoint, first_t, nt, first_full, nt_full, temporal_extent, nrow, nsource;
    double inverse_spacing_mev, mass[2], mass_error[2]; /* 0: not in the file */
    double *r;                                          /* (npoint) radial, or NULL */
    int *number;                                        /* (nrow) trajectory numbers, or NULL */
    int stream;                                         /* of all its rows, and whether it is */
    bool has_stream;                                    /* in the file */
    uint32_t components; /* version 2: a checksum of components, pairs, and what sources make */
} hp_part_layout;

/* Everything but the numbers. layout: out, owned by the caller, also after a failure. Errors:
 * HP_ERR_INPUT with dataset or attribute, expected and found. */
hp_status hp_part_layout_read(hid_t file, hp_part_layout *layout, hp_error *err);
void hp_part_layout_destroy(hp_part_layout *layout);

/* HP_ERR_INPUT, naming what differs, unless two files have rows of one ensemble. */
hp_status hp_part_layout_compare(const hp_part_layout *first, const hp_part_layout *layout,
                                 hp_error *err);

/* Datasets that a group may have, and those that it must have: of WAVE R or four_point. */
typedef enum hp_part_kind {
    HP_PART_WAVE = 1,
    HP_PART_LAPLACIAN = 2,
    HP_PART_TWO_POINT = 4,
    HP_PART_FULL = 8,
    HP_PART_TWO_BARYON = 16
} hp_part_kind;

typedef struct hp_part_place {
    char group[HP_IMPORT_NAME]; /* "/source/wall", "/source/wall/XX/3D1" */
    unsigned kinds, needs;
} hp_part_place;

typedef struct hp_part_places {
    int n;
    hp_part_place *place; /* (n) owned by the caller */
} hp_part_places;

/* All groups of all sources. Zero-initialise. Errors: HP_ERR_INPUT for a source without one of the
 * components. */
hp_status hp_part_places_find(hid_t file, const hp_part_layout *layout, hp_part_places *places,
                              hp_error *err);

/* The group of the first wave. */
hp_status hp_part_first_wave(hid_t file, int version, char path[HP_IMPORT_NAME], hp_error *err);

/* Version 2: the checksum of components. */
hp_status hp_part_components(hid_t file, int nsource, uint32_t *crc, hp_error *err);

/* Rank 0. Version 2: components, pairs and what sources make, as they stand in a part, into the
 * result, whose sources are there. */
hp_status hp_part_components_copy(const char *part, hid_t result, hp_error *err);

#endif
