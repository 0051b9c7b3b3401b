// SPDX-License-Identifier: GPL-3.0-or-later
/* A matrix potential of networks fitted to columns on composite points, as network_fit.h for one S
 * wave: the same options, training, rows of the record. */
#ifndef HADPOT_MATRIX_FIT_H
#define HADPOT_MATRIX_FIT_H

#include "hadpot/matrix_loss.h"
#include "hadpot/network_fit.h"

typedef struct hp_matrix_fit {
    hp_training_options training;
    hp_matrix_model model;
    hp_matrix_loss loss;
    hp_lm lm;
    double *trial; /* (nparam) parameters of a restart */
} hp_matrix_fit;

/* Automatic scales, where those of network are 0: a network of output 1 in term p alone predicts
 * source terms of the r.m.s. size of the data in the components it acts on, within the envelope,
 *
 *     omega_p^2 = sum_a sum_(column,r) (e S_a)^2 / sum_a sum_(column,r) (e^2 sum_d O^p_ad int e
 * R_d)^2
 *
 * and the same of V with R_d in place of the integral; terms that act on nothing but zeros take the
 * largest of the others. scale, local_scale (nterm): out. Errors: HP_ERR_INPUT where envelopes
 * leave no radius. */
hp_status hp_matrix_scales(const hp_matrix_terms *terms, const hp_model_spec *network,
                           const hp_fit_data *data, double *scale, double *local_scale,
                           hp_error *err);

/* A fit to data of the average, all of which is copied. fit: out, owned by the caller, at a place
 * that does not move (the loss points to the model). Errors: HP_ERR_INPUT naming the option that
 * has no place here; MEMORY. */
hp_status hp_matrix_fit_create(const hp_potential_kind *kind, const hp_matrix_terms *terms,
                               const hp_model_spec *network, const hp_training_options *training,
                               const hp_fit_data *data, hp_matrix_fit *fit, hp_error *err);
void hp_matrix_fit_destroy(hp_matrix_fit *fit);

/* As hp_network_fit_train. */
hp_status hp_matrix_fit_train(hp_matrix_fit *fit, const hp_record *record, const double *start,
                              const hp_tick *tick, double *vector, hp_error *err);

#endif
