// SPDX-License-Identifier: GPL-3.0-or-later
/* Small steps of writing a CSV file of results. */
#ifndef HADPOT_RESULTS_CSV_H
#define HADPOT_RESULTS_CSV_H

#include <stdio.h>
#include "hadpot/results.h"

/* Create the file, with program, channel and warnings as comments. */
hp_status hp_csv_open(const hp_results *results, const char *path, FILE **out, hp_error *err);

/* Numbers of a line, then `end`; every number reads back to the same bits. */
void hp_csv_numbers(const double *values, int count, char end, FILE *out);

/* A write error of any line shows here at the latest. */
hp_status hp_csv_close(FILE *out, const char *path, hp_error *err);

#endif
