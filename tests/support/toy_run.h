// SPDX-License-Identifier: GPL-3.0-or-later
/* The separable toy of Wang et al., PoS LATTICE2024, eqs. 8 and 9: U(r,r') = omega exp(-mu (r+r')),
 * u'' + k^2 u = int K u, K = 2 m 4 pi r r' U. With L = 8 pi m omega the regular solution is
 *     u = sin kr + L c ( (A r + B) exp(-mu r) - B cos kr ),  A = 1/(mu^2+k^2),  B = 2 mu A^2,
 *     c = int r exp(-mu r) u = s / (1 - L (i - B C)),  s = 2 mu k A^2,  C = (mu^2-k^2) A^2,
 *     i = A/(4 mu^3) + B/(4 mu^2),                     tan delta = -L c B.
 * The columns of a loss are phi_k = u/r, scaled to sin(kr + delta)/r at large r. */
#ifndef HADPOT_TEST_TOY_H
#define HADPOT_TEST_TOY_H

#include <math.h>
#include <string.h>
#include "hadpot/loss.h"
#include "hadpot/memory.h"
#include "hadpot/nystroem.h"

enum { TOY_RADII = 100, TOY_MOMENTA = 10, TOY_VALUES = TOY_RADII * TOY_MOMENTA };
#define TOY_OMEGA (-0.017)
#define TOY_MU 1.0
#define TOY_MASS 3.3 /* reduced */
#define TOY_END 5.0  /* 5R, R = 1/mu */

typedef struct toy {
    double r[TOY_RADII], quadrature[TOY_RADII], k[TOY_MOMENTA];
    double R[TOY_VALUES], S[TOY_VALUES], weight[TOY_VALUES];
    hp_loss_data data;
} toy;

static inline double toy_potential(double r, double rp) {
    return TOY_OMEGA * exp(-TOY_MU * (r + rp));
}

/* u at r and, in *tan_delta, the phase shift. */
static inline double toy_wave(double k, double r, double *tan_delta) {
    double L = 8.0 * M_PI * TOY_MASS * TOY_OMEGA, A = 1.0 / (TOY_MU * TOY_MU + k * k);
    double B = 2.0 * TOY_MU * A * A, C = (TOY_MU * TOY_MU - k * k) * A * A;
    double inner = 0.25 * A / (TOY_MU * TOY_MU * TOY_MU) + 0.25 * B / (TOY_MU * TOY_MU);
    double c = 2.0 * TOY_MU * k * A * A / (1.0 - L * (inner - B * C));
    *tan_delta = -L * c * B;
    return sin(k * r) + L * c * ((A * r + B) * exp(-TOY_MU * r) - B * cos(k * r));
}

/* Radii from 0.01 to 5R, momenta from 0.01 to 1, the trapezoidal rule, and S = int U phi by the
 * same rule, so that the exact U has no loss. */
static inline void toy_fill(toy *t) {
    double step = (TOY_END - 0.01) / (TOY_RADII - 1);
    for (int i = 0; i < TOY_RADII; i++) {
        double r = t->r[i] = 0.01 + step * i;
        bool last = i == TOY_RADII - 1;
        t->quadrature[i] = 4.0 * M_PI * r * r * (last ? 0.5 * step : step);
    }
    t->quadrature[0] = 4.0 * M_PI * 1e-4 * 0.5 * (step + 0.01);
    for (int c = 0; c < TOY_MOMENTA; c++) {
        double *R = t->R + c * TOY_RADII, *S = t->S + c * TOY_RADII, tan_delta, integral = 0.0;
        t->k[c] = 0.01 + 0.99 * c / (TOY_MOMENTA - 1);
        for (int i = 0; i < TOY_RADII; i++) {
            double u = toy_wave(t->k[c], t->r[i], &tan_delta);
            R[i] = u / sqrt(1.0 + tan_delta * tan_delta) / t->r[i];
            integral += exp(-TOY_MU * t->r[i]) * t->quadrature[i] * R[i];
        }
        for (int i = 0; i < TOY_RADII; i++) {
            S[i] = toy_potential(t->r[i], 0.0) * integral;
            t->weight[c * TOY_RADII + i] = 1.0;
        }
    }
    t->data = (hp_loss_data){.n = TOY_RADII,
                             .ncolumn = TOY_MOMENTA,
                             .r = t->r,
                             .quadrature = t->quadrature,
                             .R = t->R,
                             .S = t->S,
                             .weight = t->weight};
}

/* Relative L2 error of U over [first, 5R]^2, after hp_model_forward on the radii. */
static inline double toy_error_of_U(const toy *t, const hp_model_grid *grid, double first) {
    double difference = 0.0, norm = 0.0;
    for (int i = 0; i < TOY_RADII; i++)
        for (int j = 0; j <= i; j++) {
            double exact = toy_potential(t->r[i], t->r[j]), twice = j < i ? 2.0 : 1.0;
            if (t->r[j] < first) continue;
            double d = grid->U[i * TOY_RADII + j] - exact;
            difference += twice * d * d;
            norm += twice * exact * exact;
        }
    return sqrt(difference / norm);
}

/* Largest error in degrees of the phase shifts of the model up to `range` for k = 0.05, 0.1, ... 1;
 * beyond 5R the networks extrapolate. */
static inline hp_status toy_error_of_phases(const hp_model *model, const double *param,
                                            double range, double *largest, hp_error *err) {
    enum { COUNT = 20 };
    hp_status status = HP_OK;
    hp_quadrature nodes = {0};
    hp_nystroem *solver = NULL;
    hp_model_grid grid = {0};
    double k2[COUNT], delta[COUNT], kcot[COUNT];
    HP_TRY(hp_quadrature_create(range, 8, 16, &nodes, err));
    HP_TRY(hp_nystroem_create(&nodes, &solver, err));
    HP_TRY(hp_model_grid_create(model, nodes.r, nodes.n, &grid, err));
    hp_model_forward(model, param, &grid);
    hp_model_mirror(model, &grid);
    for (int i = 0; i < nodes.n; i++)
        for (int j = 0; j < nodes.n; j++)
            grid.U[i * nodes.n + j] *= 8.0 * M_PI * TOY_MASS * nodes.r[i] * nodes.r[j];
    for (int i = 0; i < COUNT; i++) k2[i] = 0.0025 * (i + 1) * (i + 1);
    HP_TRY(hp_nystroem_set_interaction(solver, &(hp_interaction){.kernel = grid.U}, err));
    HP_TRY(hp_nystroem_phase_shifts(solver, k2, COUNT, delta, kcot, err));
    *largest = 0.0;
    for (int i = 0; i < COUNT; i++) {
        double exact;
        toy_wave(sqrt(k2[i]), 1.0, &exact);
        double d = remainder(delta[i] - atan(exact), M_PI); /* branches do not matter */
        *largest = fmax(*largest, fabs(d) * 180.0 / M_PI);
    }
cleanup:
    hp_model_grid_destroy(&grid);
    hp_nystroem_destroy(&solver);
    hp_quadrature_destroy(&nodes);
    return status;
}

#endif
