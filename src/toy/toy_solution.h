// SPDX-License-Identifier: GPL-3.0-or-later
/* Standing waves of a given matrix of potentials at the nodes of a solver, and between them. */
#ifndef HADPOT_TOY_SOLUTION_H
#define HADPOT_TOY_SOLUTION_H

#include "hadpot/form_matrix.h"

typedef struct hp_toy_solution {
    const hp_form_matrix *matrix; /* not owned */
    hp_channels channels;
    hp_quadrature grid;
    hp_tmatrix *T; /* (nenergy) */
    int ncolumn;
    int *energy_of, *open_of; /* (ncolumn) energy, and number among its open components */
    double *chi;              /* (ncolumn, N, grid.n) */
    double *force;            /* likewise, int K chi dr'; NULL: the matrix is local */
} hp_toy_solution;

/* Columns of ascending energies above the lowest threshold, open component by open component.
 * solution: {0} at first, owned by the caller. Errors: of the grid and of hp_coupled_solve. */
hp_status hp_toy_solution_create(const hp_form_matrix *matrix, const hp_channels *channels,
                                 const double *energy, int nenergy, hp_toy_solution *solution,
                                 hp_error *err);
void hp_toy_solution_destroy(hp_toy_solution *solution);

/* chi_c at r > 0, beyond the range too, and int K chi dr' in component c, 0 there. */
double hp_toy_solution_wave(const hp_toy_solution *solution, int column, int c, double r);
double hp_toy_solution_force(const hp_toy_solution *solution, int column, int c, double r);

#endif
