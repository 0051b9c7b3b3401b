// SPDX-License-Identifier: GPL-3.0-or-later
/* One matrix of interactions in, all observables out. */
#include <math.h>
#include <string.h>
#include "channel_parts.h"

/* Nothing is known until it is found. */
void hp_channel_observables_forget(const hp_record *record, double *vector) {
    static const char *const group[] = {"scattering/", "smatrix/", "mixing/", "poles/",
                                        "femtoscopy/"};
    for (int i = 0; i < record->nentry; i++) {
        const hp_entry *entry = &record->entry[i];
        bool ours = false;
        for (size_t g = 0; g < sizeof group / sizeof *group; g++)
            ours |= strncmp(entry->row.path, group[g], strlen(group[g])) == 0;
        for (size_t j = 0; j < entry->count && ours && hp_entry_is_sampled(entry); j++)
            vector[entry->start + j] = NAN;
    }
}

/* The energies of this sample: those of the average, or the same total energies. */
static void set_energies(hp_channel_observables *of, const hp_channels *channels,
                         const hp_record *record, double *vector) {
    const char *const path[] = {of->lattice ? "scattering/k2_lat" : "scattering/k2_per_fm2",
                                HP_ROW_CHANNEL_K, HP_ROW_CHANNEL_E, HP_ROW_W};
    double shift = of->total ? of->channels.lowest - channels->lowest : 0.0;
    for (int e = 0; e < of->nenergy; e++) of->energy_now[e] = of->energy[e] + shift;
    double *lowest = hp_record_at(record, vector, HP_ROW_LOWEST_PAIR);
    for (int a = 0; a < channels->npair && lowest != NULL; a++)
        if (channels->threshold[a] == 0.0) *lowest = a + 1;
    for (int i = 0; i < 4; i++) {
        double *value = hp_record_at(record, vector, path[i]);
        if (value != NULL) hp_channel_kinematics(of, channels, of->energy_now, i, value);
    }
}

/* Phases next to those of the average; mixing parameters stay as they are, on the branches from
 * threshold on: there they vary smoothly with the potential, also where a state becomes bound. */
static void align(const hp_channel_observables *of, const hp_record *record, double *vector) {
    if (of->average == NULL) return;
    if (of->draws) hp_channel_align_mixing(of, record, vector);
    for (int r = 0; r < record->nentry; r++) {
        const hp_entry *entry = &record->entry[r];
        for (size_t i = 0; i < entry->count && entry->row.compare == HP_MODULO_180; i++) {
            double to = of->average[entry->start + i], *value = &vector[entry->start + i];
            if (!isnan(to)) *value = hp_row_nearest(&entry->row, *value, to);
        }
    }
}

hp_status hp_channel_observables_compute(hp_channel_observables *of, const hp_channels *channels,
                                         const hp_matrix_interaction *interaction,
                                         const hp_record *record, double *vector, hp_error *err) {
    int nbound = 0;
    hp_channel_observables_forget(record, vector);
    hp_channel_store_nodes(of, record, vector);
    set_energies(of, channels, record, vector);
    HP_CALL(hp_coupled_set(of->coupled, channels, &interaction[0], err));
    of->compare = false;
    if (of->nsolver == 2) {
        hp_status status = hp_coupled_ode_set(of->ode, channels, &interaction[1], err);
        of->compare = status == HP_OK;
        HP_CALL(hp_channel_forgive(of, status, err));
    }
    HP_CALL(hp_channel_observe_bound(of, &nbound, record, vector, err));
    HP_CALL(hp_channel_observe_phases(of, channels, nbound, record, vector, err));
    HP_CALL(hp_channel_observe_thresholds(of, channels, record, vector, err));
    HP_CALL(hp_channel_observe_femtoscopy(of, channels, record, vector, err));
    if (!of->draws || of->poles.tracks)
        HP_CALL(hp_pole_observables_compute(&of->poles, of->coupled, record, vector, err));
    align(of, record, vector);
    hp_record_derive(record, vector);
    return HP_OK;
}
