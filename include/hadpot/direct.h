// SPDX-License-Identifier: GPL-3.0-or-later
/* The direct method beside the potential: effective energies of correlators that are summed over
 * the periodic box, relative to threshold,
 *
 *     R(t) = sum_r R(t,r),  or  two_baryon(t)/(C2_1(t) C2_2(t)),     Delta E(t) = ln R(t)/R(t+1),
 *
 * k^2 of Delta E = sqrt(m1^2 + k^2) + sqrt(m2^2 + k^2) - m1 - m2, and k cot delta by Luescher's
 * formula (luescher.h), sample by sample with the masses of each; docs/method-luescher.md. At times
 * short of 1/gap, gap = (2 pi/L)^2/(2 mu) to the first excited state, a plateau of Delta E may be a
 * mixture of states (Iritani et al., JHEP 10 (2016) 101). */
#ifndef HADPOT_DIRECT_H
#define HADPOT_DIRECT_H

#include <stdbool.h>
#include "hadpot/correlator.h"
#include "hadpot/record.h"

/* What is wanted; lists are borrowed. */
typedef struct hp_direct_options {
    bool compute;    /* of a cubic ensemble; a radial one has no box, and nothing is computed */
    int ntime, ntwo; /* Euclidean times of R, and of two-baryon correlators, */
    const int *time, *two;            /* ascending; none: see hp_direct_create */
    int plateau_t_min, plateau_t_max; /* one state is fitted where Delta E has these times; both 0:
                                         no fit */
} hp_direct_options;

/* How well the fit of one state describes R(t) of the average (spectrum.h). */
typedef struct hp_direct_quality {
    double chi2, expected, probability; /* nan: not known */
} hp_direct_quality;

/* One kind of correlator. */
typedef struct hp_direct_set {
    bool two_baryon;
    int nsource, *source;       /* (nsource) index into ensemble->source */
    int nt, *time;              /* (nt) index into ensemble->t or t_full; time + 1 exists */
    int first, nplateau;        /* times of Delta E where one state is fitted; nplateau 0: none */
    int freedom;                /* of the samples, and */
    hp_direct_quality *quality; /* (nsource) of those fits */
} hp_direct_set;

enum { HP_NDIRECT = 2 };
typedef struct hp_direct {
    const hp_ensemble *ensemble; /* not owned */
    hp_direct_set set[HP_NDIRECT];
} hp_direct;

/* Which sources and times: the sources of the plan, R at the times of the options, or at those of
 * the plateau and where the plan takes both t and t+1 of a row; two-baryon correlators of the
 * sources that have them, at their times or all up to half of the temporal extent. direct: out,
 * owned by
 * the caller; empty (no source in either set) where nothing is to be computed. Errors: HP_ERR_INPUT
 * naming the key of the job whose time the ensemble does not have. */
hp_status hp_direct_create(const hp_direct_options *options, const hp_correlator_plan *plan,
                           hp_direct *direct, hp_error *err);
void hp_direct_destroy(hp_direct *direct);

/* Set in part (hp_ensemble_part_count) what this takes of a row. */
void hp_direct_mark(const hp_direct *direct, bool *part);

/* Add the rows to the record: direct/QUANTITY of R and direct/two_baryon_QUANTITY, each (source,
 * time), and with plateaus direct/plateau_QUANTITY (source), ... */
void hp_direct_describe(const hp_direct *direct, hp_record *record);

/* Effective energies of an averaged row and the masses that go with it into the vector. nan where a
 * ratio is not positive. */
void hp_direct_compute(const hp_direct *direct, const hp_pair *pair, const double *row,
                       const hp_record *record, double *vector);

/* After the samples are known: A exp(-Delta E t) fitted to R(t) from the first time of the plateau
 * to the one behind its last, in all vectors, by the code that fits masses (spectrum.h). freedom:
 * hp_resampling_freedom; masses: of the average and all samples. Sources with an energy that is not
 * known there have nan. Errors: HP_ERR_MEMORY, HP_ERR_NUMERIC. */
hp_status hp_direct_fit(hp_direct *direct, const hp_pair_masses *masses, int freedom,
                        hp_record *record, hp_error *err);

/* direct.csv, summary, screen, curves of Luescher's formula to draw; notes on plateaus that are
 * early, that are none (a chi2 that less than least_probability of right fits exceed), and that
 * differ between sources. */
void hp_direct_note(const hp_direct *direct, const hp_pair *pair, double least_probability,
                    hp_record *record);

#endif
