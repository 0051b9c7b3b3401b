// SPDX-License-Identifier: GPL-3.0-or-later
/* The Green functions G = -f(r<) g(r>) of the components at a real energy; docs/method-channels.md.
 */
#include <math.h>
#include <gsl/gsl_math.h>
#include "coupled_private.h"
#include "hadpot/riccati.h"

static void fill_open(hp_coupled *solver, int c, int l, double k2) {
    const hp_quadrature *grid = &solver->grid;
    int n = grid->n;
    double *f = solver->pair + (ptrdiff_t)2 * c * n, *g = f + n, all[4];
    for (int i = 0; i < n; i++) {
        hp_riccati(l, k2, grid->r[i], all);
        f[i] = all[0];
        g[i] = all[2];
    }
}

/* P_0, the inverse of -d^2/dr^2 with u(0) = 0 and u' = -gamma u at the end of the range; the
 * barrier and kappa^2 are part of A. Products of exp(kappa r) and exp(-kappa r) would cost digits
 * where kappa times a panel exceeds a quarter of the order, and overflow. */
static void fill_closed(hp_coupled *solver, int c, double kappa) {
    const hp_quadrature *grid = &solver->grid;
    int n = grid->n, l = solver->channels.component[c].l;
    double *f = solver->pair + (ptrdiff_t)2 * c * n, *g = f + n, *shift = solver->shift;
    double gamma = solver->gamma[c], R = grid->range;
    for (int i = 0; i < n; i++) {
        double r = grid->r[i];
        f[i] = r;
        g[i] = (1.0 + gamma * (R - r)) / (1.0 + gamma * R);
        shift[c * n + i] = l * (l + 1) / (r * r) + kappa * kappa;
    }
}

hp_status hp_coupled_decay(const hp_coupled *solver, int c, double kappa, double *gamma,
                           hp_error *err) {
    hp_component of = solver->channels.component[c];
    return hp_coulomb_partial_decay(of.l, solver->channels.coulomb[of.pair].strength, kappa,
                                    solver->grid.range, gamma, err);
}

hp_status hp_coupled_fill_green(hp_coupled *solver, double energy, hp_tmatrix *T, hp_error *err) {
    *T = (hp_tmatrix){.energy = energy};
    for (int i = 0; i < solver->size; i++) solver->shift[i] = 0.0;
    for (int c = 0; c < solver->ncomponent; c++) {
        double k2 = T->k2[c] = hp_coupled_k2(solver, c, energy);
        if (k2 >= 0.0) {
            HP_CALL(hp_interaction_check_momentum(&solver->grid, k2, err));
            T->open[T->nopen++] = c;
            fill_open(solver, c, solver->channels.component[c].l, k2);
        } else {
            HP_CALL(hp_coupled_decay(solver, c, sqrt(-k2), &solver->gamma[c], err));
            fill_closed(solver, c, sqrt(-k2));
        }
    }
    hp_coupled_set_diagonal(solver, T->k2[0], solver->shift);
    return HP_OK;
}

bool hp_coupled_fill_s_waves(hp_coupled *solver, const hp_tmatrix *T) {
    bool changed = false;
    for (int a = 0; a < T->nopen; a++) {
        int c = T->open[a], n = solver->grid.n, l = solver->channels.component[c].l;
        if (l == 0) continue;
        changed = true;
        fill_open(solver, c, 0, T->k2[c]);
        for (int i = 0; i < n; i++)
            solver->shift[c * n + i] = l * (l + 1) / gsl_pow_2(solver->grid.r[i]);
    }
    if (changed) hp_coupled_set_diagonal(solver, T->k2[0], solver->shift);
    return changed;
}
