// SPDX-License-Identifier: GPL-3.0-or-later
/* The conditions that the columns must fulfil together: at the end of the range, and those of the
 * separable terms. */
#include <math.h>
#include <cblas.h>
#include "coupled_ode_private.h"
#include "hadpot/interaction.h"

hp_status hp_coupled_ode_find_outside(const hp_coupled_ode_system *system, double energy,
                                      hp_coupled_ode_outside *at, hp_error *err) {
    const hp_channels *channels = &system->channels;
    double R = system->grid->range;
    *at = (hp_coupled_ode_outside){0};
    at->nopen = energy >= 0.0 ? hp_channels_open(channels, energy, at->open) : 0;
    for (int i = 0; i < at->nopen; i++) at->is_open[at->open[i]] = true;
    for (int c = 0; c < system->ncomponent; c++) {
        double k2 = hp_channels_k2(channels, channels->component[c].pair, energy);
        double strength = hp_coupled_ode_charge(system, c)->strength;
        int l = channels->component[c].l;
        if (at->is_open[c]) {
            HP_CALL(hp_interaction_check_momentum(system->grid, k2, err));
            HP_CALL(hp_coupled_ode_open(strength, l, k2, R, at->f[c], err));
        } else {
            HP_CALL(
                hp_coupled_ode_closed(strength, l, sqrt(fmax(0.0, -k2)), R, &at->gamma[c], err));
        }
    }
    return HP_OK;
}

/* Row c: what each column has of S in an open component, of the growing solution in a closed one.
 * Returns the size by which the row is divided. */
static double fill_edge_row(hp_coupled_ode_system *system, const hp_coupled_ode_outside *at,
                            int c) {
    int columns = system->columns;
    double L = hp_quadrature_panel_length(system->grid, system->grid->panels - 1);
    const double *value = system->state + (size_t)c * (size_t)columns;
    const double *slope = value + (size_t)system->ncomponent * (size_t)columns;
    double a = at->is_open[c] ? -at->f[c][3] : at->gamma[c];
    double b = at->is_open[c] ? at->f[c][2] : 1.0, size = hypot(a, b / L);
    double *row = system->matrix + (size_t)c * (size_t)columns;
    for (int j = 0; j < columns; j++) row[j] = (a * value[j] + b * slope[j]) / size;
    return size;
}

/* The conditions on the amplitudes x of all columns: at the end of the range, and x_(N+m) =
 * sign_m sum_j coupling_mj x_j. scale (N): by which the first rows are divided. */
hp_status hp_coupled_ode_conditions(hp_coupled_ode_system *system, const hp_coupled_ode_outside *at,
                                    double *scale, hp_error *err) {
    int N = system->ncomponent, columns = system->columns, rank = system->kernel.rank;
    for (int c = 0; c < N; c++) scale[c] = fill_edge_row(system, at, c);
    if (rank > 0)
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, rank, columns, system->grid->n * N,
                    1.0, system->kernel.weighted, rank, system->record, columns, 0.0,
                    system->coupling, columns);
    for (int m = 0; m < rank; m++)
        for (int j = 0; j < columns; j++)
            system->matrix[(N + m) * columns + j] =
                (j == N + m ? 1.0 : 0.0) -
                system->kernel.sign[m] * system->coupling[m * columns + j];
    for (int i = 0; i < columns * columns; i++)
        HP_REQUIRE(isfinite(system->matrix[i]), HP_ERR_NUMERIC,
                   "the radial solutions at E = %g are not finite", system->energy);
    return HP_OK;
}
