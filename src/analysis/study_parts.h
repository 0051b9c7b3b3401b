// SPDX-License-Identifier: GPL-3.0-or-later
/* Parts of hp_study, hp_analysis_create and hp_analysis_compute that have files of their own. */
#ifndef HADPOT_ANALYSIS_PARTS_H
#define HADPOT_ANALYSIS_PARTS_H

#include "hadpot/analysis.h"

/* Parts of study.h: the potential and where it ends (L); room for it on the nodes that observables
 * have now; the edge ratio of what was filled last into vector. */
hp_status hp_study_create_potential(hp_study *study, const hp_potential_setup *potential,
                                    double range_fm, double *range, hp_error *err);
hp_status hp_study_make_room(hp_study *study, hp_error *err);
void hp_study_store_edge(hp_study *study, double *vector);

/* hp_study_choose_nodes and hp_study_observe of channels. */
hp_status hp_study_choose_channel_nodes(hp_study *study, const hp_pair *pair, hp_error *err);
hp_status hp_study_observe_channels(hp_study *study, const hp_pair *pair, double *vector,
                                    hp_error *err);

/* study.data: radii, the average with its errors and normalisation, weights. */
hp_status hp_analysis_create_data(hp_analysis *analysis, const hp_lo_errors *errors, hp_error *err);

/* Of one column of the plan, the place of point i of a column of the data, which may have fewer
 * radii of each component. */
size_t hp_analysis_place(const hp_analysis *analysis, int i);

/* Put the sample in analysis->correlator, of these pairs, into study.data and its terms into
 * vector.
 */
void hp_analysis_take_sample(hp_analysis *analysis, const hp_pair *pair, double *vector);

/* Everything above in the record of the study: the layout of vectors. */
hp_status hp_analysis_describe(hp_analysis *analysis, hp_error *err);

/* Levels as finite_volume.csv and in the summary, when the record has samples; nothing without a
 * box. */
void hp_analysis_note_levels(hp_analysis *analysis);

/* The periodic box of the ensemble, if finite_volume.levels asks for it. */
hp_status hp_analysis_create_box(hp_analysis *analysis, hp_error *err);

/* Levels of S/R at every site of the averaged row, and of the potential just fitted. */
hp_status hp_analysis_find_levels(hp_analysis *analysis, const double *row, double *vector,
                                  hp_error *err);

#endif
