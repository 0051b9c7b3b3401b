// SPDX-License-Identifier: GPL-3.0-or-later
/* A network potential fitted to columns: the model (model.h), loss (loss.h) and optimiser (train.h)
 * that the sections `potential` and `training` of a job describe, and what becomes of the fitted
 * potential. A column is a source at a time, or a wave function. Unit of length: L, the lattice
 * spacing or 1 fm; energies in 1/L. */
#ifndef HADPOT_NETWORK_FIT_H
#define HADPOT_NETWORK_FIT_H

#include "hadpot/config.h"
#include "hadpot/layout.h"
#include "hadpot/record.h"
#include "hadpot/quadrature.h"
#include "hadpot/train.h"

/* Points kept of each loss curve. */
enum { HP_CURVE_POINTS = 201 };

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
 * (training.warm_start) or whose prior it shares. Into vector, where the layout says: parameters,
 * loss and the course of the fit; into fit->loss: prediction and V at these parameters. Errors:
 * HP_ERR_NUMERIC when the loss is not finite. */
hp_status hp_network_fit_train(hp_network_fit *fit, const hp_layout *layout, const double *start,
                               const hp_tick *tick, double *vector, hp_error *err);

/* Axes of a layout that a fit to columns has: curve, parameters, and that there is a fit. */
void hp_network_fit_extents(const hp_network_fit *fit, size_t extent[HP_NAXIS]);

/* U (n, n) in MeV/fm^3 on the radii of a grid, whose U and V it leaves in 1/L^4 and 1/L. */
void hp_network_fit_map(const hp_network_fit *fit, const double *param, hp_model_grid *grid,
                        double *U);

/* How far a map of U reaches, in L: max_fm, or (0) to data_end, but at most 3 envelopes. */
double hp_network_fit_map_end(const hp_network_fit *fit, double max_fm, double data_end);

/* A potential on the nodes of a solver, as interaction.h has it. */
typedef struct hp_node_potential {
    const hp_quadrature *nodes; /* not owned */
    hp_model_grid grid;         /* networks */
    double *kernel;             /* (nodes, nodes); NULL without a non-local part */
    double *local;              /* (nodes) */
    double *slope;              /* (nodes); NULL unless kind n2lo */
} hp_node_potential;

/* model: empty (nparam 0) for a local potential that is not a network; slope: with one. on: zeroed
 * before, owned by the caller. */
hp_status hp_node_potential_create(const hp_model *model, const hp_quadrature *nodes, bool slope,
                                   hp_node_potential *on, hp_error *err);
void hp_node_potential_destroy(hp_node_potential *on);

/* K(r,r') = 2 m 4 pi r r' U(r,r') and 2 m V(r) of the model at param, m the reduced mass in 1/L. */
void hp_node_potential_evaluate(const hp_model *model, const double *param, double mass,
                                hp_node_potential *on);

/* A potential that has not fallen off at the last node is cut there, and the phase shifts depend on
 * where: |r r' U| with r' there, or |r V|, over the largest, whichever is larger. */
double hp_node_potential_edge_ratio(const hp_node_potential *on);

#endif
