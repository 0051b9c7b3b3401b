// SPDX-License-Identifier: GPL-3.0-or-later
/* Two coupled pairs on a radial grid whose waves are known: eigenvectors of
 *
 *     [-u_a''/(2 mu_a)] + sum_d [V_ad u_d + 4 pi r h sum_j r_j U_ad(r,r_j) u_d(r_j)] = E_a(W) u_a,
 *
 * E_a = k_a^2(W)/(2 mu_a), on r_i = 0.5 i, i = 1 ... 80, with u(0) = u(40.5) = 0 and the central
 * second difference. Masses (0.50, 0.55) and (0.52, 0.60); V_11 = -0.10 e^{-(r/3)^2}, V_22 = v_22
 * e^{-(r/3)^2} + 0.5 e^{-r^2}, V_12 = 0.06 e^{-(r/3.5)^2}; U_ad = C_ad e^{-(r/d_a)^2 - (r'/d_d)^2},
 * C = ((-0.004, 0.0015), (0.0015, -0.003)), d = (2.2, 1.8). Lattice units. */
#ifndef HADPOT_TEST_COUPLED_CLOSURE_H
#define HADPOT_TEST_COUPLED_CLOSURE_H

#include <stdbool.h>

enum { CLOSURE_POINTS = 80, CLOSURE_MOST_STATES = 7, CLOSURE_SOURCES = 2 };

/* v_22 of the closure without and with a resonance. */
#define CLOSURE_V22 (-0.20)
#define CLOSURE_V22_RESONANCE (-0.70)

typedef struct coupled_closure {
    bool non_local;
    double v22;
    int nstate;
    double mass[2][2], mu[2], threshold[2], Z[2];
    double r[CLOSURE_POINTS];
    double W[CLOSURE_MOST_STATES];                    /* levels, total energy, ascending */
    double u[CLOSURE_MOST_STATES][2][CLOSURE_POINTS]; /* r psi_a, norm 1, positive at the largest
                                                         |u_1| */
} coupled_closure;

/* The lowest nstate levels. Z_a of both hadrons of pair a together are (0.8, 1.3) at the sink. */
void coupled_closure_create(coupled_closure *closure, double v22, bool non_local, int nstate);

double coupled_closure_V(const coupled_closure *closure, int a, int d, double r);

/* 0 where the closure is local. */
double coupled_closure_U(const coupled_closure *closure, int a, int d, double r, double rp);

/* k_a^2(W)/(2 mu_a). */
double coupled_closure_energy(const coupled_closure *closure, int a, double W);

/* A_bn of source b. */
double coupled_closure_amplitude(int b, int n);

/* R^{ab}(t, r_i) = sum_n A_bn u_n^a(r_i)/r_i exp(-(W_n - th_a) t)/sqrt(Z_a), with each state
 * multiplied by (W_n - th_a)^power: times (-1)^power a time derivative. */
double coupled_closure_wave(const coupled_closure *closure, int a, int b, double t, int i,
                            int power);

/* K_t R with k_a^2(W_n) inserted in each state: sum_d Delta^{ad} (V + U) R^{db} to rounding. */
double coupled_closure_source(const coupled_closure *closure, int a, int b, double t, int i);

/* (1/r) d^2(r R)/dr^2 of a wave, by central differences. */
double coupled_closure_laplacian(const coupled_closure *closure, int a, int b, double t, int i);

#endif
