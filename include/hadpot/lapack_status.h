// SPDX-License-Identifier: GPL-3.0-or-later
/* LAPACKE takes work space and transposed copies by itself, and returns codes of its own where
 * there is no memory for them. */
#ifndef HADPOT_LAPACK_STATUS_H
#define HADPOT_LAPACK_STATUS_H

#include <lapacke.h>
#include "hadpot/error.h"

/* HP_ERR_MEMORY where a call returned `info` because memory ran out, else `otherwise`. */
#define HP_LAPACK_STATUS(info, otherwise)                                                          \
    ((info) == LAPACK_WORK_MEMORY_ERROR || (info) == LAPACK_TRANSPOSE_MEMORY_ERROR ? HP_ERR_MEMORY \
                                                                                   : (otherwise))

#endif
