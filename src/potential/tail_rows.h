// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside of class_gaussians.c: a fitted tail (tail.h) in results. */
#ifndef HADPOT_POTENTIAL_TAIL_ROWS_H
#define HADPOT_POTENTIAL_TAIL_ROWS_H

#include "hadpot/record.h"
#include "hadpot/tail.h"

/* A tail in L, and the units of the data. */
typedef struct hp_tail_results {
    hp_tail tail;
    double length_fm, energy_mev;
    double shortest, longest; /* r > 0 of the fit, L */
} hp_tail_results;

/* Its rows: strength and range with errors, mass and power. Nothing without a tail. */
void hp_tail_add_rows(const hp_tail_results *of, hp_record *record);

/* param[2], strength and range in L, to a vector of results and back. Nothing without a tail. */
void hp_tail_store(const hp_tail_results *of, const hp_record *record, double *vector,
                   const double *param);
void hp_tail_load(const hp_tail_results *of, const hp_record *record, const double *vector,
                  double *param);

/* A note when the samples, or the range, say that the data do not determine the tail, or that it is
 * not what acts at long distances. */
void hp_tail_note(const hp_tail_results *of, hp_record *record);

#endif
