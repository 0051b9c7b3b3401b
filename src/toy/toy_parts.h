// SPDX-License-Identifier: GPL-3.0-or-later
/* Parts of hp_toy_create and hp_toy_learn that have files of their own. */
#ifndef HADPOT_TOY_PARTS_H
#define HADPOT_TOY_PARTS_H

#include "hadpot/toy.h"

/* Weights of the fit and the potential that is fitted, to toy->data. */
hp_status hp_toy_create_fit(hp_toy *toy, hp_error *err);

/* Solvers, map, the rows of both studies, and the true potential: on the map, on the radii of the
 * data, and what can be observed of it. */
hp_status hp_toy_create_observables(hp_toy *toy, hp_error *err);

/* Axes of the data in the record of the learned study. */
void hp_toy_add_axes(hp_toy *toy);

/* Room for results and truth, when the record of both studies is known; the true potential. */
hp_status hp_toy_create_exact(hp_toy *toy, hp_error *err);

/* Largest distance of nk phase shifts in degrees, modulo 180; nan: one is nan. */
double hp_toy_phase_distance(const double *one, const double *other, int nk);

/* The same of a toy with channels: truth and waves; the study of the learned matrix, when its data
 * are there; solvers, rows, and observables of the truth. */
hp_status hp_toy_matrix_create_data(hp_toy *toy, hp_error *err);
hp_status hp_toy_matrix_create_study(hp_toy *toy, hp_error *err);
hp_status hp_toy_matrix_create_observables(hp_toy *toy, hp_error *err);
void hp_toy_matrix_destroy(hp_toy_matrix *matrix);

/* toy->comparison of these, and V on the radii; rows of data, truth and V. */
hp_status hp_toy_matrix_compare(hp_toy *toy, hp_error *err);
void hp_toy_matrix_describe(hp_toy *toy);

/* Record and vector of the observables of the truth. */
const hp_record *hp_toy_truth_record(const hp_toy *toy, const double **vector);

/* The same between other results and those of the truth, of the first `most` energies of a row (..,
 * energies), the first `rows` of its other index; nan in both is a closed component, which does not
 * count. nan: there is no such row. */
double hp_toy_matrix_distance(const hp_toy_matrix *of, const hp_record *record,
                              const double *vector, const char *path, int rows, int most);

/* A log for all lines of a fit; to be called at every epoch and at the end. print: lines also go to
 * `out`, under a header line; NULL: nowhere. */
hp_status hp_toy_log_create(const hp_toy *toy, hp_toy_log *log, hp_error *err);
void hp_toy_log_print(hp_toy_log *log, FILE *out);
hp_status hp_toy_log_tick(void *log, const hp_train_tick *at, hp_error *err);
void hp_toy_log_finish(hp_toy_log *log);

#endif
