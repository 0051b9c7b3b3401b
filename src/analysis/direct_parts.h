// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows of the direct method, which its files share. */
#ifndef HADPOT_DIRECT_PARTS_H
#define HADPOT_DIRECT_PARTS_H

#include "hadpot/direct.h"

/* An effective energy, what follows from it, and of what it was made. */
typedef enum hp_direct_row {
    HP_DIRECT_ENERGY,
    HP_DIRECT_K2,
    HP_DIRECT_PLACE, /* which decides about poles of */
    HP_DIRECT_KCOT,
    HP_DIRECT_NROW, /* of plateaus, too */
    HP_DIRECT_SUM = HP_DIRECT_NROW
} hp_direct_row;

/* Path of a row, at all times or of the plateau: "direct/two_baryon_plateau_delta_e_mev" at most.
 */
enum { HP_DIRECT_PATH = 64 };
void hp_direct_path(const hp_direct_set *set, bool plateau, int row, char path[HP_DIRECT_PATH]);

/* Where energies go. */
typedef struct hp_direct_target {
    const hp_direct *direct;
    const hp_direct_set *set;
    bool plateau;
    const hp_record *record;
} hp_direct_target;

/* An effective energy in lattice units, and what follows from it, as element i of the rows. */
void hp_direct_store(const hp_direct_target *to, const hp_pair *pair, double energy, size_t i,
                     double *vector);

/* All times of the file that a set may choose from: (n). */
const int *hp_direct_times(const hp_direct *direct, const hp_direct_set *set, int *n);

/* 1/gap in units of a. */
double hp_direct_decay_time(const hp_direct *direct, const hp_pair *pair);

/* direct.csv, summary, curves. */
void hp_direct_write(const hp_direct *direct, const hp_pair *pair, hp_record *record);

#endif
