// SPDX-License-Identifier: GPL-3.0-or-later
/* What is written of the error budget. All of it is nothing for results without variations. */
#ifndef HADPOT_RESULTS_BUDGET_OUTPUT_H
#define HADPOT_RESULTS_BUDGET_OUTPUT_H

#include <hdf5.h>
#include <stdio.h>
#include "hadpot/budget.h"
#include "hadpot/yaml_writer.h"

/* Entries syst_plus, syst_minus, total_plus, total_minus of an observable's mapping. */
hp_status hp_results_summarise_systematic(const hp_results *results, hp_yaml_writer *yaml,
                                          hp_set set, size_t i, hp_error *err);

/* The mapping "variations" of summary.yaml: each alternative and whether it enters. */
hp_status hp_results_summarise_variations(const hp_results *results, hp_yaml_writer *yaml,
                                          hp_error *err);

/* The group /variations of results.h5. */
hp_status hp_results_write_variations_hdf5(const hp_results *results, hid_t file, hp_error *err);

#endif
