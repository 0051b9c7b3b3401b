// SPDX-License-Identifier: GPL-3.0-or-later
/* The parts of which a synthetic ensemble is made. Lattice units (a = 1) unless said otherwise. */
#ifndef HADPOT_SYNTH_PARTS_H
#define HADPOT_SYNTH_PARTS_H

#include <gsl/gsl_rng.h>
#include "hadpot/forms.h"
#include "hadpot/geometry.h"
#include "hadpot/hdf5_write.h"
#include "hadpot/synth.h"

/* A job with its scales in lattice units. */
typedef struct hp_synth_setup {
    const hp_synth_job *job; /* not owned */
    hp_form_keys potential;  /* its form sections, borrowed */
    hp_forms *forms;         /* the potential, in MeV and fm */
    double spacing_fm;       /* a */
    double mass[2], mu;
    bool identical; /* equal masses: the two hadrons are the same one */
    bool cubic;
    hp_geometry geometry;     /* orbits of the periodic box, or all radii h, 2 h, ... of the
                                 spherical one, which ends half a step behind the last */
    double step;              /* radial: h */
    int npoint;               /* points of the ensemble: the first radii, or all orbits */
    int nradius;              /* distances of them */
    int nseen;                /* distances up to the end of the grid, or L/2 */
    double growth[2];         /* of the noise of each two-point function, */
    double four_growth;       /* and of the other one */
    double chain_correlation; /* rho, of the noise of successive configurations */
} hp_synth_setup;

/* Check what concerns several keys and fill the setup, which the caller owns. Errors: HP_ERR_INPUT.
 */
hp_status hp_synth_set_up(const hp_synth_job *job, hp_synth_setup *setup, hp_error *err);
void hp_synth_setup_destroy(hp_synth_setup *setup);

/* |r V| (or |V2|, if larger) and |r r' U| at the last radius that is seen as parts of the largest
 * up to it; 0 where there is none. */
void hp_synth_cut_off(const hp_synth_setup *setup, double *local, double *nonlocal);

/* Distance i, and that of a point, in fm. */
static inline double hp_synth_radius_fm(const hp_synth_setup *setup, int i) {
    return setup->geometry.r[i] * setup->spacing_fm;
}
static inline double hp_synth_point_fm(const hp_synth_setup *setup, int point) {
    return hp_synth_radius_fm(setup, setup->geometry.shell[point]);
}

/* Stream of a row and its place in it, both from 0. */
void hp_synth_locate(const hp_synth_setup *setup, int row, int *stream, int *place);

/* profile (n) = exp(-(r/width)^2) at the first n points, orbits with periodic images; 1 for width
 * 0. */
void hp_synth_fill_profile(const hp_synth_setup *setup, double width_fm, int n, double *profile);

/* What is stated: a text, a list (values), or else a number. */
typedef struct hp_synth_fact {
    const char *level, *key; /* level: "", or what the key belongs to */
    const char *text;
    const double *values;
    int n; /* of the list */
    double number;
} hp_synth_fact;

/* The keys of the form sections that are given, in the order of the table; returns how many. */
enum { HP_SYNTH_MAX_FACTS = 64 };
int hp_synth_list_potential(const hp_form_keys *keys, hp_synth_fact fact[HP_SYNTH_MAX_FACTS]);

/* All that was asked for in one line of text, with the version of the program; the caller owns it
 * (free). Errors: HP_ERR_MEMORY. */
hp_status hp_synth_describe(const hp_synth_setup *setup, char **text, hp_error *err);

/* The lowest eigenstates of the relative motion in the box; all arrays are parts of `energy`. */
typedef struct hp_synth_states {
    int count, nbox;
    double *energy;  /* (count, room for nbox) e_cm = k_n^2/(2 mu) */
    double *shift;   /* (count) dW_n = sqrt(m1^2+k_n^2) + sqrt(m2^2+k_n^2) - m1 - m2 */
    double *u;       /* (count, nbox) u_n(r_i) = sqrt(4 pi) r_i psi_n(r_i), h sum_i u_n^2 = 1, or of
                        a periodic box psi_n(orbit), sum_r psi_n^2 = 1 */
    double *source;  /* (nbox) work space: r_i s(r_i), or s times sites of the orbit */
    double *overlap; /* (count) work space: of each state with the source, */
    double *weight;  /* (count) and its contribution */
} hp_synth_states;

hp_status hp_synth_states_create(const hp_synth_setup *setup, hp_synth_states *states,
                                 hp_error *err);
void hp_synth_states_destroy(hp_synth_states *states);

/* energy and u of the lowest states of H. Errors: HP_ERR_NUMERIC, MEMORY; HP_ERR_INPUT for a
 * potential that is not finite. */
hp_status hp_synth_diagonalise(const hp_synth_setup *setup, hp_synth_states *states, hp_error *err);

/* R (ntime, npoint) of one source. Errors: HP_ERR_NUMERIC when it is not finite. */
hp_status hp_synth_states_correlate(const hp_synth_setup *setup, hp_synth_states *states,
                                    int source, double *R, hp_error *err);

/* What the writers of the two files are handed; truth may be NULL. */
typedef struct hp_synth_content {
    const hp_synth_setup *setup;
    const hp_synth_truth *truth;
} hp_synth_content;

/* The group /truth of an ensemble file; truth may be NULL. Errors: HP_ERR_IO, MEMORY. */
hp_status hp_synth_write_group(const hp_synth_setup *setup, const hp_synth_truth *truth, hid_t file,
                               hp_error *err);

/* Noise of one source on one configuration: variables of mean 0 and variance 1. */
typedef struct hp_synth_noise {
    const hp_synth_setup *setup;
    double *factor; /* (nradius, nradius) lower Cholesky factor of the correlation in r */
    double *z;      /* (nradius) independent in r, */
    double *same;   /* (nradius) and of all times */
    double *eta;   /* (2, ntime) noise of the two-point functions that the four-point one shares, */
    double *xi;    /* (ntime, nradius) that of the four-point function, */
    double *zeta;  /* (2, ntime) that of the two-point functions alone, one behind the other */
    double *chain; /* (nsource, 4 ntime + ntime nradius) all, on the latest configuration */
    double amplitude; /* by which all of the latest configuration are multiplied */
} hp_synth_noise;

hp_status hp_synth_noise_create(const hp_synth_setup *setup, hp_synth_noise *noise, hp_error *err);
void hp_synth_noise_destroy(hp_synth_noise *noise);

/* Draw eta, xi and, where there is any, zeta of a source on the configuration after the latest one,
 * or the first of a chain.
 */
void hp_synth_noise_draw(hp_synth_noise *noise, gsl_rng *rng, int source, bool first);

/* Two-point functions at times before and after those of the waves. Their noise goes on from that
 * of the first and of the last of these,
 *     eta(t-1) = c eta(t) + sqrt(1 - c^2) xi,   c the correlation of neighbouring times,
 * with random numbers of its own, so that what stands at the times of waves does not change. */
typedef struct hp_synth_outer {
    const hp_synth_setup *setup;
    int nfull, before, nouter; /* all times; those in front of the waves; those without waves */
    double *block;             /* all arrays */
    double *mean;              /* (2, nfull) without noise */
    double *xi;                /* (nsource, 4, nouter) of the latest configuration */
    double *series;            /* (4, nfull) eta_1, eta_2, zeta_1, zeta_2 */
    double *row;               /* (2, nfull) one configuration */
} hp_synth_outer;

/* nfull 0 where the job wants none. Errors: HP_ERR_MEMORY. */
hp_status hp_synth_outer_create(const hp_synth_setup *setup, hp_synth_outer *outer, hp_error *err);
void hp_synth_outer_destroy(hp_synth_outer *outer);

/* row of a source, from the noise that has been drawn and the two-point functions (2, ntime) made
 * of it, whose bits it takes. */
void hp_synth_outer_draw(hp_synth_outer *outer, const hp_synth_noise *noise, gsl_rng *rng,
                         int source, bool first, const double *two_row);

/* <C2>(t) of a hadron: exp(-m t) (1 + A exp(-gap t)). */
double hp_synth_two_point(const hp_synth_setup *setup, int hadron, int t);

#endif
