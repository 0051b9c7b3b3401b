// SPDX-License-Identifier: GPL-3.0-or-later
/* What a job of `hadpot scatter`, or of `hadpot synth`, states of its channels: pairs, components,
 * the elements of the potential between them, energies, sheets. Lengths in fm. */
#ifndef HADPOT_GIVEN_CHANNELS_H
#define HADPOT_GIVEN_CHANNELS_H

#include "hadpot/config.h"
#include "hadpot/form_matrix.h"
#include "hadpot/poles.h"

enum { HP_CHANNEL_NAME = 48, HP_GIVEN_SHEETS = 16 };

typedef struct hp_given_channels {
    hp_channels channels; /* 1/fm, in the order of the job, with charges and Coulomb force */
    bool one_s_wave;      /* one component, l = 0, non-relativistic: that of hp_nystroem, hp_ode */
    double h[HP_MOST_PAIRS];                             /* hbar^2/(2 mu), MeV fm^2, as given */
    char pair[HP_MOST_PAIRS][HP_CHANNEL_NAME];           /* "": that of the top level */
    char component[HP_MOST_COMPONENTS][HP_CHANNEL_NAME]; /* as in the job; "": without channels */
    hp_spin_state spin[HP_MOST_COMPONENTS];
    double weight[HP_MOST_COMPONENTS]; /* of |psi_c|^2 in C(k) */
    int nsheet, most_poles;
    hp_sheet sheet[HP_GIVEN_SHEETS]; /* poles are searched for */
    hp_pole_region region;           /* 1/fm */
} hp_given_channels;

/* Without channels.components: the one S wave of the masses at the top level. key: out, what is to
 * blame. Errors: HP_ERR_INPUT. */
hp_status hp_given_channels_read(const hp_scatter_job *job, hp_given_channels *given,
                                 const char **key, hp_error *err);

/* The job of `hadpot scatter` with the channels of one of `hadpot synth`, relativistic, whose
 * results are the truth; lists are borrowed. */
hp_scatter_job hp_given_scatter_of_synth(const hp_synth_job *job);
/* The component that a source makes, 0 where the job names none; -1: it is not there. */
int hp_given_source_component(const hp_synth_job *job, const hp_given_channels *given, int source);

/* E above the lowest threshold in 1/fm, ascending: from energies_mev or total_energies_mev, from
 * momenta those of the pair with the lowest threshold, else 1, 2, ..., 100 MeV. energy (n): out,
 * owned by the caller, hp_free. Errors: HP_ERR_INPUT, MEMORY. */
hp_status hp_given_energies(const hp_scatter_job *job, const hp_given_channels *given,
                            double **energy, int *n, const char **key, hp_error *err);

/* Every element of a job's terms is one of its channels, or the only one. Errors: HP_ERR_INPUT. */
hp_status hp_given_elements_check(const hp_form_keys *keys, const hp_given_channels *given,
                                  const char **key, hp_error *err);

/* The matrix of all terms and tables. matrix: out, owned by the caller. Errors: HP_ERR_INPUT naming
 * the key of a table, MEMORY. */
hp_status hp_given_form_matrix(const hp_form_keys *keys, const hp_given_channels *given,
                               hp_form_matrix **matrix, hp_error *err);

/* The job of hadpot scatter with the channels of a toy, whose observables are those of its true
 * potential; without forms, which are keys of the toy. Borrowed. */
hp_scatter_job hp_toy_truth(const hp_toy_job *job);

/* "(-,+)" of a sheet. */
enum { HP_SHEET_TEXT = 2 * HP_MOST_PAIRS + 2 };
const char *hp_given_sheet_text(int npair, hp_sheet sheet, char text[HP_SHEET_TEXT]);

#endif
