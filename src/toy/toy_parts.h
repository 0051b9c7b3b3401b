// SPDX-License-Identifier: GPL-3.0-or-later
/* Parts of hp_toy_create and hp_toy_learn that have files of their own. */
#ifndef HADPOT_TOY_PARTS_H
#define HADPOT_TOY_PARTS_H

#include "hadpot/toy.h"

/* Weights of the fit and the potential that is fitted, to toy->data. */
hp_status hp_toy_create_fit(hp_toy *toy, hp_error *err);

/* Solvers, map and layouts; observables of the true potential. */
hp_status hp_toy_create_observables(hp_toy *toy, hp_error *err);

/* The true potential on the map and on the radii of the data. */
hp_status hp_toy_create_exact(hp_toy *toy, hp_error *err);

/* U_true in MeV/fm^3, r and r' >= 0. */
double hp_toy_exact_nonlocal(const hp_toy *toy, double r, double rp);

/* Largest distance of nk phase shifts in degrees, modulo 180; nan: one is nan. */
double hp_toy_phase_distance(const double *one, const double *other, int nk);

/* A log for all lines of a fit; to be called at every epoch and at the end. */
hp_status hp_toy_log_create(const hp_toy *toy, hp_toy_log *log, hp_error *err);
void hp_toy_log_tick(void *log, const hp_train_tick *at);
void hp_toy_log_finish(hp_toy_log *log);

/* The rows of both studies: layouts of their vectors. Errors: HP_ERR_MEMORY. */
hp_status hp_toy_add_rows(hp_toy *toy, hp_error *err);

#endif
