// SPDX-License-Identifier: GPL-3.0-or-later
/* Statistical errors against the size of bins, without fits: `hadpot scan-bins`. */
#ifndef HADPOT_SCAN_BINS_H
#define HADPOT_SCAN_BINS_H

#include "hadpot/run.h"

/* Collective. For the job of a run (resume is ignored): errors of R and S/R at the points of
 * hp_chain (chain.h) from bins of 1, 2, 3, 4, 6, 8, 12, ... rows as long as 10 bins are left, and
 * by the Gamma method. A table on standard output and scan_bins.csv in the output folder, by rank
 * 0; the same bytes on any number of ranks. The errors are those of the linearised quantities,
 * which is what the jackknife gives up to terms of order 1/N, a bootstrap times
 * sqrt(1 - streams/bins) on average.
 * Errors: the same on every rank; HP_ERR_INPUT for an ensemble of jackknife samples; after an input
 * error nothing has been written. */
hp_status hp_scan_bins(const hp_comm *comm, const hp_run_options *options, hp_error *err);

#endif
