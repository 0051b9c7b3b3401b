// SPDX-License-Identifier: GPL-3.0-or-later
/* From the keys of a job file to what is to be made. */
#include <string.h>
#include "hadpot/synth.h"

hp_synth_spec hp_synth_read_spec(const hp_synth_job *job, const hp_form_keys *potential) {
    bool cubic = strcmp(job->grid.geometry, "cubic") == 0;
    return (hp_synth_spec){.output = job->output,
                           .truth = job->truth,
                           .channel = job->channel,
                           .mass_1_mev = job->mass_1_mev,
                           .mass_2_mev = job->mass_2_mev,
                           .inverse_spacing_mev = job->inverse_spacing_mev,
                           .potential = potential,
                           .extent = cubic ? job->grid.extent : 0,
                           .spacing_lat = job->grid.spacing_lat,
                           .points = job->grid.points,
                           .box_fm = job->grid.box_fm,
                           .states = job->states.count,
                           .first_time = job->times.first,
                           .ntime = job->times.count,
                           .nsource = job->sources.names.count,
                           .source_names = job->sources.names.values,
                           .widths_fm = job->sources.widths_fm.values,
                           .ninelastic = job->inelastic.amplitudes.count,
                           .inelastic_amplitudes = job->inelastic.amplitudes.values,
                           .gap_mev = job->inelastic.gap_mev,
                           .inelastic_width_fm = job->inelastic.width_fm,
                           .configurations = job->noise.configurations,
                           .streams = job->noise.streams,
                           .configuration_step = job->noise.configuration_step,
                           .tau_int = job->noise.tau_int,
                           .seed = (uint64_t)job->noise.seed,
                           .four_point = job->noise.four_point,
                           .two_point = job->noise.two_point,
                           .growth = job->noise.growth,
                           .pion_mass_mev = job->noise.pion_mass_mev,
                           .radial_correlation_fm = job->noise.radial_correlation_fm,
                           .time_correlation = job->noise.time_correlation,
                           .nenergy = job->phase_shifts.energies_mev.count,
                           .energies_mev = job->phase_shifts.energies_mev.values};
}
