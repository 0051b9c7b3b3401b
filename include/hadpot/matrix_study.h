// SPDX-License-Identifier: GPL-3.0-or-later
/* The study of a given matrix of potentials between coupled channels, or of one partial wave
 * (`hadpot scatter`): as given_study.h. Units: fm and 1/fm; results in MeV and fm. */
#ifndef HADPOT_MATRIX_STUDY_H
#define HADPOT_MATRIX_STUDY_H

#include "hadpot/channel_observables.h"

/* The matrix is not owned and must outlive the study; names, spin and options are borrowed until
 * hp_matrix_study_create has returned. */
typedef struct hp_matrix_setup {
    const hp_form_matrix *matrix;
    const hp_channels *channels;
    const char *const *pair_name, *const *component_name;
    const hp_spin_state *spin;
    const hp_channel_options *options;
} hp_matrix_setup;

typedef struct hp_matrix_study {
    const hp_form_matrix *matrix; /* not owned */
    hp_channels channels;
    hp_channel_observables observables;
    double *local[2], *kernel[2]; /* on the nodes of each solver; NULL: no such part */
    double edge_ratio; /* what is cut off at the end of the range, of the largest element */
    hp_record record;
    double *vector; /* (record.length) results */
} hp_matrix_study;

/* study: {0} at first, owned by the caller, at a place that does not move. Finds everything that
 * is wrong with the options. Errors: HP_ERR_INPUT naming the option; MEMORY. */
hp_status hp_matrix_study_create(const hp_matrix_setup *setup, hp_matrix_study *study,
                                 hp_error *err);
void hp_matrix_study_destroy(hp_matrix_study *study);

/* All observables. Errors: HP_ERR_NUMERIC. */
hp_status hp_matrix_study_observe(hp_matrix_study *study, hp_error *err);

/* Everything in the record, when all is computed. Errors: HP_ERR_MEMORY. */
hp_status hp_matrix_study_describe(hp_matrix_study *study, hp_error *err);

#endif
