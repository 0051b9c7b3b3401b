// SPDX-License-Identifier: GPL-3.0-or-later
/* Parts of hp_channel_observables that have files of their own. */
#ifndef HADPOT_CHANNEL_PARTS_H
#define HADPOT_CHANNEL_PARTS_H

#include "hadpot/channel_observables.h"

/* k^2 in 1/L^2 (0; in fm^-2 unless L is of a lattice), k (1), e_cm (2) in MeV of each component and
 * energy, (ncomponent, nenergy); W in MeV (3), (nenergy). */
void hp_channel_kinematics(const hp_channel_observables *of, const hp_channels *channels,
                           const double *energy, int which, double *value);

/* "PATH_LL_1S0" of a row of a component, PATH where there is one component; a suffix behind. */
enum { HP_CHANNEL_PATH = 160 };
const char *hp_channel_path(const hp_channel_observables *of, const char *path, int c,
                            const char *suffix, char text[HP_CHANNEL_PATH]);

/* "smatrix/re_S_12" (part "re"), "mixing/eigenphase_1_deg". */
const char *hp_channel_smatrix_path(const char *part, int c, int d, char text[HP_CHANNEL_PATH]);
const char *hp_channel_eigenphase_path(int e, char text[HP_CHANNEL_PATH]);

/* "scattering/scattering_length_NX_1S0_fm" of a component: its path (re: real part, of a component
 * with a higher threshold), fm to the 2l+1. */
enum hp_channel_length {
    HP_LENGTH,
    HP_LENGTH_RE,
    HP_LENGTH_IM,
    HP_LENGTH_RANGE,
    HP_LENGTH_INVERSE,
    HP_LENGTH_NUMERICAL
};
const char *hp_channel_length_path(const hp_channel_observables *of, enum hp_channel_length which,
                                   int c, char text[HP_CHANNEL_PATH]);

/* Whether a component belongs to the lowest threshold of the average. */
bool hp_channel_is_lowest(const hp_channel_observables *of, const hp_channels *channels, int c);

/* Their rows. */
void hp_channel_add_smatrix(const hp_channel_observables *of, hp_record *record);
void hp_channel_add_eigenphases(const hp_channel_observables *of, hp_record *record);
void hp_channel_add_thresholds(const hp_channel_observables *of, hp_record *record);
void hp_channel_add_states(const hp_channel_observables *of, hp_record *record);

/* The nodes as part of results; and the extent of the axis panel_edge. */
void hp_channel_store_nodes(const hp_channel_observables *of, const hp_record *record,
                            double *vector);
int hp_channel_count_edges(const hp_channel_observables *of);

/* Parts of hp_channel_observables_compute. */
hp_status hp_channel_observe_phases(hp_channel_observables *of, const hp_channels *channels,
                                    int nbound, const hp_record *record, double *vector,
                                    hp_error *err);
hp_status hp_channel_observe_thresholds(hp_channel_observables *of, const hp_channels *channels,
                                        const hp_record *record, double *vector, hp_error *err);
hp_status hp_channel_observe_bound(hp_channel_observables *of, int *nbound, const hp_record *record,
                                   double *vector, hp_error *err);
hp_status hp_channel_observe_femtoscopy(hp_channel_observables *of, const hp_channels *channels,
                                        const hp_record *record, double *vector, hp_error *err);

/* In place of hp_phases_follow, of draws: energies from `below` on, each by itself; and their
 * mixing on the branch of the average. */
hp_status hp_channel_phases_of_each(hp_channel_observables *of, const hp_channels *channels,
                                    int below, hp_error *err);
void hp_channel_align_mixing(const hp_channel_observables *of, const hp_record *record,
                             double *vector);

/* The second solver judges the first: what it does not find is unknown. */
hp_status hp_channel_forgive(const hp_channel_observables *of, hp_status status, hp_error *err);

#endif
