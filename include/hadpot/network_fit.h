// SPDX-License-Identifier: GPL-3.0-or-later
/* A network potential fitted to columns: the model (model.h), loss (loss.h) and optimiser (train.h)
 * that options describe, and what becomes of the fitted potential. A column is a source at a time,
 * or a wave function. Unit of length: L, the lattice spacing or 1 fm; energies in 1/L. */
#ifndef HADPOT_NETWORK_FIT_H
#define HADPOT_NETWORK_FIT_H

#include "hadpot/fit_data.h"
#include "hadpot/potential_kinds.h"
#include "hadpot/record.h"
#include "hadpot/train.h"

/* Points kept of each loss curve. */
enum { HP_CURVE_POINTS = 201 };

typedef enum hp_optimiser { HP_LEVENBERG_MARQUARDT, HP_ADAM } hp_optimiser;

/* How networks are trained. */
typedef struct hp_training_options {
    hp_optimiser optimiser;
    double penalty, hidden_deviation; /* prior of the weights, */
    double cutoff, cutoff_weight;     /* and regulator, of the loss (loss.h), in L; 0: none */
    int steps;                        /* Levenberg-Marquardt, */
    double step_tolerance;            /* and its end (hp_lm_options) */
    int warm_up_epochs;               /* of Adam before it, from drawn weights */
    int epochs, sample_epochs;        /* Adam: of the average, of samples (0: the same), */
    double learning_rate, sample_learning_rate; /* likewise, */
    hp_schedule schedule;
    double tolerance; /* hp_train_options */
    int seed, restarts;
    bool warm_start; /* samples start from the weights of the average, else from its initial ones */
} hp_training_options;

/* What a job has that says nothing else: sdnn with a local part, fitted to the minimum. Lengths are
 * in fm, those of data with L = 1 fm. */
extern const hp_model_spec hp_network_defaults;
extern const hp_training_options hp_training_defaults;

typedef struct hp_network_fit {
    hp_training_options training;
    double length_fm, energy_mev;
    hp_model model;
    hp_loss loss;
    hp_adam adam;  /* of epochs or warm-up epochs; empty without */
    hp_lm lm;      /* empty with optimiser adam */
    double *trial; /* (nparam) parameters of a restart */
} hp_network_fit;

/* A fit to data of the average, all of which is copied. network: the model; with
 * scale 0 a network of output 1 gives S its r.m.s. size within the envelope, and kind is put in.
 * fit: out, owned by the caller, at a place that does not move (the loss points to the model).
 * Errors: HP_ERR_INPUT naming the option; MEMORY. */
hp_status hp_network_fit_create(const hp_potential_kind *kind, const hp_model_spec *network,
                                const hp_training_options *training, const hp_fit_data *data,
                                hp_network_fit *fit, hp_error *err);
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
