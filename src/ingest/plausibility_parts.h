// SPDX-License-Identifier: GPL-3.0-or-later
/* What the parts of the plausibility of rows share. */
#ifndef HADPOT_INGEST_PLAUSIBILITY_PARTS_H
#define HADPOT_INGEST_PLAUSIBILITY_PARTS_H

#include "hadpot/plausibility.h"

/* A two-point function within so many errors of zero is no divisor. */
#define HP_TWO_POINT_ERRORS 3.0

enum { HP_PLACE_TEXT = 96 };

/* "row 17 (configuration 340 of stream 2)" of row number k. */
void hp_row_name(const hp_row_looks *looks, int k, char text[HP_PLACE_TEXT]);

/* "12 ... 14, 16": those of t (nt), one after another, that are set in flag (nt). */
void hp_times_text(const int *t, int nt, const bool *flag, char text[HP_PLACE_TEXT]);

/* A finding of a source (-1: of all) that concerns all times, or those of the ensemble that are set
 * in flag (nt). */
hp_finding hp_finding_of(const hp_ensemble *ensemble, int source, bool refuses);
hp_finding hp_finding_at(const hp_ensemble *ensemble, int source, bool refuses, const bool *flag);

bool hp_is_looked_at(const hp_row_looks *looks, int source, int time);

/* Whether results need a source at an Euclidean time, at which its waves are. */
bool hp_is_needed(const hp_row_looks *looks, int source, int t);

/* Whether a source is an S wave of the pair that its source makes, whose R neither vanishes nor has
 * nodes nor grows as a rule: version 1, and those fields of version 2. D waves vanish at r = 0 and
 * have either sign, Laplacians too, and R of another pair behaves as exp(threshold t). */
bool hp_is_plain(const hp_ensemble *ensemble, int source);

/* Whether the two-point functions of a field are those of a field before, which is looked at and
 * needed wherever this one is. */
bool hp_repeats_two_points(const hp_row_looks *looks, int source);

/* Name of the dataset of a kind of column: "R", "four_point", "two_point_1", ... */
const char *hp_column_dataset(const hp_ensemble *ensemble, int source, int kind);

/* Euclidean times of a kind of column, *nt of them. */
const int *hp_column_times(const hp_ensemble *ensemble, int kind, int *nt);

/* The column of this source, kind and time; -1: it was not looked at. */
int hp_column_find(const hp_row_looks *looks, int source, int kind, int time);

/* Average of a column and its error; nan: of one row. */
double hp_column_mean(const hp_row_looks *looks, int c, double *error);

/* Each adds findings, the same on every rank. Errors: HP_ERR_MEMORY. */
hp_status hp_find_zeros(const hp_row_looks *looks, hp_findings *findings, hp_error *err);
hp_status hp_find_equal(const hp_row_looks *looks, hp_findings *findings, hp_error *err);
hp_status hp_find_falls(const hp_row_looks *looks, hp_findings *findings, hp_error *err);
hp_status hp_find_outliers(const hp_row_looks *looks, hp_findings *findings, hp_error *err);
hp_status hp_find_useless_two_point(const hp_row_looks *looks, bool used, hp_findings *findings,
                                    hp_error *err);

/* Whether R of this source and time can be formed from its average two-point functions. */
bool hp_has_divisors(const hp_row_looks *looks, int source, int time);

/* Collective. */
hp_status hp_find_sign_changes(const hp_row_looks *looks, const double *mean,
                               const hp_row_access *access, hp_findings *findings, hp_error *err);

#endif
