// SPDX-License-Identifier: GPL-3.0-or-later
/* Finished samples of an unfinished run, in the folder checkpoint of its output folder. Sample -1
 * is the average. */
#ifndef HADPOT_CHECKPOINT_H
#define HADPOT_CHECKPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "hadpot/error.h"

/* The fingerprint, made in src/pipeline/pipeline.c of job, input and version of the program, says
 * what samples belong to. */
typedef struct hp_checkpoint {
    const char *folder; /* output folder, not owned */
    uint64_t fingerprint;
    size_t length; /* values of a sample */
} hp_checkpoint;

/* Finished samples in output folder `folder`, 0 without a folder checkpoint. Errors: HP_ERR_IO. */
hp_status hp_checkpoint_count(const char *folder, int *count, hp_error *err);

/* The average is written first, so where anything is kept it speaks for the rest. found: it is
 * there; ours: with this fingerprint. Errors: HP_ERR_INPUT for a file that is not readable. */
hp_status hp_checkpoint_is_ours(const hp_checkpoint *checkpoint, bool *found, bool *ours,
                                hp_error *err);

/* Keep the results of a sample, whole or not at all (hp_files_replace). */
hp_status hp_checkpoint_write(const hp_checkpoint *checkpoint, int sample, const double *vector,
                              hp_error *err);

/* found: true when the sample was kept, then vector[length] is filled. Errors: HP_ERR_INPUT for
 * a sample of another fingerprint or length, or a file that is not readable. */
hp_status hp_checkpoint_read(const hp_checkpoint *checkpoint, int sample, double *vector,
                             bool *found, hp_error *err);

/* The state of the fit of a sample that goes on, state[length], in place of the one before; it goes
 * when the sample is written. found: there is one; it is owned by the caller (hp_free). */
hp_status hp_checkpoint_keep_fit(const hp_checkpoint *checkpoint, int sample, const double *state,
                                 size_t length, hp_error *err);
hp_status hp_checkpoint_read_fit(const hp_checkpoint *checkpoint, int sample, double **state,
                                 size_t *length, bool *found, hp_error *err);

/* From now on SIGINT and SIGTERM, before they end the program as they always do, say on standard
 * error how many of `count` samples (or what they are called) are kept. Every rank calls it, one
 * speaks. Of several checkpoints the latest counts, until hp_checkpoint_unwatch. */
void hp_checkpoint_watch(const hp_checkpoint *checkpoint, const char *what, int count, bool speaks);
void hp_checkpoint_unwatch(void);

/* Remove what this module put into `folder`/checkpoint, and that folder unless something else lies
 * there. Errors: HP_ERR_IO. */
hp_status hp_checkpoint_remove(const char *folder, hp_error *err);

#endif
