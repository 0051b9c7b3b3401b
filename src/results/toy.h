// SPDX-License-Identifier: GPL-3.0-or-later
/* What the writers of results have to say of a toy. */
#ifndef HADPOT_RESULTS_TOY_H
#define HADPOT_RESULTS_TOY_H

#include <hdf5.h>
#include <stdio.h>
#include "hadpot/results.h"
#include "hadpot/yaml_writer.h"

/* Ends the line of momentum k of phase_shift.csv. */
void hp_results_put_exact_phase(const hp_toy *toy, int k, FILE *out);

/* Header and lines of potential.csv: V, or f of kind partial. */
void hp_results_put_toy_potential(const hp_toy *toy, FILE *out);

/* Errors, convergence and the true constants. */
hp_status hp_results_write_toy_summary(const hp_results *results, hp_yaml_writer *yaml,
                                       hp_error *err);

/* Data, axes and exact values; attributes of the fit. */
hp_status hp_results_write_toy_hdf5(const hp_results *results, hid_t file, hp_error *err);

#endif
