// SPDX-License-Identifier: GPL-3.0-or-later
/* V(r) as a sum of centred Gaussians, fitted to V of the first columns: all of kind gaussians, V0
 * of kind n2lo. */
#ifndef HADPOT_POTENTIAL_CENTRED_H
#define HADPOT_POTENTIAL_CENTRED_H

#include "hadpot/gaussians.h"
#include "hadpot/potential.h"

typedef struct hp_centred {
    int count;
    double length_fm, energy_mev;
    hp_gaussian_fit *fit;
    double *param; /* (2 count) 1/L and L */
} hp_centred;

/* To the first ncolumn columns of the data. Errors: HP_ERR_INPUT where V cannot be fitted. */
hp_status hp_centred_create(const hp_potential_setup *setup, int ncolumn, hp_centred *centred,
                            hp_error *err);
void hp_centred_destroy(hp_centred *centred);

/* Rows of the parameters and of the course of the fit. */
void hp_centred_add_rows(const hp_centred *centred, hp_record *record);

/* Fit to V (ncolumn, n), from nothing or from task->start, and store the parameters. */
hp_status hp_centred_fit(hp_centred *centred, const double *V, const hp_fit_task *task,
                         hp_gaussian_report *report, hp_error *err);

/* The parameters that a fit stored. */
void hp_centred_load(hp_centred *centred, const hp_record *record, const double *vector);

double hp_centred_value(const hp_centred *centred, double r);

#endif
