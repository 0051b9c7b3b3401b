// SPDX-License-Identifier: GPL-3.0-or-later
/* The true potential of a toy as a job of hadpot scatter. */
#include "hadpot/given_channels.h"
#include "hadpot/units.h"

hp_scatter_job hp_toy_truth(const hp_toy_job *job) {
    double h = job->hbar2_over_2mu_mev_fm2;
    if (job->reduced_mass_per_fm > 0) h = HP_HBARC_MEV_FM / (2 * job->reduced_mass_per_fm);
    return (hp_scatter_job){
        .mass_1_mev = job->mass_1_mev,
        .mass_2_mev = job->mass_2_mev,
        .hbar2_over_2mu_mev_fm2 = h,
        .channels = {HP_CHANNEL_KEYS(HP_TAKE_KEY) HP_CHARGED_CHANNEL_KEYS(HP_TAKE_KEY)},
        .scattering = {HP_TAKE_KEY(scattering, k_per_fm) HP_SCATTERING_KEYS(HP_TAKE_KEY)
                           HP_CHANNEL_SCATTERING_KEYS(HP_TAKE_KEY)},
        .femtoscopy = {HP_FEMTOSCOPY_KEYS(HP_TAKE_KEY) HP_CHANNEL_FEMTOSCOPY_KEYS(HP_TAKE_KEY)}};
}
