// SPDX-License-Identifier: GPL-3.0-or-later
/* All observables of one matrix of interactions between the components of coupled channels, or of
 * one component with l > 0, by both solvers: phase shifts, inelasticities, S-matrix, mixing,
 * scattering lengths, bound states, poles, correlation functions. As observables.h, made once and
 * used for any number of interactions: every sample may have masses, and so thresholds, of its own.
 * Components and pairs are in the order of the job everywhere. */
#ifndef HADPOT_CHANNEL_OBSERVABLES_H
#define HADPOT_CHANNEL_OBSERVABLES_H

#include "hadpot/coupled_nodes.h"
#include "hadpot/coupled_ode.h"
#include "hadpot/form_matrix.h"
#include "hadpot/observables.h"
#include "hadpot/smatrix.h"

/* Rows beside those of observables.h that others ask for. */
#define HP_ROW_ETA "scattering/eta"
#define HP_ROW_SIGMA "scattering/cross_section_fm2"
#define HP_ROW_SIGMA_MB "scattering/cross_section_mb"
#define HP_ROW_W "scattering/w_mev"
#define HP_ROW_CHANNEL_K "scattering/k_mev"
#define HP_ROW_CHANNEL_E "scattering/e_cm_mev"
#define HP_ROW_FEMTO_K "femtoscopy/k_mev"
#define HP_ROW_LOWEST_PAIR "scattering/lowest_pair"
#define HP_ROW_QUADRUPOLE "scattering/quadrupole_fm2"
#define HP_ROW_D_OVER_S "scattering/asymptotic_d_over_s"
#define HP_ROW_EIGENPHASE_SUM "mixing/eigenphase_sum_deg"
#define HP_ROW_MIXING_1 "mixing/delta_1_deg"
#define HP_ROW_MIXING_2 "mixing/delta_2_deg"
#define HP_ROW_EPSILON "mixing/epsilon_deg"

/* What is asked for; lists are borrowed until hp_channel_observables_create has returned. */
typedef struct hp_channel_options {
    int nenergy;          /* 0: HP_DEFAULT_ENERGIES */
    const double *energy; /* (nenergy) above the lowest threshold of the average, 1/L, ascending */
    bool total; /* samples have them at the same W; else at the same E above their own threshold */
    bool masses_vary; /* samples have masses of their own */
    bool lattice;     /* L is the spacing of a lattice, else fm */
    hp_solver solver;
    double range_fm, tolerance_deg;
    int panels, order;
    double ode_tolerance;
    int bound_states;
    bool stapp, blatt; /* parametrisations of the mixing of two components of a pair */
    hp_pole_options poles;
    int nsource;
    const double *source_radius_fm;
    const double *weight; /* (ncomponent) of |psi|^2 in C(k); NULL: 1 for the first, 0 for others */
} hp_channel_options;

/* What they depend on besides the interaction. Everything is copied. */
typedef struct hp_channel_setup {
    const hp_channel_options *options;
    const hp_channels *channels; /* of the average, in 1/L */
    const char *const *pair_name, *const
                                      *component_name; /* "LL", or "" of a single one; "LL:1S0" */
    const hp_spin_state *spin; /* (ncomponent); NULL: not known, and no quadrupole moment */
    double length_fm;
    const hp_quadrature *grid; /* NULL: chosen, with */
    double range;              /* its end, L, */
    int most_panels, nedge;
    const double *edge;
    bool draws; /* one of thousands: each energy by itself, phases modulo 180 degrees alone, bound
                   states as the grid has them, no poles but those of hp_channel_observables_follow,
                   nothing about numbers */
} hp_channel_setup;

/* A workspace, made once per rank. */
typedef struct hp_channel_observables {
    hp_channels channels; /* of the average */
    char *name[HP_MOST_COMPONENTS], *pair_name[HP_MOST_PAIRS];
    char *part[HP_MOST_COMPONENTS]; /* of names of rows, "_LL_1S0"; "" where there is one component
                                       alone */
    int first, first_of_pair;       /* component whose a_l and r_eff are those at the lowest
                                       threshold; its pair */
    int deuteron[2];                /* components 3S1 and 3D1 of a pair with J = 1; -1: none */
    int mixed[2];                   /* the two components of a pair with two; -1: none */
    double length_fm, momentum_mev;
    bool lattice, total, masses_vary, report_ode, stapp, blatt, charged, draws;
    int nsolver;
    double range, tolerance_deg, ode_tolerance, nodes_error_deg;
    int panels, order, most_panels, nedge;
    double *edge;
    bool given; /* the job or the caller decides the nodes */
    hp_quadrature nodes[2];
    hp_coupled *coupled;
    hp_coupled_ode *ode;
    bool interpolated; /* numerical errors are those of interpolation rather than of the solvers */
    bool compare;      /* there is a second solver, and it took the latest interaction */
    int nenergy, nbound, nradius;
    double *energy, *energy_now; /* (nenergy) above the lowest threshold of the average, and of the
                                    latest channels */
    double *radius, weight[HP_MOST_COMPONENTS];
    hp_phases *phases;     /* (nenergy) latest */
    hp_tmatrix *T;         /* (nenergy) latest, of the solver that is reported */
    hp_bound_state *state; /* (nbound) */
    hp_pole_observables poles;
    double *average; /* vector of results whose branches phases take; NULL: their own, from the
                        lowest threshold on */
} hp_channel_observables;

/* observables: out, owned by the caller. Errors: HP_ERR_INPUT naming the option; MEMORY. */
hp_status hp_channel_observables_create(const hp_channel_setup *setup,
                                        hp_channel_observables *observables, hp_error *err);
void hp_channel_observables_destroy(hp_channel_observables *observables);

/* Nodes, as hp_observables_choose_nodes and the like. Of whoever takes them, a sample, phases are
 * on the branches of these results, too: two components may share multiples of 180 degrees in other
 * ways where they pass a zero of S_cc on either side. */
hp_status hp_channel_observables_choose_nodes(hp_channel_observables *observables,
                                              hp_coupled_fill fill, void *context, hp_error *err);
hp_status hp_channel_observables_set_nodes(hp_channel_observables *observables,
                                           const hp_quadrature *grid, hp_error *err);
hp_status hp_channel_observables_take_nodes(hp_channel_observables *observables,
                                            const hp_record *record, const double *vector,
                                            bool *changed, hp_error *err);

/* Add axes, rows, tables and facts to a record. Errors: HP_ERR_MEMORY. */
hp_status hp_channel_observables_describe(const hp_channel_observables *observables,
                                          hp_record *record, hp_error *err);

/* Compute all observables of an interaction of these channels, given on the nodes of each solver
 * (nsolver), and put them where the record says. Errors: HP_ERR_NUMERIC, MEMORY. */
hp_status hp_channel_observables_compute(hp_channel_observables *observables,
                                         const hp_channels *channels,
                                         const hp_matrix_interaction *interaction,
                                         const hp_record *record, double *vector, hp_error *err);

/* Observables of another vector of results, in its record, become those of the average: phases of
 * draws are on its branches, and poles are tracked from its poles. own: the layout of draws.
 * Errors: HP_ERR_MEMORY. */
hp_status hp_channel_observables_follow(hp_channel_observables *observables,
                                        const hp_record *record, const double *vector,
                                        const hp_record *own, hp_error *err);

/* Nothing is known of a draw. */
void hp_channel_observables_forget(const hp_record *record, double *vector);

/* As hp_observables_move and hp_observables_add_moved, for an interaction known at points only:
 * `part` of the distance of its observables is taken as error. */
hp_status hp_channel_observables_move(const hp_channel_observables *observables,
                                      const hp_channels *channels,
                                      const hp_matrix_interaction *other, double part,
                                      const hp_record *record, const double *vector, double *moved,
                                      hp_error *err);
void hp_channel_observables_add_moved(hp_channel_observables *observables, const hp_record *record,
                                      const double *moved, double *vector);

/* Notes, when samples are known; `most`: as in hp_observables_note. */
void hp_channel_observables_note(const hp_channel_observables *observables, double most,
                                 hp_record *record);

#endif
