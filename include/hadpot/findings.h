// SPDX-License-Identifier: GPL-3.0-or-later
/* What is found to be wrong or doubtful in data, sentence by sentence. */
#ifndef HADPOT_FINDINGS_H
#define HADPOT_FINDINGS_H

#include <stdbool.h>
#include "hadpot/error.h"

/* One finding and whom it concerns. */
typedef struct hp_finding {
    bool refuses;   /* no right result is possible; else a mark */
    int source;     /* index in the ensemble; -1: all */
    int time[2];    /* first and last index into the times of the ensemble */
    char text[512]; /* a sentence that names file, source, row and t */
} hp_finding;

/* Zero-initialise. */
typedef struct hp_findings {
    int count, room;
    hp_finding *list; /* (count), owned */
} hp_findings;

/* Add one, of which `parts` has all but the text. Errors: HP_ERR_MEMORY. */
hp_status hp_findings_add(hp_findings *findings, hp_finding parts, hp_error *err,
                          const char *format, ...) __attribute__((format(printf, 4, 5)));

/* HP_ERR_INPUT with the first finding that refuses, and how many more there are. */
hp_status hp_findings_check(const hp_findings *findings, hp_error *err);

void hp_findings_destroy(hp_findings *findings);

#endif
