// SPDX-License-Identifier: GPL-3.0-or-later
/* What the library works on, from job files: the only place where keys become its plain structs.
 * Lists stay with the job, which must outlive them. */
#ifndef HADPOT_OPTIONS_H
#define HADPOT_OPTIONS_H

#include "hadpot/analysis.h"
#include "hadpot/channel_observables.h"
#include "hadpot/config.h"
#include "hadpot/given_channels.h"
#include "hadpot/resample.h"
#include "hadpot/study.h"

/* Of `hadpot run`; length_fm: the lattice spacing. Errors: HP_ERR_INPUT for too many layers. */
hp_status hp_options_of_run(const hp_job *job, double length_fm, hp_analysis_options *options,
                            hp_error *err);
/* Of its channels, without energies, weights and channels of masses that vary. */
hp_channel_options hp_options_of_run_channels(const hp_job *job);
hp_resampling_setup hp_options_of_resampling(const hp_job *job);

/* Of `hadpot toy`: the potential that is learned, without data, and observables. Errors: likewise.
 */
hp_status hp_options_of_toy(const hp_toy_job *job, hp_potential_setup *potential,
                            hp_observables_options *observables, hp_error *err);

/* Of `hadpot scatter`. */
hp_observables_options hp_options_of_scatter(const hp_scatter_job *job);

/* Of `hadpot scatter` with channels, energies from hp_given_energies. */
hp_channel_options hp_options_of_channels(const hp_scatter_job *job, const hp_given_channels *given,
                                          const double *energy, int nenergy);

#endif
