// SPDX-License-Identifier: GPL-3.0-or-later
/* What a job of `hadpot run` would do, how long it takes and how much memory and disk, without
 * doing it: `hadpot run JOB --check`. */
#ifndef HADPOT_FORECAST_H
#define HADPOT_FORECAST_H

#include "hadpot/run.h"

/* Collective. All stages of hp_run before its first fit, then a few fits of each analysis and
 * draws of the total band, which are timed and forgotten, and on standard output what they say of
 * the whole. The output folder is looked at, not touched: nothing is made, locked or written there,
 * so that another run may use it. Times hold for this number of ranks, each with a core of its own;
 * they are right within a factor of 3 (tests/bench/results/forecast.txt), and all depends on how
 * many steps the fits of samples take.
 * Errors: the same on every rank; those of hp_run before its first fit, in the same words. */
hp_status hp_forecast(const hp_comm *comm, const hp_run_options *options, hp_error *err);

#endif
