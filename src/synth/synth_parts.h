// SPDX-License-Identifier: GPL-3.0-or-later
/* The parts of which a synthetic ensemble is made. Lattice units (a = 1) unless said otherwise. */
#ifndef HADPOT_SYNTH_PARTS_H
#define HADPOT_SYNTH_PARTS_H

#include <gsl/gsl_rng.h>
#include "hadpot/forms.h"
#include "hadpot/geometry.h"
#include "hadpot/given_channels.h"
#include "hadpot/hdf5_write.h"
#include "hadpot/matrix_study.h"
#include "hadpot/synth.h"
#include "hadpot/yaml_writer.h"

typedef struct hp_synth_channels hp_synth_channels;

/* A job with its scales in lattice units. */
typedef struct hp_synth_setup {
    const hp_synth_job *job;     /* not owned */
    hp_form_keys potential;      /* its form sections, borrowed */
    hp_forms *forms;             /* the potential of one S wave, in MeV and fm; NULL: */
    hp_synth_channels *channels; /* that of several components, which have a setup for each pair */
    double spacing_fm;           /* a */
    double mass[2], mu;
    double root_z;  /* Z_1 = Z_2: two-point functions are that times exp(-m t) */
    bool identical; /* equal masses: the two hadrons are the same one */
    bool cubic;
    hp_geometry geometry;     /* orbits of the periodic box, or all radii h, 2 h, ... of the
                                 spherical one, which ends half a step behind the last */
    double step;              /* radial: h */
    int npoint;               /* points of the ensemble: the first radii, or all orbits */
    int nradius;              /* distances of them */
    int nseen;                /* distances up to the end of the grid, or L/2 */
    int nfield;               /* four-point functions: sources, times components where there are any
                               */
    double growth[2];         /* of the noise of each two-point function, */
    double four_growth;       /* and of the other one */
    double chain_correlation; /* rho, of the noise of successive configurations */
} hp_synth_setup;

/* Check what concerns several keys and fill the setup, which the caller owns. Errors: HP_ERR_INPUT.
 */
hp_status hp_synth_set_up(const hp_synth_job *job, hp_synth_setup *setup, hp_error *err);
void hp_synth_setup_destroy(hp_synth_setup *setup);

/* The hadrons of setup: masses, growth of their noise; checks of what their correlators are.
 * Errors: HP_ERR_INPUT. */
hp_status hp_synth_set_hadrons(hp_synth_setup *setup, double mass_1_mev, double mass_2_mev,
                               hp_error *err);

/* Channels of a job: components are those of the job, in its order. */
struct hp_synth_channels {
    hp_given_channels given; /* names; channels in 1/fm */
    hp_channels lattice;     /* the same channels in lattice units */
    hp_form_matrix *matrix;  /* the potential, MeV and fm */
    hp_synth_setup
        pair[HP_MOST_PAIRS];      /* setups with the hadrons of each pair, all else borrowed */
    double stored[HP_MOST_PAIRS]; /* factor of sinks, and of sources: sqrt 2 of identical ones */
};

/* Fill setup->channels, when all but hadrons and potential is known. Errors: HP_ERR_INPUT, MEMORY.
 */
hp_status hp_synth_set_channels(hp_synth_setup *setup, hp_error *err);
void hp_synth_channels_destroy(hp_synth_channels **channels);

/* As hp_synth_cut_off, of all elements. Errors: MEMORY. */
hp_status hp_synth_channels_cut_off(const hp_synth_setup *setup, double *local, double *nonlocal,
                                    hp_error *err);

/* The first component of the pair of a component, of which the noise of two-point functions is. */
int hp_synth_first_of_pair(const hp_synth_setup *setup, int component);

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

/* Random numbers of a row, which depend on its stream and its place in it alone. */
typedef struct hp_synth_streams {
    gsl_rng *noise; /* at the times of the waves, */
    gsl_rng *outer; /* and of two-point functions at the others */
    bool first;     /* the row begins a stream */
} hp_synth_streams;

/* random: out, owned by the caller, to be destroyed also after a failure. Errors: HP_ERR_MEMORY. */
hp_status hp_synth_streams_create(const hp_synth_setup *setup, int row, hp_synth_streams *random,
                                  hp_error *err);
void hp_synth_streams_destroy(hp_synth_streams *random);

/* profile (n) = exp(-(r/width)^2) at the first n points, orbits with periodic images; 1 for width
 * 0. */
void hp_synth_fill_profile(const hp_synth_setup *setup, double width_fm, int n, double *profile);

/* What is stated: a text, a list (values or texts), or else a number. */
typedef struct hp_synth_fact {
    const char *level, *key; /* level: "", or what the key belongs to */
    const char *text;
    char *const *texts; /* (n) */
    const double *values;
    int n; /* of the list */
    double number;
} hp_synth_fact;

/* The keys of the form sections that are given, in the order of the table; returns how many. */
enum { HP_SYNTH_MAX_FACTS = 96 };
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

/* The lowest levels of coupled channels in the box (docs/method-synth.md, "Coupled channels"). */
typedef struct hp_synth_levels {
    int count, n, nbox; /* n = components * nbox */
    double *energy;     /* (count) W_n above the lowest threshold */
    double *u;          /* (count, components, nbox) sum u^2 = 1; > 0 where the first component is
                           largest */
    double *weight;     /* (count) work space */
    double *profile;    /* (nbox) work space */
} hp_synth_levels;

/* Errors: HP_ERR_INPUT for potentials that are not finite, or bind too deeply; NUMERIC, MEMORY. */
hp_status hp_synth_levels_create(const hp_synth_setup *setup, hp_synth_levels *levels,
                                 hp_error *err);
void hp_synth_levels_destroy(hp_synth_levels *levels);

/* Work space of the level whose number is asked for: M(E) = H - E_a(E), (n, n). */
typedef struct hp_synth_matrix {
    const hp_channels *channels;
    int n, nbox;
    double *fixed, *shifted; /* (n, n) H, and H less E_a */
} hp_synth_matrix;
hp_status hp_synth_matrix_create(const hp_synth_setup *setup, hp_synth_matrix *matrix,
                                 hp_error *err);
void hp_synth_matrix_destroy(hp_synth_matrix *matrix);

/* R of a source in a component, (ntime, npoint + 1): one radius more than the ensemble. Errors:
 * HP_ERR_NUMERIC when it is not finite. */
hp_status hp_synth_levels_correlate(const hp_synth_setup *setup, hp_synth_levels *levels,
                                    int source, int component, double *R, hp_error *err);

/* "3D1" of a component. */
const char *hp_synth_wave(const hp_synth_setup *setup, int component);

/* Attributes and axes of an ensemble file, pairs and components where there are any; nfull: times
 * of two-point functions. */
hp_status hp_synth_write_frame(const hp_synth_setup *setup, int nfull, hid_t file, hp_error *err);

/* What the components of a job do (truth->coupled). */
typedef struct hp_synth_coupled {
    hp_form_matrix *matrix;
    hp_matrix_study study;
} hp_synth_coupled;
hp_status hp_synth_coupled_create(const hp_synth_setup *setup, hp_synth_truth *truth,
                                  hp_error *err);
void hp_synth_coupled_destroy(hp_synth_coupled **coupled);

/* Its numbers as datasets /truth/PATH; entries of the truth file. */
hp_status hp_synth_coupled_store(const hp_synth_setup *setup, const hp_synth_truth *truth,
                                 hid_t file, hp_error *err);
hp_status hp_synth_coupled_print(const hp_synth_setup *setup, const hp_synth_truth *truth,
                                 hp_yaml_writer *yaml, hp_error *err);

/* An ensemble of several components (hp_file_writer; content: hp_synth_content). */
hp_status hp_synth_write_components(const void *content, const char *path, hp_error *err);

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
    double *chain; /* (nfield, 4 ntime + ntime nradius) all, on the latest configuration */
    double amplitude; /* by which all of the latest configuration are multiplied */
} hp_synth_noise;

hp_status hp_synth_noise_create(const hp_synth_setup *setup, hp_synth_noise *noise, hp_error *err);
void hp_synth_noise_destroy(hp_synth_noise *noise);

/* Draw eta, xi and, where there is any, zeta of a field on the configuration after the latest one,
 * or the first of a chain.
 */
void hp_synth_noise_draw(hp_synth_noise *noise, gsl_rng *rng, int field, bool first);

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

/* <C2>(t) of a hadron: sqrt(Z_1 Z_2) exp(-m t) (1 + A exp(-gap t)). */
double hp_synth_two_point(const hp_synth_setup *setup, int hadron, int t);

#endif
