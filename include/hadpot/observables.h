// SPDX-License-Identifier: GPL-3.0-or-later
/* All observables of one interaction in the S wave, by both solvers: phase shifts, threshold
 * parameters, bound states, femtoscopy. The same code serves fitted and given potentials. */
#ifndef HADPOT_OBSERVABLES_H
#define HADPOT_OBSERVABLES_H

#include "hadpot/femtoscopy.h"
#include "hadpot/nodes.h"
#include "hadpot/nystroem.h"
#include "hadpot/ode.h"
#include "hadpot/pair.h"
#include "hadpot/pole_observables.h"
#include "hadpot/record.h"

/* Rows that others ask for. */
#define HP_ROW_DELTA "scattering/delta_deg"
#define HP_ROW_KCOT "scattering/kcot_mev"
#define HP_ROW_DELTA_NUMERICAL "scattering/delta_numerical_error"
#define HP_ROW_A0 "scattering/scattering_length_fm"
#define HP_ROW_REFF "scattering/effective_range_fm"
#define HP_ROW_KCOT0 "scattering/kcot_threshold_mev"
#define HP_ROW_INVERSE_A0 "scattering/inverse_scattering_length_per_fm"
#define HP_ROW_A0_NUMERICAL "scattering/scattering_length_numerical_error_fm"
#define HP_ROW_REFF_NUMERICAL "scattering/effective_range_numerical_error_fm"
#define HP_ROW_FIT_A0 "scattering/fit_scattering_length_fm"
#define HP_ROW_FIT_REFF "scattering/fit_effective_range_fm"
#define HP_ROW_FIT_KCOT0 "scattering/fit_kcot_threshold_mev"
#define HP_ROW_FIT_SHAPE "scattering/fit_shape"
#define HP_ROW_NBOUND "scattering/bound_states"
#define HP_ROW_NBOUND_DOUBT "scattering/bound_states_in_doubt"
#define HP_ROW_BINDING "scattering/binding_energy_mev"
#define HP_ROW_RMS "scattering/rms_fm"
#define HP_ROW_BINDING_NUMERICAL "scattering/binding_energy_numerical_error_mev"
#define HP_ROW_RMS_NUMERICAL "scattering/rms_numerical_error_fm"
#define HP_ROW_PANEL_EDGES "scattering/panel_edges_fm"
#define HP_ROW_PANEL_ORDER "scattering/panel_order"
#define HP_ROW_NODES_ERROR "scattering/nodes_error_deg"
#define HP_ROW_K2_BY_SAMPLE "scattering/k2_lat_by_sample"
#define HP_ROW_K_BY_SAMPLE "scattering/k_mev_by_sample"
#define HP_ROW_E_BY_SAMPLE "scattering/e_cm_mev_by_sample"
#define HP_ROW_CORRELATION "femtoscopy/correlation"
#define HP_ROW_LEDNICKY "femtoscopy/lednicky"

/* Where nobody asks for momenta: e_cm of 1, 2, ..., so many MeV. */
enum { HP_DEFAULT_ENERGIES = 100 };

/* What momenta are given as. */
typedef enum hp_momentum_kind {
    HP_ENERGIES_MEV, /* e_cm = k^2/(2 mu), non-relativistic */
    HP_MOMENTA_MEV,
    HP_MOMENTA,        /* k in 1/L */
    HP_MOMENTA_SQUARED /* k^2 in 1/L^2 */
} hp_momentum_kind;

/* Both: Nystroem is reported, and its difference to the other as numerical error; the ODE solver:
 * the other way round. */
typedef enum hp_solver { HP_SOLVER_BOTH, HP_SOLVER_NYSTROEM, HP_SOLVER_ODE } hp_solver;

typedef enum hp_charge_form { HP_CHARGE_NONE, HP_CHARGE_POINT, HP_CHARGE_DIPOLE } hp_charge_form;

/* What is asked for; lists are borrowed until hp_observables_create has returned. */
typedef struct hp_observables_options {
    hp_momentum_kind momentum_kind;
    int nmomentum;          /* 0: HP_DEFAULT_ENERGIES */
    const double *momentum; /* (nmomentum) ascending */
    double cutoff;          /* momenta must be below, 1/L: pi on a lattice; 0: none */
    bool masses_vary;       /* samples have masses of their own: energies that are given stay, and
                               k^2 is that of the sample; else the other way round */
    hp_solver solver;
    double range_fm;      /* where the potential ends; 0: chosen */
    double tolerance_deg; /* of phase shifts, from the nodes, which follow from it, */
    int panels, order;    /* unless these are given (0: not) */
    double ode_tolerance; /* of its steps; 0: a hundredth of tolerance_deg, at least 1e-13 */
    int bound_states;     /* whose energies are given, deepest first */
    hp_charge_form coulomb;
    double charge_1, charge_2, charge_radius_fm; /* in e; r.m.s. radius of a dipole */
    double fit_e_min_mev, fit_e_max_mev; /* window of the effective-range fit; max 0: none */
    bool fit_shape;
    int nsource;                    /* femtoscopy: */
    const double *source_radius_fm; /* (nsource) R of exp(-r^2/(4 R^2)) */
    hp_statistics statistics;
    double spin, weight; /* of identical hadrons; of the channel in which the potential acts */
    hp_pole_options poles;
} hp_observables_options;

/* What a job has that says nothing else. */
extern const hp_observables_options hp_observables_defaults;

/* What observables depend on besides the interaction. Everything is copied. */
typedef struct hp_observables_setup {
    const hp_observables_options *options;
    hp_pair pair;              /* without charges: they are those of the options */
    bool asymmetric;           /* K(r,r') is not symmetric: Nystroem alone, bound states are counted
                                  but not given */
    double length_fm;          /* the unit of length L in fm: the lattice spacing, or 1 */
    bool draws;                /* one of thousands: phases modulo 180 degrees alone, bound states as
                                  the nodes have them, no poles */
    const hp_quadrature *grid; /* of the radial equation, in L; NULL: by hp_nodes_choose with */
    double range;              /* its end, L, */
    int most_panels, nedge;    /* at most (0: any number), and edges within the range */
    const double *edge;
} hp_observables_setup;

/* A workspace, made once per rank and used for any number of interactions; unit of length L. */
typedef struct hp_observables {
    hp_pair pair;                   /* of the average, by which energies are momenta */
    double length_fm, momentum_mev; /* momentum_mev: 1/L in MeV */
    bool lattice;                   /* L is the spacing of a lattice, else fm */
    bool report_ode, asymmetric, draws;
    int nsolver;              /* 1: Nystroem; 2: and the ODE solver */
    hp_nodes_problem problem; /* that decides the nodes */
    double *edge;             /* (problem.nedge) */
    bool given;               /* the job or the caller decides them instead */
    double nodes_error_deg;   /* as hp_nodes_choose has it */
    double ode_tolerance;
    hp_quadrature nodes[2]; /* of each solver: the same panels with other nodes, so that they differ
                               where the nodes do not resolve a potential */
    hp_nystroem *nystroem;
    hp_ode *ode;       /* NULL unless nsolver is 2 */
    bool compare;      /* there are two, and the second took the latest interaction */
    bool interpolated; /* numerical errors are those of interpolation rather than of the solvers */
    hp_coulomb coulomb;
    int nk, nbound, nradius;
    double *k2;                  /* (nk) ascending, of the average */
    double *k2_now;              /* (nk) of the latest pair: others where energies are given */
    bool masses_vary, by_energy; /* the latter: energies are given */
    double *radius;              /* (nradius) source radii */
    hp_femto_pair femto;
    double *background;             /* (nradius, nk) C(k) without strong interaction */
    double *wave;                   /* (nodes) */
    double *kappa2, *mean_square;   /* (nbound) */
    double window_low, window_high; /* k^2 of the effective-range fit; window_high 0: none */
    bool shape;
    hp_pole_observables poles; /* empty: none are asked for, and */
    hp_coupled *coupled;       /* this is NULL */
} hp_observables;

/* observables: out, owned by the caller. Errors: HP_ERR_INPUT naming the option: momenta too high
 * for the grid, charges without a radius, and so on; HP_ERR_MEMORY. */
hp_status hp_observables_create(const hp_observables_setup *setup, hp_observables *observables,
                                hp_error *err);
void hp_observables_destroy(hp_observables *observables);

/* Choose nodes for the potential that `fill` gives, unless they are given; once made they serve all
 * interactions until others are set. Errors: as hp_nodes_choose. */
hp_status hp_observables_choose_nodes(hp_observables *observables, hp_nodes_fill fill,
                                      void *context, hp_error *err);
hp_status hp_observables_set_nodes(hp_observables *observables, const hp_quadrature *grid,
                                   hp_error *err);

/* The nodes as part of results, and from there again, to the last bit for everybody who takes them
 * (changed: out, whether they were others); given ones stay. Poles are tracked from those of these
 * results from then on. Errors: as hp_observables_create. */
void hp_observables_store_nodes(const hp_observables *observables, const hp_record *record,
                                double *vector);
hp_status hp_observables_take_nodes(hp_observables *observables, const hp_record *record,
                                    const double *vector, bool *changed, hp_error *err);

/* Part of hp_observables_create, and where momenta change: C(k) without strong interaction. */
hp_status hp_observables_find_background(hp_observables *observables, hp_error *err);

/* Part of hp_observables_create; and the extent of the axis panel_edge. */
hp_status hp_observables_create_nodes(const hp_observables_setup *setup,
                                      hp_observables *observables, hp_error *err);
int hp_observables_count_edges(const hp_observables *observables);

/* Add axes, rows, tables and facts of the observables to a record. Errors: HP_ERR_MEMORY. */
hp_status hp_observables_describe(const hp_observables *observables, hp_record *record,
                                  hp_error *err);

/* Where masses vary: errors of k^2 and k, or of e_cm, whichever is not given, into the record,
 * which has samples, and with them into phase_shift.csv. */
void hp_observables_describe_varied(const hp_observables *observables, hp_record *record);

/* Make all observables of a vector nan. */
void hp_observables_forget(const hp_record *record, double *vector);

/* Notes on the agreement of both solvers, when samples are known; `most` is the part of statistical
 * errors, or of what converged solutions differ by, that is not noted. And on samples that have
 * another number of bound states. */
void hp_observables_note(const hp_observables *observables, double most, hp_record *record);
void hp_observables_note_branches(hp_record *record);

/* Compute all observables of an interaction of a pair (its charges are those of the options), given
 * on the nodes of each solver (nsolver), and put them where the record says. The coulomb in it is
 * ignored: that of the setup acts. The momenta stay those of the setup, unless masses vary and
 * energies are given. The effective-range fit is left for hp_observables_fit_window, since its
 * weights need the errors of all samples. Errors: HP_ERR_NUMERIC. */
hp_status hp_observables_compute(hp_observables *observables, const hp_pair *pair,
                                 const hp_interaction *interaction, const hp_record *record,
                                 double *vector, hp_error *err);

/* Another interpolation of an interaction that is known at points only, on the nodes of the first
 * solver, and the part of the distance of its observables that is taken as error. */
typedef struct hp_other_interpolation {
    hp_interaction interaction;
    double part;
} hp_other_interpolation;

/* How far another interpolation moves the observables of a vector from hp_observables_compute, by
 * the first solver, phases modulo 180 degrees: `moved` (record->length, 0 at first) keeps the
 * largest such part in place of each numerical error, nan where there are no such observables.
 * Errors: HP_ERR_MEMORY. */
hp_status hp_observables_move(hp_observables *observables, const hp_other_interpolation *other,
                              const hp_record *record, const double *vector, double *moved,
                              hp_error *err);

/* Add that to the numerical errors of the vector. */
void hp_observables_add_moved(hp_observables *observables, const hp_record *record,
                              const double *moved, double *vector);

/* Weighted fit of k cot delta = -1/a0 + r_eff k^2/2 (- P r_eff^3 k^4) to the momenta in the window,
 * of each row of results (nrow, record->length), the same weights 1/error^2 for all; error (nk) of
 * k cot delta in MeV, or NULL: weights 1. Points without finite value or error are left out; fewer
 * than parameters leave nan. Errors: HP_ERR_MEMORY; HP_ERR_NUMERIC. */
hp_status hp_observables_fit_window(const hp_observables *observables, const hp_record *record,
                                    const double *error, int nrow, double *rows, hp_error *err);

/* e_cm = k^2/(2 mu), non-relativistic kinetic energy in the centre of mass, in MeV of a k^2 in
 * 1/L^2, and back. */
double hp_observables_energy_mev(const hp_observables *observables, double k2);
double hp_observables_k2(const hp_observables *observables, double energy_mev);

#endif
