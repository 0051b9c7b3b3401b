// SPDX-License-Identifier: GPL-3.0-or-later
/* Synthetic ensembles with a known truth: correlators made of the eigenstates of a potential
 *     V(r) delta3(r-r') + U(r,r')
 * of known form in a spherical box, or of V(r) in a periodic one, with correlated noise, and the
 * phase shifts of that potential (docs/method-synth.md). */
#ifndef HADPOT_SYNTH_H
#define HADPOT_SYNTH_H

#include <stdbool.h>
#include <stdint.h>
#include "hadpot/config.h"

/* What to make. Nothing is owned; every pointer must stay valid during the call. */
typedef struct hp_synth_spec {
    const char *output;  /* ensemble file (HDF5) */
    const char *truth;   /* YAML file; NULL or "": output with _truth.yaml instead of .h5 */
    const char *channel; /* name of the channel */
    double mass_1_mev, mass_2_mev; /* mass_2_mev = 0: the same as mass_1_mev */
    double inverse_spacing_mev;    /* 1/a */

    const hp_form_keys *potential; /* its form sections; lists of one section of equal lengths */

    int extent;         /* L of a periodic box, even: a cubic ensemble; 0: a radial one, of which */
    double spacing_lat; /* h: the radii are h, 2 h, ..., points h */
    int points;
    double box_fm; /* radius of the spherical box, rounded to a half-integer multiple of h; 0: twice
                      the grid */
    int states;    /* lowest eigenstates that contribute */

    int first_time, ntime; /* Euclidean times first_time ... first_time + ntime - 1 */

    int nsource;
    char *const *source_names; /* (nsource) */
    const double *widths_fm;   /* (nsource) profile exp(-(r/width)^2); 0: wall, 1 everywhere */

    int ninelastic;                     /* nsource; 0: no inelastic contamination */
    const double *inelastic_amplitudes; /* (nsource) A: R gets A exp(-gap t) chi(r), where */
    double gap_mev, inelastic_width_fm; /* chi = exp(-(r/width)^2) and gap is above threshold */

    int configurations;
    int streams;            /* independent Markov chains of equal length; the first ones take what
                               is left over; 0: one */
    int configuration_step; /* their trajectory numbers are 1, 1 + step, ...; 0: 1 */
    double tau_int; /* integrated autocorrelation time along a chain, 1/2 for none; 0: 1/2 */
    uint64_t seed;
    double four_point;            /* relative noise at the first time that R feels, and */
    double two_point;             /* that cancels in R to first order */
    double growth;                /* per unit of time: noise ~ exp(growth (t - first_time)) */
    double pion_mass_mev;         /* above 0: a growth of m_1 + m_2 - 3 m_pi for the former noise
                                     and m - 3 m_pi/2 for that of each two-point function */
    double radial_correlation_fm; /* correlation exp(-(r-r')^2 / (2 length^2)) */
    double time_correlation;      /* between neighbouring times, 0 <= c < 1 */

    int nenergy;
    const double *energies_mev; /* (nenergy) e_cm = k^2/(2 mu) > 0, ascending, of the
                                   phase shifts */
} hp_synth_spec;

/* What a job file of `hadpot synth` asks for. potential: its form sections,
 *     hp_form_keys potential = {HP_FORM_SECTIONS(HP_TAKE_SECTION, HP_TAKE_KEY, HP_TAKE_END)};
 * both are borrowed by the spec. */
hp_synth_spec hp_synth_read_spec(const hp_synth_job *job, const hp_form_keys *potential);

enum { HP_SYNTH_MAX_BOUND = 32 };

/* What the potential does in infinite volume and the continuum, by the Nystroem method on the grid
 * that `hadpot scatter` takes: k cot delta = -1/a0 + r_eff k^2/2 + ... */
typedef struct hp_synth_truth {
    double scattering_length_fm, effective_range_fm;
    int bound_states, nbound;            /* how many there are, and are listed: */
    double *binding_energy_mev, *rms_fm; /* (nbound) B = kappa^2/(2 mu), deepest first */
    int nenergy;
    double *e_cm_mev, *k_mev, *delta_deg, *kcot_mev; /* (nenergy) e_cm = k^2/(2 mu) */
    double cut_off; /* largest |r V|, and |r r' U| for any r', at the last radius of the ensemble,
                       as part of the largest of all: what an analysis of it cannot see */
    int nlevel;     /* of a cubic ensemble its states, otherwise 0 */
    double *level_mev; /* (nlevel) in the periodic box, relativistic: dW_n = sqrt(m1^2 + k^2) +
                          sqrt(m2^2 + k^2) - m1 - m2 with k^2 = 2 mu e_cm */
} hp_synth_truth;

/* Find it. truth: out, owned by the caller. Errors: HP_ERR_INPUT naming the value of the spec and
 * what is allowed; HP_ERR_NUMERIC, MEMORY. */
hp_status hp_synth_truth_create(const hp_synth_spec *spec, hp_synth_truth *truth, hp_error *err);
void hp_synth_truth_destroy(hp_synth_truth *truth);

/* Above this part of its maximum at the last radius a potential deserves a warning. */
#define HP_SYNTH_CUT_OFF 1e-4

/* Write the ensemble (raw configurations in the layout of README.md) and, in group /truth, what it
 * was made from and what should be found (truth; NULL: only the former),
 *     R(t,r) = sum_n A_n exp(-dW_n t) psi_n(r) + A exp(-gap t) chi(r),
 *     four_point = R C2_1 C2_2,   C2 = exp(-m t).
 * A radial ensemble has r <= points h; in a cubic one psi_n are the lowest A1 states of V with the
 * 6-neighbour Laplacian, Gaussian profiles are summed over periodic images, and noise is that of
 * the distance.
 * With several streams /stream (configurations) numbers them 1, 2, ...; rows are ordered by stream
 * and /configuration starts again in each. The file gets its name when it is complete; one of that
 * name is replaced. The same spec gives the same bytes, and a configuration of a stream does not
 * depend on how many there are. Serial; needs no MPI. Errors: HP_ERR_INPUT naming the value and
 * what is allowed; HP_ERR_IO when the file cannot be written; HP_ERR_NUMERIC, LIBRARY, MEMORY. A U
 * that has not fallen off where the grid ends is an input error, since int U R of the data would
 * miss what is beyond. After an error there is no new file. */
hp_status hp_synth_write_ensemble(const hp_synth_spec *spec, const hp_synth_truth *truth,
                                  hp_error *err);

/* Whether the two files may be put where the spec says: a file that hadpot synth has not made is
 * never replaced, an ensemble of another spec, or a truth without its ensemble, with `overwrite`
 * alone; the same ensemble again, of any version, is. Says what is replaced. Errors: HP_ERR_INPUT
 * naming the file, and what differs; those of the spec. */
hp_status hp_synth_check_place(const hp_synth_spec *spec, const char *truth_path, bool overwrite,
                               hp_error *err);

/* Write the truth beside it (YAML) with potential and masses. Serial. Errors: as above. */
hp_status hp_synth_write_truth(const hp_synth_spec *spec, const hp_synth_truth *truth,
                               hp_error *err);

/* Name of that file: spec->truth, or spec->output with _truth.yaml instead of its .h5, if it has
 * one. path: out, owned by the caller, hp_free. Errors: HP_ERR_MEMORY. */
hp_status hp_synth_truth_path(const hp_synth_spec *spec, char **path, hp_error *err);

#endif
