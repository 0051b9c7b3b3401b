// SPDX-License-Identifier: GPL-3.0-or-later
/* Section `masses` of a job: the masses of both hadrons, numbers or fits to the two-point functions
 * of every sample (docs/method-masses.md), and what stands of them in the record. */
#ifndef HADPOT_MASSES_H
#define HADPOT_MASSES_H

#include "hadpot/config.h"
#include "hadpot/correlator.h"
#include "hadpot/record.h"
#include "hadpot/two_points.h"

#define HP_ROW_MASS_1 "masses/mass_1_mev"
#define HP_ROW_MASS_2 "masses/mass_2_mev"

/* One of the hadrons; lattice units. */
typedef struct hp_hadron_mass {
    double given, given_error; /* nan: neither the job nor the file has a mass; 0: none */
    bool of_job;               /* else of the file */
    double *effective;         /* (nrow, nt - 1) of its two-point function; NULL: there is none */
    hp_mass_choice choice;     /* its window, */
    bool recommended;          /* which has not been given, */
    hp_mass_fit fit;           /* and the fit; mass NULL: none */
    hp_band last_effective;    /* at the last times of the fit of the potential, */
    bool effective_differs;    /* from what is given */
} hp_hadron_mass;

typedef struct hp_masses {
    int pair;         /* of the plan, */
    const char *name; /* and its name in an ensemble of version 2, borrowed; "" in version 1 */
    bool from_two_point;
    int source;           /* whose two-point functions are there, of hp_ensemble.source; -1: none */
    hp_two_points points; /* of it, and */
    hp_hadron_mass hadron[2];
    int freedom;  /* of the errors of samples (hp_resampling_freedom) */
    int nrow;     /* 1, or 1 + N where samples have masses of their own */
    double *rows; /* (2, nrow) the masses in use, which the plan borrows */
} hp_masses;

/* The source whose two-point functions are there. */
const char *hp_masses_source(const hp_masses *masses, const hp_ensemble *ensemble);

/* Of all pairs of a plan, in its order. sqrt(Z) of the operators: borrowed by the plan. */
typedef struct hp_all_masses {
    int npair;
    hp_masses of[HP_MOST_PAIRS];
    double *sqrt_z[HP_MOST_PAIRS]; /* rows of samples, the mean first, or the one number of the job;
                                      NULL: as the plan has it */
} hp_all_masses;

/* Before anything is read: which masses and which source, what has to be read of it (part,
 * hp_ensemble_part_count), and given masses into the plan. masses: out, owned by the caller.
 * Errors: HP_ERR_INPUT for a mass that nobody states, a source without two-point functions, a cosh
 * without temporal extent. */
hp_status hp_all_masses_plan(const hp_job *job, hp_correlator_plan *plan, bool *part,
                             hp_all_masses *masses, hp_error *err);
void hp_all_masses_destroy(hp_all_masses *masses);

/* Collective, after hp_ingest_read: fits, and masses and sqrt(Z) of all samples into the plan.
 * Errors: the same on every rank: HP_ERR_INPUT for windows that are not there, fits that do not
 * converge, a given mass that two-point functions contradict (hp_masses_compare). */
hp_status hp_all_masses_find(const hp_job *job, hp_resampling *resampling, hp_correlator_plan *plan,
                             hp_all_masses *masses, hp_error *err);

/* Samples have masses of their own. */
bool hp_all_masses_vary(const hp_all_masses *masses);

/* hp_masses_add_rows, _store and _describe of all pairs. */
void hp_all_masses_add_rows(const hp_all_masses *masses, hp_record *record);
void hp_all_masses_store(const hp_all_masses *masses, double inverse_spacing_mev, int row,
                         const hp_record *record, double *vector);
void hp_all_masses_describe(const hp_all_masses *masses, const hp_ensemble *ensemble,
                            hp_record *record);

/* The same for one pair of the plan. */
hp_status hp_masses_plan(const hp_job *job, hp_correlator_plan *plan, int pair, bool *part,
                         hp_masses *masses, hp_error *err);
void hp_masses_destroy(hp_masses *masses);

/* others (nother): pairs of the plan before it; a given hadron that they have has its deviations.
 */
hp_status hp_masses_find(const hp_job *job, hp_resampling *resampling, hp_correlator_plan *plan,
                         const hp_masses *others, int nother, hp_masses *masses, hp_error *err);

/* A given mass is wrong where it differs by more than HP_MASS_ERRORS errors of both, or what is as
 * unlikely by Student's t with few bins, and a part of itself, HP_MASS_PART for a good fit, from
 * what two-point functions say (`where`). Errors: HP_ERR_INPUT with both numbers. */
#define HP_MASS_ERRORS 5.0
#define HP_MASS_PART 0.01
hp_status hp_masses_compare(const hp_masses *masses, const hp_ensemble *ensemble, int hadron,
                            hp_band found, double part, const char *where, hp_error *err);

/* The same where no fit can be trusted, with effective masses of both hadrons at one time, which
 * hold excited states: a difference is noted, and is an error beyond a part HP_MASS_GROSS_PART,
 * where the unit is another, or the hadron. */
#define HP_MASS_GROSS_PART 0.2
hp_status hp_masses_compare_effective(hp_masses *masses, const hp_ensemble *ensemble,
                                      const hp_band found[2], hp_error *err);

/* Rows of the record, of a pair with a name under it; nothing where masses are numbers without
 * error and two-point functions are not there. In front of them are those of the analysis. */
void hp_masses_add_rows(const hp_masses *masses, hp_record *record);

/* Their part of the vector of a row, 0 the average. */
void hp_masses_store(const hp_masses *masses, double inverse_spacing_mev, int row,
                     const hp_record *record, double *vector);

/* When the record has samples: windows, chi2, what is seen on the screen, notes. */
void hp_masses_describe(const hp_masses *masses, const hp_ensemble *ensemble, hp_record *record);

/* What one number in an error makes of N samples: deviations with mean 0 of which the rule makes
 * this error, normal and independent of the data, keyed by (seed, hadron). rows (1 + N): value in
 * front of those of samples. Errors: HP_ERR_MEMORY. */
hp_status hp_masses_draw(hp_band mass, hp_sample_rule rule, uint64_t seed, int hadron, double *rows,
                         hp_error *err);

#endif
