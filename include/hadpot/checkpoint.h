// SPDX-License-Identifier: GPL-3.0-or-later
/* Finished samples of an unfinished run, in the folder checkpoint of its output folder. Sample -1
 * is the average. */
#ifndef HADPOT_CHECKPOINT_H
#define HADPOT_CHECKPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "hadpot/error.h"

/* Names end so; the files are not HDF5 files (src/results/kept_sample.h). */
#define HP_CHECKPOINT_SUFFIX ".bin"

enum { HP_CHECKPOINT_FINITE = 8 };

/* The fingerprint, made in src/pipeline/pipeline.c of job, input and version of the program, says
 * what samples belong to. */
typedef struct hp_checkpoint {
    const char *folder; /* output folder, not owned */
    uint64_t fingerprint;
    size_t length; /* values of a sample */
    int nfinite;   /* some of them that are finite in every sample, as a loss is, and where */
    size_t finite[HP_CHECKPOINT_FINITE];
} hp_checkpoint;

/* Finished samples in output folder `folder`; with fits that go on; 0 without a folder checkpoint.
 * Errors: HP_ERR_IO. */
hp_status hp_checkpoint_count(const char *folder, int *count, hp_error *err);
hp_status hp_checkpoint_count_all(const char *folder, int *count, hp_error *err);

/* Bytes on the disk that the average and `count` samples, of which some may be kept already, and
 * their results take before the samples are removed. Errors: HP_ERR_IO. */
hp_status hp_checkpoint_size(const hp_checkpoint *checkpoint, int count, double *bytes,
                             hp_error *err);

/* ours: something whole with this fingerprint is there. Errors: HP_ERR_IO. */
hp_status hp_checkpoint_is_ours(const hp_checkpoint *checkpoint, bool *ours, hp_error *err);

/* Keep the results of a sample, whole or not at all (hp_files_replace); the state of its fit goes.
 * Errors: HP_ERR_DISK_FULL, HP_ERR_IO. */
hp_status hp_checkpoint_write(const hp_checkpoint *checkpoint, int sample, const double *vector,
                              hp_error *err);

/* found: true when the sample was kept, then vector[length] is filled. Nothing is trusted: a file
 * that is not whole, of another sample, job, length or checksum, with numbers that are not finite,
 * a link or no file at all is not found, and one line on standard error says so. No errors. */
hp_status hp_checkpoint_read(const hp_checkpoint *checkpoint, int sample, double *vector,
                             bool *found, hp_error *err);

/* The state of the fit of a sample that goes on, state[length], in place of the one before; it goes
 * when the sample is written. found: there is one; it is owned by the caller (hp_free). Read and
 * judged like samples. */
hp_status hp_checkpoint_keep_fit(const hp_checkpoint *checkpoint, int sample, const double *state,
                                 size_t length, hp_error *err);
hp_status hp_checkpoint_read_fit(const hp_checkpoint *checkpoint, int sample, double **state,
                                 size_t *length, bool *found, hp_error *err);

/* From now on hp_checkpoint_describe_kept speaks of `count` samples (or what they are called) in
 * output folder `folder`; others: of analyses before it there is something, too. The latest call
 * counts, until hp_checkpoint_unwatch. */
void hp_checkpoint_watch(const char *folder, const char *what, int count, bool others);
void hp_checkpoint_unwatch(void);

enum { HP_KEPT_TEXT = 512 };

/* What is kept there now, and how to go on: "5 of 20 samples are kept in "out/checkpoint"; go on
 * with --resume". */
void hp_checkpoint_describe_kept(char *text, size_t size);

/* Remove what this module put into `folder`/checkpoint, and that folder unless something else lies
 * there. Errors: HP_ERR_IO. */
hp_status hp_checkpoint_remove(const char *folder, hp_error *err);

#endif
