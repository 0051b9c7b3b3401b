// SPDX-License-Identifier: GPL-3.0-or-later
/* The terms that matrices of potentials are sums of (matrix_model.h), as a setup asks for them. */
#ifndef HADPOT_POTENTIAL_MATRIX_TERMS_H
#define HADPOT_POTENTIAL_MATRIX_TERMS_H

#include "hadpot/matrix_model.h"
#include "hadpot/potential.h"

/* Elements, or V_C and V_T of each pair and between pairs; setup->diagonal: not between different
 * ones. Errors: HP_ERR_INPUT where components have no spin for operators. */
hp_status hp_matrix_terms_of_setup(const hp_potential_setup *setup, hp_matrix_terms *terms,
                                   hp_error *err);

#endif
