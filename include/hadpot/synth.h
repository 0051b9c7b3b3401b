// SPDX-License-Identifier: GPL-3.0-or-later
/* Synthetic ensembles with a known truth: correlators made of the eigenstates of a potential
 *     V(r) delta3(r-r') + {p^2, V2(r)} + U(r,r')
 * of known form in a spherical box, or of V(r) in a periodic one, with correlated noise, and the
 * phase shifts of that potential (docs/method-synth.md); or of the levels of a matrix of potentials
 * V_cd, U_cd between coupled channels and partial waves in a spherical box.
 *
 * All functions take a job that has been checked (config.h), or a copy with other values: then
 * without noise one configuration is enough. */
#ifndef HADPOT_SYNTH_H
#define HADPOT_SYNTH_H

#include <stdbool.h>
#include "hadpot/config.h"

enum { HP_SYNTH_MAX_BOUND = 32 };

/* What the potential does in infinite volume and the continuum, by the Nystroem method on the grid
 * that `hadpot scatter` takes: k cot delta = -1/a0 + r_eff k^2/2 + ... */
typedef struct hp_synth_truth {
    double scattering_length_fm, effective_range_fm;
    int bound_states, nbound;                      /* how many there are, and are listed: */
    double binding_energy_mev[HP_SYNTH_MAX_BOUND], /* (nbound) B = kappa^2/(2 mu), deepest first */
        rms_fm[HP_SYNTH_MAX_BOUND];
    int nenergy;
    double *e_cm_mev, *k_mev, *delta_deg, *kcot_mev; /* (nenergy) e_cm = k^2/(2 mu) */
    double cut_off;    /* largest |r V|, |V2| and |r r' U| for any r' at the last radius of the
                          ensemble, as part of the largest of all: what an analysis cannot see */
    int nlevel;        /* of a cubic ensemble its states, otherwise 0 */
    double *level_mev; /* (nlevel) in the periodic box, relativistic: dW_n = sqrt(m1^2 + k^2) +
                          sqrt(m2^2 + k^2) - m1 - m2 with k^2 = 2 mu e_cm */
    double *block;     /* all lists but the first two are parts of it */
    struct hp_synth_coupled *coupled; /* NULL: one S wave; of several components all is in a record,
                                         and of what is above there are bound_states, cut_off and
                                         the levels in the box alone, which are W_n */
} hp_synth_truth;

/* What several components do, as rows of hp_channel_observables, in the order of the job, at the
 * energies of the job; values: out, its vector. Both are those of the truth. NULL: one S wave. */
struct hp_record;
const struct hp_record *hp_synth_truth_record(const hp_synth_truth *truth, const double **values);

/* Find it. truth: out, owned by the caller. Errors: HP_ERR_INPUT naming the key and what is
 * allowed; HP_ERR_NUMERIC, MEMORY. */
hp_status hp_synth_truth_create(const hp_synth_job *job, hp_synth_truth *truth, hp_error *err);
void hp_synth_truth_destroy(hp_synth_truth *truth);

/* Above this part of its maximum at the last radius a potential deserves a warning. */
#define HP_SYNTH_CUT_OFF 1e-4

/* Write the ensemble (raw configurations in the layout of README.md) and, in group /truth, what it
 * was made from and what should be found (truth; NULL: only the former),
 *     R(t,r) = sum_n A_n exp(-dW_n t) psi_n(r) + A exp(-gap t) chi(r),
 *     four_point = R C2_1 C2_2,   C2 = exp(-m t).
 * With components an ensemble of version 2, four_point for each source and component,
 *     R^ab(t,r) = sum_n A_n^b u_n^a(r)/r exp(-(W_n - th_a) t)/sqrt(Z_1^a Z_2^a),
 * and for l > 0 the Laplacian of the wave beside it.
 * A radial ensemble has r <= points h; in a cubic one psi_n are the lowest A1 states of V with the
 * 6-neighbour Laplacian, Gaussian profiles are summed over periodic images, and noise is that of
 * the distance.
 * With several streams /stream (configurations) numbers them 1, 2, ...; rows are ordered by stream
 * and /configuration starts again in each. The file gets its name when it is complete; one of that
 * name is replaced. The same job gives the same bytes, and a configuration of a stream does not
 * depend on how many there are. Serial; needs no MPI. Errors: HP_ERR_INPUT naming the key and
 * what is allowed; HP_ERR_IO when the file cannot be written; HP_ERR_NUMERIC, LIBRARY, MEMORY. A U
 * that has not fallen off where the grid ends is an input error, since int U R of the data would
 * miss what is beyond. After an error there is no new file. */
hp_status hp_synth_write_ensemble(const hp_synth_job *job, const hp_synth_truth *truth,
                                  hp_error *err);

/* Whether the two files may be put where the job says: a file that hadpot synth has not made is
 * never replaced, an ensemble of another job, or a truth without its ensemble, with `overwrite`
 * alone; the same ensemble again, of any version, is. Says what is replaced. Errors: HP_ERR_INPUT
 * naming the file, and what differs; those of the job. */
hp_status hp_synth_check_place(const hp_synth_job *job, const char *truth_path, bool overwrite,
                               hp_error *err);

/* Write the truth beside it (YAML) with potential and masses. Serial. Errors: as above. */
hp_status hp_synth_write_truth(const hp_synth_job *job, const hp_synth_truth *truth, hp_error *err);

/* Name of that file: job->truth, or if that is empty job->output with _truth.yaml instead of its
 * .h5, if it has one. path: out, owned by the caller, hp_free. Errors: HP_ERR_MEMORY. */
hp_status hp_synth_truth_path(const hp_synth_job *job, char **path, hp_error *err);

#endif
