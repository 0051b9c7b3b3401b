// SPDX-License-Identifier: GPL-3.0-or-later
/* The parts of which a synthetic ensemble is made. Lattice units (a = 1) unless said otherwise. */
#ifndef HADPOT_SYNTH_PARTS_H
#define HADPOT_SYNTH_PARTS_H

#include <stdbool.h>
#include <gsl/gsl_rng.h>
#include "hadpot/synth.h"

/* A checked spec with its scales in lattice units. */
typedef struct hp_synth_setup {
    const hp_synth_spec *spec; /* not owned */
    double spacing_fm;         /* a */
    double mass[2], mu;
    bool identical; /* equal masses: the two hadrons are the same one */
    double step;    /* h, distance between radii */
    int nbox;       /* radii h ... nbox h inside the box, which ends half a step later */
    double radial_correlation;
} hp_synth_setup;

/* Check everything in the spec and fill the setup. Errors: HP_ERR_INPUT. */
hp_status hp_synth_set_up(const hp_synth_spec *spec, hp_synth_setup *setup, hp_error *err);

/* V(r) of the spec in MeV. */
double hp_synth_potential_mev(const hp_synth_spec *spec, double r_fm);

/* All that was asked for in one line of text, with the version of the program; the caller owns it
 * (free). Errors: HP_ERR_MEMORY. */
hp_status hp_synth_describe(const hp_synth_setup *setup, char **text, hp_error *err);

/* The lowest eigenstates of the relative motion in the box. */
typedef struct hp_synth_states {
    int count, nbox;
    double *energy; /* (count) E_n = k_n^2/(2 mu) */
    double *shift;  /* (count) dW_n = sqrt(m1^2+k_n^2) + sqrt(m2^2+k_n^2) - m1 - m2 */
    double *u;      /* (count, nbox) u_n(r_i) = sqrt(4 pi) r_i psi_n(r_i), h sum_i u_n^2 = 1 */
    double *source; /* (nbox) work space: r_i s(r_i) */
    double *weight; /* (count) work space: contribution of each state */
} hp_synth_states;

hp_status hp_synth_states_create(const hp_synth_setup *setup, hp_synth_states *states,
                                 hp_error *err);
void hp_synth_states_destroy(hp_synth_states *states);

/* R (ntime, points) of one source. Errors: HP_ERR_NUMERIC when it is not finite. */
hp_status hp_synth_states_correlate(const hp_synth_setup *setup, hp_synth_states *states,
                                    int source, double *R, hp_error *err);

/* Noise of one source on one configuration: unit normal variables. */
typedef struct hp_synth_noise {
    int points, ntime;
    double time_correlation;
    bool identical;
    double *factor; /* (points, points) lower Cholesky factor of the correlation in r */
    double *z;      /* (points) independent in r */
    double *eta;    /* (2, ntime) noise of the two-point functions */
    double *xi;     /* (ntime, points) noise of the four-point function */
} hp_synth_noise;

hp_status hp_synth_noise_create(const hp_synth_setup *setup, hp_synth_noise *noise, hp_error *err);
void hp_synth_noise_destroy(hp_synth_noise *noise);

/* Draw eta and xi. */
void hp_synth_noise_draw(hp_synth_noise *noise, gsl_rng *rng);

#endif
