// SPDX-License-Identifier: GPL-3.0-or-later
/* Residues at a pole, from the wave that is outgoing in all components; docs/method-poles.md,
 * "Residues". */
#include <math.h>
#include "coupled_private.h"
#include "hadpot/memory.h"
#include "hadpot/riccati.h"
#include "poles_private.h"

/* S, H and their derivatives by k^2, of one component at one node: k d/dk of j_l(kr)/k^(l+1) is
 * r S' - (l+1) S, that of k^l h_l(kr) is r H' + l H. */
typedef struct waves {
    double complex S, H, dS, dH;
} waves;

static waves waves_at(int l, double complex k, double r) {
    double complex f[4], twice_k2 = 2.0 * k * k;
    hp_riccati_complex(l, k, r, f);
    return (waves){f[0], f[2], (r * f[1] - (l + 1) * f[0]) / twice_k2,
                   (r * f[3] + l * f[2]) / twice_k2};
}

/* Of one panel: sum[0], sum[1] are int_0 S F and int_0 dS F up to its start, then up to its end.
 * Returns what it adds to 2 int F (dH int_0^r S F + H int_0^r dS F) dr. */
static double complex integrate_panel(const hp_quadrature *grid, int panel, const waves *wave,
                                      const double complex *force, double complex sum[2]) {
    int order = grid->order, start = panel * order;
    double length = hp_quadrature_panel_length(grid, panel);
    double complex total = 0.0;
    for (int i = 0; i < order; i++) {
        double complex S = sum[0], dS = sum[1];
        for (int j = 0; j < order; j++) {
            double complex part = length * grid->left[i * order + j] * force[start + j];
            S += part * wave[j].S;
            dS += part * wave[j].dS;
        }
        total +=
            2.0 * grid->weight[start + i] * force[start + i] * (wave[i].dH * S + wave[i].H * dS);
    }
    for (int j = 0; j < order; j++) {
        sum[0] += grid->weight[start + j] * force[start + j] * wave[j].S;
        sum[1] += grid->weight[start + j] * force[start + j] * wave[j].dS;
    }
    return total;
}

/* b_c = int S_c F_c dr, and what component c adds to the norm -<F|dG/dE|F>, which is int chi^2 dr
 * times dk^2/dE continued analytically; unlike that, it has no waves that grow. */
static void integrate(const hp_coupled *solver, const hp_pole *pole, int c,
                      const double complex *wave, const double complex *force, double complex *b,
                      double complex *norm) {
    const hp_quadrature *grid = &solver->grid;
    hp_component of = solver->channels.component[c];
    double complex sum[2] = {0.0, 0.0}, total = 0.0;
    waves at[HP_MAX_ORDER];
    for (int panel = 0; panel < grid->panels; panel++) {
        for (int j = 0; j < grid->order; j++)
            at[j] = waves_at(of.l, pole->k[of.pair], grid->r[panel * grid->order + j]);
        total += integrate_panel(grid, panel, at, force, sum);
    }
    for (int i = 0; solver->has_slope && i < grid->n; i++)
        total -= grid->weight[i] * solver->slope[i] * wave[i] * wave[i];
    *b = sum[0];
    *norm += hp_channels_k2_slope(&solver->channels, of.pair, pole->energy) * total;
}

/* That of the real part, or of the imaginary part of virtual states, whose real part is rounding.
 */
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
    hp_sheet sheet = hp_pole_sheet_of(problem, &at);
    HP_NEW(wave, 2 * size);
    HP_TRY(hp_coupled_null_vector(solver, at.energy, sheet, wave, wave + size, err));
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
