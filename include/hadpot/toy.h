// SPDX-License-Identifier: GPL-3.0-or-later
/* A toy: a known potential, waves from it, a potential learned from the waves, and how the two
 * compare (Wang, Doi, Hatsuda, Lyu, PoS LATTICE2024, and the talks of 2024).
 *
 *     true potential -> waves R_k, S_k (toy_data.h) -> fit (network_fit.h) -> observables of both
 *
 * Units: fm and 1/fm, hbar = c = 1, so that U is in 1/fm^4 and V in 1/fm; results in MeV and fm. No
 * MPI, no files except the tables that a job names. */
#ifndef HADPOT_TOY_H
#define HADPOT_TOY_H

#include "hadpot/config.h"
#include "hadpot/given_channels.h"
#include "hadpot/matrix_study.h"
#include "hadpot/study.h"
#include "hadpot/toy_data.h"
#include "hadpot/toy_waves.h"

/* Where the fit was after so many epochs or steps. */
typedef struct hp_toy_line {
    int restart, epoch;
    double loss;     /* before the update of the epoch */
    double theta[2]; /* after it, kind two_parameter */
} hp_toy_line;

/* Lines every training.print_every epochs, and the last epoch of each restart. */
typedef struct hp_toy_log {
    int every;
    size_t count, room;
    bool has_theta, has_restarts;
    hp_toy_line *line; /* (room) */
    hp_toy_line latest;
    bool started, pending; /* the latest epoch has no line yet */
    FILE *out;             /* lines are printed there too; NULL: not */
} hp_toy_log;

/* Learned against true potential; nan: does not apply to this kind or truth. Radii of the data, at
 * most HP_TOY_COMPARED of them for U, evenly chosen. */
enum { HP_TOY_COMPARED = 512 };
typedef struct hp_toy_comparison {
    double u_error;   /* |U - U_true|/|U_true| (Frobenius), r and r' >= results.u_error_r_min_fm */
    double asymmetry; /* |U - U^T|/|U| there */
    double v_error;   /* largest |V - V_true|/|V_true| in the range of results.v_error_... */
    double f_error;   /* largest contribution |f - f_true|/|f_true| up to f_error_r_max_fm */
    double delta_error_deg; /* largest difference of phase shifts modulo 180 degrees, nan: one is
                               nan */
    /* with channels: largest |V_cd - V_true| in that range in place of v_error; errors of mixing
     * parameters, and of these and of phases up to the last energy of the data; int U R over S,
     * r.m.s. with the weights of the fit */
    double v_error_mev, epsilon_error_deg, inside_error_deg, nonlocal_share;
} hp_toy_comparison;

/* What a toy with channels.components has in place of truth, data and exact. */
typedef struct hp_toy_matrix {
    hp_given_channels given;
    hp_form_matrix *truth;
    hp_toy_waves waves;
    hp_scatter_job job; /* hp_toy_truth */
    double *energy;     /* (options.nenergy) of observables */
    hp_channel_options options;
    hp_matrix_study exact;
    double cut_epsilon_deg;     /* as hp_toy.cut_deg, of mixing parameters */
    hp_quadrature radii;        /* borrowed: those of the data, and */
    hp_node_potential on_radii; /* the learned potential there; */
    double *V, *V_exact;        /* V_cd, c <= d, (elements, nradius) in MeV; V_exact owns both */
} hp_toy_matrix;

typedef struct hp_toy {
    const hp_toy_job *job; /* not owned */
    hp_form_keys forms;    /* borrowed from it, and so are the momenta */
    hp_potential_setup potential;
    hp_observables_options observables;
    double h;             /* hbar^2/(2 m), MeV fm^2 */
    hp_pair pair;         /* 1/fm */
    bool has_channels;    /* channels.components are given: */
    hp_toy_matrix matrix; /* of them */
    hp_forms *truth;
    hp_toy_data data;
    hp_study learned, exact; /* of the learned and of the true potential: the same momenta, on grids
                                of their own */
    double *vector;          /* (learned.record.length) results, and behind them: */
    double *exact_vector;    /* (exact.record.length) observables of the truth */
    double cut_deg;       /* largest change of true phases, modulo 180 degrees, when the truth ends
                             where the learned potential does; nan: unknown */
    double *U_exact;      /* MeV/fm^3 on the map of U, if any; 0 where the truth is local */
    double *V_exact;      /* (n) MeV; with a local part, else NULL */
    double *f_exact;      /* (n) kind partial, else NULL */
    double *contribution; /* (n) r'^2 f_exact(r') max_k |k phi_k(r')| over its maximum */
    hp_toy_log log;
    hp_toy_comparison comparison;
    char trouble[512]; /* why observables of the learned potential are nan; empty: none is */
} hp_toy;

/* The true potential, its waves and observables, and all that the fit and the observables need;
 * finds everything that is wrong with a job. toy: out, owned by the caller, at a place that does
 * not move. job: must outlive it. Errors: HP_ERR_INPUT naming the key; those of hp_toy_data_create.
 */
hp_status hp_toy_create(const hp_toy_job *job, hp_toy *toy, hp_error *err);
void hp_toy_destroy(hp_toy *toy);

/* Fit the potential to the waves; the training log goes to `out` line by line (NULL: nowhere). */
hp_status hp_toy_learn(hp_toy *toy, FILE *out, hp_error *err);

/* Observables of the learned potential; nan, and a reason in toy->trouble, from the first on that
 * the solvers find no solution for. */
hp_status hp_toy_observe(hp_toy *toy, hp_error *err);

/* Fill toy->comparison. */
hp_status hp_toy_compare(hp_toy *toy, hp_error *err);

/* Everything in the record of the learned study, when all is computed. Errors:
 * HP_ERR_MEMORY. */
hp_status hp_toy_describe(hp_toy *toy, hp_error *err);
/* A sentence on the end of the learned potential, where it is more than half of the error of phase
 * shifts and above 0.1 degrees; false: there is nothing to say. After hp_toy_compare. */
enum { HP_TOY_TEXT = 256 };
bool hp_toy_describe_cut(const hp_toy *toy, char text[HP_TOY_TEXT]);

/* The job files compiled in: jobs/toys/NAME.yaml. */
typedef struct hp_toy_preset {
    const char *name, *text;
} hp_toy_preset;
extern const hp_toy_preset hp_toy_presets[];
extern const int hp_toy_npreset;

#endif
