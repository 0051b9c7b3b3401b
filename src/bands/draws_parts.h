// SPDX-License-Identifier: GPL-3.0-or-later
/* Features on the nodes of draws. */
#ifndef HADPOT_BANDS_DRAWS_PARTS_H
#define HADPOT_BANDS_DRAWS_PARTS_H

#include "hadpot/draws.h"

/* Tables of all elements on a grid, and room for a draw. Errors: HP_ERR_MEMORY. */
hp_status hp_draws_tabulate(hp_draws *draws, const hp_quadrature *grid, hp_error *err);
void hp_draws_forget_tables(hp_draws *draws);

/* w = 2 mu V, K = 2 mu 4 pi r r' U of theta, mu = sqrt(mu_c mu_d) of the components' pairs; n
 * nodes. */
void hp_draws_combine(hp_draws *draws, const hp_pair *pair, int n, const double *theta);

#endif
