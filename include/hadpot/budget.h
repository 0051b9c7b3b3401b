// SPDX-License-Identifier: GPL-3.0-or-later
/* The error budget of a run with variations: shifts of alternatives against the central analysis,
 * with their statistical errors, and the systematic errors that follow (docs/method.md, "Error
 * budget"). Knows no MPI. */
#ifndef HADPOT_BUDGET_H
#define HADPOT_BUDGET_H

#include "hadpot/alternatives.h"
#include "hadpot/record.h"
#include "hadpot/results.h"

/* One alternative, or another analysis of the same samples. */
typedef struct hp_variation {
    const hp_alternative *alternative; /* not owned */
    bool fails, enters;
    bool other_bound_states; /* in number than the central analysis, for the average */
    char reason[192];        /* why it fails, else "" */
    double chi2;
    bool converged;
    double *shift; /* (1 + ncomputed, layout.length) differences of rows */
} hp_variation;

typedef struct hp_budget {
    hp_results central; /* a view, borrowed */
    hp_layout layout;   /* of the observables that are compared; the others have count 0 */
    int nvariation;
    hp_variation *variation;
    double *plus, *minus; /* (layout.length) systematic errors */
} hp_budget;

/* Systematic error of shifts: of each group the largest one upwards and the largest one downwards
 * (0 if none), groups added in quadrature; nan if none enters at all: what is not known is not 0.
 * shift (n); group (n) in 0 .. HP_NGROUP-1; enters (n). Shifts that are nan do not enter. */
hp_systematic hp_budget_combine(const double *shift, const int *group, const bool *enters, int n);

/* An empty budget against the central results, which are borrowed like the alternatives.
 * budget: out, owned by the caller. Errors: HP_ERR_MEMORY. */
hp_status hp_budget_create(const hp_results *central, const hp_alternative *alternatives,
                           int nvariation, hp_budget *budget, hp_error *err);
void hp_budget_destroy(hp_budget *budget);

/* Compare the results of alternative number `variation`, not needed afterwards, of the same samples
 * and momenta. Errors: HP_ERR_INTERNAL when they are not, HP_ERR_MEMORY. */
hp_status hp_budget_add(hp_budget *budget, int variation, const hp_results *varied, hp_error *err);

/* Systematic errors, when all alternatives have been added. Errors: HP_ERR_MEMORY. */
hp_status hp_budget_finish(hp_budget *budget, hp_error *err);

/* Whether any alternative enters systematic errors; all of them are nan if none does. */
bool hp_budget_any_enters(const hp_budget *budget);

/* Shift of element i of an observable, with its statistical error. */
hp_band hp_budget_shift(const hp_budget *budget, int variation, hp_set set, size_t i);

/* Systematic error of element i; nan for what is not compared. budget NULL: 0. */
hp_systematic hp_budget_systematic(const hp_budget *budget, hp_set set, size_t i);

/* Quadrature of a statistical error and one side of the systematic one. */
double hp_budget_total(double stat, double systematic);

/* The table of alternatives, their shifts and the total, in the log. */
void hp_budget_log(const hp_budget *budget);

#endif
