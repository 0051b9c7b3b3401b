// SPDX-License-Identifier: GPL-3.0-or-later
/* A job of `hadpot run` for an ensemble, to start from: `hadpot init`. */
#ifndef HADPOT_STARTER_JOB_H
#define HADPOT_STARTER_JOB_H

#include "hadpot/run.h"

/* Collective. Look at the ensemble options->job_path, and write a job for it to options->output
 * (NULL: STEM.yaml of the ensemble's STEM.h5, in the current folder; "-": standard output), with
 * comments: its sources, the times that have both neighbours and signal in R and S, the bin that
 * the autocorrelation of R asks for, the range of r, energies. The job runs as it is. Everything is
 * measured on the average and the jackknife samples of the whole file, which is read once, or
 * twice where bins are larger than 1. The same bytes on any number of ranks.
 * Errors: the same on every rank; HP_ERR_INPUT for a file that is there already, unless
 * options->overwrite, and for an ensemble that `hadpot run` would refuse, too; HP_ERR_IO. */
hp_status hp_starter_job(const hp_comm *comm, const hp_run_options *options, hp_error *err);

#endif
