// SPDX-License-Identifier: GPL-3.0-or-later
/* The output folder: results.h5, phase_shift.csv, potential.csv, summary.yaml, job.yaml, with
 * source radii femtoscopy.csv, and checkpoint/ while a run lasts. One rank (0) writes; nothing here
 * is collective. The same writers serve fitted potentials (hadpot run), given ones (hadpot scatter)
 * and toys, which write training.csv too; what does not apply is left out. */
#ifndef HADPOT_RESULTS_H
#define HADPOT_RESULTS_H

#include <stdint.h>
#include "hadpot/analysis.h"
#include "hadpot/chain.h"
#include "hadpot/format.h"
#include "hadpot/resample.h"
#include "hadpot/toy.h"

/* A local potential as a table, for potential.csv of a given potential. */
typedef struct hp_potential_table {
    int n;
    const double *r_fm, *v_mev; /* (n) */
} hp_potential_table;

/* Everything that is written; all borrowed. */
typedef struct hp_results {
    const char *channel;
    const char *potential_kind;
    const char *effective_job; /* YAML text of the job, defaults filled in */
    const hp_layout *layout;
    const hp_observables *observables;
    const double *rows;         /* (1 + ncomputed, layout->length): [mean, sample_1 .. sample_n] */
    int nsample;                /* N of the samples; 0 for a given potential */
    int ncomputed;              /* n rows after the first */
    double max_numerical_error; /* part of the statistical error above which it is warned of */

    /* of a fit; NULL and 0 for a given potential */
    const hp_analysis *analysis;
    const hp_job *job;
    const hp_ensemble *ensemble;
    const hp_chain *chain; /* NULL for an ensemble of jackknife samples */
    const hp_resampling *resampling;
    int bin, ndropped;
    uint32_t input_checksum; /* CRC-32 of the ensemble file */

    /* of a given potential */
    double edge_ratio; /* what is cut off at the end of the range, over the largest */
    hp_potential_table table;

    /* of a toy; NULL for the others */
    const hp_toy *toy;

    /* of a run with variations; NULL for the others (hadpot/budget.h) */
    const struct hp_budget *budget;
} hp_results;

/* How the rows after the first turn into errors: by the method of `resampling`; without one they
 * count as jackknife samples. */
hp_sample_rule hp_results_rule(const hp_results *results);

/* Band of element i of a dataset: value of the average and statistical error (NaN with fewer than 2
 * samples). */
hp_band hp_results_band(const hp_results *results, hp_set set, size_t i);

/* Bias of its value by the samples (hp_sample_bias). */
double hp_results_bias(const hp_results *results, hp_set set, size_t i);

/* results.bias_correction of the job. */
bool hp_results_corrects_bias(const hp_results *results);

/* chi2 per point of the average is at most results.max_chi2_per_point of the job. */
bool hp_results_describes_data(const hp_results *results);

/* The potential of the average falls off within its range: scattering/edge_ratio is at most
 * results.max_edge_ratio of the job. */
bool hp_results_ends_in_range(const hp_results *results);

/* Fits of samples (without the average) that converged. */
int hp_results_count_converged(const hp_results *results);

/* chi2 per point of the average, uncorrelated: of a source, all its times together; of a region of
 * r, of a source (-1: all) at all times. Regions without a fitted point: nan. */
double hp_results_chi2_of_source(const hp_results *results, int source);
double hp_results_chi2_of_region(const hp_results *results, int source, int region);

/* Limits of a region of r in fm; the last one ends with the radii of the fit. */
void hp_results_region(const hp_results *results, int region, double limits_fm[2]);

/* The largest |pull| = |S - prediction|/error of the average. */
typedef struct hp_pull {
    double value, r_fm;
} hp_pull;
hp_pull hp_results_largest_pull(const hp_results *results, int column);

/* chi2 by source and by region, and the largest pull, one line each, in the log. */
void hp_results_log_goodness(const hp_results *results);

/* The momentum whose numerical error is the largest part of its statistical error (of the phase
 * itself, when there are no samples): its index, and that part in *part; -1 when only one solver
 * was used. */
int hp_results_worst_numerical_error(const hp_results *results, double *part);

/* What k cot delta, a0 and r_eff mean in these results: one line. */
const char *hp_results_convention(const hp_results *results);

/* What a reader of the results must know, one sentence each; returns how many there are. They stand
 * in the log and in every file. */
enum { HP_MAX_WARNINGS = 18, HP_WARNING_SIZE = 640 }; /* the name of a source: up to 255 bytes */
int hp_results_warn(const hp_results *results, char text[HP_MAX_WARNINGS][HP_WARNING_SIZE]);

/* Write all files of `folder`: each under a temporary name, renamed when all are complete.
 * Errors: HP_ERR_IO, HP_ERR_LIBRARY, HP_ERR_MEMORY, naming the file. */
hp_status hp_results_write(const hp_results *results, const char *folder, hp_error *err);

/* The writers behind it; each writes one complete file at `path`. */
hp_status hp_results_write_hdf5(const hp_results *results, const char *path, hp_error *err);
hp_status hp_results_write_phase_shift(const hp_results *results, const char *path, hp_error *err);
hp_status hp_results_write_potential(const hp_results *results, const char *path, hp_error *err);
hp_status hp_results_write_femtoscopy(const hp_results *results, const char *path, hp_error *err);
hp_status hp_results_write_observables(const hp_results *results, const char *path, hp_error *err);
hp_status hp_results_write_finite_volume(const hp_results *results, const char *path,
                                         hp_error *err);
hp_status hp_results_write_variations(const hp_results *results, const char *path, hp_error *err);
hp_status hp_results_write_training(const hp_results *results, const char *path, hp_error *err);
hp_status hp_results_write_summary(const hp_results *results, const char *path, hp_error *err);

/* Create `folder` and its parents. Errors: HP_ERR_INPUT when a file is in the way, HP_ERR_IO. */
hp_status hp_folder_create(const char *folder, hp_error *err);

/* Bring a file or folder to the disk (fsync). Errors: HP_ERR_IO. */
hp_status hp_file_synchronise(const char *path, hp_error *err);

/* CRC-32 (zlib) of a file and of a text. */
hp_status hp_checksum_file(const char *path, uint32_t *checksum, hp_error *err);
uint32_t hp_checksum_text(const char *text);

/* CRC-32 of an effective job without the keys that change no sample: output,
 * resampling.max_samples, resampling.memory_mb, results.bias_correction, results.keep_checkpoints,
 * variations, results.variations_that_fail. */
uint32_t hp_checksum_job(const char *effective_job);

/* Whether a text can stand in all files of a run: one line of UTF-8 without control characters. */
bool hp_text_is_writable(const char *text);

/* Finished samples of an unfinished run, in `folder`/checkpoint. Sample -1 is the average. The
 * fingerprint says which job and input they belong to. */
typedef struct hp_checkpoint {
    const char *folder; /* output folder, not owned */
    uint64_t fingerprint;
    const hp_layout *layout;
} hp_checkpoint;

/* Create the folder; without `resume`, finished samples lying there are refused (HP_ERR_INPUT)
 * and so are, with it, samples of another job, input or version. */
hp_status hp_checkpoint_prepare(const hp_checkpoint *checkpoint, bool resume, hp_error *err);

/* Keep the results of a sample: write, fsync, rename, so that it is there whole or not at all. */
hp_status hp_checkpoint_write(const hp_checkpoint *checkpoint, int sample, const double *vector,
                              hp_error *err);

/* found: true when the sample was kept, then vector[layout->length] is filled. */
hp_status hp_checkpoint_read(const hp_checkpoint *checkpoint, int sample, double *vector,
                             bool *found, hp_error *err);

/* Remove what this module put into checkpoint/, and the folder unless something else lies there. */
hp_status hp_checkpoint_remove(const hp_checkpoint *checkpoint, hp_error *err);

#endif
