// SPDX-License-Identifier: GPL-3.0-or-later
/* The error budget of a run with variations: shifts of alternatives against the central analysis,
 * with their statistical errors, and the systematic errors that follow (docs/method.md, "Error
 * budget"). What is compared, and how it is subtracted, say the rows of the record (roles, compare
 * and guide). Knows no MPI. */
#ifndef HADPOT_BUDGET_H
#define HADPOT_BUDGET_H

#include "hadpot/alternatives.h"
#include "hadpot/record.h"

/* One alternative, or another analysis of the same samples. */
typedef struct hp_variation {
    const hp_alternative *alternative; /* not owned */
    bool fails, enters;
    const char *listed; /* why it is no choice about data and does not enter; NULL: it is one */
    bool other_bound_states; /* in number than the central analysis, for the average */
    char reason[192];        /* why it fails, else "" */
    double chi2;
    bool converged;
    double *shift; /* (1 + n, length of the budget) differences of vectors */
    double *clean; /* (length) that of the averages without its own noise; after shift */
} hp_variation;

/* A compared row of the central record. */
typedef struct hp_compared {
    const char *path;
    size_t start, count; /* its place in shifts */
} hp_compared;

typedef struct hp_budget {
    const hp_record *central; /* not owned */
    int n;                    /* samples, all of the central record */
    bool include_failing;     /* alternatives that fail enter, too */
    char fails[192];          /* why the central fit fails, so that nothing enters; else "" */
    int ncompared;
    hp_compared *compared; /* (ncompared) rows with HP_BUDGET */
    size_t length;         /* numbers of them all */
    int nvariation;
    hp_variation *variation;
    double *plus, *minus; /* (length) systematic errors, in one block */
} hp_budget;

/* What a shift with its statistical error says of a systematic effect: 0 within two errors, which
 * are noise, else sqrt(shift^2 - (2 error)^2) with the sign of the shift; nan where either is. */
double hp_budget_clean(hp_band shift);

/* Systematic error from the clean shifts number `at` of n alternatives: of each group the largest
 * one upwards and the largest one downwards (0 if none), groups added in quadrature. Groups that
 * are listed only do not count. nan where no alternative enters, or none that is not nan in a
 * group: what is not known is not 0. */
hp_systematic hp_budget_combine(const hp_variation *variation, int n, size_t at);

/* An empty budget against a record with samples and its notes, borrowed like the alternatives.
 * budget: out, owned by the caller. Errors: HP_ERR_MEMORY. */
typedef struct hp_budget_setup {
    const hp_record *central;
    const hp_alternatives *alternatives;
    bool include_failing;
} hp_budget_setup;
hp_status hp_budget_create(const hp_budget_setup *setup, hp_budget *budget, hp_error *err);
void hp_budget_destroy(hp_budget *budget);

/* Compare the record of alternative number `variation`, with its notes, not needed afterwards, of
 * the same samples and momenta. Errors: HP_ERR_INTERNAL when they are not, HP_ERR_MEMORY. */
hp_status hp_budget_add(hp_budget *budget, int variation, const hp_record *varied, hp_error *err);

/* Systematic errors, when all alternatives have been added. */
void hp_budget_finish(hp_budget *budget);

/* Why systematic errors are all nan: "no alternative of variations.times is left"; NULL: they are
 * not. */
const char *hp_budget_unknown(const hp_budget *budget, char *text, size_t size);

/* Shift of element i of a compared row, with its statistical error; its systematic error (nan for
 * what is not compared). */
hp_band hp_budget_shift(const hp_budget *budget, int variation, const char *path, size_t i);
hp_systematic hp_budget_systematic(const hp_budget *budget, const char *path, size_t i);

/* Add all of it to the central record: systematic errors, variations.csv, the group /variations,
 * notes. */
hp_status hp_budget_describe(const hp_budget *budget, hp_record *record, hp_error *err);

/* The table of alternatives and their shifts, in the log. */
void hp_budget_log(const hp_budget *budget);

#endif
