// SPDX-License-Identifier: GPL-3.0-or-later
/* Messages for the user, on standard error. Callers see to it that only rank 0 speaks. */
#ifndef HADPOT_LOG_H
#define HADPOT_LOG_H

#include <stdbool.h>
#include "hadpot/error.h"

/* One line "hadpot: ..." */
void hp_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* One line "hadpot: warning: ..."; the format is a literal. */
#define hp_log_warning(...) hp_log("warning: " __VA_ARGS__)

/* One line "hadpot: error: ...", with the place in the source of what ends with exit code 1; of
 * HP_STOPPED "hadpot: stopped by ...". */
void hp_log_error(const hp_error *err);

/* Seconds of a clock that never goes back, for progress and run times. */
double hp_clock_seconds(void);

/* Progress of a long run: rewrites one line on a terminal, prints a plain line every half a minute
 * (and at the end) into a batch log. Zero-initialise. */
typedef struct hp_progress {
    double start, last; /* hp_clock_seconds of the first and the latest line */
    long long first;    /* done at the first line: what an earlier run did takes no time */
    bool started, on_terminal, line_open;
} hp_progress;

/* Report `done` of `total` with the loss of the latest fit (NAN: none); prints the time left. */
void hp_progress_report(hp_progress *progress, const char *what, long long done, long long total,
                        double loss);

/* End an open line, so that the next message starts on its own. */
void hp_progress_end(hp_progress *progress);

#endif
