// SPDX-License-Identifier: GPL-3.0-or-later
/* A potential and what follows from it, for all commands: hadpot run has an ensemble and a fitted
 * potential, hadpot toy waves and a fitted potential beside a given one, hadpot scatter a given
 * potential.
 *
 *     data -> potential -> w, K, s on the nodes of each solver -> observables
 *
 * A fitted potential: the caller fills the data, hp_study_create makes the rest but a map; then
 * describe, learn, nodes, observe. A given one: hp_study_prepare_given, observe. */
#ifndef HADPOT_STUDY_H
#define HADPOT_STUDY_H

#include "hadpot/channel_observables.h"
#include "hadpot/observables.h"
#include "hadpot/potential.h"

#define HP_ROW_EDGE "scattering/edge_ratio"

/* The parts point to each other: a study must stay where it was made. All of it is owned. */
typedef struct hp_study {
    hp_fit_data data;   /* of the current sample; empty where nothing is fitted */
    double *prediction; /* (ncolumn, n) of the latest fit */
    hp_potential potential;
    hp_potential_map map;       /* of U; empty: none */
    hp_observables observables; /* of one S wave; */
    hp_channels channels;       /* of several components, or of l > 0: those of the average, 1/L, */
    hp_channel_observables channel_observables; /* and these in place of observables */
    hp_node_potential on_nodes[2];              /* the potential on the nodes of each solver */
    double edge_ratio; /* of the latest potential (hp_node_potential_edge_ratio) */
    hp_record record;  /* what is known of all this; the layout of vectors of results */
} hp_study;

/* Potential and observables for study->data, as far as they reach or options say (range_fm).
 * Errors: HP_ERR_INPUT naming the option that does not fit them; MEMORY. */
hp_status hp_study_create(hp_study *study, const hp_potential_setup *potential,
                          const hp_observables_options *options, hp_error *err);

/* The same of several components, or of one with l > 0. All borrowed until it has returned; spin
 * NULL: not known. Whatever takes a pair below then takes those of all channels. */
typedef struct hp_study_channels {
    const hp_channels *channels; /* of the average, 1/L */
    const char *const *pair_name, *const *component_name;
    const hp_spin_state *spin;
    const hp_channel_options *options;
} hp_study_channels;
hp_status hp_study_create_channels(hp_study *study, const hp_potential_setup *potential,
                                   const hp_study_channels *channels, hp_error *err);

/* Observables are those of channels. */
bool hp_study_has_channels(const hp_study *study);

/* Where the potential ends, in fm. */
double hp_study_range_fm(const hp_study *study);

void hp_study_destroy(hp_study *study);

/* All of a study of given forms, which must outlive it, in fm: the observables that are wanted on
 * the nodes that the forms and the options ask for, and all rows. study: {0} at first. Errors:
 * HP_ERR_INPUT naming the option; those of hp_observables_create and hp_study_choose_nodes. */
hp_status hp_study_prepare_given(hp_study *study, const hp_forms *forms, const hp_pair *pair,
                                 const hp_observables_options *options, hp_error *err);

/* Add the rows of potential, map and observables to the record; axes of the data come before.
 * Errors: HP_ERR_MEMORY. */
hp_status hp_study_describe(hp_study *study, hp_error *err);

/* Whether the potential of the average falls off within its range: a fact of fitted potentials, and
 * a note where the edge ratio is above `most`. */
void hp_study_note_edge(hp_study *study, double edge_ratio, double most);

/* Fit the potential to study->data, from nothing or from the results `start` of another fit: what
 * it stores, and the map, into vector; the prediction into the study. Errors: of hp_potential_fit.
 */
hp_status hp_study_learn(hp_study *study, const double *start, const hp_tick *tick, double *vector,
                         hp_error *err);

/* Nodes of the solvers, before anything is observed: those that the potential asks for as it is
 * now, for this pair (nodes.h), or those of other results of the same record; a job may give them
 * instead. Errors: of hp_nodes_choose and the potential. */
hp_status hp_study_choose_nodes(hp_study *study, const hp_pair *pair, hp_error *err);
hp_status hp_study_take_nodes(hp_study *study, const double *vector, hp_error *err);

/* All observables of the potential as it is now, for this pair, and the edge ratio, into vector.
 * Errors: HP_ERR_NUMERIC. */
hp_status hp_study_observe(hp_study *study, const hp_pair *pair, double *vector, hp_error *err);

/* All that follows hp_study_create, for one sample alone. found (record.length), where the record
 * says: out, owned by the caller, after a failure too. Errors: of describe, learn and observe. */
hp_status hp_study_solve(hp_study *study, double **found, hp_error *err);

#endif
