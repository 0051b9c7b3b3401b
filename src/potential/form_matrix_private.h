// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside of form_matrix.h. */
#ifndef HADPOT_POTENTIAL_FORM_MATRIX_PRIVATE_H
#define HADPOT_POTENTIAL_FORM_MATRIX_PRIVATE_H

#include "forms_private.h"
#include "hadpot/form_matrix.h"

struct hp_form_matrix {
    hp_channels channels;
    hp_spin_state spin[HP_MOST_COMPONENTS];
    hp_forms *element[HP_MOST_COMPONENTS][HP_MOST_COMPONENTS]; /* c <= d */
    hp_forms *operators[HP_MOST_PAIRS][HP_NOPERATOR];
};

/* W_cd(r) or K_cd(r,r') with r in c and r' in d, c <= d. */
double hp_form_matrix_value(const hp_form_matrix *matrix, hp_form_view view, hp_form_part part,
                            int c, int d, double r, double rp);

#endif
