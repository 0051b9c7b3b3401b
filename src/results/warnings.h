// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to results: the list that warnings are added to. */
#ifndef HADPOT_RESULTS_WARNINGS_H
#define HADPOT_RESULTS_WARNINGS_H

#include "hadpot/results.h"

typedef struct hp_warning_list {
    char (*text)[HP_WARNING_SIZE];
    int count;
} hp_warning_list;

/* One more, unless the list is full. */
void hp_warning_add(hp_warning_list *list, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Nodes that do not reach the error asked for, momenta without a solution, solvers that differ. */
void hp_results_warn_of_numerics(const hp_results *results, hp_warning_list *list);

#endif
