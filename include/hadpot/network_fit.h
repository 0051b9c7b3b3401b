// SPDX-License-Identifier: GPL-3.0-or-later
/* A network potential fitted to columns: the model (model.h), loss (loss.h) and optimiser (train.h)
 * that the sections `potential` and `training` of a job describe, and what becomes of the fitted
 * potential. A column is a source at a time, or a wave function. Unit of length: L, the lattice
 * spacing or 1 fm; energies in 1/L. */
#ifndef HADPOT_NETWORK_FIT_H
#define HADPOT_NETWORK_FIT_H

#include "hadpot/config.h"
#include "hadpot/record.h"
#include "hadpot/train.h"

/* Points kept of each loss curve. */
enum { HP_CURVE_POINTS = 201 };

/* Most layers of a network. */
enum { HP_MAX_LAYERS = 64 };

/* What a fit depends on; the keys and what they point to must outlive it, columns and fitted are
 * copied. */
typedef struct hp_network_fit_setup {
    const hp_potential_kind *kind;
    double decay;        /* kind partial: in 1/L */
    const double *start; /* (2) kind two_parameter: theta in 1/L, else NULL */
    const hp_potential_keys *potential;
    const hp_training_keys *training;
    double length_fm, energy_mev; /* L in fm and 1/L in MeV */
    hp_loss_data columns;         /* cutoff and penalties are put in from the keys */
    const double *fitted;         /* (n) 1: the radius counts for automatic scales, else 0 */
    double penalty_unit;          /* kappa in the loss of training.penalty: 1 */
} hp_network_fit_setup;

typedef struct hp_network_fit {
    const hp_training_keys *training; /* not owned */
    double length_fm, energy_mev;
    hp_model model;
    hp_loss loss;
    hp_adam adam;  /* of epochs or warm-up epochs; empty without */
    hp_lm lm;      /* empty with optimiser adam */
    double *trial; /* (nparam) parameters of a restart */
} hp_network_fit;

/* fit: out, owned by the caller, at a place that does not move (the loss points to the model).
 * Errors: HP_ERR_INPUT naming the key of `potential`; MEMORY. */
hp_status hp_network_fit_create(const hp_network_fit_setup *setup, hp_network_fit *fit,
                                hp_error *err);
void hp_network_fit_destroy(hp_network_fit *fit);

/* Rows that say how a fit went, of any kind. */
#define HP_ROW_LOSS "training/loss"
#define HP_ROW_CONVERGED "training/converged"
#define HP_ROW_EPOCHS "training/epochs"
#define HP_ROW_DECREASE "training/last_decrease"
#define HP_ROW_RESTART "training/restart"
#define HP_ROW_DECREMENT "training/newton_decrement"
#define HP_ROW_CURVE "training/loss_curve"
#define HP_ROW_CURVE_EPOCH "training/loss_epoch"
#define HP_ROW_PARAM "training/parameters"

/* Add them to a record; curve: points of the loss curve, 0 without. */
void hp_training_describe(size_t curve, size_t parameters, hp_record *record);

/* Called in every epoch or step of a fit; see hp_train_options. */
typedef struct hp_tick {
    void (*function)(void *context, const hp_train_tick *at);
    void *context;
} hp_tick;

/* Fit the R and S that are in fit->loss. start NULL: from drawn weights, the best of
 * training.restarts; else the results of another fit, from whose weights this one starts
 * (training.warm_start) or whose prior it shares. Into vector, where the record says: parameters,
 * loss and the course of the fit; into fit->loss: prediction and V at these parameters. Errors:
 * HP_ERR_NUMERIC when the loss is not finite. */
hp_status hp_network_fit_train(hp_network_fit *fit, const hp_record *record, const double *start,
                               const hp_tick *tick, double *vector, hp_error *err);

/* U (n, n) in MeV/fm^3 on the radii of a grid, whose U and V it leaves in 1/L^4 and 1/L. */
void hp_network_fit_map(const hp_network_fit *fit, const double *param, hp_model_grid *grid,
                        double *U);

#endif
