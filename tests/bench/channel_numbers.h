// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers of coupled channels that are known otherwise (channel_numbers.csv), and ours beside them
 * (bench_channel_numbers.c). */
#ifndef HADPOT_BENCH_CHANNEL_NUMBERS_H
#define HADPOT_BENCH_CHANNEL_NUMBERS_H

#include "hadpot/coupled.h"
#include "hadpot/coupled_ode.h"
#include "hadpot/poles.h"
#include "nucleons.h"

/* One line of the file. at: an energy "E=", "k=", "W=" [MeV], "T=" [MeV, lab]; "bound"; "threshold"
 * or "threshold 2", of that pair; a sheet, and about where the pole is, "(-+) 5.1"; "units".
 * quantity, angles in degrees:
 *     k2_a, delta_a, eta_a, sum, bar_a and epsilon (Stapp), BB_a and BB_epsilon, Re S12, K12, C w=;
 *     B [MeV], kappa, E, P_D [%], rms, rms/2, Q, A_S, eta of a bound state; a, r_eff, critical v;
 *     Re E, Re W, E MeV, Re k1, kappa (|Im k|) of a pole, and poles: how many. */
typedef struct channel_number {
    char section[8], of[40], at[24], quantity[24];
    double expected, limit;
    double found[2]; /* Nystroem, ODE; infinite: not one of its numbers */
} channel_number;

/* An interaction with both solvers of it; made by its name. */
typedef struct channel_model {
    hp_channels channels;
    bool separable; /* K = lambda_cd f_c f_d, f = factor r^power exp(-decay r), */
    bool well;      /* or W inside r = 1, or W exp(-r^2), or of nucleons */
    double W[9], lambda[4], factor[2], decay[2], power[2];
    nucleon_table table;
    hp_matrix_function local;
    double mev;                     /* MeV per unit of energy */
    double origin;                  /* of E in a number */
    double (*lab_k2)(double e_lab); /* k^2 of an energy T */
    hp_pole_region region;
    double edge[64];
    int panels;
    hp_quadrature grid;
    hp_coupled *nystroem;
    hp_coupled_ode *ode;
    double *w, *kernel; /* at the nodes */
} channel_model;

/* Errors: HP_ERR_INPUT for a name that is none; of the solvers. */
hp_status channel_model_open(const char *name, channel_model *m, hp_error *err);
void channel_model_close(channel_model *m);

/* After a change of W. */
hp_status channel_model_set(channel_model *m, hp_error *err);

enum { CHANNEL_NYSTROEM, CHANNEL_ODE };
hp_status channel_model_solve(channel_model *m, int solver, double energy, hp_tmatrix *T,
                              hp_error *err);

/* `found` of all rows (n), of one model: at energies, and elsewhere. Errors: of the solvers. */
hp_status channel_numbers_at_energies(channel_model *m, channel_number **row, int n, hp_error *err);
hp_status channel_numbers_of_states(channel_model *m, channel_number **row, int n, hp_error *err);

#endif
