// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers of a correlator in a file, each with configuration, time and place, whatever the format
 * of the file. */
#ifndef HADPOT_IMPORT_ENTRIES_H
#define HADPOT_IMPORT_ENTRIES_H

#include <stdbool.h>
#include "columns.h"
#include "hdf5_image.h"

/* What a column, or an axis, is. */
typedef enum hp_role {
    HP_ROLE_CONFIGURATION,
    HP_ROLE_T,
    HP_ROLE_X,
    HP_ROLE_Y,
    HP_ROLE_Z,
    HP_ROLE_R,
    HP_ROLE_RE,
    HP_ROLE_IM,
    HP_ROLE_SITE,
    HP_NROLE,
    HP_ROLE_NONE = HP_NROLE
} hp_role;
const char *hp_role_name(hp_role role);
hp_role hp_role_find(const char *name);

typedef struct hp_entry {
    int configuration, t; /* of the file's name where they are not in the file */
    double place[3];      /* x, y, z, or r */
    double value[2];      /* real and imaginary part */
} hp_entry;

typedef struct hp_entries {
    size_t n;
    bool has[HP_NROLE];
    hp_columns columns;       /* of a text, */
    int column[HP_NROLE];     /* which column is what */
    hp_image_numbers numbers; /* or a dataset, */
    hp_role axis[HP_IMAGE_RANK];
    int first_t, extent;  /* of its axes t; x, y, z */
    int (*site)[3];       /* of an axis `site` that holds orbits; NULL: all sites, x fastest */
    double *r;            /* of its axis r */
    int configuration, t; /* of the file's name */
} hp_entries;

void hp_entries_get(const hp_entries *entries, size_t i, hp_entry *entry);

/* Numbers of places: 3 cubic, 1 radial, 0 there are none. */
int hp_entries_nplace(const hp_entries *entries);

/* "line 7: " or "element 6: " in front of a message about an entry. */
void hp_entries_blame(const hp_entries *entries, size_t i, hp_error *err);

/* order (n): indices by ascending configuration, then t; entries that agree in both stay in the
 * order of the file. order: out, owned by the caller, NULL where the file has that order. */
hp_status hp_entries_sort(const hp_entries *entries, size_t **order, hp_error *err);

void hp_entries_destroy(hp_entries *entries);

#endif
