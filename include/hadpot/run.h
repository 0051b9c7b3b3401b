// SPDX-License-Identifier: GPL-3.0-or-later
/* The main job: from an ensemble file to bands of potentials and phase shifts. */
#ifndef HADPOT_RUN_H
#define HADPOT_RUN_H

#include <stdbool.h>
#include "hadpot/parallel.h"

typedef struct hp_run_options {
    const char *job_path;
    char *const *overrides; /* "key.path=value", noverrides of them */
    int noverrides;
    bool resume;        /* go on from the finished samples of an unfinished run */
    bool overwrite;     /* replace what another run wrote to the output folder */
    bool check;         /* say what would be done, and do nothing */
    bool masses;        /* of `hadpot info`: and the masses */
    int probe_seconds;  /* hp_probe_enable */
    const char *output; /* of a command that writes one file; NULL: it chooses the name */
} hp_run_options;

/* Collective. With options->check: hp_forecast (forecast.h). Else run a job: read and resample the
 * ensemble, fit the average on one rank, then samples on all ranks as they become free, keep each
 * at once in checkpoint/, gather and write the output folder on rank 0. The results have the same
 * bits on any number of ranks and after a resume. Errors: the same on every rank. Wrong usage, job
 * or ensemble is found before the first fit, and then nothing has been written; later errors leave
 * finished samples in checkpoint/. */
hp_status hp_run(const hp_comm *comm, const hp_run_options *options, hp_error *err);

#endif
