// SPDX-License-Identifier: GPL-3.0-or-later
/* One file of a checkpoint: a head of 72 bytes, then the values, all as the machine has them.
 *
 *     bytes   what
 *     8       "hpsample"
 *     4       0x01020304, which tells the order of bytes
 *     4       layout, 1
 *     4       kind: 1 a finished sample, 2 a fit in progress
 *     4       number of the sample from 0 on, -1: the average
 *     8       fingerprint of job, input and version (checkpoint.h)
 *     8       number of values
 *     32      SHA-256 of the 40 bytes above and the values
 *     8 each  values
 */
#ifndef HADPOT_RESULTS_KEPT_SAMPLE_H
#define HADPOT_RESULTS_KEPT_SAMPLE_H

#include "hadpot/checkpoint.h"

typedef enum hp_sample_kind { HP_SAMPLE_FINISHED = 1, HP_SAMPLE_IN_PROGRESS = 2 } hp_sample_kind;

enum { HP_SAMPLE_REASON = 160 };

/* A writer of such files (hp_file_writer); content: */
typedef struct hp_sample_content {
    hp_sample_kind kind;
    int sample;
    uint64_t fingerprint;
    const double *value;
    size_t length;
} hp_sample_content;
hp_status hp_sample_file_write(const void *content, const char *path, hp_error *err);

/* The values of the file of `wanted`, of which kind, sample and fingerprint are given (hp_free).
 * NULL: it is not there, or, with a reason, nothing of it can be trusted. Never waits, follows no
 * link. */
double *hp_sample_file_read(const hp_sample_content *wanted, const char *path, size_t *length,
                            char reason[HP_SAMPLE_REASON]);

/* Whether a file is whole, and of this fingerprint, whatever its name says. */
bool hp_sample_file_is_of(uint64_t fingerprint, const char *path);

#endif
