// SPDX-License-Identifier: GPL-3.0-or-later
/* The part of hp_matrix_loss that is its Jacobian. */
#ifndef HADPOT_TRAIN_MATRIX_PARTS_H
#define HADPOT_TRAIN_MATRIX_PARTS_H

#include "hadpot/matrix_loss.h"

/* Tangents and J. Errors: HP_ERR_MEMORY. */
hp_status hp_matrix_jacobian_create(hp_matrix_loss *loss, hp_error *err);

#endif
