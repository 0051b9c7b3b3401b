// SPDX-License-Identifier: GPL-3.0-or-later
/* What is written about the rows of the ensemble and their Markov chain. */
#ifndef HADPOT_RESULTS_CHAIN_OUTPUT_H
#define HADPOT_RESULTS_CHAIN_OUTPUT_H

#include <hdf5.h>
#include "hadpot/results.h"
#include "hadpot/yaml_writer.h"

/* The mapping "ensemble" of summary.yaml. */
hp_status hp_results_summarise_ensemble(const hp_results *results, hp_yaml_writer *yaml,
                                        hp_error *err);

/* The group /ensemble of results.h5; nothing without a chain. */
hp_status hp_results_write_chain(const hp_results *results, hid_t file, hp_error *err);

#endif
