// SPDX-License-Identifier: GPL-3.0-or-later
/* A potential of any kind (potential_kinds.h): fitted to data, or given; then evaluated where it is
 * asked for. Each kind belongs to a class, one file in src/potential, and only that file knows what
 * a potential of this class is made of. Unit of length L: the lattice spacing, or 1 fm.
 *
 *     create -> fit (or load) -> set nodes -> fill -> interaction (interaction.h) */
#ifndef HADPOT_POTENTIAL_H
#define HADPOT_POTENTIAL_H

#include "hadpot/coupled.h"
#include "hadpot/fit_data.h"
#include "hadpot/forms.h"
#include "hadpot/interaction.h"
#include "hadpot/momentum.h"
#include "hadpot/network_fit.h"
#include "hadpot/tail.h"

/* What a potential is made from; each class takes its own part. data and forms are not owned and
 * must outlive it, and the potential keeps no sample of the data. */
typedef struct hp_potential_setup {
    const hp_potential_kind *kind;
    const hp_fit_data *data;      /* of the average; NULL for a given potential */
    hp_model_spec network;        /* networks */
    hp_training_options training; /* networks */
    bool of_operators;            /* several components: blocks are V_C, V_T of pairs, which act by
                                     hp_operator_element, else elements V_cd, U_cd, */
    bool diagonal;                /* of which those between different components are left out */
    int rank;                     /* separable: terms; 0: as many as the data ask for */
    int gaussians;                /* Gaussians of V or V0, or of given ranges, */
    double gaussian_range_fm[2];  /* geometric from one to the other, of v_m and of blocks; 0 (v_m):
                                     fitted, and so is the number; */
    int nonlocal_gaussians;       /* of each radius of U of matrix_gaussians; 0: no U */
    hp_tail tail;                 /* and its tail, in L; */
    int n2lo_gaussians;           /* and of V2, */
    double n2lo_range_fm[2];      /* their ranges geometric from one to the other, */
    double n2lo_deviation;        /* prior of their amplitudes in x = 2 mu V2 (ridge.h); */
    double n2lo_r_max_fm;         /* V2 is fitted up to here */
    const hp_forms *forms;        /* given potentials; its h stands for the pair */
} hp_potential_setup;

/* Rows that others ask for. */
#define HP_ROW_V_LOCAL "potential/v_local_mev"
#define HP_ROW_U "potential/u_mev_fm3"
#define HP_ROW_U_MOMENTUM "potential/u_momentum_mev_fm3"
#define HP_ROW_F "potential/f"
#define HP_ROW_GAUSSIANS "potential/gaussians"
#define HP_ROW_TAIL_RANGE "potential/tail_range_fm"
#define HP_ROW_V0 "potential/v0_mev"
#define HP_ROW_V2 "potential/v2_mev_fm2"
#define HP_ROW_V2_FIT "potential/v2_fit_mev_fm2"
#define HP_ROW_V2_GAUSSIANS "potential/v2_gaussians"
#define HP_ROW_SEPARABLE_MEV "potential/separable_mev"
#define HP_ROW_SEPARABLE_SIGN "potential/separable_sign"
#define HP_ROW_SEPARABLE_AMPLITUDE "potential/separable_amplitude"
#define HP_ROW_SEPARABLE_RANGE "potential/separable_range"
#define HP_ROW_FORM_FACTOR "potential/form_factor"
#define HP_ROW_BLOCK_MEV "potential/block_mev"
#define HP_ROW_BLOCK_AMPLITUDE "potential/block_amplitude"
#define HP_ROW_BLOCK_TAIL_RANGE "potential/block_tail_range_fm"
#define HP_ROW_GAUSSIAN_RANGE "potential/gaussian_range_fm"
#define HP_ROW_V2_CHI2 "training/v2_chi2_per_point"

typedef struct hp_potential_class hp_potential_class;

/* self: of the class. Empty before hp_potential_create and after hp_potential_destroy. */
typedef struct hp_potential {
    const hp_potential_kind *kind;
    const hp_potential_class *class;
    void *self;
} hp_potential;

/* potential: out, owned by the caller, at a place that does not move. Errors: HP_ERR_INPUT naming
 * the key that does not fit the data; MEMORY. */
hp_status hp_potential_create(const hp_potential_setup *setup, hp_potential *potential,
                              hp_error *err);
void hp_potential_destroy(hp_potential *potential);

/* One fit. start: results (of the record) of the fit that this one starts from; NULL: from nothing.
 */
typedef struct hp_fit_task {
    const hp_fit_data *data; /* radii and weights as at the start, R, S, K, V of one sample */
    const double *start;
    const hp_tick *tick; /* NULL: none */
    const hp_record *record;
    double *vector;     /* out: what the class stores */
    double *prediction; /* out: (ncolumn, n) V R + int U R */
} hp_fit_task;

/* Fit to one sample. Errors: HP_ERR_NUMERIC, HP_ERR_LIBRARY; not converging is a result. */
hp_status hp_potential_fit(hp_potential *potential, const hp_fit_task *task, hp_error *err);

/* Become the potential whose fit left these results. */
void hp_potential_load(hp_potential *potential, const hp_record *record, const double *vector);

/* What others must know of it. */
typedef struct hp_potential_facts {
    int ncomponent; /* that it acts between; 1 unless it says so */
    bool is_fitted;
    bool has_local;      /* there is V(r) */
    bool has_nonlocal;   /* there is U(r,r'), and K(r,r') on the nodes */
    bool has_slope;      /* V2 nabla^2, with which H is not symmetric, or {p^2, V2} */
    bool rescaled;       /* solvers find the wave times a function of r (interaction.h) */
    bool has_map;        /* U can be evaluated anywhere */
    bool symmetric;      /* U(r,r') = U(r',r) */
    bool ends_with_data; /* says nothing beyond the data */
    double scale;        /* of U in 1/L^4, networks */
    double end;          /* where it has fallen off by its form, in L; 0: not known */
    double nonlocal_end; /* and U of networks; 0: nowhere */
} hp_potential_facts;
hp_potential_facts hp_potential_describe(const hp_potential *potential);

/* Add its rows to a record with the axis "r" of its data: what a fit stores, and how it went. */
void hp_potential_add_rows(const hp_potential *potential, hp_record *record);

/* Notes on what the samples in the record, at least the average, say of its parameters. */
void hp_potential_note(const hp_potential *potential, hp_record *record);

/* A potential on the nodes of a solver, between all components, as interaction.h has it, or
 * coupled.h where there are several or l > 0: K_cd(r_i, r_j) at row c n + i, column d n + j. */
typedef struct hp_node_potential {
    const hp_potential *potential; /* not owned */
    const hp_quadrature *nodes;    /* not owned */
    int ncomponent;
    hp_pair pair[HP_MOST_PAIRS]; /* of the latest fill */
    double *kernel; /* (component nodes, component nodes); NULL without a non-local part */
    double *local;  /* (component, component, nodes); NULL where w is nothing */
    double *slope;  /* (component, component, nodes); NULL where w does not depend on energy */
    void *work;     /* of the class */
} hp_node_potential;

/* Room for a potential on these nodes; at any time after hp_potential_create, and again for other
 * nodes. on: out, owned by the caller. Errors: HP_ERR_MEMORY. */
hp_status hp_node_potential_create(const hp_potential *potential, const hp_quadrature *nodes,
                                   hp_node_potential *on, hp_error *err);
void hp_node_potential_destroy(hp_node_potential *on);

/* w, K and s of the potential as it is now, for these pairs, as many as the components have:
 * w = 2 mu V, K = 2 mu 4 pi r r' U, with mu = sqrt(mu_c mu_d) between components.
 * Errors: HP_ERR_NUMERIC where the radial equation has no solution with it. */
hp_status hp_potential_fill(const hp_potential *potential, const hp_pair *pair, int npair,
                            hp_node_potential *on, hp_error *err);

/* What a solver of one S wave, or of components, takes, borrowed from `on` after
 * hp_potential_fill; without Coulomb force. */
hp_interaction hp_node_potential_interaction(hp_node_potential *on);
hp_matrix_interaction hp_node_potential_matrix(const hp_node_potential *on);

/* A potential that has not fallen off at the last node is cut there, and the phase shifts depend on
 * where: |r r' U| with r' there, or |r V|, over the largest of all components, whichever is larger.
 */
double hp_node_potential_edge_ratio(const hp_node_potential *on);

/* V in 1/L at n ascending radii, those of the data first, 0 where the potential says nothing; and U
 * in 1/L^4 between the radii of the data, borrowed, or NULL: no non-local part, or one that is a
 * product (HP_KIND_PRODUCT), which is never formed there. */
const double *hp_potential_on_shells(hp_potential *potential, const double *r, int n, double *V);

/* A map of U(r,r') on radii of its own. Empty where there is none. */
typedef struct hp_potential_map {
    const hp_potential *potential; /* not owned */
    int n;
    double *r; /* (n) L */
    void *work;
    hp_momentum *momentum; /* NULL: no U(p,p') */
} hp_potential_map;

/* r (n) is copied. Errors: HP_ERR_MEMORY; HP_ERR_LIBRARY with momentum_space. */
hp_status hp_potential_map_create(const hp_potential *potential, const double *r, int n,
                                  bool momentum_space, hp_potential_map *map, hp_error *err);
/* The same for evenly spaced radii, both ends included. */
hp_status hp_potential_map_space(const hp_potential *potential, const double end[2], int n,
                                 bool momentum_space, hp_potential_map *map, hp_error *err);
void hp_potential_map_destroy(hp_potential_map *map);

/* How far a map of U reaches, in L: max_fm, or (0) to data_end, or where U has fallen off
 * before. */
double hp_potential_map_end(const hp_potential *potential, double max_fm, double length_fm,
                            double data_end);

/* U (n, n) in MeV/fm^3, or (component, component, n, n). */
void hp_potential_map_fill(const hp_potential_map *map, double *U);

/* Add the axes and rows of a map to a record; nothing for an empty map. data: its
 * units. Errors: HP_ERR_MEMORY. */
hp_status hp_potential_map_describe(const hp_potential_map *map, const hp_fit_data *data,
                                    hp_record *record, hp_error *err);

/* The map and its Fourier transform into a vector of results; nothing for an empty map. */
void hp_potential_map_store(const hp_potential_map *map, const hp_record *record, double *vector);

#endif
