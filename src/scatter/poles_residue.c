// SPDX-License-Identifier: GPL-3.0-or-later
/* Residues at a pole, from the wave that is outgoing in all components; docs/method-poles.md,
 * "Residues". */
#include <math.h>
#include "coupled_private.h"
#include "hadpot/memory.h"
#include "hadpot/riccati.h"
#include "poles_private.h"

/* int_R^inf H^2 dr of H'' = (L/r^2 - k^2) H, continued from Im k > 0, L = l(l+1):
 * [r H'^2 + r (k^2 - L/r^2) H^2 - H H']' = 2 k^2 H^2. */
static double complex square_beyond(int l, double complex k, double R) {
    double complex f[4];
    hp_riccati_complex(l, k, R, f);
    double complex H = f[2], d_H = f[3], k2 = k * k;
    return -(R * (d_H * d_H + (k2 - l * (l + 1) / (R * R)) * H * H) - H * d_H) / (2.0 * k2);
}

/* b_c = int S_c F_c dr, and what component c adds to the norm sum_c dk_c^2/dE int chi_c^2 dr. */
static void integrate(const hp_coupled *solver, const hp_pole *pole, int c,
                      const double complex *wave, const double complex *force, double complex *b,
                      double complex *norm) {
    const hp_quadrature *grid = &solver->grid;
    hp_component of = solver->channels.component[c];
    double complex f[4], square = 0.0, k = pole->k[of.pair];
    *b = 0.0;
    for (int i = 0; i < grid->n; i++) {
        hp_riccati_complex(of.l, k, grid->r[i], f);
        double slope = solver->has_slope ? solver->slope[i] : 0.0;
        *b += grid->weight[i] * f[0] * force[i];
        square += grid->weight[i] * (1.0 - slope) * wave[i] * wave[i];
    }
    if (*b != 0.0) square += *b * *b * square_beyond(of.l, k, grid->range);
    *norm += hp_channels_k2_slope(&solver->channels, of.pair, pole->energy) * square;
}

/* That of the real part, or of the imaginary part of virtual states, whose real part is rounding. */
static double sign_of(double complex g) {
    double part = fabs(creal(g)) > 1e-8 * cabs(g) ? creal(g) : cimag(g);
    return (part > 0.0) - (part < 0.0);
}

hp_status hp_pole_fill_residues(hp_coupled *solver, const hp_pole_problem *problem, hp_pole *pole,
                                hp_error *err) {
    hp_status status = HP_OK;
    size_t size = (size_t)solver->size, n = (size_t)solver->grid.n;
    double complex *wave = NULL, norm = 0.0;
    double sign = 0.0;
    hp_pole_point at = {.energy = pole->energy};
    for (int a = 0; a < problem->of.channels->npair; a++) at.k[a] = pole->k[a];
    HP_NEW(wave, 2 * size);
    HP_TRY(hp_coupled_null_vector(solver, pole->energy, hp_pole_sheet_of(problem, &at), wave,
                                  wave + size, err));
    for (int c = 0; c < solver->ncomponent; c++)
        integrate(solver, pole, c, wave + (size_t)c * n, wave + size + (size_t)c * n,
                  &pole->residue[c], &norm);
    for (int c = 0; c < solver->ncomponent; c++) {
        pole->residue[c] /= csqrt(norm);
        if (sign == 0.0) sign = sign_of(pole->residue[c]);
        if (sign != 0.0) pole->residue[c] *= sign;
    }
cleanup:
    hp_free(wave);
    return status;
}
