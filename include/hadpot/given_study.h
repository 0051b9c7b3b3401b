// SPDX-License-Identifier: GPL-3.0-or-later
/* The study of a potential that a job states (`hadpot scatter`): its forms, the grid that resolves
 * them, and all observables. Units: fm and 1/fm; results in MeV and fm. No MPI, no files except the
 * tables that a job names. */
#ifndef HADPOT_GIVEN_STUDY_H
#define HADPOT_GIVEN_STUDY_H

#include "hadpot/given_potential.h"
#include "hadpot/study.h"

/* Points of the table of V(r). */
enum { HP_GIVEN_POINTS = 500 };

typedef struct hp_given_study {
    const hp_scatter_job *job; /* not owned */
    hp_form_keys keys;         /* borrowed from it */
    hp_pair pair;              /* 1/fm */
    hp_forms *forms;
    hp_study study;
    double *vector; /* (study.record.length) results */
    int npoint;     /* of V(r), or 0 without a local part: evenly spaced, without r = 0 where it may
                       be infinite, up to where it matters */
    double r_fm[HP_GIVEN_POINTS], v_mev[HP_GIVEN_POINTS];
} hp_given_study;

/* The potential, its grid and solvers; finds everything that is wrong with a job. job: must outlive
 * it. given: out, owned by the caller, at a place that does not move. Errors: HP_ERR_INPUT naming
 * the key; HP_ERR_MEMORY. */
hp_status hp_given_study_create(const hp_scatter_job *job, hp_given_study *given, hp_error *err);
void hp_given_study_destroy(hp_given_study *given);

/* Everything in the record of the study, when all is computed. Errors: HP_ERR_MEMORY. */
hp_status hp_given_study_describe(hp_given_study *given, hp_error *err);

/* All observables, and V(r). Errors: HP_ERR_NUMERIC; of hp_observables_fit_window. */
hp_status hp_given_study_observe(hp_given_study *given, hp_error *err);

#endif
