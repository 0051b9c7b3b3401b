// SPDX-License-Identifier: GPL-3.0-or-later
/* The default matrix potential fitted to the waves of a closure of two pairs (coupled_closure.h),
 * with or without noise, and the S-matrix of the fit beside the true one. */
#ifndef HADPOT_TEST_CLOSURE_FIT_H
#define HADPOT_TEST_CLOSURE_FIT_H

#include "coupled_closure.h"
#include "hadpot/potential.h"
#include "hadpot/smatrix.h"

enum {
    CLOSURE_TIMES = 3,
    CLOSURE_COLUMNS = CLOSURE_SOURCES * CLOSURE_TIMES,
    CLOSURE_VALUES = CLOSURE_COLUMNS * 2 * CLOSURE_POINTS,
    CLOSURE_MOST_ENERGIES = 16
};

/* delta_1 in degrees and eta at energies. */
typedef struct closure_phases {
    double delta[CLOSURE_MOST_ENERGIES], eta[CLOSURE_MOST_ENERGIES];
} closure_phases;

typedef struct closure_fit {
    coupled_closure truth;
    hp_fit_data data;             /* R, S without noise at first */
    double clean[CLOSURE_VALUES]; /* S without noise */
    hp_potential_setup setup;
    hp_potential potential;
    hp_record record;
    hp_quadrature grid;
    hp_node_potential nodes;
    hp_coupled *solver;
    hp_channels channels;
    double *average, *sample, *prediction; /* results of fits */
    double *kernel, *local;                /* of the truth on the grid */
    hp_error err;
} closure_fit;

/* noise: error of S over max |S| of each sink and column, for the weights; nothing is added yet.
 * network: NULL: the defaults. The closure, times 8, 10, 12, two sources. One unit of length is 0.4
 * fm: the range that the default lengths of networks are made for, 4 fm with envelopes of 0.3 and
 * 0.4 of it, is then 10, where the longest force has 3e-4 of its size; radii up to there are
 * fitted.
 */
void closure_fit_create(closure_fit *fit, const coupled_closure *truth, double noise,
                        const hp_model_spec *network);
void closure_fit_destroy(closure_fit *fit);

/* S = centre (values) + noise of the errors in the data, keyed by seed and sample; its rms. */
void closure_fit_add_noise(closure_fit *fit, const double *centre, int seed, int sample);

/* Fit from drawn weights into `average`, or from there into `sample`. Returns the loss. */
double closure_fit_average(closure_fit *fit);
double closure_fit_sample(closure_fit *fit);

/* chi2 per fitted point of the latest fit. */
double closure_fit_chi2(const closure_fit *fit);

/* Phases of the latest fit, or of the truth, at total energies W. */
void closure_fit_phases(closure_fit *fit, const double *W, int n, bool of_truth,
                        closure_phases *phases);

#endif
