// SPDX-License-Identifier: GPL-3.0-or-later
/* The study of a given potential (`hadpot scatter`): its forms, the grid that resolves them, and
 * all observables. Units: fm and 1/fm; results in MeV and fm. */
#ifndef HADPOT_GIVEN_STUDY_H
#define HADPOT_GIVEN_STUDY_H

#include "hadpot/study.h"

/* Points of the table of V(r). */
enum { HP_GIVEN_POINTS = 500 };

typedef struct hp_given_study {
    const hp_forms *forms; /* not owned */
    hp_pair pair;          /* 1/fm */
    hp_study study;
    double *vector; /* (study.record.length) results */
    int npoint;     /* of V(r), or 0 without a local part: evenly spaced, without r = 0 where it may
                       be infinite, up to where it matters */
    double r_fm[HP_GIVEN_POINTS], v_mev[HP_GIVEN_POINTS];
} hp_given_study;

/* The potential, its grid and solvers; finds everything that is wrong with the options. pair: its
 * reduced mass is that of the forms, which must outlive the study. given: out, owned by the caller,
 * at a place that does not move. Errors: HP_ERR_INPUT naming the option; HP_ERR_MEMORY. */
hp_status hp_given_study_create(const hp_forms *forms, const hp_pair *pair,
                                const hp_observables_options *options, hp_given_study *given,
                                hp_error *err);
void hp_given_study_destroy(hp_given_study *given);

/* Everything in the record of the study, when all is computed. Errors: HP_ERR_MEMORY. */
hp_status hp_given_study_describe(hp_given_study *given, hp_error *err);

/* All observables, and V(r). Errors: HP_ERR_NUMERIC; of hp_observables_fit_window. */
hp_status hp_given_study_observe(hp_given_study *given, hp_error *err);

#endif
