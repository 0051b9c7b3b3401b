// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows and notes of est.h: what the columns say before anything is fitted. */
#ifndef HADPOT_POTENTIAL_EST_ROWS_H
#define HADPOT_POTENTIAL_EST_ROWS_H

#include "hadpot/fit_data.h"
#include "hadpot/record.h"

#define HP_ROW_EST_MATRIX "est/overlap"
#define HP_ROW_EST_ASYMMETRY "est/asymmetry"
#define HP_ROW_EST_COSINE "est/cosine"

/* Of ncolumn columns. */
void hp_est_add_rows(int ncolumn, hp_record *record);

/* Of the fitted points of the sample in data. Errors: HP_ERR_MEMORY. */
hp_status hp_est_store(const hp_fit_data *data, const hp_record *record, double *vector,
                       hp_error *err);

/* Columns in which cos is not told from 0, and matrices that are not symmetric. */
void hp_est_note(int ncolumn, hp_record *record);

#endif
